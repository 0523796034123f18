/* parse: declarations and their fields, driven by the table of kinds.
 *
 * A file is a tree of lines. A top-level line is the head of a declaration; its children are fields; a child of a field
 * is either one of its own fields (说明 under 条件) or a continuation of its text. What a field holds is its shape;
 * parse_shape.c reads it. */
#include "base/utf8.h"
#include "lang/limits.h"
#include "lang/parse_priv.h"

const struct ast_field *decl_field(const struct decl *d, enum field_id id)
{
    VEC_EACH (struct ast_field, f, &d->fields) {
        if (f->def->id == id) return f;
    }
    return NULL;
}

const struct ast_field *field_sub(const struct ast_field *f, enum field_id id)
{
    VEC_EACH (struct ast_field, g, &f->subs) {
        if (g->def->id == id) return g;
    }
    return NULL;
}

/* ---- fields ---- */

/* Rows have no keyword: their first character tells. */
static const struct field_def *row_of(struct reader *r, const struct line *l, int parent)
{
    size_t n;
    uint32_t cp = utf8_at(r->s->text, l->loc.from, &n);
    if (cp == '|' || cp == 0xFF5C) return field_of_shape(r->kind, parent, SHAPE_TABLE_ROW);
    if (cp == '"' || cp == 0x201C) return field_of_shape(r->kind, parent, SHAPE_CASE);
    if (cp >= '0' && cp <= '9') {
        const struct field_def *f = field_of_shape(r->kind, parent, SHAPE_PARAM_ROW);
        return f != NULL ? f : field_of_shape(r->kind, parent, SHAPE_DAY_ROW);
    }
    return NULL;
}

/* The nearest field name to a misspelt one, for the suggestion. */
static const char *near_field(enum kind k, int parent, str word)
{
    const char *best = NULL;
    unsigned best_distance = word.len <= 6 ? 2 : 3;
    for (unsigned i = 0; i < field_count(k); i++) {
        const struct field_def *f = &field_defs[kind_defs[k].first + i];
        if (f->parent != parent || f->zh[0] == 0) continue;
        unsigned n = utf8_distance(word, str_of(f->zh), best_distance);
        if (n < best_distance) best_distance = n, best = f->zh;
    }
    return best;
}

static void unknown_field(struct reader *r, const struct line *l, int parent, str word)
{
    struct loc at = l->loc;
    if (word.len > 0) at.to = at.from + (uint32_t)word.len;
    bool named = parent >= 0 && field_defs[parent].zh[0] != 0; /* rows have no keyword */
    const char *kind_zh = named ? field_defs[parent].zh : kind_defs[r->kind].zh;
    struct diag *g = word.len > 0
                         ? diag_add(r->d, DIAG_unknown_field, at, "“%s”没有“%.*s”这一栏", kind_zh, STR_ARG(word))
                         : diag_add(r->d, DIAG_unknown_field, at, "这一行开头要写栏名");
    if (g == NULL) return;
    const char *near = word.len > 0 ? near_field(r->kind, parent, word) : NULL;
    if (near != NULL) {
        diag_suggest(r->d, g, "是不是“%s”？", near);
        return;
    }
    struct text t;
    text_init(&t, r->a, 2048);
    for (unsigned i = 0; i < field_count(r->kind); i++) {
        const struct field_def *f = &field_defs[kind_defs[r->kind].first + i];
        if (f->parent != parent || f->zh[0] == 0) continue;
        if (t.len > 0) text_addz(&t, "、");
        text_addz(&t, f->zh);
    }
    diag_suggest(r->d, g, "可以写的栏：%.*s", STR_ARG(text_str(&t)));
}

/* Another list of fields begins: what stands below `parent`. */
static void forget_first(struct reader *r, int parent)
{
    for (unsigned i = 0; i < field_count(r->kind); i++) {
        const struct field_def *f = &field_defs[kind_defs[r->kind].first + i];
        if (f->parent == parent) r->first[f->id] = 0;
    }
}

