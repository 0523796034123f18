/* scan: the kernel is asked batch by batch, by several threads. Each batch writes its own rows of the verdict bytes;
 * amounts are collected per thread and put in order afterwards; counts are added up at the end from the bytes, so that
 * no total can disagree with its list. Who is asked again gives differences: counts, bytes and amounts move on by them,
 * and everything else is shared with what was found before. */
#include "policy/scan.h"

#include <string.h>

/* What one thread collects. An arena belongs to one thread. */
struct paid {
    uint32_t row;
    int64_t amount;
};
typedef VEC(struct paid) paid_list;
/* Somebody asked again who gets another answer than before. */
struct difference {
    int64_t amount;
    uint32_t row;
    uint8_t kind, stop;
    bool had, paid; /* an amount before, and now */
};
typedef VEC(struct difference) difference_list;

struct worker {
    struct arena *a;
    paid_list *paid;              /* per policy of the pass */
    difference_list *differences; /* the same, of those asked again */
    uint8_t *stops;               /* per row of the batch */
    uint32_t room;                /* in it */
};

/* One kind of subject. */
struct pass {
    struct scan *s;
    uint16_t table;
    const uint32_t *policies;
    struct found_policy *found;
    const struct found_policy **was; /* asked again: what was found before; NULL all, or this policy was not asked */
    size_t count;
    struct worker *workers;
    const uint64_t *ids;
    uint32_t had; /* rows that there were before */
    /* asked again: rows in the order of their class, and within one ascending; classes of the rows */
    const struct vocab_touched *touched;
    const uint32_t *rows;
    const uint8_t *classes;
    uint32_t class_count;
    uint64_t done, total;
};

/* Rows behind those that were touched are new: about them everything is asked. */
static unsigned class_of(const struct pass *pass, uint32_t row)
{
    if (pass->ids[row] == POOL_GONE) return 0;
    return row >= pass->had ? VOCAB_TOUCHED_ALL : row < pass->class_count ? pass->classes[row] : 0;
}

/* before: what is known of those who are not asked again, NULL none; there were `had` of them. */
static void new_found(struct findings *f, const struct scan *s, const struct policy *q, uint16_t subjects,
                      const struct found_policy *before, uint32_t had, struct arena *a)
{
    const struct program *p = s->vocab->p;
    uint32_t count = f->subjects.at[subjects].count;
    struct found_policy *out = vec_push(a, &f->policies);
    *out = (struct found_policy){ .name = q->name, .subjects = subjects };
    out->kinds = before != NULL ? findings_share(a, before->kinds, had, count, FOUND_NOBODY) : findings_bytes(a, count);
    if (s->reasons) {
        out->reason_count = q->criteria.len < STOP_MAX ? q->criteria.len : STOP_MAX;
        out->reasons = ARENA_ARRAY(a, struct found_reason, out->reason_count + 1);
        for (size_t c = 0; c < out->reason_count; c++) out->reasons[c].name = q->criteria.at[c].name;
        out->stops = before != NULL ? findings_share(a, before->stops, had, count, 0) : findings_bytes(a, count);
    }
    if (q->steps.len > 0) {
        const struct type *t = &node_at(p, q->steps.at[q->steps.len - 1].node)->type;
        struct text unit;
        text_init(&unit, a, 64);
        unit_text(t->unit, &unit);
        out->unit = text_str(&unit), out->scale = t->scale;
    }
    if (before == NULL) return;
    memcpy(out->count, before->count, sizeof out->count);
    out->assumed = before->assumed, out->unset = before->unset, out->total = before->total;
    out->paid_count = before->paid_count, out->paid_row = before->paid_row, out->paid = before->paid;
    for (size_t c = 0; c < out->reason_count && c < before->reason_count; c++) out->reasons[c] = before->reasons[c];
}

/* ---- one batch ---- */

/* The first criterion against, open, or failed, as the verdict has it; alone when no other one is not met. */
static void put_stops(struct worker *w, const struct kernel_verdicts *v, uint32_t n)
{
    static const uint8_t decisive[FOUND_COUNT] = {
        [VERDICT_REFUSED] = VALUE_KNOWN, [VERDICT_PENDING] = VALUE_UNKNOWN, [VERDICT_ERROR] = VALUE_ERROR
    };
    const struct policy *q = v->policy;
    const uint8_t *from = v->stops;
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
    if (v->stops == NULL) return;
    uint8_t *restrict to = w->stops;
    for (uint32_t i = 0; i < n; i++) to[i] = from[i] > STOP_MAX ? 0 : from[i];
}

