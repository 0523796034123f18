/* warning: 预警 as the checker hands them on: which series is watched, how, what line it must cross for how long, and
 * what has to be done then by whom in what time. Part of struct program. */
#ifndef LANG_WARNING_H
#define LANG_WARNING_H
#include "lang/plan.h"
#include "lang/service_time.h"

enum signal { SIGNAL_LINE, SIGNAL_SAHM, SIGNAL_CUSUM, SIGNAL_EWMA, SIGNAL_SEASON };

/* A line to be crossed: a number, or a parameter that may not be set yet (warning_line_on). */
struct warning_line {
    enum goal_relation relation; /* GE GT LE LT */
    num value;                   /* at MEASURE_SCALE, in the unit of `unit` */
    uint32_t param;              /* 1 + parameter, 0: value */
    const struct ast_field *field;
};

struct warning {
    const struct decl *decl;
    str name, alias, owner;
    uint32_t indicator;
    enum signal signal;
    struct measure_unit unit; /* of its lines: the indicator's, or 倍 */
    struct warning_line trigger, release;
    bool has_release;
    uint32_t lasting_months, lasting_points; /* one of them; both 0: one point */
    uint32_t base_months, base_points;       /* 基准 */
    num slack, weight;                       /* 余量 in 倍, 权重 in per cent, at MEASURE_SCALE */
    uint8_t level;                           /* 1 一级 … 4; 0 not said */
    VEC(str) areas, actions;
    struct service_time receive, limit;
};

struct program;
/* By name or alias; NULL. */
const struct warning *program_warning(const struct program *p, str name);
/* The line as it is on a day; false: it is a parameter nobody has set for that day. */
bool warning_line_on(const struct program *p, const struct warning *w, const struct warning_line *line, date day,
                     num *out);

#endif
