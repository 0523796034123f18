/* adjust 季节调整: a monthly series without what comes back every year and without the Spring Festival, so that one
 * month can be compared with the one before. Season by STL; the festival by least squares on what STL leaves over, in
 * turns until both agree. */
#ifndef SERIES_ADJUST_H
#define SERIES_ADJUST_H
#include "base/date.h"
#include "series/stl.h"

struct adjusted {
    size_t n;
    double *season, *trend, *festival, *rest; /* y = season + trend + festival + rest */
    double *value;                            /* y − season − festival: what is published as adjusted */
    double days[3];                           /* of the festival: effect of the whole part before, in, after it */
};
/* Everything lives in `a`. with_festival false: the season alone. INVALID as stl; also fewer than four years when the
 * festival is wanted: it could not be told from the season. */
bool series_adjust(const double *y, size_t n, month first, const struct stl_how *how, bool with_festival,
                   struct arena *a, struct adjusted *out, struct err *e);

#endif
