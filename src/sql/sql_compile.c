/* sql_compile: one node after the other, and a policy as a whole. */
#include "sql/sql_priv.h"

#include <stdio.h>

static const struct type BOOLEAN = { .kind = TYPE_BOOL };

/* ---- what was compiled already in this frame ---- */

static struct memo *memo_at(struct gen *g, struct frame_of *f, node_id id)
{
    if (f->memo_count * 2 >= f->memo_cap) {
        uint32_t cap = f->memo_cap == 0 ? 64 : f->memo_cap * 2;
        struct memo *old = f->memos;
        uint32_t n = f->memo_cap;
        f->memos = ARENA_ARRAY(g->a, struct memo, cap);
        f->memo_cap = cap;
        for (uint32_t i = 0; i < n; i++) {
            if (old[i].node == 0) continue;
            uint32_t at = old[i].node * 2654435761u % cap;
            while (f->memos[at].node != 0) at = (at + 1) % cap;
            f->memos[at] = old[i];
        }
    }
    uint32_t at = id * 2654435761u % f->memo_cap;
    while (f->memos[at].node != 0 && f->memos[at].node != id) at = (at + 1) % f->memo_cap;
    if (f->memos[at].node == 0) {
        f->memos[at].node = id;
        f->memo_count++;
    }
    return &f->memos[at];
}

const struct cell *sql_kid(struct gen *g, struct frame_of *f, const struct node *n, unsigned i)
{
    return sql_node(g, f, node_kid(g->p, n, i));
}

/* ---- records ---- */

/* The record with the number in a cell; the same one for the same cell, so that its definitions are compiled once. */
static struct rec *by_number(struct gen *g, uint16_t entity, const struct cell *id)
{
    id = sql_bind(g, id);
    str key = str_fmt(g->a, "%u %.*s", entity, STR_ARG(id->text));
    struct rec *r = map_get(&g->records, key);
    if (r != NULL) return r;
    r = sql_rec(g, entity, NULL, id);
    map_put(&g->records, key, r);
    return r;
}

static struct rec *record(struct gen *g, struct frame_of *f, node_id id)
{
    const struct node *n = node_at(g->p, id);
    switch ((int)n->op) {
    case OP_ELEMENT: return f->elements[n->level];
    case OP_LATEST:
    case OP_CURRENT:
    case OP_FIRST: return sql_spell_record(g, f, n);
    case OP_MONTH_RECORD: return sql_month_record(g, f, n);
    default: break;
    }
    if (n->type.kind != TYPE_RECORD || g->p->entities.at[n->type.ref].is_monthly) {
        sql_refuse(g, id, "这样得来的记录在 SQL 里没有编号");
        return NULL;
    }
    return by_number(g, n->type.ref, sql_fit(g, sql_node(g, f, id), n->type));
}

struct rec *sql_record(struct gen *g, struct frame_of *f, node_id id)
{
    struct memo *m = memo_at(g, f, id);
    if (m->rec != NULL) return m->rec;
    struct rec *r = record(g, f, id);
    memo_at(g, f, id)->rec = r; /* the table may have grown */
    return r;
}

/* ---- values ---- */

static const struct cell *chain(struct gen *g, struct frame_of *f, const struct node *n, bool decides)
{
    const struct cell **cells = ARENA_ARRAY(g->a, const struct cell *, n->kid_count);
    for (unsigned i = 0; i < n->kid_count; i++) cells[i] = sql_kid(g, f, n, i);
    return sql_chain(g, cells, n->kid_count, decides);
}

