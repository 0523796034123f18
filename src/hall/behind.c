/* behind: the list behind a number: who was counted in one month and area. People are seen there, so each look is
 * logged with its purpose, and each value passes the table of access; who may see nobody is told who could. */
#include "alarm/alarm.h"
#include "base/utf8.h"
#include "gauge/gauge.h"
#include "hall/board.h"

enum {
    PAGE = 100,
    FILE_ROWS_MAX = 5000,
    PURPOSE_MIN = 4, /* characters */
    PORTION = 500,   /* looks logged at a time: others want to write as well */
};

struct behind {
    const struct indicator *x;
    const struct entity *en;
    struct tally_job job; /* from is to: one month */
    str area;             /* code; empty: everywhere */
    str purpose;
    struct tally_rows rows;
};

/* ---- what is asked for ---- */

static bool may_see_people(struct call *c, struct err *e)
{
    if (desk_is(c, ROLE_BIT(OPERATOR) | ROLE_BIT(AUDITOR))) return true;
    return fail(e, DENIED,
                "名单里是一个个具体的人和单位，“%s”这个角色只看数、不看人；要核实名单，请经办或者审计打开这一页",
                access_role_zh(c->who.role));
}

/* The last month that is over, or the one asked for. */
static bool read_month(struct call *c, struct behind *b, struct err *e)
{
    str wanted = desk_asked(c, "month");
    date known = c->h->o.today;
    month m = date_month(known);
    if (month_last(m).days > known.days) m.index--;
    if (wanted.len > 0 && !month_parse(wanted, &m))
        return fail(e, INVALID, "月份“%.*s”不对，写成 2024-05", STR_ARG(wanted));
    if (month_first(m).days > known.days)
        return fail(e, INVALID, "资料只到%.*s，还没有 %.*s 的数", STR_ARG(words_day(c->a, known, (date){ 0 })),
                    STR_ARG(wanted));
    b->job.from = b->job.to = m;
    return true;
}

/* Who looks after some regions sees the lists of those. */
static bool read_area(struct call *c, const struct gauge *g, struct behind *b, struct err *e)
{
    bool some = access_scope(c->who.role) == SCOPE_REGION, theirs = !some;
    b->area = desk_asked(c, "area");
    if (some && b->area.len == 0 && c->who.region_count > 0) b->area = c->who.regions[0];
    for (size_t i = 0; i < c->who.region_count && !theirs; i++) theirs = alarm_area_in(b->area, c->who.regions[i]);
    if (!theirs)
        return fail(e, DENIED, "%.*s不是您负责的地区，看不到那里的名单",
                    STR_ARG(b->area.len > 0 ? board_area(c, c->h->p, b->area) : STR("这里")));
    bool whole = g->t.home == 0 || b->job.by.len == 0; /* the number of the region is that of everybody */
    if (whole && str_eq(b->area, gauge_region(c->h->p))) b->area = STR("");
    return true;
}

static bool has_areas(const struct behind *b, struct err *e)
{
    if (b->area.len == 0 || b->job.by.len > 0) return true;
    return fail(e, NOT_FOUND, "“%.*s”不分地区：资料里没有写“%.*s”在哪里，只有全部的名单，没有一个地区的",
                STR_ARG(b->x->name), STR_ARG(b->en->name));
}

static bool ask(struct call *c, struct behind *b, struct err *e)
{
    const struct gauge *g;
    b->x = program_indicator(c->h->p, c->args[0]);
    if (b->x == NULL) return fail(e, NOT_FOUND, "没有指标“%.*s”；到“指标”里找一找", STR_ARG(c->args[0]));
    if (!may_see_people(c, e)) return false;
    if (b->x->entity == 0)
        return fail(e, NOT_FOUND, "“%.*s”是公布的、报来的数，不是从登记的资料数出来的，后面没有名单",
                    STR_ARG(b->x->name));
    if (!map_gauge(c, &g, e)) return false;
    b->en = &c->h->p->entities.at[b->x->entity - 1];
    b->job =
        (struct tally_job){ .vocab = c->h->o.vocab, .pool = c->h->o.pool, .known_to = c->h->o.today, .threads = 1 };
    b->job.by = tally_area_slot(b->en, g->job.by) >= 0 ? g->job.by : STR("");
    b->purpose = c->who.is_token ? c->who.purpose : desk_asked(c, "purpose");
    return read_month(c, b, e) && read_area(c, g, b, e) && has_areas(b, e);
}

