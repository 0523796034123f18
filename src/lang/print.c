/* print: fields and declarations from trees to text; their expressions are print_expr.c's. */
#include "lang/print_priv.h"

/* A blank or the like, then text that may hold any byte. */
static void add(struct text *out, const char *before, str s)
{
    text_addz(out, before);
    text_add(out, s);
}

/* ---- fields ---- */

static void print_names(const struct ast_field *f, struct text *out)
{
    for (size_t i = 0; i < f->names.len; i++) {
        if (i > 0) text_addz(out, ", ");
        text_add(out, f->names.at[i].text);
    }
}

static void print_cite(const struct ast_field *c, struct text *out)
{
    text_add(out, c->name.text);
    if (c->text.len > 0) add(out, " ", c->text);
}

static void print_type(const struct ast_type *t, struct text *out)
{
    unit_print(t->text, out);
    if (t->digits >= 0) text_addf(out, "(%d位)", t->digits);
}

static void print_compared(const struct ast_field *f, struct text *out)
{
    print_names(f, out);
    if (f->days != 0) text_addf(out, " %lld日内", (long long)f->days);
}

static void print_effect(const struct ast_field *f, struct text *out)
{
    for (size_t i = 0; i < f->names.len; i++) {
        if (i > 0) text_addz(out, i == 1 ? " " : "(");
        text_add(out, f->names.at[i].text);
    }
    if (f->names.len > 2) text_addc(out, ')');
}

static void print_member(const struct ast_field *f, struct text *out)
{
    print_type(&f->type, out);
    if (f->optional) text_addz(out, "  可无");
    if (f->via.text.len > 0) add(out, " 经 ", f->via.text);
    if (f->code.len > 0) add(out, "  编码 ", f->code);
    if (f->class_.len > 0) add(out, "  密级 ", f->class_);
}

static void print_period(const struct ast_field *f, struct text *out)
{
    if (f->has_from) {
        date_print(f->from, out);
        text_addz(out, " 起");
    }
    if (f->has_to) {
        text_addz(out, f->has_from ? " 至 " : "至 ");
        date_print(f->to, out);
    }
}

static void print_compare(const struct ast_field *f, struct text *out)
{
    if (f->strives) text_addz(out, "力争 ");
    if (f->op.len > 0) add(out, "", f->op), text_addc(out, ' ');
    expr_print(f->expr, out);
    if (f->word == WORD_ABOUT || f->word == WORD_WITHIN || f->word == WORD_UNTIL) {
        text_addc(out, ' ');
        word_print(f->word, out);
    }
    if (f->value == NULL) return;
    text_addc(out, ' ');
    expr_print(f->value, out);
}

static void print_expect(const struct ast_field *f, struct text *out)
{
    if (f->word != WORD_NOT_ONE) word_print(f->word, out);
    if (f->word == WORD_QUALIFIED && f->op.len > 0) text_addz(out, " 金额 未定");
    if (f->word == WORD_QUALIFIED && f->expr != NULL) text_addz(out, " 金额 ");
    if (f->expr != NULL) value_print(f->expr, out);
    for (size_t i = 0; i < f->cells.len; i++) {
        text_addz(out, i == 0 ? " " : "，");
        expr_print(f->cells.at[i], out);
    }
}

/* Behind the date: 一类 2280  二类 2070 */
static void print_param_values(const struct ast_field *f, struct text *out)
{
    if (f->ended) text_addz(out, "废止");
    for (size_t i = 0; i < f->cells.len; i++) {
        if (i > 0) text_addz(out, "  ");
        if (f->items.at[i].text.len > 0) {
            text_add(out, f->items.at[i].text);
            text_addc(out, ' ');
        }
        cell_print(f->cells.at[i], out);
    }
    if (f->trust.len > 0) add(out, "  可信 ", f->trust);
}

/* The first `count` cells; a missing one is a fact not given, or an expectation of an example, which stands in subs:
 * the last missing ones, since 应得 is the last column of any table one can read. */
static void print_cells(const struct ast_field *f, size_t count, struct text *out)
{
    size_t missing = 0, sub = 0;
    for (size_t i = 0; i < count; i++) missing += f->cells.at[i] == NULL;
    for (size_t i = 0; i < count; i++) {
        const struct expr *x = f->cells.at[i];
        if (i > 0) text_addz(out, " | ");
        if (x == NULL && missing-- <= f->subs.len - sub)
            print_expect(&f->subs.at[sub++], out);
        else if (x == NULL)
            text_addc(out, '-');
        else if (f->def->id == FIELD_EXAMPLE_ROW)
            value_print(x, out);
        else
            expr_print(x, out);
    }
}

