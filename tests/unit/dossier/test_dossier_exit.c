/* A monthly benefit ends by itself for each reason the rules name, and for that reason: with its line left out of the
 * rules it goes on. So none of these tests passes because of something else. */
#include "city.h"

static struct city city;

enum { SOMEBODY = 2, SISTER = 4, BROTHER = 3 }; /* SISTER and BROTHER are of one family */

/* The rules without the line that begins so, and what belongs to it. */
static str without(struct arena *a, str rules, str start)
{
    struct text t;
    str line;
    bool inside = false;
    text_init(&t, a, rules.len + 1);
    while (str_split(&rules, '\n', &line)) {
        inside = str_starts(line, start) || (inside && str_starts(line, STR("    ")));
        if (!inside) text_addf(&t, "%.*s\n", STR_ARG(line));
    }
    return text_str(&t);
}

static str start_city(struct city *c)
{
    static int opened;
    *c = (struct city){ .day = date_of(2026, 3, 2) };
    c->t.a = arena_new("city", 0);
    c->t.db = str_dup(c->t.a, str_of(t_database(str_fmt(c->t.a, "city%d.db", opened++).p)));
    return city_text(c->t.a, "500");
}

static void open_rules(struct city *c, str rules)
{
    struct err e = { 0 };
    pack_load_text(&c->editions[0], c->t.a, STR("city.leye"), rules);
    CHECK_INT((int64_t)c->editions[0].diags.errors, 0);
    CHECK_OK(city_reopen(c, &e), e);
    city_settle(c);
    city_money(c, 10000000);
}

static void open_without(struct city *c, const char *const *lines)
{
    str rules = start_city(c);
    for (; *lines != NULL; lines++) {
        size_t before = rules.len;
        rules = without(c->t.a, rules, str_of(*lines));
        CHECK(rules.len < before);
    }
    open_rules(c, rules);
}

static int64_t granted(struct city *c, const char *service, int person)
{
    struct err e = { 0 };
    int mon, day, year;
    date_parts(c->day, &year, &mon, &day);
    struct dossier_act reviewer = by("小吴", "复核", "", mon, day);
    struct dossier_result x =
        applied(&c->t, service, c->people[person].number, "", because(by("小周", "窗口", "", mon, day), "本人在场"));
    if (got(&c->t, x.id).state == DOSSIER_REVIEW)
        CHECK_OK(dossier_approve(c->t.d, &reviewer, (struct dossier_ref){ .id = x.id }, c->t.a, &x, &e), e);
    CHECK_INT(got(&c->t, x.id).state, DOSSIER_PAYING);
    return x.id;
}

/* The month is over: what it owes is paid. */
static struct dossier_night month_paid(struct city *c, int mon)
{
    struct dossier_night n = night(&c->t, mon, 1);
    VEC_EACH (const struct dossier_list, l, &n.lists) bank_pays(&c->t, l->batch, mon, 1);
    night(&c->t, mon, 2);
    c->day = date_of(2026, mon, 2);
    return n;
}

static int64_t months_owed(struct city *c, int64_t id)
{
    return query(&c->t, str_fmt(c->t.a, "SELECT count(*) FROM dossier_pay WHERE dossier = %lld", (long long)id).p);
}

static void heard(struct city *c, const char *as, const char *head, const char *rest)
{
    city_import(c, as, str_fmt(c->t.a, "身份证号,%s\n%s,%s\n", head, c->people[SOMEBODY].number, rest));
}

struct exit_case {
    const char *as, *head, *rest; /* what the register hears of in April */
    const char *reason;
    const char *lines[3]; /* of the rules that say so */
};

