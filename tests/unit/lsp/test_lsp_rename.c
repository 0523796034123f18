/* F2: a name and all its uses, proved before it is proposed. */
#include "unit/lsp/fixture.h"

static const struct json *rename_in(struct session *s, const char *file, const char *text, const char *new_name)
{
    return ask_in(s, "rename", file, text, str_fmt(s->a, ",\"newName\":\"%s\"", new_name).p);
}

static str renamed(struct session *s, const char *what, const char *with_caret, const char *new_name)
{
    return edits_said(s, rename_in(s, "packs/国/rules.leye", rules_with(s, what, with_caret), new_name));
}

static struct session *ready(void)
{
    put_packs();
    return session_start();
}

TEST(a_definition_is_renamed_with_its_uses_in_all_packs)
{
    struct session *s = ready();
    CHECK_STR(renamed(s, "且 年龄", "且 年‸龄", "岁数"),
              "rules.leye 9:3-5\nrules.leye 15:5-7\nrules.leye 24:19-21\nlower.leye 8:10-12");
    session_end(s);
}

TEST(the_answer_names_files_ranges_and_the_new_text)
{
    struct session *s = ready();
    put_file("packs/省/lower.leye", "资金 甲\n");
    rename_in(s, "packs/国/rules.leye", rules_with(s, "且 年龄", "且 ‸年龄"), "岁数");
    const struct json *changes = json_get(
        rename_in(s, "packs/国/rules.leye", rules_with(s, "不超过(基数", "不超过(‸基数"), " 底数 "), "result.changes");
    CHECK_INT((int64_t)changes->count, 1);
    CHECK_STR(changes->keys[0], "file://@/packs/%E5%9B%BD/rules.leye");
    CHECK_STR(json_text(&changes->items[0].items[1], "newText"),
              "底数"); /* blanks around it are the editor's, not the name's */
    session_end(s);
}

TEST(every_kind_of_name_can_be_renamed)
{
    static const struct {
        const char *what, *caret, *new_name, *edits;
    } cases[] = {
        { "性别 = 女 且", "‸性别 = 女 且", "男女", "model.leye 23:5-7\nrules.leye 24:10-12\nrules.leye 35:5-7" },
        { "性别 = 女 且", "性别 = 女‸ 且", "妇",
          "model.leye 11:4-5\nrules.leye 2:22-23\nrules.leye 3:22-23\nrules.leye 24:15-16\nrules.leye "
          "29:14-15\nrules.leye 35:10-11" },
        { "按 性别", "按 ‸性别", "性别代码", "model.leye 9:3-5\nmodel.leye 23:10-12\nrules.leye 0:17-19" },
        { "(失业登记)", "(‸失业登记)", "登记", "model.leye 28:3-7\nrules.leye 26:11-15\nrules.leye 35:30-34" },
        { "对象 人员", "对象 ‸人员", "公民",
          "model.leye 19:10-12\nmodel.leye 21:3-5\nmodel.leye 28:10-12\nmodel.leye 30:10-12\nrules.leye "
          "10:5-7\nrules.leye 21:5-7" },
        { "家庭.成员", "‸家庭.成员", "户",
          "model.leye 19:15-17\nmodel.leye 26:5-7\nrules.leye 27:12-14\nrules.leye 40:10-12" },
        { "家庭.成员", "家庭.成‸员", "家人", "model.leye 19:5-7\nrules.leye 27:15-17" },
        { "参保缴费(失业", "参保‸缴费(失业", "缴费", "model.leye 30:3-7\nrules.leye 27:21-25" },
        { "基数 = 最低工资", "基数 = ‸最低工资", "工资下限", "rules.leye 0:3-7\nrules.leye 29:9-13" },
        { "政策 求职补贴", "政策 ‸求职补贴", "求职创业补贴", "rules.leye 19:3-7\nrules.leye 33:5-9\nlower.leye 6:3-7" },
        { "条件 大龄女性", "条件 大‸龄女性", "妇女", "rules.leye 24:5-9\nrules.leye 38:11-15" },
        { "(基数 *", "(基‸数 *", "底数", "rules.leye 29:4-6\nrules.leye 30:13-15" },
        { "依据 示范法 第三条", "依据 示‸范法 第三条", "法〔1〕",
          "model.leye 5:3-6\nrules.leye 7:5-8\nrules.leye 12:5-8" },
        { "资金 就业补助资金", "资金 就‸业补助资金", "资金一", "model.leye 33:3-9\nrules.leye 31:5-11" },
        { "2021-08-01  男", "2021-08-01  ‸男", "男性", "model.leye 10:4-5\nrules.leye 2:14-15\nrules.leye 3:14-15" },
    };
    struct session *s = ready();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        NOTE("%s to %s", cases[i].caret, cases[i].new_name);
        CHECK_STR(renamed(s, cases[i].what, cases[i].caret, cases[i].new_name), cases[i].edits);
    }
    session_end(s);
}

