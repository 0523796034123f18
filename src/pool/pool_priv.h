/* pool_priv: how a pool lies in memory.
 *
 *   table   rows are cut into blocks: a table of subjects every BLOCK_ROWS rows, a child table where its owners' table
 *           is cut, so that replacing what one owner has touches one block; rows of nobody are a block behind the rest
 *   chunk   the cells of one column in one block: packed offsets from a base, packed states
 *   runs    how many rows each of a series of owners has: narrow counts with a running total every RUN_OWNERS
 *
 * Everything a chunk or runs points to is either memory of its own or lies in the mapped file. */
#ifndef POOL_PRIV_H
#define POOL_PRIV_H
#include "base/block.h"
#include "base/file.h"
#include "pool/pool.h"

enum {
    BLOCK_BITS = 15,
    BLOCK_ROWS = 1 << BLOCK_BITS, /* a block of one column, unpacked, fits the second-level cache */
    TILE = 1024,                  /* cells unpacked at a time on the stack */
    RUN_OWNERS = 64,              /* owners between two running totals */
    NO_TABLE = UINT16_MAX,
};
#define NO_ROW UINT32_MAX

/* ---- chunk: the cells of one column in one block ---- */

enum {
    CHUNK_OWNED = 1, /* memory of its own, to be freed */
    CHUNK_MASK = 2,  /* cells that are not known do not unpack to 0 by themselves */
    CHUNK_OWNER = 4, /* a reference that always is the row's owner: no values are kept */
    CHUNK_SLOPE = 8, /* ids that count upwards: the packed value is the distance from base + row in the block */
};
struct chunk {
    uint8_t *values, *states; /* NULL when their width is 0 */
    int64_t base;
    uint32_t rows;
    uint8_t width;       /* bits of a value: 0 1 2 4 8 16 32 64 */
    uint8_t state_width; /* bits of a state: 0 all are two[0]; 1 two[0] or two[1]; 2 and 4 the state itself */
    uint8_t flags;
    uint8_t two[2];
};

/* Cells to encode. owners: of each row, when the column may be a reference to the row's owner; NULL otherwise. */
struct cells {
    const int64_t *values;
    const uint8_t *states;
    const uint32_t *owners;
    uint32_t n;
};
bool chunk_encode(struct block_account *m, struct cells c, struct chunk *out);
/* Ids: always known. */
bool chunk_encode_ids(struct block_account *m, const uint64_t *ids, uint32_t n, struct chunk *out);
void chunk_free(struct block_account *m, struct chunk *c);
/* Whether a cell can be written where it is, and writing it. value is 0 when the state is not known. */
bool chunk_fits(const struct chunk *c, uint8_t state, int64_t value);
void chunk_put(struct chunk *c, uint32_t row, uint8_t state, int64_t value);
size_t chunk_value_bytes(const struct chunk *c);
size_t chunk_state_bytes(const struct chunk *c);
static inline bool chunk_needs_owner(const struct chunk *c) { return (c->flags & CHUNK_OWNER) != 0; }
/* States of n rows from first; returns the common one or -1. */
int chunk_states(const struct chunk *c, uint32_t first, uint32_t n, uint8_t *states);
uint8_t chunk_state(const struct chunk *c, uint32_t row);
/* Values as they were packed: not masked, owners not filled in. */
void chunk_values_u8(const struct chunk *c, uint32_t first, uint32_t n, uint8_t *out);
void chunk_values_i32(const struct chunk *c, uint32_t first, uint32_t n, int32_t *out);
void chunk_values_i64(const struct chunk *c, uint32_t first, uint32_t n, int64_t *out);
/* Of the rows rows[i] - first. */
void chunk_gather_u8(const struct chunk *c, const uint32_t *rows, uint32_t first, uint32_t n, uint8_t *out);
void chunk_gather_i32(const struct chunk *c, const uint32_t *rows, uint32_t first, uint32_t n, int32_t *out);
void chunk_gather_i64(const struct chunk *c, const uint32_t *rows, uint32_t first, uint32_t n, int64_t *out);
void chunk_gather_states(const struct chunk *c, const uint32_t *rows, uint32_t first, uint32_t n, uint8_t *out);
uint64_t chunk_id(const struct chunk *c, uint32_t row);

/* ---- runs: how many rows each owner has ---- */

enum { RUNS_LISTED = 255 }; /* width of runs kept as the owner of each row: few owners have any */
struct runs {
    uint32_t owners, rows;
    uint8_t width; /* bits of a count: 0 (nobody has any) 1 2 4 8 16 32, or RUNS_LISTED */
    bool owned;
    uint32_t *totals; /* before owner 0, RUN_OWNERS, … */
    uint8_t *counts;
    uint16_t *list;
};
bool runs_make(struct block_account *m, const uint32_t *counts, uint32_t owners, struct runs *out);
/* The same with owners behind that have no rows. */
bool runs_lengthen(struct block_account *m, const struct runs *r, uint32_t owners, struct runs *out);
void runs_free(struct block_account *m, struct runs *r);
size_t runs_totals_bytes(const struct runs *r);
size_t runs_counts_bytes(const struct runs *r);
/* offsets of owners [first, first + n): n + 1 numbers, each plus `add`. */
void runs_offsets(const struct runs *r, uint32_t first, uint32_t n, uint32_t add, uint32_t *offsets);
uint32_t runs_owner(const struct runs *r, uint32_t row);
/* The owners of rows [first, first + n), each plus `add`. */
void runs_owners(const struct runs *r, uint32_t first, uint32_t n, uint32_t add, uint32_t *owners);

