/* store_pg: the only door to PostgreSQL. Values travel as text (integers) and as bytes (texts), rows come whole, or in
 * portions from a cursor when the statement was made for many. Fault points stand where the server would be lost. */
#include "base/fault.h"
#include "store/store_pg_priv.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    PORTION_ROWS = 4096,      /* of a cursor */
    COPY_PORTION = 1 << 20,   /* bytes collected before they are sent */
    COPY_MAX = 256 << 20,     /* bytes of one row */
    LOCK_NUMBER = 0x6c657965, /* "leye": the writer's lock */
    NUMBER_TEXT = 24,         /* an integer of 64 bits as text */
    OID_BOOL = 16,
};

struct pg_bulk {
    struct arena *a;
    struct text rows;
    struct arena_mark empty;
    char *sql;
    struct pg_bulk *next; /* free ones */
};

struct pg {
    PGconn *c;
    uint32_t names; /* of statements and cursors */
    bool claimed;
    struct pg_bulk *free_bulks;
};

struct pg_stmt {
    char name[NUMBER_TEXT];
    int value_count;
    PGresult *rows;
    int at;          /* the current row */
    bool cursor;     /* is open */
    bool last;       /* the portion is the last one */
    struct arena *a; /* decoded bytes of the current row */
};

static struct pg *pg(const struct store *s) { return s->impl; }

/* ---- errors ---- */

str pg_detail(const char *message)
{
    str m = str_trim(str_of(message));
    size_t line = str_find(m, STR("\n"));
    return line == SIZE_MAX ? m : str_slice(m, 0, line);
}

static bool fail_state(struct err *e, str shown, const char *state, const char *message)
{
    str st = str_of(state), m = pg_detail(message);
    if (str_eq(st, STR("53100")))
        return fail(e, IO, "数据库“%.*s”的磁盘已满；没有改动任何内容。请腾出空间后再试", STR_ARG(shown));
    if (str_starts(st, STR("53")))
        return fail(e, MEMORY, "数据库“%.*s”没有余力（%.*s）；请稍后再试", STR_ARG(shown), STR_ARG(m));
    if (str_eq(st, STR("55P03")) || str_starts(st, STR("40")))
        return fail(e, BUSY, "“%.*s”正在被另一个程序写入，没有轮到；什么都没有做，请过一会儿再试", STR_ARG(shown));
    if (str_starts(st, STR("23")))
        return fail(e, CONFLICT, "不符合“%.*s”的约束（%.*s）；请检查是否重复或缺项", STR_ARG(shown), STR_ARG(m));
    if (str_eq(st, STR("42501")) || str_eq(st, STR("25006")))
        return fail(e, IO, "没有权限写“%.*s”（%.*s）；请找数据库管理员授权，或者以可写方式打开", STR_ARG(shown),
                    STR_ARG(m));
    if (str_starts(st, STR("XX00")) && !str_eq(st, STR("XX000")))
        return fail(e, IO, "数据库“%.*s”已损坏（%.*s）；请停止写入，用最近的备份恢复", STR_ARG(shown), STR_ARG(m));
    if (str_starts(st, STR("54"))) return fail(e, LIMIT, "超过了数据库的限度（%.*s）；请拆小", STR_ARG(m));
    if (str_starts(st, STR("58")))
        return fail(e, IO, "数据库“%.*s”读写失败（%.*s）；请检查它的磁盘", STR_ARG(shown), STR_ARG(m));
    if (st.len == 0 || str_starts(st, STR("08")) || str_starts(st, STR("57P")))
        return fail(e, AWAY, "与数据库“%.*s”的连接断了（%.*s）；没有提交的改动都没有做。请检查网络后再试",
                    STR_ARG(shown), STR_ARG(m));
    return fail(e, INTERNAL, "数据库“%.*s”不接受这条语句：%.*s", STR_ARG(shown), STR_ARG(m));
}

