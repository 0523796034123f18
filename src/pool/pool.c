/* pool: tables, blocks, rows, ids; reading. Reads are cut at blocks and then at tiles, so that what is needed beside
 * the caller's arrays (states to clear unknown values with, owners) lives on the stack. A row number outside its table,
 * which only a damaged file or a stale number can hold, reads as BAD. */
#include "pool/pool_priv.h"

#include <assert.h>
#include <string.h>

static bool tables_new(struct pool *p)
{
    const struct pool_schema *s = p->schema;
    p->tables = block_alloc(&p->memory, s->table_count * sizeof *p->tables);
    if (p->tables == NULL) return false;
    for (uint16_t i = 0; i < s->table_count; i++) {
        struct table *t = &p->tables[i];
        t->def = &s->tables[i];
        t->groups = block_alloc(&p->memory, t->def->group_count * sizeof *t->groups);
        if (t->groups == NULL) return false;
        for (uint16_t k = 0; k < t->def->group_count; k++) {
            struct group *g = &t->groups[k];
            g->def = &t->def->groups[k];
            g->ref = NO_TABLE;
            if (g->def->table == NO_TABLE) continue;
            assert(!g->def->child || s->tables[g->def->table].owner == i);
            g->keys = block_alloc(&p->memory, group_keys(g->def) * sizeof *g->keys);
            if (g->keys == NULL) return false;
        }
    }
    return true;
}

struct pool *pool_new(const struct pool_schema *s, size_t budget_bytes)
{
    struct block_account memory = { .budget = budget_bytes };
    struct pool *p = block_alloc(&memory, sizeof *p);
    if (p == NULL) return NULL;
    p->memory = memory;
    p->schema = s;
    if (!tables_new(p)) {
        pool_free(p);
        return NULL;
    }
    return p;
}

void group_free_lists(struct pool *p, struct group *g)
{
    if (g->list_owned) block_free(&p->memory, g->list, (size_t)g->runs.rows * sizeof *g->list);
    g->list = NULL;
    g->list_owned = false;
    runs_free(&p->memory, &g->runs);
}

static void table_free(struct pool *p, struct table *t)
{
    struct block_account *m = &p->memory;
    if (t->def == NULL) return;
    size_t chunks = (size_t)t->blocks * (t->def->column_count + 1u);
    for (size_t i = 0; i < chunks; i++) chunk_free(m, &t->chunks[i]);
    for (uint32_t i = 0; i < t->blocks && t->runs != NULL; i++) runs_free(m, &t->runs[i]);
    for (uint16_t i = 0; i < t->def->group_count && t->groups != NULL; i++) {
        struct group *g = &t->groups[i];
        if (g->def == NULL) break;
        group_free_lists(p, g);
        for (uint16_t k = 0; g->keys != NULL && k < group_keys(g->def); k++) {
            if (g->keys[k].cap > 0) block_free(m, g->keys[k].at, g->keys[k].cap * sizeof *g->keys[k].at);
        }
        block_free(m, g->keys, group_keys(g->def) * sizeof *g->keys);
    }
    block_free(m, t->groups, t->def->group_count * sizeof *t->groups);
    block_free(m, t->first, t->blocks_cap * sizeof *t->first);
    block_free(m, t->chunks, t->chunks_cap * sizeof *t->chunks);
    block_free(m, t->runs, t->runs_cap * sizeof *t->runs);
    if (t->by_id_owned) block_free(m, t->by_id, (size_t)t->rows * sizeof *t->by_id);
}

void pool_free(struct pool *p)
{
    if (p == NULL) return;
    struct block_account m = p->memory;
    if (p->tables != NULL) {
        for (uint16_t i = 0; i < p->schema->table_count; i++) table_free(p, &p->tables[i]);
        block_free(&p->memory, p->tables, p->schema->table_count * sizeof *p->tables);
    }
    texts_free(&p->memory, &p->texts);
    file_map_close(&p->file);
    m = p->memory;
    block_free(&m, p, sizeof *p);
    assert(m.used == 0);
}

