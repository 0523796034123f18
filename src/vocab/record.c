/* record: one row of a pool as the facts of a case. A record is made for every row that the paths of its entity lead
 * to, and once for each row, however many ways lead there. What no path reads stays unknown: it cannot be asked for. */
#include "vocab/vocab_priv.h"

#include <assert.h>

struct made { /* a row's record, and a path from which it was followed */
    uint32_t row, path;
    uint16_t entity;
    struct record *r;
};

struct reader {
    const struct vocab *v;
    const struct pool *p;
    struct facts *f;
    struct made *slots;
    size_t slot_count, made_count;
    VEC(struct made) queue; /* followed one after another, so that no chain of households fills the stack */
};

static size_t made_slot(const struct reader *r, uint16_t entity, uint32_t row, uint32_t path)
{
    uint64_t h = ((uint64_t)entity << 48 ^ (uint64_t)row << 16 ^ path) * UINT64_C(0x9E3779B97F4A7C15);
    size_t mask = r->slot_count - 1, at = (size_t)(h >> 24) & mask;
    for (; r->slots[at].r != NULL; at = (at + 1) & mask) {
        const struct made *m = &r->slots[at];
        if (m->entity == entity && m->row == row && m->path == path) break;
    }
    return at;
}

static void remember(struct reader *r, struct made m)
{
    if (r->made_count + 1 > r->slot_count / 2) {
        struct made *old = r->slots;
        size_t count = r->slot_count;
        r->slot_count = count == 0 ? 64 : count * 2;
        r->slots = ARENA_ARRAY(r->f->a, struct made, r->slot_count);
        for (size_t i = 0; i < count; i++) {
            if (old[i].r != NULL) r->slots[made_slot(r, old[i].entity, old[i].row, old[i].path)] = old[i];
        }
    }
    r->slots[made_slot(r, m.entity, m.row, m.path)] = m;
    r->made_count++;
}

static struct record *made_at(const struct reader *r, uint16_t entity, uint32_t row, uint32_t path)
{
    return r->slot_count == 0 ? NULL : r->slots[made_slot(r, entity, row, path)].r;
}

static uint8_t read_cell(const struct reader *r, uint16_t entity, uint32_t column, uint32_t row, int64_t *cell)
{
    uint8_t state;
    pool_read_i64(r->p, entity, (uint16_t)column, row, 1, cell, &state);
    return state;
}

static void fill_cells(const struct reader *r, struct record *m, uint32_t row)
{
    const struct entity *e = vocab_entity(r->v, m->entity);
    for (uint32_t i = 0; i < e->slots.len; i++) {
        const struct slot *s = &e->slots.at[i];
        int64_t cell;
        if (!r->v->used[m->entity][i] || !vocab_is_cell(r->v->p, s) || s->type.kind == TYPE_RECORD) continue;
        uint8_t state = read_cell(r, m->entity, i, row, &cell);
        struct value v = vocab_value(r->p, s->type, state, cell);
        m->slots[i] = (struct slot_value){ .v = v, .given = v.state != VALUE_UNKNOWN };
    }
    for (uint16_t i = 0; i < r->v->judgement_count[m->entity]; i++) {
        int64_t answer;
        if ((read_cell(r, m->entity, (uint32_t)e->slots.len + i, row, &answer) & POOL_STATE) != POOL_KNOWN) continue;
        *vec_push(r->f->a, &m->judgements) =
            (struct judgement){ .question = r->v->p->consts.at[r->v->judged[m->entity][i]].text,
                                .answer = answer != 0 };
    }
}

/* The record of a row, to be followed from `path`. *is_new: it was made now. */
static struct record *record_of(struct reader *r, uint16_t entity, uint32_t row, uint32_t path, bool *is_new)
{
    struct record *m = made_at(r, entity, row, path);
    *is_new = false;
    if (m != NULL) return m;
    m = made_at(r, entity, row, 0); /* there by another way? 0 stands for any */
    if (m == NULL) {
        *is_new = true;
        m = facts_record(r->f, entity);
        fill_cells(r, m, row);
        remember(r, (struct made){ .row = row, .entity = entity, .r = m });
    }
    if (path != 0) remember(r, (struct made){ .row = row, .path = path, .entity = entity, .r = m });
    *vec_push(r->f->a, &r->queue) = (struct made){ .row = row, .path = path, .entity = entity, .r = m };
    return m;
}

