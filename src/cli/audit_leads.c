/* audit_leads: leads at the terminal: lists, one lead, its moves, what came of each rule, export. And what all verbs of
 * an auditor share. */
#include "base/mask.h"
#include "cli/cmd_audit_priv.h"
#include "fund/fund.h"

#include <inttypes.h>
#include <stdlib.h>

enum { OUT_MAX = 16 << 20, WHO_MAX = 60, SHOWN_MAX = 200 };

bool audit_arg_number(struct audit_call *c, size_t at, const char *what, int64_t *out)
{
    if (str_to_i64(c->args[at], out) && *out > 0) return true;
    cli_usage(c->a, "%s写号码，不是“%.*s”", what, STR_ARG(c->args[at]));
    return false;
}

str audit_yuan(struct audit_call *c, int64_t fen) { return fen == 0 ? STR("–") : fund_yuan(c->arena, fen); }

static const struct audit_verb *const lists[] = { audit_find_verbs, audit_lead_verbs, audit_sample_verbs };
enum { LISTS = sizeof lists / sizeof *lists };

void audit_print_verbs(const struct cli_args *a)
{
    struct text t;
    struct table rows;
    text_init(&t, a->arena, OUT_MAX);
    table_start(&rows, a->arena, "||");
    rows.cells.len = 0;
    for (size_t i = 0; i < LISTS; i++) {
        for (const struct audit_verb *v = lists[i]; v->name != NULL; v++) {
            table_cell(&rows, str_fmt(a->arena, "  leye audit %s", v->name));
            table_cell(&rows, str_of(v->args));
            table_cell(&rows, str_of(v->help));
        }
    }
    text_addz(&t, "  leye audit verify|seal|key：核对留痕、封存、做密钥\n");
    table_print(&rows, &t);
    text_addz(&t, "\n要写 --as 姓名:岗位；岗位有审计、审计主管、核查、被查。看了什么、改了什么，都留痕。\n");
    cli_out(&t);
}

/* ---- the frame ---- */

static int read_who(struct audit_call *c)
{
    str s = cli_option(c->a, "as");
    const char *env = getenv("LEYE_AS");
    if (s.p == NULL && env != NULL && env[0] != 0) s = str_of(env);
    if (s.p == NULL) return cli_usage(c->a, "请用 --as 说明是谁、什么岗位，例如 --as 赵审:审计");
    size_t colon = str_find(s, STR(":")), width = 1;
    if (colon == SIZE_MAX) colon = str_find(s, STR("：")), width = 3;
    c->act.who = str_trim(str_slice(s, 0, colon));
    if (colon == SIZE_MAX || c->act.who.len == 0 || c->act.who.len > WHO_MAX ||
        !audit_roles_read(str_slice(s, colon + width, s.len), &c->act.roles))
        return cli_usage(c->a, "--as 写成 姓名:岗位，例如 赵审:审计；岗位是审计、审计主管、核查、被查");
    return 0;
}

/* Options of other verbs would be passed over in silence. */
static int check_options(const struct cli_args *a, const struct audit_verb *v)
{
    for (const struct cli_option *o = a->command->options; o->name != NULL; o++) {
        str all = str_of(v->options), one, name = str_of(o->name);
        bool mine = str_eq(name, STR("db")) || str_eq(name, STR("as")) || str_eq(name, STR("date"));
        while (!mine && all.len > 0 && str_split(&all, ' ', &one)) mine = str_eq(one, name);
        if (!mine && cli_has(a, o->name)) return cli_usage(a, "“%s”没有选项 --%s", v->name, o->name);
    }
    return 0;
}

static int run_verb(struct audit_call *c, const struct audit_verb *v)
{
    struct err e = { 0 };
    if (!v->place) {
        if (!store_open(&c->s, cli_db(c->a), STORE_WRITE, &e) || !audit_migrate(c->s, &e)) {
            store_close(c->s);
            return cli_fail(&e);
        }
    }
    int code = v->run(c);
    store_close(c->s);
    if (c->out.len > 0) cli_out(&c->out);
    return code;
}

int audit_run_verb(const struct cli_args *a)
{
    const struct audit_verb *found = NULL;
    for (size_t i = 0; i < LISTS; i++) {
        for (const struct audit_verb *v = lists[i]; v->name != NULL; v++)
            if (str_eq(a->args[0], str_of(v->name))) found = v;
    }
    if (found == NULL) return -1;
    struct audit_call c = { .a = a, .arena = a->arena, .args = a->args + 1, .count = a->count - 1 };
    text_init(&c.out, a->arena, OUT_MAX);
    if (c.count < found->args_min || c.count > found->args_max)
        return cli_usage(a, "这样写：leye audit %s %s", found->name, found->args);
    c.act = (struct audit_act){ .day = date_today(), .reason = str_trim(cli_option(a, "reason")) };
    if (cli_has(a, "date") && !date_parse(cli_option(a, "date"), &c.act.day))
        return cli_usage(a, "--date 的日期写成 2026-03-31 这样");
    int code = check_options(a, found);
    if (code == 0) code = read_who(&c);
    return code != 0 ? code : run_verb(&c, found);
}

