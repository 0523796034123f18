/* eval_group: what is asked of several records at once: members, spells, months of a history. */
#include "lang/eval_priv.h"

static struct record *record_of(struct evaluator *ev, const struct frame *f, const struct node *n, struct value *why)
{
    struct value r = kid(ev, f, n, 0);
    *why = r;
    return r.state == VALUE_KNOWN ? r.record : NULL;
}

/* The history a HISTORY node stands for (one key, or the only one); NULL with *why. */
static const struct history *history_at(struct evaluator *ev, const struct frame *f, const struct node *n,
                                        struct value *why)
{
    struct record *r = record_of(ev, f, n, why);
    if (r == NULL) return NULL;
    struct value key = { .state = VALUE_KNOWN }; /* not keyed: the only one */
    bool assumed = why->assumed;
    if (n->kid_count > 1) key = kid(ev, f, n, 1);
    *why = key;
    why->assumed = key.assumed || assumed;
    if (key.state != VALUE_KNOWN) return NULL;
    const struct history *h = r->histories[n->k];
    if (h == NULL || !h[key.code].known) {
        *why = value_unknown();
        return NULL;
    }
    why->assumed = why->assumed || h[key.code].assumed;
    return &h[key.code];
}

bool eval_elements(struct evaluator *ev, const struct frame *f, node_id group, struct record ***out, uint32_t *count,
                   struct value *why)
{
    const struct node *n = node_at(ev->p, group);
    struct record *r = record_of(ev, f, n, why);
    bool assumed = why->assumed;
    *count = 0;
    if (r == NULL) return false;
    if (n->op == OP_GROUP) {
        const struct slot *s = &ev->p->entities.at[r->entity].slots.at[n->k];
        const struct slot_value *v = &r->slots[n->k];
        *why = v->given ? v->v : value_unknown();
        why->assumed = why->assumed || assumed;
        if (!v->given || v->v.state != VALUE_KNOWN) return false;
        *out = v->v.group->at;
        *count = v->v.group->count;
        if (!ev->p->entities.at[s->type.ref].is_spell) return true;
        bool monthly = ev->p->entities.at[s->type.ref].is_monthly;
        /* a spell that begins after today, or a month after this one, is not seen yet */
        struct record **seen = ARENA_ARRAY(ev->a, struct record *, *count + 1);
        uint32_t m = 0;
        for (uint32_t i = 0; i < v->v.group->count; i++) {
            struct record *e = v->v.group->at[i];
            const struct value *from = &e->slots[SLOT_FROM].v;
            int32_t now =
                monthly ? date_month(ev->today).index : ev->today.days; /* a month and a day share their place */
            if (from->state == VALUE_KNOWN && (monthly ? from->month_.index : from->day.days) > now) continue;
            seen[m++] = e;
        }
        *out = seen;
        *count = m;
        return true;
    }
    const struct history *h = r->histories[n->k];
    const struct entity *he = &ev->p->entities.at[n->type.ref];
    uint32_t from = 0, to = he->key ? (uint32_t)ev->p->codes.at[he->key - 1].items.len : 1;
    if (n->kid_count > 1) {
        struct value k = kid(ev, f, n, 1);
        assumed = assumed || k.assumed;
        *why = k;
        why->assumed = assumed;
        if (k.state != VALUE_KNOWN) return false;
        from = k.code;
        to = from + 1;
    }
    *why = value_unknown();
    if (h == NULL) return false;
    uint32_t total = 0;
    for (uint32_t k = from; k < to; k++) total += h[k].count;
    struct record **seen = ARENA_ARRAY(ev->a, struct record *, total + 1);
    month now = date_month(ev->today);
    bool any_known = false, partial = false;
    for (uint32_t k = from; k < to; k++) {
        partial = partial || !h[k].known || (h[k].has_until && h[k].until.index < now.index);
        if (!h[k].known) continue;
        any_known = true;
        assumed = assumed || h[k].assumed;
        for (uint32_t i = 0; i < h[k].count && h[k].records[i]->slots[SLOT_MONTH].v.month_.index <= now.index; i++) {
            seen[(*count)++] = h[k].records[i];
        }
    }
    *why = (struct value){ .state = partial ? VALUE_UNKNOWN : VALUE_KNOWN, .assumed = assumed };
    *out = seen;
    return any_known;
}

static bool spell_bounds(const struct record *e, date *from, date *to)
{
    const struct value *a = &e->slots[SLOT_FROM].v, *b = &e->slots[SLOT_TO].v;
    if (a->state != VALUE_KNOWN || b->state == VALUE_UNKNOWN || b->state == VALUE_ERROR) return false;
    *from = a->day;
    *to = b->state == VALUE_NONE ? (date){ INT32_MAX } : b->day;
    return true;
}

static bool spell_assumed(const struct record *e)
{
    return e->slots[SLOT_FROM].v.assumed || e->slots[SLOT_TO].v.assumed;
}

