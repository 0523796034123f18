/* kernel: the life of a kernel, the dispatch over operations, results, and the rows that have to be computed again one
 * by one. */
#include "kernel/kernel_priv.h"

#include <assert.h>

static struct kernel *kernel_make(const struct vocab *v, const struct pool *p, const date *days, unsigned count)
{
    struct arena *a = arena_new("kernel", 0);
    struct kernel *k = ARENA_NEW(a, struct kernel);
    k->arena = a;
    k->cases = arena_new("kernel cases", 0);
    k->v = v;
    k->p = v->p;
    k->pool = p;
    k->days = days;
    k->day_count = count;
    return k;
}

struct kernel *kernel_new(const struct vocab *v, const struct pool *p, date today, date rule_day)
{
    struct kernel *k = kernel_make(v, p, NULL, 1);
    k->today = today;
    k->rule_day = rule_day;
    k->this_month = date_month(today);
    plan_build(k);
    return k;
}

struct kernel *kernel_new_days(const struct vocab *v, const struct pool *p, const date *days, unsigned count)
{
    assert(count > 0 && count <= KERNEL_DAYS_MAX);
    struct kernel *k = kernel_make(v, p, days, count);
    until_turn(k, 0);
    plan_build(k);
    return k;
}

void kernel_free(struct kernel *k)
{
    if (k == NULL) return;
    arena_free(k->cases);
    arena_free(k->arena);
}

void kernel_start(struct kernel *k)
{
    k->block = 0;
    k->used = 0;
    k->sets = NULL;
    k->flows = NULL;
}

void kernel_turn(struct kernel *k, unsigned day)
{
    assert(k->days != NULL && day < k->day_count);
    kernel_start(k);
    until_turn(k, day);
}

const struct kernel_rows *kernel_rows(struct kernel *k, uint16_t table, uint32_t first, uint32_t n)
{
    return set_run(k, table, first, n);
}

const struct kernel_rows *kernel_rows_list(struct kernel *k, uint16_t table, const uint32_t *rows, uint32_t n)
{
    return set_of(k, table, rows, n);
}

const struct kernel_escapes *kernel_escaped(const struct kernel *k) { return &k->escapes; }

/* ---- evaluation ---- */

/* A node that does not depend on the innermost elements is computed in the view around, once for each of its rows. */
static col eval_outside(struct kernel *k, const struct view *f, sel s, node_id id)
{
    uint32_t *at = SCRATCH(k, uint32_t, s.n), *to = SCRATCH(k, uint32_t, s.n), m = 0;
    for (uint32_t i = 0; i < s.n; i++) {
        uint32_t outer = f->outer_at[sel_at(s, i)];
        if (m == 0 || at[m - 1] != outer) at[m++] = outer;
        to[i] = m - 1;
    }
    col c = kernel_eval(k, f->outer, (sel){ m, at }, id);
    return col_gather(k, c, to, s.n);
}

static col element_rows(struct kernel *k, const struct view *f, sel s)
{
    int32_t *v = SCRATCH(k, int32_t, s.n);
    for (uint32_t i = 0; i < s.n; i++) v[i] = (int32_t)set_row(f->set, sel_at(s, i));
    return (col){ .i = v, .common = ST_KNOWN, .width = KERNEL_32 };
}

static col eval_field(struct kernel *k, const struct view *f, sel s, const struct node *n)
{
    node_id record = kid_of(k, n, 0);
    const struct node *r = node_at(k->p, record);
    if (r->op == OP_ELEMENT && r->level == f->level) return set_column(k, f->set, s, (uint16_t)n->k);
    struct owners o = owners_of_field(k, f, s, record, (uint16_t)n->k);
    if (o.sel.n == 0) return col_without(k, (col){ .states = o.states, .common = o.common }, col_width(n->type), s.n);
    return owners_expand(k, &o, set_column(k, o.set, o.sel, (uint16_t)n->k), s.n);
}

/* A judgement is a fact of its own: never assumed. */
static col eval_judge(struct kernel *k, const struct view *f, sel s, const struct node *n)
{
    node_id record = kid_of(k, n, 0);
    struct owners o = owners_plain(k, owners_of(k, f, s, record), s.n);
    int column = vocab_judgement(k->v, node_at(k->p, record)->type.ref, n->k);
    if (column < 0) return col_const(k, KERNEL_8, ST_UNKNOWN, 0);
    if (o.sel.n == 0) return col_without(k, (col){ .states = o.states, .common = o.common }, KERNEL_8, s.n);
    return owners_expand(k, &o, set_column(k, o.set, o.sel, (uint16_t)column), s.n);
}

