/* fmt: the lines of a pack file, laid out anew.
 *
 * The text is parsed, and the tree of lines is walked beside the declarations: every line is the head of a declaration,
 * of a field, of a field below it, or goes on with the one above, and the shape of the field says how it is written.
 * The walk gives a list of rows, one per line, comments too; what depends on neighbouring rows is fmt_write's, what
 * stands between two tokens fmt_token's. Line breaks are never moved, so that nothing can get lost between two lines.
 */
#include "lang/fmt.h"
#include "base/utf8.h"
#include "lang/fmt_priv.h"
#include "lang/limits.h"
#include "lang/print.h"

#include <string.h>

enum {
    OUTPUT_MAX = LIMIT_FILE_BYTES, /* with all its padding the file must still be one that can be read */
    DUMP_MAX = 64 << 20,           /* what a declaration says: longer than it is written only by its blanks */
};

struct layout {
    const struct source *s;
    struct arena *a;
    struct arena *scratch; /* of one field: its tokens, texts under way */
    struct diags *d;       /* muted: mistakes were reported when the file was parsed */
    struct fmt_numbers numbers;
    const struct decl *decl;
    struct fmt_rows rows;
};

/* ---- text of rows ---- */

static struct text begin(const struct layout *x)
{
    struct text t;
    text_init(&t, x->scratch, OUTPUT_MAX);
    return t;
}

static str raw_of(const struct layout *x, uint32_t from, uint32_t to)
{
    return str_trim(str_slice(x->s->text, from, to));
}

static str comment_of(const struct layout *x, const struct line *l)
{
    str c = str_trim(source_text(x->s, l->comment)), rest = str_slice(c, 2, c.len);
    if (rest.len == 0 || rest.p[0] == '-' || str_trim(rest).p != rest.p) return c;
    struct text t = begin(x);
    text_addz(&t, "-- ");
    text_add(&t, rest);
    return str_dup(x->a, text_str(&t));
}

static struct fmt_row *push_row(struct layout *x, const struct line *l, unsigned depth)
{
    struct fmt_row *r = vec_push(x->a, &x->rows);
    r->at = l->loc.from;
    r->depth = depth;
    r->comment = comment_of(x, l);
    r->is_comment = l->loc.from == l->loc.to;
    r->owner = x->decl;
    return r;
}

static void push_text(struct layout *x, const struct line *l, unsigned depth, const struct text *t)
{
    push_row(x, l, depth)->text = str_dup(x->a, text_str(t));
}

static bool is_comment(const struct line *l) { return l->loc.from == l->loc.to; }

/* Lines that go on with prose: as they are. */
static void prose_below(struct layout *x, const struct line *l, unsigned depth)
{
    for (const struct line *c = l->child; c != NULL; c = c->next) {
        push_row(x, c, depth)->text = source_text(x->s, c->loc);
        prose_below(x, c, depth + 1);
    }
}

static void add_keyword(const struct ast_field *f, const struct layout *x, struct text *t)
{
    if (f->def->zh[0] != 0) text_add(t, source_text(x->s, f->keyword));
}

/* Behind a keyword or a name, with its blank, when there is something. */
static void add_more(struct text *t, str s)
{
    if (s.len == 0) return;
    if (t->len > 0) text_addc(t, ' ');
    text_add(t, s);
}

/* source place */
static void add_cite(const struct layout *x, uint32_t from, uint32_t to, struct text *t)
{
    str all = raw_of(x, from, to);
    size_t end = 0;
    while (end < all.len && all.p[end] != ' ' && all.p[end] != '\t' &&
           !str_starts(str_slice(all, end, all.len), STR("　")))
        end++;
    add_more(t, str_slice(all, 0, end));
    add_more(t, str_trim(str_slice(all, end, all.len)));
}

/* ---- fields of tokens ---- */

/* A line of a field: its tokens are [from, to). */
struct part {
    const struct line *line;
    unsigned depth;
    size_t from, to;
};

struct body {
    struct fmt_tokens tokens;
    VEC(struct part) parts; /* in the order of the file, comments among them */
};

static void read_part(struct layout *x, struct body *b, const struct line *l, uint32_t from, unsigned depth)
{
    size_t before = b->tokens.list.len;
    if (!is_comment(l)) lex(x->s, from, l->loc.to, x->scratch, x->d, &b->tokens.list);
    *vec_push(x->scratch, &b->parts) =
        (struct part){ .line = l, .depth = depth, .from = before, .to = b->tokens.list.len };
}

