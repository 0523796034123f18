/* agents: who may act for a firm. An authority is a row: the firm, the agent's name, until when; the hash of a code
 * until somebody entered it, their account from then on. Nothing of it is ever deleted: who acted for whom, and by
 * whose leave, can be told years later. A session that acts under one looks the row up at every request, so that taking
 * it back works at once. */
#include "access/access_priv.h"
#include "base/json.h"
#include "base/utf8.h"
#include "journal/journal.h"

#include <string.h>

#define TABLES(KEY)                                                                                                   \
    "CREATE TABLE access_agent (id " KEY " PRIMARY KEY, entity text NOT NULL, subject bigint NOT NULL,"               \
    " firm text NOT NULL, name text NOT NULL, account bigint NOT NULL DEFAULT 0, code text, made_at bigint NOT NULL," \
    " made_by bigint NOT NULL, until bigint NOT NULL, accepted_at bigint, revoked_at bigint);"                        \
    "CREATE INDEX access_agent_firm ON access_agent (entity, subject, id);"                                           \
    "CREATE INDEX access_agent_account ON access_agent (account) WHERE account <> 0;"                                 \
    "CREATE UNIQUE INDEX access_agent_code ON access_agent (code) WHERE code IS NOT NULL;"                            \
    "ALTER TABLE access_session ADD COLUMN agent bigint NOT NULL DEFAULT 0"

bool agents_migrate(struct store *s, struct err *e)
{
    static const struct store_step steps[] = {
        { 1, "单位的经办人", TABLES("integer"), "ALTER TABLE access_session DROP COLUMN agent; DROP TABLE access_agent",
          TABLES("bigserial") }
    };
    return store_migrate(s, STR("access_agent"), steps, 1, 1, e);
}

const char *access_agent_zh(enum access_agent_state s)
{
    switch (s) {
    case ACCESS_AGENT_OFFERED: return "等经办人接受";
    case ACCESS_AGENT_ACTS: return "有效";
    case ACCESS_AGENT_REVOKED: return "已收回";
    case ACCESS_AGENT_EXPIRED: return "已过期";
    }
    return "";
}

static bool note(struct store *s, const struct access_reader *who, const char *kind, const struct access_agent *n,
                 int64_t now, struct err *e)
{
    autoarena *a = arena_new("agent", 0);
    struct text body;
    struct json_writer w;
    text_init(&body, a, 16 << 10);
    json_begin(&w, &body, false);
    json_object(&w);
    json_key(&w, "agent"), json_int(&w, n->id);
    json_key(&w, "name"), json_str(&w, n->name);
    json_key(&w, "firm"), json_str(&w, n->firm);
    json_object_end(&w);
    struct journal_event event = { .actor = who->name,
                                   .role = str_of(access_role_zh(who->role)),
                                   .kind = str_of(kind),
                                   .subject = str_fmt(a, "%.*s %lld", STR_ARG(n->entity), (long long)n->subject),
                                   .body = text_str(&body),
                                   .clock_ms = now * 1000 };
    return journal_append(s, &event, 1, NULL, e);
}

/* ---- reading ---- */

#define COLUMNS                                                                                                      \
    "g.id, g.entity, g.subject, g.firm, g.name, g.account, g.made_at, g.until, g.accepted_at, g.revoked_at, b.name," \
    " b.disabled, m.disabled FROM access_agent g LEFT JOIN access_account b ON b.id = g.account"                     \
    " LEFT JOIN access_account m ON m.id = g.made_by"

/* Nobody acts when their account or that of the firm is stopped. */
static struct access_agent agent_of(const struct store_stmt *q, int64_t now, struct arena *a)
{
    struct access_agent n = { .id = store_number(q, 0),
                              .entity = str_dup(a, store_str(q, 1)),
                              .subject = store_number(q, 2),
                              .firm = str_dup(a, store_str(q, 3)),
                              .name = str_dup(a, store_str(q, 4)),
                              .account = store_number(q, 5),
                              .made_at = store_number(q, 6),
                              .until = store_number(q, 7),
                              .login = store_word(q, 10, a) };
    bool offered = store_is_null(q, 8), gone = store_number(q, 11) != 0 || store_number(q, 12) != 0;
    n.state = !store_is_null(q, 9) || gone                                ? ACCESS_AGENT_REVOKED
              : now > n.until                                             ? ACCESS_AGENT_EXPIRED
              : offered && now - n.made_at > (int64_t)ACCESS_CODE_SECONDS ? ACCESS_AGENT_EXPIRED
              : offered                                                   ? ACCESS_AGENT_OFFERED
                                                                          : ACCESS_AGENT_ACTS;
    return n;
}

static bool find(struct store *s, int64_t id, int64_t now, struct arena *a, struct access_agent *out, struct err *e)
{
    struct store_stmt *q;
    bool row;
    if (!store_first(s, &q, &row, e, "SELECT " COLUMNS " WHERE g.id = $1", "i", id)) return false;
    if (row) *out = agent_of(q, now, a);
    store_done(q);
    return row || fail(e, NOT_FOUND, "没有这份授权");
}

