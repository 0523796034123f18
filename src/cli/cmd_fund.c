/* leye fund: the work of an accountant's office at the terminal: budgets, batches, files to and from the bank, claims,
 * months. What may be done by whom is the ledger's to say; here is what was typed, and what is to be done next. */
#include "cli/cmd_fund_priv.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OUT_MAX = 16 << 20, WHO_MAX = 60 };

static const struct fund_verb *const lists[] = { fund_money_verbs, fund_batch_verbs, fund_claim_verbs,
                                                 fund_month_verbs };
enum { LISTS = sizeof lists / sizeof *lists };
static const char *const list_names[LISTS] = { "预算和资金", "发放", "退回、退票、追回", "月份、对账、报表" };

static const struct fund_verb *find(str name)
{
    for (size_t i = 0; i < LISTS; i++) {
        for (const struct fund_verb *v = lists[i]; v->name != NULL; v++)
            if (str_eq(name, str_of(v->name))) return v;
    }
    return NULL;
}

static int print_verbs(const struct cli_args *a)
{
    struct text t;
    text_init(&t, a->arena, OUT_MAX);
    for (size_t i = 0; i < LISTS; i++) {
        struct table rows;
        table_start(&rows, a->arena, "||");
        text_addf(&t, "%s%s\n", i > 0 ? "\n" : "", list_names[i]);
        rows.cells.len = 0;
        for (const struct fund_verb *v = lists[i]; v->name != NULL; v++) {
            table_cell(&rows, str_fmt(a->arena, "  leye fund %s", v->name));
            table_cell(&rows, str_of(v->args));
            table_cell(&rows, str_of(v->help));
        }
        table_print(&rows, &t);
    }
    text_addz(&t, "\n改动账目的动作要写 --as 姓名:岗位；岗位有会计、复核、出纳、主管，审计只看不改。\n"
                  "记在哪一天用 --date，缺省今天；用哪个库用 --db。选项看 leye help fund。\n");
    cli_out(&t);
    return 0;
}

/* ---- what was typed ---- */

bool fund_arg_number(struct fund_call *c, size_t at, const char *what, int64_t *out)
{
    if (str_to_i64(c->args[at], out) && *out > 0) return true;
    cli_usage(c->a, "%s写号码，不是“%.*s”", what, STR_ARG(c->args[at]));
    return false;
}

bool fund_arg_amount(struct fund_call *c, size_t at, int64_t *out)
{
    if (fund_yuan_read(c->args[at], out) && *out > 0) return true;
    cli_usage(c->a, "金额写元，最多两位小数，例如 1234.50，不是“%.*s”", STR_ARG(c->args[at]));
    return false;
}

bool fund_arg_payment(struct fund_call *c, size_t at, int64_t *out)
{
    if (fund_payment_read(c->args[at], out)) return true;
    cli_usage(c->a, "“%.*s”不是付款号：写付款号，或者付款文件、回盘文件里的 16 位编号", STR_ARG(c->args[at]));
    return false;
}

bool fund_arg_month(struct fund_call *c, str text, month *out)
{
    if (month_parse(fund_period(c->arena, text), out)) return true;
    cli_usage(c->a, "月份写成 2026-03 这样，不是“%.*s”", STR_ARG(text));
    return false;
}

bool fund_needs(struct fund_call *c, const char *option, const char *what)
{
    str s = cli_option(c->a, option);
    if (s.p != NULL && str_trim(s).len > 0) return true;
    cli_usage(c->a, "请用 --%s 写明%s", option, what);
    return false;
}

str fund_yuan_of(struct fund_call *c, int64_t fen) { return fund_yuan(c->arena, fen); }

void fund_cell(struct table *t, int64_t fen) { table_cell(t, fen == 0 ? STR("–") : fund_yuan(t->a, fen)); }

void fund_cell_number(struct table *t, int64_t n) { table_cell(t, str_fmt(t->a, "%lld", (long long)n)); }

/* ---- who ---- */

