/* sessions: who a cookie or a token belongs to; the log of looks; answers kept for a key. */
#include "access/access_priv.h"
#include "base/json.h"
#include "journal/journal.h"

enum { SEEN_EVERY = 30 }; /* of that part of the time: not every request needs a write to say that somebody is there */

void access_reader_of(const struct store_stmt *q, uint32_t first, struct arena *a, struct access_reader *out)
{
    out->account = store_number(q, first);
    out->name = str_dup(a, store_str(q, first + 1));
    out->display = str_dup(a, store_str(q, first + 2));
    out->roles = (uint32_t)store_number(q, first + 3);
    str rest = str_dup(a, store_str(q, first + 4)), piece;
    while (str_split(&rest, ' ', &piece)) {
        if (piece.len > 0 && out->region_count < ACCESS_REGIONS_MAX) out->regions[out->region_count++] = piece;
    }
    out->entity = str_dup(a, store_str(q, first + 5));
    out->subject = store_number(q, first + 6);
    out->scopes = ACCESS_SCOPE_ALL;
    out->csrf = out->purpose = STR("");
}

#define ACCOUNT "a.id, a.name, a.display, a.roles, a.regions, a.entity, a.subject"

bool access_session(struct store *s, str token, int64_t now, struct arena *a, struct access_reader *out, bool *found,
                    struct err *e)
{
    char hash[SM3_HEX + 1];
    struct store_stmt *q;
    bool row;
    *found = false;
    *out = (struct access_reader){ 0 };
    if (token.len != CRYPTO_TOKEN) return true;
    if (!access_hash(token, hash, e) ||
        !store_first(s, &q, &row, e,
                     "SELECT " ACCOUNT ", t.role, t.csrf, t.made_at, t.seen_at, t.agent, a.password_given, t.idle"
                     " FROM access_session t"
                     " JOIN access_account a ON a.id = t.account WHERE t.hash = $1 AND a.disabled = 0",
                     "s", str_of(hash)))
        return false;
    int64_t made = 0, seen = 0, role = 0, agent = 0, idle = 0;
    if (row) {
        access_reader_of(q, 0, a, out);
        role = store_number(q, 7);
        out->csrf = str_dup(a, store_str(q, 8));
        made = store_number(q, 9);
        seen = store_number(q, 10);
        agent = store_number(q, 11);
        out->password_given = store_number(q, 12) != 0;
        idle = store_number(q, 13);
    }
    store_done(q);
    bool lives = row && now - made < ACCESS_SESSION_SECONDS && now - seen < idle && role >= 0 && role < ROLES &&
                 (agent != 0 || (out->roles >> role & 1) != 0);
    if (lives && agent != 0 && !agents_act(s, agent, now, a, out, &lives, e)) return false;
    if (!lives) {
        *out = (struct access_reader){ 0 };
        return true;
    }
    out->role = (enum access_role)role;
    *found = true;
    if (now - seen < idle / SEEN_EVERY) return true;
    return store_do(s, NULL, e, "UPDATE access_session SET seen_at = $2 WHERE hash = $1", "si", str_of(hash), now);
}

bool access_session_role(struct store *s, str token, enum access_role role, int64_t now, char fresh[CRYPTO_TOKEN + 1],
                         struct err *e)
{
    autoarena *a = arena_new("role", 0);
    struct access_reader r;
    char was[SM3_HEX + 1], is[SM3_HEX + 1], csrf[CRYPTO_TOKEN + 1];
    bool found;
    if (!access_session(s, token, now, a, &r, &found, e)) return false;
    if (!found) return fail(e, DENIED, "请重新登录");
    if ((r.roles >> role & 1) == 0) return fail(e, DENIED, "您没有“%s”这个角色", access_role_zh(role));
    /* a form that was opened in the other role is not sent in this one */
    return crypto_token(fresh, e) && crypto_token(csrf, e) && access_hash(token, was, e) &&
           access_hash(str_of(fresh), is, e) &&
           store_do(s, NULL, e, "UPDATE access_session SET hash = $2, role = $3, agent = 0, csrf = $4 WHERE hash = $1",
                    "ssis", str_of(was), str_of(is), (int64_t)role, str_of(csrf));
}

bool access_sign_out(struct store *s, str token, struct err *e)
{
    char hash[SM3_HEX + 1];
    return access_hash(token, hash, e) &&
           store_do(s, NULL, e, "DELETE FROM access_session WHERE hash = $1", "s", str_of(hash));
}

bool access_session_idle(struct store *s, str token, int64_t seconds, struct err *e)
{
    char hash[SM3_HEX + 1];
    return access_hash(token, hash, e) &&
           store_do(s, NULL, e, "UPDATE access_session SET idle = $2 WHERE hash = $1", "si", str_of(hash), seconds);
}

