/* alarm, inside: a case as a row, the frame of a move and its event. */
#ifndef ALARM_ALARM_PRIV_H
#define ALARM_ALARM_PRIV_H
#include "alarm/alarm.h"
#include "journal/journal.h"
#include "store/short.h"

enum alarm_clock { CLOCK_NONE, CLOCK_RECEIVE, CLOCK_HANDLE };

/* What a move needs to know of a case, and changes. */
struct alarm_row {
    int64_t id, due, clock, late, told;
    uint8_t state;
    str rule, area, office, holder, finished_by;
};

bool alarm_begin(struct store *s, const struct alarm_act *act, struct err *e);
bool alarm_next(struct store *s, const char *what, int64_t *out, struct err *e);
bool alarm_row_get(struct store *s, int64_t id, struct arena *a, struct alarm_row *out, struct err *e);
bool alarm_row_put(struct store *s, const struct alarm_row *r, struct err *e);
/* A line in the case's own history, and the event in the journal. */
bool alarm_note(struct store *s, const struct alarm_act *act, const struct alarm_row *r, const char *kind, str move,
                str text, struct err *e);
/* Starts the clock of `kind` as the rule stands on the day; none when it has no such limit. */
void alarm_clock_start(const struct program *p, enum alarm_clock kind, date day, struct alarm_row *r);

static inline double alarm_plain(num v) { return (double)v / 1e10; /* MEASURE_SCALE */ }

#endif
