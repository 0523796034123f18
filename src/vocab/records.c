/* records: a pool from the records of examples. First everything that can be reached gets a row number: records of
 * subjects in the order they are found, spells and months under the record that lists them, those nobody lists behind
 * all others; then rows and cells are written in that order. Neighbouring months with equal fields become one row. */
#include "vocab/vocab_priv.h"

#include <assert.h>
#include <string.h>

struct place { /* of one record, or of one run of months */
    struct record *r;
    struct record *owner; /* spells and months: who lists it, NULL nobody */
    uint16_t key;
    month last; /* of a run */
    uint32_t row;
};

struct mapped { /* a record and its place; months of a run share one */
    const struct record *r;
    struct place *place;
};

struct builder {
    const struct vocab *v;
    struct arena *a;
    struct pool_builder *b;
    VEC(struct place *) * found; /* [entity], in the order they were found */
    struct mapped *slots;
    size_t slot_count, mapped_count;
    VEC(struct place *) queue;
};

static size_t map_slot(const struct builder *b, const struct record *r)
{
    size_t mask = b->slot_count - 1, at = (size_t)((uintptr_t)r / 16 * 0x9E3779B97F4A7C15u >> 20) & mask;
    while (b->slots[at].r != NULL && b->slots[at].r != r) at = (at + 1) & mask;
    return at;
}

static struct place *place_of(const struct builder *b, const struct record *r)
{
    return b->slot_count == 0 ? NULL : b->slots[map_slot(b, r)].place;
}

/* Of a record that was found. */
static struct place *placed(const struct builder *b, const struct record *r)
{
    struct place *place = place_of(b, r);
    assert(place != NULL);
    return place;
}

static void map_record(struct builder *b, const struct record *r, struct place *place)
{
    if (b->mapped_count + 1 > b->slot_count / 2) {
        struct mapped *old = b->slots;
        size_t count = b->slot_count;
        b->slot_count = count == 0 ? 256 : count * 2;
        b->slots = ARENA_ARRAY(b->a, struct mapped, b->slot_count);
        for (size_t i = 0; i < count; i++) {
            if (old[i].r != NULL) b->slots[map_slot(b, old[i].r)] = old[i];
        }
    }
    b->slots[map_slot(b, r)] = (struct mapped){ r, place };
    b->mapped_count++;
}

static struct place *find(struct builder *b, struct record *r)
{
    struct place *place = place_of(b, r);
    if (place != NULL) return place;
    place = ARENA_NEW(b->a, struct place);
    place->r = r;
    map_record(b, r, place);
    *vec_push(b->a, &b->found[r->entity]) = place;
    *vec_push(b->a, &b->queue) = place;
    return place;
}

/* ---- what can be reached ---- */

static bool same_slot(const struct vocab *v, const struct slot *s, const struct slot_value *x,
                      const struct slot_value *y)
{
    if (!vocab_is_cell(v->p, s) || (!x->given && !y->given)) return true;
    if (x->given != y->given || x->v.assumed != y->v.assumed || x->v.state != y->v.state) return false;
    if (x->v.state != VALUE_KNOWN) return true;
    switch (s->type.kind) {
    case TYPE_NUM: return x->v.number == y->v.number;
    case TYPE_TEXT: return str_eq(x->v.text, y->v.text);
    case TYPE_RECORD: return x->v.record == y->v.record;
    case TYPE_BOOL:
    case TYPE_DATE:
    case TYPE_MONTH:
    case TYPE_CODE:
    case TYPE_BAD:
    case TYPE_GROUP:
    case TYPE_HISTORY:
    case TYPE_NONE: break;
    }
    return vocab_cell(s->type, x->v) == vocab_cell(s->type, y->v);
}

/* Whether month r goes on where the run before it ends. */
static bool goes_on(const struct builder *b, const struct place *run, const struct record *r)
{
    const struct entity *e = vocab_entity(b->v, r->entity);
    const struct slot_value *x = &run->r->slots[SLOT_MONTH], *y = &r->slots[SLOT_MONTH];
    if (y->v.month_.index != run->last.index + 1 || x->v.assumed != y->v.assumed) return false;
    if (r->judgements.len > 0 || run->r->judgements.len > 0) return false;
    for (uint32_t i = SLOT_MONTH + 1; i < e->slots.len; i++) {
        if (!same_slot(b->v, &e->slots.at[i], &run->r->slots[i], &r->slots[i])) return false;
    }
    return true;
}

