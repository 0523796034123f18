/* Secrets: published vectors where there are any, and every changed bit is noticed. */
#include "support/t.h"
#include "base/crypto.h"
#include "base/file.h"

#include <string.h>
#include <sys/stat.h>

TEST(one_time_digits_are_those_of_the_standard)
{
    /* RFC 4226, appendix D */
    static const char *const want[] = { "755224", "287082", "359152", "969429", "338314",
                                        "254676", "287922", "162583", "399871", "520489" };
    for (uint64_t i = 0; i < 10; i++) {
        char digits[TOTP_DIGITS + 1];
        struct err e = { 0 };
        CHECK_OK(totp_digits(STR("12345678901234567890"), i, digits, &e), e);
        CHECK_STR(digits, want[i]);
    }
}

TEST(a_password_matches_its_hash_and_no_other)
{
    char hash[PASSWORD_HASH], again[PASSWORD_HASH];
    struct err e = { 0 };
    CHECK_OK(password_hash(STR("正确的 密码"), hash, &e), e);
    CHECK_OK(password_hash(STR("正确的 密码"), again, &e), e);
    CHECK(strcmp(hash, again) != 0); /* each has its own salt */
    CHECK(str_starts(str_of(hash), STR("$argon2id$")));
    CHECK(password_matches(str_of(hash), STR("正确的 密码")));
    CHECK(!password_matches(str_of(hash), STR("正确的密码")));
    CHECK(!password_matches(STR(""), STR("")));
    CHECK(!password_matches(STR("no hash"), STR("no hash")));
}

static void keys(struct vault_key *k, const char *name)
{
    struct err e = { 0 };
    CHECK_OK(vault_key_make(str_of(t_path(name)), &e), e);
    CHECK_OK(vault_key_read(k, str_of(t_path(name)), &e), e);
}

TEST(what_is_sealed_opens_with_its_key_in_its_place_only)
{
    autoarena *a = arena_new("vault", 0);
    struct vault_key k, other;
    struct err e = { 0 };
    str sealed, again, plain;
    keys(&k, "k");
    keys(&other, "o");
    CHECK_OK(vault_seal(&k, STR("account 1"), STR("种子"), a, &sealed, &e), e);
    CHECK_OK(vault_seal(&k, STR("account 1"), STR("种子"), a, &again, &e), e);
    CHECK(!str_eq(sealed, again));
    CHECK(str_find(sealed, STR("种子")) == SIZE_MAX);
    CHECK_OK(vault_open(&k, STR("account 1"), sealed, a, &plain, &e), e);
    CHECK_STR(plain, "种子");
    CHECK_ERR(vault_open(&other, STR("account 1"), sealed, a, &plain, &e), e, MISMATCH);
    e = (struct err){ 0 };
    CHECK_ERR(vault_open(&k, STR("account 2"), sealed, a, &plain, &e), e, MISMATCH);
    for (size_t i = 0; i < sealed.len * 8; i++) {
        char *changed = ARENA_ARRAY(a, char, sealed.len);
        memcpy(changed, sealed.p, sealed.len);
        changed[i / 8] = (char)(changed[i / 8] ^ (1 << (i % 8)));
        e = (struct err){ 0 };
        CHECK_ERR(vault_open(&k, STR("account 1"), (str){ changed, sealed.len }, a, &plain, &e), e, MISMATCH);
    }
    for (size_t cut = 0; cut < sealed.len; cut++) {
        e = (struct err){ 0 };
        CHECK_ERR(vault_open(&k, STR("account 1"), str_slice(sealed, 0, cut), a, &plain, &e), e, MISMATCH);
    }
    e = (struct err){ 0 };
    CHECK_OK(vault_seal(&k, STR(""), STR(""), a, &sealed, &e), e);
    CHECK_OK(vault_open(&k, STR(""), sealed, a, &plain, &e), e);
    CHECK_INT((int64_t)plain.len, 0);
}

TEST(a_key_others_may_read_is_no_key)
{
    struct vault_key k;
    struct err e = { 0 };
    keys(&k, "k");
    CHECK_ERR(vault_key_make(str_of(t_path("k")), &e), e, CONFLICT);
    CHECK_INT(chmod(t_path("k"), 0644), 0);
    e = (struct err){ 0 };
    CHECK_ERR(vault_key_read(&k, str_of(t_path("k")), &e), e, DENIED);
    e = (struct err){ 0 };
    CHECK_ERR(vault_key_read(&k, str_of(t_path("none")), &e), e, NOT_FOUND);
    CHECK_OK(file_write(str_of(t_path("bad")), STR("xyz"), &e) || true, e);
    CHECK_INT(chmod(t_path("bad"), 0600), 0);
    e = (struct err){ 0 };
    CHECK_ERR(vault_key_read(&k, str_of(t_path("bad")), &e), e, INVALID);
}

TEST(tokens_are_never_the_same)
{
    char one[CRYPTO_TOKEN + 1], two[CRYPTO_TOKEN + 1];
    struct err e = { 0 };
    CHECK_OK(crypto_token(one, &e), e);
    CHECK_OK(crypto_token(two, &e), e);
    CHECK_INT((int64_t)strlen(one), CRYPTO_TOKEN);
    CHECK(strcmp(one, two) != 0);
    CHECK(crypto_same(str_of(one), str_of(one)) && !crypto_same(str_of(one), str_of(two)));
    CHECK(!crypto_same(STR("a"), STR("ab")) && crypto_same(STR(""), STR("")));
}
