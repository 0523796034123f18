/* check_table: gaps, overlaps and rows that are never reached, found by cutting each input at every bound its rows
 * mention.
 *
 * Between two neighbouring bounds all values behave alike, so one sample of each piece decides for all. The pieces of
 * the inputs are walked as a tree, the rows still possible narrowing at each level; nothing is solved, only tried.
 * Codes are cut into their items, truth values into two, and "无" is a piece of its own only where a row asks for it. A
 * table whose cells are not constants (they name parameters) is not analysed. */
#include "lang/check_priv.h"

#include <stdlib.h>
#include <string.h>

enum piece_kind { PIECE_POINT, PIECE_BETWEEN, PIECE_BELOW, PIECE_ABOVE, PIECE_CODE, PIECE_BOOL, PIECE_NONE };

struct piece {
    enum piece_kind kind;
    num lo, hi; /* POINT: lo; BETWEEN: lo, hi exclusive; BELOW: hi; ABOVE: lo; CODE, BOOL: lo */
};

typedef VEC(struct piece) piece_list;

struct cover {
    struct checker *c;
    const struct func *f;
    piece_list *pieces; /* per input */
    unsigned *scale;    /* common scale per input */
    struct type *types;
    uint8_t *hit; /* per row: reached by some case */
    size_t steps;
    unsigned gaps, overlaps;
    const struct piece **at; /* the case being looked at */
};

static num const_number(const struct cover *v, const struct node *n, unsigned scale)
{
    const struct value *x = &v->c->p->consts.at[n->k];
    switch ((int)n->type.kind) {
    case TYPE_NUM: {
        num r = x->number;
        num_widen(r, n->type.scale, scale, &r);
        return r;
    }
    case TYPE_DATE: return x->day.days;
    case TYPE_MONTH: return x->month_.index;
    case TYPE_CODE: return x->code;
    case TYPE_BOOL: return x->boolean;
    default: return 0;
    }
}

/* The constant side of a cell's comparison; NULL when it is no constant. */
static const struct node *cell_const(const struct cover *v, const struct node *test)
{
    const struct node *k = node_at(v->c->p, node_kid(v->c->p, test, 1));
    return k->op == OP_CONST ? k : NULL;
}

typedef VEC(num) num_list;

/* The bounds a test mentions, at one scale; a first call without `bounds` finds that scale. False: no constant. */
static bool collect(struct cover *v, node_id test, unsigned *scale, num_list *bounds, bool *none)
{
    const struct program *p = v->c->p;
    const struct node *n = node_at(p, test);
    if (n->op == OP_LACKS) {
        *none = true;
        return true;
    }
    if (n->op == OP_AND || n->op == OP_OR) {
        for (unsigned i = 0; i < n->kid_count; i++) {
            if (!collect(v, node_kid(p, n, i), scale, bounds, none)) return false;
        }
        return true;
    }
    const struct node *k = cell_const(v, n);
    if (k == NULL) return false;
    if (k->type.kind == TYPE_NUM && k->type.scale > *scale) *scale = k->type.scale;
    if (bounds != NULL) *vec_push(v->c->a, bounds) = const_number(v, k, *scale);
    return true;
}

static int by_num(const void *pa, const void *pb)
{
    num a = *(const num *)pa, b = *(const num *)pb;
    return a < b ? -1 : a > b;
}

static void add_piece(struct cover *v, piece_list *list, enum piece_kind kind, num lo, num hi)
{
    *vec_push(v->c->a, list) = (struct piece){ .kind = kind, .lo = lo, .hi = hi };
}

