/* bench_tally: indicators counted over a made-up population by area and month. Wall time, since both cores are meant to
 * be used. BENCH_PEOPLE=5000000 BENCH_INDICATORS=200 BENCH_MONTHS=12 for the size the bar is set at. */
#include "bench/bench.h"
#include "city/city.h"
#include "pack/pack.h"
#include "tally/tally.h"

#include <stdio.h>
#include <stdlib.h>

enum { RUNS = 3 };

static uint64_t asked(const char *name, int64_t otherwise)
{
    const char *z = getenv(name);
    int64_t n = otherwise;
    if (z != NULL) CHECK(str_to_i64(str_of(z), &n));
    return (uint64_t)n;
}

/* Those the packs count about people, again and again. */
static void choose(const struct program *p, uint32_t *which, uint64_t count)
{
    for (uint64_t n = 0; n < count;) {
        for (uint32_t i = 0; i < p->indicators.len && n < count; i++) {
            const struct indicator *x = &p->indicators.at[i];
            if (x->entity != 0 && str_eq(p->entities.at[x->entity - 1].name, STR("人员"))) which[n++] = i;
        }
    }
}

TEST_WITHIN(indicators_by_area_and_month, 3600)
{
    struct arena *a = arena_new("bench", 0);
    struct err e = { 0 };
    struct pack_set set;
    struct city_result r;
    struct pool *pool;
    uint64_t people = asked("BENCH_PEOPLE", 1000000), count = asked("BENCH_INDICATORS", 20),
             months = asked("BENCH_MONTHS", 3);
    CHECK_OK(pack_load(&set, a, str_of(t_source("packs/demo")), NULL, 0, &e), e);
    const struct vocab *v = vocab_of(set.program, false, a);
    struct city_options o = { .people = people, .seed = 1, .day = 1, .date = date_of(2024, 6, 3) };
    CHECK_OK(city_pool(&o, v, &pool, &r, NULL, &e), e);
    uint32_t *which = ARENA_ARRAY(a, uint32_t, count);
    choose(set.program, which, count);
    struct tally_job job = { .vocab = v,
                             .pool = pool,
                             .indicators = which,
                             .count = (uint32_t)count,
                             .to = { 2024 * 12 + 4 },
                             .by = STR("常住地"),
                             .known_to = date_of(2024, 5, 31) };
    job.from.index = job.to.index - (int32_t)months + 1;
    double us[RUNS];
    uint32_t areas = 0;
    for (int i = 0; i < RUNS; i++) {
        struct tally t;
        struct arena_mark m = arena_mark(a);
        double start = bench_wall_us();
        CHECK_OK(tally_run(&job, a, &t, &e), e);
        us[i] = bench_wall_us() - start;
        areas = t.areas;
        arena_rewind(a, m);
    }
    qsort(us, RUNS, sizeof *us, bench_by_size);
    printf(
        "| %llu indicators x %u areas x %llu months over %.1f M people | 200 x 3,500 x 12 over 5 M: ≤ 5 s | %.2f s | "
        "%.2f–%.2f s | %.2f ns per person, indicator and month |\n",
        (unsigned long long)count, areas, (unsigned long long)months, (double)people / 1e6, us[RUNS / 2] / 1e6,
        us[0] / 1e6, us[RUNS - 1] / 1e6, us[0] * 1000 / (double)people / (double)count / (double)months);
    pool_free(pool);
    arena_free(a);
}
