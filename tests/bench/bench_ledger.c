/* bench_ledger: a batch of a million payments from the list to the reconciliation; appending to the journal and
 * verifying it. Rows begin with "| " and are gathered into docs/measurements.md by tools/bench. Nothing is asserted
 * about time; what is asserted is that the work was really done. LEDGER_BENCH sets another number of payments. */
#include "base/file.h"
#include "ledger/ledger.h"
#include "sealed.h"
#include "support/t.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

enum { RUNS = 3 };

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Of all threads: what the work costs, also when the machine is shared with others. */
static double cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static long peak_mib(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_maxrss / 1024;
}

static int64_t how_many(const char *name, int64_t usual)
{
    const char *s = getenv(name);
    int64_t n;
    return s != NULL && str_to_i64(str_of(s), &n) && n > 0 ? n : usual;
}

static struct ledger_act by(const char *who, uint32_t roles)
{
    return (struct ledger_act){ str_of(who), roles, date_of(2026, 3, 10), { 0 }, 0 };
}

/* People in no order, as a list from the rules is in the order of households. */
struct people {
    int64_t at, count;
    char dossier[24], subject[24], account[24];
};

static bool next_person(void *context, struct ledger_payable *out, bool *more, struct err *e)
{
    struct people *p = context;
    (void)e;
    *more = p->at < p->count;
    if (!*more) return true;
    unsigned long long id = (unsigned long long)p->at++ * 2654435761u % 4294967296u;
    int d = snprintf(p->dossier, sizeof p->dossier, "D2026%010llu", id);
    int s = snprintf(p->subject, sizeof p->subject, "P%012llu", id);
    int c = snprintf(p->account, sizeof p->account, "6228480%012llu", id);
    *out = (struct ledger_payable){ .dossier = { p->dossier, (size_t)d },
                                    .subject = { p->subject, (size_t)s },
                                    .name = STR("王小明"),
                                    .account = { p->account, (size_t)c },
                                    .policy = STR("灵活就业社会保险补贴"),
                                    .period = STR("2026-02"),
                                    .amount_fen = 86540,
                                    .commitment = STR("2026-02") };
    return true;
}

static bool into_text(void *context, str piece, struct err *e)
{
    (void)e;
    text_add(context, piece);
    return true;
}

/* What the bank sends back: every 200th has failed. */
static str answer(str file, struct arena *a)
{
    struct text out;
    str rest = file, line, p[5];
    int64_t n = 0;
    text_init(&out, a, 512 << 20);
    str_split(&rest, '\n', &line);
    for (size_t i = 0; i < 3; i++) str_split(&line, '|', &p[i]);
    text_addf(&out, "乐业回盘文件|1|%.*s|R1\n", STR_ARG(p[2]));
    while (str_split(&rest, '\n', &line) && !str_starts(line, STR("完|"))) {
        for (size_t i = 0; i < 4; i++) str_split(&line, '|', &p[i]);
        text_add(&out, p[0]);
        text_addc(&out, '|');
        text_add(&out, p[3]);
        text_addz(&out, n++ % 200 == 199 ? "|失败|账号不存在\n" : "|成功|\n");
    }
    text_addf(&out, "完|%lld|%lld.%02lld\n", (long long)n, (long long)(n * 86540 / 100), (long long)(n * 86540 % 100));
    CHECK(!out.over);
    return text_str(&out);
}

static struct store *fresh(const char *path)
{
    struct store *s = NULL;
    struct err e = { 0 };
    bench_sealed();
    CHECK_OK(store_open(&s, str_of(path), STORE_CREATE, &e), e);
    CHECK_OK(ledger_migrate(s, &e), e);
    return s;
}

static double lap(const char *what, int64_t count, double *since)
{
    double now = now_ms(), took = now - *since;
    if (what != NULL)
        NOTE("| %lld payments: %s | | %.2f s | once | %ld MiB |", (long long)count, what, took / 1e3, peak_mib());
    *since = now_ms();
    return took;
}

