/* A case from the day it opens to the day it is released: who may, what must be there, what a clock does, and that a
 * failing disk leaves nothing half done. */
#include "store/short.h"
#include "unit/alarm/town.h"

enum { APRIL = 2024 * 12 + 3 };

struct office {
    struct arena *a;
    const struct program *p;
    struct store *s;
    struct figures f;
};

static void open_office(struct office *o, struct arena *a, const char *name)
{
    struct err e = { 0 };
    static const int rate[] = { 500, 560, 570 };
    *o = (struct office){ .a = a, .p = town_program(a) };
    CHECK_OK(store_open(&o->s, str_of(t_path(name)), STORE_CREATE, &e), e);
    CHECK_OK(alarm_migrate(o->s, &e), e);
    town_add(a, &o->f, "失业率", "320602", (month){ APRIL - 2 }, rate, 3);
}

static struct alarm_act act(const char *who, uint32_t roles, const char *where, date day, const char *reason)
{
    return (struct alarm_act){ str_of(who), roles, str_of(where), day, str_of(reason), 1717400000000 };
}

static struct alarm_run run_on(struct office *o, date day)
{
    struct alarm_run r;
    struct err e = { 0 };
    struct alarm_act who = act("系统", ALARM_SYSTEM, "", day, "");
    CHECK_OK(alarm_run(o->s, &who, o->p, &o->f, o->a, &r, &e), e);
    return r;
}

static bool step_of(struct office *o, struct alarm_act who, enum alarm_move_kind kind, const char *to, int64_t action,
                    struct err *e)
{
    enum alarm_state state;
    struct alarm_step_of step = { kind, str_of(to), action };
    *e = (struct err){ 0 };
    return alarm_move(o->s, &who, o->p, 1, &step, &state, e);
}

static struct alarm case_of(struct office *o)
{
    alarm_list list = { 0 };
    struct err e = { 0 };
    struct alarm_wanted w = { .id = 1 };
    CHECK_OK(alarm_find(o->s, &w, o->a, &list, &e), e);
    CHECK_INT((int64_t)list.len, 1);
    return list.at[0];
}

TEST(the_life_of_a_case_is_a_sound_table)
{
    autoarena *a = arena_new("test", 0);
    struct text t;
    text_init(&t, a, 1 << 12);
    CHECK(machine_sound(&alarm_machine, &t));
    NOTE("%s", t.p);
}

TEST(a_case_goes_from_receipt_to_release_and_nobody_does_it_all)
{
    autoarena *a = arena_new("test", 0);
    struct office o;
    struct err e;
    date day = date_of(2024, 6, 3);
    open_office(&o, a, "o.db");
    struct alarm_run r = run_on(&o, day);
    CHECK_INT((int64_t)r.opened.len, 1);
    CHECK_INT((int64_t)run_on(&o, day).opened.len, 0);
    struct alarm x = case_of(&o);
    CHECK_STR(x.value, "5.7%");
    CHECK_STR(x.since, "2024年3月");
    CHECK_INT(x.due.days, date_of(2024, 6, 4).days);
    struct alarm_act duty = act("王", ALARM_DUTY, "320602", day, ""), far = act("远", ALARM_DUTY, "320611", day, ""),
                     hand = act("陈", ALARM_HANDLER, "320602", day, "做了"),
                     chief = act("张", ALARM_CHIEF | ALARM_HANDLER, "320600", day, "数回来了");
    CHECK_ERR(step_of(&o, far, ALARM_RECEIVE, "", 0, &e), e, DENIED);
    CHECK_ERR(step_of(&o, hand, ALARM_RECEIVE, "", 0, &e), e, DENIED);
    CHECK_ERR(step_of(&o, duty, ALARM_ASSIGN, "陈", 0, &e), e, CONFLICT);
    CHECK_OK(step_of(&o, duty, ALARM_RECEIVE, "", 0, &e), e);
    CHECK_INT(case_of(&o).due.days, date_of(2024, 6, 6).days);
    CHECK_ERR(step_of(&o, duty, ALARM_ASSIGN, "", 0, &e), e, INVALID);
    CHECK_OK(step_of(&o, duty, ALARM_ASSIGN, "陈", 0, &e), e);
    CHECK_ERR(step_of(&o, chief, ALARM_FULFIL, "", 1, &e), e, DENIED);
    CHECK_ERR(step_of(&o, hand, ALARM_FULFIL, "", 3, &e), e, NOT_FOUND);
    CHECK_OK(step_of(&o, hand, ALARM_FULFIL, "", 1, &e), e);
    CHECK_ERR(step_of(&o, hand, ALARM_FINISH, "", 0, &e), e, CONFLICT);
    CHECK_OK(step_of(&o, hand, ALARM_FULFIL, "", 2, &e), e);
    CHECK_OK(step_of(&o, hand, ALARM_FINISH, "", 0, &e), e);
    hand.roles |= ALARM_CHIEF;
    CHECK_ERR(step_of(&o, hand, ALARM_RELEASE, "", 0, &e), e, DENIED);
    CHECK_OK(step_of(&o, chief, ALARM_RETURN, "", 0, &e), e);
    CHECK_OK(step_of(&o, hand, ALARM_FINISH, "", 0, &e), e);
    CHECK_OK(step_of(&o, chief, ALARM_RELEASE, "", 0, &e), e);
    CHECK_INT(case_of(&o).state, ALARM_CLOSED);
    CHECK_INT((int64_t)run_on(&o, date_of(2024, 6, 4)).opened.len, 0); /* the same episode is not told again */
    store_close(o.s);
}

