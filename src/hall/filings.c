/* filings 报表: a period of a form: what waits for whoever looks, how far the areas have come, who is late. A few
 * sheets are one list; many are gone through area by area from the top down, or by what is the matter with them, page
 * by page. All that may be done and by whom is decided in filing, the same as for `leye return`. Nobody's name but
 * those of staff is on these pages. */
#include "hall/filings.h"
#include "gauge/gauge.h"

#include <inttypes.h>

enum { PERIODS_MAX = 60, FLAT_MAX = 60, ROWS_SHOWN = 100, MINE_SHOWN = 20 };

/* ---- who is acting ---- */

static uint32_t roles_of(const struct call *c)
{
    bool fills = c->who.role == ROLE_OPERATOR || c->who.role == ROLE_ANALYST;
    bool approves = c->who.role == ROLE_REVIEWER || c->who.role == ROLE_CHIEF;
    return fills ? FILING_FILLER : approves ? FILING_APPROVER : 0;
}

struct filing_act filings_act(const struct call *c, const struct filing_areas *areas, str area)
{
    struct filing_act act = { .who = c->who.name,
                              .roles = c->who.region_count > 0 ? roles_of(c) : 0,
                              .office = c->who.region_count > 0 ? c->who.regions[0] : STR(""),
                              .day = c->today,
                              .reason = desk_field(c, "reason"),
                              .clock_ms = c->now * 1000 };
    if (act.reason.p == NULL) act.reason = STR("");
    bool found = false;
    for (size_t i = 0; i < c->who.region_count; i++) {
        str one = c->who.regions[i];
        if (!filing_area_in(areas, area, one) || (found && !filing_area_in(areas, act.office, one))) continue;
        act.office = one, found = true;
    }
    return act;
}

bool filings_is_mine(const struct call *c, const struct filing_areas *areas, str area)
{
    for (size_t i = 0; i < c->who.region_count; i++) {
        if (filing_area_in(areas, area, c->who.regions[i])) return true;
    }
    return c->who.region_count == 0;
}

static const char *light_mark(enum filing_light l)
{
    return l == FILING_RED ? "late" : l == FILING_YELLOW ? "ask" : l == FILING_GREEN ? "yes" : "";
}

str filings_person(const struct filings *k, str name)
{
    VEC_EACH (const struct access_account, n, &k->names) {
        if (str_eq(n->name, name)) return n->display.len > 0 ? n->display : name;
    }
    return name;
}

/* ---- the list ---- */

str filings_area_name(struct call *c, const struct filings *k, str area)
{
    const struct filing_area *x = filing_area_find(&k->areas, area);
    return x != NULL && !str_eq(x->name, area) ? x->name : board_area(c, c->h->p, area);
}

void filings_add(struct call *c, const struct filings *k, const struct filing *x, struct json *o)
{
    const struct filing_area *area = filing_area_find(&k->areas, x->area);
    doc_int(c->a, o, "number", x->id);
    doc_fmt(c->a, o, "href", "/returns/%" PRId64, x->id);
    doc_str(c->a, o, "form", x->form);
    doc_str(c->a, o, "area", x->area);
    doc_str(c->a, o, "areaName", filings_area_name(c, k, x->area));
    doc_z(c->a, o, "level", area != NULL ? area_level_zh(area->level) : "");
    doc_str(c->a, o, "period", interval_text(c->a, x->period));
    doc_int(c->a, o, "version", x->version);
    doc_bool(c->a, o, "later", x->version > 1);
    doc_str(c->a, o, "cause", x->cause);
    doc_z(c->a, o, "state", filing_state_zh(x->state));
    doc_z(c->a, o, "light", light_mark(filing_light_of(x, c->today)));
    doc_z(c->a, o, "lightWord", filing_light_zh(x, c->today, c->a));
    doc_str(c->a, o, "due", x->has_due ? words_day(c->a, x->due, c->today) : STR(""));
    doc_str(c->a, o, "filler", filings_person(k, x->filler));
    doc_str(c->a, o, "approver", filings_person(k, x->approver));
    doc_str(c->a, o, "missing", x->missing);
}

static void add_forms(struct call *c, const struct return_ *chosen)
{
    struct json *list = doc_array(c->a, c->doc, "forms");
    VEC_EACH (const struct return_, r, &c->h->p->returns) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "name", r->name);
        doc_bool(c->a, o, "chosen", r == chosen);
    }
    doc_bool(c->a, c->doc, "anyForm", list->count > 0);
}