static void ends_by(const struct exit_case *x, bool with_its_line)
{
    static const char *const none[] = { NULL };
    open_without(&city, with_its_line ? none : x->lines);
    int64_t id = granted(&city, "月度补贴申领", SOMEBODY);
    CHECK_INT(month_paid(&city, 4).due, 1); /* March */
    heard(&city, x->as, x->head, x->rest);
    struct dossier_night n = month_paid(&city, 5);
    CHECK_INT(n.stopped, with_its_line ? 1 : 0);
    CHECK_INT(months_owed(&city, id), with_its_line ? 1 : 2);
    CHECK_INT(got(&city.t, id).state, with_its_line ? DOSSIER_STOPPED : DOSSIER_PAYING);
    if (with_its_line && str_find(got(&city.t, id).note, str_of(x->reason)) == SIZE_MAX)
        FAIL("stopped: %.*s", STR_ARG(got(&city.t, id).note));
    CHECK_INT(month_paid(&city, 6).due, with_its_line ? 0 : 1); /* and nothing later either */
    check_all(&city.t, 6, 2);
    town_close(&city.t);
}

static void ends(struct exit_case x)
{
    ends_by(&x, true);
    ends_by(&x, false);
}

TEST(it_ends_when_somebody_found_work)
{
    ends((struct exit_case){
        "就业名单", "开始,结束", "2026-04-10,", "找到工作", { "  停发 找到工作", "  条件 没有工作", NULL } });
}
TEST(it_ends_when_somebody_retired)
{
    ends((struct exit_case){ "人员", "退休日期", "2026-04-10", "退休", { "  停发 退休", NULL } });
}
TEST(it_ends_when_somebody_died)
{
    ends((struct exit_case){ "人员", "死亡日期", "2026-04-10", "去世", { "  停发 去世", NULL } });
}
TEST(it_ends_when_somebody_moved_away)
{
    ends((struct exit_case){ "人员", "常住地", "330100", "搬走", { "  停发 搬走", NULL } });
}
TEST(it_ends_when_hardship_is_over)
{
    /* a condition of every policy: without it there would be none */
    ends_by(&(struct exit_case){ "人员", "困难", "否", "家里困难", { NULL } }, true);
}

TEST(who_retires_in_may_is_still_owed_april)
{
    static const char *const none[] = { NULL };
    open_without(&city, none);
    int64_t id = granted(&city, "月度补贴申领", SOMEBODY);
    month_paid(&city, 4);
    heard(&city, "人员", "退休日期", "2026-05-01");
    CHECK_INT(month_paid(&city, 5).stopped, 0);
    CHECK_INT(months_owed(&city, id), 2);
    CHECK_INT(month_paid(&city, 6).stopped, 1);
    CHECK_INT(months_owed(&city, id), 2);
    town_close(&city.t);
}

static void months_used_up(bool limited)
{
    static const char *const lines[] = { "  停发 期满", "  条件 期限未满", NULL };
    open_without(&city, limited ? lines + 2 : lines);
    int64_t id = granted(&city, "月度补贴申领", SOMEBODY);
    for (int mon = 4; mon <= 8; mon++) CHECK_INT(month_paid(&city, mon).due, 1);
    CHECK_INT(months_owed(&city, id), 5);
    CHECK_INT(month_paid(&city, 9).stopped, limited ? 1 : 0);
    CHECK_INT(months_owed(&city, id), limited ? 5 : 6);
    CHECK(!limited || str_find(got(&city.t, id).note, STR("期满")) != SIZE_MAX);
    town_close(&city.t);
}

TEST(it_ends_when_its_months_are_used_up)
{
    months_used_up(true);
    months_used_up(false);
}

