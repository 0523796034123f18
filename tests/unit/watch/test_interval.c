/* Periods as people write them. */
#include "support/t.h"
#include "watch/watch.h"

TEST(periods_are_read_as_they_are_written_and_said_in_one_way)
{
    static const struct {
        const char *written, *said;
        int months;
    } rows[] = { { "2020", "2020年", 12 },           { "2020年", "2020年", 12 },
                 { "2016-2020", "2016—2020年", 60 }, { "2016—2020年", "2016—2020年", 60 },
                 { "2021Q2", "2021年二季度", 3 },    { "2021年二季度", "2021年二季度", 3 },
                 { "2019-05", "2019年5月", 1 },      { "2019年5月", "2019年5月", 1 },
                 { "2019-01~09", "2019年1—9月", 9 }, { "2019年1-9月", "2019年1—9月", 9 },
                 { "2020上半年", "2020年1—6月", 6 }, { "2024-01~02", "2024年1—2月", 2 } };
    autoarena *a = arena_new("test", 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct interval p;
        NOTE("%s", rows[i].written);
        CHECK(interval_parse(str_of(rows[i].written), &p));
        CHECK_STR(interval_text(a, p), rows[i].said);
        CHECK_INT(interval_months(p), rows[i].months);
    }
}

TEST(what_is_no_period_is_refused)
{
    static const char *const rows[] = { "",          "20",     "一月",       "2020-13", "2020-00", "2020-09~01",
                                        "2020-2016", "2020Q5", "2020-1-1-1", "3020",    "2020x" };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct interval p;
        NOTE("%s", rows[i]);
        CHECK(!interval_parse(str_of(rows[i]), &p));
    }
}

TEST(a_source_has_a_name_and_an_address)
{
    static const struct {
        const char *source, *name, *link;
    } cases[] = {
        { "转载新华日报2024-01（http://m.example.cn/a.html）", "转载新华日报2024-01", "http://m.example.cn/a.html" },
        { "https://hrss.example.gov.cn/ztzl/a", "hrss.example.gov.cn 的网页", "https://hrss.example.gov.cn/ztzl/a" },
        { "http://x.cn", "x.cn 的网页", "http://x.cn" },
        { "苏人社发〔2022〕100号", "苏人社发〔2022〕100号", "" },
        { "年报（http://x.cn/\"onclick）", "年报", "http://x.cn/" },
        { "", "", "" }
    };
    autoarena *a = arena_new("test", 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_STR(watch_source_name(a, str_of(cases[i].source)), cases[i].name);
        CHECK_STR(watch_source_link(str_of(cases[i].source)), cases[i].link);
    }
}
