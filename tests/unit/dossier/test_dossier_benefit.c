/* Benefits by the month, offers to people who were found, budgets that are short, older rules, group commit. */
#include "helpers.h"
#include "policy/scan.h"

/* Who is found: everybody in the registry, asked as leye find asks. */
static const struct findings *found(struct town *t, int mon, int day)
{
    struct err e = { 0 };
    struct findings *f = NULL;
    struct pool *pool = NULL;
    const struct vocab *v = vocab_of(t->set.program, false, t->a);
    CHECK_OK(registry_pool(t->r, v, &pool, &e), e);
    struct scan s = { .vocab = v, .pool = pool, .facts = STR("1"), .threads = 1 };
    s.today = s.rule_day = date_of(2026, mon, day);
    CHECK_OK(scan_run(&s, t->a, &f, &e), e);
    pool_free(pool);
    return f;
}

static int64_t account(struct town *t, const char *number, const char *account)
{
    char text[400];
    struct err e = { 0 };
    struct import_result out;
    snprintf(text, sizeof text, "身份证号,银行账号\n%s,%s\n", number, account);
    str path = str_dup(t->a, str_of(t_path("account.csv")));
    CHECK_OK(file_write(path, str_of(text), &e), e);
    struct import_options o = { .path = path, .as = STR("人员"), .has_as_of = true, .as_of = date_of(2026, 3, 2) };
    CHECK_OK(registry_import(t->r, &o, &out, t->a, &e), e);
    return out.drop;
}

static void dies(struct town *t, const char *number)
{
    char text[400];
    struct err e = { 0 };
    struct import_result out;
    snprintf(text, sizeof text, "身份证号,去世\n%s,是\n", number);
    str path = str_dup(t->a, str_of(t_path("dead.csv")));
    CHECK_OK(file_write(path, str_of(text), &e), e);
    struct import_options o = { .path = path, .as = STR("人员"), .has_as_of = true, .as_of = date_of(2026, 5, 2) };
    CHECK_OK(registry_import(t->r, &o, &out, t->a, &e), e);
}

static int64_t offered(struct town *t)
{
    struct err e = { 0 };
    struct dossier_offers x;
    struct dossier_act sys = by("系统", "系统", "", 3, 3);
    struct dossier_act auditor = by("赵审", "审计", "", 3, 3);
    account(t, ID_POOR, "62220002");
    CHECK_ERR(dossier_offer(t->d, &auditor, STR(""), found(t, 3, 3), 0, t->a, &x, &e), e, DENIED);
    e = (struct err){ 0 };
    CHECK_OK(dossier_offer(t->d, &sys, STR(""), found(t, 3, 3), 0, t->a, &x, &e), e);
    CHECK_INT(x.opened, 1);
    CHECK_OK(dossier_offer(t->d, &sys, STR(""), found(t, 3, 3), 0, t->a, &x, &e), e);
    CHECK_INT(x.opened, 0);
    CHECK_INT(x.had_one, 1);
    return query(t, "SELECT max(id) FROM dossier");
}