bool access_session_former(struct store *s, int64_t account, str csrf, int64_t now, struct access_former *out,
                           bool *found, struct err *e)
{
    struct store_stmt *q;
    *found = false;
    if (csrf.len != CRYPTO_TOKEN) return true;
    if (!store_first(s, &q, found, e,
                     "SELECT role, agent FROM access_session WHERE account = $1 AND csrf = $2 AND made_at > $3", "isi",
                     account, csrf, now - ACCESS_SESSION_SECONDS))
        return false;
    if (*found) *out = (struct access_former){ (enum access_role)store_number(q, 0), store_number(q, 1) };
    store_done(q);
    return true;
}

/* ---- tokens ---- */

bool access_token_make(struct store *s, const struct access_grant *g, int64_t now, char token[CRYPTO_TOKEN + 1],
                       struct err *e)
{
    char hash[SM3_HEX + 1];
    int64_t made;
    if (g->purpose.len == 0) return fail(e, INVALID, "令牌要写用途，记在每一次查看里");
    if (g->per_minute < 0 || g->per_minute > ACCESS_PER_MINUTE_MAX)
        return fail(e, INVALID, "令牌每分钟的次数写 1 到 %d", ACCESS_PER_MINUTE_MAX);
    if (!crypto_token(token, e) || !access_hash(str_of(token), hash, e) ||
        !store_do(s, &made, e,
                  "INSERT INTO access_token (hash, account, scopes, purpose, made_at, expires, scope_words, per_minute)"
                  " SELECT $1, id, 0, $3, $4, $5, $6, $7 FROM access_account WHERE name = $2",
                  "sssiisi", str_of(hash), g->account, g->purpose, now, g->expires,
                  g->scopes.len > 0 ? g->scopes : ACCESS_SCOPE_ALL,
                  g->per_minute > 0 ? g->per_minute : (int64_t)ACCESS_PER_MINUTE))
        return false;
    return made > 0 || fail(e, NOT_FOUND, "没有账户 %.*s", STR_ARG(g->account));
}

bool access_token_kept(struct store *s, str hash, int64_t now, struct arena *a, struct access_reader *out, bool *found,
                       struct err *e)
{
    struct store_stmt *q;
    bool row;
    *found = false;
    *out = (struct access_reader){ 0 };
    if (!store_first(s, &q, &row, e,
                     "SELECT " ACCOUNT ", t.scope_words, t.purpose, t.per_minute"
                     " FROM access_token t"
                     " JOIN access_account a ON a.id = t.account"
                     " WHERE t.hash = $1 AND a.disabled = 0 AND t.expires > $2",
                     "si", hash, now))
        return false;
    if (row) {
        access_reader_of(q, 0, a, out);
        for (unsigned i = ROLES; i-- > 0;) {
            if ((out->roles >> i & 1) != 0) out->role = (enum access_role)i;
        }
        out->scopes = str_dup(a, store_str(q, 7));
        out->per_minute = store_number(q, 9);
        out->token = str_hash(hash);
        out->token_hash = str_dup(a, hash);
        out->purpose = str_dup(a, store_str(q, 8));
        out->is_token = true;
        *found = true;
    }
    store_done(q);
    return true;
}

bool access_token(struct store *s, str token, int64_t now, struct arena *a, struct access_reader *out, bool *found,
                  struct err *e)
{
    char hash[SM3_HEX + 1];
    *found = false;
    *out = (struct access_reader){ 0 };
    if (token.len != CRYPTO_TOKEN) return true;
    return access_hash(token, hash, e) && access_token_kept(s, str_of(hash), now, a, out, found, e);
}

/* ---- looks ---- */

