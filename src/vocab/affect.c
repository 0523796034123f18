/* affect: from changed cells back to subjects. Every path that reads the column is climbed step by step, for all
 * changed rows at once: a reference backwards is a list the pool has (成员 for 家庭) or one made here, a list backwards
 * is its reference, spells and months lead to their owner. The paths of all policies about one entity are one tree, so
 * a way that many policies go is climbed once; which of them read a column there is noted beside it. */
#include "vocab/vocab_priv.h"

#include <assert.h>
#include <string.h>

struct reverse { /* of a reference column or a list: who names a row */
    uint32_t *offsets, *rows;
};

typedef VEC(uint32_t) row_list;

struct vocab_affect {
    const struct vocab *v;
    const struct pool *p;
    struct arena *a;
    struct reverse **of; /* [entity][slot] */
    uint64_t **readers;  /* [path][column * words]: policies that read it there; NULL: none read anything */
    uint32_t words;
    row_list *paths; /* [entity]: those with readers */
    uint64_t **seen; /* [entity]: a bit per row, all clear between climbs */
    uint64_t *set;   /* the policies in question */
};

enum { AFFECT_TILE = 512 };
#define NOBODY UINT32_MAX

/* ---- who reads what, where ---- */

/* Path `mine` of a policy is path `path` of everything that is asked about its entity. */
static void note_readers(struct vocab_affect *w, uint32_t policy, uint32_t mine, uint32_t path)
{
    const struct vocab_path *at = &w->v->paths[mine];
    uint16_t columns = w->v->schema.tables[at->entity].column_count;
    for (uint16_t c = 0; c < columns; c++) {
        if (!vocab_bit(at->reads, c)) continue;
        if (w->readers[path] == NULL) {
            w->readers[path] = ARENA_ARRAY(w->a, uint64_t, (size_t)columns * w->words);
            *vec_push(w->a, &w->paths[at->entity]) = path;
        }
        w->readers[path][c * w->words + policy / 64] |= UINT64_C(1) << policy % 64;
    }
    for (uint32_t c = at->first_child; c != 0; c = w->v->paths[c].next) {
        uint32_t to = vocab_step(w->v, path, w->v->paths[c].slot);
        assert(to != 0);
        note_readers(w, policy, c, to);
    }
}

