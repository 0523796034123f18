/* Nobody loses by the time an office takes: deadlines are kept by who applied in time; what happened since counts. */
#include "helpers.h"

/* The licence is of 15 March of the year before; they applied in time. */
static int64_t applied_in_time(struct town *t)
{
    town_known(t, "身份证号,执照日期,领过创业补贴", ID_HARD ",2025-03-15,否", 3, 2);
    struct dossier_result x = applied(t, "创业补贴申领", ID_HARD, "", by(ID_HARD, "本人", "", 3, 12));
    CHECK_INT(x.state, DOSSIER_SUBMITTED);
    struct err e = { 0 };
    struct dossier_act clerk = by("小周", "窗口", "", 3, 13);
    CHECK_OK(dossier_accept(t->d, &clerk, (struct dossier_ref){ .id = x.id }, t->a, &x, &e), e);
    return x.id;
}

static bool signed_on(struct town *t, int64_t id, int mon, int day, struct err *e)
{
    struct dossier_act reviewer = by("小吴", "复核", "", mon, day);
    struct dossier_result x;
    return dossier_approve(t->d, &reviewer, (struct dossier_ref){ .id = id }, t->a, &x, e);
}

TEST(a_deadline_that_was_kept_is_not_lost_while_the_office_looks)
{
    struct town t;
    struct err e = { 0 };
    town_open(&t);
    town_money(&t, 1000000);
    int64_t id = applied_in_time(&t);
    dossier_grounds g = { 0 };
    CHECK_OK(dossier_grounds_of(t.d, id, date_of(2026, 3, 24), t.a, &g, &e), e);
    VEC_EACH (const struct dossier_ground, one, &g) CHECK(one->met);
    CHECK_OK(signed_on(&t, id, 3, 24, &e), e);
    CHECK_INT(got(&t, id).state, DOSSIER_GRANTED);
    CHECK_INT(night(&t, 3, 24).listed, 1);
    check_all(&t, 3, 24);
    town_close(&t);
}

TEST(a_draft_is_applied_for_on_the_day_it_is_sent)
{
    struct town t;
    struct err e = { 0 };
    struct dossier_result x;
    town_open(&t);
    struct dossier_act self = by(ID_WELL, "本人", "", 3, 3);
    struct dossier_request q = { .service = STR("人工登记"), .subject = who(&t, ID_WELL), .as_draft = true };
    q.answers = STR("{\"登记.形式\":\"灵活\"}");
    CHECK_OK(dossier_apply(t.d, &self, &q, t.a, &x, &e), e);
    self.day = date_of(2026, 4, 7);
    CHECK_OK(dossier_submit(t.d, &self, x.id, STR(""), t.a, &x, &e), e);
    CHECK_INT(got(&t, x.id).opened.days, date_of(2026, 4, 7).days);
    struct dossier_act clerk = by("小周", "窗口", "", 4, 8);
    CHECK_OK(dossier_accept(t.d, &clerk, (struct dossier_ref){ .id = x.id }, t.a, &x, &e), e);
    CHECK_INT(got(&t, x.id).opened.days, date_of(2026, 4, 7).days);
    town_close(&t);
}

TEST(who_applies_too_late_is_refused)
{
    struct town t;
    struct err e = { 0 };
    struct dossier_result x;
    town_open(&t);
    town_known(&t, "身份证号,执照日期,领过创业补贴", ID_HARD ",2025-03-15,否", 3, 2);
    struct dossier_act self = by(ID_HARD, "本人", "", 3, 16);
    struct dossier_request q = { .service = STR("创业补贴申领"), .subject = who(&t, ID_HARD) };
    CHECK_ERR(dossier_apply(t.d, &self, &q, t.a, &x, &e), e, CONFLICT);
    CHECK(strstr(err_cause(&e), "领执照不满一年") != NULL);
    e = (struct err){ 0 };
    q.anyway = true; /* they want it in writing: it stays refused */
    CHECK_OK(dossier_apply(t.d, &self, &q, t.a, &x, &e), e);
    struct dossier_act clerk = by("小周", "窗口", "", 3, 17);
    CHECK_OK(dossier_accept(t.d, &clerk, (struct dossier_ref){ .id = x.id }, t.a, &x, &e), e);
    CHECK_ERR(signed_on(&t, x.id, 3, 18, &e), e, CONFLICT);
    town_close(&t);
}

TEST(what_happened_since_they_applied_counts_beside_a_deadline_that_passed)
{
    struct town t;
    struct err e = { 0 };
    town_open(&t);
    town_money(&t, 1000000);
    int64_t id = applied_in_time(&t);
    town_known(&t, "身份证号,去世", ID_HARD ",是", 3, 20);
    CHECK_ERR(signed_on(&t, id, 3, 24, &e), e, CONFLICT);
    CHECK(strstr(err_cause(&e), "本人在世") != NULL);
    town_close(&t);
}

/* The line of the budget is empty until May: the deadline is long over, and the grant itself says 领过. */
TEST(money_that_waits_for_a_budget_is_paid_however_late)
{
    struct town t;
    struct err e = { 0 };
    struct ledger_act clerk = { STR("会计"), LEDGER_ACCOUNTANT, date_of(2026, 5, 6), STR(""), 1 };
    town_open(&t);
    town_money(&t, 100);
    int64_t id = applied_in_time(&t);
    CHECK_OK(signed_on(&t, id, 3, 13, &e), e);
    struct dossier_night n = night(&t, 3, 13);
    CHECK_INT(n.listed + n.unpaid_refused, 0);
    CHECK_OK(ledger_budget(t.s, &clerk, t.line, 1000000, STR("文件2"), &e), e);
    CHECK_OK(ledger_deposit(t.s, &clerk, STR("就业补助资金"), 1000000, STR("拨款2"), &e), e);
    n = night(&t, 5, 6);
    CHECK_INT(n.unpaid_refused, 0);
    CHECK_INT(n.listed, 1);
    check_all(&t, 5, 6);
    CHECK_INT(query(&t, "SELECT count(*) FROM \"人员\" WHERE \"领过创业补贴\" = 1"), 1); /* looking changed nothing */
    town_close(&t);
}

TEST(who_died_while_money_waited_is_not_paid_and_only_that_is_the_reason)
{
    struct town t;
    struct err e = { 0 };
    struct ledger_act clerk = { STR("会计"), LEDGER_ACCOUNTANT, date_of(2026, 5, 6), STR(""), 1 };
    dossier_pays pays = { 0 };
    town_open(&t);
    town_money(&t, 100);
    int64_t id = applied_in_time(&t);
    CHECK_OK(signed_on(&t, id, 3, 13, &e), e);
    town_known(&t, "身份证号,去世", ID_HARD ",是", 4, 20);
    CHECK_OK(ledger_budget(t.s, &clerk, t.line, 1000000, STR("文件2"), &e), e);
    CHECK_OK(ledger_deposit(t.s, &clerk, STR("就业补助资金"), 1000000, STR("拨款2"), &e), e);
    CHECK_INT(night(&t, 5, 6).unpaid_refused, 1);
    CHECK_OK(dossier_pays_of(t.d, id, t.a, &pays, &e), e);
    CHECK_INT(pays.at[0].state, DOSSIER_NOT_PAID);
    CHECK(str_find(pays.at[0].note, STR("本人在世")) != SIZE_MAX);
    CHECK(str_find(pays.at[0].note, STR("不满一年")) == SIZE_MAX && str_find(pays.at[0].note, STR("领过")) == SIZE_MAX);
    check_all(&t, 5, 6);
    town_close(&t);
}
