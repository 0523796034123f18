/* check_operator: operators and what they ask of their sides: one kind, one unit, one number of decimals. */
#include "lang/check_expr_priv.h"

node_id check_chain(struct checker *c, const struct expr *x, enum op op)
{
    VEC(node_id) kids = { 0 };
    bool ok = true;
    for (uint32_t i = 0; i < x->kid_count; i++) {
        node_id id = check_bool(c, x->kids[i]);
        ok = ok && id != 0;
        *vec_push(c->a, &kids) = id;
    }
    if (!ok) return 0;
    if (kids.len > UINT16_MAX) {
        diag_add(c->d, DIAG_too_big, x->loc, "条件太长");
        return 0;
    }
    return make_node(c, op, BOOL, x->loc, kids.at, (unsigned)kids.len);
}

static bool resolves(struct checker *c, const struct expr *x)
{
    if (x->kind != EXPR_NAME) return true;
    for (unsigned i = 0; i < c->local_count; i++) {
        if (str_eq(c->locals[i].name, x->text)) return true;
    }
    return (c->has_subject && entity_slot(&c->p->entities.at[c->level_entity[c->level]], x->text) >= 0) ||
           map_get(&c->p->param_by_name, x->text) != NULL;
}

/* The two sides of a comparison, a bare code name on either side resolved by the other: 男 = 性别. */
static bool two_sides(struct checker *c, const struct expr *a, const struct expr *b, node_id *ia, node_id *ib)
{
    bool a_bare = !resolves(c, a) && resolves(c, b);
    if (a_bare) {
        *ib = check_expr(c, b, NULL);
        if (*ib == 0) return false;
        struct type tb = *node_type(c, *ib);
        *ia = check_expr(c, a, &tb);
    } else {
        *ia = check_expr(c, a, NULL);
        if (*ia == 0) return false;
        struct type ta = *node_type(c, *ia);
        *ib = check_expr(c, b, &ta);
    }
    return *ia != 0 && *ib != 0;
}

/* Brings two numbers to one scale. A quotient keeps its own. */
void make_aligned(struct checker *c, node_id *a, node_id *b)
{
    unsigned sa = at(c, *a)->type.scale, sb = at(c, *b)->type.scale;
    if (sa < sb) *a = make_widened(c, *a, sb);
    if (sb < sa) *b = make_widened(c, *b, sa);
}

bool check_comparable(struct checker *c, struct type a, struct type b, struct loc loc, bool order)
{
    if (a.kind == TYPE_NONE || b.kind == TYPE_NONE) {
        struct diag *g = diag_add(c->d, DIAG_type_mismatch, loc, "与“无”比较总是假");
        diag_suggest(c->d, g, "写 有(x) 或 无(x)");
        return false;
    }
    if (!type_fits(a, b)) {
        say_mismatch(c, loc, b, a, "比较的右边");
        return false;
    }
    bool ordered = a.kind == TYPE_NUM || a.kind == TYPE_DATE || a.kind == TYPE_MONTH;
    bool equals = ordered || a.kind == TYPE_CODE || a.kind == TYPE_TEXT || a.kind == TYPE_BOOL || a.kind == TYPE_RECORD;
    if (order ? ordered : equals) return true;
    diag_add(c->d, DIAG_type_mismatch, loc, "“%.*s”不能%s", STR_ARG(type_name(c, a)), order ? "比大小" : "比较");
    return false;
}

static node_id check_compare(struct checker *c, const struct expr *x)
{
    static const struct {
        const char *text;
        enum op op;
    } ops[] = { { "=", OP_EQ }, { "!=", OP_NE }, { "<", OP_LT }, { "<=", OP_LE }, { ">", OP_GT }, { ">=", OP_GE } };
    enum op op = OP_BAD;
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        if (str_eq(x->text, str_of(ops[i].text))) op = ops[i].op;
    }
    node_id a, b;
    if (!two_sides(c, x->kids[0], x->kids[1], &a, &b)) return 0;
    struct type ta = at(c, a)->type, tb = at(c, b)->type;
    if (!check_comparable(c, ta, tb, x->kids[1]->loc, op != OP_EQ && op != OP_NE)) return 0;
    if (ta.kind == TYPE_NUM && !ta.quotient && !tb.quotient) make_aligned(c, &a, &b);
    return make2(c, op, BOOL, x->loc, a, b);
}

