/* row: the cells of one row as facts of the subjects it tells of, and what is wrong with them. All complaints of a row
 * are found at once. */
#include "base/idcard.h"
#include "registry/import_priv.h"

#include <assert.h>

void complain(struct import *im, struct row *w, int column, bool warning, str text, str remedy)
{
    (void)im;
    if (warning)
        w->warned = true;
    else
        w->bad = true;
    if (w->complaints.len == ROW_COMPLAINTS) return;
    *vec_push(w->a, &w->complaints) = (struct complaint){ column, text, remedy, warning };
}

const struct cell *row_cell(const struct row *w, unsigned target, uint16_t slot)
{
    VEC_EACH (const struct cell, c, &w->said[target]) {
        if (c->slot == slot) return c;
    }
    return NULL;
}

int row_column_of(const struct import *im, unsigned target, uint16_t slot)
{
    for (size_t i = 0; i < im->plan.columns.len; i++) {
        const struct plan_column *c = &im->plan.columns.at[i];
        if (c->target == target && c->slot == slot && !c->reference) return (int)i;
    }
    return -1;
}

/* ---- once per file ---- */

static bool read_fixed(struct import *im, const struct import_word *w, struct fixed_cell *out, struct err *e)
{
    const struct entity *en = &im->r->p->entities.at[im->plan.entity];
    struct field_value v;
    struct type t;
    bool optional = true;
    uint8_t target = 0;
    uint16_t slot = w->slot;
    if (slot == IMPORT_KEY || slot == IMPORT_LAST_MONTH) {
        t = slot == IMPORT_KEY ? (struct type){ .kind = TYPE_CODE, .ref = (uint16_t)(en->key - 1) }
                               : type_of_kind(TYPE_MONTH);
    } else {
        t = en->slots.at[slot].type;
        if (w->sub > 0) {
            const struct slot *s = &im->r->p->entities.at[t.ref].slots.at[w->sub - 1];
            t = s->type;
            for (uint8_t i = 1; i < im->plan.target_count; i++) {
                if (im->plan.targets[i].slot == slot) target = i;
            }
            slot = (uint16_t)(w->sub - 1);
            if (target == 0) return fail(e, INVALID, "“固定”写了引用的字段，文件里却没有说引用的是谁");
        }
    }
    enum field_answer got = field_read(im->codes, t, ROLE_NONE, optional, w->means, im->a, &v);
    if (got == FIELD_WRONG || got == FIELD_BLANK || t.kind == TYPE_RECORD)
        return fail(e, INVALID, "导入“%.*s”的固定值“%.*s”用不了", STR_ARG(im->plan.map->name), STR_ARG(w->means));
    out->target = target;
    out->cell = (struct cell){
        .slot = slot, .state = got == FIELD_NONE ? VALUE_NONE : VALUE_KNOWN, .is_text = v.is_text, .i = v.i, .s = v.s
    };
    return true;
}

bool rows_prepare(struct import *im, struct err *e)
{
    size_t n = im->plan.columns.len;
    im->words = ARENA_ARRAY(im->a, struct map, n + 1);
    for (size_t i = 0; i < n; i++) map_init(&im->words[i], im->a);
    if (im->plan.map == NULL) return true;
    const struct import_map *m = im->plan.map;
    VEC_EACH (const struct import_word, w, &m->translations) {
        for (size_t i = 0; i < n; i++) {
            const struct plan_column *c = &im->plan.columns.at[i];
            if (c->target == PLAN_NO_TARGET || c->into != w->slot || c->sub != w->sub) continue;
            str *means = ARENA_NEW(im->a, str);
            *means = w->means;
            map_put(&im->words[i], w->text, means);
        }
    }
    im->fixed = ARENA_ARRAY(im->a, struct fixed_cell, m->fixed.len + 1);
    VEC_EACH (const struct import_word, w, &m->fixed) {
        if (!read_fixed(im, w, &im->fixed[im->fixed_count++], e)) return false;
    }
    return true;
}