/* The periods that were opened, the latest first; without a wish the latest is shown. */
static bool add_periods(struct call *c, struct filings *k, str wanted, struct err *e)
{
    filing_periods all = { 0 };
    struct json *list = doc_array(c->a, c->doc, "periods");
    if (wanted.len > 0 && !filing_period_read(k->form, wanted, &k->period, e)) return false;
    if (!filing_periods_of(c->desk->store, k->form->name, PERIODS_MAX, c->a, &all, e)) return false;
    if (wanted.len == 0 && all.len > 0) k->period = all.at[0];
    VEC_EACH (const struct interval, p, &all) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "words", interval_text(c->a, *p));
        doc_bool(c->a, o, "chosen", interval_eq(*p, k->period));
    }
    doc_bool(c->a, c->doc, "anyPeriod", list->count > 0);
    return true;
}

static bool ask(struct call *c, struct filings *k, struct err *e)
{
    str name = desk_asked(c, "form"), period = desk_asked(c, "period");
    if (name.len == 0) name = desk_field(c, "form");
    k->form = name.len > 0 ? program_return(c->h->p, name) : NULL;
    if (name.len > 0 && k->form == NULL) return fail(e, NOT_FOUND, "没有报表“%.*s”", STR_ARG(name));
    for (size_t i = c->h->p->returns.len; k->form == NULL && i-- > 0;) k->form = &c->h->p->returns.at[i];
    add_forms(c, k->form);
    if (k->form == NULL) {
        doc_array(c->a, c->doc, "periods");
        doc_bool(c->a, c->doc, "anyPeriod", false);
        return true;
    }
    k->period = filing_period_before(k->form, c->today);
    struct filing_wanted w = { .form = k->form->name, .has_period = true, .latest = true };
    if (!filing_areas_of(c->h->p, k->form, c->a, &k->areas, e) || !add_periods(c, k, period, e)) return false;
    w.period = k->period;
    return access_account_list(c->desk->store, 0, c->a, &k->names, e) &&
           filing_find(c->desk->store, &w, c->a, &k->list, e);
}

/* ---- which sheets ---- */

enum show { SHOW_AREAS, SHOW_MINE, SHOW_LATE, SHOW_OPEN, SHOW_RETURNED, SHOW_WAITING, SHOWS };
static const struct {
    const char *key, *word;
} shows[SHOWS] = {
    [SHOW_AREAS] = { "", "按地区" },          [SHOW_MINE] = { "mine", "等您办" },
    [SHOW_LATE] = { "late", "逾期" },         [SHOW_OPEN] = { "open", "没有报" },
    [SHOW_RETURNED] = { "returned", "退回" }, [SHOW_WAITING] = { "waiting", "等审核" },
};

/* Which rows wait for whoever looks: to be filled, or to be approved. */
static bool waits(struct call *c, const struct filings *k, const struct filing *x)
{
    struct filing_act act = filings_act(c, &k->areas, x->area);
    if (act.roles == 0) return false;
    if (filing_may_fill(&k->areas, x, &act)) return str_eq(x->area, act.office);
    return filing_may(&k->areas, k->form, x, FILING_APPROVE, &act);
}

static bool belongs(struct call *c, const struct filings *k, const struct filing *x, enum show show)
{
    struct filing_count n = { 0 };
    filing_count_add(&n, x, c->today);
    switch (show) {
    case SHOW_MINE: return waits(c, k, x);
    case SHOW_LATE: return n.late > 0;
    case SHOW_OPEN: return n.open > 0;
    case SHOW_RETURNED: return n.returned > 0;
    case SHOW_WAITING: return n.waiting > 0;
    case SHOW_AREAS:
    case SHOWS: break;
    }
    return true;
}

struct view {
    enum show show;
    uint32_t under; /* 1 + area; 0: all that the reader sees */
    int64_t page;
    str query; /* part of an area's name, or its code; empty: none */
    bool flat; /* few enough for one list */
    filing_list seen;
    struct filing_count *counts; /* of every area and all below it */
};

