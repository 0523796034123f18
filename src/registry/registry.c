/* registry: opening and closing, numbers of names, the list of batches, who was merged into whom. */
#include "registry/registry_priv.h"
#include "store/short.h"

#include <stdlib.h>
#include <time.h>

int64_t registry_now(void)
{
    if (getenv("LEYE_TODAY") != NULL) return (int64_t)date_today().days * 86400;
    return (int64_t)time(NULL);
}

/* ---- numbers to numbers ---- */

static size_t id_slot(const struct id_map *m, uint64_t key)
{
    uint64_t h = key * UINT64_C(0x9E3779B97F4A7C15);
    size_t at = (size_t)(h >> 32) & (m->cap - 1);
    while (m->at[at].key != 0 && m->at[at].key != key) at = (at + 1) & (m->cap - 1);
    return at;
}

void id_map_put(struct id_map *m, uint64_t key, uint64_t value)
{
    if (m->len * 3 >= m->cap * 2) {
        struct id_map bigger = { .a = m->a, .cap = m->cap == 0 ? 64 : m->cap * 2 };
        bigger.at = ARENA_ARRAY(m->a, struct id_pair, bigger.cap);
        for (size_t i = 0; i < m->cap; i++) {
            if (m->at[i].key != 0) bigger.at[id_slot(&bigger, m->at[i].key)] = m->at[i];
        }
        bigger.len = m->len;
        *m = bigger;
    }
    size_t at = id_slot(m, key);
    m->len += m->at[at].key == 0;
    m->at[at] = (struct id_pair){ key, value };
}

uint64_t id_map_get(const struct id_map *m, uint64_t key) { return m->cap == 0 ? 0 : m->at[id_slot(m, key)].value; }

/* ---- roles ---- */

enum role field_role(const struct slot *s)
{
    static const struct {
        const char *code;
        enum role role;
    } roles[] = { { "AAC002", ROLE_ID },      { "AAC058", ROLE_ID_KIND }, { "AAC003", ROLE_NAME },
                  { "AAC004", ROLE_SEX },     { "AAC006", ROLE_BIRTH },   { "AAE005", ROLE_PHONE },
                  { "AAE006", ROLE_ADDRESS }, { "AAB998", ROLE_CREDIT } };
    for (size_t i = 0; i < sizeof roles / sizeof *roles && s->code.len > 0; i++) {
        if (str_eq(s->code, str_of(roles[i].code)) && s->kind == SLOT_FIELD && s->type.kind != TYPE_RECORD)
            return roles[i].role;
    }
    return ROLE_NONE;
}

int entity_role_slot(const struct entity *en, enum role role)
{
    for (size_t i = 0; i < en->slots.len; i++) {
        if (field_role(&en->slots.at[i]) == role) return (int)i;
    }
    return -1;
}

int registry_role(const struct registry *r, uint16_t entity, enum role role) { return r->roles[entity][role]; }

static void find_secrets(struct registry *r)
{
    r->secret = ARENA_ARRAY(r->a, bool, r->p->entities.len + 1);
    VEC_EACH (const struct entity, en, &r->p->entities) {
        VEC_EACH (const struct slot, s, &en->slots) r->secret[en->id] = r->secret[en->id] || slot_is_secret(s);
    }
}

static void find_roles(struct registry *r)
{
    r->roles = arena_alloc_array(r->a, r->p->entities.len + 1, sizeof *r->roles);
    VEC_EACH (const struct entity, en, &r->p->entities) {
        for (int k = 0; k < ROLE_COUNT; k++) r->roles[en->id][k] = (int16_t)entity_role_slot(en, (enum role)k);
    }
}

/* ---- names ---- */

static bool load_names(struct registry *r, struct err *e)
{
    map_init(&r->names, r->a);
    vec_push(r->a, &r->name_texts); /* 0 is no name */
    struct store_stmt *q;
    if (!store_prepare(r->s, STR("SELECT \"_id\", \"text\" FROM \"_name\" ORDER BY \"_id\""), &q, e)) return false;
    bool row, ok;
    int64_t id;
    while ((ok = store_step(q, &row, e)) && row) {
        if (!store_int(q, 0, &id) || id != (int64_t)r->name_texts.len) {
            ok = fail(e, MISMATCH, "数据库里的名字表（_name）缺号，请从备份恢复");
            break;
        }
        str text = str_dup(r->a, store_str(q, 1));
        map_put(&r->names, text, (void *)(uintptr_t)(r->name_texts.len + 1));
        *vec_push(r->a, &r->name_texts) = text;
    }
    store_done(q);
    return ok;
}

