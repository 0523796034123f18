/* check_model: code lists, entities, spells and their slots; parameters and what lower packs fill in.
 *
 * Two passes: names first, then what they refer to, so that the order of files and declarations means nothing. */
#include "lang/check_priv.h"

#include <stdlib.h>

void note_use(struct checker *c, struct loc loc, struct loc target, enum use_kind kind, uint32_t a, uint32_t b)
{
    *vec_push(c->a, &c->p->uses) = (struct use){ .loc = loc, .target = target, .kind = kind, .a = a, .b = b };
}

static void duplicate(struct checker *c, const struct decl *d, const struct decl *before)
{
    struct diag *g =
        diag_add(c->d, DIAG_duplicate, d->name.loc, "%s“%.*s”已经声明过", kind_defs[d->kind].zh, STR_ARG(d->name.text));
    diag_other(g, before->name.loc);
    bool upper = before->pack < d->pack;
    diag_suggest(c->d, g,
                 upper ? "上级包已有这个名字：要填写它开放的地方，用“填写”；否则换一个名字"
                       : "换一个名字，或合成一个声明");
}

/* 属: the item above, in the same list; no circles. */
static void check_uppers(struct checker *c, const struct decl *d, struct code_list *list)
{
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (f->def->id != FIELD_CODES_ITEM || f->via.text.len == 0) continue;
        struct code_item *item = map_get(&list->by_name, f->name.text);
        const struct code_item *upper = map_get(&list->by_name, f->via.text);
        if (upper == NULL || item == NULL) {
            diag_add(c->d, DIAG_unknown_name, f->via.loc, "代码表“%.*s”里没有“%.*s”", STR_ARG(list->name),
                     STR_ARG(f->via.text));
            continue;
        }
        item->upper = (uint32_t)(upper - list->items.at) + 1;
        uint32_t steps = 0;
        for (uint32_t at = item->upper; at != 0 && steps <= list->items.len; at = list->items.at[at - 1].upper) steps++;
        if (steps > list->items.len) {
            diag_add(c->d, DIAG_cycle, f->via.loc, "“%.*s”兜了一圈又属于自己", STR_ARG(f->name.text));
            item->upper = 0;
        }
    }
}

static void declare_codes(struct checker *c, const struct decl *d)
{
    size_t index = c->p->codes.len;
    struct code_list *list = vec_push(c->a, &c->p->codes);
    *list = (struct code_list){ .decl = d, .name = d->name.text };
    map_init(&list->by_name, c->a);
    if (!map_put(&c->p->code_by_name, d->name.text, INDEX_PLUS_1(index))) return;
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (f->def->id != FIELD_CODES_ITEM || f->name.text.len == 0) continue;
        if (list->items.len >= LIMIT_CODE_ITEMS) {
            diag_add(c->d, DIAG_too_big, f->loc, "代码表最多 %d 项", LIMIT_CODE_ITEMS);
            return;
        }
        struct code_item *item = vec_push(c->a, &list->items);
        *item = (struct code_item){ .name = f->name.text, .code = f->code, .text = f->text, .loc = f->name.loc };
    }
    for (size_t i = 0; i < list->items.len; i++) {
        struct code_item *item = &list->items.at[i];
        const struct code_item *before = map_get(&list->by_name, item->name);
        if (before != NULL) {
            diag_other(diag_add(c->d, DIAG_duplicate, item->loc, "代码项“%.*s”写了两次", STR_ARG(item->name)),
                       before->loc);
        } else {
            map_put(&list->by_name, item->name, item);
        }
    }
    check_uppers(c, d, list);
    struct map by_code;
    map_init(&by_code, c->a);
    VEC_EACH (struct code_item, item, &list->items) {
        const struct code_item *before = map_get(&by_code, item->code);
        if (before != NULL) {
            diag_other(diag_add(c->d, DIAG_duplicate, item->loc, "代码“%.*s”用了两次", STR_ARG(item->code)),
                       before->loc);
        }
        map_put(&by_code, item->code, item);
    }
}

