/* A month of an accountant: budget, commitment, batch, file, return, repair, claw-back, closing. On both databases. */
#include "helpers.h"
#include "support/postgres.h"

TEST(the_life_cycles_are_sound)
{
    autoarena *a = arena_new("report", 0);
    struct text t;
    text_init(&t, a, 4000);
    CHECK(machine_sound(&ledger_batch_machine, &t));
    CHECK(machine_sound(&ledger_payment_machine, &t));
    CHECK(machine_sound(&ledger_claim_machine, &t));
    CHECK_STR(t.len > 0 ? text_str(&t) : STR(""), "");
}

static void a_month(const char *address)
{
    autoarena *a = arena_new("month", 0);
    struct err e = { 0 };
    struct ledger_act clerk = CLERK, chief = because(CHIEF, "查实冒领"), cashier = CASHIER;
    struct store *s = opened(address);
    int64_t line = a_line(s, 1000000);
    CHECK_OK(ledger_release(s, &clerk, line, STR("C"), 100000, &e), e);
    CHECK_INT(balance(s, line, LEDGER_AVAILABLE), 100000);

    /* ten people, 500 yuan each; every fourth account is wrong */
    struct ledger_prepared p = prepared(s, line, (struct some){ .to = 10, .amount_fen = 50000 }, a);
    CHECK_INT(p.count, 10);
    CHECK_INT(p.total_fen, 500000);
    CHECK_INT(balance(s, line, LEDGER_PAYABLE), 500000);
    str file = sent(s, p.batch, a);
    CHECK_INT(balance(s, line, LEDGER_TRANSIT), 500000);
    struct ledger_returned r = received(s, answered(file, 0, 6, 4, "R1", a));
    CHECK_INT(r.paid_count, 5);
    CHECK_INT(r.failed_count, 1);
    CHECK(!r.settled);
    struct ledger_reconciled rec;
    CHECK_OK(ledger_reconcile(s, &cashier, FUND, 1000000 - 250000, &rec, &e), e);
    CHECK(rec.agrees);
    CHECK_INT(rec.transit_fen, 200000);
    r = received(s, answered(file, 6, 10, 4, "R2", a));
    CHECK_INT(r.paid_count, 3);
    CHECK(r.settled);
    CHECK_INT(balance(s, line, LEDGER_PAID), 400000);
    CHECK_INT(balance(s, line, LEDGER_RETURNED), 100000);
    check_ledger(s);

    /* one is repaired and paid again, the other given up */
    int64_t failed = query(s, "SELECT min(number) FROM ledger_payment WHERE state = 2");
    CHECK_ERR(ledger_repair(s, &clerk, failed, STR("王小明"), STR("6.217E+15"), &e), e, INVALID); /* a damaged one */
    e = (struct err){ 0 };
    CHECK_ERR(ledger_repair(s, &clerk, failed, STR("王小明"), STR("还是那个卡"), &e), e, INVALID);
    e = (struct err){ 0 };
    CHECK_OK(ledger_repair(s, &clerk, failed, STR("王小明"), STR(" 6217 0001 "), &e), e); /* as people read it out */
    CHECK_ERR(ledger_repair(s, &clerk, failed - 1, STR("王小明"), STR("62170001"), &e), e, CONFLICT);
    e = (struct err){ 0 };
    struct ledger_prepared again;
    CHECK_OK(ledger_prepare_again(s, &clerk, line, STR("退回再付"), &again, &e), e);
    CHECK_INT(again.count, 1);
    str second = sent(s, again.batch, a);
    CHECK(str_find(second, STR("62170001")) != SIZE_MAX);
    r = received(s, answered(second, 0, 1, 0, "R3", a));
    CHECK_INT(r.paid_count, 1);
    CHECK_OK(ledger_give_up(s, &chief, query(s, "SELECT number FROM ledger_payment WHERE state = 2"), &e), e);
    CHECK_INT(balance(s, line, LEDGER_RETURNED), 0);
    CHECK_INT(balance(s, line, LEDGER_COMMITTED), 450000);

    /* the first file can still be written, byte for byte */
    struct text repeated;
    text_init(&repeated, a, 1 << 20);
    CHECK_OK(ledger_send_again(s, p.batch, into_text, &repeated, &e), e);
    CHECK_STR(text_str(&repeated), file);

    /* 200 of 500 yuan are claimed back in two instalments */
    int64_t claim = 0, paid = query(s, "SELECT min(number) FROM ledger_payment WHERE state = 1");
    CHECK_OK(ledger_claim(s, &chief, paid, 20000, STR("D9"), &claim, &e), e);
    CHECK_OK(ledger_recover(s, &cashier, claim, 5000, STR("回单1"), true, &e), e);
    CHECK_ERR(ledger_recover(s, &cashier, claim, 5000, STR("回单1"), true, &e), e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_ERR(ledger_recover(s, &cashier, claim, 15001, STR("回单2"), true, &e), e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_OK(ledger_recover(s, &cashier, claim, 15000, STR("回单2"), true, &e), e);
    CHECK_ERR(ledger_recover(s, &cashier, claim, 1, STR("回单3"), true, &e), e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_INT(balance(s, line, LEDGER_RECEIVABLE), 0);
    CHECK_INT(balance(s, line, LEDGER_RECOVERED), -20000);
    CHECK_INT(balance(s, line, LEDGER_AVAILABLE), 120000);
    CHECK_ERR(ledger_claim(s, &chief, paid, 30001, STR(""), &claim, &e), e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_OK(ledger_claim(s, &chief, paid, 30000, STR(""), &claim, &e), e);
    CHECK_OK(ledger_write_off(s, &chief, claim, &e), e);
    CHECK_INT(balance(s, line, LEDGER_RECEIVABLE), 0);
    check_ledger(s);

    CHECK_OK(ledger_reconcile(s, &cashier, FUND, 1000000 - 450000 + 20000 - 1, &rec, &e), e);
    CHECK(!rec.agrees);
    CHECK_INT(rec.difference_fen, -1);

    ledger_statement_rows rows = { 0 };
    month march = date_month(clerk.day);
    CHECK_OK(ledger_statement(s, FUND, march, march, a, &rows, &e), e);
    CHECK(rows.len == 2); /* the bank account and the item */
    CHECK_STR(rows.at[0].item, "");
    CHECK_INT(rows.at[0].end_fen[LEDGER_BANK], 570000);
    CHECK_STR(rows.at[1].item, "社会保险补贴");
    CHECK_INT(rows.at[1].end_fen[LEDGER_APPROPRIATED], 1000000);
    CHECK_INT(rows.at[1].end_fen[LEDGER_PAID], 430000);
    CHECK_INT(rows.at[1].moved_fen[LEDGER_SPENT], 450000);
    CHECK_INT(rows.at[1].end_fen[LEDGER_RECOVERED], 20000);

    CHECK_ERR(ledger_close(s, &clerk, FUND, march, &e), e, CONFLICT); /* not over */
    e = (struct err){ 0 };
    struct ledger_act last = clerk;
    last.day = month_last(march);
    CHECK_OK(ledger_close(s, &last, FUND, march, &e), e);
    CHECK_ERR(ledger_budget(s, &clerk, line, 1, STR("追加"), &e), e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_ERR(ledger_reopen(s, &clerk, FUND, march, &e), e, INVALID);
    e = (struct err){ 0 };
    struct ledger_act with_reason = because(CLERK, "漏记");
    CHECK_ERR(ledger_reopen(s, &with_reason, FUND, march, &e), e, DENIED);
    e = (struct err){ 0 };
    CHECK_OK(ledger_reopen(s, &chief, FUND, march, &e), e);
    CHECK_OK(ledger_budget(s, &clerk, line, 1, STR("追加"), &e), e);
    check_ledger(s);
    store_close(s);
    check_journal(address);
}

TEST(a_month_on_sqlite) { a_month(t_path("l.db")); }
TEST_WITHIN(a_month_on_postgresql, 120) { a_month(t_postgres()); }

TEST(a_statement_carries_balances_over_months_without_movement)
{
    autoarena *a = arena_new("rows", 0);
    struct err e = { 0 };
    struct store *s = opened(t_path("l.db"));
    int64_t line = a_line(s, 1000);
    struct ledger_act later = CLERK;
    later.day = date_of(2026, 6, 1);
    CHECK_OK(ledger_budget(s, &later, line, 500, STR("追加"), &e), e);
    ledger_statement_rows rows = { 0 };
    CHECK_OK(ledger_statement(s, FUND, (month){ 2026 * 12 + 3 }, (month){ 2026 * 12 + 11 }, a, &rows, &e), e);
    CHECK(rows.len == 1);
    CHECK_INT(rows.at[0].moved_fen[LEDGER_APPROPRIATED], 500);
    CHECK_INT(rows.at[0].end_fen[LEDGER_APPROPRIATED], 1500);
    /* June cannot be closed before March */
    CHECK_ERR(ledger_close(s, &later, FUND, date_month(later.day), &e), e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_OK(ledger_close(s, &later, FUND, (month){ 2026 * 12 + 2 }, &e), e);
    CHECK_ERR(ledger_close(s, &later, FUND, date_month(later.day), &e), e, CONFLICT); /* June has only begun */
    CHECK(strstr(err_cause(&e), "从 2026-06-30 起") != NULL);
    e = (struct err){ 0 };
    later.day = date_of(2026, 6, 30);
    CHECK_OK(ledger_close(s, &later, FUND, date_month(later.day), &e), e);
    struct ledger_act chief = because(CHIEF, "漏记");
    CHECK_ERR(ledger_reopen(s, &chief, FUND, (month){ 2026 * 12 + 2 }, &e), e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_ERR(ledger_close(s, &later, FUND, (month){ 2026 * 12 + 6 }, &e), e, CONFLICT); /* July is not yet */
    store_close(s);
}

TEST(a_month_whose_books_do_not_agree_is_not_closed)
{
    struct err e = { 0 };
    struct store *s = opened(t_path("l.db"));
    a_line(s, 1000);
    struct ledger_act clerk = CLERK;
    clerk.day = date_of(2026, 3, 31);
    CHECK_OK(store_exec(s, STR("UPDATE ledger_account SET balance = balance + 1 WHERE kind = 1"), &e), e);
    CHECK_ERR(ledger_close(s, &clerk, FUND, date_month(clerk.day), &e), e, MISMATCH);
    e = (struct err){ 0 };
    CHECK_OK(store_exec(s, STR("UPDATE ledger_account SET balance = balance - 1 WHERE kind = 1"), &e), e);
    CHECK_OK(ledger_close(s, &clerk, FUND, date_month(clerk.day), &e), e);
    store_close(s);
}
