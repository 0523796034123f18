/* Tables of published values: what is taken, what is refused, what is only pointed at. */
#include "base/file.h"
#include "pack/pack.h"
#include "support/t.h"
#include "watch/watch.h"

static const char words[] = "包 甲\n  级别 市\n  地区 320600\n  版本 1\n来源 文\n  名称 文件\n"
                            "规划 规\n  依据 文 一\n  期间 2021-01-01 起 至 2025-12-31\n"
                            "指标 新增就业 : 万人\n  依据 文 一\n  方向 正向\n"
                            "指标 失业率 : %\n  依据 文 一\n  方向 逆向\n"
                            "指标 监测岗位 : 人\n  依据 文 一\n"
                            "任务 招聘会\n  依据 文 一\n  规划 规\n  年度 2021 5场\n";

static const struct program *program(struct arena *a)
{
    struct pack_set set;
    pack_load_text(&set, a, STR("words.leye"), str_of(words));
    CHECK_INT((int64_t)set.diags.errors, 0);
    return set.program;
}

static struct figures read(struct arena *a, const char *rows)
{
    struct figures f = { 0 };
    struct err e = { 0 };
    const char *path = t_path("f.csv");
    CHECK_OK(file_write(str_of(path), str_fmt(a, "指标,地区,时期,值,单位,状态,发布,来源,说明,增幅\n%s", rows), &e), e);
    const struct program *p = program(a);
    CHECK_OK(figures_read(a, str_of(path), p, date_of(2024, 1, 1), &f, &e), e);
    figures_check(a, p, str_of(path), &f);
    return f;
}

static bool says(const struct figures *f, uint64_t row, bool refused, const char *text)
{
    VEC_EACH (const struct figure_problem, p, &f->problems) {
        NOTE("%llu %d %.*s", (unsigned long long)p->row, p->refused, STR_ARG(p->text));
        if (p->row == row && p->refused == refused && str_find(p->text, str_of(text)) != SIZE_MAX) return true;
    }
    return false;
}

TEST(values_come_in_the_units_of_their_indicators)
{
    autoarena *a = arena_new("test", 0);
    struct figures f = read(a, "新增就业,320600,2021,\"130,000\",人,终稿,2022-03-01,公报,,\n"
                               "新增就业,320600,2022,13.5,万人,快报,,公报,,\n失业率,320600,2022,2以内,%,,,公报,,\n"
                               "招聘会,320600,2021,6,场,,,公报,,\n");
    CHECK_INT((int64_t)f.problems.len, 0);
    CHECK_INT((int64_t)f.list.len, 4);
    VEC_EACH (const struct observation, o, &f.list) {
        if (o->row == 2) CHECK_STR(measure_text(a, o->value, 0), "13");
        if (o->row == 2) CHECK_INT(o->known.days, date_of(2022, 3, 1).days);
        if (o->row == 3) CHECK_INT(o->status, STATUS_FLASH);
        if (o->row == 4) CHECK_INT(o->bound, BOUND_BELOW);
    }
}

TEST(a_row_that_cannot_be_used_says_which_and_why)
{
    autoarena *a = arena_new("test", 0);
    struct figures f = read(a, "新增就亚,320600,2021,1,万人,,,公报,,\n新增就业,南通,2021,1,万人,,,公报,,\n"
                               "新增就业,320600,去年,1,万人,,,公报,,\n新增就业,320600,2021,很多,万人,,,公报,,\n"
                               "新增就业,320600,2021,1,,,,公报,,\n新增就业,320600,2021,1,万人次,,,公报,,\n"
                               "新增就业,320600,2021,-1,万人,,,公报,,\n新增就业,320600,2021,1,万人,定稿,,公报,,\n"
                               "新增就业,320600,2021,1,万人,,2022年,公报,,\n新增就业,320600,2021,1,万头,,,公报,,\n");
    CHECK(says(&f, 2, true, "是不是“新增就业”"));
    CHECK(says(&f, 3, true, "六位行政区划代码"));
    CHECK(says(&f, 4, true, "看不懂时期"));
    CHECK(says(&f, 5, true, "不是数"));
    CHECK(says(&f, 6, true, "没有写单位"));
    CHECK(says(&f, 7, true, "不能换算"));
    CHECK(says(&f, 8, true, "不能是负数"));
    CHECK(says(&f, 9, true, "快报、初步、修订或终稿"));
    CHECK(says(&f, 10, true, "发布日期"));
    CHECK(says(&f, 11, true, "没有“万头”这个单位"));
    CHECK_INT((int64_t)f.list.len, 0);
    CHECK_INT((int64_t)f.refused, 10);
}

