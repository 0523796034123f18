/* html: writing a page into a text.
 *
 * The start tag stays open until something other than an attribute comes. Escaping happens in one function, put(), and
 * there is no other way in for a str. Beyond < > & " ' it takes away what could make a page read differently from what
 * it says: control characters and the marks that turn the direction of writing around. */
#include "base/utf8.h"
#include "site/html_priv.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

enum { VOID = 1, LINE = 2, RAW = 4, DEPTH_MAX = 200 };

static const struct {
    const char *name;
    unsigned flags;
} tags[HTML_COUNT_] = {
    [HTML_NONE] = { "", 0 },
#define TAG(name, text, flags) [HTML_##name] = { text, flags },
#define ATTR(name, text)
#include "site/html.def"
#undef TAG
#undef ATTR
};

static const char *const attrs[ATTR_COUNT_] = {
#define TAG(name, text, flags)
#define ATTR(name, text) [ATTR_##name] = text,
#include "site/html.def"
#undef TAG
#undef ATTR
};

struct html {
    struct text out;
    struct arena *arena;
    char *formatted; /* what the last …f function was asked to write, before it is escaped */
    size_t formatted_cap;
    bool in_tag;
    enum html_tag in_void; /* the void element whose attributes may still come */
    unsigned depth, page_depth;
    enum html_tag stack[DEPTH_MAX];
};

struct html *html_new(struct arena *a, size_t max_bytes)
{
    struct html *h = ARENA_NEW(a, struct html);
    h->arena = a;
    text_init(&h->out, a, max_bytes);
    return h;
}

void html_begin(struct html *h, unsigned depth)
{
    h->out.len = 0;
    h->out.over = false;
    h->in_tag = false;
    h->in_void = HTML_NONE;
    h->depth = 0;
    h->page_depth = depth;
    text_addz(&h->out, "<!DOCTYPE html>\n");
}

static void end_tag(struct html *h)
{
    if (!h->in_tag) return;
    text_addc(&h->out, '>');
    if (h->in_void != HTML_NONE && (tags[h->in_void].flags & LINE)) text_addc(&h->out, '\n');
    h->in_tag = false;
    h->in_void = HTML_NONE;
}

str html_end(struct html *h, bool *over)
{
    end_tag(h);
    assert(h->depth == 0);
    *over = *over || h->out.over;
    return text_str(&h->out);
}

/* Turns the direction of writing around, or is invisible and changes what follows. */
static bool is_deceptive(uint32_t cp)
{
    return (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069) || cp == 0x200E || cp == 0x200F ||
           cp == 0xFEFF;
}

static const char *escape_of(uint32_t cp)
{
    switch (cp) {
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '&': return "&amp;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: break;
    }
    bool control = (cp < 0x20 && cp != '\n' && cp != '\t') || (cp >= 0x7F && cp < 0xA0);
    return control || is_deceptive(cp) || cp == 0xFFFD ? "\xEF\xBF\xBD" : NULL;
}

/* The only way of text into a page. Runs of harmless bytes are copied at once. */
static void put(struct html *h, str s)
{
    size_t from = 0;
    for (size_t i = 0; i < s.len;) {
        size_t len = 1;
        unsigned char byte = (unsigned char)s.p[i];
        const char *escape = NULL;
        if (byte < 0x80) {
            escape = escape_of(byte);
        } else {
            escape = escape_of(utf8_at(s, i, &len));
        }
        if (escape != NULL) {
            text_add(&h->out, str_slice(s, from, i));
            text_addz(&h->out, escape);
            from = i + len;
        }
        i += len;
    }
    text_add(&h->out, str_slice(s, from, s.len));
}

void html_open(struct html *h, enum html_tag tag, const char *class_)
{
    end_tag(h);
    text_addc(&h->out, '<');
    text_addz(&h->out, tags[tag].name);
    h->in_tag = true;
    if (tags[tag].flags & VOID) {
        h->in_void = tag;
    } else {
        assert(h->depth < DEPTH_MAX);
        h->stack[h->depth++] = tag;
    }
    if (class_ != NULL) html_attrz(h, ATTR_CLASS, class_);
}

