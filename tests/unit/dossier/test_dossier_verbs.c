/* What people do with a case besides granting it: object, open again, call back, withdraw, hand on, stop; who may not;
 * and what the clocks say meanwhile. */
#include "dossier/dossier_priv.h"
#include "helpers.h"

static struct dossier_clock clock_of(struct town *t, int64_t id, enum dossier_clock_kind k, int mon, int day)
{
    struct err e = { 0 };
    dossier_clocks all = { 0 };
    CHECK_OK(dossier_clocks_of(t->d, id, date_of(2026, mon, day), t->a, &all, &e), e);
    VEC_EACH (const struct dossier_clock, c, &all) {
        if (c->kind == k) return *c;
    }
    FAIL("no clock %s", dossier_clock_zh(k));
}

static int64_t told(struct town *t, const char *whom, const char *title)
{
    return query(
        t, str_fmt(t->a, "SELECT count(*) FROM notice WHERE recipient LIKE '%s' AND title LIKE '%s%%'", whom, title).p);
}

/* 困难补贴 of somebody, accepted on 3 March by 小周. */
static struct dossier_ref accepted(struct town *t)
{
    struct err e = { 0 };
    struct dossier_result x = applied(t, "困难补贴申领", ID_HARD, "", by(ID_HARD, "本人", "", 3, 3));
    struct dossier_act clerk = by("小周", "经办", "", 3, 3);
    CHECK_OK(dossier_accept(t->d, &clerk, (struct dossier_ref){ .id = x.id }, t->a, &x, &e), e);
    return (struct dossier_ref){ .id = x.id };
}

static bool signs(struct town *t, const char *who, const char *role, struct dossier_ref c, int day, struct err *e)
{
    struct dossier_result x;
    struct dossier_act act = by(who, role, "", 3, day);
    *e = (struct err){ 0 };
    return dossier_approve(t->d, &act, c, t->a, &x, e);
}

/* ---- objections ---- */

TEST(an_upheld_objection_ends_the_publicity_and_the_case_is_reviewed_and_published_again)
{
    struct town t;
    struct err e = { 0 };
    int64_t objection;
    town_open(&t);
    town_money(&t, 1000000);
    struct dossier_result x = applied(&t, "公告补贴申领", ID_HARD, "", by(ID_HARD, "本人", "", 3, 3));
    struct dossier_ref c = { .id = x.id };
    CHECK_INT(x.state, DOSSIER_PUBLIC);
    struct dossier_act neighbour = because(by("邻居", "群众", "", 3, 5), "他家有车"),
                       chief = because(by("主任", "主管", "", 3, 6), "去看过，有车");
    CHECK_OK(dossier_object(t.d, &neighbour, c, &objection, &e), e);
    CHECK_INT(clock_of(&t, c.id, DOSSIER_CLOCK_OBJECT, 3, 5).due.days, date_of(2026, 3, 10).days);
    CHECK_INT(told(&t, "主管:320101", "收到异议"), 1);
    CHECK_OK(dossier_answer(t.d, &chief, objection, true, &e), e);
    CHECK_ERR(dossier_answer(t.d, &chief, objection, false, &e), e, CONFLICT);
    struct dossier k = got(&t, c.id);
    CHECK_INT(k.state, DOSSIER_REVIEW);
    CHECK_INT(k.step, 1);
    CHECK_INT((int64_t)(k.flags & (DOSSIER_OBJECTED | DOSSIER_ALONE)), 0);
    CHECK_STR(k.note, "去看过，有车");
    CHECK(clock_of(&t, c.id, DOSSIER_CLOCK_OBJECT, 3, 6).ended);
    CHECK(clock_of(&t, c.id, DOSSIER_CLOCK_PUBLIC, 3, 6).ended); /* it ran on, and turned red in the queue */
    CHECK_INT(clock_of(&t, c.id, DOSSIER_CLOCK_LIMIT, 3, 6).due.days, date_of(2026, 3, 23).days);
    CHECK_INT(told(&t, "邻居", "异议有答复了"), 1);
    CHECK_INT(told(&t, "%", "异议成立"), 1);
    check_all(&t, 3, 6);
    CHECK(signs(&t, "小吴", "复核", c, 10, &e));
    CHECK_INT(got(&t, c.id).state, DOSSIER_PUBLIC);
    CHECK_INT(query(&t, "SELECT count(*) FROM dossier_public"), 2);
    CHECK_INT(night(&t, 3, 18).published, 1);
    CHECK_INT(got(&t, c.id).state, DOSSIER_GRANTED);
    check_all(&t, 3, 18);
    town_close(&t);
}

