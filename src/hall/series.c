/* series: indicators as series: what was published and counted, by area and time, in the versions in which it became
 * known, and one region beside another. */
#include "alarm/alarm.h"
#include "gauge/gauge.h"
#include "hall/board.h"

#include <stdlib.h>

enum { TIMES_MAX = 120, COMPARED_MAX = 6, AREAS_MAX = 400 };

/* Everything known of one indicator. */
struct known {
    const struct board_book *book;
    const struct indicator *x;
    VEC(struct observation) list; /* by area, then time, then the day it became known */
    bool counted;
};

static int by_time(const void *x, const void *y)
{
    const struct observation *a = x, *b = y;
    int area = str_cmp(a->area, b->area);
    if (area != 0) return area;
    if (a->period.to.index != b->period.to.index) return a->period.to.index < b->period.to.index ? -1 : 1;
    if (a->period.from.index != b->period.from.index) return a->period.from.index < b->period.from.index ? -1 : 1;
    return a->known.days < b->known.days ? -1 : a->known.days > b->known.days;
}

/* Counted now; what of it was kept in the log already stands there with its day. */
static bool add_counted(struct call *c, struct known *k, struct err *e)
{
    const struct gauge *g;
    struct figures now = { 0 };
    if (k->book->p != c->h->p || k->x->entity == 0) return true;
    if (!map_gauge(c, &g, e)) return false;
    size_t logged = k->list.len;
    for (size_t i = 0; i < g->asked; i++) {
        if (&g->p->indicators.at[g->which.at[i]] == k->x)
            gauge_observe_one(g, i, gauge_region(c->h->p), c->today, c->a, &now);
    }
    VEC_EACH (struct observation, o, &now.list) {
        bool there = false;
        for (size_t i = 0; i < logged && !there; i++)
            there = interval_eq(k->list.at[i].period, o->period) && str_eq(k->list.at[i].area, o->area);
        o->source = STR("从登记的数据统计，还没有收进库");
        if (!there) *vec_push(c->a, &k->list) = *o;
        k->counted = true;
    }
    return true;
}

static bool collect(struct call *c, struct known *k, struct err *e)
{
    VEC_EACH (const struct observation, o, &k->book->figures.list) {
        if (str_eq(o->indicator, k->x->name)) *vec_push(c->a, &k->list) = *o;
    }
    if (!add_counted(c, k, e)) return false;
    if (k->list.len > 1) qsort(k->list.at, k->list.len, sizeof *k->list.at, by_time);
    return true;
}

/* ---- the list ---- */

static void add_row(struct call *c, const struct board_book *book, const struct indicator *x, size_t figures,
                    const struct observation *last, struct json *list)
{
    const struct ast_field *note = decl_field(x->decl, FIELD_INDICATOR_NOTE);
    struct json *o = doc_object(c->a, list, NULL);
    doc_str(c->a, o, "name", x->name);
    doc_str(c->a, o, "href", words_href(c->a, "/series/", x->name, ""));
    doc_str(c->a, o, "unit", x->unit.text);
    doc_str(c->a, o, "pack", book->p->packs.at[x->decl->pack].name);
    doc_str(c->a, o, "note", note != NULL ? note->text : STR(""));
    doc_bool(c->a, o, "counted", x->entity != 0);
    doc_int(c->a, o, "figures", (int64_t)figures);
    doc_bool(c->a, o, "any", figures > 0);
    doc_str(c->a, o, "last", last != NULL ? board_value(c->a, last->value, x->unit.text) : STR(""));
    doc_str(c->a, o, "when", last != NULL ? interval_text(c->a, last->period) : STR(""));
    doc_str(c->a, o, "area", last != NULL ? board_area(c, book->p, last->area) : STR(""));
}

struct newest {
    size_t count;
    const struct observation *last; /* of the widest area */
};

static void note_all(struct arena *a, const struct board_book *book, struct map *out)
{
    map_init(out, a);
    VEC_EACH (const struct observation, o, &book->figures.list) {
        struct newest *n = map_get(out, o->indicator);
        if (n == NULL) map_put(out, o->indicator, n = ARENA_NEW(a, struct newest));
        n->count++;
        int wider = n->last == NULL ? -1 : str_cmp(o->area, n->last->area);
        if (wider < 0 || (wider == 0 && o->period.to.index >= n->last->period.to.index)) n->last = o;
    }
}

