/* base64: bytes as letters (RFC 4648), for headers and bodies of messages. */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H
#include "base/arena.h"

/* One line, padded, with a NUL after it. */
str base64(struct arena *a, str bytes);

#endif