static bool valid_row(const struct reader *r, uint16_t entity, int64_t row)
{
    return row >= 0 && row < pool_rows(r->p, entity);
}

static struct value member_value(struct record *m, uint8_t state)
{
    struct value v = { .state = VALUE_KNOWN, .record = m, .assumed = (state & POOL_ASSUMED) != 0 };
    return v;
}

static void follow_reference(struct reader *r, const struct made *at, uint32_t slot, const struct slot *s,
                             uint32_t path)
{
    int64_t cell;
    uint8_t state = read_cell(r, at->entity, slot, at->row, &cell);
    struct value v = vocab_value(r->p, s->type, state, cell);
    bool is_new;
    if (!(state & POOL_ABSENT) && (state & POOL_STATE) == POOL_KNOWN && valid_row(r, s->type.ref, cell))
        v = member_value(record_of(r, s->type.ref, (uint32_t)cell, path, &is_new), state);
    at->r->slots[slot] = (struct slot_value){ .v = v, .given = v.state != VALUE_UNKNOWN };
}

static void follow_members(struct reader *r, const struct made *at, uint16_t slot, const struct slot *s, uint32_t path)
{
    struct pool_cover c = pool_covered(r->p, at->entity, slot, at->row, 0);
    struct value v = vocab_value(r->p, s->type, c.state, 0);
    if ((c.state & POOL_STATE) == POOL_KNOWN) {
        struct pool_members m = pool_group(r->p, at->entity, slot, at->row);
        struct group *g = ARENA_NEW(r->f->a, struct group);
        g->at = ARENA_ARRAY(r->f->a, struct record *, m.count + 1u);
        for (uint32_t i = 0; i < m.count; i++) {
            bool is_new;
            uint32_t row = m.list != NULL ? m.list[i] : m.first + i;
            if (!valid_row(r, s->type.ref, row)) continue;
            struct record *e = record_of(r, s->type.ref, row, path, &is_new);
            if (is_new) e->index = i + 1;
            if (s->kind == SLOT_SPELLS) e->owner = at->r;
            g->at[g->count++] = e;
        }
        v = (struct value){ .state = VALUE_KNOWN, .assumed = (c.state & POOL_ASSUMED) != 0, .group = g };
    }
    at->r->slots[slot] = (struct slot_value){ .v = v, .given = v.state != VALUE_UNKNOWN };
}

/* ---- months ---- */

static void add_month(struct reader *r, struct history *h, const struct made *owner, const struct record *run, month m)
{
    struct record *e = facts_record(r->f, run->entity);
    size_t slots = vocab_entity(r->v, run->entity)->slots.len;
    for (size_t i = 0; i < slots; i++) e->slots[i] = run->slots[i];
    e->slots[SLOT_MONTH].v.month_ = m;
    e->judgements = run->judgements;
    e->owner = owner->r;
    uint32_t i = h->count++;
    for (; i > 0 && h->records[i - 1]->slots[SLOT_MONTH].v.month_.index > m.index; i--)
        h->records[i] = h->records[i - 1];
    h->records[i] = e;
    months_set(&h->months, m);
}

/* A month's references are needed before it is copied, so a run is followed at once and not put into the queue. */
static void follow_run(struct reader *r, const struct made *owner, struct history *histories, uint16_t keys,
                       uint16_t entity, uint32_t row, uint32_t path);

static bool run_months(const struct reader *r, uint16_t keys, uint16_t entity, uint32_t row, int64_t *first,
                       int64_t *last, int64_t *key)
{
    uint8_t known = read_cell(r, entity, SLOT_MONTH, row, first);
    known &= read_cell(r, entity, vocab_last_month(r->v, entity), row, last);
    known &= read_cell(r, entity, vocab_key(r->v, entity), row, key);
    return (known & POOL_STATE) == POOL_KNOWN && *key >= 0 && *key < keys;
}

