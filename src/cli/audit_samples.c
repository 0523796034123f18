/* audit_samples: sampling at the terminal: drawing, checking, what it says of everything. */
#include "base/mask.h"
#include "cli/cmd_audit_priv.h"
#include "fund/fund.h"

#include <inttypes.h>

enum { CHECKERS_MAX = 50, SHOWN_MAX = 200 };

static bool read_day(struct audit_call *c, const char *option, date *out)
{
    if (date_parse(cli_option(c->a, option), out)) return true;
    cli_usage(c->a, "请用 --%s 写日期，例如 2026-03-01", option);
    return false;
}

static int sample(struct audit_call *c)
{
    struct err e = { 0 };
    struct audit_plan plan = { .fund = c->args[0], .title = cli_option(c->a, "title") };
    int64_t seed = 0, campaign = 0;
    str list = cli_option(c->a, "checkers"), by = cli_option(c->a, "by"), checkers[CHECKERS_MAX], one;
    if (!read_day(c, "from", &plan.from) || !read_day(c, "until", &plan.to)) return 2;
    if (!cli_number(c->a, "size", 2, 100000, 0, &plan.size) || plan.size == 0)
        return cli_usage(c->a, "请用 --size 写抽多少笔");
    if (!cli_has(c->a, "seed") || !cli_number(c->a, "seed", 0, INT64_MAX, 0, &seed))
        return cli_usage(c->a, "请用 --seed 写种子（整数；当众定下，谁都可以照样再抽一遍）");
    if (by.p != NULL && !str_eq(by, STR("政策")) && !str_eq(by, STR("期间")) && !str_eq(by, STR("科目")))
        return cli_usage(c->a, "--by 写 政策、期间 或 科目");
    if (list.p == NULL || plan.title.p == NULL)
        return cli_usage(c->a, "请用 --title 写标题，--checkers 写核查人，逗号分开");
    plan.strata = by.p == NULL || str_eq(by, STR("政策")) ? STRATA_POLICY
                  : str_eq(by, STR("期间"))               ? STRATA_PERIOD
                                                          : STRATA_LINE;
    while (str_split(&list, ',', &one) && plan.checker_count < CHECKERS_MAX)
        checkers[plan.checker_count++] = str_trim(one);
    plan.checkers = checkers;
    plan.seed = (uint64_t)seed;
    if (!audit_sample(c->s, &c->act, &plan, &campaign, &e)) return cli_fail(&e);
    audit_campaigns all = { 0 };
    if (!audit_sample_list(c->s, c->arena, &all, &e)) return cli_fail(&e);
    const struct audit_campaign *made = &all.at[all.len - 1];
    str yuan = fund_yuan(c->arena, made->frame_fen);
    text_addf(&c->out,
              "第 %" PRId64 " 号抽样：总体 %" PRId64 " 笔 %.*s 元，抽了 %" PRId64
              " 笔\n看明细：leye audit samples %" PRId64 "\n",
              campaign, made->frame_count, STR_ARG(yuan), made->sample_count, campaign);
    return 0;
}

static int list_campaigns(struct audit_call *c)
{
    struct err e = { 0 };
    audit_campaigns all = { 0 };
    struct table t;
    if (!audit_sample_list(c->s, c->arena, &all, &e)) return cli_fail(&e);
    table_start(&t, c->arena, "号|标题|资金|从|到|>总体|>金额|>抽|>待查|>申辩|种子|状态");
    VEC_EACH (const struct audit_campaign, k, &all) {
        table_cell(&t, str_fmt(c->arena, "%" PRId64, k->campaign));
        table_cell(&t, k->title), table_cell(&t, k->fund);
        table_cell(&t, cli_day(c->arena, k->from)), table_cell(&t, cli_day(c->arena, k->to));
        table_count(&t, (uint64_t)k->frame_count);
        table_cell(&t, audit_yuan(c, k->frame_fen));
        table_count(&t, (uint64_t)k->sample_count), table_count(&t, (uint64_t)k->waiting);
        table_count(&t, (uint64_t)k->objected);
        table_cell(&t, str_fmt(c->arena, "%" PRIu64, k->seed));
        table_cell(&t, k->closed ? STR("已结束") : STR("在查"));
    }
    table_print(&t, &c->out);
    return 0;
}

