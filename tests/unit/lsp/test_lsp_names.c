/* Names are what the checker took them for: mentions against the nodes of all shipped packs, uses against declarations.
 */
#include "unit/lsp/session.h"

#include <stdlib.h>

static const struct mention *mention_in(const mention_list *list, struct loc loc, enum symbol_kind kind, str name)
{
    VEC_EACH (const struct mention, m, list) {
        if (m->loc.source != loc.source || m->loc.from < loc.from || m->loc.to > loc.to) continue;
        if (m->symbol.kind == kind && str_eq(m->symbol.name, name)) return m;
    }
    return NULL;
}

struct wanted {
    enum symbol_kind kind;
    uint32_t owner;
    str name;
};

static struct wanted slot_wanted(const struct program *p, uint16_t entity, uint32_t slot)
{
    const struct slot *s = &p->entities.at[entity].slots.at[slot];
    if (s->kind == SLOT_SPELLS || s->kind == SLOT_HISTORY ||
        (s->field == NULL && s->kind == SLOT_FIELD && s->type.kind == TYPE_RECORD)) {
        return (struct wanted){ SYMBOL_ENTITY, s->type.ref, p->entities.at[s->type.ref].name };
    }
    return (struct wanted){ s->kind == SLOT_FUNC ? SYMBOL_FUNC : SYMBOL_SLOT, entity, s->name };
}

/* What stands in the text for a node, when something does. */
static bool node_wanted(const struct program *p, const struct node *n, struct wanted *out)
{
    switch ((int)n->op) {
    case OP_FIELD:
    case OP_GROUP:
    case OP_HISTORY: *out = slot_wanted(p, node_at(p, node_kid(p, n, 0))->type.ref, n->k); return true;
    case OP_CALL: *out = (struct wanted){ SYMBOL_FUNC, p->funcs.at[n->k].entity, p->funcs.at[n->k].name }; return true;
    case OP_PARAM: *out = (struct wanted){ SYMBOL_PARAM, n->k, p->params.at[n->k].name }; return true;
    case OP_QUALIFIES: *out = (struct wanted){ SYMBOL_POLICY, n->k, p->policies.at[n->k].name }; return true;
    case OP_CONST:
        if (n->type.kind != TYPE_CODE || p->consts.at[n->k].state != VALUE_KNOWN) return false;
        *out = (struct wanted){ SYMBOL_ITEM, n->type.ref,
                                p->codes.at[n->type.ref].items.at[p->consts.at[n->k].code].name };
        return true;
    default: return false;
    }
}

static size_t compare_pack(const char *name)
{
    autoarena *a = arena_new("names", 0);
    struct pack_set set;
    struct err e = { 0 };
    mention_list list = { 0 };
    size_t compared = 0;
    CHECK_OK(pack_load(&set, a, str_of(t_source(name)), NULL, 0, &e), e);
    const struct program *p = set.program;
    names_collect(p, a, &list);
    /* one pass beside each other: mentions are sorted by place, nodes are looked up by theirs */
    size_t *first = ARENA_ARRAY(a, size_t, p->sources.len + 1);
    for (size_t i = list.len; i-- > 0;) first[list.at[i].loc.source] = i;
    VEC_EACH (const struct node, n, &p->nodes) {
        struct wanted w;
        if (n == p->nodes.at || !node_wanted(p, n, &w)) continue;
        mention_list rest = { .at = list.at + first[n->loc.source] };
        size_t lo = 0, hi = list.len - first[n->loc.source];
        while (lo < hi) {
            size_t mid = (lo + hi) / 2;
            const struct loc *l = &rest.at[mid].loc;
            if (l->source == n->loc.source && l->from < n->loc.from)
                lo = mid + 1;
            else
                hi = mid;
        }
        rest.at += lo;
        rest.len = list.len - (size_t)(rest.at - list.at) < 4000 ? list.len - (size_t)(rest.at - list.at) : 4000;
        const struct mention *m = mention_in(&rest, n->loc, w.kind, w.name);
        if (m == NULL || m->symbol.owner != w.owner) {
            struct text t;
            unsigned line, column;
            const struct source *src = &p->sources.at[n->loc.source];
            text_init(&t, a, 4096);
            source_place(src, n->loc.from, &line, &column);
            FAIL("%s %.*s:%u:%u %s “%.*s”: no mention of %.*s", name, STR_ARG(src->path), line, column,
                 op_name((enum op)n->op), (int)(n->loc.to - n->loc.from), src->text.p + n->loc.from, STR_ARG(w.name));
        }
        compared++;
    }
    return compared;
}

TEST(names_are_what_the_checker_takes_them_for_in_every_shipped_pack)
{
    autoarena *a = arena_new("packs", 0);
    file_list dirs = { 0 };
    struct err e = { 0 };
    size_t compared = 0;
    CHECK_OK(pack_find(a, str_of(t_source("packs")), &dirs, &e), e);
    VEC_EACH (const str, dir, &dirs)
        compared += compare_pack(str_fmt(a, "packs/%.*s", (int)file_base(*dir).len, file_base(*dir).p).p);
    NOTE("%zu nodes compared", compared);
    CHECK(compared > 5000);
}

