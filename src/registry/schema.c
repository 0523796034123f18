/* schema: the tables of the registry. Those of entities follow from the program, as vocab/vocab.h describes them; a
 * database made with older packs gets what is new. The tables of the machinery, whose names begin with '_', are steps
 * of the schema "registry". */
#include "base/crypto.h"
#include "registry/registry_priv.h"
#include "store/short.h"

#include <string.h>

/* key: what SQLite calls a bigint that is the number of the row itself, so that it needs no index of its own. */
#define TABLES_STEP(type, key)                                                                                       \
    "CREATE TABLE \"_meta\" (\"name\" text PRIMARY KEY, \"value\" bigint);"                                          \
    "CREATE TABLE \"_name\" (\"_id\" " key " PRIMARY KEY, \"text\" text NOT NULL);"                                  \
    "CREATE TABLE \"_drop\" (\"_id\" " key                                                                           \
    " PRIMARY KEY, \"file\" text, \"sm3\" text, \"feed\" bigint, \"entity\" bigint,"                                 \
    " \"map\" text, \"system\" text, \"rank\" bigint, \"as_of\" bigint, \"whole\" bigint, \"started\" bigint,"       \
    " \"finished\" bigint, \"state\" text, \"person\" text, \"packs\" text, \"rows_done\" bigint, \"good\" bigint,"  \
    " \"bad\" bigint, \"warned\" bigint, \"made\" bigint, \"changed\" bigint, \"same\" bigint, \"stubs\" bigint,"    \
    " \"gone\" bigint, \"merged\" bigint, \"review\" bigint, \"first_new\" bigint, \"first_claim\" bigint);"         \
    "CREATE TABLE \"_claim\" (\"_id\" " key " PRIMARY KEY, \"entity\" bigint NOT NULL, \"subject\" bigint NOT NULL," \
    " \"drop\" bigint NOT NULL, \"row\" bigint, \"as_of\" bigint NOT NULL, \"hash\" bigint NOT NULL,"                \
    " \"ident\" bigint NOT NULL, \"gone\" bigint NOT NULL, \"owner\" bigint, \"data\" " type ");"                    \
    "CREATE INDEX \"_claim_subject\" ON \"_claim\" (\"subject\");"                                                   \
    "CREATE TABLE \"_seen\" (\"claim\" " key " PRIMARY KEY, \"as_of\" bigint NOT NULL, \"drop\" bigint NOT NULL);"   \
    "CREATE TABLE \"_alias\" (\"entity\" bigint NOT NULL, \"slot\" bigint NOT NULL, \"text\" text NOT NULL,"         \
    " \"subject\" bigint NOT NULL, PRIMARY KEY (\"entity\", \"slot\", \"text\"));"                                   \
    "CREATE TABLE \"_link\" (\"_id\" " key " PRIMARY KEY, \"entity\" bigint NOT NULL, \"kept\" bigint NOT NULL,"     \
    " \"gone\" bigint NOT NULL, \"score\" bigint, \"state\" text NOT NULL, \"why\" text, \"person\" text,"           \
    " \"at\" bigint, \"drop\" bigint, \"cause\" bigint);"                                                            \
    "CREATE INDEX \"_link_gone\" ON \"_link\" (\"gone\");"                                                           \
    "CREATE INDEX \"_link_kept\" ON \"_link\" (\"kept\");"                                                           \
    "CREATE TABLE \"_touched\" (\"drop\" bigint NOT NULL, \"entity\" bigint NOT NULL, \"id\" bigint NOT NULL,"       \
    " PRIMARY KEY (\"drop\", \"entity\", \"id\"));"                                                                  \
    "CREATE TABLE \"_other\" (\"entity\" bigint NOT NULL, \"slot\" bigint NOT NULL, \"feed\" bigint NOT NULL,"       \
    " \"rank\" bigint NOT NULL, \"as_of\" bigint NOT NULL, \"data\" " type ","                                       \
    " PRIMARY KEY (\"entity\", \"slot\", \"feed\"));"                                                                \
    "CREATE TABLE \"_cover\" (\"entity\" text NOT NULL, \"slot\" text NOT NULL, \"key\" text NOT NULL,"              \
    " \"state\" bigint NOT NULL, \"until\" bigint, PRIMARY KEY (\"entity\", \"slot\", \"key\"));"                    \
    "CREATE TABLE \"_covered\" (\"_id\" bigint NOT NULL, \"entity\" text NOT NULL, \"slot\" text NOT NULL,"          \
    " \"key\" text NOT NULL, \"state\" bigint NOT NULL, \"until\" bigint,"                                           \
    " PRIMARY KEY (\"entity\", \"_id\", \"slot\", \"key\"));"                                                        \
    "CREATE TABLE \"_given\" (\"entity\" text NOT NULL, \"_id\" bigint NOT NULL, \"slot\" text NOT NULL,"            \
    " \"state\" bigint NOT NULL, \"value\" bigint, PRIMARY KEY (\"entity\", \"_id\", \"slot\"));"

