/* affect: from a changed cell back to subjects. Every path of the policy that reads the cell's column is climbed step
 * by step: a reference backwards is a list the pool has (成员 for 家庭) or one made here, a list backwards is its
 * reference, spells and months lead to their owner. */
#include "vocab/vocab_priv.h"

#include <assert.h>
#include <string.h>

struct reverse { /* of a reference column or a list: who names a row */
    uint32_t *offsets, *rows;
};

struct vocab_affect {
    const struct vocab *v;
    const struct pool *p;
    struct arena *a;
    struct reverse **of; /* [entity][slot] */
    uint16_t **columns;  /* [subjects][entity], see columns_to_ask */
    uint32_t root;       /* path of what is asked */
    void (*mark)(void *ctx, uint32_t subject);
    void *ctx;
};

enum { AFFECT_TILE = 512 };
#define NOBODY UINT32_MAX

struct vocab_affect *vocab_affect_of(const struct vocab *v, const struct pool *p, struct arena *a)
{
    struct vocab_affect *w = ARENA_NEW(a, struct vocab_affect);
    *w = (struct vocab_affect){ .v = v, .p = p, .a = a };
    w->of = ARENA_ARRAY(a, struct reverse *, v->schema.table_count + 1u);
    for (uint16_t e = 0; e < v->schema.table_count; e++) {
        w->of[e] = ARENA_ARRAY(a, struct reverse, v->schema.tables[e].column_count + 1u);
    }
    return w;
}

/* ---- who names a row ---- */

/* Calls each with every pair (row of entity, row it names through slot). */
static void each_naming(const struct vocab_affect *w, uint16_t entity, uint16_t slot,
                        void (*each)(struct reverse *r, uint32_t from, uint32_t to), struct reverse *r)
{
    const struct slot *s = vocab_slot(w->v, entity, slot);
    uint32_t rows = pool_rows(w->p, entity), limit = pool_rows(w->p, s->type.ref);
    int32_t values[AFFECT_TILE];
    uint8_t states[AFFECT_TILE];
    for (uint32_t at = 0; at < rows; at += AFFECT_TILE) {
        uint32_t n = rows - at < AFFECT_TILE ? rows - at : AFFECT_TILE;
        if (s->kind != SLOT_GROUP) pool_read_i32(w->p, entity, slot, at, n, values, states);
        for (uint32_t i = 0; i < n; i++) {
            if (s->kind != SLOT_GROUP) {
                bool known = (states[i] & POOL_STATE) == POOL_KNOWN && !(states[i] & POOL_ABSENT);
                if (known && (uint32_t)values[i] < limit) each(r, at + i, (uint32_t)values[i]);
                continue;
            }
            struct pool_members m = pool_group(w->p, entity, slot, at + i);
            for (uint32_t k = 0; k < m.count; k++) {
                uint32_t to = m.list != NULL ? m.list[k] : m.first + k;
                if (to < limit) each(r, at + i, to);
            }
        }
    }
}

static void count_one(struct reverse *r, uint32_t from, uint32_t to)
{
    (void)from;
    r->offsets[to + 2]++;
}

static void put_one(struct reverse *r, uint32_t from, uint32_t to) { r->rows[r->offsets[to + 1]++] = from; }

/* Counting sort by the row that is named: offsets stand one place ahead while rows are put. */
static const struct reverse *reverse_of(struct vocab_affect *w, uint16_t entity, uint16_t slot)
{
    struct reverse *r = &w->of[entity][slot];
    if (r->offsets != NULL) return r;
    uint32_t limit = pool_rows(w->p, vocab_slot(w->v, entity, slot)->type.ref);
    r->offsets = ARENA_ARRAY(w->a, uint32_t, (size_t)limit + 3);
    each_naming(w, entity, slot, count_one, r);
    for (uint32_t i = 1; i < limit + 2; i++) r->offsets[i + 1] += r->offsets[i];
    r->rows = ARENA_ARRAY(w->a, uint32_t, (size_t)r->offsets[limit + 1] + 1);
    each_naming(w, entity, slot, put_one, r);
    return r;
}

static void climb(struct vocab_affect *w, uint32_t path, uint32_t row);

