/* adjust: backfitting. Season, trend and festival each explain what the others leave. */
#include "series/adjust.h"

#include "series/spring.h"

#include <math.h>
#include <string.h>

enum { TURNS = 5, YEARS_LEAST = 4 };

/* Solves the 3 × 3 normal equations by Cholesky; false when the parts cannot be told apart. */
static bool solve(double m[SPRING_PARTS][SPRING_PARTS], double v[SPRING_PARTS])
{
    double l[SPRING_PARTS][SPRING_PARTS] = { { 0 } };
    for (int i = 0; i < SPRING_PARTS; i++)
        for (int j = 0; j <= i; j++) {
            double sum = m[i][j];
            for (int k = 0; k < j; k++) sum -= l[i][k] * l[j][k];
            if (i == j && sum <= 1e-9 * m[i][i]) return false;
            l[i][j] = i == j ? sqrt(sum) : sum / l[j][j];
        }
    for (int i = 0; i < SPRING_PARTS; i++) {
        for (int k = 0; k < i; k++) v[i] -= l[i][k] * v[k];
        v[i] /= l[i][i];
    }
    for (int i = SPRING_PARTS - 1; i >= 0; i--) {
        for (int k = i + 1; k < SPRING_PARTS; k++) v[i] -= l[k][i] * v[k];
        v[i] /= l[i][i];
    }
    return true;
}

/* The festival's part in what season and trend leave over. */
static void fit(const double (*shares)[SPRING_PARTS], const double *left, const double *weights, size_t n,
                double days[SPRING_PARTS])
{
    double m[SPRING_PARTS][SPRING_PARTS] = { { 0 } }, v[SPRING_PARTS] = { 0 };
    for (size_t t = 0; t < n; t++)
        for (int i = 0; i < SPRING_PARTS; i++) {
            for (int j = 0; j < SPRING_PARTS; j++) m[i][j] += weights[t] * shares[t][i] * shares[t][j];
            v[i] += weights[t] * shares[t][i] * left[t];
        }
    if (solve(m, v)) memcpy(days, v, sizeof v);
}

bool series_adjust(const double *y, size_t n, month first, const struct stl_how *how, bool with_festival,
                   struct arena *a, struct adjusted *out, struct err *e)
{
    if (with_festival && (how->period != 12 || n < YEARS_LEAST * 12))
        return fail(e, INVALID, "扣除春节影响至少要四年的月度数据，这里只有 %zu 期", n);
    struct adjusted r = { .n = n };
    double **const all[] = { &r.season, &r.trend, &r.festival, &r.rest, &r.value };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) *all[i] = ARENA_ARRAY(a, double, n + 1);
    double *without = ARENA_ARRAY(a, double, n + 1), *left = ARENA_ARRAY(a, double, n + 1),
           *weights = ARENA_ARRAY(a, double, n + 1), (*shares)[SPRING_PARTS] = arena_alloc(a, (n + 1) * sizeof *shares);
    for (size_t t = 0; t < n; t++) spring_shares((month){ first.index + (int32_t)t }, shares[t]);
    for (int turn = 0; turn < (with_festival ? TURNS : 1); turn++) {
        for (size_t t = 0; t < n; t++) without[t] = y[t] - r.festival[t];
        if (!stl(without, n, how, a, r.season, r.trend, weights, e)) return false;
        if (!with_festival) break;
        for (size_t t = 0; t < n; t++) left[t] = y[t] - r.season[t] - r.trend[t];
        fit((const double(*)[SPRING_PARTS])shares, left, weights, n, r.days);
        for (size_t t = 0; t < n; t++) {
            r.festival[t] = 0;
            for (int p = 0; p < SPRING_PARTS; p++) r.festival[t] += shares[t][p] * r.days[p];
        }
    }
    for (size_t t = 0; t < n; t++) {
        r.rest[t] = y[t] - r.season[t] - r.trend[t] - r.festival[t];
        r.value[t] = y[t] - r.season[t] - r.festival[t];
    }
    *out = r;
    return true;
}
