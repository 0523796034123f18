/* return: 报表 as the checker hands them on: which cells, who fills them, by when, and what must hold between them.
 * Part of struct program. */
#ifndef LANG_RETURN_H
#define LANG_RETURN_H
#include "base/vec.h"
#include "lang/plan.h"
#include "lang/service_time.h"

enum area_level { LEVEL_UNKNOWN, LEVEL_VILLAGE, LEVEL_TOWN, LEVEL_COUNTY, LEVEL_CITY, LEVEL_PROVINCE };
const char *area_level_zh(enum area_level l); /* 村 乡镇 县 市 省 */
/* Of a code of GB/T 2260 (six digits) or GB/T 10114 (nine, twelve); LEVEL_UNKNOWN: it is none. */
enum area_level area_level_of(str code);

struct return_cell {
    str name; /* of an indicator, or of a task that is reported under its own name */
    struct measure_unit unit;
    bool cumulative; /* from the first of January */
    bool during;     /* what happened in the period, the sum of its months; else how it stands at its end */
    bool each;       /* filled by every level, never added up */
};

/* One member of a comparison: a number, or a cell times a number. */
enum return_when { RETURN_NOW, RETURN_BEFORE, RETURN_YEAR_BEFORE }; /* 上期(…), 同期(…): a year before */
struct return_term {
    num factor;    /* at MEASURE_SCALE; of a number the number itself, counted in the plain unit (人, not 万人) */
    uint32_t cell; /* 1 + cell, 0: a number */
    enum return_when when;
};

/* 校验: the terms, those on the right with their sign turned, compared with nought. */
struct return_rule {
    str name, says, note;        /* says: as it is written */
    enum goal_relation relation; /* GE GT LE LT EQ */
    VEC(struct return_term) terms;
    bool soft; /* 可说明 */
    const struct ast_field *field;
};

struct return_ {
    const struct decl *decl;
    str name, alias;
    uint32_t months; /* of one period */
    enum area_level from, to;
    struct service_time limit, later;
    VEC(str) areas;
    VEC(struct return_cell) cells;
    VEC(struct return_rule) rules;
};

/* 区划变更: what areas became. Old figures of all `old` together are those of `into`, each by its share. */
struct crosswalk_part {
    str code;
    num share; /* of 1 at MEASURE_SCALE */
};
struct crosswalk {
    const struct decl *decl;
    date day;
    VEC(str) old;
    VEC(struct crosswalk_part) into;
};

struct program;
/* By name or alias; NULL. */
const struct return_ *program_return(const struct program *p, str name);

#endif
