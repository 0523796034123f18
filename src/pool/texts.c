/* texts: the dictionary: bytes one after another, where each ends, and a hash table of numbers. The hash is the same in
 * every process (FNV-1a), because the table is saved as it is. */
#include "pool/pool_priv.h"

#include <string.h>

enum { SLOTS_MIN = 64 };

static uint64_t hash(str s)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < s.len; i++) h = (h ^ (uint8_t)s.p[i]) * UINT64_C(0x100000001b3);
    return h ^ h >> 32;
}

/* A damaged file may say anything: what lies outside the bytes is the empty text. */
str texts_at(const struct texts *t, uint32_t number)
{
    if (number >= t->len) return (str){ "", 0 };
    uint64_t from = number == 0 ? 0 : t->ends[number - 1], to = t->ends[number];
    if (from > to || to > t->bytes_len) return (str){ "", 0 };
    return (str){ t->bytes + from, (size_t)(to - from) };
}

/* The slot of s, or the empty one where it belongs. SIZE_MAX when a damaged table has neither. */
static size_t slot_of(const struct texts *t, str s)
{
    size_t mask = t->slot_count - 1, slot = (size_t)hash(s) & mask;
    for (size_t i = 0; i < t->slot_count; i++, slot = (slot + 1) & mask) {
        if (t->slots[slot] == 0 || str_eq(texts_at(t, t->slots[slot] - 1), s)) return slot;
    }
    return SIZE_MAX;
}

int64_t texts_find(const struct texts *t, str s)
{
    if (t->slot_count == 0) return -1;
    size_t slot = slot_of(t, s);
    return slot == SIZE_MAX || t->slots[slot] == 0 ? -1 : (int64_t)t->slots[slot] - 1;
}

void texts_index(struct texts *t)
{
    for (uint32_t i = 0; i < t->len; i++) {
        size_t slot = slot_of(t, texts_at(t, i));
        if (slot != SIZE_MAX && t->slots[slot] == 0) t->slots[slot] = i + 1;
    }
}

static bool grow_slots(struct block_account *m, struct texts *t)
{
    struct texts larger = *t;
    larger.slot_count = t->slot_count == 0 ? SLOTS_MIN : t->slot_count * 2;
    larger.slots = block_alloc(m, larger.slot_count * sizeof *larger.slots);
    if (larger.slots == NULL) return false;
    texts_index(&larger);
    block_free(m, t->slots, t->slot_count * sizeof *t->slots);
    *t = larger;
    return true;
}

/* Before the first addition to what lies in a file. */
static bool own(struct block_account *m, struct texts *t)
{
    struct texts copy = *t;
    copy.mapped = false;
    copy.bytes_cap = t->bytes_len;
    copy.ends_cap = t->len;
    copy.bytes = block_alloc(m, copy.bytes_cap);
    copy.ends = block_alloc(m, copy.ends_cap * sizeof *copy.ends);
    copy.slots = block_alloc(m, copy.slot_count * sizeof *copy.slots);
    if (copy.bytes == NULL || copy.ends == NULL || copy.slots == NULL) {
        texts_free(m, &copy);
        return false;
    }
    if (t->bytes_len > 0) memcpy(copy.bytes, t->bytes, t->bytes_len);
    if (t->len > 0) memcpy(copy.ends, t->ends, t->len * sizeof *t->ends);
    if (t->slot_count > 0) memcpy(copy.slots, t->slots, t->slot_count * sizeof *t->slots);
    *t = copy;
    return true;
}

bool texts_add(struct block_account *m, struct texts *t, str s, uint32_t *number)
{
    int64_t known = texts_find(t, s);
    if (known >= 0) {
        *number = (uint32_t)known;
        return true;
    }
    if (t->mapped && !own(m, t)) return false;
    if (t->len + 1u > t->slot_count / 4 * 3 && !grow_slots(m, t)) return false;
    void *bytes = t->bytes, *ends = t->ends;
    bool room = block_grow(m, &bytes, &t->bytes_cap, t->bytes_len + s.len, 1);
    t->bytes = bytes;
    room = room && block_grow(m, &ends, &t->ends_cap, t->len + 1u, sizeof *t->ends);
    t->ends = ends;
    if (!room || t->len == UINT32_MAX - 1) return false;
    if (s.len > 0) memcpy(t->bytes + t->bytes_len, s.p, s.len);
    t->bytes_len += s.len;
    t->ends[t->len] = t->bytes_len;
    t->slots[slot_of(t, s)] = t->len + 1;
    *number = t->len++;
    return true;
}

void texts_free(struct block_account *m, struct texts *t)
{
    if (!t->mapped) {
        block_free(m, t->bytes, t->bytes_cap);
        block_free(m, t->ends, t->ends_cap * sizeof *t->ends);
        block_free(m, t->slots, t->slot_count * sizeof *t->slots);
    }
    *t = (struct texts){ 0 };
}
