/* leye check: every mistake of a pack at once. */
#include "cli/cli.h"
#include "pack/pack.h"

#include <stdio.h>

static int run(const struct cli_args *a)
{
    bool json = cli_has(a, "json"), strict = cli_has(a, "strict"), quiet = cli_has(a, "quiet");
    size_t errors = 0, warnings = 0, notes = 0, files = 0, packs = 0;
    struct text out;
    text_init(&out, a->arena, 64 << 20);
    struct json_writer w;
    if (json) {
        json_begin(&w, &out, true);
        json_array(&w);
    }
    for (size_t i = 0; i < a->count; i++) {
        file_list dirs = { 0 };
        struct err e = { 0 };
        if (!file_exists(file_join(a->arena, a->args[i], STR("pack.leye"))) && file_is_dir(a->args[i])) {
            if (!pack_find(a->arena, a->args[i], &dirs, &e)) return cli_fail(&e);
        }
        if (dirs.len == 0) *vec_push(a->arena, &dirs) = a->args[i];
        VEC_EACH (str, dir, &dirs) {
            autoarena *arena = arena_new("check", (size_t)1 << 30);
            struct pack_set set;
            if (!pack_load(&set, arena, *dir, NULL, 0, &e)) return cli_fail(&e);
            if (quiet) { /* mistakes and warnings only */
                size_t kept = 0;
                for (size_t k = 0; k < set.diags.list.len; k++) {
                    if (diag_level(set.diags.list.at[k].code) != DIAG_NOTE) set.diags.list.at[kept++] = set.diags.list.at[k];
                }
                set.diags.list.len = kept;
            }
            if (json) diags_json(&set.diags, set.program->sources.at, &w);
            else diags_print(&set.diags, set.program->sources.at, &out);
            errors += set.diags.errors;
            warnings += set.diags.warnings;
            notes += set.diags.notes;
            files += set.program->sources.len;
            packs++;
            if (!json && dirs.len == 1) {
                text_addf(&out, "%.*s：政策 %zu，定义和表 %zu，参数 %zu，例 %zu\n", STR_ARG(*dir), set.program->policies.len,
                          set.program->funcs.len, set.program->params.len, set.program->examples.len);
            }
        }
    }
    if (json) {
        json_array_end(&w);
        text_addc(&out, '\n');
    } else {
        text_addf(&out, "查了 %zu 个包（连同上级 %zu 个文件）：错误 %zu，警告 %zu，提示 %zu\n", packs, files, errors, warnings, notes);
    }
    cli_out(&out);
    return errors > 0 || (strict && warnings > 0) ? 1 : 0;
}

const struct cli_command cmd_check = {
    .name = "check",
    .args = "包…",
    .help = "检查包：一次指出全部错误、警告，带位置和改法\n\n“包”是有 pack.leye 的文件夹；写 packs 就检查其中所有的包。上级包自动读入。",
    .options = { { "json", NULL, "给编辑器和程序读的 JSON" },
                 { "strict", NULL, "有警告也算不通过" },
                 { "quiet", NULL, "不列提示" } },
    .args_min = 1,
    .args_max = CLI_ARGS_MAX,
    .run = run,
};