TEST(what_is_owed_and_has_not_arrived_is_counted_too)
{
    static const char *const none[] = { NULL };
    open_without(&city, none);
    int64_t id = granted(&city, "月度补贴申领", SOMEBODY), batch = 0;
    for (int mon = 4; mon <= 8; mon++) { /* the list of each month waits, nobody sends it to the bank */
        struct dossier_night n = night(&city.t, mon, 1);
        CHECK_INT(n.due, 1);
        CHECK_INT((int64_t)n.told.len, 0);
        batch = mon == 4 ? n.lists.at[0].batch : batch;
    }
    bank_pays(&city.t, batch, 8, 2); /* one of them does arrive */
    night(&city.t, 8, 3);
    CHECK_INT(night(&city.t, 9, 1).stopped, 1);
    CHECK_INT(months_owed(&city, id), 5);
    CHECK(str_find(got(&city.t, id).note, STR("期满")) != SIZE_MAX);
    CHECK_INT(query(&city.t, "SELECT count(*) FROM \"领取\" WHERE \"_from\" >= 2026 * 12"), 1); /* as it is */
    check_all(&city.t, 9, 1);
    town_close(&city.t);
}

TEST(what_is_on_its_way_for_a_case_that_was_revoked_is_not_counted)
{
    static const char *const none[] = { NULL };
    struct err e = { 0 };
    open_without(&city, none);
    int64_t first = granted(&city, "月度补贴申领", SOMEBODY);
    for (int mon = 4; mon <= 5; mon++) CHECK_INT(night(&city.t, mon, 1).listed, 1);
    struct dossier_act chief = because(by("主任", "主管", "", 5, 2), "资料弄错了");
    CHECK_OK(dossier_revoke(city.t.d, &chief, (struct dossier_ref){ .id = first }, &e), e);
    CHECK_INT(query(&city.t, "SELECT count(*) FROM dossier_pay WHERE state = 1"), 2); /* the lists still have them */
    city.day = date_of(2026, 5, 4);
    city_receivers(&city); /* says that this one has received nothing */
    int64_t second = granted(&city, "月度补贴申领", SOMEBODY);
    for (int mon = 6; mon <= 10; mon++) CHECK_INT(night(&city.t, mon, 1).due, 1);
    CHECK_INT(night(&city.t, 11, 1).stopped, 1);
    CHECK_INT(months_owed(&city, second), 5);
    CHECK(str_find(got(&city.t, second).note, STR("期满")) != SIZE_MAX);
    check_all(&city.t, 11, 1);
    town_close(&city.t);
}

static void of_one_family(bool once)
{
    static const char *const lines[] = { "  停发 家人在领", NULL };
    open_without(&city, once ? lines + 1 : lines);
    int64_t first = granted(&city, "月度补贴申领", SISTER);
    city_import(&city, "登记名单",
                str_fmt(city.t.a, "身份证号,开始,结束,形式\n%s,2026-01-05,,\n", city.people[BROTHER].number));
    month_paid(&city, 4);
    int64_t second = granted(&city, "月度补贴申领", BROTHER);
    struct dossier_night n = month_paid(&city, 5);
    CHECK_INT(n.stopped, once ? 1 : 0);
    CHECK_INT(months_owed(&city, first), 2);
    CHECK_INT(months_owed(&city, second), once ? 0 : 1);
    CHECK(!once || str_find(got(&city.t, second).note, STR("家人在领")) != SIZE_MAX);
    town_close(&city.t);
}

TEST(it_ends_when_one_of_the_family_receives_it_already)
{
    of_one_family(true);
    of_one_family(false);
}

/* ---- stopped, and an objection against that was upheld ---- */

static struct dossier_ref stopped(struct city *c, int64_t id, int mon, int day)
{
    struct err e = { 0 };
    struct dossier_act reviewer = because(by("小吴", "复核", "", mon, day), "电话打不通");
    CHECK_OK(dossier_stop(c->t.d, &reviewer, (struct dossier_ref){ .id = id }, &e), e);
    return (struct dossier_ref){ .id = id };
}

static void upheld(struct city *c, int64_t id, int mon, int day)
{
    struct err e = { 0 };
    int64_t objection;
    struct dossier_act self = because(by(got(&c->t, id).applicant.p, "本人", "", mon, day), "不该停"),
                       chief = because(by("主任", "主管", "", mon, day), "停错了");
    CHECK_OK(dossier_object(c->t.d, &self, (struct dossier_ref){ .id = id }, &objection, &e), e);
    CHECK_OK(dossier_answer(c->t.d, &chief, objection, true, &e), e);
    CHECK_INT(query(&c->t, "SELECT count(*) FROM dossier_clock WHERE kind = 6 AND state <> 2"), 0);
}

