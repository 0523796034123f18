/* build: rows come one by one into open blocks, a block is encoded as soon as the next one begins, so that the builder
 * needs little more than the pool it makes. Cells set later (references to rows that were not there yet) are noted and
 * applied block by block: at most PATCH_MAX wait, then every block they touch is decoded, changed and encoded again.
 *
 * When memory fails the builder only remembers that; every later call does nothing and the end says so. */
#include "pool/pool_priv.h"

#include <assert.h>
#include <string.h>

enum { PATCH_MAX = 1 << 20 };

struct raw { /* the open block's cells of one column, as far as they were set */
    int64_t *values;
    uint8_t *states;
    size_t values_cap, states_cap;
    uint32_t len;
};

struct patch {
    int64_t value;
    uint32_t row;
    uint8_t state;
};

struct patches {
    struct patch *at;
    size_t len, cap;
};

struct open_table {
    struct raw *columns;
    struct patches *patches;
    uint64_t *ids;
    uint32_t *counts; /* children: per owner of the block */
    size_t ids_cap, counts_cap;
    uint32_t rows;       /* in the open block */
    uint32_t last_owner; /* NO_ROW: rows of nobody have begun */
    bool any, is_open, has_children;
};

struct pairs {
    struct pair *at;
    size_t len, cap;
};

struct pool_builder {
    struct pool *p;
    struct open_table *tables;
    struct pairs **pairs; /* [table][group] */
    bool failed;
};

static struct block_account *memory(struct pool_builder *b) { return &b->p->memory; }

static bool open_tables(struct pool_builder *b)
{
    const struct pool_schema *s = b->p->schema;
    b->tables = block_alloc(memory(b), s->table_count * sizeof *b->tables);
    b->pairs = block_alloc(memory(b), s->table_count * sizeof *b->pairs);
    if (b->tables == NULL || b->pairs == NULL) return false;
    for (uint16_t i = 0; i < s->table_count; i++) {
        struct open_table *o = &b->tables[i];
        const struct pool_table_def *d = &s->tables[i];
        o->columns = block_alloc(memory(b), d->column_count * sizeof *o->columns);
        o->patches = block_alloc(memory(b), d->column_count * sizeof *o->patches);
        b->pairs[i] = block_alloc(memory(b), d->group_count * sizeof **b->pairs);
        if (o->columns == NULL || o->patches == NULL || b->pairs[i] == NULL) return false;
    }
    return true;
}

struct pool_builder *pool_build(const struct pool_schema *s, size_t budget_bytes)
{
    /* The builder itself must be there to say that memory failed. */
    static struct pool_builder none = { .failed = true };
    struct pool *p = pool_new(s, budget_bytes);
    if (p == NULL) return &none;
    struct pool_builder *b = block_alloc(&p->memory, sizeof *b);
    if (b == NULL) {
        pool_free(p);
        return &none;
    }
    b->p = p;
    b->failed = !open_tables(b);
    return b;
}

static void free_raw(struct pool_builder *b, struct raw *r)
{
    block_free(memory(b), r->values, r->values_cap * sizeof *r->values);
    block_free(memory(b), r->states, r->states_cap);
    *r = (struct raw){ 0 };
}

/* Everything but the pool. */
static struct pool *builder_close(struct pool_builder *b)
{
    struct pool *p = b->p;
    const struct pool_schema *s = p->schema;
    for (uint16_t i = 0; b->tables != NULL && b->pairs != NULL && i < s->table_count; i++) {
        struct open_table *o = &b->tables[i];
        const struct pool_table_def *d = &s->tables[i];
        for (uint16_t k = 0; k < d->column_count; k++) {
            if (o->columns != NULL) free_raw(b, &o->columns[k]);
            if (o->patches != NULL)
                block_free(memory(b), o->patches[k].at, o->patches[k].cap * sizeof *o->patches[k].at);
        }
        for (uint16_t k = 0; b->pairs[i] != NULL && k < d->group_count; k++) {
            block_free(memory(b), b->pairs[i][k].at, b->pairs[i][k].cap * sizeof *b->pairs[i][k].at);
        }
        block_free(memory(b), o->columns, d->column_count * sizeof *o->columns);
        block_free(memory(b), o->patches, d->column_count * sizeof *o->patches);
        block_free(memory(b), b->pairs[i], d->group_count * sizeof **b->pairs);
        block_free(memory(b), o->ids, o->ids_cap * sizeof *o->ids);
        block_free(memory(b), o->counts, o->counts_cap * sizeof *o->counts);
    }
    block_free(memory(b), b->tables, s->table_count * sizeof *b->tables);
    block_free(memory(b), b->pairs, s->table_count * sizeof *b->pairs);
    block_free(memory(b), b, sizeof *b);
    return p;
}

