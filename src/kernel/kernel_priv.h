/* kernel_priv: what the parts of the column evaluator share.
 *
 * A *col* is the result of a node for the rows of a selection. A *set* is a list of rows of a table with what was
 * computed about them: columns read, definitions. A *view* says which rows the elements of the graph stand for: level 0
 * the subject, level n the element of the n-th 满足; each row of an inner view belongs to a row of the outer one. A
 * *sel* picks rows of a view: positions in its set. Where only some rows need a value (the rest of a 且, a branch of
 * 若), the sel shrinks; positions always count in the set, so that selections of selections cost nothing more. */
#ifndef KERNEL_KERNEL_PRIV_H
#define KERNEL_KERNEL_PRIV_H
#include "kernel/kernel.h"

#include <string.h>

enum {
    ST_UNKNOWN = VALUE_UNKNOWN,
    ST_KNOWN = VALUE_KNOWN,
    ST_NONE = VALUE_NONE,
    ST_ERROR = VALUE_ERROR,
    ST_STATE = KERNEL_STATE,
    ST_ASSUMED = KERNEL_ASSUMED,
    ST_ESCAPE = 15 << KERNEL_CODE_SHIFT | ST_ERROR, /* this row must be computed by the row evaluator */
};
static inline uint8_t st_error(enum value_error e) { return (uint8_t)((unsigned)e << KERNEL_CODE_SHIFT | ST_ERROR); }
static inline bool st_is_escape(uint8_t s) { return (s & ~ST_ASSUMED) == ST_ESCAPE; }

typedef struct kernel_values col;
typedef struct kernel_rows set;

static inline bool col_plain(const col *c) { return c->states == NULL && c->common == ST_KNOWN; }
static inline uint8_t col_st(const col *c, uint32_t i) { return c->states != NULL ? c->states[i] : c->common; }

typedef struct {
    uint32_t n;
    const uint32_t *at; /* positions in the set; NULL: all of them, 0 … n - 1 */
} sel;
static inline uint32_t sel_at(sel s, uint32_t i) { return s.at != NULL ? s.at[i] : i; }

struct memo {
    col full;
    uint8_t *done; /* one per row of the set; NULL: all are */
    void *values;  /* what full points to, while some are missing */
    uint8_t *states;
    uint32_t missing;
};

struct link;
struct children;
struct covers;
struct chosen;
struct probed;

struct kernel_rows {
    uint16_t table;
    uint32_t n, first;
    const uint32_t *rows;  /* NULL: first … first + n - 1 */
    const int32_t *months; /* elements of a history: the month each stands for; NULL otherwise */
    bool months_move;      /* and they are others on another day */
    uint8_t *next_turn;    /* per row: see until.c; NULL: nothing was noted */
    struct memo **memo;    /* per slot, then per judgement, then per policy */
    struct link *links;
    struct children *children;
    struct covers *covers;
    struct chosen *chosen; /* spells found: see spells.c */
    struct probed *probed; /* definitions on other days: see func.c */
    set *next;             /* of the batch */
};
static inline uint32_t set_row(const set *t, uint32_t i) { return t->rows != NULL ? t->rows[i] : t->first + i; }
static inline sel set_all(const set *t) { return (sel){ t->n, NULL }; }

struct view {
    set *set;
    const struct view *outer;
    const uint32_t *outer_at; /* position in the outer frame's set of every row */
    unsigned level;
    const col *locals; /* aligned with the set: only selected rows mean something */
};

/* The records a record expression stands for: selection `sel` of `set`; row i of those who asked has position to[i] of
 * it (NULL: i), when its state is known. */
struct owners {
    set *set;
    sel sel;
    const uint32_t *to;
    const uint8_t *states;
    uint8_t common;
};

/* The rows of a child table, or the members, that belong to selected owners: those of owner i are [off[i], off[i + 1])
 * of the set. */
struct children {
    struct children *next;
    uint32_t slot;
    set *set;
    const uint32_t *off;
};

/* Per position of the set: 1 + the first kid that was false, unknown, an error; 0 none. */
struct chain_notes {
    uint8_t *against, *open, *failed;
};

struct day_table {
    uint8_t op;
    bool left; /* the constant is the left operand; of OP_DATE_MONTHS: 顺延 */
    int32_t other;
    const int16_t *at; /* by day from DATE_MIN */
};

struct step_table;
struct flow;