/* ---- tables ---- */

struct cover_at {
    uint32_t row;
    uint8_t state;
    uint8_t has_until; /* no bool: it may come from a damaged file */
    int32_t until;
};
struct cover_key {
    struct pool_cover all;
    struct cover_at *at; /* by row; in the mapped file while cap is 0 */
    size_t len, cap;
};

struct group {
    const struct pool_group_def *def; /* table NO_TABLE: the slot is no group */
    uint16_t ref;                     /* of joined groups: the reference column, NO_TABLE: joined one by one */
    struct runs runs;                 /* not of child groups: their member table has them */
    uint32_t *list;                   /* NULL: the members are contiguous, from `start` on */
    uint32_t start;
    bool list_owned;
    struct cover_key *keys;
};

struct table {
    const struct pool_table_def *def;
    uint32_t rows, blocks;
    size_t blocks_cap, chunks_cap, runs_cap;
    uint32_t *first;      /* of each block its first row, and behind them the number of rows */
    struct chunk *chunks; /* block * (column_count + 1) + column; the last one holds the ids */
    struct runs *runs;    /* child tables: per block, of the owners in the block of the same number */
    struct group *groups;
    uint32_t *by_id; /* rows by ascending id; NULL: ids ascend with the rows, or the table is a child */
    bool by_id_owned;
};

/* Texts by number. bytes and ends are cut at len; slots is a table of 1 + number, a power of two. */
struct texts {
    char *bytes;
    uint64_t *ends;
    uint32_t *slots;
    size_t bytes_cap, ends_cap, slot_count;
    uint64_t bytes_len;
    uint32_t len;
    bool mapped; /* in the file: copied before the first addition */
};
bool texts_add(struct block_account *m, struct texts *t, str s, uint32_t *number);
void texts_index(struct texts *t); /* fills empty slots, which have room for all */
int64_t texts_find(const struct texts *t, str s);
str texts_at(const struct texts *t, uint32_t number);
void texts_free(struct block_account *m, struct texts *t);

struct pool {
    struct block_account memory;
    const struct pool_schema *schema;
    struct table *tables;
    struct texts texts;
    struct file_map file; /* what it was opened from; empty: it was built */
};

struct pool *pool_new(const struct pool_schema *s, size_t budget_bytes); /* NULL: no memory */
bool table_add_block(struct pool *p, struct table *t);                   /* an empty one at the end */
static inline struct chunk *table_chunk(const struct table *t, uint32_t block, uint32_t column)
{
    return &t->chunks[(size_t)block * (t->def->column_count + 1u) + column];
}
static inline bool table_is_child(const struct table *t) { return t->def->owner != NO_TABLE; }
uint32_t table_block(const struct table *t, uint32_t row);
/* Owners of neighbouring rows of a child table; NO_ROW for rows of nobody. */
void table_owners(const struct pool *p, const struct table *t, uint32_t first, uint32_t n, uint32_t *owners);
/* How many key sets of cover a group has. */
static inline uint16_t group_keys(const struct pool_group_def *g) { return g->key_count == 0 ? 1 : g->key_count; }
/* Builds the lists of a group by reference anew from the reference column. */
bool group_join(struct pool *p, uint16_t table, uint16_t group);
/* The same from pairs (row, member) in the order they came. */
struct pair {
    uint32_t row, member;
};
bool group_from_pairs(struct pool *p, uint16_t table, uint16_t group, const struct pair *pairs, size_t n);
void group_free_lists(struct pool *p, struct group *g);
bool table_index_ids(struct pool *p, struct table *t);
bool cover_sort(struct pool *p, struct cover_key *k);
/* A reference of a child row to a row of its owner's table is often its owner. */
bool column_may_be_owner(const struct pool_table_def *d, uint16_t column);
static inline bool width_ok(uint8_t width) { return width <= 64 && (width & (width - 1u)) == 0; }

/* ---- on disk ---- */

/* The end of the file says where the directory is; the directory where everything else is, all by distance from the
 * start of the file. Numbers are those of the machine (little-endian machines only). */
enum { POOL_FILE_VERSION = 2, POOL_FILE_ALIGN = 8, POOL_HASH = 64 };
struct pool_file_end {
    char schema[POOL_HASH]; /* SM3 of the schema's text */
    uint64_t file_bytes, directory_at, directory_bytes, directory_check;
    uint32_t version, zero;
    char magic[8];
};
extern const char POOL_FILE_MAGIC[8];
struct file_chunk {
    uint64_t values_at, states_at;
    int64_t base;
    uint32_t rows;
    uint8_t width, state_width, flags, two[2], zero[3];
};
struct file_runs {
    uint64_t at;
    uint32_t owners, rows;
    uint8_t width, zero[7];
};
struct file_table {
    uint64_t by_id_at; /* 0: none */
    uint32_t rows, blocks;
};
struct file_group {
    uint64_t list_at; /* 0: none */
    uint32_t start, ref;
    struct file_runs runs;
};
struct file_cover {
    uint64_t at, len;
    uint32_t until;
    uint8_t state, has_until, zero[2];
};
struct file_texts {
    uint64_t bytes_at, bytes_len, ends_at, slots_at, slot_count; /* sealed: no slots, they tell of the texts */
    uint32_t len, sealed;
    uint8_t start[16]; /* of what is sealed */
};
uint64_t pool_check_sum(const void *data, size_t len);
bool pool_schema_hash(const struct pool_schema *s, char out[POOL_HASH + 1], struct err *e);

#endif