TEST(parameters_of_a_definition_are_renamed_in_it_alone)
{
    struct session *s = ready();
    const char *text = "定义 甲(某日 : 日期) : 月\n  对象 人员\n  依据 示范法 一\n  基本 足月(出生日期, ‸某日)\n\n"
                       "定义 乙(某日 : 日期) : 月\n  对象 人员\n  依据 示范法 一\n  基本 足月(出生日期, 某日)\n";
    put_file("packs/国/two.leye", text);
    CHECK_STR(edits_said(s, rename_in(s, "packs/国/two.leye", text, "那天")), "two.leye 0:5-7\ntwo.leye 3:14-16");
    session_end(s);
}

TEST(a_source_cited_by_its_title_keeps_its_title)
{
    struct session *s = ready();
    put_file("packs/国/cite.leye",
             "定义 丙 : 真假\n  对象 人员\n  依据 示范法律 一\n  依据 示范法 二\n  基本 有(姓名)\n");
    CHECK_STR(edits_said(s, rename_in(s, "packs/国/model.leye", MODEL "\n资金 新资金\n  依据 示‸范法 三\n", "新法")),
              "cite.leye 3:5-8\nmodel.leye 5:3-6\nmodel.leye 36:5-8\nrules.leye 7:5-8\nrules.leye 12:5-8");
    session_end(s);
}

TEST(the_same_name_needs_no_edit_elsewhere)
{
    struct session *s = ready();
    CHECK_STR(renamed(s, "且 年龄", "且 年‸龄", "年龄"), "");
    session_end(s);
}

/* A use that was missed would be a mistake or another meaning afterwards, and the rename refused. */
TEST(every_name_that_is_declared_can_get_a_new_one)
{
    struct session *s = ready();
    static const char *const files[] = { "packs/国/model.leye", "packs/国/rules.leye", "packs/省/lower.leye" };
    static const char *const texts[] = { MODEL, RULES, LOWER };
    size_t count = 0;
    for (size_t i = 0; i < 3; i++) open_doc(s, files[i], texts[i]);
    lsp_idle(s->lsp);
    for (size_t i = 0; i < 3; i++) {
        struct load *l = chain_of(s->lsp, doc_find(s->lsp, file_uri(s, files[i])))->now;
        const struct source *src = load_source(l, str_fmt(s->a, "%s/%s", t_dir(), files[i]));
        struct lines lines;
        lines_of(&lines, s->a, src->text);
        VEC_EACH (const struct mention, m, load_mentions(l)) {
            if (m->loc.source != src->id || !m->declares) continue;
            NOTE("%.*s", STR_ARG(m->symbol.name));
            const struct json *answer =
                ask(s, "rename", files[i], lines_position(&lines, m->loc.from, false), ",\"newName\":\"全新的名字\"");
            if (json_get(answer, "result.changes") == NULL) FAIL("%.*s", STR_ARG(json_text(answer, "error.message")));
            count++;
        }
    }
    CHECK_INT((int64_t)count, 32);
    session_end(s);
}

/* ---- refusals ---- */

TEST(what_is_no_name_of_the_packs_cannot_be_renamed)
{
    struct session *s = ready();
    CHECK_STR(renamed(s, "周岁(", "周‸岁(", "岁数"), "“周岁”是语言自带的函数，不能改名");
    CHECK_STR(renamed(s, "四舍五入", "四‸舍五入", "甲"), "这里不是能改的名字：语言的词、栏名、单位和文字不能改名");
    CHECK_STR(renamed(s, "政策 求职补贴", "政‸策 求职补贴", "甲"),
              "这里不是能改的名字：语言的词、栏名、单位和文字不能改名");
    CHECK_STR(renamed(s, "说明 满几岁", "说明 满‸几岁", "甲"),
              "这里不是能改的名字：语言的词、栏名、单位和文字不能改名");
    CHECK_STR(renamed(s, "有效(失业登记)", "当前(失业登记).开‸始 > 2020-01-01", "甲"),
              "“开始”是每段经历自带的字段，不能改名");
    CHECK_STR(edits_said(s, rename_in(s, "packs/省/pack.leye", "包 省\n  上级 ‸国\n  级别 省\n  版本 1\n", "甲")),
              "“国”是文件夹的名字：先给文件夹改名，再改这里");
    CHECK_STR(edits_said(s, rename_in(s, "alone.leye", "资金 ‸甲\n", "乙")), "这个文件不在包里，不能改名");
    session_end(s);
}

