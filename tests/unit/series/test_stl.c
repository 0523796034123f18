/* stl: agrees with the authors' own program, in seven settings, over the carbon dioxide of Mauna Loa. */
#include "base/file.h"
#include "series/stl.h"
#include "support/t.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS = 348 };

static str read_all(struct arena *a, const char *path)
{
    struct err e = { 0 };
    str text;
    CHECK_OK(file_read(a, str_of(t_source(path)), 1 << 22, &text, &e), e);
    return text;
}

static double number(str s)
{
    char digits[64];
    s = str_trim(s);
    CHECK(s.len > 0 && s.len < sizeof digits);
    memcpy(digits, s.p, s.len);
    digits[s.len] = '\0';
    char *end;
    double x = strtod(digits, &end);
    CHECK(*end == '\0');
    return x;
}

static void carbon_dioxide(struct arena *a, double y[POINTS])
{
    str rest = read_all(a, "tests/data/series/stl_co2.csv"), line;
    size_t n = 0;
    while (str_split(&rest, '\n', &line))
        if (str_trim(line).len > 0) y[n++] = number(line);
    CHECK_INT((int64_t)n, POINTS);
}

static struct stl_how authors(void) { return (struct stl_how){ 12, 35, 19, 13, 1, 1, 1, 4, 2, 2, 1, 2, false }; }

static bool close_to(double got, double want) { return fabs(got - want) <= 1e-9 * fmax(1, fabs(want)); }

TEST(it_agrees_with_the_authors_program)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    double y[POINTS], season[POINTS], trend[POINTS], weights[POINTS];
    static const struct {
        const char *name;
        int32_t low_jump, trend_jump;
        size_t points;
        int usual; /* 1 plain, 2 robust: the authors' own choice of settings */
    } scenarios[] = { { "baseline", 2, 2, POINTS, 0 },          { "short", 2, 2, POINTS - 1, 0 },
                      { "nljump-1", 1, 2, POINTS, 0 },          { "ntjump-1", 2, 1, POINTS, 0 },
                      { "nljump-1-ntjump-1", 1, 1, POINTS, 0 }, { "stlez", 0, 0, POINTS, 1 },
                      { "stlez-robust", 0, 0, POINTS, 2 } };
    carbon_dioxide(a, y);
    str reference = read_all(a, "tests/data/series/stl_co2_reference.csv");
    for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++) {
        struct stl_how how = authors();
        how.low_jump = scenarios[i].low_jump;
        how.trend_jump = scenarios[i].trend_jump;
        if (scenarios[i].usual > 0) how = stl_usual(12, 35, scenarios[i].usual == 2);
        CHECK_OK(stl(y, scenarios[i].points, &how, a, season, trend, weights, &e), e);
        str rest = reference, line, cell[5];
        size_t compared = 0;
        while (str_split(&rest, '\n', &line)) {
            str cells = line;
            size_t c = 0;
            while (c < 5 && str_split(&cells, ',', &cell[c])) c++;
            if (c != 5 || !str_eq(str_trim(cell[0]), str_of(scenarios[i].name))) continue;
            int64_t t;
            CHECK(str_to_i64(str_trim(cell[1]), &t) && t < POINTS);
            NOTE("%s, point %lld: season %.15g trend %.15g weight %.15g", scenarios[i].name, (long long)t, season[t],
                 trend[t], weights[t]);
            CHECK(close_to(season[t], number(cell[2])));
            CHECK(close_to(trend[t], number(cell[3])));
            CHECK(close_to(weights[t], number(cell[4])));
            compared++;
        }
        CHECK_INT((int64_t)compared, (int64_t)scenarios[i].points);
    }
}

TEST(season_trend_and_rest_of_a_made_series_are_found)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    enum { N = 120 };
    double y[N], season[N], trend[N];
    for (int t = 0; t < N; t++) y[t] = 100 + 0.5 * t + 10 * sin(2 * M_PI * t / 12);
    struct stl_how how = stl_usual(12, 7, false);
    CHECK_OK(stl(y, N, &how, a, season, trend, NULL, &e), e);
    for (int t = 0; t < N; t++) {
        NOTE("month %d: season %g trend %g", t, season[t], trend[t]);
        CHECK(fabs(trend[t] - (100 + 0.5 * t)) < 0.5);
        CHECK(fabs(season[t] - 10 * sin(2 * M_PI * t / 12)) < 0.5);
    }
}

TEST(an_odd_month_does_not_bend_a_robust_season)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    enum { N = 96, ODD = 50 };
    double y[N], season[N], trend[N], weights[N];
    for (int t = 0; t < N; t++)
        y[t] = 100 + 10 * sin(2 * M_PI * t / 12) + (double)t_random_between(-100, 100) / 200 + (t == ODD ? 200 : 0);
    struct stl_how how = stl_usual(12, 9, true);
    CHECK_OK(stl(y, N, &how, a, season, trend, weights, &e), e);
    CHECK(weights[ODD] == 0);
    CHECK(fabs(trend[ODD] - 100) < 3);
    CHECK(fabs(season[ODD] - 10 * sin(2 * M_PI * ODD / 12)) < 3);
}

TEST(what_cannot_be_taken_apart_is_refused_with_what_to_do)
{
    autoarena *a = arena_new("test", 0);
    double y[48], season[48], trend[48];
    for (int t = 0; t < 48; t++) y[t] = t;
    struct stl_how how = stl_usual(12, 7, false), even = how;
    even.seasonal = 8;
    struct err e = { 0 }, f = { 0 }, g = { 0 };
    CHECK_ERR(stl(y, 23, &how, a, season, trend, NULL, &e), e, INVALID);
    CHECK_ERR(stl(y, 48, &even, a, season, trend, NULL, &f), f, INVALID);
    y[7] = (double)NAN;
    CHECK_ERR(stl(y, 48, &how, a, season, trend, NULL, &g), g, INVALID);
    CHECK(strstr(err_cause(&g), "第 8 期") != NULL);
}
