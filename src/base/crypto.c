/* crypto: OpenSSL is asked through its EVP interface only, so that a certified provider can take its place. */
#include "base/crypto.h"

#include <openssl/evp.h>

bool crypto_sm3_hex(str data, char out[SM3_HEX + 1], struct err *e)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    if (EVP_Digest(data.len == 0 ? "" : data.p, data.len, hash, &len, EVP_sm3(), NULL) != 1 || len * 2 != SM3_HEX) {
        return fail(e, INTERNAL, "本机的 OpenSSL 不提供 SM3，请安装 Debian 的 libssl3，并检查 openssl.cnf 没有关掉它");
    }
    for (size_t i = 0; i < len; i++) {
        out[i * 2] = digits[hash[i] >> 4];
        out[i * 2 + 1] = digits[hash[i] & 15];
    }
    out[SM3_HEX] = '\0';
    return true;
}
