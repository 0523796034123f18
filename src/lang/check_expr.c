/* check_expr: gives each expression its type and its node.
 *
 * Units and decimals are settled here, once: both sides of + - and comparisons are brought to the same number of
 * decimals by explicit RESCALE nodes, so that no evaluator ever looks at a scale to align. Names are looked up from the
 * inside out: locals (parameters of a definition, steps of an amount), the element at hand, parameters, and where the
 * other side of a comparison is a code, the items of its list. After the first mistake in an expression its node is 0
 * and nothing that follows from it is reported. */
#include "lang/check_expr_priv.h"
#include "lang/facts.h"

/* ---- making nodes ---- */

node_id make_node(struct checker *c, enum op op, struct type t, struct loc loc, const node_id *kids, unsigned n)
{
    struct node *x = vec_push(c->a, &c->p->nodes);
    *x = (struct node){
        .op = (uint8_t)op, .type = t, .loc = loc, .kids = (uint32_t)c->p->kids.len, .kid_count = (uint16_t)n
    };
    for (unsigned i = 0; i < n; i++) *vec_push(c->a, &c->p->kids) = kids[i];
    return (node_id)(c->p->nodes.len - 1);
}

node_id make_const(struct checker *c, struct type t, struct value v, struct loc loc)
{
    *vec_push(c->a, &c->p->consts) = v;
    node_id id = make_node(c, OP_CONST, t, loc, NULL, 0);
    c->p->nodes.at[id].k = (uint32_t)(c->p->consts.len - 1);
    return id;
}

node_id make_widened(struct checker *c, node_id id, unsigned scale)
{
    struct node n = *at(c, id);
    if (n.type.kind != TYPE_NUM || n.type.scale >= scale || n.type.quotient) return id;
    struct type t = n.type;
    t.scale = (uint8_t)scale;
    if (n.op == OP_CONST && c->p->consts.at[n.k].state == VALUE_KNOWN) {
        struct value v = c->p->consts.at[n.k];
        if (num_widen(v.number, n.type.scale, scale, &v.number)) return make_const(c, t, v, n.loc);
    }
    return make1(c, OP_RESCALE, t, n.loc, id);
}

/* ---- messages ---- */

str type_name(struct checker *c, struct type t) { return program_type_name(c->p, c->a, t); }

void say_mismatch(struct checker *c, struct loc loc, struct type got, struct type want, const char *what)
{
    if (got.kind == TYPE_BAD || want.kind == TYPE_BAD) return;
    str g = type_name(c, got), w = type_name(c, want);
    if (got.kind == TYPE_NUM && want.kind == TYPE_NUM) {
        struct diag *d =
            diag_add(c->d, DIAG_unit_mismatch, loc, "%s要的是“%.*s”，这里是“%.*s”", what, STR_ARG(w), STR_ARG(g));
        str said = source_text(&c->p->sources.at[loc.source], loc);
        if (!unit_eq(got.unit, UNIT_NONE))
            diag_suggest(c->d, d, "检查是不是漏乘、多乘了一个量；要去掉单位写 数值(x)");
        else if (said.len > 0 && said.p[0] >= '0' && said.p[0] <= '9')
            diag_suggest(c->d, d, "数后面写上单位：%.*s%.*s", STR_ARG(said), STR_ARG(w));
        else
            diag_suggest(c->d, d, "数后面写上单位，例如 100%.*s", STR_ARG(w));
    } else {
        struct diag *d =
            diag_add(c->d, DIAG_type_mismatch, loc, "%s要的是“%.*s”，这里是“%.*s”", what, STR_ARG(w), STR_ARG(g));
        if (got.kind == TYPE_HISTORY && want.kind == TYPE_BOOL)
            diag_suggest(c->d, d, "要问某个月有没有，写上月份，例如 (…, 本月)");
        if (got.kind == TYPE_GROUP && want.kind == TYPE_BOOL)
            diag_suggest(c->d, d, "写 有效(…)、有(…)，或 任一 … 满足 …");
    }
}

node_id check_no_quotient(struct checker *c, node_id id)
{
    if (id == 0 || !at(c, id)->type.quotient) return id;
    struct diag *g = diag_add(c->d, DIAG_division, at(c, id)->loc, "除法的结果要马上舍入或比较");
    diag_suggest(c->d, g, "把除法放在最后，例如 (甲 * 乙) / 丙 舍入到分 四舍五入");
    return 0;
}

bool check_is_num(struct checker *c, node_id id, const struct expr *x)
{
    if (at(c, id)->type.kind == TYPE_NUM) return true;
    diag_add(c->d, DIAG_type_mismatch, x->loc, "这里要的是数，不是“%.*s”", STR_ARG(type_name(c, at(c, id)->type)));
    return false;
}

