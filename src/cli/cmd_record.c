/* leye record: everything anybody ever said of one subject, and what holds now. */
#include "cli/cli.h"
#include "pack/pack.h"
#include "registry/registry.h"

#include <stdio.h>

static int show(struct registry *r, const struct cli_args *a, const struct program *p)
{
    struct err e = { 0 };
    uint16_t entity;
    int64_t id;
    value_lines values = { 0 };
    str as = cli_option(a, "as");
    struct text t;
    text_init(&t, a->arena, 16 << 20);
    if (!registry_find(r, as.p == NULL ? STR("") : as, a->args[0], &entity, &id, &e) ||
        !registry_values(r, entity, id, a->arena, &values, &e))
        return cli_fail(&e);
    text_addf(&t, "%.*s　主体 %lld\n", STR_ARG(p->entities.at[entity].name), (long long)id);
    VEC_EACH (const struct value_line, v, &values) {
        if (!v->current && !cli_has(a, "history")) continue;
        char day[DATE_TEXT];
        date_text(v->as_of, day);
        text_addf(&t, "  %s%.*s　%.*s　（%.*s，截至 %s", v->current ? "" : "× ", STR_ARG(v->field), STR_ARG(v->value),
                  STR_ARG(v->origin), day);
        if (v->file.len > 0) text_addf(&t, "，%.*s 第 %llu 行", STR_ARG(v->file), (unsigned long long)v->row);
        if (v->subject != 0 && v->subject != id) text_addf(&t, "，原主体 %lld", (long long)v->subject);
        text_addz(&t, "）\n");
    }
    cli_out(&t);
    return 0;
}

static int run(const struct cli_args *a)
{
    struct err e = { 0 };
    struct pack_set set;
    struct registry *r;
    if (!cli_program(a, &set, &e)) return cli_fail(&e);
    if (!registry_open(&r, set.program, cli_db(a), STORE_READ, &e)) return cli_fail(&e);
    int code = show(r, a, set.program);
    registry_close(r);
    return code;
}

const struct cli_command cmd_record = {
    .name = "record",
    .args = "标识",
    .help =
        "一个人、一户、一家单位登记了什么：每个值从哪里来、哪一天的\n\n标识是身份证号、信用代码、户号……，或主体号。",
    .options = { { "history", NULL, "连同不再算数的值（前面有 ×）" },
                 { "as", "人员", "是哪种实体；不写就都找" },
                 { "db", "文件", "登记库，缺省 LEYE_DB 或 leye.db；也可以是 postgresql://…" },
                 { "packs", "文件夹", "用哪个包，缺省 LEYE_PACKS 或 packs/demo" } },
    .args_min = 1,
    .args_max = 1,
    .run = run,
};
