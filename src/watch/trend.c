/* trend: the mean yearly step with Student's t: m years add m times the mean, known as well as n years tell it and each
 * year to come as uncertain as those that were. */
#include "watch/trend.h"
#include "lang/measure.h"

#include <math.h>

/* Student's t, 90th percentile (an interval of 80 % on both sides), for 1, 2, 3 … degrees of freedom. */
static const double t90[] = { 3.0777, 1.8856, 1.6377, 1.5332, 1.4759, 1.4398, 1.4149, 1.3968, 1.3830, 1.3722 };
enum { T_COUNT = sizeof t90 / sizeof *t90 };

static double plain(num v)
{
    double d = 1;
    for (int i = 0; i < MEASURE_SCALE; i++) d *= 10;
    return (double)v / d;
}

static num exact(double v)
{
    num rounded = (num)llround(v * 10000);
    return rounded * num_pow10(MEASURE_SCALE - 4);
}

bool trend_of(num now, const num *steps, size_t count, unsigned left, struct trend *out)
{
    if (count < 2 || left == 0) return false;
    double mean = 0, spread = 0, n = (double)count, m = (double)left;
    for (size_t i = 0; i < count; i++) mean += plain(steps[i]) / n;
    for (size_t i = 0; i < count; i++) spread += (plain(steps[i]) - mean) * (plain(steps[i]) - mean);
    spread = sqrt(spread / (n - 1));
    double t = count - 2 < T_COUNT ? t90[count - 2] : t90[T_COUNT - 1];
    double half = t * spread * sqrt(m + m * m / n), end = plain(now) + m * mean;
    if (fabs(end) + half > 1e12) return false;
    *out = (struct trend){ exact(end), exact(end - half), exact(end + half) };
    return true;
}
