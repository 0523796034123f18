/* plan: indicators, plans, targets and tasks as the checker hands them on: units settled, words of the document
 * (左右, 以内, 力争 …) turned into a relation, years and variants in order. Part of struct program. */
#ifndef LANG_PLAN_H
#define LANG_PLAN_H
#include "base/date.h"
#include "lang/ast.h"
#include "lang/measure.h"

enum direction { DIRECTION_UNSAID, DIRECTION_UP, DIRECTION_DOWN }; /* 正向: more is better; 逆向: less is better */

/* 变更: from this day the counting is another; values before it neither add to nor compare with those after. */
struct indicator_change {
    date from;
    const struct ast_field *field;
};

struct indicator {
    const struct decl *decl;
    str name, alias;
    struct measure_unit unit;
    enum direction direction;
    uint32_t entity;      /* 1 + the entity that is counted, 0: not from the pool */
    uint32_t scope, sum;  /* nodes; 0: everybody, a count */
    uint32_t denominator; /* 1 + indicator, 0 none */
    uint32_t months;      /* 频率: 1, 3, 6, 12; 0 not said, or shorter than a month */
    num least;            /* 最少, in the indicator's unit; 0 none */
    bool adds;            /* figures of areas add up: counts and amounts do, ratios and what says 不相加 do not */
    VEC(struct indicator_change) changes;
};

enum goal_relation { RELATION_GE, RELATION_GT, RELATION_LE, RELATION_LT, RELATION_EQ, RELATION_ABOUT };

/* A goal as the document states it, in the unit of its indicator (of a task without one: in its own). */
struct goal {
    enum goal_relation relation;
    num value;
    num upper;     /* 2家 至 3家: the relation is GE, more than this is more than was planned */
    num tolerance; /* 左右 */
    bool has_upper, has_tolerance, strives;
    const struct ast_field *field;
};

struct year_value {
    int32_t year;
    struct goal goal; /* of a baseline only .value */
};

enum nature { NATURE_UNSAID, NATURE_EXPECTED, NATURE_BINDING }; /* 预期性, 约束性 */
enum counting {
    COUNTING_END,     /* 期末: the value at the end of the period */
    COUNTING_SUM,     /* 五年累计, 累计: the sum over the period */
    COUNTING_YEARLY,  /* 每年: each year by itself */
    COUNTING_AVERAGE, /* 年均: the mean of the years */
    COUNTING_BASE,    /* 基期比: growth over the baseline, in per cent */
};

struct plan_head {
    const struct decl *decl;
    str name, alias;
    date from, to;
    num pace; /* 快慢, in per cent at MEASURE_SCALE */
};

struct target {
    const struct decl *decl;
    str name;
    uint32_t plan, indicator;
    enum nature nature;
    enum counting counting;
    struct goal goal;
    bool is_floor; /* the goal asks for less than the baseline already had */
    date due;
    VEC(struct goal) variants;
    VEC(struct year_value) baselines, yearly; /* by year */
};

struct task {
    const struct decl *decl;
    str name;
    uint32_t plan;
    uint32_t indicator; /* 1 + indicator, 0 none: reported under its own name */
    bool counted;       /* it has a quantity */
    struct measure_unit unit;
    bool has_goal, has_due;
    struct goal goal;
    date due;
    VEC(struct year_value) yearly;
};

struct program;
/* By name or alias; NULL. */
const struct indicator *program_indicator(const struct program *p, str name);
const struct plan_head *program_plan(const struct program *p, str name);
const struct task *program_task(const struct program *p, str name);

#endif