TEST(who_was_found_and_says_nothing_is_paid_month_by_month_until_the_reason_is_gone)
{
    struct town t;
    struct err e = { 0 };
    dossier_pays pays = { 0 };
    town_open(&t);
    town_money(&t, 1000000);
    int64_t id = offered(&t);
    CHECK_INT(got(&t, id).state, DOSSIER_OFFERED);
    CHECK_INT(night(&t, 3, 11).confirmed, 0); /* five working days, the 9th is a holiday: the 11th is the last */
    CHECK_INT(night(&t, 3, 12).confirmed, 1);
    CHECK_INT(got(&t, id).state, DOSSIER_PAYING);
    CHECK((got(&t, id).flags & DOSSIER_ALONE) != 0);
    CHECK_INT(night(&t, 3, 31).due, 0); /* the month is not over */
    struct dossier_night n = night(&t, 4, 1);
    CHECK_INT(n.due, 1);
    CHECK_INT(n.due_fen, 30000);
    CHECK_INT(night(&t, 4, 1).due, 0);
    bank_pays(&t, n.lists.at[0].batch, 4, 1);
    CHECK_INT(night(&t, 5, 1).due, 1);
    dies(&t, ID_POOR);
    n = night(&t, 6, 1);
    CHECK_INT(n.stopped, 1);
    CHECK_INT(n.due, 0);
    CHECK_INT(got(&t, id).state, DOSSIER_STOPPED);
    CHECK(str_find(got(&t, id).note, STR("去世")) != SIZE_MAX);
    CHECK_OK(dossier_pays_of(t.d, id, t.a, &pays, &e), e);
    CHECK_INT((int64_t)pays.len, 2);
    CHECK_STR(pays.at[0].period, "2026-03");
    CHECK_INT(query(&t, "SELECT \"领取额\" FROM \"领取\" WHERE \"_from\" = 2026 * 12 + 2 AND \"_to\" = 2026 * 12 + 2"),
              30000);
    CHECK_INT(pays.at[0].state, DOSSIER_PAID);
    check_all(&t, 6, 1);
    town_close(&t);
}

/* ---- the same month by a list, under the number the register did not know then ---- */

struct by_number {
    bool given;
    const char *period;
};

static bool next_by_number(void *context, struct ledger_payable *out, bool *more, struct err *e)
{
    struct by_number *x = context;
    (void)e;
    *more = !x->given;
    x->given = true;
    *out = (struct ledger_payable){ .subject = STR(ID_POOR),
                                    .name = STR("王二"),
                                    .account = STR("62220002"),
                                    .policy = STR("月度补贴"),
                                    .period = str_of(x->period),
                                    .amount_fen = 30000,
                                    .commitment = STR("名单") };
    return true;
}

static int64_t list_by_number(struct town *t, const char *period, int mon, int day)
{
    struct err e = { 0 };
    struct by_number x = { .period = period };
    struct ledger_prepared p = { 0 };
    struct ledger_act clerk = { STR("会计"), LEDGER_ACCOUNTANT, date_of(2026, mon, day), STR(""), 0 };
    CHECK_OK(ledger_commit(t->s, &clerk, t->line, STR("名单"), 30000, &e), e);
    CHECK_OK(ledger_prepare(t->s, &clerk, t->line, STR("名单"), next_by_number, &x, t->a, &p, &e), e);
    CHECK_INT((int64_t)p.refused.len, 0);
    return p.batch;
}

TEST(a_month_that_a_list_pays_under_another_name_of_theirs_is_not_paid_again_by_the_case)
{
    struct town t;
    struct err e = { 0 };
    dossier_pays pays = { 0 };
    struct ledger_act chief = { STR("复核人"), LEDGER_REVIEWER, date_of(2026, 5, 2), STR("编错了"), 0 };
    town_open(&t);
    town_money(&t, 1000000);
    int64_t id = offered(&t);
    CHECK_INT(night(&t, 3, 12).confirmed, 1);
    int64_t batch = list_by_number(&t, "2026-03", 3, 31);
    struct dossier_night n = night(&t, 4, 1); /* the list may still be cancelled: the month waits */
    CHECK_INT(n.due, 1);
    CHECK_INT(n.listed, 0);
    CHECK_OK(dossier_pays_of(t.d, id, t.a, &pays, &e), e);
    CHECK_INT(pays.at[0].state, DOSSIER_DUE);
    bank_pays(&t, batch, 4, 2);
    CHECK_INT(night(&t, 4, 3).listed, 0);
    CHECK_OK(dossier_pays_of(t.d, id, t.a, &pays, &e), e);
    CHECK_INT((int64_t)pays.len, 1);
    CHECK_INT(pays.at[0].state, DOSSIER_NOT_PAID);
    batch = list_by_number(&t, "2026-04", 4, 30);
    n = night(&t, 5, 1);
    CHECK_INT(n.due, 1);
    CHECK_INT(n.listed, 0);
    CHECK_OK(ledger_cancel(t.s, &chief, batch, &e), e);
    n = night(&t, 5, 3); /* nobody paid it: the case does */
    CHECK_INT(n.listed, 1);
    bank_pays(&t, n.lists.at[0].batch, 5, 3);
    CHECK_INT(night(&t, 5, 4).paid, 1);
    CHECK_INT(query(&t, "SELECT count(*) FROM ledger_payment WHERE state = 1"), 2);
    check_all(&t, 5, 4);
    town_close(&t);
}

