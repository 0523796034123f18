/* Tables of published values: what is taken, what is refused, what is only pointed at. */
#include "base/file.h"
#include "pack/pack.h"
#include "support/t.h"
#include "watch/watch.h"

static const char words[] = "包 甲\n  级别 市\n  地区 320600\n  版本 1\n来源 文\n  名称 文件\n"
                            "代码 行政区划\n  项 某省 320000\n  项 甲市 320600 属 某省\n  项 乙市 321000 属 某省\n"
                            "  项 新区 320613 属 甲市\n  项 北区 320614 属 甲市\n"
                            "区划变更 合并\n  依据 文 二\n  日期 2020-07-05\n  原来 320602, 320611\n  改为 320613\n"
                            "指标 技工 : 人\n  依据 文 一\n  变更 2022-07-01\n    说明 另一种算法\n"
                            "报表 月报\n  依据 文 一\n  频率 月\n  填报 县\n  上报 市\n  指标 技工, 监测岗位\n"
                            "  本期 监测岗位\n  时限 3工作日\n"
                            "规划 规\n  依据 文 一\n  期间 2021-01-01 起 至 2025-12-31\n"
                            "指标 新增就业 : 万人\n  依据 文 一\n  方向 正向\n"
                            "指标 失业率 : %\n  依据 文 一\n  方向 逆向\n"
                            "指标 监测岗位 : 人\n  依据 文 一\n"
                            "任务 招聘会\n  依据 文 一\n  规划 规\n  年度 2021 5场\n";

static const struct program *program(struct arena *a)
{
    struct pack_set set;
    pack_load_text(&set, a, STR("words.leye"), str_of(words));
    VEC_EACH (const struct diag, d, &set.diags.list) NOTE("%.*s", STR_ARG(d->text));
    CHECK_INT((int64_t)set.diags.errors, 0);
    return set.program;
}

static struct figures read_beside(struct arena *a, const struct figures *log, const char *rows)
{
    struct figures f = { 0 };
    struct err e = { 0 };
    const char *path = t_path("f.csv");
    CHECK_OK(file_write(str_of(path), str_fmt(a, "指标,地区,时期,值,单位,状态,发布,来源,说明,增幅\n%s", rows), &e), e);
    const struct program *p = program(a);
    CHECK_OK(figures_read(a, str_of(path), p, date_of(2024, 1, 1), &f, &e), e);
    figures_check(a, p, str_of(path), log, &f);
    return f;
}

static struct figures read(struct arena *a, const char *rows) { return read_beside(a, NULL, rows); }

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

TEST(areas_that_do_not_add_up_to_what_they_lie_in_are_shown)
{
    autoarena *a = arena_new("test", 0);
    struct figures f =
        read(a, "新增就业,320000,2021,30,万人,,,公报,,\n新增就业,320600,2021,13,万人,,,公报,,\n"
                "新增就业,321000,2021,15,万人,,,公报,,\n" /* too few: all cities are here */
                "新增就业,320000,2022,30,万人,,,公报,,\n新增就业,320600,2022,31.2,万人,,,公报,,\n" /* one has more */
                "新增就业,320000,2023,30,万人,,,公报,,\n新增就业,320600,2023,13,万人,,,公报,,\n"   /* may be */
                "失业率,320000,2021,3,%,,,公报,,\n失业率,320600,2021,4,%,,,公报,,\n失业率,321000,2021,4,%,,,公报,,\n");
    CHECK(says(&f, 2, false, "2021年某省是 30万人，下面 2 个地区加起来只有 28万人（第 3、4 行），对不上"));
    CHECK(says(&f, 5, false, "2022年某省是 30万人，下面已有数的 1 个地区加起来有 31.2万人（第 6 行），对不上"));
    CHECK_INT((int64_t)f.problems.len, 2);
    CHECK_INT((int64_t)f.list.len, 10); /* which is wrong nobody knows */
}

TEST(sums_are_compared_within_rounding_by_source_and_with_the_latest_version)
{
    autoarena *a = arena_new("test", 0);
    struct figures f =
        read(a, "新增就业,320000,2021,27.9,万人,,,公报,,\n新增就业,320600,2021,12.95,万人,,,公报,,\n"
                "新增就业,321000,2021,15,万人,,,公报,,\n" /* 27.95 of 27.9: the digits that were cut off */
                "新增就业,320000,2022,28,万人,,,公报,,\n新增就业,320600,2022,130000,人,快报,2023-01-05,公报,,\n"
                "新增就业,320600,2022,120000,人,终稿,2023-03-05,公报,,\n新增就业,321000,2022,160000,人,,,公报,,\n"
                "新增就业,320000,2023,28,万人,,,甲,,\n新增就业,320600,2023,13,万人,,,乙,,\n"
                "新增就业,321000,2023,16,万人,,,乙,,\n");
    CHECK_INT((int64_t)f.problems.len, 0);
    f = read(a, "新增就业,320000,2021,279000,人,,,公报,,\n新增就业,320600,2021,130000,人,,,公报,,\n"
                "新增就业,321000,2021,149010,人,,,公报,,\n"); /* whole numbers of people: ten too many are too many */
    CHECK(says(&f, 2, false, "加起来有 27.901万人"));
}

