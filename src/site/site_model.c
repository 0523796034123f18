/* site_model: what there is to write about, and what refers to what.
 *
 * Every name of a kind gets one page; versions of it, and what lower packs fill in or add, are told on that page. The
 * checker noted every name it resolved with its place, so the names inside a declaration's lines are what that
 * declaration mentions. That works alike for policies, definitions, tables, what a lower pack adds to a policy, and the
 * conditions inside indicators, registers and services. Names in plain fields (资金, 互斥, 指标 …) are added from the
 * table of kinds.
 *
 * File names: the alias, else the name. A name that cannot be a file name as it is, or is taken (also when only upper
 * and lower case differ), gets eight digits of its hash, so that it stays the same when other packs come and go. */
#include "base/crypto.h"
#include "base/utf8.h"
#include "site/site_priv.h"

#include <stdlib.h>
#include <string.h>

#define INDEX_PLUS_1(i) ((void *)(uintptr_t)((i) + 1))
#define INDEX_OF(ptr)   ((uint32_t)((uintptr_t)(ptr)-1))

enum { FILE_NAME_BYTES = 150 }; /* file systems allow 255; a hash and .html follow */

/* ---- look-ups ---- */

static uint32_t number_of(const struct site *s, const struct decl *d)
{
    void *found = map_get(&s->decl_index, (str){ (const char *)&d, sizeof(struct decl *) });
    return found == NULL ? SITE_NO_PAGE : INDEX_OF(found);
}

uint32_t page_of_decl(const struct site *s, const struct decl *d)
{
    uint32_t i = number_of(s, d);
    return i == SITE_NO_PAGE ? SITE_NO_PAGE : s->of_decl[i];
}

uint32_t page_of_name(const struct site *s, enum kind k, str name)
{
    void *found = map_get(&s->by_name[k], name);
    return found == NULL ? SITE_NO_PAGE : INDEX_OF(found);
}

uint32_t page_of_source(const struct site *s, str name)
{
    void *found = map_get(&s->sources, name);
    return found == NULL ? SITE_NO_PAGE : INDEX_OF(found);
}

uint32_t page_of_reference(const struct site *s, const struct field_def *f, str name)
{
    static const char *const names[KIND_COUNT] = {
#define KIND(name, zh, en, help) [KIND_##name] = #name,
#define FIELD(...)
#define SUBFIELD(...)
#include "lang/kinds.def"
#undef KIND
#undef FIELD
#undef SUBFIELD
    };
    str rest = str_of(f->words), piece;
    while (f->words[0] != '\0' && str_split(&rest, '|', &piece)) {
        for (int k = 0; k < KIND_COUNT; k++) {
            if (!str_eq(piece, str_of(names[k]))) continue;
            uint32_t found = page_of_name(s, (enum kind)k, name);
            if (found != SITE_NO_PAGE) return found;
        }
    }
    return SITE_NO_PAGE;
}

struct url page_url(const struct site *s, uint32_t page) { return (struct url){ .path = s->pages.at[page].path }; }

struct url page_place(const struct site *s, uint32_t page, str place)
{
    return (struct url){ .path = s->pages.at[page].path, .place = place };
}

const struct ast_field *decl_field_named(const struct decl *d, const char *en)
{
    if (d == NULL) return NULL;
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (strcmp(f->def->en, en) == 0) return f;
    }
    return NULL;
}

const struct ast_field *sub_named(const struct ast_field *f, const char *en)
{
    VEC_EACH (const struct ast_field, g, &f->subs) {
        if (strcmp(g->def->en, en) == 0) return g;
    }
    return NULL;
}

str note_of(struct site *s, const struct decl *d)
{
    str first = STR("");
    if (d == NULL) return first;
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (strcmp(f->def->en, "note") != 0 || f->def->shape != SHAPE_TEXT) continue;
        first = first.len == 0 ? f->text : str_fmt(s->a, "%.*s\n%.*s", STR_ARG(first), STR_ARG(f->text));
    }
    return first;
}

bool is_versioned(enum kind k) { return k == KIND_POLICY || k == KIND_DEFINITION || k == KIND_TABLE; }

/* ---- file names ---- */

