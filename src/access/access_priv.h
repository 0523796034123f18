/* access_priv: what the files of access share. */
#ifndef ACCESS_ACCESS_PRIV_H
#define ACCESS_ACCESS_PRIV_H
#include "access/admin.h"
#include "store/short.h"

/* SM3 of a token, as it is kept. */
bool access_hash(str token, char out[SM3_HEX + 1], struct err *e);
/* The account columns of a row, from `first` on, as a reader: id name display roles regions entity subject. */
void access_reader_of(const struct store_stmt *q, uint32_t first, struct arena *a, struct access_reader *out);

/* ---- accounts.c ---- */

/* INVALID: too short, too long. */
bool access_hash_password(str password, char out[PASSWORD_HASH], struct err *e);
/* A secret as authenticators take it. */
str access_base32(struct arena *a, str bytes);
struct access_known {
    int64_t id, roles, failures, locked_until, disabled, last_counter; /* id 0: there is none of this name */
    str password, totp, totp_next;                                     /* as they are kept */
};
bool access_look_up(struct store *s, str name, struct arena *a, struct access_known *k, struct err *e);
/* *match: these are the digits of a sealed secret, of now or half a minute from it, and later than last_counter. */
bool access_digits(str sealed, int64_t last_counter, str name, str digits, const struct vault_key *key, int64_t now,
                   struct arena *a, bool *match, int64_t *counter, struct err *e);
bool access_count_failure(struct store *s, const struct access_known *k, int64_t now, struct err *e);

/* ---- admin.c ---- */

/* A line for the pages and an event of the journal; inside the transaction of what was done. */
bool access_write_change(struct store *s, const struct access_by *by, str account, str what, struct err *e);

/* ---- hotline.c ---- */

bool hotline_migrate(struct store *s, struct err *e);

/* ---- agents.c ---- */

bool agents_migrate(struct store *s, struct err *e);
/* The session acts under this authority: *out becomes the firm. *good false: it is not in force any more. */
bool agents_act(struct store *s, int64_t agent, int64_t now, struct arena *a, struct access_reader *out, bool *good,
                struct err *e);

#endif