static void read_below(struct layout *x, struct body *b, const struct line *l, unsigned depth,
                       const struct field_def *def)
{
    for (const struct line *c = l->child; c != NULL; c = c->next) {
        if (!is_comment(c) && def != NULL && field_find(x->decl->kind, (int)def->id, line_word(x->s, c)) != NULL)
            continue;
        read_part(x, b, c, c->loc.from, depth);
        read_below(x, b, c, depth + 1, NULL);
    }
}

/* The tokens of a part, and what the lexer left behind 依据: the source and the place, when it is the field's own line.
 */
static void add_part(const struct layout *x, const struct body *b, const struct part *p, struct text *t)
{
    const struct token *k = b->tokens.list.at;
    bool stopped = p->from < p->to && k[p->to - 1].kind == TOKEN_IDENT && k[p->to - 1].word == WORD_CITE;
    bool cites = stopped && p == b->parts.at;
    size_t to = cites ? p->to - 1 : p->to;
    if (t->len > 0 && to > p->from) text_addc(t, ' ');
    fmt_print(&b->tokens, p->from, to, t);
    if (!stopped) return;
    uint32_t end = k[p->to - 1].loc.to;
    if (!cites) {
        add_more(t, raw_of(x, end, p->line->loc.to));
        return;
    }
    text_addz(t, t->len > 0 ? "  " : "");
    text_add(t, source_text(x->s, k[p->to - 1].loc));
    add_cite(x, end, p->line->loc.to, t);
}

/* Rows for the parts from the second on. */
static void push_rest(struct layout *x, const struct body *b)
{
    for (size_t i = 1; i < b->parts.len; i++) {
        const struct part *p = &b->parts.at[i];
        struct text t = begin(x);
        add_part(x, b, p, &t);
        push_text(x, p->line, p->depth, &t);
    }
}

static enum fmt_style style_of(enum shape s)
{
    switch (s) {
    case SHAPE_NAMED:
    case SHAPE_EXCEPTION: return FMT_NAMED;
    case SHAPE_STEPS: return FMT_STEP;
    case SHAPE_FACTS: return FMT_FACTS;
    case SHAPE_EXPECT: return FMT_EXPECT;
    case SHAPE_MEMBER: return FMT_TYPED;
    case SHAPE_CHOICE:
    case SHAPE_WORDS:
    case SHAPE_NAME:
    case SHAPE_NAMES:
    case SHAPE_COMPARED: return FMT_NAMES;
    case SHAPE_YEAR_VALUE: return FMT_YEAR;
    case SHAPE_TEXT:
    case SHAPE_CITE:
    case SHAPE_FLAG:
    case SHAPE_DATE:
    case SHAPE_PERIOD:
    case SHAPE_QUANTITY:
    case SHAPE_TIME:
    case SHAPE_EFFECT:
    case SHAPE_SET:
    case SHAPE_LINE:
    case SHAPE_COMPARE:
    case SHAPE_EXPR:
    case SHAPE_TITLED:
    case SHAPE_ITEM:
    case SHAPE_CASE:
    case SHAPE_PARAM_ROW:
    case SHAPE_TABLE_ROW:
    case SHAPE_DAY_ROW: return FMT_EXPR;
    }
    return FMT_EXPR;
}

/* The body of field f at line l; its first part is the line itself behind the keyword. */
static struct body body_of(struct layout *x, const struct line *l, const struct ast_field *f, uint32_t from,
                           unsigned depth)
{
    struct body b = { .tokens = { .s = x->s,
                                  .numbers = &x->numbers,
                                  .field = f,
                                  .kind = x->decl->kind,
                                  .style = style_of(f->def->shape) } };
    bool example = f->def->id == FIELD_EXAMPLE_ROW;
    if (example) b.tokens.style = FMT_FACTS;
    read_part(x, &b, l, from, depth);
    read_below(x, &b, l, depth + 1, f->def->shape == SHAPE_STEPS ? NULL : f->def);
    return b;
}

/* ---- rows in columns ---- */

static void push_cell(struct layout *x, struct fmt_row *r, str s) { *vec_push(x->a, &r->cells) = str_dup(x->a, s); }

static void add_cell(struct layout *x, struct fmt_row *r, const struct body *b, size_t from, size_t to)
{
    struct text t = begin(x);
    fmt_print(&b->tokens, from, to, &t);
    push_cell(x, r, text_str(&t));
}

