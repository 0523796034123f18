/* sql_logic: 且 或 非, comparisons, choices. Conditions that can be neither none nor error are SQL's own three-valued
 * logic, which is Kleene's; only the others are spelt out. */
#include "sql/sql_priv.h"

static const struct type BOOLEAN = { .kind = TYPE_BOOL };

typedef VEC(const struct cell *) cell_list;

static struct cell *as_condition(struct cell *c)
{
    c->cond = true;
    return c;
}

/* Joins conditions with AND or OR. */
static const struct cell *joined(struct gen *g, const cell_list *list, bool decides)
{
    const struct cell *c = NULL;
    VEC_EACH (const struct cell *, it, list) {
        if ((*it)->pure) { /* not the one that decides */
            if (c == NULL && list->len == 1) return *it;
            if ((*it)->value.state == VALUE_KNOWN) continue;
        }
        c = c == NULL ? *it : as_condition(SQL_MAKE(g, BOOLEAN, decides ? "@1 OR @2" : "@1 AND @2", c, *it));
    }
    return c != NULL ? c : sql_cond(g, !decides);
}

const struct cell *sql_chain(struct gen *g, const struct cell *const *cells, unsigned n, bool decides)
{
    cell_list clean = { 0 }, wild = { 0 };
    for (unsigned i = 0; i < n; i++) {
        const struct cell *c = cells[i];
        if (c->error) {
            *vec_push(g->a, &wild) = sql_bind(g, sql_coded(g, c));
            continue;
        }
        c = sql_condition(g, c);
        if (c->pure && c->value.state == VALUE_KNOWN && c->value.boolean == decides) return sql_cond(g, decides);
        *vec_push(g->a, &clean) = c;
    }
    const struct cell *rest = joined(g, &clean, decides);
    if (wild.len == 0) return rest;
    rest = sql_bind(g, rest);
    cell_list when = { 0 }, then = { 0 };
    const struct cell *decided = sql_coded(g, sql_cond(g, decides));
    if (!rest->pure) {
        *vec_push(g->a, &when) = decides ? rest : as_condition(SQL_MAKE(g, BOOLEAN, "NOT @1", rest));
        *vec_push(g->a, &then) = decided;
    }
    VEC_EACH (const struct cell *, w, &wild) {
        const char *is = decides ? "@1 = 1" : (*w)->none ? "@1 = 0 OR @1 = @N" : "@1 = 0";
        *vec_push(g->a, &when) = SQL_MAKE(g, BOOLEAN, is, *w);
        *vec_push(g->a, &then) = decided;
    }
    VEC_EACH (const struct cell *, w, &wild) { /* what may be anything may decide: before the errors */
        if (wild.len == 1) break;
        *vec_push(g->a, &when) = SQL_MAKE(g, BOOLEAN, "@1 = @X", *w);
        *vec_push(g->a, &then) = sql_error(g, BOOLEAN, CODE_ESCAPE);
    }
    VEC_EACH (const struct cell *, w, &wild) {
        struct cell *is = SQL_MAKE(g, BOOLEAN, (*w)->none ? "@1 < @S AND @1 <> @N" : "@1 < @S", *w);
        *vec_push(g->a, &when) = is;
        *vec_push(g->a, &then) = *w;
    }
    for (size_t i = 0; i <= wild.len; i++) {
        const struct cell *w = i < wild.len ? wild.at[i] : rest;
        if (!w->unknown) continue;
        *vec_push(g->a, &when) = SQL_MAKE(g, BOOLEAN, "@1 IS NULL", w);
        *vec_push(g->a, &then) = sql_unknown(g, BOOLEAN);
    }
    struct cell *c = ARENA_NEW(g->a, struct cell);
    *c = *sql_case(g, BOOLEAN, when.at, then.at, (unsigned)when.len, sql_coded(g, sql_cond(g, !decides)));
    c->none = false; /* a none among them was taken for false */
    return c;
}

const struct cell *sql_not(struct gen *g, const struct cell *c)
{
    if (!c->error) {
        c = sql_condition(g, c);
        if (c->pure && c->value.state == VALUE_KNOWN) return sql_cond(g, !c->value.boolean);
        return as_condition(SQL_MAKE(g, BOOLEAN, "NOT @1", c));
    }
    c = sql_bind(g, c);
    struct cell *out = SQL_MAKE(g, BOOLEAN,
                                c->none ? "CASE WHEN @1 = @N THEN 1 WHEN @1 IN (0, 1) THEN 1 - @1 ELSE @1 END"
                                        : "CASE WHEN @1 IN (0, 1) THEN 1 - @1 ELSE @1 END",
                                c);
    out->error = true;
    return out;
}