static const struct store_step steps[] = {
    { 1, "批次、说法、合并、名单外、覆盖", TABLES_STEP("blob", "integer"),
      "DROP TABLE \"_given\"; DROP TABLE \"_covered\"; DROP TABLE \"_cover\"; DROP TABLE \"_other\"; DROP TABLE "
      "\"_touched\";"
      "DROP TABLE \"_link\"; DROP TABLE \"_alias\"; DROP TABLE \"_seen\"; DROP TABLE \"_claim\"; DROP TABLE \"_drop\";"
      "DROP TABLE \"_name\"; DROP TABLE \"_meta\";",
      TABLES_STEP("bytea", "bigint") },
    /* Of a million lines all but a few hundred are of cases. */
    { 2, "登记过的文件", "CREATE INDEX \"_drop_file\" ON \"_drop\" (\"_id\") WHERE \"sm3\" <> ''",
      "DROP INDEX \"_drop_file\"", NULL },
};

bool slot_is_column(const struct entity *en, uint16_t slot)
{
    if (en->slots.at[slot].kind != SLOT_FIELD) return false;
    return !en->is_monthly || (slot != SLOT_MONTH && slot != SLOT_MONTH_OWNER);
}

bool slot_is_secret(const struct slot *s)
{
    return s->kind == SLOT_FIELD && s->type.kind == TYPE_TEXT && s->class_.len > 0 && !str_eq(s->class_, STR("姓名"));
}

bool slot_is_searched(const struct slot *s) { return slot_is_secret(s) && str_eq(s->class_, STR("电话")); }

void slot_bind_text(struct store_stmt *q, uint32_t at, const struct slot *s, str v)
{
    if (slot_is_secret(s))
        store_bind_secret(q, at, v);
    else
        store_bind_str(q, at, v);
}

void schema_column(struct text *t, const struct entity *en, uint16_t slot)
{
    bool owner = en->is_spell && !en->is_monthly && slot == SLOT_OWNER;
    store_quote(t, owner ? STR("_owner") : en->slots.at[slot].name);
}

bool spell_identity(const struct entity *en, uint16_t slot)
{
    if (en->keys.len == 0)
        return slot == SLOT_FROM || (slot > SLOT_OWNER && en->slots.at[slot].kind == SLOT_FIELD &&
                                     en->slots.at[slot].type.kind == TYPE_RECORD);
    VEC_EACH (const uint16_t, k, &en->keys) {
        if (*k == slot) return true;
    }
    return false;
}

static const char *column_type(const struct entity *en, uint16_t slot)
{
    enum type_kind k = en->slots.at[slot].type.kind;
    return k == TYPE_TEXT || k == TYPE_CODE ? "text" : "bigint";
}

