/* Whole sites, in memory: of a pack made to do harm, and of small packs that show each kind of page. */
#include "unit/site/helpers.h"

/* Where a pack may say what it likes, it says the worst. Names must be identifiers, but sources and prose need not. */
static const char hostile[] =
    "包 坏包\n"
    "  级别 国家\n"
    "  版本 <script>alert(1)</script>\n"
    "  说明 </title></head><body onload=\"alert(1)\">\n"
    "来源 ../../etc/passwd\n"
    "  名称 \"><img src=x onerror=alert(1)>\n"
    "  机关 <iframe src=//example.org>\n"
    "来源 <script>alert('来源')</script>\n"
    "  名称 javascript:alert(1)\n"
    "来源 CON\n"
    "  名称 con\n"
    "来源 con\n"
    "  名称 小写\n"
    "代码 main\n"
    "  项 index 1 <b>粗</b>\n"
    "  项 footer 2\n"
    "实体 人员\n"
    "  字段 main : 真假\n"
    "  字段 find : main\n"
    "  字段 钱 : 元\n"
    "资金 index\n"
    "参数 document : 元\n"
    "  说明 x\xE2\x80\xAE倒过来\n"
    "  2020-01-01 1  依据 ../../etc/passwd <img src=x>\n"
    "  2021-01-01 2  依据 <script>alert('来源')</script> \"&'\n"
    "定义 constructor : 真假\n"
    "  对象 人员\n"
    "  说明 <!-- <script> -->\n"
    "  依据 ../../etc/passwd --><script>\n"
    "  基本 main\n"
    "政策 alert\n"
    "  别名 a/../../../tmp/x\n"
    "  对象 人员\n"
    "  依据 con \"><svg/onload=alert(1)>\n"
    "  条件 toString：constructor 且 人工判断(“</a><script>alert(2)</script>”)\n"
    "    说明 <script>alert(3)</script>\n"
    "  条件 hasOwnProperty：find 在 (index, footer)\n"
    "  金额\n"
    "    valueOf = 不超过(钱, document)\n"
    "  频次 一次性\n"
    "  资金 index\n"
    "  发放 <form action=//example.org>\n"
    "例 政策 alert\n"
    "  “<script>alert(4)</script>”\n"
    "    已知 main = 真，find = index，钱 = 5元，人工判断(“</a><script>alert(2)</script>”) = 真\n"
    "    应得 符合 金额 2元\n";

TEST(a_hostile_pack_stays_text)
{
    autoarena *a = arena_new("test", 0);
    struct built b;
    build_text(&b, a, STR(hostile)); /* nothing in it is a mistake */
    check_site(&b);
    CHECK_INT((int64_t)b.totals.failed, 0);
    for (size_t i = 0; i < b.files.len; i++) {
        str path = b.files.entries[i].key, page = *(const str *)b.files.entries[i].value;
        CHECK(!str_starts(path, STR("/")) && !has(path, ".."));
        if (str_starts(path, STR("policy/a-"))) CHECK_HAS(page, "&lt;script&gt;alert(3)&lt;/script&gt;");
        if (!str_ends(path, STR(".html"))) continue;
        CHECK_HAS_NO(page, "<script>");
        CHECK_HAS_NO(page, "<img");
        CHECK_HAS_NO(page, "<iframe");
        CHECK_HAS_NO(page, "\xE2\x80\xAE");
        CHECK(!has(page, "example.org") || has(page, "//example.org&gt;"));
    }
}

