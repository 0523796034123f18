/* How expressions are read. The left side is what an author writes, the right side what the page says. */
#include "lang/builtin.h"
#include "site/site_priv.h"
#include "unit/site/helpers.h"

static const char model[] = "来源 法\n"
                            "  名称 法\n"
                            "代码 性别\n"
                            "  项 男 1\n"
                            "  项 女 2\n"
                            "代码 险种\n"
                            "  项 养老 1\n"
                            "实体 家庭\n"
                            "  字段 低保 : 真假\n"
                            "  集合 成员 : 人员 经 家庭\n"
                            "实体 人员\n"
                            "  字段 出生日期 : 日期\n"
                            "  字段 离开日 : 日期  可无\n"
                            "  字段 性别 : 性别\n"
                            "  字段 残疾 : 真假\n"
                            "  字段 工资 : 元/月\n"
                            "  字段 家庭 : 家庭\n"
                            "经历 登记 : 人员\n"
                            "  字段 好 : 真假\n"
                            "经历 缴费 : 人员 按月 分 险种\n"
                            "  字段 基数 : 元/月\n"
                            "参数 标准 : 元/月  按 性别\n"
                            "  2020-01-01  男 1  女 2  依据 法 一\n"
                            "定义 年龄 : 岁\n"
                            "  对象 人员\n"
                            "  依据 法 一\n"
                            "  基本 周岁(出生日期, 今日)\n"
                            "政策 别的\n"
                            "  对象 人员\n"
                            "  依据 法 一\n"
                            "  条件 残：残疾\n";

static const struct {
    const char *type, *written, *read;
} readings[] = {
    { "真假", "年龄 >= 16岁 且 年龄 < 60岁", "年龄 ≥ 16岁 并且 年龄 < 60岁" },
    { "真假", "残疾 或 性别 = 女 且 非 残疾", "残疾 或者 性别是女 并且 并非 残疾" },
    { "真假", "(残疾 或 性别 = 女) 且 残疾", "（残疾 或者 性别是女） 并且 残疾" },
    { "真假", "性别 != 女", "性别不是女" },
    { "真假", "性别 在 (男, 女)", "性别是男、女 之一" },
    { "真假", "年龄 在 16岁..60岁", "年龄在 16岁（含）到 60岁（不含）之间" },
    { "真假", "非 (残疾 且 性别 = 女)", "并非 （残疾 并且 性别是女）" },
    { "真假", "家庭.低保", "家庭的低保" },
    { "真假", "任一 家庭.成员 满足 年龄 > 主体.年龄", "家庭的成员中至少有一个：年龄 > 本人的年龄" },
    { "真假", "全部 家庭.成员 满足 残疾", "家庭的成员中每一个都：残疾" },
    { "真假", "有效(登记)", "今日在登记期间" },
    { "真假", "有效(登记, 出生日期)", "出生日期在登记期间" },
    { "真假", "当前(登记).好", "当前的登记的好" },
    { "真假", "缴费(养老, 本月)", "本月有缴费（养老）" },
    { "真假", "有(离开日) 且 离开日 <= 今日", "有离开日 并且 离开日 ≤ 今日" },
    { "真假", "符合(别的)", "符合别的" },
    { "真假", "人工判断(“看情况”)", "由工作人员判断：“看情况”" },
    { "真假", "缺省(残疾, 假)", "残疾（没有资料时按 否）" },
    { "元/月", "缴费(养老, 本月 - 1月).基数", "（本月 − 1月）的缴费（养老）的基数" },
    { "元/月", "标准(男)", "标准（男）" },
    { "元/月", "标准(性别) 于 2020-01-01", "标准（性别）（按 2020-01-01 的标准）" },
    { "元/月", "(工资 + 1元/月) * 2", "（工资 + 1元/月） × 2" },
    { "元/月", "工资 - (工资 - 1元/月)", "工资 − （工资 − 1元/月）" },
    { "元/月", "(工资 * 2) / 3 舍入到分 四舍五入", "（工资 × 2 ÷ 3） 四舍五入到分" },
    { "元/月", "工资 * 60% 舍入到元 进一", "（工资 × 60%） 进一到元" },
    { "元/月", "不低于(不超过(工资 * 60% 舍入到分 舍去, 标准(男)), 1元/月)",
      "（（工资 × 60%） 舍去到分）（最多 标准（男））（最少 1元/月）" },
    { "元/月", "若 残疾 则 1元/月 否则 2元/月", "若 残疾，则 1元/月；否则 2元/月" },
    { "元/月", "较大(工资, 标准(男), 1元/月)", "工资、标准（男）、1元/月 中最大的" },
    { "元/月", "合计(家庭.成员 满足 残疾, 工资)", "家庭的成员（只算「残疾」的）的工资合计" },
    { "人", "人数(家庭.成员)", "家庭的成员的人数" },
    { "次", "次数(登记 满足 好)", "登记（只算「好」的）的次数" },
    { "月", "累计月数(缴费(养老))", "缴费（养老）累计的月数" },
    { "月", "近月数(缴费(养老), 12月)", "最近 12月 里有缴费（养老）的月数" },
    { "月", "足月(出生日期, 今日)", "从出生日期到今日满几个月" },
    { "日期", "出生日期 + 3月 取月末", "出生日期 + 3月（没有对应日就取月末）" },
    { "日期", "届满(出生日期, 15日)", "出生日期起满 15日 的届满日（遇休息日顺延）" },
    { "数", "数值(年龄)", "年龄（只取数，不看单位）" },
};

