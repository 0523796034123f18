/* stl: loess at each point is a weighted straight line through its nearest neighbours. Points count from 1 in loess,
 * as in the paper: an abscissa is a place in the series, and the season is also estimated at 0 and one past the end. */
#include "series/stl.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEADY_ROUNDS = 15 };
static const double STEADY = 0.01;

static int32_t odd_at_least(double x, int32_t least)
{
    int32_t n = (int32_t)floor(x);
    if (n < least) n = least;
    return n % 2 == 0 ? n + 1 : n;
}

static int32_t tenth(int32_t span)
{
    int32_t jump = (int32_t)((double)span / 10 + 0.9);
    return jump > 1 ? jump : 1;
}

struct stl_how stl_usual(int32_t period, int32_t seasonal, bool robust)
{
    struct stl_how h = { .period = period < 2 ? 2 : period,
                         .seasonal_degree = 1,
                         .trend_degree = 1,
                         .low_degree = 1,
                         .inner = robust ? 1 : 2,
                         .until_steady = robust };
    h.seasonal = odd_at_least(seasonal, 3);
    h.trend = odd_at_least(1.5 * h.period / (1 - 1.5 / h.seasonal) + 0.5, 3);
    h.low = odd_at_least(h.period, 3);
    h.seasonal_jump = tenth(h.seasonal);
    h.trend_jump = tenth(h.trend);
    h.low_jump = tenth(h.low);
    return h;
}

/* ---- loess ---- */

struct loess {
    const double *y; /* y[0 .. n) */
    size_t n;
    int32_t span, degree;
    const double *robust; /* NULL: every point counts alike */
    double *w;            /* scratch, n */
};

/* The value at x from the points left … right (from 1). False: none of them has any weight. */
static bool at(const struct loess *l, double x, int32_t left, int32_t right, double *out)
{
    double h = fmax(x - left, right - x), sum = 0;
    int32_t wider = (l->span - (int32_t)l->n) / 2; /* whole: as loess has it */
    if (wider > 0) h += wider;
    double far = 0.999 * h, near = 0.001 * h;
    for (int32_t j = left; j <= right; j++) {
        double r = fabs(j - x), w = 0;
        if (r <= far) {
            w = 1;
            if (r > near) {
                double q = r / h, c = 1 - q * q * q;
                w = c * c * c;
            }
            if (l->robust != NULL) w *= l->robust[j - 1];
        }
        l->w[j - 1] = w;
        sum += w;
    }
    if (sum <= 0) return false;
    for (int32_t j = left; j <= right; j++) l->w[j - 1] /= sum;
    if (h > 0 && l->degree > 0) {
        double mean = 0, spread = 0;
        for (int32_t j = left; j <= right; j++) mean += l->w[j - 1] * j;
        double slope = x - mean;
        for (int32_t j = left; j <= right; j++) spread += l->w[j - 1] * (j - mean) * (j - mean);
        if (sqrt(spread) > 0.001 * (double)(l->n - 1)) {
            slope /= spread;
            for (int32_t j = left; j <= right; j++) l->w[j - 1] *= slope * (j - mean) + 1;
        }
    }
    *out = 0;
    for (int32_t j = left; j <= right; j++) *out += l->w[j - 1] * l->y[j - 1];
    return true;
}

/* Where there is no weight at all the value itself stands in. */
static void at_or(const struct loess *l, double x, int32_t left, int32_t right, double otherwise, double *out)
{
    if (!at(l, x, left, right, out)) *out = otherwise;
}

static void between(double *out, int32_t from, int32_t to)
{
    double step = (out[to - 1] - out[from - 1]) / (to - from);
    for (int32_t i = from + 1; i < to; i++) out[i - 1] = out[from - 1] + step * (i - from);
}

