/* check_overlap: can two exceptions of equal rank hold at once? Then the definition has no value for such a person.
 *
 * A condition becomes alternatives (DNF), each a list of atoms "term op constant", where a term is any expression
 * without 且 或 非, told apart by its structure. Two alternatives clash when some term is left with no value. What is
 * no comparison with a constant is an opaque truth value, free unless it is asked to be both. So "可以同时成立" may
 * name a case that the world excludes for reasons the text does not state; the author then writes 优先, which is what a
 * reader needs too. */
#include "lang/check_priv.h"

#include <stdlib.h>
#include <string.h>

struct atom {
    node_id term;
    bool is_bool, truth; /* opaque: must be `truth` */
    bool has_lo, has_hi, lo_open, hi_open;
    num lo, hi; /* at `scale` */
    unsigned scale;
    bool is_code, code_not; /* equal (or not) to one of codes */
    uint32_t codes[16];
    unsigned code_count;
};
typedef VEC(struct atom) conjunct;
typedef VEC(conjunct) dnf;

struct analysis {
    struct checker *c;
    struct arena *a; /* of one pair: a definition may have thousands of pairs */
    size_t steps;    /* of one definition, at most LIMIT_TABLE_CELLS */
    bool gave_up;
};

/* Same expression, place apart. */
static bool same_term(const struct program *p, node_id a, node_id b, int depth)
{
    if (a == b) return true;
    const struct node *x = node_at(p, a), *y = node_at(p, b);
    if (x->op != y->op || x->level != y->level || x->kid_count != y->kid_count || depth > LIMIT_NESTING) return false;
    if (x->op == OP_CONST) {
        const struct value *v = &p->consts.at[x->k], *w = &p->consts.at[y->k];
        if (!type_fits(x->type, y->type) || x->type.scale != y->type.scale || v->state != w->state) return false;
        if (x->type.kind == TYPE_TEXT) return str_eq(v->text, w->text);
        if (x->type.kind == TYPE_BOOL) return v->boolean == w->boolean;
        if (x->type.kind == TYPE_NUM) return v->number == w->number;
        return v->code == w->code; /* date, month and code share their bits */
    }
    if (x->op == OP_JUDGE) return str_eq(p->consts.at[x->k].text, p->consts.at[y->k].text);
    if (x->k != y->k) return false;
    for (unsigned i = 0; i < x->kid_count; i++) {
        if (!same_term(p, node_kid(p, x, i), node_kid(p, y, i), depth + 1)) return false;
    }
    return true;
}

static bool number_of(const struct program *p, const struct node *n, num *out, unsigned *scale)
{
    if (n->op != OP_CONST || p->consts.at[n->k].state != VALUE_KNOWN) return false;
    const struct value *v = &p->consts.at[n->k];
    *scale = 0;
    if (n->type.kind == TYPE_NUM)
        *out = v->number, *scale = n->type.scale;
    else if (n->type.kind == TYPE_DATE)
        *out = v->day.days;
    else if (n->type.kind == TYPE_MONTH)
        *out = v->month_.index;
    else
        return false;
    return true;
}

/* The term below RESCALE: 年龄 at another scale is still 年龄. */
static node_id bare(const struct program *p, node_id id)
{
    const struct node *n = node_at(p, id);
    while (n->op == OP_RESCALE && unit_eq(n->type.unit, node_at(p, node_kid(p, n, 0))->type.unit)) {
        id = node_kid(p, n, 0);
        n = node_at(p, id);
    }
    return id;
}

static void bound(struct atom *a, enum op op, num v)
{
    if (op == OP_LT || op == OP_LE) a->has_hi = true, a->hi = v, a->hi_open = op == OP_LT;
    if (op == OP_GT || op == OP_GE) a->has_lo = true, a->lo = v, a->lo_open = op == OP_GT;
    if (op == OP_EQ) a->has_lo = a->has_hi = true, a->lo = a->hi = v, a->lo_open = a->hi_open = false;
}

