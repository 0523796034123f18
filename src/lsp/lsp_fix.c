/* lsp_fix: mistakes whose remedy is known. The checker's suggestions are sentences; those of a fixed form become edits:
 * “是不是“X”？” replaces what is marked, “写其中之一：甲、乙” and “可以是：甲、乙” offer each, a month added
 * without saying what happens at the end of a month offers both ways, and a colon behind a keyword becomes a blank. */
#include "lsp/lsp_priv.h"

#include <string.h>

enum { CHOICES_MAX = 8 };

struct fixes {
    struct lsp *s;
    struct reply *r;
    struct writer w;
    const struct source *source;
    str uri;
};

/* One proposal: the bytes from..to become `by`; the sure one is what an editor may do unasked. */
struct edit {
    size_t from, to;
    str by;
    str title;
    bool sure;
};

static void write_fix(struct fixes *f, const struct diag *g, struct edit e)
{
    struct json_writer *w = &f->r->w;
    json_object(w);
    json_key(w, "title"), json_str(w, e.title);
    json_key(w, "kind"), json_z(w, "quickfix");
    if (e.sure) json_key(w, "isPreferred"), json_bool(w, true);
    json_key(w, "diagnostics");
    json_array(w);
    json_object(w);
    json_key(w, "range"), write_range(&f->w, f->source->text, g->loc.from, g->loc.to);
    json_key(w, "code"), json_z(w, diag_name(g->code));
    json_key(w, "source"), json_z(w, "leye");
    json_key(w, "message"), json_str(w, str_fmt(f->r->a, "%.*s\n改法：%.*s", STR_ARG(g->text), STR_ARG(g->suggestion)));
    json_object_end(w);
    json_array_end(w);
    json_key(w, "edit");
    json_object(w);
    json_key(w, "changes");
    json_object(w);
    json_key_str(w, f->uri);
    json_array(w);
    json_object(w);
    json_key(w, "range"), write_range(&f->w, f->source->text, e.from, e.to);
    json_key(w, "newText"), json_str(w, e.by);
    json_object_end(w);
    json_array_end(w);
    json_object_end(w);
    json_object_end(w);
    json_object_end(w);
}

static void offer_instead(struct fixes *f, const struct diag *g, str by, bool sure)
{
    str title = str_fmt(f->r->a, "改成“%.*s”", STR_ARG(by));
    write_fix(f, g, (struct edit){ g->loc.from, g->loc.to, by, title, sure });
}

static void offer_after(struct fixes *f, const struct diag *g, const char *word)
{
    struct arena *a = f->r->a;
    write_fix(f, g,
              (struct edit){ g->loc.to, g->loc.to, str_fmt(a, " %s", word), str_fmt(a, "加上“%s”", word), false });
}

/* 是不是“X”？ */
static bool did_you_mean(str suggestion, str *out)
{
    str before = STR("是不是“"), after = STR("”？");
    if (!str_starts(suggestion, before) || !str_ends(suggestion, after)) return false;
    *out = str_slice(suggestion, before.len, suggestion.len - after.len);
    return out->len > 0 && str_find(*out, STR("”")) == SIZE_MAX;
}

/* The words of “写其中之一：甲、乙”; 、 is three bytes, so it is found rather than split at. */
static void each_choice(struct fixes *f, const struct diag *g)
{
    static const str leads[] = { { "写其中之一：", sizeof "写其中之一：" - 1 }, { "可以是：", sizeof "可以是：" - 1 } };
    str rest = STR("");
    for (size_t i = 0; i < sizeof leads / sizeof *leads; i++) {
        if (str_starts(g->suggestion, leads[i])) rest = str_slice(g->suggestion, leads[i].len, g->suggestion.len);
    }
    for (unsigned n = 0; rest.len > 0 && n < CHOICES_MAX; n++) {
        size_t comma = str_find(rest, STR("、"));
        str one = str_slice(rest, 0, comma == SIZE_MAX ? rest.len : comma);
        if (one.len > 0) offer_instead(f, g, one, false);
        rest = comma == SIZE_MAX ? STR("") : str_slice(rest, comma + strlen("、"), rest.len);
    }
}

/* The end of the blanks that stand there. */
static size_t blanks_after(const struct fixes *f, size_t at)
{
    while (at < f->source->text.len && f->source->text.p[at] == ' ') at++;
    return at;
}

static void fixes_of(struct fixes *f, const struct diag *g)
{
    str by;
    if (did_you_mean(g->suggestion, &by)) {
        offer_instead(f, g, by, true);
    } else if (g->code == DIAG_month_mode) {
        offer_after(f, g, "取月末");
        offer_after(f, g, "顺延");
    } else if (g->code == DIAG_stray_colon) {
        write_fix(f, g, (struct edit){ g->loc.from, blanks_after(f, g->loc.to), STR(" "), STR("冒号换成空格"), true });
    } else {
        each_choice(f, g);
    }
}

bool feature_fixes(struct lsp *s, const struct json *params, struct reply *r)
{
    struct position from, to;
    const struct json *range = json_get(params, "range"), *only = json_get(params, "context.only");
    const struct doc *doc = doc_find(s, json_text(params, "textDocument.uri"));
    if (!json_position(json_get(range, "start"), &from) || !json_position(json_get(range, "end"), &to)) {
        return reply_fail(r, RPC_INVALID_PARAMS, "缺少 range");
    }
    chains_refresh(s);
    const struct chain *c = doc == NULL ? NULL : chain_of(s, doc);
    struct fixes f = { .s = s, .r = r, .w = { .s = s, .a = r->a, .json = &r->w } };
    f.source = c == NULL ? NULL : load_source(c->now, doc->path);
    bool wanted = only == NULL || only->kind != JSON_ARRAY || only->count == 0 ||
                  json_has_text(params, "context.only", STR("quickfix"));
    json_array(&r->w);
    if (f.source != NULL && wanted) {
        struct lines l;
        lines_of(&l, r->a, f.source->text);
        f.uri = doc->uri;
        size_t a = lines_offset(&l, from, s->client.utf8), b = lines_offset(&l, to, s->client.utf8);
        VEC_EACH (const struct diag, g, &c->now->set.diags.list) {
            if (g->loc.source == f.source->id && g->loc.from <= b && a <= g->loc.to) fixes_of(&f, g);
        }
    }
    json_array_end(&r->w);
    return true;
}
