/* audit_rule: one rule asked of everybody, batch by batch on the column evaluator. */
#include "audit/audit_priv.h"

#include <stdlib.h>

/* ---- rules of the packs ---- */

static str text_of(const struct decl *d, enum field_id field, struct arena *a)
{
    struct text t;
    text_init(&t, a, 1 << 12);
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (f->def->id == field) text_addf(&t, "%s%.*s", t.len > 0 ? " " : "", STR_ARG(f->text));
    }
    return text_str(&t);
}

void audit_rules_of(const struct program *p, struct arena *a, audit_rules *out)
{
    VEC_EACH (const struct lead, l, &p->leads) {
        struct audit_rule r = { .name = l->name, .entity = l->entity, .condition = l->condition };
        r.text = text_of(l->decl, FIELD_LEAD_NOTE, a);
        r.remedy = text_of(l->decl, FIELD_LEAD_ACTION, a);
        for (size_t i = 0; i < l->policies.len && i < AUDIT_POLICIES_MAX; i++)
            r.policies[r.policy_count++] = p->policies.at[l->policies.at[i]].name;
        *vec_push(a, out) = r;
    }
}

/* ---- asking ---- */

typedef VEC(uint64_t) id_list;

struct worker { /* an arena belongs to one thread */
    struct arena *a;
    id_list ids, unknown_ids;
    uint64_t unknown, failed;
};

struct asking {
    const struct audit_rule *rule;
    const struct pool *pool;
    struct worker *workers;
};

static void not_told(struct worker *w, uint64_t id)
{
    w->unknown++;
    if (w->unknown_ids.len < AUDIT_UNKNOWN_MAX) *vec_push(w->a, &w->unknown_ids) = id;
}

static void each_batch(void *ctx, unsigned thread, struct kernel *k, uint32_t first, uint32_t n)
{
    struct asking *x = ctx;
    struct worker *w = &x->workers[thread];
    const struct kernel_rows *rows = kernel_rows(k, x->rule->entity, first, n);
    struct kernel_values v = kernel_node(k, rows, x->rule->condition);
    for (uint32_t i = 0; i < n; i++) {
        uint64_t id = pool_id(x->pool, x->rule->entity, first + i);
        switch (kernel_state(&v, i) & KERNEL_STATE) {
        case VALUE_KNOWN:
            if (kernel_value(&v, i) != 0) *vec_push(w->a, &w->ids) = id;
            break;
        case VALUE_UNKNOWN: not_told(w, id); break;
        case VALUE_ERROR: w->failed++; break;
        default: break; /* 无 does not hold */
        }
    }
}

static int by_id(const void *x, const void *y)
{
    const uint64_t *a = x, *b = y;
    return *a < *b ? -1 : *a > *b;
}

/* What the threads found, as one. False: it did not fit. */
static bool add_up(struct worker *workers, unsigned threads, struct arena *a, struct audit_caught *out)
{
    size_t ids = 0, unknown = 0;
    bool over = false;
    for (unsigned i = 0; i < threads; i++) {
        ids += workers[i].ids.len;
        unknown += workers[i].unknown_ids.len;
        over = over || arena_over(workers[i].a);
    }
    out->ids = ARENA_ARRAY(a, uint64_t, ids + 1);
    out->unknown_ids = ARENA_ARRAY(a, uint64_t, unknown + 1);
    for (unsigned i = 0; i < threads; i++) {
        const struct worker *w = &workers[i];
        VEC_EACH (const uint64_t, id, &w->ids) out->ids[out->count++] = *id;
        VEC_EACH (const uint64_t, id, &w->unknown_ids) out->unknown_ids[out->unknown_kept++] = *id;
        out->unknown += w->unknown;
        out->failed += w->failed;
    }
    qsort(out->ids, out->count, sizeof *out->ids, by_id);
    qsort(out->unknown_ids, out->unknown_kept, sizeof *out->unknown_ids, by_id);
    if (out->unknown_kept > AUDIT_UNKNOWN_MAX) out->unknown_kept = AUDIT_UNKNOWN_MAX;
    return !over;
}

bool audit_ask(const struct vocab *v, const struct pool *p, date today, date rule_day, const struct audit_rule *r,
               struct arena *a, struct audit_caught *out, struct err *e)
{
    unsigned threads = kernel_threads(0);
    struct worker workers[KERNEL_THREADS_MAX] = { 0 };
    struct asking x = { r, p, workers };
    struct kernel_job job = { .vocab = v, .pool = p, .today = today, .rule_day = rule_day, .table = r->entity };
    job.each = each_batch;
    job.ctx = &x;
    if (pool_rows(p, r->entity) == 0) {
        *out = (struct audit_caught){ 0 };
        return true;
    }
    for (unsigned i = 0; i < threads; i++) workers[i].a = arena_new("audit", 0);
    kernel_run(&job);
    struct audit_caught found = { 0 };
    bool fits = add_up(workers, threads, a, &found);
    for (unsigned i = 0; i < threads; i++) arena_free(workers[i].a);
    if (!fits) return fail(e, MEMORY, "疑点太多，内存放不下");
    *out = found;
    return true;
}
