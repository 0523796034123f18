/* explain_change: the smallest change that would alter the verdict.
 *
 * Wanting a condition to come out the other way, one needs all failing parts of a 且 but only the cheapest part of an
 * 或; so a small set of changes is found by one walk. Where a change is to a fact or a definition (缴费月数 up to 12),
 * it is tried as that: the value is put there and the policy evaluated again, so that everything else that rests on it
 * changes too, and changes that this makes needless are dropped. Only what was tried and worked is said. */
#include "policy/explain_priv.h"

enum {
    FLIPS_MAX = 16,
    SAID_MAX = 5, /* who is further away than that is not helped by a list */
    WALK_MAX = 40,
};

/* A condition to come out as `want`. When it hangs on one slot (a fact, a definition), `record`, `slot` and `value` say
 * what to put there; else the condition itself is pretended. */
struct flip {
    node_id node;
    bool want;
    struct frame frame;
    struct record *record;
    uint32_t slot;
    node_id side; /* the operand that is changed */
    struct value value;
};

struct plan {
    const struct flip *at[FLIPS_MAX];
    unsigned count;
    bool impossible; /* rests on something no fact of this person can change, or on too many */
};

static struct plan plan_none(void) { return (struct plan){ 0 }; }

static struct plan plan_impossible(void) { return (struct plan){ .impossible = true }; }

static void join(struct plan *a, const struct plan *b)
{
    if (b->impossible || a->count + b->count > FLIPS_MAX) {
        a->impossible = true;
        return;
    }
    for (unsigned i = 0; i < b->count; i++) a->at[a->count++] = b->at[i];
}

/* ---- what to put where ---- */

/* The record and slot behind a FIELD or a CALL without arguments; false for anything else. */
static bool slot_behind(struct evaluator *ev, const struct frame *f, node_id id, struct record **r, uint32_t *slot)
{
    const struct program *p = ev->p;
    const struct node *n = node_at(p, id);
    if ((n->op != OP_FIELD && n->op != OP_CALL) || n->kid_count != 1) return false;
    struct value rec = eval_node(ev, f, node_kid(p, n, 0));
    if (rec.state != VALUE_KNOWN) return false;
    *r = rec.record;
    *slot = n->op == OP_FIELD ? n->k : p->funcs.at[n->k].slot;
    return true;
}

/* The same number with fewer decimals, as it was before it was made comparable. */
static node_id below_rescale(const struct program *p, node_id id)
{
    const struct node *n = node_at(p, id);
    return n->op == OP_RESCALE ? node_kid(p, n, 0) : id;
}

static bool is_compare(enum op op) { return op >= OP_EQ && op <= OP_GE; }

static enum op negated(enum op op)
{
    static const enum op other[] = { [0] = OP_NE,
                                     [OP_NE - OP_EQ] = OP_EQ,
                                     [OP_LT - OP_EQ] = OP_GE,
                                     [OP_LE - OP_EQ] = OP_GT,
                                     [OP_GT - OP_EQ] = OP_LE,
                                     [OP_GE - OP_EQ] = OP_LT };
    return other[op - OP_EQ];
}

/* a < b is b > a */
static enum op mirror(enum op op)
{
    return op == OP_LT ? OP_GT : op == OP_GT ? OP_LT : op == OP_LE ? OP_GE : op == OP_GE ? OP_LE : op;
}

static num floor_div(num a, num b) { return a >= 0 || a % b == 0 ? a / b : a / b - 1; }

/* The nearest number n with  n * factor `op` limit. */
static bool nearest_number(enum op op, num limit, num factor, num *out)
{
    num low = floor_div(limit, factor);
    bool exact = low * factor == limit;
    switch ((int)op) {
    case OP_EQ: *out = low; return exact;
    case OP_LT: *out = exact ? low - 1 : low; return true;
    case OP_LE: *out = low; return true;
    case OP_GT: *out = low + 1; return true;
    case OP_GE: *out = exact ? low : low + 1; return true;
    default: return false;
    }
}