static bool cut(struct cover *v, size_t input)
{
    struct type t = v->types[input];
    piece_list *list = &v->pieces[input];
    unsigned scale = t.kind == TYPE_NUM ? t.scale : 0;
    bool none = false;
    VEC_EACH (const struct table_row, r, &v->f->rows) {
        if (r->tests.at[input] != 0 && !collect(v, r->tests.at[input], &scale, NULL, &none)) return false;
    }
    v->scale[input] = scale;
    if (none) add_piece(v, list, PIECE_NONE, 0, 0);
    if (t.kind == TYPE_BOOL) {
        add_piece(v, list, PIECE_BOOL, 0, 0);
        add_piece(v, list, PIECE_BOOL, 1, 0);
        return true;
    }
    if (t.kind == TYPE_CODE) {
        for (size_t i = 0; i < v->c->p->codes.at[t.ref].items.len; i++) add_piece(v, list, PIECE_CODE, (num)i, 0);
        return true;
    }
    if (t.kind != TYPE_NUM && t.kind != TYPE_DATE && t.kind != TYPE_MONTH) return false;
    num_list bounds = { 0 };
    VEC_EACH (const struct table_row, r, &v->f->rows) {
        if (r->tests.at[input] != 0) collect(v, r->tests.at[input], &scale, &bounds, &none);
    }
    if (bounds.len == 0) {
        add_piece(v, list, PIECE_BELOW, 0, 0); /* one sample stands for all */
        return true;
    }
    qsort(bounds.at, bounds.len, sizeof bounds.at[0], by_num);
    add_piece(v, list, PIECE_BELOW, 0, bounds.at[0]);
    for (size_t i = 0; i < bounds.len; i++) {
        if (i > 0 && bounds.at[i] == bounds.at[i - 1]) continue;
        if (i > 0 && bounds.at[i] - bounds.at[i - 1] > 1)
            add_piece(v, list, PIECE_BETWEEN, bounds.at[i - 1], bounds.at[i]);
        add_piece(v, list, PIECE_POINT, bounds.at[i], 0);
    }
    add_piece(v, list, PIECE_ABOVE, bounds.at[bounds.len - 1], 0);
    return true;
}

/* A number inside the piece. */
static num sample(const struct piece *q)
{
    switch (q->kind) {
    case PIECE_POINT:
    case PIECE_CODE:
    case PIECE_BOOL: return q->lo;
    case PIECE_BETWEEN:
    case PIECE_ABOVE: return q->lo + 1;
    case PIECE_BELOW: return q->hi - 1;
    case PIECE_NONE: return 0;
    }
    return 0;
}

static bool passes(struct cover *v, node_id test, size_t input, const struct piece *q)
{
    const struct program *p = v->c->p;
    const struct node *n = node_at(p, test);
    if (n->op == OP_AND || n->op == OP_OR) {
        bool all = n->op == OP_AND;
        v->steps += n->kid_count / 8;
        for (unsigned i = 0; i < n->kid_count; i++) {
            if (passes(v, node_kid(p, n, i), input, q) != all) return !all;
        }
        return all;
    }
    if (n->op == OP_LACKS) return q->kind == PIECE_NONE;
    if (q->kind == PIECE_NONE) return n->op == OP_NE;
    num x = sample(q), b = const_number(v, cell_const(v, n), v->scale[input]);
    switch ((int)n->op) {
    case OP_EQ: return x == b;
    case OP_NE: return x != b;
    case OP_LT: return x < b;
    case OP_LE: return x <= b;
    case OP_GT: return x > b;
    case OP_GE: return x >= b;
    default: return false;
    }
}

static void say_case(struct cover *v, struct text *out)
{
    for (size_t i = 0; i < v->f->inputs.len; i++) {
        const struct piece *q = v->at[i];
        if (q == NULL) continue;
        if (out->len > 0) text_addz(out, "，");
        const struct node *in = node_at(v->c->p, v->f->inputs.at[i]);
        text_add(out, source_text(&v->c->p->sources.at[in->loc.source], in->loc));
        text_addz(out, " = ");
        struct type t = v->types[i];
        num x = sample(q);
        char buf[NUM_TEXT];
        if (q->kind == PIECE_NONE)
            text_addz(out, "无");
        else if (t.kind == TYPE_BOOL)
            text_addz(out, x ? "真" : "假");
        else if (t.kind == TYPE_CODE)
            text_add(out, v->c->p->codes.at[t.ref].items.at[(size_t)x].name);
        else if (t.kind == TYPE_DATE) {
            date_text((date){ (int32_t)x }, buf);
            text_addz(out, buf);
        } else if (t.kind == TYPE_MONTH) {
            month_text((month){ (int32_t)x }, buf);
            text_addz(out, buf);
        } else {
            num_text(x, v->scale[i], 0, buf);
            text_addz(out, buf);
            if (!unit_eq(t.unit, UNIT_NONE)) unit_text(t.unit, out);
        }
    }
}

