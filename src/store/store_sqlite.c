/* store_sqlite: the only door to SQLite. A file in WAL mode, synced at every commit; one connection for one thread. */
#include "base/date.h"
#include "base/fault.h"
#include "base/file.h"
#include "store/store_priv.h"
#include "store/store_vfs.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { BUSY_MS = 10000, HOLDER_BYTES = 300, REPORT_LINES = 100 };
/* The log is copied home from 64 MB on: each time costs two syncs, and an import writes a gigabyte. */
#define LOG_PAGES "8192"

struct lite {
    sqlite3 *db;
    int lock;              /* of the writer's lock file, -1 */
    int64_t waiting_since; /* ms, while another one writes */
};

struct lite_stmt {
    sqlite3_stmt *q;
    uint32_t *values; /* values[i]: the number n in the i-th parameter's name $n */
    uint32_t value_count;
};

static sqlite3 *db(const struct store *s) { return ((struct lite *)s->impl)->db; }
static sqlite3_stmt *stmt(const struct store_stmt *q) { return ((struct lite_stmt *)q->impl)->q; }

/* ---- errors ---- */

static bool fail_code(struct err *e, int rc, str path, const char *detail)
{
    switch (rc & 0xff) {
    case SQLITE_FULL: return fail(e, IO, "磁盘已满，“%.*s”写不下了；没有改动任何内容。请腾出空间后再试", STR_ARG(path));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return fail(e, BUSY, "“%.*s”正在被另一个程序写入，没有轮到；什么都没有做，请过一会儿再试", STR_ARG(path));
    case SQLITE_NOTADB: return fail(e, INVALID, "“%.*s”不是数据库文件；请检查路径，程序没有动它", STR_ARG(path));
    case SQLITE_CORRUPT:
        return fail(e, IO, "数据库“%.*s”已损坏（%s）；请停止写入，用最近的备份恢复", STR_ARG(path), detail);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return fail(e, IO, "没有权限写“%.*s”；请检查文件和所在文件夹的权限，或者以可写方式打开", STR_ARG(path));
    case SQLITE_CANTOPEN: return fail(e, IO, "打不开数据库“%.*s”；请检查所在文件夹是否存在、有没有权限", STR_ARG(path));
    case SQLITE_NOMEM: return fail(e, MEMORY, "内存不够，“%.*s”的操作没有做；请关闭一些程序后再试", STR_ARG(path));
    case SQLITE_TOOBIG: return fail(e, LIMIT, "有一个值太大，写不进“%.*s”；请拆小", STR_ARG(path));
    case SQLITE_CONSTRAINT:
        return fail(e, CONFLICT, "不符合“%.*s”的约束（%s）；请检查是否重复或缺项", STR_ARG(path), detail);
    case SQLITE_IOERR:
        return fail(e, IO, "读写“%.*s”失败（%s）；没有改动任何内容。请检查磁盘后再试", STR_ARG(path), detail);
    default: return fail(e, INTERNAL, "数据库“%.*s”不接受这条语句：%s", STR_ARG(path), detail);
    }
}

static bool fail_sqlite(struct store *s, struct err *e, int rc)
{
    return fail_code(e, rc, s->shown, sqlite3_errmsg(db(s)));
}

/* ---- opening ---- */

