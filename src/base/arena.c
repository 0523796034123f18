/* arena: a list of chunks and one position in it.
 *
 *   chunks  [ 0 ][ 1 ][ 2 ][ 3 ]      chunks behind the position are full, those after it are empty and kept for reuse
 *                  ^ position: chunk 1, used bytes of it
 *
 * A rewind moves the position back and touches nothing else, so one mark and rewind per person costs nothing. Memory
 * must come out zeroed: every chunk remembers how far it was ever handed out ("dirty"); beyond that it is still as
 * calloc or the system gave it, and only the dirty part of a new block is cleared. Large arrays thus stay untouched
 * until used.
 *
 * Invariants: 1 used <= cap of the position's chunk. 2 Chunks after the position hold no live block. 3 Bytes at or past
 * a chunk's dirty mark are zero. 4 Under ASan exactly the live blocks are unpoisoned, with a redzone behind each. */
#include "base/arena.h"

#include "base/fault.h"
#include "base/format.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__)
#    define ARENA_ASAN 1
#elif defined(__has_feature)
#    if __has_feature(address_sanitizer)
#        define ARENA_ASAN 1
#    endif
#endif
#ifdef ARENA_ASAN
#    include <sanitizer/asan_interface.h>
enum { REDZONE = 16 };
#else
#    define ASAN_POISON_MEMORY_REGION(p, n)   ((void)(p), (void)(n))
#    define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
enum { REDZONE = 0 };
#endif

/* The first chunk is small because a request often needs little; doubling stops where waste would begin to show. */
enum { ALIGN = 16, CHUNK_MIN = 8 * 1024, CHUNK_MAX = 2 * 1024 * 1024 };

struct chunk {
    char *p;
    size_t cap, dirty;
};

struct cleanup {
    void (*fn)(void *);
    void *ptr;
};

struct arena {
    const char *name;
    size_t budget, total;
    bool over;
    struct chunk *chunks;
    size_t chunk_count, chunk_room;
    size_t chunk, used; /* the position */
    struct cleanup *cleanups;
    size_t cleanup_count, cleanup_room;
};

_Noreturn static void out_of_memory(const char *name, size_t size_bytes)
{
    fprintf(stderr, "leye: out of memory: arena \"%s\" asked for %zu bytes\n", name, size_bytes);
    abort();
}

/* The arena's own bookkeeping: doubled when full. */
static void *grown(const struct arena *a, void *p, size_t *room, size_t size_bytes)
{
    size_t more = *room == 0 ? 8 : *room * 2;
    void *q = reallocarray(p, more, size_bytes);
    if (q == NULL) out_of_memory(a->name, more * size_bytes);
    *room = more;
    return q;
}

struct arena *arena_new(const char *name, size_t budget_bytes)
{
    struct arena *a = calloc(1, sizeof *a);
    if (a == NULL) out_of_memory(name, sizeof *a);
    a->name = name;
    a->budget = budget_bytes;
    return a;
}

/* A cleanup is taken off before it runs, so one that registers another cannot make it run twice. */
static void run_cleanups(struct arena *a, size_t down_to)
{
    while (a->cleanup_count > down_to) {
        struct cleanup c = a->cleanups[--a->cleanup_count];
        c.fn(c.ptr);
    }
}

/* Large chunks are whole huge pages, asked for as such: a program of packs takes tens of megabytes once, and taking
 * them in pages of 4 kB is a third of the time of `leye check`. Not under ASan, whose leak check does not look into
 * memory that is mapped. */
static bool is_mapped(size_t cap)
{
#ifdef ARENA_ASAN
    (void)cap;
    return false;
#else
    return cap >= CHUNK_MAX;
#endif
}