/* One of everything that has a page of its own or a part on one. */
static const char one_of_each[] = "包 小包\n"
                                  "  级别 国家\n"
                                  "  版本 7\n"
                                  "来源 甲法\n"
                                  "  名称 某某甲法\n"
                                  "  日期 2019-05-06\n"
                                  "来源 乙文\n"
                                  "  名称 乙文件\n"
                                  "  可信 转述中\n"
                                  "来源 丙数\n"
                                  "  名称 编的\n"
                                  "  可信 虚构\n"
                                  "代码 档\n"
                                  "  项 一档 1\n"
                                  "  项 二档 2\n"
                                  "实体 单位\n"
                                  "  字段 名称 : 文本\n"
                                  "实体 人员\n"
                                  "  字段 出生日期 : 日期  编码 AAC006\n"
                                  "  字段 身份证号 : 文本  编码 AAC002  密级 证件号\n"
                                  "  字段 档次 : 档\n"
                                  "  字段 离开日 : 日期  可无\n"
                                  "经历 登记 : 人员\n"
                                  "资金 某基金\n"
                                  "参数 标准 : 元/月  按 档\n"
                                  "  说明 每月多少\n"
                                  "  2020-01-01  一档 1000  二档 20000  依据 甲法 第二条\n"
                                  "  2022-07-01  一档 1200  二档 30000  依据 乙文 一\n"
                                  "参数 比例 : %\n"
                                  "  2020-01-01  66.67%  依据 甲法 第三条\n"
                                  "参数 线 : 岁\n"
                                  "  开放\n"
                                  "  依据 甲法 第四条\n"
                                  "参数 编造 : 月\n"
                                  "  2020-01-01  12  依据 丙数 一\n"
                                  "定义 年龄 : 岁\n"
                                  "  对象 人员\n"
                                  "  依据 甲法 第一条\n"
                                  "  基本 周岁(出生日期, 今日)\n"
                                  "定义 期限 : 月\n"
                                  "  对象 人员\n"
                                  "  依据 甲法 第十条\n"
                                  "  基本 编造\n"
                                  "  例外 年长：年龄 >= 50岁 则 24月\n"
                                  "    说明 五十岁以上的\n"
                                  "    依据 乙文 二\n"
                                  "表 系数 : 数(1位)\n"
                                  "  对象 人员\n"
                                  "  依据 甲法 第五条\n"
                                  "  输入 年龄\n"
                                  "  输入 档次\n"
                                  "  命中 首行\n"
                                  "  | < 16岁 | - | 0 |\n"
                                  "  | 16岁..60岁 | 一档 | 1.5 |\n"
                                  "  | - | - | 1 |\n"
                                  "政策 补贴\n"
                                  "  别名 subsidy\n"
                                  "  依据 甲法 第二十一条\n"
                                  "  对象 人员\n"
                                  "  施行 2021-01-01 起 至 2023-12-31\n"
                                  "  条件 到线：年龄 >= 线\n"
                                  "    说明 到了规定的年龄\n"
                                  "    依据 乙文 三\n"
                                  "  条件 在登记：有效(登记)\n"
                                  "  排除 离开了：有(离开日) 且 离开日 <= 今日\n"
                                  "  金额\n"
                                  "    基数 = 标准(档次) * 比例 舍入到分 四舍五入\n"
                                  "    应得数 = 基数 * 系数 舍入到分 四舍五入\n"
                                  "  频次 按月\n"
                                  "  资金 某基金\n"
                                  "  互斥 资格\n"
                                  "政策 补贴\n"
                                  "  别名 subsidy\n"
                                  "  依据 甲法 第二十一条\n"
                                  "  对象 人员\n"
                                  "  施行 2024-01-01 起\n"
                                  "  条件 够大：年龄 >= 16岁\n"
                                  "    说明 满十六岁\n"
                                  "  金额\n"
                                  "    一步 = 标准(档次)\n"
                                  "  频次 按月\n"
                                  "  资金 某基金\n"
                                  "政策 资格\n"
                                  "  依据 甲法 第九条\n"
                                  "  对象 人员\n"
                                  "  条件 期限够：期限 > 0月\n"
                                  "例 政策 补贴\n"
                                  "  今日 2024-06-01\n"
                                  "  已知 出生日期 = 1990-01-01\n"
                                  "  “第二档”\n"
                                  "    已知 档次 = 二档\n"
                                  "    应得 符合 金额 30000元/月\n"
                                  "  “还小”\n"
                                  "    已知 出生日期 = 2020-01-01\n"
                                  "    应得 不符合 够大\n"
                                  "例 表 系数\n"
                                  "  今日 2024-06-01\n"
                                  "  | 出生日期 | 档次 | 应得 |\n"
                                  "  | 1990-01-01 | 一档 | 1.5 |\n"
                                  "  | 2020-01-01 | - | 0 |\n"
                                  "例 政策 资格\n"
                                  "  今日 2024-06-01\n"
                                  "  “够”\n"
                                  "    已知 出生日期 = 1990-01-01\n"
                                  "    应得 符合\n";

