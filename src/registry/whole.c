/* whole: what follows from a file being whole (全量). Spells it has no more are withdrawn; who is not in a list has
 * what the list says of those outside (名单外); and it becomes known that there is nothing where no row is ("_cover").
 */
#include "registry/import_priv.h"

/* ---- what the feed said before and says no more ---- */

static bool feed_was_here(const struct import *im)
{
    VEC_EACH (const struct drop, d, &im->r->drops) {
        if (d->feed == im->feed && d->id != im->drop) return true;
    }
    return false;
}

struct withdrawn {
    int64_t subject, ident, owner;
};

/* A file of changes taken for a whole one would withdraw nearly everybody. That more go than stay happens so rarely
 * that a person says so first. */
static bool plausible(const struct import *im, uint64_t gone, struct err *e)
{
    enum { FEW = 20 };
    uint64_t stay = im->out->counts.good;
    if (im->o->sure || (gone <= FEW && stay > 0) || gone <= stay) return true;
    return fail(
        e, CONFLICT,
        "这是全量文件，只有 %llu 行，上次有的 %llu 条这次没有，会被停用，所以没有停用。只是变化的行，加 --changes "
        "再登记一遍；真的少了这么多，加 --sure",
        (unsigned long long)stay, (unsigned long long)gone);
}

static bool withdraw(struct import *im, struct err *e)
{
    const struct entity *en = &im->r->p->entities.at[im->plan.entity];
    bool list = im->plan.map->others.len > 0;
    if ((!en->is_spell && !list) || !feed_was_here(im)) return true;
    struct store_stmt *q;
    if (!store_prepare(
            im->r->s,
            STR("SELECT DISTINCT c.\"subject\", c.\"ident\", coalesce(c.\"owner\", 0) FROM \"_claim\" c JOIN \"_drop\" "
                "d ON d.\"_id\" = c.\"drop\""
                " LEFT JOIN \"_seen\" s ON s.\"claim\" = c.\"_id\""
                " WHERE d.\"feed\" = $1 AND c.\"entity\" = $2 AND c.\"gone\" = 0 AND c.\"drop\" <> $3"
                " AND coalesce(s.\"as_of\", c.\"as_of\") <= $4 AND NOT EXISTS (SELECT 1 FROM \"_claim\" x"
                " JOIN \"_drop\" y ON y.\"_id\" = x.\"drop\" LEFT JOIN \"_seen\" z ON z.\"claim\" = x.\"_id\""
                " WHERE x.\"subject\" = c.\"subject\" AND x.\"entity\" = c.\"entity\" AND x.\"ident\" = c.\"ident\""
                " AND y.\"feed\" = $1 AND (coalesce(z.\"drop\", x.\"drop\") = $3 OR (x.\"gone\" = 1 AND x.\"_id\" > "
                "c.\"_id\")))"),
            &q, e))
        return false;
    store_bind_int(q, 1, im->feed);
    store_bind_int(q, 2, im->r->entity_name[im->plan.entity]);
    store_bind_int(q, 3, im->drop);
    store_bind_int(q, 4, im->out->as_of.days);
    VEC(struct withdrawn) found = { 0 };
    bool row, ok;
    while ((ok = store_step(q, &row, e)) && row) {
        struct withdrawn w;
        if (store_int(q, 0, &w.subject) && store_int(q, 1, &w.ident) && store_int(q, 2, &w.owner))
            *vec_push(im->a, &found) = w;
    }
    store_done(q);
    ok = ok && plausible(im, found.len, e);
    for (size_t i = 0; ok && i < found.len; i++) {
        ok = take_withdrawal(im, im->plan.entity, (uint64_t)found.at[i].subject, found.at[i].ident, found.at[i].owner,
                             e);
        im->out->counts.gone++;
    }
    return ok;
}

/* ---- those outside a list ---- */

static bool other_cell(struct import *im, const struct import_word *w, uint16_t *entity, struct cell *out,
                       struct err *e)
{
    const struct program *p = im->r->p;
    *entity = im->plan.entity;
    uint16_t slot = w->slot;
    if (slot >= CELL_LAST) return fail(e, INVALID, "“名单外”只能写实体的字段");
    if (w->sub > 0) {
        *entity = p->entities.at[*entity].slots.at[slot].type.ref;
        slot = (uint16_t)(w->sub - 1);
    }
    struct field_value v;
    struct type t = p->entities.at[*entity].slots.at[slot].type;
    enum field_answer got = field_read(im->codes, t, ROLE_NONE, true, w->means, im->a, &v);
    if ((got != FIELD_VALUE && got != FIELD_NONE) || t.kind == TYPE_RECORD)
        return fail(e, INVALID, "导入“%.*s”的名单外的值“%.*s”用不了", STR_ARG(im->plan.map->name), STR_ARG(w->means));
    *out = (struct cell){
        .slot = slot, .state = got == FIELD_NONE ? VALUE_NONE : VALUE_KNOWN, .is_text = v.is_text, .i = v.i, .s = v.s
    };
    return true;
}

