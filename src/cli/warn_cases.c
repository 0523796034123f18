/* warn_cases: cases at the terminal: lists, one case with its trend and plan, the moves. */
#include "cli/cmd_warn_priv.h"

#include <inttypes.h>

enum { SPARK_POINTS = 36, PICTURE_MAX = 4 << 20 };

static bool read_id(struct warn_call *c, int64_t *out)
{
    if (str_to_i64(c->args[0], out) && *out > 0) return true;
    cli_usage(c->a, "警情写编号，不是“%.*s”；leye warn list 列出有哪些", STR_ARG(c->args[0]));
    return false;
}

static int list(struct warn_call *c)
{
    struct err e = { 0 };
    alarm_list rows = { 0 };
    struct alarm_wanted w = { .office = c->act.office, .open = !cli_has(c->a, "all") };
    struct table t;
    if (cli_has(c->a, "mine")) w.holder = c->act.who;
    if (!alarm_find(c->s, &w, c->arena, &rows, &e)) return cli_fail(&e);
    table_start(&t, c->arena, "编号|级别|灯|预警|地区|时期|值|状态|谁负责|谁在办|期限");
    VEC_EACH (const struct alarm, x, &rows) {
        table_cell(&t, str_fmt(c->arena, "%" PRId64, x->id));
        table_cell(&t, str_of(alarm_level_zh(x->level)));
        table_cell(&t, str_of(alarm_light_zh(alarm_light_of(x, c->act.day))));
        table_cell(&t, x->rule);
        table_cell(&t, program_area_name(c->p, x->area));
        table_cell(&t, x->period);
        table_cell(&t, x->value);
        table_cell(&t, x->calm && x->state < ALARM_CLOSED
                           ? str_fmt(c->arena, "%s（数已回落）", alarm_state_zh(x->state))
                           : str_of(alarm_state_zh(x->state)));
        table_cell(&t, program_area_name(c->p, x->office));
        table_cell(&t, x->holder.len > 0 ? x->holder : STR("–"));
        table_cell(&t, x->has_due ? cli_day(c->arena, x->due) : STR("–"));
    }
    if (rows.len > 0)
        table_print(&t, &c->out);
    else
        text_addz(&c->out, cli_has(c->a, "all") ? "没有警情\n" : "没有要办的警情；了结了的用 --all 看\n");
    return 0;
}

/* ---- one case ---- */

static bool show_trend(struct warn_call *c, const struct alarm *x, struct err *e)
{
    const struct warning *w = program_warning(c->p, x->rule);
    str path = cli_option(c->a, "svg");
    if (w == NULL) {
        text_addz(&c->out, "包里已经没有这条预警\n");
        return true;
    }
    struct figures f = { 0 };
    struct alarm_reading r;
    if (!warn_figures(c, &f, e)) return false;
    const struct alarm_series *s = alarm_series_in(c->p, w, &f, x->area, c->arena);
    if (s == NULL) return true;
    alarm_read(c->p, w, s, c->act.day, c->arena, &r);
    str spark = alarm_sparkline(s, SPARK_POINTS, c->arena),
        from = interval_text(c->arena, alarm_period(s, s->n > SPARK_POINTS ? s->n - SPARK_POINTS : 0)),
        to = interval_text(c->arena, alarm_period(s, s->n - 1));
    text_addf(&c->out, "走势（%.*s到%.*s）：%.*s\n", STR_ARG(from), STR_ARG(to), STR_ARG(spark));
    if (s->missing > 0) text_addf(&c->out, "缺 %u 期的数\n", s->missing);
    if (s->disputed > 0) text_addf(&c->out, "有 %u 期两个来源说法不同，用的是后公布的\n", s->disputed);
    if (path.p == NULL) return true;
    struct text picture;
    text_init(&picture, c->arena, PICTURE_MAX);
    alarm_picture(c->p, w, s, &r, &picture);
    if (!file_write(path, text_str(&picture), e)) return false;
    text_addf(&c->out, "走势图写在 %.*s\n", STR_ARG(path));
    return true;
}

static bool show_plan(struct warn_call *c, int64_t id, struct err *e)
{
    alarm_actions plan = { 0 };
    if (!alarm_actions_of(c->s, id, c->arena, &plan, e)) return false;
    if (plan.len > 0) text_addz(&c->out, "预案：\n");
    for (size_t i = 0; i < plan.len; i++) {
        const struct alarm_action *x = &plan.at[i];
        text_addf(&c->out, "  %zu %s %.*s", i + 1, x->done ? "✓" : "□", STR_ARG(x->text));
        if (x->done) {
            str day = cli_day(c->arena, x->day);
            text_addf(&c->out, "（%.*s %.*s：%.*s）", STR_ARG(day), STR_ARG(x->who), STR_ARG(x->result));
        }
        text_addc(&c->out, '\n');
    }
    return true;
}

