/* sql_spell: intervals of a record: whether one holds on a day, the last, the first, the current one, and measures of
 * their union (found by looking at each interval beside the furthest end before it). */
#include "sql/sql_priv.h"

static const struct type BOOLEAN = { .kind = TYPE_BOOL };
static const struct type DATE_TYPE = { .kind = TYPE_DATE };

/* start and end of the element: columns of its scope */
struct ends {
    const struct cell *from, *to;
};

static struct ends ends_of(struct gen *g, struct members *m)
{
    struct ends e = { sql_field(g, m->element, SLOT_FROM), sql_field(g, m->element, SLOT_TO) };
    return e;
}

/* The state of the group and of another operand, before `op` is asked. */
static const struct cell *after(struct gen *g, const struct cell *why, const struct cell *other, const struct cell *op,
                                const struct cell *none)
{
    const struct cell *cells[2] = { why, other };
    unsigned n = other != NULL ? 2 : 1;
    struct type t = op->type;
    for (unsigned i = 0; i < n; i++) {
        if (!cells[i]->unknown) continue;
        const struct cell *is = SQL_MAKE(g, BOOLEAN, "@1 IS NULL", cells[i]), *u = sql_unknown(g, t);
        op = sql_case(g, t, &is, &u, 1, op);
    }
    return sql_strict(g, op, cells, n, none);
}

/* Whether one of the spells covers `on`: 1, 0 or NULL. */
static const struct cell *covers(struct gen *g, struct members *m, const struct cell *on)
{
    struct ends e = ends_of(g, m);
    const struct cell *day = sql_localize(g, m->scope, on);
    struct cell *is = SQL_MAKE(g, BOOLEAN,
                               "CASE WHEN @1 IS NULL OR @1 = @N OR @2 IS NULL OR @3 IS NULL THEN NULL WHEN @1 <= @3 AND"
                               " (@2 = @N OR @3 < @2) THEN 1 ELSE 0 END",
                               e.from, e.to, day);
    const struct cell *z = sql_localize(g, m->scope, is);
    struct cell *r =
        SQL_MAKE(g, BOOLEAN, "CASE WHEN max(@1) = 1 THEN 1 WHEN count(@1) < count(*) THEN NULL ELSE 0 END", z);
    r->unknown = true;
    return sql_subquery(g, m->scope, r);
}

const struct cell *sql_active(struct gen *g, struct frame_of *f, const struct node *n)
{
    struct members m;
    const struct cell *on = sql_bind(g, sql_fit(g, sql_kid(g, f, n, 1), DATE_TYPE));
    if (!sql_members(g, f, node_kid(g->p, n, 0), 1, &m)) return sql_cond(g, false);
    if (on->home != NULL && on->home->depth >= m.scope->depth)
        return sql_refuse(g, node_kid(g->p, n, 1), "日子套得太深");
    const struct cell *no = sql_coded(g, sql_cond(g, false));
    const struct cell *why = m.why;
    const struct cell *is = after(g, why, on, covers(g, &m, on), no);
    if (why->none) { /* nobody is in no spell, on whatever day: before the day is looked at */
        why = sql_bind(g, why);
        const struct cell *nobody = SQL_MAKE(g, BOOLEAN, "@1 = @N", why);
        is = sql_case(g, BOOLEAN, &nobody, &no, 1, is);
    }
    return sql_bind(g, is);
}

