/* What an explanation says about each way of writing a rule. The forms (structure, text, JSON) are compared in `ask`.
 */
#include "unit/policy/helpers.h"

#define START                             \
    autoarena *a = arena_new("test", 0);  \
    const struct pack_set set = model(a); \
    struct told t

/* ---- 且 或 非 ---- */

TEST(each_part_of_an_and_is_a_line_of_its_own)
{
    START = ask(&set, a, "都要", "{\"残疾\": true, \"出生日期\": \"1980-01-01\", \"失业登记\": \"2024-01-01..\"}");
    CHECK_STR(t.x.summary, "不符合：没有达到“甲”");
    CHECK_SIZE(t.x.criteria.at[0].clauses.len, 4);
    CHECK_INT(LINE(t, 0, "残疾")->outcome, OUTCOME_YES);
    CHECK_STR(LINE(t, 0, "残疾")->detail, "");
    CHECK_INT(LINE(t, 0, "年龄 >= 50岁")->outcome, OUTCOME_NO);
    CHECK_STR(LINE(t, 0, "年龄 >= 50岁")->detail, "年龄 = 44岁");
    CHECK_INT(LINE(t, 0, "有效(失业登记)")->outcome, OUTCOME_YES);
    CHECK_STR(LINE(t, 0, "有效(失业登记)")->detail, "失业登记 = 2024-01-01 至今");
    CHECK(says(&t, "    否 年龄 >= 50岁　实际：年龄 = 44岁\n"));
    CHECK(is_silent_about(&t, "下面每一条都要成立"));
}

TEST(an_or_says_that_one_is_enough_and_an_and_within_it_that_all_are_needed)
{
    START = ask(&set, a, "有一就行", "{\"残疾\": false, \"年龄\": \"50岁\", \"月收入\": \"1000元/月\"}");
    CHECK(says(&t, "    否 下面有一条成立就行\n"
                   "      否 残疾\n"
                   "      否 下面每一条都要成立\n"
                   "        是 年龄 >= 50岁　实际：年龄 = 50岁\n"));
    CHECK(says(&t, "        否 月收入 < 1000元/月　实际：月收入 = 1000元/月\n"));
}

TEST(a_not_shows_what_it_turns_around)
{
    START = ask(&set, a, "都不", "{\"残疾\": false, \"年龄\": 40, \"年长\": false}");
    CHECK_STR(t.x.summary, "符合");
    CHECK(says(&t, "    是 非 (残疾 或 年龄 >= 50岁)\n"
                   "      否 下面有一条成立就行\n"
                   "        否 残疾\n"
                   "        否 年龄 >= 50岁　实际：年龄 = 40岁\n"));
    CHECK_INT(LINE(t, 1, "非 年长")->outcome, OUTCOME_YES);
    CHECK_STR(LINE(t, 1, "非 年长")->detail, "年长 = 假");
    CHECK_STR(LINE(t, 1, "年长 = 假")->detail, "直接给出的事实");
}

TEST(unknown_parts_are_marked_with_a_question_mark)
{
    START = ask(&set, a, "都要", "{\"残疾\": true}");
    CHECK_STR(t.x.summary, "待核：有 1 条还判断不了，要先弄清 2 项事实");
    CHECK(says(&t, "  ？甲：还不知道\n"));
    CHECK(says(&t, "    是 残疾\n    ？ 年龄 >= 50岁　实际：年龄 = 未知\n"));
    CHECK_STR(LINE(t, 0, "年龄 = 未知")->detail, "周岁(出生日期, 今日) = 未知，出生日期 = 未知");
}

/* ---- comparisons ---- */

TEST(a_comparison_shows_both_sides_and_the_row_of_a_parameter_with_its_date_and_source)
{
    START = ask(&set, a, "比较", "{\"月收入\": \"1200元/月\", \"支出\": \"600元/月\", \"出生日期\": \"1980-01-01\"}");
    CHECK_STR(t.x.summary, "不符合：没有达到“收入低”“比例”“生得早”");
    CHECK_STR(LINE(t, 0, "月收入 < 收入线")->detail, "月收入 = 1200元/月，收入线 = 1200元/月");
    const struct clause *c = LINE(t, 0, "收入线 = 1200元/月");
    CHECK(c->is_definition);
    CHECK_STR(c->detail, "2024-01-01 起执行");
    CHECK_STR(c->source, "试验令〔2024〕1号 一(二)");
    CHECK_STR(LINE(t, 2, "出生日期 < 1980-01-01")->detail, "出生日期 = 1980-01-01");
}