static void follow_history(struct reader *r, const struct made *at, uint16_t slot, const struct slot *s, uint32_t path)
{
    uint16_t keys = vocab_keys(r->v->p, s);
    struct history *h = ARENA_ARRAY(r->f->a, struct history, keys + 1u);
    bool any = false;
    for (uint16_t k = 0; k < keys; k++) {
        struct pool_cover c = pool_covered(r->p, at->entity, slot, at->row, k);
        h[k] = (struct history){ .known = (c.state & POOL_STATE) == POOL_KNOWN,
                                 .has_until = c.has_until,
                                 .assumed = (c.state & POOL_ASSUMED) != 0,
                                 .until = { c.until } };
        if (h[k].known) h[k].records = ARENA_ARRAY(r->f->a, struct record *, MONTHS_COUNT);
        any = any || h[k].known || h[k].has_until || h[k].assumed;
    }
    if (!any) return;
    struct pool_members m = pool_group(r->p, at->entity, slot, at->row);
    for (uint32_t i = 0; i < m.count; i++) follow_run(r, at, h, keys, s->type.ref, m.first + i, path);
    at->r->histories[slot] = h;
    at->r->slots[slot].given = true;
}

static void follow(struct reader *r, const struct made *at)
{
    const struct entity *e = vocab_entity(r->v, at->entity);
    for (uint16_t i = 0; i < e->slots.len; i++) {
        const struct slot *s = &e->slots.at[i];
        bool is_cell = vocab_is_cell(r->v->p, s);
        if ((is_cell && s->type.kind != TYPE_RECORD) || !r->v->used[at->entity][i]) continue;
        if (s->kind == SLOT_FUNC && !is_cell) continue;
        uint32_t path = vocab_step(r->v, at->path, i);
        if (path == 0 && !r->v->too_many) continue;
        if (is_cell)
            follow_reference(r, at, i, s, path);
        else if (s->kind == SLOT_HISTORY)
            follow_history(r, at, i, s, path);
        else
            follow_members(r, at, i, s, path);
    }
}

static void follow_run(struct reader *r, const struct made *owner, struct history *histories, uint16_t keys,
                       uint16_t entity, uint32_t row, uint32_t path)
{
    int64_t first, last, key;
    if (!run_months(r, keys, entity, row, &first, &last, &key)) return;
    struct record *run = made_at(r, entity, row, 0); /* what another path found in it stays */
    if (run == NULL) {
        run = facts_record(r->f, entity);
        fill_cells(r, run, row);
        remember(r, (struct made){ .row = row, .entity = entity, .r = run });
    }
    struct made at = { .row = row, .path = path, .entity = entity, .r = run };
    follow(r, &at);
    struct history *h = &histories[key];
    if (h->has_until && last > h->until.index) last = h->until.index;
    for (int64_t m = first; m <= last && m < MONTHS_FIRST + MONTHS_COUNT; m++) {
        month month_ = { (int32_t)m };
        if (h->known && months_ok(month_) && !months_has(&h->months, month_)) add_month(r, h, owner, run, month_);
    }
}

static struct record *record_from(const struct vocab *v, const struct pool *p, uint16_t table, uint32_t row,
                                  uint32_t root, struct facts *f)
{
    struct reader r = { .v = v, .p = p, .f = f };
    bool is_new;
    assert(row < pool_rows(p, table));
    struct record *m = record_of(&r, table, row, root, &is_new);
    f->subject = m;
    for (size_t i = 0; i < r.queue.len; i++) {
        struct made at = r.queue.at[i]; /* the queue may move */
        follow(&r, &at);
    }
    return m;
}

struct record *vocab_record(const struct vocab *v, const struct pool *p, uint16_t table, uint32_t row, struct facts *f)
{
    return record_from(v, p, table, row, v->entity_root[table], f);
}

struct record *vocab_record_for(const struct vocab *v, const struct pool *p, uint32_t policy, uint32_t row,
                                struct facts *f)
{
    return record_from(v, p, v->p->policies.at[policy].entity, row, v->policy_root[policy], f);
}