/* ---- a row ---- */

/* The document of this target is something other than an identity card: its number has no check digit. */
static bool other_document(const struct import *im, const struct row *w, unsigned target)
{
    const struct entity *en = &im->r->p->entities.at[im->plan.targets[target].entity];
    int slot = registry_role(im->r, en->id, ROLE_ID_KIND);
    const struct cell *c = slot < 0 ? NULL : row_cell(w, target, (uint16_t)slot);
    return c != NULL && c->state == VALUE_KNOWN && c->is_text && !str_eq(c->s, STR("01"));
}

static str cell_text(const struct import *im, const struct row *w, size_t i)
{
    str s = i < w->count ? str_trim(w->cells[i]) : STR("");
    const struct plan_column *c = &im->plan.columns.at[i];
    if (im->words[i].len > 0) {
        const str *means = map_get(&im->words[i], s);
        if (means != NULL) return *means;
    }
    if (c->unit.len > 0 && s.len > 0 && s.p[s.len - 1] >= '0' && s.p[s.len - 1] <= '9')
        return str_fmt(w->a, "%.*s%.*s", STR_ARG(s), STR_ARG(c->unit));
    return s;
}

static void read_reference(struct import *im, struct row *w, const struct plan_column *c, str text)
{
    struct field_value v;
    switch (field_read(im->codes, type_of_kind(TYPE_TEXT), ROLE_NONE, true, text, w->a, &v)) {
    case FIELD_VALUE: w->key[c->target] = str_trim(field_narrow(v.s, w->a)); break;
    case FIELD_NONE: w->key_none[c->target] = true; break;
    case FIELD_BLANK:
        w->key_none[c->target] = c->optional && im->plan.map != NULL && im->plan.map->blank_is_none;
        break;
    case FIELD_WRONG: complain(im, w, (int)(c - im->plan.columns.at), false, v.complaint, v.remedy); break;
    }
}

static void read_cell(struct import *im, struct row *w, size_t i)
{
    const struct plan_column *c = &im->plan.columns.at[i];
    str text = cell_text(im, w, i);
    if (c->reference) {
        read_reference(im, w, c, text);
        return;
    }
    struct field_value v;
    int role = c->role;
    if (role == ROLE_ID && other_document(im, w, c->target)) role = ROLE_NONE;
    enum field_answer got = field_read(im->codes, c->type, role, c->optional, text, w->a, &v);
    bool none = got == FIELD_NONE || (got == FIELD_BLANK && c->optional && im->plan.map != NULL &&
                                      im->plan.map->blank_is_none && c->slot < CELL_LAST && str_trim(text).len == 0);
    if (got == FIELD_WRONG) {
        complain(im, w, (int)i, false, v.complaint, v.remedy);
        return;
    }
    if (v.doubtful) complain(im, w, (int)i, true, v.complaint, v.remedy);
    if (got == FIELD_BLANK && !none) return;
    if (row_cell(w, c->target, c->slot) != NULL) return; /* two columns for one field: the first with a value */
    *vec_push(w->a, &w->said[c->target]) = (struct cell){ .slot = c->slot,
                                                          .state = none ? VALUE_NONE : VALUE_KNOWN,
                                                          .is_text = !none && v.is_text,
                                                          .i = none ? 0 : v.i,
                                                          .s = none ? STR("") : v.s };
}

