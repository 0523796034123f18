/* tally: for each month one run over each entity that has indicators; all indicators of a batch together, so that what
 * they share is computed once. Threads count into tables of their own, added up at the end. */
#include "tally/tally_priv.h"

#include <string.h>

struct tally_work {
    const struct tally_job *job;
    const struct program *p;
    uint16_t table;
    int by; /* slot of the area, -1 none */
    uint32_t areas;
    const uint32_t *which; /* indicators of this table, as places in job->indicators */
    uint32_t count;
    num **values;    /* per thread: [which][area] */
    uint64_t **open; /* per thread: [which] */
};

static uint32_t area_of(const struct tally_work *c, const struct kernel_values *areas, uint32_t i)
{
    if (c->by < 0 || (kernel_state(areas, i) & KERNEL_STATE) != KERNEL_KNOWN) return 0;
    return (uint32_t)kernel_value(areas, i) + 1;
}

static void add_one(const struct kernel_values *in, const uint32_t *area, uint32_t i, num *to, uint64_t *open)
{
    bool known = (kernel_state(in, i) & KERNEL_STATE) == KERNEL_KNOWN;
    *open += !known;
    to[area[i]] += known && kernel_value(in, i) != 0;
}

/* Most indicators are about few: eight rows at a time, passed over when all are known not to count. */
static void add_counts(const struct kernel_values *in, const uint32_t *area, uint32_t n, num *to, uint64_t *open)
{
    const uint64_t state_bits = UINT64_C(0x0303030303030303), all_known = UINT64_C(0x0101010101010101);
    bool bytes = in->width == KERNEL_8 && !in->constant;
    bool known = in->states == NULL && (in->common & KERNEL_STATE) == KERNEL_KNOWN;
    uint32_t i = 0;
    for (; bytes && i + 8 <= n; i += 8) {
        uint64_t values, states = all_known;
        memcpy(&values, in->b + i, 8);
        if (in->states != NULL) memcpy(&states, in->states + i, 8);
        if ((known || in->states != NULL) && values == 0 && (states & state_bits) == all_known) continue;
        for (uint32_t k = i; k < i + 8; k++) add_one(in, area, k, to, open);
    }
    for (; i < n; i++) add_one(in, area, i, to, open);
}

static void add_sums(const struct kernel_values *in, const struct kernel_values *what, const uint32_t *area, uint32_t n,
                     num *to, uint64_t *open)
{
    for (uint32_t i = 0; i < n; i++) {
        bool known = in == NULL || (kernel_state(in, i) & KERNEL_STATE) == KERNEL_KNOWN;
        if (known && in != NULL && kernel_value(in, i) == 0) continue;
        bool value = (kernel_state(what, i) & KERNEL_STATE) == KERNEL_KNOWN;
        if (known && value)
            to[area[i]] += kernel_value(what, i);
        else
            ++*open;
    }
}

static void each_batch(void *ctx, unsigned thread, struct kernel *k, uint32_t first, uint32_t n)
{
    const struct tally_work *c = ctx;
    const struct kernel_rows *r = kernel_rows(k, c->table, first, n);
    uint32_t area[KERNEL_BATCH * 2];
    struct kernel_values areas = { 0 };
    if (c->by >= 0) areas = kernel_slot(k, r, (uint32_t)c->by);
    for (uint32_t at = 0; at < n;) { /* a batch may be larger than the usual one when a household is */
        uint32_t part = n - at < KERNEL_BATCH * 2 ? n - at : KERNEL_BATCH * 2;
        if (part < n) r = kernel_rows(k, c->table, first + at, part);
        if (part < n && c->by >= 0) areas = kernel_slot(k, r, (uint32_t)c->by);
        for (uint32_t i = 0; i < part; i++) area[i] = area_of(c, &areas, i);
        for (uint32_t w = 0; w < c->count; w++) {
            const struct indicator *x = &c->p->indicators.at[c->job->indicators[c->which[w]]];
            num *to = c->values[thread] + (size_t)w * c->areas;
            struct kernel_values in = { .common = KERNEL_KNOWN, .width = KERNEL_8, .constant = true };
            static const uint8_t yes = 1;
            in.b = &yes;
            if (x->scope != 0) in = kernel_node(k, r, x->scope);
            if (x->sum == 0) {
                add_counts(&in, area, part, to, &c->open[thread][w]);
                continue;
            }
            struct kernel_values what = kernel_node(k, r, x->sum);
            add_sums(x->scope != 0 ? &in : NULL, &what, area, part, to, &c->open[thread][w]);
        }
        at += part;
    }
}

