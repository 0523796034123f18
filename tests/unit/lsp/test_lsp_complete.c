/* What may be written at the cursor. Labels are compared whole where they are few; else the first ones, in the order
 * shown. */
#include "unit/lsp/fixture.h"

static struct session *ready(void)
{
    put_packs();
    struct session *s = session_start();
    open_doc(s, "packs/国/rules.leye", RULES);
    lsp_idle(s->lsp);
    return s;
}

/* Labels at the caret of a text put behind the rules. */
static str at_end(struct session *s, const char *text)
{
    return labels_said(s, "packs/国/rules.leye", str_fmt(s->a, "%s\n%s", RULES, text).p);
}

#define DEFINITION "定义 甲 : 真假\n  对象 人员\n  "
#define MEMBERS    "姓名 性别 出生日期 死亡日期 家庭 失业登记 参保缴费 年龄"
#define VALUES     "今日 本月 规则日 主体 真 假 非 任一 全部 若"
/* The table of functions grows; each is followed by a blank here. */
#define BUILTIN(name, zh, ...) zh " "
static const char FUNCTIONS[] =
#include "lang/builtins.def"
    ;
#undef BUILTIN

/* What an expression about a person may begin with, behind `first`. */
static str names_after(struct session *s, const char *first)
{
    return str_fmt(s->a, "%s" MEMBERS " 最低工资 补贴标准 %s" VALUES, first, FUNCTIONS);
}

TEST(at_the_start_of_a_line_the_kinds)
{
    struct session *s = ready();
    static const char kinds[] =
#define KIND(name, zh, en, help) " " zh
#define FIELD(...)
#define SUBFIELD(...)
#include "lang/kinds.def"
#undef KIND
#undef FIELD
#undef SUBFIELD
        ;
    CHECK_STR(at_end(s, "‸"), kinds + 1);
    CHECK_STR(at_end(s, "政‸"), kinds + 1); /* the editor filters */
    CHECK_STR(at_end(s, "政‸策 求职"), kinds + 1);
    session_end(s);
}

TEST(inside_a_declaration_the_fields_not_yet_written_the_required_ones_first)
{
    struct session *s = ready();
    CHECK_STR(at_end(s, "政策 甲\n  ‸"), "依据 对象 别名 施行 开放 条件 排除 金额 频次 资金 发放 收款 互斥 说明 可信");
    CHECK_STR(at_end(s, "政策 甲\n  对象 人员\n  频次 按月\n  ‸\n  施行 2020-01-01 起\n"),
              "依据 别名 开放 条件 排除 金额 资金 发放 收款 互斥 说明 可信");
    CHECK_STR(at_end(s, "政策 甲\n  条件 乙：真\n    ‸"),
              "说明 依据 且 或 在 于 舍入到分 舍入到角 舍入到元 舍入到整数 取月末 顺延");
    CHECK_STR(at_end(s, "例 定义 年龄\n  “话”\n    ‸"), "应得 今日 规则日 已知");
    CHECK_STR(at_end(s, "没有这种 甲\n  ‸"), "");
    session_end(s);
}

TEST(in_an_expression_what_is_visible_on_the_subject)
{
    struct session *s = ready();
    CHECK_STR(at_end(s, DEFINITION "基本 ‸"), names_after(s, ""));
    CHECK_STR(at_end(s, DEFINITION "基本 年‸"), names_after(s, ""));
    CHECK_STR(at_end(s, DEFINITION "基本 有(姓名) 且 ‸"), names_after(s, ""));
    CHECK_STR(at_end(s, DEFINITION "基本 (有(姓名) 且 ((‸"), names_after(s, ""));
    CHECK_STR(at_end(s, DEFINITION "基本 若 有(姓名) 则 真 否则 ‸"), names_after(s, ""));
    CHECK_STR(at_end(s, DEFINITION "基本 有(姓名)\n    且 非 ‸"), names_after(s, ""));
    CHECK_STR(at_end(s, "政策 甲\n  对象 人员\n  条件 乙：‸"), names_after(s, ""));
    CHECK_STR(at_end(s, "定义 甲(那天 : 日期) : 真假\n  对象 人员\n  基本 ‸"), names_after(s, "那天 "));
    session_end(s);
}

