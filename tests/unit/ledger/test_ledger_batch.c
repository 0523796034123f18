/* Batches: who may not be paid, who may not approve, what is undone by cancelling. */
#include "helpers.h"

TEST(nobody_is_paid_twice_for_a_policy_and_period)
{
    autoarena *a = arena_new("batch", 0);
    struct store *s = opened(t_path("l.db"));
    int64_t line = a_line(s, 10000000);
    struct ledger_prepared first = prepared(s, line, (struct some){ .to = 5, .amount_fen = 100 }, a);
    struct ledger_prepared second = prepared(s, line, (struct some){ .from = 3, .to = 8, .amount_fen = 100 }, a);
    CHECK_INT(second.count, 3);
    CHECK(second.refused.len == 2);
    CHECK_INT(second.refused.at[0].row, 0);
    CHECK_INT(second.refused.at[0].why, REFUSAL_PAID);
    CHECK(second.refused.at[0].other > 0);
    /* another month and another policy are something else */
    CHECK_INT(prepared(s, line, (struct some){ .to = 5, .amount_fen = 100, .period = "2026-03" }, a).count, 5);
    CHECK_INT(prepared(s, line, (struct some){ .to = 5, .amount_fen = 100, .policy = "岗位补贴" }, a).count, 5);
    /* a cancelled batch frees them */
    struct err e = { 0 };
    struct ledger_act reviewer = because(REVIEWER, "名单错了");
    CHECK_OK(ledger_cancel(s, &reviewer, first.batch, &e), e);
    CHECK_INT(prepared(s, line, (struct some){ .to = 5, .amount_fen = 100 }, a).count, 5);
    check_ledger(s);
    store_close(s);
    check_journal(t_path("l.db"));
}