static str case_text(struct cover *v)
{
    struct text t;
    text_init(&t, v->c->a, 2048);
    say_case(v, &t);
    return text_str(&t);
}

static void leaf(struct cover *v, const uint16_t *rows, size_t n)
{
    if (n == 0) {
        if (v->gaps++ > 0) return;
        struct diag *g = diag_add(v->c->d, DIAG_table_gap, v->f->decl->name.loc, "表“%.*s”有缺口，例如 %.*s",
                                  STR_ARG(v->f->name), STR_ARG(case_text(v)));
        diag_suggest(v->c->d, g, "补上这一行；不给值的写“无”");
        return;
    }
    v->hit[rows[0]] = 1;
    if (v->f->first_hit || n == 1) return;
    v->hit[rows[1]] = 1;
    if (v->overlaps++ > 0) return;
    struct diag *g = diag_add(v->c->d, DIAG_table_overlap, v->f->rows.at[rows[1]].field->loc,
                              "这一行和另一行可以同时成立，例如 %.*s", STR_ARG(case_text(v)));
    diag_other(g, v->f->rows.at[rows[0]].field->loc);
    diag_suggest(v->c->d, g, "改成互不重叠，或写“命中 首行”");
}

static bool walk(struct cover *v, size_t input, const uint16_t *rows, size_t n)
{
    if (++v->steps > LIMIT_TABLE_CELLS) return false;
    if (n == 0 || input == v->f->inputs.len) {
        leaf(v, rows, n);
        return true;
    }
    uint16_t *left = ARENA_ARRAY(v->c->a, uint16_t, n);
    bool ok = true;
    VEC_EACH (const struct piece, q, &v->pieces[input]) {
        size_t m = 0;
        for (size_t i = 0; i < n; i++) {
            node_id test = v->f->rows.at[rows[i]].tests.at[input];
            if (test == 0 || passes(v, test, input, q)) left[m++] = rows[i];
        }
        v->steps += n / 8;
        v->at[input] = q;
        ok = walk(v, input + 1, left, m);
        v->at[input] = NULL;
        if (!ok) break;
    }
    return ok;
}

void check_table_cover(struct checker *c, const struct func *f)
{
    size_t n = f->inputs.len, rows = f->rows.len;
    if (n == 0 || rows == 0) return;
    struct cover v = { .c = c, .f = f };
    v.pieces = ARENA_ARRAY(c->a, piece_list, n);
    v.scale = ARENA_ARRAY(c->a, unsigned, n);
    v.types = ARENA_ARRAY(c->a, struct type, n);
    v.at = ARENA_ARRAY(c->a, const struct piece *, n);
    v.hit = ARENA_ARRAY(c->a, uint8_t, rows);
    for (size_t i = 0; i < n; i++) {
        v.types[i] = *node_type(c, f->inputs.at[i]);
        if (!cut(&v, i)) return;
    }
    uint16_t *all = ARENA_ARRAY(c->a, uint16_t, rows);
    for (size_t i = 0; i < rows; i++) all[i] = (uint16_t)i;
    if (!walk(&v, 0, all, rows)) {
        diag_add(c->d, DIAG_too_big, f->decl->name.loc, "表“%.*s”太大，缺口和重叠没有查完", STR_ARG(f->name));
        return;
    }
    for (size_t i = 0; i < rows; i++) {
        if (!v.hit[i])
            diag_add(c->d, DIAG_table_masked, f->rows.at[i].field->loc, "这一行永远到不了：前面的行已经包括它");
    }
}
