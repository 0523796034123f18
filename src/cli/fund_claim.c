/* fund_claim: verbs about single payments that came back, and about money claimed back. */
#include "base/mask.h"
#include "cli/cmd_fund_priv.h"

static int repair(struct fund_call *c)
{
    struct err e = { 0 };
    int64_t id = 0;
    if (!fund_arg_payment(c, 0, &id)) return 2;
    if (!ledger_repair(c->s, &c->act, id, c->args[1], c->args[2], &e)) return cli_fail(&e);
    text_addf(&c->out, "第 %lld 号付款已改账户\n下一步：编进再付的批次，leye fund again 行 --title 标题\n",
              (long long)id);
    return 0;
}

static int give_up(struct fund_call *c)
{
    struct err e = { 0 };
    int64_t id = 0;
    if (!fund_arg_payment(c, 0, &id) || !fund_needs(c, "reason", "不再付的理由")) return 2;
    if (!ledger_give_up(c->s, &c->act, id, &e)) return cli_fail(&e);
    text_addf(&c->out, "第 %lld 号付款不再付；钱回到承诺，不用了请退还：leye fund release\n", (long long)id);
    return 0;
}

static int bounce(struct fund_call *c)
{
    struct err e = { 0 };
    int64_t id = 0;
    if (!fund_arg_payment(c, 0, &id) || !fund_needs(c, "ref", "银行的退票编号") ||
        !fund_needs(c, "reason", "银行说的退票原因"))
        return 2;
    if (!ledger_bounce(c->s, &c->act, id, cli_option(c->a, "ref"), &e)) return cli_fail(&e);
    text_addf(&c->out,
              "第 %lld 号付款记了退票：钱已回到银行账户，付款回到“退回”\n下一步：改账户再付，leye fund repair %lld "
              "户名 账号\n",
              (long long)id, (long long)id);
    return 0;
}

static int claim(struct fund_call *c)
{
    struct err e = { 0 };
    int64_t id = 0, fen = 0, number = 0;
    if (!fund_arg_payment(c, 0, &id) || !fund_arg_amount(c, 1, &fen) || !fund_needs(c, "reason", "追回的理由"))
        return 2;
    str dossier = cli_option(c->a, "ref");
    if (!ledger_claim(c->s, &c->act, id, fen, dossier.p != NULL ? dossier : STR(""), &number, &e)) return cli_fail(&e);
    str yuan = fund_yuan_of(c, fen);
    text_addf(&c->out,
              "第 %lld 号追回：%.*s 元\n下一步：定分期，leye fund plan %lld 日期=金额 日期=金额……；收到了记上，leye "
              "fund recover %lld 金额 --ref 回单号\n",
              (long long)number, STR_ARG(yuan), (long long)number, (long long)number);
    return 0;
}

static bool read_part(struct fund_call *c, str text, struct ledger_part *out)
{
    str rest = text, day;
    if (str_split(&rest, '=', &day) && rest.p != NULL && date_parse(day, &out->day) &&
        fund_yuan_read(rest, &out->amount_fen))
        return true;
    cli_usage(c->a, "每一期写成 日期=金额，例如 2026-04-10=500，不是“%.*s”", STR_ARG(text));
    return false;
}

static int show_parts(struct fund_call *c, int64_t id)
{
    struct err e = { 0 };
    ledger_parts parts = { 0 };
    struct table t;
    if (!ledger_parts_of(c->s, id, c->arena, &parts, &e)) return cli_fail(&e);
    if (parts.len == 0) {
        text_addf(&c->out, "第 %lld 号追回没有定分期\n", (long long)id);
        return 0;
    }
    table_start(&t, c->arena, "期|到期|>金额|>还差");
    for (size_t i = 0; i < parts.len; i++) {
        char day[DATE_TEXT];
        date_text(parts.at[i].day, day);
        fund_cell_number(&t, (int64_t)i + 1);
        table_cell(&t, str_dup(c->arena, str_of(day)));
        fund_cell(&t, parts.at[i].amount_fen), fund_cell(&t, parts.at[i].missing_fen);
    }
    table_print(&t, &c->out);
    return 0;
}

