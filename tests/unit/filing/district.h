/* A district with two towns of two and one village, and the returns they fill. */
#ifndef UNIT_FILING_DISTRICT_H
#define UNIT_FILING_DISTRICT_H
#include "filing/filing.h"
#include "pack/pack.h"
#include "support/t.h"

static const char district_words[] =
    "包 甲\n  级别 市\n  地区 329900\n  版本 1\n来源 文\n  名称 文件\n"
    "日历 节日\n  依据 文 一\n  2024-05-01 休 劳动节\n"
    "代码 行政区划\n  项 试验市 329900\n  项 东区 329901 属 试验市\n  项 西区 329902 属 试验市\n"
    "  项 东一街道 329901001 属 东区\n  项 东二街道 329901002 属 东区\n  项 西一镇 329902100 属 西区\n"
    "指标 新增就业 : 万人\n  依据 文 一\n  频率 月\n"
    "指标 其中困难人员 : 人\n  依据 文 一\n  频率 月\n"
    "指标 登记失业率 : %\n  依据 文 一\n  频率 月\n"
    "报表 就业月报\n  别名 monthly\n  依据 文 二\n  频率 月\n  指标 新增就业, 其中困难人员, 登记失业率\n"
    "  累计 新增就业, 其中困难人员\n  填报 乡镇\n  上报 市\n  时限 3工作日\n  每级 2工作日\n"
    "  校验 部分不多于全部：其中困难人员 <= 新增就业\n    说明 困难人员是新增就业里面的\n"
    "  校验 累计没有变少：新增就业 >= 上期(新增就业)\n    可说明\n    说明 累计数比上个月少了\n"
    "规划 方案\n  依据 文 三\n  期间 2023-01-01 起 至 2025-12-31\n"
    "任务 走访企业\n  依据 文 三\n  规划 方案\n  年度 2024 80家\n"
    "报表 季报\n  依据 文 二\n  频率 季\n  指标 登记失业率, 走访企业, 新增就业\n  本期 新增就业\n  填报 县\n  上报 "
    "县\n";

struct district {
    struct arena *a;
    const struct program *p;
    const struct return_ *form;
    struct store *s;
    struct filing_areas areas;
    struct interval april;
};

static inline void district_open(struct district *d, struct arena *a, const char *name)
{
    struct err e = { 0 };
    struct pack_set set;
    pack_load_text(&set, a, STR("words.leye"), str_of(district_words));
    VEC_EACH (const struct diag, g, &set.diags.list) NOTE("%.*s", STR_ARG(g->text));
    CHECK_INT((int64_t)set.diags.errors, 0);
    *d = (struct district){ .a = a, .p = set.program, .form = program_return(set.program, STR("monthly")) };
    CHECK(d->form != NULL);
    CHECK_OK(store_open(&d->s, str_of(t_path(name)), STORE_CREATE, &e), e);
    CHECK_OK(filing_migrate(d->s, &e), e);
    CHECK_OK(filing_areas_of(d->p, d->form, a, &d->areas, &e), e);
    CHECK_OK(filing_period_read(d->form, STR("2024-04"), &d->april, &e), e);
}

static inline struct filing_act act_of(const char *who, uint32_t roles, const char *where, date day, const char *reason)
{
    return (struct filing_act){ str_of(who), roles, str_of(where), day, str_of(reason), 1717400000000 };
}

static inline struct figures log_of(struct district *d)
{
    struct err e = { 0 };
    struct figures f = { 0 };
    CHECK_OK(watch_read(d->s, d->a, DATE_MAX, &f, &e), e);
    return f;
}

static inline struct filing filing_of(struct district *d, const char *area)
{
    struct err e = { 0 };
    struct filing x;
    CHECK_OK(filing_find_one(d->s, d->form->name, str_of(area), d->april, d->a, &x, &e), e);
    return x;
}

