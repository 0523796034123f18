/* A copy is one moment, whole or not there, and is looked at; nothing is put back over anything. */
#include "backup/backup.h"
#include "base/file.h"
#include "unit/ledger/helpers.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* A database with a ledger whose payments were answered. */
static void a_city(const char *path)
{
    autoarena *a = arena_new("city", 0);
    struct store *s = opened(path);
    int64_t line = a_line(s, 10000000);
    struct ledger_prepared p = prepared(s, line, (struct some){ .from = 0, .to = 40, .amount_fen = 51240 }, a);
    received(s, answered(sent(s, p.batch, a), 0, 40, 0, "回盘1", a));
    store_close(s);
}

struct looked {
    struct backup_seen seen;
    struct text report;
    struct err e;
};

static struct looked nothing_yet(struct arena *a)
{
    struct looked l = { 0 };
    text_init(&l.report, a, 1 << 16);
    return l;
}

TEST(a_copy_is_put_back_and_is_the_same)
{
    autoarena *a = arena_new("t", 0);
    a_city(t_path("city.db"));
    struct looked l = nothing_yet(a);
    CHECK_OK(backup_make(str_of(t_path("city.db")), str_of(t_path("copy")), &l.seen, &l.report, &l.e), l.e);
    CHECK(l.seen.sound && l.seen.had_hash && l.seen.has_ledger);
    CHECK(l.seen.events > 0);
    CHECK_STR(text_str(&l.report), "");
    CHECK(!file_exists(str_of(t_path("copy-wal")))); /* one file, that can be carried away */
    struct looked back = nothing_yet(a);
    str to = str_dup(a, str_of(t_path("back.db")));
    CHECK_OK(backup_restore(str_of(t_path("copy")), to, &back.seen, &back.report, &back.e), back.e);
    CHECK(back.seen.sound && back.seen.had_hash);
    CHECK_INT(back.seen.events, l.seen.events);
    struct store *s = opened(t_path("back.db"));
    check_ledger(s);
    CHECK_INT(query(s, "SELECT count(*) FROM ledger_payment"), 40);
    store_close(s);
    check_journal(t_path("back.db"));
    CHECK_ERR(backup_restore(str_of(t_path("copy")), to, &back.seen, &back.report, &back.e), back.e, CONFLICT);
}

static enum err_code made_code(const char *from, const char *to)
{
    autoarena *a = arena_new("t", 0);
    struct looked l = nothing_yet(a);
    return backup_make(str_of(from), str_of(to), &l.seen, &l.report, &l.e) ? ERR_NONE : l.e.code;
}

static enum err_code restored_code(const char *from, const char *to)
{
    autoarena *a = arena_new("t", 0);
    struct looked l = nothing_yet(a);
    return backup_restore(str_of(from), str_of(to), &l.seen, &l.report, &l.e) ? ERR_NONE : l.e.code;
}

TEST(nothing_is_written_over)
{
    struct err e = { 0 };
    char city[200], copy[200], old[200];
    snprintf(city, sizeof city, "%s", t_path("city.db"));
    snprintf(copy, sizeof copy, "%s", t_path("copy"));
    snprintf(old, sizeof old, "%s", t_path("old.db"));
    a_city(city);
    CHECK_INT(made_code(city, city), ERR_CONFLICT);
    CHECK_INT(made_code(city, copy), ERR_NONE);
    CHECK_INT(made_code(city, copy), ERR_CONFLICT);
    /* the log of a database that is gone would be replayed over what is put back */
    CHECK_OK(file_write(str_of(t_path("old.db-wal")), STR("x"), &e), e);
    CHECK_INT(restored_code(copy, old), ERR_CONFLICT);
    CHECK_INT(restored_code(copy, "postgresql://localhost/x"), ERR_INVALID);
    CHECK_INT(restored_code("postgresql://localhost/x", t_path("new.db")), ERR_INVALID);
    CHECK_INT(restored_code(t_path("nowhere"), t_path("new.db")), ERR_NOT_FOUND);
}

static void change_byte(const char *path, off_t at)
{
    unsigned char b = 0;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    CHECK(fd >= 0 && pread(fd, &b, 1, at) == 1);
    b ^= 0x20;
    CHECK(pwrite(fd, &b, 1, at) == 1);
    close(fd);
}

TEST(a_changed_byte_is_seen_with_its_hash_and_mostly_without)
{
    autoarena *a = arena_new("t", 0);
    a_city(t_path("city.db"));
    struct looked l = nothing_yet(a);
    CHECK_OK(backup_make(str_of(t_path("city.db")), str_of(t_path("copy")), &l.seen, &l.report, &l.e), l.e);
    change_byte(t_path("copy"), (off_t)t_random_below((uint32_t)l.seen.bytes));
    struct looked bad = nothing_yet(a);
    CHECK_OK(backup_look(str_of(t_path("copy")), &bad.seen, &bad.report, &bad.e), bad.e);
    CHECK(!bad.seen.sound);
    CHECK_STR(text_str(&bad.report), "校验值和备份时记下的不一样：文件被改过，或者没有拷全\n");
    CHECK_OK(backup_restore(str_of(t_path("copy")), str_of(t_path("back")), &bad.seen, &bad.report, &bad.e), bad.e);
    CHECK(!bad.seen.sound && !file_exists(str_of(t_path("back"))));
}

