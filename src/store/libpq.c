/* libpq: each function is looked up by its name; either all are there or none is used. */
#include "store/libpq.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

struct libpq pq;

static bool loaded;
static const char *missing; /* a function this library does not have */

static void load(void)
{
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return;
    struct libpq found;
    const char *absent = NULL;
    void *symbol;
#define PQ(name)                             \
    symbol = dlsym(library, "PQ" #name);     \
    if (symbol == NULL) absent = "PQ" #name; \
    memcpy(&found.name, &symbol, sizeof symbol); /* ISO C has no cast from an object to a function */
#include "store/libpq.def"
#undef PQ
    missing = absent;
    if (missing != NULL) return;
    pq = found;
    loaded = true;
}

bool libpq_load(struct err *e)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    if (loaded) return true;
    if (missing != NULL) return fail(e, INTERNAL, "这台机器的 libpq 太旧，没有 %s；请升级 libpq5", missing);
    return fail(e, NOT_FOUND, "连接 PostgreSQL 要用 libpq，这台机器没有装；请运行 apt-get install libpq5");
}
