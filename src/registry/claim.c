/* claim: what one row said of one subject, as bytes that outlive changes of the packs.
 *
 *   number of the field's name (varint), tag, content:
 *   0 none · 1 integer (zigzag varint) · 2 text (length, bytes)
 *
 * Codes are kept as the text of the code: lists may get items in between. Fields stand in the order of their names'
 * numbers, so that two rows that say the same are the same bytes. */
#include "registry/registry_priv.h"

#include <stdlib.h>

enum { TAG_NONE, TAG_INTEGER, TAG_TEXT };

static void put_varint(struct text *t, uint64_t v)
{
    char b[10];
    size_t n = 0;
    do {
        b[n++] = (char)((v & 0x7F) | (v > 0x7F ? 0x80 : 0));
        v >>= 7;
    } while (v > 0);
    text_add(t, (str){ b, n });
}

static bool take_varint(str *s, uint64_t *out)
{
    *out = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (s->len == 0) return false;
        uint8_t b = (uint8_t)s->p[0];
        *s = str_slice(*s, 1, s->len);
        *out |= (uint64_t)(b & 0x7F) << shift;
        if (b < 0x80) return true;
    }
    return false;
}

static uint32_t name_of(const struct registry *r, uint16_t entity, uint16_t slot)
{
    if (slot == CELL_KEY) return r->name_key;
    if (slot == CELL_LAST) return r->name_last;
    return r->slot_name[entity][slot];
}

str claim_pack(struct registry *r, uint16_t entity, const cell_list *cells, struct arena *a)
{
    struct text t;
    text_init(&t, a, 1 << 20);
    uint32_t last = 0;
    for (size_t done = 0; done < cells->len; done++) { /* a few dozen cells: selecting is as good as sorting */
        const struct cell *c = NULL;
        uint32_t name = UINT32_MAX;
        VEC_EACH (const struct cell, x, cells) {
            uint32_t n = name_of(r, entity, x->slot);
            if (n > last && n < name) name = n, c = x;
        }
        if (c == NULL) break; /* a field named twice is said once */
        last = name;
        put_varint(&t, name);
        if (c->state == VALUE_NONE) {
            text_addc(&t, TAG_NONE);
        } else if (c->is_text) {
            text_addc(&t, TAG_TEXT);
            put_varint(&t, c->s.len);
            text_add(&t, c->s);
        } else {
            text_addc(&t, TAG_INTEGER);
            put_varint(&t, ((uint64_t)c->i << 1) ^ (uint64_t)(c->i >> 63));
        }
    }
    return text_str(&t);
}

static bool slot_of_name(const struct registry *r, uint16_t entity, uint32_t name, uint16_t *slot)
{
    if (name == r->name_key || name == r->name_last) {
        *slot = name == r->name_key ? (uint16_t)CELL_KEY : (uint16_t)CELL_LAST;
        return true;
    }
    int i = entity_slot(&r->p->entities.at[entity], registry_name_text(r, name));
    *slot = (uint16_t)i;
    return i >= 0;
}

static struct type type_of(const struct registry *r, uint16_t entity, uint16_t slot)
{
    const struct entity *en = &r->p->entities.at[entity];
    if (slot == CELL_KEY) return (struct type){ .kind = TYPE_CODE, .ref = (uint16_t)(en->key - 1) };
    return slot == CELL_LAST ? type_of_kind(TYPE_MONTH) : en->slots.at[slot].type;
}

bool claim_unpack(struct registry *r, uint16_t entity, str data, struct arena *a, cell_list *out)
{
    out->len = 0;
    while (data.len > 0) {
        uint64_t name, v = 0;
        uint16_t slot;
        if (!take_varint(&data, &name) || data.len == 0) return false;
        char tag = data.p[0];
        data = str_slice(data, 1, data.len);
        struct cell c = { .state = VALUE_KNOWN };
        if (tag == TAG_NONE) {
            c.state = VALUE_NONE;
        } else if (tag == TAG_INTEGER) {
            if (!take_varint(&data, &v)) return false;
            c.i = (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
        } else {
            if (!take_varint(&data, &v) || v > data.len) return false;
            c.is_text = true;
            c.s = str_slice(data, 0, v);
            data = str_slice(data, v, data.len);
        }
        if (name > UINT32_MAX || !slot_of_name(r, entity, (uint32_t)name, &slot)) continue;
        c.slot = slot;
        struct type t = type_of(r, entity, slot);
        if (c.state == VALUE_KNOWN && c.is_text != (t.kind == TYPE_TEXT || t.kind == TYPE_CODE)) continue;
        if (c.state == VALUE_KNOWN && t.kind == TYPE_CODE) {
            int i = registry_code(r, t.ref, c.s);
            if (i < 0) continue;
            c.i = i;
        }
        *vec_push(a, out) = c;
    }
    return true;
}

bool claim_add(struct registry *r, uint16_t entity, const struct claim *c, int64_t owner, struct err *e)
{
    if (r->claim_q == NULL &&
        !store_prepare(
            r->s,
            STR("INSERT INTO \"_claim\" (\"_id\", \"entity\", \"subject\", \"drop\", \"row\", \"as_of\", \"hash\","
                " \"ident\", \"gone\", \"owner\", \"data\") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"),
            &r->claim_q, e))
        return false;
    struct store_stmt *q = r->claim_q;
    store_bind_int(q, 1, c->id);
    store_bind_int(q, 2, r->entity_name[entity]);
    store_bind_int(q, 3, c->subject);
    store_bind_int(q, 4, c->drop);
    store_bind_int(q, 5, c->row);
    store_bind_int(q, 6, c->as_of);
    store_bind_int(q, 7, claim_hash(c->data));
    store_bind_int(q, 8, c->ident);
    store_bind_int(q, 9, c->gone);
    if (owner != 0)
        store_bind_int(q, 10, owner);
    else
        store_bind_null(q, 10);
    if (r->secret[entity])
        store_bind_printed(q, 11, c->data, 7);
    else
        store_bind_bytes(q, 11, c->data);
    return store_run(q, e);
}

int64_t claim_hash(str data)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325); /* FNV-1a, then mixed: rows of one person are compared, never attacked */
    for (size_t i = 0; i < data.len; i++) h = (h ^ (uint8_t)data.p[i]) * UINT64_C(0x100000001b3);
    h = (h ^ (h >> 32)) * UINT64_C(0xd6e8feb86659fd93);
    return (int64_t)(h ^ (h >> 29));
}

bool claim_print(struct registry *r, uint16_t entity, str data, int64_t *out, struct err *e)
{
    bool sealed = false;
    *out = claim_hash(data);
    return !r->secret[entity] || store_fingerprint(r->s, data, &sealed, out, e);
}
