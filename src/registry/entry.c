/* entry: what an office decided enters as claims like any other, in a batch of its own whose file is the case. A batch
 * that is taken back stays, and counts no more: rows are worked out again without its claims. */
#include "registry/import_priv.h"
#include "store/short.h"

#include <assert.h>
#include <string.h>

/* ---- keeping up with other programs ---- */

/* Numbers and batches may have moved on since the registry was opened, by an import beside us. */
static bool catch_up(struct registry *r, struct err *e)
{
    return registry_catch_up(r, e) && registry_load_counters(r, e);
}

/* A line of "_drop", known at once without reading all others again. */
static bool add_drop(struct registry *r, const struct registry_entry *n, const char *map, int64_t *id, struct err *e)
{
    uint32_t feed = registry_name(r, n->origin, e);
    struct drop d = { .rank = n->rank, .as_of = n->as_of.days, .feed = feed };
    if (feed == 0 || !store_get(r->s, NULL, id, 1, e, "SELECT coalesce(max(\"_id\"), 0) + 1 FROM \"_drop\"", "") ||
        !store_do(r->s, NULL, e,
                  "INSERT INTO \"_drop\" (\"_id\", \"file\", \"sm3\", \"feed\", \"entity\", \"map\", \"system\","
                  " \"rank\", \"as_of\", \"whole\", \"started\", \"finished\", \"state\", \"person\", \"packs\","
                  " \"rows_done\", \"first_new\", \"first_claim\")"
                  " VALUES ($1, $2, '', $3, 0, $4, $5, $6, $7, 0, $8, $8, '完成', $9, $10, $11, $12, $13)",
                  "isissiiissiii", *id, n->ref, (int64_t)feed, str_of(map), n->origin, n->rank, (int64_t)n->as_of.days,
                  registry_now(), n->person, r->p->hash, (int64_t)n->count, r->next_id, r->next_claim))
        return false;
    d.id = *id;
    r->unsure_in = store_transaction(r->s);
    *vec_push(r->drops_a, &r->drops) = d;
    id_map_put(&r->drop_at, (uint64_t)d.id, r->drops.len);
    return true;
}

/* ---- values as cells ---- */

static bool cell_of_value(const struct registry *r, uint16_t entity, uint16_t slot, struct value v, int64_t ref,
                          struct cell *out, struct err *e)
{
    const struct slot *s = &r->p->entities.at[entity].slots.at[slot];
    *out = (struct cell){ .slot = slot, .state = v.state };
    if (v.state == VALUE_NONE) return true;
    if (v.state != VALUE_KNOWN && s->type.kind != TYPE_RECORD)
        return fail(e, INVALID, "要登记的“%.*s”还不知道是什么，先补上", STR_ARG(s->name));
    out->state = VALUE_KNOWN;
    switch (s->type.kind) {
    case TYPE_BOOL: out->i = v.boolean; return true;
    case TYPE_NUM:
        out->i = (int64_t)v.number;
        return out->i == v.number || fail(e, INVALID, "要登记的“%.*s”的数太大", STR_ARG(s->name));
    case TYPE_DATE: out->i = v.day.days; return true;
    case TYPE_MONTH: out->i = v.month_.index; return true;
    case TYPE_CODE:
        out->is_text = true;
        out->i = v.code;
        out->s = r->p->codes.at[s->type.ref].items.at[v.code].code;
        return true;
    case TYPE_TEXT:
        out->is_text = true;
        out->s = v.text;
        return true;
    case TYPE_RECORD:
        out->i = ref;
        return ref != 0 || fail(e, INVALID, "要登记的“%.*s”不在库里，先登记它", STR_ARG(s->name));
    case TYPE_BAD:
    case TYPE_GROUP:
    case TYPE_HISTORY:
    case TYPE_NONE: break;
    }
    return fail(e, INVALID, "“%.*s”不是一个可以登记的字段", STR_ARG(s->name));
}

static bool cells_of(const struct registry *r, const struct registry_change_of *c, struct arena *a, cell_list *out,
                     struct err *e)
{
    for (size_t i = 0; i < c->count; i++) {
        struct cell one;
        if (!slot_is_column(&r->p->entities.at[c->entity], c->slots[i]))
            return fail(e, INVALID, "“%.*s”的这一栏不能直接登记", STR_ARG(r->p->entities.at[c->entity].name));
        if (!cell_of_value(r, c->entity, c->slots[i], c->values[i], c->refs != NULL ? c->refs[i] : 0, &one, e))
            return false;
        *vec_push(a, out) = one;
    }
    return true;
}

static bool has_slot(const cell_list *cells, uint16_t slot)
{
    VEC_EACH (const struct cell, c, cells) {
        if (c->slot == slot) return true;
    }
    return false;
}

/* ---- the three acts ---- */

struct entering {
    struct registry *r;
    const struct registry_entry *n;
    struct arena *a;
    int64_t drop, row;
};