static bool keep_other(struct import *im, uint16_t entity, const struct cell *c, struct err *e)
{
    cell_list one = { 0 };
    *vec_push(im->a, &one) = *c;
    struct store_stmt *q;
    if (!store_prepare(
            im->r->s,
            STR("INSERT INTO \"_other\" (\"entity\", \"slot\", \"feed\", \"rank\", \"as_of\", \"data\")"
                " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (\"entity\", \"slot\", \"feed\") DO UPDATE"
                " SET \"rank\" = excluded.\"rank\", \"as_of\" = excluded.\"as_of\", \"data\" = excluded.\"data\""
                " WHERE excluded.\"as_of\" >= \"_other\".\"as_of\""),
            &q, e))
        return false;
    store_bind_int(q, 1, im->r->entity_name[entity]);
    store_bind_int(q, 2, im->r->slot_name[entity][c->slot]);
    store_bind_int(q, 3, im->feed);
    store_bind_int(q, 4, im->rank);
    store_bind_int(q, 5, im->out->as_of.days);
    store_bind_bytes(q, 6, claim_pack(im->r, entity, &one, im->a));
    bool ok = store_run(q, e);
    store_done(q);
    return ok;
}

static void bind_other(struct store_stmt *q, uint32_t at, const struct cell *c, const struct slot *s)
{
    struct type t = s->type;
    bool text = t.kind == TYPE_TEXT || t.kind == TYPE_CODE;
    if (text)
        slot_bind_text(q, at, s, c->state == VALUE_NONE ? STR("") : c->s);
    else
        store_bind_int(q, at, c->state == VALUE_NONE ? VOCAB_NONE : c->i);
}

/* Rows that say nothing of the field get the value at once; those that say something else are worked out again, since
 * what they say may be weaker. */
static bool apply_other(struct import *im, uint16_t entity, const struct cell *c, struct err *e)
{
    const struct entity *en = &im->r->p->entities.at[entity];
    const struct slot *s = &en->slots.at[c->slot];
    struct text column, sql;
    text_init(&column, im->a, 1024);
    schema_column(&column, en, c->slot);
    struct store_stmt *q;
    bool row, ok;
    text_init(&sql, im->a, 8192);
    text_addz(&sql, "SELECT \"_id\" FROM ");
    store_quote(&sql, en->name);
    text_addf(&sql, " WHERE %s IS NOT NULL AND %s <> $1", column.p, column.p);
    if (!store_prepare(im->r->s, text_str(&sql), &q, e)) return false;
    bind_other(q, 1, c, s);
    int64_t id;
    while ((ok = store_step(q, &row, e)) && row) {
        if (store_int(q, 0, &id)) mark_dirty(im, entity, (uint64_t)id);
    }
    store_done(q);
    text_init(&sql, im->a, 8192);
    text_addz(&sql, "UPDATE ");
    store_quote(&sql, en->name);
    text_addf(&sql, " SET %s = $1 WHERE %s IS NULL", column.p, column.p);
    if (!ok || !store_prepare(im->r->s, text_str(&sql), &q, e)) return false;
    bind_other(q, 1, c, s);
    ok = store_run(q, e);
    store_done(q);
    return ok && registry_touch(im->r, im->drop, entity, 0, e);
}

static bool take_outside(struct import *im, struct err *e)
{
    size_t n = im->plan.map->others.len;
    uint16_t *entity = ARENA_ARRAY(im->a, uint16_t, n + 1);
    struct cell *cells = ARENA_ARRAY(im->a, struct cell, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (!other_cell(im, &im->plan.map->others.at[i], &entity[i], &cells[i], e) ||
            !keep_other(im, entity[i], &cells[i], e))
            return false;
    }
    if (n > 0 && !registry_load_others(im->r, e)) return false;
    for (size_t i = 0; i < n; i++) {
        if (!apply_other(im, entity[i], &cells[i], e)) return false;
    }
    return true;
}

/* ---- what is known by there being no row ---- */

static bool cover_spells(struct import *im, struct err *e)
{
    const struct program *p = im->r->p;
    const struct entity *en = &p->entities.at[im->plan.entity];
    str owner = p->entities.at[en->owner].name;
    if (!en->is_monthly) return known_of_all(im->r, owner, en->name, STR(""), NULL, e);
    date day = im->out->as_of;
    month until = date_month(day);
    if (month_last(until).days != day.days) until.index--; /* of a month that is not over not all is known */
    if (en->key == 0) return known_of_all(im->r, owner, en->name, STR(""), &until, e);
    for (size_t i = 0; i < im->fixed_count; i++) {
        if (im->fixed[i].cell.slot == CELL_KEY)
            return known_of_all(im->r, owner, en->name, im->fixed[i].cell.s, &until, e);
    }
    VEC_EACH (const struct code_item, it, &p->codes.at[en->key - 1].items) {
        if (!known_of_all(im->r, owner, en->name, it->code, &until, e)) return false;
    }
    return true;
}

/* With all people and their households, the members of households are known. */
static bool cover_groups(struct import *im, struct err *e)
{
    const struct program *p = im->r->p;
    const struct entity *en = &p->entities.at[im->plan.entity];
    for (unsigned t = 1; t < im->plan.target_count; t++) {
        const struct slot *ref = &en->slots.at[im->plan.targets[t].slot];
        const struct entity *to = &p->entities.at[im->plan.targets[t].entity];
        VEC_EACH (const struct slot, s, &to->slots) {
            if (s->kind != SLOT_GROUP || s->type.ref != en->id || !str_eq(s->via, ref->name)) continue;
            if (!known_of_all(im->r, to->name, s->name, STR(""), NULL, e)) return false;
        }
    }
    return true;
}

bool whole_end(struct import *im, struct err *e)
{
    if (!im->whole) return true;
    bool spell = im->r->p->entities.at[im->plan.entity].is_spell, list = im->plan.map->others.len > 0;
    if (!withdraw(im, e) || !take_outside(im, e)) return false;
    if (spell && !cover_spells(im, e)) return false;
    return list || cover_groups(im, e);
}
