/* changed: who is different after a batch, and a pool brought up to date without building it anew. */
#include "registry/pool_priv.h"

bool registry_last_drop(struct registry *r, int64_t *drop, struct err *e)
{
    struct store_stmt *q;
    /* before one that was interrupted: when that goes on, what it adds counts as later */
    if (!store_prepare(
            r->s,
            STR("SELECT coalesce((SELECT min(\"_id\") - 1 FROM \"_drop\" WHERE \"state\" NOT IN ('完成', '已撤')),"
                " (SELECT max(\"_id\") FROM \"_drop\"), 0)"),
            &q, e))
        return false;
    bool row;
    bool ok = store_step(q, &row, e);
    if (!ok || !row || !store_int(q, 0, drop)) *drop = 0;
    store_done(q);
    return ok;
}

static bool add_changes(struct registry *r, str sql, int64_t since, bool *all, struct arena *a, registry_changes *out,
                        struct err *e)
{
    struct store_stmt *q;
    if (!store_prepare(r->s, sql, &q, e)) return false;
    store_bind_int(q, 1, since);
    bool row, ok;
    while ((ok = store_step(q, &row, e)) && row) {
        int64_t entity, id;
        if (!store_int(q, 0, &entity) || !store_int(q, 1, &id)) continue;
        const struct entity *en = program_entity(r->p, registry_name_text(r, (uint32_t)entity));
        if (en == NULL) continue;
        *all = *all || id == 0;
        *vec_push(a, out) = (struct registry_change){ en->id, (int64_t)registry_kept(r, (uint64_t)id) };
    }
    store_done(q);
    return ok;
}

/* Somebody new, or somebody who went: rows of a pool can change, but not come and go. */
static bool new_or_gone(struct registry *r, int64_t since, bool *all, struct err *e)
{
    struct store_stmt *q;
    if (!store_prepare(
            r->s,
            STR("SELECT DISTINCT \"entity\" FROM \"_claim\" WHERE \"_id\" >= (SELECT min(\"first_claim\") FROM "
                "\"_drop\""
                " WHERE \"_id\" > $1) AND \"subject\" >= (SELECT min(\"first_new\") FROM \"_drop\" WHERE \"_id\" > $1)"
                " AND \"owner\" IS NULL"),
            &q, e))
        return false;
    store_bind_int(q, 1, since);
    bool row, ok;
    int64_t name;
    while ((ok = store_step(q, &row, e)) && row) {
        const struct entity *en =
            store_int(q, 0, &name) ? program_entity(r->p, registry_name_text(r, (uint32_t)name)) : NULL;
        *all = *all || (en != NULL && !en->is_spell);
    }
    store_done(q);
    if (!ok ||
        !store_prepare(
            r->s, STR("SELECT 1 FROM \"_link\" WHERE \"drop\" > $1 AND \"state\" IN ('合并', '已撤') LIMIT 1"), &q, e))
        return false;
    store_bind_int(q, 1, since);
    ok = store_step(q, &row, e);
    *all = *all || (ok && row);
    store_done(q);
    return ok;
}

bool registry_changed(struct registry *r, int64_t since, bool *all, struct arena *a, registry_changes *out,
                      struct err *e)
{
    out->len = 0;
    *all = false;
    return add_changes(
               r,
               STR("SELECT DISTINCT \"entity\", coalesce(\"owner\", \"subject\") FROM \"_claim\" WHERE \"_id\" >="
                   " (SELECT min(\"first_claim\") FROM \"_drop\" WHERE \"_id\" > $1) AND \"drop\" > $1"),
               since, all, a, out, e) &&
           add_changes(r, STR("SELECT \"entity\", \"id\" FROM \"_touched\" WHERE \"drop\" > $1"), since, all, a, out,
                       e) &&
           new_or_gone(r, since, all, e);
}

static bool row_of(const struct vocab *v, const struct pool *p, uint16_t entity, int64_t id, uint32_t *row)
{
    const struct entity *en = &v->p->entities.at[entity];
    return pool_row_of(p, en->is_spell ? en->owner : entity, (uint64_t)id, row);
}

bool registry_pool_update(struct registry *r, const struct vocab *v, struct pool *p, int64_t since, bool *done,
                          struct err *e)
{
    autoarena *a = arena_new("update", 0);
    registry_changes changes = { 0 };
    bool all;
    *done = false;
    if (!registry_changed(r, since, &all, a, &changes, e)) return false;
    if (all) return true;
    VEC_EACH (const struct registry_change, x, &changes) {
        uint32_t row;
        if (!row_of(v, p, x->entity, x->id, &row)) return true; /* it lacks somebody: build it anew */
    }
    struct pool_change *c = pool_change_start(p);
    bool ok = true;
    VEC_EACH (const struct registry_change, x, &changes) {
        uint32_t row;
        ok = ok && row_of(v, p, x->entity, x->id, &row) && pool_update_row(r, v, p, c, x->entity, row, x->id, e);
    }
    struct err end = { 0 };
    *done = pool_change_end(c, ok ? e : &end) && ok; /* what was read before a failure is true as well */
    return *done;
}
