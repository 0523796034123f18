/* pool_build: the current rows as columns in memory. Subjects first, people in the order of their households, then
 * spells and runs of months in the order of their owners; references are set when every row has its number. */
#include "registry/pool_priv.h"

#include <stdlib.h>

/* ---- which columns ---- */

static bool is_via(const struct program *p, const struct vocab *v, uint16_t entity, uint16_t slot)
{
    for (uint16_t i = 0; i < p->entities.len; i++) {
        const struct entity *en = &p->entities.at[i];
        for (uint16_t k = 0; k < en->slots.len; k++) {
            const struct slot *s = &en->slots.at[k];
            bool reverses = s->kind == SLOT_GROUP && s->type.ref == entity && v->used[i][k] &&
                            str_eq(s->via, p->entities.at[entity].slots.at[slot].name);
            if (reverses) return true;
        }
    }
    return false;
}

/* The reference by which rows stand together: people by household. -1: none. */
static int cluster_slot(const struct program *p, uint16_t entity)
{
    const struct entity *en = &p->entities.at[entity];
    for (uint16_t i = 0; i < en->slots.len; i++) {
        if (en->slots.at[i].kind != SLOT_FIELD || en->slots.at[i].type.kind != TYPE_RECORD) continue;
        const struct entity *to = &p->entities.at[en->slots.at[i].type.ref];
        VEC_EACH (const struct slot, s, &to->slots) {
            if (s->kind == SLOT_GROUP && s->type.ref == entity && str_eq(s->via, en->slots.at[i].name)) return (int)i;
        }
    }
    return -1;
}

void pool_layout(struct build *x, uint16_t entity, const char *where, struct layout *out)
{
    const struct program *p = x->r->p;
    const struct entity *en = &p->entities.at[entity];
    *out = (struct layout){ .entity = entity, .columns = x->v->schema.tables[entity].column_count };
    out->slot_at = ARENA_ARRAY(x->a, uint16_t, en->slots.len + 1);
    struct text t;
    text_init(&t, x->a, 1 << 16);
    text_addz(&t, "SELECT \"_id\", \"_declared\"");
    out->fixed = 2;
    if (en->is_spell) text_addz(&t, ", \"_owner\""), out->fixed = 3;
    if (en->is_monthly) text_addz(&t, ", \"_key\", \"_from\", \"_to\""), out->fixed = 6;
    for (uint16_t i = 0; i < en->slots.len; i++) {
        bool owner = en->is_spell && !en->is_monthly && i == SLOT_OWNER;
        if (!slot_is_column(en, i) || owner || (!x->v->used[entity][i] && !is_via(p, x->v, entity, i))) continue;
        out->slot_at[out->count++] = i;
        text_addz(&t, ", ");
        schema_column(&t, en, i);
    }
    text_addz(&t, " FROM ");
    store_quote(&t, en->name);
    int cluster = en->is_spell ? -1 : cluster_slot(p, entity);
    if (where != NULL) {
        text_addf(&t, " %s", where);
    } else if (cluster >= 0) {
        text_addz(&t, " ORDER BY ");
        schema_column(&t, en, (uint16_t)cluster);
        text_addz(&t, ", \"_id\"");
    } else if (!en->is_spell) {
        text_addz(&t, " ORDER BY \"_id\"");
    }
    if (en->is_monthly)
        text_addz(&t, where != NULL ? " ORDER BY \"_key\", \"_from\"" : " ORDER BY \"_owner\", \"_key\", \"_from\"");
    else if (en->is_spell && where != NULL)
        text_addz(&t, " ORDER BY \"_id\"");
    out->sql = text_str(&t);
}

/* ---- cells ---- */

static bool declared(str names, str name)
{
    if (names.len == 0) return false;
    for (size_t at = 0; at + name.len + 2 <= names.len; at++) {
        if (names.p[at] == '|' && names.p[at + name.len + 1] == '|' &&
            str_eq(str_slice(names, at + 1, at + 1 + name.len), name))
            return true;
    }
    return false;
}

static int64_t intern(struct build *x, str s)
{
    return x->b != NULL ? pool_intern(x->b, s) : pool_change_intern(x->change, s);
}

