/* journal: the tables, how an event becomes bytes, and appending. The head of the chain is a row of its own: locking it
 * makes appending transactions wait for one another, and it says where the chain ends without looking. */
#include "base/utf8.h"
#include "journal/journal_priv.h"
#include "store/short.h"

#include <assert.h>
#include <string.h>
#include <time.h>

/* Numbers of rows are SQLite's own row numbers; PostgreSQL has no such thing and calls the type differently. */
#define SCHEMA(KEY, BYTES)                                                                                   \
    "CREATE TABLE journal (number " KEY " PRIMARY KEY, time bigint NOT NULL, behind bigint NOT NULL,"        \
    " actor text NOT NULL, role text NOT NULL, kind text NOT NULL, subject text NOT NULL,"                   \
    " dossier text NOT NULL, body text NOT NULL, prev " BYTES " NOT NULL, hash " BYTES " NOT NULL);"         \
    "CREATE INDEX journal_dossier ON journal (dossier, number) WHERE dossier <> '';"                         \
    "CREATE TABLE journal_head (id " KEY " PRIMARY KEY CHECK (id = 1), number bigint NOT NULL,"              \
    " time bigint NOT NULL, floor bigint NOT NULL, hash " BYTES " NOT NULL);"                                \
    "CREATE TABLE journal_seal (day " KEY " PRIMARY KEY, last bigint NOT NULL, count bigint NOT NULL,"       \
    " last_hash " BYTES " NOT NULL, prev " BYTES " NOT NULL, hash " BYTES " NOT NULL, time bigint NOT NULL," \
    " signer text NOT NULL, signature " BYTES ");"

static const struct store_step steps[] = {
    { 1, "留痕的链、链头和封存", SCHEMA("integer", "blob"),
      "DROP TABLE journal_seal; DROP TABLE journal_head; DROP TABLE journal", SCHEMA("bigint", "bytea") },
};

static const unsigned char nothing[SM3_BYTES];

bool journal_migrate(struct store *s, struct err *e)
{
    enum { COUNT = sizeof steps / sizeof *steps };
    uint32_t at = 0;
    if (!store_begin(s, e)) return false;
    struct store_stmt *q = NULL;
    bool ok = store_schema(s, STR("journal"), &at, e) && store_migrate(s, STR("journal"), steps, COUNT, COUNT, e);
    if (ok && at == 0) {
        ok = store_prepare(s, STR("INSERT INTO journal_head (id, number, time, floor, hash) VALUES (1, 0, 0, 0, $1)"),
                           &q, e);
        if (ok) {
            store_bind_bytes(q, 1, journal_bytes(nothing));
            ok = store_run(q, e);
            store_done(q);
        }
    }
    if (ok) return store_commit(s, e);
    store_rollback(s);
    return false;
}

/* ---- bytes ---- */

static size_t put_number(unsigned char *p, uint64_t n, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) p[i] = (unsigned char)(n >> 8 * (bytes - 1 - i));
    return bytes;
}

/* The numbers, the lengths of the texts, then the texts: no two different events have the same bytes. Gathered first:
 * most events are small, and each call to the hasher has its price. */
bool journal_hash(struct sm3 *h, str prev, const struct journal_row *r, unsigned char out[SM3_BYTES], struct err *e)
{
    enum { GATHERED = 1024 };
    unsigned char bytes[GATHERED];
    str texts[] = { r->actor, r->role, r->kind, r->subject, r->dossier, r->body };
    memcpy(bytes, prev.p, SM3_BYTES);
    size_t at = SM3_BYTES;
    at += put_number(bytes + at, (uint64_t)r->number, 8);
    at += put_number(bytes + at, (uint64_t)r->time_ms, 8);
    at += put_number(bytes + at, (uint64_t)r->behind_ms, 8);
    for (size_t i = 0; i < 6; i++) at += put_number(bytes + at, texts[i].len, 4);
    for (size_t i = 0; i < 6; i++) {
        if (texts[i].len > GATHERED - at) {
            sm3_add(h, (str){ (const char *)bytes, at });
            sm3_add(h, texts[i]);
            at = 0;
        } else if (texts[i].len > 0) {
            memcpy(bytes + at, texts[i].p, texts[i].len);
            at += texts[i].len;
        }
    }
    sm3_add(h, (str){ (const char *)bytes, at });
    return sm3_end(h, out, e);
}

/* ---- the head ---- */

