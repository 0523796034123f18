/* own: what people change of their own account: the password, and whether one-time digits are asked for. Each change
 * asks for the password again, so that a browser left open gives nothing away, ends all other sessions of the account,
 * and is written down like what an administrator does (admin.h).
 *
 * A wrong password or wrong digits count as those of signing in do, and lock the account after as many. A failure is
 * counted in a transaction of its own: whoever wraps a call must commit after a refusal too. */
#ifndef ACCESS_OWN_H
#define ACCESS_OWN_H
#include "access/access.h"

/* Who does it, in which session, and what proves that it is them. */
struct access_own {
    const struct access_reader *who; /* signed in with `session`; a program's token may not: DENIED */
    str session, password, digits;   /* digits: when the account has one-time digits, or is to have them */
    const struct vault_key *key;     /* NULL: the hall has none; then no one-time digits can be had: UNSET */
    int64_t now;
};
/* Another password. DENIED: the old one is wrong, or too many were; INVALID: the new one is too short, or the old one.
 * fresh: the session's new token; the others are over. The digits are not asked for: the session was opened with them.
 */
bool access_own_password(struct store *s, const struct access_own *o, str password, char fresh[CRYPTO_TOKEN + 1],
                         struct err *e);
/* A secret for an authenticator, as base32 text; waits, sealed, until access_own_totp_confirm. The same call again
 * makes another one. CONFLICT: digits are asked for already. */
bool access_own_totp_begin(struct store *s, const struct access_own *o, struct arena *a, str *secret, struct err *e);
/* The one that waits, once more; "" none does. */
bool access_own_totp_waiting(struct store *s, const struct access_own *o, struct arena *a, str *secret, struct err *e);
/* Password and digits of the waiting secret are right: from now on digits are asked for. */
bool access_own_totp_confirm(struct store *s, const struct access_own *o, char fresh[CRYPTO_TOKEN + 1], struct err *e);
/* Password and digits are right: no digits are asked for any more. CONFLICT: none are. */
bool access_own_totp_end(struct store *s, const struct access_own *o, char fresh[CRYPTO_TOKEN + 1], struct err *e);
/* Whether digits are asked for. */
bool access_own_has_totp(struct store *s, const struct access_reader *who, bool *has, struct err *e);

#endif
