/* What people change of their own account: what it takes, what it ends, what is left behind. */
#include "access/admin.h"
#include "access/own.h"
#include "store/short.h"
#include "support/t.h"

#include <string.h>

enum { NOW = 1717400000 };

struct scene {
    struct arena *a;
    struct store *s;
    struct vault_key key;
    struct access_reader who;
    char here[CRYPTO_TOKEN + 1], elsewhere[CRYPTO_TOKEN + 1];
};

static void sign_in(struct scene *k, const char *password, const char *digits, char token[CRYPTO_TOKEN + 1])
{
    struct err e = { 0 };
    CHECK_OK(access_sign_in(k->s, STR("wang"), str_of(password), str_of(digits), &k->key, NOW, token, &e), e);
}

static bool lives(struct scene *k, const char *token)
{
    struct err e = { 0 };
    struct access_reader r;
    bool found;
    CHECK_OK(access_session(k->s, str_of(token), NOW, k->a, &r, &found, &e), e);
    return found;
}

static void scene_open(struct scene *k)
{
    struct err e = { 0 };
    int64_t id;
    bool found;
    struct access_account n = { .name = STR("wang"), .roles = ROLE_BIT(COUNTER), .password_given = true };
    *k = (struct scene){ .a = arena_new("own", 0) };
    CHECK_OK(store_open(&k->s, str_of(t_path("own.db")), STORE_CREATE, &e), e);
    CHECK_OK(access_migrate(k->s, &e), e);
    CHECK_OK(access_account_make(k->s, &n, STR("given by others"), NOW, &id, &e), e);
    CHECK_OK(vault_key_make(str_of(t_path("key")), &e), e);
    CHECK_OK(vault_key_read(&k->key, str_of(t_path("key")), &e), e);
    sign_in(k, "given by others", "", k->here);
    sign_in(k, "given by others", "", k->elsewhere);
    CHECK_OK(access_session(k->s, str_of(k->here), NOW, k->a, &k->who, &found, &e), e);
    CHECK(found && k->who.password_given);
}

static void scene_close(struct scene *k)
{
    store_close(k->s);
    arena_free(k->a);
}

static struct access_own own(struct scene *k, const char *password, const char *digits)
{
    return (struct access_own){ .who = &k->who,
                                .session = str_of(k->here),
                                .password = str_of(password),
                                .digits = str_of(digits),
                                .key = &k->key,
                                .now = NOW };
}

TEST(the_old_password_is_asked_for_and_other_sessions_end)
{
    struct scene k;
    struct err e = { 0 };
    char fresh[CRYPTO_TOKEN + 1];
    scene_open(&k);
    struct access_own wrong = own(&k, "not this one", ""), right = own(&k, "given by others", "");
    e = (struct err){ 0 };
    CHECK_ERR(access_own_password(k.s, &wrong, STR("a new password"), fresh, &e), e, DENIED);
    e = (struct err){ 0 };
    CHECK_ERR(access_own_password(k.s, &right, STR("short"), fresh, &e), e, INVALID);
    e = (struct err){ 0 };
    CHECK_ERR(access_own_password(k.s, &right, STR("given by others"), fresh, &e), e, INVALID);
    CHECK(lives(&k, k.here) && lives(&k, k.elsewhere));
    e = (struct err){ 0 };
    CHECK_OK(access_own_password(k.s, &right, STR("a new password"), fresh, &e), e);
    CHECK(lives(&k, fresh) && !lives(&k, k.here) && !lives(&k, k.elsewhere));
    e = (struct err){ 0 };
    CHECK_ERR(access_sign_in(k.s, STR("wang"), STR("given by others"), STR(""), &k.key, NOW, k.here, &e), e, DENIED);
    sign_in(&k, "a new password", "", k.here);
    bool found;
    e = (struct err){ 0 };
    CHECK_OK(access_session(k.s, str_of(k.here), NOW, k.a, &k.who, &found, &e), e);
    CHECK(found && !k.who.password_given); /* asked for only until there is one of their own */
    access_changes all = { 0 };
    CHECK_OK(access_change_list(k.s, STR("wang"), 10, k.a, &all, &e), e);
    CHECK_INT((int64_t)all.len, 1);
    CHECK_STR(all.at[0].what, "自己换密码");
    scene_close(&k);
}

TEST(guessing_in_an_open_session_locks_the_account_too)
{
    struct scene k;
    struct err e = { 0 };
    char fresh[CRYPTO_TOKEN + 1];
    scene_open(&k);
    struct access_own wrong = own(&k, "not this one", ""), right = own(&k, "given by others", "");
    for (int i = 0; i < ACCESS_FAILURES_MAX; i++) {
        e = (struct err){ 0 };
        CHECK_ERR(access_own_password(k.s, &wrong, STR("a new password"), fresh, &e), e, DENIED);
    }
    e = (struct err){ 0 };
    CHECK_ERR(access_own_password(k.s, &right, STR("a new password"), fresh, &e), e, DENIED);
    CHECK(str_find(str_of(err_cause(&e)), STR("15 分钟")) != SIZE_MAX);
    scene_close(&k);
}

