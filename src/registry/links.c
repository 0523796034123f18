/* links: two subjects become one, and two again. Nothing is moved: claims stay with whom they were made for, a line of
 * "_link" says that both are one, and rows are worked out anew. */
#include "registry/import_priv.h"

bool registry_touch(struct registry *r, int64_t drop, uint16_t entity, uint64_t subject, struct err *e)
{
    struct store_stmt *q;
    if (!store_prepare(r->s,
                       STR("INSERT INTO \"_touched\" (\"drop\", \"entity\", \"id\") VALUES ($1, $2, $3)"
                           " ON CONFLICT (\"drop\", \"entity\", \"id\") DO NOTHING"),
                       &q, e))
        return false;
    store_bind_int(q, 1, drop);
    store_bind_int(q, 2, r->entity_name[entity]);
    store_bind_int(q, 3, (int64_t)subject);
    bool ok = store_run(q, e);
    store_done(q);
    return ok;
}

/* A row that was worked out anew; of a spell its owner is noted, as far as anybody said whose it is. */
static bool touch_row(struct registry *r, int64_t drop, uint16_t entity, uint64_t subject, struct err *e)
{
    const struct entity *en = &r->p->entities.at[entity];
    if (!en->is_spell || en->is_monthly) return registry_touch(r, drop, entity, subject, e);
    struct store_stmt *q;
    if (!store_prepare(r->s,
                       STR("SELECT \"owner\" FROM \"_claim\" WHERE \"subject\" = $1 AND \"owner\" IS NOT NULL"
                           " ORDER BY \"_id\" DESC LIMIT 1"),
                       &q, e))
        return false;
    store_bind_int(q, 1, (int64_t)subject);
    bool row;
    int64_t owner = 0;
    bool ok = store_step(q, &row, e);
    if (!ok || !row || !store_int(q, 0, &owner)) owner = 0;
    store_done(q);
    return ok && (owner == 0 || registry_touch(r, drop, entity, registry_kept(r, (uint64_t)owner), e));
}

/* Somebody who became one with another, or two again, and what is theirs. */
static bool touch_all(struct registry *r, int64_t drop, uint16_t entity, uint64_t subject, struct err *e)
{
    if (!touch_row(r, drop, entity, subject, e)) return false;
    VEC_EACH (const struct entity, en, &r->p->entities) {
        if (en->is_spell && en->owner == entity && !r->p->entities.at[entity].is_spell &&
            !registry_touch(r, drop, en->id, subject, e))
            return false;
    }
    return true;
}

static bool add_line(struct registry *r, uint16_t entity, uint64_t kept, uint64_t gone, int64_t score,
                     const char *state, str why, str person, int64_t drop, int64_t cause, int64_t *line, struct err *e)
{
    struct store_stmt *q;
    bool row;
    int64_t id = 0;
    if (!store_prepare(r->s, STR("SELECT coalesce(max(\"_id\"), 0) + 1 FROM \"_link\""), &q, e)) return false;
    bool ok = store_step(q, &row, e) && row && store_int(q, 0, &id);
    store_done(q);
    if (!ok ||
        !store_prepare(r->s,
                       STR("INSERT INTO \"_link\" (\"_id\", \"entity\", \"kept\", \"gone\", \"score\", \"state\","
                           " \"why\", \"person\", \"at\", \"drop\", \"cause\") VALUES"
                           " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"),
                       &q, e))
        return false;
    store_bind_int(q, 1, id);
    store_bind_int(q, 2, r->entity_name[entity]);
    store_bind_int(q, 3, (int64_t)kept);
    store_bind_int(q, 4, (int64_t)gone);
    store_bind_int(q, 5, score);
    store_bind_str(q, 6, str_of(state));
    store_bind_secret(q, 7, why); /* it names what is alike */
    store_bind_str(q, 8, person);
    store_bind_int(q, 9, registry_now());
    store_bind_int(q, 10, drop);
    store_bind_int(q, 11, cause);
    ok = store_run(q, e);
    store_done(q);
    if (line != NULL) *line = id;
    return ok;
}