/* What an identity number tells by itself: birth and sex, given or to be filled in. */
static void read_identity(struct import *im, struct row *w, unsigned target)
{
    const struct entity *en = &im->r->p->entities.at[im->plan.targets[target].entity];
    int id_slot = registry_role(im->r, en->id, ROLE_ID), birth = registry_role(im->r, en->id, ROLE_BIRTH),
        sex = registry_role(im->r, en->id, ROLE_SEX);
    const struct cell *id_cell = id_slot < 0 ? NULL : row_cell(w, target, (uint16_t)id_slot);
    struct idcard id;
    if (id_cell == NULL || id_cell->state != VALUE_KNOWN || other_document(im, w, target) ||
        idcard_read(id_cell->s, &id) != IDCARD_OK)
        return;
    const struct cell *b = birth < 0 ? NULL : row_cell(w, target, (uint16_t)birth);
    const struct cell *s = sex < 0 ? NULL : row_cell(w, target, (uint16_t)sex);
    if (b != NULL && b->state == VALUE_KNOWN && b->i != id.birth.days) {
        char day[DATE_TEXT];
        date_text(id.birth, day);
        complain(im, w, row_column_of(im, target, (uint16_t)birth), false,
                 str_fmt(w->a, "出生日期和身份证号里的 %s 不一致", day), STR("对照证件，改正出生日期或身份证号"));
    }
    str want = id.male ? STR("1") : STR("2");
    if (s != NULL && s->state == VALUE_KNOWN && !str_eq(s->s, want)) {
        complain(im, w, row_column_of(im, target, (uint16_t)sex), false,
                 str_fmt(w->a, "性别和身份证号不一致，号码说是%s", id.male ? "男" : "女"),
                 STR("对照证件，改正性别或身份证号"));
    }
    if (birth >= 0 && b == NULL) {
        *vec_push(w->a, &w->said[target]) =
            (struct cell){ .slot = (uint16_t)birth, .state = VALUE_KNOWN, .i = id.birth.days };
    }
    int item = sex < 0 ? -1 : field_code_find(im->codes, en->slots.at[sex].type.ref, want);
    if (item >= 0 && s == NULL) {
        *vec_push(w->a, &w->said[target]) =
            (struct cell){ .slot = (uint16_t)sex, .state = VALUE_KNOWN, .is_text = true, .i = item, .s = want };
    }
}

/* A spell needs its start, and ends after it; a month's row its month. */
static void check_times(struct import *im, struct row *w)
{
    const struct entity *en = &im->r->p->entities.at[im->plan.entity];
    if (!en->is_spell) return;
    static_assert((int)SLOT_MONTH == (int)SLOT_FROM, "both begin with when");
    const struct cell *from = row_cell(w, 0, SLOT_FROM),
                      *to = row_cell(w, 0, en->is_monthly ? (uint16_t)CELL_LAST : SLOT_TO);
    int column = row_column_of(im, 0, SLOT_FROM);
    if (from == NULL || from->state != VALUE_KNOWN) {
        if (!w->bad)
            complain(im, w, column, false, en->is_monthly ? STR("没有写月份") : STR("没有写开始日期"),
                     STR("补上再登记"));
        return;
    }
    if (to != NULL && to->state == VALUE_KNOWN && to->i < from->i)
        complain(im, w, column, false, STR("结束早于开始"), STR("核对两个日期"));
    bool months = !en->is_monthly || (months_ok((month){ (int32_t)from->i }) &&
                                      (to == NULL || to->state != VALUE_KNOWN || months_ok((month){ (int32_t)to->i })));
    if (!months) complain(im, w, column, false, STR("月份不在 1980 到 2059 年之间"), STR("核对月份"));
    if (en->is_monthly && en->key != 0 && row_cell(w, 0, CELL_KEY) == NULL && !w->bad) {
        const struct code_list *list = &im->r->p->codes.at[en->key - 1];
        complain(im, w, -1, false, str_fmt(w->a, "没有写%.*s", STR_ARG(list->name)), STR("补上再登记"));
    }
}

static struct value value_of(struct type t, const struct cell *c)
{
    if (c->state == VALUE_NONE) return value_none();
    struct value v = { .state = VALUE_KNOWN };
    switch (t.kind) {
    case TYPE_BOOL: v.boolean = c->i != 0; return v;
    case TYPE_NUM: v.number = c->i; return v;
    case TYPE_DATE: v.day = (date){ (int32_t)c->i }; return v;
    case TYPE_MONTH: v.month_ = (month){ (int32_t)c->i }; return v;
    case TYPE_TEXT: v.text = c->s; return v;
    case TYPE_CODE: v.code = (uint32_t)c->i; return v;
    case TYPE_BAD:
    case TYPE_RECORD:
    case TYPE_GROUP:
    case TYPE_HISTORY:
    case TYPE_NONE: break;
    }
    return value_unknown();
}

