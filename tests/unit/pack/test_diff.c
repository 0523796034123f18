/* test_diff: two versions of a pack, compared in words. */
#include "lang/fmt.h"
#include "lang/limits.h"
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

#define VERSIONED "包 试\n  级别 示例\n  版本 1\n来源 法\n  名称 法\n实体 人员\n  字段 低保 : 真假\n"

TEST(a_further_version_of_a_definition_is_a_change_of_it)
{
    autoarena *a = arena_new("test", 0);
    size_t n;
    const char *was = VERSIONED "定义 期限 : 月\n  对象 人员\n  依据 法 一\n  基本 24月\n  例外 低：低保 则 36月\n";
    const char *is = VERSIONED
        "定义 期限 : 月\n  对象 人员\n  依据 法 一\n  施行 2024-04-01 起 至 2024-12-31\n  基本 24月\n  例外 低：低保 "
        "则 "
        "36月\n定义 期限 : 月\n  对象 人员\n  依据 法 二\n  施行 2025-01-01 起\n  基本 30月\n  例外 低：低保 则 36月\n";
    str said = compare(a, was, is, &n);
    CHECK_STR(said, "改动 定义 期限\n  增加 施行：2024-04-01 起 至 2024-12-31\n"
                    "改动 定义 期限：2025-01-01 起 有新的一版，和上一版相比\n"
                    "  改动 依据\n      原来 法 一\n      现在 法 二\n  改动 基本\n      原来 24月\n      现在 30月\n");
    said = compare(a, is, was, &n);
    CHECK(has(said, "改动 定义 期限：取消 2025-01-01 起 的一版\n"));
    CHECK(!has(said, "增加 定义"));
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

TEST(formatting_a_pack_is_no_change)
{
    struct err e = { 0 };
    autoarena *names = arena_new("names", 0);
    file_list dirs = { 0 };
    CHECK_OK(pack_find(names, str_of(t_source("packs")), &dirs, &e), e);
    VEC_EACH (str, dir, &dirs) {
        autoarena *a = arena_new("test", 0);
        struct pack_set was, is;
        file_list files = { 0 };
        VEC(struct pack_overlay) formatted = { 0 };
        CHECK_OK(file_walk(a, *dir, STR(".leye"), LIMIT_FILES, &files, &e), e);
        VEC_EACH (str, path, &files) {
            struct fmt f;
            str text;
            CHECK_OK(file_read(a, *path, LIMIT_FILE_BYTES, &text, &e), e);
            struct err refused = { 0 };
            if (!fmt_run(&f, a, *path, text, &refused)) continue;
            *vec_push(a, &formatted) = (struct pack_overlay){ .path = *path, .text = f.text };
        }
        CHECK_OK(pack_load(&was, a, *dir, NULL, 0, &e), e);
        CHECK_OK(pack_load(&is, a, *dir, formatted.at, formatted.len, &e), e);
        diff_list list = { 0 };
        diff_programs(was.program, is.program, false, a, &list);
        CHECK_INT((int64_t)list.len, 0);
    }
}

struct totals {
    size_t by_change[4], added, removed;
};

static struct totals totals_of(const struct program *was, const struct program *is, struct arena *a)
{
    struct totals t = { 0 };
    diff_list list = { 0 };
    diff_programs(was, is, false, a, &list);
    CHECK(list.len > 100);
    VEC_EACH (const struct diff_decl, d, &list) {
        t.by_change[d->change]++;
        t.added += d->cases_added;
        t.removed += d->cases_removed;
    }
    return t;
}

TEST(from_the_other_side_what_was_added_was_taken_away)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct pack_set x, y;
    CHECK_OK(pack_load(&x, a, str_of(t_source("packs/jiangsu")), NULL, 0, &e), e);
    CHECK_OK(pack_load(&y, a, str_of(t_source("packs/jiangxi")), NULL, 0, &e), e);
    struct totals there = totals_of(x.program, y.program, a), back = totals_of(y.program, x.program, a);
    CHECK_INT((int64_t)there.by_change[DIFF_ADDED], (int64_t)back.by_change[DIFF_REMOVED]);
    CHECK_INT((int64_t)there.by_change[DIFF_REMOVED], (int64_t)back.by_change[DIFF_ADDED]);
    CHECK_INT((int64_t)there.by_change[DIFF_CHANGED], (int64_t)back.by_change[DIFF_CHANGED]);
    CHECK_INT((int64_t)there.added, (int64_t)back.removed);
    CHECK_INT((int64_t)there.removed, (int64_t)back.added);
}

TEST(a_declaration_under_a_new_name_is_renamed_and_its_examples_go_with_it)
{
    autoarena *a = arena_new("test", 0);
    size_t n;
    const char *cases = "\n  “够”\n    已知 收入 = 100元/月\n    应得 真\n";
    const char *body = " : 真假\n  对象 人员\n  依据 法 九\n  基本 收入 < 线(甲)\n例 定义 ";
    str was = str_fmt(a, BASE "定义 穷%s穷%s", body, cases), is = str_fmt(a, BASE "定义 低收入%s低收入%s", body, cases);
    CHECK_STR(compare(a, was.p, is.p, &n), "改名 定义 穷 → 低收入\n");
}