static void build_each(struct built *b, struct arena *a)
{
    build_text(b, a, STR(one_of_each));
    check_site(b);
    CHECK_INT((int64_t)b->totals.failed, 0);
    CHECK_INT((int64_t)b->totals.examples, 5);
}

TEST(a_policy_page_has_all_its_parts)
{
    autoarena *a = arena_new("test", 0);
    struct built b;
    build_each(&b, a);
    str page = page_of(&b, "policy/subsidy.html");
    str who = reading_of_page(a, page, "s-who"), amount = reading_of_page(a, page, "s-amount"),
        old = reading_of_page(a, page, "s-versions");
    CHECK_HAS(who, "满十六岁");
    CHECK_HAS(who, "年龄 ≥ 16岁");
    CHECK_HAS(amount, "标准（档次）");
    CHECK_HAS(amount, "30,000元/月"); /* worked out for the example that qualifies */
    CHECK_HAS(amount, "第二档");
    CHECK_HAS(old, "2021 年 1 月 1 日起，到 2023 年 12 月 31 日为止");
    CHECK_HAS(old, "年龄 ≥ 线");
    CHECK_HAS(old, "有离开日 并且 离开日 ≤ 今日");
    CHECK_HAS(reading_of_page(a, page, "s-examples"), "2 个例子，都算过，结果一致");
    CHECK_HAS(reading_of_page(a, page, "s-facts"), "出生日期AAC006");
    CHECK_HAS(page, "还有 1 处没有定");
    CHECK_HAS(page, "<a href=\"../parameter/%E7%BA%BF.html\">线</a>");
    CHECK_HAS(page, "<a href=\"../fund/%E6%9F%90%E5%9F%BA%E9%87%91.html\">某基金</a>");
    CHECK_HAS(reading_of_page(a, page_of(&b, "policy/资格.html"), "s-users"), "补贴"); /* 互斥 is told on both pages */
}

TEST(what_a_lower_pack_added_for_a_time_says_for_how_long)
{
    autoarena *a = arena_new("test", 0);
    struct built b;
    struct pack_set set;
    struct err e = { 0 };
    CHECK_OK(pack_load(&set, a, str_of(t_source("tests/lang/layers/narrow/p2-province")), NULL, 0, &e), e);
    build(&b, a, set.program, (struct site_options){ 0 });
    str who = reading_of_page(a, page_of(&b, "policy/分版.html"), "s-who");
    CHECK_HAS(who, "只在这段时间看这一条：2021 年 1 月 1 日起，到 2023 年 12 月 31 日为止");
    CHECK_HAS_NO(reading_of_page(a, page_of(&b, "policy/补贴.html"), "s-who"), "只在这段时间");
}

TEST(a_mention_as_exclusive_is_nothing_to_rest_on)
{
    autoarena *a = arena_new("test", 0);
    struct built b;
    build_each(&b, a);
    str page = page_of(&b, "policy/subsidy.html"); /* names 资格, which rests on what is invented */
    CHECK_HAS_NO(reading_of_page(a, page, "s-rests"), "期限");
    CHECK_HAS_NO(page, "notice fiction");
    CHECK_HAS(page_of(&b, "policy/资格.html"), "notice fiction");
}