int64_t journal_clock(int64_t clock_ms)
{
    struct timespec t;
    if (clock_ms != 0) return clock_ms;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool journal_head_take(struct store *s, struct journal_head *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false;
    if (!store_prepare(
            s, STR("UPDATE journal_head SET number = number WHERE id = 1 RETURNING number, time, floor, hash"), &q, e))
        return false;
    bool ok = store_step(q, &row, e);
    if (ok) {
        ok = row && store_int(q, 0, &out->number) && store_int(q, 1, &out->time_ms) &&
             store_int(q, 2, &out->floor_ms) && store_bytes(q, 3).len == SM3_BYTES;
        if (ok)
            memcpy(out->hash, store_bytes(q, 3).p, SM3_BYTES);
        else
            fail(e, MISMATCH, "留痕的链头不见了或者坏了；请停止办理，请审计核对留痕，查明原因");
    }
    store_done(q);
    return ok;
}

bool journal_head_put(struct store *s, const struct journal_head *h, struct err *e)
{
    struct store_stmt *q;
    if (!store_prepare(s, STR("UPDATE journal_head SET number = $1, time = $2, floor = $3, hash = $4 WHERE id = 1"), &q,
                       e))
        return false;
    store_bind_int(q, 1, h->number);
    store_bind_int(q, 2, h->time_ms);
    store_bind_int(q, 3, h->floor_ms);
    store_bind_bytes(q, 4, journal_bytes(h->hash));
    bool ok = store_run(q, e);
    store_done(q);
    return ok;
}

/* ---- appending ---- */

static bool good_word(str s, const char *what, struct err *e)
{
    size_t bad;
    if (s.len > JOURNAL_WORD_MAX)
        return fail(e, INVALID, "留痕的%s太长：%zu 字节，最多 %d 字节", what, s.len, JOURNAL_WORD_MAX);
    if (!utf8_valid(s, &bad) || (s.len > 0 && memchr(s.p, '\0', s.len) != NULL))
        return fail(e, INVALID, "留痕的%s不是正常的文字；请检查输入", what);
    return true;
}

static bool good_words(const struct journal_event *v, struct err *e)
{
    if (v->actor.len == 0 || v->kind.len == 0) return fail(e, INVALID, "留痕要写明谁做了什么");
    return good_word(v->actor, "经办人", e) && good_word(v->role, "岗位", e) && good_word(v->kind, "种类", e) &&
           good_word(v->subject, "对象", e) && good_word(v->dossier, "办件", e);
}

static bool insert(struct store_stmt *q, bool bulk, const struct journal_row *r, str prev, str hash, struct err *e)
{
    store_bind_int(q, 1, r->number);
    store_bind_int(q, 2, r->time_ms);
    store_bind_int(q, 3, r->behind_ms);
    store_bind_str(q, 4, r->actor);
    store_bind_str(q, 5, r->role);
    store_bind_str(q, 6, r->kind);
    store_bind_str(q, 7, r->subject);
    store_bind_str(q, 8, r->dossier);
    store_bind_str(q, 9, r->body);
    store_bind_bytes(q, 10, prev);
    store_bind_bytes(q, 11, hash);
    return bulk ? store_bulk_row(q, e) : store_run(q, e);
}

/* Puts one event behind the head. */
static bool extend(struct store_stmt *q, bool bulk, const struct journal_event *v, struct journal_head *head,
                   struct sm3 *h, struct arena *a, struct err *e)
{
    struct journal_row r = { .number = head->number + 1,
                             .actor = v->actor,
                             .role = v->role,
                             .kind = v->kind,
                             .subject = v->subject,
                             .dossier = v->dossier };
    int64_t now = journal_clock(v->clock_ms);
    int64_t earliest = head->time_ms > head->floor_ms ? head->time_ms : head->floor_ms;
    r.time_ms = now > earliest ? now : earliest;
    r.behind_ms = r.time_ms - now;
    unsigned char hash[SM3_BYTES];
    if (!good_words(v, e) || !journal_canonical(a, v->body.len == 0 ? STR("{}") : v->body, &r.body, e) ||
        !journal_hash(h, journal_bytes(head->hash), &r, hash, e) ||
        !insert(q, bulk, &r, journal_bytes(head->hash), journal_bytes(hash), e))
        return false;
    head->number = r.number;
    head->time_ms = r.time_ms;
    memcpy(head->hash, hash, SM3_BYTES);
    return true;
}

bool journal_append(struct store *s, const struct journal_event *events, size_t count, int64_t *last, struct err *e)
{
    assert(store_depth(s) > 0);
    static const str columns[] = { { "number", 6 }, { "time", 4 }, { "behind", 6 },  { "actor", 5 },
                                   { "role", 4 },   { "kind", 4 }, { "subject", 7 }, { "dossier", 7 },
                                   { "body", 4 },   { "prev", 4 }, { "hash", 4 } };
    enum { COLUMNS = sizeof columns / sizeof *columns };
    autoarena *a = arena_new("journal", 0);
    struct sm3 *h;
    struct journal_head head;
    struct store_stmt *q;
    if (!sm3_new(a, &h, e) || !journal_head_take(s, &head, e)) return false;
    bool bulk = count > 1;
    if (bulk ? !store_bulk(s, STR("journal"), columns, COLUMNS, &q, e)
             : !store_prepare(s,
                              STR("INSERT INTO journal (number, time, behind, actor, role, kind, subject, dossier,"
                                  " body, prev, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"),
                              &q, e))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        struct arena_mark m = arena_mark(a);
        ok = extend(q, bulk, &events[i], &head, h, a, e);
        arena_rewind(a, m);
    }
    if (bulk) {
        struct err ignored = { 0 };
        ok = store_bulk_end(q, ok ? e : &ignored) && ok;
    } else {
        store_done(q);
    }
    if (!ok || !journal_head_put(s, &head, e)) return false;
    if (last != NULL) *last = head.number;
    return true;
}

