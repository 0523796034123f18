/* print_expr: expressions and values from trees to text. Parentheses are set where, without them, the parser would
 * build another tree: every place an expression can stand demands a level, and what binds more loosely than the place
 * demands is enclosed. The levels are those of the manual's section 4, that is of the functions of parse_expr.c. */
#include "lang/print_priv.h"

#include "base/utf8.h"

enum level {
    LEVEL_ANY, /* 若, 任一, 全部: reach as far to the right as they can */
    LEVEL_OR,
    LEVEL_AND,
    LEVEL_NOT,
    LEVEL_COMPARE,
    LEVEL_ROUND,
    LEVEL_SUM,
    LEVEL_PRODUCT,
    LEVEL_UNARY,
    LEVEL_POSTFIX,
    LEVEL_PRIMARY, /* a single value, as facts are given */
};

static void print_at(const struct expr *x, enum level place, struct text *out);
static void print_value(const struct expr *x, struct text *out);

void quote_print(str s, struct text *out)
{
    bool plain = str_find(s, STR("”")) == SIZE_MAX;
    text_addz(out, plain ? "“" : "\"");
    text_add(out, s);
    text_addz(out, plain ? "”" : "\"");
}

void unit_print(str s, struct text *out)
{
    for (size_t at = 0, n; at < s.len; at += n) {
        uint32_t cp = utf8_at(s, at, &n);
        if (cp == ' ' || cp == '\t' || cp == '\r' || cp == '\n' || cp == 0x3000 || cp == 0xA0) continue;
        if (cp == 0xFF0F || cp == 0xF7)
            text_addc(out, '/');
        else
            text_add(out, str_slice(s, at, at + n));
    }
}

/* A blank or the like, then text that may hold any byte. */
static void add(struct text *out, const char *before, str s)
{
    text_addz(out, before);
    text_add(out, s);
}

void word_print(enum word w, struct text *out) { text_addz(out, word_zh(w)); }

void date_print(date d, struct text *out)
{
    char buf[DATE_TEXT];
    date_text(d, buf);
    text_addz(out, buf);
}

static void print_month(month m, struct text *out)
{
    char buf[MONTH_TEXT];
    month_text(m, buf);
    text_addz(out, buf);
}

static void print_number(const struct expr *x, struct text *out)
{
    char buf[NUM_TEXT];
    text_add(out, (str){ buf, num_text(x->number, x->scale, x->scale, buf) });
    if (x->percent) text_addc(out, '%');
    unit_print(x->unit, out);
}

/* The digits after 舍入到: of the three spellings for one meaning, the one with money when it was money. */
static void print_rounding(const struct expr *x, struct text *out)
{
    static const struct {
        int digits;
        bool money;
        const char *zh;
    } names[] = { { 2, true, "分" },    { 1, true, "角" },    { 0, true, "元" },
                  { -1, true, "十元" }, { -2, true, "百元" }, { 0, false, "整数" } };
    static const enum word modes[] = {
        [NUM_HALF_UP] = WORD_HALF_UP, [NUM_UP] = WORD_ROUND_UP, [NUM_DOWN] = WORD_ROUND_DOWN
    };
    text_addz(out, " 舍入到");
    const char *zh = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].digits == x->digits && names[i].money == x->digits_money) zh = names[i].zh;
    }
    if (zh != NULL)
        text_addz(out, zh);
    else
        text_addf(out, "%d位", x->digits);
    if (x->mode != ROUND_NO_DIRECTION) {
        text_addc(out, ' ');
        word_print(modes[x->mode], out);
    }
}

static enum level level_of(const struct expr *x)
{
    switch (x->kind) {
    case EXPR_IF:
    case EXPR_QUANT:
    case EXPR_FILTER: return LEVEL_ANY;
    case EXPR_OR: return LEVEL_OR;
    case EXPR_AND: return LEVEL_AND;
    case EXPR_IN: return LEVEL_COMPARE;
    case EXPR_ROUND: return LEVEL_ROUND;
    case EXPR_UNARY: return x->word == WORD_NOT ? LEVEL_NOT : LEVEL_UNARY;
    case EXPR_AT: return LEVEL_UNARY;
    case EXPR_BINARY:
        switch (x->text.p[0]) {
        case '+':
        case '-': return LEVEL_SUM;
        case '*':
        case '/': return LEVEL_PRODUCT;
        default: return LEVEL_COMPARE;
        }
    case EXPR_NUMBER: return x->number < 0 ? LEVEL_UNARY : LEVEL_PRIMARY;
    case EXPR_CALL:
    case EXPR_PATH:
    case EXPR_INDEX: return LEVEL_POSTFIX;
    case EXPR_BAD:
    case EXPR_DATE:
    case EXPR_MONTH:
    case EXPR_STRING:
    case EXPR_WORD:
    case EXPR_NAME:
    case EXPR_RANGE:
    case EXPR_RECORD:
    case EXPR_ASSIGN:
    case EXPR_LIST:
    case EXPR_WITH:
    case EXPR_COMPARE: return LEVEL_PRIMARY;
    }
    return LEVEL_PRIMARY;
}

