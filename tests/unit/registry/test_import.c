/* Files in, rows and history out: once, twice, older, put right, taken back, with everything failing in between. */
#include "helpers.h"

#include <unistd.h>

static const char census[] =
    "身份证,姓名,性别,户号,收入\n" ID_LI ",李卫国,男,H1,3000.50\n" ID_WANG ",王小兰,女,H1,2000\n";

static str income_of_li(struct place *p)
{
    return ask(p, "SELECT \"收入\" FROM \"人\" WHERE \"证件号\" = '" ID_LI "'");
}

TEST(a_file_makes_people_and_their_household)
{
    struct place p = { 0 };
    struct err e = { 0 };
    struct import_result got;
    place_program(&p);
    CHECK_OK(place_open(&p, &e), e);
    CHECK_OK(import_on(&p, file_of(&p, "a.csv", census), "户籍", "2024-01-31", &got, &e), e);
    CHECK_INT((int64_t)(got.counts.good), 2);
    CHECK_INT((int64_t)(got.counts.made), 2);
    CHECK_INT((int64_t)(got.counts.bad), 0);
    CHECK_INT((int64_t)(got.counts.stubs), 1);
    CHECK_STR(income_of_li(&p), "300050");
    CHECK_STR(ask(&p, "SELECT \"生日\" FROM \"人\" WHERE \"证件号\" = '" ID_LI "'"), "7370"); /* from the number */
    CHECK_STR(ask(&p, "SELECT count(*) FROM \"人\" x JOIN \"户\" h ON h.\"_id\" = x.\"家\""), "2");
    CHECK_STR(ask(&p, "SELECT \"state\" FROM \"_cover\" WHERE \"entity\" = '户' AND \"slot\" = '成员'"), "1");
    place_close(&p);
}

TEST(the_same_file_twice_doubles_nothing)
{
    struct place p = { 0 };
    struct err e = { 0 };
    struct import_result got;
    place_program(&p);
    CHECK_OK(place_open(&p, &e), e);
    str path = file_of(&p, "a.csv", census);
    CHECK_OK(import_on(&p, path, "户籍", "2024-01-31", &got, &e), e);
    CHECK_OK(import_on(&p, path, "户籍", "2024-01-31", &got, &e), e);
    CHECK(got.again);
    CHECK_OK(import_on(&p, path, "户籍", "2024-02-29", &got, &e), e); /* the same said again a month later */
    CHECK_INT((int64_t)(got.counts.same), 2);
    CHECK_STR(ask(&p, "SELECT count(*) FROM \"_claim\""), "3"); /* two people, one household */
    CHECK_STR(ask(&p, "SELECT count(*) FROM \"人\""), "2");
    place_close(&p);
}

TEST(an_older_file_changes_nothing_newer_and_a_stronger_system_wins)
{
    struct place p = { 0 };
    struct err e = { 0 };
    struct import_result got;
    place_program(&p);
    CHECK_OK(place_open(&p, &e), e);
    CHECK_OK(import_on(&p, file_of(&p, "a.csv", "身份证,收入,电话\n" ID_LI ",100,13900000001\n"), "底册", "2024-03-01",
                       &got, &e),
             e);
    CHECK_OK(
        import_on(&p, file_of(&p, "b.csv", "身份证,收入,住址\n" ID_LI ",50,旧街\n"), "底册", "2024-01-01", &got, &e),
        e);
    CHECK_STR(income_of_li(&p), "10000");                      /* the newer one stays */
    CHECK_STR(ask(&p, "SELECT \"住址\" FROM \"人\""), "旧街"); /* what only the older one says is taken */
    CHECK_OK(import_on(&p, file_of(&p, "c.csv", "身份证,收入\n" ID_LI ",70\n"), "户籍", "2023-01-01", &got, &e), e);
    CHECK_STR(income_of_li(&p), "7000");                        /* rank before day */
    CHECK_STR(ask(&p, "SELECT count(*) FROM \"_claim\""), "3"); /* nothing is written over */
    place_close(&p);
}

