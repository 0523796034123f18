/* base64: three bytes are four letters. */
#include "base/base64.h"

static const char all[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_put(str bytes, char *out)
{
    for (size_t i = 0; i < bytes.len; i += 3) {
        uint32_t bits = 0;
        for (size_t k = 0; k < 3; k++) bits = bits << 8 | (i + k < bytes.len ? (unsigned char)bytes.p[i + k] : 0);
        for (unsigned k = 0; k < 4; k++) *out++ = i + k <= bytes.len ? all[bits >> (18 - 6 * k) & 63] : '=';
    }
}

str base64(struct arena *a, str bytes)
{
    size_t n = BASE64_LETTERS(bytes.len);
    char *out = arena_alloc(a, n + 1);
    base64_put(bytes, out);
    return (str){ out, n };
}

static int bits_of(char c)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool base64_read(str letters, char *out, size_t *bytes)
{
    size_t n = letters.len;
    *bytes = 0;
    if (n % 4 != 0) return false;
    for (int i = 0; i < 2 && n > 0 && letters.p[n - 1] == '='; i++) n--;
    uint32_t held = 0;
    for (size_t i = 0; i < n; i++) {
        int six = bits_of(letters.p[i]);
        if (six < 0) return false;
        held = held << 6 | (uint32_t)six;
        if (i % 4 != 0) out[(*bytes)++] = (char)(held >> (6 - 2 * (i % 4)));
    }
    return true;
}
