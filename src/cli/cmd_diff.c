/* leye diff: what changed between two versions of a pack, in words. */
#include "cli/cli.h"
#include "pack/diff.h"
#include "pack/pack.h"

#include <stdio.h>

static int run(const struct cli_args *a)
{
    struct pack_set was, is;
    struct err e = { 0 };
    if (!pack_load(&was, a->arena, a->args[0], NULL, 0, &e) || !pack_load(&is, a->arena, a->args[1], NULL, 0, &e)) {
        cli_fail(&e);
        return 2;
    }
    const struct pack_set *const sets[] = { &was, &is };
    for (int i = 0; i < 2; i++) { /* what cannot be read cannot be compared: it would look taken away */
        if (sets[i]->diags.errors == 0) continue;
        fprintf(stderr, "%.*s 有 %zu 处错误，先用 leye check 改好再比较\n", STR_ARG(a->args[i]), sets[i]->diags.errors);
        return 2;
    }
    diff_list list = { 0 };
    diff_programs(was.program, is.program, cli_has(a, "own"), a->arena, &list);
    struct text out;
    text_init(&out, a->arena, 64 << 20);
    if (cli_has(a, "json")) {
        struct json_writer w;
        json_begin(&w, &out, true);
        diff_json(&list, &w);
        text_addc(&out, '\n');
    } else {
        diff_text(&list, &out);
    }
    cli_out(&out);
    return list.len > 0 ? 1 : 0;
}

const struct cli_command cmd_diff = {
    .name = "diff",
    .args = "旧包 新包",
    .help = "用文字说出两个版本的包有什么变化\n\n按政策、定义、参数的顺序，逐条说增加、取消、改动，改动的写原来和现在。注释、排版、先后次序不算变化。\n"
            "没有变化退出码 0，有变化 1，比较不了 2。",
    .options = { { "own", NULL, "只比包自己，不比上级" }, { "json", NULL, "给程序读的同样内容" } },
    .args_min = 2,
    .args_max = 2,
    .run = run,
};