static bool keeps(uint32_t cp)
{
    if (cp < 0x80)
        return (cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z') || cp == '-' ||
               cp == '_';
    return utf8_is_ident(cp) || cp == 0x3014 || cp == 0x3015 || cp == 0xFF08 || cp == 0xFF09; /* 〔〕（） */
}

/* Names that some systems keep for devices, and the one of the folder's own list. */
static bool is_reserved(str name)
{
    static const char *const words[] = { "", "index", "con", "prn", "aux", "nul" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (str_eq(name, str_of(words[i]))) return true;
    }
    return false;
}

static str lower(struct arena *a, str s)
{
    char *p = arena_alloc(a, s.len + 1);
    for (size_t i = 0; i < s.len; i++) p[i] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] - 'A' + 'a' : s.p[i]);
    return (str){ p, s.len };
}

static str hash_of(struct site *s, const char *kind, str name)
{
    char hex[SM3_HEX + 1] = "00000000";
    struct err e = { 0 };
    crypto_sm3_hex(str_fmt(s->a, "%s %.*s", kind, STR_ARG(name)), hex, &e); /* without it names only collide sooner */
    return str_dup(s->a, (str){ hex, 8 });
}

static str file_name(struct site *s, const char *folder, str wanted, str whole)
{
    struct text t;
    text_init(&t, s->a, FILE_NAME_BYTES + 64);
    bool changed = false;
    for (size_t i = 0; i < wanted.len;) {
        size_t n;
        uint32_t cp = utf8_at(wanted, i, &n);
        changed = changed || !keeps(cp) || t.len + n > FILE_NAME_BYTES;
        if (t.len + n > FILE_NAME_BYTES) break;
        if (keeps(cp))
            text_add(&t, str_slice(wanted, i, i + n));
        else
            text_addc(&t, '-');
        i += n;
    }
    str path = str_fmt(s->a, "%s/%.*s.html", folder, STR_ARG(text_str(&t)));
    if (changed || is_reserved(lower(s->a, text_str(&t))) || map_get(&s->paths, lower(s->a, path)) != NULL) {
        str hash = hash_of(s, folder, whole);
        path = str_fmt(s->a, "%s/%.*s-%.*s.html", folder, STR_ARG(text_str(&t)), STR_ARG(hash));
    }
    map_put(&s->paths, lower(s->a, path), INDEX_PLUS_1(0));
    return path;
}

/* ---- pages ---- */

static str alias_of(const struct decl *d)
{
    const struct ast_field *f = decl_field_named(d, "alias");
    return f == NULL || f->names.len == 0 ? STR("") : f->names.at[0].text;
}

static uint32_t add_page(struct site *s, enum kind k, str name, str file, str whole, const struct decl *d,
                         uint32_t index)
{
    uint32_t id = (uint32_t)s->pages.len;
    struct page g = { .kind = k, .name = name, .decl = d, .index = index };
    g.path = file_name(s, kind_defs[k].en, file, whole);
    *vec_push(s->a, &s->pages) = g;
    if (map_get(&s->by_name[k], name) == NULL) map_put(&s->by_name[k], name, INDEX_PLUS_1(id));
    return id;
}

static void say(struct site *s, uint32_t page, const struct decl *d)
{
    if (page == SITE_NO_PAGE) return;
    s->of_decl[number_of(s, d)] = page;
    *vec_push(s->a, &s->pages.at[page].decls) = d;
}

static uint32_t plain_page(struct site *s, const struct decl *d, uint32_t index)
{
    uint32_t page = page_of_name(s, d->kind, d->name.text);
    if (page != SITE_NO_PAGE) return page; /* declared twice: a mistake that was reported */
    str alias = alias_of(d);
    return add_page(s, d->kind, d->name.text, alias.len > 0 ? alias : d->name.text, d->name.text, d, index);
}

static void pack_pages(struct site *s)
{
    s->of_pack = ARENA_ARRAY(s->a, uint32_t, s->p->packs.len + 1);
    for (uint32_t i = 0; i < s->p->packs.len; i++) {
        const struct pack_info *k = &s->p->packs.at[i];
        str name = k->decl != NULL ? k->decl->name.text : k->name;
        s->of_pack[i] = add_page(s, KIND_PACK, name, k->name, k->name, k->decl, i);
    }
    VEC_EACH (struct decl *, pd, &s->p->decls) {
        if ((*pd)->kind == KIND_PACK) say(s, s->of_pack[(*pd)->pack], *pd);
    }
}

