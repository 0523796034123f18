/* lsp_places: where a name is declared, where it is used, and the outline of a file. */
#include "lsp/lsp_priv.h"

#include <stdlib.h>
#include <string.h>

static bool write_null(struct reply *r)
{
    json_null(&r->w);
    return true;
}

/* ---- definition ---- */

/* The folder that 上级 names stands beside the pack's own. */
static void write_upper(struct writer *w, const struct spot *at, str name)
{
    str path = file_join(w->a, file_join(w->a, file_dir(at->chain->folder), name), STR("pack.leye"));
    if (!file_exists(path)) return;
    json_object(w->json);
    json_key(w->json, "uri"), json_str(w->json, path_uri(w->s, w->a, path));
    json_key(w->json, "range"), write_range(w, STR(""), 0, 0);
    json_object_end(w->json);
}

bool feature_definition(struct lsp *s, const struct json *params, struct reply *r)
{
    struct spot at;
    enum spot_found found = spot_of(s, params, r, &at);
    if (found == SPOT_BAD) return false;
    struct load *in;
    const struct mention *m = found == SPOT_FOUND ? spot_mention(&at, r->a, &in) : NULL;
    if (m == NULL) return write_null(r);
    struct writer w = { .s = s, .a = r->a, .json = &r->w };
    const struct program *p = in->set.program;
    bool any = false;
    json_array(&r->w);
    if (m->symbol.kind == SYMBOL_UPPER) write_upper(&w, &at, m->symbol.name);
    VEC_EACH (const struct mention, k, load_mentions(in)) {
        if (!k->declares || !symbol_eq(k->symbol, m->symbol)) continue;
        write_location(&w, &p->sources.at[k->loc.source], k->loc);
        any = true;
    }
    const struct slot *slot = symbol_slot(p, m->symbol); /* 开始, 结束: declared by the spell as a whole */
    if (!any && slot != NULL) write_location(&w, &p->sources.at[slot->loc.source], slot->loc);
    json_array_end(&r->w);
    return true;
}

/* ---- references ---- */

static void add_places(struct arena *a, place_list *out, struct load *l, struct symbol s)
{
    const struct program *p = l->set.program;
    VEC_EACH (const struct mention, m, load_mentions(l)) {
        if (!symbol_eq(m->symbol, s)) continue;
        *vec_push(a, out) = (struct place){
            .path = p->sources.at[m->loc.source].path, .from = m->loc.from, .to = m->loc.to, .declares = m->declares
        };
    }
}

/* The symbol declared at a place, in another chain; false when that chain does not have it. */
static bool declared_at(struct load *l, str path, uint32_t from, struct symbol *out)
{
    const struct source *src = load_source(l, path);
    if (src == NULL) return false;
    VEC_EACH (const struct mention, m, load_mentions(l)) {
        if (m->loc.source != src->id || m->loc.from != from || !m->declares) continue;
        *out = m->symbol;
        return true;
    }
    return false;
}

static int by_place(const void *pa, const void *pb)
{
    const struct place *a = pa, *b = pb;
    int paths = str_cmp(a->path, b->path);
    if (paths != 0) return paths;
    return a->from < b->from ? -1 : a->from > b->from;
}

void places_sort(place_list *list)
{
    size_t kept = 0;
    if (list->len > 1) qsort(list->at, list->len, sizeof list->at[0], by_place);
    for (size_t i = 0; i < list->len; i++) {
        if (kept > 0 && by_place(&list->at[i], &list->at[kept - 1]) == 0) continue;
        list->at[kept++] = list->at[i];
    }
    list->len = kept;
}