TEST(behind_a_dot_the_fields_of_the_record)
{
    struct session *s = ready();
    CHECK_STR(at_end(s, DEFINITION "基本 家庭.‸"), "低保 成员");
    CHECK_STR(at_end(s, DEFINITION "基本 家庭.低‸"), "低保 成员");
    CHECK_STR(at_end(s, DEFINITION "基本 任一 家庭.‸"), "低保 成员");
    CHECK_STR(at_end(s, DEFINITION "基本 任一 家庭.‸ 满足 真"), "低保 成员");
    CHECK_STR(at_end(s, DEFINITION "基本 当前(失业登记).‸"), "开始 结束 人员");
    CHECK_STR(at_end(s, DEFINITION "基本 参保缴费(养老, 本月).‸"), "月份 人员 缴费基数");
    CHECK_STR(at_end(s, DEFINITION "基本 主体.‸"), MEMBERS);
    CHECK_STR(at_end(s, DEFINITION "基本 家庭.成员.‸"), ""); /* a group has no fields */
    CHECK_STR(at_end(s, DEFINITION "基本 姓名.‸"), "");
    session_end(s);
}

TEST(among_members_their_names)
{
    struct session *s = ready();
    str household = str_fmt(s->a, "低保 成员 最低工资 补贴标准 %s" VALUES, FUNCTIONS);
    CHECK_STR(at_end(s, DEFINITION "基本 任一 家庭.成员 满足 ‸"), names_after(s, ""));
    CHECK_STR(at_end(s, "定义 甲 : 真假\n  对象 家庭\n  基本 ‸"), household);
    CHECK_STR(at_end(s, "定义 甲 : 真假\n  对象 家庭\n  基本 人数(成员 满足 ‸"), names_after(s, ""));
    CHECK_STR(at_end(s, "定义 甲 : 真假\n  对象 家庭\n  基本 最大(成员 满足 真, ‸"), names_after(s, ""));
    CHECK_STR(at_end(s, "定义 甲 : 真假\n  对象 家庭\n  基本 人数(成员 满足 真) > 1人 且 ‸"), household);
    CHECK_STR(at_end(s, "定义 甲 : 真假\n  对象 家庭\n  基本 任一 成员 满足 主体.‸"), "低保 成员");
    session_end(s);
}

TEST(beside_a_coded_field_its_items_come_first)
{
    struct session *s = ready();
    CHECK_STR(at_end(s, DEFINITION "基本 性别 = ‸"), names_after(s, "男 女 "));
    CHECK_STR(at_end(s, DEFINITION "基本 性别 = 女‸"), names_after(s, "男 女 "));
    CHECK_STR(at_end(s, DEFINITION "基本 性别 != ‸"), names_after(s, "男 女 "));
    CHECK_STR(at_end(s, DEFINITION "基本 性别 在 ‸"), names_after(s, "男 女 "));
    CHECK_STR(at_end(s, DEFINITION "基本 性别 在 (男, ‸"), names_after(s, "男 女 "));
    CHECK_STR(at_end(s, DEFINITION "基本 最低工资(‸"), names_after(s, "男 女 "));
    CHECK_STR(at_end(s, DEFINITION "基本 参保缴费(‸"), names_after(s, "养老 失业 "));
    CHECK_STR(at_end(s, "定义 甲 : 性别\n  对象 人员\n  基本 ‸"), names_after(s, "男 女 "));
    CHECK_STR(at_end(s, "定义 甲 : 性别\n  对象 人员\n  例外 乙：有(姓名) 则 ‸"), names_after(s, "男 女 "));
    session_end(s);
}

TEST(behind_a_value_what_may_join_it_to_the_next)
{
    struct session *s = ready();
    CHECK_STR(at_end(s, DEFINITION "基本 性别 ‸"),
              "且 或 在 于 舍入到分 舍入到角 舍入到元 舍入到整数 取月末 顺延 依据");
    CHECK_STR(at_end(s, DEFINITION "基本 任一 家庭.成员 ‸"),
              "满足 且 或 在 于 舍入到分 舍入到角 舍入到元 舍入到整数 取月末 顺延 依据");
    CHECK_STR(at_end(s, DEFINITION "基本 若 有(姓名) ‸"),
              "则 否则 且 或 在 于 舍入到分 舍入到角 舍入到元 舍入到整数 取月末 顺延 依据");
    CHECK_STR(at_end(s, DEFINITION "例外 乙：有(姓名) ‸"),
              "则 且 或 在 于 舍入到分 舍入到角 舍入到元 舍入到整数 取月末 顺延 依据");
    CHECK_STR(at_end(s, DEFINITION "基本 1元 舍入到分 ‸"), "四舍五入 进一 舍去");
    CHECK_STR(at_end(s, DEFINITION "基本 年龄 > 30‸"), "元 元/月 月 年 日 岁 人 次 工作日 小时 课时 个 户 家 万元");
    session_end(s);
}

