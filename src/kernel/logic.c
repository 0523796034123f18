/* logic: what yields yes or no: 且 或 非, comparisons, membership; and 若, 缺省. In a chain the rest is only asked of
 * the rows that are not decided yet, when that saves work. */
#include "kernel/kernel_priv.h"

#include <assert.h>

/* ---- chains ---- */

HOT static void and_bytes(uint8_t *restrict out, const uint8_t *restrict a, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) out[i] &= a[i];
}

HOT static void or_bytes(uint8_t *restrict out, const uint8_t *restrict a, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) out[i] |= a[i];
}

HOT static uint32_t count_bytes(const uint8_t *restrict a, uint32_t n)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < n; i++) count += a[i];
    return count;
}

HOT static void flip_bytes(uint8_t *restrict out, const uint8_t *restrict a, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) out[i] = a[i] ^ 1;
}

static void flip_in_place(uint8_t *v, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) v[i] ^= 1;
}

struct chain {
    uint32_t n;
    bool decides;
    uint8_t *value; /* while everything is known and nothing assumed */
    uint8_t *acc;   /* kleene_step, afterwards */
    sel open;       /* positions that are not decided; at NULL: ask all */
};

/* From values to the byte that collects states. */
static void chain_states(struct kernel *k, struct chain *c)
{
    c->acc = SCRATCH(k, uint8_t, c->n);
    if (c->value == NULL) {
        memset(c->acc, 0, c->n);
        return;
    }
    for (uint32_t i = 0; i < c->n; i++) c->acc[i] = (uint8_t)((c->value[i] ^ c->decides ^ 1) * (K_DECIDED | K_PLAIN));
}

static void chain_plain(struct kernel *k, struct chain *c, const col *v)
{
    if (c->value == NULL) {
        c->value = SCRATCH(k, uint8_t, c->n);
        if (!v->constant && c->open.at == NULL) {
            memcpy(c->value, v->b, c->n);
            return;
        }
        memset(c->value, !c->decides, c->n);
    }
    if (v->constant) {
        if ((v->b[0] != 0) != c->decides) return;
        if (c->open.at == NULL) memset(c->value, c->decides, c->n);
        for (uint32_t i = 0; c->open.at != NULL && i < c->open.n; i++) c->value[c->open.at[i]] = c->decides;
    } else if (c->open.at != NULL) {
        for (uint32_t i = 0; i < c->open.n; i++) {
            uint8_t *at = &c->value[c->open.at[i]];
            *at = c->decides ? *at | v->b[i] : *at & v->b[i];
        }
    } else if (c->decides) {
        or_bytes(c->value, v->b, c->n);
    } else {
        and_bytes(c->value, v->b, c->n);
    }
}

HOT static void step_bytes(uint8_t *restrict acc, const uint8_t *restrict st, const uint8_t *restrict v, uint32_t n,
                           uint8_t decides)
{
    for (uint32_t i = 0; i < n; i++) acc[i] |= kleene_mask(st[i], v[i] & 1, decides);
}

HOT static bool none_failed(const uint8_t *restrict st, uint32_t n)
{
    uint8_t failed = 0;
    for (uint32_t i = 0; i < n; i++) failed |= (st[i] & ST_STATE) == ST_ERROR;
    return !failed;
}

static void chain_add(struct kernel *k, struct chain *c, const col *v)
{
    if (c->acc == NULL && col_plain(v)) {
        chain_plain(k, c, v);
        return;
    }
    if (c->acc == NULL) chain_states(k, c);
    if (v->states != NULL && !v->constant && none_failed(v->states, c->open.n)) {
        if (c->open.at == NULL) {
            step_bytes(c->acc, v->states, v->b, c->n, c->decides);
            return;
        }
        uint8_t *masks = SCRATCH(k, uint8_t, c->open.n);
        memset(masks, 0, c->open.n);
        step_bytes(masks, v->states, v->b, c->open.n, c->decides);
        for (uint32_t i = 0; i < c->open.n; i++) c->acc[c->open.at[i]] |= masks[i];
        return;
    }
    for (uint32_t i = 0; i < c->open.n; i++) {
        uint8_t *acc = &c->acc[sel_at(c->open, i)];
        *acc = kleene_step(*acc, col_st(v, i), v->b[v->constant ? 0 : i] != 0, c->decides);
    }
}

