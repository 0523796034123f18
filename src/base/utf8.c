/* utf8: decoding follows the Unicode standard's table of well-formed sequences (no overlong forms, no surrogates,
 * nothing above U+10FFFF). Everything that needs the character database asks utf8proc, which appears only here. */
#include "base/utf8.h"

#include <assert.h>
#include <string.h>
#include <utf8proc.h>

enum { REPLACEMENT = 0xFFFD, DISTANCE_MAX_LEN = 64 };

/* Bytes of the sequence that starts with b, and the range its second byte must be in; 0 when b starts none. */
static size_t lead(unsigned char b, unsigned char *lo, unsigned char *hi)
{
    *lo = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : 0x80;
    *hi = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : 0xBF;
    if (b < 0x80) return 1;
    if (b < 0xC2) return 0;
    if (b < 0xE0) return 2;
    if (b < 0xF0) return 3;
    return b < 0xF5 ? 4 : 0;
}

/* Bytes of the well-formed sequence at s.p[at], 0 when there is none; at < s.len. */
static size_t decode(str s, size_t at, uint32_t *cp)
{
    const unsigned char *p = (const unsigned char *)s.p + at;
    unsigned char lo, hi;
    if (p[0] < 0x80) {
        *cp = p[0];
        return 1;
    }
    /* almost everything else is a Chinese character: E4..E9 and two continuation bytes */
    if (p[0] >= 0xE4 && p[0] <= 0xE9 && s.len - at >= 3 && (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80) {
        *cp = (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
        return 3;
    }
    size_t n = lead(p[0], &lo, &hi);
    if (n == 0 || n > s.len - at) return 0;
    if (p[1] < lo || p[1] > hi) return 0;
    uint32_t c = p[0] & (0x7Fu >> n);
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xC0) != 0x80) return 0;
        c = c << 6 | (p[i] & 0x3Fu);
    }
    *cp = c;
    return n;
}

uint32_t utf8_at(str s, size_t at, size_t *len)
{
    if (at >= s.len) {
        *len = 0;
        return 0;
    }
    uint32_t cp = REPLACEMENT;
    size_t n = decode(s, at, &cp);
    *len = n == 0 ? 1 : n;
    return cp;
}

size_t utf8_put(uint32_t cp, char out[4])
{
    if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF)) cp = REPLACEMENT;
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, cp >>= 6) out[i] = (char)(0x80 | (cp & 0x3F));
    out[0] = (char)((0xF00u >> n & 0xF0u) | cp);
    return n;
}

bool utf8_valid(str s, size_t *bad_at)
{
    uint32_t cp;
    for (size_t at = 0; at < s.len;) {
        size_t n = decode(s, at, &cp);
        if (n == 0) {
            if (bad_at != NULL) *bad_at = at;
            return false;
        }
        at += n;
    }
    return true;
}

/* Ranges in which every code point is NFC by itself and composes with nothing before it: what Chinese text is made of.
 * Everything below U+0300; ideographs; CJK and full-width punctuation; the quotation marks and dashes. */
static bool surely_normal(uint32_t cp)
{
    return cp < 0x300 || (cp >= 0x3400 && cp <= 0x4DBF) || (cp >= 0x4E00 && cp <= 0x9FFF) ||
           (cp >= 0x3001 && cp <= 0x3029) || (cp >= 0xFF01 && cp <= 0xFF5E) || (cp >= 0x2010 && cp <= 0x2027);
}

static bool text_surely_normal(str s)
{
    size_t len;
    for (size_t at = 0; at < s.len; at += len) {
        if (!surely_normal(utf8_at(s, at, &len))) return false;
    }
    return true;
}

str utf8_nfc(struct arena *a, str s)
{
    if (text_surely_normal(s)) return s;
    struct arena_mark before = arena_mark(a);
    const utf8proc_option_t how = (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)s.p;
    utf8proc_ssize_t count = utf8proc_decompose(bytes, (utf8proc_ssize_t)s.len, NULL, 0, how);
    assert(count >= 0); /* s is valid */
    utf8proc_int32_t *cps = ARENA_ARRAY(a, utf8proc_int32_t, (size_t)count + 1);
    utf8proc_ssize_t again = utf8proc_decompose(bytes, (utf8proc_ssize_t)s.len, cps, count, how);
    assert(again == count);
    utf8proc_ssize_t len =
        utf8proc_reencode(cps, count, how); /* composes, then writes the bytes over the code points */
    assert(len >= 0);
    str normal = { (const char *)cps, (size_t)len };
    if (!str_eq(normal, s)) return normal;
    arena_rewind(a, before);
    return s;
}

