/* When publicity is over and the case still cannot be granted: back to review with the reason, once, and what was
 * published counts (docs/decisions/0252). */
#include "helpers.h"

/* 公示补贴 of somebody, published from 3 to 11 March. */
static struct dossier_ref published(struct town *t)
{
    struct err e = { 0 };
    struct dossier_act reviewer = by("小吴", "复核", "", 3, 3);
    struct dossier_result x =
        applied(t, "公示补贴申领", ID_HARD, "", because(by("小周", "窗口", "", 3, 2), "本人在场"));
    struct dossier_ref c = { .id = x.id };
    CHECK_OK(dossier_approve(t->d, &reviewer, c, t->a, &x, &e), e);
    CHECK_INT(x.state, DOSSIER_PUBLIC);
    return c;
}

/* The same money granted by another service meanwhile; it waits for a budget, unless the test has one. */
static struct dossier_ref granted_elsewhere(struct town *t)
{
    static const char *const signers[] = { "小钱", "小郑", "小冯" };
    struct err e = { 0 };
    struct dossier_result x =
        applied(t, "困难补贴申领", ID_HARD, "", because(by("小周", "窗口", "", 3, 4), "本人在场"));
    for (size_t i = 0; i < sizeof signers / sizeof *signers; i++) {
        struct dossier_act act = by(signers[i], i == 0 ? "复核" : "审批", "", 3, 4);
        CHECK_OK(dossier_approve(t->d, &act, (struct dossier_ref){ .id = x.id }, t->a, &x, &e), e);
    }
    CHECK_INT(x.state, DOSSIER_GRANTED);
    return (struct dossier_ref){ .id = x.id };
}

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

/* Numbers of cases that wait for a role. */
static size_t waiting(struct town *t, const char *role)
{
    struct err e = { 0 };
    dossier_lines lines = { 0 };
    struct dossier_query q = { .role = str_of(role), .day = date_of(2026, 3, 12), .max = 10 };
    CHECK_OK(dossier_queue(t->d, &q, t->a, &lines, &e), e);
    return lines.len;
}

TEST(what_cannot_be_granted_after_its_publicity_goes_back_to_review_with_the_reason)
{
    struct town t;
    struct err e = { 0 };
    town_open(&t);
    town_money(&t, 1000000);
    struct dossier_ref c = published(&t);
    town_known(&t, "身份证号,困难", ID_HARD ",否", 3, 6); /* no longer in hardship */
    CHECK_INT(night(&t, 3, 11).returned, 0);              /* its last day */
    struct dossier_night n = night(&t, 3, 12);
    CHECK_INT(n.published, 1);
    CHECK_INT(n.returned, 1);
    CHECK_INT((int64_t)n.told.len, 0);
    struct dossier k = got(&t, c.id);
    CHECK_INT(k.state, DOSSIER_REVIEW);
    CHECK(!k.has_decided);
    CHECK(str_find(k.note, STR("公示期满，退回审核：按规则不符合")) == 0 &&
          str_find(k.note, STR("家里困难")) != SIZE_MAX);
    CHECK(clock_of(&t, c.id, DOSSIER_CLOCK_PUBLIC, 3, 12).ended);
    /* accepted on the 2nd, one working day used by the 3rd; nine more from the 12th */
    struct dossier_clock limit = clock_of(&t, c.id, DOSSIER_CLOCK_LIMIT, 3, 12);
    CHECK(!limit.suspended && !limit.ended);
    CHECK_INT(limit.due.days, date_of(2026, 3, 25).days);
    CHECK_INT((int64_t)waiting(&t, "复核"), 1);
    CHECK_INT(query(&t, "SELECT count(*) FROM notice WHERE recipient = '复核:320101' AND title LIKE '公示期满%'"), 1);
    CHECK_INT(query(&t, "SELECT count(*) FROM notice WHERE title LIKE '重新审核%'"), 1); /* whoever applied */
    CHECK_INT(query(&t, "SELECT count(*) FROM notice WHERE title LIKE '办好了%'"), 0);
    int64_t events = query(&t, "SELECT count(*) FROM journal"), told = query(&t, "SELECT count(*) FROM notice");
    CHECK_INT(night(&t, 3, 12).returned + night(&t, 3, 13).returned, 0);
    CHECK_INT(query(&t, "SELECT count(*) FROM notice"), told); /* nobody is told every night */
    CHECK_INT(query(&t, "SELECT count(*) FROM journal"), events);
    check_all(&t, 3, 13);
    struct dossier_act reviewer = because(by("小吴", "复核", "", 3, 13), "已经不困难");
    CHECK_OK(dossier_refuse(t.d, &reviewer, c, &e), e);
    CHECK_INT(got(&t, c.id).state, DOSSIER_REFUSED);
    check_all(&t, 3, 13);
    town_close(&t);
}

