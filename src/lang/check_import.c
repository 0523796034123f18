/* check_import: maps from other systems' files (导入) are resolved once: headings to fields, words to words. */
#include "lang/check_priv.h"

enum { IMPORT_RANK_USUAL = 50, IMPORT_RANK_MAX = 1000 };

static int field_slot(const struct entity *e, str name)
{
    int i = entity_slot(e, name);
    return i >= 0 && e->slots.at[i].kind == SLOT_FIELD ? i : -1;
}

bool import_field(const struct program *p, const struct entity *e, str name, uint16_t *slot, uint16_t *sub)
{
    *sub = 0;
    if (e->is_monthly && e->key != 0 && str_eq(name, p->codes.at[e->key - 1].name)) {
        *slot = IMPORT_KEY;
        return true;
    }
    if (e->is_monthly && str_eq(name, STR("末月"))) {
        *slot = IMPORT_LAST_MONTH;
        return true;
    }
    size_t dot = str_find(name, STR("."));
    int i = field_slot(e, str_slice(name, 0, dot));
    if (i < 0) return false;
    *slot = (uint16_t)i;
    if (dot == SIZE_MAX) return true;
    if (e->slots.at[i].type.kind != TYPE_RECORD) return false;
    int j = field_slot(&p->entities.at[e->slots.at[i].type.ref], str_slice(name, dot + 1, name.len));
    *sub = (uint16_t)(j + 1);
    return j >= 0;
}

static bool resolve(struct checker *c, const struct entity *e, const struct ast_name *n, uint16_t *slot, uint16_t *sub)
{
    if (import_field(c->p, e, n->text, slot, sub)) {
        if (*slot < IMPORT_LAST_MONTH && *sub == 0) note_use(c, n->loc, e->slots.at[*slot].loc, USE_SLOT, e->id, *slot);
        return true;
    }
    struct diag *g =
        diag_add(c->d, DIAG_unknown_name, n->loc, "“%.*s”没有字段“%.*s”", STR_ARG(e->name), STR_ARG(n->text));
    if (g == NULL) return false;
    struct nearest near;
    nearest_start(&near, n->text);
    VEC_EACH (const struct slot, s, &e->slots) {
        if (s->kind == SLOT_FIELD) nearest_offer(&near, s->name);
    }
    if (near.best.len > 0) diag_suggest(c->d, g, "是不是“%.*s”？", STR_ARG(near.best));
    return false;
}

/* “栏名”, “又一个栏名” 字段 */
static void read_column(struct checker *c, struct import_map *m, const struct entity *e, const struct ast_field *f)
{
    if (f->names.len < 2) {
        struct diag *g = diag_add(c->d, DIAG_syntax, f->loc, "列要写文件里的栏名和字段");
        diag_suggest(c->d, g, "例如：列 “公民身份号码” 身份证号");
        return;
    }
    const struct ast_name *field = &f->names.at[f->names.len - 1];
    uint16_t slot = IMPORT_SKIP, sub = 0;
    if (!str_eq(field->text, STR("不用")) && !resolve(c, e, field, &slot, &sub)) return;
    for (size_t i = 0; i + 1 < f->names.len; i++) {
        VEC_EACH (const struct import_column, other, &m->columns) {
            if (str_eq(other->heading, f->names.at[i].text))
                diag_add(c->d, DIAG_duplicate, f->names.at[i].loc, "栏名“%.*s”写了两次", STR_ARG(other->heading));
        }
        *vec_push(c->a, &m->columns) = (struct import_column){ f->names.at[i].text, slot, sub };
    }
}

static struct type import_type(const struct program *p, const struct entity *e, uint16_t slot, uint16_t sub)
{
    if (slot == IMPORT_KEY) return (struct type){ .kind = TYPE_CODE, .ref = (uint16_t)(e->key - 1) };
    if (slot == IMPORT_LAST_MONTH) return type_of_kind(TYPE_MONTH);
    struct type t = e->slots.at[slot].type;
    return sub == 0 ? t : p->entities.at[t.ref].slots.at[sub - 1].type;
}

