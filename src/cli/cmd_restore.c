/* leye restore: looks at a backup and makes a database of it, under a name that is free. */
#include "backup/backup.h"
#include "cli/cli.h"

enum { REPORT_MAX = 1 << 20 };

static int run(const struct cli_args *a)
{
    struct err e = { 0 };
    struct backup_seen b;
    struct text report, t;
    str path = a->args[0], to = cli_option(a, "to");
    bool only_look = cli_has(a, "verify");
    if (only_look == (to.p != NULL)) return cli_usage(a, "请写 --verify（只核对）或者 --to 新的数据库（恢复），写一个");
    text_init(&report, a->arena, REPORT_MAX);
    text_init(&t, a->arena, REPORT_MAX + 4096);
    bool ok = only_look ? backup_look(path, &b, &report, &e) : backup_restore(path, to, &b, &report, &e);
    if (!ok) return cli_fail(&e);
    if (!b.sound) {
        text_addf(&t, "这份备份不能用：%.*s\n%.*s", STR_ARG(path), STR_ARG(text_str(&report)));
        text_addz(&t, only_look ? "请换一份备份\n" : "没有恢复；请换一份备份\n");
    } else if (only_look) {
        text_addf(&t, "这份备份可以用：%.*s\n", STR_ARG(path));
        cli_tell_backup(&b, &t);
    } else {
        text_addf(&t, "恢复好了：%.*s\n", STR_ARG(to));
        cli_tell_backup(&b, &t);
        text_addf(&t, "备份以后办的事不在里面。接着用：leye serve --db %.*s\n", STR_ARG(to));
    }
    cli_out(&t);
    return b.sound ? 0 : 1;
}

const struct cli_command cmd_restore = {
    .name = "restore",
    .args = "备份文件",
    .help = "核对一份备份（--verify），或者把它恢复成一个新的数据库（--to）\n\n先核对，再恢复；不覆盖已有的数据库。",
    .options = { { "verify", NULL, "只核对，什么也不写" }, { "to", "数据库", "恢复成哪个文件，不能是已经有的" } },
    .args_min = 1,
    .args_max = 1,
    .run = run,
};
