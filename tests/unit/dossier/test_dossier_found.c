/* What the random city (test_dossier_city_slow.c) found, each as the shortest story that shows it; and two reviewers in
 * the same moment. */
#include "helpers.h"

#include <sys/wait.h>
#include <unistd.h>

/* 公示补贴 of somebody, granted and put on a list: its batch. */
static int64_t listed(struct town *t, int64_t *id)
{
    struct err e = { 0 };
    struct dossier_act reviewer = by("小吴", "复核", "", 3, 3);
    struct dossier_result x =
        applied(t, "公示补贴申领", ID_HARD, "", because(by("小周", "窗口", "", 3, 2), "本人在场"));
    CHECK_OK(dossier_approve(t->d, &reviewer, (struct dossier_ref){ .id = x.id }, t->a, &x, &e), e);
    struct dossier_night n = night(t, 3, 12);
    CHECK_INT(n.published, 1);
    CHECK_INT(n.listed, 1);
    *id = x.id;
    return n.lists.at[0].batch;
}

static void revoked(struct town *t, int64_t id, int mon, int day)
{
    struct err e = { 0 };
    struct dossier_act chief = because(by("主任", "主管", "", mon, day), "材料是假的");
    CHECK_OK(dossier_revoke(t->d, &chief, (struct dossier_ref){ .id = id }, &e), e);
}

static struct ledger_act money(const char *who, uint32_t role, int mon, int day)
{
    return (struct ledger_act){ str_of(who), role, date_of(2026, mon, day), STR("有理由"), 0 };
}

TEST(what_was_revoked_does_not_leave_with_a_batch_that_waits)
{
    struct town t;
    struct err e = { 0 };
    struct text file;
    int64_t id = 0;
    town_open(&t);
    town_money(&t, 1000000);
    int64_t batch = listed(&t, &id);
    struct ledger_act reviewer = money("复核人", LEDGER_REVIEWER, 3, 13),
                      cashier = money("出纳", LEDGER_CASHIER, 3, 13);
    CHECK_OK(ledger_approve(t.s, &reviewer, batch, &e), e);
    revoked(&t, id, 3, 13);
    text_init(&file, t.a, 1 << 20);
    CHECK_ERR(ledger_send(t.s, &cashier, batch, town_into_text, &file, &e), e, CONFLICT);
    CHECK(strstr(err_cause(&e), "决定不再付") != NULL);
    e = (struct err){ 0 };
    CHECK_OK(ledger_cancel(t.s, &reviewer, batch, &e), e);
    CHECK_INT(night(&t, 3, 14).listed, 0); /* nor is it owed again */
    CHECK_INT(query(&t, "SELECT count(*) FROM dossier_pay WHERE state = 4"), 1);
    CHECK_INT(query(&t, "SELECT sum(amount - used) FROM ledger_commitment"), 0);
    check_all(&t, 3, 14);
    town_close(&t);
}

/* The bank says of every payment of a batch that there is no such account. */
static void bank_refuses(struct town *t, int64_t batch, int day)
{
    struct err e = { 0 };
    struct ledger_returned r;
    struct text file, answer;
    struct ledger_act reviewer = money("复核人", LEDGER_REVIEWER, 3, day),
                      cashier = money("出纳", LEDGER_CASHIER, 3, day);
    char number[LEDGER_NUMBER_TEXT];
    text_init(&file, t->a, 1 << 20);
    text_init(&answer, t->a, 1 << 12);
    CHECK_OK(ledger_approve(t->s, &reviewer, batch, &e), e);
    CHECK_OK(ledger_send(t->s, &cashier, batch, town_into_text, &file, &e), e);
    ledger_number_text(query(t, "SELECT max(number) FROM ledger_payment"),
                       query(t, "SELECT max(attempt) FROM ledger_payment"), number);
    text_addf(&answer, "乐业回盘文件|1|%lld|R%d\n%s|500.00|失败|账号不存在\n完|1|500.00\n", (long long)batch, day,
              number);
    CHECK_OK(ledger_receive(t->s, &cashier, text_str(&answer), &r, &e), e);
    CHECK_INT(r.failed_count, 1);
}

