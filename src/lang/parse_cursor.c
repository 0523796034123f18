/* parse_cursor: the cursor over tokens: what stands here, taking it, and saying what was expected instead; and the
 * making of expression nodes. */
#include "lang/builtin.h"
#include "lang/limits.h"
#include "lang/parse_priv.h"

#include <string.h>

struct parser parser_over(const struct source *s, struct arena *a, struct diags *d, token_list *tokens, uint32_t end)
{
    struct token *t = vec_push(a, tokens);
    *t = (struct token){ .kind = TOKEN_END, .loc = { .from = end, .to = end, .source = s->id } };
    return (struct parser){ .s = s, .a = a, .d = d, .at = tokens->at, .start = tokens->at };
}

/* Operators are one or two characters. */
bool at_op(const struct parser *p, const char *op)
{
    if (p->at->kind != TOKEN_OP || p->at->text.p[0] != op[0]) return false;
    return op[1] == 0 ? p->at->text.len == 1 : p->at->text.len == 2 && p->at->text.p[1] == op[1];
}

bool take_op(struct parser *p, const char *op)
{
    if (!at_op(p, op)) return false;
    p->at++;
    return true;
}

bool at_word(const struct parser *p, enum word w) { return p->at->kind == TOKEN_IDENT && p->at->word == w; }

bool take_word(struct parser *p, enum word w)
{
    if (!at_word(p, w)) return false;
    p->at++;
    return true;
}

/* What looks like an operator without blanks, where the parser could not go on or just before: says so. */
bool parser_suggest_blanks(struct parser *p, struct diag *g)
{
    for (const struct token *t = p->at; t + 1 >= p->at && t >= p->start; t--) {
        if (t->kind == TOKEN_IDENT && word_suggest_blanks(t->text, p->d, g)) return true;
    }
    return false;
}

/* Words people say for what is a sign here. */
static const struct {
    const char *said, *sign;
} spoken[] = {
    { "大于等于", ">=" }, { "不低于", ">=" }, { "不少于", ">=" }, { "不小于", ">=" }, { "小于等于", "<=" },
    { "不高于", "<=" },   { "不多于", "<=" }, { "大于", ">" },    { "高于", ">" },    { "多于", ">" },
    { "超过", ">" },      { "小于", "<" },    { "低于", "<" },    { "少于", "<" },    { "是", "=" },
    { "等于", "=" },      { "为", "=" },      { "不是", "!=" },   { "不等于", "!=" }, { "并且", "且" },
    { "而且", "且" },     { "同时", "且" },   { "和", "且" },     { "或者", "或" },
};

/* What the word where the parser could not go on is written as; false when it is none of those. */
static bool suggest_sign(struct parser *p, struct diag *g)
{
    str word = p->at->text;
    if (p->at->kind != TOKEN_IDENT) return false;
    for (size_t i = 0; i < sizeof spoken / sizeof *spoken; i++) {
        if (!str_eq(word, str_of(spoken[i].said))) continue;
        diag_suggest(p->d, g, "“%s”写成 %s", spoken[i].said, spoken[i].sign);
        return true;
    }
    if (builtin_find(word) == BUILTIN_NOT_ONE || p->at == p->start) return false;
    str before = source_text(p->s, p->at[-1].loc);
    diag_suggest(p->d, g, "“%.*s”写在前面，后面用括号：%.*s(%.*s)", STR_ARG(word), STR_ARG(word), STR_ARG(before));
    return true;
}

void expected(struct parser *p, const char *what) { expected_as(p, what, NULL); }

