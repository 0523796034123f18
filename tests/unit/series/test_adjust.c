/* adjust: a festival that moves is found and taken out; a season stays a season. */
#include "support/t.h"
#include "series/adjust.h"
#include "series/spring.h"

#include <math.h>

TEST(the_festival_of_known_years_is_on_its_day)
{
    static const struct {
        int year, month, day;
    } known[] = { { 1930, 1, 29 }, { 1985, 2, 20 }, { 2000, 2, 5 }, { 2012, 1, 23 },
                  { 2024, 2, 10 }, { 2026, 2, 17 }, { 2030, 2, 3 } };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        date d;
        NOTE("%d", known[i].year);
        CHECK(spring_festival(known[i].year, &d));
        CHECK_INT(d.days, date_of(known[i].year, known[i].month, known[i].day).days);
    }
    date d;
    CHECK(!spring_festival(1929, &d) && !spring_festival(2031, &d));
    for (int y = SPRING_FIRST_YEAR; y <= SPRING_LAST_YEAR; y++) {
        CHECK(spring_festival(y, &d));
        CHECK(d.days >= date_of(y, 1, 21).days && d.days <= date_of(y, 2, 20).days);
    }
}

TEST(the_shares_of_a_month_say_nothing_a_season_could_say)
{
    for (int in_year = 0; in_year < 12; in_year++) {
        double sum[SPRING_PARTS] = { 0 }, one[SPRING_PARTS];
        for (int y = SPRING_FIRST_YEAR; y <= SPRING_LAST_YEAR; y++) {
            spring_shares((month){ y * 12 + in_year }, one);
            for (int p = 0; p < SPRING_PARTS; p++) sum[p] += one[p];
        }
        for (int p = 0; p < SPRING_PARTS; p++) CHECK(fabs(sum[p]) < 1e-9);
    }
}

enum { MONTHS = 144, FIRST_YEAR = 2012 };

static void make(double y[MONTHS], double festival[MONTHS], double noise)
{
    static const double days[SPRING_PARTS] = { -10, -60, -25 };
    for (int t = 0; t < MONTHS; t++) {
        double shares[SPRING_PARTS];
        spring_shares((month){ FIRST_YEAR * 12 + t }, shares);
        festival[t] = 0;
        for (int p = 0; p < SPRING_PARTS; p++) festival[t] += shares[p] * days[p];
        y[t] = 500 + t + 30 * sin(2 * M_PI * t / 12) + festival[t] + noise * (double)t_random_between(-100, 100) / 100;
    }
}

TEST(a_moving_festival_is_found_and_taken_out)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    double y[MONTHS], festival[MONTHS], with_error = 0, without_error = 0;
    struct stl_how how = stl_usual(12, 13, false);
    struct adjusted with, without;
    make(y, festival, 3);
    CHECK_OK(series_adjust(y, MONTHS, (month){ FIRST_YEAR * 12 }, &how, true, a, &with, &e), e);
    CHECK_OK(series_adjust(y, MONTHS, (month){ FIRST_YEAR * 12 }, &how, false, a, &without, &e), e);
    for (int t = 0; t < MONTHS; t++) {
        double truth = y[t] - 30 * sin(2 * M_PI * t / 12) - festival[t];
        with_error += fabs(with.value[t] - truth) / MONTHS;
        without_error += fabs(without.value[t] - truth) / MONTHS;
        CHECK(fabs(y[t] - with.season[t] - with.trend[t] - with.festival[t] - with.rest[t]) < 1e-9);
    }
    NOTE("mean error %g with, %g without; effects %g %g %g", with_error, without_error, with.days[0], with.days[1],
         with.days[2]);
    CHECK(with_error < 1.5);
    CHECK(with_error < without_error / 2);
    CHECK(fabs(with.days[1] + 60) < 15);
}

TEST(a_series_without_a_festival_is_given_none)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    double y[MONTHS];
    for (int t = 0; t < MONTHS; t++)
        y[t] = 500 + t + 30 * sin(2 * M_PI * t / 12) + (double)t_random_between(-100, 100) / 100;
    struct stl_how how = stl_usual(12, 13, false);
    struct adjusted r;
    CHECK_OK(series_adjust(y, MONTHS, (month){ FIRST_YEAR * 12 }, &how, true, a, &r, &e), e);
    for (int t = 0; t < MONTHS; t++) CHECK(fabs(r.festival[t]) < 3);
}

TEST(too_few_years_tell_no_festival_from_a_season)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    double y[36] = { 0 };
    struct stl_how how = stl_usual(12, 7, false);
    struct adjusted r;
    CHECK_ERR(series_adjust(y, 36, (month){ FIRST_YEAR * 12 }, &how, true, a, &r, &e), e, INVALID);
}