static int64_t owed_for(struct city *c, int64_t id, const char *periods)
{
    return query(&c->t, str_fmt(c->t.a, "SELECT count(*) FROM dossier_pay WHERE dossier = %lld AND period IN (%s)",
                                (long long)id, periods)
                            .p);
}

TEST(what_is_paid_by_the_quarter_is_owed_once_for_a_month_however_the_quarters_lie)
{
    static const char monthly[] = "补贴 = 200元/月\n  频次 按月";
    str rules = start_city(&city);
    size_t at = str_find(rules, STR("补贴 = 200元/月\n  频次 按月"));
    CHECK(at != SIZE_MAX);
    str before = str_slice(rules, 0, at), after = str_slice(rules, at + sizeof monthly - 1, rules.len);
    open_rules(&city, str_fmt(city.t.a, "%.*s补贴 = 600元\n  频次 按季%.*s", STR_ARG(before), STR_ARG(after)));
    int64_t first = granted(&city, "另一补贴申领", SOMEBODY); /* from March on */
    month_paid(&city, 4);
    stopped(&city, first, 4, 10);
    month_paid(&city, 5);
    int64_t second = granted(&city, "另一补贴申领", SOMEBODY);
    for (int mon = 6; mon <= 9; mon++) month_paid(&city, mon);
    CHECK_INT(owed_for(&city, second, "'2026-05至2026-07'"), 1);
    stopped(&city, second, 9, 10);
    upheld(&city, first, 10, 5);
    struct dossier_night n = month_paid(&city, 11);
    CHECK_INT(got(&city.t, first).state, DOSSIER_PAYING);
    CHECK_INT(owed_for(&city, first, "'2026-08至2026-10'"), 1);
    CHECK_INT(months_owed(&city, first) + months_owed(&city, second), 2);
    CHECK(n.told.len == 1); /* March and April make no quarter: somebody has to look */
    CHECK(str_find(n.told.at[0], STR("2026-03至2026-04")) != SIZE_MAX);
    check_all(&city.t, 11, 2);
    town_close(&city.t);
}

TEST(a_month_without_a_right_is_passed_over_when_the_stop_was_wrong)
{
    static const char *const lines[] = { "  停发 期满", "  条件 期限未满", NULL };
    open_without(&city, lines);
    int64_t id = granted(&city, "月度补贴申领", SOMEBODY);
    month_paid(&city, 4);
    stopped(&city, id, 4, 10);
    heard(&city, "就业名单", "开始,结束", "2026-04-12,2026-07-05");
    upheld(&city, id, 8, 5);
    struct dossier_night n = night(&city.t, 8, 6);
    CHECK_INT(n.due, 1);
    CHECK_INT(n.stopped, 0);
    CHECK_INT(owed_for(&city, id, "'2026-07'"), 1);
    CHECK_INT((int64_t)n.told.len, 3); /* April, May, June, each with its reason */
    CHECK(str_find(n.told.at[0], STR("2026-04")) != SIZE_MAX && str_find(n.told.at[0], STR("找到工作")) != SIZE_MAX);
    CHECK_INT(query(&city.t, "SELECT count(*) FROM notice WHERE title LIKE '2026-0_的月度补贴这次不发'"), 3);
    CHECK_INT(got(&city.t, id).state, DOSSIER_PAYING);
    heard(&city, "就业名单", "开始,结束", "2026-08-20,");
    CHECK_INT(night(&city.t, 9, 1).stopped, 1); /* a month since then stops it as any other */
    check_all(&city.t, 9, 1);
    town_close(&city.t);
}

