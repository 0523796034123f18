/* subject: one subject looked at: who it is, what anybody ever said of it, which files were taken in. */
#include "base/idcard.h"
#include "base/lasting.h"
#include "base/usci.h"
#include "registry/registry_priv.h"
#include "store/short.h"

#include <stdlib.h>

static bool by_number(struct registry *r, str key, uint16_t *entity, int64_t *id, bool *found, struct err *e)
{
    struct store_stmt *q;
    *found = false;
    if (!str_to_i64(key, id)) return true;
    if (!store_prepare(r->s, STR("SELECT \"entity\" FROM \"_claim\" WHERE \"subject\" = $1 LIMIT 1"), &q, e))
        return false;
    store_bind_int(q, 1, *id);
    bool row;
    int64_t name = 0;
    bool ok = store_step(q, &row, e);
    bool there = ok && row && store_int(q, 0, &name);
    store_done(q);
    const struct entity *en = there ? program_entity(r->p, registry_name_text(r, (uint32_t)name)) : NULL;
    *found = en != NULL;
    if (en != NULL) *entity = en->id;
    return ok;
}

static bool by_key(struct registry *r, const struct entity *en, str key, int64_t *id, bool *found, struct err *e)
{
    VEC_EACH (const uint16_t, k, &en->keys) {
        autoarena *a = arena_new("find", 0);
        struct text t;
        text_init(&t, a, 8192);
        text_addz(&t, "SELECT \"_id\" FROM ");
        store_quote(&t, en->name);
        text_addz(&t, " WHERE ");
        schema_column(&t, en, *k);
        text_addz(&t, " = $1 UNION ALL SELECT \"subject\" FROM \"_alias\" WHERE \"entity\" = $2 AND \"slot\" = $3"
                      " AND \"text\" = $4");
        struct store_stmt *q;
        if (!store_prepare(r->s, text_str(&t), &q, e)) return false;
        slot_bind_text(q, 1, &en->slots.at[*k], key);
        store_bind_secret(q, 4, key);
        store_bind_int(q, 2, r->entity_name[en->id]);
        store_bind_int(q, 3, r->slot_name[en->id][*k]);
        bool row;
        bool ok = store_step(q, &row, e);
        *found = ok && row && store_int(q, 0, id);
        store_done(q);
        if (!ok || *found) return ok;
    }
    return true;
}

str registry_key(str key, struct arena *a)
{
    struct idcard card;
    struct usci code;
    if (idcard_read(key, &card) == IDCARD_OK) return str_dup(a, str_of(card.text));
    if (usci_read(key, &code) == USCI_OK) return str_dup(a, str_of(code.text));
    return str_trim(key);
}

bool registry_find(struct registry *r, str entity, str key, uint16_t *entity_out, int64_t *id, struct err *e)
{
    bool found = false;
    autoarena *a = arena_new("find", 0);
    key = registry_key(key, a);
    const struct entity *only = entity.len > 0 ? program_entity(r->p, entity) : NULL;
    if (entity.len > 0 && (only == NULL || only->is_spell))
        return fail(e, NOT_FOUND, "没有实体“%.*s”", STR_ARG(entity));
    VEC_EACH (const struct entity, en, &r->p->entities) {
        if (en->is_spell || (only != NULL && only != en)) continue;
        if (!by_key(r, en, key, id, &found, e)) return false;
        if (!found) continue;
        *entity_out = en->id;
        *id = (int64_t)registry_kept(r, (uint64_t)*id);
        return true;
    }
    if (!by_number(r, key, entity_out, id, &found, e)) return false;
    if (!found || (only != NULL && only->id != *entity_out))
        return fail(e, NOT_FOUND, "登记库里没有“%.*s”；写身份证号、信用代码、户号一类的标识，或者主体号", STR_ARG(key));
    return true;
}