TEST(a_parameter_is_the_one_of_the_rule_day)
{
    START = { .q = { .policy = STR("比较"), .facts = NULL, .today = TODAY, .rule_day = date_of(2023, 12, 31) } };
    struct err e = { 0 };
    t.q.facts = json_of(a, STR("{\"月收入\": \"1100元/月\"}"));
    CHECK_OK(answer(&t.x, &set, &t.q, a, &e), e);
    render(a, &t);
    CHECK_STR(LINE(t, 0, "收入线 = 1000元/月")->detail, "2020-01-01 起执行");
    CHECK(says(&t, "判断日：2024-06-03，规则按 2023-12-31\n"));
}

TEST(a_comparison_of_quotients_shows_what_was_divided)
{
    START =
        ask(&set, a, "比较", "{\"月收入\": \"1000元/月\", \"支出\": \"500.01元/月\", \"出生日期\": \"1979-12-31\"}");
    CHECK_STR(t.x.summary, "符合");
    CHECK_STR(LINE(t, 1, "支出 / 月收入 > 1 / 2")->detail, "支出 = 500.01元/月，月收入 = 1000元/月");
}

TEST(a_division_by_zero_is_said_where_it_happened)
{
    START = ask(&set, a, "比较", "{\"月收入\": \"0元/月\", \"支出\": \"500元/月\", \"出生日期\": \"1979-12-31\"}");
    CHECK_STR(t.x.summary, "出错：“比例”判断不出来（除数是零），请人工处理");
    CHECK_STR(t.x.criteria.at[1].error, "除数是零");
    CHECK_STR(LINE(t, 1, "支出 / 月收入 > 1 / 2")->detail, "算不出来：除数是零；支出 = 500元/月，月收入 = 0元/月");
    CHECK(says(&t, "  ！比例：判断不出来\n"));
    CHECK_STR(changes_of(&t), "");
}

TEST(membership_and_ranges_and_areas_show_the_value)
{
    START = ask(&set, a, "集合",
                "{\"就业登记\": [{\"开始\": \"2024-01-01\", \"形式\": \"单位就业\"}], \"月收入\": \"2000元/月\", "
                "\"住地\": \"别处\"}");
    CHECK_STR(LINE(t, 0, "当前(就业登记).形式 在 (灵活就业, 新就业形态)")->detail, "当前(就业登记).形式 = 单位就业");
    CHECK_STR(LINE(t, 1, "月收入 在 1000元/月..2000元/月")->detail, "月收入 = 2000元/月");
    CHECK_STR(LINE(t, 2, "属于(住地, 城市)")->detail, "住地 = 别处");
    CHECK_INT(t.x.verdict.kind, VERDICT_REFUSED);
}

/* ---- histories ---- */

TEST(a_value_of_a_spell_that_is_not_there_is_none_and_the_spells_are_shown)
{
    START = ask(&set, a, "集合",
                "{\"就业登记\": [\"2022-01-01..2022-06-01\", \"2023-01-01..2023-02-01\"], \"月收入\": \"1500元/月\", "
                "\"住地\": \"东区\"}");
    CHECK_STR(LINE(t, 0, "当前(就业登记).形式 在 (灵活就业, 新就业形态)")->detail,
              "当前(就业登记).形式 = 无，就业登记 = 2022-01-01 至 2022-06-01、2023-01-01 至 2023-02-01");
}

TEST(months_are_told_from_the_first_to_the_last_with_their_number)
{
    START = ask(&set, a, "经历",
                "{\"参保缴费\": {\"养老\": \"2023-01..2023-06, 2024-01..2024-06\"}, \"失业登记\": \"2024-01-01..\","
                "\"出境日期\": \"无\", \"就业登记\": \"无\"}");
    CHECK_STR(t.x.summary, "符合");
    CHECK_STR(LINE(t, 1, "参保缴费(养老, 本月)")->detail, "参保缴费(养老) = 2023-01 至 2024-06 共 12 个月");
    CHECK_STR(LINE(t, 2, "累计月数(参保缴费(养老)) >= 12月")->detail,
              "累计月数(参保缴费(养老)) = 12月，参保缴费(养老) = 2023-01 至 2024-06 共 12 个月");
    CHECK(says(&t, "  ✓ 排除 出境：没有这种情形\n"));
    CHECK_STR(LINE(t, 3, "有(出境日期)")->detail, "出境日期 = 无");
}