static const struct cell *compile(struct gen *g, struct frame_of *f, const struct node *n, node_id id)
{
    switch ((int)n->op) {
    case OP_CONST: return sql_literal(g, n->type, g->p->consts.at[n->k]);
    case OP_TODAY: return sql_literal(g, n->type, value_date(g->o->today));
    case OP_RULE_DAY: return sql_literal(g, n->type, value_date(g->o->rule_day));
    case OP_LOCAL: return f->locals[n->k];
    case OP_FIELD: {
        struct rec *r = sql_record(g, f, node_kid(g->p, n, 0));
        return r != NULL ? sql_field(g, r, n->k) : sql_unknown(g, n->type);
    }
    case OP_PARAM: return sql_param(g, f, n, id);
    case OP_CALL: return sql_call(g, f, n);
    case OP_QUALIFIES: return sql_qualifies(g, f, n);
    case OP_JUDGE: return sql_judge(g, f, n);
    case OP_AND: return chain(g, f, n, false);
    case OP_OR: return chain(g, f, n, true);
    case OP_NOT: return sql_not(g, sql_kid(g, f, n, 0));
    case OP_EQ:
    case OP_NE:
    case OP_LT:
    case OP_LE:
    case OP_GT:
    case OP_GE: return sql_compare(g, f, (enum op)n->op, node_kid(g->p, n, 0), node_kid(g->p, n, 1), n->op == OP_NE);
    case OP_IN: return sql_among(g, f, n);
    case OP_BELONGS: return sql_belongs(g, f, n);
    case OP_BETWEEN: return sql_between(g, f, n);
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
    case OP_NEG:
    case OP_RESCALE: return sql_arithmetic(g, f, n);
    case OP_ROUND: return sql_round(g, f, n);
    case OP_IF: return sql_if(g, n->type, sql_kid(g, f, n, 0), sql_kid(g, f, n, 1), sql_kid(g, f, n, 2));
    case OP_SMALLEST:
    case OP_LARGEST: return sql_extreme(g, f, n);
    case OP_HAS:
    case OP_LACKS: {
        enum type_kind k = node_at(g->p, node_kid(g->p, n, 0))->type.kind;
        if (k == TYPE_GROUP || k == TYPE_HISTORY) return sql_has_group(g, f, node_kid(g->p, n, 0), n->op == OP_HAS);
        const struct cell *c;
        if (k == TYPE_RECORD) {
            struct rec *r = sql_record(g, f, node_kid(g->p, n, 0));
            c = r != NULL ? r->id : sql_unknown(g, type_num(UNIT_NONE, 0));
        } else {
            c = sql_kid(g, f, n, 0);
        }
        return sql_has_value(g, c, n->op == OP_HAS);
    }
    case OP_DEFAULT: return sql_default(g, n->type, sql_kid(g, f, n, 0), sql_kid(g, f, n, 1));
    case OP_DATE_DAYS:
    case OP_DATE_MONTHS:
    case OP_DATE_WORKDAYS:
    case OP_MONTH_MONTHS:
    case OP_EXPIRY_MONTHS:
    case OP_EXPIRY_DAYS:
    case OP_FULL_MONTHS:
    case OP_CALENDAR_MONTHS:
    case OP_AGE:
    case OP_DAYS:
    case OP_YEAR:
    case OP_MONTH_OF:
    case OP_FIRST_DAY:
    case OP_LAST_DAY: return sql_date_op(g, f, n);
    case OP_MONTH_HAS: return sql_month_has(g, f, n);
    case OP_ACTIVE: return sql_active(g, f, n);
    case OP_ELEMENT:
    case OP_MONTH_RECORD:
    case OP_CURRENT:
    case OP_LATEST:
    case OP_FIRST: {
        struct rec *r = sql_record(g, f, id);
        if (r != NULL && r->month != NULL) return sql_refuse(g, id, "一个月的记录在 SQL 里没有编号");
        return r != NULL ? r->id : sql_unknown(g, n->type);
    }
    case OP_TOTAL_DAYS:
    case OP_LONGEST_DAYS:
    case OP_GAP_DAYS:
    case OP_SEGMENTS: return sql_measure(g, f, n);
    case OP_MONTHS_TOTAL:
    case OP_MONTHS_RUN:
    case OP_MONTHS_WINDOW:
    case OP_MONTHS_FIRST:
    case OP_MONTHS_LAST: return sql_months(g, f, n);
    case OP_ANY:
    case OP_ALL:
    case OP_COUNT:
    case OP_SUM:
    case OP_MAX:
    case OP_MIN: return sql_over_group(g, f, n, id);
    default: return sql_refuse(g, id, "这一步没有自己的值");
    }
}

