/* sql_func: records and their fields, definitions, tables, parameters. A definition of a record becomes columns of the
 * scope the record belongs to, once. */
#include "sql/sql_priv.h"

#include <assert.h>

typedef VEC(const struct cell *) cell_list;

static const struct type BOOLEAN = { .kind = TYPE_BOOL };

/* ---- records ---- */

struct rec *sql_rec(struct gen *g, uint16_t entity, struct scope *row, const struct cell *id)
{
    struct rec *r = ARENA_NEW(g->a, struct rec);
    r->entity = entity;
    r->row = row;
    r->id = id;
    map_init(&r->frames, g->a);
    return r;
}

struct scope *sql_rec_scope(struct gen *g, const struct rec *r)
{
    struct scope *s = r->row != NULL ? r->row : r->id->home;
    if (r->month != NULL && r->month->home != NULL && (s == NULL || r->month->home->depth > s->depth))
        s = r->month->home;
    return s != NULL ? s : g->top;
}

str sql_table_name(struct gen *g, const struct entity *e)
{
    struct text t;
    text_init(&t, g->a, 1024);
    store_quote(&t, e->name);
    return text_str(&t);
}

str sql_column_name(struct gen *g, const struct entity *e, uint32_t slot)
{
    if (e->is_spell && slot == (e->is_monthly ? (uint32_t)SLOT_MONTH_OWNER : (uint32_t)SLOT_OWNER))
        return STR("\"_owner\"");
    struct text t;
    text_init(&t, g->a, 1024);
    store_quote(&t, e->slots.at[slot].name);
    return text_str(&t);
}

/* Numbers outside the usual bounds anywhere in a column that is used make the whole result an escape. */
static void guard(struct gen *g, const struct entity *e, str column, bool number)
{
    struct text *t = map_get(&g->guarded, e->name);
    if (t == NULL) {
        t = ARENA_NEW(g->a, struct text);
        text_init(t, g->a, SQL_TEXT_MAX);
        map_put(&g->guarded, e->name, t);
    }
    str condition = number ? str_fmt(g->a, "(g.%.*s > %lld OR (g.%.*s < -%lld AND g.%.*s > ", STR_ARG(column),
                                     (long long)SQL_NUMBER, STR_ARG(column), (long long)SQL_NUMBER, STR_ARG(column))
                           : str_fmt(g->a, "(g.%.*s > %d OR (g.%.*s < %d AND g.%.*s > ", STR_ARG(column), SQL_LAST_DAY,
                                     STR_ARG(column), SQL_FIRST_DAY, STR_ARG(column));
    if (t->len > 0 && str_find(text_str(t), condition) != SIZE_MAX) return;
    if (t->len > 0) text_addz(t, " OR ");
    text_add(t, condition);
    text_addz(t, sql_pg(g) ? "(-9223372036854775807 - 1)))" : "-9223372036854775808))");
}

static void set_field_bounds(struct gen *g, struct cell *c, const struct entity *e, str column)
{
    enum { MONTH_MIN = 1800 * 12, MONTH_MAX = 3000 * 12, MONTH_FIRST = 1850 * 12, MONTH_LAST = 2500 * 12 };
    bool number = c->type.kind == TYPE_NUM, day = c->type.kind == TYPE_DATE, month_ = c->type.kind == TYPE_MONTH;
    if (g->o->checked) {
        if (day) sql_set_bounds(c, DATE_MIN.days, DATE_MAX.days);
        if (month_) sql_set_bounds(c, MONTH_MIN, MONTH_MAX);
        return;
    }
    if (number) {
        guard(g, e, column, true);
        sql_set_bounds(c, -SQL_NUMBER, SQL_NUMBER);
    } else if (day) {
        guard(g, e, column, false);
        sql_set_bounds(c, SQL_FIRST_DAY, SQL_LAST_DAY);
    } else if (month_) {
        sql_set_bounds(c, MONTH_FIRST, MONTH_LAST);
    }
}

