/* leye watch: published figures into the log, and out again as they were known on a day. */
#include "cli/cmd_watch_priv.h"
#include "cli/table.h"
#include "pack/pack.h"
#include "watch/watch.h"

enum { OUT_MAX = 64 << 20 };

static void print_problems(const struct figures *f, struct text *out)
{
    VEC_EACH (const struct figure_problem, p, &f->problems) {
        text_addf(out, "%.*s 第 %llu 行：%.*s%s\n", STR_ARG(p->file), (unsigned long long)p->row, STR_ARG(p->text),
                  p->refused ? "［不收］" : "");
    }
}

/* What the database knows so far: nothing, where there is none yet. */
static bool known_so_far(const struct cli_args *a, struct figures *out, struct err *e)
{
    struct store *s;
    struct err none = { 0 };
    uint32_t step;
    if (!store_open(&s, cli_db(a), STORE_READ, &none)) {
        if (none.code == ERR_NOT_FOUND) return true;
        *e = none;
        return false;
    }
    bool ok = store_schema(s, STR("watch"), &step, e); /* 0: it was made for other things */
    ok = ok && (step == 0 || watch_read(s, a->arena, DATE_MAX, out, e));
    store_close(s);
    return ok;
}

static bool take(const struct cli_args *a, const struct figures *f, date today, struct text *out, struct err *e)
{
    struct store *s;
    struct watch_result r = { 0 };
    if (!store_open(&s, cli_db(a), STORE_CREATE, e)) return false;
    bool ok = watch_migrate(s, e) && watch_take(s, f, today, &r, e);
    store_close(s);
    if (ok)
        text_addf(out, "读了 %zu 行：收 %zu 行，原来就有 %zu 行，不收 %zu 行\n", f->rows, r.added, r.same, f->refused);
    return ok;
}

static int import(const struct cli_args *a, const struct program *p, date today, struct text *out, struct err *e)
{
    struct figures f = { 0 }, log = { 0 };
    if (!known_so_far(a, &log, e)) return cli_fail(e);
    for (size_t i = 1; i < a->count; i++) {
        struct figures one = { 0 };
        if (!figures_read(a->arena, a->args[i], p, today, &one, e)) return cli_fail(e);
        figures_check(a->arena, p, a->args[i], &log, &one);
        VEC_EACH (const struct observation, o, &one.list) *vec_push(a->arena, &f.list) = *o;
        VEC_EACH (const struct figure_problem, o, &one.problems) *vec_push(a->arena, &f.problems) = *o;
        f.rows += one.rows, f.refused += one.refused;
    }
    print_problems(&f, out);
    if (cli_has(a, "check")) {
        text_addf(out, "读了 %zu 行，不收 %zu 行；只查，没有登记\n", f.rows, f.refused);
    } else if (!take(a, &f, today, out, e)) {
        return cli_fail(e);
    }
    cli_out(out);
    return f.refused > 0 ? 1 : 0;
}

