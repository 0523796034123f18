/* pool_priv: between building a pool and bringing it up to date. */
#ifndef REGISTRY_POOL_PRIV_H
#define REGISTRY_POOL_PRIV_H
#include "registry/registry_priv.h"

/* A row as the pool wants it: a state and a value for each of its columns. */
struct layout {
    uint16_t entity, columns;
    uint16_t *slot_at; /* of each column of the query behind the fixed ones: the slot */
    uint16_t count, fixed;
    str sql;
};

struct pending { /* a reference whose row has no number yet */
    uint16_t table, column;
    uint32_t row;
    uint64_t to;
    uint8_t state;
};

struct build {
    struct registry *r;
    const struct vocab *v;
    struct pool_builder *b; /* NULL while a pool is brought up to date */
    struct pool_change *change;
    const struct pool *pool;
    struct id_map rows; /* subject to 1 + row, all entities */
    struct arena *a;
    VEC(struct pending) pending;
};

/* Which columns of a table are asked for, and the query. where: NULL all rows, in the order of the pool. */
void pool_layout(struct build *x, uint16_t entity, const char *where, struct layout *out);
/* States and values of one row, by column of the pool. A reference has its subject as value, for now. */
void pool_read_row(struct build *x, const struct layout *sh, const struct store_stmt *q, uint8_t *states,
                   int64_t *values);
void pool_read_months(struct build *x, const struct layout *sh, const struct store_stmt *q, uint8_t *states,
                      int64_t *values);
/* A line of "_cover" or "_covered", from column `first` of the query on, as a group and its keys; false: the packs know
 * it no more. */
struct cover_line {
    uint16_t entity, slot, key_from, key_to;
    struct pool_cover cover;
};
bool pool_read_cover(struct build *x, const struct store_stmt *q, uint32_t first, struct cover_line *out);
bool pool_is_reference(const struct build *x, uint16_t entity, uint16_t column);

#endif