static void print_kids(const struct expr *x, size_t first, enum level place, const char *between, struct text *out)
{
    for (size_t i = first; i < x->kid_count; i++) {
        if (i > first) text_addz(out, between);
        print_at(x->kids[i], place, out);
    }
}

static void print_range(const struct expr *x, enum level place, struct text *out)
{
    if (x->kids[0] != NULL) print_at(x->kids[0], place, out);
    text_addz(out, "..");
    if (x->kids[1] != NULL) print_at(x->kids[1], place, out);
}

/* A minus before anything that begins with a number would be read as part of the number, two of them as a comment. */
static void print_minus(const struct expr *kid, struct text *out)
{
    const struct expr *first = kid;
    while (first->kid_count > 0 && first->kind != EXPR_UNARY) first = first->kids[0];
    bool plain = first->kind == EXPR_NAME || first->kind == EXPR_WORD || first->kind == EXPR_STRING;
    text_addz(out, plain ? "-" : "-(");
    print_at(kid, plain ? LEVEL_UNARY : LEVEL_ANY, out);
    if (!plain) text_addc(out, ')');
}

static void print_binary(const struct expr *x, struct text *out)
{
    enum level own = level_of(x);
    print_at(x->kids[0], own == LEVEL_COMPARE ? LEVEL_ROUND : own, out);
    add(out, " ", x->text);
    text_addc(out, ' ');
    print_at(x->kids[1], own == LEVEL_COMPARE ? LEVEL_ROUND : (enum level)(own + 1), out);
    if (x->mode > 0) {
        text_addc(out, ' ');
        word_print(x->mode - 1 == MONTH_END ? WORD_MONTH_END : WORD_MONTH_ROLL, out);
    }
}

static void print_in(const struct expr *x, struct text *out)
{
    print_at(x->kids[0], LEVEL_ROUND, out);
    text_addz(out, " 在 ");
    if (x->kid_count == 2 && x->kids[1]->kind == EXPR_RANGE) {
        print_range(x->kids[1], LEVEL_ROUND, out);
    } else {
        text_addc(out, '(');
        print_kids(x, 1, LEVEL_ROUND, ", ", out);
        text_addc(out, ')');
    }
}

void assignment_print(const struct expr *x, struct text *out)
{
    print_at(x->kids[0], LEVEL_POSTFIX, out);
    text_addz(out, " = ");
    print_value(x->kids[1], out);
}

static void print_record(const struct expr *x, struct text *out)
{
    text_addc(out, '{');
    for (size_t i = 0; i < x->kid_count; i++) {
        if (i > 0) text_addz(out, ", ");
        assignment_print(x->kids[i], out);
    }
    text_addc(out, '}');
}

static void print_list(const struct expr *x, struct text *out)
{
    bool bracketed = x->word == WORD_ALL;
    if (bracketed) text_addc(out, '[');
    for (size_t i = 0; i < x->kid_count; i++) {
        if (i > 0) text_addz(out, ", ");
        print_value(x->kids[i], out);
    }
    if (bracketed) text_addc(out, ']');
}

/* A value as facts are given: everything but single words and numbers is enclosed. */
static void print_value(const struct expr *x, struct text *out)
{
    switch (x->kind) {
    case EXPR_RANGE: print_range(x, LEVEL_PRIMARY, out); return;
    case EXPR_RECORD: print_record(x, out); return;
    case EXPR_LIST: print_list(x, out); return;
    case EXPR_WITH:
        print_value(x->kids[0], out);
        if (x->kids[1] != NULL) {
            text_addc(out, ' ');
            print_record(x->kids[1], out);
        }
        if (x->percent) {
            text_addz(out, " 已知至 ");
            print_month(x->month_, out);
        }
        return;
    case EXPR_NUMBER: print_number(x, out); return; /* a minus too */
    case EXPR_BAD:
    case EXPR_DATE:
    case EXPR_MONTH:
    case EXPR_STRING:
    case EXPR_WORD:
    case EXPR_NAME:
    case EXPR_PATH:
    case EXPR_INDEX:
    case EXPR_CALL:
    case EXPR_UNARY:
    case EXPR_BINARY:
    case EXPR_AND:
    case EXPR_OR:
    case EXPR_IF:
    case EXPR_IN:
    case EXPR_ROUND:
    case EXPR_QUANT:
    case EXPR_FILTER:
    case EXPR_AT:
    case EXPR_ASSIGN:
    case EXPR_COMPARE: print_at(x, LEVEL_PRIMARY, out); return;
    }
}

