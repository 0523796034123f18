/* A receipt replays; whatever is changed in it, or in the rules, is noticed and named. */
#include "unit/policy/helpers.h"

#include <stdlib.h>

static const char *const facts_of_all =
    "{\"残疾\": true, \"年龄\": 52, \"失业登记\": [{\"开始\": \"2024-01-01\"}], \"月收入\": \"900元/月\","
    " \"家庭\": {\"低保\": null, \"成员\": [\"本人\", {\"年龄\": 7}]}, \"姓名\": \"王“小”梅\\n\\\"\"}";

static str receipt_of(struct arena *a, const struct pack_set *set, const char *policy, const char *facts)
{
    struct told t = ask(set, a, policy, facts);
    struct text out;
    struct err e = { 0 };
    text_init(&out, a, TEXT_MAX);
    CHECK_OK(receipt_write(&t.x, &t.q, &out, &e), e);
    return text_str(&out);
}

/* What a replay says; "" when all is the same. A receipt that cannot be read gives the cause. */
static str replay(struct arena *a, const struct pack_set *set, str receipt)
{
    struct text why;
    struct err e = { 0 };
    bool same = false;
    text_init(&why, a, TEXT_MAX);
    if (!receipt_replay(receipt, set, a, &same, &why, &e)) return str_of(str_fmt(a, "%s", err_cause(&e)).p);
    CHECK_INT(same, why.len == 0);
    return text_str(&why);
}

/* The receipt with the first `from` replaced. */
static str changed(struct arena *a, str receipt, const char *from, const char *to)
{
    size_t at = str_find(receipt, str_of(from));
    if (at == SIZE_MAX) FAIL("the receipt has no %s", from);
    str rest = str_slice(receipt, at + strlen(from), receipt.len);
    return str_fmt(a, "%.*s%s%.*s", (int)at, receipt.p, to, STR_ARG(rest));
}

static struct pack_set model_with(struct arena *a, const char *from, const char *to)
{
    struct err e = { 0 };
    struct pack_set set;
    str text;
    CHECK_OK(file_read(a, str_of(t_source("tests/unit/policy/model.leye")), 1 << 20, &text, &e), e);
    pack_load_text(&set, a, STR("试验"), changed(a, text, from, to));
    CHECK_SIZE(set.diags.errors, 0);
    return set;
}

TEST(a_receipt_replays_to_the_same_answer)
{
    autoarena *a = arena_new("test", 0);
    const struct pack_set set = model(a);
    static const char *const policies[] = { "都要", "有一就行", "都不", "比较",       "集合",   "经历",
                                            "成员", "期限",     "查表", "停了的标准", "人判",   "引用",
                                            "金额", "未定",     "缺省", "转述",       "有期限", "看日子" };
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        NOTE("%s", policies[i]);
        str r = receipt_of(a, &set, policies[i], facts_of_all);
        CHECK_STR(replay(a, &set, r), "");
        CHECK_STR(receipt_of(a, &set, policies[i], facts_of_all), r);
    }
}

TEST(a_receipt_says_which_rules_facts_and_dates_it_was_made_with)
{
    autoarena *a = arena_new("test", 0);
    const struct pack_set set = model(a);
    const struct json *j = json_of(a, receipt_of(a, &set, "金额", facts_of_all));
    CHECK_STR(member(j, "rules"), set.program->hash);
    CHECK_SIZE(member(j, "rules").len, 64);
    CHECK_STR(member(j, "policy"), "金额");
    CHECK_STR(member(j, "today"), "2024-06-03");
    CHECK_STR(member(j, "ruleDay"), "2024-06-03");
    CHECK_STR(member(j, "verdict"), "待核");
    CHECK_STR(member(json_member(j, STR("facts")), "月收入"), "900元/月");
    CHECK_STR(member(json_of(a, member(j, "result")), "verdict"), "待核");
}

TEST(a_receipt_may_be_reformatted)
{
    autoarena *a = arena_new("test", 0);
    const struct pack_set set = model(a);
    str r = receipt_of(a, &set, "都要", facts_of_all);
    struct text t;
    text_init(&t, a, TEXT_MAX);
    for (size_t i = 0; i < r.len; i++) { /* lines end as on Windows, and no indentation */
        if (r.p[i] == '\n')
            text_addz(&t, "\r\n");
        else if (!(r.p[i] == ' ' && i > 0 && (r.p[i - 1] == '\n' || r.p[i - 1] == ' ')))
            text_addc(&t, r.p[i]);
    }
    CHECK_STR(replay(a, &set, text_str(&t)), "");
}

