/* pool: everybody's facts as columns in memory, for questions about a whole population. A derived, disposable copy of
 * the registry: tables of rows, each column with a state for every row, groups of rows that belong to a row. It knows
 * widths and states, not what they mean: no language, no database.
 *
 * Row numbers are positions: rows of a table of subjects are clustered (a household's members are neighbours), rows of
 * a child table stand in the order of their owners. They change when a pool is rebuilt; `id` is what lasts. */
#ifndef POOL_POOL_H
#define POOL_POOL_H
#include "base/crypto.h"
#include "base/err.h"
#include "base/vec.h"

enum pool_kind {
    POOL_BOOL,  /* 0 1 */
    POOL_INT,   /* a number at the scale its schema says; fen for money */
    POOL_DATE,  /* days since 1970-01-01 */
    POOL_MONTH, /* year * 12 + month - 1 */
    POOL_CODE,  /* index of the item in its code list */
    POOL_TEXT,  /* number of the text in the pool's dictionary: equal texts, equal numbers */
    POOL_REF,   /* row of another table */
};

/* State of a cell: low two bits as enum value_state of the language (unknown, known, none, error). */
enum {
    POOL_UNKNOWN = 0,
    POOL_KNOWN = 1,
    POOL_NONE = 2,
    POOL_BAD = 3,
    POOL_STATE = 3,   /* mask */
    POOL_ASSUMED = 4, /* declared by the person, not compared */
    POOL_ABSENT = 8,  /* of a column that replaces a computation: nothing was given, compute */
};

/* What a pool is made of. Numbers of tables, columns and groups are those of the caller (the data model's). */
struct pool_column_def {
    str name;
    enum pool_kind kind;
    uint16_t table; /* POOL_REF: where it points */
    bool absent;    /* exists for some rows only: POOL_ABSENT unless set (a definition given as a fact) */
};
struct pool_group_def {
    str name;
    uint16_t table;      /* whose rows the members are */
    bool child;          /* the members are rows of a child table, contiguous; else a list of rows */
    uint16_t key_count;  /* a history by key: number of keys, at least 1; its rows carry the key in column key_column */
    uint16_t key_column; /* UINT16_MAX: none */
};
struct pool_table_def {
    str name;
    uint16_t owner; /* child tables: the table whose rows own these; UINT16_MAX: a table of subjects */
    const struct pool_column_def *columns;
    uint16_t column_count;
    const struct pool_group_def *groups;
    uint16_t group_count;
};
struct pool_schema {
    const struct pool_table_def *tables;
    uint16_t table_count;
};

struct pool;
/* The id of a row that is nobody's any more: it stays until the next pool is built. */
#define POOL_GONE UINT64_MAX

/* What is known about a group of a row, or about one key of a history: whether its members are all there (KNOWN), or
 * none is known (UNKNOWN), or the row cannot have them (NONE); ASSUMED may be added. has_until: months after `until`
 * are unknown. */
struct pool_cover {
    uint8_t state;
    bool has_until;
    int32_t until; /* month index */
};

/* ---- building: subjects first, in any order of tables; then child rows in the order of their owners ---- */

struct pool_builder;
/* The schema must outlive the pool. budget_bytes 0: none. */
struct pool_builder *pool_build(const struct pool_schema *s, size_t budget_bytes);
void pool_build_free(struct pool_builder *b); /* NULL is fine; not after pool_build_end */
/* A new row with all cells unknown (absent where columns may be); returns its number. owner: child tables only, never
 * smaller than the one before. id: what lasts (the registry's number). */
uint32_t pool_add(struct pool_builder *b, uint16_t table, uint64_t id, uint32_t owner);
/* A cell of the row added last to its table. */
void pool_set(struct pool_builder *b, uint16_t table, uint16_t column, uint8_t state, int64_t value);
/* A cell of any row: for references to rows that were not there yet. */
void pool_set_at(struct pool_builder *b, uint16_t table, uint16_t column, uint32_t row, uint8_t state, int64_t value);
/* The number of a text, the same for equal texts. */
int64_t pool_intern(struct pool_builder *b, str text);
/* What holds for every row that pool_cover_at says nothing about. Nothing said: UNKNOWN. */
void pool_cover_all(struct pool_builder *b, uint16_t table, uint16_t group, uint16_t key, struct pool_cover c);
void pool_cover_at(struct pool_builder *b, uint16_t table, uint16_t group, uint32_t row, uint16_t key,
                   struct pool_cover c);
/* One member of a group that is not child. Members of one row are kept in the order they come. */
void pool_join(struct pool_builder *b, uint16_t table, uint16_t group, uint32_t row, uint32_t member);
/* All members at once: row r of `group` has the rows of its member table whose reference column `ref` is r. Columns are
 * encoded at the end, so references must have been set before. */
void pool_join_by(struct pool_builder *b, uint16_t table, uint16_t group, uint16_t ref);
/* Encodes everything. NULL (with e) when the budget or the memory did not suffice. Ends the builder either way. */
struct pool *pool_build_end(struct pool_builder *b, struct err *e);
void pool_free(struct pool *p);

/* ---- on disk: one file, mapped, ready without reading it; refuses a file made for another schema or cut short ---- */
bool pool_save(const struct pool *p, str path, str stamp, struct err *e); /* stamp: what it was made from */
bool pool_open(struct pool **out, const struct pool_schema *s, str path, str *stamp, struct arena *a, struct err *e);
/* The same with its texts sealed by a key (numbers of people may be among them); NULL: as they are. Texts are then read
 * into memory when it is opened. DENIED: sealed, and no key; with another key texts are nonsense. */