TEST(bad_rows_are_refused_with_what_to_do_and_taken_when_put_right)
{
    struct place p = { 0 };
    struct err e = { 0 };
    struct import_result got;
    place_program(&p);
    CHECK_OK(place_open(&p, &e), e);
    str path = file_of(&p, "a.csv",
                       "身份证,姓名,性别,收入,去世\n" ID_LI ",李卫国,女,3000,\n"
                       "329901198511230023,王小兰,女,2000,\n" ID_WANG ",王小兰,女,12.345,1980-01-01\n");
    CHECK_OK(import_on(&p, path, "底册", "2024-01-31", &got, &e), e);
    CHECK_INT((int64_t)(got.counts.good), 0);
    CHECK_INT((int64_t)(got.counts.bad), 3);
    str refused;
    CHECK_OK(file_read(p.a, got.errors, 1 << 16, &refused, &e), e);
    CHECK(str_find(refused, STR("错在哪一列,哪里不对,怎么改,原行号")) != SIZE_MAX);
    CHECK(str_find(refused, STR("性别和身份证号不一致，号码说是男")) != SIZE_MAX);
    CHECK(str_find(refused, STR("最后一位校验码对不上")) != SIZE_MAX);
    CHECK(str_find(refused, STR("小数太多")) != SIZE_MAX);
    CHECK_STR(ask(&p, "SELECT count(*) FROM \"人\""), "0");
    str mended = file_of(&p, "a-错误.csv",
                         "身份证,姓名,性别,收入,去世,错在哪一列,哪里不对,怎么改,原行号\n" ID_LI
                         ",李卫国,男,3000,,性别,x,y,2\n" ID_WANG ",王小兰,女,12.34,1980-01-01,收入,x,y,4\n");
    CHECK_OK(import_on(&p, mended, "底册", "2024-01-31", &got, &e), e);
    CHECK_INT((int64_t)(got.counts.good), 1); /* the other was wrong in two ways */
    CHECK_INT((int64_t)(got.unused.len), 0);
    CHECK_OK(file_read(p.a, got.errors, 1 << 16, &refused, &e), e);
    CHECK(str_find(refused, STR("去世早于出生")) != SIZE_MAX);
    CHECK(str_find(refused, STR(",4\r\n")) != SIZE_MAX); /* the number of the row in the first file */
    place_close(&p);
}

TEST(a_whole_list_says_of_those_outside_that_they_are_not)
{
    struct place p = { 0 };
    struct err e = { 0 };
    struct import_result got;
    place_program(&p);
    CHECK_OK(place_open(&p, &e), e);
    CHECK_OK(import_on(&p, file_of(&p, "a.csv", census), "户籍", "2024-01-31", &got, &e), e);
    CHECK_STR(ask(&p, "SELECT \"残疾\" FROM \"人\" WHERE \"证件号\" = '" ID_WANG "'"), "-"); /* unknown */
    CHECK_OK(import_on(&p, file_of(&p, "b.csv", "身份证,残疾\n" ID_LI ",是\n"), "残疾名单", "2024-02-01", &got, &e), e);
    CHECK_STR(ask(&p, "SELECT \"残疾\" FROM \"人\" WHERE \"证件号\" = '" ID_LI "'"), "1");
    CHECK_STR(ask(&p, "SELECT \"残疾\" FROM \"人\" WHERE \"证件号\" = '" ID_WANG "'"), "0");
    CHECK_STR(ask(&p, "SELECT \"低保\" FROM \"户\""), "0");
    /* next month she is on it and he is not */
    CHECK_OK(import_on(&p, file_of(&p, "c.csv", "身份证,残疾\n" ID_WANG ",是\n"), "残疾名单", "2024-03-01", &got, &e),
             e);
    CHECK_INT((int64_t)(got.counts.gone), 1);
    CHECK_STR(ask(&p, "SELECT \"残疾\" FROM \"人\" WHERE \"证件号\" = '" ID_LI "'"), "0");
    CHECK_STR(ask(&p, "SELECT \"残疾\" FROM \"人\" WHERE \"证件号\" = '" ID_WANG "'"), "1");
    place_close(&p);
}

TEST(a_whole_file_without_a_spell_withdraws_it_and_knows_there_is_none)
{
    struct place p = { 0 };
    struct err e = { 0 };
    struct import_result got;
    place_program(&p);
    CHECK_OK(place_open(&p, &e), e);
    str a =
        file_of(&p, "a.csv",
                "身份证,开始,结束,雇主,工资\n" ID_LI ",2020-01-01,,E1,5000\n" ID_LI ",2022-01-01,2023-01-01,E2,6000\n");
    CHECK_OK(import_on(&p, a, "就业名单", "2024-01-01", &got, &e), e);
    CHECK_STR(ask(&p, "SELECT count(*) FROM \"就业\""), "2");
    CHECK_STR(ask(&p, "SELECT count(*) FROM \"就业\" WHERE \"结束\" = -9223372036854775808"), "1"); /* blank is none */
    CHECK_STR(ask(&p, "SELECT \"state\" FROM \"_cover\" WHERE \"entity\" = '人' AND \"slot\" = '就业'"), "1");
    str b = file_of(&p, "b.csv", "身份证,开始,结束,雇主,工资\n" ID_LI ",2020-01-01,2024-02-01,E1,5500\n");
    CHECK_OK(import_on(&p, b, "就业名单", "2024-03-01", &got, &e), e);
    CHECK_INT((int64_t)(got.counts.gone), 1);
    CHECK_INT((int64_t)(got.counts.changed), 1);
    CHECK_STR(ask(&p, "SELECT count(*) FROM \"就业\""), "1");
    CHECK_STR(ask(&p, "SELECT \"工资\" FROM \"就业\""), "550000");
    CHECK_OK(import_on(&p, a, "就业名单", "2024-01-02", &got, &e), e); /* an older whole file takes nothing back */
    CHECK_STR(ask(&p, "SELECT count(*) FROM \"就业\" WHERE \"工资\" = 550000"), "1");
    place_close(&p);
}

