/* Spells and paid months against the vectors and against counting days and flags. */
#include "base/span.h"

#include "base/vec.h"
#include "unit/base/helpers.h"

typedef VEC(span) span_list;

static date as_date(str s)
{
    date d = { 0 };
    CHECK(date_parse(s, &d));
    return d;
}

/* "2020-01-01..2020-02-01 …", or "-". */
static span_list as_spans(struct arena *a, str s)
{
    span_list list = { 0 };
    str one;
    if (str_eq(s, STR("-"))) return list;
    while (str_split(&s, ' ', &one)) {
        CHECK_SIZE(one.len, 22);
        *vec_push(a, &list) = (span){ as_date(str_slice(one, 0, 10)), as_date(str_slice(one, 12, 22)) };
    }
    return list;
}

TEST(spells_agree_with_the_vectors)
{
    autoarena *a = arena_new("test", 0), *scratch = arena_new("scratch", 0);
    struct vectors v = vectors_open(a, "spells.tsv");
    while (vectors_next(&v)) {
        span_list s = as_spans(a, v.column[0]);
        date as_of = as_date(v.column[1]);
        struct span_facts f = span_measure(s.at, s.len, as_of, scratch);
        CHECK_SIZE(v.columns, 7);
        CHECK_INT(f.total_days, column_int(&v, 2));
        CHECK_INT(f.count, column_int(&v, 3));
        CHECK_INT(f.longest_days, column_int(&v, 4));
        CHECK_INT(f.largest_gap_days, column_int(&v, 5));
        CHECK_INT(span_count_bridged(s.at, s.len, as_of, 30, scratch), column_int(&v, 6));
        CHECK_INT(span_count_bridged(s.at, s.len, as_of, 0, scratch), f.count);
        CHECK_SIZE(arena_used(scratch), 0);
    }
    CHECK_INT(v.count, 64);
}

/* The slow way: a field of days. */
enum { FIELD = 400 };

static struct span_facts slow_measure(const span *s, size_t n, int32_t as_of, int64_t gap_days, int64_t *bridged)
{
    bool in[FIELD] = { false };
    struct span_facts f = { 0 };
    for (size_t i = 0; i < n; i++) {
        for (int32_t d = s[i].from.days; d < s[i].to.days && d < as_of; d++) in[d] = true;
    }
    int64_t run = 0, gap = -1; /* no gap before the first segment */
    *bridged = 0;
    for (int d = 0; d < FIELD; d++) {
        if (!in[d]) {
            run = 0;
            if (gap >= 0) gap++;
            continue;
        }
        f.total_days++;
        if (run == 0) {
            f.count++;
            *bridged += gap < 0 || gap > gap_days;
            if (gap > f.largest_gap_days) f.largest_gap_days = gap;
        }
        gap = 0;
        if (++run > f.longest_days) f.longest_days = run;
    }
    return f;
}

TEST(measures_agree_with_counting_days)
{
    autoarena *scratch = arena_new("scratch", 0);
    for (int round = 0; round < 20000; round++) {
        span s[60];
        size_t n = (size_t)t_random_below(round % 10 == 0 ? 60 : 6); /* sometimes enough for qsort */
        int64_t longest = t_random_between(1, 60), gap_days = t_random_between(0, 20), want_bridged;
        for (size_t i = 0; i < n; i++) {
            int32_t from = (int32_t)t_random_below(300);
            s[i] = (span){ { from }, { from + (int32_t)t_random_between(-5, longest) } };
        }
        int32_t as_of = (int32_t)t_random_below(FIELD);
        struct span_facts want = slow_measure(s, n, as_of, gap_days, &want_bridged);
        struct span_facts got = span_measure(s, n, (date){ as_of }, scratch);
        CHECK_INT(got.total_days, want.total_days);
        CHECK_INT(got.count, want.count);
        CHECK_INT(got.longest_days, want.longest_days);
        CHECK_INT(got.largest_gap_days, want.largest_gap_days);
        CHECK_INT(span_count_bridged(s, n, (date){ as_of }, gap_days, scratch), want_bridged);
    }
}

TEST(the_longest_lives_do_not_overflow)
{
    autoarena *scratch = arena_new("scratch", 0);
    span s[] = { { { INT32_MIN }, { INT32_MIN + 1 } }, { { INT32_MAX - 1 }, { INT32_MAX } } };
    struct span_facts f = span_measure(s, 2, (date){ INT32_MAX }, scratch);
    CHECK_INT(f.largest_gap_days, (int64_t)UINT32_MAX - 2);
    CHECK_INT(f.total_days, 2);
}

TEST(measuring_leaves_the_spans_as_they_were)
{
    autoarena *scratch = arena_new("scratch", 0);
    span s[] = { { { 50 }, { 60 } }, { { 10 }, { 99 } } };
    span_measure(s, 2, (date){ 55 }, scratch);
    CHECK(s[0].from.days == 50 && s[0].to.days == 60 && s[1].to.days == 99);
}