const struct cell *sql_if(struct gen *g, struct type t, const struct cell *c, const struct cell *a,
                          const struct cell *b)
{
    if (c->pure) {
        if (c->value.state == VALUE_UNKNOWN || c->value.state == VALUE_ERROR) return sql_fit(g, c, t);
        return c->value.state == VALUE_KNOWN && c->value.boolean ? a : b;
    }
    bool conds = t.kind == TYPE_BOOL && a->cond && b->cond && !c->error;
    if (!conds) {
        a = sql_fit(g, a, t);
        b = sql_fit(g, b, t);
    }
    cell_list when = { 0 }, then = { 0 };
    const struct cell *nothing = sql_unknown(g, t);
    if (conds) nothing = sql_condition(g, nothing);
    if (c->error) {
        c = sql_bind(g, c);
        *vec_push(g->a, &when) = SQL_MAKE(g, BOOLEAN, c->none ? "@1 < @S AND @1 <> @N" : "@1 < @S", c);
        *vec_push(g->a, &then) = sql_error_as(g, c, t);
        *vec_push(g->a, &when) = SQL_MAKE(g, BOOLEAN, "@1 IS NULL", c);
        *vec_push(g->a, &then) = nothing;
        *vec_push(g->a, &when) = SQL_MAKE(g, BOOLEAN, "@1 = 1", c);
    } else {
        c = sql_condition(g, c);
        if (c->unknown) {
            c = sql_bind(g, c);
            *vec_push(g->a, &when) = SQL_MAKE(g, BOOLEAN, "@1 IS NULL", c);
            *vec_push(g->a, &then) = nothing;
        }
        *vec_push(g->a, &when) = c;
    }
    *vec_push(g->a, &then) = a;
    return sql_case(g, t, when.at, then.at, (unsigned)when.len, b);
}

/* ---- comparisons ---- */

static const char *sign_of(enum op op)
{
    switch ((int)op) {
    case OP_EQ: return "=";
    case OP_NE: return "<>";
    case OP_LT: return "<";
    case OP_LE: return "<=";
    case OP_GT: return ">";
    default: return ">=";
    }
}

/* Two cells of one type. What may be none or an error in them is sorted out; none gives `none_result`. */
static const struct cell *ordered(struct gen *g, enum op op, const struct cell *a, const struct cell *b,
                                  bool none_result)
{
    if (a->type.kind == TYPE_NONE) a = sql_fit(g, a, b->type);
    if (b->type.kind == TYPE_NONE) b = sql_fit(g, b, a->type);
    a = sql_coded(g, a);
    b = sql_coded(g, b);
    if (a->none || a->error || b->none || b->error) {
        a = sql_bind(g, a);
        b = sql_bind(g, b);
    }
    bool text = sql_is_text(a->type) && sql_pg(g);
    const char *template = str_fmt(g->a, "@1 %s @2%s", sign_of(op), text ? " COLLATE \"C\"" : "").p;
    const struct cell *plain = as_condition(SQL_MAKE(g, BOOLEAN, template, a, b));
    const struct cell *const cells[] = { a, b };
    const struct cell *none = sql_cond(g, none_result);
    return sql_strict(g, plain, cells, 2, none);
}

const struct cell *sql_compare(struct gen *g, struct frame_of *f, enum op op, node_id a, node_id b, bool none_differs)
{
    const struct node *x = node_at(g->p, a), *y = node_at(g->p, b);
    if (x->type.kind == TYPE_NUM && (x->op == OP_DIV || y->op == OP_DIV)) return sql_divided(g, f, op, a, b);
    if (x->type.kind == TYPE_RECORD) {
        struct rec *r = sql_record(g, f, a), *s = sql_record(g, f, b);
        return r != NULL && s != NULL ? ordered(g, op, r->id, s->id, none_differs) : sql_cond(g, false);
    }
    const struct cell *l = sql_node(g, f, a), *r = sql_node(g, f, b);
    if (x->type.kind == TYPE_CODE && op != OP_EQ && op != OP_NE)
        return sql_refuse(g, a, "代码按先后比大小，SQL 里没有先后");
    return ordered(g, op, l, r, none_differs);
}

