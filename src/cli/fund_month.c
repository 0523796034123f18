/* fund_month: verbs about months, the bank's statement, reports and the check. */
#include "cli/cmd_fund_priv.h"

enum { REPORT_MAX = 1 << 16 };

static int months(struct fund_call *c)
{
    struct err e = { 0 };
    ledger_month_rows rows = { 0 };
    struct table t;
    if (!ledger_months(c->s, c->args[0], c->arena, &rows, &e)) return cli_fail(&e);
    table_start(&t, c->arena, "月份|>分录|状态");
    VEC_EACH (const struct ledger_month_row, r, &rows) {
        char m[MONTH_TEXT];
        month_text(r->month, m);
        table_cell(&t, str_dup(c->arena, str_of(m)));
        fund_cell_number(&t, r->entries);
        table_cell(&t, r->closed ? STR("已结账") : STR("没有结账"));
    }
    table_print(&t, &c->out);
    return 0;
}

static int close_month(struct fund_call *c)
{
    struct err e = { 0 };
    month m;
    if (!fund_arg_month(c, c->args[1], &m)) return 2;
    if (!ledger_close(c->s, &c->act, c->args[0], m, &e)) return cli_fail(&e);
    text_addf(&c->out, "%.*s的 %.*s 已结账，这个月不能再记\n", STR_ARG(c->args[0]), STR_ARG(c->args[1]));
    return 0;
}

static int reopen(struct fund_call *c)
{
    struct err e = { 0 };
    month m;
    if (!fund_arg_month(c, c->args[1], &m) || !fund_needs(c, "reason", "重开的理由")) return 2;
    if (!ledger_reopen(c->s, &c->act, c->args[0], m, &e)) return cli_fail(&e);
    text_addf(&c->out, "%.*s的 %.*s 已重开；改完请再结账\n", STR_ARG(c->args[0]), STR_ARG(c->args[1]));
    return 0;
}

/* ---- the bank's statement ---- */

static void add_difference(struct fund_call *c, struct table *t, const struct fund_difference *d)
{
    char text[DATE_TEXT];
    date_text(d->day, text);
    table_cell(t, str_of(d->where));
    table_cell(t, str_dup(c->arena, str_of(text)));
    table_cell(t, d->reference.len > 0 ? d->reference : STR("–"));
    fund_cell(t, d->bank_fen), fund_cell(t, d->book_fen);
    table_cell(t, d->what);
}

static void tell_differences(struct fund_call *c, const struct fund_reconciled *r)
{
    const struct fund_matched *m = &r->matched;
    struct table t;
    table_start(&t, c->arena, "差在哪里|日期|编号|>银行|>账上|是什么");
    VEC_EACH (const struct fund_difference, d, &m->differences) add_difference(c, &t, d);
    text_addf(&c->out, "对账单 %zu 笔：对上 %zu 笔", m->bank.len, r->pairs);
    if (r->nearby > 0) text_addf(&c->out, "（其中 %zu 笔编号不同，按金额和日期对上，请看一眼）", r->nearby);
    if (r->parts > 0) text_addf(&c->out, "（其中 %zu 笔合起来才是账上的一笔）", r->parts);
    text_addz(&c->out, "\n");
    if (m->differences.len > 0) table_print(&t, &c->out);
    if (m->broken_row > 0)
        text_addf(&c->out, "对账单第 %llu 行的余额接不上前一行：少了行，或者被改过；请向银行重新要一份\n",
                  (unsigned long long)m->broken_row);
}

/* 银行存款余额调节表: each side with what the other has and it has not; then both must be the same. */
static void adjust(struct fund_call *c, const struct fund_reconciled *r)
{
    struct table t;
    const struct fund_matched *m = &r->matched;
    table_start(&t, c->arena, "余额调节表|>银行|>账上");
    table_cell(&t, STR("余额")), fund_cell(&t, r->bank_fen), fund_cell(&t, r->is.ledger_fen);
    table_cell(&t, STR("加：对方已收、这边未收")), fund_cell(&t, m->book_in_fen), fund_cell(&t, m->bank_in_fen);
    table_cell(&t, STR("减：对方已付、这边未付")), fund_cell(&t, m->book_out_fen), fund_cell(&t, m->bank_out_fen);
    table_cell(&t, STR("调节后")), fund_cell(&t, r->adjusted_bank_fen), fund_cell(&t, r->adjusted_book_fen);
    table_print(&t, &c->out);
    if (r->adjusted_bank_fen != r->adjusted_book_fen)
        text_addz(&c->out, "调节以后还不一样：上个月的差额还没有了结，请从上次对上的那一天查起\n");
}

