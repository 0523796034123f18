/* member: who stands in a list of somebody (the contracts of a firm), read page by page from the tables; and whether
 * two have anything to do with each other. A firm may have tens of thousands of people: nothing here reads them all. */
#include "registry/registry_priv.h"
#include "store/short.h"

/* "p"."姓名", or '' when the entity has no such column. */
static void add_column(struct text *t, const struct entity *en, int slot)
{
    if (slot < 0 || !slot_is_column(en, (uint16_t)slot)) {
        text_addz(t, "''");
        return;
    }
    text_addz(t, "p.");
    schema_column(t, en, (uint16_t)slot);
}

static void add_label(struct text *t, const struct entity *en)
{
    int name = entity_role_slot(en, ROLE_NAME);
    for (size_t i = 0; name < 0 && i < en->slots.len; i++) {
        if (str_eq(en->slots.at[i].code, STR("AAB004"))) name = (int)i; /* of a firm */
    }
    add_column(t, en, name);
    text_addz(t, ", ");
    add_column(t, en, en->keys.len > 0 ? en->keys.at[0] : -1);
}

bool registry_label(struct registry *r, uint16_t entity, int64_t id, struct arena *a, str *name, str *number,
                    struct err *e)
{
    const struct entity *en = &r->p->entities.at[entity];
    struct store_stmt *q;
    struct text t;
    bool row;
    *name = *number = STR("");
    text_init(&t, a, 4096);
    text_addz(&t, "SELECT ");
    add_label(&t, en);
    text_addz(&t, " FROM ");
    store_quote(&t, en->name);
    text_addz(&t, " p WHERE p.\"_id\" = $1");
    if (!store_first(r->s, &q, &row, e, t.p, "i", (int64_t)registry_kept(r, (uint64_t)id))) return false;
    if (row) *name = store_word(q, 0, a), *number = store_word(q, 1, a);
    store_done(q);
    return true;
}

/* ---- lists ---- */

static str list_text(struct registry *r, const struct slot *s, struct arena *a)
{
    const struct entity *of = &r->p->entities.at[s->type.ref];
    const struct entity *who = of->is_spell ? &r->p->entities.at[of->owner] : of;
    struct text t;
    text_init(&t, a, 8192);
    text_addz(&t, "SELECT m.\"_id\", p.\"_id\", ");
    add_label(&t, who);
    if (of->is_spell) {
        text_addz(&t, ", m.");
        schema_column(&t, of, SLOT_FROM);
        text_addz(&t, ", m.");
        schema_column(&t, of, SLOT_TO);
    }
    text_addz(&t, " FROM ");
    store_quote(&t, of->name);
    text_addz(&t, " m JOIN ");
    store_quote(&t, who->name);
    text_addz(&t, of->is_spell ? " p ON p.\"_id\" = m.\"_owner\" WHERE m." : " p ON p.\"_id\" = m.\"_id\" WHERE m.");
    store_quote(&t, s->via);
    text_addz(&t, " = $1 AND m.\"_id\" > $2");
    if (of->is_spell) { /* an end that is not known, or none, is no end */
        text_addz(&t, " AND m.");
        schema_column(&t, of, SLOT_FROM);
        text_addz(&t, " <= $4 AND (m.");
        schema_column(&t, of, SLOT_TO);
        text_addz(&t, " IS NULL OR m.");
        schema_column(&t, of, SLOT_TO);
        text_addz(&t, " < -1000000 OR m.");
        schema_column(&t, of, SLOT_TO);
        text_addz(&t, " >= $5)");
    }
    text_addz(&t, " ORDER BY m.\"_id\" LIMIT $3");
    return text_str(&t);
}

static bool day_of(const struct store_stmt *q, uint32_t column, date *out)
{
    int64_t n;
    if (store_is_null(q, column) || !store_int(q, column, &n) || n == VOCAB_NONE) return false;
    *out = (date){ (int32_t)n };
    return true;
}