const struct cell *sql_field(struct gen *g, struct rec *r, uint32_t slot)
{
    const struct entity *e = &g->p->entities.at[r->entity];
    const struct slot *s = &e->slots.at[slot];
    if (e->is_monthly && slot == SLOT_MONTH) {
        if (r->month != NULL) return sql_of_record(g, r, r->month);
        return sql_refuse(g, 0, "逐月记录没有说是哪个月");
    }
    str column = sql_column_name(g, e, slot);
    struct type t = s->type;
    struct cell *c;
    if (r->row != NULL) {
        str text = str_fmt(g->a, "t%u.%.*s", r->row->number, STR_ARG(column));
        c = sql_make(g, t, text.p, NULL, 0);
        c->home = r->row;
    } else {
        str text = str_fmt(g->a, "(SELECT r.%.*s FROM %.*s r WHERE r.\"_id\" = @1)", STR_ARG(column),
                           STR_ARG(sql_table_name(g, e)));
        c = SQL_MAKE(g, t, text.p, r->id);
    }
    c->unknown = true;
    c->none = s->optional;
    set_field_bounds(g, c, e, column);
    if (t.kind == TYPE_BOOL && !s->optional) {
        struct cell *raw = c;
        if (sql_pg(g)) c = SQL_MAKE(g, t, "@1 = 1", raw);
        c->home = raw->home;
        c->unknown = true;
        c->cond = true;
    }
    return sql_of_record(g, r, sql_bind(g, c));
}

/* ---- frames and definitions ---- */

static struct frame_of *new_frame(struct gen *g, struct rec *r)
{
    struct frame_of *f = ARENA_NEW(g->a, struct frame_of);
    f->elements[0] = r;
    f->scope = sql_rec_scope(g, r);
    return f;
}

/* Exceptions from the highest rank down. */
static const struct cell *definition(struct gen *g, struct frame_of *f, const struct func *d)
{
    struct type t = d->type;
    const struct cell *rest = d->base != 0 ? sql_node(g, f, d->base) : sql_error(g, t, VERR_UNSET);
    bool conds = t.kind == TYPE_BOOL && rest->cond;
    VEC(int64_t) ranks = { 0 }; /* from the lowest up: each wraps what is below it */
    for (bool more = true; more;) {
        int64_t rank = INT64_MAX;
        more = false;
        VEC_EACH (const struct exception, x, &d->exceptions) {
            if (ranks.len > 0 && x->rank <= ranks.at[ranks.len - 1]) continue;
            if (!more || x->rank < rank) rank = x->rank;
            more = true;
        }
        if (more) *vec_push(g->a, &ranks) = rank;
    }
    VEC_EACH (const int64_t, rank, &ranks) {
        cell_list conditions = { 0 }, values = { 0 }, when = { 0 }, then = { 0 };
        bool wild = false;
        VEC_EACH (const struct exception, x, &d->exceptions) {
            if (x->rank != *rank) continue;
            const struct cell *c = sql_node(g, f, x->condition);
            wild = wild || c->error;
            *vec_push(g->a, &conditions) = c;
            *vec_push(g->a, &values) = sql_node(g, f, x->value);
        }
        for (size_t i = 0; i < values.len; i++) conds = conds && values.at[i]->cond;
        conds = conds && !wild && conditions.len == 1;
        if (!conds) {
            rest = sql_fit(g, rest, t);
            for (size_t i = 0; i < values.len; i++) values.at[i] = sql_fit(g, values.at[i], t);
        }
        if (conditions.len == 1) {
            rest = sql_if(g, t, conditions.at[0], values.at[0], rest);
            conds = rest->cond;
            continue;
        }
        struct text two;
        text_init(&two, g->a, SQL_TEXT_MAX);
        for (size_t i = 0; i < conditions.len; i++) {
            const struct cell *c = conditions.at[i];
            conditions.at[i] = sql_bind(g, c->error ? sql_coded(g, c) : sql_condition(g, c));
        }
        if (conditions.len > MENTIONS_MAX) return sql_refuse(g, d->base, "同一个优先的例外太多");
        const struct cell **c = conditions.at;
        for (size_t i = 0; i < conditions.len; i++)
            text_addf(&two, "%sCASE WHEN @%zu%s THEN 1 ELSE 0 END", i > 0 ? " + " : "", i + 1,
                      c[i]->cond ? "" : " = 1");
        text_addz(&two, " >= 2");
        *vec_push(g->a, &when) = sql_make(g, BOOLEAN, text_str(&two).p, c, (unsigned)conditions.len);
        *vec_push(g->a, &then) = sql_error(g, t, VERR_TWO_EXCEPTIONS);
        if (wild) { /* an escape may be true: before all that follows, and it may be the second */
            for (size_t i = 0; i < conditions.len; i++) {
                if (!c[i]->error) continue;
                *vec_push(g->a, &when) = SQL_MAKE(g, BOOLEAN, "@1 = @X", c[i]);
                *vec_push(g->a, &then) = sql_error(g, t, CODE_ESCAPE);
            }
        }
        for (size_t i = conditions.len; i-- > 0;) { /* the last error is told */
            if (!c[i]->error) continue;
            *vec_push(g->a, &when) = SQL_MAKE(g, BOOLEAN, c[i]->none ? "@1 < @S AND @1 <> @N" : "@1 < @S", c[i]);
            *vec_push(g->a, &then) = sql_error_as(g, c[i], t);
        }
        for (size_t i = 0; i < conditions.len; i++) {
            if (!c[i]->unknown) continue;
            *vec_push(g->a, &when) = SQL_MAKE(g, BOOLEAN, "@1 IS NULL", c[i]);
            *vec_push(g->a, &then) = sql_unknown(g, t);
        }
        for (size_t i = 0; i < conditions.len; i++) {
            *vec_push(g->a, &when) = c[i]->cond ? c[i] : SQL_MAKE(g, BOOLEAN, "@1 = 1", c[i]);
            *vec_push(g->a, &then) = values.at[i];
        }
        rest = sql_case(g, t, when.at, then.at, (unsigned)when.len, rest);
        conds = false;
    }
    return rest;
}

