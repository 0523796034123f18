/* Working days and the expiry of periods against the vectors, and calendars declared in any order. */
#include "base/workday.h"

#include "unit/base/helpers.h"

static struct workday_calendar *china(struct arena *a)
{
    struct workday_calendar *c = workday_calendar_new(a);
    struct vectors v = vectors_open(a, "holidays.tsv");
    while (vectors_next(&v)) {
        date d = { 0 };
        bool works = str_eq(v.column[1], STR("班"));
        CHECK(date_parse(v.column[0], &d) && (works || str_eq(v.column[1], STR("休"))) && v.column[2].len > 0);
        workday_set(c, d, works);
    }
    CHECK_INT(v.count, 254);
    return c;
}

static const char *text(date d)
{
    static char out[DATE_TEXT];
    date_text(d, out);
    return out;
}

TEST(working_days_agree_with_the_vectors)
{
    autoarena *a = arena_new("test", 0);
    const struct workday_calendar *c = china(a);
    struct vectors v = vectors_open(a, "workdays.tsv");
    while (vectors_next(&v)) {
        date start = { 0 }, got = { 0 };
        int64_t n = column_int(&v, 2);
        str operation = v.column[0];
        CHECK(date_parse(v.column[1], &start));
        if (str_eq(operation, STR("after")))
            got = workday_after(c, start, n);
        else if (str_eq(operation, STR("months")))
            got = workday_expiry_months(c, start, n);
        else if (str_eq(operation, STR("days")))
            got = workday_expiry_days(c, start, n);
        else
            FAIL("unknown operation");
        CHECK_STR(text(got), v.column[3]);
    }
    CHECK_INT(v.count, 160);
}

TEST(without_declared_days_only_weekends_are_known)
{
    autoarena *a = arena_new("test", 0);
    const struct workday_calendar *c = workday_calendar_new(a);
    CHECK(workday_is(c, date_of(2023, 10, 2)));  /* a Monday, in truth a holiday */
    CHECK(!workday_is(c, date_of(2023, 10, 7))); /* a Saturday, in truth a make-up day */
    CHECK(!workday_known(c, date_of(2023, 1, 1), date_of(2023, 12, 31)));
}

TEST(declared_days_go_before_weekends)
{
    autoarena *a = arena_new("test", 0);
    const struct workday_calendar *c = china(a);
    CHECK(!workday_is(c, date_of(2023, 10, 2)) && workday_is(c, date_of(2023, 10, 7)));
    CHECK(workday_is(c, date_of(2023, 10, 9)) && !workday_is(c, date_of(2023, 10, 14)));
}

TEST(a_period_is_known_when_each_of_its_years_is)
{
    autoarena *a = arena_new("test", 0);
    const struct workday_calendar *c = china(a);
    CHECK(workday_known(c, date_of(2020, 1, 1), date_of(2026, 12, 31)));
    CHECK(workday_known(c, date_of(2023, 5, 5), date_of(2023, 5, 5)));
    CHECK(!workday_known(c, date_of(2019, 12, 31), date_of(2020, 1, 1)));
    CHECK(!workday_known(c, date_of(2026, 12, 31), date_of(2027, 1, 1)));
    CHECK(!workday_known(c, (date){ INT32_MIN }, date_of(2023, 1, 1)));
    CHECK(!workday_known(c, date_of(2023, 1, 1), (date){ INT32_MAX }));
}

TEST(a_day_declared_again_has_its_last_meaning)
{
    autoarena *a = arena_new("test", 0);
    struct workday_calendar *c = workday_calendar_new(a);
    date d = date_of(2023, 5, 3);
    workday_set(c, d, false);
    CHECK(!workday_is(c, d));
    workday_set(c, d, true);
    CHECK(workday_is(c, d));
}

TEST(zero_working_days_after_a_holiday_is_the_holiday)
{
    autoarena *a = arena_new("test", 0);
    const struct workday_calendar *c = china(a);
    CHECK_STR(text(workday_after(c, date_of(2023, 10, 1), 0)), "2023-10-01");
}

TEST(days_may_be_declared_in_any_order)
{
    enum { DAYS = 3000, SPAN = 6000 };
    static bool known[SPAN], works[SPAN];
    autoarena *a = arena_new("test", 0);
    struct workday_calendar *c = workday_calendar_new(a);
    for (int i = 0; i < DAYS; i++) {
        size_t at = (size_t)t_random_below(SPAN);
        known[at] = true;
        works[at] = t_random_below(2) == 0;
        workday_set(c, (date){ (int32_t)at }, works[at]);
    }
    for (int32_t i = 0; i < SPAN; i++) {
        bool weekday = date_weekday((date){ i }) <= 5;
        CHECK(workday_is(c, (date){ i }) == (known[i] ? works[i] : weekday));
    }
}

static void step_too_far(void *c) { workday_after(c, date_of(2023, 1, 1), 10001); }
static void step_back(void *c) { workday_after(c, date_of(2023, 1, 1), -1); }

TEST(steps_are_bounded)
{
    autoarena *a = arena_new("test", 0);
    struct workday_calendar *c = china(a);
    CHECK(workday_after(c, date_of(2023, 1, 1), 10000).days > 10000);
    CHECK(aborts(step_too_far, c) && aborts(step_back, c));
}
