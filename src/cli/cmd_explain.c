/* leye explain: one person's case, clause by clause. */
#include "cli/cli.h"
#include "policy/receipt.h"

#include <stdio.h>

enum { FACTS_MAX = 16 << 20 };

static int list_policies(const struct cli_args *a)
{
    struct pack_set set;
    struct err e = { 0 };
    if (!pack_load_rules(&set, a->arena, cli_packs(a, "packs"), &e)) return cli_fail(&e);
    struct text out;
    text_init(&out, a->arena, 4 << 20);
    VEC_EACH (const struct entity, en, &set.program->entities) {
        bool head = false;
        VEC_EACH (const struct policy, q, &set.program->policies) {
            if (q->entity != en->id || program_policy(set.program, q->name) != q) continue;
            if (!head) text_addf(&out, "给%.*s的政策\n", STR_ARG(en->name));
            head = true;
            text_addf(&out, "  %.*s%s%.*s\n", STR_ARG(q->name), q->alias.len ? "　" : "", STR_ARG(q->alias));
        }
    }
    cli_out(&out);
    return 0;
}

static int run(const struct cli_args *a)
{
    if (cli_has(a, "list")) return list_policies(a);
    if (a->count == 0)
        return cli_usage(a, "要写政策的名字，例如：leye explain 失业保险金 --facts 某人.json；有哪些政策，加 --list");
    struct err e = { 0 };
    struct question q = { .policy = a->args[0], .today = date_today() };
    str day = cli_option(a, "date"), rule = cli_option(a, "rule-date"), facts = cli_option(a, "facts"),
        text = STR("{}");
    if (day.p != NULL && !date_parse(day, &q.today))
        return cli_usage(a, "--date 的日期写成 2023-11-01，不是“%.*s”", STR_ARG(day));
    q.rule_day = q.today;
    if (rule.p != NULL && !date_parse(rule, &q.rule_day))
        return cli_usage(a, "--rule-date 的日期写成 2023-11-01，不是“%.*s”", STR_ARG(rule));
    if (facts.p != NULL && !file_read(a->arena, facts, FACTS_MAX, &text, &e)) return cli_fail(&e);
    if (!json_read(a->arena, text, &q.facts, &e)) {
        fail_up(&e, "事实文件 %.*s 不是正确的 JSON", STR_ARG(facts));
        return cli_fail(&e);
    }
    struct pack_set set;
    if (!pack_load_rules(&set, a->arena, cli_packs(a, "packs"), &e)) return cli_fail(&e);
    struct explanation x;
    if (!answer(&x, &set, &q, a->arena, &e)) return cli_fail(&e);
    struct text out;
    text_init(&out, a->arena, 32 << 20);
    if (cli_has(a, "json")) {
        struct json_writer w;
        json_begin(&w, &out, true);
        explain_json(&x, &w);
        text_addc(&out, '\n');
    } else {
        explain_text(&x, cli_has(a, "full"), &out);
    }
    cli_out(&out);
    str receipt = cli_option(a, "receipt");
    if (receipt.p == NULL) return 0;
    struct text r;
    text_init(&r, a->arena, 32 << 20);
    if (!receipt_write(&x, &q, &r, &e) || !file_write(receipt, text_str(&r), &e)) return cli_fail(&e);
    return 0;
}

const struct cli_command cmd_explain = {
    .name = "explain",
    .args = "[政策]",
    .help = "解释一个人的一件事：结论、金额、每个条件和出处、还缺什么、怎样会变\n\n事实写在 JSON "
            "文件里，用包里的词，例如：\n"
            "  { \"性别\": \"女\", \"出生日期\": \"1975-03-02\", \"失业登记\": [{ \"开始\": \"2022-12-01\" }] "
            "}\n没写的就是未知，不会当作零。",
    .options = { { "facts", "文件", "事实；- 是标准输入；不写就是什么都不知道，可以看要问哪些" },
                 { "date", "2023-11-01", "判断日，缺省今天" },
                 { "rule-date", "2023-11-01", "规则日，缺省和判断日相同" },
                 { "packs", "文件夹", "用哪个包，缺省 LEYE_PACKS 或 packs/demo" },
                 { "full", NULL, "连同定义的定义，一直解释到事实" },
                 { "json", NULL, "给程序读的同样内容" },
                 { "receipt", "文件", "另写一份回执，以后可以用 leye replay 重算" },
                 { "list", NULL, "列出所有政策" } },
    .args_min = 0,
    .args_max = 1,
    .run = run,
};
