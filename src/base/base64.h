/* base64: bytes as letters (RFC 4648), for messages and for what must be a text in a database. */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H
#include "base/arena.h"

/* One line, padded, with a NUL after it. */
str base64(struct arena *a, str bytes);
#define BASE64_LETTERS(bytes) (((bytes) + 2) / 3 * 4)
/* The same into room for BASE64_LETTERS, without a NUL. */
void base64_put(str bytes, char *out);
/* Back: out has room for 3 bytes per 4 letters. False: no such text. */
bool base64_read(str letters, char *out, size_t *bytes);

#endif
