/* leye watch count: indicators counted from the data of everybody, by area and month; shown, written, or kept as
 * observations beside the published ones. */
#include "base/file.h"
#include "cli/cmd_watch_priv.h"
#include "cli/place.h"
#include "cli/table.h"
#include "cli/who.h"
#include "gauge/gauge.h"
#include "sheet/sheet.h"

enum { OUT_MAX = 64 << 20 };

struct counted {
    const struct cli_args *args;
    struct place place;
    struct gauge g;
};

static int read_months(struct counted *c)
{
    str from = cli_option(c->args, "from"), to = cli_option(c->args, "to");
    month last = date_month(c->place.today);
    c->g.job.to = last;
    if (to.p != NULL && !month_parse(to, &c->g.job.to)) return cli_usage(c->args, "--to 写月份，例如 2024-05");
    c->g.job.from = c->g.job.to;
    if (from.p != NULL && !month_parse(from, &c->g.job.from)) return cli_usage(c->args, "--from 写月份，例如 2024-01");
    c->g.job.known_to = c->place.today;
    return 0;
}

static str cell_text(const struct counted *c, size_t i, uint32_t m, uint32_t area)
{
    num v;
    bool ratio = c->place.p->indicators.at[c->g.which.at[i]].denominator != 0;
    switch (gauge_at(&c->g, i, m, area, &v)) {
    case GAUGE_NONE: return STR("—");
    case GAUGE_HIDDEN: return STR("*");
    case GAUGE_KNOWN: break;
    }
    return ratio ? measure_rounded(c->place.a, v, 2) : measure_text(c->place.a, v, 0);
}

static str area_name(const struct counted *c, uint32_t area)
{
    if (area == 0 && gauge_everybody(&c->g)) return STR("登记里的所有人");
    return area == c->g.t.home ? STR("合计") : c->g.t.list->items.at[area - 1].name;
}

/* The number of the region first, then the other areas; everybody (area 0) only where that is the region's number. */
static uint32_t area_in_order(const struct counted *c, uint32_t place)
{
    return place == 0 ? c->g.t.home : place < c->g.t.home ? place : place + (c->g.t.home != 0);
}

/* One line for each area with all indicators of the last month. */
static void print(const struct counted *c, struct text *out)
{
    struct table t;
    bool stars = false;
    char month_[MONTH_TEXT];
    month_text(c->g.job.to, month_);
    size_t shown = c->g.asked < TABLE_COLUMNS_MAX - 1 ? c->g.asked : TABLE_COLUMNS_MAX - 1;
    struct text heads;
    text_init(&heads, c->place.a, 1 << 14);
    text_addz(&heads, "地区");
    for (size_t i = 0; i < shown; i++) {
        const struct indicator *x = &c->place.p->indicators.at[c->g.which.at[i]];
        text_addf(&heads, "|>%.*s（%.*s）", STR_ARG(x->name), STR_ARG(x->unit.text));
    }
    table_start(&t, c->place.a, text_str(&heads).p);
    for (uint32_t place = 0; place + (c->g.t.home != 0) < c->g.t.areas; place++) {
        uint32_t area = area_in_order(c, place);
        if (area != c->g.t.home && gauge_empty(&c->g, area)) continue;
        table_cell(&t, area_name(c, area));
        for (size_t i = 0; i < shown; i++) {
            str s = cell_text(c, i, c->g.t.months - 1, area);
            stars = stars || str_eq(s, STR("*"));
            table_cell(&t, s);
        }
    }
    text_addf(out, "%s 月末\n", month_);
    table_print(&t, out);
    if (stars) text_addz(out, "* 人数太少，不显示\n");
    for (size_t i = 0; i < c->g.asked; i++) {
        if (gauge_open(&c->g, i))
            text_addf(out, "%.*s：还没有定一个地区少于几个人不显示，只有合计；请在包里填“地图小格人数线”\n",
                      STR_ARG(c->place.p->indicators.at[c->g.which.at[i]].name));
        if (c->g.t.open[i] > 0)
            text_addf(out, "%.*s：%llu 行缺事实，没有算进去\n",
                      STR_ARG(c->place.p->indicators.at[c->g.which.at[i]].name), (unsigned long long)c->g.t.open[i]);
    }
}