uint32_t registry_name(struct registry *r, str text, struct err *e)
{
    void *found = map_get(&r->names, text);
    if (found != NULL) return (uint32_t)((uintptr_t)found - 1);
    uint32_t id = (uint32_t)r->name_texts.len;
    if (r->can_write) {
        struct store_stmt *q;
        if (!store_prepare(r->s, STR("INSERT INTO \"_name\" (\"_id\", \"text\") VALUES ($1, $2)"), &q, e)) return 0;
        store_bind_int(q, 1, id);
        store_bind_str(q, 2, text);
        bool ok = store_run(q, e);
        store_done(q);
        if (!ok) return 0;
    }
    text = str_dup(r->a, text);
    map_put(&r->names, text, (void *)(uintptr_t)(id + 1));
    *vec_push(r->a, &r->name_texts) = text;
    return id;
}

str registry_name_text(const struct registry *r, uint32_t number)
{
    return number < r->name_texts.len ? r->name_texts.at[number] : STR("");
}

/* Every entity and field gets its number once, in the order of the program. */
static bool number_names(struct registry *r, struct err *e)
{
    size_t n = r->p->entities.len;
    r->slot_name = ARENA_ARRAY(r->a, uint32_t *, n + 1);
    r->entity_name = ARENA_ARRAY(r->a, uint32_t, n + 1);
    r->name_key = registry_name(r, STR("_key"), e);
    r->name_last = r->name_key == 0 ? 0 : registry_name(r, STR("_to"), e);
    if (r->name_last == 0) return false;
    for (size_t i = 0; i < n; i++) {
        const struct entity *en = &r->p->entities.at[i];
        r->entity_name[i] = registry_name(r, en->name, e);
        if (r->entity_name[i] == 0) return false;
        r->slot_name[i] = ARENA_ARRAY(r->a, uint32_t, en->slots.len + 1);
        for (size_t k = 0; k < en->slots.len; k++) {
            if (en->slots.at[k].kind != SLOT_FIELD) continue;
            r->slot_name[i][k] = registry_name(r, en->slots.at[k].name, e);
            if (r->slot_name[i][k] == 0) return false;
        }
    }
    return true;
}

int registry_code(const struct registry *r, uint16_t list, str code)
{
    void *found = map_get(&r->codes[list], code);
    return found == NULL ? -1 : (int)((uintptr_t)found - 1);
}

/* ---- batches, merges ---- */

const struct drop *registry_drop(const struct registry *r, int64_t id)
{
    uint64_t at = id_map_get(&r->drop_at, (uint64_t)id);
    bool known = at > 0 && at <= r->drops.len && r->drops.at[at - 1].id == id; /* not one that was rolled back */
    return known ? &r->drops.at[at - 1] : NULL;
}

/* An arena for what is read anew; what was read before ends. */
static struct arena *anew(struct arena **a, const char *name)
{
    arena_free(*a);
    return *a = arena_new(name, 0);
}

/* Those behind the first `keep`, as they are now. *only_entries: all of them are what offices entered one by one, which
 * merges nobody and speaks for nobody else. */
static bool read_drops(struct registry *r, size_t keep, bool *only_entries, struct err *e)
{
    struct store_stmt *q;
    bool row, ok;
    r->drops.len = keep;
    *only_entries = true;
    if (!store_ask(r->s, &q, e,
                   "SELECT \"_id\", \"rank\", \"as_of\", \"feed\", \"map\" FROM \"_drop\" WHERE \"_id\" > $1"
                   " ORDER BY \"_id\"",
                   "i", keep > 0 ? r->drops.at[keep - 1].id : 0))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        struct drop d = { 0 };
        int64_t feed = 0;
        if (!store_int(q, 0, &d.id) || !store_int(q, 1, &d.rank) || !store_int(q, 2, &d.as_of) ||
            !store_int(q, 3, &feed))
            continue;
        d.feed = (uint32_t)feed;
        *only_entries = *only_entries && !store_is_null(q, 4) && store_str(q, 4).len == 0;
        *vec_push(r->drops_a, &r->drops) = d;
        id_map_put(&r->drop_at, (uint64_t)d.id, r->drops.len);
    }
    store_done(q);
    return ok;
}