/* How many of the rows just asked are still open. */
static uint32_t chain_left(const struct chain *c)
{
    uint32_t left = 0;
    if (c->acc == NULL && c->open.at == NULL) {
        uint32_t ones = c->value != NULL ? count_bytes(c->value, c->n) : 0;
        return c->value == NULL ? c->n : c->decides ? c->n - ones : ones;
    }
    for (uint32_t i = 0; i < c->open.n; i++) {
        uint32_t at = sel_at(c->open, i);
        left += c->acc != NULL ? !(c->acc[at] & K_PLAIN) : c->value[at] != c->decides;
    }
    return left;
}

static void chain_narrow(struct kernel *k, struct chain *c)
{
    uint32_t *at = SCRATCH(k, uint32_t, c->open.n), m = 0;
    if (c->acc == NULL && c->open.at == NULL) {
        c->open = sel_of_bytes(k, c->value, !c->decides, c->n);
        return;
    }
    for (uint32_t i = 0; i < c->open.n; i++) {
        uint32_t here = sel_at(c->open, i);
        at[m] = here;
        m += c->acc != NULL ? !(c->acc[here] & K_PLAIN) : c->value[here] != c->decides;
    }
    c->open = (sel){ m, at };
}

/* kleene_close of rows none of which failed; what comes out is not looked at where a bit of K_CODE is set. */
HOT static void close_bytes(uint8_t *restrict st, uint8_t *restrict v, const uint8_t *restrict acc, uint32_t n,
                            uint8_t decides)
{
    for (uint32_t i = 0; i < n; i++) {
        uint8_t decided = acc[i] & 1, known = (acc[i] >> 7 & (decided ^ 1)) ^ 1;
        uint8_t assumed = (decided & (acc[i] >> 1 ^ 1)) | ((decided ^ 1) & acc[i] >> 2);
        st[i] = (uint8_t)(known | (assumed & 1) << 2);
        v[i] = known & (decided ^ decides ^ 1);
    }
}

HOT static bool any_of(const uint8_t *restrict b, uint8_t bits, uint32_t n)
{
    uint8_t any = 0;
    for (uint32_t i = 0; i < n; i++) any |= b[i] & bits;
    return any != 0;
}

static col chain_end(struct kernel *k, const struct chain *c)
{
    col r = { .width = KERNEL_8, .common = ST_KNOWN };
    if (c->acc == NULL) {
        if (c->value == NULL) return col_const(k, KERNEL_8, ST_KNOWN, !c->decides);
        r.b = c->value;
        return r;
    }
    uint8_t *v = SCRATCH(k, uint8_t, c->n), *st = SCRATCH(k, uint8_t, c->n);
    if (any_of(c->acc, K_CODE, c->n)) {
        for (uint32_t i = 0; i < c->n; i++) st[i] = kleene_close(c->acc[i], c->decides, &v[i]);
    } else {
        close_bytes(st, v, c->acc, c->n, c->decides);
    }
    r.b = v;
    r.states = st;
    return col_settled(r, c->n);
}

/* Whether what is left is worth selecting: making the selection and fetching for it costs about as much as one
 * operation on all rows. */
static bool worth_narrowing(uint32_t left, uint32_t n, unsigned rest)
{
    return (uint64_t)left * (rest + 2) + n < (uint64_t)n * rest;
}

/* Whom a kid stops, the mark being its number: the first to stop a row is kept. A known no is against, and so is 无. */
HOT static void mark_bytes(uint8_t *restrict to, const uint8_t *restrict v, uint8_t mark, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) to[i] = (uint8_t)(to[i] | (to[i] == 0 && v[i] == 0 ? mark : 0));
}

