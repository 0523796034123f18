/* A second evaluator of the language, slow and plain, to hold the real one against. It walks the syntax tree, not the
 * graph of nodes; resolves names by looking for them; knows nothing of scales, since its numbers are fractions; and
 * keeps its own records, which the same dice made that wrote the facts (random_program.h). What it shares with the
 * program is the parser and the numbering of days.
 *
 * The rules it follows are those of docs/language.md, section 3: an error before unknown before 无, 且 and 或 decided
 * by one side, the mark "declared" on whatever was used. */
#ifndef UNIT_LANG_NAIVE_H
#define UNIT_LANG_NAIVE_H
/* gcc 12 guesses at paths on which a checked program has no kid; the evaluator under test would have stopped there. */
#pragma GCC diagnostic ignored "-Wnull-dereference"
#include "lang/program.h"

#include <assert.h>
#include <string.h>

enum naive_state { NAIVE_UNKNOWN, NAIVE_KNOWN, NAIVE_NONE, NAIVE_ERROR };

struct naive_record;
struct naive_value {
    enum naive_state state;
    bool assumed;
    num n, d; /* a number n/d, d > 0; a date, month or code is n; a truth value 0 or 1 */
    str text;
    const struct naive_record *record;
};

enum { NAIVE_FIELDS_MAX = 48, NAIVE_MONTHS_MAX = 64, NAIVE_KEYS = 3, NAIVE_LEVELS = 8 };

struct naive_field {
    const char *name;
    struct naive_value v;
};

struct naive_list { /* members or spells */
    const char *name;
    bool known, assumed, spells;
    uint32_t count;
    const struct naive_record *at[16];
};

struct naive_history {
    bool known, assumed, has_until;
    int32_t until;
    uint32_t count;
    const struct naive_record *at[NAIVE_MONTHS_MAX]; /* by month; each has 月份 */
};

struct naive_record {
    const char *entity;
    struct naive_field fields[NAIVE_FIELDS_MAX];
    uint32_t field_count;
    struct naive_list lists[2];
    uint32_t list_count;
    const char *history_name; /* NULL: none */
    struct naive_history histories[NAIVE_KEYS];
    uint32_t id;
};

struct naive {
    const struct program *p;
    date today;
    bool overflow; /* a number became larger than this evaluator can be trusted with */
    unsigned steps;
};

struct naive_frame {
    const struct naive_record *elements[NAIVE_LEVELS + 1];
    unsigned level;
    const struct naive_value *locals;
    const field_list *local_names;
};

static inline struct naive_value naive_eval(struct naive *m, const struct naive_frame *f, const struct expr *x);

/* ---- values ---- */

static inline struct naive_value naive_unknown(void) { return (struct naive_value){ .state = NAIVE_UNKNOWN }; }
static inline struct naive_value naive_none(void) { return (struct naive_value){ .state = NAIVE_NONE }; }
static inline struct naive_value naive_error(void) { return (struct naive_value){ .state = NAIVE_ERROR }; }
static inline struct naive_value naive_int(num n)
{
    return (struct naive_value){ .state = NAIVE_KNOWN, .n = n, .d = 1 };
}

static inline num naive_gcd(num a, num b)
{
    while (b != 0) {
        num r = a % b;
        a = b;
        b = r;
    }
    return a < 0 ? -a : a;
}

static inline struct naive_value naive_fraction(struct naive *m, num n, num d)
{
    const num most = (num)1 << 100;
    if (n > most || n < -most || d > most || d < -most) m->overflow = true;
    num g = naive_gcd(n, d);
    if (g > 1) n /= g, d /= g;
    if (d < 0) n = -n, d = -d;
    return (struct naive_value){ .state = NAIVE_KNOWN, .n = n, .d = d };
}

static inline num naive_times(struct naive *m, num a, num b)
{
    num r = 0;
    if (__builtin_mul_overflow(a, b, &r)) m->overflow = true;
    return r;
}

static inline bool naive_worse(struct naive_value a, struct naive_value b) /* a decides before b */
{
    static const int weight[] = { [NAIVE_KNOWN] = 0, [NAIVE_NONE] = 1, [NAIVE_UNKNOWN] = 2, [NAIVE_ERROR] = 3 };
    return weight[a.state] > weight[b.state];
}

/* The state of an operation on all of these, and their marks together. */
static inline struct naive_value naive_all(const struct naive_value *v, size_t n)
{
    struct naive_value worst = naive_int(0);
    bool assumed = false;
    for (size_t i = 0; i < n; i++) {
        assumed = assumed || v[i].assumed;
        if (naive_worse(v[i], worst)) worst = v[i];
    }
    worst.assumed = assumed;
    return worst;
}

