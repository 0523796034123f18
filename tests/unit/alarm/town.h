/* A place with a few warnings, and figures made for them. */
#ifndef UNIT_ALARM_TOWN_H
#define UNIT_ALARM_TOWN_H
#include "alarm/alarm.h"
#include "pack/pack.h"
#include "support/t.h"

static const char town_words[] =
    "包 甲\n  级别 市\n  地区 320600\n  版本 1\n来源 文\n  名称 文件\n"
    "日历 节日\n  依据 文 一\n  2024-05-01 休 劳动节\n"
    "参数 没定的线 : %\n  开放\n  说明 谁定\n  依据 文 一\n"
    "参数 定了的线 : %\n  2020-01-01 5.5%  依据 文 一\n"
    "指标 失业率 : %\n  依据 文 一\n  方向 逆向\n  频率 月\n"
    "指标 登记人数 : 万人\n  依据 文 一\n  频率 月\n"
    "预警 持续高\n  依据 文 一\n  指标 失业率\n  触发 >= 定了的线\n  解除 < 5%\n  持续 2月\n  级别 二级\n"
    "  签收 1工作日\n  时限 3工作日\n  处置 走访单位\n  处置 组织招聘\n"
    "预警 线没定\n  依据 文 一\n  指标 失业率\n  触发 >= 没定的线\n"
    "预警 有一点就报\n  依据 文 一\n  指标 登记人数\n  触发 > 0万人\n  地区 320602\n"
    "预警 太低\n  依据 文 一\n  指标 登记人数\n  触发 <= 2万人\n  地区 320611\n"
    "预警 比最好时候差\n  依据 文 一\n  指标 失业率\n  信号 萨姆\n  触发 >= 0.5%\n"
    "预警 累积偏离\n  依据 文 一\n  指标 失业率\n  信号 累积和\n  触发 >= 5倍\n  基准 24月\n  余量 0.5倍\n"
    "预警 平均偏离\n  依据 文 一\n  指标 失业率\n  信号 移动平均\n  触发 >= 2.7倍\n  基准 24月\n  权重 20%\n"
    "预警 偏离季节\n  依据 文 一\n  指标 登记人数\n  信号 偏离季节\n  触发 >= 7倍\n";

static inline const struct program *town_program(struct arena *a)
{
    struct pack_set set;
    pack_load_text(&set, a, STR("words.leye"), str_of(town_words));
    VEC_EACH (const struct diag, d, &set.diags.list) NOTE("%.*s", STR_ARG(d->text));
    CHECK_INT((int64_t)set.diags.errors, 0);
    return set.program;
}

/* One figure a month from `first` on, in hundredths; -1: none. */
static inline void town_add(struct arena *a, struct figures *f, const char *indicator, const char *area, month first,
                            const int *hundredths, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        month m = { first.index + (int32_t)i };
        if (hundredths[i] < 0) continue;
        *vec_push(a, &f->list) = (struct observation){ .indicator = str_of(indicator),
                                                       .area = str_of(area),
                                                       .period = { m, m },
                                                       .value = (num)hundredths[i] * num_pow10(MEASURE_SCALE - 2),
                                                       .known = month_last(m),
                                                       .source = STR("编的") };
    }
}

static inline struct alarm_reading town_read(struct arena *a, const struct program *p, const char *rule,
                                             const struct figures *f, struct alarm_series *s)
{
    struct alarm_reading r = { 0 };
    alarm_series_list list = { 0 };
    const struct warning *w = program_warning(p, str_of(rule));
    alarm_series_of(p, w, f, a, &list);
    CHECK_INT((int64_t)list.len, 1);
    *s = list.at[0];
    alarm_read(p, w, s, date_of(2024, 6, 3), a, &r);
    return r;
}

#endif