TEST(who_entered_or_signed_a_case_answers_no_objection_to_it)
{
    struct town t;
    struct err e = { 0 };
    struct dossier_result x;
    int64_t objection;
    town_open(&t);
    x = applied(&t, "公示补贴申领", ID_HARD, "", because(by("小周", "窗口", "", 3, 2), "本人在场"));
    struct dossier_ref c = { .id = x.id };
    CHECK(signs(&t, "小吴", "复核", c, 3, &e));
    struct dossier_act neighbour = because(by("邻居", "群众", "", 3, 5), "他家有车"),
                       act = because(by("小吴", "主管", "", 3, 6), "没有车");
    CHECK_OK(dossier_object(t.d, &neighbour, c, &objection, &e), e);
    CHECK_ERR(dossier_answer(t.d, &act, objection, false, &e), e, DENIED);
    e = (struct err){ 0 };
    act.who = STR("小周");
    CHECK_ERR(dossier_answer(t.d, &act, objection, false, &e), e, DENIED);
    e = (struct err){ 0 };
    act.who = STR("主任"), act.self = who(&t, ID_HARD);
    CHECK_ERR(dossier_answer(t.d, &act, objection, false, &e), e, DENIED);
    e = (struct err){ 0 };
    act.self = 0;
    CHECK_OK(dossier_answer(t.d, &act, objection, false, &e), e);
    town_close(&t);
}

TEST(a_stopped_benefit_goes_on_when_the_objection_is_upheld)
{
    struct town t;
    struct err e = { 0 };
    int64_t objection;
    town_open(&t);
    town_money(&t, 1000000);
    town_known(&t, "身份证号,银行账号", ID_POOR ",62220002", 3, 2);
    struct dossier_result x = applied(&t, "月度补贴申领", ID_POOR, "", by(ID_POOR, "本人", "", 3, 3));
    struct dossier_ref c = { .id = x.id };
    CHECK_INT(x.state, DOSSIER_PAYING);
    CHECK_INT(night(&t, 4, 1).due, 1);
    struct dossier_act reviewer = because(by("小吴", "复核", "", 4, 10), "电话打不通"),
                       self = by(ID_POOR, "本人", "", 5, 2),
                       chief = because(by("主任", "主管", "", 5, 4), "号码换了，人在");
    CHECK_OK(dossier_stop(t.d, &reviewer, c, &e), e);
    CHECK_STR(got(&t, c.id).note, "电话打不通");
    CHECK_INT(night(&t, 5, 1).due, 0);
    CHECK_ERR(dossier_object(t.d, &self, c, &objection, &e), e, INVALID); /* why? */
    e = (struct err){ 0 };
    self.reason = STR("换了号码");
    CHECK_OK(dossier_object(t.d, &self, c, &objection, &e), e);
    CHECK_OK(dossier_answer(t.d, &chief, objection, true, &e), e);
    CHECK_INT(got(&t, c.id).state, DOSSIER_PAYING);
    CHECK_INT(night(&t, 5, 5).due, 1); /* April, which nobody owed while it was stopped */
    CHECK_INT(night(&t, 5, 6).due, 0);
    CHECK_INT(night(&t, 6, 1).due, 1);
    check_all(&t, 6, 1);
    /* stopped for a reason, and paid again later by a decision: from the month of that day on */
    reviewer = because(by("小吴", "复核", "", 6, 2), "去外地了");
    CHECK_OK(dossier_stop(t.d, &reviewer, c, &e), e);
    chief = because(by("主任", "主管", "", 8, 4), "回来了");
    CHECK_OK(dossier_resume(t.d, &chief, c, &e), e);
    CHECK_INT(night(&t, 9, 1).due, 1);
    CHECK_INT(query(&t, "SELECT count(DISTINCT period) FROM dossier_pay"), 4);
    CHECK_INT(query(&t, "SELECT count(*) FROM dossier_pay WHERE period IN ('2026-06', '2026-07')"), 0);
    check_all(&t, 9, 1);
    town_close(&t);
}

