/* alarm 警情: what becomes of a 预警 of the packs. It is read over the observation log, area by area; where its line is
 * crossed for long enough, a case opens that somebody receives, hands on, handles by the plan of that level and closes
 * with evidence. Who is late is passed by: the case goes up from county to city to province. And before a rule goes
 * live it is tried on the past: how often it would have been right, how often not, how long before.
 *
 * A reading at a point uses only what came before it, so a test over history answers what the rule would have said
 * then (of figures as they were last revised: ask the log as known on a day for the rest). Statistics are computed in
 * floating point, lines and values are exact decimals.
 *
 * Every move is one transaction with its event in the journal. CONFLICT not possible now, DENIED not for this person,
 * INVALID what was given is wrong, NOT_FOUND no such case. Sentences are Chinese, for the duty officer. */
#ifndef ALARM_ALARM_H
#define ALARM_ALARM_H
#include "base/machine.h"
#include "base/vec.h"
#include "watch/watch.h"

enum { ALARM_WORD_MAX = 120, ALARM_TEXT_MAX = 4000, ALARM_POINTS_MAX = 1200, ALARM_ACTIONS_MAX = 50 };

/* ---- reading ---- */

/* The observations of one indicator in one area, one after the other without gaps: what is missing is not known. */
struct alarm_series {
    str area;
    uint32_t months; /* of one point */
    month first;     /* the first month of the first point */
    size_t n;
    bool *known;
    num *values;                        /* at MEASURE_SCALE in the indicator's unit */
    uint32_t missing, bounds, disputed; /* gaps; values that are only bounds (98以上); sources that disagree */
};
typedef VEC(struct alarm_series) alarm_series_list;
/* The series a rule watches, by area code. Of periods of several lengths those of the indicator's 频率, else the
 * shortest. Lives in a. */
void alarm_series_of(const struct program *p, const struct warning *w, const struct figures *f, struct arena *a,
                     alarm_series_list *out);
/* That of one area; NULL: nothing is known there. */
const struct alarm_series *alarm_series_in(const struct program *p, const struct warning *w, const struct figures *f,
                                           str area, struct arena *a);
struct interval alarm_period(const struct alarm_series *s, size_t at);

enum alarm_sight {
    ALARM_SEEN,
    ALARM_NO_LINE,   /* the line is a parameter nobody has set: `why` says which */
    ALARM_TOO_SHORT, /* this signal needs a longer series, or another one */
};
struct alarm_reading {
    enum alarm_sight sight;
    str why;
    num line;          /* as it is on the day, in the unit of the rule */
    double *statistic; /* what is compared with the line, for each point; not a number where it is not known */
    bool *fires;       /* after 持续, until 解除 */
    size_t on_after;   /* points in a row */
};
void alarm_read(const struct program *p, const struct warning *w, const struct alarm_series *s, date day,
                struct arena *a, struct alarm_reading *out);
/* The first point of the run of points over the line that ends in an alarm at `at`. */
size_t alarm_since(const struct alarm_reading *r, size_t at);
/* “城镇登记失业率 >= 5.5% 持续2期”, as people say it. */
str alarm_rule_text(const struct program *p, const struct warning *w, date day, struct arena *a);
/* What the rule says as one line that is the same exactly when the rule is: a test is of that. */
str alarm_rule_key(const struct program *p, const struct warning *w, date day, struct arena *a);
str alarm_value_text(struct arena *a, num v, const struct measure_unit *u); /* 5.5%, 6100人 */

/* The trend as a picture (SVG with words for those who do not see it), and as one line of blocks for a terminal. */
void alarm_picture(const struct program *p, const struct warning *w, const struct alarm_series *s,
                   const struct alarm_reading *r, struct text *out);
str alarm_sparkline(const struct alarm_series *s, size_t points_max, struct arena *a);

/* ---- the past ---- */

struct alarm_event { /* something a warning should have come before */
    str area;        /* empty: in every area */
    month when;
    str what;
};
typedef VEC(struct alarm_event) alarm_events;
struct alarm_test {
    size_t areas, points; /* series that could be read, and their points */
    size_t unread;        /* series that could not */
    size_t events, found; /* events inside a series; of them those an alarm had begun before, within the horizon */
    size_t alarms, right, open; /* times it began; an event came within the horizon; too late in the series to tell */
    double lead_months;         /* of those found, on average */
    double noise;               /* noise to signal (Kaminsky and others); not a number when there was no signal */
    VEC(str) missed, wrong;     /* which, a line each */
    str why;                    /* of the series that could not be read, the first reason */
};
/* horizon_months: how long before an event a warning still is one. */
void alarm_try(const struct program *p, const struct warning *w, const struct figures *f, const alarm_events *events,
               uint32_t horizon_months, date day, struct arena *a, struct alarm_test *out);

/* ---- cases ---- */

enum { /* roles, as bits */
       ALARM_DUTY = 1,
       ALARM_HANDLER = 2,
       ALARM_CHIEF = 4,
       ALARM_SYSTEM = 8,
};
/* “值班+主管” to bits; false: a word that is none. */
bool alarm_roles_read(str list, uint32_t *out);

struct alarm_act {
    str who;
    uint32_t roles;
    str office; /* code of the region they work for; empty: everywhere */
    date day;
    str reason;
    int64_t clock_ms; /* of the journal's event; 0: the machine's */
};

