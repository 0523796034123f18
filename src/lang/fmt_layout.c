/* fmt_layout: the lines of a pack file, laid out anew.
 *
 * The text is parsed, and the tree of lines is walked beside the declarations: every line is the head of a declaration,
 * of a field, of a field below it, or goes on with the one above, and the shape of the field says how it is written.
 * The walk gives a list of rows, one per line, comments too; what depends on neighbouring rows is fmt_write's, what
 * stands between two tokens fmt_token's. Line breaks are never moved, so that nothing can get lost between two lines.
 */
#include "lang/fmt_priv.h"
#include "lang/limits.h"

/* ---- text of rows ---- */

static struct text begin(const struct fmt_layout *x)
{
    struct text t;
    text_init(&t, x->scratch, FMT_OUTPUT_MAX);
    return t;
}

static str raw_of(const struct fmt_layout *x, uint32_t from, uint32_t to)
{
    return str_trim(str_slice(x->s->text, from, to));
}

static str comment_of(const struct fmt_layout *x, const struct line *l)
{
    str c = str_trim(source_text(x->s, l->comment)), rest = str_slice(c, 2, c.len);
    if (rest.len == 0 || rest.p[0] == '-' || str_trim(rest).p != rest.p) return c;
    struct text t = begin(x);
    text_addz(&t, "-- ");
    text_add(&t, rest);
    return str_dup(x->a, text_str(&t));
}

static struct fmt_row *push_row(struct fmt_layout *x, const struct line *l, unsigned depth)
{
    struct fmt_row *r = vec_push(x->a, &x->rows);
    r->at = l->loc.from;
    r->depth = depth;
    r->comment = comment_of(x, l);
    r->is_comment = l->loc.from == l->loc.to;
    r->owner = x->decl;
    return r;
}

static void push_text(struct fmt_layout *x, const struct line *l, unsigned depth, const struct text *t)
{
    push_row(x, l, depth)->text = str_dup(x->a, text_str(t));
}

static bool is_comment(const struct line *l) { return l->loc.from == l->loc.to; }

/* Lines that go on with prose: as they are. */
static void prose_below(struct fmt_layout *x, const struct line *l, unsigned depth)
{
    for (const struct line *c = l->child; c != NULL; c = c->next) {
        push_row(x, c, depth)->text = source_text(x->s, c->loc);
        prose_below(x, c, depth + 1);
    }
}

static void add_keyword(const struct ast_field *f, const struct fmt_layout *x, struct text *t)
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
static void add_cite(const struct fmt_layout *x, uint32_t from, uint32_t to, struct text *t)
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

static void read_part(struct fmt_layout *x, struct body *b, const struct line *l, uint32_t from, unsigned depth)
{
    size_t before = b->tokens.list.len;
    if (!is_comment(l)) lex(x->s, from, l->loc.to, x->scratch, x->d, &b->tokens.list);
    *vec_push(x->scratch, &b->parts) =
        (struct part){ .line = l, .depth = depth, .from = before, .to = b->tokens.list.len };
}

static void read_below(struct fmt_layout *x, struct body *b, const struct line *l, unsigned depth,
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
static void add_part(const struct fmt_layout *x, const struct body *b, const struct part *p, struct text *t)
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
static void push_rest(struct fmt_layout *x, const struct body *b)
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
static struct body body_of(struct fmt_layout *x, const struct line *l, const struct ast_field *f, uint32_t from,
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

static void push_cell(struct fmt_layout *x, struct fmt_row *r, str s) { *vec_push(x->a, &r->cells) = str_dup(x->a, s); }

static void add_cell(struct fmt_layout *x, struct fmt_row *r, const struct body *b, size_t from, size_t to)
{
    struct text t = begin(x);
    fmt_print(&b->tokens, from, to, &t);
    push_cell(x, r, text_str(&t));
}

static bool is_bar(const struct token *k) { return k->kind == TOKEN_OP && str_eq(k->text, STR("|")); }

static void push_table_row(struct fmt_layout *x, const struct body *b, const struct part *p)
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
static void push_value(struct fmt_layout *x, struct fmt_row *r, const struct body *b, size_t from, size_t to,
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
static void push_param_row(struct fmt_layout *x, const struct body *b, const struct part *p, const struct ast_field *f)
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
static bool push_item(struct fmt_layout *x, const struct line *l, const struct ast_field *f, const struct body *b,
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
static void add_titled(const struct fmt_layout *x, const struct line *l, const struct ast_field *f,
                       const struct body *b, struct text *t)
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
static void add_day(const struct fmt_layout *x, const struct line *l, const struct body *b, struct text *t)
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

static void lay_field(struct fmt_layout *x, const struct line *l, const struct ast_field *f, unsigned depth);

static void lay_steps(struct fmt_layout *x, const struct line *l, const struct ast_field *f, unsigned depth)
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
static void lay_subs(struct fmt_layout *x, const struct line *l, const struct ast_field *f, unsigned depth)
{
    size_t n = 0;
    for (const struct line *c = l->child; c != NULL; c = c->next) {
        if (is_comment(c) || field_find(x->decl->kind, (int)f->def->id, line_word(x->s, c)) == NULL) continue;
        if (n < f->subs.len) lay_field(x, c, &f->subs.at[n++], depth);
    }
}

/* Prose that goes on in the lines below: every line that is no field. */
static void prose_of(struct fmt_layout *x, const struct line *l, const struct ast_field *f, unsigned depth)
{
    for (const struct line *c = l->child; c != NULL; c = c->next) {
        if (!is_comment(c) && field_find(x->decl->kind, (int)f->def->id, line_word(x->s, c)) != NULL) continue;
        push_row(x, c, depth)->text = source_text(x->s, c->loc);
        prose_below(x, c, depth + 1);
    }
}

static void lay_tokens(struct fmt_layout *x, const struct line *l, const struct ast_field *f, const struct body *b,
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

static void lay_field(struct fmt_layout *x, const struct line *l, const struct ast_field *f, unsigned depth)
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

static void lay_head(struct fmt_layout *x, const struct line *l, const struct decl *d)
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
bool fmt_lay(struct fmt_layout *x, const struct line *lines, const decl_list *decls)
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