void pool_build_free(struct pool_builder *b)
{
    if (b != NULL && b->p != NULL) pool_free(builder_close(b));
}

/* ---- blocks ---- */

static uint8_t default_state(const struct pool_column_def *c) { return c->absent ? POOL_ABSENT : POOL_UNKNOWN; }

bool column_may_be_owner(const struct pool_table_def *d, uint16_t column)
{
    return d->owner != NO_TABLE && d->columns[column].kind == POOL_REF && d->columns[column].table == d->owner;
}

static bool raw_fill(struct pool_builder *b, struct raw *r, uint32_t len, uint8_t state)
{
    void *values = r->values, *states = r->states;
    bool ok = block_grow(memory(b), &values, &r->values_cap, len, sizeof *r->values);
    r->values = values;
    ok = ok && block_grow(memory(b), &states, &r->states_cap, len, 1);
    r->states = states;
    if (!ok) return false;
    if (len > r->len) {
        memset(r->values + r->len, 0, (len - r->len) * sizeof *r->values);
        memset(r->states + r->len, state, len - r->len);
        r->len = len;
    }
    return true;
}

/* Owners of the open block's rows, in memory of the caller. */
static void open_owners(const struct table *owners, uint32_t block, const uint32_t *counts, uint32_t *out)
{
    if (block >= owners->blocks) return; /* of nobody: filled with NO_ROW */
    uint32_t at = 0, first = owners->first[block];
    for (uint32_t i = 0; first + i < owners->first[block + 1]; i++) {
        for (uint32_t k = 0; k < counts[i]; k++) out[at++] = first + i;
    }
}

static bool encode_column(struct pool_builder *b, struct table *t, struct open_table *o, uint16_t column,
                          uint32_t block, const uint32_t *owners)
{
    struct raw *r = &o->columns[column];
    uint8_t state = default_state(&t->def->columns[column]);
    struct chunk *out = table_chunk(t, block, column);
    if (r->len == 0) { /* nobody said anything */
        *out = (struct chunk){ .rows = o->rows, .two = { state, 0 } };
        return true;
    }
    if (!raw_fill(b, r, o->rows, state)) return false;
    struct cells c = { r->values, r->states, column_may_be_owner(t->def, column) ? owners : NULL, o->rows };
    r->len = 0;
    return chunk_encode(memory(b), c, out);
}

static bool close_block(struct pool_builder *b, uint16_t table)
{
    struct table *t = &b->p->tables[table];
    struct open_table *o = &b->tables[table];
    uint32_t block = t->blocks - 1, *owners = NULL;
    bool ok = true;
    if (table_is_child(t)) {
        const struct table *of = &b->p->tables[t->def->owner];
        uint32_t count = block < of->blocks ? of->first[block + 1] - of->first[block] : 0;
        void *counts = o->counts;
        ok = block_grow(memory(b), &counts, &o->counts_cap, count, sizeof *o->counts);
        o->counts = counts;
        owners = ok ? block_alloc(memory(b), (size_t)o->rows * sizeof *owners) : NULL;
        ok = owners != NULL && runs_make(memory(b), o->counts, count, &t->runs[block]);
        if (ok) {
            memset(owners, 0xff, (size_t)o->rows * sizeof *owners);
            open_owners(of, block, o->counts, owners);
        }
        if (o->counts_cap > 0) memset(o->counts, 0, o->counts_cap * sizeof *o->counts);
    }
    for (uint16_t c = 0; ok && c < t->def->column_count; c++) ok = encode_column(b, t, o, c, block, owners);
    ok = ok && chunk_encode_ids(memory(b), o->ids, o->rows, table_chunk(t, block, t->def->column_count));
    block_free(memory(b), owners, (size_t)o->rows * sizeof *owners);
    o->rows = 0;
    o->is_open = false;
    return ok;
}

