/* template: a text is compiled into a flat list of nodes; a section knows where it ends. Lines that hold nothing but
 * one tag that shows nothing itself ("standalone") leave no trace, as the specification of Mustache asks. */
#include "page/template.h"
#include "base/vec.h"

#include <string.h>

enum node_kind { NODE_TEXT, NODE_VALUE, NODE_RAW, NODE_SECTION, NODE_INVERTED, NODE_PARTIAL };

struct node {
    enum node_kind kind;
    str text;     /* TEXT: itself; else the name */
    str indent;   /* PARTIAL: before each of its lines */
    uint32_t end; /* SECTION, INVERTED: the node behind it */
};

struct template
{
    str source;
    VEC(struct node) nodes;
};

/* ---- compiling ---- */

enum { OPEN_MAX = 32, DELIMITER_MAX = 8 };

struct compiler {
    struct arena *a;
    struct template *t;
    str s;
    size_t at; /* what is before it is in nodes */
    str open, close;
    uint32_t sections[OPEN_MAX];
    unsigned depth;
    struct err *e;
};

static unsigned line_at(const struct compiler *c, size_t at)
{
    unsigned line = 1;
    for (size_t i = 0; i < at && i < c->s.len; i++) line += c->s.p[i] == '\n';
    return line;
}

static size_t find_from(str s, size_t from, str what)
{
    size_t at = str_find(str_slice(s, from, s.len), what);
    return at == SIZE_MAX ? SIZE_MAX : from + at;
}

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

static void add_text(struct compiler *c, size_t from, size_t to)
{
    if (from >= to) return;
    *vec_push(c->a, &c->t->nodes) = (struct node){ .kind = NODE_TEXT, .text = str_slice(c->s, from, to) };
}

/* Where the line of a tag begins and where the next begins, when the tag is alone on its line. */
static bool is_alone(const struct compiler *c, size_t from, size_t to, size_t *begin, size_t *next)
{
    size_t b = from, n = to;
    while (b > 0 && is_blank(c->s.p[b - 1])) b--;
    if (b > 0 && c->s.p[b - 1] != '\n') return false;
    while (n < c->s.len && is_blank(c->s.p[n])) n++;
    if (n < c->s.len && c->s.p[n] == '\r') n++;
    if (n < c->s.len && c->s.p[n] != '\n') return false;
    *begin = b;
    *next = n < c->s.len ? n + 1 : n;
    return true;
}

static bool set_delimiters(struct compiler *c, str s)
{
    str rest = str_trim(s);
    size_t blank = str_find(rest, STR(" "));
    str first = str_slice(rest, 0, blank);
    str second = blank == SIZE_MAX ? STR("") : str_trim(str_slice(rest, blank, rest.len));
    bool good = first.len > 0 && second.len > 0 && first.len <= DELIMITER_MAX && second.len <= DELIMITER_MAX &&
                memchr(second.p, ' ', second.len) == NULL;
    if (!good) return fail(c->e, INVALID, "模板第 %u 行：定界符写得不对", line_at(c, c->at));
    c->open = first;
    c->close = second;
    return true;
}

static bool open_section(struct compiler *c, enum node_kind kind, str name)
{
    if (c->depth == OPEN_MAX) return fail(c->e, LIMIT, "模板第 %u 行：段落套得太深", line_at(c, c->at));
    c->sections[c->depth++] = (uint32_t)c->t->nodes.len;
    *vec_push(c->a, &c->t->nodes) = (struct node){ .kind = kind, .text = name };
    return true;
}

static bool close_section(struct compiler *c, str name)
{
    struct node *n = c->depth > 0 ? &c->t->nodes.at[c->sections[c->depth - 1]] : NULL;
    if (n == NULL || !str_eq(n->text, name))
        return fail(c->e, INVALID, "模板第 %u 行：结束了没有开始的段落 %.*s", line_at(c, c->at), STR_ARG(name));
    n->end = (uint32_t)c->t->nodes.len;
    c->depth--;
    return true;
}

