/* map: one indicator in the areas of a region at a time, as a picture of squares and as a table. Figures are what gauge
 * counts from the register and what the log and the packs publish; the classes of a layer are the same at all times, so
 * that colours can be compared while the time moves. */
#include "alarm/alarm.h"
#include "gauge/gauge.h"
#include "hall/board.h"
#include "hall/map_priv.h"

#include <stdlib.h>

enum { MONTHS = 12 };

static bool read_borders(struct hall *h, struct map_keeper *k, struct err *e)
{
    const struct code_list *areas = program_codes(h->p, STR("行政区划"));
    if (h->o.borders.len == 0) return true;
    if (areas == NULL) return fail(e, INVALID, "这些包没有“行政区划”，用不上地界文件");
    return borders_read(h->o.borders, areas, h->a, &k->borders, e);
}

bool map_open(struct hall *h, struct map_keeper **out, struct err *e)
{
    struct map_keeper *k = ARENA_NEW(h->a, struct map_keeper);
    k->none = ARENA_NEW(h->a, struct gauge);
    if (!tiles_read(h->p, h->a, &k->tiles, e) || !read_borders(h, k, e)) return false;
    *out = k;
    return true;
}

void map_close(struct map_keeper *k)
{
    struct counted *n = k != NULL ? atomic_load(&k->count) : NULL;
    if (n != NULL) arena_free(n->a);
}

static bool has_counted(const struct program *p)
{
    VEC_EACH (const struct indicator, x, &p->indicators) {
        if (x->entity != 0 && tally_area_slot(&p->entities.at[x->entity - 1], gauge_area_fields()) >= 0) return true;
    }
    return false;
}

static struct counted *count_all(struct call *c, struct err *e)
{
    struct arena *a = arena_new("map", 0);
    struct counted *n = ARENA_NEW(a, struct counted);
    month now = date_month(c->today);
    n->a = a;
    n->g = (struct gauge){ .p = c->h->p };
    n->g.job = (struct tally_job){ .vocab = c->h->o.vocab,
                                   .pool = c->h->o.pool,
                                   .by = gauge_area_fields(),
                                   .from = { now.index - MONTHS + 1 },
                                   .to = now,
                                   .known_to = c->h->o.today };
    if (gauge_choose(&n->g, NULL, 0, a, e) && gauge_run(&n->g, a, e)) return n;
    arena_free(a);
    return NULL;
}

/* The pool does not change while the hall is open: it is counted when somebody first looks. Nobody waits for another:
 * who comes while it is being counted counts as well, and what is ready first stays. */
static bool count(struct call *c, struct err *e)
{
    struct map_keeper *k = c->h->map;
    if (atomic_load(&k->count) != NULL || !has_counted(c->h->p)) return true;
    struct counted *mine = count_all(c, e), *there = NULL;
    if (mine == NULL) return false;
    if (!atomic_compare_exchange_strong(&k->count, &there, mine)) arena_free(mine->a);
    return true;
}

static const struct gauge *gauge_of(const struct call *c)
{
    const struct map_keeper *k = c->h->map;
    const struct counted *n = atomic_load(&k->count);
    return n != NULL ? &n->g : k->none;
}

bool map_gauge(struct call *c, const struct gauge **out, struct err *e)
{
    bool ok = count(c, e);
    *out = gauge_of(c);
    return ok;
}

/* ---- a layer: one indicator, its times, its areas ---- */

/* The place of an indicator in what was counted; -1. */
static int counted_at(const struct call *c, const struct indicator *x)
{
    const struct gauge *g = gauge_of(c);
    for (size_t i = 0; i < g->asked; i++) {
        if (&g->p->indicators.at[g->which.at[i]] == x) return (int)i;
    }
    return -1;
}

static uint32_t area_of(const struct tally *t, str code)
{
    const struct code_item *i = code_item_of(t->list, code);
    return i != NULL ? 1 + (uint32_t)(i - t->list->items.at) : 0;
}