static enum op negated(enum op op)
{
    switch ((int)op) {
    case OP_EQ: return OP_NE;
    case OP_NE: return OP_EQ;
    case OP_LT: return OP_GE;
    case OP_LE: return OP_GT;
    case OP_GT: return OP_LE;
    default: return OP_LT;
    }
}

static void one(struct analysis *x, dnf *out, struct atom a)
{
    conjunct k = { 0 };
    *vec_push(x->a, &k) = a;
    *vec_push(x->a, out) = k;
}

static void opaque(struct analysis *x, node_id id, bool truth, dnf *out)
{
    one(x, out, (struct atom){ .term = id, .is_bool = true, .truth = truth });
}

static void compare_atom(struct analysis *x, node_id id, bool truth, dnf *out)
{
    const struct program *p = x->c->p;
    const struct node *n = node_at(p, id);
    enum op op = (enum op)n->op;
    node_id l = node_kid(p, n, 0), r = node_kid(p, n, 1);
    if (node_at(p, l)->op == OP_CONST && node_at(p, r)->op != OP_CONST) { /* 60岁 <= 年龄 */
        node_id t = l;
        l = r, r = t;
        op = op == OP_LT ? OP_GT : op == OP_LE ? OP_GE : op == OP_GT ? OP_LT : op == OP_GE ? OP_LE : op;
    }
    if (!truth) op = negated(op);
    const struct node *k = node_at(p, r);
    struct atom a = { .term = bare(p, l) };
    if (k->op == OP_CONST && k->type.kind == TYPE_CODE) {
        a.is_code = true, a.code_not = op == OP_NE, a.codes[a.code_count++] = p->consts.at[k->k].code;
        one(x, out, a);
        return;
    }
    num v;
    if (!number_of(p, k, &v, &a.scale)) {
        opaque(x, id, truth, out);
        return;
    }
    if (op == OP_NE) { /* below or above */
        struct atom b = a;
        bound(&a, OP_LT, v), bound(&b, OP_GT, v);
        one(x, out, a), one(x, out, b);
        return;
    }
    bound(&a, op, v);
    one(x, out, a);
}

static void expand(struct analysis *x, node_id id, bool truth, dnf *out);

static void join(struct analysis *x, const dnf *a, const dnf *b, dnf *out)
{
    VEC_EACH (const conjunct, i, a) {
        VEC_EACH (const conjunct, j, b) {
            x->steps += 1 + i->len + j->len;
            if (out->len >= LIMIT_DNF || x->steps > LIMIT_TABLE_CELLS) {
                x->gave_up = true;
                return;
            }
            conjunct k = { 0 };
            VEC_EACH (const struct atom, t, i) *vec_push(x->a, &k) = *t;
            VEC_EACH (const struct atom, t, j) *vec_push(x->a, &k) = *t;
            *vec_push(x->a, out) = k;
        }
    }
}

static void expand_chain(struct analysis *x, const struct node *n, bool truth, bool all, dnf *out)
{
    const struct program *p = x->c->p;
    if (!all) {
        for (unsigned i = 0; i < n->kid_count && !x->gave_up; i++) expand(x, node_kid(p, n, i), truth, out);
        if (out->len > LIMIT_DNF) x->gave_up = true;
        return;
    }
    dnf acc = { 0 };
    vec_push(x->a, &acc);
    acc.at[0] = (conjunct){ 0 };
    for (unsigned i = 0; i < n->kid_count && !x->gave_up; i++) {
        dnf kid = { 0 }, next = { 0 };
        expand(x, node_kid(p, n, i), truth, &kid);
        join(x, &acc, &kid, &next);
        acc = next;
    }
    VEC_EACH (const conjunct, k, &acc) *vec_push(x->a, out) = *k;
}

