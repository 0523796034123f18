/* keys: who is known by which number. A table in memory, filled from the current rows and from numbers of the past
 * ("_alias"); kept from file to file. Keys are held as 96 bits of hash: a city has 10^7 of them, and the chance that
 * any two of those meet is one in 10^14. */
#include "registry/registry_priv.h"

static uint64_t mix(uint64_t h) { return (h ^ (h >> 31)) * UINT64_C(0x94D049BB133111EB); }

struct hashed {
    uint64_t hash;
    uint32_t more;
};

static struct hashed hash_of(str key)
{
    uint64_t h = str_hash(key), g = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < key.len; i++) g = (g ^ (uint8_t)key.p[i]) * UINT64_C(0x100000001b3);
    return (struct hashed){ h == 0 ? 1 : h, (uint32_t)(mix(g) >> 32) };
}

static size_t slot_for(const struct key_table *t, struct hashed k)
{
    size_t at = (size_t)mix(k.hash) & (t->cap - 1);
    while (t->at[at].hash != 0 && (t->at[at].hash != k.hash || t->at[at].more != k.more)) at = (at + 1) & (t->cap - 1);
    return at;
}

void key_table_put(struct key_table *t, str key, uint64_t subject)
{
    if (t->len * 3 >= t->cap * 2) {
        struct key_table bigger = *t;
        bigger.cap = t->cap == 0 ? 1024 : t->cap * 2;
        bigger.at = ARENA_ARRAY(t->a, struct key_entry, bigger.cap);
        for (size_t i = 0; i < t->cap; i++) {
            if (t->at[i].hash != 0)
                bigger.at[slot_for(&bigger, (struct hashed){ t->at[i].hash, t->at[i].more })] = t->at[i];
        }
        *t = bigger;
    }
    struct hashed k = hash_of(key);
    size_t at = slot_for(t, k);
    t->len += t->at[at].hash == 0;
    t->at[at] = (struct key_entry){ k.hash, k.more, (uint32_t)subject };
}

uint64_t key_table_find(const struct key_table *t, str key)
{
    return t->cap == 0 ? 0 : t->at[slot_for(t, hash_of(key))].subject;
}

/* A key counts in its field: the same digits may number a household and a firm's person. */
static str in_field(str key, uint16_t slot, char *room, size_t room_bytes)
{
    size_t n = key.len < room_bytes - 2 ? key.len : room_bytes - 2;
    room[0] = (char)(slot & 0xFF);
    room[1] = (char)(slot >> 8);
    for (size_t i = 0; i < n; i++) room[2 + i] = key.p[i];
    return (str){ room, n + 2 };
}

enum { KEY_ROOM = 256 };

uint64_t keys_find(const struct registry *r, uint16_t entity, uint16_t slot, str key)
{
    char room[KEY_ROOM];
    return registry_kept(r, key_table_find(&r->keys[entity], in_field(key, slot, room, sizeof room)));
}

bool keys_put(struct registry *r, uint16_t entity, uint16_t slot, str key, uint64_t subject, struct err *e)
{
    char room[KEY_ROOM];
    if (subject > UINT32_MAX) return fail(e, LIMIT, "登记的主体超过了 42 亿个，这个版本装不下");
    key_table_put(&r->keys[entity], in_field(key, slot, room, sizeof room), subject);
    return true;
}

static bool load_rows(struct registry *r, uint16_t entity, struct err *e)
{
    const struct entity *en = &r->p->entities.at[entity];
    autoarena *a = arena_new("keys", 0);
    struct text t;
    text_init(&t, a, 1 << 14);
    text_addz(&t, "SELECT \"_id\"");
    VEC_EACH (const uint16_t, k, &en->keys) {
        text_addz(&t, ", ");
        schema_column(&t, en, *k);
    }
    text_addz(&t, " FROM ");
    store_quote(&t, en->name);
    struct store_stmt *q;
    if (!store_scan(r->s, text_str(&t), &q, e)) return false;
    bool row, ok;
    int64_t id;
    while ((ok = store_step(q, &row, e)) && row) {
        if (!store_int(q, 0, &id)) continue;
        for (uint32_t i = 0; ok && i < en->keys.len; i++) {
            str key = store_str(q, i + 1);
            if (key.len > 0) ok = keys_put(r, entity, en->keys.at[i], key, (uint64_t)id, e);
        }
        if (!ok) break;
    }
    store_done(q);
    return ok;
}

