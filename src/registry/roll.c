/* roll: the subjects of an entity in the order of their numbers, a page at a time. */
#include "registry/registry_priv.h"
#include "store/short.h"

bool registry_roll(struct registry *r, uint16_t entity, int64_t after, size_t max, struct arena *a,
                   registry_numbers *out, struct err *e)
{
    struct store_stmt *q;
    struct text t;
    bool row, ok;
    out->len = 0;
    text_init(&t, a, 4096);
    text_addz(&t, "SELECT \"_id\" FROM ");
    store_quote(&t, r->p->entities.at[entity].name);
    text_addz(&t, " WHERE \"_id\" > $1 ORDER BY \"_id\" LIMIT $2");
    if (!store_ask(r->s, &q, e, t.p, "ii", after, (int64_t)max)) return false;
    while ((ok = store_step(q, &row, e)) && row) *vec_push(a, out) = store_number(q, 0);
    store_done(q);
    return ok;
}
