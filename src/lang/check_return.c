/* check_return: 报表: cells get their units, levels their order, and every 校验 becomes one comparison of sums, so that
 * it can be decided exactly and said in one sentence. */
#include "lang/check_priv.h"

static const char *const level_words[] = { [LEVEL_UNKNOWN] = "",  [LEVEL_VILLAGE] = "村", [LEVEL_TOWN] = "乡镇",
                                           [LEVEL_COUNTY] = "县", [LEVEL_CITY] = "市",    [LEVEL_PROVINCE] = "省" };

const char *area_level_zh(enum area_level l) { return level_words[l]; }

static bool all_digits(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
    }
    return s.len > 0;
}

enum area_level area_level_of(str code)
{
    enum { OF_COUNTY = 6, OF_TOWN = 9, OF_VILLAGE = 12 };
    if (!all_digits(code)) return LEVEL_UNKNOWN;
    if (code.len == OF_VILLAGE) return LEVEL_VILLAGE;
    if (code.len == OF_TOWN) return LEVEL_TOWN;
    if (code.len != OF_COUNTY) return LEVEL_UNKNOWN;
    return str_ends(code, STR("0000")) ? LEVEL_PROVINCE : str_ends(code, STR("00")) ? LEVEL_CITY : LEVEL_COUNTY;
}

const struct return_ *program_return(const struct program *p, str name)
{
    void *found = map_get(&p->return_by_name, name);
    if (found != NULL) return &p->returns.at[INDEX_OF(found)];
    VEC_EACH (const struct return_, r, &p->returns) {
        if (r->alias.len > 0 && str_eq(r->alias, name)) return r;
    }
    return NULL;
}

static str first_name(const struct decl *d, enum field_id id)
{
    const struct ast_field *f = decl_field(d, id);
    return f != NULL && f->names.len > 0 ? f->names.at[0].text : (str){ 0 };
}

static enum area_level level_named(str word)
{
    for (unsigned i = LEVEL_VILLAGE; i <= LEVEL_PROVINCE; i++) {
        if (str_eq(word, str_of(level_words[i]))) return (enum area_level)i;
    }
    return LEVEL_UNKNOWN;
}

static uint32_t months_named(str word)
{
    return str_eq(word, STR("月")) ? 1 : str_eq(word, STR("季")) ? 3 : str_eq(word, STR("半年")) ? 6 : 12;
}

/* ---- cells ---- */

static struct return_cell *cell_named(struct return_ *r, str name)
{
    VEC_EACH (struct return_cell, k, &r->cells) {
        if (str_eq(k->name, name)) return k;
    }
    return NULL;
}

/* An indicator in its own unit, or a task that has a quantity and no indicator: that is done in the period. */
static bool cell_of(struct checker *c, const struct ast_name *n, struct return_cell *out)
{
    void *found = map_get(&c->p->indicator_by_name, n->text);
    if (found != NULL) {
        const struct indicator *x = &c->p->indicators.at[INDEX_OF(found)];
        *out = (struct return_cell){ .name = n->text, .unit = x->unit, .each = !x->adds };
        return x->unit.text.len > 0; /* said at the indicator */
    }
    const struct task *t = program_task(c->p, n->text);
    if (t == NULL) return false; /* said by the reference */
    if (t->counted && t->indicator == 0) {
        bool adds = !t->unit.percent && !t->unit.times;
        *out = (struct return_cell){ .name = n->text, .unit = t->unit, .during = adds, .each = !adds };
        return true;
    }
    struct diag *g = diag_add(c->d, DIAG_wrong_kind, n->loc, "任务“%.*s”%s", STR_ARG(n->text),
                              t->counted ? "用指标量" : "没有数量，看佐证");
    diag_suggest(c->d, g, t->counted ? "这里写它的指标" : "报表里只写数得出来的");
    return false;
}