static void create(struct registry *r, const struct entity *en, struct text *t)
{
    text_addz(t, "CREATE TABLE IF NOT EXISTS ");
    store_quote(t, en->name);
    bool number = store_kind(r->s) == STORE_SQLITE && !en->is_monthly;
    text_addz(t, number ? " (\"_id\" integer" : " (\"_id\" bigint");
    if (!en->is_monthly) text_addz(t, " PRIMARY KEY");
    if (en->is_monthly) text_addz(t, ", \"_owner\" bigint, \"_key\" text, \"_from\" bigint, \"_to\" bigint");
    for (uint16_t i = 0; i < en->slots.len; i++) {
        if (!slot_is_column(en, i)) continue;
        text_addz(t, ", ");
        schema_column(t, en, i);
        text_addf(t, " %s", column_type(en, i));
    }
    text_addz(t, ", \"_declared\" text");
    if (en->is_monthly) text_addz(t, ", PRIMARY KEY (\"_owner\", \"_key\", \"_from\")");
    text_addz(t, ")");
    if (en->is_monthly && store_kind(r->s) == STORE_SQLITE) text_addz(t, " WITHOUT ROWID");
}

/* Fields the pack got since the table was made. */
static bool add_columns(struct registry *r, const struct entity *en, struct err *e)
{
    autoarena *a = arena_new("schema", 0);
    struct text t;
    text_init(&t, a, 1 << 16);
    text_addz(&t, "SELECT t.* FROM (SELECT 1 AS \"_one\") AS o LEFT JOIN "); /* one row: PostgreSQL tells by rows */
    store_quote(&t, en->name);
    text_addz(&t, " AS t ON 1 = 0");
    struct store_stmt *q;
    bool row;
    if (!store_prepare(r->s, text_str(&t), &q, e)) return false;
    bool ok = store_step(q, &row, e);
    struct map there;
    map_init(&there, a);
    for (uint32_t i = 0; ok && i < store_columns(q); i++) {
        struct text name;
        text_init(&name, a, 1024);
        store_quote(&name, store_column_name(q, i));
        map_put(&there, text_str(&name), (void *)1);
    }
    store_done(q);
    for (uint16_t i = 0; ok && i < en->slots.len; i++) {
        if (!slot_is_column(en, i)) continue;
        struct text name, alter;
        text_init(&name, a, 1024);
        schema_column(&name, en, i);
        if (map_get(&there, text_str(&name)) != NULL) continue;
        text_init(&alter, a, 4096);
        text_addz(&alter, "ALTER TABLE ");
        store_quote(&alter, en->name);
        text_addf(&alter, " ADD COLUMN %s %s", name.p, column_type(en, i));
        ok = store_exec(r->s, text_str(&alter), e);
    }
    return ok;
}

/* What the tables follow from, as a number; and all of their CREATE statements, which the number is of. */
static bool texts(struct registry *r, struct arena *a, str *out, int64_t *mark, struct err *e)
{
    struct sm3 *h;
    unsigned char hash[SM3_BYTES];
    if (!sm3_new(a, &h, e)) return false;
    VEC_EACH (const struct entity, en, &r->p->entities) {
        struct text t;
        text_init(&t, a, 1 << 18);
        create(r, en, &t);
        out[en->id] = text_str(&t);
        sm3_add(h, out[en->id]);
        for (uint16_t i = 0; i < en->slots.len; i++) { /* fields without a column have their name in "_name" */
            sm3_add(h, en->slots.at[i].name);
            sm3_add(h, STR("\n"));
        }
    }
    if (!sm3_end(h, hash, e)) return false;
    memcpy(mark, hash, sizeof *mark);
    return true;
}

bool schema_same(struct registry *r, bool *same, struct err *e)
{
    autoarena *a = arena_new("schema", 0);
    uint32_t at;
    int64_t mark, was;
    *same = false;
    if (!store_schema(r->s, STR("registry"), &at, e)) return false;
    if (at != sizeof steps / sizeof *steps) return true;
    bool there;
    if (!texts(r, a, ARENA_ARRAY(a, str, r->p->entities.len + 1), &mark, e) ||
        !store_get(r->s, &there, &was, 1, e, "SELECT \"value\" FROM \"_meta\" WHERE \"name\" = 'model'", ""))
        return false;
    *same = there && was == mark;
    return true;
}

