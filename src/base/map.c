/* map: entries stand in insertion order in one array; a table of slots, a power of two at most three quarters full,
 * holds their indices and is searched linearly from the slot of the key's hash. Nothing is ever removed, so there are
 * no tombstones. When the table grows the keys are hashed again: cheaper than carrying hashes for maps that stay small.
 */
#include "base/map.h"

#include <assert.h>
#include <string.h>

enum { SLOTS_MIN = 16, ENTRIES_MIN = 8 };

void map_init(struct map *m, struct arena *a) { *m = (struct map){ .arena = a }; }

/* The slot that holds key, or the empty one where it belongs. There is always an empty slot. */
static size_t slot_of(const struct map *m, str key)
{
    size_t mask = m->slot_count - 1;
    size_t slot = (size_t)str_hash(key) & mask;
    while (m->slots[slot] != 0 && !str_eq(m->entries[m->slots[slot] - 1].key, key)) slot = (slot + 1) & mask;
    return slot;
}

void *map_get(const struct map *m, str key)
{
    if (m->len == 0) return NULL;
    uint32_t index = m->slots[slot_of(m, key)];
    return index == 0 ? NULL : m->entries[index - 1].value;
}

static void grow_slots(struct map *m)
{
    m->slot_count = m->slot_count == 0 ? SLOTS_MIN : m->slot_count * 2;
    m->slots = ARENA_ARRAY(m->arena, uint32_t, m->slot_count);
    for (size_t i = 0; i < m->len; i++) m->slots[slot_of(m, m->entries[i].key)] = (uint32_t)(i + 1);
}

static void grow_entries(struct map *m)
{
    size_t cap = m->cap == 0 ? ENTRIES_MIN : m->cap * 2;
    struct map_entry *entries = ARENA_ARRAY(m->arena, struct map_entry, cap);
    if (m->len > 0) memcpy(entries, m->entries, m->len * sizeof *entries);
    m->entries = entries;
    m->cap = cap;
}

bool map_put(struct map *m, str key, void *value)
{
    assert(value != NULL && m->len < UINT32_MAX - 1);
    if (m->len + 1 > m->slot_count / 4 * 3) grow_slots(m);
    size_t slot = slot_of(m, key);
    if (m->slots[slot] != 0) {
        m->entries[m->slots[slot] - 1].value = value;
        return false;
    }
    if (m->len == m->cap) grow_entries(m);
    m->entries[m->len++] = (struct map_entry){ key, value };
    m->slots[slot] = (uint32_t)m->len;
    return true;
}
