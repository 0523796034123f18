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

/* 1 + the six bits of a letter, 0 for what is none. Every text opened in a sealed database comes through here. */
static const uint8_t bits_of[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,
    ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
    ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32,
    ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40,
    ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
    ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64,
};

bool base64_read(str letters, char *out, size_t *bytes)
{
    size_t n = letters.len;
    *bytes = 0;
    if (n % 4 != 0) return false;
    for (int i = 0; i < 2 && n > 0 && letters.p[n - 1] == '='; i++) n--;
    uint32_t held = 0;
    for (size_t i = 0; i < n; i++) {
        uint8_t six = bits_of[(unsigned char)letters.p[i]];
        if (six == 0) return false;
        held = held << 6 | (six - 1u);
        if (i % 4 != 0) out[(*bytes)++] = (char)(held >> (6 - 2 * (i % 4)));
    }
    return true;
}
