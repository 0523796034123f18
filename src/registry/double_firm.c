/* double_firm: employers who are there twice, by their names (link/firm.h). Those a file told something of are compared
 * with all; who has two codes is two. Names alone join nobody whom they fit twice. */
#include "link/firm.h"
#include "registry/import_priv.h"

struct known_firms {
    VEC(struct firm_record) records;
    VEC(uint64_t) ids;
};

static int slot_of_code(const struct entity *en, const char *code)
{
    for (size_t i = 0; i < en->slots.len; i++) {
        const struct slot *s = &en->slots.at[i];
        if (s->kind == SLOT_FIELD && s->type.kind != TYPE_RECORD && str_eq(s->code, str_of(code))) return (int)i;
    }
    return -1;
}

static bool load_firms(struct registry *r, const struct entity *en, struct arena *a, struct known_firms *out,
                       struct err *e)
{
    static const char *const codes[] = { "AAB998", "AAB004", "AAE005", "AAB301" };
    struct text t;
    struct store_stmt *q;
    text_init(&t, a, 1 << 14);
    text_addz(&t, "SELECT \"_id\"");
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        int slot = slot_of_code(en, codes[i]);
        text_addz(&t, ", ");
        if (slot < 0)
            text_addz(&t, "NULL");
        else
            schema_column(&t, en, (uint16_t)slot);
    }
    text_addz(&t, " FROM ");
    store_quote(&t, en->name);
    text_addz(&t, " ORDER BY \"_id\"");
    if (!store_prepare(r->s, text_str(&t), &q, e)) return false;
    bool row, ok;
    int64_t id, region;
    while ((ok = store_step(q, &row, e)) && row) {
        if (!store_int(q, 0, &id)) continue;
        struct firm_record f = { .usci = str_dup(a, store_str(q, 1)),
                                 .name = str_dup(a, store_str(q, 2)),
                                 .phone = str_dup(a, store_str(q, 3)) };
        if (str_to_i64(store_str(q, 4), &region) && region > 0 && region < 1000000) f.region = (uint32_t)region;
        if (f.name.len == 0) continue; /* known by a number alone: nothing to compare */
        *vec_push(a, &out->records) = f;
        *vec_push(a, &out->ids) = (uint64_t)id;
    }
    store_done(q);
    return ok;
}

/* Those the file told something of; false in *any: none. */
static bool mark_told(struct import *im, const struct entity *en, const struct known_firms *f, uint8_t *told, bool *any,
                      struct err *e)
{
    struct store_stmt *q;
    if (!store_prepare(im->r->s,
                       STR("SELECT DISTINCT \"subject\" FROM \"_claim\" WHERE \"_id\" >= (SELECT \"first_claim\" FROM"
                           " \"_drop\" WHERE \"_id\" = $1) AND \"drop\" = $1 AND \"entity\" = $2 ORDER BY 1"),
                       &q, e))
        return false;
    store_bind_int(q, 1, im->drop);
    store_bind_int(q, 2, im->r->entity_name[en->id]);
    bool row, ok;
    int64_t id;
    size_t at = 0;
    while ((ok = store_step(q, &row, e)) && row) {
        if (!store_int(q, 0, &id)) continue;
        while (at < f->ids.len && f->ids.at[at] < (uint64_t)id) at++;
        if (at == f->ids.len || f->ids.at[at] != (uint64_t)id) continue;
        told[at] = 1;
        *any = true;
    }
    store_done(q);
    return ok;
}

static str reason(const struct known_firms *f, const struct firm_pair *p, struct arena *a)
{
    str x = f->records.at[p->a].name, y = f->records.at[p->b].name;
    return str_fmt(a, "%s（%.*s／%.*s）", firm_reason_text(p->reason), STR_ARG(x), STR_ARG(y));
}

bool double_firms(struct import *im, const struct entity *en, struct err *e)
{
    if (slot_of_code(en, "AAB004") < 0 || entity_role_slot(en, ROLE_CREDIT) < 0) return true;
    autoarena *a = arena_new("firms", 0);
    struct known_firms f = { 0 };
    struct firm_pairs pairs;
    bool any = false, merged = false;
    if (!load_firms(im->r, en, a, &f, e)) return false;
    uint8_t *told = ARENA_ARRAY(a, uint8_t, f.ids.len + 1);
    uint32_t *sure = ARENA_ARRAY(a, uint32_t, f.ids.len + 1); /* how many it is surely one with */
    if (!mark_told(im, en, &f, told, &any, e)) return false;
    if (!any) return true;
    if (!firm_pairs(f.records.at, f.records.len, a, &pairs, e)) return fail_up(e, "单位查重没有做完");
    for (size_t i = 0; i < pairs.len; i++) {
        sure[pairs.at[i].a] += pairs.at[i].band == FIRM_AUTO;
        sure[pairs.at[i].b] += pairs.at[i].band == FIRM_AUTO;
    }
    for (size_t i = 0; i < pairs.len; i++) {
        const struct firm_pair *p = &pairs.at[i];
        struct double_pair pair;
        if (!told[p->a] && !told[p->b]) continue;
        if (!double_open(im, f.ids.at[p->a], f.ids.at[p->b], &pair, e)) return false;
        if (!pair.open) continue;
        bool together = p->band == FIRM_AUTO && sure[p->a] == 1 && sure[p->b] == 1;
        if (!double_settle(im, en, &pair, p->similarity, together, reason(&f, p, a), e)) return false;
        merged = merged || together;
    }
    return !merged || link_repoint(im->r, en->id, im->drop, STR("自动"), e);
}
