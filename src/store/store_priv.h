/* store, inside: what both databases fill in. store.c keeps statements, values, the depth of transactions and failures;
 * an implementation only runs things. */
#ifndef STORE_STORE_PRIV_H
#define STORE_STORE_PRIV_H
#include "base/map.h"
#include "base/vec.h"
#include "store/store.h"

/* Memory that is used again and again for one thing: a value of a statement, a column of its row. What is large (a
 * scanned paper) is given back when the statement is. */
struct store_room {
    char *p;
    size_t bytes;
    struct arena *large; /* where it lives then; NULL: in the store */
};
char *store_room(struct store *s, struct store_room *r, size_t bytes);
void store_room_end(struct store_room *r);

enum param_kind { PARAM_NULL, PARAM_INT, PARAM_STR, PARAM_BYTES };

struct store_param {
    enum param_kind kind;
    int64_t number;
    str text;
    struct store_room room; /* for a value that is sealed */
};

struct store_opened {
    VEC(struct store_room) columns;
};

struct store_stmt {
    struct store *s;
    char *sql; /* with a NUL */
    bool taken, started, scan;
    VEC(struct store_param) params;
    struct store_opened *opened; /* what was sealed in its row; changes while it is read */
    int64_t changed;
    uint32_t bulk_columns; /* 0: not for many rows */
    void *impl;
    struct store_stmt *next; /* of the same text */
};

struct store_ops {
    bool (*open)(struct store *s, enum store_mode mode, struct err *e);
    void (*close)(struct store *s);
    bool (*exec)(struct store *s, const char *sql, struct err *e);
    bool (*prepare)(struct store_stmt *q, struct err *e);
    void (*finalize)(struct store_stmt *q);
    bool (*step)(struct store_stmt *q, bool *row, struct err *e); /* q->started: not the first */
    void (*reset)(struct store_stmt *q);
    uint32_t (*columns)(const struct store_stmt *q);
    str (*column_name)(const struct store_stmt *q, uint32_t column);
    bool (*is_null)(const struct store_stmt *q, uint32_t column);
    bool (*get_int)(const struct store_stmt *q, uint32_t column, int64_t *out);
    str (*get_str)(const struct store_stmt *q, uint32_t column);
    str (*get_bytes)(const struct store_stmt *q, uint32_t column);
    bool (*commit)(struct store *s, struct err *e); /* the outermost */
    bool (*in_transaction)(const struct store *s);  /* false: the database gave it up by itself */
    bool (*claim)(struct store *s, str who, struct err *e);
    void (*release)(struct store *s);
    bool (*bulk)(struct store_stmt *q, str table, const str *columns, struct err *e);
    bool (*bulk_row)(struct store_stmt *q, struct err *e);
    bool (*bulk_flush)(struct store_stmt *q, struct err *e);
    void (*bulk_end)(struct store_stmt *q);
    bool (*check)(struct store *s, bool *sound, struct text *report, struct err *e);
    bool (*backup)(struct store *s, str path, struct err *e);
};

struct store {
    struct arena *a;
    enum store_kind kind;
    const struct store_ops *ops;
    str address;         /* as given, with a NUL */
    str shown;           /* what may be printed: no password */
    struct map prepared; /* text to its statements */
    VEC(struct store_stmt *) all;
    uint32_t depth;
    uint64_t begun;            /* outermost transactions so far */
    uint32_t failed;           /* depth at which a statement failed: only a rollback helps; 0 none */
    struct vault_key *outside; /* that of the file; NULL: there is none */
    struct store_vault *vault; /* NULL: nothing in it is sealed */
    struct err spoilt;         /* a value could not be sealed or opened: the next step says so */
    void *impl;
};

/* Whether there is a table "_schema" at all (store_migrate.c): a new database has none. */
bool store_has_schema(struct store *s, bool *out, struct err *e);

/* ---- store_vault.c ---- */
/* Looks whether the database is sealed, and gets its keys; a new one gets some when there is a key. */
bool vault_begin(struct store *s, enum store_mode mode, struct err *e);
/* Into r, as a text or as bytes; after a failure, which goes to s->spoilt, nothing. */
str vault_seal_value(struct store *s, str plain, bool bytes, struct store_room *r);
str vault_open_value(struct store *s, str value, bool bytes, struct store_room *r);
/* Whether a value looks as if it were sealed. */
bool vault_like(str value, bool bytes);

extern const struct store_ops store_sqlite, store_postgres;

/* The insert that fills one row of a table, with $1 … for its columns. */
str store_insert_sql(struct arena *a, str table, const str *columns, uint32_t count);

#endif
