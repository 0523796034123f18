/* A pool of invented people for any program: every field that an expression reads gets values of its type, some of them
 * unknown, none or declared; people live in households of about three, other references lead anywhere; spells and
 * months lie in the last fifteen years. */
#ifndef UNIT_KERNEL_RANDOM_POOL_H
#define UNIT_KERNEL_RANDOM_POOL_H
#include "vocab/vocab.h"

struct random_pool {
    const struct vocab *v;
    struct pool_builder *b;
    uint64_t seed;
    uint32_t *rows; /* per table */
    unsigned gaps;  /* of 100 cells so many are not simply known */
};

static inline uint64_t random_pool_below(struct random_pool *g, uint64_t n)
{
    g->seed = g->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    uint64_t x = g->seed ^ g->seed >> 29;
    return n == 0 ? 0 : (x * UINT64_C(0x9E3779B97F4A7C15) >> 32) % n;
}

static inline uint8_t random_pool_state(struct random_pool *g, bool optional)
{
    if (random_pool_below(g, 100) >= g->gaps) return POOL_KNOWN;
    switch (random_pool_below(g, 4)) {
    case 0: return optional ? POOL_NONE : POOL_UNKNOWN;
    case 1: return POOL_KNOWN | POOL_ASSUMED;
    default: return POOL_UNKNOWN;
    }
}

static inline int64_t random_pool_day(struct random_pool *g, int years)
{
    return date_of(2024, 6, 1).days - (int64_t)random_pool_below(g, (uint64_t)years * 365);
}

static inline int64_t random_pool_value(struct random_pool *g, uint16_t table, uint32_t row, const struct slot *s)
{
    const struct program *p = g->v->p;
    uint32_t target;
    switch (s->type.kind) {
    case TYPE_BOOL: return random_pool_below(g, 8) == 0;
    case TYPE_NUM: {
        int64_t x = (int64_t)random_pool_below(g, random_pool_below(g, 2) ? 40 : 6000);
        return x * (int64_t)num_pow10(s->type.scale > 4 ? 4 : s->type.scale);
    }
    case TYPE_DATE: return random_pool_day(g, random_pool_below(g, 2) ? 70 : 6);
    case TYPE_MONTH: return 2024 * 12 + 5 - (int64_t)random_pool_below(g, 120);
    case TYPE_CODE: return (int64_t)random_pool_below(g, p->codes.at[s->type.ref].items.len);
    case TYPE_TEXT: return pool_intern(g->b, STR("某"));
    case TYPE_RECORD:
        target = g->rows[s->type.ref];
        if (target == 0 || g->rows[table] == 0) return 0;
        if (target < g->rows[table] && target > g->rows[table] / 8)
            return (int64_t)((uint64_t)row * target / g->rows[table]);
        return (int64_t)random_pool_below(g, target);
    case TYPE_BAD:
    case TYPE_GROUP:
    case TYPE_HISTORY:
    case TYPE_NONE: break;
    }
    return 0;
}

static inline void random_pool_fields(struct random_pool *g, uint16_t table, uint32_t row, uint16_t from)
{
    const struct entity *e = &g->v->p->entities.at[table];
    for (uint16_t i = from; i < e->slots.len; i++) {
        const struct slot *s = &e->slots.at[i];
        if (s->kind != SLOT_FIELD || !g->v->used[table][i]) continue;
        if (s->type.kind == TYPE_RECORD && g->rows[s->type.ref] == 0) continue;
        pool_set(g->b, table, i, random_pool_state(g, s->optional), random_pool_value(g, table, row, s));
    }
    for (uint16_t i = 0; i < g->v->judgement_count[table]; i++) {
        if (random_pool_below(g, 4) == 0)
            pool_set(g->b, table, (uint16_t)(e->slots.len + i), POOL_KNOWN, (int64_t)random_pool_below(g, 2));
    }
}

static inline void random_pool_spells(struct random_pool *g, uint16_t table, uint32_t owner)
{
    for (uint64_t n = random_pool_below(g, 3); n > 0; n--) {
        uint32_t row = pool_add(g->b, table, 1 + random_pool_below(g, UINT64_MAX - 1), owner);
        int64_t from = random_pool_day(g, 12);
        pool_set(g->b, table, SLOT_FROM, POOL_KNOWN, from);
        if (random_pool_below(g, 2))
            pool_set(g->b, table, SLOT_TO, POOL_NONE, 0);
        else
            pool_set(g->b, table, SLOT_TO, POOL_KNOWN, from + (int64_t)random_pool_below(g, 900));
        pool_set(g->b, table, SLOT_OWNER, POOL_KNOWN, owner);
        random_pool_fields(g, table, row, SLOT_OWNER + 1);
    }
}

