/* Searching: what people type, and what they meant. */
#include "hall/hall_priv.h"
#include "helpers.h"

static const char names[] = "包 试验\n  级别 市\n  版本 1\n来源 办法\n  名称 办法\n实体 人员\n  字段 姓名 : 文本\n"
#define POLICY(name) "政策 " name "\n  依据 办法 一\n  对象 人员\n  条件 甲：有(姓名)\n"
    POLICY("失业保险金延续发放") POLICY("失业保险金") POLICY("失业登记") POLICY("一次性创业补贴")
        POLICY("创业担保贷款贴息") POLICY("灵活就业社会保险补贴") POLICY("技能提升补贴") POLICY("求职创业补贴")
            POLICY("稳岗返还") "事项 劳动保障监察投诉\n  依据 办法 一\n  对象 人员\n  说明 拖欠工资、超时加班\n";

static str name_of(const struct program *p, const struct hit *h)
{
    return h->is_service ? p->services.at[h->id].name : p->policies.at[h->id].name;
}

TEST(what_people_type_finds_what_they_mean)
{
    autoarena *a = arena_new("search", 0);
    struct pack_set set;
    pack_load_text(&set, a, STR("names.leye"), (str){ names, sizeof names - 1 });
    CHECK_INT((int64_t)set.diags.errors, 0);
    struct search *s = search_of(set.program, date_of(2024, 6, 3), a);
    static const struct {
        const char *typed, *first;
    } queries[] = {
        { "失业保险金", "失业保险金" },      { "失业保险", "失业保险金" },
        { "保险金", "失业保险金" },          { "失页保险金", "失业保险金" },
        { "事业保险金", "失业保险金" }, /* the same sound */
        { "失業保險金", "失业保险金" }, /* traditional */
        { "shiyebaoxianjin", "失业保险金" }, { "shi ye bao xian", "失业保险金" },
        { "SHIYEBAOXIAN", "失业保险金" },    { "sybxj", "失业保险金" },
        { "shiyebaoxainjin", "失业保险金" }, /* two letters the other way round */
        { "wengang", "稳岗返还" },           { "稳岗", "稳岗返还" },
        { "问岗返还", "稳岗返还" },          { "jntsbt", "技能提升补贴" },
        { "技能补贴", "技能提升补贴" },      { "一次性创业", "一次性创业补贴" },
        { "投诉", "劳动保障监察投诉" },      { "tousu", "劳动保障监察投诉" },
        { "拖欠工资", "劳动保障监察投诉" }, /* what it says of itself */
        { "担保贷款", "创业担保贷款贴息" },  { "灵活就业社保补贴", "灵活就业社会保险补贴" },
    };
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        struct hit hits[8];
        size_t n = search_run(s, str_of(queries[i].typed), hits, 8, a);
        NOTE("%s", queries[i].typed);
        CHECK(n > 0);
        CHECK_STR(name_of(set.program, &hits[0]), queries[i].first);
    }
    struct hit hits[8];
    CHECK_INT((int64_t)search_run(s, STR("xyzzy"), hits, 8, a), 0);
    CHECK_INT((int64_t)search_run(s, STR(""), hits, 8, a), 0);
}
