/* Whatever fails and whenever the program is killed: what was acknowledged is there, of everything else nothing is. */
#include "helpers.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROWS = 400 };

static const struct store_step steps[] = {
    { 1, "a", "CREATE TABLE a (n bigint PRIMARY KEY, t text)", "DROP TABLE a", NULL },
    { 2, "b", "CREATE TABLE b (n bigint PRIMARY KEY REFERENCES a (n))", "DROP TABLE b", NULL },
};

static bool fill(struct store *s, const char *table, const str *columns, uint32_t count, struct err *e)
{
    struct store_stmt *q;
    if (!store_bulk(s, str_of(table), columns, count, &q, e)) return false;
    bool ok = true;
    for (int64_t i = 0; ok && i < ROWS; i++) {
        store_bind_int(q, 1, i);
        if (count > 1) store_bind_str(q, 2, STR("一段文字，长得足以让这张表占好几页，好让写入分成许多次"));
        ok = store_bulk_row(q, e);
    }
    return store_bulk_end(q, e) && ok;
}

/* Both tables are filled in one transaction, the second within a savepoint. */
static bool fill_both(struct store *s, struct err *e)
{
    str columns[] = { STR("n"), STR("t") };
    if (!store_begin(s, e)) return false;
    bool ok = fill(s, "a", columns, 2, e) && store_begin(s, e);
    if (ok) {
        ok = fill(s, "b", columns, 1, e);
        if (ok)
            ok = store_commit(s, e);
        else
            store_rollback(s);
    }
    if (ok) return store_commit(s, e);
    store_rollback(s);
    return false;
}

static int64_t count(struct store *s, const char *table)
{
    struct store_stmt *q;
    struct err e = { 0 };
    bool row = false;
    int64_t n = 0;
    char sql[64];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
    if (!store_prepare(s, str_of(sql), &q, &e)) return 0; /* the table did not come to be */
    CHECK_OK(store_step(q, &row, &e), e);
    CHECK(row && store_int(q, 0, &n));
    store_done(q);
    return n;
}

static void check_sound(struct store *s)
{
    autoarena *a = arena_new("report", 0);
    struct text report;
    struct err e = { 0 };
    bool sound = false;
    text_init(&report, a, 1 << 16);
    CHECK_OK(store_check(s, &sound, &report, &e), e);
    if (!sound) FAIL("the database is damaged: %s", report.p);
}

/* Looks at what is on the disk, in another process where nothing fails: the plan of faults stays as it is here. */
static void look(const char *path, void (*at)(struct store *, bool), bool acknowledged)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        for (int k = 0; k < FAULT_KINDS; k++) fault_plan((enum fault_kind)k, 0, false);
        struct store *s = opened(path);
        at(s, acknowledged);
        store_close(s);
        _exit(0);
    }
    int status = -1;
    CHECK(waitpid(pid, &status, 0) == pid);
    if (status != 0) FAIL("what is on the disk is wrong (acknowledged: %d)", acknowledged);
}

static void all_or_nothing(struct store *s, bool acknowledged)
{
    check_sound(s);
    int64_t a = count(s, "a"), b = count(s, "b");
    CHECK_INT(a, b);
    CHECK(a == ROWS || (a == 0 && !acknowledged));
    if (a == 0) { /* and after the failure it can be done again */
        struct err e = { 0 };
        CHECK_OK(store_migrate(s, STR("t"), steps, 2, 2, &e), e);
        CHECK_OK(fill_both(s, &e), e);
    }
}

static void write_under_faults(void)
{
    const char *path = t_path("f.db");
    unlink(path);
    unlink(t_path("f.db-wal"));
    unlink(t_path("f.db-shm"));
    path = t_path("f.db");
    struct err e = { 0 };
    struct store *s = NULL;
    bool acknowledged = false;
    if (store_open(&s, str_of(path), STORE_CREATE, &e)) {
        acknowledged = store_migrate(s, STR("t"), steps, 2, 2, &e) && fill_both(s, &e);
        struct store_stmt *q;
        bool row = false;
        int64_t n = 0;
        if (acknowledged && store_prepare(s, STR("SELECT sum(n) FROM a"), &q, &e) && store_step(q, &row, &e)) {
            CHECK(store_int(q, 0, &n));
            CHECK_INT(n, ROWS * (ROWS - 1) / 2);
        }
        store_close(s);
    }
    CHECK(acknowledged || t_fault_hit());
    CHECK(acknowledged || err_cause(&e)[0] != '\0');
    look(path, all_or_nothing, acknowledged);
}

