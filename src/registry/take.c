/* take: what a row says becomes a claim, unless its feed said just that before; then only the day is noted. */
#include "registry/import_priv.h"

void mark_dirty(struct import *im, uint16_t entity, uint64_t subject)
{
    uint64_t key = subject << 16 | entity;
    if (id_map_get(&im->dirty_at, key) != 0) return;
    id_map_put(&im->dirty_at, key, 1);
    *vec_push(im->a, &im->dirty) = (struct dirty){ entity, subject };
    if (subject >= (uint64_t)im->first_new) *vec_push(im->a, &im->told_again) = subject;
}

bool take_dirty(struct import *im, struct err *e)
{
    for (size_t i = 0; i < im->dirty.len; i++) {
        uint16_t entity = im->dirty.at[i].entity;
        if (!current_rebuild(im->r, entity, im->dirty.at[i].subject, e)) return false;
        if (!im->whole && !known_follow(im->r, entity, im->dirty.at[i].subject, e)) return false;
    }
    im->dirty.len = 0;
    if (im->dirty_at.len > 0) {
        for (size_t i = 0; i < im->dirty_at.cap; i++) im->dirty_at.at[i] = (struct id_pair){ 0 };
        im->dirty_at.len = 0;
    }
    return true;
}

/* The last word of this feed on the subject (of a history: on this key and month). */
struct last {
    int64_t claim, hash, as_of, drop, count;
    bool gone;
};

static bool last_claim(struct import *im, uint16_t entity, uint64_t subject, int64_t ident, struct last *out,
                       struct err *e)
{
    struct store_stmt *q;
    *out = (struct last){ 0 };
    if (!store_prepare(
            im->r->s,
            STR("SELECT c.\"_id\", c.\"hash\", coalesce(s.\"as_of\", c.\"as_of\"), coalesce(s.\"drop\", c.\"drop\"),"
                " c.\"gone\", c.\"ident\", c.\"drop\", c.\"entity\" FROM \"_claim\" c LEFT JOIN \"_seen\" s"
                " ON s.\"claim\" = c.\"_id\" WHERE c.\"subject\" = $1"),
            &q, e))
        return false;
    store_bind_int(q, 1, (int64_t)subject);
    bool row, ok;
    while ((ok = store_step(q, &row, e)) && row) {
        int64_t id, hash, as_of, seen, gone, said, first, of;
        bool whole = store_int(q, 0, &id) && store_int(q, 1, &hash) && store_int(q, 2, &as_of) &&
                     store_int(q, 3, &seen) && store_int(q, 4, &gone) && store_int(q, 5, &said) &&
                     store_int(q, 6, &first) && store_int(q, 7, &of);
        if (!whole || of != (int64_t)im->r->entity_name[entity]) continue;
        out->count++;
        const struct drop *d = registry_drop(im->r, first);
        if (d == NULL || d->feed != im->feed || said != ident) continue;
        if (out->claim != 0 && (as_of < out->as_of || (as_of == out->as_of && id < out->claim))) continue;
        out->claim = id, out->hash = hash, out->as_of = as_of, out->drop = seen, out->gone = gone != 0;
    }
    store_done(q);
    return ok;
}

static bool note_seen(struct import *im, const struct last *last, int64_t as_of, struct err *e)
{
    struct store_stmt *q;
    if (!store_prepare(
            im->r->s,
            STR("INSERT INTO \"_seen\" (\"claim\", \"as_of\", \"drop\") VALUES ($1, $2, $3)"
                " ON CONFLICT (\"claim\") DO UPDATE SET \"as_of\" = excluded.\"as_of\", \"drop\" = excluded.\"drop\""),
            &q, e))
        return false;
    store_bind_int(q, 1, last->claim);
    store_bind_int(q, 2, as_of > last->as_of ? as_of : last->as_of);
    store_bind_int(q, 3, im->drop);
    bool ok = store_run(q, e);
    store_done(q);
    return ok;
}

static bool add_claim(struct import *im, uint16_t entity, uint64_t subject, int64_t row, int64_t as_of, int64_t ident,
                      bool gone, int64_t owner, str data, struct err *e)
{
    struct claim c = { .id = im->r->next_claim++, .subject = (int64_t)subject, .drop = im->drop, .row = row };
    c.as_of = as_of, c.ident = ident, c.gone = gone, c.data = data;
    return claim_add(im->r, entity, &c, owner, e);
}

/* Which month and kind a row of a history is about: a later row of the feed about the same replaces it. */
static int64_t ident_of(struct import *im, uint16_t entity, const cell_list *cells)
{
    if (!im->r->p->entities.at[entity].is_monthly) return 0;
    str key = STR("");
    int64_t from = 0;
    VEC_EACH (const struct cell, c, cells) {
        if (c->slot == CELL_KEY) key = c->s;
        if (c->slot == SLOT_MONTH) from = c->i;
    }
    return claim_hash(str_fmt(im->scratch, "%lld %.*s", (long long)from, STR_ARG(key)));
}

/* Whose spell it is; 0 for others. */
static int64_t owner_of(const struct import *im, uint16_t entity, const cell_list *cells)
{
    const struct entity *en = &im->r->p->entities.at[entity];
    if (!en->is_spell || en->is_monthly) return 0;
    VEC_EACH (const struct cell, c, cells) {
        if (c->slot == SLOT_OWNER) return c->i;
    }
    return 0;
}

bool take_cells_of(struct import *im, const struct row *w, uint16_t entity, uint64_t subject, bool is_new,
                   const cell_list *cells, enum taken *how, struct err *e)
{
    struct registry *r = im->r;
    str data = claim_pack(r, entity, cells, im->scratch);
    int64_t ident = ident_of(im, entity, cells);
    bool monthly = r->p->entities.at[entity].is_monthly;
    if (!is_new) {
        struct last last;
        int64_t print;
        if (!last_claim(im, entity, subject, ident, &last, e) || !claim_print(r, entity, data, &print, e)) return false;
        bool same = last.claim != 0 && !last.gone && last.hash == print;
        if (same) {
            *how = TAKEN_SAME;
            bool newer = w->as_of.days > last.as_of;
            if (!newer && (!im->whole || last.drop == im->drop)) return true;
            if (newer && last.count > 1) { /* the older word may be the stronger one now */
                mark_dirty(im, entity, subject);
                int64_t whose = owner_of(im, entity, cells);
                if (!registry_touch(r, im->drop, entity, whose != 0 ? (uint64_t)whose : subject, e)) return false;
            }
            return note_seen(im, &last, w->as_of.days, e);
        }
    }
    *how = is_new ? TAKEN_NEW : TAKEN_CHANGED;
    if (!add_claim(im, entity, subject, (int64_t)w->number, w->as_of.days, ident, false, owner_of(im, entity, cells),
                   data, e))
        return false;
    if (is_new && !monthly) {
        double_arrived(im, entity, subject, cells);
        return current_put(r, entity, subject, cells, im->rank, w->as_of.days, e);
    }
    mark_dirty(im, entity, subject);
    return true;
}

bool take_withdrawal(struct import *im, uint16_t entity, uint64_t subject, int64_t ident, int64_t owner, struct err *e)
{
    mark_dirty(im, entity, subject);
    return add_claim(im, entity, subject, 0, im->out->as_of.days, ident, true, owner, STR(""), e);
}
