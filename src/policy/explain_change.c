/* explain_change: the smallest change that would alter the verdict, and which missing fact to ask for first.
 *
 * Wanting a condition to come out the other way, one needs all failing parts of a 且 but only the cheapest part of an 或; so
 * a small set of changes is found by one walk. Where a change is to a fact or a definition (缴费月数 up to 12), it is tried
 * as that: the value is put there and the policy evaluated again, so that everything else that rests on it changes too, and
 * changes that this makes needless are dropped. Only what was tried and worked is said. */
#include "policy/explain_priv.h"

enum { FLIPS_MAX = 16, WALK_MAX = 40 };

/* A condition to come out as `want`. When it hangs on one slot (a fact, a definition), `record`, `slot` and `value` say what
 * to put there; else the condition itself is pretended. */
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
    struct flip at[FLIPS_MAX];
    unsigned count;
    bool impossible; /* rests on something no fact of this person can change, or on too many */
};

static struct plan plan_none(void) { return (struct plan){ 0 }; }

static struct plan plan_impossible(void)
{
    struct plan p = { .impossible = true };
    return p;
}

static void join(struct plan *a, const struct plan *b)
{
    if (b->impossible || a->count + b->count > FLIPS_MAX) {
        a->impossible = true;
        return;
    }
    for (unsigned i = 0; i < b->count; i++) a->at[a->count++] = b->at[i];
}

static struct plan find(struct evaluator *ev, const struct frame *f, node_id id, bool want, unsigned depth);

static struct plan find_chain(struct evaluator *ev, const struct frame *f, const struct node *n, bool want, bool all, unsigned depth)
{
    struct plan best = plan_impossible(), sum = plan_none();
    for (unsigned i = 0; i < n->kid_count; i++) {
        struct plan k = find(ev, f, node_kid(ev->p, n, i), want, depth + 1);
        if (all) join(&sum, &k);
        else if (!k.impossible && (best.impossible || k.count < best.count)) best = k;
    }
    return all ? sum : best;
}

/* The record and slot behind a FIELD or a CALL without arguments; false for anything else. */
static bool slot_behind(struct evaluator *ev, const struct frame *f, node_id id, struct record **r, uint32_t *slot)
{
    const struct program *p = ev->p;
    const struct node *n = node_at(p, id);
    if ((n->op != OP_FIELD && n->op != OP_CALL) || n->kid_count != 1) return false;
    struct value rec = eval_node(ev, f, node_kid(p, n, 0));
    if (rec.state != VALUE_KNOWN) return false;
    *r = rec.record;
    *slot = n->op == OP_FIELD ? n->k : (uint32_t)entity_slot(&p->entities.at[rec.record->entity], p->funcs.at[n->k].name);
    return true;
}

static bool never_negative(struct type t) { return t.kind == TYPE_NUM && !unit_eq(t.unit, UNIT_NONE); }

/* The nearest value of one side that makes `side op other` come out as wanted: 50岁 for 年龄 >= 50岁. */
static bool nearest_value(struct type t, enum op op, bool want, struct value other, struct value *out)
{
    static const enum op negated[] = { [OP_EQ - OP_EQ] = OP_NE, [OP_NE - OP_EQ] = OP_EQ, [OP_LT - OP_EQ] = OP_GE,
                                       [OP_LE - OP_EQ] = OP_GT, [OP_GT - OP_EQ] = OP_LE, [OP_GE - OP_EQ] = OP_LT };
    if (!want) op = negated[op - OP_EQ];
    if (other.state != VALUE_KNOWN || op == OP_NE) return false;
    int step = op == OP_GT ? 1 : op == OP_LT ? -1 : 0;
    *out = other;
    if (t.kind == TYPE_NUM) out->number += step;
    else if (t.kind == TYPE_DATE) out->day.days += step;
    else if (t.kind == TYPE_MONTH) out->month_.index += step;
    else return op == OP_EQ;
    return !never_negative(t) || out->number >= 0;
}

/* a < b is b > a */
static enum op mirror(enum op op) { return op == OP_LT ? OP_GT : op == OP_GT ? OP_LT : op == OP_LE ? OP_GE : op == OP_GE ? OP_LE : op; }

