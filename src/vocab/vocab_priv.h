/* vocab_priv: between the files of vocab. */
#ifndef VOCAB_PRIV_H
#define VOCAB_PRIV_H
#include "vocab/vocab.h"

enum { VOCAB_NO_TABLE = UINT16_MAX };

/* Fills paths, policy_root, entity_root and `used` from what expressions read. */
void vocab_find_paths(struct vocab *v, struct arena *a);
/* The path of one step further; 0 when no expression takes it. */
uint32_t vocab_step(const struct vocab *v, uint32_t path, uint16_t slot);
static inline bool vocab_bit(const uint64_t *bits, uint32_t i) { return (bits[i / 64] >> i % 64 & 1) != 0; }
static inline const struct entity *vocab_entity(const struct vocab *v, uint16_t e) { return &v->p->entities.at[e]; }
static inline const struct slot *vocab_slot(const struct vocab *v, uint16_t e, uint32_t s)
{
    return &v->p->entities.at[e].slots.at[s];
}
/* One value of its own: not members, spells, months, nor a definition that takes parameters. */
bool vocab_is_cell(const struct program *p, const struct slot *s);
/* Keys of a history: items of its code list, or one. */
uint16_t vocab_keys(const struct program *p, const struct slot *s);

#endif
