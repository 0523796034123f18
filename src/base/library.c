/* library: each function is looked up by its name; either all are there or none is used. */
#include "base/library.h"

#include <assert.h>
#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

enum { TABLE_MAX = 1024 };

static bool load(struct library *l, struct err *e)
{
    void *handle[LIBRARY_FILES];
    for (size_t i = 0; i < LIBRARY_FILES && l->files[i].file != NULL; i++) {
        handle[i] = dlopen(l->files[i].file, RTLD_NOW | RTLD_LOCAL);
        if (handle[i] == NULL)
            return fail(e, NOT_FOUND, "%s要用 %s，这台机器没有装；请运行 apt-get install %s", l->purpose,
                        l->files[i].package, l->files[i].package);
    }
    unsigned char found[TABLE_MAX];
    assert(l->size_bytes <= sizeof found && l->size_bytes == l->count * sizeof(void *));
    for (size_t i = 0; i < l->count; i++) {
        const struct library_symbol *s = &l->symbols[i];
        void *function = dlsym(handle[s->file], s->name);
        if (function == NULL)
            return fail(e, INTERNAL, "这台机器的 %s 太旧，没有 %s；请升级", l->files[s->file].package, s->name);
        memcpy(found + s->at, &function, sizeof function); /* ISO C has no cast from an object to a function */
    }
    memcpy(l->functions, found, l->size_bytes);
    return true;
}

bool library_load(struct library *l, struct err *e)
{
    static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
    if (atomic_load_explicit(&l->loaded, memory_order_acquire)) return true;
    pthread_mutex_lock(&one_at_a_time);
    bool ok = atomic_load_explicit(&l->loaded, memory_order_relaxed) || load(l, e);
    if (ok) atomic_store_explicit(&l->loaded, true, memory_order_release);
    pthread_mutex_unlock(&one_at_a_time);
    return ok;
}