TEST(who_is_late_is_passed_by_from_county_to_province_one_office_at_a_time)
{
    autoarena *a = arena_new("test", 0);
    struct office o;
    static const char *const offices[] = { "320600", "320000", "320000", "320000" };
    static const int escalated[] = { 1, 1, 1, 0 };
    date day = date_of(2024, 4, 30);
    open_office(&o, a, "o.db");
    run_on(&o, day);
    CHECK_INT(case_of(&o).due.days, date_of(2024, 5, 2).days); /* the first of May is a holiday */
    CHECK_INT((int64_t)run_on(&o, date_of(2024, 5, 2)).escalated.len, 0);
    day = date_of(2024, 5, 3);
    for (size_t i = 0; i < 4; i++, day = date_add_days(day, 7)) {
        CHECK_INT((int64_t)run_on(&o, day).escalated.len, escalated[i]);
        CHECK_INT((int64_t)run_on(&o, day).escalated.len, 0);
        CHECK_STR(case_of(&o).office, offices[i]);
        CHECK(case_of(&o).late);
    }
    store_close(o.s);
}

TEST(a_figure_that_comes_back_is_told_once_and_a_new_episode_opens_a_new_case)
{
    autoarena *a = arena_new("test", 0);
    struct office o;
    struct err e;
    static const int calm[] = { 490, 480 }, again[] = { 580, 590 };
    date day = date_of(2024, 6, 3);
    open_office(&o, a, "o.db");
    run_on(&o, day);
    town_add(a, &o.f, "失业率", "320602", (month){ APRIL + 1 }, calm, 2);
    CHECK_INT((int64_t)run_on(&o, day).calm.len, 1);
    CHECK_INT((int64_t)run_on(&o, day).calm.len, 0);
    CHECK(case_of(&o).calm);
    town_add(a, &o.f, "失业率", "320602", (month){ APRIL + 3 }, again, 2);
    CHECK_INT((int64_t)run_on(&o, day).opened.len, 0); /* the old one is still open */
    CHECK_OK(step_of(&o, act("张", ALARM_CHIEF, "", day, "口径错了"), ALARM_DISMISS, "", 0, &e), e);
    CHECK_INT((int64_t)run_on(&o, day).opened.len, 1);
    store_close(o.s);
}

TEST(a_rule_that_looks_for_a_change_waits_for_its_test)
{
    autoarena *a = arena_new("test", 0);
    struct office o;
    struct err e = { 0 };
    struct alarm_test t = { .areas = 1, .events = 1, .found = 1 };
    int people[30];
    for (int i = 0; i < 30; i++) people[i] = i < 29 ? 500 + i % 3 : 900;
    open_office(&o, a, "o.db");
    o.f.list.len = 0;
    town_add(a, &o.f, "失业率", "320602", (month){ APRIL - 29 }, people, 30);
    CHECK_INT((int64_t)run_on(&o, date_of(2024, 6, 3)).opened.len, 0);
    struct alarm_act duty = act("王", ALARM_DUTY, "", date_of(2024, 6, 3), "");
    const struct warning *w = program_warning(o.p, STR("累积偏离"));
    str last;
    CHECK_OK(alarm_keep_test(o.s, &duty, o.p, w, 6, &t, &e), e);
    CHECK_OK(alarm_last_test(o.s, o.p, w, duty.day, a, &last, &e), e);
    CHECK(last.len > 0);
    CHECK_INT((int64_t)run_on(&o, date_of(2024, 6, 3)).opened.len, 1);
    t.events = 0;
    CHECK_ERR(alarm_keep_test(o.s, &duty, o.p, w, 6, &t, &e), e, INVALID);
    store_close(o.s);
}

