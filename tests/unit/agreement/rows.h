/* What tests of agreement share: two records that should be the same case, judged by the row evaluator. */
#ifndef UNIT_AGREEMENT_ROWS_H
#define UNIT_AGREEMENT_ROWS_H
#include "lang/example.h"
#include "support/t.h"
#include "vocab/vocab.h"

/* The record once more, by way of a pool. */
static inline struct record *through_pool(const struct vocab *v, struct record *r, struct facts *f, struct arena *a,
                                          struct diags *d)
{
    struct pool *p;
    struct err e = { 0 };
    uint32_t row;
    CHECK_OK(vocab_pool_of_records(v, &r, 1, &row, &p, &e), e);
    facts_start(f, v->p, a, d, r->entity);
    struct record *again = vocab_record(v, p, r->entity, row, f);
    arena_cleanup(a, (void (*)(void *))pool_free, p); /* texts are borrowed from it */
    return again;
}

static inline void note_value(const struct program *p, struct type t, struct value v, const char *who)
{
    char buf[512];
    autoarena *a = arena_new("note", 0);
    struct text out;
    text_init(&out, a, sizeof buf);
    value_text(p, t, v, &out);
    NOTE("%s: %.*s%s", who, STR_ARG(text_str(&out)), v.assumed ? "，申报" : "");
}

static inline void check_value(const struct program *p, struct type t, struct value want, struct value got,
                               const char *what, str name)
{
    bool same = t.kind == TYPE_RECORD ? want.state == got.state : value_same(t, want, got);
    if (same && want.assumed == got.assumed) return;
    note_value(p, t, want, "from the facts");
    note_value(p, t, got, "from the pool");
    FAIL("%s %.*s differs", what, STR_ARG(name));
}

static inline void check_verdict(const struct program *p, const struct verdict *want, const struct verdict *got)
{
    const struct policy *q = want->policy;
    CHECK(got->policy == q);
    for (size_t i = 0; i < q->criteria.len; i++)
        check_value(p, node_at(p, q->criteria.at[i].node)->type, want->criteria[i], got->criteria[i], "criterion",
                    q->criteria.at[i].name);
    for (size_t i = 0; i < q->steps.len; i++)
        check_value(p, node_at(p, q->steps.at[i].node)->type, want->steps[i], got->steps[i], "step",
                    q->steps.at[i].name);
    CHECK_INT(got->kind, want->kind);
    CHECK_INT(got->assumed, want->assumed);
    CHECK_INT(got->amount_unset, want->amount_unset);
}

static inline void same_policy(const struct program *p, uint32_t policy, struct record *want, struct record *got,
                               struct arena *a, date today, date rule_day)
{
    struct evaluator ev = { 0 };
    eval_start(&ev, p, a, today, rule_day);
    struct verdict v = eval_policy(&ev, want, policy);
    bool gave_up = ev.steps > LIMIT_STEPS;
    eval_start(&ev, p, a, today, rule_day);
    struct verdict w = eval_policy(&ev, got, policy);
    if (!gave_up) check_verdict(p, &v, &w);
}

static inline void same_lead(const struct program *p, const struct lead *l, struct record *want, struct record *got,
                             struct arena *a, date today, date rule_day)
{
    struct evaluator ev = { 0 };
    struct frame f = { .elements = { want } }, g = { .elements = { got } };
    eval_start(&ev, p, a, today, rule_day);
    struct value v = eval_node(&ev, &f, l->condition);
    bool gave_up = ev.steps > LIMIT_STEPS;
    eval_start(&ev, p, a, today, rule_day);
    struct value w = eval_node(&ev, &g, l->condition);
    if (!gave_up) check_value(p, type_of_kind(TYPE_BOOL), v, w, "lead", l->name);
}

static inline void same_func(const struct program *p, uint32_t func, const struct value *args, struct record *want,
                             struct record *got, struct arena *a, date today, date rule_day)
{
    struct evaluator ev = { 0 };
    eval_start(&ev, p, a, today, rule_day);
    struct value v = args != NULL ? eval_func_with(&ev, want, func, args) : eval_func(&ev, want, func);
    bool gave_up = ev.steps > LIMIT_STEPS;
    eval_start(&ev, p, a, today, rule_day);
    struct value w = args != NULL ? eval_func_with(&ev, got, func, args) : eval_func(&ev, got, func);
    if (!gave_up) check_value(p, p->funcs.at[func].type, v, w, "definition", p->funcs.at[func].name);
}

#endif
