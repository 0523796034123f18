/* pool: the data of everybody looked at as data. Numbers only: no single person is seen here. */
#include "hall/hall_priv.h"

static str per_cent(struct call *c, uint64_t part, uint64_t whole)
{
    uint64_t tenths = whole == 0 ? 0 : (part * 1000 + whole / 2) / whole;
    return str_fmt(c->a, "%llu.%llu%%", (unsigned long long)(tenths / 10), (unsigned long long)(tenths % 10));
}

static void add_table(struct call *c, uint16_t table, struct json *tables)
{
    const struct entity *en = &c->h->p->entities.at[table];
    const struct vocab *v = c->h->o.vocab;
    uint32_t rows = pool_rows(c->h->o.pool, table);
    if (rows == 0) return;
    struct json *t = doc_object(c->a, tables, NULL);
    doc_str(c->a, t, "entity", en->name);
    doc_str(c->a, t, "rows", words_count(c->a, rows));
    struct json *list = doc_array(c->a, t, "columns");
    for (uint16_t i = 0; i < en->slots.len; i++) {
        if (en->slots.at[i].kind != SLOT_FIELD || !v->used[table][i]) continue;
        struct pool_column_stats s = pool_stats(c->h->o.pool, table, i);
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "name", en->slots.at[i].name);
        doc_str(c->a, o, "filled", per_cent(c, s.known + s.none, rows));
        doc_str(c->a, o, "missing", words_count(c->a, s.unknown));
        doc_str(c->a, o, "declared", words_count(c->a, s.assumed));
        doc_str(c->a, o, "bytes", words_count(c->a, s.bytes));
    }
}

bool hall_pool(struct call *c, struct err *e)
{
    drop_lines drops = { 0 };
    if (!registry_drops(c->desk->registry, 20, c->a, &drops, e)) return false;
    doc_fmt(c->a, c->doc, "megabytes", "%.*s", STR_ARG(words_count(c->a, pool_bytes(c->h->o.pool) >> 20)));
    struct json *tables = doc_array(c->a, c->doc, "tables");
    for (uint16_t i = 0; i < c->h->p->entities.len; i++) add_table(c, i, tables);
    struct json *list = doc_array(c->a, c->doc, "drops");
    VEC_EACH (const struct drop_line, d, &drops) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "file", d->file);
        doc_str(c->a, o, "origin", d->origin);
        doc_str(c->a, o, "rows", words_count(c->a, (uint64_t)d->rows));
        doc_str(c->a, o, "bad", words_count(c->a, (uint64_t)d->bad));
        doc_str(c->a, o, "state", d->state);
        doc_str(c->a, o, "asOf", words_day(c->a, d->as_of, c->today));
    }
    return true;
}

bool hall_health(struct call *c, struct err *e)
{
    struct store_stmt *q;
    bool row;
    if (!store_prepare(c->desk->store, STR("SELECT 1"), &q, e)) return false;
    bool ok = store_step(q, &row, e);
    store_done(q);
    if (!ok) return false;
    doc_bool(c->a, c->doc, "ok", true);
    doc_z(c->a, c->doc, "version", LEYE_VERSION);
    doc_str(c->a, c->doc, "rules", c->h->p->hash);
    return true;
}
