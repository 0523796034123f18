/* bench_lang: how fast the language compiles, tests, checks and starts.
 *
 * Each figure is CPU time, the median of several runs with least and most (bench.h), and is shown at a tenth and ten
 * times the size too, so that growth can be seen. Rows begin with "| " and are gathered into docs/measurements.md by
 * tools/bench. Nothing is asserted about time: machines differ; what is asserted is that the work measured was really
 * done. */
#include "bench.h"

#include "base/text.h"
#include "pack/pack.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* rules: a third definitions with an exception, a third tables, a third policies with two criteria and an amount;
 * beside them four dated values for each rule. */
static str generated_pack(struct arena *a, int rules)
{
    struct text t;
    text_init(&t, a, 64 << 20);
    text_addz(&t, "包 量\n  级别 示例\n  版本 1\n\n来源 法\n  名称 法\n\n代码 类\n  项 甲 1\n  项 乙 2\n\n实体 人员\n  "
                  "字段 出生 : 日期\n"
                  "  字段 收入 : 元/月\n  字段 类别 : 类\n\n经历 失业 : 人员\n\n");
    for (int i = 0; i < rules; i++) {
        text_addf(&t, "参数 额%d : 元/月\n", i);
        for (int y = 0; y < 4; y++)
            text_addf(&t, "  %d-01-01  %d.50  依据 法 第%d条\n", 2020 + y, 1000 + i % 900 + y, i);
        if (i % 3 == 0) {
            text_addf(&t,
                      "\n定义 值%d : 元/月\n  对象 人员\n  依据 法 第%d条\n  基本 不超过(收入 * %d%%, 额%d) 舍入到分 "
                      "四舍五入\n"
                      "  例外 年长：周岁(出生, 今日) >= 50岁 且 类别 = 甲 则 额%d\n\n",
                      i, i, i % 80 + 10, i, i);
        } else if (i % 3 == 1) {
            text_addf(
                &t,
                "\n表 档%d : 月\n  对象 人员\n  依据 法 第%d条\n  输入 周岁(出生, 今日)\n  输入 类别\n  命中 唯一\n"
                "  | < 30岁 | 甲 | 3月 |\n  | < 30岁 | 乙 | 6月 |\n  | >= 30岁 | - | 12月 |\n\n",
                i, i);
        } else {
            text_addf(&t,
                      "\n政策 政%d\n  依据 法 第%d条\n  对象 人员\n  条件 失业：有效(失业) 且 收入 < 额%d\n  条件 "
                      "期限：档%d > 3月\n"
                      "  金额\n    额 = 不超过(值%d, 额%d)\n\n例 政策 政%d\n  今日 2023-06-01\n"
                      "  已知 出生 = 1980-01-01，收入 = 900元/月，类别 = 乙，失业 = 2023-01-01..\n  “符合”\n    应得 "
                      "符合\n\n",
                      i, i, i, i - 1, i - 2, i, i);
        }
    }
    CHECK(!t.over);
    return text_str(&t);
}

static void compile(int rules, const char *what, const char *bar)
{
    autoarena *texts = arena_new("texts", 0);
    str text = generated_pack(texts, rules);
    double us[BENCH_RUNS];
    for (int i = 0; i < BENCH_RUNS; i++) {
        double start = bench_cpu_us();
        autoarena *a = arena_new("compile", 0);
        struct pack_set set;
        pack_load_text(&set, a, STR("generated"), text);
        us[i] = bench_cpu_us() - start;
        CHECK_INT((int64_t)set.diags.errors, 0);
        CHECK_INT((int64_t)(set.program->funcs.len + set.program->policies.len), rules);
    }
    bench_row(what, bar, us, BENCH_RUNS, bench_peak_kib(), "");
}

TEST(compiling_rules_and_dated_values)
{
    compile(99, "compile 99 rules and 396 dated values", "");
    compile(999, "compile 999 rules and 3,996 dated values", "≤ 50 ms");
    compile(9999, "compile 9,999 rules and 39,996 dated values", "");
}