static void batch(int64_t count, bool tell, const char *name)
{
    autoarena *a = arena_new("bench", 0);
    struct err e = { 0 };
    struct ledger_act clerk = by("a", LEDGER_ACCOUNTANT), reviewer = by("b", LEDGER_REVIEWER),
                      cashier = by("c", LEDGER_CASHIER);
    struct store *s = fresh(t_path(name));
    struct ledger_line spec = { STR("就业补助资金"), STR("市级"), STR("社会保险补贴"), 2026 };
    struct people people = { .count = count };
    struct ledger_prepared p;
    struct ledger_returned r;
    struct ledger_reconciled rec;
    int64_t line = 0, all = count * 86540;
    CHECK_OK(ledger_line_open(s, &clerk, &spec, &line, &e), e);
    CHECK_OK(ledger_budget(s, &clerk, line, all, STR("财社1号"), &e), e);
    CHECK_OK(ledger_deposit(s, &clerk, spec.fund, all, STR("1"), &e), e);
    CHECK_OK(ledger_commit(s, &clerk, line, STR("2026-02"), all, &e), e);
    double start = now_ms(), total = 0, cpu = cpu_ms();
    CHECK_OK(ledger_prepare(s, &clerk, line, STR("二月"), next_person, &people, a, &p, &e), e);
    CHECK_INT(p.count, count);
    total += lap(tell ? "prepare a batch" : NULL, count, &start);
    struct text file;
    text_init(&file, a, 512 << 20);
    CHECK_OK(ledger_approve(s, &reviewer, p.batch, &e), e);
    CHECK_OK(ledger_send(s, &cashier, p.batch, into_text, &file, &e), e);
    CHECK(!file.over);
    total += lap(tell ? "approve and write the bank file" : NULL, count, &start);
    double making = cpu_ms();
    str back = answer(text_str(&file), a);
    cpu += cpu_ms() - making; /* that is the bank's work */
    start = now_ms();
    CHECK_OK(ledger_receive(s, &cashier, back, &r, &e), e);
    CHECK_INT(r.paid_count + r.failed_count, count);
    CHECK_INT(r.failed_count, count / 200);
    total += lap(tell ? "read the return file" : NULL, count, &start);
    CHECK_OK(ledger_reconcile(s, &cashier, spec.fund, all - r.paid_fen, &rec, &e), e);
    CHECK(rec.agrees);
    total += lap(tell ? "reconcile" : NULL, count, &start);
    NOTE("| %lld payments prepared, filed, returned, reconciled | %s | %.2f s | CPU %.2f s | %ld MiB |",
         (long long)count, count == 1000000 ? "≤ 30 s" : "", total / 1e3, (cpu_ms() - cpu) / 1e3, peak_mib());
    struct text report;
    bool sound = false;
    text_init(&report, a, 1 << 16);
    start = now_ms();
    CHECK_OK(ledger_check(s, &sound, &report, &e), e);
    CHECK(sound);
    lap(tell ? "compute the whole ledger again (ledger_check)" : NULL, count, &start);
    store_close(s);
    struct stat st;
    CHECK(stat(t_path(name), &st) == 0);
    if (tell) NOTE("| bytes of the database for each payment | | %.0f B | | |", (double)st.st_size / (double)count);
}

TEST_WITHIN(a_batch_of_payments, 900)
{
    int64_t n = how_many("LEDGER_BENCH", 1000000);
    batch(n / 10, false, "small.db");
    batch(n, true, "large.db");
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

TEST_WITHIN(the_journal, 900)
{
    int64_t n = how_many("JOURNAL_BENCH", 1000000);
    enum { PORTION = 10000 };
    autoarena *a = arena_new("bench", 0);
    struct err e = { 0 };
    struct store *s = fresh(t_path("j.db"));
    struct journal_event *v = ARENA_ARRAY(a, struct journal_event, PORTION);
    double start = now_ms();
    for (int64_t at = 0; at < n; at += PORTION) {
        struct arena_mark m = arena_mark(a);
        for (int64_t i = 0; i < PORTION; i++) {
            v[i] = (struct journal_event){
                STR("u320602001"), STR("复核"), STR("dossier.move"), STR("3206021990"), { 0 }, { 0 }, 0
            };
            v[i].dossier = str_fmt(a, "D2026%09lld", (long long)(at + i) / 5);
            v[i].body = str_fmt(a, "{\"move\":\"批准\",\"from\":\"待复核\",\"to\":\"已批准\",\"receipt\":%lld}",
                                (long long)at + i);
        }
        CHECK_OK(store_begin(s, &e), e);
        CHECK_OK(journal_append(s, v, PORTION, NULL, &e), e);
        CHECK_OK(store_commit(s, &e), e);
        arena_rewind(a, m);
    }
    double took = now_ms() - start;
    NOTE("| journal: append, %d events a transaction | | %.0f events/s | once | %ld MiB |", PORTION,
         (double)n / took * 1e3, peak_mib());
    start = now_ms();
    for (int i = 0; i < 2000; i++) {
        v[0].dossier = v[0].body = (str){ 0 };
        CHECK_OK(store_begin(s, &e), e);
        CHECK_OK(journal_append(s, v, 1, NULL, &e), e);
        CHECK_OK(store_commit(s, &e), e);
    }
    NOTE("| journal: append, one event a synced transaction | | %.0f events/s | once | %ld MiB |",
         2000 / (now_ms() - start) * 1e3, peak_mib());
    store_close(s);
    struct stat st;
    CHECK(stat(t_path("j.db"), &st) == 0);
    NOTE("| journal: bytes for each event (body of 80 bytes) | ≤ 2 kB | %.0f B | | |", (double)st.st_size / (double)n);
    for (int single = 1; single >= 0; single--) {
        double ms[RUNS], cpu = cpu_ms();
        struct journal_check how = { .single = single == 1 };
        struct journal_report r;
        for (int i = 0; i < RUNS; i++) {
            start = now_ms();
            CHECK_OK(journal_verify(str_of(t_path("j.db")), &how, &r, &e), e);
            ms[i] = now_ms() - start;
            CHECK(r.sound && r.events == n + 2000);
        }
        qsort(ms, RUNS, sizeof *ms, by_size);
        cpu = cpu_ms() - cpu;
        NOTE("| journal: verify, %s | %s | %.0f events/s | %.0f–%.0f, for each second of CPU %.0f | %ld MiB |",
             single ? "one thread" : "two threads", single ? "" : "≥ 500,000/s", (double)n / ms[RUNS / 2] * 1e3,
             (double)n / ms[RUNS - 1] * 1e3, (double)n / ms[0] * 1e3, (double)n * RUNS / cpu * 1e3, peak_mib());
    }
}