bool hall_series_list(struct call *c, struct err *e)
{
    const struct board *b;
    str query = str_trim(http_form_get(&c->query, STR("q")));
    bool all = http_form_get(&c->query, STR("all")).len > 0;
    struct map seen;
    map_init(&seen, c->a);
    if (!board_of(c, &b, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "indicators");
    for (size_t i = 0; i < b->book_count; i++) {
        struct map newest;
        note_all(c->a, &b->books[i], &newest);
        VEC_EACH (const struct indicator, x, &b->books[i].p->indicators) {
            const struct newest *n = map_get(&newest, x->name);
            bool shown = (query.len == 0 || str_find(x->name, query) != SIZE_MAX) &&
                         (all || n != NULL || (i == 0 && x->entity != 0));
            str key =
                str_fmt(c->a, "%.*s %.*s", STR_ARG(b->books[i].p->packs.at[x->decl->pack].name), STR_ARG(x->name));
            if (shown && map_put(&seen, key, c->a))
                add_row(c, &b->books[i], x, n != NULL ? n->count : 0, n != NULL ? n->last : NULL, list);
        }
    }
    doc_int(c->a, c->doc, "count", (int64_t)list->count);
    doc_str(c->a, c->doc, "query", query);
    doc_bool(c->a, c->doc, "all", all);
    return true;
}

/* ---- one indicator ---- */

static const struct indicator *find_indicator(const struct board *b, str name, struct known *k)
{
    k->x = NULL;
    for (size_t i = 0; i < b->book_count; i++) {
        const struct indicator *x = program_indicator(b->books[i].p, name);
        bool better = x != NULL && k->x == NULL;
        VEC_EACH (const struct observation, o, &b->books[i].figures.list) {
            if (x == NULL || !str_eq(o->indicator, x->name)) continue;
            k->book = &b->books[i], k->x = x; /* the first that knows figures */
            return x;
        }
        if (better) k->book = &b->books[i], k->x = x;
    }
    return k->x;
}

/* The series of one area as it was known on a day: of each time the best known row. */
struct course {
    struct interval times[TIMES_MAX];
    const struct observation *at[TIMES_MAX];
    size_t count;
};

static bool better(const struct observation *x, const struct observation *than)
{
    return than == NULL || x->status > than->status || (x->status == than->status && x->known.days >= than->known.days);
}

static void take_course(const struct known *k, str area, int32_t months, date known, struct course *out)
{
    *out = (struct course){ 0 };
    VEC_EACH (const struct observation, o, &k->list) {
        if (!str_eq(o->area, area) || interval_months(o->period) != months || o->known.days > known.days) continue;
        size_t last = out->count - 1;
        if (out->count > 0 && interval_eq(out->times[last], o->period)) {
            if (better(o, out->at[last])) out->at[last] = o;
        } else if (out->count < TIMES_MAX) {
            out->times[out->count] = o->period, out->at[out->count++] = o;
        }
    }
}

static bool has_area(const struct known *k, str area)
{
    VEC_EACH (const struct observation, o, &k->list) {
        if (str_eq(o->area, area)) return true;
    }
    return false;
}

/* Of the areas something is known of: the hall's own region, else what that lies in, else the first. */
static str nearest_area(const struct call *c, const struct known *k)
{
    for (str at = gauge_region(c->h->p); at.len > 0; at = alarm_area_upper(at, c->a)) {
        if (has_area(k, at)) return at;
    }
    return k->list.len > 0 ? k->list.at[0].area : STR("");
}

/* Months of one time: the length most rows of the area have. */
static int32_t usual_length(const struct known *k, str area)
{
    size_t by_length[121] = { 0 };
    int32_t best = 1;
    VEC_EACH (const struct observation, o, &k->list) {
        int32_t n = interval_months(o->period);
        if (n < 1 || n > 120 || !str_eq(o->area, area)) continue;
        if (++by_length[n] > by_length[best]) best = n;
    }
    return best;
}

static void add_areas(struct call *c, const struct known *k, str chosen, str beside)
{
    struct map seen;
    map_init(&seen, c->a);
    VEC_EACH (const struct observation, o, &k->list) {
        if (seen.len < AREAS_MAX) map_put(&seen, o->area, c->a);
    }
    struct json *list = doc_array(c->a, c->doc, "areas");
    for (size_t i = 0; i < seen.len; i++) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "code", seen.entries[i].key);
        doc_str(c->a, o, "name", board_area(c, k->book->p, seen.entries[i].key));
        doc_bool(c->a, o, "chosen", str_eq(seen.entries[i].key, chosen));
        doc_bool(c->a, o, "beside", str_eq(seen.entries[i].key, beside));
    }
    doc_bool(c->a, c->doc, "manyAreas", seen.len > 1);
}