/* A subquery for the number of one spell: `order` and `condition` about t. */
static const struct cell *number_of(struct gen *g, struct members *m, const char *condition, const char *order)
{
    const struct entity *e = &g->p->entities.at[m->entity];
    str from = sql_column_name(g, e, SLOT_FROM), to = sql_column_name(g, e, SLOT_TO);
    uint32_t n = m->scope->number;
    struct text t;
    text_init(&t, g->a, 4096);
    text_addf(&t, "(SELECT t%u.\"_id\" FROM ", n);
    text_add(&t, m->scope->from);
    text_addf(&t, "%s ORDER BY t%u.%.*s %s, t%u.\"_id\" %s LIMIT 1)", condition, n, STR_ARG(from), order, n, order);
    (void)to;
    struct cell *c = ARENA_NEW(g->a, struct cell);
    *c = *sql_make(g, m->element->id->type, "", NULL, 0);
    c->text = text_str(&t);
    c->unknown = true;
    for (struct scope *o = m->scope->outer; o != NULL; o = o->outer) {
        c->layer[o->depth] = m->scope->need[o->depth];
        if (c->home == NULL && c->layer[o->depth] > 0) c->home = o;
    }
    return c;
}

struct rec *sql_spell_record(struct gen *g, struct frame_of *f, const struct node *n)
{
    struct members m;
    if (!sql_members(g, f, node_kid(g->p, n, 0), 1, &m)) return NULL;
    if (m.monthly) {
        sql_refuse(g, node_kid(g->p, n, 0), "逐月的历史没有“最近”的一段");
        return NULL;
    }
    struct type t = m.element->id->type;
    const struct cell *none = sql_literal(g, t, value_none()), *id;
    if (n->op == OP_CURRENT) {
        const struct entity *e = &g->p->entities.at[m.entity];
        str from = sql_column_name(g, e, SLOT_FROM), to = sql_column_name(g, e, SLOT_TO);
        uint32_t k = m.scope->number;
        int day = g->o->today.days;
        str condition = str_fmt(
            g->a, " AND t%u.%.*s > %d AND t%u.%.*s <= %d AND (t%u.%.*s > %d OR t%u.%.*s < -9223372036854775807)", k,
            STR_ARG(from), DATE_MIN.days - 1, k, STR_ARG(from), day, k, STR_ARG(to), day, k, STR_ARG(to));
        const struct cell *best = sql_bind(g, number_of(g, &m, condition.p, "DESC"));
        const struct cell *is = sql_bind(g, covers(g, &m, sql_literal(g, DATE_TYPE, value_date(g->o->today))));
        struct cell *c = SQL_MAKE(g, t, "CASE WHEN @2 = 1 THEN @1 WHEN @2 = 0 THEN @3 END", best, is, none);
        c->none = true;
        id = c;
    } else {
        struct ends e = ends_of(g, &m);
        const char *order = n->op == OP_LATEST ? "DESC" : "ASC";
        const struct cell *best = sql_bind(g, number_of(g, &m, "", order));
        const struct cell *start = sql_localize(g, m.scope, e.from);
        struct cell *sure =
            SQL_MAKE(g, BOOLEAN, "coalesce(max(CASE WHEN @1 IS NULL OR @1 = @N THEN 1 ELSE 0 END), 0)", start);
        sure->unknown = false;
        const struct cell *unsure = sql_bind(g, sql_subquery(g, m.scope, sure));
        struct cell *c = SQL_MAKE(g, t, "CASE WHEN @2 = 0 THEN coalesce(@1, @3) END", best, unsure, none);
        c->none = true;
        id = c;
    }
    id = sql_bind(g, after(g, m.why, NULL, id, NULL));
    return sql_rec(g, m.entity, NULL, id);
}

