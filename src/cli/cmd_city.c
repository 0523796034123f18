/* leye city: an invented city, as files of departments or as a pool. */
#include "base/file.h"
#include "city/city.h"
#include "cli/cli.h"
#include "pack/pack.h"

#include <stdio.h>
#include <unistd.h>

static void progress(void *to, uint64_t done, uint64_t total)
{
    enum { WIDTH = 40 };
    unsigned *shown = to, percent = (unsigned)(done * 100 / total);
    if (percent == *shown) return;
    *shown = percent;
    fprintf(stderr, "\r[%-*.*s] %3u%%", WIDTH, (int)(percent * WIDTH / 100), "########################################",
            percent);
    if (done == total) fputs("\r\033[K", stderr);
    fflush(stderr);
}

static int print_list(const struct cli_args *a)
{
    struct text out;
    text_init(&out, a->arena, 1 << 20);
    city_list(&out);
    cli_out(&out);
    return 0;
}

static bool write_pool(const struct city_options *o, const struct program *p, str path, struct text *report,
                       struct err *e)
{
    autoarena *a = arena_new("vocab", 0);
    struct city_result r;
    struct pool *pool = NULL;
    if (!city_pool(o, vocab_of(p, false, a), &pool, &r, report, e)) return false;
    bool ok = pool_save(pool, path, p->hash, e);
    struct text line;
    text_init(&line, a, 4096);
    text_addf(&line, "写好数据池 %.*s：%llu 人，%llu 户，%llu 条事实，%llu 字节\n", STR_ARG(path),
              (unsigned long long)r.people, (unsigned long long)r.households, (unsigned long long)r.facts,
              (unsigned long long)pool_bytes(pool));
    pool_free(pool);
    if (ok) cli_out(&line);
    return ok;
}

static int run(const struct cli_args *a)
{
    struct err e = { 0 };
    struct city_options o = { .date = date_of(2024, 6, 3) };
    struct city_result r = { 0 };
    struct pack_set set;
    int64_t people, seed, day, threads;
    unsigned shown = 101;
    if (cli_has(a, "files")) return print_list(a);
    if (!cli_number(a, "people", CITY_PEOPLE_MIN, CITY_PEOPLE_MAX, 10000, &people))
        return cli_usage(a, "--people 要写 %d 到 %d 的整数", CITY_PEOPLE_MIN, CITY_PEOPLE_MAX);
    if (!cli_number(a, "seed", 0, INT64_MAX, 1, &seed)) return cli_usage(a, "--seed 要写不小于 0 的整数");
    if (!cli_number(a, "day", 1, 2, 1, &day)) return cli_usage(a, "--day 要写 1 或 2");
    if (!cli_number(a, "threads", 1, CITY_THREADS_MAX, 0, &threads))
        return cli_usage(a, "--threads 要写 1 到 %d 的整数", CITY_THREADS_MAX);
    str day_one = cli_option(a, "date"), out = cli_option(a, "out"), pool = cli_option(a, "pool");
    if (day_one.p != NULL && (!date_parse(day_one, &o.date) || o.date.days < date_of(2016, 1, 1).days))
        return cli_usage(a, "--date 要写成 2024-06-03，不早于 2016-01-01");
    if (out.p == NULL && pool.p == NULL) return cli_usage(a, "还缺 --out：写到哪个文件夹（或 --pool：写成哪个数据池）");
    o.people = (uint64_t)people;
    o.seed = (uint64_t)seed;
    o.day = (int)day;
    o.threads = (unsigned)threads;
    o.truth = cli_has(a, "truth");
    if (isatty(STDERR_FILENO)) o.progress = progress, o.progress_to = &shown;
    autoarena *arena = arena_new("packs", (size_t)1 << 30);
    if (!pack_load_rules(&set, arena, cli_packs(a, "packs"), &e)) return cli_fail(&e);
    struct text text;
    text_init(&text, a->arena, 1 << 20);
    if (out.p != NULL) {
        if (!city_files(&o, set.program, out, &r, cli_has(a, "report") ? &text : NULL, &e)) return cli_fail(&e);
        struct text head;
        text_init(&head, a->arena, 1 << 16);
        text_addf(&head, "写好第 %d 天的 %llu 份文件、%llu 行，在 %.*s", o.day, (unsigned long long)r.files,
                  (unsigned long long)r.rows, STR_ARG(out));
        if (o.day == 1)
            text_addf(&head, "\n%llu 人，%llu 户，%llu 家单位；埋下 %llu 处问题，见 truth/planted.csv",
                      (unsigned long long)r.people, (unsigned long long)r.households, (unsigned long long)r.firms,
                      (unsigned long long)r.planted);
        text_addc(&head, '\n');
        cli_out(&head);
    }
    if (pool.p != NULL &&
        !write_pool(&o, set.program, pool, cli_has(a, "report") && out.p == NULL ? &text : NULL, &e)) {
        return cli_fail(&e);
    }
    if (text.len > 0) cli_out(&text);
    return 0;
}

const struct cli_command cmd_city = {
    .name = "city",
    .args = "--out 文件夹",
    .help = "造一座虚构的城市，写成各部门每天送来的文件\n\n"
            "人、单位、号码都是编的，行政区划是真的；同样的参数写出同样的文件。有意埋下的问题和真相在 truth 里。\n"
            "文件和栏名见 docs/city.md。",
    .options = { { "people", "人数", "多少人，1000 到 5000 万；不写是 10000" },
                 { "seed", "整数", "种子，不写是 1" },
                 { "out", "文件夹", "写到哪里" },
                 { "day", "1或2", "第一天的全部，还是第二天的变化；不写是 1" },
                 { "date", "日期", "第一天是哪天；不写是 2024-06-03" },
                 { "pool", "文件", "直接写成数据池" },
                 { "truth", NULL, "数据池里放真相，不是各部门登记的样子" },
                 { "report", NULL, "和公布的数字比一比" },
                 { "files", NULL, "只列出有哪些文件、哪些栏" },
                 { "threads", "整数", "用几个线程，不写是有几个处理器用几个；造出来的一样" },
                 { "packs", "文件夹", "用哪个包的代码表" } },
    .args_min = 0,
    .args_max = 0,
    .run = run,
};
