/* bench: what benchmarks share. Figures are CPU time (user and system) of the work, because the machine is shared: wall
 * time tells how busy others were. The least of the runs is what the work costs; the median tells how steady that is.
 * A row is "| what | must reach | median | least–most | peak memory |"; tools/bench gathers them. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H
#include "support/t.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

enum { BENCH_RUNS = 9 };

/* CPU time of this process, in microseconds. */
static inline double bench_cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static inline double bench_wall_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static inline double bench_usage_us(const struct rusage *u)
{
    return (double)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) * 1e6 +
           (double)(u->ru_utime.tv_usec + u->ru_stime.tv_usec);
}

static inline int bench_by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static inline double bench_median(double *at, size_t n)
{
    qsort(at, n, sizeof *at, bench_by_size);
    return at[n / 2];
}

/* Sorts the runs and notes the row; more: stands behind the range, e.g. "; wall from 12 ms". */
static inline void bench_row(const char *what, const char *bar, double *us, size_t n, long peak_kib, const char *more)
{
    double middle = bench_median(us, n), scale = middle >= 1000 ? 1000 : 1;
    const char *unit = middle >= 1000 ? "ms" : "µs";
    NOTE("| %s | %s | %.2f %s | %.2f–%.2f %s%s | %ld MiB |", what, bar, middle / scale, unit, us[0] / scale,
         us[n - 1] / scale, unit, more, peak_kib / 1024);
}

static inline long bench_peak_kib(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_maxrss;
}

static inline const char *bench_source_folder(void)
{
    const char *s = getenv("LEYE_SRC");
    return s != NULL ? s : ".";
}

#endif
