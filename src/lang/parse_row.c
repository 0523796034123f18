/* parse_row: fields that are a row of something: a code, a dated value, a line of a table, a day of the calendar, what
 * an example expects. */
#include "lang/limits.h"
#include "lang/parse_priv.h"

void read_item(struct parser *p, struct ast_field *f, const struct line *l)
{
    if (p->at->kind != TOKEN_IDENT) {
        expected(p, "名字");
        return;
    }
    f->name = (struct ast_name){ .text = p->at->text, .loc = p->at->loc };
    p->at++;
    if (p->at->kind == TOKEN_NUMBER || p->at->kind == TOKEN_IDENT || p->at->kind == TOKEN_STRING) {
        /* the code is a run without blanks: 110, A01, 6-02 */
        struct loc c = p->at->loc;
        p->at++;
        while (p->at->kind != TOKEN_END && p->at->loc.from == c.to) c.to = p->at->loc.to, p->at++;
        f->code = source_text(p->s, c);
        if (c.from < c.to && p->s->text.p[c.from] == '"') f->code = str_slice(f->code, 1, f->code.len - 1);
        if (take_word(p, WORD_PART_OF)) {
            if (!take_name(p, &f->via, "上一级的名字")) return;
            c = f->via.loc;
        }
        f->text = str_trim(str_slice(p->s->text, c.to, l->loc.to));
    } else {
        expected(p, "代码");
    }
}

void read_expect(struct parser *p, struct ast_field *f)
{
    if (take_word(p, WORD_QUALIFIED)) {
        f->word = WORD_QUALIFIED;
        take_op(p, ",");
        if (take_word(p, WORD_AMOUNT)) {
            take_op(p, "=");
            if (take_word(p, WORD_UNSET))
                f->op = STR("unset");
            else
                f->expr = parse_fact_value(p);
        } else if (p->at->kind == TOKEN_NUMBER) {
            expected_as(p, "“金额”", "应得 符合 金额 2000元");
        }
        return;
    }
    if (at_word(p, WORD_REFUSED) || at_word(p, WORD_DECLINED) || at_word(p, WORD_PENDING) || at_word(p, WORD_UNKNOWN)) {
        f->word = p->at->word;
        p->at++;
        take_op(p, ":");
        while (!p->failed && p->at->kind == TOKEN_IDENT) {
            struct expr *x = parse_expr(p);
            *vec_push(p->a, &f->cells) = x;
            if (!take_op(p, ",") && !take_op(p, ";")) break;
        }
        return;
    }
    if (take_word(p, WORD_ERROR)) {
        f->word = WORD_ERROR;
        return;
    }
    if (at_word(p, WORD_ACCEPTED) || at_word(p, WORD_ALONE) || at_word(p, WORD_TO_STAFF)) {
        f->word = p->at->word;
        p->at++;
        return;
    }
    f->expr = parse_fact_value(p);
}

/* date [废止] | date value | date item value item value … */
void read_param_row(struct parser *p, struct ast_field *f)
{
    if (p->at->kind == TOKEN_MONTH) {
        f->from = month_first(p->at->month_);
        p->at++;
    } else if (p->at->kind == TOKEN_DATE) {
        f->from = p->at->day;
        p->at++;
    } else {
        expected(p, "生效日期");
        return;
    }
    f->has_from = true;
    p->tight_units = true;
    take_word(p, WORD_SINCE);
    if (take_word(p, WORD_ENDED)) {
        f->ended = true;
        return;
    }
    while (!p->failed && p->at->kind != TOKEN_END && !at_word(p, WORD_TRUST)) {
        struct ast_name item = { 0 };
        bool lone = p->at[1].kind == TOKEN_END || at_op(p, ",");
        if (p->at->kind == TOKEN_IDENT && !lone && p->at[1].word != WORD_TRUST && !word_is_reserved(p->at->word)) {
            item = (struct ast_name){ .text = p->at->text, .loc = p->at->loc };
            p->at++;
            take_op(p, "=");
        }
        *vec_push(p->a, &f->cells) = parse_round_value(p);
        *vec_push(p->a, &f->items) = item;
        take_op(p, ",");
    }
    if (take_word(p, WORD_TRUST)) {
        if (p->at->kind == TOKEN_IDENT)
            f->trust = p->at->text, p->at++;
        else
            expected(p, "可信程度");
    }
    if (f->cells.len == 0) expected(p, "值");
}

