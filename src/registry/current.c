/* current: the rows everybody computes with, worked out from claims. Each field has the value of the strongest claim
 * that says something of it; strength is rank, then day, then order of arrival. What whole lists say of those who are
 * not in them (名单外) is weaker than a claim of the same rank and day. */
#include "registry/registry_priv.h"

#include <stdlib.h>

/* ---- statements of an entity ---- */

static void make_sql(struct registry *r, uint16_t entity)
{
    struct entity_sql *x = &r->sql[entity];
    if (x->ready) return;
    const struct entity *en = &r->p->entities.at[entity];
    x->slots = ARENA_ARRAY(r->a, uint16_t, en->slots.len + 1);
    for (uint16_t i = 0; i < en->slots.len; i++) {
        if (slot_is_column(en, i)) x->slots[x->count++] = i;
    }
    unsigned fixed = en->is_monthly ? 5 : 1;
    struct text t;
    text_init(&t, r->a, 1 << 18);
    text_addz(&t, "INSERT INTO ");
    store_quote(&t, en->name);
    text_addz(&t, en->is_monthly ? " (\"_id\", \"_owner\", \"_key\", \"_from\", \"_to\"" : " (\"_id\"");
    for (uint16_t i = 0; i < x->count; i++) {
        text_addz(&t, ", ");
        schema_column(&t, en, x->slots[i]);
    }
    text_addz(&t, ") VALUES (");
    for (unsigned i = 0; i < fixed + x->count; i++) text_addf(&t, "%s$%u", i ? ", " : "", i + 1);
    text_addz(&t, ")");
    if (!en->is_monthly) {
        text_addz(&t, " ON CONFLICT (\"_id\") DO UPDATE SET ");
        for (uint16_t i = 0; i < x->count; i++) {
            if (i > 0) text_addz(&t, ", ");
            schema_column(&t, en, x->slots[i]);
            text_addz(&t, " = excluded.");
            schema_column(&t, en, x->slots[i]);
        }
        if (x->count == 0) text_addz(&t, "\"_id\" = excluded.\"_id\"");
    }
    x->put = text_str(&t);
    x->ever = ARENA_ARRAY(r->a, bool, x->count + 1);
    x->ready = true;
}

static void bind_cell(struct store_stmt *q, uint32_t at, const struct slot *s, const struct cell *c,
                      const struct registry *r)
{
    struct type t = s->type;
    bool text = t.kind == TYPE_TEXT || t.kind == TYPE_CODE;
    if (c == NULL || c->state == VALUE_UNKNOWN)
        store_bind_null(q, at);
    else if (c->state == VALUE_NONE && text)
        store_bind_str(q, at, STR(""));
    else if (c->state == VALUE_NONE)
        store_bind_int(q, at, VOCAB_NONE);
    else if (text)
        slot_bind_text(q, at, s, c->s);
    else
        store_bind_int(q, at, t.kind == TYPE_RECORD ? (int64_t)registry_kept(r, (uint64_t)c->i) : c->i);
}

/* ---- claims ---- */

typedef VEC(uint64_t) id_list;

bool registry_members(struct registry *r, uint64_t subject, struct arena *a, void *out, struct err *e)
{
    id_list *list = out;
    *vec_push(a, list) = subject;
    if (r->merged.len == 0) return true;
    for (size_t i = 0; i < list->len; i++) {
        struct store_stmt *q;
        if (!store_prepare(r->s, STR("SELECT \"gone\" FROM \"_link\" WHERE \"kept\" = $1 AND \"state\" = '合并'"), &q,
                           e))
            return false;
        store_bind_int(q, 1, (int64_t)list->at[i]);
        bool row, ok;
        int64_t gone;
        while ((ok = store_step(q, &row, e)) && row) {
            if (store_int(q, 0, &gone)) *vec_push(a, list) = (uint64_t)gone;
        }
        store_done(q);
        if (!ok) return false;
    }
    return true;
}

