/* parse_value: values and paths as examples and facts write them, cells of tables, and whole texts from outside files.
 */
#include "lang/limits.h"
#include "lang/parse_priv.h"

static struct expr *parse_scalar(struct parser *p)
{
    if (at_word(p, WORD_SELF)) {
        struct expr *x = expr_new(p, EXPR_WORD, p->at->loc);
        x->word = WORD_SELF;
        p->at++;
        return x;
    }
    if (at_op(p, "-") || p->at->kind == TOKEN_NUMBER) return parse_number(p);
    return parse_primary(p);
}

static struct expr *parse_one_value(struct parser *p)
{
    struct expr *x;
    if (take_op(p, "{")) {
        x = parse_assignments(p, "}");
        return x;
    }
    if (at_op(p, "[")) {
        struct loc l = p->at->loc;
        p->at++;
        if (!parser_enter(p)) return expr_bad(p);
        expr_list kids = { 0 };
        if (!at_op(p, "]")) {
            do { /* each element may carry its own record: [2018-01..2022-10 {…}, 2022-11.. {…}] */
                struct expr *k = parse_one_value(p);
                if (!p->failed && take_op(p, "{")) k = expr_with2(p, EXPR_WITH, k, parse_assignments(p, "}"));
                *vec_push(p->a, &kids) = k;
            } while (!p->failed && take_op(p, ","));
        }
        p->depth--;
        x = expr_with_list(p, expr_new(p, EXPR_LIST, l), &kids);
        x->loc = loc_cover(x->loc, p->at->loc);
        x->word = WORD_ALL; /* bracketed: a list even of one */
        if (!take_op(p, "]")) expected(p, "“]”或“,”");
        return x;
    }
    x = parse_scalar(p);
    if (!p->failed && take_op(p, "..")) {
        struct expr *hi = NULL;
        if (p->at->kind == TOKEN_DATE || p->at->kind == TOKEN_MONTH || p->at->kind == TOKEN_NUMBER || at_op(p, "-")) {
            hi = parse_scalar(p);
        }
        struct expr *r = expr_new(p, EXPR_RANGE, x->loc);
        expr_set_kids(p, r, (struct expr *[]){ x, hi }, 2);
        x = r;
    }
    return x;
}

/* `{…}` and 已知至 belong to every span written before them: 2022-01..2022-03, 2023-01 {缴费基数 = …} */
struct expr *parse_fact_value(struct parser *p)
{
    struct expr *first = parse_one_value(p);
    expr_list kids = { 0 };
    *vec_push(p->a, &kids) = first;
    while (!p->failed && at_op(p, ",") && (p->at[1].kind == TOKEN_DATE || p->at[1].kind == TOKEN_MONTH)) {
        p->at++;
        *vec_push(p->a, &kids) = parse_one_value(p);
    }
    struct expr *x = kids.len == 1 ? first : expr_with_list(p, expr_new(p, EXPR_LIST, first->loc), &kids);
    struct expr *record = NULL;
    bool has_known = false;
    month known = { 0 };
    if (!p->failed && take_op(p, "{")) record = parse_assignments(p, "}");
    if (!p->failed && take_word(p, WORD_KNOWN_TO)) {
        if (p->at->kind == TOKEN_MONTH)
            known = p->at->month_, has_known = true, p->at++;
        else
            expected(p, "月份，例如 2023-10");
    }
    if (record != NULL || has_known) {
        struct expr *w = expr_new(p, EXPR_WITH, x->loc);
        expr_set_kids(p, w, (struct expr *[]){ x, record }, 2);
        w->month_ = known;
        w->percent = has_known;
        x = w;
    }
    return x;
}

/* path: name { . name | [ n ] | ( arg ) } */
struct expr *parse_fact_path(struct parser *p)
{
    if (p->at->kind != TOKEN_IDENT) {
        expected(p, "事实的名字");
        return expr_bad(p);
    }
    struct expr *x = expr_new(p, EXPR_NAME, p->at->loc);
    x->text = p->at->text;
    x->word = p->at->word;
    p->at++;
    for (int n = 0; !p->failed && n < LIMIT_NESTING; n++) {
        if (take_op(p, ".")) {
            if (p->at->kind != TOKEN_IDENT) {
                expected(p, "字段名");
                break;
            }
            struct expr *path = expr_with1(p, EXPR_PATH, x->loc, x);
            path->text = p->at->text;
            path->name = p->at->loc;
            path->loc = loc_cover(path->loc, p->at->loc);
            p->at++;
            x = path;
        } else if (take_op(p, "[")) {
            struct expr *i = expr_with1(p, EXPR_INDEX, x->loc, x);
            if (p->at->kind == TOKEN_NUMBER && p->at->scale == 0)
                i->number = p->at->number, p->at++;
            else
                expected(p, "第几个（从 1 起）");
            i->loc = loc_cover(i->loc, p->at->loc);
            if (!take_op(p, "]")) expected(p, "“]”");
            x = i;
        } else if (take_op(p, "(")) {
            expr_list kids = { 0 };
            *vec_push(p->a, &kids) = x;
            do *vec_push(p->a, &kids) = parse_scalar(p);
            while (!p->failed && take_op(p, ","));
            struct expr *c = expr_with_list(p, expr_new(p, EXPR_CALL, x->loc), &kids);
            c->name = x->name;
            c->loc = loc_cover(c->loc, p->at->loc);
            if (!take_op(p, ")")) expected(p, "“)”");
            x = c;
        } else {
            break;
        }
    }
    return x;
}

