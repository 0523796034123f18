/* What stands still and goes on again, and what people are told of it: publicity, objections, holidays announced late.
 */
#include "helpers.h"

/* A case of the service with publicity, published on the 3rd: five working days, the 9th is off: until the 11th. */
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

static int64_t hangs(struct town *t, int day)
{
    struct err e = { 0 };
    dossier_published_list list = { 0 };
    CHECK_OK(dossier_publicity(t->d, date_of(2026, 3, day), t->a, &list, &e), e);
    return (int64_t)list.len;
}

static int64_t told(struct town *t, const char *to, const char *text)
{
    struct err e = { 0 };
    int64_t n = -1;
    CHECK_OK(store_get(t->s, NULL, &n, 1, &e,
                       "SELECT count(*) FROM notice WHERE recipient = $1 AND content LIKE '%' || $2 || '%'", "ss",
                       str_of(to), str_of(text)),
             e);
    return n;
}

static const char *person(struct town *t, const char *number)
{
    return str_fmt(t->a, "%lld", (long long)who(t, number)).p;
}

TEST(a_list_hangs_as_long_as_objections_may_be_made)
{
    struct town t;
    town_open(&t);
    published(&t);
    CHECK_INT(hangs(&t, 11), 1);
    CHECK_INT(hangs(&t, 12), 0);
    workday_set(t.set.program->calendar, date_of(2026, 3, 6), false);
    CHECK_INT(night(&t, 3, 4).moved_clocks, 1);
    CHECK_INT(hangs(&t, 12), 1);
    CHECK_INT(hangs(&t, 13), 0);
    CHECK_INT(told(&t, person(&t, ID_HARD), "公示原来到 2026-03-11，节假日安排变了，现在到 2026-03-12"), 1);
    CHECK_INT(night(&t, 3, 12).published, 0);
    CHECK_INT(night(&t, 3, 13).published, 1);
    check_all(&t, 3, 13);
    town_close(&t);
}

TEST(an_objection_that_is_upheld_takes_the_list_down_and_gives_a_new_day)
{
    struct town t;
    struct err e = { 0 };
    int64_t objection;
    dossier_lines lines = { 0 };
    town_open(&t);
    struct dossier_ref c = published(&t);
    struct dossier_act neighbour = because(by("邻居", "群众", "", 3, 4), "他家有车"),
                       chief = because(by("主任", "主管", "", 3, 5), "重新核实收入");
    CHECK_OK(dossier_object(t.d, &neighbour, c, &objection, &e), e);
    CHECK_INT(hangs(&t, 5), 1);
    CHECK_OK(dossier_answer(t.d, &chief, objection, true, &e), e);
    CHECK_INT(got(&t, c.id).state, DOSSIER_REVIEW);
    CHECK_INT(hangs(&t, 5), 0);
    /* ten working days from the 5th on, the 9th is off; what was left of the publicity counts no more */
    CHECK_INT(told(&t, person(&t, ID_HARD), "最迟 2026-03-20 办结"), 1);
    struct dossier_query q = { .day = date_of(2026, 3, 13) };
    CHECK_OK(dossier_queue(t.d, &q, t.a, &lines, &e), e);
    CHECK_INT((int64_t)lines.len, 1);
    CHECK_INT(lines.at[0].light, DOSSIER_GREEN);
    CHECK_INT(lines.at[0].due.days, date_of(2026, 3, 20).days);
    check_all(&t, 3, 13);
    town_close(&t);
}

TEST(who_withdraws_does_not_hang_any_longer)
{
    struct town t;
    struct err e = { 0 };
    town_open(&t);
    struct dossier_ref c = published(&t);
    struct dossier_act self = by("小周", "窗口", "", 3, 4);
    CHECK_OK(dossier_withdraw(t.d, &self, c, &e), e);
    CHECK_INT(hangs(&t, 4), 0);
    town_close(&t);
}

TEST(of_a_holiday_announced_late_whoever_was_told_a_day_hears)
{
    struct town t;
    struct err e = { 0 };
    town_open(&t);
    struct dossier_result x =
        applied(&t, "困难补贴申领", ID_POOR, "{\"银行账号\":\"6222\"}", by(ID_POOR, "本人", "", 3, 2));
    struct dossier_act clerk = by("小周", "经办", "", 3, 2), reviewer = by("小吴", "复核", "", 3, 2);
    struct dossier_ref c = { .id = x.id };
    CHECK_OK(dossier_accept(t.d, &clerk, c, t.a, &x, &e), e);
    CHECK_OK(dossier_take(t.d, &reviewer, c, &e), e);
    workday_set(t.set.program->calendar, date_of(2026, 3, 4), false);
    CHECK_INT(night(&t, 3, 3).moved_clocks, 2); /* of the case, and of the step */
    CHECK_INT(told(&t, person(&t, ID_POOR), "办理时限原来到 2026-03-17"), 1);
    CHECK_INT(told(&t, person(&t, ID_POOR), "本环节"), 0); /* whose turn it is is the office's affair */
    CHECK_INT(told(&t, "小吴", "办理时限原来到 2026-03-17"), 1);
    CHECK_INT(told(&t, "小吴", "本环节原来到 2026-03-05"), 1);
    check_all(&t, 3, 3);
    town_close(&t);
}

TEST(a_small_office_finds_what_a_holiday_moved_behind_the_many_of_a_large_one)
{
    struct town t;
    struct err e = { 0 };
    char small[DOSSIER_NUMBER_TEXT], large[DOSSIER_NUMBER_TEXT];
    static const char account[] = "{\"银行账号\":\"6222\"}";
    dossier_moves moves = { 0 };
    str office = STR("320102");
    town_open(&t);
    dossier_number(applied(&t, "困难补贴申领", ID_POOR, account, by(ID_POOR, "本人", "320102", 3, 2)).id, small);
    dossier_number(applied(&t, "困难补贴申领", ID_HARD, account, by(ID_HARD, "本人", "320101", 3, 2)).id, large);
    enum { MANY = 2500 };
    struct journal_event *v = ARENA_ARRAY(t.a, struct journal_event, MANY);
    for (int i = 0; i < MANY; i++) {
        v[i] = (struct journal_event){ .actor = STR("系统"),
                                       .kind = STR("dossier.clock"),
                                       .dossier = str_of(i == 0 ? small : large),
                                       .clock_ms = by("系统", "", "", 3, 3).clock_ms,
                                       .body = STR(
                                           "{\"clock\":\"办理时限\",\"was\":\"2026-03-17\",\"is\":\"2026-03-18\"}") };
    }
    CHECK_OK(store_begin(t.s, &e), e);
    CHECK_OK(journal_append(t.s, v, MANY, NULL, &e), e);
    CHECK_OK(store_commit(t.s, &e), e);
    CHECK_OK(dossier_moved_since(t.d, &office, 1, date_of(2026, 3, 1), 200, t.a, &moves, &e), e);
    CHECK_INT((int64_t)moves.len, 1);
    CHECK_INT(moves.at[0].is.days, date_of(2026, 3, 18).days);
    CHECK_OK(dossier_moved_since(t.d, NULL, 0, date_of(2026, 3, 1), 200, t.a, &moves, &e), e);
    CHECK_INT((int64_t)moves.len, 200);
    town_close(&t);
}
