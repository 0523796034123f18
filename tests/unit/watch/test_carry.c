/* Figures of areas that are no more, under what became of them. */
#include "pack/pack.h"
#include "support/t.h"
#include "watch/watch.h"

static const char words[] =
    "包 甲\n  级别 市\n  地区 320600\n  版本 1\n来源 文\n  名称 文件\n"
    "代码 行政区划\n  项 试验市 320600\n  项 新区 320613 属 试验市\n  项 北区 320614 属 试验市\n"
    "指标 人数 : 万人\n  依据 文 一\n指标 率 : %\n  依据 文 一\n指标 人均 : 元\n  依据 文 一\n  不相加\n"
    "区划变更 合并\n  依据 文 二\n  日期 2020-07-05\n  原来 320602, 320611\n  改为 320613\n"
    "区划变更 改名\n  依据 文 二\n  日期 2020-07-05\n  原来 320684\n  改为 320614\n"
    "区划变更 再拆\n  依据 文 二\n  日期 2022-01-01\n  原来 320613\n  改为 320616\n    占 60%\n  改为 320617\n    占 "
    "40%\n"
    "区划变更 并入\n  依据 文 二\n  日期 2020-07-05\n  原来 320681, 320682\n  改为 320681\n"
    "区划变更 分出\n  依据 文 二\n  日期 2020-07-05\n  原来 320683\n  改为 320683\n    占 70%\n  改为 320685\n"
    "    占 30%\n";

static const struct program *program_here(struct arena *a)
{
    struct pack_set set;
    pack_load_text(&set, a, STR("words.leye"), str_of(words));
    VEC_EACH (const struct diag, d, &set.diags.list) NOTE("%.*s", STR_ARG(d->text));
    CHECK_INT((int64_t)set.diags.errors, 0);
    return set.program;
}

static void add(struct arena *a, struct figures *f, const char *indicator, const char *area, int year, int hundredths)
{
    *vec_push(a, &f->list) = (struct observation){ .indicator = str_of(indicator),
                                                   .area = str_of(area),
                                                   .period = { { year * 12 }, { year * 12 + 11 } },
                                                   .value = (num)hundredths * num_pow10(MEASURE_SCALE - 2),
                                                   .status = STATUS_FINAL,
                                                   .known = date_of(year + 1, 3, 1),
                                                   .source = STR("公报") };
}

static const struct observation *only(const struct figures *f, const char *indicator, const char *area, int year)
{
    const struct observation *found = NULL;
    VEC_EACH (const struct observation, o, &f->list) {
        if (!str_eq(o->indicator, str_of(indicator)) || !str_eq(o->area, str_of(area)) ||
            o->period.from.index != year * 12)
            continue;
        CHECK(found == NULL);
        found = o;
    }
    return found;
}

TEST(merged_areas_add_up_under_the_new_code_and_say_that_they_were_carried_over)
{
    autoarena *a = arena_new("test", 0);
    const struct program *p = program_here(a);
    struct figures f = { 0 };
    add(a, &f, "人数", "320602", 2019, 150), add(a, &f, "人数", "320611", 2019, 51);
    figures_carry(a, p, &f);
    const struct observation *o = only(&f, "人数", "320613", 2019);
    CHECK(o != NULL && o->value == 201 * num_pow10(MEASURE_SCALE - 2));
    CHECK_STR(o->note, "换算：320602、320611 按 2020-07-05 的区划变更归入");
    /* and what was split again is carried on */
    o = only(&f, "人数", "320616", 2019);
    CHECK(o != NULL && o->value == 12060 * num_pow10(MEASURE_SCALE - 4));
    o = only(&f, "人数", "320617", 2019);
    CHECK(o != NULL && o->value == 8040 * num_pow10(MEASURE_SCALE - 4));
    size_t n = f.list.len;
    figures_carry(a, p, &f);
    CHECK_INT((int64_t)f.list.len, (int64_t)n); /* once is enough */
}

TEST(figures_without_a_source_add_up_all_the_same)
{
    autoarena *a = arena_new("test", 0);
    const struct program *p = program_here(a);
    struct figures f = { 0 };
    add(a, &f, "人数", "320602", 2019, 150), add(a, &f, "人数", "320611", 2019, 51);
    VEC_EACH (struct observation, o, &f.list) o->source = STR("");
    figures_carry(a, p, &f);
    const struct observation *o = only(&f, "人数", "320613", 2019);
    CHECK(o != NULL && o->value == 201 * num_pow10(MEASURE_SCALE - 2));
}