TEST(months_known_only_so_far_are_marked)
{
    START =
        ask(&set, a, "经历", "{\"参保缴费\": {\"养老\": {\"月份\": \"2023-01..2024-03\", \"已知至\": \"2024-03\"}}}");
    CHECK_STR(LINE(t, 1, "参保缴费(养老, 本月)")->detail,
              "参保缴费(养老) = 2023-01 至 2024-03 共 15 个月（只知道这些）");
    CHECK_INT(LINE(t, 1, "参保缴费(养老, 本月)")->outcome, OUTCOME_UNKNOWN);
}

TEST(more_spells_than_three_are_counted)
{
    START = ask(&set, a, "都要",
                "{\"失业登记\": [\"2020-01-01..2020-02-01\", \"2020-03-01..2020-04-01\", \"2020-05-01..2020-06-01\", "
                "\"2020-07-01..2020-08-01\"]}");
    CHECK_STR(LINE(t, 0, "有效(失业登记)")->detail,
              "失业登记 = 2020-01-01 至 2020-02-01、2020-03-01 至 2020-04-01、2020-05-01 至 2020-06-01 等 4 段");
}

TEST(an_exclusion_that_holds_is_named_as_a_circumstance)
{
    START = ask(&set, a, "经历",
                "{\"参保缴费\": {\"养老\": \"2023-01..2024-06\"}, \"失业登记\": \"无\", \"出境日期\": \"2024-01-01\", "
                "\"就业登记\": \"2024-01-01..\"}");
    CHECK_STR(t.x.summary, "不符合：没有达到“失业”；有“出境”“就业”的情形");
    CHECK(says(&t, "  ✗ 排除 就业：有这种情形\n    依据：试验令〔2024〕1号 历(二)\n    是 有效(就业登记)"));
}

/* ---- members ---- */

TEST(members_are_told_one_by_one)
{
    START = ask(&set, a, "成员",
                "{\"年龄\": \"40岁\", \"残疾\": true, \"就业登记\": \"无\", \"家庭\": {\"成员\": [\"本人\", {\"年龄\": "
                "\"61岁\", \"残疾\": false, \"就业登记\": \"2020-01-01..\"}]}}");
    CHECK_STR(t.x.summary, "不符合：没有达到“都没有工作”");
    CHECK(says(&t,
               "    是 任一 家庭.成员 满足 年龄 >= 60岁　实际：家庭.成员 = 2 个\n      否 本人　实际：年龄 = 40岁\n"));
    CHECK(says(&t, "      是 第 2 个　实际：年龄 = 61岁\n"));
    CHECK(says(&t, "      是 本人　实际：就业登记 = 无\n      否 第 2 个　实际：就业登记 = 2020-01-01 至今\n"));
    CHECK_STR(LINE(t, 2, "人数(家庭.成员 满足 残疾) >= 1人")->detail,
              "人数(家庭.成员 满足 残疾) = 1人，家庭.成员 = 2 个");
}

TEST(of_many_members_those_that_decide_are_told_and_the_rest_counted)
{
    struct text facts;
    START = { 0 };
    text_init(&facts, a, 1 << 16);
    text_addz(&facts, "{\"家庭\": {\"成员\": [");
    for (int i = 0; i < 20; i++)
        text_addf(&facts, "%s{\"年龄\": %d, \"就业登记\": \"无\", \"残疾\": false}", i ? "," : "", i == 13 ? 70 : 30);
    text_addz(&facts, "]}}");
    t = ask(&set, a, "成员", facts.p);
    CHECK(says(&t, "      是 第 14 个　实际：年龄 = 70岁\n"));
    CHECK(says(&t, "      （另外 19 个没有列出）\n"));
    CHECK(says(&t, "      （共 20 个，都成立）\n"));
}

TEST(a_household_nobody_described_is_unknown_and_the_wanted_field_is_asked_for)
{
    START = ask(&set, a, "成员", "{}");
    CHECK_STR(LINE(t, 0, "任一 家庭.成员 满足 年龄 >= 60岁")->detail, "家庭.成员 = 未知，家庭 = 未知");
    CHECK_STR(missing_of(&t, a), "家庭");
    CHECK_STR(t.x.missing_ask.at[0], "家庭：是哪一个？要知道它的“成员”");
}

