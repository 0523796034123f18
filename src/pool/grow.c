/* grow: rows of subjects that come and go. A new row stands behind all others of its table; the blocks of the child
 * tables follow those of their owners. A row that goes stays where it is, so that no other moves: it has no cells, no
 * children, nobody refers to it, and its id is POOL_GONE. The next pool that is built has neither gaps nor latecomers.
 */
#include "pool/change_priv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

uint32_t change_rows_of(const struct pool_change *c, uint16_t table)
{
    return c->p->tables[table].rows + c->added[table];
}

uint32_t pool_change_row(struct pool_change *c, uint16_t table, uint64_t id)
{
    if (c->failed || !CHANGE_ROOM(c, rows, rows_cap, c->row_count + 1)) return 0;
    assert(table < c->p->schema->table_count && !table_is_child(&c->p->tables[table]) && id != POOL_GONE);
    uint32_t row = change_rows_of(c, table);
    if (row >= NO_ROW - 1) {
        c->failed = true;
        return 0;
    }
    c->rows[c->row_count++] = (struct new_row){ .id = id, .table = table };
    c->added[table]++;
    return row;
}

void pool_change_gone(struct pool_change *c, uint16_t table, uint32_t row)
{
    if (c->failed || !CHANGE_ROOM(c, gone, gone_cap, c->gone_count + 1)) return;
    const struct pool_schema *s = c->p->schema;
    assert(table < s->table_count && !table_is_child(&c->p->tables[table]) && row < c->p->tables[table].rows);
    c->gone[c->gone_count++] = (struct gone_row){ .row = row, .table = table };
    const struct pool_table_def *d = &s->tables[table];
    for (uint16_t i = 0; i < d->column_count; i++)
        pool_change_cell(c, table, i, row, d->columns[i].absent ? POOL_ABSENT : POOL_UNKNOWN, 0);
    for (uint16_t t = 0; t < s->table_count; t++) {
        if (s->tables[t].owner == table) pool_change_children(c, t, row, 0, NULL, NULL, NULL);
    }
    for (uint16_t g = 0; g < d->group_count; g++) {
        for (uint16_t k = 0; d->groups[g].table != NO_TABLE && k < group_keys(&d->groups[g]); k++) {
            struct pool_cover all = c->p->tables[table].groups[g].keys[k].all,
                              has = pool_covered(c->p, table, g, row, k);
            bool same = has.state == all.state && has.has_until == all.has_until && has.until == all.until;
            if (!same) pool_change_cover(c, table, g, row, k, all);
        }
    }
}

/* ---- who referred to them ---- */

static bool is_gone(const uint64_t *bits, uint32_t row) { return (bits[row / 64] >> row % 64 & 1) != 0; }

/* Cells of a reference column that name one of these rows: the first change of each, so that another said since counts.
 */
static bool forget_in(struct pool_change *c, uint16_t table, uint16_t column, const uint64_t *bits, uint32_t limit)
{
    int32_t values[TILE];
    uint8_t states[TILE];
    uint32_t rows = c->p->tables[table].rows;
    for (uint32_t at = 0; at < rows; at += TILE) {
        uint32_t n = rows - at < TILE ? rows - at : TILE;
        pool_read_i32(c->p, table, column, at, n, values, states);
        for (uint32_t i = 0; i < n; i++) {
            if ((states[i] & POOL_STATE) != POOL_KNOWN || (uint32_t)values[i] >= limit) continue;
            if (!is_gone(bits, (uint32_t)values[i])) continue;
            pool_change_cell(c, table, column, at + i, POOL_UNKNOWN, 0);
            if (c->failed) return false;
            c->cells[c->cell_count - 1].seq = 0;
        }
    }
    return true;
}

/* What was said in this set of changes names nobody either. */
static void forget_said(struct pool_change *c, uint16_t table, const uint64_t *bits, uint32_t limit)
{
    for (size_t i = 0; i < c->cell_count; i++) {
        struct cell_change *x = &c->cells[i];
        const struct pool_column_def *d = &c->p->schema->tables[x->table].columns[x->column];
        if (d->kind != POOL_REF || d->table != table || (x->state & POOL_STATE) != POOL_KNOWN) continue;
        if ((uint64_t)x->value < limit && is_gone(bits, (uint32_t)x->value)) x->state = POOL_UNKNOWN, x->value = 0;
    }
}

