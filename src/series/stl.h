/* stl: what of a series is season, what is trend, what is neither. The method of Cleveland, Cleveland, McRae and
 * Terpenning, "STL: A Seasonal-Trend Decomposition Procedure Based on Loess", Journal of Official Statistics 6 (1990)
 * 3-73; agrees with the authors' own program to the last digits (tests/unit/series). */
#ifndef SERIES_STL_H
#define SERIES_STL_H
#include "base/arena.h"
#include "base/err.h"

enum { STL_POINTS_MAX = 100000, STL_PERIOD_MAX = 366 };

struct stl_how {
    int32_t period;                                    /* observations in a year: 12, 4 */
    int32_t seasonal, trend, low;                      /* spans of the smoothers, odd */
    int32_t seasonal_degree, trend_degree, low_degree; /* 0 or 1 */
    int32_t seasonal_jump, trend_jump, low_jump;       /* computed every so many points, straight lines between */
    int32_t inner, outer;                              /* rounds; outer: robustness rounds after the first */
    bool until_steady;                                 /* robustness rounds until nothing moves by 1 %, at most 15 */
};
/* The authors' usual settings for a period. seasonal: how many years a season is compared over, odd and at least 7
 * to be called smooth; robust: odd months must not bend the season. */
struct stl_how stl_usual(int32_t period, int32_t seasonal, bool robust);

/* n values without gaps, at least two periods. The three results have room for n; what is left over is y − season −
 * trend. weights, which may be NULL: how much each value was believed (1 fully, 0 not at all; all 1 when outer is 0).
 * INVALID: too short, not finite, settings that make no sense. Scratch space comes from `a` and is given back. */
bool stl(const double *y, size_t n, const struct stl_how *how, struct arena *a, double *season, double *trend,
         double *weights, struct err *e);

#endif