/* 累计, 本期, 各级自填: in this order. */
static void mark_cell(struct checker *c, struct return_ *r, enum field_id mark, const struct ast_name *n)
{
    struct return_cell *cell = cell_named(r, n->text);
    if (cell == NULL) {
        struct diag *g = diag_add(c->d, DIAG_unknown_name, n->loc, "这张表没有“%.*s”这一格", STR_ARG(n->text));
        diag_suggest(c->d, g, "先写在“指标”里");
    } else if (mark == FIELD_RETURN_CUMULATIVE) {
        cell->cumulative = true, cell->during = false;
    } else if (mark == FIELD_RETURN_EACH) {
        cell->each = true;
    } else if (cell->cumulative) {
        struct diag *g = diag_add(c->d, DIAG_duplicate, n->loc, "“%.*s”写了累计，又写了本期", STR_ARG(n->text));
        diag_suggest(c->d, g, "从年初算起的写在“累计”里，这一期里发生的写在“本期”里，只写一处");
    } else if (cell->each) {
        struct diag *g = diag_add(c->d, DIAG_wrong_kind, n->loc, "“%.*s”不能相加，不能写在“本期”里", STR_ARG(n->text));
        diag_suggest(c->d, g, "比率、写了“不相加”的，报期末的，或者另外声明一个可以相加的指标");
    } else {
        cell->during = true;
    }
}

static void read_cells(struct checker *c, struct return_ *r)
{
    VEC_EACH (const struct ast_field, f, &r->decl->fields) {
        if (f->def->id != FIELD_RETURN_INDICATORS) continue;
        VEC_EACH (const struct ast_name, n, &f->names) {
            struct return_cell cell;
            if (!cell_of(c, n, &cell)) continue;
            if (cell_named(r, n->text) != NULL)
                say_twice(c, n);
            else
                *vec_push(c->a, &r->cells) = cell;
        }
    }
    static const enum field_id marks[] = { FIELD_RETURN_CUMULATIVE, FIELD_RETURN_DURING, FIELD_RETURN_EACH };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        const struct ast_field *f = decl_field(r->decl, marks[i]);
        for (size_t k = 0; f != NULL && k < f->names.len; k++) mark_cell(c, r, marks[i], &f->names.at[k]);
    }
}

/* ---- rules ---- */

struct reading {
    struct checker *c;
    struct return_ *r;
    struct return_rule *rule;
    struct measure_unit unit; /* of everything in the rule; text empty: not known yet */
};

static void say_shape(struct checker *c, struct loc loc)
{
    struct diag *g = diag_add(c->d, DIAG_syntax, loc, "校验是两边相比：格子、数、它们的和与差，格子可以乘一个数");
    diag_suggest(c->d, g,
                 "例如：失业人员再就业人数 + 困难人员就业人数 <= 城镇新增就业人数，或者 城镇新增就业人数 >= "
                 "上期(城镇新增就业人数)");
}

static bool same_unit(struct reading *k, const struct measure_unit *u, struct loc loc)
{
    if (k->unit.text.len == 0) {
        k->unit = *u;
        return true;
    }
    if (measure_units_fit(&k->unit, u)) return true;
    struct diag *g =
        diag_add(k->c->d, DIAG_unit_mismatch, loc, "“%.*s”和“%.*s”不能比", STR_ARG(u->text), STR_ARG(k->unit.text));
    diag_suggest(k->c->d, g, "一条校验里的格子要是同一种单位（万人和人可以）");
    return false;
}

static bool add_cell(struct reading *k, const struct expr *x, enum return_when when, num factor)
{
    struct return_cell *cell = cell_named(k->r, x->text);
    if (cell == NULL) {
        struct diag *g = diag_add(k->c->d, DIAG_unknown_name, x->name, "这张表没有“%.*s”这一格", STR_ARG(x->text));
        struct nearest near;
        nearest_start(&near, x->text);
        VEC_EACH (const struct return_cell, o, &k->r->cells) nearest_offer(&near, o->name);
        if (near.best.len > 0) diag_suggest(k->c->d, g, "是不是“%.*s”？", STR_ARG(near.best));
        return false;
    }
    if (!same_unit(k, &cell->unit, x->loc)) return false;
    const struct decl *d = map_get(&k->c->p->named[KIND_INDICATOR], x->text);
    if (d == NULL) d = map_get(&k->c->p->named[KIND_TASK], x->text);
    if (d != NULL) note_decl(k->c, x->name, d);
    *vec_push(k->c->a, &k->rule->terms) = (struct return_term){ factor, 1 + (uint32_t)(cell - k->r->cells.at), when };
    return true;
}