static bool write_look(struct store *s, const struct access_reader *r, str entity, int64_t subject, str what,
                       int64_t now, struct err *e)
{
    autoarena *a = arena_new("look", 0);
    struct text body;
    struct json_writer w;
    str display = r->display;
    if (r->agent != 0) display = str_fmt(a, "%.*s（经办人 %.*s）", STR_ARG(r->firm), STR_ARG(r->display));
    text_init(&body, a, 16 << 10);
    json_begin(&w, &body, false);
    json_object(&w);
    json_key(&w, "purpose"), json_str(&w, r->purpose);
    json_key(&w, "what"), json_str(&w, what);
    json_object_end(&w);
    struct journal_event event = { .actor = r->name,
                                   .role = str_of(access_role_zh(r->role)),
                                   .kind = STR("access.look"),
                                   .subject = str_fmt(a, "%.*s %lld", STR_ARG(entity), (long long)subject),
                                   .body = text_str(&body),
                                   .clock_ms = now * 1000 };
    return store_do(s, NULL, e,
                    "INSERT INTO access_look (at, account, display, role, purpose, entity, subject, what)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                    "iissssis", now, r->account, display, event.role, r->purpose, entity, subject, what) &&
           journal_append(s, &event, 1, NULL, e);
}

bool access_look(struct store *s, const struct access_reader *r, str entity, int64_t subject, str what, int64_t now,
                 struct err *e)
{
    if (r->subject == subject && subject != 0 && str_eq(r->entity, entity)) return true;
    if (r->purpose.len == 0) return fail(e, DENIED, "请先写明为什么要看这份档案；写的内容会给本人看到");
    if (r->purpose.len > ACCESS_PURPOSE_MAX) return fail(e, INVALID, "为什么要看，写得短一些，一百来个字就够");
    if (!store_begin(s, e)) return false;
    if (!write_look(s, r, entity, subject, what, now, e)) {
        store_rollback(s);
        return false;
    }
    return store_commit(s, e);
}

bool access_export(struct store *s, const struct access_reader *r, str file, int64_t rows, int64_t now, int64_t *number,
                   struct err *e)
{
    autoarena *a = arena_new("export", 0);
    struct text body;
    struct json_writer w;
    text_init(&body, a, 16 << 10);
    json_begin(&w, &body, false);
    json_object(&w);
    json_key(&w, "purpose"), json_str(&w, r->purpose);
    json_key(&w, "rows"), json_int(&w, rows);
    json_object_end(&w);
    struct journal_event event = { .actor = r->name,
                                   .role = str_of(access_role_zh(r->role)),
                                   .kind = STR("access.export"),
                                   .subject = file,
                                   .body = text_str(&body),
                                   .clock_ms = now * 1000 };
    if (!store_begin(s, e)) return false;
    if (journal_append(s, &event, 1, number, e)) return store_commit(s, e);
    store_rollback(s);
    return false;
}

bool access_looks_at(struct store *s, str entity, int64_t subject, size_t max, struct arena *a, access_looks *out,
                     struct err *e)
{
    struct store_stmt *q;
    bool row, ok = true;
    if (!store_first(s, &q, &row, e,
                     "SELECT at, account, display, role, purpose, what FROM access_look"
                     " WHERE entity = $1 AND subject = $2 ORDER BY id DESC LIMIT $3",
                     "sii", entity, subject, (int64_t)max))
        return false;
    for (; ok && row; ok = store_step(q, &row, e)) {
        *vec_push(a, out) = (struct access_look){ store_number(q, 0),          store_number(q, 1),
                                                  str_dup(a, store_str(q, 2)), str_dup(a, store_str(q, 3)),
                                                  str_dup(a, store_str(q, 4)), str_dup(a, store_str(q, 5)) };
    }
    store_done(q);
    return ok;
}

/* ---- once ---- */

bool access_once(struct store *s, int64_t account, str key, str request_hash, struct arena *a, bool *known,
                 int64_t *status, str *body, struct err *e)
{
    struct store_stmt *q;
    bool row;
    *known = false;
    if (!store_first(s, &q, &row, e, "SELECT request, status, body FROM access_once WHERE account = $1 AND key = $2",
                     "is", account, key))
        return false;
    bool same = row && str_eq(store_str(q, 0), request_hash);
    if (same) {
        *known = true;
        *status = store_number(q, 1);
        *body = str_dup(a, store_str(q, 2));
    }
    store_done(q);
    return !row || same ||
           fail(e, CONFLICT, "这张表已经交过一次，内容不一样；请刷新页面再填（程序换一个 Idempotency-Key）");
}

/* The row stands before anything is done: on PostgreSQL the second of two waits at it, on SQLite already when it began.
 */
bool access_once_take(struct store *s, int64_t account, str key, str request_hash, int64_t now, struct arena *a,
                      bool *known, int64_t *status, str *body, struct err *e)
{
    int64_t made = 0;
    *known = false;
    if (!store_do(s, &made, e,
                  "INSERT INTO access_once (account, key, request, status, body, at) VALUES ($1, $2, $3, 0, '', $4)"
                  " ON CONFLICT (account, key) DO NOTHING",
                  "isSi", account, key, request_hash, now))
        return false;
    return made > 0 || access_once(s, account, key, request_hash, a, known, status, body, e);
}

bool access_once_drop(struct store *s, int64_t account, str key, struct err *e)
{
    return store_do(s, NULL, e, "DELETE FROM access_once WHERE account = $1 AND key = $2", "is", account, key);
}

bool access_once_keep(struct store *s, int64_t account, str key, str request_hash, int64_t status, str body,
                      int64_t now, struct err *e)
{
    return store_do(s, NULL, e, "DELETE FROM access_once WHERE account = $1 AND at < $2", "ii", account,
                    now - ACCESS_ONCE_SECONDS) &&
           store_do(s, NULL, e,
                    "INSERT INTO access_once (account, key, request, status, body, at) VALUES ($1, $2, $3, $4, $5, $6)"
                    " ON CONFLICT (account, key) DO UPDATE SET status = excluded.status, body = excluded.body",
                    "isSiSi", account, key, request_hash, status, body, now);
}