static void tell_estimate(struct audit_call *c, const struct audit_estimate *x)
{
    text_addf(&c->out, "查了 %" PRId64 " 笔，有误 %" PRId64 " 笔", x->checked, x->wrong);
    if (x->unknown > 0) text_addf(&c->out, "，无法核实 %" PRId64 " 笔（没有算进推断）", x->unknown);
    str found = fund_yuan(c->arena, x->error_fen);
    text_addf(&c->out, "，查出多付 %.*s 元\n", STR_ARG(found));
    if (x->checked > 0) text_addf(&c->out, "%s\n", audit_estimate_words(x, c->arena).p);
}

static int samples(struct audit_call *c)
{
    struct err e = { 0 };
    audit_items items = { 0 };
    struct audit_estimate x;
    struct table t;
    int64_t id = 0;
    if (c->count == 0) return list_campaigns(c);
    if (!audit_arg_number(c, 0, "抽样", &id)) return 2;
    if (!audit_sample_items(c->s, &c->act, id, c->arena, &items, &e) || !audit_estimate(c->s, id, &x, &e))
        return cli_fail(&e);
    table_start(&t, c->arena, "笔|层|付款号|姓名|证件号|期间|>金额|核查人|状态|>多付|说明");
    for (size_t i = 0; i < items.len && i < SHOWN_MAX; i++) {
        const struct audit_item *p = &items.at[i];
        table_cell(&t, str_fmt(c->arena, "%" PRId64, p->item));
        table_cell(&t, p->stratum);
        table_cell(&t, str_fmt(c->arena, "%" PRId64, p->payment));
        table_cell(&t, mask(c->arena, STR("姓名"), p->name)), table_cell(&t, mask(c->arena, STR("证件号"), p->subject));
        table_cell(&t, p->period);
        table_cell(&t, audit_yuan(c, p->amount_fen));
        table_cell(&t, p->checker);
        table_cell(&t, str_of(audit_item_machine.states[p->state].name));
        table_cell(&t, audit_yuan(c, p->error_fen));
        table_cell(&t, p->note);
    }
    table_print(&t, &c->out);
    if (items.len > SHOWN_MAX)
        text_addf(&c->out, "……共 %zu 笔；要全部，leye audit export %" PRId64 " --out 文件.xlsx\n", items.len, id);
    tell_estimate(c, &x);
    return 0;
}

static int item(struct audit_call *c)
{
    struct err e = { 0 };
    int64_t campaign = 0, number = 0, fen = 0;
    enum audit_item_state state;
    if (!audit_arg_number(c, 0, "抽样", &campaign) || !audit_arg_number(c, 1, "第几笔", &number)) return 2;
    if (c->count > 3 && !fund_yuan_read(c->args[3], &fen)) return cli_usage(c->a, "多付的金额写元，最多两位小数");
    if (!audit_item_move(c->s, &c->act, campaign, number, c->args[2], fen, &state, &e)) return cli_fail(&e);
    text_addf(&c->out, "第 %" PRId64 " 号抽样第 %" PRId64 " 笔：%.*s，现在是“%s”\n", campaign, number,
              STR_ARG(c->args[2]), audit_item_machine.states[state].name);
    return 0;
}

static int close_sample(struct audit_call *c)
{
    struct err e = { 0 };
    struct audit_estimate x;
    int64_t campaign = 0;
    if (!audit_arg_number(c, 0, "抽样", &campaign)) return 2;
    if (!audit_sample_close(c->s, &c->act, campaign, &e) || !audit_estimate(c->s, campaign, &x, &e))
        return cli_fail(&e);
    text_addf(&c->out, "第 %" PRId64 " 号抽样已结束\n", campaign);
    tell_estimate(c, &x);
    return 0;
}

const struct audit_verb audit_sample_verbs[] = {
    { "sample", "资金 --from … --seed …", "抽样：--from --until --size --seed --checkers --title [--by]",
      "from until size seed by checkers title", 1, 1, false, sample },
    { "samples", "[抽样号]", "各次抽样；写上号，看明细和推断", "", 0, 1, false, samples },
    { "item", "抽样号 笔 动作 [多付金额]", "核查抽到的一笔：无误、有误、无法核实；申辩、认可、维持、改判", "reason", 3,
      4, false, item },
    { "close", "抽样号 --reason 结论", "结束一次抽样", "reason", 1, 1, false, close_sample },
    { 0 },
};