/* All times from the first to the last: where one is missing the line is broken. */
static void all_times(const struct course *own, int32_t months, struct course *out)
{
    *out = (struct course){ 0 };
    for (size_t i = 0; i < own->count; i++) {
        struct interval next = own->times[i];
        while (out->count > 0 && out->count < TIMES_MAX) {
            struct interval after = { { out->times[out->count - 1].from.index + months },
                                      { out->times[out->count - 1].to.index + months } };
            if (after.from.index >= next.from.index) break;
            out->times[out->count++] = after;
        }
        if (out->count < TIMES_MAX) out->times[out->count++] = next;
    }
}

static void fill_points(struct arena *a, const struct course *at, const struct course *values,
                        struct chart_point *points)
{
    for (size_t i = 0; i < at->count; i++) {
        str when = interval_text(a, at->times[i]);
        points[i] = (struct chart_point){ .label = when };
        for (size_t k = 0; k < values->count; k++) {
            if (!interval_eq(values->times[k], at->times[i])) continue;
            points[i].known = true, points[i].value = values->at[k]->value;
        }
    }
    if (values->count <= 10) {
        for (size_t i = 0; i < at->count; i++) points[i].drawn = points[i].known;
    }
}

static void draw(struct call *c, const struct known *k, str area, str beside, const struct course *own,
                 const struct course *other)
{
    struct course times;
    all_times(own, interval_months(own->times[0]), &times);
    struct chart_series s = { .unit = k->x->unit.text, .count = times.count };
    struct chart_point *points = ARENA_ARRAY(c->a, struct chart_point, times.count + 1),
                       *others = ARENA_ARRAY(c->a, struct chart_point, times.count + 1);
    fill_points(c->a, &times, own, points);
    s.points = points, s.name = board_area(c, k->book->p, area);
    s.title = str_fmt(c->a, "%.*s，%.*s", STR_ARG(k->x->name), STR_ARG(s.name));
    if (other->count > 0) {
        fill_points(c->a, &times, other, others);
        for (size_t i = 0; i < times.count; i++) points[i].drawn = others[i].drawn = false;
        s.other = others, s.other_name = board_area(c, k->book->p, beside);
        s.title = str_fmt(c->a, "%.*s和%.*s", STR_ARG(s.title), STR_ARG(s.other_name));
    }
    chart_of_series(c->a, c->doc, "chart", &s);
}

static str shown_value(struct call *c, const struct known *k, const struct observation *o)
{
    str v = k->x->denominator != 0 ? measure_rounded(c->a, o->value, 2) : measure_text(c->a, o->value, 0);
    return board_bounded(c->a, str_fmt(c->a, "%.*s%.*s", STR_ARG(v), STR_ARG(k->x->unit.text)), o->bound);
}

/* Every version there is of one area: of the log, of the packs, and what was counted now; by time, the first known
 * first. */
