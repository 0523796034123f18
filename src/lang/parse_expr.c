/* parse_expr: expressions, by precedence climbing, one function per level of the manual's section 4. */
#include "lang/builtin.h"
#include "lang/limits.h"
#include "lang/parse_priv.h"

/* number [%] [unit [/ unit]…]; a unit stands right behind: 36月, 36 月, 1500元/月. Which words are units is the
 * checker's knowledge; here an identifier that directly follows a number can be nothing else, unless it is an operator.
 */
struct expr *parse_number(struct parser *p)
{
    struct loc from = p->at->loc;
    bool minus = take_op(p, "-");
    if (p->at->kind != TOKEN_NUMBER) {
        expected(p, "数");
        return expr_bad(p);
    }
    struct expr *x = expr_new(p, EXPR_NUMBER, loc_cover(from, p->at->loc));
    x->number = minus ? -p->at->number : p->at->number;
    x->scale = p->at->scale;
    p->at++;
    if (at_op(p, "%")) {
        x->percent = true;
        x->loc = loc_cover(x->loc, p->at->loc);
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
            u = loc_cover(u, p->at[1].loc);
            p->at += 2;
        }
        x->unit = source_text(p->s, u);
        x->unit_loc = u;
        x->loc = loc_cover(x->loc, u);
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
                arg = expr_with2(p, EXPR_FILTER, arg, cond);
            }
            *vec_push(p->a, &kids) = arg;
            if (kids.len > LIMIT_ARGS + 1) {
                if (!p->failed) diag_add(p->d, DIAG_too_big, arg->loc, "参数最多 %d 个", LIMIT_ARGS);
                p->failed = true;
                break;
            }
        } while (!p->failed && take_op(p, ","));
    }
    struct expr *x = expr_new(p, EXPR_CALL, loc_cover(callee->loc, open));
    expr_with_list(p, x, &kids);
    x->name = callee->name;
    x->loc = loc_cover(x->loc, p->at->loc);
    if (!take_op(p, ")")) expected(p, "“)”或“,”");
    return x;
}

/* Words that stand for a value by themselves. */
static bool is_value_word(enum word w)
{
    return w == WORD_TRUE || w == WORD_FALSE || w == WORD_UNKNOWN || w == WORD_NONE || w == WORD_TODAY ||
           w == WORD_THIS_MONTH || w == WORD_RULE_DAY || w == WORD_SUBJECT;
}

struct expr *parse_primary(struct parser *p)
{
    const struct token *t = p->at;
    struct expr *x;
    switch (t->kind) {
    case TOKEN_NUMBER: return parse_number(p);
    case TOKEN_DATE:
        p->at++;
        x = expr_new(p, EXPR_DATE, t->loc);
        x->day = t->day;
        return x;
    case TOKEN_MONTH:
        p->at++;
        x = expr_new(p, EXPR_MONTH, t->loc);
        x->month_ = t->month_;
        return x;
    case TOKEN_STRING:
        p->at++;
        x = expr_new(p, EXPR_STRING, t->loc);
        x->text = t->text;
        return x;
    case TOKEN_OP:
        if (take_op(p, "(")) {
            x = parse_expr(p); /* counts the level */
            x->loc = loc_cover(x->loc, t->loc);
            x->loc = loc_cover(x->loc, p->at->loc);
            if (!take_op(p, ")")) expected(p, "“)”");
            return x;
        }
        break;
    case TOKEN_IDENT:
        if (is_value_word(t->word) &&
            !(t->word == WORD_NONE && p->at[1].kind == TOKEN_OP && str_eq(p->at[1].text, STR("(")))) {
            p->at++;
            x = expr_new(p, EXPR_WORD, t->loc);
            x->word = t->word;
            return x;
        }
        if (t->word == WORD_NONE || !word_is_reserved(t->word)) {
            p->at++;
            x = expr_new(p, EXPR_NAME, t->loc);
            x->text = t->text;
            x->word = t->word;
            return x;
        }
        break;
    case TOKEN_END: break;
    }
    expected(p, "一个值、名字或“(”");
    return expr_bad(p);
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
                return expr_bad(p);
            }
            struct expr *path = expr_with1(p, EXPR_PATH, x->loc, x);
            path->text = p->at->text;
            path->name = p->at->loc;
            path->loc = loc_cover(path->loc, p->at->loc);
            p->at++;
            x = path;
            if (!parser_enter(p)) return expr_bad(p); /* a.b.c… is nesting too */
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
        if (!parser_enter(p)) return expr_bad(p);
        struct expr *x = expr_with1(p, EXPR_UNARY, l, parse_unary(p));
        p->depth--;
        x->text = STR("-");
        return x;
    }
    struct expr *x = parse_postfix(p);
    if (!p->failed && take_word(p, WORD_AT)) x = expr_with2(p, EXPR_AT, x, parse_postfix(p));
    return x;
}

