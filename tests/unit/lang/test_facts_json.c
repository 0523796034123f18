/* Facts as JSON: every shape of docs/language.md, section 12; every wrong turn with its sentence; nothing dropped. */
#include "unit/lang/helpers.h"

static const char model_text[] =
    "包 试验\n  级别 国家\n  版本 1\n"
    "来源 令\n  名称 令\n"
    "代码 性别\n  项 男 1\n  项 女 2\n"
    "代码 就业形式\n  项 单位就业 1\n  项 灵活就业 2\n"
    "代码 险种\n  项 养老 110\n  项 医疗 310\n"
    "实体 家庭\n  字段 低保 : 真假\n  字段 户主 : 人员\n  集合 成员 : 人员 经 家庭\n"
    "实体 单位\n  字段 名称 : 文本\n  集合 用工 : 就业登记 经 用人单位\n"
    "实体 人员\n"
    "  字段 姓名 : 文本\n  字段 性别 : 性别\n  字段 出生日期 : 日期\n  字段 死亡日期 : 日期  可无\n  字段 残疾 : 真假\n"
    "  字段 月收入 : 元/月\n  字段 奖金 : 元  可无\n  字段 工龄 : 月\n  字段 比例 : 数(4位)\n  字段 个数 : 数\n  字段 "
    "参保月 : 月份\n  字段 家庭 : 家庭\n"
    "经历 失业登记 : 人员\n"
    "经历 就业登记 : 人员\n  字段 形式 : 就业形式\n  字段 用人单位 : 单位  可无\n"
    "经历 参保缴费 : 人员 按月 分 险种\n  字段 缴费额 : 元/月\n  字段 缴费单位 : 单位  可无\n"
    "经历 补贴享受 : 人员 按月\n"
    "定义 年龄 : 岁\n  对象 人员\n  依据 令 一\n  基本 周岁(出生日期, 今日)\n"
    "定义 月数(某日 : 日期) : 月\n  对象 人员\n  依据 令 一\n  基本 足月(某日, 今日)\n"
    "定义 在业 : 真假\n  对象 人员\n  依据 令 一\n  基本 人工判断(“经营状况正常”)\n";

struct trial {
    struct arena *a;
    struct loaded l;
    struct diags d;
    struct facts f;
    struct err e;
};

#define TRIAL                            \
    autoarena *a = arena_new("test", 0); \
    struct trial t = { .a = a, .l = load_good(a, STR(model_text)) }

static bool read_len(struct trial *t, str text)
{
    const struct json *j;
    t->e = (struct err){ 0 };
    if (!json_read(t->a, text, &j, &t->e)) return false;
    t->f = start_facts(&t->l, t->a, &t->d, "人员");
    return facts_json(&t->f, t->f.subject, j, &t->e);
}

static bool read(struct trial *t, const char *text) { return read_len(t, str_of(text)); }

static void accept(struct trial *t, const char *text)
{
    NOTE("%s", text);
    CHECK_OK(read(t, text), t->e);
}

/* The message for a text that must be refused. */
static const char *refuse(struct trial *t, const char *text)
{
    NOTE("%s", text);
    CHECK_ERR(read(t, text), t->e, INVALID);
    return err_cause(&t->e);
}

static const struct slot_value *slot_of(struct trial *t, const struct record *r, const char *name)
{
    int i = entity_slot(&t->l.p->entities.at[r->entity], str_of(name));
    if (i < 0) FAIL("no slot %s", name);
    return &r->slots[i];
}

static str text_of(struct trial *t, const struct record *r, const char *name)
{
    const struct slot_value *v = slot_of(t, r, name);
    int i = entity_slot(&t->l.p->entities.at[r->entity], str_of(name));
    str s = shown(&t->l, t->a, t->l.p->entities.at[r->entity].slots.at[i].type, v->given ? v->v : value_unknown());
    return v->given && v->v.assumed ? str_fmt(t->a, "%.*s（申报）", STR_ARG(s)) : s;
}

#define OWN(name) text_of(&t, t.f.subject, name)

static struct record *behind(struct trial *t, const struct record *r, const char *name, unsigned index)
{
    const struct slot_value *v = slot_of(t, r, name);
    CHECK(v->given && v->v.state == VALUE_KNOWN);
    if (index == 0) return v->v.record;
    CHECK(index <= v->v.group->count);
    return v->v.group->at[index - 1];
}

static size_t count_of(struct trial *t, const struct record *r, const char *name)
{
    const struct slot_value *v = slot_of(t, r, name);
    CHECK(v->given && v->v.state == VALUE_KNOWN);
    return v->v.group->count;
}

static const struct history *history_of(struct trial *t, const struct record *r, const char *name, unsigned key)
{
    int i = entity_slot(&t->l.p->entities.at[r->entity], str_of(name));
    static const struct history nothing;
    return r->histories[i] == NULL ? &nothing : &r->histories[i][key];
}

/* ---- what section 12 shows ---- */

