/* store_vault: values that nobody may read in the file. The keys they are sealed with stand in the database, sealed
 * with the key of a file outside, so that the file can be changed without touching a value, and the values can get new
 * keys without anybody carrying files about.
 *
 * A sealed text is 0x02, "s", the generation of the keys as two digits, and base64; sealed bytes are 0x02, "S", the
 * generation as a byte, and bytes. Values of an older generation stand there only while store_seal is not finished. */
#include "base/base64.h"
#include "store/short.h"
#include "store/store_priv.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
    MARK = 2,
    TEXT_HEAD = 4,  /* bytes before the base64 */
    BYTES_HEAD = 3, /* bytes before the seal */
    GENERATIONS = 256,
    PORTION = 5000, /* values sealed in one transaction */
    ROW_MAX = 256,  /* bytes of a row's name */
};

struct generation {
    struct vault_key values, other; /* of columns; of store_vault */
};

struct store_vault {
    uint8_t now; /* what is sealed gets these keys */
    struct sealer *sealers[GENERATIONS];
    struct generation keys[2]; /* the newest, and the one before it while sealing is not finished */
    struct store_room work;
};

/* One for the program, said by whoever starts it, before the first thread. */
static char key_file[PATH_MAX];

bool store_key_file(str path, struct err *e)
{
    if (path.len >= sizeof key_file) return fail(e, INVALID, "密钥文件的名字太长");
    if (path.len > 0) memcpy(key_file, path.p, path.len);
    key_file[path.len] = '\0';
    return true;
}

/* The key outside, as it is now. */
static bool read_outside(struct store *s, struct err *e)
{
    if (key_file[0] == '\0') return true;
    s->outside = ARENA_NEW(s->a, struct vault_key);
    return vault_key_read(s->outside, str_of(key_file), e);
}

bool store_sealed(const struct store *s) { return s->vault != NULL; }

const struct vault_key *store_vault(const struct store *s)
{
    return s->vault != NULL ? &s->vault->keys[0].other : s->outside;
}

/* ---- one value ---- */

bool vault_like(str v, bool bytes) { return v.len >= TEXT_HEAD && v.p[0] == MARK && v.p[1] == (bytes ? 'S' : 's'); }

str vault_seal_value(struct store *s, str plain, bool bytes, struct store_room *r)
{
    static const char digits[] = "0123456789abcdef";
    struct store_vault *v = s->vault;
    size_t n = SEAL_BYTES + plain.len;
    char *out = store_room(s, r, bytes ? BYTES_HEAD + n : TEXT_HEAD + BASE64_LETTERS(n));
    char *seal = bytes ? out + BYTES_HEAD : store_room(s, &v->work, n);
    struct err e = { 0 };
    bool ok = sealer_seal(v->sealers[v->now], plain, seal, &e);
    if (!ok && s->spoilt.code == ERR_NONE) s->spoilt = e;
    out[0] = MARK;
    out[1] = bytes ? 'S' : 's';
    if (bytes) {
        out[2] = (char)v->now;
    } else {
        out[2] = digits[v->now >> 4], out[3] = digits[v->now & 15];
        base64_put((str){ seal, n }, out + TEXT_HEAD);
    }
    store_room_end(&v->work);
    if (!ok) return STR("");
    return (str){ out, bytes ? BYTES_HEAD + n : TEXT_HEAD + BASE64_LETTERS(n) };
}

static int digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

