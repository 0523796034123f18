/* changed: who is different after a batch. */
#include "base/crypto.h"
#include "registry/registry_priv.h"

enum { MARK_DIGITS = 16 };

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

bool registry_mark(struct registry *r, int64_t drop, struct arena *a, str *mark, struct err *e)
{
    struct store_stmt *q;
    *mark = STR("");
    if (!store_prepare(r->s,
                       STR("SELECT \"file\", \"sm3\", \"system\", \"started\", \"first_new\", \"first_claim\" FROM"
                           " \"_drop\" WHERE \"_id\" = $1"),
                       &q, e))
        return false;
    store_bind_int(q, 1, drop);
    bool row = false;
    bool ok = store_step(q, &row, e);
    if (ok && row) {
        struct text t;
        char hash[SM3_HEX + 1];
        text_init(&t, a, 1 << 16);
        for (uint32_t i = 0; i < store_columns(q); i++) {
            str value = store_str(q, i);
            text_addf(&t, "%zu:", value.len);
            text_add(&t, value);
        }
        ok = crypto_sm3_hex(text_str(&t), hash, e);
        if (ok) *mark = str_fmt(a, "%.*s", MARK_DIGITS, hash);
    }
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
        int64_t kept = (int64_t)registry_kept(r, (uint64_t)id);
        *vec_push(a, out) = (struct registry_change){ en->id, kept };
        if (kept != id && !en->is_spell) *vec_push(a, out) = (struct registry_change){ en->id, id };
    }
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
                       e);
}