TEST(what_was_published_to_the_end_is_granted_once_mended_and_not_published_again)
{
    struct town t;
    struct err e = { 0 };
    struct dossier_result x;
    town_open(&t);
    struct dossier_ref c = published(&t), other = granted_elsewhere(&t);
    CHECK_INT(night(&t, 3, 12).returned, 1);
    struct dossier_act reviewer = by("小吴", "复核", "", 3, 12), chief = because(by("主任", "主管", "", 3, 12), "重复");
    CHECK_ERR(dossier_approve(t.d, &reviewer, c, t.a, &x, &e), e, CONFLICT); /* nothing was mended */
    e = (struct err){ 0 };
    CHECK_OK(dossier_revoke(t.d, &chief, other, &e), e);
    CHECK_OK(dossier_approve(t.d, &reviewer, c, t.a, &x, &e), e);
    CHECK_INT(x.state, DOSSIER_GRANTED);
    CHECK_INT(x.granted_fen, 50000);
    CHECK_STR(got(&t, c.id).note, ""); /* what stood in the way does so no longer */
    CHECK_INT(query(&t, "SELECT count(*) FROM dossier_public"), 1);
    CHECK_INT(query(&t, "SELECT count(*) FROM notice WHERE title LIKE '开始公示%'"), 1);
    check_all(&t, 3, 12);
    town_close(&t);
}

TEST(what_is_shown_differently_than_it_was_published_is_published_again)
{
    struct town t;
    struct err e = { 0 };
    struct dossier_result x;
    town_open(&t);
    struct dossier_ref c = published(&t), other = granted_elsewhere(&t);
    CHECK_INT(night(&t, 3, 12).returned, 1);
    town_known(&t, "身份证号,姓名", ID_HARD ",钱一", 3, 12);
    struct dossier_act reviewer = by("小吴", "复核", "", 3, 12), chief = because(by("主任", "主管", "", 3, 12), "重复");
    CHECK_OK(dossier_revoke(t.d, &chief, other, &e), e);
    CHECK_OK(dossier_approve(t.d, &reviewer, c, t.a, &x, &e), e);
    CHECK_INT(x.state, DOSSIER_PUBLIC);
    CHECK_INT(query(&t, "SELECT count(*) FROM dossier_public"), 2);
    check_all(&t, 3, 12);
    CHECK_INT(night(&t, 3, 20).published, 1);
    CHECK_INT(got(&t, c.id).state, DOSSIER_GRANTED);
    check_all(&t, 3, 20);
    town_close(&t);
}