bool places_everywhere(struct lsp *s, struct arena *a, const struct spot *at, struct symbol symbol,
                       place_visitor *visit, void *to)
{
    const struct mention *home = NULL;
    const struct program *p = at->load->set.program;
    VEC_EACH (const struct mention, m, load_mentions(at->load)) {
        if (home == NULL && m->declares && symbol_eq(m->symbol, symbol)) home = m;
    }
    place_list own = { 0 };
    add_places(a, &own, at->load, symbol);
    if (!visit(to, at->chain->folder, at->load, &own)) return false;
    if (home == NULL) return true;
    const struct source *src = &p->sources.at[home->loc.source];
    file_list beside = { 0 };
    chains_beside(a, p->packs.at[src->pack].path, &beside);
    VEC_EACH (const str, folder, &beside) {
        struct symbol there;
        if (str_eq(*folder, at->chain->folder)) continue;
        struct load *l = load_new(s, *folder, NULL, 0);
        place_list list = { 0 };
        bool has = declared_at(l, src->path, home->loc.from, &there), go_on = true;
        if (has) {
            add_places(a, &list, l, there);
            VEC_EACH (struct place, k, &list) k->path = str_dup(a, k->path);
            go_on = visit(to, *folder, l, &list);
        }
        load_free(l);
        if (!go_on) return false;
    }
    return true;
}

struct gathering {
    struct arena *a;
    place_list all;
};

static bool gather(void *to, str folder, struct load *l, const place_list *list)
{
    struct gathering *g = to;
    (void)folder, (void)l;
    VEC_EACH (const struct place, k, list) *vec_push(g->a, &g->all) = *k;
    return true;
}

/* Texts of files as they now are: the editor's, else those on disk. */
static str text_of(const struct lsp *s, struct arena *a, const struct spot *at, str path)
{
    const struct source *src = load_source(at->load, path);
    const struct doc *d = doc_at_path(s, path);
    str text = STR("");
    struct err e = { 0 };
    if (src != NULL) return src->text;
    if (d != NULL) return d->text;
    if (!file_read(a, path, LIMIT_FILE_BYTES, &text, &e)) return STR("");
    return str_starts(text, STR("\xEF\xBB\xBF")) ? str_slice(text, 3, text.len) : text;
}

bool feature_references(struct lsp *s, const struct json *params, struct reply *r)
{
    struct spot at;
    enum spot_found found = spot_of(s, params, r, &at);
    if (found == SPOT_BAD) return false;
    const struct mention *m = found == SPOT_FOUND ? load_mention_at(at.load, at.source, at.offset) : NULL;
    if (m == NULL) return write_null(r);
    bool declarations = json_true(params, "context.includeDeclaration");
    struct gathering g = { .a = r->a };
    places_everywhere(s, r->a, &at, m->symbol, gather, &g);
    places_sort(&g.all);
    struct writer w = { .s = s, .a = r->a, .json = &r->w };
    str path = STR(""), text = STR("");
    json_array(&r->w);
    VEC_EACH (const struct place, k, &g.all) {
        if (k->declares && !declarations) continue;
        if (!str_eq(k->path, path)) path = k->path, text = text_of(s, r->a, &at, path);
        json_object(&r->w);
        json_key(&r->w, "uri"), json_str(&r->w, path_uri(s, r->a, path));
        json_key(&r->w, "range"), write_range(&w, text, k->from, k->to);
        json_object_end(&r->w);
    }
    json_array_end(&r->w);
    return true;
}

/* ---- outline ---- */

enum { /* SymbolKind */
       KIND_FILE_ = 1,
       KIND_PACKAGE_ = 4,
       KIND_CLASS_ = 5,
       KIND_FIELD_ = 8,
       KIND_ENUM_ = 10,
       KIND_INTERFACE_ = 11,
       KIND_FUNCTION_ = 12,
       KIND_VARIABLE_ = 13,
       KIND_CONSTANT_ = 14,
       KIND_OBJECT_ = 19,
       KIND_ENUM_MEMBER_ = 22,
       KIND_STRUCT_ = 23,
       KIND_EVENT_ = 24,
};

static int outline_kind(enum kind k)
{
    switch ((int)k) {
    case KIND_PACK: return KIND_PACKAGE_;
    case KIND_SOURCE: return KIND_FILE_;
    case KIND_CODES: return KIND_ENUM_;
    case KIND_ENTITY: return KIND_CLASS_;
    case KIND_SPELL: return KIND_STRUCT_;
    case KIND_PARAM: return KIND_CONSTANT_;
    case KIND_DEFINITION:
    case KIND_TABLE:
    case KIND_FILL: return KIND_FUNCTION_;
    case KIND_POLICY:
    case KIND_NARROW: return KIND_INTERFACE_;
    case KIND_EXAMPLE: return KIND_EVENT_;
    default: return KIND_OBJECT_;
    }
}