TEST(each_part_that_is_changed_is_named)
{
    autoarena *a = arena_new("test", 0);
    const struct pack_set set = model(a);
    str r = receipt_of(a, &set, "都要", facts_of_all);
    CHECK(str_starts(replay(a, &set, changed(a, r, "\"年龄\": 52", "\"年龄\": 42")),
                     STR("回执里的事实被改动过：校验值对不上\n")));
    CHECK_STR(replay(a, &set, changed(a, r, "900元/月", "800元/月")), "回执里的事实被改动过：校验值对不上\n");
    CHECK(str_starts(replay(a, &set, changed(a, r, "\\\"summary\\\":\\\"符合", "\\\"summary\\\":\\\"不符合")),
                     STR("回执里的结果被改动过：校验值对不上\n")));
    CHECK_STR(replay(a, &set, changed(a, r, "\"verdict\": \"符合\"", "\"verdict\": \"待核\"")),
              "回执被改动过：整张回执的校验值对不上\n回执上写的结论“待核”和结果不一致\n");
    CHECK_STR(replay(a, &set, changed(a, r, "\"leye\": \"", "\"leye\": \"9")),
              "回执被改动过：整张回执的校验值对不上\n");
    CHECK_STR(replay(a, &set, changed(a, r, "\"factsHash\"", "\"factsHash2\"")),
              "这不是回执，或者不完整：没有“factsHash”");
    CHECK_STR(replay(a, &set, changed(a, r, "\"today\": \"2024-06-03\"", "\"today\": \"2024-06-31\"")),
              "回执里的日期不对：“2024-06-31”“2024-06-03”");
    CHECK(str_starts(replay(a, &set, changed(a, r, "\"facts\": {", "\"facts\": {\"多\": 1, ")),
                     STR("多：“人员”没有“多”")));
}

TEST(a_forger_who_seals_anew_is_found_out_by_the_rules)
{
    /* All hashes right, but the verdict on its face is not that of the result. */
    autoarena *a = arena_new("test", 0);
    const struct pack_set set = model(a);
    struct told t = ask(&set, a, "都要", facts_of_all);
    t.x.verdict.kind = VERDICT_REFUSED; /* as if the program had been told to lie */
    struct text out;
    struct err e = { 0 };
    text_init(&out, a, TEXT_MAX);
    CHECK_OK(receipt_write(&t.x, &t.q, &out, &e), e);
    CHECK(str_starts(replay(a, &set, text_str(&out)), STR("重算的结果和回执不同：当时 不符合，现在 符合\n")));
}

/* The bytes that carry meaning: everything but blanks between members. */
TEST(no_byte_can_be_changed_unnoticed)
{
    autoarena *a = arena_new("test", 0), *scratch = arena_new("replay", 0);
    const struct pack_set set = model(a);
    str r = receipt_of(a, &set, "都要", facts_of_all);
    char *copy = arena_alloc(a, r.len + 1);
    for (size_t i = 0; i < r.len; i++) {
        bool between =
            r.p[i] == '\n' || (r.p[i] == ' ' && (r.p[i - 1] == '\n' || r.p[i - 1] == ' ' || r.p[i - 1] == ':'));
        if (between) continue;
        for (int bit = 0; bit < 2; bit++) {
            struct arena_mark m = arena_mark(scratch);
            memcpy(copy, r.p, r.len);
            copy[i] = (char)(copy[i] ^ (1 << (t_random_below(7) + 0)));
            str said = replay(scratch, &set, (str){ copy, r.len });
            /* An escape may be written in two ways: \/ and /, \u003c and <, \u000a and \n. Here only \n and \" occur.
             */
            if (said.len == 0) {
                NOTE("byte %zu: %c became %c: %.*s", i, r.p[i], copy[i], (int)(i > 20 ? 20 : i),
                     r.p + (i > 20 ? i - 20 : 0));
                FAIL("a change was not noticed");
            }
            arena_rewind(scratch, m);
        }
    }
}