const struct cell *sql_among(struct gen *g, struct frame_of *f, const struct node *n)
{
    cell_list list = { 0 };
    for (unsigned i = 1; i < n->kid_count; i++) {
        *vec_push(g->a, &list) = sql_compare(g, f, OP_EQ, node_kid(g->p, n, 0), node_kid(g->p, n, i), false);
    }
    return sql_chain(g, list.at, (unsigned)list.len, true);
}

const struct cell *sql_between(struct gen *g, struct frame_of *f, const struct node *n)
{
    node_id x = node_kid(g->p, n, 0);
    const struct cell *const both[] = { sql_compare(g, f, OP_GE, x, node_kid(g->p, n, 1), false),
                                        sql_compare(g, f, OP_LT, x, node_kid(g->p, n, 2), false) };
    return sql_chain(g, both, 2, false);
}

/* item i is `upper` or below it */
static bool below(const struct code_list *list, uint32_t i, uint32_t upper)
{
    uint32_t at = i + 1;
    while (at != 0 && at != upper + 1) at = list->items.at[at - 1].upper;
    return at != 0;
}

/* 'a', 'b', …: the items that belong to one. */
static void add_family(struct gen *g, struct text *t, const struct code_list *list, uint32_t upper)
{
    bool any = false;
    for (uint32_t i = 0; i < list->items.len; i++) {
        if (!below(list, i, upper)) continue;
        if (any) text_addz(t, ", ");
        any = true;
        text_add(t, sql_quote_text(g, list->items.at[i].code));
    }
}

const struct cell *sql_belongs(struct gen *g, struct frame_of *f, const struct node *n)
{
    const struct cell *a = sql_kid(g, f, n, 0), *b = sql_kid(g, f, n, 1);
    struct type code = node_at(g->p, node_kid(g->p, n, 0))->type;
    const struct code_list *list = &g->p->codes.at[code.ref];
    a = sql_bind(g, sql_fit(g, a, code));
    b = sql_bind(g, sql_fit(g, b, code));
    struct text t;
    text_init(&t, g->a, SQL_TEXT_MAX);
    if (b->pure && b->value.state == VALUE_KNOWN) {
        text_addz(&t, "@1 IN (");
        add_family(g, &t, list, b->value.code);
        text_addz(&t, ")");
    } else {
        text_addz(&t, "CASE WHEN @1 IS NULL OR @2 IS NULL THEN NULL");
        for (uint32_t i = 0; i < list->items.len; i++) {
            text_addf(&t, " WHEN @2 = %.*s THEN @1 IN (", STR_ARG(sql_quote_text(g, list->items.at[i].code)));
            add_family(g, &t, list, i);
            text_addz(&t, ")");
        }
        text_addz(&t, " ELSE FALSE END");
    }
    const struct cell *op = as_condition(SQL_MAKE(g, BOOLEAN, text_str(&t).p, a, b));
    const struct cell *const cells[] = { a, b };
    return sql_strict(g, op, cells, 2, sql_cond(g, false));
}

/* ---- 有 无 缺省 ---- */

const struct cell *sql_has_value(struct gen *g, const struct cell *c, bool has)
{
    if (c->pure && c->value.state == VALUE_NONE) return sql_cond(g, !has);
    if (c->pure && c->value.state == VALUE_KNOWN) return sql_cond(g, has);
    if (!c->unknown && !c->none && !c->error) return sql_cond(g, has);
    c = sql_bind(g, c);
    const struct cell *op;
    if (c->unknown) {
        op = as_condition(SQL_MAKE(
            g, BOOLEAN, has ? "CASE WHEN @1 IS NOT NULL THEN TRUE END" : "CASE WHEN @1 IS NOT NULL THEN FALSE END", c));
    } else {
        op = sql_cond(g, has);
    }
    return sql_strict(g, op, &c, 1, sql_cond(g, !has));
}

const struct cell *sql_default(struct gen *g, struct type t, const struct cell *a, const struct cell *b)
{
    if (!a->unknown) return a;
    if (a->pure) return b;
    bool conds = a->cond && b->cond;
    if (!conds) {
        a = sql_fit(g, a, t);
        b = sql_fit(g, b, t);
    }
    struct cell *c = SQL_MAKE(g, t, "coalesce(@1, @2)", a, b);
    c->cond = conds;
    c->unknown = b->unknown;
    c->none = a->none || b->none;
    c->error = a->error || b->error;
    sql_set_bounds(c, a->lo < b->lo ? a->lo : b->lo, a->hi > b->hi ? a->hi : b->hi);
    return c;
}
