/* sql_group: members of groups, spells, months, and what is said about all of them: one subquery around each subject.
 * A month of a history is a row of its run joined with the table of months. */
#include "sql/sql_priv.h"

#include <assert.h>

static const struct type BOOLEAN = { .kind = TYPE_BOOL };
static const struct type WHOLE = { .kind = TYPE_NUM };

typedef VEC(const struct cell *) cell_list;

/* Whether a record is known: c itself when it is, else its state. */
const struct cell *sql_of_record(struct gen *g, const struct rec *r, const struct cell *c)
{
    const struct cell *id = r->id;
    if (r->row != NULL || !(id->unknown || id->none || id->error)) return c;
    if (id->unknown && !(c->pure && c->value.state == VALUE_UNKNOWN)) {
        const struct cell *is = SQL_MAKE(g, BOOLEAN, "@1 IS NULL", id), *u = sql_unknown(g, c->type);
        if (c->cond)
            u = sql_condition(g, u);
        else
            c = sql_fit(g, c, c->type);
        c = sql_case(g, c->type, &is, &u, 1, c);
    }
    return sql_bind(g, sql_strict(g, c, &id, 1, NULL));
}

/* ---- what is known of a group ---- */

static const struct cell *fixed_cover(struct gen *g, str about, str key, const struct cell **until)
{
    const struct sql_cover *k = map_get(&g->o->known->cover, str_fmt(g->a, "%.*s|%.*s", STR_ARG(about), STR_ARG(key)));
    *until = sql_int(g, k != NULL ? k->until : SQL_ALWAYS);
    return sql_int(g, k != NULL ? k->state : 0);
}

/* 0 unknown, 1 known, 2 none. */
static const struct cell *cover_state(struct gen *g, const struct rec *r, uint32_t slot, const struct cell *key,
                                      const struct cell **until)
{
    const struct entity *e = &g->p->entities.at[r->entity];
    str about = str_fmt(g->a, "%.*s|%.*s", STR_ARG(e->name), STR_ARG(e->slots.at[slot].name));
    const struct sql_known *known = g->o->known;
    bool fixed_key = key->pure && key->value.state == VALUE_KNOWN;
    if (known != NULL && fixed_key && map_get(&known->covered, about) == NULL) {
        str code = key->type.kind == TYPE_CODE ? g->p->codes.at[key->type.ref].items.at[key->value.code].code : STR("");
        return fixed_cover(g, about, code, until);
    }
    str where = str_fmt(g->a, "v.entity = %.*s AND v.slot = %.*s AND v.key = @2", STR_ARG(sql_quote_text(g, e->name)),
                        STR_ARG(sql_quote_text(g, e->slots.at[slot].name)));
    str last = str_fmt(g->a,
                       "coalesce((SELECT coalesce(v.until, 1000000) FROM \"_covered\" v WHERE v.\"_id\" = @1 AND %.*s),"
                       " (SELECT v.until FROM \"_cover\" v WHERE %.*s), 1000000)",
                       STR_ARG(where), STR_ARG(where));
    str now = str_fmt(g->a,
                      "coalesce((SELECT v.state %% 4 FROM \"_covered\" v WHERE v.\"_id\" = @1 AND %.*s),"
                      " (SELECT v.state %% 4 FROM \"_cover\" v WHERE %.*s), 0)",
                      STR_ARG(where), STR_ARG(where));
    struct cell *u = SQL_MAKE(g, WHOLE, last.p, r->id, key);
    u->unknown = false;
    sql_set_bounds(u, 0, SQL_ALWAYS);
    *until = u;
    struct cell *c = SQL_MAKE(g, WHOLE, now.p, r->id, key);
    c->unknown = false;
    sql_set_bounds(c, 0, 3);
    return c;
}

