/* sealed: with LEYE_KEY, a benchmark measures databases that are sealed (docs/decisions/0235). */
#ifndef BENCH_SEALED_H
#define BENCH_SEALED_H
#include "store/store.h"
#include "support/t.h"

#include <stdlib.h>

static inline void bench_sealed(void)
{
    struct err e = { 0 };
    const char *key = getenv("LEYE_KEY");
    CHECK_OK(store_key_file(key != NULL ? str_of(key) : STR(""), &e), e);
}

#endif