col kernel_eval(struct kernel *k, const struct view *f, sel s, node_id id)
{
    uint16_t levels = k->levels[id];
    if (levels == 0) {
        until_const(k, f, s, id);
        return plan_const(k, id);
    }
    if (levels >> f->level == 0) return eval_outside(k, f, s, id);
    if (k->watching && (plan_bits(k, id) & BITS_PROBED)) return until_probed(k, f, s, id);
    return kernel_apply(k, f, s, id);
}

col kernel_apply(struct kernel *k, const struct view *f, sel s, node_id id)
{
    const struct node *n = node_at(k->p, id);
    switch ((int)n->op) {
    case OP_ELEMENT: return element_rows(k, f, s);
    case OP_LOCAL: assert(f->locals != NULL); return col_gather(k, f->locals[n->k], s.at, s.n);
    case OP_FIELD: return eval_field(k, f, s, n);
    case OP_PARAM: return eval_param(k, f, s, n);
    case OP_CALL: return eval_call(k, f, s, n);
    case OP_QUALIFIES: return eval_qualifies(k, f, s, n);
    case OP_JUDGE: return eval_judge(k, f, s, n);
    case OP_AND:
    case OP_OR:
    case OP_NOT:
    case OP_EQ:
    case OP_NE:
    case OP_LT:
    case OP_LE:
    case OP_GT:
    case OP_GE:
    case OP_IN:
    case OP_BELONGS:
    case OP_BETWEEN:
    case OP_IF:
    case OP_HAS:
    case OP_LACKS:
    case OP_DEFAULT: return eval_logic(k, f, s, n);
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
    case OP_NEG:
    case OP_ROUND:
    case OP_RESCALE:
    case OP_SMALLEST:
    case OP_LARGEST: return eval_number(k, f, s, n);
    case OP_DATE_DAYS:
    case OP_DATE_MONTHS:
    case OP_DATE_WORKDAYS:
    case OP_MONTH_MONTHS:
    case OP_EXPIRY_MONTHS:
    case OP_EXPIRY_DAYS:
    case OP_FULL_MONTHS:
    case OP_CALENDAR_MONTHS:
    case OP_AGE:
    case OP_DAYS:
    case OP_YEAR:
    case OP_MONTH_OF:
    case OP_FIRST_DAY:
    case OP_LAST_DAY: return eval_dates(k, f, s, n);
    case OP_ACTIVE:
    case OP_LATEST:
    case OP_CURRENT:
    case OP_FIRST:
    case OP_TOTAL_DAYS:
    case OP_LONGEST_DAYS:
    case OP_GAP_DAYS:
    case OP_SEGMENTS: return eval_spells(k, f, s, n);
    case OP_MONTH_HAS:
    case OP_MONTH_RECORD:
    case OP_MONTHS_TOTAL:
    case OP_MONTHS_RUN:
    case OP_MONTHS_WINDOW:
    case OP_MONTHS_FIRST:
    case OP_MONTHS_LAST: return eval_months(k, f, s, n);
    case OP_ANY:
    case OP_ALL:
    case OP_COUNT:
    case OP_SUM:
    case OP_MAX:
    case OP_MIN: return eval_over(k, f, s, n);
    default: /* what has no value of its own: as the row evaluator says */
        return col_const(k, col_width(n->type), st_error(VERR_DATA), 0);
    }
}

/* ---- rows computed one by one ---- */

static bool has_escapes(const col *c, uint32_t n)
{
    if (c->states == NULL) return st_is_escape(c->common);
    for (uint32_t i = 0; i < n; i++) {
        if (st_is_escape(c->states[i])) return true;
    }
    return false;
}

/* One value of the row evaluator as a cell; what leaves 64 bits also here is an overflow. */
static void cell_of(struct kernel *k, struct type t, struct value v, uint8_t *state, int64_t *cell)
{
    col c = value_col(k, t, v);
    *state = st_is_escape(c.common) ? st_error(VERR_OVERFLOW) : c.common;
    *cell = kernel_value(&c, 0);
}

static struct record *row_case(struct kernel *k, const set *t, uint32_t i)
{
    struct facts *f = ARENA_NEW(k->cases, struct facts);
    struct diags *d = ARENA_NEW(k->cases, struct diags);
    diags_init(d, k->cases);
    *f = (struct facts){ .p = k->p, .a = k->cases, .d = d };
    struct record *r = vocab_record(k->v, k->pool, t->table, set_row(t, i), f);
    eval_start(&k->ev, k->p, k->cases, k->today, k->rule_day);
    k->escapes.rows++;
    return r;
}