/* ---- again, or no more ---- */

TEST(a_refused_case_that_is_opened_again_is_signed_from_the_first_review_on)
{
    struct town t;
    struct err e = { 0 };
    town_open(&t);
    struct dossier_ref c = accepted(&t);
    CHECK(signs(&t, "小吴", "复核", c, 4, &e));
    struct dossier_act signer = because(by("小郑", "审批", "", 3, 5), "材料不实"), chief = by("主任", "主管", "", 3, 6);
    CHECK_OK(dossier_refuse(t.d, &signer, c, &e), e);
    CHECK(got(&t, c.id).has_decided);
    CHECK_ERR(dossier_reopen(t.d, &signer, c, &e), e, DENIED);
    e = (struct err){ 0 };
    CHECK_ERR(dossier_reopen(t.d, &chief, c, &e), e, INVALID); /* why? */
    e = (struct err){ 0 };
    chief.reason = STR("材料补核属实");
    CHECK_OK(dossier_reopen(t.d, &chief, c, &e), e);
    struct dossier k = got(&t, c.id);
    CHECK_INT(k.state, DOSSIER_REVIEW);
    CHECK_INT(k.step, 1);
    CHECK(!k.has_decided && (k.flags & DOSSIER_REOPENED) != 0);
    CHECK_INT(query(&t, "SELECT count(*) FROM dossier_sign"), 0);
    CHECK_INT(clock_of(&t, c.id, DOSSIER_CLOCK_LIMIT, 3, 6).due.days, date_of(2026, 3, 23).days);
    CHECK(signs(&t, "小吴", "复核", c, 10, &e) && signs(&t, "小郑", "审批", c, 10, &e) &&
          signs(&t, "小冯", "审批", c, 10, &e));
    CHECK_INT(got(&t, c.id).state, DOSSIER_GRANTED);
    check_all(&t, 3, 10);
    town_close(&t);
}

TEST(who_withdraws_while_correcting_is_not_ended_by_the_night_and_may_apply_again)
{
    struct town t;
    struct err e = { 0 };
    str defect = STR("缺承诺书");
    town_open(&t);
    struct dossier_ref c = accepted(&t);
    struct dossier_act reviewer = by("小吴", "复核", "", 3, 4), self = by(ID_HARD, "本人", "", 3, 5),
                       other = by(ID_POOR, "本人", "", 3, 5);
    CHECK_OK(dossier_return(t.d, &reviewer, c, &defect, 1, true, date_of(2026, 3, 10), &e), e);
    CHECK_ERR(dossier_withdraw(t.d, &other, c, &e), e, DENIED);
    e = (struct err){ 0 };
    CHECK_OK(dossier_withdraw(t.d, &self, c, &e), e);
    CHECK_INT(night(&t, 3, 11).lapsed, 0);
    CHECK_INT(got(&t, c.id).state, DOSSIER_WITHDRAWN);
    CHECK_INT(query(&t, "SELECT count(*) FROM dossier_clock WHERE state <> 2"), 0);
    CHECK_INT(applied(&t, "困难补贴申领", ID_HARD, "", by(ID_HARD, "本人", "", 3, 11)).state, DOSSIER_SUBMITTED);
    check_all(&t, 3, 11);
    town_close(&t);
}

