/* change_priv: a set of changes as it is collected and applied, between change.c (cells, children, lists, cover) and
 * grow.c (rows that come and go). */
#ifndef POOL_CHANGE_PRIV_H
#define POOL_CHANGE_PRIV_H
#include "pool/pool_priv.h"

struct cell_change {
    int64_t value;
    uint32_t row, seq;
    uint16_t table, column;
    uint8_t state;
};

struct child_change {
    size_t at; /* of its first cell in states and values */
    size_t ids_at;
    uint32_t owner, n, seq;
    uint16_t table;
};

struct cover_change {
    struct cover_at c;
    uint32_t seq;
    uint16_t table, group, key;
};

/* Something replaced: where it is, and what was there. */
enum undo_kind { UNDO_CELL, UNDO_CHUNK, UNDO_RUNS, UNDO_GROUP, UNDO_COVER, UNDO_ROWS, UNDO_IDS };
struct undo {
    enum undo_kind kind;
    void *where;
    union {
        struct {
            int64_t value;
            uint32_t row;
            uint8_t state, flags;
        } cell; /* written in place */
        struct chunk chunk;
        struct runs runs;
        struct group group;
        struct cover_key cover;
        struct {
            uint32_t rows, blocks, at, added; /* blocks [at, at + added) are new */
        } rows;
        struct {
            uint32_t *by_id, rows;
            bool owned;
        } ids;
    };
};

struct new_row {
    uint64_t id;
    uint16_t table;
};
struct gone_row {
    uint32_t row;
    uint16_t table;
};

struct pool_change {
    struct pool *p;
    bool failed;
    struct cell_change *cells;
    struct child_change *children;
    struct cover_change *covers;
    uint64_t *ids;
    uint8_t *states;
    int64_t *values;
    struct undo *undo;
    struct new_row *rows;
    struct gone_row *gone;
    uint32_t *added; /* per table */
    size_t row_count, rows_cap, gone_count, gone_cap;
    size_t cell_count, cells_cap, child_count, children_cap, cover_count, covers_cap;
    size_t ids_len, ids_cap, values_len, values_cap, states_cap, undo_count, undo_cap;
};

static inline struct block_account *change_memory(struct pool_change *c) { return &c->p->memory; }
bool change_room(struct pool_change *c, void **p, size_t *cap, size_t need, size_t size_bytes);
#define CHANGE_ROOM(c, field, cap, need) change_room((c), (void **)&(c)->field, &(c)->cap, (need), sizeof *(c)->field)
struct undo *change_remember(struct pool_change *c, enum undo_kind kind, void *where);
/* Takes `next`; what was there is kept for the undo. */
bool change_replace_chunk(struct pool_change *c, struct chunk *where, struct chunk next);
/* Cells of one column of a block. owners: of its rows, when the column may be a reference to the owner. */
void change_unpack(const struct chunk *k, const uint32_t *owners, int64_t *values, uint8_t *states);
/* First rows of blocks follow from their sizes. */
void change_number_rows(struct table *t);

/* -- grow.c -- */
/* Rows of a table with those to come. */
uint32_t change_rows_of(const struct pool_change *c, uint16_t table);
/* References to rows that go become unknown: cells to change, of before everything else. */
bool change_forget_gone(struct pool_change *c);
/* The new rows, without cells; the ids of those that go. */
bool change_rows(struct pool_change *c);
/* The list of rows by id, after that. */
bool change_ids(struct pool_change *c);
void change_rows_undo(struct pool_change *c, const struct undo *u);

#endif