/* What is kept of one verdict; true with the amount when there is one. */
static bool kept_kind(const struct found_policy *f, const struct kernel_verdicts *v, uint32_t i, uint8_t *kind,
                      int64_t *amount)
{
    *kind = v->kinds[i];
    if (v->assumed[i]) *kind |= FOUND_ASSUMED;
    if (v->unset[i]) *kind |= FOUND_UNSET;
    if (v->kinds[i] != VERDICT_QUALIFIED || f->unit.p == NULL) return false;
    bool known = (kernel_state(&v->amount, i) & KERNEL_STATE) == VALUE_KNOWN;
    if (!known) *kind |= FOUND_NO_SUM;
    *amount = known ? kernel_value(&v->amount, i) : 0;
    return known;
}

/* Verdicts and what stopped whom, as far as one piece of the bytes goes. */
static void put_piece(const struct found_policy *f, const struct kernel_verdicts *v, const uint8_t *stops, uint32_t row,
                      uint32_t from, uint32_t n)
{
    uint8_t *restrict out = found_byte(f->kinds, row);
    const uint8_t *restrict kinds = v->kinds + from, *restrict assumed = v->assumed + from,
                            *restrict unset = v->unset + from;
    for (uint32_t i = 0; i < n; i++)
        out[i] = (uint8_t)(kinds[i] | (assumed[i] ? FOUND_ASSUMED : 0) | (unset[i] ? FOUND_UNSET : 0));
    if (f->stops.at != NULL) memcpy(found_byte(f->stops, row), stops + from, n);
}

static void put_verdicts(struct worker *w, struct pass *pass, size_t at, const struct kernel_verdicts *v,
                         uint32_t first, uint32_t n)
{
    struct found_policy *f = &pass->found[at];
    for (uint32_t i = 0, len; i < n; i += len) {
        len = FOUND_PIECE - (first + i) % FOUND_PIECE;
        len = len < n - i ? len : n - i;
        put_piece(f, v, w->stops, first + i, i, len);
    }
    const uint8_t *at_kind = v->kinds, *end = v->kinds + n; /* few qualify */
    for (; (at_kind = memchr(at_kind, VERDICT_QUALIFIED, (size_t)(end - at_kind))) != NULL; at_kind++) {
        uint32_t i = (uint32_t)(at_kind - v->kinds);
        uint8_t kind;
        int64_t amount;
        if (pass->ids[first + i] == POOL_GONE) continue;
        if (kept_kind(f, v, i, &kind, &amount)) *vec_push(w->a, &w->paid[at]) = (struct paid){ first + i, amount };
        *found_byte(f->kinds, first + i) = kind;
    }
}

/* The place of the first amount whose row is not smaller, from `at` on. */
static size_t paid_from(const struct found_policy *f, size_t at, uint32_t row)
{
    size_t hi = f->paid_count;
    while (at < hi) {
        size_t mid = at + (hi - at) / 2;
        if (f->paid_row[mid] < row)
            at = mid + 1;
        else
            hi = mid;
    }
    return at;
}

static void compare_verdicts(struct worker *w, struct pass *pass, size_t at, const struct kernel_verdicts *v,
                             const uint32_t *rows, uint32_t n)
{
    const struct found_policy *f = &pass->found[at], *was = pass->was[at];
    size_t paid_at = 0;
    for (uint32_t i = 0; i < n; i++) {
        struct difference d = { .row = rows[i], .stop = f->stops.at != NULL ? w->stops[i] : 0 };
        uint8_t kind = *found_byte(f->kinds, d.row), stop = f->stops.at != NULL ? *found_byte(f->stops, d.row) : 0;
        bool qualified = (kind & FOUND_KIND) == VERDICT_QUALIFIED, same = true;
        d.paid = kept_kind(f, v, i, &d.kind, &d.amount);
        if (qualified || d.paid) {
            paid_at = paid_from(was, paid_at, d.row);
            d.had = paid_at < was->paid_count && was->paid_row[paid_at] == d.row;
            same = d.had == d.paid && (!d.had || was->paid[paid_at] == d.amount);
        }
        if (!same || d.kind != kind || d.stop != stop) *vec_push(w->a, &w->differences[at]) = d;
    }
}

