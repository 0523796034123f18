/* Leaders' pages: what they say follows the log, and files are what they say they are. */
#include "hall/board.h"
#include "helpers.h"
#include "sheet/sheet.h"
#include "watch/watch.h"

#define TARGET "/plans/trial/%E6%96%B0%E5%A2%9E%E5%B0%B1%E4%B8%9A%E7%9B%AE%E6%A0%87" /* 新增就业目标 */

static void observe(struct world *w, int year, int value, enum status status, date known)
{
    struct figures f = { 0 };
    struct watch_result r;
    struct err e = { 0 };
    *vec_push(w->a, &f.list) = (struct observation){ .indicator = STR("新增就业人数"),
                                                     .area = STR("329900"),
                                                     .period = { { year * 12 }, { year * 12 + 11 } },
                                                     .value = value * num_pow10(MEASURE_SCALE),
                                                     .status = status,
                                                     .known = known,
                                                     .source = STR("年报<script>alert(2)</script>") };
    CHECK_OK(watch_take(w->s, &f, known, &r, &e), e);
}

TEST(a_plan_says_that_nothing_is_known_and_then_what_is)
{
    struct world w;
    world_open(&w);
    account(&w, "leader", ROLE_LEADER, "");
    const char *cookie = signed_in(&w, "leader");
    struct asked k = get(&w, "/plans", cookie);
    CHECK(has(k.body, "1 个规划正在实施") && has(k.body, "试验市就业规划") && has(k.body, "没有数据 1"));
    k = get(&w, "/plans/trial", cookie);
    CHECK(has(k.body, "没有公布数的 1 项") && has(k.body, "1000人以上"));
    observe(&w, 2021, 300, STATUS_FINAL, date_of(2022, 3, 1));
    observe(&w, 2022, 250, STATUS_FINAL, date_of(2023, 3, 1));
    observe(&w, 2023, 290, STATUS_FLASH, date_of(2024, 1, 20));
    k = get(&w, "/plans/trial", cookie); /* the log has grown: the board is another */
    CHECK(has(k.body, "840人（2021—2023年）") && has(k.body, "快于预期") && has(k.body, "完成 84%"));
    observe(&w, 2023, 90, STATUS_FINAL, date_of(2024, 5, 1));
    k = get(&w, "/plans/trial", cookie);
    CHECK(has(k.body, "640人（2021—2023年）") && has(k.body, "符合预期"));
    k = get(&w, TARGET, cookie);
    CHECK(has(k.body, "-200人") && has(k.body, "快报") && has(k.body, "终稿") && has(k.body, "<polyline") &&
          has(k.body, "目标 1000") && has(k.body, "口径 五年累计") && !has(k.body, "<script>alert"));
    k = get(&w, "/plans/trial?day=2022-12-31", cookie); /* as it stood then */
    CHECK(has(k.body, "550人（2021—2022年）") && has(k.body, "40.0%"));
    k = get(&w, "/plans/trial?area=329901", cookie);
    CHECK(has(k.body, "东区") && has(k.body, "没有公布数的 1 项"));
    world_close(&w);
}

TEST(what_is_asked_for_wrongly_is_answered_with_a_sentence)
{
    struct world w;
    world_open(&w);
    account(&w, "leader", ROLE_LEADER, "");
    const char *cookie = signed_in(&w, "leader");
    struct asked k = get(&w, "/plans/none", cookie);
    CHECK(k.status == 404 && has(k.body, "没有规划“none”"));
    k = get(&w, "/plans/trial/none", cookie);
    CHECK(k.status == 404 && has(k.body, "没有目标或任务“none”"));
    k = get(&w, "/plans/trial?day=yesterday", cookie);
    CHECK(k.status == 400 && has(k.body, "写成 2023-12-31"));
    k = get(&w, "/plans/trial?as=exe", cookie);
    CHECK(k.status == 400 && has(k.body, "有 docx、pdf、xlsx、json"));
    k = get(&w, TARGET "?as=svg", cookie);
    CHECK(k.status == 404 && has(k.body, "没有数，画不出图"));
    world_close(&w);
}