bool schema_make(struct registry *r, struct err *e)
{
    if (!store_migrate(r->s, STR("registry"), steps, sizeof steps / sizeof *steps, sizeof steps / sizeof *steps, e))
        return false;
    autoarena *a = arena_new("schema", 0);
    str *create_text = ARENA_ARRAY(a, str, r->p->entities.len + 1);
    int64_t mark;
    if (!texts(r, a, create_text, &mark, e)) return false;
    VEC_EACH (const struct entity, en, &r->p->entities) {
        if (!store_exec(r->s, create_text[en->id], e) || !add_columns(r, en, e)) return false;
    }
    return registry_meta(r, "model", mark, e);
}

static bool index_on(struct registry *r, const struct entity *en, const char *suffix, str column, struct err *e)
{
    autoarena *a = arena_new("index", 0);
    struct text t;
    text_init(&t, a, 4096);
    text_addz(&t, "CREATE INDEX IF NOT EXISTS ");
    store_quote(&t, str_fmt(a, "_%.*s_%s", STR_ARG(en->name), suffix));
    text_addz(&t, " ON ");
    store_quote(&t, en->name);
    text_addf(&t, " (%.*s)", STR_ARG(column));
    return store_exec(r->s, text_str(&t), e);
}

/* Made after the first rows: filling a table with its indexes in place costs twice as much. */
bool schema_index(struct registry *r, uint16_t entity, struct err *e)
{
    const struct entity *en = &r->p->entities.at[entity];
    autoarena *a = arena_new("index", 0);
    if (en->is_monthly) return true;
    if (en->is_spell && !index_on(r, en, "owner", STR("\"_owner\""), e)) return false;
    for (uint16_t i = 0; i < en->slots.len; i++) {
        const struct slot *s = &en->slots.at[i];
        bool key = false, ref = false;
        VEC_EACH (const uint16_t, k, &en->keys) key = key || (*k == i && !en->is_spell);
        ref = s->kind == SLOT_FIELD && s->type.kind == TYPE_RECORD && !(en->is_spell && i == SLOT_OWNER);
        if (!key && !ref && !slot_is_searched(s)) continue;
        struct text column;
        text_init(&column, a, 1024);
        schema_column(&column, en, i);
        if (!index_on(r, en, str_fmt(a, "%.*s", STR_ARG(s->name)).p, text_str(&column), e)) return false;
    }
    return true;
}

/* ---- what is sealed ---- */

static const char *z(struct arena *a, str s) { return str_dup(a, s).p; }

bool registry_secrets(struct registry *r, struct arena *a, store_secrets *out, struct err *e)
{
    struct text of;
    text_init(&of, a, 1 << 16);
    VEC_EACH (const struct entity, en, &r->p->entities) {
        for (uint16_t i = 0; i < en->slots.len; i++) {
            const struct slot *s = &en->slots.at[i];
            if (!slot_is_column(en, i) || !slot_is_secret(s)) continue;
            *vec_push(a, out) = (struct store_secret){
                .table = z(a, en->name),
                .column = z(a, s->name),
                .row = en->is_monthly ? "\"_owner\" || '|' || \"_key\" || '|' || \"_from\"" : NULL,
            };
        }
        if (r->secret[en->id]) text_addf(&of, "%s%u", of.len > 0 ? ", " : "entity IN (", r->entity_name[en->id]);
    }
    text_addz(&of, ")");
    *vec_push(a, out) = (struct store_secret){ .table = "_alias", .column = "text" };
    *vec_push(a, out) = (struct store_secret){ .table = "_link", .column = "why" };
    if (text_str(&of).len > 1)
        *vec_push(a, out) = (struct store_secret){ .table = "_claim",
                                                   .column = "data",
                                                   .kind = STORE_SECRET_BYTES,
                                                   .beside = "hash",
                                                   .where = z(a, text_str(&of)) };
    return sealed_before(r, a, out, e);
}