static bool all_versions(struct call *c, const struct known *k, str area, date known, struct figures *out,
                         struct err *e)
{
    struct figures all = { 0 };
    if (!watch_history(c->desk->store, k->x->name, area, c->a, &all, e)) return false;
    size_t logged = all.list.len;
    VEC_EACH (const struct observation, o, &k->list) {
        bool there = false;
        if (!str_eq(o->area, area)) continue;
        for (size_t i = 0; i < logged && !there; i++)
            there = interval_eq(all.list.at[i].period, o->period) && str_eq(all.list.at[i].source, o->source) &&
                    o->carried.days == 0; /* what was carried here stands beside what was given */
        if (!there) *vec_push(c->a, &all.list) = *o;
    }
    if (all.list.len > 1) qsort(all.list.at, all.list.len, sizeof *all.list.at, by_time);
    VEC_EACH (const struct observation, o, &all.list) {
        if (o->known.days <= known.days) *vec_push(c->a, &out->list) = *o;
    }
    return true;
}

/* Every version, the newest time first. */
static bool add_versions(struct call *c, const struct known *k, str area, const struct course *own, date known,
                         struct err *e)
{
    struct figures all = { 0 };
    if (!all_versions(c, k, area, known, &all, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "rows");
    for (size_t i = all.list.len; i-- > 0;) {
        const struct observation *o = &all.list.at[i];
        bool used = false;
        for (size_t t = 0; t < own->count; t++)
            used = used || (interval_eq(own->times[t], o->period) && own->at[t]->known.days == o->known.days &&
                            own->at[t]->value == o->value);
        struct json *j = board_version(c, k->x, o, i > 0 ? &all.list.at[i - 1] : NULL, shown_value(c, k, o),
                                       k->x->unit.text, used, list);
        doc_str(c->a, j, "area", o->area);
    }
    doc_int(c->a, c->doc, "rowCount", (int64_t)list->count);
    return true;
}

/* From when on something else is counted: the line before and after it is not one line. */
static void add_breaks(struct call *c, const struct indicator *x)
{
    struct json *list = doc_array(c->a, c->doc, "breaks");
    VEC_EACH (const struct indicator_change, k, &x->changes) {
        const struct ast_field *note = field_sub(k->field, FIELD_INDICATOR_CHG_NOTE);
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "from", words_day(c->a, k->from, (date){ 0 }));
        doc_str(c->a, o, "note", note != NULL ? note->text : STR(""));
    }
}

/* The last times of every area side by side. */
static void add_comparison(struct call *c, const struct known *k, const struct course *own, int32_t months, date known)
{
    size_t from = own->count > COMPARED_MAX ? own->count - COMPARED_MAX : 0;
    struct json *heads = doc_array(c->a, c->doc, "compared"), *list;
    for (size_t t = from; t < own->count; t++)
        doc_str(c->a, doc_object(c->a, heads, NULL), "when", interval_text(c->a, own->times[t]));
    list = doc_array(c->a, c->doc, "regions");
    const struct json *areas = json_member(c->doc, STR("areas"));
    for (size_t i = 0; i < areas->count; i++) {
        struct course l;
        str code = json_member(&areas->items[i], STR("code"))->string;
        take_course(k, code, months, known, &l);
        if (l.count == 0) continue;
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "name", json_member(&areas->items[i], STR("name"))->string);
        doc_str(c->a, o, "href",
                str_fmt(c->a, "%.*s?area=%.*s", STR_ARG(words_href(c->a, "/series/", k->x->name, "")), STR_ARG(code)));
        struct json *cells = doc_array(c->a, o, "cells");
        for (size_t t = from; t < own->count; t++) {
            str v = STR("–");
            for (size_t m = 0; m < l.count; m++) {
                if (interval_eq(l.times[m], own->times[t])) v = shown_value(c, k, l.at[m]);
            }
            doc_str(c->a, doc_object(c->a, cells, NULL), "value", v);
        }
    }
}

/* ---- files: every version of every area known on the day ---- */

static str day_text(struct arena *a, date d)
{
    char day[DATE_TEXT];
    if (d.days == DATE_MIN.days) return STR(""); /* nobody wrote it */
    date_text(d, day);
    return str_dup(a, str_of(day));
}