static str href_of(struct call *c, const struct filings *k, uint32_t under, enum show show)
{
    str code = under != 0 ? k->areas.list.at[under - 1].code : STR("");
    return str_fmt(c->a, "%.*s&period=%.*s&under=%.*s&show=%s",
                   STR_ARG(words_href(c->a, "/returns?form=", k->form->name, "")),
                   STR_ARG(words_href(c->a, "", interval_text(c->a, k->period), "")), STR_ARG(code), shows[show].key);
}

/* The reader's own region when the form has it, else the top. */
static uint32_t home_of(const struct call *c, const struct filings *k)
{
    uint32_t best = 0;
    for (size_t i = 0; i < c->who.region_count; i++) {
        uint32_t at = (uint32_t)(uintptr_t)map_get(&k->areas.by_code, c->who.regions[i]);
        if (at != 0 && (best == 0 || k->areas.list.at[at - 1].level > k->areas.list.at[best - 1].level)) best = at;
    }
    return best != 0 ? best : 1;
}

static bool read_view(struct call *c, const struct filings *k, struct view *v, struct err *e)
{
    str under = desk_asked(c, "under"), show = desk_asked(c, "show"), page = desk_asked(c, "page");
    size_t i = 0;
    *v = (struct view){ .page = 1, .query = desk_asked(c, "q") };
    while (i < SHOWS && !str_eq(show, str_of(shows[i].key))) i++;
    if (i == SHOWS) return fail(e, INVALID, "没有“%.*s”这种看法", STR_ARG(show));
    v->show = (enum show)i;
    if (page.len > 0 && (!str_to_i64(page, &v->page) || v->page < 1)) return fail(e, INVALID, "第几页写成 1、2、3");
    VEC_EACH (const struct filing, x, &k->list) {
        if (filings_is_mine(c, &k->areas, x->area)) *vec_push(c->a, &v->seen) = *x;
    }
    v->flat = v->seen.len <= FLAT_MAX;
    v->counts = filing_count_areas(&k->areas, &v->seen, c->today, c->a);
    v->under = v->flat ? 0 : home_of(c, k);
    if (under.len == 0) return true;
    v->under = (uint32_t)(uintptr_t)map_get(&k->areas.by_code, under);
    if (v->under == 0) return fail(e, NOT_FOUND, "这张表不由“%.*s”填，也不由它下面填", STR_ARG(under));
    return filings_is_mine(c, &k->areas, under) || fail(e, DENIED, "%.*s不在您管的地区", STR_ARG(under));
}

static bool is_under(const struct filings *k, const struct view *v, const struct filing *x)
{
    return v->under == 0 || filing_area_in(&k->areas, x->area, k->areas.list.at[v->under - 1].code);
}

/* Sheets one by one, or areas that add up those below. */
static bool is_listed(const struct view *v) { return v->flat || v->show != SHOW_AREAS || v->query.len > 0; }

static bool is_named(struct call *c, const struct filings *k, const struct view *v, const struct filing *x)
{
    return v->query.len == 0 || str_starts(x->area, v->query) ||
           str_find(filings_area_name(c, k, x->area), v->query) != SIZE_MAX;
}

static void add_count(struct call *c, const struct filing_count *n, struct json *o)
{
    doc_int(c->a, o, "count", (int64_t)n->sheets);
    doc_int(c->a, o, "open", (int64_t)n->open);
    doc_int(c->a, o, "late", (int64_t)n->late);
    doc_int(c->a, o, "returned", (int64_t)n->returned);
    doc_int(c->a, o, "toApprove", (int64_t)n->waiting);
    doc_int(c->a, o, "approved", (int64_t)n->done);
    doc_bool(c->a, o, "anyLate", n->late > 0);
}

/* ---- the parts of the page ---- */

static void add_mine(struct call *c, const struct filings *k, const struct view *v)
{
    struct json *mine = doc_array(c->a, c->doc, "mine");
    int64_t n = 0;
    VEC_EACH (const struct filing, x, &v->seen) {
        if (!waits(c, k, x)) continue;
        if (n++ < MINE_SHOWN) filings_add(c, k, x, doc_object(c->a, mine, NULL));
    }
    doc_int(c->a, c->doc, "waiting", n);
    doc_bool(c->a, c->doc, "anyMine", n > 0);
    doc_bool(c->a, c->doc, "moreMine", n > MINE_SHOWN);
    doc_str(c->a, c->doc, "mineHref", k->form != NULL ? href_of(c, k, v->under, SHOW_MINE) : STR(""));
}

