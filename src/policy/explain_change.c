/* explain_change: the smallest change that would alter the verdict, and which missing fact to ask for first.
 *
 * Wanting a condition to come out the other way, one needs all failing parts of a 且 but only the cheapest part of an 或; so
 * the smallest set of facts is found by one walk. What was found is tried: those conditions are forced and the policy is
 * evaluated again; only if the verdict really changes is it said. */
#include "policy/explain_priv.h"

enum { FLIPS_MAX = 16, WALK_MAX = 40 };

struct flip {
    node_id node;
    bool want;
    struct frame frame;
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

static struct plan find_call(struct evaluator *ev, const struct frame *f, const struct node *n, node_id id, bool want, unsigned depth)
{
    struct value r = eval_node(ev, f, node_kid(ev->p, n, 0));
    const struct func *d = func_on(ev->p, n->k, ev->rule_day);
    struct plan atom = { .at = { { .node = id, .want = want, .frame = *f } }, .count = 1 };
    bool plain = r.state == VALUE_KNOWN && d != NULL && !d->is_table && d->exceptions.len == 0 && d->base != 0 && n->kid_count == 1;
    if (!plain) return atom;
    if (r.record->slots[entity_slot(&ev->p->entities.at[d->entity], d->name)].given) return atom;
    struct frame inner = { .elements = { r.record } };
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
    return (struct plan){ .at = { { .node = id, .want = want, .frame = *f } }, .count = 1 };
}

/* ---- words ---- */

static bool is_compare(enum op op) { return op >= OP_EQ && op <= OP_GE; }

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
    struct value now = eval_node(ev, &k->frame, k->node);
    if (is_compare((enum op)n->op)) {
        node_id l = node_kid(p, n, 0), r = node_kid(p, n, 1);
        struct value lv = node_at(p, l)->op == OP_DIV ? value_unknown() : eval_node(ev, &k->frame, l);
        struct value rv = node_at(p, r)->op == OP_DIV ? value_unknown() : eval_node(ev, &k->frame, r);
        str right = node_at(p, r)->op == OP_DIV || rv.state != VALUE_KNOWN ? words_of(ev, k, r, a)
                                                                            : explain_value(p, a, node_at(p, r)->type, rv);
        str left = words_of(ev, k, l, a);
        str op = opposite((enum op)n->op, k->want);
        if (node_at(p, l)->op == OP_DIV) return str_fmt(a, "%.*s %.*s %.*s", STR_ARG(left), STR_ARG(op), STR_ARG(right));
        str lnow = explain_value(p, a, node_at(p, l)->type, lv);
        return str_fmt(a, "%.*s %.*s %.*s（现在%s%.*s）", STR_ARG(left), STR_ARG(op), STR_ARG(right), lv.state == VALUE_UNKNOWN ? "" : " ",
                       STR_ARG(lnow));
    }
    str text = words_of(ev, k, k->node, a);
    const char *state = now.state == VALUE_UNKNOWN ? "（现在未知）" : "";
    if (n->op == OP_FIELD || n->op == OP_CALL) return str_fmt(a, "“%.*s”为%s%s", STR_ARG(text), k->want ? "真" : "假", state);
    return str_fmt(a, "“%.*s”%s%s", STR_ARG(text), k->want ? "成立" : "不再成立", state);
}

/* Forces the plan's conditions and asks again. */
static enum verdict_kind try_plan(const struct evaluator *ev, struct record *subject, uint32_t policy, const struct plan *plan)
{
    struct forced forced[FLIPS_MAX];
    for (unsigned i = 0; i < plan->count; i++) forced[i] = (struct forced){ plan->at[i].node, value_bool(plan->at[i].want) };
    struct evaluator again = *ev;
    again.generation = ev->generation + 0x40000000u; /* its own cached definitions */
    again.seen = NULL;
    again.row_hit = NULL;
    again.forced = forced;
    again.forced_count = plan->count;
    return eval_policy(&again, subject, policy).kind;
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
    if (x->verdict.kind == VERDICT_REFUSED || x->verdict.kind == VERDICT_PENDING) {
        struct plan all = plan_none();
        VEC_EACH (const struct criterion, c, &q->criteria) {
            struct plan k = find(ev, &f, c->node, !c->is_exclusion, 0);
            join(&all, &k);
        }
        if (all.impossible || all.count == 0) return;
        enum verdict_kind after = try_plan(ev, subject, q->id, &all);
        if (after == VERDICT_QUALIFIED) say_plan(x, ev, &all, "，就符合了", a);
        else if (after == VERDICT_PENDING && x->verdict.kind == VERDICT_REFUSED) say_plan(x, ev, &all, "，再补上缺的金额资料，就符合了", a);
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
