/* Facts about invented people for a random program: known and unknown in all their parts; and the same spoilt. */
#ifndef UNIT_KERNEL_RANDOM_PEOPLE_H
#define UNIT_KERNEL_RANDOM_PEOPLE_H
#include "support/t.h"
#include "unit/lang/helpers.h"
#include "unit/lang/random_program.h"

static inline uint64_t random_below(void *ctx, uint64_t n)
{
    (void)ctx;
    return t_random_below(n);
}

static inline struct dice random_dice(void) { return (struct dice){ .below = random_below }; }

static inline struct facts random_facts(struct random_program *g, const struct loaded *l, struct arena *a)
{
    struct diags *d = ARENA_NEW(a, struct diags);
    bool assumed;
    struct text *out;
    text_init(&g->given, a, 1 << 20);
    text_init(&g->declared, a, 1 << 20);
    g->person = random_record(g, "人员");
    out = random_batch(g, &assumed);
    random_person_facts(g, g->person, out, assumed);
    out = random_batch(g, &assumed);
    random_home(g, out, assumed);
    out = random_batch(g, &assumed);
    random_friend(g, out, assumed);
    out = random_batch(g, &assumed);
    random_jobs(g, g->person, out, assumed);
    out = random_batch(g, &assumed);
    random_paid(g, g->person, out, assumed);
    struct facts f = start_facts(l, a, d, "人员");
    if (g->given.len > 0) give_facts(&f, l, a, d, text_str(&g->given).p, false);
    if (g->declared.len > 0) give_facts(&f, l, a, d, text_str(&g->declared).p, true);
    return f;
}

/* Values that no example can say: bad ones, and numbers at the edge of 64 bits; of a person, the friend, the home and
 * the jobs. */
static inline void random_spoil(const struct program *p, struct record *r, unsigned depth)
{
    const struct entity *e = &p->entities.at[r->entity];
    for (uint32_t i = e->is_spell ? SLOT_OWNER + 1 : 0; i < e->slots.len; i++) {
        const struct slot *s = &e->slots.at[i];
        struct slot_value *v = &r->slots[i];
        bool known = v->given && v->v.state == VALUE_KNOWN;
        if (known && depth > 0 && s->type.kind == TYPE_RECORD) random_spoil(p, v->v.record, depth - 1);
        for (uint32_t m = 0; known && depth > 0 && s->type.kind == TYPE_GROUP && m < v->v.group->count; m++)
            random_spoil(p, v->v.group->at[m], depth - 1);
        if (s->kind != SLOT_FIELD || s->type.kind == TYPE_RECORD || t_random_below(5) > 0) continue;
        if (s->type.kind == TYPE_NUM && t_random_below(2))
            v->v = value_num(t_random_below(2) ? INT64_MAX / 3 : INT64_MIN / 7);
        else
            v->v = t_random_below(3) ? value_error(VERR_DATA, 0) : value_none();
        v->v.assumed = t_random_below(3) == 0;
        v->given = true;
    }
}

#endif