HOT static void mark_states(const struct chain_notes *notes, const uint8_t *restrict st, const uint8_t *restrict v,
                            uint8_t mark, uint32_t n)
{
    uint8_t *restrict against = notes->against, *restrict open = notes->open, *restrict failed = notes->failed;
    for (uint32_t i = 0; i < n; i++) {
        uint8_t state = st[i] & ST_STATE, no = state == ST_NONE || (state == ST_KNOWN && v[i] == 0);
        against[i] = (uint8_t)(against[i] | (no && against[i] == 0 ? mark : 0));
        open[i] = (uint8_t)(open[i] | (state == ST_UNKNOWN && open[i] == 0 ? mark : 0));
        failed[i] = (uint8_t)(failed[i] | (state == ST_ERROR && failed[i] == 0 ? mark : 0));
    }
}

/* Whom kid i stops, if nothing before it did. Rows that are asked though decided already keep what stopped them. */
static void note(struct chain_notes *notes, sel asked, const col *v, unsigned i)
{
    if (i >= UINT8_MAX) return;
    uint8_t mark = (uint8_t)(i + 1);
    if (asked.at == NULL && !v->constant && v->states != NULL) {
        mark_states(notes, v->states, v->b, mark, asked.n);
        return;
    }
    if (asked.at == NULL && !v->constant && col_plain(v)) {
        mark_bytes(notes->against, v->b, mark, asked.n);
        return;
    }
    for (uint32_t j = 0; j < asked.n; j++) {
        uint8_t *to, state = col_st(v, j) & ST_STATE;
        if (state == ST_KNOWN && v->b[v->constant ? 0 : j] != 0) continue;
        to = state == ST_UNKNOWN ? notes->open : state == ST_ERROR ? notes->failed : notes->against;
        to += sel_at(asked, j);
        if (*to == 0) *to = mark;
    }
}

col logic_chain(struct kernel *k, const struct view *f, sel s, const node_id *kids, const bool *negate, unsigned count,
                bool decides, struct chain_notes *notes)
{
    struct chain c = { .n = s.n, .decides = decides, .open = { s.n, NULL } };
    unsigned rest = 0;
    for (unsigned i = 0; i < count; i++) rest += k->cost[kids[i]];
    sel asked = s;
    for (unsigned i = 0; i < count && c.open.n > 0; i++) {
        col v = kernel_eval(k, f, asked, kids[i]);
        if (negate != NULL && negate[i]) v = logic_not(k, v, asked.n);
        chain_add(k, &c, &v);
        if (notes != NULL) note(notes, asked, &v, i);
        rest -= k->cost[kids[i]];
        if (i + 1 == count) break;
        uint32_t left = chain_left(&c);
        if (left == 0) break;
        if (!worth_narrowing(left, c.open.n, rest)) continue;
        chain_narrow(k, &c);
        asked = sel_within(k, s, c.open);
    }
    return chain_end(k, &c);
}

/* 非: none becomes true, unknown and error stay. */
col logic_not(struct kernel *k, col c, uint32_t n)
{
    if (c.constant) {
        uint8_t st = c.common;
        bool none = (st & ST_STATE) == ST_NONE, known = (st & ST_STATE) == ST_KNOWN;
        uint8_t state = none ? (uint8_t)(ST_KNOWN | (st & ST_ASSUMED)) : st;
        return col_const(k, KERNEL_8, state, none || (known && c.b[0] == 0));
    }
    uint8_t *v = SCRATCH(k, uint8_t, n);
    flip_bytes(v, c.b, n);
    col r = { .b = v, .states = c.states, .common = c.common, .width = KERNEL_8 };
    if (c.states == NULL && (c.common & ST_STATE) == ST_KNOWN) return r;
    uint8_t *st = SCRATCH(k, uint8_t, n);
    for (uint32_t i = 0; i < n; i++) {
        st[i] = col_st(&c, i);
        if ((st[i] & ST_STATE) == ST_NONE)
            st[i] = (uint8_t)(ST_KNOWN | (st[i] & ST_ASSUMED));
        else if ((st[i] & ST_STATE) != ST_KNOWN)
            v[i] = 0;
    }
    r.states = st;
    return col_settled(r, n);
}