/* Rows the columns gave up on, asked row by row: about a definition (id is its number) or an expression (its node). */
static col asked_again(struct kernel *k, set *t, col c, struct type type, bool is_func, uint32_t id)
{
    int64_t *values = SCRATCH(k, int64_t, t->n);
    uint8_t *states = SCRATCH(k, uint8_t, t->n);
    for (uint32_t i = 0; i < t->n; i++) {
        states[i] = col_st(&c, i);
        values[i] = kernel_value(&c, i);
        if (!st_is_escape(states[i])) continue;
        until_note(k, t, i, k->turn + 1);
        struct arena_mark m = arena_mark(k->cases);
        struct frame f = { .elements = { row_case(k, t, i) } };
        struct value v = is_func ? eval_func(&k->ev, f.elements[0], id) : eval_node(&k->ev, &f, id);
        cell_of(k, type, v, &states[i], &values[i]);
        arena_rewind(k->cases, m);
    }
    return col_narrowed(k, values, states, col_width(type), t->n);
}

static set *writable(const struct kernel_rows *r)
{
    union {
        const set *in;
        set *out;
    } u = { .in = r }; /* rows handed out by kernel_rows are ours */
    return u.out;
}

struct kernel_values kernel_func(struct kernel *k, const struct kernel_rows *r, uint32_t func)
{
    set *t = writable(r);
    if (t->n == 0) return col_state(k, ST_UNKNOWN);
    col c = func_of(k, t, set_all(t), func);
    return has_escapes(&c, t->n) ? asked_again(k, t, c, k->p->funcs.at[func].type, true, func) : c;
}

struct kernel_values kernel_node(struct kernel *k, const struct kernel_rows *r, node_id id)
{
    set *t = writable(r);
    if (t->n == 0) return col_state(k, ST_UNKNOWN);
    struct view f = { .set = t };
    col c = kernel_eval(k, &f, set_all(t), id);
    return has_escapes(&c, t->n) ? asked_again(k, t, c, node_at(k->p, id)->type, false, id) : c;
}

struct kernel_values kernel_slot(struct kernel *k, const struct kernel_rows *r, uint32_t slot)
{
    const struct slot *s = &k->p->entities.at[r->table].slots.at[slot];
    if (s->kind == SLOT_FUNC) return kernel_func(k, r, s->func);
    set *t = writable(r);
    return set_column(k, t, set_all(t), (uint16_t)slot);
}

bool kernel_sum(const struct kernel_values *v, uint32_t n, num *sum, uint64_t *known)
{
    if (v->states == NULL && (v->common & ST_STATE) != ST_KNOWN) return true;
    bool narrow = v->width != KERNEL_64 && !v->constant;
    num total = 0;
    if (v->states == NULL && narrow) {
        int64_t part = 0;
        for (uint32_t i = 0; i < n && v->width == KERNEL_8; i++) part += v->b[i];
        for (uint32_t i = 0; i < n && v->width == KERNEL_32; i++) part += v->i[i];
        total = part;
        *known += n;
    } else if (v->states == NULL && !v->constant) {
        uint64_t low = 0; /* halves apart: neither overflows, and both are plain loops */
        int64_t high = 0;
        for (uint32_t i = 0; i < n; i++) {
            low += (uint32_t)v->n[i];
            high += v->n[i] >> 32;
        }
        total = (num)high * ((num)1 << 32) + (num)low;
        *known += n;
    } else {
        for (uint32_t i = 0; i < n; i++) {
            if ((kernel_state(v, i) & ST_STATE) != ST_KNOWN) continue;
            total += kernel_value(v, i);
            ++*known;
        }
    }
    return num_add(*sum, total, sum);
}

/* ---- policies ---- */

/* The last step for selected rows, and the steps it needs before. */
static col amount_of(struct kernel *k, set *t, sel s, const struct policy *q)
{
    size_t n = q->steps.len;
    col *steps = SCRATCH(k, col, n);
    struct view f = { .set = t, .locals = steps };
    col c = col_state(k, ST_UNKNOWN);
    for (size_t i = 0; i < n; i++) {
        c = kernel_eval(k, &f, s, q->steps.at[i].node);
        if (i + 1 < n) steps[i] = col_spread(k, c, s, t->n);
    }
    return c;
}

struct verdict_cells {
    uint8_t *kind, *assumed, *unset, *state;
    int64_t *amount;
};