void pool_read_row(struct build *x, const struct layout *sh, const struct store_stmt *q, uint8_t *states,
                   int64_t *values)
{
    const struct program *p = x->r->p;
    const struct entity *en = &p->entities.at[sh->entity];
    const struct pool_table_def *table = &x->v->schema.tables[sh->entity];
    for (uint16_t c = 0; c < sh->columns; c++) {
        states[c] = table->columns[c].absent ? POOL_ABSENT : POOL_UNKNOWN;
        values[c] = 0;
    }
    str marks = store_str(q, 1);
    for (uint16_t i = 0; i < sh->count; i++) {
        uint16_t slot = sh->slot_at[i];
        uint32_t column = (uint32_t)sh->fixed + i;
        const struct slot *s = &en->slots.at[slot];
        if (store_is_null(q, column)) continue;
        uint8_t mark = declared(marks, s->name) ? POOL_ASSUMED : 0;
        if (s->type.kind == TYPE_TEXT || s->type.kind == TYPE_CODE) {
            str text = store_str(q, column);
            int code = s->type.kind == TYPE_CODE && text.len > 0 ? registry_code(x->r, s->type.ref, text) : 0;
            if (code < 0) continue; /* of an older list */
            states[slot] = (uint8_t)((text.len == 0 ? POOL_NONE : POOL_KNOWN) | mark);
            if (text.len > 0) values[slot] = s->type.kind == TYPE_CODE ? code : intern(x, text);
            continue;
        }
        int64_t v;
        if (!store_int(q, column, &v)) continue;
        states[slot] = (uint8_t)((v == VOCAB_NONE ? POOL_NONE : POOL_KNOWN) | mark);
        values[slot] = v == VOCAB_NONE ? 0 : v;
    }
}

void pool_read_months(struct build *x, const struct layout *sh, const struct store_stmt *q, uint8_t *states,
                      int64_t *values)
{
    const struct entity *en = &x->r->p->entities.at[sh->entity];
    uint16_t last = vocab_last_month(x->v, sh->entity), key = vocab_key(x->v, sh->entity);
    int64_t from = 0, to = 0;
    int code = en->key == 0 ? 0 : registry_code(x->r, (uint16_t)(en->key - 1), store_str(q, 3));
    bool whole = store_int(q, 4, &from) && store_int(q, 5, &to) && code >= 0;
    states[SLOT_MONTH] = states[last] = states[key] = whole ? POOL_KNOWN : POOL_UNKNOWN;
    values[SLOT_MONTH] = whole ? from : 0;
    values[last] = whole ? to : 0;
    values[key] = whole ? code : 0;
}

bool pool_is_reference(const struct build *x, uint16_t entity, uint16_t column)
{
    const struct pool_table_def *t = &x->v->schema.tables[entity];
    return column < t->column_count && t->columns[column].kind == POOL_REF;
}

static void put_cells(struct build *x, const struct layout *sh, uint32_t row, const uint8_t *states,
                      const int64_t *values)
{
    for (uint16_t c = 0; c < sh->columns; c++) {
        if (states[c] == POOL_UNKNOWN || states[c] == POOL_ABSENT) continue;
        if (pool_is_reference(x, sh->entity, c) && (states[c] & POOL_STATE) == POOL_KNOWN) {
            *vec_push(x->a, &x->pending) = (struct pending){ sh->entity, c, row, (uint64_t)values[c], states[c] };
            continue;
        }
        pool_set(x->b, sh->entity, c, states[c], values[c]);
    }
}

/* ---- subjects ---- */

static bool add_subjects(struct build *x, uint16_t entity, struct err *e)
{
    struct layout sh;
    pool_layout(x, entity, NULL, &sh);
    struct store_stmt *q;
    if (!store_scan(x->r->s, sh.sql, &q, e)) return false;
    uint8_t *states = ARENA_ARRAY(x->a, uint8_t, sh.columns + 1u);
    int64_t *values = ARENA_ARRAY(x->a, int64_t, sh.columns + 1u);
    bool row, ok;
    int64_t id;
    while ((ok = store_step(q, &row, e)) && row) {
        if (!store_int(q, 0, &id)) continue;
        uint32_t at = pool_add(x->b, entity, (uint64_t)id, UINT32_MAX);
        id_map_put(&x->rows, (uint64_t)id, at + 1u);
        pool_read_row(x, &sh, q, states, values);
        put_cells(x, &sh, at, states, values);
    }
    store_done(q);
    return ok;
}