static bool is_bar(const struct token *k) { return k->kind == TOKEN_OP && str_eq(k->text, STR("|")); }

static void push_table_row(struct layout *x, const struct body *b, const struct part *p)
{
    struct fmt_row *r = push_row(x, p->line, p->depth);
    r->columns = FMT_COLUMNS_TABLE;
    const struct token *k = b->tokens.list.at;
    size_t from = p->from + 1; /* behind the first bar */
    for (size_t i = from; i < p->to; i++) {
        if (!is_bar(&k[i])) continue;
        add_cell(x, r, b, from, i);
        from = i + 1;
    }
}

/* Where a value of a parameter begins: at its code item when it has one. */
static uint32_t value_start(const struct ast_field *f, size_t i)
{
    return f->items.at[i].text.len > 0 ? f->items.at[i].loc.from : f->cells.at[i]->loc.from;
}

static bool is_plain_name(const struct token *k)
{
    return k->kind == TOKEN_IDENT && k->word == WORD_NOT_ONE && !str_starts(k->text, STR("舍入到")) &&
           !str_starts(k->text, STR("round_to"));
}

/* Tokens [from, to) are a value: item [=] value [,]. The separators go where the parser does not need them. */
static void push_value(struct layout *x, struct fmt_row *r, const struct body *b, size_t from, size_t to,
                       const struct ast_field *f, size_t index)
{
    const struct token *k = b->tokens.list.at;
    bool keyed = f->items.at[index].text.len > 0;
    if (keyed && index + 1 < f->items.len && f->items.at[index + 1].text.len > 0 && to > from &&
        is_plain_name(&k[to]) && k[to - 1].kind == TOKEN_OP && str_eq(k[to - 1].text, STR(","))) {
        to--;
    }
    bool equals = keyed && from + 2 < to && k[from + 1].kind == TOKEN_OP && str_eq(k[from + 1].text, STR("="));
    if (!equals) {
        add_cell(x, r, b, from, to);
        return;
    }
    struct text t = begin(x);
    fmt_print(&b->tokens, from, from + 1, &t);
    text_addc(&t, ' ');
    fmt_print(&b->tokens, from + 2, to, &t);
    push_cell(x, r, text_str(&t));
}

/* date  item value  item value  可信 word  依据 source place */
static void push_param_row(struct layout *x, const struct body *b, const struct part *p, const struct ast_field *f)
{
    const struct token *k = b->tokens.list.at;
    size_t end = p->to;
    bool cites = end > p->from && k[end - 1].kind == TOKEN_IDENT && k[end - 1].word == WORD_CITE;
    if (cites) end--;
    size_t trust = f->trust.len > 0 && end >= p->from + 2 && k[end - 2].word == WORD_TRUST ? end - 2 : end;
    struct fmt_row *r = push_row(x, p->line, p->depth);
    r->columns = FMT_COLUMNS_PARAM;
    size_t from = p->from, next = 0; /* the cell that begins at `from` is the date, then value next - 1 */
    for (size_t i = p->from + 1; i <= trust; i++) {
        bool starts = i == trust || (f->ended && i + 1 == trust) ||
                      (next < f->cells.len && k[i].loc.from == value_start(f, next));
        if (!starts) continue;
        if (next == 0 || f->ended)
            add_cell(x, r, b, from, i);
        else
            push_value(x, r, b, from, i, f, next - 1);
        from = i;
        next++;
    }
    if (trust < end) add_cell(x, r, b, trust, end);
    if (!cites) return;
    struct text t = begin(x);
    text_add(&t, source_text(x->s, k[end].loc));
    add_cite(x, k[end].loc.to, p->line->loc.to, &t);
    push_cell(x, r, text_str(&t));
}

/* ---- fields with prose ---- */

/* name code [属 name] [prose]: the code is a run without blanks, with its quotes if it has them. */
static bool push_item(struct layout *x, const struct line *l, const struct ast_field *f, const struct body *b,
                      unsigned depth)
{
    const struct part *p = &b->parts.at[0];
    const struct token *k = b->tokens.list.at;
    if (p->to - p->from < 2) return false;
    size_t i = p->from + 2;
    uint32_t code = k[i - 1].loc.from, end = k[i - 1].loc.to;
    for (; i < p->to && k[i].loc.from == end; i++) end = k[i].loc.to;
    struct fmt_row *r = push_row(x, l, depth);
    r->columns = FMT_COLUMNS_ITEM;
    struct text name = begin(x), rest = begin(x);
    add_keyword(f, x, &name);
    add_more(&name, f->name.text);
    push_cell(x, r, text_str(&name));
    push_cell(x, r, str_slice(x->s->text, code, end));
    if (i + 1 < p->to && f->via.loc.from == k[i + 1].loc.from && f->via.loc.to > 0) { /* both on this line */
        add_more(&rest, source_text(x->s, k[i].loc));
        add_more(&rest, f->via.text);
        end = f->via.loc.to;
    }
    add_more(&rest, raw_of(x, end, l->loc.to));
    if (rest.len > 0) push_cell(x, r, text_str(&rest));
    return true;
}