static inline struct naive_value naive_marked(struct naive_value v, bool assumed)
{
    v.assumed = v.assumed || assumed;
    return v;
}

/* -1, 0, 1 */
static inline int naive_order(struct naive *m, struct naive_value a, struct naive_value b)
{
    if (a.text.p != NULL || b.text.p != NULL) return str_cmp(a.text, b.text);
    if (a.record != NULL || b.record != NULL) return a.record == b.record ? 0 : 1;
    num l = naive_times(m, a.n, b.d), r = naive_times(m, b.n, a.d);
    return l < r ? -1 : l > r;
}

/* 且 (deciding on false) or 或 (deciding on true) of many. */
static inline struct naive_value naive_chain(const struct naive_value *v, size_t n, bool decides)
{
    bool decided = false, sure = false, assumed = false, unknown = false, error = false;
    for (size_t i = 0; i < n; i++) {
        bool known = v[i].state == NAIVE_KNOWN || v[i].state == NAIVE_NONE,
             truth = v[i].state == NAIVE_KNOWN && v[i].n != 0;
        if (known && truth == decides) {
            decided = true;
            sure = sure || !v[i].assumed;
            continue;
        }
        assumed = assumed || v[i].assumed;
        error = error || v[i].state == NAIVE_ERROR;
        unknown = unknown || v[i].state == NAIVE_UNKNOWN;
    }
    if (decided) return naive_marked(naive_int(decides), !sure);
    if (error) return naive_error();
    if (unknown) return naive_unknown();
    return naive_marked(naive_int(!decides), assumed);
}

static inline struct naive_value naive_not(struct naive_value v)
{
    if (v.state == NAIVE_NONE) return naive_marked(naive_int(1), v.assumed);
    if (v.state == NAIVE_KNOWN) v.n = v.n == 0;
    return v;
}

/* ---- names ---- */

static inline bool naive_is(str s, const char *z) { return str_eq(s, str_of(z)); }

static inline const struct decl *naive_decl(const struct naive *m, enum kind kind, str name, const char *entity)
{
    VEC_EACH (struct decl *, d, &m->p->decls) {
        if ((*d)->kind != kind || !str_eq((*d)->name.text, name)) continue;
        if (entity == NULL ||
            naive_is(decl_field(*d, kind == KIND_TABLE ? FIELD_TABLE_ON : FIELD_DEFINITION_ON)->names.at[0].text,
                     entity)) {
            return *d;
        }
    }
    return NULL;
}

/* The place of a code in its list. */
static inline bool naive_code(const struct naive *m, str name, struct naive_value *out)
{
    VEC_EACH (struct decl *, d, &m->p->decls) {
        if ((*d)->kind != KIND_CODES) continue;
        num i = 0;
        VEC_EACH (const struct ast_field, f, &(*d)->fields) {
            if (f->def->id != FIELD_CODES_ITEM) continue;
            if (str_eq(f->name.text, name)) {
                *out = naive_int(i);
                return true;
            }
            i++;
        }
    }
    return false;
}

/* The newest row not after the day. */
static inline struct naive_value naive_param(struct naive *m, const struct naive_frame *f, const struct decl *d,
                                             const struct expr *key, date day)
{
    struct naive_value k = key != NULL ? naive_eval(m, f, key) : naive_int(0);
    if (k.state != NAIVE_KNOWN) return k;
    struct naive_value v = naive_error();
    VEC_EACH (const struct ast_field, row, &d->fields) {
        if (row->def->shape != SHAPE_PARAM_ROW || row->from.days > day.days) continue;
        for (size_t i = 0; i < row->cells.len; i++) {
            struct naive_value item = naive_int(0);
            if (key != NULL && !naive_code(m, row->items.at[i].text, &item)) continue;
            if (item.n == k.n) v = naive_eval(m, f, row->cells.at[i]);
        }
        if (row->ended) v = naive_error();
    }
    return naive_marked(v, k.assumed);
}

/* ---- numbers ---- */

static inline struct naive_value naive_round(struct naive *m, struct naive_value v, int digits, int mode)
{
    num unit_n = 1, unit_d = 1;
    for (int i = 0; i < digits; i++) unit_d *= 10;
    for (int i = 0; i > digits; i--) unit_n *= 10;
    /* how many units: v / (unit_n / unit_d) */
    num n = naive_times(m, v.n, unit_d), d = naive_times(m, v.d, unit_n);
    if (m->overflow) return v;
    bool negative = n < 0;
    if (negative) n = -n;
    num q = n / d, r = n % d;
    if (mode == NUM_UP && r > 0) q++;
    if (mode == NUM_HALF_UP && 2 * r >= d) q++;
    return naive_marked(naive_fraction(m, (negative ? -q : q) * unit_n, unit_d), v.assumed);
}