TEST(the_database_itself_refuses_a_second_payment)
{
    autoarena *a = arena_new("batch", 0);
    struct err e = { 0 };
    struct store *s = opened(t_path("l.db"));
    int64_t line = a_line(s, 10000000);
    prepared(s, line, (struct some){ .to = 1, .amount_fen = 100 }, a);
    CHECK_ERR(
        store_exec(s,
                   STR("INSERT INTO ledger_payment SELECT 99, 99, attempt, state, cancelled, amount, line, commitment,"
                       " answer, dossier, subject, policy, period, name, account FROM ledger_payment"),
                   &e),
        e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_ERR(store_exec(s, STR("UPDATE ledger_batch SET approved_by = prepared_by"), &e), e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_ERR(store_exec(s, STR("UPDATE ledger_batch SET state = 2"), &e), e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_ERR(store_exec(s, STR("UPDATE ledger_account SET balance = -1 WHERE kind = 1"), &e), e, CONFLICT);
    store_close(s);
}

TEST(policies_that_exclude_each_other_are_paid_once_in_a_period)
{
    autoarena *a = arena_new("batch", 0);
    struct store *s = opened(t_path("l.db"));
    int64_t line = a_line(s, 10000000);
    struct some x = { .to = 4, .amount_fen = 100, .exclusions[0].name = STR("社保补贴类") };
    CHECK_INT(prepared(s, line, x, a).count, 4);
    x.policy = "企业社保补贴";
    x.from = 2, x.to = 6;
    struct ledger_prepared p = prepared(s, line, x, a);
    CHECK_INT(p.count, 2);
    CHECK(p.refused.len == 2);
    CHECK_INT(p.refused.at[1].row, 1);
    CHECK_INT(p.refused.at[1].why, REFUSAL_EXCLUDED);
    x.period = "2026-03";
    x.from = 2;
    CHECK_INT(prepared(s, line, x, a).count, 4);
    CHECK_INT(query(s, "SELECT count(*) FROM ledger_exclusion"), 4 + 2 + 4);
    check_ledger(s);
    store_close(s);
}

TEST(what_is_booked_under_another_name_of_theirs_excludes_it_all_the_same)
{
    autoarena *a = arena_new("batch", 0);
    struct err e = { 0 };
    struct store *s = opened(t_path("l.db"));
    int64_t line = a_line(s, 10000000);
    const str names[] = { STR("p1"), STR("p2") };
    struct some x = { .to = 2, .amount_fen = 100, .exclusions[0].name = STR("甲/乙"), .policy = "甲" };
    int64_t batch = prepared(s, line, x, a).batch;
    x.from = 2, x.to = 4, x.policy = "乙";
    x.names = (struct ledger_names){ 2, names }; /* p1 became one with p2; and p3, so much the worse */
    struct ledger_act clerk = because(CLERK, "编错了");
    struct ledger_prepared p = { 0 };
    struct some again = x;
    CHECK_ERR(ledger_prepare(s, &clerk, line, STR("二月"), next_of_some, &again, a, &p, &e), e, CONFLICT);
    CHECK(p.refused.len == 2);
    CHECK_INT(p.refused.at[0].why, REFUSAL_EXCLUDED);
    CHECK_INT(p.refused.at[0].other, 2);
    x.policy = "甲", again = x; /* the same one: paid */
    e = (struct err){ 0 };
    CHECK_ERR(ledger_prepare(s, &clerk, line, STR("二月"), next_of_some, &again, a, &p, &e), e, CONFLICT);
    CHECK_INT(p.refused.at[0].why, REFUSAL_PAID);
    x.policy = "乙", x.period = "2026-03";
    CHECK_INT(prepared(s, line, x, a).count, 2); /* another month */
    x.period = NULL;
    e = (struct err){ 0 };
    CHECK_OK(ledger_cancel(s, &clerk, batch, &e), e);
    CHECK_INT(prepared(s, line, x, a).count, 2); /* free again */
    check_ledger(s);
    store_close(s);
}

static bool next_of_merged(void *context, struct ledger_payable *out, bool *more, struct err *e)
{
    static const str names[] = { { "11", 2 }, { "12", 2 } };
    static const struct ledger_exclusion pair = { .name = { "甲/乙", 7 } };
    static const char *const policies[] = { "甲", "乙", "甲", "甲" };
    int *at = context;
    (void)e;
    *more = *at < 4;
    if (!*more) return true;
    bool other = *at == 3; /* somebody else */
    *out = (struct ledger_payable){ .subject = other ? STR("13") : names[*at > 0],
                                    .name = STR("王小明"),
                                    .account = STR("6228"),
                                    .policy = str_of(policies[*at]),
                                    .period = STR("2026-02"),
                                    .amount_fen = 100,
                                    .commitment = STR("C"),
                                    .exclusions = &pair,
                                    .exclusion_count = 1 };
    if (!other) out->names = (struct ledger_names){ 2, names };
    ++*at;
    return true;
}

TEST(two_rows_of_one_batch_for_people_who_became_one_are_paid_once)
{
    autoarena *a = arena_new("batch", 0);
    struct err e = { 0 };
    int at = 0;
    struct store *s = opened(t_path("l.db"));
    int64_t line = a_line(s, 10000000);
    struct ledger_act clerk = CLERK;
    struct ledger_prepared p = { 0 };
    CHECK_OK(ledger_prepare(s, &clerk, line, STR("二月"), next_of_merged, &at, a, &p, &e), e);
    CHECK_INT(p.count, 2);
    CHECK(p.refused.len == 2);
    CHECK_INT(p.refused.at[0].why, REFUSAL_EXCLUDED);
    CHECK_INT(p.refused.at[1].why, REFUSAL_PAID);
    check_ledger(s);
    store_close(s);
}

TEST(lumps_of_different_years_exclude_each_other_but_not_themselves)
{
    autoarena *a = arena_new("batch", 0);
    struct store *s = opened(t_path("l.db"));
    int64_t line = a_line(s, 10000000);
    struct some x = { .to = 3,
                      .amount_fen = 100,
                      .exclusions = { { STR("扩岗补助/稳岗返还"), STR("一次性") } },
                      .policy = "稳岗返还",
                      .period = "2024年" };
    CHECK_INT(prepared(s, line, x, a).count, 3);
    x.period = "2025年"; /* the same policy goes on */
    CHECK_INT(prepared(s, line, x, a).count, 3);
    x.policy = "扩岗补助", x.period = "一次性", x.to = 5;
    struct ledger_prepared p = prepared(s, line, x, a);
    CHECK_INT(p.count, 2);
    CHECK(p.refused.len == 3);
    CHECK_INT(p.refused.at[0].why, REFUSAL_EXCLUDED);
    x.policy = "稳岗返还", x.period = "2026年";
    p = prepared(s, line, x, a);
    CHECK_INT(p.count, 3);
    CHECK(p.refused.len == 2);
    CHECK_INT(p.refused.at[1].row, 4);
    CHECK_INT(p.refused.at[1].why, REFUSAL_EXCLUDED);
    check_ledger(s);
    store_close(s);
}

TEST(a_group_holds_for_the_period_beside_a_pair_that_holds_for_good)
{
    autoarena *a = arena_new("batch", 0);
    struct err e = { 0 };
    struct ledger_act clerk = CLERK;
    struct ledger_prepared p = { 0 };
    struct store *s = opened(t_path("l.db"));
    int64_t line = a_line(s, 10000000);
    const struct ledger_exclusion group = { .name = STR("组") }, pair = { STR("甲/乙"), STR("一次性") };
    struct some x = { .to = 1, .amount_fen = 100, .policy = "甲", .period = "2024年", .exclusions = { group, pair } };
    CHECK_INT(prepared(s, line, x, a).count, 1);
    struct some other = { .to = 1, .amount_fen = 100, .policy = "乙", .period = "2025年", .exclusions = { pair } };
    CHECK_ERR(ledger_prepare(s, &clerk, line, STR("名单"), next_of_some, &other, a, &p, &e), e, CONFLICT);
    CHECK_INT(p.refused.at[0].why, REFUSAL_EXCLUDED);
    other = (struct some){ .to = 1, .amount_fen = 100, .policy = "丙", .period = "2024年", .exclusions = { group } };
    e = (struct err){ 0 };
    CHECK_ERR(ledger_prepare(s, &clerk, line, STR("名单"), next_of_some, &other, a, &p, &e), e, CONFLICT);
    CHECK_INT(p.refused.at[0].why, REFUSAL_EXCLUDED);
    other.from = 0, other.period = "2025年";
    CHECK_INT(prepared(s, line, other, a).count, 1);
    check_ledger(s);
    store_close(s);
}

TEST(commitments_bound_what_is_paid_and_the_budget_bounds_commitments)
{
    autoarena *a = arena_new("batch", 0);
    struct err e = { 0 };
    struct ledger_act clerk = CLERK;
    struct store *s = opened(t_path("l.db"));
    int64_t line = a_line(s, 1000);
    CHECK_ERR(ledger_commit(s, &clerk, line, STR("D2"), 1, &e), e, CONFLICT);
    CHECK(str_find(str_of(err_cause(&e)), STR("可用预算不够：有 0.00 元，要用 0.01 元")) != SIZE_MAX);
    e = (struct err){ 0 };
    CHECK_ERR(ledger_release(s, &clerk, line, STR("C"), 1001, &e), e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_ERR(ledger_release(s, &clerk, line, STR("nothing"), 1, &e), e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_ERR(ledger_budget(s, &clerk, line, -1, STR("收回"), &e), e, CONFLICT);
    struct some x = { .to = 5, .amount_fen = 250 };
    struct ledger_prepared p = { 0 };
    e = (struct err){ 0 };
    CHECK_ERR(ledger_prepare(s, &clerk, line, STR("二月"), next_of_some, &x, a, &p, &e), e, CONFLICT);
    CHECK(p.refused.len == 5 && p.batch == 0);
    CHECK_INT(p.refused.at[4].why, REFUSAL_SHORT);
    x = (struct some){ .to = 2, .amount_fen = 250, .commitment = "unknown" };
    e = (struct err){ 0 };
    CHECK_ERR(ledger_prepare(s, &clerk, line, STR("二月"), next_of_some, &x, a, &p, &e), e, CONFLICT);
    CHECK_INT(p.refused.at[0].why, REFUSAL_NO_COMMITMENT);
    x = (struct some){ .to = 2, .amount_fen = 0 };
    e = (struct err){ 0 };
    CHECK_ERR(ledger_prepare(s, &clerk, line, STR("二月"), next_of_some, &x, a, &p, &e), e, CONFLICT);
    CHECK_INT(p.refused.at[1].why, REFUSAL_INVALID);
    CHECK_INT(prepared(s, line, (struct some){ .to = 4, .amount_fen = 250 }, a).count, 4);
    check_ledger(s);
    store_close(s);
    check_journal(t_path("l.db"));
}

TEST(who_prepared_a_batch_does_not_approve_it)
{
    autoarena *a = arena_new("batch", 0);
    struct err e = { 0 };
    struct store *s = opened(t_path("l.db"));
    int64_t line = a_line(s, 1000);
    struct ledger_prepared p = prepared(s, line, (struct some){ .to = 2, .amount_fen = 100 }, a);
    struct ledger_act same = act("会计甲", LEDGER_ACCOUNTANT | LEDGER_REVIEWER), cashier = CASHIER, reviewer = REVIEWER,
                      clerk = because(CLERK, "x");
    struct text file;
    text_init(&file, a, 10000);
    CHECK_ERR(ledger_send(s, &cashier, p.batch, into_text, &file, &e), e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_ERR(ledger_approve(s, &same, p.batch, &e), e, DENIED);
    e = (struct err){ 0 };
    CHECK_ERR(ledger_approve(s, &cashier, p.batch, &e), e, DENIED);
    e = (struct err){ 0 };
    CHECK_OK(ledger_approve(s, &reviewer, p.batch, &e), e);
    CHECK_ERR(ledger_approve(s, &reviewer, p.batch, &e), e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_ERR(ledger_cancel(s, &clerk, p.batch, &e), e, DENIED); /* after approval only the reviewer */
    e = (struct err){ 0 };
    struct ledger_act both = reviewer;
    both.roles |= LEDGER_CASHIER;
    CHECK_ERR(ledger_send(s, &both, p.batch, into_text, &file, &e), e, DENIED); /* who approved does not send */
    e = (struct err){ 0 };
    CHECK_ERR(ledger_approve(s, &reviewer, 99, &e), e, NOT_FOUND);
    e = (struct err){ 0 };
    CHECK_OK(ledger_send(s, &cashier, p.batch, into_text, &file, &e), e);
    CHECK_ERR(ledger_send(s, &cashier, p.batch, into_text, &file, &e), e, CONFLICT);
    store_close(s);
}

TEST(a_payment_changed_after_approval_is_not_sent)
{
    autoarena *a = arena_new("batch", 0);
    struct err e = { 0 };
    struct ledger_act reviewer = REVIEWER, cashier = CASHIER;
    struct store *s = opened(t_path("l.db"));
    int64_t line = a_line(s, 1000);
    struct ledger_prepared p = prepared(s, line, (struct some){ .to = 2, .amount_fen = 100 }, a);
    struct text file;
    text_init(&file, a, 10000);
    CHECK_OK(ledger_approve(s, &reviewer, p.batch, &e), e);
    CHECK_OK(store_exec(s, STR("UPDATE ledger_payment SET account = '6666' WHERE number = 1"), &e), e);
    CHECK_ERR(ledger_send(s, &cashier, p.batch, into_text, &file, &e), e, MISMATCH);
    CHECK_INT(balance(s, line, LEDGER_TRANSIT), 0);
    store_close(s);
}

TEST(a_bank_account_without_money_sends_nothing)
{
    autoarena *a = arena_new("batch", 0);
    struct err e = { 0 };
    struct ledger_act reviewer = REVIEWER, cashier = CASHIER, clerk = CLERK;
    struct store *s = opened(t_path("l.db"));
    int64_t line = a_line(s, 1000);
    CHECK_ERR(ledger_deposit(s, &clerk, FUND, 1000, STR("拨款1"), &e), e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_OK(ledger_budget(s, &clerk, line, 1000, STR("追加"), &e), e);
    CHECK_OK(ledger_commit(s, &clerk, line, STR("C"), 1000, &e), e);
    struct ledger_prepared p = prepared(s, line, (struct some){ .to = 2, .amount_fen = 400 }, a);
    struct ledger_prepared q = prepared(s, line, (struct some){ .from = 2, .to = 4, .amount_fen = 400 }, a);
    sent(s, p.batch, a);
    struct text file;
    text_init(&file, a, 10000);
    CHECK_OK(ledger_approve(s, &reviewer, q.batch, &e), e);
    CHECK_ERR(ledger_send(s, &cashier, q.batch, into_text, &file, &e), e, CONFLICT);
    CHECK(str_find(str_of(err_cause(&e)), STR("能用 2.00 元，这一批要 8.00 元")) != SIZE_MAX);
    check_ledger(s);
    store_close(s);
}

static int64_t the_other(const char *who, const char *path, int64_t batch)
{
    struct store *s = NULL;
    struct err e = { 0 };
    struct ledger_act reviewer = act(who, LEDGER_REVIEWER);
    CHECK_OK(store_open(&s, str_of(path), STORE_WRITE, &e), e);
    bool ok = ledger_approve(s, &reviewer, batch, &e);
    store_close(s);
    return ok;
}

#include <sys/wait.h>
#include <unistd.h>

TEST(of_two_approvers_at_once_one_approves)
{
    autoarena *a = arena_new("batch", 0);
    const char *path = t_path("l.db");
    struct store *s = opened(path);
    int64_t line = a_line(s, 100000);
    for (int i = 0; i < 10; i++) {
        struct ledger_prepared p =
            prepared(s, line, (struct some){ .from = 2 * i, .to = 2 * i + 2, .amount_fen = 100 }, a);
        pid_t child[2];
        int64_t done = 0;
        fflush(NULL);
        for (int k = 0; k < 2; k++) {
            child[k] = fork();
            if (child[k] == 0) _exit((int)the_other(k == 0 ? "复核乙" : "复核戊", path, p.batch));
        }
        for (int k = 0; k < 2; k++) {
            int status = 0;
            CHECK(waitpid(child[k], &status, 0) == child[k] && WIFEXITED(status));
            done += WEXITSTATUS(status);
        }
        CHECK_INT(done, 1);
    }
    CHECK_INT(query(s, "SELECT count(*) FROM journal WHERE kind = 'ledger.approve'"), 10);
    check_ledger(s);
    store_close(s);
    check_journal(path);
}
