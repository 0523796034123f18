/* leye diff: what changed between two versions of a pack, in words. */
#include "cli/cli.h"
#include "pack/diff.h"
#include "pack/pack.h"

#include <stdio.h>

/* What cannot be read cannot be compared: it would look taken away. */
static bool load(const struct cli_args *a, size_t i, struct arena *arena, struct pack_set *set)
{
    struct err e = { 0 };
    if (!pack_load(set, arena, a->args[i], NULL, 0, &e)) {
        cli_fail(&e);
        return false;
    }
    if (set->diags.errors == 0) return true;
    fprintf(stderr, "%.*s 有 %zu 处错误，先用 leye check 改好再比较\n", STR_ARG(a->args[i]), set->diags.errors);
    return false;
}

static int run(const struct cli_args *a)
{
    autoarena *arena = arena_new("diff", (size_t)2 << 30);
    struct pack_set was, is;
    if (!load(a, 0, arena, &was) || !load(a, 1, arena, &is)) return 2;
    diff_list list = { 0 };
    diff_programs(was.program, is.program, cli_has(a, "own"), arena, &list);
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
    if (out.over || arena_over(arena)) {
        fputs("变化太多，写不下：两个包大概不是同一个包的两个版本\n", stderr);
        return 2;
    }
    cli_out(&out);
    return list.len > 0 ? 1 : 0;
}

const struct cli_command cmd_diff = {
    .name = "diff",
    .args = "旧包 新包",
    .help = "用文字说出两个版本的包有什么变化\n\n按政策、定义、参数的顺序，逐条说增加、取消、改动、改名，改动的写原来和"
            "现在。注释、排版、先后次序不算变化。\n"
            "没有变化退出码 0，有变化 1，比较不了 2。",
    .options = { { "own", NULL, "只比包自己，不比上级" }, { "json", NULL, "给程序读的同样内容" } },
    .args_min = 2,
    .args_max = 2,
    .run = run,
};
