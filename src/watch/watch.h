/* watch: observations of indicators: read from tables, checked, kept in an append-only log, asked for as known on a
 * day.
 *
 * A table has the columns 指标, 地区, 时期, 值, 单位, and may have 状态, 发布 (the day it was published), 来源, 说明;
 * and for checks 增幅 (what was printed as growth over the same period a year before, in per cent). 指标 is the name of
 * an indicator, or of a task that is reported under its own name. 地区 is a code of six digits. */
#ifndef WATCH_WATCH_H
#define WATCH_WATCH_H
#include "base/text.h"
#include "lang/program.h"
#include "store/store.h"

/* A run of whole months, both ends included: a year, five years, a quarter, 1—9月. */
struct interval {
    month from, to;
};
/* 2020, 2020年, 2016-2020, 2021Q2, 2021年二季度, 2019-05, 2019-01~09 (also 2019年1-9月), 2020上半年. */
bool interval_parse(str s, struct interval *out);
/* 2020年, 2016—2020年, 2019年1—9月, 2021年二季度, 2019年5月. */
str interval_text(struct arena *a, struct interval p);
static inline int32_t interval_months(struct interval p) { return p.to.index - p.from.index + 1; }
static inline bool interval_eq(struct interval a, struct interval b)
{
    return a.from.index == b.from.index && a.to.index == b.to.index;
}

enum bound {
    BOUND_EXACT,
    BOUND_ABOUT, /* 930左右 */
    BOUND_ABOVE, /* 98以上: that much or more */
    BOUND_OVER,  /* ＞12: more than that */
    BOUND_BELOW, /* 2以内 */
};

enum status { STATUS_FLASH, STATUS_PRELIMINARY, STATUS_REVISED, STATUS_FINAL }; /* 快报 初步 修订 终稿 */
const char *status_zh(enum status s);

struct observation {
    str indicator; /* of an indicator or a task */
    str area;
    struct interval period;
    num value; /* at MEASURE_SCALE in the indicator's unit */
    enum bound bound;
    enum status status;
    date known; /* 发布: the day it was published, else the day it was taken in */
    str source, note;
    date carried; /* the day of the 区划变更 that brought it under this code; 0: it was given so */
    uint64_t row; /* in its file; 0: from the log */
    num place; /* one more in its last printed digit, in the indicator's unit: 0.1 of 12.4万人; 0: a whole number of
                  people or things, which was not rounded */
    bool has_growth;
    num growth; /* 增幅 as printed, in per cent */
    unsigned growth_digits;
};

struct figure_problem {
    str file;
    uint64_t row;
    bool refused; /* false: used all the same, a person should look */
    str text;
};

struct figures {
    VEC(struct observation) list;
    VEC(struct figure_problem) problems;
    size_t rows, refused;
};

/* A count that is this many times its neighbour was most likely written in another unit (万). */
enum { FIGURES_SUSPICIOUS = 2000 };

/* Reads a table (CSV or XLSX) and appends its good rows; problems of single rows go to out->problems. False: no such
 * file, no such columns. today: the day of rows without 发布. */
bool figures_read(struct arena *a, str path, const struct program *p, date today, struct figures *out, struct err *e);
/* Looks across rows, and at what the log knows of the same indicators (NULL: nothing): missing months, values off by
 * ten thousand, sources that disagree, printed growth that does not follow, older data after newer, sums that do not
 * add up. Adds problems; rows that must not be used are taken out of the list. */
void figures_check(struct arena *a, const struct program *p, str file, const struct figures *log, struct figures *f);
/* The part of it about sums: areas and what they lie in, months and their year. Rows of the log stand in the list with
 * row 0. Which of the numbers is wrong nobody can tell from them, so none is taken out. */
void figures_sums(struct arena *a, const struct program *p, str file, struct figures *f);
/* 第 2、3 行; rows of the log: 库里的数. */
str figures_row_text(struct arena *a, uint64_t row);
/* Whether figures of areas add up, of an indicator or a task. */
bool figures_add(const struct program *p, str name);
/* The tables `figures.csv` of the packs of a program, uppermost first; packs without one are passed over. */
bool figures_of_packs(struct arena *a, const struct program *p, date today, struct figures *out, struct err *e);

/* Carries figures of areas that are no more over to what became of them (区划变更): where all that went into a new area
 * has a figure for the same time, and the new area has none of its own, their sum, by shares, is added with a note that
 * says so; an area that goes on under its code with more or less than before has its old figure replaced. Ratios are
 * carried only when one area became one. What is not carried is told in out->problems. */
void figures_carry(struct arena *a, const struct program *p, struct figures *f);
/* Whether the packs know a code: in 行政区划, as the region of a pack, or as one that was changed. Without a list
 * anything is known. */
bool figures_area_known(const struct program *p, str code);

/* How a source is named where its address stands behind it: 新华日报2024-01 of 新华日报2024-01（https://…）; who only
 * has an address is named by its site. And that address; empty: it has none. */
str watch_source_name(struct arena *a, str source);
str watch_source_link(str source);

/* The code of the region the packs are about: 地区 of the lowest that says so; empty. */
str watch_region(const struct program *p);

/* The unit an observation of this name is kept in; false: nobody declares the name. */
bool watch_unit(const struct program *p, str indicator, struct measure_unit *out);

/* ---- the log ---- */

struct watch_result {
    size_t added, same; /* same: known already, word for word */
};
bool watch_migrate(struct store *s, struct err *e);
/* Appends what is new. All or nothing. */
bool watch_take(struct store *s, const struct figures *f, date today, struct watch_result *out, struct err *e);
/* What was known at the end of a day: of several rows for one indicator, area, period and source the last one. */
bool watch_read(struct store *s, struct arena *a, date known, struct figures *out, struct err *e);
/* Every row there ever was for one indicator in one area, by period, the earliest known first: what was revised when.
 */
bool watch_history(struct store *s, str indicator, str area, struct arena *a, struct figures *out, struct err *e);
/* How far the log reaches: read again it says the same as long as this is the same. */
bool watch_mark(struct store *s, int64_t *out, struct err *e);

#endif