/* ---- literals ---- */

static node_id check_number(struct checker *c, const struct expr *x, const struct type *hint)
{
    struct unit u = UNIT_NONE;
    int64_t factor = 1;
    if (x->unit.len > 0 && !unit_parse(x->unit, &u, &factor)) {
        struct diag *g = diag_add(c->d, DIAG_no_unit, x->unit_loc, "没有“%.*s”这个单位", STR_ARG(x->unit));
        str near = unit_near(x->unit);
        if (word_suggest_blanks(x->unit, c->d, g)) return 0;
        if (near.len > 0)
            diag_suggest(c->d, g, "是不是“%.*s”？", STR_ARG(near));
        else
            diag_suggest(c->d, g,
                         "单位有 "
                         "元、月、年、日、岁、人、次、工作日、小时、课时、个、户、家，可以用“/"
                         "”组合；后面若是另一个词，中间要有运算词");
        return 0;
    }
    if (x->unit.len == 0 && c->lenient_units && hint != NULL && hint->kind == TYPE_NUM) u = hint->unit;
    num n = x->number;
    unsigned scale = x->scale + (x->percent ? 2u : 0u);
    if (!num_mul(n, factor, &n) || scale > NUM_SCALE_MAX) {
        diag_add(c->d, DIAG_bad_number, x->loc, "这个数太大");
        return 0;
    }
    while (scale > 0 && n % 10 == 0) n /= 10, scale--;
    return make_const(c, type_num(u, scale), value_num(n), x->loc);
}

static node_id check_word(struct checker *c, const struct expr *x)
{
    switch ((int)x->word) {
    case WORD_TRUE: return make_const(c, BOOL, value_bool(true), x->loc);
    case WORD_FALSE: return make_const(c, BOOL, value_bool(false), x->loc);
    case WORD_NONE: return make_const(c, type_of_kind(TYPE_NONE), value_none(), x->loc);
    case WORD_TODAY: return make_node(c, OP_TODAY, DATE, x->loc, NULL, 0);
    case WORD_RULE_DAY: return make_node(c, OP_RULE_DAY, DATE, x->loc, NULL, 0);
    case WORD_THIS_MONTH: return make1(c, OP_MONTH_OF, MONTH, x->loc, make_node(c, OP_TODAY, DATE, x->loc, NULL, 0));
    case WORD_SUBJECT:
        if (!c->has_subject) break;
        return make_element(c, 0, x->loc);
    default: break;
    }
    diag_add(c->d, DIAG_syntax, x->loc, "“%s”不能用在这里", word_zh(x->word));
    return 0;
}

/* ---- every expression ---- */

static node_id check_inner(struct checker *c, const struct expr *x, const struct type *hint)
{
    struct value v = { .state = VALUE_KNOWN };
    switch (x->kind) {
    case EXPR_BAD: return 0;
    case EXPR_NUMBER: return check_number(c, x, hint);
    case EXPR_DATE: v.day = x->day; return make_const(c, DATE, v, x->loc);
    case EXPR_MONTH: v.month_ = x->month_; return make_const(c, MONTH, v, x->loc);
    case EXPR_STRING: v.text = x->text; return make_const(c, type_of_kind(TYPE_TEXT), v, x->loc);
    case EXPR_WORD: return check_word(c, x);
    case EXPR_NAME: return check_name(c, x, x, hint, false);
    case EXPR_PATH: return check_path(c, x, x, false);
    case EXPR_CALL: return check_call(c, x, hint);
    case EXPR_UNARY: {
        if (x->word == WORD_NOT) {
            node_id id = check_bool(c, x->kids[0]);
            return id ? make1(c, OP_NOT, BOOL, x->loc, id) : 0;
        }
        node_id id = check_no_quotient(c, check_expr(c, x->kids[0], hint));
        return id && check_is_num(c, id, x->kids[0]) ? make1(c, OP_NEG, at(c, id)->type, x->loc, id) : 0;
    }
    case EXPR_BINARY: return check_binary(c, x, hint);
    case EXPR_AND: return check_chain(c, x, OP_AND);
    case EXPR_OR: return check_chain(c, x, OP_OR);
    case EXPR_IF: return check_if(c, x, hint);
    case EXPR_IN: return check_in(c, x);
    case EXPR_ROUND: return check_round(c, x);
    case EXPR_QUANT: return check_quant(c, x);
    case EXPR_AT: return check_at(c, x);
    case EXPR_INDEX:
    case EXPR_RANGE:
    case EXPR_FILTER:
    case EXPR_RECORD:
    case EXPR_ASSIGN:
    case EXPR_LIST:
    case EXPR_WITH:
    case EXPR_COMPARE: diag_add(c->d, DIAG_syntax, x->loc, "这种写法不能用在这里"); return 0;
    }
    return 0;
}