static char *map_chunk(size_t cap)
{
    char *p = mmap(NULL, cap + CHUNK_MAX, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return NULL;
    size_t before = (CHUNK_MAX - (uintptr_t)p % CHUNK_MAX) % CHUNK_MAX;
    if (before > 0) munmap(p, before);
    if (before < CHUNK_MAX) munmap(p + before + cap, CHUNK_MAX - before);
    madvise(p + before, cap, MADV_HUGEPAGE); /* where there are none, small ones do */
    return p + before;
}

static void chunk_release(struct chunk *c)
{
    ASAN_UNPOISON_MEMORY_REGION(c->p, c->cap);
    if (is_mapped(c->cap))
        munmap(c->p, c->cap);
    else
        free(c->p);
    *c = (struct chunk){ 0 };
}

void arena_free(struct arena *a)
{
    if (a == NULL) return;
    run_cleanups(a, 0);
    for (size_t i = 0; i < a->chunk_count; i++) chunk_release(&a->chunks[i]);
    free(a->chunks);
    free(a->cleanups);
    free(a);
}

static size_t chunk_size(size_t index, size_t need)
{
    size_t size = index < 7 ? (size_t)CHUNK_MIN << index : CHUNK_MAX;
    if (size < need) size = need;
    return is_mapped(size) ? (size + CHUNK_MAX - 1) / CHUNK_MAX * CHUNK_MAX : size;
}

static void note_dirty(struct arena *a)
{
    if (a->chunk_count == 0) return;
    struct chunk *c = &a->chunks[a->chunk];
    if (c->dirty < a->used) c->dirty = a->used;
}

/* Moves the position to a chunk with room for `need`: the next one when it was kept and is large enough, else a new one
 * in its place (nothing lives there: invariant 2). */
static void next_chunk(struct arena *a, size_t need)
{
    note_dirty(a);
    size_t index = a->chunk_count == 0 ? 0 : a->chunk + 1;
    if (index == a->chunk_room) a->chunks = grown(a, a->chunks, &a->chunk_room, sizeof *a->chunks);
    if (index == a->chunk_count) a->chunks[a->chunk_count++] = (struct chunk){ 0 };
    struct chunk *c = &a->chunks[index];
    if (c->cap < need) {
        chunk_release(c);
        c->cap = chunk_size(index, need);
        c->p = is_mapped(c->cap) ? map_chunk(c->cap) : calloc(1, c->cap);
        if (c->p == NULL) out_of_memory(a->name, c->cap);
        ASAN_POISON_MEMORY_REGION(c->p, c->cap);
    }
    a->chunk = index;
    a->used = 0;
}

void *arena_alloc(struct arena *a, size_t size_bytes)
{
    if (size_bytes > SIZE_MAX / 4) out_of_memory(a->name, size_bytes);
    size_t size = (size_bytes + (size_bytes == 0) + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    a->total += size;
    if ((a->budget != 0 && a->total > a->budget) || fault_point(FAULT_MEMORY)) a->over = true;
    if (a->chunk_count == 0 || a->chunks[a->chunk].cap - a->used < size + REDZONE) next_chunk(a, size + REDZONE);
    struct chunk *c = &a->chunks[a->chunk];
    char *p = c->p + a->used;
    ASAN_UNPOISON_MEMORY_REGION(p, size_bytes);
    if (a->used < c->dirty) {
        size_t dirty = c->dirty - a->used;
        memset(p, 0, dirty < size_bytes ? dirty : size_bytes);
    }
    a->used += size + REDZONE;
    return p;
}

bool arena_extend(struct arena *a, void *p, size_t old_bytes, size_t new_bytes)
{
#ifdef ARENA_ASAN
    (void)a, (void)p, (void)old_bytes, (void)new_bytes;
    return false; /* the bytes behind p are poisoned, so that running over its end is seen */
#else
    size_t old = (old_bytes + (old_bytes == 0) + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (a->chunk_count == 0 || new_bytes > SIZE_MAX / 4) return false;
    const struct chunk *c = &a->chunks[a->chunk];
    if (a->used < old || (char *)p != c->p + a->used - old) return false;
    size_t more = ((new_bytes + ALIGN - 1) & ~(size_t)(ALIGN - 1)) - old;
    if (c->cap - a->used < more || (a->budget != 0 && a->total + more > a->budget)) return false;
    if (a->used < c->dirty) {
        size_t dirty = c->dirty - a->used;
        memset(c->p + a->used, 0, dirty < more ? dirty : more);
    }
    a->used += more;
    a->total += more;
    return true;
#endif
}

void *arena_alloc_array(struct arena *a, size_t n, size_t size_bytes)
{
    size_t total;
    if (__builtin_mul_overflow(n, size_bytes, &total)) out_of_memory(a->name, SIZE_MAX);
    return arena_alloc(a, total);
}

bool arena_over(const struct arena *a) { return a->over; }

size_t arena_used(const struct arena *a) { return a->total; }

const char *arena_name(const struct arena *a) { return a->name; }

struct arena_mark arena_mark(const struct arena *a)
{
    return (struct arena_mark){ a->chunk, a->used, a->total, a->cleanup_count };
}

/* Only ASan needs to know which bytes died; without it the loop is empty and compiled away. */
static void poison_from(const struct arena *a, struct arena_mark m)
{
#ifdef ARENA_ASAN
    for (size_t i = m.chunk; i <= a->chunk && i < a->chunk_count; i++) {
        size_t from = i == m.chunk ? m.used : 0;
        size_t to = i == a->chunk ? a->used : a->chunks[i].cap;
        ASAN_POISON_MEMORY_REGION(a->chunks[i].p + from, to - from);
    }
#else
    (void)a, (void)m;
#endif
}

void arena_rewind(struct arena *a, struct arena_mark m)
{
    run_cleanups(a, m.cleanups);
    assert(m.total <= a->total && m.chunk <= a->chunk && (m.chunk < a->chunk || m.used <= a->used));
    note_dirty(a);
    poison_from(a, m);
    a->chunk = m.chunk;
    a->used = m.used;
    a->total = m.total;
}

void arena_cleanup(struct arena *a, void (*fn)(void *), void *ptr)
{
    if (a->cleanup_count == a->cleanup_room) {
        a->cleanups = grown(a, a->cleanups, &a->cleanup_room, sizeof *a->cleanups);
    }
    a->cleanups[a->cleanup_count++] = (struct cleanup){ fn, ptr };
}

str str_dup(struct arena *a, str s)
{
    char *p = arena_alloc(a, s.len + 1);
    if (s.len > 0) memcpy(p, s.p, s.len);
    return (str){ p, s.len };
}

str str_fmt(struct arena *a, const char *fmt, ...)
{
    char short_text[512];
    size_t short_len = 0;
    va_list args, again;
    va_start(args, fmt);
    bool plain = format_plain(short_text, sizeof short_text, &short_len, fmt, args);
    va_end(args);
    if (plain) return str_dup(a, (str){ short_text, short_len });
    va_start(args, fmt);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    assert(len >= 0); /* only a wrong conversion in a literal of ours can do that */
    char *p = arena_alloc(a, (size_t)len + 1);
    vsnprintf(p, (size_t)len + 1, fmt, again);
    va_end(again);
    return (str){ p, (size_t)len };
}
