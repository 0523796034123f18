/* pool_update: a pool follows the registry after a batch. Every subject that changed is read again and compared with
 * its row: what is the same is no change, so that only policies that look at what differs are asked again. Subjects
 * that are not in the pool get a row behind all others; the rows of those that are no more become nobody's. */
#include "registry/pool_priv.h"
#include "store/short.h"

enum { GONE = 1, NEW_MANY = 20, ALWAYS_FEW = 1000 }; /* of 100 rows: so many latecomers, and a new pool is better */

struct want { /* to be read again */
    uint16_t entity;
    uint32_t row;
    int64_t id;
};
typedef VEC(uint32_t) row_list;
struct update {
    struct build x;
    struct layout *layouts; /* per entity, by id or owner; sql empty: not made so far */
    str *exists;            /* per entity */
    VEC(struct want) queue;
    row_list **cells; /* [entity][column]: rows in which it differs; for lists of spells and months as well */
    row_list *come, *gone;
};

/* ---- subjects and rows ---- */

static bool is_there(struct update *u, uint16_t entity, int64_t id, bool *there, struct err *e)
{
    struct store_stmt *q;
    if (u->exists[entity].len == 0) {
        struct text t;
        text_init(&t, u->x.a, 4096);
        text_addz(&t, "SELECT 1 FROM ");
        store_quote(&t, u->x.r->p->entities.at[entity].name);
        text_addz(&t, " WHERE \"_id\" = $1");
        u->exists[entity] = text_str(&t);
    }
    if (!store_prepare(u->x.r->s, u->exists[entity], &q, e)) return false;
    store_bind_int(q, 1, id);
    bool ok = store_step(q, there, e);
    store_done(q);
    return ok;
}

/* Row of a subject, which gets one when the registry has it and the pool has not. False *found: neither, or it goes. */
static bool row_of(struct update *u, uint16_t entity, int64_t id, bool *found, uint32_t *row, struct err *e)
{
    uint64_t known = id_map_get(&u->x.rows, (uint64_t)id);
    *found = known > GONE;
    if (known > GONE) *row = (uint32_t)(known - GONE - 1);
    if (known != 0) return true;
    *found = pool_row_of(u->x.pool, entity, (uint64_t)id, row);
    if (*found || !is_there(u, entity, id, found, e)) return *found;
    if (!*found) return true;
    *row = pool_change_row(u->x.change, entity, (uint64_t)id);
    id_map_put(&u->x.rows, (uint64_t)id, (uint64_t)*row + GONE + 1);
    *vec_push(u->x.a, &u->come[entity]) = *row;
    *vec_push(u->x.a, &u->queue) = (struct want){ entity, *row, id };
    return true;
}

/* References as rows of the pool; what nobody has is unknown. */
static bool find_rows(struct update *u, uint16_t entity, uint16_t columns, uint8_t *states, int64_t *values,
                      struct err *e)
{
    for (uint16_t c = 0; c < columns; c++) {
        if (!pool_is_reference(&u->x, entity, c) || (states[c] & POOL_STATE) != POOL_KNOWN) continue;
        uint32_t row = 0;
        bool found;
        if (!row_of(u, u->x.v->schema.tables[entity].columns[c].table, values[c], &found, &row, e)) return false;
        if (!found) states[c] = POOL_UNKNOWN;
        values[c] = found ? row : 0;
    }
    return true;
}

static void note(struct update *u, uint16_t entity, uint16_t column, uint32_t row)
{
    *vec_push(u->x.a, &u->cells[entity][column]) = row;
}

static const struct layout *layout_of(struct update *u, uint16_t entity)
{
    struct layout *sh = &u->layouts[entity];
    bool spell = u->x.r->p->entities.at[entity].is_spell;
    if (sh->sql.len == 0) pool_layout(&u->x, entity, spell ? "WHERE \"_owner\" = $1" : "WHERE \"_id\" = $1", sh);
    return sh;
}

static bool update_subject(struct update *u, const struct want *w, struct store_stmt *q, const struct layout *sh,
                           struct err *e)
{
    uint8_t *states = ARENA_ARRAY(u->x.a, uint8_t, sh->columns + 1u);
    int64_t *values = ARENA_ARRAY(u->x.a, int64_t, sh->columns + 1u);
    bool there, is_new = w->row >= pool_rows(u->x.pool, w->entity);
    if (!store_step(q, &there, e)) return false;
    if (!there) return true;
    pool_read_row(&u->x, sh, q, states, values);
    if (!find_rows(u, w->entity, sh->columns, states, values, e)) return false;
    for (uint16_t i = 0; i < sh->count; i++) {
        uint16_t slot = sh->slot_at[i];
        uint8_t state = POOL_UNKNOWN;
        int64_t value = 0;
        if (!is_new) pool_read_i64(u->x.pool, w->entity, slot, w->row, 1, &value, &state);
        if (state == states[slot] && value == values[slot]) continue;
        pool_change_cell(u->x.change, w->entity, slot, w->row, states[slot], values[slot]);
        if (!is_new) note(u, w->entity, slot, w->row);
    }
    return true;
}

