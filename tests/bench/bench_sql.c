/* bench_sql: the twelve-rule suite (packs/bench) as SQL that sql.h compiles from it, in SQLite and in PostgreSQL: what
 * a database needs for what the kernel does. All definitions of persons in one SELECT with sums, and the one of
 * households. Environment: BENCH_N persons (1,000,000), BENCH_CSV=folder writes the population for
 * tests/bench/duckdb_suite.mjs. */
#include "pack/pack.h"
#include "sql/sql.h"
#include "support/postgres.h"
#include "support/t.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { RUNS = 3, DEFINITIONS = 11 };

static const char *const names[DEFINITIONS] = { "年龄",     "劳动年龄内", "失业",       "失业月数",
                                                "就业困难", "领取期限",   "失业保险金", "社会保险补贴",
                                                "技能补贴", "毕业生补贴", "合计补助" };

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void row(const char *what, int64_t n, double *ms)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    qsort(ms, RUNS, sizeof *ms, by_size);
    NOTE("| %s, N = %lld | | %.0f ms, %.0f k persons/s | %.0f–%.0f ms | %ld MiB |", what, (long long)n, ms[RUNS / 2],
         (double)n / ms[RUNS / 2], ms[0], ms[RUNS - 1], u.ru_maxrss / 1024);
}

/* ---- the population: as in the suite, 2.5 persons a household, seeded ---- */

