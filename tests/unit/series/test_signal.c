/* signal: known alarms on a known series, and rules on series made by hand. */
#include "base/date.h"
#include "base/file.h"
#include "series/signal.h"
#include "support/t.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS_MAX = 1000, COLUMNS = 10 };

/* A CSV with a head; texts without their quotes, NA is no number, a date is none either. */
struct csv {
    size_t rows;
    str day[POINTS_MAX];
    double x[POINTS_MAX][COLUMNS];
};

static struct csv *load(struct arena *a, const char *path)
{
    struct err e = { 0 };
    struct csv *c = ARENA_NEW(a, struct csv);
    str text, line, cell;
    CHECK_OK(file_read(a, str_of(t_source(path)), 1 << 20, &text, &e), e);
    CHECK(str_split(&text, '\n', &line));
    while (str_split(&text, '\n', &line)) {
        if (str_trim(line).len == 0) continue;
        CHECK(c->rows < POINTS_MAX);
        for (size_t i = 0; i < COLUMNS && str_split(&line, ',', &cell); i++) {
            char digits[64] = { 0 };
            CHECK(cell.len < sizeof digits);
            memcpy(digits, cell.p, cell.len);
            if (i == 0) c->day[c->rows] = str_slice(cell, 1, cell.len - 1);
            char *end;
            c->x[c->rows][i] = strtod(digits, &end);
            if (end == digits || *end != '\0') c->x[c->rows][i] = (double)NAN;
        }
        c->rows++;
    }
    return c;
}

static bool same(double got, double want)
{
    return isnan(want) ? isnan(got) : fabs(got - want) <= 1e-9 * fmax(1, fabs(want));
}

TEST(the_rule_of_sahm_finds_the_fifteen_beginnings_it_is_known_for)
{
    autoarena *a = arena_new("test", 0);
    struct csv *c = load(a, "tests/data/series/us_unrate_sahm.csv");
    double rate[POINTS_MAX], rise[POINTS_MAX];
    bool fires[POINTS_MAX];
    int64_t beginnings = 0;
    for (size_t t = 0; t < c->rows; t++) rate[t] = c->x[t][1];
    signal_sahm(rate, c->rows, 0.5, rise, fires, a);
    for (size_t t = 0; t < c->rows; t++) {
        bool begins = fires[t] && (t == 0 || !fires[t - 1]);
        NOTE("%.*s: rise %.9g, table %.9g", STR_ARG(c->day[t]), rise[t], c->x[t][4]);
        CHECK(isnan(c->x[t][4]) ? isnan(rise[t]) : fabs(rise[t] - c->x[t][4]) < 1e-6); /* the table has six decimals */
        CHECK_INT(fires[t], c->x[t][5] > 0);
        CHECK_INT(begins, c->x[t][6] > 0);
        beginnings += begins;
    }
    CHECK_INT(beginnings, 15);
}

TEST(control_charts_agree_with_the_table)
{
    autoarena *a = arena_new("test", 0);
    struct csv *c = load(a, "tests/data/series/cusum_ewma_us_unrate.csv");
    double z[POINTS_MAX], up[POINTS_MAX], down[POINTS_MAX], mean[POINTS_MAX], limit[POINTS_MAX];
    bool by_sum[POINTS_MAX], by_mean[POINTS_MAX];
    int64_t alarms = 0;
    for (size_t t = 0; t < c->rows; t++) z[t] = c->x[t][3];
    signal_cusum(z, c->rows, (struct cusum){ 0.5, 5 }, up, down, by_sum);
    signal_ewma(z, c->rows, (struct ewma){ 0.2, 2.7 }, mean, limit, by_mean);
    for (size_t t = 0; t < c->rows; t++) {
        NOTE("%.*s: up %.9g down %.9g mean %.9g limit %.9g", STR_ARG(c->day[t]), up[t], down[t], mean[t], limit[t]);
        CHECK(same(up[t], c->x[t][4]) && same(down[t], c->x[t][5]));
        CHECK(same(mean[t], c->x[t][7]) && same(limit[t], c->x[t][8]));
        CHECK_INT(by_sum[t], c->x[t][6] > 0);
        CHECK_INT(by_mean[t], c->x[t][9] > 0);
        alarms += by_sum[t];
    }
    CHECK(alarms > 10);
}

TEST(a_threshold_waits_before_it_says_so_and_before_it_says_all_clear)
{
    const double x[] = { 5, 7, 5, 7, 7, 7, 5.8, 5, 5, 7 };
    static const bool want[] = { 0, 0, 0, 0, 1, 1, 1, 1, 0, 0 };
    bool fires[10], down[10];
    struct threshold how = { 6, 5.5, 2, 2, false };
    signal_threshold(x, 10, how, fires);
    for (size_t t = 0; t < 10; t++) {
        NOTE("point %zu", t);
        CHECK_INT(fires[t], want[t]);
    }
    double mirror[10];
    for (size_t t = 0; t < 10; t++) mirror[t] = -x[t];
    signal_threshold(mirror, 10, (struct threshold){ -6, -5.5, 2, 2, true }, down);
    for (size_t t = 0; t < 10; t++) CHECK_INT(down[t], want[t]);
}

TEST(what_is_not_known_neither_fires_nor_clears)
{
    const double x[] = { 7, (double)NAN, 7, (double)NAN, (double)NAN, 5, 5 };
    static const bool want[] = { 0, 0, 1, 1, 1, 1, 0 };
    bool fires[7];
    signal_threshold(x, 7, (struct threshold){ 6, 6, 2, 2, false }, fires);
    for (size_t t = 0; t < 7; t++) CHECK_INT(fires[t], want[t]);
}

TEST(a_backtest_counts_hits_misses_false_alarms_and_lead)
{
    /*                      0  1  2  3  4  5  6  7  8  9 */
    const bool fires[10] = { 0, 1, 1, 0, 0, 0, 1, 0, 0, 0 };
    const bool event[10] = { 0, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
    struct backtest b;
    signal_backtest(fires, event, 10, 2, &b);
    CHECK_INT(b.hits, 2);         /* 1 and 2: the event is at 3 */
    CHECK_INT(b.false_alarms, 1); /* 6 */
    CHECK_INT(b.missed, 0);
    CHECK_INT(b.quiet, 5); /* 8 and 9 cannot be judged yet */
    CHECK(fabs(b.noise_to_signal - 1.0 / 6) < 1e-12);
    CHECK(fabs(b.lead - 2) < 1e-12);
}