bool access_agents_of(struct store *s, str entity, int64_t subject, int64_t now, struct arena *a, access_agents *out,
                      struct err *e)
{
    struct store_stmt *q;
    bool row, ok = true;
    if (!store_first(s, &q, &row, e,
                     "SELECT " COLUMNS " WHERE g.entity = $1 AND g.subject = $2 ORDER BY g.id DESC LIMIT $3", "sii",
                     entity, subject, (int64_t)ACCESS_AGENTS_MAX * 5))
        return false;
    for (; ok && row; ok = store_step(q, &row, e)) *vec_push(a, out) = agent_of(q, now, a);
    store_done(q);
    return ok;
}

bool access_agent_firms(struct store *s, int64_t account, int64_t now, struct arena *a, access_agents *out,
                        struct err *e)
{
    struct store_stmt *q;
    bool row, ok = true;
    if (!store_first(s, &q, &row, e, "SELECT " COLUMNS " WHERE g.account = $1 AND g.account <> 0 ORDER BY g.id", "i",
                     account))
        return false;
    for (; ok && row; ok = store_step(q, &row, e)) {
        struct access_agent n = agent_of(q, now, a);
        if (n.state == ACCESS_AGENT_ACTS) *vec_push(a, out) = n;
    }
    store_done(q);
    return ok;
}

/* ---- giving ---- */

static bool is_firm(const struct access_reader *r, struct err *e)
{
    if (r->role != ROLE_EMPLOYER || r->subject == 0 || r->is_token)
        return fail(e, DENIED, "授权经办人，要用单位自己的账户登录来办");
    return r->agent == 0 || fail(e, DENIED, "经办人不能再授权别人；请用单位自己的账户登录来办");
}

static bool room_for_one(struct store *s, const struct access_reader *firm, int64_t now, struct err *e)
{
    int64_t n;
    if (!store_get(s, NULL, &n, 1, e,
                   "SELECT count(*) FROM access_agent WHERE entity = $1 AND subject = $2 AND revoked_at IS NULL"
                   " AND until >= $3",
                   "sii", firm->entity, firm->subject, now))
        return false;
    return n < ACCESS_AGENTS_MAX || fail(e, LIMIT, "一家单位同时最多 %d 个经办人，请先收回用不着的", ACCESS_AGENTS_MAX);
}

bool access_agent_offer(struct store *s, const struct access_reader *firm, str name, int64_t until, int64_t now,
                        char code[ACCESS_CODE + 1], struct err *e)
{
    char token[CRYPTO_TOKEN + 1], hash[SM3_HEX + 1];
    struct access_agent n = { .entity = firm->entity, .subject = firm->subject, .firm = firm->display, .name = name };
    if (!is_firm(firm, e)) return false;
    if (name.len == 0 || utf8_count(name) > 40) return fail(e, INVALID, "请写经办人的姓名，和他自己账户里的一样");
    if (until <= now) return fail(e, INVALID, "授权到哪一天，要写今天以后的日子");
    if (until - now > (int64_t)ACCESS_AGENT_DAYS * 86400) return fail(e, INVALID, "一次最多授权三年，到期可以再授权");
    if (!room_for_one(s, firm, now, e) || !crypto_token(token, e)) return false;
    memcpy(code, token, ACCESS_CODE);
    code[ACCESS_CODE] = '\0';
    if (!access_hash(str_of(code), hash, e) || !store_begin(s, e)) return false;
    bool ok = store_get(s, NULL, &n.id, 1, e,
                        "INSERT INTO access_agent (entity, subject, firm, name, code, made_at, made_by, until)"
                        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
                        "sisssiii", n.entity, n.subject, n.firm, name, str_of(hash), now, firm->account, until) &&
              note(s, firm, "access.agent.offer", &n, now, e);
    return store_end(s, ok, e);
}

/* A code as people copy it: blanks and hyphens between, capitals. */
static str plain_code(str code, char out[ACCESS_CODE + 1])
{
    size_t n = 0;
    for (size_t i = 0; i < code.len; i++) {
        char c = code.p[i];
        if (c == ' ' || c == '-') continue;
        if (n == ACCESS_CODE) return STR("");
        out[n++] = c >= 'A' && c <= 'F' ? (char)(c - 'A' + 'a') : c;
    }
    return (str){ out, n };
}

static bool by_code(struct store *s, str code, int64_t now, struct arena *a, struct access_agent *out, bool *found,
                    struct err *e)
{
    char hash[SM3_HEX + 1];
    struct store_stmt *q;
    *found = false;
    if (code.len != ACCESS_CODE) return true;
    if (!access_hash(code, hash, e) ||
        !store_first(s, &q, found, e, "SELECT " COLUMNS " WHERE g.code = $1", "s", str_of(hash)))
        return false;
    if (*found) *out = agent_of(q, now, a);
    store_done(q);
    return true;
}

