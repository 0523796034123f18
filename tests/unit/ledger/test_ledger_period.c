/* Periods that have months in common: what was paid for a quarter was paid for each of its months. */
#include "helpers.h"
#include "store/short.h"
#include "support/postgres.h"

/* Nothing is prepared: all rows are refused. The reason of the first; *other: the payment it clashes with. */
static enum ledger_refusal refused(struct store *s, int64_t line, struct some some, int64_t *other)
{
    autoarena *a = arena_new("refused", 0);
    struct err e = { 0 };
    struct ledger_act clerk = CLERK;
    struct ledger_prepared p = { 0 };
    CHECK_ERR(ledger_prepare(s, &clerk, line, STR("二月"), next_of_some, &some, a, &p, &e), e, CONFLICT);
    CHECK(p.refused.len > 0);
    *other = p.refused.at[0].other;
    return p.refused.at[0].why;
}

TEST(a_period_stands_for_its_months_or_for_none)
{
    month from, to;
    CHECK(ledger_period_months(STR("2026-04"), &from, &to) && from.index == to.index);
    CHECK(ledger_period_months(STR("2025-11至2026-01"), &from, &to));
    CHECK_INT(to.index - from.index, 2);
    static const char *const none[] = { "一次性", "2026年", "2026-04至", "至2026-04", "2026-04至2026-03", "" };
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) CHECK(!ledger_period_months(str_of(none[i]), &from, &to));
}

TEST(a_month_of_a_quarter_is_paid_once)
{
    autoarena *a = arena_new("period", 0);
    struct err e = { 0 };
    const char *db = t_database("l.db");
    struct store *s = opened(db);
    int64_t line = a_line(s, 10000000), other = 0;
    struct some x = { .to = 2, .amount_fen = 100, .period = "2026-04至2026-06" };
    int64_t batch = prepared(s, line, x, a).batch;
    x.period = "2026-05"; /* all there is of it */
    CHECK_INT(refused(s, line, x, &other), REFUSAL_PAID);
    CHECK_INT(other, 1);
    x.period = "2026-06至2026-08";
    CHECK_INT(refused(s, line, x, &other), REFUSAL_OVERLAP);
    x.period = "2026-03", x.to = 4;
    CHECK_INT(prepared(s, line, x, a).count, 4); /* before it */
    x.period = "2026-01至2026-03", x.to = 5;
    struct ledger_prepared some = prepared(s, line, x, a); /* one of them has had nothing */
    CHECK_INT(some.count, 1);
    CHECK_INT((int64_t)some.refused.len, 4);
    CHECK_INT(some.refused.at[3].why, REFUSAL_OVERLAP);
    x.period = "2026-05", x.policy = "岗位补贴";
    CHECK_INT(prepared(s, line, x, a).count, 5); /* something else */
    /* a cancelled batch frees the months */
    struct ledger_act reviewer = because(REVIEWER, "名单错了");
    CHECK_OK(ledger_cancel(s, &reviewer, batch, &e), e);
    x.policy = NULL;
    CHECK_INT(prepared(s, line, x, a).count, 5);
    check_ledger(s);
    store_close(s);
    check_journal(db);
}

TEST(a_month_of_a_quarter_is_paid_once_under_any_name)
{
    autoarena *a = arena_new("period", 0);
    struct store *s = opened(t_database("l.db"));
    int64_t line = a_line(s, 10000000), other = 0;
    const str names[] = { STR("p0"), STR("p9") };
    struct some x = { .to = 1, .amount_fen = 100, .period = "2026-04至2026-06" };
    prepared(s, line, x, a);
    x.from = 9, x.to = 10, x.period = "2026-05", x.names = (struct ledger_names){ 2, names };
    CHECK_INT(refused(s, line, x, &other), REFUSAL_PAID);
    CHECK_INT(other, 1);
    x.period = "2026-05至2026-07";
    CHECK_INT(refused(s, line, x, &other), REFUSAL_OVERLAP);
    CHECK_INT(other, 1);
    check_ledger(s);
    store_close(s);
}

static bool next_of_one(void *context, struct ledger_payable *out, bool *more, struct err *e)
{
    static const char *const periods[] = { "2026-04", "2026-05", "2026-04至2026-06", "2026-07" };
    int *at = context;
    (void)e;
    *more = *at < 4;
    if (!*more) return true;
    *out = (struct ledger_payable){ .subject = STR("p1"),
                                    .name = STR("王小明"),
                                    .account = STR("6228"),
                                    .policy = STR("社保补贴"),
                                    .period = str_of(periods[(*at)++]),
                                    .amount_fen = 100,
                                    .commitment = STR("C") };
    return true;
}