/* Whether the result is one of success; cleared in any case unless *keep. */
static bool succeeded(struct store *s, PGresult *r, PGresult **keep, struct err *e)
{
    ExecStatusType st = pq.resultStatus(r);
    bool ok = st == PGRES_COMMAND_OK || st == PGRES_TUPLES_OK || st == PGRES_COPY_IN;
    if (!ok) {
        const char *state = pq.resultErrorField(r, PG_DIAG_SQLSTATE);
        fail_state(e, s->shown, state, r != NULL ? pq.resultErrorMessage(r) : pq.errorMessage(pg(s)->c));
    }
    if (ok && keep != NULL)
        *keep = r;
    else
        pq.clear(r);
    return ok;
}

/* As if the connection were lost here. Then the server undoes by itself what was begun; a connection that only plays
 * lost must be told to (pg_exec). */
static bool lost(struct store *s, enum fault_kind kind, struct err *e)
{
    return fault_point(kind) && !fail_state(e, s->shown, "08006", "fault");
}

static bool pg_exec(struct store *s, const char *sql, struct err *e)
{
    if (lost(s, FAULT_WRITE, e)) {
        if (strcmp(sql, "ROLLBACK") == 0) pq.clear(pq.exec(pg(s)->c, sql));
        return false;
    }
    return succeeded(s, pq.exec(pg(s)->c, sql), NULL, e);
}

/* ---- opening ---- */

static void silent(void *nobody, const char *message) { (void)nobody, (void)message; }

static bool pg_set_up(struct store *s, enum store_mode mode, struct err *e)
{
    PGconn *c = pg(s)->c;
    pq.setNoticeProcessor(c, silent, NULL);
    const char *encoding = pq.parameterStatus(c, "server_encoding");
    if (encoding == NULL || strcmp(encoding, "UTF8") != 0)
        return fail(e, INVALID, "数据库“%.*s”的编码不是 UTF8；请用 createdb -E UTF8 重新建", STR_ARG(s->shown));
    if (pq.setClientEncoding(c, "UTF8") != 0) return fail_state(e, s->shown, "08006", pq.errorMessage(c));
    /* compiling the long statements of rules to machine code takes longer than running them: five times as long */
    return pg_exec(s,
                   "SET lock_timeout = '10s'; SET bytea_output = hex; SET standard_conforming_strings = on;"
                   " SET jit = off",
                   e) &&
           (mode != STORE_READ || pg_exec(s, "SET default_transaction_read_only = on", e));
}

static bool pg_open(struct store *s, enum store_mode mode, struct err *e)
{
    if (!libpq_load(e)) return false;
    struct pg *p = ARENA_NEW(s->a, struct pg);
    s->impl = p;
    if (!pg_connect(s, &p->c, e)) return false;
    bool ok = pg_set_up(s, mode, e);
    if (!ok) pq.finish(p->c);
    return ok;
}

static void pg_close(struct store *s) { pq.finish(pg(s)->c); }

/* ---- statements ---- */

/* The highest n of $n in a text of SQL, outside quotes and comments. */
static int count_values(const char *sql)
{
    int max = 0;
    for (const char *p = sql; *p != '\0'; p++) {
        if (*p == '\'' || *p == '"') {
            const char *end = strchr(p + 1, *p);
            if (end == NULL) break;
            p = end; /* a doubled quote is the end of one and the start of the next */
        } else if (p[0] == '-' && p[1] == '-') {
            const char *end = strchr(p, '\n');
            if (end == NULL) break;
            p = end;
        } else if (*p == '$') {
            int n = 0;
            while (p[1] >= '0' && p[1] <= '9' && n < UINT16_MAX) n = n * 10 + (*++p - '0');
            if (n > max) max = n;
        }
    }
    return max;
}

