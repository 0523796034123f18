/* func: definitions with exceptions, calls, parameters by date. What has no parameters is computed at
 * most once for each row of a set, and only for the rows that somebody asks for. */
#include "kernel/kernel_priv.h"

#include <assert.h>

static kernel_compute compute_func;

/* ---- at most once ---- */

static void memo_fill(struct kernel *k, set *t, sel s, struct memo *m, unsigned width, col c)
{
    if (m->values == NULL) {
        m->values = kernel_scratch(k, col_bytes(width) * ((size_t)t->n + 1));
        m->states = SCRATCH(k, uint8_t, t->n);
        m->full = (col){ .any = m->values, .states = m->states, .width = (uint8_t)width };
    }
    for (uint32_t i = 0; i < s.n; i++) {
        m->done[s.at[i]] = 1;
        m->states[s.at[i]] = col_st(&c, i);
    }
    if (width == KERNEL_8)
        for (uint32_t i = 0; i < s.n; i++) ((uint8_t *)m->values)[s.at[i]] = c.b[c.constant ? 0 : i];
    else if (width == KERNEL_32)
        for (uint32_t i = 0; i < s.n; i++) ((int32_t *)m->values)[s.at[i]] = c.i[c.constant ? 0 : i];
    else
        for (uint32_t i = 0; i < s.n; i++) ((int64_t *)m->values)[s.at[i]] = c.n[c.constant ? 0 : i];
    m->missing -= s.n;
}

col set_memo(struct kernel *k, set *t, sel s, uint32_t index, unsigned width, kernel_compute *compute, uint32_t what)
{
    struct memo *m = t->memo[index];
    if (m != NULL && m->missing == 0) return col_gather(k, m->full, s.at, s.n);
    if (m == NULL && s.at != NULL && s.n <= t->n / 2 && compute == compute_func && k->calls[what] < 2)
        return compute(k, t, s, what); /* asked for in one place only: nobody will ask again */
    if (m == NULL) {
        m = SCRATCH(k, struct memo, 1);
        *m = (struct memo){ .missing = t->n };
    }
    if (m->done == NULL && (s.at == NULL || s.n > t->n / 2)) { /* for most of them: for all */
        m->full = compute(k, t, set_all(t), what);
        m->missing = 0;
        t->memo[index] = m;
        return col_gather(k, m->full, s.at, s.n);
    }
    if (m->done == NULL) {
        m->done = SCRATCH(k, uint8_t, t->n);
        memset(m->done, 0, t->n);
        t->memo[index] = m;
    }
    uint32_t *at = SCRATCH(k, uint32_t, s.n), n = 0;
    for (uint32_t i = 0; i < s.n; i++) {
        at[n] = sel_at(s, i);
        n += !m->done[at[n]];
    }
    sel todo = { n, at };
    if (n == s.n) { /* as asked: no detour */
        col c = compute(k, t, todo, what);
        memo_fill(k, t, todo, m, width, c);
        if (m->missing == 0) m->full = col_settled(m->full, t->n);
        return c;
    }
    if (n > 0) memo_fill(k, t, todo, m, width, compute(k, t, todo, what));
    if (m->missing == 0) m->full = col_settled(m->full, t->n);
    return col_settled(col_gather(k, m->full, s.at, s.n), s.n);
}

/* ---- definitions ---- */

/* What the exceptions of one rank say of the rows still open. */
struct rank {
    uint8_t *outcome; /* 0 none holds, 1 + index of the one that does, OPEN, TWO */
    uint8_t *state;   /* of OPEN */
};
enum { OPEN = 254, TWO = 255, EXCEPTIONS_MAX = 250 };

static bool next_rank(const struct func *d, int64_t below, bool first, int64_t *rank)
{
    bool found = false;
    VEC_EACH (const struct exception, x, &d->exceptions) {
        if (!first && x->rank >= below) continue;
        if (!found || x->rank > *rank) *rank = x->rank;
        found = true;
    }
    return found;
}

