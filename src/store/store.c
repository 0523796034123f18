/* store: what both databases share: kept statements, bound values, nested transactions, and the rule that after a
 * failure a transaction can only be rolled back. */
#include "base/crypto.h"
#include "base/utf8.h"
#include "store/store_priv.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum {
    SQL_MAX = 16 << 20,   /* bytes of one text of SQL */
    DEPTH_MAX = 64,       /* transactions in one another */
    PARAMS_MAX = 32000,   /* values of a statement; both databases allow a few more */
    NAME_MAX_BYTES = 63,  /* what PostgreSQL keeps of a name */
    ROOM_KEPT = 64 << 10, /* bytes of a value for which memory stays */
    NAME_HASH = 12,       /* hexadecimal digits of the hash in a shortened name */
};

/* ---- opening ---- */

enum store_kind store_kind_of(str address)
{
    bool server = str_starts(address, STR("postgresql://")) || str_starts(address, STR("postgres://"));
    return server ? STORE_POSTGRES : STORE_SQLITE;
}

/* The address without what stands between ':' and '@' of its host part. */
static str without_login(struct arena *a, str address)
{
    size_t start = str_find(address, STR("://")) + 3, end = start;
    while (end < address.len && address.p[end] != '/' && address.p[end] != '?') end++;
    str host = str_slice(address, start, end);
    size_t at = str_find(host, STR("@")), colon = str_find(host, STR(":"));
    if (at == SIZE_MAX || colon > at) return address;
    str head = str_slice(address, 0, start + colon), rest = str_slice(address, start + at, address.len);
    return str_fmt(a, "%.*s%.*s", STR_ARG(head), STR_ARG(rest));
}

/* The address without the values of password= and sslpassword=. */
static str without_parameter(struct arena *a, str address)
{
    str name = STR("password=");
    size_t from = 0, found;
    struct text t;
    text_init(&t, a, address.len + 1);
    while ((found = str_find(str_slice(address, from, address.len), name)) != SIZE_MAX) {
        size_t end = from + found + name.len;
        text_add(&t, str_slice(address, from, end));
        while (end < address.len && address.p[end] != '&') end++;
        from = end;
    }
    text_add(&t, str_slice(address, from, address.len));
    return text_str(&t);
}

str store_shown(struct arena *a, str address)
{
    return store_kind_of(address) == STORE_SQLITE ? address : without_parameter(a, without_login(a, address));
}

bool store_open(struct store **out, str address, enum store_mode mode, struct err *e)
{
    if (address.len == 0) return fail(e, INVALID, "没有给出数据库，请给出文件路径或 postgresql:// 地址");
    if (memchr(address.p, '\0', address.len) != NULL)
        return fail(e, INVALID, "数据库地址里有不可见的零字节，请重新输入");
    struct arena *a = arena_new("store", 0);
    struct store *s = ARENA_NEW(a, struct store);
    s->a = a;
    s->kind = store_kind_of(address);
    s->ops = s->kind == STORE_POSTGRES ? &store_postgres : &store_sqlite;
    s->address = str_dup(a, address);
    s->shown = store_shown(a, s->address);
    map_init(&s->prepared, a);
    if (!s->ops->open(s, mode, e)) {
        arena_free(a);
        return false;
    }
    if (!vault_begin(s, mode, e)) {
        store_close(s);
        return false;
    }
    *out = s;
    return true;
}

/* ---- memory of values that are sealed ---- */

char *store_room(struct store *s, struct store_room *r, size_t bytes)
{
    if (bytes > r->bytes) {
        store_room_end(r);
        r->bytes = bytes < 64 ? 64 : bytes > r->bytes * 2 ? bytes : r->bytes * 2;
        if (r->bytes > ROOM_KEPT) r->large = arena_new("value", 0);
        r->p = arena_alloc(r->large != NULL ? r->large : s->a, r->bytes);
    }
    return r->p;
}

void store_room_end(struct store_room *r)
{
    if (r->large == NULL) return;
    arena_free(r->large);
    *r = (struct store_room){ 0 };
}

static void end_rooms(struct store_stmt *q)
{
    VEC_EACH (struct store_param, p, &q->params) store_room_end(&p->room);
    for (size_t i = 0; q->opened != NULL && i < q->opened->columns.len; i++) store_room_end(&q->opened->columns.at[i]);
}

void store_close(struct store *s)
{
    if (s == NULL) return;
    while (s->depth > 0) store_rollback(s);
    store_release(s);
    VEC_EACH (struct store_stmt *, q, &s->all) {
        end_rooms(*q);
        s->ops->finalize(*q);
    }
    s->ops->close(s);
    arena_free(s->a);
}