/* The last word on two subjects, in either order; empty: there is none. */
static bool pair_state(struct registry *r, uint64_t a, uint64_t b, struct arena *scratch, str *state, struct err *e)
{
    struct store_stmt *q;
    *state = STR("");
    if (!store_prepare(
            r->s,
            STR("SELECT \"state\" FROM \"_link\" WHERE (\"kept\" = $1 AND \"gone\" = $2) OR (\"kept\" = $2 AND"
                " \"gone\" = $1) ORDER BY \"_id\" DESC LIMIT 1"),
            &q, e))
        return false;
    store_bind_int(q, 1, (int64_t)a);
    store_bind_int(q, 2, (int64_t)b);
    bool row;
    bool ok = store_step(q, &row, e);
    if (ok && row) *state = str_dup(scratch, store_str(q, 0));
    store_done(q);
    return ok;
}

bool link_decided(struct registry *r, uint64_t a, uint64_t b, bool *decided, struct err *e)
{
    autoarena *scratch = arena_new("pair", 0);
    str state;
    if (!pair_state(r, a, b, scratch, &state, e)) return false;
    *decided = state.len > 0;
    return true;
}

bool link_note(struct registry *r, uint16_t entity, uint64_t kept, uint64_t gone, int64_t score, const char *state,
               str why, str person, int64_t drop, int64_t *line, struct err *e)
{
    bool decided;
    if (!link_decided(r, kept, gone, &decided, e)) return false;
    return decided || add_line(r, entity, kept, gone, score, state, why, person, drop, 0, line, e);
}

bool link_merge(struct registry *r, uint16_t entity, uint64_t kept, uint64_t gone, int64_t score, str why, str person,
                int64_t drop, int64_t cause, int64_t *line, struct err *e)
{
    if (!keys_alias_row(r, entity, gone, e) || !keys_alias_row(r, entity, kept, e) ||
        !add_line(r, entity, kept, gone, score, "合并", why, person, drop, cause, line, e))
        return false;
    id_map_put(&r->merged, gone, kept);
    return current_rebuild(r, entity, gone, e) && current_rebuild(r, entity, kept, e) &&
           touch_all(r, drop, entity, gone, e) && touch_all(r, drop, entity, kept, e);
}

/* ---- rows that refer to merged ones ---- */

typedef VEC(int64_t) row_ids;

static bool rows_where(struct registry *r, const struct entity *en, str column, const char *test, int64_t value,
                       struct arena *a, row_ids *out, struct err *e)
{
    struct text t;
    text_init(&t, a, 8192);
    text_addz(&t, "SELECT DISTINCT ");
    text_addz(&t, en->is_monthly ? "\"_owner\"" : "\"_id\"");
    text_addz(&t, " FROM ");
    store_quote(&t, en->name);
    text_addf(&t, " WHERE %.*s %s", STR_ARG(column), test);
    struct store_stmt *q;
    if (!store_prepare(r->s, text_str(&t), &q, e)) return false;
    if (value != 0) store_bind_int(q, 1, value);
    bool row, ok;
    int64_t id;
    while ((ok = store_step(q, &row, e)) && row) {
        if (store_int(q, 0, &id)) *vec_push(a, out) = id;
    }
    store_done(q);
    return ok;
}