TEST(what_the_chief_gave_up_is_not_put_on_a_list_again)
{
    struct town t;
    struct err e = { 0 };
    dossier_pays pays = { 0 };
    int64_t id = 0;
    town_open(&t);
    town_money(&t, 1000000);
    bank_refuses(&t, listed(&t, &id), 13);
    struct ledger_act chief = money("局长", LEDGER_CHIEF, 3, 13);
    CHECK_OK(ledger_give_up(t.s, &chief, query(&t, "SELECT max(number) FROM ledger_payment"), &e), e);
    CHECK_INT(night(&t, 3, 14).listed, 0);
    CHECK_INT(night(&t, 3, 15).listed, 0);
    CHECK_OK(dossier_pays_of(t.d, id, t.a, &pays, &e), e);
    CHECK_INT(pays.at[0].state, DOSSIER_NOT_PAID);
    CHECK(str_find(pays.at[0].note, STR("账号不存在")) != SIZE_MAX);
    check_all(&t, 3, 15);
    town_close(&t);
}

/* 困难补贴 of somebody, signed by everybody on one day. */
static void granted(struct town *t, const char *number, const char *answers)
{
    static const struct {
        const char *who, *role;
    } signers[] = { { "小吴", "复核" }, { "小郑", "审批" }, { "小冯", "审批" } };
    struct err e = { 0 };
    struct dossier_result x =
        applied(t, "困难补贴申领", number, answers, because(by("小周", "窗口", "", 3, 3), "本人在场"));
    for (size_t i = 0; i < sizeof signers / sizeof *signers; i++) {
        struct dossier_act act = by(signers[i].who, signers[i].role, "", 3, 3);
        CHECK_OK(dossier_approve(t->d, &act, (struct dossier_ref){ .id = x.id }, t->a, &x, &e), e);
    }
    CHECK_INT(x.state, DOSSIER_GRANTED);
}

TEST(what_another_case_was_granted_is_not_granted_twice)
{
    static const char *const first[] = { "小吴", "小郑" };
    struct town t;
    struct err e = { 0 };
    int64_t id = 0;
    char number[DOSSIER_NUMBER_TEXT];
    town_open(&t);
    town_money(&t, 1000000);
    struct dossier_result x =
        applied(&t, "困难补贴申领", ID_HARD, "", because(by("小周", "窗口", "", 3, 2), "本人在场"));
    listed(&t, &id); /* by the other service meanwhile */
    for (size_t i = 0; i < 2; i++) {
        struct dossier_act act = by(first[i], i == 0 ? "复核" : "审批", "", 3, 12);
        CHECK_OK(dossier_approve(t.d, &act, (struct dossier_ref){ .id = x.id }, t.a, &x, &e), e);
    }
    struct dossier_act last = by("小冯", "审批", "", 3, 12);
    CHECK_ERR(dossier_approve(t.d, &last, (struct dossier_ref){ .id = x.id }, t.a, &x, &e), e, CONFLICT);
    dossier_number(id, number);
    CHECK(strstr(err_cause(&e), number) != NULL);
    CHECK_INT(got(&t, x.id).state, DOSSIER_REVIEW);
    CHECK_INT(query(&t, "SELECT count(*) FROM dossier_pay"), 1);
    town_close(&t);
}

/* Nobody knows yet whether the bank pays it: it is granted again when that is known, and not before. */
TEST(what_was_taken_back_while_its_money_is_in_a_batch_is_not_granted_again_yet)
{
    static const char *const signers[] = { "小吴", "小郑", "小冯" };
    struct town t;
    struct err e = { 0 };
    int64_t id = 0;
    town_open(&t);
    town_money(&t, 1000000);
    struct dossier_ref c = {
        .id = applied(&t, "困难补贴申领", ID_HARD, "", because(by("小周", "窗口", "", 3, 2), "本人在场")).id
    };
    int64_t batch = listed(&t, &id);
    revoked(&t, id, 3, 12);
    struct dossier_result x;
    for (size_t i = 0; i < 2; i++) {
        struct dossier_act act = by(signers[i], i == 0 ? "复核" : "审批", "", 3, 12);
        CHECK_OK(dossier_approve(t.d, &act, c, t.a, &x, &e), e);
    }
    struct dossier_act last = by(signers[2], "审批", "", 3, 13);
    CHECK_ERR(dossier_approve(t.d, &last, c, t.a, &x, &e), e, CONFLICT);
    CHECK(strstr(err_cause(&e), "还在批次里或者银行") != NULL);
    struct ledger_act clerk = money("会计", LEDGER_ACCOUNTANT, 3, 13);
    e = (struct err){ 0 };
    CHECK_OK(ledger_cancel(t.s, &clerk, batch, &e), e);
    night(&t, 3, 13);
    CHECK_OK(dossier_approve(t.d, &last, c, t.a, &x, &e), e);
    CHECK_INT(x.granted_fen, 50000);
    check_all(&t, 3, 13);
    town_close(&t);
}

