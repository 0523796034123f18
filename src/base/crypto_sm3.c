/* crypto_sm3: SM3 in pieces. The algorithm is fetched once for a hasher: asking OpenSSL for it by each short text would
 * cost more than hashing it. */
#include "base/crypto.h"
#include "base/openssl.h"

struct sm3 {
    EVP_MD *algorithm;
    EVP_MD_CTX *context;
    bool failed;
};

static void sm3_close(void *p)
{
    struct sm3 *h = p;
    ssl.EVP_MD_CTX_free(h->context);
    ssl.EVP_MD_free(h->algorithm);
}

bool sm3_new(struct arena *a, struct sm3 **out, struct err *e)
{
    if (!openssl_load(e)) return false;
    struct sm3 *h = ARENA_NEW(a, struct sm3);
    arena_cleanup(a, sm3_close, h);
    h->algorithm = ssl.EVP_MD_fetch(NULL, "SM3", NULL);
    h->context = ssl.EVP_MD_CTX_new();
    if (h->algorithm == NULL || h->context == NULL || ssl.EVP_DigestInit_ex2(h->context, h->algorithm, NULL) != 1)
        return openssl_lacks("SM3", e);
    *out = h;
    return true;
}

void sm3_add(struct sm3 *h, str data)
{
    if (data.len > 0 && ssl.EVP_DigestUpdate(h->context, data.p, data.len) != 1) h->failed = true;
}

bool sm3_end(struct sm3 *h, unsigned char out[SM3_BYTES], struct err *e)
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    bool ok = ssl.EVP_DigestFinal_ex(h->context, hash, &len) == 1 && len == SM3_BYTES && !h->failed;
    h->failed = ssl.EVP_DigestInit_ex2(h->context, h->algorithm, NULL) != 1;
    if (!ok) return openssl_lacks("SM3", e);
    for (size_t i = 0; i < SM3_BYTES; i++) out[i] = hash[i];
    return true;
}

void sm3_text(const unsigned char hash[SM3_BYTES], char out[SM3_HEX + 1])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < SM3_BYTES; i++) {
        out[i * 2] = digits[hash[i] >> 4];
        out[i * 2 + 1] = digits[hash[i] & 15];
    }
    out[SM3_HEX] = '\0';
}