/* ---- spells and months: read as they come, put in the order of their owners ---- */

struct child {
    uint32_t owner, place; /* place: as it was read */
    uint64_t id;
    uint8_t *states;
    int64_t *values;
};

static int by_owner(const void *pa, const void *pb)
{
    const struct child *a = pa, *b = pb;
    if (a->owner != b->owner) return a->owner < b->owner ? -1 : 1;
    return a->place < b->place ? -1 : a->place > b->place;
}

static bool in_order(const struct child *at, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if (at[i].owner < at[i - 1].owner) return false;
    }
    return true;
}

static bool add_children(struct build *x, uint16_t entity, struct err *e)
{
    const struct entity *en = &x->r->p->entities.at[entity];
    struct layout sh;
    pool_layout(x, entity, NULL, &sh);
    autoarena *own = arena_new("children", 0);
    VEC(struct child) all = { 0 };
    struct store_stmt *q;
    if (!store_scan(x->r->s, sh.sql, &q, e)) return false;
    bool row, ok;
    int64_t id, owner;
    while ((ok = store_step(q, &row, e)) && row) {
        if (!store_int(q, 0, &id) || !store_int(q, 2, &owner)) continue;
        uint64_t at = id_map_get(&x->rows, (uint64_t)owner);
        if (at == 0) continue; /* of somebody who is there no more */
        struct child *c = vec_push(own, &all);
        *c = (struct child){ .owner = (uint32_t)(at - 1), .place = (uint32_t)all.len, .id = (uint64_t)id };
        c->states = ARENA_ARRAY(own, uint8_t, sh.columns + 1u);
        c->values = ARENA_ARRAY(own, int64_t, sh.columns + 1u);
        pool_read_row(x, &sh, q, c->states, c->values);
        if (en->is_monthly) pool_read_months(x, &sh, q, c->states, c->values);
        uint16_t owner_slot = en->is_monthly ? SLOT_MONTH_OWNER : SLOT_OWNER;
        c->states[owner_slot] = POOL_KNOWN;
        c->values[owner_slot] = owner;
    }
    store_done(q);
    if (!ok) return false;
    if (all.len > 0 && !in_order(all.at, all.len)) qsort(all.at, all.len, sizeof all.at[0], by_owner);
    for (size_t i = 0; i < all.len; i++) {
        const struct child *c = &all.at[i];
        uint32_t at = pool_add(x->b, entity, c->id, c->owner);
        put_cells(x, &sh, at, c->states, c->values);
    }
    return true;
}

/* ---- references, groups, coverage, given facts ---- */

static void set_references(struct build *x)
{
    VEC_EACH (const struct pending, w, &x->pending) {
        uint64_t row = id_map_get(&x->rows, w->to);
        if (row != 0) pool_set_at(x->b, w->table, w->column, w->row, w->state, (int64_t)row - 1);
    }
}

static void join_groups(struct build *x)
{
    const struct program *p = x->r->p;
    for (uint16_t i = 0; i < p->entities.len; i++) {
        const struct entity *en = &p->entities.at[i];
        for (uint16_t k = 0; k < en->slots.len; k++) {
            const struct slot *s = &en->slots.at[k];
            if (s->kind != SLOT_GROUP || !x->v->used[i][k]) continue;
            int via = entity_slot(&p->entities.at[s->type.ref], s->via);
            if (via >= 0) pool_join_by(x->b, i, k, (uint16_t)via);
        }
    }
}