static void find_months(struct builder *b, struct record *owner, const struct history *h, uint16_t key)
{
    struct place *run = NULL;
    for (uint32_t i = 0; h->known && i < h->count; i++) {
        struct record *r = h->records[i];
        if (run != NULL && goes_on(b, run, r)) {
            map_record(b, r, run);
        } else {
            run = find(b, r);
            run->owner = owner;
            run->key = key;
        }
        run->last = r->slots[SLOT_MONTH].v.month_;
    }
}

static void find_members(struct builder *b, struct record *r, const struct slot *s, const struct slot_value *v)
{
    if (!v->given || v->v.state != VALUE_KNOWN) return;
    for (uint32_t i = 0; i < v->v.group->count; i++) {
        struct place *m = find(b, v->v.group->at[i]);
        if (s->kind == SLOT_SPELLS) m->owner = r;
    }
}

static void find_from(struct builder *b, struct record *r)
{
    const struct entity *e = vocab_entity(b->v, r->entity);
    for (uint32_t i = 0; i < e->slots.len; i++) {
        const struct slot *s = &e->slots.at[i];
        const struct slot_value *v = &r->slots[i];
        if (s->kind == SLOT_HISTORY) {
            for (uint16_t k = 0; r->histories[i] != NULL && k < vocab_keys(b->v->p, s); k++) {
                find_months(b, r, &r->histories[i][k], k);
            }
        } else if (s->kind == SLOT_GROUP || s->kind == SLOT_SPELLS) {
            find_members(b, r, s, v);
        } else if (s->type.kind == TYPE_RECORD && vocab_is_cell(b->v->p, s) && v->given && v->v.state == VALUE_KNOWN) {
            find(b, v->v.record);
        }
    }
}

/* ---- rows and cells ---- */

static void add_rows(struct builder *b, uint16_t entity)
{
    const struct entity *e = vocab_entity(b->v, entity);
    if (!e->is_spell) {
        VEC_EACH (struct place *, place, &b->found[entity]) {
            (*place)->row = pool_add(b->b, entity, (*place)->r->id, UINT32_MAX);
        }
        return;
    }
    /* by owner: those of each owner in the order they were found, which is that of its list */
    VEC_EACH (struct place *, owner, &b->found[e->owner]) {
        const struct entity *oe = vocab_entity(b->v, e->owner);
        for (uint32_t i = 0; i < oe->slots.len; i++) {
            const struct slot *s = &oe->slots.at[i];
            if (s->type.ref != entity || (s->kind != SLOT_SPELLS && s->kind != SLOT_HISTORY)) continue;
            const struct record *r = (*owner)->r;
            if (s->kind == SLOT_SPELLS && r->slots[i].given && r->slots[i].v.state == VALUE_KNOWN) {
                const struct group *g = r->slots[i].v.group;
                for (uint32_t k = 0; k < g->count; k++)
                    placed(b, g->at[k])->row = pool_add(b->b, entity, g->at[k]->id, (*owner)->row);
            }
            for (uint16_t key = 0; s->kind == SLOT_HISTORY && r->histories[i] != NULL && key < vocab_keys(b->v->p, s);
                 key++) {
                const struct history *h = &r->histories[i][key];
                for (uint32_t k = 0; h->known && k < h->count; k++) {
                    struct place *run = placed(b, h->records[k]);
                    if (run->r == h->records[k]) run->row = pool_add(b->b, entity, run->r->id, (*owner)->row);
                }
            }
        }
    }
    VEC_EACH (struct place *, place, &b->found[entity]) {
        if ((*place)->owner == NULL) (*place)->row = pool_add(b->b, entity, (*place)->r->id, UINT32_MAX);
    }
}

static void set_cell(struct builder *b, const struct place *at, uint16_t column, const struct slot *s,
                     const struct slot_value *v)
{
    if (!v->given) return;
    uint8_t state = vocab_state(v->v);
    int64_t cell = vocab_cell(s->type, v->v);
    if (v->v.state == VALUE_KNOWN && s->type.kind == TYPE_TEXT) cell = pool_intern(b->b, v->v.text);
    if (v->v.state == VALUE_KNOWN && s->type.kind == TYPE_RECORD) cell = placed(b, v->v.record)->row;
    if (v->v.state == VALUE_KNOWN && s->type.kind == TYPE_NUM && v->v.number != cell)
        state = (uint8_t)(POOL_BAD | (state & POOL_ASSUMED));
    pool_set_at(b->b, at->r->entity, column, at->row, state, cell);
}

