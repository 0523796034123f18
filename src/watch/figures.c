/* figures: tables of published values read row by row. A row that cannot be used is a problem with its number, and the
 * reading goes on. */
#include "base/file.h"
#include "base/nearest.h"
#include "sheet/sheet.h"
#include "watch/watch.h"

#include <stdlib.h>

enum column { INDICATOR, AREA, PERIOD, VALUE, UNIT, STATUS, KNOWN, SOURCE, NOTE, GROWTH, COLUMNS };
static const char *const headings[COLUMNS] = { "指标", "地区", "时期", "值",   "单位",
                                               "状态", "发布", "来源", "说明", "增幅" };

static const char *const statuses[] = { "快报", "初步", "修订", "终稿" };

const char *status_zh(enum status s) { return statuses[s]; }

bool watch_unit(const struct program *p, str indicator, struct measure_unit *out)
{
    const struct indicator *x = program_indicator(p, indicator);
    if (x != NULL && x->unit.text.len > 0) {
        *out = x->unit;
        return true;
    }
    const struct task *t = program_task(p, indicator);
    if (t == NULL || !t->counted) return false;
    *out = t->unit;
    return true;
}

struct reading {
    struct arena *a;
    const struct program *p;
    struct figures *out;
    str file;
    date today;
    int at[COLUMNS]; /* column of each heading, -1 */
    const struct sheet_row *row;
};

static void problem(struct reading *r, bool refused, str text)
{
    *vec_push(r->a, &r->out->problems) =
        (struct figure_problem){ .file = r->file, .row = r->row->number, .refused = refused, .text = text };
    r->out->refused += refused;
}

static str cell(const struct reading *r, enum column c)
{
    if (r->at[c] < 0 || (size_t)r->at[c] >= r->row->count) return (str){ 0 };
    return str_trim(r->row->cells[r->at[c]]);
}

/* ＞12, 930左右, 98以上, 超690, 1,206: a bound and a plain number. */
static bool read_value(struct arena *a, str s, enum bound *bound, num *v, unsigned *scale)
{
    static const struct {
        const char *word;
        bool first;
        enum bound bound;
    } words[] = { { "≥", true, BOUND_ABOVE },     { ">=", true, BOUND_ABOVE },    { "＞", true, BOUND_OVER },
                  { ">", true, BOUND_OVER },      { "超过", true, BOUND_OVER },   { "超", true, BOUND_OVER },
                  { "＜", true, BOUND_BELOW },    { "<", true, BOUND_BELOW },     { "近", true, BOUND_BELOW },
                  { "以上", false, BOUND_ABOVE }, { "左右", false, BOUND_ABOUT }, { "以内", false, BOUND_BELOW },
                  { "余", false, BOUND_ABOVE } };
    *bound = BOUND_EXACT;
    for (size_t i = 0; i < sizeof words / sizeof *words && *bound == BOUND_EXACT; i++) {
        str w = str_of(words[i].word);
        if (words[i].first && str_starts(s, w))
            s = str_slice(s, w.len, s.len), *bound = words[i].bound;
        else if (!words[i].first && str_ends(s, w))
            s = str_slice(s, 0, s.len - w.len), *bound = words[i].bound;
    }
    struct text t;
    text_init(&t, a, NUM_TEXT);
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] != ',' && s.p[i] != ' ') text_addc(&t, s.p[i]);
    }
    return t.len > 0 && num_parse(text_str(&t), v, scale) && *scale <= MEASURE_SCALE;
}

static str near_name(const struct reading *r, str name)
{
    struct nearest near;
    nearest_start(&near, name);
    VEC_EACH (const struct indicator, x, &r->p->indicators) nearest_offer(&near, x->name);
    return near.best;
}

static bool read_unit_and_value(struct reading *r, struct observation *o, str name)
{
    struct measure_unit unit, own;
    if (!watch_unit(r->p, name, &unit)) {
        str near = near_name(r, name);
        problem(r, true,
                near.len > 0 ? str_fmt(r->a, "没有指标“%.*s”，是不是“%.*s”？", STR_ARG(name), STR_ARG(near))
                             : str_fmt(r->a, "没有指标“%.*s”，包里要先声明", STR_ARG(name)));
        return false;
    }
    str text = cell(r, UNIT), raw = cell(r, VALUE);
    num v;
    unsigned scale;
    if (!read_value(r->a, raw, &o->bound, &v, &scale)) {
        problem(r, true, str_fmt(r->a, "“%.*s”不是数；没有数的格子整行不要写", STR_ARG(raw)));
        return false;
    }
    if (text.len == 0) {
        problem(r, true, str_fmt(r->a, "没有写单位；这个指标用“%.*s”", STR_ARG(unit.text)));
        return false;
    }
    if (!measure_unit_read(text, &own)) {
        problem(r, true, str_fmt(r->a, "没有“%.*s”这个单位；这个指标用“%.*s”", STR_ARG(text), STR_ARG(unit.text)));
        return false;
    }
    if (!measure_units_fit(&own, &unit)) {
        problem(r, true, str_fmt(r->a, "单位“%.*s”不能换算成“%.*s”", STR_ARG(text), STR_ARG(unit.text)));
        return false;
    }
    if (!measure_convert(v, scale, &own, &unit, &o->value)) {
        problem(r, true, str_fmt(r->a, "“%.*s”太大，或者小数位太多", STR_ARG(raw)));
        return false;
    }
    bool whole = scale == 0 && own.factor == 1 && !own.percent && !own.times;
    if (whole || !measure_convert(1, scale, &own, &unit, &o->place)) o->place = 0; /* or finer than we keep */
    if (v < 0 && !unit.percent) {
        problem(r, true, str_fmt(r->a, "数量不能是负数：%.*s", STR_ARG(raw)));
        return false;
    }
    return true;
}

