/* Quick fixes for mistakes whose remedy is known. */
#include "unit/lsp/fixture.h"

/* One fix a line: title, place and text of its edit, ! when it is the sure one. */
static str fixes(struct session *s, const char *file, const char *text, const char *more)
{
    struct position p;
    without_caret(s, text, &p);
    const struct json *answer = ask_in(s, "codeAction", file, text,
                                       str_fmt(s->a,
                                               ",\"range\":{\"start\":{\"line\":%u,\"character\":%u},\"end\":{\"line\":"
                                               "%u,\"character\":%u}},\"context\":{\"diagnostics\":[]%s}",
                                               p.line, p.character, p.line, p.character, more)
                                           .p);
    const struct json *list = json_get(answer, "result");
    struct text t;
    text_init(&t, s->a, 1 << 16);
    for (size_t i = 0; i < list->count; i++) {
        const struct json *x = &list->items[i], *changes = json_get(x, "edit.changes");
        str title = json_text(x, "title");
        text_addf(&t, "%s%.*s%s ", i > 0 ? "\n" : "", STR_ARG(title), json_true(x, "isPreferred") ? "!" : "");
        CHECK_INT((int64_t)changes->count, 1);
        short_range(&t, json_get(&changes->items[0].items[0], "range"));
        str by = json_text(&changes->items[0].items[0], "newText");
        text_addf(&t, " [%.*s]", STR_ARG(by));
    }
    return text_str(&t);
}

static str in_rules(struct session *s, const char *what, const char *with_caret)
{
    return fixes(s, "packs/国/rules.leye", rules_with(s, what, with_caret), "");
}

TEST(a_misspelt_name_is_replaced_by_the_one_that_was_meant)
{
    put_packs();
    struct session *s = session_start();
    CHECK_STR(in_rules(s, "且 年龄", "且 年‸令"), "改成“年龄”! 24:19-21 [年龄]");
    CHECK_STR(in_rules(s, "且 年龄", "且 年令‸"), "改成“年龄”! 24:19-21 [年龄]");
    CHECK_STR(in_rules(s, "且 年龄", "且‸ 年令"), "");
    CHECK_STR(in_rules(s, "依据 示范法 第三条", "依据 示范发‸ 第三条"), "改成“示范法”! 7:5-8 [示范法]");
    CHECK_STR(in_rules(s, "政策 求职补贴", "政测‸ 求职补贴"), "改成“政策”! 19:0-2 [政策]");
    CHECK_STR(in_rules(s, "  条件 失业", "  条‸建 失业"), "改成“条件”! 26:2-4 [条件]");
    session_end(s);
}

TEST(a_colon_behind_a_keyword_becomes_a_blank)
{
    put_packs();
    struct session *s = session_start();
    CHECK_STR(in_rules(s, "依据 示范法 第三条", "依据：‸ 示范法 第三条"), "冒号换成空格! 7:4-6 [ ]");
    CHECK_STR(in_rules(s, "政策 求职补贴", "政策‸：求职补贴"), "冒号换成空格! 19:2-3 [ ]");
    session_end(s);
}

TEST(a_choice_offers_each_word)
{
    put_packs();
    struct session *s = session_start();
    CHECK_STR(in_rules(s, "  资金 就业补助资金", "  频次 ‸每月\n  资金 就业补助资金"),
              "改成“一次性” 31:5-7 [一次性]\n改成“按月” 31:5-7 [按月]\n改成“按季” 31:5-7 [按季]\n改成“按半年” 31:5-7 "
              "[按半年]\n"
              "改成“按年” 31:5-7 [按年]\n改成“按人次” 31:5-7 [按人次]");
    session_end(s);
}

TEST(a_month_added_to_a_date_can_go_both_ways)
{
    put_packs();
    struct session *s = session_start();
    CHECK_STR(in_rules(s, "条件 失业：有效(失业登记)", "条件 失业：出生日期 + 3月‸ < 今日"),
              "加上“取月末” 26:17-17 [ 取月末]\n加上“顺延” 26:17-17 [ 顺延]");
    session_end(s);
}

TEST(only_quick_fixes_are_given_and_only_when_wanted)
{
    put_packs();
    struct session *s = session_start();
    const char *text = rules_with(s, "且 年龄", "且 年‸令");
    CHECK_STR(fixes(s, "packs/国/rules.leye", text, ",\"only\":[\"refactor\"]"), "");
    CHECK_STR(fixes(s, "packs/国/rules.leye", text, ",\"only\":[\"quickfix\"]"), "改成“年龄”! 24:19-21 [年龄]");
    CHECK_STR(fixes(s, "alone.leye", "资金 ‸甲\n", ""), "");
    session_end(s);
}

TEST(the_proposed_edit_mends_the_mistake)
{
    put_packs();
    struct session *s = session_start();
    change_doc(s, "packs/国/rules.leye", "");
    in_rules(s, "且 年龄", "且 年‸令");
    change_doc(s, "packs/国/rules.leye", RULES);
    diagnostics_said(s);
    lsp_idle(s->lsp);
    CHECK_STR(diagnostics_said(s), "rules.leye 5:3-7 3 open_left");
    session_end(s);
}