/* Every column that refers to this entity, owners included: rows that `test` finds are worked out again. */
static bool rebuild_referring(struct registry *r, uint16_t entity, const char *test, int64_t value, int64_t drop,
                              struct err *e)
{
    VEC_EACH (const struct entity, en, &r->p->entities) {
        for (uint16_t i = 0; i < en->slots.len; i++) {
            const struct slot *s = &en->slots.at[i];
            bool owner = en->is_spell && i == (en->is_monthly ? SLOT_MONTH_OWNER : SLOT_OWNER);
            if (s->kind != SLOT_FIELD || s->type.kind != TYPE_RECORD || s->type.ref != entity) continue;
            autoarena *a = arena_new("referring", 0);
            struct text column;
            text_init(&column, a, 1024);
            if (owner)
                text_addz(&column, "\"_owner\"");
            else
                schema_column(&column, en, i);
            row_ids ids = { 0 };
            if (!rows_where(r, en, text_str(&column), test, value, a, &ids, e)) return false;
            VEC_EACH (const int64_t, id, &ids) {
                uint64_t subject = (uint64_t)*id, kept = registry_kept(r, subject);
                if (!current_rebuild(r, en->id, subject, e)) return false;
                if (kept != subject && en->is_monthly && !current_rebuild(r, en->id, kept, e)) return false;
                if (!touch_row(r, drop, en->id, kept, e)) return false;
            }
        }
    }
    return true;
}

/* ---- spells that two people had in common ---- */

static bool join_spells(struct registry *r, uint16_t entity, uint64_t owner, str person, int64_t drop, int64_t cause,
                        struct err *e)
{
    VEC_EACH (const struct entity, en, &r->p->entities) {
        if (!en->is_spell || en->is_monthly || en->owner != entity) continue;
        autoarena *a = arena_new("spells", 0);
        struct text t;
        text_init(&t, a, 1 << 14);
        text_addz(&t, "SELECT x.\"_id\", min(y.\"_id\") FROM ");
        store_quote(&t, en->name);
        text_addz(&t, " x JOIN ");
        store_quote(&t, en->name);
        text_addz(&t, " y ON y.\"_owner\" = x.\"_owner\" AND y.\"_id\" < x.\"_id\"");
        for (uint16_t i = 0; i < en->slots.len; i++) {
            if (!slot_is_column(en, i) || i == SLOT_OWNER || !spell_identity(en, i)) continue;
            struct text c;
            text_init(&c, a, 1024);
            schema_column(&c, en, i);
            text_addf(&t, " AND (x.%s = y.%s OR (x.%s IS NULL AND y.%s IS NULL))", c.p, c.p, c.p, c.p);
        }
        text_addz(&t, " WHERE x.\"_owner\" = $1 GROUP BY x.\"_id\"");
        struct store_stmt *q;
        if (!store_prepare(r->s, text_str(&t), &q, e)) return false;
        store_bind_int(q, 1, (int64_t)owner);
        row_ids pairs = { 0 };
        bool row, ok;
        int64_t gone, kept;
        while ((ok = store_step(q, &row, e)) && row) {
            if (!store_int(q, 0, &gone) || !store_int(q, 1, &kept)) continue;
            *vec_push(a, &pairs) = gone;
            *vec_push(a, &pairs) = kept;
        }
        store_done(q);
        for (size_t i = 0; ok && i + 1 < pairs.len; i += 2) {
            ok = link_merge(r, en->id, (uint64_t)pairs.at[i + 1], (uint64_t)pairs.at[i], 0, STR("同一段经历"), person,
                            drop, cause, NULL, e);
        }
        if (!ok) return false;
    }
    return true;
}

static bool join_all(struct registry *r, uint16_t entity, int64_t drop, str person, struct err *e)
{
    autoarena *a = arena_new("joins", 0);
    struct store_stmt *q;
    if (!store_prepare(r->s,
                       STR("SELECT \"_id\", \"kept\" FROM \"_link\" WHERE \"drop\" = $1 AND \"state\" = '合并' AND"
                           " \"entity\" = $2 AND \"cause\" = 0"),
                       &q, e))
        return false;
    store_bind_int(q, 1, drop);
    store_bind_int(q, 2, r->entity_name[entity]);
    row_ids lines = { 0 };
    bool row, ok;
    int64_t id, kept;
    while ((ok = store_step(q, &row, e)) && row) {
        if (!store_int(q, 0, &id) || !store_int(q, 1, &kept)) continue;
        *vec_push(a, &lines) = id;
        *vec_push(a, &lines) = kept;
    }
    store_done(q);
    for (size_t i = 0; ok && i + 1 < lines.len; i += 2)
        ok = join_spells(r, entity, registry_kept(r, (uint64_t)lines.at[i + 1]), person, drop, lines.at[i], e);
    return ok;
}