static inline struct naive_value naive_arithmetic(struct naive *m, char op, struct naive_value a, struct naive_value b)
{
    struct naive_value v[2] = { a, b }, r = naive_all(v, 2);
    if (r.state != NAIVE_KNOWN) return r;
    if (op == '/' && b.n == 0) return naive_error();
    if (op == '*')
        return naive_marked(naive_fraction(m, naive_times(m, a.n, b.n), naive_times(m, a.d, b.d)), r.assumed);
    if (op == '/')
        return naive_marked(naive_fraction(m, naive_times(m, a.n, b.d), naive_times(m, a.d, b.n)), r.assumed);
    num left = naive_times(m, a.n, b.d), right = naive_times(m, b.n, a.d);
    return naive_marked(naive_fraction(m, op == '+' ? left + right : left - right, naive_times(m, a.d, b.d)),
                        r.assumed);
}

static inline struct naive_value naive_compare(struct naive *m, str op, struct naive_value a, struct naive_value b)
{
    struct naive_value v[2] = { a, b }, r = naive_all(v, 2);
    if (r.state == NAIVE_NONE) return naive_marked(naive_int(naive_is(op, "!=")), r.assumed);
    if (r.state != NAIVE_KNOWN) return r;
    int sign = naive_order(m, a, b);
    bool holds = naive_is(op, "=")    ? sign == 0
                 : naive_is(op, "!=") ? sign != 0
                 : naive_is(op, "<")  ? sign < 0
                 : naive_is(op, "<=") ? sign <= 0
                 : naive_is(op, ">")  ? sign > 0
                                      : sign >= 0;
    return naive_marked(naive_int(holds), r.assumed);
}

/* ---- records ---- */

static inline struct naive_value naive_definition(struct naive *m, const struct naive_frame *f, const struct decl *d);

static inline const struct naive_field *naive_given(const struct naive_record *r, str name)
{
    for (uint32_t i = 0; i < r->field_count; i++) {
        if (naive_is(name, r->fields[i].name)) return &r->fields[i];
    }
    return NULL;
}

/* A field, or a definition or table without parameters, of a record. */
static inline struct naive_value naive_member(struct naive *m, const struct naive_record *r, str name)
{
    const struct naive_field *given = naive_given(r, name);
    if (given != NULL) return given->v;
    const struct decl *d = naive_decl(m, KIND_DEFINITION, name, r->entity);
    if (d == NULL) d = naive_decl(m, KIND_TABLE, name, r->entity);
    if (d == NULL) return naive_unknown(); /* a field nobody gave */
    struct naive_frame f = { .elements = { r } };
    return naive_definition(m, &f, d);
}

/* The record an expression before a dot stands for. */
static inline struct naive_value naive_list_owner(struct naive *m, const struct naive_frame *f, const struct expr *x,
                                                  str *name)
{
    if (x->kind == EXPR_PATH) {
        *name = x->text;
        return naive_eval(m, f, x->kids[0]);
    }
    *name = x->text;
    return (struct naive_value){ .state = NAIVE_KNOWN, .record = f->elements[f->level] };
}

struct naive_elements {
    struct naive_value state; /* unknown with elements: there may be more */
    bool some;
    uint32_t count;
    const struct naive_record *at[NAIVE_KEYS * NAIVE_MONTHS_MAX];
};

static inline int32_t naive_day_of(const struct naive_record *r, const char *name)
{
    return (int32_t)naive_given(r, str_of(name))->v.n;
}

static inline void naive_add_history(struct naive *m, struct naive_elements *out, const struct naive_history *h)
{
    int32_t now = date_month(m->today).index;
    out->state.assumed = out->state.assumed || (h->known && h->assumed);
    if (!h->known || (h->has_until && h->until < now)) out->state.state = NAIVE_UNKNOWN;
    if (!h->known) return;
    out->some = true;
    for (uint32_t i = 0; i < h->count; i++) {
        if (naive_day_of(h->at[i], "月份") <= now) out->at[out->count++] = h->at[i];
    }
}

