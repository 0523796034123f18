/* touched: who is to be asked again about what. Few different sets of policies occur: those that read a column of one's
 * own, of one's household, of one's firm, and their unions. Each gets a number, and a row keeps the number in a byte.
 */
#include "vocab/vocab_priv.h"

#include <assert.h>
#include <string.h>

struct vocab_touched {
    struct arena *a;
    uint32_t words, count; /* of a set; how many sets, 0 is the empty one */
    uint64_t *sets;        /* [number * words] */
    uint8_t *unions;       /* [a * 256 + b]: number of both together; 0: not needed so far */
    uint16_t tables;
    uint8_t **rows; /* [entity][row]; NULL: nobody of it */
    uint32_t *room;
};

struct vocab_touched *vocab_touched_new(const struct vocab *v, struct arena *a)
{
    struct vocab_touched *t = ARENA_NEW(a, struct vocab_touched);
    *t = (struct vocab_touched){ .a = a, .words = (uint32_t)(v->p->policies.len / 64 + 1), .count = 1 };
    t->tables = v->schema.table_count;
    t->sets = ARENA_ARRAY(a, uint64_t, (size_t)t->words * (VOCAB_TOUCHED_ALL + 1));
    t->unions = ARENA_ARRAY(a, uint8_t, (size_t)(VOCAB_TOUCHED_ALL + 1) * (VOCAB_TOUCHED_ALL + 1));
    t->rows = ARENA_ARRAY(a, uint8_t *, t->tables + 1u);
    t->room = ARENA_ARRAY(a, uint32_t, t->tables + 1u);
    memset(t->sets + (size_t)t->words * VOCAB_TOUCHED_ALL, 0xff, t->words * sizeof *t->sets);
    return t;
}

unsigned vocab_touched_class(struct vocab_touched *t, const uint64_t *policies)
{
    size_t size = t->words * sizeof *policies;
    for (unsigned i = 0; i < t->count; i++) {
        if (memcmp(t->sets + (size_t)i * t->words, policies, size) == 0) return i;
    }
    if (t->count == VOCAB_TOUCHED_ALL) return VOCAB_TOUCHED_ALL; /* too many different ones: then everything */
    memcpy(t->sets + (size_t)t->count * t->words, policies, size);
    return t->count++;
}

/* Both sets together. */
static unsigned joined(struct vocab_touched *t, unsigned a, unsigned b)
{
    uint8_t *known = &t->unions[a * (VOCAB_TOUCHED_ALL + 1) + b];
    if (*known != 0) return *known;
    uint64_t *set = ARENA_ARRAY(t->a, uint64_t, t->words);
    for (uint32_t i = 0; i < t->words; i++)
        set[i] = t->sets[(size_t)a * t->words + i] | t->sets[(size_t)b * t->words + i];
    *known = (uint8_t)vocab_touched_class(t, set);
    return *known;
}

void vocab_touch(struct vocab_touched *t, uint16_t entity, uint32_t row, unsigned class)
{
    assert(entity < t->tables && class <= VOCAB_TOUCHED_ALL);
    if (row >= t->room[entity]) { /* rows may come behind those that were there when this was begun */
        uint32_t room = row < UINT32_MAX / 2 ? row + row / 2 + 4096 : UINT32_MAX;
        uint8_t *rows = ARENA_ARRAY(t->a, uint8_t, room);
        if (t->rows[entity] != NULL) memcpy(rows, t->rows[entity], t->room[entity]);
        t->rows[entity] = rows, t->room[entity] = room;
    }
    uint8_t *at = &t->rows[entity][row];
    *at = (uint8_t)(*at == 0 ? class : joined(t, *at, class));
}

void vocab_touch_everybody(struct vocab_touched *t, const struct pool *p)
{
    for (uint16_t e = 0; e < t->tables; e++) {
        for (uint32_t r = pool_rows(p, e); r > 0; r--) vocab_touch(t, e, r - 1, VOCAB_TOUCHED_ALL);
    }
}

const uint8_t *vocab_touched_rows(const struct vocab_touched *t, uint16_t entity, uint32_t *n)
{
    *n = t->room[entity];
    return t->rows[entity];
}

bool vocab_touched_has(const struct vocab_touched *t, unsigned class, uint32_t policy)
{
    return (t->sets[(size_t) class * t->words + policy / 64] >> policy % 64 & 1) != 0;
}