static void expand(struct analysis *x, node_id id, bool truth, dnf *out)
{
    const struct program *p = x->c->p;
    struct node n = *node_at(p, id);
    switch ((int)n.op) {
    case OP_CONST:
        if (p->consts.at[n.k].boolean == truth) {
            vec_push(x->a, out);
            out->at[out->len - 1] = (conjunct){ 0 };
        }
        return;
    case OP_AND: expand_chain(x, &n, truth, truth, out); return;
    case OP_OR: expand_chain(x, &n, truth, !truth, out); return;
    case OP_NOT: expand(x, node_kid(p, &n, 0), !truth, out); return;
    case OP_EQ:
    case OP_NE:
    case OP_LT:
    case OP_LE:
    case OP_GT:
    case OP_GE: compare_atom(x, id, truth, out); return;
    case OP_BETWEEN: {
        num lo, hi;
        unsigned sl, sh;
        bool known = number_of(p, node_at(p, node_kid(p, &n, 1)), &lo, &sl) &&
                     number_of(p, node_at(p, node_kid(p, &n, 2)), &hi, &sh);
        if (!known || sl != sh) {
            opaque(x, id, truth, out);
            return;
        }
        struct atom a = { .term = bare(p, node_kid(p, &n, 0)), .scale = sl }, b = a;
        if (truth) {
            bound(&a, OP_GE, lo), bound(&a, OP_LT, hi);
            one(x, out, a);
        } else {
            bound(&a, OP_LT, lo), bound(&b, OP_GE, hi);
            one(x, out, a), one(x, out, b);
        }
        return;
    }
    case OP_IN: {
        struct atom a = { .term = bare(p, node_kid(p, &n, 0)), .is_code = true, .code_not = !truth };
        for (unsigned i = 1; i < n.kid_count; i++) {
            const struct node *k = node_at(p, node_kid(p, &n, i));
            if (k->op != OP_CONST || k->type.kind != TYPE_CODE || a.code_count >= 16) {
                opaque(x, id, truth, out);
                return;
            }
            a.codes[a.code_count++] = p->consts.at[k->k].code;
        }
        one(x, out, a);
        return;
    }
    default: opaque(x, id, truth, out); return;
    }
}

/* What is left of one term after all atoms about it. */
struct left {
    node_id term;
    bool is_bool, truth, has_lo, has_hi, lo_open, hi_open, is_code;
    num lo, hi;
    unsigned scale;
    uint8_t *codes; /* allowed */
};

static num at_scale(num v, unsigned from, unsigned to)
{
    num r = v;
    num_widen(v, from, to, &r);
    return r;
}

/* Narrows l by a; false when nothing is left. */
static bool narrow(struct analysis *x, struct left *l, const struct atom *a)
{
    const struct program *p = x->c->p;
    if (a->is_bool) {
        if (l->is_bool && l->truth != a->truth) return false;
        l->is_bool = true, l->truth = a->truth;
        return true;
    }
    if (a->is_code) {
        size_t n = p->codes.at[node_at(p, a->term)->type.ref].items.len;
        if (l->codes == NULL) {
            l->codes = ARENA_ARRAY(x->a, uint8_t, n + 1);
            memset(l->codes, 1, n);
            l->is_code = true;
        }
        bool any = false;
        for (size_t i = 0; i < n; i++) {
            bool named = false;
            for (unsigned k = 0; k < a->code_count; k++) named = named || a->codes[k] == i;
            if (named == a->code_not) l->codes[i] = 0;
            any = any || l->codes[i];
        }
        return any;
    }
    unsigned s = a->scale > l->scale ? a->scale : l->scale;
    if (l->has_lo) l->lo = at_scale(l->lo, l->scale, s);
    if (l->has_hi) l->hi = at_scale(l->hi, l->scale, s);
    l->scale = s;
    num lo = at_scale(a->lo, a->scale, s), hi = at_scale(a->hi, a->scale, s);
    if (a->has_lo && (!l->has_lo || lo > l->lo || (lo == l->lo && a->lo_open)))
        l->has_lo = true, l->lo = lo, l->lo_open = a->lo_open;
    if (a->has_hi && (!l->has_hi || hi < l->hi || (hi == l->hi && a->hi_open)))
        l->has_hi = true, l->hi = hi, l->hi_open = a->hi_open;
    if (!l->has_lo || !l->has_hi) return true;
    struct type t = node_at(p, a->term)->type;
    bool whole = t.kind != TYPE_NUM || (!t.quotient && t.scale == 0 && s == 0);
    num first = l->lo + (whole && l->lo_open), last = l->hi - (whole && l->hi_open);
    if (first > last) return false;
    return first < last || whole || (!l->lo_open && !l->hi_open);
}

