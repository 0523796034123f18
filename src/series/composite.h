/* composite: many indicators as one score, two ways, and how much the ranking owes to each. A table has a row for each
 * region and a column for each indicator; what is better must be said (more, or less). Weights by entropy (Shannon's,
 * of the shares of the scaled values); TOPSIS (Hwang and Yoon, 1981); 功效系数: 60 + 40 × the place between worst and
 * best. A ranking by one method alone is not to be shown: composite_rank gives the range. */
#ifndef SERIES_COMPOSITE_H
#define SERIES_COMPOSITE_H
#include "base/arena.h"
#include "base/err.h"

enum { COMPOSITE_ROWS_MAX = 100000, COMPOSITE_COLUMNS_MAX = 64 };

struct composite {
    const double *values; /* row after row */
    size_t rows, columns;
    const bool *less_is_better; /* for each column */
};

/* entropies, which may be NULL, and weights, for each column. INVALID: fewer than two rows, a value that is none, or
 * all columns constant (then nothing distinguishes anybody). */
bool composite_entropy(const struct composite *c, struct arena *a, double *entropies, double *weights, struct err *e);
/* Closeness to the best, 0 to 1, for each row; far and near, which may be NULL: the distances to the best and the
 * worst. */
void composite_topsis(const struct composite *c, const double *weights, struct arena *a, double *far, double *near,
                      double *closeness);
/* Points, 60 to 100, for each row. */
void composite_points(const struct composite *c, const double *weights, struct arena *a, double *points);
/* Places from scores: 1 the highest; equal scores share the better place. */
void composite_places(const double *scores, size_t rows, uint32_t *places);

struct composite_range {
    uint32_t topsis, points, best, worst; /* places: by each method; over both, each with every column left out once */
};
/* For each row. */
bool composite_rank(const struct composite *c, struct arena *a, struct composite_range *out, struct err *e);

#endif
