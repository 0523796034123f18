/* admin: each act is written down in the transaction that does it. Whether somebody is left who administers is looked
 * at last, inside the transaction, so that two administrators who lock each other at one moment cannot both succeed. */
#include "access/admin.h"
#include "access/access_priv.h"
#include "base/json.h"
#include "journal/journal.h"

/* ---- writing it down ---- */

bool access_write_change(struct store *s, const struct access_by *by, str account, str what, struct err *e)
{
    autoarena *a = arena_new("change", 0);
    struct text body;
    struct json_writer w;
    if (by->reason.len > ACCESS_REASON_MAX) return fail(e, INVALID, "理由写得短一些，一百来个字就够");
    text_init(&body, a, 16 << 10);
    json_begin(&w, &body, false);
    json_object(&w);
    json_key(&w, "what"), json_str(&w, what);
    json_key(&w, "reason"), json_str(&w, by->reason);
    json_key(&w, "self"), json_bool(&w, str_eq(by->who, account));
    json_object_end(&w);
    struct journal_event event = { .actor = by->who,
                                   .role = by->role,
                                   .kind = STR("access.admin"),
                                   .subject = str_fmt(a, "账户 %.*s", STR_ARG(account)),
                                   .body = text_str(&body),
                                   .clock_ms = by->now * 1000 };
    return store_do(s, NULL, e,
                    "INSERT INTO access_change (at, who, role, account, what, reason) VALUES ($1, $2, $3, $4, $5, $6)",
                    "isssss", by->now, by->who, by->role, account, what, by->reason) &&
           journal_append(s, &event, 1, NULL, e);
}

static str role_words(struct arena *a, uint32_t roles)
{
    struct text t;
    text_init(&t, a, 1000);
    for (unsigned i = 0; i < ROLES; i++) {
        if ((roles >> i & 1) != 0) text_addf(&t, "%s%s", t.len > 0 ? "、" : "", access_role_zh((enum access_role)i));
    }
    return text_str(&t);
}

/* ---- accounts ---- */

struct standing {
    int64_t id, roles, disabled;
};

static bool stand(struct store *s, str name, struct standing *out, struct err *e)
{
    bool there;
    int64_t n[3];
    if (!store_get(s, &there, n, 3, e, "SELECT id, roles, disabled FROM access_account WHERE name = $1", "s", name))
        return false;
    *out = (struct standing){ n[0], n[1], n[2] };
    return there || fail(e, NOT_FOUND, "没有账户 %.*s", STR_ARG(name));
}

/* Whether the roles fit who the account is. */
static bool roles_fit(struct store *s, const struct standing *was, uint32_t roles, struct err *e)
{
    struct store_stmt *q;
    bool row;
    if (!store_first(s, &q, &row, e, "SELECT entity, subject FROM access_account WHERE id = $1", "i", was->id))
        return false;
    bool ok = row && access_roles_fit(roles, store_str(q, 0), store_number(q, 1), e);
    store_done(q);
    return ok;
}

static bool administers(const struct standing *a) { return (a->roles & ROLE_BIT(ADMIN)) != 0 && a->disabled == 0; }

/* Somebody must be left who can let others in again. */
static bool somebody_left(struct store *s, const struct standing *was, struct err *e)
{
    int64_t left;
    if (!administers(was)) return true;
    if (!store_get(s, NULL, &left, 1, e, "SELECT count(*) FROM access_account WHERE disabled = 0 AND (roles & $1) <> 0",
                   "i", (int64_t)ROLE_BIT(ADMIN)))
        return false;
    return left > 0 || fail(e, CONFLICT, "这是最后一个能管账户的人：先让另一个人有“管理”角色，再来改");
}

/* The end of an act: written down and committed, or undone. Writing locks the head of the journal, so whoever acts at
 * the same moment waits, and is seen by what is looked for then. was: the account as it stood; NULL: a new one. */
static bool finish(struct store *s, bool ok, const struct access_by *by, const struct standing *was, str account,
                   str what, struct err *e)
{
    return store_end(s, ok && access_write_change(s, by, account, what, e) && (was == NULL || somebody_left(s, was, e)),
                     e);
}

