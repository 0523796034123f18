/* The smallest change: how it is put, that it is the smallest, and that it works when it is made. */
#include "unit/policy/helpers.h"

#define START                             \
    autoarena *a = arena_new("test", 0);  \
    const struct pack_set set = model(a); \
    struct told t

/* ---- how it is put ---- */

TEST(a_number_is_to_reach_or_stay_below_the_limit_and_the_present_value_is_named)
{
    START = ask(&set, a, "都要", "{\"残疾\": true, \"年龄\": 48, \"失业登记\": \"2024-01-01..\"}");
    CHECK_STR(changes_of(&t), "年龄 达到 50岁（现在 48岁），就符合了");
    t = ask(&set, a, "比较", "{\"月收入\": \"1500元/月\", \"支出\": \"1400元/月\", \"出生日期\": \"1970-01-01\"}");
    CHECK_STR(changes_of(&t), "月收入 少于 1200元/月（现在 1500元/月），就符合了");
}

TEST(a_day_is_to_be_earlier_or_later_and_never_less)
{
    START = ask(&set, a, "比较", "{\"月收入\": \"1000元/月\", \"支出\": \"1000元/月\", \"出生日期\": \"1990-05-01\"}");
    CHECK_STR(changes_of(&t), "出生日期 早于 1980-01-01（现在 1990-05-01），就符合了");
    CHECK_INT(t.x.change_parts.at[0].parts.at[0].value.day.days, date_of(1979, 12, 31).days);
}

TEST(of_an_or_the_cheaper_part_is_said)
{
    START = ask(&set, a, "有一就行", "{\"残疾\": false, \"年龄\": 40, \"月收入\": \"5000元/月\"}");
    CHECK_STR(changes_of(&t), "“残疾”成立，就符合了");
    CHECK_SIZE(t.x.change_parts.at[0].parts.len, 1);
}

TEST(to_end_an_or_all_parts_that_hold_must_go)
{
    START = ask(&set, a, "有一就行", "{\"残疾\": true, \"年龄\": 54, \"月收入\": \"900元/月\"}");
    CHECK_STR(changes_of(&t), "“残疾”不再成立，并且 年龄 少于 50岁（现在 54岁），就不再符合");
}

TEST(what_is_not_known_is_said_to_be_needed_too)
{
    START = ask(&set, a, "都要", "{\"年龄\": 48, \"失业登记\": \"2024-01-01..\"}");
    CHECK_INT(t.x.verdict.kind, VERDICT_REFUSED);
    CHECK_STR(changes_of(&t), "“残疾”成立（现在未知），并且 年龄 达到 50岁（现在 48岁），就符合了");
}

TEST(membership_a_range_and_an_area_are_put_in_words)
{
    START =
        ask(&set, a, "集合",
            "{\"就业登记\": [{\"开始\": \"2024-01-01\", \"形式\": 1}], \"月收入\": \"900元/月\", \"住地\": \"别处\"}");
    CHECK_STR(changes_of(&t), "当前(就业登记).形式 是 灵活就业 或 新就业形态（现在 单位就业），月收入 在 1000元/月 到 "
                              "2000元/月 之间（现在 900元/月），"
                              "并且 住地 属于 城市（现在 别处），就符合了");
    const struct change *c = &t.x.change_parts.at[0];
    CHECK_SIZE(c->parts.len, 3);
    for (size_t i = 0; i < 3; i++) CHECK(c->parts.at[i].record != NULL); /* facts, all of them */
}

TEST(spells_and_months_and_values_are_wanted_or_not_wanted)
{
    START = ask(&set, a, "经历",
                "{\"参保缴费\": {\"养老\": \"2023-01..2024-05\"}, \"失业登记\": \"无\", \"出境日期\": \"2024-01-01\", "
                "\"就业登记\": \"2024-01-01..\"}");
    CHECK_STR(changes_of(&t),
              "有正在有效的“失业登记”（现在没有），有“参保缴费(养老, 本月)”（现在没有），没有“出境日期”（现在有），"
              "并且 没有正在有效的“就业登记”（现在有），就符合了");
}

TEST(a_judgement_and_another_policy_are_named)
{
    START = ask(&set, a, "人判", "{\"人工判断(“经营状况正常”)\": false, \"人工判断(“列入失信名单”)\": false}");
    CHECK_STR(changes_of(&t), "“人工判断(“经营状况正常”)”成立，就符合了");
    t = ask(&set, a, "引用", "{\"残疾\": false, \"年龄\": 60, \"失业登记\": \"2024-01-01..\"}");
    CHECK_STR(changes_of(&t), "符合另一项政策“都要”，就符合了");
}

TEST(what_is_counted_is_to_change_and_not_the_limit_of_the_rule)
{
    START = ask(&set, a, "期限",
                "{\"补贴享受\": \"2020-01..2024-05\", \"残疾\": false, \"年龄\": 52, \"失业登记\": \"2022-01-01..\"}");
    CHECK_STR(t.x.summary, "不符合：没有达到“未满”");
    CHECK_STR(changes_of(&t), "累计月数(补贴享受) 少于 48月（现在 53月），就符合了");
    t = ask(&set, a, "都不", "{\"残疾\": false, \"出生日期\": \"1974-06-03\"}");
    CHECK_STR(changes_of(&t), "年龄 少于 50岁（现在 50岁），就符合了");
}