static bool pg_prepare(struct store_stmt *q, struct err *e)
{
    struct pg_stmt *l = ARENA_NEW(q->s->a, struct pg_stmt);
    snprintf(l->name, sizeof l->name, "leye_q%u", ++pg(q->s)->names);
    l->value_count = count_values(q->sql);
    q->impl = l;
    if (!q->scan) {
        if (lost(q->s, FAULT_READ, e)) return false;
        if (!succeeded(q->s, pq.prepare(pg(q->s)->c, l->name, q->sql, 0, NULL), NULL, e)) return false;
    }
    l->a = arena_new("row", 0);
    return true;
}

static void pg_finalize(struct store_stmt *q)
{
    struct pg_stmt *l = q->impl;
    pq.clear(l->rows);
    arena_free(l->a);
}

/* The bound values as libpq wants them; everything in a. */
struct values {
    const char **at;
    int *sizes, *formats;
};

static struct values values_of(const struct store_stmt *q, int n, struct arena *a)
{
    struct values v = { ARENA_ARRAY(a, const char *, (size_t)n + 1), ARENA_ARRAY(a, int, (size_t)n + 1),
                        ARENA_ARRAY(a, int, (size_t)n + 1) };
    for (int i = 0; i < n && (size_t)i < q->params.len; i++) {
        const struct store_param *p = &q->params.at[i];
        switch (p->kind) {
        case PARAM_NULL: break;
        case PARAM_INT: v.at[i] = str_fmt(a, "%lld", (long long)p->number).p; break;
        case PARAM_STR:
        case PARAM_BYTES:
            v.at[i] = p->text.p;
            v.sizes[i] = (int)p->text.len;
            v.formats[i] = 1;
            break;
        }
    }
    return v;
}

static bool open_cursor(struct store_stmt *q, const struct values *v, struct err *e)
{
    struct pg_stmt *l = q->impl;
    struct pg *p = pg(q->s);
    const char *hold = pq.transactionStatus(p->c) == PQTRANS_INTRANS ? "" : " WITH HOLD";
    struct arena_mark m = arena_mark(l->a);
    str sql = str_fmt(l->a, "DECLARE %s NO SCROLL CURSOR%s FOR %s", l->name, hold, q->sql);
    PGresult *r = pq.execParams(p->c, sql.p, l->value_count, NULL, v->at, v->sizes, v->formats, 0);
    arena_rewind(l->a, m);
    l->cursor = succeeded(q->s, r, NULL, e);
    return l->cursor;
}

static bool fetch(struct store_stmt *q, struct err *e)
{
    struct pg_stmt *l = q->impl;
    if (lost(q->s, FAULT_READ, e)) return false;
    pq.clear(l->rows);
    l->rows = NULL;
    l->at = 0;
    char sql[64];
    snprintf(sql, sizeof sql, "FETCH %d FROM %s", PORTION_ROWS, l->name);
    if (!succeeded(q->s, pq.exec(pg(q->s)->c, sql), &l->rows, e)) return false;
    l->last = pq.ntuples(l->rows) < PORTION_ROWS;
    return true;
}

static bool first_step(struct store_stmt *q, struct err *e)
{
    struct pg_stmt *l = q->impl;
    if (lost(q->s, FAULT_WRITE, e)) return false;
    autoarena *a = arena_new("values", 0);
    struct values v = values_of(q, l->value_count, a);
    l->at = 0;
    l->last = true;
    if (q->scan) return open_cursor(q, &v, e) && fetch(q, e);
    PGresult *r = pq.execPrepared(pg(q->s)->c, l->name, l->value_count, v.at, v.sizes, v.formats, 0);
    if (!succeeded(q->s, r, &l->rows, e)) return false;
    int64_t n = 0;
    q->changed = pq.resultStatus(r) == PGRES_COMMAND_OK && str_to_i64(str_of(pq.cmdTuples(r)), &n) ? n : 0;
    return true;
}

static bool pg_step(struct store_stmt *q, bool *row, struct err *e)
{
    struct pg_stmt *l = q->impl;
    arena_rewind(l->a, (struct arena_mark){ 0 });
    if (!q->started) {
        if (!first_step(q, e)) return false;
    } else {
        l->at++;
        if (l->at >= pq.ntuples(l->rows) && !l->last && !fetch(q, e)) return false;
    }
    *row = l->at < pq.ntuples(l->rows);
    return true;
}

