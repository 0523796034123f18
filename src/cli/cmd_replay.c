/* leye replay: makes a decision again from its receipt. */
#include "cli/cli.h"
#include "dossier/dossier.h"
#include "policy/receipt.h"

#include <stdio.h>

enum { RECEIPT_MAX = 32 << 20, OUT_MAX = 64 << 20 };

/* The decisions of all cases again, with these packs: which would have come out differently. */
static int run_past(const struct cli_args *a, const struct pack_set *set)
{
    struct err e = { 0 };
    struct store *s;
    dossier_flips flips = { 0 };
    int64_t looked = 0;
    struct text out;
    char number[DOSSIER_NUMBER_TEXT];
    if (set->diags.errors > 0) return cli_usage(a, "包里有错误，先用 leye check 改好");
    if (!store_open(&s, cli_db(a), STORE_READ, &e)) return cli_fail(&e);
    uint32_t step = 0;
    bool ok = store_schema(s, STR("dossier"), &step, &e) &&
              (step > 0 || fail(&e, NOT_FOUND, "这个库里还没有办件；办件从 leye case apply 或 leye case offer 开始")) &&
              dossier_replay_past(s, set, NULL, NULL, a->arena, &looked, &flips, &e);
    store_close(s);
    if (!ok) return cli_fail(&e);
    text_init(&out, a->arena, OUT_MAX);
    VEC_EACH (const struct dossier_flip, f, &flips) {
        dossier_number(f->id, number);
        text_addf(&out, "%s %.*s：当时 %.*s，用这些规则 %.*s\n", number, STR_ARG(f->about), STR_ARG(f->was),
                  STR_ARG(f->is));
    }
    text_addf(&out, "过去的判断 %lld 个，会不一样的 %zu 个\n", (long long)looked, flips.len);
    cli_out(&out);
    return 0;
}

static int run(const struct cli_args *a)
{
    struct err e = { 0 };
    struct pack_set set;
    bool past = cli_has(a, "past");
    if (past == (a->count > 0)) return cli_usage(a, "写回执的文件；或者不写文件，加 --past 看过去的办件");
    if (!pack_load_rules(&set, a->arena, cli_packs(a, "packs"), &e)) return cli_fail(&e);
    if (past) return run_past(a, &set);
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
    .args = "回执… | --past",
    .help = "按回执重算，看结果是不是逐字相同；规则、事实或结果变过，说出哪里不同",
    .options = { { "packs", "文件夹", "用哪个包，缺省 LEYE_PACKS 或 packs/demo" },
                 { "past", NULL, "过去的办件用这个包再判断一遍，哪些会不一样" },
                 { "db", "文件", "--past：城市的库，缺省 LEYE_DB 或 leye.db；也可以是 postgresql://…" } },
    .args_min = 0,
    .args_max = CLI_ARGS_MAX,
    .run = run,
};
