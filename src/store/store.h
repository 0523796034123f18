/* store: a database behind one contract. The address chooses which: a path is a SQLite file, postgresql://… is
 * PostgreSQL. Both take the same SQL, the common subset: quoted names, $1 $2 … for values, bigint, text, and the type
 * of bytes named by store_bytes_type. It knows transactions, steps of a schema, locks and faults, not what tables mean.
 *
 * One connection belongs to one thread. Everything that belongs to a store lives until store_close.
 *
 * All or nothing: what store_commit of the outermost transaction has acknowledged is on the disk; of anything else
 * nothing is. After a statement failed inside a transaction, that transaction can only be rolled back: later
 * statements and store_commit refuse (so that both databases behave alike).
 *
 * Errors are sentences in Chinese with what to do: NOT_FOUND no such database, CONFLICT a broken rule of the schema,
 * BUSY another one writes, or a deadlock: to be tried again, IO disk full, unreadable or damaged, AWAY no connection,
 * DENIED user or password, INVALID not a database, LIMIT too large, INTERNAL a statement the database does not
 * understand. */
#ifndef STORE_STORE_H
#define STORE_STORE_H
#include "base/crypto.h"
#include "base/err.h"
#include "base/text.h"
#include "base/vec.h"

struct store;

enum store_kind { STORE_SQLITE, STORE_POSTGRES };
enum store_mode {
    STORE_CREATE, /* made when it is not there (a PostgreSQL database must exist) */
    STORE_WRITE,  /* must be there */
    STORE_READ,   /* must be there; every write fails */
    STORE_SEAL,   /* as STORE_WRITE, also when sealing it was not finished: for store_seal only */
};

/* SQLite: WAL, every commit synced, foreign keys enforced, waits ten seconds for another writer. */
bool store_open(struct store **out, str address, enum store_mode mode, struct err *e);
void store_close(struct store *s); /* NULL is fine; an open transaction is rolled back */
/* How much of a SQLite database this connection keeps in memory, 64 MiB unless said; what it has beyond that it gives
 * back at once. Many connections, or one that read everything once, need less. PostgreSQL keeps nothing here. */
bool store_keep(struct store *s, uint32_t kib, struct err *e);
enum store_kind store_kind(const struct store *s);
enum store_kind store_kind_of(str address);
str store_address(const struct store *s);      /* without a password; lives as long as s */
str store_shown(struct arena *a, str address); /* any address as it may be printed: without a password */
const char *store_kind_zh(enum store_kind k);
/* Name of the type of a column of bytes: blob, bytea. */
const char *store_bytes_type(enum store_kind k);

/* A name of a table or column, quoted. Names longer than 63 bytes, which PostgreSQL would cut, are shortened to a
 * beginning and a hash, on both databases alike. */
void store_quote(struct text *out, str name);

/* ---- one writer at a time, for work that spans transactions (an import) ---- */

/* Takes the writer's lock of this database, or fails with CONFLICT and says who holds it since when. `who` is what
 * others are told: "leye import". The lock goes with the process, also with a killed one. */
bool store_claim(struct store *s, str who, struct err *e);
void store_release(struct store *s);

/* ---- statements ---- */

/* Runs a text of one or more statements without values and without rows. */
bool store_exec(struct store *s, str sql, struct err *e);

/* A prepared statement. Prepared texts are kept: asking again for a text whose statement was given back with
 * store_done costs a look-up. sql is copied. */
struct store_stmt;
bool store_prepare(struct store *s, str sql, struct store_stmt **out, struct err *e);
/* The same for reading many rows: PostgreSQL hands them over in portions instead of all at once. */
bool store_scan(struct store *s, str sql, struct store_stmt **out, struct err *e);
/* Values count from 1. A text or bytes bound must live until the statement is reset, done or stepped through. Values
 * stay bound over store_reset; what was never bound is NULL. */
void store_bind_int(struct store_stmt *q, uint32_t at, int64_t v);
void store_bind_str(struct store_stmt *q, uint32_t at, str v);
void store_bind_bytes(struct store_stmt *q, uint32_t at, str v);
void store_bind_null(struct store_stmt *q, uint32_t at);
/* The same for what nobody may read in the file: sealed when the database is (see below), else as it is. Equal values
 * are equal there too, so = and indexes work, and nothing else does. Reading opens it; a value that cannot be opened
 * makes the next step fail. An empty value is kept as it is. */
void store_bind_secret(struct store_stmt *q, uint32_t at, str v);
void store_bind_secret_bytes(struct store_stmt *q, uint32_t at, str v);
/* The first step runs the statement. *row: there is a row to read; false: it is over (and reset). */
bool store_step(struct store_stmt *q, bool *row, struct err *e);
/* Runs a statement that yields no rows: step and reset. */
bool store_run(struct store_stmt *q, struct err *e);
void store_reset(struct store_stmt *q);            /* leave before the last row, or after a failure */
void store_done(struct store_stmt *q);             /* reset and give back; NULL is fine */
int64_t store_changed(const struct store_stmt *q); /* rows the last run inserted, updated or deleted */

