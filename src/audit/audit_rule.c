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
        r.same = l->same, r.least = l->least;
        r.text = text_of(l->decl, FIELD_LEAD_NOTE, a);
        r.remedy = text_of(l->decl, FIELD_LEAD_ACTION, a);
        for (size_t i = 0; i < l->policies.len && i < AUDIT_POLICIES_MAX; i++)
            r.policies[r.policy_count++] = p->policies.at[l->policies.at[i]].name;
        *vec_push(a, out) = r;
    }
}

/* ---- asking ---- */

struct member { /* of a group of equal texts */
    int64_t text, least;
    uint64_t id;
};
typedef VEC(struct member) member_list;
typedef VEC(uint64_t) id_list;

struct worker { /* an arena belongs to one thread */
    struct arena *a;
    id_list ids, unknown_ids;
    member_list members;
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
    *vec_push(w->a, &w->unknown_ids) = id;
}

/* Whom the condition holds for: with 同值 a member of the group of their text. Without a text (无) there is no group.
 */
static void holds(struct asking *x, struct worker *w, const struct kernel_values *same,
                  const struct kernel_values *least, uint32_t i, uint64_t id)
{
    if (x->rule->same == 0) {
        *vec_push(w->a, &w->ids) = id;
        return;
    }
    uint8_t text = kernel_state(same, i) & KERNEL_STATE, enough = kernel_state(least, i) & KERNEL_STATE;
    if (text == VALUE_ERROR || enough == VALUE_ERROR)
        w->failed++;
    else if (text == VALUE_UNKNOWN || enough != VALUE_KNOWN)
        not_told(w, id);
    else if (text == VALUE_KNOWN)
        *vec_push(w->a, &w->members) = (struct member){ kernel_value(same, i), kernel_value(least, i), id };
}

static void each_batch(void *ctx, unsigned thread, struct kernel *k, uint32_t first, uint32_t n)
{
    struct asking *x = ctx;
    struct worker *w = &x->workers[thread];
    const struct kernel_rows *rows = kernel_rows(k, x->rule->entity, first, n);
    struct kernel_values v = kernel_node(k, rows, x->rule->condition), same = { 0 }, least = { 0 };
    if (x->rule->same != 0) same = kernel_node(k, rows, x->rule->same), least = kernel_node(k, rows, x->rule->least);
    for (uint32_t i = 0; i < n; i++) {
        uint64_t id = pool_id(x->pool, x->rule->entity, first + i);
        switch (kernel_state(&v, i) & KERNEL_STATE) {
        case VALUE_KNOWN:
            if (kernel_value(&v, i) != 0) holds(x, w, &same, &least, i, id);
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

static int by_text(const void *x, const void *y)
{
    const struct member *a = x, *b = y;
    if (a->text != b->text) return a->text < b->text ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

/* Members of groups that are large enough, behind `out->ids`. */
static void add_groups(struct member *all, size_t n, struct audit_caught *out)
{
    if (n > 1) qsort(all, n, sizeof *all, by_text);
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from; to < n && all[to].text == all[from].text;) to++;
        for (size_t i = from; i < to && (int64_t)(to - from) >= all[from].least; i++)
            out->ids[out->count++] = all[i].id;
    }
}

/* What the threads found, as one. False: it did not fit. */
static bool add_up(struct worker *workers, unsigned threads, struct arena *a, struct audit_caught *out)
{
    size_t ids = 0, unknown = 0, members = 0, n = 0;
    bool over = false;
    for (unsigned i = 0; i < threads; i++) {
        ids += workers[i].ids.len;
        unknown += workers[i].unknown_ids.len;
        members += workers[i].members.len;
        over = over || arena_over(workers[i].a);
    }
    out->ids = ARENA_ARRAY(a, uint64_t, ids + members + unknown + 1); /* those not told yet may still be caught */
    out->unknown_ids = ARENA_ARRAY(a, uint64_t, unknown + 1);
    struct member *all = ARENA_ARRAY(a, struct member, members + 1);
    for (unsigned i = 0; i < threads; i++) {
        const struct worker *w = &workers[i];
        VEC_EACH (const uint64_t, id, &w->ids) out->ids[out->count++] = *id;
        VEC_EACH (const struct member, m, &w->members) all[n++] = *m;
        VEC_EACH (const uint64_t, id, &w->unknown_ids) out->unknown_ids[out->unknown_kept++] = *id;
        out->unknown += w->unknown;
        out->failed += w->failed;
    }
    add_groups(all, n, out);
    qsort(out->ids, out->count, sizeof *out->ids, by_id);
    qsort(out->unknown_ids, out->unknown_kept, sizeof *out->unknown_ids, by_id);
    return !over;
}

static bool ask_on(const struct vocab *v, const struct pool *p, date today, date rule_day, const struct audit_rule *r,
                   struct arena *a, struct audit_caught *out, struct err *e)
{
    unsigned threads = kernel_threads(0);
    struct worker workers[KERNEL_THREADS_MAX] = { 0 };
    struct asking x = { r, p, workers };
    struct kernel_job job = { .vocab = v, .pool = p, .today = today, .rule_day = rule_day, .table = r->entity };
    job.each = each_batch;
    job.ctx = &x;
    *out = (struct audit_caught){ 0 };
    if (pool_rows(p, r->entity) == 0) return true;
    for (unsigned i = 0; i < threads; i++) workers[i].a = arena_new("audit", 0);
    kernel_run(&job);
    bool fits = add_up(workers, threads, a, out);
    for (unsigned i = 0; i < threads; i++) arena_free(workers[i].a);
    return fits || fail(e, MEMORY, "疑点太多，内存放不下");
}

static bool among(const uint64_t *ids, size_t count, uint64_t id)
{
    return count > 0 && bsearch(&id, ids, count, sizeof *ids, by_id) != NULL;
}

/* Of those who could not be told today, those whom the month before tells. */
static void take_earlier(const struct audit_caught *before, struct audit_caught *out)
{
    size_t left = 0;
    for (size_t i = 0; i < out->unknown_kept; i++) {
        uint64_t id = out->unknown_ids[i];
        if (among(before->ids, before->count, id)) out->ids[out->count++] = id;
        if (among(before->unknown_ids, before->unknown_kept, id)) out->unknown_ids[left++] = id;
    }
    out->earlier = out->unknown_kept - left;
    out->unknown = out->unknown_kept = left;
    if (out->count > 1) qsort(out->ids, out->count, sizeof *out->ids, by_id);
}

/* Months are often known to the end of the last one only, and a rule about months cannot be told in the middle of one:
 * as with cases (dossier/verdict.c), who is unknown today is asked again for the last day of the month before. */
bool audit_ask(const struct vocab *v, const struct pool *p, date today, date rule_day, const struct audit_rule *r,
               struct arena *a, struct audit_caught *out, struct err *e)
{
    struct audit_caught now, before;
    date last = date_add_days(month_first(date_month(today)), -1);
    if (!ask_on(v, p, today, rule_day, r, a, &now, e)) return false;
    if (now.unknown > 0) {
        if (!ask_on(v, p, last, rule_day, r, a, &before, e)) return false;
        take_earlier(&before, &now);
    }
    if (now.unknown_kept > AUDIT_UNKNOWN_MAX) now.unknown_kept = AUDIT_UNKNOWN_MAX;
    *out = now;
    return true;
}