date tally_day(const struct tally_job *job, month m)
{
    date day = month_last(m);
    return day.days > job->known_to.days ? job->known_to : day;
}

static void run_month(struct tally_work *c, uint32_t at, struct arena *a, struct tally *t)
{
    const struct tally_job *job = c->job;
    unsigned threads = kernel_threads(job->threads);
    date day = tally_day(job, (month){ job->from.index + (int32_t)at });
    struct arena_mark m = arena_mark(a);
    c->values = ARENA_ARRAY(a, num *, threads);
    c->open = ARENA_ARRAY(a, uint64_t *, threads);
    for (unsigned i = 0; i < threads; i++) {
        c->values[i] = ARENA_ARRAY(a, num, (size_t)c->count * c->areas);
        c->open[i] = ARENA_ARRAY(a, uint64_t, c->count);
    }
    struct kernel_job run = { .vocab = job->vocab,
                              .pool = job->pool,
                              .today = day,
                              .rule_day = day,
                              .table = c->table,
                              .threads = job->threads,
                              .each = each_batch,
                              .ctx = c };
    kernel_run(&run);
    for (uint32_t w = 0; w < c->count; w++) {
        t->open[c->which[w]] = 0;
        for (unsigned i = 0; i < threads; i++) {
            t->open[c->which[w]] += c->open[i][w];
            for (uint32_t area = 0; area < c->areas; area++)
                t->values[tally_at(t, c->which[w], at, area)] += c->values[i][(size_t)w * c->areas + area];
        }
    }
    arena_rewind(a, m);
}

/* Upper areas get what is below them; the whole gets all, those without a known area included. Items stand behind what
 * they belong to or before it, so sums go up one item at a time along 属. */
static void add_up(struct tally *t)
{
    for (uint32_t i = 0; i < t->indicators; i++) {
        for (uint32_t m = 0; m < t->months; m++) {
            num *v = &t->values[tally_at(t, i, m, 0)], whole = v[0];
            for (uint32_t area = 1; area < t->areas; area++) whole += v[area];
            v[0] = whole;
        }
    }
    if (t->list == NULL) return;
    num *own = t->values;
    for (uint32_t cell = 0; cell < t->indicators * t->months; cell++, own += t->areas) {
        for (uint32_t area = t->areas - 1; area > 0; area--) { /* lists have what is above before what is below */
            uint32_t upper = t->list->items.at[area - 1].upper;
            if (upper != 0 && upper < area) own[upper] += own[area];
        }
    }
}

/* ---- small cells ---- */

/* Of the areas below one, a single hidden one could be got back from the sum: the smallest other is hidden with it. */
static void hide_second(struct tally *t, size_t base, uint32_t *hidden, uint32_t *smallest)
{
    for (uint32_t area = 0; area < t->areas; area++) hidden[area] = smallest[area] = 0;
    for (uint32_t area = 1; area < t->areas; area++) {
        uint32_t upper = t->list->items.at[area - 1].upper;
        num v = t->values[base + area];
        if (t->hidden[base + area])
            hidden[upper]++;
        else if (v > 0 && (smallest[upper] == 0 || v < t->values[base + smallest[upper]]))
            smallest[upper] = area;
    }
    for (uint32_t upper = 0; upper < t->areas; upper++) {
        if (hidden[upper] == 1 && smallest[upper] != 0) t->hidden[base + smallest[upper]] = 2;
    }
}

static void hide_small(const struct tally_job *job, struct tally *t, struct arena *a)
{
    const struct program *p = job->vocab->p;
    if (t->list == NULL) return;
    uint32_t *hidden = ARENA_ARRAY(a, uint32_t, t->areas), *smallest = ARENA_ARRAY(a, uint32_t, t->areas);
    for (uint32_t i = 0; i < t->indicators; i++) {
        const struct indicator *x = &p->indicators.at[job->indicators[i]];
        num least = x->least / num_pow10(MEASURE_SCALE); /* counts are whole */
        if (least <= 0 || x->sum != 0) continue;
        for (uint32_t m = 0; m < t->months; m++) {
            size_t base = tally_at(t, i, m, 0);
            for (uint32_t area = 1; area < t->areas; area++) {
                num v = t->values[base + area];
                if (v > 0 && v < least) t->hidden[base + area] = 1;
            }
            hide_second(t, base, hidden, smallest);
        }
    }
}

