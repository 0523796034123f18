/* openssl: its functions, looked up when the first is needed. */
#include "base/openssl.h"
#include "base/library.h"

struct openssl ssl;

bool openssl_load(struct err *e)
{
    static const struct library_symbol symbols[] = {
#define SSL(name) { #name, offsetof(struct openssl, name), 0 },
#include "base/openssl.def"
#undef SSL
    };
    static struct library library = {
        .purpose = "国密算法",
        .files = { { "libcrypto.so.3", "libssl3" } },
        .symbols = symbols,
        .count = sizeof symbols / sizeof *symbols,
        .functions = &ssl,
        .size_bytes = sizeof ssl,
    };
    return library_load(&library, e);
}

bool openssl_lacks(const char *algorithm, struct err *e)
{
    return fail(e, INTERNAL, "本机的 OpenSSL 不提供 %s，请安装 Debian 的 libssl3，并检查 openssl.cnf 没有关掉它",
                algorithm);
}
