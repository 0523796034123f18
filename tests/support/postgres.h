/* postgres: a PostgreSQL cluster of one test: in a folder of its own, reached only through a socket in it, run as an
 * unprivileged user, stopped by its process number when the test ends, also when it crashes. Starting takes four
 * seconds or so: a test starts one and does much with it. */
#ifndef SUPPORT_POSTGRES_H
#define SUPPORT_POSTGRES_H

/* The address for store_open of an empty database. Skips the test when Debian's package is not installed. */
const char *t_postgres(void);
/* Stops it; otherwise it stops when the test's process is gone. */
void t_postgres_stop(void);

#endif
