/* gauge: choosing, counting, units. */
#include "gauge/gauge.h"

static bool add_indicator(struct gauge *g, uint32_t id, struct arena *a)
{
    VEC_EACH (const uint32_t, w, &g->which) {
        if (*w == id) return false;
    }
    *vec_push(a, &g->which) = id;
    return true;
}

bool gauge_choose(struct gauge *g, const str *names, size_t count, struct arena *a, struct err *e)
{
    const struct program *p = g->p;
    for (size_t i = 0; i < count; i++) {
        const struct indicator *x = program_indicator(p, names[i]);
        if (x == NULL) return fail(e, NOT_FOUND, "没有指标“%.*s”", STR_ARG(names[i]));
        add_indicator(g, (uint32_t)(x - p->indicators.at), a);
    }
    for (uint32_t i = 0; count == 0 && i < p->indicators.len; i++) {
        uint32_t entity = p->indicators.at[i].entity;
        if (entity == 0) continue;
        bool has_area = g->job.by.len == 0 || tally_area_slot(&p->entities.at[entity - 1], g->job.by) >= 0;
        if (has_area) add_indicator(g, i, a);
    }
    if (g->which.len == 0) return fail(e, NOT_FOUND, "这个包里没有能从数据统计的指标（写了“对象”的）");
    g->asked = g->which.len;
    for (size_t i = 0; i < g->asked; i++) {
        uint32_t below = p->indicators.at[g->which.at[i]].denominator;
        if (below != 0) add_indicator(g, below - 1, a);
    }
    g->job.region = gauge_region(p);
    g->job.indicators = g->which.at, g->job.count = (uint32_t)g->which.len;
    return true;
}

/* ---- few people ---- */

/* 人员 have where they live: in a small place a count of them can point at somebody. */
static bool counts_people(const struct program *p, const struct indicator *x)
{
    return x->entity != 0 && x->sum == 0 && entity_slot(&p->entities.at[x->entity - 1], STR("常住地")) >= 0;
}

/* Whether the region must say how few are too few, and what it says, in people; 0: nothing yet. */
static bool region_line(const struct gauge *g, num *least)
{
    const struct param *q = program_param(g->p, STR("地图小格人数线"));
    if (q == NULL) return false;
    const struct param_row *row = param_row_on(q, 0, g->job.known_to);
    bool known = row != NULL && !row->ended && row->value.state == VALUE_KNOWN;
    *least = known ? row->value.number / num_pow10(q->type.scale) : 0;
    return true;
}

/* What an indicator itself says (最少) was hidden when it was counted. */
static bool by_region(const struct gauge *g, size_t i)
{
    const struct indicator *x = &g->p->indicators.at[g->which.at[i]];
    return counts_people(g->p, x) && x->least == 0;
}

bool gauge_open(const struct gauge *g, size_t i)
{
    num least;
    return by_region(g, i) && region_line(g, &least) && least == 0;
}

void gauge_hide(struct gauge *g)
{
    num least;
    if (!region_line(g, &least)) return;
    for (size_t i = 0; i < g->which.len; i++) {
        if (by_region(g, i)) tally_hide(&g->t, (uint32_t)i, least);
    }
}

bool gauge_run(struct gauge *g, struct arena *a, struct err *e)
{
    if (!tally_run(&g->job, a, &g->t, e)) return false;
    gauge_hide(g);
    return true;
}

static enum gauge_sight share_of(const struct gauge *g, const struct indicator *x, num part, uint32_t month_,
                                 uint32_t area, num *out)
{
    for (size_t k = 0; k < g->which.len; k++) {
        if (g->which.at[k] != x->denominator - 1) continue;
        size_t below = tally_at(&g->t, (uint32_t)k, month_, area);
        num whole = g->t.values[below], wide;
        if (g->t.hidden[below]) return GAUGE_HIDDEN;
        if (whole == 0 || !num_mul(part, num_pow10(MEASURE_SCALE) * (x->unit.percent ? 100 : 1), &wide))
            return GAUGE_NONE;
        *out = num_div_round(wide, whole, NUM_HALF_UP);
        return GAUGE_KNOWN;
    }
    return GAUGE_NONE;
}

enum gauge_sight gauge_at(const struct gauge *g, size_t i, uint32_t month_, uint32_t area, num *out)
{
    const struct indicator *x = &g->p->indicators.at[g->which.at[i]];
    size_t at = tally_at(&g->t, (uint32_t)i, month_, area);
    if (g->t.hidden[at]) return GAUGE_HIDDEN;
    if (x->denominator != 0) return share_of(g, x, g->t.values[at], month_, area, out);
    struct measure_unit one = x->unit;
    one.factor = 1;
    return measure_convert(g->t.values[at], g->t.scales[i], &one, &x->unit, out) ? GAUGE_KNOWN : GAUGE_NONE;
}

bool gauge_empty(const struct gauge *g, uint32_t area)
{
    for (uint32_t i = 0; i < g->t.indicators; i++) {
        for (uint32_t m = 0; m < g->t.months; m++) {
            if (g->t.values[tally_at(&g->t, i, m, area)] != 0) return false;
        }
    }
    return true;
}

void gauge_observe_one(const struct gauge *g, size_t i, str whole, date known, struct arena *a, struct figures *out)
{
    const struct indicator *x = &g->p->indicators.at[g->which.at[i]];
    bool *empty = ARENA_ARRAY(a, bool, g->t.areas);
    bool everybody = gauge_everybody(g);
    for (uint32_t area = 1; area < g->t.areas; area++) empty[area] = gauge_empty(g, area);
    for (uint32_t m = 0; m < g->t.months; m++) {
        for (uint32_t area = 0; area < g->t.areas; area++) {
            struct observation o = { .indicator = x->name, .status = STATUS_FLASH, .known = known };
            if (area == 0 && (g->t.home != 0 || everybody)) continue;
            o.area = area == 0 ? whole : g->t.list->items.at[area - 1].code;
            if (o.area.len == 0 || empty[area] || gauge_at(g, i, m, area, &o.value) != GAUGE_KNOWN) continue;
            month when = { g->job.from.index + (int32_t)m };
            o.period = (struct interval){ when, when };
            o.source = STR("从登记的数据统计");
            *vec_push(a, &out->list) = o;
        }
    }
}

void gauge_observe(const struct gauge *g, str whole, date known, struct arena *a, struct figures *out)
{
    for (size_t i = 0; i < g->asked; i++) gauge_observe_one(g, i, whole, known, a, out);
}

str gauge_area_fields(void) { return STR("常住地,所在地,机构所在地"); }

bool gauge_everybody(const struct gauge *g)
{
    if (g->job.by.len > 0) return false;
    VEC_EACH (const uint32_t, w, &g->which) {
        uint32_t entity = g->p->indicators.at[*w].entity;
        const struct entity *en = entity != 0 ? &g->p->entities.at[entity - 1] : NULL;
        int slot = en != NULL ? tally_area_slot(en, gauge_area_fields()) : -1;
        const struct type *type = slot >= 0 ? &en->slots.at[slot].type : NULL;
        if (type != NULL && type->kind == TYPE_CODE && code_item_of(&g->p->codes.at[type->ref], g->job.region) != NULL)
            return true;
    }
    return false;
}

str gauge_region(const struct program *p) { return watch_region(p); }