static struct expr *binary(struct parser *p, struct expr *a, const struct token *op, struct expr *b)
{
    struct expr *x = expr_with2(p, EXPR_BINARY, a, b);
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
        if (!parser_enter(p)) return expr_bad(p); /* long chains nest to the left */
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
        if (!parser_enter(p)) return expr_bad(p);
        x = binary(p, x, op, parse_product(p));
        if (at_word(p, WORD_MONTH_END) || at_word(p, WORD_MONTH_ROLL)) {
            x->mode = at_word(p, WORD_MONTH_END) ? MONTH_END + 1 : MONTH_ROLL + 1;
            x->loc = loc_cover(x->loc, p->at->loc);
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
struct expr *parse_round_value(struct parser *p)
{
    struct expr *x = parse_sum(p);
    int depth = p->depth;
    while (!p->failed && p->at->kind == TOKEN_IDENT &&
           (str_starts(p->at->text, STR("舍入到")) || str_starts(p->at->text, STR("round_to")))) {
        const struct token *t = p->at;
        str prefix = str_starts(t->text, STR("舍入到")) ? STR("舍入到") : STR("round_to");
        str rest = str_slice(t->text, prefix.len, t->text.len);
        struct expr *r = expr_with1(p, EXPR_ROUND, x->loc, x);
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
            return expr_bad(p);
        }
        if (take_word(p, WORD_HALF_UP))
            r->mode = NUM_HALF_UP;
        else if (take_word(p, WORD_ROUND_UP))
            r->mode = NUM_UP;
        else if (take_word(p, WORD_ROUND_DOWN))
            r->mode = NUM_DOWN;
        r->loc = loc_cover(r->loc, p->at[-1].loc);
        x = r;
        if (!parser_enter(p)) return expr_bad(p);
    }
    p->depth = depth;
    return x;
}

bool at_compare(const struct parser *p)
{
    return at_op(p, "=") || at_op(p, "!=") || at_op(p, "<") || at_op(p, "<=") || at_op(p, ">") || at_op(p, ">=");
}

static struct expr *parse_compare(struct parser *p)
{
    struct expr *x = parse_round_value(p);
    if (p->failed) return x;
    if (at_compare(p)) {
        const struct token *op = p->at++;
        x = binary(p, x, op, parse_round_value(p));
        if (!p->failed && at_compare(p)) {
            struct diag *g = diag_add(p->d, DIAG_syntax, p->at->loc, "比较不能连着写");
            if (!parser_suggest_blanks(p, g)) diag_suggest(p->d, g, "用“且”连接两个比较，或写成 x 在 a..b");
            p->failed = true;
        }
        return x;
    }
    if (take_word(p, WORD_IN)) {
        expr_list kids = { 0 };
        struct loc close = x->loc;
        *vec_push(p->a, &kids) = x;
        if (take_op(p, "(")) {
            do *vec_push(p->a, &kids) = parse_round_value(p);
            while (!p->failed && take_op(p, ","));
            close = p->at->loc;
            if (!take_op(p, ")")) expected(p, "“)”或“,”");
        } else {
            struct expr *lo = parse_round_value(p);
            if (!take_op(p, "..")) expected(p, "“..”，或把几个值写在括号里");
            struct expr *hi = p->failed ? expr_bad(p) : parse_round_value(p);
            *vec_push(p->a, &kids) = expr_with2(p, EXPR_RANGE, lo, hi);
        }
        struct expr *in = expr_with_list(p, expr_new(p, EXPR_IN, x->loc), &kids);
        in->loc = loc_cover(in->loc, close);
        return in;
    }
    return x;
}

static struct expr *parse_not(struct parser *p)
{
    if (at_word(p, WORD_NOT)) {
        struct loc l = p->at->loc;
        p->at++;
        if (!parser_enter(p)) return expr_bad(p);
        struct expr *x = expr_with1(p, EXPR_UNARY, l, parse_not(p));
        p->depth--;
        x->word = WORD_NOT;
        return x;
    }
    if (at_word(p, WORD_ANY) || at_word(p, WORD_ALL)) {
        const struct token *t = p->at++;
        if (!parser_enter(p)) return expr_bad(p);
        struct expr *group = parse_postfix(p);
        if (!take_word(p, WORD_WHERE)) expected(p, "“满足”和条件");
        struct expr *cond = p->failed ? expr_bad(p) : parse_expr(p); /* as far to the right as it goes */
        p->depth--;
        struct expr *x = expr_with2(p, EXPR_QUANT, group, cond);
        x->word = t->word;
        x->loc = loc_cover(x->loc, t->loc);
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
    return expr_with_list(p, expr_new(p, kind, first->loc), &kids);
}

static struct expr *parse_and(struct parser *p) { return parse_chain(p, WORD_AND, EXPR_AND, parse_not); }

struct expr *parse_expr(struct parser *p)
{
    if (!parser_enter(p)) return expr_bad(p);
    struct expr *x;
    if (at_word(p, WORD_IF)) {
        struct loc l = p->at->loc;
        p->at++;
        struct expr *k[3];
        k[0] = parse_expr(p);
        if (!take_word(p, WORD_THEN)) expected(p, "“则”");
        k[1] = p->failed ? expr_bad(p) : parse_expr(p);
        if (!take_word(p, WORD_ELSE)) expected(p, "“否则”：两种情况都要有值");
        k[2] = p->failed ? expr_bad(p) : parse_expr(p);
        x = expr_new(p, EXPR_IF, l);
        expr_set_kids(p, x, k, 3);
    } else {
        x = parse_chain(p, WORD_OR, EXPR_OR, parse_and);
    }
    p->depth--;
    return x;
}