static void rank_add(struct rank *r, uint32_t i, uint8_t st, bool holds, uint8_t index, uint8_t *assumed)
{
    assumed[i] |= st_is_escape(st) ? 0 : st & ST_ASSUMED;
    switch (st & ST_STATE) {
    case ST_ERROR:
        if (!st_is_escape(r->state[i])) r->state[i] = st;
        break;
    case ST_UNKNOWN:
        if (r->state[i] == ST_KNOWN) r->state[i] = st;
        break;
    case ST_KNOWN:
        if (holds) r->outcome[i] = r->outcome[i] == 0 ? index : TWO;
        break;
    default: break;
    }
}

/* The parts of a definition's result: rows of s at positions `where`. */
struct definition {
    const struct view *f;
    sel s;
    const struct func *d;
    struct part out;
    const struct exception *tried; /* its condition was evaluated for tried_where */
    sel tried_where;
    col condition;
};

static col condition_of(struct kernel *k, struct definition *x, sel where, const struct exception *e)
{
    if (x->tried != e || x->tried_where.at != where.at || x->tried_where.n != where.n) {
        x->condition = kernel_eval(k, x->f, sel_within(k, x->s, where), e->condition);
        x->tried = e;
        x->tried_where = where;
    }
    return x->condition;
}

/* Evaluates the exceptions of a rank for selected rows. */
static struct rank rank_of(struct kernel *k, struct definition *x, sel where, int64_t rank, uint8_t *assumed)
{
    uint32_t n = where.n;
    struct rank r = { SCRATCH(k, uint8_t, n), SCRATCH(k, uint8_t, n) };
    memset(r.outcome, 0, n);
    memset(r.state, ST_KNOWN, n);
    for (size_t e = 0; e < x->d->exceptions.len; e++) {
        if (x->d->exceptions.at[e].rank != rank) continue;
        col c = condition_of(k, x, where, &x->d->exceptions.at[e]);
        for (uint32_t i = 0; i < n; i++)
            rank_add(&r, i, col_st(&c, i), c.b[c.constant ? 0 : i] != 0, (uint8_t)(1 + e), assumed);
    }
    for (uint32_t i = 0; i < n; i++) {
        bool two = r.outcome[i] == TWO && !st_is_escape(r.state[i]);
        if (two)
            r.state[i] = st_error(VERR_TWO_EXCEPTIONS);
        else if (r.state[i] != ST_KNOWN)
            r.outcome[i] = OPEN;
    }
    return r;
}

static void put_value(struct kernel *k, struct definition *x, sel where, node_id value, const uint8_t *assumed)
{
    if (where.n == 0) return;
    col v;
    if (value == 0)
        v = col_const(k, x->out.width, st_error(VERR_UNSET), 0);
    else
        v = kernel_eval(k, x->f, sel_within(k, x->s, where), value);
    if (assumed != NULL && value != 0) {
        col by = { .states = assumed };
        v = col_assume(k, v, &by, where.n);
    }
    part_put(k, &x->out, where.at, where.n, v);
}

/* One rank in general: returns the rows that are still open, as positions in `where`. */
static sel rank_general(struct kernel *k, struct definition *x, sel where, int64_t rank, uint8_t *assumed, sel *rest)
{
    struct rank r = rank_of(k, x, where, rank, assumed);
    for (size_t e = 0; e < x->d->exceptions.len; e++) {
        if (x->d->exceptions.at[e].rank != rank) continue;
        sel some = sel_of_bytes(k, r.outcome, (uint8_t)(1 + e), where.n);
        put_value(k, x, sel_within(k, where, some), x->d->exceptions.at[e].value, states_picked(k, assumed, some));
    }
    for (unsigned what = OPEN; what <= TWO; what++) {
        sel some = sel_of_bytes(k, r.outcome, (uint8_t)what, where.n);
        if (some.n == 0) continue;
        uint8_t *st = SCRATCH(k, uint8_t, some.n);
        for (uint32_t i = 0; i < some.n; i++) {
            uint8_t with = what == OPEN && !st_is_escape(r.state[some.at[i]]) ? assumed[some.at[i]] : 0;
            st[i] = r.state[some.at[i]] | with;
        }
        col states = { .states = st };
        sel at = sel_within(k, where, some);
        part_put(k, &x->out, at.at, at.n, col_without(k, states, x->out.width, some.n));
    }
    *rest = sel_of_bytes(k, r.outcome, 0, where.n);
    return sel_within(k, where, *rest);
}