TEST(the_example_of_the_manual_is_read_whole)
{
    TRIAL;
    accept(&t, "{ \"性别\": \"女\", \"出生日期\": \"1975-03-02\", \"残疾\": false,\n"
               "  \"家庭\": { \"低保\": true, \"成员\": [\"本人\", { \"年龄\": \"20岁\" }] },\n"
               "  \"就业登记\": [{ \"开始\": \"2022-03-01\", \"形式\": \"灵活就业\" }, \"2018-01-01..2020-06-01\"],\n"
               "  \"参保缴费\": { \"养老\": \"2020-01..2023-10\",\n"
               "               \"医疗\": { \"月份\": \"2020-01..2023-10\", \"缴费额\": \"300元/月\", \"已知至\": "
               "\"2023-10\" } },\n"
               "  \"月收入\": { \"值\": \"4250元/月\", \"来源\": \"申报\" },\n"
               "  \"人工判断(“经营状况正常”)\": true }");
    CHECK_STR(OWN("性别"), "女");
    CHECK_STR(OWN("出生日期"), "1975-03-02");
    CHECK_STR(OWN("残疾"), "假");
    CHECK_STR(OWN("月收入"), "4250元/月（申报）");
    struct record *home = behind(&t, t.f.subject, "家庭", 0);
    CHECK_STR(text_of(&t, home, "低保"), "真");
    CHECK(behind(&t, home, "成员", 1) == t.f.subject);
    CHECK_STR(text_of(&t, behind(&t, home, "成员", 2), "年龄"), "20岁");
    CHECK(behind(&t, behind(&t, home, "成员", 2), "家庭", 0) == home);
    struct record *job = behind(&t, t.f.subject, "就业登记", 1);
    CHECK_STR(text_of(&t, job, "开始"), "2022-03-01");
    CHECK_STR(text_of(&t, job, "结束"), "无");
    CHECK_STR(text_of(&t, job, "形式"), "灵活就业");
    CHECK_STR(text_of(&t, behind(&t, t.f.subject, "就业登记", 2), "结束"), "2020-06-01");
    const struct history *medical = history_of(&t, t.f.subject, "参保缴费", 1);
    CHECK_INT(medical->count, 46);
    CHECK(medical->has_until && medical->until.index == 2023 * 12 + 10 - 1);
    CHECK_STR(text_of(&t, medical->records[45], "缴费额"), "300元/月");
    CHECK(!history_of(&t, t.f.subject, "参保缴费", 0)->has_until);
    CHECK_SIZE(t.f.subject->judgements.len, 1);
}

TEST(every_kind_of_value_is_read_as_an_example_would_write_it)
{
    TRIAL;
    accept(&t, "{\"姓名\": \"王 小梅，又名“无”\", \"性别\": \"2\", \"工龄\": \"3年\", \"比例\": \"0.3333\", \"个数\": "
               "\"5\", \"参保月\": \"2023-04\","
               " \"奖金\": \"1.5万元\", \"死亡日期\": \"无\"}");
    CHECK_STR(OWN("姓名"), "“王 小梅，又名“无””");
    CHECK_STR(OWN("性别"), "女");
    CHECK_STR(OWN("工龄"), "36月");
    CHECK_STR(OWN("比例"), "0.3333");
    CHECK_STR(OWN("个数"), "5");
    CHECK_STR(OWN("参保月"), "2023-04");
    CHECK_STR(OWN("奖金"), "15000元");
    CHECK_STR(OWN("死亡日期"), "无");
    accept(&t, "{\"性别\": 1, \"工龄\": 7, \"个数\": 0, \"比例\": \"33.33%\", \"年龄\": 50}");
    CHECK_STR(OWN("性别"), "男");
    CHECK_STR(OWN("工龄"), "7月");
    CHECK_STR(OWN("比例"), "0.3333");
    CHECK_STR(OWN("年龄"), "50岁");
    accept(&t, "{\"残疾\": \"真\", \"比例\": 1, \"姓名\": \"\"}");
    CHECK_STR(OWN("残疾"), "真");
    CHECK_STR(OWN("比例"), "1");
    CHECK_STR(OWN("姓名"), "“”");
}

TEST(null_and_unknown_are_the_same_as_not_given)
{
    TRIAL;
    accept(&t,
           "{\"姓名\": null, \"性别\": \"未知\", \"家庭\": null, \"失业登记\": null, \"就业登记\": \"未知\","
           " \"参保缴费\": {\"养老\": null, \"医疗\": \"无\"}, \"补贴享受\": null, \"人工判断(“经营状况正常”)\": null,"
           " \"月收入\": {\"值\": null, \"来源\": \"申报\"}}");
    CHECK_STR(OWN("姓名"), "未知");
    CHECK_STR(OWN("性别"), "未知");
    CHECK(!slot_of(&t, t.f.subject, "家庭")->given);
    CHECK(!slot_of(&t, t.f.subject, "失业登记")->given);
    CHECK(!slot_of(&t, t.f.subject, "就业登记")->given);
    CHECK(!history_of(&t, t.f.subject, "参保缴费", 0)->known);
    CHECK(history_of(&t, t.f.subject, "参保缴费", 1)->known);
    CHECK(!history_of(&t, t.f.subject, "补贴享受", 0)->known);
    CHECK_SIZE(t.f.subject->judgements.len, 0);
    accept(&t, "{}");
}

/* ---- spells ---- */

TEST(spells_are_a_list_or_a_single_one_or_none)
{
    TRIAL;
    accept(&t, "{\"就业登记\": \"2022-03-01..2023-01-01, 2024-01-01..\"}");
    CHECK_SIZE(count_of(&t, t.f.subject, "就业登记"), 2);
    accept(&t, "{\"就业登记\": {\"开始\": \"2022-03-01\", \"结束\": \"2023-01-01\", \"形式\": \"单位就业\"}}");
    CHECK_SIZE(count_of(&t, t.f.subject, "就业登记"), 1);
    CHECK_STR(text_of(&t, behind(&t, t.f.subject, "就业登记", 1), "结束"), "2023-01-01");
    accept(&t, "{\"就业登记\": \"无\"}");
    CHECK_SIZE(count_of(&t, t.f.subject, "就业登记"), 0);
    accept(&t, "{\"就业登记\": []}");
    CHECK_SIZE(count_of(&t, t.f.subject, "就业登记"), 0);
    accept(&t, "{\"就业登记\": [\"2022-03-01.. {形式 = 灵活就业}\"]}");
    CHECK_STR(text_of(&t, behind(&t, t.f.subject, "就业登记", 1), "形式"), "灵活就业");
}