struct expr *parse_assignments(struct parser *p, const char *closer)
{
    if (!parser_enter(p)) return expr_bad(p);
    struct loc from = p->at->loc;
    expr_list kids = { 0 };
    while (!p->failed && !(closer != NULL && at_op(p, closer)) && p->at->kind != TOKEN_END) {
        struct expr *path = parse_fact_path(p);
        if (!take_op(p, "=")) expected(p, "“=”和值");
        struct expr *value = p->failed ? expr_bad(p) : parse_fact_value(p);
        struct expr *assign = expr_with2(p, EXPR_ASSIGN, path, value);
        *vec_push(p->a, &kids) = assign;
        if (!take_op(p, ",") && !take_op(p, ";")) {
            bool another = p->at->kind == TOKEN_IDENT && p->at[1].kind == TOKEN_OP && str_eq(p->at[1].text, STR("="));
            if (another) expected_as(p, "“,”", "两件事实之间用逗号隔开，或另起一行再写“已知”");
            break;
        }
    }
    p->depth--;
    struct expr *x = expr_with_list(p, expr_new(p, EXPR_RECORD, from), &kids);
    if (closer != NULL) {
        x->loc = loc_cover(x->loc, p->at->loc);
        if (!take_op(p, closer)) expected(p, "“}”或“,”");
    }
    return x;
}

/* A cell: - | op value | a..b | value {, value}. Ends at `|`. An empty cell is a mistake. */
struct expr *parse_table_cell(struct parser *p)
{
    if (at_op(p, "-") && (p->at[1].kind != TOKEN_NUMBER)) {
        struct expr *x = expr_new(p, EXPR_WORD, p->at->loc);
        x->word = WORD_NOT_ONE; /* anything */
        p->at++;
        return x;
    }
    if (at_compare(p)) {
        const struct token *op = p->at++;
        struct expr *x = expr_with1(p, EXPR_COMPARE, op->loc, parse_round_value(p));
        x->text = op->text;
        return x;
    }
    static const char open_range[] = "只有一头的写成 <= 30岁、>= 31岁这样";
    if (at_op(p, "..")) expected_as(p, "一个值", open_range);
    struct expr *x = parse_expr(p);
    if (!p->failed && take_op(p, "..")) {
        if (at_op(p, "|") || p->at->kind == TOKEN_END) expected_as(p, "一个值", open_range);
        struct expr *hi = parse_round_value(p);
        return expr_with2(p, EXPR_RANGE, x, hi);
    }
    if (at_op(p, ",")) {
        expr_list kids = { 0 };
        *vec_push(p->a, &kids) = x;
        while (!p->failed && take_op(p, ",")) *vec_push(p->a, &kids) = parse_expr(p);
        return expr_with_list(p, expr_new(p, EXPR_LIST, x->loc), &kids);
    }
    return x;
}

/* The three entries for text outside files: tokens of a range, one reading, nothing left over. */
static struct expr *parse_whole(const struct source *s, uint32_t from, uint32_t to, struct arena *a, struct diags *d,
                                struct expr *(*read)(struct parser *))
{
    token_list tokens = { 0 };
    size_t before = d->errors;
    lex(s, from, to, a, d, &tokens);
    struct parser p = parser_over(s, a, d, &tokens, to);
    struct expr *x = read(&p);
    return at_end(&p) && !p.failed && d->errors == before ? x : NULL; /* a character nobody knows is a mistake, too */
}

struct expr *parse_expression(const struct source *s, uint32_t from, uint32_t to, struct arena *a, struct diags *d)
{
    return parse_whole(s, from, to, a, d, parse_expr);
}

struct expr *parse_value(const struct source *s, uint32_t from, uint32_t to, struct arena *a, struct diags *d)
{
    return parse_whole(s, from, to, a, d, parse_fact_value);
}

struct expr *parse_path(const struct source *s, uint32_t from, uint32_t to, struct arena *a, struct diags *d)
{
    return parse_whole(s, from, to, a, d, parse_fact_path);
}