static bool add_tag(struct compiler *c, char kind, str body, str indent)
{
    str name = str_trim(body);
    switch (kind) {
    case '!': return true;
    case '=': return set_delimiters(c, body);
    case '#': return open_section(c, NODE_SECTION, name);
    case '^': return open_section(c, NODE_INVERTED, name);
    case '/': return close_section(c, name);
    case '>':
        *vec_push(c->a, &c->t->nodes) = (struct node){ .kind = NODE_PARTIAL, .text = name, .indent = indent };
        return true;
    default:
        *vec_push(c->a, &c->t->nodes) = (struct node){ .kind = kind == '&' ? NODE_RAW : NODE_VALUE, .text = name };
        return true;
    }
}

/* One tag that begins at `from`; everything before it is in already, or is dropped with a standalone line. */
static bool compile_tag(struct compiler *c, size_t from)
{
    size_t inner = from + c->open.len;
    char kind = inner < c->s.len ? c->s.p[inner] : '\0';
    bool triple = kind == '{', equals = kind == '=';
    str closing = triple   ? str_fmt(c->a, "}%.*s", STR_ARG(c->close))
                  : equals ? str_fmt(c->a, "=%.*s", STR_ARG(c->close))
                           : c->close;
    bool marked = kind != '\0' && strchr("#^/!>&={", kind) != NULL;
    size_t begin = inner + (marked ? 1 : 0), end = find_from(c->s, begin, closing);
    if (end == SIZE_MAX) return fail(c->e, INVALID, "模板第 %u 行：标记没有结束", line_at(c, from));
    size_t after = end + closing.len, line, next;
    str body = str_slice(c->s, begin, end), indent = STR("");
    bool silent = kind != '\0' && strchr("#^/!>=", kind) != NULL;
    if (silent && is_alone(c, from, after, &line, &next)) {
        add_text(c, c->at, line);
        if (kind == '>') indent = str_slice(c->s, line, from);
        after = next;
    } else {
        add_text(c, c->at, from);
    }
    c->at = after;
    return add_tag(c, triple ? '&' : marked ? kind : ' ', body, indent);
}

bool template_compile(struct arena *a, str text, struct template **out, struct err *e)
{
    struct compiler c = {
        .a = a, .t = ARENA_NEW(a, struct template), .s = text, .open = STR("{{"), .close = STR("}}"), .e = e
    };
    c.t->source = text;
    for (size_t from; (from = find_from(c.s, c.at, c.open)) != SIZE_MAX;) {
        if (!compile_tag(&c, from)) return false;
    }
    add_text(&c, c.at, c.s.len);
    if (c.depth > 0) {
        str name = c.t->nodes.at[c.sections[c.depth - 1]].text;
        return fail(e, INVALID, "模板里的段落 %.*s 没有结束", STR_ARG(name));
    }
    *out = c.t;
    return true;
}

/* ---- rendering ---- */

struct frame {
    const struct json *j;
    const struct frame *up;
};

struct renderer {
    template_find find;
    void *ctx;
    struct text *out;
    unsigned depth;
    struct err *e;
};

void template_escape(struct text *out, str s)
{
    size_t from = 0;
    for (size_t i = 0; i < s.len; i++) {
        const char *with;
        switch (s.p[i]) {
        case '&': with = "&amp;"; break;
        case '<': with = "&lt;"; break;
        case '>': with = "&gt;"; break;
        case '"': with = "&quot;"; break;
        case '\'': with = "&#39;"; break;
        default: continue;
        }
        text_add(out, str_slice(s, from, i));
        text_addz(out, with);
        from = i + 1;
    }
    text_add(out, str_slice(s, from, s.len));
}

static const struct json *look_up(const struct frame *f, str name)
{
    if (str_eq(name, STR("."))) return f->j;
    str rest = name, piece;
    const struct json *j = NULL;
    if (!str_split(&rest, '.', &piece)) return NULL;
    for (; f != NULL && j == NULL; f = f->up) j = json_member(f->j, piece);
    while (j != NULL && str_split(&rest, '.', &piece)) j = json_member(j, piece);
    return j;
}

