/* lsp_chain: packs being edited. A chain is a pack with everything above it, as one program; there is one for every
 * pack that has an open document, and it is read anew as a whole (some 50 ms) when a text in it changed and the editor
 * is quiet or asks something.
 *
 * While a text has mistakes the last program without any is kept beside the newest. The newest knows where things
 * stand, the last good one what they mean.
 *
 * Diagnostics: a file may belong to several chains (a province under two cities). What any of them finds in it is
 * shown, each once. Only what changed since it was last sent is sent. */
#include "lsp/lsp_priv.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* ---- loads ---- */

struct load *load_new(const struct lsp *s, str folder, const struct pack_overlay *extra, size_t extra_count)
{
    struct arena *a = arena_new("packs of the editor", LSP_LOAD_BYTES_MAX);
    struct load *l = ARENA_NEW(a, struct load);
    l->arena = a;
    struct pack_overlay *over = ARENA_ARRAY(a, struct pack_overlay, extra_count + s->doc_count + 1);
    size_t n = 0;
    for (size_t i = 0; i < extra_count; i++) over[n++] = extra[i];
    for (size_t i = 0; i < s->doc_count; i++) {
        if (s->docs[i]->path.len > 0)
            over[n++] = (struct pack_overlay){ .path = s->docs[i]->path, .text = s->docs[i]->text };
    }
    struct err e = { 0 };
    if (!pack_load(&l->set, a, str_dup(a, folder), over, n, &e)) {
        l->set.program = NULL;
        l->failure = str_fmt(a, "读不了这个包：%s", err_cause(&e));
    } else if (arena_over(a)) {
        l->set.program = NULL;
        l->failure = STR("这个包太大，内存不够，不再检查");
    }
    return l;
}

void load_free(struct load *l)
{
    if (l != NULL) arena_free(l->arena);
}

bool load_clean(const struct load *l) { return l != NULL && l->set.program != NULL && l->set.diags.errors == 0; }

const mention_list *load_mentions(struct load *l)
{
    if (!l->indexed && l->set.program != NULL) names_collect(l->set.program, l->arena, &l->mentions);
    l->indexed = true;
    return &l->mentions;
}

const struct source *load_source(const struct load *l, str path)
{
    if (l == NULL || l->set.program == NULL) return NULL;
    VEC_EACH (const struct source, src, &l->set.program->sources) {
        if (str_eq(src->path, path)) return src;
    }
    return NULL;
}

/* The name at an offset, or ending there. */
const struct mention *load_mention_at(struct load *l, const struct source *src, size_t offset)
{
    const struct mention *found = NULL;
    VEC_EACH (const struct mention, m, load_mentions(l)) {
        if (m->loc.source != src->id || m->loc.from > offset) continue;
        if (offset < m->loc.to || (offset == m->loc.to && found == NULL)) found = m;
    }
    return found;
}

/* ---- chains ---- */

struct chain *chain_of(const struct lsp *s, const struct doc *d)
{
    for (size_t i = 0; i < s->chain_count && d->folder.len > 0; i++) {
        if (str_eq(s->chains[i]->folder, d->folder)) return s->chains[i]->now == NULL ? NULL : s->chains[i];
    }
    return NULL;
}

static bool below(str path, str folder)
{
    return str_starts(path, folder) && path.len > folder.len && path.p[folder.len] == '/';
}

static bool concerns(const struct chain *c, str path)
{
    if (path.len == 0 || c->now == NULL || c->now->set.program == NULL || below(path, c->folder)) return true;
    VEC_EACH (const struct pack_info, p, &c->now->set.program->packs) {
        if (below(path, p->path)) return true;
    }
    return false;
}

void chains_touch(struct lsp *s, str path)
{
    s->stale = true;
    for (size_t i = 0; i < s->chain_count; i++)
        s->chains[i]->stale = s->chains[i]->stale || concerns(s->chains[i], path);
}

static void chain_free(struct chain *c)
{
    if (c->good != c->now) load_free(c->good);
    load_free(c->now);
    arena_free(c->arena);
}

void chains_free(struct lsp *s)
{
    for (size_t i = 0; i < s->chain_count; i++) chain_free(s->chains[i]);
    s->chain_count = 0;
    arena_free(s->published_arena);
    s->published_arena = NULL;
}

static void use_chain(struct lsp *s, str folder)
{
    for (size_t i = 0; i < s->chain_count; i++) {
        if (!str_eq(s->chains[i]->folder, folder)) continue;
        s->chains[i]->used = true;
        return;
    }
    if (s->chain_count == LSP_CHAINS_MAX) return;
    struct arena *a = arena_new("chain", 0);
    struct chain *c = ARENA_NEW(a, struct chain);
    *c = (struct chain){ .arena = a, .folder = str_dup(a, folder), .stale = true, .used = true };
    s->chains[s->chain_count++] = c;
}