/* Puts the slot behind one side of a comparison into the flip, when that side can be changed to do it. */
static bool change_side(struct evaluator *ev, struct flip *k, unsigned side)
{
    const struct program *p = ev->p;
    const struct node *n = node_at(p, k->node);
    node_id mine = node_kid(p, n, side), other = node_kid(p, n, 1 - side);
    if (node_at(p, other)->op == OP_DIV || !slot_behind(ev, &k->frame, mine, &k->record, &k->slot)) {
        k->record = NULL;
        return false;
    }
    enum op op = side == 0 ? (enum op)n->op : mirror((enum op)n->op);
    if (!nearest_value(node_at(p, mine)->type, op, k->want, eval_node(ev, &k->frame, other), &k->value)) {
        k->record = NULL;
        return false;
    }
    k->side = mine;
    return true;
}

static bool is_compare(enum op op) { return op >= OP_EQ && op <= OP_GE; }

static struct plan plan_one(struct evaluator *ev, const struct frame *f, node_id id, bool want)
{
    struct plan p = { .count = 1 };
    struct flip *k = &p.at[0];
    *k = (struct flip){ .node = id, .want = want, .frame = *f };
    if (is_compare((enum op)node_at(ev->p, id)->op)) {
        if (!change_side(ev, k, 0)) change_side(ev, k, 1);
    } else if (slot_behind(ev, f, id, &k->record, &k->slot)) {
        k->side = id;
        k->value = value_bool(want);
    }
    return p;
}