static bool is_false(const struct json *j)
{
    if (j == NULL || j->kind == JSON_NULL) return true;
    if (j->kind == JSON_BOOL) return !j->boolean;
    if (j->kind == JSON_STRING) return j->string.len == 0;
    return j->kind == JSON_ARRAY && j->count == 0;
}

static void put_value(struct renderer *r, const struct json *j, bool raw)
{
    if (j == NULL) return;
    if (j->kind == JSON_INT) text_addf(r->out, "%lld", (long long)j->integer);
    if (j->kind == JSON_BOOL) text_addz(r->out, j->boolean ? "true" : "false");
    if (j->kind != JSON_STRING) return;
    if (raw)
        text_add(r->out, j->string);
    else
        template_escape(r->out, j->string);
}

static bool render(struct renderer *r, const struct template *t, uint32_t from, uint32_t to, const struct frame *f);

static bool render_partial(struct renderer *r, const struct node *n, const struct frame *f)
{
    const struct template *t = r->find != NULL ? r->find(r->ctx, n->text) : NULL;
    if (t == NULL) return true;
    if (r->depth == TEMPLATE_DEPTH_MAX)
        return fail(r->e, LIMIT, "模板 %.*s 套得太深，多半是互相引用", STR_ARG(n->text));
    r->depth++;
    bool ok;
    if (n->indent.len == 0) {
        ok = render(r, t, 0, (uint32_t)t->nodes.len, f);
    } else {
        /* The indentation belongs to the text of the partial, not to what its values bring in. */
        autoarena *a = arena_new("partial", 0);
        struct text s;
        struct template *moved;
        text_init(&s, a, 16 << 20);
        for (size_t i = 0; i < t->source.len; i++) {
            if (i == 0 || t->source.p[i - 1] == '\n') text_add(&s, n->indent);
            text_addc(&s, t->source.p[i]);
        }
        ok = template_compile(a, text_str(&s), &moved, r->e) && render(r, moved, 0, (uint32_t)moved->nodes.len, f);
    }
    r->depth--;
    return ok;
}

static bool render_section(struct renderer *r, const struct template *t, uint32_t i, const struct frame *f)
{
    const struct node *n = &t->nodes.at[i];
    const struct json *j = look_up(f, n->text);
    if (is_false(j)) return true;
    if (j->kind != JSON_ARRAY) {
        struct frame inner = { j, f };
        return render(r, t, i + 1, n->end, &inner);
    }
    for (size_t k = 0; k < j->count; k++) {
        struct frame inner = { &j->items[k], f };
        if (!render(r, t, i + 1, n->end, &inner)) return false;
    }
    return true;
}

static bool render(struct renderer *r, const struct template *t, uint32_t from, uint32_t to, const struct frame *f)
{
    for (uint32_t i = from; i < to; i++) {
        const struct node *n = &t->nodes.at[i];
        bool ok = true;
        switch (n->kind) {
        case NODE_TEXT: text_add(r->out, n->text); break;
        case NODE_VALUE: put_value(r, look_up(f, n->text), false); break;
        case NODE_RAW: put_value(r, look_up(f, n->text), true); break;
        case NODE_PARTIAL: ok = render_partial(r, n, f); break;
        case NODE_SECTION: ok = render_section(r, t, i, f); break;
        case NODE_INVERTED:
            if (is_false(look_up(f, n->text))) ok = render(r, t, i + 1, n->end, f);
            break;
        }
        if (!ok) return false;
        if (n->kind == NODE_SECTION || n->kind == NODE_INVERTED) i = n->end - 1;
    }
    return true;
}

bool template_render(const struct template *t, const struct json *data, template_find find, void *ctx, struct text *out,
                     struct err *e)
{
    struct renderer r = { .find = find, .ctx = ctx, .out = out, .e = e };
    struct frame f = { data, NULL };
    if (!render(&r, t, 0, (uint32_t)t->nodes.len, &f)) return false;
    return out->over ? fail(e, LIMIT, "页面太大") : true;
}
