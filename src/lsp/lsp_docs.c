/* lsp_docs: the texts the editor has open. They lie over the files on disk when packs are read. Each text has an arena
 * of its own, thrown away with the next text; so typing for hours takes no more memory than the last key. */
#include "lsp/lsp_priv.h"

#include <string.h>

enum { COPIED_BYTES_MAX = 1 << 30 }; /* a second or so */

struct doc *doc_find(const struct lsp *s, str uri)
{
    for (size_t i = 0; i < s->doc_count; i++) {
        if (str_eq(s->docs[i]->uri, uri)) return s->docs[i];
    }
    return NULL;
}

struct doc *doc_at_path(const struct lsp *s, str path)
{
    for (size_t i = 0; i < s->doc_count; i++) {
        if (s->docs[i]->path.len > 0 && str_eq(s->docs[i]->path, path)) return s->docs[i];
    }
    return NULL;
}

/* A byte order mark is no character to an editor, and the rule language drops it as well. */
static str without_mark(str text)
{
    return str_starts(text, STR("\xEF\xBB\xBF")) ? str_slice(text, 3, text.len) : text;
}

static void set_text(struct doc *d, struct arena *arena, str text)
{
    bool fits = text.len <= LIMIT_FILE_BYTES;
    arena_free(d->text_arena);
    d->text_arena = arena;
    d->lost = fits ? NULL : "文件太大，不再检查：一个文件最多 4 MiB，请拆成几个文件";
    d->text = fits ? text : STR("");
}

static void set_whole(struct doc *d, str text)
{
    struct arena *a = arena_new("document", 0);
    text = without_mark(text);
    bool fits = text.len <= LIMIT_FILE_BYTES;
    set_text(d, a, fits ? str_dup(a, text) : text);
}

static void set_version(struct doc *d, const struct json *params)
{
    const struct json *v = json_get(params, "textDocument.version");
    d->has_version = v != NULL && v->kind == JSON_INT;
    d->version = d->has_version ? v->integer : 0;
}

void docs_open(struct lsp *s, const struct json *params)
{
    str uri = json_text(params, "textDocument.uri"), text = json_text(params, "textDocument.text");
    if (uri.p == NULL || text.p == NULL) return;
    struct doc *d = doc_find(s, uri);
    if (d == NULL) {
        if (s->doc_count == LSP_DOCS_MAX) return; /* it is then as it is on disk */
        struct arena *a = arena_new("open document", 0);
        d = ARENA_NEW(a, struct doc);
        *d = (struct doc){ .arena = a, .uri = str_dup(a, uri), .path = STR(""), .folder = STR("") };
        uri_path(a, d->uri, &d->path);
        s->docs[s->doc_count++] = d;
    }
    set_whole(d, text);
    set_version(d, params);
    chains_touch(s, d->path);
}

/* Text with one range replaced. Of a range that ends before it starts, the start counts. */
static str replaced(struct arena *a, str text, struct position from, struct position to, str by, bool utf8)
{
    struct lines l;
    lines_of(&l, a, text);
    size_t f = lines_offset(&l, from, utf8), t = lines_offset(&l, to, utf8);
    if (t < f) t = f;
    char *p = arena_alloc(a, f + by.len + (text.len - t) + 1);
    if (f > 0) memcpy(p, text.p, f);
    if (by.len > 0) memcpy(p + f, by.p, by.len);
    if (t < text.len) memcpy(p + f + by.len, text.p + t, text.len - t);
    return (str){ p, f + by.len + (text.len - t) };
}

/* Every change copies the text, so what one message may ask for is bounded: beyond that we are out of step with the
 * editor until it sends the whole text again. */
static bool within_budget(struct doc *d, size_t *copied)
{
    *copied += d->text.len + 1024;
    if (*copied > COPIED_BYTES_MAX) d->lost = "一次改动的地方太多，跟不上了：请关闭这个文件再打开";
    return d->lost == NULL;
}

static void change(struct doc *d, const struct json *c, bool utf8)
{
    const struct json *range = json_get(c, "range");
    str text = json_text(c, "text");
    struct position from, to;
    if (text.p == NULL) return;
    if (range == NULL) {
        set_whole(d, text);
        return;
    }
    if (d->lost != NULL || !json_position(json_get(range, "start"), &from) ||
        !json_position(json_get(range, "end"), &to))
        return;
    struct arena *a = arena_new("document", 0);
    set_text(d, a, replaced(a, d->text, from, to, text, utf8));
}

void docs_change(struct lsp *s, const struct json *params)
{
    struct doc *d = doc_find(s, json_text(params, "textDocument.uri"));
    const struct json *changes = json_get(params, "contentChanges");
    if (d == NULL || changes == NULL || changes->kind != JSON_ARRAY) return;
    size_t copied = 0;
    for (size_t i = 0; i < changes->count; i++) {
        bool whole = json_get(&changes->items[i], "range") == NULL;
        if (whole || within_budget(d, &copied)) change(d, &changes->items[i], s->client.utf8);
    }
    set_version(d, params);
    chains_touch(s, d->path);
}

void docs_save(struct lsp *s, const struct json *params)
{
    struct doc *d = doc_find(s, json_text(params, "textDocument.uri"));
    if (d == NULL) return;
    chains_touch(s, d->path);
    chains_refresh(s); /* who saves waits to see */
}

static void doc_free(struct doc *d)
{
    arena_free(d->text_arena);
    arena_free(d->arena);
}

void docs_close(struct lsp *s, const struct json *params)
{
    struct doc *d = doc_find(s, json_text(params, "textDocument.uri"));
    if (d == NULL) return;
    chains_touch(s, d->path);
    for (size_t i = 0; i < s->doc_count; i++) {
        if (s->docs[i] != d) continue;
        memmove(&s->docs[i], &s->docs[i + 1], (s->doc_count - i - 1) * sizeof s->docs[0]);
        s->doc_count--;
        break;
    }
    doc_free(d);
}

void docs_free(struct lsp *s)
{
    for (size_t i = 0; i < s->doc_count; i++) doc_free(s->docs[i]);
    s->doc_count = 0;
}
