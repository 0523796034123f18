/* Counted indicators as numbers in their own units: factors, shares, what stays hidden, what becomes an observation. */
#include "gauge/gauge.h"
#include "unit/kernel/same.h"

static const char MODEL[] = "包 测\n  级别 示例\n  地区 320000\n  版本 1\n来源 甲法\n  名称 甲法\n"
                            "代码 地\n  项 市 320000\n  项 东区 320001 属 市\n  项 西区 320002 属 市\n"
                            "  项 外市 330000\n"
                            "实体 人员\n  字段 数 : 数\n  字段 住 : 地\n"
                            "指标 大数的人 : 人\n  依据 甲法 一\n  对象 人员\n  范围 数 > 5\n"
                            "指标 全部的人 : 百人\n  依据 甲法 一\n  对象 人员\n"
                            "指标 大数的份额 : %\n  依据 甲法 一\n  对象 人员\n  范围 数 > 5\n  分母 有数的人\n"
                            "指标 有数的人 : 人\n  依据 甲法 一\n  对象 人员\n  范围 有(数)\n  最少 4人\n"
                            "指标 报来的 : 人\n  依据 甲法 一\n";

enum { EAST = 6, WEST = 3, OUTSIDE = 1, PEOPLE = EAST + WEST + OUTSIDE, JAN = 2024 * 12 };

static void count(struct gauge *g, struct arena *a, const char *by, const str *names, size_t n)
{
    struct err e = { 0 };
    struct loaded *l = ARENA_NEW(a, struct loaded);
    struct record *subjects[PEOPLE];
    uint32_t at[PEOPLE];
    struct pool *pool;
    *l = load_good(a, str_of(MODEL));
    for (int i = 0; i < PEOPLE; i++) {
        struct diags *d = ARENA_NEW(a, struct diags);
        struct facts f = start_facts(l, a, d, "人员");
        give_facts(&f, l, a, d,
                   str_fmt(a, "数 = %d，住 = %s", i % 3 == 0 ? 9 : 1,
                           i < EAST          ? "东区"
                           : i < EAST + WEST ? "西区"
                                             : "外市")
                       .p,
                   false);
        subjects[i] = f.subject;
    }
    const struct vocab *v = vocab_of(l->p, true, a);
    CHECK_OK(vocab_pool_of_records(v, subjects, PEOPLE, at, &pool, &e), e);
    *g = (struct gauge){ .p = l->p };
    g->job =
        (struct tally_job){ .vocab = v, .pool = pool, .by = str_of(by), .from = { JAN }, .to = { JAN }, .threads = 1 };
    g->job.known_to = month_last(g->job.to);
    CHECK_OK(gauge_choose(g, names, n, a, &e), e);
    CHECK_OK(gauge_run(g, a, &e), e);
    pool_free(pool);
}

TEST(a_denominator_that_was_not_asked_for_is_counted_and_hides_the_share)
{
    autoarena *a = arena_new("test", 0);
    struct gauge g;
    const str names[] = { STR("大数的份额") };
    num v;
    count(&g, a, "住", names, 1);
    CHECK_INT((int64_t)g.asked, 1);
    CHECK_INT((int64_t)g.which.len, 2);
    CHECK(gauge_at(&g, 0, 0, 2, &v) == GAUGE_HIDDEN); /* the east: shown it would give the west away */
    CHECK(gauge_at(&g, 0, 0, 3, &v) == GAUGE_HIDDEN); /* three with a number in the west: too few */
    CHECK(gauge_at(&g, 0, 0, 4, &v) == GAUGE_HIDDEN); /* one elsewhere */
    CHECK(gauge_at(&g, 0, 0, 0, &v) == GAUGE_HIDDEN); /* whom everybody less the city would show */
    CHECK(gauge_at(&g, 0, 0, 1, &v) == GAUGE_KNOWN);
    CHECK_STR(measure_rounded(a, v, 2), "33.33");
}