/* Seed 201, day 459: the money of somebody who was let go was given to the next only in a second night. */
TEST(money_that_is_free_again_goes_to_who_waited_in_the_same_night)
{
    struct town t;
    struct err e = { 0 };
    struct import_result out;
    town_open(&t);
    town_money(&t, 50000); /* for one of them */
    granted(&t, ID_HARD, "");
    granted(&t, ID_POOR, "{\"银行账号\":\"62220002\"}");
    str path = str_dup(t.a, str_of(t_path("better.csv")));
    CHECK_OK(file_write(path, STR("身份证号,困难\n" ID_HARD ",否\n"), &e), e);
    struct import_options o = {
        .path = path, .as = STR("人员"), .has_as_of = true, .as_of = date_of(2026, 3, 4), .changes = true
    };
    CHECK_OK(registry_import(t.r, &o, &out, t.a, &e), e);
    struct dossier_night n = night(&t, 3, 4);
    CHECK_INT(n.unpaid_refused, 1);
    CHECK_INT(n.listed, 1);
    dossier_taken_out_list taken = { 0 }; /* the batch tells whom it would have been for, and why not */
    CHECK_OK(dossier_taken_out_of(t.d, n.lists.at[0].batch, t.a, &taken, &e), e);
    CHECK_INT((int64_t)taken.len, 1);
    CHECK(taken.at[0].amount_fen == 50000 && str_find(taken.at[0].reason, STR("发放前再核，已经不符合")) == 0);
    CHECK_OK(dossier_taken_out_of(t.d, n.lists.at[0].batch + 1, t.a, &taken, &e), e);
    CHECK_INT((int64_t)taken.len, 0);
    n = night(&t, 3, 4);
    CHECK_INT(n.listed + n.unpaid_refused, 0);
    check_all(&t, 3, 4);
    town_close(&t);
}

TEST(a_payment_that_failed_and_is_paid_again_is_found_in_its_new_batch)
{
    struct town t;
    struct err e = { 0 };
    struct ledger_prepared p;
    dossier_pays pays = { 0 };
    int64_t id = 0;
    town_open(&t);
    town_money(&t, 1000000);
    bank_refuses(&t, listed(&t, &id), 13);
    struct ledger_act clerk = money("会计", LEDGER_ACCOUNTANT, 3, 13);
    CHECK_OK(
        ledger_repair(t.s, &clerk, query(&t, "SELECT max(number) FROM ledger_payment"), STR("李一"), STR("6222"), &e),
        e);
    CHECK_OK(ledger_prepare_again(t.s, &clerk, t.line, STR("再付"), &p, &e), e);
    night(&t, 3, 14);
    check_all(&t, 3, 14);
    bank_pays(&t, p.batch, 3, 15);
    CHECK_INT(night(&t, 3, 16).paid, 1);
    CHECK_OK(dossier_pays_of(t.d, id, t.a, &pays, &e), e);
    CHECK_INT(pays.at[0].state, DOSSIER_PAID);
    check_all(&t, 3, 16);
    town_close(&t);
}

TEST(what_comes_back_for_a_decision_that_was_revoked_meanwhile_is_not_paid_again)
{
    struct town t;
    struct err e = { 0 };
    int64_t id = 0;
    town_open(&t);
    town_money(&t, 1000000);
    int64_t batch = listed(&t, &id);
    bank_refuses(&t, batch, 13);
    revoked(&t, id, 3, 13);
    struct ledger_act clerk = money("会计", LEDGER_ACCOUNTANT, 3, 13);
    CHECK_ERR(
        ledger_repair(t.s, &clerk, query(&t, "SELECT max(number) FROM ledger_payment"), STR("李一"), STR("6222"), &e),
        e, CONFLICT);
    night(&t, 3, 14);
    CHECK_INT(query(&t, "SELECT count(*) FROM ledger_payment WHERE state <> 4"), 0);
    CHECK_INT(query(&t, "SELECT count(*) FROM dossier_pay WHERE state <> 4"), 0);
    check_all(&t, 3, 14);
    town_close(&t);
}