static void declare_entity(struct checker *c, const struct decl *d)
{
    size_t index = c->p->entities.len;
    struct entity *e = vec_push(c->a, &c->p->entities);
    *e = (struct entity){ .decl = d, .name = d->name.text, .id = (uint16_t)index };
    e->is_spell = d->kind == KIND_SPELL;
    e->is_monthly = d->monthly;
    map_init(&e->by_name, c->a);
    if (!map_put(&c->p->entity_by_name, d->name.text, INDEX_PLUS_1(index))) duplicate(c, d, d);
}

static struct slot *add_slot(struct checker *c, struct entity *e, struct slot s)
{
    if (e->slots.len >= LIMIT_ENTITY_SLOTS) {
        diag_add(c->d, DIAG_too_big, s.loc, "“%.*s”最多 %d 个字段和定义", STR_ARG(e->name), LIMIT_ENTITY_SLOTS);
        return NULL;
    }
    void *before = map_get(&e->by_name, s.name);
    if (before != NULL) {
        struct diag *g = diag_add(c->d, DIAG_duplicate, s.loc, "“%.*s”已经有“%.*s”", STR_ARG(e->name), STR_ARG(s.name));
        diag_other(g, e->slots.at[INDEX_OF(before)].loc);
        return NULL;
    }
    map_put(&e->by_name, s.name, INDEX_PLUS_1(e->slots.len));
    struct slot *slot = vec_push(c->a, &e->slots);
    *slot = s;
    return slot;
}

bool resolve_type(struct checker *c, const struct ast_type *t, bool optional_records, struct type *out)
{
    (void)optional_records;
    *out = type_of_kind(TYPE_BAD);
    if (t->text.len == 0) return false;
    static const struct {
        const char *zh, *en;
        enum type_kind kind;
    } plain[] = { { "真假", "boolean", TYPE_BOOL },
                  { "日期", "date", TYPE_DATE },
                  { "月份", "month", TYPE_MONTH },
                  { "文本", "text", TYPE_TEXT } };
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        if (str_eq(t->text, str_of(plain[i].zh)) || str_eq(t->text, str_of(plain[i].en))) {
            *out = type_of_kind(plain[i].kind);
            return true;
        }
    }
    void *found = map_get(&c->p->code_by_name, t->text);
    if (found != NULL) {
        *out = (struct type){ .kind = TYPE_CODE, .ref = (uint16_t)INDEX_OF(found) };
        note_decl(c, t->loc, c->p->codes.at[out->ref].decl);
        return true;
    }
    found = map_get(&c->p->entity_by_name, t->text);
    if (found != NULL) {
        *out = (struct type){ .kind = TYPE_RECORD, .ref = (uint16_t)INDEX_OF(found) };
        note_decl(c, t->loc, c->p->entities.at[out->ref].decl);
        return true;
    }
    struct unit u = UNIT_NONE;
    int64_t factor = 1;
    unsigned digits = t->digits >= 0 ? (unsigned)t->digits : 0;
    if (str_eq(t->text, STR("数")) || str_eq(t->text, STR("number"))) {
        *out = type_num(UNIT_NONE, digits);
        return true;
    }
    if (str_eq(t->text, STR("%")) || str_eq(t->text, STR("百分比"))) {
        *out = type_num(UNIT_NONE, t->digits >= 0 ? digits + 2 : 4);
        return true;
    }
    if (unit_parse(t->text, &u, &factor)) {
        if (factor != 1) {
            struct text base;
            text_init(&base, c->a, 64);
            unit_text(u, &base);
            struct diag *g = diag_add(c->d, DIAG_no_unit, t->loc, "“%.*s”不能作类型", STR_ARG(t->text));
            diag_suggest(c->d, g, "写成“%.*s”；数值仍可以写 3年、30万元", STR_ARG(text_str(&base)));
            return false;
        }
        *out = type_num(u, t->digits >= 0 ? digits : unit_scale(u));
        return true;
    }
    struct diag *g = diag_add(c->d, DIAG_unknown_name, t->loc, "没有“%.*s”这个类型", STR_ARG(t->text));
    if (g == NULL) return false;
    struct nearest n;
    nearest_start(&n, t->text);
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) nearest_offer(&n, str_of(plain[i].zh));
    VEC_EACH (struct code_list, list, &c->p->codes) nearest_offer(&n, list->name);
    VEC_EACH (struct entity, e, &c->p->entities) nearest_offer(&n, e->name);
    if (n.best.len > 0)
        diag_suggest(c->d, g, "是不是“%.*s”？", STR_ARG(n.best));
    else
        diag_suggest(c->d, g, "类型是 真假、日期、月份、文本、数、单位（元、元/月、月……）、代码表或实体的名字");
    return false;
}