TEST(trust_is_shown_wherever_a_value_is)
{
    autoarena *a = arena_new("test", 0);
    struct built b;
    build_each(&b, a);
    CHECK_HAS(reading_of_page(a, page_of(&b, "parameter/编造.html"), "s-values"), "虚构，仅供演示");
    CHECK_HAS(reading_of_page(a, page_of(&b, "definition/期限.html"), "s-rests"),
              "12月（2020-01-01 起） 虚构，仅供演示");
    CHECK_HAS(reading_of_page(a, page_of(&b, "policy/资格.html"), "s-rests"), "虚构，仅供演示");
    CHECK_HAS(reading_of_page(a, page_of(&b, "timeline.html"), ""), "编造：12月 虚构，仅供演示");
    CHECK_HAS(reading_of_page(a, page_of(&b, "parameter/index.html"), ""), "12月（2020-01-01 起） 虚构，仅供演示");
    str values = reading_of_page(a, page_of(&b, "parameter/标准.html"), "s-values");
    CHECK_HAS(values, "转述（待核对）");
    CHECK_HAS(values, "原文");
    CHECK_HAS(page_of(&b, "index.html"), "strip fiction"); /* and the whole site says so on every page */
}

TEST(a_parameter_shows_its_history_as_table_and_steps)
{
    autoarena *a = arena_new("test", 0);
    struct built b;
    build_each(&b, a);
    str page = page_of(&b, "parameter/标准.html");
    CHECK_HAS(page, "<svg class=\"desk\" viewBox=");
    CHECK_HAS(page, "<svg class=\"phone\" viewBox=");
    CHECK_HAS(page, "data-from=\"2020-01-01\" data-to=\"2022-07-01\"");
    CHECK_HAS(page, "阶梯图：从 2020-01-01 到 2022-07-01，共 2 个生效日期");
    CHECK_HAS(reading_of_page(a, page, "s-values"), "20,000元/月");
    CHECK_HAS(reading_of_page(a, page_of(&b, "parameter/比例.html"), "s-values"), "66.67%");
    CHECK_HAS_NO(page_of(&b, "parameter/比例.html"), "<svg"); /* one value needs no drawing */
    CHECK_HAS(page_of(&b, "parameter/线.html"), "还没有定");
}

TEST(a_decision_table_is_a_table)
{
    autoarena *a = arena_new("test", 0);
    struct built b;
    build_each(&b, a);
    str page = page_of(&b, "table/系数.html"), how = reading_of_page(a, page, "s-how");
    CHECK_HAS(how, "不满 16岁任意0");
    CHECK_HAS(how, "满 16岁，不满 60岁一档1.5");
    CHECK_HAS(how, "从上往下");
    CHECK_HAS(reading_of_page(a, page, "s-examples"), "1990-01-01一档1.5");
    CHECK_HAS(reading_of_page(a, page, "s-examples"), "2020-01-01—0");
}

TEST(a_definition_shows_base_and_exceptions)
{
    autoarena *a = arena_new("test", 0);
    struct built b;
    build_each(&b, a);
    str how = reading_of_page(a, page_of(&b, "definition/期限.html"), "s-how");
    CHECK_HAS(how, "一般情况：");
    CHECK_HAS(how, "五十岁以上的");
    CHECK_HAS(how, "年龄 ≥ 50岁");
    CHECK_HAS(how, "24月");
    CHECK_HAS(how, "依据：乙文 二 转述（待核对）");
}

TEST(a_source_tells_where_it_is_cited_by_article)
{
    autoarena *a = arena_new("test", 0);
    struct built b;
    build_each(&b, a);
    str cited = reading_of_page(a, page_of(&b, "source/甲法.html"), "s-cited");
    size_t second = str_find(cited, STR("第二条")), tenth = str_find(cited, STR("第十条")),
           last = str_find(cited, STR("第二十一条"));
    CHECK(second < tenth && tenth < last && last < SIZE_MAX);
    CHECK_HAS(cited, "标准 2020-01-01 起的值");
    CHECK_HAS(reading_of_page(a, page_of(&b, "source/乙文.html"), "s-cited"), "期限 例外“年长”");
}

TEST(fields_tell_code_class_and_users)
{
    autoarena *a = arena_new("test", 0);
    struct built b;
    build_each(&b, a);
    str fields = reading_of_page(a, page_of(&b, "entity/人员.html"), "s-fields");
    CHECK_HAS(fields, "身份证号文本AAC002证件号");
    CHECK_HAS(fields, "离开日日期，可以没有");
    CHECK_HAS(reading_of_page(a, page_of(&b, "codes/档.html"), ""), "二档2");
}