TEST(nights_that_were_left_out_are_made_up_for)
{
    struct town t;
    town_open(&t);
    town_money(&t, 1000000);
    offered(&t);
    night(&t, 3, 12);
    struct dossier_night n = night(&t, 6, 1);
    CHECK_INT(n.due, 3); /* March, April, May */
    CHECK_INT(query(&t, "SELECT count(*) FROM dossier_pay WHERE state = 1"), 3);
    struct err e = { 0 };
    struct dossier_act sys = by("系统", "系统", "", 5, 31);
    CHECK_ERR(dossier_night(t.d, &sys, t.a, &n, &e), e, CONFLICT); /* a clock that jumped back */
    sys.day = date_of(2031, 1, 1), e = (struct err){ 0 };
    CHECK_ERR(dossier_night(t.d, &sys, t.a, &n, &e), e, CONFLICT); /* and one that jumped ahead */
    CHECK(strstr(err_cause(&e), "隔了") != NULL);
    sys.day = date_of(2026, 7, 3), e = (struct err){ 0 };
    CHECK_ERR(dossier_night(t.d, &sys, t.a, &n, &e), e, CONFLICT);
    sys.day = date_of(2026, 7, 2), e = (struct err){ 0 };
    CHECK_OK(dossier_night(t.d, &sys, t.a, &n, &e), e);
    check_all(&t, 7, 2);
    town_close(&t);
}

TEST(who_declines_is_not_asked_again)
{
    struct town t;
    struct err e = { 0 };
    struct dossier_result x;
    struct dossier_offers o;
    town_open(&t);
    int64_t id = offered(&t);
    struct dossier_act self = by(ID_POOR, "本人", "", 3, 4), other = by(ID_HARD, "本人", "", 3, 4),
                       sys = by("系统", "系统", "", 3, 5);
    CHECK_ERR(dossier_confirm(t.d, &other, (struct dossier_ref){ .id = id }, false, STR(""), t.a, &x, &e), e, DENIED);
    e = (struct err){ 0 };
    CHECK_OK(dossier_confirm(t.d, &self, (struct dossier_ref){ .id = id }, false, STR(""), t.a, &x, &e), e);
    CHECK_INT(x.state, DOSSIER_LAPSED);
    CHECK_OK(dossier_offer(t.d, &sys, STR(""), found(&t, 3, 5), 0, t.a, &o, &e), e);
    CHECK_INT(o.opened, 0);
    town_close(&t);
}

TEST(what_no_budget_has_money_for_waits_for_it)
{
    struct town t;
    town_open(&t);
    struct err e = { 0 };
    struct dossier_result x =
        applied(&t, "公示补贴申领", ID_HARD, "", because(by("小周", "窗口", "", 3, 2), "本人在场"));
    struct dossier_act reviewer = by("小吴", "复核", "", 3, 2);
    CHECK_OK(dossier_approve(t.d, &reviewer, (struct dossier_ref){ .id = x.id }, t.a, &x, &e), e);
    CHECK_INT(night(&t, 3, 12).published, 1);
    CHECK((got(&t, x.id).flags & DOSSIER_UNFUNDED) != 0);
    CHECK_INT(query(&t, "SELECT count(*) FROM dossier_pay WHERE state = 0 AND line = 0"), 1);
    town_money(&t, 1000000);
    CHECK_INT(night(&t, 3, 13).listed, 1);
    CHECK((got(&t, x.id).flags & DOSSIER_UNFUNDED) == 0);
    check_all(&t, 3, 13);
    town_close(&t);
}