static bool forget_table(struct pool_change *c, uint16_t table)
{
    uint32_t rows = c->p->tables[table].rows;
    size_t size = ((size_t)rows / 64 + 1) * sizeof(uint64_t);
    uint64_t *bits = block_alloc(change_memory(c), size);
    bool ok = bits != NULL, any = false;
    for (size_t i = 0; ok && i < c->gone_count; i++) {
        if (c->gone[i].table != table) continue;
        bits[c->gone[i].row / 64] |= UINT64_C(1) << c->gone[i].row % 64;
        any = true;
    }
    for (uint16_t t = 0; ok && any && t < c->p->schema->table_count; t++) {
        const struct pool_table_def *d = &c->p->schema->tables[t];
        for (uint16_t i = 0; ok && i < d->column_count; i++) {
            /* of an owner that goes its children go as well */
            if (d->columns[i].kind != POOL_REF || d->columns[i].table != table || pool_is_owner(c->p, t, i)) continue;
            ok = forget_in(c, t, i, bits, rows);
        }
    }
    if (ok && any) forget_said(c, table, bits, rows);
    block_free(change_memory(c), bits, size);
    return ok;
}

bool change_forget_gone(struct pool_change *c)
{
    for (uint16_t t = 0; c->gone_count > 0 && t < c->p->schema->table_count; t++) {
        if (!forget_table(c, t)) return false;
    }
    return true;
}

/* ---- new rows ---- */

static uint8_t default_state(const struct table *t, uint16_t column)
{
    bool absent = column < t->def->column_count && t->def->columns[column].absent;
    return absent ? POOL_ABSENT : column < t->def->column_count ? POOL_UNKNOWN : POOL_KNOWN;
}

/* The last block's column with rows without cells behind; the ids when it is column_count. */
static bool lengthen_chunk(struct pool_change *c, struct chunk *k, const struct table *t, uint16_t column,
                           uint32_t rows, const uint64_t *ids)
{
    bool is_ids = column == t->def->column_count, ok;
    uint8_t state = default_state(t, column);
    struct chunk next = *k;
    if (!is_ids && k->width == 0 && k->state_width == 0 && k->two[0] == state && (state & POOL_STATE) != POOL_KNOWN) {
        next.rows = rows;
        return change_replace_chunk(c, k, next);
    }
    int64_t *values = block_alloc(change_memory(c), (size_t)rows * sizeof *values);
    uint8_t *states = block_alloc(change_memory(c), rows);
    ok = values != NULL && states != NULL;
    if (ok) {
        change_unpack(k, NULL, values, states);
        for (uint32_t i = 0; is_ids && (k->flags & CHUNK_SLOPE) && i < k->rows; i++) values[i] += i;
        for (uint32_t i = k->rows; i < rows; i++) {
            states[i] = state;
            values[i] = is_ids ? (int64_t)ids[i - k->rows] : 0;
        }
        ok = is_ids ? chunk_encode_ids(change_memory(c), (const uint64_t *)values, rows, &next)
                    : chunk_encode(change_memory(c), (struct cells){ values, states, NULL, rows }, &next);
    }
    block_free(change_memory(c), values, (size_t)rows * sizeof *values);
    block_free(change_memory(c), states, rows);
    return ok && change_replace_chunk(c, k, next);
}

/* Makes room for blocks [at, at + added) and moves those behind; they are empty. Undone by change_rows_undo. */
static bool insert_blocks(struct pool_change *c, struct table *t, uint32_t at, uint32_t added)
{
    struct block_account *m = change_memory(c);
    size_t stride = t->def->column_count + 1u;
    void *first = t->first, *chunks = t->chunks, *runs = t->runs;
    bool ok = block_grow(m, &first, &t->blocks_cap, (size_t)t->blocks + added + 1, sizeof *t->first);
    t->first = first;
    ok = ok && block_grow(m, &chunks, &t->chunks_cap, (t->blocks + added) * stride, sizeof *t->chunks);
    t->chunks = chunks;
    /* a table that was opened from a file has runs, if only empty ones */
    bool has_runs = table_is_child(t) || t->runs != NULL;
    ok = ok && (!has_runs || block_grow(m, &runs, &t->runs_cap, (size_t)t->blocks + added, sizeof *t->runs));
    t->runs = runs;
    struct undo *u = ok ? change_remember(c, UNDO_ROWS, t) : NULL;
    if (u == NULL) return false;
    u->rows.rows = t->rows, u->rows.blocks = t->blocks, u->rows.at = at, u->rows.added = added;
    uint32_t behind = t->blocks - at;
    memmove(t->chunks + (at + added) * stride, t->chunks + at * stride, behind * stride * sizeof *t->chunks);
    if (table_is_child(t)) memmove(t->runs + at + added, t->runs + at, behind * sizeof *t->runs);
    for (uint32_t b = at; b < at + added; b++) {
        for (size_t i = 0; i < stride; i++)
            t->chunks[b * stride + i] = (struct chunk){ .two = { default_state(t, (uint16_t)i), 0 } };
        if (table_is_child(t)) t->runs[b] = (struct runs){ 0 };
    }
    t->blocks += added;
    return true;
}