static utf8proc_category_t category(uint32_t cp)
{
    return cp > 0x10FFFF ? UTF8PROC_CATEGORY_CN : utf8proc_category((utf8proc_int32_t)cp);
}

bool utf8_is_ident_start(uint32_t cp)
{
    if (cp < 0x80) return (cp | 0x20) - 'a' < 26u || cp == '_';
    if (cp >= 0x4E00 && cp <= 0x9FFF) return true; /* ideographs: nearly all there is */
    utf8proc_category_t c = category(cp);
    return (c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO) || c == UTF8PROC_CATEGORY_NL;
}

bool utf8_is_ident(uint32_t cp)
{
    if (cp < 0x80) return utf8_is_ident_start(cp) || cp - '0' < 10u;
    if (cp >= 0x4E00 && cp <= 0x9FFF) return true;
    utf8proc_category_t c = category(cp);
    return utf8_is_ident_start(cp) || c == UTF8PROC_CATEGORY_ND || c == UTF8PROC_CATEGORY_MN ||
           c == UTF8PROC_CATEGORY_MC;
}

size_t utf8_width(str s)
{
    size_t width = 0, len;
    for (size_t at = 0; at < s.len; at += len) {
        uint32_t cp = utf8_at(s, at, &len);
        if (cp >= 0x20) width += (size_t)utf8proc_charwidth((utf8proc_int32_t)cp);
    }
    return width;
}

size_t utf8_count(str s)
{
    size_t count = 0, len;
    for (size_t at = 0; at < s.len; at += len, count++) utf8_at(s, at, &len);
    return count;
}

size_t utf8_utf16_count(str s)
{
    size_t count = 0, len;
    for (size_t at = 0; at < s.len; at += len) count += utf8_at(s, at, &len) > 0xFFFF ? 2 : 1;
    return count;
}

/* The code points of s, at most DISTANCE_MAX_LEN; false when there are more. */
static bool code_points(str s, uint32_t out[DISTANCE_MAX_LEN], size_t *count)
{
    size_t len;
    *count = 0;
    for (size_t at = 0; at < s.len; at += len) {
        if (*count == DISTANCE_MAX_LEN) return false;
        out[(*count)++] = utf8_at(s, at, &len);
    }
    return true;
}

static unsigned min2(unsigned a, unsigned b) { return a < b ? a : b; }

/* Row i of the table of distances between prefixes, from the two rows before it; returns the row's smallest. */
static unsigned distance_row(size_t i, const uint32_t *x, const uint32_t *y, size_t ny,
                             unsigned rows[3][DISTANCE_MAX_LEN + 1])
{
    unsigned *now = rows[i % 3], *before = rows[(i + 2) % 3], *two_before = rows[(i + 1) % 3];
    unsigned least = now[0] = (unsigned)i;
    for (size_t j = 1; j <= ny; j++) {
        unsigned d = min2(min2(before[j], now[j - 1]) + 1, before[j - 1] + (x[i - 1] != y[j - 1]));
        if (i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1]) d = min2(d, two_before[j - 2] + 1);
        now[j] = d;
        least = min2(least, d);
    }
    return least;
}

unsigned utf8_distance(str a, str b, unsigned max)
{
    uint32_t x[DISTANCE_MAX_LEN], y[DISTANCE_MAX_LEN];
    size_t nx, ny;
    unsigned rows[3][DISTANCE_MAX_LEN + 1];
    if (max >= DISTANCE_MAX_LEN) max = DISTANCE_MAX_LEN;
    if (!code_points(a, x, &nx) || !code_points(b, y, &ny)) return max + 1;
    for (size_t j = 0; j <= ny; j++) rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= nx; i++) {
        /* a row's least grows by at most one per row, so a swap across two rows cannot get below max again */
        if (distance_row(i, x, y, ny, rows) > max) return max + 1;
    }
    return min2(rows[nx % 3][ny], max + 1);
}
