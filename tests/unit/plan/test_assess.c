/* Areas scored by a table: exact points, a ceiling that is kept, a veto, what is missing, places that do not hold. */
#include "base/file.h"
#include "pack/pack.h"
#include "plan/assess.h"
#include "support/t.h"

static const char words[] = "包 甲\n  级别 市\n  地区 320600\n  版本 1\n来源 文\n  名称 文件\n"
                            "规划 规\n  依据 文 一\n  期间 2021-01-01 起 至 2025-12-31\n"
                            "指标 就业 : 人\n  依据 文 一\n  方向 正向\n指标 失业率 : %\n  依据 文 一\n  方向 逆向\n"
                            "目标 就业目标\n  依据 文 一\n  规划 规\n  指标 就业\n  口径 累计\n  目标值 >= 100人\n"
                            "目标 失业率目标\n  依据 文 一\n  规划 规\n  指标 失业率\n  口径 期末\n  目标值 <= 5%\n";

static const struct program *program(struct arena *a)
{
    struct pack_set set;
    pack_load_text(&set, a, STR("words.leye"), str_of(words));
    CHECK_INT((int64_t)set.diags.errors, 0);
    return set.program;
}

static bool read(struct arena *a, const struct program *p, const char *rows, struct assess_table *t, struct err *e)
{
    const char *path = t_path("rules.csv");
    *t = (struct assess_table){ 0 };
    *e = (struct err){ 0 };
    CHECK_OK(file_write(str_of(path), str_fmt(a, "指标,地区,目标,分值,规则,加分\n%s", rows), e), *e);
    return assess_read(a, str_of(path), p, &p->plans.at[0], t, e);
}

static void add(struct arena *a, struct figures *f, const char *indicator, const char *area, int tenths)
{
    month from = { 2021 * 12 }, to = { 2021 * 12 + 11 };
    *vec_push(a, &f->list) = (struct observation){ .indicator = str_of(indicator),
                                                   .area = str_of(area),
                                                   .period = { from, to },
                                                   .value = (num)tenths * num_pow10(MEASURE_SCALE - 1),
                                                   .known = date_of(2022, 1, 10) };
}

TEST(points_are_exact_and_places_say_how_steady_they_are)
{
    autoarena *a = arena_new("test", 0);
    const struct program *p = program(a);
    struct assess_table t;
    struct figures f = { 0 };
    assess_scores s = { 0 };
    struct err e;
    CHECK_OK(read(a, p,
                  "就业,320601,30,60,超额加分,6\n就业,320602,30,60,超额加分,6\n就业,320603,30,60,超额加分,6\n"
                  "失业率,320601,5,40,未完成一票否决,\n失业率,320602,5,40,未完成一票否决,\n"
                  "失业率,320603,5,40,未完成一票否决,\n",
                  &t, &e),
             e);
    add(a, &f, "就业", "320601", 600), add(a, &f, "失业率", "320601", 100); /* twice the jobs, twice the rate */
    add(a, &f, "就业", "320602", 250), add(a, &f, "失业率", "320602", 40);
    add(a, &f, "就业", "320603", 250);
    CHECK_OK(assess_run(a, p, &p->plans.at[0], &t, &f, date_of(2022, 2, 1), &s, &e), e);
    CHECK_INT((int64_t)s.len, 3);
    CHECK_STR(s.at[0].area, "320602");
    CHECK_STR(measure_text(a, s.at[0].points, 0), "90"); /* 25 of 30 jobs, rate kept */
    CHECK(!s.at[0].vetoed);
    CHECK_STR(measure_text(a, s.at[1].points, 0), "86"); /* 60 + 6, and half of 40 */
    CHECK(s.at[1].vetoed);
    CHECK_INT(s.at[1].best, 1);
    CHECK_INT(s.at[1].worst, 2);
    CHECK(!s.at[2].complete);
    CHECK_STR(s.at[2].missing.at[0], "失业率");
}

TEST(a_table_that_contradicts_itself_is_refused_with_its_row)
{
    autoarena *a = arena_new("test", 0);
    const struct program *p = program(a);
    struct assess_table t;
    struct err e;
    CHECK_ERR(read(a, p, "就业,320601,30,60,超额加分,6\n就业,320602,30,50,超额加分,6\n", &t, &e), e, INVALID);
    CHECK_ERR(read(a, p, "就业,320601,30,60,超额加分,6\n就业,320601,31,60,超额加分,6\n", &t, &e), e, INVALID);
    CHECK_ERR(read(a, p, "就业,320601,0,60,超额加分,6\n", &t, &e), e, INVALID);
    CHECK_ERR(read(a, p, "就业,320601,30,-1,超额加分,6\n", &t, &e), e, INVALID);
    CHECK_ERR(read(a, p, "没有的,320601,30,60,超额加分,6\n", &t, &e), e, NOT_FOUND);
}
