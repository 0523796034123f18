/* accounts: the tables of access, accounts and signing in.
 *
 * Signing in takes as long for a name nobody has: a hash is computed in any case. Failures are counted in the database,
 * so that trying at several doors counts together. */
#include "access/access_priv.h"
#include "base/utf8.h"
#include "journal/journal.h"

#define TABLES(KEY, BYTES)                                                                                   \
    "CREATE TABLE access_account (id " KEY " PRIMARY KEY, name text NOT NULL UNIQUE, display text NOT NULL," \
    " roles bigint NOT NULL, regions text NOT NULL, entity text NOT NULL, subject bigint NOT NULL,"          \
    " password text NOT NULL, totp " BYTES ", last_counter bigint NOT NULL DEFAULT 0,"                       \
    " failures bigint NOT NULL DEFAULT 0, locked_until bigint NOT NULL DEFAULT 0,"                           \
    " disabled bigint NOT NULL DEFAULT 0, made_at bigint NOT NULL);"                                         \
    "CREATE TABLE access_session (hash text PRIMARY KEY, account bigint NOT NULL, role bigint NOT NULL,"     \
    " csrf text NOT NULL, made_at bigint NOT NULL, seen_at bigint NOT NULL);"                                \
    "CREATE INDEX access_session_account ON access_session (account);"                                       \
    "CREATE TABLE access_token (hash text PRIMARY KEY, account bigint NOT NULL, scopes bigint NOT NULL,"     \
    " purpose text NOT NULL, made_at bigint NOT NULL, expires bigint NOT NULL);"                             \
    "CREATE TABLE access_look (id " KEY " PRIMARY KEY, at bigint NOT NULL, account bigint NOT NULL,"         \
    " display text NOT NULL, role text NOT NULL, purpose text NOT NULL, entity text NOT NULL,"               \
    " subject bigint NOT NULL, what text NOT NULL);"                                                         \
    "CREATE INDEX access_look_subject ON access_look (entity, subject, id);"                                 \
    "CREATE TABLE access_once (account bigint NOT NULL, key text NOT NULL, request text NOT NULL,"           \
    " status bigint NOT NULL, body text NOT NULL, at bigint NOT NULL, PRIMARY KEY (account, key));"

/* Whether somebody else made the password; a secret for digits that was not confirmed yet. */
#define OWN(BYTES)                                                                    \
    "ALTER TABLE access_account ADD COLUMN password_given bigint NOT NULL DEFAULT 0;" \
    "ALTER TABLE access_account ADD COLUMN totp_next " BYTES

#define CARE(KEY)                                                                                \
    "CREATE TABLE access_last (account bigint PRIMARY KEY, signed_in bigint NOT NULL);"          \
    "CREATE TABLE access_change (id " KEY " PRIMARY KEY, at bigint NOT NULL, who text NOT NULL," \
    " role text NOT NULL, account text NOT NULL, what text NOT NULL, reason text NOT NULL);"     \
    "CREATE INDEX access_change_account ON access_change (account, id);"

bool access_migrate(struct store *s, struct err *e)
{
    static const struct store_step steps[] = {
        { 1, "账户、会话、令牌、查看记录", TABLES("integer", "blob"),
          "DROP TABLE access_once; DROP TABLE access_look; DROP TABLE access_token; DROP TABLE access_session;"
          "DROP TABLE access_account",
          TABLES("bigserial", "bytea") },
        { 2, "令牌的范围是词，每分钟有限", /* bits of routes changed their meaning with every new address */
          "ALTER TABLE access_token ADD COLUMN scope_words text NOT NULL DEFAULT '*';"
          "UPDATE access_token SET scope_words = '' WHERE scopes <> -1;" /* rather nothing than more than was given */
          "ALTER TABLE access_token ADD COLUMN per_minute bigint NOT NULL DEFAULT 600",
          "ALTER TABLE access_token DROP COLUMN per_minute; ALTER TABLE access_token DROP COLUMN scope_words", NULL },
        { 3, "自己换密码、开动态口令", OWN("blob"),
          "ALTER TABLE access_account DROP COLUMN totp_next; ALTER TABLE access_account DROP COLUMN password_given",
          OWN("bytea") },
        { 4, "自助机上的会话结束得快", "ALTER TABLE access_session ADD COLUMN idle bigint NOT NULL DEFAULT 1800",
          "ALTER TABLE access_session DROP COLUMN idle", NULL },
    };
    static const struct store_step care[] = {
        { 1, "谁什么时候来过，管理员做过什么", CARE("integer"), "DROP TABLE access_change; DROP TABLE access_last",
          CARE("bigserial") },
    };
    return journal_migrate(s, e) && store_migrate(s, STR("access"), steps, 4, 4, e) &&
           store_migrate(s, STR("access_care"), care, 1, 1, e) && agents_migrate(s, e) && hotline_migrate(s, e);
}

