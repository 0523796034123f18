/* scan: the kernel is asked batch by batch, by several threads. Each batch writes its own rows of the verdict bytes;
 * amounts are collected per thread and put in order afterwards; counts are added up at the end from the bytes, so that
 * no total can disagree with its list. */
#include "policy/scan.h"

#include <string.h>

/* What one thread collects. An arena belongs to one thread. */
struct paid {
    uint32_t row;
    int64_t amount;
};
typedef VEC(struct paid) paid_list;

struct worker {
    struct arena *a;
    paid_list *paid; /* per policy of the pass */
    uint8_t *stops;  /* per row of the batch */
};

/* One kind of subject. */
struct pass {
    struct scan *s;
    uint16_t table;
    const uint32_t *policies;
    struct found_policy *found;
    size_t count;
    struct worker *workers;
    const uint32_t *rows; /* the rows to ask, NULL: all */
    uint64_t done, total;
};

/* before: what is known of those who are not asked again, NULL none. */
static void new_found(struct findings *f, const struct scan *s, const struct policy *q, uint16_t subjects,
                      const struct found_policy *before, struct arena *a)
{
    const struct program *p = s->vocab->p;
    uint32_t count = f->subjects.at[subjects].count;
    struct found_policy *out = vec_push(a, &f->policies);
    *out = (struct found_policy){ .name = q->name, .subjects = subjects };
    out->kinds = ARENA_ARRAY(a, uint8_t, (size_t)count + 1);
    if (before != NULL) memcpy(out->kinds, before->kinds, count);
    if (s->reasons) {
        out->reason_count = q->criteria.len < STOP_MAX ? q->criteria.len : STOP_MAX;
        out->reasons = ARENA_ARRAY(a, struct found_reason, out->reason_count + 1);
        for (size_t c = 0; c < out->reason_count; c++) out->reasons[c].name = q->criteria.at[c].name;
        out->stops = ARENA_ARRAY(a, uint8_t, (size_t)count + 1);
        if (before != NULL) memcpy(out->stops, before->stops, count);
    }
    if (q->steps.len > 0) {
        const struct type *t = &node_at(p, q->steps.at[q->steps.len - 1].node)->type;
        struct text unit;
        text_init(&unit, a, 64);
        unit_text(t->unit, &unit);
        out->unit = text_str(&unit), out->scale = t->scale;
    }
}

/* ---- one batch ---- */

/* The first criterion against, open, or failed, as the verdict has it; alone when no other one is not met. */
static void put_stops(struct worker *w, struct pass *pass, size_t at, const struct kernel_verdicts *v, uint32_t first,
                      uint32_t n)
{
    static const uint8_t decisive[FOUND_COUNT] = {
        [VERDICT_REFUSED] = VALUE_KNOWN, [VERDICT_PENDING] = VALUE_UNKNOWN, [VERDICT_ERROR] = VALUE_ERROR
    };
    const struct policy *q = v->policy;
    const uint8_t *from = v->stops != NULL ? v->stops : w->stops;
    memset(w->stops, 0, n);
    for (size_t c = 0; v->stops == NULL && c < q->criteria.len && c < STOP_MAX; c++) {
        const struct kernel_values *values = &v->criteria[c];
        bool exclusion = q->criteria.at[c].is_exclusion;
        for (uint32_t i = 0; i < n; i++) {
            uint8_t state = kernel_state(values, i) & KERNEL_STATE;
            bool met =
                state == VALUE_NONE ? exclusion : state == VALUE_KNOWN && (kernel_value(values, i) != 0) != exclusion;
            if (met) continue;
            if (state == VALUE_NONE) state = VALUE_KNOWN; /* 无 does not hold */
            if (w->stops[i] == 0 && v->kinds[i] != VERDICT_QUALIFIED && state == decisive[v->kinds[i]])
                w->stops[i] = (uint8_t)(c + 1) | STOP_ALONE;
            else
                w->stops[i] &= STOP_MAX;
        }
    }
    uint8_t *stops = pass->found[at].stops;
    for (uint32_t i = 0; i < n; i++)
        stops[pass->rows != NULL ? pass->rows[first + i] : first + i] =
            from[i] > STOP_MAX && v->stops != NULL ? 0 : from[i];
}