/* A row of a table: whether all its tests hold. */
static const struct cell *row_holds(struct gen *g, struct frame_of *inner, const struct func *t,
                                    const struct table_row *row)
{
    cell_list tests = { 0 };
    for (size_t i = 0; i < t->inputs.len; i++)
        if (row->tests.at[i] != 0) *vec_push(g->a, &tests) = sql_node(g, inner, row->tests.at[i]);
    return sql_bind(g, sql_chain(g, tests.at, (unsigned)tests.len, false));
}

/* Conditions and values of one row of a CASE: not known, then the hit. */
static void add_open(struct gen *g, const struct cell *c, struct type t, cell_list *when, cell_list *then)
{
    if (c->error) {
        *vec_push(g->a, when) = SQL_MAKE(g, BOOLEAN, "@1 < @S", c);
        *vec_push(g->a, then) = sql_error_as(g, c, t);
    }
    if (c->unknown) {
        *vec_push(g->a, when) = SQL_MAKE(g, BOOLEAN, "@1 IS NULL", c);
        *vec_push(g->a, then) = sql_unknown(g, t);
    }
}

static const struct cell *table(struct gen *g, struct frame_of *f, const struct func *t)
{
    const struct cell *inputs[LIMIT_ARGS];
    cell_list when = { 0 }, then = { 0 }, holds = { 0 };
    for (size_t i = 0; i < t->inputs.len; i++) {
        inputs[i] = sql_bind(g, sql_coded(g, sql_node(g, f, t->inputs.at[i])));
        if (!inputs[i]->error) continue;
        const struct cell *is = SQL_MAKE(g, BOOLEAN, "@1 IS NOT NULL", inputs[i]);
        struct cell *c = ARENA_NEW(g->a, struct cell);
        *c = *is;
        c->text = sql_is_error(g, inputs[i]);
        *vec_push(g->a, &when) = c;
        *vec_push(g->a, &then) = sql_error_as(g, inputs[i], t->type);
    }
    struct frame_of inner = *f;
    inner.locals = inputs;
    inner.memos = NULL;
    inner.memo_count = inner.memo_cap = 0;
    VEC_EACH (const struct table_row, row, &t->rows) *vec_push(g->a, &holds) = row_holds(g, &inner, t, row);
    if (!t->first_hit) {
        const struct cell *hits = NULL;
        for (size_t i = 0; i < holds.len; i++) {
            const struct cell *c = holds.at[i];
            if (c->pure && !(c->value.state == VALUE_KNOWN && c->value.boolean)) continue;
            const struct cell *one = SQL_MAKE(
                g, BOOLEAN, c->cond ? "CASE WHEN @1 THEN 1 ELSE 0 END" : "CASE WHEN @1 = 1 THEN 1 ELSE 0 END", c);
            hits = hits == NULL ? one : SQL_MAKE(g, BOOLEAN, "@1 + @2", hits, one);
        }
        if (hits != NULL && holds.len > 1) {
            *vec_push(g->a, &when) = SQL_MAKE(g, BOOLEAN, "@1 >= 2", hits);
            *vec_push(g->a, &then) = sql_error(g, t->type, VERR_TWO_ROWS);
        }
        for (size_t i = 0; i < holds.len; i++) { /* one that may hold and be the second */
            const struct cell *c = holds.at[i];
            if (!c->error) continue;
            *vec_push(g->a, &when) = SQL_MAKE(g, BOOLEAN, "@1 = @X", c);
            *vec_push(g->a, &then) = sql_error(g, t->type, CODE_ESCAPE);
        }
        for (size_t i = 0; i < holds.len; i++) add_open(g, holds.at[i], t->type, &when, &then);
    }
    for (size_t i = 0; i < holds.len; i++) {
        const struct cell *c = holds.at[i];
        if (t->first_hit) add_open(g, c, t->type, &when, &then);
        *vec_push(g->a, &when) = c->cond ? c : SQL_MAKE(g, BOOLEAN, "@1 = 1", c);
        *vec_push(g->a, &then) = sql_fit(g, sql_node(g, &inner, t->rows.at[i].result), t->type);
    }
    return sql_case(g, t->type, when.at, then.at, (unsigned)when.len, sql_error(g, t->type, VERR_NO_ROW));
}

