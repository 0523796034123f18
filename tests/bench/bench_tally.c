/* bench_tally: indicators counted over a made-up population by area and month: 200 different ones, in 3,500 villages.
 * Wall time, since both cores are meant to be used. BENCH_PEOPLE=5000000 for the size the bar is set at. */
#include "base/file.h"
#include "bench/bench.h"
#include "city/city.h"
#include "pack/pack.h"
#include "tally/tally.h"

#include <stdio.h>
#include <stdlib.h>

enum { RUNS = 3, AREAS = 3500, CHANGED = 200000, PACK_FILE_MAX = 4 << 20 };

static uint64_t asked(const char *name, int64_t otherwise)
{
    const char *z = getenv(name);
    int64_t n = otherwise;
    if (z != NULL) CHECK(str_to_i64(str_of(z), &n));
    return (uint64_t)n;
}

/* ---- packs: those of the demo city, with villages below its districts, and what an analyst counts ---- */

/* Whom they count, and by what they divide them: every pair is an indicator of its own. */
static const char *const scopes[][2] = {
    { "登记失业", "登记失业人员" },
    { "困难人员", "就业困难人员" },
    { "在职", "在职" },
    { "登记单位就业", "就业失业登记状态 = 登记单位就业" },
    { "登记其他就业", "就业失业登记状态 = 登记其他就业" },
    { "没有登记", "就业失业登记状态 = 没有登记" },
    { "失业半年", "登记失业人员 且 连续失业满半年" },
    { "失业一年", "登记失业人员 且 连续失业满一年" },
    { "失业参保", "参保缴费(失业, 本月)" },
    { "养老参保", "参保缴费(养老, 本月)" },
    { "单位缴养老", "单位在缴" },
    { "高校毕业生", "高校毕业生" },
    { "离校两年内", "高校毕业生 且 离校两年内(今日)" },
    { "残疾人", "残疾" },
    { "退役军人", "退役军人" },
    { "低保家庭", "家庭.低保" },
    { "退休", "有效(退休)" },
    { "隐性就业的", "三方比对 = 隐性就业" },
    { "断缴离职的", "三方比对 = 断缴或离职" },
};
static const char *const divisions[][2] = {
    { "全部", "" },
    { "男", " 且 性别 = 男" },
    { "女", " 且 性别 = 女" },
    { "青年", " 且 年龄 >= 16岁 且 年龄 <= 24岁" },
    { "壮年", " 且 年龄 >= 25岁 且 年龄 <= 44岁" },
    { "中年", " 且 年龄 >= 45岁 且 年龄 <= 59岁" },
    { "大专以上", " 且 学历 在 (博士, 硕士, 本科, 大专)" },
    { "初中以下", " 且 学历 在 (初中, 小学, 其他学历)" },
    { "农业户口", " 且 户口性质 = 农业" },
    { "外省户籍", " 且 非 在江苏省(户籍地)" },
};

static void write_file(str path, str text)
{
    struct err e = { 0 };
    CHECK_OK(file_write(path, text, &e), e);
}

/* Villages stand at the end of the list of areas. */
static str with_villages(struct arena *a, str codes)
{
    static const char *const districts[] = { "广陵区", "邗江区", "江都区", "宝应县", "仪征市", "高邮市" };
    size_t list = str_find(codes, STR("\n代码 行政区划")),
           end = str_find(str_slice(codes, list, codes.len), STR("\n\n"));
    struct text t;
    text_init(&t, a, codes.len + (size_t)AREAS * 80);
    end += list + 1;
    text_add(&t, str_slice(codes, 0, end));
    unsigned items = 0;
    for (size_t i = list + 1; i < end; i++) items += codes.p[i] == '\n';
    for (unsigned i = 0; i + items - 1 < AREAS; i++)
        text_addf(&t, "  项 第%u村 9%05u 属 %s\n", i, i, districts[i % (sizeof districts / sizeof *districts)]);
    text_add(&t, str_slice(codes, end, codes.len));
    return text_str(&t);
}

static void add_indicators(struct arena *a, str path, uint64_t count)
{
    struct text t;
    text_init(&t, a, 1 << 20);
    size_t wide = sizeof divisions / sizeof *divisions;
    for (size_t i = 0; i < count && i < wide * (sizeof scopes / sizeof *scopes); i++) {
        const char *const *s = scopes[i / wide], *const *d = divisions[i % wide];
        text_addf(&t, "指标 %s%s人数 : 人\n  依据 示范数据 虚构\n  对象 人员\n  范围 (%s)%s\n  频率 月\n\n", s[0], d[0],
                  s[1], d[1]);
    }
    write_file(path, text_str(&t));
}