TEST(a_holiday_that_is_announced_late_moves_the_clock_and_is_told)
{
    struct town t;
    struct err e = { 0 };
    dossier_events events = { 0 };
    dossier_clocks clocks = { 0 };
    town_open(&t);
    struct dossier_result x =
        applied(&t, "公示补贴申领", ID_HARD, "", because(by("小周", "窗口", "", 3, 2), "本人在场"));
    CHECK_INT(x.due.days, date_of(2026, 3, 17).days);
    workday_set(t.set.program->calendar, date_of(2026, 3, 10), false);
    CHECK_INT(night(&t, 3, 3).moved_clocks, 1);
    CHECK_INT(night(&t, 3, 3).moved_clocks, 0);
    CHECK_OK(dossier_clocks_of(t.d, x.id, date_of(2026, 3, 3), t.a, &clocks, &e), e);
    CHECK_INT(clocks.at[0].due.days, date_of(2026, 3, 18).days);
    CHECK_OK(dossier_history(t.d, x.id, t.a, &events, &e), e);
    CHECK_STR(events.at[events.len - 1].kind, "dossier.clock");
    CHECK_INT(night(&t, 3, 17).soon, 1);
    CHECK_INT(night(&t, 3, 19).late, 1);
    CHECK_INT(night(&t, 3, 20).late, 0);
    CHECK((got(&t, x.id).flags & DOSSIER_LATE) != 0);
    check_all(&t, 3, 20);
    town_close(&t);
}

/* A pack of today that pays 600 where the one of the case pays 500. */
static bool looked_at(void *ctx, int64_t looked)
{
    *(int64_t *)ctx = looked;
    return true;
}

static bool not_one(void *ctx, int64_t looked)
{
    (void)ctx;
    return looked < 0;
}

TEST(a_running_case_keeps_its_rules_and_the_past_can_be_asked_with_new_ones)
{
    struct town t;
    struct err e = { 0 };
    struct pack_set newer;
    struct dossier_desk *desk;
    dossier_flips flips = { 0 };
    int64_t looked = 0;
    town_open(&t);
    struct dossier_result x =
        applied(&t, "公示补贴申领", ID_HARD, "", because(by("小周", "窗口", "", 3, 2), "本人在场"));
    char *rules = arena_alloc(t.a, sizeof town_rules);
    memcpy(rules, town_rules, sizeof town_rules);
    memcpy(strstr(rules, "500元"), "600元", 3);
    pack_load_text(&newer, t.a, STR("town.leye"), str_of(rules));
    CHECK_INT((int64_t)newer.diags.errors, 0);
    dossier_close(t.d);
    registry_close(t.r);
    CHECK_OK(registry_open(&t.r, newer.program, t.db, STORE_WRITE, &e), e);
    CHECK_OK(dossier_open(&desk, t.r, &newer, &e), e);
    t.d = desk, t.s = dossier_store(desk);
    town_money(&t, 1000000);
    struct dossier_act reviewer = by("小吴", "复核", "", 3, 3);
    CHECK_OK(dossier_approve(t.d, &reviewer, (struct dossier_ref){ .id = x.id }, t.a, &x, &e), e);
    CHECK_INT(night(&t, 3, 12).published, 1);
    CHECK_INT(query(&t, "SELECT amount FROM dossier_pay"), 50000);
    CHECK_OK(dossier_replay_past(t.s, &newer, NULL, NULL, t.a, &looked, &flips, &e), e);
    CHECK(looked >= 1);
    CHECK_INT((int64_t)flips.len, looked);
    CHECK(str_find(flips.at[0].is, STR("600")) != SIZE_MAX);
    int64_t asked = -1;
    CHECK_OK(dossier_replay_past(t.s, &t.set, looked_at, &asked, t.a, &looked, &flips, &e), e);
    CHECK_INT((int64_t)flips.len, 0);
    CHECK_INT(asked, looked - 1); /* asked before each */
    CHECK_OK(dossier_replay_past(t.s, &newer, not_one, NULL, t.a, &looked, &flips, &e), e);
    CHECK(looked == 0 && flips.len == 0);
    check_all(&t, 3, 12);
    town_close(&t);
}