enum store_kind store_kind(const struct store *s) { return s->kind; }
str store_address(const struct store *s) { return s->shown; }
uint32_t store_depth(const struct store *s) { return s->depth; }
uint64_t store_transaction(const struct store *s) { return s->depth > 0 ? s->begun : 0; }
const char *store_kind_zh(enum store_kind k) { return k == STORE_SQLITE ? "SQLite" : "PostgreSQL"; }
const char *store_bytes_type(enum store_kind k) { return k == STORE_SQLITE ? "blob" : "bytea"; }

bool store_keep(struct store *s, uint32_t kib, struct err *e)
{
    char sql[64];
    if (s->kind != STORE_SQLITE) return true;
    snprintf(sql, sizeof sql, "PRAGMA cache_size = -%u", kib);
    return s->ops->exec(s, sql, e);
}

bool store_claim(struct store *s, str who, struct err *e) { return s->ops->claim(s, who, e); }
void store_release(struct store *s) { s->ops->release(s); }

bool store_check(struct store *s, bool *sound, struct text *report, struct err *e)
{
    return s->ops->check(s, sound, report, e);
}

bool store_backup(struct store *s, str path, struct err *e) { return s->ops->backup(s, path, e); }

/* ---- names ---- */

static void add_quoted(struct text *out, str part)
{
    for (size_t i = 0; i < part.len; i++) {
        if (part.p[i] == '"') text_addc(out, '"');
        text_addc(out, part.p[i]);
    }
}

void store_quote(struct text *out, str name)
{
    text_addc(out, '"');
    if (name.len <= NAME_MAX_BYTES) {
        add_quoted(out, name);
    } else {
        char hash[SM3_HEX + 1];
        struct err ignored = { 0 };
        bool ok = crypto_sm3_hex(name, hash, &ignored);
        assert(ok); /* memory only */
        size_t keep = NAME_MAX_BYTES - NAME_HASH - 1;
        while (keep > 0 && ((unsigned char)name.p[keep] & 0xc0) == 0x80) keep--; /* whole characters */
        add_quoted(out, str_slice(name, 0, keep));
        text_addf(out, "_%.*s", NAME_HASH, hash);
    }
    text_addc(out, '"');
}

str store_insert_sql(struct arena *a, str table, const str *columns, uint32_t count)
{
    struct text t;
    text_init(&t, a, SQL_MAX);
    text_addz(&t, "INSERT INTO ");
    store_quote(&t, table);
    text_addz(&t, " (");
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0) text_addz(&t, ", ");
        store_quote(&t, columns[i]);
    }
    text_addz(&t, ") VALUES (");
    for (uint32_t i = 0; i < count; i++) text_addf(&t, "%s$%u", i > 0 ? ", " : "", i + 1);
    text_addc(&t, ')');
    return text_str(&t);
}

/* ---- failing inside a transaction ---- */

/* What could not be sealed or opened is told once, by whatever comes next. */
static bool spoilt(struct store *s, struct err *e)
{
    if (s->spoilt.code == ERR_NONE) return false;
    *e = s->spoilt;
    s->spoilt = (struct err){ 0 };
    if (s->depth > 0 && s->failed == 0) s->failed = s->depth;
    return true;
}

/* Before anything runs: refuses when only a rollback helps. */
static bool usable(struct store *s, struct err *e)
{
    if (spoilt(s, e)) return false;
    if (s->depth == 0) return true;
    if (s->failed == 0 && !s->ops->in_transaction(s)) s->failed = 1;
    if (s->failed == 0) return true;
    return fail(e, CONFLICT, "前面的一步没有成功，这一组改动已经作废，不能接着做；请整组重新提交");
}

static bool failed(struct store *s)
{
    if (s->depth > 0) {
        bool gone = !s->ops->in_transaction(s);
        if (s->failed == 0 || gone) s->failed = gone ? 1 : s->depth;
    }
    return false;
}

bool store_exec(struct store *s, str sql, struct err *e)
{
    if (!usable(s, e)) return false;
    struct arena_mark m = arena_mark(s->a);
    bool ok = s->ops->exec(s, str_dup(s->a, sql).p, e);
    arena_rewind(s->a, m);
    return ok || failed(s);
}

/* ---- statements ---- */

