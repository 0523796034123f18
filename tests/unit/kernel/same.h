/* The column evaluator against the row evaluator: every definition without parameters and every policy, for every row
 * of every table of a pool. The row evaluator works on the record of the row; for subjects also on the record the pool
 * was made from, so that a mistake of the pool shows as well. */
#ifndef UNIT_KERNEL_SAME_H
#define UNIT_KERNEL_SAME_H
#include "kernel/kernel.h"
#include "support/t.h"
#include "unit/lang/helpers.h"

struct same {
    const struct vocab *v;
    const struct pool *pool;
    date today, rule_day;
    struct record *const *subjects; /* may be NULL */
    const uint32_t *rows;
    size_t count;
    /* what is being compared */
    str what;
    uint16_t table;
    uint32_t row;
    const char *program; /* shown when they differ; may be NULL */
    /* results */
    uint64_t compared, by_state[4], verdicts[5], steps_over, escaped, services, leads;
};

static inline int64_t same_cell(const struct pool *pool, struct type t, struct value v)
{
    switch (t.kind) {
    case TYPE_BOOL: return v.boolean;
    case TYPE_NUM: return (int64_t)v.number;
    case TYPE_DATE: return v.day.days;
    case TYPE_MONTH: return v.month_.index;
    case TYPE_CODE: return v.code;
    case TYPE_TEXT: return pool_text_number(pool, v.text);
    case TYPE_BAD:
    case TYPE_RECORD:
    case TYPE_GROUP:
    case TYPE_HISTORY:
    case TYPE_NONE: break;
    }
    return 0;
}

static inline bool same_is(const struct same *x, struct type t, struct value want, const struct kernel_values *got,
                           uint32_t i)
{
    uint8_t st = kernel_state(got, i);
    bool wide = want.state == VALUE_KNOWN && t.kind == TYPE_NUM && (want.number > INT64_MAX || want.number < INT64_MIN);
    if (wide) return (st & KERNEL_STATE) == VALUE_ERROR; /* a result that leaves 64 bits is said to overflow */
    if ((st & KERNEL_STATE) != want.state) return false;
    if (want.state == VALUE_ERROR) return kernel_code(st) == want.error;
    if (want.state == VALUE_UNKNOWN) return true;
    if (((st & KERNEL_ASSUMED) != 0) != want.assumed) return false;
    if (want.state == VALUE_NONE || t.kind == TYPE_RECORD) return true;
    if (t.kind == TYPE_TEXT && same_cell(x->pool, t, want) < 0) return true; /* a constant nobody has */
    return kernel_value(got, i) == same_cell(x->pool, t, want);
}

static inline void same_value(const struct same *x, struct type t, struct value want, const struct kernel_values *got,
                              uint32_t i)
{
    if (same_is(x, t, want, got, i)) return;
    char day[DATE_TEXT], rule[DATE_TEXT];
    date_text(x->today, day);
    date_text(x->rule_day, rule);
    NOTE("%.*s of %.*s %u on %s by the rules of %s", STR_ARG(x->what), STR_ARG(x->v->p->entities.at[x->table].name),
         x->row, day, rule);
    NOTE("row evaluator: state %d assumed %d error %d value %lld", want.state, want.assumed, want.error,
         want.state == VALUE_KNOWN ? (long long)same_cell(x->pool, t, want) : 0);
    NOTE("kernel: state %#x value %lld", kernel_state(got, i), (long long)kernel_value(got, i));
    if (x->program != NULL) NOTE("%s", x->program);
    FAIL("they do not agree");
}

static inline void same_note(struct same *x, str what, uint16_t table, uint32_t row)
{
    x->what = what;
    x->table = table;
    x->row = row;
}

static inline void same_verdict(struct same *x, const struct verdict *want, const struct kernel_verdicts *got,
                                uint32_t i)
{
    CHECK(got->policy == want->policy);
    if (got->kinds[i] != want->kind) NOTE("%.*s of row %u", STR_ARG(x->what), x->row);
    CHECK_INT(got->kinds[i], want->kind);
    x->verdicts[want->kind]++;
    for (size_t c = 0; want->kind != VERDICT_NOT_IN_FORCE && got->criteria != NULL && c < want->policy->criteria.len;
         c++)
        same_value(x, type_of_kind(TYPE_BOOL), want->criteria[c], &got->criteria[c], i);
    if (want->kind != VERDICT_QUALIFIED && want->kind != VERDICT_REFUSED) return;
    CHECK_INT(got->assumed[i], want->assumed);
    CHECK_INT(got->unset[i], want->kind == VERDICT_QUALIFIED && want->amount_unset);
    size_t n = want->policy->steps.len;
    if (want->kind != VERDICT_QUALIFIED || n == 0) return;
    same_value(x, node_at(x->v->p, want->policy->steps.at[n - 1].node)->type, want->amount, &got->amount, i);
}

static inline struct record *same_subject(const struct same *x, uint16_t table, uint32_t row)
{
    for (size_t i = 0; i < x->count && x->subjects != NULL; i++) {
        if (x->rows[i] == row && x->subjects[i]->entity == table) return x->subjects[i];
    }
    return NULL;
}

/* What two evaluations of one thing have in common: the step limit is the row evaluator's alone. */
static inline bool same_over(struct same *x, const struct evaluator *ev)
{
    if (ev->steps <= LIMIT_STEPS) return false;
    x->steps_over++;
    return true;
}