/* ---- definitions, exceptions, tables, parameters ---- */

TEST(of_another_policy_each_criterion_is_told)
{
    START = ask(&set, a, "引用", "{\"残疾\": true, \"出生日期\": \"1970-01-01\", \"失业登记\": \"无\"}");
    CHECK(says(&t, "    否 符合(都要)\n      否 甲：残疾 且 年龄 >= 50岁 且 有效(失业登记)　实际：残疾 = 真，年龄 = "
                   "54岁，失业登记 = 无\n"));
}

TEST(an_exception_that_was_taken_is_the_rule_and_its_source_the_source)
{
    START = ask(&set, a, "期限",
                "{\"补贴享受\": \"2021-01..2023-12\", \"残疾\": false, \"出生日期\": \"1970-01-01\", \"失业登记\": "
                "\"2023-01-01..\"}");
    const struct clause *c = LINE(t, 0, "期限 = 48月");
    CHECK_STR(c->formula, "例外 年长：年龄 >= 50岁，取 48月");
    CHECK_STR(c->detail, "年龄 = 54岁");
    CHECK_STR(c->source, "试验令〔2024〕1号 五(一)");
    CHECK_STR(LINE(t, 0, "例外 残疾：残疾")->source, "试验令〔2024〕1号 五(二)");
    CHECK_INT(LINE(t, 0, "例外 残疾：残疾")->outcome, OUTCOME_NO);
}

TEST(an_exception_of_higher_rank_is_taken_without_a_word_about_the_lower)
{
    START = ask(&set, a, "期限", "{\"补贴享受\": \"无\", \"残疾\": true, \"失业登记\": \"2023-01-01..\"}");
    CHECK_STR(LINE(t, 0, "期限 = 60月")->formula, "例外 残疾：残疾，取 60月");
    CHECK(is_silent_about(&t, "例外 年长"));
}

TEST(where_the_base_holds_the_exceptions_that_do_not_are_listed)
{
    START = ask(&set, a, "期限",
                "{\"补贴享受\": \"2021-01..2023-12\", \"残疾\": false, \"出生日期\": \"1990-01-01\", \"失业登记\": "
                "\"2023-01-01..\"}");
    CHECK_STR(t.x.summary, "不符合：没有达到“未满”");
    CHECK_STR(LINE(t, 0, "期限 = 36月")->formula, "36月");
    CHECK_STR(LINE(t, 0, "例外 年长：年龄 >= 50岁")->detail, "年龄 = 34岁");
    CHECK_INT(LINE(t, 0, "例外 残疾：残疾")->outcome, OUTCOME_NO);
}

TEST(while_an_exception_is_unknown_the_base_is_not_named_as_the_reason)
{
    START = ask(&set, a, "期限", "{\"补贴享受\": \"无\", \"残疾\": false, \"失业登记\": \"2023-01-01..\"}");
    const struct clause *c = LINE(t, 0, "期限 = 未知");
    CHECK_STR(c->formula, "要先知道下面的例外成立不成立");
    CHECK_INT(LINE(t, 0, "例外 年长：年龄 >= 50岁")->outcome, OUTCOME_UNKNOWN);
    CHECK_STR(missing_of(&t, a), "出生日期");
}

TEST(a_definition_with_arguments_names_them)
{
    START = ask(&set, a, "期限", "{\"失业登记\": \"2024-01-04..\"}");
    CHECK_STR(LINE(t, 1, "满月数(当前(失业登记).开始) >= 6月")->detail, "满月数(当前(失业登记).开始) = 4月");
    const struct clause *c = LINE(t, 1, "满月数(当前(失业登记).开始) = 4月");
    CHECK_STR(c->formula, "足月(某日, 今日)");
    CHECK_STR(c->detail, "某日 = 2024-01-04，足月(某日, 今日) = 4月");
}

TEST(a_table_tells_its_row_and_the_inputs)
{
    START = ask(&set, a, "查表", "{\"年龄\": 29}");
    CHECK_STR(t.x.summary, "不符合：没有达到“档”");
    CHECK_STR(LINE(t, 0, "年龄档 = 6月")->formula, "表第 1 行 | < 30岁 | 6月 |");
    CHECK_STR(LINE(t, 0, "年龄档 = 6月")->detail, "年龄 = 29岁");
}