static struct verdict_cells cells_new(struct kernel *k, uint32_t n)
{
    return (struct verdict_cells){ SCRATCH(k, uint8_t, n), SCRATCH(k, uint8_t, n), SCRATCH(k, uint8_t, n),
                                   SCRATCH(k, uint8_t, n), SCRATCH(k, int64_t, n) };
}

/* Refused or qualified by what is known; else pending, or an error. */
HOT static void kinds_of(uint8_t *restrict kind, uint8_t *restrict assumed, const uint8_t *restrict st,
                         const uint8_t *restrict holds, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        uint8_t state = st[i] & ST_STATE, decided = holds[i] != 0 ? VERDICT_QUALIFIED : VERDICT_REFUSED;
        uint8_t other = state == ST_ERROR ? VERDICT_ERROR : VERDICT_PENDING;
        kind[i] = state == ST_KNOWN ? decided : other;
        assumed[i] = (st[i] & ST_ASSUMED) != 0;
    }
}

/* A verdict follows from the amount as well: who cannot be paid because something is unknown is pending. */
static void put_amount(struct verdict_cells *v, uint32_t i, uint8_t st, int64_t amount)
{
    v->state[i] = st;
    v->amount[i] = amount;
    v->unset[i] = st == (st_error(VERR_UNSET) | (st & ST_ASSUMED));
    if ((st & ST_STATE) == ST_UNKNOWN)
        v->kind[i] = VERDICT_PENDING;
    else if ((st & ST_STATE) == ST_ERROR && !v->unset[i])
        v->kind[i] = VERDICT_ERROR;
    else if (st & ST_ASSUMED)
        v->assumed[i] = 1;
}

static void row_again(struct kernel *k, set *t, uint32_t i, uint32_t policy, struct verdict_cells *v,
                      struct kernel_verdicts *out)
{
    until_note(k, t, i, k->turn + 1);
    struct arena_mark m = arena_mark(k->cases);
    struct record *r = row_case(k, t, i);
    struct verdict d = eval_policy(&k->ev, r, policy);
    v->kind[i] = (uint8_t)d.kind;
    v->assumed[i] = d.assumed;
    v->unset[i] = d.kind == VERDICT_QUALIFIED && d.amount_unset;
    v->state[i] = ST_UNKNOWN;
    v->amount[i] = 0;
    size_t n = d.policy->steps.len;
    if (d.kind == VERDICT_QUALIFIED && n > 0)
        cell_of(k, node_at(k->p, d.policy->steps.at[n - 1].node)->type, d.amount, &v->state[i], &v->amount[i]);
    for (size_t c = 0; out->criteria != NULL && c < d.policy->criteria.len; c++) {
        col *one = &out->criteria[c];
        uint8_t *b = SCRATCH(k, uint8_t, t->n), *st = SCRATCH(k, uint8_t, t->n);
        for (uint32_t j = 0; j < t->n; j++) {
            b[j] = (uint8_t)kernel_value(one, j);
            st[j] = col_st(one, j);
        }
        int64_t cell;
        cell_of(k, type_of_kind(TYPE_BOOL), d.criteria[c], &st[i], &cell);
        b[i] = (uint8_t)cell;
        *one = (col){ .b = b, .states = st, .width = KERNEL_8 };
    }
    arena_rewind(k->cases, m);
}

static col all_criteria(struct kernel *k, set *t, const struct policy *q, col *criteria)
{
    struct view f = { .set = t };
    uint8_t *acc = SCRATCH(k, uint8_t, t->n), *v = SCRATCH(k, uint8_t, t->n);
    memset(acc, 0, t->n);
    for (size_t i = 0; i < q->criteria.len; i++) {
        criteria[i] = kernel_eval(k, &f, set_all(t), q->criteria.at[i].node);
        col c = q->criteria.at[i].is_exclusion ? logic_not(k, criteria[i], t->n) : criteria[i];
        for (uint32_t j = 0; j < t->n; j++)
            acc[j] = kleene_step(acc[j], col_st(&c, j), c.b[c.constant ? 0 : j] != 0, false);
    }
    for (uint32_t j = 0; j < t->n; j++) acc[j] = kleene_close(acc[j], false, &v[j]);
    return col_settled((col){ .b = v, .states = acc, .width = KERNEL_8 }, t->n);
}

