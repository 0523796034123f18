/* change: a set of changes, collected and then applied block by block. What is replaced is kept until everything has
 * succeeded; when memory fails on the way it is put back, and the pool is as it was.
 *
 * Few cells that fit where they are, are written there; otherwise a chunk is encoded anew.
 *
 * Order: new rows first, behind all others (rows keep the numbers they had when the set was begun), cells, then lists
 * of children, which may move the rows behind them, then lists by reference, made anew where their references or
 * members changed, then cover. */
#include "pool/change_priv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

bool change_room(struct pool_change *c, void **p, size_t *cap, size_t need, size_t size_bytes)
{
    if (!c->failed && !block_grow(change_memory(c), p, cap, need, size_bytes)) c->failed = true;
    return !c->failed;
}

struct pool_change *pool_change_start(struct pool *p)
{
    static struct pool_change none = { .failed = true }; /* something must be there to say that memory failed */
    struct pool_change *c = block_alloc(&p->memory, sizeof *c);
    if (c == NULL) return &none;
    c->p = p;
    c->added = block_alloc(&p->memory, p->schema->table_count * sizeof *c->added);
    c->failed = c->added == NULL;
    return c;
}

int64_t pool_change_intern(struct pool_change *c, str text)
{
    uint32_t number = 0;
    if (!c->failed && !texts_add(change_memory(c), &c->p->texts, text, &number)) c->failed = true;
    return number;
}

static int64_t value_of(uint8_t state, int64_t value) { return (state & POOL_STATE) == POOL_KNOWN ? value : 0; }

void pool_change_cell(struct pool_change *c, uint16_t table, uint16_t column, uint32_t row, uint8_t state,
                      int64_t value)
{
    if (c->failed || !CHANGE_ROOM(c, cells, cells_cap, c->cell_count + 1)) return;
    assert(table < c->p->schema->table_count && column < c->p->schema->tables[table].column_count);
    assert(row < change_rows_of(c, table) && state < 16);
    c->cells[c->cell_count] = (struct cell_change){ .table = table,
                                                    .column = column,
                                                    .row = row,
                                                    .seq = (uint32_t)c->cell_count + 1,
                                                    .state = state,
                                                    .value = value_of(state, value) };
    c->cell_count++;
}

void pool_change_children(struct pool_change *c, uint16_t table, uint32_t owner, uint32_t n, const uint64_t *ids,
                          const uint8_t *states, const int64_t *values)
{
    if (c->failed) return;
    const struct table *t = &c->p->tables[table];
    assert(table < c->p->schema->table_count && table_is_child(t) && owner < change_rows_of(c, t->def->owner));
    size_t cells = (size_t)n * t->def->column_count;
    if (!CHANGE_ROOM(c, children, children_cap, c->child_count + 1) || !CHANGE_ROOM(c, ids, ids_cap, c->ids_len + n) ||
        !CHANGE_ROOM(c, states, states_cap, c->values_len + cells) ||
        !CHANGE_ROOM(c, values, values_cap, c->values_len + cells))
        return;
    c->children[c->child_count] = (struct child_change){ .table = table,
                                                         .owner = owner,
                                                         .n = n,
                                                         .seq = (uint32_t)c->child_count,
                                                         .at = c->values_len,
                                                         .ids_at = c->ids_len };
    for (uint32_t i = 0; i < n; i++) c->ids[c->ids_len + i] = ids[i];
    for (size_t i = 0; i < cells; i++) {
        c->states[c->values_len + i] = states[i];
        c->values[c->values_len + i] = value_of(states[i], values[i]);
    }
    c->child_count++;
    c->ids_len += n;
    c->values_len += cells;
}

void pool_change_cover(struct pool_change *c, uint16_t table, uint16_t group, uint32_t row, uint16_t key,
                       struct pool_cover cover)
{
    if (c->failed || !CHANGE_ROOM(c, covers, covers_cap, c->cover_count + 1)) return;
    assert(table < c->p->schema->table_count && group < c->p->schema->tables[table].group_count);
    const struct pool_group_def *g = &c->p->schema->tables[table].groups[group];
    assert(g->table != NO_TABLE && key < group_keys(g) && row < change_rows_of(c, table));
    c->covers[c->cover_count] = (struct cover_change){
        .table = table,
        .group = group,
        .key = key,
        .seq = (uint32_t)c->cover_count,
        .c = { .row = row, .state = cover.state, .has_until = cover.has_until, .until = cover.until },
    };
    c->cover_count++;
}