TEST(a_null_in_the_facts_cannot_become_a_fraction)
{
    autoarena *a = arena_new("test", 0);
    const struct pack_set set = model(a);
    str r = receipt_of(a, &set, "都要", "{\"残疾\": true, \"年龄\": null}");
    CHECK_STR(replay(a, &set, changed(a, r, "\"年龄\": null", "\"年龄\": 0.5")),
              "年龄：小数写成带引号的文字，例如 \"0.6667\" 或 \"1305.50元\"");
}

TEST(after_a_parameter_changed_the_replay_names_the_pack_and_what_came_out_otherwise)
{
    autoarena *a = arena_new("test", 0);
    const struct pack_set set = model(a), now = model_with(a, "1200元/月  依据 试验令〔2024〕1号 一(二)",
                                                           "800元/月  依据 试验令〔2024〕1号 一(二)");
    static const char *const facts =
        "{\"残疾\": true, \"月收入\": \"900元/月\", \"支出\": \"900元/月\", \"出生日期\": \"1970-01-01\", "
        "\"就业登记\": [{\"开始\": \"2020-01-01\", \"形式\": \"单位就业\"}]}";
    CHECK_STR(replay(a, &now, receipt_of(a, &set, "比较", facts)), "规则和当时不同\n"
                                                                   "重算的结果和回执不同：当时 符合，现在 不符合\n"
                                                                   "  条件“收入低”：当时 成立，现在 不成立\n");
    CHECK_STR(replay(a, &now, receipt_of(a, &set, "金额", facts)),
              "规则和当时不同\n"
              "重算的结果和回执不同：当时 符合 100元/月，现在 符合 100元/月\n"
              "  金额“基数”：当时 1200元/月，现在 900元/月\n");
    CHECK_STR(replay(a, &now, receipt_of(a, &set, "都要", facts)),
              "规则和当时不同\n按现在的规则重算，结论、金额和解释都和当时一样\n");
}

TEST(a_criterion_that_came_or_went_is_named)
{
    autoarena *a = arena_new("test", 0);
    const struct pack_set set = model(a), now = model_with(a, "  条件 不失信：非 人工判断(“列入失信名单”)",
                                                           "  条件 住得近：属于(住地, 城市)");
    CHECK_STR(replay(a, &now, receipt_of(a, &set, "人判", "{\"人工判断(“经营状况正常”)\": false}")),
              "规则和当时不同\n"
              "重算的结果和回执不同：当时 不符合，现在 不符合\n"
              "  条件“不失信”：当时 未知，现在 没有这一条\n"
              "  条件“住得近”：当时没有这一条，现在 未知\n");
}

TEST(where_only_the_words_changed_that_is_said)
{
    autoarena *a = arena_new("test", 0);
    const struct pack_set set = model(a), now = model_with(a, "    说明 残疾人\n", "    说明 有残疾证的人\n");
    CHECK_STR(replay(a, &now, receipt_of(a, &set, "金额", "{\"残疾\": true}")),
              "规则和当时不同\n"
              "重算的结果和回执不同：当时 待核，现在 待核\n"
              "  每一条的结论和金额都没有变，变的是解释的文字或出处\n");
}

TEST(a_policy_or_fact_that_is_gone_stops_the_replay_with_its_name)
{
    autoarena *a = arena_new("test", 0);
    const struct pack_set set = model(a), now = model_with(a, "政策 都不\n", "政策 都不要\n");
    CHECK_STR(replay(a, &now, receipt_of(a, &set, "都不", "{}")), "没有政策“都不”，是不是“都不要”？");
}

TEST(what_is_no_receipt_is_refused)
{
    autoarena *a = arena_new("test", 0);
    const struct pack_set set = model(a);
    CHECK_STR(replay(a, &set, STR("{}")), "这不是回执，或者不完整：没有“leye”");
    CHECK_STR(replay(a, &set, STR("[]")), "这不是回执，或者不完整：没有“leye”");
    CHECK_STR(replay(a, &set, STR("\"回执\"")), "这不是回执，或者不完整：没有“leye”");
    CHECK(str_starts(replay(a, &set, STR("你好")), STR("JSON 第 1 行")));
    CHECK(str_starts(replay(a, &set, STR("")), STR("JSON 第 1 行")));
}