TEST(what_the_result_of_a_row_rests_on_is_told_too)
{
    START = ask(&set, a, "查表", "{\"年龄\": 60, \"残疾\": false}");
    CHECK_STR(LINE(t, 0, "年龄档 = 48月")->formula, "表第 3 行 | >= 50岁 | 期限 |");
    CHECK_STR(LINE(t, 0, "期限 = 48月")->formula, "例外 年长：年龄 >= 50岁，取 48月");
}

TEST(a_table_without_its_input_has_no_row_yet)
{
    START = ask(&set, a, "查表", "{}");
    CHECK_STR(LINE(t, 0, "年龄档 = 未知")->formula, "");
    CHECK_STR(LINE(t, 0, "年龄档 = 未知")->detail, "年龄 = 未知");
}

TEST(second_hand_sources_are_marked_wherever_they_are_cited)
{
    START = ask(&set, a, "转述", "{\"支出\": \"200元/月\"}");
    CHECK_STR(t.x.trust, "转述高");
    CHECK_STR(member(t.j, "trust"), "转述高");
    CHECK_STR(LINE(t, 0, "形式标准(灵活就业) = 200元/月")->trust, "转述高");
    CHECK(says(&t, "依据：听来的话 中间（非原文：转述高）\n"));
    CHECK(
        says(&t, "      · 形式标准(灵活就业) = 200元/月　2020-01-01 起执行　依据：听来的话 开头（非原文：转述高）\n"));
}

TEST(a_parameter_that_ended_is_an_error_with_its_name)
{
    START = ask(&set, a, "停了的标准", "{\"月收入\": \"1元/月\"}");
    CHECK_STR(t.x.summary, "出错：“标准”判断不出来（参数在这一天没有值），请人工处理");
    CHECK_STR(LINE(t, 0, "月收入 < 旧标准")->detail,
              "算不出来：参数在这一天没有值；月收入 = 1元/月，旧标准 = 出错：参数在这一天没有值");
    CHECK_INT(ask_on(&set, a, "停了的标准", "{\"月收入\": \"1元/月\"}", date_of(2022, 12, 31)).x.verdict.kind,
              VERDICT_QUALIFIED);
}

TEST(open_parameters_and_definitions_are_said_to_wait_and_nothing_is_paid)
{
    START = ask(&set, a, "未定", "{\"残疾\": true}");
    CHECK(t.x.verdict.amount_unset);
    CHECK_STR(t.x.summary, "符合，但金额还没有定下来，现在不能付钱");
    CHECK_STR(t.x.steps.at[0].value, "未定，还没有人填写");
    CHECK_STR(STEP_LINE(t, 0, "开放定义 = 未定，还没有人填写")->formula, "由下级包填写");
    CHECK_SIZE(t.x.unset.len, 2);
    CHECK(says(&t, "\n还没有定下来\n  参数“开放标准”：试验 包留给下级定，还没有人定；在下级包里写“填写 开放标准”\n"));
    CHECK(says(&t, "  定义“开放定义”：试验 包留给下级定，"));
    CHECK_STR(member(t.j, "amount"), "");
}

/* ---- judgements, assumed, 缺省, 无 ---- */

TEST(a_judgement_is_asked_of_the_staff)
{
    START = ask(&set, a, "人判", "{\"人工判断(“列入失信名单”)\": false}");
    CHECK_INT(t.x.verdict.kind, VERDICT_PENDING);
    CHECK_INT(LINE(t, 0, "人工判断(“经营状况正常”)")->outcome, OUTCOME_UNKNOWN);
    CHECK_INT(LINE(t, 1, "非 人工判断(“列入失信名单”)")->outcome, OUTCOME_YES);
    CHECK_STR(t.x.missing_ask.at[0], "人工判断(“经营状况正常”)：是不是？由工作人员判断");
    CHECK_STR(t.x.missing_path.at[0], "人工判断(“经营状况正常”)");
}

TEST(what_was_only_declared_is_said_at_the_criterion_and_in_the_summary)
{
    START = ask(&set, a, "金额",
                "{\"残疾\": {\"值\": true, \"来源\": \"申报\"}, \"月收入\": \"900元/月\", \"就业登记\": [{\"开始\": "
                "\"2020-01-01\", \"形式\": \"灵活就业\"}]}");
    CHECK_STR(t.x.summary, "按申报的情况看符合，核对属实就可以享受，200元/月");
    CHECK(says(&t, "  ✓ 残疾：达到（按本人申报，还没有比对）\n"));
    CHECK(t.x.verdict.assumed);
    CHECK(json_member(t.j, STR("assumed"))->boolean);
}