void expected_as(struct parser *p, const char *what, const char *example)
{
    if (p->failed) return;
    p->failed = true;
    struct loc l = p->at->loc;
    struct diag *g;
    if (p->at->kind == TOKEN_END) {
        if (l.from > 0 && p->at > p->start) l.from = p->at[-1].loc.from;
        g = diag_add(p->d, DIAG_syntax, l, "到这里就完了，后面还要写%s", what);
    } else {
        g = diag_add(p->d, DIAG_syntax, l, "这里要写%s，不是“%.*s”", what, STR_ARG(source_text(p->s, l)));
    }
    bool colon = at_op(p, ":") && p->at == p->start;
    if (example != NULL)
        diag_suggest(p->d, g, "%s", example);
    else if (colon)
        diag_suggest(p->d, g, "栏名后面空一格，直接写内容，不写冒号");
    else if (!suggest_sign(p, g))
        parser_suggest_blanks(p, g);
}

bool at_end(struct parser *p)
{
    if (p->at->kind == TOKEN_END) return true;
    if (!p->failed) {
        struct diag *g =
            diag_add(p->d, DIAG_syntax, p->at->loc, "多出来的“%.*s”", STR_ARG(source_text(p->s, p->at->loc)));
        if (!suggest_sign(p, g) && !parser_suggest_blanks(p, g) && p->at->kind == TOKEN_IDENT)
            diag_suggest(p->d, g, "两个词之间要有运算词（且、或、在……）；运算词两边要空格");
        p->failed = true;
    }
    return false;
}

bool take_name(struct parser *p, struct ast_name *out, const char *what)
{
    if (p->at->kind != TOKEN_IDENT) {
        expected(p, what);
        return false;
    }
    if (word_is_reserved(p->at->word)) {
        if (!p->failed) {
            struct diag *g =
                diag_add(p->d, DIAG_bad_name, p->at->loc, "“%.*s”是语言的词，不能作名字", STR_ARG(p->at->text));
            diag_suggest(p->d, g, "换一个名字");
        }
        p->failed = true;
        return false;
    }
    *out = (struct ast_name){ .text = p->at->text, .loc = p->at->loc };
    p->at++;
    return true;
}

/* ---- nodes ---- */

struct expr *expr_new(struct parser *p, enum expr_kind kind, struct loc loc)
{
    struct expr *x = ARENA_NEW(p->a, struct expr);
    x->kind = kind;
    x->loc = loc;
    x->name = loc;
    return x;
}

struct expr *expr_bad(struct parser *p) { return expr_new(p, EXPR_BAD, p->at->loc); }

struct loc loc_cover(struct loc a, struct loc b)
{
    return (
        struct loc){ .from = a.from < b.from ? a.from : b.from, .to = a.to > b.to ? a.to : b.to, .source = a.source };
}

void expr_set_kids(struct parser *p, struct expr *x, struct expr **kids, size_t n)
{
    x->kids = ARENA_ARRAY(p->a, struct expr *, n);
    x->kid_count = (uint32_t)n;
    if (n > 0) memcpy(x->kids, kids, n * sizeof *kids);
    for (size_t i = 0; i < n; i++) {
        if (kids[i] != NULL) x->loc = loc_cover(x->loc, kids[i]->loc);
    }
}

struct expr *expr_with_list(struct parser *p, struct expr *x, const expr_list *kids)
{
    expr_set_kids(p, x, kids->at, kids->len);
    return x;
}

struct expr *expr_with1(struct parser *p, enum expr_kind kind, struct loc loc, struct expr *a)
{
    struct expr *x = expr_new(p, kind, loc);
    expr_set_kids(p, x, &a, 1);
    return x;
}

struct expr *expr_with2(struct parser *p, enum expr_kind kind, struct expr *a, struct expr *b)
{
    struct expr *x = expr_new(p, kind, a->loc);
    expr_set_kids(p, x, (struct expr *[]){ a, b }, 2);
    return x;
}

bool parser_enter(struct parser *p)
{
    if (p->depth >= LIMIT_NESTING) {
        if (!p->failed) diag_add(p->d, DIAG_too_big, p->at->loc, "嵌套最多 %d 层", LIMIT_NESTING);
        p->failed = true;
        return false;
    }
    p->depth++;
    return true;
}
