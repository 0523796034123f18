/* spells: which spell is active, the last, the first; days and segments; and what is counted in histories by month.
 * Plain loops over the spells of each row, no node is evaluated per spell. */
#include "kernel/kernel_priv.h"

#include <assert.h>

/* The spells of the rows that ask: their bounds, and what each row knows. */
struct spells {
    struct owners o;
    const struct children *all;
    col from, to;
    const int32_t *first, *last;
    uint8_t *why; /* per row */
};

static struct spells spells_of(struct kernel *k, const struct view *f, sel s, const struct node *group)
{
    struct spells r = { .o = owners_of(k, f, s, kid_of(k, group, 0)) };
    r.why = SCRATCH(k, uint8_t, s.n);
    if (group->op != OP_GROUP) { /* the checker lets no history through */
        memset(r.why, ST_ESCAPE, s.n);
        return r;
    }
    r.all = owners_begun(k, &r.o, group->k);
    struct cover c = owners_cover(k, &r.o, group->k);
    sel every = set_all(r.all->set);
    r.from = set_column(k, r.all->set, every, SLOT_FROM);
    r.to = set_column(k, r.all->set, every, SLOT_TO);
    r.first = col_dense(k, &r.from, every.n);
    r.last = col_dense(k, &r.to, every.n);
    for (uint32_t i = 0; i < s.n; i++) {
        uint8_t mine = r.o.states != NULL ? r.o.states[i] : r.o.common;
        uint32_t at = r.o.to != NULL ? r.o.to[i] : i;
        if ((mine & ST_STATE) == ST_KNOWN)
            mine = (uint8_t)((c.states != NULL ? c.states[at] : c.common) | (mine & ST_ASSUMED));
        r.why[i] = mine;
    }
    return r;
}

static void spells_range(const struct spells *p, uint32_t i, uint32_t *from, uint32_t *to)
{
    uint32_t at = p->o.to != NULL ? p->o.to[i] : i;
    assert(p->all != NULL); /* without spells a row is never known */
    *from = p->all->off[at];
    *to = p->all->off[at + 1];
}

static const set *spells_set(const struct spells *p)
{
    assert(p->all != NULL);
    return p->all->set;
}

/* The bounds of a spell; one without an end goes on for ever. */
static bool bounds(const struct spells *p, uint32_t j, int32_t *from, int32_t *to)
{
    uint8_t a = col_st(&p->from, j) & ST_STATE, b = col_st(&p->to, j) & ST_STATE;
    if (a != ST_KNOWN || b == ST_UNKNOWN || b == ST_ERROR) return false;
    *from = p->first[j];
    *to = b == ST_NONE ? INT32_MAX : p->last[j];
    return true;
}

static uint8_t assumed_of(const struct spells *p, uint32_t j)
{
    return (uint8_t)((col_st(&p->from, j) | col_st(&p->to, j)) & ST_ASSUMED);
}

/* Whether a spell holds on a day; *best gets the row of the one that began last. */
static uint8_t active_on(const struct spells *p, uint32_t i, int32_t day, uint8_t *is, uint32_t *best, bool *found)
{
    uint32_t from, to;
    int32_t best_from = 0;
    uint8_t acc = 0;
    *found = false;
    spells_range(p, i, &from, &to);
    for (uint32_t j = from; j < to; j++) {
        int32_t a, b;
        uint8_t st = ST_UNKNOWN;
        bool holds = false;
        if (bounds(p, j, &a, &b)) {
            st = ST_KNOWN;
            holds = a <= day && day < b;
            if (holds && (!*found || best_from <= a)) {
                *best = j;
                best_from = a;
                *found = true;
            }
        }
        acc = kleene_step(acc, st | assumed_of(p, j), holds, true);
    }
    return kleene_close(acc, true, is);
}

static uint8_t none_is_false(uint8_t st)
{
    return (st & ST_STATE) == ST_NONE ? (uint8_t)(ST_KNOWN | (st & ST_ASSUMED)) : st;
}

/* Everything is known but ends that are none, and nothing is assumed: then each spell either holds or does not. */
static bool all_plain(const struct spells *p, const col *on, uint32_t n)
{
    if (!on->constant || on->common != ST_KNOWN || p->from.states != NULL || p->from.common != ST_KNOWN) return false;
    uint8_t other = 0;
    for (uint32_t i = 0; i < n; i++) other |= p->why[i] ^ ST_KNOWN;
    uint32_t spells = p->all->set->n;
    if (p->to.states == NULL) return other == 0 && (p->to.common == ST_KNOWN || p->to.common == ST_NONE);
    for (uint32_t j = 0; j < spells; j++) other |= p->to.states[j] != ST_KNOWN && p->to.states[j] != ST_NONE;
    return other == 0;
}