TEST(an_objection_is_upheld_beside_a_case_that_is_paid_by_now_and_its_months_are_made_up_for)
{
    static const char *const lines[] = { "  停发 期满", "  条件 期限未满", NULL };
    open_without(&city, lines);
    int64_t first = granted(&city, "月度补贴申领", SOMEBODY);
    month_paid(&city, 4);
    stopped(&city, first, 4, 10);
    for (int mon = 5; mon <= 7; mon++) CHECK_INT(month_paid(&city, mon).due, 0);
    int64_t second = granted(&city, "月度补贴申领", SOMEBODY);
    CHECK_INT(month_paid(&city, 8).due, 1);
    upheld(&city, first, 8, 5);
    CHECK_INT(got(&city.t, first).state, DOSSIER_STOPPED);
    CHECK_INT(night(&city.t, 8, 6).due, 3);
    CHECK_INT(owed_for(&city, first, "'2026-03', '2026-04', '2026-05', '2026-06'"), 4);
    CHECK_INT(night(&city.t, 9, 1).due, 1);
    CHECK_INT(owed_for(&city, second, "'2026-07', '2026-08'"), 2);
    CHECK_INT(months_owed(&city, first), 4);
    CHECK_INT(query(&city.t, "SELECT count(*) FROM dossier_benefit WHERE ended = 0"), 1);
    check_all(&city.t, 9, 1);
    town_close(&city.t);
}

TEST(months_that_another_case_used_up_since_are_not_made_up_for)
{
    static const char *const none[] = { NULL };
    open_without(&city, none); /* five months in all */
    int64_t first = granted(&city, "月度补贴申领", SOMEBODY);
    month_paid(&city, 4);
    stopped(&city, first, 4, 10);
    month_paid(&city, 5);
    int64_t second = granted(&city, "月度补贴申领", SOMEBODY);
    for (int mon = 6; mon <= 8; mon++) CHECK_INT(month_paid(&city, mon).due, 1);
    upheld(&city, first, 8, 5); /* March, and May to July: one month is left, and April was held back */
    CHECK_INT(night(&city.t, 8, 6).due, 1);
    CHECK_INT(owed_for(&city, first, "'2026-04'"), 1);
    CHECK_INT(night(&city.t, 9, 1).stopped, 1);
    CHECK_INT(months_owed(&city, first) + months_owed(&city, second), 5);
    check_all(&city.t, 9, 1);
    town_close(&city.t);

    open_without(&city, none);
    first = granted(&city, "月度补贴申领", SOMEBODY);
    month_paid(&city, 4);
    stopped(&city, first, 4, 10);
    month_paid(&city, 5);
    second = granted(&city, "月度补贴申领", SOMEBODY);
    for (int mon = 6; mon <= 9; mon++) CHECK_INT(month_paid(&city, mon).due, 1);
    upheld(&city, first, 9, 5); /* the other has had the last of them */
    struct dossier_night n = night(&city.t, 9, 6);
    CHECK_INT(n.due, 0);
    CHECK(n.told.len > 0 && str_find(n.told.at[0], STR("2026-04")) != SIZE_MAX &&
          str_find(n.told.at[0], STR("再补这一期就超过了")) != SIZE_MAX);
    CHECK_INT(months_owed(&city, first) + months_owed(&city, second), 5);
    check_all(&city.t, 9, 6);
    town_close(&city.t);
}

TEST(who_has_no_account_any_more_waits_and_it_says_so)
{
    static const char *const none[] = { NULL };
    open_without(&city, none);
    int64_t id = granted(&city, "月度补贴申领", SOMEBODY);
    heard(&city, "人员", "银行账号", "无");
    struct dossier_night n = night(&city.t, 4, 1);
    CHECK_INT(n.due, 1);
    CHECK_INT(n.listed, 0);
    CHECK(n.told.len == 1 && str_find(n.told.at[0], STR("没有发钱的银行账号")) != SIZE_MAX);
    heard(&city, "人员", "银行账号", "6222000099");
    CHECK_INT(night(&city.t, 4, 2).listed, 1);
    CHECK_INT(months_owed(&city, id), 1);
    check_all(&city.t, 4, 2);
    town_close(&city.t);
}