struct kernel {
    struct arena *arena, *cases;
    const struct vocab *v;
    const struct program *p;
    const struct pool *pool;
    date today, rule_day;
    month this_month;
    const date *days; /* those it will be asked about; today is that of the turn */
    unsigned day_count, turn;
    unsigned quiet; /* more than 0: an expression is computed for another day */
    bool watching;  /* what may change on a later day is noted */
    struct flow *flows;
    uint8_t *bits, *func_bits; /* per node, per function: BITS_ */
    int8_t *ways;              /* per node: see until.c */
    struct evaluator ev;       /* for constants */
    uint16_t *levels;          /* per node: bit n: it depends on the element of level n */
    uint8_t *cost;             /* per node: how much work it is */
    col ***consts;             /* per day and node that depends on no element, once it was needed */
    uint32_t *calls;           /* per function: in how many places it is called */
    int32_t *func_slot;        /* per function, -1: has parameters */
    uint32_t *memo_count;      /* per table */
    uint8_t **column_info;     /* per table and column: COLUMN_ bits */
    struct step_table **steps; /* per function: tables of one input compiled to a look-up */
    VEC(struct day_table) day_tables;
    VEC(str) texts; /* constants that no row of the pool has */
    set *sets;      /* of the batch */
    /* scratch memory of the batch, not cleared */
    struct {
        uint8_t *at;
        size_t size;
    } blocks[64];
    unsigned block_count, block;
    size_t used;
    struct kernel_escapes escapes;
};

enum { COLUMN_SEEN = 1, COLUMN_GIVEN = 2 };

/* -- col.c: memory of the batch, columns, states -- */
void *kernel_scratch(struct kernel *k, size_t bytes);
#define SCRATCH(k, T, n) ((T *)kernel_scratch((k), sizeof(T) * ((size_t)(n) + 1)))
size_t col_bytes(unsigned width);
unsigned col_width(struct type t);
col col_const(struct kernel *k, unsigned width, uint8_t state, int64_t value);
col col_state(struct kernel *k, uint8_t state); /* constant without a value: any width will do */
/* Whether cell i of a and cell j of b say the same. */
static inline bool col_same(const col *a, uint32_t i, const col *b, uint32_t j)
{
    uint8_t x = col_st(a, i);
    return x == col_st(b, j) && ((x & ST_STATE) != ST_KNOWN || kernel_value(a, i) == kernel_value(b, j));
}
/* Rows at[0 … n) of c. */
col col_gather(struct kernel *k, col c, const uint32_t *at, uint32_t n);
/* The states of c, of rows that are not known, as a column of another width. */
col col_without(struct kernel *k, col c, unsigned width, uint32_t n);
/* Numbers as a column of the width of their type. */
col col_narrowed(struct kernel *k, int64_t *values, uint8_t *states, unsigned width, uint32_t n);
/* Values of c, row by row; a constant is spread. */
const void *col_dense(struct kernel *k, const col *c, uint32_t n);
/* c with its states merged into one if they are all the same. */
col col_settled(col c, uint32_t n);
/* c aligned with the rows of a set it was selected from. */
col col_spread(struct kernel *k, col c, sel s, uint32_t set_n);
/* Adds `assumed` of by to c. */
col col_assume(struct kernel *k, col c, const col *by, uint32_t n);
/* Bytes of the selected rows. */
const uint8_t *states_picked(struct kernel *k, const uint8_t *b, sel s);
/* Of two states the one that decides a strict operation. */
uint8_t st_worst(uint8_t a, uint8_t b);
/* The states of a strict operation on two columns. True: all rows are known; *common is theirs, *states NULL. */
bool col_strict(struct kernel *k, const col *a, const col *b, uint32_t n, uint8_t *common, uint8_t **states);

/* A column put together from parts. */
struct part {
    unsigned width;
    uint32_t n, put;
    void *values;
    uint8_t *states;
    uint8_t common;
    col first; /* the only part so far, when it covers everything */
};
void part_start(struct part *o, unsigned width, uint32_t n);
void part_put(struct kernel *k, struct part *o, const uint32_t *at, uint32_t n, col c);
col part_end(struct kernel *k, struct part *o);

/* -- plan.c: what is known before rows are seen -- */
void plan_build(struct kernel *k);
col plan_const(struct kernel *k, node_id id);
/* Whether any row of the pool has a fact in place of a definition. */
bool plan_given(struct kernel *k, uint16_t table, uint16_t column);
const int16_t *plan_days(struct kernel *k, enum op op, bool left, int32_t other);
enum { PLAN_SHIFT_MAX = 1000, PLAN_NO_SHIFT = INT16_MIN }; /* months: as many as 16 bits of days hold */
const int16_t *plan_shifts(struct kernel *k, enum month_mode mode, int32_t months);
col value_col(struct kernel *k, struct type t, struct value v);

