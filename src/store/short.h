/* short: SQL in one call, for statements with a few values. Kinds of values are one letter each: i int64_t, s str, b a
 * str of bytes, S and B the same as secrets (store_bind_secret); they follow as arguments and become $1 $2 … */
#ifndef STORE_SHORT_H
#define STORE_SHORT_H
#include "store/store.h"

/* Runs it. *changed, which may be NULL: rows inserted, updated or deleted. */
bool store_do(struct store *s, int64_t *changed, struct err *e, const char *sql, const char *kinds, ...);
/* One row of integers (NULL is 0); MISMATCH when one is something else. *there may be NULL: then the row must be there
 * (a sum, for example), MISMATCH otherwise. */
bool store_get(struct store *s, bool *there, int64_t *out, size_t count, struct err *e, const char *sql,
               const char *kinds, ...);
/* A prepared statement with its values, to be stepped through and given back. */
bool store_ask(struct store *s, struct store_stmt **out, struct err *e, const char *sql, const char *kinds, ...);
/* The same, stepped to its first row already: with *row false there is none. It is given back in both cases, but not
 * when this failed. */
bool store_first(struct store *s, struct store_stmt **out, bool *row, struct err *e, const char *sql, const char *kinds,
                 ...);
/* The end of an operation in a transaction: committed when all went well, else undone, and false with *e as it is. */
bool store_end(struct store *s, bool ok, struct err *e);

/* A column of the row, for what may be missing: 0 for what is no integer, "" for NULL. The word lives in a. */
int64_t store_number(const struct store_stmt *q, uint32_t column);
str store_word(const struct store_stmt *q, uint32_t column, struct arena *a);

#endif