static int plan(struct fund_call *c)
{
    struct err e = { 0 };
    int64_t id = 0;
    struct ledger_part parts[CLI_ARGS_MAX] = { 0 };
    if (!fund_arg_number(c, 0, "追回", &id)) return 2;
    for (size_t i = 1; i < c->count; i++)
        if (!read_part(c, c->args[i], &parts[i - 1])) return 2;
    if (!ledger_plan(c->s, &c->act, id, parts, c->count - 1, &e)) return cli_fail(&e);
    return show_parts(c, id);
}

static int recover(struct fund_call *c)
{
    struct err e = { 0 };
    int64_t id = 0, fen = 0;
    if (!fund_arg_number(c, 0, "追回", &id) || !fund_arg_amount(c, 1, &fen) || !fund_needs(c, "ref", "回单号"))
        return 2;
    bool restores = cli_has(c->a, "restore");
    if (!ledger_recover(c->s, &c->act, id, fen, cli_option(c->a, "ref"), restores, &e)) return cli_fail(&e);
    str yuan = fund_yuan_of(c, fen);
    text_addf(&c->out, "第 %lld 号追回收到 %.*s 元%s\n", (long long)id, STR_ARG(yuan),
              restores ? "，恢复当年可用预算" : "");
    return 0;
}

static int write_off(struct fund_call *c)
{
    struct err e = { 0 };
    int64_t id = 0;
    if (!fund_arg_number(c, 0, "追回", &id) || !fund_needs(c, "reason", "核销的理由")) return 2;
    if (!ledger_write_off(c->s, &c->act, id, &e)) return cli_fail(&e);
    text_addf(&c->out, "第 %lld 号追回已核销\n", (long long)id);
    return 0;
}

static int claims(struct fund_call *c)
{
    struct err e = { 0 };
    ledger_claim_rows rows = { 0 };
    struct table t;
    int64_t id = 0;
    if (c->count > 0) return fund_arg_number(c, 0, "追回", &id) ? show_parts(c, id) : 2;
    bool overdue = cli_has(c->a, "overdue");
    if (!ledger_claims(c->s, c->act.day, overdue, c->arena, &rows, &e)) return cli_fail(&e);
    table_start(&t, c->arena, "追回|付款号|姓名|政策|期间|>金额|>已收|>逾期|下一期|状态");
    VEC_EACH (const struct ledger_claim_row, r, &rows) {
        char day[DATE_TEXT] = "–";
        if (r->has_next) date_text(r->next, day);
        fund_cell_number(&t, r->claim), fund_cell_number(&t, r->payment);
        table_cell(&t, mask(c->arena, STR("姓名"), r->name));
        table_cell(&t, r->policy), table_cell(&t, r->period);
        fund_cell(&t, r->amount_fen), fund_cell(&t, r->recovered_fen), fund_cell(&t, r->overdue_fen);
        table_cell(&t, str_dup(c->arena, str_of(day)));
        table_cell(&t, r->open ? STR("追回中") : r->written_off ? STR("已核销") : STR("已追回"));
    }
    table_print(&t, &c->out);
    if (rows.len == 0) text_addz(&c->out, overdue ? "没有逾期的分期\n" : "没有追回\n");
    return 0;
}

const struct fund_verb fund_claim_verbs[] = {
    { "repair", "付款 户名 账号", "改退回的付款的账户", "", 3, 3, FUND_CHANGES, repair },
    { "give-up", "付款 --reason 理由", "不再付", "reason", 1, 1, FUND_CHANGES, give_up },
    { "bounce", "付款 --ref 编号 --reason 原因", "记退票：付了以后银行又退回来", "ref reason", 1, 1, FUND_CHANGES,
      bounce },
    { "claim", "付款 金额 --reason 理由 [--ref 办件号]", "追回多付、错付的", "reason ref", 2, 2, FUND_CHANGES, claim },
    { "plan", "追回 日期=金额 …", "定分期", "", 2, CLI_ARGS_MAX, FUND_CHANGES, plan },
    { "recover", "追回 金额 --ref 回单号", "记收回的钱", "ref restore", 2, 2, FUND_CHANGES, recover },
    { "write-off", "追回 --reason 理由", "核销收不回的", "reason", 1, 1, FUND_CHANGES, write_off },
    { "claims", "[追回]", "各笔追回；写上号，看它的分期", "overdue", 0, 1, FUND_LOOKS, claims },
    { 0 },
};