static bool open_block(struct pool_builder *b, uint16_t table)
{
    if (!table_add_block(b->p, &b->p->tables[table])) return false;
    b->tables[table].is_open = true;
    return true;
}

/* Makes `block` the open one; those before it are closed, also when nothing came into them. */
static bool reach_block(struct pool_builder *b, uint16_t table, uint32_t block)
{
    struct table *t = &b->p->tables[table];
    while (t->blocks <= block) {
        if (b->tables[table].is_open && !close_block(b, table)) return false;
        if (!open_block(b, table)) return false;
    }
    return true;
}

/* ---- rows and cells ---- */

static bool add_child(struct pool_builder *b, uint16_t table, uint32_t owner)
{
    struct table *t = &b->p->tables[table];
    struct open_table *o = &b->tables[table];
    const struct table *of = &b->p->tables[t->def->owner];
    assert(owner == NO_ROW || owner < of->rows);
    assert(!o->any || (owner >= o->last_owner)); /* NO_ROW is the largest */
    uint32_t block = owner == NO_ROW ? of->blocks : table_block(of, owner);
    if (!reach_block(b, table, block)) return false;
    b->tables[t->def->owner].has_children = true;
    o->any = true;
    o->last_owner = owner;
    if (owner == NO_ROW) return true;
    uint32_t local = owner - of->first[block];
    void *counts = o->counts;
    bool ok = block_grow(memory(b), &counts, &o->counts_cap, local + 1u, sizeof *o->counts);
    o->counts = counts;
    if (ok) o->counts[local]++;
    return ok;
}

uint32_t pool_add(struct pool_builder *b, uint16_t table, uint64_t id, uint32_t owner)
{
    if (b->failed) return 0;
    assert(table < b->p->schema->table_count);
    struct table *t = &b->p->tables[table];
    struct open_table *o = &b->tables[table];
    assert(!o->has_children); /* subjects first: children are cut where their owners' blocks end */
    bool ok = t->rows < NO_ROW - 1;
    ok = ok && (table_is_child(t) ? add_child(b, table, owner) : reach_block(b, table, t->rows >> BLOCK_BITS));
    void *ids = o->ids;
    ok = ok && block_grow(memory(b), &ids, &o->ids_cap, o->rows + 1u, sizeof *o->ids);
    o->ids = ids;
    if (!ok) {
        b->failed = true;
        return 0;
    }
    o->ids[o->rows++] = id;
    t->first[t->blocks]++;
    return t->rows++;
}

static int64_t value_of(uint8_t state, int64_t value) { return (state & POOL_STATE) == POOL_KNOWN ? value : 0; }

static void set_raw(struct pool_builder *b, uint16_t table, uint16_t column, uint32_t local, uint8_t state,
                    int64_t value)
{
    struct raw *r = &b->tables[table].columns[column];
    if (r->len <= local && !raw_fill(b, r, local + 1, default_state(&b->p->schema->tables[table].columns[column]))) {
        b->failed = true;
        return;
    }
    r->values[local] = value_of(state, value);
    r->states[local] = state;
}

void pool_set(struct pool_builder *b, uint16_t table, uint16_t column, uint8_t state, int64_t value)
{
    if (b->failed) return;
    assert(table < b->p->schema->table_count && column < b->p->schema->tables[table].column_count && state < 16);
    assert(b->tables[table].rows > 0);
    set_raw(b, table, column, b->tables[table].rows - 1, state, value);
}