TEST(counts_are_in_the_unit_of_their_indicator)
{
    autoarena *a = arena_new("test", 0);
    struct gauge g;
    const str names[] = { STR("大数的人"), STR("全部的人") };
    num v;
    count(&g, a, "住", names, 2);
    CHECK(gauge_at(&g, 0, 0, 2, &v) == GAUGE_KNOWN && v == 2 * num_pow10(MEASURE_SCALE));
    CHECK(gauge_at(&g, 1, 0, 2, &v) == GAUGE_KNOWN && v == 6 * num_pow10(MEASURE_SCALE - 2));
    CHECK(!gauge_empty(&g, 2));
}

TEST(observations_are_the_shown_cells_of_what_was_asked_for)
{
    autoarena *a = arena_new("test", 0);
    struct gauge g;
    const str names[] = { STR("大数的份额") };
    struct figures f = { 0 };
    count(&g, a, "住", names, 1);
    gauge_observe(&g, gauge_region(g.p), date_of(2024, 2, 1), a, &f);
    VEC_EACH (const struct observation, o, &f.list) {
        CHECK_STR(o->indicator, "大数的份额");
        CHECK_STR(o->area, "320000"); /* the districts are hidden */
        CHECK(o->status == STATUS_FLASH);
    }
    CHECK_INT((int64_t)f.list.len, 1);
}

TEST(a_region_has_one_number_a_month_and_it_is_of_those_who_are_there)
{
    autoarena *a = arena_new("test", 0);
    struct gauge g;
    const str names[] = { STR("全部的人") };
    struct figures f = { 0 };
    count(&g, a, "住", names, 1);
    CHECK_INT((int64_t)g.t.values[0], PEOPLE);
    gauge_observe(&g, gauge_region(g.p), date_of(2024, 2, 1), a, &f);
    CHECK_INT((int64_t)f.list.len, 4);
    CHECK_STR(f.list.at[0].area, "320000");
    CHECK(f.list.at[0].value == (EAST + WEST) * num_pow10(MEASURE_SCALE - 2));
    for (size_t i = 1; i < f.list.len; i++) CHECK(!str_eq(f.list.at[i].area, STR("320000")));

    struct figures all = { 0 };
    count(&g, a, "", names, 1); /* not by area: everybody */
    gauge_observe(&g, gauge_region(g.p), date_of(2024, 2, 1), a, &all);
    CHECK_INT((int64_t)all.list.len, 1);
    CHECK(all.list.at[0].value == PEOPLE * num_pow10(MEASURE_SCALE - 2));
}

/* Towns of two districts; two of the region's line are few. */
static const char PLACES[] = "包 测\n  级别 示例\n  地区 320000\n  版本 1\n来源 甲法\n  名称 甲法\n"
                             "代码 地\n  项 市 320000\n  项 东区 320001 属 市\n  项 西区 320002 属 市\n"
                             "  项 东一镇 320001001 属 东区\n  项 东二镇 320001002 属 东区\n"
                             "  项 西一镇 320002001 属 西区\n  项 西二镇 320002002 属 西区\n"
                             "实体 人员\n  字段 数 : 数\n  字段 常住地 : 地\n"
                             "参数 地图小格人数线 : 人\n%s"
                             "指标 大数的人 : 人\n  依据 甲法 一\n  对象 人员\n  范围 数 > 5 且 有(常住地)\n"
                             "指标 大数的份额 : %%\n  依据 甲法 一\n  对象 人员\n  范围 数 > 5\n  分母 全部的人\n"
                             "指标 全部的人 : 人\n  依据 甲法 一\n  对象 人员\n";
#define LINE "  依据 甲法 二\n  2016-01-01 3人\n"
#define OPEN "  开放\n  依据 甲法 二\n"