/* Where one condition is known for all rows and nothing is assumed, it only divides them. */
static bool rank_plain(struct kernel *k, struct definition *x, sel where, const struct exception *e, sel *rest)
{
    col c = condition_of(k, x, where, e);
    if (!col_plain(&c)) return false;
    if (c.constant) {
        if (c.b[0]) put_value(k, x, where, e->value, NULL);
        *rest = c.b[0] ? (sel){ 0, SCRATCH(k, uint32_t, 1) } : where;
        return true;
    }
    sel yes = sel_of_bytes(k, c.b, 1, where.n), no = sel_of_bytes(k, c.b, 0, where.n);
    *rest = no.n == where.n ? where : sel_within(k, where, no);
    put_value(k, x, yes.n == where.n ? where : sel_within(k, where, yes), e->value, NULL);
    return true;
}

/* The last condition before a base that is one value: everybody gets it, some get another on top. */
static bool rank_last(struct kernel *k, struct definition *x, sel where, const struct exception *e)
{
    int64_t rank = 0;
    if (x->d->base == 0 || k->levels[x->d->base] != 0 || next_rank(x->d, e->rank, false, &rank)) return false;
    col c = condition_of(k, x, where, e);
    if (!col_plain(&c) || c.constant) return false;
    put_value(k, x, where, x->d->base, NULL);
    put_value(k, x, sel_within(k, where, sel_of_bytes(k, c.b, 1, where.n)), e->value, NULL);
    return true;
}

/* Without branches, which would be guessed wrong half of the time. */
#define CHOOSE(T, suffix)                                                                              \
    HOT static void choose_##suffix(T *restrict o, const uint8_t *restrict c, T yes, T no, uint32_t n) \
    {                                                                                                  \
        for (uint32_t i = 0; i < n; i++) o[i] = (T)(no ^ ((T)(yes ^ no) & (T) - (T)c[i]));             \
    }
CHOOSE(uint8_t, 8)
CHOOSE(int32_t, 32)
CHOOSE(int64_t, 64)

/* A condition and two constants: chosen without selecting anything. */
static bool chosen(struct kernel *k, struct definition *x, col *out)
{
    const struct func *d = x->d;
    if (d->exceptions.len != 1 || d->base == 0) return false;
    const struct exception *e = &d->exceptions.at[0];
    if (k->levels[d->base] != 0 || k->levels[e->value] != 0 || k->levels[e->condition] == 0) return false;
    col a = plan_const(k, e->value), b = plan_const(k, d->base);
    if (!col_plain(&a) || !col_plain(&b)) return false;
    until_const(k, x->f, x->s, e->value);
    until_const(k, x->f, x->s, d->base);
    col c = condition_of(k, x, (sel){ x->s.n, NULL }, e);
    if (!col_plain(&c)) return false;
    if (c.constant) {
        *out = c.b[0] ? a : b;
        return true;
    }
    unsigned width = x->out.width;
    *out = (col){ .common = ST_KNOWN, .width = (uint8_t)width };
    int64_t yes = kernel_value(&a, 0), no = kernel_value(&b, 0);
    if (width == KERNEL_8) {
        uint8_t *v = SCRATCH(k, uint8_t, x->s.n);
        choose_8(v, c.b, (uint8_t)yes, (uint8_t)no, x->s.n);
        out->b = v;
    } else if (width == KERNEL_32) {
        int32_t *v = SCRATCH(k, int32_t, x->s.n);
        choose_32(v, c.b, (int32_t)yes, (int32_t)no, x->s.n);
        out->i = v;
    } else {
        int64_t *v = SCRATCH(k, int64_t, x->s.n);
        choose_64(v, c.b, yes, no, x->s.n);
        out->n = v;
    }
    return true;
}