TEST(a_default_says_that_the_fact_is_not_known)
{
    START = ask(&set, a, "缺省", "{}");
    CHECK_STR(t.x.summary, "符合");
    CHECK_STR(LINE(t, 0, "缺省收入 = 0元/月")->detail, "月收入 = 未知，取缺省");
    CHECK_SIZE(t.x.missing.len, 0);
    struct told known = ask(&set, a, "缺省", "{\"月收入\": \"5元/月\"}");
    CHECK_STR(LINE(known, 0, "缺省收入 = 5元/月")->detail, "月收入 = 5元/月");
}

TEST(of_an_if_only_the_branch_that_was_taken_is_told)
{
    START = ask(&set, a, "金额",
                "{\"残疾\": true, \"月收入\": \"1500元/月\", \"支出\": \"7元/月\", \"就业登记\": [{\"开始\": "
                "\"2020-01-01\", \"形式\": 2}]}");
    CHECK_STR(STEP_LINE(t, 0, "分情形收入 = 1500元/月")->detail, "残疾 = 真，月收入 = 1500元/月");
    CHECK(is_silent_about(&t, "7元/月"));
}

/* ---- the amount ---- */

TEST(an_amount_is_told_step_by_step)
{
    START = ask(&set, a, "金额",
                "{\"残疾\": true, \"月收入\": \"1500元/月\", \"就业登记\": [{\"开始\": \"2020-01-01\", \"形式\": "
                "\"新就业形态\"}]}");
    CHECK_STR(t.x.summary, "符合，300元/月");
    CHECK_STR(t.x.amount, "300元/月");
    CHECK_INT(json_member(t.j, STR("amountFen"))->integer, 30000);
    CHECK_SIZE(t.x.steps.len, 3);
    CHECK_STR(t.x.steps.at[0].formula, "不低于(分情形收入, 收入线)");
    CHECK_STR(t.x.steps.at[0].detail, "分情形收入 = 1500元/月，收入线 = 1200元/月");
    CHECK_STR(t.x.steps.at[2].detail, "基数 = 1500元/月，标准 = 300元/月");
    CHECK_STR(STEP_LINE(t, 1, "形式标准(当前(就业登记).形式) 于 2023-05-01 = 300元/月")->trust, "转述高");
}

TEST(cents_are_written_when_there_are_any)
{
    START = ask(&set, a, "金额",
                "{\"残疾\": true, \"月收入\": \"0.5元/月\", \"就业登记\": [{\"开始\": \"2020-01-01\", \"形式\": "
                "\"单位就业\"}]}");
    CHECK_STR(STEP_LINE(t, 0, "分情形收入 = 0.50元/月")->detail, "残疾 = 真，月收入 = 0.50元/月");
    CHECK_STR(t.x.amount, "100元/月");
}

TEST(an_amount_of_none_is_said_to_be_no_money)
{
    START = ask(&set, a, "金额", "{\"残疾\": true, \"月收入\": \"900元/月\", \"就业登记\": \"无\"}");
    CHECK_STR(t.x.summary, "符合，但金额算出来是“无”，没有可发的钱");
    CHECK_STR(t.x.steps.at[2].value, "无");
}

TEST(when_only_the_amount_is_open_the_summary_says_so)
{
    START = ask(&set, a, "金额", "{\"残疾\": true}");
    CHECK_STR(t.x.summary, "待核：条件都达到了，金额还算不出来，要先弄清 2 项事实");
    CHECK_STR(missing_of(&t, a), "月收入；就业登记");
    CHECK(says(&t, "\n金额（按现在知道的，不作数）\n"));
}

/* ---- dates of the policy ---- */

TEST(a_policy_before_between_and_after_its_versions_says_when_it_is_in_force)
{
    START = ask_on(&set, a, "有期限", "{\"残疾\": true}", date_of(2022, 12, 31));
    CHECK_STR(t.x.summary, "未施行：2022-12-31 这一天没有这项政策，它从 2023-01-01 起施行");
    CHECK_SIZE(t.x.criteria.len, 0);
    t = ask_on(&set, a, "有期限", "{\"残疾\": true}", date_of(2024, 6, 3));
    CHECK_STR(t.x.summary,
              "未施行：2024-06-03 这一天没有这项政策，上一次到 2023-12-31 为止，下一次从 2025-01-01 起施行");
    t = ask_on(&set, a, "有期限", "{\"残疾\": true}", date_of(2023, 12, 31));
    CHECK_INT(t.x.verdict.kind, VERDICT_QUALIFIED);
    CHECK_STR(t.x.source, "试验令〔2024〕1号 限");
    t = ask_on(&set, a, "有期限", "{\"残疾\": true}", date_of(2025, 1, 1));
    CHECK_STR(t.x.source, "试验令〔2025〕1号 限");
}