/* ---- comparisons ---- */

#define COMPARE(T, suffix)                                                                                 \
    HOT static void lt_##suffix(uint8_t *restrict o, const T *restrict a, const T *restrict b, uint32_t n) \
    {                                                                                                      \
        for (uint32_t i = 0; i < n; i++) o[i] = a[i] < b[i];                                               \
    }                                                                                                      \
    HOT static void eq_##suffix(uint8_t *restrict o, const T *restrict a, const T *restrict b, uint32_t n) \
    {                                                                                                      \
        for (uint32_t i = 0; i < n; i++) o[i] = a[i] == b[i];                                              \
    }                                                                                                      \
    HOT static void ltc_##suffix(uint8_t *restrict o, const T *restrict a, T b, uint32_t n)                \
    {                                                                                                      \
        for (uint32_t i = 0; i < n; i++) o[i] = a[i] < b;                                                  \
    }                                                                                                      \
    HOT static void gtc_##suffix(uint8_t *restrict o, const T *restrict a, T b, uint32_t n)                \
    {                                                                                                      \
        for (uint32_t i = 0; i < n; i++) o[i] = a[i] > b;                                                  \
    }                                                                                                      \
    HOT static void eqc_##suffix(uint8_t *restrict o, const T *restrict a, T b, uint32_t n)                \
    {                                                                                                      \
        for (uint32_t i = 0; i < n; i++) o[i] = a[i] == b;                                                 \
    }                                                                                                      \
    static void compare_##suffix(enum op op, const col *x, const col *y, uint8_t *o, uint32_t n)           \
    {                                                                                                      \
        const T *a = x->any, *b = y->any;                                                                  \
        bool left = x->constant, right = y->constant;                                                      \
        if (op == OP_EQ || op == OP_NE) {                                                                  \
            if (left)                                                                                      \
                eqc_##suffix(o, b, *a, n);                                                                 \
            else if (right)                                                                                \
                eqc_##suffix(o, a, *b, n);                                                                 \
            else                                                                                           \
                eq_##suffix(o, a, b, n);                                                                   \
        } else if (op == OP_LT || op == OP_GE) { /* a < b */                                               \
            if (left)                                                                                      \
                gtc_##suffix(o, b, *a, n);                                                                 \
            else if (right)                                                                                \
                ltc_##suffix(o, a, *b, n);                                                                 \
            else                                                                                           \
                lt_##suffix(o, a, b, n);                                                                   \
        } else if (left) { /* b < a */                                                                     \
            ltc_##suffix(o, b, *a, n);                                                                     \
        } else if (right) {                                                                                \
            gtc_##suffix(o, a, *b, n);                                                                     \
        } else {                                                                                           \
            lt_##suffix(o, b, a, n);                                                                       \
        }                                                                                                  \
        if (op == OP_NE || op == OP_GE || op == OP_LE) flip_in_place(o, n);                                \
    }
COMPARE(uint8_t, 8)
COMPARE(int32_t, 32)
COMPARE(int64_t, 64)