static bool show_case(struct warn_call *c, const struct alarm *x, struct err *e)
{
    alarm_steps steps = { 0 };
    str area = program_area_name(c->p, x->area), office = program_area_name(c->p, x->office);
    text_addf(&c->out, "第 %" PRId64 " 号警情　%s　%.*s\n", x->id, alarm_level_zh(x->level), STR_ARG(x->rule));
    text_addf(&c->out, "%.*s　%.*s %.*s，从%.*s起\n规则：%.*s\n", STR_ARG(area), STR_ARG(x->period), STR_ARG(x->value),
              STR_ARG(x->since), STR_ARG(x->line));
    text_addf(&c->out, "%s，%.*s负责", alarm_state_zh(x->state), STR_ARG(office));
    if (x->holder.len > 0) text_addf(&c->out, "，%.*s在办", STR_ARG(x->holder));
    if (x->has_due && x->state < ALARM_DONE) {
        str due = cli_day(c->arena, x->due);
        text_addf(&c->out, "，%.*s 前%s（%s灯）", STR_ARG(due), x->state == ALARM_NEW ? "签收" : "处置完",
                  alarm_light_zh(alarm_light_of(x, c->act.day)));
    }
    if (x->late) text_addz(&c->out, "，超过期限");
    text_addz(&c->out, x->calm ? "；数已回落\n" : "\n");
    if (!show_trend(c, x, e) || !show_plan(c, x->id, e) || !alarm_steps_of(c->s, x->id, c->arena, &steps, e))
        return false;
    text_addz(&c->out, "经过：\n");
    VEC_EACH (const struct alarm_step, s, &steps) {
        str day = cli_day(c->arena, s->day);
        text_addf(&c->out, "  %.*s %.*s %.*s%s%.*s\n", STR_ARG(day), STR_ARG(s->who), STR_ARG(s->move),
                  s->text.len > 0 ? "：" : "", STR_ARG(s->text));
    }
    struct text moves;
    text_init(&moves, c->arena, 1 << 12);
    machine_possible(&alarm_machine, (uint8_t)x->state, ~(uint32_t)ALARM_SYSTEM, &moves);
    if (moves.len > 0) text_addf(&c->out, "可以做的：%s\n", moves.p);
    return true;
}

static int show(struct warn_call *c)
{
    struct err e = { 0 };
    alarm_list one = { 0 };
    struct alarm_wanted w = { 0 };
    if (!read_id(c, &w.id)) return 2;
    if (!alarm_find(c->s, &w, c->arena, &one, &e)) return cli_fail(&e);
    if (one.len == 0) {
        fail(&e, NOT_FOUND, "没有第 %" PRId64 " 号警情；leye warn list 列出有哪些", w.id);
        return cli_fail(&e);
    }
    return show_case(c, &one.at[0], &e) ? 0 : cli_fail(&e);
}

/* ---- moves ---- */

static int move(struct warn_call *c)
{
    struct err e = { 0 };
    int64_t id;
    struct alarm_step_of step = { .kind = ALARM_RECEIVE, .to = cli_option(c->a, "to") };
    enum alarm_state state;
    if (!alarm_move_named(c->a->args[0], &step.kind) || !read_id(c, &id)) return 2;
    if (step.kind == ALARM_FULFIL && (!str_to_i64(c->args[1], &step.action) || step.action < 1))
        return cli_usage(c->a, "写预案的第几项，例如 leye warn fulfil 3 1 --reason 走访了十二家");
    if (!alarm_move(c->s, &c->act, c->p, id, &step, &state, &e)) return cli_fail(&e);
    text_addf(&c->out, "第 %" PRId64 " 号警情现在是“%s”\n", id, alarm_state_zh(state));
    alarm_list one = { 0 };
    struct alarm_wanted w = { .id = id };
    if (!alarm_find(c->s, &w, c->arena, &one, &e) || one.len == 0) return cli_fail(&e);
    const struct alarm *x = &one.at[0];
    str office = program_area_name(c->p, x->office), due = cli_day(c->arena, x->due);
    if (step.kind == ALARM_ESCALATE) text_addf(&c->out, "由%.*s负责\n", STR_ARG(office));
    if (state == ALARM_RECEIVED && x->has_due) text_addf(&c->out, "%.*s 前要处置完\n", STR_ARG(due));
    if (state == ALARM_CLOSED && !x->calm) text_addz(&c->out, "注意：数还没有回落；这一轮不会再报\n");
    return 0;
}

const struct warn_verb warn_case_verbs[] = {
    { "list", "", "要办的警情（--mine --all）", "mine all", 0, 0, WARN_LOOKS, list },
    { "show", "编号", "一件警情：规则、走势、预案、经过（--svg 文件）", "svg", 1, 1, WARN_LOOKS, show },
    { "receive", "编号", "签收", "reason", 1, 1, WARN_DOES, move },
    { "assign", "编号 --to 姓名", "分派，或者改派", "to reason", 1, 1, WARN_DOES, move },
    { "fulfil", "编号 第几项 --reason 结果", "落实预案的一项", "reason", 2, 2, WARN_DOES, move },
    { "finish", "编号 --reason 凭据", "办结：预案各项都有结果以后", "reason", 1, 1, WARN_DOES, move },
    { "return", "编号 --reason 理由", "退回再办", "reason", 1, 1, WARN_DOES, move },
    { "release", "编号 --reason 凭据", "解除，由没有经手办结的主管", "reason", 1, 1, WARN_DOES, move },
    { "dismiss", "编号 --reason 理由", "认定是误报", "reason", 1, 1, WARN_DOES, move },
    { "escalate", "编号 --reason 理由", "报上一级", "reason", 1, 1, WARN_DOES, move },
    { 0 },
};