/* ---- an amount that nobody had set ---- */

static void set_in_pack(struct city *c, int edition, const char *folder, const char *fills)
{
    struct err e = { 0 };
    str upper = str_dup(c->t.a, str_of(t_path(str_fmt(c->t.a, "%s/upper", folder).p)));
    str lower = str_dup(c->t.a, str_of(t_path(str_fmt(c->t.a, "%s/lower", folder).p)));
    str rules = city_text(c->t.a, "500"), amount = STR("补贴 = 300元/月\n");
    size_t at = str_find(rules, amount);
    CHECK(at != SIZE_MAX && file_make_dirs(upper, &e) && file_make_dirs(lower, &e));
    str text = str_fmt(
        c->t.a,
        "包 上级\n  级别 省\n  版本 1\n%.*s补贴 = 若 累计月数(领取, 本月 - 1月) < 1月 则 300元/月 否则 后期标准\n%.*s"
        "参数 后期标准 : 元/月\n  开放\n  依据 试行办法 第六条\n",
        STR_ARG(str_slice(rules, 0, at)), STR_ARG(str_slice(rules, at + amount.len, rules.len)));
    CHECK_OK(file_write(str_fmt(c->t.a, "%.*s/pack.leye", STR_ARG(upper)), text, &e), e);
    text = str_fmt(c->t.a, "包 下级\n  上级 upper\n  级别 市\n  版本 1\n%s", fills);
    CHECK_OK(file_write(str_fmt(c->t.a, "%.*s/pack.leye", STR_ARG(lower)), text, &e), e);
    CHECK_OK(pack_load(&c->editions[edition], c->t.a, lower, NULL, 0, &e), e);
    struct text report;
    text_init(&report, c->t.a, 1 << 16);
    diags_print_errors(&c->editions[edition].diags, c->editions[edition].program->sources.at, &report);
    if (c->editions[edition].diags.errors > 0) FAIL("the rules: %s", report.p);
}

TEST(a_month_whose_amount_nobody_had_set_is_owed_once_it_is_set)
{
    struct err e = { 0 };
    start_city(&city);
    set_in_pack(&city, 0, "open", "");
    set_in_pack(&city, 1, "set", "填写 后期标准\n  依据 试行办法 第六条\n  2026-01-01  250  依据 试行办法 第六条\n");
    CHECK_OK(city_reopen(&city, &e), e);
    city_settle(&city);
    city_money(&city, 10000000);
    int64_t id = granted(&city, "月度补贴申领", SOMEBODY);
    CHECK_INT(month_paid(&city, 4).due, 1);
    for (int mon = 5; mon <= 6; mon++) {
        struct dossier_night n = month_paid(&city, mon);
        CHECK_INT(n.due, 0);
        CHECK(n.told.len == 1 && str_find(n.told.at[0], STR("后期标准")) != SIZE_MAX);
    }
    city.edition = 1;
    city_restart(&city);
    CHECK_INT(month_paid(&city, 7).due, 3); /* April, May and June */
    CHECK_INT(query(&city.t, "SELECT CAST(sum(amount) AS bigint) FROM dossier_pay"), 30000 + 3 * 25000);
    CHECK_INT(query(&city.t, "SELECT count(*) FROM journal WHERE kind = 'dossier.filled'"), 1);
    CHECK_INT(months_owed(&city, id), 4);
    check_all(&city.t, 7, 2);
    town_close(&city.t);
}

/* ---- paid to the firm ---- */

