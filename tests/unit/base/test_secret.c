/* Secrets: published vectors where there are any, and every changed bit is noticed. */
#include "support/t.h"
#include "base/base64.h"
#include "base/crypto.h"
#include "base/file.h"

#include <stdio.h>
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
    CHECK(str_starts(str_of(hash), fault_built() ? STR("$argon2id$") : STR("$argon2id$v=19$m=19456,t=2,p=1$")));
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

TEST(equal_texts_have_equal_seals_and_only_their_key_opens_them)
{
    autoarena *a = arena_new("seal", 0);
    struct vault_key k, other;
    struct sealer *x, *y;
    struct err e = { 0 };
    char one[64], two[64], back[64];
    keys(&k, "k");
    keys(&other, "o");
    CHECK_OK(sealer_new(a, &k, &x, &e), e);
    CHECK_OK(sealer_new(a, &other, &y, &e), e);
    for (size_t n = 0; n <= 40; n++) {
        str plain = str_slice(STR("0123456789012345678901234567890123456789"), 0, n);
        CHECK_OK(sealer_seal(x, plain, one, &e), e);
        CHECK_OK(sealer_seal(x, plain, two, &e), e);
        CHECK(memcmp(one, two, SEAL_BYTES + n) == 0);
        CHECK_OK(sealer_open(x, (str){ one, SEAL_BYTES + n }, back, &e), e);
        CHECK_STR(((str){ back, n }), plain);
        CHECK_OK(sealer_seal(y, plain, two, &e), e);
        CHECK(memcmp(one, two, SEAL_BYTES) != 0);
        CHECK_ERR(sealer_open(y, (str){ one, SEAL_BYTES + n }, back, &e), e, MISMATCH);
        e = (struct err){ 0 };
        for (size_t i = 0; i < (SEAL_BYTES + n) * 8; i++) {
            one[i / 8] = (char)(one[i / 8] ^ (1 << (i % 8)));
            CHECK_ERR(sealer_open(x, (str){ one, SEAL_BYTES + n }, back, &e), e, MISMATCH);
            e = (struct err){ 0 };
            one[i / 8] = (char)(one[i / 8] ^ (1 << (i % 8)));
        }
    }
    CHECK_ERR(sealer_open(x, str_slice((str){ one, sizeof one }, 0, SEAL_BYTES - 1), back, &e), e, MISMATCH);
    /* the start is the beginning of an HMAC-SM3 of the text, as another way computes it */
    char hex[SM3_HEX + 1], start[2 * SEAL_BYTES + 1];
    CHECK_OK(crypto_hmac_sm3((str){ (const char *)k.mac, sizeof k.mac }, STR("0123"), hex, &e), e);
    CHECK_OK(sealer_seal(x, STR("0123"), one, &e), e);
    for (int i = 0; i < SEAL_BYTES; i++) snprintf(start + 2 * i, 3, "%02x", (unsigned)(unsigned char)one[i]);
    CHECK_STR(str_slice(str_of(hex), 0, 2 * SEAL_BYTES), start);
    /* and the rest is the stream from there: what was sealed before opens tomorrow */
    char rest[4];
    CHECK_OK(vault_stream(&k, (const unsigned char *)one, STR("0123"), rest, &e), e);
    CHECK(memcmp(one + SEAL_BYTES, rest, sizeof rest) == 0);
}

TEST(letters_of_base64_are_read_back)
{
    autoarena *a = arena_new("letters", 0);
    char bytes[64], back[64];
    size_t n = 0;
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)(i * 37 + 5);
    for (size_t len = 0; len <= 48; len++) {
        CHECK(base64_read(base64(a, (str){ bytes, len }), back, &n));
        CHECK_INT((int64_t)n, (int64_t)len);
        CHECK(memcmp(bytes, back, len) == 0);
    }
    CHECK_STR(base64(a, STR("fo")), "Zm8="); /* RFC 4648 */
    CHECK(!base64_read(STR("Zm8"), back, &n) && !base64_read(STR("Zm*="), back, &n) &&
          !base64_read(STR("Z==="), back, &n));
}

TEST(each_letter_of_base64_is_six_bits_and_nothing_else_is_a_letter)
{
    char back[3];
    size_t n;
    str letters = STR("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    for (int c = 0; c < 256; c++) {
        char one[4] = { 'A', 'A', 'A', (char)c };
        size_t at = str_find(letters, (str){ one + 3, 1 });
        if (c == '=') continue; /* the end of a text */
        CHECK(base64_read((str){ one, 4 }, back, &n) == (at != SIZE_MAX));
        if (at != SIZE_MAX) CHECK_INT(back[2], (int64_t)at);
    }
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