typedef VEC(struct left) left_list;

static bool narrow_all(struct analysis *x, left_list *lefts, const conjunct *k)
{
    VEC_EACH (const struct atom, a, k) {
        struct left *found = NULL;
        x->steps += 1 + lefts->len;
        VEC_EACH (struct left, l, lefts) {
            if (same_term(x->c->p, l->term, a->term, 0)) found = l;
        }
        if (found == NULL) {
            found = vec_push(x->a, lefts);
            *found = (struct left){ .term = a->term, .scale = a->scale };
        }
        if (!narrow(x, found, a)) return false;
    }
    return true;
}

static void say(struct analysis *x, const left_list *lefts, struct text *out)
{
    const struct program *p = x->c->p;
    unsigned said = 0;
    VEC_EACH (const struct left, l, lefts) {
        if (said++ >= 4) break;
        if (out->len > 0) text_addz(out, "，");
        const struct node *n = node_at(p, l->term);
        text_add(out, source_text(&p->sources.at[n->loc.source], n->loc));
        if (l->is_bool) {
            text_addz(out, l->truth ? " 为真" : " 为假");
        } else if (l->is_code) {
            size_t i = 0;
            while (!l->codes[i]) i++;
            text_addf(out, " = %.*s", STR_ARG(p->codes.at[n->type.ref].items.at[i].name));
        } else {
            num v = l->has_lo ? l->lo + (l->lo_open ? 1 : 0) : l->hi - (l->hi_open ? 1 : 0);
            char buf[NUM_TEXT];
            if (n->type.kind == TYPE_DATE)
                date_text((date){ (int32_t)v }, buf);
            else if (n->type.kind == TYPE_MONTH)
                month_text((month){ (int32_t)v }, buf);
            else
                num_text(v, l->scale, 0, buf);
            text_addf(out, " = %s", buf);
            if (n->type.kind == TYPE_NUM && !unit_eq(n->type.unit, UNIT_NONE)) unit_text(n->type.unit, out);
        }
    }
}

static void check_pair(struct analysis *x, const struct func *f, const struct exception *a, const struct exception *b)
{
    dnf da = { 0 }, db = { 0 };
    x->gave_up = false;
    expand(x, a->condition, true, &da);
    expand(x, b->condition, true, &db);
    if (x->gave_up) return; /* too many alternatives: the row evaluator still reports the clash when it happens */
    VEC_EACH (const conjunct, i, &da) {
        VEC_EACH (const conjunct, j, &db) {
            if (x->steps > LIMIT_TABLE_CELLS) return; /* as above */
            left_list lefts = { 0 };
            if (!narrow_all(x, &lefts, i) || !narrow_all(x, &lefts, j)) continue;
            struct text t;
            text_init(&t, x->a, 2048);
            say(x, &lefts, &t);
            struct diag *g =
                diag_add(x->c->d, DIAG_exceptions_overlap, b->field->loc, "“%.*s”的两个例外可以同时成立，例如 %.*s",
                         STR_ARG(f->name), STR_ARG(text_str(&t)));
            diag_other(g, a->field->loc);
            diag_suggest(x->c->d, g, "写得互不重叠，或给应当先用的一个写“优先 1”");
            return;
        }
    }
}

void check_exceptions(struct checker *c, const struct func *f)
{
    if (f->exceptions.len < 2) return;
    autoarena *scratch = arena_new("overlap", 0);
    struct analysis x = { .c = c, .a = scratch };
    for (size_t i = 0; i < f->exceptions.len; i++) {
        for (size_t j = i + 1; j < f->exceptions.len && x.steps <= LIMIT_TABLE_CELLS; j++) {
            if (f->exceptions.at[i].rank != f->exceptions.at[j].rank) continue;
            struct arena_mark m = arena_mark(scratch);
            check_pair(&x, f, &f->exceptions.at[i], &f->exceptions.at[j]);
            arena_rewind(scratch, m);
        }
    }
}