const struct cell *sql_measure(struct gen *g, struct frame_of *f, const struct node *n)
{
    struct members m;
    const struct cell *gap = NULL;
    if (n->op == OP_SEGMENTS && n->kid_count > 1)
        gap = sql_bind(g, sql_fit(g, sql_kid(g, f, n, 1), node_at(g->p, node_kid(g->p, n, 1))->type));
    if (!sql_members(g, f, node_kid(g->p, n, 0), 1, &m)) return sql_unknown(g, n->type);
    const struct entity *e = &g->p->entities.at[m.entity];
    str from = sql_column_name(g, e, SLOT_FROM), to = sql_column_name(g, e, SLOT_TO);
    uint32_t k = m.scope->number;
    int day = g->o->today.days;
    const char *none = sql_pg(g) ? "(-9223372036854775807 - 1)" : "-9223372036854775808";
    struct text t;
    text_init(&t, g->a, SQL_TEXT_MAX);
    /* f, t: cut at today; p: the furthest end before; bad: bounds not known */
    const char *each = NULL;
    switch ((int)n->op) {
    case OP_TOTAL_DAYS:
        each =
            "coalesce(CAST(sum(CASE WHEN z.p IS NULL OR z.f > z.p THEN z.t - z.f WHEN z.t > z.p THEN z.t - z.p ELSE 0"
            " END) AS bigint), 0)";
        break;
    case OP_GAP_DAYS: each = "coalesce(max(CASE WHEN z.f > z.p THEN z.f - z.p ELSE 0 END), 0)"; break;
    case OP_LONGEST_DAYS: each = "coalesce(max(z.t - z.s), 0)"; break;
    default: each = "count(CASE WHEN z.p IS NULL OR z.f > z.p + @1 THEN 1 END)"; break;
    }
    text_addf(&t, "(SELECT CASE WHEN max(z.bad) = 1 THEN NULL ELSE %s END FROM (", each);
    bool longest = n->op == OP_LONGEST_DAYS;
    if (longest) /* s: where the segment of the union began */
        text_addz(&t, "SELECT y.f, y.t, y.bad, max(CASE WHEN y.p IS NULL OR y.f > y.p THEN y.f END) OVER (ORDER BY y.f,"
                      " y.t ROWS UNBOUNDED PRECEDING) AS s FROM (");
    text_addz(&t, "SELECT x.f, x.t, x.bad, max(x.t) OVER (ORDER BY x.f, x.t ROWS BETWEEN UNBOUNDED PRECEDING AND 1"
                  " PRECEDING) AS p FROM (");
    text_addf(&t,
              "SELECT t%u.%.*s AS f, CASE WHEN t%u.%.*s = %s OR t%u.%.*s > %d THEN %d ELSE t%u.%.*s END AS t,"
              " CASE WHEN t%u.%.*s IS NULL OR t%u.%.*s = %s OR t%u.%.*s IS NULL THEN 1 ELSE 0 END AS bad FROM ",
              k, STR_ARG(from), k, STR_ARG(to), none, k, STR_ARG(to), day, day, k, STR_ARG(to), k, STR_ARG(from), k,
              STR_ARG(from), none, k, STR_ARG(to));
    text_add(&t, m.scope->from);
    text_addz(&t, ") x WHERE x.bad = 1 OR x.t > x.f");
    text_addz(&t, longest ? ") y) z)" : ") z)");
    struct type int_type = n->type;
    const struct cell *width = sql_int(g, 0);
    if (gap != NULL) {
        struct cell *w = SQL_MAKE(g, int_type, "CASE WHEN @1 >= 0 AND @1 < 2147483647 THEN @1 ELSE 0 END", gap);
        width = sql_bind(g, w);
    }
    struct cell *c = SQL_MAKE(g, int_type, text_str(&t).p, width);
    c->unknown = true;
    sql_set_bounds(c, 0, 1000000000);
    for (struct scope *o = m.scope->outer; o != NULL; o = o->outer) {
        if (m.scope->need[o->depth] > c->layer[o->depth]) c->layer[o->depth] = m.scope->need[o->depth];
        if (c->layer[o->depth] > 0 && (c->home == NULL || o->depth > c->home->depth)) c->home = o;
    }
    const struct cell *r = sql_bind(g, c);
    if (m.why->none) { /* none of the record comes before everything */
        const struct cell *is = SQL_MAKE(g, BOOLEAN, "@1 = @N", m.why),
                          *nothing = sql_literal(g, n->type, value_none());
        return sql_bind(g, sql_case(g, n->type, &is, &nothing, 1, after(g, m.why, gap, r, NULL)));
    }
    return sql_bind(g, after(g, m.why, gap, r, NULL));
}