/* The newest version of a definition or table: what its entity's slot holds. */
static const struct func *newest_func(const struct site *s, const struct func *f)
{
    int slot = entity_slot(&s->p->entities.at[f->entity], f->name);
    return slot < 0 || s->p->entities.at[f->entity].slots.at[slot].kind != SLOT_FUNC
               ? f
               : &s->p->funcs.at[s->p->entities.at[f->entity].slots.at[slot].func];
}

static uint32_t func_page(struct site *s, uint32_t id)
{
    const struct func *f = newest_func(s, &s->p->funcs.at[id]);
    if (s->of_func[f->id] == SITE_NO_PAGE) {
        enum kind k = f->is_table ? KIND_TABLE : KIND_DEFINITION;
        str alias = alias_of(f->decl), entity = s->p->entities.at[f->entity].name;
        str whole = str_fmt(s->a, "%.*s.%.*s", STR_ARG(entity), STR_ARG(f->name));
        s->of_func[f->id] = add_page(s, k, f->name, alias.len > 0 ? alias : f->name, whole, f->decl, f->id);
    }
    return s->of_func[id] = s->of_func[f->id];
}

static uint32_t policy_page(struct site *s, uint32_t id)
{
    const struct policy *q = program_policy(s->p, s->p->policies.at[id].name);
    if (s->of_policy[q->id] == SITE_NO_PAGE) {
        s->of_policy[q->id] =
            add_page(s, KIND_POLICY, q->name, q->alias.len > 0 ? q->alias : q->name, q->name, q->decl, q->id);
    }
    return s->of_policy[id] = s->of_policy[q->id];
}

static uint32_t *unset_array(struct site *s, size_t n)
{
    uint32_t *at = ARENA_ARRAY(s->a, uint32_t, n + 1);
    for (size_t i = 0; i <= n; i++) at[i] = SITE_NO_PAGE;
    return at;
}

/* In the program's own order, so that a page knows its number there. */
static void ruled_pages(struct site *s)
{
    const struct program *p = s->p;
    s->of_policy = unset_array(s, p->policies.len);
    s->of_func = unset_array(s, p->funcs.len);
    s->of_param = unset_array(s, p->params.len);
    s->of_codes = unset_array(s, p->codes.len);
    s->of_entity = unset_array(s, p->entities.len);
    for (uint32_t i = 0; i < p->policies.len; i++) say(s, policy_page(s, i), p->policies.at[i].decl);
    for (uint32_t i = 0; i < p->funcs.len; i++) say(s, func_page(s, i), p->funcs.at[i].decl);
    for (uint32_t i = 0; i < p->params.len; i++)
        say(s, s->of_param[i] = plain_page(s, p->params.at[i].decl, i), p->params.at[i].decl);
    for (uint32_t i = 0; i < p->codes.len; i++)
        say(s, s->of_codes[i] = plain_page(s, p->codes.at[i].decl, i), p->codes.at[i].decl);
    for (uint32_t i = 0; i < p->entities.len; i++) {
        say(s, s->of_entity[i] = plain_page(s, p->entities.at[i].decl, i), p->entities.at[i].decl);
    }
}

/* Kinds the program keeps no list of, and what fills or narrows something else. */
static void other_pages(struct site *s)
{
    VEC_EACH (struct decl *, pd, &s->p->decls) {
        const struct decl *d = *pd;
        if (page_of_decl(s, d) != SITE_NO_PAGE || d->kind == KIND_EXAMPLE || d->kind == KIND_PACK) continue;
        if (d->kind == KIND_NARROW) {
            say(s, page_of_name(s, KIND_POLICY, d->name.text), d);
        } else if (d->kind == KIND_FILL) {
            uint32_t page = page_of_name(s, KIND_PARAM, d->name.text);
            VEC_EACH (const struct func, f, &s->p->funcs) {
                if (f->filled_by == d) page = s->of_func[f->id];
            }
            say(s, page, d);
        } else if (!is_versioned(d->kind) && d->kind != KIND_PARAM && d->kind != KIND_CODES && d->kind != KIND_ENTITY &&
                   d->kind != KIND_SPELL) {
            say(s, plain_page(s, d, 0), d);
        }
    }
    for (uint32_t i = 0; i < s->pages.len; i++) {
        const struct page *g = &s->pages.at[i];
        if (g->kind != KIND_SOURCE) continue;
        map_put(&s->sources, g->name, INDEX_PLUS_1(i));
    }
    for (uint32_t i = 0; i < s->pages.len; i++) {
        const struct page *g = &s->pages.at[i];
        const struct ast_field *title = g->kind == KIND_SOURCE ? decl_field(g->decl, FIELD_SOURCE_TITLE) : NULL;
        if (title != NULL && title->text.len > 0 && map_get(&s->sources, title->text) == NULL) {
            map_put(&s->sources, title->text, INDEX_PLUS_1(i));
        }
    }
}