static void climb_members(struct vocab_affect *w, uint32_t path, struct pool_members m)
{
    for (uint32_t i = 0; i < m.count; i++) climb(w, path, m.list != NULL ? m.list[i] : m.first + i);
}

/* The list on `entity` that reverses a reference column (or ownership) of table `from`; -1: none the pool keeps. */
static int kept_list(const struct vocab_affect *w, uint16_t entity, uint16_t from, uint16_t slot)
{
    const struct entity *e = vocab_entity(w->v, entity);
    uint16_t owner_slot = vocab_entity(w->v, from)->is_monthly ? SLOT_MONTH_OWNER : SLOT_OWNER;
    bool owned = vocab_entity(w->v, from)->is_spell && slot == owner_slot && pool_is_owner(w->p, from, slot);
    for (uint16_t i = 0; i < e->slots.len; i++) {
        const struct slot *s = &e->slots.at[i];
        uint16_t ref;
        if (s->type.ref != from) continue;
        if (owned && (s->kind == SLOT_SPELLS || s->kind == SLOT_HISTORY)) return i;
        if (s->kind == SLOT_GROUP && pool_joined_by(w->p, entity, i, &ref) && ref == slot) return i;
    }
    return -1;
}

/* From a row at a path to the rows before its last step. */
static void climb(struct vocab_affect *w, uint32_t path, uint32_t row)
{
    const struct vocab_path *at = &w->v->paths[path];
    if (at->parent == 0) {
        w->mark(w->ctx, row);
        return;
    }
    uint16_t before = w->v->paths[at->parent].entity, ref;
    const struct slot *s = vocab_slot(w->v, before, at->slot);
    if (s->kind == SLOT_SPELLS || s->kind == SLOT_HISTORY) {
        uint32_t owner = pool_owner(w->p, at->entity, row);
        if (owner != NOBODY) climb(w, at->parent, owner);
        return;
    }
    if (s->kind == SLOT_GROUP && pool_joined_by(w->p, before, at->slot, &ref)) {
        int32_t to;
        uint8_t state;
        pool_read_i32(w->p, at->entity, ref, row, 1, &to, &state);
        if ((state & POOL_STATE) == POOL_KNOWN && (uint32_t)to < pool_rows(w->p, before))
            climb(w, at->parent, (uint32_t)to);
        return;
    }
    int list = s->kind == SLOT_GROUP ? -1 : kept_list(w, at->entity, before, at->slot);
    if (list >= 0) {
        climb_members(w, at->parent, pool_group(w->p, at->entity, (uint16_t)list, row));
        return;
    }
    const struct reverse *r = reverse_of(w, before, at->slot);
    struct pool_members named = { .count = r->offsets[row + 1] - r->offsets[row], .list = r->rows + r->offsets[row] };
    climb_members(w, at->parent, named);
}

/* ---- where it is read ---- */

static void visit(struct vocab_affect *w, uint32_t path, uint16_t table, uint32_t row, uint16_t column)
{
    const struct vocab_path *at = &w->v->paths[path];
    if (at->entity == table && vocab_bit(at->reads, column)) climb(w, path, row);
    for (uint32_t c = at->first_child; c != 0; c = w->v->paths[c].next) visit(w, c, table, row, column);
}

/* The lists that a reference makes: the row it names has one member more or less. */
static void visit_lists(struct vocab_affect *w, uint16_t table, uint32_t row, uint16_t column)
{
    const struct slot *s = vocab_slot(w->v, table, column);
    if (s->kind != SLOT_FIELD || s->type.kind != TYPE_RECORD) return;
    const struct entity *e = vocab_entity(w->v, s->type.ref);
    for (uint16_t i = 0; i < e->slots.len; i++) {
        uint16_t ref;
        int32_t to;
        uint8_t state;
        if (e->slots.at[i].kind != SLOT_GROUP || e->slots.at[i].type.ref != table) continue;
        if (!pool_joined_by(w->p, e->id, i, &ref) || ref != column) continue;
        pool_read_i32(w->p, table, column, row, 1, &to, &state);
        bool known = (state & POOL_STATE) == POOL_KNOWN && (uint32_t)to < pool_rows(w->p, e->id);
        if (known) visit(w, w->root, e->id, (uint32_t)to, i);
    }
}