bool link_repoint(struct registry *r, uint16_t entity, int64_t drop, str person, struct err *e)
{
    return rebuild_referring(r, entity, "IN (SELECT \"gone\" FROM \"_link\" WHERE \"state\" = '合并')", 0, drop, e) &&
           join_all(r, entity, drop, person, e);
}

/* ---- what a person decides ---- */

static bool subject_entity(struct registry *r, int64_t subject, uint16_t *entity, struct err *e)
{
    struct store_stmt *q;
    if (!store_prepare(r->s, STR("SELECT \"entity\" FROM \"_claim\" WHERE \"subject\" = $1 LIMIT 1"), &q, e))
        return false;
    store_bind_int(q, 1, subject);
    bool row;
    int64_t name = 0;
    bool ok = store_step(q, &row, e);
    bool found = ok && row && store_int(q, 0, &name);
    store_done(q);
    if (!ok) return false;
    const struct entity *en = found ? program_entity(r->p, registry_name_text(r, (uint32_t)name)) : NULL;
    if (en == NULL || en->is_spell) return fail(e, NOT_FOUND, "登记库里没有主体 %lld", (long long)subject);
    *entity = en->id;
    return true;
}

static bool decision(struct registry *r, const char *what, str person, int64_t *drop, struct err *e)
{
    struct drop_new d = {
        .file = str_of(what), .map = str_of(what), .origin = STR("人工"), .person = person, .state = "完成"
    };
    d.as_of = date_today().days;
    d.feed = registry_name(r, str_of(what), e);
    bool ok = d.feed != 0 && drop_add(r, &d, e);
    *drop = d.id;
    return ok;
}

static bool end(struct registry *r, bool ok, struct err *e)
{
    if (ok) return store_commit(r->s, e);
    store_rollback(r->s);
    return false;
}

static bool merge_now(struct registry *r, int64_t kept, int64_t gone, str why, str person, struct err *e)
{
    uint16_t a, b;
    int64_t drop;
    if (!subject_entity(r, kept, &a, e) || !subject_entity(r, gone, &b, e)) return false;
    uint64_t k = registry_kept(r, (uint64_t)kept), g = registry_kept(r, (uint64_t)gone);
    if (a != b) return fail(e, INVALID, "主体 %lld 和 %lld 不是同一种，合不起来", (long long)kept, (long long)gone);
    if (k == g) return fail(e, CONFLICT, "主体 %lld 和 %lld 已经是同一个", (long long)kept, (long long)gone);
    return decision(r, "合并", person, &drop, e) && link_merge(r, a, k, g, 0, why, person, drop, 0, NULL, e) &&
           link_repoint(r, a, drop, person, e);
}

bool registry_merge(struct registry *r, int64_t kept, int64_t gone, str why, str person, struct err *e)
{
    return store_begin(r->s, e) && end(r, merge_now(r, kept, gone, why, person, e), e);
}

/* The merge of `gone`, and those it caused. */
static bool set_undone(struct registry *r, int64_t gone, int64_t *line, int64_t *kept, struct err *e)
{
    struct store_stmt *q;
    if (!store_prepare(r->s, STR("SELECT \"_id\", \"kept\" FROM \"_link\" WHERE \"gone\" = $1 AND \"state\" = '合并'"),
                       &q, e))
        return false;
    store_bind_int(q, 1, gone);
    bool row;
    bool ok = store_step(q, &row, e);
    bool found = ok && row && store_int(q, 0, line) && store_int(q, 1, kept);
    store_done(q);
    if (!ok) return false;
    if (!found) return fail(e, NOT_FOUND, "主体 %lld 没有被合并过，不用撤销", (long long)gone);
    return true;
}

