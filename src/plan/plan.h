/* plan: how targets and tasks stand on a day. */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H
#include "base/json.h"
#include "lang/program.h"
#include "watch/watch.h"

/* ---- one judgement ---- */

enum measure_kind {
    MEASURE_SUM,   /* adds up over the period: progress is share of the target */
    MEASURE_STOCK, /* a level: progress is share of the way from the baseline */
    MEASURE_RATE,  /* a share: what counts is the margin in points */
};

enum verdict_code {
    VERDICT_NO_DATA,      /* 没有数据 */
    VERDICT_ASK,          /* 需人工: the value is a bound that does not decide */
    VERDICT_INCOMPARABLE, /* 不可比: the counting changed */
    VERDICT_WITHHELD,     /* 保留判断 */
    VERDICT_DONE,         /* 完成: reached, and the period is over */
    VERDICT_MET,          /* 达标: a rate on the right side of its line */
    VERDICT_EARLY,        /* 提前实现 */
    VERDICT_AHEAD,        /* 快于预期 */
    VERDICT_ON_COURSE,    /* 符合预期 */
    VERDICT_BEHIND,       /* 滞后 */
    VERDICT_MISSED,       /* 未完成: the period is over */
    VERDICT_UNMET,        /* 未达标: a rate on the wrong side of its line */
    VERDICT_COUNT
};
const char *plan_verdict_zh(enum verdict_code v);

enum judge_flag {
    FLAG_FLOOR = 1,        /* 目标低于基期 */
    FLAG_NO_TOLERANCE = 2, /* 左右:容差需配置 */
    FLAG_BOUND = 4,        /* 实际值为界值文本 */
    FLAG_CHANGED = 8,      /* 口径变更 */
    FLAG_NO_BASE = 16,     /* 没有基期 */
    FLAG_FORECAST = 32,    /* 预计区间跨过目标线 */
    FLAG_GAP = 64,         /* 中间有年份缺数 */
    FLAG_STRIVES = 128,    /* 力争 */
};

struct plan_question {
    enum measure_kind kind;
    struct goal goal;
    enum direction direction;
    bool has_base, has_actual, changed, partial; /* partial: some years are missing from the sum */
    num base, actual;                            /* at MEASURE_SCALE */
    enum bound bound;
    num elapsed; /* share of the period that has passed, 0 … 1 at MEASURE_SCALE */
    num pace;    /* what counts as the same pace, in per cent */
};

struct ruling {
    bool has_ratio, has_increment, has_margin, knows_met, met;
    num ratio;     /* actual / target; at MEASURE_SCALE */
    num increment; /* (actual - base) / (target - base) */
    num margin;    /* how far on the right side of the line, in the unit; negative: on the wrong side */
    enum verdict_code verdict;
    unsigned flags;
};

void plan_judge(const struct plan_question *q, struct ruling *out);
/* What reports print in the column of completion: 145%, 控制在目标内, 高3.1个百分点, 达到目标要求, ——, ＞12. */
str plan_completion(struct arena *a, const struct plan_question *q, const struct ruling *j, str unit);

/* ---- forecast ---- */

struct forecast {
    bool known;        /* at least two years are known */
    num value, lo, hi; /* at the end of the period: 80 % interval of the mean yearly step, Student's t */
    bool straddles;    /* the interval lies across the goal */
    bool reaches;      /* else: on the right side of it */
};

/* steps: what each known year added (sums) or changed (levels). left: years still to come. */
void plan_forecast(const struct plan_question *q, num now, const num *steps, size_t count, unsigned left,
                   struct forecast *out);

/* ---- a plan on a day ---- */

struct year_point {
    int32_t year;
    const struct observation *seen; /* NULL: nothing known */
    bool has_value;
    num value;
    const struct year_value *asked; /* NULL: no quantity for this year */
    struct ruling judgement;        /* when it was asked for and known */
    bool open;                      /* the year is not over on the day */
};

struct standing {
    const struct target *target; /* or */
    const struct task *task;
    str name, indicator, unit, owner, note, place; /* place: 表2 第1项 */
    struct plan_question question;
    struct ruling judgement;
    struct forecast forecast;
    bool stale;                           /* the period is over and the last value is from before its last year */
    struct interval covered;              /* what the value is about */
    VEC(const struct observation *) seen; /* what it rests on */
    VEC(struct year_point) years;
    str reason; /* one sentence */
};

struct evaluation {
    const struct program *program;
    const struct plan_head *plan;
    str area;
    date day;   /* it is judged on: the one asked for, of a plan that is over its last one */
    date asked; /* as it was asked */
    num elapsed;
    VEC(struct standing) targets, tasks;
    size_t counts[VERDICT_COUNT], task_counts[VERDICT_COUNT];
};

/* f: all that is known; only what is about the area and lies before the day is used. A plan that is over on the day is
 * judged on its own last day, by all that has become known of it since. */
void plan_evaluate(struct arena *a, const struct program *p, const struct plan_head *plan, str area, date day,
                   const struct figures *f, struct evaluation *out);
/* The area a plan is about: 地区 of its pack. */
str plan_area(const struct program *p, const struct plan_head *plan);

/* In words, "—" where there is none: 410.11万人（2021—2023年）, 98%以上（2020年）; the goal; the baseline with its
 * year; where it ends with its interval, and whether that reaches the goal. */
str standing_value(struct arena *a, const struct standing *s);
str standing_goal(struct arena *a, const struct standing *s);
str standing_base(struct arena *a, const struct standing *s);
str standing_forecast(struct arena *a, const struct standing *s);
/* The words of a goal: 500万人以上, 5%左右. */
str goal_words(struct arena *a, const struct goal *g, str unit);
/* How much of the way is done, in whole per cent, to be held against the time; false: this target has no way to go. */
bool standing_progress(const struct standing *s, int *per_cent);
/* "good", "bad", or "open": nothing can be said yet. */
const char *plan_verdict_mark(enum verdict_code v);

/* ---- reports ---- */

/* The first paragraph: time gone, how many of the targets and tasks stand how. */
str evaluation_summary(struct arena *a, const struct evaluation *v);
void evaluation_text(struct arena *a, const struct evaluation *v, struct text *out);
void evaluation_json(struct arena *a, const struct evaluation *v, struct json_writer *w);
/* A page by itself: tables, charts as SVG, text from the figures. */
void evaluation_html(struct arena *a, const struct evaluation *v, struct text *out);
bool evaluation_docx(struct arena *a, const struct evaluation *v, str path, struct err *e);
/* The same as PDF, A4; *pdf lives in a. NOT_FOUND: fonts or libraries are not installed. */
bool evaluation_pdf(struct arena *a, const struct evaluation *v, str *pdf, struct err *e);

/* ---- decomposition ---- */

/* Splits whole into count parts in proportion to weights, at `digits` decimals, so that they add up exactly: what
 * rounding leaves goes to the largest remainders, earlier parts first. False: no weight is positive, one is negative,
 * or the whole has more decimals than that. */
bool plan_split(num whole, const num *weights, size_t count, unsigned digits, num *parts);

/* ---- assessment ---- */

enum score_rule { SCORE_CAPPED, SCORE_BONUS, SCORE_VETO }; /* 超额不加分, 超额加分, 未完成一票否决 */
struct score_item {
    num points; /* for reaching the target; all numbers here at MEASURE_SCALE */
    num bonus;  /* at most this much more, SCORE_BONUS */
    enum score_rule rule;
};
/* Points of one area: share of each target times its points. vetoed: an item with SCORE_VETO was not reached. */
bool plan_score(const struct score_item *items, const num *shares, size_t count, num *points, bool *vetoed);

#endif
