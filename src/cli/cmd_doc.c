/* leye doc: the rules as a folder of pages for lawyers and citizens; and the appendix of the manual. */
#include "cli/cli.h"
#include "pack/pack.h"
#include "site/site.h"

static int print_language(const struct cli_args *a)
{
    struct text out;
    text_init(&out, a->arena, 1 << 20);
    site_language(&out);
    cli_out(&out);
    return 0;
}

static int print_mistakes(const struct cli_args *a, const struct pack_set *set)
{
    struct text out;
    text_init(&out, a->arena, 64 << 20);
    diags_print_errors(&set->diags, set->program->sources.at, &out);
    text_addf(&out, "有 %zu 处错误，没有写。改好再写；只想先看看样子，加 --draft\n", set->diags.errors);
    cli_out(&out);
    return 1;
}

static int run(const struct cli_args *a)
{
    struct err e = { 0 };
    struct site_options o = { 0 };
    struct site_totals t;
    struct pack_set set;
    str dir = cli_option(a, "out"), day = cli_option(a, "date");
    if (cli_has(a, "kinds")) return print_language(a);
    if (a->count == 0) return cli_usage(a, "还缺参数：写哪个包");
    if (dir.p == NULL) return cli_usage(a, "还缺 --out：写到哪个文件夹");
    if (day.p != NULL && !date_parse(day, &o.day)) return cli_usage(a, "--date 要写成 2024-06-03");
    o.has_day = day.p != NULL;
    autoarena *arena = arena_new("packs", (size_t)1 << 30);
    if (!pack_load(&set, arena, a->args[0], NULL, 0, &e)) return cli_fail(&e);
    if (set.diags.errors > 0 && !cli_has(a, "draft")) return print_mistakes(a, &set);
    o.mistakes = set.diags.errors;
    if (!site_write(set.program, &o, dir, &t, &e)) return cli_fail(&e);
    struct text out;
    text_init(&out, a->arena, 4096);
    text_addf(&out, "写好 %zu 个文件，在 %.*s", t.pages, STR_ARG(dir));
    if (t.removed > 0) text_addf(&out, "；去掉 %zu 个不再有的", t.removed);
    text_addf(&out, "\n例子 %zu 个，", t.examples);
    if (o.mistakes > 0)
        text_addz(&out, "规则有错误，没有算\n");
    else if (t.failed == 0)
        text_addz(&out, "都算过，结果一致\n");
    else
        text_addf(&out, "%zu 个不一致，在页上标出\n", t.failed);
    text_addf(&out, "用浏览器打开 %.*s/index.html\n", STR_ARG(dir));
    cli_out(&out);
    return t.failed > 0 ? 1 : 0;
}

const struct cli_command cmd_doc = {
    .name = "doc",
    .args = "包 --out 文件夹",
    .help = "把规则写成可以翻看的网页\n\n"
            "每项政策、定义、表、参数、来源各一页，名字互相链接；不用服务器，不连别的网站，可以拷走。\n"
            "文件夹要是新的、空的，或者是上次 leye doc 写的。同样的包写出同样的网页。",
    .options = { { "out", "文件夹", "写到哪里" },
                 { "date", "日期", "“现行”指哪一天；不写，由读者的浏览器按当天标出" },
                 { "draft", NULL, "规则有错误也写，页上标明是草稿" },
                 { "kinds", NULL, "不写网页，打印手册的附录（关键词）" } },
    .args_min = 0,
    .args_max = 1,
    .run = run,
};
