/* Amounts, months and payments as people write them. */
#include "fund/fund.h"
#include "support/t.h"

TEST(yuan_are_read_as_people_write_them_and_never_rounded)
{
    static const struct {
        const char *text;
        int64_t fen;
    } good[] = { { "1234.5", 123450 }, { "1,234.50", 123450 },         { "¥1234.50", 123450 }, { "1234元", 123400 },
                 { "0.01", 1 },        { " 512.40 ", 51240 },          { "￥ 1 元", 100 },     { "1234.5000", 123450 },
                 { "0", 0 },           { "10,000,000.00", 1000000000 } };
    static const char *const bad[] = { "",    "元",  "1.234", "-5", "1.2.3", "abc",
                                       "5万", "1e3", ".",     "5.", ".5",    "1,23,4.5x" };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int64_t fen = -1;
        NOTE("%s", good[i].text);
        CHECK(fund_yuan_read(str_of(good[i].text), &fen));
        CHECK_INT(fen, good[i].fen);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t fen = 0;
        NOTE("%s", bad[i]);
        CHECK(!fund_yuan_read(str_of(bad[i]), &fen));
    }
}

TEST(what_is_written_is_read_again)
{
    autoarena *a = arena_new("yuan", 0);
    for (int i = 0; i < 2000; i++) {
        int64_t fen = t_random_between(0, i % 3 == 0 ? LEDGER_FEN_MAX : 1000000), back = -1;
        CHECK(fund_yuan_read(fund_yuan(a, fen), &back));
        CHECK_INT(back, fen);
    }
    CHECK_STR(fund_yuan(a, -123456), "-1,234.56");
}

TEST(months_are_written_one_way)
{
    autoarena *a = arena_new("month", 0);
    static const char *const same[] = { "2026-05", "202605", "2026年5月", "2026/5", "2026.05", " 2026年05月 " };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) CHECK_STR(fund_period(a, str_of(same[i])), "2026-05");
    static const char *const quarter[] = { "2026-04至2026-06", "2026年4月至6月",  "2026年4月—2026年6月",
                                           "202604-202606",    "2026/4 ~ 2026/6", "2026年4-6月",
                                           "2026年第2季度",    "2026年二季度",    "2026年第二季度" };
    for (size_t i = 0; i < sizeof quarter / sizeof *quarter; i++)
        CHECK_STR(fund_period(a, str_of(quarter[i])), "2026-04至2026-06");
    CHECK_STR(fund_period(a, STR("2025年11月至2026年1月")), "2025-11至2026-01");
    static const char *const as_it_is[] = { "2026年6月至4月", "2026年第5季度", "2026年4月至",
                                            "2026上半年",     "2026-04-05",    "2026-04至2026-04" };
    for (size_t i = 0; i < 5; i++) CHECK_STR(fund_period(a, str_of(as_it_is[i])), as_it_is[i]);
    CHECK_STR(fund_period(a, str_of(as_it_is[5])), "2026-04");
    CHECK_STR(fund_period(a, STR("一次性")), "一次性");
    CHECK_STR(fund_period(a, STR("2026-13")), "2026-13");
    CHECK_STR(fund_period(a, STR("2026年")), "2026年");
}

TEST(a_payment_is_its_number_or_the_sixteen_digits_of_a_file)
{
    char text[LEDGER_NUMBER_TEXT];
    int64_t n = 0;
    ledger_number_text(123, 4, text);
    CHECK(fund_payment_read(str_of(text), &n));
    CHECK_INT(n, 123);
    CHECK(fund_payment_read(STR(" 77 "), &n));
    CHECK_INT(n, 77);
    text[3] = (char)(text[3] == '9' ? '0' : text[3] + 1); /* one digit copied wrong */
    CHECK(!fund_payment_read(str_of(text), &n));
    CHECK(!fund_payment_read(STR("0"), &n));
    CHECK(!fund_payment_read(STR(""), &n));
}
