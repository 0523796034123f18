/* workday: the declared days, sorted, and one bit per year that has any. A year without declarations has not been
 * announced yet: the arithmetic goes on with weekends alone, and callers ask workday_known before they promise. */
#include "base/workday.h"

#include "base/vec.h"

#include <assert.h>
#include <string.h>

enum { STEPS_MAX = 10000, YEAR_FIRST = 1800, YEAR_COUNT = 1200 };

struct declared {
    date day;
    bool works;
};

struct workday_calendar {
    struct arena *arena;
    VEC(struct declared) days; /* ascending, each day once */
    bool year_declared[YEAR_COUNT];
};

struct workday_calendar *workday_calendar_new(struct arena *a)
{
    struct workday_calendar *c = ARENA_NEW(a, struct workday_calendar);
    c->arena = a;
    return c;
}

/* Index of the first declared day not before d. */
static size_t lower_bound(const struct workday_calendar *c, date d)
{
    size_t from = 0, to = c->days.len;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (c->days.at[middle].day.days < d.days)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static int year_of(date d)
{
    int year, number, day;
    date_parts(d, &year, &number, &day);
    return year;
}

void workday_set(struct workday_calendar *c, date d, bool works)
{
    assert(d.days >= DATE_MIN.days && d.days <= DATE_MAX.days);
    c->year_declared[year_of(d) - YEAR_FIRST] = true;
    size_t at = lower_bound(c, d);
    if (at == c->days.len || c->days.at[at].day.days != d.days) {
        vec_push(c->arena, &c->days);
        struct declared *slot = &c->days.at[at];
        memmove(slot + 1, slot, (c->days.len - 1 - at) * sizeof *slot);
    }
    c->days.at[at] = (struct declared){ d, works };
}

bool workday_is(const struct workday_calendar *c, date d)
{
    size_t at = lower_bound(c, d);
    if (at < c->days.len && c->days.at[at].day.days == d.days) return c->days.at[at].works;
    return date_weekday(d) <= 5;
}

bool workday_known(const struct workday_calendar *c, date from, date to)
{
    if (from.days < DATE_MIN.days || to.days > DATE_MAX.days) return false;
    for (int year = year_of(from); year <= year_of(to); year++) {
        if (!c->year_declared[year - YEAR_FIRST]) return false;
    }
    return true;
}

static date day_after(date d) { return (date){ d.days + 1 }; }

date workday_after(const struct workday_calendar *c, date d, int64_t n)
{
    assert(n >= 0 && n <= STEPS_MAX);
    while (n > 0) {
        d = day_after(d);
        n -= workday_is(c, d);
    }
    return d;
}

/* Ends, because only finitely many days are declared. */
static date next_working(const struct workday_calendar *c, date d)
{
    while (!workday_is(c, d)) d = day_after(d);
    return d;
}

date workday_expiry_months(const struct workday_calendar *c, date d, int64_t months)
{
    return next_working(c, date_add_months(d, months, MONTH_END));
}

date workday_expiry_days(const struct workday_calendar *c, date d, int64_t days)
{
    return next_working(c, date_add_days(d, days));
}
