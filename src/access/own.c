/* own: proving that it is them, then one change with what it ends and what is written down, or nothing. */
#include "access/own.h"
#include "access/access_priv.h"

#include <string.h>

/* ---- proving ---- */

static bool wrong_once_more(struct store *s, const struct access_known *k, const struct access_own *o, const char *what,
                            struct err *e)
{
    return access_count_failure(s, k, o->now, e) && fail(e, DENIED, "%s", what);
}

/* The password, and, when `totp` is a sealed secret, its digits; *counter: those that were used up. */
static bool proves(struct store *s, const struct access_own *o, const struct access_known *k, str totp,
                   int64_t *counter, struct err *e)
{
    autoarena *a = arena_new("prove", 0);
    bool match = false;
    *counter = k->last_counter;
    if (k->locked_until > o->now)
        return fail(e, DENIED, "密码错了太多次，先等 %lld 分钟再试", (long long)(k->locked_until - o->now + 59) / 60);
    if (o->password.len > ACCESS_PASSWORD_MAX || !password_matches(k->password, o->password))
        return wrong_once_more(s, k, o, "现在的密码不对，请再输一次", e);
    if (totp.len == 0) return true;
    if (!access_digits(totp, k->last_counter, o->who->name, o->digits, o->key, o->now, a, &match, counter, e))
        return false;
    return match || wrong_once_more(s, k, o, "六位数不对，或者过时了；等验证器换一个数再输", e);
}

static bool own_account(struct store *s, const struct access_own *o, struct arena *a, struct access_known *k,
                        struct err *e)
{
    *k = (struct access_known){ 0 };
    if (o->who->account == 0 || o->who->is_token || o->session.len == 0)
        return fail(e, DENIED, "密码和动态口令要自己在网页上登录以后改");
    if (!access_look_up(s, o->who->name, a, k, e)) return false;
    return (k->id == o->who->account && k->disabled == 0) || fail(e, DENIED, "请重新登录");
}

/* ---- the end of a change ---- */

/* This session goes on under another token, the others are over; a code for signing in elsewhere is worth nothing. */
static bool alone(struct store *s, const struct access_own *o, const char fresh[CRYPTO_TOKEN + 1], struct err *e)
{
    char was[SM3_HEX + 1], is[SM3_HEX + 1], csrf[CRYPTO_TOKEN + 1];
    return crypto_token(csrf, e) && access_hash(o->session, was, e) && access_hash(str_of(fresh), is, e) &&
           store_do(s, NULL, e, "DELETE FROM access_session WHERE account = $1 AND hash <> $2", "is", o->who->account,
                    str_of(was)) &&
           store_do(s, NULL, e, "UPDATE access_session SET hash = $2, csrf = $3 WHERE hash = $1", "sss", str_of(was),
                    str_of(is), str_of(csrf));
}

static bool finish(struct store *s, bool ok, const struct access_own *o, const char fresh[CRYPTO_TOKEN + 1], str what,
                   struct err *e)
{
    struct access_by by = { o->who->name, str_of(access_role_zh(o->who->role)), STR(""), o->now };
    return store_end(s, ok && alone(s, o, fresh, e) && access_write_change(s, &by, o->who->name, what, e), e);
}

/* ---- the password ---- */

bool access_own_password(struct store *s, const struct access_own *o, str password, char fresh[CRYPTO_TOKEN + 1],
                         struct err *e)
{
    autoarena *a = arena_new("own", 0);
    struct access_known k;
    char hash[PASSWORD_HASH];
    int64_t counter;
    if (!own_account(s, o, a, &k, e) || !proves(s, o, &k, STR(""), &counter, e)) return false;
    if (str_eq(password, o->password)) return fail(e, INVALID, "新密码和现在的一样，请换一个");
    if (!access_hash_password(password, hash, e) || !crypto_token(fresh, e) || !store_begin(s, e)) return false;
    bool ok =
        store_do(s, NULL, e, "UPDATE access_account SET password = $2, password_given = 0, failures = 0 WHERE id = $1",
                 "is", k.id, str_of(hash));
    return finish(s, ok, o, fresh, STR("自己换密码"), e);
}