TEST(an_end_that_is_unknown_stays_unknown_whatever_the_order)
{
    TRIAL;
    accept(&t, "{\"就业登记\": [{\"开始\": \"2022-03-01\", \"结束\": \"未知\"}]}");
    CHECK_STR(text_of(&t, behind(&t, t.f.subject, "就业登记", 1), "结束"), "未知");
    accept(&t, "{\"就业登记\": [{\"结束\": \"未知\", \"开始\": \"2022-03-01\"}]}");
    CHECK_STR(text_of(&t, behind(&t, t.f.subject, "就业登记", 1), "结束"), "未知");
    accept(&t, "{\"就业登记\": [{\"结束\": \"2023-03-01\", \"开始\": \"2022-03-01\"}]}");
    CHECK_STR(text_of(&t, behind(&t, t.f.subject, "就业登记", 1), "结束"), "2023-03-01");
    accept(&t, "{\"就业登记\": [{\"结束\": null, \"开始\": \"2022-03-01\"}]}"); /* as if not written: goes on */
    CHECK_STR(text_of(&t, behind(&t, t.f.subject, "就业登记", 1), "结束"), "无");
    accept(&t, "{\"就业登记\": [{\"形式\": 1}]}"); /* no start: nothing is known about its time */
    CHECK_STR(text_of(&t, behind(&t, t.f.subject, "就业登记", 1), "开始"), "未知");
    CHECK_STR(text_of(&t, behind(&t, t.f.subject, "就业登记", 1), "结束"), "未知");
}

TEST(records_within_spells_and_spells_seen_from_the_other_side)
{
    TRIAL;
    accept(&t, "{\"就业登记\": [{\"开始\": \"2022-03-01\", \"用人单位\": {\"名称\": \"某厂\", \"用工\": [{\"开始\": "
               "\"2020-01-01\", \"形式\": 1}]}}]}");
    struct record *firm = behind(&t, behind(&t, t.f.subject, "就业登记", 1), "用人单位", 0);
    CHECK_STR(text_of(&t, firm, "名称"), "“某厂”");
    CHECK_STR(text_of(&t, behind(&t, firm, "用工", 1), "形式"), "单位就业");
    CHECK(behind(&t, behind(&t, firm, "用工", 1), "用人单位", 0) == firm);
    accept(&t, "{\"就业登记\": [{\"开始\": \"2022-03-01\", \"用人单位\": \"无\"}]}");
    CHECK_STR(text_of(&t, behind(&t, t.f.subject, "就业登记", 1), "用人单位"), "无");
}

/* ---- months ---- */

TEST(months_are_a_stretch_a_list_an_object_or_a_list_of_objects)
{
    TRIAL;
    accept(&t, "{\"补贴享受\": \"2022-01..2022-03, 2023-05\"}");
    CHECK_INT(history_of(&t, t.f.subject, "补贴享受", 0)->count, 4);
    accept(&t, "{\"补贴享受\": [\"2022-01..2022-03\", \"2023-05\"]}");
    CHECK_INT(history_of(&t, t.f.subject, "补贴享受", 0)->count, 4);
    accept(&t, "{\"补贴享受\": {\"月份\": \"2022-01\", \"已知至\": \"2022-06\"}}");
    CHECK(history_of(&t, t.f.subject, "补贴享受", 0)->has_until);
    accept(&t, "{\"参保缴费\": {\"养老\": [{\"月份\": \"2018-01..2018-06\", \"缴费额\": \"100元/月\"}, {\"月份\": "
               "\"2018-07..2018-12\", \"缴费额\": \"200元/月\"}]}}");
    const struct history *h = history_of(&t, t.f.subject, "参保缴费", 0);
    CHECK_INT(h->count, 12);
    CHECK_STR(text_of(&t, h->records[5], "缴费额"), "100元/月");
    CHECK_STR(text_of(&t, h->records[6], "缴费额"), "200元/月");
    accept(&t, "{\"参保缴费\": \"无\"}");
    CHECK(history_of(&t, t.f.subject, "参保缴费", 0)->known && history_of(&t, t.f.subject, "参保缴费", 1)->known);
    accept(&t, "{\"补贴享受\": {\"月份\": \"无\", \"已知至\": \"2022-06\"}}");
    CHECK(history_of(&t, t.f.subject, "补贴享受", 0)->has_until);
}

TEST(known_until_may_stand_in_any_one_of_a_list)
{
    TRIAL;
    accept(&t, "{\"参保缴费\": {\"养老\": [{\"月份\": \"2018-01..2018-06\", \"已知至\": \"2018-12\"}, {\"月份\": "
               "\"2018-07\", \"缴费额\": \"200元/月\"}]}}");
    const struct history *h = history_of(&t, t.f.subject, "参保缴费", 0);
    CHECK(h->has_until && h->until.index == 2018 * 12 + 12 - 1);
    CHECK_INT(h->count, 7);
    CHECK_STR(refuse(&t, "{\"参保缴费\": {\"养老\": [{\"月份\": \"2018-01\", \"已知至\": \"2018-12\"}, {\"月份\": "
                         "\"2018-07\", \"已知至\": \"2019-12\"}]}}"),
              "参保缴费.养老[2]：前面已经写过另一个“已知至”");
    CHECK_STR(refuse(&t, "{\"补贴享受\": {\"月份\": \"2022-01\", \"已知至\": 202206}}"),
              "补贴享受.已知至：要写月份，例如 \"2023-10\"");
    CHECK_STR(refuse(&t, "{\"补贴享受\": {\"月份\": \"2022-01\", \"已知至\": \"2022-06-01\"}}"),
              "补贴享受.已知至：要写月份，例如 \"2023-10\"");
}

TEST(fields_of_a_month_may_be_records)
{
    TRIAL;
    accept(
        &t,
        "{\"参保缴费(养老)\": {\"月份\": \"2022-01..2022-02\", \"缴费单位\": {\"名称\": \"某厂\"}, \"缴费额\": null}}");
    const struct history *h = history_of(&t, t.f.subject, "参保缴费", 0);
    CHECK_STR(text_of(&t, behind(&t, h->records[1], "缴费单位", 0), "名称"), "“某厂”");
    CHECK_STR(text_of(&t, h->records[1], "缴费额"), "未知");
}