bool access_hash(str token, char out[SM3_HEX + 1], struct err *e) { return crypto_sm3_hex(token, out, e); }

/* ---- accounts ---- */

static bool good_name(str s)
{
    size_t n = utf8_count(s);
    if (n < 2 || n > 64 || !utf8_valid(s, NULL)) return false;
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7F) return false;
    }
    return true;
}

bool access_hash_password(str password, char out[PASSWORD_HASH], struct err *e)
{
    if (!utf8_valid(password, NULL) || utf8_count(password) < ACCESS_PASSWORD_MIN)
        return fail(e, INVALID, "密码太短：至少 %d 个字", ACCESS_PASSWORD_MIN);
    if (password.len > ACCESS_PASSWORD_MAX) return fail(e, INVALID, "密码太长：最多 %d 个字节", ACCESS_PASSWORD_MAX);
    return password_hash(password, out, e);
}

bool access_roles_fit(uint32_t roles, str entity, int64_t subject, struct err *e)
{
    bool somebody = subject != 0, person = somebody && str_eq(entity, STR("人员")), firm = somebody && !person;
    bool worker = (roles & ROLE_BIT(WORKER)) != 0, employer = (roles & ROLE_BIT(EMPLOYER)) != 0;
    if (roles == 0 || roles >= 1u << ROLES) return fail(e, INVALID, "账户至少要有一个角色");
    if (worker && employer)
        return fail(e, INVALID, "一个账户要么是本人，要么是单位；替单位办事的人用自己的账户，由单位授权");
    if (worker && firm) return fail(e, INVALID, "这个账户是单位的：角色写“单位”，不写“本人”");
    if (worker && !person)
        return fail(e, INVALID, "“本人”的账户要写是谁（身份证号），要在服务器上建（管理员手册“账户”）");
    return !employer || firm ||
           fail(e, INVALID,
                "“单位”的账户要写是哪一家（统一社会信用代码），要在服务器上建（管理员手册“账户”）；"
                "经办人用自己的账户，由单位授权");
}

bool access_account_make(struct store *s, const struct access_account *n, str password, int64_t now, int64_t *id,
                         struct err *e)
{
    char hash[PASSWORD_HASH];
    struct store_stmt *q;
    bool row;
    if (!good_name(n->name)) return fail(e, INVALID, "账户名要 2 到 64 个字，中间没有空格");
    if (!access_roles_fit(n->roles, n->entity, n->subject, e)) return false;
    if (!store_first(s, &q, &row, e, "SELECT id FROM access_account WHERE name = $1", "s", n->name)) return false;
    store_done(q);
    if (row) return fail(e, CONFLICT, "已经有账户 %.*s 了", STR_ARG(n->name));
    if (!access_hash_password(password, hash, e)) return false;
    if (!store_do(s, NULL, e,
                  "INSERT INTO access_account (name, display, roles, regions, entity, subject, password, made_at,"
                  " password_given) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                  "ssissisii", n->name, n->display.len > 0 ? n->display : n->name, (int64_t)n->roles, n->regions,
                  n->entity, n->subject, str_of(hash), now, (int64_t)n->password_given))
        return false;
    if (!store_first(s, &q, &row, e, "SELECT id FROM access_account WHERE name = $1", "s", n->name)) return false;
    *id = store_number(q, 0);
    store_done(q);
    return true;
}

bool access_account_display(struct store *s, str name, struct arena *a, str *out, struct err *e)
{
    struct store_stmt *q;
    bool row;
    *out = STR("");
    if (!store_first(s, &q, &row, e, "SELECT display FROM access_account WHERE name = $1", "s", name)) return false;
    if (row) *out = str_dup(a, store_str(q, 0));
    store_done(q);
    return true;
}