/* name：prose */
static void add_titled(const struct layout *x, const struct line *l, const struct ast_field *f, const struct body *b,
                       struct text *t)
{
    const struct part *p = &b->parts.at[0];
    if (p->from == p->to) return;
    const struct token *k = b->tokens.list.at;
    uint32_t end = k[p->from].loc.to;
    bool colon = p->to - p->from > 1 && k[p->from + 1].kind == TOKEN_OP && str_eq(k[p->from + 1].text, STR(":"));
    if (colon) end = k[p->from + 1].loc.to;
    str prose = raw_of(x, end, l->loc.to);
    add_more(t, f->name.text);
    if (colon || prose.len > 0) text_addz(t, "：");
    text_add(t, prose);
}

/* date 休|班 prose */
static void add_day(const struct layout *x, const struct line *l, const struct body *b, struct text *t)
{
    const struct part *p = &b->parts.at[0];
    const struct token *k = b->tokens.list.at;
    uint32_t end = l->loc.from;
    for (size_t i = p->from; i < p->to && i < p->from + 2; i++) {
        add_more(t, source_text(x->s, k[i].loc));
        end = k[i].loc.to;
    }
    add_more(t, raw_of(x, end, l->loc.to));
}

/* ---- fields ---- */

static void lay_field(struct layout *x, const struct line *l, const struct ast_field *f, unsigned depth);

static void lay_steps(struct layout *x, const struct line *l, const struct ast_field *f, unsigned depth)
{
    size_t n = 0;
    for (const struct line *c = l->child; c != NULL; c = c->next) {
        if (is_comment(c) || n == f->subs.len) {
            push_row(x, c, depth)->text = source_text(x->s, c->loc);
            continue;
        }
        struct body b = body_of(x, c, &f->subs.at[n++], c->loc.from, depth);
        struct text t = begin(x);
        add_part(x, &b, &b.parts.at[0], &t);
        push_text(x, c, depth, &t);
        push_rest(x, &b);
    }
}

/* Fields below a field, in the order of the lines. Lines that go on with the field were taken by its body. */
static void lay_subs(struct layout *x, const struct line *l, const struct ast_field *f, unsigned depth)
{
    size_t n = 0;
    for (const struct line *c = l->child; c != NULL; c = c->next) {
        if (is_comment(c) || field_find(x->decl->kind, (int)f->def->id, line_word(x->s, c)) == NULL) continue;
        if (n < f->subs.len) lay_field(x, c, &f->subs.at[n++], depth);
    }
}

/* Prose that goes on in the lines below: every line that is no field. */
static void prose_of(struct layout *x, const struct line *l, const struct ast_field *f, unsigned depth)
{
    for (const struct line *c = l->child; c != NULL; c = c->next) {
        if (!is_comment(c) && field_find(x->decl->kind, (int)f->def->id, line_word(x->s, c)) != NULL) continue;
        push_row(x, c, depth)->text = source_text(x->s, c->loc);
        prose_below(x, c, depth + 1);
    }
}

static void lay_tokens(struct layout *x, const struct line *l, const struct ast_field *f, const struct body *b,
                       unsigned depth)
{
    bool row =
        b->parts.len == 1 || b->parts.at[b->parts.len - 1].to == b->parts.at[0].to; /* nothing but comments below */
    if (row && f->def->shape == SHAPE_TABLE_ROW) {
        push_table_row(x, b, &b->parts.at[0]);
    } else if (row && f->def->shape == SHAPE_PARAM_ROW) {
        push_param_row(x, b, &b->parts.at[0], f);
    } else {
        struct text t = begin(x);
        add_keyword(f, x, &t);
        add_part(x, b, &b->parts.at[0], &t);
        push_text(x, l, depth, &t);
    }
    push_rest(x, b);
}