/* The nearest value of type t that makes `value op other` true: 50岁 for 年龄 >= 50岁. `scale`: the decimals of other.
 */
static bool nearest_value(struct type t, unsigned scale, enum op op, struct value other, struct value *out)
{
    if (other.state != VALUE_KNOWN || op == OP_NE) return false;
    int step = op == OP_GT ? 1 : op == OP_LT ? -1 : 0;
    struct value v = other;
    v.assumed = false;
    if (t.kind == TYPE_NUM) {
        if (!nearest_number(op, other.number, num_pow10(scale - t.scale), &v.number)) return false;
        if (v.number < 0 && !unit_eq(t.unit, UNIT_NONE)) return false; /* no negative months or yuan */
    } else if (t.kind == TYPE_DATE) {
        v.day.days += step;
    } else if (t.kind == TYPE_MONTH) {
        v.month_.index += step;
    } else if (op != OP_EQ) {
        return false;
    }
    *out = v;
    return true;
}

/* Puts the slot behind one side of a comparison into the flip, when that side can be changed to do it. */
static bool change_side(struct evaluator *ev, struct flip *k, unsigned side)
{
    const struct program *p = ev->p;
    const struct node *n = node_at(p, k->node);
    node_id compared = node_kid(p, n, side), other = node_kid(p, n, 1 - side), mine = below_rescale(p, compared);
    struct record *r;
    uint32_t slot;
    if (node_at(p, other)->op == OP_DIV || !slot_behind(ev, &k->frame, mine, &r, &slot)) return false;
    enum op op = side == 0 ? (enum op)n->op : mirror((enum op)n->op);
    if (!k->want) op = negated(op);
    struct value limit = eval_node(ev, &k->frame, other);
    if (!nearest_value(node_at(p, mine)->type, node_at(p, compared)->type.scale, op, limit, &k->value)) return false;
    k->record = r;
    k->slot = slot;
    k->side = compared;
    return true;
}

/* x 在 (甲, 乙), 属于(x, 甲), x 在 a..b: the first that will do. */
static bool change_member(struct evaluator *ev, struct flip *k)
{
    const struct program *p = ev->p;
    const struct node *n = node_at(p, k->node);
    node_id mine = node_kid(p, n, 0);
    struct record *r;
    uint32_t slot;
    if (!k->want || !slot_behind(ev, &k->frame, mine, &r, &slot)) return false;
    struct value v = eval_node(ev, &k->frame, node_kid(p, n, 1));
    if (v.state != VALUE_KNOWN || node_at(p, node_kid(p, n, 1))->type.scale != node_at(p, mine)->type.scale)
        return false;
    v.assumed = false;
    *k = (struct flip){ k->node, k->want, k->frame, r, slot, mine, v };
    return true;
}

/* A condition about today alone, or of constants, no fact can change. */
static bool rests_on_facts(const struct program *p, node_id id, unsigned depth)
{
    const struct node *n = node_at(p, id);
    if (depth > LIMIT_NESTING) return true;
    switch ((int)n->op) {
    case OP_FIELD:
    case OP_CALL:
    case OP_GROUP:
    case OP_HISTORY:
    case OP_JUDGE:
    case OP_QUALIFIES: return true;
    default: break;
    }
    for (unsigned i = 0; i < n->kid_count; i++) {
        if (rests_on_facts(p, node_kid(p, n, i), depth + 1)) return true;
    }
    return false;
}

/* 累计月数(…) < 期限: what is counted changes in a life, the limit of the rule does not. */
static bool right_is_the_limit(const struct program *p, const struct node *n)
{
    return node_at(p, below_rescale(p, node_kid(p, n, 1)))->op == OP_CALL && rests_on_facts(p, node_kid(p, n, 0), 0);
}