const struct cell *sql_cover(struct gen *g, const struct rec *r, uint32_t slot, const struct cell *key,
                             const struct cell **until)
{
    bool history = g->p->entities.at[r->entity].slots.at[slot].kind == SLOT_HISTORY;
    const struct cell *state = cover_state(g, r, slot, key, until), *why;
    if (state->pure) {
        num n = state->value.number;
        why = n == 1 ? sql_int(g, 1) : sql_literal(g, WHOLE, n == 2 && !history ? value_none() : value_unknown());
    } else {
        struct cell *c = SQL_MAKE(
            g, WHOLE, history ? "CASE @1 WHEN 1 THEN 1 END" : "CASE @1 WHEN 1 THEN 1 WHEN 2 THEN @N END", state);
        c->unknown = true;
        c->none = !history;
        why = sql_bind(g, c);
    }
    return sql_of_record(g, r, why);
}

/* ---- the scope of the members ---- */

static str aliased(struct gen *g, const struct scope *s, const char *column)
{
    return str_fmt(g->a, "t%u.%s", s->number, column);
}

/* FROM "M" t WHERE t.<via> = <owner>, without what has not begun yet. */
static void from_members(struct gen *g, struct scope *s, const struct entity *m, str via, const struct cell *owner,
                         bool monthly)
{
    str table = sql_table_name(g, m);
    int32_t month_now = date_month(g->o->today).index;
    struct text t;
    text_init(&t, g->a, 4096);
    text_addf(&t, "%.*s t%u", STR_ARG(table), s->number);
    if (monthly)
        text_addf(&t, " JOIN \"_month\" m%u ON m%u.m >= t%u.\"_from\" AND m%u.m <= t%u.\"_to\" AND m%u.m <= %d",
                  s->number, s->number, s->number, s->number, s->number, s->number, month_now);
    text_addf(&t, " WHERE t%u.%.*s = @1", s->number, STR_ARG(via));
    if (m->is_spell && !monthly) {
        str from = sql_column_name(g, m, SLOT_FROM);
        text_addf(&t, " AND (t%u.%.*s IS NULL OR t%u.%.*s <= %d)", s->number, STR_ARG(from), s->number, STR_ARG(from),
                  g->o->today.days);
    }
    sql_from(g, s, text_str(&t).p, &owner, 1);
}

static struct rec *element_of(struct gen *g, struct scope *s, uint16_t entity, bool monthly)
{
    struct cell *id = sql_make(g, WHOLE, aliased(g, s, "\"_id\"").p, NULL, 0);
    id->home = s;
    struct rec *r = sql_rec(g, entity, s, sql_bind(g, id));
    if (monthly) {
        struct cell *m = sql_make(g, type_of_kind(TYPE_MONTH), str_fmt(g->a, "m%u.m", s->number).p, NULL, 0);
        m->home = s;
        sql_set_bounds(m, MONTHS_FIRST, MONTHS_FIRST + MONTHS_COUNT);
        r->month = sql_bind(g, m);
    }
    return r;
}

