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
#include "lang/eval_priv.h"

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

/* ---- order ---- */

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
    *sign = value_compare(node_at(ev->p, a)->type, x, y);
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

OWN_FRAME static struct value chain(struct evaluator *ev, const struct frame *f, const struct node *n, bool decides)
{
    struct kleene k = kleene_start(decides);
    for (unsigned i = 0; i < n->kid_count; i++) {
        if (kleene_add(&k, kid(ev, f, n, i)) && ev->seen == NULL) break;
    }
    return kleene_end(&k);
}

/* ---- facts ---- */

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

static bool date_in_range(int64_t days) { return days >= DATE_MIN.days && days <= DATE_MAX.days; }

/* Months whose days are all dates, with a year to spare on both sides. */
static bool month_in_range(num index)
{
    enum { FIRST = 1801 * 12, LAST = 2998 * 12 };
    return index >= FIRST && index <= LAST;
}

static bool fits_date_shift(num n) { return n >= -40000 && n <= 40000; }

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
        int sign = value_compare(n->type, v[i], best);
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

/* ---- every operation ---- */

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
    case OP_PARAM: return eval_rule_param(ev, f, n, id);
    case OP_CALL: return eval_rule_call(ev, f, n);
    case OP_QUALIFIES: return eval_rule_qualifies(ev, f, n);
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
    case OP_MONTH_RECORD: return eval_month_look(ev, f, n);
    case OP_ACTIVE: return eval_spell_active(ev, f, n, false);
    case OP_CURRENT: return eval_spell_active(ev, f, n, true);
    case OP_LATEST: return eval_spell_extreme(ev, f, n, true);
    case OP_FIRST: return eval_spell_extreme(ev, f, n, false);
    case OP_TOTAL_DAYS:
    case OP_LONGEST_DAYS:
    case OP_GAP_DAYS:
    case OP_SEGMENTS: return eval_spell_measure(ev, f, n);
    case OP_MONTHS_TOTAL:
    case OP_MONTHS_RUN:
    case OP_MONTHS_WINDOW:
    case OP_MONTHS_FIRST:
    case OP_MONTHS_LAST: return eval_months_measure(ev, f, n);
    case OP_ANY:
    case OP_ALL:
    case OP_COUNT:
    case OP_SUM:
    case OP_MAX:
    case OP_MIN: return eval_over_group(ev, f, n, id);
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