/* ---- one-time digits ---- */

bool access_own_has_totp(struct store *s, const struct access_reader *who, bool *has, struct err *e)
{
    int64_t n;
    if (!store_get(s, NULL, &n, 1, e, "SELECT count(*) FROM access_account WHERE id = $1 AND totp IS NOT NULL", "i",
                   who->account))
        return false;
    *has = n > 0;
    return true;
}

static bool has_key(const struct access_own *o, struct err *e)
{
    return o->key != NULL || fail(e, UNSET, "这个大厅还不能用动态口令；要用请找管理员");
}

bool access_own_totp_begin(struct store *s, const struct access_own *o, struct arena *a, str *secret, struct err *e)
{
    struct access_known k;
    char bytes[TOTP_SECRET];
    str sealed, plain = { bytes, sizeof bytes };
    if (!own_account(s, o, a, &k, e) || !has_key(o, e)) return false;
    if (k.totp.len > 0) return fail(e, CONFLICT, "您已经在用动态口令了；换手机先关掉，再重新开");
    if (!crypto_random(bytes, sizeof bytes, e) || !vault_seal(o->key, o->who->name, plain, a, &sealed, e) ||
        !store_do(s, NULL, e, "UPDATE access_account SET totp_next = $2 WHERE id = $1", "ib", k.id, sealed))
        return false;
    *secret = access_base32(a, plain);
    return true;
}

bool access_own_totp_waiting(struct store *s, const struct access_own *o, struct arena *a, str *secret, struct err *e)
{
    struct access_known k;
    str plain;
    *secret = STR("");
    if (!own_account(s, o, a, &k, e)) return false;
    if (o->key == NULL || k.totp_next.len == 0) return true;
    if (!vault_open(o->key, o->who->name, k.totp_next, a, &plain, e)) return false;
    *secret = access_base32(a, plain);
    return true;
}

bool access_own_totp_confirm(struct store *s, const struct access_own *o, char fresh[CRYPTO_TOKEN + 1], struct err *e)
{
    autoarena *a = arena_new("own", 0);
    struct access_known k;
    int64_t counter;
    if (!own_account(s, o, a, &k, e) || !has_key(o, e)) return false;
    if (k.totp_next.len == 0) return fail(e, CONFLICT, "没有等着确认的密钥；请从头再开一次");
    k.last_counter = 0; /* of another secret */
    if (!proves(s, o, &k, k.totp_next, &counter, e) || !crypto_token(fresh, e) || !store_begin(s, e)) return false;
    bool ok = store_do(s, NULL, e,
                       "UPDATE access_account SET totp = totp_next, totp_next = NULL, last_counter = $2, failures = 0"
                       " WHERE id = $1",
                       "ii", k.id, counter);
    return finish(s, ok, o, fresh, STR("自己开动态口令"), e);
}

bool access_own_totp_end(struct store *s, const struct access_own *o, char fresh[CRYPTO_TOKEN + 1], struct err *e)
{
    autoarena *a = arena_new("own", 0);
    struct access_known k;
    int64_t counter;
    if (!own_account(s, o, a, &k, e)) return false;
    if (k.totp.len == 0) return fail(e, CONFLICT, "您没有在用动态口令");
    if (!has_key(o, e) || !proves(s, o, &k, k.totp, &counter, e) || !crypto_token(fresh, e) || !store_begin(s, e))
        return false;
    bool ok = store_do(s, NULL, e,
                       "UPDATE access_account SET totp = NULL, totp_next = NULL, last_counter = 0, failures = 0"
                       " WHERE id = $1",
                       "i", k.id);
    return finish(s, ok, o, fresh, STR("自己关动态口令"), e);
}
