/* leye backup: a copy of the database while it is in use, looked at before it is called one. */
#include "backup/backup.h"
#include "base/date.h"
#include "cli/cli.h"

#include <stdlib.h>
#include <time.h>

enum { REPORT_MAX = 1 << 20 };

/* Noted in the database that was copied, so that the hall can say when the last copy was made. The copy is there
 * whether or not that worked. */
static bool note(const struct cli_args *a, str path, const struct backup_seen *b, struct err *e)
{
    struct store *s;
    const char *user = getenv("USER");
    struct backup_row r = { .at =
                                getenv("LEYE_TODAY") != NULL ? (int64_t)date_today().days * 86400 : (int64_t)time(NULL),
                            .name = path,
                            .who = str_of(user != NULL && user[0] != '\0' ? user : "root"),
                            .sound = b->sound,
                            .bytes = (int64_t)b->bytes,
                            .events = b->events };
    if (!store_open(&s, cli_db(a), STORE_WRITE, e)) return false;
    bool ok = backup_migrate(s, e) && backup_note(s, &r, e);
    store_close(s);
    return ok;
}

/* Said by `leye restore`, too. */
void cli_tell_backup(const struct backup_seen *b, struct text *t)
{
    uint64_t tenths = b->bytes / ((1 << 20) / 10);
    text_addf(t, "  大小 %llu.%llu MB，校验值（SM3）%s\n", (unsigned long long)(tenths / 10),
              (unsigned long long)(tenths % 10), b->hash);
    text_addf(t, "  库完好；留痕 %lld 条连得上，封存 %lld 天%s\n", (long long)b->events, (long long)b->seals,
              b->has_ledger ? "；账重新算过，都对得上" : "");
    if (!b->had_hash) text_addz(t, "  旁边没有校验值文件，不知道是不是当时那一份；内容都核对过了\n");
}

static int run(const struct cli_args *a)
{
    struct err e = { 0 };
    struct backup_seen b;
    struct text report, t;
    str path = a->args[0];
    text_init(&report, a->arena, REPORT_MAX);
    text_init(&t, a->arena, REPORT_MAX + 4096);
    if (!backup_make(cli_db(a), path, &b, &report, &e)) return cli_fail(&e);
    if (!b.sound) {
        text_addf(&t, "没有备份：这个数据库本身有问题\n%.*s请停止办理，保留现场，找以前的备份\n",
                  STR_ARG(text_str(&report)));
        cli_out(&t);
        return 1;
    }
    text_addf(&t, "备份好了：%.*s\n", STR_ARG(path));
    cli_tell_backup(&b, &t);
    if (!note(a, path, &b, &e)) text_addf(&t, "  备份可以用，但没有记进库里：%s\n", err_cause(&e));
    text_addf(&t, "备份里没有规则包、密钥和封存清单，请另外保管。\n试着恢复一次：leye restore %.*s --verify\n",
              STR_ARG(path));
    cli_out(&t);
    return 0;
}

const struct cli_command cmd_backup = {
    .name = "backup",
    .args = "备份文件",
    .help = "备份正在用的数据库，备份好以后从头核对一遍\n\n是某一时刻的整个库，备份时照常办事。旁边的 .sm3 "
            "文件记着校验值。PostgreSQL 用 pg_dump 备份。",
    .options = { { "db", "数据库", "备份哪个数据库，缺省是 LEYE_DB 或 leye.db" } },
    .args_min = 1,
    .args_max = 1,
    .run = run,
};
