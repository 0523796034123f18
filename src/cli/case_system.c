/* case_system: what nobody has to press a button for: offers to people who were found, the work of a day, and checking
 * that everything agrees. */
#include "cli/case_priv.h"
#include "policy/findings.h"

static int offer(struct case_room *r)
{
    struct err e = { 0 };
    struct findings *f;
    struct dossier_offers x;
    int64_t max;
    str path;
    if (!cli_number(r->args, "max", 1, 10000000, 0, &max)) return cli_usage(r->args, "--max 写件数");
    if (!cli_beside(registry_store(r->registry), r->a, &path, &e)) return case_fail(r, &e);
    path = str_fmt(r->a, "%.*s.found", STR_ARG(path));
    if (!file_exists(path)) return cli_usage(r->args, "还没有找过人，先用 leye find");
    if (!findings_load(r->a, path, &f, &e) ||
        !dossier_offer(r->desk, &r->act, case_args(r) > 0 ? case_arg(r, 0) : STR(""), f, (size_t)max, r->a, &x, &e))
        return case_fail(r, &e);
    text_addf(&r->out, "免申即享：提示了 %lld 件", (long long)x.opened);
    if (x.had_one > 0) text_addf(&r->out, "，%lld 个人已经有了", (long long)x.had_one);
    if (x.assumed > 0) text_addf(&r->out, "，%lld 个人有没比对的情况", (long long)x.assumed);
    if (x.unset > 0) text_addf(&r->out, "，%lld 个人的金额还没有定", (long long)x.unset);
    text_addc(&r->out, '\n');
    cli_out(&r->out);
    return 0;
}

static int check(struct case_room *r)
{
    struct err e = { 0 };
    bool sound;
    if (!dossier_check(r->desk, r->act.day, &sound, &r->out, &e)) return case_fail(r, &e);
    if (sound) text_addz(&r->out, "办件、登记、资金账互相对得上\n");
    cli_out(&r->out);
    return sound ? 0 : 1;
}

const struct case_verb case_verbs_system[] = {
    { "offer", "[事项]", 0, 1, true, offer, "免申即享：给 leye find 找到的人建办件，等他们确认" },
    { "check", "", 0, 0, false, check, "办件、登记、资金账互相核对" },
    { 0 },
};