static void put_verdicts(struct worker *w, struct pass *pass, size_t at, const struct kernel_verdicts *v,
                         uint32_t first, uint32_t n)
{
    struct found_policy *f = &pass->found[at];
    uint32_t scale_ok = f->unit.p != NULL;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t row = pass->rows != NULL ? pass->rows[first + i] : first + i;
        uint8_t kind = v->kinds[i];
        if (v->assumed[i]) kind |= FOUND_ASSUMED;
        if (v->unset[i]) kind |= FOUND_UNSET;
        if (v->kinds[i] == VERDICT_QUALIFIED && scale_ok) {
            if ((kernel_state(&v->amount, i) & KERNEL_STATE) == VALUE_KNOWN)
                *vec_push(w->a, &w->paid[at]) = (struct paid){ row, kernel_value(&v->amount, i) };
            else
                kind |= FOUND_NO_SUM;
        }
        f->kinds[row] = kind;
    }
}

static void each_batch(void *ctx, unsigned thread, struct kernel *k, uint32_t first, uint32_t n)
{
    struct pass *pass = ctx;
    struct worker *w = &pass->workers[thread];
    const struct kernel_rows *rows = pass->rows != NULL ? kernel_rows_list(k, pass->table, pass->rows + first, n)
                                                        : kernel_rows(k, pass->table, first, n);
    for (size_t i = 0; i < pass->count; i++) {
        static const enum kernel_detail details[] = {
            [SCAN_NO_REASONS] = KERNEL_VERDICTS, [SCAN_FIRST] = KERNEL_STOPS, [SCAN_ALONE] = KERNEL_CRITERIA
        };
        struct kernel_verdicts v = kernel_policy(k, rows, pass->policies[i], details[pass->s->reasons]);
        put_verdicts(w, pass, i, &v, first, n);
        if (pass->s->reasons) put_stops(w, pass, i, &v, first, n);
    }
    uint64_t done = __atomic_add_fetch(&pass->done, n, __ATOMIC_RELAXED);
    if (pass->s->progress != NULL && thread == 0)
        pass->s->progress(pass->s->progress_ctx, pass->s->vocab->p->entities.at[pass->table].name, done, pass->total);
}

/* ---- one kind of subject ---- */

static int by_row(const void *x, const void *y)
{
    const struct paid *a = x, *b = y;
    return a->row < b->row ? -1 : a->row > b->row;
}

/* The amounts of all threads in the order of rows; kept (not asked again) come from before. */
static void gather_paid(struct pass *pass, size_t at, unsigned threads, const struct found_policy *before,
                        const uint8_t *touched, struct arena *a)
{
    struct found_policy *f = &pass->found[at];
    size_t count = 0, kept = 0;
    for (unsigned t = 0; t < threads; t++) count += pass->workers[t].paid[at].len;
    for (size_t i = 0; before != NULL && i < before->paid_count; i++) kept += touched[before->paid_row[i]] == 0;
    struct paid *all = ARENA_ARRAY(a, struct paid, count + kept + 1);
    size_t n = 0;
    for (unsigned t = 0; t < threads; t++) {
        VEC_EACH (const struct paid, one, &pass->workers[t].paid[at]) all[n++] = *one;
    }
    for (size_t i = 0; before != NULL && i < before->paid_count; i++) {
        if (touched[before->paid_row[i]] == 0) all[n++] = (struct paid){ before->paid_row[i], before->paid[i] };
    }
    qsort(all, n, sizeof *all, by_row);
    uint32_t *rows = ARENA_ARRAY(a, uint32_t, n + 1);
    int64_t *paid = ARENA_ARRAY(a, int64_t, n + 1);
    for (size_t i = 0; i < n; i++) rows[i] = all[i].row, paid[i] = all[i].amount;
    f->paid_count = n, f->paid_row = rows, f->paid = paid;
}

static struct worker *workers_new(const struct pass *pass, unsigned threads, uint32_t rows, struct arena *a)
{
    struct worker *w = ARENA_ARRAY(a, struct worker, threads);
    for (unsigned t = 0; t < threads; t++) {
        w[t].a = arena_new("scan", 0);
        w[t].paid = ARENA_ARRAY(w[t].a, paid_list, pass->count);
        w[t].stops = ARENA_ARRAY(w[t].a, uint8_t, (size_t)rows + 1);
    }
    return w;
}

