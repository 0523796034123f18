/* tally: what is asked is looked at, the rows of each entity are counted (count.c), months and areas are added up, and
 * cells that are too small are hidden. */
#include "tally/tally_priv.h"

date tally_day(const struct tally_job *job, month m)
{
    date day = month_last(m);
    return day.days > job->known_to.days ? job->known_to : day;
}

void cells_new(const struct tally_job *job, uint32_t months, uint32_t areas, struct arena *a, struct cells *out)
{
    *out = (struct cells){ .indicators = job->count, .months = months, .areas = areas };
    out->sum_of = ARENA_ARRAY(a, uint32_t, job->count + 1);
    for (uint32_t i = 0; i < job->count; i++) {
        if (job->vocab->p->indicators.at[job->indicators[i]].sum != 0) out->sum_of[i] = ++out->sum_count;
    }
    out->counts = ARENA_ARRAY(a, int32_t, cell_at(out, job->count, 0, 0) + 1);
    out->sums = ARENA_ARRAY(a, num, cell_at(out, out->sum_count, 0, 0) + 1);
    out->open = ARENA_ARRAY(a, int64_t, job->count + 1);
}

/* Months from the differences to the month before. */
static void add_months(const struct cells *c, struct tally *t)
{
    for (uint32_t i = 0; i < c->indicators; i++) {
        uint32_t sum = c->sum_of[i];
        for (uint32_t m = 0; m < c->months; m++) {
            num *to = &t->values[tally_at(t, i, m, 0)];
            const int32_t *counts = &c->counts[cell_at(c, i, m, 0)];
            const num *sums = sum != 0 ? &c->sums[cell_at(c, sum - 1, m, 0)] : NULL;
            for (uint32_t area = 0; area < c->areas; area++) {
                to[area] = sum != 0 ? sums[area] : counts[area];
                if (m > 0) to[area] += to[(ptrdiff_t)area - (ptrdiff_t)c->areas];
            }
        }
        t->open[i] = (uint64_t)c->open[i];
    }
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
    for (uint32_t i = 0; i < job->count; i++) {
        const struct indicator *x = &p->indicators.at[job->indicators[i]];
        if (x->sum != 0) t.scales[i] = node_at(p, x->sum)->type.scale;
    }
    autoarena *scratch = arena_new("tally", 0);
    date days[TALLY_MONTHS_MAX];
    for (uint32_t m = 0; m < t.months; m++) days[m] = tally_day(job, (month){ job->from.index + (int32_t)m });
    struct cells counted;
    cells_new(job, t.months, t.areas, scratch, &counted);
    for (uint16_t table = 0; table < p->entities.len; table++) {
        struct count_job c = { .job = job, .pool = job->pool, .table = table, .days = days, .sign = 1 };
        uint32_t *which = ARENA_ARRAY(scratch, uint32_t, job->count + 1), count = 0;
        for (uint32_t i = 0; i < job->count; i++) {
            if (p->indicators.at[job->indicators[i]].entity == table + 1u) which[count++] = i;
        }
        const struct code_list *list = t.list;
        if (count == 0) continue;
        if (!tally_area_list(job, table, &c.slot, &list, e)) return false;
        struct sieve s;
        sieve_of(job, which, count, scratch, &s);
        c.sieve = &s;
        tally_count(&c, &counted);
    }
    add_months(&counted, &t);
    add_up(&t);
    hide_small(job, &t, a);
    *out = t;
    return true;
}
