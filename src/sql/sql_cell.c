/* sql_cell: the texts of cells. A template names cells by number; what it mentions decides where it can stand. */
#include "sql/sql_priv.h"

#include <assert.h>
#include <string.h>

bool sql_is_text(struct type t) { return t.kind == TYPE_TEXT || t.kind == TYPE_CODE; }
bool sql_pg(const struct gen *g) { return g->o->kind == STORE_POSTGRES; }

const struct cell *sql_refuse(struct gen *g, node_id at, const char *why)
{
    if (!g->failed) {
        g->failed = true;
        g->why = str_of(why);
        if (at != 0) g->where = node_at(g->p, at)->loc;
    }
    return sql_unknown(g, type_of_kind(TYPE_NUM));
}

/* ---- literals ---- */

/* The state with this number as an integer: 0 none, then errors. A literal of the smallest integer is a number with
 * decimals to PostgreSQL, so it is written as a difference there. */
static str code_text(struct gen *g, int code)
{
    if (code == 0) return sql_pg(g) ? STR("(-9223372036854775807 - 1)") : STR("-9223372036854775808");
    return str_fmt(g->a, "-%llu", (unsigned long long)INT64_MAX + 1 - (unsigned long long)code);
}

str sql_quote_text(struct gen *g, str s)
{
    struct text t;
    text_init(&t, g->a, SQL_TEXT_MAX);
    text_addc(&t, '\'');
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] == '\'') text_addc(&t, '\'');
        text_addc(&t, s.p[i]);
    }
    text_addc(&t, '\'');
    return text_str(&t);
}

static struct cell *plain(struct gen *g, struct type t, str text)
{
    struct cell *c = ARENA_NEW(g->a, struct cell);
    c->text = text;
    c->type = t;
    c->atom = true;
    c->lo = INT64_MIN + CODES;
    c->hi = INT64_MAX;
    return c;
}

const struct cell *sql_error(struct gen *g, struct type t, int code)
{
    struct cell *c = plain(g, t, sql_is_text(t) ? str_fmt(g->a, "'\001%02d'", code) : code_text(g, code));
    c->error = c->empty = true;
    if (code != CODE_ESCAPE) {
        c->pure = true;
        c->value = value_error((enum value_error)code, 0);
    }
    return c;
}

const struct cell *sql_unknown(struct gen *g, struct type t)
{
    /* PostgreSQL wants to know of what type a NULL is */
    struct cell *c = plain(g, t, sql_is_text(t) ? STR("CAST(NULL AS text)") : STR("CAST(NULL AS bigint)"));
    c->unknown = c->pure = c->empty = true;
    return c;
}

static const struct cell *none_of(struct gen *g, struct type t)
{
    struct cell *c = plain(g, t, sql_is_text(t) ? STR("''") : code_text(g, 0));
    c->none = c->pure = c->empty = true;
    c->value = value_none();
    return c;
}

static const struct cell *known_literal(struct gen *g, struct type t, struct value v)
{
    num n = 0;
    switch (t.kind) {
    case TYPE_BOOL: return sql_cond(g, v.boolean);
    case TYPE_NUM: n = v.number; break;
    case TYPE_DATE: n = v.day.days; break;
    case TYPE_MONTH: n = v.month_.index; break;
    case TYPE_TEXT: return plain(g, t, sql_quote_text(g, v.text));
    case TYPE_CODE: return plain(g, t, sql_quote_text(g, g->p->codes.at[t.ref].items.at[v.code].code));
    case TYPE_RECORD:
    case TYPE_GROUP:
    case TYPE_HISTORY:
    case TYPE_NONE:
    case TYPE_BAD: return sql_refuse(g, 0, "这样的常数没有对应的列");
    }
    if (n > INT64_MAX || n < INT64_MIN + CODES) return sql_error(g, t, CODE_ESCAPE);
    struct cell *c = plain(g, t, str_fmt(g->a, n < 0 ? "(%lld)" : "%lld", (long long)n));
    c->lo = c->hi = n;
    return c;
}