static node_id check_date_sum(struct checker *c, const struct expr *x, node_id a, node_id b, bool minus)
{
    struct type ta = at(c, a)->type, tb = at(c, b)->type;
    if (tb.kind != TYPE_NUM) {
        struct diag *g = diag_add(c->d, DIAG_type_mismatch, x->kids[1]->loc,
                                  "日期只能加减 日、月、工作日，不能加减“%.*s”", STR_ARG(type_name(c, tb)));
        if (tb.kind == TYPE_DATE) diag_suggest(c->d, g, "两个日期相差几天，写 天数(从, 到)");
        return 0;
    }
    bool counts = unit_eq(tb.unit, UNIT_MONTH) ||
                  (ta.kind == TYPE_DATE && (unit_eq(tb.unit, UNIT_DAY) || unit_eq(tb.unit, UNIT_WORKDAY)));
    if (counts && tb.scale > 0) {
        diag_add(c->d, DIAG_round_needed, x->kids[1]->loc, "加到日期上的数要是整数，先舍入到整数");
        return 0;
    }
    if (minus) b = make1(c, OP_NEG, tb, x->kids[1]->loc, b);
    bool months = unit_eq(tb.unit, UNIT_MONTH);
    if (ta.kind == TYPE_MONTH) {
        if (months) return make2(c, OP_MONTH_MONTHS, MONTH, x->loc, a, b);
        say_mismatch(c, x->kids[1]->loc, tb, type_num(UNIT_MONTH, 0), "月份加减");
        return 0;
    }
    if (unit_eq(tb.unit, UNIT_DAY)) return make2(c, OP_DATE_DAYS, DATE, x->loc, a, b);
    if (unit_eq(tb.unit, UNIT_WORKDAY)) return make2(c, OP_DATE_WORKDAYS, DATE, x->loc, a, b);
    if (!months) {
        say_mismatch(c, x->kids[1]->loc, tb, type_num(UNIT_DAY, 0), "日期加减");
        return 0;
    }
    if (x->mode == 0) {
        struct diag *g =
            diag_add(c->d, DIAG_month_mode, x->loc, "没有对应日（例如 1 月 31 日加一个月）时怎么办，要写明");
        diag_suggest(c->d, g, "后面加“取月末”或“顺延”");
        return 0;
    }
    node_id id = make2(c, OP_DATE_MONTHS, DATE, x->loc, a, b);
    at(c, id)->level = (uint8_t)(x->mode - 1);
    return id;
}

node_id check_binary(struct checker *c, const struct expr *x, const struct type *hint)
{
    char op = x->text.p[0];
    if (op == '=' || op == '!' || op == '<' || op == '>') return check_compare(c, x);
    const struct type *inner = (op == '+' || op == '-') ? hint : NULL;
    node_id a = check_no_quotient(c, check_expr(c, x->kids[0], inner));
    if (a == 0) return 0;
    struct type ta = at(c, a)->type;
    node_id b = check_no_quotient(c, check_expr(c, x->kids[1], NULL));
    if (b == 0) return 0;
    if ((op == '+' || op == '-') && (ta.kind == TYPE_DATE || ta.kind == TYPE_MONTH))
        return check_date_sum(c, x, a, b, op == '-');
    if (x->mode != 0) {
        diag_add(c->d, DIAG_syntax, x->loc, "“取月末”“顺延”只用于日期加月");
        return 0;
    }
    if (!check_is_num(c, a, x->kids[0]) || !check_is_num(c, b, x->kids[1])) return 0;
    struct type tb = at(c, b)->type;
    if (op == '+' || op == '-') {
        if (!unit_eq(ta.unit, tb.unit)) {
            say_mismatch(c, x->kids[1]->loc, tb, ta, op == '+' ? "加号右边" : "减号右边");
            return 0;
        }
        make_aligned(c, &a, &b);
        return make2(c, op == '+' ? OP_ADD : OP_SUB, at(c, a)->type, x->loc, a, b);
    }
    struct type t = { .kind = TYPE_NUM };
    if (!unit_mul(ta.unit, tb.unit, op == '*' ? 1 : -1, &t.unit)) {
        diag_add(c->d, DIAG_unit_mismatch, x->loc, "单位的次方太高");
        return 0;
    }
    if (op == '/') {
        make_aligned(c, &a, &b);
        t.quotient = true;
        return make2(c, OP_DIV, t, x->loc, a, b);
    }
    unsigned scale = (unsigned)ta.scale + tb.scale;
    if (scale > NUM_SCALE_MAX) {
        struct diag *g =
            diag_add(c->d, DIAG_round_needed, x->loc, "乘积有 %u 位小数，超过 %d 位", scale, NUM_SCALE_MAX);
        diag_suggest(c->d, g, "先把其中一边舍入");
        return 0;
    }
    t.scale = (uint8_t)scale;
    return make2(c, OP_MUL, t, x->loc, a, b);
}

