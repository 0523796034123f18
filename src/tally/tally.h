/* tally: indicators counted over the pool, by area and month. */
#ifndef TALLY_TALLY_H
#define TALLY_TALLY_H
#include "kernel/kernel.h"

enum { TALLY_MONTHS_MAX = 120, TALLY_INDICATORS_MAX = 1024, TALLY_CELLS_MAX = 1 << 26 };

struct tally_job {
    const struct vocab *vocab;
    const struct pool *pool;
    const uint32_t *indicators; /* of the program */
    uint32_t count;
    month from, to;
    str by; /* the field that says the area: 常住地; several, apart by commas: the first an entity has; empty: the whole
               alone */
    str region;       /* code of the region that asks; empty: none in particular */
    date known_to;    /* what happened after this day is not in the pool: a month that ends later is asked as of it */
    unsigned threads; /* 0: as many as the machine has */
};

struct tally {
    uint32_t indicators, months, areas; /* area 0 is the whole; others are items of the code list, 1 + item */
    const struct code_list *list;       /* NULL: the whole alone */
    num *values;                        /* [(indicator * months + month) * areas + area], at each indicator's scale */
    uint8_t *hidden;                    /* the same order: 1 too small to be shown, 2 hidden so that 1 stays hidden */
    uint64_t *open;  /* per indicator: rows of which it is not known whether they count, last month */
    uint8_t *scales; /* decimals of values, per indicator */
    uint32_t home; /* the area that is the region which asks: its item; 0: the list does not have it, or nobody said */
    bool *above;   /* per area: the region lies in it */
};

static inline size_t tally_at(const struct tally *t, uint32_t indicator, uint32_t month_, uint32_t area)
{
    return ((size_t)indicator * t->months + month_) * t->areas + area;
}

/* The slot of an entity that says the area; -1: it has none of the fields of `by`. */
int tally_area_slot(const struct entity *en, str by);

/* Lives in a. INVALID: an indicator that is not counted, a field that is no code; LIMIT: too many of them, of months,
 * or of cells altogether. */
bool tally_run(const struct tally_job *job, struct arena *a, struct tally *out, struct err *e);

/* Finds home and above. tally_finish does it. */
void tally_region(struct tally *t, str region, struct arena *a);

/* Hides cells of one indicator that count fewer than `least` rows, so that none can be computed from what is shown
 * (hide.c says how; decision 0233). least 0: nobody said how few are few, and everything but home is hidden. Done for
 * 最少 when it is counted; again with another line it hides more.
 *
 * The number of the region is that of t->home. Area 0 counts everybody in the register, who lives elsewhere included:
 * where the region has an item of its own, area 0 is not its number and is shown only where no few outsiders would
 * show in the difference. */
void tally_hide(struct tally *t, uint32_t indicator, num least);

/* ---- in two steps: what was counted can be kept, and counted on after facts changed ---- */

/* Counts by the area that rows name themselves, before areas are added up and small cells hidden. */
struct tally_counts;
/* facts: what the pool was made of, kept beside the counts. Errors as tally_run. */
bool tally_count(const struct tally_job *job, str facts, struct arena *a, struct tally_counts **out, struct err *e);
void tally_finish(const struct tally_job *job, const struct tally_counts *counts, struct arena *a, struct tally *out);
/* Of what facts they are. */
str tally_counts_facts(const struct tally_counts *counts);
/* Whether the same was asked: the same rules, indicators, months, days and areas. */
bool tally_same_job(const struct tally_counts *counts, const struct tally_job *job);
/* After a change of facts: `before` is the same question asked of the pool before. touched: of whom what is counted may
 * be otherwise (vocab_counted). What those were counted for is taken away and counted anew; the result equals that of
 * tally_count, which is done when rows are not where they were. */
bool tally_again(const struct tally_job *job, str facts, const struct tally_counts *before,
                 const struct pool *pool_before, const struct vocab_touched *touched, struct arena *a,
                 struct tally_counts **out, struct err *e);
/* One file, written whole or not at all. Reading refuses what was cut short or is something else. */
bool tally_save(const struct tally_counts *counts, str path, struct err *e);
bool tally_load(str path, struct arena *a, struct tally_counts **out, struct err *e);

/* The list behind a number: the rows of one indicator in one month and area, those below it included. */
struct tally_rows {
    uint64_t *ids; /* lasting numbers, in the order of rows */
    size_t count;
    uint64_t open; /* rows of which it is not known whether they count */
};
/* Of job: vocab, pool, to, by, known_to, threads. area: code of an item of the field `by`; empty: everywhere. Errors as
 * tally_run; NOT_FOUND: no such area. */
bool tally_list(const struct tally_job *job, uint32_t indicator, str area, struct arena *a, struct tally_rows *out,
                struct err *e);

#endif