static bool prepare(struct store *s, str sql, bool scan, struct store_stmt **out, struct err *e)
{
    if (!usable(s, e)) return false;
    if (sql.len > SQL_MAX) return fail(e, LIMIT, "SQL 文字太长，最多 %d 字节", SQL_MAX);
    struct store_stmt *first = map_get(&s->prepared, sql);
    for (struct store_stmt *q = first; q != NULL; q = q->next) {
        if (q->taken || q->scan != scan) continue;
        q->taken = true;
        *out = q;
        return true;
    }
    struct store_stmt *q = ARENA_NEW(s->a, struct store_stmt);
    str copy = str_dup(s->a, sql);
    q->s = s;
    q->opened = ARENA_NEW(s->a, struct store_opened);
    q->scan = scan;
    q->sql = arena_alloc(s->a, copy.len + 1);
    memcpy(q->sql, copy.p, copy.len);
    if (!s->ops->prepare(q, e)) return failed(s);
    q->taken = true;
    q->next = first;
    map_put(&s->prepared, copy, q);
    *vec_push(s->a, &s->all) = q;
    *out = q;
    return true;
}

bool store_prepare(struct store *s, str sql, struct store_stmt **out, struct err *e)
{
    return prepare(s, sql, false, out, e);
}

bool store_scan(struct store *s, str sql, struct store_stmt **out, struct err *e)
{
    return prepare(s, sql, true, out, e);
}

static struct store_param *param(struct store_stmt *q, uint32_t at)
{
    assert(at >= 1 && at <= PARAMS_MAX);
    if (at > q->params.len) {
        vec_reserve(q->s->a, &q->params, at - q->params.len);
        while (q->params.len < at) *vec_push(q->s->a, &q->params) = (struct store_param){ 0 };
    }
    return &q->params.at[at - 1];
}

void store_bind_int(struct store_stmt *q, uint32_t at, int64_t v)
{
    struct store_param *p = param(q, at);
    p->kind = PARAM_INT, p->number = v;
}

void store_bind_null(struct store_stmt *q, uint32_t at) { param(q, at)->kind = PARAM_NULL; }

static void bind_text(struct store_stmt *q, uint32_t at, str v, bool bytes, bool secret)
{
    struct store_param *p = param(q, at);
    if (v.p == NULL) v = STR("");
    p->kind = bytes ? PARAM_BYTES : PARAM_STR;
    /* nothing is nobody's secret; what looks like a seal would be taken for one when it is read */
    bool seal = q->s->vault != NULL && ((secret && v.len > 0) || vault_like(v, bytes));
    p->text = seal ? vault_seal_value(q->s, v, bytes, &p->room) : v;
}

void store_bind_str(struct store_stmt *q, uint32_t at, str v) { bind_text(q, at, v, false, false); }
void store_bind_bytes(struct store_stmt *q, uint32_t at, str v) { bind_text(q, at, v, true, false); }
void store_bind_secret(struct store_stmt *q, uint32_t at, str v) { bind_text(q, at, v, false, true); }
void store_bind_secret_bytes(struct store_stmt *q, uint32_t at, str v) { bind_text(q, at, v, true, true); }

bool store_step(struct store_stmt *q, bool *row, struct err *e)
{
    if (!q->started && !usable(q->s, e)) return false;
    if (q->started && spoilt(q->s, e)) {
        store_reset(q);
        return false;
    }
    bool there = false;
    if (!q->s->ops->step(q, &there, e)) {
        q->s->ops->reset(q);
        q->started = false;
        return failed(q->s);
    }
    q->started = there;
    if (!there) q->s->ops->reset(q);
    *row = there;
    return true;
}

bool store_run(struct store_stmt *q, struct err *e)
{
    bool row;
    bool ok = store_step(q, &row, e);
    store_reset(q);
    return ok;
}

void store_reset(struct store_stmt *q)
{
    if (q->started) q->s->ops->reset(q);
    q->started = false;
}

void store_done(struct store_stmt *q)
{
    if (q == NULL) return;
    store_reset(q);
    for (size_t i = 0; i < q->params.len; i++) q->params.at[i].kind = PARAM_NULL;
    end_rooms(q);
    q->taken = false;
}

int64_t store_changed(const struct store_stmt *q) { return q->changed; }

uint32_t store_columns(const struct store_stmt *q) { return q->s->ops->columns(q); }

str store_column_name(const struct store_stmt *q, uint32_t column)
{
    assert(column < store_columns(q));
    return q->s->ops->column_name(q, column);
}

bool store_is_null(const struct store_stmt *q, uint32_t column)
{
    assert(q->started && column < store_columns(q));
    return q->s->ops->is_null(q, column);
}

bool store_int(const struct store_stmt *q, uint32_t column, int64_t *out)
{
    assert(q->started && column < store_columns(q));
    return q->s->ops->get_int(q, column, out);
}