TEST(a_case_refused_at_the_counter_and_opened_again_is_not_accepted_a_second_time)
{
    struct town t;
    struct err e = { 0 };
    struct dossier_result x;
    str missing = STR("缺户口簿");
    town_open(&t);
    struct dossier_act self = by(ID_HARD, "本人", "", 3, 2), desk = because(by("小周", "经办", "", 3, 3), "不归本局"),
                       chief = because(by("主任", "主管", "", 3, 4), "归本局"), one = by("小吴", "复核", "", 3, 5);
    struct dossier_ref c = { .id = applied(&t, "困难补贴申领", ID_HARD, "{\"银行账号\":\"62220001\"}", self).id };
    CHECK_OK(dossier_refuse(t.d, &desk, c, &e), e);
    CHECK_OK(dossier_reopen(t.d, &chief, c, &e), e);
    CHECK_OK(dossier_approve(t.d, &one, c, t.a, &x, &e), e);
    struct dossier_act two = by("小郑", "审批", "", 3, 5);
    CHECK_OK(dossier_return(t.d, &two, c, &missing, 1, false, (date){ 0 }, &e), e);
    CHECK_OK(dossier_submit(t.d, &self, c.id, STR(""), t.a, &x, &e), e);
    CHECK_INT(got(&t, c.id).state, DOSSIER_REVIEW); /* back to where it was, with the signature it has */
    CHECK_INT(got(&t, c.id).step, 2);
    check_all(&t, 3, 5);
    town_close(&t);
}

/* ---- the same moment ---- */

/* A reviewer in a process of their own signs when the pipe closes. Status 0: signed, 1: told that another was quicker.
 */
static pid_t reviewer(struct town *t, const char *name, struct dossier_ref c, int gate[2])
{
    fflush(NULL);
    pid_t child = fork();
    if (child != 0) return child;
    struct err e = { 0 };
    struct dossier_result x;
    char byte;
    close(gate[1]);
    if (!town_reopen(t, &e)) _exit(2);
    struct dossier_act act = by(name, "复核", "", 3, 3);
    while (read(gate[0], &byte, 1) > 0) {
    }
    bool ok = dossier_approve(t->d, &act, c, t->a, &x, &e);
    _exit(ok ? 0 : e.code == ERR_CONFLICT ? 1 : 3);
}

TEST(two_reviewers_in_the_same_moment_decide_once)
{
    struct town t;
    town_open(&t);
    for (int round = 0; round < 6; round++) {
        int gate[2], status[2] = { -1, -1 };
        struct err e = { 0 };
        struct dossier_result x =
            applied(&t, "公示补贴申领", ID_HARD, "", because(by("小周", "窗口", "", 3, 2), "本人在场"));
        struct dossier_ref c = { x.id, got(&t, x.id).revision };
        dossier_close(t.d);
        registry_close(t.r);
        CHECK(pipe(gate) == 0);
        pid_t one = reviewer(&t, "小吴", c, gate), two = reviewer(&t, "小郑", c, gate);
        close(gate[0]);
        usleep((useconds_t)t_random_below(20000));
        close(gate[1]);
        CHECK(waitpid(one, &status[0], 0) == one && waitpid(two, &status[1], 0) == two);
        CHECK(WIFEXITED(status[0]) && WIFEXITED(status[1]));
        CHECK_INT(WEXITSTATUS(status[0]) + WEXITSTATUS(status[1]), 1);
        CHECK_OK(town_reopen(&t, &e), e);
        t.s = dossier_store(t.d);
        CHECK_INT(query(&t, "SELECT count(*) FROM dossier_sign WHERE round = 0"), round + 1);
        struct dossier_act self = by(ID_HARD, "窗口", "", 3, 3);
        CHECK_OK(dossier_withdraw(t.d, &self, (struct dossier_ref){ .id = c.id }, &e), e);
    }
    check_all(&t, 3, 3);
    town_close(&t);
}

/* The machine would grant and cannot, because nobody knows the account. (It kept the case as granted, without a benefit
 * that would ever be paid.) */