TEST(changes_that_another_change_makes_needless_are_dropped)
{
    /* Both criteria hang on 年龄: one change does for both. */
    START = ask(&set, a, "都不", "{\"残疾\": false, \"出生日期\": \"1970-01-01\"}");
    CHECK_INT(LINE(t, 1, "非 年长")->outcome, OUTCOME_NO);
    CHECK_SIZE(t.x.change_parts.at[0].parts.len, 1);
    CHECK_STR(changes_of(&t), "年龄 少于 50岁（现在 54岁），就符合了");
}

TEST(where_only_the_day_decides_no_change_is_promised)
{
    START = ask(&set, a, "看日子", "{\"残疾\": true}");
    CHECK_INT(t.x.verdict.kind, VERDICT_REFUSED);
    CHECK_SIZE(t.x.changes.len, 0);
    CHECK(is_silent_about(&t, "怎样会变"));
}

TEST(where_a_criterion_cannot_be_computed_no_change_is_promised)
{
    START = ask(&set, a, "停了的标准", "{\"月收入\": \"1元/月\"}");
    CHECK_INT(t.x.verdict.kind, VERDICT_ERROR);
    CHECK_SIZE(t.x.changes.len, 0);
}

TEST(who_qualifies_hears_what_would_end_it)
{
    START = ask(&set, a, "期限",
                "{\"补贴享受\": \"2024-01..2024-05\", \"残疾\": false, \"年龄\": 30, \"失业登记\": \"2023-01-01..\"}");
    CHECK_STR(t.x.summary, "符合");
    CHECK_STR(changes_of(&t), "累计月数(补贴享受) 达到 36月（现在 5月），就不再符合");
    CHECK_INT(t.x.change_parts.at[0].then, VERDICT_REFUSED);
}

TEST(when_the_amount_would_still_be_open_that_is_said)
{
    START = ask(&set, a, "金额", "{\"残疾\": false}");
    CHECK_STR(changes_of(&t), "“残疾”成立，条件就都达到了，再弄清金额要用的事实");
    CHECK_INT(t.x.change_parts.at[0].then, VERDICT_PENDING);
}

TEST(who_waits_for_facts_hears_of_no_change)
{
    START = ask(&set, a, "经历", "{}");
    CHECK_INT(t.x.verdict.kind, VERDICT_PENDING);
    CHECK_SIZE(t.x.changes.len, 0);
}

TEST(a_limit_with_more_decimals_than_the_fact_is_rounded_to_the_side_that_works)
{
    autoarena *a = arena_new("test", 0);
    struct pack_set set;
    pack_load_text(&set, a, STR("小数"),
                   STR("来源 令\n  名称 令\n实体 人员\n  字段 分数 : 数\n  字段 收入 : 元\n"
                       "政策 甲\n  依据 令 一\n  对象 人员\n  条件 乙：分数 >= 59.5\n"
                       "政策 丙\n  依据 令 一\n  对象 人员\n  条件 丁：收入 < 10元 * 0.3333\n"));
    CHECK_SIZE(set.diags.errors, 0);
    struct told t = ask(&set, a, "甲", "{\"分数\": 50}");
    CHECK_STR(changes_of(&t), "分数 达到 59.5（现在 50），就符合了");
    CHECK_INT((int64_t)t.x.change_parts.at[0].parts.at[0].value.number, 60);
    t = ask(&set, a, "丙", "{\"收入\": \"5元\"}");
    CHECK_INT((int64_t)t.x.change_parts.at[0].parts.at[0].value.number, 333);
    t = ask(&set, a, "丙", "{\"收入\": \"3.33元\"}");
    CHECK_INT(t.x.verdict.kind, VERDICT_QUALIFIED);
}

TEST(no_negative_number_of_months_or_yuan_is_wished_for)
{
    autoarena *a = arena_new("test", 0);
    struct pack_set set;
    pack_load_text(&set, a, STR("负"),
                   STR("来源 令\n  名称 令\n实体 人员\n  字段 月数 : 月\n  字段 上限 : 月\n"
                       "政策 甲\n  依据 令 一\n  对象 人员\n  条件 乙：月数 < 上限\n"));
    struct told t = ask(&set, a, "甲", "{\"月数\": 0, \"上限\": 0}");
    CHECK_STR(changes_of(&t), "上限 超过 0月（现在 0月），就符合了");
}

/* ---- nothing is left changed ---- */

TEST(the_facts_are_as_they_were_after_the_changes_were_tried)
{
    START = ask(&set, a, "都要", "{\"残疾\": false, \"年龄\": 48, \"失业登记\": \"无\"}");
    struct told again = ask(&set, a, "都要", "{\"残疾\": false, \"年龄\": 48, \"失业登记\": \"无\"}");
    CHECK_STR(again.json, t.json);
    struct diags d;
    struct facts f;
    struct err e = { 0 };
    diags_init(&d, a);
    facts_start(&f, set.program, a, &d, t.x.policy->entity);
    CHECK_OK(facts_json(&f, f.subject, t.q.facts, &e), e);
    struct evaluator ev = { 0 };
    eval_start(&ev, set.program, a, TODAY, TODAY);
    struct explanation once, twice;
    explain_policy(&once, &ev, f.subject, t.x.policy->id, a);
    explain_policy(&twice, &ev, f.subject, t.x.policy->id, a); /* the same records, once more */
    struct text x, y;
    text_init(&x, a, TEXT_MAX), text_init(&y, a, TEXT_MAX);
    explain_text(&once, true, &x), explain_text(&twice, true, &y);
    CHECK_STR(text_str(&y), text_str(&x));
    CHECK_STR(text_str(&x), t.full);
}
