/* test_diff: two versions of a pack, compared in words. */
#include "pack/diff.h"
#include "pack/pack.h"
#include "support/t.h"

#define BASE                                                                                                                                  \
    "包 试\n  级别 示例\n  版本 1\n来源 法\n  名称 法\n代码 类\n  项 甲 1\n  项 乙 2\n实体 人员\n  字段 出生 : " \
    "日期\n  字段 收入 : 元/月\n"                                                                                                     \
    "参数 线 : 元/月  按 类\n  2020-01-01  甲 500  乙 400  依据 法 一\n  2024-01-01  甲 600  乙 450  依据 法 一\n"         \
    "定义 年龄 : 岁\n  对象 人员\n  依据 法 二\n  基本 周岁(出生, 今日)\n"

#define POLICY                                                                                                                                  \
    "政策 补\n  依据 法 三\n  对象 人员\n  条件 大龄：年龄 >= 50岁\n    说明 满五十岁\n  条件 低收入：收入 < " \
    "线(甲)\n  金额\n    额 = 300元/月\n"

static str compare(struct arena *a, const char *was, const char *is, size_t *count)
{
    struct pack_set old, new;
    pack_load_text(&old, a, STR("旧"), str_of(was));
    pack_load_text(&new, a, STR("新"), str_of(is));
    CHECK_INT((int64_t)old.diags.errors, 0);
    CHECK_INT((int64_t) new.diags.errors, 0);
    diff_list list = { 0 };
    diff_programs(old.program, new.program, false, a, &list);
    struct text t;
    text_init(&t, a, 1 << 20);
    diff_text(&list, &t);
    *count = list.len;
    return text_str(&t);
}

static bool has(str s, const char *part) { return str_find(s, str_of(part)) != SIZE_MAX; }

TEST(layout_comments_and_order_are_no_change)
{
    autoarena *a = arena_new("test", 0);
    size_t n;
    str said = compare(a, BASE POLICY,
                       BASE "政策 补 -- 改了排版\n    对象   人员\n    依据 法   三\n    条件 低收入：收入<线（甲）\n  "
                            "  条件 大龄：年龄>=50岁\n"
                            "      说明 满五十岁\n    金额\n      额=300元/月\n",
                       &n);
    CHECK_INT((int64_t)n, 0);
    CHECK_STR(said, "没有实质变化\n");
}

TEST(a_changed_criterion_is_told_with_what_it_was_and_is)
{
    autoarena *a = arena_new("test", 0);
    size_t n;
    str said = compare(a, BASE POLICY,
                       BASE "政策 补\n  依据 法 三\n  对象 人员\n  条件 大龄：年龄 >= 45岁\n    说明 满四十五岁\n  "
                            "金额\n    额 = 300元/月\n"
                            "  频次 按月\n",
                       &n);
    CHECK_INT((int64_t)n, 1);
    CHECK(has(said, "改动 政策 补"));
    CHECK(has(said, "改动 条件 大龄\n      原来 年龄 >= 50岁\n      现在 年龄 >= 45岁"));
    CHECK(has(said, "满四十五岁"));
    CHECK(has(said, "取消 条件 低收入：收入 < 线(甲)"));
    CHECK(has(said, "增加 频次：按月"));
}

TEST(a_parameter_is_compared_value_by_value)
{
    autoarena *a = arena_new("test", 0);
    size_t n;
    const char *now = "包 试\n  级别 示例\n  版本 1\n来源 法\n  名称 法\n代码 类\n  项 甲 1\n  项 乙 2\n实体 人员\n  "
                      "字段 出生 : 日期\n"
                      "  字段 收入 : 元/月\n参数 线 : 元/月  按 类\n  2020-01-01  甲 500  乙 400  依据 法 一\n"
                      "  2024-01-01  甲 600  乙 460  依据 法 一\n  2025-01-01  甲 700  乙 500  依据 法 一\n"
                      "定义 年龄 : 岁\n  对象 人员\n  依据 法 二\n  基本 周岁(出生, 今日)\n";
    str said = compare(a, BASE, now, &n);
    CHECK_INT((int64_t)n, 1);
    CHECK(has(said, "改动 2024-01-01 起 乙\n      原来 450\n      现在 460"));
    CHECK(has(said, "增加 2025-01-01 起 甲：700"));
    CHECK(!has(said, "2024-01-01 起 甲"));
    CHECK(!has(said, "2020-01-01"));
}

TEST(declarations_come_and_go_and_policies_are_told_first)
{
    autoarena *a = arena_new("test", 0);
    size_t n;
    str said =
        compare(a, BASE, BASE POLICY "例 政策 补\n  “够”\n    已知 年龄 = 50岁，收入 = 100元/月\n    应得 符合\n", &n);
    CHECK_INT((int64_t)n, 2);
    CHECK(str_starts(said, STR("增加 政策 补\n")));
    CHECK(has(said, "例 补：增加 1 个"));
    said = compare(a, BASE POLICY, BASE, &n);
    CHECK(str_starts(said, STR("取消 政策 补\n")));
}

TEST(definitions_of_one_name_on_two_subjects_are_two)
{
    autoarena *a = arena_new("test", 0);
    size_t n;
    const char *two =
        BASE "实体 单位\n  字段 成立 : 日期\n定义 年龄 : 岁\n  对象 单位\n  依据 法 四\n  基本 周岁(成立, 今日)\n";
    const char *changed =
        BASE "实体 单位\n  字段 成立 : 日期\n定义 年龄 : 岁\n  对象 单位\n  依据 法 五\n  基本 周岁(成立, 今日)\n";
    str said = compare(a, two, changed, &n);
    CHECK_INT((int64_t)n, 1);
    CHECK(has(said, "原来 法 四\n      现在 法 五"));
}

TEST(every_pack_is_the_same_as_itself)
{
    autoarena *a = arena_new("test", 0);
    file_list dirs = { 0 };
    struct err e = { 0 };
    CHECK_OK(pack_find(a, str_of(t_source("packs")), &dirs, &e), e);
    CHECK(dirs.len >= 10);
    VEC_EACH (str, dir, &dirs) {
        struct pack_set x, y;
        CHECK_OK(pack_load(&x, a, *dir, NULL, 0, &e), e);
        CHECK_OK(pack_load(&y, a, *dir, NULL, 0, &e), e);
        diff_list list = { 0 };
        diff_programs(x.program, y.program, false, a, &list);
        CHECK_INT((int64_t)list.len, 0);
    }
}