TEST(months_outside_the_range_are_refused)
{
    TRIAL;
    CHECK_STR(refuse(&t, "{\"补贴享受\": \"1979-12..1980-02\"}"), "补贴享受：月份要在 1980-01 到 2059-12 之间");
    CHECK_STR(refuse(&t, "{\"补贴享受\": \"2059-12..2060-01\"}"), "补贴享受：月份要在 1980-01 到 2059-12 之间");
    CHECK_STR(refuse(&t, "{\"补贴享受\": \"2022-13\"}"),
              "补贴享受：没有“2022-13”这个日期（日期写成 2023-11-01，月份写成 2023-11；年份在 1800 到 2999 之间）");
    CHECK_STR(refuse(&t, "{\"补贴享受\": \"2022-05..2022-04\"}"), "补贴享受：结束月份早于开始月份");
    CHECK_STR(refuse(&t, "{\"参保缴费\": {\"养老\": \"2022-05..2022-04\"}}"), "参保缴费.养老：结束月份早于开始月份");
}

/* ---- paths ---- */

TEST(keys_may_be_paths_with_any_value_behind_them)
{
    TRIAL;
    accept(&t, "{\"家庭.低保\": true, \"家庭.成员\": [\"本人\", {\"残疾\": true}], \"家庭.成员[2].年龄\": 9, "
               "\"就业登记[1]\": {\"开始\": \"2022-01-01\"},"
               " \"就业登记[1].形式\": \"灵活就业\", \"就业登记[2]\": \"2023-01-01..\", \"参保缴费(养老)\": "
               "[\"2022-01\"], \"参保缴费（医疗）\": \"无\"}");
    struct record *home = behind(&t, t.f.subject, "家庭", 0);
    CHECK_STR(text_of(&t, home, "低保"), "真");
    CHECK_STR(text_of(&t, behind(&t, home, "成员", 2), "年龄"), "9岁");
    CHECK_STR(text_of(&t, behind(&t, home, "成员", 2), "残疾"), "真");
    CHECK_STR(text_of(&t, behind(&t, t.f.subject, "就业登记", 1), "形式"), "灵活就业");
    CHECK_STR(text_of(&t, behind(&t, t.f.subject, "就业登记", 2), "开始"), "2023-01-01");
    CHECK(history_of(&t, t.f.subject, "参保缴费", 1)->known);
}

TEST(a_judgement_may_be_about_somebody_else)
{
    TRIAL;
    accept(&t,
           "{\"家庭.成员[1].人工判断(“经营状况正常”)\": true, \"家庭.户主\": {\"人工判断(“经营状况正常”)\": false}}");
    struct record *home = behind(&t, t.f.subject, "家庭", 0);
    CHECK(behind(&t, home, "成员", 1)->judgements.at[0].answer);
    CHECK(!behind(&t, home, "户主", 0)->judgements.at[0].answer);
    CHECK_SIZE(t.f.subject->judgements.len, 0);
    CHECK_STR(refuse(&t, "{\"家庭.户主.人工判断(“经营状况正常”)\": true, \"家庭\": {\"户主\": "
                         "{\"人工判断(“经营状况正常”)\": true}}}"),
              "家庭.户主.人工判断(“经营状况正常”)：这个事实写了两次");
}

TEST(a_path_beside_an_object_adds_to_it_in_either_order)
{
    TRIAL;
    accept(&t, "{\"家庭.低保\": true, \"家庭\": {\"户主\": \"本人\"}}");
    struct record *home = behind(&t, t.f.subject, "家庭", 0);
    CHECK_STR(text_of(&t, home, "低保"), "真");
    CHECK(behind(&t, home, "户主", 0) == t.f.subject);
    accept(&t, "{\"家庭\": {\"户主\": {\"姓名\": \"某\"}}, \"家庭.低保\": true}");
    home = behind(&t, t.f.subject, "家庭", 0);
    CHECK_STR(text_of(&t, home, "低保"), "真");
    CHECK_STR(text_of(&t, behind(&t, home, "户主", 0), "姓名"), "“某”");
}

TEST(the_same_fact_twice_is_refused)
{
    TRIAL;
    CHECK_STR(refuse(&t, "{\"家庭.低保\": true, \"家庭\": {\"低保\": false}}"), "家庭.低保：这个事实写了两次");
    CHECK_STR(refuse(&t, "{\"家庭\": {\"低保\": false}, \"家庭.低保\": true}"), "家庭.低保：这个事实写了两次");
    CHECK_STR(refuse(&t, "{\"参保缴费\": {\"养老\": \"2022-01\"}, \"参保缴费(养老)\": \"2022-02\"}"),
              "参保缴费(养老)：这个事实写了两次");
    CHECK_STR(refuse(&t, "{\"参保缴费(养老)\": \"2022-01\", \"参保缴费\": \"无\"}"), "参保缴费：这个事实写了两次");
    CHECK_STR(refuse(&t, "{\"参保缴费(养老)\": \"2022-01\", \"参保缴费(110)\": \"2022-01\"}"),
              "参保缴费(110)：这个事实写了两次");
    CHECK_STR(refuse(&t, "{\"姓名\": \"甲\", \"姓名 \": \"乙\"}"), "姓名 ：这个事实写了两次");
    CHECK_STR(refuse(&t, "{\"人工判断(“经营状况正常”)\": true, \"人工判断(\\\"经营状况正常\\\")\": false}"),
              "人工判断(\"经营状况正常\")：这个事实写了两次");
    CHECK_STR(refuse(&t, "{\"就业登记\": [\"2022-01-01..\"], \"就业登记[1].开始\": \"2021-01-01\"}"),
              "就业登记[1].开始：这个事实写了两次");
    accept(&t, "{\"参保缴费(养老)\": \"2022-01\", \"参保缴费\": {\"医疗\": \"无\", \"养老\": null}}");
    CHECK(history_of(&t, t.f.subject, "参保缴费", 0)->known);
    CHECK_STR(refuse(&t, "{\"姓名\": \"甲\", \"姓名\": \"乙\"}"),
              "JSON 第 1 行第 16 列：同一个对象里有重复的键，请只留一个");
}

/* ---- declared and compared ---- */

