/* vec: a typed growable array that lives in an arena.  VEC(int) v = { 0 };  *vec_push(a, &v) = 3;  v.at[0]  v.len
 * Growing moves the elements; the old block stays in the arena until it is freed. */
#ifndef BASE_VEC_H
#define BASE_VEC_H
#include "base/arena.h"

#define VEC(T)           \
    struct {             \
        T *at;           \
        size_t len, cap; \
    }

/* A pointer to one new zeroed element at the end. */
#define vec_push(a, v) ((v)->at = vec_grow((a), (v)->at, sizeof *(v)->at, (v)->len, &(v)->cap, 1), &(v)->at[(v)->len++])
/* Room for n more without moving. */
#define vec_reserve(a, v, n) ((v)->at = vec_grow((a), (v)->at, sizeof *(v)->at, (v)->len, &(v)->cap, (n)))
#define VEC_EACH(T, it, v)   for (T *it = (v)->at; it != NULL && it < (v)->at + (v)->len; it++)

void *vec_grow(struct arena *a, void *at, size_t size_bytes, size_t len, size_t *cap, size_t more);

#endif