/* The rows an owner has now, and those it had. */
static bool same_children(const struct update *u, uint16_t entity, uint16_t list, uint32_t owner, uint32_t n,
                          const uint64_t *ids, const uint8_t *states, const int64_t *values)
{
    uint16_t table = u->x.r->p->entities.at[entity].owner, columns = u->x.v->schema.tables[entity].column_count;
    if (owner >= pool_rows(u->x.pool, table)) return n == 0;
    struct pool_members m = pool_group(u->x.pool, table, list, owner);
    if (m.count != n) return false;
    for (uint32_t i = 0; i < n; i++) {
        if (pool_id(u->x.pool, entity, m.first + i) != ids[i]) return false;
        for (uint16_t c = 0; c < columns; c++) {
            uint8_t state;
            int64_t value;
            pool_read_i64(u->x.pool, entity, c, m.first + i, 1, &value, &state);
            bool known = (states[i * columns + c] & POOL_STATE) == POOL_KNOWN;
            if (state != states[i * columns + c] || (known && value != values[i * columns + c])) return false;
        }
    }
    return true;
}

static uint16_t list_of(const struct entity *owner, uint16_t child)
{
    for (uint16_t i = 0; i < owner->slots.len; i++) {
        const struct slot *s = &owner->slots.at[i];
        if ((s->kind == SLOT_SPELLS || s->kind == SLOT_HISTORY) && s->type.ref == child) return i;
    }
    return UINT16_MAX;
}

/* Until when the history of one is known, where that is said of them alone. */
static bool update_known(struct update *u, const struct want *w, uint16_t list, struct err *e)
{
    const struct entity *en = &u->x.r->p->entities.at[w->entity], *owner = &u->x.r->p->entities.at[en->owner];
    struct store_stmt *q;
    struct cover_line c;
    bool row, ok, new = w->row >= pool_rows(u->x.pool, en->owner);
    if (!store_ask(u->x.r->s, &q, e,
                   "SELECT \"entity\", \"slot\", \"key\", \"state\", \"until\" FROM \"_covered\" WHERE \"entity\" ="
                   " $1 AND \"_id\" = $2 AND \"slot\" = $3",
                   "sis", owner->name, w->id, en->name))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        if (!pool_read_cover(&u->x, q, 0, &c)) continue;
        for (uint16_t k = c.key_from; k < c.key_to; k++) {
            struct pool_cover was = { 0 };
            if (!new) was = pool_covered(u->x.pool, en->owner, list, w->row, k);
            if (was.state == c.cover.state && was.has_until == c.cover.has_until && was.until == c.cover.until)
                continue;
            pool_change_cover(u->x.change, en->owner, list, w->row, k, c.cover);
            if (!new) note(u, en->owner, list, w->row);
        }
    }
    store_done(q);
    return ok;
}

static bool update_children(struct update *u, const struct want *w, struct store_stmt *q, const struct layout *sh,
                            struct err *e)
{
    const struct entity *en = &u->x.r->p->entities.at[w->entity];
    VEC(uint64_t) ids = { 0 };
    VEC(uint8_t) states = { 0 };
    VEC(int64_t) values = { 0 };
    bool there, ok;
    int64_t id, owner;
    while ((ok = store_step(q, &there, e)) && there) {
        if (!store_int(q, 0, &id) || !store_int(q, 2, &owner)) continue;
        *vec_push(u->x.a, &ids) = (uint64_t)id;
        vec_reserve(u->x.a, &states, sh->columns);
        vec_reserve(u->x.a, &values, sh->columns);
        uint8_t *s = states.at + states.len;
        int64_t *v = values.at + values.len;
        pool_read_row(&u->x, sh, q, s, v);
        if (en->is_monthly) pool_read_months(&u->x, sh, q, s, v);
        uint16_t owner_slot = en->is_monthly ? SLOT_MONTH_OWNER : SLOT_OWNER;
        s[owner_slot] = POOL_KNOWN, v[owner_slot] = owner;
        states.len += sh->columns, values.len += sh->columns;
    }
    for (size_t i = 0; ok && i < ids.len; i++)
        ok = find_rows(u, w->entity, sh->columns, states.at + i * sh->columns, values.at + i * sh->columns, e);
    if (!ok) return false;
    uint16_t list = list_of(&u->x.r->p->entities.at[en->owner], w->entity);
    if (en->is_monthly && list != UINT16_MAX && !update_known(u, w, list, e)) return false;
    if (list != UINT16_MAX &&
        same_children(u, w->entity, list, w->row, (uint32_t)ids.len, ids.at, states.at, values.at))
        return true;
    pool_change_children(u->x.change, w->entity, w->row, (uint32_t)ids.len, ids.at, states.at, values.at);
    if (w->row < pool_rows(u->x.pool, en->owner) && list != UINT16_MAX) note(u, en->owner, list, w->row);
    return true;
}