struct value eval_spell_active(struct evaluator *ev, const struct frame *f, const struct node *n, bool want_record)
{
    struct record **at;
    uint32_t count;
    struct value why, on = value_date(ev->today);
    eval_elements(ev, f, node_kid(ev->p, n, 0), &at, &count, &why);
    if (why.state == VALUE_NONE) return want_record ? why : not_so(why); /* nobody is in no spell, on whatever day */
    if (!want_record) on = kid(ev, f, n, 1);
    struct value worst = worst_of(why, on);
    if (worst.state != VALUE_KNOWN) return worst.state == VALUE_NONE && !want_record ? not_so(worst) : worst;
    struct kleene k = kleene_start(true);
    struct record *best = NULL;
    for (uint32_t i = 0; i < count; i++) {
        date from, to;
        struct value v = value_unknown();
        if (spell_bounds(at[i], &from, &to)) {
            v = value_bool(from.days <= on.day.days && on.day.days < to.days);
            if (v.boolean && (best == NULL || best->slots[SLOT_FROM].v.day.days <= from.days)) best = at[i];
        }
        v.assumed = spell_assumed(at[i]);
        kleene_add(&k, v);
    }
    struct value is = kleene_end(&k);
    is.assumed = is.assumed || why.assumed || on.assumed;
    if (!want_record || is.state != VALUE_KNOWN) return is;
    struct value r = best ? (struct value){ .state = VALUE_KNOWN, .record = best } : value_none();
    r.assumed = is.assumed;
    return r;
}

/* The spell that starts last (or first). A spell whose start is unknown makes the answer unknown. */
struct value eval_spell_extreme(struct evaluator *ev, const struct frame *f, const struct node *n, bool last)
{
    struct record **at;
    uint32_t count;
    struct value why;
    if (!eval_elements(ev, f, node_kid(ev->p, n, 0), &at, &count, &why)) return why;
    struct record *best = NULL;
    for (uint32_t i = 0; i < count; i++) {
        const struct value *from = &at[i]->slots[SLOT_FROM].v;
        if (from->state != VALUE_KNOWN) return value_unknown();
        int32_t b = best ? best->slots[SLOT_FROM].v.day.days : 0;
        if (best == NULL || (last ? from->day.days >= b : from->day.days < b)) best = at[i];
    }
    struct value v = best ? (struct value){ .state = VALUE_KNOWN, .record = best } : value_none();
    v.assumed = why.assumed;
    for (uint32_t i = 0; i < count; i++) v.assumed = v.assumed || at[i]->slots[SLOT_FROM].v.assumed;
    return v;
}

struct value eval_spell_measure(struct evaluator *ev, const struct frame *f, const struct node *n)
{
    struct record **at;
    uint32_t count;
    struct value why, gap = value_num(0);
    eval_elements(ev, f, node_kid(ev->p, n, 0), &at, &count, &why);
    if (why.state == VALUE_NONE) return why;
    if (n->op == OP_SEGMENTS && n->kid_count > 1) gap = kid(ev, f, n, 1);
    struct value worst = worst_of(why, gap);
    if (worst.state != VALUE_KNOWN) return worst;
    span *spans = ARENA_ARRAY(ev->a, span, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        if (!spell_bounds(at[i], &spans[i].from, &spans[i].to)) return value_unknown();
        why.assumed = why.assumed || spell_assumed(at[i]);
    }
    struct span_facts m = span_measure(spans, count, ev->today, ev->a);
    struct value v;
    switch ((int)n->op) {
    case OP_TOTAL_DAYS: v = value_num(m.total_days); break;
    case OP_LONGEST_DAYS: v = value_num(m.longest_days); break;
    case OP_GAP_DAYS: v = value_num(m.largest_gap_days); break;
    default: {
        bool bridged = n->kid_count > 1 && gap.number >= 0 && gap.number < INT32_MAX;
        v = value_num(bridged ? span_count_bridged(spans, count, ev->today, (int64_t)gap.number, ev->a) : m.count);
        break;
    }
    }
    v.assumed = why.assumed || gap.assumed;
    return v;
}