static void lay_field(struct layout *x, const struct line *l, const struct ast_field *f, unsigned depth)
{
    uint32_t from = f->def->zh[0] != 0 ? f->keyword.to : l->loc.from;
    struct body b = { 0 };
    struct text t = begin(x);
    bool item = false;
    switch (f->def->shape) {
    case SHAPE_TEXT:
    case SHAPE_STEPS:
        add_keyword(f, x, &t);
        add_more(&t, raw_of(x, from, l->loc.to));
        push_text(x, l, depth, &t);
        break;
    case SHAPE_CITE:
        add_keyword(f, x, &t);
        add_cite(x, from, l->loc.to, &t);
        push_text(x, l, depth, &t);
        break;
    case SHAPE_ITEM:
    case SHAPE_TITLED:
    case SHAPE_DAY_ROW:
        b = body_of(x, l, f, from, depth);
        if (f->def->shape == SHAPE_ITEM) item = push_item(x, l, f, &b, depth);
        if (item) break;
        add_keyword(f, x, &t);
        if (f->def->shape == SHAPE_TITLED)
            add_titled(x, l, f, &b, &t);
        else if (f->def->shape == SHAPE_DAY_ROW)
            add_day(x, l, &b, &t);
        else
            add_more(&t, raw_of(x, from, l->loc.to));
        push_text(x, l, depth, &t);
        break;
    case SHAPE_CHOICE:
    case SHAPE_WORDS:
    case SHAPE_NAME:
    case SHAPE_NAMES:
    case SHAPE_FLAG:
    case SHAPE_DATE:
    case SHAPE_PERIOD:
    case SHAPE_QUANTITY:
    case SHAPE_TIME:
    case SHAPE_COMPARED:
    case SHAPE_EFFECT:
    case SHAPE_SET:
    case SHAPE_LINE:
    case SHAPE_COMPARE:
    case SHAPE_YEAR_VALUE:
    case SHAPE_EXPR:
    case SHAPE_NAMED:
    case SHAPE_MEMBER:
    case SHAPE_EXCEPTION:
    case SHAPE_FACTS:
    case SHAPE_EXPECT:
    case SHAPE_CASE:
    case SHAPE_PARAM_ROW:
    case SHAPE_TABLE_ROW:
        b = body_of(x, l, f, from, depth);
        lay_tokens(x, l, f, &b, depth);
        lay_subs(x, l, f, depth + 1);
        return;
    }
    if (f->def->shape == SHAPE_STEPS) {
        lay_steps(x, l, f, depth + 1);
        return;
    }
    prose_of(x, l, f, depth + 1);
    lay_subs(x, l, f, depth + 1);
}

static void lay_head(struct layout *x, const struct line *l, const struct decl *d)
{
    struct text t = begin(x);
    text_add(&t, source_text(x->s, d->keyword));
    if (d->kind == KIND_SOURCE) {
        add_more(&t, raw_of(x, d->keyword.to, l->loc.to));
    } else {
        struct body b = { .tokens = { .s = x->s, .numbers = &x->numbers, .kind = d->kind, .style = FMT_TYPED } };
        read_part(x, &b, l, d->keyword.to, 0);
        add_part(x, &b, &b.parts.at[0], &t);
    }
    push_text(x, l, 0, &t);
}

/* False when lines and declarations do not go together, which would be a mistake of the parser's or of this file. */
static bool lay_decls(struct layout *x, const struct line *lines, const decl_list *decls)
{
    size_t n = 0;
    for (const struct line *l = lines; l != NULL; l = l->next) {
        if (is_comment(l)) {
            x->decl = NULL;
            push_row(x, l, 0);
            continue;
        }
        if (n == decls->len || decls->at[n]->loc.from != l->loc.from) return false;
        x->decl = decls->at[n++];
        lay_head(x, l, x->decl);
        size_t field = 0;
        for (const struct line *c = l->child; c != NULL; c = c->next) {
            if (is_comment(c)) {
                push_row(x, c, 1);
                continue;
            }
            if (field == x->decl->fields.len || x->decl->fields.at[field].loc.from != c->loc.from) return false;
            struct arena_mark mark = arena_mark(x->scratch);
            lay_field(x, c, &x->decl->fields.at[field++], 1);
            arena_rewind(x->scratch, mark);
        }
    }
    return n == decls->len;
}

/* ---- the whole ---- */

