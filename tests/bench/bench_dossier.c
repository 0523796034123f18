/* bench_dossier: cases: durable moves in groups, the whole road with receipts, bytes of store, restart with a million.
 * Durable means synchronous=FULL. DOSSIER_BENCH sets another number of cases. */
#include "bench.h"
#include "sealed.h"
#include "unit/dossier/helpers.h"

#include <sys/stat.h>

enum { GROUP = 256, MOVES = 20000 };

static int64_t how_many(int64_t usual)
{
    const char *s = getenv("DOSSIER_BENCH");
    int64_t n;
    return s != NULL && str_to_i64(str_of(s), &n) && n > 0 ? n : usual;
}

static int64_t file_bytes(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}

/* People of the east district in hardship, with accounts. */
static void people(struct town *t, int64_t n)
{
    static const int weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
    struct err e = { 0 };
    struct import_result out;
    struct text csv;
    text_init(&csv, t->a, 256 << 20);
    text_addz(&csv, "身份证号,姓名,常住地,困难,银行账号,去世\n");
    for (int64_t i = 0; i < n; i++) {
        char id[80];
        int sum = 0;
        snprintf(id, sizeof id, "32990119%02d%02d%02d%03d", (int)(50 + i / 1000 / 336 % 50),
                 (int)(1 + i / 1000 / 28 % 12), (int)(1 + i / 1000 % 28), (int)(i % 1000));
        for (int k = 0; k < 17; k++) sum += (id[k] - '0') * weights[k];
        id[17] = "10X98765432"[sum % 11];
        text_addf(&csv, "%.18s,李某,320101,是,6222%08lld,否\n", id, (long long)i);
    }
    str path = str_dup(t->a, str_of(t_path("many.csv")));
    CHECK_OK(file_write(path, text_str(&csv), &e), e);
    struct import_options o = { .path = path, .as = STR("人员"), .has_as_of = true, .as_of = date_of(2026, 3, 1) };
    CHECK_OK(registry_import(t->r, &o, &out, t->a, &e), e);
    CHECK_INT((int64_t)out.counts.good, n);
}

struct bench_step {
    struct town *t;
    int64_t subject, id;
    int kind; /* 0 apply and accept at the counter, 1 take, 2 release, 3 approve */
};

static bool run_step(struct dossier_desk *d, void *context, struct err *e)
{
    autoarena *a = arena_new("step", 0);
    struct bench_step *s = context;
    struct dossier_result x;
    struct dossier_ref c = { .id = s->id };
    struct dossier_act clerk = because(by("小周", "窗口", "", 3, 2), "本人在场"),
                       reviewer = by("小吴", "复核", "", 3, 2);
    struct dossier_request q = { .service = STR("公示补贴申领"), .subject = s->subject, .channel = DOSSIER_AT_COUNTER };
    bool ok = false;
    if (s->kind == 0) {
        ok = dossier_apply(d, &clerk, &q, a, &x, e);
        s->id = ok ? x.id : 0;
    }
    if (s->kind == 1) ok = dossier_take(d, &reviewer, c, e);
    if (s->kind == 2) ok = dossier_release(d, &reviewer, c, e);
    if (s->kind == 3) ok = dossier_approve(d, &reviewer, c, a, &x, e);
    return ok;
}

static void run_all(struct town *t, struct bench_step *steps, size_t n)
{
    struct err e = { 0 };
    static struct dossier_job jobs[GROUP];
    for (size_t at = 0; at < n; at += GROUP) {
        size_t some = n - at < GROUP ? n - at : GROUP;
        for (size_t i = 0; i < some; i++) jobs[i] = (struct dossier_job){ .run = run_step, .context = &steps[at + i] };
        CHECK_OK(dossier_together(t->d, jobs, some, &e), e);
        for (size_t i = 0; i < some; i++) {
            if (!jobs[i].ok) CHECK_OK(false, jobs[i].e);
        }
    }
}

static void row(const char *what, const char *bar, double cpu, double wall, int64_t n, const char *more)
{
    NOTE("| %s | %s | %.0f/s of wall | %.1f µs of CPU each%s | %ld MiB |", what, bar, (double)n / wall * 1e6,
         cpu / (double)n, more, bench_peak_kib() / 1024);
}

