/* until: when what was computed about a row may change. A kernel that knows the days it will be asked about (kernel.h)
 * notes for each row of each set the first of them on which anything computed about it may come out otherwise.
 *
 * The day enters at few places: constants made from 今日 and the rule day, what holds of spells and months today, which
 * version of a definition or parameter is in force. Whoever computes there notes. Where an expression is made of fields
 * and such constants alone (*pure*), it is computed for the later days as well and compared, so that an age limit
 * changes only for those who cross it; while that is done nothing is noted (*quiet*).
 *
 * What is noted about a row belongs to everything that was computed from it: sets that others were reached from are
 * joined by *flows*, and in the end the earliest day runs along them to the rows that were asked about. */
#include "kernel/kernel_priv.h"

#include <assert.h>

struct flow {
    struct flow *next;
    set *to, *from;
    sel s, from_sel;
    const uint32_t *at; /* row i of s was computed from row at[i] of from_sel; NULL: from row i */
    bool range;         /* from rows at[i] … at[i + 1] - 1 */
};

/* ---- what depends on the day, before rows are seen ---- */

static uint8_t add_bits(struct kernel *k, node_id id, uint8_t bits)
{
    if (id == 0) return bits;
    uint8_t more = plan_bits(k, id);
    return (uint8_t)(((bits | more) & BITS_TIMED) | (bits & more & BITS_PURE));
}

static uint8_t version_bits(struct kernel *k, const struct func *d, uint8_t bits)
{
    bits = add_bits(k, d->base, bits);
    VEC_EACH (const struct exception, x, &d->exceptions) bits = add_bits(k, x->value, add_bits(k, x->condition, bits));
    VEC_EACH (const node_id, in, &d->inputs) bits = add_bits(k, *in, bits);
    VEC_EACH (const struct table_row, row, &d->rows) {
        bits = add_bits(k, row->result, bits);
        for (size_t i = 0; i < d->inputs.len; i++) bits = add_bits(k, row->tests.at[i], bits);
    }
    return bits;
}

uint8_t plan_func_bits(struct kernel *k, uint32_t func)
{
    if (k->func_bits[func] & BITS_SEEN) return k->func_bits[func];
    const struct func *now = func_on(k->p, func, k->days[0]);
    uint8_t bits = now != NULL ? version_bits(k, now, BITS_PURE) : BITS_PURE;
    for (unsigned j = 1; j < k->day_count; j++) {
        if (func_on(k->p, func, k->days[j]) != now) bits = BITS_TIMED;
    }
    if (!(bits & BITS_TIMED)) bits |= BITS_PURE;
    return k->func_bits[func] = bits | BITS_SEEN;
}

/* Whether a parameter has another value on one of the later days. */
static bool param_turns(const struct kernel *k, const struct param *q)
{
    VEC_EACH (const struct param_row, row, &q->rows) {
        if (row->from.days > k->days[0].days && row->from.days <= k->days[k->day_count - 1].days) return true;
    }
    return false;
}

static bool looks_at_months(enum op op)
{
    return op == OP_MONTH_HAS || op == OP_MONTH_RECORD || (op >= OP_MONTHS_TOTAL && op <= OP_MONTHS_LAST);
}