/* Histories: one key, or all of them. Rows of keys nobody knows are left out. */
static bool history_members(struct gen *g, struct frame_of *f, const struct node *n, struct rec *r, struct members *out)
{
    const struct entity *m = &g->p->entities.at[out->entity];
    const struct code_list *list = m->key ? &g->p->codes.at[m->key - 1] : NULL;
    int32_t now = date_month(g->o->today).index;
    struct type code = { .kind = TYPE_CODE, .ref = (uint16_t)(m->key ? m->key - 1 : 0) };
    const struct cell *no_key =
        sql_literal(g, type_of_kind(TYPE_TEXT), (struct value){ .state = VALUE_KNOWN, .text = STR("") });
    if (n->kid_count > 1 || list == NULL) {
        const struct cell *key = n->kid_count > 1 ? sql_bind(g, sql_fit(g, sql_kid(g, f, n, 1), code)) : no_key, *until;
        if (key->pure && key->value.state != VALUE_KNOWN) {
            out->why = sql_fit(g, key, WHOLE);
            key = no_key;
        }
        const struct cell *why = sql_cover(g, r, n->k, key, &until);
        if (key->unknown) {
            const struct cell *is = SQL_MAKE(g, BOOLEAN, "@1 IS NULL", key), *u = sql_unknown(g, WHOLE);
            why = sql_case(g, WHOLE, &is, &u, 1, why);
        }
        why = out->why != NULL ? out->why : sql_bind(g, sql_strict(g, why, &key, 1, NULL));
        out->why = sql_of_record(g, r, why); /* a record that is not known comes before its key */
        until = sql_bind(g, until);
        if (!until->pure) {
            struct cell *p = SQL_MAKE(g, BOOLEAN, str_fmt(g->a, "@1 < %d", now).p, until);
            p->unknown = false;
            p->cond = true;
            out->partial = sql_bind(g, p);
        } else if (until->value.number < now) {
            out->partial = sql_cond(g, true);
        }
        sql_from(g, out->scope, str_fmt(g->a, " AND t%u.\"_key\" = @1", out->scope->number).p, &key, 1);
        if (!until->pure || until->value.number < now) /* what is said of months behind it is not known */
            sql_from(g, out->scope, str_fmt(g->a, " AND m%u.m <= @1", out->scope->number).p, &until, 1);
        return true;
    }
    cell_list any = { 0 }, some_not = { 0 };
    struct text keys;
    text_init(&keys, g->a, SQL_TEXT_MAX);
    for (uint32_t i = 0; i < list->items.len; i++) {
        const struct cell *key = sql_literal(g, code, (struct value){ .state = VALUE_KNOWN, .code = i }), *until;
        const struct cell *why = sql_cover(g, r, n->k, key, &until);
        until = sql_bind(g, until);
        bool sure = why->pure && until->pure;
        bool known = why->pure && why->value.state == VALUE_KNOWN;
        struct cell *k, *p;
        if (sure) {
            *vec_push(g->a, &any) = sql_cond(g, known);
            *vec_push(g->a, &some_not) = sql_cond(g, !known || until->value.number < now);
        } else {
            why = sql_bind(g, why);
            k = SQL_MAKE(g, BOOLEAN, "coalesce(@1, 0) = 1", why);
            p = SQL_MAKE(g, BOOLEAN, str_fmt(g->a, "coalesce(@1, 0) <> 1 OR @2 < %d", now).p, why, until);
            k->cond = p->cond = true;
            k->unknown = p->unknown = false;
            *vec_push(g->a, &any) = k;
            *vec_push(g->a, &some_not) = p;
        }
        str c = sql_quote_text(g, list->items.at[i].code);
        if (known && sure && until->value.number < now) {
            text_addf(&keys, "%s(t%u.\"_key\" = %.*s AND m%u.m <= %lld)", keys.len > 0 ? " OR " : "",
                      out->scope->number, STR_ARG(c), out->scope->number, (long long)until->value.number);
        } else if (known && sure) {
            text_addf(&keys, "%st%u.\"_key\" = %.*s", keys.len > 0 ? " OR " : "", out->scope->number, STR_ARG(c));
        } else if (!sure) {
            why = sql_bind(g, why);
            until = sql_bind(g, until);
            text_addf(&keys, "%s(t%u.\"_key\" = %.*s AND coalesce(%.*s, 0) = 1 AND m%u.m <= %.*s)",
                      keys.len > 0 ? " OR " : "", out->scope->number, STR_ARG(c), STR_ARG(why->text),
                      out->scope->number, STR_ARG(until->text));
            sql_from(g, out->scope, "", &why, 1);
            sql_from(g, out->scope, "", &until, 1);
        }
    }
    const struct cell *some = sql_bind(g, sql_chain(g, any.at, (unsigned)any.len, true)), *why;
    const struct cell *one = sql_int(g, 1), *nothing = sql_unknown(g, WHOLE);
    if (some->pure)
        why = some->value.boolean ? one : nothing;
    else
        why = sql_case(g, WHOLE, &some, &one, 1, nothing);
    out->why = sql_bind(g, sql_of_record(g, r, why));
    const struct cell *partial = sql_bind(g, sql_chain(g, some_not.at, (unsigned)some_not.len, true));
    if (!partial->pure || partial->value.boolean) out->partial = partial;
    sql_from(g, out->scope, keys.len > 0 ? str_fmt(g->a, " AND (%.*s)", STR_ARG(text_str(&keys))).p : " AND FALSE",
             NULL, 0);
    return true;
}