bool access_account_list(struct store *s, uint32_t roles, struct arena *a, access_accounts *out, struct err *e)
{
    struct store_stmt *q;
    bool row;
    if (!store_first(s, &q, &row, e,
                     "SELECT id, name, display, roles, regions, entity, subject, disabled, totp IS NOT NULL,"
                     " locked_until, made_at, l.signed_in FROM access_account"
                     " LEFT JOIN access_last l ON l.account = id"
                     " WHERE CAST($1 AS bigint) = 0 OR roles & CAST($1 AS bigint) <> 0 ORDER BY id",
                     "i", (int64_t)roles))
        return false;
    bool ok = true;
    for (; ok && row; ok = store_step(q, &row, e)) {
        struct access_account *n = vec_push(a, out);
        n->id = store_number(q, 0);
        n->name = str_dup(a, store_str(q, 1));
        n->display = str_dup(a, store_str(q, 2));
        n->roles = (uint32_t)store_number(q, 3);
        n->regions = str_dup(a, store_str(q, 4));
        n->entity = str_dup(a, store_str(q, 5));
        n->subject = store_number(q, 6);
        n->disabled = store_number(q, 7) != 0;
        n->has_totp = str_eq(store_str(q, 8), STR("1")) || str_eq(store_str(q, 8), STR("t"));
        n->locked_until = store_number(q, 9);
        n->made_at = store_number(q, 10);
        n->signed_in = store_number(q, 11);
    }
    store_done(q);
    return ok;
}

static bool changed_one(struct store *s, str name, int64_t changed, struct err *e)
{
    if (changed == 0) return fail(e, NOT_FOUND, "没有账户 %.*s", STR_ARG(name));
    return store_do(s, NULL, e,
                    "DELETE FROM access_session WHERE account = (SELECT id FROM access_account WHERE name = $1)", "s",
                    name);
}

bool access_account_password(struct store *s, str name, str password, struct err *e)
{
    char hash[PASSWORD_HASH];
    int64_t changed;
    return access_hash_password(password, hash, e) &&
           store_do(s, &changed, e,
                    "UPDATE access_account SET password = $2, password_given = 0, failures = 0, locked_until = 0"
                    " WHERE name = $1",
                    "ss", name, str_of(hash)) &&
           changed_one(s, name, changed, e);
}

bool access_account_disable(struct store *s, str name, bool disabled, struct err *e)
{
    int64_t changed;
    return store_do(s, &changed, e, "UPDATE access_account SET disabled = $2 WHERE name = $1", "si", name,
                    (int64_t)disabled) &&
           changed_one(s, name, changed, e);
}

str access_base32(struct arena *a, str bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    struct text t;
    uint32_t bits = 0, have = 0;
    text_init(&t, a, bytes.len * 2 + 8);
    for (size_t i = 0; i < bytes.len; i++) {
        bits = bits << 8 | (unsigned char)bytes.p[i];
        for (have += 8; have >= 5; have -= 5) text_addc(&t, digits[bits >> (have - 5) & 31]);
    }
    if (have > 0) text_addc(&t, digits[bits << (5 - have) & 31]);
    return text_str(&t);
}

bool access_account_totp(struct store *s, str name, const struct vault_key *k, struct arena *a, str *secret,
                         struct err *e)
{
    char bytes[TOTP_SECRET];
    str sealed;
    int64_t changed;
    if (!crypto_random(bytes, sizeof bytes, e) || !vault_seal(k, name, (str){ bytes, sizeof bytes }, a, &sealed, e) ||
        !store_do(s, &changed, e, "UPDATE access_account SET totp = $2, last_counter = 0 WHERE name = $1", "sb", name,
                  sealed) ||
        !changed_one(s, name, changed, e))
        return false;
    *secret = access_base32(a, (str){ bytes, sizeof bytes });
    return true;
}

/* ---- signing in ---- */

bool access_look_up(struct store *s, str name, struct arena *a, struct access_known *k, struct err *e)
{
    struct store_stmt *q;
    bool row;
    if (!store_first(s, &q, &row, e,
                     "SELECT id, roles, failures, locked_until, disabled, last_counter, password, totp, totp_next"
                     " FROM access_account WHERE name = $1",
                     "s", name))
        return false;
    if (row) {
        k->id = store_number(q, 0);
        k->roles = store_number(q, 1);
        k->failures = store_number(q, 2);
        k->locked_until = store_number(q, 3);
        k->disabled = store_number(q, 4);
        k->last_counter = store_number(q, 5);
        k->password = str_dup(a, store_str(q, 6));
        if (!store_is_null(q, 7)) k->totp = str_dup(a, store_bytes(q, 7));
        if (!store_is_null(q, 8)) k->totp_next = str_dup(a, store_bytes(q, 8));
    }
    store_done(q);
    return true;
}

/* The digits of now, and of half a minute before and after; each only once. */
bool access_digits(str sealed, int64_t last_counter, str name, str digits, const struct vault_key *key, int64_t now,
                   struct arena *a, bool *match, int64_t *counter, struct err *e)
{
    str secret;
    char want[TOTP_DIGITS + 1];
    *match = false;
    if (key == NULL) return fail(e, UNSET, "这个账户要动态口令，但服务没有带密钥启动；请管理员带密钥重开大厅");
    if (!vault_open(key, name, sealed, a, &secret, e)) return false;
    for (int64_t c = now / TOTP_SECONDS - 1; c <= now / TOTP_SECONDS + 1; c++) {
        if (c <= last_counter) continue;
        if (!totp_digits(secret, (uint64_t)c, want, e)) return false;
        if (!crypto_same(str_of(want), digits)) continue;
        *counter = c;
        *match = true;
        return true;
    }
    return true;
}

