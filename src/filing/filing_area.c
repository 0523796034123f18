/* filing_area: which areas fill a form, by the code list 行政区划, and by when. */
#include "filing/filing_priv.h"

const struct filing_area *filing_area_find(const struct filing_areas *areas, str code)
{
    void *found = map_get(&areas->by_code, code);
    return found != NULL ? &areas->list.at[(uintptr_t)found - 1] : NULL;
}

enum { COUNTY_DIGITS = 6 };

/* 320000 is "32": what codes below it begin with. Only up to the county do noughts mean "all of it": 321002100 is a
 * town of its own beside 321002101. */
static str beginning(str code)
{
    size_t n = code.len;
    while (code.len == COUNTY_DIGITS && n > 2 && code.p[n - 1] == '0' && code.p[n - 2] == '0') n -= 2;
    return str_slice(code, 0, n);
}

bool filing_area_in(const struct filing_areas *areas, str area, str upper)
{
    if (upper.len == 0 || str_eq(area, upper)) return true;
    const struct filing_area *x = filing_area_find(areas, area);
    for (; x != NULL && x->upper != 0; x = &areas->list.at[x->upper - 1]) {
        if (str_eq(areas->list.at[x->upper - 1].code, upper)) return true;
    }
    /* the list has both and does not say so: digits would only guess */
    if (filing_area_find(areas, area) != NULL && filing_area_find(areas, upper) != NULL) return false;
    return str_starts(area, beginning(upper));
}

static uint32_t add_area(struct arena *a, struct filing_areas *out, struct filing_area x)
{
    *vec_push(a, &out->list) = x;
    map_put(&out->by_code, x.code, (void *)(uintptr_t)out->list.len);
    return (uint32_t)out->list.len;
}

/* Puts an item behind the areas it lies in; 0: it does not lie below the top. */
static uint32_t place(const struct code_list *l, uint32_t item, struct arena *a, struct filing_areas *out)
{
    const struct code_item *i = &l->items.at[item];
    void *found = map_get(&out->by_code, i->code);
    if (found != NULL) return (uint32_t)(uintptr_t)found;
    uint32_t upper = i->upper != 0 ? place(l, i->upper - 1, a, out) : 0;
    if (upper == 0) return 0;
    return add_area(a, out, (struct filing_area){ i->code, i->name, area_level_of(i->code), upper });
}

/* The top of a form is the region, or, when it is reported less far up, each area of that level is a top of its own:
 * then the region stands above them all the same, and only fills nothing. */
bool filing_areas_of(const struct program *p, const struct return_ *form, struct arena *a, struct filing_areas *out,
                     struct err *e)
{
    const struct code_list *l = program_codes(p, STR("行政区划"));
    str region = watch_region(p);
    size_t fill = 0;
    *out = (struct filing_areas){ 0 };
    map_init(&out->by_code, a);
    if (region.len == 0) return fail(e, NOT_FOUND, "包里没有写“地区”，不知道报表由哪里填");
    add_area(a, out, (struct filing_area){ region, program_area_name(p, region), area_level_of(region), 0 });
    for (size_t i = 0; i < form->areas.len; i++, fill++) {
        str code = form->areas.at[i];
        const struct code_item *item = code_item_of(l, code);
        if (item != NULL && place(l, (uint32_t)(item - l->items.at), a, out) != 0) continue;
        if (filing_area_find(out, code) == NULL)
            add_area(a, out, (struct filing_area){ code, program_area_name(p, code), area_level_of(code), 1 });
    }
    for (uint32_t i = 0; l != NULL && form->areas.len == 0 && i < l->items.len; i++) {
        if (area_level_of(l->items.at[i].code) == form->from) fill += place(l, i, a, out) != 0;
    }
    fill += form->areas.len == 0 && out->list.at[0].level == form->from;
    if (fill == 0)
        return fail(e, NOT_FOUND, "“%.*s”要由%s填，%.*s下面没有这一级的行政区划；在包的“代码 行政区划”里补上",
                    STR_ARG(form->name), area_level_zh(form->from), STR_ARG(out->list.at[0].name));
    if (out->list.len > FILING_AREAS_MAX)
        return fail(e, LIMIT, "“%.*s”要 %zu 个地区填，最多 %d 个", STR_ARG(form->name), out->list.len,
                    FILING_AREAS_MAX);
    return true;
}

/* ---- periods ---- */

bool filing_period_read(const struct return_ *form, str words, struct interval *out, struct err *e)
{
    static const char *const examples[] = { [1] = "2024-05", [3] = "2024Q2", [6] = "2024上半年", [12] = "2024" };
    struct interval p;
    if (interval_parse(words, &p) && interval_months(p) == (int32_t)form->months &&
        (uint32_t)p.from.index % form->months == 0) {
        *out = p;
        return true;
    }
    return fail(e, INVALID, "“%.*s”一期是 %u 个月，时期写成 %s，不是“%.*s”", STR_ARG(form->name), form->months,
                examples[form->months], STR_ARG(words));
}

struct interval filing_period_before(const struct return_ *form, date day)
{
    int32_t n = (int32_t)form->months, first = date_month(day).index / n * n;
    return (struct interval){ { first - n }, { first - 1 } };
}

static date after(const struct program *p, struct service_time t, unsigned times, date since)
{
    return service_time_end(p, (enum service_unit)t.unit, (int64_t)t.count * times, since);
}

bool filing_due(const struct program *p, const struct return_ *form, enum area_level level, struct interval period,
                date *out)
{
    date end = month_last(period.to);
    struct service_time limit = service_time_on(p, form->limit, end), later = service_time_on(p, form->later, end);
    if (limit.count == 0) return false;
    *out = after(p, limit, 1, end);
    if (level > form->from && later.count > 0) *out = after(p, later, (unsigned)(level - form->from), *out);
    return true;
}

enum filing_light filing_light_of(const struct filing *x, date day)
{
    if (!x->has_due) return FILING_NO_LIGHT;
    if (x->has_reported) return x->reported.days > x->due.days ? FILING_RED : FILING_GREEN;
    int32_t left = x->due.days - day.days;
    return left < 0 ? FILING_RED : left <= 1 ? FILING_YELLOW : FILING_GREEN;
}

const char *filing_light_zh(const struct filing *x, date day, struct arena *a)
{
    if (!x->has_due) return x->version > 1 ? "更正" : "没有期限";
    int32_t late = (x->has_reported ? x->reported.days : day.days) - x->due.days;
    if (x->has_reported) return late > 0 ? str_fmt(a, "迟报%d天", (int)late).p : "按时";
    return late > 0    ? str_fmt(a, "逾期%d天", (int)late).p
           : late == 0 ? "今天到期"
                       : str_fmt(a, "还有%d天", (int)-late).p;
}