/* Members, spells that have begun, months that have come. */
static inline void naive_elements(struct naive *m, const struct naive_frame *f, const struct expr *x,
                                  struct naive_elements *out)
{
    *out = (struct naive_elements){ .state = naive_int(0) };
    const struct expr *callee = x->kind == EXPR_CALL ? x->kids[0] : x;
    str name;
    struct naive_value owner = naive_list_owner(m, f, callee, &name);
    out->state = owner;
    if (owner.state != NAIVE_KNOWN) return;
    const struct naive_record *r = owner.record;
    out->state = naive_marked(naive_int(0), owner.assumed);
    for (uint32_t i = 0; i < r->list_count; i++) {
        const struct naive_list *l = &r->lists[i];
        if (!naive_is(name, l->name)) continue;
        out->state = l->known ? naive_marked(naive_int(0), l->assumed || owner.assumed) : naive_unknown();
        out->some = l->known;
        for (uint32_t k = 0; l->known && k < l->count; k++) {
            const struct naive_field *from = l->spells ? naive_given(l->at[k], STR("开始")) : NULL;
            if (from != NULL && from->v.state == NAIVE_KNOWN && from->v.n > m->today.days) continue;
            out->at[out->count++] = l->at[k];
        }
        return;
    }
    assert(r->history_name != NULL && naive_is(name, r->history_name));
    if (x->kind == EXPR_CALL) {
        struct naive_value key = naive_eval(m, f, x->kids[1]);
        out->state = naive_marked(key, owner.assumed);
        if (key.state != NAIVE_KNOWN) return;
        out->state = naive_marked(naive_int(0), owner.assumed || key.assumed);
        naive_add_history(m, out, &r->histories[(size_t)key.n]);
    } else {
        for (size_t k = 0; k < NAIVE_KEYS; k++) naive_add_history(m, out, &r->histories[k]);
    }
}

static inline struct naive_frame naive_inner(const struct naive_frame *f, const struct naive_record *r)
{
    struct naive_frame inner = *f;
    inner.elements[++inner.level] = r;
    return inner;
}

static inline struct naive_value naive_quantified(struct naive *m, const struct naive_frame *f, const struct expr *x)
{
    struct naive_elements e;
    naive_elements(m, f, x->kids[0], &e);
    if (!e.some && e.state.state != NAIVE_NONE) return e.state;
    struct naive_value v[NAIVE_KEYS * NAIVE_MONTHS_MAX + 1];
    for (uint32_t i = 0; i < e.count; i++) {
        struct naive_frame inner = naive_inner(f, e.at[i]);
        v[i] = naive_eval(m, &inner, x->kids[1]);
    }
    if (e.state.state == NAIVE_UNKNOWN) v[e.count++] = naive_unknown();
    return naive_marked(naive_chain(v, e.count, x->word == WORD_ANY), e.state.assumed);
}

/* 人数 次数 合计 最大 最小 */
static inline struct naive_value naive_aggregate(struct naive *m, const struct naive_frame *f, str name,
                                                 const struct expr *x)
{
    const struct expr *group = x->kids[1], *where = NULL;
    if (group->kind == EXPR_FILTER) where = group->kids[1], group = group->kids[0];
    struct naive_elements e;
    naive_elements(m, f, group, &e);
    if (!e.some && e.state.state != NAIVE_NONE) return e.state;
    bool counts = naive_is(name, "人数") || naive_is(name, "次数"), sums = naive_is(name, "合计"),
         largest = naive_is(name, "最大");
    struct naive_value total = counts || sums ? naive_int(0) : naive_none(), worst = naive_int(0);
    bool assumed = e.state.assumed;
    for (uint32_t i = 0; i < e.count; i++) {
        struct naive_frame inner = naive_inner(f, e.at[i]);
        struct naive_value c = where != NULL ? naive_eval(m, &inner, where) : naive_int(1), v = naive_int(1);
        assumed = assumed || c.assumed;
        if (c.state == NAIVE_NONE || (c.state == NAIVE_KNOWN && c.n == 0)) continue;
        if (c.state == NAIVE_KNOWN && !counts) v = naive_eval(m, &inner, x->kids[2]);
        assumed = assumed || v.assumed;
        if (c.state != NAIVE_KNOWN) v = c;
        if (v.state == NAIVE_ERROR || v.state == NAIVE_UNKNOWN) {
            if (naive_worse(v, worst)) worst = v;
        } else if (v.state == NAIVE_KNOWN) {
            if (counts || sums)
                total = naive_arithmetic(m, '+', total, v);
            else if (total.state == NAIVE_NONE || (naive_order(m, v, total) > 0) == largest)
                total = v;
        }
    }
    if (e.state.state == NAIVE_UNKNOWN && worst.state == NAIVE_KNOWN) worst = naive_unknown();
    if (worst.state != NAIVE_KNOWN) return worst;
    total.assumed = assumed;
    return total;
}

/* ---- definitions ---- */