TEST(a_bad_rating_that_nobody_calls_about_turns_red_for_the_chief)
{
    struct town t;
    struct err e = { 0 };
    town_open(&t);
    town_money(&t, 1000000);
    struct dossier_ref c = { .id = applied(&t, "公告补贴申领", ID_HARD, "", by(ID_HARD, "本人", "", 3, 3)).id };
    struct dossier_act self = because(by(ID_HARD, "本人", "", 3, 13), "问了三次没有人说"),
                       clerk = because(by("小陈", "经办", "", 3, 20), "道歉，说明了原因");
    CHECK_ERR(dossier_rate(t.d, &self, c, 1, &e), e, CONFLICT); /* it is not over */
    e = (struct err){ 0 };
    CHECK_INT(night(&t, 3, 12).published, 1);
    CHECK_OK(dossier_rate(t.d, &self, c, 1, &e), e);
    CHECK_INT(clock_of(&t, c.id, DOSSIER_CLOCK_CALL, 3, 13).due.days, date_of(2026, 3, 18).days);
    CHECK_INT(told(&t, "主管:320101", "收到差评"), 1);
    night(&t, 3, 18);
    CHECK_INT(told(&t, "主管:320101", "已超期"), 0);
    night(&t, 3, 19), night(&t, 3, 20);
    CHECK_INT(told(&t, "主管:320101", "已超期"), 1);
    CHECK_OK(dossier_rating_settle(t.d, &clerk, c, &e), e);
    CHECK(clock_of(&t, c.id, DOSSIER_CLOCK_CALL, 3, 20).ended);
    CHECK_ERR(dossier_rating_settle(t.d, &clerk, c, &e), e, CONFLICT); /* once */
    check_all(&t, 3, 20);
    town_close(&t);
}

/* ---- whose work ---- */

