/* Whatever fails and whenever the program is killed: an operation is done whole or not at all, the ledger agrees with
 * itself, the journal verifies, and doing it again completes the work. */
#include "helpers.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PEOPLE = 12, AMOUNT = 1000 };

/* From an empty database to a settled batch, going on from wherever an earlier run stopped. */
static bool whole_month(struct store *s, struct err *e)
{
    autoarena *a = arena_new("month", 0);
    struct ledger_act clerk = CLERK, reviewer = REVIEWER, cashier = CASHIER;
    struct ledger_line spec = { FUND, STR("市级"), STR("社会保险补贴"), 2026 };
    struct some some = { .to = PEOPLE, .amount_fen = AMOUNT };
    struct ledger_prepared p = { 0 };
    struct ledger_returned r;
    int64_t line = 0, available = 0, committed = 0;
    struct store_stmt *q;
    bool row = false;
    int64_t batch = 0, state = 0;
    if (!ledger_line_open(s, &clerk, &spec, &line, e)) return false;
    if (!store_prepare(s, STR("SELECT id, state FROM ledger_batch"), &q, e)) return false;
    bool ok = store_step(q, &row, e);
    if (ok && row) ok = store_int(q, 0, &batch) && store_int(q, 1, &state);
    store_done(q);
    if (!ok) return false;
    if (batch == 0) {
        if (!ledger_balance(s, line, LEDGER_AVAILABLE, &available, e) ||
            !ledger_balance(s, line, LEDGER_COMMITTED, &committed, e))
            return false;
        if (available + committed == 0 && !ledger_budget(s, &clerk, line, PEOPLE * AMOUNT, STR("财社1号"), e))
            return false;
        if (committed == 0 && !ledger_commit(s, &clerk, line, STR("C"), PEOPLE * AMOUNT, e)) return false;
        struct err twice = { 0 };
        if (!ledger_deposit(s, &clerk, FUND, PEOPLE * AMOUNT, STR("拨款1"), &twice) && twice.code != ERR_CONFLICT) {
            *e = twice;
            return false;
        }
        if (!ledger_prepare(s, &clerk, line, STR("二月"), next_of_some, &some, a, &p, e)) return false;
        batch = p.batch;
    }
    if (state <= BATCH_PREPARED && !ledger_approve(s, &reviewer, batch, e)) return false;
    struct text file;
    text_init(&file, a, 1 << 20);
    if (state <= BATCH_APPROVED) {
        if (!ledger_send(s, &cashier, batch, into_text, &file, e)) return false;
    } else if (!ledger_send_again(s, batch, into_text, &file, e)) {
        return false;
    }
    return ledger_receive(s, &cashier, answered(text_str(&file), 0, PEOPLE, 5, "R1", a), &r, e);
}

static void look(const char *path, bool acknowledged)
{
    struct err e = { 0 };
    struct store *s = opened(path);
    check_ledger(s);
    if (acknowledged) CHECK_INT(query(s, "SELECT count(*) FROM ledger_payment WHERE state = 1"), PEOPLE - 2);
    CHECK_OK(whole_month(s, &e), e); /* and after the failure it is brought to its end */
    CHECK_INT(query(s, "SELECT count(*) FROM ledger_payment WHERE state = 1"), PEOPLE - 2);
    CHECK_INT(query(s, "SELECT count(*) FROM ledger_payment"), PEOPLE);
    check_ledger(s);
    store_close(s);
    check_journal(path);
}

/* A database with its tables and nothing in them, made once; each run starts from a copy. */
static void copy(const char *from, const char *to)
{
    char piece[8192];
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    CHECK(in != NULL && out != NULL);
    for (size_t n; (n = fread(piece, 1, sizeof piece, in)) > 0;) CHECK(fwrite(piece, 1, n, out) == n);
    fclose(in);
    CHECK(fclose(out) == 0);
}