TEST_WITHIN(a_full_disk_leaves_all_or_nothing, 120)
{
    EVERY_FAULT (FAULT_WRITE) write_under_faults();
}
TEST_WITHIN(a_failed_sync_leaves_all_or_nothing, 120)
{
    EVERY_FAULT (FAULT_SYNC) write_under_faults();
}
TEST_WITHIN(an_unreadable_disk_leaves_all_or_nothing, 120)
{
    EVERY_FAULT (FAULT_READ) write_under_faults();
}

static void a_whole_backup(struct store *s, bool acknowledged)
{
    check_sound(s);
    int64_t n = count(s, "a");
    CHECK(n == ROWS || (n == 0 && !acknowledged));
}

TEST_WITHIN(a_backup_is_whole_or_the_old_one_stays, 120)
{
    struct err e = { 0 };
    char from[200], to[200];
    snprintf(from, sizeof from, "%s", t_path("from.db"));
    snprintf(to, sizeof to, "%s", t_path("to.db"));
    struct store *s = opened(from);
    CHECK_OK(store_migrate(s, STR("t"), steps, 2, 2, &e), e);
    CHECK_OK(fill_both(s, &e), e);
    static const enum fault_kind kinds[] = { FAULT_WRITE, FAULT_SYNC, FAULT_READ };
    for (size_t i = 0; i < 3; i++) {
        EVERY_FAULT (kinds[i]) {
            unlink(to);
            unlink(t_path("to.db-wal"));
            unlink(t_path("to.db-shm"));
            struct store *old = NULL;
            e = (struct err){ 0 };
            if (store_open(&old, str_of(to), STORE_CREATE, &e)) {
                bool old_made = store_migrate(old, STR("t"), steps, 1, 1, &e);
                store_close(old);
                bool made = old_made && store_backup(s, str_of(to), &e);
                CHECK(made || t_fault_hit());
                look(to, a_whole_backup, made);
            }
        }
    }
    store_close(s);
}

/* Writes pairs until it is killed; says each number once it is acknowledged. */
_Noreturn static void write_pairs(const char *path, int tell)
{
    struct store *s = opened(path);
    struct err e = { 0 };
    CHECK_OK(store_claim(s, STR("writer"), &e), e);
    for (int64_t n = number(s, "SELECT coalesce(max(n), 0) + 1 FROM a");; n++) {
        char sql[100];
        CHECK_OK(store_begin(s, &e), e);
        snprintf(sql, sizeof sql, "INSERT INTO a VALUES (%lld, 'x')", (long long)n);
        done(s, sql);
        CHECK_OK(store_begin(s, &e), e);
        snprintf(sql, sizeof sql, "INSERT INTO b VALUES (%lld)", (long long)n);
        done(s, sql);
        CHECK_OK(store_commit(s, &e), e);
        CHECK_OK(store_commit(s, &e), e);
        if (write(tell, &n, sizeof n) != sizeof n) _exit(1);
    }
}

TEST_WITHIN(nothing_acknowledged_is_lost_when_the_program_is_killed, 60)
{
    char path[200];
    snprintf(path, sizeof path, "%s", t_path("k.db"));
    struct store *s = opened(path);
    struct err e = { 0 };
    CHECK_OK(store_migrate(s, STR("t"), steps, 2, 2, &e), e);
    store_close(s);
    for (int round = 0; round < 25; round++) {
        int pipes[2];
        CHECK(pipe(pipes) == 0);
        fflush(NULL);
        pid_t pid = fork();
        if (pid == 0) write_pairs(path, pipes[1]);
        close(pipes[1]);
        int64_t n = 0, last = 0;
        CHECK(read(pipes[0], &last, sizeof last) == sizeof last);
        usleep((useconds_t)t_random_below(20000));
        kill(pid, SIGKILL);
        CHECK(waitpid(pid, NULL, 0) == pid);
        while (read(pipes[0], &n, sizeof n) == sizeof n) last = n;
        close(pipes[0]);
        s = opened(path);
        CHECK_OK(store_claim(s, STR("the next one"), &e), e); /* the killed one's lock is gone */
        CHECK_INT(count(s, "a"), count(s, "b"));
        CHECK(count(s, "a") == last || count(s, "a") == last + 1); /* one may be done and not yet told */
        CHECK_INT(number(s, "SELECT max(n) FROM b"), count(s, "a"));
        check_sound(s);
        store_close(s);
    }
}
