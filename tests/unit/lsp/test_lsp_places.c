/* Where things are declared and used, the outline, and the layout. */
#include "unit/lsp/fixture.h"

static str definition(struct session *s, const char *what, const char *with_caret)
{
    return places_said(s, ask_in(s, "definition", "packs/国/rules.leye", rules_with(s, what, with_caret), ""));
}

static str references(struct session *s, const char *what, const char *with_caret)
{
    return places_said(s, ask_in(s, "references", "packs/国/rules.leye", rules_with(s, what, with_caret),
                                 ",\"context\":{\"includeDeclaration\":true}"));
}

TEST(from_every_kind_of_name_to_its_declaration)
{
    put_packs();
    struct session *s = session_start();
    CHECK_STR(definition(s, "基数 = 最低工资", "基数 = 最低‸工资"), "rules.leye 0:3-7");
    CHECK_STR(definition(s, "且 年龄", "且 年龄‸"), "rules.leye 9:3-5");
    CHECK_STR(definition(s, "性别 = 女 且", "‸性别 = 女 且"), "model.leye 23:5-7");
    CHECK_STR(definition(s, "性别 = 女 且", "性别 = ‸女 且"), "model.leye 11:4-5");
    CHECK_STR(definition(s, "家庭.成员", "家庭.‸成员"), "model.leye 19:5-7");
    CHECK_STR(definition(s, "(失业登记)", "(失业‸登记)"), "model.leye 28:3-7");
    CHECK_STR(definition(s, "(失业, 本月)", "(失‸业, 本月)"), "model.leye 15:4-6");
    CHECK_STR(definition(s, "依据 示范法 第三条", "依据 示‸范法 第三条"), "model.leye 5:3-6");
    CHECK_STR(definition(s, "例 政策 求职补贴", "例 政策 ‸求职补贴"), "rules.leye 19:3-7");
    CHECK_STR(definition(s, "例 定义 年龄", "例 定义 年‸龄"), "rules.leye 9:3-5");
    CHECK_STR(definition(s, "不符合 大龄女性", "不符合 大龄‸女性"), "rules.leye 24:5-9");
    CHECK_STR(definition(s, "(基数 *", "(‸基数 *"), "rules.leye 29:4-6");
    CHECK_STR(definition(s, "对象 人员", "对象 ‸人员"), "model.leye 21:3-5");
    CHECK_STR(definition(s, "资金 就业补助资金", "资金 ‸就业补助资金"), "model.leye 33:3-9");
    CHECK_STR(definition(s, "已知 性别 = 女，", "已知 ‸性别 = 女，"), "model.leye 23:5-7");
    CHECK_STR(definition(s, "已知 性别 = 女，", "已知 性别 = 女‸，"), "model.leye 11:4-5");
    CHECK_STR(definition(s, "待核 家庭", "待核 家‸庭"), "model.leye 26:5-7");
    CHECK_STR(definition(s, "| 出生日期 ", "| 出生‸日期 "), "model.leye 24:5-9");
    CHECK_STR(definition(s, "2021-08-01  男", "2021-08-01  ‸男"), "model.leye 10:4-5");
    CHECK_STR(definition(s, "按 性别", "按 性别‸"), "model.leye 9:3-5");
    session_end(s);
}

TEST(what_is_no_name_leads_nowhere)
{
    put_packs();
    struct session *s = session_start();
    CHECK_STR(definition(s, "说明 满几岁", "说明 满‸几岁"), "null");
    CHECK_STR(definition(s, "2021-08-01", "2021‸-08-01"), "null");
    CHECK_STR(definition(s, "四舍五入", "四舍‸五入"), "null");
    CHECK_STR(definition(s, "周岁(", "周‸岁("), ""); /* a function of the language is declared nowhere */
    CHECK_STR(places_said(s, ask(s, "definition", "packs/国/not-open.leye", (struct position){ 0, 0 }, "")), "null");
    CHECK_STR(definition(s, "且 年龄", "且 年令‸"), "null");
    session_end(s);
}

TEST(from_a_lower_pack_into_the_upper_one_and_to_its_folder)
{
    put_packs();
    struct session *s = session_start();
    CHECK_STR(places_said(s, ask_in(s, "definition", "packs/省/lower.leye",
                                    "填写 补贴‸标准\n  2023-01-01  1000元/月  依据 示范法 一\n", "")),
              "rules.leye 5:3-7");
    CHECK_STR(
        places_said(s, ask_in(s, "definition", "packs/省/pack.leye", "包 省\n  上级 ‸国\n  级别 省\n  版本 1\n", "")),
        "pack.leye 0:0-0");
    session_end(s);
}

TEST(a_built_in_field_leads_to_its_spell)
{
    put_packs();
    struct session *s = session_start();
    CHECK_STR(definition(s, "有效(失业登记)", "当前(失业登记).开‸始 > 2020-01-01"), "model.leye 28:3-7");
    session_end(s);
}

TEST(uses_are_found_in_lower_packs_too)
{
    put_packs();
    struct session *s = session_start();
    CHECK_STR(references(s, "且 年龄", "且 ‸年龄"),
              "rules.leye 9:3-5\nrules.leye 15:5-7\nrules.leye 24:19-21\nlower.leye 8:10-12");
    CHECK_STR(references(s, "参数 补贴标准", "参数 ‸补贴标准"),
              "rules.leye 5:3-7\nrules.leye 30:33-37\nlower.leye 3:3-7");
    CHECK_STR(references(s, "政策 求职补贴", "政策 求职‸补贴"),
              "rules.leye 19:3-7\nrules.leye 33:5-9\nlower.leye 6:3-7");
    CHECK_STR(references(s, "性别 = 女 且", "性别 = ‸女 且"),
              "model.leye 11:4-5\nrules.leye 2:22-23\nrules.leye 3:22-23\nrules.leye 24:15-16\nrules.leye "
              "29:14-15\nrules.leye 35:10-11");
    CHECK_STR(references(s, "周岁(", "周‸岁("), "rules.leye 13:5-7");
    session_end(s);
}