/* -- until.c: when what was computed may change -- */
enum {
    BITS_TIMED = 1,  /* may come out otherwise on another of the days */
    BITS_PURE = 2,   /* can be computed for another day at any time: nothing that is kept for the batch is in it */
    BITS_PROBED = 4, /* is computed for the later days as well, to see for whom it changes */
    BITS_SEEN = 8,
};
enum { UNTIL_NEVER = UINT8_MAX, UNTIL_UNSEEN = 3 };
uint8_t plan_bits(struct kernel *k, node_id id);
uint8_t plan_func_bits(struct kernel *k, uint32_t func);
void until_turn(struct kernel *k, unsigned turn);
/* Rows may come out otherwise on the day of this turn; day_count and more: on none. */
void until_note(struct kernel *k, set *t, uint32_t at, unsigned turn);
void until_all(struct kernel *k, set *t, sel s, unsigned turn);
/* The first later turn whose day (month) is not before this one. */
unsigned until_day(const struct kernel *k, int32_t day);
unsigned until_month(const struct kernel *k, int32_t month_);
/* A constant was used for these rows. */
void until_const(struct kernel *k, const struct view *f, sel s, node_id id);
/* A date or month that is a constant, on this turn and the later ones; false: it is not known, or does not move on. */
bool until_const_days(struct kernel *k, node_id id, int32_t *days);
/* The caller notes what this depends on. */
col until_quiet(struct kernel *k, const struct view *f, sel s, node_id id);
col until_probed(struct kernel *k, const struct view *f, sel s, node_id id);
/* Rows s of `to` were computed from what is known of owners, or of their elements. */
void until_owners(struct kernel *k, set *to, sel s, const struct owners *o);
void until_elements(struct kernel *k, set *to, sel s, set *from, const uint32_t *off);

/* -- rows.c: sets, columns of the pool, references, members -- */
set *set_of(struct kernel *k, uint16_t table, const uint32_t *rows, uint32_t n); /* rows must stay */
set *set_run(struct kernel *k, uint16_t table, uint32_t first, uint32_t n);
sel sel_of_bytes(struct kernel *k, const uint8_t *b, uint8_t wanted, uint32_t n);
sel sel_within(struct kernel *k, sel outer, sel inner);
col set_column(struct kernel *k, set *t, sel s, uint16_t column);
/* Facts given in place of a definition: POOL_ABSENT where there is none. */
col set_given(struct kernel *k, set *t, sel s, uint16_t column);
struct owners owners_of(struct kernel *k, const struct view *f, sel s, node_id record);
/* The same for the sake of one column. */
struct owners owners_of_field(struct kernel *k, const struct view *f, sel s, node_id record, uint16_t column);
/* A column over the owners, for those who asked: unknown owners give their own state; assumed is added. */
col owners_expand(struct kernel *k, const struct owners *o, col c, uint32_t n);
/* The same without what they were found by being assumed: who asks does not pass it on. */
struct owners owners_plain(struct kernel *k, struct owners o, uint32_t n);
const struct children *owners_children(struct kernel *k, const struct owners *o, uint32_t slot);
/* Those of them that have begun by today: what the language sees of spells. */
const struct children *owners_begun(struct kernel *k, const struct owners *o, uint32_t slot);
/* What is known of a group of the owners, one state for each. */
struct cover {
    uint8_t *states; /* NULL: all have `common` */
    uint8_t common;
};
struct cover owners_cover(struct kernel *k, const struct owners *o, uint32_t slot);
/* And of every row of a set, with a key. */
const struct pool_cover *set_cover(struct kernel *k, set *t, uint32_t slot, uint32_t key);
set *set_months(struct kernel *k, uint16_t table, const uint32_t *rows, const int32_t *months, uint32_t n);

/* 且 and 或 row by row: one byte that collects what was seen. */
enum {
    K_DECIDED = 1,
    K_PLAIN = 2, /* something decided it that is not assumed */
    K_ASSUMED = 4,
    K_CODE = 15 << KERNEL_CODE_SHIFT, /* of the first error; 15: escape */
    K_UNKNOWN = 128,
};
/* What a row that did not fail adds to it. value and decides are 0 or 1; written without branches, as vector code. */
static inline uint8_t kleene_mask(uint8_t state, uint8_t value, uint8_t decides)
{
    uint8_t low = state & 1, high = state >> 1 & 1, assumed = state >> 2 & 1; /* VALUE_UNKNOWN 0, known 1, none 2 */
    uint8_t holds = low & value, hit = (low | high) & (holds ^ decides ^ 1), unknown = (low | high) ^ 1;
    return (uint8_t)(hit | (hit & (assumed ^ 1)) << 1 | (assumed & (hit ^ 1)) << 2 | unknown << 7);
}
_Static_assert(K_DECIDED == 1 && K_PLAIN == 2 && K_ASSUMED == 4 && K_UNKNOWN == 128 && ST_ASSUMED == 4 &&
                   ST_UNKNOWN == 0 && ST_KNOWN == 1 && ST_NONE == 2,
               "kleene_mask and close_bytes count on these bits");