TEST(a_firm_is_paid_for_each_month_until_they_work_for_another)
{
    static const char *const none[] = { NULL };
    struct err e = { 0 };
    dossier_pays pays = { 0 };
    open_without(&city, none);
    CHECK_INT(city.people[SOMEBODY].firm, 2);
    int64_t id = granted(&city, "用工补贴申领", SOMEBODY);
    CHECK_INT(month_paid(&city, 4).due, 1);
    CHECK_INT(query(&city.t, "SELECT count(*) FROM ledger_payment WHERE name = '厂2' AND account = '11110001'"), 1);
    heard(&city, "人员", "雇主", "F003");
    CHECK_INT(month_paid(&city, 5).stopped, 1);
    CHECK_INT(got(&city.t, id).state, DOSSIER_STOPPED);
    CHECK(str_find(got(&city.t, id).note, STR("厂2")) != SIZE_MAX);
    CHECK(str_find(got(&city.t, id).note, STR("厂3")) != SIZE_MAX);
    CHECK_INT(months_owed(&city, id), 1);
    int64_t other = granted(&city, "用工补贴申领", SOMEBODY); /* it asks for itself */
    CHECK_INT(month_paid(&city, 6).due, 1);
    CHECK_OK(dossier_pays_of(city.t.d, other, city.t.a, &pays, &e), e);
    CHECK_STR(pays.at[0].payee, "厂3");
    check_all(&city.t, 6, 2);
    town_close(&city.t);
}

TEST(what_nobody_knows_the_firm_of_or_its_account_is_not_granted)
{
    static const char *const none[] = { NULL };
    struct err e = { 0 };
    struct dossier_result x;
    struct dossier_act reviewer = by("小吴", "复核", "", 3, 2);
    open_without(&city, none);
    heard(&city, "人员", "雇主", "F004"); /* it has no account */
    x = applied(&city.t, "用工补贴申领", city.people[SOMEBODY].number, "",
                because(by("小周", "窗口", "", 3, 2), "本人在场"));
    CHECK_ERR(dossier_approve(city.t.d, &reviewer, (struct dossier_ref){ .id = x.id }, city.t.a, &x, &e), e, INVALID);
    CHECK(strstr(err_cause(&e), "没有它的银行账号") != NULL);
    heard(&city, "人员", "雇主", "无");
    e = (struct err){ 0 };
    CHECK_ERR(dossier_approve(city.t.d, &reviewer, (struct dossier_ref){ .id = x.id }, city.t.a, &x, &e), e, INVALID);
    CHECK(strstr(err_cause(&e), "查不到是哪一家") != NULL);
    CHECK_INT(query(&city.t, "SELECT count(*) FROM dossier_pay"), 0);
    town_close(&city.t);
}

TEST(a_month_whose_firm_nobody_knows_waits_and_is_told)
{
    static const char *const none[] = { NULL };
    open_without(&city, none);
    int64_t id = granted(&city, "用工补贴申领", SOMEBODY);
    CHECK_INT(month_paid(&city, 4).due, 1);
    heard(&city, "人员", "雇主", "无");
    struct dossier_night n = month_paid(&city, 5);
    CHECK_INT(n.due + n.stopped, 0);
    CHECK_INT((int64_t)n.told.len, 1);
    CHECK(str_find(n.told.at[0], STR("查不到发给哪一家")) != SIZE_MAX);
    CHECK_INT(got(&city.t, id).state, DOSSIER_PAYING);
    heard(&city, "人员", "雇主", "F002"); /* the register is mended */
    CHECK_INT(month_paid(&city, 6).due, 2);
    CHECK_INT(months_owed(&city, id), 3);
    town_close(&city.t);
}

TEST_WITHIN(the_same_ends_on_postgresql, 120)
{
    t_on_postgres();
    it_ends_when_somebody_found_work();
    it_ends_when_one_of_the_family_receives_it_already();
    a_firm_is_paid_for_each_month_until_they_work_for_another();
    what_is_paid_by_the_quarter_is_owed_once_for_a_month_however_the_quarters_lie();
    an_objection_is_upheld_beside_a_case_that_is_paid_by_now_and_its_months_are_made_up_for();
}
