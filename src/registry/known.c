/* known: until when a list or a history is known. A whole file says it of everybody ("_cover"). Of one ("_covered") it
 * is known longer when an office pays the months itself, or when rows of later months follow without a gap on what is
 * known: months that come as an increment. What is said of one counts instead of what is said of all, so that a line
 * that tells no more than the whole file goes. */
#include "registry/registry_priv.h"
#include "store/short.h"

bool known_of_all(struct registry *r, str entity, str slot, str key, const month *until, struct err *e)
{
    struct store_stmt *q;
    if (!store_prepare(r->s,
                       STR("INSERT INTO \"_cover\" (\"entity\", \"slot\", \"key\", \"state\", \"until\") VALUES ($1, "
                           "$2, $3, 1, $4)"
                           " ON CONFLICT (\"entity\", \"slot\", \"key\") DO UPDATE SET \"state\" = 1,"
                           " \"until\" = excluded.\"until\" WHERE \"_cover\".\"until\" IS NULL"
                           " OR excluded.\"until\" >= \"_cover\".\"until\""),
                       &q, e))
        return false;
    store_bind_str(q, 1, entity);
    store_bind_str(q, 2, slot);
    store_bind_str(q, 3, key);
    if (until != NULL)
        store_bind_int(q, 4, until->index);
    else
        store_bind_null(q, 4);
    bool ok = store_run(q, e);
    store_done(q);
    return ok && (until == NULL || store_do(r->s, NULL, e,
                                            "DELETE FROM \"_covered\" WHERE \"entity\" = $1 AND \"slot\" = $2 AND"
                                            " \"key\" = $3 AND \"state\" = 1 AND \"until\" <= $4",
                                            "sssi", entity, slot, key, (int64_t)until->index));
}

/* The last known month of one; 0: no month is known, or all are. */
static bool until_of(struct registry *r, const struct entity *en, uint64_t owner, str key, int64_t *until,
                     struct err *e)
{
    str whose = r->p->entities.at[en->owner].name;
    return store_get(r->s, NULL, until, 1, e,
                     "SELECT max(\"until\") FROM (SELECT \"until\" FROM \"_cover\" WHERE \"entity\" = $1 AND \"slot\" ="
                     " $2 AND (\"key\" = $3 OR \"key\" = '') AND \"state\" = 1 UNION ALL SELECT \"until\" FROM"
                     " \"_covered\" WHERE \"_id\" = $4 AND \"entity\" = $1 AND \"slot\" = $2 AND \"key\" = $3 AND"
                     " \"state\" = 1) AS said",
                     "sssi", whose, en->name, key, (int64_t)owner);
}

static bool put(struct registry *r, const struct entity *en, uint64_t owner, str key, int64_t until, struct err *e)
{
    return store_do(
        r->s, NULL, e,
        "INSERT INTO \"_covered\" (\"_id\", \"entity\", \"slot\", \"key\", \"state\", \"until\") VALUES ($1,"
        " $2, $3, $4, 1, $5) ON CONFLICT (\"entity\", \"_id\", \"slot\", \"key\") DO UPDATE SET \"until\" ="
        " excluded.\"until\" WHERE excluded.\"until\" > \"_covered\".\"until\"",
        "isssi", (int64_t)owner, r->p->entities.at[en->owner].name, en->name, key, until);
}

bool known_to(struct registry *r, const struct entity *en, uint64_t owner, str key, month to, struct err *e)
{
    int64_t until;
    if (!until_of(r, en, owner, key, &until, e)) return false;
    return until == 0 || until >= to.index || put(r, en, owner, key, to.index, e);
}

struct known_run {
    str key;
    int64_t from, to;
};
typedef VEC(struct known_run) known_runs;

static bool runs_of(struct registry *r, const struct entity *en, uint64_t owner, struct arena *a, known_runs *out,
                    struct err *e)
{
    struct text t;
    struct store_stmt *q;
    bool row, ok;
    text_init(&t, a, 4096);
    text_addz(&t, "SELECT \"_key\", \"_from\", \"_to\" FROM ");
    store_quote(&t, en->name);
    text_addz(&t, " WHERE \"_owner\" = $1 ORDER BY \"_key\", \"_from\"");
    if (!store_prepare(r->s, text_str(&t), &q, e)) return false;
    store_bind_int(q, 1, (int64_t)owner);
    while ((ok = store_step(q, &row, e)) && row) {
        struct known_run x = { .key = str_dup(a, store_str(q, 0)) };
        if (store_int(q, 1, &x.from) && store_int(q, 2, &x.to)) *vec_push(a, out) = x;
    }
    store_done(q);
    return ok;
}

bool known_follow(struct registry *r, uint16_t entity, uint64_t owner, struct err *e)
{
    autoarena *a = arena_new("known", 0);
    const struct entity *en = &r->p->entities.at[entity];
    known_runs runs = { 0 };
    if (!en->is_monthly || !runs_of(r, en, owner, a, &runs, e)) return !en->is_monthly;
    for (size_t i = 0, next; i < runs.len; i = next) { /* one kind after another */
        int64_t until, was;
        if (!until_of(r, en, owner, runs.at[i].key, &was, e)) return false;
        until = was;
        for (next = i; next < runs.len && str_eq(runs.at[next].key, runs.at[i].key); next++) {
            if (runs.at[next].from <= until + 1 && runs.at[next].to > until) until = runs.at[next].to;
        }
        if (was != 0 && until > was && !put(r, en, owner, runs.at[i].key, until, e)) return false;
    }
    return true;
}