static inline struct naive_value naive_table(struct naive *m, const struct naive_frame *f, const struct decl *d)
{
    struct naive_value in[16], open = naive_int(0);
    size_t n = 0;
    bool assumed = false;
    VEC_EACH (const struct ast_field, x, &d->fields) {
        if (x->def->id != FIELD_TABLE_INPUT) continue;
        in[n] = naive_eval(m, f, x->expr);
        if (in[n].state == NAIVE_ERROR) return in[n];
        assumed = assumed || (in[n].assumed && in[n].state != NAIVE_UNKNOWN);
        n++;
    }
    VEC_EACH (const struct ast_field, row,
              &d->fields) { /* the tables of random programs take the first row that holds */
        if (row->def->id != FIELD_TABLE_ROW) continue;
        struct naive_value v[16];
        size_t tests = 0;
        for (size_t i = 0; i < n; i++) {
            const struct expr *cell = row->cells.at[i];
            if (cell->kind == EXPR_WORD && cell->word == WORD_NOT_ONE) continue;
            if (cell->kind == EXPR_COMPARE)
                v[tests++] = naive_compare(m, cell->text, in[i], naive_eval(m, f, cell->kids[0]));
            else if (cell->kind == EXPR_RANGE) {
                v[tests++] = naive_compare(m, STR(">="), in[i], naive_eval(m, f, cell->kids[0]));
                v[tests++] = naive_compare(m, STR("<"), in[i], naive_eval(m, f, cell->kids[1]));
            } else {
                v[tests++] = naive_compare(m, STR("="), in[i], naive_eval(m, f, cell));
            }
        }
        struct naive_value c = naive_chain(v, tests, false);
        if (c.state != NAIVE_KNOWN) {
            open = c;
            break;
        }
        if (c.n != 0) return naive_marked(naive_eval(m, f, row->cells.at[n]), assumed);
    }
    return open.state != NAIVE_KNOWN ? open : naive_error();
}

static inline struct naive_value naive_definition(struct naive *m, const struct naive_frame *f, const struct decl *d)
{
    if (++m->steps > 20000) m->overflow = true; /* give up: the real one counts its steps, too */
    if (m->overflow) return naive_unknown();
    if (d->kind == KIND_TABLE) return naive_table(m, f, d);
    bool assumed = false;
    for (int64_t rank = 1000; rank >= 0; rank--) { /* no two exceptions of a random program have one rank */
        VEC_EACH (const struct ast_field, x, &d->fields) {
            if (x->def->shape != SHAPE_EXCEPTION || x->rank != rank) continue;
            struct naive_value c = naive_eval(m, f, x->expr);
            assumed = assumed || c.assumed;
            if (c.state == NAIVE_ERROR || c.state == NAIVE_UNKNOWN) return c;
            if (c.state == NAIVE_KNOWN && c.n != 0) return naive_marked(naive_eval(m, f, x->value), assumed);
        }
    }
    return naive_marked(naive_eval(m, f, decl_field(d, FIELD_DEFINITION_BASE)->expr), assumed);
}

static inline struct naive_value naive_call_definition(struct naive *m, const struct naive_frame *f,
                                                       const struct naive_record *r, const struct decl *d,
                                                       const struct expr *x)
{
    struct naive_value args[16];
    for (uint32_t i = 1; i < x->kid_count; i++) args[i - 1] = naive_eval(m, f, x->kids[i]);
    struct naive_value worst = naive_all(args, x->kid_count - 1);
    if (worst.state != NAIVE_KNOWN) return worst;
    struct naive_frame inner = { .elements = { r }, .locals = args, .local_names = &d->params };
    return naive_marked(naive_definition(m, &inner, d), worst.assumed);
}

/* ---- expressions ---- */

static inline struct naive_value naive_name(struct naive *m, const struct naive_frame *f, const struct expr *x)
{
    for (size_t i = 0; f->local_names != NULL && i < f->local_names->len; i++) {
        if (str_eq(f->local_names->at[i].name.text, x->text)) return f->locals[i];
    }
    const struct naive_record *r = f->elements[f->level];
    struct naive_value v;
    const struct decl *p = naive_decl(m, KIND_PARAM, x->text, NULL);
    if (p != NULL) return naive_param(m, f, p, NULL, m->today);
    if (naive_code(m, x->text, &v)) return v;
    return naive_member(m, r, x->text);
}

static inline struct naive_value naive_path(struct naive *m, const struct naive_frame *f, const struct expr *x)
{
    struct naive_value r = naive_eval(m, f, x->kids[0]);
    if (r.state != NAIVE_KNOWN) return r;
    return naive_marked(naive_member(m, r.record, x->text), r.assumed);
}