/* ---- the job ---- */

int tally_area_slot(const struct entity *en, str by)
{
    str one;
    while (by.len > 0 && str_split(&by, ',', &one)) {
        int slot = entity_slot(en, str_trim(one));
        if (slot >= 0) return slot;
    }
    return -1;
}

bool tally_area_list(const struct tally_job *job, uint16_t table, int *slot, const struct code_list **list,
                     struct err *e)
{
    const struct program *p = job->vocab->p;
    const struct entity *en = &p->entities.at[table];
    *slot = tally_area_slot(en, job->by);
    if (job->by.len == 0) return true;
    if (*slot < 0) return fail(e, NOT_FOUND, "%.*s没有“%.*s”这个字段，不能按它分", STR_ARG(en->name), STR_ARG(job->by));
    const struct slot *s = &en->slots.at[*slot];
    if (s->type.kind != TYPE_CODE || (s->kind != SLOT_FIELD && s->kind != SLOT_FUNC))
        return fail(e, INVALID, "“%.*s”不是代码字段，不能当地区", STR_ARG(job->by));
    if (s->kind == SLOT_FIELD && !job->vocab->used[table][*slot])
        return fail(e, INVALID, "数据池里没有装“%.*s”：没有规则用到它", STR_ARG(job->by));
    const struct code_list *own = &p->codes.at[s->type.ref];
    if (*list != NULL && *list != own)
        return fail(e, INVALID, "这些指标的“%.*s”用的不是同一个代码表，请分开统计", STR_ARG(job->by));
    *list = own;
    return true;
}

static bool look_at(const struct tally_job *job, struct tally *t, struct err *e)
{
    const struct program *p = job->vocab->p;
    if (job->count > TALLY_INDICATORS_MAX || job->to.index - job->from.index >= TALLY_MONTHS_MAX)
        return fail(e, LIMIT, "一次最多统计 %d 个指标、%d 个月", TALLY_INDICATORS_MAX, TALLY_MONTHS_MAX);
    if (job->to.index < job->from.index) return fail(e, INVALID, "月份要由早到晚");
    for (uint32_t i = 0; i < job->count; i++) {
        const struct indicator *x = &p->indicators.at[job->indicators[i]];
        int slot;
        if (x->entity == 0)
            return fail(e, INVALID, "指标“%.*s”没有写对象，数从报表来，不能从数据池统计", STR_ARG(x->name));
        if (!tally_area_list(job, (uint16_t)(x->entity - 1), &slot, &t->list, e)) return false;
    }
    return true;
}

bool tally_run(const struct tally_job *job, struct arena *a, struct tally *out, struct err *e)
{
    struct tally t = { .indicators = job->count };
    const struct program *p = job->vocab->p;
    if (!look_at(job, &t, e)) return false;
    t.months = (uint32_t)(job->to.index - job->from.index) + 1;
    t.areas = t.list != NULL ? (uint32_t)t.list->items.len + 1 : 1;
    size_t cells = (size_t)t.indicators * t.months * t.areas;
    t.values = ARENA_ARRAY(a, num, cells + 1), t.hidden = ARENA_ARRAY(a, uint8_t, cells + 1);
    t.open = ARENA_ARRAY(a, uint64_t, t.indicators + 1), t.scales = ARENA_ARRAY(a, uint8_t, t.indicators + 1);
    uint32_t *which = ARENA_ARRAY(a, uint32_t, job->count + 1);
    for (uint32_t i = 0; i < job->count; i++) {
        const struct indicator *x = &p->indicators.at[job->indicators[i]];
        if (x->sum != 0) t.scales[i] = node_at(p, x->sum)->type.scale;
    }
    for (uint16_t table = 0; table < p->entities.len; table++) {
        struct tally_work c = { .job = job, .p = p, .table = table, .areas = t.areas, .which = which };
        for (uint32_t i = 0; i < job->count; i++) {
            if (p->indicators.at[job->indicators[i]].entity == table + 1u) which[c.count++] = i;
        }
        const struct code_list *list = t.list;
        if (c.count == 0) continue;
        if (!tally_area_list(job, table, &c.by, &list, e)) return false;
        for (uint32_t m = 0; m < t.months; m++) run_month(&c, m, a, &t);
    }
    add_up(&t);
    hide_small(job, &t, a);
    *out = t;
    return true;
}