static void fill_counted(const struct call *c, struct layer *l, size_t i)
{
    const struct gauge *g = gauge_of(c);
    l->period_count = g->t.months;
    l->cells = ARENA_ARRAY(c->a, struct cell, l->period_count * l->tiles.len + 1);
    for (uint32_t m = 0; m < g->t.months; m++) {
        month when = { g->job.from.index + (int32_t)m };
        l->periods[m] = (struct interval){ when, when };
    }
    for (size_t t = 0; t < l->tiles.len; t++) {
        uint32_t area = area_of(&g->t, l->tiles.at[t]->code);
        bool heard_of =
            area > 0 && !gauge_empty(g, area); /* else nobody of there is in the register: that is no nought */
        for (uint32_t m = 0; heard_of && m < g->t.months; m++) {
            struct cell *k = map_cell(l, m, t);
            k->sight = gauge_at(g, i, m, area, &k->value);
        }
    }
    l->refused = gauge_open(g, i);
}

static bool later(const struct interval *a, const struct interval *b)
{
    return a->to.index != b->to.index ? a->to.index > b->to.index : a->from.index > b->from.index;
}

/* Times of one length: that which most observations have. */
static void collect_periods(const struct figures *f, struct layer *l)
{
    size_t by_length[121] = { 0 };
    int32_t best = 0;
    VEC_EACH (const struct observation, o, &f->list) {
        int32_t n = interval_months(o->period);
        if (!str_eq(o->indicator, l->x->name) || n < 1 || n > 120) continue;
        for (size_t t = 0; t < l->tiles.len; t++) by_length[n] += str_eq(l->tiles.at[t]->code, o->area);
        if (by_length[n] > by_length[best]) best = n;
    }
    VEC_EACH (const struct observation, o, &f->list) {
        if (best == 0 || !str_eq(o->indicator, l->x->name) || interval_months(o->period) != best) continue;
        size_t i = 0;
        bool ours = false;
        for (size_t t = 0; t < l->tiles.len; t++) ours = ours || str_eq(l->tiles.at[t]->code, o->area);
        while (i < l->period_count && later(&o->period, &l->periods[i])) i++;
        if (!ours || (i < l->period_count && interval_eq(l->periods[i], o->period)) ||
            l->period_count == MAP_PERIODS_MAX)
            continue;
        for (size_t k = l->period_count++; k > i; k--) l->periods[k] = l->periods[k - 1];
        l->periods[i] = o->period;
    }
}

static void fill_published(const struct call *c, struct layer *l, const struct figures *f)
{
    collect_periods(f, l);
    l->cells = ARENA_ARRAY(c->a, struct cell, l->period_count * l->tiles.len + 1);
    VEC_EACH (const struct observation, o, &f->list) {
        if (!str_eq(o->indicator, l->x->name) || o->bound != BOUND_EXACT) continue;
        for (size_t p = 0; p < l->period_count; p++) {
            for (size_t t = 0; interval_eq(l->periods[p], o->period) && t < l->tiles.len; t++) {
                if (str_eq(l->tiles.at[t]->code, o->area)) *map_cell(l, p, t) = (struct cell){ GAUGE_KNOWN, o->value };
            }
        }
    }
}

static int ascending(const void *x, const void *y)
{
    num a = *(const num *)x, b = *(const num *)y;
    return a < b ? -1 : a > b;
}

/* As many values in each class as in the others, over all times; equal values are never parted. */
static void find_classes(struct arena *a, struct layer *l)
{
    size_t n = 0, all = l->period_count * l->tiles.len;
    num *values = ARENA_ARRAY(a, num, all + 1);
    for (size_t i = 0; i < all; i++) {
        if (l->cells[i].sight == GAUGE_KNOWN) values[n++] = l->cells[i].value;
    }
    if (n == 0) return;
    qsort(values, n, sizeof *values, ascending);
    for (size_t k = 1; k <= MAP_CLASSES; k++) {
        num bound = values[(k * n + MAP_CLASSES - 1) / MAP_CLASSES - 1];
        if (l->class_count == 0 || bound > l->bounds[l->class_count - 1]) l->bounds[l->class_count++] = bound;
    }
}

/* ---- what is asked for ---- */

static void take_tiles(const struct call *c, str upper, struct layer *l)
{
    l->tiles.len = 0;
    VEC_EACH (const struct tile, t, &c->h->map->tiles) {
        if (str_eq(t->upper, upper)) *vec_push(c->a, &l->tiles) = t;
    }
}

