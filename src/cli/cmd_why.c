/* leye why: one subject's case from the register, clause by clause; the same answer as leye explain gives to its facts.
 */
#include "cli/place.h"
#include "policy/named.h"
#include "policy/receipt.h"

enum { OUT_MAX = 32 << 20 };

static int print(const struct cli_args *a, const struct explanation *x)
{
    struct text out;
    text_init(&out, a->arena, OUT_MAX);
    if (cli_has(a, "json")) {
        struct json_writer w;
        json_begin(&w, &out, true);
        explain_json(x, &w);
        text_addc(&out, '\n');
    } else {
        explain_text(x, cli_has(a, "full"), &out);
    }
    cli_out(&out);
    return 0;
}

static int answer_one(const struct cli_args *a, const struct place *p)
{
    struct err e = { 0 };
    const struct policy *q;
    struct question ask = { .policy = a->args[0], .today = p->today, .rule_day = p->rule_day };
    struct explanation x;
    uint32_t row;
    if (!policy_named(p->p, a->args[0], a->arena, &q, &e) || !place_subject(p, q->entity, a->args[1], &row, &e) ||
        !question_facts(p->v, p->pool, q, row, a->arena, &ask.facts, &e) || !answer(&x, &p->set, &ask, a->arena, &e))
        return cli_fail(&e);
    int code = print(a, &x);
    str receipt = cli_option(a, "receipt");
    if (code != 0 || receipt.p == NULL) return code;
    struct text r;
    text_init(&r, a->arena, OUT_MAX);
    return receipt_write(&x, &ask, &r, &e) && file_write(receipt, text_str(&r), &e) ? 0 : cli_fail(&e);
}

static int run(const struct cli_args *a)
{
    struct place p;
    int code = place_open(&p, a);
    if (code != 0) return code;
    code = answer_one(a, &p);
    place_close(&p);
    return code;
}

const struct cli_command cmd_why = {
    .name = "why",
    .args = "政策 号码",
    .help =
        "库里的一个人、一户、一家单位，为什么符合或不符合一个政策\n\n号码是身份证号、户号、信用代码，或者库里的编号。"
        "用的是 leye find 的同一套规则和资料。",
    .options = { PLACE_OPTIONS,
                 { "pool", "文件", "不用库，直接用一个数据池；号码是编号" },
                 { "full", NULL, "连同定义的定义，一直解释到事实" },
                 { "json", NULL, "给程序读的同样内容" },
                 { "receipt", "文件", "另写一份回执，以后可以用 leye replay 重算" } },
    .args_min = 2,
    .args_max = 2,
    .run = run,
};