bool table_add_block(struct pool *p, struct table *t)
{
    size_t stride = t->def->column_count + 1u;
    void *first = t->first, *chunks = t->chunks, *runs = t->runs;
    bool ok = block_grow(&p->memory, &first, &t->blocks_cap, t->blocks + 2u, sizeof *t->first);
    t->first = first;
    ok = ok && block_grow(&p->memory, &chunks, &t->chunks_cap, (t->blocks + 1u) * stride, sizeof *t->chunks);
    t->chunks = chunks;
    ok = ok && (!table_is_child(t) || block_grow(&p->memory, &runs, &t->runs_cap, t->blocks + 1u, sizeof *t->runs));
    t->runs = runs;
    if (!ok) return false;
    t->first[t->blocks] = t->rows;
    t->blocks++;
    t->first[t->blocks] = t->rows;
    return true;
}

static const struct table *table_at(const struct pool *p, uint16_t table)
{
    assert(table < p->schema->table_count);
    return &p->tables[table];
}

/* Subjects' blocks all have BLOCK_ROWS rows but the last; children's are searched. */
uint32_t table_block(const struct table *t, uint32_t row)
{
    if (!table_is_child(t)) return row >> BLOCK_BITS;
    uint32_t lo = 0, hi = t->blocks;
    while (hi - lo > 1) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (t->first[mid] <= row)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

uint32_t pool_rows(const struct pool *p, uint16_t table) { return table_at(p, table)->rows; }

uint64_t pool_id(const struct pool *p, uint16_t table, uint32_t row)
{
    const struct table *t = table_at(p, table);
    if (row >= t->rows) return 0;
    uint32_t b = table_block(t, row);
    return chunk_id(table_chunk(t, b, t->def->column_count), row - t->first[b]);
}

void pool_read_ids(const struct pool *p, uint16_t table, uint32_t first, uint32_t n, uint64_t *ids)
{
    const struct table *t = table_at(p, table);
    assert(first <= t->rows && n <= t->rows - first);
    for (uint32_t block = n > 0 ? table_block(t, first) : 0; n > 0; block++) {
        const struct chunk *c = table_chunk(t, block, t->def->column_count);
        uint32_t local = first - t->first[block], len = t->first[block + 1] - first;
        len = len < n ? len : n;
        union {
            uint64_t *ids;
            int64_t *values;
        } out = { .ids = ids };
        chunk_values_i64(c, local, len, out.values);
        for (uint32_t i = 0; (c->flags & CHUNK_SLOPE) && i < len; i++) ids[i] += local + i;
        first += len, n -= len, ids += len;
    }
}

/* Blocks whose ids are all one (children that have none of their own) are passed in one step. */
static bool child_row_of(const struct pool *p, const struct table *t, uint16_t table, uint64_t id, uint32_t *row)
{
    for (uint32_t b = 0; b < t->blocks; b++) {
        const struct chunk *c = table_chunk(t, b, t->def->column_count);
        if (c->rows == 0 || (c->width == 0 && !(c->flags & CHUNK_SLOPE) && (uint64_t)c->base != id)) continue;
        for (uint32_t r = t->first[b]; r < t->first[b + 1]; r++) {
            if (pool_id(p, table, r) != id) continue;
            *row = r;
            return true;
        }
    }
    return false;
}

bool pool_row_of(const struct pool *p, uint16_t table, uint64_t id, uint32_t *row)
{
    const struct table *t = table_at(p, table);
    if (table_is_child(t)) return child_row_of(p, t, table, id, row);
    uint32_t lo = 0, hi = t->rows;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (pool_id(p, table, t->by_id != NULL ? t->by_id[mid] : mid) < id)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (lo == t->rows) return false;
    uint32_t found = t->by_id != NULL ? t->by_id[lo] : lo;
    if (found >= t->rows || pool_id(p, table, found) != id) return false;
    *row = found;
    return true;
}

/* One pass over eight bits of the ids, least significant first: stable, so after all passes the order is that of ids.
 */
static bool sort_by_id(struct pool *p, uint32_t *rows, uint64_t *ids, uint32_t n)
{
    uint32_t *rows2 = block_alloc(&p->memory, (size_t)n * sizeof *rows2);
    uint64_t *ids2 = block_alloc(&p->memory, (size_t)n * sizeof *ids2);
    bool ok = rows2 != NULL && ids2 != NULL;
    uint32_t *r = rows, *other_r = rows2;
    uint64_t *k = ids, *other_k = ids2, all = 0;
    for (uint32_t i = 0; i < n; i++) all |= ids[i];
    for (unsigned shift = 0; ok && shift < 64 && all >> shift != 0; shift += 16) {
        for (unsigned half = shift; half < shift + 16; half += 8) { /* an even number of passes ends where it began */
            size_t start[257] = { 0 };
            for (uint32_t i = 0; i < n; i++) start[(k[i] >> half & 255u) + 1]++;
            for (unsigned d = 0; d < 256; d++) start[d + 1] += start[d];
            for (uint32_t i = 0; i < n; i++) {
                size_t to = start[k[i] >> half & 255u]++;
                other_r[to] = r[i];
                other_k[to] = k[i];
            }
            uint32_t *swap_r = r;
            uint64_t *swap_k = k;
            r = other_r;
            k = other_k;
            other_r = swap_r;
            other_k = swap_k;
        }
    }
    block_free(&p->memory, rows2, (size_t)n * sizeof *rows2);
    block_free(&p->memory, ids2, (size_t)n * sizeof *ids2);
    return ok;
}

bool table_index_ids(struct pool *p, struct table *t)
{
    if (table_is_child(t)) return true;
    uint16_t table = (uint16_t)(t - p->tables);
    bool ascend = true;
    for (uint32_t r = 1; r < t->rows && ascend; r++) ascend = pool_id(p, table, r - 1) < pool_id(p, table, r);
    if (ascend) return true;
    uint32_t *rows = block_alloc(&p->memory, (size_t)t->rows * sizeof *rows);
    uint64_t *ids = block_alloc(&p->memory, (size_t)t->rows * sizeof *ids);
    bool ok = rows != NULL && ids != NULL;
    for (uint32_t r = 0; ok && r < t->rows; r++) {
        rows[r] = r;
        ids[r] = pool_id(p, table, r);
    }
    ok = ok && sort_by_id(p, rows, ids, t->rows);
    block_free(&p->memory, ids, (size_t)t->rows * sizeof *ids);
    if (!ok) {
        block_free(&p->memory, rows, (size_t)t->rows * sizeof *rows);
        return false;
    }
    t->by_id = rows;
    t->by_id_owned = true;
    return true;
}

void table_owners(const struct pool *p, const struct table *t, uint32_t first, uint32_t n, uint32_t *owners)
{
    const struct table *o = table_at(p, t->def->owner);
    while (n > 0) {
        uint32_t b = table_block(t, first), len = t->first[b + 1] - first;
        if (len > n) len = n;
        if (b < o->blocks)
            runs_owners(&t->runs[b], first - t->first[b], len, o->first[b], owners);
        else
            memset(owners, 0xff, (size_t)len * sizeof *owners);
        owners += len;
        first += len;
        n -= len;
    }
}

uint32_t pool_owner(const struct pool *p, uint16_t table, uint32_t row)
{
    const struct table *t = table_at(p, table);
    assert(table_is_child(t));
    uint32_t owner = NO_ROW;
    if (row < t->rows) table_owners(p, t, row, 1, &owner);
    return owner;
}

str pool_text(const struct pool *p, int64_t number)
{
    return number < 0 || number > UINT32_MAX ? (str){ "", 0 } : texts_at(&p->texts, (uint32_t)number);
}

int64_t pool_text_number(const struct pool *p, str text) { return texts_find(&p->texts, text); }

uint64_t pool_bytes(const struct pool *p) { return p->memory.used + p->file.len; }

/* ---- neighbouring rows ---- */

/* The state all cells have had so far: -2 none seen, -1 they differ. */
static int joined_state(int so_far, int next) { return so_far == -2 || so_far == next ? next : -1; }

/* What the three types share: pieces of at most a tile inside one block, values cleared where the chunk asks for it. */
#define READ(T, name)                                                                                                  \
    static int read_piece_##name(const struct pool *p, const struct table *t, const struct chunk *c, uint32_t block,   \
                                 uint32_t row, uint32_t n, T *restrict values, uint8_t *restrict states)               \
    {                                                                                                                  \
        uint32_t local = row - t->first[block];                                                                        \
        int common = chunk_states(c, local, n, states);                                                                \
        if (chunk_needs_owner(c)) {                                                                                    \
            uint32_t owners[TILE];                                                                                     \
            table_owners(p, t, row, n, owners);                                                                        \
            for (uint32_t i = 0; i < n; i++) values[i] = (T)owners[i];                                                 \
        } else {                                                                                                       \
            chunk_values_##name(c, local, n, values);                                                                  \
        }                                                                                                              \
        if ((c->flags & CHUNK_MASK) && (common < 0 || (common & POOL_STATE) != POOL_KNOWN)) {                          \
            for (uint32_t i = 0; i < n; i++) values[i] = (states[i] & POOL_STATE) == POOL_KNOWN ? values[i] : (T)0;    \
        }                                                                                                              \
        return common;                                                                                                 \
    }                                                                                                                  \
    int pool_read_##name(const struct pool *p, uint16_t table, uint16_t column, uint32_t first, uint32_t n, T *values, \
                         uint8_t *states)                                                                              \
    {                                                                                                                  \
        const struct table *t = table_at(p, table);                                                                    \
        assert(column < t->def->column_count && first <= t->rows && n <= t->rows - first);                             \
        int common = -2;                                                                                               \
        uint32_t block = n > 0 ? table_block(t, first) : 0;                                                            \
        while (n > 0) {                                                                                                \
            while (first >= t->first[block + 1]) block++;                                                              \
            uint8_t tmp[TILE];                                                                                         \
            uint32_t len = t->first[block + 1] - first;                                                                \
            len = len < n ? len : n;                                                                                   \
            len = len < TILE ? len : TILE;                                                                             \
            uint8_t *s = states != NULL ? states : tmp;                                                                \
            common = joined_state(                                                                                     \
                common, read_piece_##name(p, t, table_chunk(t, block, column), block, first, len, values, s));         \
            first += len;                                                                                              \
            n -= len;                                                                                                  \
            values += len;                                                                                             \
            states = states == NULL ? NULL : states + len;                                                             \
        }                                                                                                              \
        return common == -2 ? POOL_UNKNOWN : common;                                                                   \
    }

READ(uint8_t, u8)
READ(int32_t, i32)
READ(int64_t, i64)

/* ---- any rows ---- */

/* How many rows from the first of the list lie in one block. */
static uint32_t same_block(const uint32_t *rows, uint32_t n, uint32_t first, uint32_t count)
{
    uint32_t i = 1;
    while (i < n && rows[i] - first < count) i++;
    return i;
}

#define GATHER(T, name)                                                                                                \
    static int gather_piece_##name(const struct pool *p, const struct table *t, uint16_t column, const uint32_t *rows, \
                                   uint32_t n, uint32_t *done, T *restrict values, uint8_t *restrict states)           \
    {                                                                                                                  \
        if (rows[0] >= t->rows) {                                                                                      \
            values[0] = 0;                                                                                             \
            states[0] = POOL_BAD;                                                                                      \
            *done = 1;                                                                                                 \
            return POOL_BAD;                                                                                           \
        }                                                                                                              \
        uint32_t block = table_block(t, rows[0]), first = t->first[block];                                             \
        const struct chunk *c = table_chunk(t, block, column);                                                         \
        n = *done = same_block(rows, n, first, t->first[block + 1] - first);                                           \
        chunk_gather_states(c, rows, first, n, states);                                                                \
        int common = states[0];                                                                                        \
        for (uint32_t i = 1; c->state_width != 0 && i < n; i++) common = joined_state(common, states[i]);              \
        if (chunk_needs_owner(c)) {                                                                                    \
            for (uint32_t i = 0; i < n; i++) values[i] = (T)runs_owner(&t->runs[block], rows[i] - first);              \
            T add = (T)table_at(p, t->def->owner)->first[block];                                                       \
            for (uint32_t i = 0; i < n; i++) values[i] = (T)(values[i] + add);                                         \
        } else {                                                                                                       \
            chunk_gather_##name(c, rows, first, n, values);                                                            \
        }                                                                                                              \
        if (c->flags & CHUNK_MASK) {                                                                                   \
            for (uint32_t i = 0; i < n; i++) values[i] = (states[i] & POOL_STATE) == POOL_KNOWN ? values[i] : (T)0;    \
        }                                                                                                              \
        return common;                                                                                                 \
    }                                                                                                                  \
    int pool_gather_##name(const struct pool *p, uint16_t table, uint16_t column, const uint32_t *rows, uint32_t n,    \
                           T *values, uint8_t *states)                                                                 \
    {                                                                                                                  \
        const struct table *t = table_at(p, table);                                                                    \
        assert(column < t->def->column_count);                                                                         \
        int common = -2;                                                                                               \
        while (n > 0) {                                                                                                \
            uint8_t tmp[TILE];                                                                                         \
            uint32_t done = 0;                                                                                         \
            common = joined_state(common, gather_piece_##name(p, t, column, rows, n < TILE ? n : TILE, &done, values,  \
                                                              states != NULL ? states : tmp));                         \
            rows += done;                                                                                              \
            n -= done;                                                                                                 \
            values += done;                                                                                            \
            states = states == NULL ? NULL : states + done;                                                            \
        }                                                                                                              \
        return common == -2 ? POOL_UNKNOWN : common;                                                                   \
    }