TEST(in_an_amount_the_steps_above)
{
    struct session *s = ready();
    const char *head = "政策 甲\n  对象 人员\n  金额\n    一 = 1元\n    二 = ";
    CHECK_STR(at_end(s, str_fmt(s->a, "%s‸", head).p), names_after(s, "一 "));
    CHECK_STR(at_end(s, str_fmt(s->a, "%s‸\n    三 = 2元\n", head).p), names_after(s, "一 "));
    CHECK_STR(at_end(s, "政策 甲\n  对象 人员\n  金额\n    ‸"), ""); /* a new name */
    session_end(s);
}

TEST(names_of_declarations_where_they_belong)
{
    struct session *s = ready();
    CHECK_STR(at_end(s, "政策 甲\n  依据 ‸"), "示范令〔2023〕1号 示范法");
    CHECK_STR(at_end(s, "政策 甲\n  依据 示范令〔20‸"), "示范令〔2023〕1号 示范法");
    CHECK_STR(at_end(s, "政策 甲\n  依据 示范法 第一‸"), "");
    CHECK_STR(at_end(s, "参数 甲 : 元\n  2020-01-01  5  依据 ‸"), "示范令〔2023〕1号 示范法");
    CHECK_STR(at_end(s, "政策 甲\n  对象 ‸"), "家庭 人员");
    CHECK_STR(at_end(s, "政策 甲\n  资金 ‸"), "就业补助资金");
    CHECK_STR(at_end(s, "政策 甲\n  互斥 ‸"), "求职补贴");
    CHECK_STR(at_end(s, DEFINITION "基本 符合(‸"), "求职补贴");
    CHECK_STR(at_end(s, "填写 ‸"), "补贴标准");
    CHECK_STR(at_end(s, "收窄 ‸"), "求职补贴");
    CHECK_STR(at_end(s, "例 ‸"), "政策 定义 表 事项 疑点");
    CHECK_STR(at_end(s, "例 政策 ‸"), "求职补贴");
    CHECK_STR(at_end(s, "例 定义 ‸"), "年龄");
    CHECK_STR(at_end(s, "事项 甲\n  对象 人员\n  填报 ‸"), MEMBERS);
    CHECK_STR(at_end(s, "事项 甲\n  对象 人员\n  比对 ‸"), MEMBERS);
    CHECK_STR(at_end(s, "事项 甲\n  对象 人员\n  决定 ‸"), "人工 秒批");
    CHECK_STR(at_end(s, "事项 甲\n  对象 人员\n  变更 ‸"), "登记 结束 更新 入册 出册");
    CHECK_STR(at_end(s, "事项 甲\n  对象 人员\n  变更 登记 ‸"), MEMBERS);
    CHECK_STR(at_end(s, "事项 甲\n  对象 人员\n  变更 入册 ‸"), "");
    CHECK_STR(at_end(s, "疑点 甲\n  对象 人员\n  政策 ‸"), "求职补贴");
    session_end(s);
}

TEST(heads_and_members_take_types)
{
    struct session *s = ready();
    const char *types = "真假 日期 月份 文本 数 元 元/月 月 日 岁 人 次 工作日 个 户 家 % 性别 险种 家庭 人员";
    CHECK_STR(at_end(s, "参数 甲 : ‸"), types);
    CHECK_STR(at_end(s, "参数 甲 : 元 ‸"), "按");
    CHECK_STR(at_end(s, "参数 甲 : 元 按 ‸"), "性别 险种");
    CHECK_STR(at_end(s, "经历 甲 : ‸"), "家庭 人员");
    CHECK_STR(at_end(s, "经历 甲 : 人员 ‸"), "按月");
    CHECK_STR(at_end(s, "经历 甲 : 人员 按月 ‸"), "分");
    CHECK_STR(at_end(s, "经历 甲 : 人员 按月 分 ‸"), "性别 险种");
    CHECK_STR(at_end(s, "实体 甲\n  字段 乙 : ‸"), types);
    CHECK_STR(at_end(s, "实体 甲\n  字段 乙 : 日期 ‸"), "可无 编码 密级 经");
    CHECK_STR(at_end(s, "实体 甲\n  集合 乙 : 人员 经 ‸"), "家庭");
    session_end(s);
}

TEST(fields_with_a_choice_or_a_unit)
{
    struct session *s = ready();
    CHECK_STR(at_end(s, "政策 甲\n  频次 ‸"), "一次性 按月 按季 按半年 按年 按人次");
    CHECK_STR(at_end(s, "事项 甲\n  时限 5‸"), "工作日 日 月 小时");
    CHECK_STR(at_end(s, "政策 甲\n  施行 2020-01-01 ‸"), "起");
    CHECK_STR(at_end(s, "政策 甲\n  施行 2020-01-01 起 ‸"), "至");
    CHECK_STR(at_end(s, "日历 甲\n  2023-01-01 ‸"), "休 班");
    CHECK_STR(at_end(s, "目标 甲\n  目标值 >= 5‸"), "人 元 万元 亿元 个 户 家 人次 % 左右 以内");
    session_end(s);
}