static int show(const struct cli_args *a, const struct program *p, struct text *out, struct err *e)
{
    struct figures f = { 0 };
    struct store *s;
    date known = DATE_MAX;
    str day = cli_option(a, "known"), area = cli_option(a, "area");
    const struct indicator *wanted = a->count > 1 ? program_indicator(p, a->args[1]) : NULL;
    str name = wanted != NULL ? wanted->name : a->count > 1 ? a->args[1] : (str){ 0 };
    if (day.p != NULL && !date_parse(day, &known)) return cli_usage(a, "--known 的日期不对，写成 2023-12-31");
    if (!store_open(&s, cli_db(a), STORE_READ, e)) return cli_fail(e);
    bool ok = watch_read(s, a->arena, known, &f, e);
    store_close(s);
    if (!ok) return cli_fail(e);
    figures_carry(a->arena, p, &f);
    struct table t;
    size_t n = 0;
    table_start(&t, a->arena, "指标|地区|时期|>值|单位|状态|公布|来源");
    VEC_EACH (const struct observation, o, &f.list) {
        struct measure_unit u = { 0 };
        char when[DATE_TEXT];
        if ((name.len > 0 && !str_eq(o->indicator, name)) || (area.p != NULL && !str_eq(o->area, area))) continue;
        watch_unit(p, o->indicator, &u);
        date_text(o->known, when);
        table_cell(&t, o->indicator), table_cell(&t, o->area), table_cell(&t, interval_text(a->arena, o->period));
        table_cell(&t, measure_text(a->arena, o->value, 0)), table_cell(&t, u.text);
        table_cell(&t, str_of(status_zh(o->status))), table_cell(&t, str_fmt(a->arena, "%s", when));
        bool carried = str_starts(o->note, STR("换算："));
        table_cell(&t, carried ? str_fmt(a->arena, "%.*s（%.*s）", STR_ARG(o->source), STR_ARG(o->note)) : o->source);
        n++;
    }
    if (n > 0)
        table_print(&t, out);
    else
        text_addz(out, "没有这样的数\n");
    VEC_EACH (const struct figure_problem, x, &f.problems) {
        if (name.len == 0 || str_find(x->text, name) != SIZE_MAX)
            text_addf(out, "%.*s：%.*s\n", STR_ARG(x->file), STR_ARG(x->text));
    }
    cli_out(out);
    return 0;
}

static int run(const struct cli_args *a)
{
    str verb = a->args[0];
    bool imports = str_eq(verb, STR("import"));
    struct err e = { 0 };
    struct pack_set set;
    if (str_eq(verb, STR("count"))) return watch_count(a);
    if (str_eq(verb, STR("list")))
        return a->count == 2 ? watch_list(a) : cli_usage(a, "写一个指标，例如：leye watch list 隐性失业人数");
    if (!imports && !str_eq(verb, STR("show")))
        return cli_usage(a, "没有“%s”这个动作，只有 import、show、count、list", str_dup(a->arena, verb).p);
    if (imports && a->count < 2) return cli_usage(a, "要写文件，例如：leye watch import 月报.csv");
    if (!cli_program(a, &set, &e)) return cli_fail(&e);
    struct text out;
    text_init(&out, a->arena, OUT_MAX);
    return imports ? import(a, set.program, date_today(), &out, &e) : show(a, set.program, &out, &e);
}

const struct cli_command cmd_watch = {
    .name = "watch",
    .args = "import 文件…|show [指标]|count [指标…]|list 指标",
    .help =
        "公布的数：收进库（import），查看（show）；从登记的数据统计（count），数后面的名单（list）\n\n"
        "表里要有：指标、地区、时期、值、单位；可以有：状态、发布、来源、说明、增幅。库里的数只加不改，旧的也留着。",
    .options = { { "db", "数据库", "收进哪个库，缺省 LEYE_DB 或 leye.db" },
                 { "packs", "文件夹", "指标在哪个包里声明，缺省 LEYE_PACKS 或 packs/demo" },
                 { "check", NULL, "只查，不登记" },
                 { "area", "320600", "show、list：只看一个地区" },
                 { "known", "2024-03-01", "show：只看这一天已经公布的" },
                 { "by", "常住地", "count、list：按哪个代码字段分地区；几个用逗号隔开，对象有哪个用哪个" },
                 { "from", "2024-01", "count：从哪个月，缺省同 --to" },
                 { "to", "2024-05", "count、list：到哪个月，缺省这个月" },
                 { "out", "文件", "count、list：写成表" },
                 { "keep", NULL, "count：收进库，和公布的数放在一起" },
                 { "pool", "文件", "count：不用库，直接用一个数据池" },
                 { "date", "2024-05-31", "count：资料到哪一天，缺省今天" },
                 { "rule-date", "2024-05-31", "count：规则日，缺省和判断日相同" } },
    .args_min = 1,
    .args_max = 64,
    .run = run,
};
