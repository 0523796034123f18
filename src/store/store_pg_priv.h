/* store_pg, inside: what connecting and running share. */
#ifndef STORE_STORE_PG_PRIV_H
#define STORE_STORE_PG_PRIV_H
#include "store/libpq.h"
#include "store/store_priv.h"

/* A connection to s->address within ten seconds, or a sentence that says what to do: AWAY nobody answers, DENIED user
 * or password, NOT_FOUND no such database, INVALID an address that cannot be read. The caller finishes it. */
bool pg_connect(struct store *s, PGconn **out, struct err *e);
/* The first line of a message of libpq, without space around. */
str pg_detail(const char *message);

#endif
