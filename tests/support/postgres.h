/* postgres: a PostgreSQL cluster of one test: in a folder of its own, reached only through a socket in it, run as an
 * unprivileged user, stopped by its process number when the test ends, also when it crashes. Starting takes four
 * seconds or so: a test starts one and does much with it. */
#ifndef SUPPORT_POSTGRES_H
#define SUPPORT_POSTGRES_H

/* The address for store_open of an empty database. Skips the test when Debian's package is not installed. */
const char *t_postgres(void);
/* The address of an empty database for what is tested on both: the file t_path(name), or after t_on_postgres() the
 * server's, emptied at each call. So a test on PostgreSQL runs those of its file again:
 *     TEST_WITHIN(the_same_holds_on_postgresql, 60) { t_on_postgres(); one_sentence(); another_sentence(); } */
void t_on_postgres(void);
const char *t_database(const char *name);
/* Stops it; otherwise it stops when the test's process is gone. */
void t_postgres_stop(void);

#endif