/* ---- what was replaced ---- */

struct undo *change_remember(struct pool_change *c, enum undo_kind kind, void *where)
{
    if (!CHANGE_ROOM(c, undo, undo_cap, c->undo_count + 1)) return NULL;
    struct undo *u = &c->undo[c->undo_count++];
    *u = (struct undo){ .kind = kind, .where = where };
    return u;
}

bool change_replace_chunk(struct pool_change *c, struct chunk *where, struct chunk next)
{
    struct undo *u = change_remember(c, UNDO_CHUNK, where);
    if (u == NULL) {
        chunk_free(change_memory(c), &next);
        return false;
    }
    u->chunk = *where;
    *where = next;
    return true;
}

static void free_cover(struct pool_change *c, struct cover_key *k)
{
    if (k->cap > 0) block_free(change_memory(c), k->at, k->cap * sizeof *k->at);
}

/* Ends the life of the old (all went well) or of the new (it is put back). */
static void settle(struct pool_change *c, bool keep_new)
{
    for (size_t i = c->undo_count; i > 0; i--) { /* backwards: a chunk may have been replaced twice */
        struct undo *u = &c->undo[i - 1];
        switch (u->kind) {
        case UNDO_CELL: {
            struct chunk *k = u->where;
            if (keep_new) break;
            chunk_put(k, u->cell.row, u->cell.state, u->cell.value);
            k->flags = u->cell.flags;
            break;
        }
        case UNDO_CHUNK: {
            struct chunk *now = u->where, gone = keep_new ? u->chunk : *now;
            if (!keep_new) *now = u->chunk;
            chunk_free(change_memory(c), &gone);
            break;
        }
        case UNDO_RUNS: {
            struct runs *now = u->where, gone = keep_new ? u->runs : *now;
            if (!keep_new) *now = u->runs;
            runs_free(change_memory(c), &gone);
            break;
        }
        case UNDO_GROUP: {
            struct group *now = u->where, gone = keep_new ? u->group : *now;
            if (!keep_new) *now = u->group;
            group_free_lists(c->p, &gone);
            break;
        }
        case UNDO_COVER: {
            struct cover_key *now = u->where, gone = keep_new ? u->cover : *now;
            if (!keep_new) *now = u->cover;
            free_cover(c, &gone);
            break;
        }
        case UNDO_ROWS:
            if (!keep_new) change_rows_undo(c, u);
            break;
        case UNDO_IDS: {
            struct table *t = u->where;
            uint32_t *gone = keep_new ? u->ids.by_id : t->by_id;
            if (keep_new ? u->ids.owned : t->by_id_owned)
                block_free(change_memory(c), gone, (size_t)(keep_new ? u->ids.rows : t->rows) * sizeof *gone);
            if (!keep_new) t->by_id = u->ids.by_id, t->by_id_owned = u->ids.owned;
            break;
        }
        }
    }
    c->undo_count = 0;
}

/* ---- cells ---- */