static void read_field(struct reader *r, const struct line *l, int parent, field_list *out)
{
    if (l->loc.from == l->loc.to) return; /* a comment */
    str word = line_word(r->s, l);
    const struct field_def *def = field_find(r->kind, parent, word);
    uint32_t from = l->loc.from;
    if (def != NULL)
        from += (uint32_t)word.len;
    else
        def = row_of(r, l, parent);
    if (def == NULL) {
        unknown_field(r, l, parent, word);
        return;
    }
    if (l->loc.from < from && def->shape != SHAPE_NAMED) /* there, a colon means that the name is missing */
        from = past_colon(r, l, word, from);
    struct loc keyword = l->loc;
    keyword.to = keyword.from + (from > keyword.from ? (uint32_t)word.len : 1);
    uint32_t *first = &r->first[def->id];
    if ((def->flags & FIELD_MANY) == 0 && *first != 0) {
        diag_other(diag_add(r->d, DIAG_repeated_field, keyword, "“%s”只能写一次", def->zh),
                   out->at[*first - 1].keyword);
        return;
    }
    struct ast_field *f = vec_push(r->a, out);
    *f = (struct ast_field){ .def = def, .loc = l->loc, .keyword = keyword };
    size_t index = out->len - 1;
    struct ast_field g = *f; /* read_shape may not see the vector move */
    const struct ast_field *header = *first != 0 ? &out->at[*first - 1] : NULL;
    if (*first == 0) *first = (uint32_t)index + 1;
    read_shape(r, &g, l, from, header);
    if (def->shape != SHAPE_STEPS) {
        forget_first(r, (int)def->id);
        for (const struct line *c = l->child; c != NULL; c = c->next) {
            if (c->loc.from == c->loc.to) continue;
            if (reader_has_sub(r->kind, def, line_word(r->s, c)))
                read_field(r, c, (int)def->id, &g.subs);
            else if (def->shape == SHAPE_CASE || def->shape == SHAPE_CITE) {
                unknown_field(r, c, (int)def->id, line_word(r->s, c));
            }
        }
    }
    const struct line *last = l;
    while (last->last_child != NULL) last = last->last_child;
    g.loc.to = last->loc.to > last->comment.to ? last->loc.to : g.loc.to > last->loc.to ? g.loc.to : last->loc.to;
    out->at[index] = g;
}

static void require_fields(struct reader *r, const struct decl *d)
{
    for (unsigned i = 0; i < field_count(d->kind); i++) {
        const struct field_def *f = &field_defs[kind_defs[d->kind].first + i];
        if ((f->flags & FIELD_REQ) == 0) continue;
        if (f->parent < 0) {
            if (decl_field(d, f->id) != NULL) continue;
            struct diag *g = diag_add(r->d, DIAG_missing_field, d->name.loc, "%s“%.*s”缺少%s%s", kind_defs[d->kind].zh,
                                      STR_ARG(d->name.text), f->zh[0] ? f->zh : "行", "");
            diag_suggest(r->d, g, "加一行：%s %s", f->zh, shape_help(f->shape));
            continue;
        }
        VEC_EACH (const struct ast_field, p, &d->fields) {
            if ((int)p->def->id != f->parent || field_sub(p, f->id) != NULL) continue;
            struct diag *g = diag_add(r->d, DIAG_missing_field, p->keyword, "这里缺少“%s”", f->zh);
            diag_suggest(r->d, g, "在下面加一行：%s %s", f->zh, shape_help(f->shape));
        }
    }
}

/* ---- heads ---- */

static void read_params(struct parser *p, struct decl *d)
{
    if (!take_op(p, "(")) return;
    do {
        struct ast_field *f = vec_push(p->a, &d->params);
        *f = (struct ast_field){ .def = &field_defs[FIELD_ENTITY_SLOT], .loc = p->at->loc };
        struct ast_field g = *f;
        size_t index = d->params.len - 1;
        read_member(p, &g);
        d->params.at[index] = g;
    } while (!p->failed && take_op(p, ","));
    if (!take_op(p, ")")) expected(p, "“)”");
}

static bool is_tested(enum kind k)
{
    return k == KIND_POLICY || k == KIND_DEFINITION || k == KIND_TABLE || k == KIND_SERVICE || k == KIND_LEAD;
}