/* What is published of an indicator for areas of a picture, in all packs that count it in the same unit. */
static const struct figures *published(const struct call *c, const struct board *b, const struct indicator *x)
{
    struct figures *out = ARENA_NEW(c->a, struct figures);
    for (size_t i = 0; i < b->book_count; i++) {
        const struct indicator *same = program_indicator(b->books[i].p, x->name);
        if (same == NULL || !str_eq(same->unit.text, x->unit.text)) continue;
        VEC_EACH (const struct observation, o, &b->books[i].figures.list) {
            if (!str_eq(o->indicator, x->name)) continue;
            VEC_EACH (const struct tile, t, &c->h->map->tiles) {
                if (str_eq(t->code, o->area)) *vec_push(c->a, &out->list) = *o;
            }
        }
    }
    return out;
}

static void fill(const struct call *c, const struct board *b, struct layer *l)
{
    int at = counted_at(c, l->x);
    l->period_count = l->class_count = 0;
    l->refused = false;
    if (at >= 0)
        fill_counted(c, l, (size_t)at);
    else
        fill_published(c, l, published(c, b, l->x));
}

static size_t known_areas(const struct layer *l)
{
    size_t n = 0;
    for (size_t t = 0; t < l->tiles.len; t++) {
        bool any = false;
        for (size_t p = 0; p < l->period_count; p++) {
            const struct cell *k = map_cell(l, p, t);
            any = any || k->sight == GAUGE_HIDDEN || (k->sight == GAUGE_KNOWN && k->value != 0);
        }
        n += any;
    }
    return n;
}

/* Regions that can be a picture, each with how many of its areas something is known of. */
struct region {
    str code;
    size_t known;
    bool laid_out;
};
typedef VEC(struct region) region_list;

static region_list find_regions(const struct call *c, const struct board *b, struct layer *l)
{
    region_list out = { 0 };
    struct map seen;
    map_init(&seen, c->a);
    VEC_EACH (const struct tile, t, &c->h->map->tiles) {
        if (!map_put(&seen, t->upper, c->a)) continue;
        take_tiles(c, t->upper, l);
        fill(c, b, l);
        *vec_push(c->a, &out) = (struct region){ t->upper, known_areas(l), t->laid_out };
    }
    return out;
}

static const struct region *find_region(const region_list *regions, str code)
{
    VEC_EACH (const struct region, r, regions) {
        if (str_eq(r->code, code)) return r;
    }
    return NULL;
}

/* The picture with most to show. */
static str best_region(const region_list *regions)
{
    const struct region *best = NULL;
    VEC_EACH (const struct region, r, regions) {
        if (best == NULL || r->known > best->known) best = r;
    }
    return best != NULL ? best->code : STR("");
}

/* Every indicator that can be a layer; the one asked for, else the first. */
static const struct indicator *add_layers(struct call *c, const struct board *b, str wanted)
{
    const struct indicator *chosen = NULL, *first = NULL;
    struct json *list = doc_array(c->a, c->doc, "layers");
    VEC_EACH (const struct indicator, x, &c->h->p->indicators) {
        bool counted = counted_at(c, x) >= 0;
        if (!counted && published(c, b, x)->list.len == 0) continue;
        if (str_eq(x->name, wanted) || (wanted.len > 0 && str_eq(x->alias, wanted))) chosen = x;
        bool ours = (size_t)x->decl->pack + 1 == c->h->p->packs.len; /* of the hall's own pack */
        if (first == NULL || (ours && (size_t)first->decl->pack + 1 < c->h->p->packs.len)) first = x;
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "name", x->name);
        doc_z(c->a, o, "kind", counted ? "从登记统计，逐月" : "公布的数");
    }
    chosen = chosen != NULL || wanted.len > 0 ? chosen : first;
    for (size_t i = 0; i < list->count; i++) {
        struct json *o = &list->items[i];
        doc_bool(c->a, o, "chosen", chosen != NULL && str_eq(json_member(o, STR("name"))->string, chosen->name));
    }
    return chosen;
}

/* ---- the document ---- */