bool pool_save_sealed(const struct pool *p, str path, str stamp, const struct vault_key *k, struct err *e);
bool pool_open_sealed(struct pool **out, const struct pool_schema *s, str path, str *stamp, const struct vault_key *k,
                      struct arena *a, struct err *e);

/* ---- reading ---- */
uint32_t pool_rows(const struct pool *p, uint16_t table);
uint64_t pool_id(const struct pool *p, uint16_t table, uint32_t row);
void pool_read_ids(const struct pool *p, uint16_t table, uint32_t first, uint32_t n, uint64_t *ids);
bool pool_row_of(const struct pool *p, uint16_t table, uint64_t id, uint32_t *row); /* false: there is none */
uint32_t pool_owner(const struct pool *p, uint16_t table, uint32_t row);            /* child tables */
str pool_text(const struct pool *p, int64_t number);
int64_t pool_text_number(const struct pool *p, str text); /* -1: no such text in it */

/* Cells of n neighbouring rows from `first`. Values of cells that are not known are 0. Returns the state that all n
 * have in common, or -1 when they differ; `states` is written in both cases unless it is NULL. i32 is for kinds other
 * than INT (asserted); u8 for BOOL. */
int pool_read_u8(const struct pool *p, uint16_t table, uint16_t column, uint32_t first, uint32_t n, uint8_t *values,
                 uint8_t *states);
int pool_read_i32(const struct pool *p, uint16_t table, uint16_t column, uint32_t first, uint32_t n, int32_t *values,
                  uint8_t *states);
int pool_read_i64(const struct pool *p, uint16_t table, uint16_t column, uint32_t first, uint32_t n, int64_t *values,
                  uint8_t *states);
/* The same for any rows. */
int pool_gather_u8(const struct pool *p, uint16_t table, uint16_t column, const uint32_t *rows, uint32_t n,
                   uint8_t *values, uint8_t *states);
int pool_gather_i32(const struct pool *p, uint16_t table, uint16_t column, const uint32_t *rows, uint32_t n,
                    int32_t *values, uint8_t *states);
int pool_gather_i64(const struct pool *p, uint16_t table, uint16_t column, const uint32_t *rows, uint32_t n,
                    int64_t *values, uint8_t *states);

/* The members of a group: rows [first, first + count) of the member table (child groups, and lists that are
 * contiguous), else `list` of count rows. */
struct pool_members {
    uint32_t first, count;
    const uint32_t *list; /* NULL: contiguous */
};
struct pool_members pool_group(const struct pool *p, uint16_t table, uint16_t group, uint32_t row);
/* For a run of rows at once: members of rows [first, first + n) are those from offsets[i] to offsets[i + 1] of *list,
 * or contiguous rows with these numbers when *list is NULL. */
void pool_group_run(const struct pool *p, uint16_t table, uint16_t group, uint32_t first, uint32_t n,
                    uint32_t *offsets /* n + 1 */, const uint32_t **list);
/* Whether the lists of a group follow a reference column of its member table; *ref is it. */
bool pool_joined_by(const struct pool *p, uint16_t table, uint16_t group, uint16_t *ref);
/* Whether a reference column of a child table, where it is known, always is the row's owner. */
bool pool_is_owner(const struct pool *p, uint16_t table, uint16_t column);
struct pool_cover pool_covered(const struct pool *p, uint16_t table, uint16_t group, uint32_t row, uint16_t key);
/* True when no row differs from what was said for all: then *c is it. */
bool pool_covered_alike(const struct pool *p, uint16_t table, uint16_t group, uint16_t key, struct pool_cover *c);

/* ---- changing: after a drop. The blocks that are touched are encoded anew. All row numbers are those before the
 * change; of two changes of one cell, list or cover the later one holds. Nothing may read meanwhile. ---- */
struct pool_change; /* a set of changes, applied together */
struct pool_change *pool_change_start(struct pool *p);
/* A new row of a table of subjects, behind all others, with cells unknown; returns its number, which may be used in
 * this set of changes at once. */
uint32_t pool_change_row(struct pool_change *c, uint16_t table, uint64_t id);
/* A row that is nobody's any more: its id becomes POOL_GONE, cells and children go, references to it become unknown. */
void pool_change_gone(struct pool_change *c, uint16_t table, uint32_t row);
void pool_change_cell(struct pool_change *c, uint16_t table, uint16_t column, uint32_t row, uint8_t state,
                      int64_t value);
/* The number of a text that may be new to the pool; it stays there also when the change fails. */
int64_t pool_change_intern(struct pool_change *c, str text);
/* Replaces all rows that an owner has in a child table: n ids, n * columns states and values, row after row with cells
 * in the order of the columns. Rows behind them move: what refers to rows of the table by number (a reference, a list
 * joined one by one) is the caller's to set again. */
void pool_change_children(struct pool_change *c, uint16_t table, uint32_t owner, uint32_t n, const uint64_t *ids,
                          const uint8_t *states, const int64_t *values);
void pool_change_cover(struct pool_change *c, uint16_t table, uint16_t group, uint32_t row, uint16_t key,
                       struct pool_cover cover);
void pool_change_drop(struct pool_change *c);               /* nothing changes after all */
bool pool_change_end(struct pool_change *c, struct err *e); /* all or nothing; lists by reference follow */

/* ---- looking at it ---- */
struct pool_column_stats {
    uint64_t bytes, unknown, known, none, bad, assumed, absent;
};
struct pool_column_stats pool_stats(const struct pool *p, uint16_t table, uint16_t column);
uint64_t pool_bytes(const struct pool *p); /* all of it: columns, groups, ids, texts */

#endif