static unsigned of_rank(const struct func *d, int64_t rank, const struct exception **one)
{
    unsigned n = 0;
    VEC_EACH (const struct exception, x, &d->exceptions) {
        if (x->rank != rank) continue;
        *one = x;
        n++;
    }
    return n;
}

static col eval_definition(struct kernel *k, const struct view *f, sel s, const struct func *d)
{
    if (d->exceptions.len == 0) {
        if (d->base == 0) return col_const(k, col_width(d->type), st_error(VERR_UNSET), 0);
        return kernel_eval(k, f, s, d->base);
    }
    if (d->exceptions.len > EXCEPTIONS_MAX) { /* more than a byte can number */
        kernel_note_escape(k, OP_CALL, s.n);
        return col_const(k, col_width(d->type), ST_ESCAPE, 0);
    }
    struct definition x = { .f = f, .s = s, .d = d };
    part_start(&x.out, col_width(d->type), s.n);
    col done;
    if (chosen(k, &x, &done)) return done;
    sel where = { s.n, NULL };
    uint8_t *assumed = NULL; /* per row of `where`, once something was */
    int64_t rank = 0;
    for (bool first = true; where.n > 0 && next_rank(d, rank, first, &rank); first = false) {
        const struct exception *one = NULL;
        sel rest;
        if (assumed == NULL && of_rank(d, rank, &one) == 1 && rank_last(k, &x, where, one)) return part_end(k, &x.out);
        if (of_rank(d, rank, &one) == 1 && assumed == NULL && rank_plain(k, &x, where, one, &rest)) {
            where = rest;
            continue;
        }
        if (assumed == NULL) {
            assumed = SCRATCH(k, uint8_t, where.n);
            memset(assumed, 0, where.n);
        }
        where = rank_general(k, &x, where, rank, assumed, &rest);
        uint8_t *left = SCRATCH(k, uint8_t, rest.n);
        for (uint32_t i = 0; i < rest.n; i++) left[i] = assumed[rest.at[i]];
        assumed = left;
    }
    put_value(k, &x, where, d->base, assumed);
    return part_end(k, &x.out);
}

static col body(struct kernel *k, const struct view *f, sel s, uint32_t func)
{
    const struct func *d = func_on(k->p, func, k->rule_day);
    for (unsigned j = k->turn + 1; k->watching && j < k->day_count; j++) {
        if (func_on(k->p, func, k->days[j]) != d) until_all(k, f->set, s, j);
    }
    if (d == NULL) return col_const(k, col_width(k->p->funcs.at[func].type), st_error(VERR_NOT_IN_FORCE), 0);
    return d->is_table ? table_of(k, f, s, d) : eval_definition(k, f, s, d);
}

/* ---- calls ---- */

/* A fact given in place of a definition holds; only what was not given is computed. */
static col compute_func(struct kernel *k, set *t, sel s, uint32_t func)
{
    struct view f = { .set = t };
    uint16_t column = (uint16_t)k->func_slot[func];
    if (!plan_given(k, t->table, column)) return body(k, &f, s, func);
    col given = set_given(k, t, s, column);
    if (given.states == NULL) return given.common & POOL_ABSENT ? body(k, &f, s, func) : given;
    uint8_t *absent = SCRATCH(k, uint8_t, s.n);
    for (uint32_t i = 0; i < s.n; i++) absent[i] = (given.states[i] & POOL_ABSENT) != 0;
    sel todo = sel_of_bytes(k, absent, 1, s.n);
    if (todo.n == 0) return given;
    struct part out;
    part_start(&out, col_width(k->p->funcs.at[func].type), s.n);
    part_put(k, &out, NULL, s.n, given);
    part_put(k, &out, todo.at, todo.n, body(k, &f, sel_within(k, s, todo), func));
    return part_end(k, &out);
}

col func_of(struct kernel *k, set *t, sel s, uint32_t func)
{
    assert(k->func_slot[func] >= 0);
    return set_memo(k, t, s, (uint32_t)k->func_slot[func], col_width(k->p->funcs.at[func].type), compute_func, func);
}