static bool mark_undone(struct registry *r, int64_t line, str why, str person, struct err *e)
{
    struct store_stmt *q;
    if (!store_prepare(
            r->s,
            STR("UPDATE \"_link\" SET \"state\" = '已撤', \"why\" = coalesce(\"why\", '') || '；撤销：' || $2 ||"
                " '（' || $3 || '）' WHERE \"_id\" = $1"),
            &q, e))
        return false;
    store_bind_int(q, 1, line);
    store_bind_str(q, 2, why);
    store_bind_str(q, 3, person);
    bool ok = store_run(q, e);
    store_done(q);
    return ok;
}

static bool caused_by(struct registry *r, int64_t line, struct arena *a, row_ids *gone, row_ids *lines, struct err *e)
{
    struct store_stmt *q;
    if (!store_prepare(r->s, STR("SELECT \"_id\", \"gone\" FROM \"_link\" WHERE \"cause\" = $1 AND \"state\" = '合并'"),
                       &q, e))
        return false;
    store_bind_int(q, 1, line);
    bool row, ok;
    int64_t id, g;
    while ((ok = store_step(q, &row, e)) && row) {
        if (!store_int(q, 0, &id) || !store_int(q, 1, &g)) continue;
        *vec_push(a, lines) = id;
        *vec_push(a, gone) = g;
    }
    store_done(q);
    return ok;
}

/* Months are worked out by owner: who had none while merged has no row to be found by. */
static bool rebuild_months(struct registry *r, uint16_t entity, uint64_t owner, struct err *e)
{
    VEC_EACH (const struct entity, en, &r->p->entities) {
        if (en->is_monthly && en->owner == entity && !current_rebuild(r, en->id, owner, e)) return false;
    }
    return true;
}

static bool unmerge_now(struct registry *r, int64_t gone, str why, str person, struct err *e)
{
    autoarena *a = arena_new("unmerge", 0);
    int64_t line = 0, kept = 0, drop;
    uint16_t entity;
    row_ids spells = { 0 }, lines = { 0 };
    if (!subject_entity(r, gone, &entity, e) || !set_undone(r, gone, &line, &kept, e) ||
        !decision(r, "撤销合并", person, &drop, e) || !caused_by(r, line, a, &spells, &lines, e) ||
        !mark_undone(r, line, why, person, e))
        return false;
    VEC_EACH (const int64_t, l, &lines) {
        if (!mark_undone(r, *l, STR("随之"), person, e)) return false;
    }
    if (!registry_load_merged(r, e)) return false;
    r->keys[entity].loaded = false; /* whose number it is must be asked anew */
    r->keys[entity].len = r->keys[entity].cap = 0;
    VEC_EACH (const int64_t, g, &spells) {
        uint16_t of;
        struct store_stmt *q;
        if (!store_prepare(r->s, STR("SELECT \"entity\" FROM \"_claim\" WHERE \"subject\" = $1 LIMIT 1"), &q, e))
            return false;
        store_bind_int(q, 1, *g);
        bool row;
        int64_t name = 0;
        bool ok = store_step(q, &row, e) && row && store_int(q, 0, &name);
        store_done(q);
        const struct entity *en = ok ? program_entity(r->p, registry_name_text(r, (uint32_t)name)) : NULL;
        if (en == NULL) continue;
        of = en->id;
        if (!current_rebuild(r, of, (uint64_t)*g, e) || !touch_row(r, drop, of, (uint64_t)*g, e)) return false;
    }
    uint64_t was = registry_kept(r, (uint64_t)kept);
    return current_rebuild(r, entity, (uint64_t)gone, e) && current_rebuild(r, entity, was, e) &&
           touch_all(r, drop, entity, (uint64_t)gone, e) && touch_all(r, drop, entity, was, e) &&
           rebuild_referring(r, entity, "= $1", (int64_t)was, drop, e) && rebuild_months(r, entity, (uint64_t)gone, e);
}