/* Columns of the row count from 0; str values live until the next step. */
uint32_t store_columns(const struct store_stmt *q);
str store_column_name(const struct store_stmt *q, uint32_t column);
bool store_is_null(const struct store_stmt *q, uint32_t column);
/* An integer of 64 bits. False: the column is NULL, or holds something else: a text, a fraction, a larger number. */
bool store_int(const struct store_stmt *q, uint32_t column, int64_t *out);
str store_str(const struct store_stmt *q, uint32_t column); /* of any value, as text; NULL: no pointer */
str store_bytes(const struct store_stmt *q, uint32_t column);
/* Whether all secrets read so far could be opened: for who reads one row and asks nothing after it. */
bool store_sound(struct store *s, struct err *e);

/* ---- what nobody may read in the file ---- */

/* Values that are bound as secrets are sealed with keys of the database (SM4, HMAC-SM3; base/crypto.h), which stand in
 * its table "_vault", sealed in turn with the key of a file outside. A database made while there is such a key is
 * sealed from its beginning; others are as they were until store_seal. */

/* The file of the key (vault_key_make) for databases that are opened from now on; empty: none. Before the first thread.
 */
bool store_key_file(str path, struct err *e);
bool store_sealed(const struct store *s);
/* Whether all values are (STORE_SEAL opens a database where they are not). */
bool store_sealing_done(struct store *s, bool *done, struct err *e);
/* The key for other secrets kept in the database (one-time digits, webhooks): its own when it is sealed, else the one
 * of the file; NULL: none. */
const struct vault_key *store_vault(const struct store *s);
/* Bytes as a secret, and their store_fingerprint as another value of the statement, from one computation. Of a database
 * that is not sealed they are bound as they are, and nothing beside them. */
void store_bind_printed(struct store_stmt *q, uint32_t at, str v, uint32_t print_at);
/* A number that is the same for equal data and tells nobody without the key what it is of. Of a database that is not
 * sealed: *sealed false, and nothing else. */
bool store_fingerprint(struct store *s, str data, bool *sealed, int64_t *out, struct err *e);

enum store_secret_kind {
    STORE_SECRET_TEXT,  /* bound by store_bind_secret */
    STORE_SECRET_BYTES, /* by store_bind_secret_bytes; beside: where its store_fingerprint stands, NULL nowhere */
    STORE_SECRET_VAULT, /* by vault_seal with store_vault; beside: the column that says where */
};
struct store_secret {
    const char *table, *column; /* not quoted */
    enum store_secret_kind kind;
    const char *beside;
    const char *where; /* rows it is about, as SQL; NULL: all */
    const char *row;   /* what names a row, as an SQL text, where SQLite has no rowid; NULL: it has */
};
typedef VEC(struct store_secret) store_secrets;
struct store_sealing {
    int64_t values; /* sealed, or sealed anew */
    bool went_on;   /* with what was begun before */
};
/* Seals these columns, or, when they are, seals them anew with new keys. In portions: stopped in the middle, the same
 * call goes on; until then the database cannot be opened otherwise. CONFLICT: another program has it open. Tables that
 * are not there are left out. */
bool store_seal(struct store *s, const struct store_secret *list, size_t count, struct store_sealing *out,
                struct err *e);
/* From now on the database opens with this key of a file; its own keys stay. */
bool store_rekey(struct store *s, const struct vault_key *k, struct err *e);

/* ---- transactions; an inner one is a savepoint ---- */

bool store_begin(struct store *s, struct err *e);
/* Ends the innermost transaction. On failure it has been rolled back. */
bool store_commit(struct store *s, struct err *e);
void store_rollback(struct store *s);
uint32_t store_depth(const struct store *s); /* open transactions */
/* Of the outermost one that is open: a number no other one of this connection has; 0: none is. What was read in it may
 * be gone in the next, when it was rolled back. */
uint64_t store_transaction(const struct store *s);

/* ---- many rows ---- */

/* Rows for one table, bound like values ($1 is the first column) and added by store_bulk_row. PostgreSQL gets them by
 * COPY in portions, SQLite by a prepared insert. Only inside a transaction: a failure leaves it to be rolled back.
 * Between rows other statements may run; they see the rows after store_bulk_flush. */
bool store_bulk(struct store *s, str table, const str *columns, uint32_t count, struct store_stmt **out, struct err *e);
bool store_bulk_row(struct store_stmt *q, struct err *e); /* values must be bound anew for each row */
bool store_bulk_flush(struct store_stmt *q, struct err *e);
bool store_bulk_end(struct store_stmt *q, struct err *e); /* flush, and the end of q in any case */

/* ---- steps of a schema ---- */

struct store_step {
    uint32_t number;  /* 1, 2, 3, … without gaps */
    const char *name; /* what it does, in a few words */
    const char *up, *down;
    const char *up_postgres; /* NULL: the same text */
};
/* Brings `part` of the schema ("registry") to step `target` (0: nothing of it), forwards or back, in one transaction.
 * Refuses a database with steps this program does not know (made by a newer one), and a step whose text is not the
 * one that was applied. Applied steps are in the table "_schema". */
bool store_migrate(struct store *s, str part, const struct store_step *steps, uint32_t count, uint32_t target,
                   struct err *e);
/* The last applied step, 0 when none. */
bool store_schema(struct store *s, str part, uint32_t *out, struct err *e);

/* ---- care ---- */

/* Reads everything and checks it. *sound false: `report` says what is wrong, a line each. */
bool store_check(struct store *s, bool *sound, struct text *report, struct err *e);
/* A whole copy of a SQLite database while it is in use, checked and synced before it takes its name. A PostgreSQL
 * database is backed up with its own tools: INVALID, with which. */
bool store_backup(struct store *s, str path, struct err *e);

#endif
