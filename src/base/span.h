/* span: sets of half-open date intervals, and histories by month. The arithmetic of spells (经历) and of paid months
 * (参保缴费). */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H
#include "base/date.h"

typedef struct {
    date from, to; /* [from, to); empty when to <= from */
} span;

struct span_facts {
    int64_t total_days;       /* of the union */
    int64_t count;            /* segments of the union; touching intervals are one */
    int64_t longest_days;     /* longest segment of the union */
    int64_t largest_gap_days; /* between neighbouring segments of the union, 0 when fewer than two */
};
/* Cuts at as_of, drops empty intervals, joins, measures. as_of itself is excluded: an interval that goes on past it
 * counts up to the day before, one that begins on or after it not at all, one that ends on it whole. The time between
 * the last segment and as_of is no gap, nor is the time before the first. Whoever wants today counted passes tomorrow.
 * Spans may come in any order and stay as they are; the copy in `scratch` is given back. */
struct span_facts span_measure(const span *spans, size_t n, date as_of, struct arena *scratch);
/* Segments of the same union left when gaps of at most gap_days are bridged. */
int64_t span_count_bridged(const span *spans, size_t n, date as_of, int64_t gap_days, struct arena *scratch);

/* A month history: one bit per month from 1980-01 to 2059-12 (working lives of the people in these registers).
 * Callers refuse months that are not months_ok; months_set asserts it, and nothing is recorded outside. */
enum { MONTHS_FIRST = 1980 * 12, MONTHS_COUNT = 960 };
struct months {
    uint64_t bits[MONTHS_COUNT / 64];
};
bool months_ok(month m);
void months_set(struct months *h, month m);
bool months_has(const struct months *h, month m);
int64_t months_until(const struct months *h, month m);             /* 累计月数: up to and including m */
int64_t months_run(const struct months *h, month m);               /* 连续月数: consecutive, ending with m */
int64_t months_window(const struct months *h, month m, int64_t n); /* 近 n 个月: m and the n - 1 before it */
bool months_first(const struct months *h, month *out);             /* 首月 */
bool months_last(const struct months *h, month until, month *out); /* 末月: the last not after `until` */

#endif
