/* group: who belongs to whom. Children need nothing of their own: their table's runs say it. A list by reference is
 * sorted by counting, so members keep the order of their rows; when it turns out to be one row after another, as for
 * households whose members are neighbours, only where it starts is kept. Cover: one sentence for all rows, and a sorted
 * list of those that differ. */
#include "pool/pool_priv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const struct group *group_at(const struct pool *p, uint16_t table, uint16_t group)
{
    assert(table < p->schema->table_count && group < p->schema->tables[table].group_count);
    const struct group *g = &p->tables[table].groups[group];
    assert(g->def->table != NO_TABLE);
    return g;
}

/* ---- reading ---- */

/* Members of rows in one block of the owners' table, as rows of the child table. */
static void child_offsets(const struct table *t, const struct table *member, uint32_t block, uint32_t row, uint32_t n,
                          uint32_t *offsets)
{
    if (block < member->blocks)
        runs_offsets(&member->runs[block], row - t->first[block], n, member->first[block], offsets);
    else
        for (uint32_t i = 0; i <= n; i++) offsets[i] = member->rows;
}

void pool_group_run(const struct pool *p, uint16_t table, uint16_t group, uint32_t first, uint32_t n, uint32_t *offsets,
                    const uint32_t **list)
{
    const struct table *t = &p->tables[table];
    const struct group *g = group_at(p, table, group);
    assert(first <= t->rows && n <= t->rows - first);
    *list = NULL;
    if (!g->def->child) {
        *list = g->list;
        if (g->runs.owners == 0)
            for (uint32_t i = 0; i <= n; i++) offsets[i] = 0;
        else
            runs_offsets(&g->runs, first, n, g->list == NULL ? g->start : 0, offsets);
        return;
    }
    const struct table *member = &p->tables[g->def->table];
    if (n == 0) offsets[0] = 0;
    while (n > 0) {
        uint32_t block = table_block(t, first), len = t->first[block + 1] - first;
        if (len > n) len = n;
        child_offsets(t, member, block, first, len, offsets);
        offsets += len;
        first += len;
        n -= len;
    }
}

struct pool_members pool_group(const struct pool *p, uint16_t table, uint16_t group, uint32_t row)
{
    uint32_t offsets[2];
    const uint32_t *list;
    pool_group_run(p, table, group, row, 1, offsets, &list);
    return (struct pool_members){ .first = list != NULL ? 0 : offsets[0],
                                  .count = offsets[1] - offsets[0],
                                  .list = list != NULL ? list + offsets[0] : NULL };
}

bool pool_joined_by(const struct pool *p, uint16_t table, uint16_t group, uint16_t *ref)
{
    const struct group *g = group_at(p, table, group);
    *ref = g->ref;
    return g->ref != NO_TABLE;
}

bool pool_is_owner(const struct pool *p, uint16_t table, uint16_t column)
{
    const struct table *t = &p->tables[table];
    if (!column_may_be_owner(t->def, column)) return false;
    for (uint32_t b = 0; b < t->blocks; b++) {
        const struct chunk *c = table_chunk(t, b, column);
        bool nothing = c->state_width == 0 && (c->two[0] & POOL_STATE) != POOL_KNOWN;
        if (c->rows > 0 && !nothing && !chunk_needs_owner(c)) return false;
    }
    return true;
}

struct pool_cover pool_covered(const struct pool *p, uint16_t table, uint16_t group, uint32_t row, uint16_t key)
{
    const struct group *g = group_at(p, table, group);
    assert(key < group_keys(g->def));
    const struct cover_key *k = &g->keys[key];
    size_t lo = 0, hi = k->len;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (k->at[mid].row < row)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (lo == k->len || k->at[lo].row != row) return k->all;
    const struct cover_at *c = &k->at[lo];
    return (struct pool_cover){ .state = c->state, .has_until = c->has_until != 0, .until = c->until };
}

bool pool_covered_alike(const struct pool *p, uint16_t table, uint16_t group, uint16_t key, struct pool_cover *c)
{
    const struct group *g = group_at(p, table, group);
    assert(key < group_keys(g->def));
    *c = g->keys[key].all;
    return g->keys[key].len == 0;
}

/* ---- making ---- */

/* Stable by row, so that of two sentences about one row the later one stands last; then only that one is kept. */
bool cover_sort(struct pool *p, struct cover_key *k)
{
    struct cover_at *tmp = block_alloc(&p->memory, k->len * sizeof *tmp);
    if (tmp == NULL) return false;
    struct cover_at *from = k->at, *to = tmp;
    for (size_t width = 1; width < k->len; width *= 2) { /* merging from below */
        for (size_t lo = 0; lo < k->len; lo += 2 * width) {
            size_t mid = lo + width < k->len ? lo + width : k->len, hi = mid + width < k->len ? mid + width : k->len;
            size_t i = lo, j = mid;
            for (size_t o = lo; o < hi; o++) {
                bool left = i < mid && (j == hi || from[i].row <= from[j].row);
                to[o] = left ? from[i++] : from[j++];
            }
        }
        struct cover_at *swap = from;
        from = to;
        to = swap;
    }
    size_t kept = 0;
    for (size_t i = 0; i < k->len; i++) {
        if (i + 1 < k->len && from[i + 1].row == from[i].row) continue;
        tmp[kept] = from[i]; /* kept <= i, so this is safe in place as well */
        kept++;
    }
    if (kept > 0) memcpy(k->at, tmp, kept * sizeof *tmp);
    block_free(&p->memory, tmp, k->len * sizeof *tmp);
    k->len = kept;
    return true;
}