static int by_cell(const void *a, const void *b)
{
    const struct cell_change *x = a, *y = b;
    if (x->table != y->table) return x->table < y->table ? -1 : 1;
    if (x->column != y->column) return x->column < y->column ? -1 : 1;
    if (x->row != y->row) return x->row < y->row ? -1 : 1;
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

void change_unpack(const struct chunk *k, const uint32_t *owners, int64_t *values, uint8_t *states)
{
    if (k->rows == 0) return;
    chunk_states(k, 0, k->rows, states);
    if (chunk_needs_owner(k)) {
        assert(owners != NULL);
        for (uint32_t i = 0; i < k->rows; i++) values[i] = owners[i];
    } else {
        chunk_values_i64(k, 0, k->rows, values);
    }
    for (uint32_t i = 0; (k->flags & CHUNK_MASK) && i < k->rows; i++) values[i] = value_of(states[i], values[i]);
}

/* Owners of the rows of a block, by its runs; NULL when the block has none that matter. */
static bool block_owners(struct pool_change *c, const struct table *t, uint32_t block, const struct runs *r,
                         uint32_t **out, uint32_t *rows)
{
    *out = NULL;
    *rows = 0;
    if (!table_is_child(t) || block >= c->p->tables[t->def->owner].blocks || r->rows == 0) return true;
    *rows = r->rows;
    *out = block_alloc(change_memory(c), (size_t)r->rows * sizeof **out);
    if (*out == NULL) return false;
    runs_owners(r, 0, r->rows, c->p->tables[t->def->owner].first[block], *out);
    return true;
}

static bool change_chunk(struct pool_change *c, const struct cell_change *from, size_t n, uint32_t block)
{
    struct table *t = &c->p->tables[from->table];
    struct chunk *k = table_chunk(t, block, from->column), next;
    uint32_t rows = k->rows, first = t->first[block], *owners = NULL, owner_rows = 0;
    int64_t *values = block_alloc(change_memory(c), (size_t)rows * sizeof *values);
    uint8_t *states = block_alloc(change_memory(c), rows);
    bool ok = values != NULL && states != NULL;
    if (ok && column_may_be_owner(t->def, from->column))
        ok = block_owners(c, t, block, &t->runs[block], &owners, &owner_rows);
    if (ok) {
        change_unpack(k, owners, values, states);
        for (size_t i = 0; i < n; i++) {
            values[from[i].row - first] = from[i].value;
            states[from[i].row - first] = from[i].state;
        }
        ok = chunk_encode(change_memory(c), (struct cells){ values, states, owners, rows }, &next) &&
             change_replace_chunk(c, k, next);
    }
    block_free(change_memory(c), values, (size_t)rows * sizeof *values);
    block_free(change_memory(c), states, rows);
    block_free(change_memory(c), owners, (size_t)owner_rows * sizeof *owners);
    return ok;
}

/* Few cells that all fit where they are. */
static bool fit_in_place(const struct chunk *k, const struct cell_change *from, size_t n)
{
    if (n > k->rows / 4) return false; /* then a new chunk may be smaller as well */
    for (size_t i = 0; i < n; i++) {
        if (!chunk_fits(k, from[i].state, from[i].value)) return false;
    }
    return true;
}

static bool change_in_place(struct pool_change *c, struct chunk *k, uint32_t first, const struct cell_change *from,
                            size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct undo *u = change_remember(c, UNDO_CELL, k);
        uint32_t row = from[i].row - first;
        if (u == NULL) return false;
        u->cell.row = row;
        u->cell.flags = k->flags;
        u->cell.state = chunk_state(k, row);
        chunk_values_i64(k, row, 1, &u->cell.value);
        u->cell.value = value_of(u->cell.state, u->cell.value);
        chunk_put(k, row, from[i].state, from[i].value);
    }
    return true;
}

static bool change_cells(struct pool_change *c)
{
    if (c->cell_count > 0) qsort(c->cells, c->cell_count, sizeof *c->cells, by_cell);
    for (size_t i = 0; i < c->cell_count;) {
        const struct cell_change *x = &c->cells[i];
        const struct table *t = &c->p->tables[x->table];
        uint32_t block = table_block(t, x->row);
        size_t n = 1;
        while (i + n < c->cell_count && x[n].table == x->table && x[n].column == x->column &&
               x[n].row < t->first[block + 1])
            n++;
        struct chunk *k = table_chunk(t, block, x->column);
        bool ok = fit_in_place(k, x, n) ? change_in_place(c, k, t->first[block], x, n) : change_chunk(c, x, n, block);
        if (!ok) return false;
        i += n;
    }
    return true;
}

/* ---- children ---- */