/* What is written must be a value of the field: an item of its code list, 真 or 假. */
static void check_means(struct checker *c, struct type t, const struct ast_name *n)
{
    if (str_eq(n->text, STR("无")) || str_eq(n->text, STR("未知"))) return;
    if (t.kind == TYPE_BOOL && !str_eq(n->text, STR("真")) && !str_eq(n->text, STR("假")))
        diag_add(c->d, DIAG_bad_word, n->loc, "真假字段的值要写 真 或 假");
    if (t.kind != TYPE_CODE) return;
    const struct code_list *list = &c->p->codes.at[t.ref];
    if (map_get(&list->by_name, n->text) != NULL) return;
    struct diag *g =
        diag_add(c->d, DIAG_unknown_name, n->loc, "代码表“%.*s”里没有“%.*s”", STR_ARG(list->name), STR_ARG(n->text));
    struct nearest near;
    nearest_start(&near, n->text);
    VEC_EACH (const struct code_item, it, &list->items) nearest_offer(&near, it->name);
    if (near.best.len > 0) diag_suggest(c->d, g, "是不是“%.*s”？", STR_ARG(near.best));
}

static void read_words(struct checker *c, struct import_map *m, const struct entity *e, const struct ast_field *f)
{
    bool translates = f->def->id == FIELD_IMPORT_TRANSLATE;
    size_t want = translates ? 3 : 2;
    if (f->names.len != want) {
        struct diag *g =
            diag_add(c->d, DIAG_syntax, f->loc, "%s要写字段、%s值", f->def->zh, translates ? "文件里的写法、" : "");
        diag_suggest(c->d, g, translates ? "例如：对照 性别 “男性” 男" : "例如：%s 残疾 假", f->def->zh);
        return;
    }
    struct import_word w = { .text = translates ? f->names.at[1].text : (str){ 0 } };
    const struct ast_name *means = &f->names.at[want - 1];
    if (!resolve(c, e, &f->names.at[0], &w.slot, &w.sub)) return;
    check_means(c, import_type(c->p, e, w.slot, w.sub), means);
    w.means = means->text;
    if (translates)
        *vec_push(c->a, &m->translations) = w;
    else if (f->def->id == FIELD_IMPORT_FIXED)
        *vec_push(c->a, &m->fixed) = w;
    else
        *vec_push(c->a, &m->others) = w;
}

static void read_import(struct checker *c, const struct decl *d)
{
    const struct ast_field *into = decl_field(d, FIELD_IMPORT_INTO), *origin = decl_field(d, FIELD_IMPORT_SYSTEM),
                           *rank = decl_field(d, FIELD_IMPORT_RANK), *day = decl_field(d, FIELD_IMPORT_DAY);
    void *found = into != NULL && into->names.len > 0 ? map_get(&c->p->entity_by_name, into->names.at[0].text) : NULL;
    if (found == NULL || origin == NULL || origin->names.len == 0) return; /* said already */
    const struct entity *e = &c->p->entities.at[INDEX_OF(found)];
    struct import_map m = { .decl = d,
                            .name = d->name.text,
                            .origin = origin->names.at[0].text,
                            .entity = e->id,
                            .rank = IMPORT_RANK_USUAL,
                            .whole = decl_field(d, FIELD_IMPORT_WHOLE) != NULL };
    if (rank != NULL && rank->expr != NULL && rank->expr->kind == EXPR_NUMBER) {
        m.rank = rank->expr->number < 0 || rank->expr->number > IMPORT_RANK_MAX ? -1 : (int64_t)rank->expr->number;
        if (m.rank < 0 || rank->expr->scale != 0)
            diag_add(c->d, DIAG_bad_number, rank->loc, "优先是 0 到 %d 的整数", IMPORT_RANK_MAX);
    }
    const struct ast_field *blank = decl_field(d, FIELD_IMPORT_BLANK);
    m.blank_is_none = blank != NULL && blank->names.len > 0 && str_eq(blank->names.at[0].text, STR("无"));
    if (day != NULL && day->names.len > 0) m.day_heading = day->names.at[0].text;
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (f->def->id == FIELD_IMPORT_COLUMN) read_column(c, &m, e, f);
        if (f->def->id == FIELD_IMPORT_TRANSLATE || f->def->id == FIELD_IMPORT_FIXED ||
            f->def->id == FIELD_IMPORT_OTHERS) {
            read_words(c, &m, e, f);
        }
        if (f->def->id == FIELD_IMPORT_FILES && f->text.len > 0) *vec_push(c->a, &m.files) = f->text;
    }
    *vec_push(c->a, &c->p->imports) = m;
}

void check_imports(struct checker *c)
{
    VEC_EACH (struct decl *, pd, &c->p->decls) {
        if ((*pd)->kind == KIND_IMPORT && map_get(&c->p->named[KIND_IMPORT], (*pd)->name.text) == *pd)
            read_import(c, *pd);
    }
}