bool registry_with(struct registry *r, uint16_t entity, uint16_t slot, str value, size_t max, struct arena *a,
                   registry_numbers *out, struct err *e)
{
    const struct entity *en = &r->p->entities.at[entity];
    struct store_stmt *q;
    struct text t;
    bool row, ok;
    text_init(&t, a, 8192);
    text_addz(&t, "SELECT \"_id\" FROM ");
    store_quote(&t, en->name);
    text_addz(&t, " WHERE ");
    schema_column(&t, en, slot);
    text_addz(&t, " = $1 ORDER BY 1 LIMIT $2");
    if (!store_ask(r->s, &q, e, t.p, slot_is_secret(&en->slots.at[slot]) ? "Si" : "si", value, (int64_t)max))
        return false;
    for (ok = store_step(q, &row, e); ok && row; ok = store_step(q, &row, e)) *vec_push(a, out) = store_number(q, 0);
    store_done(q);
    return ok;
}

/* ---- names ---- */

bool registry_find_booked(struct registry *r, str name, uint16_t *entity_out, int64_t *id, struct err *e)
{
    bool found = false, lasting = lasting_number(name) && name.p[0] != '0';
    autoarena *a = arena_new("find", 0);
    name = registry_key(name, a);
    if (lasting && !by_number(r, name, entity_out, id, &found, e)) return false;
    for (size_t i = 0; i < r->p->entities.len && !lasting && !found; i++) {
        const struct entity *en = &r->p->entities.at[i];
        bool booked = entity_role_slot(en, ROLE_ID) >= 0 || entity_role_slot(en, ROLE_CREDIT) >= 0;
        if (en->is_spell || !booked || lasting_number(name)) continue;
        if (!by_key(r, en, name, id, &found, e)) return false;
        *entity_out = en->id;
    }
    *id = found ? (int64_t)registry_kept(r, (uint64_t)*id) : 0;
    return found || fail(e, NOT_FOUND, "登记库里没有“%.*s”；写身份证号、统一社会信用代码", STR_ARG(name));
}

struct all_names {
    VEC(str) at;
    VEC(size_t) whose;
};

/* What is entered of people who were merged is entered for the one who is kept: a key that somebody else came with is
 * theirs all the same. */
static void add_name(struct all_names *names, str name, size_t whose, struct arena *a)
{
    for (size_t i = 0; i < names->at.len; i++) {
        if (!str_eq(names->at.at[i], name)) continue;
        if (names->whose.at[i] == 0) names->whose.at[i] = whose;
        return;
    }
    *vec_push(a, &names->at) = name;
    *vec_push(a, &names->whose) = whose;
}

/* Claims and not "_alias": they are found by subject, and none of a key that ever led to it is missing. */
static bool add_keys(struct registry *r, const struct entity *en, const uint64_t *members, size_t count, uint64_t kept,
                     struct arena *a, struct all_names *names, struct err *e)
{
    claim_list claims = { 0 };
    if (!claims_of(r, en->id, kept, a, &claims, e)) return false;
    VEC_EACH (const struct claim, c, &claims) {
        cell_list cells = { 0 };
        size_t whose = 0;
        if (!claim_unpack(r, en->id, c->data, a, &cells))
            return fail(e, MISMATCH, "库里第 %lld 条说法损坏了", (long long)c->id);
        while (whose < count && members[whose] != (uint64_t)c->subject) whose++;
        if (whose == count) whose = 0; /* somebody was merged since the members were read */
        VEC_EACH (const struct cell, x, &cells) {
            bool key = false;
            VEC_EACH (const uint16_t, k, &en->keys) key = key || x->slot == *k;
            if (key && x->state == VALUE_KNOWN && x->s.len > 0 && !lasting_number(x->s))
                add_name(names, x->s, whose, a);
        }
    }
    return true;
}