static bool add_number(struct reading *k, const struct expr *x, num sign)
{
    struct measure_unit own, plain;
    num v;
    str text = measure_unit_of(x);
    if (x->number == 0 && text.len == 0) return true; /* nought of anything */
    if (!check_measure_unit(k->c, text.len > 0 ? text : STR("个"), x->loc, &own)) return false;
    if (!same_unit(k, &own, x->loc)) return false;
    plain = own, plain.factor = 1;
    if (!measure_convert(x->number, x->scale, &own, &plain, &v)) {
        diag_add(k->c->d, DIAG_bad_number, x->loc, "这个数太大，或者小数位太多");
        return false;
    }
    *vec_push(k->c->a, &k->rule->terms) = (struct return_term){ .factor = sign < 0 ? -v : v };
    return true;
}

static bool plain_factor(struct checker *c, const struct expr *x, num factor, num *out)
{
    num wide;
    if (x->kind != EXPR_NUMBER || (x->unit.len > 0 && !x->percent) ||
        !num_widen(x->number, x->scale, MEASURE_SCALE, &wide)) {
        say_shape(c, x->loc);
        return false;
    }
    if (x->percent) wide = num_div_round(wide, 100, NUM_HALF_UP);
    if (num_mul(wide, factor < 0 ? -1 : 1, out)) return true;
    diag_add(c->d, DIAG_bad_number, x->loc, "这个数太大");
    return false;
}

static enum return_when when_named(const struct expr *callee)
{
    if (callee->kind != EXPR_NAME) return RETURN_NOW;
    return str_eq(callee->text, STR("上期"))   ? RETURN_BEFORE
           : str_eq(callee->text, STR("同期")) ? RETURN_YEAR_BEFORE
                                               : RETURN_NOW;
}

/* x times factor (±1, or what a product left) added to the terms. Depth is that of the parser. */
static bool add_side(struct reading *k, const struct expr *x, num factor)
{
    num one = num_pow10(MEASURE_SCALE);
    if (x == NULL || x->kind == EXPR_BAD) return false; /* said */
    bool whole = factor == one || factor == -one;
    if (x->kind == EXPR_NAME) return add_cell(k, x, RETURN_NOW, factor);
    if (x->kind == EXPR_NUMBER && whole) return add_number(k, x, factor);
    if (x->kind == EXPR_CALL && x->kid_count == 2 && when_named(x->kids[0]) != RETURN_NOW &&
        x->kids[1]->kind == EXPR_NAME)
        return add_cell(k, x->kids[1], when_named(x->kids[0]), factor);
    if (x->kind == EXPR_BINARY && x->kid_count == 2 && str_eq(x->text, STR("+")))
        return add_side(k, x->kids[0], factor) && add_side(k, x->kids[1], factor);
    if (x->kind == EXPR_BINARY && x->kid_count == 2 && str_eq(x->text, STR("-")))
        return add_side(k, x->kids[0], factor) && add_side(k, x->kids[1], -factor);
    if (x->kind == EXPR_BINARY && x->kid_count == 2 && str_eq(x->text, STR("*")) && whole) {
        bool left = x->kids[0]->kind == EXPR_NUMBER;
        num times;
        const struct expr *other = x->kids[left ? 1 : 0];
        if (!plain_factor(k->c, x->kids[left ? 0 : 1], factor, &times)) return false;
        if (other->kind == EXPR_NAME || other->kind == EXPR_CALL) return add_side(k, other, times);
    }
    say_shape(k->c, x->loc);
    return false;
}

