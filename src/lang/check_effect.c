/* check_effect: what a service changes when it is done (变更, 赋值), and how long things may take (时限). */
#include "lang/check_priv.h"
#include "lang/eval.h"

/* ---- times ---- */

static const struct {
    const char *zh, *en;
    enum service_unit unit;
    enum dimension dim;
} time_units[] = { { "工作日", "workdays", SERVICE_WORKDAYS, DIM_WORKDAY },
                   { "日", "days", SERVICE_DAYS, DIM_DAY },
                   { "月", "months", SERVICE_MONTHS, DIM_MONTH },
                   { "小时", "hours", SERVICE_HOURS, DIM_HOUR } };
enum { TIME_UNITS = sizeof time_units / sizeof *time_units, TIME_MAX = 10000 };

const char *time_unit_zh(enum service_unit u) { return time_units[u].zh; }

/* Which unit of time a type is in; TIME_UNITS when it is in none. */
static unsigned time_unit_of(struct type t)
{
    for (unsigned i = 0; i < TIME_UNITS; i++) {
        struct unit only = UNIT_NONE;
        only.power[time_units[i].dim] = 1;
        if (t.kind == TYPE_NUM && unit_eq(t.unit, only)) return i;
    }
    return TIME_UNITS;
}

static uint16_t count_in(num n, unsigned scale)
{
    if (scale > 0) n /= num_pow10(scale);
    return n < 0 || n > TIME_MAX ? 0 : (uint16_t)n;
}

struct service_time service_time_on(const struct program *p, struct service_time t, date day)
{
    if (t.param == 0) return t;
    const struct param *q = &p->params.at[t.param - 1];
    const struct param_row *row = param_row_on(q, 0, day);
    bool known = row != NULL && !row->ended && row->value.state == VALUE_KNOWN;
    t.count = known ? count_in(row->value.number, q->type.scale) : 0;
    return t;
}

date service_time_end(const struct program *p, enum service_unit unit, int64_t left, date since)
{
    switch (unit) {
    case SERVICE_WORKDAYS: return workday_after(p->calendar, since, left);
    case SERVICE_DAYS: return workday_expiry_days(p->calendar, since, left);
    case SERVICE_MONTHS: return workday_expiry_months(p->calendar, since, left);
    case SERVICE_HOURS: return workday_expiry_days(p->calendar, since, (left + 23) / 24);
    }
    return since;
}

static void no_such_time(struct checker *c, const struct ast_name *n)
{
    struct diag *g = diag_add(c->d, DIAG_unknown_name, n->loc, "没有参数“%.*s”", STR_ARG(n->text));
    if (g == NULL) return;
    struct nearest near;
    nearest_start(&near, n->text);
    VEC_EACH (const struct param, q, &c->p->params) {
        if (time_unit_of(q->type) < TIME_UNITS) nearest_offer(&near, q->name);
    }
    if (near.best.len > 0)
        diag_suggest(c->d, g, "是不是“%.*s”？", STR_ARG(near.best));
    else
        diag_suggest(c->d, g, "写数和单位，例如 10工作日；由下级定的先声明：参数 %.*s : 工作日，下面写“开放”",
                     STR_ARG(n->text));
}

static struct service_time time_of_param(struct checker *c, const struct ast_field *f)
{
    const struct ast_name *n = &f->names.at[0];
    struct service_time t = { 0 };
    void *found = map_get(&c->p->param_by_name, n->text);
    if (found == NULL) {
        no_such_time(c, n);
        return t;
    }
    const struct param *q = &c->p->params.at[INDEX_OF(found)];
    note_use(c, n->loc, q->decl->name.loc, USE_PARAM, (uint32_t)INDEX_OF(found), 0);
    unsigned unit = time_unit_of(q->type);
    bool fits = unit < TIME_UNITS && q->key == 0 && words_contain(f->def->words, str_of(time_units[unit].zh));
    if (!fits) {
        struct diag *g =
            diag_add(c->d, DIAG_type_mismatch, n->loc, "参数“%.*s”不能作“%s”", STR_ARG(n->text), f->def->zh);
        diag_suggest(c->d, g, "参数的单位要是其中之一：%s，不按代码分", f->def->words);
        return t;
    }
    t.unit = (uint8_t)time_units[unit].unit;
    t.param = (uint32_t)INDEX_OF(found) + 1;
    return service_time_on(c->p, t, (date){ INT32_MAX });
}