const struct cell *sql_literal(struct gen *g, struct type t, struct value v)
{
    switch ((enum value_state)v.state) {
    case VALUE_UNKNOWN: return sql_unknown(g, t);
    case VALUE_NONE: return none_of(g, t);
    case VALUE_ERROR: return sql_error(g, t, v.error);
    case VALUE_KNOWN: break;
    }
    struct cell *c = ARENA_NEW(g->a, struct cell);
    *c = *known_literal(g, t, v);
    c->pure = !c->error;
    c->value = v;
    return c;
}

const struct cell *sql_int(struct gen *g, int64_t n) { return sql_literal(g, type_num(UNIT_NONE, 0), value_num(n)); }

const struct cell *sql_cond(struct gen *g, bool b)
{
    struct cell *c = plain(g, type_of_kind(TYPE_BOOL), b ? STR("TRUE") : STR("FALSE"));
    c->cond = c->pure = true;
    c->value = value_bool(b);
    return c;
}

/* ---- templates ---- */

static void mention(struct cell *out, const struct cell *c)
{
    if (c->home != NULL && (out->home == NULL || c->home->depth > out->home->depth)) out->home = c->home;
    for (int d = 0; d < SCOPES_MAX; d++)
        if (c->layer[d] > out->layer[d]) out->layer[d] = c->layer[d];
    uint16_t depth = c->atom ? 1 : (uint16_t)(c->depth + 1);
    if (depth > out->depth) out->depth = depth;
}

struct cell *sql_make(struct gen *g, struct type t, const char *template, const struct cell *const *cells, unsigned n)
{
    assert(n <= MENTIONS_MAX);
    struct text out;
    text_init(&out, g->a, SQL_TEXT_MAX);
    struct cell *c = plain(g, t, (str){ 0 });
    c->atom = false;
    for (unsigned i = 0; i < n; i++) {
        mention(c, cells[i]);
        c->unknown = c->unknown || cells[i]->unknown;
    }
    for (const char *p = template; *p != '\0'; p++) {
        if (*p != '@') {
            text_addc(&out, *p);
            continue;
        }
        switch (*++p) {
        case 'N': text_add(&out, code_text(g, 0)); break;
        case 'S': text_add(&out, code_text(g, CODES)); break;
        case 'X': text_add(&out, code_text(g, CODE_ESCAPE)); break;
        default: {
            unsigned i = (unsigned)(*p - '1');
            assert(i < n);
            if (!cells[i]->atom) text_addc(&out, '(');
            text_add(&out, cells[i]->text);
            if (!cells[i]->atom) text_addc(&out, ')');
            break;
        }
        }
    }
    if (out.over) sql_refuse(g, 0, "写成 SQL 太长");
    c->text = text_str(&out);
    return c;
}

/* ---- columns ---- */

static const struct cell *column_of(struct gen *g, struct scope *s, const struct cell *c)
{
    uint32_t layer = c->layer[s->depth];
    str key = str_fmt(g->a, "%u %.*s", layer, STR_ARG(c->text));
    const struct cell *there = map_get(&s->by_text, key);
    if (there != NULL && there->cond == c->cond) return there;
    struct column *col = vec_push(g->a, &s->columns);
    *col = (struct column){ .name = str_fmt(g->a, "c%u", ++g->columns), .text = c->text, .layer = layer };
    for (uint32_t d = 0; d < s->depth; d++)
        if (c->layer[d] > s->need[d]) s->need[d] = c->layer[d];
    struct cell *b = ARENA_NEW(g->a, struct cell);
    *b = *c;
    b->text = col->name;
    b->atom = true;
    b->depth = 0;
    b->home = s;
    memset(b->layer, 0, sizeof b->layer);
    b->layer[s->depth] = (uint16_t)(layer + 1);
    map_put(&s->by_text, key, b);
    return b;
}

const struct cell *sql_bind(struct gen *g, const struct cell *c)
{
    return c->atom ? c : column_of(g, c->home != NULL ? c->home : g->top, c);
}