#define VERSION(period, value) "定义 补贴月数 : 月\n  对象 人员\n  依据 法 七\n  施行 " period "\n  基本 " value "\n"

TEST(versions_of_one_name_go_together_by_their_period)
{
    autoarena *a = arena_new("test", 0);
    size_t n;
    str said = compare(a, BASE VERSION("2022-01-01 起 至 2022-12-31", "12月") VERSION("2023-01-01 起", "24月"),
                       BASE VERSION("2021-01-01 起 至 2021-12-31", "6月") VERSION("2022-01-01 起 至 2022-12-31", "12月")
                           VERSION("2023-01-01 起", "36月"),
                       &n);
    CHECK_STR(said, "改动 定义 补贴月数：2021-01-01 起 至 2021-12-31 有新的一版\n改动 定义 补贴月数\n  改动 基本\n     "
                    " 原来 24月\n      现在 36月\n");
}

#define RATE "参数 比例 : %\n  2020-01-01  60%  依据 法 八\n"

TEST(a_dated_value_is_told_with_its_source)
{
    autoarena *a = arena_new("test", 0);
    size_t n;
    str said = compare(a, BASE RATE "  2024-01-01  50%  依据 法 九\n",
                       BASE RATE "  2024-01-01  55%  依据 法 十\n  2025-01-01  废止  依据 法 末\n", &n);
    CHECK_STR(said, "改动 参数 比例\n  改动 2024-01-01 起\n      原来 50%\n      现在 55%（依据 法 十）\n"
                    "  改动 2024-01-01 的依据\n      原来 法 九\n      现在 法 十\n"
                    "  增加 2025-01-01 起：废止（依据 法 末）\n");
    CHECK_STR(compare(a, BASE RATE, BASE RATE "  2024-01-01  55%  依据 法 十\n", &n),
              "改动 参数 比例\n  增加 2024-01-01 起：55%（依据 法 十）\n");
}

#define ROWS(hit, rows) "表 档 : 月\n  对象 人员\n  依据 法 六\n  输入 收入\n  命中 " hit "\n" rows
#define POOR            "  | < 500元/月 | 12月 |\n"
#define RICH            "  | >= 500元/月 | 6月 |\n"
#define ANY             "  | - | 6月 |\n"
#define STEPS(rows)     "政策 补\n  依据 法 三\n  对象 人员\n  条件 大龄：年龄 >= 50岁\n  金额\n" rows
#define ONE             "    甲 = 1元/月\n"
#define TWO             "    乙 = 2元/月\n"

TEST(where_order_has_a_meaning_it_is_compared)
{
    autoarena *a = arena_new("test", 0);
    size_t n;
    CHECK_STR(compare(a, BASE ROWS("唯一", POOR RICH), BASE ROWS("唯一", RICH POOR), &n), "没有实质变化\n");
    CHECK_STR(compare(a, BASE ROWS("首行", POOR ANY), BASE ROWS("首行", ANY POOR), &n),
              "改动 表 档\n  改动 行的先后\n      原来 < 500元/月；-\n      现在 -；< 500元/月\n");
    CHECK_STR(compare(a, BASE ROWS("首行", POOR ANY), BASE ROWS("首行", ANY), &n),
              "改动 表 档\n  取消 行 | < 500元/月 |：12月\n");
    CHECK_STR(compare(a, BASE STEPS(ONE TWO), BASE STEPS(TWO ONE), &n),
              "改动 政策 补\n  改动 金额 的结果\n      原来 乙\n      现在 甲\n");
}

#define POVERTY(x) "定义 穷 : 真假\n  对象 人员\n  依据 法 九\n  基本 " x "\n"

TEST(what_is_only_written_otherwise_is_no_change)
{
    autoarena *a = arena_new("test", 0);
    size_t n;
    CHECK_STR(
        compare(a, BASE POVERTY("收入 >= 5元/月 且 年龄 > 1岁"), BASE POVERTY("((收入≥5 元/月)) and (年龄>1岁)"), &n),
        "没有实质变化\n");
    compare(a, BASE POVERTY("收入 >= 5元/月 且 年龄 > 1岁"), BASE POVERTY("收入 > 5元/月 且 年龄 > 1岁"), &n);
    CHECK_INT((int64_t)n, 1);
}

TEST(many_equal_names_take_no_longer_than_many_names)
{
    autoarena *a = arena_new("test", 0);
    struct text was, is;
    text_init(&was, a, 1 << 24);
    text_init(&is, a, 1 << 24);
    text_addz(&was, BASE POVERTY("真"));
    text_addz(&is, BASE POVERTY("真"));
    for (int i = 0; i < 20000; i++) {
        text_addf(&was, "  说明 第 %d 句\n", i);
        text_addf(&is, "  说明 第 %d 句\n", 40000 - i);
    }
    struct pack_set old, new;
    pack_load_text(&old, a, STR("旧"), text_str(&was));
    pack_load_text(&new, a, STR("新"), text_str(&is));
    diff_list list = { 0 };
    diff_programs(old.program, new.program, false, a, &list);
    CHECK_INT((int64_t)list.len, 1);
    CHECK_INT((int64_t)list.at[0].fields.len, 20000);
}
