/* date: the calendar is turned so that years begin in March; the leap day is then the last of its year, and the day of
 * the year follows from the month by one linear formula: months from March have 31 30 31 30 31 | 31 30 31 30 31 | 31 …
 * days, 153 in every five. Four hundred years are exactly 146,097 days. libc's clock is asked only what day it is now.
 */
#include "base/date.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    YEAR_MIN = 1800,
    YEAR_MAX = 2999,
    DAYS_400_YEARS = 146097,
    DAYS_BEFORE_1970 = 719468, /* from 0000-03-01 to 1970-01-01 */
};

const date DATE_MIN = { -62091 }; /* 1800-01-01 */
const date DATE_MAX = { 376199 }; /* 2999-12-31 */

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0)); }

static bool is_leap(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

static int days_in_month(int64_t year, int number)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return number == 2 && is_leap(year) ? 29 : days[number - 1];
}

static int64_t day_number(int64_t year, int number, int day)
{
    int64_t y = number <= 2 ? year - 1 : year;
    int64_t era = floor_div(y, 400), year_of_era = y - era * 400;
    int64_t day_of_year = (153 * ((number + 9) % 12) + 2) / 5 + day - 1;
    return era * DAYS_400_YEARS + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           DAYS_BEFORE_1970;
}

bool date_valid(int year, int number, int day)
{
    return year >= YEAR_MIN && year <= YEAR_MAX && number >= 1 && number <= 12 && day >= 1 &&
           day <= days_in_month(year, number);
}

date date_of(int year, int number, int day)
{
    assert(date_valid(year, number, day));
    return (date){ (int32_t)day_number(year, number, day) };
}

void date_parts(date d, int *year, int *number, int *day)
{
    int64_t n = (int64_t)d.days + DAYS_BEFORE_1970;
    int64_t era = floor_div(n, DAYS_400_YEARS);
    int day_of_era = (int)(n - era * DAYS_400_YEARS);
    /* take the leap days passed so far out, and 365 divides evenly */
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int from_march = (5 * day_of_year + 2) / 153;
    *day = day_of_year - (153 * from_march + 2) / 5 + 1;
    *number = from_march < 10 ? from_march + 3 : from_march - 9;
    *year = (int)(era * 400) + year_of_era + (*number <= 2);
}

/* n digits at s.p[at]; -1 when one of them is none. */
static int digits(str s, size_t at, size_t n)
{
    int value = 0;
    for (size_t i = at; i < at + n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return -1;
        value = value * 10 + (s.p[i] - '0');
    }
    return value;
}

bool date_parse(str s, date *out)
{
    if (s.len != 10 || s.p[4] != '-' || s.p[7] != '-') return false;
    int year = digits(s, 0, 4), number = digits(s, 5, 2), day = digits(s, 8, 2);
    if (!date_valid(year, number, day)) return false;
    *out = date_of(year, number, day);
    return true;
}

bool month_parse(str s, month *out)
{
    if (s.len != 7 || s.p[4] != '-') return false;
    int year = digits(s, 0, 4), number = digits(s, 5, 2);
    if (!date_valid(year, number, 1)) return false;
    *out = (month){ year * 12 + number - 1 };
    return true;
}

static bool year_has_four_digits(int year) { return year >= 0 && year <= 9999; }

/* Dates are written by the thousand; printf takes fifty times as long. */
static void put_digits(char *out, int value, int count)
{
    while (count-- > 0) {
        out[count] = (char)('0' + value % 10);
        value /= 10;
    }
}

void date_text(date d, char out[DATE_TEXT])
{
    int year, number, day;
    date_parts(d, &year, &number, &day);
    memcpy(out, "----------", DATE_TEXT);
    if (!year_has_four_digits(year)) return;
    put_digits(out, year, 4);
    put_digits(out + 5, number, 2);
    put_digits(out + 8, day, 2);
}

void month_text(month m, char out[MONTH_TEXT])
{
    int year = (int)floor_div(m.index, 12);
    int number = m.index - year * 12 + 1;
    memcpy(out, "-------", MONTH_TEXT);
    if (!year_has_four_digits(year)) return;
    put_digits(out, year, 4);
    put_digits(out + 5, number, 2);
}

str date_zh(struct arena *a, date d)
{
    int y, m, day;
    date_parts(d, &y, &m, &day);
    return str_fmt(a, "%d年%d月%d日", y, m, day);
}

month date_month(date d)
{
    int year, number, day;
    date_parts(d, &year, &number, &day);
    return (month){ year * 12 + number - 1 };
}

/* The day numbers of all months a date can fall into fit 32 bits; a month further away has no date. */
static date month_day_one(int64_t index)
{
    int64_t year = floor_div(index, 12);
    return (date){ (int32_t)day_number(year, (int)(index - year * 12) + 1, 1) };
}

date month_first(month m) { return month_day_one(m.index); }

date month_last(month m) { return (date){ month_day_one((int64_t)m.index + 1).days - 1 }; }

int date_weekday(date d) { return (int)(((int64_t)d.days % 7 + 7 + 3) % 7) + 1; } /* 1970-01-01 was a Thursday */

date date_today(void)
{
    const char *fixed = getenv("LEYE_TODAY");
    date today;
    if (fixed != NULL) {
        if (date_parse(str_of(fixed), &today)) return today;
        fprintf(stderr, "leye: LEYE_TODAY=%s 不是日期，请写成 2023-11-01 这样\n", fixed);
        exit(2);
    }
    time_t now = time(NULL);
    struct tm local = { 0 };
    localtime_r(&now, &local);
    return (date){ (int32_t)day_number(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday) };
}

/* Where arithmetic stops: 0001-01-01 and 9999-12-31, far outside what input may say, so that callers notice. */
enum { STOP_FIRST = -719162, STOP_LAST = 2932896 };

static date stopped(int64_t days)
{
    return (date){ (int32_t)(days < STOP_FIRST ? STOP_FIRST : days > STOP_LAST ? STOP_LAST : days) };
}

date date_add_days(date d, int64_t days)
{
    int64_t sum;
    if (__builtin_add_overflow((int64_t)d.days, days, &sum)) return stopped(days);
    return stopped(sum);
}

date date_add_months(date d, int64_t months, enum month_mode mode)
{
    enum { FIRST = 1 * 12, LAST = 9999 * 12 + 11, FARTHEST = 10000 * 12 };
    int year, number, day;
    date_parts(d, &year, &number, &day);
    if (months > FARTHEST) months = FARTHEST;
    if (months < -FARTHEST) months = -FARTHEST;
    int64_t index = (int64_t)year * 12 + number - 1 + months;
    if (index < FIRST) return stopped(INT64_MIN);
    if (index > LAST) return stopped(INT64_MAX);
    date first = month_day_one(index);
    int64_t target_year = floor_div(index, 12);
    int last_day = days_in_month(target_year, (int)(index - target_year * 12) + 1);
    if (day <= last_day) return (date){ first.days + day - 1 };
    switch (mode) {
    case MONTH_END: return (date){ first.days + last_day - 1 };
    case MONTH_ROLL: return (date){ first.days + last_day };
    }
    return d;
}

int64_t date_full_months(date from, date to)
{
    int from_year, from_month, from_day, to_year, to_month, to_day;
    date_parts(from, &from_year, &from_month, &from_day);
    date_parts(to, &to_year, &to_month, &to_day);
    int64_t months = ((int64_t)to_year - from_year) * 12 + to_month - from_month;
    return months - (to_day < from_day);
}

int64_t date_age_years(date birth, date on) { return floor_div(date_full_months(birth, on), 12); }