static const struct {
    const char *zh;
    uint32_t role;
} roles[] = { { "会计", LEDGER_ACCOUNTANT },
              { "复核", LEDGER_REVIEWER },
              { "出纳", LEDGER_CASHIER },
              { "主管", LEDGER_CHIEF },
              { "审计", 0 } };

static bool read_roles(str list, uint32_t *out)
{
    str piece;
    while (str_split(&list, '+', &piece)) {
        size_t i = 0;
        while (i < sizeof roles / sizeof *roles && !str_eq(piece, str_of(roles[i].zh))) i++;
        if (i == sizeof roles / sizeof *roles) return false;
        *out |= roles[i].role;
    }
    return true;
}

static str who_option(const struct cli_args *a)
{
    str s = cli_option(a, "as");
    if (s.p != NULL) return s;
    const char *env = getenv("LEYE_AS");
    return env != NULL && env[0] != 0 ? str_of(env) : (str){ 0 };
}

/* 王芳:会计, 王芳：会计+出纳 */
static int read_who(struct fund_call *c, const struct fund_verb *v)
{
    str s = who_option(c->a), rest;
    if (s.p == NULL) {
        if (v->need != FUND_CHANGES && v->need != FUND_BEGINS) return 0;
        return cli_usage(c->a, "请用 --as 说明是谁、什么岗位在办，例如 --as 王芳:会计");
    }
    size_t colon = str_find(s, STR(":")), width = 1;
    if (colon == SIZE_MAX) colon = str_find(s, STR("：")), width = 3;
    rest = colon == SIZE_MAX ? STR("") : str_slice(s, colon + width, s.len);
    c->act.who = str_trim(str_slice(s, 0, colon));
    if (rest.len == 0 || c->act.who.len == 0 || c->act.who.len > WHO_MAX || !read_roles(rest, &c->act.roles))
        return cli_usage(c->a, "--as 写成 姓名:岗位，例如 王芳:会计；岗位是会计、复核、出纳、主管、审计，"
                               "兼岗写成 会计+出纳");
    if (c->act.roles != 0 || v->need == FUND_LOOKS || v->need == FUND_ALONE) return 0;
    struct err e = { 0 };
    fail(&e, DENIED, "审计只看，不改账；“%s”请交给经办的岗位", v->help);
    return cli_fail(&e);
}

/* Options of other verbs would be passed over in silence. */
static int check_options(const struct cli_args *a, const struct fund_verb *v)
{
    for (const struct cli_option *o = a->command->options; o->name != NULL; o++) {
        str all = str_of(v->options), one;
        bool mine = strcmp(o->name, "db") == 0 || strcmp(o->name, "as") == 0 || strcmp(o->name, "date") == 0;
        while (!mine && all.len > 0 && str_split(&all, ' ', &one)) mine = str_eq(one, str_of(o->name));
        if (!mine && cli_has(a, o->name)) return cli_usage(a, "“%s”没有选项 --%s", v->name, o->name);
    }
    return 0;
}

/* ---- the database ---- */

static bool open_ledger(struct fund_call *c, const struct fund_verb *v, struct err *e)
{
    enum store_mode mode = v->need == FUND_BEGINS ? STORE_CREATE : STORE_WRITE;
    uint32_t step = 0;
    if (!store_open(&c->s, cli_db(c->a), mode, e)) {
        if (e->code == ERR_NOT_FOUND) fail_up(e, "还没有资金账；先建立预算行：leye fund line 资金 级次 科目 年度");
        return false;
    }
    if (!store_schema(c->s, STR("ledger"), &step, e)) return false;
    if (step == 0 && v->need != FUND_BEGINS)
        return fail(e, NOT_FOUND, "这个库里还没有资金账；先建立预算行：leye fund line 资金 级次 科目 年度");
    return ledger_migrate(c->s, e);
}

static int run_verb(struct fund_call *c, const struct fund_verb *v)
{
    struct err e = { 0 };
    if (v->need != FUND_ALONE && !open_ledger(c, v, &e)) {
        store_close(c->s);
        return cli_fail(&e);
    }
    int code = v->run(c);
    store_close(c->s);
    if (code == 0 || c->out.len > 0) cli_out(&c->out);
    return code;
}

