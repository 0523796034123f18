/* fund_money: verbs about budgets, money and commitments. */
#include "cli/cmd_fund_priv.h"

static int lines(struct fund_call *c)
{
    struct err e = { 0 };
    struct table t;
    ledger_line_rows rows = { 0 };
    if (!ledger_lines(c->s, c->count > 0 ? c->args[0] : STR(""), c->arena, &rows, &e)) return cli_fail(&e);
    table_start(&t, c->arena, "行|资金|级次|年度|科目|>预算|>可用|>已承诺|>应付|>在途|>退回|>已支付|>应收追回");
    VEC_EACH (const struct ledger_line_row, r, &rows) {
        if (r->is.item.len == 0) continue; /* the bank account, below */
        fund_cell_number(&t, r->line);
        table_cell(&t, r->is.fund), table_cell(&t, r->is.level);
        fund_cell_number(&t, r->is.year);
        table_cell(&t, r->is.item);
        static const enum ledger_account shown[] = { LEDGER_APPROPRIATED, LEDGER_AVAILABLE, LEDGER_COMMITTED,
                                                     LEDGER_PAYABLE,      LEDGER_TRANSIT,   LEDGER_RETURNED,
                                                     LEDGER_PAID,         LEDGER_RECEIVABLE };
        for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) fund_cell(&t, r->balance_fen[shown[i]]);
    }
    table_print(&t, &c->out);
    VEC_EACH (const struct ledger_line_row, r, &rows) {
        if (r->is.item.len > 0) continue;
        str yuan = fund_yuan_of(c, r->balance_fen[LEDGER_BANK]);
        text_addf(&c->out, "%.*s的银行账户：账上 %.*s 元\n", STR_ARG(r->is.fund), STR_ARG(yuan));
    }
    if (rows.len == 0) text_addz(&c->out, "还没有预算行；先建立：leye fund line 资金 级次 科目 年度\n");
    return 0;
}

static int line(struct fund_call *c)
{
    struct err e = { 0 };
    int64_t year = 0, id = 0;
    if (!fund_arg_number(c, 3, "年度", &year)) return 2;
    struct ledger_line l = { c->args[0], c->args[1], c->args[2], year > 9999 ? 0 : (int32_t)year };
    if (!ledger_line_open(c->s, &c->act, &l, &id, &e)) return cli_fail(&e);
    text_addf(&c->out,
              "第 %lld 号预算行：%.*s，%.*s，%.*s，%lld 年\n下一步：下达预算，leye fund budget %lld 金额 --ref 文号\n",
              (long long)id, STR_ARG(l.fund), STR_ARG(l.level), STR_ARG(l.item), (long long)year, (long long)id);
    return 0;
}

static int change_budget(struct fund_call *c, int sign)
{
    struct err e = { 0 };
    int64_t id = 0, fen = 0, available = 0;
    if (!fund_arg_number(c, 0, "预算行", &id) || !fund_arg_amount(c, 1, &fen) || !fund_needs(c, "ref", "预算的文号"))
        return 2;
    if (!ledger_budget(c->s, &c->act, id, sign * fen, cli_option(c->a, "ref"), &e) ||
        !ledger_balance(c->s, id, LEDGER_AVAILABLE, &available, &e))
        return cli_fail(&e);
    str yuan = fund_yuan_of(c, fen), rest = fund_yuan_of(c, available);
    text_addf(&c->out, "第 %lld 号预算行%s %.*s 元；可用 %.*s 元\n", (long long)id, sign > 0 ? "下达" : "调减",
              STR_ARG(yuan), STR_ARG(rest));
    return 0;
}

static int budget(struct fund_call *c) { return change_budget(c, 1); }
static int cut(struct fund_call *c) { return change_budget(c, -1); }