TEST(a_receipt_with_members_of_other_kinds_does_no_harm)
{
    autoarena *a = arena_new("test", 0), *scratch = arena_new("replay", 0);
    const struct pack_set set = model(a);
    str r = receipt_of(a, &set, "都要", facts_of_all);
    const struct json *j = json_of(a, r);
    static const char *const others[] = { "null", "1", "0.5", "true", "\"\"", "[]", "{}", "[{\"name\": 1}]", "[[[]]]" };
    for (size_t i = 0; i < j->count; i++) {
        for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
            struct arena_mark m = arena_mark(scratch);
            struct text t;
            struct json_writer w;
            text_init(&t, scratch, TEXT_MAX);
            json_begin(&w, &t, false);
            json_object(&w);
            for (size_t n = 0; n < j->count; n++) {
                json_key_str(&w, j->keys[n]);
                if (n == i)
                    json_plain(&w, str_of(others[k]));
                else if (j->items[n].kind == JSON_STRING)
                    json_str(&w, j->items[n].string);
                else
                    json_plain(&w, STR("{}"));
            }
            json_object_end(&w);
            CHECK(replay(scratch, &set, text_str(&t)).len > 0);
            arena_rewind(scratch, m);
        }
    }
}

/* ---- policies by name ---- */

static str refusal(struct arena *a, const struct pack_set *set, const char *policy)
{
    struct explanation x;
    struct question q = { .policy = str_of(policy), .facts = json_of(a, STR("{}")), .today = TODAY, .rule_day = TODAY };
    struct err e = { 0 };
    CHECK_ERR(answer(&x, set, &q, a, &e), e, NOT_FOUND);
    return str_dup(a, str_of(err_cause(&e)));
}

TEST(a_misspelt_policy_is_answered_with_the_one_that_was_meant)
{
    autoarena *a = arena_new("test", 0);
    const struct pack_set set = model(a);
    CHECK_STR(refusal(a, &set, "有一就好"), "没有政策“有一就好”，是不是“有一就行”？");
    CHECK_STR(refusal(a, &set, "停了的标淮"), "没有政策“停了的标淮”，是不是“停了的标准”？");
    CHECK_STR(refusal(a, &set, "就行"), "没有政策“就行”，是不是“有一就行”？");
    CHECK_STR(refusal(a, &set, "标准"), "没有政策“标准”，是不是“停了的标准”？");
    CHECK_STR(refusal(a, &set, "完全不是"), "没有政策“完全不是”；名字要和政策目录里的一样");
    CHECK_STR(refusal(a, &set, ""), "没有政策“”；名字要和政策目录里的一样");
}

TEST(facts_that_are_wrong_stop_the_answer)
{
    autoarena *a = arena_new("test", 0);
    const struct pack_set set = model(a);
    struct explanation x;
    struct question q = {
        .policy = STR("都要"), .facts = json_of(a, STR("{\"残废\": true}")), .today = TODAY, .rule_day = TODAY
    };
    struct err e = { 0 };
    CHECK_ERR(answer(&x, &set, &q, a, &e), e, INVALID);
    CHECK_STR(err_cause(&e), "残废：“人员”没有“残废”（是不是“残疾”？）");
}

TEST(packs_with_mistakes_answer_nothing)
{
    autoarena *a = arena_new("test", 0);
    struct pack_set set;
    pack_load_text(&set, a, STR("坏"), STR("政策 甲\n  对象 人员\n"));
    struct explanation x;
    struct question q = { .policy = STR("甲"), .facts = json_of(a, STR("{}")), .today = TODAY, .rule_day = TODAY };
    struct err e = { 0 };
    CHECK_ERR(answer(&x, &set, &q, a, &e), e, INVALID);
    CHECK(str_find(str_of(err_cause(&e)), STR("先用 leye check 改好")) != SIZE_MAX);
}

TEST(a_receipt_survives_running_out_of_memory_budget)
{
    autoarena *a = arena_new("test", 0);
    const struct pack_set set = model(a);
    struct told t = ask(&set, a, "都要", facts_of_all);
    struct text small;
    struct err e = { 0 };
    text_init(&small, a, 100);
    CHECK_ERR(receipt_write(&t.x, &t.q, &small, &e), e, LIMIT);
}