static int reconcile(struct fund_call *c)
{
    struct err e = { 0 };
    struct fund_reconciled r;
    int64_t bank_fen = 0;
    bool file = c->count > 1, balance = cli_has(c->a, "balance");
    if (!file && !balance) return cli_usage(c->a, "请给出银行的对账单文件，或者用 --balance 写银行余额");
    if (balance && !fund_yuan_read(cli_option(c->a, "balance"), &bank_fen))
        return cli_usage(c->a, "--balance 写元，最多两位小数");
    if (!fund_reconcile(c->s, &c->act, c->args[0], file ? c->args[1] : STR(""), balance ? &bank_fen : NULL, c->arena,
                        &r, &e))
        return cli_fail(&e);
    char day[DATE_TEXT];
    str bank = fund_yuan_of(c, r.bank_fen), book = fund_yuan_of(c, r.is.ledger_fen);
    date_text(r.day, day);
    if (r.has_statement) tell_differences(c, &r);
    text_addf(&c->out, "到 %s：银行 %.*s 元，账上 %.*s 元", day, STR_ARG(bank), STR_ARG(book));
    if (r.is.transit_fen > 0) {
        str transit = fund_yuan_of(c, r.is.transit_fen);
        text_addf(&c->out, "，在途 %.*s 元", STR_ARG(transit));
    }
    if (r.is.agrees) {
        text_addz(&c->out, r.clean ? "：一分不差\n" : "：余额一分不差，但是上面有没有对上的，请查明\n");
        return r.clean ? 0 : 1;
    }
    str difference = fund_yuan_of(c, r.is.difference_fen);
    text_addf(&c->out, "：银行减账上 %.*s 元\n", STR_ARG(difference));
    if (file) adjust(c, &r);
    text_addz(&c->out, "请先看在途和当天的回盘，再看上面没有对上的\n");
    return 1;
}

/* ---- reports, the check ---- */

static void add_report_row(struct fund_call *c, struct table *t, const struct ledger_statement_row *r)
{
    static const enum ledger_account shown[] = { LEDGER_APPROPRIATED, LEDGER_AVAILABLE, LEDGER_COMMITTED,
                                                 LEDGER_PAYABLE,      LEDGER_TRANSIT,   LEDGER_RETURNED };
    char m[MONTH_TEXT];
    bool bank = r->item.len == 0;
    month_text(r->month, m);
    table_cell(t, str_dup(c->arena, str_of(m)));
    table_cell(t, bank ? STR("") : r->level);
    table_cell(t, bank ? STR("银行账户") : r->item);
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) fund_cell(t, r->end_fen[shown[i]]);
    fund_cell(t, r->moved_fen[LEDGER_PAID]), fund_cell(t, r->end_fen[LEDGER_PAID]);
    fund_cell(t, r->end_fen[LEDGER_RECEIVABLE]), fund_cell(t, r->end_fen[LEDGER_BANK]);
}

static int report(struct fund_call *c)
{
    struct err e = { 0 };
    struct table t;
    ledger_statement_rows rows = { 0 };
    month to = date_month(c->act.day), from = { to.index / 12 * 12 };
    str path = cli_option(c->a, "out");
    if (cli_has(c->a, "from") && !fund_arg_month(c, cli_option(c->a, "from"), &from)) return 2;
    if (cli_has(c->a, "to") && !fund_arg_month(c, cli_option(c->a, "to"), &to)) return 2;
    if (path.p != NULL) {
        if (!fund_report(c->s, c->args[0], from, to, path, c->arena, &e)) return cli_fail(&e);
        text_addf(&c->out, "报表写在 %.*s\n", STR_ARG(path));
        return 0;
    }
    if (!ledger_statement(c->s, c->args[0], from, to, c->arena, &rows, &e)) return cli_fail(&e);
    table_start(&t, c->arena,
                "月份|级次|科目|>预算|>可用|>已承诺|>应付|>在途|>退回|>本月支付|>累计支付|>应收追回|>银行存款");
    VEC_EACH (const struct ledger_statement_row, r, &rows) add_report_row(c, &t, r);
    table_print(&t, &c->out);
    if (rows.len == 0) text_addz(&c->out, "这些月份没有发生\n");
    return 0;
}

static int check(struct fund_call *c)
{
    struct err e = { 0 };
    struct text t;
    bool sound = false;
    text_init(&t, c->arena, REPORT_MAX);
    if (!ledger_check(c->s, &sound, &t, &e)) return cli_fail(&e);
    if (sound)
        text_addz(&c->out, "账是平的：分录、科目、付款、承诺、追回重新算了一遍，处处相符\n");
    else
        text_addf(&c->out, "账对不上：\n%s请停止办理，保留数据库文件，查明原因\n", t.p);
    return sound ? 0 : 1;
}

const struct fund_verb fund_month_verbs[] = {
    { "months", "资金", "各月结了没有", "", 1, 1, FUND_LOOKS, months },
    { "close", "资金 月份", "结账", "", 2, 2, FUND_CHANGES, close_month },
    { "reopen", "资金 月份 --reason 理由", "重开已结账的月份", "reason", 2, 2, FUND_CHANGES, reopen },
    { "reconcile", "资金 对账单", "和银行对账", "balance", 1, 2, FUND_CHANGES, reconcile },
    { "report", "资金", "报表：本月发生、月末余额", "from to out", 1, 1, FUND_LOOKS, report },
    { "check", "", "整本账重新算一遍", "", 0, 0, FUND_LOOKS, check },
    { 0 },
};