bool registry_unmerge(struct registry *r, int64_t gone, str why, str person, struct err *e)
{
    return store_begin(r->s, e) && end(r, unmerge_now(r, gone, why, person, e), e);
}

static bool set_state(struct registry *r, int64_t line, const char *state, str why, str person, struct err *e)
{
    struct store_stmt *q;
    if (!store_prepare(
            r->s,
            STR("UPDATE \"_link\" SET \"state\" = $2, \"person\" = $3, \"at\" = $4, \"why\" = coalesce(\"why\", '')"
                " || '；' || $5 WHERE \"_id\" = $1"),
            &q, e))
        return false;
    store_bind_int(q, 1, line);
    store_bind_str(q, 2, str_of(state));
    store_bind_str(q, 3, person);
    store_bind_int(q, 4, registry_now());
    store_bind_str(q, 5, why);
    bool ok = store_run(q, e);
    store_done(q);
    return ok;
}

static bool review_now(struct registry *r, int64_t line, bool same, str why, str person, struct err *e)
{
    struct store_stmt *q;
    if (!store_prepare(r->s, STR("SELECT \"kept\", \"gone\", \"state\" FROM \"_link\" WHERE \"_id\" = $1"), &q, e))
        return false;
    store_bind_int(q, 1, line);
    bool row;
    int64_t kept = 0, gone = 0;
    bool ok = store_step(q, &row, e);
    bool waits = ok && row && store_int(q, 0, &kept) && store_int(q, 1, &gone) && str_eq(store_str(q, 2), STR("待核"));
    store_done(q);
    if (!ok) return false;
    if (!waits) return fail(e, NOT_FOUND, "没有待核的第 %lld 对；待核的看 leye merge --list", (long long)line);
    if (!same) return set_state(r, line, "不是", why, person, e);
    return set_state(r, line, "是", why, person, e) && merge_now(r, kept, gone, why, person, e);
}

bool registry_review(struct registry *r, int64_t link, bool same, str why, str person, struct err *e)
{
    return store_begin(r->s, e) && end(r, review_now(r, link, same, why, person, e), e);
}

bool registry_links(struct registry *r, str state, size_t max, struct arena *a, link_lines *out, struct err *e)
{
    struct store_stmt *q;
    out->len = 0;
    if (!store_prepare(
            r->s,
            STR("SELECT \"_id\", \"kept\", \"gone\", \"score\", \"entity\", \"state\", \"why\", \"person\", \"at\""
                " FROM \"_link\" WHERE \"cause\" = 0 AND ($1 = '' OR \"state\" = $1) ORDER BY \"_id\" LIMIT $2"),
            &q, e))
        return false;
    store_bind_str(q, 1, state);
    store_bind_int(q, 2, (int64_t)max);
    bool row, ok;
    while ((ok = store_step(q, &row, e)) && row) {
        struct link_line l = { 0 };
        int64_t entity = 0;
        if (!store_int(q, 0, &l.id) || !store_int(q, 1, &l.kept) || !store_int(q, 2, &l.gone)) continue;
        if (!store_int(q, 3, &l.score)) l.score = 0;
        if (store_int(q, 4, &entity)) l.entity = registry_name_text(r, (uint32_t)entity);
        l.state = str_dup(a, store_str(q, 5));
        l.why = str_dup(a, store_str(q, 6));
        l.person = str_dup(a, store_str(q, 7));
        if (!store_int(q, 8, &l.at)) l.at = 0;
        *vec_push(a, out) = l;
    }
    store_done(q);
    return ok;
}