static int part_kind(const struct ast_field *f)
{
    switch ((int)f->def->shape) {
    case SHAPE_ITEM: return KIND_ENUM_MEMBER_;
    case SHAPE_MEMBER: return KIND_FIELD_;
    case SHAPE_CASE: return KIND_EVENT_;
    default: return KIND_VARIABLE_;
    }
}

/* One entry, nested or flat as the client wants; `container` only for flat ones. Left open when nested. */
static void write_entry(struct writer *w, const struct source *src, str name, str detail, int kind, struct loc all,
                        struct loc self, str uri, str container)
{
    if (self.from < all.from || self.to > all.to)
        self = (struct loc){ .from = all.from, .to = all.from, .source = all.source };
    json_object(w->json);
    json_key(w->json, "name"), json_str(w->json, name.len > 0 ? name : STR("（没有名字）"));
    json_key(w->json, "kind"), json_int(w->json, kind);
    if (w->s->client.outline) {
        if (detail.len > 0) json_key(w->json, "detail"), json_str(w->json, detail);
        json_key(w->json, "range"), write_range(w, src->text, all.from, all.to);
        json_key(w->json, "selectionRange"), write_range(w, src->text, self.from, self.to);
        return;
    }
    if (container.len > 0) json_key(w->json, "containerName"), json_str(w->json, container);
    json_key(w->json, "location");
    json_object(w->json);
    json_key(w->json, "uri"), json_str(w->json, uri);
    json_key(w->json, "range"), write_range(w, src->text, all.from, all.to);
    json_object_end(w->json);
    json_object_end(w->json);
}

static void write_parts(struct writer *w, const struct source *src, const field_list *fields, str uri, str container)
{
    VEC_EACH (const struct ast_field, f, fields) {
        if (f->def->shape == SHAPE_STEPS && f->subs.len > 0) {
            VEC_EACH (const struct ast_field, step, &f->subs) {
                if (step->name.text.len == 0) continue;
                write_entry(w, src, step->name.text, STR("步骤"), KIND_VARIABLE_, step->loc, step->name.loc, uri,
                            container);
                if (w->s->client.outline) json_object_end(w->json);
            }
            continue;
        }
        if (f->name.text.len == 0 || f->def->shape == SHAPE_CITE) continue;
        write_entry(w, src, f->name.text, str_of(f->def->zh), part_kind(f), f->loc, f->name.loc, uri, container);
        if (w->s->client.outline) json_object_end(w->json);
    }
}

static void write_decl(struct writer *w, const struct source *src, const struct decl *d, str uri)
{
    str name = d->name.text, detail = str_of(kind_defs[d->kind].zh);
    if (d->kind == KIND_EXAMPLE) name = str_fmt(w->a, "例 %.*s", STR_ARG(name));
    if (d->type.text.len > 0) detail = str_fmt(w->a, "%.*s : %.*s", STR_ARG(detail), STR_ARG(d->type.text));
    write_entry(w, src, name, detail, outline_kind(d->kind), d->extent, d->name.loc, uri, STR(""));
    if (w->s->client.outline) {
        json_key(w->json, "children");
        json_array(w->json);
    }
    write_parts(w, src, &d->fields, uri, name);
    if (!w->s->client.outline) return;
    json_array_end(w->json);
    json_object_end(w->json);
}

/* From the text alone, whether or not it is in a pack: an outline is wanted after every key. */
bool feature_symbols(struct lsp *s, const struct json *params, struct reply *r)
{
    const struct doc *doc = doc_find(s, json_text(params, "textDocument.uri"));
    if (doc == NULL) return reply_fail(r, RPC_INVALID_PARAMS, "没有打开这个文件");
    struct source src = { 0 };
    struct diags d;
    decl_list decls = { 0 };
    diags_init(&d, r->a);
    d.muted = true;
    source_init(&src, r->a, doc->path, doc->text);
    parse_file(&src, r->a, &d, &decls);
    struct writer w = { .s = s, .a = r->a, .json = &r->w };
    json_array(&r->w);
    VEC_EACH (struct decl *const, pd, &decls) write_decl(&w, &src, *pd, doc->uri);
    json_array_end(&r->w);
    return true;
}
