/* bench_find: asking everybody: all policies of the demo city over a made-up population, and again after a drop. Wall
 * time, since both cores are meant to be used. BENCH_PEOPLE=5000000 for the size the bar is set at. */
#include "bench/bench.h"
#include "city/city.h"
#include "pack/pack.h"
#include "policy/scan.h"

#include <stdio.h>
#include <string.h>

enum { FIND_RUNS = 5, CHANGED = 200000 };

struct town {
    struct arena *a;
    const struct vocab *v;
    struct pool *pool;
    uint64_t people;
};

static void settle(struct town *t)
{
    const char *asked = getenv("BENCH_PEOPLE");
    int64_t people = 1000000;
    struct err e = { 0 };
    struct pack_set set;
    struct city_result r;
    if (asked != NULL) CHECK(str_to_i64(str_of(asked), &people));
    t->a = arena_new("town", 0);
    t->people = (uint64_t)people;
    CHECK_OK(pack_load(&set, t->a, str_of(t_source("packs/demo")), NULL, 0, &e), e);
    t->v = vocab_of(set.program, false, t->a);
    struct city_options o = { .people = t->people, .seed = 1, .day = 1, .date = date_of(2024, 6, 3) };
    CHECK_OK(city_pool(&o, t->v, &t->pool, &r, NULL, &e), e);
}

static struct scan scan_of(const struct town *t)
{
    date day = date_of(2024, 5, 31); /* contributions are known so far */
    return (struct scan){
        .vocab = t->v, .pool = t->pool, .today = day, .rule_day = day, .facts = STR("bench"), .reasons = SCAN_FIRST
    };
}

/* *cpu_us: the least so far. */
static struct findings *ask_all(const struct town *t, struct arena *a, double *us, double *cpu_us)
{
    struct scan s = scan_of(t);
    struct findings *f = NULL;
    struct err e = { 0 };
    double start = bench_wall_us(), cpu = bench_cpu_us();
    CHECK_OK(scan_run(&s, a, &f, &e), e);
    *us = bench_wall_us() - start;
    if (cpu_us != NULL && (*cpu_us == 0 || bench_cpu_us() - cpu < *cpu_us)) *cpu_us = bench_cpu_us() - cpu;
    CHECK_INT((int64_t)s.escapes.rows, 0);
    return f;
}

static void note_rows(const struct town *t, const char *what, const char *bar, double *us, const char *more)
{
    char name[200];
    snprintf(name, sizeof name, "%s, %llu people (wall)", what, (unsigned long long)t->people);
    bench_row(name, bar, us, FIND_RUNS, bench_peak_kib(), more);
}

static void check_same(const struct findings *x, const struct findings *y)
{
    for (size_t k = 0; k < x->policies.len; k++) {
        const struct found_policy *p = &x->policies.at[k], *q = &y->policies.at[k];
        CHECK(p->total == q->total && memcmp(p->count, q->count, sizeof p->count) == 0);
        for (uint32_t i = 0; i < x->subjects.at[p->subjects].count; i++)
            CHECK(*found_byte(p->kinds, i) == *found_byte(q->kinds, i));
    }
}

TEST_WITHIN(everybody_is_asked, 3600)
{
    struct town t;
    double all[FIND_RUNS], again[FIND_RUNS], cpu_all = 0, cpu_again = 0;
    char more[200];
    settle(&t);
    struct arena *a = arena_new("runs", 0);
    struct arena_mark m = arena_mark(a);
    for (int i = 0; i < FIND_RUNS; i++) {
        arena_rewind(a, m);
        ask_all(&t, a, &all[i], &cpu_all);
    }
    arena_rewind(a, m);
    double unused;
    const struct findings *before = ask_all(&t, a, &unused, NULL);
    snprintf(more, sizeof more, "; processor time from %.0f ms", cpu_all / 1000);
    note_rows(&t, "all policies, with the reason that stops each", "5 M people: ≤ 10 s", all, more);

    /* a drop: as many people register or end something; whom it touches is found, they are asked again */
    uint16_t table = program_entity(t.v->p, STR("人员"))->id;
    uint32_t rows = pool_rows(t.pool, table);
    const struct entity *people = program_entity(t.v->p, STR("人员"));
    int column = entity_slot(people, STR("在校"));
    m = arena_mark(a);
    uint64_t touched_count = 0;
    for (int i = 0; i < FIND_RUNS; i++) {
        arena_rewind(a, m);
        struct err e = { 0 };
        double start = bench_wall_us(), cpu = bench_cpu_us();
        struct pool_change *c = pool_change_start(t.pool);
        uint32_t *who = ARENA_ARRAY(a, uint32_t, CHANGED);
        for (int n = 0; n < CHANGED; n++) {
            who[n] = (uint32_t)t_random_below(rows);
            pool_change_cell(c, table, (uint16_t)column, who[n], POOL_KNOWN, 0);
        }
        CHECK_OK(pool_change_end(c, &e), e);
        struct vocab_touched *touched = vocab_touched_new(t.v, a);
        vocab_affected(vocab_affect_of(t.v, t.pool, a), table, (uint16_t)column, who, CHANGED, touched);
        struct scan s = scan_of(&t);
        struct findings *f = NULL;
        CHECK_OK(scan_again(&s, before, touched, a, &f, &e), e);
        again[i] = bench_wall_us() - start;
        cpu = bench_cpu_us() - cpu;
        if (i == 0 || cpu < cpu_again) cpu_again = cpu;
        touched_count = 0;
        for (uint16_t x = 0; x < t.v->p->entities.len; x++) {
            uint32_t n;
            const uint8_t *classes = vocab_touched_rows(touched, x, &n);
            for (uint32_t r = 0; r < n; r++) touched_count += classes[r] != 0;
        }
        if (i == 0) check_same(ask_all(&t, a, &unused, NULL), f);
    }
    snprintf(more, sizeof more, "; processor time from %.0f ms; %llu subjects asked again", cpu_again / 1000,
             (unsigned long long)touched_count);
    note_rows(&t, "200,000 changed facts taken in and asked again", "5 M people: ≤ 2 s", again, more);
    arena_free(a);
    pool_free(t.pool);
    arena_free(t.a);
}