static void builtin_slots(struct checker *c, struct entity *e)
{
    const struct decl *d = e->decl;
    struct loc loc = d->name.loc;
    if (!e->is_spell || d->type.text.len == 0) return; /* whose it is was not written: said by the parser */
    void *owner = map_get(&c->p->entity_by_name, d->type.text);
    if (owner == NULL) {
        diag_add(c->d, DIAG_unknown_name, d->type.loc, "没有“%.*s”这个实体", STR_ARG(d->type.text));
        return;
    }
    e->owner = (uint16_t)INDEX_OF(owner);
    note_decl(c, d->type.loc, c->p->entities.at[e->owner].decl);
    if (c->p->entities.at[e->owner].is_spell) {
        diag_add(c->d, DIAG_wrong_kind, d->type.loc, "经历要属于实体，“%.*s”是经历", STR_ARG(d->type.text));
        return;
    }
    if (e->is_monthly) {
        add_slot(
            c, e,
            (struct slot){ .kind = SLOT_FIELD, .name = STR("月份"), .type = type_of_kind(TYPE_MONTH), .loc = loc });
    } else {
        add_slot(c, e,
                 (struct slot){ .kind = SLOT_FIELD, .name = STR("开始"), .type = type_of_kind(TYPE_DATE), .loc = loc });
        add_slot(c, e,
                 (struct slot){ .kind = SLOT_FIELD,
                                .name = STR("结束"),
                                .type = type_of_kind(TYPE_DATE),
                                .optional = true,
                                .loc = loc });
    }
    add_slot(
        c, e,
        (struct slot){
            .kind = SLOT_FIELD, .name = d->type.text, .loc = loc, .type = { .kind = TYPE_RECORD, .ref = e->owner } });
    if (d->key.text.len > 0) {
        void *key = map_get(&c->p->code_by_name, d->key.text);
        if (key == NULL)
            diag_add(c->d, DIAG_unknown_name, d->key.loc, "没有代码表“%.*s”", STR_ARG(d->key.text));
        else
            e->key = (uint16_t)(INDEX_OF(key) + 1);
        if (key != NULL) note_decl(c, d->key.loc, c->p->codes.at[INDEX_OF(key)].decl);
        if (!e->is_monthly) diag_add(c->d, DIAG_syntax, d->key.loc, "只有“按月”的经历可以写“分”");
    }
}

static void own_spell_slot(struct checker *c, struct entity *spell)
{
    if (!spell->is_spell || spell->slots.len == 0) return;
    struct entity *owner = &c->p->entities.at[spell->owner];
    struct slot s = { .name = spell->name, .loc = spell->decl->name.loc };
    s.kind = spell->is_monthly ? SLOT_HISTORY : SLOT_SPELLS;
    s.type = (struct type){ .kind = spell->is_monthly ? TYPE_HISTORY : TYPE_GROUP, .ref = spell->id };
    add_slot(c, owner, s);
}

static void declared_slots(struct checker *c, struct entity *e)
{
    VEC_EACH (const struct ast_field, f, &e->decl->fields) {
        bool group = f->def->id == FIELD_ENTITY_GROUP;
        if (!group && f->def->id != FIELD_ENTITY_SLOT && f->def->id != FIELD_SPELL_SLOT) continue;
        if (f->name.text.len == 0) continue;
        struct slot s = { .name = f->name.text,
                          .optional = f->optional,
                          .code = f->code,
                          .class_ = f->class_,
                          .loc = f->name.loc,
                          .field = f };
        if (!resolve_type(c, &f->type, true, &s.type)) continue;
        if (group) {
            if (s.type.kind != TYPE_RECORD) {
                diag_add(c->d, DIAG_wrong_kind, f->type.loc, "集合的成员要是实体或经历");
                continue;
            }
            s.kind = SLOT_GROUP;
            s.type.kind = TYPE_GROUP;
            s.via = f->via.text;
        } else if (s.type.kind == TYPE_RECORD && c->p->entities.at[s.type.ref].is_spell) {
            diag_add(c->d, DIAG_wrong_kind, f->type.loc, "字段不能引用经历“%.*s”", STR_ARG(f->type.text));
            continue;
        }
        add_slot(c, e, s);
    }
}