/* What is counted of a month that is not over is no month's number yet. */
static bool is_over(const struct call *c, const struct layer *l, size_t period)
{
    return month_last(l->periods[period].to).days <= c->h->o.today.days;
}

static str words_period(struct call *c, const struct layer *l, size_t period)
{
    str when = interval_text(c->a, l->periods[period]);
    if (is_over(c, l, period)) return when;
    return str_fmt(c->a, "%.*s（到%.*s）", STR_ARG(when), STR_ARG(words_day(c->a, c->h->o.today, (date){ 0 })));
}

static void add_warnings(struct call *c, const alarm_list *open, str area, struct json *o)
{
    int64_t n = 0;
    VEC_EACH (const struct alarm, x, open) n += alarm_area_in(x->area, area);
    doc_int(c->a, o, "warnings", n);
    doc_bool(c->a, o, "warned", n > 0);
}

static void add_tiles(struct call *c, const struct layer *l, size_t at, const alarm_list *open,
                      const region_list *regions)
{
    struct json *list = doc_array(c->a, c->doc, "tiles");
    for (size_t t = 0; t < l->tiles.len; t++) {
        const struct tile *k = l->tiles.at[t];
        const struct cell *now = map_cell(l, at, t), *before = at > 0 ? map_cell(l, at - 1, t) : NULL;
        struct json *o = doc_object(c->a, list, NULL);
        const struct region *below = find_region(regions, k->code);
        bool deeper = below != NULL && below->known > 0;
        doc_str(c->a, o, "code", k->code);
        doc_str(c->a, o, "name", k->name);
        doc_int(c->a, o, "column", k->column);
        doc_int(c->a, o, "row", k->row);
        doc_str(c->a, o, "value", map_words(c, l, now));
        doc_bool(c->a, o, "hidden", now->sight == GAUGE_HIDDEN);
        doc_int(c->a, o, "shade", now->sight == GAUGE_KNOWN ? map_shade(l, map_class(l, now->value)) : 0);
        bool both = before != NULL && before->sight == GAUGE_KNOWN && now->sight == GAUGE_KNOWN;
        num change = both ? now->value - before->value : 0;
        doc_str(c->a, o, "change",
                !both ? STR("")
                : change > 0
                    ? str_fmt(c->a, "+%.*s", STR_ARG(measure_rounded(c->a, change, l->x->denominator != 0 ? 2 : 0)))
                    : measure_rounded(c->a, change, l->x->denominator != 0 ? 2 : 0));
        doc_str(c->a, o, "href",
                deeper ? str_fmt(c->a, "%.*s&area=%.*s", STR_ARG(words_href(c->a, "/map?layer=", l->x->name, "")),
                                 STR_ARG(k->code))
                       : str_fmt(c->a, "%.*s?area=%.*s", STR_ARG(words_href(c->a, "/series/", l->x->name, "")),
                                 STR_ARG(k->code)));
        add_warnings(c, open, k->code, o);
    }
}

static void add_legend(struct call *c, const struct layer *l)
{
    struct json *list = doc_array(c->a, c->doc, "classes");
    for (size_t k = 0; k < l->class_count; k++) {
        num low = l->bounds[k];
        for (size_t i = 0; i < l->period_count * l->tiles.len; i++) {
            const struct cell *x = &l->cells[i];
            if (x->sight == GAUGE_KNOWN && map_class(l, x->value) == k && x->value < low) low = x->value;
        }
        struct json *o = doc_object(c->a, list, NULL);
        doc_int(c->a, o, "shade", map_shade(l, k));
        str from = map_bare(c, l, low), to = map_bare(c, l, l->bounds[k]);
        doc_str(c->a, o, "words", low == l->bounds[k] ? to : str_fmt(c->a, "%.*s—%.*s", STR_ARG(from), STR_ARG(to)));
    }
}