enum column {
    AREA,
    AREA_NAME,
    PERIOD,
    FROM,
    TO,
    VALUE,
    BOUND,
    UNIT,
    STATUS,
    KNOWN,
    SOURCE,
    NOTE,
    CHANGE,
    REASON,
    COLUMNS
};
static const struct {
    const char *key, *heading;
} columns[COLUMNS] = { [AREA] = { "area", "地区" },     [AREA_NAME] = { "areaName", "名称" },
                       [PERIOD] = { "period", "时期" }, [FROM] = { "from", "从" },
                       [TO] = { "to", "到" },           [VALUE] = { "value", "值" },
                       [BOUND] = { "bound", "界" },     [UNIT] = { "unit", "单位" },
                       [STATUS] = { "status", "状态" }, [KNOWN] = { "known", "公布" },
                       [SOURCE] = { "source", "来源" }, [NOTE] = { "note", "说明" },
                       [CHANGE] = { "change", "修订" }, [REASON] = { "reason", "为什么变" } };

static void fill_row(struct call *c, const struct known *k, const struct observation *o,
                     const struct observation *before, str *cells)
{
    char from[MONTH_TEXT], to[MONTH_TEXT];
    struct json list = { .kind = JSON_ARRAY };
    const struct json *j = board_version(c, k->x, o, before, STR(""), k->x->unit.text, false, &list);
    month_text(o->period.from, from), month_text(o->period.to, to);
    cells[AREA] = o->area, cells[AREA_NAME] = board_area(c, k->book->p, o->area);
    cells[PERIOD] = interval_text(c->a, o->period);
    cells[FROM] = str_dup(c->a, str_of(from)), cells[TO] = str_dup(c->a, str_of(to));
    cells[VALUE] = measure_text(c->a, o->value, 0), cells[UNIT] = k->x->unit.text;
    cells[BOUND] = board_bounded(c->a, STR(""), o->bound);
    cells[STATUS] = str_of(status_zh(o->status)), cells[KNOWN] = day_text(c->a, o->known);
    cells[SOURCE] = o->source, cells[NOTE] = o->note;
    bool revised =
        json_member(j, STR("change"))->string.len > 0; /* there with its sign and unit, here to be counted with */
    cells[CHANGE] = revised ? measure_text(c->a, o->value - before->value, 0) : STR("");
    cells[REASON] = json_member(j, STR("reason"))->string;
}

static bool collect_rows(struct call *c, const struct known *k, date known, struct download_table *out, struct err *e)
{
    VEC(str) cells = { 0 };
    struct map areas;
    map_init(&areas, c->a);
    VEC_EACH (const struct observation, o, &k->list) map_put(&areas, o->area, c->a);
    for (size_t i = 0; i < COLUMNS; i++) *vec_push(c->a, &cells) = str_of(columns[i].heading);
    for (size_t i = 0; i < areas.len; i++) {
        struct figures all = { 0 };
        if (!all_versions(c, k, areas.entries[i].key, known, &all, e)) return false;
        for (size_t r = 0; r < all.list.len; r++) {
            str row[COLUMNS];
            fill_row(c, k, &all.list.at[r], r > 0 ? &all.list.at[r - 1] : NULL, row);
            for (size_t x = 0; x < COLUMNS; x++) *vec_push(c->a, &cells) = row[x];
        }
    }
    *out = (struct download_table){ cells.at, COLUMNS, cells.len / COLUMNS };
    return true;
}

static void send_json(struct call *c, const struct known *k, const struct download_table *t, str name)
{
    struct json_writer w;
    struct text out;
    text_init(&out, c->a, 64 << 20);
    json_begin(&w, &out, false);
    json_object(&w);
    json_key(&w, "indicator"), json_str(&w, k->x->name);
    json_key(&w, "unit"), json_str(&w, k->x->unit.text);
    json_key(&w, "definition"), json_str(&w, board_declared(k->book->p, k->x->decl));
    json_key(&w, "rows"), json_array(&w);
    for (size_t r = 1; r < t->rows; r++) {
        json_object(&w);
        for (size_t i = 0; i < COLUMNS; i++) json_key(&w, columns[i].key), json_str(&w, t->cells[r * COLUMNS + i]);
        json_object_end(&w);
    }
    json_array_end(&w);
    json_object_end(&w);
    attachment_answer(c, text_str(&out), STR("application/json; charset=utf-8"), name);
}

