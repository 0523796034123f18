/* sql_number: exact arithmetic on 64 bits. Where the bounds of the operands show that 64 bits suffice, it is plain SQL;
 * elsewhere the result is looked at (SQLite turns what is too large into a fraction, PostgreSQL would end the query)
 * and becomes an escape. Rows of the row evaluator overflow at 128 bits only: never a wrong number, at worst a
 * question. */
#include "sql/sql_priv.h"

static const num LIMIT_64 = INT64_MAX - CODES;

static bool fits(num lo, num hi) { return lo >= -LIMIT_64 && hi <= LIMIT_64; }

static void bounds_of(char op, const struct cell *a, const struct cell *b, num *lo, num *hi)
{
    if (op == '+') {
        *lo = a->lo + b->lo;
        *hi = a->hi + b->hi;
    } else if (op == '-') {
        *lo = a->lo - b->hi;
        *hi = a->hi - b->lo;
    } else { /* bounds have 64 bits, so products have 127 */
        num p[4] = { a->lo * b->lo, a->lo * b->hi, a->hi * b->lo, a->hi * b->hi };
        *lo = *hi = p[0];
        for (int i = 1; i < 4; i++) {
            if (p[i] < *lo) *lo = p[i];
            if (p[i] > *hi) *hi = p[i];
        }
    }
}

const struct cell *sql_calc(struct gen *g, struct type t, char op, const struct cell *a, const struct cell *b)
{
    num lo, hi;
    bounds_of(op, a, b, &lo, &hi);
    if (fits(lo, hi)) {
        struct cell *c = SQL_MAKE(g, t, str_fmt(g->a, "@1 %c @2", op).p, a, b);
        sql_set_bounds(c, lo, hi);
        return c;
    }
    a = sql_bind(g, a);
    b = sql_bind(g, b);
    str template = sql_pg(g) ? str_fmt(g->a,
                                       "CASE WHEN abs(CAST(@1 AS numeric) %c @2) > 9223372036854775700 THEN @X"
                                       " ELSE @1 %c @2 END",
                                       op, op)
                             : str_fmt(g->a,
                                       "CASE WHEN typeof(@1 %c @2) = 'real' OR @1 %c @2 < -9223372036854775700"
                                       " THEN @X ELSE @1 %c @2 END",
                                       op, op, op);
    struct cell *c = SQL_MAKE(g, t, template.p, a, b);
    c->error = true;
    return c;
}

/* A calculation on operands that may be none or errors. Kids are bound when they must be mentioned twice. */
static const struct cell *strict_calc(struct gen *g, struct type t, char op, const struct cell *a, const struct cell *b)
{
    a = sql_fit(g, a, t);
    b = sql_fit(g, b, t);
    bool wild = a->none || a->error || b->none || b->error;
    if (wild) {
        a = sql_bind(g, a);
        b = sql_bind(g, b);
    }
    const struct cell *c = sql_calc(g, t, op, a, b);
    const struct cell *const cells[] = { a, b };
    return wild ? sql_strict(g, c, cells, 2, NULL) : c;
}

/* 10^n as a cell; false when it has no 64 bits. */
static const struct cell *power(struct gen *g, unsigned n)
{
    return n <= 18 ? sql_int(g, (int64_t)num_pow10(n)) : NULL;
}

const struct cell *sql_arithmetic(struct gen *g, struct frame_of *f, const struct node *n)
{
    const struct cell *a = sql_kid(g, f, n, 0);
    switch ((int)n->op) {
    case OP_ADD: return strict_calc(g, n->type, '+', a, sql_kid(g, f, n, 1));
    case OP_SUB: return strict_calc(g, n->type, '-', a, sql_kid(g, f, n, 1));
    case OP_MUL: return strict_calc(g, n->type, '*', a, sql_kid(g, f, n, 1));
    case OP_NEG: return strict_calc(g, n->type, '-', sql_int(g, 0), a);
    default: break;
    }
    unsigned from = node_at(g->p, node_kid(g->p, n, 0))->type.scale;
    if (n->type.scale == from) return sql_fit(g, a, n->type);
    const struct cell *p = power(g, n->type.scale - from);
    if (p == NULL) return sql_refuse(g, node_kid(g->p, n, 0), "小数位太多，64 位放不下");
    return strict_calc(g, n->type, '*', a, p);
}

/* ---- fractions ---- */

struct fraction {
    const struct cell *n, *d; /* atoms */
    const struct cell *state; /* not known, or an error, exactly when the fraction is: an atom */
    bool divided;
};