/* Operations on what is known when compiling are left to the row evaluator. */
static const struct cell *folded(struct gen *g, const struct frame_of *f, const struct node *n, node_id id)
{
    switch ((int)n->op) {
    case OP_CONST:
    case OP_ELEMENT:
    case OP_LOCAL:
    case OP_FIELD:
    case OP_CALL:
    case OP_QUALIFIES:
    case OP_JUDGE:
    case OP_DIV:
    case OP_GROUP:
    case OP_HISTORY: return NULL;
    default: break;
    }
    (void)f;
    for (unsigned i = 0; i < n->kid_count; i++) {
        const struct node *k = node_at(g->p, node_kid(g->p, n, i));
        if (k->op != OP_CONST && k->op != OP_TODAY && k->op != OP_RULE_DAY &&
            folded(g, f, k, node_kid(g->p, n, i)) == NULL)
            return NULL;
    }
    static const struct frame nowhere;
    g->ev.steps = 0;
    return sql_literal(g, n->type, eval_node(&g->ev, &nowhere, id));
}

const struct cell *sql_node(struct gen *g, struct frame_of *f, node_id id)
{
    struct memo *m = memo_at(g, f, id);
    if (m->cell != NULL) {
        const struct cell *again = sql_bind(g, m->cell);
        memo_at(g, f, id)->cell = again;
        return again;
    }
    const struct node *n = node_at(g->p, id);
    const struct cell *c = folded(g, f, n, id);
    if (c == NULL) c = compile(g, f, n, id);
    if (c->depth >= DEPTH_MAX) c = sql_bind(g, c);
    memo_at(g, f, id)->cell = c;
    return c;
}

/* ---- the whole ---- */

static void start(struct gen *g, const struct program *p, const struct sql_options *o, struct arena *a)
{
    *g = (struct gen){ .p = p, .o = o, .a = a };
    map_init(&g->guarded, a);
    map_init(&g->records, a);
    eval_start(&g->ev, p, a, o->today, o->rule_day);
}

static struct rec *subjects(struct gen *g, uint16_t entity)
{
    g->top = sql_scope(g, NULL);
    g->top->from = str_fmt(g->a, "%.*s t%u", STR_ARG(sql_table_name(g, &g->p->entities.at[entity])), g->top->number);
    struct cell *id = sql_make(g, type_num(UNIT_NONE, 0), str_fmt(g->a, "t%u.\"_id\"", g->top->number).p, NULL, 0);
    id->home = g->top;
    return sql_rec(g, entity, g->top, sql_bind(g, id));
}

/* A condition that is true when the tables hold numbers outside the usual bounds; "" when there is nothing to ask. */
static str outside(struct gen *g)
{
    struct text t;
    text_init(&t, g->a, SQL_TEXT_MAX);
    for (size_t i = 0; i < g->guarded.len; i++) {
        struct text quoted;
        text_init(&quoted, g->a, 1024);
        store_quote(&quoted, g->guarded.entries[i].key);
        const struct text *condition = g->guarded.entries[i].value;
        text_addf(&t, "%sEXISTS (SELECT 1 FROM %.*s g WHERE %.*s)", i > 0 ? " OR " : "", STR_ARG(text_str(&quoted)),
                  STR_ARG(text_str(condition)));
    }
    return text_str(&t);
}

/* A condition: the tables hold numbers outside the usual bounds. Asked once, as a column; false when that is trusted.
 */
static const struct cell *guarded(struct gen *g, struct sql_text *out)
{
    str odd = outside(g);
    out->guard = odd.len > 0 ? str_fmt(g->a, "SELECT CASE WHEN %.*s THEN 1 ELSE 0 END", STR_ARG(odd)) : STR("");
    if (odd.len == 0 || g->o->trusted) return sql_cond(g, false);
    struct cell *c = sql_make(g, BOOLEAN, str_fmt(g->a, "(SELECT %.*s)", STR_ARG(odd)).p, NULL, 0);
    c->cond = true;
    return sql_bind(g, c);
}