static inline void random_pool_months(struct random_pool *g, uint16_t table, uint32_t owner)
{
    const struct entity *e = &g->v->p->entities.at[table];
    uint64_t keys = e->key ? g->v->p->codes.at[e->key - 1].items.len : 1;
    for (uint64_t key = 0; key < keys; key++) {
        if (random_pool_below(g, 4)) continue;
        int64_t at = 2012 * 12 + (int64_t)random_pool_below(g, 60);
        for (uint64_t n = 1 + random_pool_below(g, 2); n > 0; n--) {
            int64_t last = at + (int64_t)random_pool_below(g, 70);
            uint32_t row = pool_add(g->b, table, 1 + random_pool_below(g, UINT64_MAX - 1), owner);
            pool_set(g->b, table, SLOT_MONTH, POOL_KNOWN, at);
            pool_set(g->b, table, SLOT_MONTH_OWNER, POOL_KNOWN, owner);
            pool_set(g->b, table, vocab_last_month(g->v, table), POOL_KNOWN, last);
            pool_set(g->b, table, vocab_key(g->v, table), POOL_KNOWN, (int64_t)key);
            random_pool_fields(g, table, row, SLOT_MONTH_OWNER + 1);
            at = last + 1; /* often the next run begins where this one ends */
            if (random_pool_below(g, 2)) at += (int64_t)random_pool_below(g, 30);
        }
    }
}

static inline void random_pool_groups(struct random_pool *g, uint16_t table)
{
    const struct program *p = g->v->p;
    const struct entity *e = &p->entities.at[table];
    for (uint16_t i = 0; i < e->slots.len; i++) {
        const struct slot *s = &e->slots.at[i];
        if (s->kind != SLOT_GROUP && s->kind != SLOT_SPELLS && s->kind != SLOT_HISTORY) continue;
        if (s->kind == SLOT_GROUP) {
            int via = entity_slot(&p->entities.at[s->type.ref], s->via);
            if (via >= 0 && g->rows[s->type.ref] > 0) pool_join_by(g->b, table, i, (uint16_t)via);
        }
        uint16_t keys = g->v->schema.tables[table].groups[i].key_count;
        for (uint16_t k = 0; k < (keys > 0 ? keys : 1); k++) {
            pool_cover_all(g->b, table, i, k, (struct pool_cover){ .state = POOL_KNOWN });
            for (uint32_t n = g->rows[table] * g->gaps / 400; n > 0; n--) {
                struct pool_cover other = { .state = random_pool_below(g, 2) ? POOL_UNKNOWN : POOL_KNOWN };
                other.has_until = s->kind == SLOT_HISTORY && other.state == POOL_KNOWN;
                other.until = 2023 * 12 + (int32_t)random_pool_below(g, 30);
                pool_cover_at(g->b, table, i, (uint32_t)random_pool_below(g, g->rows[table]), k, other);
            }
        }
    }
}

/* NULL (with e) when memory does not suffice. */
static inline struct pool *random_pool(const struct vocab *v, uint32_t people, unsigned gaps, uint64_t seed,
                                       struct arena *a, struct err *e)
{
    const struct program *p = v->p;
    struct random_pool g = { .v = v, .b = pool_build(&v->schema, 0), .seed = seed, .gaps = gaps };
    g.rows = ARENA_ARRAY(a, uint32_t, p->entities.len + 1);
    for (uint16_t t = 0; t < p->entities.len; t++) {
        str name = p->entities.at[t].name;
        if (p->entities.at[t].is_spell) continue;
        g.rows[t] = str_eq(name, STR("人员")) ? people : str_eq(name, STR("家庭")) ? people / 3 + 1 : people / 20 + 1;
    }
    for (uint16_t t = 0; t < p->entities.len; t++) {
        for (uint32_t r = 0; r < g.rows[t]; r++) {
            pool_add(g.b, t, (uint64_t)r + 1, UINT32_MAX);
            random_pool_fields(&g, t, r, 0);
        }
    }
    for (uint16_t t = 0; t < p->entities.len; t++) {
        const struct entity *s = &p->entities.at[t];
        for (uint32_t o = 0; s->is_spell && o < g.rows[s->owner]; o++) {
            if (s->is_monthly)
                random_pool_months(&g, t, o);
            else
                random_pool_spells(&g, t, o);
        }
    }
    for (uint16_t t = 0; t < p->entities.len; t++) random_pool_groups(&g, t);
    return pool_build_end(g.b, e);
}

#endif