static bool write_table(const struct counted *c, const struct figures *f, str path, struct err *e)
{
    static const char *const headings[] = { "指标", "地区", "时期", "值", "单位", "状态", "发布", "来源" };
    struct sheet_writer *w;
    str cells[8];
    if (!sheet_create(&w, path, &(struct sheet_layout){ .numbers_from = 3 }, e)) return false;
    for (size_t i = 0; i < 8; i++) cells[i] = str_of(headings[i]);
    bool ok = sheet_write_row(w, cells, 8, e);
    VEC_EACH (const struct observation, o, &f->list) {
        struct measure_unit u = { 0 };
        struct arena_mark m = arena_mark(c->place.a);
        char day[DATE_TEXT], when[MONTH_TEXT];
        watch_unit(c->place.p, o->indicator, &u);
        date_text(o->known, day), month_text(o->period.from, when);
        str row[8] = { o->indicator, o->area,
                       str_of(when), measure_text(c->place.a, o->value, 0),
                       u.text,       str_of(status_zh(o->status)),
                       str_of(day),  o->source };
        ok = ok && sheet_write_row(w, row, 8, e);
        arena_rewind(c->place.a, m);
    }
    if (ok) return sheet_finish(w, e);
    sheet_discard(w);
    return false;
}

static bool keep(const struct counted *c, const struct figures *f, struct text *out, struct err *e)
{
    struct store *s;
    struct watch_result r;
    if (!store_open(&s, c->place.db, STORE_WRITE, e)) return false;
    bool ok = watch_migrate(s, e) && watch_take(s, f, c->place.today, &r, e);
    store_close(s);
    if (ok) text_addf(out, "收进库 %zu 个数，原来就有 %zu 个\n", r.added, r.same);
    return ok;
}

/* What was counted last, if it was the same; a file that cannot be read is as good as none. */
static struct tally_counts *counts_before(const struct counted *c)
{
    struct tally_counts *before;
    struct err e = { 0 };
    if (c->place.registry == NULL) return NULL;
    str path = place_beside(&c->place, ".counts");
    bool there = file_exists(path) && tally_load(path, c->place.a, &before, &e) && tally_same_job(before, &c->g.job);
    return there ? before : NULL;
}

/* Counts everybody, or, when only facts changed since the last time, those whom that concerns. That it could not be
 * kept for the next time (*unsaved) does not make the numbers wrong. */
static bool count(struct counted *c, struct err *unsaved, struct err *e)
{
    struct place *p = &c->place;
    struct tally_counts *now, *before = counts_before(c);
    str facts = before != NULL ? tally_counts_facts(before) : STR("");
    bool same = facts.len > 0 && str_eq(facts, p->stamp);
    bool later = facts.len > 0 && str_eq(facts, p->stamp_before) && p->pool_before != NULL;
    bool ok = true;
    if (same)
        now = before;
    else if (later)
        ok = tally_again(&c->g.job, p->stamp, before, p->pool_before, p->touched, p->a, &now, e);
    else
        ok = tally_count(&c->g.job, p->stamp, p->a, &now, e);
    if (!ok) return false;
    tally_finish(&c->g.job, now, p->a, &c->g.t);
    gauge_hide(&c->g);
    if (!same && p->registry != NULL) (void)!tally_save(now, place_beside(p, ".counts"), unsaved);
    return true;
}

static bool count_all(struct counted *c, struct text *out, struct err *e)
{
    str by = cli_option(c->args, "by"), path = cli_option(c->args, "out");
    c->g.job.vocab = c->place.v, c->g.job.pool = c->place.pool;
    if (by.p != NULL) c->g.job.by = by;
    c->g.p = c->place.p;
    struct err unsaved = { 0 };
    if (!gauge_choose(&c->g, c->args->args + 1, c->args->count - 1, c->place.a, e) || !count(c, &unsaved, e))
        return false;
    if (gauge_everybody(&c->g) && (path.p != NULL || cli_has(c->args, "keep")))
        return fail(e, INVALID,
                    "没有按地区分，数的是登记里的所有人，住在外地的也在内，不是本地区的数；请加上 --by %.*s",
                    STR_ARG(gauge_area_fields()));
    struct figures f = { 0 };
    gauge_observe(&c->g, gauge_region(c->place.p), c->place.today, c->place.a, &f);
    print(c, out);
    if (unsaved.code != 0) text_addf(out, "没有存下，下次要重新数：%s\n", err_cause(&unsaved));
    if (path.p != NULL) {
        if (!write_table(c, &f, path, e)) return false;
        text_addf(out, "写了 %.*s，%zu 行\n", STR_ARG(path), f.list.len);
    }
    return !cli_has(c->args, "keep") || keep(c, &f, out, e);
}

