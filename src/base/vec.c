/* vec: the one function behind the macros: capacity doubles, in place when nothing was allocated since; else the old
 * elements are copied and the old block is left behind (a vec that will be large is reserved first). New elements are
 * zero because the arena's memory is. */
#include "base/vec.h"

#include <assert.h>
#include <string.h>

enum { CAP_MIN = 8 };

void *vec_grow(struct arena *a, void *at, size_t size_bytes, size_t len, size_t *cap, size_t more)
{
    assert(len <= *cap && more <= SIZE_MAX / 2 - len);
    if (*cap - len >= more) return at;
    size_t want = *cap == 0 ? CAP_MIN : *cap * 2;
    if (want < len + more) want = len + more;
    if (*cap > 0 && want < SIZE_MAX / 4 / size_bytes && arena_extend(a, at, *cap * size_bytes, want * size_bytes)) {
        *cap = want;
        return at;
    }
    void *p = arena_alloc_array(a, want, size_bytes);
    if (len > 0) memcpy(p, at, len * size_bytes);
    *cap = want;
    return p;
}
