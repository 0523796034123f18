/* composite: scales, weights, distances. */
#include "series/composite.h"

#include <math.h>
#include <string.h>

/* The usual small shift of scaled values, so that the worst has a logarithm. */
static const double SHIFT = 0.0001;

static double cell(const struct composite *c, size_t row, size_t column)
{
    return c->values[row * c->columns + column];
}

static void ends(const struct composite *c, size_t column, double *least, double *most)
{
    *least = *most = cell(c, 0, column);
    for (size_t r = 1; r < c->rows; r++) {
        *least = fmin(*least, cell(c, r, column));
        *most = fmax(*most, cell(c, r, column));
    }
}

/* 0 the worst, 1 the best; a column in which all are equal distinguishes nobody. */
static double place(const struct composite *c, size_t row, size_t column)
{
    double least, most;
    ends(c, column, &least, &most);
    if (most <= least) return 0;
    double x = (cell(c, row, column) - least) / (most - least);
    return c->less_is_better[column] ? 1 - x : x;
}

static bool good(const struct composite *c, struct err *e)
{
    if (c->rows < 2 || c->rows > COMPOSITE_ROWS_MAX || c->columns < 1 || c->columns > COMPOSITE_COLUMNS_MAX)
        return fail(e, INVALID, "综合评价至少要两个地区、一个指标，最多 %d 个指标", COMPOSITE_COLUMNS_MAX);
    for (size_t i = 0; i < c->rows * c->columns; i++)
        if (!isfinite(c->values[i]))
            return fail(e, INVALID, "综合评价里第 %zu 个地区的第 %zu 个指标没有数；缺数的地区不能排名",
                        i / c->columns + 1, i % c->columns + 1);
    return true;
}

bool composite_entropy(const struct composite *c, struct arena *a, double *entropies, double *weights, struct err *e)
{
    if (!good(c, e)) return false;
    struct arena_mark here = arena_mark(a);
    double *x = ARENA_ARRAY(a, double, c->rows), all = 0;
    double *spread = ARENA_ARRAY(a, double, c->columns);
    for (size_t j = 0; j < c->columns; j++) {
        double sum = 0, entropy = 0;
        for (size_t r = 0; r < c->rows; r++) sum += x[r] = place(c, r, j) + SHIFT;
        for (size_t r = 0; r < c->rows; r++) entropy -= x[r] / sum * log(x[r] / sum);
        entropy /= log((double)c->rows);
        if (entropies != NULL) entropies[j] = entropy;
        all += spread[j] = 1 - entropy;
    }
    bool ok = all > 1e-12;
    for (size_t j = 0; ok && j < c->columns; j++) weights[j] = spread[j] / all;
    arena_rewind(a, here);
    return ok || fail(e, INVALID, "所有指标在各地区都一样，排不出名次");
}

void composite_topsis(const struct composite *c, const double *weights, struct arena *a, double *far, double *near,
                      double *closeness)
{
    struct arena_mark here = arena_mark(a);
    double *to_best = ARENA_ARRAY(a, double, c->rows), *to_worst = ARENA_ARRAY(a, double, c->rows);
    for (size_t j = 0; j < c->columns; j++) {
        double norm = 0, least, most;
        for (size_t r = 0; r < c->rows; r++) norm += cell(c, r, j) * cell(c, r, j);
        norm = sqrt(norm);
        if (norm <= 0) continue;
        ends(c, j, &least, &most);
        double best = c->less_is_better[j] ? least : most, worst = c->less_is_better[j] ? most : least;
        for (size_t r = 0; r < c->rows; r++) {
            double scale = weights[j] / norm;
            to_best[r] += pow(scale * (cell(c, r, j) - best), 2);
            to_worst[r] += pow(scale * (cell(c, r, j) - worst), 2);
        }
    }
    for (size_t r = 0; r < c->rows; r++) {
        double f = sqrt(to_best[r]), n = sqrt(to_worst[r]);
        if (far != NULL) far[r] = f;
        if (near != NULL) near[r] = n;
        closeness[r] = f + n > 0 ? n / (f + n) : 1;
    }
    arena_rewind(a, here);
}

void composite_points(const struct composite *c, const double *weights, struct arena *a, double *points)
{
    (void)a;
    double all = 0;
    for (size_t j = 0; j < c->columns; j++) all += weights[j];
    for (size_t r = 0; r < c->rows; r++) {
        double sum = 0;
        for (size_t j = 0; j < c->columns; j++) sum += weights[j] * place(c, r, j);
        points[r] = 60 + 40 * (all > 0 ? sum / all : 0);
    }
}

void composite_places(const double *scores, size_t rows, uint32_t *places)
{
    for (size_t r = 0; r < rows; r++) {
        places[r] = 1;
        for (size_t o = 0; o < rows; o++) places[r] += scores[o] > scores[r];
    }
}

static void widen(struct composite_range *r, uint32_t place_)
{
    if (r->best == 0 || place_ < r->best) r->best = place_;
    if (place_ > r->worst) r->worst = place_;
}

bool composite_rank(const struct composite *c, struct arena *a, struct composite_range *out, struct err *e)
{
    struct arena_mark here = arena_mark(a);
    double *weights = ARENA_ARRAY(a, double, c->columns + 1), *scores = ARENA_ARRAY(a, double, c->rows + 1);
    double *values = ARENA_ARRAY(a, double, c->rows * c->columns + 1);
    bool *less = ARENA_ARRAY(a, bool, c->columns + 1);
    uint32_t *places = ARENA_ARRAY(a, uint32_t, c->rows + 1);
    bool ok = composite_entropy(c, a, NULL, weights, e);
    if (ok) memset(out, 0, c->rows * sizeof *out);
    /* leave = columns: nothing is left out */
    for (size_t leave = 0; ok && leave <= c->columns; leave++) {
        struct composite some = { values, c->rows, 0, less };
        for (size_t j = 0; j < c->columns; j++)
            if (j != leave) less[some.columns++] = c->less_is_better[j];
        if (some.columns == 0) continue;
        for (size_t r = 0, at = 0; r < c->rows; r++)
            for (size_t j = 0; j < c->columns; j++)
                if (j != leave) values[at++] = cell(c, r, j);
        struct err constant = { 0 };
        if (!composite_entropy(&some, a, NULL, weights, &constant)) continue; /* what is left distinguishes nobody */
        for (int method = 0; method < 2; method++) {
            if (method == 0)
                composite_topsis(&some, weights, a, NULL, NULL, scores);
            else
                composite_points(&some, weights, a, scores);
            composite_places(scores, c->rows, places);
            for (size_t r = 0; r < c->rows; r++) {
                widen(&out[r], places[r]);
                if (leave < c->columns) continue;
                if (method == 0)
                    out[r].topsis = places[r];
                else
                    out[r].points = places[r];
            }
        }
    }
    arena_rewind(a, here);
    return ok;
}
