/* Words about what is under the pointer. */
#include "unit/lsp/fixture.h"

#include <stdlib.h>

static struct session *ready(const char *capabilities)
{
    setenv("LEYE_TODAY", "2024-06-03", 1);
    put_packs();
    return session_with(capabilities);
}

/* What hovering says in rules.leye, with the first `what` replaced by a text with the caret. */
static str in_rules(struct session *s, const char *what, const char *with_caret)
{
    return hover_said(s, "packs/国/rules.leye", rules_with(s, what, with_caret));
}

TEST(a_parameter_shows_the_values_in_force_today_with_their_sources)
{
    struct session *s = ready("{}");
    CHECK_STR(in_rules(s, "基数 = 最低工资(女)", "基数 = 最低‸工资(女)"),
              "参数 最低工资 : 元/月，按 性别\n月最低工资标准\n今日（2024-06-03）的值\n"
              "男 2490元/月（2024-01-01 起，依据 示范令〔2023〕1号 二，可信 转述中）\n"
              "女 2260元/月（2024-01-01 起，依据 示范令〔2023〕1号 二，可信 转述中）");
    CHECK_STR(in_rules(s, ", 补贴标准)", ", 补贴‸标准)"),
              "参数 补贴标准 : 元/月\n开放：还没有人填写，用到它的政策不付钱");
    session_end(s);
}

TEST(values_are_those_of_the_day_it_is)
{
    struct session *s = ready("{}");
    setenv("LEYE_TODAY", "2023-06-03", 1);
    CHECK_STR(in_rules(s, "基数 = 最低工资(女)", "基数 = 最低‸工资(女)"),
              "参数 最低工资 : 元/月，按 性别\n月最低工资标准\n今日（2023-06-03）的值\n"
              "男 2280元/月（2021-08-01 起，依据 示范令〔2023〕1号 二）\n女 2070元/月（2021-08-01 起，依据 "
              "示范令〔2023〕1号 二）");
    setenv("LEYE_TODAY", "2020-01-01", 1);
    CHECK_STR(in_rules(s, "基数 = 最低工资(女)", "基数 = 最低‸工资(女)"),
              "参数 最低工资 : 元/月，按 性别\n月最低工资标准\n今日（2020-01-01）的值\n男 没有值\n女 没有值");
    session_end(s);
}

TEST(a_parameter_filled_below_shows_who_filled_it)
{
    struct session *s = ready("{}");
    CHECK_STR(
        hover_said(s, "packs/省/lower.leye",
                   "填写 补贴‸标准\n  2023-01-01  1000元/月  依据 省令 一\n\n来源 省令\n  名称 省的规定\n"),
        "参数 补贴标准 : 元/月\n开放：由“省”填写\n今日（2024-06-03）的值\n1000元/月（2023-01-01 起，依据 省令 一）");
    session_end(s);
}

TEST(fields_items_and_entities_show_what_the_model_says)
{
    struct session *s = ready("{}");
    CHECK_STR(in_rules(s, "性别 = 女 且", "性‸别 = 女 且"),
              "字段 性别 : 性别\n属于：人员\n部颁代码：AAC004\n可以是：男、女");
    CHECK_STR(in_rules(s, "性别 = 女 且", "性别 = 女‸ 且"), "代码项 女\n代码表：性别\n代码：2\n说明：女性");
    CHECK_STR(in_rules(s, "按 性别", "按 ‸性别"), "代码 性别\n可以是：男、女");
    CHECK_STR(in_rules(s, "家庭.成员", "家庭.成‸员"), "集合 成员 : 一组人员\n属于：家庭\n经：家庭");
    CHECK_STR(in_rules(s, "家庭.成员", "家‸庭.成员"), "字段 家庭 : 家庭\n属于：人员");
    CHECK_STR(in_rules(s, "对象 人员", "对象 人‸员"), "实体 人员\n字段：姓名、性别、出生日期、死亡日期、家庭");
    CHECK_STR(in_rules(s, "(失业登记)", "(失业‸登记)"), "经历 失业登记\n属于：人员\n记法：一段一段的区间 [开始, 结束)");
    CHECK_STR(in_rules(s, "参保缴费(失业, 本月)", "参保‸缴费(失业, 本月)"),
              "经历 参保缴费\n属于：人员\n记法：逐月的历史\n分：险种\n字段：缴费基数");
    CHECK_STR(
        hover_said(s, "packs/国/model.leye",
                   "实体 人员\n  字段 姓‸名 : 文本  编码 AAC003  密级 姓名\n  字段 去世 : 日期  可无\n"),
        "字段 姓名 : 文本\n属于：人员\n部颁代码：AAC003\n密级：姓名\n现在的内容有错误；以上按最近一次没有错误的内容。");
    session_end(s);
    s = session_start(); /* one that never saw the packs without mistakes */
    CHECK_STR(hover_said(s, "packs/国/model.leye", "实体 人员\n  字段 姓‸名 : 文本\n  字段 去世 : 日子\n"),
              "字段 姓名 : 文本\n属于：人员\n现在的内容有错误，以上可能不全。");
    session_end(s);
}