/* state, error and value of a cell, as results. */
static void add_value(struct gen *g, struct text *t, const struct cell *c, str suffix)
{
    c = sql_bind(g, sql_coded(g, c));
    struct cell *state, *error;
    bool text = sql_is_text(c->type);
    if (text) {
        state = SQL_MAKE(g, BOOLEAN,
                         "CASE WHEN @1 IS NULL THEN 0 WHEN @1 = '' THEN 2 WHEN substr(@1, 1, 1) <> '\001' THEN 1 WHEN"
                         " substr(@1, 2) = '31' THEN -1 ELSE 3 END",
                         c);
        error = SQL_MAKE(g, BOOLEAN,
                         "CASE WHEN substr(@1, 1, 1) = '\001' THEN CAST(substr(@1, 2) AS bigint) ELSE 0 END", c);
    } else {
        state =
            SQL_MAKE(g, BOOLEAN,
                     "CASE WHEN @1 IS NULL THEN 0 WHEN @1 >= @S THEN 1 WHEN @1 = @N THEN 2 WHEN @1 = @X THEN -1 ELSE"
                     " 3 END",
                     c);
        error = SQL_MAKE(g, BOOLEAN, "CASE WHEN @1 < @S AND @1 > @N THEN @1 - @N ELSE 0 END", c);
    }
    text_addf(t, "%.*s AS state%.*s, %.*s AS error%.*s, %.*s AS value%.*s", STR_ARG(state->text), STR_ARG(suffix),
              STR_ARG(error->text), STR_ARG(suffix), STR_ARG(c->text), STR_ARG(suffix));
}

static bool finish(struct gen *g, str results, struct sql_text *out, struct err *e)
{
    uint32_t layers = 0;
    VEC_EACH (const struct column, c, &g->top->columns)
        if (c->layer + 1 > layers) layers = c->layer + 1;
    str sql = sql_select(g, g->top, results, layers);
    if (g->failed) {
        const struct source *src = &g->p->sources.at[g->where.source];
        unsigned line = 1, column = 1;
        source_place(src, g->where.from, &line, &column);
        return fail(e, INVALID, "写不成 SQL：%.*s（%.*s 第 %u 行）；请改用逐人计算", STR_ARG(g->why),
                    STR_ARG(src->path), line);
    }
    out->sql = sql;
    out->columns = (uint32_t)g->top->columns.len;
    return true;
}

/* One row a subject: what the cells say of it. */
static bool select_cells(struct gen *g, const struct rec *r, const struct cell *const *cells, uint32_t count,
                         struct sql_text *out, struct err *e)
{
    const struct cell *wrong = guarded(g, out);
    struct text t;
    text_init(&t, g->a, SQL_TEXT_MAX);
    text_addf(&t, "%.*s AS \"_id\"", STR_ARG(r->id->text));
    for (uint32_t i = 0; i < count; i++) {
        const struct cell *c = cells[i];
        if (!wrong->pure) {
            const struct cell *x = sql_error(g, c->type, CODE_ESCAPE);
            c = sql_case(g, c->type, &wrong, &x, 1, sql_coded(g, c));
        }
        text_addz(&t, ", ");
        add_value(g, &t, c, i == 0 ? STR("") : str_fmt(g->a, "%u", i + 1));
    }
    return finish(g, text_str(&t), out, e);
}

bool sql_compile_funcs(const struct program *p, const uint32_t *funcs, uint32_t count, const struct sql_options *o,
                       struct arena *a, struct sql_text *out, struct err *e)
{
    struct gen g;
    start(&g, p, o, a);
    struct rec *r = subjects(&g, p->funcs.at[funcs[0]].entity);
    const struct cell **cells = ARENA_ARRAY(a, const struct cell *, count);
    out->text_value = false;
    for (uint32_t i = 0; i < count; i++) {
        const struct func *d = &p->funcs.at[funcs[i]];
        if (d->params.len > 0) return fail(e, INVALID, "定义“%.*s”有参数，不能对全体计算", STR_ARG(d->name));
        if (d->entity != r->entity) return fail(e, INVALID, "定义“%.*s”说的是另一个实体", STR_ARG(d->name));
        cells[i] = sql_func_of(&g, r, funcs[i]);
        if (d->type.kind == TYPE_RECORD) sql_refuse(&g, d->base, "结果是一条记录");
        out->text_value = out->text_value || sql_is_text(d->type);
    }
    return select_cells(&g, r, cells, count, out, e);
}

