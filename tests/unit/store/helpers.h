/* What the tests of the store share. */
#ifndef UNIT_STORE_HELPERS_H
#define UNIT_STORE_HELPERS_H
#include "store/store.h"
#include "support/t.h"

#include <stdio.h>
#include <string.h>

static inline struct store *opened(const char *address)
{
    struct store *s = NULL;
    struct err e = { 0 };
    CHECK_OK(store_open(&s, str_of(address), STORE_CREATE, &e), e);
    return s;
}

static inline void done(struct store *s, const char *sql)
{
    struct err e = { 0 };
    CHECK_OK(store_exec(s, str_of(sql), &e), e);
}

/* The integer in the first column of the first row. */
static inline int64_t number(struct store *s, const char *sql)
{
    struct err e = { 0 };
    struct store_stmt *q;
    bool row = false;
    int64_t n = -1;
    CHECK_OK(store_prepare(s, str_of(sql), &q, &e), e);
    CHECK_OK(store_step(q, &row, &e), e);
    CHECK(row && store_int(q, 0, &n));
    store_done(q);
    return n;
}

#endif
