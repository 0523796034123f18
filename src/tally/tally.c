/* tally: what is asked is looked at; when it was counted (counts.c), months and areas are added up (what is too small
 * is hidden by hide.c). */
#include "tally/tally_priv.h"

#include <assert.h>

date tally_day(const struct tally_job *job, month m)
{
    date day = month_last(m);
    return day.days > job->known_to.days ? job->known_to : day;
}

/* Months from the differences to the month before. Cells of several indicators lie side by side, so several are read
 * at once. */
static void add_months(const struct cells *c, struct tally *t)
{
    enum { TOGETHER = 16 };
    size_t before = c->areas;
    for (uint32_t first = 0, end; first < c->indicators; first = end) {
        end = c->indicators - first < TOGETHER ? c->indicators : first + TOGETHER;
        for (uint32_t m = 0; m < c->months; m++) {
            for (uint32_t area = 0; area < c->areas; area++) {
                for (uint32_t i = first; i < end; i++) {
                    uint32_t sum = c->sum_of[i];
                    num *to = &t->values[tally_at(t, i, m, area)];
                    *to = sum != 0 ? c->sums[sum_at(c, sum - 1, m, area)] : c->counts[count_at(c, m, area, i)];
                    if (m > 0) *to += *(to - before);
                }
            }
        }
    }
    for (uint32_t i = 0; i < c->indicators; i++) t->open[i] = (uint64_t)c->open[i];
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

static void hide_small(const struct tally_job *job, struct tally *t)
{
    const struct program *p = job->vocab->p;
    for (uint32_t i = 0; i < t->indicators; i++) {
        const struct indicator *x = &p->indicators.at[job->indicators[i]];
        num least = x->least / num_pow10(MEASURE_SCALE); /* counts are whole */
        if (least > 0 && x->sum == 0) tally_hide(t, i, least);
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

bool tally_look_at(const struct tally_job *job, struct tally *t, struct err *e)
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
    t->indicators = job->count;
    t->months = (uint32_t)(job->to.index - job->from.index) + 1;
    t->areas = t->list != NULL ? (uint32_t)t->list->items.len + 1 : 1;
    if ((uint64_t)t->indicators * t->months * t->areas > TALLY_CELLS_MAX)
        return fail(e, LIMIT, "%u 个指标 × %u 个月 × %u 个地区太多，请分几次统计", t->indicators, t->months, t->areas);
    return true;
}

void tally_finish(const struct tally_job *job, const struct tally_counts *counts, struct arena *a, struct tally *out)
{
    struct tally t = { 0 };
    struct err e = { 0 };
    const struct program *p = job->vocab->p;
    bool ok = tally_look_at(job, &t, &e);
    assert(ok && t.areas == counts->cells.areas && t.months == counts->cells.months);
    size_t cells = tally_at(&t, t.indicators, 0, 0);
    t.values = ARENA_ARRAY(a, num, cells + 1), t.hidden = ARENA_ARRAY(a, uint8_t, cells + 1);
    t.open = ARENA_ARRAY(a, uint64_t, t.indicators + 1), t.scales = ARENA_ARRAY(a, uint8_t, t.indicators + 1);
    for (uint32_t i = 0; i < job->count; i++) {
        const struct indicator *x = &p->indicators.at[job->indicators[i]];
        if (x->sum != 0) t.scales[i] = node_at(p, x->sum)->type.scale;
    }
    add_months(&counts->cells, &t);
    add_up(&t);
    tally_region(&t, job->region, a);
    hide_small(job, &t);
    *out = t;
}

bool tally_run(const struct tally_job *job, struct arena *a, struct tally *out, struct err *e)
{
    autoarena *scratch = arena_new("tally", 0);
    struct tally_counts *counts;
    if (!tally_count(job, STR(""), scratch, &counts, e)) return false;
    tally_finish(job, counts, a, out);
    return true;
}