static struct plan plan_one(struct evaluator *ev, const struct frame *f, node_id id, bool want)
{
    const struct node *n = node_at(ev->p, id);
    struct flip *k = ARENA_NEW(ev->a, struct flip);
    *k = (struct flip){ .node = id, .want = want, .frame = *f };
    if (is_compare((enum op)n->op)) {
        if (!change_side(ev, k, 0) && !right_is_the_limit(ev->p, n)) change_side(ev, k, 1);
    } else if (n->op == OP_IN || n->op == OP_BELONGS || n->op == OP_BETWEEN) {
        change_member(ev, k);
    } else if (n->type.kind == TYPE_BOOL && slot_behind(ev, f, id, &k->record, &k->slot)) {
        k->side = id;
        k->value = value_bool(want);
    }
    return (struct plan){ .at = { k }, .count = 1 };
}

/* ---- the walk ---- */

static struct plan find(struct evaluator *ev, const struct frame *f, node_id id, bool want, unsigned depth);

static struct plan find_chain(struct evaluator *ev, const struct frame *f, const struct node *n, bool want, bool all,
                              unsigned depth)
{
    struct plan best = plan_impossible(), sum = plan_none();
    for (unsigned i = 0; i < n->kid_count; i++) {
        struct plan k = find(ev, f, node_kid(ev->p, n, i), want, depth + 1);
        if (all)
            join(&sum, &k);
        else if (!k.impossible && (best.impossible || k.count < best.count))
            best = k;
    }
    return all ? sum : best;
}

/* A definition: when nothing but its base decides, what would change the base; else the definition itself. */
static struct plan find_call(struct evaluator *ev, const struct frame *f, const struct node *n, node_id id, bool want,
                             unsigned depth)
{
    struct value r = eval_node(ev, f, node_kid(ev->p, n, 0));
    const struct func *d = func_on(ev->p, n->k, ev->rule_day);
    if (r.state != VALUE_KNOWN || d == NULL || d->is_table || d->base == 0 || n->kid_count != 1)
        return plan_one(ev, f, id, want);
    if (r.record->slots[d->slot].given) return plan_one(ev, f, id, want);
    struct frame inner = { .elements = { r.record } };
    VEC_EACH (const struct exception, x, &d->exceptions) {
        struct value c = eval_node(ev, &inner, x->condition);
        if (c.state != VALUE_KNOWN || c.boolean) return plan_one(ev, f, id, want);
    }
    return find(ev, &inner, d->base, want, depth + 1);
}

static struct plan find(struct evaluator *ev, const struct frame *f, node_id id, bool want, unsigned depth)
{
    const struct node *n = node_at(ev->p, id);
    struct value v = eval_node(ev, f, id);
    if (v.state == VALUE_KNOWN && v.boolean == want) return plan_none();
    if (v.state == VALUE_NONE && !want) return plan_none();
    if (v.state == VALUE_ERROR || depth > WALK_MAX) return plan_impossible();
    switch ((int)n->op) {
    case OP_AND: return find_chain(ev, f, n, want, want, depth);
    case OP_OR: return find_chain(ev, f, n, want, !want, depth);
    case OP_NOT: return find(ev, f, node_kid(ev->p, n, 0), !want, depth + 1);
    case OP_CALL: return find_call(ev, f, n, id, want, depth);
    default: break;
    }
    if (!rests_on_facts(ev->p, id, 0)) return plan_impossible();
    return plan_one(ev, f, id, want);
}

/* ---- words ---- */

/* How `op` reads when it is wanted. */
static str op_words(enum op op, struct type t)
{
    static const char *const amounts[] = { "是", "不是", "少于", "不超过", "超过", "达到" };
    static const char *const days[] = { "是", "不是", "早于", "不晚于", "晚于", "不早于" };
    return str_of((t.kind == TYPE_DATE || t.kind == TYPE_MONTH ? days : amounts)[op - OP_EQ]);
}