static col active_plain(struct kernel *k, const struct spells *p, int32_t day, uint32_t n, bool record)
{
    uint8_t *v = SCRATCH(k, uint8_t, n), *st = SCRATCH(k, uint8_t, n);
    int32_t *row = SCRATCH(k, int32_t, n);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t from, to, best = UINT32_MAX;
        spells_range(p, i, &from, &to);
        for (uint32_t j = from; j < to; j++) {
            bool open = (col_st(&p->to, j) & ST_STATE) == ST_NONE;
            bool holds = p->first[j] <= day && (open || day < p->last[j]);
            if (holds && (best == UINT32_MAX || p->first[best] <= p->first[j])) best = j;
        }
        v[i] = best != UINT32_MAX;
        if (!record) continue;
        row[i] = v[i] ? (int32_t)set_row(p->all->set, best) : 0;
        st[i] = v[i] ? ST_KNOWN : ST_NONE;
    }
    if (record) return col_settled((col){ .i = row, .states = st, .width = KERNEL_32 }, n);
    return (col){ .b = v, .common = ST_KNOWN, .width = KERNEL_8 };
}

/* The day a spell is looked at. When it is the same for everybody, those for whom a spell begins or ends before it is
 * next looked at are noted; what holds today was noted already (see owners_begun). */
static col day_asked(struct kernel *k, const struct view *f, sel s, const struct spells *p, node_id day)
{
    if (!k->watching || k->levels[day] != 0) return kernel_eval(k, f, s, day);
    int32_t days[KERNEL_DAYS_MAX];
    if (!until_const_days(k, day, days)) return kernel_eval(k, f, s, day);
    bool today = node_at(k->p, day)->op == OP_TODAY, moves = days[k->day_count - 1] != days[k->turn];
    for (uint32_t i = 0; !today && moves && p->all != NULL && i < s.n; i++) {
        uint32_t from, to;
        if ((p->why[i] & ST_STATE) != ST_KNOWN) continue; /* no spells to look at: of an owner that is not known */
        spells_range(p, i, &from, &to);
        for (uint32_t j = from; j < to; j++) {
            for (unsigned turn = k->turn + 1; turn < k->day_count; turn++) {
                bool begins = p->first[j] > days[k->turn] && p->first[j] <= days[turn];
                bool ends = p->last[j] > days[k->turn] && p->last[j] <= days[turn];
                if (begins || ends) until_note(k, f->set, sel_at(s, i), turn);
            }
        }
    }
    return until_quiet(k, f, s, day);
}

static col active(struct kernel *k, const struct view *f, sel s, const struct node *n)
{
    struct spells p = spells_of(k, f, s, node_at(k->p, kid_of(k, n, 0)));
    bool record = n->op == OP_CURRENT;
    col on = col_const(k, KERNEL_32, ST_KNOWN, k->today.days);
    if (!record) on = day_asked(k, f, s, &p, kid_of(k, n, 1));
    if (p.all != NULL && all_plain(&p, &on, s.n)) return active_plain(k, &p, on.i[0], s.n, record);
    uint8_t *v = SCRATCH(k, uint8_t, s.n), *st = SCRATCH(k, uint8_t, s.n);
    int32_t *row = SCRATCH(k, int32_t, s.n);
    for (uint32_t i = 0; i < s.n; i++) {
        uint8_t why = p.why[i], day = col_st(&on, i);
        v[i] = 0;
        row[i] = 0;
        st[i] = record ? why : none_is_false(why);
        if ((why & ST_STATE) == ST_NONE) continue;
        uint8_t worst = st_worst(why, day);
        st[i] = record ? worst : none_is_false(worst);
        if ((worst & ST_STATE) != ST_KNOWN) continue;
        uint32_t best = 0;
        bool found;
        st[i] = active_on(&p, i, on.i[on.constant ? 0 : i], &v[i], &best, &found) | ((why | day) & ST_ASSUMED);
        if (!record || (st[i] & ST_STATE) != ST_KNOWN) continue;
        if (found)
            row[i] = (int32_t)set_row(spells_set(&p), best);
        else
            st[i] = (uint8_t)(ST_NONE | (st[i] & ST_ASSUMED));
    }
    if (record) return col_settled((col){ .i = row, .states = st, .width = KERNEL_32 }, s.n);
    return col_settled((col){ .b = v, .states = st, .width = KERNEL_8 }, s.n);
}

/* The spell that starts last, or first. One whose start is unknown makes the answer unknown. */
static col outermost(struct kernel *k, const struct view *f, sel s, const struct node *n)
{
    struct spells p = spells_of(k, f, s, node_at(k->p, kid_of(k, n, 0)));
    int32_t *row = SCRATCH(k, int32_t, s.n);
    uint8_t *st = SCRATCH(k, uint8_t, s.n);
    for (uint32_t i = 0; i < s.n; i++) {
        uint32_t from, to, best = 0;
        bool found = false;
        uint8_t assumed = p.why[i] & ST_ASSUMED;
        row[i] = 0;
        st[i] = p.why[i];
        if ((p.why[i] & ST_STATE) != ST_KNOWN) continue;
        spells_range(&p, i, &from, &to);
        st[i] = ST_NONE;
        for (uint32_t j = from; j < to; j++) {
            uint8_t begins = col_st(&p.from, j);
            if ((begins & ST_STATE) != ST_KNOWN) {
                st[i] = ST_UNKNOWN;
                break;
            }
            assumed |= begins & ST_ASSUMED;
            int32_t b = found ? p.first[best] : 0;
            if (found && (n->op == OP_LATEST ? p.first[j] < b : p.first[j] >= b)) continue;
            best = j;
            found = true;
        }
        if (st[i] == ST_UNKNOWN) continue;
        if (found) {
            st[i] = ST_KNOWN;
            row[i] = (int32_t)set_row(spells_set(&p), best);
        }
        st[i] |= assumed;
    }
    return col_settled((col){ .i = row, .states = st, .width = KERNEL_32 }, s.n);
}