static int by_strength(const void *pa, const void *pb)
{
    const struct claim *a = pa, *b = pb;
    if (a->rank != b->rank) return a->rank < b->rank ? -1 : 1;
    if (a->as_of != b->as_of) return a->as_of < b->as_of ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

static bool claims_of_one(struct registry *r, uint16_t entity, uint64_t subject, struct arena *a, claim_list *out,
                          struct err *e)
{
    struct store_stmt *q;
    if (!store_prepare(r->s,
                       STR("SELECT c.\"_id\", c.\"drop\", c.\"row\", coalesce(s.\"as_of\", c.\"as_of\"), c.\"hash\","
                           " c.\"ident\", c.\"gone\", c.\"data\", c.\"entity\", d.\"rank\", d.\"feed\", d.\"state\""
                           " FROM \"_claim\" c JOIN \"_drop\" d ON d.\"_id\" = c.\"drop\""
                           " LEFT JOIN \"_seen\" s ON s.\"claim\" = c.\"_id\" WHERE c.\"subject\" = $1"),
                       &q, e))
        return false;
    store_bind_int(q, 1, (int64_t)subject);
    bool row, ok;
    while ((ok = store_step(q, &row, e)) && row) {
        struct claim c = { .subject = (int64_t)subject };
        int64_t of = 0, feed = 0;
        bool whole = store_int(q, 0, &c.id) && store_int(q, 1, &c.drop) && store_int(q, 2, &c.row) &&
                     store_int(q, 3, &c.as_of) && store_int(q, 4, &c.hash) && store_int(q, 5, &c.ident) &&
                     store_int(q, 6, &c.gone) && store_int(q, 8, &of);
        /* the batch may be one that another program, or another thread, took in since this registry was opened */
        whole = whole && store_int(q, 9, &c.rank) && store_int(q, 10, &feed);
        if (!whole || of != (int64_t)r->entity_name[entity] || str_eq(store_str(q, 11), STR("已撤"))) continue;
        c.feed = (uint32_t)feed;
        c.data = str_dup(a, store_bytes(q, 7));
        *vec_push(a, out) = c;
    }
    store_done(q);
    return ok;
}

bool claims_of(struct registry *r, uint16_t entity, uint64_t subject, struct arena *a, claim_list *out, struct err *e)
{
    id_list members = { 0 };
    out->len = 0;
    if (!registry_members(r, subject, a, &members, e)) return false;
    VEC_EACH (const uint64_t, m, &members) {
        if (!claims_of_one(r, entity, *m, a, out, e)) return false;
    }
    if (out->len > 1) qsort(out->at, out->len, sizeof out->at[0], by_strength);
    return true;
}

/* Whether a later word of the same feed took this claim back: a spell that a whole file has no more. */
static bool is_withdrawn(const claim_list *claims, const struct claim *c)
{
    if (c->gone) return true;
    VEC_EACH (const struct claim, other, claims) {
        if (other->gone && other->feed == c->feed && other->subject == c->subject && other->as_of >= c->as_of &&
            other->id > c->id)
            return true;
    }
    return false;
}

/* ---- rows ---- */

struct weighed {
    struct cell cell;
    int64_t rank, as_of;
};

static void take_others(const struct registry *r, uint16_t entity, struct weighed *cells)
{
    VEC_EACH (const struct other, o, &r->others) {
        if (o->entity == entity) cells[o->cell.slot] = (struct weighed){ o->cell, o->rank, o->as_of };
    }
}

static void take_cells(const cell_list *from, int64_t rank, int64_t as_of, struct weighed *cells)
{
    VEC_EACH (const struct cell, c, from) {
        if (c->slot >= CELL_LAST) continue;
        struct weighed *w = &cells[c->slot];
        bool stronger = w->cell.state == VALUE_UNKNOWN || rank > w->rank || (rank == w->rank && as_of >= w->as_of);
        if (stronger) *w = (struct weighed){ *c, rank, as_of };
    }
}

static bool put_row(struct registry *r, uint16_t entity, uint64_t subject, const struct weighed *cells, struct err *e)
{
    const struct entity *en = &r->p->entities.at[entity];
    struct entity_sql *x = &r->sql[entity];
    if (x->put_q == NULL && !store_prepare(r->s, x->put, &x->put_q, e)) return false;
    struct store_stmt *q = x->put_q;
    store_bind_int(q, 1, (int64_t)subject);
    for (uint16_t i = 0; i < x->count; i++) {
        uint16_t slot = x->slots[i];
        bind_cell(q, i + 2u, &en->slots.at[slot], &cells[slot].cell, r);
    }
    return store_run(q, e);
}

static bool drop_row(struct registry *r, uint16_t entity, uint64_t subject, struct err *e)
{
    autoarena *a = arena_new("row", 0);
    struct text t;
    text_init(&t, a, 4096);
    text_addz(&t, "DELETE FROM ");
    store_quote(&t, r->p->entities.at[entity].name);
    text_addz(&t, " WHERE \"_id\" = $1");
    struct store_stmt *q;
    if (!store_prepare(r->s, text_str(&t), &q, e)) return false;
    store_bind_int(q, 1, (int64_t)subject);
    bool ok = store_run(q, e);
    store_done(q);
    return ok;
}

/* A row that is not there yet needs only the columns that rows so far had, which are few of many. */
static bool prepare_add(struct registry *r, uint16_t entity, const struct weighed *cells, struct err *e)
{
    const struct entity *en = &r->p->entities.at[entity];
    struct entity_sql *x = &r->sql[entity];
    for (uint16_t i = 0; i < x->count; i++) {
        if (x->ever[i] || cells[x->slots[i]].cell.state == VALUE_UNKNOWN) continue;
        x->ever[i] = true;
        store_done(x->add_q);
        x->add_q = NULL;
    }
    if (x->add_q != NULL) return true;
    autoarena *a = arena_new("row", 0);
    struct text t;
    text_init(&t, a, 1 << 17);
    text_addz(&t, "INSERT INTO ");
    store_quote(&t, en->name);
    text_addz(&t, " (\"_id\"");
    unsigned n = 1;
    for (uint16_t i = 0; i < x->count; i++) {
        if (!x->ever[i]) continue;
        text_addz(&t, ", ");
        schema_column(&t, en, x->slots[i]);
        n++;
    }
    text_addz(&t, ") VALUES (");
    for (unsigned i = 0; i < n; i++) text_addf(&t, "%s$%u", i ? ", " : "", i + 1);
    text_addz(&t, ")");
    return store_prepare(r->s, text_str(&t), &x->add_q, e);
}

static bool add_row(struct registry *r, uint16_t entity, uint64_t subject, const struct weighed *cells, struct err *e)
{
    const struct entity *en = &r->p->entities.at[entity];
    const struct entity_sql *x = &r->sql[entity];
    if (!prepare_add(r, entity, cells, e)) return false;
    uint32_t at = 1;
    store_bind_int(x->add_q, at++, (int64_t)subject);
    for (uint16_t i = 0; i < x->count; i++) {
        if (x->ever[i]) bind_cell(x->add_q, at++, &en->slots.at[x->slots[i]], &cells[x->slots[i]].cell, r);
    }
    return store_run(x->add_q, e);
}

bool current_put(struct registry *r, uint16_t entity, uint64_t subject, const cell_list *cells, int64_t rank,
                 int64_t as_of, struct err *e)
{
    const struct entity *en = &r->p->entities.at[entity];
    struct arena_mark m = arena_mark(r->scratch);
    make_sql(r, entity);
    struct weighed *w = ARENA_ARRAY(r->scratch, struct weighed, en->slots.len + 1);
    take_others(r, entity, w);
    take_cells(cells, rank, as_of, w);
    bool ok = add_row(r, entity, subject, w, e);
    arena_rewind(r->scratch, m);
    return ok;
}

bool current_rebuild(struct registry *r, uint16_t entity, uint64_t subject, struct err *e)
{
    const struct entity *en = &r->p->entities.at[entity];
    if (en->is_monthly) return months_rebuild(r, entity, subject, e);
    autoarena *a = arena_new("row", 0);
    make_sql(r, entity);
    claim_list claims = { 0 };
    if (!claims_of(r, entity, subject, a, &claims, e)) return false;
    struct weighed *w = ARENA_ARRAY(a, struct weighed, en->slots.len + 1);
    take_others(r, entity, w);
    bool any = false;
    cell_list cells = { 0 };
    VEC_EACH (const struct claim, c, &claims) {
        if (is_withdrawn(&claims, c)) continue;
        if (!claim_unpack(r, entity, c->data, a, &cells))
            return fail(e, MISMATCH, "库里第 %lld 条说法损坏了，请从备份恢复", (long long)c->id);
        take_cells(&cells, c->rank, c->as_of, w);
        any = true;
    }
    bool gone = registry_kept(r, subject) != subject;
    return any && !gone ? put_row(r, entity, subject, w, e) : drop_row(r, entity, subject, e);
}

/* ---- histories by month ---- */

struct month_run {
    str key;
    int64_t from, to;
    const struct claim *claim;
    const cell_list *cells;
};
typedef VEC(struct month_run) run_list;

static const struct cell *cell_of(const cell_list *cells, uint16_t slot)
{
    VEC_EACH (const struct cell, c, cells) {
        if (c->slot == slot) return c;
    }
    return NULL;
}

/* The months of a claim; false: it has none. */
static bool run_of(const struct claim *claim, const cell_list *cells, struct month_run *out)
{
    const struct cell *from = cell_of(cells, SLOT_MONTH), *to = cell_of(cells, CELL_LAST),
                      *key = cell_of(cells, CELL_KEY);
    if (from == NULL || from->state != VALUE_KNOWN) return false;
    *out = (struct month_run){ .key = key == NULL ? STR("") : key->s,
                               .from = from->i,
                               .to = to == NULL || to->state != VALUE_KNOWN ? from->i : to->i,
                               .claim = claim,
                               .cells = cells };
    return out->to >= out->from;
}

static int by_key_and_month(const void *pa, const void *pb)
{
    const struct month_run *a = pa, *b = pb;
    int c = str_cmp(a->key, b->key);
    if (c != 0) return c;
    if (a->from != b->from) return a->from < b->from ? -1 : 1;
    return by_strength(a->claim, b->claim);
}

static bool same_fields(const struct registry *r, uint16_t entity, const cell_list *a, const cell_list *b)
{
    const struct entity *en = &r->p->entities.at[entity];
    for (uint16_t i = 0; i < en->slots.len; i++) {
        if (!slot_is_column(en, i)) continue;
        const struct cell *x = cell_of(a, i), *y = cell_of(b, i);
        if ((x == NULL) != (y == NULL)) return false;
        if (x == NULL) continue;
        if (x->state != y->state) return false;
        if (x->state == VALUE_KNOWN && (x->is_text ? !str_eq(x->s, y->s) : x->i != y->i)) return false;
    }
    return true;
}

/* Adds months [from, to] to the runs that stand; what is there already gives way to what comes (which is stronger). */
static void lay(struct arena *a, run_list *runs, struct month_run n)
{
    run_list out = { 0 };
    VEC_EACH (const struct month_run, x, runs) {
        if (!str_eq(x->key, n.key) || x->to < n.from || x->from > n.to) {
            *vec_push(a, &out) = *x;
            continue;
        }
        struct month_run part = *x;
        if (x->from < n.from) part.to = n.from - 1, *vec_push(a, &out) = part;
        part = *x;
        if (x->to > n.to) part.from = n.to + 1, *vec_push(a, &out) = part;
    }
    *vec_push(a, &out) = n;
    *runs = out;
}

static bool put_run(struct registry *r, uint16_t entity, uint64_t owner, const struct month_run *x, struct err *e)
{
    const struct entity *en = &r->p->entities.at[entity];
    const struct entity_sql *sql = &r->sql[entity];
    struct store_stmt *q;
    if (!store_prepare(r->s, sql->put, &q, e)) return false;
    store_bind_int(q, 1, x->claim->id);
    store_bind_int(q, 2, (int64_t)owner);
    store_bind_str(q, 3, x->key);
    store_bind_int(q, 4, x->from);
    store_bind_int(q, 5, x->to);
    for (uint16_t i = 0; i < sql->count; i++)
        bind_cell(q, i + 6u, &en->slots.at[sql->slots[i]], cell_of(x->cells, sql->slots[i]), r);
    bool ok = store_run(q, e);
    store_done(q);
    return ok;
}

static bool drop_runs(struct registry *r, uint16_t entity, uint64_t owner, struct err *e)
{
    autoarena *a = arena_new("runs", 0);
    struct text t;
    text_init(&t, a, 4096);
    text_addz(&t, "DELETE FROM ");
    store_quote(&t, r->p->entities.at[entity].name);
    text_addz(&t, " WHERE \"_owner\" = $1");
    struct store_stmt *q;
    if (!store_prepare(r->s, text_str(&t), &q, e)) return false;
    store_bind_int(q, 1, (int64_t)owner);
    bool ok = store_run(q, e);
    store_done(q);
    return ok;
}

bool months_rebuild(struct registry *r, uint16_t entity, uint64_t owner, struct err *e)
{
    autoarena *a = arena_new("months", 0);
    make_sql(r, entity);
    claim_list claims = { 0 };
    if (!claims_of(r, entity, owner, a, &claims, e) || !drop_runs(r, entity, owner, e)) return false;
    if (registry_kept(r, owner) != owner) return true;
    run_list runs = { 0 };
    VEC_EACH (const struct claim, c, &claims) {
        if (c->gone) continue;
        bool withdrawn = false; /* of a month's row by a later word of its feed about the same row */
        VEC_EACH (const struct claim, o, &claims)
            withdrawn = withdrawn || (o->gone && o->ident == c->ident && o->feed == c->feed && o->id > c->id);
        if (withdrawn) continue;
        cell_list *cells = ARENA_NEW(a, cell_list);
        struct month_run n;
        if (!claim_unpack(r, entity, c->data, a, cells))
            return fail(e, MISMATCH, "库里第 %lld 条说法损坏了，请从备份恢复", (long long)c->id);
        if (run_of(c, cells, &n)) lay(a, &runs, n);
    }
    if (runs.len > 1) qsort(runs.at, runs.len, sizeof runs.at[0], by_key_and_month);
    for (size_t i = 0; i < runs.len; i++) {
        struct month_run x = runs.at[i];
        while (i + 1 < runs.len && str_eq(runs.at[i + 1].key, x.key) && runs.at[i + 1].from == x.to + 1 &&
               same_fields(r, entity, x.cells, runs.at[i + 1].cells))
            x.to = runs.at[++i].to;
        if (!put_run(r, entity, owner, &x, e)) return false;
    }
    return true;
}
