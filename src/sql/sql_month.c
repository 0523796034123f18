/* sql_month: months of a history, stored as runs. Sums over runs cut at a month; for 连续月数 the last run that has no
 * neighbour before it is where the months up to that month began. */
#include "sql/sql_priv.h"

static const struct type BOOLEAN = { .kind = TYPE_BOOL };
static const struct type MONTH_TYPE = { .kind = TYPE_MONTH };

struct history_at {
    struct rec *record;
    const struct cell *key, *why, *until; /* why: 1, NULL, none, an error */
    str table;
    struct type row_type;
    uint16_t entity;
};

static bool history_at(struct gen *g, struct frame_of *f, node_id id, struct history_at *out)
{
    const struct node *n = node_at(g->p, id);
    *out = (struct history_at){ 0 };
    struct rec *r = sql_record(g, f, node_kid(g->p, n, 0));
    if (r == NULL) return false;
    const struct slot *s = &g->p->entities.at[r->entity].slots.at[n->k];
    const struct entity *m = &g->p->entities.at[s->type.ref];
    out->record = r;
    out->entity = s->type.ref;
    out->table = sql_table_name(g, m);
    struct type code = { .kind = TYPE_CODE, .ref = (uint16_t)(m->key ? m->key - 1 : 0) };
    struct type plain = type_num(UNIT_NONE, 0);
    const struct cell *key = n->kid_count > 1 ? sql_bind(g, sql_fit(g, sql_kid(g, f, n, 1), code))
                                              : sql_literal(g, type_of_kind(TYPE_TEXT),
                                                            (struct value){ .state = VALUE_KNOWN, .text = STR("") });
    out->key = key;
    const struct cell *why = sql_cover(g, r, n->k, key, &out->until);
    if (key->unknown) {
        const struct cell *is = SQL_MAKE(g, BOOLEAN, "@1 IS NULL", key), *u = sql_unknown(g, plain);
        why = sql_case(g, plain, &is, &u, 1, why);
    }
    /* the record before the key */
    why = sql_strict(g, why, &key, 1, NULL);
    out->why = sql_bind(g, sql_of_record(g, r, sql_bind(g, why)));
    out->until = sql_bind(g, out->until);
    return true;
}

/* why, then `op` over the other operands, all of them known. none of the history comes before everything else. */
static const struct cell *asked(struct gen *g, const struct history_at *h, const struct cell *const *others, unsigned n,
                                const struct cell *op, const struct cell *none)
{
    const struct cell *cells[3] = { h->why };
    for (unsigned i = 0; i < n; i++) cells[i + 1] = others[i];
    struct type t = op->type;
    for (unsigned i = 0; i <= n; i++) {
        if (!cells[i]->unknown) continue;
        const struct cell *is = SQL_MAKE(g, BOOLEAN, "@1 IS NULL", cells[i]), *u = sql_unknown(g, t);
        op = sql_case(g, t, &is, &u, 1, op);
    }
    const struct cell *r = sql_strict(g, op, cells, n + 1, none);
    if (!h->why->none || n == 0) return r;
    const struct cell *is = SQL_MAKE(g, BOOLEAN, "@1 = @N", h->why),
                      *first = none != NULL ? none : sql_literal(g, t, value_none());
    return sql_case(g, t, &is, &first, 1, sql_fit(g, r, t));
}

/* Months after `until` are not known. */
static const struct cell *seen(struct gen *g, const struct history_at *h, const struct cell *at, const struct cell *op)
{
    if (h->until->pure && h->until->value.number == SQL_ALWAYS) return op;
    const struct cell *is = SQL_MAKE(g, BOOLEAN, "@1 < @2", h->until, at), *u = sql_unknown(g, op->type);
    return sql_case(g, op->type, &is, &u, 1, op);
}

static struct cell *over_runs(struct gen *g, const struct history_at *h, struct type t, const char *what,
                              const char *condition, const struct cell *at, const struct cell *window)
{
    str sql = str_fmt(g->a, "(SELECT %s FROM %.*s h WHERE h.\"_owner\" = @1 AND h.\"_key\" = @2%s)", what,
                      STR_ARG(h->table), condition);
    struct cell *c = SQL_MAKE(g, t, sql.p, h->record->id, h->key, at, window);
    c->unknown = false;
    return c;
}

static const struct cell *run(struct gen *g, const struct history_at *h, struct type t, const struct cell *at)
{
    str what = str_fmt(g->a,
                       "CASE WHEN max(CASE WHEN h.\"_to\" >= @3 THEN 1 ELSE 0 END) = 1 THEN @3 + 1 - max(CASE WHEN NOT"
                       " EXISTS (SELECT 1 FROM %.*s k WHERE k.\"_owner\" = @1 AND k.\"_key\" = @2 AND k.\"_from\" <"
                       " h.\"_from\" AND k.\"_to\" >= h.\"_from\" - 1) THEN h.\"_from\" END) ELSE 0 END",
                       STR_ARG(h->table));
    return over_runs(g, h, t, what.p, " AND h.\"_from\" <= @3", at, at);
}