TEST(the_mark_of_a_declared_fact_reaches_everything_below_it)
{
    TRIAL;
    accept(&t, "{\"残疾\": {\"值\": true, \"来源\": \"申报\"}, \"性别\": {\"值\": \"女\", \"来源\": \"比对\"}, "
               "\"工龄\": {\"值\": 3},"
               " \"家庭\": {\"值\": {\"低保\": true, \"成员\": [{\"年龄\": 3}]}, \"来源\": \"申报\"},"
               " \"就业登记\": {\"值\": \"2022-01-01..\", \"来源\": \"申报\"},"
               " \"参保缴费\": {\"养老\": {\"值\": \"2022-01\", \"来源\": \"申报\"}, \"医疗\": \"2022-01\"},"
               " \"补贴享受\": {\"值\": \"无\", \"来源\": \"申报\"}}");
    CHECK_STR(OWN("残疾"), "真（申报）");
    CHECK_STR(OWN("性别"), "女");
    CHECK_STR(OWN("工龄"), "3月");
    struct record *home = behind(&t, t.f.subject, "家庭", 0);
    CHECK_STR(text_of(&t, home, "低保"), "真（申报）");
    CHECK_STR(text_of(&t, behind(&t, home, "成员", 1), "年龄"), "3岁（申报）");
    CHECK_STR(text_of(&t, behind(&t, t.f.subject, "就业登记", 1), "开始"), "2022-01-01（申报）");
    CHECK(history_of(&t, t.f.subject, "参保缴费", 0)->assumed && !history_of(&t, t.f.subject, "参保缴费", 1)->assumed);
    CHECK(history_of(&t, t.f.subject, "补贴享受", 0)->assumed);
}

TEST(one_member_or_one_spell_or_one_field_of_it_may_be_declared)
{
    TRIAL;
    accept(&t, "{\"家庭\": {\"低保\": {\"值\": true, \"来源\": \"申报\"}, \"户主\": \"本人\"},"
               " \"就业登记\": [{\"开始\": \"2022-01-01\", \"形式\": {\"值\": \"灵活就业\", \"来源\": \"申报\"}},"
               " {\"值\": {\"开始\": \"2023-01-01\"}, \"来源\": \"申报\"}, {\"值\": \"2024-01-01..\", \"来源\": "
               "\"申报\"}, \"2020-01-01..2020-02-01\"]}");
    CHECK_STR(text_of(&t, behind(&t, t.f.subject, "家庭", 0), "低保"), "真（申报）");
    CHECK_STR(text_of(&t, behind(&t, t.f.subject, "就业登记", 1), "开始"), "2022-01-01");
    CHECK_STR(text_of(&t, behind(&t, t.f.subject, "就业登记", 1), "形式"), "灵活就业（申报）");
    CHECK_STR(text_of(&t, behind(&t, t.f.subject, "就业登记", 2), "开始"), "2023-01-01（申报）");
    CHECK_STR(text_of(&t, behind(&t, t.f.subject, "就业登记", 3), "开始"), "2024-01-01（申报）");
    CHECK_STR(text_of(&t, behind(&t, t.f.subject, "就业登记", 4), "开始"), "2020-01-01");
}

TEST(a_mark_that_is_none_is_refused_and_so_is_anything_beside_it)
{
    TRIAL;
    CHECK_STR(refuse(&t, "{\"残疾\": {\"值\": true, \"来源\": \"听说\"}}"), "残疾：“来源”写 \"申报\" 或 \"比对\"");
    CHECK_STR(refuse(&t, "{\"残疾\": {\"值\": true, \"来源\": 1}}"), "残疾：“来源”写 \"申报\" 或 \"比对\"");
    CHECK_STR(refuse(&t, "{\"残疾\": {\"值\": true, \"来原\": \"申报\"}}"), "残疾：“值”旁边只能写“来源”，不能写“来原”");
    CHECK_STR(refuse(&t, "{\"残疾\": {\"来源\": \"申报\"}}"), "残疾：这里只能写一个值，不能写 { } 或 [ ]");
    CHECK_STR(refuse(&t, "{\"人工判断(“经营状况正常”)\": {\"值\": true, \"来源\": \"申报\"}}"),
              "人工判断(“经营状况正常”)：人工判断是工作人员的结论，不能是申报的");
}

/* ---- wrong turns ---- */

TEST(a_name_that_leads_nowhere_is_refused_with_the_nearest_even_before_null)
{
    TRIAL;
    CHECK_STR(refuse(&t, "{\"出生曰期\": \"1970-01-01\"}"), "出生曰期：“人员”没有“出生曰期”（是不是“出生日期”？）");
    CHECK_STR(refuse(&t, "{\"出生曰期\": null}"), "出生曰期：“人员”没有“出生曰期”（是不是“出生日期”？）");
    CHECK_STR(refuse(&t, "{\"低保\": true}"), "低保：“人员”没有“低保”（是不是“家庭.低保”？）");
    CHECK_STR(refuse(&t, "{\"身高\": null}"), "身高：“人员”没有“身高”");
    CHECK_STR(refuse(&t, "{\"家庭\": {\"低宝\": null}}"), "家庭.低宝：“家庭”没有“低宝”（是不是“低保”？）");
    CHECK_STR(refuse(&t, "{\"家庭.低宝\": null}"), "家庭.低宝：“家庭”没有“低宝”（是不是“低保”？）");
    CHECK_STR(refuse(&t, "{\"就业登记\": [{\"开始\": \"2022-01-01\"}, {\"形势\": 1}]}"),
              "就业登记[2].形势：“就业登记”没有“形势”（是不是“形式”？）");
    CHECK_STR(refuse(&t, "{\"参保缴费\": {\"养劳\": null}}"),
              "参保缴费.养劳：代码表“险种”里没有“养劳”（是不是“养老”？）");
    CHECK_STR(refuse(&t, "{\"参保缴费\": {\"养老\": {\"月份\": \"2022-01\", \"缴费\": null}}}"),
              "参保缴费.养老：“参保缴费”没有“缴费”（是不是“缴费额”？）");
    CHECK_STR(refuse(&t, "{\"人工判断(“没有失信”)\": null}"), "人工判断(“没有失信”)：没有哪条规则要这个人工判断");
    CHECK_STR(refuse(&t, "{\"人工判断(“经营状况正长”)\": true}"),
              "人工判断(“经营状况正长”)：没有哪条规则要这个人工判断，是不是“经营状况正常”？");
    CHECK_STR(refuse(&t, "{\"姓名.长度\": 1}"), "姓名.长度：“姓名”后面不能写“.”");
    CHECK_STR(refuse(&t, "{\"\": 1}"), "（整个对象）：看不懂这个名字：");
    CHECK_STR(refuse(&t, "{\"姓-名\": 1}"), "姓-名：看不懂这个名字：姓-名");
    CHECK_STR(refuse(&t, "{\"1\": 1}"), "1：看不懂这个名字：1");
}