bool sql_members(struct gen *g, struct frame_of *f, node_id group, unsigned level, struct members *out)
{
    const struct node *n = node_at(g->p, group);
    *out = (struct members){ 0 };
    struct rec *r = sql_record(g, f, node_kid(g->p, n, 0));
    if (r == NULL) return false;
    const struct slot *s = &g->p->entities.at[r->entity].slots.at[n->k];
    out->entity = s->type.ref;
    const struct entity *m = &g->p->entities.at[out->entity];
    out->monthly = m->is_monthly;
    struct scope *around = sql_rec_scope(g, r);
    out->scope = sql_scope(g, around->depth > f->scope->depth ? around : f->scope);
    if (n->op == OP_HISTORY) {
        from_members(g, out->scope, m, STR("\"_owner\""), r->id, true);
        if (!history_members(g, f, n, r, out)) return false;
    } else {
        str via = STR("\"_owner\"");
        if (s->kind == SLOT_GROUP) {
            int i = entity_slot(m, s->via);
            assert(i >= 0); /* the checker saw to it */
            via = sql_column_name(g, m, (uint32_t)i);
        }
        const struct cell *until,
            *no_key = sql_literal(g, type_of_kind(TYPE_TEXT), (struct value){ .state = VALUE_KNOWN, .text = STR("") });
        out->why = sql_bind(g, sql_cover(g, r, n->k, no_key, &until));
        from_members(g, out->scope, m, via, r->id, out->monthly);
    }
    out->element = element_of(g, out->scope, out->entity, out->monthly);
    out->frame = *f;
    out->frame.memos = NULL;
    out->frame.memo_count = out->frame.memo_cap = 0;
    out->frame.result = NULL;
    out->frame.scope = out->scope;
    assert(level <= LIMIT_LEVELS);
    out->frame.elements[level] = out->element;
    return true;
}

/* ---- what is said about all ---- */

/* The errors among column z of a scope, as the start of a CASE: one if it is the only one, else an escape. */
static const char *errors_of(struct gen *g, bool none)
{
    (void)g;
    return none
               ? "CASE WHEN min(CASE WHEN @1 <> @N THEN @1 END) < @S THEN CASE WHEN min(CASE WHEN @1 <> @N THEN @1 END)"
                 " = max(CASE WHEN @1 < @S AND @1 <> @N THEN @1 END) THEN min(CASE WHEN @1 <> @N THEN @1 END) ELSE @X "
                 "END"
               : "CASE WHEN min(@1) < @S THEN CASE WHEN min(@1) = max(CASE WHEN @1 < @S THEN @1 END) THEN min(@1) ELSE"
                 " @X END";
}

/* 任一 全部 over column c (integers 0 1 NULL, errors), of one scope. */
static const struct cell *quantified(struct gen *g, struct scope *s, const struct cell *c, bool any)
{
    struct cell *r;
    if (!c->error) {
        const struct cell *cond = sql_condition(g, c);
        if (!cond->unknown) {
            const struct cell *is = any ? cond : sql_not(g, cond);
            is = sql_localize(g, s, is);
            struct cell *where = SQL_MAKE(g, BOOLEAN, "max(CASE WHEN @1 THEN 1 ELSE 0 END)", is);
            r = SQL_MAKE(g, BOOLEAN, any ? "coalesce(@1, 0)" : "1 - coalesce(@1, 0)", where);
            r->unknown = false;
            return sql_subquery(g, s, r);
        }
        const struct cell *z = sql_localize(g, s, sql_coded(g, cond));
        r = SQL_MAKE(g, BOOLEAN,
                     any ? "CASE WHEN max(@1) = 1 THEN 1 WHEN count(@1) < count(*) THEN NULL ELSE 0 END"
                         : "CASE WHEN min(@1) = 0 THEN 0 WHEN count(@1) < count(*) THEN NULL ELSE 1 END",
                     z);
        r->unknown = true;
        return sql_subquery(g, s, r);
    }
    if (c->none) {
        c = sql_bind(g, c);
        struct cell *not_so = SQL_MAKE(g, BOOLEAN, "CASE WHEN @1 = @N THEN 0 ELSE @1 END", c);
        not_so->error = true;
        c = not_so;
    }
    const struct cell *z = sql_localize(g, s, c);
    struct text t;
    text_init(&t, g->a, 4096);
    text_addf(&t, "CASE WHEN max(%s) = 1 THEN %d WHEN %s ELSE %d END", any ? "@1" : "CASE WHEN @1 = 0 THEN 1 END",
              any ? 1 : 0,
              "min(@1) < @S THEN CASE WHEN min(@1) = max(CASE WHEN @1 < @S THEN @1 END) THEN min(@1) ELSE @X END"
              " WHEN count(@1) < count(*) THEN NULL",
              any ? 0 : 1);
    r = SQL_MAKE(g, BOOLEAN, text_str(&t).p, z);
    r->unknown = r->error = true;
    return sql_subquery(g, s, r);
}