TEST(what_shows_only_across_rows_is_found)
{
    autoarena *a = arena_new("test", 0);
    struct figures f = read(
        a,
        "新增就业,320600,2021-01~02,2,万人,,,公报,,\n新增就业,320600,2021-03,1,万人,,,公报,,\n"
        "新增就业,320600,2021-04,1,万人,,,公报,,\n新增就业,320600,2021-06,10000,万人,,,公报,,\n"
        "新增就业,320600,2021-08,1,万人,,,公报,,\n失业率,320600,2021,4,%,,,甲,,\n失业率,320600,2021,5,%,,,乙,,\n"
        "新增就业,320600,2019,13,万人,修订,2020-06-01,公报,,\n新增就业,320600,2019,12,万人,初步,2020-02-01,公报,,\n");
    CHECK(says(&f, 5, true, "差了一万倍"));
    CHECK(says(&f, 6, false, "缺 2021年5月—2021年7月") || says(&f, 6, false, "缺 2021年5—7月"));
    CHECK(says(&f, 8, false, "两个来源说法不同"));
    CHECK(says(&f, 10, true, "旧的，没有用"));
    CHECK_INT((int64_t)f.refused, 2);
    CHECK_INT((int64_t)f.list.len, 7);
}

TEST(a_printed_growth_that_does_not_follow_is_shown_and_one_that_does_is_not)
{
    autoarena *a = arena_new("test", 0);
    /* 亳州 2021Q2 printed 1.4 % where 450 / 35244 is 1.277 %; 3.5 % over 34484 follows. Both as years here. */
    struct figures f =
        read(a, "监测岗位,341600,2020,35244,人,,,公报,,\n监测岗位,341600,2021,35694,人,,,公报,,1.4\n"
                "监测岗位,341601,2020,34484,人,,,公报,,\n监测岗位,341601,2021,35694,人,,,公报,,3.5\n"
                "新增就业,320000,2022,131.6,万人,,,公报,,\n新增就业,320000,2023,138.3,万人,,,公报,,5.1\n");
    CHECK(says(&f, 3, false, "对不上"));
    CHECK(says(&f, 3, false, "1.277%"));
    CHECK(!says(&f, 5, false, "对不上"));
    CHECK(!says(&f, 7, false, "对不上"));
}

TEST(a_fault_leaves_the_log_as_it_was_or_with_all_of_it)
{
    autoarena *a = arena_new("test", 0);
    struct figures f = read(a, "新增就业,320600,2021,13,万人,,,公报,,\n新增就业,320600,2022,14,万人,,,公报,,\n");
    int run = 0;
    EVERY_FAULT (FAULT_WRITE) {
        struct err e = { 0 };
        struct store *s = NULL;
        struct watch_result r = { 0 };
        struct figures back = { 0 };
        str path = str_of(t_path(str_fmt(a, "w%d.db", run++).p));
        bool ok = store_open(&s, path, STORE_CREATE, &e) && watch_migrate(s, &e) &&
                  watch_take(s, &f, date_of(2024, 1, 1), &r, &e);
        CHECK(ok || t_fault_hit());
        bool can_read = s != NULL && watch_read(s, a, DATE_MAX, &back, &(struct err){ 0 });
        if (ok && can_read) CHECK_INT((int64_t)back.list.len, 2);
        if (!ok && can_read) CHECK(back.list.len == 0 || back.list.len == 2);
        store_close(s);
    }
}

