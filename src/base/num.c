/* num: 128-bit integers standing for decimals. The range is kept symmetric, -(2^127 - 1) to 2^127 - 1: a result equal
 * to the one value without a negative counts as overflow, so that negating, taking a magnitude and dividing by -1 can
 * never go wrong anywhere else. Rounding works on magnitudes and puts the sign back, which is what makes the three
 * directions mirror images for negative amounts. */
#include "base/num.h"

#include <assert.h>

__extension__ typedef unsigned __int128 unum;

static const num num_lowest = (num)((unum)1 << 127);

static unum magnitude(num a) { return a < 0 ? (unum)0 - (unum)a : (unum)a; }

/* Stores a result that did not overflow, unless it is the value without a negative. */
static bool keep(num r, num *out)
{
    if (r == num_lowest) return false;
    *out = r;
    return true;
}

num num_pow10(unsigned n)
{
    static const uint64_t powers[] = {
        1u,
        10u,
        100u,
        1000u,
        10000u,
        100000u,
        1000000u,
        10000000u,
        100000000u,
        1000000000u,
        10000000000u,
        100000000000u,
        1000000000000u,
        10000000000000u,
        100000000000000u,
        1000000000000000u,
        10000000000000000u,
        100000000000000000u,
        1000000000000000000u,
    };
    assert(n <= 37);
    if (n <= 18) return (num)powers[n];
    num high = n <= 36 ? (num)powers[n - 18] : (num)powers[18] * 10;
    return (num)powers[18] * high;
}

bool num_add(num a, num b, num *out)
{
    num r;
    return !__builtin_add_overflow(a, b, &r) && keep(r, out);
}

bool num_sub(num a, num b, num *out)
{
    num r;
    return !__builtin_sub_overflow(a, b, &r) && keep(r, out);
}

bool num_mul(num a, num b, num *out)
{
    num r;
    return !__builtin_mul_overflow(a, b, &r) && keep(r, out);
}

bool num_widen(num a, unsigned from, unsigned to, num *out)
{
    assert(from <= to && to - from <= 37);
    return num_mul(a, num_pow10(to - from), out);
}

num num_div_round(num n, num d, enum num_round mode)
{
    assert(d != 0 && n != num_lowest && d != num_lowest);
    unum un = magnitude(n), ud = magnitude(d);
    unum q = un / ud, r = un % ud;
    bool away = false;
    switch (mode) {
    case NUM_HALF_UP: away = r >= ud - r; break; /* 2r >= d without the doubling that could overflow */
    case NUM_UP: away = r != 0; break;
    case NUM_DOWN: break;
    }
    q += away ? 1 : 0;
    return (n < 0) != (d < 0) ? -(num)q : (num)q;
}

bool num_round_to(num a, unsigned from, int digits, enum num_round mode, num *out)
{
    assert(from <= NUM_SCALE_MAX && digits <= NUM_SCALE_MAX && digits >= -NUM_SCALE_MAX);
    if (digits >= (int)from) return num_widen(a, from, (unsigned)digits, out);
    num q = num_div_round(a, num_pow10((unsigned)((int)from - digits)), mode);
    if (digits >= 0) return keep(q, out);
    return num_mul(q, num_pow10((unsigned)-digits), out);
}

/* The decimal digits of u, last first, at least `at_least` of them. */
static size_t digits_reversed(unum u, size_t at_least, char out[NUM_TEXT])
{
    size_t n = 0;
    for (; u != 0 || n < at_least; u /= 10) out[n++] = (char)('0' + (int)(u % 10));
    return n;
}

size_t num_text(num a, unsigned scale, unsigned min_digits, char out[NUM_TEXT])
{
    char digits[NUM_TEXT] = { 0 };
    assert(scale <= 37);
    size_t n = digits_reversed(magnitude(a), (size_t)scale + 1, digits);
    size_t drop = 0; /* trailing zeros of the fraction */
    while (scale - drop > min_digits && digits[drop] == '0') drop++;
    size_t len = 0;
    if (a < 0) out[len++] = '-';
    while (n > scale) out[len++] = digits[--n];
    if (scale > drop) out[len++] = '.';
    while (n > drop) out[len++] = digits[--n];
    out[len] = '\0';
    return len;
}

bool num_parse(str s, num *out, unsigned *scale)
{
    enum { DIGITS_MAX = 30 };
    bool negative = s.len > 0 && s.p[0] == '-';
    num n = 0;
    unsigned digits = 0, decimals = 0;
    bool point = false;
    for (size_t i = negative; i < s.len; i++) {
        if (s.p[i] == '.' && !point && digits > 0) {
            point = true;
            continue;
        }
        if (s.p[i] < '0' || s.p[i] > '9' || ++digits > DIGITS_MAX) return false;
        decimals += point;
        n = n * 10 + (s.p[i] - '0');
    }
    if (digits == 0 || (point && decimals == 0)) return false;
    *out = negative ? -n : n;
    *scale = decimals;
    return true;
}