struct value eval_months_measure(struct evaluator *ev, const struct frame *f, const struct node *n)
{
    struct value why, at = value_month(date_month(ev->today)), window = value_num(0);
    const struct history *h = history_at(ev, f, node_at(ev->p, node_kid(ev->p, n, 0)), &why);
    if (why.state == VALUE_NONE) return why; /* nobody, or no such kind: whatever the month */
    if (n->op == OP_MONTHS_WINDOW) window = kid(ev, f, n, 1);
    if (n->kid_count > 1) at = kid(ev, f, n, n->kid_count - 1u);
    struct value worst = worst_of(worst_of(why, window), at);
    if (worst.state != VALUE_KNOWN) return worst;
    if (n->op == OP_MONTHS_FIRST || n->op == OP_MONTHS_LAST) {
        month m;
        bool found = n->op == OP_MONTHS_FIRST ? months_first(&h->months, &m) && m.index <= at.month_.index
                                              : months_last(&h->months, at.month_, &m);
        struct value v = found                                              ? value_month(m)
                         : h->has_until && h->until.index < at.month_.index ? value_unknown()
                                                                            : value_none();
        if (n->op == OP_MONTHS_LAST && h->has_until && h->until.index < at.month_.index) v = value_unknown();
        v.assumed = why.assumed;
        return v;
    }
    if (h->has_until && h->until.index < at.month_.index) return value_unknown();
    struct value v;
    if (n->op == OP_MONTHS_TOTAL)
        v = value_num(months_until(&h->months, at.month_));
    else if (n->op == OP_MONTHS_RUN)
        v = value_num(months_run(&h->months, at.month_));
    else if (window.number < 0 || window.number > MONTHS_COUNT)
        return fault_at(VERR_OVERFLOW, node_kid(ev->p, n, 1));
    else
        v = value_num(months_window(&h->months, at.month_, (int64_t)window.number));
    v.assumed = why.assumed || at.assumed || window.assumed;
    return v;
}

struct value eval_month_look(struct evaluator *ev, const struct frame *f, const struct node *n)
{
    struct value why;
    const struct history *h = history_at(ev, f, node_at(ev->p, node_kid(ev->p, n, 0)), &why);
    if (why.state == VALUE_NONE) return n->op == OP_MONTH_HAS ? not_so(why) : why;
    struct value m = kid(ev, f, n, 1), worst = worst_of(why, m);
    bool assumed = worst.assumed;
    if (worst.state != VALUE_KNOWN) return worst.state == VALUE_NONE && n->op == OP_MONTH_HAS ? not_so(worst) : worst;
    if (h->has_until && h->until.index < m.month_.index) return value_unknown();
    bool has = months_has(&h->months, m.month_);
    struct value v = n->op == OP_MONTH_HAS ? value_bool(has) : value_none();
    if (n->op == OP_MONTH_RECORD && has) {
        for (uint32_t i = 0; i < h->count; i++) {
            if (h->records[i]->slots[SLOT_MONTH].v.month_.index == m.month_.index) {
                v = (struct value){ .state = VALUE_KNOWN, .record = h->records[i] };
            }
        }
    }
    v.assumed = assumed;
    return v;
}

/* any, all, count, sum, max, min over the elements of a group */
struct value eval_over_group(struct evaluator *ev, const struct frame *f, const struct node *n, node_id id)
{
    struct record **at;
    uint32_t count;
    struct value why;
    if (!eval_elements(ev, f, node_kid(ev->p, n, 0), &at, &count, &why)) {
        if (why.state == VALUE_NONE)
            count = 0; /* no household: no members */
        else
            return why;
    }
    struct frame inner = *f;
    struct kleene k = kleene_start(n->op == OP_ANY);
    struct value worst = { .state = VALUE_KNOWN }, best = value_none();
    bool assumed = why.assumed;
    num total = 0;
    for (uint32_t i = 0; i < count; i++) {
        inner.elements[n->level] = at[i];
        struct value c = eval_node(ev, &inner, node_kid(ev->p, n, 1));
        if (n->op == OP_ANY || n->op == OP_ALL) {
            if (kleene_add(&k, c) && ev->seen == NULL) break;
            continue;
        }
        assumed = assumed || c.assumed;
        if (c.state == VALUE_NONE || (c.state == VALUE_KNOWN && !c.boolean)) continue;
        struct value v = value_num(1);
        if (c.state == VALUE_KNOWN && n->kid_count > 2) v = eval_node(ev, &inner, node_kid(ev->p, n, 2));
        assumed = assumed || v.assumed;
        if (c.state != VALUE_KNOWN) v = c;
        if (v.state == VALUE_ERROR || (v.state == VALUE_UNKNOWN && worst.state != VALUE_ERROR)) worst = v;
        if (v.state != VALUE_KNOWN) continue; /* none adds nothing */
        if (n->op == OP_COUNT)
            total++;
        else if (n->op == OP_SUM && !num_add(total, v.number, &total))
            worst = fault_at(VERR_OVERFLOW, id);
        else if (n->op == OP_MAX || n->op == OP_MIN) {
            int sign = best.state == VALUE_KNOWN ? value_compare(n->type, v, best) : 0;
            if (best.state != VALUE_KNOWN || (n->op == OP_MAX ? sign > 0 : sign < 0)) best = v;
        }
    }
    if (why.state == VALUE_UNKNOWN) { /* there may be more of them */
        kleene_add(&k, value_unknown());
        if (worst.state == VALUE_KNOWN) worst = value_unknown();
    }
    struct value out;
    if (n->op == OP_ANY || n->op == OP_ALL)
        out = kleene_end(&k);
    else if (worst.state != VALUE_KNOWN)
        out = worst;
    else
        out = n->op == OP_MAX || n->op == OP_MIN ? best : value_num(total);
    out.assumed = out.assumed || (n->op != OP_ANY && n->op != OP_ALL && assumed) || why.assumed;
    return out;
}