void field_print(const struct ast_field *f, struct text *out)
{
    switch (f->def->shape) {
    case SHAPE_TEXT:
    case SHAPE_TITLED: text_add(out, f->text); break;
    case SHAPE_CITE: print_cite(f, out); break;
    case SHAPE_CHOICE:
    case SHAPE_WORDS:
    case SHAPE_NAME:
    case SHAPE_NAMES: print_names(f, out); break;
    case SHAPE_FLAG: break;
    case SHAPE_DATE: date_print(f->from, out); break;
    case SHAPE_PERIOD: print_period(f, out); break;
    case SHAPE_COMPARED: print_compared(f, out); break;
    case SHAPE_EFFECT: print_effect(f, out); break;
    case SHAPE_TIME:
        if (f->expr == NULL) print_names(f, out);
        expr_print(f->expr, out);
        break;
    case SHAPE_YEAR_VALUE:
    case SHAPE_LINE:
        if (f->op.len > 0) add(out, "", f->op), text_addc(out, ' ');
        if (f->expr == NULL) print_names(f, out);
        expr_print(f->expr, out);
        break;
    case SHAPE_COMPARE: print_compare(f, out); break;
    case SHAPE_SET:
    case SHAPE_QUANTITY:
    case SHAPE_EXPR:
    case SHAPE_STEPS:
    case SHAPE_NAMED: expr_print(f->expr, out); break;
    case SHAPE_MEMBER: print_member(f, out); break;
    case SHAPE_ITEM:
        text_add(out, f->code);
        if (f->via.text.len > 0) add(out, " 属 ", f->via.text);
        if (f->text.len > 0) add(out, " ", f->text);
        break;
    case SHAPE_EXCEPTION:
        expr_print(f->expr, out);
        text_addz(out, " 则 ");
        expr_print(f->value, out);
        if (f->rank != 0) text_addf(out, " 优先 %lld", (long long)f->rank);
        break;
    case SHAPE_FACTS:
        for (size_t i = 0; f->expr != NULL && i < f->expr->kid_count; i++) {
            if (i > 0) text_addz(out, "，");
            assignment_print(f->expr->kids[i], out);
        }
        break;
    case SHAPE_EXPECT: print_expect(f, out); break;
    case SHAPE_CASE: break;
    case SHAPE_PARAM_ROW: print_param_values(f, out); break;
    case SHAPE_TABLE_ROW:
        if (f->def->id == FIELD_EXAMPLE_ROW)
            print_cells(f, f->cells.len, out);
        else if (f->cells.len > 0)
            expr_print(f->cells.at[f->cells.len - 1], out);
        break;
    case SHAPE_DAY_ROW:
        word_print(f->word, out);
        if (f->text.len > 0) add(out, " ", f->text);
        break;
    }
    if (f->cite != NULL) {
        text_addz(out, "  依据 ");
        print_cite(f->cite, out);
    }
}

void field_print_name(const struct ast_field *f, struct text *out)
{
    text_addz(out, f->def->zh);
    switch (f->def->shape) {
    case SHAPE_NAMED:
    case SHAPE_TITLED:
    case SHAPE_SET:
    case SHAPE_MEMBER:
    case SHAPE_ITEM:
    case SHAPE_EXCEPTION:
    case SHAPE_STEPS:
        if (f->name.text.len > 0) add(out, " ", f->name.text);
        return;
    case SHAPE_CASE: quote_print(f->name.text, out); return;
    case SHAPE_YEAR_VALUE: text_addf(out, " %lld", (long long)f->year); return;
    case SHAPE_PARAM_ROW:
    case SHAPE_DAY_ROW: date_print(f->from, out); return;
    case SHAPE_TABLE_ROW:
        if (f->def->id != FIELD_EXAMPLE_ROW && f->cells.len > 0) print_cells(f, f->cells.len - 1, out);
        return;
    case SHAPE_TEXT:
    case SHAPE_CITE:
    case SHAPE_CHOICE:
    case SHAPE_WORDS:
    case SHAPE_NAME:
    case SHAPE_NAMES:
    case SHAPE_FLAG:
    case SHAPE_DATE:
    case SHAPE_PERIOD:
    case SHAPE_QUANTITY:
    case SHAPE_TIME:
    case SHAPE_LINE:
    case SHAPE_COMPARE:
    case SHAPE_COMPARED:
    case SHAPE_EFFECT:
    case SHAPE_EXPR:
    case SHAPE_FACTS:
    case SHAPE_EXPECT: return;
    }
}

/* ---- declarations ---- */

void head_print(const struct decl *d, struct text *out)
{
    for (size_t i = 0; i < d->params.len; i++) {
        add(out, i == 0 ? "(" : ", ", d->params.at[i].name.text);
        text_addz(out, " : ");
        print_member(&d->params.at[i], out);
    }
    if (d->params.len > 0) text_addc(out, ')');
    if (d->type.text.len > 0) {
        text_addz(out, " : ");
        print_type(&d->type, out);
    }
    if (d->monthly) text_addz(out, " 按月");
    if (d->key.text.len > 0) add(out, d->kind == KIND_SPELL ? " 分 " : " 按 ", d->key.text);
}

static void print_fields(const field_list *fields, unsigned depth, struct text *out)
{
    VEC_EACH (const struct ast_field, f, fields) {
        text_repeat(out, ' ', (size_t)depth * 2);
        field_print_name(f, out);
        text_addc(out, ' ');
        field_print(f, out);
        text_addc(out, '\n');
        if (f->def->shape != SHAPE_TABLE_ROW) print_fields(&f->subs, depth + 1, out);
    }
}

void decl_print(const struct decl *d, struct text *out)
{
    text_addf(out, "%s ", kind_defs[d->kind].zh);
    if (d->kind == KIND_EXAMPLE) text_addf(out, "%s ", kind_defs[d->about].zh);
    text_add(out, d->name.text);
    head_print(d, out);
    text_addc(out, '\n');
    print_fields(&d->fields, 1, out);
}
