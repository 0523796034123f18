/* open: the directory is read, everything else stays where it is. Every length, number and place the directory names is
 * checked against the schema and the file before anything uses it, so that a damaged or forged file is refused or reads
 * as nonsense, but never reads outside. What the data itself says (row numbers, counts) is bounded where it is read. */
#include "pool/pool_priv.h"

#include <assert.h>
#include <string.h>

struct opener {
    struct pool *p;
    const uint8_t *notes;
    size_t left;
    uint64_t data_end; /* where the directory begins */
    const struct vault_key *key;
    bool locked; /* sealed, and there is no key */
    struct err *e;
};

static bool take(struct opener *o, void *out, size_t len)
{
    if (len > o->left) return false;
    if (len > 0) memcpy(out, o->notes, len);
    o->notes += len;
    o->left -= len;
    return true;
}

/* The piece of n elements at a place in the file; NULL in *out when n is 0. */
static bool piece(const struct opener *o, uint64_t at, uint64_t n, size_t size_bytes, void *out /* T ** */)
{
    void *p = NULL;
    if (n > 0) {
        if (at % POOL_FILE_ALIGN != 0 || at > o->data_end || n > (o->data_end - at) / size_bytes) return false;
        p = o->p->file.p + at;
    }
    memcpy(out, &p, sizeof p);
    return true;
}

static bool open_chunk(struct opener *o, struct chunk *c)
{
    struct file_chunk f;
    if (!take(o, &f, sizeof f)) return false;
    if (!width_ok(f.width) || f.state_width == 3 || f.state_width > 4) return false;
    if (f.two[0] > 15 || f.two[1] > 15 || (f.flags & ~(CHUNK_MASK | CHUNK_OWNER | CHUNK_SLOPE)) != 0) return false;
    *c = (struct chunk){ .base = f.base,
                         .rows = f.rows,
                         .width = f.width,
                         .state_width = f.state_width,
                         .flags = f.flags,
                         .two = { f.two[0], f.two[1] } };
    return piece(o, f.values_at, chunk_value_bytes(c), 1, &c->values) &&
           piece(o, f.states_at, chunk_state_bytes(c), 1, &c->states);
}

static bool open_runs(struct opener *o, const struct file_runs *f, struct runs *r)
{
    bool listed = f->width == RUNS_LISTED;
    if (!listed && (!width_ok(f->width) || f->width > 32)) return false;
    if (f->rows > 0 && (f->owners == 0 || f->width == 0)) return false;
    struct runs x = { .owners = f->owners, .rows = f->rows, .width = f->width };
    uint8_t *start;
    size_t totals = runs_totals_bytes(&x);
    if (!piece(o, f->at, totals + runs_counts_bytes(&x), 1, &start)) return false;
    if (listed)
        x.list = (uint16_t *)(void *)start;
    else if (start != NULL) {
        x.totals = (uint32_t *)(void *)start;
        x.counts = start + totals;
    }
    *r = x;
    return true;
}

static bool open_group(struct opener *o, const struct table *t, struct group *g)
{
    struct file_group f;
    if (!take(o, &f, sizeof f) || !open_runs(o, &f.runs, &g->runs)) return false;
    if (g->runs.owners != 0 && g->runs.owners != t->rows) return false;
    if (g->runs.width == RUNS_LISTED && g->runs.owners > UINT16_MAX + 1) return false;
    if (f.ref != NO_TABLE) {
        const struct pool_table_def *member = &o->p->schema->tables[g->def->table];
        if (f.ref >= member->column_count || member->columns[f.ref].kind != POOL_REF ||
            &o->p->tables[member->columns[f.ref].table] != t)
            return false;
    }
    g->ref = (uint16_t)f.ref;
    g->start = f.start;
    if (f.list_at != 0 && !piece(o, f.list_at, g->runs.rows, sizeof *g->list, &g->list)) return false;
    for (uint16_t k = 0; k < group_keys(g->def); k++) {
        struct file_cover c;
        struct cover_key *key = &g->keys[k];
        if (!take(o, &c, sizeof c) || c.state > 15) return false;
        if (!piece(o, c.at, c.len, sizeof *key->at, &key->at)) return false;
        key->len = (size_t)c.len;
        key->all = (struct pool_cover){ c.state, c.has_until != 0, (int32_t)c.until };
    }
    return true;
}