/* ---- what to ask ---- */

TEST(questions_are_asked_in_the_order_of_use_each_once_and_say_how_to_answer)
{
    START = ask(&set, a, "经历", "{}");
    CHECK_STR(missing_of(&t, a), "参保缴费(养老)；失业登记；出境日期；就业登记");
    CHECK_STR(t.x.missing_ask.at[0], "参保缴费(养老)：有没有？哪些月份？");
    CHECK_STR(t.x.missing_ask.at[1], "失业登记：有没有？从哪天到哪天？");
    CHECK_STR(t.x.missing_ask.at[2], "出境日期：有没有？哪一天？");
    CHECK(says(&t, "\n还要弄清（先问上面的）\n   1. 参保缴费(养老)：有没有？哪些月份？\n"));
    CHECK(says(&t, "  写法：日期写 2023-11-01；从哪天到哪天写 2022-03-01..2023-05-01"));
    CHECK(says(&t, "没有就写“无”。\n"));
}

TEST(a_question_names_the_code_of_the_field_and_the_choices)
{
    START = ask(&set, a, "集合", "{\"就业登记\": \"2024-01-01..\", \"月收入\": \"1500元/月\"}");
    CHECK_STR(missing_of(&t, a), "就业登记[1].形式；住地");
    CHECK_STR(t.x.missing_ask.at[0], "当前(就业登记).形式（AAC048）：是哪一种？单位就业、灵活就业、新就业形态");
    CHECK_STR(member(&json_member(t.j, STR("missing"))->items[0], "code"), "AAC048");
    CHECK_STR(ask(&set, a, "集合", "{\"就业登记\": \"无\"}").x.verdict.kind == VERDICT_REFUSED ? "不符合" : "",
              "不符合");
}

TEST(a_question_about_a_member_says_about_whom)
{
    START = ask(
        &set, a, "成员",
        "{\"年龄\": 30, \"残疾\": true, \"就业登记\": \"无\", \"家庭\": {\"成员\": [\"本人\", {\"残疾\": false}]}}");
    CHECK_STR(missing_of(&t, a), "家庭.成员[2].出生日期；家庭.成员[2].就业登记");
    CHECK_STR(t.x.missing_ask.at[0], "家庭.成员第2个 的 出生日期（AAC006）：哪一天？");
}

TEST(what_excludes_it_is_told_from_both_sides_and_changes_no_verdict)
{
    START = ask(&set, a, "两选一", "{\"残疾\": true}");
    CHECK_STR(t.x.summary, "符合");
    CHECK(says(&t, "不能同时享受，只能选一项\n  都要\n"));
    CHECK_SIZE(list(t.j, "exclusive", 1)->items[0].string.len, strlen("都要"));
    t = ask(&set, a, "都要", "{\"残疾\": true, \"年龄\": 60, \"失业登记\": \"2024-01-01..\"}");
    CHECK_STR(t.x.summary, "符合");
    CHECK(says(&t, "不能同时享受，只能选一项\n  两选一\n"));
    t = ask(&set, a, "两选一", "{\"残疾\": false}");
    CHECK(is_silent_about(&t, "不能同时享受"));
}

TEST(what_a_lower_pack_added_for_a_time_is_not_looked_at_outside_it)
{
    autoarena *a = arena_new("test", 0);
    struct pack_set set;
    struct err e = { 0 };
    CHECK_OK(pack_load(&set, a, str_of(t_source("tests/lang/layers/narrow/p2-province")), NULL, 0, &e), e);
    struct told t = ask(&set, a, "分版", "{\"残疾\": true}"); /* on a day after it */
    CHECK_STR(t.x.summary, "符合，60元/月");
    CHECK(says(&t, "（施行 2021-01-01 起 至 2023-12-31；规则日不在这段时间里，这一条不看）"));
}

TEST(who_is_refused_is_asked_nothing)
{
    START = ask(&set, a, "都要", "{\"残疾\": false}");
    CHECK_INT(t.x.verdict.kind, VERDICT_REFUSED);
    CHECK_SIZE(t.x.missing.len, 0);
}

