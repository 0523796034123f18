/* Dates against the vectors, against a calendar turned leaf by leaf, and at the edges of what input may say. */
#include "base/date.h"

#include "unit/base/helpers.h"

static date on(const char *z)
{
    date d = { 0 };
    CHECK(date_parse(str_of(z), &d));
    return d;
}

static const char *text(date d)
{
    static char ring[4][DATE_TEXT];
    static int at;
    char *out = ring[at++ % 4];
    date_text(d, out);
    return out;
}

static date column_date(const struct vectors *v, size_t i)
{
    date d = { 0 };
    CHECK(date_parse(v->column[i], &d));
    return d;
}

static void check_add(const struct vectors *v)
{
    date d = column_date(v, 1);
    int64_t months = column_int(v, 2);
    CHECK_SIZE(v->columns, 5);
    CHECK_STR(text(date_add_months(d, months, MONTH_END)), v->column[3]);
    CHECK_STR(text(date_add_months(d, months, MONTH_ROLL)), v->column[4]);
}

static void check_between(const struct vectors *v)
{
    date from = column_date(v, 1), to = column_date(v, 2);
    CHECK_SIZE(v->columns, 7);
    CHECK_INT(date_full_months(from, to), column_int(v, 3));
    CHECK_INT(date_month(to).index - date_month(from).index, column_int(v, 4));
    CHECK_INT(date_age_years(from, to), column_int(v, 5));
    CHECK_INT(to.days - from.days, column_int(v, 6));
    CHECK_STR(text(date_add_days(from, column_int(v, 6))), text(to));
}

TEST(dates_agree_with_the_vectors)
{
    autoarena *a = arena_new("test", 0);
    struct vectors v = vectors_open(a, "dates.tsv");
    int adds = 0;
    while (vectors_next(&v)) {
        bool add = str_eq(v.column[0], STR("add"));
        CHECK(add || str_eq(v.column[0], STR("between")));
        if (add)
            check_add(&v);
        else
            check_between(&v);
        adds += add;
    }
    CHECK_INT(v.count, 120);
    CHECK_INT(adds, 60);
}

static int slow_month_length(int year, int number)
{
    if (number == 2) return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28;
    return number == 4 || number == 6 || number == 9 || number == 11 ? 30 : 31;
}

/* The slow way: turn the leaves of the calendar one by one from the first day to the last. */
TEST(every_day_is_what_the_calendar_says)
{
    int year = 1800, number = 1, day = 1, weekday = 3; /* 1800-01-01 was a Wednesday */
    for (int32_t days = DATE_MIN.days; days <= DATE_MAX.days; days++) {
        int y, m, d;
        date now = { days };
        date_parts(now, &y, &m, &d);
        CHECK(y == year && m == number && d == day);
        CHECK(date_of(year, number, day).days == days && date_weekday(now) == weekday);
        CHECK(date_month(now).index == year * 12 + number - 1);
        weekday = weekday % 7 + 1;
        if (++day <= slow_month_length(year, number)) continue;
        CHECK(month_last(date_month(now)).days == days);
        day = 1;
        CHECK(month_first((month){ year * 12 + number }).days == days + 1);
        if (++number <= 12) continue;
        number = 1;
        year++;
    }
    CHECK_INT(year, 3000);
}

TEST(days_are_counted_from_1970)
{
    CHECK_INT(date_of(1970, 1, 1).days, 0);
    CHECK_STR(text(DATE_MIN), "1800-01-01");
    CHECK_STR(text(DATE_MAX), "2999-12-31");
    CHECK_INT(date_weekday(date_of(2023, 11, 1)), 3);
    CHECK(date_ok(DATE_MIN) && date_ok(DATE_MAX) && date_ok((date){ 0 }));
    CHECK(!date_ok((date){ DATE_MIN.days - 1 }) && !date_ok((date){ DATE_MAX.days + 1 }));
}

TEST(days_that_do_not_exist_are_refused)
{
    static const char *const bad[] = { "",           "2023-02-29", "1900-02-29",  "2023-04-31",     "2023-13-01",
                                       "2023-00-01", "2023-01-00", "1799-12-31",  "3000-01-01",     "2023-1-01",
                                       "2023-01-1",  "2023/01/01", "2023-01-01 ", " 2023-01-01",    "20230101",
                                       "2023-01-0x", "-023-01-01", "2023-+1-01",  "２０２３-01-01", "0000-00-00" };
    date d = { 42 };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        NOTE("%s", bad[i]);
        CHECK(!date_parse(str_of(bad[i]), &d));
    }
    CHECK_INT(d.days, 42);
    CHECK(date_parse(STR("2000-02-29"), &d) && !date_valid(2100, 2, 29) && date_valid(2400, 2, 29));
}

TEST(months_are_read_and_written)
{
    static const char *const bad[] = {
        "", "2023-13", "2023-00", "2023-1", "2023-011", "1799-12", "3000-01", "2023/01"
    };
    month m = { 7 };
    char out[MONTH_TEXT];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) CHECK(!month_parse(str_of(bad[i]), &m));
    CHECK_INT(m.index, 7);
    CHECK(month_parse(STR("2023-11"), &m));
    CHECK_INT(m.index, 2023 * 12 + 10);
    month_text(m, out);
    CHECK_STR((const char *)out, "2023-11");
    CHECK_STR(text(month_first(m)), "2023-11-01");
    CHECK_STR(text(month_last(m)), "2023-11-30");
}