bool registry_list(struct registry *r, uint16_t entity, int64_t id, uint16_t slot, date first, date last, int64_t after,
                   size_t max, struct arena *a, registry_member_list *out, struct err *e)
{
    const struct slot *s = &r->p->entities.at[entity].slots.at[slot];
    const struct entity *of = &r->p->entities.at[s->type.ref];
    struct store_stmt *q;
    bool row, ok;
    out->len = 0;
    if (s->kind != SLOT_GROUP || of->is_monthly) return fail(e, INVALID, "“%.*s”不是一份名单", STR_ARG(s->name));
    if (!store_prepare(r->s, list_text(r, s, a), &q, e)) return false;
    store_bind_int(q, 1, (int64_t)registry_kept(r, (uint64_t)id));
    store_bind_int(q, 2, after);
    store_bind_int(q, 3, (int64_t)max);
    if (of->is_spell) {
        store_bind_int(q, 4, last.days);
        store_bind_int(q, 5, first.days);
    }
    while ((ok = store_step(q, &row, e)) && row) {
        struct registry_member *m = vec_push(a, out);
        m->id = store_number(q, 0);
        m->subject = store_number(q, 1);
        m->name = store_word(q, 2, a);
        m->number = store_word(q, 3, a);
        m->has_from = of->is_spell && day_of(q, 4, &m->from);
        m->has_to = of->is_spell && day_of(q, 5, &m->to);
    }
    store_done(q);
    return ok;
}

/* ---- two of them ---- */

static bool any_row(struct registry *r, const struct entity *en, const char *key, int64_t id, uint16_t slot,
                    int64_t other, bool *so, struct err *e)
{
    autoarena *a = arena_new("refers", 0);
    struct text t;
    int64_t one;
    text_init(&t, a, 4096);
    text_addz(&t, "SELECT 1 FROM ");
    store_quote(&t, en->name);
    text_addf(&t, " WHERE \"%s\" = $1 AND ", key);
    schema_column(&t, en, slot);
    text_addz(&t, " = $2 LIMIT 1");
    return store_get(r->s, so, &one, 1, e, t.p, "ii", id, other);
}

bool registry_has_spell(struct registry *r, uint16_t spell, int64_t id, uint16_t slot, str text, bool *so,
                        struct err *e)
{
    autoarena *a = arena_new("spell", 0);
    const struct entity *en = &r->p->entities.at[spell];
    struct text t;
    int64_t one;
    text_init(&t, a, 4096);
    text_addz(&t, "SELECT 1 FROM ");
    store_quote(&t, en->name);
    text_addz(&t, " WHERE \"_owner\" = $1 AND ");
    schema_column(&t, en, slot);
    text_addz(&t, " = $2 LIMIT 1");
    return store_get(r->s, so, &one, 1, e, t.p, slot_is_secret(&en->slots.at[slot]) ? "iS" : "is",
                     (int64_t)registry_kept(r, (uint64_t)id), text);
}

bool registry_refers(struct registry *r, uint16_t entity, int64_t id, uint16_t other_entity, int64_t other, bool *so,
                     struct err *e)
{
    *so = false;
    id = (int64_t)registry_kept(r, (uint64_t)id);
    other = (int64_t)registry_kept(r, (uint64_t)other);
    VEC_EACH (const struct entity, en, &r->p->entities) {
        bool spell = en->is_spell && en->owner == entity;
        if (en->id != entity && !spell) continue;
        for (uint16_t i = 0; i < en->slots.len && !*so; i++) {
            const struct slot *s = &en->slots.at[i];
            bool owner = en->is_spell && i == (en->is_monthly ? SLOT_MONTH_OWNER : SLOT_OWNER);
            if (owner || s->kind != SLOT_FIELD || s->type.kind != TYPE_RECORD || s->type.ref != other_entity ||
                !slot_is_column(en, i))
                continue;
            if (!any_row(r, en, spell ? "_owner" : "_id", id, i, other, so, e)) return false;
        }
        if (*so) return true;
    }
    return true;
}