TEST(declarations_are_left_out_of_uses_when_not_asked_for)
{
    put_packs();
    struct session *s = session_start();
    CHECK_STR(places_said(s, ask_in(s, "references", "packs/国/rules.leye", rules_with(s, "(基数 *", "(‸基数 *"), "")),
              "rules.leye 30:13-15");
    session_end(s);
}

TEST(without_a_good_place_in_the_newest_text_the_last_good_one_answers)
{
    put_packs();
    struct session *s = session_start();
    definition(s, "且 年龄", "且 ‸年龄");
    str broken = str_of(rules_with(s, "定义 年龄 : 岁", "定义年龄 : 岁"));
    size_t at = str_find(broken, STR("且 年龄"));
    str text = str_fmt(s->a, "%.*s且 年‸龄%s", (int)at, broken.p, broken.p + at + strlen("且 年龄"));
    CHECK_STR(places_said(s, ask_in(s, "definition", "packs/国/rules.leye", text.p, "")), "rules.leye 9:3-5");
    session_end(s);
}

/* ---- outline ---- */

static void outline(struct text *t, const struct json *list, int depth)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct json *x = &list->items[i];
        str name = json_text(x, "name"), detail = json_text(x, "detail");
        text_repeat(t, ' ', (size_t)depth * 2);
        text_addf(t, "%.*s [%.*s] ", STR_ARG(name), STR_ARG(detail));
        short_range(t, json_get(x, "range"));
        text_addc(t, ' ');
        short_range(t, json_get(x, "selectionRange"));
        text_addc(t, '\n');
        if (json_get(x, "children") != NULL) outline(t, json_get(x, "children"), depth + 1);
    }
}

static const char *const SMALL = "政策 甲\n  依据 某\n  对象 人员\n  条件 一：真\n    说明 话\n  金额\n    步 = "
                                 "1元\n\n例 政策 甲\n  “好”\n    应得 符合\n";

TEST(the_outline_nests_when_the_client_can_show_it)
{
    struct session *s =
        session_with("{\"textDocument\":{\"documentSymbol\":{\"hierarchicalDocumentSymbolSupport\":true}}}");
    const struct json *answer = ask_in(s, "documentSymbol", "any.leye", SMALL, "");
    struct text t;
    text_init(&t, s->a, 4096);
    outline(&t, json_get(answer, "result"), 0);
    CHECK_STR(text_str(&t), "甲 [政策] 0:0-6:10 0:3-4\n  一 [条件] 3:2-4:8 3:5-6\n  步 [步骤] 6:4-10 6:4-5\n"
                            "例 甲 [例] 8:0-10:9 8:5-6\n  好 [] 9:2-10:9 9:2-5\n");
    session_end(s);
}

TEST(the_outline_is_flat_otherwise_and_works_without_a_pack)
{
    struct session *s = session_start();
    const struct json *list = json_get(ask_in(s, "documentSymbol", "any.leye", SMALL, ""), "result");
    CHECK_INT((int64_t)list->count, 5);
    CHECK_STR(json_text(&list->items[1], "name"), "一");
    CHECK_STR(json_text(&list->items[1], "containerName"), "甲");
    session_end(s);
}

TEST(the_outline_of_a_broken_text_is_what_can_be_read)
{
    struct session *s =
        session_with("{\"textDocument\":{\"documentSymbol\":{\"hierarchicalDocumentSymbolSupport\":true}}}");
    const struct json *list = json_get(
        ask_in(s, "documentSymbol", "any.leye", "政测 甲\n定义 乙 岁\n  基本 (\n政策\n例 政策 丙\n", ""), "result");
    CHECK_INT((int64_t)list->count, 2);
    CHECK_STR(json_text(&list->items[0], "name"), "乙");
    CHECK_STR(json_text(&list->items[1], "name"), "例 丙");
    session_end(s);
}

/* ---- layout ---- */

static str format(struct session *s, const char *text)
{
    const struct json *answer =
        ask_in(s, "formatting", "any.leye", text, ",\"options\":{\"tabSize\":2,\"insertSpaces\":true}");
    str message = json_text(answer, "error.message");
    if (message.p != NULL) return message;
    struct text t;
    text_init(&t, s->a, 4096);
    const struct json *list = json_get(answer, "result");
    for (size_t i = 0; i < list->count; i++) {
        short_range(&t, json_get(&list->items[i], "range"));
        str by = json_text(&list->items[i], "newText");
        text_addf(&t, " %.*s", STR_ARG(by));
    }
    return text_str(&t);
}

TEST(the_layout_is_proposed_as_one_edit_of_the_lines_that_differ)
{
    struct session *s = session_start();
    CHECK_STR(format(s, "资金 甲\n  说明 一\n\n资金 乙\n  说明 二\n"), "");
    CHECK_STR(format(s, "资金 甲\n  说明 一\n\n资金  乙\n     说明   二\n\n资金 丙\n"), "3:0-5:0 资金 乙\n  说明 二\n");
    CHECK_STR(format(s, "资金 甲\n   说明 一"), "1:0-7   说明 一\n");
    session_end(s);
}

TEST(a_text_with_mistakes_is_not_laid_out)
{
    struct session *s = session_start();
    str said = format(s, "资金 甲\n  说明\n");
    NOTE("%.*s", STR_ARG(said));
    CHECK(str_starts(said, STR("没有整理：")) && str_find(said, STR("有 1 处错误，没有改写")) != SIZE_MAX);
    session_end(s);
}