static str words_of(struct evaluator *ev, const struct flip *k, node_id id, struct arena *a)
{
    struct text t;
    text_init(&t, a, EXPLAIN_TEXT_MAX);
    const struct node *n = node_at(ev->p, below_rescale(ev->p, id));
    bool has_path =
        n->op == OP_FIELD || n->op == OP_GROUP || n->op == OP_HISTORY || (n->op == OP_CALL && n->kid_count == 1);
    if (!has_path) return explain_words(ev->p, a, n->loc);
    node_path(ev, &k->frame, below_rescale(ev->p, id), &t);
    return text_str(&t);
}

/* （现在 48岁）, （现在未知） */
static str now_words(struct evaluator *ev, const struct flip *k, node_id id, struct arena *a)
{
    const struct node *n = node_at(ev->p, id);
    if (n->op == OP_DIV) return STR("");
    struct value v = eval_node(ev, &k->frame, id);
    str now = explain_value(ev->p, a, n->type, v);
    return str_fmt(a, "（现在%s%.*s）", v.state == VALUE_UNKNOWN ? "" : " ", STR_ARG(now));
}

/* 年龄 达到 50岁（现在 48岁） */
static str compare_words(struct evaluator *ev, const struct flip *k, struct arena *a)
{
    const struct program *p = ev->p;
    const struct node *n = node_at(p, k->node);
    bool right = k->record != NULL ? k->side == node_kid(p, n, 1)
                                   : !rests_on_facts(p, node_kid(p, n, 0), 0); /* today does not change */
    node_id l = node_kid(p, n, right ? 1 : 0), r = node_kid(p, n, right ? 0 : 1);
    enum op op = right ? mirror((enum op)n->op) : (enum op)n->op;
    if (!k->want) op = negated(op);
    struct value limit = node_at(p, r)->op == OP_DIV ? value_unknown() : eval_node(ev, &k->frame, r);
    str than = limit.state != VALUE_KNOWN ? words_of(ev, k, r, a) : explain_value(p, a, node_at(p, r)->type, limit);
    str what = words_of(ev, k, l, a), how = op_words(op, node_at(p, l)->type), now = now_words(ev, k, l, a);
    return str_fmt(a, "%.*s %.*s %.*s%.*s", STR_ARG(what), STR_ARG(how), STR_ARG(than), STR_ARG(now));
}

/* 当前(就业登记).形式 是 灵活就业 或 新就业形态（现在 单位就业） */
static str member_words(struct evaluator *ev, const struct flip *k, struct arena *a)
{
    const struct node *n = node_at(ev->p, k->node);
    struct text t;
    text_init(&t, a, EXPLAIN_TEXT_MAX);
    text_add(&t, words_of(ev, k, node_kid(ev->p, n, 0), a));
    if (n->op == OP_BETWEEN)
        text_addf(&t, " %s在", k->want ? "" : "不");
    else if (n->op == OP_BELONGS)
        text_addf(&t, " %s属于", k->want ? "" : "不");
    else
        text_addz(&t, k->want ? " 是" : " 不是");
    for (unsigned i = 1; i < n->kid_count; i++) {
        text_addz(&t, i == 1 ? " " : n->op == OP_BETWEEN ? " 到 " : " 或 ");
        text_add(&t, words_of(ev, k, node_kid(ev->p, n, i), a));
    }
    if (n->op == OP_BETWEEN) text_addz(&t, " 之间");
    text_add(&t, now_words(ev, k, node_kid(ev->p, n, 0), a));
    return text_str(&t);
}

