/* leye replay: makes a decision again from its receipt. */
#include "cli/cli.h"
#include "policy/receipt.h"

#include <stdio.h>

enum { RECEIPT_MAX = 32 << 20 };

static int run(const struct cli_args *a)
{
    struct err e = { 0 };
    struct pack_set set;
    if (!pack_load(&set, a->arena, cli_packs(a, "packs"), NULL, 0, &e)) return cli_fail(&e);
    struct text out;
    text_init(&out, a->arena, 4 << 20);
    bool all = true;
    for (size_t i = 0; i < a->count; i++) {
        autoarena *arena = arena_new("replay", 0);
        str receipt;
        bool same = false;
        struct text why;
        text_init(&why, a->arena, 1 << 20);
        if (!file_read(arena, a->args[i], RECEIPT_MAX, &receipt, &e) ||
            !receipt_replay(receipt, &set, arena, &same, &why, &e)) {
            cli_out(&out);
            fail_up(&e, "回执 %.*s 没有重算成", STR_ARG(a->args[i]));
            return cli_fail(&e);
        }
        text_addf(&out, "%.*s：%s\n", STR_ARG(a->args[i]), same ? "一致，逐字相同" : "不一致");
        text_add(&out, text_str(&why));
        all = all && same;
    }
    cli_out(&out);
    return all ? 0 : 1;
}

const struct cli_command cmd_replay = {
    .name = "replay",
    .args = "回执…",
    .help = "按回执重算，看结果是不是逐字相同；规则、事实或结果变过，说出哪里不同",
    .options = { { "packs", "文件夹", "用哪个包，缺省 LEYE_PACKS 或 packs/demo" } },
    .args_min = 1,
    .args_max = CLI_ARGS_MAX,
    .run = run,
};