bool registry_load_drops(struct registry *r, struct err *e)
{
    bool only_entries;
    r->drop_at = (struct id_map){ .a = anew(&r->drops_a, "drops") };
    r->drops.at = NULL;
    r->drops.len = r->drops.cap = 0;
    r->sure = 0; /* among them may be what the transaction at hand wrote */
    r->unsure_in = store_transaction(r->s);
    return read_drops(r, 0, &only_entries, e);
}

/* Others have written when the last batch is another one. Those this connection wrote itself are known already; of an
 * earlier transaction they are read again, since it may have been rolled back and another's batch have the number. */
bool registry_catch_up(struct registry *r, struct err *e)
{
    uint64_t now = store_transaction(r->s);
    int64_t last = 0, known = r->drops.len == 0 ? 0 : r->drops.at[r->drops.len - 1].id;
    bool earlier = r->drops.len > r->sure && r->unsure_in != now, only_entries;
    if (!store_get(r->s, NULL, &last, 1, e, "SELECT coalesce(max(\"_id\"), 0) FROM \"_drop\"", "")) return false;
    if (known == last && !earlier) return true;
    bool committed = r->drops.len == r->sure || earlier;
    if (!read_drops(r, r->sure, &only_entries, e)) return false;
    if (committed) r->sure = r->drops.len;
    return only_entries || (registry_load_merged(r, e) && registry_load_others(r, e));
}

bool registry_load_merged(struct registry *r, struct err *e)
{
    struct store_stmt *q;
    if (!store_prepare(r->s, STR("SELECT \"gone\", \"kept\" FROM \"_link\" WHERE \"state\" = '合并'"), &q, e))
        return false;
    r->merged = (struct id_map){ .a = anew(&r->merged_a, "merged") };
    bool row, ok;
    int64_t gone, kept;
    while ((ok = store_step(q, &row, e)) && row) {
        if (store_int(q, 0, &gone) && store_int(q, 1, &kept)) id_map_put(&r->merged, (uint64_t)gone, (uint64_t)kept);
    }
    store_done(q);
    return ok;
}

uint64_t registry_kept(const struct registry *r, uint64_t id)
{
    for (uint64_t next; (next = id_map_get(&r->merged, id)) != 0;) id = next; /* merging makes no circles */
    return id;
}

static int by_weight(const void *pa, const void *pb)
{
    const struct other *a = pa, *b = pb;
    if (a->rank != b->rank) return a->rank < b->rank ? -1 : 1;
    return a->as_of < b->as_of ? -1 : a->as_of > b->as_of;
}

/* "_other": what whole lists say of those who are not in them. */
bool registry_load_others(struct registry *r, struct err *e)
{
    struct store_stmt *q;
    if (!store_prepare(r->s, STR("SELECT \"entity\", \"data\", \"rank\", \"as_of\" FROM \"_other\""), &q, e))
        return false;
    struct arena *a = anew(&r->others_a, "others");
    r->others.at = NULL;
    r->others.len = r->others.cap = 0;
    bool row, ok;
    while ((ok = store_step(q, &row, e)) && row) {
        int64_t entity, rank, as_of;
        if (!store_int(q, 0, &entity) || !store_int(q, 2, &rank) || !store_int(q, 3, &as_of)) continue;
        const struct entity *en = program_entity(r->p, registry_name_text(r, (uint32_t)entity));
        cell_list cells = { 0 };
        str data = str_dup(a, store_bytes(q, 1));
        if (en == NULL || !claim_unpack(r, en->id, data, a, &cells)) continue;
        VEC_EACH (const struct cell, c, &cells) *vec_push(a, &r->others) = (struct other){ en->id, *c, rank, as_of };
    }
    store_done(q);
    if (r->others.len > 0) qsort(r->others.at, r->others.len, sizeof r->others.at[0], by_weight);
    return ok;
}