static inline void same_func(struct same *x, struct evaluator *ev, struct record *r, const struct func *f,
                             const struct kernel_values *got, uint32_t i)
{
    eval_start(ev, x->v->p, ev->a, x->today, x->rule_day);
    struct value want = eval_func(ev, r, f->id);
    if (same_over(x, ev)) return;
    x->compared++;
    x->by_state[want.state]++;
    same_value(x, f->type, want, got, i);
}

static inline void same_policy(struct same *x, struct evaluator *ev, struct record *r, const struct policy *q,
                               const struct kernel_verdicts *got, uint32_t i)
{
    eval_start(ev, x->v->p, ev->a, x->today, x->rule_day);
    struct verdict want = eval_policy(ev, r, q->id);
    if (same_over(x, ev)) return;
    same_verdict(x, &want, got, i);
}

static inline void same_condition(struct same *x, struct evaluator *ev, struct record *r, node_id condition,
                                  const struct kernel_values *got, uint32_t i)
{
    struct frame f = { .elements = { r } };
    eval_start(ev, x->v->p, ev->a, x->today, x->rule_day);
    struct value want = eval_node(ev, &f, condition);
    if (same_over(x, ev)) return;
    x->compared++;
    x->by_state[want.state]++;
    same_value(x, type_of_kind(TYPE_BOOL), want, got, i);
}

/* Of a lead or a service: what one expression says of every row. records NULL: records of a pool do not reach as far.
 */
static inline void same_conditions(struct same *x, struct kernel *k, const struct kernel_rows *rows, uint16_t table,
                                   uint32_t first, uint32_t n, str what, node_id condition,
                                   struct record *const *records, struct evaluator *ev)
{
    struct kernel_values got = kernel_node(k, rows, condition);
    for (uint32_t i = 0; i < n; i++) {
        struct arena_mark m = arena_mark(ev->a);
        struct record *subject = same_subject(x, table, first + i);
        same_note(x, what, table, first + i);
        if (records != NULL) same_condition(x, ev, records[i], condition, &got, i);
        if (subject != NULL) same_condition(x, ev, subject, condition, &got, i);
        arena_rewind(ev->a, m);
    }
}

/* One batch of rows of a table. */
static inline void same_batch(struct same *x, struct kernel *k, uint16_t table, uint32_t first, uint32_t n)
{
    const struct program *p = x->v->p;
    autoarena *a = arena_new("rows", 0);
    struct evaluator ev = { .a = a };
    struct record **records = ARENA_ARRAY(a, struct record *, n);
    for (uint32_t i = 0; i < n; i++) {
        struct facts *f = ARENA_NEW(a, struct facts);
        struct diags *d = ARENA_NEW(a, struct diags);
        diags_init(d, a);
        *f = (struct facts){ .p = p, .a = a, .d = d };
        records[i] = vocab_record(x->v, x->pool, table, first + i, f);
    }
    kernel_start(k);
    const struct kernel_rows *rows = kernel_rows(k, table, first, n);
    VEC_EACH (const struct func, f, &p->funcs) {
        if (f->entity != table || f->params.len > 0 || program_func(p, table, f->name) != f) continue;
        struct kernel_values got = kernel_func(k, rows, f->id);
        for (uint32_t i = 0; i < n; i++) {
            struct arena_mark m = arena_mark(a);
            struct record *subject = same_subject(x, table, first + i);
            same_note(x, f->name, table, first + i);
            same_func(x, &ev, records[i], f, &got, i);
            if (subject != NULL) same_func(x, &ev, subject, f, &got, i);
            arena_rewind(a, m);
        }
    }
    VEC_EACH (const struct policy, q, &p->policies) {
        if (q->entity != table) continue;
        struct kernel_verdicts brief = kernel_policy(k, rows, q->id, KERNEL_VERDICTS),
                               full = kernel_policy(k, rows, q->id, KERNEL_CRITERIA);
        for (uint32_t i = 0; i < n; i++) {
            struct arena_mark m = arena_mark(a);
            struct record *subject = same_subject(x, table, first + i);
            same_note(x, q->name, table, first + i);
            same_policy(x, &ev, records[i], q, &brief, i);
            same_policy(x, &ev, records[i], q, &full, i);
            if (subject != NULL) same_policy(x, &ev, subject, q, &full, i);
            arena_rewind(a, m);
        }
    }
    VEC_EACH (const struct lead, l, &p->leads) {
        if (l->entity == table) same_conditions(x, k, rows, table, first, n, l->name, l->condition, records, &ev);
    }
    VEC_EACH (const struct service, v, &p->services) {
        if (v->entity != table) continue;
        VEC_EACH (const struct criterion, c, &v->criteria)
            same_conditions(x, k, rows, table, first, n, c->name, c->node, NULL, &ev);
        VEC_EACH (const struct criterion, c, &v->stops)
            same_conditions(x, k, rows, table, first, n, c->name, c->node, NULL, &ev);
        x->services++;
    }
    x->leads += p->leads.len;
}

/* All tables whose rows stand for themselves: what is computed of months and spells is seen through their owners. */
static inline void same_everywhere(struct same *x, uint32_t batch)
{
    struct kernel *k = kernel_new(x->v, x->pool, x->today, x->rule_day);
    for (uint16_t t = 0; t < x->v->p->entities.len; t++) {
        if (x->v->p->entities.at[t].is_spell) continue;
        uint32_t rows = pool_rows(x->pool, t);
        for (uint32_t first = 0; first < rows;) {
            uint32_t n = rows - first < batch ? rows - first : batch;
            same_batch(x, k, t, first, n);
            first += n;
        }
    }
    x->escaped += kernel_escaped(k)->rows;
    kernel_free(k);
}

#endif
