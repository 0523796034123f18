/* sql_tables: one table for each entity and spell of a program, and those that say what is known. The same names and
 * columns in SQLite and PostgreSQL; only the type of a primary key differs, because SQLite clusters by an integer one.
 */
#include "sql/sql_priv.h"

enum { SQL_BATCH = 1 << 20, BLOCK_YEARS = 1200 };

static bool column_of_slot(const struct entity *e, uint32_t slot)
{
    const struct slot *s = &e->slots.at[slot];
    if (s->kind != SLOT_FIELD) return false;
    if (e->is_monthly) return slot != SLOT_MONTH && slot != SLOT_MONTH_OWNER;
    return !e->is_spell || slot != SLOT_OWNER;
}

bool sql_has_column(const struct entity *e, uint32_t slot) { return column_of_slot(e, slot); }

static void add_table(const struct entity *e, enum store_kind kind, struct text *t)
{
    text_addz(t, "CREATE TABLE IF NOT EXISTS ");
    store_quote(t, e->name);
    text_addf(t, " (\"_id\" %s PRIMARY KEY", kind == STORE_SQLITE ? "integer" : "bigint");
    if (e->is_spell) text_addz(t, ", \"_owner\" bigint");
    if (e->is_monthly) text_addz(t, ", \"_key\" text NOT NULL, \"_from\" bigint, \"_to\" bigint");
    for (uint32_t i = 0; i < e->slots.len; i++) {
        if (!column_of_slot(e, i)) continue;
        text_addz(t, ", ");
        store_quote(t, e->slots.at[i].name);
        text_addz(t, sql_is_text(e->slots.at[i].type) ? " text" : " bigint");
    }
    text_addz(t, ", \"_declared\" text);\n");
}

static void add_index(struct arena *a, const struct entity *e, str column, struct text *t)
{
    text_addz(t, "CREATE INDEX IF NOT EXISTS ");
    store_quote(t, str_fmt(a, "%.*s|%.*s", STR_ARG(e->name), STR_ARG(column)));
    text_addz(t, " ON ");
    store_quote(t, e->name);
    text_addz(t, " (");
    store_quote(t, column);
    if (e->is_monthly && str_eq(column, STR("_owner"))) text_addz(t, ", \"_key\", \"_from\", \"_to\"");
    text_addz(t, ");\n");
}

static void add_indexes(const struct program *p, struct arena *a, struct text *t)
{
    VEC_EACH (const struct entity, e, &p->entities) {
        if (e->is_spell) add_index(a, e, STR("_owner"), t);
        VEC_EACH (const struct slot, s, &e->slots) {
            if (s->kind != SLOT_GROUP) continue;
            const struct entity *m = &p->entities.at[s->type.ref];
            int via = entity_slot(m, s->via);
            if (via >= 0 && column_of_slot(m, (uint32_t)via)) add_index(a, m, s->via, t);
        }
    }
}

static const char *const general =
    "CREATE TABLE IF NOT EXISTS \"_cover\" (entity text NOT NULL, slot text NOT NULL, key text NOT NULL,"
    " state bigint NOT NULL, until bigint, PRIMARY KEY (entity, slot, key));\n"
    "CREATE TABLE IF NOT EXISTS \"_covered\" (\"_id\" bigint NOT NULL, entity text NOT NULL, slot text NOT NULL,"
    " key text NOT NULL, state bigint NOT NULL, until bigint, PRIMARY KEY (entity, slot, key, \"_id\"));\n"
    "CREATE TABLE IF NOT EXISTS \"_given\" (entity text NOT NULL, \"_id\" bigint NOT NULL, slot text NOT NULL,"
    " state bigint NOT NULL, value text, PRIMARY KEY (entity, slot, \"_id\"));\n"
    "CREATE TABLE IF NOT EXISTS \"_month\" (m bigint PRIMARY KEY);\n"
    "CREATE TABLE IF NOT EXISTS \"_workday\" (day bigint PRIMARY KEY, next_day bigint, block bigint, nth bigint);\n"
    "CREATE INDEX IF NOT EXISTS \"_workday|nth\" ON \"_workday\" (block, nth);\n"
    "DELETE FROM \"_workday\"; DELETE FROM \"_month\";\n";

static bool fill_months(struct store *s, struct err *e)
{
    struct store_stmt *q;
    str column = STR("m");
    if (!store_bulk(s, STR("_month"), &column, 1, &q, e)) return false;
    bool ok = true;
    for (int i = 0; i < MONTHS_COUNT && ok; i++) {
        store_bind_int(q, 1, MONTHS_FIRST + i);
        ok = store_bulk_row(q, e);
    }
    return store_bulk_end(q, e) && ok;
}

/* For each day whose next working day lies in a declared year: that day. Neighbouring declared years are a block in
 * which working days are numbered. */
static bool fill_workdays(const struct program *p, struct store *s, struct err *e)
{
    struct store_stmt *q;
    str columns[] = { STR("day"), STR("next_day"), STR("block"), STR("nth") };
    if (!store_bulk(s, STR("_workday"), columns, 4, &q, e)) return false;
    int64_t block = 0, nth = 0;
    bool ok = true, before = false;
    for (date d = date_of(1850, 1, 1); ok && d.days < date_of(1850 + BLOCK_YEARS - 60, 1, 1).days; d.days++) {
        bool known = workday_known(p->calendar, d, d);
        if (known && !before) block++;
        before = known;
        if (workday_is(p->calendar, d)) nth++;
        date next = d;
        while (!workday_is(p->calendar, next) && next.days < d.days + 60) next.days++;
        if (!workday_known(p->calendar, next, next)) continue;
        store_bind_int(q, 1, d.days);
        store_bind_int(q, 2, next.days);
        store_bind_int(q, 3, known ? block : 0);
        store_bind_int(q, 4, nth);
        ok = store_bulk_row(q, e);
    }
    return store_bulk_end(q, e) && ok;
}

bool sql_tables(const struct program *p, struct store *s, struct err *e)
{
    autoarena *a = arena_new("tables", 0);
    struct text t;
    text_init(&t, a, SQL_TEXT_MAX);
    VEC_EACH (const struct entity, it, &p->entities) add_table(it, store_kind(s), &t);
    add_indexes(p, a, &t);
    text_addz(&t, general);
    if (t.over) return fail(e, LIMIT, "数据模型太大，建不成表");
    if (!store_begin(s, e)) return false;
    if (store_exec(s, text_str(&t), e) && fill_months(s, e) && fill_workdays(p, s, e)) return store_commit(s, e);
    store_rollback(s);
    return false;
}