/* Whether there is something: a spell that goes on, a month, a value. */
static str presence_words(struct evaluator *ev, const struct flip *k, bool want, struct arena *a)
{
    const struct node *n = node_at(ev->p, k->node);
    node_id of = node_kid(ev->p, n, 0);
    bool whole = n->op == OP_MONTH_HAS; /* 参保缴费(养老, 本月): the month belongs to it */
    str what = whole ? explain_words(ev->p, a, n->loc) : words_of(ev, k, of, a);
    bool unknown = eval_node(ev, &k->frame, k->node).state == VALUE_UNKNOWN;
    const char *active = n->op == OP_ACTIVE ? "正在有效的" : "";
    return str_fmt(a, "%s%s“%.*s”（现在%s）", want ? "有" : "没有", active, STR_ARG(what),
                   unknown ? "未知"
                   : want  ? "没有"
                           : "有");
}

static str flip_words(struct evaluator *ev, const struct flip *k, struct arena *a)
{
    const struct node *n = node_at(ev->p, k->node);
    if (is_compare((enum op)n->op)) return compare_words(ev, k, a);
    switch ((int)n->op) {
    case OP_IN:
    case OP_BELONGS:
    case OP_BETWEEN: return member_words(ev, k, a);
    case OP_ACTIVE:
    case OP_MONTH_HAS:
    case OP_HAS: return presence_words(ev, k, k->want, a);
    case OP_LACKS: return presence_words(ev, k, !k->want, a);
    case OP_QUALIFIES:
        return str_fmt(a, "%s另一项政策“%.*s”", k->want ? "符合" : "不再符合", STR_ARG(ev->p->policies.at[n->k].name));
    default: break;
    }
    bool unknown = eval_node(ev, &k->frame, k->node).state == VALUE_UNKNOWN;
    return str_fmt(a, "“%.*s”%s%s", STR_ARG(words_of(ev, k, k->node, a)),
                   k->want   ? "成立"
                   : unknown ? "不成立"
                             : "不再成立",
                   unknown ? "（现在未知）" : "");
}

/* ---- trying ---- */

struct trial {
    struct evaluator ev;
    struct forced forced[FLIPS_MAX];
    struct slot_value kept[FLIPS_MAX];
};

/* Makes the plan's changes for an evaluator of their own: each trial computes its own definitions. */
static void trial_begin(struct trial *t, const struct evaluator *ev, const struct plan *plan)
{
    t->ev = (struct evaluator){ .forced = t->forced };
    eval_start(&t->ev, ev->p, ev->a, ev->today, ev->rule_day);
    for (unsigned i = 0; i < plan->count; i++) {
        const struct flip *k = plan->at[i];
        if (k->record == NULL) {
            t->forced[t->ev.forced_count++] = (struct forced){ k->node, value_bool(k->want) };
            continue;
        }
        t->kept[i] = k->record->slots[k->slot];
        k->record->slots[k->slot] = (struct slot_value){ .v = k->value, .given = true };
    }
}

/* Takes them back. */
static void trial_end(const struct trial *t, const struct plan *plan)
{
    for (unsigned i = plan->count; i-- > 0;) {
        if (plan->at[i]->record != NULL) plan->at[i]->record->slots[plan->at[i]->slot] = t->kept[i];
    }
}

static struct verdict try_plan(const struct evaluator *ev, struct record *subject, uint32_t policy,
                               const struct plan *plan)
{
    struct trial t;
    trial_begin(&t, ev, plan);
    struct verdict v = eval_policy(&t.ev, subject, policy);
    trial_end(&t, plan);
    return v;
}

/* Whether the plan ends the entitlement: no amount is needed to know. */
static bool ends_it(const struct evaluator *ev, struct record *subject, uint32_t policy, const struct plan *plan)
{
    struct trial t;
    trial_begin(&t, ev, plan);
    bool refused = eval_refuses(&t.ev, subject, policy);
    trial_end(&t, plan);
    return refused;
}

/* Leaves out every change without which the verdict still comes out as `goal`; what is left is needed, each part of it.
 */