static void check_groups(struct checker *c, const struct entity *e)
{
    VEC_EACH (const struct slot, s, &e->slots) {
        if (s->kind != SLOT_GROUP) continue;
        const struct entity *member = &c->p->entities.at[s->type.ref];
        if (s->via.len == 0) {
            struct diag *g = diag_add(c->d, DIAG_syntax, s->loc, "集合“%.*s”没有写“经”哪个字段", STR_ARG(s->name));
            diag_suggest(c->d, g, "例如：集合 成员 : 人员 经 家庭");
            continue;
        }
        int i = entity_slot(member, s->via);
        if (i >= 0) note_use(c, s->field->via.loc, member->slots.at[i].loc, USE_SLOT, member->id, (uint32_t)i);
        bool ok = i >= 0 && member->slots.at[i].kind == SLOT_FIELD && member->slots.at[i].type.kind == TYPE_RECORD &&
                  member->slots.at[i].type.ref == e->id;
        if (!ok) {
            diag_add(c->d, DIAG_unknown_name, s->field->via.loc, "“%.*s”没有引用“%.*s”的字段“%.*s”",
                     STR_ARG(member->name), STR_ARG(e->name), STR_ARG(s->via));
        }
    }
}

/* 标识: fields that are there, each once. What an entity is known by is text or a number somebody wrote down. */
static void check_keys(struct checker *c, struct entity *e)
{
    VEC_EACH (const struct ast_field, f, &e->decl->fields) {
        if (f->def->id != FIELD_ENTITY_KEY && f->def->id != FIELD_SPELL_KEY) continue;
        VEC_EACH (const struct ast_name, n, &f->names) {
            int i = entity_slot(e, n->text);
            if (i < 0 || e->slots.at[i].kind != SLOT_FIELD) {
                struct diag *g = diag_add(c->d, DIAG_unknown_name, n->loc, "“%.*s”没有字段“%.*s”", STR_ARG(e->name),
                                          STR_ARG(n->text));
                if (g == NULL) continue;
                struct nearest near;
                nearest_start(&near, n->text);
                VEC_EACH (const struct slot, s, &e->slots) {
                    if (s->kind == SLOT_FIELD) nearest_offer(&near, s->name);
                }
                if (near.best.len > 0) diag_suggest(c->d, g, "是不是“%.*s”？", STR_ARG(near.best));
                continue;
            }
            note_use(c, n->loc, e->slots.at[i].loc, USE_SLOT, e->id, (uint32_t)i);
            if (!e->is_spell && e->slots.at[i].type.kind != TYPE_TEXT) {
                struct diag *g =
                    diag_add(c->d, DIAG_type_mismatch, n->loc, "标识要是文本，“%.*s”不是", STR_ARG(n->text));
                diag_suggest(c->d, g, "写编号、代码一类的字段，例如：标识 身份证号");
                continue;
            }
            *vec_push(c->a, &e->keys) = (uint16_t)i;
        }
    }
}

static void check_calendar(struct checker *c)
{
    c->p->calendar = workday_calendar_new(c->a);
    VEC_EACH (struct decl *, pd, &c->p->decls) {
        if ((*pd)->kind != KIND_CALENDAR) continue;
        date last = { INT32_MIN };
        VEC_EACH (const struct ast_field, f, &(*pd)->fields) {
            if (f->def->id != FIELD_CALENDAR_DAY || !f->has_from) continue;
            if (f->from.days <= last.days) {
                diag_add(c->d, DIAG_rows_order, f->loc, "日子要由早到晚，不能重复");
                continue; /* inserting before others would take long in a long list */
            }
            last = f->from;
            workday_set(c->p->calendar, f->from, f->word == WORD_WORK);
        }
    }
}