static bool relation_named(str op, enum goal_relation *out)
{
    static const struct {
        const char *op;
        enum goal_relation relation;
    } ops[] = {
        { ">=", RELATION_GE }, { ">", RELATION_GT }, { "<=", RELATION_LE }, { "<", RELATION_LT }, { "=", RELATION_EQ }
    };
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        if (!str_eq(op, str_of(ops[i].op))) continue;
        *out = ops[i].relation;
        return true;
    }
    return false;
}

static void read_rule(struct checker *c, struct return_ *r, const struct ast_field *f)
{
    num one = num_pow10(MEASURE_SCALE);
    const struct ast_field *note = field_sub(f, FIELD_RETURN_CHECK_NOTE);
    struct return_rule rule = { .name = f->name.text, .field = f };
    struct reading k = { .c = c, .r = r, .rule = &rule };
    const struct expr *x = f->expr;
    if (x == NULL || x->kind == EXPR_BAD) return; /* said */
    if (x->kind != EXPR_BINARY || x->kid_count != 2 || !relation_named(x->text, &rule.relation)) {
        say_shape(c, x->loc);
        return;
    }
    VEC_EACH (const struct return_rule, o, &r->rules) {
        if (str_eq(o->name, rule.name)) {
            say_twice(c, &f->name);
            return;
        }
    }
    if (!add_side(&k, x->kids[0], one) || !add_side(&k, x->kids[1], -one)) return;
    rule.says = source_text(&c->p->sources.at[x->loc.source], x->loc);
    rule.note = note != NULL ? note->text : (str){ 0 };
    rule.soft = field_sub(f, FIELD_RETURN_CHECK_SOFT) != NULL;
    *vec_push(c->a, &r->rules) = rule;
}

/* ---- declarations ---- */

static void read_areas(struct checker *c, struct return_ *r)
{
    const struct ast_field *f = decl_field(r->decl, FIELD_RETURN_AREAS);
    for (size_t i = 0; f != NULL && i < f->names.len; i++) {
        str code = f->names.at[i].text;
        if (area_level_of(code) == r->from) {
            *vec_push(c->a, &r->areas) = code;
            continue;
        }
        struct diag *g = diag_add(c->d, DIAG_bad_word, f->names.at[i].loc, "“%.*s”不是%s一级的行政区划代码",
                                  STR_ARG(code), area_level_zh(r->from));
        diag_suggest(c->d, g, "写“填报”那一级的代码：县六位，乡镇九位，村十二位");
    }
}

static void declare_return(struct checker *c, const struct decl *d)
{
    struct return_ r = { .decl = d, .name = d->name.text, .alias = first_name(d, FIELD_RETURN_ALIAS) };
    r.months = months_named(first_name(d, FIELD_RETURN_FREQUENCY));
    r.from = level_named(first_name(d, FIELD_RETURN_FROM)), r.to = level_named(first_name(d, FIELD_RETURN_TO));
    r.limit = check_time(c, decl_field(d, FIELD_RETURN_LIMIT));
    r.later = check_time(c, decl_field(d, FIELD_RETURN_LATER));
    if (r.from == LEVEL_UNKNOWN || r.to == LEVEL_UNKNOWN) return; /* said */
    if (r.to < r.from) {
        struct diag *g = diag_add(c->d, DIAG_rows_order, decl_field(d, FIELD_RETURN_TO)->loc, "%s填的表不能报给%s",
                                  area_level_zh(r.from), area_level_zh(r.to));
        diag_suggest(c->d, g, "“上报”写同一级或者更上的一级");
    }
    read_cells(c, &r);
    read_areas(c, &r);
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (f->def->id == FIELD_RETURN_CHECK) read_rule(c, &r, f);
    }
    map_put(&c->p->return_by_name, r.name, INDEX_PLUS_1(c->p->returns.len));
    *vec_push(c->a, &c->p->returns) = r;
}

void check_returns(struct checker *c)
{
    VEC_EACH (struct decl *, pd, &c->p->decls) {
        bool first = (*pd)->kind == KIND_RETURN && map_get(&c->p->named[KIND_RETURN], (*pd)->name.text) == *pd;
        if (first) declare_return(c, *pd);
    }
}