static uint8_t node_bits(struct kernel *k, const struct node *n)
{
    uint8_t bits = BITS_PURE;
    for (unsigned i = 0; i < n->kid_count; i++) {
        const struct node *kid = node_at(k->p, kid_of(k, n, i));
        bool history = looks_at_months((enum op)n->op) && i == 0;
        for (unsigned h = 0; history && h < kid->kid_count; h++) bits = add_bits(k, kid_of(k, kid, h), bits);
        if (!history) bits = add_bits(k, kid_of(k, n, i), bits);
    }
    switch ((int)n->op) {
    case OP_TODAY:
    case OP_RULE_DAY: return BITS_TIMED | BITS_PURE;
    case OP_PARAM: return !(n->level & 2u) && param_turns(k, &k->p->params.at[n->k]) ? bits | BITS_TIMED : bits;
    case OP_CALL: {
        uint8_t of_func = plan_func_bits(k, n->k);
        return (uint8_t)(((bits | of_func) & BITS_TIMED) | (bits & of_func & BITS_PURE));
    }
    case OP_QUALIFIES:
    case OP_ACTIVE:
    case OP_LATEST:
    case OP_CURRENT:
    case OP_FIRST:
    case OP_TOTAL_DAYS:
    case OP_LONGEST_DAYS:
    case OP_GAP_DAYS:
    case OP_SEGMENTS: return BITS_TIMED;
    case OP_GROUP: return k->p->entities.at[n->type.ref].is_spell ? BITS_TIMED : bits & BITS_TIMED;
    case OP_HISTORY: return bits | BITS_TIMED;
    case OP_MONTHS_TOTAL:
    case OP_MONTHS_RUN:
    case OP_MONTHS_FIRST:
    case OP_MONTHS_LAST: return n->kid_count > 1 ? bits : bits | BITS_TIMED;
    case OP_MONTH_HAS:
    case OP_MONTH_RECORD:
    case OP_ANY:
    case OP_ALL:
    case OP_COUNT:
    case OP_SUM:
    case OP_MAX:
    case OP_MIN: return bits & BITS_TIMED;
    default: return bits;
    }
}

/* Computed once for each node. Definitions do not call themselves, so this ends. */
uint8_t plan_bits(struct kernel *k, node_id id)
{
    uint8_t *bits = &k->bits[id];
    if (*bits & BITS_SEEN) return *bits;
    const struct node *n = node_at(k->p, id);
    uint8_t found = node_bits(k, n);
    if (!(found & BITS_TIMED)) found |= BITS_PURE; /* whatever it is, it is the same on any day */
    bool probed = found == (BITS_TIMED | BITS_PURE) && k->levels[id] != 0 && n->op != OP_AND && n->op != OP_OR &&
                  n->op != OP_NOT && n->type.kind != TYPE_RECORD && n->type.kind != TYPE_GROUP &&
                  n->type.kind != TYPE_HISTORY;
    *bits = (uint8_t)(found | BITS_SEEN | (probed ? BITS_PROBED : 0));
    return *bits;
}

/* ---- days ---- */

void until_turn(struct kernel *k, unsigned turn)
{
    k->turn = turn;
    k->today = k->rule_day = k->days[turn];
    k->this_month = date_month(k->today);
    k->watching = k->quiet == 0 && turn + 1 < k->day_count;
}

static void hush(struct kernel *k)
{
    k->quiet++;
    k->watching = false;
}

static void speak(struct kernel *k)
{
    k->quiet--;
    k->watching = k->quiet == 0 && k->turn + 1 < k->day_count;
}

col until_quiet(struct kernel *k, const struct view *f, sel s, node_id id)
{
    hush(k);
    col c = kernel_eval(k, f, s, id);
    speak(k);
    return c;
}

/* ---- notes ---- */

static uint8_t *next_of(struct kernel *k, set *t)
{
    if (t->next_turn == NULL) {
        t->next_turn = SCRATCH(k, uint8_t, t->n);
        memset(t->next_turn, UNTIL_NEVER, t->n);
    }
    return t->next_turn;
}

void until_note(struct kernel *k, set *t, uint32_t at, unsigned turn)
{
    if (!k->watching || turn >= k->day_count) return;
    uint8_t *next = next_of(k, t);
    if (turn < next[at]) next[at] = (uint8_t)turn;
}

void until_all(struct kernel *k, set *t, sel s, unsigned turn)
{
    if (!k->watching || turn >= k->day_count) return;
    uint8_t *next = next_of(k, t);
    for (uint32_t i = 0; i < s.n; i++) {
        uint8_t *at = &next[sel_at(s, i)];
        if (turn < *at) *at = (uint8_t)turn;
    }
}

unsigned until_day(const struct kernel *k, int32_t day)
{
    unsigned j = k->turn + 1;
    while (j < k->day_count && k->days[j].days < day) j++;
    return j;
}

unsigned until_month(const struct kernel *k, int32_t month_)
{
    unsigned j = k->turn + 1;
    while (j < k->day_count && date_month(k->days[j]).index < month_) j++;
    return j;
}

/* The first later day on which a constant is another one. */
static unsigned const_turn(struct kernel *k, node_id id)
{
    col now = plan_const(k, id);
    unsigned turn = k->turn, j = turn + 1;
    for (; j < k->day_count; j++) {
        k->turn = j;
        col then = plan_const(k, id);
        if (!col_same(&now, 0, &then, 0)) break;
    }
    k->turn = turn;
    return j;
}