struct vocab_affect *vocab_affect_of(const struct vocab *v, const struct pool *p, struct arena *a)
{
    struct vocab_affect *w = ARENA_NEW(a, struct vocab_affect);
    *w = (struct vocab_affect){ .v = v, .p = p, .a = a, .words = (uint32_t)(v->p->policies.len / 64 + 1) };
    size_t tables = v->schema.table_count + 1u;
    w->of = ARENA_ARRAY(a, struct reverse *, tables);
    w->readers = ARENA_ARRAY(a, uint64_t *, v->path_count + 1u);
    w->paths = arena_alloc_array(a, tables, sizeof *w->paths);
    w->seen = ARENA_ARRAY(a, uint64_t *, tables);
    w->set = ARENA_ARRAY(a, uint64_t, w->words);
    for (uint16_t e = 0; e < v->schema.table_count; e++) {
        w->of[e] = ARENA_ARRAY(a, struct reverse, v->schema.tables[e].column_count + 1u);
        w->seen[e] = ARENA_ARRAY(a, uint64_t, pool_rows(p, e) / 64 + 1u);
    }
    VEC_EACH (const struct policy, q, &v->p->policies) {
        if (v->too_many || program_policy(v->p, q->name) != q) continue; /* of several versions the newest stands */
        note_readers(w, q->id, v->policy_root[q->id], v->entity_root[q->entity]);
    }
    for (uint16_t e = 0; e < v->p->entities.len && !v->too_many; e++)
        note_readers(w, vocab_counted(v), v->counted_root[e], v->entity_root[e]);
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

/* ---- climbing ---- */

static void add_row(struct vocab_affect *w, uint16_t entity, row_list *to, uint32_t row)
{
    if (row >= pool_rows(w->p, entity)) return; /* of a damaged file */
    uint64_t *seen = &w->seen[entity][row / 64], bit = UINT64_C(1) << row % 64;
    if (*seen & bit) return;
    *seen |= bit;
    *vec_push(w->a, to) = row;
}

static void forget(const struct vocab_affect *w, uint16_t entity, const row_list *rows)
{
    VEC_EACH (const uint32_t, row, rows) w->seen[entity][*row / 64] = 0;
}

static void add_members(struct vocab_affect *w, uint16_t entity, row_list *to, struct pool_members m)
{
    for (uint32_t i = 0; i < m.count; i++) add_row(w, entity, to, m.list != NULL ? m.list[i] : m.first + i);
}

/* The rows that a reference column names. */
static void add_named(struct vocab_affect *w, uint16_t table, uint16_t column, const uint32_t *rows, size_t n,
                      uint16_t entity, row_list *to)
{
    int32_t values[AFFECT_TILE];
    uint8_t states[AFFECT_TILE];
    uint32_t limit = pool_rows(w->p, entity);
    for (size_t at = 0; at < n; at += AFFECT_TILE) {
        uint32_t len = n - at < AFFECT_TILE ? (uint32_t)(n - at) : AFFECT_TILE;
        pool_gather_i32(w->p, table, column, rows + at, len, values, states);
        for (uint32_t i = 0; i < len; i++) {
            bool known = (states[i] & POOL_STATE) == POOL_KNOWN && !(states[i] & POOL_ABSENT);
            if (known && (uint32_t)values[i] < limit) add_row(w, entity, to, (uint32_t)values[i]);
        }
    }
}

/* From rows at a path to the rows before its last step. */
static void climb(struct vocab_affect *w, const struct vocab_path *at, const uint32_t *rows, size_t n, row_list *to)
{
    uint16_t before = w->v->paths[at->parent].entity, ref;
    const struct slot *s = vocab_slot(w->v, before, at->slot);
    if (s->kind == SLOT_SPELLS || s->kind == SLOT_HISTORY) {
        for (size_t i = 0; i < n; i++) {
            uint32_t owner = pool_owner(w->p, at->entity, rows[i]);
            if (owner != NOBODY) add_row(w, before, to, owner);
        }
        return;
    }
    if (s->kind == SLOT_GROUP && pool_joined_by(w->p, before, at->slot, &ref)) {
        add_named(w, at->entity, ref, rows, n, before, to);
        return;
    }
    int list = s->kind == SLOT_GROUP ? -1 : kept_list(w, at->entity, before, at->slot);
    const struct reverse *r = list >= 0 ? NULL : reverse_of(w, before, at->slot);
    for (size_t i = 0; i < n; i++) {
        if (list >= 0) {
            add_members(w, before, to, pool_group(w->p, at->entity, (uint16_t)list, rows[i]));
            continue;
        }
        uint32_t first = r->offsets[rows[i]];
        add_members(w, before, to,
                    (struct pool_members){ .count = r->offsets[rows[i] + 1] - first, .list = r->rows + first });
    }
}

/* All the way up; the subjects are asked again about the policies in w->set. */
static void climb_up(struct vocab_affect *w, uint32_t path, const uint32_t *rows, size_t n, struct vocab_touched *t)
{
    const struct vocab_path *at = &w->v->paths[path];
    while (at->parent != 0 && n > 0) {
        row_list up = { 0 };
        climb(w, at, rows, n, &up);
        at = &w->v->paths[at->parent];
        forget(w, at->entity, &up);
        rows = up.at, n = up.len;
    }
    unsigned set = n > 0 ? vocab_touched_class(t, w->set) : 0;
    for (size_t i = 0; i < n; i++) vocab_touch(t, at->entity, rows[i], set);
}

/* ---- where it is read ---- */

static bool policies_reading(struct vocab_affect *w, uint32_t path, uint16_t table, uint16_t column)
{
    uint16_t from = column, to = (uint16_t)(column + 1);
    uint64_t any = 0;
    if (column == VOCAB_EVERY_COLUMN) from = 0, to = w->v->schema.tables[table].column_count;
    memset(w->set, 0, w->words * sizeof *w->set);
    for (uint16_t c = from; c < to; c++) {
        for (uint32_t i = 0; i < w->words; i++) any |= w->set[i] |= w->readers[path][c * w->words + i];
    }
    return any != 0;
}

/* The lists that a reference makes: the row it names has one member more or less. */
static void touch_lists(struct vocab_affect *w, uint16_t table, uint16_t column, const uint32_t *rows, size_t n,
                        struct vocab_touched *t)
{
    const struct slot *s = vocab_slot(w->v, table, column);
    if (s->kind != SLOT_FIELD || s->type.kind != TYPE_RECORD) return;
    const struct entity *e = vocab_entity(w->v, s->type.ref);
    for (uint16_t i = 0; i < e->slots.len; i++) {
        uint16_t ref;
        if (e->slots.at[i].kind != SLOT_GROUP || e->slots.at[i].type.ref != table) continue;
        if (!pool_joined_by(w->p, e->id, i, &ref) || ref != column) continue;
        row_list named = { 0 };
        add_named(w, table, column, rows, n, e->id, &named);
        forget(w, e->id, &named);
        vocab_affected(w, e->id, i, named.at, named.len, t);
    }
}

/* What an owner has of spells or months is in the lists those make. */
static void touch_children(struct vocab_affect *w, uint16_t table, uint16_t column, const uint32_t *rows, size_t n,
                           struct vocab_touched *t)
{
    const struct slot *s = vocab_slot(w->v, table, column);
    if (s->kind != SLOT_SPELLS && s->kind != SLOT_HISTORY) return;
    row_list children = { 0 };
    for (size_t i = 0; i < n; i++) add_members(w, s->type.ref, &children, pool_group(w->p, table, column, rows[i]));
    forget(w, s->type.ref, &children);
    for (uint16_t i = 0; i < vocab_entity(w->v, s->type.ref)->slots.len; i++)
        touch_lists(w, s->type.ref, i, children.at, children.len, t);
}

void vocab_affected(struct vocab_affect *w, uint16_t table, uint16_t column, const uint32_t *rows, size_t n,
                    struct vocab_touched *t)
{
    if (n == 0) return;
    if (w->v->too_many) {
        vocab_touch_everybody(t, w->p);
        return;
    }
    VEC_EACH (const uint32_t, path, &w->paths[table]) {
        if (policies_reading(w, *path, table, column)) climb_up(w, *path, rows, n, t);
    }
    uint16_t slots = (uint16_t)vocab_entity(w->v, table)->slots.len;
    uint16_t from = column == VOCAB_EVERY_COLUMN ? 0 : column, to = column == VOCAB_EVERY_COLUMN ? slots : column + 1u;
    for (uint16_t c = from; c < to && c < slots; c++) { /* a judgement is no slot */
        touch_lists(w, table, c, rows, n, t);
        touch_children(w, table, c, rows, n, t);
    }
}