TEST(a_case_is_handed_on_with_a_reason_by_whoever_has_it)
{
    struct town t;
    struct err e = { 0 };
    town_open(&t);
    struct dossier_ref c = accepted(&t);
    struct dossier_act mine = by("小吴", "复核", "320101", 3, 4),
                       other = because(by("小郑", "复核", "320100", 3, 4), "搬走了"),
                       west = by("小冯", "复核", "320102", 3, 5);
    struct dossier_result x;
    CHECK_OK(dossier_take(t.d, &mine, c, &e), e);
    CHECK_ERR(dossier_take(t.d, &other, c, &e), e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_ERR(dossier_transfer(t.d, &other, c, STR("320102"), (struct dossier_whom){ 0 }, &e), e, DENIED);
    e = (struct err){ 0 };
    CHECK_ERR(dossier_transfer(t.d, &mine, c, STR("320102"), (struct dossier_whom){ 0 }, &e), e, INVALID); /* why? */
    e = (struct err){ 0 };
    mine.reason = STR("搬走了");
    CHECK_ERR(dossier_approve(t.d, &west, c, t.a, &x, &e), e, DENIED);
    e = (struct err){ 0 };
    CHECK_OK(dossier_transfer(t.d, &mine, c, STR("320102"), (struct dossier_whom){ 0 }, &e), e);
    CHECK_STR(got(&t, c.id).holder, "");
    CHECK_ERR(dossier_approve(t.d, &mine, c, t.a, &x, &e), e, DENIED);
    e = (struct err){ 0 };
    CHECK_OK(dossier_approve(t.d, &west, c, t.a, &x, &e), e);
    check_all(&t, 3, 5);
    town_close(&t);
}

static bool hands(struct town *t, struct dossier_act act, struct dossier_ref c, struct dossier_whom to, struct err *e)
{
    *e = (struct err){ 0 };
    return dossier_transfer(t->d, &act, c, STR(""), to, e);
}

TEST(a_case_is_handed_only_to_whoever_can_go_on_with_it)
{
    struct town t;
    struct err e = { 0 };
    const char *why;
    town_open(&t);
    struct dossier_ref c = accepted(&t);
    struct dossier d = got(&t, c.id);
    struct dossier_act first = because(by("小吴", "复核", "320101", 3, 4), "休假");
    CHECK_ERR(hands(&t, first, c, (struct dossier_whom){ d.applicant, 0 }, &e), e, CONFLICT);
    CHECK_ERR(hands(&t, first, c, (struct dossier_whom){ STR("小郑"), d.subject }, &e), e, CONFLICT);
    CHECK(signs(&t, "小吴", "复核", c, 4, &e));
    CHECK(signs(&t, "小郑", "审批", c, 4, &e));
    struct dossier_act second = because(by("小冯", "审批", "320101", 3, 5), "休假");
    CHECK_ERR(hands(&t, second, c, (struct dossier_whom){ STR("小吴"), 0 }, &e), e, CONFLICT);
    CHECK(strstr(err_cause(&e), "前面的环节是自己办的") != NULL);
    CHECK_ERR(hands(&t, second, c, (struct dossier_whom){ STR("小郑"), 0 }, &e), e, CONFLICT);
    CHECK(strstr(err_cause(&e), "这个环节已经签过了") != NULL);
    d = got(&t, c.id);
    CHECK_OK(dossier_may_sign(t.d, &d, (struct dossier_whom){ STR("小卫"), 0 }, &why, &e), e);
    CHECK(why == NULL);
    CHECK_OK(hands(&t, second, c, (struct dossier_whom){ STR("小卫"), 0 }, &e), e);
    CHECK_STR(got(&t, c.id).holder, "小卫");
    check_all(&t, 3, 5);
    town_close(&t);
}

TEST(the_chief_takes_a_case_out_of_somebodys_hands_with_a_reason)
{
    struct town t;
    struct err e = { 0 };
    town_open(&t);
    struct dossier_ref c = accepted(&t);
    struct dossier_act mine = by("小吴", "复核", "320101", 3, 4), chief = by("主任", "主管", "320101", 3, 4),
                       far = because(by("主任乙", "主管", "320102", 3, 4), "休假"), about = because(chief, "休假");
    struct dossier_whom to = { STR("小郑"), 0 };
    about.self = got(&t, c.id).subject;
    CHECK_ERR(hands(&t, because(chief, "休假"), c, to, &e), e, DENIED); /* nobody has it: no work of the chief */
    e = (struct err){ 0 };
    CHECK_OK(dossier_take(t.d, &mine, c, &e), e);
    CHECK_ERR(dossier_release(t.d, &chief, c, &e), e, INVALID); /* why? */
    CHECK_ERR(hands(&t, far, c, to, &e), e, DENIED);
    CHECK_ERR(hands(&t, about, c, to, &e), e, DENIED);
    CHECK_ERR(hands(&t, because(chief, "休假"), c, (struct dossier_whom){ mine.who, 0 }, &e), e, CONFLICT);
    CHECK_OK(hands(&t, because(chief, "休假"), c, to, &e), e);
    CHECK_STR(got(&t, c.id).holder, "小郑");
    chief.reason = STR("休假");
    e = (struct err){ 0 };
    CHECK_OK(dossier_release(t.d, &chief, c, &e), e);
    CHECK_STR(got(&t, c.id).holder, "");
    check_all(&t, 3, 5);
    town_close(&t);
}

TEST(who_signed_as_the_first_of_two_has_the_case_no_longer)
{
    struct town t;
    struct err e = { 0 };
    town_open(&t);
    struct dossier_ref c = accepted(&t);
    struct dossier_act one = by("小郑", "审批", "", 3, 4), other = by("小卫", "审批", "", 3, 4);
    CHECK(signs(&t, "小吴", "复核", c, 4, &e));
    CHECK_OK(dossier_take(t.d, &one, c, &e), e);
    CHECK(signs(&t, "小郑", "审批", c, 4, &e));
    CHECK_STR(got(&t, c.id).holder, "");
    CHECK_OK(dossier_take(t.d, &other, c, &e), e);
    town_close(&t);
}

TEST(who_signs_must_have_seen_what_was_done_since)
{
    struct town t;
    struct err e = { 0 };
    town_open(&t);
    struct dossier_ref c = accepted(&t);
    CHECK(signs(&t, "小吴", "复核", c, 4, &e));
    struct dossier_ref seen = { c.id, got(&t, c.id).revision };
    CHECK(signs(&t, "小郑", "审批", seen, 5, &e)); /* the first of two: it stays under review */
    CHECK(!signs(&t, "小冯", "审批", seen, 5, &e));
    CHECK_INT(e.code, ERR_CONFLICT);
    CHECK_INT(got(&t, c.id).state, DOSSIER_REVIEW);
    struct dossier read =
        got(&t, c.id); /* and what was read just before is not written over what was done just after */
    CHECK(signs(&t, "小冯", "审批", (struct dossier_ref){ c.id, read.revision }, 5, &e));
    CHECK_ERR(dossier_row_put(t.d, &read, &e), e, CONFLICT);
    CHECK_INT(got(&t, c.id).state, DOSSIER_GRANTED);
    town_close(&t);
}

TEST(nobody_signs_what_is_about_them_what_they_applied_for_or_as_the_machine)
{
    struct town t;
    struct err e = { 0 };
    struct dossier_result x;
    town_open(&t);
    struct dossier_request q = { .service = STR("公示补贴申领"),
                                 .subject = who(&t, ID_HARD),
                                 .applicant = STR("小郑"),
                                 .channel = DOSSIER_AT_COUNTER };
    struct dossier_act clerk = because(by("小周", "经办", "", 3, 2), "受托"), act = by("小吴", "复核", "", 3, 3),
                       keys = by(ID_POOR, "本人", "", 3, 2);
    CHECK_OK(dossier_apply(t.d, &clerk, &q, t.a, &x, &e), e);
    struct dossier_ref c = { .id = x.id };
    CHECK(!signs(&t, "小郑", "复核", c, 3, &e));
    CHECK_INT(e.code, ERR_DENIED);
    CHECK(!signs(&t, "小吴", "系统", c, 3, &e));
    CHECK_INT(e.code, ERR_DENIED);
    act.self = who(&t, ID_HARD);
    e = (struct err){ 0 };
    CHECK_ERR(dossier_approve(t.d, &act, c, t.a, &x, &e), e, DENIED);
    e = (struct err){ 0 };
    act.self = who(&t, ID_POOR);
    CHECK_OK(dossier_approve(t.d, &act, c, t.a, &x, &e), e);
    keys.account = STR("小郑"); /* who sat at the keys for an applicant, and accepted nothing */
    c.id = applied(&t, "困难补贴申领", ID_POOR, "{\"银行账号\":\"62220002\"}", keys).id;
    clerk.who = STR("小陈");
    CHECK_OK(dossier_accept(t.d, &clerk, c, t.a, &x, &e), e);
    CHECK(!signs(&t, "小郑", "复核", c, 3, &e));
    CHECK_INT(e.code, ERR_DENIED);
    CHECK(signs(&t, "小吴", "复核", c, 3, &e));
    CHECK(!signs(&t, "小吴", "审批", c, 3, &e)); /* nor two steps of one case */
    CHECK_INT(e.code, ERR_DENIED);
    town_close(&t);
}

TEST(what_the_rules_refuse_is_not_granted_whatever_the_reason)
{
    struct town t;
    struct err e = { 0 };
    struct dossier_result x;
    town_open(&t);
    struct dossier_act self = by(ID_POOR, "本人", "", 3, 2), clerk = by("小周", "经办", "", 3, 2),
                       reviewer = because(by("小吴", "复核", "", 3, 3), "看过材料");
    struct dossier_request q = { .service = STR("人工登记"),
                                 .subject = who(&t, ID_POOR),
                                 .answers = STR("{\"登记.形式\":\"灵活\"}"),
                                 .anyway = true };
    CHECK_OK(dossier_apply(t.d, &self, &q, t.a, &x, &e), e); /* is registered already, and wants it in writing */
    struct dossier_ref c = { .id = x.id };
    CHECK_OK(dossier_accept(t.d, &clerk, c, t.a, &x, &e), e);
    CHECK_ERR(dossier_approve(t.d, &reviewer, c, t.a, &x, &e), e, CONFLICT);
    CHECK(strstr(err_cause(&e), "按规则不符合") != NULL);
    town_close(&t);
}

/* ---- clocks ---- */

TEST(each_clock_is_told_yellow_once_and_red_once_to_whoever_has_the_word)
{
    struct town t;
    town_open(&t);
    struct dossier_ref c = accepted(&t); /* 审核 until the 6th, the whole until the 18th */
    night(&t, 3, 4);
    CHECK_INT(told(&t, "复核:320101", "快到期"), 0);
    CHECK_INT(night(&t, 3, 5).soon, 1);
    night(&t, 3, 6);
    CHECK_INT(told(&t, "复核:320101", "快到期"), 1);
    CHECK_INT(told(&t, "%", "已超期"), 0);
    CHECK_INT(night(&t, 3, 7).late, 1);
    night(&t, 3, 8);
    CHECK_INT(told(&t, "复核:320101", "已超期"), 1);
    CHECK_INT(told(&t, "主管:320101", "已超期"), 1);
    CHECK((got(&t, c.id).flags & DOSSIER_LATE) != 0);
    CHECK_INT(told(&t, "%", "超过了办理时限"), 0); /* of a step the applicant is not told */
    night(&t, 3, 18);
    CHECK_INT(night(&t, 3, 19).late, 1);
    night(&t, 3, 20);
    CHECK_INT(told(&t, "%", "超过了办理时限"), 1);
    check_all(&t, 3, 20);
    town_close(&t);
}

TEST(a_night_is_refused_on_an_earlier_day_and_long_after_the_last_one)
{
    struct town t;
    struct err e = { 0 };
    struct dossier_night n;
    town_open(&t);
    night(&t, 3, 12);
    struct dossier_act sys = by("系统", "系统", "", 3, 11);
    CHECK_ERR(dossier_night(t.d, &sys, t.a, &n, &e), e, CONFLICT);
    sys.reason = STR("补办"); /* no reason makes it yesterday */
    e = (struct err){ 0 };
    CHECK_ERR(dossier_night(t.d, &sys, t.a, &n, &e), e, CONFLICT);
    e = (struct err){ 0 };
    sys = by("系统", "系统", "", 4, 13);
    CHECK_ERR(dossier_night(t.d, &sys, t.a, &n, &e), e, CONFLICT);
    CHECK_INT(query(&t, "SELECT day FROM dossier_day WHERE name = 'night'"), date_of(2026, 3, 12).days);
    e = (struct err){ 0 };
    sys.reason = STR("机房搬迁，停了一个月");
    CHECK_OK(dossier_night(t.d, &sys, t.a, &n, &e), e);
    town_close(&t);
}

TEST_WITHIN(the_same_holds_on_postgresql, 120)
{
    t_on_postgres();
    an_upheld_objection_ends_the_publicity_and_the_case_is_reviewed_and_published_again();
    a_stopped_benefit_goes_on_when_the_objection_is_upheld();
    a_refused_case_that_is_opened_again_is_signed_from_the_first_review_on();
    who_signs_must_have_seen_what_was_done_since();
    each_clock_is_told_yellow_once_and_red_once_to_whoever_has_the_word();
}