/* Blocks of subjects have BLOCK_ROWS rows but for the last; first rows never decrease and end with the rows. */
static bool blocks_fit(const struct table *t)
{
    if (t->blocks == 0) return t->rows == 0;
    if (t->first[0] != 0 || t->first[t->blocks] != t->rows || t->rows == NO_ROW) return false;
    for (uint32_t i = 0; i < t->blocks; i++) {
        if (t->first[i] > t->first[i + 1]) return false;
        if (table_is_child(t)) continue;
        uint64_t end = ((uint64_t)i + 1) << BLOCK_BITS;
        if (t->first[i + 1] != (i + 1 < t->blocks ? end : t->rows) || t->rows <= end - BLOCK_ROWS ||
            t->first[i + 1] > end)
            return false;
    }
    return true;
}

static bool open_blocks(struct opener *o, struct table *t, uint32_t blocks)
{
    size_t stride = t->def->column_count + 1u;
    struct block_account *m = &o->p->memory;
    /* so many blocks would not fit into the directory: no memory is asked for them */
    if (blocks > o->left / sizeof(struct file_chunk) / stride) return false;
    t->first = block_alloc(m, (blocks + 1u) * sizeof *t->first);
    t->blocks_cap = t->first == NULL ? 0 : blocks + 1u;
    t->chunks = block_alloc(m, blocks * stride * sizeof *t->chunks);
    t->chunks_cap = t->chunks == NULL ? 0 : blocks * stride;
    t->runs = block_alloc(m, blocks * sizeof *t->runs);
    t->runs_cap = t->runs == NULL ? 0 : blocks;
    if (t->first == NULL || t->chunks == NULL || t->runs == NULL) return false;
    t->blocks = blocks; /* not before all is there: pool_free looks at it */
    if (blocks > 0 && !take(o, t->first, (blocks + 1u) * sizeof *t->first)) return false;
    if (!blocks_fit(t)) return false;
    for (size_t i = 0; i < blocks * stride; i++) {
        struct chunk *c = &t->chunks[i];
        uint32_t block = (uint32_t)(i / stride);
        if (!open_chunk(o, c) || c->rows != t->first[block + 1] - t->first[block]) return false;
        bool ids = i % stride == t->def->column_count;
        if (!ids && (c->flags & CHUNK_SLOPE)) return false;
        if ((c->flags & CHUNK_OWNER) && (ids || !column_may_be_owner(t->def, (uint16_t)(i % stride)))) return false;
    }
    for (uint32_t i = 0; table_is_child(t) && i < blocks; i++) {
        struct file_runs r;
        if (!take(o, &r, sizeof r) || !open_runs(o, &r, &t->runs[i])) return false;
    }
    return true;
}

static bool open_table(struct opener *o, struct table *t)
{
    struct file_table f;
    if (!take(o, &f, sizeof f)) return false;
    t->rows = f.rows;
    if (!open_blocks(o, t, f.blocks)) return false;
    if (f.by_id_at != 0 && (table_is_child(t) || !piece(o, f.by_id_at, t->rows, sizeof *t->by_id, &t->by_id)))
        return false;
    for (uint16_t i = 0; i < t->def->group_count; i++) {
        if (t->groups[i].def->table != NO_TABLE && !open_group(o, t, &t->groups[i])) return false;
    }
    return true;
}