const struct cell *sql_localize(struct gen *g, struct scope *s, const struct cell *c)
{
    c = sql_bind(g, c);
    return c->home == s ? c : column_of(g, s, c);
}

/* ---- states ---- */

const struct cell *sql_coded(struct gen *g, const struct cell *c)
{
    if (!c->cond) return c;
    struct cell *out;
    if (c->pure)
        out = plain(g, c->type, c->value.boolean ? STR("1") : STR("0"));
    else
        out = SQL_MAKE(g, c->type, sql_pg(g) ? "CAST(CAST(@1 AS int) AS bigint)" : "@1", c);
    out->pure = c->pure;
    out->value = c->value;
    return out;
}

str sql_is_error(struct gen *g, const struct cell *c)
{
    if (sql_is_text(c->type))
        return SQL_MAKE(g, c->type, sql_pg(g) ? "@1 < '\002' COLLATE \"C\" AND @1 <> ''" : "@1 < '\002' AND @1 <> ''",
                        c)
            ->text;
    return SQL_MAKE(g, c->type, c->none ? "@1 < @S AND @1 <> @N" : "@1 < @S", c)->text;
}

str sql_is_none(struct gen *g, const struct cell *c)
{
    return SQL_MAKE(g, c->type, sql_is_text(c->type) ? "@1 = ''" : "@1 = @N", c)->text;
}

const struct cell *sql_error_as(struct gen *g, const struct cell *c, struct type t)
{
    bool from = sql_is_text(c->type), to = sql_is_text(t);
    struct cell *out;
    if (from == to) {
        out = ARENA_NEW(g->a, struct cell);
        *out = *c;
        out->type = t;
    } else if (to) {
        out = SQL_MAKE(
            g, t,
            sql_pg(g) ? "chr(1) || lpad(CAST(@1 - @N AS text), 2, '0')" : "char(1) || substr('0' || (@1 - @N), -2)", c);
    } else {
        out = SQL_MAKE(g, t, "CAST(substr(@1, 2) AS bigint) + @N", c);
    }
    out->error = true;
    return out;
}

const struct cell *sql_fit(struct gen *g, const struct cell *c, struct type t)
{
    if (c->type.kind == TYPE_NONE || (c->pure && c->value.state != VALUE_KNOWN)) return sql_literal(g, t, c->value);
    return sql_coded(g, c);
}

const struct cell *sql_condition(struct gen *g, const struct cell *c)
{
    if (c->cond) return c;
    struct type t = type_of_kind(TYPE_BOOL);
    if (c->pure && c->value.state == VALUE_UNKNOWN) {
        struct cell *u = plain(g, t, STR("CAST(NULL AS boolean)"));
        u->unknown = u->cond = true;
        return u;
    }
    if (c->pure) return sql_cond(g, c->value.state == VALUE_KNOWN && c->value.boolean);
    struct cell *out;
    if (c->none) {
        const struct cell *b = sql_bind(g, c);
        out = SQL_MAKE(g, t, "CASE WHEN @1 = @N THEN FALSE ELSE @1 = 1 END", b);
    } else {
        out = SQL_MAKE(g, t, "@1 = 1", c);
    }
    out->cond = true;
    return out;
}

/* CASE WHEN when[i] THEN then[i] … ELSE otherwise END. What is NULL among `when` counts as false. A condition when all
 * of them are. */
const struct cell *sql_case(struct gen *g, struct type t, const struct cell *const *when,
                            const struct cell *const *then, unsigned n, const struct cell *otherwise)
{
    if (n == 0) return otherwise;
    struct text out;
    text_init(&out, g->a, SQL_TEXT_MAX);
    struct cell *c = plain(g, t, (str){ 0 });
    c->atom = false;
    bool conds = otherwise->cond;
    for (unsigned i = 0; i < n; i++) conds = conds && then[i]->cond;
    c->cond = conds;
    bool valued = false;
    text_addz(&out, "CASE");
    for (unsigned i = 0; i <= n; i++) {
        const struct cell *v = i < n ? then[i] : otherwise;
        if (!conds) v = sql_coded(g, v);
        if (i < n) {
            mention(c, when[i]);
            text_addf(&out, " WHEN %.*s THEN ", STR_ARG(when[i]->text));
        } else {
            text_addz(&out, " ELSE ");
        }
        text_add(&out, v->text);
        mention(c, v);
        c->unknown = c->unknown || v->unknown;
        c->none = c->none || v->none;
        c->error = c->error || v->error;
        if (v->empty) continue;
        if (!valued || v->lo < c->lo) c->lo = v->lo;
        if (!valued || v->hi > c->hi) c->hi = v->hi;
        valued = true;
    }
    text_addz(&out, " END");
    if (out.over) sql_refuse(g, 0, "写成 SQL 太长");
    c->text = text_str(&out);
    return c;
}

