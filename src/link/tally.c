/* tally: open addressing, at most half full, searched linearly. Keys are hashes already. */
#include "link/link_priv.h"

#include <string.h>

enum { SLOTS_MIN = 1024 };

void tally_free(struct tally *t)
{
    arena_free(t->arena);
    *t = (struct tally){ 0 };
}

static size_t slot_of(const struct tally *t, uint64_t key)
{
    size_t mask = t->slots - 1, slot = tally_slot(t, key);
    while (t->keys[slot] != 0 && t->keys[slot] != key) slot = (slot + 1) & mask;
    return slot;
}

static void grow(struct tally *t, size_t slots)
{
    struct tally old = *t;
    t->arena = arena_new("tally", 0);
    t->slots = slots;
    t->keys = ARENA_ARRAY(t->arena, uint64_t, slots);
    t->values = ARENA_ARRAY(t->arena, uint32_t, slots);
    for (size_t i = 0; i < old.slots; i++) {
        if (old.keys[i] == 0) continue;
        size_t slot = slot_of(t, old.keys[i]);
        t->keys[slot] = old.keys[i];
        t->values[slot] = old.values[i];
    }
    arena_free(old.arena);
}

void tally_reserve(struct tally *t, size_t more)
{
    size_t slots = t->slots == 0 ? SLOTS_MIN : t->slots;
    while ((t->len + more) * 2 > slots) slots *= 2;
    if (slots != t->slots) grow(t, slots);
}

uint32_t *tally_at(struct tally *t, uint64_t key)
{
    if (key == 0) key = 1;
    tally_reserve(t, 1);
    size_t slot = slot_of(t, key);
    if (t->keys[slot] == 0) {
        t->keys[slot] = key;
        t->len++;
    }
    return &t->values[slot];
}

uint32_t tally_get(const struct tally *t, uint64_t key)
{
    if (t->slots == 0) return 0;
    return t->values[slot_of(t, key == 0 ? 1 : key)];
}