bool sql_compile_condition(const struct program *p, uint16_t entity, node_id condition, const struct sql_options *o,
                           struct arena *a, struct sql_text *out, struct err *e)
{
    struct gen g;
    start(&g, p, o, a);
    struct rec *r = subjects(&g, entity);
    struct frame_of f = { .elements = { r }, .scope = g.top };
    const struct cell *c = sql_node(&g, &f, condition);
    out->text_value = false;
    return select_cells(&g, r, &c, 1, out, e);
}

bool sql_compile_func(const struct program *p, uint32_t func, const struct sql_options *o, struct arena *a,
                      struct sql_text *out, struct err *e)
{
    return sql_compile_funcs(p, &func, 1, o, a, out, e);
}

bool sql_compile_policy(const struct program *p, uint32_t policy, const struct sql_options *o, struct arena *a,
                        struct sql_text *out, struct err *e)
{
    struct gen g;
    start(&g, p, o, a);
    const struct policy *q = policy_on(p, policy, o->rule_day);
    struct rec *r = subjects(&g, p->policies.at[policy].entity);
    struct text t;
    text_init(&t, a, SQL_TEXT_MAX);
    out->text_value = false;
    if (q == NULL) {
        text_addf(&t, "%.*s AS \"_id\", %d AS verdict, 0 AS state, 0 AS error, NULL AS value", STR_ARG(r->id->text),
                  VERDICT_NOT_IN_FORCE);
        return finish(&g, text_str(&t), out, e);
    }
    const struct cell *v = sql_bind(&g, sql_coded(&g, sql_criteria(&g, r, q)));
    struct frame_of f = { .elements = { r }, .scope = g.top };
    const struct cell **steps = ARENA_ARRAY(a, const struct cell *, q->steps.len + 1);
    f.locals = steps;
    for (size_t i = 0; i < q->steps.len; i++)
        steps[i] = sql_bind(&g, sql_coded(&g, sql_node(&g, &f, q->steps.at[i].node)));
    const struct cell *m = q->steps.len > 0 ? steps[q->steps.len - 1] : sql_unknown(&g, type_num(UNIT_YUAN, 2));
    if (sql_is_text(m->type)) m = sql_refuse(&g, q->steps.at[q->steps.len - 1].node, "金额不是数");
    m = sql_bind(&g, m);
    const struct cell *amount =
        SQL_MAKE(&g, m->type, "CASE WHEN @2 = 0 THEN NULL ELSE @1 END", m, v); /* refused: not asked */
    amount = sql_bind(&g, amount);
    const struct cell *wrong = guarded(&g, out);
    struct text k;
    text_init(&k, a, 4096);
    text_addf(&k,
              "CASE WHEN @3 OR @1 = @X THEN %d WHEN @1 = 0 THEN %d WHEN @1 IS NULL THEN %d WHEN @1 < @S THEN %d"
              " WHEN @2 = @X THEN %d",
              SQL_ESCAPE, VERDICT_REFUSED, VERDICT_PENDING, VERDICT_ERROR, SQL_ESCAPE);
    if (q->steps.len > 0)
        text_addf(&k, " WHEN @2 IS NULL THEN %d WHEN @2 < @S AND @2 > @N AND @2 <> @N + %d THEN %d", VERDICT_PENDING,
                  VERR_UNSET, VERDICT_ERROR);
    text_addf(&k, " ELSE %d END", VERDICT_QUALIFIED);
    const struct cell *verdict = SQL_MAKE(&g, BOOLEAN, text_str(&k).p, v, amount, wrong);
    text_addf(&t, "%.*s AS \"_id\", %.*s AS verdict, ", STR_ARG(r->id->text), STR_ARG(verdict->text));
    add_value(&g, &t, amount, STR(""));
    return finish(&g, text_str(&t), out, e);
}