static struct fraction fraction_of(struct gen *g, struct frame_of *f, node_id id)
{
    const struct node *n = node_at(g->p, id);
    struct fraction q = { .divided = n->op == OP_DIV };
    struct type t = n->type;
    if (!q.divided) {
        q.state = q.n = sql_bind(g, sql_fit(g, sql_node(g, f, id), t));
        q.n = sql_known_only(g, q.n);
        q.d = power(g, t.scale);
        if (q.d == NULL) q.d = sql_refuse(g, id, "小数位太多，64 位放不下");
        return q;
    }
    q.n = sql_bind(g, sql_fit(g, sql_kid(g, f, n, 0), t));
    q.d = sql_bind(g, sql_fit(g, sql_kid(g, f, n, 1), t));
    bool zero = q.d->lo <= 0 && q.d->hi >= 0;
    struct cell *known = SQL_MAKE(g, t, "CASE WHEN @1 IS NOT NULL AND @2 IS NOT NULL THEN 1 END", q.n, q.d);
    if (zero) {
        const struct cell *by = sql_error(g, t, VERR_DIVISION);
        known = SQL_MAKE(
            g, t, "CASE WHEN @1 IS NOT NULL AND @2 = 0 THEN @3 WHEN @1 IS NOT NULL AND @2 IS NOT NULL THEN 1 END", q.n,
            q.d, by);
        known->error = true;
    }
    const struct cell *const both[] = { q.n, q.d };
    q.state = sql_bind(g, sql_strict(g, known, both, 2, NULL));
    q.n = sql_known_only(g, q.n);
    q.d = sql_known_only(g, q.d);
    return q;
}

static const char *sign_of(enum op op)
{
    switch ((int)op) {
    case OP_EQ: return "=";
    case OP_NE: return "<>";
    case OP_LT: return "<";
    case OP_LE: return "<=";
    case OP_GT: return ">";
    default: return ">=";
    }
}

const struct cell *sql_divided(struct gen *g, struct frame_of *f, enum op op, node_id a, node_id b)
{
    struct fraction x = fraction_of(g, f, a), y = fraction_of(g, f, b);
    struct type plain = type_num(UNIT_NONE, 0);
    const struct cell *l = sql_bind(g, sql_calc(g, plain, '*', x.n, y.d)), /* may escape: not known only */
        *r = sql_bind(g, sql_calc(g, plain, '*', y.n, x.d));
    const char *sign = sign_of(op);
    struct cell *is;
    if (x.d->lo > 0 && y.d->lo > 0)
        is = SQL_MAKE(g, type_of_kind(TYPE_BOOL), str_fmt(g->a, "@1 %s @2", sign).p, l, r);
    else
        is = SQL_MAKE(g, type_of_kind(TYPE_BOOL),
                      str_fmt(g->a, "CASE WHEN (@3 < 0) <> (@4 < 0) THEN @2 %s @1 ELSE @1 %s @2 END", sign, sign).p, l,
                      r, x.d, y.d);
    is->cond = true;
    const struct cell *const products[] = { l, r }, *const states[] = { x.state, y.state };
    const struct cell *out = sql_strict(g, is, products, 2, NULL);
    return sql_strict(g, out, states, 2, sql_cond(g, op == OP_NE));
}

/* ---- rounding ---- */