TEST(a_disk_that_fails_leaves_nothing_half_done)
{
    static const enum fault_kind kinds[] = { FAULT_WRITE, FAULT_SYNC };
    autoarena *a = arena_new("test", 0);
    struct office o;
    int64_t count[3];
    open_office(&o, a, "o.db");
    store_close(o.s);
    for (size_t k = 0; k < 2; k++) {
        EVERY_FAULT (kinds[k]) {
            struct err e = { 0 };
            struct alarm_run r;
            struct alarm_act who = act("系统", ALARM_SYSTEM, "", date_of(2024, 6, 3), "");
            if (!store_open(&o.s, str_of(t_path("o.db")), STORE_WRITE, &e)) continue;
            bool ok = alarm_run(o.s, &who, o.p, &o.f, a, &r, &e);
            CHECK(ok || t_fault_hit());
            store_close(o.s);
        }
    }
    struct err e = { 0 };
    CHECK_OK(store_open(&o.s, str_of(t_path("o.db")), STORE_WRITE, &e), e);
    CHECK_OK(store_get(o.s, NULL, count, 3, &e,
                       "SELECT (SELECT count(*) FROM alarm), (SELECT count(*) FROM alarm_action),"
                       " (SELECT count(*) FROM alarm_step)",
                       ""),
             e);
    CHECK_INT(count[0], 1);
    CHECK_INT(count[1], 2);
    CHECK_INT(count[2], 1);
    store_close(o.s);
}

TEST(the_lowest_area_over_the_line_opens_and_those_above_say_that_they_include_it)
{
    autoarena *a = arena_new("test", 0);
    struct office o;
    struct err e = { 0 };
    static const int rate[] = { 500, 560, 570 };
    alarm_steps steps = { 0 };
    open_office(&o, a, "o.db");
    town_add(a, &o.f, "失业率", "320600", (month){ APRIL - 2 }, rate, 3);
    town_add(a, &o.f, "失业率", "320000", (month){ APRIL - 2 }, rate, 3);
    town_add(a, &o.f, "失业率", "321002", (month){ APRIL - 2 }, rate, 3); /* another city's county */
    struct alarm_run r = run_on(&o, date_of(2024, 6, 3));
    CHECK_INT((int64_t)r.opened.len, 2); /* 320600 is the region of the packs: it holds all of them */
    CHECK_INT((int64_t)r.included.len, 2);
    CHECK_STR(case_of(&o).area, "320602");
    run_on(&o, date_of(2024, 6, 3));
    CHECK_OK(alarm_steps_of(o.s, 1, a, &steps, &e), e);
    size_t said = 0;
    VEC_EACH (const struct alarm_step, s, &steps) said += str_eq(s->move, STR("上级也越线"));
    CHECK_INT((int64_t)said, 2); /* once each, also after a second run */
    store_close(o.s);
}

TEST(a_case_below_that_is_calm_explains_nothing_above)
{
    autoarena *a = arena_new("test", 0);
    struct office o;
    static const int calm[] = { 480, 480 }, rate[] = { 500, 500, 560, 570 };
    open_office(&o, a, "o.db");
    CHECK_INT((int64_t)run_on(&o, date_of(2024, 5, 3)).opened.len, 1);
    town_add(a, &o.f, "失业率", "320602", (month){ APRIL + 1 }, calm, 2);
    town_add(a, &o.f, "失业率", "320600", (month){ APRIL - 1 }, rate, 4); /* others carry the city over the line */
    struct alarm_run r = run_on(&o, date_of(2024, 7, 3));
    CHECK_INT((int64_t)r.calm.len, 1);
    CHECK_INT((int64_t)r.included.len, 0);
    CHECK_INT((int64_t)r.opened.len, 1);
    CHECK_INT(case_of(&o).state, ALARM_NEW); /* the county's is open all the while */
    CHECK_INT((int64_t)run_on(&o, date_of(2024, 7, 4)).opened.len, 0);
    store_close(o.s);
}

TEST(what_was_handled_below_is_not_opened_again_above_by_the_same_figure)
{
    autoarena *a = arena_new("test", 0);
    struct office o;
    struct err e;
    static const int rate[] = { 500, 560, 570 };
    date day = date_of(2024, 6, 3);
    open_office(&o, a, "o.db");
    town_add(a, &o.f, "失业率", "320600", (month){ APRIL - 2 }, rate, 3);
    CHECK_INT((int64_t)run_on(&o, day).opened.len, 1);
    struct alarm_act duty = act("王", ALARM_DUTY, "320602", day, ""),
                     hand = act("陈", ALARM_HANDLER, "320602", day, "做了"),
                     chief = act("张", ALARM_CHIEF, "320600", day, "都处置了");
    CHECK_OK(step_of(&o, duty, ALARM_RECEIVE, "", 0, &e), e);
    CHECK_OK(step_of(&o, duty, ALARM_ASSIGN, "陈", 0, &e), e);
    CHECK_OK(step_of(&o, hand, ALARM_FULFIL, "", 1, &e), e);
    CHECK_OK(step_of(&o, hand, ALARM_FULFIL, "", 2, &e), e);
    CHECK_OK(step_of(&o, hand, ALARM_FINISH, "", 0, &e), e);
    CHECK_OK(step_of(&o, chief, ALARM_RELEASE, "", 0, &e), e);
    CHECK_INT(case_of(&o).state, ALARM_CLOSED);
    struct alarm_run r = run_on(&o, date_add_days(day, 1));
    CHECK_INT((int64_t)r.opened.len, 0);
    CHECK_INT((int64_t)r.included.len, 1);
    store_close(o.s);
}
