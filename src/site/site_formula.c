/* site_formula: an expression as a person reads it, every name in it a link.
 *
 * The tree that the author wrote is read, not the graph, so that nothing is added or reordered. Functions are read by
 * the templates of reading.def; operators keep their signs; what is not atomic is put into brackets where the reading
 * could be taken two ways. Long chains of 且 and 或 become lists. What a name means is found by its place: the checker
 * left a node there. The exact text stands on the same page below “规则原文”. */
#include "base/utf8.h"
#include "lang/builtin.h"
#include "site/site_priv.h"

#include <stdlib.h>
#include <string.h>

enum {
    WIDE_CHARS = 30, /* longer chains become lists */
    BLOCKS_MAX = 6,  /* lists within lists; deeper ones are read in one line */
};

/* How tightly an expression holds together; a looser one inside a tighter one gets brackets. */
enum tight { LOOSE, TIGHT_OR, TIGHT_AND, TIGHT_NOT, TIGHT_COMPARE, TIGHT_ROUND, TIGHT_SUM, TIGHT_PRODUCT, ATOM };

static void write_expr(struct site *s, const struct expr *x, enum tight min);

static str text_of(const struct site *s, struct loc l) { return source_text(&s->p->sources.at[l.source], l); }

/* ---- what a name means ---- */

static bool find_url(const struct site *s, struct loc name, struct url *out)
{
    return use_url(s, use_at(s, name), out);
}

static bool is_code(const struct site *s, const struct expr *x)
{
    const struct use *u = x->kind == EXPR_NAME ? use_at(s, x->name) : NULL;
    return u != NULL && u->kind == USE_ITEM;
}

/* 参保缴费(养老, 本月): a history with one argument more than its key names a month. */
static bool is_month_of_history(const struct site *s, const struct expr *call)
{
    const struct slot *slot = use_slot(s, use_at(s, call->name));
    if (slot == NULL || slot->kind != SLOT_HISTORY) return false;
    uint32_t key = s->p->entities.at[slot->type.ref].key != 0 ? 1 : 0;
    return call->kid_count - 1 == key + 1;
}

static void write_name(struct site *s, const struct expr *x, str name)
{
    struct url to;
    if (find_url(s, x->name, &to))
        html_link(s->h, to, NULL, name);
    else
        html_text(s->h, name);
}

/* ---- pieces ---- */

static void write_word(struct site *s, const struct expr *x)
{
    switch ((int)x->word) {
    case WORD_TRUE: html_z(s->h, "是"); return;
    case WORD_FALSE: html_z(s->h, "否"); return;
    case WORD_SUBJECT: html_z(s->h, "本人"); return;
    default: html_z(s->h, word_zh(x->word)); return;
    }
}

static void write_args(struct site *s, const struct expr *x, uint32_t from, uint32_t to)
{
    if (from >= to) return;
    html_z(s->h, "（");
    for (uint32_t i = from; i < to; i++) {
        if (i > from) html_z(s->h, "、");
        write_expr(s, x->kids[i], LOOSE);
    }
    html_z(s->h, "）");
}

/* 名字(甲, 乙); a month of a history is read before its name: 本月有参保缴费（养老）, 本月的参保缴费（养老）的缴费金额
 */
static void write_named_call(struct site *s, const struct expr *x, bool as_record)
{
    const struct expr *callee = x->kids[0];
    bool monthly = is_month_of_history(s, x);
    if (callee->kind == EXPR_PATH) {
        write_expr(s, callee->kids[0], ATOM);
        html_z(s->h, "的");
    }
    if (monthly) {
        write_expr(s, x->kids[x->kid_count - 1], ATOM);
        html_z(s->h, as_record ? "的" : "有");
    }
    write_name(s, x, callee->text);
    write_args(s, x, 1, x->kid_count - (monthly ? 1u : 0u));
}