/* What was hanging when an objection was upheld was not published to its end, whatever day it is decided anew. */
TEST(after_an_objection_was_upheld_it_is_published_again)
{
    struct town t;
    struct err e = { 0 };
    struct dossier_result x;
    int64_t objection;
    town_open(&t);
    town_money(&t, 1000000);
    struct dossier_ref c = published(&t), other = granted_elsewhere(&t);
    CHECK_INT(night(&t, 3, 12).returned, 1);
    struct dossier_act reviewer = by("小吴", "复核", "", 3, 12), chief = because(by("主任", "主管", "", 3, 12), "重复"),
                       mine = because(by(ID_HARD, "本人", "", 3, 13), "那一件撤了");
    reviewer.reason = STR("已经领了");
    CHECK_OK(dossier_refuse(t.d, &reviewer, c, &e), e);
    CHECK_OK(dossier_revoke(t.d, &chief, other, &e), e);
    CHECK_OK(dossier_object(t.d, &mine, c, &objection, &e), e);
    CHECK_OK(dossier_answer(t.d, &chief, objection, true, &e), e);
    CHECK_INT(got(&t, c.id).state, DOSSIER_REVIEW);
    CHECK_OK(dossier_approve(t.d, &reviewer, c, t.a, &x, &e), e);
    CHECK_INT(x.state, DOSSIER_PUBLIC);
    check_all(&t, 3, 13);
    town_close(&t);
}

/* What the machine decided alone nobody has reviewed: it goes to the first step, and the time of the office begins. */
TEST(what_the_machine_published_alone_goes_to_its_first_review)
{
    struct town t;
    struct err e = { 0 };
    town_open(&t);
    town_money(&t, 1000000);
    struct dossier_result x = applied(&t, "公告补贴申领", ID_HARD, "", by(ID_HARD, "本人", "", 3, 3));
    CHECK(x.alone);
    CHECK_INT(x.state, DOSSIER_PUBLIC);
    granted_elsewhere(&t);
    CHECK_INT(night(&t, 3, 12).returned, 1);
    struct dossier k = got(&t, x.id);
    CHECK_INT(k.state, DOSSIER_REVIEW);
    CHECK_INT(k.step, 1);
    CHECK((k.flags & DOSSIER_ALONE) == 0);
    CHECK_INT(clock_of(&t, x.id, DOSSIER_CLOCK_LIMIT, 3, 12).due.days, date_of(2026, 3, 26).days);
    CHECK_INT(clock_of(&t, x.id, DOSSIER_CLOCK_STEP, 3, 12).due.days, date_of(2026, 3, 16).days);
    CHECK_INT((int64_t)waiting(&t, "复核"), 1);
    struct dossier_act reviewer = because(by("小吴", "复核", "", 3, 13), "已经领了");
    CHECK_OK(dossier_refuse(t.d, &reviewer, (struct dossier_ref){ .id = x.id }, &e), e);
    check_all(&t, 3, 13);
    town_close(&t);
}

/* A disk that fails is not a reason a person can mend: the case stays as it was, and the next night does it. Opened
 * anew each time, so that what the grant needs must be read. */
TEST_WITHIN(a_night_whose_disk_fails_sends_nothing_back, 300)
{
    struct town t;
    struct err e = { 0 };
    town_open(&t);
    town_money(&t, 1000000);
    struct dossier_ref c = published(&t);
    struct dossier_act act = because(by("系统", "系统", "", 3, 12), "补办前面的日子");
    bool done = false;
    for (uint64_t n = 1; !done; n++) {
        struct dossier_night out;
        dossier_close(t.d);
        registry_close(t.r);
        e = (struct err){ 0 };
        CHECK_OK(town_reopen(&t, &e), e);
        t.s = dossier_store(t.d);
        fault_plan(FAULT_READ, n, false);
        done = dossier_night(t.d, &act, t.a, &out, &e);
        bool hit = fault_hit(FAULT_READ);
        fault_plan(FAULT_READ, 0, false);
        CHECK(done != hit);
        enum dossier_state state = got(&t, c.id).state; /* what fails behind the commit is the seal of the journal */
        CHECK(state == DOSSIER_GRANTED || (state == DOSSIER_PUBLIC && !done));
    }
    CHECK_INT(query(&t, "SELECT count(*) FROM notice WHERE title LIKE '公示期满%'"), 0);
    check_all(&t, 3, 12);
    town_close(&t);
}