static bool is_expect(str s)
{
    const struct field_def *f = &field_defs[FIELD_EXAMPLE_CASE_EXPECT];
    return str_eq(s, str_of(f->zh)) || str_eq(s, str_of(f->en));
}

/* A row of a table of examples. The first row of the declaration names the facts; a cell below 应得 is an expectation.
 */
void read_example_row(struct parser *p, struct ast_field *f, const struct ast_field *header)
{
    take_op(p, "|");
    for (size_t i = 0; !p->failed && p->at->kind != TOKEN_END; i++) {
        const struct expr *name = header != NULL && i < header->cells.len ? header->cells.at[i] : NULL;
        struct expr *cell = NULL;
        if (header == NULL) {
            cell = parse_fact_path(p);
        } else if (name != NULL && name->kind == EXPR_NAME && is_expect(name->text)) {
            struct ast_field expect = { .def = &field_defs[FIELD_EXAMPLE_CASE_EXPECT],
                                        .loc = p->at->loc,
                                        .keyword = p->at->loc };
            read_expect(p, &expect);
            *vec_push(p->a, &f->subs) = expect;
        } else if (at_op(p, "-") && p->at[1].kind == TOKEN_OP && str_eq(p->at[1].text, STR("|"))) {
            p->at++; /* not given */
        } else {
            cell = parse_fact_value(p);
        }
        *vec_push(p->a, &f->cells) = cell;
        if (!take_op(p, "|")) expected(p, "“|”");
        if (f->cells.len > LIMIT_LOCALS && !p->failed) {
            diag_add(p->d, DIAG_too_big, f->loc, "表最多 %d 列", LIMIT_LOCALS);
            p->failed = true;
        }
    }
    if (f->cells.len == 0 && !p->failed) expected(p, "一格一格的内容，例如 | 学历 | 应得 |");
}

void read_table_row(struct parser *p, struct ast_field *f)
{
    take_op(p, "|");
    p->tight_units = true;
    while (!p->failed && p->at->kind != TOKEN_END) {
        *vec_push(p->a, &f->cells) = parse_table_cell(p);
        bool unit_apart = p->at->kind == TOKEN_IDENT && p->at > p->start && p->at[-1].kind == TOKEN_NUMBER;
        if (!take_op(p, "|")) expected_as(p, "“|”", unit_apart ? "单位紧跟着数写，中间不空格，例如 100元" : NULL);
        if (f->cells.len > LIMIT_ARGS + 1) {
            if (!p->failed) diag_add(p->d, DIAG_too_big, f->loc, "表最多 %d 列", LIMIT_ARGS + 1);
            p->failed = true;
        }
    }
    if (f->cells.len == 0 && !p->failed) expected(p, "一格一格的内容，例如 | 本科 | 120% |");
    if (p->failed) f->cells.len = 0; /* half a row would only be counted wrong */
}

void read_day_row(struct parser *p, struct ast_field *f, const struct line *l)
{
    if (p->at->kind != TOKEN_DATE) {
        expected(p, "日期，例如 2023-10-02");
        return;
    }
    f->from = p->at->day;
    f->has_from = true;
    p->at++;
    if (!at_word(p, WORD_REST) && !at_word(p, WORD_WORK)) {
        expected(p, "“休”或“班”");
        return;
    }
    f->word = p->at->word;
    f->text = str_trim(str_slice(p->s->text, p->at->loc.to, l->loc.to));
    while (p->at->kind != TOKEN_END) p->at++;
}