bool access_admin_make(struct store *s, const struct access_by *by, const struct access_account *n, str password,
                       int64_t *id, struct err *e)
{
    autoarena *a = arena_new("account", 0);
    str what = str_fmt(a, "新建账户，角色 %.*s%s%.*s", STR_ARG(role_words(a, n->roles)),
                       n->regions.len > 0 ? "，地区 " : "", STR_ARG(n->regions));
    if (!store_begin(s, e)) return false;
    return finish(s, access_account_make(s, n, password, by->now, id, e), by, NULL, n->name, what, e);
}

static bool set_roles(struct store *s, const struct access_by *by, str name, uint32_t roles, str regions,
                      const struct standing *was, struct err *e)
{
    uint32_t more = roles & ~(uint32_t)was->roles;
    if (!roles_fit(s, was, roles, e)) return false;
    if (more != 0 && str_eq(by->who, name) && by->reason.len == 0)
        return fail(e, INVALID, "给自己加角色要写理由；会留痕，也会列在账户页上给别的管理员看");
    return store_do(s, NULL, e, "UPDATE access_account SET roles = $2, regions = $3 WHERE id = $1", "iis", was->id,
                    (int64_t)roles, regions) &&
           store_do(s, NULL, e, "DELETE FROM access_session WHERE account = $1", "i", was->id);
}

bool access_admin_roles(struct store *s, const struct access_by *by, str name, uint32_t roles, str regions,
                        struct err *e)
{
    autoarena *a = arena_new("roles", 0);
    struct standing was;
    if (!store_begin(s, e)) return false;
    bool ok = stand(s, name, &was, e) && set_roles(s, by, name, roles, regions, &was, e);
    str what = ok ? str_fmt(a, "角色从 %.*s 改成 %.*s，地区 %.*s", STR_ARG(role_words(a, (uint32_t)was.roles)),
                            STR_ARG(role_words(a, roles)), STR_ARG(regions.len > 0 ? regions : STR("没有")))
                  : STR("");
    return finish(s, ok, by, &was, name, what, e);
}

bool access_admin_lock(struct store *s, const struct access_by *by, str name, bool locked, struct err *e)
{
    struct standing was;
    if (locked && by->reason.len == 0) return fail(e, INVALID, "停用要写理由，例如：已调离");
    if (!store_begin(s, e)) return false;
    bool ok = stand(s, name, &was, e) && access_account_disable(s, name, locked, e);
    return finish(s, ok, by, &was, name, locked ? STR("停用") : STR("恢复"), e);
}

bool access_admin_forgive(struct store *s, const struct access_by *by, str name, struct err *e)
{
    struct standing was;
    if (!store_begin(s, e)) return false;
    bool ok =
        stand(s, name, &was, e) &&
        store_do(s, NULL, e, "UPDATE access_account SET failures = 0, locked_until = 0 WHERE id = $1", "i", was.id);
    return finish(s, ok, by, NULL, name, STR("密码错太多次的锁，打开"), e);
}

/* given: made here, so that whoever signs in with it is asked for one of their own. */
static bool set_password(struct store *s, const struct access_by *by, str name, str password, bool given, struct err *e)
{
    if (!store_begin(s, e)) return false;
    bool ok = access_account_password(s, name, password, e) &&
              store_do(s, NULL, e, "UPDATE access_account SET password_given = $2 WHERE name = $1", "si", name,
                       (int64_t)given);
    return finish(s, ok, by, NULL, name, STR("重置密码"), e);
}

bool access_admin_chosen(struct store *s, const struct access_by *by, str name, str password, struct err *e)
{
    return set_password(s, by, name, password, false, e);
}

bool access_admin_password(struct store *s, const struct access_by *by, str name, struct arena *a, str *out,
                           struct err *e)
{
    char token[CRYPTO_TOKEN + 1];
    if (!crypto_token(token, e)) return false;
    str made = str_dup(a, (str){ token, ACCESS_PASSWORD_MADE });
    if (!set_password(s, by, name, made, true, e)) return false;
    *out = made;
    return true;
}

