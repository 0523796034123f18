/* fmt_token: the blanks between the tokens of a field, and how each token is spelled.
 *
 * The blank before a token follows from the token before it and from a few things the parser found out: which tokens
 * make up one number (36 月 is 36月), which make up one name (demo-yangzhou). Nothing here changes which tokens there
 * are, but for separators that the language lets one leave out: 符合，金额 = 500元. */
#include "lang/fmt_priv.h"
#include "lang/print.h"

#include <stdlib.h>

/* ---- numbers ---- */

typedef VEC(struct loc) loc_list;

static void numbers_in(const struct expr *x, struct arena *a, loc_list *out)
{
    if (x == NULL) return;
    if (x->kind == EXPR_NUMBER) *vec_push(a, out) = x->loc;
    for (size_t i = 0; i < x->kid_count; i++) numbers_in(x->kids[i], a, out);
}

static void numbers_of_fields(const field_list *fields, struct arena *a, loc_list *out)
{
    VEC_EACH (const struct ast_field, f, fields) {
        numbers_in(f->expr, a, out);
        numbers_in(f->value, a, out);
        for (size_t i = 0; i < f->cells.len; i++) numbers_in(f->cells.at[i], a, out);
        numbers_of_fields(&f->subs, a, out);
    }
}

static int by_from(const void *pa, const void *pb)
{
    const struct loc *a = pa, *b = pb;
    return (a->from > b->from) - (a->from < b->from);
}

void fmt_numbers_of(struct fmt_numbers *n, const decl_list *decls, struct arena *a)
{
    loc_list list = { 0 };
    VEC_EACH (struct decl *const, d, decls) numbers_of_fields(&(*d)->fields, a, &list);
    if (list.len > 1) qsort(list.at, list.len, sizeof *list.at, by_from);
    *n = (struct fmt_numbers){ .at = list.at, .len = list.len };
}

/* The number a byte belongs to, or NULL. */
static const struct loc *number_at(const struct fmt_numbers *n, uint32_t at)
{
    size_t lo = 0, hi = n->len;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (n->at[mid].from <= at)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo > 0 && at < n->at[lo - 1].to ? &n->at[lo - 1] : NULL;
}

/* ---- what a token is in its place ---- */

static bool is_op(const struct token *t, const char *op) { return t->kind == TOKEN_OP && str_eq(t->text, str_of(op)); }

static bool is_opening(const struct token *t) { return is_op(t, "(") || is_op(t, "[") || is_op(t, "{"); }
static bool is_closing(const struct token *t) { return is_op(t, ")") || is_op(t, "]") || is_op(t, "}"); }
static bool is_separator(const struct token *t) { return is_op(t, ",") || is_op(t, ";"); }

/* 且 或 非 若 则 … 于: what follows begins an expression. */
static bool is_connective(const struct token *t)
{
    return t->kind == TOKEN_IDENT && t->word >= WORD_AND && t->word <= WORD_AT;
}

static bool same_number(const struct fmt_tokens *t, const struct token *a, const struct token *b)
{
    const struct loc *n = number_at(t->numbers, a->loc.from);
    return n != NULL && n == number_at(t->numbers, b->loc.from);
}

/* The name of several tokens that a token belongs to, in lists of names; NULL when there is none. */
static const struct loc *name_at(const struct fmt_tokens *t, const struct token *k)
{
    if (t->style != FMT_NAMES || t->field == NULL) return NULL;
    size_t lo = 0, hi = t->field->names.len; /* they stand in order */
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (t->field->names.at[mid].loc.from <= k->loc.from)
            lo = mid + 1;
        else
            hi = mid;
    }
    const struct loc *n = lo > 0 ? &t->field->names.at[lo - 1].loc : NULL;
    return n != NULL && k->loc.to <= n->to ? n : NULL;
}

/* A minus with nothing before it that it could be taken from. */
static bool is_sign(const struct fmt_tokens *t, size_t i)
{
    if (!is_op(&t->list.at[i], "-")) return false;
    if (i == 0 || number_at(t->numbers, t->list.at[i].loc.from) != NULL) return true;
    const struct token *p = &t->list.at[i - 1];
    if (p->kind == TOKEN_OP) return !is_closing(p) && !is_op(p, "%");
    return is_connective(p);
}

/* ---- spelling ---- */

/* Separators one may leave out: left out. */
static bool is_dropped(const struct fmt_tokens *t, size_t i)
{
    if (t->style != FMT_EXPECT || i == 0) return false;
    const struct token *k = &t->list.at[i], *p = &t->list.at[i - 1];
    if (i == 1) return (p->word == WORD_QUALIFIED && is_op(k, ",")) || (p->word != WORD_QUALIFIED && is_op(k, ":"));
    return t->list.at[0].word == WORD_QUALIFIED && p->word == WORD_AMOUNT && i <= 3 && is_op(k, "=");
}

static bool is_name_colon(const struct fmt_tokens *t, size_t i)
{
    return t->style == FMT_NAMED && i == 1 && is_op(&t->list.at[i], ":");
}

/* Between facts and between names of criteria; months and days after it belong to the same fact. */
static bool is_wide_comma(const struct fmt_tokens *t, size_t i, unsigned depth)
{
    if ((t->style != FMT_FACTS && t->style != FMT_EXPECT) || depth > 0 || !is_separator(&t->list.at[i])) return false;
    if (i + 1 == t->list.len) return true;
    enum token_kind next = t->list.at[i + 1].kind;
    return next != TOKEN_DATE && next != TOKEN_MONTH;
}