static void add_ways(struct call *c, const struct filings *k, const struct view *v, const struct filing_count *n)
{
    const size_t counts[SHOWS] = {
        [SHOW_AREAS] = n->sheets,      [SHOW_LATE] = n->late,       [SHOW_OPEN] = n->open,
        [SHOW_RETURNED] = n->returned, [SHOW_WAITING] = n->waiting,
    };
    struct json *list = doc_array(c->a, c->doc, "ways"), *path = doc_array(c->a, c->doc, "path");
    for (unsigned i = 0; i < SHOWS; i++) {
        if (i == SHOW_MINE) continue; /* has its own card */
        struct json *o = doc_object(c->a, list, NULL);
        doc_z(c->a, o, "word", shows[i].word);
        doc_int(c->a, o, "sheets", (int64_t)counts[i]);
        doc_str(c->a, o, "href", href_of(c, k, v->under, (enum show)i));
        doc_bool(c->a, o, "chosen", i == (unsigned)v->show);
    }
    uint32_t up[FILING_LEVELS + 1];
    size_t deep = 0;
    for (uint32_t at = v->under; at != 0 && deep <= FILING_LEVELS; at = k->areas.list.at[at - 1].upper) up[deep++] = at;
    while (deep-- > 0) {
        str code = k->areas.list.at[up[deep] - 1].code;
        if (!filings_is_mine(c, &k->areas, code)) continue;
        struct json *o = doc_object(c->a, path, NULL);
        doc_str(c->a, o, "areaName", filings_area_name(c, k, code));
        doc_str(c->a, o, "href", href_of(c, k, up[deep], v->show));
        doc_bool(c->a, o, "here", deep == 0);
    }
}

/* The areas right below one: how far each has come with all below it, and its own sheet. */
static void add_areas(struct call *c, const struct filings *k, const struct view *v)
{
    struct json *list = doc_array(c->a, c->doc, "areas");
    struct map sheets;
    if (is_listed(v)) return;
    map_init(&sheets, c->a);
    VEC_EACH (struct filing, x, &v->seen) map_put(&sheets, x->area, x);
    for (uint32_t i = 0; i < k->areas.list.len; i++) {
        const struct filing_area *x = &k->areas.list.at[i];
        const struct filing *own = map_get(&sheets, x->code);
        if ((x->upper != v->under && i + 1 != v->under) || v->counts[i].sheets == 0) continue;
        struct json *o = doc_object(c->a, list, NULL);
        bool deeper = i + 1 != v->under && x->level > k->form->from;
        doc_bool(c->a, o, "own", own != NULL);
        doc_str(c->a, o, "sheetHref", own != NULL ? str_fmt(c->a, "/returns/%" PRId64, own->id) : STR(""));
        doc_z(c->a, o, "state", own != NULL ? filing_state_zh(own->state) : "");
        doc_z(c->a, o, "light", own != NULL ? light_mark(filing_light_of(own, c->today)) : "");
        doc_z(c->a, o, "lightWord", own != NULL ? filing_light_zh(own, c->today, c->a) : "");
        doc_str(c->a, o, "areaName", filings_area_name(c, k, x->code));
        doc_z(c->a, o, "level", area_level_zh(x->level));
        doc_bool(c->a, o, "whole", i + 1 == v->under);
        doc_str(c->a, o, "underHref", deeper ? href_of(c, k, i + 1, SHOW_AREAS) : STR(""));
        add_count(c, &v->counts[i], o);
    }
}

