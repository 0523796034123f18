/* The facts of one person read straight from the tables are the facts of that person's row in the pool of everybody,
 * along what each policy reads: two ways, one answer. */
#include "helpers.h"
#include "lang/facts_write.h"

static str written(struct town *t, const struct record *r, const struct need *need)
{
    struct text out;
    struct json_writer w;
    text_init(&out, t->a, 1 << 20);
    json_begin(&w, &out, false);
    facts_write(&w, t->set.program, r, need, t->a);
    return text_str(&out);
}

TEST(a_record_from_the_tables_is_the_record_from_the_pool)
{
    struct town t;
    struct err e = { 0 };
    struct pool *pool;
    int64_t compared = 0;
    town_open(&t);
    town_money(&t, 1000000);
    /* a spell and a month entered by cases, beside those of files */
    applied(&t, "登记申请", ID_HARD, "{\"登记.形式\":\"灵活\"}", by(ID_HARD, "本人", "", 3, 3));
    const struct vocab *v = vocab_of(t.set.program, true, t.a);
    CHECK_OK(registry_pool(t.r, v, &pool, &e), e);
    VEC_EACH (const struct policy, q, &t.set.program->policies) {
        const struct need *need = need_of_policy(t.set.program, q->id, t.a);
        for (uint32_t row = 0; row < pool_rows(pool, q->entity); row++) {
            struct diags d;
            struct facts one, all;
            diags_init(&d, t.a);
            facts_start(&one, t.set.program, t.a, &d, q->entity);
            facts_start(&all, t.set.program, t.a, &d, q->entity);
            int64_t id = (int64_t)pool_id(pool, q->entity, row);
            CHECK_OK(registry_record(t.r, q->entity, id, &need, 1, &one, &e), e);
            const struct record *r = vocab_record(v, pool, q->entity, row, &all);
            CHECK_STR(written(&t, one.subject, need), written(&t, r, need));
            compared++;
        }
    }
    CHECK_INT(compared, 3 * (int64_t)t.set.program->policies.len);
    pool_free(pool);
    town_close(&t);
}
