/* eval: the row evaluator. One switch over the operations, each case the definition of that operation in the manual.
 *
 * The rules that hold everywhere:
 *  - strict operations: an error in an operand is the result; else unknown; else none (无); only then is anything
 * computed;
 *  - 且 或 any all: a deciding operand decides whatever the others are; else error, else unknown;
 *  - a comparison with 无 is false (!= true);
 *  - "assumed" is carried by everything that was used to decide.
 * Definitions are computed once per record and case. Depth is bounded by the checker (nesting, calls), work by steps.
 */
#include "lang/eval.h"

#include <assert.h>
#include <string.h>

/* eval_node stands on the stack once for each level of nesting, up to LIMIT_EVAL_DEPTH times. What the operations need
 * for themselves must not be part of its frame. */
#define OWN_FRAME __attribute__((noinline))

static const char *const errors_zh[VERR_COUNT_] = {
    [VERR_NONE] = "",
    [VERR_OVERFLOW] = "数或日期超出了范围",
    [VERR_NO_ROW] = "表里没有一行适用",
    [VERR_TWO_ROWS] = "表里有两行同时适用",
    [VERR_TWO_EXCEPTIONS] = "两个例外同时成立",
    [VERR_NO_VALUE] = "参数在这一天没有值",
    [VERR_UNSET] = "开放的参数还没有人填写",
    [VERR_NOT_IN_FORCE] = "规则在这一天没有施行",
    [VERR_DIVISION] = "除数是零",
    [VERR_STEPS] = "计算超过了步数限度",
    [VERR_DATA] = "资料本身有错",
    [VERR_CALENDAR] = "这一年的放假安排还没有录入",
};

const char *value_error_zh(enum value_error e) { return errors_zh[e]; }

void eval_start(struct evaluator *ev, const struct program *p, struct arena *scratch, date today, date rule_day)
{
    ev->p = p;
    ev->a = scratch;
    ev->today = today;
    ev->rule_day = rule_day;
    /* Never the number of another evaluation, also not of another evaluator: both may have used the same records. 0 is
     * what records are born with. */
    static uint32_t last;
    do ev->generation = __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED);
    while (ev->generation == 0);
    ev->steps = 0;
}

/* ---- versions ---- */

static bool in_force(bool has_from, date from, bool has_to, date to, date day)
{
    return (!has_from || from.days <= day.days) && (!has_to || day.days <= to.days);
}

const struct func *func_on(const struct program *p, uint32_t func, date day)
{
    for (uint32_t v = func + 1; v != 0; v = p->funcs.at[v - 1].older) {
        const struct func *f = &p->funcs.at[v - 1];
        if (in_force(f->has_from, f->from, f->has_to, f->to, day)) return f;
    }
    return NULL;
}

const struct policy *policy_on(const struct program *p, uint32_t policy, date day)
{
    for (uint32_t v = policy + 1; v != 0; v = p->policies.at[v - 1].older) {
        const struct policy *q = &p->policies.at[v - 1];
        if (in_force(q->has_from, q->from, q->has_to, q->to, day)) return q;
    }
    return NULL;
}