GATHER(uint8_t, u8)
GATHER(int32_t, i32)
GATHER(int64_t, i64)

struct pool_column_stats pool_stats(const struct pool *p, uint16_t table, uint16_t column)
{
    const struct table *t = table_at(p, table);
    struct pool_column_stats out = { 0 };
    uint64_t counts[16] = { 0 };
    for (uint32_t b = 0; b < t->blocks; b++) {
        const struct chunk *c = table_chunk(t, b, column);
        out.bytes += sizeof *c + chunk_value_bytes(c) + chunk_state_bytes(c);
        if (c->state_width == 0) counts[c->two[0] & 15u] += c->rows;
        for (uint32_t at = 0; c->state_width != 0 && at < c->rows; at += TILE) {
            uint8_t states[TILE];
            uint32_t n = c->rows - at < TILE ? c->rows - at : TILE;
            chunk_states(c, at, n, states);
            for (uint32_t i = 0; i < n; i++) counts[states[i] & 15u]++;
        }
    }
    for (unsigned s = 0; s < 16; s++) {
        if (s & POOL_ABSENT) {
            out.absent += counts[s];
            continue;
        }
        if (s & POOL_ASSUMED) out.assumed += counts[s];
        uint64_t *of[] = { &out.unknown, &out.known, &out.none, &out.bad };
        *of[s & POOL_STATE] += counts[s];
    }
    return out;
}
