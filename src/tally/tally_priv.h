/* tally_priv: what counting and listing share.
 *
 * All indicators about one entity are one *sieve*: the questions their scopes ask, each of them once however many
 * scopes ask it, and 且 或 非 between them. What rows answer is kept in *planes* of bits, 64 rows in a word, so that
 * dozens of questions cost the evaluator something, and hundreds of indicators made of them next to nothing. */
#ifndef TALLY_TALLY_PRIV_H
#define TALLY_TALLY_PRIV_H
#include "tally/tally.h"

/* The slot of the area of an entity, -1 when everything is counted as one, and its code list; *list must be that of the
 * others, if it is not NULL. */
bool tally_area_list(const struct tally_job *job, uint16_t table, int *slot, const struct code_list **list,
                     struct err *e);
/* The day a month is asked as of. */
date tally_day(const struct tally_job *job, month m);

enum gate_kind { GATE_ASK, GATE_AND, GATE_OR, GATE_NOT };
struct gate {
    enum gate_kind kind;
    node_id node;          /* the first of those that are alike */
    uint32_t first, count; /* its operands in sieve.kids: gates before it */
    bool turned;           /* below a 非: who says no to it matters for who counts */
};
#define GATE_NONE UINT32_MAX /* of an indicator without a scope: everybody */
struct sieve {
    VEC(struct gate) gates;
    VEC(uint32_t) kids;
    uint32_t count;        /* indicators: those of one entity */
    const uint32_t *which; /* each a place in job->indicators */
    uint32_t *scopes;      /* its gate */
    node_id *sums;         /* what is added up of it, 0: rows are counted */
};
void sieve_of(const struct tally_job *job, const uint32_t *which, uint32_t count, struct arena *a, struct sieve *out);

/* What rows answer a question: bit i of each is row i. A row that is neither yes, no nor none is open. */
struct planes {
    uint64_t *yes, *no, *none;
};
enum { PLANE_BITS = 64, SIEVE_WORDS = 8, SIEVE_ROWS = PLANE_BITS * SIEVE_WORDS };
/* Words for so many rows: whole blocks. */
static inline uint32_t plane_words(uint32_t rows) { return (rows + SIEVE_ROWS - 1) / SIEVE_ROWS * SIEVE_WORDS; }
static inline void plane_put(uint64_t *plane, uint32_t at, bool bit)
{
    plane[at / PLANE_BITS] = (plane[at / PLANE_BITS] & ~(UINT64_C(1) << at % PLANE_BITS)) | (uint64_t)bit
                                                                                                << at % PLANE_BITS;
}
/* The answers of n neighbours from row `at` on; what was there before must be 0. */
void planes_put(struct planes *p, const struct kernel_values *v, uint32_t n, uint32_t at);
/* The answers of n rows anywhere, in place of those before. */
void planes_set(struct planes *p, const struct kernel_values *v, const uint32_t *at, uint32_t n);
/* What a block of rows answers at every gate: in[g] are the planes of those that are asked. Inside an expression none
 * is no. only: those of which it is true, with their operands, and of them no only where somebody asks for it; NULL:
 * all. */
struct answer {
    uint64_t yes[SIEVE_WORDS], no[SIEVE_WORDS];
};
void sieve_block(const struct sieve *s, const struct planes *in, uint32_t word, const bool *only, struct answer *out);

/* The cells: by how much the count of each month is another than that of the month before, by the area that rows name
 * themselves (0: none that is known). Counts of one month and area stand side by side: a row whose answers change
 * changes those of several indicators, in one area. */
struct cells {
    uint32_t indicators, months, areas;
    int32_t *counts;  /* count_at */
    num *sums;        /* sum_at */
    uint32_t *sum_of; /* of each indicator: 1 + its number among those that add up, 0 none */
    uint32_t sum_count;
    int64_t *open; /* of each indicator: rows in the last month of which it is not known whether they count */
};
static inline size_t count_at(const struct cells *c, uint32_t month_, uint32_t area, uint32_t indicator)
{
    return ((size_t)month_ * c->areas + area) * c->indicators + indicator;
}
static inline size_t sum_at(const struct cells *c, uint32_t sum, uint32_t month_, uint32_t area)
{
    return ((size_t)sum * c->months + month_) * c->areas + area;
}
void cells_new(const struct tally_job *job, uint32_t months, uint32_t areas, struct arena *a, struct cells *out);
/* sign -1: takes them away. */
void cells_add(struct cells *to, const struct cells *from, int sign);

struct tally_counts {
    str rules, facts, by;
    month from, to;
    date known_to;
    str *names; /* of the indicators */
    struct cells cells;
};
/* What a job asks for: its code list, months, areas; errors as tally_run. */
bool tally_look_at(const struct tally_job *job, struct tally *t, struct err *e);
/* Counts all rows, or those touched (and whoever is new or gone), and adds them to the cells. */
struct tally_part {
    const struct pool *pool, *other; /* other: the pool before or after, NULL: all rows are counted */
    const struct vocab_touched *touched;
    int sign;
};
bool tally_add(const struct tally_job *job, const struct tally_part *part, const struct tally *t, struct cells *to,
               struct err *e);

/* Counts the rows of one entity: all of them, or those given (growing), and adds them to the cells, or with sign -1
 * takes them away. */
struct count_job {
    const struct tally_job *job;
    const struct pool *pool;
    uint16_t table;
    int slot; /* of the area, -1 none */
    const struct sieve *sieve;
    const date *days; /* one for each month */
    const uint32_t *rows;
    uint32_t row_count;
    int sign;
};
void count_rows(const struct count_job *job, struct cells *to);

#endif