static void declare_sources(struct checker *c)
{
    map_init(&c->sources, c->a);
    map_init(&c->broken, c->a);
    map_init(&c->source_used, c->a);
    VEC_EACH (struct decl *, pd, &c->p->decls) {
        struct decl *d = *pd;
        if (d->kind != KIND_SOURCE) continue;
        const struct decl *before = map_get(&c->sources, d->name.text);
        if (before != NULL && before->kind == KIND_SOURCE && str_eq(before->name.text, d->name.text))
            duplicate(c, d, before);
        map_put(&c->sources, d->name.text, d);
    }
    VEC_EACH (struct decl *, pd, &c->p->decls) {
        if ((*pd)->kind != KIND_SOURCE) continue;
        const struct ast_field *title = decl_field(*pd, FIELD_SOURCE_TITLE);
        if (title != NULL && title->text.len > 0 && map_get(&c->sources, title->text) == NULL) {
            map_put(&c->sources, title->text, *pd);
        }
    }
    c->p->named[KIND_SOURCE] = c->sources; /* whoever explains asks how sure a source is */
}

bool check_cite(struct checker *c, const struct ast_field *f)
{
    if (f->name.text.len == 0) return false;
    const struct decl *source = map_get(&c->sources, f->name.text);
    if (source != NULL) {
        map_put(&c->source_used, source->name.text, INDEX_PLUS_1(0));
        note_decl(c, f->name.loc, source);
        return true;
    }
    struct diag *g = diag_add(c->d, DIAG_unknown_source, f->name.loc, "没有声明来源“%.*s”", STR_ARG(f->name.text));
    if (g == NULL) return false;
    struct nearest n;
    nearest_start(&n, f->name.text);
    for (size_t i = 0; i < c->sources.len; i++) nearest_offer(&n, c->sources.entries[i].key);
    if (n.best.len > 0)
        diag_suggest(c->d, g, "是不是“%.*s”？", STR_ARG(n.best));
    else
        diag_suggest(c->d, g, "先声明：来源 %.*s", STR_ARG(f->name.text));
    return false;
}

void check_model(struct checker *c)
{
    declare_sources(c);
    VEC_EACH (struct decl *, pd, &c->p->decls) {
        struct decl *d = *pd;
        if (d->kind == KIND_SOURCE || d->kind == KIND_EXAMPLE || d->kind == KIND_FILL || d->kind == KIND_NARROW ||
            d->kind == KIND_PACK || d->kind == KIND_DEFINITION || d->kind == KIND_TABLE || d->kind == KIND_POLICY ||
            d->kind == KIND_SERVICE) {
            continue;
        }
        const struct decl *before = map_get(&c->p->named[d->kind], d->name.text);
        if (before != NULL) {
            duplicate(c, d, before);
            continue;
        }
        map_put(&c->p->named[d->kind], d->name.text, d);
        if (d->kind == KIND_CODES) declare_codes(c, d);
        if ((d->kind == KIND_ENTITY || d->kind == KIND_SPELL) && c->p->entities.len < UINT16_MAX) declare_entity(c, d);
    }
    VEC_EACH (struct entity, e, &c->p->entities) builtin_slots(c, e);
    VEC_EACH (struct entity, e, &c->p->entities) declared_slots(c, e);
    VEC_EACH (struct entity, e, &c->p->entities) own_spell_slot(c, e);
    VEC_EACH (struct entity, e, &c->p->entities) check_groups(c, e);
    VEC_EACH (struct entity, e, &c->p->entities) check_keys(c, e);
    check_calendar(c);
}

/* ---- parameters ---- */

