/* base64: three bytes are four letters. */
#include "base/base64.h"

str base64(struct arena *a, str bytes)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *out = arena_alloc(a, (bytes.len + 2) / 3 * 4 + 1);
    size_t n = 0;
    for (size_t i = 0; i < bytes.len; i += 3) {
        uint32_t bits = 0;
        for (size_t k = 0; k < 3; k++) bits = bits << 8 | (i + k < bytes.len ? (unsigned char)bytes.p[i + k] : 0);
        for (unsigned k = 0; k < 4; k++) out[n++] = i + k <= bytes.len ? letters[bits >> (18 - 6 * k) & 63] : '=';
    }
    return (str){ out, n };
}