void html_close(struct html *h, enum html_tag tag)
{
    end_tag(h);
    assert(h->depth > 0 && h->stack[h->depth - 1] == tag);
    h->depth--;
    text_addz(&h->out, "</");
    text_addz(&h->out, tags[tag].name);
    text_addz(&h->out, tags[tag].flags & LINE ? ">\n" : ">");
}

static void attr_start(struct html *h, const char *name)
{
    text_addc(&h->out, ' ');
    text_addz(&h->out, name);
    text_addz(&h->out, "=\"");
}

void html_attr(struct html *h, enum html_attr name, str value)
{
    assert(h->in_tag);
    attr_start(h, attrs[name]);
    put(h, value);
    text_addc(&h->out, '"');
}

void html_attrz(struct html *h, enum html_attr name, const char *value) { html_attr(h, name, str_of(value)); }

__attribute__((format(printf, 2, 0))) static str format(struct html *h, const char *fmt, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(h->formatted, h->formatted_cap, fmt, args);
    assert(n >= 0);
    if ((size_t)n >= h->formatted_cap) {
        h->formatted_cap = 2 * (size_t)n + 64;
        h->formatted = arena_alloc(h->arena, h->formatted_cap);
        vsnprintf(h->formatted, h->formatted_cap, fmt, again);
    }
    va_end(again);
    return (str){ h->formatted, (size_t)n };
}

void html_attrf(struct html *h, enum html_attr name, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    html_attr(h, name, format(h, fmt, args));
    va_end(args);
}

void html_flag(struct html *h, enum html_attr name)
{
    assert(h->in_tag);
    text_addc(&h->out, ' ');
    text_addz(&h->out, attrs[name]);
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '/';
}

static void put_percent(struct html *h, str s)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.len; i++) {
        unsigned char byte = (unsigned char)s.p[i];
        if (is_plain(s.p[i]))
            text_addc(&h->out, s.p[i]);
        else
            text_add(&h->out, (str){ (char[]){ '%', digits[byte >> 4], digits[byte & 15] }, 3 });
    }
}

static void put_url(struct html *h, const char *attribute, struct url to)
{
    assert(h->in_tag);
    attr_start(h, attribute);
    for (unsigned i = 0; i < h->page_depth && to.path.len > 0; i++) text_addz(&h->out, "../");
    put_percent(h, to.path);
    if (to.place.len > 0) {
        text_addc(&h->out, '#');
        put_percent(h, to.place);
    }
    text_addc(&h->out, '"');
}

void html_href(struct html *h, struct url to) { put_url(h, "href", to); }
void html_src(struct html *h, struct url to) { put_url(h, "src", to); }
void html_action(struct html *h, struct url to) { put_url(h, "action", to); }

void html_text(struct html *h, str s)
{
    end_tag(h);
    put(h, s);
}

void html_z(struct html *h, const char *z) { html_text(h, str_of(z)); }

void html_f(struct html *h, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    html_text(h, format(h, fmt, args));
    va_end(args);
}

void html_el(struct html *h, enum html_tag tag, const char *class_, str s)
{
    html_open(h, tag, class_);
    html_text(h, s);
    html_close(h, tag);
}

void html_elz(struct html *h, enum html_tag tag, const char *class_, const char *z)
{
    html_el(h, tag, class_, str_of(z));
}

void html_elf(struct html *h, enum html_tag tag, const char *class_, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    html_open(h, tag, class_);
    html_text(h, format(h, fmt, args));
    html_close(h, tag);
    va_end(args);
}

void html_link(struct html *h, struct url to, const char *class_, str s)
{
    html_open(h, HTML_A, class_);
    html_href(h, to);
    html_text(h, s);
    html_close(h, HTML_A);
}
