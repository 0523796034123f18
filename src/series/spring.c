/* spring: the dates are a table: the Chinese calendar follows the true sun and moon, and what counts is what was
 * proclaimed. */
#include "series/spring.h"

#include <string.h>

/* Month * 100 + day, from 1930. */
static const int16_t festival[] = {
    129, 217, 206, 126, 214, 204, 124, 211, 131, 219, /* 1930 */
    208, 127, 215, 204, 125, 213, 201, 122, 210, 129, /* 1940 */
    217, 206, 127, 214, 203, 124, 212, 131, 218, 208, /* 1950 */
    128, 215, 205, 125, 213, 202, 121, 209, 130, 217, /* 1960 */
    206, 127, 215, 203, 123, 211, 131, 218, 207, 128, /* 1970 */
    216, 205, 125, 213, 202, 220, 209, 129, 217, 206, /* 1980 */
    127, 215, 204, 123, 210, 131, 219, 207, 128, 216, /* 1990 */
    205, 124, 212, 201, 122, 209, 129, 218, 207, 126, /* 2000 */
    214, 203, 123, 210, 131, 219, 208, 128, 216, 205, /* 2010 */
    125, 212, 201, 122, 210, 129, 217, 206, 126, 213, /* 2020 */
    203,                                              /* 2030 */
};
_Static_assert(sizeof festival / sizeof *festival == SPRING_LAST_YEAR - SPRING_FIRST_YEAR + 1, "a day for each year");

bool spring_festival(int year, date *out)
{
    if (year < SPRING_FIRST_YEAR || year > SPRING_LAST_YEAR) return false;
    int day = festival[year - SPRING_FIRST_YEAR];
    *out = date_of(year, day / 100, day % 100);
    return true;
}

static const struct {
    int from, days; /* from New Year's day */
} parts[SPRING_PARTS] = {
    [SPRING_BEFORE] = { -SPRING_BEFORE_DAYS, SPRING_BEFORE_DAYS },
    [SPRING_DURING] = { 0, SPRING_DURING_DAYS },
    [SPRING_AFTER] = { SPRING_DURING_DAYS, SPRING_AFTER_DAYS },
};

static void shares(month m, double out[SPRING_PARTS])
{
    date day, first = month_first(m), last = month_last(m);
    int year, in_year, dummy;
    memset(out, 0, SPRING_PARTS * sizeof *out);
    date_parts(first, &year, &in_year, &dummy);
    if (!spring_festival(year, &day)) return;
    for (int p = 0; p < SPRING_PARTS; p++) {
        int from = day.days + parts[p].from, to = from + parts[p].days - 1;
        if (from < first.days) from = first.days;
        if (to > last.days) to = last.days;
        if (to >= from) out[p] = (double)(to - from + 1) / parts[p].days;
    }
}

void spring_shares(month m, double out[SPRING_PARTS])
{
    enum { YEARS = SPRING_LAST_YEAR - SPRING_FIRST_YEAR + 1 };
    int in_year = m.index % 12, year = m.index / 12;
    double mean[SPRING_PARTS] = { 0 };
    memset(out, 0, SPRING_PARTS * sizeof *out);
    if (year < SPRING_FIRST_YEAR || year > SPRING_LAST_YEAR) return;
    for (int y = SPRING_FIRST_YEAR; y <= SPRING_LAST_YEAR; y++) {
        double one[SPRING_PARTS];
        shares((month){ y * 12 + in_year }, one);
        for (int p = 0; p < SPRING_PARTS; p++) mean[p] += one[p] / YEARS;
    }
    shares(m, out);
    for (int p = 0; p < SPRING_PARTS; p++) out[p] -= mean[p];
}