TEST(the_front_page_lists_policies_by_subject_and_fund)
{
    autoarena *a = arena_new("test", 0);
    struct built b;
    build_each(&b, a);
    str page = page_of(&b, "index.html"), text = reading_of_page(a, page, "");
    CHECK_HAS(text, "给个人 2 项");
    CHECK_HAS(text, "某基金");
    CHECK_HAS(text, "资格和认定，不发钱");
    CHECK_HAS(text, "5 个例子");
    CHECK_HAS(page, "data-find=\"subsidy\"");
    CHECK_HAS(text, "规则写到 2024 年 1 月 1 日");
}

TEST(a_site_for_a_day_marks_that_day_without_script)
{
    autoarena *a = arena_new("test", 0);
    struct pack_set set;
    struct built b;
    pack_load_text(&set, a, STR("试"), STR(one_of_each));
    build(&b, a, set.program, (struct site_options){ .has_day = true, .day = date_of(2021, 5, 1) });
    str page = page_of(&b, "parameter/标准.html");
    CHECK_HAS(page, "<html lang=\"zh-CN\" data-day=\"2021-05-01\">");
    CHECK_HAS(page, "<tr class=\"now\" data-from=\"2020-01-01\" data-to=\"2022-07-01\">");
    CHECK_HAS(page, "<tr class=\"future\" data-from=\"2022-07-01\">");
    CHECK_HAS(page, "<span data-from=\"2022-07-01\" hidden>");
}

TEST(the_same_packs_give_the_same_bytes)
{
    autoarena *a = arena_new("test", 0);
    struct built first, second;
    build_text(&first, a, STR(one_of_each));
    build_text(&second, a, STR(one_of_each));
    CHECK_INT((int64_t)first.files.len, (int64_t)second.files.len);
    for (size_t i = 0; i < first.files.len; i++) {
        CHECK_STR(first.files.entries[i].key, second.files.entries[i].key);
        CHECK_STR(*(str *)first.files.entries[i].value, *(str *)second.files.entries[i].value);
    }
}

TEST(names_that_differ_only_in_case_have_files_of_their_own)
{
    autoarena *a = arena_new("test", 0);
    struct built b;
    build_text(&b, a,
               STR("包 x\n  级别 国家\n  版本 1\n来源 Ab\n  名称 一\n来源 aB\n  名称 二\n来源 a/b\n  名称 三\n来源 "
                   "a:b\n  名称 四\n"));
    check_site(&b);
    size_t found = 0;
    struct map lower;
    map_init(&lower, a);
    for (size_t i = 0; i < b.files.len; i++) {
        str path = b.files.entries[i].key;
        char *p = arena_alloc(a, path.len + 1);
        for (size_t k = 0; k < path.len; k++)
            p[k] = (char)(path.p[k] >= 'A' && path.p[k] <= 'Z' ? path.p[k] + 32 : path.p[k]);
        CHECK(map_put(&lower, (str){ p, path.len }, &b));
        found += str_starts(path, STR("source/"));
    }
    CHECK_INT((int64_t)found, 5); /* and the list */
}

TEST(a_draft_with_mistakes_says_so_on_every_page)
{
    autoarena *a = arena_new("test", 0);
    struct pack_set set;
    struct built b;
    pack_load_text(
        &set, a, STR("试"),
        STR("包 x\n  级别 国家\n  版本 1\n实体 人员\n  字段 甲 : 真假\n来源 法\n  名称 法\n"
            "定义 乙 : 真假\n  对象 人员\n  依据 法 一\n  基本 丙 且 甲\n定义 乙 : 元\n  对象 人员\n  基本 (\n"
            "政策 p\n  对象 人员\n  依据 没有 x\n  条件 c：\n  条件 d：乙 且 (\n例 政策 p\n  “x”\n    应得 符合\n"));
    CHECK(set.diags.errors > 0);
    build(&b, a, set.program, (struct site_options){ .mistakes = set.diags.errors });
    check_site(&b);
    CHECK_HAS(page_of(&b, "definition/乙.html"), "草稿");
}