TEST(areas_of_before_a_change_of_borders_need_not_be_all)
{
    autoarena *a = arena_new("test", 0);
    struct figures f = read(a, "新增就业,320600,2019,30,万人,,,公报,,\n新增就业,320613,2019,10,万人,,,公报,,\n"
                               "新增就业,320614,2019,5,万人,,,公报,,\n新增就业,320600,2021,30,万人,,,公报,,\n"
                               "新增就业,320613,2021,10,万人,,,公报,,\n新增就业,320614,2021,5,万人,,,公报,,\n");
    CHECK(!says(&f, 2, false, "对不上"));
    CHECK(says(&f, 5, false, "2021年甲市是 30万人，下面 2 个地区加起来只有 15万人（第 6、7 行）"));
}

TEST(times_that_do_not_add_up_to_their_year_are_shown)
{
    autoarena *a = arena_new("test", 0);
    struct figures f =
        read(a, "监测岗位,320600,2021Q1,100,人,,,公报,,\n监测岗位,320600,2021Q2,120,人,,,公报,,\n"
                "监测岗位,320600,2021上半年,210,人,,,公报,,\n" /* a 报表 says it happens within its time */
                "新增就业,320600,2021Q1,3,万人,,,公报,,\n新增就业,320600,2021Q2,4,万人,,,公报,,\n"
                "新增就业,320600,2021上半年,6,万人,,,公报,,\n" /* the same people may count in both quarters */
                "新增就业,320600,2022Q1,3,万人,,,公报,,\n新增就业,320600,2022Q2,4,万人,,,公报,,\n"
                "新增就业,320600,2022上半年,9,万人,,,公报,,\n"
                "招聘会,320600,2021-01~02,3,场,,,公报,,\n招聘会,320600,2021-03,4,场,,,公报,,\n"
                "招聘会,320600,2021Q1,6,场,,,公报,,\n"
                "技工,320600,2022Q2,5,人,,,公报,,\n技工,320600,2022Q3,5,人,,,公报,,\n"
                "技工,320600,2022-04~09,900,人,,,公报,,\n"); /* counted otherwise from July on */
    CHECK(says(&f, 4, false, "2021年1—6月是 210人，里面各期加起来有 220人（第 2、3 行），对不上"));
    CHECK(says(&f, 10, false, "2022年1—6月是 9万人，里面各期加起来只有 7万人（第 8、9 行），对不上"));
    CHECK(says(&f, 13, false, "2021年一季度是 6场，里面各期加起来有 7场（第 11、12 行），对不上"));
    CHECK(!says(&f, 7, false, "对不上") && !says(&f, 16, false, "对不上"));
}

TEST(what_the_log_knows_is_looked_at_too)
{
    autoarena *a = arena_new("test", 0);
    struct figures log =
        read(a, "新增就业,320600,2021-03,1.25,万人,修订,2022-02-01,公报,,\n新增就业,320600,2020-05,1.05,万人,,,公报,,\n"
                "新增就业,320600,2021,13,万人,终稿,2022-02-01,公报,,\n新增就业,321000,2021,15,万人,,,公报,,\n"
                "监测岗位,320600,2020,110000000,人,,,公报,,\n");
    struct figures f = read_beside(
        a, &log,
        "新增就业,320600,2021-03,1.2,万人,快报,2021-04-10,公报,,\n新增就业,320600,2021-04,11000,万人,,,公报,,\n"
        "新增就业,320600,2021-05,1.1,万人,,,公报,,30\n新增就业,320600,2021,14,万人,终稿,2022-02-01,公报,,\n"
        "新增就业,321000,2021,16,万人,,,年鉴,,\n新增就业,320000,2021,25,万人,,,公报,,\n"
        "监测岗位,320600,2020,35000,人,修订,2024-01-01,公报,,\n监测岗位,320600,2021,36000,人,,,公报,,\n");
    CHECK(says(&f, 2, false, "2021年3月 库里已有更新的数：1.25万人（修订，2022-02-01 公布）；这一行 1.2万人 是旧的"));
    CHECK(says(&f, 3, true, "差了一万倍，没有用"));
    CHECK(says(&f, 4, false, "公布增幅 30%，按公布的数 1.05万人→1.1万人"));
    CHECK(says(&f, 5, false, "库里同一来源同一天公布的是 13万人，这一行改成 14万人"));
    CHECK(says(&f, 6, false, "有两个来源说法不同：库里的数 15万人，这一行 16万人"));
    CHECK(says(&f, 7, false, "2021年某省是 25万人，下面 2 个地区加起来有 29万人（第 5 行和库里的数）"));
    CHECK(says(&f, 8, false, "请核对哪个对")); /* this one sets the log right, and must not be refused for it */
    CHECK(!says(&f, 9, true, "没有用"));
    CHECK_INT((int64_t)f.list.len, 7);
    VEC_EACH (const struct observation, o, &f.list) CHECK(o->row > 0);
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
