/* lsp_complete: what may be written at the cursor. First: where it is. Indentation tells the declaration and the field;
 * the table of kinds tells what a field holds; what an expression may hold is lsp_complete_expr's.
 *
 * The text is read as it stands, with an invented name at the cursor and without the rest of that line. No program is
 * loaded for this: names come from the newest load and from the last good one, so that typing never waits. */
#include "lsp/lsp_complete_priv.h"

#include "base/utf8.h"

#include <string.h>

/* ---- where the cursor is ---- */

struct cursor {
    const struct source *src; /* with the marker */
    uint32_t at;              /* of the marker */
    bool cite;                /* right behind 依据 */
    const struct line *path[LIMIT_INDENT + 2];
    unsigned depth;
};

/* Lines from the head of the declaration down to the one with the marker. */
static bool find_lines(struct cursor *c, const struct line *l)
{
    for (; l != NULL && c->depth < LIMIT_INDENT + 2; l = l->next) {
        c->path[c->depth++] = l;
        if (l->loc.from <= c->at && c->at < l->loc.to) return true;
        if (find_lines(c, l->child)) return true;
        c->depth--;
    }
    return false;
}

static const struct field_def *row_def(const struct cursor *c, enum kind k, int parent, const struct line *l)
{
    char first = c->src->text.p[l->loc.from];
    str text = source_text(c->src, l->loc);
    if (first == '|' || str_starts(text, STR("｜"))) return field_of_shape(k, parent, SHAPE_TABLE_ROW);
    if (first == '"' || str_starts(text, STR("“"))) return field_of_shape(k, parent, SHAPE_CASE);
    if (first < '0' || first > '9') return NULL;
    const struct field_def *f = field_of_shape(k, parent, SHAPE_PARAM_ROW);
    return f != NULL ? f : field_of_shape(k, parent, SHAPE_DAY_ROW);
}

/* Adds the lines below l as far as the marker; lines that are fields of their own are not part of the text. */
static bool add_below(struct offer *o, const struct cursor *c, const struct field_def *def, const struct line *l,
                      struct text *out)
{
    for (const struct line *k = l->child; k != NULL; k = k->next) {
        if (def != NULL && field_find(def->kind, (int)def->id, line_word(c->src, k)) != NULL) continue;
        if (k->loc.from > c->at) return true;
        text_addc(out, ' ');
        text_add(out, source_text(c->src, k->loc));
        if (c->at < k->loc.to || add_below(o, c, NULL, k, out)) return true;
    }
    return false;
}

static str content_of(struct offer *o, const struct cursor *c, const struct field_def *def, const struct line *l,
                      uint32_t from)
{
    struct text t;
    text_init(&t, o->a, LIMIT_FILE_BYTES);
    text_add(&t, str_slice(c->src->text, from, l->loc.to));
    if (c->at >= l->loc.to) add_below(o, c, def, l, &t);
    return text_str(&t);
}

static const field_list *written_below(const struct site *t, const struct cursor *c, int parent)
{
    if (t->d == NULL || parent < 0) return t->d == NULL ? NULL : &t->d->fields;
    VEC_EACH (const struct ast_field, f, &t->d->fields) {
        if ((int)f->def->id == parent && f->loc.from <= c->at && c->at <= f->loc.to) return &f->subs;
    }
    return NULL;
}

static bool starts_with_marker(const struct cursor *c, const struct line *l)
{
    return str_eq(line_word(c->src, l), STR(NAMES_MARKER)) && l->loc.from == c->at;
}

static void complete_content(struct offer *o, struct site *t, const struct cursor *c, const struct line *l,
                             uint32_t from)
{
    enum shape shape = t->def->shape;
    bool prose = shape == SHAPE_TEXT || shape == SHAPE_ITEM || shape == SHAPE_DAY_ROW || shape == SHAPE_TITLED;
    if (c->cite && !prose) {
        complete_kind(o, KIND_SOURCE);
        return;
    }
    if (shape == SHAPE_STEPS) l = c->path[c->depth - 1], from = l->loc.from; /* the step's own line */
    if (site_read(o, t, content_of(o, c, t->def, l, from))) complete_field(o, t);
}

/* Down the lines: each is a field of what stands above it, or goes on with its text. */
static void complete_body(struct offer *o, struct site *t, const struct cursor *c)
{
    int parent = -1;
    const struct line *field_line = NULL;
    uint32_t from = 0;
    for (unsigned i = 1; i < c->depth; i++) {
        const struct line *l = c->path[i];
        str word = line_word(c->src, l);
        bool last = i + 1 == c->depth, marker = last && starts_with_marker(c, l);
        bool steps = t->def != NULL && t->def->shape == SHAPE_STEPS;
        if (marker && !steps) offer_fields(o, t->d, t->kind, parent, written_below(t, c, parent));
        const struct field_def *def = field_find(t->kind, parent, word);
        if (def == NULL) def = row_def(c, t->kind, parent, l);
        if (def == NULL) break; /* goes on with the text of the field above, or is a step of an amount */
        t->def = def;
        parent = (int)def->id;
        field_line = l;
        from = l->loc.from + (def->zh[0] != 0 ? (uint32_t)word.len : 0);
    }
    if (field_line != NULL) complete_content(o, t, c, field_line, from);
}

