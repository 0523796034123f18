/* Random programs over random people: a few dozen people for each program, known and unknown in all their parts, then
 * the same pool with cells made bad, huge, none or declared. Batches of every size, two threads. */
#include "random_people.h"
#include "same.h"

#include <stdio.h>
#include <stdlib.h>

enum { PEOPLE = 40 };

struct totals {
    struct same same;
    struct kernel_escapes escapes;
};

/* Sums of all definitions, by threads and by one. */
struct sums {
    struct kernel_job job;
    num by_thread[KERNEL_THREADS_MAX];
    uint64_t known[KERNEL_THREADS_MAX];
};

static void add_up(void *ctx, unsigned thread, struct kernel *k, uint32_t first, uint32_t n)
{
    struct sums *s = ctx;
    const struct program *p = s->job.vocab->p;
    const struct kernel_rows *rows = kernel_rows(k, s->job.table, first, n);
    VEC_EACH (const struct func, f, &p->funcs) {
        if (f->entity != s->job.table || f->params.len > 0) continue;
        struct kernel_values v = kernel_func(k, rows, f->id);
        for (uint32_t i = 0; i < n; i++) {
            s->by_thread[thread] += kernel_state(&v, i) * 7 + 1;
            if ((kernel_state(&v, i) & KERNEL_STATE) != KERNEL_KNOWN) continue;
            s->by_thread[thread] += kernel_value(&v, i);
            s->known[thread]++;
        }
    }
}

static num summed(const struct same *x, unsigned threads, uint32_t batch, uint64_t *known)
{
    struct sums s = { .job = { .vocab = x->v,
                               .pool = x->pool,
                               .today = x->today,
                               .rule_day = x->rule_day,
                               .table = program_entity(x->v->p, STR("人员"))->id,
                               .threads = threads,
                               .batch = batch,
                               .each = add_up } };
    s.job.ctx = &s;
    kernel_run(&s.job);
    num all = 0;
    *known = 0;
    for (unsigned i = 0; i < KERNEL_THREADS_MAX; i++) {
        all += s.by_thread[i];
        *known += s.known[i];
    }
    return all;
}

static void one_program(struct totals *t, unsigned round)
{
    static const uint32_t batches[] = { 1, 7, 1024 };
    autoarena *a = arena_new("program", 0);
    struct random_program g;
    random_program(&g, a, random_dice());
    struct loaded l = load_good(a, text_str(&g.rules));
    struct record *subjects[PEOPLE];
    uint32_t rows[PEOPLE];
    for (unsigned i = 0; i < PEOPLE; i++) subjects[i] = random_facts(&g, &l, a).subject;
    struct err e = { 0 };
    struct pool *pool;
    const struct vocab *v = vocab_of(l.p, false, a);
    CHECK_OK(vocab_pool_of_records(v, subjects, PEOPLE, rows, &pool, &e), e);
    date today = date_of(2023, 6, 15);
    struct same x = {
        .v = v, .pool = pool, .today = today, .rule_day = today, .subjects = subjects, .rows = rows, .count = PEOPLE
    };
    x.program = text_str(&g.rules).p + sizeof RANDOM_MODEL - 1;
    same_everywhere(&x, batches[round % 3]);
    uint64_t known, again;
    num one = summed(&x, 1, 1024, &known);
    CHECK(one == summed(&x, 2, 1 + round % 11, &again));
    CHECK_INT((int64_t)known, (int64_t)again);
    pool_free(pool);
    for (unsigned i = 0; i < PEOPLE; i++) random_spoil(l.p, subjects[i], 2);
    CHECK_OK(vocab_pool_of_records(v, subjects, PEOPLE, rows, &pool, &e), e);
    x.pool = pool;
    same_everywhere(&x, batches[(round + 1) % 3]);
    t->same.compared += x.compared;
    t->same.steps_over += x.steps_over;
    for (unsigned i = 0; i < 4; i++) t->same.by_state[i] += x.by_state[i];
    for (unsigned i = 0; i < 5; i++) t->same.verdicts[i] += x.verdicts[i];
    t->escapes.rows += x.escaped;
    pool_free(pool);
}

TEST_WITHIN(random_programs_over_random_people_agree, 120)
{
    struct totals t = { 0 };
    const char *rounds = getenv("KERNEL_ROUNDS");
    int64_t n = 60;
    if (rounds != NULL) CHECK(str_to_i64(str_of(rounds), &n));
    for (unsigned i = 0; i < (unsigned)n; i++) one_program(&t, i);
    printf("%llu compared: %llu unknown, %llu known, %llu none, %llu errors; %llu rows escaped, %llu too long\n",
           (unsigned long long)t.same.compared, (unsigned long long)t.same.by_state[0],
           (unsigned long long)t.same.by_state[1], (unsigned long long)t.same.by_state[2],
           (unsigned long long)t.same.by_state[3], (unsigned long long)t.escapes.rows,
           (unsigned long long)t.same.steps_over);
    CHECK(t.same.by_state[VALUE_KNOWN] > t.same.compared / 5 && t.escapes.rows > 0);
    CHECK(t.same.by_state[VALUE_ERROR] > 0 && t.same.by_state[VALUE_NONE] > 0);
}