/* Where an operand is not known: none compares as false (as true for 不等于), the rest stays what it is. */
static col compared(struct kernel *k, enum op op, const col *a, const col *b, uint8_t *v, uint32_t n)
{
    uint8_t common, *st;
    col r = { .b = v, .width = KERNEL_8 };
    if (col_strict(k, a, b, n, &common, &st)) {
        r.common = common;
        return r;
    }
    if (st == NULL) {
        if ((common & ST_STATE) == ST_NONE)
            return col_const(k, KERNEL_8, (uint8_t)(ST_KNOWN | (common & ST_ASSUMED)), op == OP_NE);
        return col_const(k, KERNEL_8, common, 0);
    }
    assert(v != NULL);
    for (uint32_t i = 0; i < n; i++) {
        if ((st[i] & ST_STATE) == ST_KNOWN) continue;
        v[i] = (st[i] & ST_STATE) == ST_NONE && op == OP_NE;
        if ((st[i] & ST_STATE) == ST_NONE) st[i] = (uint8_t)(ST_KNOWN | (st[i] & ST_ASSUMED));
    }
    r.states = st;
    return col_settled(r, n);
}

col logic_compare(struct kernel *k, enum op op, struct type t, col a, col b, uint32_t n)
{
    unsigned width = col_width(t);
    if (a.constant && b.constant && (a.common & b.common & ST_STATE) == ST_KNOWN && ((a.common | b.common) & 2) == 0) {
        int64_t x = kernel_value(&a, 0), y = kernel_value(&b, 0);
        bool is = op == OP_EQ   ? x == y
                  : op == OP_NE ? x != y
                  : op == OP_LT ? x < y
                  : op == OP_LE ? x <= y
                  : op == OP_GT ? x > y
                                : x >= y;
        return col_const(k, KERNEL_8, st_worst(a.common, b.common), is);
    }
    /* of two errors the right one is told, as the row evaluator does */
    if (a.constant && b.constant) return compared(k, op, &b, &a, NULL, n);
    uint8_t *v = SCRATCH(k, uint8_t, n);
    if (width == KERNEL_8)
        compare_8(op, &a, &b, v, n);
    else if (width == KERNEL_32)
        compare_32(op, &a, &b, v, n);
    else
        compare_64(op, &a, &b, v, n);
    return compared(k, op, &b, &a, v, n);
}

static bool is_division(struct kernel *k, node_id a, node_id b)
{
    return node_at(k->p, a)->type.kind == TYPE_NUM &&
           (node_at(k->p, a)->op == OP_DIV || node_at(k->p, b)->op == OP_DIV);
}

static col compare_nodes(struct kernel *k, const struct view *f, sel s, enum op op, node_id a, node_id b)
{
    if (is_division(k, a, b)) return number_compare_fractions(k, f, s, op, a, b);
    struct type t = node_at(k->p, a)->type;
    if (t.kind == TYPE_NONE) t = node_at(k->p, b)->type;
    col x = kernel_eval(k, f, s, a), y = kernel_eval(k, f, s, b);
    return logic_compare(k, op, t, x, y, s.n);
}

/* ---- membership ---- */

static void chain_fold(struct kernel *k, struct chain *c, col v) { chain_add(k, c, &v); }

static col between(struct kernel *k, const struct view *f, sel s, const struct node *n)
{
    struct chain c = { .n = s.n, .open = { s.n, NULL } };
    chain_fold(k, &c, compare_nodes(k, f, s, OP_GE, kid_of(k, n, 0), kid_of(k, n, 1)));
    chain_fold(k, &c, compare_nodes(k, f, s, OP_LT, kid_of(k, n, 0), kid_of(k, n, 2)));
    return chain_end(k, &c);
}

/* A look-up by code: which items are wanted. Codes that are not known keep their state, none is not among them. */
static col by_item(struct kernel *k, const col *c, const uint8_t *wanted, uint32_t items, uint32_t n)
{
    uint8_t *v = SCRATCH(k, uint8_t, n);
    const int32_t *code = col_dense(k, c, n);
    for (uint32_t i = 0; i < n; i++) v[i] = (uint32_t)code[i] < items ? wanted[code[i]] : 0;
    col known = col_const(k, KERNEL_32, ST_KNOWN, 0);
    return compared(k, OP_EQ, c, &known, v, n);
}

