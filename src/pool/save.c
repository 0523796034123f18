/* save: data first, each piece as it lies in memory, and notes about where it went; then the notes (the directory),
 * then the end of the file. Nothing is held twice but the directory, which has a few dozen bytes for each chunk. */
#include "base/crypto.h"
#include "base/text.h"
#include "pool/pool_priv.h"

#include <assert.h>
#include <string.h>

const char POOL_FILE_MAGIC[8] = { 'L', 'E', 'Y', 'E', 'P', 'O', 'O', 'L' };

/* Guards against damage, not against forgers: whatever a directory says is looked at again when it is opened. Eight
 * bytes at a time, because it runs over the directory at every start. */
uint64_t pool_check_sum(const void *data, size_t len)
{
    const uint8_t *p = data;
    uint64_t h = UINT64_C(0xcbf29ce484222325) ^ len, word;
    for (; len >= 8; p += 8, len -= 8) {
        memcpy(&word, p, 8);
        h = (h ^ word) * UINT64_C(0x9E3779B97F4A7C15);
        h ^= h >> 29;
    }
    word = 0;
    memcpy(&word, p, len);
    h = (h ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ h >> 32;
}

/* What two schemas must have in common to share a file: everything, in words, hashed. */
bool pool_schema_hash(const struct pool_schema *s, char out[POOL_HASH + 1], struct err *e)
{
    autoarena *a = arena_new("schema", 0);
    struct text t;
    text_init(&t, a, 64 << 20);
    for (uint16_t i = 0; i < s->table_count; i++) {
        const struct pool_table_def *d = &s->tables[i];
        text_addf(&t, "table %.*s %u\n", STR_ARG(d->name), d->owner);
        for (uint16_t c = 0; c < d->column_count; c++) {
            const struct pool_column_def *x = &d->columns[c];
            text_addf(&t, "column %.*s %d %d %d\n", STR_ARG(x->name), (int)x->kind, x->kind == POOL_REF ? x->table : -1,
                      x->absent);
        }
        for (uint16_t g = 0; g < d->group_count; g++) {
            const struct pool_group_def *x = &d->groups[g];
            text_addf(&t, "group %.*s %u %d %u %u\n", STR_ARG(x->name), x->table, x->child, x->key_count,
                      x->key_column);
        }
    }
    return crypto_sm3_hex(text_str(&t), out, e);
}

struct saver {
    const struct pool *p;
    struct file_out *out;
    struct block_account memory;
    uint8_t *notes;
    size_t len, cap;
    const struct vault_key *key; /* NULL: texts as they are */
    struct err *e;
};

static bool note(struct saver *s, const void *data, size_t len)
{
    void *notes = s->notes;
    bool ok = block_grow(&s->memory, &notes, &s->cap, s->len + len, 1);
    s->notes = notes;
    if (!ok) return fail(s->e, MEMORY, "内存不够，数据池没有保存");
    if (len > 0) memcpy(s->notes + s->len, data, len);
    s->len += len;
    return true;
}

/* Writes a piece where the next multiple of 8 is; *at is where. Nothing to write: 0. */
static bool put(struct saver *s, const void *data, size_t len, uint64_t *at)
{
    static const char zeros[POOL_FILE_ALIGN];
    *at = 0;
    if (len == 0) return true;
    size_t pad = (size_t)(-s->out->bytes & (POOL_FILE_ALIGN - 1u));
    if (!file_append(s->out, (str){ zeros, pad }, s->e)) return false;
    *at = s->out->bytes;
    return file_append(s->out, (str){ data, len }, s->e);
}

static bool put_chunk(struct saver *s, const struct chunk *c)
{
    struct file_chunk f = { .base = c->base,
                            .rows = c->rows,
                            .width = c->width,
                            .state_width = c->state_width,
                            .flags = (uint8_t)(c->flags & ~(unsigned)CHUNK_OWNED),
                            .two = { c->two[0], c->two[1] } };
    return put(s, c->values, chunk_value_bytes(c), &f.values_at) &&
           put(s, c->states, chunk_state_bytes(c), &f.states_at) && note(s, &f, sizeof f);
}

static bool put_runs(struct saver *s, const struct runs *r, struct file_runs *f)
{
    *f = (struct file_runs){ .owners = r->owners, .rows = r->rows, .width = r->width };
    const void *start = r->width == RUNS_LISTED ? (const void *)r->list : (const void *)r->totals;
    return put(s, start, runs_totals_bytes(r) + runs_counts_bytes(r), &f->at);
}

static bool put_group(struct saver *s, const struct group *g)
{
    struct file_group f = { .start = g->start, .ref = g->ref };
    bool ok = put_runs(s, &g->runs, &f.runs);
    if (g->list != NULL) ok = ok && put(s, g->list, (size_t)g->runs.rows * sizeof *g->list, &f.list_at);
    ok = ok && note(s, &f, sizeof f);
    for (uint16_t k = 0; ok && k < group_keys(g->def); k++) {
        const struct cover_key *c = &g->keys[k];
        struct file_cover fc = {
            .len = c->len, .state = c->all.state, .has_until = c->all.has_until, .until = (uint32_t)c->all.until
        };
        ok = put(s, c->at, c->len * sizeof *c->at, &fc.at) && note(s, &fc, sizeof fc);
    }
    return ok;
}

static bool put_table(struct saver *s, const struct table *t)
{
    struct file_table f = { .rows = t->rows, .blocks = t->blocks };
    bool ok = t->by_id == NULL || put(s, t->by_id, (size_t)t->rows * sizeof *t->by_id, &f.by_id_at);
    ok = ok && note(s, &f, sizeof f);
    if (t->blocks > 0) ok = ok && note(s, t->first, ((size_t)t->blocks + 1) * sizeof *t->first);
    size_t chunks = (size_t)t->blocks * (t->def->column_count + 1u);
    for (size_t i = 0; ok && i < chunks; i++) ok = put_chunk(s, &t->chunks[i]);
    for (uint32_t i = 0; ok && table_is_child(t) && i < t->blocks; i++) {
        struct file_runs r;
        ok = put_runs(s, &t->runs[i], &r) && note(s, &r, sizeof r);
    }
    for (uint16_t i = 0; ok && i < t->def->group_count; i++) {
        if (t->groups[i].def->table != NO_TABLE) ok = put_group(s, &t->groups[i]);
    }
    return ok;
}

/* Nobody reads them in the file, nor guesses them by where they stand in the table of slots. */
static bool put_sealed_texts(struct saver *s, const struct texts *t)
{
    struct file_texts f = { .bytes_len = t->bytes_len, .len = t->len, .slot_count = t->slot_count, .sealed = 1 };
    char *sealed = block_alloc(&s->memory, t->bytes_len + 1);
    if (sealed == NULL) return fail(s->e, MEMORY, "内存不够，数据池没有保存");
    bool ok = crypto_random(f.start, sizeof f.start, s->e) &&
              vault_stream(s->key, f.start, (str){ t->bytes, t->bytes_len }, sealed, s->e) &&
              put(s, sealed, t->bytes_len, &f.bytes_at) && put(s, t->ends, t->len * sizeof *t->ends, &f.ends_at) &&
              note(s, &f, sizeof f);
    block_free(&s->memory, sealed, t->bytes_len + 1);
    return ok;
}

static bool put_texts(struct saver *s, const struct texts *t)
{
    if (s->key != NULL) return put_sealed_texts(s, t);
    struct file_texts f = { .bytes_len = t->bytes_len, .len = t->len, .slot_count = t->slot_count };
    return put(s, t->bytes, t->bytes_len, &f.bytes_at) && put(s, t->ends, t->len * sizeof *t->ends, &f.ends_at) &&
           put(s, t->slots, t->slot_count * sizeof *t->slots, &f.slots_at) && note(s, &f, sizeof f);
}

static bool put_all(struct saver *s, str stamp)
{
    struct pool_file_end end = { .version = POOL_FILE_VERSION };
    char hash[POOL_HASH + 1];
    uint64_t len = stamp.len;
    bool ok = pool_schema_hash(s->p->schema, hash, s->e) &&
              file_append(s->out, (str){ POOL_FILE_MAGIC, sizeof POOL_FILE_MAGIC }, s->e) &&
              note(s, &len, sizeof len) && note(s, stamp.p, stamp.len) && put_texts(s, &s->p->texts);
    for (uint16_t i = 0; ok && i < s->p->schema->table_count; i++) ok = put_table(s, &s->p->tables[i]);
    if (!ok || !put(s, s->notes, s->len, &end.directory_at)) return false;
    memcpy(end.schema, hash, POOL_HASH);
    memcpy(end.magic, POOL_FILE_MAGIC, sizeof end.magic);
    end.directory_bytes = s->len;
    end.directory_check = pool_check_sum(s->notes, s->len);
    end.file_bytes = s->out->bytes + sizeof end;
    return file_append(s->out, (str){ (const char *)&end, sizeof end }, s->e);
}

bool pool_save(const struct pool *p, str path, str stamp, struct err *e)
{
    return pool_save_sealed(p, path, stamp, NULL, e);
}

bool pool_save_sealed(const struct pool *p, str path, str stamp, const struct vault_key *k, struct err *e)
{
    struct file_out out;
    struct saver s = { .p = p, .e = e, .out = &out, .key = k };
    if (!file_create(&out, path, e)) return fail_up(e, "数据池没有保存");
    bool ok = put_all(&s, stamp);
    block_free(&s.memory, s.notes, s.cap);
    if (!ok) file_discard(&out);
    return (ok && file_commit(&out, e)) || fail_up(e, "数据池没有保存");
}