/* What each element adds: its value, none for nothing, unknown, an error. */
static const struct cell *contribution(struct gen *g, struct type t, const struct cell *c, const struct cell *v)
{
    const struct cell *nothing = sql_literal(g, t, value_none());
    v = sql_fit(g, v, t);
    if (c->pure && c->value.state == VALUE_KNOWN && c->value.boolean) return v;
    return sql_if(g, t, c, v, nothing);
}

static const struct cell *aggregated(struct gen *g, const struct node *n, struct members *m, const struct cell *c,
                                     const struct cell *v)
{
    struct type t = n->type;
    bool adds = n->op == OP_COUNT || n->op == OP_SUM;
    if (sql_is_text(t) || t.kind == TYPE_RECORD) return sql_refuse(g, node_kid(g->p, n, 2), "文字和代码没有最大最小");
    const struct cell *one = sql_int(g, 1);
    const struct cell *z = sql_localize(g, m->scope, contribution(g, t, c, n->op == OP_COUNT ? one : v));
    struct text x;
    text_init(&x, g->a, 4096);
    if (z->error) text_addf(&x, "%s WHEN ", errors_of(g, z->none));
    if (!z->error && z->unknown) text_addz(&x, "CASE WHEN ");
    if (z->unknown) text_addz(&x, "count(@1) < count(*) THEN NULL");
    if (z->error && !z->unknown) text_addz(&x, "FALSE THEN NULL");
    if (z->error || z->unknown) text_addz(&x, " ELSE ");
    /* numbers alone: a database adds up before it looks at what the CASE around it decided, and states have no sum */
    const char *some = z->none || z->error ? "CASE WHEN @1 >= @S THEN @1 END" : "@1";
    num most = z->hi > -z->lo ? z->hi : -z->lo;
    if (n->op == OP_COUNT) {
        text_addf(&x, "count(%s)", some);
    } else if (n->op == OP_SUM && most <= SQL_NUMBER) {
        text_addf(&x, "coalesce(CAST(sum(%s) AS bigint), 0)", some);
    } else if (n->op == OP_SUM) { /* in two halves that cannot overflow; the whole is looked at */
        if (sql_pg(g))
            text_addf(&x,
                      "CASE WHEN abs(sum(CAST(%s AS numeric))) > 9223372036854775700 THEN @X ELSE"
                      " coalesce(CAST(sum(%s) AS bigint), 0) END",
                      some, some);
        else
            text_addf(&x,
                      "CASE WHEN typeof(sum((%s) / 1048576) * 1048576 + sum((%s) %% 1048576)) = 'real' OR"
                      " sum((%s) / 1048576) * 1048576 + sum((%s) %% 1048576) < -9223372036854775700 THEN @X ELSE"
                      " coalesce(sum((%s) / 1048576) * 1048576 + sum((%s) %% 1048576), 0) END",
                      some, some, some, some, some, some);
    } else {
        text_addf(&x, "coalesce(%s(%s), @N)", n->op == OP_MAX ? "max" : "min", some);
    }
    if (z->error || z->unknown) text_addz(&x, " END");
    struct cell *r = SQL_MAKE(g, t, text_str(&x).p, z);
    r->unknown = z->unknown;
    r->error = z->error || (n->op == OP_SUM && most > SQL_NUMBER);
    r->none = !adds;
    if (n->op == OP_COUNT)
        sql_set_bounds(r, 0, 1000000000);
    else if (!adds)
        sql_set_bounds(r, z->lo, z->hi);
    else
        sql_set_bounds(r, -(num)INT64_MAX + CODES, INT64_MAX);
    return sql_subquery(g, m->scope, r);
}