TEST(a_program_changes_no_password)
{
    struct scene k;
    struct err e = { 0 };
    char fresh[CRYPTO_TOKEN + 1];
    scene_open(&k);
    k.who.is_token = true;
    struct access_own o = own(&k, "given by others", "");
    e = (struct err){ 0 };
    CHECK_ERR(access_own_password(k.s, &o, STR("a new password"), fresh, &e), e, DENIED);
    scene_close(&k);
}

/* The digits of the secret that waits, as the authenticator shows them. */
static const char *shown(struct scene *k, str base32, int64_t at)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    char bytes[TOTP_SECRET], digits[TOTP_DIGITS + 1];
    uint32_t bits = 0, have = 0;
    size_t n = 0;
    struct err e = { 0 };
    for (size_t i = 0; i < base32.len; i++) {
        bits = bits << 5 | (uint32_t)(strchr(alphabet, base32.p[i]) - alphabet);
        have += 5;
        if (have < 8) continue;
        have -= 8;
        bytes[n++] = (char)(bits >> have & 255);
    }
    CHECK_INT((int64_t)n, TOTP_SECRET);
    CHECK_OK(totp_digits((str){ bytes, n }, (uint64_t)(at / TOTP_SECONDS), digits, &e), e);
    return str_dup(k->a, str_of(digits)).p;
}

TEST(digits_are_asked_for_once_one_was_right_and_no_more_when_they_are_ended)
{
    struct scene k;
    struct err e = { 0 };
    char fresh[CRYPTO_TOKEN + 1];
    str secret, again;
    bool has;
    scene_open(&k);
    struct access_own o = own(&k, "given by others", "");
    e = (struct err){ 0 };
    CHECK_ERR(access_own_totp_confirm(k.s, &o, fresh, &e), e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_ERR(access_own_totp_end(k.s, &o, fresh, &e), e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_OK(access_own_totp_begin(k.s, &o, k.a, &secret, &e), e);
    CHECK_OK(access_own_has_totp(k.s, &k.who, &has, &e), e);
    CHECK(!has);
    sign_in(&k, "given by others", "", k.elsewhere); /* nothing is asked before it was confirmed */
    o = own(&k, "given by others", "000000");
    e = (struct err){ 0 };
    CHECK_ERR(access_own_totp_confirm(k.s, &o, fresh, &e), e, DENIED);
    e = (struct err){ 0 };
    CHECK_OK(access_own_totp_waiting(k.s, &o, k.a, &again, &e), e);
    CHECK(str_eq(secret, again));
    o = own(&k, "not this one", shown(&k, secret, NOW));
    e = (struct err){ 0 };
    CHECK_ERR(access_own_totp_confirm(k.s, &o, fresh, &e), e, DENIED);
    e = (struct err){ 0 };
    o = own(&k, "given by others", shown(&k, secret, NOW));
    CHECK_OK(access_own_totp_confirm(k.s, &o, fresh, &e), e);
    CHECK(lives(&k, fresh) && !lives(&k, k.elsewhere));
    memcpy(k.here, fresh, sizeof fresh);
    e = (struct err){ 0 };
    CHECK_ERR(access_sign_in(k.s, STR("wang"), STR("given by others"), STR(""), &k.key, NOW, k.elsewhere, &e), e,
              DENIED);
    e = (struct err){ 0 };
    CHECK_ERR(access_own_totp_begin(k.s, &o, k.a, &secret, &e), e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_ERR(access_own_totp_end(k.s, &o, fresh, &e), e, DENIED); /* those digits were used */
    e = (struct err){ 0 };
    o = own(&k, "given by others", shown(&k, again, NOW + TOTP_SECONDS));
    CHECK_OK(access_own_totp_end(k.s, &o, fresh, &e), e);
    sign_in(&k, "given by others", "", k.elsewhere);
    scene_close(&k);
}

TEST(a_change_that_could_not_be_written_down_did_not_happen)
{
    struct scene k;
    struct err e = { 0 };
    char fresh[CRYPTO_TOKEN + 1];
    scene_open(&k);
    CHECK_OK(store_do(k.s, NULL, &e, "DROP TABLE access_change", ""), e);
    struct access_own o = own(&k, "given by others", "");
    CHECK(!access_own_password(k.s, &o, STR("a new password"), fresh, &e));
    CHECK(lives(&k, k.here) && lives(&k, k.elsewhere));
    sign_in(&k, "given by others", "", fresh);
    scene_close(&k);
}