bool registry_names(struct registry *r, uint16_t entity, int64_t id, struct arena *a, struct registry_names *out,
                    struct err *e)
{
    VEC(uint64_t) members = { 0 };
    struct all_names names = { 0 };
    uint64_t kept = registry_kept(r, (uint64_t)id);
    if (!registry_members(r, kept, a, &members, e)) return false;
    VEC_EACH (const uint64_t, m, &members)
        add_name(&names, str_fmt(a, "%llu", (unsigned long long)*m), names.at.len, a);
    size_t lasting = names.at.len;
    if (!add_keys(r, &r->p->entities.at[entity], members.at, members.len, kept, a, &names, e)) return false;
    *out = (struct registry_names){ names.at.len, lasting, names.at.at, names.whose.at };
    return true;
}

/* ---- values ---- */

struct source_of {
    str origin, file;
};

static bool source_of(struct registry *r, int64_t drop, struct arena *a, struct source_of *out, struct err *e)
{
    struct store_stmt *q;
    if (!store_prepare(r->s, STR("SELECT \"system\", \"file\" FROM \"_drop\" WHERE \"_id\" = $1"), &q, e)) return false;
    store_bind_int(q, 1, drop);
    bool row;
    bool ok = store_step(q, &row, e);
    if (ok && row) *out = (struct source_of){ str_dup(a, store_str(q, 0)), str_dup(a, store_str(q, 1)) };
    store_done(q);
    return ok;
}

static str cell_shown(struct registry *r, struct type t, const struct cell *c, struct arena *a)
{
    if (c->state == VALUE_NONE) return STR("无");
    struct value v = { .state = VALUE_KNOWN };
    switch (t.kind) {
    case TYPE_BOOL: v.boolean = c->i != 0; break;
    case TYPE_NUM: v.number = c->i; break;
    case TYPE_DATE: v.day = (date){ (int32_t)c->i }; break;
    case TYPE_MONTH: v.month_ = (month){ (int32_t)c->i }; break;
    case TYPE_CODE: v.code = (uint32_t)c->i; break;
    case TYPE_TEXT: return c->s;
    case TYPE_RECORD: return str_fmt(a, "主体 %lld", (long long)registry_kept(r, (uint64_t)c->i));
    case TYPE_BAD:
    case TYPE_GROUP:
    case TYPE_HISTORY:
    case TYPE_NONE: return STR("");
    }
    struct text out;
    text_init(&out, a, 4096);
    value_text(r->p, t, v, &out);
    return text_str(&out);
}

static bool withdrawn(const claim_list *claims, size_t at)
{
    for (size_t k = 0; k < claims->len; k++) {
        const struct claim *c = &claims->at[at], *o = &claims->at[k];
        if (o->gone && o->feed == c->feed && o->subject == c->subject && o->ident == c->ident && o->id > c->id &&
            o->as_of >= c->as_of)
            return true;
    }
    return claims->at[at].gone != 0;
}

static void add_others(struct registry *r, uint16_t entity, uint16_t slot, const struct cell *strongest, int64_t rank,
                       int64_t as_of, struct arena *a, value_lines *out)
{
    const struct entity *en = &r->p->entities.at[entity];
    bool current = strongest == NULL;
    for (size_t i = r->others.len; i-- > 0;) {
        const struct other *o = &r->others.at[i];
        if (o->entity != entity || o->cell.slot != slot) continue;
        bool wins = current || o->rank > rank || (o->rank == rank && o->as_of > as_of);
        *vec_push(a, out) = (struct value_line){ .field = en->slots.at[slot].name,
                                                 .value = cell_shown(r, en->slots.at[slot].type, &o->cell, a),
                                                 .origin = STR("不在名单里"),
                                                 .as_of = { (int32_t)o->as_of },
                                                 .current = wins };
        if (wins) {
            for (size_t k = 0; k + 1 < out->len; k++) {
                if (str_eq(out->at[k].field, en->slots.at[slot].name)) out->at[k].current = false;
            }
        }
        return;
    }
}