static void verdicts(struct kernel *k, set *t, uint32_t policy, const struct policy *q, const col *c,
                     struct kernel_verdicts *out)
{
    uint32_t n = t->n;
    struct verdict_cells v = cells_new(k, n);
    uint8_t *states = SCRATCH(k, uint8_t, n);
    memset(v.unset, 0, n);
    memset(v.state, ST_UNKNOWN, n);
    memset(v.amount, 0, n * sizeof *v.amount);
    if (c->states == NULL) memset(states, c->common, n);
    kinds_of(v.kind, v.assumed, c->states != NULL ? c->states : states, col_dense(k, c, n), n);
    bool holds = memchr(v.kind, VERDICT_QUALIFIED, n) != NULL;
    sel some = holds ? sel_of_bytes(k, v.kind, VERDICT_QUALIFIED, n) : (sel){ 0 };
    bool again = has_escapes(c, n);
    if (some.n > 0 && q->steps.len > 0) {
        col amount = amount_of(k, t, some.n == n ? set_all(t) : some, q);
        again = again || has_escapes(&amount, some.n);
        for (uint32_t i = 0; i < some.n; i++) put_amount(&v, some.at[i], col_st(&amount, i), kernel_value(&amount, i));
    }
    for (size_t j = 0; out->criteria != NULL && j < q->criteria.len; j++)
        again = again || has_escapes(&out->criteria[j], n);
    for (uint32_t i = 0; again && i < n; i++) {
        bool here = st_is_escape(v.state[i]) || st_is_escape(col_st(c, i));
        for (size_t j = 0; out->criteria != NULL && j < q->criteria.len; j++)
            here = here || st_is_escape(col_st(&out->criteria[j], i));
        if (here) row_again(k, t, i, policy, &v, out);
    }
    for (uint32_t i = 0; i < some.n; i++) { /* an amount counts where it is paid */
        if (v.kind[some.at[i]] != VERDICT_QUALIFIED) v.state[some.at[i]] = ST_UNKNOWN, v.unset[some.at[i]] = 0;
    }
    unsigned width = q->steps.len > 0 ? col_width(node_at(k->p, q->steps.at[q->steps.len - 1].node)->type) : KERNEL_64;
    out->kinds = v.kind;
    out->assumed = v.assumed;
    out->unset = v.unset;
    out->amount = col_narrowed(k, v.amount, v.state, width, n);
}

static struct chain_notes *notes_new(struct kernel *k, struct chain_notes *notes, uint32_t n)
{
    uint8_t *all = SCRATCH(k, uint8_t, (size_t)3 * n);
    memset(all, 0, (size_t)3 * n);
    *notes = (struct chain_notes){ .against = all, .open = all + n, .failed = all + 2 * (size_t)n };
    return notes;
}

/* Of the three notes of a row the one its verdict rests on. */
HOT static void pick_notes(uint8_t *restrict against, const uint8_t *restrict open, const uint8_t *restrict failed,
                           const uint8_t *restrict kinds, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        uint8_t refused = kinds[i] == VERDICT_REFUSED ? against[i] : 0;
        uint8_t pending = kinds[i] == VERDICT_PENDING ? open[i] : refused;
        against[i] = kinds[i] == VERDICT_ERROR ? failed[i] : pending;
    }
}

struct kernel_verdicts kernel_policy(struct kernel *k, const struct kernel_rows *r, uint32_t policy,
                                     enum kernel_detail detail)
{
    set *t = writable(r);
    bool with_criteria = detail == KERNEL_CRITERIA;
    struct kernel_verdicts out = { .policy = &k->p->policies.at[policy] };
    const struct policy *q = policy_on(k->p, policy, k->rule_day);
    if (q != NULL) out.policy = q;
    size_t count = out.policy->criteria.len;
    if (with_criteria) out.criteria = SCRATCH(k, col, count);
    if (q == NULL) {
        uint8_t *kinds = SCRATCH(k, uint8_t, t->n), *zero = SCRATCH(k, uint8_t, t->n);
        memset(kinds, VERDICT_NOT_IN_FORCE, t->n);
        memset(zero, 0, t->n);
        out.kinds = kinds;
        out.assumed = out.unset = zero;
        out.amount = col_state(k, ST_UNKNOWN);
        for (size_t i = 0; with_criteria && i < count; i++) out.criteria[i] = col_state(k, ST_UNKNOWN);
        return out;
    }
    struct chain_notes notes;
    col c;
    if (detail == KERNEL_STOPS)
        c = policy_noting(k, t, set_all(t), policy, notes_new(k, &notes, t->n));
    else
        c = with_criteria ? all_criteria(k, t, q, out.criteria) : policy_of(k, t, set_all(t), policy);
    verdicts(k, t, policy, q, &c, &out);
    if (detail == KERNEL_STOPS) pick_notes(notes.against, notes.open, notes.failed, out.kinds, t->n);
    if (detail == KERNEL_STOPS) out.stops = notes.against;
    return out;
}