TEST(months_are_runs_and_later_words_replace_them)
{
    struct place p = { 0 };
    struct err e = { 0 };
    struct import_result got;
    place_program(&p);
    CHECK_OK(place_open(&p, &e), e);
    str a = file_of(&p, "a.csv",
                    "身份证,险别,月份,末月,基数\n" ID_LI ",养老,202301,202306,4000\n" ID_LI
                    ",110,2023-07,2023-12,4000\n" ID_LI ",失业,202301,202303,4000\n");
    CHECK_OK(import_on(&p, a, "缴费名单", "2024-01-31", &got, &e), e);
    CHECK_STR(ask(&p, "SELECT count(*) FROM \"缴费\""), "2"); /* neighbours with equal fields are one run */
    CHECK_STR(ask(&p, "SELECT \"_to\" - \"_from\" FROM \"缴费\" WHERE \"_key\" = '110'"), "11");
    CHECK_STR(ask(&p, "SELECT \"until\" FROM \"_cover\" WHERE \"slot\" = '缴费' AND \"key\" = '110'"), "24288");
    struct import_options o = { .path = file_of(&p, "b.csv",
                                                "身份证,险别,月份,末月,基数\n" ID_LI ",养老,202303,202304,5000\n"),
                                .as = STR("缴费名单"),
                                .has_as_of = true,
                                .as_of = date_of(2024, 2, 29),
                                .changes = true };
    CHECK_OK(registry_import(p.r, &o, &got, p.a, &e), e);
    CHECK_STR(ask(&p, "SELECT count(*) FROM \"缴费\" WHERE \"_key\" = '110'"), "3");
    CHECK_STR(ask(&p, "SELECT \"基数\" FROM \"缴费\" WHERE \"_key\" = '110' AND \"_from\" = 24278"), "500000");
    place_close(&p);
}

TEST(a_preview_changes_nothing)
{
    struct place p = { 0 };
    struct err e = { 0 };
    struct import_result got;
    place_program(&p);
    CHECK_OK(place_open(&p, &e), e);
    str path = file_of(&p, "a.csv", census);
    CHECK_OK(registry_preview(p.r, &e), e);
    CHECK_OK(import_on(&p, path, "户籍", "2024-01-31", &got, &e), e);
    CHECK_INT((int64_t)(got.counts.made), 2);
    registry_close(p.r);
    CHECK_OK(place_open(&p, &e), e);
    CHECK_STR(ask(&p, "SELECT count(*) FROM \"人\""), "0");
    CHECK_STR(ask(&p, "SELECT count(*) FROM \"_drop\""), "0");
    place_close(&p);
}

TEST(two_who_are_one_become_one_and_two_again)
{
    struct place p = { 0 };
    struct err e = { 0 };
    struct import_result got;
    place_program(&p);
    CHECK_OK(place_open(&p, &e), e);
    str a = file_of(&p, "a.csv",
                    "编号,身份证,姓名,性别,生日,电话,住址\nP1," ID_LI ",李卫国,男,1990-03-07,13912345678,幸福路12号\n");
    str b =
        file_of(&p, "b.csv", "编号,身份证,姓名,性别,生日,电话,住址\nP2,,李卫国,男,1990-03-07,13912345678,幸福路12号\n");
    str s = file_of(&p, "s.csv", "编号,开始,雇主,工资\nP2,2020-01-01,E1,5000\n");
    CHECK_OK(import_on(&p, a, "底册", "2024-01-01", &got, &e), e);
    CHECK_OK(import_on(&p, b, "人", "2024-01-01", &got, &e), e);
    CHECK_INT((int64_t)(got.counts.merged), 1);
    CHECK_STR(ask(&p, "SELECT count(*) FROM \"人\""), "1");
    CHECK_OK(import_on(&p, s, "就业", "2024-01-01", &got, &e), e); /* the old number leads to the one */
    CHECK_INT((int64_t)(got.counts.stubs), 1);                     /* the firm, not a person */
    CHECK_STR(ask(&p, "SELECT count(*) FROM \"就业\" s JOIN \"人\" x ON x.\"_id\" = s.\"_owner\""), "1");
    link_lines lines = { 0 };
    CHECK_OK(registry_links(p.r, STR("合并"), 10, p.a, &lines, &e), e);
    CHECK_INT((int64_t)(lines.len), 1);
    CHECK(lines.at[0].why.len > 0);
    CHECK_OK(registry_unmerge(p.r, lines.at[0].gone, STR("两兄弟"), STR("张三"), &e), e);
    CHECK_STR(ask(&p, "SELECT count(*) FROM \"人\""), "2");
    CHECK_OK(import_on(&p, b, "人", "2024-02-01", &got, &e), e); /* decided: not asked and not joined again */
    CHECK_INT((int64_t)(got.counts.merged + got.counts.review), 0);
    CHECK_STR(ask(&p, "SELECT count(*) FROM \"人\""), "2");
    CHECK_ERR(registry_unmerge(p.r, lines.at[0].gone, STR("x"), STR("y"), &e), e, NOT_FOUND);
    place_close(&p);
}

