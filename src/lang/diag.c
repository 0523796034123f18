/* diag: collecting and printing. The printed form is
 *
 *   packs/x/a.leye:12:8: 错误 没有这个名字：年纪 [unknown_name]
 *      12 |   条件 大龄：年纪 >= 50岁
 *         |             ^^^^
 *      改法：是不是“年龄”？
 *
 * The caret line is padded by terminal columns: a Chinese character counts two. */
#include "lang/diag.h"
#include "base/utf8.h"
#include "lang/limits.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name, *title;
    enum diag_level level;
} codes[] = {
#define DIAG(name_, level_, title_) [DIAG_##name_] = { #name_, title_, DIAG_##level_ },
#include "lang/diag.def"
#undef DIAG
};

void diags_init(struct diags *d, struct arena *a) { *d = (struct diags){ .arena = a }; }

enum diag_level diag_level(enum diag_code code) { return codes[code].level; }
const char *diag_name(enum diag_code code) { return codes[code].name; }
const char *diag_title(enum diag_code code) { return codes[code].title; }

__attribute__((format(printf, 2, 0))) static str vformat(struct arena *a, const char *fmt, va_list ap)
{
    char buf[1024];
    int n = vsnprintf(buf, sizeof buf, fmt, ap);
    if (n < 0) return STR("");
    size_t len = (size_t)n;
    if (len >= sizeof buf) {
        len = sizeof buf - 1;
        while (len > 0 && ((unsigned char)buf[len] & 0xC0) == 0x80) len--; /* not in mid-character */
    }
    return str_dup(a, (str){ buf, len });
}

struct diag *diag_add(struct diags *d, enum diag_code code, struct loc loc, const char *fmt, ...)
{
    if (d->muted) return NULL;
    switch (diag_level(code)) {
    case DIAG_ERROR: d->errors++; break;
    case DIAG_WARNING: d->warnings++; break;
    case DIAG_NOTE: d->notes++; break;
    }
    if (d->list.len >= LIMIT_DIAGS) {
        d->dropped++;
        return NULL;
    }
    va_list ap;
    va_start(ap, fmt);
    struct diag *g = vec_push(d->arena, &d->list);
    *g = (struct diag){ .code = code, .loc = loc, .text = vformat(d->arena, fmt, ap) };
    va_end(ap);
    return g;
}

void diags_append(struct diags *d, const struct diags *more)
{
    VEC_EACH (const struct diag, g, &more->list) {
        if (d->list.len < LIMIT_DIAGS)
            *vec_push(d->arena, &d->list) = *g;
        else
            d->dropped++;
    }
    d->dropped += more->dropped;
    d->errors += more->errors;
    d->warnings += more->warnings;
    d->notes += more->notes;
}

void diag_suggest(struct diags *d, struct diag *g, const char *fmt, ...)
{
    if (g == NULL) return;
    va_list ap;
    va_start(ap, fmt);
    g->suggestion = vformat(d->arena, fmt, ap);
    va_end(ap);
}

void diag_other(struct diag *g, struct loc other)
{
    if (g == NULL) return;
    g->has_other = true;
    g->other = other;
}

static int by_place(const void *pa, const void *pb)
{
    const struct diag *a = pa, *b = pb;
    if (a->loc.source != b->loc.source) return a->loc.source < b->loc.source ? -1 : 1;
    if (a->loc.from != b->loc.from) return a->loc.from < b->loc.from ? -1 : 1;
    if (a->code != b->code) return a->code < b->code ? -1 : 1;
    return str_cmp(a->text, b->text);
}

void diags_sort(struct diags *d, const struct source *sources, size_t source_count)
{
    (void)sources, (void)source_count;
    if (d->list.len < 2) return;
    qsort(d->list.at, d->list.len, sizeof d->list.at[0], by_place);
    size_t kept = 1;
    for (size_t i = 1; i < d->list.len; i++) {
        const struct diag *g = &d->list.at[i];
        if (by_place(g, &d->list.at[kept - 1]) == 0) {
            switch (diag_level(g->code)) {
            case DIAG_ERROR: d->errors--; break;
            case DIAG_WARNING: d->warnings--; break;
            case DIAG_NOTE: d->notes--; break;
            }
            continue;
        }
        d->list.at[kept++] = *g;
    }
    d->list.len = kept;
}

static const char *level_zh(enum diag_level l)
{
    switch (l) {
    case DIAG_ERROR: return "错误";
    case DIAG_WARNING: return "警告";
    case DIAG_NOTE: return "提示";
    }
    return "";
}