/* 校验 of the packs, on what this row says and nothing else. */
static void check_rules(struct import *im, struct row *w)
{
    const struct program *p = im->r->p;
    struct facts f;
    bool started = false;
    struct arena_mark m = arena_mark(im->rules);
    VEC_EACH (const struct validation, v, &p->validations) {
        if (v->entity != im->plan.entity) continue;
        if (!started) {
            started = true;
            facts_start(&f, p, im->rules, NULL, im->plan.entity);
            VEC_EACH (const struct cell, c, &w->said[0]) {
                if (c->slot >= CELL_LAST) continue;
                struct slot_value *s = &f.subject->slots[c->slot];
                s->v = value_of(p->entities.at[v->entity].slots.at[c->slot].type, c);
                s->given = true;
            }
            eval_start(&im->ev, p, im->rules, w->as_of, w->as_of);
        }
        struct frame frame = { .elements = { f.subject } };
        struct value got = eval_node(&im->ev, &frame, v->node);
        if (got.state != VALUE_KNOWN || got.boolean) continue;
        const struct ast_field *note = decl_field(v->decl, FIELD_VALIDATION_NOTE);
        complain(im, w, -1, v->warns, note != NULL ? note->text : v->decl->name.text,
                 str_fmt(w->a, "校验“%.*s”", STR_ARG(v->decl->name.text)));
    }
    arena_rewind(im->rules, m);
}

void row_read(struct import *im, const struct sheet_row *in, struct row *w)
{
    const struct plan *x = &im->plan;
    *w = (struct row){
        .a = w->a, .number = in->number, .cells = in->cells, .count = in->count, .as_of = im->out->as_of
    };
    if (in->problem.len > 0) complain(im, w, -1, false, in->problem, STR("改正这一行再登记"));
    if (in->count > x->columns.len) {
        bool more = false;
        for (size_t i = x->columns.len; i < in->count; i++) more = more || str_trim(in->cells[i]).len > 0;
        if (more)
            complain(im, w, -1, false, STR("这一行的格子比栏名多"),
                     STR("看看是不是多了逗号，或者有一格里有逗号没加引号"));
    }
    if (w->bad) return;
    for (size_t i = 0; i < x->columns.len; i++) { /* the kind of document decides how its number is read */
        if (x->columns.at[i].target != PLAN_NO_TARGET && x->columns.at[i].role == ROLE_ID_KIND) read_cell(im, w, i);
    }
    for (size_t i = 0; i < x->columns.len; i++) {
        if (x->columns.at[i].target != PLAN_NO_TARGET && x->columns.at[i].role != ROLE_ID_KIND) read_cell(im, w, i);
    }
    for (size_t i = 0; i < im->fixed_count; i++) {
        const struct fixed_cell *c = &im->fixed[i];
        if (row_cell(w, c->target, c->cell.slot) == NULL) *vec_push(w->a, &w->said[c->target]) = c->cell;
    }
    if (x->day_column >= 0 && (size_t)x->day_column < in->count) {
        str s = str_trim(field_narrow(in->cells[x->day_column], w->a));
        date d;
        if (s.len > 0 && !field_date(s, &d))
            complain(im, w, x->day_column, false, str_fmt(w->a, "“%.*s”不是日期", STR_ARG(s)),
                     STR("写成 2023-11-01 的样子"));
        else if (s.len > 0)
            w->as_of = d;
    }
    for (unsigned t = 0; t < x->target_count; t++) read_identity(im, w, t);
    check_times(im, w);
    if (!w->bad) check_rules(im, w);
}