static void add_times(struct call *c, const struct layer *l, size_t at)
{
    struct json *list = doc_array(c->a, c->doc, "times");
    for (size_t p = 0; p < l->period_count; p++) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_int(c->a, o, "at", (int64_t)p);
        doc_str(c->a, o, "when", words_period(c, l, p));
        doc_bool(c->a, o, "chosen", p == at);
    }
    doc_int(c->a, c->doc, "at", (int64_t)at);
    doc_int(c->a, c->doc, "last", l->period_count > 0 ? (int64_t)l->period_count - 1 : 0);
    doc_bool(c->a, c->doc, "manyTimes", l->period_count > 1);
    doc_str(c->a, c->doc, "when", l->period_count > 0 ? words_period(c, l, at) : STR(""));
    doc_str(c->a, c->doc, "firstTime", l->period_count > 0 ? words_period(c, l, 0) : STR(""));
    doc_str(c->a, c->doc, "lastTime", l->period_count > 0 ? words_period(c, l, l->period_count - 1) : STR(""));
}

/* One step up, where that is a picture too. */
static void add_way_up(struct call *c, const struct layer *l, const region_list *regions, str area)
{
    str upper = STR("");
    VEC_EACH (const struct tile, t, &c->h->map->tiles) {
        if (str_eq(t->code, area)) upper = t->upper;
    }
    bool up = find_region(regions, upper) != NULL;
    doc_str(c->a, c->doc, "upName", up ? board_area(c, c->h->p, upper) : STR(""));
    doc_str(
        c->a, c->doc, "upHref",
        up ? str_fmt(c->a, "%.*s&area=%.*s", STR_ARG(words_href(c->a, "/map?layer=", l->x->name, "")), STR_ARG(upper))
           : STR(""));
}

static void add_regions(struct call *c, const region_list *regions, str chosen)
{
    struct json *list = doc_array(c->a, c->doc, "regions");
    VEC_EACH (const struct region, r, regions) {
        bool here = str_eq(r->code, chosen);
        if (r->laid_out && r->known == 0 && !here) continue;
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "code", r->code);
        doc_str(c->a, o, "name", board_area(c, c->h->p, r->code));
        doc_bool(c->a, o, "chosen", here);
    }
}

/* ---- files ---- */

static bool send_xlsx(struct call *c, const struct layer *l, str title, struct err *e)
{
    size_t columns = 2 + l->period_count, rows = 1 + l->tiles.len;
    str *cells = ARENA_ARRAY(c->a, str, columns * rows), *at = cells;
    *at++ = STR("地区"), *at++ = STR("代码");
    for (size_t p = 0; p < l->period_count; p++) *at++ = words_period(c, l, p);
    for (size_t t = 0; t < l->tiles.len; t++) {
        *at++ = l->tiles.at[t]->name, *at++ = l->tiles.at[t]->code;
        for (size_t p = 0; p < l->period_count; p++) {
            const struct cell *k = map_cell(l, p, t);
            *at++ = k->sight == GAUGE_KNOWN ? map_bare(c, l, k->value) : k->sight == GAUGE_HIDDEN ? STR("*") : STR("");
        }
    }
    struct download_table t = { cells, columns, rows };
    return download_numbers(c, &t, 2, str_fmt(c->a, "%.*s.xlsx", STR_ARG(title)), e);
}

/* ---- the page ---- */

/* Outlines instead of squares where the licensed file has most areas of the picture. */
static void add_borders(struct call *c, const struct layer *l, size_t at, str title)
{
    const struct borders *b = c->h->map->borders;
    bool drawn = map_outlined(c, l);
    doc_bool(c->a, c->doc, "outlined", drawn);
    doc_str(c->a, c->doc, "licence", drawn ? b->licence : STR(""));
    doc_str(c->a, c->doc, "borderSource", drawn ? b->source : STR(""));
    doc_str(c->a, c->doc, "withoutBorder", map_without_border(c, l, at, false));
    if (drawn && l->class_count > 0) map_picture(c, l, at, false, title);
}

static bool read_time(struct call *c, const struct layer *l, size_t *out, struct err *e)
{
    str wanted = str_trim(http_form_get(&c->query, STR("at")));
    int64_t n;
    *out = l->period_count > 0 ? l->period_count - 1 : 0;
    while (*out > 0 && !is_over(c, l, *out)) --*out;
    if (wanted.len == 0) return true;
    if (!str_to_i64(wanted, &n) || n < 0)
        return fail(e, INVALID, "时间要写第几期，从 0 起，不是“%.*s”", STR_ARG(wanted));
    if ((uint64_t)n < l->period_count) *out = (size_t)n; /* the layer before had more */
    return true;
}