bool pool_read_cover(struct build *x, const struct store_stmt *q, uint32_t first, struct cover_line *out)
{
    const struct program *p = x->r->p;
    const struct entity *en = program_entity(p, store_str(q, first));
    int slot = en == NULL ? -1 : entity_slot(en, store_str(q, first + 1));
    int64_t state, until;
    if (slot < 0 || !store_int(q, first + 3, &state) || en->slots.at[slot].kind == SLOT_FIELD ||
        en->slots.at[slot].kind == SLOT_FUNC)
        return false;
    const struct slot *s = &en->slots.at[slot];
    const struct entity *of = &p->entities.at[s->type.ref];
    *out = (struct cover_line){ .entity = en->id, .slot = (uint16_t)slot, .cover.state = (uint8_t)state };
    bool monthly = s->kind == SLOT_HISTORY;
    out->cover.has_until = monthly && store_int(q, first + 4, &until);
    if (out->cover.has_until) out->cover.until = (int32_t)until;
    str key = store_str(q, first + 2);
    uint16_t keys = monthly && of->key != 0 ? (uint16_t)p->codes.at[of->key - 1].items.len : 1;
    out->key_to = keys;
    if (key.len == 0 || !monthly || of->key == 0) return true;
    int code = registry_code(x->r, (uint16_t)(of->key - 1), key);
    out->key_from = (uint16_t)code;
    out->key_to = (uint16_t)(code + 1);
    return code >= 0;
}

static bool set_cover(struct build *x, struct err *e)
{
    struct store_stmt *q;
    struct cover_line c;
    bool row, ok;
    if (!store_prepare(x->r->s, STR("SELECT \"entity\", \"slot\", \"key\", \"state\", \"until\" FROM \"_cover\""), &q,
                       e))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        if (!pool_read_cover(x, q, 0, &c)) continue;
        for (uint16_t k = c.key_from; k < c.key_to; k++) pool_cover_all(x->b, c.entity, c.slot, k, c.cover);
    }
    store_done(q);
    if (!ok || !store_scan(x->r->s,
                           STR("SELECT \"_id\", \"entity\", \"slot\", \"key\", \"state\", \"until\" FROM \"_covered\""),
                           &q, e))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        int64_t id;
        uint64_t at = store_int(q, 0, &id) ? id_map_get(&x->rows, (uint64_t)id) : 0;
        if (at == 0 || !pool_read_cover(x, q, 1, &c)) continue;
        for (uint16_t k = c.key_from; k < c.key_to; k++)
            pool_cover_at(x->b, c.entity, c.slot, (uint32_t)(at - 1), k, c.cover);
    }
    store_done(q);
    return ok;
}

/* Definitions and judgements that were given as facts. */
static bool set_given(struct build *x, struct err *e)
{
    const struct program *p = x->r->p;
    struct store_stmt *q;
    if (!store_scan(x->r->s, STR("SELECT \"entity\", \"_id\", \"slot\", \"state\", \"value\" FROM \"_given\""), &q, e))
        return false;
    bool row, ok;
    while ((ok = store_step(q, &row, e)) && row) {
        const struct entity *en = program_entity(p, store_str(q, 0));
        int64_t id, state, value = 0;
        if (en == NULL || !store_int(q, 1, &id) || !store_int(q, 3, &state)) continue;
        uint64_t at = id_map_get(&x->rows, (uint64_t)id);
        str name = store_str(q, 2);
        int column = entity_slot(en, name);
        for (uint16_t k = 0; column < 0 && k < x->v->judgement_count[en->id]; k++) {
            if (str_eq(p->consts.at[x->v->judged[en->id][k]].text, name)) column = (int)(en->slots.len + k);
        }
        if (at == 0 || column < 0) continue;
        if (!store_int(q, 4, &value)) value = 0;
        pool_set_at(x->b, en->id, (uint16_t)column, (uint32_t)(at - 1), (uint8_t)state, value);
    }
    store_done(q);
    return ok;
}

static bool fill(struct build *x, struct err *e)
{
    const struct program *p = x->r->p;
    for (uint16_t i = 0; i < p->entities.len; i++) {
        if (!p->entities.at[i].is_spell && !add_subjects(x, i, e)) return false;
    }
    for (uint16_t i = 0; i < p->entities.len; i++) {
        if (p->entities.at[i].is_spell && !add_children(x, i, e)) return false;
    }
    set_references(x);
    join_groups(x);
    return set_cover(x, e) && set_given(x, e);
}

bool registry_pool(struct registry *r, const struct vocab *v, struct pool **out, struct err *e)
{
    autoarena *a = arena_new("pool of the registry", 0);
    struct build x = { .r = r, .v = v, .a = a, .rows = { .a = a } };
    x.b = pool_build(&v->schema, 0);
    if (!fill(&x, e)) {
        pool_build_free(x.b);
        return fail_up(e, "数据池没有建成");
    }
    *out = pool_build_end(x.b, e);
    return *out != NULL;
}
