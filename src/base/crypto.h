/* crypto: the only door to OpenSSL. So far SM3 (GB/T 32905-2016) for hashes of packs and receipts. */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H
#include "base/err.h"

enum { SM3_HEX = 64 };
/* Lower-case hexadecimal SM3 of data, NUL-terminated. */
bool crypto_sm3_hex(str data, char out[SM3_HEX + 1], struct err *e);

/* The same of a whole file, read piece by piece. */
bool crypto_sm3_file(str path, char out[SM3_HEX + 1], struct err *e);

#endif