static const struct cell *body(struct gen *g, struct frame_of *f, uint32_t func)
{
    const struct func *d = func_on(g->p, func, g->o->rule_day);
    if (d == NULL) return sql_error(g, g->p->funcs.at[func].type, VERR_NOT_IN_FORCE);
    return d->is_table ? table(g, f, d) : definition(g, f, d);
}

/* A text in front of c's value: a fact given in its place. */
static const struct cell *given(struct gen *g, struct rec *r, str slot, const struct cell *computed)
{
    const struct entity *e = &g->p->entities.at[r->entity];
    str key = str_fmt(g->a, "%.*s|%.*s", STR_ARG(e->name), STR_ARG(slot));
    if (g->o->known != NULL && map_get(&g->o->known->given, key) == NULL) return computed;
    if (e->is_monthly) return computed; /* a month has no number of its own */
    struct type t = computed->type;
    const char *value = sql_is_text(t) ? "v.value" : "CAST(v.value AS bigint)";
    const struct cell *id = sql_bind(g, r->id);
    str where = str_fmt(g->a, "FROM \"_given\" v WHERE v.\"_id\" = @1 AND v.entity = %.*s AND v.slot = %.*s",
                        STR_ARG(sql_quote_text(g, e->name)), STR_ARG(sql_quote_text(g, slot)));
    struct cell *is = SQL_MAKE(g, BOOLEAN, str_fmt(g->a, "EXISTS (SELECT 1 %.*s)", STR_ARG(where)).p, id);
    is->unknown = false;
    is->cond = true;
    str pick = str_fmt(g->a, "(SELECT CASE v.state %% 4 WHEN 1 THEN %s WHEN 2 THEN %s END %.*s)", value,
                       sql_is_text(t) ? "''" : "@N", STR_ARG(where));
    struct cell *fact = SQL_MAKE(g, t, pick.p, id);
    fact->unknown = fact->none = true;
    return sql_if(g, t, sql_bind(g, is), fact, sql_fit(g, computed, t));
}

