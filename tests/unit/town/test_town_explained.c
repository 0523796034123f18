/* Who is found and why: the facts written for an explanation give the verdict that the record itself gives, for every
 * policy and people of every kind, also those whose only family is themselves. */
#include "policy/receipt.h"
#include "unit/city/town.h"

enum { EVERY = 13 }; /* of those who get nothing; whoever qualifies is looked at */

static enum verdict_kind from_record(const struct vocab *v, const struct pool *pool, const struct policy *q,
                                     uint32_t row, date day, struct arena *a)
{
    struct diags d;
    struct facts f;
    struct evaluator ev = { 0 };
    diags_init(&d, a);
    facts_start(&f, v->p, a, &d, q->entity);
    struct record *r = vocab_record_for(v, pool, q->id, row, &f);
    eval_start(&ev, v->p, a, day, day);
    return eval_policy(&ev, r, q->id).kind;
}

static enum verdict_kind from_facts(const struct vocab *v, const struct pool *pool, const struct pack_set *set,
                                    const struct policy *q, uint32_t row, date day, struct arena *a)
{
    struct question ask = { .policy = q->name, .today = day, .rule_day = day };
    struct explanation x;
    struct err e = { 0 };
    CHECK_OK(question_facts(v, pool, q, row, a, &ask.facts, &e), e);
    CHECK_OK(answer(&x, set, &ask, a, &e), e);
    return x.verdict.kind;
}

TEST_WITHIN(an_explanation_says_what_was_found, 120)
{
    autoarena *a = arena_new("town", 0), *scratch = arena_new("case", 0);
    struct pack_set set;
    struct pool *pool = NULL;
    struct city_options o = town(1000);
    struct city_result made;
    struct err e = { 0 };
    size_t compared = 0, qualified = 0;
    CHECK_OK(pack_load(&set, a, str_of(t_source("packs/demo")), NULL, 0, &e), e);
    const struct vocab *v = vocab_of(set.program, false, a);
    CHECK_OK(city_pool(&o, v, &pool, &made, NULL, &e), e);
    VEC_EACH (const struct policy, q, &set.program->policies) {
        if (program_policy(set.program, q->name) != q) continue; /* of several versions the newest is asked for */
        for (uint32_t row = 0; row < pool_rows(pool, q->entity); row++) {
            struct arena_mark before = arena_mark(scratch);
            enum verdict_kind want = from_record(v, pool, q, row, o.date, scratch);
            if (want == VERDICT_QUALIFIED || row % EVERY == q->id % EVERY) {
                NOTE("%.*s, row %u", STR_ARG(q->name), row);
                CHECK_STR(verdict_zh(from_facts(v, pool, &set, q, row, o.date, scratch)), verdict_zh(want));
                compared++, qualified += want == VERDICT_QUALIFIED;
            }
            arena_rewind(scratch, before);
        }
    }
    CHECK(compared > 1000 && qualified > 50);
    pool_free(pool);
}
