/* What may be seen of personal values. */
#include "base/mask.h"
#include "support/t.h"

TEST(each_class_shows_what_it_may)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(mask(a, STR("姓名"), STR("欧阳晓明")), "欧***");
    CHECK_STR(mask(a, STR("姓名"), STR("张炜")), "张*");
    CHECK_STR(mask(a, STR("证件号"), STR("990101199003070011")), "9901**********0011");
    CHECK_STR(mask(a, STR("电话"), STR("19900001234")), "199****1234");
    CHECK_STR(mask(a, STR("账号"), STR("6217000000000001234")), "****1234");
    CHECK_STR(mask(a, STR("地址"), STR("乐业市东城区幸福路12号3幢")), "乐业市东城区****");
}

TEST(what_is_too_short_shows_at_most_its_beginning)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(mask(a, STR("姓名"), STR("张")), "*");
    CHECK_STR(mask(a, STR("证件号"), STR("12345678")), "********");
    CHECK_STR(mask(a, STR("电话"), STR("110")), "***");
    CHECK_STR(mask(a, STR("地址"), STR("乐业市")), "乐****");
}

TEST(a_class_without_a_rule_shows_nothing_and_no_class_shows_all)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(mask(a, STR("病史"), STR("没有")), "****");
    CHECK_STR(mask(a, STR(""), STR("公开的")), "公开的");
    CHECK_STR(mask(a, STR("姓名"), STR("")), "");
}
