/* who: what the register says of a subject, by its lasting number. */
#include "cli/who.h"
#include "base/mask.h"

static bool tells_who(const struct entity *e, size_t slot)
{
    const struct slot *s = &e->slots.at[slot];
    if (s->kind != SLOT_FIELD || s->type.kind != TYPE_TEXT) return false;
    VEC_EACH (const uint16_t, k, &e->keys) {
        if (*k == slot) return true;
    }
    return str_eq(s->class_, STR("姓名")) || str_eq(s->class_, STR("电话")) || str_ends(s->name, STR("名称"));
}

bool who_of(const struct place *p, uint16_t entity, struct who *out, struct err *e)
{
    const struct entity *en = &p->p->entities.at[entity];
    *out = (struct who){ .place = p };
    if (p->registry == NULL) return true;
    for (size_t i = 0; i < en->slots.len && out->count < WHO_COLUMNS_MAX; i++) {
        if (tells_who(en, i)) out->slots[out->count++] = &en->slots.at[i];
    }
    if (out->count == 0) return true;
    struct text sql;
    text_init(&sql, p->a, 1 << 16);
    text_addz(&sql, "SELECT ");
    for (size_t i = 0; i < out->count; i++) {
        if (i > 0) text_addz(&sql, ", ");
        store_quote(&sql, out->slots[i]->name);
    }
    text_addz(&sql, " FROM ");
    store_quote(&sql, en->name);
    text_addz(&sql, " WHERE \"_id\" = $1");
    return store_prepare(registry_store(p->registry), text_str(&sql), &out->query, e);
}

bool who_cells(const struct who *w, uint64_t id, str *cells, struct err *e)
{
    bool there;
    if (w->query == NULL) return true;
    store_bind_int(w->query, 1, (int64_t)id);
    if (!store_step(w->query, &there, e)) return false;
    for (uint32_t c = 0; c < w->count; c++) {
        str value = there ? store_str(w->query, c) : STR("");
        cells[c] = str_dup(w->place->a, mask(w->place->a, w->slots[c]->class_, value.p != NULL ? value : STR("")));
    }
    store_reset(w->query);
    return true;
}

void who_done(struct who *w)
{
    store_done(w->query);
    w->query = NULL;
}