static inline struct naive_value naive_has(struct naive *m, const struct naive_frame *f, const struct expr *x, bool has)
{
    const struct expr *callee = x->kind == EXPR_CALL ? x->kids[0] : x;
    bool one_month = x->kind == EXPR_CALL && x->kid_count == 3; /* 缴(红, 本月): whether that month is there */
    bool group = !one_month && (callee->kind == EXPR_NAME || callee->kind == EXPR_PATH) &&
                 (naive_is(callee->text, "成员") || naive_is(callee->text, "工") || naive_is(callee->text, "缴"));
    if (group) {
        struct naive_elements e;
        naive_elements(m, f, x, &e);
        if (!e.some && e.state.state != NAIVE_NONE) return e.state;
        if (e.state.state == NAIVE_UNKNOWN && e.count == 0) return naive_unknown();
        return naive_marked(naive_int((e.count > 0) == has), e.state.assumed);
    }
    struct naive_value v = naive_eval(m, f, x);
    if (v.state == NAIVE_UNKNOWN || v.state == NAIVE_ERROR) return v;
    return naive_marked(naive_int((v.state == NAIVE_KNOWN) == has), v.assumed);
}

/* 累计月数 连续月数 近月数 and whether a month is there */
static inline struct naive_value naive_months(struct naive *m, const struct naive_frame *f, str name,
                                              const struct expr *history, const struct expr *width,
                                              const struct expr *at)
{
    struct naive_value v[4] = { naive_int(0), naive_int(0), naive_int(0), naive_int(0) };
    const struct expr *callee = history->kids[0];
    str unused;
    v[0] = naive_list_owner(m, f, callee, &unused);
    v[1] = naive_eval(m, f, history->kids[1]);
    if (width != NULL) v[2] = naive_eval(m, f, width);
    v[3] = at != NULL ? naive_eval(m, f, at) : naive_int(date_month(m->today).index);
    const struct naive_history *h = NULL;
    if (v[0].state == NAIVE_KNOWN && v[1].state == NAIVE_KNOWN) {
        h = &v[0].record->histories[(size_t)v[1].n];
        v[0] = h->known ? naive_marked(naive_int(0), h->assumed || v[0].assumed) : naive_unknown();
        v[1] = naive_marked(naive_int(0), v[1].assumed);
    } else if (v[0].state != NAIVE_KNOWN) {
        v[1] = naive_int(0); /* without a person there is no question which history */
    }
    if (v[0].state == NAIVE_NONE || (v[0].state == NAIVE_KNOWN && v[1].state == NAIVE_NONE)) { /* nor which month */
        v[2] = v[3] = naive_int(0);
    }
    struct naive_value worst = naive_all(v, 4);
    bool asks = naive_is(name, "有月");
    if (worst.state == NAIVE_NONE && asks) return naive_marked(naive_int(0), worst.assumed);
    if (worst.state != NAIVE_KNOWN) return worst;
    int32_t last = (int32_t)v[3].n;
    if (h->has_until && h->until < last) return naive_unknown();
    if (width != NULL && (v[2].n < 0 || v[2].n > MONTHS_COUNT)) return naive_error();
    bool there[400] = { false }; /* months back from `last` */
    num total = 0, run = 0, window = 0;
    for (uint32_t i = 0; i < h->count; i++) {
        int32_t back = last - naive_day_of(h->at[i], "月份");
        if (back < 0) continue;
        total++;
        if (back < 400) there[back] = true;
    }
    while (run < 400 && there[(size_t)run]) run++;
    for (num i = 0; i < v[2].n && i < 400; i++) window += there[(size_t)i];
    num r = asks ? there[0] : naive_is(name, "累计月数") ? total : naive_is(name, "连续月数") ? run : window;
    return naive_marked(naive_int(r), worst.assumed);
}

static inline struct naive_value naive_spell(struct naive *m, const struct naive_frame *f, str name,
                                             const struct expr *x, const struct expr *on)
{
    struct naive_elements e;
    naive_elements(m, f, x, &e);
    bool nobody = e.state.state == NAIVE_NONE;
    struct naive_value v[2] = { e.state, on != NULL && !nobody ? naive_eval(m, f, on) : naive_int(m->today.days) };
    struct naive_value worst = naive_all(v, 2), answers[16];
    bool active = naive_is(name, "有效"), last = naive_is(name, "最近"), current = naive_is(name, "当前");
    if (worst.state == NAIVE_NONE && active) return naive_marked(naive_int(0), worst.assumed);
    if (worst.state != NAIVE_KNOWN) return worst;
    const struct naive_record *best = NULL;
    for (uint32_t i = 0; i < e.count; i++) { /* spells of random programs have a start and an end that are known */
        const struct naive_field *from = naive_given(e.at[i], STR("开始")), *to = naive_given(e.at[i], STR("结束"));
        bool in = from->v.n <= v[1].n && (to->v.state == NAIVE_NONE || v[1].n < to->v.n);
        answers[i] = naive_marked(naive_int(in), from->v.assumed || to->v.assumed);
        if (!active && !current) worst.assumed = worst.assumed || from->v.assumed;
        if ((active || current) && !in) continue;
        num b = best != NULL ? naive_given(best, STR("开始"))->v.n : 0;
        if (best == NULL || (last || current || active ? from->v.n >= b : from->v.n < b)) best = e.at[i];
    }
    if (active || current) worst.assumed = naive_chain(answers, e.count, true).assumed || worst.assumed;
    if (active) return naive_marked(naive_int(best != NULL), worst.assumed);
    if (best == NULL) return naive_marked(naive_none(), worst.assumed);
    return (struct naive_value){ .state = NAIVE_KNOWN, .record = best, .assumed = worst.assumed };
}