/* A definition: when nothing but its base decides, what would change the base; else the definition itself. */
static struct plan find_call(struct evaluator *ev, const struct frame *f, const struct node *n, node_id id, bool want, unsigned depth)
{
    struct value r = eval_node(ev, f, node_kid(ev->p, n, 0));
    const struct func *d = func_on(ev->p, n->k, ev->rule_day);
    if (r.state != VALUE_KNOWN || d == NULL || d->is_table || d->base == 0 || n->kid_count != 1) return plan_one(ev, f, id, want);
    if (r.record->slots[entity_slot(&ev->p->entities.at[d->entity], d->name)].given) return plan_one(ev, f, id, want);
    struct frame inner = { .elements = { r.record } };
    VEC_EACH (const struct exception, x, &d->exceptions) {
        struct value c = eval_node(ev, &inner, x->condition);
        if (c.state != VALUE_KNOWN || c.boolean) return plan_one(ev, f, id, want);
    }
    return find(ev, &inner, d->base, want, depth + 1);
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

static str opposite(enum op op, bool want)
{
    static const char *const zh[][2] = { [OP_EQ - OP_EQ] = { "不是", "是" },       [OP_NE - OP_EQ] = { "是", "不是" },
                                         [OP_LT - OP_EQ] = { "达到", "少于" },     [OP_LE - OP_EQ] = { "超过", "不超过" },
                                         [OP_GT - OP_EQ] = { "不超过", "超过" },   [OP_GE - OP_EQ] = { "少于", "达到" } };
    return str_of(zh[op - OP_EQ][want]);
}

static str words_of(struct evaluator *ev, const struct flip *k, node_id id, struct arena *a)
{
    struct text t;
    text_init(&t, a, 2048);
    const struct node *n = node_at(ev->p, id);
    while (n->op == OP_RESCALE) id = node_kid(ev->p, n, 0), n = node_at(ev->p, id);
    node_path(ev, &k->frame, id, &t);
    return text_str(&t);
}

/* 年龄 达到 50岁（现在 48岁） */
static str flip_words(struct evaluator *ev, const struct flip *k, struct arena *a)
{
    const struct program *p = ev->p;
    const struct node *n = node_at(p, k->node);
    if (is_compare((enum op)n->op)) {
        bool right = k->record != NULL && k->side == node_kid(p, n, 1);
        node_id l = node_kid(p, n, right ? 1 : 0), r = node_kid(p, n, right ? 0 : 1);
        bool ratio = node_at(p, l)->op == OP_DIV;
        struct value lv = ratio ? value_unknown() : eval_node(ev, &k->frame, l);
        struct value rv = node_at(p, r)->op == OP_DIV ? value_unknown() : eval_node(ev, &k->frame, r);
        str limit = rv.state != VALUE_KNOWN ? words_of(ev, k, r, a) : explain_value(p, a, node_at(p, r)->type, rv);
        str what = words_of(ev, k, l, a), op = opposite(right ? mirror((enum op)n->op) : (enum op)n->op, k->want);
        if (ratio) return str_fmt(a, "%.*s %.*s %.*s", STR_ARG(what), STR_ARG(op), STR_ARG(limit));
        str now = explain_value(p, a, node_at(p, l)->type, lv);
        return str_fmt(a, "%.*s %.*s %.*s（现在%s%.*s）", STR_ARG(what), STR_ARG(op), STR_ARG(limit), lv.state == VALUE_UNKNOWN ? "" : " ",
                       STR_ARG(now));
    }
    str text = words_of(ev, k, k->node, a);
    const char *state = eval_node(ev, &k->frame, k->node).state == VALUE_UNKNOWN ? "（现在未知）" : "";
    if (n->op == OP_FIELD || n->op == OP_CALL) return str_fmt(a, "“%.*s”为%s%s", STR_ARG(text), k->want ? "真" : "假", state);
    return str_fmt(a, "“%.*s”%s%s", STR_ARG(text), k->want ? "成立" : "不再成立", state);
}

/* Makes the plan's changes, asks again, and takes them back. */
static enum verdict_kind try_plan(const struct evaluator *ev, struct record *subject, uint32_t policy, const struct plan *plan)
{
    struct forced forced[FLIPS_MAX];
    struct slot_value kept[FLIPS_MAX];
    struct evaluator again = *ev;
    static uint32_t tries; /* each trial computes its own definitions */
    again.generation = ev->generation + 0x40000000u + ++tries;
    again.seen = NULL;
    again.row_hit = NULL;
    again.forced = forced;
    again.forced_count = 0;
    for (unsigned i = 0; i < plan->count; i++) {
        const struct flip *k = &plan->at[i];
        if (k->record == NULL) {
            forced[again.forced_count++] = (struct forced){ k->node, value_bool(k->want) };
            continue;
        }
        kept[i] = k->record->slots[k->slot];
        k->record->slots[k->slot] = (struct slot_value){ .v = k->value, .given = true };
    }
    enum verdict_kind kind = eval_policy(&again, subject, policy).kind;
    for (unsigned i = plan->count; i-- > 0;) {
        if (plan->at[i].record != NULL) plan->at[i].record->slots[plan->at[i].slot] = kept[i];
    }
    return kind;
}

/* Leaves out every change without which the verdict still comes out as `goal`. */
static void drop_needless(const struct evaluator *ev, struct record *subject, uint32_t policy, struct plan *plan, enum verdict_kind goal)
{
    for (unsigned i = plan->count; i-- > 0 && plan->count > 1;) {
        struct plan less = *plan;
        for (unsigned k = i; k + 1 < less.count; k++) less.at[k] = less.at[k + 1];
        less.count--;
        if (try_plan(ev, subject, policy, &less) == goal) *plan = less;
    }
}

static void say_plan(struct explanation *x, struct evaluator *ev, const struct plan *plan, const char *then, struct arena *a)
{
    struct text t;
    text_init(&t, a, 8192);
    for (unsigned i = 0; i < plan->count; i++) {
        if (i > 0) text_addz(&t, i + 1 == plan->count ? "，并且 " : "，");
        text_add(&t, flip_words(ev, &plan->at[i], a));
    }
    text_addz(&t, then);
    *vec_push(a, &x->changes) = text_str(&t);
}

void explain_changes(struct explanation *x, struct evaluator *ev, struct record *subject, struct arena *a)
{
    struct frame f = { .elements = { subject } };
    const struct policy *q = x->policy;
    if (x->verdict.kind == VERDICT_REFUSED) {
        struct plan all = plan_none();
        VEC_EACH (const struct criterion, c, &q->criteria) {
            struct plan k = find(ev, &f, c->node, !c->is_exclusion, 0);
            join(&all, &k);
        }
        if (all.impossible || all.count == 0) return;
        enum verdict_kind after = try_plan(ev, subject, q->id, &all);
        if (after == VERDICT_QUALIFIED || after == VERDICT_PENDING) drop_needless(ev, subject, q->id, &all, after);
        if (after == VERDICT_QUALIFIED) say_plan(x, ev, &all, "，就符合了", a);
        else if (after == VERDICT_PENDING) say_plan(x, ev, &all, "，再补上缺的金额资料，就符合了", a);
        return;
    }
    if (x->verdict.kind != VERDICT_QUALIFIED) return;
    /* The one condition whose end would end the entitlement: the first comparison found, else the first condition. */
    struct plan best = plan_impossible();
    bool best_compares = false;
    VEC_EACH (const struct criterion, c, &q->criteria) {
        struct plan k = find(ev, &f, c->node, c->is_exclusion, 0);
        if (k.impossible || k.count == 0) continue;
        bool compares = k.count == 1 && is_compare((enum op)node_at(ev->p, k.at[0].node)->op);
        bool better = best.impossible || k.count < best.count || (k.count == best.count && compares && !best_compares);
        if (!better || try_plan(ev, subject, q->id, &k) == VERDICT_QUALIFIED) continue;
        best = k;
        best_compares = compares;
    }
    if (!best.impossible) say_plan(x, ev, &best, "，就不再符合", a);
}

/* ---- what to ask ---- */

static str ask_for(const struct missing *m, struct explanation *x, struct arena *a)
{
    static const char *const sample[] = { [TYPE_BOOL] = "真 或 假", [TYPE_DATE] = "2023-11-01", [TYPE_MONTH] = "2023-11",
                                          [TYPE_TEXT] = "“……”", [TYPE_RECORD] = "{…}", [TYPE_HISTORY] = "2022-01..2023-10",
                                          [TYPE_GROUP] = "2022-03-01.. 或 无" };
    struct text t;
    text_init(&t, a, 1024);
    if (m->whose.len > 0) text_addf(&t, "%.*s 的 ", STR_ARG(m->whose));
    text_addf(&t, "%.*s", STR_ARG(m->path));
    if (m->slot != NULL && m->slot->field != NULL && m->slot->code.len > 0) text_addf(&t, "（%.*s）", STR_ARG(m->slot->code));
    if (m->type.kind == TYPE_CODE) {
        text_addz(&t, "：");
        const struct code_list *l = &x->p->codes.at[m->type.ref];
        for (size_t i = 0; i < l->items.len && i < 6; i++) text_addf(&t, "%s%.*s", i ? "、" : "", STR_ARG(l->items.at[i].name));
        if (l->items.len > 6) text_addz(&t, "……");
    } else if (m->type.kind == TYPE_NUM) {
        text_addz(&t, "：多少");
        unit_text(m->type.unit, &t);
    } else if (m->type.kind < sizeof sample / sizeof *sample && sample[m->type.kind] != NULL) {
        text_addf(&t, "：%s", sample[m->type.kind]);
    }
    return text_str(&t);
}

/* Missing facts, those that hold up most criteria first; the order of the policy decides between equals. */
void explain_missing(struct explanation *x, struct evaluator *ev, struct record *subject, struct arena *a)
{
    struct frame f = { .elements = { subject }, .locals = x->verdict.steps };
    missing_list all = { 0 };
    VEC(unsigned) weight = { 0 };
    size_t parts = x->policy->criteria.len + (x->verdict.kind == VERDICT_REFUSED ? 0 : x->policy->steps.len);
    for (size_t i = 0; i < parts; i++) {
        bool criterion = i < x->policy->criteria.len;
        missing_list own = { 0 };
        why_missing(ev, &f, criterion ? x->policy->criteria.at[i].node : x->policy->steps.at[i - x->policy->criteria.len].node, &own);
        VEC_EACH (const struct missing, m, &own) {
            size_t k = 0;
            while (k < all.len && !(all.at[k].record == m->record && all.at[k].slot == m->slot && str_eq(all.at[k].path, m->path))) k++;
            if (k == all.len) {
                *vec_push(a, &all) = *m;
                *vec_push(a, &weight) = 0;
            }
            weight.at[k] += criterion ? 2 : 1;
        }
    }
    for (size_t done = 0; done < all.len; done++) {
        size_t best = SIZE_MAX;
        for (size_t k = 0; k < all.len; k++) {
            if (weight.at[k] > 0 && (best == SIZE_MAX || weight.at[k] > weight.at[best])) best = k;
        }
        weight.at[best] = 0;
        *vec_push(a, &x->missing) = all.at[best];
        *vec_push(a, &x->missing_ask) = ask_for(&all.at[best], x, a);
    }
}