/* ---- leads ---- */

static const char *state_zh(enum audit_lead_state s) { return audit_lead_machine.states[s].name; }

static bool read_wanted(struct audit_call *c, struct audit_wanted *w)
{
    str state = cli_option(c->a, "state");
    *w = (struct audit_wanted){ .rule = cli_option(c->a, "rule"),
                                .key = cli_option(c->a, "person"),
                                .assigned = cli_option(c->a, "to"),
                                .any_state = state.p == NULL };
    for (size_t i = 0; i < audit_lead_machine.state_count; i++) {
        if (state.p == NULL || !str_eq(state, str_of(audit_lead_machine.states[i].name))) continue;
        w->state = (enum audit_lead_state)i;
        return true;
    }
    if (state.p == NULL) return true;
    cli_usage(c->a, "--state 写 新、已分派、核查中、属实、不属实、无法核实、追回中、整改中 或 已结案");
    return false;
}

static int leads(struct audit_call *c)
{
    struct err e = { 0 };
    struct audit_wanted w;
    audit_leads rows = { 0 };
    struct table t;
    if (!read_wanted(c, &w)) return 2;
    if (!audit_lead_list(c->s, &c->act, &w, c->arena, &rows, &e)) return cli_fail(&e);
    table_start(&t, c->arena, "编号|规则|对象|证件号|发现|状态|核查人|>涉及付款|>追回号|>已收回");
    for (size_t i = 0; i < rows.len && i < SHOWN_MAX; i++) {
        const struct audit_lead *l = &rows.at[i];
        table_cell(&t, str_fmt(c->arena, "%" PRId64, l->lead));
        table_cell(&t, l->rule);
        table_cell(&t, l->entity);
        table_cell(&t, l->key.len > 0 ? mask(c->arena, STR("证件号"), l->key)
                                      : str_fmt(c->arena, "编号%" PRId64, l->subject));
        table_cell(&t, cli_day(c->arena, l->found));
        table_cell(&t, str_of(state_zh(l->state)));
        table_cell(&t, l->assigned.len > 0 ? l->assigned : STR("–"));
        table_cell(&t, audit_yuan(c, l->paid_fen));
        table_cell(&t, l->claim > 0 ? str_fmt(c->arena, "%" PRId64, l->claim) : STR("–"));
        table_cell(&t, audit_yuan(c, l->recovered_fen));
    }
    table_print(&t, &c->out);
    if (rows.len == 0) text_addz(&c->out, "没有这样的疑点；先查找：leye audit find\n");
    if (rows.len > SHOWN_MAX)
        text_addf(&c->out, "……共 %zu 条，这里只列 %d 条；要全部，leye audit export leads --out 文件.xlsx\n", rows.len,
                  SHOWN_MAX);
    return 0;
}

static int show_lead(struct audit_call *c, int64_t id)
{
    struct err e = { 0 };
    struct audit_wanted w = { .lead = id, .any_state = true };
    audit_leads rows = { 0 };
    audit_steps steps = { 0 };
    audit_payments paid = { 0 };
    if (!audit_lead_list(c->s, &c->act, &w, c->arena, &rows, &e) || !audit_lead_steps(c->s, id, c->arena, &steps, &e) ||
        !audit_lead_payments(c->s, id, c->arena, &paid, &e))
        return cli_fail(&e);
    if (rows.len == 0) {
        fail(&e, NOT_FOUND, "没有第 %" PRId64 " 号疑点；请核对编号", id);
        return cli_fail(&e);
    }
    const struct audit_lead *l = &rows.at[0];
    str yuan = audit_yuan(c, l->paid_fen), key = mask(c->arena, STR("证件号"), l->key);
    text_addf(&c->out, "第 %" PRId64 " 号疑点：%.*s\n%.*s %.*s（库里的编号 %" PRId64 "），%s", id, STR_ARG(l->rule),
              STR_ARG(l->entity), STR_ARG(key), l->subject, state_zh(l->state));
    if (l->assigned.len > 0) text_addf(&c->out, "，核查人 %.*s", STR_ARG(l->assigned));
    text_addf(&c->out, "\n涉及付款 %zu 笔，%.*s 元\n", paid.len, STR_ARG(yuan));
    VEC_EACH (const struct audit_payment, p, &paid) {
        str fen = audit_yuan(c, p->amount_fen);
        text_addf(&c->out, "  第 %" PRId64 " 号付款 %.*s %.*s %.*s 元\n", p->payment, STR_ARG(p->policy),
                  STR_ARG(p->period), STR_ARG(fen));
    }
    VEC_EACH (const struct audit_step, s, &steps) {
        str day = cli_day(c->arena, s->day);
        text_addf(&c->out, "  %.*s %.*s %.*s%s%.*s\n", STR_ARG(day), STR_ARG(s->who), STR_ARG(s->move),
                  s->reason.len > 0 ? "：" : "", STR_ARG(s->reason));
    }
    struct text moves;
    text_init(&moves, c->arena, 1 << 12);
    machine_possible(&audit_lead_machine, (uint8_t)l->state, UINT32_MAX, &moves);
    if (moves.len > 0) text_addf(&c->out, "可以做的：%s\n", moves.p);
    return 0;
}

