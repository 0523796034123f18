/* warn_rules: rules at the terminal: which there are, one run over the figures, one test over the past. */
#include "cli/cmd_warn_priv.h"
#include "sheet/sheet.h"

#include <inttypes.h>
#include <math.h>

enum { WITHIN_MAX = 120, SHOWN_MAX = 20 };

/* ---- rules ---- */

static int rules(struct warn_call *c)
{
    struct err e = { 0 };
    struct figures f = { 0 };
    struct table t;
    if (!warn_figures(c, &f, &e)) return cli_fail(&e);
    table_start(&t, c->arena, "预警|级别|规则|>有数的地区|可以用了吗");
    VEC_EACH (const struct warning, w, &c->p->warnings) {
        size_t areas;
        str ready;
        if (!alarm_ready(c->s, c->p, w, &f, c->act.day, c->arena, &areas, &ready, &e)) return cli_fail(&e);
        table_cell(&t, w->name);
        table_cell(&t, str_of(alarm_level_zh(w->level)));
        table_cell(&t, alarm_rule_text(c->p, w, c->act.day, c->arena));
        table_count(&t, areas);
        table_cell(&t, ready);
    }
    if (c->p->warnings.len == 0)
        text_addz(&c->out, "这个包没有声明预警\n");
    else
        table_print(&t, &c->out);
    return 0;
}

/* ---- run ---- */

static void print_case(struct warn_call *c, const char *what, int64_t id, struct err *e)
{
    alarm_list one = { 0 };
    struct alarm_wanted w = { .id = id };
    if (!alarm_find(c->s, &w, c->arena, &one, e) || one.len == 0) return;
    const struct alarm *x = &one.at[0];
    str area = program_area_name(c->p, x->area), office = program_area_name(c->p, x->office);
    text_addf(&c->out, "%s 第 %" PRId64 " 号 %s %.*s：%.*s %.*s%.*s", what, id, alarm_level_zh(x->level),
              STR_ARG(x->rule), STR_ARG(area), STR_ARG(x->period), STR_ARG(x->value));
    if (!str_eq(x->area, x->office)) text_addf(&c->out, "，现在由%.*s负责", STR_ARG(office));
    if (x->has_due)
        text_addf(&c->out, "，%.*s 前%s", STR_ARG(cli_day(c->arena, x->due)),
                  x->state == ALARM_NEW ? "签收" : "处置完");
    text_addc(&c->out, '\n');
}

static int run(struct warn_call *c)
{
    struct err e = { 0 };
    struct figures f = { 0 };
    struct alarm_run r;
    if (!warn_figures(c, &f, &e) || !alarm_run(c->s, &c->act, c->p, &f, c->arena, &r, &e)) return cli_fail(&e);
    str day = cli_day(c->arena, c->act.day);
    text_addf(&c->out, "%.*s：%zu 条预警，看了 %zu 个序列；新警情 %zu 件，逾期上报 %zu 件，回落 %zu 件\n", STR_ARG(day),
              r.rules, r.series, r.opened.len, r.escalated.len, r.calm.len);
    VEC_EACH (const int64_t, id, &r.opened) print_case(c, "新警情", *id, &e);
    VEC_EACH (const int64_t, id, &r.escalated) print_case(c, "逾期上报", *id, &e);
    VEC_EACH (const int64_t, id, &r.calm) print_case(c, "数已回落", *id, &e);
    VEC_EACH (const str, s, &r.included) text_addf(&c->out, "上级也越线 %.*s\n", STR_ARG(*s));
    VEC_EACH (const str, s, &r.told) text_addf(&c->out, "没有看 %.*s\n", STR_ARG(*s));
    VEC_EACH (const str, s, &r.idle)
        text_addf(&c->out, "%s%.*s%s", s == r.idle.at ? "还没有数的预警：" : "、", STR_ARG(*s),
                  s + 1 == r.idle.at + r.idle.len ? "\n" : "");
    return e.code == ERR_NONE ? 0 : cli_fail(&e);
}

/* ---- test ---- */

static str cell(const struct sheet_row *row, int column)
{
    return column < 0 || (size_t)column >= row->count ? STR("") : str_trim(row->cells[column]);
}

static bool read_event(struct warn_call *c, const struct sheet_row *row, const int column[3], alarm_events *out,
                       struct err *e)
{
    struct alarm_event v = { 0 };
    struct interval when;
    str period = cell(row, column[0]);
    if (period.len == 0) return true;
    if (!interval_parse(period, &when))
        return fail(e, INVALID, "第 %" PRIu64 " 行：看不懂时期“%.*s”，写成 2020-02、2020Q1 或 2020", row->number,
                    STR_ARG(period));
    v.when = when.from;
    v.what = str_dup(c->arena, cell(row, column[1]));
    v.area = str_dup(c->arena, cell(row, column[2]));
    *vec_push(c->arena, out) = v;
    return true;
}