static inline uint8_t kleene_step(uint8_t k, uint8_t state, bool value, bool decides)
{
    if ((state & ST_STATE) != ST_ERROR) return (uint8_t)(k | kleene_mask(state, value, decides));
    if (st_is_escape(state))
        k |= K_CODE;
    else if (!(k & K_CODE))
        k |= state & K_CODE;
    return (uint8_t)(k | (state & ST_ASSUMED));
}
/* The state it ends in; *value when known. */
static inline uint8_t kleene_close(uint8_t k, bool decides, uint8_t *value)
{
    *value = 0;
    if ((k & K_CODE) == K_CODE && !(k & K_PLAIN)) return ST_ESCAPE;
    if (k & K_DECIDED) {
        *value = decides;
        return k & K_PLAIN ? ST_KNOWN : ST_KNOWN | ST_ASSUMED;
    }
    if (k & K_CODE) return (uint8_t)((k & (K_CODE | K_ASSUMED)) | ST_ERROR);
    if (k & K_UNKNOWN) return (uint8_t)(ST_UNKNOWN | (k & K_ASSUMED));
    *value = !decides;
    return (uint8_t)(ST_KNOWN | (k & K_ASSUMED));
}

/* -- ops -- */
col kernel_eval(struct kernel *k, const struct view *f, sel s, node_id id);
/* The same for a node that depends on an element of this view. */
col kernel_apply(struct kernel *k, const struct view *f, sel s, node_id id);
/* notes: may be NULL. */
col logic_chain(struct kernel *k, const struct view *f, sel s, const node_id *kids, const bool *negate, unsigned count,
                bool decides, struct chain_notes *notes);
col logic_not(struct kernel *k, col c, uint32_t n);
col logic_compare(struct kernel *k, enum op op, struct type t, col a, col b, uint32_t n);
col eval_logic(struct kernel *k, const struct view *f, sel s, const struct node *n);
col eval_number(struct kernel *k, const struct view *f, sel s, const struct node *n);
col number_compare_fractions(struct kernel *k, const struct view *f, sel s, enum op op, node_id a, node_id b);
col eval_dates(struct kernel *k, const struct view *f, sel s, const struct node *n);
col eval_spells(struct kernel *k, const struct view *f, sel s, const struct node *n);
col eval_months(struct kernel *k, const struct view *f, sel s, const struct node *n);
/* The record of a month for the sake of one column: it is noted when that changes, not when the record does. */
col month_record(struct kernel *k, const struct view *f, sel s, const struct node *n, uint16_t column);
col eval_over(struct kernel *k, const struct view *f, sel s, const struct node *n);
col eval_has_elements(struct kernel *k, const struct view *f, sel s, const struct node *n);
col eval_call(struct kernel *k, const struct view *f, sel s, const struct node *n);
col eval_param(struct kernel *k, const struct view *f, sel s, const struct node *n);
col eval_qualifies(struct kernel *k, const struct view *f, sel s, const struct node *n);
col func_of(struct kernel *k, set *t, sel s, uint32_t func);
col table_of(struct kernel *k, const struct view *f, sel s, const struct func *t);
/* A policy as it is asked at the top: not kept, but with notes of what stopped whom. */
col policy_noting(struct kernel *k, set *t, sel s, uint32_t policy, struct chain_notes *notes);
col policy_of(struct kernel *k, set *t, sel s, uint32_t policy); /* whether all criteria hold */

static inline node_id kid_of(const struct kernel *k, const struct node *n, unsigned i) { return node_kid(k->p, n, i); }
static inline col kid_col(struct kernel *k, const struct view *f, sel s, const struct node *n, unsigned i)
{
    return kernel_eval(k, f, s, node_kid(k->p, n, i));
}
/* What is computed about rows of a set at most once: `index` in set->memo. */
typedef col kernel_compute(struct kernel *k, set *t, sel s, uint32_t what);
col set_memo(struct kernel *k, set *t, sel s, uint32_t index, unsigned width, kernel_compute *compute, uint32_t what);
static inline void kernel_note_escape(struct kernel *k, enum op op, uint64_t rows) { k->escapes.at[op] += rows; }

/* Hot loops are compiled twice, and the machine takes the one it can run. Not under sanitizers: they are not ready yet
 * when the choice is made. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#    define HOT __attribute__((target_clones("avx2", "default")))
#else
#    define HOT
#endif

#endif