/* Tabs of the indentation become two blanks, which is what they count for; a stray carriage return is a blank. */
static str without_tabs(struct arena *a, str text)
{
    if (str_find(text, STR("\t")) == SIZE_MAX && str_find(text, STR("\r")) == SIZE_MAX) return text;
    struct text t;
    text_init(&t, a, 2 * text.len + 1);
    bool indentation = true;
    for (size_t i = 0, n; i < text.len; i += n) {
        uint32_t c = utf8_at(text, i, &n);
        if (indentation && c == '\t')
            text_addz(&t, "  ");
        else if (c == '\r')
            text_addc(&t, ' ');
        else
            text_add(&t, str_slice(text, i, i + n));
        indentation = c == '\n' || (indentation && (c == ' ' || c == '\t' || c == '\r' || c == 0x3000));
    }
    return text_str(&t);
}

/* Letters and digits, without what formatting may change. */
static str letters_of(struct arena *a, str s)
{
    char *p = arena_alloc(a, s.len + 1);
    size_t len = 0;
    for (size_t i = 0, n; i < s.len; i += n) {
        if (!utf8_is_ident(utf8_at(s, i, &n))) continue;
        memcpy(p + len, s.p + i, n);
        len += n;
    }
    return utf8_nfc(a, (str){ p, len });
}

static str dump_of(struct arena *a, const struct decl *d)
{
    struct text t;
    text_init(&t, a, DUMP_MAX);
    decl_print(d, &t);
    return text_str(&t);
}

/* The promise of fmt.h, checked each time: it costs as much as parsing once more. */
static bool says_the_same(const struct source *before, const decl_list *decls, str after)
{
    autoarena *a = arena_new("fmt check", 0);
    if (!str_eq(letters_of(a, before->text), letters_of(a, after))) return false;
    struct source s;
    struct diags d;
    decl_list again = { 0 };
    diags_init(&d, a);
    source_init(&s, a, before->path, after);
    parse_file(&s, a, &d, &again);
    if (again.len != decls->len) return false;
    for (size_t i = 0; i < again.len; i++) {
        struct arena_mark mark = arena_mark(a);
        if (!str_eq(dump_of(a, decls->at[i]), dump_of(a, again.at[i]))) return false;
        arena_rewind(a, mark);
    }
    return true;
}

static size_t mistakes_of(const struct diags *d)
{
    size_t n = d->dropped;
    VEC_EACH (const struct diag, g, &d->list) n += diag_level(g->code) == DIAG_ERROR && g->code != DIAG_missing_field;
    return n;
}

static bool read_source(struct fmt *f, struct arena *a, str path, str text, struct err *e)
{
    size_t bad;
    if (text.len > LIMIT_FILE_BYTES) return fail(e, LIMIT, "%.*s 太大，最多 %d 字节", STR_ARG(path), LIMIT_FILE_BYTES);
    if (!utf8_valid(text, &bad))
        return fail(e, INVALID, "%.*s 不是 UTF-8 文本（第 %zu 字节起）", STR_ARG(path), bad + 1);
    source_init(&f->source, a, path,
                without_tabs(a, str_starts(text, STR("\xEF\xBB\xBF")) ? str_slice(text, 3, text.len) : text));
    return true;
}

bool fmt_run(struct fmt *f, struct arena *a, str path, str text, struct err *e)
{
    *f = (struct fmt){ 0 };
    diags_init(&f->diags, a);
    if (!read_source(f, a, path, text, e)) return false;
    decl_list decls = { 0 };
    parse_file(&f->source, a, &f->diags, &decls);
    size_t mistakes = mistakes_of(&f->diags);
    if (mistakes > 0) return fail(e, INVALID, "%.*s 有 %zu 处错误，没有改写", STR_ARG(path), mistakes);
    struct diags silent;
    diags_init(&silent, a);
    silent.muted = true;
    autoarena *scratch = arena_new("fmt field", 0);
    struct layout x = { .s = &f->source, .a = a, .scratch = scratch, .d = &silent };
    fmt_numbers_of(&x.numbers, &decls, a);
    struct text out;
    text_init(&out, a, OUTPUT_MAX);
    bool whole = lay_decls(&x, line_tree(&f->source, a, &silent), &decls);
    fmt_write(&x.rows, &f->source, a, &out);
    if (out.over || arena_over(a)) return fail(e, LIMIT, "%.*s 排版后太大", STR_ARG(path));
    if (!whole || !says_the_same(&f->source, &decls, text_str(&out))) {
        return fail(e, INTERNAL, "%.*s 排版后意思会变，没有改写；这是 leye 的毛病，请报告", STR_ARG(path));
    }
    f->text = text_str(&out);
    return true;
}
