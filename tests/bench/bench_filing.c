/* bench_filing: a return of 30 cells from 20,000 villages of 200 towns: opened with everything known, looked at, one
 * town's villages filled, reported and approved, added up. Times are CPU time. */
#include "bench.h"
#include "filing/filing.h"
#include "pack/pack.h"

enum { COUNTIES = 10, TOWNS = 20, VILLAGES = 100, CELLS = 30, SHEETS = COUNTIES * TOWNS * VILLAGES, ONCE = 1 };
#define ALL (1 + COUNTIES + COUNTIES * TOWNS + SHEETS)

static str words_of(struct arena *a)
{
    struct text t;
    text_init(&t, a, 16 << 20);
    text_addz(&t,
              "包 甲\n  级别 市\n  地区 329900\n  版本 1\n来源 文\n  名称 文件\n代码 行政区划\n  项 试验市 329900\n");
    for (int c = 0; c < COUNTIES; c++) {
        text_addf(&t, "  项 县%d 3299%02d 属 试验市\n", c, c + 1);
        for (int w = 0; w < TOWNS; w++) {
            text_addf(&t, "  项 镇%d_%d 3299%02d%03d 属 县%d\n", c, w, c + 1, w + 1, c);
            for (int v = 0; v < VILLAGES; v++)
                text_addf(&t, "  项 村%d_%d_%d 3299%02d%03d%03d 属 镇%d_%d\n", c, w, v, c + 1, w + 1, v + 200, c, w);
        }
    }
    for (int i = 0; i < CELLS; i++) text_addf(&t, "指标 格%d : 人\n  依据 文 一\n  频率 月\n", i);
    text_addz(&t, "报表 月报\n  依据 文 二\n  频率 月\n  指标 格0");
    for (int i = 1; i < CELLS; i++) text_addf(&t, ", 格%d", i);
    text_addz(&t, "\n  填报 村\n  上报 市\n  时限 3日\n");
    return text_str(&t);
}

struct country {
    struct arena *a;
    const struct program *p;
    const struct return_ *form;
    struct store *s;
    struct filing_areas areas;
    struct interval april;
    struct figures known;
};

static void start(struct country *k, struct arena *a)
{
    struct err e = { 0 };
    struct pack_set set;
    pack_load_text(&set, a, STR("words.leye"), words_of(a));
    VEC_EACH (const struct diag, g, &set.diags.list) NOTE("%.*s", STR_ARG(g->text));
    CHECK_INT((int64_t)set.diags.errors, 0);
    *k = (struct country){ .a = a, .p = set.program, .form = program_return(set.program, STR("月报")) };
    CHECK_OK(store_open(&k->s, str_of(t_path("c.db")), STORE_CREATE, &e), e);
    CHECK_OK(filing_migrate(k->s, &e), e);
    CHECK_OK(filing_areas_of(k->p, k->form, a, &k->areas, &e), e);
    CHECK_INT((int64_t)k->areas.list.len, ALL);
    CHECK_OK(filing_period_read(k->form, STR("2024-04"), &k->april, &e), e);
    VEC_EACH (const struct filing_area, x, &k->areas.list) {
        for (int i = 0; i < CELLS && x->level == LEVEL_VILLAGE; i++)
            *vec_push(a, &k->known.list) = (struct observation){ .indicator = str_fmt(a, "格%d", i),
                                                                 .area = x->code,
                                                                 .period = k->april,
                                                                 .value = i * num_pow10(MEASURE_SCALE),
                                                                 .source = STR("登记") };
    }
}

static void row_of(const char *what, const char *bar, double *us, size_t n)
{
    bench_row(what, bar, us, n, bench_peak_kib(), "");
}

TEST_WITHIN(returns_of_20000_villages, 600)
{
    autoarena *a = arena_new("bench", 0);
    struct country k;
    struct err e = { 0 };
    double from, us[VILLAGES];
    start(&k, a);
    struct filing_act city = { STR("市"), FILING_FILLER, STR("329900"), date_of(2024, 5, 1), STR(""), 1717400000000 };
    struct filing_opened made;
    from = bench_cpu_us();
    CHECK_OK(filing_open(k.s, &city, k.p, k.form, k.april, &k.known, a, &made, &e), e);
    us[0] = bench_cpu_us() - from;
    CHECK_INT((int64_t)made.made, ALL);
    CHECK_INT((int64_t)made.known, (int64_t)SHEETS * CELLS);
    row_of("20,000 sheets of 30 cells opened with what is known, and those of all levels", "–", us, ONCE);

    filing_list all = { 0 };
    struct filing_wanted wanted = { .form = k.form->name, .has_period = true, .period = k.april, .latest = true };
    from = bench_cpu_us();
    CHECK_OK(filing_find(k.s, &wanted, a, &all, &e), e);
    us[0] = bench_cpu_us() - from;
    CHECK_INT((int64_t)all.len, ALL);
    row_of("all of them listed", "–", us, ONCE);

    struct figures log = { 0 };
    size_t n = 0;
    VEC_EACH (const struct filing, x, &all) {
        if (!str_starts(x->area, STR("329901001")) || str_eq(x->area, STR("329901001"))) continue;
        struct filing_act fill = { STR("村"), FILING_FILLER, x->area, date_of(2024, 5, 2), STR(""), 1717400000000 },
                          approve = { STR("镇"),           FILING_APPROVER, STR("329901001"),
                                      date_of(2024, 5, 3), STR(""),         1717400000000 };
        struct filing_moved moved;
        autoarena *once = arena_new("sheet", 0); /* as long as a request */
        from = bench_cpu_us();
        CHECK_OK(filing_fill(k.s, &fill, k.p, x->id, NULL, 0, &log, once, &e), e);
        CHECK_OK(filing_move(k.s, &fill, k.p, x->id, FILING_REPORT, &log, once, &moved, &e), e);
        CHECK_OK(filing_move(k.s, &approve, k.p, x->id, FILING_APPROVE, &log, once, &moved, &e), e);
        us[n++] = bench_cpu_us() - from;
    }
    CHECK_INT((int64_t)n, VILLAGES);
    row_of("one sheet filled as known, reported, approved", "–", us, n);

    struct filing town;
    struct filing_sheet sheet;
    CHECK_OK(filing_find_one(k.s, k.form->name, STR("329901001"), k.april, a, &town, &e), e);
    for (size_t i = 0; i < BENCH_RUNS; i++) {
        from = bench_cpu_us();
        CHECK_OK(filing_open_sheet(k.s, k.p, &k.areas, &town, &log, a, &sheet, &e), e);
        us[i] = bench_cpu_us() - from;
    }
    CHECK_INT((int64_t)sheet.below_count, VILLAGES);
    CHECK_INT((int64_t)sheet.below.len, 0);
    row_of("a town's sheet opened: the sum of its 100 villages", "–", us, BENCH_RUNS);
    store_close(k.s);
}
