/* Money that comes back: payments the bank returns days later, claims with a plan of instalments, commitments of
 * dossiers that have ended. */
#include "helpers.h"

/* Ten payments of 500 yuan, all paid. */
static int64_t ten_paid(struct store *s, int64_t line, struct arena *a)
{
    struct ledger_prepared p = prepared(s, line, (struct some){ .to = 10, .amount_fen = 50000 }, a);
    struct ledger_returned r = received(s, answered(sent(s, p.batch, a), 0, 10, 0, "R1", a));
    CHECK_INT(r.paid_count, 10);
    CHECK(r.settled);
    return p.batch;
}

TEST(a_payment_that_bounces_waits_like_a_failed_one_and_is_paid_again)
{
    autoarena *a = arena_new("bounce", 0);
    struct err e = { 0 };
    struct store *s = opened(t_path("l.db"));
    int64_t line = a_line(s, 1000000), batch = ten_paid(s, line, a);
    int64_t first = query(s, "SELECT min(number) FROM ledger_payment"), cash = query(s, "SELECT cash FROM ledger_fund");
    struct ledger_act later = because(CASHIER, "账户已销户");
    later.day = date_of(2026, 3, 16);
    CHECK_OK(ledger_bounce(s, &later, first, STR("退票0316"), &e), e);
    CHECK_INT(balance(s, line, LEDGER_PAID), 450000);
    CHECK_INT(balance(s, line, LEDGER_SPENT), 450000);
    CHECK_INT(balance(s, line, LEDGER_RETURNED), 50000);
    CHECK_INT(balance(s, cash, LEDGER_BANK), 550000);
    check_ledger(s);
    struct ledger_batch b;
    CHECK_OK(ledger_batch_get(s, batch, &b, &e), e);
    CHECK_INT(b.paid_count, 9);
    CHECK_INT(b.failed_count, 1);

    /* not twice; and the bank, saying once more that it was paid, is contradicted */
    CHECK_ERR(ledger_bounce(s, &later, first, STR("退票0316"), &e), e, CONFLICT);
    e = (struct err){ 0 };
    struct ledger_act clerk = CLERK;
    CHECK_OK(ledger_repair(s, &clerk, first, STR("王小明"), STR("6217"), &e), e);
    struct ledger_prepared again;
    CHECK_OK(ledger_prepare_again(s, &clerk, line, STR("退票再付"), &again, &e), e);
    struct ledger_returned r = received(s, answered(sent(s, again.batch, a), 0, 1, 0, "R2", a));
    CHECK_INT(r.paid_count, 1);
    CHECK_INT(balance(s, line, LEDGER_PAID), 500000);
    check_ledger(s);

    /* what bounced once may bounce again, and the first file is still what it was */
    CHECK_OK(ledger_bounce(s, &later, first, STR("退票0320"), &e), e);
    check_ledger(s);
    struct text file;
    text_init(&file, a, 1 << 20);
    CHECK_OK(ledger_send_again(s, batch, into_text, &file, &e), e);
    store_close(s);
    check_journal(t_path("l.db"));
}

