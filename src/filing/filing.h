/* filing 填报: what becomes of a 报表 of the packs: one filing for each area, period and version. It is opened with
 * what is known already, filled, checked by the rules of its form, reported to the level above, which approves it or
 * gives it back; the sum of the approved ones is what the level above starts from. At the top it is locked, with all
 * below it; a correction after that is a new version with its reason.
 *
 * What is approved becomes observations of the log (watch): 初步 when approved, 终稿 when locked, of a later version
 * 修订 until it is locked. So plans, series and warnings see it, and what was known on a day can still be asked.
 *
 * Every move is one transaction with its event in the journal. CONFLICT not possible now, DENIED not for this person,
 * INVALID what was given is wrong, NOT_FOUND no such form, area, period. Sentences are Chinese, for who fills and who
 * approves. It knows figures and areas; nothing of people, pages or where a known value was counted. */
#ifndef FILING_FILING_H
#define FILING_FILING_H
#include "base/machine.h"
#include "base/vec.h"
#include "watch/watch.h"

enum {
    FILING_WORD_MAX = 120,
    FILING_TEXT_MAX = 2000,
    FILING_AREAS_MAX = 30000, /* of one form: a province has some 20,000 villages, and the levels above them */
    FILING_LEVELS = 5,        /* 村 to 省 */
};

/* ---- areas ---- */

struct filing_area {
    str code, name;
    enum area_level level;
    uint32_t upper; /* 1 + area of the list, 0: the top */
};
/* Those that fill a form, from the top down; an area stands behind its upper one. */
struct filing_areas {
    VEC(struct filing_area) list;
    struct map by_code; /* to (void *)(1 + index) */
};
/* Under the region of the lowest pack that has one. NOT_FOUND: the code list has none at the level that fills. */
bool filing_areas_of(const struct program *p, const struct return_ *form, struct arena *a, struct filing_areas *out,
                     struct err *e);
const struct filing_area *filing_area_find(const struct filing_areas *areas, str code); /* NULL */
/* The area is `upper`, or lies in it: by the list, else by its digits. */
bool filing_area_in(const struct filing_areas *areas, str area, str upper);

/* ---- periods ---- */

/* The period of a form that `words` name: 2024-05, 2024Q2, 2024上半年, 2024; INVALID when it is of another length. */
bool filing_period_read(const struct return_ *form, str words, struct interval *out, struct err *e);
/* The last one that is over on a day. */
struct interval filing_period_before(const struct return_ *form, date day);
/* The day by which a level has to report; false: no limit is written, or the parameter has no value. */
bool filing_due(const struct program *p, const struct return_ *form, enum area_level level, struct interval period,
                date *out);

/* ---- filings ---- */

enum { FILING_FILLER = 1, FILING_APPROVER = 2 }; /* roles, as bits */
/* “填报+审核” to bits; false: a word that is none. */
bool filing_roles_read(str list, uint32_t *out);

struct filing_act {
    str who;
    uint32_t roles;
    str office; /* code of the region they work for; empty: everywhere */
    date day;
    str reason;
    int64_t clock_ms; /* of the journal's event; 0: the machine's */
};

extern const struct machine filing_machine;
enum filing_state { FILING_NEW, FILING_FILLED, FILING_REPORTED, FILING_APPROVED, FILING_RETURNED, FILING_LOCKED };

/* Tables of filings, of the log and of the journal; part "filing" of the schema. */
bool filing_migrate(struct store *s, struct err *e);

struct filing {
    int64_t id;
    str form, area, filler, approver, cause; /* who reported, who approved; cause: why there is a later version */
    str missing;                             /* of those below, not approved when this was reported */
    int64_t counted_in;                      /* the sheet of the level above that was last reported with this one, 0 */
    struct interval period;
    int64_t version;
    enum filing_state state;
    bool has_due, has_reported;
    date due, reported; /* reported: the first time */
};
typedef VEC(struct filing) filing_list;
struct filing_wanted { /* zero and empty: any */
    int64_t id;
    str form, area;
    bool has_period;
    struct interval period;
    bool latest; /* of each area and period the last version only */
};
bool filing_find(struct store *s, const struct filing_wanted *w, struct arena *a, filing_list *out, struct err *e);
/* The last version; NOT_FOUND: it was not opened. */
bool filing_find_one(struct store *s, str form, str area, struct interval period, struct arena *a, struct filing *out,
                     struct err *e);

struct filing_value {
    const struct return_cell *cell;
    bool has_known, has_value; /* has_known: something was known without asking */
    num known, value;          /* at MEASURE_SCALE in the cell's unit */
    str origin;                /* of what was known: 从登记的数据统计, 下级 7 张表相加 */
    str reason;                /* why the value is another; it was written for this value and what was known then */
    /* of a sheet: */
    str old_reason; /* a reason that no longer counts, since what is known is another by now */
    bool moved;     /* what those below add up to is another than when this was reported: */
    bool has_sum;   /* nobody's sheet says it any more when not */
    num sum;        /* that sum now */
};
struct filing_finding { /* a rule that does not hold, or could not be asked */
    const struct return_rule *rule;
    bool undecided;
    str why; /* with the numbers: 3 + 2 <= 4 不成立 */
    str excuse;
    str old_excuse; /* it was given when the numbers were others */
};
typedef VEC(struct filing_value) filing_values;
typedef VEC(struct filing_finding) filing_findings;
typedef VEC(str) filing_names;