static void write_template(struct site *s, const char *reading, const struct expr *x)
{
    for (const char *p = reading; *p != '\0';) {
        const char *brace = strchr(p, '{');
        if (brace == NULL) {
            html_z(s->h, p);
            return;
        }
        html_text(s->h, (str){ p, (size_t)(brace - p) });
        if (brace[1] == '*') {
            for (uint32_t i = 1; i < x->kid_count; i++) {
                if (i > 1) html_z(s->h, "、");
                write_expr(s, x->kids[i], TIGHT_SUM);
            }
        } else {
            uint32_t i = (uint32_t)(brace[1] - '0');
            if (i < x->kid_count) write_expr(s, x->kids[i], ATOM);
        }
        p = brace + 3;
    }
}

static void write_group(struct site *s, const struct expr *arg)
{
    bool filtered = arg->kind == EXPR_FILTER;
    write_expr(s, filtered ? arg->kids[0] : arg, ATOM);
    if (!filtered) return;
    html_z(s->h, "（只算「");
    write_expr(s, arg->kids[1], LOOSE);
    html_z(s->h, "」的）");
}

static bool write_aggregate(struct site *s, const struct expr *x, enum builtin b)
{
    const char *what = b == BUILTIN_COUNT         ? "的人数"
                       : b == BUILTIN_OCCURRENCES ? "的次数"
                       : b == BUILTIN_SUM         ? "合计"
                       : b == BUILTIN_MAX         ? "的最大值"
                       : b == BUILTIN_MIN         ? "的最小值"
                                                  : NULL;
    if (what == NULL || x->kid_count < 2) return false;
    write_group(s, x->kids[1]);
    if (x->kid_count > 2) {
        html_z(s->h, "的");
        write_expr(s, x->kids[2], ATOM);
    }
    html_z(s->h, what);
    return true;
}

const char *reading_of(enum builtin b, uint32_t args)
{
    static const struct {
        enum builtin b;
        uint32_t args;
        const char *reading;
    } readings[] = {
#define READING(name, args, reading) { BUILTIN_##name, args, reading },
#include "site/reading.def"
#undef READING
    };
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
        if (readings[i].b == b && (readings[i].args == args || readings[i].args == 0)) return readings[i].reading;
    }
    return NULL;
}

static enum builtin builtin_of(const struct site *s, const struct expr *call)
{
    const struct expr *callee = call->kids[0];
    const struct use *u = use_at(s, call->name);
    bool own = u != NULL && u->kind != USE_BUILTIN;
    return callee->kind == EXPR_NAME && !own ? builtin_find(callee->text) : BUILTIN_NOT_ONE;
}

static void write_call(struct site *s, const struct expr *x)
{
    enum builtin b = builtin_of(s, x);
    if (b == BUILTIN_NOT_ONE) {
        write_named_call(s, x, false);
        return;
    }
    const char *reading = reading_of(b, x->kid_count - 1);
    if (reading != NULL)
        write_template(s, reading, x);
    else if (!write_aggregate(s, x, b))
        write_named_call(s, x, false);
}

/* ---- operators ---- */

static const char *sign_of(const struct site *s, const struct expr *x)
{
    static const struct {
        const char *op, *sign, *words;
    } signs[] = { { "=", " = ", "是" }, { "!=", " ≠ ", "不是" }, { "<", " < ", NULL }, { "<=", " ≤ ", NULL },
                  { ">", " > ", NULL }, { ">=", " ≥ ", NULL },   { "+", " + ", NULL }, { "-", " − ", NULL },
                  { "*", " × ", NULL }, { "/", " ÷ ", NULL } };
    const struct expr *a = x->kids[0], *b = x->kids[1];
    bool words = is_code(s, a) || is_code(s, b) || b->kind == EXPR_STRING || b->kind == EXPR_WORD;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (str_eq(x->text, str_of(signs[i].op)))
            return words && signs[i].words != NULL ? signs[i].words : signs[i].sign;
    }
    return " ";
}

