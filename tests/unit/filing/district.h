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
    "报表 季报\n  依据 文 二\n  频率 季\n  指标 登记失业率, 走访企业\n  填报 县\n  上报 县\n";

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
    return filing_fill(d->s, act, d->p, id, entries, count, d->a, e);
}

static inline bool move_on(struct district *d, const struct filing_act *act, int64_t id, enum filing_move_kind kind,
                           struct err *e)
{
    enum filing_state state;
    struct figures log = log_of(d);
    *e = (struct err){ 0 };
    return filing_move(d->s, act, d->p, id, kind, &log, d->a, &state, e);
}

#endif