/* A definition on the day of a turn, for what is computed for several days: kept apart, as nothing is noted. */
struct probed {
    struct probed *next;
    uint32_t func;
    unsigned turn;
    col full;
};

static col probed_func(struct kernel *k, set *t, sel s, uint32_t func)
{
    if (s.at != NULL && s.n < t->n / 2) return compute_func(k, t, s, func);
    struct probed *x = t->probed;
    while (x != NULL && (x->func != func || x->turn != k->turn)) x = x->next;
    if (x == NULL) {
        x = SCRATCH(k, struct probed, 1);
        *x = (struct probed){ t->probed, func, k->turn, compute_func(k, t, set_all(t), func) };
        t->probed = x;
    }
    return col_gather(k, x->full, s.at, s.n);
}

/* With arguments: each row of those who call is a row of its own. Arguments that are not known are the result. */
static col call_with(struct kernel *k, const struct view *f, sel s, const struct node *n, const struct owners *o)
{
    col args[LIMIT_ARGS + 1], worst = { .common = ST_KNOWN, .constant = true };
    unsigned count = n->kid_count - 1u;
    for (unsigned i = 0; i < count; i++) {
        args[i] = kid_col(k, f, s, n, i + 1);
        uint8_t common, *st;
        col_strict(k, &worst, &args[i], s.n, &common, &st);
        worst = (col){ .states = st, .common = common };
    }
    worst = col_settled(worst, s.n);
    bool own = o->set == f->set && o->to == NULL && o->sel.at == s.at;
    set *t = f->set;
    sel where = s;
    if (!own) { /* one row for each caller, the same record more than once where need be */
        uint32_t *rows = SCRATCH(k, uint32_t, s.n);
        int32_t *months = o->set->months != NULL ? SCRATCH(k, int32_t, s.n) : NULL;
        for (uint32_t i = 0; i < s.n; i++) {
            uint32_t at = sel_at(o->sel, o->to != NULL ? o->to[i] : i);
            rows[i] = set_row(o->set, at);
            if (months != NULL) months[i] = o->set->months[at];
        }
        t = months != NULL ? set_months(k, o->set->table, rows, months, s.n) : set_of(k, o->set->table, rows, s.n);
        where = set_all(t);
        struct owners rows_of = { .set = t, .sel = where };
        until_owners(k, f->set, s, &rows_of);
    }
    for (unsigned i = 0; i < count; i++) args[i] = col_spread(k, args[i], where, t->n);
    struct view inner = { .set = t, .locals = args };
    col v = body(k, &inner, where, n->k);
    struct owners each = { .set = t, .sel = { s.n, NULL }, .states = o->states, .common = o->common };
    struct owners known = { .set = t, .sel = { s.n, NULL }, .states = worst.states, .common = worst.common };
    return owners_expand(k, &each, owners_expand(k, &known, v, s.n), s.n);
}

col eval_call(struct kernel *k, const struct view *f, sel s, const struct node *n)
{
    struct owners o = owners_of(k, f, s, kid_of(k, n, 0));
    unsigned width = col_width(k->p->funcs.at[n->k].type);
    if (o.sel.n == 0) return col_without(k, (col){ .states = o.states, .common = o.common }, width, s.n);
    if (n->kid_count > 1) return call_with(k, f, s, n, &o);
    if (k->quiet > 0 && (plan_func_bits(k, n->k) & BITS_TIMED)) { /* of another day, or without its notes */
        return owners_expand(k, &o, probed_func(k, o.set, o.sel, n->k), s.n);
    }
    return owners_expand(k, &o, func_of(k, o.set, o.sel, n->k), s.n);
}