const struct cell *sql_months(struct gen *g, struct frame_of *f, const struct node *n)
{
    struct history_at h;
    const struct cell *now = sql_literal(g, MONTH_TYPE, value_month(date_month(g->o->today))), *at = now;
    const struct cell *window = sql_int(g, 0);
    bool windowed = n->op == OP_MONTHS_WINDOW;
    if (!history_at(g, f, node_kid(g->p, n, 0), &h)) return sql_unknown(g, n->type);
    if (windowed) window = sql_bind(g, sql_fit(g, sql_kid(g, f, n, 1), node_at(g->p, node_kid(g->p, n, 1))->type));
    if (n->kid_count > 1) {
        node_id last = node_kid(g->p, n, n->kid_count - 1u);
        at = node_at(g->p, last)->type.kind == TYPE_MONTH ? sql_bind(g, sql_fit(g, sql_node(g, f, last), MONTH_TYPE))
                                                          : sql_refuse(g, last, "近月数没有说到哪个月");
    }
    struct cell *c = NULL;
    switch ((int)n->op) {
    case OP_MONTHS_FIRST:
        c = over_runs(g, &h, MONTH_TYPE, "min(h.\"_from\")", " AND h.\"_from\" <= @3 AND h.\"_from\" <= @4", at,
                      h.until);
        break;
    case OP_MONTHS_LAST:
        c = over_runs(g, &h, MONTH_TYPE, "max(CASE WHEN h.\"_to\" < @3 THEN h.\"_to\" ELSE @3 END)",
                      " AND h.\"_from\" <= @3", at, window);
        break;
    case OP_MONTHS_TOTAL:
        c = over_runs(g, &h, n->type,
                      "coalesce(CAST(sum(CASE WHEN h.\"_to\" < @3 THEN h.\"_to\" ELSE @3 END - h.\"_from\" + 1) AS"
                      " bigint), 0)",
                      " AND h.\"_from\" <= @3", at, window);
        sql_set_bounds(c, 0, MONTHS_COUNT);
        break;
    case OP_MONTHS_WINDOW:
        c = over_runs(
            g, &h, n->type,
            "coalesce(CAST(sum(CASE WHEN h.\"_to\" < @3 THEN h.\"_to\" ELSE @3 END - CASE WHEN h.\"_from\" > @3"
            " - @4 THEN h.\"_from\" ELSE @3 - @4 + 1 END + 1) AS bigint), 0)",
            " AND h.\"_from\" <= @3 AND h.\"_to\" > @3 - @4 AND @4 > 0", at, window);
        sql_set_bounds(c, 0, MONTHS_COUNT);
        break;
    default: {
        struct cell *r = ARENA_NEW(g->a, struct cell);
        *r = *run(g, &h, n->type, at);
        c = r;
        sql_set_bounds(c, 0, MONTHS_COUNT);
        break;
    }
    }
    const struct cell *op = c;
    if (n->op == OP_MONTHS_FIRST || n->op == OP_MONTHS_LAST) {
        sql_set_bounds(c, MONTHS_FIRST, MONTHS_FIRST + MONTHS_COUNT);
        const struct cell *none = sql_literal(g, MONTH_TYPE, value_none());
        if (n->op == OP_MONTHS_LAST) {
            struct cell *l = SQL_MAKE(g, MONTH_TYPE, "coalesce(@1, @2)", c, none);
            l->none = true;
            op = seen(g, &h, at, l);
        } else { /* a first month that was seen stays the first */
            const struct cell *nothing = seen(g, &h, at, none);
            struct cell *l = SQL_MAKE(g, MONTH_TYPE, "coalesce(@1, @2)", c, nothing);
            l->none = true;
            l->unknown = nothing->unknown;
            op = l;
        }
    } else {
        if (windowed && !(window->lo >= 0 && window->hi <= MONTHS_COUNT)) {
            const struct cell *wrong = SQL_MAKE(g, BOOLEAN, str_fmt(g->a, "@1 < 0 OR @1 > %d", MONTHS_COUNT).p, window);
            const struct cell *error = sql_error(g, n->type, VERR_OVERFLOW);
            op = sql_case(g, n->type, &wrong, &error, 1, op);
        }
        op = seen(g, &h, at, op);
    }
    const struct cell *const others[] = { at, window };
    return sql_bind(g, asked(g, &h, others, windowed ? 2 : 1, op, NULL));
}

const struct cell *sql_month_has(struct gen *g, struct frame_of *f, const struct node *n)
{
    struct history_at h;
    if (!history_at(g, f, node_kid(g->p, n, 0), &h)) return sql_cond(g, false);
    const struct cell *at = sql_bind(g, sql_fit(g, sql_kid(g, f, n, 1), MONTH_TYPE));
    const struct cell *has = over_runs(g, &h, BOOLEAN, "CASE WHEN count(*) > 0 THEN 1 ELSE 0 END",
                                       " AND h.\"_from\" <= @3 AND h.\"_to\" >= @3", at, at);
    return sql_bind(g, asked(g, &h, &at, 1, seen(g, &h, at, has), sql_coded(g, sql_cond(g, false))));
}

struct rec *sql_month_record(struct gen *g, struct frame_of *f, const struct node *n)
{
    struct history_at h;
    if (!history_at(g, f, node_kid(g->p, n, 0), &h)) return NULL;
    const struct cell *at = sql_bind(g, sql_fit(g, sql_kid(g, f, n, 1), MONTH_TYPE));
    struct type number = type_num(UNIT_NONE, 0);
    const struct cell *none = sql_literal(g, number, value_none());
    struct cell *id = over_runs(g, &h, number, "max(h.\"_id\")", " AND h.\"_from\" <= @3 AND h.\"_to\" >= @3", at, at);
    struct cell *found = SQL_MAKE(g, number, "coalesce(@1, @2)", id, none);
    found->none = true;
    const struct cell *known = sql_bind(g, asked(g, &h, &at, 1, seen(g, &h, at, found), NULL));
    struct rec *r = sql_rec(g, h.entity, NULL, known);
    r->month = at;
    return r;
}
