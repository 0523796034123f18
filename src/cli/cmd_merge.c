/* leye merge: one person or two? Pairs that wait, merging, taking a merge back. */
#include "cli/cli.h"
#include "pack/pack.h"
#include "registry/registry.h"

#include <stdio.h>

static int list(struct registry *r, const struct cli_args *a, str state)
{
    struct err e = { 0 };
    link_lines lines = { 0 };
    struct text t;
    text_init(&t, a->arena, 64 << 20);
    if (!registry_links(r, state, 100000, a->arena, &lines, &e)) return cli_fail(&e);
    VEC_EACH (const struct link_line, l, &lines) {
        text_addf(&t, "第 %lld 对　%.*s　主体 %lld 和 %lld　%.*s　%s%lld.%02lld\n    %.*s\n", (long long)l->id,
                  STR_ARG(l->state), (long long)l->kept, (long long)l->gone, STR_ARG(l->entity),
                  l->score < 0 ? "-" : "", (long long)(l->score < 0 ? -l->score : l->score) / 100,
                  (long long)(l->score < 0 ? -l->score : l->score) % 100, STR_ARG(l->why));
    }
    if (lines.len == 0) text_addz(&t, "没有要判断的\n");
    cli_out(&t);
    return 0;
}

static bool two_subjects(struct registry *r, const struct cli_args *a, int64_t *kept, int64_t *gone, struct err *e)
{
    uint16_t x, y;
    return registry_find(r, STR(""), a->args[0], &x, kept, e) && registry_find(r, STR(""), a->args[1], &y, gone, e);
}

static int act(struct registry *r, const struct cli_args *a)
{
    struct err e = { 0 };
    str why = cli_option(a, "why"), who = cli_option(a, "person"), same = cli_option(a, "same"),
        other = cli_option(a, "different"), undo = cli_option(a, "undo");
    int64_t kept, gone, pair;
    bool decides = same.p != NULL || other.p != NULL;
    if (decides && !str_to_i64(same.p != NULL ? same : other, &pair))
        return cli_usage(a, "--same 和 --different 后面写 --list 里的对号");
    if (undo.p != NULL && !str_to_i64(undo, &gone)) return cli_usage(a, "--undo 后面写被合并的主体号，看 --list 合并");
    if (!store_claim(registry_store(r), STR("leye merge"), &e)) return cli_fail(&e);
    bool ok;
    if (decides)
        ok = registry_review(r, pair, same.p != NULL, why, who, &e);
    else if (undo.p != NULL)
        ok = registry_unmerge(r, gone, why, who, &e);
    else
        ok = two_subjects(r, a, &kept, &gone, &e) && registry_merge(r, kept, gone, why, who, &e);
    if (!ok) return cli_fail(&e);
    if (decides && same.p == NULL)
        puts("记下了：不是同一个，以后不再问");
    else if (undo.p != NULL)
        printf("撤销了：主体 %lld 又是单独的一个\n", (long long)gone);
    else
        puts("合并好了；要撤销，用 leye merge --undo 主体号");
    return 0;
}

static int run(const struct cli_args *a)
{
    struct err e = { 0 };
    bool lists = cli_has(a, "list") || cli_has(a, "done");
    bool acts = a->count > 0 || cli_has(a, "same") || cli_has(a, "different") || cli_has(a, "undo");
    if (!lists && !acts) return cli_usage(a, "要做什么？看待核的用 --list");
    if (!lists && a->count == 1) return cli_usage(a, "合并要写两个：留下的，并进去的");
    if (!lists && (cli_option(a, "why").p == NULL || cli_option(a, "person").p == NULL))
        return cli_usage(a, "合并、撤销、判断都要写 --why 理由 和 --person 谁");
    struct pack_set set;
    struct registry *r;
    if (!cli_program(a, &set, &e)) return cli_fail(&e);
    if (!registry_open(&r, set.program, cli_db(a), STORE_WRITE, &e)) return cli_fail(&e);
    int code = lists ? list(r, a, cli_has(a, "done") ? STR("合并") : STR("待核")) : act(r, a);
    registry_close(r);
    return code;
}

const struct cli_command cmd_merge = {
    .name = "merge",
    .args = "[留下的 并进去的]",
    .help = "一个人登记成了两个？看待核的，判断，合并，撤销合并\n\n两个主体写身份证号一类的标识，或主体号。合并不丢任何"
            "东西，随时可以撤销。",
    .options = { { "list", NULL, "列出要人判断的" },
                 { "done", NULL, "列出合并了的" },
                 { "same", "对号", "判断：是同一个" },
                 { "different", "对号", "判断：不是同一个" },
                 { "undo", "主体号", "撤销合并，写被并进去的那个" },
                 { "why", "理由", "为什么" },
                 { "person", "名字", "谁判断的" },
                 { "db", "文件", "登记库，缺省 LEYE_DB 或 leye.db；也可以是 postgresql://…" },
                 { "packs", "文件夹", "用哪个包，缺省 LEYE_PACKS 或 packs/demo" } },
    .args_min = 0,
    .args_max = 2,
    .run = run,
};
