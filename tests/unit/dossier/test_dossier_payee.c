/* Money that goes to somebody else than the subject: to whom it was granted, also after the decision was made anew. */
#include "helpers.h"

#define FIRM_A "A001"
#define FIRM_B "B002"

/* Two firms with accounts; she works at the first. */
static void firms_open(struct town *t)
{
    struct err e = { 0 };
    struct import_result out;
    town_open(t);
    town_money(t, 1000000);
    str path = str_dup(t->a, str_of(t_path("firms.csv")));
    CHECK_OK(
        file_write(path, STR("单位编号,单位名称,对公账号\n" FIRM_A ",甲厂,11110001\n" FIRM_B ",乙厂,11110002\n"), &e),
        e);
    struct import_options o = { .path = path, .as = STR("单位"), .has_as_of = true, .as_of = date_of(2026, 3, 1) };
    CHECK_OK(registry_import(t->r, &o, &out, t->a, &e), e);
    CHECK_INT((int64_t)out.counts.good, 2);
    town_known(t, "身份证号,雇主", ID_HARD "," FIRM_A, 3, 1);
}

static int64_t firm(struct town *t, const char *code)
{
    struct err e = { 0 };
    uint16_t entity;
    int64_t id = 0;
    CHECK_OK(registry_find(t->r, STR("单位"), str_of(code), &entity, &id, &e), e);
    return id;
}

static bool approve(struct town *t, int64_t id, int day, struct err *e)
{
    struct dossier_result x;
    struct dossier_act reviewer = by("小吴", "复核", "", 3, day);
    return dossier_approve(t->d, &reviewer, (struct dossier_ref){ .id = id }, t->a, &x, e);
}

static int64_t granted(struct town *t, int day)
{
    struct err e = { 0 };
    int64_t id = applied(t, "招用补贴申领", ID_HARD, "", because(by("小周", "窗口", "", 3, day), "本人在场")).id;
    CHECK_OK(approve(t, id, day, &e), e);
    CHECK_INT(got(t, id).state, DOSSIER_GRANTED);
    return id;
}

/* She has another employer, and the chief has the case decided again. */
static void moved_on_and_reopened(struct town *t, int64_t id, int day)
{
    struct err e = { 0 };
    struct dossier_act chief = because(by("主任", "主管", "", 3, day), "单位写错了");
    town_known(t, "身份证号,雇主", ID_HARD "," FIRM_B, 3, day);
    CHECK_OK(dossier_reopen(t->d, &chief, (struct dossier_ref){ .id = id }, &e), e);
}

/* What is shown of the only payment to the case itself and to each firm. */
static void shown(struct town *t, int64_t id, enum dossier_pay_state state, const char *payee, int64_t a, int64_t b)
{
    struct err e = { 0 };
    dossier_pays pays = { 0 };
    CHECK_OK(dossier_pays_of(t->d, id, t->a, &pays, &e), e);
    CHECK(pays.len > 0);
    CHECK_INT(pays.at[pays.len - 1].state, state);
    CHECK_STR(pays.at[pays.len - 1].payee, payee);
    CHECK_OK(dossier_pays_to(t->d, firm(t, FIRM_A), 10, t->a, &pays, &e), e);
    CHECK_INT((int64_t)pays.len, a);
    CHECK_OK(dossier_pays_to(t->d, firm(t, FIRM_B), 10, t->a, &pays, &e), e);
    CHECK_INT((int64_t)pays.len, b);
    CHECK_OK(dossier_pays_to(t->d, who(t, ID_HARD), 10, t->a, &pays, &e), e);
    CHECK_INT((int64_t)pays.len, 0);
}

TEST(what_a_firm_was_paid_stays_its_payment_and_is_not_granted_to_another)
{
    struct town t;
    struct err e = { 0 };
    firms_open(&t);
    int64_t id = granted(&t, 3);
    struct dossier_night n = night(&t, 3, 4);
    CHECK_INT(n.listed, 1);
    shown(&t, id, DOSSIER_LISTED, "甲厂", 1, 0);
    bank_pays(&t, n.lists.at[0].batch, 3, 5);
    CHECK_INT(night(&t, 3, 6).paid, 1);
    shown(&t, id, DOSSIER_PAID, "甲厂", 1, 0);
    moved_on_and_reopened(&t, id, 7);
    CHECK_ERR(approve(&t, id, 8, &e), e, CONFLICT);
    CHECK(strstr(err_cause(&e), "甲厂") != NULL && strstr(err_cause(&e), "乙厂") != NULL);
    shown(&t, id, DOSSIER_PAID, "甲厂", 1, 0);
    check_all(&t, 3, 8);
    town_close(&t);
}

