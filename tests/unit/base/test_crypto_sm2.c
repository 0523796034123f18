/* SM3 in pieces, SM2 signatures, files of keys. */
#include "base/crypto.h"
#include "base/file.h"

#include "support/t.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TEST(sm3_in_pieces_is_sm3_of_the_whole)
{
    autoarena *a = arena_new("sm3", 0);
    struct err e = { 0 };
    struct sm3 *h;
    char data[300], whole[SM3_HEX + 1], pieces[SM3_HEX + 1];
    unsigned char hash[SM3_BYTES];
    CHECK_OK(sm3_new(a, &h, &e), e);
    for (int round = 0; round < 50; round++) { /* the hasher is used again and again */
        size_t len = (size_t)t_random_below(sizeof data), at = 0;
        for (size_t i = 0; i < len; i++) data[i] = (char)t_random();
        CHECK_OK(crypto_sm3_hex((str){ data, len }, whole, &e), e);
        while (at < len) {
            size_t n = (size_t)t_random_below(len - at + 1);
            sm3_add(h, (str){ data + at, n });
            at += n;
        }
        CHECK_OK(sm3_end(h, hash, &e), e);
        sm3_text(hash, pieces);
        CHECK_STR(pieces, whole);
    }
}

TEST(a_signature_holds_for_its_text_its_key_and_its_id_only)
{
    autoarena *a = arena_new("keys", 0);
    struct err e = { 0 };
    struct sm2_key *key, *other, *public;
    str signature, pem;
    bool good = false;
    CHECK_OK(sm2_key_make(a, &key, &e), e);
    CHECK_OK(sm2_key_make(a, &other, &e), e);
    CHECK_OK(sm2_sign(key, STR("甲"), STR("text"), a, &signature, &e), e);
    CHECK_OK(sm2_public_text(key, a, &pem, &e), e);
    CHECK_OK(sm2_public_read(a, pem, &public, &e), e);
    CHECK_OK(sm2_verify(public, STR("甲"), STR("text"), signature, &good, &e), e);
    CHECK(good);
    CHECK_OK(sm2_verify(key, STR("甲"), STR("Text"), signature, &good, &e), e);
    CHECK(!good);
    CHECK_OK(sm2_verify(key, STR("乙"), STR("text"), signature, &good, &e), e);
    CHECK(!good);
    CHECK_OK(sm2_verify(other, STR("甲"), STR("text"), signature, &good, &e), e);
    CHECK(!good);
    CHECK_OK(sm2_verify(key, STR("甲"), STR("text"), STR("no signature"), &good, &e), e);
    CHECK(!good);
    CHECK_OK(sm2_verify(key, STR("甲"), STR("text"), STR(""), &good, &e), e);
    CHECK(!good);
    for (size_t i = 0; i < signature.len; i++) { /* whatever bit is turned */
        char *bytes = arena_alloc(a, signature.len);
        memcpy(bytes, signature.p, signature.len);
        bytes[i] = (char)(bytes[i] ^ (1 << t_random_below(8)));
        CHECK_OK(sm2_verify(key, STR("甲"), STR("text"), (str){ bytes, signature.len }, &good, &e), e);
        CHECK(!good);
    }
    CHECK_ERR(sm2_sign(public, STR("甲"), STR("text"), a, &signature, &e), e, INVALID);
}

TEST(a_key_file_is_for_its_owner_only_and_never_replaced)
{
    autoarena *a = arena_new("keys", 0);
    struct err e = { 0 };
    struct sm2_key *key, *again;
    struct stat st;
    str signature;
    bool good = false;
    str path = str_of(t_path("seal.key"));
    CHECK_OK(sm2_key_make(a, &key, &e), e);
    EVERY_FAULT (FAULT_WRITE) {
        struct err f = { 0 };
        unlink(path.p);
        CHECK(sm2_key_write(key, path, &f) || (t_fault_hit() && !file_exists(path)));
    }
    CHECK(file_exists(path) || sm2_key_write(key, path, &e));
    CHECK(stat(path.p, &st) == 0);
    CHECK_INT(st.st_mode & 0777, 0600);
    CHECK_ERR(sm2_key_write(key, path, &e), e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_OK(sm2_key_read(a, path, &again, &e), e);
    CHECK_OK(sm2_sign(again, STR("甲"), STR("text"), a, &signature, &e), e);
    CHECK_OK(sm2_verify(key, STR("甲"), STR("text"), signature, &good, &e), e);
    CHECK(good);
    CHECK(chmod(path.p, 0640) == 0);
    CHECK_ERR(sm2_key_read(a, path, &again, &e), e, INVALID);
    e = (struct err){ 0 };
    CHECK_ERR(sm2_key_read(a, str_of(t_path("none")), &again, &e), e, NOT_FOUND);
    CHECK_OK(file_write(str_of(t_path("junk")), STR("junk"), &(struct err){ 0 }), e);
    CHECK(chmod(t_path("junk"), 0600) == 0);
    e = (struct err){ 0 };
    CHECK_ERR(sm2_key_read(a, str_of(t_path("junk")), &again, &e), e, INVALID);
    e = (struct err){ 0 };
    CHECK_ERR(sm2_public_read(a, STR("junk"), &again, &e), e, INVALID);
}