/* Decodes a chunk of known table, applies what waits for it, encodes it again. */
static bool patch_block(struct pool_builder *b, struct table *t, uint16_t column, uint32_t block,
                        const struct patch *patches, size_t n)
{
    uint16_t table = (uint16_t)(t - b->p->tables);
    struct chunk *c = table_chunk(t, block, column), next = { 0 };
    uint32_t rows = c->rows, first = t->first[block], *owners = NULL;
    bool may_own = column_may_be_owner(t->def, column);
    int64_t *values = block_alloc(memory(b), (size_t)rows * sizeof *values);
    uint8_t *states = block_alloc(memory(b), rows);
    if (may_own) owners = block_alloc(memory(b), (size_t)rows * sizeof *owners);
    bool ok = values != NULL && states != NULL && (!may_own || owners != NULL);
    if (ok) {
        pool_read_i64(b->p, table, column, first, rows, values, states);
        if (may_own) table_owners(b->p, t, first, rows, owners);
        for (size_t i = 0; i < n; i++) {
            values[patches[i].row - first] = value_of(patches[i].state, patches[i].value);
            states[patches[i].row - first] = patches[i].state;
        }
        ok = chunk_encode(memory(b), (struct cells){ values, states, owners, rows }, &next);
    }
    if (ok) {
        chunk_free(memory(b), c);
        *c = next;
    }
    block_free(memory(b), values, (size_t)rows * sizeof *values);
    block_free(memory(b), states, rows);
    block_free(memory(b), owners, (size_t)rows * sizeof *owners);
    return ok;
}

/* Sorted by block, in the order they came within one. */
static bool apply_patches(struct pool_builder *b, struct table *t, uint16_t column, struct patches *w)
{
    size_t *start = block_alloc(memory(b), ((size_t)t->blocks + 1) * sizeof *start);
    struct patch *sorted = block_alloc(memory(b), w->len * sizeof *sorted);
    bool ok = start != NULL && sorted != NULL;
    for (size_t i = 0; ok && i < w->len; i++) start[table_block(t, w->at[i].row) + 1]++;
    for (uint32_t i = 0; ok && i < t->blocks; i++) start[i + 1] += start[i];
    for (size_t i = 0; ok && i < w->len; i++) sorted[start[table_block(t, w->at[i].row)]++] = w->at[i];
    for (uint32_t i = 0; ok && i < t->blocks; i++) { /* start[i] is now where block i ends */
        size_t from = i == 0 ? 0 : start[i - 1];
        if (start[i] > from) ok = patch_block(b, t, column, i, sorted + from, start[i] - from);
    }
    block_free(memory(b), start, ((size_t)t->blocks + 1) * sizeof *start);
    block_free(memory(b), sorted, w->len * sizeof *sorted);
    w->len = 0;
    return ok;
}

void pool_set_at(struct pool_builder *b, uint16_t table, uint16_t column, uint32_t row, uint8_t state, int64_t value)
{
    if (b->failed) return;
    assert(table < b->p->schema->table_count && column < b->p->schema->tables[table].column_count && state < 16);
    struct table *t = &b->p->tables[table];
    struct open_table *o = &b->tables[table];
    assert(row < t->rows);
    if (o->is_open && row >= t->first[t->blocks - 1]) {
        set_raw(b, table, column, row - t->first[t->blocks - 1], state, value);
        return;
    }
    struct patches *w = &o->patches[column];
    void *at = w->at;
    bool ok = w->len < PATCH_MAX || apply_patches(b, t, column, w);
    ok = ok && block_grow(memory(b), &at, &w->cap, w->len + 1, sizeof *w->at);
    w->at = at;
    if (!ok) {
        b->failed = true;
        return;
    }
    w->at[w->len++] = (struct patch){ .row = row, .state = state, .value = value };
}

int64_t pool_intern(struct pool_builder *b, str text)
{
    uint32_t number = 0;
    if (!b->failed && !texts_add(memory(b), &b->p->texts, text, &number)) b->failed = true;
    return number;
}

/* ---- groups ---- */

static struct group *group_of(struct pool_builder *b, uint16_t table, uint16_t group)
{
    assert(table < b->p->schema->table_count && group < b->p->schema->tables[table].group_count);
    struct group *g = &b->p->tables[table].groups[group];
    assert(g->def->table != NO_TABLE);
    return g;
}

void pool_cover_all(struct pool_builder *b, uint16_t table, uint16_t group, uint16_t key, struct pool_cover c)
{
    if (b->failed) return;
    struct group *g = group_of(b, table, group);
    assert(key < group_keys(g->def));
    g->keys[key].all = c;
}

