/* leye fmt: the canonical layout of pack files. */
#include "base/file.h"
#include "cli/cli.h"
#include "lang/fmt.h"
#include "lang/limits.h"

#include <stdio.h>

/* The files meant by a path: itself, or every pack file below it. */
static bool files_of(struct arena *a, str path, file_list *out, struct err *e)
{
    if (file_is_dir(path)) return file_walk(a, path, STR(".leye"), LIMIT_FILES, out, e);
    *vec_push(a, out) = path;
    return true;
}

/* Mistakes go to standard error: what stands on standard output is names of files, or the text. */
static int refuse(const struct fmt *f, const struct err *e, struct arena *a)
{
    struct text t;
    text_init(&t, a, 16 << 20);
    diags_print_errors(&f->diags, &f->source, &t);
    str said = text_str(&t);
    fwrite(said.p, 1, said.len, stderr);
    return cli_fail(e);
}

static int format_stdin(const struct cli_args *a)
{
    struct err e = { 0 };
    struct fmt f;
    str text;
    if (!file_read(a->arena, STR("-"), LIMIT_FILE_BYTES, &text, &e)) return cli_fail(&e);
    if (!fmt_run(&f, a->arena, STR("标准输入"), text, &e)) return refuse(&f, &e, a->arena);
    if (cli_has(a, "check")) return str_eq(f.text, text) ? 0 : 1;
    struct text out;
    text_init(&out, a->arena, f.text.len);
    text_add(&out, f.text);
    if (out.len > 0) cli_out(&out);
    return 0;
}

/* 0: nothing to change, or changed; 1: refused, or would change under --check. Its name goes to out when it changes. */
static int format_file(str path, bool check, struct text *out)
{
    autoarena *arena = arena_new("fmt", (size_t)1 << 30);
    struct err e = { 0 };
    struct fmt f;
    str text;
    if (!file_read(arena, path, LIMIT_FILE_BYTES, &text, &e)) return cli_fail(&e);
    if (!fmt_run(&f, arena, path, text, &e)) return refuse(&f, &e, arena);
    if (str_eq(f.text, text)) return 0;
    if (!check && !file_write(path, f.text, &e)) return cli_fail(&e);
    text_addf(out, "%.*s\n", STR_ARG(path));
    return check ? 1 : 0;
}

static int run(const struct cli_args *a)
{
    bool from_stdin = cli_has(a, "stdin") || (a->count == 1 && str_eq(a->args[0], STR("-")));
    if (cli_has(a, "stdin") ? a->count > 0 : a->count == 0)
        return cli_usage(a, "写上要排版的文件或文件夹，或者只写 --stdin");
    if (from_stdin) return format_stdin(a);
    struct text out;
    text_init(&out, a->arena, 16 << 20);
    int bad = 0;
    for (size_t i = 0; i < a->count; i++) {
        file_list files = { 0 };
        struct err e = { 0 };
        if (!files_of(a->arena, a->args[i], &files, &e)) return cli_fail(&e);
        VEC_EACH (str, path, &files) bad |= format_file(*path, cli_has(a, "check"), &out);
    }
    if (out.len > 0) cli_out(&out);
    return bad;
}

const struct cli_command cmd_fmt = {
    .name = "fmt",
    .args = "文件或文件夹…",
    .help = "把规则文件排成规范的样子，列出改写了的文件\n\n"
            "只动缩进、空格、标点、表格的对齐和空行；断行、注释、说明文字不动，意思不变。有错误的文件不改写。\n"
            "写 - 就从标准输入读，写到标准输出。",
    .options = { { "check", NULL, "只列出要改的文件，不改写；有要改的，退出码为 1" },
                 { "stdin", NULL, "从标准输入读，写到标准输出（同 -）" } },
    .args_min = 0,
    .args_max = CLI_ARGS_MAX,
    .run = run,
};
