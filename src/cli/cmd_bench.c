/* leye bench: measures the column evaluator on a population file. */
#include "cli/cli.h"
#include "cli/suite.h"
#include "pack/pack.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

enum { RUNS = 5, RUNS_MAX = 1000 };

static int64_t now_ns(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

struct measured {
    struct suite_sums sums;
    int64_t load_ns, median_ns, least_ns, most_ns;
    int64_t cpu_ns; /* of the run that needed least: what a busy machine does not distort much */
    int64_t runs;
    unsigned threads;
};

static bool measure(const struct suite *s, struct measured *m, struct err *e)
{
    int64_t ns[RUNS_MAX];
    for (int64_t i = 0; i < m->runs; i++) {
        int64_t start = now_ns(CLOCK_MONOTONIC), cpu = now_ns(CLOCK_PROCESS_CPUTIME_ID);
        if (!suite_run(s, m->threads, &m->sums, e)) return false;
        ns[i] = now_ns(CLOCK_MONOTONIC) - start;
        cpu = now_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu;
        if (i == 0 || cpu < m->cpu_ns) m->cpu_ns = cpu;
    }
    qsort(ns, (size_t)m->runs, sizeof *ns, by_size);
    m->least_ns = ns[0];
    m->median_ns = ns[m->runs / 2];
    m->most_ns = ns[m->runs - 1];
    return true;
}

static int64_t per_second(const struct suite *s, int64_t ns)
{
    return ns > 0 ? (int64_t)((num)s->people * 1000000000 / ns) : 0;
}

static int64_t peak_kib(void)
{
    struct rusage u;
    return getrusage(RUSAGE_SELF, &u) == 0 ? u.ru_maxrss : 0;
}

static void print_text(const struct suite *s, const struct measured *m, struct text *out)
{
    for (unsigned i = 0; i < SUITE_RULES; i++) {
        char sum[NUM_TEXT];
        num_text(m->sums.sum[i], s->scales[i], s->scales[i], sum);
        text_addf(out, "%2u  %.*s  %s", i + 1, STR_ARG(s->names[i]), sum);
        uint64_t all = s->of_household[i] ? s->households : s->people;
        if (m->sums.known[i] != all)
            text_addf(out, "（%llu 条没有结果）", (unsigned long long)(all - m->sums.known[i]));
        text_addc(out, '\n');
    }
    text_addf(
        out,
        "%u 人，%u 户，%u 个线程：每秒 %lld 人（%lld 次的中位数；最快 %lld，最慢 %lld），按处理器时间每秒 %lld 人\n",
        s->people, s->households, m->threads, (long long)per_second(s, m->median_ns), (long long)m->runs,
        (long long)per_second(s, m->least_ns), (long long)per_second(s, m->most_ns),
        (long long)per_second(s, m->cpu_ns));
    text_addf(out, "读入 %lld 毫秒，数据池 %llu MiB，内存最多 %lld MiB，逐条重算 %llu 条\n",
              (long long)(m->load_ns / 1000000), (unsigned long long)(pool_bytes(s->pool) >> 20),
              (long long)(peak_kib() >> 10), (unsigned long long)m->sums.escaped);
}

static void print_json(const struct suite *s, const struct measured *m, struct text *out)
{
    text_addz(out, "{\"sums\":{");
    for (unsigned i = 0; i < SUITE_RULES; i++) {
        char sum[NUM_TEXT];
        num_text(m->sums.sum[i], s->scales[i], s->scales[i], sum);
        text_addf(out, "%s\"%.*s\":\"%s\"", i > 0 ? "," : "", STR_ARG(s->names[i]), sum);
    }
    text_addf(
        out,
        "},\"people\":%u,\"households\":%u,\"threads\":%u,\"runs\":%lld,\"people_per_second\":%lld,"
        "\"median_ns\":%lld,\"least_ns\":%lld,\"most_ns\":%lld,\"cpu_ns\":%lld,\"load_ns\":%lld,\"pool_bytes\":%llu,"
        "\"peak_kib\":%lld,\"escaped\":%llu}\n",
        s->people, s->households, m->threads, (long long)m->runs, (long long)per_second(s, m->median_ns),
        (long long)m->median_ns, (long long)m->least_ns, (long long)m->most_ns, (long long)m->cpu_ns,
        (long long)m->load_ns, (unsigned long long)pool_bytes(s->pool), (long long)peak_kib(),
        (unsigned long long)m->sums.escaped);
}

static bool count_of(const struct cli_args *a, const char *option, int64_t most, int64_t *out)
{
    str s = cli_option(a, option);
    return s.p == NULL || (str_to_i64(s, out) && *out >= 1 && *out <= most);
}

static int run(const struct cli_args *a)
{
    struct err e = { 0 };
    int64_t threads = 1;
    struct measured m = { .runs = RUNS };
    if (!str_eq(a->args[0], STR("suite"))) return cli_usage(a, "只有 suite 这一种基准");
    if (!count_of(a, "threads", KERNEL_THREADS_MAX, &threads))
        return cli_usage(a, "--threads 要写 1 到 %d", KERNEL_THREADS_MAX);
    if (!count_of(a, "runs", RUNS_MAX, &m.runs)) return cli_usage(a, "--runs 要写 1 到 %d", RUNS_MAX);
    m.threads = (unsigned)threads;
    str dir = cli_option(a, "packs");
    autoarena *arena = arena_new("packs", (size_t)1 << 30);
    struct pack_set set;
    if (!pack_load(&set, arena, dir.p != NULL ? dir : STR("packs/bench"), NULL, 0, &e)) return cli_fail(&e);
    if (set.diags.errors > 0) {
        fail(&e, INVALID, "包有错误，先用 leye check 看");
        return cli_fail(&e);
    }
    struct suite s;
    int64_t start = now_ns(CLOCK_MONOTONIC);
    if (!suite_load(&s, set.program, a->args[1], arena, &e)) return cli_fail(&e);
    m.load_ns = now_ns(CLOCK_MONOTONIC) - start;
    bool ok = measure(&s, &m, &e);
    struct text out;
    text_init(&out, a->arena, 1 << 16);
    if (ok && cli_has(a, "json"))
        print_json(&s, &m, &out);
    else if (ok)
        print_text(&s, &m, &out);
    suite_free(&s);
    cli_out(&out);
    return ok ? 0 : cli_fail(&e);
}

const struct cli_command cmd_bench = {
    .name = "bench",
    .args = "suite 人口文件",
    .help = "用人口文件量按列计算的速度：十二条规则的合计、每秒多少人、用多少内存\n\n"
            "人口文件的格式写在 packs/bench/README.md。判断日是 2023-11-01。合计是精确的，可以和别的引擎逐分比。",
    .options = { { "packs", "文件夹", "基准包在哪里，缺省是 packs/bench" },
                 { "threads", "个数", "用几个线程，缺省 1" },
                 { "runs", "次数", "算几遍，缺省 5，报中位数" },
                 { "json", NULL, "给程序读的 JSON" } },
    .args_min = 2,
    .args_max = 2,
    .run = run,
};