/* ---- length ---- */

TEST(the_short_text_leaves_out_what_lies_below_what_is_met)
{
    START = ask(&set, a, "都要", "{\"残疾\": true, \"出生日期\": \"1970-01-01\", \"失业登记\": \"2024-01-01..\"}");
    CHECK(str_find(t.text, STR("规则：周岁(出生日期, 今日)")) == SIZE_MAX);
    CHECK(says(&t, "规则：周岁(出生日期, 今日)"));
    CHECK(t.text.len < t.full.len);
}

TEST(a_long_text_of_the_facts_is_shortened)
{
    autoarena *a = arena_new("test", 0);
    struct pack_set set;
    struct text facts;
    pack_load_text(&set, a, STR("短"),
                   STR("来源 令\n  名称 令\n实体 人员\n  字段 姓名 : 文本\n"
                       "政策 甲\n  依据 令 一\n  对象 人员\n  条件 乙：姓名 = “张三”\n"));
    text_init(&facts, a, 4 << 20);
    text_addz(&facts, "{\"姓名\": \"");
    for (int i = 0; i < 300000; i++) text_addz(&facts, "很");
    text_addz(&facts, "\"}");
    struct told t = ask(&set, a, "甲", facts.p);
    CHECK(str_ends(LINE(t, 0, "姓名 = “张三”")->detail, STR("很很……”（共 300000 个字）")));
    CHECK(t.full.len < 4000);
}

TEST(nothing_is_left_out_silently_where_an_explanation_is_too_long)
{
    struct text rules;
    autoarena *a = arena_new("test", 0);
    text_init(&rules, a, 1 << 20);
    text_addz(&rules, "来源 令\n  名称 令\n实体 人员\n  字段 数目 : 数\n");
    for (int i = 0; i < 300; i++)
        text_addf(&rules, "定义 数%d : 数\n  对象 人员\n  依据 令 一\n  基本 数目 + %d\n", i, i);
    text_addz(&rules, "政策 长\n  依据 令 一\n  对象 人员\n  条件 甲：");
    for (int i = 0; i < 300; i++) text_addf(&rules, "%s数%d > 0", i ? " 且 " : "", i);
    text_addz(&rules, "\n");
    struct pack_set set;
    pack_load_text(&set, a, STR("长"), text_str(&rules));
    CHECK_SIZE(set.diags.errors, 0);
    struct told t = ask(&set, a, "长", "{\"数目\": 1}");
    CHECK_INT(t.x.verdict.kind, VERDICT_QUALIFIED);
    const clause_list *c = &t.x.criteria.at[0].clauses;
    CHECK(c->len > 100 && c->len < 200);
    CHECK(c->at[c->len - 1].is_note);
    CHECK_STR(c->at[c->len - 1].text, "下面还有，太长，没有列出");
}

TEST(a_pair_is_not_taken_as_said_because_a_longer_one_ends_with_it)
{
    autoarena *a = arena_new("test", 0);
    struct pack_set set;
    pack_load_text(&set, a, STR("短"),
                   STR("来源 令\n  名称 令\n实体 人员\n  字段 收入 : 元\n  字段 月收入 : 元\n"
                       "政策 甲\n  依据 令 一\n  对象 人员\n  条件 乙：月收入 + 收入 > 10元\n"));
    struct told t = ask(&set, a, "甲", "{\"月收入\": \"1元\", \"收入\": \"1元\"}");
    CHECK_STR(LINE(t, 0, "月收入 + 收入 > 10元")->detail, "月收入 = 1元，收入 = 1元");
}

TEST(a_big_household_does_not_use_up_the_steps_of_the_explanation)
{
    struct text facts;
    START = { 0 };
    text_init(&facts, a, 1 << 20);
    text_addz(&facts, "{\"家庭\": {\"成员\": [");
    for (int i = 0; i < 9000; i++)
        text_addf(&facts, "%s{\"年龄\": 30, \"就业登记\": \"无\", \"残疾\": false}", i ? "," : "");
    text_addz(&facts, "]}}");
    t = ask(&set, a, "成员", facts.p);
    CHECK_INT(t.x.verdict.kind, VERDICT_REFUSED);
    CHECK(is_silent_about(&t, "步数"));
    CHECK(says(&t, "      （共 9000 个，都不成立）\n"));
}