/* Asks all rows, or those touched; what was not asked stays as it was before. */
static void run_pass(struct pass *pass, const struct findings *before, const uint8_t *touched, struct arena *a)
{
    struct scan *s = pass->s;
    uint32_t rows = pool_rows(s->pool, pass->table), asked = rows;
    if (before != NULL) {
        uint32_t *list = ARENA_ARRAY(a, uint32_t, (size_t)rows + 1);
        asked = 0;
        for (uint32_t i = 0; touched != NULL && i < rows; i++) {
            if (touched[i]) list[asked++] = i;
        }
        pass->rows = list;
    }
    pass->total = asked;
    unsigned threads = kernel_threads(s->threads);
    pass->workers = workers_new(pass, threads, asked, a);
    struct kernel_job job = { .vocab = s->vocab,
                              .pool = s->pool,
                              .today = s->today,
                              .rule_day = s->rule_day,
                              .table = pass->table,
                              .rows = pass->rows,
                              .row_count = asked,
                              .threads = s->threads,
                              .each = each_batch,
                              .ctx = pass };
    if (asked > 0) kernel_run(&job);
    static const uint8_t none[1];
    for (size_t i = 0; i < pass->count; i++) {
        const struct found_policy *was = before != NULL ? findings_policy(before, pass->found[i].name) : NULL;
        const uint8_t *again = touched;
        if (before != NULL && touched == NULL) again = rows > 0 ? ARENA_ARRAY(a, uint8_t, rows) : none;
        gather_paid(pass, i, threads, was, again, a);
    }
    for (unsigned t = 0; t < threads; t++) arena_free(pass->workers[t].a);
    s->escapes.rows += job.escapes.rows, s->escapes.cells += job.escapes.cells;
    for (size_t i = 0; i < sizeof s->escapes.at / sizeof *s->escapes.at; i++) s->escapes.at[i] += job.escapes.at[i];
}

/* ---- all of it ---- */

static bool wanted(const struct scan *s, const struct policy *q)
{
    const struct program *p = s->vocab->p;
    if (program_policy(p, q->name) != q || policy_on(p, q->id, s->rule_day) == NULL) return false;
    for (size_t i = 0; i < s->only_count; i++) {
        if (s->only[i] == q->id) return true;
    }
    return s->only == NULL;
}

static uint16_t add_subjects(struct findings *f, const struct scan *s, uint16_t table, struct arena *a)
{
    struct found_subjects subjects = { .entity = s->vocab->p->entities.at[table].name,
                                       .count = pool_rows(s->pool, table) };
    uint64_t *ids = ARENA_ARRAY(a, uint64_t, (size_t)subjects.count + 1);
    for (uint32_t i = 0; i < subjects.count; i++) ids[i] = pool_id(s->pool, table, i);
    subjects.ids = ids;
    *vec_push(a, &f->subjects) = subjects;
    return (uint16_t)(f->subjects.len - 1);
}

static void run(struct scan *s, const struct findings *before, const uint8_t *const *touched, struct findings *f,
                struct arena *a)
{
    const struct program *p = s->vocab->p;
    for (uint16_t t = 0; t < p->entities.len; t++) {
        VEC(uint32_t) policies = { 0 };
        VEC_EACH (const struct policy, q, &p->policies) {
            if (q->entity == t && wanted(s, q)) *vec_push(a, &policies) = q->id;
        }
        if (policies.len == 0) continue;
        uint16_t subjects = add_subjects(f, s, t, a);
        size_t first = f->policies.len;
        for (size_t i = 0; i < policies.len; i++) {
            const struct policy *q = policy_on(p, policies.at[i], s->rule_day);
            new_found(f, s, q, subjects, before != NULL ? findings_policy(before, q->name) : NULL, a);
        }
        struct pass pass = { .s = s, .table = t, .policies = policies.at, .count = policies.len };
        pass.found = &f->policies.at[first];
        run_pass(&pass, before, before != NULL ? touched[t] : NULL, a);
    }
    VEC_EACH (struct found_policy, q, &f->policies) findings_add_up(f, q);
}