static void pg_reset(struct store_stmt *q)
{
    struct pg_stmt *l = q->impl;
    pq.clear(l->rows);
    l->rows = NULL;
    if (l->cursor) {
        char sql[64];
        snprintf(sql, sizeof sql, "CLOSE %s", l->name);
        pq.clear(pq.exec(pg(q->s)->c, sql)); /* in a failed transaction it is gone by itself */
    }
    l->cursor = false;
}

static const PGresult *rows(const struct store_stmt *q) { return ((struct pg_stmt *)q->impl)->rows; }
static uint32_t pg_columns(const struct store_stmt *q) { return (uint32_t)pq.nfields(rows(q)); }

static str pg_column_name(const struct store_stmt *q, uint32_t column)
{
    return str_of(pq.fname(rows(q), (int)column));
}

static bool pg_is_null(const struct store_stmt *q, uint32_t column)
{
    return pq.getisnull(rows(q), ((struct pg_stmt *)q->impl)->at, (int)column) != 0;
}

static str pg_get_str(const struct store_stmt *q, uint32_t column)
{
    const struct pg_stmt *l = q->impl;
    return (str){ pq.getvalue(l->rows, l->at, (int)column), (size_t)pq.getlength(l->rows, l->at, (int)column) };
}

static bool pg_get_int(const struct store_stmt *q, uint32_t column, int64_t *out)
{
    if (pg_is_null(q, column)) return false;
    str t = pg_get_str(q, column);
    if (pq.ftype(rows(q), (int)column) == OID_BOOL) {
        *out = t.p[0] == 't';
        return true;
    }
    bool negative = str_starts(t, STR("-"));
    if (negative) t = str_slice(t, 1, t.len);
    if (negative && str_eq(t, STR("9223372036854775808"))) {
        *out = INT64_MIN;
        return true;
    }
    int64_t v;
    if (!str_to_i64(t, &v)) return false;
    *out = negative ? -v : v;
    return true;
}