static void load(struct pack_set *set, struct arena *a, uint64_t count)
{
    static const char *const packs[] = { "national", "jiangsu", "demo" };
    struct err e = { 0 };
    for (size_t i = 0; i < sizeof packs / sizeof *packs; i++) {
        file_list files = { 0 };
        str from = str_of(t_source("packs"));
        CHECK_OK(file_walk(a, file_join(a, from, str_of(packs[i])), STR(".leye"), 1000, &files, &e), e);
        VEC_EACH (const str, f, &files) {
            str text, to = str_fmt(a, "%s%.*s", t_dir(), STR_ARG(str_slice(*f, from.len, f->len)));
            CHECK_OK(file_read(a, *f, PACK_FILE_MAX, &text, &e), e);
            if (str_eq(file_base(*f), STR("codes.leye"))) text = with_villages(a, text);
            CHECK_OK(file_make_dirs(file_dir(to), &e), e);
            write_file(to, text);
        }
    }
    add_indicators(a, str_fmt(a, "%s/demo/counted.leye", t_dir()), count);
    CHECK_OK(pack_load(set, a, str_fmt(a, "%s/demo", t_dir()), NULL, 0, &e), e);
    if (set->diags.errors > 0) {
        struct text said;
        text_init(&said, a, 1 << 16);
        diags_print_errors(&set->diags, set->program->sources.at, &said);
        FAIL("%.*s", STR_ARG(text_str(&said)));
    }
}

/* ---- people ---- */

/* Each household in a village of its district. */
static void settle(const struct program *p, struct pool *pool)
{
    enum { TILE = 4096 };
    static const char *const fields[][2] = { { "人员", "家庭" }, { "家庭", NULL }, { "单位", NULL } }, *const by[] = {
        "常住地", "住所地", "所在地"
    };
    struct err e = { 0 };
    for (size_t k = 0; k < sizeof by / sizeof *by; k++) {
        const struct entity *en = program_entity(p, str_of(fields[k][0]));
        uint16_t slot = (uint16_t)entity_slot(en, str_of(by[k])), home = 0;
        const struct code_list *list = &p->codes.at[en->slots.at[slot].type.ref];
        uint32_t items = (uint32_t)list->items.len, first = items;
        while (list->items.at[first - 1].code.p[0] == '9') first--;
        CHECK(first < items);
        if (fields[k][1] != NULL) home = (uint16_t)entity_slot(en, str_of(fields[k][1]));
        uint32_t rows = pool_rows(pool, en->id);
        for (uint32_t at = 0; at < rows;) {
            struct pool_change *c = pool_change_start(pool);
            for (uint32_t stop = rows - at > 250 * TILE ? at + 250 * TILE : rows, n; at < stop; at += n) {
                int32_t where[TILE], house[TILE];
                uint8_t states[TILE], at_home[TILE];
                n = stop - at < TILE ? stop - at : TILE;
                pool_read_i32(pool, en->id, slot, at, n, where, states);
                if (fields[k][1] != NULL) pool_read_i32(pool, en->id, home, at, n, house, at_home);
                for (uint32_t i = 0; i < n; i++) {
                    uint64_t seed = fields[k][1] != NULL && at_home[i] == POOL_KNOWN ? (uint64_t)house[i] : at + i;
                    uint32_t village = first + (uint32_t)(seed * UINT64_C(0x9e3779b97f4a7c15) >> 40) % (items - first);
                    if (states[i] == POOL_KNOWN) pool_change_cell(c, en->id, slot, at + i, POOL_KNOWN, village);
                }
            }
            CHECK_OK(pool_change_end(c, &e), e);
        }
    }
}

/* ---- counting ---- */

static void note_row(const char *what, const char *bar, uint64_t people, double *us, double cpu_us, const char *more)
{
    char name[200], said[300];
    snprintf(name, sizeof name, "%s, %llu people (wall)", what, (unsigned long long)people);
    snprintf(said, sizeof said, "; CPU %.2f s%s", cpu_us / 1e6, more);
    bench_row(name, bar, us, RUNS, bench_peak_kib(), said);
}