static void add_sheets(struct call *c, const struct filings *k, const struct view *v)
{
    struct json *list = doc_array(c->a, c->doc, "filings");
    int64_t n = 0, first = (v->page - 1) * ROWS_SHOWN;
    bool listed = is_listed(v);
    VEC_EACH (const struct filing, x, &v->seen) {
        if (!listed || !is_under(k, v, x) || !belongs(c, k, x, v->show) || !is_named(c, k, v, x)) continue;
        if (n >= first && n < first + ROWS_SHOWN) filings_add(c, k, x, doc_object(c->a, list, NULL));
        n++;
    }
    int64_t pages = n > 0 ? (n + ROWS_SHOWN - 1) / ROWS_SHOWN : 1;
    str here = k->form != NULL ? href_of(c, k, v->under, v->show) : STR("");
    if (v->query.len > 0) here = words_href(c->a, str_fmt(c->a, "%.*s&q=", STR_ARG(here)).p, v->query, "");
    doc_str(c->a, c->doc, "query", v->query);
    doc_bool(c->a, c->doc, "listed", listed);
    doc_int(c->a, c->doc, "page", v->page);
    doc_int(c->a, c->doc, "pages", pages);
    doc_bool(c->a, c->doc, "many", pages > 1);
    doc_str(c->a, c->doc, "beforeHref",
            v->page > 1 ? str_fmt(c->a, "%.*s&page=%" PRId64, STR_ARG(here), v->page - 1) : STR(""));
    doc_str(c->a, c->doc, "afterHref",
            v->page < pages ? str_fmt(c->a, "%.*s&page=%" PRId64, STR_ARG(here), v->page + 1) : STR(""));
}

/* Punctuality of every area; of many areas that of those right below one, all below them included. */
static bool add_records(struct call *c, const struct filings *k, const struct view *v, struct err *e)
{
    filing_records rows = { 0 }, shown = { 0 };
    struct json *list = doc_array(c->a, c->doc, "records");
    if (!filing_timeliness(c->desk->store, k->form->name, c->today, c->a, &rows, e)) return false;
    struct filing_record *sums = ARENA_ARRAY(c->a, struct filing_record, k->areas.list.len + 1);
    VEC_EACH (const struct filing_record, r, &rows) {
        if (!filings_is_mine(c, &k->areas, r->area)) continue;
        if (v->flat) *vec_push(c->a, &shown) = *r;
        uint32_t at = (uint32_t)(uintptr_t)map_get(&k->areas.by_code, r->area);
        for (; at != 0; at = k->areas.list.at[at - 1].upper) {
            struct filing_record *s = &sums[at - 1];
            s->due += r->due, s->on_time += r->on_time, s->late += r->late, s->open += r->open;
        }
    }
    for (uint32_t i = 0; !v->flat && i < k->areas.list.len; i++) {
        if ((k->areas.list.at[i].upper != v->under && i + 1 != v->under) || sums[i].due == 0) continue;
        sums[i].area = k->areas.list.at[i].code;
        *vec_push(c->a, &shown) = sums[i];
    }
    VEC_EACH (const struct filing_record, r, &shown) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "areaName", filings_area_name(c, k, r->area));
        doc_int(c->a, o, "dueCount", (int64_t)r->due);
        doc_int(c->a, o, "onTime", (int64_t)r->on_time);
        doc_int(c->a, o, "lateCount", (int64_t)r->late);
        doc_int(c->a, o, "open", (int64_t)r->open);
        doc_int(c->a, o, "share", (int64_t)(r->on_time * 100 / r->due));
    }
    doc_bool(c->a, c->doc, "anyRecord", list->count > 0);
    return true;
}

static bool send_table(struct call *c, const struct filings *k, struct err *e)
{
    size_t columns = 3 + k->form->cells.len, rows = 1 + k->list.len, shown = 1;
    str *cells = ARENA_ARRAY(c->a, str, columns * rows), *at = cells;
    struct filing_grid g;
    if (!filing_grid_of(c->desk->store, k->form, k->period, &k->list, c->a, &g, e)) return false;
    *at++ = STR("地区"), *at++ = STR("代码"), *at++ = STR("状态");
    VEC_EACH (const struct return_cell, x, &k->form->cells)
        *at++ = str_fmt(c->a, "%.*s（%.*s）", STR_ARG(x->name), STR_ARG(x->unit.text));
    for (size_t i = 0; i < k->list.len; i++) {
        const struct filing *x = &k->list.at[i];
        if (!filings_is_mine(c, &k->areas, x->area)) continue;
        *at++ = filings_area_name(c, k, x->area), *at++ = x->area, *at++ = str_of(filing_state_zh(x->state));
        for (size_t cell = i * g.columns; cell < (i + 1) * g.columns; cell++)
            *at++ = g.has[cell] ? measure_text(c->a, g.values[cell], 0) : STR("");
        shown++;
    }
    struct download_table t = { cells, columns, shown };
    str when = interval_text(c->a, k->period);
    return download_numbers(c, &t, 3, str_fmt(c->a, "%.*s%.*s.xlsx", STR_ARG(k->form->name), STR_ARG(when)), e);
}

