/* measure: what plans and statistics count with: an exact decimal in a unit as it is printed, 725.87 万人 or 4.5 %.
 * All values of one indicator are kept in the indicator's own unit at one scale, so that they add and compare. */
#ifndef LANG_MEASURE_H
#define LANG_MEASURE_H
#include "base/num.h"
#include "lang/type.h"

enum { MEASURE_SCALE = 10 }; /* decimals: a yuan is 0.00000001 亿元 */

struct measure_unit {
    str text;     /* as written: 万人次, 亿元, % */
    bool percent; /* % and 个百分点 */
    bool times;   /* 倍 */
    struct unit unit;
    int64_t factor; /* 万人: 10000 */
};

/* False: no such unit. */
bool measure_unit_read(str text, struct measure_unit *out);
/* 万人 and 人 fit, 人 and 人次 do not. */
bool measure_units_fit(const struct measure_unit *a, const struct measure_unit *b);
/* v (at any scale up to MEASURE_SCALE) counted in `from`, as a value at MEASURE_SCALE counted in `to`. The units fit.
 * False: it overflows, or has more decimals than are kept. */
bool measure_convert(num v, unsigned scale, const struct measure_unit *from, const struct measure_unit *to, num *out);
/* 725.87: no more decimals than there are; at least min_digits. */
str measure_text(struct arena *a, num v, unsigned min_digits);
/* The same rounded half up to `digits` decimals, all of them printed. */
str measure_rounded(struct arena *a, num v, unsigned digits);

#endif
