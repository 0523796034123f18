/* signal: when does a series say that something has changed? Each rule looks at one series in the order of time and
 * says for each point whether it fires. What is not known (not a number) fires nothing. Methods: Sahm, "Direct Stimulus
 * Payments to Individuals" (2019); Page, Biometrika 41 (1954) for CUSUM; Roberts, Technometrics 1 (1959) for EWMA;
 * Kaminsky, Lizondo and Reinhart, IMF Staff Papers 45 (1998) for thresholds of a percentile and noise-to-signal. */
#ifndef SERIES_SIGNAL_H
#define SERIES_SIGNAL_H
#include "base/arena.h"
#include "base/err.h"

/* How far the mean of the last three months is above its least in the twelve before; fires from `points` on (0.50
 * percentage points in the original). rise, which may be NULL, gets the distances, NAN where there is no history. */
void signal_sahm(const double *rate, size_t n, double points, double *rise, bool *fires, struct arena *a);

/* Control charts over z: a series with mean 0 and deviation 1 when nothing happens. */
struct cusum {
    double slack, limit; /* k and h: usually 0.5, and 4 or 5 */
};
/* up, down: the sums; both may be NULL. */
void signal_cusum(const double *z, size_t n, struct cusum how, double *up, double *down, bool *fires);
struct ewma {
    double weight, width; /* lambda and L: usually 0.2 and 2.7 */
};
/* mean, limit, which may be NULL: the weighted mean and how far it may be from zero at that time. */
void signal_ewma(const double *z, size_t n, struct ewma how, double *mean, double *limit, bool *fires);

/* Threshold with duration and hysteresis: on after `on_after` points in a row at or over `on`, off after `off_after` in
 * a row below `off` (not above `on`). below: the rule looks downwards. */
struct threshold {
    double on, off;
    uint32_t on_after, off_after;
    bool below;
};
void signal_threshold(const double *x, size_t n, struct threshold how, bool *fires);

/* How good a rule was against what happened: a signal is good when the event comes within `horizon` points after it. */
struct backtest {
    uint32_t events, signals;                     /* points in the horizon of an event; points that fired */
    uint32_t hits, missed, false_alarms, quiet;   /* A, C, B, D of the literature */
    double hit_rate, false_rate, noise_to_signal; /* NAN when there is nothing to divide by */
    double lead; /* points between the first signal of an event and the event, on average */
};
void signal_backtest(const bool *fires, const bool *event, size_t n, size_t horizon, struct backtest *out);

#endif
