/* number: arithmetic in 64 bits. Where a known row would leave them, the row is marked and computed again by the row
 * evaluator in 128; quotients are compared and rounded in 128 bits here. */
#include "kernel/kernel_priv.h"

#include <assert.h>

/* ---- sums, differences, products ---- */

HOT static int64_t add_rows(int64_t *restrict o, const int64_t *restrict a, const int64_t *restrict b, uint32_t n)
{
    uint64_t over = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint64_t x = (uint64_t)a[i], y = (uint64_t)b[i], r = x + y;
        over |= (x ^ r) & (y ^ r);
        o[i] = (int64_t)r;
    }
    return (int64_t)over;
}

HOT static int64_t sub_rows(int64_t *restrict o, const int64_t *restrict a, const int64_t *restrict b, uint32_t n)
{
    uint64_t over = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint64_t x = (uint64_t)a[i], y = (uint64_t)b[i], r = x - y;
        over |= (x ^ y) & (x ^ r);
        o[i] = (int64_t)r;
    }
    return (int64_t)over;
}

static int64_t mul_rows(int64_t *restrict o, const int64_t *restrict a, const int64_t *restrict b, uint32_t n)
{
    bool over = false;
    for (uint32_t i = 0; i < n; i++) over |= __builtin_mul_overflow(a[i], b[i], &o[i]);
    return over ? -1 : 0;
}

static int64_t mul_constant(int64_t *restrict o, const int64_t *restrict a, int64_t b, uint32_t n)
{
    bool over = false;
    for (uint32_t i = 0; i < n; i++) over |= __builtin_mul_overflow(a[i], b, &o[i]);
    return over ? -1 : 0;
}

static bool overflows(enum op op, int64_t a, int64_t b)
{
    int64_t r;
    if (op == OP_ADD) return __builtin_add_overflow(a, b, &r);
    if (op == OP_MUL) return __builtin_mul_overflow(a, b, &r);
    return __builtin_sub_overflow(a, b, &r);
}

/* A result with the states of its operands. */
static col with_states(col r, uint8_t common, uint8_t *st, uint32_t n)
{
    r.common = common;
    if (st == NULL) return r;
    r.states = st;
    return col_settled(r, n);
}

static uint8_t *states_of(struct kernel *k, uint8_t common, uint8_t *st, uint32_t n)
{
    if (st != NULL) return st;
    st = SCRATCH(k, uint8_t, n);
    memset(st, common, n);
    return st;
}

static col arithmetic(struct kernel *k, enum op op, col a, col b, uint32_t n)
{
    uint8_t common, *st;
    bool known = col_strict(k, &a, &b, n, &common, &st);
    if (!known && st == NULL) return col_const(k, KERNEL_64, common, 0);
    if (a.constant && b.constant) n = 1; /* both come from constant branches */
    int64_t *o = SCRATCH(k, int64_t, n), over;
    if (op == OP_MUL && (a.constant != b.constant)) {
        over = a.constant ? mul_constant(o, b.n, a.n[0], n) : mul_constant(o, a.n, b.n[0], n);
    } else {
        const int64_t *x = a.constant && b.constant ? a.n : col_dense(k, &a, n),
                      *y = a.constant && b.constant ? b.n : col_dense(k, &b, n);
        over = op == OP_ADD ? add_rows(o, x, y, n) : op == OP_MUL ? mul_rows(o, x, y, n) : sub_rows(o, x, y, n);
    }
    col r = { .n = o, .width = KERNEL_64, .constant = a.constant && b.constant };
    if (over < 0) {
        st = states_of(k, common, st, n);
        for (uint32_t i = 0; i < n; i++) {
            bool is = (st[i] & ST_STATE) == ST_KNOWN && overflows(op, a.n[a.constant ? 0 : i], b.n[b.constant ? 0 : i]);
            if (!is) continue;
            st[i] = ST_ESCAPE;
            kernel_note_escape(k, op, 1);
        }
        if (r.constant) {
            r.common = st[0];
            return r;
        }
    }
    return with_states(r, common, st, n);
}

/* The same number with more decimals. */
static col widen(struct kernel *k, col a, unsigned from, unsigned to, uint32_t n)
{
    if (from == to) return a;
    assert(to > from && to - from <= NUM_SCALE_MAX);
    return arithmetic(k, OP_MUL, a, col_const(k, KERNEL_64, ST_KNOWN, (int64_t)num_pow10(to - from)), n);
}

/* ---- rounding ---- */

static inline int64_t round_by(int64_t a, uint64_t d, enum num_round mode)
{
    uint64_t m = a < 0 ? 0 - (uint64_t)a : (uint64_t)a, q = m / d, r = m % d;
    q += mode == NUM_HALF_UP ? r >= d - r : mode == NUM_UP ? r != 0 : 0;
    return a < 0 ? (int64_t)(0 - q) : (int64_t)q;
}