TEST(a_payment_that_is_claimed_back_cannot_bounce)
{
    autoarena *a = arena_new("bounce", 0);
    struct err e = { 0 };
    struct store *s = opened(t_path("l.db"));
    int64_t line = a_line(s, 1000000), claim = 0;
    ten_paid(s, line, a);
    int64_t first = query(s, "SELECT min(number) FROM ledger_payment");
    struct ledger_act cashier = because(CASHIER, "户名不符"), chief = because(CHIEF, "查实冒领");
    CHECK_OK(ledger_claim(s, &chief, first, 50000, STR(""), &claim, &e), e);
    CHECK_ERR(ledger_bounce(s, &cashier, first, STR("退"), &e), e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_OK(ledger_write_off(s, &chief, claim, &e), e);
    CHECK_OK(ledger_bounce(s, &cashier, first, STR("退"), &e), e);
    check_ledger(s);

    struct ledger_act silent = CASHIER, reviewer = because(REVIEWER, "户名不符");
    CHECK_ERR(ledger_bounce(s, &silent, first + 1, STR("退"), &e), e, INVALID);
    e = (struct err){ 0 };
    CHECK_ERR(ledger_bounce(s, &reviewer, first + 1, STR("退"), &e), e, DENIED);
    e = (struct err){ 0 };
    CHECK_ERR(ledger_bounce(s, &cashier, first + 1, STR(""), &e), e, INVALID);
    store_close(s);
}

TEST(a_bounce_is_whole_or_undone_under_every_fault)
{
    autoarena *a = arena_new("bounce", 0);
    struct err e = { 0 };
    struct store *s = opened(t_path("l.db"));
    int64_t line = a_line(s, 1000000);
    ten_paid(s, line, a);
    int64_t at = query(s, "SELECT min(number) FROM ledger_payment");
    struct ledger_act cashier = because(CASHIER, "账户冻结");
    EVERY_FAULT (FAULT_SYNC) {
        e = (struct err){ 0 };
        bool ok = ledger_bounce(s, &cashier, at, STR("退"), &e);
        CHECK(ok || t_fault_hit());
        int64_t state = query(s, "SELECT count(*) FROM ledger_payment WHERE state = 2");
        int64_t bounced = query(s, "SELECT count(*) FROM ledger_bounce");
        CHECK_INT(state, bounced);
        check_ledger(s);
        if (ok) at++;
        if (at > 10) at = 1;
    }
    store_close(s);
}

TEST(a_plan_of_instalments_tells_what_is_late)
{
    autoarena *a = arena_new("plan", 0);
    struct err e = { 0 };
    struct store *s = opened(t_path("l.db"));
    int64_t line = a_line(s, 1000000), claim = 0;
    ten_paid(s, line, a);
    struct ledger_act clerk = CLERK, chief = because(CHIEF, "重新就业以后多领"), cashier = CASHIER;
    CHECK_OK(ledger_claim(s, &chief, 1, 30000, STR("D7"), &claim, &e), e);
    CHECK_OK(ledger_recover(s, &cashier, claim, 6000, STR("回1"), false, &e), e);
    struct ledger_part parts[] = { { date_of(2026, 4, 10), 10000, 0 },
                                   { date_of(2026, 5, 10), 10000, 0 },
                                   { date_of(2026, 6, 10), 4000, 0 } };
    CHECK_OK(ledger_plan(s, &clerk, claim, parts, 3, &e), e);
    check_ledger(s);

    ledger_claim_rows rows = { 0 };
    CHECK_OK(ledger_claims(s, date_of(2026, 4, 10), true, a, &rows, &e), e);
    CHECK_INT((int64_t)rows.len, 0); /* the day itself is still in time */
    CHECK_OK(ledger_claims(s, date_of(2026, 4, 11), true, a, &rows, &e), e);
    CHECK_INT((int64_t)rows.len, 1);
    CHECK_INT(rows.at[0].overdue_fen, 10000);
    CHECK(rows.at[0].has_next);
    CHECK_INT(rows.at[0].next.days, date_of(2026, 4, 10).days);

    /* more than one instalment at once counts for the next */
    CHECK_OK(ledger_recover(s, &cashier, claim, 13000, STR("回2"), false, &e), e);
    rows.len = 0;
    CHECK_OK(ledger_claims(s, date_of(2026, 5, 11), true, a, &rows, &e), e);
    CHECK_INT(rows.at[0].overdue_fen, 7000);
    ledger_parts left = { 0 };
    CHECK_OK(ledger_parts_of(s, claim, a, &left, &e), e);
    CHECK_INT((int64_t)left.len, 3);
    CHECK_INT(left.at[0].missing_fen, 0);
    CHECK_INT(left.at[1].missing_fen, 7000);
    CHECK_INT(left.at[2].missing_fen, 4000);

    /* a new plan for the rest takes the old one's place */
    struct ledger_act may = CLERK;
    may.day = date_of(2026, 5, 12);
    struct ledger_part rest[] = { { date_of(2026, 8, 1), 11000, 0 } };
    CHECK_OK(ledger_plan(s, &may, claim, rest, 1, &e), e);
    rows.len = 0;
    CHECK_OK(ledger_claims(s, date_of(2026, 7, 1), true, a, &rows, &e), e);
    CHECK_INT((int64_t)rows.len, 0);
    CHECK_OK(ledger_recover(s, &cashier, claim, 11000, STR("回3"), false, &e), e);
    CHECK_OK(ledger_claims(s, date_of(2026, 9, 1), false, a, &rows, &e), e);
    CHECK(!rows.at[0].open && !rows.at[0].has_next);
    check_ledger(s);
    store_close(s);
}

TEST(a_plan_that_does_not_add_up_is_refused)
{
    autoarena *a = arena_new("plan", 0);
    struct err e = { 0 };
    struct store *s = opened(t_path("l.db"));
    int64_t line = a_line(s, 1000000), claim = 0;
    ten_paid(s, line, a);
    struct ledger_act clerk = CLERK, chief = because(CHIEF, "多领"), cashier = CASHIER;
    CHECK_OK(ledger_claim(s, &chief, 1, 30000, STR(""), &claim, &e), e);
    struct ledger_part short_of[] = { { date_of(2026, 4, 10), 29999, 0 } };
    struct ledger_part past[] = { { date_of(2026, 3, 9), 30000, 0 } };
    struct ledger_part backwards[] = { { date_of(2026, 5, 1), 10000, 0 }, { date_of(2026, 4, 1), 20000, 0 } };
    struct ledger_part nothing[] = { { date_of(2026, 5, 1), 30000, 0 }, { date_of(2026, 6, 1), 0, 0 } };
    CHECK_ERR(ledger_plan(s, &clerk, claim, short_of, 1, &e), e, INVALID);
    CHECK(str_find(str_of(err_cause(&e)), STR("300.00")) != SIZE_MAX);
    e = (struct err){ 0 };
    CHECK_ERR(ledger_plan(s, &clerk, claim, past, 1, &e), e, INVALID);
    e = (struct err){ 0 };
    CHECK_ERR(ledger_plan(s, &clerk, claim, backwards, 2, &e), e, INVALID);
    e = (struct err){ 0 };
    CHECK_ERR(ledger_plan(s, &clerk, claim, nothing, 2, &e), e, INVALID);
    e = (struct err){ 0 };
    CHECK_ERR(ledger_plan(s, &clerk, claim, nothing, 0, &e), e, INVALID);
    e = (struct err){ 0 };
    CHECK_ERR(ledger_plan(s, &cashier, claim, short_of, 1, &e), e, DENIED);
    e = (struct err){ 0 };
    CHECK_ERR(ledger_plan(s, &clerk, 99, short_of, 1, &e), e, NOT_FOUND);
    CHECK_INT(query(s, "SELECT count(*) FROM ledger_due"), 0);
    store_close(s);
}

TEST(what_a_dossier_does_not_need_goes_back_when_it_ends)
{
    autoarena *a = arena_new("release", 0);
    struct err e = { 0 };
    struct store *s = opened(t_path("l.db"));
    struct ledger_act clerk = CLERK, system = act("system", LEDGER_SYSTEM), cashier = CASHIER;
    int64_t line = a_line(s, 1000000), released = 0;
    CHECK_OK(ledger_release(s, &clerk, line, STR("C"), 400000, &e), e);
    CHECK_OK(ledger_commit(s, &system, line, STR("D8"), 150000, &e), e);
    struct ledger_prepared p = prepared(s, line, (struct some){ .to = 2, .amount_fen = 50000, .commitment = "D8" }, a);
    CHECK_INT(p.count, 2);
    CHECK_OK(ledger_release_rest(s, &system, STR("D8"), &released, &e), e);
    CHECK_INT(released, 50000); /* what is in the batch stays */
    CHECK_INT(balance(s, line, LEDGER_AVAILABLE), 300000);
    CHECK_OK(ledger_release_rest(s, &system, STR("D8"), &released, &e), e);
    CHECK_INT(released, 0);
    CHECK_OK(ledger_release_rest(s, &system, STR("nobody's"), &released, &e), e);
    CHECK_INT(released, 0);
    CHECK_ERR(ledger_release_rest(s, &cashier, STR("D8"), &released, &e), e, DENIED);
    check_ledger(s);
    store_close(s);
}

TEST(a_clock_that_jumps_back_changes_no_day_of_booking)
{
    struct err e = { 0 };
    struct store *s = opened(t_path("l.db"));
    int64_t line = a_line(s, 1000000);
    struct ledger_act ahead = CLERK, back = CLERK;
    ahead.clock_ms = INT64_C(1893456000000); /* 2030 */
    back.clock_ms = INT64_C(1577836800000);  /* 2020 */
    CHECK_OK(ledger_budget(s, &ahead, line, 100, STR("文件"), &e), e);
    CHECK_OK(ledger_budget(s, &back, line, 100, STR("文件"), &e), e);
    CHECK_INT(query(s, "SELECT count(DISTINCT month) FROM ledger_entry"), 1);
    CHECK_INT(query(s, "SELECT count(*) FROM journal WHERE behind > 0"), 1);
    check_ledger(s);
    store_close(s);
    check_journal(t_path("l.db"));
}
