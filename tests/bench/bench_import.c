/* bench_import: a file of people taken in: checks, keys, claims, the search for doubles; and the next day's file.
 * Processor time of all threads, and wall time, which is less: rows are read and checked while others are written. */
#include "base/idcard.h"
#include "bench/bench.h"
#include "pack/pack.h"
#include "registry/registry.h"
#include "sealed.h"

#include <stdio.h>
#include <string.h>

enum { PEOPLE = 1000000, RUNS = 3 };

static uint64_t next(uint64_t *s)
{
    *s = *s * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *s >> 33;
}

static void write_people(const char *path, size_t n, bool raised)
{
    static const char *const names[] = { "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周" },
                             *const given[] = {
                                 "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳"
                             };
    FILE *f = fopen(path, "w");
    CHECK(f != NULL);
    fputs("AAC002,姓名,家庭,联系电话,联系地址,月收入\n", f);
    uint64_t seed = 7;
    for (size_t i = 0; i < n; i++) {
        char id[IDCARD_LEN + 1];
        snprintf(id, sizeof id, "3299%02u%04u%02u%02u%03u", (unsigned)(i / 500000 + 1),
                 (unsigned)(1950 + i / 9072 % 55), (unsigned)(1 + i / 756 % 12), (unsigned)(1 + i / 27 % 28),
                 (unsigned)(i % 27 + i / 498960 * 27));
        id[17] = idcard_check_char(id);
        id[18] = 0;
        fprintf(f, "%s,%s%s%s,H%zu,154%08u,街%u号,%u.%02u\n", id, names[next(&seed) % 10], given[next(&seed) % 12],
                given[next(&seed) % 12], i / 3, (unsigned)(next(&seed) % 100000000), (unsigned)(next(&seed) % 9000),
                (unsigned)(next(&seed) % 20000) + (raised && i % 50 == 0), (unsigned)(next(&seed) % 100));
    }
    CHECK_INT(fclose(f), 0);
}

struct spent {
    double cpu, wall;
};

static struct spent take_in(struct registry *r, const char *file, date day, struct import_counts *counts)
{
    autoarena *a = arena_new("bench", 0);
    struct err e = { 0 };
    struct import_result got;
    struct import_options o = { .path = str_of(t_path(file)), .as = STR("人员"), .has_as_of = true, .as_of = day };
    struct spent s = { bench_cpu_us(), bench_wall_us() };
    CHECK_OK(registry_import(r, &o, &got, a, &e), e);
    *counts = got.counts;
    return (struct spent){ bench_cpu_us() - s.cpu, bench_wall_us() - s.wall };
}

static void note_run(const char *what, const char *bar, size_t people, double *cpu, double wall)
{
    char name[200], more[100];
    snprintf(name, sizeof name, "%s, %zu rows", what, people);
    snprintf(more, sizeof more, "; wall from %.1f s", wall / 1e6);
    bench_row(name, bar, cpu, RUNS, bench_peak_kib(), more);
}

TEST_WITHIN(people_are_taken_in, 1800)
{
    const char *asked = getenv("BENCH_PEOPLE");
    int64_t people = PEOPLE;
    if (asked != NULL) CHECK(str_to_i64(str_of(asked), &people));
    autoarena *a = arena_new("bench", 0);
    struct pack_set set;
    struct err e = { 0 };
    bench_sealed();
    CHECK_OK(pack_load(&set, a, str_of(t_source("packs/national")), NULL, 0, &e), e);
    write_people(t_path("people1.csv"), (size_t)people, false);
    write_people(t_path("people2.csv"), (size_t)people, true);
    double first[RUNS], again[RUNS], first_wall = 0, again_wall = 0;
    for (int i = 0; i < RUNS; i++) {
        struct registry *r;
        struct import_counts counts;
        str db = str_of(t_path("bench.db"));
        CHECK_OK(registry_open(&r, set.program, db, STORE_CREATE, &e), e);
        struct spent s = take_in(r, "people1.csv", date_of(2024, 6, 1), &counts);
        CHECK(counts.made == (uint64_t)people && counts.bad == 0);
        first[i] = s.cpu;
        if (i == 0 || s.wall < first_wall) first_wall = s.wall;
        s = take_in(r, "people2.csv", date_of(2024, 6, 2), &counts);
        CHECK(counts.changed == (uint64_t)(people + 49) / 50 && counts.same == (uint64_t)people - counts.changed);
        again[i] = s.cpu;
        if (i == 0 || s.wall < again_wall) again_wall = s.wall;
        registry_close(r);
        CHECK_INT(remove(t_path("bench.db")), 0);
    }
    note_run("people of a new database taken in", "1 M rows: ≤ 30 s", (size_t)people, first, first_wall);
    note_run("the next day's whole file, 2 % of it changed", "", (size_t)people, again, again_wall);
}