/* ---- the list ---- */

/* Whom the reader may see of those after `after`, at most `most`; each is logged. *last: the last that was looked at,
 * 0: there are no more. */
static bool add_rows(struct call *c, const struct behind *b, uint64_t after, size_t most, struct json *list,
                     uint64_t *last, struct err *e)
{
    char month_[MONTH_TEXT];
    month_text(b->job.to, month_);
    str what = str_fmt(c->a, "名单：%.*s %s", STR_ARG(b->x->name), month_);
    *last = 0;
    for (size_t i = 0; i < b->rows.count; i++) {
        struct subject s;
        struct err why = { 0 };
        int64_t id = (int64_t)b->rows.ids[i];
        if (b->rows.ids[i] <= after) continue;
        if (list->count == most) return true;
        *last = i + 1 < b->rows.count ? b->rows.ids[i] : 0;
        if (!subject_load(c, b->en->id, id, &s, &why)) {
            if (why.code != ERR_DENIED) return *e = why, false;
            continue;
        }
        struct json *o = doc_object(c->a, list, NULL);
        subject_head(c, &s, o);
        bool person = str_eq(b->en->name, STR("人员"));
        doc_str(c->a, o, "href", person ? str_fmt(c->a, "/people/%lld", (long long)id) : STR(""));
        if (!access_look(c->desk->store, &c->who, b->en->name, id, what, c->now, e)) return false;
    }
    *last = 0;
    return true;
}

static bool at_once(struct call *c, const struct behind *b, uint64_t after, size_t most, struct json *list,
                    uint64_t *last, struct err *e)
{
    if (!store_begin(c->desk->store, e)) return false;
    if (add_rows(c, b, after, most, list, last, e)) return store_commit(c->desk->store, e);
    store_rollback(c->desk->store);
    return false;
}

static bool by_portions(struct call *c, const struct behind *b, uint64_t after, size_t most, struct json *list,
                        uint64_t *last, struct err *e)
{
    do {
        size_t until = list->count + PORTION < most ? list->count + PORTION : most;
        if (!at_once(c, b, after, until, list, last, e)) return false;
        after = *last;
    } while (after > 0 && list->count < most);
    return true;
}

static str cell(const struct json *row, const char *key)
{
    const struct json *j = json_member(json_member(row, STR("person")), str_of(key));
    return j != NULL ? j->string : STR("");
}

static bool send_xlsx(struct call *c, const struct behind *b, struct err *e)
{
    static const char *const keys[] = { "name", "idNumber", "sex", "age", "home" };
    static const char *const heads[] = { "名称", "号码", "性别", "年龄", "在哪里", "水印" };
    enum { KEYS = sizeof keys / sizeof *keys, COLUMNS = KEYS + 1 };
    char month_[MONTH_TEXT];
    uint64_t last;
    str mark;
    if (b->rows.count > FILE_ROWS_MAX)
        return fail(e, LIMIT, "名单有 %zu 行，一次最多下载 %d 行；请选小一些的地区", b->rows.count, FILE_ROWS_MAX);
    struct json *list = doc_array(c->a, c->doc, "rows");
    month_text(b->job.to, month_);
    str name = str_fmt(c->a, "%.*s名单%s.xlsx", STR_ARG(b->x->name), month_);
    if (!by_portions(c, b, 0, FILE_ROWS_MAX, list, &last, e) || !desk_export(c, name, (int64_t)list->count, &mark, e))
        return false;
    str *cells = ARENA_ARRAY(c->a, str, (1 + list->count) * COLUMNS), *at = cells;
    for (size_t i = 0; i < COLUMNS; i++) *at++ = str_of(heads[i]);
    for (size_t r = 0; r < list->count; r++) {
        for (size_t i = 0; i < KEYS; i++) *at++ = cell(&list->items[r], keys[i]);
        *at++ = mark;
    }
    struct download_table t = { cells, COLUMNS, 1 + list->count };
    return download_table(c, &t, name, e);
}