/* ---- names by where they stand ---- */

static int by_place(const void *pa, const void *pb)
{
    const struct loc *a = &((const struct use *)pa)->loc, *b = &((const struct use *)pb)->loc;
    if (a->source != b->source) return a->source < b->source ? -1 : 1;
    if (a->from != b->from) return a->from < b->from ? -1 : 1;
    return (a->to > b->to) - (a->to < b->to);
}

static void sort_uses(struct site *s)
{
    size_t n = s->p->uses.len;
    s->uses = ARENA_ARRAY(s->a, struct use, n + 1);
    s->use_count = n;
    if (n == 0) return;
    memcpy(s->uses, s->p->uses.at, n * sizeof *s->uses);
    qsort(s->uses, n, sizeof *s->uses, by_place);
}

/* The first name at or after a place. */
size_t uses_from(const struct site *s, uint16_t source, uint32_t from)
{
    size_t lo = 0, hi = s->use_count;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        const struct loc *l = &s->uses[mid].loc;
        if (l->source < source || (l->source == source && l->from < from))
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

const struct use *use_at(const struct site *s, struct loc l)
{
    for (size_t i = uses_from(s, l.source, l.from); i < s->use_count; i++) {
        const struct use *u = &s->uses[i];
        if (u->loc.source != l.source || u->loc.from != l.from) return NULL;
        if (u->loc.to == l.to) return u;
    }
    return NULL;
}

const struct slot *use_slot(const struct site *s, const struct use *u)
{
    return u != NULL && u->kind == USE_SLOT ? &s->p->entities.at[u->a].slots.at[u->b] : NULL;
}

bool use_url(const struct site *s, const struct use *u, struct url *out)
{
    const struct slot *slot = use_slot(s, u);
    uint32_t page = SITE_NO_PAGE;
    str place = STR("");
    if (u == NULL) return false;
    switch (u->kind) {
    case USE_DECL:
    case USE_LOCAL:
    case USE_CRITERION:
    case USE_CLAUSE:
    case USE_BUILTIN: return false;
    case USE_PARAM: page = s->of_param[u->a]; break;
    case USE_POLICY: page = s->of_policy[u->a]; break;
    case USE_ITEM:
        page = s->of_codes[u->a];
        place = s->p->codes.at[u->a].items.at[u->b].name;
        break;
    case USE_SLOT:
        if (slot->kind == SLOT_FUNC)
            page = s->of_func[slot->func];
        else if (slot->kind == SLOT_SPELLS || slot->kind == SLOT_HISTORY)
            page = s->of_entity[slot->type.ref];
        else {
            page = s->of_entity[u->a];
            place = slot->name;
        }
        break;
    }
    if (page == SITE_NO_PAGE) return false;
    *out = page_place(s, page, place);
    return true;
}

/* ---- what refers to what ---- */

static void add_once(struct arena *a, index_list *list, uint32_t x)
{
    VEC_EACH (const uint32_t, i, list) {
        if (*i == x) return;
    }
    *vec_push(a, list) = x;
}

static void refers(struct site *s, uint32_t from, uint32_t to)
{
    if (from == SITE_NO_PAGE || to == SITE_NO_PAGE || from == to) return;
    add_once(s->a, &s->pages.at[to].users, from);
}

/* A mention in an expression: without it the expression has no value. A policy named as 互斥 is only mentioned. */
static void needs(struct site *s, uint32_t from, uint32_t to)
{
    refers(s, from, to);
    if (from != SITE_NO_PAGE && to != SITE_NO_PAGE && from != to) add_once(s->a, &s->pages.at[from].needs, to);
}

static void reads_slot(struct site *s, uint32_t page, uint16_t entity, uint32_t slot)
{
    struct page *g = &s->pages.at[page];
    add_once(s->a, &s->slot_users[entity][slot], page);
    VEC_EACH (const struct slot_use, u, &g->facts) {
        if (u->entity == entity && u->slot == slot) return;
    }
    *vec_push(s->a, &g->facts) = (struct slot_use){ entity, slot };
}

static void refer_use(struct site *s, uint32_t page, const struct use *u)
{
    const struct slot *slot = use_slot(s, u);
    switch (u->kind) {
    case USE_DECL:
    case USE_LOCAL:
    case USE_CRITERION:
    case USE_CLAUSE:
    case USE_BUILTIN: return;
    case USE_PARAM: needs(s, page, s->of_param[u->a]); return;
    case USE_POLICY: needs(s, page, s->of_policy[u->a]); return;
    case USE_ITEM: refers(s, page, s->of_codes[u->a]); return;
    case USE_SLOT: break;
    }
    bool spells = slot->kind == SLOT_SPELLS || slot->kind == SLOT_HISTORY;
    if (slot->kind == SLOT_FUNC) needs(s, page, s->of_func[slot->func]);
    if (spells) refers(s, page, s->of_entity[slot->type.ref]);
    if (spells || (slot->kind != SLOT_FUNC && slot->field != NULL)) reads_slot(s, page, (uint16_t)u->a, u->b);
}

static void add_cite(struct site *s, uint32_t page, const struct ast_field *in, const struct ast_field *cite)
{
    uint32_t source = page_of_source(s, cite->name.text);
    if (source == SITE_NO_PAGE || page == SITE_NO_PAGE) return;
    *vec_push(s->a, &s->pages.at[source].cited) = (struct cited){ page, in, cite };
}

static void refer_type(struct site *s, uint32_t page, str type) { refers(s, page, page_of_name(s, KIND_CODES, type)); }

static void refer_fields(struct site *s, uint32_t page, const field_list *fields, const struct ast_field *above)
{
    VEC_EACH (const struct ast_field, f, fields) {
        if (f->def->shape == SHAPE_CITE) add_cite(s, page, above != NULL ? above : f, f);
        if (f->cite != NULL) add_cite(s, page, f, f->cite);
        if (f->def->shape == SHAPE_MEMBER) refer_type(s, page, f->type.text);
        bool names = f->def->shape == SHAPE_NAME || f->def->shape == SHAPE_NAMES;
        if (names && strcmp(f->def->en, "on") != 0) {
            VEC_EACH (const struct ast_name, n, &f->names) refers(s, page, page_of_reference(s, f->def, n->text));
        }
        refer_fields(s, page, &f->subs, f);
    }
}

static void refer_decl(struct site *s, const struct decl *d)
{
    uint32_t page = page_of_decl(s, d);
    if (page == SITE_NO_PAGE) return;
    for (size_t i = uses_from(s, d->extent.source, d->extent.from); i < s->use_count; i++) {
        if (s->uses[i].loc.source != d->extent.source || s->uses[i].loc.from >= d->extent.to) break;
        refer_use(s, page, &s->uses[i]);
    }
    if (d->key.text.len > 0) refer_type(s, page, d->key.text);
    if (d->type.text.len > 0 && d->kind != KIND_SPELL) refer_type(s, page, d->type.text);
    refer_fields(s, page, &d->fields, NULL);
}

static uint32_t example_page(const struct site *s, const struct example *x)
{
    switch ((int)x->about) {
    case KIND_POLICY: return s->of_policy[x->target];
    case KIND_SERVICE: return page_of_name(s, KIND_SERVICE, s->p->services.at[x->target].name);
    case KIND_LEAD: return page_of_name(s, KIND_LEAD, s->p->leads.at[x->target].name);
    default: return s->of_func[x->target];
    }
}

static void find_references(struct site *s)
{
    s->slot_users = ARENA_ARRAY(s->a, index_list *, s->p->entities.len + 1);
    for (size_t i = 0; i < s->p->entities.len; i++)
        s->slot_users[i] = ARENA_ARRAY(s->a, index_list, s->p->entities.at[i].slots.len + 1);
    VEC_EACH (struct decl *, pd, &s->p->decls) refer_decl(s, *pd);
    for (uint32_t i = 0; i < s->p->examples.len; i++) {
        const struct example *x = &s->p->examples.at[i];
        uint32_t page = example_page(s, x);
        if (page != SITE_NO_PAGE) *vec_push(s->a, &s->pages.at[page].examples) = i;
    }
}

/* ---- what a page rests on ---- */

bool is_rule(enum kind k) { return k == KIND_PARAM || k == KIND_DEFINITION || k == KIND_TABLE || k == KIND_POLICY; }

static void own_state(struct site *s, struct page *g)
{
    VEC_EACH (const struct decl *, pd, &g->decls) {
        if (g->kind != KIND_PARAM) weaken(&g->trust, trust_of_decl(s, *pd));
    }
    if (g->kind == KIND_PARAM) {
        const struct param *q = &s->p->params.at[g->index];
        VEC_EACH (const struct param_row, r, &q->rows) weaken(&g->trust, trust_of_row(s, q, r));
        g->unset = q->open && q->rows.len == 0;
    } else if (g->kind == KIND_DEFINITION) {
        const struct func *f = &s->p->funcs.at[g->index];
        g->unset = f->open && f->base == 0 && f->exceptions.len == 0;
    }
    s->fiction = s->fiction || g->trust == TRUST_FICTION;
}

/* Depth first with a stack of its own; `mark` holds page + 1 where it was seen from page. */
static void find_rest(struct site *s, uint32_t page, uint32_t *mark, uint32_t *stack)
{
    struct page *g = &s->pages.at[page];
    uint32_t depth = 0;
    stack[depth++] = page;
    mark[page] = page + 1;
    g->rests = g->trust;
    while (depth > 0) {
        const struct page *at = &s->pages.at[stack[--depth]];
        weaken(&g->rests, at->trust);
        if (at->unset) *vec_push(s->a, &g->waits) = (uint32_t)(at - s->pages.at);
        for (size_t i = at->needs.len; i-- > 0;) {
            uint32_t to = at->needs.at[i];
            if (mark[to] == page + 1) continue;
            mark[to] = page + 1;
            stack[depth++] = to;
        }
    }
}

static void find_rests(struct site *s)
{
    for (size_t i = 0; i < s->pages.len; i++) own_state(s, &s->pages.at[i]);
    uint32_t *mark = ARENA_ARRAY(s->a, uint32_t, s->pages.len + 1),
             *stack = ARENA_ARRAY(s->a, uint32_t, s->pages.len + 1);
    for (uint32_t i = 0; i < s->pages.len; i++) {
        struct page *g = &s->pages.at[i];
        if (is_rule(g->kind))
            find_rest(s, i, mark, stack);
        else
            g->rests = g->trust;
    }
}

static void later(struct site *s, bool has, date d)
{
    if (!has || !date_ok(d) || (s->has_last_day && d.days <= s->last_day.days)) return;
    s->last_day = d;
    s->has_last_day = true;
}

static void find_last_day(struct site *s)
{
    VEC_EACH (const struct param, q, &s->p->params) {
        VEC_EACH (const struct param_row, r, &q->rows) later(s, true, r->from);
    }
    VEC_EACH (const struct policy, q, &s->p->policies) later(s, q->has_from, q->from);
    VEC_EACH (const struct func, f, &s->p->funcs) later(s, f->has_from, f->from);
}

void model_rests(const struct site *s, uint32_t page, index_list *out)
{
    bool *seen = ARENA_ARRAY(s->scratch, bool, s->pages.len + 1);
    *vec_push(s->scratch, out) = page;
    seen[page] = true;
    for (size_t i = 0; i < out->len; i++) {
        const struct page *g = &s->pages.at[out->at[i]];
        VEC_EACH (const uint32_t, to, &g->needs) {
            if (seen[*to]) continue;
            seen[*to] = true;
            *vec_push(s->scratch, out) = *to;
        }
    }
}

void model_build(struct site *s)
{
    size_t n = s->p->decls.len;
    map_init(&s->decl_index, s->a);
    map_init(&s->sources, s->a);
    map_init(&s->paths, s->a);
    for (int k = 0; k < KIND_COUNT; k++) map_init(&s->by_name[k], s->a);
    for (uint32_t i = 0; i < n; i++) {
        map_put(&s->decl_index, (str){ (const char *)&s->p->decls.at[i], sizeof(struct decl *) }, INDEX_PLUS_1(i));
    }
    s->of_decl = unset_array(s, n);
    pack_pages(s);
    ruled_pages(s);
    other_pages(s);
    sort_uses(s);
    find_references(s);
    find_rests(s);
    find_last_day(s);
    VEC_EACH (const struct pack_info, k, &s->p->packs) {
        const struct ast_field *level = decl_field_named(k->decl, "level");
        if (level != NULL && level->names.len > 0 && str_eq(level->names.at[0].text, STR("示例"))) s->fiction = true;
    }
}