static inline struct naive_value naive_month_record(struct naive *m, const struct naive_frame *f, const struct expr *x);

static inline struct naive_value naive_call(struct naive *m, const struct naive_frame *f, const struct expr *x)
{
    const struct expr *callee = x->kids[0];
    str name = callee->text;
    struct expr *const *a = x->kids + 1;
    uint32_t n = x->kid_count - 1;
    if (naive_is(name, "缴")) return naive_months(m, f, STR("有月"), x, NULL, a[1]);
    if (callee->kind == EXPR_PATH) {
        struct naive_value r = naive_eval(m, f, callee->kids[0]);
        if (r.state != NAIVE_KNOWN) return r;
        return naive_marked(
            naive_call_definition(m, f, r.record, naive_decl(m, KIND_DEFINITION, name, r.record->entity), x),
            r.assumed);
    }
    const struct decl *d = naive_decl(m, KIND_DEFINITION, name, f->elements[f->level]->entity);
    if (d != NULL) return naive_call_definition(m, f, f->elements[f->level], d, x);
    d = naive_decl(m, KIND_PARAM, name, NULL);
    if (d != NULL) return naive_param(m, f, d, a[0], m->today);
    if (naive_is(name, "有") || naive_is(name, "无")) return naive_has(m, f, a[0], naive_is(name, "有"));
    if (naive_is(name, "人数") || naive_is(name, "次数") || naive_is(name, "合计") || naive_is(name, "最大") ||
        naive_is(name, "最小")) {
        return naive_aggregate(m, f, name, x);
    }
    if (naive_is(name, "累计月数") || naive_is(name, "连续月数"))
        return naive_months(m, f, name, a[0], NULL, n > 1 ? a[1] : NULL);
    if (naive_is(name, "近月数")) return naive_months(m, f, name, a[0], a[1], n > 2 ? a[2] : NULL);
    if (naive_is(name, "有效") || naive_is(name, "最近") || naive_is(name, "当前") || naive_is(name, "首次")) {
        return naive_spell(m, f, name, a[0], n > 1 ? a[1] : NULL);
    }
    struct naive_value v[16];
    for (uint32_t i = 0; i < n; i++) v[i] = naive_eval(m, f, a[i]);
    if (naive_is(name, "缺省")) return v[0].state == NAIVE_UNKNOWN ? v[1] : v[0];
    struct naive_value worst = naive_all(v, n);
    if (worst.state != NAIVE_KNOWN) return worst;
    if (naive_is(name, "数值")) return v[0];
    if (naive_is(name, "天数")) return naive_marked(naive_int(v[1].n - v[0].n), worst.assumed);
    bool least = naive_is(name, "不超过") || naive_is(name, "较小");
    assert(least || naive_is(name, "不低于") || naive_is(name, "较大"));
    struct naive_value best = v[0];
    for (uint32_t i = 1; i < n; i++) {
        if ((naive_order(m, v[i], best) < 0) == least && naive_order(m, v[i], best) != 0) best = v[i];
    }
    best.assumed = worst.assumed;
    return best;
}

static inline struct naive_value naive_in(struct naive *m, const struct naive_frame *f, const struct expr *x)
{
    struct naive_value v[32], first = naive_eval(m, f, x->kids[0]);
    if (x->kids[1]->kind == EXPR_RANGE) {
        v[0] = naive_compare(m, STR(">="), first, naive_eval(m, f, x->kids[1]->kids[0]));
        v[1] = naive_compare(m, STR("<"), first, naive_eval(m, f, x->kids[1]->kids[1]));
        return naive_chain(v, 2, false);
    }
    uint32_t n = x->kid_count - 1;
    for (uint32_t i = 0; i < n; i++) v[i] = naive_compare(m, STR("="), first, naive_eval(m, f, x->kids[i + 1]));
    return naive_chain(v, n, true);
}