extern const struct machine alarm_machine;
enum alarm_state { ALARM_NEW, ALARM_RECEIVED, ALARM_HANDLING, ALARM_DONE, ALARM_CLOSED, ALARM_FALSE };

/* Tables of alarms, of the log and of the journal; part "alarm" of the schema. */
bool alarm_migrate(struct store *s, struct err *e);

struct alarm_run {
    VEC(int64_t) opened, escalated, calm; /* numbers; calm: the figure is back, the case is still open */
    VEC(str) told;                        /* rules that cannot be read, a sentence each */
    VEC(str) idle;                        /* names of rules whose indicator has no figures */
    VEC(str) included;    /* areas over the line that include one whose case is open: none is opened for them */
    size_t rules, series; /* looked at */
};
/* Reads every rule on the figures known, opens what fires and has no case yet, sends up what is late. Of areas that lie
 * in one another the lowest opens; those above it that fire as well are told (included). Rules that look
 * for a change (all but 越线) open nothing before somebody has tried them on the past (alarm_keep_test). Twice on one
 * day: the second time finds nothing to do. */
bool alarm_run(struct store *s, const struct alarm_act *act, const struct program *p, const struct figures *f,
               struct arena *a, struct alarm_run *out, struct err *e);

enum alarm_move_kind {
    ALARM_RECEIVE,  /* 签收 */
    ALARM_ASSIGN,   /* 分派, 改派: to */
    ALARM_FULFIL,   /* 落实: action, with its result as the reason */
    ALARM_FINISH,   /* 办结 */
    ALARM_RETURN,   /* 退回 */
    ALARM_RELEASE,  /* 解除 */
    ALARM_DISMISS,  /* 误报 */
    ALARM_ESCALATE, /* 上报 */
};
struct alarm_step_of {
    enum alarm_move_kind kind;
    str to;         /* ASSIGN */
    int64_t action; /* FULFIL: from 1 */
};
bool alarm_move(struct store *s, const struct alarm_act *act, const struct program *p, int64_t id,
                const struct alarm_step_of *step, enum alarm_state *out, struct err *e);

struct alarm {
    int64_t id;
    str rule, indicator, area, office, value, line, since, period, holder, finished_by, rules; /* texts as they were */
    uint8_t level;
    enum alarm_state state;
    date opened;
    bool has_due, late, calm;
    date due;
};
typedef VEC(struct alarm) alarm_list;
struct alarm_wanted { /* zero and empty: any */
    int64_t id;
    str office; /* and below it */
    str holder;
    bool open; /* only those that are not over */
};
/* Heaviest level first, then those whose time runs out first. */
bool alarm_find(struct store *s, const struct alarm_wanted *w, struct arena *a, alarm_list *out, struct err *e);

/* How the time of a case stands on a day: red behind its day, yellow on the last two. */
enum alarm_light { ALARM_NO_LIGHT, ALARM_GREEN, ALARM_YELLOW, ALARM_RED };
enum alarm_light alarm_light_of(const struct alarm *x, date day);
const char *alarm_light_zh(enum alarm_light l); /* "" 绿 黄 红 */
const char *alarm_state_zh(enum alarm_state s);

/* Moves as commands and forms name them: receive, assign … False: there is no such word. */
bool alarm_move_named(str verb, enum alarm_move_kind *out);
/* As people say it: 签收; ASSIGN of a case that has somebody is 改派. */
str alarm_move_zh(enum alarm_move_kind kind, enum alarm_state state);
/* Whether alarm_move would let this person try it; what they must write with it is not looked at. */
bool alarm_may(const struct alarm *x, enum alarm_move_kind kind, const struct alarm_act *act);

struct alarm_step { /* what was done */
    date day;
    str who, move, text;
};
typedef VEC(struct alarm_step) alarm_steps;
bool alarm_steps_of(struct store *s, int64_t id, struct arena *a, alarm_steps *out, struct err *e);

struct alarm_action { /* of the plan of its level */
    str text, result, who;
    bool done;
    date day;
};
typedef VEC(struct alarm_action) alarm_actions;
bool alarm_actions_of(struct store *s, int64_t id, struct arena *a, alarm_actions *out, struct err *e);

/* A rule was tried; kept with what it said then. */
bool alarm_keep_test(struct store *s, const struct alarm_act *act, const struct program *p, const struct warning *w,
                     uint32_t horizon_months, const struct alarm_test *t, struct err *e);
/* The last test of the rule as it stands; empty: none. */
bool alarm_last_test(struct store *s, const struct program *p, const struct warning *w, date day, struct arena *a,
                     str *out, struct err *e);
/* Whether a rule can be used as it stands, in words: 可以, 线还没有定, 还没有数, 要先回测 …; *areas: how many have
 * figures. */
bool alarm_ready(struct store *s, const struct program *p, const struct warning *w, const struct figures *f, date day,
                 struct arena *a, size_t *areas, str *out, struct err *e);

/* 320602 lies in 320600 lies in 320000; upper: empty when there is none. */
bool alarm_area_in(str area, str upper);
str alarm_area_upper(str area, struct arena *a);
const char *alarm_level_zh(uint8_t level);

#endif