static void count_places(struct gauge *g, struct arena *a, const char *line)
{
    /* big numbers: 东一 4, 东二 4, 西一 2, 西二 0; the others have small ones */
    static const char *const homes[] = { "东一镇", "东一镇", "东一镇", "东一镇", "东二镇",
                                         "东二镇", "东二镇", "东二镇", "西一镇", "西一镇" };
    enum { BIG = sizeof homes / sizeof *homes, ALL = 2 * BIG };
    struct err e = { 0 };
    struct loaded *l = ARENA_NEW(a, struct loaded);
    struct record *subjects[ALL];
    uint32_t at[ALL];
    struct pool *pool;
    *l = load_good(a, str_fmt(a, PLACES, line));
    for (int i = 0; i < ALL; i++) {
        struct diags *d = ARENA_NEW(a, struct diags);
        struct facts f = start_facts(l, a, d, "人员");
        str text = str_fmt(a, "数 = %d，常住地 = %s", i < BIG ? 9 : 1, homes[i % BIG]);
        give_facts(&f, l, a, d, text.p, false);
        subjects[i] = f.subject;
    }
    const struct vocab *v = vocab_of(l->p, true, a);
    CHECK_OK(vocab_pool_of_records(v, subjects, ALL, at, &pool, &e), e);
    *g = (struct gauge){ .p = l->p };
    g->job = (struct tally_job){
        .vocab = v, .pool = pool, .by = STR("常住地"), .from = { JAN }, .to = { JAN }, .threads = 1
    };
    g->job.known_to = month_last(g->job.to);
    CHECK_OK(gauge_choose(g, NULL, 0, a, &e), e);
    CHECK_OK(gauge_run(g, a, &e), e);
    pool_free(pool);
}

TEST(a_region_says_how_few_are_too_few_and_nothing_hidden_can_be_added_up)
{
    autoarena *a = arena_new("test", 0);
    struct gauge g;
    num v;
    count_places(&g, a, LINE);
    CHECK(!gauge_open(&g, 0));
    CHECK(gauge_at(&g, 0, 0, 1, &v) == GAUGE_KNOWN);  /* the city: ten */
    CHECK(gauge_at(&g, 0, 0, 3, &v) == GAUGE_HIDDEN); /* the west: two */
    CHECK(gauge_at(&g, 0, 0, 2, &v) == GAUGE_HIDDEN); /* the east: with it the west would be known */
    CHECK(gauge_at(&g, 0, 0, 4, &v) == GAUGE_HIDDEN); /* and its towns add up to it */
    CHECK(gauge_at(&g, 0, 0, 7, &v) == GAUGE_HIDDEN); /* a nought: shown it would leave one alone in the west */
    CHECK(gauge_at(&g, 1, 0, 3, &v) == GAUGE_HIDDEN); /* a share would say it as well */
    CHECK(gauge_at(&g, 1, 0, 1, &v) == GAUGE_KNOWN);
    CHECK(gauge_at(&g, 2, 0, 2, &v) == GAUGE_KNOWN); /* sixteen and four of everybody */
}

TEST(while_nobody_said_how_few_only_the_number_of_the_region_is_shown)
{
    autoarena *a = arena_new("test", 0);
    struct gauge g;
    num v;
    struct figures f = { 0 };
    count_places(&g, a, OPEN);
    CHECK(gauge_open(&g, 0) && gauge_open(&g, 1));
    CHECK(gauge_at(&g, 0, 0, 1, &v) == GAUGE_KNOWN && gauge_at(&g, 0, 0, 0, &v) == GAUGE_HIDDEN);
    CHECK(gauge_at(&g, 0, 0, 2, &v) == GAUGE_HIDDEN && gauge_at(&g, 0, 0, 7, &v) == GAUGE_HIDDEN); /* noughts too */
    gauge_observe_one(&g, 2, gauge_region(g.p), date_of(2024, 2, 1), a, &f);
    CHECK_INT((int64_t)f.list.len, 1);
}

TEST(what_cannot_be_counted_is_refused)
{
    autoarena *a = arena_new("test", 0);
    struct loaded l = load_good(a, str_of(MODEL));
    struct gauge g = { .p = l.p };
    struct err e = { 0 };
    const str name = STR("没有的");
    CHECK_ERR(gauge_choose(&g, &name, 1, a, &e), e, NOT_FOUND);
    g = (struct gauge){ .p = l.p };
    CHECK_OK(gauge_choose(&g, NULL, 0, a, &e), e);
    CHECK_INT((int64_t)g.asked, 4); /* 报来的 is not counted */
}