void change_rows_undo(struct pool_change *c, const struct undo *u)
{
    struct table *t = u->where;
    size_t stride = t->def->column_count + 1u;
    uint32_t at = u->rows.at, to = at + u->rows.added, behind = t->blocks - to;
    for (size_t i = at * stride; i < to * stride; i++) chunk_free(change_memory(c), &t->chunks[i]);
    for (uint32_t b = at; table_is_child(t) && b < to; b++) runs_free(change_memory(c), &t->runs[b]);
    memmove(t->chunks + at * stride, t->chunks + to * stride, behind * stride * sizeof *t->chunks);
    if (table_is_child(t)) memmove(t->runs + at, t->runs + to, behind * sizeof *t->runs);
    t->blocks = u->rows.blocks;
    t->rows = u->rows.rows;
    if (t->blocks > 0) t->first[t->blocks] = t->rows;
}

static uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }

/* The blocks of a child table follow: the owners that came have no rows. */
static bool lengthen_children(struct pool_change *c, struct table *t, uint32_t blocks_before, uint32_t owners_before)
{
    const struct table *of = &c->p->tables[t->def->owner];
    struct block_account *m = change_memory(c);
    uint32_t added = of->blocks - blocks_before;
    if (added > 0 && !insert_blocks(c, t, blocks_before, added)) return false;
    for (uint32_t b = blocks_before; b < of->blocks; b++) t->runs[b].owners = of->first[b + 1] - of->first[b];
    change_number_rows(t);
    if (blocks_before == 0 || owners_before % BLOCK_ROWS == 0) return true;
    struct runs *r = &t->runs[blocks_before - 1], next; /* the last block there was has more owners now */
    if (!runs_lengthen(m, r, of->first[blocks_before] - of->first[blocks_before - 1], &next)) return false;
    struct undo *u = change_remember(c, UNDO_RUNS, r);
    if (u == NULL) {
        runs_free(m, &next);
        return false;
    }
    u->runs = *r;
    *r = next;
    return true;
}

static bool lengthen_table(struct pool_change *c, uint16_t table, const uint64_t *ids)
{
    struct table *t = &c->p->tables[table];
    uint32_t rows = t->rows, more = c->added[table], blocks = t->blocks, columns = t->def->column_count;
    uint32_t in_last = rows % BLOCK_ROWS == 0 ? 0 : least(more, BLOCK_ROWS - rows % BLOCK_ROWS), done = in_last;
    /* memory is asked for before chunks are replaced: what moves them would mislead the undo */
    if (!insert_blocks(c, t, blocks, (more - in_last + BLOCK_ROWS - 1) / BLOCK_ROWS)) return false;
    for (uint16_t i = 0; in_last > 0 && i <= columns; i++) {
        if (!lengthen_chunk(c, table_chunk(t, blocks - 1, i), t, i, rows % BLOCK_ROWS + in_last, ids)) return false;
    }
    for (uint32_t b = blocks; b < t->blocks; b++) {
        uint32_t n = least(more - done, BLOCK_ROWS);
        for (uint32_t i = 0; i < columns; i++) table_chunk(t, b, (uint16_t)i)->rows = n;
        if (!chunk_encode_ids(change_memory(c), ids + done, n, table_chunk(t, b, (uint16_t)columns))) return false;
        t->first[b] = rows + done;
        done += n;
    }
    t->rows = rows + more;
    t->first[t->blocks] = t->rows;
    for (uint16_t i = 0; i < c->p->schema->table_count; i++) {
        if (c->p->schema->tables[i].owner == table && !lengthen_children(c, &c->p->tables[i], blocks, rows))
            return false;
    }
    return true;
}

/* ---- rows that go ---- */