bool access_count_failure(struct store *s, const struct access_known *k, int64_t now, struct err *e)
{
    if (k->id == 0) return true;
    int64_t lock = k->failures + 1 >= ACCESS_FAILURES_MAX ? now + ACCESS_LOCKED_SECONDS : 0;
    return store_do(s, NULL, e, "UPDATE access_account SET failures = $2, locked_until = $3 WHERE id = $1", "iii",
                    k->id, lock > 0 ? 0 : k->failures + 1, lock);
}

static enum access_role first_role(int64_t roles)
{
    for (unsigned i = 0; i < ROLES; i++) {
        if ((roles >> i & 1) != 0) return (enum access_role)i;
    }
    return ROLE_WORKER;
}

static bool come_in(struct store *s, const struct access_known *k, int64_t counter, int64_t now,
                    char token[CRYPTO_TOKEN + 1], struct err *e)
{
    char csrf[CRYPTO_TOKEN + 1], hash[SM3_HEX + 1];
    if (!crypto_token(token, e) || !crypto_token(csrf, e) || !access_hash(str_of(token), hash, e) || !store_begin(s, e))
        return false;
    bool ok = store_do(s, NULL, e,
                       "UPDATE access_account SET failures = 0, locked_until = 0, last_counter = $2 WHERE id = $1",
                       "ii", k->id, counter > 0 ? counter : k->last_counter) &&
              store_do(s, NULL, e,
                       "INSERT INTO access_last (account, signed_in) VALUES ($1, $2)"
                       " ON CONFLICT (account) DO UPDATE SET signed_in = excluded.signed_in",
                       "ii", k->id, now) &&
              store_do(s, NULL, e, "DELETE FROM access_session WHERE account = $1 AND made_at <= $2", "ii", k->id,
                       now - ACCESS_SESSION_SECONDS) &&
              store_do(s, NULL, e,
                       "INSERT INTO access_session (hash, account, role, csrf, made_at, seen_at)"
                       " VALUES ($1, $2, $3, $4, $5, $5)",
                       "siisi", str_of(hash), k->id, (int64_t)first_role(k->roles), str_of(csrf), now);
    return store_end(s, ok, e);
}

bool access_sign_in(struct store *s, str name, str password, str digits, const struct vault_key *key, int64_t now,
                    char token[CRYPTO_TOKEN + 1], struct err *e)
{
    /* A hash of nothing anybody knows, made once and kept in the program: work for names that nobody has. */
    static const char nobody[] = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
                                 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    autoarena *a = arena_new("sign in", 0);
    struct access_known k = { 0 };
    int64_t counter = 0;
    if (password.len > ACCESS_PASSWORD_MAX || !access_look_up(s, name, a, &k, e))
        return e->code != ERR_NONE ? false : fail(e, DENIED, "用户名或密码不对");
    if (k.locked_until > now)
        return fail(e, DENIED, "密码错了太多次，先等 %lld 分钟再试；忘了密码请到窗口重置",
                    (long long)(k.locked_until - now + 59) / 60);
    bool right = password_matches(k.id != 0 ? k.password : str_of(nobody), password) && k.id != 0 && k.disabled == 0;
    struct err wrong = { 0 };
    if (right && k.totp.len > 0 &&
        access_digits(k.totp, k.last_counter, name, digits, key, now, a, &right, &counter, &wrong) && !right)
        fail(&wrong, DENIED, "用户名、密码或动态口令不对");
    if (!right || wrong.code != ERR_NONE) {
        if (!access_count_failure(s, &k, now, e)) return false;
        if (wrong.code != ERR_NONE) return *e = wrong, false;
        return fail(e, DENIED, "用户名或密码不对");
    }
    return come_in(s, &k, counter, now, token, e);
}

const store_secrets access_secrets = {
    .at =
        (struct store_secret[]){
            { .table = "access_account", .column = "totp", .kind = STORE_SECRET_VAULT, .beside = "name" },
            { .table = "access_account", .column = "totp_next", .kind = STORE_SECRET_VAULT, .beside = "name" },
            { .table = "hotline_call", .column = "summary" },
            { .table = "access_once", .column = "request" }, /* a hash that could be tried out */
            { .table = "access_once", .column = "body" },
        },
    .len = 5,
};