/* The whole series smoothed, at every jump-th point, straight between. */
static void smooth(const struct loess *l, int32_t jump, double *out)
{
    int32_t n = (int32_t)l->n, left = 1, right = n, half = (l->span + 1) / 2;
    if (n < 2) {
        out[0] = l->y[0];
        return;
    }
    if (jump > n - 1) jump = n - 1;
    if (l->span < n) right = l->span;
    for (int32_t i = 1; i <= n; i += jump) {
        if (l->span < n && jump == 1) {
            if (i > half && right != n) left++, right++;
        } else if (l->span < n) {
            left = i < half ? 1 : i >= n - half + 1 ? n - l->span + 1 : i - half + 1;
            right = left + l->span - 1;
        }
        at_or(l, i, left, right, l->y[i - 1], &out[i - 1]);
    }
    if (jump == 1) return;
    for (int32_t i = 1; i <= n - jump; i += jump) between(out, i, i + jump);
    int32_t last = (n - 1) / jump * jump + 1;
    if (last == n) return;
    at_or(l, n, left, right, l->y[n - 1], &out[n - 1]);
    if (last != n - 1) between(out, last, n);
}

/* ---- one round ---- */

struct work {
    const double *y;
    size_t n;
    struct stl_how how;
    double *season, *trend, *rest, *weights; /* n each */
    double *cycle, *a, *b;                   /* n + 2 periods each */
    double *sub, *sub_weights, *sub_out, *w;
    bool weighted;
};

/* Means of `len` neighbours; n − len + 1 of them. */
static void moving_mean(const double *x, size_t n, size_t len, double *out)
{
    double sum = 0;
    for (size_t i = 0; i < len; i++) sum += x[i];
    out[0] = sum / (double)len;
    for (size_t i = len; i < n; i++) {
        sum += x[i] - x[i - len];
        out[i - len + 1] = sum / (double)len;
    }
}

/* Each season of the year smoothed over the years, and one year further on both sides: cycle has n + 2 periods. */
static void smooth_seasons(struct work *k, const double *detrended)
{
    size_t period = (size_t)k->how.period;
    for (size_t j = 0; j < period; j++) {
        size_t years = (k->n - 1 - j) / period + 1;
        for (size_t i = 0; i < years; i++) {
            k->sub[i] = detrended[i * period + j];
            if (k->weighted) k->sub_weights[i] = k->weights[i * period + j];
        }
        struct loess l = { k->sub, years, k->how.seasonal, k->how.seasonal_degree, k->weighted ? k->sub_weights : NULL,
                           k->w };
        smooth(&l, k->how.seasonal_jump, k->sub_out + 1);
        int32_t right = k->how.seasonal < (int32_t)years ? k->how.seasonal : (int32_t)years;
        int32_t left = (int32_t)years - k->how.seasonal + 1;
        at_or(&l, 0, 1, right, k->sub_out[1], &k->sub_out[0]);
        at_or(&l, (double)years + 1, left > 1 ? left : 1, (int32_t)years, k->sub_out[years], &k->sub_out[years + 1]);
        for (size_t m = 0; m < years + 2; m++) k->cycle[m * period + j] = k->sub_out[m];
    }
}