static int64_t measured(struct kernel *k, const struct node *n, const span *spans, uint32_t count, int64_t gap)
{
    if (n->op == OP_SEGMENTS && n->kid_count > 1 && gap >= 0 && gap < INT32_MAX)
        return span_count_bridged(spans, count, k->today, gap, k->cases);
    struct span_facts m = span_measure(spans, count, k->today, k->cases);
    return n->op == OP_TOTAL_DAYS     ? m.total_days
           : n->op == OP_LONGEST_DAYS ? m.longest_days
           : n->op == OP_GAP_DAYS     ? m.largest_gap_days
                                      : m.count;
}

static col measure(struct kernel *k, const struct view *f, sel s, const struct node *n)
{
    struct spells p = spells_of(k, f, s, node_at(k->p, kid_of(k, n, 0)));
    col gap = col_const(k, KERNEL_64, ST_KNOWN, 0);
    if (n->kid_count > 1) gap = kid_col(k, f, s, n, 1);
    int64_t *o = SCRATCH(k, int64_t, s.n);
    uint8_t *st = SCRATCH(k, uint8_t, s.n);
    span *spans = SCRATCH(k, span, p.all != NULL ? p.all->set->n : 0);
    for (uint32_t i = 0; i < s.n; i++) {
        uint32_t from, to;
        o[i] = 0;
        st[i] = p.why[i];
        if ((p.why[i] & ST_STATE) == ST_NONE) continue;
        st[i] = st_worst(p.why[i], col_st(&gap, i));
        if ((st[i] & ST_STATE) != ST_KNOWN) continue;
        spells_range(&p, i, &from, &to);
        for (uint32_t w = from; w < to; w++) { /* one that goes on grows from day to day */
            bool over = (col_st(&p.to, w) & ST_STATE) == ST_KNOWN && p.last[w] <= k->today.days;
            if (!over) until_note(k, f->set, sel_at(s, i), k->turn + 1);
        }
        uint32_t j = from;
        for (; j < to && bounds(&p, j, &spans[j - from].from.days, &spans[j - from].to.days); j++)
            st[i] |= assumed_of(&p, j);
        if (j < to)
            st[i] = ST_UNKNOWN;
        else
            o[i] = measured(k, n, spans, to - from, gap.n[gap.constant ? 0 : i]);
    }
    return col_settled((col){ .n = o, .states = st, .width = KERNEL_64 }, s.n);
}

static col evaluated(struct kernel *k, const struct view *f, sel s, const struct node *n)
{
    switch ((int)n->op) {
    case OP_ACTIVE:
    case OP_CURRENT: return active(k, f, s, n);
    case OP_LATEST:
    case OP_FIRST: return outermost(k, f, s, n);
    default: return measure(k, f, s, n);
    }
}

/* 当前, 最近, 首次 of a record's own spells, and whether one holds today, are asked again and again: they are found
 * once for all rows of the set. */
struct chosen {
    struct chosen *next;
    uint32_t slot;
    uint8_t op;
    col all;
};

static bool asked_often(struct kernel *k, const struct view *f, const struct node *n)
{
    const struct node *group = node_at(k->p, kid_of(k, n, 0)), *owner = node_at(k->p, kid_of(k, group, 0));
    if (group->op != OP_GROUP || owner->op != OP_ELEMENT || owner->level != f->level) return false;
    if (n->op == OP_ACTIVE) return node_at(k->p, kid_of(k, n, 1))->op == OP_TODAY;
    return n->op == OP_CURRENT || n->op == OP_LATEST || n->op == OP_FIRST;
}

col eval_spells(struct kernel *k, const struct view *f, sel s, const struct node *n)
{
    if (!asked_often(k, f, n)) return evaluated(k, f, s, n);
    uint32_t slot = node_at(k->p, kid_of(k, n, 0))->k;
    struct chosen *c = f->set->chosen;
    while (c != NULL && (c->slot != slot || c->op != n->op)) c = c->next;
    if (c == NULL && s.n < f->set->n / 8) return evaluated(k, f, s, n);
    if (c == NULL) {
        c = SCRATCH(k, struct chosen, 1);
        *c = (struct chosen){ f->set->chosen, slot, n->op, evaluated(k, f, set_all(f->set), n) };
        f->set->chosen = c;
    }
    return col_gather(k, c->all, s.at, s.n);
}