/* What an owner has of spells or months is in the lists those make. */
static void visit_children(struct vocab_affect *w, uint16_t table, uint32_t row, uint16_t column)
{
    const struct slot *s = vocab_slot(w->v, table, column);
    if (s->kind != SLOT_SPELLS && s->kind != SLOT_HISTORY) return;
    struct pool_members m = pool_group(w->p, table, column, row);
    for (uint32_t k = 0; k < m.count; k++) {
        for (uint16_t i = 0; i < vocab_entity(w->v, s->type.ref)->slots.len; i++)
            visit_lists(w, s->type.ref, m.first + k, i);
    }
}

static void affected(struct vocab_affect *w, uint32_t root, uint16_t subjects, uint16_t table, uint32_t row,
                     uint16_t column, void (*mark)(void *ctx, uint32_t subject), void *ctx)
{
    w->root = root;
    w->mark = mark;
    w->ctx = ctx;
    assert(row < pool_rows(w->p, table));
    if (w->v->too_many) {
        for (uint32_t i = 0; i < pool_rows(w->p, subjects); i++) mark(ctx, i);
        return;
    }
    visit(w, root, table, row, column);
    if (column >= vocab_entity(w->v, table)->slots.len) return; /* a judgement */
    visit_lists(w, table, row, column);
    visit_children(w, table, row, column);
}

void vocab_affected(struct vocab_affect *w, uint32_t policy, uint16_t table, uint32_t row, uint16_t column,
                    void (*mark)(void *ctx, uint32_t subject), void *ctx)
{
    affected(w, w->v->policy_root[policy], w->v->p->policies.at[policy].entity, table, row, column, mark, ctx);
}

/* Columns that between them stand for all: one of each path that reads this table at all, and every reference, since
 * whom it names has a member more or less. */
static bool stands_for_others(const struct vocab *v, uint32_t path, uint16_t table, uint16_t column)
{
    const struct vocab_path *at = &v->paths[path];
    if (at->entity == table && vocab_bit(at->reads, column)) {
        bool first = true;
        for (uint16_t c = 0; c < column && first; c++) first = !vocab_bit(at->reads, c);
        if (first) return true;
    }
    for (uint32_t c = at->first_child; c != 0; c = v->paths[c].next) {
        if (stands_for_others(v, c, table, column)) return true;
    }
    return false;
}

static const uint16_t *columns_to_ask(struct vocab_affect *w, uint16_t subjects, uint16_t table)
{
    size_t at = (size_t)subjects * w->v->schema.table_count + table;
    if (w->columns == NULL)
        w->columns = ARENA_ARRAY(w->a, uint16_t *, (size_t)w->v->schema.table_count * w->v->schema.table_count);
    if (w->columns[at] != NULL) return w->columns[at];
    uint16_t count = w->v->schema.tables[table].column_count, n = 0;
    uint16_t *list = ARENA_ARRAY(w->a, uint16_t, count + 2u);
    for (uint16_t c = 0; c < count; c++) {
        const struct slot *s = c < vocab_entity(w->v, table)->slots.len ? vocab_slot(w->v, table, c) : NULL;
        bool refers = s != NULL && s->kind == SLOT_FIELD && s->type.kind == TYPE_RECORD;
        if (refers || stands_for_others(w->v, w->v->entity_root[subjects], table, c)) list[n++] = c;
    }
    list[n] = UINT16_MAX;
    return w->columns[at] = list;
}

void vocab_affected_by_row(struct vocab_affect *w, uint16_t subjects, uint16_t table, uint32_t row,
                           void (*mark)(void *ctx, uint32_t subject), void *ctx)
{
    for (const uint16_t *c = columns_to_ask(w, subjects, table); *c != UINT16_MAX; c++)
        affected(w, w->v->entity_root[subjects], subjects, table, row, *c, mark, ctx);
}

void vocab_affected_by_list(struct vocab_affect *w, uint16_t subjects, uint16_t table, uint32_t row, uint16_t column,
                            void (*mark)(void *ctx, uint32_t subject), void *ctx)
{
    affected(w, w->v->entity_root[subjects], subjects, table, row, column, mark, ctx);
}