static bool say_as(struct entering *x, uint16_t entity, uint64_t subject, int64_t ident, int64_t owner,
                   const cell_list *cells, struct err *e)
{
    struct claim c = { .id = x->r->next_claim++, .subject = (int64_t)subject, .drop = x->drop, .row = ++x->row };
    c.as_of = x->n->as_of.days;
    c.ident = ident;
    c.data = claim_pack(x->r, entity, cells, x->a);
    return claim_add(x->r, entity, &c, owner, e);
}

static bool say(struct entering *x, uint16_t entity, uint64_t subject, int64_t owner, const cell_list *cells,
                struct err *e)
{
    return say_as(x, entity, subject, 0, owner, cells, e);
}

static bool open_spell(struct entering *x, const struct registry_change_of *c, uint64_t owner, cell_list *cells,
                       struct err *e)
{
    const struct entity *en = &x->r->p->entities.at[c->entity];
    if (!en->is_spell) return fail(e, INVALID, "“%.*s”不是经历，不能开始一段", STR_ARG(en->name));
    if (!has_slot(cells, SLOT_FROM))
        *vec_push(x->a, cells) = (struct cell){ .slot = SLOT_FROM, .state = VALUE_KNOWN, .i = x->n->as_of.days };
    if (!has_slot(cells, SLOT_TO)) *vec_push(x->a, cells) = (struct cell){ .slot = SLOT_TO, .state = VALUE_NONE };
    *vec_push(x->a, cells) = (struct cell){ .slot = SLOT_OWNER, .state = VALUE_KNOWN, .i = (int64_t)owner };
    uint64_t id = (uint64_t)x->r->next_id++;
    return say(x, c->entity, id, (int64_t)owner, cells, e) &&
           current_put(x->r, c->entity, id, cells, x->n->rank, x->n->as_of.days, e);
}

static bool open_months(struct entering *x, const struct registry_change_of *c, uint64_t owner, cell_list *cells,
                        struct err *e)
{
    const struct entity *en = &x->r->p->entities.at[c->entity];
    str key = STR("");
    if ((en->key != 0) != (c->item != 0) || c->to.index < c->from.index)
        return fail(e, INVALID, "“%.*s”要写明哪几个月、哪一种", STR_ARG(en->name));
    if (en->key != 0) key = x->r->p->codes.at[en->key - 1].items.at[c->item - 1].code;
    *vec_push(x->a, cells) = (struct cell){ .slot = SLOT_MONTH, .state = VALUE_KNOWN, .i = c->from.index };
    *vec_push(x->a, cells) = (struct cell){ .slot = CELL_LAST, .state = VALUE_KNOWN, .i = c->to.index };
    if (en->key != 0)
        *vec_push(x->a, cells) =
            (struct cell){ .slot = CELL_KEY, .state = VALUE_KNOWN, .is_text = true, .i = c->item - 1, .s = key };
    int64_t ident = claim_hash(str_fmt(x->a, "%d %.*s", c->from.index, STR_ARG(key)));
    return say_as(x, c->entity, owner, ident, 0, cells, e) && current_rebuild(x->r, c->entity, owner, e) &&
           known_to(x->r, en, owner, key, c->to, e);
}

typedef VEC(uint64_t) spell_ids;

static bool open_spells(struct entering *x, const struct entity *en, uint64_t owner, spell_ids *out, struct err *e)
{
    struct text t;
    struct store_stmt *q;
    bool row, ok;
    int64_t id;
    text_init(&t, x->a, 4096);
    text_addz(&t, "SELECT \"_id\" FROM ");
    store_quote(&t, en->name);
    text_addz(&t, " WHERE \"_owner\" = $1 AND (\"结束\" IS NULL OR \"结束\" = $2 OR \"结束\" > $3) ORDER BY \"_id\"");
    if (!store_prepare(x->r->s, text_str(&t), &q, e)) return false;
    store_bind_int(q, 1, (int64_t)owner);
    store_bind_int(q, 2, VOCAB_NONE);
    store_bind_int(q, 3, x->n->as_of.days);
    while ((ok = store_step(q, &row, e)) && row) {
        if (store_int(q, 0, &id)) *vec_push(x->a, out) = (uint64_t)id;
    }
    store_done(q);
    return ok;
}

static bool close_spells(struct entering *x, const struct registry_change_of *c, uint64_t owner, cell_list *cells,
                         struct err *e)
{
    const struct entity *en = &x->r->p->entities.at[c->entity];
    spell_ids ids = { 0 };
    if (!en->is_spell || en->is_monthly)
        return fail(e, INVALID, "“%.*s”不是一段一段的经历，不能结束一段", STR_ARG(en->name));
    if (!has_slot(cells, SLOT_TO))
        *vec_push(x->a, cells) = (struct cell){ .slot = SLOT_TO, .state = VALUE_KNOWN, .i = x->n->as_of.days };
    *vec_push(x->a, cells) = (struct cell){ .slot = SLOT_OWNER, .state = VALUE_KNOWN, .i = (int64_t)owner };
    if (!open_spells(x, en, owner, &ids, e)) return false;
    VEC_EACH (const uint64_t, id, &ids) {
        if (!say(x, c->entity, *id, (int64_t)owner, cells, e) || !current_rebuild(x->r, c->entity, *id, e))
            return false;
    }
    return true;
}