static void drop_needless(const struct evaluator *ev, struct record *subject, uint32_t policy, struct plan *plan,
                          enum verdict_kind goal)
{
    for (unsigned i = plan->count; i-- > 0 && plan->count > 1;) {
        struct plan less = *plan;
        for (unsigned k = i; k + 1 < less.count; k++) less.at[k] = less.at[k + 1];
        less.count--;
        if (try_plan(ev, subject, policy, &less).kind != goal) continue;
        *plan = less;
        i = plan->count; /* what was needed beside it may not be now */
    }
}

static void say_plan(struct explanation *x, struct evaluator *ev, const struct plan *plan, enum verdict_kind then,
                     const char *so, struct arena *a)
{
    struct change *c = vec_push(a, &x->change_parts);
    *c = (struct change){ .then = then };
    struct text t;
    text_init(&t, a, EXPLAIN_TEXT_MAX);
    for (unsigned i = 0; i < plan->count; i++) {
        const struct flip *k = plan->at[i];
        str words = flip_words(ev, k, a);
        if (i > 0) text_addz(&t, i + 1 == plan->count ? "，并且 " : "，");
        text_add(&t, words);
        *vec_push(a, &c->parts) = (struct change_part){ words, k->record, k->slot, k->value, k->node, k->want };
    }
    text_addz(&t, so);
    *vec_push(a, &x->changes) = text_str(&t);
}

static void explain_refused(struct explanation *x, struct evaluator *ev, struct record *subject, struct arena *a)
{
    struct frame f = { .elements = { subject } };
    const struct policy *q = x->policy;
    struct plan all = plan_none();
    VEC_EACH (const struct criterion, c, &q->criteria) {
        ev->steps = 0;
        struct plan k = find(ev, &f, c->node, !c->is_exclusion, 0);
        join(&all, &k);
    }
    if (all.impossible || all.count == 0) return;
    enum verdict_kind after = try_plan(ev, subject, q->id, &all).kind;
    if (after != VERDICT_QUALIFIED && after != VERDICT_PENDING) return;
    drop_needless(ev, subject, q->id, &all, after);
    if (all.count > SAID_MAX) return;
    ev->steps = 0;
    if (after == VERDICT_QUALIFIED) {
        say_plan(x, ev, &all, after, "，就符合了", a);
        return;
    }
    bool open = false; /* pending for a criterion, or for the amount alone */
    struct verdict v = try_plan(ev, subject, q->id, &all);
    for (size_t i = 0; i < q->criteria.len; i++) open = open || v.criteria[i].state == VALUE_UNKNOWN;
    say_plan(x, ev, &all, after, open ? "，就要重新判断，那时还有事实要弄清" : "，条件就都达到了，再弄清金额要用的事实",
             a);
}

/* The one condition whose end would end the entitlement: the first comparison found, else the first condition. */
static void explain_qualified(struct explanation *x, struct evaluator *ev, struct record *subject, struct arena *a)
{
    struct frame f = { .elements = { subject } };
    struct plan best = plan_impossible();
    bool best_compares = false;
    VEC_EACH (const struct criterion, c, &x->policy->criteria) {
        ev->steps = 0;
        struct plan k = find(ev, &f, c->node, c->is_exclusion, 0);
        if (k.impossible || k.count == 0) continue;
        bool compares = k.count == 1 && is_compare((enum op)node_at(ev->p, k.at[0]->node)->op);
        bool better = best.impossible || k.count < best.count || (k.count == best.count && compares && !best_compares);
        if (!better || !ends_it(ev, subject, x->policy->id, &k)) continue;
        best = k;
        best_compares = compares;
    }
    ev->steps = 0;
    if (!best.impossible && best.count <= SAID_MAX) say_plan(x, ev, &best, VERDICT_REFUSED, "，就不再符合", a);
}

void explain_changes(struct explanation *x, struct evaluator *ev, struct record *subject, struct arena *a)
{
    if (x->verdict.kind == VERDICT_REFUSED)
        explain_refused(x, ev, subject, a);
    else if (x->verdict.kind == VERDICT_QUALIFIED)
        explain_qualified(x, ev, subject, a);
}
