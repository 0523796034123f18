/* bench_link: a million records with known truth: how many pairs and clusters are right, how long it takes, how much
 * memory; training; and what one day's drop costs an index that has a million. Nothing is asserted about time; that the
 * work was done, and done well, is. */
#include "support/t.h"
#include "unit/link/people.h"

#include <sys/resource.h>
#include <time.h>

struct moment {
    double wall_ms, cpu_ms; /* cpu: of all threads */
};

static double ms_of(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static struct moment now(void) { return (struct moment){ ms_of(CLOCK_MONOTONIC), ms_of(CLOCK_PROCESS_CPUTIME_ID) }; }

static long peak_mib(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_maxrss / 1024;
}

static void row_time(const char *what, const char *bar, struct moment from, struct moment to)
{
    NOTE("| %s | %s | %.0f ms | one run, processor time of both threads %.0f ms | %ld MiB |", what, bar,
         to.wall_ms - from.wall_ms, to.cpu_ms - from.cpu_ms, peak_mib());
}

static void row_score(const char *what, const char *bar, struct score s)
{
    NOTE("| %s | %s | F1 %.4f | precision %.4f, recall %.4f | %ld MiB |", what, bar, s.f1, s.precision, s.recall,
         peak_mib());
}

static void link_all(size_t n, const char *size, bool train)
{
    autoarena *a = arena_new("people", 0), *index_arena = arena_new("index", 0), *scratch = arena_new("scratch", 0);
    struct people p;
    struct err e = { 0 };
    struct link_pairs pairs;
    struct link_model m = link_model_default();
    uint32_t *cluster;
    people_make(&p, n, 20251127, a);
    NOTE("memory of the records themselves: %ld MiB", peak_mib());
    if (train) {
        struct moment start = now();
        autoarena *training = arena_new("training", 0);
        CHECK_OK(link_train(&m, p.records, n, 1, training, &e), e);
        row_time(str_fmt(a, "training on %s records", size).p, "", start, now());
    }
    struct moment start = now();
    struct link_index *x = link_index_new(index_arena, &m);
    CHECK_OK(link_new(x, p.records, n, scratch, &pairs, &e), e);
    struct moment paired = now();
    link_clusters(x, pairs.at, pairs.len, NULL, scratch, &cluster);
    struct moment end = now();
    row_time(str_fmt(a, "linking %s records%s: pairs", size, train ? ", trained" : "").p, "", start, paired);
    row_time(str_fmt(a, "linking %s records%s: pairs and clusters", size, train ? ", trained" : "").p,
             n == 1000000 ? "≤ 6 s" : "", start, end);
    struct score by_pairs = people_score_pairs(&p, &pairs, LINK_AUTO), by_clusters = people_score_clusters(&p, cluster);
    NOTE("compared %llu, skipped %llu, kept %zu", (unsigned long long)pairs.compared,
         (unsigned long long)pairs.blocks_skipped, pairs.len);
    row_score(str_fmt(a, "%s records: automatic pairs", size).p, n == 1000000 ? "≥ .985" : "", by_pairs);
    row_score(str_fmt(a, "%s records: pairs with those for a clerk", size).p, "",
              people_score_pairs(&p, &pairs, LINK_CLERICAL));
    row_score(str_fmt(a, "%s records: clusters", size).p, n == 1000000 ? "≥ .987" : "", by_clusters);
    CHECK(by_pairs.f1 > 0.97 && by_clusters.f1 > 0.97);
}

TEST_WITHIN(linking_a_hundred_thousand, 600) { link_all(100000, "100,000", false); }
TEST_WITHIN(linking_a_million, 600) { link_all(1000000, "1,000,000", false); }
TEST_WITHIN(linking_a_million_after_training, 600) { link_all(1000000, "1,000,000", true); }

TEST_WITHIN(a_daily_drop, 600)
{
    enum { BASE = 1000000, DROP = 10000, DAYS = 9 };
    autoarena *a = arena_new("people", 0), *index_arena = arena_new("index", 0);
    struct people p;
    struct err e = { 0 };
    struct link_pairs pairs;
    struct link_model m = link_model_default();
    people_make(&p, BASE + DAYS * DROP, 7, a);
    struct link_index *x = link_index_new(index_arena, &m);
    CHECK_OK(link_new(x, p.records, BASE, a, &pairs, &e), e);
    double least = 1e9, most = 0;
    for (int day = 0; day < DAYS; day++) {
        double start = now().wall_ms;
        CHECK_OK(link_new(x, p.records + BASE + (size_t)day * DROP, DROP, a, &pairs, &e), e);
        double ms = now().wall_ms - start;
        CHECK(pairs.len > DROP / 4);
        least = ms < least ? ms : least;
        most = ms > most ? ms : most;
    }
    NOTE("| 10,000 new records against 1,000,000 linked before | | %.0f ms | %.0f–%.0f ms (nine days) | %ld MiB |",
         (least + most) / 2, least, most, peak_mib());
}