TEST_WITHIN(moves_and_the_whole_road, 1800)
{
    struct town t;
    int64_t n = how_many(5000);
    char more[100];
    bench_sealed();
    town_open(&t);
    town_money(&t, 100000000000);
    people(&t, n);
    int64_t first = query(&t, "SELECT min(\"_id\") FROM \"人员\" WHERE \"姓名\" = '李某'");
    struct bench_step *steps = ARENA_ARRAY(t.a, struct bench_step, (size_t)n);
    for (int64_t i = 0; i < n; i++) steps[i] = (struct bench_step){ .t = &t, .subject = first + i };

    double cpu = bench_cpu_us(), wall = bench_wall_us();
    run_all(&t, steps, (size_t)n);
    row("applied, checked and accepted at the counter: three moves a case", "", bench_cpu_us() - cpu,
        bench_wall_us() - wall, n, "");
    CHECK_INT(query(&t, "SELECT count(*) FROM dossier WHERE state = 4"), n);

    int64_t moves = 0;
    struct err e = { 0 };
    CHECK_OK(store_exec(t.s, STR("PRAGMA wal_checkpoint(TRUNCATE)"), &e), e);
    int64_t before = file_bytes(t.db.p);
    cpu = bench_cpu_us(), wall = bench_wall_us();
    for (int kind = 1; moves < MOVES; kind = 3 - kind) {
        for (int64_t i = 0; i < n; i++) steps[i].kind = kind;
        run_all(&t, steps, (size_t)n);
        moves += n;
    }
    cpu = bench_cpu_us() - cpu, wall = bench_wall_us() - wall;
    CHECK_OK(store_exec(t.s, STR("PRAGMA wal_checkpoint(TRUNCATE)"), &e), e);
    snprintf(more, sizeof more, "; %.0f bytes of store each (at most 2,000)",
             (double)(file_bytes(t.db.p) - before) / (double)moves);
    row("durable moves, committed together by 256", "≥ 2,000/s", cpu, wall, moves, more);

    for (int64_t i = 0; i < n; i++) steps[i].kind = 3;
    before = file_bytes(t.db.p);
    cpu = bench_cpu_us(), wall = bench_wall_us();
    run_all(&t, steps, (size_t)n);
    cpu = bench_cpu_us() - cpu, wall = bench_wall_us() - wall;
    CHECK_OK(store_exec(t.s, STR("PRAGMA wal_checkpoint(TRUNCATE)"), &e), e);
    snprintf(more, sizeof more, "; %.0f bytes of store each, with receipt",
             (double)(file_bytes(t.db.p) - before) / (double)n);
    row("approved by the rules, published, with a receipt", "", cpu, wall, n, more);
    town_close(&t);
}

TEST_WITHIN(opened_again_with_a_million_cases, 1800)
{
    struct town t;
    struct err e = { 0 };
    char sql[900];
    int64_t n = how_many(200) * 5000;
    bench_sealed();
    town_open(&t);
    snprintf(
        sql, sizeof sql,
        "INSERT INTO dossier (id, revision, version, entity, subject, applicant, channel, entered_by, holder,"
        " office, state, flags, step, opened, accepted, decided, key, note, answers, package, waits, due, soon) WITH"
        " RECURSIVE n(i)"
        " AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %lld) SELECT i, 3, 2, '人员', i, '329901199003070012',"
        " 0, '', '', '320101', CASE WHEN i %% 10 = 0 THEN 4 ELSE 6 END, 0, 1, 20500, 20500, 20501, NULL, '', '', 0,"
        " CASE WHEN i %% 10 = 0 THEN '4复核' ELSE '' END, 20514 + i %% 30, 20512 + i %% 30 FROM n",
        (long long)n);
    CHECK_OK(store_exec(t.s, str_of(sql), &e), e);
    dossier_close(t.d);
    registry_close(t.r);
    double wall = bench_wall_us(), cpu = bench_cpu_us();
    CHECK_OK(town_reopen(&t, &e), e);
    t.s = dossier_store(t.d);
    struct dossier c = got(&t, n);
    CHECK_INT(c.id, n);
    NOTE("| ready after a restart, %lld cases | ≤ 5 s | %.0f ms of wall | %.0f ms of CPU | %ld MiB |", (long long)n,
         (bench_wall_us() - wall) / 1e3, (bench_cpu_us() - cpu) / 1e3, bench_peak_kib() / 1024);
    dossier_lines lines = { 0 };
    struct dossier_query q = { .office = STR("320101"), .role = STR("复核"), .day = date_of(2026, 3, 3), .max = 50 };
    wall = bench_wall_us(), cpu = bench_cpu_us();
    CHECK_OK(dossier_queue(t.d, &q, t.a, &lines, &e), e);
    NOTE("| the queue of an office, %lld cases open | ≤ 50 ms | %.0f ms of wall | %.0f ms of CPU | %ld MiB |",
         (long long)(n / 10), (bench_wall_us() - wall) / 1e3, (bench_cpu_us() - cpu) / 1e3, bench_peak_kib() / 1024);
    CHECK_INT((int64_t)lines.len, 50);
    q.office = STR("320102"); /* it has none: all of them are looked through */
    wall = bench_wall_us(), cpu = bench_cpu_us();
    CHECK_OK(dossier_queue(t.d, &q, t.a, &lines, &e), e);
    CHECK_INT((int64_t)lines.len, 0);
    NOTE("| the queue of an office that has none, %lld cases open elsewhere | ≤ 50 ms | %.0f ms of wall | %.0f ms of "
         "CPU "
         "| %ld MiB |",
         (long long)(n / 10), (bench_wall_us() - wall) / 1e3, (bench_cpu_us() - cpu) / 1e3, bench_peak_kib() / 1024);
    town_close(&t);
}
