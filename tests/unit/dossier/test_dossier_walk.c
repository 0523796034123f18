/* From the application to the payment: each way a case can go, as the people in it go it. */
#include "helpers.h"

TEST(the_life_cycle_is_sound)
{
    autoarena *a = arena_new("report", 0);
    struct text t;
    text_init(&t, a, 4000);
    CHECK(machine_sound(&dossier_machine, &t));
    CHECK_STR(t.len > 0 ? text_str(&t) : STR(""), "");
}

TEST(a_number_with_a_wrong_digit_is_noticed)
{
    struct err e = { 0 };
    char number[DOSSIER_NUMBER_TEXT];
    for (int64_t id = 1; id < 3000; id += 7) {
        int64_t back = 0;
        dossier_number(id, number);
        CHECK_OK(dossier_number_read(str_of(number), &back, &e), e);
        CHECK_INT(back, id);
        for (int i = 0; i < 12; i++) {
            char other[DOSSIER_NUMBER_TEXT];
            memcpy(other, number, sizeof other);
            other[i] = (char)('0' + (other[i] - '0' + 1 + i % 9) % 10);
            if (strcmp(other, number) == 0) continue;
            CHECK_ERR(dossier_number_read(str_of(other), &back, &e), e, INVALID);
            e = (struct err){ 0 };
        }
    }
}

TEST(what_is_known_is_not_asked)
{
    struct town t;
    struct err e = { 0 };
    struct dossier_guide g;
    town_open(&t);
    CHECK_OK(dossier_guide(t.d, STR("困难补贴申领"), who(&t, ID_HARD), STR(""), date_of(2026, 3, 3), t.a, &g, &e), e);
    CHECK_INT((int64_t)g.questions.len, 0); /* the account is known */
    CHECK_INT(g.outlook, VERDICT_QUALIFIED);
    CHECK_OK(dossier_guide(t.d, STR("困难补贴申领"), who(&t, ID_POOR), STR(""), date_of(2026, 3, 3), t.a, &g, &e), e);
    CHECK_INT((int64_t)g.questions.len, 1);
    CHECK_STR(g.questions.at[0].name, "银行账号");
    CHECK_OK(dossier_guide(t.d, STR("困难补贴申领"), who(&t, ID_WELL), STR(""), date_of(2026, 3, 3), t.a, &g, &e), e);
    CHECK_INT(g.outlook, VERDICT_REFUSED);
    CHECK_ERR(dossier_guide(t.d, STR("困难"), who(&t, ID_WELL), STR(""), date_of(2026, 3, 3), t.a, &g, &e), e,
              NOT_FOUND);
    e = (struct err){ 0 };
    CHECK_ERR(dossier_guide(t.d, STR("困难补贴申领"), who(&t, ID_WELL), STR("{\"手机\":\"1\"}"), date_of(2026, 3, 3),
                            t.a, &g, &e),
              e, INVALID);
    town_close(&t);
}

TEST(the_machine_registers_at_once_and_the_registry_knows)
{
    struct town t;
    town_open(&t);
    struct dossier_result x =
        applied(&t, "登记申请", ID_HARD, "{\"登记.形式\":\"灵活\"}", by(ID_HARD, "本人", "", 3, 3));
    CHECK(x.alone);
    CHECK_INT(x.state, DOSSIER_GRANTED);
    CHECK_INT(query(&t, "SELECT count(*) FROM \"登记\""), 2);
    CHECK_INT(query(&t, "SELECT \"开始\" FROM \"登记\" WHERE \"形式\" = '灵活'"), date_of(2026, 3, 3).days);
    struct err e = { 0 };
    dossier_evidences ev = { 0 };
    CHECK_OK(dossier_evidence_of(t.d, x.id, t.a, &ev, &e), e);
    CHECK_INT((int64_t)ev.len, 1);
    bool same = false;
    struct text why;
    text_init(&why, t.a, 1 << 16);
    CHECK_OK(receipt_replay(ev.at[0].receipt, &t.set, t.a, &same, &why, &e), e);
    CHECK(same);
    /* revoked: as if it had never been registered */
    struct dossier_act chief = because(by("主任", "主管", "", 3, 4), "登记错了人");
    CHECK_OK(dossier_revoke(t.d, &chief, (struct dossier_ref){ .id = x.id }, &e), e);
    CHECK_INT(query(&t, "SELECT count(*) FROM \"登记\""), 1);
    check_all(&t, 3, 4);
    town_close(&t);
}

