/* parse_expr: expressions, by precedence climbing, one function per level of the manual's section 4. */
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
static bool suggest_blanks(struct parser *p, struct diag *g)
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
        suggest_blanks(p, g);
}

bool at_end(struct parser *p)
{
    if (p->at->kind == TOKEN_END) return true;
    if (!p->failed) {
        struct diag *g =
            diag_add(p->d, DIAG_syntax, p->at->loc, "多出来的“%.*s”", STR_ARG(source_text(p->s, p->at->loc)));
        if (!suggest_sign(p, g) && !suggest_blanks(p, g) && p->at->kind == TOKEN_IDENT)
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

static struct expr *new_expr(struct parser *p, enum expr_kind kind, struct loc loc)
{
    struct expr *x = ARENA_NEW(p->a, struct expr);
    x->kind = kind;
    x->loc = loc;
    x->name = loc;
    return x;
}

static struct expr *bad(struct parser *p) { return new_expr(p, EXPR_BAD, p->at->loc); }

static struct loc cover(struct loc a, struct loc b)
{
    return (
        struct loc){ .from = a.from < b.from ? a.from : b.from, .to = a.to > b.to ? a.to : b.to, .source = a.source };
}

static void set_kids(struct parser *p, struct expr *x, struct expr **kids, size_t n)
{
    x->kids = ARENA_ARRAY(p->a, struct expr *, n);
    x->kid_count = (uint32_t)n;
    if (n > 0) memcpy(x->kids, kids, n * sizeof *kids);
    for (size_t i = 0; i < n; i++) {
        if (kids[i] != NULL) x->loc = cover(x->loc, kids[i]->loc);
    }
}

typedef VEC(struct expr *) expr_list;

static struct expr *with_list(struct parser *p, struct expr *x, const expr_list *kids)
{
    set_kids(p, x, kids->at, kids->len);
    return x;
}

static struct expr *with1(struct parser *p, enum expr_kind kind, struct loc loc, struct expr *a)
{
    struct expr *x = new_expr(p, kind, loc);
    set_kids(p, x, &a, 1);
    return x;
}

static struct expr *with2(struct parser *p, enum expr_kind kind, struct expr *a, struct expr *b)
{
    struct expr *x = new_expr(p, kind, a->loc);
    set_kids(p, x, (struct expr *[]){ a, b }, 2);
    return x;
}

static bool enter(struct parser *p)
{
    if (p->depth >= LIMIT_NESTING) {
        if (!p->failed) diag_add(p->d, DIAG_too_big, p->at->loc, "嵌套最多 %d 层", LIMIT_NESTING);
        p->failed = true;
        return false;
    }
    p->depth++;
    return true;
}

/* number [%] [unit [/ unit]…]; a unit stands right behind: 36月, 36 月, 1500元/月. Which words are units is the
 * checker's knowledge; here an identifier that directly follows a number can be nothing else, unless it is an operator.
 */
struct expr *parse_number(struct parser *p)
{
    struct loc from = p->at->loc;
    bool minus = take_op(p, "-");
    if (p->at->kind != TOKEN_NUMBER) {
        expected(p, "数");
        return bad(p);
    }
    struct expr *x = new_expr(p, EXPR_NUMBER, cover(from, p->at->loc));
    x->number = minus ? -p->at->number : p->at->number;
    x->scale = p->at->scale;
    p->at++;
    if (at_op(p, "%")) {
        x->percent = true;
        x->loc = cover(x->loc, p->at->loc);
        p->at++;
    } else if (p->at->kind == TOKEN_IDENT && (!p->tight_units || p->at->loc.from == p->at[-1].loc.to) &&
               !word_is_reserved(p->at->word) && p->at->word != WORD_CITE && p->at->word != WORD_MONTH_END &&
               p->at->word != WORD_MONTH_ROLL && p->at->word != WORD_RANK && p->at->word != WORD_ABOUT &&
               p->at->word != WORD_WITHIN && p->at->word != WORD_UNTIL && p->at->word != WORD_TRUST &&
               !str_starts(p->at->text, STR("舍入到")) && !str_starts(p->at->text, STR("round_to"))) {
        struct loc u = p->at->loc;
        p->at++;
        while (at_op(p, "/") && p->at[1].kind == TOKEN_IDENT && p->at[0].loc.from == u.to &&
               p->at[1].loc.from == p->at[0].loc.to) {
            u = cover(u, p->at[1].loc);
            p->at += 2;
        }
        x->unit = source_text(p->s, u);
        x->unit_loc = u;
        x->loc = cover(x->loc, u);
    }
    return x;
}

static struct expr *parse_args(struct parser *p, struct expr *callee)
{
    expr_list kids = { 0 };
    *vec_push(p->a, &kids) = callee;
    struct loc open = p->at[-1].loc;
    if (!at_op(p, ")")) {
        do {
            struct expr *arg = parse_expr(p);
            if (take_word(p, WORD_WHERE)) {
                struct expr *cond = parse_expr(p);
                arg = with2(p, EXPR_FILTER, arg, cond);
            }
            *vec_push(p->a, &kids) = arg;
            if (kids.len > LIMIT_ARGS + 1) {
                if (!p->failed) diag_add(p->d, DIAG_too_big, arg->loc, "参数最多 %d 个", LIMIT_ARGS);
                p->failed = true;
                break;
            }
        } while (!p->failed && take_op(p, ","));
    }
    struct expr *x = new_expr(p, EXPR_CALL, cover(callee->loc, open));
    with_list(p, x, &kids);
    x->name = callee->name;
    x->loc = cover(x->loc, p->at->loc);
    if (!take_op(p, ")")) expected(p, "“)”或“,”");
    return x;
}

/* Words that stand for a value by themselves. */
static bool is_value_word(enum word w)
{
    return w == WORD_TRUE || w == WORD_FALSE || w == WORD_UNKNOWN || w == WORD_NONE || w == WORD_TODAY ||
           w == WORD_THIS_MONTH || w == WORD_RULE_DAY || w == WORD_SUBJECT;
}

static struct expr *parse_primary(struct parser *p)
{
    const struct token *t = p->at;
    struct expr *x;
    switch (t->kind) {
    case TOKEN_NUMBER: return parse_number(p);
    case TOKEN_DATE:
        p->at++;
        x = new_expr(p, EXPR_DATE, t->loc);
        x->day = t->day;
        return x;
    case TOKEN_MONTH:
        p->at++;
        x = new_expr(p, EXPR_MONTH, t->loc);
        x->month_ = t->month_;
        return x;
    case TOKEN_STRING:
        p->at++;
        x = new_expr(p, EXPR_STRING, t->loc);
        x->text = t->text;
        return x;
    case TOKEN_OP:
        if (take_op(p, "(")) {
            x = parse_expr(p); /* counts the level */
            x->loc = cover(x->loc, t->loc);
            x->loc = cover(x->loc, p->at->loc);
            if (!take_op(p, ")")) expected(p, "“)”");
            return x;
        }
        break;
    case TOKEN_IDENT:
        if (is_value_word(t->word) &&
            !(t->word == WORD_NONE && p->at[1].kind == TOKEN_OP && str_eq(p->at[1].text, STR("(")))) {
            p->at++;
            x = new_expr(p, EXPR_WORD, t->loc);
            x->word = t->word;
            return x;
        }
        if (t->word == WORD_NONE || !word_is_reserved(t->word)) {
            p->at++;
            x = new_expr(p, EXPR_NAME, t->loc);
            x->text = t->text;
            x->word = t->word;
            return x;
        }
        break;
    case TOKEN_END: break;
    }
    expected(p, "一个值、名字或“(”");
    return bad(p);
}

static struct expr *parse_postfix(struct parser *p)
{
    struct expr *x = parse_primary(p);
    int depth = p->depth;
    while (!p->failed) {
        if ((x->kind == EXPR_NAME || x->kind == EXPR_PATH) && take_op(p, "(")) {
            x = parse_args(p, x);
        } else if (take_op(p, ".")) {
            if (p->at->kind != TOKEN_IDENT) {
                expected(p, "字段名");
                return bad(p);
            }
            struct expr *path = with1(p, EXPR_PATH, x->loc, x);
            path->text = p->at->text;
            path->name = p->at->loc;
            path->loc = cover(path->loc, p->at->loc);
            p->at++;
            x = path;
            if (!enter(p)) return bad(p); /* a.b.c… is nesting too */
        } else {
            break;
        }
    }
    p->depth = depth;
    return x;
}

static struct expr *parse_unary(struct parser *p)
{
    if (at_op(p, "-")) {
        if (p->at[1].kind == TOKEN_NUMBER) return parse_number(p);
        struct loc l = p->at->loc;
        p->at++;
        if (!enter(p)) return bad(p);
        struct expr *x = with1(p, EXPR_UNARY, l, parse_unary(p));
        p->depth--;
        x->text = STR("-");
        return x;
    }
    struct expr *x = parse_postfix(p);
    if (!p->failed && take_word(p, WORD_AT)) x = with2(p, EXPR_AT, x, parse_postfix(p));
    return x;
}

static struct expr *binary(struct parser *p, struct expr *a, const struct token *op, struct expr *b)
{
    struct expr *x = with2(p, EXPR_BINARY, a, b);
    x->text = op->text;
    x->name = op->loc;
    return x;
}

static struct expr *parse_product(struct parser *p)
{
    struct expr *x = parse_unary(p);
    int depth = p->depth;
    while (!p->failed && (at_op(p, "*") || at_op(p, "/"))) {
        const struct token *op = p->at++;
        if (!enter(p)) return bad(p); /* long chains nest to the left */
        x = binary(p, x, op, parse_unary(p));
    }
    p->depth = depth;
    return x;
}

static struct expr *parse_sum(struct parser *p)
{
    struct expr *x = parse_product(p);
    int depth = p->depth;
    while (!p->failed && (at_op(p, "+") || at_op(p, "-"))) {
        const struct token *op = p->at++;
        if (!enter(p)) return bad(p);
        x = binary(p, x, op, parse_product(p));
        if (at_word(p, WORD_MONTH_END) || at_word(p, WORD_MONTH_ROLL)) {
            x->mode = at_word(p, WORD_MONTH_END) ? MONTH_END + 1 : MONTH_ROLL + 1;
            x->loc = cover(x->loc, p->at->loc);
            p->at++;
        }
    }
    p->depth = depth;
    return x;
}

static const struct {
    const char *zh;
    int digits;
    bool money;
} round_words[] = {
    { "分", 2, true },    { "角", 1, true },    { "元", 0, true },
    { "十元", -1, true }, { "百元", -2, true }, { "整数", 0, false },
};

/* 舍入到分 is one identifier, 舍入到 2位 is two tokens and a number. */
static struct expr *parse_round(struct parser *p)
{
    struct expr *x = parse_sum(p);
    int depth = p->depth;
    while (!p->failed && p->at->kind == TOKEN_IDENT &&
           (str_starts(p->at->text, STR("舍入到")) || str_starts(p->at->text, STR("round_to")))) {
        const struct token *t = p->at;
        str prefix = str_starts(t->text, STR("舍入到")) ? STR("舍入到") : STR("round_to");
        str rest = str_slice(t->text, prefix.len, t->text.len);
        struct expr *r = with1(p, EXPR_ROUND, x->loc, x);
        r->name = t->loc;
        r->mode = ROUND_NO_DIRECTION;
        p->at++;
        bool found = false;
        if (rest.len == 0 && p->at->kind == TOKEN_IDENT) { /* round_to 分 */
            rest = p->at->text;
            p->at++;
        }
        for (size_t i = 0; i < sizeof round_words / sizeof *round_words && rest.len > 0; i++) {
            if (!str_eq(rest, str_of(round_words[i].zh))) continue;
            r->digits = (int8_t)round_words[i].digits;
            r->digits_money = round_words[i].money;
            found = true;
        }
        int64_t n = -1;
        if (!found && rest.len > STR("位").len && str_ends(rest, STR("位"))) {
            found = str_to_i64(str_slice(rest, 0, rest.len - STR("位").len), &n);
        } else if (!found && rest.len == 0 && p->at->kind == TOKEN_NUMBER && p->at->scale == 0) {
            n = p->at->number > NUM_SCALE_MAX ? NUM_SCALE_MAX + 1 : (int64_t)p->at->number;
            p->at++;
            if (p->at->kind == TOKEN_IDENT && str_eq(p->at->text, STR("位"))) p->at++;
            found = true;
        }
        if (found && n >= 0) {
            if (n > NUM_SCALE_MAX)
                found = false;
            else
                r->digits = (int8_t)n;
        }
        if (!found) {
            p->at = t;
            expected(p, "舍入到分、角、元、十元、百元、整数或 N位");
            return bad(p);
        }
        if (take_word(p, WORD_HALF_UP))
            r->mode = NUM_HALF_UP;
        else if (take_word(p, WORD_ROUND_UP))
            r->mode = NUM_UP;
        else if (take_word(p, WORD_ROUND_DOWN))
            r->mode = NUM_DOWN;
        r->loc = cover(r->loc, p->at[-1].loc);
        x = r;
        if (!enter(p)) return bad(p);
    }
    p->depth = depth;
    return x;
}

static bool is_compare(const struct parser *p)
{
    return at_op(p, "=") || at_op(p, "!=") || at_op(p, "<") || at_op(p, "<=") || at_op(p, ">") || at_op(p, ">=");
}

static struct expr *parse_compare(struct parser *p)
{
    struct expr *x = parse_round(p);
    if (p->failed) return x;
    if (is_compare(p)) {
        const struct token *op = p->at++;
        x = binary(p, x, op, parse_round(p));
        if (!p->failed && is_compare(p)) {
            struct diag *g = diag_add(p->d, DIAG_syntax, p->at->loc, "比较不能连着写");
            if (!suggest_blanks(p, g)) diag_suggest(p->d, g, "用“且”连接两个比较，或写成 x 在 a..b");
            p->failed = true;
        }
        return x;
    }
    if (take_word(p, WORD_IN)) {
        expr_list kids = { 0 };
        struct loc close = x->loc;
        *vec_push(p->a, &kids) = x;
        if (take_op(p, "(")) {
            do *vec_push(p->a, &kids) = parse_round(p);
            while (!p->failed && take_op(p, ","));
            close = p->at->loc;
            if (!take_op(p, ")")) expected(p, "“)”或“,”");
        } else {
            struct expr *lo = parse_round(p);
            if (!take_op(p, "..")) expected(p, "“..”，或把几个值写在括号里");
            struct expr *hi = p->failed ? bad(p) : parse_round(p);
            *vec_push(p->a, &kids) = with2(p, EXPR_RANGE, lo, hi);
        }
        struct expr *in = with_list(p, new_expr(p, EXPR_IN, x->loc), &kids);
        in->loc = cover(in->loc, close);
        return in;
    }
    return x;
}

static struct expr *parse_not(struct parser *p)
{
    if (at_word(p, WORD_NOT)) {
        struct loc l = p->at->loc;
        p->at++;
        if (!enter(p)) return bad(p);
        struct expr *x = with1(p, EXPR_UNARY, l, parse_not(p));
        p->depth--;
        x->word = WORD_NOT;
        return x;
    }
    if (at_word(p, WORD_ANY) || at_word(p, WORD_ALL)) {
        const struct token *t = p->at++;
        if (!enter(p)) return bad(p);
        struct expr *group = parse_postfix(p);
        if (!take_word(p, WORD_WHERE)) expected(p, "“满足”和条件");
        struct expr *cond = p->failed ? bad(p) : parse_expr(p); /* as far to the right as it goes */
        p->depth--;
        struct expr *x = with2(p, EXPR_QUANT, group, cond);
        x->word = t->word;
        x->loc = cover(x->loc, t->loc);
        x->name = t->loc;
        return x;
    }
    return parse_compare(p);
}

static struct expr *parse_chain(struct parser *p, enum word w, enum expr_kind kind,
                                struct expr *(*next)(struct parser *))
{
    struct expr *first = next(p);
    if (p->failed || !at_word(p, w)) return first;
    expr_list kids = { 0 };
    *vec_push(p->a, &kids) = first;
    while (!p->failed && take_word(p, w)) *vec_push(p->a, &kids) = next(p);
    return with_list(p, new_expr(p, kind, first->loc), &kids);
}

static struct expr *parse_and(struct parser *p) { return parse_chain(p, WORD_AND, EXPR_AND, parse_not); }

struct expr *parse_expr(struct parser *p)
{
    if (!enter(p)) return bad(p);
    struct expr *x;
    if (at_word(p, WORD_IF)) {
        struct loc l = p->at->loc;
        p->at++;
        struct expr *k[3];
        k[0] = parse_expr(p);
        if (!take_word(p, WORD_THEN)) expected(p, "“则”");
        k[1] = p->failed ? bad(p) : parse_expr(p);
        if (!take_word(p, WORD_ELSE)) expected(p, "“否则”：两种情况都要有值");
        k[2] = p->failed ? bad(p) : parse_expr(p);
        x = new_expr(p, EXPR_IF, l);
        set_kids(p, x, k, 3);
    } else {
        x = parse_chain(p, WORD_OR, EXPR_OR, parse_and);
    }
    p->depth--;
    return x;
}

/* ---- values as examples and tables write them ---- */

static struct expr *parse_scalar(struct parser *p)
{
    if (at_word(p, WORD_SELF)) {
        struct expr *x = new_expr(p, EXPR_WORD, p->at->loc);
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
        if (!enter(p)) return bad(p);
        expr_list kids = { 0 };
        if (!at_op(p, "]")) {
            do { /* each element may carry its own record: [2018-01..2022-10 {…}, 2022-11.. {…}] */
                struct expr *k = parse_one_value(p);
                if (!p->failed && take_op(p, "{")) k = with2(p, EXPR_WITH, k, parse_assignments(p, "}"));
                *vec_push(p->a, &kids) = k;
            } while (!p->failed && take_op(p, ","));
        }
        p->depth--;
        x = with_list(p, new_expr(p, EXPR_LIST, l), &kids);
        x->loc = cover(x->loc, p->at->loc);
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
        struct expr *r = new_expr(p, EXPR_RANGE, x->loc);
        set_kids(p, r, (struct expr *[]){ x, hi }, 2);
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
    struct expr *x = kids.len == 1 ? first : with_list(p, new_expr(p, EXPR_LIST, first->loc), &kids);
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
        struct expr *w = new_expr(p, EXPR_WITH, x->loc);
        set_kids(p, w, (struct expr *[]){ x, record }, 2);
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
        return bad(p);
    }
    struct expr *x = new_expr(p, EXPR_NAME, p->at->loc);
    x->text = p->at->text;
    x->word = p->at->word;
    p->at++;
    for (int n = 0; !p->failed && n < LIMIT_NESTING; n++) {
        if (take_op(p, ".")) {
            if (p->at->kind != TOKEN_IDENT) {
                expected(p, "字段名");
                break;
            }
            struct expr *path = with1(p, EXPR_PATH, x->loc, x);
            path->text = p->at->text;
            path->name = p->at->loc;
            path->loc = cover(path->loc, p->at->loc);
            p->at++;
            x = path;
        } else if (take_op(p, "[")) {
            struct expr *i = with1(p, EXPR_INDEX, x->loc, x);
            if (p->at->kind == TOKEN_NUMBER && p->at->scale == 0)
                i->number = p->at->number, p->at++;
            else
                expected(p, "第几个（从 1 起）");
            i->loc = cover(i->loc, p->at->loc);
            if (!take_op(p, "]")) expected(p, "“]”");
            x = i;
        } else if (take_op(p, "(")) {
            expr_list kids = { 0 };
            *vec_push(p->a, &kids) = x;
            do *vec_push(p->a, &kids) = parse_scalar(p);
            while (!p->failed && take_op(p, ","));
            struct expr *c = with_list(p, new_expr(p, EXPR_CALL, x->loc), &kids);
            c->name = x->name;
            c->loc = cover(c->loc, p->at->loc);
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
    if (!enter(p)) return bad(p);
    struct loc from = p->at->loc;
    expr_list kids = { 0 };
    while (!p->failed && !(closer != NULL && at_op(p, closer)) && p->at->kind != TOKEN_END) {
        struct expr *path = parse_fact_path(p);
        if (!take_op(p, "=")) expected(p, "“=”和值");
        struct expr *value = p->failed ? bad(p) : parse_fact_value(p);
        struct expr *assign = with2(p, EXPR_ASSIGN, path, value);
        *vec_push(p->a, &kids) = assign;
        if (!take_op(p, ",") && !take_op(p, ";")) break;
    }
    p->depth--;
    struct expr *x = with_list(p, new_expr(p, EXPR_RECORD, from), &kids);
    if (closer != NULL) {
        x->loc = cover(x->loc, p->at->loc);
        if (!take_op(p, closer)) expected(p, "“}”或“,”");
    }
    return x;
}

/* A cell: - | op value | a..b | value {, value}. Ends at `|`. An empty cell is a mistake. */
struct expr *parse_table_cell(struct parser *p)
{
    if (at_op(p, "-") && (p->at[1].kind != TOKEN_NUMBER)) {
        struct expr *x = new_expr(p, EXPR_WORD, p->at->loc);
        x->word = WORD_NOT_ONE; /* anything */
        p->at++;
        return x;
    }
    if (is_compare(p)) {
        const struct token *op = p->at++;
        struct expr *x = with1(p, EXPR_COMPARE, op->loc, parse_round(p));
        x->text = op->text;
        return x;
    }
    struct expr *x = parse_expr(p);
    if (!p->failed && take_op(p, "..")) {
        struct expr *hi = parse_round(p);
        return with2(p, EXPR_RANGE, x, hi);
    }
    if (at_op(p, ",")) {
        expr_list kids = { 0 };
        *vec_push(p->a, &kids) = x;
        while (!p->failed && take_op(p, ",")) *vec_push(p->a, &kids) = parse_expr(p);
        return with_list(p, new_expr(p, EXPR_LIST, x->loc), &kids);
    }
    return x;
}

struct expr *parse_round_value(struct parser *p) { return parse_round(p); }

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