TEST(money_without_a_unit_and_fractions_are_refused)
{
    TRIAL;
    CHECK_STR(refuse(&t, "{\"月收入\": 4250}"),
              "月收入：金额要写成带单位的文字，例如 \"4250元/月\"：只写数，分不清是元还是分");
    CHECK_STR(refuse(&t, "{\"奖金\": 0}"), "奖金：金额要写成带单位的文字，例如 \"4250元\"：只写数，分不清是元还是分");
    CHECK_STR(refuse(&t, "{\"月收入\": \"4250\"}"), "月收入：单位要是“元/月”（例如 100元/月）");
    CHECK_STR(refuse(&t, "{\"月收入\": \"4250元\"}"), "月收入：单位要是“元/月”（例如 100元/月）");
    CHECK_STR(refuse(&t, "{\"月收入\": \"4250块/月\"}"), "月收入：没有“块/月”这个单位");
    CHECK_STR(refuse(&t, "{\"比例\": 0.5}"), "比例：小数写成带引号的文字，例如 \"0.6667\" 或 \"1305.50元\"");
    CHECK_STR(refuse(&t, "{\"工龄\": 1e2}"), "工龄：小数写成带引号的文字，例如 \"0.6667\" 或 \"1305.50元\"");
    CHECK_STR(refuse(&t, "{\"月收入\": \"1.005元/月\"}"), "月收入：这里最多 2 位小数");
    CHECK_STR(refuse(&t, "{\"个数\": 99999999999999999999}"), "JSON 第 1 行第 27 列：数太大，请改小，或写成文字");
    CHECK_STR(refuse(&t, "{\"个数\": \"99999999999999999999\"}"), "个数：这个数太大");
    CHECK_STR(refuse(&t, "{\"个数\": \"3个\"}"), "个数：单位要是“没有单位的数”");
}

TEST(dates_that_are_none_are_refused)
{
    TRIAL;
    CHECK_STR(refuse(&t, "{\"出生日期\": \"2023-02-30\"}"),
              "出生日期：没有“2023-02-30”这个日期（日期写成 2023-11-01，月份写成 2023-11；年份在 1800 到 2999 之间）");
    CHECK_STR(refuse(&t, "{\"出生日期\": \"1970-01\"}"), "出生日期：这里要写“日期”的值（例如 2023-11-01）");
    CHECK_STR(refuse(&t, "{\"出生日期\": \"1970年1月2日\"}"), "出生日期：这里要写“日期”的值（例如 2023-11-01）");
    CHECK_STR(refuse(&t, "{\"出生日期\": \"1970/01/02\"}"), "出生日期：看不懂这个值：1970/01/02");
    CHECK_STR(refuse(&t, "{\"出生日期\": 19700102}"), "出生日期：这里要写“日期”的值（例如 2023-11-01）");
    CHECK_STR(refuse(&t, "{\"出生日期\": \"\"}"), "出生日期：看不懂这个值：");
    CHECK_STR(refuse(&t, "{\"就业登记\": \"2023-02-01..2023-02-29\"}"),
              "就业登记：没有“2023-02-29”这个日期（日期写成 2023-11-01，月份写成 2023-11；年份在 1800 到 2999 之间）");
    CHECK_STR(refuse(&t, "{\"就业登记\": \"2023-02-01..2022-02-01\"}"), "就业登记：结束早于开始");
    CHECK_STR(refuse(&t, "{\"就业登记\": [{\"开始\": \"2023-02-01\", \"结束\": \"2022-02-01\"}]}"),
              "就业登记[1]：结束早于开始");
    CHECK_STR(refuse(&t, "{\"就业登记\": [{\"结束\": \"2022-02-01\", \"开始\": \"2023-02-01\"}]}"),
              "就业登记[1]：结束早于开始");
}

TEST(codes_truths_and_none_must_be_allowed_there)
{
    TRIAL;
    CHECK_STR(refuse(&t, "{\"性别\": \"女性\"}"), "性别：代码表“性别”里没有“女性”（是不是“女”？）");
    CHECK_STR(refuse(&t, "{\"性别\": 3}"), "性别：代码表“性别”里没有“3”（可以是：男、女）");
    CHECK_STR(refuse(&t, "{\"性别\": true}"), "性别：这里要写“性别”的值");
    CHECK_STR(refuse(&t, "{\"残疾\": \"是\"}"), "残疾：这里要写“真假”的值（例如 真 或 假）");
    CHECK_STR(refuse(&t, "{\"残疾\": 1}"), "残疾：这里要写“真假”的值（例如 真 或 假）");
    CHECK_STR(refuse(&t, "{\"月收入\": true}"), "月收入：这里要写“元/月”的值（例如 100元/月）");
    CHECK_STR(refuse(&t, "{\"姓名\": 1}"), "姓名：这里要写“文本”的值（例如 “文字”）");
    CHECK_STR(refuse(&t, "{\"人工判断(“经营状况正常”)\": 1}"), "人工判断(“经营状况正常”)：人工判断的结论写 真 或 假");
    CHECK(str_starts(str_of(refuse(&t, "{\"出生日期\": \"无\"}")), STR("出生日期：“出生日期”不可以是“无”")));
    CHECK(str_starts(str_of(refuse(&t, "{\"就业登记\": [{\"开始\": \"无\"}]}")),
                     STR("就业登记[1].开始：“开始”不可以是“无”")));
    CHECK_STR(refuse(&t, "{\"月数\": \"3月\"}"), "月数：“月数”要参数，不能直接给值");
}