TEST(of_rows_of_one_batch_that_share_a_month_not_both_are_paid)
{
    autoarena *a = arena_new("period", 0);
    struct err e = { 0 };
    struct store *s = opened(t_database("l.db"));
    struct ledger_act clerk = CLERK;
    struct ledger_prepared p = { 0 };
    int at = 0;
    CHECK_OK(ledger_prepare(s, &clerk, a_line(s, 10000000), STR("二月"), next_of_one, &at, a, &p, &e), e);
    CHECK_INT(p.count, 2); /* April and July: the quarter goes, and the May that it would have had waits too */
    CHECK_INT((int64_t)p.refused.len, 2);
    CHECK_INT(p.refused.at[0].why, REFUSAL_PAID); /* May, by the quarter */
    CHECK_INT(p.refused.at[1].why, REFUSAL_OVERLAP);
    check_ledger(s);
    store_close(s);
}

TEST(policies_that_exclude_each_other_do_so_month_by_month)
{
    autoarena *a = arena_new("period", 0);
    struct store *s = opened(t_database("l.db"));
    int64_t line = a_line(s, 10000000), other = 0;
    struct some x = { .to = 1, .amount_fen = 100, .policy = "甲", .exclusions[0].name = STR("甲/乙") };
    x.period = "2026-04至2026-06";
    prepared(s, line, x, a);
    x.policy = "乙", x.period = "2026-05";
    CHECK_INT(refused(s, line, x, &other), REFUSAL_EXCLUDED);
    CHECK_INT(other, 1);
    x.period = "2026-07";
    CHECK_INT(prepared(s, line, x, a).count, 1);
    x.policy = "甲", x.period = "2026-07至2026-09";
    CHECK_INT(refused(s, line, x, &other), REFUSAL_EXCLUDED);
    check_ledger(s);
    store_close(s);
}

TEST(what_excluded_a_quarter_before_excludes_its_months_since)
{
    static const char *const back[] = { "DELETE FROM ledger_exclusion WHERE period <> '2025-11'",
                                        "UPDATE ledger_exclusion SET period = '2025-11至2026-01'",
                                        "DROP INDEX ledger_payment_long",
                                        "DELETE FROM \"_schema\" WHERE part = 'ledger' AND number >= 5" };
    autoarena *a = arena_new("period", 0);
    struct err e = { 0 };
    const char *db = t_database("l.db");
    struct store *s = opened(db);
    int64_t line = a_line(s, 10000000), other = 0;
    struct some x = { .to = 1, .amount_fen = 100, .policy = "甲", .exclusions[0].name = STR("甲/乙") };
    x.period = "2025-11至2026-01";
    prepared(s, line, x, a);
    CHECK_INT(query(s, "SELECT count(*) FROM ledger_exclusion"), 3);
    for (size_t i = 0; i < sizeof back / sizeof *back; i++) CHECK_OK(store_do(s, NULL, &e, back[i], ""), e);
    store_close(s);
    s = opened(db);
    CHECK_INT(query(s, "SELECT count(*) FROM ledger_exclusion WHERE period IN ('2025-11', '2025-12', '2026-01')"), 3);
    x.policy = "乙", x.period = "2026-01";
    CHECK_INT(refused(s, line, x, &other), REFUSAL_EXCLUDED);
    check_ledger(s);
    store_close(s);
}

TEST(a_check_of_the_ledger_sees_months_that_were_paid_twice)
{
    autoarena *a = arena_new("period", 0);
    struct err e = { 0 };
    struct store *s = opened(t_database("l.db"));
    struct text report;
    bool sound = true;
    text_init(&report, a, 1 << 16);
    prepared(s, a_line(s, 10000000), (struct some){ .to = 2, .amount_fen = 100, .period = "2026-04至2026-06" }, a);
    CHECK_OK(store_exec(s,
                        STR("UPDATE ledger_payment SET subject = (SELECT subject FROM ledger_payment WHERE number = 1),"
                            " period = '2026-06' WHERE number = 2"),
                        &e),
             e);
    CHECK_OK(ledger_check(s, &sound, &report, &e), e);
    CHECK(!sound && str_find(text_str(&report), STR("同一个月")) != SIZE_MAX);
    store_close(s);
}

TEST_WITHIN(the_same_months_on_postgresql, 60)
{
    t_on_postgres();
    a_month_of_a_quarter_is_paid_once();
    a_month_of_a_quarter_is_paid_once_under_any_name();
    of_rows_of_one_batch_that_share_a_month_not_both_are_paid();
    policies_that_exclude_each_other_do_so_month_by_month();
    what_excluded_a_quarter_before_excludes_its_months_since();
    a_check_of_the_ledger_sees_months_that_were_paid_twice();
}