static int hex(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

static str pg_get_bytes(const struct store_stmt *q, uint32_t column)
{
    str t = pg_get_str(q, column);
    if (!str_starts(t, STR("\\x"))) return t;
    const struct pg_stmt *l = q->impl;
    size_t n = (t.len - 2) / 2;
    char *out = arena_alloc(l->a, n + 1);
    for (size_t i = 0; i < n; i++) out[i] = (char)(hex(t.p[2 + 2 * i]) << 4 | hex(t.p[3 + 2 * i]));
    return (str){ out, n };
}

/* ---- transactions ---- */

static bool pg_commit(struct store *s, struct err *e)
{
    if (lost(s, FAULT_SYNC, e)) return false;
    PGresult *r;
    if (!succeeded(s, pq.exec(pg(s)->c, "COMMIT"), &r, e)) return false;
    bool done = strcmp(pq.cmdStatus(r), "COMMIT") == 0; /* it says ROLLBACK when something had failed */
    pq.clear(r);
    return done || fail(e, CONFLICT, "前面的一步没有成功，这一组改动已经作废；请整组重新提交");
}

static bool pg_in_transaction(const struct store *s)
{
    PGTransactionStatusType st = pq.transactionStatus(pg(s)->c);
    return st == PQTRANS_INTRANS || st == PQTRANS_INERROR || st == PQTRANS_ACTIVE;
}

/* ---- the writer's lock: an advisory lock of the session; who holds it is the name of that session ---- */

static bool holder(struct store *s, struct arena *a, str *out, struct err *e)
{
    str sql = str_fmt(a,
                      "SELECT a.application_name || '，进程 ' || a.pid || '，' ||"
                      " to_char(a.backend_start, 'FMMM月FMDD日HH24:MI') || ' 开始'"
                      " FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
                      " JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()"
                      " WHERE l.locktype = 'advisory' AND l.granted AND l.objid = %d",
                      LOCK_NUMBER);
    PGresult *r;
    if (!succeeded(s, pq.exec(pg(s)->c, sql.p), &r, e)) return false;
    *out = pq.ntuples(r) > 0 ? str_dup(a, str_of(pq.getvalue(r, 0, 0))) : STR("另一个程序");
    pq.clear(r);
    return true;
}

static bool pg_claim(struct store *s, str who, struct err *e)
{
    struct pg *p = pg(s);
    assert(!p->claimed);
    autoarena *a = arena_new("claim", 0);
    const char *name[1] = { str_dup(a, who).p };
    PGresult *r = pq.execParams(p->c, "SELECT set_config('application_name', $1, false)", 1, NULL, name, NULL, NULL, 0);
    if (!succeeded(s, r, NULL, e)) return false;
    r = pq.exec(p->c, str_fmt(a, "SELECT pg_try_advisory_lock(%d)", LOCK_NUMBER).p);
    if (!succeeded(s, r, &r, e)) return false;
    p->claimed = pq.getvalue(r, 0, 0)[0] == 't';
    pq.clear(r);
    if (p->claimed) return true;
    str by;
    if (!holder(s, a, &by, e)) return false;
    return fail(e, CONFLICT, "“%.*s”正在被占用（%.*s）；请等它结束后再试", STR_ARG(s->shown), STR_ARG(by));
}

static void pg_release(struct store *s)
{
    struct pg *p = pg(s);
    if (!p->claimed) return;
    p->claimed = false;
    char sql[64];
    snprintf(sql, sizeof sql, "SELECT pg_advisory_unlock(%d)", LOCK_NUMBER);
    pq.clear(pq.exec(p->c, sql));
}

/* ---- many rows: COPY in portions, so that the connection is free between them ---- */

static void free_bulk(void *b) { arena_free(((struct pg_bulk *)b)->a); }

static bool pg_bulk(struct store_stmt *q, str table, const str *columns, struct err *e)
{
    (void)e;
    struct pg *p = pg(q->s);
    struct pg_bulk *b = p->free_bulks;
    if (b != NULL) {
        p->free_bulks = b->next;
    } else {
        b = ARENA_NEW(q->s->a, struct pg_bulk);
        b->a = arena_new("bulk", 0);
        arena_cleanup(q->s->a, free_bulk, b);
    }
    arena_rewind(b->a, (struct arena_mark){ 0 });
    struct text t;
    text_init(&t, b->a, COPY_MAX);
    text_addz(&t, "COPY ");
    store_quote(&t, table);
    for (uint32_t i = 0; i < q->bulk_columns; i++) {
        text_addz(&t, i == 0 ? " (" : ", ");
        store_quote(&t, columns[i]);
    }
    text_addz(&t, ") FROM STDIN");
    b->sql = t.p;
    b->empty = arena_mark(b->a);
    text_init(&b->rows, b->a, COPY_MAX);
    q->impl = b;
    return true;
}

static void add_escaped(struct text *t, str s)
{
    size_t start = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        char letter = c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\t' ? 't' : c == '\\' ? '\\' : '\0';
        if (letter == '\0') continue;
        text_add(t, str_slice(s, start, i));
        text_addc(t, '\\');
        text_addc(t, letter);
        start = i + 1;
    }
    text_add(t, str_slice(s, start, s.len));
}

static void add_hex(struct text *t, str s)
{
    text_addz(t, "\\\\x");
    for (size_t i = 0; i < s.len; i++) text_addf(t, "%02x", (unsigned char)s.p[i]);
}