TEST(shapes_that_do_not_fit_are_refused_at_their_place)
{
    TRIAL;
    CHECK_STR(refuse(&t, "[]"), "事实要写成一个 JSON 对象，例如 {\"出生日期\": \"1970-03-02\"}");
    CHECK_STR(refuse(&t, "null"), "事实要写成一个 JSON 对象，例如 {\"出生日期\": \"1970-03-02\"}");
    CHECK_STR(refuse(&t, "{\"姓名\": {\"字\": 1}}"), "姓名：这里只能写一个值，不能写 { } 或 [ ]");
    CHECK_STR(refuse(&t, "{\"姓名\": [\"甲\"]}"), "姓名：这里只能写一个值，不能写 { } 或 [ ]");
    CHECK_STR(refuse(&t, "{\"家庭\": []}"), "家庭：这里是一条记录，写成 { … }");
    CHECK_STR(refuse(&t, "{\"家庭\": \"某家\"}"), "家庭：“家庭”是一条记录（写成 {字段 = 值, …}，或 家庭.字段 = 值）");
    CHECK_STR(refuse(&t, "{\"家庭\": {\"成员\": [{\"年龄\": 1}, 2]}}"),
              "家庭.成员[2]：成员写成 {…}，当事人写 \"本人\"，经历写 \"2022-03-01..\"");
    CHECK_STR(refuse(&t, "{\"家庭\": {\"成员\": [[]]}}"),
              "家庭.成员[1]：成员写成 {…}，当事人写 \"本人\"，经历写 \"2022-03-01..\"");
    CHECK_STR(refuse(&t, "{\"就业登记\": true}"),
              "就业登记：经历写成区间（例如 2022-03-01..2023-05-01（不含最后一天），至今写 2022-03-01..，没有写 无）");
    CHECK_STR(refuse(&t, "{\"就业登记\": [null]}"),
              "就业登记[1]：成员写成 {…}，当事人写 \"本人\"，经历写 \"2022-03-01..\"");
    CHECK_STR(refuse(&t, "{\"就业登记\": [\"本人\"]}"),
              "就业登记：经历写成区间（例如 2022-03-01..2023-05-01（不含最后一天），至今写 2022-03-01..，没有写 无）");
    CHECK_STR(refuse(&t, "{\"参保缴费\": \"2022-01\"}"),
              "参保缴费：“参保缴费”分类别，要写是哪一类（例如 参保缴费(养老) = …）");
    CHECK_STR(refuse(&t, "{\"参保缴费\": [\"2022-01\"]}"),
              "参保缴费：“参保缴费”分类别，要写是哪一类（例如 参保缴费(养老) = …）");
    CHECK_STR(
        refuse(&t, "{\"参保缴费\": {\"养老\": 202201}}"),
        "参保缴费.养老：按月的经历写成 \"2022-01..2023-10\" 或 {\"月份\": \"2022-01..2023-10\", …}，没有写 \"无\"");
    CHECK_STR(refuse(&t, "{\"补贴享受\": {\"养老\": \"2022-01\"}}"), "补贴享受.养老：“补贴享受”后面不写括号");
    CHECK_STR(refuse(&t, "{\"补贴享受\": [\"2022-01\", {\"已知至\": \"2022-02\"}]}"),
              "补贴享受[2]：按月的经历写成 \"2022-01..2023-10\" 或 {\"月份\": \"2022-01..2023-10\", …}，没有写 \"无\"");
    CHECK_STR(refuse(&t, "{\"补贴享受(养老)\": \"2022-01\"}"), "补贴享受(养老)：“补贴享受”后面不写括号");
    CHECK_STR(refuse(&t, "{\"就业登记[3]\": \"2022-01-01..\"}"), "就业登记[3]：还没有第 3 个，先写第 1 个");
    CHECK_STR(refuse(&t, "{\"就业登记[0]\": \"2022-01-01..\"}"), "就业登记[0]：从 1 数起");
    CHECK_STR(refuse(&t, "{\"姓名[1]\": \"甲\"}"), "姓名[1]：只有一组里的才能说第几个");
    CHECK_STR(
        refuse(&t,
               "{\"参保缴费(养老)\": {\"月份\": \"2022-01\", \"缴费额\": {\"值\": \"1元/月\", \"来源\": \"申报\"}}}"),
        "参保缴费(养老).缴费额：这里只能写一个值，不能写 { } 或 [ ]");
}

TEST(months_that_overlap_or_come_after_what_is_known_are_refused)
{
    TRIAL;
    CHECK_STR(refuse(&t, "{\"参保缴费(养老)\": [{\"月份\": \"2022-01..2022-06\", \"缴费额\": \"1元/月\"}, {\"月份\": "
                         "\"2022-06..2022-07\", \"缴费额\": \"2元/月\"}]}"),
              "参保缴费(养老)：2022-06 写了两次");
    CHECK_STR(refuse(&t, "{\"补贴享受\": {\"月份\": \"2022-01..2022-06\", \"已知至\": \"2022-05\"}}"),
              "补贴享受：“已知至 2022-05”以后还写了 2022-06");
}

/* ---- size ---- */

