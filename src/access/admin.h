/* admin: what an administrator does to accounts and tokens. Each act is one transaction: the change, a line that the
 * pages show, and an event of the journal that says who did it to whom, what and why; never a password or a secret.
 *
 * An act that would leave no account that can administer is refused. Who gives themselves a role must say why, and is
 * shown to have done it. Times are seconds since 1970. */
#ifndef ACCESS_ADMIN_H
#define ACCESS_ADMIN_H
#include "access/access.h"

/* Who does it. role: as people call it: 管理; 命令行 for somebody at the server itself. */
struct access_by {
    str who, role, reason;
    int64_t now;
};
enum {
    ACCESS_REASON_MAX = 400,   /* bytes */
    ACCESS_PASSWORD_MADE = 16, /* characters of a password nobody chose: 64 bits */
};

/* The same errors as access_account_make. */
bool access_admin_make(struct store *s, const struct access_by *by, const struct access_account *n, str password,
                       int64_t *id, struct err *e);
/* Other roles and regions. INVALID: no role, one that does not fit who the account is (access_roles_fit), or a role
 * for oneself without a reason; CONFLICT: nobody would be left to administer. Sessions end: they may act in a role that
 * is gone. */
bool access_admin_roles(struct store *s, const struct access_by *by, str name, uint32_t roles, str regions,
                        struct err *e);
/* Locked: cannot sign in, its tokens are worth nothing. A reason must be given. CONFLICT: the last administrator. */
bool access_admin_lock(struct store *s, const struct access_by *by, str name, bool locked, struct err *e);
/* After too many wrong passwords: may try again at once. */
bool access_admin_forgive(struct store *s, const struct access_by *by, str name, struct err *e);
/* A new password made here, to be handed over; ends all sessions. out lives in a. */
bool access_admin_password(struct store *s, const struct access_by *by, str name, struct arena *a, str *out,
                           struct err *e);
/* One that was chosen. */
bool access_admin_chosen(struct store *s, const struct access_by *by, str name, str password, struct err *e);
/* A new secret for one-time digits; k NULL: none is asked for any more, and *secret is "". */
bool access_admin_totp(struct store *s, const struct access_by *by, str name, const struct vault_key *k,
                       struct arena *a, str *secret, struct err *e);

/* ---- tokens ---- */

/* The same errors as access_token_make. */
bool access_admin_token(struct store *s, const struct access_by *by, const struct access_grant *g,
                        char token[CRYPTO_TOKEN + 1], struct err *e);
/* By its number, as listed; from now on it opens nothing. NOT_FOUND: no such token. */
bool access_admin_revoke(struct store *s, const struct access_by *by, str number, struct err *e);

enum { ACCESS_TOKEN_NUMBER = 12 }; /* characters: the beginning of its hash, which opens nothing */
struct access_token_row {
    str number, account, purpose, scopes;
    int64_t per_minute, made_at, expires;
};
typedef VEC(struct access_token_row) access_token_rows;
bool access_token_list(struct store *s, struct arena *a, access_token_rows *out, struct err *e); /* the newest first */

/* ---- what was done ---- */

struct access_change {
    int64_t at;
    str who, role, account, what, reason;
};
typedef VEC(struct access_change) access_changes;
/* To one account, "" to any; the newest first. */
bool access_change_list(struct store *s, str account, size_t max, struct arena *a, access_changes *out, struct err *e);

#endif