#define ROUND_BY(d)                                                      \
    case d:                                                              \
        for (uint32_t i = 0; i < n; i++) o[i] = round_by(a[i], d, mode); \
        return

/* Division by a number the compiler knows is a multiplication. */
static void round_rows(int64_t *restrict o, const int64_t *restrict a, uint64_t d, enum num_round mode, uint32_t n)
{
    switch (d) {
        ROUND_BY(10u);
        ROUND_BY(100u);
        ROUND_BY(1000u);
        ROUND_BY(10000u);
        ROUND_BY(100000u);
        ROUND_BY(1000000u);
    default:
        for (uint32_t i = 0; i < n; i++) o[i] = round_by(a[i], d, mode);
    }
}

static col round_number(struct kernel *k, col a, unsigned from, int digits, enum num_round mode, uint32_t n)
{
    if (digits >= (int)from) return widen(k, a, from, (unsigned)digits, n);
    if (a.constant) n = 1;
    int64_t *o = SCRATCH(k, int64_t, n);
    unsigned drop = (unsigned)((int)from - digits);
    if (drop > 18) { /* |a| < 10^19: it rounds to 0, or in rare directions to 1 */
        for (uint32_t i = 0; i < n; i++) o[i] = (int64_t)num_div_round(a.n[i], num_pow10(drop), mode);
    } else {
        round_rows(o, a.n, (uint64_t)num_pow10(drop), mode, n);
    }
    a.n = o;
    if (digits >= 0) return a;
    return arithmetic(k, OP_MUL, a, col_const(k, KERNEL_64, ST_KNOWN, (int64_t)num_pow10((unsigned)-digits)), n);
}

/* ---- quotients ---- */

/* Numerator and denominator of a node: of a division its operands, of anything else itself over a power of ten. */
struct quotient {
    col n, d;
    num power;
    bool division;
};

static struct quotient quotient_of(struct kernel *k, const struct view *f, sel s, node_id id)
{
    const struct node *n = node_at(k->p, id);
    if (n->op != OP_DIV) return (struct quotient){ .n = kernel_eval(k, f, s, id), .power = num_pow10(n->type.scale) };
    return (struct quotient){ .n = kid_col(k, f, s, n, 0), .d = kid_col(k, f, s, n, 1), .division = true };
}

/* Of row i: its state; *n and *d when known. */
static uint8_t quotient_at(const struct quotient *q, uint32_t i, num *n, num *d)
{
    if (!q->division) {
        *n = q->n.n[q->n.constant ? 0 : i];
        *d = q->power;
        return col_st(&q->n, i);
    }
    uint8_t st = st_worst(col_st(&q->n, i), col_st(&q->d, i));
    if ((st & ST_STATE) != ST_KNOWN) return st;
    *n = q->n.n[q->n.constant ? 0 : i];
    *d = q->d.n[q->d.constant ? 0 : i];
    if (*d == 0) return st_error(VERR_DIVISION);
    if (*d < 0) *n = -*n, *d = -*d;
    return st;
}

col number_compare_fractions(struct kernel *k, const struct view *f, sel s, enum op op, node_id a, node_id b)
{
    struct quotient x = quotient_of(k, f, s, a), y = quotient_of(k, f, s, b);
    uint8_t *v = SCRATCH(k, uint8_t, s.n), *st = SCRATCH(k, uint8_t, s.n);
    for (uint32_t i = 0; i < s.n; i++) {
        num xn = 0, xd = 1, yn = 0, yd = 1, l, r;
        uint8_t sx = quotient_at(&x, i, &xn, &xd), sy = quotient_at(&y, i, &yn, &yd);
        st[i] = st_worst(sx, sy);
        v[i] = 0;
        if ((st[i] & ST_STATE) == ST_NONE) {
            v[i] = op == OP_NE;
            st[i] = (uint8_t)(ST_KNOWN | (st[i] & ST_ASSUMED));
        }
        if ((sx & ST_STATE) != ST_KNOWN || (sy & ST_STATE) != ST_KNOWN) continue;
        if (!num_mul(xn, yd, &l) || !num_mul(yn, xd, &r)) {
            st[i] = st_error(VERR_OVERFLOW);
            continue;
        }
        int sign = l < r ? -1 : l > r;
        v[i] = op == OP_EQ   ? sign == 0
               : op == OP_NE ? sign != 0
               : op == OP_LT ? sign < 0
               : op == OP_LE ? sign <= 0
               : op == OP_GT ? sign > 0
                             : sign >= 0;
    }
    return col_settled((col){ .b = v, .states = st, .width = KERNEL_8 }, s.n);
}