static void declare_param(struct checker *c, const struct decl *d)
{
    size_t index = c->p->params.len;
    struct param *q = vec_push(c->a, &c->p->params);
    *q = (struct param){ .decl = d, .name = d->name.text, .open = decl_field(d, FIELD_PARAM_OPEN) != NULL };
    map_put(&c->p->param_by_name, d->name.text, INDEX_PLUS_1(index));
    resolve_type(c, &d->type, false, &q->type);
    if (q->type.kind == TYPE_RECORD) {
        diag_add(c->d, DIAG_wrong_kind, d->type.loc, "参数不能是记录");
        q->type.kind = TYPE_BAD;
    }
    if (d->key.text.len == 0) return;
    void *key = map_get(&c->p->code_by_name, d->key.text);
    if (key != NULL) {
        q->key = (uint16_t)(INDEX_OF(key) + 1);
        note_decl(c, d->key.loc, c->p->codes.at[q->key - 1].decl);
        return;
    }
    struct diag *g = diag_add(c->d, DIAG_unknown_name, d->key.loc, "没有代码表“%.*s”", STR_ARG(d->key.text));
    if (g == NULL) return;
    struct nearest n;
    nearest_start(&n, d->key.text);
    VEC_EACH (struct code_list, list, &c->p->codes) nearest_offer(&n, list->name);
    if (n.best.len > 0) diag_suggest(c->d, g, "是不是“%.*s”？", STR_ARG(n.best));
}

static bool row_item(struct checker *c, const struct param *q, const struct ast_name *item, const struct ast_field *f,
                     uint32_t *out)
{
    if (q->key == 0) {
        if (item->text.len == 0) return true;
        diag_add(c->d, DIAG_syntax, item->loc, "参数“%.*s”没有“按”代码分，这里只写值", STR_ARG(q->name));
        return false;
    }
    const struct code_list *list = &c->p->codes.at[q->key - 1];
    if (item->text.len == 0) {
        struct diag *g =
            diag_add(c->d, DIAG_syntax, f->loc, "参数按“%.*s”分，每个值前面要写是哪一项", STR_ARG(list->name));
        if (list->items.len > 0) diag_suggest(c->d, g, "例如：%.*s 100", STR_ARG(list->items.at[0].name));
        return false;
    }
    const struct code_item *it = map_get(&list->by_name, item->text);
    if (it != NULL) {
        *out = (uint32_t)(it - list->items.at);
        note_use(c, item->loc, it->loc, USE_ITEM, q->key - 1u, *out);
        return true;
    }
    struct diag *g = diag_add(c->d, DIAG_unknown_name, item->loc, "代码表“%.*s”里没有“%.*s”", STR_ARG(list->name),
                              STR_ARG(item->text));
    if (g == NULL) return false;
    struct nearest n;
    nearest_start(&n, item->text);
    VEC_EACH (struct code_item, i, &list->items) nearest_offer(&n, i->name);
    if (n.best.len > 0) diag_suggest(c->d, g, "是不是“%.*s”？", STR_ARG(n.best));
    return false;
}

static void read_rows(struct checker *c, struct param *q, const struct decl *d, bool cited)
{
    c->lenient_units = true;
    date last = { INT32_MIN };
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (f->def->shape != SHAPE_PARAM_ROW || !f->has_from) continue;
        if (f->cite != NULL)
            check_cite(c, f->cite);
        else if (!cited)
            diag_add(c->d, DIAG_no_source, f->loc, "参数“%.*s”的这个值没有依据", STR_ARG(q->name));
        if (f->from.days < last.days) diag_add(c->d, DIAG_rows_order, f->loc, "生效日期要由早到晚");
        last = f->from;
        if (f->ended) {
            size_t n = q->key ? c->p->codes.at[q->key - 1].items.len : 1;
            for (size_t i = 0; i < n; i++) {
                *vec_push(c->a, &q->rows) = (struct param_row){
                    .from = f->from, .item = (uint32_t)i, .ended = true, .loc = f->loc, .row = f, .pack = d->pack
                };
            }
            continue;
        }
        for (size_t i = 0; i < f->cells.len && q->type.kind != TYPE_BAD; i++) {
            uint32_t item = 0;
            struct value v = value_unknown();
            if (!row_item(c, q, &f->items.at[i], f, &item)) break;
            if (q->key == 0 && i > 0) {
                diag_add(c->d, DIAG_syntax, f->cells.at[i]->loc, "一行只写一个值");
                break;
            }
            if (!check_const(c, f->cells.at[i], q->type, &v)) continue;
            *vec_push(c->a, &q->rows) = (struct param_row){
                .from = f->from, .item = item, .value = v, .loc = f->cells.at[i]->loc, .row = f, .pack = d->pack
            };
        }
    }
    c->lenient_units = false;
}