TEST(what_lies_outside_four_digit_years_is_shown_as_dashes)
{
    char out[MONTH_TEXT];
    CHECK_STR(text((date){ INT32_MAX }), "----------");
    CHECK_STR(text((date){ INT32_MIN }), "----------");
    month_text((month){ INT32_MAX }, out);
    CHECK_STR((const char *)out, "-------");
    month_text((month){ -1 }, out);
    CHECK_STR((const char *)out, "-------");
    CHECK(date_weekday((date){ INT32_MIN }) >= 1 && date_weekday((date){ INT32_MAX }) <= 7);
}

TEST(arithmetic_stops_at_the_ends_of_time)
{
    static const int64_t far[] = { INT64_MAX, INT32_MAX, 4000000 };
    for (size_t i = 0; i < 3; i++) {
        CHECK_STR(text(date_add_days(on("2023-01-31"), far[i])), "9999-12-31");
        CHECK_STR(text(date_add_days(on("2023-01-31"), -far[i])), "0001-01-01");
        CHECK_STR(text(date_add_months(on("2023-01-31"), far[i], MONTH_ROLL)), "9999-12-31");
        CHECK_STR(text(date_add_months(on("2023-01-31"), -far[i], MONTH_END)), "0001-01-01");
        CHECK(!date_ok(date_add_days(on("2023-01-31"), far[i])));
    }
    CHECK_STR(text(date_add_days(on("1900-01-01"), INT64_MIN)), "0001-01-01");
    CHECK_STR(text(date_add_months((date){ INT32_MAX }, INT64_MAX, MONTH_END)), "9999-12-31");
    CHECK_STR(text(date_add_months((date){ INT32_MIN }, INT64_MIN, MONTH_END)), "0001-01-01");
}

TEST(a_month_after_the_31st_ends_or_rolls)
{
    CHECK_STR(text(date_add_months(on("2023-01-31"), 1, MONTH_END)), "2023-02-28");
    CHECK_STR(text(date_add_months(on("2023-01-31"), 1, MONTH_ROLL)), "2023-03-01");
    CHECK_STR(text(date_add_months(on("2024-02-29"), 12, MONTH_END)), "2025-02-28");
    CHECK_STR(text(date_add_months(on("2024-03-31"), -1, MONTH_END)), "2024-02-29");
}

TEST(whoever_is_born_on_a_leap_day_comes_of_age_in_march)
{
    CHECK_INT(date_age_years(on("2004-02-29"), on("2022-02-28")), 17);
    CHECK_INT(date_age_years(on("2004-02-29"), on("2022-03-01")), 18);
    CHECK_INT(date_age_years(on("2004-02-29"), on("2024-02-29")), 20);
    CHECK_INT(date_age_years(on("2004-02-29"), on("2004-02-29")), 0);
}

TEST(before_the_start_months_are_negative_and_ages_round_down)
{
    CHECK_INT(date_full_months(on("2023-03-15"), on("2023-02-15")), -1);
    CHECK_INT(date_full_months(on("2023-03-15"), on("2023-02-14")), -2);
    CHECK_INT(date_full_months(on("2023-03-15"), on("2023-03-14")), -1);
    CHECK_INT(date_age_years(on("2023-03-15"), on("2023-03-14")), -1);
    CHECK_INT(date_age_years(on("2023-03-15"), on("2022-03-15")), -1);
    CHECK_INT(date_age_years(on("2023-03-15"), on("2022-03-14")), -2);
}

/* Full months are the largest n for which "n months later, moved to the next month when there is no such day" has come.
 */
TEST(full_months_and_adding_months_belong_together)
{
    for (int round = 0; round < 20000; round++) {
        date from = { (int32_t)t_random_between(-20000, 40000) }, to = { from.days + (int32_t)t_random_below(5000) };
        int64_t n = date_full_months(from, to);
        CHECK(date_add_months(from, n, MONTH_ROLL).days <= to.days);
        CHECK(date_add_months(from, n + 1, MONTH_ROLL).days > to.days);
    }
}

TEST(today_can_be_set_for_tests)
{
    CHECK_INT(setenv("LEYE_TODAY", "2023-11-01", 1), 0);
    CHECK_STR(text(date_today()), "2023-11-01");
    CHECK_INT(unsetenv("LEYE_TODAY"), 0);
    date now = date_today();
    CHECK(date_ok(now) && now.days > date_of(2024, 1, 1).days);
}

TEST(a_wrong_date_for_today_ends_the_program)
{
    CHECK_INT(setenv("LEYE_TODAY", "tomorrow", 1), 0);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        date_today();
        _exit(0);
    }
    int status = 0;
    CHECK_INT(waitpid(pid, &status, 0), pid);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 2);
}

static void make_no_day(void *ptr)
{
    (void)ptr;
    date_of(2023, 2, 30);
}

TEST(making_a_day_that_does_not_exist_is_a_bug) { CHECK(aborts(make_no_day, NULL)); }