void until_const(struct kernel *k, const struct view *f, sel s, node_id id)
{
    if (k->watching && (plan_bits(k, id) & BITS_TIMED)) until_all(k, f->set, s, const_turn(k, id));
}

bool until_const_days(struct kernel *k, node_id id, int32_t *days)
{
    unsigned turn = k->turn;
    bool grows = true;
    for (unsigned j = turn; j < k->day_count; j++) {
        k->turn = j;
        col c = plan_const(k, id);
        days[j] = (int32_t)kernel_value(&c, 0);
        grows = grows && col_plain(&c) && (j == turn || days[j] >= days[j - 1]);
    }
    k->turn = turn;
    return grows;
}

/* ---- expressions computed for later days as well ---- */

enum { STILL = 0, GROWS = 1, SHRINKS = -1, ANY_WAY = 2 };

static int flipped(int way) { return way == GROWS || way == SHRINKS ? -way : way; }

static int joined(int a, int b) { return a == STILL || a == b ? b : b == STILL ? a : ANY_WAY; }

/* How a constant moves from the first day to the last. */
static int const_way(struct kernel *k, node_id id)
{
    unsigned turn = k->turn;
    int way = STILL;
    int64_t before = 0;
    for (unsigned j = 0; j < k->day_count; j++) {
        k->turn = j;
        col c = plan_const(k, id);
        int64_t v = kernel_value(&c, 0);
        if (!col_plain(&c)) way = ANY_WAY;
        if (j > 0 && v != before) way = joined(way, v > before ? GROWS : SHRINKS);
        before = v;
    }
    k->turn = turn;
    return way;
}

/* A call of a definition that is nothing but one expression. */
static bool is_plain(struct kernel *k, const struct node *call)
{
    const struct func *d = func_on(k->p, call->k, k->days[0]);
    return call->kid_count == 1 && d != NULL && !d->is_table && d->exceptions.len == 0 && d->base != 0 &&
           !plan_given(k, d->entity, (uint16_t)k->func_slot[call->k]);
}

/* How an expression moves, for every row, while the days go on. Only what can neither fail nor turn round. */
static int way_of(struct kernel *k, node_id id)
{
    const struct node *n = node_at(k->p, id);
    if (!(plan_bits(k, id) & BITS_TIMED)) return STILL;
    if (k->ways[id] != UNTIL_UNSEEN) return k->ways[id];
    int way = ANY_WAY;
    if (k->levels[id] == 0)
        way = const_way(k, id);
    else if (n->op == OP_AGE || n->op == OP_FULL_MONTHS || n->op == OP_DAYS || n->op == OP_CALENDAR_MONTHS)
        way = joined(flipped(way_of(k, kid_of(k, n, 0))), way_of(k, kid_of(k, n, 1)));
    else if (n->op == OP_CALL && is_plain(k, n))
        way = way_of(k, func_on(k->p, n->k, k->days[0])->base);
    k->ways[id] = (int8_t)way;
    return way;
}

/* Whether a comparison that is the same on the first and the last day is so on all between. */
static bool turns_once(struct kernel *k, const struct node *n)
{
    if (n->op < OP_LT || n->op > OP_GE || n->kid_count != 2) return false;
    int way = joined(way_of(k, kid_of(k, n, 0)), flipped(way_of(k, kid_of(k, n, 1))));
    return way != ANY_WAY;
}

static sel rows_differing(struct kernel *k, const col *a, const col *b, uint32_t n)
{
    uint8_t *differs = SCRATCH(k, uint8_t, n);
    if (a->constant && b->constant) {
        memset(differs, !col_same(a, 0, b, 0), n);
    } else if (col_plain(a) && col_plain(b) && a->width == KERNEL_8 && !a->constant && !b->constant) {
        if (memcmp(a->b, b->b, n) == 0) return (sel){ 0, SCRATCH(k, uint32_t, 1) };
        for (uint32_t i = 0; i < n; i++) differs[i] = a->b[i] != b->b[i];
    } else {
        for (uint32_t i = 0; i < n; i++) differs[i] = !col_same(a, i, b, i);
    }
    return sel_of_bytes(k, differs, 1, n);
}