static void read_head(struct reader *r, struct decl *d, const struct line *l, uint32_t from)
{
    if (d->kind == KIND_SOURCE) { /* a document number is not an identifier */
        struct ast_field cite = { .loc = l->loc };
        read_cite(r, &cite, from, l->loc.to);
        d->name = cite.name;
        if (cite.text.len > 0) diag_add(r->d, DIAG_bad_name, l->loc, "来源的名字里不能有空格");
        return;
    }
    token_list tokens = { 0 };
    lex(r->s, from, l->loc.to, r->a, r->d, &tokens);
    struct parser p = parser_over(r->s, r->a, r->d, &tokens, l->loc.to);
    d->name.loc = l->loc;
    if (d->kind == KIND_EXAMPLE) {
        const struct kind_def *k = p.at->kind == TOKEN_IDENT ? kind_find(p.at->text) : NULL;
        if (k == NULL || !is_tested(k->kind)) {
            expected(&p, "政策、定义、表、事项或疑点，再写名字");
            return;
        }
        str word = p.at->text;
        d->about = k->kind;
        p.at++;
        past_colon(r, l, word, p.at[-1].loc.to);
        take_op(&p, ":");
    }
    if (!take_name(&p, &d->name, "名字")) return;
    if (d->kind == KIND_DEFINITION) read_params(&p, d);
    if (take_op(&p, ":")) read_type(&p, &d->type);
    while (!p.failed && p.at->kind == TOKEN_IDENT) {
        if (take_word(&p, WORD_MONTHLY))
            d->monthly = true;
        else if (take_word(&p, WORD_BY) || take_word(&p, WORD_SPLIT))
            take_name(&p, &d->key, "代码表的名字");
        else
            break;
    }
    if (!p.failed) at_end(&p);
    bool typed = d->kind == KIND_PARAM || d->kind == KIND_DEFINITION || d->kind == KIND_TABLE || d->kind == KIND_SPELL;
    if (typed && d->type.text.len == 0 && !p.failed) {
        struct diag *g =
            diag_add(r->d, DIAG_syntax, d->name.loc, "%s“%.*s”要写类型", kind_defs[d->kind].zh, STR_ARG(d->name.text));
        diag_suggest(r->d, g, d->kind == KIND_SPELL ? "写成：经历 名字 : 人员" : "写成：%s 名字 : 类型",
                     kind_defs[d->kind].zh);
    }
}

static void unknown_kind(struct reader *r, const struct line *l, str word)
{
    struct loc at = l->loc;
    at.to = at.from + (uint32_t)(word.len > 0 ? word.len : 1);
    if (at.to > l->loc.to) at.to = l->loc.to;
    struct diag *g = diag_add(r->d, DIAG_unknown_kind, at, "没有“%.*s”这种声明", STR_ARG(source_text(r->s, at)));
    if (g == NULL) return;
    for (int k = 0; k < KIND_COUNT; k++) {
        if (word.len > 0 && utf8_distance(word, str_of(kind_defs[k].zh), 1) <= 1) {
            diag_suggest(r->d, g, "是不是“%s”？", kind_defs[k].zh);
            return;
        }
    }
    struct text t;
    text_init(&t, r->a, 1024);
    for (int k = 0; k < KIND_COUNT; k++) {
        if (k > 0) text_addz(&t, "、");
        text_addz(&t, kind_defs[k].zh);
    }
    diag_suggest(r->d, g, "可以声明：%.*s", STR_ARG(text_str(&t)));
}

static void parse(const struct source *s, struct arena *a, struct diags *d, bool examples, decl_list *out)
{
    struct reader r = { .s = s, .a = a, .d = d };
    for (const struct line *l = line_tree(s, a, d); l != NULL; l = l->next) {
        if (l->loc.from == l->loc.to) continue;
        str word = line_word(s, l);
        const struct kind_def *k = kind_find(word);
        if (k == NULL) {
            unknown_kind(&r, l, word);
            continue;
        }
        if (k->kind == KIND_EXAMPLE && !examples) continue;
        struct decl *x = ARENA_NEW(a, struct decl);
        x->kind = k->kind;
        x->loc = l->loc;
        x->pack = s->pack;
        x->keyword = l->loc;
        x->keyword.to = l->loc.from + (uint32_t)word.len;
        const struct line *last = l;
        while (last->last_child != NULL) last = last->last_child;
        x->extent = l->loc;
        if (last->loc.to > x->extent.to) x->extent.to = last->loc.to;
        r.kind = k->kind;
        size_t before = d->errors;
        read_head(&r, x, l, past_colon(&r, l, word, l->loc.from + (uint32_t)word.len));
        forget_first(&r, -1);
        for (const struct line *c = l->child; c != NULL; c = c->next) read_field(&r, c, -1, &x->fields);
        if (d->errors == before) require_fields(&r, x);
        if (x->name.text.len > 0) *vec_push(a, out) = x;
    }
}

void parse_file(const struct source *s, struct arena *a, struct diags *d, decl_list *out) { parse(s, a, d, true, out); }

void parse_rules(const struct source *s, struct arena *a, struct diags *d, decl_list *out)
{
    parse(s, a, d, false, out);
}