static inline bool fill_cells(struct district *d, const struct filing_act *act, int64_t id, const char *const *words,
                              size_t count, struct err *e)
{
    struct filing_entry entries[8];
    *e = (struct err){ 0 };
    for (size_t i = 0; i < count; i++) { /* cell, value, reason */
        entries[i] = (struct filing_entry){ str_of(words[3 * i]), str_of(words[3 * i + 1]), str_of(words[3 * i + 2]) };
    }
    struct figures log = log_of(d);
    return filing_fill(d->s, act, d->p, id, entries, count, &log, d->a, e);
}

static inline bool move_on(struct district *d, const struct filing_act *act, int64_t id, enum filing_move_kind kind,
                           struct err *e)
{
    struct filing_moved moved;
    struct figures log = log_of(d);
    *e = (struct err){ 0 };
    return filing_move(d->s, act, d->p, id, kind, &log, d->a, &moved, e);
}

static inline date may(int day) { return date_of(2024, 5, day); }

static inline void open_april(struct district *d, const struct figures *known)
{
    struct err e = { 0 };
    struct filing_opened r;
    struct filing_act act = act_of("市", FILING_FILLER, "329900", may(1), "");
    CHECK_OK(filing_open(d->s, &act, d->p, d->form, d->april, known, d->a, &r, &e), e);
    CHECK_INT((int64_t)r.made, 6);
}

/* One town filled, reported and approved. */
static inline void town_comes_in(struct district *d, const char *town, const char *county, const char *jobs,
                                 const char *hard)
{
    struct err e;
    struct filing_act fill = act_of("镇", FILING_FILLER, town, may(6), ""),
                      approve = act_of("县审", FILING_APPROVER, county, may(7), "");
    const char *const words[] = { "新增就业", jobs, NULL, "其中困难人员", hard, NULL, "登记失业率", "3.1", NULL };
    int64_t id = filing_of(d, town).id;
    CHECK_OK(fill_cells(d, &fill, id, words, 3, &e), e);
    CHECK_OK(move_on(d, &fill, id, FILING_REPORT, &e), e);
    CHECK_OK(move_on(d, &approve, id, FILING_APPROVE, &e), e);
}

static inline num logged(struct district *d, const char *indicator, const char *area, enum status *status)
{
    struct figures f = log_of(d);
    num v = -1;
    VEC_EACH (const struct observation, o, &f.list) {
        if (str_eq(o->indicator, str_of(indicator)) && str_eq(o->area, str_of(area))) v = o->value, *status = o->status;
    }
    return v;
}

static inline num tenths(int64_t n) { return (num)n * num_pow10(MEASURE_SCALE - 1); }

/* Everybody reported, everything is approved. */
static inline void all_come_in(struct district *d)
{
    struct err e;
    static const char *const counties[] = { "329901", "329902" };
    const char *const rate[] = { "登记失业率", "3", "" };
    town_comes_in(d, "329901001", "329901", "0.3", "100");
    town_comes_in(d, "329901002", "329901", "0.2", "50");
    town_comes_in(d, "329902100", "329902", "0.1", "10");
    for (size_t i = 0; i < 2; i++) {
        struct filing_act fill = act_of("县", FILING_FILLER, counties[i], may(8), ""),
                          approve = act_of("市审", FILING_APPROVER, "329900", may(8), "");
        int64_t id = filing_of(d, counties[i]).id;
        CHECK_OK(fill_cells(d, &fill, id, rate, 1, &e), e);
        CHECK_OK(move_on(d, &fill, id, FILING_REPORT, &e), e);
        CHECK_OK(move_on(d, &approve, id, FILING_APPROVE, &e), e);
    }
    struct filing_act fill = act_of("市", FILING_FILLER, "329900", may(14), ""),
                      approve = act_of("市审", FILING_APPROVER, "329900", may(14), "");
    int64_t id = filing_of(d, "329900").id;
    CHECK_OK(fill_cells(d, &fill, id, rate, 1, &e), e);
    CHECK_OK(move_on(d, &fill, id, FILING_REPORT, &e), e);
    CHECK_OK(move_on(d, &approve, id, FILING_APPROVE, &e), e);
}

#endif