/* ---- opening ---- */

bool registry_meta(struct registry *r, const char *name, int64_t value, struct err *e)
{
    return store_do(r->s, NULL, e,
                    "INSERT INTO \"_meta\" (\"name\", \"value\") VALUES ($1, $2) ON CONFLICT (\"name\")"
                    " DO UPDATE SET \"value\" = excluded.\"value\"",
                    "si", str_of(name), value);
}

bool registry_load_counters(struct registry *r, struct err *e)
{
    bool there;
    if (!store_get(r->s, &there, &r->next_id, 1, e, "SELECT \"value\" FROM \"_meta\" WHERE \"name\" = 'next_id'", ""))
        return false;
    if (!there) r->next_id = 1;
    return store_get(r->s, NULL, &r->next_claim, 1, e, "SELECT coalesce(max(\"_id\"), 0) + 1 FROM \"_claim\"", "");
}

static bool prepare(struct registry *r, struct err *e)
{
    const struct program *p = r->p;
    r->codes = ARENA_ARRAY(r->a, struct map, p->codes.len + 1);
    for (size_t i = 0; i < p->codes.len; i++) {
        map_init(&r->codes[i], r->a);
        for (size_t k = 0; k < p->codes.at[i].items.len; k++)
            map_put(&r->codes[i], p->codes.at[i].items.at[k].code, (void *)(uintptr_t)(k + 1));
    }
    find_roles(r);
    find_secrets(r);
    r->scratch = arena_new("row", 0);
    r->keys = ARENA_ARRAY(r->a, struct key_table, p->entities.len + 1);
    r->sql = ARENA_ARRAY(r->a, struct entity_sql, p->entities.len + 1);
    bool same = true;
    if (r->can_write && !schema_same(r, &same, e)) return false;
    if (same) {
        if (!load_names(r, e) || !number_names(r, e)) return false;
    } else {
        if (!store_begin(r->s, e)) return false;
        if (!schema_make(r, e) || !load_names(r, e) || !number_names(r, e)) {
            store_rollback(r->s);
            return false;
        }
        if (!store_commit(r->s, e)) return false;
    }
    return registry_load_drops(r, e) && registry_load_merged(r, e) && registry_load_others(r, e) &&
           registry_load_counters(r, e);
}

bool registry_open(struct registry **out, const struct program *p, str db, enum store_mode mode, struct err *e)
{
    struct store *s;
    uint32_t step = 0;
    struct arena *a = arena_new("registry", 0);
    str shown = store_shown(a, db);
    bool there = store_open(&s, db, mode, e);
    if (there && mode == STORE_READ) {
        there = store_schema(s, STR("registry"), &step, e) &&
                (step > 0 || fail(e, NOT_FOUND, "库 %.*s 里还没有登记过数据，先用 leye import 导入", STR_ARG(shown)));
        if (!there) store_close(s);
    }
    if (!there) {
        fail_up(e, "登记库 %.*s 打不开", STR_ARG(shown));
        arena_free(a);
        return false;
    }
    struct registry *r = ARENA_NEW(a, struct registry);
    *r = (struct registry){ .a = a, .p = p, .s = s, .can_write = mode != STORE_READ };
    r->spells.a = a;
    if (!prepare(r, e) || !sealed_fits(r, mode == STORE_SEAL, e)) {
        fail_up(e, "登记库 %.*s 的表建不好", STR_ARG(shown));
        registry_close(r);
        return false;
    }
    *out = r;
    return true;
}

void registry_close(struct registry *r)
{
    if (r == NULL) return;
    store_close(r->s);
    arena_free(r->scratch);
    arena_free(r->drops_a);
    arena_free(r->merged_a);
    arena_free(r->others_a);
    arena_free(r->a);
}

struct store *registry_store(struct registry *r) { return r->s; }

bool registry_preview(struct registry *r, struct err *e) { return store_begin(r->s, e); }
