/* map: str -> pointer, open addressing, in an arena. Keys are borrowed: keep them alive as long as the map.
 * Iteration follows insertion order, so that everything printed from a map is the same in every run. */
#ifndef BASE_MAP_H
#define BASE_MAP_H
#include "base/arena.h"

struct map_entry {
    str key;
    void *value;
};

struct map {
    struct arena *arena;
    struct map_entry *entries; /* insertion order; entries[0 .. len) */
    uint32_t *slots;           /* 0 = empty, else 1 + index into entries */
    size_t len, cap, slot_count;
};

/* A map of zeros may be looked into; to put, it needs its arena. */
void map_init(struct map *m, struct arena *a);
void *map_get(const struct map *m, str key); /* NULL: not there */
/* Adds, or replaces the value of an equal key. True when the key was new. value must not be NULL. */
bool map_put(struct map *m, str key, void *value);

#endif
