/* arena: memory by lifetime. Allocation never returns NULL: past its budget an arena sets a sticky mark and keeps
 * working; each stage ends with one check of arena_over that turns the mark into an error. A machine truly out of
 * memory aborts. Under ASan, unused memory and gaps between blocks are poisoned. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H
#include "base/str.h"

struct arena;

/* `name` is a literal shown in messages; `budget_bytes` 0 means no budget. */
struct arena *arena_new(const char *name, size_t budget_bytes);
void arena_free(struct arena *a); /* NULL is fine; runs the registered cleanups, last first */
/* Zeroed memory aligned to 16 bytes. */
void *arena_alloc(struct arena *a, size_t size_bytes);
bool arena_over(const struct arena *a); /* a rewind does not take the mark back */
size_t arena_used(const struct arena *a);
const char *arena_name(const struct arena *a);

/* Give back everything allocated since the mark. Cleanups registered since are run. A mark dies when the arena is
 * rewound to an older one (asserted). */
struct arena_mark {
    size_t chunk, used, total, cleanups;
};
struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark m);
/* fn(ptr) is called when the arena is freed or rewound past this point. */
void arena_cleanup(struct arena *a, void (*fn)(void *), void *ptr);

#define ARENA_NEW(a, T) ((T *)arena_alloc((a), sizeof(T)))
/* An array of n zeroed T; aborts when n * sizeof(T) overflows. */
#define ARENA_ARRAY(a, T, n) ((T *)arena_alloc_array((a), (n), sizeof(T)))
/* Makes the last thing that was allocated longer where it is, the new bytes zero; false when it is not the last or
 * there is no room behind it, and then nothing has changed. */
bool arena_extend(struct arena *a, void *p, size_t old_bytes, size_t new_bytes);
void *arena_alloc_array(struct arena *a, size_t n, size_t size_bytes);

/* A copy of s in the arena, with a NUL after it (so .p can go to a C interface). */
str str_dup(struct arena *a, str s);
/* A formatted str in the arena. */
str str_fmt(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* struct arena freed at the end of the scope: autoarena *a = arena_new("scratch", 0); */
static inline void arena_free_scoped(struct arena **a) { arena_free(*a); }
#define autoarena __attribute__((cleanup(arena_free_scoped))) struct arena

#endif
