/* tally_list: who is counted: one indicator, one month, one area. */
#include "tally/tally_priv.h"

#include <stdlib.h>

struct lister { /* an arena belongs to one thread */
    struct arena *a;
    VEC(uint64_t) ids;
    uint64_t open;
};

struct listing {
    const struct tally_job *job;
    const struct indicator *x;
    uint16_t table;
    int by;
    const bool *inside; /* by item; NULL: everywhere */
    struct lister *workers;
};

static bool is_inside(const struct listing *c, const struct kernel_values *areas, uint32_t i)
{
    if (c->inside == NULL) return true;
    return (kernel_state(areas, i) & KERNEL_STATE) == KERNEL_KNOWN && c->inside[kernel_value(areas, i)];
}

static void each_batch(void *ctx, unsigned thread, struct kernel *k, uint32_t first, uint32_t n)
{
    const struct listing *c = ctx;
    struct lister *w = &c->workers[thread];
    const struct kernel_rows *r = kernel_rows(k, c->table, first, n);
    struct kernel_values areas = { 0 }, in = { 0 };
    if (c->inside != NULL) areas = kernel_slot(k, r, (uint32_t)c->by);
    if (c->x->scope != 0) in = kernel_node(k, r, c->x->scope);
    for (uint32_t i = 0; i < n; i++) {
        if (!is_inside(c, &areas, i)) continue;
        bool known = c->x->scope == 0 || (kernel_state(&in, i) & KERNEL_STATE) == KERNEL_KNOWN;
        w->open += !known;
        if (known && (c->x->scope == 0 || kernel_value(&in, i) != 0))
            *vec_push(w->a, &w->ids) = pool_id(c->job->pool, c->table, first + i);
    }
}

/* Items of the area and of what lies in it. */
static bool find_inside(const struct code_list *list, str area, struct arena *a, const bool **out, struct err *e)
{
    bool *inside = ARENA_ARRAY(a, bool, list->items.len + 1), found = false;
    for (size_t i = 0; i < list->items.len; i++) {
        uint32_t at = (uint32_t)i + 1;
        for (unsigned levels = 0; at != 0 && levels < 16 && !inside[i]; levels++) {
            inside[i] = str_eq(list->items.at[at - 1].code, area);
            at = list->items.at[at - 1].upper;
        }
        found = found || inside[i];
    }
    *out = inside;
    return found || fail(e, NOT_FOUND, "“%.*s”里没有地区 %.*s；写六位代码", STR_ARG(list->name), STR_ARG(area));
}

static int by_id(const void *x, const void *y)
{
    const uint64_t *a = x, *b = y;
    return *a < *b ? -1 : *a > *b;
}

bool tally_list(const struct tally_job *job, uint32_t indicator, str area, struct arena *a, struct tally_rows *out,
                struct err *e)
{
    const struct indicator *x = &job->vocab->p->indicators.at[indicator];
    struct lister workers[KERNEL_THREADS_MAX] = { 0 };
    struct listing c = { .job = job, .x = x, .table = (uint16_t)(x->entity - 1), .by = -1, .workers = workers };
    const struct code_list *list = NULL;
    if (x->entity == 0) return fail(e, INVALID, "指标“%.*s”没有写对象，数从报表来，没有名单", STR_ARG(x->name));
    if (!tally_area_list(job, c.table, &c.by, &list, e)) return false;
    if (area.len > 0 && list == NULL) return fail(e, INVALID, "要看一个地区，先用 --by 说明按哪个字段");
    if (area.len > 0 && !find_inside(list, area, a, &c.inside, e)) return false;
    date day = tally_day(job, job->to);
    struct kernel_job run = { .vocab = job->vocab,
                              .pool = job->pool,
                              .today = day,
                              .rule_day = day,
                              .table = c.table,
                              .threads = job->threads,
                              .each = each_batch,
                              .ctx = &c };
    unsigned threads = kernel_threads(job->threads);
    struct tally_rows found = { 0 };
    bool over = false;
    for (unsigned i = 0; i < threads; i++) workers[i].a = arena_new("tally list", 0);
    kernel_run(&run);
    for (unsigned i = 0; i < threads; i++) found.count += workers[i].ids.len, found.open += workers[i].open;
    found.ids = ARENA_ARRAY(a, uint64_t, found.count + 1);
    for (size_t i = 0, at = 0; i < threads; i++) {
        VEC_EACH (const uint64_t, id, &workers[i].ids) found.ids[at++] = *id;
        over = over || arena_over(workers[i].a);
        arena_free(workers[i].a);
    }
    if (over) return fail(e, MEMORY, "名单太长，内存放不下");
    qsort(found.ids, found.count, sizeof *found.ids, by_id);
    *out = found;
    return true;
}