static int64_t granted_case(struct town *t)
{
    struct err e = { 0 };
    struct dossier_result x = applied(t, "困难补贴申领", ID_HARD, "", by(ID_HARD, "本人", "", 3, 3));
    struct dossier_ref c = { .id = x.id };
    CHECK_INT(x.state, DOSSIER_SUBMITTED);
    struct dossier_act clerk = by("小周", "经办", "320101", 3, 3), reviewer = by("小吴", "复核", "320100", 3, 4),
                       one = by("小郑", "审批", "320100", 3, 5), two = by("小冯", "审批", "", 3, 6);
    CHECK_OK(dossier_accept(t->d, &clerk, c, t->a, &x, &e), e);
    CHECK_INT(x.due.days, date_of(2026, 3, 18).days); /* ten working days, 9 March is a holiday */
    CHECK_ERR(dossier_approve(t->d, &clerk, c, t->a, &x, &e), e, DENIED);
    e = (struct err){ 0 };
    CHECK_OK(dossier_approve(t->d, &reviewer, c, t->a, &x, &e), e);
    CHECK_INT(x.state, DOSSIER_REVIEW);
    CHECK_ERR(dossier_approve(t->d, &reviewer, c, t->a, &x, &e), e, DENIED);
    e = (struct err){ 0 };
    CHECK_OK(dossier_approve(t->d, &one, c, t->a, &x, &e), e);
    CHECK_INT(x.state, DOSSIER_REVIEW); /* two must sign */
    CHECK_ERR(dossier_approve(t->d, &one, c, t->a, &x, &e), e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_OK(dossier_approve(t->d, &two, c, t->a, &x, &e), e);
    CHECK_INT(x.state, DOSSIER_GRANTED);
    CHECK_INT(x.granted_fen, 50000);
    return x.id;
}

TEST(a_case_goes_from_the_application_to_the_payment_and_the_rating)
{
    struct town t;
    struct err e = { 0 };
    dossier_pays pays = { 0 };
    town_open(&t);
    town_money(&t, 1000000);
    int64_t id = granted_case(&t);
    struct dossier_night n = night(&t, 3, 6);
    CHECK_INT((int64_t)n.lists.len, 1);
    CHECK_INT(n.lists.at[0].total_fen, 50000);
    CHECK_INT((int64_t)night(&t, 3, 6).lists.len, 0); /* twice is once */
    bank_pays(&t, n.lists.at[0].batch, 3, 6);
    CHECK_INT(night(&t, 3, 7).paid, 1);
    CHECK_OK(dossier_pays_of(t.d, id, t.a, &pays, &e), e);
    CHECK_INT((int64_t)pays.len, 1);
    CHECK_INT(pays.at[0].state, DOSSIER_PAID);
    struct dossier_act self = because(by(ID_HARD, "本人", "", 3, 8), "等得久"), clerk = by("小周", "经办", "", 3, 9);
    struct dossier_ref c = { .id = id };
    CHECK_OK(dossier_rate(t.d, &self, c, 2, &e), e);
    CHECK((got(&t, id).flags & DOSSIER_UNHAPPY) != 0);
    CHECK_ERR(dossier_rate(t.d, &self, c, 5, &e), e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_INT(query(&t, "SELECT count(*) FROM dossier_clock WHERE kind = 7"), 0); /* nobody declared a time */
    clerk = because(clerk, "打电话道歉，说明了原因");
    CHECK_ERR(dossier_rating_settle(t.d, &clerk, c, &e), e, DENIED); /* who accepted it */
    e = (struct err){ 0 };
    clerk.who = STR("小陈");
    CHECK_OK(dossier_rating_settle(t.d, &clerk, c, &e), e);
    CHECK((got(&t, id).flags & DOSSIER_UNHAPPY) == 0);
    check_all(&t, 3, 9);
    town_close(&t);
}

TEST(a_repeated_submission_is_the_same_case)
{
    struct town t;
    struct err e = { 0 };
    town_open(&t);
    struct dossier_act self = by(ID_HARD, "本人", "", 3, 3);
    struct dossier_request q = { .service = STR("困难补贴申领"), .subject = who(&t, ID_HARD), .key = STR("K1") };
    struct dossier_result a, b;
    CHECK_OK(dossier_apply(t.d, &self, &q, t.a, &a, &e), e);
    CHECK_OK(dossier_apply(t.d, &self, &q, t.a, &b, &e), e);
    CHECK(b.again && a.id == b.id);
    q.key = STR("K2"); /* another submission while one is open */
    CHECK_ERR(dossier_apply(t.d, &self, &q, t.a, &b, &e), e, CONFLICT);
    e = (struct err){ 0 };
    q.key = STR("K1"), q.subject = who(&t, ID_POOR);
    CHECK_ERR(dossier_apply(t.d, &self, &q, t.a, &b, &e), e, CONFLICT);
    CHECK_INT(query(&t, "SELECT count(*) FROM dossier"), 1);
    town_close(&t);
}

TEST(all_defects_are_told_once_and_the_clock_stands_still)
{
    struct town t;
    struct err e = { 0 };
    str defects[] = { STR("账号和姓名对不上"), STR("缺承诺书") };
    town_open(&t);
    struct dossier_result x =
        applied(&t, "困难补贴申领", ID_POOR, "{\"银行账号\":\"62220002\"}", by(ID_POOR, "本人", "", 3, 2));
    struct dossier_ref c = { .id = x.id };
    struct dossier_act clerk = by("小周", "经办", "", 3, 2), reviewer = by("小吴", "复核", "", 3, 4),
                       self = by(ID_POOR, "本人", "", 3, 11);
    CHECK_OK(dossier_accept(t.d, &clerk, c, t.a, &x, &e), e);
    CHECK_ERR(dossier_return(t.d, &reviewer, c, defects, 0, false, (date){ 0 }, &e), e, INVALID);
    e = (struct err){ 0 };
    CHECK_OK(dossier_return(t.d, &reviewer, c, defects, 2, true, date_of(2026, 3, 20), &e), e);
    CHECK_INT(got(&t, x.id).state, DOSSIER_CORRECTING);
    CHECK_OK(dossier_submit(t.d, &self, x.id, STR("{\"银行账号\":\"62220009\"}"), t.a, &x, &e), e);
    CHECK_INT(x.state, DOSSIER_REVIEW);
    /* accepted on the 2nd, two working days used by the 4th; eight more from the 11th */
    CHECK_INT(x.due.days, date_of(2026, 3, 23).days);
    CHECK_ERR(dossier_return(t.d, &reviewer, c, defects, 2, false, (date){ 0 }, &e), e, CONFLICT);
    town_close(&t);
}

TEST(who_does_not_correct_in_time_has_no_case_any_more)
{
    struct town t;
    struct err e = { 0 };
    str defects[] = { STR("缺承诺书") };
    town_open(&t);
    struct dossier_result x =
        applied(&t, "困难补贴申领", ID_POOR, "{\"银行账号\":\"62220002\"}", by(ID_POOR, "本人", "", 3, 2));
    struct dossier_act clerk = by("小周", "经办", "", 3, 2);
    CHECK_OK(
        dossier_return(t.d, &clerk, (struct dossier_ref){ .id = x.id }, defects, 1, true, date_of(2026, 3, 10), &e), e);
    CHECK_INT(night(&t, 3, 10).lapsed, 0);
    CHECK_INT(night(&t, 3, 11).lapsed, 1);
    CHECK_INT(got(&t, x.id).state, DOSSIER_LAPSED);
    check_all(&t, 3, 11);
    town_close(&t);
}

TEST(a_published_case_waits_until_objections_are_answered)
{
    struct town t;
    struct err e = { 0 };
    int64_t objection;
    dossier_published_list list = { 0 };
    town_open(&t);
    town_money(&t, 1000000);
    struct dossier_result x =
        applied(&t, "公示补贴申领", ID_HARD, "", because(by("小周", "窗口", "", 3, 2), "本人在场"));
    struct dossier_ref c = { .id = x.id };
    struct dossier_act reviewer = by("小吴", "复核", "", 3, 3);
    CHECK_OK(dossier_approve(t.d, &reviewer, c, t.a, &x, &e), e);
    CHECK_INT(x.state, DOSSIER_PUBLIC);
    CHECK_OK(dossier_publicity(t.d, date_of(2026, 3, 5), t.a, &list, &e), e);
    CHECK_INT((int64_t)list.len, 1);
    CHECK(str_find(list.at[0].line, STR("3299")) != SIZE_MAX && str_find(list.at[0].line, STR(ID_HARD)) == SIZE_MAX);
    CHECK(str_find(list.at[0].line, STR("李一")) == SIZE_MAX);
    struct dossier_act neighbour = because(by("邻居", "群众", "", 3, 6), "他家有车");
    CHECK_OK(dossier_object(t.d, &neighbour, c, &objection, &e), e);
    CHECK_INT(night(&t, 3, 12).published, 0); /* over since the 11th, but somebody waits for an answer */
    struct dossier_act chief = because(by("主任", "主管", "", 3, 12), "车已经卖了");
    CHECK_OK(dossier_answer(t.d, &chief, objection, false, &e), e);
    CHECK_INT(night(&t, 3, 12).published, 1);
    CHECK_INT(got(&t, x.id).state, DOSSIER_GRANTED);
    check_all(&t, 3, 12);
    town_close(&t);
}

TEST(nobody_reviews_their_own_entry)
{
    struct town t;
    struct err e = { 0 };
    struct dossier_result x;
    town_open(&t);
    struct dossier_act counter = because(by("小吴", "经办", "", 3, 2), "本人在场");
    x = applied(&t, "公示补贴申领", ID_HARD, "", counter);
    CHECK_INT(x.state, DOSSIER_REVIEW);
    struct dossier_act same = by("小吴", "复核", "", 3, 3), other = by("小郑", "复核", "320102", 3, 3),
                       right = by("小郑", "复核", "320101", 3, 3);
    struct dossier_ref c = { .id = x.id };
    CHECK_ERR(dossier_approve(t.d, &same, c, t.a, &x, &e), e, DENIED);
    e = (struct err){ 0 };
    CHECK_ERR(dossier_approve(t.d, &other, c, t.a, &x, &e), e, DENIED); /* another district */
    e = (struct err){ 0 };
    CHECK_OK(dossier_approve(t.d, &right, c, t.a, &x, &e), e);
    CHECK_INT(x.state, DOSSIER_PUBLIC);
    town_close(&t);
}

TEST(of_two_reviewers_one_is_told_that_the_other_was_quicker)
{
    struct town t;
    struct err e = { 0 };
    struct dossier_result x;
    town_open(&t);
    x = applied(&t, "公示补贴申领", ID_HARD, "", because(by("小吴", "经办", "", 3, 2), "本人在场"));
    struct dossier c = got(&t, x.id);
    struct dossier_ref seen = { x.id, c.revision };
    struct dossier_act one = because(by("小郑", "复核", "", 3, 3), "不属实"), two = by("小冯", "复核", "", 3, 3);
    CHECK_OK(dossier_refuse(t.d, &one, seen, &e), e);
    CHECK_ERR(dossier_approve(t.d, &two, seen, t.a, &x, &e), e, CONFLICT);
    town_close(&t);
}

TEST_WITHIN(the_same_holds_on_postgresql, 120)
{
    t_on_postgres();
    what_is_known_is_not_asked();
    the_machine_registers_at_once_and_the_registry_knows();
    a_case_goes_from_the_application_to_the_payment_and_the_rating();
    a_repeated_submission_is_the_same_case();
    all_defects_are_told_once_and_the_clock_stands_still();
    who_does_not_correct_in_time_has_no_case_any_more();
    a_published_case_waits_until_objections_are_answered();
    nobody_reviews_their_own_entry();
    of_two_reviewers_one_is_told_that_the_other_was_quicker();
}