node_id check_expr(struct checker *c, const struct expr *x, const struct type *hint)
{
    if (x == NULL) return 0;
    if (c->depth >= 4 * LIMIT_NESTING) {
        diag_add(c->d, DIAG_too_big, x->loc, "嵌套太深");
        return 0;
    }
    c->depth++;
    node_id id = check_inner(c, x, hint);
    c->depth--;
    return id;
}

node_id check_bool(struct checker *c, const struct expr *x)
{
    node_id id = check_expr(c, x, NULL);
    if (id == 0) return 0;
    struct type t = at(c, id)->type;
    if (t.kind == TYPE_BOOL) return id;
    say_mismatch(c, x->loc, t, BOOL, "条件");
    return 0;
}

node_id check_as(struct checker *c, const struct expr *x, struct type t, const char *what)
{
    if (x == NULL || t.kind == TYPE_BAD) return 0;
    node_id id = check_no_quotient(c, check_expr(c, x, &t));
    if (id == 0) return 0;
    struct type got = at(c, id)->type;
    if (got.kind == TYPE_NONE) {
        struct type keep = t;
        at(c, id)->type = keep;
        return id;
    }
    if (!type_fits(got, t)) {
        say_mismatch(c, x->loc, got, t, what);
        return 0;
    }
    if (t.kind != TYPE_NUM) return id;
    if (got.scale > t.scale) {
        struct diag *g =
            diag_add(c->d, DIAG_round_needed, x->loc, "%s只有 %u 位小数，这里有 %u 位", what, t.scale, got.scale);
        diag_suggest(c->d, g,
                     unit_is_money(t.unit) ? "后面写“舍入到分 四舍五入”（或角、元；进一、舍去）"
                                           : "后面写“舍入到整数 四舍五入”（或 N位；进一、舍去）");
        return 0;
    }
    return make_widened(c, id, t.scale);
}

bool check_const(struct checker *c, const struct expr *x, struct type t, struct value *out)
{
    return literal_value(c->p, c->a, x, t, c->lenient_units, out, c->d);
}

/* ---- table cells ---- */

static node_id local_ref(struct checker *c, uint32_t local, struct type t, struct loc loc)
{
    node_id id = make_node(c, OP_LOCAL, t, loc, NULL, 0);
    at(c, id)->k = local;
    return id;
}

static node_id cell_compare(struct checker *c, enum op op, uint32_t local, struct type t, const struct expr *x)
{
    node_id v = check_expr(c, x, &t);
    if (v == 0 || !check_comparable(c, t, at(c, v)->type, x->loc, op != OP_EQ && op != OP_NE)) return 0;
    node_id l = local_ref(c, local, t, x->loc);
    if (t.kind == TYPE_NUM) make_aligned(c, &l, &v);
    return make2(c, op, BOOL, x->loc, l, v);
}

node_id check_cell(struct checker *c, const struct expr *cell, uint32_t local, struct type t, bool *any)
{
    *any = false;
    if (cell == NULL) return 0;
    if (cell->kind == EXPR_WORD && cell->word == WORD_NOT_ONE) {
        *any = true;
        return 0;
    }
    if (cell->kind == EXPR_WORD && cell->word == WORD_NONE) {
        return make1(c, OP_LACKS, BOOL, cell->loc, local_ref(c, local, t, cell->loc));
    }
    if (cell->kind == EXPR_COMPARE) {
        char o = cell->text.p[0];
        bool eq = cell->text.len == 2;
        enum op op = o == '<' ? (eq ? OP_LE : OP_LT) : o == '>' ? (eq ? OP_GE : OP_GT) : o == '!' ? OP_NE : OP_EQ;
        return cell_compare(c, op, local, t, cell->kids[0]);
    }
    if (cell->kind == EXPR_RANGE) {
        node_id lo = cell_compare(c, OP_GE, local, t, cell->kids[0]);
        node_id hi = lo ? cell_compare(c, OP_LT, local, t, cell->kids[1]) : 0;
        return hi ? make2(c, OP_AND, BOOL, cell->loc, lo, hi) : 0;
    }
    if (cell->kind == EXPR_LIST) {
        VEC(node_id) kids = { 0 };
        for (uint32_t i = 0; i < cell->kid_count; i++) {
            node_id k = cell_compare(c, OP_EQ, local, t, cell->kids[i]);
            if (k == 0) return 0;
            *vec_push(c->a, &kids) = k;
        }
        return make_node(c, OP_OR, BOOL, cell->loc, kids.at, (unsigned)kids.len);
    }
    return cell_compare(c, OP_EQ, local, t, cell);
}