bool journal_of_dossier(struct store *s, str dossier, struct arena *a, journal_events *out, struct err *e)
{
    struct store_stmt *q;
    bool row, ok;
    out->len = 0;
    if (!store_ask(s, &q, e,
                   "SELECT number, time, actor, role, kind, subject, body FROM journal WHERE dossier = $1 AND"
                   " dossier <> '' ORDER BY number",
                   "s", dossier))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        struct journal_entry v = { 0 };
        if (!store_int(q, 0, &v.number) || !store_int(q, 1, &v.time_ms)) continue;
        str *texts[] = { &v.actor, &v.role, &v.kind, &v.subject, &v.body };
        for (uint32_t i = 0; i < 5; i++) *texts[i] = str_dup(a, store_str(q, i + 2));
        *vec_push(a, out) = v;
    }
    store_done(q);
    return ok;
}

#define LINE "SELECT number, time, actor, role, kind, subject, body, dossier FROM journal"

static bool read_lines(struct store_stmt *q, struct arena *a, journal_lines *out, struct err *e)
{
    bool row, ok;
    out->len = 0;
    while ((ok = store_step(q, &row, e)) && row) {
        struct journal_line l = { 0 };
        if (!store_int(q, 0, &l.v.number) || !store_int(q, 1, &l.v.time_ms)) continue;
        str *texts[] = { &l.v.actor, &l.v.role, &l.v.kind, &l.v.subject, &l.v.body, &l.dossier };
        for (uint32_t i = 0; i < 6; i++) *texts[i] = str_dup(a, store_str(q, i + 2));
        *vec_push(a, out) = l;
    }
    store_done(q);
    return ok;
}

bool journal_after(struct store *s, int64_t number, size_t max, struct arena *a, journal_lines *out, struct err *e)
{
    struct store_stmt *q;
    return store_ask(s, &q, e, LINE " WHERE number > $1 ORDER BY number LIMIT $2", "ii", number, (int64_t)max) &&
           read_lines(q, a, out, e);
}

/* There is no index of kinds or times: the seal of the day before says where to begin. */
bool journal_of_kind(struct store *s, str kind, date since, int64_t before, size_t max, struct arena *a,
                     journal_lines *out, struct err *e)
{
    struct store_stmt *q;
    return store_ask(s, &q, e,
                     LINE " WHERE number > coalesce((SELECT max(last) FROM journal_seal WHERE day < $2), 0) AND"
                          " kind = $1 AND time >= $3 AND number < $4 ORDER BY number DESC LIMIT $5",
                     "siiii", kind, (int64_t)since.days, journal_day_start(since.days), before > 0 ? before : INT64_MAX,
                     (int64_t)max) &&
           read_lines(q, a, out, e);
}

bool journal_last(struct store *s, int64_t *number, struct err *e)
{
    return store_get(s, NULL, number, 1, e, "SELECT coalesce(max(number), 0) FROM journal", "");
}