static int deposit(struct fund_call *c)
{
    struct err e = { 0 };
    int64_t fen = 0;
    if (!fund_arg_amount(c, 1, &fen) || !fund_needs(c, "ref", "凭证号")) return 2;
    if (!ledger_deposit(c->s, &c->act, c->args[0], fen, cli_option(c->a, "ref"), &e)) return cli_fail(&e);
    str yuan = fund_yuan_of(c, fen);
    text_addf(&c->out, "%.*s拨入 %.*s 元，已记账\n", STR_ARG(c->args[0]), STR_ARG(yuan));
    return 0;
}

static int commit(struct fund_call *c)
{
    struct err e = { 0 };
    int64_t id = 0, fen = 0, available = 0;
    if (!fund_arg_number(c, 0, "预算行", &id) || !fund_arg_amount(c, 2, &fen)) return 2;
    if (!ledger_commit(c->s, &c->act, id, c->args[1], fen, &e) ||
        !ledger_balance(c->s, id, LEDGER_AVAILABLE, &available, &e))
        return cli_fail(&e);
    str yuan = fund_yuan_of(c, fen), rest = fund_yuan_of(c, available);
    text_addf(&c->out, "为“%.*s”承诺 %.*s 元；可用预算还有 %.*s 元\n", STR_ARG(c->args[1]), STR_ARG(yuan),
              STR_ARG(rest));
    return 0;
}

static int release(struct fund_call *c)
{
    struct err e = { 0 };
    int64_t id = 0, fen = 0;
    if (c->count == 1) {
        if (!ledger_release_rest(c->s, &c->act, c->args[0], &fen, &e)) return cli_fail(&e);
    } else {
        if (c->count != 3)
            return cli_usage(c->a, "这样写：leye fund release 编号，或者 leye fund release 编号 行 金额");
        if (!fund_arg_number(c, 1, "预算行", &id) || !fund_arg_amount(c, 2, &fen)) return 2;
        if (!ledger_release(c->s, &c->act, id, c->args[0], fen, &e)) return cli_fail(&e);
    }
    str yuan = fund_yuan_of(c, fen);
    text_addf(&c->out, "“%.*s”退还承诺 %.*s 元%s\n", STR_ARG(c->args[0]), STR_ARG(yuan),
              fen == 0 ? "：没有可以退还的，已经用掉或者编在批次里" : "");
    return 0;
}

static int commitments(struct fund_call *c)
{
    struct err e = { 0 };
    struct table t;
    ledger_commitment_rows rows = { 0 };
    int64_t id = 0;
    if (!fund_arg_number(c, 0, "预算行", &id)) return 2;
    if (!ledger_commitments(c->s, id, c->arena, &rows, &e)) return cli_fail(&e);
    table_start(&t, c->arena, "编号|>承诺|>已用|>还有");
    VEC_EACH (const struct ledger_commitment_row, r, &rows) {
        table_cell(&t, r->ref);
        fund_cell(&t, r->amount_fen), fund_cell(&t, r->used_fen), fund_cell(&t, r->amount_fen - r->used_fen);
    }
    table_print(&t, &c->out);
    return 0;
}

const struct fund_verb fund_money_verbs[] = {
    { "lines", "[资金]", "各预算行现在怎样", "", 0, 1, FUND_LOOKS, lines },
    { "line", "资金 级次 科目 年度", "建立预算行", "", 4, 4, FUND_BEGINS, line },
    { "budget", "行 金额 --ref 文号", "下达、追加预算", "ref", 2, 2, FUND_CHANGES, budget },
    { "cut", "行 金额 --ref 文号", "调减预算", "ref", 2, 2, FUND_CHANGES, cut },
    { "deposit", "资金 金额 --ref 凭证号", "记拨入资金", "ref", 2, 2, FUND_CHANGES, deposit },
    { "commit", "行 编号 金额", "承诺资金：为一份名单、一件办件留出钱", "", 3, 3, FUND_CHANGES, commit },
    { "release", "编号 [行 金额]", "退还承诺；只写编号，退还没有用的全部", "", 1, 3, FUND_CHANGES, release },
    { "commitments", "行", "一行预算的各笔承诺", "", 1, 1, FUND_LOOKS, commitments },
    { 0 },
};