TEST(a_definition_shows_its_text_and_a_step_its_type)
{
    struct session *s = ready("{}");
    CHECK_STR(in_rules(s, "且 年龄", "且 年‸龄"),
              "定义 年龄 : 岁\n满几岁\n对象：人员\n依据：示范法 第一条\n基本 周岁(出生日期, 今日)");
    CHECK_STR(in_rules(s, "(基数 * 50%", "(‸基数 * 50%"), "步骤 基数 : 元/月\n政策：求职补贴\n最低工资(女)");
    session_end(s);
}

TEST(policies_criteria_and_sources)
{
    struct session *s = ready("{}");
    CHECK_STR(
        in_rules(s, "例 政策 求职补贴", "例 政策 求职‸补贴"),
        "政策 求职补贴\n对象：人员\n依据：示范令〔2023〕1号 五\n施行：2023-01-01 起\n条件：大龄女性、失业、非已缴费");
    CHECK_STR(in_rules(s, "不符合 大龄女性", "不符合 大龄‸女性"),
              "条件 大龄女性\n政策：求职补贴\n四十岁以上的妇女\n性别 = 女 且 年龄 >= 40岁");
    CHECK_STR(in_rules(s, "依据 示范令〔2023〕1号 五", "依据 示范令‸〔2023〕1号 五"),
              "来源 示范令〔2023〕1号\n名称：示范规定\n机关：示范部门\n日期：2023-01-01");
    CHECK_STR(in_rules(s, "依据 示范法 第三条", "依据 示范‸法 第三条"), "来源 示范法\n名称：示范法律\n可信：转述高");
    CHECK_STR(in_rules(s, "依据 示范法 第三条", "依据 示范法律‸ 第三条"),
              "来源 示范法\n名称：示范法律\n可信：转述高"); /* by its title */
    CHECK_STR(in_rules(s, "资金 就业补助资金", "资金 就业‸补助资金"), "资金 就业补助资金");
    session_end(s);
}

TEST(words_of_the_language_show_what_the_tables_say)
{
    struct session *s = ready("{}");
    CHECK_STR(in_rules(s, "有效(失业登记)", "有‸效(失业登记)"),
              "函数 有效(经历[, 日期])\n那天在某一段里\n英文写法：active");
    CHECK_STR(in_rules(s, "本月)", "本‸月)"), "词 本月\n判断日所在的月\n英文写法：this_month");
    CHECK_STR(in_rules(s, "政策 求职补贴", "政‸策 求职补贴"), "声明 政策\n条件、排除、金额\n英文写法：policy");
    CHECK_STR(in_rules(s, "条件 大龄", "条‸件 大龄"),
              "政策 的栏 条件\n名字：要成立的事\n写法：名字：表达式\n英文写法：criterion");
    CHECK_STR(in_rules(s, "40岁", "40岁‸"), "单位 岁");
    CHECK_STR(in_rules(s, ">= 40岁", ">= 40月‸"), "单位 月");
    CHECK_STR(in_rules(s, "舍入到分", "舍入‸到分"), "词 舍入到分\n舍入左边的加减乘除式：后面写 四舍五入、进一 或 舍去");
    CHECK_STR(in_rules(s, "说明 四十岁", "说明 四‸十岁"), "null");
    CHECK_STR(in_rules(s, "1970-03-01", "1970‸-03-01"), "null");
    session_end(s);
}