static col among(struct kernel *k, const struct view *f, sel s, const struct node *n)
{
    node_id first = kid_of(k, n, 0);
    struct type t = node_at(k->p, first)->type;
    bool constants = t.kind == TYPE_CODE && n->kid_count > 2;
    for (unsigned i = 1; i < n->kid_count && constants; i++) {
        node_id kid = kid_of(k, n, i);
        constants = k->levels[kid] == 0;
        if (!constants) break;
        col c = plan_const(k, kid);
        constants = c.common == ST_KNOWN;
    }
    if (constants) {
        uint32_t items = (uint32_t)k->p->codes.at[t.ref].items.len;
        uint8_t *wanted = SCRATCH(k, uint8_t, items);
        memset(wanted, 0, items);
        for (unsigned i = 1; i < n->kid_count; i++) {
            wanted[plan_const(k, kid_of(k, n, i)).i[0]] = 1;
            until_const(k, f, s, kid_of(k, n, i));
        }
        col c = kernel_eval(k, f, s, first);
        return by_item(k, &c, wanted, items, s.n);
    }
    struct chain c = { .n = s.n, .decides = true, .open = { s.n, NULL } };
    for (unsigned i = 1; i < n->kid_count; i++) {
        chain_fold(k, &c, compare_nodes(k, f, s, OP_EQ, first, kid_of(k, n, i)));
    }
    return chain_end(k, &c);
}

static bool belongs_to(const struct code_list *list, uint32_t item, uint32_t upper)
{
    uint32_t at = item + 1;
    while (at != 0 && at != upper + 1) at = list->items.at[at - 1].upper;
    return at != 0;
}

static col belongs(struct kernel *k, const struct view *f, sel s, const struct node *n)
{
    const struct code_list *list = &k->p->codes.at[node_at(k->p, kid_of(k, n, 0))->type.ref];
    uint32_t items = (uint32_t)list->items.len;
    col a = kid_col(k, f, s, n, 0), b = kid_col(k, f, s, n, 1);
    uint8_t *v = SCRATCH(k, uint8_t, s.n);
    const int32_t *item = col_dense(k, &a, s.n);
    if (b.constant && b.common == ST_KNOWN) {
        uint8_t *wanted = SCRATCH(k, uint8_t, items);
        for (uint32_t i = 0; i < items; i++) wanted[i] = belongs_to(list, i, (uint32_t)b.i[0]);
        return by_item(k, &a, wanted, items, s.n);
    }
    const int32_t *upper = col_dense(k, &b, s.n);
    for (uint32_t i = 0; i < s.n; i++) {
        bool known = (col_st(&a, i) & ST_STATE) == ST_KNOWN && (col_st(&b, i) & ST_STATE) == ST_KNOWN;
        v[i] = known && belongs_to(list, (uint32_t)item[i], (uint32_t)upper[i]);
    }
    return compared(k, OP_EQ, &a, &b, v, s.n);
}

/* ---- values chosen ---- */

/* 有, 无 of a single value. */
static col has_value(struct kernel *k, const struct view *f, sel s, const struct node *n)
{
    col c = kid_col(k, f, s, n, 0);
    bool lacks = n->op == OP_LACKS;
    if (c.states == NULL) {
        bool settled = (c.common & ST_STATE) == ST_KNOWN || (c.common & ST_STATE) == ST_NONE;
        bool is = (c.common & ST_STATE) == ST_KNOWN;
        uint8_t st = settled ? (uint8_t)(ST_KNOWN | (c.common & ST_ASSUMED)) : c.common;
        return col_const(k, KERNEL_8, st, settled && is != lacks);
    }
    uint8_t *v = SCRATCH(k, uint8_t, s.n), *st = SCRATCH(k, uint8_t, s.n);
    for (uint32_t i = 0; i < s.n; i++) {
        uint8_t state = c.states[i] & ST_STATE;
        bool settled = state == ST_KNOWN || state == ST_NONE;
        v[i] = settled && (state == ST_KNOWN) != lacks;
        st[i] = settled ? (uint8_t)(ST_KNOWN | (c.states[i] & ST_ASSUMED)) : c.states[i];
    }
    return col_settled((col){ .b = v, .states = st, .width = KERNEL_8 }, s.n);
}

