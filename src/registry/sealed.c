/* sealed: which fields are sealed is said by the packs, by their 密级, and kept in the database ("_meta", "sealed:…"):
 * a field that gets one, or loses it, would otherwise be looked up as it is not kept. */
#include "registry/registry_priv.h"
#include "store/short.h"

#define SEALED "sealed:"

static str mark_of(const struct entity *en, const struct slot *s, struct arena *a)
{
    return str_fmt(a, "%.*s.%.*s", STR_ARG(en->name), STR_ARG(s->name));
}

typedef VEC(str) mark_list;

/* "sealed:" is cut off. */
static bool read_marks(struct registry *r, struct arena *a, mark_list *out, struct err *e)
{
    struct store_stmt *q;
    bool row, ok;
    if (!store_ask(r->s, &q, e, "SELECT \"name\" FROM \"_meta\" WHERE \"name\" LIKE 'sealed:%'", "")) return false;
    while ((ok = store_step(q, &row, e)) && row) {
        str name = store_str(q, 0);
        *vec_push(a, out) = str_dup(a, str_slice(name, STR(SEALED).len, name.len));
    }
    store_done(q);
    return ok;
}

static bool has_values(struct registry *r, const struct entity *en, uint16_t slot, struct arena *a, bool *out,
                       struct err *e)
{
    struct text t;
    int64_t one;
    text_init(&t, a, 4096);
    text_addz(&t, "SELECT 1 FROM ");
    store_quote(&t, en->name);
    text_addz(&t, " WHERE ");
    schema_column(&t, en, slot);
    text_addz(&t, " <> '' LIMIT 1");
    return store_get(r->s, out, &one, 1, e, t.p, "");
}

bool registry_sealed(struct registry *r, struct err *e)
{
    autoarena *a = arena_new("sealed", 0);
    VEC_EACH (const struct entity, en, &r->p->entities) {
        for (uint16_t i = 0; i < en->slots.len; i++) {
            const struct slot *s = &en->slots.at[i];
            if (slot_is_column(en, i) && slot_is_secret(s) &&
                !registry_meta(r, str_fmt(a, SEALED "%.*s", STR_ARG(mark_of(en, s, a))).p, 1, e))
                return false;
        }
    }
    return true;
}

bool sealed_before(struct registry *r, struct arena *a, store_secrets *out, struct err *e)
{
    mark_list marks = { 0 };
    if (!read_marks(r, a, &marks, e)) return false;
    VEC_EACH (const str, m, &marks) {
        str name = *m, table;
        if (!str_split(&name, '.', &table)) continue;
        const struct entity *en = program_entity(r->p, table);
        if (en != NULL && entity_slot(en, name) >= 0) continue; /* as the packs say */
        *vec_push(a, out) = (struct store_secret){ .table = str_dup(a, table).p, .column = str_dup(a, name).p };
    }
    return true;
}

bool sealed_fits(struct registry *r, bool anew, struct err *e)
{
    autoarena *a = arena_new("sealed", 0);
    mark_list marks = { 0 };
    struct map at;
    bool missing = false;
    if (!store_sealed(r->s)) return true;
    if (!read_marks(r, a, &marks, e)) return false;
    map_init(&at, a);
    VEC_EACH (const str, m, &marks) map_put(&at, *m, (void *)1);
    VEC_EACH (const struct entity, en, &r->p->entities) {
        for (uint16_t i = 0; i < en->slots.len; i++) {
            const struct slot *s = &en->slots.at[i];
            if (!slot_is_column(en, i)) continue;
            bool marked = map_get(&at, mark_of(en, s, a)) != NULL, secret = slot_is_secret(s), any = false;
            if (marked == secret) continue;
            if (marked)
                return fail(e, CONFLICT, "“%.*s.%.*s”在库里是加密的，规则包里却去掉了它的密级；请把密级加回来",
                            STR_ARG(en->name), STR_ARG(s->name));
            if (!anew && !has_values(r, en, i, a, &any, e)) return false;
            if (any)
                return fail(e, CONFLICT,
                            "“%.*s.%.*s”有了密级，库里的还没有加密；请停下大厅，照管理员手册“密钥”换一次内部密钥",
                            STR_ARG(en->name), STR_ARG(s->name));
            missing = true;
        }
    }
    return !missing || anew || !r->can_write || registry_sealed(r, e);
}
