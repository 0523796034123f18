/* library: functions of a shared library that is loaded when it is first needed. OpenSSL, libzip, libpq, libcurl and
 * the drawing libraries bring so many relocations along that each would cost every start of the program a millisecond
 * or more; most runs never call them.
 *
 * Whoever uses one has a table of function pointers, filled from a .def file:
 *
 *     struct curl_functions { … };                        one pointer per function used
 *     static const struct library_symbol symbols[] = …    its name and place in the table
 */
#ifndef BASE_LIBRARY_H
#define BASE_LIBRARY_H
#include "base/err.h"

#include <stdatomic.h>
#include <stddef.h>

struct library_symbol {
    const char *name;
    size_t at;    /* offsetof in the table */
    uint8_t file; /* which of the files has it */
};
enum { LIBRARY_FILES = 6 };
struct library {
    const char *purpose; /* 发送通知, as it is said of what cannot be done without it */
    struct {
        const char *file, *package; /* libcurl.so.4 of libcurl4 */
    } files[LIBRARY_FILES];
    const struct library_symbol *symbols;
    size_t count;
    void *functions; /* the table; filled whole or not at all */
    size_t size_bytes;
    atomic_bool loaded;
};

/* Fills the table; true at once when it is full. From any thread. NOT_FOUND: not installed, with what to install;
 * INTERNAL: an older version without one of the functions. Never unloaded. */
bool library_load(struct library *l, struct err *e);

#endif