static int generation_of(str value, bool bytes)
{
    if (bytes) return (uint8_t)value.p[2];
    int high = digit(value.p[2]), low = digit(value.p[3]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

static bool damaged(const struct store *s, struct err *e)
{
    *e = (struct err){ 0 };
    return fail(e, MISMATCH, "数据库“%.*s”里有一个加密的值打不开，损坏了或者被改动过；请停止办理，从备份恢复",
                STR_ARG(s->shown));
}

static bool open_value(struct store *s, str value, bool bytes, struct store_room *r, str *out, struct err *e)
{
    struct store_vault *v = s->vault;
    int g = generation_of(value, bytes);
    str seal = str_slice(value, bytes ? BYTES_HEAD : TEXT_HEAD, value.len);
    if (!bytes) {
        char *raw = store_room(s, &v->work, seal.len);
        size_t n = 0;
        if (!base64_read(seal, raw, &n)) g = -1;
        seal = (str){ raw, n };
    }
    if (g < 0 || v->sealers[g] == NULL || seal.len < SEAL_BYTES) return damaged(s, e);
    char *plain = store_room(s, r, seal.len);
    if (!sealer_open(v->sealers[g], seal, plain, e)) return damaged(s, e);
    *out = (str){ plain, seal.len - SEAL_BYTES };
    return true;
}

str vault_open_value(struct store *s, str value, bool bytes, struct store_room *r)
{
    str plain = STR("");
    struct err e = { 0 };
    if (!open_value(s, value, bytes, r, &plain, &e) && s->spoilt.code == ERR_NONE) s->spoilt = e;
    store_room_end(&s->vault->work);
    return plain;
}

static int64_t print_of(const char start[SEAL_BYTES])
{
    int64_t n;
    memcpy(&n, start, sizeof n);
    return n;
}

bool store_fingerprint(struct store *s, str data, bool *sealed, int64_t *out, struct err *e)
{
    *sealed = s->vault != NULL;
    if (s->vault == NULL) return true;
    char start[SEAL_BYTES];
    if (!sealer_start(s->vault->sealers[s->vault->now], data, start, e)) return false;
    *out = print_of(start);
    return true;
}

void store_bind_printed(struct store_stmt *q, uint32_t at, str v, uint32_t print_at)
{
    store_bind_secret_bytes(q, at, v);
    if (q->s->vault == NULL) return;
    str bound = q->params.at[at - 1].text; /* a seal begins with its start */
    bool sealed;
    int64_t print = 0;
    struct err e = { 0 };
    if (bound.len >= BYTES_HEAD + SEAL_BYTES)
        print = print_of(bound.p + BYTES_HEAD);
    else if (!store_fingerprint(q->s, v, &sealed, &print, &e) && q->s->spoilt.code == ERR_NONE)
        q->s->spoilt = e; /* nothing has no seal */
    store_bind_int(q, print_at, print);
}

/* ---- the keys ---- */

#define KEYS(BYTES)                                                                                          \
    "CREATE TABLE \"_vault\" (generation bigint PRIMARY KEY, keys " BYTES " NOT NULL, made bigint NOT NULL," \
    " done bigint NOT NULL)"

static bool make_table(struct store *s, struct err *e)
{
    static const struct store_step steps[] = { { 1, "加密用的密钥", KEYS("blob"), "DROP TABLE \"_vault\"",
                                                 KEYS("bytea") } };
    return store_migrate(s, STR("vault"), steps, 1, 1, e);
}

static str place_of(struct arena *a, uint8_t generation) { return str_fmt(a, "vault %u", generation); }

static bool wrap(const struct vault_key *k, uint8_t generation, const struct generation *g, struct arena *a, str *out,
                 struct err *e)
{
    return vault_seal(k, place_of(a, generation), (str){ (const char *)g, sizeof *g }, a, out, e);
}

static bool unwrap(struct store *s, uint8_t generation, str wrapped, struct arena *a, struct generation *out,
                   struct err *e)
{
    str plain;
    if (s->outside == NULL)
        return fail(e, DENIED, "数据库“%.*s”的敏感内容是加密的，要有密钥才能打开：把环境变量 LEYE_KEY 设为密钥文件",
                    STR_ARG(s->shown));
    struct err why = { 0 };
    if (!vault_open(s->outside, place_of(a, generation), wrapped, a, &plain, &why) || plain.len != sizeof *out)
        return fail(
            e, DENIED,
            "LEYE_KEY 的密钥打不开数据库“%.*s”：它是另一个库的，或者已经换过；请用这个库的密钥，刚换过的请重开大厅",
            STR_ARG(s->shown));
    memcpy(out, plain.p, sizeof *out);
    return true;
}

static bool take_keys(struct store *s, uint8_t generation, const struct generation *g, struct err *e)
{
    if (s->vault == NULL) s->vault = ARENA_NEW(s->a, struct store_vault);
    struct store_vault *v = s->vault;
    v->keys[1] = v->keys[0];
    v->keys[0] = *g;
    v->now = generation;
    return sealer_new(s->a, &g->values, &v->sealers[generation], e);
}

/* Those in the database, the newest last. *done: all values are sealed with these. */
static bool read_keys(struct store *s, bool *done, struct err *e)
{
    autoarena *a = arena_new("vault", 0);
    struct store_stmt *q;
    bool row, ok;
    *done = false;
    if (!store_prepare(s, STR("SELECT generation, keys, done FROM \"_vault\" ORDER BY generation"), &q, e))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        int64_t n = 0, all = 0;
        struct generation g;
        bool whole = store_int(q, 0, &n) && store_int(q, 2, &all) && n > 0 && n < GENERATIONS;
        ok = (whole || fail(e, MISMATCH, "数据库“%.*s”的密钥表损坏了；请从备份恢复", STR_ARG(s->shown))) &&
             unwrap(s, (uint8_t)n, store_bytes(q, 1), a, &g, e) && take_keys(s, (uint8_t)n, &g, e);
        *done = all != 0;
        if (!ok) break;
    }
    store_done(q);
    return ok;
}

/* Keys nobody ever had, as generation `number`. */
static bool make_keys(struct store *s, uint8_t number, bool done, struct err *e)
{
    autoarena *a = arena_new("vault", 0);
    struct generation g;
    str wrapped;
    return crypto_random(&g, sizeof g, e) && wrap(s->outside, number, &g, a, &wrapped, e) &&
           store_do(s, NULL, e, "INSERT INTO \"_vault\" (generation, keys, made, done) VALUES ($1, $2, $3, $4)", "ibii",
                    (int64_t)number, wrapped, (int64_t)time(NULL), (int64_t)done) &&
           take_keys(s, number, &g, e);
}

bool vault_begin(struct store *s, enum store_mode mode, struct err *e)
{
    uint32_t at;
    bool old = false, done = true;
    if (!read_outside(s, e) || !store_schema(s, STR("vault"), &at, e)) return false;
    if (at == 0 && mode != STORE_READ && mode != STORE_SEAL && s->outside != NULL) {
        if (!store_has_schema(s, &old, e)) return false;
        if (!old) return store_begin(s, e) && store_end(s, make_table(s, e) && make_keys(s, 1, true, e), e);
    }
    if (at == 0) return true;
    if (!read_keys(s, &done, e)) return false;
    return done || mode == STORE_SEAL ||
           fail(e, CONFLICT, "数据库“%.*s”的加密没有做完；请先接着做完（管理员手册“密钥”）", STR_ARG(s->shown));
}

bool store_rekey(struct store *s, const struct vault_key *k, struct err *e)
{
    autoarena *a = arena_new("vault", 0);
    str wrapped;
    assert(s->vault != NULL);
    if (!wrap(k, s->vault->now, &s->vault->keys[0], a, &wrapped, e)) return false;
    return store_do(s, NULL, e, "UPDATE \"_vault\" SET keys = $1 WHERE generation = $2", "bi", wrapped,
                    (int64_t)s->vault->now);
}

/* ---- sealing what is there ---- */

struct resealing {
    struct store *s;
    const struct store_secret *what;
    const struct vault_key *before; /* what store_vault gave until now; NULL nothing */
    struct arena *a;                /* of a portion */
    str select, update;
    struct store_sealing *out;
};

/* How a row is named: what comes before all rows, the name as it is ordered, and what a text is made one with. */
struct row_name {
    const char *first, *name, *value;
};

static struct row_name row_name(const struct store *s, const struct store_secret *w)
{
    if (w->row != NULL) return (struct row_name){ "", w->row, "CAST($1 AS text)" };
    if (s->kind == STORE_SQLITE) return (struct row_name){ "0", "rowid", "CAST($1 AS integer)" };
    return (struct row_name){ "(0,0)", "ctid", "CAST(CAST($1 AS text) AS tid)" };
}

static void column(struct text *t, const char *name) { store_quote(t, str_of(name)); }

static void make_texts(struct resealing *x)
{
    struct text q, u;
    const struct store_secret *w = x->what;
    struct row_name row = row_name(x->s, w);
    text_init(&q, x->a, 4096);
    /* a name of its own: PostgreSQL would call it ctid, and order by the text */
    text_addf(&q, "SELECT CAST(%s AS text) AS \"at\", ", row.name);
    column(&q, w->column);
    text_addz(&q, ", ");
    if (w->kind == STORE_SECRET_VAULT)
        column(&q, w->beside);
    else
        text_addz(&q, "''");
    text_addz(&q, " FROM ");
    column(&q, w->table);
    text_addf(&q, " WHERE %s > %s AND %s ORDER BY %s LIMIT %d", row.name, row.value,
              w->where != NULL ? w->where : "1 = 1", row.name, PORTION);
    text_init(&u, x->a, 4096);
    text_addz(&u, "UPDATE ");
    column(&u, w->table);
    text_addz(&u, " SET ");
    column(&u, w->column);
    text_addz(&u, " = $2");
    if (w->kind == STORE_SECRET_BYTES && w->beside != NULL) {
        text_addz(&u, ", ");
        column(&u, w->beside);
        text_addz(&u, " = $3");
    }
    text_addf(&u, " WHERE %s = %s", row.name, row.value);
    x->select = text_str(&q);
    x->update = text_str(&u);
}

struct row_value {
    str row, value, beside;
};
typedef VEC(struct row_value) row_values;

/* Values of a portion that are not yet under the newest keys, opened. *last: of the portion; empty: there was none. */
static bool read_portion(struct resealing *x, str *last, row_values *out, struct err *e)
{
    struct store_stmt *q;
    bool row, ok, bytes = x->what->kind != STORE_SECRET_TEXT;
    if (!store_ask(x->s, &q, e, x->select.p, "s", *last)) return false;
    *last = STR("");
    while ((ok = store_step(q, &row, e)) && row) {
        *last = str_dup(x->a, store_str(q, 0));
        if (store_is_null(q, 1)) continue;
        str raw = bytes ? x->s->ops->get_bytes(q, 1) : x->s->ops->get_str(q, 1);
        bool new = x->what->kind != STORE_SECRET_VAULT &&vault_like(raw, bytes) &&
                   generation_of(raw, bytes) == x->s->vault->now;
        if (raw.len == 0 || new) continue;
        struct row_value v = { .row = *last, .beside = str_dup(x->a, store_str(q, 2)) };
        v.value = str_dup(x->a, bytes ? store_bytes(q, 1) : store_str(q, 1));
        *vec_push(x->a, out) = v;
    }
    store_done(q);
    return ok;
}

static bool put_value(struct resealing *x, const struct row_value *v, struct err *e)
{
    bool sealed;
    int64_t print = 0;
    str plain = v->value, again;
    x->out->values++;
    switch (x->what->kind) {
    case STORE_SECRET_TEXT: return store_do(x->s, NULL, e, x->update.p, "sS", v->row, plain);
    case STORE_SECRET_BYTES:
        if (x->what->beside == NULL) return store_do(x->s, NULL, e, x->update.p, "sB", v->row, plain);
        return store_fingerprint(x->s, plain, &sealed, &print, e) &&
               store_do(x->s, NULL, e, x->update.p, "sBi", v->row, plain, print);
    case STORE_SECRET_VAULT: break;
    }
    struct err why = { 0 };
    if (x->before == NULL || !vault_open(x->before, v->beside, v->value, x->a, &plain, &why)) {
        if (vault_open(store_vault(x->s), v->beside, v->value, x->a, &plain, e)) return x->out->values--, true;
        return fail_up(e, "%s.%s 里有一个值用原来的密钥打不开；请用做它的那个密钥", x->what->table, x->what->column);
    }
    return vault_seal(store_vault(x->s), v->beside, plain, x->a, &again, e) &&
           store_do(x->s, NULL, e, x->update.p, "sb", v->row, again);
}

static bool seal_column(struct store *s, const struct store_secret *what, const struct vault_key *before,
                        struct store_sealing *out, struct err *e)
{
    autoarena *a = arena_new("sealing", 0);
    struct resealing x = { .s = s, .what = what, .before = before, .a = a, .out = out };
    char last[ROW_MAX];
    make_texts(&x);
    snprintf(last, sizeof last, "%s", row_name(s, what).first);
    for (bool more = true; more;) {
        struct arena_mark m = arena_mark(a);
        row_values values = { 0 };
        str upto = str_of(last);
        if (!store_begin(s, e)) return false;
        bool ok = read_portion(&x, &upto, &values, e);
        for (size_t i = 0; ok && i < values.len; i++) ok = put_value(&x, &values.at[i], e);
        if (!store_end(s, ok, e)) return fail_up(e, "%s.%s 没有加密完", what->table, what->column);
        more = upto.len > 0;
        assert(upto.len < sizeof last);
        if (more) snprintf(last, sizeof last, "%.*s", STR_ARG(upto));
        arena_rewind(a, m);
    }
    return true;
}

/* A name as the database has it: long ones are shortened. */
static str as_kept(struct arena *a, const char *name)
{
    struct text t;
    text_init(&t, a, 1024);
    column(&t, name);
    return str_slice(text_str(&t), 1, text_str(&t).len - 1);
}

static bool has_column(struct store *s, const struct store_secret *w, bool *out, struct err *e)
{
    autoarena *a = arena_new("sealing", 0);
    const char *sql = s->kind == STORE_SQLITE
                          ? "SELECT count(*) FROM pragma_table_info($1) WHERE name = $2"
                          : "SELECT count(*) FROM information_schema.columns WHERE table_name = $1 AND column_name = $2"
                            " AND table_schema = current_schema()";
    int64_t n = 0;
    if (!store_get(s, NULL, &n, 1, e, sql, "ss", as_kept(a, w->table), as_kept(a, w->column))) return false;
    *out = n > 0;
    return true;
}

bool store_sealing_done(struct store *s, bool *done, struct err *e)
{
    int64_t open = 0;
    if (s->vault != NULL && !store_get(s, NULL, &open, 1, e, "SELECT count(*) FROM \"_vault\" WHERE done = 0", ""))
        return false;
    *done = open == 0;
    return true;
}

/* Begins with new keys, or goes on with those that were begun with. */
static bool begin_sealing(struct store *s, struct store_sealing *out, struct err *e)
{
    bool done;
    if (!make_table(s, e) || !store_sealing_done(s, &done, e)) return false;
    out->went_on = !done;
    if (!done) return true;
    unsigned next = s->vault == NULL ? 1 : s->vault->now + 1u;
    if (next == GENERATIONS) return fail(e, LIMIT, "这个库换过 254 次内部密钥，不能再换；请联系维护的人");
    return store_begin(s, e) && store_end(s, make_keys(s, (uint8_t)next, false, e), e);
}

/* What vault_seal made must open with the key it will be taken from, before anything is begun that could not end. */
static bool vaults_open(struct store *s, const struct store_secret *w, struct err *e)
{
    autoarena *a = arena_new("sealing", 0);
    struct text t;
    struct store_stmt *q;
    bool row, ok;
    str plain;
    text_init(&t, a, 4096);
    text_addz(&t, "SELECT ");
    column(&t, w->column);
    text_addz(&t, ", ");
    column(&t, w->beside);
    text_addz(&t, " FROM ");
    column(&t, w->table);
    if (!store_prepare(s, text_str(&t), &q, e)) return false;
    while ((ok = store_step(q, &row, e)) && row) {
        struct err why = { 0 };
        str sealed = store_bytes(q, 0);
        if (sealed.len == 0 || vault_open(store_vault(s), store_str(q, 1), sealed, a, &plain, &why)) continue;
        ok = fail(e, DENIED, "库里有动态口令是用另一个密钥做的；请把 LEYE_KEY 设为做它们的那个密钥文件，再加密");
        break;
    }
    store_done(q);
    return ok;
}

static bool all_open(struct store *s, const struct store_secret *list, size_t count, struct err *e)
{
    bool done;
    if (!store_sealing_done(s, &done, e)) return false;
    for (size_t i = 0; done && i < count; i++) {
        bool there;
        if (list[i].kind != STORE_SECRET_VAULT) continue;
        if (!has_column(s, &list[i], &there, e) || (there && !vaults_open(s, &list[i], e))) return false;
    }
    return true;
}

/* What was there before is nowhere in the file any more, nor in its log; only then it is done. */
static bool forget_old(struct store *s, struct err *e)
{
    if (!store_do(s, NULL, e, "DELETE FROM \"_vault\" WHERE generation <> $1", "i", (int64_t)s->vault->now) ||
        !store_exec(s, s->kind == STORE_POSTGRES ? STR("VACUUM FULL") : STR("VACUUM"), e) ||
        !store_do(s, NULL, e, "UPDATE \"_vault\" SET done = 1", ""))
        return false;
    return s->kind == STORE_POSTGRES ||
           store_exec(s, STR("PRAGMA locking_mode = NORMAL; PRAGMA journal_mode = WAL"), e);
}

/* Whoever has it open knows nothing of the new keys, and would write as before. SQLite leaves its log only when nobody
 * else is there; then nobody comes in either. */
static bool alone(struct store *s, struct err *e)
{
    int64_t others = 0;
    bool ok = s->kind == STORE_SQLITE
                  ? store_exec(s,
                               STR("PRAGMA busy_timeout = 1000; PRAGMA journal_mode = DELETE;"
                                   " PRAGMA locking_mode = EXCLUSIVE; PRAGMA busy_timeout = 10000"),
                               e)
                  : store_get(s, NULL, &others, 1, e,
                              "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <>"
                              " pg_backend_pid() AND coalesce(backend_type, 'client backend') = 'client backend'",
                              "");
    if (ok && others == 0) return true;
    *e = (struct err){ 0 };
    return fail(e, CONFLICT, "数据库“%.*s”还有别的程序开着（大厅、定时任务）；都停下来，再加密", STR_ARG(s->shown));
}

bool store_seal(struct store *s, const struct store_secret *list, size_t count, struct store_sealing *out,
                struct err *e)
{
    *out = (struct store_sealing){ 0 };
    if (s->outside == NULL) return fail(e, UNSET, "没有密钥：把环境变量 LEYE_KEY 设为密钥文件");
    if (!alone(s, e) || !all_open(s, list, count, e) || !begin_sealing(s, out, e) || !alone(s, e))
        return false; /* alone again: nobody came in meanwhile */
    const struct vault_key *before = s->vault->now > 1 ? &s->vault->keys[1].other : s->outside;
    for (size_t i = 0; i < count; i++) {
        bool there;
        if (!has_column(s, &list[i], &there, e)) return false;
        if (there && !seal_column(s, &list[i], before, out, e)) return false;
    }
    return forget_old(s, e);
}