void pool_cover_at(struct pool_builder *b, uint16_t table, uint16_t group, uint32_t row, uint16_t key,
                   struct pool_cover c)
{
    if (b->failed) return;
    struct group *g = group_of(b, table, group);
    assert(key < group_keys(g->def));
    struct cover_key *k = &g->keys[key];
    void *at = k->at;
    if (!block_grow(memory(b), &at, &k->cap, k->len + 1, sizeof *k->at)) {
        b->failed = true;
        return;
    }
    k->at = at;
    k->at[k->len++] = (struct cover_at){ .row = row, .state = c.state, .has_until = c.has_until, .until = c.until };
}

void pool_join(struct pool_builder *b, uint16_t table, uint16_t group, uint32_t row, uint32_t member)
{
    if (b->failed) return;
    assert(!group_of(b, table, group)->def->child && row < b->p->tables[table].rows);
    struct pairs *w = &b->pairs[table][group];
    void *at = w->at;
    if (!block_grow(memory(b), &at, &w->cap, w->len + 1, sizeof *w->at)) {
        b->failed = true;
        return;
    }
    w->at = at;
    w->at[w->len++] = (struct pair){ row, member };
}

void pool_join_by(struct pool_builder *b, uint16_t table, uint16_t group, uint16_t ref)
{
    if (b->failed) return;
    struct group *g = group_of(b, table, group);
    const struct pool_table_def *d = &b->p->schema->tables[g->def->table];
    assert(!g->def->child && ref < d->column_count && d->columns[ref].kind == POOL_REF);
    assert(d->columns[ref].table == table);
    g->ref = ref;
}

/* ---- the end ---- */

/* Children are cut where their owners are, up to the owners' last block. */
static bool finish_rows(struct pool_builder *b, uint16_t table)
{
    struct table *t = &b->p->tables[table];
    bool ok = true;
    if (table_is_child(t)) {
        uint32_t blocks = b->p->tables[t->def->owner].blocks;
        ok = blocks == 0 || reach_block(b, table, blocks - 1);
    }
    return ok && (!b->tables[table].is_open || close_block(b, table));
}

static bool finish_table(struct pool_builder *b, uint16_t table)
{
    struct table *t = &b->p->tables[table];
    struct open_table *o = &b->tables[table];
    bool ok = true;
    for (uint16_t c = 0; ok && c < t->def->column_count; c++) {
        if (o->patches[c].len > 0) ok = apply_patches(b, t, c, &o->patches[c]);
    }
    return ok && table_index_ids(b->p, t);
}

static bool finish_groups(struct pool_builder *b, uint16_t table)
{
    struct table *t = &b->p->tables[table];
    bool ok = true;
    for (uint16_t i = 0; ok && i < t->def->group_count; i++) {
        struct group *g = &t->groups[i];
        if (g->def->table == NO_TABLE) continue;
        struct pairs *w = &b->pairs[table][i];
        if (g->ref != NO_TABLE)
            ok = group_join(b->p, table, i);
        else if (!g->def->child)
            ok = group_from_pairs(b->p, table, i, w->at, w->len);
        for (uint16_t k = 0; ok && k < group_keys(g->def); k++) {
            if (g->keys[k].len > 0) ok = cover_sort(b->p, &g->keys[k]);
        }
    }
    return ok;
}

struct pool *pool_build_end(struct pool_builder *b, struct err *e)
{
    bool ok = !b->failed;
    uint16_t tables = ok ? b->p->schema->table_count : 0;
    /* owners before their children, whatever their numbers */
    for (unsigned children = 0; children < 2; children++) {
        for (uint16_t i = 0; ok && i < tables; i++) {
            if (table_is_child(&b->p->tables[i]) == (children == 1)) ok = finish_rows(b, i);
        }
    }
    for (uint16_t i = 0; ok && i < tables; i++) ok = finish_table(b, i);
    for (uint16_t i = 0; ok && i < tables; i++) ok = finish_groups(b, i);
    if (ok) {
        struct pool *p = builder_close(b);
        p->memory.failed = false;
        return p;
    }
    size_t budget = b->p == NULL ? 0 : b->p->memory.budget;
    pool_build_free(b);
    if (budget != 0)
        fail(e, MEMORY, "数据池放不下：给它的内存是 %zu MiB。请加内存上限，或只装用得到的字段", budget >> 20);
    else
        fail(e, MEMORY, "内存不够，数据池没有建成。请关掉别的程序，或换内存大的机器");
    return NULL;
}