static void print_place(const struct source *sources, struct loc loc, struct text *out)
{
    const struct source *s = &sources[loc.source];
    unsigned line, column;
    source_place(s, loc.from, &line, &column);
    text_addf(out, "%.*s:%u:%u", STR_ARG(s->path), line, column);
}

enum { EXCERPT_BYTES = 600 };

/* The part of a long line around [at, end): a line of megabytes must not be printed once for each of its mistakes. */
static str cut_line(str l, size_t *at, size_t *end)
{
    size_t from = *at > EXCERPT_BYTES / 2 ? *at - EXCERPT_BYTES / 2 : 0, to = from + EXCERPT_BYTES;
    if (to > l.len) to = l.len;
    while (from > 0 && ((unsigned char)l.p[from] & 0xC0) == 0x80) from--;
    while (to < l.len && ((unsigned char)l.p[to] & 0xC0) == 0x80) to--;
    *at -= from;
    *end = *end > to ? to - from : *end - from;
    return str_slice(l, from, to);
}

/* Control characters are shown as blanks, and count as that. */
static size_t excerpt_width(str s)
{
    size_t width = utf8_width(s);
    for (size_t i = 0; i < s.len; i++) width += (unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7F;
    return width;
}

static void print_excerpt(const struct source *sources, struct loc loc, struct text *out)
{
    const struct source *s = &sources[loc.source];
    unsigned line, column;
    source_place(s, loc.from, &line, &column);
    str l = source_line(s, line);
    size_t at = loc.from - s->line_at[line - 1];
    size_t end = loc.to > loc.from ? loc.to - s->line_at[line - 1] : at + 1;
    if (end > l.len) end = l.len;
    if (at > l.len) at = l.len;
    text_addf(out, "%6u | ", line);
    if (l.len > EXCERPT_BYTES) l = cut_line(l, &at, &end);
    for (size_t i = 0; i < l.len; i++) text_addc(out, (unsigned char)l.p[i] < 0x20 || l.p[i] == 0x7F ? ' ' : l.p[i]);
    text_addz(out, "\n       | ");
    text_repeat(out, ' ', excerpt_width(str_slice(l, 0, at)));
    size_t width = end > at ? excerpt_width(str_slice(l, at, end)) : 1;
    text_repeat(out, '^', width > 0 ? width : 1);
    text_addc(out, '\n');
}

void diag_print(const struct diag *g, const struct source *sources, struct text *out)
{
    print_place(sources, g->loc, out);
    text_addf(out, ": %s：%.*s [%s]\n", level_zh(diag_level(g->code)), STR_ARG(g->text), diag_name(g->code));
    print_excerpt(sources, g->loc, out);
    if (g->has_other) {
        text_addz(out, "       另一处 ");
        print_place(sources, g->other, out);
        text_addc(out, '\n');
        print_excerpt(sources, g->other, out);
    }
    if (g->suggestion.len > 0) text_addf(out, "       改法：%.*s\n", STR_ARG(g->suggestion));
}

void diags_print_errors(const struct diags *d, const struct source *sources, struct text *out)
{
    VEC_EACH (const struct diag, g, &d->list) {
        if (diag_level(g->code) == DIAG_ERROR) diag_print(g, sources, out);
    }
    if (d->dropped > 0) text_addf(out, "还有 %zu 处没有列出，改完上面的再查一次。\n", d->dropped);
}

static void json_place(const struct source *sources, struct loc loc, struct json_writer *w)
{
    const struct source *s = &sources[loc.source];
    unsigned line, column, end_line, end_column;
    source_place(s, loc.from, &line, &column);
    source_place(s, loc.to, &end_line, &end_column);
    json_key(w, "file"), json_str(w, s->path);
    json_key(w, "line"), json_int(w, line);
    json_key(w, "column"), json_int(w, column);
    json_key(w, "endLine"), json_int(w, end_line);
    json_key(w, "endColumn"), json_int(w, end_column);
}

void diags_json(const struct diags *d, const struct source *sources, struct json_writer *w)
{
    static const char *const level_en[] = { "error", "warning", "note" };
    json_array(w);
    VEC_EACH (const struct diag, g, &d->list) {
        json_object(w);
        json_key(w, "code"), json_z(w, diag_name(g->code));
        json_key(w, "level"), json_z(w, level_en[diag_level(g->code)]);
        json_place(sources, g->loc, w);
        json_key(w, "message"), json_str(w, g->text);
        if (g->suggestion.len > 0) json_key(w, "suggestion"), json_str(w, g->suggestion);
        if (g->has_other) {
            json_key(w, "other");
            json_object(w);
            json_place(sources, g->other, w);
            json_object_end(w);
        }
        json_object_end(w);
    }
    json_array_end(w);
}