static enum tight tightness(const struct expr *x)
{
    switch (x->kind) {
    case EXPR_IF:
    case EXPR_QUANT: return LOOSE;
    case EXPR_OR: return TIGHT_OR;
    case EXPR_AND: return TIGHT_AND;
    case EXPR_UNARY: return x->word == WORD_NOT ? TIGHT_NOT : ATOM;
    case EXPR_IN:
    case EXPR_COMPARE: return TIGHT_COMPARE;
    case EXPR_ROUND: return TIGHT_ROUND;
    case EXPR_BINARY: {
        char op = ' ';
        if (x->text.len > 0) op = x->text.p[0];
        if (op == '+' || op == '-') return TIGHT_SUM;
        return op == '*' || op == '/' ? TIGHT_PRODUCT : TIGHT_COMPARE;
    }
    case EXPR_BAD:
    case EXPR_NUMBER:
    case EXPR_DATE:
    case EXPR_MONTH:
    case EXPR_STRING:
    case EXPR_WORD:
    case EXPR_NAME:
    case EXPR_PATH:
    case EXPR_INDEX:
    case EXPR_CALL:
    case EXPR_RANGE:
    case EXPR_FILTER:
    case EXPR_AT:
    case EXPR_RECORD:
    case EXPR_ASSIGN:
    case EXPR_LIST:
    case EXPR_WITH: return ATOM;
    }
    return ATOM;
}

static void write_binary(struct site *s, const struct expr *x)
{
    enum tight t = tightness(x);
    write_expr(s, x->kids[0], t == TIGHT_COMPARE ? TIGHT_ROUND : t);
    html_elz(s->h, HTML_SPAN, "op", sign_of(s, x));
    write_expr(s, x->kids[1], t == TIGHT_COMPARE ? TIGHT_ROUND : t + 1);
    if (x->mode == MONTH_END + 1) html_z(s->h, "（没有对应日就取月末）");
    if (x->mode == MONTH_ROLL + 1) html_z(s->h, "（没有对应日就顺延到次月 1 日）");
}

static void write_in(struct site *s, const struct expr *x)
{
    write_expr(s, x->kids[0], TIGHT_ROUND);
    if (x->kid_count == 2 && x->kids[1]->kind == EXPR_RANGE) {
        html_z(s->h, "在 ");
        write_expr(s, x->kids[1]->kids[0], TIGHT_ROUND);
        html_z(s->h, "（含）到 ");
        write_expr(s, x->kids[1]->kids[1], TIGHT_ROUND);
        html_z(s->h, "（不含）之间");
        return;
    }
    html_elz(s->h, HTML_SPAN, "op", "是");
    for (uint32_t i = 1; i < x->kid_count; i++) {
        if (i > 1) html_z(s->h, "、");
        write_expr(s, x->kids[i], TIGHT_ROUND);
    }
    if (x->kid_count > 2) html_z(s->h, " 之一");
}

static void write_round(struct site *s, const struct expr *x)
{
    static const char *const places[] = { "整数", "1 位小数", "2 位小数" };
    write_expr(s, x->kids[0], ATOM);
    html_z(s->h, x->mode == NUM_HALF_UP ? " 四舍五入到" : x->mode == NUM_UP ? " 进一到" : " 舍去到");
    if (x->digits_money) {
        html_z(s->h, x->digits == 2    ? "分"
                     : x->digits == 1  ? "角"
                     : x->digits == 0  ? "元"
                     : x->digits == -1 ? "十元"
                                       : "百元");
    } else if (x->digits >= 0 && x->digits < 3) {
        html_z(s->h, places[x->digits]);
    } else {
        html_f(s->h, "%d 位小数", x->digits);
    }
}

static void write_chain(struct site *s, const struct expr *x)
{
    enum tight t = x->kind == EXPR_AND ? TIGHT_NOT : TIGHT_AND;
    for (uint32_t i = 0; i < x->kid_count; i++) {
        if (i > 0) html_elz(s->h, HTML_B, "join", x->kind == EXPR_AND ? " 并且 " : " 或者 ");
        write_expr(s, x->kids[i], t);
    }
}

static void write_quant(struct site *s, const struct expr *x)
{
    write_group(s, x->kids[0]);
    html_z(s->h, x->word == WORD_ANY ? "中至少有一个：" : "中每一个都：");
    write_expr(s, x->kids[1], LOOSE);
}

static void write_unary(struct site *s, const struct expr *x)
{
    if (x->word == WORD_NOT)
        html_elz(s->h, HTML_B, "join", "并非 ");
    else
        html_z(s->h, "−");
    write_expr(s, x->kids[0], ATOM);
}