static uint8_t round_quotient(num n, num d, int digits, enum num_round mode, num *r)
{
    bool ok = digits >= 0 ? num_mul(n, num_pow10((unsigned)digits), &n) : num_mul(d, num_pow10((unsigned)-digits), &d);
    if (!ok) return st_error(VERR_OVERFLOW);
    bool small = n <= INT64_MAX && n >= -INT64_MAX && d <= INT64_MAX;
    *r = small ? (num)round_by((int64_t)n, (uint64_t)d, mode) : num_div_round(n, d, mode);
    if (digits < 0 && !num_mul(*r, num_pow10((unsigned)-digits), r)) return st_error(VERR_OVERFLOW);
    return *r > INT64_MAX || *r < INT64_MIN ? ST_ESCAPE : ST_KNOWN;
}

static col round_node(struct kernel *k, const struct view *f, sel s, const struct node *n)
{
    node_id below = kid_of(k, n, 0);
    int digits = (int)n->k - 32;
    enum num_round mode = (enum num_round)n->level;
    if (node_at(k->p, below)->op != OP_DIV)
        return round_number(k, kernel_eval(k, f, s, below), node_at(k->p, below)->type.scale, digits, mode, s.n);
    struct quotient q = quotient_of(k, f, s, below);
    int64_t *o = SCRATCH(k, int64_t, s.n);
    uint8_t *st = SCRATCH(k, uint8_t, s.n);
    for (uint32_t i = 0; i < s.n; i++) {
        num a = 0, d = 1, r = 0;
        st[i] = quotient_at(&q, i, &a, &d);
        o[i] = 0;
        if ((st[i] & ST_STATE) != ST_KNOWN) continue;
        uint8_t how = round_quotient(a, d, digits, mode, &r);
        if (how != ST_KNOWN)
            st[i] = how;
        else
            o[i] = (int64_t)r;
        if (how == ST_ESCAPE) kernel_note_escape(k, OP_ROUND, 1);
    }
    return col_settled((col){ .n = o, .states = st, .width = KERNEL_64 }, s.n);
}

/* ---- the smallest, the largest ---- */

#define EXTREMES(T, suffix)                                                                           \
    HOT static void min_##suffix(T *restrict o, const T *restrict a, const T *restrict b, uint32_t n) \
    {                                                                                                 \
        for (uint32_t i = 0; i < n; i++) o[i] = b[i] < a[i] ? b[i] : a[i];                            \
    }                                                                                                 \
    HOT static void max_##suffix(T *restrict o, const T *restrict a, const T *restrict b, uint32_t n) \
    {                                                                                                 \
        for (uint32_t i = 0; i < n; i++) o[i] = b[i] > a[i] ? b[i] : a[i];                            \
    }
EXTREMES(int32_t, 32)
EXTREMES(int64_t, 64)

static col extreme(struct kernel *k, const struct view *f, sel s, const struct node *n)
{
    unsigned width = col_width(n->type);
    bool smallest = n->op == OP_SMALLEST;
    col best = kid_col(k, f, s, n, 0);
    for (unsigned i = 1; i < n->kid_count; i++) {
        col v = kid_col(k, f, s, n, i);
        uint8_t common, *st;
        bool known = col_strict(k, &best, &v, s.n, &common, &st);
        if (!known && st == NULL) {
            best = col_const(k, width, common, 0);
            continue;
        }
        void *o = kernel_scratch(k, col_bytes(width) * s.n);
        const void *a = col_dense(k, &best, s.n), *b = col_dense(k, &v, s.n);
        if (width == KERNEL_32 && smallest)
            min_32(o, a, b, s.n);
        else if (width == KERNEL_32)
            max_32(o, a, b, s.n);
        else if (smallest)
            min_64(o, a, b, s.n);
        else
            max_64(o, a, b, s.n);
        best = with_states((col){ .any = o, .width = (uint8_t)width }, common, st, s.n);
    }
    return best;
}

col eval_number(struct kernel *k, const struct view *f, sel s, const struct node *n)
{
    switch ((int)n->op) {
    case OP_ADD:
    case OP_SUB:
    case OP_MUL: {
        col a = kid_col(k, f, s, n, 0), b = kid_col(k, f, s, n, 1);
        return arithmetic(k, (enum op)n->op, a, b, s.n);
    }
    case OP_NEG: return arithmetic(k, OP_SUB, col_const(k, KERNEL_64, ST_KNOWN, 0), kid_col(k, f, s, n, 0), s.n);
    case OP_RESCALE:
        return widen(k, kid_col(k, f, s, n, 0), node_at(k->p, kid_of(k, n, 0))->type.scale, n->type.scale, s.n);
    case OP_ROUND: return round_node(k, f, s, n);
    default: return extreme(k, f, s, n);
    }
}