static void round_inner(struct work *k)
{
    size_t n = k->n, period = (size_t)k->how.period, wide = n + 2 * period;
    for (size_t i = 0; i < n; i++) k->rest[i] = k->y[i] - k->trend[i];
    smooth_seasons(k, k->rest);
    /* What moves slowly in the seasons belongs to the trend. */
    moving_mean(k->cycle, wide, period, k->a);
    moving_mean(k->a, wide - period + 1, period, k->b);
    moving_mean(k->b, wide - 2 * period + 2, 3, k->a);
    struct loess low = { k->a, n, k->how.low, k->how.low_degree, NULL, k->w };
    smooth(&low, k->how.low_jump, k->b);
    for (size_t i = 0; i < n; i++) k->season[i] = k->cycle[period + i] - k->b[i];
    for (size_t i = 0; i < n; i++) k->rest[i] = k->y[i] - k->season[i];
    struct loess t = { k->rest, n, k->how.trend, k->how.trend_degree, k->weighted ? k->weights : NULL, k->w };
    smooth(&t, k->how.trend_jump, k->trend);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* A value six medians away from the fit is not believed at all. */
static void weigh(struct work *k)
{
    for (size_t i = 0; i < k->n; i++) k->rest[i] = fabs(k->y[i] - k->season[i] - k->trend[i]);
    memcpy(k->a, k->rest, k->n * sizeof *k->a);
    qsort(k->a, k->n, sizeof *k->a, by_size);
    size_t high = k->n / 2, low = k->n - 1 - high;
    double six = 3 * (k->a[high] + k->a[low]);
    for (size_t i = 0; i < k->n; i++) {
        double r = k->rest[i];
        if (r <= 0.001 * six) {
            k->weights[i] = 1;
        } else if (r <= 0.999 * six) {
            double q = r / six, b = 1 - q * q;
            k->weights[i] = b * b;
        } else {
            k->weights[i] = 0;
        }
    }
    k->weighted = true;
}

static double moved(const double *before, const double *after, size_t n)
{
    double most = 0, least_value = before[0], most_value = before[0];
    for (size_t i = 0; i < n; i++) {
        most = fmax(most, fabs(after[i] - before[i]));
        least_value = fmin(least_value, before[i]);
        most_value = fmax(most_value, before[i]);
    }
    return most_value > least_value ? most / (most_value - least_value) : 0;
}

static void rounds(struct work *k, double *old_season, double *old_trend)
{
    for (int32_t i = 0; i < k->how.inner; i++) round_inner(k);
    int32_t outer = k->how.until_steady ? STEADY_ROUNDS : k->how.outer;
    for (int32_t o = 0; o < outer; o++) {
        memcpy(old_season, k->season, k->n * sizeof *old_season);
        memcpy(old_trend, k->trend, k->n * sizeof *old_trend);
        weigh(k);
        for (int32_t i = 0; i < k->how.inner; i++) round_inner(k);
        if (k->how.until_steady && moved(old_season, k->season, k->n) < STEADY &&
            moved(old_trend, k->trend, k->n) < STEADY)
            break;
    }
}

/* ---- the door ---- */

static bool good(const double *y, size_t n, const struct stl_how *h, struct err *e)
{
    const int32_t odd[] = { h->seasonal, h->trend, h->low };
    const int32_t degree[] = { h->seasonal_degree, h->trend_degree, h->low_degree };
    const int32_t jump[] = { h->seasonal_jump, h->trend_jump, h->low_jump };
    bool sense = h->period >= 2 && h->period <= STL_PERIOD_MAX && h->inner >= 1 && h->outer >= 0;
    for (size_t i = 0; i < 3; i++)
        sense = sense && odd[i] >= 3 && odd[i] % 2 == 1 && (degree[i] == 0 || degree[i] == 1) && jump[i] >= 1;
    if (!sense) return fail(e, INVALID, "季节调整的设置不对：跨度要是 3 以上的奇数，周期从 2 到 366");
    if (n < 2 * (size_t)h->period || n > STL_POINTS_MAX)
        return fail(e, INVALID, "季节调整至少要两年的数据，这里只有 %zu 期", n);
    for (size_t i = 0; i < n; i++)
        if (!isfinite(y[i])) return fail(e, INVALID, "季节调整的数据在第 %zu 期是空的；请先补齐", i + 1);
    return true;
}

bool stl(const double *y, size_t n, const struct stl_how *how, struct arena *a, double *season, double *trend,
         double *weights, struct err *e)
{
    if (!good(y, n, how, e)) return false;
    struct arena_mark here = arena_mark(a);
    size_t wide = n + 2 * (size_t)how->period, years = n / (size_t)how->period + 3;
    struct work k = { .y = y, .n = n, .how = *how };
    double **const narrow[] = { &k.season, &k.trend, &k.rest, &k.weights };
    double **const broad[] = { &k.cycle, &k.a, &k.b, &k.w };
    double **const short_ones[] = { &k.sub, &k.sub_weights, &k.sub_out };
    for (size_t i = 0; i < 4; i++) *narrow[i] = ARENA_ARRAY(a, double, n);
    for (size_t i = 0; i < 4; i++) *broad[i] = ARENA_ARRAY(a, double, wide);
    for (size_t i = 0; i < 3; i++) *short_ones[i] = ARENA_ARRAY(a, double, years);
    double *old_season = ARENA_ARRAY(a, double, n), *old_trend = ARENA_ARRAY(a, double, n);
    for (size_t i = 0; i < n; i++) k.weights[i] = 1;
    rounds(&k, old_season, old_trend);
    memcpy(season, k.season, n * sizeof *season);
    memcpy(trend, k.trend, n * sizeof *trend);
    if (weights != NULL) memcpy(weights, k.weights, n * sizeof *weights);
    arena_rewind(a, here);
    return true;
}