static bool is_code(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
    }
    return s.len == 6;
}

static bool read_rest(struct reading *r, struct observation *o)
{
    str area = cell(r, AREA), period = cell(r, PERIOD), status = cell(r, STATUS), known = cell(r, KNOWN),
        growth = cell(r, GROWTH);
    if (!is_code(area)) {
        problem(r, true, str_fmt(r->a, "地区要写六位行政区划代码，不是“%.*s”", STR_ARG(area)));
        return false;
    }
    if (!figures_area_known(r->p, area))
        problem(
            r, false,
            str_fmt(r->a, "包里没有行政区划“%.*s”，也没有写它改成了哪里；收下了，但是归不到哪个地区", STR_ARG(area)));
    if (!interval_parse(period, &o->period)) {
        problem(r, true,
                str_fmt(r->a, "看不懂时期“%.*s”；写 2020、2016-2020、2021Q2、2019-05 或 2019-01~09", STR_ARG(period)));
        return false;
    }
    o->known = r->today;
    if (known.len > 0 && !date_parse(known, &o->known)) {
        problem(r, true, str_fmt(r->a, "发布日期“%.*s”不对，写成 2021-03-01", STR_ARG(known)));
        return false;
    }
    o->status = STATUS_FINAL;
    bool found = status.len == 0;
    for (size_t i = 0; !found && i < sizeof statuses / sizeof *statuses; i++) {
        found = str_eq(status, str_of(statuses[i]));
        if (found) o->status = (enum status)i;
    }
    if (!found) {
        problem(r, true, str_fmt(r->a, "状态“%.*s”不对，写快报、初步、修订或终稿", STR_ARG(status)));
        return false;
    }
    enum bound bound;
    unsigned scale;
    if (growth.len > 0 && read_value(r->a, growth, &bound, &o->growth, &scale) &&
        num_widen(o->growth, scale, MEASURE_SCALE, &o->growth))
        o->has_growth = true, o->growth_digits = scale;
    o->area = str_dup(r->a, area);
    o->source = str_dup(r->a, cell(r, SOURCE));
    o->note = str_dup(r->a, cell(r, NOTE));
    if (o->source.len == 0) problem(r, false, STR("没有写来源；公布的数要说得出从哪里来"));
    return true;
}

static void read_row(struct reading *r)
{
    struct observation o = { .row = r->row->number };
    if (r->row->problem.len > 0) {
        problem(r, true, str_dup(r->a, r->row->problem));
        return;
    }
    str name = cell(r, INDICATOR);
    if (name.len == 0) {
        problem(r, true, STR("没有写指标"));
        return;
    }
    if (!read_unit_and_value(r, &o, name) || !read_rest(r, &o)) return;
    const struct indicator *x = program_indicator(r->p, name);
    o.indicator = x != NULL ? x->name : str_dup(r->a, name);
    *vec_push(r->a, &r->out->list) = o;
}

static bool read_headings(struct reading *r, struct err *e)
{
    for (int c = 0; c < COLUMNS; c++) {
        r->at[c] = -1;
        for (size_t i = 0; i < r->row->count; i++) {
            if (str_eq(str_trim(r->row->cells[i]), str_of(headings[c]))) r->at[c] = (int)i;
        }
        if (r->at[c] < 0 && c <= UNIT)
            return fail(e, INVALID, "%.*s 没有“%s”这一栏；要有：指标、地区、时期、值、单位", STR_ARG(r->file),
                        headings[c]);
    }
    return true;
}

bool figures_read(struct arena *a, str path, const struct program *p, date today, struct figures *out, struct err *e)
{
    struct sheet_reader *sheet;
    struct sheet_row row;
    if (!sheet_open(&sheet, path, NULL, e)) return false;
    struct reading r = { .a = a, .p = p, .out = out, .file = str_dup(a, path), .today = today, .row = &row };
    int got = sheet_next(sheet, &row, e);
    bool ok = got == 1 && read_headings(&r, e);
    if (got == 0) fail(e, INVALID, "%.*s 是空的", STR_ARG(path));
    while (ok && (got = sheet_next(sheet, &row, e)) == 1) {
        out->rows++;
        read_row(&r);
    }
    sheet_close(sheet);
    return ok && got == 0;
}

bool figures_of_packs(struct arena *a, const struct program *p, date today, struct figures *out, struct err *e)
{
    VEC_EACH (const struct pack_info, k, &p->packs) {
        str path = file_join(a, k->path, STR("figures.csv"));
        if (!file_exists(path)) continue;
        size_t before = out->problems.len;
        if (!figures_read(a, path, p, today, out, e)) return false;
        for (size_t i = before; i < out->problems.len; i++) {
            const struct figure_problem *x = &out->problems.at[i];
            if (x->refused)
                return fail(e, INVALID, "%.*s 第 %llu 行：%.*s", STR_ARG(path), (unsigned long long)x->row,
                            STR_ARG(x->text));
        }
    }
    return true;
}