bool access_admin_totp(struct store *s, const struct access_by *by, str name, const struct vault_key *k,
                       struct arena *a, str *secret, struct err *e)
{
    struct standing was;
    str made = STR("");
    if (!store_begin(s, e)) return false;
    bool ok = stand(s, name, &was, e);
    if (ok && k != NULL)
        ok = access_account_totp(s, name, k, a, &made, e);
    else if (ok)
        ok = store_do(s, NULL, e, "UPDATE access_account SET totp = NULL, last_counter = 0 WHERE id = $1", "i",
                      was.id) &&
             store_do(s, NULL, e, "DELETE FROM access_session WHERE account = $1", "i", was.id);
    if (!finish(s, ok, by, NULL, name, k != NULL ? STR("换动态口令的密钥") : STR("不再要动态口令"), e)) return false;
    *secret = made;
    return true;
}

/* ---- tokens ---- */

bool access_admin_token(struct store *s, const struct access_by *by, const struct access_grant *g,
                        char token[CRYPTO_TOKEN + 1], struct err *e)
{
    autoarena *a = arena_new("token", 0);
    str what = str_fmt(a, "发令牌：%.*s", STR_ARG(g->purpose));
    if (!store_begin(s, e)) return false;
    return finish(s, access_token_make(s, g, by->now, token, e), by, NULL, g->account, what, e);
}

static bool revoke(struct store *s, str number, int64_t now, struct arena *a, str *account, str *purpose, struct err *e)
{
    struct store_stmt *q;
    bool row;
    int64_t changed;
    if (number.len != ACCESS_TOKEN_NUMBER) return fail(e, NOT_FOUND, "没有这个令牌");
    if (!store_first(s, &q, &row, e,
                     "SELECT a.name, t.purpose FROM access_token t JOIN access_account a ON a.id = t.account"
                     " WHERE substr(t.hash, 1, 12) = $1",
                     "s", number))
        return false;
    if (row) *account = str_dup(a, store_str(q, 0)), *purpose = str_dup(a, store_str(q, 1));
    store_done(q);
    if (!row) return fail(e, NOT_FOUND, "没有这个令牌");
    return store_do(s, &changed, e,
                    "UPDATE access_token SET expires = $2 WHERE substr(hash, 1, 12) = $1 AND expires > $2", "si",
                    number, now) &&
           (changed > 0 || fail(e, CONFLICT, "这个令牌已经过期或者收回了"));
}

bool access_admin_revoke(struct store *s, const struct access_by *by, str number, struct err *e)
{
    autoarena *a = arena_new("token", 0);
    str account = STR(""), purpose = STR("");
    if (!store_begin(s, e)) return false;
    bool ok = revoke(s, number, by->now, a, &account, &purpose, e);
    return finish(s, ok, by, NULL, account, str_fmt(a, "收回令牌：%.*s", STR_ARG(purpose)), e);
}

bool access_token_list(struct store *s, struct arena *a, access_token_rows *out, struct err *e)
{
    struct store_stmt *q;
    bool row, ok = true;
    if (!store_first(s, &q, &row, e,
                     "SELECT substr(t.hash, 1, 12), a.name, t.purpose, t.scope_words, t.per_minute, t.made_at,"
                     " t.expires FROM access_token t JOIN access_account a ON a.id = t.account"
                     " ORDER BY t.made_at DESC, t.hash",
                     ""))
        return false;
    for (; ok && row; ok = store_step(q, &row, e)) {
        *vec_push(a, out) = (struct access_token_row){ store_word(q, 0, a), store_word(q, 1, a), store_word(q, 2, a),
                                                       store_word(q, 3, a), store_number(q, 4),  store_number(q, 5),
                                                       store_number(q, 6) };
    }
    store_done(q);
    return ok;
}

/* ---- what was done ---- */

bool access_change_list(struct store *s, str account, size_t max, struct arena *a, access_changes *out, struct err *e)
{
    struct store_stmt *q;
    bool row, ok = true;
    if (!store_first(s, &q, &row, e,
                     "SELECT at, who, role, account, what, reason FROM access_change"
                     " WHERE ($1 = '' OR account = $1) ORDER BY id DESC LIMIT $2",
                     "si", account, (int64_t)max))
        return false;
    for (; ok && row; ok = store_step(q, &row, e)) {
        *vec_push(a, out) = (struct access_change){ store_number(q, 0),  store_word(q, 1, a), store_word(q, 2, a),
                                                    store_word(q, 3, a), store_word(q, 4, a), store_word(q, 5, a) };
    }
    store_done(q);
    return ok;
}