TEST(files_are_what_they_say_they_are)
{
    struct world w;
    world_open(&w);
    account(&w, "leader", ROLE_LEADER, "");
    observe(&w, 2021, 300, STATUS_FINAL, date_of(2022, 3, 1));
    const char *cookie = signed_in(&w, "leader");
    static const struct {
        const char *target, *begins, *type;
    } files[] = { { "/plans/trial?as=docx", "PK", "wordprocessingml" },
                  { "/plans/trial?as=pdf", "%PDF-", "application/pdf" },
                  { "/plans/trial?as=xlsx", "PK", "spreadsheetml" },
                  { "/plans/trial?as=json", "{\"plan\"", "application/json" },
                  { TARGET "?as=xlsx", "PK", "spreadsheetml" },
                  { TARGET "?as=svg", "<svg xmlns", "image/svg+xml" } };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct asked k = get(&w, files[i].target, cookie);
        NOTE("%s %u %.*s", files[i].target, k.status, STR_ARG(k.type));
        CHECK(k.status == 200 && str_starts(k.body, str_of(files[i].begins)) && has(k.type, files[i].type));
        CHECK(!has(k.body, "<script>"));
    }
    struct asked k = get(&w, "/plans/trial", str_fmt(w.a, "%sAccept: application/json\r\n", cookie).p);
    const struct json *j;
    struct err e = { 0 };
    CHECK_OK(json_read(w.a, k.body, &j, &e), e);
    CHECK_STR(json_member(&json_member(j, STR("targets"))->items[0], STR("name"))->string, "新增就业人数");
    world_close(&w);
}

static bool every_row_ends_with(str xlsx, int rows, str mark)
{
    struct err e = { 0 };
    struct sheet_reader *r;
    struct sheet_row row;
    str path = str_of(t_path("list.xlsx"));
    CHECK_OK(file_write(path, xlsx, &e), e);
    CHECK_OK(sheet_open(&r, path, &(struct sheet_options){ 0 }, &e), e);
    bool same = sheet_next(r, &row, &e) == 1; /* its heading */
    for (int i = 0; i < rows; i++)
        same = same && sheet_next(r, &row, &e) == 1 && str_eq(row.cells[row.count - 1], mark);
    same = same && sheet_next(r, &row, &e) == 0;
    sheet_close(r);
    return same;
}

TEST(behind_a_counted_number_stands_a_list_for_who_may_see_people)
{
#define LIST "/series/%E7%99%BB%E8%AE%B0%E7%9A%84%E4%BA%BA/list"
#define WHY  "purpose=%E6%A0%B8%E5%AE%9E%E7%BB%9F%E8%AE%A1"
    struct world w;
    world_open(&w);
    account(&w, "leader", ROLE_LEADER, "");
    account(&w, "auditor", ROLE_AUDITOR, "");
    account(&w, "operator", ROLE_OPERATOR, "329901");
    account(&w, "worker", ROLE_WORKER, "");
    struct asked k = get(&w, LIST "?" WHY, signed_in(&w, "leader"));
    CHECK(k.status == 403 && has(k.body, "只看数、不看人") && has(k.body, "经办或者审计") && !has(k.body, "李试验"));
    const char *cookie = signed_in(&w, "auditor");
    k = get(&w, LIST, cookie); /* why first */
    CHECK(k.status == 200 && has(k.body, "为什么看") && !has(k.body, "李试验"));
    k = get(&w, LIST "?purpose=x", cookie);
    CHECK(k.status == 422 && has(k.body, "请写清楚为什么") && !has(k.body, "李试验"));
    k = get(&w, LIST "?" WHY, cookie);
    CHECK(k.status == 200 && has(k.body, "李试验") && has(k.body, "王试验") && has(k.body, "范围 有(常住地)"));
    CHECK(has(k.body, "2024-05") && has(k.body, "5 月 31 日")); /* June is not over */
    CHECK(!has(k.body, PHONE) && !has(k.body, BANK));
    k = get(&w, LIST "?area=329902&" WHY, cookie);
    CHECK(!has(k.body, "李试验") && has(k.body, "王试验"));
    k = get(&w, LIST "?as=xlsx&" WHY, cookie);
    CHECK(str_starts(k.body, STR("PK")));
    str mark = mark_of(&w, "登记的人名单2024-05.xlsx", "auditor");
    CHECK(mark.len > 0 && every_row_ends_with(k.body, 2, mark));
    CHECK_INT(get(&w, LIST "?month=may&" WHY, cookie).status, 400);
    CHECK_INT(get(&w, LIST "?month=2024-07&" WHY, cookie).status, 400);
    CHECK_INT(get(&w, LIST "?area=999999&" WHY, cookie).status, 404);
    CHECK_INT(get(&w, LIST "?as=pdf&" WHY, cookie).status, 400);
    for (int m = 1; m <= 12; m++) /* more lists than are kept */
        CHECK_INT(get(&w, str_fmt(w.a, "%s?area=329902&month=2023-%02d&%s", LIST, m, WHY).p, cookie).status, 200);
    k = get(&w, LIST "?area=329902&month=2023-12&" WHY, cookie); /* this one is kept */
    CHECK(has(k.body, "2023-12") && has(k.body, "王试验") && !has(k.body, "李试验"));
    k = get(&w, LIST "?month=2023-12&" WHY, cookie); /* the same of everywhere is another */
    CHECK(has(k.body, "王试验") && has(k.body, "李试验"));
    k = get(&w, "/series/%E6%96%B0%E5%A2%9E%E5%B0%B1%E4%B8%9A%E4%BA%BA%E6%95%B0/list", cookie);
    CHECK(k.status == 404 && has(k.body, "后面没有名单"));
    cookie = signed_in(&w, "operator"); /* of the east: names are masked, the west is not theirs */
    k = get(&w, LIST "?" WHY, cookie);
    CHECK(k.status == 200 && !has(k.body, "王") && !has(k.body, "李试验") && has(k.body, "李"));
    k = get(&w, LIST "?area=329902&" WHY, cookie);
    CHECK(k.status == 403 && has(k.body, "西区不是您负责的地区"));
    access_looks looks = { 0 };
    struct err e = { 0 };
    CHECK_OK(access_looks_at(w.s, STR("人员"), w.li, 20, w.a, &looks, &e), e);
    CHECK_INT((int64_t)looks.len, 4); /* the auditor's two pages and file, the operator's page */
    CHECK(has(looks.at[0].what, "名单：登记的人 2024-05") && has(looks.at[0].purpose, "核实统计"));
    world_close(&w);
}

