/* block: large pieces of memory that come and go one by one, which arenas are not for: the encoded columns of a pool,
 * replaced chunk by chunk. Unlike an arena it may say no: NULL, when the account's budget or the machine has no more.
 * An account counts what its owner holds; it is not shared between threads. */
#ifndef BASE_BLOCK_H
#define BASE_BLOCK_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct block_account {
    size_t used, budget; /* bytes; budget 0: none */
    bool failed;         /* a request was refused; stays */
};

/* Zeroed, aligned to 16 bytes. Zero bytes are one byte. */
void *block_alloc(struct block_account *a, size_t size_bytes);
/* The size must be the one that was asked for. NULL is fine. */
void block_free(struct block_account *a, void *p, size_t size_bytes);
/* At least `need` elements of size_bytes in *p, which has room for *cap; what is new is zero. False: *p and *cap are as
 * they were. */
bool block_grow(struct block_account *a, void **p, size_t *cap, size_t need, size_t size_bytes);

#endif