/* Runs the examples of a pack again and again until `total` were run. */
static void examples(const char *pack, int total, const char *what, const char *bar)
{
    autoarena *a = arena_new("pack", 0), *scratch = arena_new("scratch", 0);
    struct pack_set set;
    struct err e = { 0 };
    CHECK(pack_load(&set, a, str_fmt(a, "%s/packs/%s", bench_source_folder(), pack), NULL, 0, &e));
    const struct program *p = set.program;
    CHECK(p->examples.len > 0);
    struct coverage coverage;
    coverage_init(&coverage, p, a);
    double us[BENCH_RUNS];
    for (int i = 0; i < BENCH_RUNS; i++) {
        int passed = 0;
        double start = bench_cpu_us();
        for (int k = 0; k < total; k++) {
            struct arena_mark m = arena_mark(scratch);
            const struct example *x = &p->examples.at[(size_t)k % p->examples.len];
            passed += example_run(p, x, date_of(2025, 3, 15), scratch, a, &coverage).passed;
            arena_rewind(scratch, m);
        }
        us[i] = bench_cpu_us() - start;
        CHECK_INT(passed, total);
    }
    bench_row(what, bar, us, BENCH_RUNS, bench_peak_kib(), "");
}

TEST_WITHIN(running_examples, 600)
{
    examples("bench", 1000, "1,000 examples of the twelve-rule suite", "");
    examples("bench", 10000, "10,000 examples of the twelve-rule suite", "≤ 1 s");
    examples("national", 10000, "10,000 examples of the national pack (policies, tables, retirement)", "≤ 1 s");
}

/* The real program with its start: its own CPU time; the least wall time is what a user of a quiet machine waits. */
static void program(const char *const *argv, const char *what, const char *bar)
{
    enum { PROGRAM_RUNS = 15 };
    double us[PROGRAM_RUNS], wall[PROGRAM_RUNS];
    long peak = 0;
    for (int i = 0; i < PROGRAM_RUNS; i++) {
        double start = bench_wall_us();
        pid_t child = fork();
        if (child == 0) {
            if (freopen("/dev/null", "w", stdout) == NULL) _exit(126);
            execv(argv[0], (char *const *)(uintptr_t)argv);
            _exit(127);
        }
        int status = 0;
        struct rusage u;
        CHECK(wait4(child, &status, 0, &u) == child);
        wall[i] = bench_wall_us() - start;
        us[i] = bench_usage_us(&u);
        peak = u.ru_maxrss;
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    char more[60];
    bench_median(wall, PROGRAM_RUNS);
    snprintf(more, sizeof more, "; wall from %.1f ms", wall[0] / 1000);
    bench_row(what, bar, us, PROGRAM_RUNS, peak, more);
}

TEST(the_program_as_a_user_waits_for_it)
{
    const char *leye = getenv("LEYE");
    if (leye == NULL) leye = "build/release/leye";
    autoarena *a = arena_new("paths", 0);
    const char *packs = str_fmt(a, "%s/packs", bench_source_folder()).p,
               *demo = str_fmt(a, "%s/packs/demo", bench_source_folder()).p;
    const char *person = str_fmt(a, "%s/packs/demo/people/王小梅.json", bench_source_folder()).p;
    program((const char *const[]){ leye, "--version", NULL }, "`leye --version`: start and end", "≤ 5 ms");
    program((const char *const[]){ leye, "check", "--quiet", packs, NULL }, "`leye check packs`: all ten packs",
            "≤ 100 ms");
    program((const char *const[]){ leye, "check", "--quiet", demo, NULL }, "`leye check packs/demo` with its uppers",
            "");
    program((const char *const[]){ leye, "test", packs, NULL }, "`leye test packs`: all examples", "");
    program((const char *const[]){ leye, "explain", "就业困难人员灵活就业社会保险补贴", "--packs", demo, "--facts",
                                   person, "--date", "2025-03-15", NULL },
            "`leye explain` of one person, loading included", "");
}