struct take_job {
    struct dossier_act act;
    int64_t id;
    bool release;
};

static bool run_take(struct dossier_desk *d, void *context, struct err *e)
{
    struct take_job *j = context;
    struct dossier_ref c = { .id = j->id };
    return j->release ? dossier_release(d, &j->act, c, e) : dossier_take(d, &j->act, c, e);
}

TEST(jobs_committed_together_fail_one_by_one)
{
    struct town t;
    struct err e = { 0 };
    town_open(&t);
    struct dossier_result x =
        applied(&t, "公示补贴申领", ID_HARD, "", because(by("小周", "窗口", "", 3, 2), "本人在场"));
    struct take_job take[] = { { by("小吴", "复核", "", 3, 3), x.id, false },
                               { by("小郑", "复核", "", 3, 3), x.id, false },
                               { by("小吴", "复核", "", 3, 3), x.id, true },
                               { by("小郑", "复核", "", 3, 3), x.id, false } };
    struct dossier_job jobs[4];
    for (int i = 0; i < 4; i++) jobs[i] = (struct dossier_job){ .run = run_take, .context = &take[i] };
    CHECK_OK(dossier_together(t.d, jobs, 4, &e), e);
    CHECK(jobs[0].ok && !jobs[1].ok && jobs[2].ok && jobs[3].ok);
    CHECK_INT(jobs[1].e.code, ERR_CONFLICT);
    CHECK_STR(got(&t, x.id).holder, "小郑");
    struct journal_check how = { .single = true };
    struct journal_report r;
    CHECK_OK(journal_verify(t.db, &how, &r, &e), e);
    CHECK(r.sound);
    town_close(&t);
}

TEST_WITHIN(the_same_holds_on_postgresql, 120)
{
    t_on_postgres();
    who_was_found_and_says_nothing_is_paid_month_by_month_until_the_reason_is_gone();
    nights_that_were_left_out_are_made_up_for();
    who_declines_is_not_asked_again();
    what_no_budget_has_money_for_waits_for_it();
    a_holiday_that_is_announced_late_moves_the_clock_and_is_told();
    a_running_case_keeps_its_rules_and_the_past_can_be_asked_with_new_ones();
    jobs_committed_together_fail_one_by_one();
}

TEST(a_benefit_is_looked_at_again_by_a_person_when_the_service_says_so)
{
    struct town t;
    struct err e = { 0 };
    dossier_lines lines = { 0 };
    struct dossier_query q = { .role = STR("复核"), .day = date_of(2026, 5, 12) };
    town_open(&t);
    town_money(&t, 1000000);
    int64_t id = offered(&t);
    struct dossier_ref c = { .id = id };
    night(&t, 3, 12); /* granted, to be looked at by 12 May */
    CHECK_OK(dossier_queue(t.d, &q, t.a, &lines, &e), e);
    CHECK_INT((int64_t)lines.len, 0);
    CHECK(night(&t, 5, 12).soon > 0);
    CHECK_OK(dossier_queue(t.d, &q, t.a, &lines, &e), e);
    CHECK_INT((int64_t)lines.len, 1);
    CHECK_STR(lines.at[0].step, "复核资格");
    struct dossier_act reviewer = by("小吴", "复核", "", 5, 12);
    CHECK_ERR(dossier_recheck(t.d, &reviewer, c, &e), e, INVALID); /* what was looked at? */
    e = (struct err){ 0 };
    reviewer.reason = STR("上门看过，情况没有变");
    CHECK_OK(dossier_recheck(t.d, &reviewer, c, &e), e);
    CHECK_OK(dossier_queue(t.d, &q, t.a, &lines, &e), e);
    CHECK_INT((int64_t)lines.len, 0);
    CHECK_INT(got(&t, id).state, DOSSIER_PAYING);
    check_all(&t, 5, 12);
    town_close(&t);
}