static int lead(struct audit_call *c)
{
    struct err e = { 0 };
    int64_t id = 0, claim = 0;
    enum audit_lead_state state;
    if (!audit_arg_number(c, 0, "疑点", &id)) return 2;
    if (c->count == 1) return show_lead(c, id);
    if (!cli_number(c->a, "claim", 1, INT64_MAX, 0, &claim)) return cli_usage(c->a, "--claim 写追回号");
    str to = cli_option(c->a, "to");
    if (!audit_lead_move(c->s, &c->act, id, c->args[1], to.p != NULL ? to : STR(""), claim, &state, &e))
        return cli_fail(&e);
    text_addf(&c->out, "第 %" PRId64 " 号疑点：%.*s，现在是“%s”\n", id, STR_ARG(c->args[1]), state_zh(state));
    if (state == LEAD_TRUE)
        text_addz(&c->out, "下一步：请会计记追回，leye fund claim 付款 金额 --reason 理由；再 leye audit lead 号 追回 "
                           "--claim 追回号\n");
    return 0;
}

static int rules(struct audit_call *c)
{
    struct err e = { 0 };
    audit_rule_rows rows = { 0 };
    struct table t;
    if (!audit_precision(c->s, c->arena, &rows, &e)) return cli_fail(&e);
    table_start(&t, c->arena, "规则|>疑点|>在查|>属实|>不属实|>无法核实|>精确率|>涉及付款|>要追回|>已收回");
    VEC_EACH (const struct audit_rule_row, r, &rows) {
        const int64_t counts[] = { r->leads, r->open, r->right, r->wrong, r->unknown };
        table_cell(&t, r->rule);
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) table_count(&t, (uint64_t)counts[i]);
        table_cell(&t, audit_share(c->arena, r->right, r->right + r->wrong));
        table_cell(&t, audit_yuan(c, r->paid_fen));
        table_cell(&t, audit_yuan(c, r->claimed_fen));
        table_cell(&t, audit_yuan(c, r->recovered_fen));
    }
    table_print(&t, &c->out);
    return 0;
}

static int export(struct audit_call *c)
{
    struct err e = { 0 };
    struct audit_wanted w;
    int64_t rows = 0, campaign = 0;
    str path = cli_option(c->a, "out");
    bool all = str_eq(c->args[0], STR("leads"));
    if (path.p == NULL) return cli_usage(c->a, "请用 --out 写明导出到哪个文件（.csv 或 .xlsx）");
    if (!read_wanted(c, &w)) return 2;
    if (!all && !audit_arg_number(c, 0, "leads，或者抽样的", &campaign)) return 2;
    bool ok = all ? audit_export_leads(c->s, &c->act, &w, path, c->arena, &rows, &e)
                  : audit_export_sample(c->s, &c->act, campaign, path, c->arena, &rows, &e);
    if (!ok) return cli_fail(&e);
    text_addf(&c->out, "导出 %" PRId64 " 条，在 %.*s；证件号已遮盖，每行有水印，已经留痕\n", rows, STR_ARG(path));
    return 0;
}

const struct audit_verb audit_lead_verbs[] = {
    { "leads", "", "列出疑点（--rule --state --person --to）", "rule state person to", 0, 0, false, leads },
    { "lead", "号 [动作]", "一个疑点；写上动作，就往下办（--to 谁 --claim 追回号 --reason 理由）", "to claim reason", 1,
      2, false, lead },
    { "rules", "", "各规则的疑点查实了多少", "", 0, 0, false, rules },
    { "export", "leads|抽样号 --out 文件", "导出疑点，或一次抽样：遮盖、水印、留痕", "out rule state person to", 1, 1,
      false, export },
    { 0 },
};