static bool nothing(struct call *c)
{
    static const char *const lists[] = { "tiles", "classes", "times", "regions" };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) doc_array(c->a, c->doc, lists[i]);
    doc_bool(c->a, c->doc, "any", false);
    return true;
}

bool hall_map(struct call *c, struct err *e)
{
    const struct board *b;
    struct layer l = { .p = c->h->p };
    alarm_list open = { 0 };
    struct alarm_wanted wanted = { .open = true };
    str layer = str_trim(http_form_get(&c->query, STR("layer"))),
        area = str_trim(http_form_get(&c->query, STR("area"))), as = http_form_get(&c->query, STR("as"));
    size_t at;
    if (!board_of(c, &b, e) || !count(c, e) || !alarm_find(c->desk->store, &wanted, c->a, &open, e)) return false;
    l.x = add_layers(c, b, layer);
    if (l.x == NULL && layer.len > 0) return fail(e, NOT_FOUND, "地图上没有指标“%.*s”", STR_ARG(layer));
    if (l.x == NULL || c->h->map->tiles.len == 0) return nothing(c);
    region_list regions = find_regions(c, b, &l);
    if (area.len == 0) area = best_region(&regions);
    take_tiles(c, area, &l);
    if (l.tiles.len == 0) return fail(e, NOT_FOUND, "还没有“%.*s”的示意图；在包的 map.csv 里声明", STR_ARG(area));
    fill(c, b, &l);
    find_classes(c->a, &l);
    if (!read_time(c, &l, &at, e)) return false;
    str place = board_area(c, c->h->p, area),
        title = l.period_count > 0 ? str_fmt(c->a, "%.*s　%.*s　%.*s", STR_ARG(place), STR_ARG(l.x->name),
                                             STR_ARG(words_period(c, &l, at)))
                                   : str_fmt(c->a, "%.*s　%.*s", STR_ARG(place), STR_ARG(l.x->name));
    if (as.p != NULL && l.refused)
        return fail(e, CONFLICT, "“%.*s”数的是人，还没有定一格少于几个人不显示，不能下载", STR_ARG(l.x->name));
    if (as.p != NULL && l.period_count == 0) return fail(e, NOT_FOUND, "没有数，没有可以下载的");
    if (chart_asked(as)) {
        map_picture(c, &l, at, true, title);
        return chart_file(c, "chart", as, title, e);
    }
    if (str_eq(as, STR("xlsx"))) return send_xlsx(c, &l, title, e);
    if (as.p != NULL) return fail(e, INVALID, "没有“%.*s”这种格式；有 svg、png、pdf、xlsx", STR_ARG(as));
    doc_bool(c->a, c->doc, "any", true);
    doc_bool(c->a, c->doc, "anyValue", l.class_count > 0);
    doc_bool(c->a, c->doc, "allHidden", l.class_count == 0 && known_areas(&l) > 0);
    doc_bool(c->a, c->doc, "refused", l.refused);
    doc_str(c->a, c->doc, "title", title);
    doc_str(c->a, c->doc, "indicator", l.x->name);
    doc_str(c->a, c->doc, "unit", l.x->unit.text);
    doc_str(c->a, c->doc, "area", area);
    doc_str(c->a, c->doc, "areaName", place);
    add_borders(c, &l, at, title);
    doc_bool(c->a, c->doc, "laidOut", l.tiles.at[0]->laid_out);
    doc_str(c->a, c->doc, "seriesHref", words_href(c->a, "/series/", l.x->name, ""));
    doc_str(c->a, c->doc, "fileHref",
            str_fmt(c->a, "%.*s&area=%.*s&at=%zu&as=", STR_ARG(words_href(c->a, "/map?layer=", l.x->name, "")),
                    STR_ARG(area), at));
    add_times(c, &l, at);
    add_regions(c, &regions, area);
    add_way_up(c, &l, &regions, area);
    add_legend(c, &l);
    if (l.period_count > 0)
        add_tiles(c, &l, at, &open, &regions);
    else
        doc_array(c->a, c->doc, "tiles");
    return true;
}
