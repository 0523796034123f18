/* date: days since 1970-01-01 in the proleptic Gregorian calendar; month: months since 0000-01. Both plain values.
 * Legal counting of periods follows Civil Code arts. 200-204: see date_add_months and workday_expiry. */
#ifndef BASE_DATE_H
#define BASE_DATE_H
#include "base/arena.h"

typedef struct {
    int32_t days;
} date;

typedef struct {
    int32_t index; /* year * 12 + month - 1 */
} month;

enum { DATE_TEXT = 11, MONTH_TEXT = 8 };
/* Years 1800 to 2999: outside it input is refused (nobody is born or retires there). */
extern const date DATE_MIN, DATE_MAX;

enum month_mode {
    MONTH_END,  /* 取月末: no corresponding day -> the last day of the month (Civil Code art. 202) */
    MONTH_ROLL, /* 顺延: no corresponding day -> the first of the next month */
};

date date_of(int year, int month, int day); /* asserts a valid date */
bool date_valid(int year, int month, int day);
void date_parts(date d, int *year, int *month, int *day);
bool date_parse(str s, date *out);           /* "2023-11-01" only */
bool month_parse(str s, month *out);         /* "2023-11" only */
void date_text(date d, char out[DATE_TEXT]); /* dashes outside the years 0000 to 9999 */
void month_text(month m, char out[MONTH_TEXT]);
str date_zh(struct arena *a, date d); /* 2026年11月27日, with a NUL after it */
month date_month(date d);
date month_first(month m);
date month_last(month m);
int date_weekday(date d); /* 1 Monday … 7 Sunday */
/* The local civil date (TZ). LEYE_TODAY=YYYY-MM-DD in the environment overrides it for tests; anything else in it ends
 * the program, since no answer would be the one that was meant. */
date date_today(void);

/* Arithmetic never fails: past the years 0001 and 9999 it stops there. Callers refuse results that are not date_ok. */
static inline bool date_ok(date d) { return d.days >= DATE_MIN.days && d.days <= DATE_MAX.days; }
date date_add_days(date d, int64_t days);
date date_add_months(date d, int64_t months, enum month_mode mode);
/* 足月: completed months; complete when the day of month of `from` is not later than that of `to`. May be negative. */
int64_t date_full_months(date from, date to);
/* 周岁: full months / 12, rounded towards minus infinity. */
int64_t date_age_years(date birth, date on);

#endif