TEST(a_series_is_shown_in_its_versions_and_beside_another)
{
    struct world w;
    world_open(&w);
    account(&w, "leader", ROLE_LEADER, "");
    const char *cookie = signed_in(&w, "leader");
    CHECK(has(get(&w, "/series?all=1", cookie).body, "新增就业人数"));
    observe(&w, 2022, 300, STATUS_FLASH, date_of(2023, 1, 20));
    observe(&w, 2022, 310, STATUS_FINAL, date_of(2023, 6, 1));
    observe(&w, 2023, 290, STATUS_FLASH, date_of(2024, 1, 20));
#define SERIES "/series/%E6%96%B0%E5%A2%9E%E5%B0%B1%E4%B8%9A%E4%BA%BA%E6%95%B0"
    struct asked k = get(&w, SERIES, cookie);
    CHECK(has(k.body, "310人") && has(k.body, "+10人") && has(k.body, "300人") && has(k.body, "290人") &&
          has(k.body, "<polyline") && !has(k.body, "<script>alert"));
    k = get(&w, SERIES "?known=2023-03-01", cookie); /* as it was published then */
    CHECK(has(k.body, "300人") && !has(k.body, "310人") && !has(k.body, "290人"));
    k = get(&w, SERIES "?known=spring", cookie);
    CHECK(k.status == 400 && has(k.body, "写成 2024-03-01"));
    CHECK_INT(get(&w, "/series/none", cookie).status, 404);
    CHECK_INT(get(&w, SERIES "?as=exe", cookie).status, 400);
    CHECK(str_starts(get(&w, SERIES "?as=xlsx", cookie).body, STR("PK")));
    CHECK(str_starts(get(&w, SERIES "?as=svg", cookie).body, STR("<svg xmlns")));
    CHECK(has(get(&w, SERIES, cookie).body, "数据订正：快报改终稿"));
    k = get(&w, SERIES "?as=csv", cookie); /* every version of every area */
    CHECK(has(k.type, "text/csv") && has(k.body, ",2022年,2022-01,2022-12,300,,人,快报,2023-01-20,") &&
          has(k.body, ",310,,人,终稿,2023-06-01,") && has(k.body, ",10,数据订正：快报改终稿"));
    k = get(&w, SERIES "?as=csv&known=2023-03-01", cookie);
    CHECK(has(k.body, ",300,") && !has(k.body, ",310,"));
    k = get(&w, SERIES "?as=json", cookie);
    const struct json *j;
    struct err e = { 0 };
    CHECK_OK(json_read(w.a, k.body, &j, &e), e);
    CHECK_INT((int64_t)json_member(j, STR("rows"))->count, 3);
    CHECK_STR(json_member(&json_member(j, STR("rows"))->items[1], STR("value"))->string, "310");
    CHECK(has(get(&w, SERIES "?area=329902", cookie).body, "这个地区到这天还没有数"));
    world_close(&w);
}