/* ---- the page ---- */

static bool nothing_declared(struct call *c)
{
    static const char *const lists[] = { "mine", "filings", "areas", "ways", "path", "records" };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) doc_array(c->a, c->doc, lists[i]);
    doc_str(c->a, c->doc, "form", STR(""));
    desk_done(c);
    return true;
}

static bool show_list(struct call *c, struct err *e)
{
    struct filings k = { 0 };
    struct view v;
    str as = http_form_get(&c->query, STR("as"));
    if (!ask(c, &k, e)) return false;
    if (k.form != NULL && str_eq(as, STR("xlsx"))) return send_table(c, &k, e);
    if (as.p != NULL) return fail(e, INVALID, "没有“%.*s”这种格式；有 xlsx", STR_ARG(as));
    if (k.form == NULL) return nothing_declared(c);
    if (!read_view(c, &k, &v, e)) return false;
    struct filing_count n = { 0 };
    VEC_EACH (const struct filing, x, &v.seen) {
        if (is_under(&k, &v, x)) filing_count_add(&n, x, c->today);
    }
    add_count(c, &n, c->doc);
    add_mine(c, &k, &v);
    add_ways(c, &k, &v, &n);
    add_areas(c, &k, &v);
    add_sheets(c, &k, &v);
    struct filing_act act = filings_act(c, &k.areas, k.areas.list.at[0].code);
    doc_bool(c->a, c->doc, "mayOpen", act.roles != 0 && filing_area_in(&k.areas, k.areas.list.at[0].code, act.office));
    doc_bool(c->a, c->doc, "anySheet", v.seen.len > 0);
    doc_str(c->a, c->doc, "form", k.form->name);
    doc_str(c->a, c->doc, "period", interval_text(c->a, k.period));
    doc_str(c->a, c->doc, "next", interval_text(c->a, filing_period_before(k.form, c->today)));
    doc_str(c->a, c->doc, "fileHref",
            str_fmt(c->a, "%.*s&period=%.*s&as=xlsx", STR_ARG(words_href(c->a, "/returns?form=", k.form->name, "")),
                    STR_ARG(words_href(c->a, "", interval_text(c->a, k.period), ""))));
    desk_done(c);
    return add_records(c, &k, &v, e);
}

bool hall_filings(struct call *c, struct err *e) { return show_list(c, e); }

/* Figures that are known without asking: the log, and what is counted over everybody in the register. */
static bool known_figures(struct call *c, struct figures *out, struct err *e)
{
    const struct board *b;
    const struct gauge *g;
    if (!board_of(c, &b, e) || !map_gauge(c, &g, e)) return false;
    VEC_EACH (const struct observation, o, &b->log.list) *vec_push(c->a, &out->list) = *o;
    if (g->p != NULL) gauge_observe(g, gauge_region(c->h->p), c->today, c->a, out);
    return true;
}

/* 开填一期. */
bool hall_filings_open(struct call *c, struct err *e)
{
    struct figures known = { 0 };
    struct filing_areas areas;
    struct interval period;
    struct filing_opened r;
    struct err why = { 0 };
    str words = desk_field(c, "open");
    const struct return_ *form = program_return(c->h->p, desk_field(c, "form"));
    if (form == NULL) return fail(e, NOT_FOUND, "没有这张报表");
    if (!filing_areas_of(c->h->p, form, c->a, &areas, e)) return false;
    struct filing_act act = filings_act(c, &areas, areas.list.at[0].code);
    if (act.roles == 0) return fail(e, DENIED, "这个账户没有写管哪个地区，不能开填；请管理员写上");
    bool ok = filing_period_read(form, words, &period, &why) && known_figures(c, &known, &why) &&
              filing_open(c->desk->store, &act, c->h->p, form, period, &known, c->a, &r, &why);
    if (!ok) return desk_again(c, &why, e) && show_list(c, e);
    doc_int(c->a, c->doc, "made", (int64_t)r.made);
    doc_int(c->a, c->doc, "there", (int64_t)r.there);
    desk_back(c,
              str_fmt(c->a, "%.*s&period=%.*s", STR_ARG(words_href(c->a, "/returns?form=", form->name, "")),
                      STR_ARG(words_href(c->a, "", interval_text(c->a, period), ""))),
              "opened");
    return true;
}