static month as_month(str s)
{
    month m = { 0 };
    CHECK(month_parse(s, &m));
    return m;
}

/* "2020-01 2020-03..2020-07", or "-". */
static struct months as_history(str s)
{
    struct months h = { 0 };
    str one;
    if (str_eq(s, STR("-"))) return h;
    while (str_split(&s, ' ', &one)) {
        month from = as_month(str_slice(one, 0, 7)), to = one.len == 7 ? from : as_month(str_slice(one, 9, one.len));
        for (; from.index <= to.index; from.index++) months_set(&h, from);
    }
    return h;
}

static void check_month(bool found, month got, str want)
{
    char text[MONTH_TEXT] = "-";
    if (found) month_text(got, text);
    CHECK_STR((const char *)text, want);
}

TEST(paid_months_agree_with_the_vectors)
{
    autoarena *a = arena_new("test", 0);
    struct vectors v = vectors_open(a, "months.tsv");
    while (vectors_next(&v)) {
        struct months h = as_history(v.column[0]);
        month m = as_month(v.column[1]), first = { 0 }, last = { 0 };
        CHECK_SIZE(v.columns, 8);
        CHECK_INT(months_until(&h, m), column_int(&v, 2));
        CHECK_INT(months_run(&h, m), column_int(&v, 3));
        CHECK_INT(months_window(&h, m, 12), column_int(&v, 4));
        CHECK_INT(months_window(&h, m, 36), column_int(&v, 5));
        check_month(months_first(&h, &first), first, v.column[6]);
        check_month(months_last(&h, m, &last), last, v.column[7]);
    }
    CHECK_INT(v.count, 60);
}

static bool slow_has(const bool in[MONTHS_COUNT], int at) { return at >= 0 && at < MONTHS_COUNT && in[at]; }

TEST(histories_agree_with_a_row_of_flags)
{
    for (int round = 0; round < 300; round++) {
        bool in[MONTHS_COUNT] = { false };
        struct months h = { 0 };
        for (int64_t i = 0, n = t_random_between(0, 900); i < n; i++) {
            int at = (int)t_random_below(MONTHS_COUNT);
            in[at] = true;
            months_set(&h, (month){ MONTHS_FIRST + at });
        }
        for (int probe = 0; probe < 30; probe++) {
            int at = (int)t_random_between(-100, MONTHS_COUNT + 100);
            int64_t n = t_random_between(0, 1200), until = 0, window = 0, run = 0;
            for (int i = 0; i <= at; i++) {
                until += slow_has(in, i);
                window += slow_has(in, i) && i > at - n;
            }
            while (slow_has(in, at - (int)run)) run++;
            month m = { MONTHS_FIRST + at };
            CHECK(months_has(&h, m) == slow_has(in, at) && months_ok(m) == (at >= 0 && at < MONTHS_COUNT));
            CHECK_INT(months_until(&h, m), until);
            CHECK_INT(months_window(&h, m, n), window);
            CHECK_INT(months_run(&h, m), run);
            int last = at >= MONTHS_COUNT ? MONTHS_COUNT - 1 : at;
            while (last >= 0 && !in[last]) last--;
            month got = { 0 };
            CHECK(months_last(&h, m, &got) == (last >= 0) && (last < 0 || got.index == MONTHS_FIRST + last));
        }
    }
}

TEST(extreme_months_and_windows_are_harmless)
{
    struct months h = { 0 };
    months_set(&h, (month){ MONTHS_FIRST });
    months_set(&h, (month){ MONTHS_FIRST + MONTHS_COUNT - 1 });
    CHECK_INT(months_until(&h, (month){ INT32_MAX }), 2);
    CHECK_INT(months_until(&h, (month){ INT32_MIN }), 0);
    CHECK_INT(months_window(&h, (month){ INT32_MAX }, INT64_MAX), 2);
    CHECK_INT(months_window(&h, (month){ INT32_MIN }, INT64_MAX), 0);
    CHECK_INT(months_window(&h, (month){ MONTHS_FIRST }, 0), 0);
    CHECK_INT(months_window(&h, (month){ MONTHS_FIRST }, INT64_MIN), 0);
    CHECK_INT(months_run(&h, (month){ MONTHS_FIRST }), 1);
    CHECK_INT(months_run(&h, (month){ INT32_MIN }), 0);
}

static void set_before_the_first(void *h) { months_set(h, (month){ MONTHS_FIRST - 1 }); }
static void set_after_the_last(void *h) { months_set(h, (month){ MONTHS_FIRST + MONTHS_COUNT }); }

TEST(setting_a_month_outside_the_history_is_a_bug)
{
    struct months h = { 0 };
    CHECK(aborts(set_before_the_first, &h) && aborts(set_after_the_last, &h));
    month m;
    CHECK(!months_first(&h, &m) && !months_last(&h, (month){ INT32_MAX }, &m));
}
