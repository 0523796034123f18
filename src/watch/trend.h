/* trend: where a series ends if its years go on as they went. A statistic, so it is computed in floating point and what
 * comes out is rounded to four decimals. */
#ifndef WATCH_TREND_H
#define WATCH_TREND_H
#include "base/num.h"

struct trend {
    num value, lo, hi; /* at MEASURE_SCALE; an interval of 80 % on Student's t */
};

/* The mean of the yearly steps (at least two) goes on for `left` years from `now`. False: fewer than two steps, no year
 * left, or numbers beyond any count. */
bool trend_of(num now, const num *steps, size_t count, unsigned left, struct trend *out);

#endif
