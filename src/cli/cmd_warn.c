/* leye warn: 预警 of the packs, run: rules over the figures, cases from receiving to release, tests over the past. */
#include "cli/cmd_warn_priv.h"
#include "pack/pack.h"

#include <stdlib.h>

enum { OUT_MAX = 16 << 20 };

static const struct warn_verb *const lists[] = { warn_rule_verbs, warn_case_verbs };
enum { LISTS = sizeof lists / sizeof *lists };

bool warn_figures(struct warn_call *c, struct figures *out, struct err *e)
{
    if (!watch_read(c->s, c->arena, c->act.day, out, e)) return false;
    figures_carry(c->arena, c->p, out); /* as on the board */
    return true;
}

static void print_verbs(const struct cli_args *a)
{
    struct text t;
    struct table rows;
    text_init(&t, a->arena, OUT_MAX);
    table_start(&rows, a->arena, "||");
    rows.cells.len = 0;
    for (size_t i = 0; i < LISTS; i++) {
        for (const struct warn_verb *v = lists[i]; v->name != NULL; v++) {
            table_cell(&rows, str_fmt(a->arena, "  leye warn %s", v->name));
            table_cell(&rows, str_of(v->args));
            table_cell(&rows, str_of(v->help));
        }
    }
    table_print(&rows, &t);
    text_addz(&t, "\n办警情要写 --as 姓名:岗位@地区；岗位有值班、处置、主管，地区是六位代码，不写就是哪里都管。\n"
                  "数先要收进库：leye watch import 月报.csv，或者 leye watch count --by 常住地,所在地 --keep。\n");
    cli_out(&t);
}

/* 王值班:值班+主管@320600 */
static int read_who(struct warn_call *c)
{
    str s = cli_option(c->a, "as");
    const char *env = getenv("LEYE_AS");
    if (s.p == NULL && env != NULL && env[0] != 0) s = str_of(env);
    if (s.p == NULL) return cli_usage(c->a, "请用 --as 说明是谁、什么岗位，例如 --as 王值班:值班@320600");
    size_t at = str_find(s, STR("@"));
    str who = str_slice(s, 0, at), office = at == SIZE_MAX ? STR("") : str_slice(s, at + 1, s.len);
    size_t colon = str_find(who, STR(":")), width = 1;
    if (colon == SIZE_MAX) colon = str_find(who, STR("：")), width = 3;
    c->act.who = str_trim(str_slice(who, 0, colon));
    c->act.office = str_trim(office);
    bool good = colon != SIZE_MAX && c->act.who.len > 0 && c->act.who.len <= ALARM_WORD_MAX &&
                alarm_roles_read(str_slice(who, colon + width, who.len), &c->act.roles);
    for (size_t i = 0; good && i < c->act.office.len; i++)
        good = c->act.office.p[i] >= '0' && c->act.office.p[i] <= '9';
    if (good && (at == SIZE_MAX || c->act.office.len == 6)) return 0;
    return cli_usage(c->a, "--as 写成 姓名:岗位@地区，例如 王值班:值班@320600；岗位是值班、处置、主管");
}

/* Options of other verbs would be passed over in silence. */
static int check_options(const struct cli_args *a, const struct warn_verb *v)
{
    for (const struct cli_option *o = a->command->options; o->name != NULL; o++) {
        str all = str_of(v->options), one, name = str_of(o->name);
        bool mine = str_eq(name, STR("db")) || str_eq(name, STR("packs")) || str_eq(name, STR("as")) ||
                    str_eq(name, STR("date"));
        while (!mine && all.len > 0 && str_split(&all, ' ', &one)) mine = str_eq(one, name);
        if (!mine && cli_has(a, o->name)) return cli_usage(a, "“%s”没有选项 --%s", v->name, o->name);
    }
    return 0;
}

static int run_verb(struct warn_call *c, const struct warn_verb *v)
{
    struct err e = { 0 };
    struct pack_set set;
    if (!cli_program(c->a, &set, &e)) return cli_fail(&e);
    c->p = set.program;
    if (!store_open(&c->s, cli_db(c->a), STORE_WRITE, &e)) {
        if (e.code == ERR_NOT_FOUND) fail_up(&e, "还没有数，先用 leye watch import 收进库");
        return cli_fail(&e);
    }
    int code = alarm_migrate(c->s, &e) ? v->run(c) : cli_fail(&e);
    store_close(c->s);
    if (c->out.len > 0) cli_out(&c->out);
    return code;
}

static int run(const struct cli_args *a)
{
    const struct warn_verb *found = NULL;
    if (a->count == 0) return print_verbs(a), 0;
    for (size_t i = 0; i < LISTS; i++) {
        for (const struct warn_verb *v = lists[i]; v->name != NULL; v++)
            if (str_eq(a->args[0], str_of(v->name))) found = v;
    }
    if (found == NULL)
        return cli_usage(a, "没有“%s”这个动作；有哪些动作，看 leye warn", str_dup(a->arena, a->args[0]).p);
    struct warn_call c = { .a = a, .arena = a->arena, .args = a->args + 1, .count = a->count - 1 };
    text_init(&c.out, a->arena, OUT_MAX);
    if (c.count < found->args_min || c.count > found->args_max)
        return cli_usage(a, "这样写：leye warn %s %s", found->name, found->args);
    c.act = (struct alarm_act){ .day = date_today(), .reason = str_trim(cli_option(a, "reason")) };
    if (cli_has(a, "date") && !date_parse(cli_option(a, "date"), &c.act.day))
        return cli_usage(a, "--date 的日期写成 2026-03-31 这样");
    int code = check_options(a, found);
    if (code == 0 && found->who != WARN_ANYBODY)
        code = cli_as_auditor(a) ? cli_auditor_looks(found->help, found->who == WARN_LOOKS) : read_who(&c);
    return code != 0 ? code : run_verb(&c, found);
}

const struct cli_command cmd_warn = {
    .name = "warn",
    .args = "[动作 …]",
    .help = "预警：用库里的数查一遍，签收、分派、处置、解除，用历史回测\n\n有哪些动作、各要写什么，看 leye warn。",
    .options = { { "db", "数据库", "哪个库，缺省 LEYE_DB 或 leye.db" },
                 { "packs", "文件夹", "预警在哪个包里声明，缺省 LEYE_PACKS 或 packs/demo" },
                 { "as", "姓名:岗位@地区", "谁在办；岗位是值班、处置、主管，缺省 LEYE_AS" },
                 { "date", "2024-05-31", "哪一天，缺省今天；只用这一天已经有的数" },
                 { "to", "姓名", "assign：分派给谁" },
                 { "reason", "说明", "处置的结果、办结的凭据、退回和解除的理由" },
                 { "svg", "文件", "show：走势画成图" },
                 { "all", NULL, "list：已经了结的也列" },
                 { "mine", NULL, "list：只列分派给我的" },
                 { "events", "文件", "test：发生过的事，有 时期、事 两栏，可以有 地区" },
                 { "within", "6", "test：提前几个月以内报出来才算，缺省 6" },
                 { "keep", NULL, "test：记下这次回测，预警可以上线" } },
    .args_min = 0,
    .args_max = 3,
    .run = run,
};
