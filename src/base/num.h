/* num: exact decimal numbers as 128-bit integers at a scale (decimal digits) that the compiler of rules knows.
 * No floating point. Every operation that can overflow says so. The range is symmetric: the 128-bit integer without a
 * negative counts as overflow, so whatever a function here gave may be negated. */
#ifndef BASE_NUM_H
#define BASE_NUM_H
#include "base/arena.h"

__extension__ typedef __int128 num; /* the scale travels in the type, not in the value */

enum { NUM_SCALE_MAX = 18, NUM_TEXT = 64 };

enum num_round {
    NUM_HALF_UP, /* 四舍五入: half away from zero */
    NUM_UP,      /* 进一: away from zero */
    NUM_DOWN,    /* 舍去: towards zero */
};

num num_pow10(unsigned n); /* n <= 37 */
bool num_add(num a, num b, num *out);
bool num_sub(num a, num b, num *out);
bool num_mul(num a, num b, num *out);
/* a at scale `from` expressed at scale `to` >= from. False on overflow. */
bool num_widen(num a, unsigned from, unsigned to, num *out);
/* n / d (d != 0) rounded to an integer in the given direction. */
num num_div_round(num n, num d, enum num_round mode);
/* a at scale `from`, rounded to `digits` decimals (may be negative: -2 = hundreds), result at scale max(digits, 0).
 * `from` and the size of `digits` are at most NUM_SCALE_MAX (asserted). False on overflow. */
bool num_round_to(num a, unsigned from, int digits, enum num_round mode, num *out);
/* "1234.5" with the scale's digits; trailing zeros of the fraction are kept only up to `min_digits`. Returns bytes
 * written. */
size_t num_text(num a, unsigned scale, unsigned min_digits, char out[NUM_TEXT]);
/* [-]digits[.digits], at most 30 digits in all; *scale gets the number of decimals. */
bool num_parse(str s, num *out, unsigned *scale);

#endif