TEST(texts_of_a_megabyte_are_kept_or_refused_in_one_line)
{
    TRIAL;
    struct text big, doc;
    text_init(&big, a, 2 << 20), text_init(&doc, a, 4 << 20);
    for (int i = 0; i < 350000; i++) text_addz(&big, "长");
    text_addf(&doc, "{\"姓名\": \"%s\"}", big.p);
    CHECK_OK(read_len(&t, text_str(&doc)), t.e);
    CHECK_SIZE(slot_of(&t, t.f.subject, "姓名")->v.text.len, big.len);
    static const char *const keys[] = { "性别", "出生日期", "月收入",   "残疾",
                                        "家庭", "就业登记", "补贴享受", "参保缴费(养老)" };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        text_init(&doc, a, 4 << 20);
        text_addf(&doc, "{\"%s\": \"%s\"}", keys[i], big.p);
        CHECK_ERR(read_len(&t, text_str(&doc)), t.e, INVALID);
        CHECK(strlen(err_cause(&t.e)) < 300);
        CHECK(str_starts(str_of(err_cause(&t.e)), str_of(keys[i])));
    }
    text_init(&doc, a, 4 << 20);
    text_addf(&doc, "{\"家庭\": {\"%s\": 1}}", big.p);
    CHECK_ERR(read_len(&t, text_str(&doc)), t.e, INVALID);
    CHECK(str_starts(str_of(err_cause(&t.e)), STR("家庭.长长长")));
    CHECK(strlen(err_cause(&t.e)) < 300);
}

TEST(nesting_beyond_the_limit_is_refused_and_below_it_is_read)
{
    TRIAL;
    struct text doc;
    for (int depth = 10; depth <= 90; depth += 20) { /* each level is an object and a list */
        text_init(&doc, a, 1 << 20);
        for (int i = 0; i < depth; i++) text_addz(&doc, i % 2 == 0 ? "{\"家庭\": " : "{\"户主\": ");
        text_addz(&doc, depth % 2 == 0 ? "{\"残疾\": true" : "{\"低保\": true");
        for (int i = 0; i <= depth; i++) text_addc(&doc, '}');
        bool ok = read_len(&t, text_str(&doc));
        CHECK_INT(ok, depth < 64);
        if (!ok) CHECK(str_find(str_of(err_cause(&t.e)), STR("套得太深，最多 64 层")) != SIZE_MAX);
    }
    text_init(&doc, a, 1 << 20); /* the mistake is at the bottom of many long names */
    for (int i = 0; i < 60; i++) text_addz(&doc, i % 2 == 0 ? "{\"家庭\": " : "{\"户主\": ");
    text_addz(&doc, "{\"残废\": true");
    for (int i = 0; i <= 60; i++) text_addc(&doc, '}');
    CHECK_ERR(read_len(&t, text_str(&doc)), t.e, INVALID);
    CHECK(str_starts(str_of(err_cause(&t.e)), STR("家庭.户主.家庭")));
}

TEST(a_string_nested_in_the_grammar_of_examples_is_bounded)
{
    TRIAL;
    struct text doc;
    text_init(&doc, a, 1 << 20);
    text_addz(&doc, "{\"家庭\": \"");
    for (int i = 0; i < 20000; i++) text_addz(&doc, "{户主 = {家庭 = ");
    text_addz(&doc, "\"}");
    CHECK_ERR(read_len(&t, text_str(&doc)), t.e, INVALID);
    CHECK(strlen(err_cause(&t.e)) < 300);
}

TEST(long_lists_of_members_are_read_and_too_long_ones_refused)
{
    TRIAL;
    struct text doc;
    text_init(&doc, a, 8 << 20);
    text_addz(&doc, "{\"家庭\": {\"成员\": [");
    for (int i = 0; i < 50000; i++) text_addf(&doc, "%s{\"年龄\": %d}", i ? "," : "", i % 100);
    text_addz(&doc, "]}}");
    CHECK_OK(read_len(&t, text_str(&doc)), t.e);
    CHECK_SIZE(count_of(&t, behind(&t, t.f.subject, "家庭", 0), "成员"), 50000);
    CHECK_STR(text_of(&t, behind(&t, behind(&t, t.f.subject, "家庭", 0), "成员", 50000), "年龄"), "99岁");
    text_init(&doc, a, 8 << 20);
    text_addz(&doc, "{\"就业登记\": [");
    for (int i = 0; i <= LIMIT_GROUP; i++) text_addz(&doc, i ? ",{}" : "{}");
    text_addz(&doc, "]}");
    CHECK_ERR(read_len(&t, text_str(&doc)), t.e, INVALID);
    CHECK_STR(err_cause(&t.e), "就业登记：一组最多 100000 个");
}

/* Whatever comes out of random damage is an answer or one sentence; nothing crashes. */
TEST(damaged_facts_are_read_or_refused)
{
    TRIAL;
    static const char text[] =
        "{\"性别\":\"女\",\"家庭\":{\"低保\":true,\"成员\":[\"本人\",{\"年龄\":\"20岁\"}]},\"就业登记\":[{\"开始\":"
        "\"2022-03-01\",\"形式\":2},"
        "\"2018-01-01..2020-06-01\"],\"参保缴费\":{\"养老\":\"2020-01..2023-10\",\"医疗\":{\"月份\":\"2020-01\","
        "\"缴费额\":\"300元/月\",\"已知至\":\"2023-10\"}},"
        "\"月收入\":{\"值\":\"4250元/月\",\"来源\":\"申报\"},\"家庭.户主\":\"本人\",\"人工判断(“经营状况正常”)\":true}";
    autoarena *scratch = arena_new("scratch", 0);
    t.a = scratch;
    for (int i = 0; i < 4000; i++) {
        struct arena_mark m = arena_mark(scratch);
        char *copy = arena_alloc(scratch, sizeof text);
        memcpy(copy, text, sizeof text);
        size_t len = sizeof text - 1;
        for (uint64_t n = 1 + t_random_below(3); n > 0; n--) {
            size_t at = t_random_below(len);
            switch (t_random_below(3)) {
            case 0: copy[at] = "{}[]\":,.0129-= 年"[t_random_below(16)]; break;
            case 1:
                memmove(copy + at, copy + at + 1, len - at - 1);
                len--;
                break;
            default: {
                size_t from = t_random_below(len), size = t_random_below(24);
                if (size > len - at) size = len - at;
                if (size > len - from) size = len - from;
                memmove(copy + at, copy + from, size);
            }
            }
        }
        if (!read_len(&t, (str){ copy, len }))
            CHECK(t.e.code == ERR_INVALID && t.e.depth > 0 && strlen(t.e.frames[0].text) > 0);
        arena_rewind(scratch, m);
    }
}