static void describe(struct call *c, const struct behind *b)
{
    char month_[MONTH_TEXT];
    date day = month_last(b->job.to);
    if (day.days > c->h->o.today.days) day = c->h->o.today;
    month_text(b->job.to, month_);
    c->title = str_fmt(c->a, "%.*s：名单", STR_ARG(b->x->name));
    doc_str(c->a, c->doc, "indicator", b->x->name);
    doc_str(c->a, c->doc, "seriesHref",
            words_href(c->a, words_href(c->a, "/series/", b->x->name, "?area=").p, b->area, ""));
    doc_str(c->a, c->doc, "area", b->area);
    doc_str(c->a, c->doc, "areaName", board_area(c, c->h->p, b->area.len > 0 ? b->area : gauge_region(c->h->p)));
    doc_z(c->a, c->doc, "month", str_dup(c->a, str_of(month_)).p);
    doc_str(c->a, c->doc, "day", words_day(c->a, day, (date){ 0 }));
    doc_str(c->a, c->doc, "definition", board_declared(c->h->p, b->x->decl));
    doc_str(c->a, c->doc, "purpose", b->purpose);
}

/* Before the list: why it is looked at. */
static bool ask_why(struct call *c, bool tried, struct err *e)
{
    static const char says[] = "请写清楚为什么要看这份名单，例如：核实 5 月的失业登记";
    if (tried && c->wants_json) return fail(e, INVALID, "%s", says);
    if (tried) c->problem = str_of(says), c->status = 422;
    doc_bool(c->a, c->doc, "asked", false);
    doc_array(c->a, c->doc, "rows");
    return true;
}

bool hall_behind(struct call *c, struct err *e)
{
    struct behind b = { 0 };
    int64_t after = 0;
    uint64_t last;
    str as = http_form_get(&c->query, STR("as")), from = desk_asked(c, "after");
    if (!ask(c, &b, e)) return false;
    if (from.len > 0 && (!str_to_i64(from, &after) || after < 0))
        return fail(e, INVALID, "after 要写上一页里的 next，不是“%.*s”", STR_ARG(from));
    describe(c, &b);
    if (utf8_count(b.purpose) < PURPOSE_MIN) return ask_why(c, b.purpose.len > 0 || as.p != NULL || c->wants_json, e);
    c->who.purpose = b.purpose;
    uint32_t which = (uint32_t)(b.x - c->h->p->indicators.at);
    if (!rolls_list(c->h->rolls, &b.job, which, b.area, c->a, &b.rows, e)) return false;
    if (as.p != NULL && str_eq(as, STR("xlsx"))) return send_xlsx(c, &b, e);
    if (as.p != NULL) return fail(e, INVALID, "没有“%.*s”这种格式；有 xlsx", STR_ARG(as));
    if (!at_once(c, &b, (uint64_t)after, PAGE, doc_array(c->a, c->doc, "rows"), &last, e)) return false;
    str here = words_href(c->a, words_href(c->a, "/series/", b.x->name, "/list?area=").p, b.area, "&month=");
    here = words_href(c->a, here.p, json_member(c->doc, STR("month"))->string, "&purpose=");
    here = words_href(c->a, here.p, b.purpose, "");
    doc_bool(c->a, c->doc, "asked", true);
    doc_str(c->a, c->doc, "count", words_count(c->a, b.rows.count));
    desk_int(c, c->doc, "open", (int64_t)b.rows.open);
    doc_str(c->a, c->doc, "next",
            last > 0 ? str_fmt(c->a, "%.*s&after=%llu", STR_ARG(here), (unsigned long long)last) : STR(""));
    doc_str(c->a, c->doc, "fileHref", str_fmt(c->a, "%.*s&as=xlsx", STR_ARG(here)));
    return true;
}