/* Rows of `open` (positions in s) that come out otherwise on the day of a turn. */
static sel differing_on(struct kernel *k, const struct view *f, sel s, node_id id, const col *now, sel open,
                        unsigned turn)
{
    unsigned here = k->turn;
    until_turn(k, turn);
    col then = kernel_apply(k, f, sel_within(k, s, open), id);
    until_turn(k, here);
    col was = col_gather(k, *now, open.at, open.n);
    return sel_within(k, open, rows_differing(k, &was, &then, open.n));
}

static void note_rows(struct kernel *k, set *t, sel s, sel some, unsigned turn)
{
    uint8_t *next = some.n > 0 ? next_of(k, t) : NULL;
    for (uint32_t i = 0; i < some.n; i++) {
        uint8_t *at = &next[sel_at(s, some.at[i])];
        if (turn < *at) *at = (uint8_t)turn;
    }
}

col until_probed(struct kernel *k, const struct view *f, sel s, node_id id)
{
    hush(k);
    col now = kernel_apply(k, f, s, id);
    unsigned last = k->day_count - 1, j = k->turn + 1;
    sel open = { s.n, NULL };
    if (s.n > 0 && turns_once(k, node_at(k->p, id))) open = differing_on(k, f, s, id, &now, open, last);
    for (; j <= last && open.n > 0; j++) {
        /* positions in s that differ are noted once; the others are looked at again the next day */
        sel changed = differing_on(k, f, s, id, &now, open, j);
        note_rows(k, f->set, s, changed, j);
        if (changed.n == 0) continue;
        uint32_t *rest = SCRATCH(k, uint32_t, open.n), m = 0;
        for (uint32_t i = 0, c = 0; i < open.n; i++) {
            uint32_t at = sel_at(open, i);
            if (c < changed.n && changed.at[c] == at)
                c++;
            else
                rest[m++] = at;
        }
        open = (sel){ m, rest };
    }
    speak(k);
    return now;
}

/* ---- flows ---- */

static void flow_new(struct kernel *k, struct flow flow)
{
    if (!k->watching || flow.s.n == 0 || flow.from->n == 0) return;
    struct flow *x = SCRATCH(k, struct flow, 1);
    *x = flow;
    x->next = k->flows;
    k->flows = x;
}

void until_owners(struct kernel *k, set *to, sel s, const struct owners *o)
{
    if (o->set == NULL || o->sel.n == 0) return;
    flow_new(k, (struct flow){ .to = to, .from = o->set, .s = s, .from_sel = o->sel, .at = o->to });
}

void until_elements(struct kernel *k, set *to, sel s, set *from, const uint32_t *off)
{
    flow_new(k, (struct flow){ .to = to, .from = from, .s = s, .from_sel = set_all(from), .at = off, .range = true });
}

static uint8_t flow_row(const struct flow *x, const uint8_t *from, uint32_t i)
{
    if (!x->range) return from[sel_at(x->from_sel, x->at != NULL ? x->at[i] : i)];
    uint8_t least = UNTIL_NEVER;
    for (uint32_t j = x->at[i]; j < x->at[i + 1]; j++) least = from[j] < least ? from[j] : least;
    return least;
}

static bool flow_once(struct kernel *k, const struct flow *x)
{
    bool moved = false;
    const uint8_t *from = x->from->next_turn;
    uint8_t *to = next_of(k, x->to);
    for (uint32_t i = 0; i < x->s.n; i++) {
        uint8_t least = flow_row(x, from, i), *at = &to[sel_at(x->s, i)];
        if (least >= *at) continue;
        *at = least;
        moved = true;
    }
    return moved;
}

const uint8_t *kernel_next(struct kernel *k, const struct kernel_rows *r)
{
    for (bool moved = true; moved;) {
        moved = false;
        for (const struct flow *x = k->flows; x != NULL; x = x->next)
            if (x->from->next_turn != NULL) moved = flow_once(k, x) || moved;
    }
    return r->next_turn;
}

bool kernel_is_timed(struct kernel *k, node_id id)
{
    return k->day_count > 1 && (plan_bits(k, id) & BITS_TIMED) != 0; /* asked of one day only, nothing changes */
}