/* Which packs have open documents now; chains of others go. */
static void choose_chains(struct lsp *s)
{
    for (size_t i = 0; i < s->chain_count; i++) s->chains[i]->used = false;
    for (size_t i = 0; i < s->doc_count; i++) {
        struct doc *d = s->docs[i];
        autoarena *a = arena_new("folder", 0);
        str folder = d->path.len > 0 ? pack_folder_of(a, d->path) : STR("");
        if (!str_eq(folder, d->folder)) d->folder = str_dup(d->arena, folder);
        if (folder.len > 0) use_chain(s, d->folder);
    }
    size_t kept = 0;
    for (size_t i = 0; i < s->chain_count; i++) {
        if (s->chains[i]->used)
            s->chains[kept++] = s->chains[i];
        else
            chain_free(s->chains[i]);
    }
    s->chain_count = kept;
}

static void reload(struct lsp *s, struct chain *c)
{
    struct load *l = load_new(s, c->folder, NULL, 0);
    if (c->now != c->good) load_free(c->now);
    if (load_clean(l)) {
        load_free(c->good);
        c->good = l;
    }
    c->now = l;
    c->stale = false;
}

/* ---- diagnostics ---- */

struct finding {
    const struct load *load;
    const struct source *source; /* NULL: about the file as a whole */
    const struct diag *diag;     /* NULL: text */
    str text;
    enum diag_level level;
};
struct findings { /* of one file */
    str uri;
    VEC(struct finding) list;
};
struct board { /* all that is to be shown now */
    struct lsp *s;
    struct arena *a;
    VEC(struct findings *) files;
    struct map by_uri;
};
struct published {
    uint64_t hash;
};

static struct findings *findings_of(struct board *b, str uri)
{
    struct findings *f = map_get(&b->by_uri, uri);
    if (f != NULL) return f;
    f = ARENA_NEW(b->a, struct findings);
    f->uri = uri;
    map_put(&b->by_uri, uri, f);
    *vec_push(b->a, &b->files) = f;
    return f;
}

/* The same sentence at the same place is one finding, of the graver kind. */
static void add_finding(struct board *b, str uri, struct finding x)
{
    struct findings *f = findings_of(b, uri);
    VEC_EACH (struct finding, y, &f->list) {
        if (y->diag == NULL || x.diag == NULL || y->diag->loc.from != x.diag->loc.from) continue;
        if (!str_eq(y->diag->text, x.diag->text)) continue;
        if (x.level < y->level) *y = x;
        return;
    }
    *vec_push(b->a, &f->list) = x;
}

static void collect_chain(struct board *b, const struct chain *c)
{
    const struct load *l = c->now;
    if (l->set.program == NULL) {
        str path = file_join(b->a, c->folder, STR("pack.leye"));
        add_finding(b, path_uri(b->s, b->a, path), (struct finding){ .text = l->failure, .level = DIAG_ERROR });
        return;
    }
    VEC_EACH (const struct diag, g, &l->set.diags.list) {
        const struct source *src = &l->set.program->sources.at[g->loc.source];
        struct finding x = { .load = l, .source = src, .diag = g, .level = diag_level(g->code) };
        add_finding(b, path_uri(b->s, b->a, src->path), x);
    }
}

/* What is to be said of an open document apart from its text: that it is in no pack, or not among the files of it. */
static const char *about_doc(const struct lsp *s, const struct doc *d)
{
    if (d->lost != NULL) return d->lost;
    if (d->path.len == 0) return "这个文件还没有存盘：存到一个包的文件夹里，才能检查";
    if (d->folder.len == 0) {
        return "这个文件不在任何包里，不能检查。包是有 pack.leye 的文件夹：在这里新建 pack.leye，写三行——\n"
               "包 名字\n  级别 示例\n  版本 1";
    }
    const struct chain *c = chain_of(s, d);
    if (c == NULL) return "打开的包太多，这个包没有检查：请关掉别的包的文件";
    if (c->now->set.program == NULL || load_source(c->now, d->path) != NULL) return NULL;
    return "这个文件的名字不以 .leye 结尾，没有和包一起检查：换一个 .leye 结尾的名字";
}

static void write_related(struct writer *w, const struct finding *x)
{
    if (!x->diag->has_other) return;
    json_key(w->json, "relatedInformation");
    json_array(w->json);
    json_object(w->json);
    json_key(w->json, "location");
    write_location(w, &x->load->set.program->sources.at[x->diag->other.source], x->diag->other);
    json_key(w->json, "message"), json_z(w->json, "另一处在这里");
    json_object_end(w->json);
    json_array_end(w->json);
}

