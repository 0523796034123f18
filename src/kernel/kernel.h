/* kernel: the column evaluator. It runs the typed graph of lang/program.h over batches of rows of the pool and says
 * what the row evaluator (lang/eval.h) would say of each row: states, error codes and the mark "assumed" included.
 * Numbers are 64 bits wide here; a row whose exact computation needs more is computed again by the row evaluator, so
 * that nothing is ever rounded or cut. Only the step limit of one case does not exist here.
 *
 * A kernel belongs to one thread; it compiles what it is asked for and keeps it. Results live until the next
 * kernel_start. The program, the vocab and the pool are only read. */
#ifndef KERNEL_KERNEL_H
#define KERNEL_KERNEL_H
#include "lang/eval.h"
#include "vocab/vocab.h"

enum { KERNEL_BATCH = 2048, KERNEL_THREADS_MAX = 64, KERNEL_DAYS_MAX = 128, KERNEL_NEVER = 255 };

struct kernel;
struct kernel_rows; /* rows of a table in the batch at hand, with everything already known about them */

struct kernel *kernel_new(const struct vocab *v, const struct pool *p, date today, date rule_day);
/* One that will be asked about several days, in order, each the day of judgement and of the rules; it begins with the
 * first. At most KERNEL_DAYS_MAX; days must live as long. */
struct kernel *kernel_new_days(const struct vocab *v, const struct pool *p, const date *days, unsigned count);
void kernel_free(struct kernel *k); /* NULL is fine */

/* State of a result: low two bits as enum value_state, KERNEL_ASSUMED, and the error's code above. */
enum { KERNEL_STATE = 3, KERNEL_ASSUMED = 4, KERNEL_CODE_SHIFT = 3, KERNEL_KNOWN = 1 };
static inline enum value_error kernel_code(uint8_t state) { return (enum value_error)(state >> KERNEL_CODE_SHIFT); }

enum kernel_width { KERNEL_8, KERNEL_32, KERNEL_64 };

/* Values of n rows: yes/no one byte; dates (days), months, codes, texts and rows 32 bits, numbers 64. Those of rows
 * that are not known mean nothing. */
struct kernel_values {
    union {
        const uint8_t *b;
        const int32_t *i;
        const int64_t *n;
        const void *any;
    };
    const uint8_t *states; /* one per row; NULL: all have `common` */
    uint8_t common;
    uint8_t width; /* enum kernel_width */
    bool constant; /* one value for all rows; states is NULL then */
};
static inline uint8_t kernel_state(const struct kernel_values *v, uint32_t i)
{
    return v->states != NULL ? v->states[i] : v->common;
}
static inline int64_t kernel_value(const struct kernel_values *v, uint32_t i)
{
    if (v->constant) i = 0;
    switch ((enum kernel_width)v->width) {
    case KERNEL_8: return v->b[i];
    case KERNEL_32: return v->i[i];
    case KERNEL_64: break;
    }
    return v->n[i];
}
/* Sum of the known values of n rows; false when it leaves 128 bits. `known` is increased by how many there were. */
bool kernel_sum(const struct kernel_values *v, uint32_t n, num *sum, uint64_t *known);

/* Forgets the batch before. */
void kernel_start(struct kernel *k);
/* The same, and goes to another of the days. */
void kernel_turn(struct kernel *k, unsigned day);
/* For each of the rows the first later day on which anything asked about them since kernel_start may come out
 * otherwise; KERNEL_NEVER: on none. Too early a day is possible, too late a one is not. NULL: on no day for anybody. */
const uint8_t *kernel_next(struct kernel *k, const struct kernel_rows *r);
/* Whether an expression may come out otherwise on another of the days. */
bool kernel_is_timed(struct kernel *k, node_id id);
/* Rows [first, first + n) of a table. What is computed about them in this batch is computed once, also when it is
 * reached from others: members of a household, the household of a person. */
const struct kernel_rows *kernel_rows(struct kernel *k, uint16_t table, uint32_t first, uint32_t n);
/* The same for any rows, growing; `rows` must live as long as the batch. */
const struct kernel_rows *kernel_rows_list(struct kernel *k, uint16_t table, const uint32_t *rows, uint32_t n);
/* Where a batch that begins at `first` had better end so that neighbours who belong together (a household) are in one:
 * at most `most` rows on, more only when one such group alone is larger. */
uint32_t kernel_batch_end(struct kernel *k, uint16_t table, uint32_t first, uint32_t most);

/* A definition or table without parameters, of the version in force on the rule day. */
struct kernel_values kernel_func(struct kernel *k, const struct kernel_rows *r, uint32_t func);

/* A field of the rows, or a definition without parameters, by its slot. */
struct kernel_values kernel_slot(struct kernel *k, const struct kernel_rows *r, uint32_t slot);

/* Any expression about the rows themselves that needs no locals: the scope or the sum of an indicator, the condition of
 * a 疑点 or a register. */
struct kernel_values kernel_node(struct kernel *k, const struct kernel_rows *r, node_id id);

struct kernel_verdicts {
    const struct policy *policy; /* the version in force; the newest when none is */
    const uint8_t *kinds;        /* enum verdict_kind */
    const uint8_t *assumed;      /* 0 1 */
    const uint8_t *unset;        /* 0 1: an open parameter nobody filled is in the amount */
    struct kernel_values amount; /* of the last step; meaningful where qualified, else unknown */
    const uint8_t *stops; /* per row 1 + the first criterion that is against, or open, or failed, as the kind says; 0
                             none; NULL: not asked */
    struct kernel_values *criteria; /* one per criterion, for an exclusion: of the exclusion itself; NULL: not asked */
};
/* More than verdicts costs more: stops little, all criteria of everybody as much as there is to compute. */
enum kernel_detail { KERNEL_VERDICTS, KERNEL_STOPS, KERNEL_CRITERIA };
struct kernel_verdicts kernel_policy(struct kernel *k, const struct kernel_rows *r, uint32_t policy,
                                     enum kernel_detail detail);

/* How often rows had to be computed again one by one, and where (indexed by enum op) the need arose. */
struct kernel_escapes {
    uint64_t rows, cells;
    uint64_t at[OP_COUNT_];
};
const struct kernel_escapes *kernel_escaped(const struct kernel *k);

/* ---- whole tables ---- */

struct kernel_job {
    const struct vocab *vocab;
    const struct pool *pool;
    date today, rule_day;
    const date *days; /* NULL: those above; else see kernel_new_days */
    unsigned day_count;
    uint16_t table;
    uint32_t first, end;  /* rows; end 0: all of the table */
    const uint32_t *rows; /* not NULL: only these, growing; first and end then count in this list */
    uint32_t row_count;
    uint32_t batch;   /* rows per batch; 0: KERNEL_BATCH */
    unsigned threads; /* 0: as many as the machine has */
    /* Called for every batch, from several threads at once; `thread` counts from 0. A batch was just started. */
    void (*each)(void *ctx, unsigned thread, struct kernel *k, uint32_t first, uint32_t n);
    void *ctx;
    struct kernel_escapes escapes; /* result */
};
unsigned kernel_threads(unsigned asked); /* how many kernel_run will use for this `threads` */
void kernel_run(struct kernel_job *job);

#endif
