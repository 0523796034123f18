/* openssl: libcrypto, loaded when something is first hashed, signed or sealed (base/library.h says why). */
#ifndef BASE_OPENSSL_H
#define BASE_OPENSSL_H
#include "base/err.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

struct openssl {
#define SSL(name) __typeof__(&(name)) name;
#include "base/openssl.def"
#undef SSL
};
extern struct openssl ssl;
bool openssl_load(struct err *e);
/* It is there and does not do that: somebody turned it off. False, for whoever returns it. */
bool openssl_lacks(const char *algorithm, struct err *e);

#endif