/* Rows by what a condition says: 1 true, 0 false or none, 2 neither. */
static uint8_t *truths(struct kernel *k, const col *c, uint32_t n)
{
    uint8_t *t = SCRATCH(k, uint8_t, n);
    for (uint32_t i = 0; i < n; i++) {
        uint8_t st = col_st(c, i) & ST_STATE;
        t[i] = st == ST_KNOWN ? c->b[c->constant ? 0 : i] : st == ST_NONE ? 0 : 2;
    }
    return t;
}

static col eval_if(struct kernel *k, const struct view *f, sel s, const struct node *n)
{
    col c = kid_col(k, f, s, n, 0);
    struct part out;
    part_start(&out, col_width(n->type), s.n);
    const uint8_t *t = col_plain(&c) && !c.constant ? c.b : truths(k, &c, s.n);
    for (uint8_t want = 0; want < 3; want++) {
        sel some = sel_of_bytes(k, t, want, s.n);
        if (some.n == 0) continue;
        bool all = some.n == s.n;
        col v;
        if (want == 2) {
            v = col_without(k, col_gather(k, c, all ? NULL : some.at, some.n), out.width, some.n);
        } else {
            v = kernel_eval(k, f, all ? s : sel_within(k, s, some), kid_of(k, n, want ? 1 : 2));
            col by = col_gather(k, c, all ? NULL : some.at, some.n);
            v = col_assume(k, v, &by, some.n);
        }
        part_put(k, &out, all ? NULL : some.at, some.n, v);
    }
    return part_end(k, &out);
}

/* 缺省: the second where the first is unknown. */
static col eval_default(struct kernel *k, const struct view *f, sel s, const struct node *n)
{
    col c = kid_col(k, f, s, n, 0);
    if (c.states == NULL) {
        return (c.common & ST_STATE) == ST_UNKNOWN ? kid_col(k, f, s, n, 1) : c;
    }
    uint8_t *t = SCRATCH(k, uint8_t, s.n);
    for (uint32_t i = 0; i < s.n; i++) t[i] = (c.states[i] & ST_STATE) == ST_UNKNOWN;
    sel some = sel_of_bytes(k, t, 1, s.n);
    if (some.n == 0) return c;
    struct part out;
    part_start(&out, col_width(n->type), s.n);
    part_put(k, &out, NULL, s.n, c);
    part_put(k, &out, some.at, some.n, kernel_eval(k, f, sel_within(k, s, some), kid_of(k, n, 1)));
    return part_end(k, &out);
}

col eval_logic(struct kernel *k, const struct view *f, sel s, const struct node *n)
{
    switch ((int)n->op) {
    case OP_AND:
    case OP_OR: return logic_chain(k, f, s, &k->p->kids.at[n->kids], NULL, n->kid_count, n->op == OP_OR, NULL);
    case OP_NOT: return logic_not(k, kid_col(k, f, s, n, 0), s.n);
    case OP_IN: return among(k, f, s, n);
    case OP_BETWEEN: return between(k, f, s, n);
    case OP_BELONGS: return belongs(k, f, s, n);
    case OP_HAS:
    case OP_LACKS: {
        enum type_kind kind = node_at(k->p, kid_of(k, n, 0))->type.kind;
        if (kind == TYPE_GROUP || kind == TYPE_HISTORY) return eval_has_elements(k, f, s, n);
        return has_value(k, f, s, n);
    }
    case OP_IF: return eval_if(k, f, s, n);
    case OP_DEFAULT: return eval_default(k, f, s, n);
    default: return compare_nodes(k, f, s, (enum op)n->op, kid_of(k, n, 0), kid_of(k, n, 1));
    }
}