/* What can be said only when all tables are there. */
static bool children_fit(const struct pool *p, const struct table *t)
{
    if (!table_is_child(t)) return true;
    const struct table *of = &p->tables[t->def->owner];
    if (t->blocks < of->blocks || t->blocks > of->blocks + 1u) return false;
    for (uint32_t b = 0; b < t->blocks; b++) {
        const struct runs *r = &t->runs[b];
        uint32_t owners = b < of->blocks ? of->first[b + 1] - of->first[b] : 0;
        uint32_t rows = b < of->blocks ? t->first[b + 1] - t->first[b] : 0; /* rows of nobody have no runs */
        if (r->owners != owners || r->rows != rows || (r->width == RUNS_LISTED && owners > UINT16_MAX + 1))
            return false;
        for (uint16_t c = 0; c < t->def->column_count && b >= of->blocks; c++) {
            if (table_chunk(t, b, c)->flags & CHUNK_OWNER) return false;
        }
    }
    return true;
}

static bool groups_fit(const struct pool *p, const struct table *t)
{
    for (uint16_t i = 0; i < t->def->group_count; i++) {
        const struct group *g = &t->groups[i];
        if (g->def->table == NO_TABLE || g->def->child || g->list != NULL) continue;
        uint32_t rows = p->tables[g->def->table].rows;
        if (g->runs.rows > rows || g->start > rows - g->runs.rows) return false;
    }
    return true;
}

/* Sealed texts live in memory; where each has its slot is found again. */
static bool open_sealed_texts(struct opener *o, const struct file_texts *f, struct texts *t)
{
    const char *bytes = NULL;
    const uint64_t *ends = NULL;
    struct block_account *m = &o->p->memory;
    o->locked = o->key == NULL;
    if (o->locked || !piece(o, f->bytes_at, f->bytes_len, 1, &bytes) ||
        !piece(o, f->ends_at, f->len, sizeof *ends, &ends) || f->slot_count > (uint64_t)UINT32_MAX * 2)
        return false;
    struct texts x = { .bytes_len = f->bytes_len, .len = f->len, .slot_count = (size_t)f->slot_count };
    x.bytes_cap = f->bytes_len, x.ends_cap = f->len;
    x.bytes = block_alloc(m, x.bytes_cap);
    x.ends = block_alloc(m, x.ends_cap * sizeof *x.ends);
    x.slots = block_alloc(m, x.slot_count * sizeof *x.slots);
    bool ok = x.bytes != NULL && x.ends != NULL && x.slots != NULL &&
              vault_stream(o->key, f->start, (str){ bytes, f->bytes_len }, x.bytes, o->e);
    if (ok && f->len > 0) memcpy(x.ends, ends, f->len * sizeof *ends);
    if (ok) texts_index(&x);
    if (!ok) texts_free(m, &x);
    *t = x;
    return ok;
}

static bool open_texts(struct opener *o, struct texts *t)
{
    struct file_texts f;
    if (!take(o, &f, sizeof f)) return false;
    if ((f.slot_count & (f.slot_count - 1)) != 0 || (f.slot_count > 0 && f.len >= f.slot_count)) return false;
    if (f.slot_count == 0 && f.len > 0) return false;
    if (f.sealed != 0) return open_sealed_texts(o, &f, t);
    struct texts x = { .bytes_len = f.bytes_len, .len = f.len, .slot_count = (size_t)f.slot_count, .mapped = true };
    bool ok = piece(o, f.bytes_at, f.bytes_len, 1, &x.bytes) && piece(o, f.ends_at, f.len, sizeof *x.ends, &x.ends) &&
              piece(o, f.slots_at, f.slot_count, sizeof *x.slots, &x.slots);
    if (ok) *t = x;
    return ok;
}