/* A filing with all that is asked about it. */
struct filing_sheet {
    struct filing head;
    const struct return_ *form;
    filing_values values;     /* one for each cell of the form */
    filing_findings findings; /* rules that do not hold, then those that cannot be asked yet */
    filing_names below;       /* names of areas below that are not approved */
    size_t below_count;       /* areas right below */
    bool from_below;          /* it is made of those below */
    bool moved;               /* one of its values is no longer what those below add up to */
};
/* log: for 上期 and 同期. */
bool filing_open_sheet(struct store *s, const struct program *p, const struct filing_areas *areas,
                       const struct filing *head, const struct figures *log, struct arena *a, struct filing_sheet *out,
                       struct err *e);

struct filing_opened {
    size_t made, there, known; /* filings; values that were known */
};
/* A filing for every area and level of a form in a period. known: figures for this period (those that filings made
 * themselves are passed over). Twice: the second time makes nothing. */
bool filing_open(struct store *s, const struct filing_act *act, const struct program *p, const struct return_ *form,
                 struct interval period, const struct figures *known, struct arena *a, struct filing_opened *out,
                 struct err *e);

struct filing_entry { /* what was filled in one cell; words as typed: 1,206 or 3.5万 is not read */
    str cell, value, reason;
};
/* Values of some cells, and excuses for soft rules (cell: the rule's name, value empty). What is not named stays;
 * reason with .p NULL: nothing is said of it. A value that differs from what was known needs a reason, and a reason
 * belongs to the difference it was written for: when the value or what is known is another, it must be given again. So
 * must an excuse when the numbers it was given for are. log: for 上期 and 同期. All or nothing; INVALID names the cell.
 */
bool filing_fill(struct store *s, const struct filing_act *act, const struct program *p, int64_t id,
                 const struct filing_entry *entries, size_t count, const struct figures *log, struct arena *a,
                 struct err *e);

enum filing_move_kind {
    FILING_REPORT,    /* 上报: every cell has a value, no hard rule fails, soft ones are excused */
    FILING_WITHDRAW,  /* 撤回, before it is approved */
    FILING_APPROVE,   /* 审核通过, by the level above; a sum that is another by now wants a reason */
    FILING_GIVE_BACK, /* 退回; sheets above that counted it in are given back with it */
    FILING_LOCK,      /* 锁定: at the top, and everything approved below; sums as with FILING_APPROVE */
};
/* Moves as commands and forms name them: report, withdraw, approve, back, lock. */
bool filing_move_named(str verb, enum filing_move_kind *out);
const char *filing_move_zh(enum filing_move_kind kind);
struct filing_moved {
    enum filing_state state;
    filing_names reopened; /* areas above whose sheets were given back as well, from the top down */
};
bool filing_move(struct store *s, const struct filing_act *act, const struct program *p, int64_t id,
                 enum filing_move_kind kind, const struct figures *log, struct arena *a, struct filing_moved *out,
                 struct err *e);
/* The sheets above that were reported with this one counted in, from the top down: who gives it back gives these back
 * too, and needs to be somebody who may. */
bool filing_above(struct store *s, const struct filing *x, struct arena *a, filing_list *out, struct err *e);
/* Whether filing_move would let this person try it. */
bool filing_may(const struct filing_areas *areas, const struct return_ *form, const struct filing *x,
                enum filing_move_kind kind, const struct filing_act *act);
bool filing_may_fill(const struct filing_areas *areas, const struct filing *x, const struct filing_act *act);
/* 更正: a new version of a locked one, filled with what the old one says; act->reason is kept. */
bool filing_correct(struct store *s, const struct filing_act *act, const struct program *p, int64_t id, struct arena *a,
                    int64_t *fresh, struct err *e);

struct filing_step {
    date day;
    str who, move, text;
};
typedef VEC(struct filing_step) filing_steps;
bool filing_steps_of(struct store *s, int64_t id, struct arena *a, filing_steps *out, struct err *e);

/* How the time of a filing stands on a day. */
enum filing_light { FILING_NO_LIGHT, FILING_GREEN, FILING_YELLOW, FILING_RED };
enum filing_light filing_light_of(const struct filing *x, date day); /* red: late, also when it came late */
/* 按时, 迟报3天, 还有2天, 今天到期, 逾期5天, 没有期限 */
const char *filing_light_zh(const struct filing *x, date day, struct arena *a);
const char *filing_state_zh(enum filing_state s);

/* Timeliness: of the filings of a form that were due by a day, by area. */
struct filing_record {
    str area;
    size_t due, on_time, late, open; /* open: due, and still not reported */
};
typedef VEC(struct filing_record) filing_records;
bool filing_timeliness(struct store *s, str form, date day, struct arena *a, filing_records *out, struct err *e);

/* ---- many at once ---- */

/* The periods of a form that were opened, the latest first. */
typedef VEC(struct interval) filing_periods;
bool filing_periods_of(struct store *s, str form, size_t most, struct arena *a, filing_periods *out, struct err *e);

/* What was filled in the cells of all sheets of a form and period, read once: row by row as in `list`. */
struct filing_grid {
    size_t columns; /* cells of the form */
    bool *has;      /* [row * columns + cell] */
    num *values;
};
bool filing_grid_of(struct store *s, const struct return_ *form, struct interval period, const filing_list *list,
                    struct arena *a, struct filing_grid *out, struct err *e);

/* How sheets stand on a day. */
struct filing_count {
    size_t sheets, open, late, returned, waiting, done;
};
void filing_count_add(struct filing_count *n, const struct filing *x, date day);
/* Of every area of the list, itself and all below it: [area]. */
struct filing_count *filing_count_areas(const struct filing_areas *areas, const filing_list *list, date day,
                                        struct arena *a);

#endif
