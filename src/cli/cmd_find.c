/* leye find: everybody a policy entitles. Prints what was found and what changed since the last time, keeps it beside
 * the database, and writes lists. */
#include "cli/cmd_find_priv.h"
#include "policy/named.h"

#include <stdio.h>
#include <unistd.h>

enum { SOON_DAYS = 30, OUT_MAX = 64 << 20 };

static void progress(void *ctx, str entity, uint64_t done, uint64_t of)
{
    unsigned *shown = ctx, percent = of > 0 ? (unsigned)(done * 100 / of) : 100;
    if (percent == *shown) return;
    *shown = percent;
    fprintf(stderr, "\r%.*s %3u%%", STR_ARG(entity), percent);
    if (done >= of) fputs("\r\033[K", stderr);
    fflush(stderr);
}

static bool ask(const struct cli_args *a, struct found *x, const uint32_t *only, struct err *e)
{
    struct place *p = &x->place;
    static unsigned shown;
    shown = 101;
    x->scan = (struct scan){ .vocab = p->v,
                             .pool = p->pool,
                             .today = p->today,
                             .rule_day = p->rule_day,
                             .facts = p->stamp,
                             .only = only,
                             .only_count = only != NULL,
                             .reasons = cli_has(a, "why-not") ? SCAN_ALONE : SCAN_FIRST };
    if (isatty(STDERR_FILENO)) x->scan.progress = progress, x->scan.progress_ctx = &shown;
    bool kept = !cli_has(a, "full") && only == NULL;
    return place_find(p, &x->scan, kept ? x->before : NULL, &x->now, e);
}

/* Compares with the last time, and looks ahead. */
static bool put_beside(const struct cli_args *a, struct found *x, struct err *e)
{
    size_t n = x->now->policies.len;
    int64_t soon = SOON_DAYS;
    str days = cli_option(a, "soon");
    if (days.p != NULL && (!str_to_i64(days, &soon) || soon < 0 || soon > 3660))
        return fail(e, INVALID, "--soon 写天数，0 到 3660，不是“%.*s”", STR_ARG(days));
    x->soon_days = (int)soon;
    x->changes = ARENA_ARRAY(x->place.a, struct found_change, n + 1);
    x->ending = ARENA_ARRAY(x->place.a, struct scan_ending, n + 1);
    for (size_t i = 0; i < n; i++)
        x->changes[i] = findings_compare(x->now, &x->now->policies.at[i], x->before, x->place.a);
    return soon == 0 || scan_ending(&x->scan, x->now, date_add_days(x->place.today, soon), x->place.a, x->ending, e);
}

static int show(const struct cli_args *a, struct found *x, const struct policy *only)
{
    struct text out;
    struct err e = { 0 };
    text_init(&out, a->arena, OUT_MAX);
    if (cli_has(a, "json"))
        found_json(x, &out);
    else if (cli_has(a, "why-not"))
        found_reasons(x, only, &out);
    else
        found_table(x, &out);
    cli_out(&out);
    str folder = cli_option(a, "out");
    return folder.p == NULL || found_lists(x, a, folder, &e) ? 0 : cli_fail(&e);
}

static int find(const struct cli_args *a, struct found *x)
{
    struct err e = { 0 };
    const struct policy *q = NULL;
    if (a->count > 0 && !policy_named(x->place.p, a->args[0], a->arena, &q, &e)) return cli_fail(&e);
    x->before = place_last_found(&x->place);
    if (!ask(a, x, q != NULL ? &q->id : NULL, &e) || !put_beside(a, x, &e)) return cli_fail(&e);
    if (x->now->policies.len == 0) {
        fail(&e, NOT_FOUND, "这一天没有施行的政策");
        return cli_fail(&e);
    }
    bool keep = q == NULL && x->place.registry != NULL;
    if (keep && !findings_save(x->now, place_beside(&x->place, ".found"), &e)) return cli_fail(&e);
    return show(a, x, q);
}

static int run(const struct cli_args *a)
{
    struct found x = { 0 };
    str format = cli_option(a, "format"), verdict = cli_option(a, "verdict");
    if (format.p != NULL && !str_eq(format, STR("csv")) && !str_eq(format, STR("xlsx")))
        return cli_usage(a, "--format 写 csv 或 xlsx");
    if (verdict.p != NULL && !found_verdict(verdict, &x.listed))
        return cli_usage(a, "--verdict 写 符合、不符合、待核 或 出错");
    if (cli_has(a, "why-not") && a->count == 0)
        return cli_usage(a, "--why-not 要写哪个政策，例如：leye find 失业保险金 --why-not");
    int code = place_open(&x.place, a);
    if (code != 0) return code;
    code = find(a, &x);
    place_close(&x.place);
    return code;
}

const struct cli_command cmd_find = {
    .name = "find",
    .args = "[政策]",
    .help = "政策找人、政策找企：全体人员、家庭、单位，谁符合哪个政策，多少钱，为什么不符合\n\n"
            "结果记在库旁边，下次找的时候说出谁是新符合的。资料变了，只重新问受影响的。",
    .options = { PLACE_OPTIONS,
                 { "pool", "文件", "不用库，直接用一个数据池" },
                 { "why-not", NULL, "把不符合的人按挡住他的条件分组" },
                 { "out", "文件夹", "每个政策写一份名单，姓名、号码遮盖" },
                 { "format", "csv", "名单的格式：csv 或 xlsx，缺省 csv" },
                 { "verdict", "符合", "名单里写哪些人：符合（缺省）、待核、不符合、出错" },
                 { "soon", "30", "多少天内到期算将到期；0 不算" },
                 { "full", NULL, "不管上次的结果，全部重新问" },
                 { "json", NULL, "给程序读的同样内容" } },
    .args_min = 0,
    .args_max = 1,
    .run = run,
};