/* Takes the list (of total members, by row) into the group; keeps none when the members follow one another. */
static bool group_take(struct pool *p, struct group *g, const uint32_t *counts, uint32_t rows, uint32_t *list,
                       uint32_t total)
{
    struct runs runs;
    if (!runs_make(&p->memory, counts, rows, &runs)) {
        block_free(&p->memory, list, (size_t)total * sizeof *list);
        return false;
    }
    bool neighbours = true;
    for (uint32_t i = 1; i < total && neighbours; i++) neighbours = list[i] == list[i - 1] + 1;
    group_free_lists(p, g);
    g->runs = runs;
    g->start = total > 0 && neighbours ? list[0] : 0;
    if (neighbours) {
        block_free(&p->memory, list, (size_t)total * sizeof *list);
    } else {
        g->list = list;
        g->list_owned = true;
    }
    return true;
}

/* Where each row's members begin, from how many it has; put moves them on. */
static uint32_t *starts(struct pool *p, const uint32_t *counts, uint32_t rows)
{
    uint32_t *at = block_alloc(&p->memory, (size_t)rows * sizeof *at), total = 0;
    for (uint32_t i = 0; at != NULL && i < rows; i++) {
        at[i] = total;
        total += counts[i];
    }
    return at;
}

/* References of a tile of rows: NO_ROW where there is none. */
static void references(const struct pool *p, const struct pool_group_def *def, uint16_t ref, uint32_t first, uint32_t n,
                       uint32_t limit, uint32_t *rows)
{
    uint8_t states[TILE];
    pool_read_i32(p, def->table, ref, first, n, (int32_t *)rows, states);
    for (uint32_t i = 0; i < n; i++) {
        if ((states[i] & POOL_STATE) != POOL_KNOWN || rows[i] >= limit) rows[i] = NO_ROW;
    }
}

bool group_join(struct pool *p, uint16_t table, uint16_t group)
{
    struct table *t = &p->tables[table];
    struct group *g = &t->groups[group];
    uint32_t members = p->tables[g->def->table].rows, total = 0;
    uint32_t *counts = block_alloc(&p->memory, (size_t)t->rows * sizeof *counts), rows[TILE];
    if (counts == NULL) return false;
    for (uint32_t r = 0; r < members; r += TILE) {
        uint32_t n = members - r < TILE ? members - r : TILE;
        references(p, g->def, g->ref, r, n, t->rows, rows);
        for (uint32_t i = 0; i < n; i++) {
            if (rows[i] == NO_ROW) continue;
            counts[rows[i]]++;
            total++;
        }
    }
    uint32_t *at = starts(p, counts, t->rows), *list = block_alloc(&p->memory, (size_t)total * sizeof *list);
    bool ok = at != NULL && list != NULL;
    for (uint32_t r = 0; ok && r < members; r += TILE) {
        uint32_t n = members - r < TILE ? members - r : TILE;
        references(p, g->def, g->ref, r, n, t->rows, rows);
        for (uint32_t i = 0; i < n; i++) {
            if (rows[i] != NO_ROW) list[at[rows[i]]++] = r + i;
        }
    }
    block_free(&p->memory, at, (size_t)t->rows * sizeof *at);
    if (ok)
        ok = group_take(p, g, counts, t->rows, list, total);
    else
        block_free(&p->memory, list, (size_t)total * sizeof *list);
    block_free(&p->memory, counts, (size_t)t->rows * sizeof *counts);
    return ok;
}

bool group_from_pairs(struct pool *p, uint16_t table, uint16_t group, const struct pair *pairs, size_t n)
{
    struct table *t = &p->tables[table];
    struct group *g = &t->groups[group];
    assert(n < UINT32_MAX);
    uint32_t *counts = block_alloc(&p->memory, (size_t)t->rows * sizeof *counts);
    if (counts == NULL) return false;
    for (size_t i = 0; i < n; i++) counts[pairs[i].row]++;
    uint32_t *at = starts(p, counts, t->rows), *list = block_alloc(&p->memory, n * sizeof *list);
    bool ok = at != NULL && list != NULL;
    for (size_t i = 0; ok && i < n; i++) list[at[pairs[i].row]++] = pairs[i].member;
    block_free(&p->memory, at, (size_t)t->rows * sizeof *at);
    if (ok)
        ok = group_take(p, g, counts, t->rows, list, (uint32_t)n);
    else
        block_free(&p->memory, list, n * sizeof *list);
    block_free(&p->memory, counts, (size_t)t->rows * sizeof *counts);
    return ok;
}
