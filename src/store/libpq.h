/* libpq: PostgreSQL's client library, loaded when the first postgresql:// address is opened. It brings two dozen
 * libraries along (Kerberos, LDAP, GnuTLS), which cost every start of the program five milliseconds; most installations
 * have a SQLite file and never need it. */
#ifndef STORE_LIBPQ_H
#define STORE_LIBPQ_H
#include "base/err.h"

#include <postgresql/libpq-fe.h>

struct libpq {
#define PQ(name) __typeof__(&PQ##name) name;
#include "store/libpq.def"
#undef PQ
};
/* The functions; false with what to install when the library is not there. Loaded once, never unloaded. */
extern struct libpq pq;
bool libpq_load(struct err *e);

#endif