/* A text about a cell, as a condition that can stand where the cell can. */
static const struct cell *about(struct gen *g, str text, const struct cell *c)
{
    struct cell *out = plain(g, type_of_kind(TYPE_BOOL), text);
    mention(out, c);
    out->cond = true;
    return out;
}

const struct cell *sql_strict(struct gen *g, const struct cell *op, const struct cell *const *cells, unsigned n,
                              const struct cell *none_result)
{
    VEC(const struct cell *) when = { 0 }, then = { 0 };
    bool any_none = false, any_unknown = false;
    unsigned errors = 0;
    for (unsigned i = 0; i < n; i++) {
        any_none = any_none || cells[i]->none;
        any_unknown = any_unknown || cells[i]->unknown;
        errors += cells[i]->error;
    }
    if (!any_none && errors == 0) return op;
    if (errors > 0 || (none_result != NULL && !none_result->cond)) op = sql_coded(g, op);
    const struct cell *none = none_result != NULL ? none_result : none_of(g, op->type);
    if (!op->cond) none = sql_coded(g, none);
    /* an escape further back could be anything, also what decides before an error: it comes first */
    for (unsigned i = 1; i < n && errors > 1; i++) {
        if (!cells[i]->error) continue;
        const struct cell *x = sql_error(g, cells[i]->type, CODE_ESCAPE);
        *vec_push(g->a, &when) = SQL_MAKE(g, type_of_kind(TYPE_BOOL), "@1 = @2", cells[i], x);
        *vec_push(g->a, &then) = sql_error(g, op->type, CODE_ESCAPE);
    }
    for (unsigned i = 0; i < n; i++) {
        if (!cells[i]->error) continue;
        *vec_push(g->a, &when) = about(g, sql_is_error(g, cells[i]), cells[i]);
        *vec_push(g->a, &then) = sql_error_as(g, cells[i], op->type);
    }
    if (any_none) {
        for (unsigned i = 0; i < n && any_unknown && n > 1; i++) {
            if (!cells[i]->unknown) continue;
            *vec_push(g->a, &when) = SQL_MAKE(g, type_of_kind(TYPE_BOOL), "@1 IS NULL", cells[i]);
            const struct cell *u = sql_unknown(g, op->type);
            *vec_push(g->a, &then) = op->cond ? sql_condition(g, u) : u;
        }
        for (unsigned i = 0; i < n; i++) {
            if (!cells[i]->none) continue;
            *vec_push(g->a, &when) = about(g, sql_is_none(g, cells[i]), cells[i]);
            *vec_push(g->a, &then) = none;
        }
    }
    struct cell *c = ARENA_NEW(g->a, struct cell);
    *c = *sql_case(g, op->type, when.at, then.at, (unsigned)when.len, op);
    c->lo = op->lo;
    c->hi = op->hi;
    return c;
}

const struct cell *sql_known_only(struct gen *g, const struct cell *c)
{
    if (!c->none && !c->error) return c;
    struct cell *k = SQL_MAKE(g, c->type, "CASE WHEN @1 >= @S THEN @1 END", sql_bind(g, c));
    k->unknown = true;
    sql_set_bounds(k, c->lo, c->hi);
    return sql_bind(g, k);
}

void sql_set_bounds(struct cell *c, num lo, num hi)
{
    c->lo = lo;
    c->hi = hi;
}