/* Levels of education changed, then counted on from what was counted before, against counting anew. */
static void count_on(struct tally_job *job, struct pool *before, uint64_t people)
{
    struct err e = { 0 };
    const struct program *p = job->vocab->p;
    struct arena *a = arena_new("changes", 0);
    const struct entity *en = program_entity(p, STR("人员"));
    uint16_t column = (uint16_t)entity_slot(en, STR("学历"));
    struct tally_counts *counts, *on = NULL, *anew;
    struct pool *now;
    str path = str_of(t_path("city.pool")), stamp;
    double us[RUNS], cpu_us[RUNS];
    CHECK_OK(pool_save(before, path, STR("1"), &e), e);
    CHECK_OK(pool_open(&now, &job->vocab->schema, path, &stamp, a, &e), e);
    job->pool = before;
    CHECK_OK(tally_count(job, STR("1"), a, &counts, &e), e);
    uint32_t *who = ARENA_ARRAY(a, uint32_t, CHANGED), rows = pool_rows(before, en->id);
    struct pool_change *c = pool_change_start(now);
    for (unsigned i = 0; i < CHANGED; i++) {
        who[i] = (uint32_t)t_random_below(rows);
        pool_change_cell(c, en->id, column, who[i], POOL_KNOWN, (int64_t)t_random_below(9));
    }
    CHECK_OK(pool_change_end(c, &e), e);
    job->pool = now;
    for (int i = 0; i < RUNS; i++) {
        struct arena_mark m = arena_mark(a);
        double start = bench_wall_us(), cpu = bench_cpu_us();
        struct vocab_touched *touched = vocab_touched_new(job->vocab, a);
        vocab_affected(vocab_affect_of(job->vocab, now, a), en->id, column, who, CHANGED, touched);
        CHECK_OK(tally_again(job, STR("2"), counts, before, touched, a, &on, &e), e);
        us[i] = bench_wall_us() - start, cpu_us[i] = bench_cpu_us() - cpu;
        if (i + 1 < RUNS) arena_rewind(a, m);
    }
    note_row("counted on after 200,000 changed facts", "", people, us, bench_median(cpu_us, RUNS), "");
    CHECK_OK(tally_count(job, STR("2"), a, &anew, &e), e);
    struct tally x, y;
    tally_finish(job, on, a, &x);
    tally_finish(job, anew, a, &y);
    for (size_t i = 0; i < tally_at(&x, x.indicators, 0, 0); i++) CHECK(x.values[i] == y.values[i]);
    pool_free(now);
    arena_free(a);
}

TEST_WITHIN(indicators_by_area_and_month, 3600)
{
    struct arena *a = arena_new("bench", 0);
    struct err e = { 0 };
    struct pack_set set;
    struct city_result r;
    struct pool *pool;
    uint64_t people = asked("BENCH_PEOPLE", 500000), count = asked("BENCH_INDICATORS", 200),
             months = asked("BENCH_MONTHS", 12);
    load(&set, a, count);
    const struct program *p = set.program;
    const struct vocab *v = vocab_of(p, false, a);
    struct city_options o = { .people = people, .seed = 1, .day = 1, .date = date_of(2024, 6, 3) };
    CHECK_OK(city_pool(&o, v, &pool, &r, NULL, &e), e);
    settle(p, pool);
    uint32_t *which = ARENA_ARRAY(a, uint32_t, p->indicators.len), n = 0;
    for (uint32_t i = (uint32_t)p->indicators.len; i-- > 0 && n < count;) {
        uint32_t on = p->indicators.at[i].entity; /* households are in no area */
        if (on != 0 && tally_area_slot(&p->entities.at[on - 1], STR("常住地,所在地")) >= 0) which[n++] = i;
    }
    CHECK_INT(n, (int64_t)count);
    struct tally_job job = { .vocab = v,
                             .pool = pool,
                             .indicators = which,
                             .count = n,
                             .to = { 2024 * 12 + 4 },
                             .by = STR("常住地,所在地"),
                             .known_to = date_of(2024, 5, 31),
                             .threads = (unsigned)asked("BENCH_THREADS", 0) };
    job.from.index = job.to.index - (int32_t)months + 1;
    double us[RUNS], cpu_us[RUNS];
    long before_kib = bench_peak_kib();
    uint32_t areas = 0;
    for (int i = 0; i < RUNS; i++) {
        struct tally t;
        struct arena_mark m = arena_mark(a);
        double start = bench_wall_us(), cpu = bench_cpu_us();
        CHECK_OK(tally_run(&job, a, &t, &e), e);
        us[i] = bench_wall_us() - start, cpu_us[i] = bench_cpu_us() - cpu;
        areas = t.areas - 1;
        arena_rewind(a, m);
    }
    char what[200], more[200];
    double cpu = bench_median(cpu_us, RUNS);
    snprintf(what, sizeof what, "%u indicators × %u areas × %llu months", n, areas, (unsigned long long)months);
    snprintf(more, sizeof more, ", %.2f ns per person, indicator and month; %ld MiB more than the pool",
             cpu * 1000 / (double)people / (double)n / (double)months, (bench_peak_kib() - before_kib) / 1024);
    note_row(what, "≤ 5 s for 5 M", people, us, cpu, more);
    count_on(&job, pool, people);
    pool_free(pool);
    arena_free(a);
}