static bool open_directory(struct opener *o, str *stamp, struct arena *a)
{
    struct pool *p = o->p;
    uint64_t len;
    if (!take(o, &len, sizeof len) || len > o->left) return false;
    *stamp = str_dup(a, (str){ (const char *)o->notes, (size_t)len });
    o->notes += len;
    o->left -= (size_t)len;
    if (!open_texts(o, &p->texts)) return false;
    for (uint16_t i = 0; i < p->schema->table_count; i++) {
        if (!open_table(o, &p->tables[i])) return false;
    }
    for (uint16_t i = 0; i < p->schema->table_count; i++) {
        if (!children_fit(p, &p->tables[i]) || !groups_fit(p, &p->tables[i])) return false;
    }
    return o->left == 0;
}

static bool check_end(const struct file_map *f, const struct pool_schema *s, str path, struct pool_file_end *end,
                      struct err *e)
{
    char hash[POOL_HASH + 1];
    if (f->len < sizeof POOL_FILE_MAGIC || memcmp(f->p, POOL_FILE_MAGIC, sizeof POOL_FILE_MAGIC) != 0)
        return fail(e, INVALID, "“%.*s”不是数据池文件，请给出 leye 保存的数据池", STR_ARG(path));
    if (f->len >= sizeof *end + sizeof POOL_FILE_MAGIC) memcpy(end, f->p + f->len - sizeof *end, sizeof *end);
    if (memcmp(end->magic, POOL_FILE_MAGIC, sizeof end->magic) != 0 || end->file_bytes != f->len)
        return fail(e, INVALID, "数据池文件“%.*s”不完整，可能没有写完或者被截断，请重新生成", STR_ARG(path));
    if (end->version != POOL_FILE_VERSION)
        return fail(e, MISMATCH, "数据池文件“%.*s”是第 %u 版格式，本程序读第 %d 版，请重新生成", STR_ARG(path),
                    end->version, POOL_FILE_VERSION);
    if (!pool_schema_hash(s, hash, e)) return false;
    if (memcmp(end->schema, hash, POOL_HASH) != 0)
        return fail(e, MISMATCH, "数据池文件“%.*s”是按另一套数据模型做的，请按现在的规则包重新生成", STR_ARG(path));
    if (end->directory_at > f->len - sizeof *end || end->directory_bytes > f->len - sizeof *end - end->directory_at ||
        pool_check_sum(f->p + end->directory_at, (size_t)end->directory_bytes) != end->directory_check)
        return fail(e, INVALID, "数据池文件“%.*s”损坏，请重新生成", STR_ARG(path));
    return true;
}

bool pool_open(struct pool **out, const struct pool_schema *s, str path, str *stamp, struct arena *a, struct err *e)
{
    return pool_open_sealed(out, s, path, stamp, NULL, a, e);
}

bool pool_open_sealed(struct pool **out, const struct pool_schema *s, str path, str *stamp, const struct vault_key *k,
                      struct arena *a, struct err *e)
{
    struct file_map file;
    struct pool_file_end end = { 0 };
    if (!file_map_open(path, &file, e)) return false;
    struct pool *p = check_end(&file, s, path, &end, e) ? pool_new(s, 0) : NULL;
    if (p == NULL) {
        file_map_close(&file);
        return e->code != ERR_NONE ? false : fail(e, MEMORY, "内存不够，打不开数据池");
    }
    p->file = file;
    struct opener o = { .p = p,
                        .notes = file.p + end.directory_at,
                        .left = (size_t)end.directory_bytes,
                        .data_end = end.directory_at,
                        .key = k,
                        .e = e };
    str said;
    if (!open_directory(&o, &said, a)) {
        bool memory = p->memory.failed;
        pool_free(p);
        if (e->code != ERR_NONE) return false;
        if (memory) return fail(e, MEMORY, "内存不够，打不开数据池");
        if (o.locked) return fail(e, DENIED, "数据池文件“%.*s”里的文字是加密的，要和它的数据库一起打开", STR_ARG(path));
        return fail(e, INVALID, "数据池文件“%.*s”损坏，请重新生成", STR_ARG(path));
    }
    *stamp = said;
    *out = p;
    return true;
}