TEST(what_is_only_owed_goes_to_whom_it_is_granted_anew)
{
    struct town t;
    struct err e = { 0 };
    firms_open(&t);
    int64_t id = granted(&t, 3);
    shown(&t, id, DOSSIER_DUE, "甲厂", 1, 0);
    moved_on_and_reopened(&t, id, 3);
    CHECK_OK(approve(&t, id, 4, &e), e);
    struct dossier_night n = night(&t, 3, 5);
    CHECK_INT(n.listed, 1);
    bank_pays(&t, n.lists.at[0].batch, 3, 6);
    CHECK_INT(night(&t, 3, 7).paid, 1);
    shown(&t, id, DOSSIER_PAID, "乙厂", 1, 1); /* the one that was let go was the other firm's */
    CHECK_INT(query(&t, "SELECT count(*) FROM notice WHERE content LIKE '%甲厂%' AND title LIKE '%已发%'"), 0);
    check_all(&t, 3, 7);
    town_close(&t);
}

TEST(what_is_on_a_list_for_one_firm_is_not_granted_to_another_until_the_list_is_cancelled)
{
    struct town t;
    struct err e = { 0 };
    firms_open(&t);
    int64_t id = granted(&t, 3);
    struct dossier_night n = night(&t, 3, 4);
    moved_on_and_reopened(&t, id, 5);
    CHECK_ERR(approve(&t, id, 5, &e), e, CONFLICT);
    CHECK(strstr(err_cause(&e), "甲厂") != NULL);
    e = (struct err){ 0 };
    struct ledger_act reviewer = { STR("复核人"), LEDGER_REVIEWER, date_of(2026, 3, 5), STR("要重新办理"), 0 };
    CHECK_OK(ledger_cancel(t.s, &reviewer, n.lists.at[0].batch, &e), e);
    night(&t, 3, 6);
    CHECK_OK(approve(&t, id, 6, &e), e);
    n = night(&t, 3, 7);
    CHECK_INT(n.listed, 1);
    bank_pays(&t, n.lists.at[0].batch, 3, 8);
    CHECK_INT(night(&t, 3, 9).paid, 1);
    shown(&t, id, DOSSIER_PAID, "乙厂", 1, 1);
    check_all(&t, 3, 9);
    town_close(&t);
}

TEST(a_database_from_before_each_amount_had_a_payee_learns_it_from_its_cases)
{
    static const char *const back[] = { "DROP INDEX dossier_pay_payee",
                                        "ALTER TABLE dossier_pay DROP COLUMN payee",
                                        "ALTER TABLE dossier_pay DROP COLUMN payee_entity",
                                        "ALTER TABLE dossier_pay DROP COLUMN payee_name",
                                        "CREATE INDEX dossier_payee_of ON dossier_payee (payee)",
                                        "DROP TABLE dossier_enclosure", /* of later steps */
                                        "ALTER TABLE dossier_benefit DROP COLUMN back",
                                        "ALTER TABLE dossier_effect DROP COLUMN period",
                                        "DELETE FROM \"_schema\" WHERE part = 'dossier' AND number >= 11" };
    struct town t;
    struct err e = { 0 };
    firms_open(&t);
    int64_t id = granted(&t, 3);
    for (size_t i = 0; i < sizeof back / sizeof *back; i++) CHECK_OK(store_do(t.s, NULL, &e, back[i], ""), e);
    dossier_close(t.d);
    registry_close(t.r);
    CHECK_OK(town_reopen(&t, &e), e);
    t.s = dossier_store(t.d);
    shown(&t, id, DOSSIER_DUE, "甲厂", 1, 0);
    struct dossier_night n = night(&t, 3, 4);
    bank_pays(&t, n.lists.at[0].batch, 3, 5);
    CHECK_INT(night(&t, 3, 6).paid, 1);
    shown(&t, id, DOSSIER_PAID, "甲厂", 1, 0);
    check_all(&t, 3, 6);
    town_close(&t);
}