static void complete_at(struct offer *o, struct cursor *c, const decl_list *decls)
{
    const struct line *head = c->path[0];
    str word = line_word(c->src, head);
    const struct kind_def *k = kind_find(word);
    struct site t = { .d = decl_covering(decls, c->src->id, c->at), .at = c->at };
    if (c->depth == 1 && starts_with_marker(c, head)) {
        offer_kinds(o);
        return;
    }
    if (k == NULL) return;
    t.kind = k->kind;
    if (c->depth > 1) {
        complete_body(o, &t, c);
    } else if (t.kind != KIND_SOURCE &&
               site_read(o, &t, str_slice(c->src->text, head->loc.from + word.len, head->loc.to))) {
        complete_head(o, &t);
    }
}

/* ---- the word being written ---- */

static size_t step_back(str text, size_t at)
{
    do at--;
    while (at > 0 && ((unsigned char)text.p[at] & 0xC0) == 0x80);
    return at;
}

/* Start of the name before the cursor; the digits of 36月 do not belong to it. */
static size_t name_start(str text, size_t at)
{
    size_t start = at, len;
    while (start > 0) {
        size_t before = step_back(text, start);
        if (!utf8_is_ident(utf8_at(text, before, &len))) break;
        start = before;
    }
    while (start < at && text.p[start] >= '0' && text.p[start] <= '9') start++;
    return start;
}

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

/* Behind 依据 and blanks: the whole run up to the cursor is the source's name, whatever signs are in it. */
static bool cite_start(str line, size_t *start)
{
    size_t run = line.len;
    while (run > 0 && !is_blank(line.p[run - 1])) run--;
    str before = str_trim(str_slice(line, 0, run));
    bool keyword = str_ends(before, STR("依据")) || str_ends(before, STR("basis"));
    size_t len = str_ends(before, STR("依据")) ? strlen("依据") : strlen("basis");
    if (run == 0 || !keyword || (before.len > len && !is_blank(before.p[before.len - len - 1]))) return false;
    *start = run;
    return true;
}

static void place_marker(struct offer *o, struct cursor *c, size_t at)
{
    size_t line = at, end = at;
    while (line > 0 && o->text.p[line - 1] != '\n') line--;
    while (end < o->text.len && o->text.p[end] != '\n') end++;
    size_t run = 0;
    c->cite = cite_start(str_slice(o->text, line, at), &run);
    o->from = c->cite ? line + run : name_start(o->text, at);
    o->to = at;
    c->at = (uint32_t)o->from;
    struct text t;
    struct source *src = ARENA_NEW(o->a, struct source);
    text_init(&t, o->a, LIMIT_FILE_BYTES + 64);
    text_add(&t, str_slice(o->text, 0, o->from));
    text_addz(&t, NAMES_MARKER);
    text_add(&t, str_slice(o->text, end, o->text.len));
    source_init(src, o->a, STR(""), text_str(&t));
    c->src = src;
}

static void complete(struct offer *o, size_t at)
{
    struct cursor c = { 0 };
    struct diags d;
    decl_list decls = { 0 };
    place_marker(o, &c, at);
    diags_init(&d, o->a);
    d.muted = true;
    parse_file(c.src, o->a, &d, &decls);
    if (find_lines(&c, line_tree(c.src, o->a, &d))) complete_at(o, &c, &decls);
}

bool feature_completion(struct lsp *s, const struct json *params, struct reply *r)
{
    struct position p;
    const struct doc *doc = doc_find(s, json_text(params, "textDocument.uri"));
    if (!json_position(json_get(params, "position"), &p)) return reply_fail(r, RPC_INVALID_PARAMS, "缺少 position");
    if (doc == NULL) return reply_fail(r, RPC_INVALID_PARAMS, "没有打开这个文件");
    struct chain *chain = chain_of(s, doc);
    if (chain == NULL) {
        chains_refresh(s);
        chain = chain_of(s, doc);
    }
    struct offer o = { .s = s, .r = r, .a = r->a, .places = { .s = s, .a = r->a, .json = &r->w }, .text = doc->text };
    struct load *loads[] = { chain == NULL ? NULL : chain->now, chain == NULL ? NULL : chain->good };
    for (size_t i = 0; i < 2; i++) {
        bool again = i == 1 && loads[1] == loads[0];
        if (loads[i] != NULL && !again && loads[i]->set.program != NULL)
            o.programs[o.program_count++] = loads[i]->set.program;
    }
    map_init(&o.seen, r->a);
    json_object(&r->w);
    json_key(&r->w, "items");
    json_array(&r->w);
    if (o.program_count > 0) {
        struct lines l;
        lines_of(&l, r->a, doc->text);
        complete(&o, lines_offset(&l, p, s->client.utf8));
    }
    json_array_end(&r->w);
    json_key(&r->w, "isIncomplete"), json_bool(&r->w, o.more);
    json_object_end(&r->w);
    return true;
}
