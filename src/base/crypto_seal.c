/* crypto_seal: seals that can be compared. The counter start is not drawn but follows from the text (HMAC-SM3 under a
 * key of its own), as in RFC 5297: so equal texts have equal seals, and opening checks the text against it. What is
 * costly with OpenSSL is getting ready; a sealer is made once and its contexts are copied. */
#include "base/crypto.h"
#include "base/openssl.h"

#include <sodium.h>
#include <string.h>

enum { BLOCK = 64 }; /* of SM3, for HMAC */

struct sealer {
    EVP_MD *hash;
    EVP_MD_CTX *inner, *outer, *work; /* HMAC with its key taken in */
    EVP_CIPHER_CTX *cipher;
};

static void sealer_close(void *p)
{
    struct sealer *x = p;
    ssl.EVP_MD_CTX_free(x->inner);
    ssl.EVP_MD_CTX_free(x->outer);
    ssl.EVP_MD_CTX_free(x->work);
    ssl.EVP_CIPHER_CTX_free(x->cipher);
    ssl.EVP_MD_free(x->hash);
}

static bool keyed(EVP_MD_CTX *c, const EVP_MD *hash, const struct vault_key *k, unsigned char pad)
{
    unsigned char block[BLOCK];
    memset(block, pad, sizeof block);
    for (size_t i = 0; i < sizeof k->mac; i++) block[i] ^= k->mac[i];
    bool ok =
        c != NULL && ssl.EVP_DigestInit_ex2(c, hash, NULL) == 1 && ssl.EVP_DigestUpdate(c, block, sizeof block) == 1;
    sodium_memzero(block, sizeof block);
    return ok;
}

bool sealer_new(struct arena *a, const struct vault_key *k, struct sealer **out, struct err *e)
{
    if (!openssl_load(e)) return false;
    struct sealer *x = ARENA_NEW(a, struct sealer);
    arena_cleanup(a, sealer_close, x);
    x->hash = ssl.EVP_MD_fetch(NULL, "SM3", NULL);
    x->inner = ssl.EVP_MD_CTX_new();
    x->outer = ssl.EVP_MD_CTX_new();
    x->work = ssl.EVP_MD_CTX_new();
    x->cipher = ssl.EVP_CIPHER_CTX_new();
    if (x->hash == NULL || x->work == NULL || x->cipher == NULL || !keyed(x->inner, x->hash, k, 0x36) ||
        !keyed(x->outer, x->hash, k, 0x5c) ||
        ssl.EVP_EncryptInit_ex(x->cipher, ssl.EVP_sm4_ctr(), NULL, k->cipher, NULL) != 1)
        return openssl_lacks("SM3 或 SM4", e);
    *out = x;
    return true;
}

bool sealer_start(struct sealer *x, str plain, char out[SEAL_BYTES], struct err *e)
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    bool ok = ssl.EVP_MD_CTX_copy_ex(x->work, x->inner) == 1 &&
              (plain.len == 0 || ssl.EVP_DigestUpdate(x->work, plain.p, plain.len) == 1) &&
              ssl.EVP_DigestFinal_ex(x->work, mac, &len) == 1 && ssl.EVP_MD_CTX_copy_ex(x->work, x->outer) == 1 &&
              ssl.EVP_DigestUpdate(x->work, mac, len) == 1 && ssl.EVP_DigestFinal_ex(x->work, mac, &len) == 1;
    if (ok) memcpy(out, mac, SEAL_BYTES);
    return ok || openssl_lacks("SM3 或 SM4", e);
}

static bool counter(struct sealer *x, const unsigned char *start, str in, char *out)
{
    int len = 0;
    return in.len <= INT32_MAX && ssl.EVP_EncryptInit_ex(x->cipher, NULL, NULL, NULL, start) == 1 &&
           (in.len == 0 || ssl.EVP_EncryptUpdate(x->cipher, (unsigned char *)out, &len, (const unsigned char *)in.p,
                                                 (int)in.len) == 1) &&
           (size_t)len == in.len;
}

bool sealer_seal(struct sealer *x, str plain, char *out, struct err *e)
{
    if (!sealer_start(x, plain, out, e)) return false;
    return counter(x, (const unsigned char *)out, plain, out + SEAL_BYTES) || openssl_lacks("SM3 或 SM4", e);
}

bool sealer_open(struct sealer *x, str sealed, char *out, struct err *e)
{
    char start[SEAL_BYTES];
    if (sealed.len < SEAL_BYTES) return fail(e, MISMATCH, "这不是加密过的内容");
    str body = str_slice(sealed, SEAL_BYTES, sealed.len);
    if (!counter(x, (const unsigned char *)sealed.p, body, out)) return openssl_lacks("SM3 或 SM4", e);
    if (!sealer_start(x, (str){ out, body.len }, start, e)) return false;
    return sodium_memcmp(start, sealed.p, SEAL_BYTES) == 0 || fail(e, MISMATCH, "解不开：密钥不对，或者内容被改动过");
}