TEST(rows_of_parameters_and_tables)
{
    struct session *s = ready();
    CHECK_STR(at_end(s, "参数 甲 : 元 按 性别\n  2020-01-01 ‸"), "男 女 废止");
    CHECK_STR(at_end(s, "参数 甲 : 元 按 性别\n  2020-01-01 男 5 ‸"), "女 依据 可信");
    CHECK_STR(at_end(s, "参数 甲 : 元\n  2020-01-01 5 可信 ‸"), "原文 转述高 转述中 虚构");
    CHECK_STR(at_end(s, "填写 补贴标准\n  2020-01-01 ‸"), "废止");
    CHECK_STR(at_end(s, "表 甲 : 性别\n  对象 人员\n  输入 性别\n  输入 年龄\n  命中 首行\n  | ‸"),
              names_after(s, "男 女 "));
    session_end(s);
}

TEST(facts_and_results_of_examples)
{
    struct session *s = ready();
    const char *head = "例 政策 求职补贴\n  “甲”\n    ";
    CHECK_STR(at_end(s, str_fmt(s->a, "%s已知 ‸", head).p), MEMBERS);
    CHECK_STR(at_end(s, str_fmt(s->a, "%s已知 姓名 = “甲”，‸", head).p), MEMBERS);
    CHECK_STR(at_end(s, str_fmt(s->a, "%s已知 性别 = ‸", head).p), "男 女 未知 无");
    CHECK_STR(at_end(s, str_fmt(s->a, "%s已知 家庭.‸", head).p), "低保 成员");
    CHECK_STR(at_end(s, str_fmt(s->a, "%s已知 家庭.低保 = ‸", head).p), "真 假 未知 无");
    CHECK_STR(at_end(s, str_fmt(s->a, "%s已知 家庭 = {成员 = [本人, {性别 = ‸", head).p), "男 女 未知 无");
    CHECK_STR(at_end(s, str_fmt(s->a, "%s已知 家庭 = {成员 = [‸", head).p), "本人 未知 无");
    CHECK_STR(at_end(s, str_fmt(s->a, "%s已知 参保缴费(‸", head).p), "养老 失业 未知 无");
    CHECK_STR(at_end(s, str_fmt(s->a, "%s已知 参保缴费(失业) = 2020-01..2020-05, 2021-01 {‸", head).p),
              "月份 人员 缴费基数");
    CHECK_STR(at_end(s, str_fmt(s->a, "%s已知 姓名 = “‸", head).p), ""); /* a text */
    CHECK_STR(at_end(s, str_fmt(s->a, "%s应得 ‸", head).p), "符合 不符合 待核 错误");
    CHECK_STR(at_end(s, str_fmt(s->a, "%s应得 不符合 ‸", head).p), "大龄女性 失业 已缴费 未施行");
    CHECK_STR(at_end(s, str_fmt(s->a, "%s应得 待核 ‸", head).p), MEMBERS);
    CHECK_STR(at_end(s, str_fmt(s->a, "%s应得 符合 ‸", head).p), "金额");
    CHECK_STR(at_end(s, str_fmt(s->a, "%s应得 符合 金额 ‸", head).p), "未定");
    CHECK_STR(at_end(s, "例 定义 年龄\n  | ‸"), "应得 今日 规则日 " MEMBERS);
    CHECK_STR(at_end(s, "例 定义 年龄\n  | 性别 | 应得 |\n  | ‸"), "男 女 未知 无");
    CHECK_STR(at_end(s, "例 定义 年龄\n  | 性别 | 应得 |\n  | 男 | ‸"), "未知 无 错误");
    session_end(s);
}

TEST(nothing_is_offered_in_prose_and_comments)
{
    struct session *s = ready();
    CHECK_STR(at_end(s, DEFINITION "说明 年‸"), "");
    CHECK_STR(at_end(s, DEFINITION "说明 依据 ‸"), "");
    CHECK_STR(at_end(s, DEFINITION "基本 年龄 -- 年‸"), "");
    CHECK_STR(at_end(s, "-- 政‸"), "");
    CHECK_STR(at_end(s, DEFINITION "基本 人工判断(“年‸"), "");
    CHECK_STR(at_end(s, "来源 示‸"), "");
    session_end(s);
}