static void write_inner(struct site *s, const struct expr *x)
{
    struct html *h = s->h;
    switch (x->kind) {
    case EXPR_NUMBER: html_el(h, HTML_SPAN, "num", text_of(s, x->loc)); return;
    case EXPR_DATE:
    case EXPR_MONTH: html_el(h, HTML_SPAN, "num", text_of(s, x->name)); return;
    case EXPR_STRING:
        html_z(h, "“");
        html_text(h, x->text);
        html_z(h, "”");
        return;
    case EXPR_WORD: write_word(s, x); return;
    case EXPR_NAME: write_name(s, x, x->text); return;
    case EXPR_PATH:
        if (x->kids[0]->kind == EXPR_CALL && builtin_of(s, x->kids[0]) == BUILTIN_NOT_ONE)
            write_named_call(s, x->kids[0], true);
        else
            write_expr(s, x->kids[0], ATOM);
        html_z(h, "的");
        write_name(s, x, x->text);
        return;
    case EXPR_CALL: write_call(s, x); return;
    case EXPR_UNARY: write_unary(s, x); return;
    case EXPR_BINARY: write_binary(s, x); return;
    case EXPR_AND:
    case EXPR_OR: write_chain(s, x); return;
    case EXPR_IF:
        html_elz(h, HTML_B, "join", "若 ");
        write_expr(s, x->kids[0], TIGHT_OR);
        html_elz(h, HTML_B, "join", "，则 ");
        write_expr(s, x->kids[1], TIGHT_OR);
        html_elz(h, HTML_B, "join", "；否则 ");
        write_expr(s, x->kids[2], LOOSE);
        return;
    case EXPR_IN: write_in(s, x); return;
    case EXPR_ROUND: write_round(s, x); return;
    case EXPR_QUANT: write_quant(s, x); return;
    case EXPR_FILTER: write_group(s, x); return;
    case EXPR_AT:
        write_expr(s, x->kids[0], ATOM);
        html_z(h, "（按 ");
        write_expr(s, x->kids[1], LOOSE);
        html_z(h, " 的标准）");
        return;
    case EXPR_BAD:
    case EXPR_INDEX:
    case EXPR_RANGE:
    case EXPR_RECORD:
    case EXPR_ASSIGN:
    case EXPR_LIST:
    case EXPR_WITH:
    case EXPR_COMPARE: html_text(h, text_of(s, x->loc)); return;
    }
}

static void write_expr(struct site *s, const struct expr *x, enum tight min)
{
    if (x == NULL) return;
    bool brackets = tightness(x) < min;
    if (brackets) html_z(s->h, "（");
    write_inner(s, x);
    if (brackets) html_z(s->h, "）");
}

void formula_inline(struct site *s, const struct expr *x)
{
    html_open(s->h, HTML_SPAN, "f");
    write_expr(s, x, LOOSE);
    html_close(s->h, HTML_SPAN);
}

/* ---- lists ---- */

static bool is_wide(const struct site *s, const struct expr *x) { return utf8_count(text_of(s, x->loc)) > WIDE_CHARS; }

static bool is_listed(const struct site *s, const struct expr *x, unsigned depth)
{
    if (depth >= BLOCKS_MAX) return false;
    if (x->kind == EXPR_AND || x->kind == EXPR_OR) return x->kid_count > 2 || is_wide(s, x);
    return (x->kind == EXPR_IF || x->kind == EXPR_QUANT) && is_wide(s, x);
}

static void block(struct site *s, const struct expr *x, unsigned depth);

static void item(struct site *s, const char *lead, const struct expr *x, unsigned depth)
{
    html_open(s->h, HTML_LI, NULL);
    if (lead != NULL) html_elz(s->h, HTML_B, "join", lead);
    block(s, x, depth + 1);
    html_close(s->h, HTML_LI);
}

