/* workday: a calendar of working days: Monday to Friday, less the holidays and plus the make-up days it was given.
 * Outside the years for which days were given, only weekends are known: workday_known says so. */
#ifndef BASE_WORKDAY_H
#define BASE_WORKDAY_H
#include "base/date.h"

struct workday_calendar;

struct workday_calendar *workday_calendar_new(struct arena *a);
/* A holiday or make-up day; the last word on a day counts. d is date_ok (asserted). */
void workday_set(struct workday_calendar *c, date d, bool works);
bool workday_is(const struct workday_calendar *c, date d);
/* True when every year from `from` to `to` has at least one declared day. */
bool workday_known(const struct workday_calendar *c, date from, date to);
/* The n-th working day after d, d itself not counted. 0 gives d, working or not. 0 <= n <= 10,000 is
 * asserted: callers refuse other values first. */
date workday_after(const struct workday_calendar *c, date d, int64_t n);
/* 期间届满: the corresponding day n months later (or n days later), moved on to the next working day. */
date workday_expiry_months(const struct workday_calendar *c, date d, int64_t months);
date workday_expiry_days(const struct workday_calendar *c, date d, int64_t days);

#endif