static int by_owner(const void *a, const void *b)
{
    const struct child_change *x = a, *y = b;
    if (x->table != y->table) return x->table < y->table ? -1 : 1;
    if (x->owner != y->owner) return x->owner < y->owner ? -1 : 1;
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/* One block under change: which rows it had, which it will have. */
struct splice {
    const struct child_change *from;
    size_t n;
    struct table *t;
    uint32_t block, first_owner, owners, old_rows, rows;
    uint32_t *offsets; /* of the old rows: owners + 1 */
    uint32_t *old_owners, *new_owners;
    uint32_t *counts;
    int64_t *old_values, *values;
    uint8_t *old_states, *states;
};

/* Where old rows were replaced, new ones come. column: which of their cells; the ids when it is column_count. */
static void splice_values(const struct pool_change *c, const struct splice *s, uint16_t column)
{
    uint32_t from = 0, to = 0;
    uint16_t columns = s->t->def->column_count;
    for (size_t i = 0; i <= s->n; i++) {
        uint32_t end = i < s->n ? s->offsets[s->from[i].owner - s->first_owner] : s->old_rows;
        memcpy(s->values + to, s->old_values + from, (end - from) * sizeof *s->values);
        memcpy(s->states + to, s->old_states + from, end - from);
        to += end - from;
        if (i == s->n) break;
        const struct child_change *x = &s->from[i];
        for (uint32_t k = 0; k < x->n; k++, to++) {
            bool id = column == columns;
            size_t at = x->at + (size_t)k * columns + (id ? 0 : column);
            s->values[to] = id ? (int64_t)c->ids[x->ids_at + k] : c->values[at];
            s->states[to] = id ? POOL_KNOWN : c->states[at];
        }
        from = s->offsets[x->owner - s->first_owner + 1];
    }
    assert(to == s->rows);
}

/* A column in which every cell was and is the same needs no unpacking: columns nobody uses. */
static bool stays_alike(const struct pool_change *c, const struct splice *s, const struct chunk *k, uint16_t column)
{
    if (k->width != 0 || k->state_width != 0 || chunk_needs_owner(k)) return false;
    uint8_t state = k->two[0];
    int64_t value = (state & POOL_STATE) == POOL_KNOWN ? k->base : 0;
    if (k->rows == 0) return false;
    for (size_t i = 0; i < s->n; i++) {
        for (uint32_t r = 0; r < s->from[i].n; r++) {
            size_t at = s->from[i].at + (size_t)r * s->t->def->column_count + column;
            if (c->states[at] != state || c->values[at] != value) return false;
        }
    }
    return true;
}

static bool splice_column(struct pool_change *c, struct splice *s, uint16_t column)
{
    struct chunk *k = table_chunk(s->t, s->block, column), next;
    bool ids = column == s->t->def->column_count, ok;
    if (!ids && stays_alike(c, s, k, column)) {
        next = *k;
        next.rows = s->rows;
        return change_replace_chunk(c, k, next);
    }
    change_unpack(k, s->old_owners, s->old_values, s->old_states);
    for (uint32_t i = 0; ids && (k->flags & CHUNK_SLOPE) && i < k->rows; i++) s->old_values[i] += i;
    splice_values(c, s, column);
    const uint32_t *owners = !ids && column_may_be_owner(s->t->def, column) ? s->new_owners : NULL;
    if (ids)
        ok = chunk_encode_ids(change_memory(c), (const uint64_t *)s->values, s->rows, &next);
    else
        ok = chunk_encode(change_memory(c), (struct cells){ s->values, s->states, owners, s->rows }, &next);
    return ok && change_replace_chunk(c, k, next);
}

static bool splice_run(struct pool_change *c, struct splice *s)
{
    struct runs *r = &s->t->runs[s->block], next;
    runs_offsets(r, 0, s->owners, 0, s->offsets);
    for (uint32_t i = 0; i < s->owners; i++) s->counts[i] = s->offsets[i + 1] - s->offsets[i];
    for (size_t i = 0; i < s->n; i++) s->counts[s->from[i].owner - s->first_owner] = s->from[i].n;
    if (!runs_make(change_memory(c), s->counts, s->owners, &next)) return false;
    struct undo *u = change_remember(c, UNDO_RUNS, r);
    if (u == NULL) {
        runs_free(change_memory(c), &next);
        return false;
    }
    u->runs = *r;
    *r = next;
    s->rows = next.rows;
    return true;
}

static bool splice_block(struct pool_change *c, struct splice *s)
{
    struct block_account *m = change_memory(c);
    const struct table *of = &c->p->tables[s->t->def->owner];
    s->first_owner = of->first[s->block];
    s->owners = of->first[s->block + 1] - s->first_owner;
    s->old_rows = s->t->runs[s->block].rows;
    s->offsets = block_alloc(m, ((size_t)s->owners + 1) * sizeof *s->offsets);
    s->counts = block_alloc(m, (size_t)s->owners * sizeof *s->counts);
    uint32_t old_owner_rows = 0, new_owner_rows = 0;
    bool ok = s->offsets != NULL && s->counts != NULL;
    ok = ok && block_owners(c, s->t, s->block, &s->t->runs[s->block], &s->old_owners, &old_owner_rows);
    ok = ok && splice_run(c, s);
    size_t rows = ok ? s->rows : 0;
    ok = ok && block_owners(c, s->t, s->block, &s->t->runs[s->block], &s->new_owners, &new_owner_rows);
    s->old_values = block_alloc(m, s->old_rows * sizeof *s->old_values);
    s->old_states = block_alloc(m, s->old_rows);
    s->values = block_alloc(m, rows * sizeof *s->values);
    s->states = block_alloc(m, rows);
    ok = ok && s->old_values != NULL && s->old_states != NULL && s->values != NULL && s->states != NULL;
    for (uint16_t i = 0; ok && i <= s->t->def->column_count; i++) ok = splice_column(c, s, i);
    block_free(m, s->offsets, ((size_t)s->owners + 1) * sizeof *s->offsets);
    block_free(m, s->counts, (size_t)s->owners * sizeof *s->counts);
    block_free(m, s->old_owners, (size_t)old_owner_rows * sizeof *s->old_owners);
    block_free(m, s->new_owners, (size_t)new_owner_rows * sizeof *s->new_owners);
    block_free(m, s->old_values, s->old_rows * sizeof *s->old_values);
    block_free(m, s->old_states, s->old_rows);
    block_free(m, s->values, rows * sizeof *s->values);
    block_free(m, s->states, rows);
    return ok;
}

void change_number_rows(struct table *t)
{
    uint32_t rows = 0;
    for (uint32_t b = 0; b < t->blocks; b++) {
        t->first[b] = rows;
        rows += table_chunk(t, b, t->def->column_count)->rows;
    }
    if (t->blocks > 0) t->first[t->blocks] = rows;
    t->rows = rows;
}

static void number_children(struct pool *p)
{
    for (uint16_t i = 0; i < p->schema->table_count; i++) {
        if (table_is_child(&p->tables[i])) change_number_rows(&p->tables[i]);
    }
}

/* The last list said for each owner counts. */
static void drop_repeated(struct pool_change *c)
{
    size_t kept = 0;
    for (size_t i = 0; i < c->child_count; i++) {
        const struct child_change *x = &c->children[i];
        bool again = i + 1 < c->child_count && x[1].table == x->table && x[1].owner == x->owner;
        if (!again) c->children[kept++] = *x;
    }
    c->child_count = kept;
}

static bool change_children(struct pool_change *c)
{
    if (c->child_count > 0) qsort(c->children, c->child_count, sizeof *c->children, by_owner);
    drop_repeated(c);
    for (size_t i = 0; i < c->child_count;) {
        const struct child_change *x = &c->children[i];
        struct table *t = &c->p->tables[x->table];
        const struct table *of = &c->p->tables[t->def->owner];
        uint32_t block = table_block(of, x->owner);
        size_t n = 1;
        while (i + n < c->child_count && x[n].table == x->table && x[n].owner < of->first[block + 1]) n++;
        struct splice s = { .from = x, .n = n, .t = t, .block = block };
        if (!splice_block(c, &s)) return false;
        i += n;
    }
    number_children(c->p);
    return true;
}

/* ---- lists and cover ---- */

static bool touches(const struct pool_change *c, uint16_t table, uint16_t column)
{
    for (size_t i = 0; i < c->child_count; i++) {
        if (c->children[i].table == table) return true;
    }
    for (size_t i = 0; i < c->cell_count; i++) {
        if (c->cells[i].table == table && c->cells[i].column == column) return true;
    }
    return false;
}

/* A list that was joined one by one: new rows have nobody in it. */
static bool lengthen(struct pool_change *c, uint16_t table, struct group *g)
{
    uint32_t rows = c->p->tables[table].rows;
    if (c->added[table] == 0 || g->runs.owners == 0) return true;
    struct runs next;
    if (!runs_lengthen(change_memory(c), &g->runs, rows, &next)) return false;
    struct undo *u = change_remember(c, UNDO_RUNS, &g->runs);
    if (u == NULL) {
        runs_free(change_memory(c), &next);
        return false;
    }
    u->runs = g->runs;
    g->runs = next;
    return true;
}

static bool change_lists(struct pool_change *c)
{
    for (uint16_t t = 0; t < c->p->schema->table_count; t++) {
        for (uint16_t i = 0; i < c->p->schema->tables[t].group_count; i++) {
            struct group *g = &c->p->tables[t].groups[i];
            if (g->def->table == NO_TABLE || g->def->child) continue;
            if (g->ref == NO_TABLE) {
                if (!lengthen(c, t, g)) return false;
                continue;
            }
            if (c->added[t] == 0 && !touches(c, g->def->table, g->ref)) continue;
            struct undo *u = change_remember(c, UNDO_GROUP, g);
            if (u == NULL) return false;
            u->group = *g;
            g->list = NULL; /* what was there is kept by the undo */
            g->list_owned = false;
            g->runs = (struct runs){ 0 };
            if (!group_join(c->p, t, i)) return false;
        }
    }
    return true;
}

static int by_cover(const void *a, const void *b)
{
    const struct cover_change *x = a, *y = b;
    if (x->table != y->table) return x->table < y->table ? -1 : 1;
    if (x->group != y->group) return x->group < y->group ? -1 : 1;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    if (x->c.row != y->c.row) return x->c.row < y->c.row ? -1 : 1;
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static bool change_cover(struct pool_change *c, struct cover_key *k, const struct cover_change *from, size_t n)
{
    struct cover_key next = { .all = k->all, .cap = k->len + n, .len = k->len + n };
    next.at = block_alloc(change_memory(c), next.cap * sizeof *next.at);
    if (next.at == NULL) return false;
    if (k->len > 0) memcpy(next.at, k->at, k->len * sizeof *next.at);
    for (size_t i = 0; i < n; i++) next.at[k->len + i] = from[i].c;
    struct undo *u = cover_sort(c->p, &next) ? change_remember(c, UNDO_COVER, k) : NULL;
    if (u == NULL) {
        free_cover(c, &next);
        return false;
    }
    u->cover = *k;
    *k = next;
    return true;
}

static bool change_covers(struct pool_change *c)
{
    if (c->cover_count > 0) qsort(c->covers, c->cover_count, sizeof *c->covers, by_cover);
    for (size_t i = 0; i < c->cover_count;) {
        const struct cover_change *x = &c->covers[i];
        size_t n = 1;
        while (i + n < c->cover_count && x[n].table == x->table && x[n].group == x->group && x[n].key == x->key) n++;
        if (!change_cover(c, &c->p->tables[x->table].groups[x->group].keys[x->key], x, n)) return false;
        i += n;
    }
    return true;
}

static void change_free(struct pool_change *c)
{
    struct block_account *m = change_memory(c);
    block_free(m, c->cells, c->cells_cap * sizeof *c->cells);
    block_free(m, c->children, c->children_cap * sizeof *c->children);
    block_free(m, c->covers, c->covers_cap * sizeof *c->covers);
    block_free(m, c->ids, c->ids_cap * sizeof *c->ids);
    block_free(m, c->states, c->states_cap);
    block_free(m, c->values, c->values_cap * sizeof *c->values);
    block_free(m, c->undo, c->undo_cap * sizeof *c->undo);
    block_free(m, c->rows, c->rows_cap * sizeof *c->rows);
    block_free(m, c->gone, c->gone_cap * sizeof *c->gone);
    block_free(m, c->added, c->p->schema->table_count * sizeof *c->added);
    block_free(m, c, sizeof *c);
}

void pool_change_drop(struct pool_change *c)
{
    if (c->p == NULL) return;
    struct pool *p = c->p;
    change_free(c);
    p->memory.failed = false;
}

bool pool_change_end(struct pool_change *c, struct err *e)
{
    if (c->p == NULL) return fail(e, MEMORY, "内存不够，数据池没有改动");
    struct pool *p = c->p;
    bool ok = !c->failed && change_forget_gone(c) && change_rows(c) && change_ids(c) && change_cells(c) &&
              change_children(c) && change_lists(c) && change_covers(c);
    settle(c, ok);
    if (!ok) number_children(p);
    change_free(c);
    p->memory.failed = false;
    return ok || fail(e, MEMORY, "内存不够，数据池没有改动。请关掉别的程序后再试");
}