static bool one_change(struct entering *x, const struct registry_change_of *c, struct err *e)
{
    cell_list cells = { 0 };
    uint64_t subject = registry_kept(x->r, (uint64_t)c->subject);
    if (!cells_of(x->r, c, x->a, &cells, e)) return false;
    switch (c->act) {
    case REGISTRY_SET: return say(x, c->entity, subject, 0, &cells, e) && current_rebuild(x->r, c->entity, subject, e);
    case REGISTRY_OPEN:
        return x->r->p->entities.at[c->entity].is_monthly ? open_months(x, c, subject, &cells, e)
                                                          : open_spell(x, c, subject, &cells, e);
    case REGISTRY_CLOSE: return close_spells(x, c, subject, &cells, e);
    }
    return false;
}

bool registry_feed(struct registry *r, str origin, struct err *e)
{
    if (!store_begin(r->s, e)) return false;
    if (registry_name(r, origin, e) != 0) return store_commit(r->s, e);
    store_rollback(r->s);
    return false;
}

bool registry_enter(struct registry *r, const struct registry_entry *n, int64_t *drop, struct err *e)
{
    autoarena *a = arena_new("entry", 0);
    struct entering x = { .r = r, .n = n, .a = a };
    assert(store_depth(r->s) > 0 && map_get(&r->names, n->origin) != NULL);
    if (!catch_up(r, e) || !add_drop(r, n, "", &x.drop, e)) return false;
    for (size_t i = 0; i < n->count; i++) {
        if (!one_change(&x, &n->changes[i], e)) return false;
    }
    *drop = x.drop;
    return registry_meta(r, "next_id", r->next_id, e);
}

/* ---- taking back ---- */

struct taken_back {
    int64_t entity, subject, owner;
};
typedef VEC(struct taken_back) taken_back_list;

static bool claims_in(struct registry *r, int64_t drop, struct arena *a, taken_back_list *out, struct err *e)
{
    struct store_stmt *q;
    bool row, ok;
    if (!store_ask(r->s, &q, e,
                   "SELECT \"entity\", \"subject\", coalesce(\"owner\", \"subject\") FROM \"_claim\" WHERE \"_id\" >="
                   " (SELECT \"first_claim\" FROM \"_drop\" WHERE \"_id\" = $1) AND \"drop\" = $1",
                   "i", drop))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        struct taken_back t;
        if (store_int(q, 0, &t.entity) && store_int(q, 1, &t.subject) && store_int(q, 2, &t.owner))
            *vec_push(a, out) = t;
    }
    store_done(q);
    return ok;
}

/* A batch of its own tells of the taking back. */
static bool note_taken_back(struct registry *r, int64_t drop, str person, int64_t *batch, struct err *e)
{
    autoarena *a = arena_new("entry", 0);
    struct registry_entry n = { .person = person };
    struct store_stmt *q;
    bool row = false;
    if (!store_ask(r->s, &q, e, "SELECT \"file\", \"system\", \"rank\", \"as_of\" FROM \"_drop\" WHERE \"_id\" = $1",
                   "i", drop))
        return false;
    bool ok = store_step(q, &row, e);
    int64_t day = 0;
    if (ok && row && store_int(q, 2, &n.rank) && store_int(q, 3, &day)) {
        n.ref = str_dup(a, store_str(q, 0));
        n.origin = str_dup(a, store_str(q, 1));
        n.as_of = (date){ (int32_t)day };
    } else if (ok) {
        ok = fail(e, NOT_FOUND, "库里没有第 %lld 批登记", (long long)drop);
    }
    store_done(q);
    return ok && add_drop(r, &n, "撤销", batch, e);
}

/* What is left says it anew, as if the batch had never been. batch: who looks for what changed finds it there; 0:
 * nobody is told. */
static bool unsay(struct registry *r, int64_t drop, int64_t batch, struct err *e)
{
    autoarena *a = arena_new("entry", 0);
    taken_back_list claims = { 0 };
    if (!claims_in(r, drop, a, &claims, e) ||
        !store_do(r->s, NULL, e, "UPDATE \"_drop\" SET \"state\" = '已撤' WHERE \"_id\" = $1", "i", drop))
        return false;
    VEC_EACH (const struct taken_back, t, &claims) {
        const struct entity *en = program_entity(r->p, registry_name_text(r, (uint32_t)t->entity));
        if (en == NULL) continue; /* of an older pack */
        if (!current_rebuild(r, en->id, (uint64_t)t->subject, e) ||
            (batch != 0 && !registry_touch(r, batch, en->id, (uint64_t)t->owner, e)))
            return false;
    }
    return true;
}

bool registry_forget(struct registry *r, int64_t drop, struct err *e)
{
    assert(store_depth(r->s) > 1);
    return catch_up(r, e) && unsay(r, drop, 0, e);
}

bool registry_take_back(struct registry *r, int64_t drop, str person, struct err *e)
{
    int64_t batch;
    assert(store_depth(r->s) > 0);
    return catch_up(r, e) && note_taken_back(r, drop, person, &batch, e) && unsay(r, drop, batch, e);
}