struct service_time check_time(struct checker *c, const struct ast_field *f)
{
    struct service_time t = { 0 };
    if (f == NULL) return t;
    if (f->names.len > 0) return time_of_param(c, f);
    if (f->expr == NULL || f->expr->kind != EXPR_NUMBER) return t; /* said by the parser */
    bool year = str_eq(f->expr->unit, STR("年"));
    num n = year ? f->expr->number * 12 : f->expr->number;
    for (unsigned i = 0; i < TIME_UNITS; i++) {
        if (str_eq(f->expr->unit, str_of(time_units[i].zh)) || str_eq(f->expr->unit, str_of(time_units[i].en)))
            t.unit = (uint8_t)time_units[i].unit;
    }
    if (year) t.unit = SERVICE_MONTHS;
    t.count = f->expr->scale == 0 ? count_in(n, 0) : 0;
    if (t.count == 0) diag_add(c->d, DIAG_bad_number, f->expr->loc, "“%s”要是 1 到 %d 的整数", f->def->zh, TIME_MAX);
    return t;
}

/* ---- 变更 ---- */

static enum effect_kind effect_of(str word)
{
    static const char *const words[] = { [EFFECT_OPEN] = "登记",
                                         [EFFECT_CLOSE] = "结束",
                                         [EFFECT_SET] = "更新",
                                         [EFFECT_ENTER] = "入册",
                                         [EFFECT_LEAVE] = "出册" };
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        if (str_eq(word, str_of(words[i]))) return (enum effect_kind)i;
    }
    return EFFECT_OPEN;
}

static void check_set(struct checker *c, struct effect *x, const struct ast_field *g)
{
    const struct entity *e = &c->p->entities.at[x->entity];
    if (x->kind == EFFECT_ENTER || x->kind == EFFECT_LEAVE) {
        struct diag *d = diag_add(c->d, DIAG_syntax, g->loc, "名录里没有自己的字段，不能赋值");
        diag_suggest(c->d, d, "另写一行“变更 更新”，在它下面赋值");
        return;
    }
    int slot = plain_field(c, e, g->name.text, g->name.loc);
    if (slot < 0) return;
    note_use(c, g->name.loc, e->slots.at[slot].loc, USE_SLOT, e->id, (uint32_t)slot);
    VEC_EACH (const struct effect_set, y, &x->sets) {
        if (y->slot != (uint16_t)slot) continue;
        say_twice(c, &g->name);
        return;
    }
    node_id id = check_as(c, g->expr, e->slots.at[slot].type, "赋的值");
    if (id != 0) *vec_push(c->a, &x->sets) = (struct effect_set){ .slot = (uint16_t)slot, .value = id };
}

/* 补贴享受(灵活就业社保): which kind of a monthly spell a row is of. */
static bool effect_item(struct checker *c, const struct entity *e, const struct ast_field *f, struct effect *x)
{
    const struct ast_name *n = f->names.len > 2 ? &f->names.at[2] : NULL;
    if (e->key == 0 || x->kind == EFFECT_CLOSE) {
        if (n != NULL) diag_add(c->d, DIAG_syntax, n->loc, "“%.*s”没有“分”代码，后面不写括号", STR_ARG(e->name));
        return n == NULL;
    }
    const struct code_list *list = &c->p->codes.at[e->key - 1];
    if (n == NULL) {
        struct diag *g = diag_add(c->d, DIAG_syntax, f->loc, "“%.*s”按“%.*s”分，要写登记哪一种", STR_ARG(e->name),
                                  STR_ARG(list->name));
        if (list->items.len > 0)
            diag_suggest(c->d, g, "例如：变更 登记 %.*s(%.*s)", STR_ARG(e->name), STR_ARG(list->items.at[0].name));
        return false;
    }
    const struct code_item *item = map_get(&list->by_name, n->text);
    if (item != NULL) {
        x->item = (uint16_t)(item - list->items.at + 1);
        note_use(c, n->loc, item->loc, USE_ITEM, e->key - 1u, x->item - 1u);
        return true;
    }
    struct diag *g =
        diag_add(c->d, DIAG_unknown_name, n->loc, "代码表“%.*s”里没有“%.*s”", STR_ARG(list->name), STR_ARG(n->text));
    struct nearest near;
    nearest_start(&near, n->text);
    VEC_EACH (const struct code_item, it, &list->items) nearest_offer(&near, it->name);
    if (g != NULL && near.best.len > 0) diag_suggest(c->d, g, "是不是“%.*s”？", STR_ARG(near.best));
    return false;
}