static void print_open(const struct expr *x, struct text *out)
{
    switch (x->kind) {
    case EXPR_BAD: text_addc(out, '?'); return;
    case EXPR_NUMBER: print_number(x, out); return;
    case EXPR_DATE: date_print(x->day, out); return;
    case EXPR_MONTH: print_month(x->month_, out); return;
    case EXPR_STRING: quote_print(x->text, out); return;
    case EXPR_WORD:
        if (x->word == WORD_NOT_ONE)
            text_addc(out, '-');
        else
            word_print(x->word, out);
        return;
    case EXPR_NAME:
        if (x->word == WORD_NONE)
            word_print(x->word, out); /* 无(x), none(x) */
        else
            text_add(out, x->text);
        return;
    case EXPR_PATH:
        print_at(x->kids[0], LEVEL_POSTFIX, out);
        add(out, ".", x->text);
        return;
    case EXPR_INDEX:
        print_at(x->kids[0], LEVEL_POSTFIX, out);
        text_addc(out, '[');
        print_number(x, out);
        text_addc(out, ']');
        return;
    case EXPR_CALL:
        print_at(x->kids[0], LEVEL_POSTFIX, out);
        text_addc(out, '(');
        print_kids(x, 1, LEVEL_ANY, ", ", out);
        text_addc(out, ')');
        return;
    case EXPR_UNARY:
        if (x->word == WORD_NOT) {
            text_addz(out, "非 ");
            print_at(x->kids[0], LEVEL_NOT, out);
        } else {
            print_minus(x->kids[0], out);
        }
        return;
    case EXPR_BINARY: print_binary(x, out); return;
    case EXPR_AND: print_kids(x, 0, LEVEL_NOT, " 且 ", out); return;
    case EXPR_OR: print_kids(x, 0, LEVEL_AND, " 或 ", out); return;
    case EXPR_IF:
        text_addz(out, "若 ");
        print_at(x->kids[0], LEVEL_ANY, out);
        text_addz(out, " 则 ");
        print_at(x->kids[1], LEVEL_ANY, out);
        text_addz(out, " 否则 ");
        print_at(x->kids[2], LEVEL_ANY, out);
        return;
    case EXPR_IN: print_in(x, out); return;
    case EXPR_ROUND:
        print_at(x->kids[0], LEVEL_ROUND, out);
        print_rounding(x, out);
        return;
    case EXPR_QUANT:
        word_print(x->word, out);
        text_addc(out, ' ');
        print_at(x->kids[0], LEVEL_POSTFIX, out);
        text_addz(out, " 满足 ");
        print_at(x->kids[1], LEVEL_ANY, out);
        return;
    case EXPR_FILTER:
        print_at(x->kids[0], LEVEL_OR, out);
        text_addz(out, " 满足 ");
        print_at(x->kids[1], LEVEL_ANY, out);
        return;
    case EXPR_AT:
        print_at(x->kids[0], LEVEL_POSTFIX, out);
        text_addz(out, " 于 ");
        print_at(x->kids[1], LEVEL_POSTFIX, out);
        return;
    case EXPR_COMPARE:
        add(out, "", x->text);
        text_addc(out, ' ');
        print_at(x->kids[0], LEVEL_ROUND, out);
        return;
    case EXPR_ASSIGN: assignment_print(x, out); return;
    case EXPR_RANGE: print_range(x, LEVEL_ROUND, out); return;
    case EXPR_LIST:
        if (x->word == WORD_ALL)
            print_list(x, out);
        else
            print_kids(x, 0, LEVEL_ANY, ", ", out); /* a cell of a table */
        return;
    case EXPR_RECORD:
    case EXPR_WITH: print_value(x, out); return;
    }
}

static void print_at(const struct expr *x, enum level place, struct text *out)
{
    bool enclosed = level_of(x) < place;
    if (enclosed) text_addc(out, '(');
    print_open(x, out);
    if (enclosed) text_addc(out, ')');
}

void expr_print(const struct expr *x, struct text *out)
{
    if (x != NULL) print_at(x, LEVEL_ANY, out);
}

void value_print(const struct expr *x, struct text *out)
{
    if (x != NULL) print_value(x, out);
}

void cell_print(const struct expr *x, struct text *out) { print_at(x, LEVEL_ROUND, out); }