static void ask(struct pass *pass, struct worker *w, struct kernel *k, const struct kernel_rows *rows, size_t at,
                uint32_t first, uint32_t n)
{
    static const enum kernel_detail details[] = {
        [SCAN_NO_REASONS] = KERNEL_VERDICTS, [SCAN_FIRST] = KERNEL_STOPS, [SCAN_ALONE] = KERNEL_CRITERIA
    };
    struct kernel_verdicts v = kernel_policy(k, rows, pass->policies[at], details[pass->s->reasons]);
    if (pass->s->reasons) put_stops(w, &v, n);
    if (pass->was != NULL)
        compare_verdicts(w, pass, at, &v, pass->rows + first, n);
    else
        put_verdicts(w, pass, at, &v, first, n);
}

/* Rows of one class, in pieces where a batch has several: each is asked about the policies of its class. */
static void ask_again(struct pass *pass, struct worker *w, struct kernel *k, uint32_t first, uint32_t n)
{
    while (n > 0) {
        unsigned class = class_of(pass, pass->rows[first]);
        uint32_t len = 1;
        while (len < n && class_of(pass, pass->rows[first + len]) == class) len++;
        const struct kernel_rows *rows = kernel_rows_list(k, pass->table, pass->rows + first, len);
        for (size_t i = 0; i < pass->count; i++) {
            if (pass->was[i] != NULL && vocab_touched_has(pass->touched, class, pass->policies[i]))
                ask(pass, w, k, rows, i, first, len);
        }
        first += len, n -= len;
    }
}