/* The result over the elements, seen with what is known of the group. `s` as integers. */
static const struct cell *with_group(struct gen *g, const struct members *m, const struct cell *s, enum op op,
                                     const struct cell *empty)
{
    struct type t = s->type;
    if (m->partial != NULL) { /* there may be more: only what decides stays, and errors */
        const struct cell *u = sql_unknown(g, t);
        const struct cell *all = m->partial;
        s = sql_bind(g, s);
        cell_list when = { 0 }, then = { 0 };
        if (op == OP_ANY || op == OP_ALL) {
            *vec_push(g->a, &when) = SQL_MAKE(g, BOOLEAN, op == OP_ANY ? "@1 = 1" : "@1 = 0", s);
            *vec_push(g->a, &then) = s;
        }
        if (s->error) {
            struct cell *is = SQL_MAKE(g, BOOLEAN, s->none ? "@1 < @S AND @1 <> @N" : "@1 < @S", s);
            *vec_push(g->a, &when) = is;
            *vec_push(g->a, &then) = s;
        }
        *vec_push(g->a, &when) = all;
        *vec_push(g->a, &then) = u;
        s = sql_case(g, t, when.at, then.at, (unsigned)when.len, s);
    }
    const struct cell *why = m->why;
    if (why->pure && why->value.state == VALUE_KNOWN) return s;
    if (why->pure && why->value.state == VALUE_UNKNOWN) return sql_unknown(g, t);
    if (why->pure && why->value.state == VALUE_NONE) return empty;
    const struct cell *is = SQL_MAKE(g, BOOLEAN, "@1 IS NULL", why), *u = sql_unknown(g, t);
    if (why->unknown) s = sql_case(g, t, &is, &u, 1, s);
    return sql_strict(g, s, &why, 1, empty);
}

const struct cell *sql_over_group(struct gen *g, struct frame_of *f, const struct node *n, node_id id)
{
    struct members m;
    if (!sql_members(g, f, node_kid(g->p, n, 0), n->level, &m)) return sql_unknown(g, n->type);
    const struct cell *c = n->kid_count > 1 ? sql_node(g, &m.frame, node_kid(g->p, n, 1)) : sql_cond(g, true), *s;
    bool quantifier = n->op == OP_ANY || n->op == OP_ALL;
    (void)id;
    if (quantifier) {
        s = quantified(g, m.scope, c, n->op == OP_ANY);
    } else {
        const struct cell *v = n->kid_count > 2 ? sql_node(g, &m.frame, node_kid(g->p, n, 2)) : sql_int(g, 1);
        if (n->op != OP_COUNT && n->op != OP_SUM && n->kid_count < 3)
            return sql_refuse(g, id, "没有说求什么的最大最小");
        s = aggregated(g, n, &m, c, v);
    }
    const struct cell *empty = n->op == OP_ANY                        ? sql_coded(g, sql_cond(g, false))
                               : n->op == OP_ALL                      ? sql_coded(g, sql_cond(g, true))
                               : n->op == OP_COUNT || n->op == OP_SUM ? sql_literal(g, n->type, value_num(0))
                                                                      : sql_literal(g, n->type, value_none());
    return sql_bind(g, with_group(g, &m, s, (enum op)n->op, empty));
}

const struct cell *sql_has_group(struct gen *g, struct frame_of *f, node_id group, bool has)
{
    struct members m;
    if (!sql_members(g, f, group, 1, &m)) return sql_unknown(g, BOOLEAN);
    struct cell *some = sql_make(g, BOOLEAN, "CASE WHEN count(*) > 0 THEN 1 ELSE 0 END", NULL, 0);
    const struct cell *s = sql_subquery(g, m.scope, some);
    const struct cell *is = with_group(g, &m, s, OP_ANY, sql_coded(g, sql_cond(g, false)));
    return sql_bind(g, has ? is : sql_not(g, is));
}
