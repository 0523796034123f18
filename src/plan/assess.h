/* assess 考核: areas scored by a table of items: indicator, goal of each area, points, and what happens beyond and
 * below the goal. A place by one way of counting alone is not to be shown: with it goes how far it moves when an item
 * is left out, and when points are given by TOPSIS or 功效系数 instead. */
#ifndef PLAN_ASSESS_H
#define PLAN_ASSESS_H
#include "plan/plan.h"

enum { ASSESS_ITEMS_MAX = 60, ASSESS_AREAS_MAX = 4000 };

struct assess_item {
    uint32_t target; /* of the program: how its indicator is measured over the plan */
    struct score_item score;
};
struct assess_cell {
    bool asked, known; /* the table has a goal; a figure is there */
    num goal, actual, share;
};
struct assess_goal { /* a row of the table */
    size_t area, item;
    num goal;
};
struct assess_table {
    VEC(struct assess_item) items;
    VEC(str) areas;            /* codes */
    struct assess_cell *cells; /* area after area; by assess_run */
    VEC(struct assess_goal) goals;
};
/* Reads a table with the columns 指标, 地区, 目标, 分值, 规则 (超额不加分, 超额加分, 未完成一票否决) and perhaps 加分.
 * The indicators must be targets of the plan; points and rule of one are the same in all its rows. */
bool assess_read(struct arena *a, str path, const struct program *p, const struct plan_head *plan,
                 struct assess_table *out, struct err *e);

struct assess_score {
    str area;
    bool complete, vetoed; /* incomplete: a figure or a goal is missing; it has no points and no place */
    num points;
    uint32_t place, best, worst; /* 1 the highest; over all ways of counting */
    VEC(str) missing;            /* names of indicators */
};
typedef VEC(struct assess_score) assess_scores;
/* Complete ones first, by place. LIMIT: numbers beyond any count. */
bool assess_run(struct arena *a, const struct program *p, const struct plan_head *plan, struct assess_table *t,
                const struct figures *f, date day, assess_scores *out, struct err *e);

#endif