/* ---- the list behind a number ---- */

static bool write_rows(const struct counted *c, const struct tally_rows *rows, const struct who *who, str path,
                       struct err *e)
{
    struct sheet_writer *w;
    str cells[WHO_COLUMNS_MAX + 1] = { STR("编号") };
    for (size_t i = 0; i < who->count; i++) cells[i + 1] = who->slots[i]->name;
    if (!sheet_create(&w, path, NULL, e)) return false;
    bool ok = sheet_write_row(w, cells, who->count + 1, e);
    for (size_t i = 0; ok && i < rows->count; i++) {
        struct arena_mark m = arena_mark(c->place.a);
        cells[0] = str_fmt(c->place.a, "%llu", (unsigned long long)rows->ids[i]);
        ok = who_cells(who, rows->ids[i], cells + 1, e) && sheet_write_row(w, cells, who->count + 1, e);
        arena_rewind(c->place.a, m);
    }
    if (ok) return sheet_finish(w, e);
    sheet_discard(w);
    return false;
}

static bool print_rows(const struct counted *c, const struct tally_rows *rows, const struct who *who, struct text *out,
                       struct err *e)
{
    enum { SHOWN = 50 };
    struct table t;
    struct text heads;
    str cells[WHO_COLUMNS_MAX];
    text_init(&heads, c->place.a, 1 << 12);
    text_addz(&heads, "编号");
    for (size_t i = 0; i < who->count; i++) text_addf(&heads, "|%.*s", STR_ARG(who->slots[i]->name));
    table_start(&t, c->place.a, text_str(&heads).p);
    for (size_t i = 0; i < rows->count && i < SHOWN; i++) {
        table_cell(&t, str_fmt(c->place.a, "%llu", (unsigned long long)rows->ids[i]));
        if (!who_cells(who, rows->ids[i], cells, e)) return false;
        for (size_t k = 0; k < who->count; k++) table_cell(&t, cells[k]);
    }
    if (rows->count > 0) table_print(&t, out);
    if (rows->count > SHOWN) text_addf(out, "……这里只列 %d 行；要全部，用 --out 文件\n", SHOWN);
    return true;
}

static bool list_rows(struct counted *c, struct text *out, struct err *e)
{
    const struct program *p = c->place.p;
    const struct indicator *x = program_indicator(p, c->args->args[1]);
    str area = cli_option(c->args, "area"), path = cli_option(c->args, "out"), by = cli_option(c->args, "by");
    struct tally_rows rows;
    struct who who;
    char when[MONTH_TEXT];
    if (x == NULL) return fail(e, NOT_FOUND, "没有指标“%.*s”", STR_ARG(c->args->args[1]));
    c->g.job.vocab = c->place.v, c->g.job.pool = c->place.pool;
    if (by.p != NULL) c->g.job.by = by;
    if (!tally_list(&c->g.job, (uint32_t)(x - p->indicators.at), area.p != NULL ? area : STR(""), c->place.a, &rows,
                    e) ||
        !who_of(&c->place, (uint16_t)(x->entity - 1), &who, e))
        return false;
    month_text(c->g.job.to, when);
    text_addf(out, "%.*s，%s：%zu 行", STR_ARG(x->name), when, rows.count);
    if (rows.open > 0) text_addf(out, "；%llu 行缺事实，不知道算不算", (unsigned long long)rows.open);
    text_addc(out, '\n');
    bool ok = path.p != NULL ? write_rows(c, &rows, &who, path, e) : print_rows(c, &rows, &who, out, e);
    if (ok && path.p != NULL) text_addf(out, "名单写在 %.*s；姓名和号码已遮盖\n", STR_ARG(path));
    who_done(&who);
    return ok;
}

static int with_place(const struct cli_args *a, bool (*work)(struct counted *, struct text *, struct err *))
{
    struct counted c = { .args = a };
    struct err e = { 0 };
    struct text out;
    int code = place_open(&c.place, a);
    if (code != 0) return code;
    text_init(&out, a->arena, OUT_MAX);
    code = read_months(&c);
    bool ok = code == 0 && work(&c, &out, &e);
    place_close(&c.place);
    if (code != 0) return code;
    if (!ok) return cli_fail(&e);
    cli_out(&out);
    return 0;
}

int watch_count(const struct cli_args *a) { return with_place(a, count_all); }
int watch_list(const struct cli_args *a) { return with_place(a, list_rows); }
