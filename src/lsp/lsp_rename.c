/* lsp_rename: a name and all its uses, in every pack that can see its declaration.
 *
 * Rules are law, so a rename that changes what they mean would be worse than none. It is therefore proved before it is
 * proposed: every chain is read again with the new texts, and must have no mistakes, the same graph of nodes (only
 * names may differ) and the same outcome of every example. What fails is refused with the reason. Packs with mistakes
 * are refused too, since uses in what cannot be understood would be missed. */
#include "lsp/lsp_priv.h"

#include "base/utf8.h"
#include "lang/builtin.h"
#include "lang/eval.h"

#include <string.h>

/* ---- what may be renamed, and to what ---- */

static bool is_builtin_slot(const struct program *p, struct symbol s)
{
    const struct slot *slot = symbol_slot(p, s);
    return s.kind == SYMBOL_SLOT && slot != NULL && slot->field == NULL;
}

static bool refuse_symbol(const struct program *p, struct symbol s, struct reply *r)
{
    if (s.kind == SYMBOL_BUILTIN)
        return !reply_fail(r, RPC_REQUEST_FAILED, "“%.*s”是语言自带的函数，不能改名", STR_ARG(s.name));
    if (s.kind == SYMBOL_UPPER)
        return !reply_fail(r, RPC_REQUEST_FAILED, "“%.*s”是文件夹的名字：先给文件夹改名，再改这里", STR_ARG(s.name));
    if (!is_builtin_slot(p, s)) return false;
    return !reply_fail(r, RPC_REQUEST_FAILED, "“%.*s”是每段经历自带的字段，不能改名", STR_ARG(s.name));
}

static const struct mention *refuse(struct reply *r, const char *why)
{
    reply_fail(r, RPC_REQUEST_FAILED, "%s", why);
    return NULL;
}

/* The name at the cursor, when it can be renamed; NULL after an error. */
static const struct mention *target_of(struct lsp *s, const struct json *params, struct reply *r, struct spot *at)
{
    enum spot_found found = spot_of(s, params, r, at);
    if (found == SPOT_BAD) return NULL;
    if (found == SPOT_NOTHING) return refuse(r, "这个文件不在包里，不能改名");
    if (!load_clean(at->load)) {
        size_t n = at->load->set.diags.errors;
        reply_fail(r, RPC_REQUEST_FAILED, "这个包（连同上级）还有 %zu 处错误，先改正再改名，否则会漏掉用到它的地方", n);
        return NULL;
    }
    const struct mention *m = load_mention_at(at->load, at->source, at->offset);
    if (m == NULL) return refuse(r, "这里不是能改的名字：语言的词、栏名、单位和文字不能改名");
    return refuse_symbol(at->load->set.program, m->symbol, r) ? NULL : m;
}

static bool is_identifier(struct arena *a, str name)
{
    struct source src = { 0 };
    struct diags d;
    token_list tokens = { 0 };
    diags_init(&d, a);
    source_init(&src, a, STR(""), name);
    lex(&src, 0, (uint32_t)src.text.len, a, &d, &tokens);
    return d.errors == 0 && tokens.len == 1 && tokens.at[0].kind == TOKEN_IDENT && tokens.at[0].loc.to == name.len &&
           tokens.at[0].loc.from == 0;
}

static bool good_name(struct symbol s, str name, struct reply *r)
{
    if (name.len == 0) return reply_fail(r, RPC_INVALID_PARAMS, "新名字是空的");
    if (name.len > LIMIT_NAME_BYTES)
        return reply_fail(r, RPC_REQUEST_FAILED, "名字太长，最多 %d 个汉字", LIMIT_NAME_BYTES / 3);
    if (s.kind == SYMBOL_DECL && s.owner == KIND_SOURCE) { /* a document number */
        bool blank = str_find(name, STR(" ")) != SIZE_MAX || str_find(name, STR("\t")) != SIZE_MAX ||
                     str_find(name, STR("\n")) != SIZE_MAX || str_find(name, STR("　")) != SIZE_MAX ||
                     str_find(name, STR("--")) != SIZE_MAX;
        return !blank || reply_fail(r, RPC_REQUEST_FAILED, "来源的名字里不能有空格和 --");
    }
    if (!is_identifier(r->a, name)) {
        return reply_fail(r, RPC_REQUEST_FAILED, "名字由汉字、字母、数字、下划线组成，不以数字开头");
    }
    enum word w = word_find(name);
    if (w != WORD_NOT_ONE && word_is_reserved(w))
        return reply_fail(r, RPC_REQUEST_FAILED, "“%.*s”是语言的词，不能作名字", STR_ARG(name));
    if (builtin_find(name) != BUILTIN_NOT_ONE) {
        return reply_fail(r, RPC_REQUEST_FAILED, "“%.*s”是语言自带的函数，不能作名字", STR_ARG(name));
    }
    return true;
}

