/* forecast: where a series ends if its years go on as they went: the mean yearly step with Student's t. A statistic, so
 * in floating point; what it says is rounded to what the steps are printed with. */
#include "plan/plan.h"

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
    num cents = (num)llround(v * 10000);
    return cents * num_pow10(MEASURE_SCALE - 4);
}

void plan_forecast(const struct question *q, num now, const num *steps, size_t count, unsigned left,
                   struct forecast *out)
{
    *out = (struct forecast){ 0 };
    if (count < 2 || left == 0) return;
    double mean = 0, spread = 0, n = (double)count, m = (double)left;
    for (size_t i = 0; i < count; i++) mean += plain(steps[i]) / n;
    for (size_t i = 0; i < count; i++) spread += (plain(steps[i]) - mean) * (plain(steps[i]) - mean);
    spread = sqrt(spread / (n - 1));
    double t = count - 2 < T_COUNT ? t90[count - 2] : t90[T_COUNT - 1];
    double half = t * spread * sqrt(m + m * m / n), end = plain(now) + m * mean;
    if (fabs(end) + half > 1e12) return; /* beyond any count of people or money */
    struct forecast f = { .known = true, .value = exact(end), .lo = exact(end - half), .hi = exact(end + half) };
    struct question at = *q;
    struct ruling lo, hi;
    at.bound = BOUND_EXACT, at.has_actual = true, at.partial = false, at.elapsed = num_pow10(MEASURE_SCALE);
    at.actual = f.lo;
    plan_judge(&at, &lo);
    at.actual = f.hi;
    plan_judge(&at, &hi);
    f.straddles = !lo.knows_met || !hi.knows_met || lo.met != hi.met;
    f.reaches = !f.straddles && lo.met;
    *out = f;
}