TEST(markdown_is_used_when_the_client_reads_it_and_signs_in_prose_are_escaped)
{
    struct session *s = ready("{\"textDocument\":{\"hover\":{\"contentFormat\":[\"markdown\",\"plaintext\"]}}}");
    CHECK_STR(in_rules(s, "说明 满几岁", "说明 满*几*岁<b>\n  说明 二‸"), "null");
    CHECK_STR(in_rules(s, "说明 满几岁\n  依据 示范法 第一条\n  基本 周岁(出生日期, 今日)\n\n例 定义 年龄",
                       "说明 满*几*岁<b>\n  依据 示范法 第一条\n  基本 周岁(出生日期, 今日)\n\n例 定义 年‸龄"),
              "**定义 年龄** : 岁\n\n满\\*几\\*岁\\<b\\>\n- 对象：人员\n- 依据：示范法 第一条\n\n```leye\n基本 "
              "周岁(出生日期, 今日)\n```");
    session_end(s);
}

/* ---- while a text has mistakes ---- */

TEST(with_mistakes_the_last_good_text_is_told_and_it_is_said_so)
{
    struct session *s = ready("{}");
    in_rules(s, "且 年龄", "且 ‸年龄");
    CHECK_STR(in_rules(s, "2024-01-01  男 2490  女 2260  可信 转述中  依据 示范令〔2023〕1号 二\n\n参数 补贴标准",
                       "2024-01-01  男 2490  女 2260?  可信 转述中  依据 示范令〔2023〕1号 二\n\n参数 补‸贴标准"),
              "参数 补贴标准 : "
              "元/月\n开放：还没有人填写，用到它的政策不付钱\n现在的内容有错误；以上按最近一次没有错误的内容。");
    /* its new row cannot be read: without the last good text, 2070 of 2021 would look like today's value */
    CHECK_STR(in_rules(s, "  2024-01-01  男 2490  女 2260  可信 转述中  依据 示范令〔2023〕1号 二\n\n",
                       "  2024-01-01  男 2490  女‸ 2260?  可信 转述中  依据 示范令〔2023〕1号 二\n\n"),
              "代码项 女\n代码表：性别\n代码：2\n说明：女性\n现在的内容有错误；以上按最近一次没有错误的内容。");
    CHECK_STR(in_rules(s, "参数 最低工资 : 元/月  按 性别\n  说明 月最低工资标准\n  2021-08-01  男 2280",
                       "参数 最低‸工资 : 元/月  按 性别\n  说明 月最低工资标准\n  2021-08-01  男 2280?"),
              "参数 最低工资 : 元/月，按 性别\n月最低工资标准\n今日（2024-06-03）的值\n"
              "男 2490元/月（2024-01-01 起，依据 示范令〔2023〕1号 二，可信 转述中）\n"
              "女 2260元/月（2024-01-01 起，依据 示范令〔2023〕1号 二，可信 转述中）\n"
              "现在的内容有错误；以上按最近一次没有错误的内容。");
    session_end(s);
}

TEST(a_name_whose_declaration_is_broken_is_still_known)
{
    struct session *s = ready("{}");
    in_rules(s, "且 年龄", "且 ‸年龄");
    str broken = str_of(rules_with(s, "定义 年龄 : 岁", "定义年龄 : 岁"));
    size_t at = str_find(broken, STR("且 年龄"));
    str text = str_fmt(s->a, "%.*s且 年‸龄%s", (int)at, broken.p, broken.p + at + strlen("且 年龄"));
    CHECK_STR(hover_said(s, "packs/国/rules.leye", text.p),
              "定义 年龄 : 岁\n满几岁\n对象：人员\n依据：示范法 第一条\n基本 周岁(出生日期, "
              "今日)\n现在的内容有错误；以上按最近一次没有错误的内容。");
    session_end(s);
}

TEST(positions_are_bytes_when_that_was_agreed)
{
    struct session *s = ready("{\"general\":{\"positionEncodings\":[\"utf-8\"]}}");
    const struct json *answer = ask_in(s, "hover", "packs/国/rules.leye", rules_with(s, "且 年龄", "且 ‸年龄"), "");
    struct text t;
    text_init(&t, s->a, 100);
    short_range(&t, json_get(answer, "result.range"));
    CHECK_STR(text_str(&t), "24:41-47");
    session_end(s);
}