static bool copy_rows(struct store *s, const struct pg_bulk *b, struct err *e)
{
    PGconn *c = pg(s)->c;
    if (!succeeded(s, pq.exec(c, b->sql), NULL, e)) return false;
    bool sent = pq.putCopyData(c, b->rows.p, (int)b->rows.len) == 1;
    sent = pq.putCopyEnd(c, sent ? NULL : "cut") == 1 && sent;
    bool ok = true;
    for (PGresult *r; (r = pq.getResult(c)) != NULL;) {
        struct err *first = ok ? e : &(struct err){ 0 };
        ok = succeeded(s, r, NULL, first) && ok;
    }
    return ok && (sent || fail_state(e, s->shown, "08006", pq.errorMessage(c)));
}

static bool pg_bulk_flush(struct store_stmt *q, struct err *e)
{
    struct pg_bulk *b = q->impl;
    if (b->rows.over) return fail(e, LIMIT, "一行太大，最多 %d 字节；请拆小", COPY_MAX);
    if (b->rows.len == 0) return true;
    if (lost(q->s, FAULT_WRITE, e)) return false;
    bool ok = copy_rows(q->s, b, e);
    arena_rewind(b->a, b->empty);
    text_init(&b->rows, b->a, COPY_MAX);
    return ok;
}

static bool pg_bulk_row(struct store_stmt *q, struct err *e)
{
    struct pg_bulk *b = q->impl;
    struct text *t = &b->rows;
    for (uint32_t i = 0; i < q->bulk_columns; i++) {
        const struct store_param *p = &q->params.at[i];
        if (i > 0) text_addc(t, '\t');
        switch (p->kind) {
        case PARAM_NULL: text_addz(t, "\\N"); break;
        case PARAM_INT: text_addf(t, "%lld", (long long)p->number); break;
        case PARAM_STR: add_escaped(t, p->text); break;
        case PARAM_BYTES: add_hex(t, p->text); break;
        }
    }
    text_addc(t, '\n');
    return (t->len < COPY_PORTION && !t->over) || pg_bulk_flush(q, e);
}

static void pg_bulk_end(struct store_stmt *q)
{
    struct pg_bulk *b = q->impl;
    b->next = pg(q->s)->free_bulks;
    pg(q->s)->free_bulks = b;
    q->impl = NULL;
}

/* ---- care ---- */

static bool pg_check(struct store *s, bool *sound, struct text *report, struct err *e)
{
    struct store_stmt *q;
    if (!store_prepare(s, STR("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"), &q, e))
        return false;
    *sound = true;
    bool row = false, ok;
    while ((ok = store_step(q, &row, e)) && row) {
        autoarena *a = arena_new("check", 0);
        struct text t;
        text_init(&t, a, COPY_PORTION);
        text_addz(&t, "SELECT count(*) FROM "); /* reads every page; a damaged one is an error of class XX */
        store_quote(&t, store_str(q, 0));
        struct err wrong = { 0 };
        if (succeeded(s, pq.exec(pg(s)->c, text_str(&t).p), NULL, &wrong)) continue;
        *sound = false;
        text_addf(report, "%s\n", err_cause(&wrong));
    }
    store_done(q);
    return ok;
}

static bool pg_backup(struct store *s, str path, struct err *e)
{
    (void)path;
    return fail(e, INVALID, "“%.*s”是 PostgreSQL 数据库，请用 pg_dump 或 pg_basebackup 备份", STR_ARG(s->shown));
}

const struct store_ops store_postgres = {
    .open = pg_open,
    .close = pg_close,
    .exec = pg_exec,
    .prepare = pg_prepare,
    .finalize = pg_finalize,
    .step = pg_step,
    .reset = pg_reset,
    .columns = pg_columns,
    .column_name = pg_column_name,
    .is_null = pg_is_null,
    .get_int = pg_get_int,
    .get_str = pg_get_str,
    .get_bytes = pg_get_bytes,
    .commit = pg_commit,
    .in_transaction = pg_in_transaction,
    .claim = pg_claim,
    .release = pg_release,
    .bulk = pg_bulk,
    .bulk_row = pg_bulk_row,
    .bulk_flush = pg_bulk_flush,
    .bulk_end = pg_bulk_end,
    .check = pg_check,
    .backup = pg_backup,
};
