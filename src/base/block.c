/* block: calloc with an account. Room is doubled when something grows, so that adding is cheap on average. */
#include "base/block.h"

#include "base/fault.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { CAP_MIN = 16 };

void *block_alloc(struct block_account *a, size_t size_bytes)
{
    size_t size = size_bytes == 0 ? 1 : size_bytes;
    bool over = a->budget != 0 && (size > a->budget || a->used > a->budget - size);
    void *p = over || fault_point(FAULT_MEMORY) ? NULL : calloc(1, size);
    if (p == NULL)
        a->failed = true;
    else
        a->used += size;
    return p;
}

void block_free(struct block_account *a, void *p, size_t size_bytes)
{
    if (p == NULL) return;
    size_t size = size_bytes == 0 ? 1 : size_bytes;
    assert(a->used >= size);
    a->used -= size;
    free(p);
}

bool block_grow(struct block_account *a, void **p, size_t *cap, size_t need, size_t size_bytes)
{
    if (need <= *cap) return true;
    size_t want = *cap < CAP_MIN ? CAP_MIN : *cap * 2, total;
    if (want < need) want = need;
    if (__builtin_mul_overflow(want, size_bytes, &total)) {
        a->failed = true;
        return false;
    }
    void *q = block_alloc(a, total);
    if (q == NULL) return false;
    if (*cap > 0) memcpy(q, *p, *cap * size_bytes);
    block_free(a, *p, *cap * size_bytes);
    *p = q;
    *cap = want;
    return true;
}
