/* eval_rule: what declarations mean: the version in force, definitions with their exceptions, tables, parameters,
 * policies and their verdicts. */
#include "lang/eval_priv.h"

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

struct value eval_rule_call(struct evaluator *ev, const struct frame *f, const struct node *n)
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

struct value eval_rule_param(struct evaluator *ev, const struct frame *f, const struct node *n, node_id id)
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

/* ---- policies ---- */

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

struct value eval_rule_qualifies(struct evaluator *ev, const struct frame *f, const struct node *n)
{
    struct value r = kid(ev, f, n, 0);
    if (r.state != VALUE_KNOWN) return r;
    const struct policy *q = policy_on(ev->p, n->k, ev->rule_day);
    return q == NULL ? value_bool(false) : criteria_hold(ev, r.record, q);
}

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
