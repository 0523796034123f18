/* service_time: how long something may take, as declarations say it: of a service, a step, a warning. */
#ifndef LANG_SERVICE_TIME_H
#define LANG_SERVICE_TIME_H
#include "base/date.h"

enum service_unit { SERVICE_WORKDAYS, SERVICE_DAYS, SERVICE_MONTHS, SERVICE_HOURS };

/* A time. Written as a parameter it may differ from day to day: service_time_on gives the one of a day; count and unit
 * are those of its newest row. */
struct service_time {
    uint16_t count; /* 0: not given */
    uint8_t unit;   /* enum service_unit */
    uint32_t param; /* 1 + parameter, 0 none */
};

struct program;
/* The time as it is on a day: of a parameter the row in force. count 0 when nobody has set it. */
struct service_time service_time_on(const struct program *p, struct service_time t, date day);
/* The day by which `left` units of a time have passed since a day, which is not counted (民法典 第二百零一条). Working
 * days are those of the calendar; other units end on a working day (第二百零三条). Hours are rounded up to days. */
date service_time_end(const struct program *p, enum service_unit unit, int64_t left, date since);

#endif