static void block_if(struct site *s, const struct expr *x, unsigned depth)
{
    html_open(s->h, HTML_UL, "f-if");
    html_open(s->h, HTML_LI, NULL);
    html_elz(s->h, HTML_B, "join", "若 ");
    block(s, x->kids[0], depth + 1);
    html_elz(s->h, HTML_B, "join", " 则 ");
    block(s, x->kids[1], depth + 1);
    html_close(s->h, HTML_LI);
    item(s, "否则 ", x->kids[2], depth);
    html_close(s->h, HTML_UL);
}

static void block(struct site *s, const struct expr *x, unsigned depth)
{
    if (x == NULL) return;
    if (!is_listed(s, x, depth)) {
        formula_inline(s, x);
        return;
    }
    if (x->kind == EXPR_IF) {
        block_if(s, x, depth);
        return;
    }
    if (x->kind == EXPR_QUANT) {
        html_open(s->h, HTML_SPAN, "f");
        write_group(s, x->kids[0]);
        html_elz(s->h, HTML_B, "join", x->word == WORD_ANY ? " 中至少有一个" : " 中每一个都");
        html_close(s->h, HTML_SPAN);
        html_open(s->h, HTML_UL, "f-one");
        item(s, NULL, x->kids[1], depth);
        html_close(s->h, HTML_UL);
        return;
    }
    html_elz(s->h, HTML_B, "join", x->kind == EXPR_AND ? "下面各项都成立" : "下面有一项成立就行");
    html_open(s->h, HTML_UL, x->kind == EXPR_AND ? "f-all" : "f-any");
    for (uint32_t i = 0; i < x->kid_count; i++) item(s, NULL, x->kids[i], depth);
    html_close(s->h, HTML_UL);
}

void formula_block(struct site *s, const struct expr *x)
{
    html_open(s->h, HTML_DIV, "formula");
    block(s, x, 0);
    html_close(s->h, HTML_DIV);
}

/* ---- cells of a decision table, in the words of the Civil Code: 不满 and 超过 exclude the number, 满 and 不超过
 * include it ---- */

static void cell_compare(struct site *s, str op, const struct expr *x)
{
    static const struct {
        const char *op, *before;
    } words[] = { { "<", "不满 " }, { "<=", "不超过 " }, { ">", "超过 " },
                  { ">=", "满 " },  { "!=", "不是 " },   { "=", "" } };
    bool day = x->kind == EXPR_DATE || x->kind == EXPR_MONTH;
    static const struct {
        const char *op, *after;
    } days[] = { { "<", " 以前（不含）" }, { "<=", " 以前（含）" }, { ">", " 以后（不含）" },
                 { ">=", " 以后（含）" },  { "!=", " 以外" },       { "=", "" } };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!day && str_eq(op, str_of(words[i].op))) html_z(s->h, words[i].before);
    }
    write_expr(s, x, TIGHT_ROUND);
    for (size_t i = 0; day && i < sizeof days / sizeof *days; i++) {
        if (str_eq(op, str_of(days[i].op))) html_z(s->h, days[i].after);
    }
}

void formula_cell(struct site *s, const struct expr *cell)
{
    struct html *h = s->h;
    if (cell == NULL) return;
    if (cell->kind == EXPR_WORD && cell->word == WORD_NOT_ONE) {
        html_elz(h, HTML_SPAN, "any", "任意");
    } else if (cell->kind == EXPR_COMPARE) {
        cell_compare(s, cell->text, cell->kids[0]);
    } else if (cell->kind == EXPR_RANGE) {
        cell_compare(s, STR(">="), cell->kids[0]);
        html_z(h, "，");
        cell_compare(s, STR("<"), cell->kids[1]);
    } else if (cell->kind == EXPR_LIST) {
        for (uint32_t i = 0; i < cell->kid_count; i++) {
            if (i > 0) html_z(h, "、");
            write_expr(s, cell->kids[i], TIGHT_ROUND);
        }
    } else {
        write_expr(s, cell, LOOSE);
    }
}

/* ---- the text itself ---- */

struct span {
    struct loc loc;
    struct url to;
};
typedef VEC(struct span) span_list;

static void add_span(struct site *s, span_list *out, struct loc l, struct url to)
{
    if (l.to > l.from) *vec_push(s->scratch, out) = (struct span){ l, to };
}