static void each_batch(void *ctx, unsigned thread, struct kernel *k, uint32_t first, uint32_t n)
{
    struct pass *pass = ctx;
    struct worker *w = &pass->workers[thread];
    if (n > w->room) {
        w->room = n;
        w->stops = ARENA_ARRAY(w->a, uint8_t, n);
    }
    if (pass->was != NULL) {
        ask_again(pass, w, k, first, n);
    } else {
        const struct kernel_rows *rows = kernel_rows(k, pass->table, first, n);
        for (size_t i = 0; i < pass->count; i++) ask(pass, w, k, rows, i, first, n);
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

/* The amounts of all threads in the order of rows. */
static void gather_paid(struct pass *pass, size_t at, unsigned threads, struct arena *a)
{
    struct found_policy *f = &pass->found[at];
    size_t count = 0, n = 0;
    for (unsigned t = 0; t < threads; t++) count += pass->workers[t].paid[at].len;
    struct paid *all = ARENA_ARRAY(pass->workers[0].a, struct paid, count + 1);
    for (unsigned t = 0; t < threads; t++) {
        VEC_EACH (const struct paid, one, &pass->workers[t].paid[at]) all[n++] = *one;
    }
    qsort(all, n, sizeof *all, by_row);
    uint32_t *rows = ARENA_ARRAY(a, uint32_t, n + 1);
    int64_t *paid = ARENA_ARRAY(a, int64_t, n + 1);
    for (size_t i = 0; i < n; i++) rows[i] = all[i].row, paid[i] = all[i].amount;
    f->paid_count = n, f->paid_row = rows, f->paid = paid;
}

static int by_changed_row(const void *x, const void *y)
{
    const struct difference *a = x, *b = y;
    return a->row < b->row ? -1 : a->row > b->row;
}

/* Amounts before, without those that differ, and those there are now. */
static void merge_paid(struct found_policy *f, const struct found_policy *was, const struct difference *d, size_t n,
                       struct arena *a)
{
    uint32_t *rows = ARENA_ARRAY(a, uint32_t, was->paid_count + n + 1);
    int64_t *paid = ARENA_ARRAY(a, int64_t, was->paid_count + n + 1);
    size_t from = 0, to = 0;
    for (size_t i = 0; i <= n; i++) {
        size_t end = i < n ? paid_from(was, from, d[i].row) : was->paid_count;
        if (end > from) {
            memcpy(rows + to, was->paid_row + from, (end - from) * sizeof *rows);
            memcpy(paid + to, was->paid + from, (end - from) * sizeof *paid);
        }
        to += end - from, from = end;
        if (i == n) break;
        if (from < was->paid_count && was->paid_row[from] == d[i].row) f->total -= was->paid[from++];
        if (!d[i].paid) continue;
        rows[to] = d[i].row, paid[to++] = d[i].amount;
        f->total += d[i].amount;
    }
    f->paid_count = to, f->paid_row = rows, f->paid = paid;
}

/* Bytes, counts and amounts move on by what differs. */
static void apply_differences(struct pass *pass, size_t at, unsigned threads, struct arena *a)
{
    struct found_policy *f = &pass->found[at];
    const struct found_policy *was = pass->was[at];
    struct arena *scratch = pass->workers[0].a;
    difference_list all = { 0 };
    bool amounts = false;
    for (unsigned t = 0; t < threads; t++) {
        VEC_EACH (const struct difference, d, &pass->workers[t].differences[at]) {
            *vec_push(scratch, &all) = *d;
            amounts = amounts || d->had || d->paid;
        }
    }
    VEC_EACH (const struct difference, d, &all) {
        uint8_t stop = f->stops.at != NULL ? *found_byte(f->stops, d->row) : 0;
        findings_count(f, *found_byte(f->kinds, d->row), stop, -1);
        findings_count(f, d->kind, d->stop, 1);
        findings_write(a, f->kinds, was->kinds, pass->had, d->row, d->kind);
        if (f->stops.at != NULL) findings_write(a, f->stops, was->stops, pass->had, d->row, d->stop);
    }
    if (!amounts) return;
    qsort(all.at, all.len, sizeof *all.at, by_changed_row);
    merge_paid(f, was, all.at, all.len, a);
}

/* Whoever is nobody was asked with the others, which is quicker than going round them. */
static void blank_gone(const struct pass *pass, uint32_t rows)
{
    for (uint32_t row = 0; row < rows; row++) {
        if (pass->ids[row] != POOL_GONE) continue;
        for (size_t i = 0; i < pass->count; i++) {
            *found_byte(pass->found[i].kinds, row) = FOUND_NOBODY;
            if (pass->found[i].stops.at != NULL) *found_byte(pass->found[i].stops, row) = 0;
        }
    }
}

/* Rows that were somebody's and are nobody's any more. */
static void note_gone(struct pass *pass, const uint64_t *ids_before)
{
    if (ids_before == NULL || ids_before == pass->ids) return;
    for (uint32_t row = 0; row < pass->had; row++) {
        if (ids_before[row] == pass->ids[row] || pass->ids[row] != POOL_GONE) continue;
        for (size_t i = 0; i < pass->count; i++) {
            const struct found_policy *was = pass->was[i];
            if (was == NULL) continue;
            size_t at = paid_from(was, 0, row);
            struct difference d = { .row = row, .kind = FOUND_NOBODY };
            d.had = at < was->paid_count && was->paid_row[at] == row;
            *vec_push(pass->workers[0].a, &pass->workers[0].differences[i]) = d;
        }
    }
}

static struct worker *workers_new(const struct pass *pass, unsigned threads, struct arena *a)
{
    struct worker *w = ARENA_ARRAY(a, struct worker, threads);
    for (unsigned t = 0; t < threads; t++) {
        w[t].a = arena_new("scan", 0);
        w[t].paid = ARENA_ARRAY(w[t].a, paid_list, pass->count);
        w[t].differences = ARENA_ARRAY(w[t].a, difference_list, pass->count);
    }
    return w;
}

/* The rows to ask again, those of one class together. */
static uint32_t rows_again(struct pass *pass, uint32_t rows, struct arena *a)
{
    uint32_t start[VOCAB_TOUCHED_ALL + 2] = { 0 };
    pass->classes = pass->touched != NULL ? vocab_touched_rows(pass->touched, pass->table, &pass->class_count) : NULL;
    for (uint32_t i = 0; i < rows; i++) start[class_of(pass, i) + 1]++;
    uint32_t asked = rows - start[1], *list = ARENA_ARRAY(a, uint32_t, (size_t)asked + 1);
    start[1] = 0;
    for (unsigned c = 1; c <= VOCAB_TOUCHED_ALL; c++) start[c + 1] += start[c];
    for (uint32_t i = 0; i < rows; i++) {
        unsigned c = class_of(pass, i);
        if (c != 0) list[start[c]++] = i;
    }
    pass->rows = list;
    return asked;
}

/* Asks all rows, or those touched; what was not asked stays as it was before. */
static void run_pass(struct pass *pass, const uint64_t *ids_before, struct arena *a)
{
    struct scan *s = pass->s;
    uint32_t asked = pool_rows(s->pool, pass->table);
    unsigned threads = kernel_threads(s->threads);
    pass->workers = workers_new(pass, threads, a);
    if (pass->was != NULL) {
        asked = rows_again(pass, asked, a);
        note_gone(pass, ids_before);
    }
    pass->total = asked;
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
    if (pass->was == NULL) blank_gone(pass, asked);
    for (size_t i = 0; i < pass->count; i++) {
        if (pass->was == NULL)
            gather_paid(pass, i, threads, a);
        else if (pass->was[i] != NULL)
            apply_differences(pass, i, threads, a);
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

static const struct found_subjects *subjects_before(const struct findings *before, str entity)
{
    if (before == NULL) return NULL;
    VEC_EACH (const struct found_subjects, b, &before->subjects) {
        if (str_eq(b->entity, entity)) return b;
    }
    return NULL;
}

/* Where nobody came or went, the list of those before serves. */
static bool same_people(const struct scan *s, uint16_t table, const struct found_subjects *before)
{
    uint32_t rows = pool_rows(s->pool, table);
    if (before == NULL || before->count != rows) return false;
    uint64_t ids[1024];
    for (uint32_t at = 0; at < rows; at += 1024) {
        uint32_t n = rows - at < 1024 ? rows - at : 1024;
        pool_read_ids(s->pool, table, at, n, ids);
        if (memcmp(ids, before->ids + at, n * sizeof *ids) != 0) return false;
    }
    return true;
}

static uint16_t add_subjects(struct findings *f, const struct scan *s, uint16_t table,
                             const struct found_subjects *before, struct arena *a)
{
    struct found_subjects subjects = { .entity = s->vocab->p->entities.at[table].name,
                                       .count = pool_rows(s->pool, table) };
    if (same_people(s, table, before)) {
        subjects.ids = before->ids;
    } else {
        uint64_t *ids = ARENA_ARRAY(a, uint64_t, (size_t)subjects.count + 1);
        pool_read_ids(s->pool, table, 0, subjects.count, ids);
        subjects.ids = ids;
    }
    *vec_push(a, &f->subjects) = subjects;
    return (uint16_t)(f->subjects.len - 1);
}

static void run(struct scan *s, const struct findings *before, const struct vocab_touched *touched, struct findings *f,
                struct arena *a)
{
    const struct program *p = s->vocab->p;
    for (uint16_t t = 0; t < p->entities.len; t++) {
        VEC(uint32_t) policies = { 0 };
        VEC_EACH (const struct policy, q, &p->policies) {
            if (q->entity == t && wanted(s, q)) *vec_push(a, &policies) = q->id;
        }
        if (policies.len == 0) continue;
        const struct found_subjects *were = subjects_before(before, p->entities.at[t].name);
        uint16_t subjects = add_subjects(f, s, t, were, a);
        struct pass pass = { .s = s, .table = t, .policies = policies.at, .count = policies.len };
        pass.ids = f->subjects.at[subjects].ids;
        if (before != NULL) {
            pass.touched = touched, pass.had = were != NULL ? were->count : 0;
            pass.was = ARENA_ARRAY(a, const struct found_policy *, policies.len);
        }
        size_t first = f->policies.len;
        for (size_t i = 0; i < policies.len; i++) {
            const struct policy *q = policy_on(p, policies.at[i], s->rule_day);
            if (before != NULL) pass.was[i] = findings_policy(before, q->name);
            new_found(f, s, q, subjects, before != NULL ? pass.was[i] : NULL, pass.had, a);
        }
        pass.found = &f->policies.at[first];
        run_pass(&pass, were != NULL ? were->ids : NULL, a);
    }
    VEC_EACH (struct found_policy, q, &f->policies) {
        if (before == NULL) findings_add_up(f, q);
    }
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

/* The earlier findings must be about the same day, rules and policies, and rows must be where they were, or nobody's
 * by now, or new at the end: otherwise what was not asked again would be wrong. */
static bool continues(const struct scan *s, const struct findings *before)
{
    if (!str_eq(before->rules, s->vocab->p->hash) || before->today.days != s->today.days ||
        before->rule_day.days != s->rule_day.days)
        return false;
    VEC_EACH (const struct found_subjects, b, &before->subjects) {
        const struct entity *entity = program_entity(s->vocab->p, b->entity);
        if (entity == NULL || pool_rows(s->pool, entity->id) < b->count) return false;
        uint64_t ids[1024];
        for (uint32_t at = 0; at < b->count; at += 1024) {
            uint32_t n = b->count - at < 1024 ? b->count - at : 1024;
            pool_read_ids(s->pool, entity->id, at, n, ids);
            if (memcmp(ids, b->ids + at, n * sizeof *ids) == 0) continue;
            for (uint32_t i = 0; i < n; i++) {
                if (ids[i] != b->ids[at + i] && ids[i] != POOL_GONE) return false;
            }
        }
    }
    VEC_EACH (const struct policy, q, &s->vocab->p->policies) {
        const struct found_policy *was = findings_policy(before, q->name);
        if (wanted(s, q) && (was == NULL || (s->reasons && was->stops.at == NULL))) return false;
    }
    return true;
}

bool scan_again(struct scan *s, const struct findings *before, const struct vocab_touched *touched, struct arena *a,
                struct findings **out, struct err *e)
{
    if (!continues(s, before)) return scan_run(s, a, out, e);
    struct findings *f = findings_new(s, a);
    s->escapes = (struct kernel_escapes){ 0 };
    run(s, before, touched, f, a);
    return finish(f, a, out, e);
}

/* Everybody with the policies they qualify for. */
static const struct vocab_touched *who_qualifies(const struct scan *s, const struct findings *now, struct arena *a)
{
    const struct program *p = s->vocab->p;
    struct vocab_touched *t = vocab_touched_new(s->vocab, a);
    uint64_t *set = ARENA_ARRAY(a, uint64_t, p->policies.len / 64 + 1);
    VEC_EACH (const struct found_policy, q, &now->policies) {
        const struct found_subjects *who = &now->subjects.at[q->subjects];
        uint16_t table = program_entity(p, who->entity)->id;
        uint32_t policy = program_policy(p, q->name)->id;
        set[policy / 64] = UINT64_C(1) << policy % 64;
        unsigned class = vocab_touched_class(t, set);
        set[policy / 64] = 0;
        for (uint32_t i = 0; i < who->count; i++) {
            if ((*found_byte(q->kinds, i) & FOUND_KIND) == VERDICT_QUALIFIED) vocab_touch(t, table, i, class);
        }
    }
    return t;
}

bool scan_ending(const struct scan *s, const struct findings *now, date later, struct arena *a, struct scan_ending *out,
                 struct err *e)
{
    struct scan then = *s;
    then.today = later, then.rule_day = later, then.reasons = SCAN_NO_REASONS, then.progress = NULL;
    struct findings *f = findings_new(&then, a);
    run(&then, now, who_qualifies(s, now, a), f, a);
    if (arena_over(a)) return fail(e, LIMIT, "内存不够，没有算完谁将到期");
    for (size_t i = 0; i < now->policies.len; i++) {
        const struct found_policy *q = &now->policies.at[i], *next = findings_policy(f, q->name);
        uint32_t count = now->subjects.at[q->subjects].count;
        out[i] = (struct scan_ending){ .ends = ARENA_ARRAY(a, uint8_t, (size_t)count + 1) };
        for (uint32_t r = 0; r < count; r++) {
            bool is = (*found_byte(q->kinds, r) & FOUND_KIND) == VERDICT_QUALIFIED;
            bool stays = next != NULL && (*found_byte(next->kinds, r) & FOUND_KIND) != VERDICT_REFUSED;
            out[i].ends[r] = is && !stays;
            out[i].count += out[i].ends[r];
        }
    }
    return true;
}