static str opened(const struct store_stmt *q, uint32_t column, str v, bool bytes)
{
    if (q->s->vault == NULL || !vault_like(v, bytes)) return v;
    while (q->opened->columns.len <= column) *vec_push(q->s->a, &q->opened->columns) = (struct store_room){ 0 };
    return vault_open_value(q->s, v, bytes, &q->opened->columns.at[column]);
}

bool store_sound(struct store *s, struct err *e) { return !spoilt(s, e); }

str store_str(const struct store_stmt *q, uint32_t column)
{
    if (store_is_null(q, column)) return (str){ 0 };
    return opened(q, column, q->s->ops->get_str(q, column), false);
}

str store_bytes(const struct store_stmt *q, uint32_t column)
{
    if (store_is_null(q, column)) return (str){ 0 };
    return opened(q, column, q->s->ops->get_bytes(q, column), true);
}

/* ---- transactions ---- */

static bool savepoint(struct store *s, const char *verb, struct err *e)
{
    struct arena_mark m = arena_mark(s->a);
    bool ok = s->ops->exec(s, str_fmt(s->a, "%s leye_%u", verb, s->depth).p, e);
    arena_rewind(s->a, m);
    return ok;
}

bool store_begin(struct store *s, struct err *e)
{
    if (!usable(s, e)) return false;
    assert(s->depth < DEPTH_MAX);
    if (s->depth == 0) {
        if (!s->ops->exec(s, s->kind == STORE_SQLITE ? "BEGIN IMMEDIATE" : "BEGIN", e)) return false;
    } else if (!savepoint(s, "SAVEPOINT", e)) {
        return failed(s);
    }
    s->begun += s->depth == 0;
    s->depth++;
    return true;
}

bool store_commit(struct store *s, struct err *e)
{
    assert(s->depth > 0);
    bool ok = usable(s, e);
    if (ok && s->depth == 1) {
        ok = s->ops->commit(s, e);
        if (ok) s->depth = 0;
    } else if (ok) {
        s->depth--;
        ok = savepoint(s, "RELEASE SAVEPOINT", e);
        s->depth++;
        if (ok) s->depth--;
    }
    if (!ok) store_rollback(s);
    return ok;
}

void store_rollback(struct store *s)
{
    assert(s->depth > 0);
    struct err ignored = { 0 };
    s->spoilt = ignored; /* it was told, or goes with what is undone */
    /* a statement in the middle of its rows would keep the transaction open, or read what is no longer there */
    VEC_EACH (struct store_stmt *, q, &s->all) store_reset(*q);
    s->depth--;
    bool alive = s->ops->in_transaction(s);
    bool ok = true;
    if (!alive)
        ok = s->depth == 0; /* nothing left to undo; what is around this one is gone as well */
    else if (s->depth == 0)
        ok = s->ops->exec(s, "ROLLBACK", &ignored);
    else
        ok = savepoint(s, "ROLLBACK TO SAVEPOINT", &ignored) && savepoint(s, "RELEASE SAVEPOINT", &ignored);
    if (s->depth == 0 || (ok && s->failed > s->depth)) s->failed = 0;
    if (!ok && s->depth > 0) s->failed = 1;
}

/* ---- many rows ---- */

bool store_bulk(struct store *s, str table, const str *columns, uint32_t count, struct store_stmt **out, struct err *e)
{
    assert(s->depth > 0 && count > 0 && count <= PARAMS_MAX);
    if (!usable(s, e)) return false;
    struct store_stmt *q;
    if (s->kind == STORE_SQLITE) {
        autoarena *scratch = arena_new("insert", 0);
        if (!prepare(s, store_insert_sql(scratch, table, columns, count), false, &q, e)) return false;
    } else {
        q = ARENA_NEW(s->a, struct store_stmt);
        q->s = s;
    }
    q->bulk_columns = count;
    store_bind_null(q, count);
    if (!s->ops->bulk(q, table, columns, e)) return failed(s);
    *out = q;
    return true;
}

bool store_bulk_row(struct store_stmt *q, struct err *e)
{
    if (!usable(q->s, e)) return false;
    bool ok = q->s->ops->bulk_row(q, e);
    for (uint32_t i = 0; i < q->bulk_columns; i++) q->params.at[i].kind = PARAM_NULL;
    return ok || failed(q->s);
}

bool store_bulk_flush(struct store_stmt *q, struct err *e)
{
    if (!usable(q->s, e)) return false;
    return q->s->ops->bulk_flush(q, e) || failed(q->s);
}

bool store_bulk_end(struct store_stmt *q, struct err *e)
{
    bool ok = store_bulk_flush(q, e);
    q->s->ops->bulk_end(q);
    end_rooms(q);
    q->bulk_columns = 0;
    if (q->s->kind == STORE_SQLITE) store_done(q);
    return ok;
}