bool feature_prepare_rename(struct lsp *s, const struct json *params, struct reply *r)
{
    struct spot at;
    const struct mention *m = target_of(s, params, r, &at);
    if (m == NULL) return false;
    struct writer w = { .s = s, .a = r->a, .json = &r->w };
    json_object(&r->w);
    json_key(&r->w, "range"), write_range(&w, at.source->text, m->loc.from, m->loc.to);
    json_key(&r->w, "placeholder"), json_str(&r->w, m->symbol.name);
    json_object_end(&r->w);
    return true;
}

/* ---- what the rules mean, as one number ---- */

struct print {
    uint64_t h;
};

static void mix(struct print *f, uint64_t v)
{
    f->h = (f->h ^ v) * 0x100000001B3u;
    f->h ^= f->h >> 29;
}

static void mix_type(struct print *f, struct type t)
{
    mix(f, t.kind);
    mix(f, t.scale);
    mix(f, t.ref);
    for (int i = 0; i < DIM_COUNT; i++) mix(f, (uint8_t)t.unit.power[i]);
}

static void mix_examples(struct print *f, const struct program *p)
{
    autoarena *scratch = arena_new("example", 0), *keep = arena_new("results", 0);
    date today = date_today();
    VEC_EACH (const struct example, x, &p->examples) {
        struct arena_mark m = arena_mark(scratch);
        mix(f, example_run(p, x, today, scratch, keep, NULL).passed);
        arena_rewind(scratch, m);
    }
}

static uint64_t meaning(const struct program *p)
{
    struct print f = { 0xCBF29CE484222325u };
    VEC_EACH (const struct node, n, &p->nodes) {
        mix(&f, n->op);
        mix(&f, n->level);
        mix(&f, n->k);
        mix_type(&f, n->type);
        for (unsigned i = 0; i < n->kid_count; i++) mix(&f, node_kid(p, n, i));
    }
    VEC_EACH (const struct entity, e, &p->entities) {
        VEC_EACH (const struct slot, s, &e->slots) {
            mix(&f, s->kind);
            mix_type(&f, s->type);
            mix(&f, s->kind == SLOT_FUNC ? s->func : 0);
        }
    }
    VEC_EACH (const struct param, q, &p->params) mix(&f, q->rows.len);
    VEC_EACH (const struct func, x, &p->funcs) mix(&f, x->base), mix(&f, x->exceptions.len), mix(&f, x->rows.len);
    VEC_EACH (const struct policy, q, &p->policies) mix(&f, q->criteria.len), mix(&f, q->older);
    mix(&f, p->decls.len);
    mix_examples(&f, p);
    return f.h;
}

/* ---- the work ---- */

struct seen_chain {
    str folder;
    uint64_t meaning;
};

struct renaming {
    struct arena *a;
    struct reply *r;
    str name, new_name;
    place_list places;
    VEC(struct seen_chain) chains;
    VEC(struct pack_overlay) texts; /* the new ones */
    VEC(str) before;                /* the old ones, in the same order */
    bool failed;
};

static bool spelled_so(struct renaming *w, str text) { return str_eq(utf8_nfc(w->a, text), w->name); }

/* Uses under another spelling (a source cited by its title) stay. */
static bool look(void *to, str folder, struct load *l, const place_list *list)
{
    struct renaming *w = to;
    if (!load_clean(l)) {
        w->failed = true;
        return reply_fail(w->r, RPC_REQUEST_FAILED, "用到它的包 %.*s 有错误，先改正再改名", STR_ARG(folder));
    }
    VEC_EACH (const struct place, k, list) {
        const struct source *src = load_source(l, k->path);
        if (spelled_so(w, str_slice(src->text, k->from, k->to))) *vec_push(w->a, &w->places) = *k;
    }
    *vec_push(w->a, &w->chains) = (struct seen_chain){ str_dup(w->a, folder), meaning(l->set.program) };
    return true;
}

static void replace_in(struct renaming *w, const struct place *first, size_t n, str text)
{
    struct text t;
    size_t at = 0;
    text_init(&t, w->a, 4 * (size_t)LIMIT_FILE_BYTES);
    for (size_t i = 0; i < n; i++) {
        text_add(&t, str_slice(text, at, first[i].from));
        text_add(&t, w->new_name);
        at = first[i].to;
    }
    text_add(&t, str_slice(text, at, text.len));
    *vec_push(w->a, &w->texts) = (struct pack_overlay){ .path = first->path, .text = text_str(&t) };
    *vec_push(w->a, &w->before) = text;
}