static uint64_t next(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static int64_t below(uint64_t *state, int64_t n) { return (int64_t)(next(state) % (uint64_t)n); }

static int64_t one_of(uint64_t *state, const int *percent)
{
    int64_t r = below(state, 100), i = 0;
    while (i < 3 && r >= percent[i]) r -= percent[i++];
    return i;
}

/* In the order of columns below: birth, registered, graduated, paid months, subsidised months, base in fen, household,
 * sex, status, certificate, disabled. */
static void person(uint64_t *state, int64_t i, int64_t households, int64_t v[11])
{
    static const int status[] = { 35, 42, 18, 5 }, certificate[] = { 80, 8, 7, 5 };
    int64_t today = date_of(2023, 11, 1).days;
    v[0] = date_of(1940, 1, 1).days + below(state, 31000);
    v[1] = today - below(state, 1000);
    v[2] = date_of(2024, 7, 1).days - below(state, 12000);
    v[3] = below(state, 360);
    v[4] = below(state, 60);
    v[5] = (3000 + below(state, 21000)) * 100;
    v[6] = i < households ? i + 1 : 1 + below(state, households);
    v[7] = below(state, 2);
    v[8] = one_of(state, status);
    v[9] = one_of(state, certificate);
    v[10] = below(state, 100) < 3;
}

static void load(struct store *s, int64_t n, FILE *persons, FILE *homes)
{
    static const char *const columns[] = { "_id",      "出生日期", "登记日期", "毕业日期", "累计缴费", "已补月数",
                                           "缴费基数", "家庭",     "性别",     "就业状态", "技能等级", "残疾" };
    str names_[12];
    for (int i = 0; i < 12; i++) names_[i] = str_of(columns[i]);
    str home_names[] = { STR("_id"), STR("低收入") };
    struct err e = { 0 };
    struct store_stmt *q;
    uint64_t state = 20231101;
    int64_t households = n * 2 / 5;
    CHECK_OK(store_begin(s, &e), e);
    CHECK_OK(store_bulk(s, STR("家庭"), home_names, 2, &q, &e), e);
    for (int64_t i = 1; i <= households; i++) {
        bool low = below(&state, 100) < 6;
        store_bind_int(q, 1, i);
        store_bind_int(q, 2, low);
        CHECK_OK(store_bulk_row(q, &e), e);
        if (homes != NULL) fprintf(homes, "%lld,%d\n", (long long)i, low);
    }
    CHECK_OK(store_bulk_end(q, &e), e);
    CHECK_OK(store_bulk(s, STR("人员"), names_, 12, &q, &e), e);
    for (int64_t i = 0; i < n; i++) {
        int64_t v[11];
        char digits[3][2];
        person(&state, i, households, v);
        store_bind_int(q, 1, i + 1);
        for (uint32_t k = 0; k < 11; k++) {
            if (k >= 7 && k < 10) { /* codes are texts */
                digits[k - 7][0] = (char)('0' + v[k]);
                store_bind_str(q, k + 2, (str){ digits[k - 7], 1 });
            } else {
                store_bind_int(q, k + 2, v[k]);
            }
        }
        CHECK_OK(store_bulk_row(q, &e), e);
        for (int k = 0; persons != NULL && k < 11; k++)
            fprintf(persons, "%lld%c", (long long)v[k], k < 10 ? ',' : '\n');
    }
    CHECK_OK(store_bulk_end(q, &e), e);
    CHECK_OK(store_exec(s, STR("INSERT INTO \"_cover\" VALUES ('家庭', '成员', '', 1, NULL)"), &e), e);
    CHECK_OK(store_commit(s, &e), e);
    CHECK_OK(store_exec(s, STR("ANALYZE"), &e), e);
}

/* ---- measuring ---- */

/* SELECT the sums of all definitions in `sql`; printed once, to be compared with other engines. */
static double timed(struct store *s, const struct sql_text *text, unsigned count, const char *engine, bool show)
{
    autoarena *a = arena_new("sums", 0);
    struct text t;
    text_init(&t, a, 1 << 22);
    text_addz(&t, "SELECT ");
    for (unsigned i = 0; i < count; i++) {
        str n = i == 0 ? STR("") : str_fmt(a, "%u", i + 1);
        text_addf(&t, "%sCAST(sum(CASE WHEN x.state%.*s = 1 THEN x.value%.*s ELSE 0 END) AS bigint)", i > 0 ? ", " : "",
                  STR_ARG(n), STR_ARG(n));
    }
    text_addf(&t, " FROM (%.*s) x", STR_ARG(text->sql));
    struct err e = { 0 };
    struct store_stmt *q;
    bool there = false;
    double start = now_ms();
    CHECK_OK(store_prepare(s, text_str(&t), &q, &e), e);
    CHECK_OK(store_step(q, &there, &e), e);
    double ms = now_ms() - start;
    CHECK(there);
    for (unsigned i = 0; i < count && show; i++) {
        int64_t v = -1;
        CHECK(store_int(q, i, &v));
        NOTE("%s %s: %lld", engine, count == 1 ? "零就业" : names[i], (long long)v);
    }
    store_done(q);
    return ms;
}

/* Looking whether numbers are within the usual bounds belongs to the work. */
static double guarded(struct store *s, str sql)
{
    struct err e = { 0 };
    struct store_stmt *q;
    bool there = false;
    int64_t outside = 1;
    double start = now_ms();
    CHECK_OK(store_prepare(s, sql, &q, &e), e);
    CHECK_OK(store_step(q, &there, &e), e);
    CHECK(there && store_int(q, 0, &outside) && outside == 0);
    store_done(q);
    return now_ms() - start;
}

static void measure(const struct program *p, const char *address, const char *engine, int64_t n, const char *csv)
{
    autoarena *a = arena_new("bench", 0);
    struct err e = { 0 };
    struct store *s = NULL;
    CHECK_OK(store_open(&s, str_of(address), STORE_CREATE, &e), e);
    CHECK_OK(sql_tables(p, s, &e), e);
    FILE *persons = csv != NULL ? fopen(str_fmt(a, "%s/persons.csv", csv).p, "w") : NULL;
    FILE *homes = csv != NULL ? fopen(str_fmt(a, "%s/homes.csv", csv).p, "w") : NULL;
    double start = now_ms();
    load(s, n, persons, homes);
    NOTE("%s: loaded in %.0f ms", engine, now_ms() - start);
    if (persons != NULL) fclose(persons);
    if (homes != NULL) fclose(homes);
    struct sql_known known;
    CHECK_OK(sql_look(p, s, a, &known, &e), e);
    struct sql_options o = { store_kind(s), date_of(2023, 11, 1), date_of(2023, 11, 1), false, true, &known };
    uint32_t funcs[DEFINITIONS];
    const struct entity *who = program_entity(p, STR("人员")), *home = program_entity(p, STR("家庭"));
    for (int i = 0; i < DEFINITIONS; i++) funcs[i] = program_func(p, who->id, str_of(names[i]))->id;
    struct sql_text all, zero;
    CHECK_OK(sql_compile_funcs(p, funcs, DEFINITIONS, &o, a, &all, &e), e);
    CHECK_OK(sql_compile_func(p, program_func(p, home->id, STR("零就业"))->id, &o, a, &zero, &e), e);
    double ms[RUNS];
    for (int i = 0; i < RUNS; i++)
        ms[i] =
            timed(s, &all, DEFINITIONS, engine, i == 0) + timed(s, &zero, 1, engine, i == 0) + guarded(s, all.guard);
    row(str_fmt(a, "twelve rules as SQL in %s", engine).p, n, ms);
    store_close(s);
}

TEST(twelve_rules_in_databases)
{
    const char *size = getenv("BENCH_N"), *csv = getenv("BENCH_CSV"), *top = getenv("LEYE_SRC");
    int64_t n = 1000000;
    if (size != NULL) CHECK(str_to_i64(str_of(size), &n) && n >= 5);
    autoarena *a = arena_new("pack", 0);
    struct pack_set set;
    struct err e = { 0 };
    CHECK_OK(pack_load(&set, a, str_fmt(a, "%s/packs/bench", top != NULL ? top : "."), NULL, 0, &e), e);
    CHECK_INT((int64_t)set.diags.errors, 0);
    measure(set.program, t_path("bench.db"), "SQLite", n, csv);
    if (access("/usr/lib/postgresql/15/bin/postgres", X_OK) != 0) return;
    measure(set.program, t_postgres(), "PostgreSQL", n, NULL);
    t_postgres_stop();
}