static int run(const struct cli_args *a)
{
    if (a->count == 0) return print_verbs(a);
    const struct fund_verb *v = find(a->args[0]);
    if (v == NULL) return cli_usage(a, "没有“%.*s”这个动作；有哪些动作，看 leye fund", STR_ARG(a->args[0]));
    struct fund_call c = { .a = a, .arena = a->arena, .args = a->args + 1, .count = a->count - 1 };
    text_init(&c.out, a->arena, OUT_MAX);
    if (c.count < v->args_min || c.count > v->args_max)
        return cli_usage(a, "这样写：leye fund %s %s", v->name, v->args);
    c.act = (struct ledger_act){ .day = date_today(), .reason = str_trim(cli_option(a, "reason")) };
    if (cli_has(a, "date") && !date_parse(cli_option(a, "date"), &c.act.day))
        return cli_usage(a, "--date 的日期写成 2026-03-31 这样");
    int code = check_options(a, v);
    if (code == 0) code = read_who(&c, v);
    return code != 0 ? code : run_verb(&c, v);
}

const struct cli_command cmd_fund = {
    .name = "fund",
    .args = "[动作 …]",
    .help = "资金账：预算、承诺、发放批次、银行文件、退回、追回、结账、对账、报表\n\n"
            "有哪些动作、各要写什么，看 leye fund。每月怎么做，看 docs/fund-accountant.md。",
    .options = { { "db", "数据库", "文件，或 postgresql:// 地址；缺省 LEYE_DB 或 leye.db" },
                 { "as", "姓名:岗位", "谁在办；岗位是会计、复核、出纳、主管、审计，缺省 LEYE_AS" },
                 { "date", "日期", "记在哪一天，缺省今天" },
                 { "ref", "编号", "文号、凭证号、回单号、银行的编号" },
                 { "reason", "理由", "作废、不再付、追回、退票、核销、重开要写" },
                 { "title", "标题", "批次的标题" },
                 { "policy", "政策", "名单里没有“政策”栏时，整份名单是哪项政策" },
                 { "period", "期间", "名单里没有“期间”栏时，整份名单是哪个期间，例如 2026-05" },
                 { "commitment", "编号", "名单里没有“承诺”栏时，动用哪一笔承诺" },
                 { "errors", "文件", "名单里退回的行写到哪里，缺省 名单-错误.csv" },
                 { "preview", NULL, "只试编一遍，什么都不记" },
                 { "list", NULL, "把办件应发的编成批次" },
                 { "packs", "文件夹", "办件用哪个包，缺省 LEYE_PACKS 或 packs/demo" },
                 { "out", "文件", "写到哪个文件；表格按扩展名是 .csv 或 .xlsx" },
                 { "batch", "批次", "只看这一批" },
                 { "state", "状态", "只看这种状态：待付、已付、退回、已改账户、不再付" },
                 { "person", "证件号", "只看这个人、这家单位" },
                 { "full", NULL, "表格里不遮盖姓名、证件号、账号；谁看的会留痕，要写 --as" },
                 { "restore", NULL, "收回的是当年的钱，恢复可用预算" },
                 { "overdue", NULL, "只看分期已经逾期的" },
                 { "balance", "金额", "银行余额，不给对账单文件时用" },
                 { "from", "月份", "从哪个月，缺省当年一月" },
                 { "to", "月份", "到哪个月，缺省本月" },
                 { "seed", "整数", "练习用的银行：种子，缺省 1" },
                 { "fail", "千分之", "练习用的银行：千分之几付不出去，缺省 20" },
                 { "first", "千分之", "练习用的银行：第一次回千分之几，缺省 1000" },
                 { "rest", NULL, "练习用的银行：回第一次没有回的" } },
    .args_min = 0,
    .args_max = CLI_ARGS_MAX,
    .run = run,
};