const struct cell *sql_func_of(struct gen *g, struct rec *r, uint32_t func)
{
    const struct func *d = &g->p->funcs.at[func];
    struct frame_of *f = map_get(&r->frames, d->name);
    if (f == NULL) {
        f = new_frame(g, r);
        map_put(&r->frames, d->name, f);
    }
    if (f->result == NULL) {
        if (++g->depth > LIMIT_EVAL_DEPTH) return sql_refuse(g, d->base, "定义套得太深");
        const struct cell *c = given(g, r, d->name, body(g, f, func));
        f->result = sql_bind(g, sql_of_record(g, r, c));
        g->depth--;
    }
    return f->result;
}

const struct cell *sql_call(struct gen *g, struct frame_of *f, const struct node *n)
{
    struct rec *r = sql_record(g, f, node_kid(g->p, n, 0));
    if (r == NULL) return sql_unknown(g, n->type);
    if (n->kid_count == 1) return sql_func_of(g, r, n->k);
    const struct cell *args[LIMIT_ARGS];
    unsigned count = n->kid_count - 1u;
    struct frame_of *inner = new_frame(g, r);
    inner->locals = ARENA_ARRAY(g->a, const struct cell *, count);
    for (unsigned i = 0; i < count; i++) {
        const struct cell *c = sql_kid(g, f, n, i + 1);
        args[i] = sql_bind(g, sql_fit(g, c, node_at(g->p, node_kid(g->p, n, i + 1))->type));
        if (args[i]->home != NULL && args[i]->home->depth > inner->scope->depth) inner->scope = args[i]->home;
    }
    inner->locals = args;
    if (++g->depth > LIMIT_EVAL_DEPTH) return sql_refuse(g, n->kids, "定义套得太深");
    const struct cell *c = body(g, inner, n->k);
    g->depth--;
    c = sql_fit(g, c, n->type);
    bool wild = false, unknown = false;
    for (unsigned i = 0; i < count; i++) {
        wild = wild || args[i]->none || args[i]->error;
        unknown = unknown || args[i]->unknown;
    }
    if (unknown) { /* an argument that is not known is the result, also where the body does not use it */
        for (unsigned i = 0; i < count; i++) {
            if (!args[i]->unknown) continue;
            const struct cell *is = SQL_MAKE(g, BOOLEAN, "@1 IS NULL", args[i]), *u = sql_unknown(g, n->type);
            c = sql_case(g, n->type, &is, &u, 1, c);
        }
    }
    if (wild) c = sql_strict(g, c, args, count, NULL);
    return sql_of_record(g, r, sql_bind(g, c));
}

/* ---- parameters ---- */

/* The value of an item on a day that is not known when compiling: by its rows, newest first. */
static const struct cell *by_day(struct gen *g, const struct param *q, uint32_t item, const struct cell *day)
{
    cell_list when = { 0 }, then = { 0 };
    const struct cell *nothing = sql_error(g, q->type, VERR_NO_VALUE);
    for (uint32_t i = q->first_of_item[item + 1]; i-- > q->first_of_item[item];) {
        const struct param_row *row = &q->rows.at[i];
        *vec_push(g->a, &when) = SQL_MAKE(g, BOOLEAN, str_fmt(g->a, "@1 >= %d", row->from.days).p, day);
        *vec_push(g->a, &then) = row->ended ? nothing : sql_coded(g, sql_literal(g, q->type, row->value));
    }
    return sql_case(g, q->type, when.at, then.at, (unsigned)when.len, nothing);
}

