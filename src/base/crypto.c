/* crypto: OpenSSL is asked through its EVP interface only, so that a certified provider can take its place. */
#include "base/crypto.h"
#include "base/file.h"
#include "base/openssl.h"

enum { FILE_PIECE = 1 << 16 };

static bool as_hex(const unsigned char *hash, unsigned len, char out[SM3_HEX + 1], struct err *e)
{
    static const char digits[] = "0123456789abcdef";
    if (len * 2 != SM3_HEX) return openssl_lacks("SM3", e);
    for (size_t i = 0; i < len; i++) {
        out[i * 2] = digits[hash[i] >> 4];
        out[i * 2 + 1] = digits[hash[i] & 15];
    }
    out[SM3_HEX] = '\0';
    return true;
}

bool crypto_sm3_hex(str data, char out[SM3_HEX + 1], struct err *e)
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    if (!openssl_load(e)) return false;
    if (ssl.EVP_Digest(data.len == 0 ? "" : data.p, data.len, hash, &len, ssl.EVP_sm3(), NULL) != 1)
        return openssl_lacks("SM3", e);
    return as_hex(hash, len, out, e);
}

static bool add_file(EVP_MD_CTX *ctx, const struct file_in *f, struct err *e)
{
    autoarena *a = arena_new("sm3", 0);
    char *piece = arena_alloc(a, FILE_PIECE);
    size_t len = 1;
    for (uint64_t at = 0; len > 0; at += len) {
        if (!file_read_at(f, at, piece, FILE_PIECE, &len, e)) return false;
        if (ssl.EVP_DigestUpdate(ctx, piece, len) != 1) return openssl_lacks("SM3", e);
    }
    return true;
}

bool crypto_sm3_file(str path, char out[SM3_HEX + 1], struct err *e)
{
    struct file_in f;
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    if (!openssl_load(e) || !file_open(&f, path, e)) return false;
    EVP_MD_CTX *ctx = ssl.EVP_MD_CTX_new();
    bool ok = ctx != NULL && ssl.EVP_DigestInit_ex(ctx, ssl.EVP_sm3(), NULL) == 1;
    if (!ok) openssl_lacks("SM3", e);
    ok = ok && add_file(ctx, &f, e);
    if (ok && ssl.EVP_DigestFinal_ex(ctx, hash, &len) != 1) ok = openssl_lacks("SM3", e);
    ssl.EVP_MD_CTX_free(ctx);
    file_close(&f);
    return ok && as_hex(hash, len, out, e);
}
