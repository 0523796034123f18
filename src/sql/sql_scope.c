/* sql_scope: puts a SELECT together. Each layer is a common table expression; only columns somebody still needs are
 * handed on. From the second layer on OFFSET 0 keeps both databases from merging layers, which would compute a column
 * as often as it is mentioned. */
#include "sql/sql_priv.h"

#include <string.h>

struct scope *sql_scope(struct gen *g, struct scope *outer)
{
    struct scope *s = ARENA_NEW(g->a, struct scope);
    s->depth = outer != NULL ? outer->depth + 1 : 0;
    s->outer = outer;
    s->number = g->scopes++;
    map_init(&s->by_text, g->a);
    if (s->depth >= SCOPES_MAX) {
        sql_refuse(g, 0, "一组里套一组，套得太深");
        s->depth = SCOPES_MAX - 1;
    }
    return s;
}

void sql_from(struct gen *g, struct scope *s, const char *template, const struct cell *const *cells, unsigned n)
{
    const struct cell *c = sql_make(g, type_of_kind(TYPE_BOOL), template, cells, n);
    for (uint32_t d = 0; d < s->depth; d++)
        if (c->layer[d] > s->need[d]) s->need[d] = c->layer[d];
    s->from = str_fmt(g->a, "%.*s%.*s", STR_ARG(s->from), STR_ARG(c->text));
}

/* Calls fn for every column c<number> a text mentions, outside quotes. */
static void each_mention(str text, void (*fn)(void *ctx, uint32_t number), void *ctx)
{
    bool word = false; /* inside a name or number */
    for (size_t i = 0; i < text.len; i++) {
        char ch = text.p[i];
        if (ch == '\'' || ch == '"') {
            for (i++; i < text.len && text.p[i] != ch; i++) {
            }
            word = false;
            continue;
        }
        bool letter = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '_';
        if (ch == 'c' && !word && i + 1 < text.len && text.p[i + 1] >= '0' && text.p[i + 1] <= '9') {
            uint32_t n = 0;
            while (i + 1 < text.len && text.p[i + 1] >= '0' && text.p[i + 1] <= '9')
                n = n * 10 + (uint32_t)(text.p[++i] - '0');
            fn(ctx, n);
        }
        word = letter;
    }
}

struct uses {
    struct column **by_number;
    uint32_t count;
    uint32_t layer;
};

static void use(void *ctx, uint32_t number)
{
    struct uses *u = ctx;
    struct column *c = number <= u->count ? u->by_number[number] : NULL;
    if (c == NULL) return; /* of a scope around, or of one inside */
    c->live = true;
    if (u->layer > c->need) c->need = (uint16_t)u->layer;
}

str sql_select(struct gen *g, struct scope *s, str results, uint32_t layer)
{
    struct uses u = { ARENA_ARRAY(g->a, struct column *, g->columns + 1u), g->columns, layer };
    VEC_EACH (struct column, c, &s->columns) {
        int64_t n = 0;
        c->live = false;
        c->need = 0;
        str_to_i64(str_slice(c->name, 1, c->name.len), &n);
        u.by_number[n] = c;
    }
    each_mention(results, use, &u);
    for (size_t i = s->columns.len; i-- > 0;) { /* columns mention only those made before them */
        struct column *c = &s->columns.at[i];
        u.layer = c->layer;
        if (c->live) each_mention(c->text, use, &u);
    }
    struct text t;
    text_init(&t, g->a, SQL_TEXT_MAX);
    for (uint32_t l = 0; l < layer; l++) {
        text_addf(&t, l == 0 ? "WITH w%u_%u AS (SELECT " : ", w%u_%u AS (SELECT ", s->number, l);
        bool any = false;
        VEC_EACH (const struct column, c, &s->columns) {
            if (!c->live || c->layer > l || c->need <= l) continue;
            if (any) text_addz(&t, ", ");
            any = true;
            if (c->layer == l) text_addf(&t, "%.*s AS ", STR_ARG(c->text));
            text_add(&t, c->name);
        }
        if (!any) text_addz(&t, "1 AS one");
        if (l == 0)
            text_addf(&t, " FROM %.*s", STR_ARG(s->from));
        else
            text_addf(&t, " FROM w%u_%u%s", s->number, l - 1, sql_pg(g) ? " OFFSET 0" : " LIMIT -1 OFFSET 0");
        text_addz(&t, ")");
    }
    text_addf(&t, "%sSELECT %.*s FROM ", layer > 0 ? " " : "", STR_ARG(results));
    if (layer == 0)
        text_add(&t, s->from);
    else
        text_addf(&t, "w%u_%u", s->number, layer - 1);
    if (t.over) sql_refuse(g, 0, "写成 SQL 太长");
    return text_str(&t);
}

struct cell *sql_subquery(struct gen *g, struct scope *s, const struct cell *result)
{
    for (uint32_t d = 0; d < s->depth; d++)
        if (result->layer[d] > s->need[d]) s->need[d] = result->layer[d];
    struct cell *c = ARENA_NEW(g->a, struct cell);
    *c = *result;
    str sql = sql_select(g, s, result->text, result->layer[s->depth]);
    c->text = str_fmt(g->a, "(%.*s)", STR_ARG(sql));
    c->atom = false;
    c->pure = false;
    c->home = NULL;
    memset(c->layer, 0, sizeof c->layer);
    for (struct scope *o = s->outer; o != NULL; o = o->outer) {
        c->layer[o->depth] = s->need[o->depth];
        if (c->home == NULL && s->need[o->depth] > 0) c->home = o;
    }
    return c;
}