static struct findings *findings_new(const struct scan *s, struct arena *a)
{
    struct findings *f = ARENA_NEW(a, struct findings);
    f->rules = s->vocab->p->hash, f->facts = s->facts;
    f->today = s->today, f->rule_day = s->rule_day;
    return f;
}

static bool finish(struct findings *f, struct arena *a, struct findings **out, struct err *e)
{
    if (arena_over(a)) return fail(e, LIMIT, "内存不够，没有找完；少问几个政策，或者换一台内存大的机器");
    *out = f;
    return true;
}

bool scan_run(struct scan *s, struct arena *a, struct findings **out, struct err *e)
{
    struct findings *f = findings_new(s, a);
    s->escapes = (struct kernel_escapes){ 0 };
    run(s, NULL, NULL, f, a);
    return finish(f, a, out, e);
}

/* The earlier findings must be about the same people, day, rules and policies: otherwise what was not asked again would
 * be wrong. */
static bool continues(const struct scan *s, const struct findings *before)
{
    if (!str_eq(before->rules, s->vocab->p->hash) || before->today.days != s->today.days ||
        before->rule_day.days != s->rule_day.days)
        return false;
    VEC_EACH (const struct found_subjects, b, &before->subjects) {
        const struct entity *entity = program_entity(s->vocab->p, b->entity);
        if (entity == NULL || pool_rows(s->pool, entity->id) != b->count) return false;
        for (uint32_t i = 0; i < b->count; i++) {
            if (pool_id(s->pool, entity->id, i) != b->ids[i]) return false;
        }
    }
    VEC_EACH (const struct policy, q, &s->vocab->p->policies) {
        const struct found_policy *was = findings_policy(before, q->name);
        if (wanted(s, q) && (was == NULL || (s->reasons && was->stops == NULL))) return false;
    }
    return true;
}

bool scan_again(struct scan *s, const struct findings *before, const uint8_t *const *touched, struct arena *a,
                struct findings **out, struct err *e)
{
    if (!continues(s, before)) return scan_run(s, a, out, e);
    struct findings *f = findings_new(s, a);
    s->escapes = (struct kernel_escapes){ 0 };
    run(s, before, touched, f, a);
    return finish(f, a, out, e);
}

bool scan_ending(const struct scan *s, const struct findings *now, date later, struct arena *a, struct scan_ending *out,
                 struct err *e)
{
    const struct program *p = s->vocab->p;
    struct scan then = *s;
    then.today = later, then.rule_day = later, then.reasons = SCAN_NO_REASONS, then.progress = NULL;
    uint8_t **touched = ARENA_ARRAY(a, uint8_t *, p->entities.len + 1);
    VEC_EACH (const struct found_policy, q, &now->policies) { /* only those who qualify for something */
        const struct found_subjects *who = &now->subjects.at[q->subjects];
        uint16_t table = program_entity(p, who->entity)->id;
        if (touched[table] == NULL) touched[table] = ARENA_ARRAY(a, uint8_t, (size_t)who->count + 1);
        for (uint32_t i = 0; i < who->count; i++) touched[table][i] |= (q->kinds[i] & FOUND_KIND) == VERDICT_QUALIFIED;
    }
    struct findings *f = findings_new(&then, a);
    run(&then, now, (const uint8_t *const *)touched, f, a);
    if (arena_over(a)) return fail(e, LIMIT, "内存不够，没有算完谁将到期");
    for (size_t i = 0; i < now->policies.len; i++) {
        const struct found_policy *q = &now->policies.at[i], *next = findings_policy(f, q->name);
        uint32_t count = now->subjects.at[q->subjects].count;
        out[i] = (struct scan_ending){ .ends = ARENA_ARRAY(a, uint8_t, (size_t)count + 1) };
        for (uint32_t r = 0; r < count; r++) {
            bool is = (q->kinds[r] & FOUND_KIND) == VERDICT_QUALIFIED;
            bool stays = next != NULL && (next->kinds[r] & FOUND_KIND) != VERDICT_REFUSED;
            out[i].ends[r] = is && !stays;
            out[i].count += out[i].ends[r];
        }
    }
    return true;
}