static void print_token(const struct fmt_tokens *t, size_t i, unsigned depth, struct text *out)
{
    const struct token *k = &t->list.at[i];
    str raw = source_text(t->s, k->loc);
    const struct loc *name = name_at(t, k);
    bool type = t->style == FMT_TYPED && i >= 2;
    if (name != NULL && (name->from != k->loc.from || name->to != k->loc.to)) {
        text_add(out, raw);
        return;
    }
    switch (k->kind) {
    case TOKEN_IDENT: /* names in NFC; units and types are kept by the tree as they were written */
        text_add(out, type || number_at(t->numbers, k->loc.from) != NULL ? raw : k->text);
        return;
    case TOKEN_NUMBER:
    case TOKEN_DATE:
    case TOKEN_MONTH: text_add(out, raw); return;
    case TOKEN_STRING:
        if (str_find(k->text, STR("“")) == SIZE_MAX && str_find(k->text, STR("\"")) == SIZE_MAX)
            quote_print(k->text, out);
        else
            text_add(out, raw); /* what looks like a quote inside decides where comments begin */
        return;
    case TOKEN_OP:
        if (is_name_colon(t, i))
            text_addz(out, "：");
        else if (t->style == FMT_STEP && i == 1 && is_op(k, ":"))
            text_addc(out, '=');
        else if (is_wide_comma(t, i, depth))
            text_addz(out, "，");
        else if (is_separator(k))
            text_addc(out, ',');
        else
            text_add(out, k->text);
        return;
    case TOKEN_END: return;
    }
}

/* ---- blanks ---- */

/* 可无 编码 密级 of a member and 按 of a parameter stand apart. */
static bool is_clause(const struct fmt_tokens *t, size_t i, unsigned depth)
{
    const struct token *k = &t->list.at[i], *p = &t->list.at[i - 1];
    if (t->style != FMT_TYPED || depth > 0 || i < 3 || k->kind != TOKEN_IDENT) return false;
    if (i > 3 && (p->word == WORD_CODE || p->word == WORD_CLASS || p->word == WORD_VIA)) return false; /* its value */
    if (t->field == NULL) return t->kind == KIND_PARAM && k->word == WORD_BY;
    return k->word == WORD_OPTIONAL || k->word == WORD_CODE || k->word == WORD_CLASS;
}

static size_t blanks_before_opening(const struct token *p, const struct token *k, bool after_number)
{
    if (is_op(k, "{")) return 1;
    if (is_op(k, "[")) return p->kind == TOKEN_IDENT || is_closing(p) ? 0 : 1;
    return p->kind == TOKEN_IDENT && !is_connective(p) && !after_number ? 0 : 1;
}

/* Between the last token that was printed, p, and token i. */
static size_t blanks(const struct fmt_tokens *t, size_t prev, size_t i, unsigned depth)
{
    const struct token *p = &t->list.at[prev], *k = &t->list.at[i];
    if (same_number(t, p, k)) return 0;
    if (t->style == FMT_NAMES && name_at(t, k) == NULL) return k->kind == TOKEN_NUMBER ? 1 : 0; /* 缴费 30日内 */
    if (t->style == FMT_NAMES) return name_at(t, k) == name_at(t, p) ? 0 : 1;
    if (is_name_colon(t, i) || is_name_colon(t, prev)) return 0;
    if (is_separator(k) || is_closing(k) || is_opening(p)) return 0;
    if (is_separator(p)) return is_wide_comma(t, prev, depth) ? 0 : 1;
    if (is_op(p, ".") || is_op(k, ".") || is_op(k, "..")) return 0;
    if (is_op(p, "..")) return is_op(k, "{") || k->word == WORD_KNOWN_TO ? 1 : 0;
    if (is_sign(t, prev)) return is_op(k, "-") ? 1 : 0;
    if (is_opening(k)) return blanks_before_opening(p, k, number_at(t->numbers, p->loc.from) != NULL);
    if (t->style == FMT_TYPED && (is_op(p, "/") || is_op(k, "/"))) return 0;
    if (p->kind == TOKEN_NUMBER && k->kind == TOKEN_IDENT) {
        if (t->style == FMT_TYPED || str_eq(k->text, STR("位"))) return 0; /* 数(2 位), 舍入到 2 位 */
        if (t->style == FMT_YEAR && i == 1 && str_eq(k->text, STR("年"))) return 0;
    }
    return is_clause(t, i, depth) ? 2 : 1;
}

void fmt_print(const struct fmt_tokens *t, size_t from, size_t to, struct text *out)
{
    unsigned depth = 0;
    for (size_t i = 0; i < from; i++) {
        if (is_opening(&t->list.at[i]))
            depth++;
        else if (is_closing(&t->list.at[i]) && depth > 0)
            depth--;
    }
    size_t prev = SIZE_MAX;
    for (size_t i = from; i < to; i++) {
        if (is_dropped(t, i)) continue;
        if (is_closing(&t->list.at[i]) && depth > 0) depth--;
        if (prev != SIZE_MAX) text_repeat(out, ' ', blanks(t, prev, i, depth));
        print_token(t, i, depth, out);
        if (is_opening(&t->list.at[i])) depth++;
        prev = i;
    }
}