const struct param_row *param_row_on(const struct param *q, uint32_t item, date day)
{
    if (item >= q->item_count) return NULL;
    uint32_t lo = q->first_of_item[item], hi = q->first_of_item[item + 1];
    while (lo < hi) { /* the last row that starts on or before the day */
        uint32_t mid = lo + (hi - lo) / 2;
        if (q->rows.at[mid].from.days <= day.days)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (lo == q->first_of_item[item] || q->rows.at[lo - 1].ended) return NULL;
    return &q->rows.at[lo - 1];
}

/* ---- helpers ---- */

static struct value kid(struct evaluator *ev, const struct frame *f, const struct node *n, unsigned i)
{
    return eval_node(ev, f, node_kid(ev->p, n, i));
}

static const struct type *kid_type(const struct evaluator *ev, const struct node *n, unsigned i)
{
    return &node_at(ev->p, node_kid(ev->p, n, i))->type;
}

/* Of two operands the one that decides the result of a strict operation: error over unknown over none over known. */
static struct value worst_of(struct value a, struct value b)
{
    static const uint8_t weight[] = { [VALUE_KNOWN] = 0, [VALUE_NONE] = 1, [VALUE_UNKNOWN] = 2, [VALUE_ERROR] = 3 };
    struct value worst = weight[b.state] > weight[a.state] ? b : a;
    worst.assumed = a.assumed || b.assumed;
    return worst;
}

/* 无 where a truth value is asked for: it does not hold. */
static struct value not_so(struct value none)
{
    none.state = VALUE_KNOWN;
    none.boolean = false;
    return none;
}

/* Evaluates all kids. False: *out is the result (error over unknown over none); true: all are known. */
static bool strict(struct evaluator *ev, const struct frame *f, const struct node *n, struct value *v,
                   struct value *out)
{
    struct value worst = { .state = VALUE_KNOWN };
    for (unsigned i = 0; i < n->kid_count; i++) {
        v[i] = kid(ev, f, n, i);
        worst = worst_of(worst, v[i]);
    }
    *out = worst;
    return worst.state == VALUE_KNOWN;
}

static bool date_in_range(int64_t days) { return days >= DATE_MIN.days && days <= DATE_MAX.days; }

/* Months whose days are all dates, with a year to spare on both sides. */
static bool month_in_range(num index)
{
    enum { FIRST = 1801 * 12, LAST = 2998 * 12 };
    return index >= FIRST && index <= LAST;
}

static bool fits_date_shift(num n) { return n >= -40000 && n <= 40000; }

static struct value fault_at(enum value_error e, node_id id) { return value_error(e, id); }

/* A number as a fraction: a division as it is, anything else over its power of ten. */
struct fraction {
    num n, d;
};

static bool fraction_of(struct evaluator *ev, const struct frame *f, node_id id, struct fraction *out,
                        struct value *why)
{
    const struct node *n = node_at(ev->p, id);
    if (n->op != OP_DIV) {
        struct value v = eval_node(ev, f, id);
        *why = v;
        *out = (struct fraction){ v.number, num_pow10(n->type.scale) };
        return v.state == VALUE_KNOWN;
    }
    struct value v[2] = { 0 };
    if (!strict(ev, f, n, v, why)) return false;
    if (v[1].number == 0) {
        *why = fault_at(VERR_DIVISION, id);
        return false;
    }
    *out = (struct fraction){ v[0].number, v[1].number }; /* both at one scale: it cancels */
    if (out->d < 0) {
        out->n = -out->n;
        out->d = -out->d;
    }
    why->assumed = v[0].assumed || v[1].assumed;
    return true;
}

/* -1 0 1; false on overflow */
static bool fraction_compare(struct fraction a, struct fraction b, int *out)
{
    num l, r;
    if (!num_mul(a.n, b.d, &l) || !num_mul(b.n, a.d, &r)) return false;
    *out = l < r ? -1 : l > r;
    return true;
}

static bool is_number(const struct evaluator *ev, node_id id) { return node_at(ev->p, id)->type.kind == TYPE_NUM; }

/* Orders two known values of one type. */
static int compare_values(struct type t, struct value a, struct value b)
{
    switch (t.kind) {
    case TYPE_NUM: return a.number < b.number ? -1 : a.number > b.number;
    case TYPE_DATE: return a.day.days < b.day.days ? -1 : a.day.days > b.day.days;
    case TYPE_MONTH: return a.month_.index < b.month_.index ? -1 : a.month_.index > b.month_.index;
    case TYPE_CODE: return a.code < b.code ? -1 : a.code > b.code;
    case TYPE_BOOL: return a.boolean < b.boolean ? -1 : a.boolean > b.boolean;
    case TYPE_TEXT: return str_cmp(a.text, b.text);
    case TYPE_RECORD: return a.record->id < b.record->id ? -1 : a.record->id > b.record->id;
    case TYPE_BAD:
    case TYPE_GROUP:
    case TYPE_HISTORY:
    case TYPE_NONE: break;
    }
    return 0;
}

/* The order of two nodes: false with *out (unknown, error, or none: the caller decides what none means). */
static bool order(struct evaluator *ev, const struct frame *f, node_id a, node_id b, int *sign, struct value *out)
{
    if (is_number(ev, a) && (node_at(ev->p, a)->op == OP_DIV || node_at(ev->p, b)->op == OP_DIV)) {
        struct fraction x, y;
        struct value wx, wy;
        bool okx = fraction_of(ev, f, a, &x, &wx), oky = fraction_of(ev, f, b, &y, &wy);
        out->assumed = wx.assumed || wy.assumed;
        if (okx && oky) {
            if (fraction_compare(x, y, sign)) {
                *out = (struct value){ .state = VALUE_KNOWN, .assumed = wx.assumed || wy.assumed };
                return true;
            }
            *out = fault_at(VERR_OVERFLOW, a);
            return false;
        }
        bool first = !okx && (oky || wx.state == VALUE_ERROR || wy.state != VALUE_ERROR);
        *out = first ? wx : wy;
        if (!okx && !oky && wx.state == VALUE_NONE && wy.state == VALUE_UNKNOWN) *out = wy;
        out->assumed = wx.assumed || wy.assumed;
        return false;
    }
    struct value x = eval_node(ev, f, a), y = eval_node(ev, f, b);
    bool assumed = x.assumed || y.assumed;
    struct value worst = x;
    if (y.state == VALUE_ERROR || (y.state == VALUE_UNKNOWN && x.state != VALUE_ERROR) ||
        (y.state == VALUE_NONE && x.state == VALUE_KNOWN)) {
        worst = y;
    }
    worst.assumed = assumed;
    *out = worst;
    if (worst.state != VALUE_KNOWN) return false;
    *sign = compare_values(node_at(ev->p, a)->type, x, y);
    return true;
}

static bool holds(enum op op, int sign)
{
    switch ((int)op) {
    case OP_EQ: return sign == 0;
    case OP_NE: return sign != 0;
    case OP_LT: return sign < 0;
    case OP_LE: return sign <= 0;
    case OP_GT: return sign > 0;
    default: return sign >= 0;
    }
}

OWN_FRAME static struct value compare(struct evaluator *ev, const struct frame *f, const struct node *n)
{
    int sign;
    struct value out;
    if (!order(ev, f, node_kid(ev->p, n, 0), node_kid(ev->p, n, 1), &sign, &out)) {
        if (out.state != VALUE_NONE) return out;
        bool assumed = out.assumed;
        out = value_bool(n->op == OP_NE);
        out.assumed = assumed;
        return out;
    }
    struct value v = value_bool(holds((enum op)n->op, sign));
    v.assumed = out.assumed;
    return v;
}

/* Kleene 且 (decides on false) and 或 (decides on true), with errors between unknown and deciding. */
struct kleene {
    bool decides, decided;
    bool decided_assumed, assumed;
    struct value worst;
};

static struct kleene kleene_start(bool decides)
{
    return (struct kleene){ .decides = decides, .decided_assumed = true, .worst = { .state = VALUE_KNOWN } };
}

/* True when nothing after it can change the value (a decision not resting on assumed facts). */
static bool kleene_add(struct kleene *k, struct value v)
{
    if (v.state == VALUE_NONE) v = not_so(v);
    if (v.state == VALUE_KNOWN && v.boolean == k->decides) {
        k->decided = true;
        k->decided_assumed = k->decided_assumed && v.assumed;
        return !v.assumed;
    }
    k->assumed = k->assumed || v.assumed;
    if (v.state == VALUE_ERROR && k->worst.state != VALUE_ERROR) k->worst = v;
    if (v.state == VALUE_UNKNOWN && k->worst.state == VALUE_KNOWN) k->worst = v;
    return false;
}

static struct value kleene_end(const struct kleene *k)
{
    struct value v;
    if (k->decided) {
        v = value_bool(k->decides);
        v.assumed = k->decided_assumed;
        return v;
    }
    v = k->worst.state == VALUE_KNOWN ? value_bool(!k->decides) : k->worst;
    v.assumed = k->assumed;
    return v;
}

OWN_FRAME static struct value chain(struct evaluator *ev, const struct frame *f, const struct node *n, bool decides)
{
    struct kleene k = kleene_start(decides);
    for (unsigned i = 0; i < n->kid_count; i++) {
        if (kleene_add(&k, kid(ev, f, n, i)) && ev->seen == NULL) break;
    }
    return kleene_end(&k);
}

/* ---- groups, spells, months ---- */

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

OWN_FRAME static struct value spell_active(struct evaluator *ev, const struct frame *f, const struct node *n,
                                           bool want_record)
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
OWN_FRAME static struct value spell_extreme(struct evaluator *ev, const struct frame *f, const struct node *n,
                                            bool last)
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

OWN_FRAME static struct value spell_measure(struct evaluator *ev, const struct frame *f, const struct node *n)
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

OWN_FRAME static struct value months_measure(struct evaluator *ev, const struct frame *f, const struct node *n)
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

OWN_FRAME static struct value month_look(struct evaluator *ev, const struct frame *f, const struct node *n)
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
OWN_FRAME static struct value over_group(struct evaluator *ev, const struct frame *f, const struct node *n, node_id id)
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
            int sign = best.state == VALUE_KNOWN ? compare_values(n->type, v, best) : 0;
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

/* ---- definitions, tables, parameters ---- */

OWN_FRAME static struct value eval_definition(struct evaluator *ev, const struct frame *f, const struct func *d)
{
    node_id where = d->base;
    bool assumed = false;
    /* ranks from high to low; within one rank at most one exception may hold */
    for (int64_t rank = INT64_MAX;;) {
        int64_t next = INT64_MIN;
        const struct exception *true_one = NULL, *second = NULL;
        struct value open = { .state = VALUE_KNOWN };
        VEC_EACH (const struct exception, x, &d->exceptions) {
            if (x->rank > rank) continue;
            if (rank == INT64_MAX || x->rank < rank) {
                if (x->rank > next) next = x->rank;
                continue;
            }
            struct value c = eval_node(ev, f, x->condition);
            assumed = assumed || c.assumed;
            if (c.state == VALUE_ERROR || (c.state == VALUE_UNKNOWN && open.state == VALUE_KNOWN)) open = c;
            if (c.state == VALUE_KNOWN && c.boolean) {
                if (true_one == NULL)
                    true_one = x;
                else
                    second = x;
            }
        }
        if (second != NULL) return fault_at(VERR_TWO_EXCEPTIONS, second->condition);
        if (open.state != VALUE_KNOWN) {
            open.assumed = assumed;
            return open;
        }
        if (true_one != NULL) {
            struct value v = eval_node(ev, f, true_one->value);
            v.assumed = v.assumed || assumed;
            return v;
        }
        if (next == INT64_MIN) break;
        rank = next;
    }
    if (where == 0) return fault_at(VERR_UNSET, 0);
    struct value v = eval_node(ev, f, where);
    v.assumed = v.assumed || assumed;
    return v;
}

OWN_FRAME static struct value eval_table(struct evaluator *ev, const struct frame *f, const struct func *t)
{
    struct value inputs[LIMIT_ARGS];
    bool assumed = false;
    for (size_t i = 0; i < t->inputs.len; i++) {
        inputs[i] = eval_node(ev, f, t->inputs.at[i]);
        if (inputs[i].state == VALUE_ERROR) return inputs[i];
        assumed =
            assumed || (inputs[i].assumed && inputs[i].state != VALUE_UNKNOWN); /* what is unknown decided nothing */
    }
    struct frame inner = *f;
    inner.locals = inputs;
    const struct table_row *hit = NULL;
    struct value open = { .state = VALUE_KNOWN };
    for (size_t r = 0; r < t->rows.len; r++) {
        const struct table_row *row = &t->rows.at[r];
        struct kleene k = kleene_start(false);
        for (size_t i = 0; i < t->inputs.len; i++) {
            if (row->tests.at[i] != 0 && kleene_add(&k, eval_node(ev, &inner, row->tests.at[i]))) break;
        }
        struct value v = kleene_end(&k);
        if (v.state == VALUE_KNOWN && !v.boolean) continue;
        if (v.state != VALUE_KNOWN) {
            if (open.state == VALUE_KNOWN) open = v;
            if (t->first_hit) break; /* an earlier row may hold: nothing after it is certain */
            continue;
        }
        if (hit != NULL) return fault_at(VERR_TWO_ROWS, row->result);
        hit = row;
        if (ev->row_hit != NULL) ev->row_hit[ev->row_base[t->id] + r] = 1;
        if (t->first_hit) break;
    }
    if (open.state != VALUE_KNOWN) {
        open.assumed = assumed;
        return open;
    }
    if (hit == NULL) return fault_at(VERR_NO_ROW, t->inputs.len > 0 ? t->inputs.at[0] : 0);
    struct value v = eval_node(ev, &inner, hit->result);
    v.assumed = v.assumed || assumed;
    return v;
}

OWN_FRAME static struct value call_func(struct evaluator *ev, struct record *r, uint32_t func, const struct value *args)
{
    const struct func *d = func_on(ev->p, func, ev->rule_day);
    if (d == NULL) return fault_at(VERR_NOT_IN_FORCE, ev->p->funcs.at[func].base);
    struct frame f = { .elements = { r }, .locals = args };
    return d->is_table ? eval_table(ev, &f, d) : eval_definition(ev, &f, d);
}

struct value eval_func(struct evaluator *ev, struct record *r, uint32_t func)
{
    assert(r->entity == ev->p->funcs.at[func].entity);
    struct slot_value *s = &r->slots[ev->p->funcs.at[func].slot];
    if (s->given) return s->v;
    if (s->generation == ev->generation) return s->v;
    struct value v = call_func(ev, r, func, NULL);
    s->v = v;
    s->generation = ev->generation;
    return v;
}

struct value eval_func_with(struct evaluator *ev, struct record *r, uint32_t func, const struct value *args)
{
    struct value worst = { .state = VALUE_KNOWN };
    for (size_t i = 0; i < ev->p->funcs.at[func].params.len; i++) worst = worst_of(worst, args[i]);
    if (worst.state != VALUE_KNOWN) return worst;
    struct value v = call_func(ev, r, func, args);
    v.assumed = v.assumed || worst.assumed;
    return v;
}

OWN_FRAME static struct value eval_call(struct evaluator *ev, const struct frame *f, const struct node *n)
{
    struct value args[LIMIT_ARGS + 1];
    struct value why = kid(ev, f, n, 0);
    if (why.state != VALUE_KNOWN) return why;
    if (n->kid_count == 1) {
        struct value v = eval_func(ev, why.record, n->k);
        v.assumed = v.assumed || why.assumed;
        return v;
    }
    for (unsigned i = 1; i < n->kid_count; i++) args[i - 1] = kid(ev, f, n, i);
    struct value v = eval_func_with(ev, why.record, n->k, args);
    v.assumed = v.assumed || why.assumed;
    return v;
}

OWN_FRAME static struct value eval_param(struct evaluator *ev, const struct frame *f, const struct node *n, node_id id)
{
    const struct param *q = &ev->p->params.at[n->k];
    struct value key = { .state = VALUE_KNOWN }, day = value_date(ev->rule_day); /* not keyed: item 0 */
    if (n->level & 1u) key = kid(ev, f, n, 0);
    if (n->level & 2u) day = kid(ev, f, n, n->level & 1u);
    struct value worst = worst_of(key, day);
    if (worst.state != VALUE_KNOWN) return worst;
    if (q->open && q->rows.len == 0) return fault_at(VERR_UNSET, id);
    const struct param_row *row = param_row_on(q, key.code, day.day);
    if (row == NULL) return fault_at(VERR_NO_VALUE, id);
    struct value v = row->value;
    v.assumed = worst.assumed;
    return v;
}

OWN_FRAME static struct value eval_field(struct evaluator *ev, const struct frame *f, const struct node *n)
{
    struct value r = kid(ev, f, n, 0);
    if (r.state != VALUE_KNOWN) return r;
    const struct slot_value *s = &r.record->slots[n->k];
    struct value v = s->given ? s->v : value_unknown();
    v.assumed = v.assumed || r.assumed;
    return v;
}

OWN_FRAME static struct value eval_judge(struct evaluator *ev, const struct frame *f, const struct node *n)
{
    struct value r = kid(ev, f, n, 0);
    if (r.state != VALUE_KNOWN) return r;
    str question = ev->p->consts.at[n->k].text;
    VEC_EACH (const struct judgement, j, &r.record->judgements) {
        if (str_eq(j->question, question)) return value_bool(j->answer);
    }
    return value_unknown();
}

/* ---- dates ---- */

static struct value shift_workdays(struct evaluator *ev, date d, num n, node_id id)
{
    if (n < 0 || n > 2000) return fault_at(VERR_OVERFLOW, id);
    date end = workday_after(ev->p->calendar, d, (int64_t)n);
    return workday_known(ev->p->calendar, d, end) ? value_date(end) : fault_at(VERR_CALENDAR, id);
}

static struct value expire(struct evaluator *ev, const struct node *n, date d, num count, node_id id)
{
    if (count < 0 || !fits_date_shift(count)) return fault_at(VERR_OVERFLOW, id);
    date end = n->op == OP_EXPIRY_MONTHS ? workday_expiry_months(ev->p->calendar, d, (int64_t)count)
                                         : workday_expiry_days(ev->p->calendar, d, (int64_t)count);
    return workday_known(ev->p->calendar, end, end) ? value_date(end) : fault_at(VERR_CALENDAR, id);
}

OWN_FRAME static struct value eval_date_op(struct evaluator *ev, const struct frame *f, const struct node *n,
                                           node_id id)
{
    struct value v[2] = { 0 }, out;
    if (!strict(ev, f, n, v, &out)) return out;
    struct value r;
    switch ((int)n->op) {
    case OP_DATE_DAYS:
        if (!fits_date_shift(v[1].number) || !date_in_range(v[0].day.days + (int64_t)v[1].number))
            return fault_at(VERR_OVERFLOW, id);
        r = value_date((date){ v[0].day.days + (int32_t)v[1].number });
        break;
    case OP_DATE_MONTHS: {
        num end = date_month(v[0].day).index + v[1].number;
        if (!fits_date_shift(v[1].number) || !month_in_range(end)) return fault_at(VERR_OVERFLOW, id);
        r = value_date(date_add_months(v[0].day, (int64_t)v[1].number, (enum month_mode)n->level));
        break;
    }
    case OP_MONTH_MONTHS: {
        num end = v[0].month_.index + v[1].number;
        if (!fits_date_shift(v[1].number) || !month_in_range(end)) return fault_at(VERR_OVERFLOW, id);
        r = value_month((month){ (int32_t)end });
        break;
    }
    case OP_DATE_WORKDAYS: r = shift_workdays(ev, v[0].day, v[1].number, id); break;
    case OP_EXPIRY_MONTHS:
    case OP_EXPIRY_DAYS: r = expire(ev, n, v[0].day, v[1].number, id); break;
    case OP_FULL_MONTHS: r = value_num(date_full_months(v[0].day, v[1].day)); break;
    case OP_CALENDAR_MONTHS: r = value_num(v[1].month_.index - v[0].month_.index); break;
    case OP_AGE: r = value_num(date_age_years(v[0].day, v[1].day)); break;
    case OP_DAYS: r = value_num(v[1].day.days - v[0].day.days); break;
    case OP_YEAR: r = value_num(v[0].month_.index / 12); break;
    case OP_MONTH_OF: r = value_month(date_month(v[0].day)); break;
    case OP_FIRST_DAY: r = value_date(month_first(v[0].month_)); break;
    default: r = value_date(month_last(v[0].month_)); break;
    }
    r.assumed = out.assumed;
    return r;
}

/* ---- numbers ---- */

OWN_FRAME static struct value eval_arithmetic(struct evaluator *ev, const struct frame *f, const struct node *n,
                                              node_id id)
{
    struct value v[2] = { 0 }, out;
    if (!strict(ev, f, n, v, &out)) return out;
    num r = 0;
    bool ok = true;
    switch ((int)n->op) {
    case OP_ADD: ok = num_add(v[0].number, v[1].number, &r); break;
    case OP_SUB: ok = num_sub(v[0].number, v[1].number, &r); break;
    case OP_MUL: ok = num_mul(v[0].number, v[1].number, &r); break;
    case OP_NEG: ok = num_sub(0, v[0].number, &r); break;
    default: ok = num_widen(v[0].number, kid_type(ev, n, 0)->scale, n->type.scale, &r); break;
    }
    struct value result = ok ? value_num(r) : fault_at(VERR_OVERFLOW, id);
    result.assumed = out.assumed;
    return result;
}

OWN_FRAME static struct value eval_round(struct evaluator *ev, const struct frame *f, const struct node *n, node_id id)
{
    node_id a = node_kid(ev->p, n, 0);
    int digits = (int)n->k - 32;
    enum num_round mode = (enum num_round)n->level;
    const struct node *below = node_at(ev->p, a);
    num r;
    struct value why;
    if (below->op == OP_DIV) {
        struct fraction q;
        if (!fraction_of(ev, f, a, &q, &why)) return why;
        num top = q.n, bottom = q.d;
        bool ok = digits >= 0 ? num_mul(top, num_pow10((unsigned)digits), &top)
                              : num_mul(bottom, num_pow10((unsigned)-digits), &bottom);
        if (!ok) return fault_at(VERR_OVERFLOW, id);
        r = num_div_round(top, bottom, mode);
        if (digits < 0 && !num_mul(r, num_pow10((unsigned)-digits), &r)) return fault_at(VERR_OVERFLOW, id);
    } else {
        why = eval_node(ev, f, a);
        if (why.state != VALUE_KNOWN) return why;
        if (!num_round_to(why.number, below->type.scale, digits, mode, &r)) return fault_at(VERR_OVERFLOW, id);
    }
    struct value v = value_num(r);
    v.assumed = why.assumed;
    return v;
}

OWN_FRAME static struct value extreme(struct evaluator *ev, const struct frame *f, const struct node *n)
{
    struct value v[LIMIT_ARGS], out;
    assert(n->kid_count > 0);
    if (!strict(ev, f, n, v, &out)) return out;
    struct value best = v[0];
    for (unsigned i = 1; i < n->kid_count; i++) {
        int sign = compare_values(n->type, v[i], best);
        if (n->op == OP_SMALLEST ? sign < 0 : sign > 0) best = v[i];
    }
    best.assumed = out.assumed;
    return best;
}

OWN_FRAME static struct value between(struct evaluator *ev, const struct frame *f, const struct node *n)
{
    static const enum op ops[2] = { OP_GE, OP_LT };
    struct kleene k = kleene_start(false);
    for (unsigned i = 0; i < 2; i++) {
        int sign;
        struct value v;
        if (order(ev, f, node_kid(ev->p, n, 0), node_kid(ev->p, n, i + 1), &sign, &v)) {
            bool assumed = v.assumed;
            v = value_bool(holds(ops[i], sign));
            v.assumed = assumed;
        }
        kleene_add(&k, v); /* 无 is in no range */
    }
    return kleene_end(&k);
}

OWN_FRAME static struct value among(struct evaluator *ev, const struct frame *f, const struct node *n)
{
    struct kleene k = kleene_start(true);
    for (unsigned i = 1; i < n->kid_count; i++) {
        int sign;
        struct value v;
        if (order(ev, f, node_kid(ev->p, n, 0), node_kid(ev->p, n, i), &sign, &v)) {
            bool assumed = v.assumed;
            v = value_bool(sign == 0);
            v.assumed = assumed;
        }
        kleene_add(&k, v);
    }
    return kleene_end(&k);
}

OWN_FRAME static struct value belongs(struct evaluator *ev, const struct frame *f, const struct node *n)
{
    struct value v[2], out;
    if (!strict(ev, f, n, v, &out)) return out.state == VALUE_NONE ? value_bool(false) : out;
    const struct code_list *list = &ev->p->codes.at[kid_type(ev, n, 0)->ref];
    uint32_t at = v[0].code + 1;
    while (at != 0 && at != v[1].code + 1) at = list->items.at[at - 1].upper;
    struct value r = value_bool(at != 0);
    r.assumed = out.assumed;
    return r;
}

/* 有, 无: a group has something when it has an element; a value when it is not 无. */
OWN_FRAME static struct value has(struct evaluator *ev, const struct frame *f, const struct node *n)
{
    struct type t = *kid_type(ev, n, 0);
    struct value v;
    bool is;
    if (t.kind == TYPE_GROUP || t.kind == TYPE_HISTORY) {
        struct record **at;
        uint32_t count;
        if (!eval_elements(ev, f, node_kid(ev->p, n, 0), &at, &count, &v) && v.state != VALUE_NONE) return v;
        if (v.state == VALUE_UNKNOWN && count == 0) return v;
        is = v.state != VALUE_NONE && count > 0;
    } else {
        v = kid(ev, f, n, 0);
        if (v.state == VALUE_UNKNOWN || v.state == VALUE_ERROR) return v;
        is = v.state == VALUE_KNOWN;
    }
    struct value r = value_bool(n->op == OP_HAS ? is : !is);
    r.assumed = v.assumed;
    return r;
}

OWN_FRAME static struct value eval_if(struct evaluator *ev, const struct frame *f, const struct node *n)
{
    struct value c = kid(ev, f, n, 0);
    if (c.state == VALUE_UNKNOWN || c.state == VALUE_ERROR) return c;
    struct value v = kid(ev, f, n, c.state == VALUE_KNOWN && c.boolean ? 1 : 2);
    v.assumed = v.assumed || c.assumed;
    return v;
}

static struct value eval_not(struct value v)
{
    if (v.state == VALUE_NONE) {
        bool assumed = v.assumed;
        v = value_bool(true);
        v.assumed = assumed;
    } else if (v.state == VALUE_KNOWN) {
        v.boolean = !v.boolean;
    }
    return v;
}

/* Whether all criteria of a version hold, as far as it takes to know. */
static struct value criteria_hold(struct evaluator *ev, struct record *r, const struct policy *q)
{
    struct frame inner = { .elements = { r } };
    struct kleene k = kleene_start(false);
    VEC_EACH (const struct criterion, c, &q->criteria) {
        struct value v = eval_node(ev, &inner, c->node);
        if (kleene_add(&k, c->is_exclusion ? eval_not(v) : v)) break;
    }
    return kleene_end(&k);
}

OWN_FRAME static struct value eval_qualifies(struct evaluator *ev, const struct frame *f, const struct node *n)
{
    struct value r = kid(ev, f, n, 0);
    if (r.state != VALUE_KNOWN) return r;
    const struct policy *q = policy_on(ev->p, n->k, ev->rule_day);
    return q == NULL ? value_bool(false) : criteria_hold(ev, r.record, q);
}

/* The checker lets parameters, steps and inputs be named only where there are some. */
static struct value local(const struct frame *f, const struct node *n)
{
    assert(f->locals != NULL);
    return f->locals[n->k];
}

static struct value eval_op(struct evaluator *ev, const struct frame *f, const struct node *n, node_id id)
{
    switch ((int)n->op) {
    case OP_CONST: return ev->p->consts.at[n->k];
    case OP_ELEMENT: return (struct value){ .state = VALUE_KNOWN, .record = f->elements[n->level] };
    case OP_TODAY: return value_date(ev->today);
    case OP_RULE_DAY: return value_date(ev->rule_day);
    case OP_LOCAL: return local(f, n);
    case OP_FIELD: return eval_field(ev, f, n);
    case OP_PARAM: return eval_param(ev, f, n, id);
    case OP_CALL: return eval_call(ev, f, n);
    case OP_QUALIFIES: return eval_qualifies(ev, f, n);
    case OP_JUDGE: return eval_judge(ev, f, n);
    case OP_AND: return chain(ev, f, n, false);
    case OP_OR: return chain(ev, f, n, true);
    case OP_NOT: return eval_not(kid(ev, f, n, 0));
    case OP_EQ:
    case OP_NE:
    case OP_LT:
    case OP_LE:
    case OP_GT:
    case OP_GE: return compare(ev, f, n);
    case OP_IN: return among(ev, f, n);
    case OP_BELONGS: return belongs(ev, f, n);
    case OP_BETWEEN: return between(ev, f, n);
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
    case OP_NEG:
    case OP_RESCALE: return eval_arithmetic(ev, f, n, id);
    case OP_ROUND: return eval_round(ev, f, n, id);
    case OP_IF: return eval_if(ev, f, n);
    case OP_SMALLEST:
    case OP_LARGEST: return extreme(ev, f, n);
    case OP_HAS:
    case OP_LACKS: return has(ev, f, n);
    case OP_DEFAULT: {
        struct value v = kid(ev, f, n, 0);
        return v.state == VALUE_UNKNOWN ? kid(ev, f, n, 1) : v;
    }
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
    case OP_LAST_DAY: return eval_date_op(ev, f, n, id);
    case OP_MONTH_HAS:
    case OP_MONTH_RECORD: return month_look(ev, f, n);
    case OP_ACTIVE: return spell_active(ev, f, n, false);
    case OP_CURRENT: return spell_active(ev, f, n, true);
    case OP_LATEST: return spell_extreme(ev, f, n, true);
    case OP_FIRST: return spell_extreme(ev, f, n, false);
    case OP_TOTAL_DAYS:
    case OP_LONGEST_DAYS:
    case OP_GAP_DAYS:
    case OP_SEGMENTS: return spell_measure(ev, f, n);
    case OP_MONTHS_TOTAL:
    case OP_MONTHS_RUN:
    case OP_MONTHS_WINDOW:
    case OP_MONTHS_FIRST:
    case OP_MONTHS_LAST: return months_measure(ev, f, n);
    case OP_ANY:
    case OP_ALL:
    case OP_COUNT:
    case OP_SUM:
    case OP_MAX:
    case OP_MIN: return over_group(ev, f, n, id);
    default: /* BAD, DIV, GROUP, HISTORY, EXPIRY_WORKDAYS have no value of their own: the checker lets none through */
        return fault_at(VERR_DATA, id);
    }
}

/* Where the value of this node is remembered; NULL when it is not. What hangs on arguments or on the element of a group
 * is not: they change within one frame. */
static struct remembered *memory_for(const struct evaluator *ev, const struct frame *f, const struct node *n,
                                     node_id id)
{
    if (ev->memory == NULL || n->kid_count == 0 || n->op == OP_FIELD || f->locals != NULL || f->elements[1] != NULL)
        return NULL;
    return &ev->memory->at[(id ^ f->elements[0]->id * 37u) % EVAL_MEMORY];
}

struct value eval_node(struct evaluator *ev, const struct frame *f, node_id id)
{
    assert(id != 0 && id < ev->p->nodes.len);
    if (++ev->steps > LIMIT_STEPS) return fault_at(VERR_STEPS, id);
    for (size_t i = 0; i < ev->forced_count; i++) {
        if (ev->forced[i].node == id) return ev->forced[i].value;
    }
    const struct node *n = node_at(ev->p, id);
    struct remembered *m = memory_for(ev, f, n, id);
    if (m != NULL && m->node == id && m->record == f->elements[0]) return m->value;
    struct value v = eval_op(ev, f, n, id);
    bool worth = m != NULL && (v.state != VALUE_ERROR || v.error != VERR_STEPS);
    if (worth) *m = (struct remembered){ .node = id, .record = f->elements[0], .value = v };
    if (ev->seen != NULL) {
        uint8_t s = SEEN_VALUE;
        if (v.state == VALUE_UNKNOWN)
            s = SEEN_UNKNOWN;
        else if (v.state == VALUE_ERROR)
            s = SEEN_ERROR;
        else if (n->type.kind == TYPE_BOOL)
            s = v.state == VALUE_KNOWN && v.boolean ? SEEN_TRUE : SEEN_FALSE;
        ev->seen[id] |= s;
    }
    return v;
}

/* ---- policies ---- */

static void eval_amount(struct evaluator *ev, struct record *r, struct verdict *out)
{
    const struct policy *q = out->policy;
    if (q->steps.len == 0) return;
    struct frame f = { .elements = { r }, .locals = out->steps };
    for (size_t i = 0; i < q->steps.len; i++) out->steps[i] = eval_node(ev, &f, q->steps.at[i].node);
    out->amount = out->steps[q->steps.len - 1];
    out->amount_unset = out->amount.state == VALUE_ERROR && out->amount.error == VERR_UNSET;
}

struct verdict eval_policy(struct evaluator *ev, struct record *r, uint32_t policy)
{
    struct verdict out = { .kind = VERDICT_NOT_IN_FORCE, .policy = &ev->p->policies.at[policy] };
    const struct policy *q = policy_on(ev->p, policy, ev->rule_day);
    if (q != NULL) out.policy = q;
    out.criteria = ARENA_ARRAY(ev->a, struct value, out.policy->criteria.len + 1);
    out.steps = ARENA_ARRAY(ev->a, struct value, out.policy->steps.len + 1);
    if (q == NULL) return out;
    struct frame f = { .elements = { r } };
    struct kleene k = kleene_start(false);
    for (size_t i = 0; i < q->criteria.len; i++) {
        const struct criterion *c = &q->criteria.at[i];
        out.criteria[i] = eval_node(ev, &f, c->node);
        kleene_add(&k, c->is_exclusion ? eval_not(out.criteria[i]) : out.criteria[i]);
    }
    struct value v = kleene_end(&k);
    out.assumed = v.assumed;
    out.kind = v.state == VALUE_ERROR   ? VERDICT_ERROR
               : v.state != VALUE_KNOWN ? VERDICT_PENDING
               : v.boolean              ? VERDICT_QUALIFIED
                                        : VERDICT_REFUSED;
    if (out.kind != VERDICT_REFUSED) eval_amount(ev, r, &out);
    if (out.kind == VERDICT_QUALIFIED && out.amount.state == VALUE_UNKNOWN && q->steps.len > 0)
        out.kind = VERDICT_PENDING;
    if (out.kind == VERDICT_QUALIFIED && out.amount.state == VALUE_ERROR && !out.amount_unset) out.kind = VERDICT_ERROR;
    if (out.kind == VERDICT_QUALIFIED && out.amount.assumed) out.assumed = true;
    return out;
}

bool eval_refuses(struct evaluator *ev, struct record *r, uint32_t policy)
{
    const struct policy *q = policy_on(ev->p, policy, ev->rule_day);
    if (q == NULL) return false;
    struct value v = criteria_hold(ev, r, q);
    return v.state == VALUE_KNOWN && !v.boolean;
}

const char *verdict_zh(enum verdict_kind k)
{
    static const char *const zh[] = { [VERDICT_QUALIFIED] = "符合",
                                      [VERDICT_REFUSED] = "不符合",
                                      [VERDICT_PENDING] = "待核",
                                      [VERDICT_ERROR] = "出错，待人工处理",
                                      [VERDICT_NOT_IN_FORCE] = "未施行" };
    return zh[k];
}

/* ---- values ---- */

bool value_same(struct type t, struct value a, struct value b)
{
    if (a.state != b.state) return false;
    if (a.state == VALUE_ERROR) return a.error == b.error;
    return a.state != VALUE_KNOWN || compare_values(t, a, b) == 0;
}

void value_text(const struct program *p, struct type t, struct value v, struct text *out)
{
    char buf[NUM_TEXT];
    if (v.state == VALUE_UNKNOWN) {
        text_addz(out, "未知");
        return;
    }
    if (v.state == VALUE_NONE) {
        text_addz(out, "无");
        return;
    }
    if (v.state == VALUE_ERROR) {
        text_addf(out, "出错：%s", value_error_zh((enum value_error)v.error));
        return;
    }
    switch (t.kind) {
    case TYPE_BOOL: text_addz(out, v.boolean ? "真" : "假"); return;
    case TYPE_NUM: {
        bool cents = unit_is_money(t.unit) && t.scale >= 2 && v.number % num_pow10(t.scale) != 0;
        unsigned digits = cents ? 2 : 0; /* 600元, 512.40元 */
        num_text(v.number, t.scale, digits, buf);
        text_addz(out, buf);
        if (!unit_eq(t.unit, UNIT_NONE)) unit_text(t.unit, out);
        return;
    }
    case TYPE_DATE:
        date_text(v.day, buf);
        text_addz(out, buf);
        return;
    case TYPE_MONTH:
        month_text(v.month_, buf);
        text_addz(out, buf);
        return;
    case TYPE_TEXT: text_addf(out, "“%.*s”", STR_ARG(v.text)); return;
    case TYPE_CODE: text_add(out, p->codes.at[t.ref].items.at[v.code].name); return;
    case TYPE_RECORD: text_addf(out, "（一条%.*s）", STR_ARG(p->entities.at[t.ref].name)); return;
    case TYPE_GROUP:
    case TYPE_HISTORY:
    case TYPE_BAD:
    case TYPE_NONE: text_addz(out, "…"); return;
    }
}
