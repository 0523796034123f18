/* signal: rules over one series. */
#include "series/signal.h"

#include <assert.h>
#include <math.h>

enum { SAHM_MEAN = 3, SAHM_BEFORE = 12 };
/* Published rates have one decimal; half a point must not be missed because it is 0.49999… in binary. */
static const double HAIR = 1e-6;
#define UNKNOWN ((double)NAN)

void signal_sahm(const double *rate, size_t n, double points, double *rise, bool *fires, struct arena *a)
{
    double *mean = ARENA_ARRAY(a, double, n + 1);
    for (size_t t = 0; t < n; t++) {
        mean[t] = t + 1 >= SAHM_MEAN ? (rate[t] + rate[t - 1] + rate[t - 2]) / SAHM_MEAN : UNKNOWN;
        double least = UNKNOWN;
        bool known = t >= SAHM_BEFORE;
        for (size_t b = 1; known && b <= SAHM_BEFORE; b++) {
            known = !isnan(mean[t - b]);
            if (isnan(least) || mean[t - b] < least) least = mean[t - b];
        }
        double up = known ? mean[t] - least : UNKNOWN;
        if (rise != NULL) rise[t] = up;
        fires[t] = up >= points - HAIR; /* false for NAN */
    }
}

void signal_cusum(const double *z, size_t n, struct cusum how, double *up, double *down, bool *fires)
{
    double high = 0, low = 0;
    for (size_t t = 0; t < n; t++) {
        if (!isnan(z[t])) {
            high = fmax(0, high + z[t] - how.slack);
            low = fmax(0, low - z[t] - how.slack);
        }
        if (up != NULL) up[t] = high;
        if (down != NULL) down[t] = low;
        fires[t] = high > how.limit || low > how.limit;
    }
}

void signal_ewma(const double *z, size_t n, struct ewma how, double *mean, double *limit, bool *fires)
{
    double m = 0, left = 1; /* (1 − λ)^2t */
    for (size_t t = 0; t < n; t++) {
        if (!isnan(z[t])) {
            m = how.weight * z[t] + (1 - how.weight) * m;
            left *= (1 - how.weight) * (1 - how.weight);
        }
        double far = how.width * sqrt(how.weight / (2 - how.weight) * (1 - left));
        if (mean != NULL) mean[t] = m;
        if (limit != NULL) limit[t] = far;
        fires[t] = fabs(m) > far;
    }
}

void signal_threshold(const double *x, size_t n, struct threshold how, bool *fires)
{
    assert(how.on_after > 0 && how.off_after > 0);
    double sign = how.below ? -1 : 1, on = sign * how.on, off = sign * how.off;
    assert(off <= on);
    uint32_t over = 0, under = 0;
    bool alarm = false;
    for (size_t t = 0; t < n; t++) {
        double v = sign * x[t];
        if (!isnan(v)) {
            over = v >= on ? over + 1 : 0;
            under = v < off ? under + 1 : 0;
        }
        if (!alarm && over >= how.on_after) alarm = true;
        if (alarm && under >= how.off_after) alarm = false;
        fires[t] = alarm;
    }
}

static double ratio(uint32_t part, uint32_t whole) { return whole == 0 ? UNKNOWN : (double)part / whole; }

void signal_backtest(const bool *fires, const bool *event, size_t n, size_t horizon, struct backtest *out)
{
    struct backtest b = { 0 };
    uint32_t led = 0;
    double lead = 0;
    for (size_t t = 0; t < n; t++) {
        bool soon = false;
        for (size_t h = 1; !soon && h <= horizon && t + h < n; h++) soon = event[t + h];
        if (t + horizon < n) { /* later points cannot be judged yet */
            b.signals += fires[t];
            b.events += soon;
            b.hits += fires[t] && soon;
            b.false_alarms += fires[t] && !soon;
            b.missed += !fires[t] && soon;
            b.quiet += !fires[t] && !soon;
        }
        if (!event[t] || (t > 0 && event[t - 1])) continue;
        for (size_t back = t < horizon ? t : horizon; back > 0; back--)
            if (fires[t - back]) {
                lead += (double)back;
                led++;
                break;
            }
    }
    b.hit_rate = ratio(b.hits, b.hits + b.missed);
    b.false_rate = ratio(b.false_alarms, b.false_alarms + b.quiet);
    b.noise_to_signal = b.hit_rate > 0 ? b.false_rate / b.hit_rate : UNKNOWN;
    b.lead = led == 0 ? UNKNOWN : lead / led;
    *out = b;
}