TEST(whom_one_file_tells_of_twice_is_compared_as_it_told_last)
{
    static const char *const files[] = {
        "编号,姓名,性别,生日,电话,住址\nP2,李卫国,男,1990-03-07,13912345678,幸福路12号\n"
        "P1,李卫国,,,,\n",
        "编号,姓名,性别,生日,电话,住址\nP2,李卫国,男,1990-03-07,13912345678,幸福路12号\n"
        "P1,李卫国,,,,\nP1,李卫国,男,1990-03-07,13912345678,幸福路12号\n",
    };
    for (int i = 0; i < 2; i++) {
        struct place p = { 0 };
        struct err e = { 0 };
        struct import_result got;
        place_program(&p);
        p.db = str_dup(p.a, str_of(t_path(i == 0 ? "once.db" : "twice.db")));
        CHECK_OK(place_open(&p, &e), e);
        CHECK_OK(import_on(&p, file_of(&p, "a.csv", files[i]), "人", "2024-01-01", &got, &e), e);
        CHECK_INT((int64_t)(got.counts.merged + got.counts.review), i);
        place_close(&p);
    }
}

/* With an arena of its own: one that ran out stays so. */
static void one_import(const struct place *shared, str path, bool *done)
{
    struct err e = { 0 };
    struct import_result got;
    struct place p = *shared;
    p.a = arena_new("import", 0);
    *done = false;
    if (place_open(&p, &e)) {
        *done = import_on(&p, path, "户籍", "2024-01-31", &got, &e);
        registry_close(p.r);
    }
    arena_free(p.a);
}

static void fails_somewhere(enum fault_kind kind)
{
    struct place p = { 0 };
    place_program(&p);
    str path = file_of(&p, "a.csv", "身份证,姓名,户号,收入\n" ID_LI ",李卫国,H1,1\n" ID_WANG ",王小兰,H1,x\n");
    const char *log = str_fmt(p.a, "%s-wal", p.db.p).p, *shared = str_fmt(p.a, "%s-shm", p.db.p).p;
    struct err e = { 0 };
    CHECK_OK(place_open(&p, &e), e);
    registry_close(p.r);
    t_keep("ready.db", p.db.p); /* what is tried is to take in, thousands of times, not to make the tables */
    EVERY_FAULT (kind) {
        bool done;
        unlink(log);
        unlink(shared);
        CHECK(t_kept("ready.db", p.db.p));
        one_import(&p, path, &done);
        CHECK(done || t_fault_hit());
        t_fault_over();
        struct import_result got;
        struct place after = p;
        after.a = arena_new("after", 0);
        CHECK_OK(place_open(&after, &e), e); /* whatever happened, the same again gets it done */
        CHECK_OK(import_on(&after, path, "户籍", "2024-01-31", &got, &e), e);
        CHECK_STR(ask(&after, "SELECT count(*) FROM \"人\""), "1");
        CHECK_STR(ask(&after, "SELECT count(*) FROM \"_claim\""), "2");
        CHECK_STR(ask(&after, "SELECT count(*) FROM \"_drop\" WHERE \"state\" = '完成'"), "1");
        place_close(&after);
    }
    arena_free(p.a);
}

TEST_WITHIN(a_read_that_fails_leaves_nothing_half_done, 300) { fails_somewhere(FAULT_READ); }
TEST_WITHIN(a_write_that_fails_leaves_nothing_half_done, 300) { fails_somewhere(FAULT_WRITE); }
TEST_WITHIN(memory_that_runs_out_leaves_nothing_half_done, 300) { fails_somewhere(FAULT_MEMORY); }
TEST_WITHIN(a_sync_that_fails_leaves_nothing_half_done, 300) { fails_somewhere(FAULT_SYNC); }