static bool load_aliases(struct registry *r, uint16_t entity, struct err *e)
{
    const struct entity *en = &r->p->entities.at[entity];
    struct store_stmt *q;
    if (!store_prepare(r->s, STR("SELECT \"slot\", \"text\", \"subject\" FROM \"_alias\" WHERE \"entity\" = $1"), &q,
                       e))
        return false;
    store_bind_int(q, 1, r->entity_name[entity]);
    bool row, ok;
    while ((ok = store_step(q, &row, e)) && row) {
        int64_t name, subject;
        if (!store_int(q, 0, &name) || !store_int(q, 2, &subject)) continue;
        bool keyless = name == r->name_key; /* rows without any number, known by what they say */
        int slot = keyless ? CELL_KEY : entity_slot(en, registry_name_text(r, (uint32_t)name));
        str key = store_str(q, 1);
        if (slot < 0 || keys_find(r, entity, (uint16_t)slot, key) != 0) continue; /* somebody has it today */
        ok = keys_put(r, entity, (uint16_t)slot, key, (uint64_t)subject, e);
        if (!ok) break;
    }
    store_done(q);
    return ok;
}

bool keys_load(struct registry *r, uint16_t entity, struct err *e)
{
    struct key_table *t = &r->keys[entity];
    if (t->loaded) return true;
    t->a = r->a;
    if (r->p->entities.at[entity].is_spell) return true;
    if (!load_rows(r, entity, e) || !load_aliases(r, entity, e)) return false;
    t->loaded = true;
    return true;
}

bool keys_alias(struct registry *r, uint16_t entity, uint32_t name, str text, uint64_t subject, struct err *e)
{
    struct store_stmt *q;
    if (!store_prepare(
            r->s,
            STR("INSERT INTO \"_alias\" (\"entity\", \"slot\", \"text\", \"subject\") VALUES ($1, $2, $3, $4)"
                " ON CONFLICT (\"entity\", \"slot\", \"text\") DO NOTHING"),
            &q, e))
        return false;
    store_bind_int(q, 1, r->entity_name[entity]);
    store_bind_int(q, 2, name);
    store_bind_secret(q, 3, text);
    store_bind_int(q, 4, (int64_t)subject);
    bool ok = store_run(q, e);
    store_done(q);
    return ok;
}

bool keys_alias_row(struct registry *r, uint16_t entity, uint64_t subject, struct err *e)
{
    const struct entity *en = &r->p->entities.at[entity];
    if (en->is_spell || en->keys.len == 0) return true;
    autoarena *a = arena_new("alias", 0);
    struct text t;
    text_init(&t, a, 1 << 14);
    text_addz(&t, "SELECT \"_id\"");
    VEC_EACH (const uint16_t, k, &en->keys) {
        text_addz(&t, ", ");
        schema_column(&t, en, *k);
    }
    text_addz(&t, " FROM ");
    store_quote(&t, en->name);
    text_addz(&t, " WHERE \"_id\" = $1");
    struct store_stmt *q;
    bool row = false;
    if (!store_prepare(r->s, text_str(&t), &q, e)) return false;
    store_bind_int(q, 1, (int64_t)subject);
    bool ok = store_step(q, &row, e);
    str *texts = ARENA_ARRAY(a, str, en->keys.len + 1u);
    for (uint32_t i = 0; ok && row && i < en->keys.len; i++) texts[i] = str_dup(a, store_str(q, i + 1));
    store_done(q);
    for (uint32_t i = 0; ok && i < en->keys.len; i++)
        ok = texts[i].len == 0 || keys_alias(r, entity, r->slot_name[entity][en->keys.at[i]], texts[i], subject, e);
    return ok;
}