static void set_group(struct builder *b, const struct place *at, uint16_t slot, const struct slot *s,
                      const struct slot_value *v)
{
    uint16_t entity = at->r->entity;
    if (s->kind == SLOT_HISTORY) {
        for (uint16_t k = 0; at->r->histories[slot] != NULL && k < vocab_keys(b->v->p, s); k++) {
            const struct history *h = &at->r->histories[slot][k];
            uint8_t state = (uint8_t)((h->known ? POOL_KNOWN : POOL_UNKNOWN) | (h->assumed ? POOL_ASSUMED : 0));
            struct pool_cover c = { .state = state, .has_until = h->has_until, .until = h->until.index };
            if (h->known || h->assumed) pool_cover_at(b->b, entity, slot, at->row, k, c);
        }
        return;
    }
    if (!v->given) return;
    pool_cover_at(b->b, entity, slot, at->row, 0, (struct pool_cover){ .state = vocab_state(v->v) });
    for (uint32_t i = 0; s->kind == SLOT_GROUP && v->v.state == VALUE_KNOWN && i < v->v.group->count; i++) {
        pool_join(b->b, entity, slot, at->row, placed(b, v->v.group->at[i])->row);
    }
}

static void set_judgements(struct builder *b, const struct place *at)
{
    uint16_t entity = at->r->entity;
    uint32_t slots = (uint32_t)vocab_entity(b->v, entity)->slots.len;
    VEC_EACH (const struct judgement, j, &at->r->judgements) {
        for (uint16_t i = 0; i < b->v->judgement_count[entity]; i++) {
            if (!str_eq(b->v->p->consts.at[b->v->judged[entity][i]].text, j->question)) continue;
            pool_set_at(b->b, entity, (uint16_t)(slots + i), at->row, POOL_KNOWN, j->answer);
        }
    }
}

static void set_row(struct builder *b, const struct place *at)
{
    uint16_t entity = at->r->entity;
    const struct entity *e = vocab_entity(b->v, entity);
    for (uint16_t i = 0; i < e->slots.len; i++) {
        const struct slot *s = &e->slots.at[i];
        if (!b->v->used[entity][i]) continue;
        if (s->kind == SLOT_GROUP || s->kind == SLOT_SPELLS || s->kind == SLOT_HISTORY)
            set_group(b, at, i, s, &at->r->slots[i]);
        else if (vocab_is_cell(b->v->p, s))
            set_cell(b, at, i, s, &at->r->slots[i]);
    }
    set_judgements(b, at);
    if (!e->is_monthly) return;
    const struct slot_value *first = &at->r->slots[SLOT_MONTH];
    month last = at->owner != NULL ? at->last : first->v.month_; /* a month nobody lists is no run */
    pool_set_at(b->b, entity, vocab_last_month(b->v, entity), at->row, vocab_state(first->v), last.index);
    pool_set_at(b->b, entity, vocab_key(b->v, entity), at->row, POOL_KNOWN, at->key);
}

bool vocab_pool_of_records(const struct vocab *v, struct record *const *subjects, size_t n, uint32_t *rows,
                           struct pool **out, struct err *e)
{
    autoarena *a = arena_new("pool of records", 0);
    size_t entities = v->p->entities.len;
    struct builder b = { .v = v, .a = a };
    b.found = arena_alloc_array(a, entities + 1, sizeof *b.found);
    for (size_t i = 0; i < n; i++) find(&b, subjects[i]);
    for (size_t i = 0; i < b.queue.len; i++) find_from(&b, b.queue.at[i]->r);
    b.b = pool_build(&v->schema, 0);
    for (unsigned spells = 0; spells < 2; spells++) {
        for (size_t i = 0; i < entities; i++) {
            if (vocab_entity(v, (uint16_t)i)->is_spell == (spells == 1)) add_rows(&b, (uint16_t)i);
        }
    }
    for (size_t i = 0; i < b.queue.len; i++) set_row(&b, b.queue.at[i]);
    struct pool *p = pool_build_end(b.b, e);
    if (p == NULL) return false;
    for (size_t i = 0; i < n; i++) rows[i] = placed(&b, subjects[i])->row;
    *out = p;
    return true;
}