TEST(what_the_machine_cannot_grant_goes_to_a_person_with_the_reason)
{
    struct town t;
    struct err e = { 0 };
    town_open(&t);
    town_money(&t, 1000000);
    struct dossier_result x = applied(&t, "月度补贴申领", ID_POOR, "", by(ID_POOR, "本人", "", 3, 3));
    struct dossier_ref c = { .id = x.id };
    CHECK(!x.alone && x.granted_fen == 0);
    CHECK(str_find(x.why_staff, STR("还没有发钱的银行账号")) != SIZE_MAX);
    struct dossier k = got(&t, x.id);
    CHECK_INT(k.state, DOSSIER_SUBMITTED);
    CHECK(!k.has_decided && !k.has_accepted && (k.flags & DOSSIER_ALONE) == 0);
    CHECK_INT(query(&t, "SELECT count(*) FROM dossier_verdict"), 0);
    CHECK_INT(query(&t, "SELECT count(*) FROM journal WHERE kind = 'dossier.staff'"), 1);
    check_all(&t, 3, 3);
    struct dossier_act clerk = by("小周", "经办", "", 3, 3), reviewer = by("小吴", "复核", "", 3, 4);
    CHECK_OK(dossier_accept(t.d, &clerk, c, t.a, &x, &e), e);
    CHECK_ERR(dossier_approve(t.d, &reviewer, c, t.a, &x, &e), e, INVALID);
    town_known(&t, "身份证号,银行账号", ID_POOR ",62220002", 3, 4);
    e = (struct err){ 0 };
    CHECK_OK(dossier_approve(t.d, &reviewer, c, t.a, &x, &e), e);
    CHECK_INT(got(&t, x.id).state, DOSSIER_PAYING);
    CHECK_INT(night(&t, 4, 1).due, 1);
    check_all(&t, 4, 1);
    CHECK_OK(store_do(t.s, NULL, &e, "DELETE FROM dossier_benefit", ""), e); /* as it was left */
    CHECK_OK(store_do(t.s, NULL, &e, "DELETE FROM dossier_pay", ""), e);
    struct text report;
    bool sound = true;
    text_init(&report, t.a, 1 << 16);
    CHECK_OK(dossier_check(t.d, date_of(2026, 4, 1), &sound, &report, &e), e);
    CHECK(str_find(text_str(&report), STR("准予了钱，却没有记下要发")) != SIZE_MAX);
    struct dossier_act chief = because(by("主任", "主管", "", 4, 2), "没有记下要发，重新申请");
    CHECK_OK(dossier_revoke(t.d, &chief, c, &e), e);
    CHECK(applied(&t, "月度补贴申领", ID_POOR, "", by(ID_POOR, "本人", "", 4, 2)).alone);
    check_all(&t, 4, 2);
    town_close(&t);
}

/* Amounts of one policy that nobody has money for, each a fen more than the one before. */
static void wait_for_money(struct town *t, int64_t count)
{
    struct err e = { 0 };
    for (int64_t i = 1; i <= count; i++)
        CHECK_OK(
            store_do(t->s, NULL, &e,
                     "INSERT INTO dossier_pay (id, dossier, subject, policy, period, amount, state, day, line, batch,"
                     " payment, note) SELECT (SELECT max(id) + 1 FROM dossier_pay), dossier, subject, policy, 'N' ||"
                     " (SELECT max(id) + 1 FROM dossier_pay), amount + CAST($1 AS bigint), 0, day, 0, 0, 0, '' FROM"
                     " dossier_pay WHERE id = 1",
                     "i", i),
            e);
}

/* What a night with so many more who wait asks of the database. */
static uint64_t asked_by_a_night(struct town *t, int64_t more, int day)
{
    wait_for_money(t, more);
    fault_plan(FAULT_WRITE, 0, false);
    CHECK_INT(night(t, 4, day).listed, 0);
    return fault_passed(FAULT_WRITE);
}

/* Each of them was tried anew every night: the city's nights grew with everybody who ever waited. */
TEST_WITHIN(who_waits_for_money_does_not_make_the_night_longer, 120)
{
    struct town t;
    t_on_postgres(); /* there each thing asked is a fault point */
    town_open(&t);
    town_money(&t, 40000);
    granted(&t, ID_HARD, "");
    CHECK_INT(query(&t, "SELECT count(*) FROM dossier_pay WHERE state = 0 AND line = 0"), 1);
    uint64_t few = asked_by_a_night(&t, 5, 7), many = asked_by_a_night(&t, 60, 8);
    if (fault_built() && many > few + 10)
        FAIL("%llu, with 60 more %llu", (unsigned long long)few, (unsigned long long)many);
    struct err e = { 0 }; /* who waits for less behind them has it all the same, and then who was first */
    CHECK_OK(store_do(t.s, NULL, &e, "UPDATE dossier_pay SET amount = 30000 WHERE id = 66", ""), e);
    CHECK_INT(night(&t, 4, 9).listed, 1);
    CHECK_INT(query(&t, "SELECT id FROM dossier_pay WHERE line > 0"), 66);
    town_close(&t);
}

TEST_WITHIN(the_same_holds_on_postgresql, 120)
{
    t_on_postgres();
    what_was_revoked_does_not_leave_with_a_batch_that_waits();
    what_the_chief_gave_up_is_not_put_on_a_list_again();
    a_payment_that_failed_and_is_paid_again_is_found_in_its_new_batch();
    what_comes_back_for_a_decision_that_was_revoked_meanwhile_is_not_paid_again();
    a_case_refused_at_the_counter_and_opened_again_is_not_accepted_a_second_time();
    two_reviewers_in_the_same_moment_decide_once();
    what_the_machine_cannot_grant_goes_to_a_person_with_the_reason();
}