col policy_noting(struct kernel *k, set *t, sel s, uint32_t policy, struct chain_notes *notes)
{
    const struct policy *q = policy_on(k->p, policy, k->rule_day);
    for (unsigned j = k->turn + 1; k->watching && j < k->day_count; j++) {
        if (policy_on(k->p, policy, k->days[j]) != q) until_all(k, t, s, j);
    }
    if (q == NULL) return col_const(k, KERNEL_8, ST_KNOWN, 0);
    struct view f = { .set = t };
    node_id *nodes = SCRATCH(k, node_id, q->criteria.len);
    bool *negate = SCRATCH(k, bool, q->criteria.len);
    for (size_t i = 0; i < q->criteria.len; i++) {
        nodes[i] = q->criteria.at[i].node;
        negate[i] = q->criteria.at[i].is_exclusion;
    }
    return logic_chain(k, &f, s, nodes, negate, (unsigned)q->criteria.len, false, notes);
}

static col compute_policy(struct kernel *k, set *t, sel s, uint32_t policy)
{
    return policy_noting(k, t, s, policy, NULL);
}

col policy_of(struct kernel *k, set *t, sel s, uint32_t policy)
{
    uint32_t index = k->v->schema.tables[t->table].column_count + policy;
    return set_memo(k, t, s, index, KERNEL_8, compute_policy, policy);
}

col eval_qualifies(struct kernel *k, const struct view *f, sel s, const struct node *n)
{
    struct owners o = owners_plain(k, owners_of(k, f, s, kid_of(k, n, 0)), s.n);
    if (o.sel.n == 0) return col_without(k, (col){ .states = o.states, .common = o.common }, KERNEL_8, s.n);
    return owners_expand(k, &o, policy_of(k, o.set, o.sel, n->k), s.n);
}

/* ---- parameters ---- */

static col param_at(struct kernel *k, const struct param *q, uint32_t item, date day)
{
    if (q->open && q->rows.len == 0) return col_const(k, col_width(q->type), st_error(VERR_UNSET), 0);
    const struct param_row *row = param_row_on(q, item, day);
    if (row == NULL) return col_const(k, col_width(q->type), st_error(VERR_NO_VALUE), 0);
    return value_col(k, q->type, row->value);
}

col eval_param(struct kernel *k, const struct view *f, sel s, const struct node *n)
{
    const struct param *q = &k->p->params.at[n->k];
    unsigned width = col_width(q->type);
    col key = col_const(k, KERNEL_32, ST_KNOWN, 0), day = col_const(k, KERNEL_32, ST_KNOWN, k->rule_day.days);
    for (unsigned j = k->turn + 1; k->watching && !(n->level & 2u) && j < k->day_count; j++) {
        VEC_EACH (const struct param_row, row, &q->rows) {
            if (row->from.days > k->days[j - 1].days && row->from.days <= k->days[j].days) until_all(k, f->set, s, j);
        }
    }
    if (n->level & 1u) key = kid_col(k, f, s, n, 0);
    if (n->level & 2u) day = kid_col(k, f, s, n, n->level & 1u);
    uint8_t common, *st;
    if (!col_strict(k, &key, &day, s.n, &common, &st) && st == NULL) return col_const(k, width, common, 0);
    int64_t *o = SCRATCH(k, int64_t, s.n);
    uint8_t *states = SCRATCH(k, uint8_t, s.n);
    uint32_t items = q->item_count > 0 ? q->item_count : 1;
    col *by_item = NULL;
    if (day.constant) { /* by code alone: a look-up */
        by_item = SCRATCH(k, col, items);
        for (uint32_t i = 0; i < items; i++) by_item[i] = param_at(k, q, i, (date){ day.i[0] });
    }
    for (uint32_t i = 0; i < s.n; i++) {
        uint8_t mine = st != NULL ? st[i] : common;
        o[i] = 0;
        states[i] = mine;
        if ((mine & ST_STATE) != ST_KNOWN) continue;
        uint32_t item = (uint32_t)key.i[key.constant ? 0 : i];
        col v = by_item != NULL && item < items ? by_item[item]
                                                : param_at(k, q, item, (date){ day.i[day.constant ? 0 : i] });
        o[i] = kernel_value(&v, 0);
        states[i] = (v.common & ST_STATE) == ST_ERROR ? v.common : (uint8_t)(v.common | (mine & ST_ASSUMED));
    }
    return col_narrowed(k, o, states, width, s.n);
}