static bool update_one(struct update *u, const struct want *w, struct err *e)
{
    const struct layout *sh = layout_of(u, w->entity);
    struct store_stmt *q;
    if (!store_prepare(u->x.r->s, sh->sql, &q, e)) return false;
    store_bind_int(q, 1, w->id);
    bool spell = u->x.r->p->entities.at[w->entity].is_spell;
    bool ok = spell ? update_children(u, w, q, sh, e) : update_subject(u, w, q, sh, e);
    store_done(q);
    return ok;
}

/* ---- what came, what went ---- */

/* Subjects first: what refers to somebody who goes must find nobody. */
static bool note_gone(struct update *u, const registry_changes *changes, struct err *e)
{
    VEC_EACH (const struct registry_change, c, changes) {
        uint32_t row;
        bool there;
        if (u->x.r->p->entities.at[c->entity].is_spell || id_map_get(&u->x.rows, (uint64_t)c->id) != 0) continue;
        if (!pool_row_of(u->x.pool, c->entity, (uint64_t)c->id, &row)) continue;
        if (!is_there(u, c->entity, c->id, &there, e)) return false;
        if (there) continue;
        id_map_put(&u->x.rows, (uint64_t)c->id, GONE);
        pool_change_gone(u->x.change, c->entity, row);
        *vec_push(u->x.a, &u->gone[c->entity]) = row;
    }
    return true;
}

static bool read_again(struct update *u, const registry_changes *changes, struct err *e)
{
    if (!note_gone(u, changes, e)) return false;
    VEC_EACH (const struct registry_change, c, changes) {
        const struct entity *en = &u->x.r->p->entities.at[c->entity];
        uint32_t row = 0;
        bool found;
        size_t waiting = u->queue.len;
        if (!row_of(u, en->is_spell ? en->owner : c->entity, c->id, &found, &row, e)) return false;
        bool queued = !en->is_spell && u->queue.len > waiting; /* it has just come, and will be read */
        if (found && !queued) *vec_push(u->x.a, &u->queue) = (struct want){ c->entity, row, c->id };
    }
    for (size_t i = 0; i < u->queue.len; i++) { /* whom they refer to may join the queue */
        struct want w = u->queue.at[i];
        if (!update_one(u, &w, e)) return false;
    }
    return true;
}

/* Latecomers stand apart from their households: when there are many, a pool built anew is quicker to ask. */
static bool too_many(const struct update *u)
{
    for (uint16_t t = 0; t < u->x.v->schema.table_count; t++) {
        size_t moved = u->come[t].len + u->gone[t].len;
        if (moved > ALWAYS_FEW && moved > pool_rows(u->x.pool, t) / (100 / NEW_MANY)) return true;
    }
    return false;
}

static void tell(const struct update *u, const struct registry_watch *w, bool after)
{
    if (w == NULL) return;
    for (uint16_t t = 0; t < u->x.v->schema.table_count; t++) {
        for (uint16_t c = 0; c < u->x.v->schema.tables[t].column_count; c++) {
            const row_list *rows = &u->cells[t][c];
            if (rows->len > 0) w->changed(w->ctx, after, t, c, rows->at, rows->len);
        }
        const row_list *all = after ? &u->come[t] : &u->gone[t];
        if (all->len > 0) w->changed(w->ctx, after, t, VOCAB_EVERY_COLUMN, all->at, all->len);
    }
}

static void start(struct update *u, struct registry *r, const struct vocab *v, struct pool *p, struct arena *a)
{
    size_t tables = v->schema.table_count;
    *u = (struct update){ .x = { .r = r, .v = v, .a = a, .pool = p, .rows = { .a = a } } };
    u->layouts = ARENA_ARRAY(a, struct layout, tables + 1);
    u->exists = ARENA_ARRAY(a, str, tables + 1);
    u->cells = ARENA_ARRAY(a, row_list *, tables + 1);
    u->come = arena_alloc_array(a, tables + 1, sizeof *u->come);
    u->gone = arena_alloc_array(a, tables + 1, sizeof *u->gone);
    for (size_t t = 0; t < tables; t++)
        u->cells[t] = arena_alloc_array(a, v->schema.tables[t].column_count + 1u, sizeof **u->cells);
    u->x.change = pool_change_start(p);
}

bool registry_pool_update(struct registry *r, const struct vocab *v, struct pool *p, int64_t since,
                          const struct registry_watch *watch, bool *done, struct err *e)
{
    autoarena *a = arena_new("update", 0);
    registry_changes changes = { 0 };
    struct update u;
    bool all;
    *done = false;
    if (!registry_changed(r, since, &all, a, &changes, e)) return false;
    if (all) return true;
    start(&u, r, v, p, a);
    bool ok = read_again(&u, &changes, e);
    if (!ok || too_many(&u)) {
        pool_change_drop(u.x.change);
        return ok;
    }
    tell(&u, watch, false);
    *done = pool_change_end(u.x.change, e);
    if (*done) tell(&u, watch, true);
    return *done;
}
