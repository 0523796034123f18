/* lsp_format: the canonical layout, as `leye fmt` makes it, proposed as one edit of the lines that differ: so the
 * cursor and marks of an editor stay where nothing changed. A text with mistakes is left alone. */
#include "lsp/lsp_priv.h"

#include "lang/fmt.h"

/* Bytes both texts begin with, up to the end of a line. */
static size_t same_start(str a, str b)
{
    size_t line = 0;
    for (size_t i = 0; i < a.len && i < b.len && a.p[i] == b.p[i]; i++) {
        if (a.p[i] == '\n') line = i + 1;
    }
    return line;
}

/* Bytes both end with, from the start of a line, not reaching back over `from`. */
static size_t same_end(str a, str b, size_t from)
{
    size_t n = 0, line = 0;
    while (n < a.len - from && n < b.len - from && a.p[a.len - 1 - n] == b.p[b.len - 1 - n]) {
        n++;
        if (n < a.len - from && n < b.len - from && a.p[a.len - 1 - n] == '\n' && b.p[b.len - 1 - n] == '\n') line = n;
    }
    return line;
}

bool feature_format(struct lsp *s, const struct json *params, struct reply *r)
{
    const struct doc *doc = doc_find(s, json_text(params, "textDocument.uri"));
    if (doc == NULL || doc->lost != NULL) return reply_fail(r, RPC_INVALID_PARAMS, "没有打开这个文件");
    struct fmt f;
    struct err e = { 0 };
    if (!fmt_run(&f, r->a, doc->path, doc->text, &e))
        return reply_fail(r, RPC_REQUEST_FAILED, "没有整理：%s", err_cause(&e));
    size_t from = same_start(doc->text, f.text), to = same_end(doc->text, f.text, from);
    json_array(&r->w);
    if (!str_eq(doc->text, f.text)) {
        struct writer w = { .s = s, .a = r->a, .json = &r->w };
        json_object(&r->w);
        json_key(&r->w, "range"), write_range(&w, doc->text, from, doc->text.len - to);
        json_key(&r->w, "newText"), json_str(&r->w, str_slice(f.text, from, f.text.len - to));
        json_object_end(&r->w);
    }
    json_array_end(&r->w);
    return true;
}
