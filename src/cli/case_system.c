/* case_system: what nobody has to press a button for: offers to people who were found, the work of a day, and checking
 * that everything agrees. */
#include "audit/audit.h"
#include "cli/case_priv.h"
#include "cli/place.h"
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
    if (x.no_longer > 0)
        text_addf(&r->out, "，%lld 个人按今天的资料不再符合（名单旧了就再运行 leye find）", (long long)x.no_longer);
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

/* ---- 名录 ---- */

static int list_registers(struct case_room *r)
{
    static const char *const shown[] = { "不公开", "遮盖公开", "公开" };
    struct table t;
    table_start(&t, r->a, "名录|对象|怎样列入|公开");
    VEC_EACH (const struct register_, x, &r->p->registers) {
        table_cell(&t, x->name);
        table_cell(&t, r->p->entities.at[x->entity].name);
        table_cell(&t, x->stages.len > 0 ? STR("按程序，一件一件") : STR("按条件"));
        table_cell(&t, str_of(shown[x->public_]));
    }
    table_print(&t, &r->out);
    cli_out(&r->out);
    return 0;
}

static int register_(struct case_room *r)
{
    struct err e = { 0 };
    dossier_standings all = { 0 };
    if (case_args(r) == 0) return list_registers(r);
    if (!dossier_register_of(r->desk, case_arg(r, 0), r->has_as, r->a, &all, &e)) return case_fail(r, &e);
    struct table t;
    table_start(&t, r->a, "名称|号码|列入|到期|办件");
    VEC_EACH (const struct dossier_standing, s, &all) {
        table_cell(&t, s->name);
        table_cell(&t, s->number);
        table_cell(&t, str_of(case_day(r->a, s->since)));
        table_cell(&t, s->has_ends ? str_of(case_day(r->a, s->ends)) : STR(""));
        table_cell(&t, s->dossier != 0 ? str_of(case_number(r->a, s->dossier)) : STR(""));
    }
    if (all.len == 0)
        text_addz(&r->out, "名录里现在没有\n");
    else
        table_print(&t, &r->out);
    cli_out(&r->out);
    return 0;
}

/* Everybody is asked the entry conditions of a register, one after the other, on the columns leye find works with. */
static int fill(struct case_room *r)
{
    struct err e = { 0 };
    struct place p;
    int64_t entered = 0, total = 0;
    const struct register_ *x = program_register(r->p, case_arg(r, 0));
    if (x == NULL) return cli_usage(r->args, "没有这个名录；有哪些，看 leye case register");
    int code = place_open(&p, r->args);
    if (code != 0) return code;
    const struct register_ *same = program_register(p.p, x->name);
    struct audit_caught *caught = ARENA_ARRAY(r->a, struct audit_caught, same->entry.len + 1);
    bool ok = true;
    for (size_t i = 0; ok && i < same->entry.len; i++) {
        struct audit_rule rule = { .name = x->name, .entity = same->entity, .condition = same->entry.at[i].node };
        ok = audit_ask(p.v, p.pool, p.today, p.rule_day, &rule, r->a, &caught[i], &e);
    }
    place_close(&p); /* asking is over before anything is written */
    for (size_t i = 0; ok && i < x->entry.len; i++) {
        ok = dossier_register_fill(r->desk, &r->act, x->name, caught[i].ids, caught[i].count, &entered, &e);
        total += entered;
    }
    if (!ok) return case_fail(r, &e);
    str name = x->name;
    text_addf(&r->out, "“%.*s”列入 %lld\n", STR_ARG(name), (long long)total);
    cli_out(&r->out);
    return 0;
}

const struct case_verb case_verbs_system[] = {
    { "register", "[名录]", 0, 1, false, register_, "名录里有谁；不写名录，看有哪些" },
    { "fill", "名录", 1, 1, true, fill, "按条件的名录：把符合入册条件的都列入（系统或主管）；该出的由 leye day 移出" },
    { "offer", "[事项]", 0, 1, true, offer, "免申即享：给 leye find 找到的人建办件，等他们确认" },
    { "check", "", 0, 0, false, check, "办件、登记、资金账互相核对" },
    { 0 },
};
