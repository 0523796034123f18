/* audit, inside: the frame of an operation and its event. */
#ifndef AUDIT_AUDIT_PRIV_H
#define AUDIT_AUDIT_PRIV_H
#include "audit/audit.h"
#include "base/json.h"
#include "store/short.h"

/* Begins an operation: somebody with a role, the lock. Every one ends in store_end, which commits or undoes. */
bool audit_begin(struct store *s, const struct audit_act *act, struct err *e);
bool audit_may(const struct audit_act *act, uint32_t roles, const char *what, struct err *e);
bool audit_next(struct store *s, const char *what, int64_t *out, struct err *e);

/* An event of the journal, inside a transaction. `facts` come in pairs of a key and a text, NULL at the end. */
bool audit_note(struct store *s, const struct audit_act *act, const char *kind, str subject, struct err *e, ...);

bool audit_check_text(str s, const char *what, struct err *e);
str audit_role_names(struct arena *a, uint32_t roles);
/* Whether somebody prepared or approved the batch of a payment. */
bool audit_handled(struct store *s, int64_t payment, str who, bool *out, struct err *e);

#endif