static bool exec(struct store *s, const char *sql, struct err *e)
{
    int rc = sqlite3_exec(db(s), sql, NULL, NULL, NULL);
    return rc == SQLITE_OK || fail_sqlite(s, e, rc);
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* While another one writes, which takes a few milliseconds: SQLite's own way to wait sleeps up to a tenth of a second
 * at a time, and whoever waits may hold up a whole hall. */
static int wait_for_writer(void *ctx, int times)
{
    struct lite *l = ctx;
    int64_t now = now_ms();
    if (times == 0) l->waiting_since = now;
    if (now - l->waiting_since >= BUSY_MS) return 0;
    int64_t waited = now - l->waiting_since;
    struct timespec nap = { .tv_nsec = waited < 20 ? 250000 : waited < 500 ? 1000000 : 10000000 };
    nanosleep(&nap, NULL);
    return 1;
}

static bool set_up(struct store *s, enum store_mode mode, struct err *e)
{
    sqlite3 *d = db(s);
    sqlite3_extended_result_codes(d, 1);
    sqlite3_busy_handler(d, wait_for_writer, s->impl);
    /* a misspelt column must not quietly become a text */
    sqlite3_db_config(d, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(d, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(d, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    if (mode == STORE_CREATE && !exec(s, "PRAGMA page_size = 8192", e)) return false;
    if (mode != STORE_READ && !exec(s,
                                    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                                    "PRAGMA wal_autocheckpoint = " LOG_PAGES,
                                    e))
        return false;
    return exec(s,
                "PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON; PRAGMA cache_size = -65536;"
                "PRAGMA temp_store = MEMORY; SELECT count(*) FROM sqlite_schema",
                e);
}

/* Before anything else of SQLite: it counts its memory under a lock that every statement would wait for. */
static void uncounted(void) { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

static bool lite_open(struct store *s, enum store_mode mode, struct err *e)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, uncounted);
    struct lite *l = ARENA_NEW(s->a, struct lite);
    l->lock = -1;
    s->impl = l;
    struct stat st;
    bool there = stat(s->address.p, &st) == 0;
    if (there && S_ISDIR(st.st_mode))
        return fail(e, INVALID, "“%.*s”是文件夹；请给出数据库文件的路径", STR_ARG(s->shown));
    if (!there && mode != STORE_CREATE)
        return fail(e, NOT_FOUND, "没有数据库“%.*s”；请检查路径，或者先导入资料", STR_ARG(s->shown));
    int flags = SQLITE_OPEN_NOMUTEX | (mode == STORE_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
                (mode == STORE_CREATE ? SQLITE_OPEN_CREATE : 0);
    int rc = sqlite3_open_v2(s->address.p, &l->db, flags, store_vfs());
    bool ok = rc == SQLITE_OK ? set_up(s, mode, e) : fail_sqlite(s, e, rc);
    if (!ok) sqlite3_close(l->db);
    return ok;
}

static void lite_close(struct store *s)
{
    int rc = sqlite3_close(db(s));
    assert(rc == SQLITE_OK); /* all statements are finalized */
    (void)rc;
}

/* ---- statements ---- */

static bool lite_prepare(struct store_stmt *q, struct err *e)
{
    struct lite_stmt *l = ARENA_NEW(q->s->a, struct lite_stmt);
    const char *rest = NULL;
    int rc = sqlite3_prepare_v3(db(q->s), q->sql, -1, SQLITE_PREPARE_PERSISTENT, &l->q, &rest);
    if (rc != SQLITE_OK) return fail_sqlite(q->s, e, rc);
    if (l->q == NULL || str_trim(str_of(rest)).len > 0) {
        sqlite3_finalize(l->q);
        return fail(e, INTERNAL, "一次只能准备一条语句");
    }
    l->value_count = (uint32_t)sqlite3_bind_parameter_count(l->q);
    l->values = ARENA_ARRAY(q->s->a, uint32_t, l->value_count + 1);
    for (uint32_t i = 0; i < l->value_count; i++) {
        const char *name = sqlite3_bind_parameter_name(l->q, (int)i + 1);
        int64_t n = 0;
        if (name == NULL || name[0] != '$' || !str_to_i64(str_of(name + 1), &n) || n < 1 || n > UINT16_MAX) {
            sqlite3_finalize(l->q);
            return fail(e, INTERNAL, "语句里的值要写成 $1、$2……");
        }
        l->values[i] = (uint32_t)n;
    }
    q->impl = l;
    return true;
}

static void lite_finalize(struct store_stmt *q) { sqlite3_finalize(stmt(q)); }

static int bind_one(sqlite3_stmt *q, int at, const struct store_param *p)
{
    switch (p->kind) {
    case PARAM_NULL: return sqlite3_bind_null(q, at);
    case PARAM_INT: return sqlite3_bind_int64(q, at, p->number);
    case PARAM_STR: return sqlite3_bind_text64(q, at, p->text.p, p->text.len, SQLITE_STATIC, SQLITE_UTF8);
    case PARAM_BYTES: return sqlite3_bind_blob64(q, at, p->text.p, p->text.len, SQLITE_STATIC);
    }
    return SQLITE_MISUSE;
}

static bool bind_all(struct store_stmt *q, struct err *e)
{
    const struct lite_stmt *l = q->impl;
    static const struct store_param null = { 0 };
    for (uint32_t i = 0; i < l->value_count; i++) {
        uint32_t n = l->values[i];
        int rc = bind_one(l->q, (int)i + 1, n <= q->params.len ? &q->params.at[n - 1] : &null);
        if (rc != SQLITE_OK) return fail_sqlite(q->s, e, rc);
    }
    return true;
}

static bool lite_step(struct store_stmt *q, bool *row, struct err *e)
{
    if (!q->started && !bind_all(q, e)) return false;
    int rc = sqlite3_step(stmt(q));
    if (rc != SQLITE_ROW && rc != SQLITE_DONE) return fail_sqlite(q->s, e, rc);
    if (rc == SQLITE_DONE) q->changed = sqlite3_stmt_readonly(stmt(q)) ? 0 : sqlite3_changes64(db(q->s));
    *row = rc == SQLITE_ROW;
    return true;
}

static void lite_reset(struct store_stmt *q) { sqlite3_reset(stmt(q)); }
static uint32_t lite_columns(const struct store_stmt *q) { return (uint32_t)sqlite3_column_count(stmt(q)); }
static str lite_column_name(const struct store_stmt *q, uint32_t column)
{
    return str_of(sqlite3_column_name(stmt(q), (int)column));
}

static bool lite_is_null(const struct store_stmt *q, uint32_t column)
{
    return sqlite3_column_type(stmt(q), (int)column) == SQLITE_NULL;
}

static bool lite_get_int(const struct store_stmt *q, uint32_t column, int64_t *out)
{
    if (sqlite3_column_type(stmt(q), (int)column) != SQLITE_INTEGER) return false;
    *out = sqlite3_column_int64(stmt(q), (int)column);
    return true;
}

static str lite_get_str(const struct store_stmt *q, uint32_t column)
{
    const char *p = (const char *)sqlite3_column_text(stmt(q), (int)column);
    return (str){ p != NULL ? p : "", (size_t)sqlite3_column_bytes(stmt(q), (int)column) };
}

static str lite_get_bytes(const struct store_stmt *q, uint32_t column)
{
    const char *p = sqlite3_column_blob(stmt(q), (int)column);
    return (str){ p != NULL ? p : "", (size_t)sqlite3_column_bytes(stmt(q), (int)column) };
}

/* ---- transactions ---- */

static bool lite_commit(struct store *s, struct err *e) { return exec(s, "COMMIT", e); }
static bool lite_in_transaction(const struct store *s) { return sqlite3_get_autocommit(db(s)) == 0; }

/* ---- the writer's lock: a file beside the database, locked by the kernel, with the holder's name in it ---- */

static void holder_line(int fd, str who)
{
    time_t now = time(NULL);
    struct tm tm;
    localtime_r(&now, &tm);
    char line[HOLDER_BYTES];
    int n = snprintf(line, sizeof line, "%.*s，进程 %ld，%d月%d日%02d:%02d 开始", STR_ARG(who), (long)getpid(),
                     tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min);
    size_t len = n < 0 ? 0 : (size_t)n < sizeof line ? (size_t)n : sizeof line - 1;
    if (ftruncate(fd, 0) != 0 || pwrite(fd, line, len, 0) < 0) return; /* nameless, but held all the same */
}

static bool lite_claim(struct store *s, str who, struct err *e)
{
    struct lite *l = s->impl;
    assert(l->lock < 0);
    str path = str_fmt(s->a, "%.*s.lock", STR_ARG(s->address));
    int fd = open(path.p, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) return fail_code(e, SQLITE_CANTOPEN, path, "");
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        char line[HOLDER_BYTES];
        ssize_t n = pread(fd, line, sizeof line, 0);
        close(fd);
        str holder = n > 0 ? (str){ line, (size_t)n } : STR("另一个程序");
        return fail(e, CONFLICT, "“%.*s”正在被占用（%.*s）；请等它结束后再试", STR_ARG(s->shown), STR_ARG(holder));
    }
    holder_line(fd, who);
    l->lock = fd;
    return true;
}

static void lite_release(struct store *s)
{
    struct lite *l = s->impl;
    if (l->lock >= 0) close(l->lock);
    l->lock = -1;
}

/* ---- many rows ---- */

static bool lite_bulk(struct store_stmt *q, str table, const str *columns, struct err *e)
{
    (void)q, (void)table, (void)columns, (void)e; /* it is a prepared insert */
    return true;
}

static bool lite_bulk_row(struct store_stmt *q, struct err *e)
{
    bool row;
    bool ok = lite_step(q, &row, e);
    sqlite3_reset(stmt(q));
    return ok;
}

static bool lite_bulk_flush(struct store_stmt *q, struct err *e)
{
    (void)q, (void)e;
    return true;
}

static void lite_bulk_end(struct store_stmt *q) { (void)q; }

/* ---- care ---- */

static bool report_rows(struct store *s, const char *sql, const char *sound_word, bool *sound, struct text *report,
                        struct err *e)
{
    sqlite3_stmt *q;
    int rc = sqlite3_prepare_v2(db(s), sql, -1, &q, NULL);
    if (rc != SQLITE_OK) return fail_sqlite(s, e, rc);
    while ((rc = sqlite3_step(q)) == SQLITE_ROW) {
        const char *line = (const char *)sqlite3_column_text(q, 0);
        if (line == NULL || strcmp(line, sound_word) == 0) continue;
        *sound = false;
        text_addf(report, "%s\n", line);
    }
    if (rc != SQLITE_DONE && (rc & 0xff) == SQLITE_CORRUPT) {
        *sound = false;
        text_addf(report, "%s\n", sqlite3_errmsg(db(s)));
        rc = SQLITE_DONE;
    }
    bool ok = rc == SQLITE_DONE || fail_sqlite(s, e, rc);
    sqlite3_finalize(q);
    return ok;
}

static bool lite_check(struct store *s, bool *sound, struct text *report, struct err *e)
{
    *sound = true;
    return report_rows(s, "PRAGMA integrity_check", "ok", sound, report, e) &&
           report_rows(s, "SELECT '外键不对应：' || \"table\" || ' → ' || parent FROM pragma_foreign_key_check", "",
                       sound, report, e);
}

/* Copies into an open, empty database. */
static bool copy(struct store *s, sqlite3 *to, str path, struct err *e)
{
    sqlite3_backup *b = sqlite3_backup_init(to, "main", db(s), "main");
    if (b == NULL) return fail_code(e, sqlite3_extended_errcode(to), path, sqlite3_errmsg(to));
    int rc;
    int waits = 0;
    do {
        rc = sqlite3_backup_step(b, -1); /* in one step: between steps a writer would make it begin again */
        bool busy = (rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_LOCKED;
        if (busy && waits++ < BUSY_MS / 10) {
            sqlite3_sleep(10);
            rc = SQLITE_OK;
        }
    } while (rc == SQLITE_OK);
    int end = sqlite3_backup_finish(b);
    if (rc != SQLITE_DONE || end != SQLITE_OK)
        return fail_code(e, rc != SQLITE_DONE ? rc : end, path, sqlite3_errmsg(to));
    return true;
}

static bool sound_copy(sqlite3 *to, str path, struct err *e)
{
    sqlite3_stmt *q = NULL;
    bool ok = sqlite3_prepare_v2(to, "PRAGMA quick_check", -1, &q, NULL) == SQLITE_OK &&
              sqlite3_step(q) == SQLITE_ROW && strcmp((const char *)sqlite3_column_text(q, 0), "ok") == 0;
    sqlite3_finalize(q);
    return ok || fail(e, IO, "备份“%.*s”核对不上；请检查磁盘后重新备份", STR_ARG(path));
}

/* The name of a new file is only safe when its folder is synced. */
static bool settle(const char *temporary, str path, struct err *e)
{
    autoarena *a = arena_new("backup", 0);
    str z = str_dup(a, path), dir = str_dup(a, file_dir(path));
    int fd = open(temporary, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && !fault_point(FAULT_SYNC) && fsync(fd) == 0;
    if (fd >= 0) close(fd);
    ok = ok && rename(temporary, z.p) == 0;
    fd = ok ? open(dir.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    ok = ok && fd >= 0 && !fault_point(FAULT_SYNC) && fsync(fd) == 0;
    if (fd >= 0) close(fd);
    return ok || fail(e, IO, "备份“%.*s”没有存好；请检查磁盘和权限后再试", STR_ARG(path));
}

static bool lite_backup(struct store *s, str path, struct err *e)
{
    autoarena *a = arena_new("backup", 0);
    /* the log of the database that is replaced would be taken for the copy's */
    if (file_exists(str_fmt(a, "%.*s-wal", STR_ARG(path))))
        return fail(e, CONFLICT, "“%.*s”是一个正在使用的数据库；请换一个备份文件名", STR_ARG(path));
    str temporary = str_fmt(a, "%.*s.%ld~", STR_ARG(path), (long)getpid());
    unlink(temporary.p);
    sqlite3 *to = NULL;
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    int rc = sqlite3_open_v2(temporary.p, &to, flags, store_vfs());
    bool ok = rc == SQLITE_OK || fail_code(e, rc, path, to != NULL ? sqlite3_errmsg(to) : "");
    /* the copy is one file: no journal beside it */
    ok = ok && copy(s, to, path, e) && sound_copy(to, path, e);
    if (ok) {
        rc = sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
        ok = rc == SQLITE_OK || fail_code(e, rc, path, sqlite3_errmsg(to));
    }
    sqlite3_close(to);
    ok = ok && settle(temporary.p, path, e);
    if (!ok) {
        unlink(temporary.p);
        unlink(str_fmt(a, "%.*s-journal", STR_ARG(temporary)).p);
        unlink(str_fmt(a, "%.*s-wal", STR_ARG(temporary)).p);
        unlink(str_fmt(a, "%.*s-shm", STR_ARG(temporary)).p);
    }
    return ok;
}

const struct store_ops store_sqlite = {
    .open = lite_open,
    .close = lite_close,
    .exec = exec,
    .prepare = lite_prepare,
    .finalize = lite_finalize,
    .step = lite_step,
    .reset = lite_reset,
    .columns = lite_columns,
    .column_name = lite_column_name,
    .is_null = lite_is_null,
    .get_int = lite_get_int,
    .get_str = lite_get_str,
    .get_bytes = lite_get_bytes,
    .commit = lite_commit,
    .in_transaction = lite_in_transaction,
    .claim = lite_claim,
    .release = lite_release,
    .bulk = lite_bulk,
    .bulk_row = lite_bulk_row,
    .bulk_flush = lite_bulk_flush,
    .bulk_end = lite_bulk_end,
    .check = lite_check,
    .backup = lite_backup,
};