static bool effect_register(struct checker *c, const struct service *s, const struct ast_name *n, struct effect *x)
{
    void *found = map_get(&c->p->register_by_name, n->text);
    if (found == NULL) {
        struct diag *g = diag_add(c->d, DIAG_unknown_name, n->loc, "没有名录“%.*s”", STR_ARG(n->text));
        struct nearest near;
        nearest_start(&near, n->text);
        VEC_EACH (const struct register_, r, &c->p->registers) nearest_offer(&near, r->name);
        if (g != NULL && near.best.len > 0) diag_suggest(c->d, g, "是不是“%.*s”？", STR_ARG(near.best));
        return false;
    }
    const struct register_ *r = &c->p->registers.at[INDEX_OF(found)];
    note_decl(c, n->loc, r->decl);
    if (r->entity != s->entity) {
        say_other_subject(c, n, "名录", r->entity, s->entity, r->decl);
        return false;
    }
    x->register_ = r->id;
    return true;
}

/* The word must have a target, or none. */
static bool has_target(struct checker *c, const struct effect *x, const struct ast_field *f)
{
    const struct ast_name *target = f->names.len > 1 ? &f->names.at[1] : NULL;
    if (x->kind == EFFECT_SET && target != NULL) {
        struct diag *g = diag_add(c->d, DIAG_syntax, target->loc, "“更新”改的是对象自己，后面不写名字");
        diag_suggest(c->d, g, "经历写“登记”或“结束”");
        return false;
    }
    if (x->kind == EFFECT_SET || target != NULL) return true;
    bool listed = x->kind == EFFECT_ENTER || x->kind == EFFECT_LEAVE;
    struct diag *g = diag_add(c->d, DIAG_syntax, f->loc, "“%.*s”后面要写%s的名字", STR_ARG(f->names.at[0].text),
                              listed ? "名录" : "经历");
    diag_suggest(c->d, g, listed ? "例如：变更 入册 就业困难人员名录" : "例如：变更 登记 就业登记");
    return false;
}

static void check_effect(struct checker *c, struct service *s, const struct ast_field *f)
{
    if (f->names.len == 0) return; /* said by the parser */
    struct effect x = { .kind = (uint8_t)effect_of(f->names.at[0].text), .entity = s->entity, .field = f };
    if (!has_target(c, &x, f)) return;
    if (x.kind == EFFECT_ENTER || x.kind == EFFECT_LEAVE) {
        if (!effect_register(c, s, &f->names.at[1], &x)) return;
    } else if (x.kind != EFFECT_SET) {
        const struct entity *e = own_spell(c, &c->p->entities.at[s->entity], &f->names.at[1], false);
        if (e == NULL) return;
        if (x.kind == EFFECT_CLOSE && e->is_monthly) {
            diag_add(c->d, DIAG_wrong_kind, f->names.at[1].loc, "“%.*s”是逐月的历史，没有可以结束的一段",
                     STR_ARG(e->name));
            return;
        }
        x.entity = e->id;
        if (!effect_item(c, e, f, &x)) return;
    }
    VEC_EACH (const struct ast_field, g, &f->subs) {
        if (g->def->id == FIELD_SERVICE_EFFECT_SET && g->expr != NULL) check_set(c, &x, g);
    }
    bool own = false;
    VEC_EACH (const struct form_item, i, &s->form) own |= i->entity == s->entity;
    if (x.kind == EFFECT_SET && f->subs.len == 0 && !own) {
        struct diag *g = diag_add(c->d, DIAG_missing_field, f->loc, "没有可以更新的：既没有填报自己的字段，也没有赋值");
        diag_suggest(c->d, g, "写“填报 字段”，或在“变更 更新”下面写“赋值 字段 = 值”");
    }
    *vec_push(c->a, &s->effects) = x;
}

/* What is filled in about a spell must go somewhere. */
static void check_form_used(struct checker *c, const struct service *s)
{
    VEC_EACH (const struct form_item, i, &s->form) {
        bool used = i->entity == s->entity || s->includes.len > 0;
        VEC_EACH (const struct effect, x, &s->effects) used |= x->kind <= EFFECT_CLOSE && x->entity == i->entity;
        if (used) continue;
        const struct entity *e = &c->p->entities.at[i->entity];
        struct diag *g =
            diag_add(c->d, DIAG_missing_field, i->field->loc, "填了“%.*s”的字段，却没有登记它", STR_ARG(e->name));
        diag_suggest(c->d, g, "加一行：变更 登记 %.*s", STR_ARG(e->name));
        return;
    }
}

void check_effects(struct checker *c, struct service *s)
{
    scope_start(c, s->entity);
    c->has_cite = true;
    add_local(c, STR("申请日"), (struct type){ .kind = TYPE_DATE }, (struct loc){ 0 }); /* no place declares these */
    if (s->has_amount) add_local(c, STR("核定金额"), s->amount_type, (struct loc){ 0 });
    VEC_EACH (const struct ast_field, f, &s->decl->fields) {
        if (f->def->id == FIELD_SERVICE_EFFECT) check_effect(c, s, f);
    }
    check_form_used(c, s);
    scope_start(c, s->entity);
}
