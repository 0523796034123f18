/* bench_city: how fast a city is made: as files, as a pool, and the making alone. Rows begin with "| "; speed is people
 * a second, median of several runs with least and most. */
#include "city/run_priv.h"
#include "pack/pack.h"
#include "support/t.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

enum { RUNS = 5, PEOPLE = 100000 };

static double now_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void row(const char *what, const char *bar, uint64_t people, double *seconds)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    qsort(seconds, RUNS, sizeof *seconds, by_size);
    NOTE("| %s, %llu people (CPU) | %s | %.0f people/s | %.0f–%.0f | %ld MiB |", what, (unsigned long long)people, bar,
         (double)people / seconds[RUNS / 2], (double)people / seconds[RUNS - 1], (double)people / seconds[0],
         u.ru_maxrss / 1024);
}

static bool count(struct city_hand *h, struct fact_set *s, const struct fact_set *before, struct err *e)
{
    (void)before, (void)e;
    *(uint64_t *)h->to += s->facts.len;
    return true;
}

static struct city_options options(uint64_t people)
{
    return (struct city_options){ .people = people, .seed = 1, .day = 1, .date = date_of(2024, 6, 3) };
}

static const struct program *demo(struct arena *a)
{
    struct pack_set set;
    struct err e = { 0 };
    CHECK_OK(pack_load(&set, a, str_of(t_source("packs/demo")), NULL, 0, &e), e);
    return set.program;
}

TEST_WITHIN(making_lives, 600)
{
    for (uint64_t people = PEOPLE / 10; people <= PEOPLE; people *= 10) {
        double seconds[RUNS];
        for (int i = 0; i < RUNS; i++) {
            autoarena *a = arena_new("city", 0);
            struct city_options o = options(people);
            struct err e = { 0 };
            uint64_t facts = 0;
            double from = now_seconds();
            CHECK_OK(city_run(&(struct city_hand){ .c = city_new(a, &o), .to = &facts, .take = count }, 1, &e), e);
            seconds[i] = now_seconds() - from;
            CHECK(facts > people * 5);
        }
        row("city: lives alone", "–", people, seconds);
    }
}

TEST_WITHIN(writing_files, 600)
{
    autoarena *packs = arena_new("packs", 0);
    const struct program *p = demo(packs);
    double seconds[RUNS];
    for (int i = 0; i < RUNS; i++) {
        struct city_options o = options(PEOPLE);
        struct city_result r;
        struct err e = { 0 };
        char name[32];
        snprintf(name, sizeof name, "run%d", i);
        double from = now_seconds();
        CHECK_OK(city_files(&o, p, str_of(t_path(name)), &r, NULL, &e), e);
        seconds[i] = now_seconds() - from;
        CHECK(r.rows > PEOPLE * 5);
    }
    row("city: files of a day", "200,000 people/s", PEOPLE, seconds);
}

TEST_WITHIN(filling_a_pool, 600)
{
    autoarena *packs = arena_new("packs", 0);
    const struct program *p = demo(packs);
    const struct vocab *v = vocab_of(p, false, packs);
    double seconds[RUNS];
    for (int i = 0; i < RUNS; i++) {
        struct city_options o = options(PEOPLE);
        struct city_result r;
        struct pool *pool = NULL;
        struct err e = { 0 };
        double from = now_seconds();
        CHECK_OK(city_pool(&o, v, &pool, &r, NULL, &e), e);
        seconds[i] = now_seconds() - from;
        CHECK(r.facts > PEOPLE * 5);
        if (i == 0)
            NOTE("| city: pool of %d people, size | – | %llu bytes a person | – | – |", PEOPLE,
                 (unsigned long long)(pool_bytes(pool) / PEOPLE));
        pool_free(pool);
    }
    row("city: pool", "500,000 people/s", PEOPLE, seconds);
}