static int by_item_and_date(const void *pa, const void *pb)
{
    const struct param_row *a = pa, *b = pb;
    if (a->item != b->item) return a->item < b->item ? -1 : 1;
    if (a->from.days != b->from.days) return a->from.days < b->from.days ? -1 : 1;
    return a->loc.from < b->loc.from ? -1 : a->loc.from > b->loc.from;
}

/* Sorts the rows by item and date and indexes them by item, so that a look-up is a short binary search. */
static void index_rows(struct checker *c, struct param *q)
{
    q->item_count = q->key ? (uint32_t)c->p->codes.at[q->key - 1].items.len : 1;
    q->first_of_item = ARENA_ARRAY(c->a, uint32_t, q->item_count + 1);
    if (q->rows.len > 0) qsort(q->rows.at, q->rows.len, sizeof q->rows.at[0], by_item_and_date);
    for (size_t i = 1; i < q->rows.len; i++) {
        const struct param_row *a = &q->rows.at[i - 1], *b = &q->rows.at[i];
        if (a->item == b->item && a->from.days == b->from.days) {
            diag_other(diag_add(c->d, DIAG_duplicate, b->loc, "同一天有两个值"), a->loc);
        }
    }
    uint32_t at = 0;
    for (uint32_t item = 0; item < q->item_count; item++) {
        q->first_of_item[item] = at;
        while (at < q->rows.len && q->rows.at[at].item == item) at++;
    }
    q->first_of_item[q->item_count] = at;
}

void check_params(struct checker *c)
{
    VEC_EACH (struct decl *, pd, &c->p->decls) {
        if ((*pd)->kind == KIND_PARAM && map_get(&c->p->named[KIND_PARAM], (*pd)->name.text) == *pd)
            declare_param(c, *pd);
    }
    VEC_EACH (struct param, q, &c->p->params) {
        bool cited = false;
        VEC_EACH (const struct ast_field, f, &q->decl->fields) {
            if (f->def->id == FIELD_PARAM_CITE) cited = true;
        }
        read_rows(c, q, q->decl, cited);
        if (!q->open && q->rows.len == 0 && decl_field(q->decl, FIELD_PARAM_ROW) == NULL && q->type.kind != TYPE_BAD) {
            struct diag *g =
                diag_add(c->d, DIAG_missing_field, q->decl->name.loc, "参数“%.*s”没有值", STR_ARG(q->name));
            diag_suggest(c->d, g, "写一行“2023-01-01 值 依据 …”；由下级来定的写“开放”");
        }
    }
}

static struct param *find_param(struct checker *c, str name)
{
    void *found = map_get(&c->p->param_by_name, name);
    return found == NULL ? NULL : &c->p->params.at[INDEX_OF(found)];
}

/* 填写 of parameters. Definitions are filled in check.c, where bodies are checked. */
void check_fills(struct checker *c)
{
    VEC_EACH (struct decl *, pd, &c->p->decls) {
        struct decl *d = *pd;
        struct param *q = d->kind == KIND_FILL ? find_param(c, d->name.text) : NULL;
        if (q == NULL) continue;
        if (!q->open || q->decl->pack >= d->pack) {
            struct diag *g =
                diag_add(c->d, DIAG_not_open, d->name.loc, "参数“%.*s”没有开放给下级填写", STR_ARG(q->name));
            diag_other(g, q->decl->name.loc);
            continue;
        }
        if (q->filled_by != NULL) {
            diag_other(diag_add(c->d, DIAG_duplicate, d->name.loc, "参数“%.*s”已经填写过", STR_ARG(q->name)),
                       q->filled_by->name.loc);
            continue;
        }
        q->filled_by = d;
        note_use(c, d->name.loc, q->decl->name.loc, USE_PARAM, (uint32_t)(q - c->p->params.at), 0);
        q->rows.len = 0; /* what is filled in stands alone: the upper pack's own rows were its fallback */
        read_rows(c, q, d, decl_field(d, FIELD_FILL_CITE) != NULL);
    }
    VEC_EACH (struct param, q, &c->p->params) index_rows(c, q);
}