static inline struct naive_value naive_number(struct naive *m, const struct expr *x)
{
    num d = 1, factor = 1;
    for (unsigned i = 0; i < x->scale + (x->percent ? 2u : 0u); i++) d *= 10;
    if (str_starts(x->unit, STR("年"))) factor = 12;
    return naive_fraction(m, x->number * factor, d);
}

static inline struct naive_value naive_word(struct naive *m, const struct naive_frame *f, enum word w)
{
    switch ((int)w) {
    case WORD_TRUE: return naive_int(1);
    case WORD_FALSE: return naive_int(0);
    case WORD_NONE: return naive_none();
    case WORD_TODAY:
    case WORD_RULE_DAY: return naive_int(m->today.days);
    case WORD_THIS_MONTH: return naive_int(date_month(m->today).index);
    case WORD_SUBJECT: return (struct naive_value){ .state = NAIVE_KNOWN, .record = f->elements[0] };
    default: assert(false); return naive_error();
    }
}

static inline struct naive_value naive_binary(struct naive *m, const struct naive_frame *f, const struct expr *x)
{
    struct naive_value a = naive_eval(m, f, x->kids[0]), b = naive_eval(m, f, x->kids[1]);
    char op = x->text.p[0];
    return op == '+' || op == '-' || op == '*' || op == '/' ? naive_arithmetic(m, op, a, b)
                                                            : naive_compare(m, x->text, a, b);
}

static inline struct naive_value naive_eval(struct naive *m, const struct naive_frame *f, const struct expr *x)
{
    struct naive_value v[64];
    switch ((int)x->kind) {
    case EXPR_NUMBER: return naive_number(m, x);
    case EXPR_DATE: return naive_int(x->day.days);
    case EXPR_MONTH: return naive_int(x->month_.index);
    case EXPR_STRING: return (struct naive_value){ .state = NAIVE_KNOWN, .text = x->text, .d = 1 };
    case EXPR_WORD: return naive_word(m, f, x->word);
    case EXPR_NAME: return naive_name(m, f, x);
    case EXPR_PATH:
        if (x->kids[0]->kind == EXPR_CALL && naive_is(x->kids[0]->kids[0]->text, "缴"))
            return naive_month_record(m, f, x);
        return naive_path(m, f, x);
    case EXPR_CALL: return naive_call(m, f, x);
    case EXPR_UNARY:
        v[0] = naive_eval(m, f, x->kids[0]);
        return x->word == WORD_NOT ? naive_not(v[0]) : naive_arithmetic(m, '-', naive_int(0), v[0]);
    case EXPR_BINARY: return naive_binary(m, f, x);
    case EXPR_AND:
    case EXPR_OR:
        for (uint32_t i = 0; i < x->kid_count; i++) v[i] = naive_eval(m, f, x->kids[i]);
        return naive_chain(v, x->kid_count, x->kind == EXPR_OR);
    case EXPR_IF:
        v[0] = naive_eval(m, f, x->kids[0]);
        if (v[0].state == NAIVE_UNKNOWN || v[0].state == NAIVE_ERROR) return v[0];
        return naive_marked(naive_eval(m, f, x->kids[v[0].state == NAIVE_KNOWN && v[0].n != 0 ? 1 : 2]), v[0].assumed);
    case EXPR_IN: return naive_in(m, f, x);
    case EXPR_ROUND:
        v[0] = naive_eval(m, f, x->kids[0]);
        return v[0].state == NAIVE_KNOWN ? naive_round(m, v[0], x->digits, x->mode) : v[0];
    case EXPR_QUANT: return naive_quantified(m, f, x);
    default: assert(false); return naive_error();
    }
}

/* 缴(红, 月).额 */
static inline struct naive_value naive_month_record(struct naive *m, const struct naive_frame *f, const struct expr *x)
{
    const struct expr *call = x->kids[0];
    struct naive_value has = naive_months(m, f, STR("月"), call, NULL, call->kids[2]);
    if (has.state != NAIVE_KNOWN) return has;
    str unused;
    struct naive_value owner = naive_list_owner(m, f, call->kids[0], &unused), key = naive_eval(m, f, call->kids[1]);
    const struct naive_history *h = &owner.record->histories[(size_t)key.n];
    num at = naive_eval(m, f, call->kids[2]).n;
    for (uint32_t i = 0; i < h->count; i++) {
        if (naive_day_of(h->at[i], "月份") == at) return naive_marked(naive_member(m, h->at[i], x->text), has.assumed);
    }
    return naive_marked(naive_none(), has.assumed);
}

#endif