/* n / d rounded, both atoms and known, d not 0. */
static const struct cell *divide_round(struct gen *g, struct type t, const struct cell *n, const struct cell *d,
                                       enum num_round mode)
{
    struct cell *c;
    bool plus = n->lo >= 0 && d->lo > 0;
    num most_n = n->hi > -n->lo ? n->hi : -n->lo, most_d = d->hi > -d->lo ? d->hi : -d->lo;
    if (mode != NUM_DOWN && 2 * most_n + most_d > LIMIT_64) {
        /* without doubling: what is left over decides */
        c = SQL_MAKE(g, t,
                     mode == NUM_HALF_UP
                         ? "@1 / nullif(@2, 0) + CASE WHEN abs(@1 % nullif(@2, 0)) >= abs(@2) - abs(@1 % nullif(@2, 0))"
                           " THEN CASE WHEN (@1 < 0) = (@2 < 0) THEN 1 ELSE -1 END ELSE 0 END"
                         : "@1 / nullif(@2, 0) + CASE WHEN @1 % nullif(@2, 0) <> 0"
                           " THEN CASE WHEN (@1 < 0) = (@2 < 0) THEN 1 ELSE -1 END ELSE 0 END",
                     n, d);
    } else if (mode == NUM_DOWN) {
        c = SQL_MAKE(g, t, d->lo > 0 || d->hi < 0 ? "@1 / @2" : "@1 / nullif(@2, 0)", n, d);
    } else if (plus) {
        c = SQL_MAKE(g, t, mode == NUM_HALF_UP ? "(2 * @1 + @2) / (2 * @2)" : "(@1 + @2 - 1) / @2", n, d);
    } else {
        c = SQL_MAKE(g, t,
                     mode == NUM_HALF_UP ? "CASE WHEN (@1 < 0) = (@2 < 0) THEN 1 ELSE -1 END"
                                           " * ((2 * abs(@1) + abs(@2)) / nullif(2 * abs(@2), 0))"
                                         : "CASE WHEN (@1 < 0) = (@2 < 0) THEN 1 ELSE -1 END"
                                           " * ((abs(@1) + abs(@2) - 1) / nullif(abs(@2), 0))",
                     n, d);
    }
    num least_d = d->lo > 0 ? d->lo : 1;
    sql_set_bounds(c, -(most_n / least_d) - 1, most_n / least_d + 1);
    if (plus) c->lo = 0;
    return c;
}

const struct cell *sql_round(struct gen *g, struct frame_of *f, const struct node *n)
{
    node_id a = node_kid(g->p, n, 0);
    int digits = (int)n->k - 32, scale = node_at(g->p, a)->type.scale;
    enum num_round mode = (enum num_round)n->level;
    struct fraction q = fraction_of(g, f, a);
    const struct cell *up = power(g, (unsigned)(digits < 0 ? -digits : digits));
    if (up == NULL || (!q.divided && scale - digits > 18)) return sql_refuse(g, a, "小数位太多，64 位放不下");
    const struct cell *top = q.n, *bottom = q.d, *r;
    if (!q.divided && digits >= scale) {
        r = sql_calc(g, n->type, '*', top, power(g, (unsigned)(digits - scale)));
        return sql_strict(g, r, &q.state, 1, NULL);
    }
    if (!q.divided)
        bottom = power(g, (unsigned)(scale - digits));
    else if (digits > 0)
        top = sql_bind(g, sql_calc(g, n->type, '*', top, up));
    else if (digits < 0)
        bottom = sql_bind(g, sql_calc(g, n->type, '*', bottom, up));
    r = divide_round(g, n->type, sql_known_only(g, top), sql_known_only(g, bottom), mode);
    if (digits < 0) r = sql_calc(g, n->type, '*', sql_bind(g, r), up);
    const struct cell *const inner[] = { top, bottom };
    return sql_strict(g, sql_strict(g, r, inner, 2, NULL), &q.state, 1, NULL);
}

/* ---- 较大 较小 ---- */

const struct cell *sql_extreme(struct gen *g, struct frame_of *f, const struct node *n)
{
    const struct cell *best = NULL;
    if (n->type.kind == TYPE_CODE) return sql_refuse(g, node_kid(g->p, n, 0), "代码按先后比大小，SQL 里没有先后");
    for (unsigned i = 0; i < n->kid_count; i++) {
        const struct cell *c = sql_fit(g, sql_kid(g, f, n, i), n->type);
        if (best == NULL) {
            best = c;
            continue;
        }
        best = sql_bind(g, best);
        c = sql_bind(g, c);
        bool text = sql_is_text(n->type) && sql_pg(g);
        bool down = n->op == OP_SMALLEST;
        str template =
            str_fmt(g->a, "CASE WHEN @2 %s @1%s THEN @2 %s", down ? "<" : ">", text ? " COLLATE \"C\"" : "",
                    c->unknown ? "WHEN @2 IS NOT NULL THEN @1 END" : "ELSE @1 END"); /* @1 NULL: so is the result */
        struct cell *op = SQL_MAKE(g, n->type, template.p, best, c);
        if (down)
            sql_set_bounds(op, best->lo < c->lo ? best->lo : c->lo, best->hi < c->hi ? best->hi : c->hi);
        else
            sql_set_bounds(op, best->lo > c->lo ? best->lo : c->lo, best->hi > c->hi ? best->hi : c->hi);
        const struct cell *const both[] = { best, c };
        best = sql_strict(g, op, both, 2, NULL);
    }
    return best;
}
