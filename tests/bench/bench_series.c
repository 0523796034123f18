/* bench_series: seasonal adjustment of many series of ten years. */
#include "bench/bench.h"
#include "series/adjust.h"

#include <math.h>

enum { SERIES = 10000, MONTHS = 120, RUNS = 5 };

static void measure(const char *what, const char *bar, struct stl_how how, bool festival)
{
    static double y[SERIES][MONTHS], us[RUNS];
    double season[MONTHS], trend[MONTHS], sum = 0;
    autoarena *a = arena_new("series", 0);
    struct err e = { 0 };
    for (int s = 0; s < SERIES; s++)
        for (int t = 0; t < MONTHS; t++)
            y[s][t] = 100 + t + 10 * sin(2 * M_PI * t / 12) + (double)t_random_between(-300, 300) / 100;
    for (int run = 0; run < RUNS; run++) {
        double start = bench_cpu_us();
        for (int s = 0; s < SERIES; s++) {
            struct arena_mark here = arena_mark(a);
            struct adjusted r;
            if (festival) {
                CHECK_OK(series_adjust(y[s], MONTHS, (month){ 2015 * 12 }, &how, true, a, &r, &e), e);
                sum += r.value[MONTHS - 1];
            } else {
                CHECK_OK(stl(y[s], MONTHS, &how, a, season, trend, NULL, &e), e);
                sum += trend[MONTHS - 1];
            }
            arena_rewind(a, here);
        }
        us[run] = bench_cpu_us() - start;
    }
    CHECK(sum / SERIES / RUNS > 200 && sum / SERIES / RUNS < 240);
    bench_row(what, bar, us, RUNS, bench_peak_kib(), "");
}

TEST_WITHIN(ten_thousand_series_of_ten_years, 1800)
{
    measure("STL of 10,000 series × 120 months", "≤ 2 s", stl_usual(12, 7, false), false);
    measure("the same, robust", "", stl_usual(12, 7, true), false);
    measure("STL and the Spring Festival, 10,000 series × 120 months", "", stl_usual(12, 7, false), true);
}