node_id check_round(struct checker *c, const struct expr *x)
{
    node_id a = check_expr(c, x->kids[0], NULL);
    if (a == 0 || !check_is_num(c, a, x->kids[0])) return 0;
    if (x->mode == ROUND_NO_DIRECTION) {
        struct diag *g = diag_add(c->d, DIAG_syntax, x->name, "舍入要写方向");
        diag_suggest(c->d, g, "后面加“四舍五入”“进一”或“舍去”");
        return 0;
    }
    struct type t = at(c, a)->type;
    if (x->digits_money && !unit_is_money(t.unit)) {
        say_mismatch(c, x->kids[0]->loc, t, type_num(UNIT_YUAN, 2), "舍入到分、角、元");
        return 0;
    }
    t.quotient = false;
    t.scale = (uint8_t)(x->digits > 0 ? x->digits : 0);
    node_id id = make1(c, OP_ROUND, t, x->loc, a);
    at(c, id)->k = (uint32_t)(x->digits + 32);
    at(c, id)->level = (uint8_t)x->mode;
    return id;
}

node_id check_in(struct checker *c, const struct expr *x)
{
    node_id first = check_expr(c, x->kids[0], NULL);
    if (first == 0) return 0;
    struct type t = at(c, first)->type;
    if (x->kid_count == 2 && x->kids[1]->kind == EXPR_RANGE) {
        node_id lo = check_expr(c, x->kids[1]->kids[0], &t), hi = lo ? check_expr(c, x->kids[1]->kids[1], &t) : 0;
        if (lo == 0 || hi == 0) return 0;
        if (!check_comparable(c, t, at(c, lo)->type, x->kids[1]->kids[0]->loc, true) ||
            !check_comparable(c, t, at(c, hi)->type, x->kids[1]->kids[1]->loc, true)) {
            return 0;
        }
        if (t.kind == TYPE_NUM && !t.quotient) {
            unsigned s = t.scale;
            if (at(c, lo)->type.scale > s) s = at(c, lo)->type.scale;
            if (at(c, hi)->type.scale > s) s = at(c, hi)->type.scale;
            first = make_widened(c, first, s), lo = make_widened(c, lo, s), hi = make_widened(c, hi, s);
        }
        return make_node(c, OP_BETWEEN, BOOL, x->loc, (node_id[]){ first, lo, hi }, 3);
    }
    VEC(node_id) kids = { 0 };
    unsigned scale = t.scale;
    *vec_push(c->a, &kids) = first;
    for (uint32_t i = 1; i < x->kid_count; i++) {
        node_id k = check_expr(c, x->kids[i], &t);
        if (k == 0 || !check_comparable(c, t, at(c, k)->type, x->kids[i]->loc, false)) return 0;
        if (at(c, k)->type.scale > scale) scale = at(c, k)->type.scale;
        *vec_push(c->a, &kids) = k;
    }
    VEC_EACH (node_id, k, &kids) *k = make_widened(c, *k, scale);
    if (kids.len > UINT16_MAX) return 0;
    return make_node(c, OP_IN, BOOL, x->loc, kids.at, (unsigned)kids.len);
}

/* Values that are alternatives of one another (若, 较大, 最大 …): one type, one scale. */
bool make_unified(struct checker *c, node_id *ids, const struct loc *locs, unsigned n, struct type *out)
{
    struct type t = { .kind = TYPE_NONE };
    unsigned scale = 0;
    for (unsigned i = 0; i < n; i++) {
        struct type k = at(c, ids[i])->type;
        if (check_no_quotient(c, ids[i]) == 0) return false;
        if (k.kind == TYPE_NONE) continue;
        if (t.kind == TYPE_NONE)
            t = k;
        else if (!type_fits(t, k)) {
            say_mismatch(c, locs[i], k, t, "这里");
            return false;
        }
        if (k.kind == TYPE_NUM && k.scale > scale) scale = k.scale;
    }
    for (unsigned i = 0; i < n && t.kind == TYPE_NUM; i++) ids[i] = make_widened(c, ids[i], scale);
    t.scale = (uint8_t)scale;
    *out = t;
    return true;
}

node_id check_if(struct checker *c, const struct expr *x, const struct type *hint)
{
    node_id cond = check_bool(c, x->kids[0]);
    node_id k[3] = { cond, check_expr(c, x->kids[1], hint), 0 };
    if (k[1] == 0) return 0;
    struct type t1 = at(c, k[1])->type;
    k[2] = check_expr(c, x->kids[2], t1.kind == TYPE_NONE ? hint : &t1);
    if (cond == 0 || k[2] == 0) return 0;
    struct type t;
    if (!make_unified(c, k + 1, (struct loc[]){ x->kids[1]->loc, x->kids[2]->loc }, 2, &t)) return 0;
    return make_node(c, OP_IF, t, x->loc, k, 3);
}
