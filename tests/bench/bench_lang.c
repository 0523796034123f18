/* bench_lang: how fast the language compiles, tests, checks and starts.
 *
 * Each figure is the median of several runs with least and most, and is shown at a tenth and ten times the size too, so
 * that growth can be seen. Rows begin with "| " and are gathered into docs/measurements.md by tools/bench. Nothing is
 * asserted about time: machines differ; what is asserted is that the work measured was really done. */
#include "base/text.h"
#include "pack/pack.h"
#include "support/t.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RUNS = 9 };

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void row(const char *what, const char *bar, double *ms)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    qsort(ms, RUNS, sizeof *ms, by_size);
    NOTE("| %s | %s | %.2f ms | %.2f–%.2f ms | %ld MiB |", what, bar, ms[RUNS / 2], ms[0], ms[RUNS - 1],
         u.ru_maxrss / 1024);
}

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
    double ms[RUNS];
    for (int i = 0; i < RUNS; i++) {
        double start = now_ms();
        autoarena *a = arena_new("compile", 0);
        struct pack_set set;
        pack_load_text(&set, a, STR("generated"), text);
        ms[i] = now_ms() - start;
        CHECK_INT((int64_t)set.diags.errors, 0);
        CHECK_INT((int64_t)(set.program->funcs.len + set.program->policies.len), rules);
    }
    row(what, bar, ms);
}

TEST(compiling_rules_and_dated_values)
{
    compile(99, "compile 99 rules and 396 dated values", "");
    compile(999, "compile 999 rules and 3,996 dated values", "≤ 50 ms");
    compile(9999, "compile 9,999 rules and 39,996 dated values", "");
}

static const char *source_folder(void)
{
    const char *s = getenv("LEYE_SRC");
    return s != NULL ? s : ".";
}

/* Runs the examples of a pack again and again until `total` were run. */
static void examples(const char *pack, int total, const char *what, const char *bar)
{
    autoarena *a = arena_new("pack", 0), *scratch = arena_new("scratch", 0);
    struct pack_set set;
    struct err e = { 0 };
    CHECK(pack_load(&set, a, str_fmt(a, "%s/packs/%s", source_folder(), pack), NULL, 0, &e));
    const struct program *p = set.program;
    CHECK(p->examples.len > 0);
    struct coverage coverage;
    coverage_init(&coverage, p, a);
    double ms[RUNS];
    for (int i = 0; i < RUNS; i++) {
        int passed = 0;
        double start = now_ms();
        for (int k = 0; k < total; k++) {
            struct arena_mark m = arena_mark(scratch);
            const struct example *x = &p->examples.at[(size_t)k % p->examples.len];
            passed += example_run(p, x, date_of(2025, 3, 15), scratch, a, &coverage).passed;
            arena_rewind(scratch, m);
        }
        ms[i] = now_ms() - start;
        CHECK_INT(passed, total);
    }
    row(what, bar, ms);
}

TEST_WITHIN(running_examples, 600)
{
    examples("bench", 1000, "1,000 examples of the twelve-rule suite", "");
    examples("bench", 10000, "10,000 examples of the twelve-rule suite", "≤ 1 s");
    examples("national", 10000, "10,000 examples of the national pack (policies, tables, retirement)", "≤ 1 s");
}

/* Wall time of the real program with its start, as a user waits for it. */
static void program(const char *const *argv, const char *what, const char *bar)
{
    double ms[RUNS];
    for (int i = 0; i < RUNS; i++) {
        double start = now_ms();
        pid_t child = fork();
        if (child == 0) {
            if (freopen("/dev/null", "w", stdout) == NULL) _exit(126);
            execv(argv[0], (char *const *)(uintptr_t)argv);
            _exit(127);
        }
        int status = 0;
        CHECK(waitpid(child, &status, 0) == child);
        ms[i] = now_ms() - start;
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    row(what, bar, ms);
}

TEST(the_program_as_a_user_waits_for_it)
{
    const char *leye = getenv("LEYE");
    if (leye == NULL) leye = "build/release/leye";
    autoarena *a = arena_new("paths", 0);
    const char *packs = str_fmt(a, "%s/packs", source_folder()).p,
               *demo = str_fmt(a, "%s/packs/demo", source_folder()).p;
    const char *person = str_fmt(a, "%s/packs/demo/people/王小梅.json", source_folder()).p;
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