static bool now_text(const struct lsp *s, struct arena *a, const struct spot *at, str path, str *out)
{
    const struct source *src = load_source(at->load, path);
    const struct doc *d = doc_at_path(s, path);
    struct err e = { 0 };
    if (src != NULL || d != NULL) {
        *out = src != NULL ? src->text : d->text;
        return true;
    }
    if (!file_read(a, path, LIMIT_FILE_BYTES, out, &e)) return false;
    if (str_starts(*out, STR("\xEF\xBB\xBF"))) *out = str_slice(*out, 3, out->len);
    return true;
}

static bool new_texts(struct lsp *s, struct renaming *w, const struct spot *at)
{
    for (size_t i = 0, n; i < w->places.len; i += n) {
        str text;
        for (n = 1; i + n < w->places.len && str_eq(w->places.at[i + n].path, w->places.at[i].path);) n++;
        if (!now_text(s, w->a, at, w->places.at[i].path, &text)) {
            return reply_fail(w->r, RPC_REQUEST_FAILED, "读不了 %.*s", STR_ARG(w->places.at[i].path));
        }
        replace_in(w, &w->places.at[i], n, text);
    }
    return true;
}

static bool same_meaning(struct lsp *s, struct renaming *w, const struct seen_chain *c)
{
    struct load *l = load_new(s, c->folder, w->texts.at, w->texts.len);
    bool ok = true;
    if (l->set.program == NULL) {
        ok = reply_fail(w->r, RPC_REQUEST_FAILED, "%.*s", STR_ARG(l->failure));
    } else if (l->set.diags.errors > 0) {
        const struct diag *g = NULL;
        VEC_EACH (const struct diag, x, &l->set.diags.list) {
            if (g == NULL && diag_level(x->code) == DIAG_ERROR) g = x;
        }
        ok = reply_fail(w->r, RPC_REQUEST_FAILED, "不能改名为“%.*s”：改了会出错——%.*s", STR_ARG(w->new_name),
                        (int)(g ? g->text.len : 0), g ? g->text.p : "");
    } else if (meaning(l->set.program) != c->meaning) {
        ok = reply_fail(w->r, RPC_REQUEST_FAILED,
                        "不能改名为“%.*s”：别处已经用这个名字指别的，改了规则的意思会变（包 %.*s）",
                        STR_ARG(w->new_name), STR_ARG(c->folder));
    }
    load_free(l);
    return ok;
}

static void write_edits(struct lsp *s, struct renaming *w)
{
    struct json_writer *json = &w->r->w;
    struct writer out = { .s = s, .a = w->a, .json = json };
    json_object(json);
    json_key(json, "changes");
    json_object(json);
    size_t k = 0;
    for (size_t i = 0; i < w->texts.len; i++) {
        json_key_str(json, path_uri(s, w->a, w->texts.at[i].path));
        json_array(json);
        for (; k < w->places.len && str_eq(w->places.at[k].path, w->texts.at[i].path); k++) {
            json_object(json);
            json_key(json, "range"), write_range(&out, w->before.at[i], w->places.at[k].from, w->places.at[k].to);
            json_key(json, "newText"), json_str(json, w->new_name);
            json_object_end(json);
        }
        json_array_end(json);
    }
    json_object_end(json);
    json_object_end(json);
}

bool feature_rename(struct lsp *s, const struct json *params, struct reply *r)
{
    struct spot at;
    str new_name = json_text(params, "newName");
    if (new_name.p == NULL) return reply_fail(r, RPC_INVALID_PARAMS, "缺少 newName");
    new_name = utf8_nfc(r->a, str_trim(new_name));
    const struct mention *m = target_of(s, params, r, &at);
    if (m == NULL || !good_name(m->symbol, new_name, r)) return false;
    struct renaming w = { .a = r->a, .r = r, .name = m->symbol.name, .new_name = new_name };
    if (!str_eq(w.name, new_name)) {
        if (!places_everywhere(s, r->a, &at, m->symbol, look, &w)) return false;
        places_sort(&w.places);
        if (!new_texts(s, &w, &at)) return false;
        VEC_EACH (const struct seen_chain, c, &w.chains) {
            if (!same_meaning(s, &w, c)) return false;
        }
    }
    write_edits(s, &w);
    return true;
}
