/* leye return: 报表 of the packs: opened for a period, filled, reported up the hierarchy, approved, locked. */
#include "cli/cmd_return_priv.h"
#include "pack/pack.h"

#include <stdlib.h>

enum { OUT_MAX = 16 << 20 };

static const struct return_verb *const lists[] = { return_form_verbs, return_sheet_verbs };
enum { LISTS = sizeof lists / sizeof *lists };

bool return_log(struct return_call *c, struct figures *out, struct err *e)
{
    if (!watch_read(c->s, c->arena, c->act.day, out, e)) return false;
    figures_carry(c->arena, c->p, out);
    return true;
}

const struct return_ *return_form(struct return_call *c)
{
    const struct return_ *form = program_return(c->p, c->args[0]);
    if (form == NULL) cli_usage(c->a, "没有报表“%s”；leye return forms 列出有哪些", str_dup(c->arena, c->args[0]).p);
    return form;
}

static void print_verbs(const struct cli_args *a)
{
    struct text t;
    struct table rows;
    text_init(&t, a->arena, OUT_MAX);
    table_start(&rows, a->arena, "||");
    rows.cells.len = 0;
    for (size_t i = 0; i < LISTS; i++) {
        for (const struct return_verb *v = lists[i]; v->name != NULL; v++) {
            table_cell(&rows, str_fmt(a->arena, "  leye return %s", v->name));
            table_cell(&rows, str_of(v->args));
            table_cell(&rows, str_of(v->help));
        }
    }
    table_print(&rows, &t);
    text_addz(&t, "\n填和审都要写 --as 姓名:岗位@地区；岗位有填报、审核（两个用 + 连起来），地区是行政区划代码。\n"
                  "开填以前先把数收进库，格子就有底数：leye watch count --by 常住地,所在地 --keep，或者 leye watch "
                  "import 月报.csv。\n");
    cli_out(&t);
}

/* 王统计:填报+审核@320602 */
static int read_who(struct return_call *c)
{
    str s = cli_option(c->a, "as");
    const char *env = getenv("LEYE_AS");
    if (s.p == NULL && env != NULL && env[0] != 0) s = str_of(env);
    if (s.p == NULL) return cli_usage(c->a, "请用 --as 说明是谁、什么岗位，例如 --as 王统计:填报@320602");
    size_t at = str_find(s, STR("@"));
    str who = str_slice(s, 0, at), office = at == SIZE_MAX ? STR("") : str_slice(s, at + 1, s.len);
    size_t colon = str_find(who, STR(":")), width = 1;
    if (colon == SIZE_MAX) colon = str_find(who, STR("：")), width = 3;
    c->act.who = str_trim(str_slice(who, 0, colon));
    c->act.office = str_trim(office);
    bool good = colon != SIZE_MAX && c->act.who.len > 0 && c->act.who.len <= FILING_WORD_MAX &&
                filing_roles_read(str_slice(who, colon + width, who.len), &c->act.roles);
    if (good && (at == SIZE_MAX || area_level_of(c->act.office) != LEVEL_UNKNOWN)) return 0;
    return cli_usage(c->a, "--as 写成 姓名:岗位@地区，例如 王统计:填报@320602；岗位是填报、审核");
}

/* Options of other verbs would be passed over in silence. */
static int check_options(const struct cli_args *a, const struct return_verb *v)
{
    static const char *const common[] = { "db", "packs", "as", "date" };
    for (const struct cli_option *o = a->command->options; o->name != NULL; o++) {
        str all = str_of(v->options), one, name = str_of(o->name);
        bool mine = false;
        for (size_t i = 0; i < sizeof common / sizeof *common; i++) mine = mine || str_eq(name, str_of(common[i]));
        while (!mine && all.len > 0 && str_split(&all, ' ', &one)) mine = str_eq(one, name);
        if (!mine && cli_has(a, o->name)) return cli_usage(a, "“%s”没有选项 --%s", v->name, o->name);
    }
    return 0;
}

static int run_verb(struct return_call *c, const struct return_verb *v)
{
    struct err e = { 0 };
    struct pack_set set;
    if (!cli_program(c->a, &set, &e)) return cli_fail(&e);
    c->p = set.program;
    int code = 0;
    if (v->bare) {
        code = v->run(c);
    } else {
        if (!store_open(&c->s, cli_db(c->a), v->begins ? STORE_CREATE : STORE_WRITE, &e)) {
            if (e.code == ERR_NOT_FOUND) fail_up(&e, "还没有表，先用 leye return open 开填一期");
            return cli_fail(&e);
        }
        code = filing_migrate(c->s, &e) ? v->run(c) : cli_fail(&e);
        store_close(c->s);
    }
    if (c->out.len > 0) cli_out(&c->out);
    return code;
}

static int run(const struct cli_args *a)
{
    const struct return_verb *found = NULL;
    if (a->count == 0) return print_verbs(a), 0;
    for (size_t i = 0; i < LISTS; i++) {
        for (const struct return_verb *v = lists[i]; v->name != NULL; v++)
            if (str_eq(a->args[0], str_of(v->name))) found = v;
    }
    if (found == NULL)
        return cli_usage(a, "没有“%s”这个动作；有哪些动作，看 leye return", str_dup(a->arena, a->args[0]).p);
    struct return_call c = { .a = a, .arena = a->arena, .args = a->args + 1, .count = a->count - 1 };
    text_init(&c.out, a->arena, OUT_MAX);
    if (c.count < found->args_min || c.count > found->args_max)
        return cli_usage(a, "这样写：leye return %s %s", found->name, found->args);
    c.act = (struct filing_act){ .day = date_today(), .reason = str_trim(cli_option(a, "reason")) };
    if (c.act.reason.p == NULL) c.act.reason = STR("");
    if (cli_has(a, "date") && !date_parse(cli_option(a, "date"), &c.act.day))
        return cli_usage(a, "--date 的日期写成 2026-03-31 这样");
    int code = check_options(a, found);
    if (code == 0 && found->who != RETURN_ANYBODY)
        code = cli_as_auditor(a) ? cli_auditor_looks(found->help, found->who == RETURN_LOOKS) : read_who(&c);
    return code != 0 ? code : run_verb(&c, found);
}

const struct cli_command cmd_return = {
    .name = "return",
    .args = "[动作 …]",
    .help = "报表：开填一期，填、校验、逐级上报、审核、退回、锁定、更正，看谁迟报\n\n"
            "有哪些动作、各要写什么，看 leye return。审过的数进库，规划、指标、预警都用得到。",
    .options = { { "db", "数据库", "哪个库，缺省 LEYE_DB 或 leye.db" },
                 { "packs", "文件夹", "报表在哪个包里声明，缺省 LEYE_PACKS 或 packs/demo" },
                 { "as", "姓名:岗位@地区", "谁在办；岗位是填报、审核，缺省 LEYE_AS" },
                 { "date", "2024-05-31", "哪一天，缺省今天" },
                 { "period", "2024-05", "list：只看这一期" },
                 { "all", NULL, "list：以前各版也列" },
                 { "out", "文件", "show：写成表，填好可以交给 fill" },
                 { "reason", "说明", "退回、撤回、更正的理由；下面没有报齐就上报的理由" } },
    .args_min = 0,
    .args_max = 64,
    .run = run,
};