/* Functions of the language lead to their line on the page that explains how to read. */
static void spans_of_expr(struct site *s, const struct expr *x, span_list *out)
{
    if (x == NULL) return;
    if (x->kind == EXPR_CALL && x->kid_count > 0 && builtin_of(s, x) != BUILTIN_NOT_ONE) {
        add_span(s, out, x->name, (struct url){ STR("reading.html"), str_of(builtin_at(builtin_of(s, x))->zh) });
    }
    for (uint32_t i = 0; i < x->kid_count; i++) spans_of_expr(s, x->kids[i], out);
}

static void spans_of_names(struct site *s, struct loc within, span_list *out)
{
    for (size_t i = uses_from(s, within.source, within.from); i < s->use_count; i++) {
        const struct use *u = &s->uses[i];
        struct url to;
        if (u->loc.source != within.source || u->loc.from >= within.to) return;
        if (use_url(s, u, &to)) add_span(s, out, u->loc, to);
    }
}

static void spans_of_type(struct site *s, const struct ast_type *t, span_list *out)
{
    uint32_t page = page_of_name(s, KIND_CODES, t->text);
    if (page == SITE_NO_PAGE) page = page_of_name(s, KIND_ENTITY, t->text);
    if (page == SITE_NO_PAGE) page = page_of_name(s, KIND_SPELL, t->text);
    if (t->text.len > 0 && page != SITE_NO_PAGE) add_span(s, out, t->loc, page_url(s, page));
}

static void spans_of_fields(struct site *s, const field_list *fields, span_list *out)
{
    VEC_EACH (const struct ast_field, f, fields) {
        const struct ast_field *cite = f->def->shape == SHAPE_CITE ? f : f->cite;
        uint32_t source = cite != NULL ? page_of_source(s, cite->name.text) : SITE_NO_PAGE;
        if (source != SITE_NO_PAGE) add_span(s, out, cite->name.loc, page_url(s, source));
        spans_of_expr(s, f->expr, out);
        spans_of_expr(s, f->value, out);
        VEC_EACH (struct expr *, px, &f->cells) spans_of_expr(s, *px, out);
        VEC_EACH (const struct ast_name, n, &f->names) {
            uint32_t page = page_of_reference(s, f->def, n->text);
            if (page != SITE_NO_PAGE) add_span(s, out, n->loc, page_url(s, page));
        }
        spans_of_type(s, &f->type, out);
        spans_of_fields(s, &f->subs, out);
    }
}

static int by_start(const void *a, const void *b)
{
    uint32_t x = ((const struct span *)a)->loc.from, y = ((const struct span *)b)->loc.from;
    return (x > y) - (x < y);
}

void formula_source(struct site *s, const struct decl *d)
{
    span_list spans = { 0 };
    spans_of_names(s, d->extent, &spans);
    spans_of_type(s, &d->type, &spans);
    uint32_t key = page_of_name(s, KIND_CODES, d->key.text);
    if (d->key.text.len > 0 && key != SITE_NO_PAGE) add_span(s, &spans, d->key.loc, page_url(s, key));
    VEC_EACH (const struct ast_field, f, &d->params) spans_of_type(s, &f->type, &spans);
    spans_of_fields(s, &d->fields, &spans);
    if (spans.len > 0) qsort(spans.at, spans.len, sizeof *spans.at, by_start);
    const struct source *text = &s->p->sources.at[d->extent.source];
    uint32_t at = d->extent.from;
    html_open(s->h, HTML_PRE, "source");
    html_open(s->h, HTML_CODE, NULL);
    VEC_EACH (const struct span, x, &spans) {
        if (x->loc.from < at || x->loc.to > d->extent.to || x->loc.source != d->extent.source) continue;
        html_text(s->h, str_slice(text->text, at, x->loc.from));
        html_link(s->h, x->to, NULL, source_text(text, x->loc));
        at = x->loc.to;
    }
    html_text(s->h, str_slice(text->text, at, d->extent.to));
    html_close(s->h, HTML_CODE);
    html_close(s->h, HTML_PRE);
}