TEST(an_area_that_takes_another_in_has_its_old_figures_replaced_once)
{
    autoarena *a = arena_new("test", 0);
    const struct program *p = program_here(a);
    struct figures f = { 0 };
    add(a, &f, "人数", "320682", 2019, 150), add(a, &f, "人数", "320681", 2019, 51);
    add(a, &f, "人数", "320681", 2019, 50); /* of another source */
    f.list.at[f.list.len - 1].source = STR("年鉴"), f.list.at[f.list.len - 1].status = STATUS_FLASH;
    add(a, &f, "人数", "320681", 2018, 40); /* 320682 is missing: told, and left */
    for (size_t twice = 0; twice < 2; twice++) {
        figures_carry(a, p, &f);
        const struct observation *o = only(&f, "人数", "320681", 2019);
        CHECK(o != NULL && o->value == 201 * num_pow10(MEASURE_SCALE - 2));
        CHECK_STR(o->note, "换算：320681、320682 按 2020-07-05 的区划变更归入");
        CHECK(only(&f, "人数", "320681", 2018)->value == 40 * num_pow10(MEASURE_SCALE - 2));
        CHECK_INT((int64_t)f.list.len, 3);
    }
    CHECK_STR(f.problems.at[0].text, "“人数”2018年：320682 没有数，没有换算到新的代码下");
    /* and one that gives a part away */
    f = (struct figures){ 0 };
    add(a, &f, "人数", "320683", 2019, 100);
    figures_carry(a, p, &f);
    CHECK(only(&f, "人数", "320683", 2019)->value == 70 * num_pow10(MEASURE_SCALE - 2));
    CHECK(only(&f, "人数", "320685", 2019)->value == 30 * num_pow10(MEASURE_SCALE - 2));
    CHECK_INT((int64_t)f.problems.len, 0);
}

TEST(what_cannot_be_carried_is_told)
{
    autoarena *a = arena_new("test", 0);
    const struct program *p = program_here(a);
    struct figures f = { 0 };
    add(a, &f, "人数", "320602", 2018, 150);                                      /* the other one is missing */
    add(a, &f, "率", "320602", 2019, 300), add(a, &f, "率", "320611", 2019, 400); /* ratios do not add */
    add(a, &f, "人均", "320602", 2019, 300), add(a, &f, "人均", "320611", 2019, 400);
    add(a, &f, "率", "320684", 2019, 250); /* a mere change of code carries everything */
    add(a, &f, "人数", "320602", 2021, 1),
        add(a, &f, "人数", "320611", 2021, 1); /* after the day: a mistake, not ours */
    figures_carry(a, p, &f);
    CHECK(only(&f, "人数", "320613", 2018) == NULL);
    CHECK(only(&f, "率", "320613", 2019) == NULL);
    CHECK(only(&f, "人均", "320613", 2019) == NULL);
    CHECK(only(&f, "人数", "320613", 2021) == NULL);
    const struct observation *o = only(&f, "率", "320614", 2019);
    CHECK(o != NULL && o->value == 250 * num_pow10(MEASURE_SCALE - 2));
    CHECK_INT((int64_t)f.problems.len, 3);
    CHECK_STR(f.problems.at[0].text, "“人数”2018年：320611 没有数，没有换算到新的代码下");
}

TEST(an_area_with_its_own_figure_keeps_it)
{
    autoarena *a = arena_new("test", 0);
    const struct program *p = program_here(a);
    struct figures f = { 0 };
    add(a, &f, "人数", "320602", 2019, 150), add(a, &f, "人数", "320611", 2019, 51);
    add(a, &f, "人数", "320613", 2019, 199);
    figures_carry(a, p, &f);
    CHECK(only(&f, "人数", "320613", 2019)->value == 199 * num_pow10(MEASURE_SCALE - 2));
    CHECK_STR(f.problems.at[0].text, "“人数”2019年：320613 自己有数，用它自己的，没有换算");
}

TEST(a_code_is_known_by_the_list_by_a_region_or_by_a_change)
{
    autoarena *a = arena_new("test", 0);
    const struct program *p = program_here(a);
    CHECK(figures_area_known(p, STR("320613")) && figures_area_known(p, STR("320600")));
    CHECK(figures_area_known(p, STR("320602")));
    CHECK(!figures_area_known(p, STR("999999")));
}
