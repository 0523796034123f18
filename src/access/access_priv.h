/* access_priv: what the files of access share. */
#ifndef ACCESS_ACCESS_PRIV_H
#define ACCESS_ACCESS_PRIV_H
#include "access/access.h"
#include "store/short.h"

/* SM3 of a token, as it is kept. */
bool access_hash(str token, char out[SM3_HEX + 1], struct err *e);
/* The account columns of a row, from `first` on, as a reader: id name display roles regions entity subject. */
void access_reader_of(const struct store_stmt *q, uint32_t first, struct arena *a, struct access_reader *out);

/* ---- agents.c ---- */

bool agents_migrate(struct store *s, struct err *e);
/* The session acts under this authority: *out becomes the firm. *good false: it is not in force any more. */
bool agents_act(struct store *s, int64_t agent, int64_t now, struct arena *a, struct access_reader *out, bool *good,
                struct err *e);

#endif