static bool send_all(struct call *c, const struct known *k, date known, str as, struct err *e)
{
    struct download_table t;
    str day = known.days == DATE_MAX.days ? STR("") : day_text(c->a, known),
        name = str_fmt(c->a, "%.*s%.*s.%.*s", STR_ARG(k->x->name), STR_ARG(day), STR_ARG(as));
    if (!collect_rows(c, k, known, &t, e)) return false;
    if (!str_eq(as, STR("json"))) return download_numbers(c, &t, VALUE, name, e);
    send_json(c, k, &t, name);
    return true;
}

static bool is_table(str as) { return str_eq(as, STR("xlsx")) || str_eq(as, STR("csv")) || str_eq(as, STR("json")); }

bool hall_series(struct call *c, struct err *e)
{
    const struct board *b;
    struct known k = { 0 };
    struct course own, other = { 0 };
    date known = DATE_MAX;
    str area = str_trim(http_form_get(&c->query, STR("area"))),
        beside = str_trim(http_form_get(&c->query, STR("with"))),
        day = str_trim(http_form_get(&c->query, STR("known"))), as = http_form_get(&c->query, STR("as"));
    if (!board_of(c, &b, e)) return false;
    if (find_indicator(b, c->args[0], &k) == NULL)
        return fail(e, NOT_FOUND, "没有指标“%.*s”；到“指标”里找一找", STR_ARG(c->args[0]));
    if (day.len > 0 && !date_parse(day, &known))
        return fail(e, INVALID, "日期“%.*s”不对，写成 2024-03-01", STR_ARG(day));
    if (!collect(c, &k, e)) return false;
    if (is_table(as)) return send_all(c, &k, known, as, e);
    if (area.len == 0) area = nearest_area(c, &k);
    int32_t months = usual_length(&k, area);
    take_course(&k, area, months, known, &own);
    if (beside.len > 0) take_course(&k, beside, months, known, &other);
    c->title = k.x->name;
    doc_str(c->a, c->doc, "name", k.x->name);
    doc_str(c->a, c->doc, "unit", k.x->unit.text);
    doc_str(c->a, c->doc, "area", area);
    doc_str(c->a, c->doc, "areaName", area.len > 0 ? board_area(c, k.book->p, area) : STR(""));
    doc_str(c->a, c->doc, "known", day);
    doc_bool(c->a, c->doc, "counted", k.counted);
    doc_bool(c->a, c->doc, "any", k.list.len > 0);
    doc_bool(c->a, c->doc, "anyLine", own.count > 0);
    doc_str(c->a, c->doc, "definition", board_declared(k.book->p, k.x->decl));
    doc_str(c->a, c->doc, "mapHref", words_href(c->a, "/map?layer=", k.x->name, ""));
    /* areas stand in the address as somebody wrote them */
    str here = words_href(c->a, words_href(c->a, "/series/", k.x->name, "?area=").p, area, "&with="),
        list = words_href(c->a, words_href(c->a, "/series/", k.x->name, "/list?area=").p, area, "");
    here = words_href(c->a, here.p, beside, "&known=");
    doc_str(c->a, c->doc, "fileHref", str_fmt(c->a, "%.*s%.*s&as=", STR_ARG(here), STR_ARG(day)));
    doc_str(c->a, c->doc, "listHref", k.counted && desk_is(c, ROLE_BIT(OPERATOR) | ROLE_BIT(AUDITOR)) ? list : STR(""));
    add_breaks(c, k.x);
    add_areas(c, &k, area, beside);
    if (!add_versions(c, &k, area, &own, known, e)) return false;
    add_comparison(c, &k, &own, months, known);
    if (own.count > 0) draw(c, &k, area, beside, &own, &other);
    if (as.p == NULL) return true;
    if (chart_asked(as)) return chart_file(c, "chart", as, k.x->name, e);
    return fail(e, INVALID, "没有“%.*s”这种格式；有 svg、png、pdf、xlsx、csv、json", STR_ARG(as));
}