TEST(the_log_keeps_every_version_and_answers_as_known_on_a_day)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct store *s;
    struct watch_result r;
    CHECK_OK(store_open(&s, str_of(t_path("w.db")), STORE_CREATE, &e), e);
    CHECK_OK(watch_migrate(s, &e), e);
    struct figures first = read(a, "新增就业,320600,2021,13,万人,快报,2022-01-20,公报,,\n");
    struct figures second = read(a, "新增就业,320600,2021,13.2,万人,终稿,2022-06-01,公报,,\n");
    CHECK_OK(watch_take(s, &first, date_of(2022, 1, 21), &r, &e), e);
    CHECK_INT((int64_t)r.added, 1);
    CHECK_OK(watch_take(s, &second, date_of(2022, 6, 2), &r, &e), e);
    CHECK_OK(watch_take(s, &second, date_of(2022, 6, 3), &r, &e), e);
    CHECK_INT((int64_t)r.same, 1);
    struct figures then = { 0 }, now = { 0 }, all = { 0 };
    int64_t mark;
    CHECK_OK(watch_mark(s, &mark, &e), e);
    CHECK_INT(mark, 2); /* what was known already moves nothing */
    CHECK_OK(watch_history(s, STR("新增就业"), STR("320600"), a, &all, &e), e);
    CHECK_INT((int64_t)all.list.len, 2);
    CHECK_STR(measure_text(a, all.list.at[0].value, 0), "13");
    CHECK_OK(watch_read(s, a, date_of(2022, 2, 1), &then, &e), e);
    CHECK_OK(watch_read(s, a, date_of(2024, 2, 1), &now, &e), e);
    store_close(s);
    CHECK_INT((int64_t)then.list.len, 1);
    CHECK_STR(measure_text(a, then.list.at[0].value, 0), "13");
    CHECK_INT((int64_t)now.list.len, 1);
    CHECK_STR(measure_text(a, now.list.at[0].value, 0), "13.2");
}

TEST(a_figure_set_right_and_set_back_on_one_day_is_news_each_time)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct store *s;
    struct watch_result r;
    CHECK_OK(store_open(&s, str_of(t_path("w.db")), STORE_CREATE, &e), e);
    CHECK_OK(watch_migrate(s, &e), e);
    struct figures one = read(a, "新增就业,320600,2021,13,万人,快报,2022-01-20,公报,,\n");
    struct figures other = read(a, "新增就业,320600,2021,14,万人,快报,2022-01-20,公报,,\n");
    struct figures now = { 0 };
    date day = date_of(2022, 1, 21);
    CHECK_OK(watch_take(s, &one, day, &r, &e), e);
    CHECK_OK(watch_take(s, &other, day, &r, &e), e);
    CHECK_OK(watch_take(s, &one, day, &r, &e), e);
    CHECK_INT((int64_t)r.added, 1);
    CHECK_OK(watch_take(s, &one, day, &r, &e), e);
    CHECK_INT((int64_t)r.same, 1);
    CHECK_OK(watch_read(s, a, day, &now, &e), e);
    CHECK_INT((int64_t)now.list.len, 1);
    CHECK_STR(measure_text(a, now.list.at[0].value, 0), "13");
    struct figures later = read(a, "新增就业,320600,2021,15,万人,终稿,2022-06-01,公报,,\n");
    CHECK_OK(watch_take(s, &later, day, &r, &e), e);
    CHECK_OK(watch_take(s, &one, day, &r, &e), e);
    CHECK_INT((int64_t)r.added, 0); /* the old table read again is no news */
    store_close(s);
}