static bool read_events(struct warn_call *c, str path, alarm_events *out, struct err *e)
{
    static const char *const headings[] = { "时期", "事", "地区" };
    struct sheet_reader *sheet;
    struct sheet_row row;
    int column[3] = { -1, -1, -1 };
    if (!sheet_open(&sheet, path, NULL, e)) return false;
    int got = sheet_next(sheet, &row, e);
    bool ok = got >= 0;
    for (size_t h = 0; got == 1 && h < 3; h++) {
        for (size_t i = 0; i < row.count; i++) {
            if (str_eq(str_trim(row.cells[i]), str_of(headings[h]))) column[h] = (int)i;
        }
    }
    if (ok && (column[0] < 0 || column[1] < 0))
        ok = fail(e, INVALID, "%.*s 要有“时期”和“事”两栏，可以有“地区”", STR_ARG(path));
    while (ok && (got = sheet_next(sheet, &row, e)) == 1) ok = read_event(c, &row, column, out, e);
    sheet_close(sheet);
    return ok && got == 0;
}

static void print_lines(struct warn_call *c, const char *what, size_t count, const str *lines)
{
    for (size_t i = 0; i < count && i < SHOWN_MAX; i++) text_addf(&c->out, "  %s：%.*s\n", what, STR_ARG(lines[i]));
    if (count > SHOWN_MAX) text_addf(&c->out, "  ……共 %zu 次\n", count);
}

static void print_test(struct warn_call *c, const struct warning *w, const struct alarm_test *t, int64_t within)
{
    str rule = alarm_rule_text(c->p, w, c->act.day, c->arena);
    text_addf(&c->out, "%.*s：%.*s\n", STR_ARG(w->name), STR_ARG(rule));
    text_addf(&c->out, "回看 %zu 个地区、%zu 期的数\n", t->areas, t->points);
    if (t->unread > 0) text_addf(&c->out, "有 %zu 个地区不能看：%.*s\n", t->unread, STR_ARG(t->why));
    text_addf(&c->out, "发生过的事 %zu 件：提前 %" PRId64 " 个月以内报出来 %zu 件", t->events, within, t->found);
    if (t->found > 0) text_addf(&c->out, "，平均提前 %.1f 个月", t->lead_months);
    text_addf(&c->out, "；没有报出来 %zu 件\n", t->missed.len);
    print_lines(c, "漏报", t->missed.len, t->missed.at);
    text_addf(&c->out, "一共报警 %zu 次：后来真有事 %zu 次，虚报 %zu 次", t->alarms, t->right, t->wrong.len);
    if (t->open > 0) text_addf(&c->out, "，还看不出来 %zu 次", t->open);
    text_addc(&c->out, '\n');
    print_lines(c, "虚报", t->wrong.len, t->wrong.at);
    if (!isnan(t->noise)) text_addf(&c->out, "噪声信号比 %.2f（越小越好，到 1 就和瞎猜一样）\n", t->noise);
    if (t->events > 0 && t->found == 0) text_addz(&c->out, "一件也没有提前报出来：这样的规则不要上线\n");
}

static int test(struct warn_call *c)
{
    struct err e = { 0 };
    struct figures f = { 0 };
    alarm_events events = { 0 };
    struct alarm_test t;
    int64_t within;
    const struct warning *w = program_warning(c->p, c->args[0]);
    if (w == NULL) {
        fail(&e, NOT_FOUND, "没有预警“%.*s”；leye warn rules 列出有哪些", STR_ARG(c->args[0]));
        return cli_fail(&e);
    }
    if (!cli_has(c->a, "events")) return cli_usage(c->a, "用 --events 给出发生过的事：一张表，有 时期、事 两栏");
    if (!cli_number(c->a, "within", 1, WITHIN_MAX, 6, &within))
        return cli_usage(c->a, "--within 写 1 到 %d 的整数", WITHIN_MAX);
    if (!read_events(c, cli_option(c->a, "events"), &events, &e) || !warn_figures(c, &f, &e)) return cli_fail(&e);
    num line;
    if (!warning_line_on(c->p, w, &w->trigger, c->act.day, &line)) {
        str name = c->p->params.at[w->trigger.param - 1].name;
        fail(&e, INVALID, "线“%.*s”还没有定，没有东西可以回测；先在包里填写", STR_ARG(name));
        return cli_fail(&e);
    }
    alarm_try(c->p, w, &f, &events, (uint32_t)within, c->act.day, c->arena, &t);
    print_test(c, w, &t, within);
    if (!cli_has(c->a, "keep")) return 0;
    if (!alarm_keep_test(c->s, &c->act, c->p, w, (uint32_t)within, &t, &e)) {
        cli_out(&c->out);
        c->out.len = 0;
        return cli_fail(&e);
    }
    text_addz(&c->out, "记下了；规则不改，这次回测就算数\n");
    return 0;
}

const struct warn_verb warn_rule_verbs[] = {
    { "rules", "", "有哪些预警，线定了没有，能不能用", "", 0, 0, WARN_ANYBODY, rules },
    { "run", "", "用库里的数查一遍：越线的立警情，逾期的报上一级", "", 0, 0, WARN_DOES, run },
    { "test", "预警 --events 文件", "用历史回测（--within 几个月 --keep 记下）", "events within keep", 1, 1, WARN_DOES,
      test },
    { 0 },
};
