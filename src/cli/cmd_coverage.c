/* leye coverage: what of the mission is declared, by document and kind; what is named and is not there. */
#include "cli/cli.h"
#include "cli/table.h"
#include "plan/mission.h"

enum { OUT_MAX = 16 << 20 };

static void print_mistakes(const struct mission *c, struct text *out)
{
    VEC_EACH (const struct mission_mistake, m, &c->mistakes)
        text_addf(out, "coverage.csv 第 %llu 行：%.*s\n", (unsigned long long)m->row, STR_ARG(m->text));
}

static void print_open(const struct mission *c, struct text *out)
{
    VEC_EACH (const struct mission_row, r, &c->rows) {
        if (!r->declared)
            text_addf(out, "%.*s　%.*s %.*s　%.*s %.*s\n", STR_ARG(r->id), STR_ARG(r->document), STR_ARG(r->section),
                      STR_ARG(r->kind), STR_ARG(r->priority));
    }
}

static void print_counts(const struct cli_args *a, const struct mission *c, struct text *out)
{
    struct table t;
    size_t rows = 0, declared = 0;
    table_start(&t, a->arena, "文件|种类|>条|>已声明");
    VEC_EACH (const struct mission_count, x, &c->counts) {
        table_cell(&t, x->document), table_cell(&t, x->kind);
        table_count(&t, x->rows), table_count(&t, x->declared);
        rows += x->rows, declared += x->declared;
    }
    table_cell(&t, STR("合计")), table_cell(&t, STR(""));
    table_count(&t, rows), table_count(&t, declared);
    table_print(&t, out);
}

static int run(const struct cli_args *a)
{
    struct mission c;
    struct err e = { 0 };
    str folder = a->count > 0 ? a->args[0] : STR("packs");
    if (!mission_read(a->arena, folder, &c, &e)) return cli_fail(&e);
    struct text out;
    text_init(&out, a->arena, OUT_MAX);
    if (cli_has(a, "json")) {
        struct json_writer w;
        json_begin(&w, &out, true);
        mission_json(&c, &w);
        text_addc(&out, '\n');
    } else {
        if (cli_has(a, "open"))
            print_open(&c, &out);
        else
            print_counts(a, &c, &out);
        print_mistakes(&c, &out);
    }
    cli_out(&out);
    return c.mistakes.len > 0 ? 1 : 0;
}

const struct cli_command cmd_coverage = {
    .name = "coverage",
    .args = "[文件夹]",
    .help = "五份文件提出的每一条，包里声明了多少\n\n清单是文件夹里的 coverage.csv，缺省 packs；写了却没有的声明是错。",
    .options = { { "open", NULL, "列出还没有声明的" }, { "json", NULL, "写成数据" } },
    .args_max = 1,
    .run = run,
};