TEST(outside_any_pack_nothing_is_offered)
{
    struct session *s = session_start();
    CHECK_STR(labels_said(s, "alone.leye", "政‸"), "");
    session_end(s);
}

/* ---- what an item carries ---- */

static const struct json *item_named(struct session *s, const char *text, const char *label)
{
    const struct json *items = json_get(
        ask_in(s, "completion", "packs/国/rules.leye", str_fmt(s->a, "%s\n%s", RULES, text).p, ""), "result.items");
    for (size_t i = 0; i < items->count; i++) {
        if (str_eq(json_text(&items->items[i], "label"), str_of(label))) return &items->items[i];
    }
    FAIL("no item %s", label);
}

static str edit_of(struct session *s, const struct json *item)
{
    struct text t;
    text_init(&t, s->a, 1000);
    short_range(&t, json_get(item, "textEdit.range"));
    str by = json_text(item, "textEdit.newText");
    text_addf(&t, " %.*s", STR_ARG(by));
    return text_str(&t);
}

TEST(items_replace_the_name_being_written_and_say_what_they_are)
{
    struct session *s = ready();
    const struct json *i = item_named(s, DEFINITION "基本 月平均 且 有‸", "有效");
    CHECK_STR(edit_of(s, i), "44:11-12 有效(");
    CHECK_STR(json_text(i, "detail"), "有效(经历[, 日期])");
    CHECK_STR(json_text(i, "documentation"), "那天在某一段里");
    CHECK_STR(edit_of(s, item_named(s, DEFINITION "基本 有‸(失业登记)", "有效")),
              "44:5-6 有效"); /* its bracket is there already */
    i = item_named(s, DEFINITION "基本 ‸", "年龄");
    CHECK_STR(edit_of(s, i), "44:5-5 年龄");
    CHECK_STR(json_text(i, "detail"), "岁");
    CHECK_STR(json_text(i, "documentation"), "满几岁");
    CHECK_STR(json_text(item_named(s, DEFINITION "基本 ‸", "最低工资"), "documentation"), "月最低工资标准");
    CHECK_STR(edit_of(s, item_named(s, DEFINITION "基本 年龄 > 30岁‸", "岁")), "44:12-13 岁"); /* the digits stay */
    CHECK_STR(edit_of(s, item_named(s, "政策 甲\n  依据 示范令〔20‸", "示范法")), "43:5-11 示范法");
    CHECK_STR(edit_of(s, item_named(s, "政策 甲\n  ‸", "对象")), "43:2-2 对象 ");
    session_end(s);
}

TEST(calls_are_snippets_for_editors_that_know_them)
{
    put_packs();
    struct session *s =
        session_with("{\"textDocument\":{\"completion\":{\"completionItem\":{\"snippetSupport\":true}}}}");
    const struct json *i = item_named(s, DEFINITION "基本 ‸", "周岁");
    CHECK_STR(edit_of(s, i), "44:5-5 周岁($1)");
    CHECK_INT(json_get(i, "insertTextFormat")->integer, 2);
    session_end(s);
}

TEST(while_a_declaration_is_broken_its_name_is_still_offered)
{
    struct session *s = ready();
    str broken = str_of(rules_with(s, "定义 年龄 : 岁", "定义年龄 : 岁"));
    change_doc(s, "packs/国/rules.leye", broken.p);
    lsp_idle(s->lsp);
    str said = labels_said(s, "packs/国/rules.leye", str_fmt(s->a, "%s\n" DEFINITION "基本 主体.‸", broken.p).p);
    CHECK_STR(said, MEMBERS);
    session_end(s);
}

TEST(every_cursor_position_of_a_text_is_answered)
{
    struct session *s = ready();
    str rules = STR(RULES);
    struct lines l;
    lines_of(&l, s->a, rules);
    size_t len;
    for (size_t at = 0; at < rules.len; at += len) {
        ask(s, "completion", "packs/国/rules.leye", lines_position(&l, at, false), "");
        ask(s, "hover", "packs/国/rules.leye", lines_position(&l, at, false), "");
        utf8_at(rules, at, &len);
    }
    session_end(s);
}

TEST(every_cut_of_a_text_is_answered)
{
    struct session *s = ready();
    str rules = STR(RULES);
    size_t len;
    for (size_t at = 0; at < rules.len; at += len) {
        if (at % 7 == 0) ask_in(s, "completion", "packs/国/rules.leye", str_fmt(s->a, "%.*s‸", (int)at, rules.p).p, "");
        utf8_at(rules, at, &len);
    }
    session_end(s);
}
