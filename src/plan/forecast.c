/* forecast: what a trend says about a goal: reached, not reached, or neither, when its interval lies across the line.
 */
#include "plan/plan.h"
#include "watch/trend.h"

void plan_forecast(const struct plan_question *q, num now, const num *steps, size_t count, unsigned left,
                   struct forecast *out)
{
    struct trend t;
    *out = (struct forecast){ 0 };
    if (!trend_of(now, steps, count, left, &t)) return;
    struct forecast f = { .known = true, .value = t.value, .lo = t.lo, .hi = t.hi };
    struct plan_question at = *q;
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