static int by_row(const void *a, const void *b)
{
    const struct gone_row *x = a, *y = b;
    if (x->table != y->table) return x->table < y->table ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static bool mark_gone(struct pool_change *c, const struct gone_row *from, size_t n, uint32_t block)
{
    struct table *t = &c->p->tables[from->table];
    struct chunk *k = table_chunk(t, block, t->def->column_count), next;
    uint32_t rows = k->rows;
    uint64_t *ids = block_alloc(change_memory(c), (size_t)rows * sizeof *ids);
    if (ids == NULL) return false;
    pool_read_ids(c->p, from->table, t->first[block], rows, ids);
    for (size_t i = 0; i < n; i++) ids[from[i].row - t->first[block]] = POOL_GONE;
    bool ok = chunk_encode_ids(change_memory(c), ids, rows, &next);
    block_free(change_memory(c), ids, (size_t)rows * sizeof *ids);
    return ok && change_replace_chunk(c, k, next);
}

bool change_rows(struct pool_change *c)
{
    for (uint16_t t = 0; t < c->p->schema->table_count; t++) {
        if (c->added[t] == 0) continue;
        size_t size = c->added[t] * sizeof(uint64_t), n = 0;
        uint64_t *ids = block_alloc(change_memory(c), size);
        if (ids == NULL) return false;
        for (size_t i = 0; i < c->row_count; i++) {
            if (c->rows[i].table == t) ids[n++] = c->rows[i].id;
        }
        bool ok = lengthen_table(c, t, ids);
        block_free(change_memory(c), ids, size);
        if (!ok) return false;
    }
    if (c->gone_count > 0) qsort(c->gone, c->gone_count, sizeof *c->gone, by_row);
    for (size_t i = 0, n; i < c->gone_count; i += n) {
        const struct gone_row *x = &c->gone[i];
        uint32_t block = table_block(&c->p->tables[x->table], x->row);
        n = 1;
        while (i + n < c->gone_count && x[n].table == x->table &&
               table_block(&c->p->tables[x->table], x[n].row) == block)
            n++;
        if (!mark_gone(c, x, n, block)) return false;
    }
    return true;
}

/* ---- rows by id ---- */

struct id_row {
    uint64_t id;
    uint32_t row;
};

static int by_id(const void *a, const void *b)
{
    const struct id_row *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

/* The rows there were, without those that went, and the new ones where they belong; those that went come last. */
static void merge_ids(const struct pool_change *c, uint16_t table, uint32_t had, const struct id_row *more, size_t n,
                      uint32_t *out)
{
    const struct table *t = &c->p->tables[table];
    uint32_t to = 0;
    size_t at = 0;
    uint64_t ids[TILE];
    for (uint32_t first = 0; first < had; first += TILE) {
        uint32_t len = least(had - first, TILE);
        if (t->by_id == NULL) pool_read_ids(c->p, table, first, len, ids);
        for (uint32_t i = 0; i < len; i++) {
            uint32_t row = t->by_id != NULL ? t->by_id[first + i] : first + i;
            uint64_t id = t->by_id != NULL ? pool_id(c->p, table, row) : ids[i];
            if (id == POOL_GONE) continue;
            while (at < n && more[at].id < id) out[to++] = more[at++].row;
            out[to++] = row;
        }
    }
    while (at < n) out[to++] = more[at++].row;
    for (uint32_t row = 0; to < t->rows; row++) {
        if (pool_id(c->p, table, row) == POOL_GONE) out[to++] = row;
    }
}

static bool index_again(struct pool_change *c, uint16_t table, bool gone)
{
    struct table *t = &c->p->tables[table];
    struct block_account *m = change_memory(c);
    uint32_t n = c->added[table], had = t->rows - n;
    struct id_row *more = block_alloc(m, n * sizeof *more);
    uint64_t *ids = block_alloc(m, n * sizeof *ids), last = 0;
    bool ok = more != NULL && ids != NULL, ascend = t->by_id == NULL && !gone;
    if (ok) {
        pool_read_ids(c->p, table, had, n, ids);
        for (uint32_t i = 0; i < n; i++) more[i] = (struct id_row){ ids[i], had + i };
        qsort(more, n, sizeof *more, by_id);
        last = had > 0 ? pool_id(c->p, table, had - 1) : 0;
        for (uint32_t i = 0; i < n && ascend; i++) {
            ascend = more[i].row == had + i && (ids[i] > last || (had == 0 && i == 0));
            last = ids[i];
        }
    }
    uint32_t *out = ok && !ascend ? block_alloc(m, (size_t)t->rows * sizeof *out) : NULL;
    if (out != NULL) merge_ids(c, table, had, more, n, out);
    block_free(m, more, n * sizeof *more);
    block_free(m, ids, n * sizeof *ids);
    if (!ok || ascend) return ok;
    struct undo *u = out != NULL ? change_remember(c, UNDO_IDS, t) : NULL;
    if (u == NULL) {
        block_free(m, out, (size_t)t->rows * sizeof *out);
        return false;
    }
    u->ids.by_id = t->by_id, u->ids.owned = t->by_id_owned, u->ids.rows = had;
    t->by_id = out, t->by_id_owned = true;
    return true;
}

bool change_ids(struct pool_change *c)
{
    for (uint16_t t = 0; t < c->p->schema->table_count; t++) {
        bool gone = false;
        for (size_t i = 0; i < c->gone_count && !gone; i++) gone = c->gone[i].table == t;
        if ((c->added[t] > 0 || gone) && !index_again(c, t, gone)) return false;
    }
    return true;
}