/* Somebody who may write to the file changes an amount and the hash beside it: the ledger and the journal say so. */
TEST(an_amount_changed_with_its_hash_is_seen_inside)
{
    autoarena *a = arena_new("t", 0);
    a_city(t_path("city.db"));
    struct looked l = nothing_yet(a);
    CHECK_OK(backup_make(str_of(t_path("city.db")), str_of(t_path("copy")), &l.seen, &l.report, &l.e), l.e);
    struct store *s;
    CHECK_OK(store_open(&s, str_of(t_path("copy")), STORE_WRITE, &l.e), l.e);
    CHECK_OK(store_exec(s, STR("UPDATE ledger_payment SET amount = amount + 100 WHERE number = 7"), &l.e), l.e);
    store_close(s);
    unlink(t_path("copy.sm3"));
    struct looked bad = nothing_yet(a);
    CHECK_OK(backup_look(str_of(t_path("copy")), &bad.seen, &bad.report, &bad.e), bad.e);
    CHECK(!bad.seen.sound && !bad.seen.had_hash && bad.report.len > 0);
}

static void copy_under_fault(const char *from, const char *to, const char *hash)
{
    autoarena *a = arena_new("t", 0);
    struct looked l = nothing_yet(a), after = nothing_yet(a);
    unlink(to);
    unlink(hash);
    bool made = backup_make(str_of(from), str_of(to), &l.seen, &l.report, &l.e) && l.seen.sound;
    CHECK(made || t_fault_hit());
    if (!file_exists(str_of(to))) {
        CHECK(!made);
        return;
    }
    fflush(NULL);
    pid_t pid = fork(); /* the look meets no fault */
    if (pid == 0) {
        for (int k = 0; k < FAULT_KINDS; k++) fault_plan((enum fault_kind)k, 0, false);
        CHECK_OK(backup_look(str_of(to), &after.seen, &after.report, &after.e), after.e);
        _exit(after.seen.sound ? 0 : 1);
    }
    int status = -1;
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK_INT(status, 0);
}

TEST_WITHIN(whatever_fails_a_copy_is_whole_or_not_there, 120)
{
    char from[200], to[200], hash[210];
    snprintf(from, sizeof from, "%s", t_path("city.db"));
    snprintf(to, sizeof to, "%s", t_path("copy"));
    snprintf(hash, sizeof hash, "%s.sm3", to);
    a_city(from);
    static const enum fault_kind kinds[] = { FAULT_WRITE, FAULT_SYNC, FAULT_READ };
    for (size_t i = 0; i < 3; i++)
        EVERY_FAULT (kinds[i]) copy_under_fault(from, to, hash);
}

/* Pairs in two tables, each pair in one transaction, without an end. */
_Noreturn static void write_pairs(const char *path)
{
    struct store *s = opened(path);
    struct err e = { 0 };
    for (int64_t n = 1;; n++) {
        char sql[300];
        snprintf(sql, sizeof sql, "INSERT INTO one VALUES (%lld, '%064d'); INSERT INTO two VALUES (%lld, '%064d')",
                 (long long)n, 0, (long long)n, 0);
        CHECK_OK(store_begin(s, &e), e);
        CHECK_OK(store_exec(s, str_of(sql), &e), e);
        CHECK_OK(store_commit(s, &e), e);
    }
}

/* A writer that never rests must not make the copy begin again and again, and the copy is one moment. */
TEST_WITHIN(a_copy_beside_a_busy_writer_ends_and_is_one_moment, 60)
{
    autoarena *a = arena_new("t", 0);
    char path[200];
    snprintf(path, sizeof path, "%s", t_path("busy.db"));
    struct store *s = opened(path);
    struct err e = { 0 };
    CHECK_OK(store_exec(s,
                        STR("CREATE TABLE one (n bigint, t text); CREATE TABLE two (n bigint, t text);"
                            "CREATE TABLE large (n bigint, t text);"
                            "WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k WHERE n < 30000)"
                            " INSERT INTO large SELECT n, hex(zeroblob(200)) FROM k"),
                        &e),
             e);
    store_close(s);
    fflush(NULL);
    pid_t writer = fork();
    if (writer == 0) write_pairs(path);
    for (int i = 0; i < 3; i++) {
        char to[220];
        struct looked l = nothing_yet(a);
        snprintf(to, sizeof to, "%s.copy%d", path, i);
        usleep(20000);
        CHECK_OK(backup_make(str_of(path), str_of(to), &l.seen, &l.report, &l.e), l.e);
        CHECK(l.seen.sound);
        CHECK_OK(store_open(&s, str_of(to), STORE_READ, &e), e);
        CHECK_INT(query(s, "SELECT count(*) FROM one"), query(s, "SELECT count(*) FROM two"));
        CHECK_INT(query(s, "SELECT count(*) FROM large"), 30000);
        store_close(s);
    }
    kill(writer, SIGKILL);
    CHECK(waitpid(writer, NULL, 0) == writer);
}