TEST(what_the_program_fails_at_is_no_reason_for_a_reviewer)
{
    struct town t;
    struct err e = { 0 };
    town_open(&t);
    town_money(&t, 1000000);
    struct dossier_ref c = published(&t);
    CHECK_OK(store_do(t.s, NULL, &e, "ALTER TABLE dossier_payee RENAME TO away", ""), e);
    struct dossier_night n = night(&t, 3, 12);
    CHECK_INT(n.returned, 0);
    CHECK_INT((int64_t)n.told.len, 1);
    CHECK_INT(got(&t, c.id).state, DOSSIER_PUBLIC);
    CHECK_OK(store_do(t.s, NULL, &e, "ALTER TABLE away RENAME TO dossier_payee", ""), e);
    CHECK_INT(night(&t, 3, 13).published, 1);
    CHECK_INT(got(&t, c.id).state, DOSSIER_GRANTED);
    check_all(&t, 3, 13);
    town_close(&t);
}

TEST(cases_that_were_left_hanging_are_found_and_the_next_night_sends_them_back)
{
    struct town t;
    struct err e = { 0 };
    struct text report;
    bool sound = true;
    town_open(&t);
    town_money(&t, 1000000);
    struct dossier_ref c = published(&t);
    granted_elsewhere(&t);
    CHECK_INT(night(&t, 3, 12).returned, 1);
    CHECK_INT(night(&t, 3, 13).returned, 0);
    /* as it was left */
    CHECK_OK(store_do(t.s, NULL, &e, "UPDATE dossier SET state = 5, flags = 0, note = '' WHERE id = $1", "i", c.id), e);
    CHECK_OK(store_do(t.s, NULL, &e, "UPDATE dossier_clock SET state = CASE WHEN kind = 3 THEN 0 ELSE 1 END", ""), e);
    text_init(&report, t.a, 1 << 16);
    CHECK_OK(dossier_check(t.d, date_of(2026, 3, 13), &sound, &report, &e), e);
    CHECK(!sound && str_find(text_str(&report), STR("公示期满，例行办理过了，还挂在公示中")) != SIZE_MAX);
    CHECK_INT(night(&t, 3, 16).returned, 1);
    check_all(&t, 3, 16);
    town_close(&t);
}

static void what_another_program_holds_is_no_reason_for_a_reviewer(void)
{
    struct town t;
    struct err e = { 0 };
    struct store *other = NULL;
    struct dossier_night n;
    town_open(&t);
    town_money(&t, 1000000);
    struct dossier_ref c = published(&t);
    CHECK_OK(store_open(&other, t.db, STORE_WRITE, &e), e);
    CHECK_OK(store_exec(other, STR("BEGIN; LOCK TABLE dossier_pay IN EXCLUSIVE MODE"), &e), e);
    CHECK_OK(store_exec(t.s, STR("SET lock_timeout = '100ms'"), &e), e);
    struct dossier_act act = because(by("系统", "系统", "", 3, 12), "补办前面的日子");
    CHECK_ERR(dossier_night(t.d, &act, t.a, &n, &e), e, BUSY);
    CHECK_INT(got(&t, c.id).state, DOSSIER_PUBLIC);
    e = (struct err){ 0 };
    CHECK_OK(store_exec(other, STR("ROLLBACK"), &e), e);
    store_close(other);
    CHECK_INT(night(&t, 3, 12).published, 1);
    CHECK_INT(got(&t, c.id).state, DOSSIER_GRANTED);
    CHECK_INT(query(&t, "SELECT count(*) FROM notice WHERE title LIKE '公示期满%'"), 0);
    check_all(&t, 3, 12);
    town_close(&t);
}

TEST_WITHIN(the_same_holds_on_postgresql, 120)
{
    t_on_postgres();
    what_another_program_holds_is_no_reason_for_a_reviewer();
    what_cannot_be_granted_after_its_publicity_goes_back_to_review_with_the_reason();
    what_was_published_to_the_end_is_granted_once_mended_and_not_published_again();
    what_is_shown_differently_than_it_was_published_is_published_again();
    what_the_machine_published_alone_goes_to_its_first_review();
    cases_that_were_left_hanging_are_found_and_the_next_night_sends_them_back();
}