static void write_finding(struct writer *w, const struct finding *x)
{
    static const int severity[] = { [DIAG_ERROR] = 1, [DIAG_WARNING] = 2, [DIAG_NOTE] = 3 };
    struct loc loc = x->diag != NULL ? x->diag->loc : (struct loc){ 0 };
    str text = x->diag != NULL ? x->diag->text : x->text;
    json_object(w->json);
    json_key(w->json, "range");
    write_range(w, x->source != NULL ? x->source->text : STR(""), loc.from, loc.to);
    json_key(w->json, "severity"), json_int(w->json, severity[x->level]);
    if (x->diag != NULL) json_key(w->json, "code"), json_z(w->json, diag_name(x->diag->code));
    json_key(w->json, "source"), json_z(w->json, "leye");
    if (x->diag != NULL && x->diag->suggestion.len > 0) {
        text = str_fmt(w->a, "%.*s\n改法：%.*s", STR_ARG(text), STR_ARG(x->diag->suggestion));
    }
    json_key(w->json, "message"), json_str(w->json, text);
    if (x->diag != NULL) write_related(w, x);
    json_object_end(w->json);
}

static str findings_json(struct board *b, const struct findings *f)
{
    struct text t;
    struct json_writer json;
    text_init(&t, b->a, LSP_RESULT_MAX);
    json_begin(&json, &t, false);
    struct writer w = { .s = b->s, .a = b->a, .json = &json };
    json_array(&json);
    VEC_EACH (const struct finding, x, &f->list) write_finding(&w, x);
    json_array_end(&json);
    return t.over ? STR("[]") : text_str(&t);
}

static void send_findings(struct board *b, str uri, str list)
{
    struct text t;
    struct json_writer w;
    const struct doc *d = doc_find(b->s, uri);
    text_init(&t, b->a, 2 * (size_t)LSP_RESULT_MAX);
    json_begin(&w, &t, false);
    json_object(&w);
    json_key(&w, "uri"), json_str(&w, uri);
    if (d != NULL && d->has_version) json_key(&w, "version"), json_int(&w, d->version);
    json_key(&w, "diagnostics"), json_plain(&w, list);
    json_object_end(&w);
    server_notify(b->s, "textDocument/publishDiagnostics", text_str(&t));
}

/* Sends what differs from what was sent last, and an empty list for what had findings and has none any more. */
static void send_board(struct board *b)
{
    struct lsp *s = b->s;
    struct arena *now_arena = arena_new("published", 0);
    struct map now;
    map_init(&now, now_arena);
    VEC_EACH (struct findings *const, f, &b->files) {
        str list = findings_json(b, *f);
        const struct published *before = map_get(&s->published, (*f)->uri);
        struct published *p = ARENA_NEW(now_arena, struct published);
        p->hash = str_hash(list);
        map_put(&now, str_dup(now_arena, (*f)->uri), p);
        if (before == NULL || before->hash != p->hash) send_findings(b, (*f)->uri, list);
    }
    for (size_t i = 0; i < s->published.len; i++) {
        str uri = s->published.entries[i].key;
        if (map_get(&now, uri) == NULL) send_findings(b, uri, STR("[]"));
    }
    arena_free(s->published_arena);
    s->published_arena = now_arena;
    s->published = now;
}

static void publish(struct lsp *s)
{
    autoarena *a = arena_new("diagnostics", 0);
    struct board b = { .s = s, .a = a };
    map_init(&b.by_uri, a);
    for (size_t i = 0; i < s->chain_count; i++) collect_chain(&b, s->chains[i]);
    for (size_t i = 0; i < s->doc_count; i++) {
        const char *what = about_doc(s, s->docs[i]);
        if (what != NULL)
            add_finding(&b, s->docs[i]->uri, (struct finding){ .text = str_of(what), .level = DIAG_WARNING });
    }
    send_board(&b);
}

void chains_refresh(struct lsp *s)
{
    if (!s->stale) return;
    s->stale = false;
    choose_chains(s);
    for (size_t i = 0; i < s->chain_count; i++) {
        if (s->chains[i]->stale) reload(s, s->chains[i]);
    }
    publish(s);
}

/* ---- neighbours ---- */

static int compare_paths(const void *a, const void *b) { return str_cmp(*(const str *)a, *(const str *)b); }

void chains_beside(struct arena *a, str folder, file_list *out)
{
    str parent = str_dup(a, file_dir(folder));
    DIR *dir = opendir(parent.p);
    struct dirent *entry;
    while (dir != NULL && out->len < LSP_SIBLINGS_MAX && (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.') continue;
        str path = file_join(a, parent, str_of(entry->d_name));
        if (file_exists(file_join(a, path, STR("pack.leye")))) *vec_push(a, out) = path;
    }
    if (dir != NULL) closedir(dir);
    if (out->len > 1) qsort(out->at, out->len, sizeof out->at[0], compare_paths);
}
