/* leye plan split: a target divided among areas (or years) in proportion to weights, so that the parts add up exactly.
 */
#include "cli/cmd_plan_priv.h"
#include "cli/table.h"
#include "plan/plan.h"
#include "sheet/sheet.h"

enum { PARTS_MAX = 10000, DIGITS_MAX = 4 };

struct parts {
    struct arena *a;
    VEC(str) names;
    VEC(num) weights;
};

static bool read_row(struct parts *p, const struct sheet_row *row, struct err *e)
{
    num w;
    unsigned scale;
    str weight = row->count > 1 ? str_trim(row->cells[1]) : (str){ 0 };
    if (p->names.len >= PARTS_MAX) return fail(e, LIMIT, "最多分给 %d 个", PARTS_MAX);
    if (!num_parse(weight, &w, &scale) || scale > MEASURE_SCALE || !num_widen(w, scale, MEASURE_SCALE, &w) || w < 0)
        return fail(e, INVALID, "第 %llu 行的权数“%.*s”不对：要是不小于零的数，例如常住人口",
                    (unsigned long long)row->number, STR_ARG(weight));
    *vec_push(p->a, &p->names) = str_dup(p->a, str_trim(row->cells[0]));
    *vec_push(p->a, &p->weights) = w;
    return true;
}

/* 地区 and 权数, with a heading. */
static bool read_weights(struct parts *p, str path, struct err *e)
{
    struct sheet_reader *r;
    struct sheet_row row;
    if (!sheet_open(&r, path, NULL, e)) return false;
    int got = sheet_next(r, &row, e);
    bool ok = got >= 0;
    while (ok && got > 0 && (got = sheet_next(r, &row, e)) > 0) ok = read_row(p, &row, e);
    sheet_close(r);
    if (!ok || got < 0) return false;
    return p->names.len > 0 || fail(e, INVALID, "%.*s 里没有行：第一行是栏名，下面每行写地区和权数", STR_ARG(path));
}

static const struct target *find_target(const struct program *p, str name)
{
    const struct target *found = NULL;
    VEC_EACH (const struct target, t, &p->targets) {
        if (str_eq(t->name, name)) return t;
        if (str_eq(p->indicators.at[t->indicator].name, name) && (size_t)t->decl->pack + 1 == p->packs.len) found = t;
    }
    return found;
}

static bool write_parts(const struct parts *p, const num *parts, str unit, str path, struct err *e)
{
    struct sheet_writer *w;
    str cells[3] = { STR("地区"), STR("分到"), STR("单位") };
    if (!sheet_create(&w, path, NULL, e)) return false;
    bool ok = sheet_write_row(w, cells, 3, e);
    for (size_t i = 0; ok && i < p->names.len; i++) {
        cells[0] = p->names.at[i], cells[1] = measure_text(p->a, parts[i], 0), cells[2] = unit;
        ok = sheet_write_row(w, cells, 3, e);
    }
    if (ok) return sheet_finish(w, e);
    sheet_discard(w);
    return false;
}

bool plan_split_command(const struct cli_args *a, const struct program *p, struct text *out, struct err *e)
{
    str name = cli_option(a, "target"), path = cli_option(a, "weights"), to = cli_option(a, "out");
    int64_t digits;
    if (name.p == NULL || path.p == NULL)
        return fail(e, INVALID,
                    "要写 --target 目标 和 --weights 权数的表，例如：leye plan split packs/nantong --target "
                    "城镇新增就业人数 --weights 人口.csv");
    if (!cli_number(a, "digits", 0, DIGITS_MAX, 2, &digits))
        return fail(e, INVALID, "--digits 写 0 到 %d：分到几位小数", DIGITS_MAX);
    const struct target *t = find_target(p, name);
    if (t == NULL) return fail(e, NOT_FOUND, "没有目标“%.*s”；leye plan show 列出有哪些", STR_ARG(name));
    const struct indicator *x = &p->indicators.at[t->indicator];
    if (x->unit.percent || x->unit.times)
        return fail(e, INVALID, "“%.*s”是比率，不能分解；各地用同一个目标", STR_ARG(x->name));
    struct parts list = { .a = a->arena };
    if (!read_weights(&list, path, e)) return false;
    num *parts = ARENA_ARRAY(a->arena, num, list.names.len);
    if (!plan_split(t->goal.value, list.weights.at, list.names.len, (unsigned)digits, parts))
        return fail(e, INVALID, "分不开：权数不能全是零；目标的小数位不能比 --digits 多");
    struct table out_table;
    table_start(&out_table, a->arena, "地区|>权数|>分到");
    num sum = 0;
    for (size_t i = 0; i < list.names.len; i++) {
        table_cell(&out_table, list.names.at[i]);
        table_cell(&out_table, measure_text(a->arena, list.weights.at[i], 0));
        table_cell(&out_table, measure_text(a->arena, parts[i], (unsigned)digits));
        sum += parts[i];
    }
    table_cell(&out_table, STR("合计")), table_cell(&out_table, STR(""));
    table_cell(&out_table, measure_text(a->arena, sum, (unsigned)digits));
    text_addf(out, "%.*s：%.*s%.*s\n", STR_ARG(t->name), STR_ARG(measure_text(a->arena, t->goal.value, 0)),
              STR_ARG(x->unit.text));
    table_print(&out_table, out);
    if (to.p == NULL) return true;
    if (!write_parts(&list, parts, x->unit.text, to, e)) return false;
    text_addf(out, "写了 %.*s\n", STR_ARG(to));
    return true;
}