TEST(expressions_are_read_aloud)
{
    autoarena *a = arena_new("test", 0);
    struct text pack;
    text_init(&pack, a, 1 << 20);
    text_addz(&pack, model);
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
        text_addf(&pack, "定义 式%zu : %s\n  对象 人员\n  依据 法 一\n  基本 %s\n", i, readings[i].type,
                  readings[i].written);
    }
    struct built b;
    build_text(&b, a, text_str(&pack));
    check_site(&b);
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
        str how = reading_of_page(a, page_of(&b, str_fmt(a, "definition/式%zu.html", i).p), "s-how");
        NOTE("%s", readings[i].written);
        CHECK_STR(str_trim(str_slice(how, sizeof "怎样得出", how.len)), readings[i].read);
    }
}

TEST(long_chains_become_lists)
{
    autoarena *a = arena_new("test", 0);
    struct built b;
    build_text(
        &b, a,
        str_fmt(
            a, "%s定义 长 : 真假\n  对象 人员\n  依据 法 一\n  基本 残疾 且 (性别 = 女 或 家庭.低保 或 年龄 >= 16岁)\n",
            model));
    str page = page_of(&b, "definition/长.html");
    CHECK_HAS(page, "<ul class=\"f-all\">");
    CHECK_HAS(page, "<ul class=\"f-any\">");
    CHECK_HAS(reading_of_page(a, page, "s-how"), "下面各项都成立");
    CHECK_HAS(reading_of_page(a, page, "s-how"), "下面有一项成立就行");
}

TEST(every_name_in_a_formula_leads_to_its_page)
{
    autoarena *a = arena_new("test", 0);
    struct built b;
    build_text(&b, a,
               str_fmt(a,
                       "%s定义 全 : 真假\n  对象 人员\n  依据 法 一\n"
                       "  基本 年龄 > 16岁 且 家庭.低保 且 有效(登记) 且 符合(别的) 且 标准(女) > 1元/月\n",
                       model));
    str page = page_of(&b, "definition/全.html");
    static const char *const links[] = { "definition/%E5%B9%B4%E9%BE%84.html\">年龄</a>",
                                         "entity/%E4%BA%BA%E5%91%98.html#%E5%AE%B6%E5%BA%AD\">家庭</a>",
                                         "entity/%E5%AE%B6%E5%BA%AD.html#%E4%BD%8E%E4%BF%9D\">低保</a>",
                                         "spell/%E7%99%BB%E8%AE%B0.html\">登记</a>",
                                         "policy/%E5%88%AB%E7%9A%84.html\">别的</a>",
                                         "parameter/%E6%A0%87%E5%87%86.html\">标准</a>",
                                         "codes/%E6%80%A7%E5%88%AB.html#%E5%A5%B3\">女</a>" };
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        size_t first = str_find(page, str_of(links[i]));
        CHECK(first != SIZE_MAX);
        CHECK_HAS(str_slice(page, first + 1, page.len), links[i]); /* once as read, once in the text of the rule */
    }
    CHECK_HAS(page, "<a href=\"../reading.html#%E6%9C%89%E6%95%88\">有效</a>");
}

/* What has no template is read by a rule of its own: the functions over groups. */
TEST(every_function_has_a_reading_for_every_number_of_arguments)
{
    for (int i = BUILTIN_NOT_ONE + 1; i < BUILTIN_COUNT_; i++) {
        enum builtin b = (enum builtin)i;
        bool group =
            b == BUILTIN_COUNT || b == BUILTIN_OCCURRENCES || b == BUILTIN_SUM || b == BUILTIN_MAX || b == BUILTIN_MIN;
        const struct builtin_def *def = builtin_at(b);
        for (uint32_t n = def->args_min; n <= def->args_max; n++) {
            NOTE("%s with %u arguments", def->zh, n);
            CHECK((reading_of(b, n) != NULL) == !group);
        }
    }
}

TEST(deep_nesting_is_read_without_running_out)
{
    autoarena *a = arena_new("test", 0);
    struct text pack;
    text_init(&pack, a, 1 << 20);
    text_addz(&pack, model);
    text_addz(&pack, "定义 深 : 真假\n  对象 人员\n  依据 法 一\n  基本 ");
    for (int i = 0; i < 28; i++) text_addz(&pack, i % 2 ? "(残疾 且 残疾 且 " : "(残疾 或 残疾 或 ");
    text_addz(&pack, "残疾");
    for (int i = 0; i < 28; i++) text_addz(&pack, ")");
    text_addz(&pack, "\n");
    struct built b;
    build_text(&b, a, text_str(&pack));
    check_site(&b);
}