TEST(a_new_name_must_be_a_name)
{
    static const struct {
        const char *name, *why;
    } wrong[] = {
        { "", "新名字是空的" },
        { "  ", "新名字是空的" },
        { "两个 词", "名字由汉字、字母、数字、下划线组成，不以数字开头" },
        { "3岁", "名字由汉字、字母、数字、下划线组成，不以数字开头" },
        { "甲-乙", "名字由汉字、字母、数字、下划线组成，不以数字开头" },
        { "“甲”", "名字由汉字、字母、数字、下划线组成，不以数字开头" },
        { "甲--乙", "名字由汉字、字母、数字、下划线组成，不以数字开头" },
        { "且", "“且”是语言的词，不能作名字" },
        { "and", "“and”是语言的词，不能作名字" },
        { "今日", "“今日”是语言的词，不能作名字" },
        { "有效", "“有效”是语言自带的函数，不能作名字" },
        { "sum", "“sum”是语言自带的函数，不能作名字" },
    };
    struct session *s = ready();
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        NOTE("%s", wrong[i].name);
        CHECK_STR(renamed(s, "且 年龄", "且 年‸龄", wrong[i].name), wrong[i].why);
    }
    char longer[300];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = 0;
    CHECK_STR(renamed(s, "且 年龄", "且 年‸龄", longer), "名字太长，最多 64 个汉字");
    CHECK_STR(renamed(s, "依据 示范法 第三条", "依据 示‸范法 第三条", "有 空格"), "来源的名字里不能有空格和 --");
    session_end(s);
}

TEST(a_name_that_is_taken_is_refused_with_the_checkers_reason)
{
    struct session *s = ready();
    CHECK_STR(renamed(s, "且 年龄", "且 年‸龄", "姓名"), "不能改名为“姓名”：改了会出错——“人员”已经有“姓名”");
    CHECK_STR(renamed(s, "基数 = 最低工资", "基数 = ‸最低工资", "补贴标准"),
              "不能改名为“补贴标准”：改了会出错——参数“补贴标准”已经声明过");
    CHECK_STR(renamed(s, "性别 = 女 且", "性别 = 女‸ 且", "男"), "不能改名为“男”：改了会出错——代码项“男”写了两次");
    CHECK_STR(renamed(s, "(基数 *", "(基‸数 *", "补贴"), "不能改名为“补贴”：改了会出错——“补贴”在这里已经用过");
    CHECK_STR(renamed(s, "条件 大龄女性", "条件 大‸龄女性", "失业"), "不能改名为“失业”：改了会出错——“失业”写了两次");
    session_end(s);
}

TEST(a_rename_that_would_silently_change_a_rule_is_refused)
{
    struct session *s = ready();
    /* a parameter called like a field of the person: the field would be found first */
    CHECK(str_starts(renamed(s, "基数 = 最低工资(女)", "基数 = ‸最低工资(女)", "家庭"), STR("不能改名为“家庭”")));
    /* a step called like a parameter used behind it: the step would be found first */
    CHECK_STR(renamed(s, "(基数 *", "(基‸数 *", "补贴标准"),
              "不能改名为“补贴标准”：别处已经用这个名字指别的，改了规则的意思会变（包 @/packs/国）");
    session_end(s);
}

TEST(a_name_taken_in_a_lower_pack_is_refused_too)
{
    struct session *s = ready();
    put_file("packs/省/lower.leye", LOWER "\n参数 省里的 : 元/月\n  2020-01-01  5  依据 省令 三\n");
    CHECK_STR(renamed(s, "基数 = 最低工资", "基数 = ‸最低工资", "省里的"),
              "不能改名为“省里的”：改了会出错——参数“省里的”已经声明过");
    session_end(s);
}

TEST(packs_with_mistakes_are_mended_first)
{
    struct session *s = ready();
    CHECK_STR(renamed(s, "且 年龄", "且 年‸龄 且 有(姓明)", "岁数"),
              "这个包（连同上级）还有 2 处错误，先改正再改名，否则会漏掉用到它的地方");
    put_file("packs/省/lower.leye", LOWER "\n定义 坏\n");
    CHECK_STR(renamed(s, "且 年龄", "且 年‸龄", "岁数"), "用到它的包 @/packs/省 有错误，先改正再改名");
    session_end(s);
}

TEST(prepare_gives_the_range_and_refuses_as_rename_would)
{
    struct session *s = ready();
    const struct json *answer =
        ask_in(s, "prepareRename", "packs/国/rules.leye", rules_with(s, "且 年龄", "且 年‸龄"), "");
    struct text t;
    text_init(&t, s->a, 100);
    short_range(&t, json_get(answer, "result.range"));
    CHECK_STR(text_str(&t), "24:19-21");
    CHECK_STR(json_text(answer, "result.placeholder"), "年龄");
    answer = ask_in(s, "prepareRename", "packs/国/rules.leye", rules_with(s, "周岁(", "周‸岁("), "");
    CHECK_STR(json_text(answer, "error.message"), "“周岁”是语言自带的函数，不能改名");
    CHECK_INT(json_get(answer, "error.code")->integer, -32803);
    session_end(s);
}