static int by_place(const void *pa, const void *pb)
{
    const struct mention *a = pa, *b = pb;
    if (a->loc.source != b->loc.source) return a->loc.source < b->loc.source ? -1 : 1;
    return a->loc.from < b->loc.from ? -1 : a->loc.from > b->loc.from;
}

static const struct mention *mention_at(const mention_list *list, struct loc loc)
{
    struct mention key = { .loc = loc };
    return bsearch(&key, list->at, list->len, sizeof list->at[0], by_place);
}

/* The checker notes what it resolves, with the place of the declaration. */
TEST(names_lead_where_the_checker_says_they_do)
{
    autoarena *a = arena_new("names", 0);
    struct pack_set set;
    struct err e = { 0 };
    mention_list list = { 0 };
    CHECK_OK(pack_load(&set, a, str_of(t_source("packs/yangzhou")), NULL, 0, &e), e);
    const struct program *p = set.program;
    names_collect(p, a, &list);
    VEC_EACH (const struct use, u, &p->uses) {
        if (u->kind == USE_BUILTIN) continue; /* declared nowhere */
        const struct source *src = &p->sources.at[u->loc.source];
        const struct mention *m = mention_at(&list, u->loc), *d = mention_at(&list, u->target);
        unsigned line, column;
        source_place(src, u->loc.from, &line, &column);
        str text = source_text(src, u->loc);
        if (m == NULL) FAIL("%.*s:%u:%u “%.*s” is no name", STR_ARG(src->path), line, column, STR_ARG(text));
        const struct slot *slot = symbol_slot(p, m->symbol);
        bool built_in =
            slot != NULL && slot->field == NULL && m->symbol.kind == SYMBOL_SLOT; /* 开始: declared with its spell */
        bool owner = u->kind == USE_SLOT && m->symbol.kind == SYMBOL_ENTITY;      /* its owner: likewise */
        bool same = d != NULL && d->declares && symbol_eq(m->symbol, d->symbol);
        if (!same && !built_in && !owner)
            FAIL("%.*s:%u:%u “%.*s” leads elsewhere", STR_ARG(src->path), line, column, STR_ARG(text));
    }
    CHECK(p->uses.len > 5000);
}

/* Every declaration's name must be found as one, and every name must read as it is called (or be the title of a
 * source). */
TEST(every_name_reads_as_it_is_called)
{
    autoarena *a = arena_new("names", 0);
    struct pack_set set;
    struct err e = { 0 };
    mention_list list = { 0 };
    CHECK_OK(pack_load(&set, a, str_of(t_source("packs/national")), NULL, 0, &e), e);
    names_collect(set.program, a, &list);
    size_t titles = 0;
    VEC_EACH (const struct mention, m, &list) {
        str text = utf8_nfc(a, source_text(&set.program->sources.at[m->loc.source], m->loc));
        if (str_eq(text, m->symbol.name)) continue;
        NOTE("“%.*s” for “%.*s”", STR_ARG(text), STR_ARG(m->symbol.name));
        CHECK(m->symbol.kind == SYMBOL_DECL && m->symbol.owner == KIND_SOURCE);
        titles++;
    }
    NOTE("%zu names, %zu titles", list.len, titles);
    CHECK(list.len > 7000);
}

/* ---- facts of examples have no nodes: every part of every path must be a name ---- */

struct facts_walk {
    const mention_list *list;
    struct arena *a;
    const struct program *p;
    size_t paths;
};

static void path_is_named(struct facts_walk *w, const struct expr *x)
{
    if (x->kind == EXPR_INDEX) {
        path_is_named(w, x->kids[0]);
        return;
    }
    if (x->kind == EXPR_CALL) {
        path_is_named(w, x->kids[0]);
        return;
    }
    if (x->kind == EXPR_PATH) path_is_named(w, x->kids[0]);
    str text = source_text(&w->p->sources.at[x->name.source], x->name);
    const struct mention *m = mention_at(w->list, x->name);
    if (m == NULL || m->loc.to != x->name.to)
        FAIL("%.*s in %.*s at %u", STR_ARG(text), STR_ARG(w->p->sources.at[x->name.source].path), x->name.from);
    w->paths++;
}

static void facts_are_named(struct facts_walk *w, const struct expr *x)
{
    if (x == NULL) return;
    if (x->kind == EXPR_ASSIGN) path_is_named(w, x->kids[0]);
    for (uint32_t i = 0; i < x->kid_count; i++) facts_are_named(w, x->kids[i]);
}

static void fields_are_named(struct facts_walk *w, const field_list *fields)
{
    VEC_EACH (const struct ast_field, f, fields) {
        if (f->def->shape == SHAPE_FACTS) facts_are_named(w, f->expr);
        fields_are_named(w, &f->subs);
    }
}

TEST(every_fact_of_an_example_is_a_name)
{
    autoarena *a = arena_new("names", 0);
    struct pack_set set;
    struct err e = { 0 };
    mention_list list = { 0 };
    CHECK_OK(pack_load(&set, a, str_of(t_source("packs/yangzhou")), NULL, 0, &e), e);
    names_collect(set.program, a, &list);
    struct facts_walk w = { .list = &list, .a = a, .p = set.program };
    VEC_EACH (struct decl *const, pd, &set.program->decls) fields_are_named(&w, &(*pd)->fields);
    CHECK(w.paths > 1000);
}
