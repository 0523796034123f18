/* bench_import: people per second through checks, keys, claims and the search for doubles; and the same file again, as
 * every day's whole file is. Prints a line each. */
#include "base/idcard.h"
#include "pack/pack.h"
#include "registry/registry.h"
#include "support/t.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

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
    if (f == NULL) exit(1);
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
    fclose(f);
}

static double run(struct registry *r, const char *path, date day, struct import_result *out)
{
    autoarena *a = arena_new("bench", 0);
    struct err e = { 0 };
    struct import_options o = { .path = str_of(path), .as = STR("人员"), .has_as_of = true, .as_of = day };
    double start = now();
    if (!registry_import(r, &o, out, a, &e)) {
        err_print(&e, stderr);
        exit(1);
    }
    return now() - start;
}

int main(int argc, char **argv)
{
    size_t n = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000;
    char folder[] = "/tmp/bench-import-XXXXXX";
    if (mkdtemp(folder) == NULL || chdir(folder) != 0) return 1;
    autoarena *a = arena_new("bench", 0);
    struct pack_set set;
    struct err e = { 0 };
    struct registry *r;
    struct import_result got;
    const char *source = getenv("LEYE_SRC");
    str packs = str_fmt(a, "%s/packs/national", source != NULL ? source : "/work");
    if (!pack_load(&set, a, packs, NULL, 0, &e) || !registry_open(&r, set.program, STR("bench.db"), STORE_CREATE, &e)) {
        err_print(&e, stderr);
        return 1;
    }
    write_people("people1.csv", n, false);
    write_people("people2.csv", n, true);
    double first = run(r, "people1.csv", date_of(2024, 6, 1), &got);
    printf("import %zu rows: %.2f s, %.0f rows/s (new %llu, refused %llu, joined %llu)\n", n, first, (double)n / first,
           (unsigned long long)got.counts.made, (unsigned long long)got.counts.bad,
           (unsigned long long)got.counts.merged);
    double second = run(r, "people2.csv", date_of(2024, 6, 2), &got);
    printf("again, 2 %% changed: %.2f s, %.2f of the first (changed %llu, same %llu)\n", second, second / first,
           (unsigned long long)got.counts.changed, (unsigned long long)got.counts.same);
    registry_close(r);
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    printf("peak %ld MiB\n", u.ru_maxrss / 1024);
    for (size_t i = 0; i < 5; i++) {
        static const char *const files[] = { "people1.csv", "people2.csv", "bench.db", "bench.db.lock",
                                             "people1-错误.csv" };
        unlink(files[i]);
    }
    return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : 1;
}