bool access_agent_accept(struct store *s, const struct access_reader *who, str code, int64_t now, struct err *e)
{
    autoarena *a = arena_new("accept", 0);
    char plain[ACCESS_CODE + 1];
    struct access_agent n = { 0 };
    bool found;
    int64_t changed = 0;
    if (who->account == 0 || who->is_token || who->agent != 0 || who->role == ROLE_EMPLOYER)
        return fail(e, DENIED, "接受授权，要用经办人自己的账户登录来办");
    if (!by_code(s, plain_code(code, plain), now, a, &n, &found, e)) return false;
    if (!found || n.state != ACCESS_AGENT_OFFERED)
        return fail(e, INVALID, "授权码不对，或者用过了、过期了；请向单位要一个新的");
    if (!str_eq(n.name, who->display))
        return fail(e, INVALID, "这个授权码不是给您的；请单位按您账户里的姓名（%.*s）再授权一次",
                    STR_ARG(who->display));
    if (!store_begin(s, e)) return false;
    bool ok = store_do(s, &changed, e,
                       "UPDATE access_agent SET account = $2, accepted_at = $3, code = NULL WHERE id = $1 AND"
                       " accepted_at IS NULL AND revoked_at IS NULL",
                       "iii", n.id, who->account, now) &&
              (changed == 1 || fail(e, CONFLICT, "这个授权码刚刚用过了")) &&
              note(s, who, "access.agent.accept", &n, now, e);
    return store_end(s, ok, e);
}

bool access_agent_revoke(struct store *s, const struct access_reader *who, int64_t id, int64_t now, struct err *e)
{
    autoarena *a = arena_new("revoke", 0);
    struct access_agent n = { 0 };
    struct err none = { 0 };
    if (!find(s, id, now, a, &n, e)) return false;
    bool firms = is_firm(who, &none) && who->subject == n.subject && str_eq(who->entity, n.entity);
    bool own = n.account != 0 && n.account == who->account && !who->is_token;
    if (!firms && !own) return fail(e, NOT_FOUND, "没有这份授权");
    if (n.state == ACCESS_AGENT_REVOKED) return true;
    if (!store_begin(s, e)) return false;
    bool ok =
        store_do(s, NULL, e, "UPDATE access_agent SET revoked_at = $2, code = NULL WHERE id = $1", "ii", id, now) &&
        store_do(s, NULL, e, "DELETE FROM access_session WHERE agent = $1", "i", id) &&
        note(s, who, "access.agent.revoke", &n, now, e);
    return store_end(s, ok, e);
}

/* ---- acting ---- */

bool agents_act(struct store *s, int64_t agent, int64_t now, struct arena *a, struct access_reader *out, bool *good,
                struct err *e)
{
    struct access_agent n = { 0 };
    struct err gone = { 0 };
    *good = find(s, agent, now, a, &n, &gone);
    if (!*good && gone.code != ERR_NOT_FOUND) return *e = gone, false;
    *good = *good && n.state == ACCESS_AGENT_ACTS && n.account == out->account;
    if (!*good) return true;
    out->role = ROLE_EMPLOYER;
    out->entity = n.entity;
    out->subject = n.subject;
    out->firm = n.firm;
    out->agent = n.id;
    out->region_count = 0;
    return true;
}

bool access_session_agent(struct store *s, str token, int64_t agent, int64_t now, char fresh[CRYPTO_TOKEN + 1],
                          struct err *e)
{
    autoarena *a = arena_new("act", 0);
    struct access_reader r;
    struct access_agent n = { 0 };
    char was[SM3_HEX + 1], is[SM3_HEX + 1], csrf[CRYPTO_TOKEN + 1];
    bool found;
    if (!access_session(s, token, now, a, &r, &found, e)) return false;
    if (!found) return fail(e, DENIED, "请重新登录");
    if (!find(s, agent, now, a, &n, e)) return false;
    if (n.account != r.account) return fail(e, NOT_FOUND, "没有这份授权");
    if (n.state != ACCESS_AGENT_ACTS)
        return fail(e, DENIED, "%.*s对您的授权%s，不能再替它办事", STR_ARG(n.firm), access_agent_zh(n.state));
    /* a form that was opened for oneself or another firm is not sent for this one */
    if (!crypto_token(fresh, e) || !crypto_token(csrf, e) || !access_hash(token, was, e) ||
        !access_hash(str_of(fresh), is, e) || !store_begin(s, e))
        return false;
    bool ok =
        store_do(s, NULL, e, "UPDATE access_session SET hash = $2, role = $3, agent = $4, csrf = $5 WHERE hash = $1",
                 "ssiis", str_of(was), str_of(is), (int64_t)ROLE_EMPLOYER, agent, str_of(csrf)) &&
        note(s, &r, "access.agent.act", &n, now, e);
    return store_end(s, ok, e);
}