static void under_faults(const char *empty)
{
    char path[200], name[220];
    snprintf(path, sizeof path, "%s", t_path("f.db"));
    static const char *const tails[] = { "-wal", "-shm" };
    for (size_t i = 0; i < 2; i++) {
        snprintf(name, sizeof name, "%s%s", path, tails[i]);
        unlink(name);
    }
    copy(empty, path);
    struct err e = { 0 };
    struct store *s = NULL;
    bool done = false;
    if (store_open(&s, str_of(path), STORE_WRITE, &e)) {
        done = whole_month(s, &e);
        store_close(s);
    }
    CHECK(done || (t_fault_hit() && err_cause(&e)[0] != '\0'));
    NOTE("acknowledged: %d", done);
    t_fault_over();
    look(path, done);
}

static void every_fault(enum fault_kind kind)
{
    char empty[200];
    snprintf(empty, sizeof empty, "%s", t_path("empty.db"));
    store_close(opened(empty));
    EVERY_FAULT (kind) under_faults(empty);
}

/* Hundreds of runs. */
TEST_WITHIN(a_full_disk_leaves_every_operation_whole_or_undone, 300) { every_fault(FAULT_WRITE); }
TEST_WITHIN(a_failed_sync_leaves_every_operation_whole_or_undone, 300) { every_fault(FAULT_SYNC); }
TEST_WITHIN(an_unreadable_disk_leaves_every_operation_whole_or_undone, 300) { every_fault(FAULT_READ); }

/* Prepares, approves, sends and answers batches until it is killed. A batch found half way is finished first. */
_Noreturn static void pay_on_and_on(const char *path, int tell)
{
    struct err e = { 0 };
    struct ledger_act reviewer = REVIEWER, cashier = CASHIER;
    struct store *s = opened(path);
    for (;;) {
        autoarena *a = arena_new("batch", 0);
        int64_t batch = query(s, "SELECT max(id) FROM ledger_batch WHERE state < 3"), state;
        if (batch < 0) {
            int64_t next = query(s, "SELECT count(*) FROM ledger_payment");
            batch = prepared(s, query(s, "SELECT min(id) FROM ledger_line WHERE year > 0"),
                             (struct some){ .from = next, .to = next + 40, .amount_fen = 1 }, a)
                        .batch;
        }
        state = query(s, "SELECT max(state) FROM ledger_batch WHERE state < 3");
        struct text file;
        text_init(&file, a, 1 << 20);
        if (state == BATCH_PREPARED) CHECK_OK(ledger_approve(s, &reviewer, batch, &e), e);
        if (state < BATCH_SENT)
            CHECK_OK(ledger_send(s, &cashier, batch, into_text, &file, &e), e);
        else
            CHECK_OK(ledger_send_again(s, batch, into_text, &file, &e), e);
        char reference[30];
        for (int64_t part = 0; part < 2; part++) {
            snprintf(reference, sizeof reference, "R%lld-%lld", (long long)batch, (long long)part);
            received(s, answered(text_str(&file), part * 20, part * 20 + 20, 0, reference, a));
        }
        if (write(tell, &batch, sizeof batch) != sizeof batch) _exit(1);
    }
}

TEST_WITHIN(nothing_acknowledged_is_lost_and_nothing_paid_twice_when_the_program_is_killed, 120)
{
    char path[200];
    snprintf(path, sizeof path, "%s", t_path("k.db"));
    struct store *s = opened(path);
    int64_t line = a_line(s, 10000000);
    store_close(s);
    for (int round = 0; round < 20; round++) {
        int pipes[2];
        CHECK(pipe(pipes) == 0);
        fflush(NULL);
        pid_t pid = fork();
        if (pid == 0) pay_on_and_on(path, pipes[1]);
        close(pipes[1]);
        int64_t n = 0, last = 0;
        CHECK(read(pipes[0], &last, sizeof last) == sizeof last);
        usleep((useconds_t)t_random_below(40000));
        kill(pid, SIGKILL);
        CHECK(waitpid(pid, NULL, 0) == pid);
        while (read(pipes[0], &n, sizeof n) == sizeof n) last = n;
        close(pipes[0]);
        s = opened(path);
        char sql[100];
        snprintf(sql, sizeof sql, "SELECT state FROM ledger_batch WHERE id = %lld", (long long)last);
        CHECK_INT(query(s, sql), BATCH_SETTLED);
        check_ledger(s);
        CHECK_INT(balance(s, line, LEDGER_PAID), query(s, "SELECT count(*) FROM ledger_payment WHERE state = 1"));
        store_close(s);
        check_journal(path);
    }
}