static const struct cell *of_item(struct gen *g, const struct param *q, uint32_t item, const struct cell *day)
{
    if (!(day->pure && day->value.state == VALUE_KNOWN)) return by_day(g, q, item, day);
    const struct param_row *row = param_row_on(q, item, day->value.day);
    return row != NULL ? sql_coded(g, sql_literal(g, q->type, row->value)) : sql_error(g, q->type, VERR_NO_VALUE);
}

const struct cell *sql_param(struct gen *g, struct frame_of *f, const struct node *n, node_id id)
{
    const struct param *q = &g->p->params.at[n->k];
    const struct cell *cells[2] = { NULL, NULL };
    unsigned count = 0;
    const struct cell *key = NULL, *day = sql_literal(g, type_of_kind(TYPE_DATE), value_date(g->o->rule_day));
    if (n->level & 1u) {
        struct type code = node_at(g->p, node_kid(g->p, n, 0))->type;
        cells[count++] = key = sql_bind(g, sql_fit(g, sql_kid(g, f, n, 0), code));
    }
    if (n->level & 2u) cells[count++] = day = sql_bind(g, sql_kid(g, f, n, n->level & 1u));
    const struct cell *r;
    if (q->open && q->rows.len == 0) {
        r = sql_error(g, n->type, VERR_UNSET);
    } else if (key == NULL || (key->pure && key->value.state == VALUE_KNOWN)) {
        r = of_item(g, q, key != NULL ? key->value.code : 0, day);
    } else {
        const struct code_list *list = &g->p->codes.at[q->key - 1];
        cell_list when = { 0 }, then = { 0 };
        for (uint32_t i = 0; i < list->items.len; i++) {
            str code = sql_quote_text(g, list->items.at[i].code);
            *vec_push(g->a, &when) = SQL_MAKE(g, BOOLEAN, str_fmt(g->a, "@1 = %.*s", STR_ARG(code)).p, key);
            *vec_push(g->a, &then) = sql_coded(g, of_item(g, q, i, day));
        }
        r = sql_case(g, n->type, when.at, then.at, (unsigned)when.len, sql_error(g, n->type, VERR_NO_VALUE));
    }
    (void)id;
    for (unsigned i = 0; i < count; i++) { /* a key that is not known equals none of them */
        if (cells[i] == NULL || !cells[i]->unknown) continue;
        const struct cell *is = SQL_MAKE(g, BOOLEAN, "@1 IS NULL", cells[i]), *u = sql_unknown(g, n->type);
        r = sql_case(g, n->type, &is, &u, 1, sql_coded(g, r));
    }
    return sql_strict(g, r, cells, count, NULL);
}

/* ---- policies within policies, judgements ---- */

const struct cell *sql_criteria(struct gen *g, struct rec *r, const struct policy *q)
{
    struct frame_of *f = new_frame(g, r);
    cell_list list = { 0 };
    VEC_EACH (const struct criterion, c, &q->criteria) {
        const struct cell *v = sql_node(g, f, c->node);
        *vec_push(g->a, &list) = c->is_exclusion ? sql_not(g, v) : v;
    }
    return sql_chain(g, list.at, (unsigned)list.len, false);
}

const struct cell *sql_qualifies(struct gen *g, struct frame_of *f, const struct node *n)
{
    struct rec *r = sql_record(g, f, node_kid(g->p, n, 0));
    if (r == NULL) return sql_cond(g, false);
    const struct policy *q = policy_on(g->p, n->k, g->o->rule_day);
    return sql_of_record(g, r, q == NULL ? sql_cond(g, false) : sql_bind(g, sql_criteria(g, r, q)));
}

const struct cell *sql_judge(struct gen *g, struct frame_of *f, const struct node *n)
{
    struct rec *r = sql_record(g, f, node_kid(g->p, n, 0));
    if (r == NULL) return sql_unknown(g, n->type);
    return sql_of_record(g, r, given(g, r, g->p->consts.at[n->k].text, sql_unknown(g, BOOLEAN)));
}
