/* bench_kernel: the column evaluator over invented people: all policies of the demo's chain for everybody, on one
 * thread and on all, at a tenth and at full size, and what one person costs the row evaluator. Rows begin with "| " and
 * are gathered into docs/measurements.md by tools/bench. Each figure is the median of several runs; nothing is asserted
 * about time, but that the threads agree and hardly any row had to be computed again.
 *
 * KERNEL_PEOPLE asks for another number of people. */
#include "unit/kernel/random_pool.h"

#include "kernel/kernel.h"
#include "pack/pack.h"
#include "support/t.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { RUNS = 5, PEOPLE = 500000 };

static double clock_ms(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void row(const char *what, const char *bar, double *ms)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    qsort(ms, RUNS, sizeof *ms, by_size);
    NOTE("| %s | %s | %.2f ms | %.2f–%.2f ms | %ld MiB |", what, bar, ms[RUNS / 2], ms[0], ms[RUNS - 1],
         u.ru_maxrss / 1024);
}

struct scan {
    struct kernel_job job;
    uint32_t *policies;
    size_t count;
    uint64_t kinds[KERNEL_THREADS_MAX][5];
    double ms_of[512]; /* by policy, when asked for */
    bool each;
};

static void scan_batch(void *ctx, unsigned thread, struct kernel *k, uint32_t first, uint32_t n)
{
    struct scan *s = ctx;
    const struct kernel_rows *rows = kernel_rows(k, s->job.table, first, n);
    for (size_t i = 0; i < s->count; i++) {
        double start = s->each ? clock_ms(CLOCK_MONOTONIC) : 0;
        struct kernel_verdicts v = kernel_policy(k, rows, s->policies[i], KERNEL_VERDICTS);
        for (uint32_t r = 0; r < n; r++) s->kinds[thread][v.kinds[r]]++;
        if (s->each) s->ms_of[i] += clock_ms(CLOCK_MONOTONIC) - start;
    }
}

static void scan_times(struct arena *a, struct scan *s, unsigned threads, const char *what, const char *bar,
                       uint64_t kinds[5])
{
    double ms[RUNS], cpu = 0;
    for (int i = 0; i < RUNS; i++) {
        memset(s->kinds, 0, sizeof s->kinds);
        s->job.threads = threads;
        double start = clock_ms(CLOCK_MONOTONIC), cpu_start = clock_ms(CLOCK_PROCESS_CPUTIME_ID);
        kernel_run(&s->job);
        ms[i] = clock_ms(CLOCK_MONOTONIC) - start;
        double used = clock_ms(CLOCK_PROCESS_CPUTIME_ID) - cpu_start;
        if (i == 0 || used < cpu) cpu = used;
    }
    for (unsigned v = 0; v < 5; v++) {
        kinds[v] = 0;
        for (unsigned t = 0; t < KERNEL_THREADS_MAX; t++) kinds[v] += s->kinds[t][v];
    }
    row(str_fmt(a, "%s, %u thread%s (processor time %.0f ms)", what, threads, threads == 1 ? "" : "s", cpu).p, bar, ms);
}

static void show_policies(const struct program *p, struct scan *s)
{
    s->each = true;
    s->job.threads = 1;
    kernel_run(&s->job);
    s->each = false;
    for (int shown = 0; shown < 8; shown++) {
        size_t most = 0;
        for (size_t i = 0; i < s->count; i++) {
            if (s->ms_of[i] > s->ms_of[most]) most = i;
        }
        NOTE("%8.1f ms %.*s", s->ms_of[most], STR_ARG(p->policies.at[s->policies[most]].name));
        s->ms_of[most] = 0;
    }
}

static void all_policies(uint32_t people, unsigned gaps, bool verbose)
{
    autoarena *a = arena_new("pack", 0);
    struct err e = { 0 };
    struct pack_set set;
    CHECK_OK(pack_load(&set, a, str_of(t_source("packs/demo")), NULL, 0, &e), e);
    const struct program *p = set.program;
    const struct vocab *v = vocab_of(p, false, a);
    struct pool *pool = random_pool(v, people, gaps, 1, a, &e);
    CHECK(pool != NULL);
    struct scan *s = ARENA_NEW(a, struct scan);
    date day = date_of(2024, 6, 15);
    s->job = (struct kernel_job){ .vocab = v,
                                  .pool = pool,
                                  .today = day,
                                  .rule_day = day,
                                  .table = program_entity(p, STR("人员"))->id,
                                  .each = scan_batch,
                                  .ctx = s };
    s->policies = ARENA_ARRAY(a, uint32_t, p->policies.len);
    VEC_EACH (const struct policy, q, &p->policies) {
        if (q->entity == s->job.table && s->count < 512) s->policies[s->count++] = q->id;
    }
    const char *what =
        str_fmt(a, "%zu policies of the demo for %u people, %u %% of facts odd", s->count, people, gaps).p;
    uint64_t one[5], all[5];
    scan_times(a, s, 1, what, "", one);
    if (verbose) show_policies(p, s);
    uint64_t again = s->job.escapes.rows;
    scan_times(a, s, kernel_threads(0), what, people >= PEOPLE ? "≤ 2 µs a person" : "", all);
    for (unsigned i = 0; i < 5; i++) CHECK_INT((int64_t)one[i], (int64_t)all[i]);
    NOTE("%llu qualified, %llu refused, %llu pending, %llu errors; %llu rows computed again",
         (unsigned long long)all[VERDICT_QUALIFIED], (unsigned long long)all[VERDICT_REFUSED],
         (unsigned long long)all[VERDICT_PENDING], (unsigned long long)all[VERDICT_ERROR], (unsigned long long)again);
    CHECK(again <= people / 1000);
    pool_free(pool);
}

TEST_WITHIN(all_policies_for_everybody, 1200)
{
    const char *asked = getenv("KERNEL_PEOPLE");
    int64_t people = PEOPLE;
    if (asked != NULL) CHECK(str_to_i64(str_of(asked), &people));
    all_policies((uint32_t)people / 10, 5, true);
    all_policies((uint32_t)people, 5, false);
    all_policies((uint32_t)people, 0, false);
}
