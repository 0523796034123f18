/* spring: the Spring Festival, which moves between 21 January and 20 February and takes work, pay and statistics with
 * it. Nothing that repeats every twelve months can describe it; how many days before, in and after the festival a month
 * has, can. */
#ifndef SERIES_SPRING_H
#define SERIES_SPRING_H
#include "base/date.h"

enum { SPRING_FIRST_YEAR = 1930, SPRING_LAST_YEAR = 2030 };

/* New Year's day of the Chinese calendar; false outside the years above. */
bool spring_festival(int year, date *out);

enum spring_part { SPRING_BEFORE, SPRING_DURING, SPRING_AFTER, SPRING_PARTS };
enum { SPRING_BEFORE_DAYS = 20, SPRING_DURING_DAYS = 7, SPRING_AFTER_DAYS = 20 };
/* Which share of the days of each part falls into the month, less what this month of the year has on average: so that
 * it says nothing a season could say. Zero outside the known years. */
void spring_shares(month m, double out[SPRING_PARTS]);

#endif