bool registry_values(struct registry *r, uint16_t entity, int64_t id, struct arena *a, value_lines *out, struct err *e)
{
    const struct entity *en = &r->p->entities.at[entity];
    claim_list claims = { 0 };
    out->len = 0;
    if (!claims_of(r, entity, (uint64_t)id, a, &claims, e)) return false;
    cell_list *cells = ARENA_ARRAY(a, cell_list, claims.len + 1);
    struct source_of *from = ARENA_ARRAY(a, struct source_of, claims.len + 1);
    for (size_t i = 0; i < claims.len; i++) {
        if (!claim_unpack(r, entity, claims.at[i].data, a, &cells[i]) ||
            !source_of(r, claims.at[i].drop, a, &from[i], e))
            return e->code == ERR_NONE ? fail(e, MISMATCH, "库里第 %lld 条说法损坏了", (long long)claims.at[i].id)
                                       : false;
    }
    for (uint16_t slot = 0; slot < en->slots.len; slot++) {
        const struct cell *strongest = NULL;
        int64_t rank = 0, as_of = 0;
        if (en->slots.at[slot].kind != SLOT_FIELD) continue;
        for (size_t i = claims.len; i-- > 0;) {
            const struct claim *c = &claims.at[i];
            VEC_EACH (const struct cell, x, &cells[i]) {
                if (x->slot != slot) continue;
                bool current = strongest == NULL && !withdrawn(&claims, i);
                *vec_push(a, out) = (struct value_line){ .field = en->slots.at[slot].name,
                                                         .value = cell_shown(r, en->slots.at[slot].type, x, a),
                                                         .origin = from[i].origin,
                                                         .file = from[i].file,
                                                         .row = (uint64_t)c->row,
                                                         .as_of = { (int32_t)c->as_of },
                                                         .subject = c->subject,
                                                         .current = current };
                if (current) strongest = x, rank = c->rank, as_of = c->as_of;
            }
        }
        add_others(r, entity, slot, strongest, rank, as_of, a, out);
    }
    return true;
}

bool registry_newest(struct registry *r, uint16_t entity, bool *has, date *out, struct err *e)
{
    int64_t v[2] = { 0 };
    if (!store_get(r->s, NULL, v, 2, e,
                   "SELECT count(*), coalesce(max(\"as_of\"), 0) FROM \"_drop\" WHERE \"entity\" = $1 AND"
                   " \"state\" = '完成'",
                   "i", (int64_t)r->entity_name[entity]))
        return false;
    *has = v[0] > 0;
    *out = (date){ (int32_t)v[1] };
    return true;
}

bool registry_drops(struct registry *r, size_t max, struct arena *a, drop_lines *out, struct err *e)
{
    struct store_stmt *q;
    out->len = 0;
    if (!store_prepare(r->s,
                       STR("SELECT \"_id\", coalesce(\"rows_done\", 0), coalesce(\"good\", 0), coalesce(\"bad\", 0),"
                           " coalesce(\"same\", 0), \"file\", \"entity\", \"map\", \"system\", \"state\", \"person\","
                           " \"as_of\", \"started\" FROM \"_drop\" WHERE \"sm3\" <> '' ORDER BY \"_id\" DESC LIMIT $1"),
                       &q, e))
        return false;
    store_bind_int(q, 1, (int64_t)max);
    bool row, ok;
    while ((ok = store_step(q, &row, e)) && row) {
        struct drop_line l = { 0 };
        int64_t entity = 0, day = 0;
        if (!store_int(q, 0, &l.id) || !store_int(q, 1, &l.rows) || !store_int(q, 2, &l.good) ||
            !store_int(q, 3, &l.bad) || !store_int(q, 4, &l.same) || !store_int(q, 6, &entity) ||
            !store_int(q, 11, &day))
            continue;
        if (!store_int(q, 12, &l.at)) l.at = 0;
        l.file = str_dup(a, store_str(q, 5));
        l.entity = registry_name_text(r, (uint32_t)entity);
        l.map = str_dup(a, store_str(q, 7));
        l.origin = str_dup(a, store_str(q, 8));
        l.state = str_dup(a, store_str(q, 9));
        l.person = str_dup(a, store_str(q, 10));
        l.as_of = (date){ (int32_t)day };
        *vec_push(a, out) = l;
    }
    store_done(q);
    return ok;
}
