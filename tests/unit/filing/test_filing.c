/* A return on its way: opened with what is known, filled, checked, reported, added up, approved, locked, corrected; and
 * that a failing disk leaves nothing half done. */
#include "store/short.h"
#include "unit/filing/district.h"

#include <string.h>

TEST(the_life_of_a_filing_is_a_sound_table)
{
    autoarena *a = arena_new("test", 0);
    struct text t;
    text_init(&t, a, 1 << 12);
    CHECK(machine_sound(&filing_machine, &t));
    NOTE("%s", t.p);
}

TEST(every_area_of_every_level_has_a_sheet_with_its_own_day_and_what_was_known)
{
    autoarena *a = arena_new("test", 0);
    struct district d;
    struct err e = { 0 };
    struct figures known = { 0 };
    struct filing_opened r;
    district_open(&d, a, "d.db");
    *vec_push(a, &known.list) = (struct observation){ .indicator = STR("登记失业率"),
                                                      .area = STR("329901001"),
                                                      .period = d.april,
                                                      .value = tenths(31),
                                                      .source = STR("登记") };
    open_april(&d, &known);
    CHECK_INT(filing_of(&d, "329901001").due.days,
              may(6).days); /* the second, third and sixth: between lie a holiday and a weekend */
    CHECK_INT(filing_of(&d, "329901").due.days, may(8).days);
    CHECK_INT(filing_of(&d, "329900").due.days, may(10).days);
    struct filing_act act = act_of("市", FILING_FILLER, "329900", may(1), "");
    CHECK_OK(filing_open(d.s, &act, d.p, d.form, d.april, &known, a, &r, &e), e);
    CHECK_INT((int64_t)r.made, 0);
    CHECK_INT((int64_t)r.there, 6);
    struct filing x = filing_of(&d, "329901001");
    struct filing_sheet s;
    CHECK_OK(filing_open_sheet(d.s, d.p, &d.areas, &x, &known, a, &s, &e), e);
    CHECK(s.values.at[2].has_known && s.values.at[2].known == tenths(31));
    CHECK(!s.values.at[0].has_known);
    CHECK_STR(s.values.at[2].origin, "登记");
    struct filing_act town = act_of("镇", FILING_FILLER, "329901001", may(1), "");
    CHECK_ERR(filing_open(d.s, &town, d.p, d.form, d.april, &known, a, &r, &e), e, DENIED);
    store_close(d.s);
}

TEST(a_town_whose_code_ends_in_noughts_holds_no_other_town)
{
    autoarena *a = arena_new("test", 0);
    struct district d;
    district_open(&d, a, "d.db");
    CHECK(filing_area_in(&d.areas, STR("329902100"), STR("329902")));
    CHECK(filing_area_in(&d.areas, STR("329902100"), STR("329900")));
    CHECK(filing_area_in(&d.areas, STR("329902100"), STR("320000"))); /* above the region: by digits */
    CHECK(!filing_area_in(&d.areas, STR("329901001"), STR("329902")));
    CHECK(!filing_area_in(&d.areas, STR("329902101"), STR("329902100"))); /* not in the list */
    CHECK(filing_area_in(&d.areas, STR("329902101"), STR("329902")));
    CHECK(!filing_area_in(&d.areas, STR("329902100001"), STR("329902101000")));
    store_close(d.s);
}

TEST(a_value_that_is_not_the_known_one_needs_its_reason)
{
    autoarena *a = arena_new("test", 0);
    struct district d;
    struct err e;
    struct figures known = { 0 };
    district_open(&d, a, "d.db");
    *vec_push(a, &known.list) = (struct observation){ .indicator = STR("登记失业率"),
                                                      .area = STR("329901001"),
                                                      .period = d.april,
                                                      .value = tenths(31),
                                                      .source = STR("登记") };
    open_april(&d, &known);
    int64_t id = filing_of(&d, "329901001").id;
    struct filing_act fill = act_of("镇", FILING_FILLER, "329901001", may(6), ""), far = fill;
    const char *const other[] = { "登记失业率", "3.2", "" }, *const said[] = { "登记失业率", "3.2", "两人重复登记" },
                      *const junk[] = { "登记失业率", "很多", "" }, *const none[] = { "没有的格", "1", "" },
                      *const minus[] = { "新增就业", "-1", "" };
    CHECK_ERR(fill_cells(&d, &fill, id, other, 1, &e), e, INVALID);
    CHECK(strstr(err_cause(&e), "登记是 3.1%，填的是 3.2%") != NULL);
    CHECK_ERR(fill_cells(&d, &fill, id, junk, 1, &e), e, INVALID);
    CHECK_ERR(fill_cells(&d, &fill, id, none, 1, &e), e, INVALID);
    CHECK_ERR(fill_cells(&d, &fill, id, minus, 1, &e), e, INVALID);
    CHECK_INT(filing_of(&d, "329901001").state, FILING_NEW);
    CHECK_OK(fill_cells(&d, &fill, id, said, 1, &e), e);
    CHECK_ERR(move_on(&d, &fill, id, FILING_REPORT, &e), e, INVALID); /* two cells are empty */
    far.office = STR("329902100");
    CHECK_ERR(fill_cells(&d, &far, id, said, 1, &e), e, DENIED);
    store_close(d.s);
}

TEST(a_rule_that_fails_keeps_the_sheet_here_and_a_soft_one_wants_a_word)
{
    autoarena *a = arena_new("test", 0);
    struct district d;
    struct err e;
    struct figures none = { 0 };
    struct watch_result r;
    district_open(&d, a, "d.db");
    struct figures march = { 0 };
    *vec_push(a, &march.list) = (struct observation){ .indicator = STR("新增就业"),
                                                      .area = STR("329901001"),
                                                      .period = { { 2024 * 12 }, { 2024 * 12 + 2 } },
                                                      .value = tenths(20),
                                                      .status = STATUS_FINAL,
                                                      .known = date_of(2024, 4, 10),
                                                      .source = STR("公报"),
                                                      .note = STR("") };
    CHECK_OK(watch_take(d.s, &march, may(1), &r, &e), e);
    open_april(&d, &none);
    int64_t id = filing_of(&d, "329901001").id;
    struct filing_act fill = act_of("镇", FILING_FILLER, "329901001", may(6), "");
    const char *const wrong[] = { "新增就业", "15000", "", "其中困难人员", "1", "", "登记失业率", "3", "" };
    CHECK_OK(fill_cells(&d, &fill, id, wrong, 3, &e), e);
    CHECK_ERR(move_on(&d, &fill, id, FILING_REPORT, &e), e, INVALID);
    CHECK(strstr(err_cause(&e), "像是单位差了一万倍") != NULL);
    /* 1.5 thousand people in 万人 against 15,001 people: the units are brought together */
    const char *const bad[] = { "新增就业", "1.5", "", "其中困难人员", "15,001", "", "登记失业率", "3", "" },
                      *const less[] = { "其中困难人员", "15,000", "" },
                      *const excuse[] = { "累计没有变少", "", "撤并了一家企业" },
                      *const hard[] = { "部分不多于全部", "", "就是这样" };
    CHECK_OK(fill_cells(&d, &fill, id, bad, 3, &e), e);
    CHECK_ERR(move_on(&d, &fill, id, FILING_REPORT, &e), e, INVALID);
    CHECK(strstr(err_cause(&e), "困难人员是新增就业里面的") != NULL);
    CHECK_ERR(fill_cells(&d, &fill, id, hard, 1, &e), e, INVALID);
    CHECK_OK(fill_cells(&d, &fill, id, less, 1, &e), e);
    CHECK_ERR(move_on(&d, &fill, id, FILING_REPORT, &e), e, INVALID);
    CHECK(strstr(err_cause(&e), "上期新增就业 2万人") != NULL);
    CHECK_OK(fill_cells(&d, &fill, id, excuse, 1, &e), e);
    CHECK_OK(move_on(&d, &fill, id, FILING_REPORT, &e), e);
    store_close(d.s);
}

TEST(a_number_too_large_is_refused_and_a_rule_it_breaks_does_not_hold)
{
    autoarena *a = arena_new("test", 0);
    struct district d;
    struct err e;
    struct figures none = { 0 }, march = { 0 };
    district_open(&d, a, "d.db");
    *vec_push(a, &march.list) = (struct observation){ .indicator = STR("新增就业"),
                                                      .area = STR("329901001"),
                                                      .period = { { 2024 * 12 }, { 2024 * 12 + 2 } },
                                                      .value = num_pow10(36),
                                                      .source = STR("公报") };
    open_april(&d, &none);
    struct filing_act fill = act_of("镇", FILING_FILLER, "329901001", may(6), "");
    const char *const much[] = { "其中困难人员", "100000000000001", "" }, *const good[] = { "新增就业",     "1.5", "",
                                                                                            "其中困难人员", "1",   "",
                                                                                            "登记失业率",   "3",   "" };
    CHECK_ERR(fill_cells(&d, &fill, filing_of(&d, "329901001").id, much, 1, &e), e, INVALID);
    CHECK(strstr(err_cause(&e), "太大了") != NULL);
    CHECK_OK(fill_cells(&d, &fill, filing_of(&d, "329901001").id, good, 3, &e), e);
    struct filing x = filing_of(&d, "329901001");
    struct filing_sheet s;
    CHECK_OK(filing_open_sheet(d.s, d.p, &d.areas, &x, &march, a, &s, &e), e);
    CHECK_INT((int64_t)s.findings.len, 1);
    CHECK(!s.findings.at[0].undecided);
    CHECK_STR(s.findings.at[0].why, "数太大，加不起来；请核对填的数");
    store_close(d.s);
}

TEST(a_period_opens_when_it_is_over)
{
    autoarena *a = arena_new("test", 0);
    struct district d;
    struct err e = { 0 };
    struct figures none = { 0 };
    struct filing_opened r;
    district_open(&d, a, "d.db");
    struct filing_act act = act_of("市", FILING_FILLER, "329900", date_of(2024, 4, 30), "");
    CHECK_ERR(filing_open(d.s, &act, d.p, d.form, d.april, &none, a, &r, &e), e, INVALID);
    open_april(&d, &none);
    store_close(d.s);
}

TEST(a_county_is_the_sum_of_its_approved_towns_and_missing_ones_are_named)
{
    autoarena *a = arena_new("test", 0);
    struct district d;
    struct err e;
    struct figures none = { 0 };
    struct filing_sheet s;
    enum status status = STATUS_FLASH;
    district_open(&d, a, "d.db");
    open_april(&d, &none);
    town_comes_in(&d, "329901001", "329901", "0.3", "100");
    CHECK(logged(&d, "新增就业", "329901001", &status) == tenths(3));
    CHECK_INT(status, STATUS_PRELIMINARY);
    struct filing county = filing_of(&d, "329901");
    CHECK_OK(filing_open_sheet(d.s, d.p, &d.areas, &county, &none, a, &s, &e), e);
    CHECK(s.values.at[0].known == tenths(3));
    CHECK_INT((int64_t)s.below.len, 1);
    CHECK_STR(s.below.at[0], "东二街道");
    struct filing_act fill = act_of("县", FILING_FILLER, "329901", may(8), ""), early = fill;
    const char *const rate[] = { "登记失业率", "3", "" };
    CHECK_OK(fill_cells(&d, &fill, county.id, rate, 1, &e), e);
    CHECK_ERR(move_on(&d, &fill, county.id, FILING_REPORT, &e), e, CONFLICT);
    CHECK(strstr(err_cause(&e), "东二街道") != NULL);
    town_comes_in(&d, "329901002", "329901", "0.2", "50");
    CHECK_ERR(move_on(&d, &fill, county.id, FILING_REPORT, &e), e, CONFLICT); /* the sum is another now */
    CHECK_OK(fill_cells(&d, &fill, county.id, rate, 1, &e), e);
    early.reason = STR("");
    CHECK_OK(move_on(&d, &early, county.id, FILING_REPORT, &e), e);
    CHECK_STR(filing_of(&d, "329901").missing, "");
    store_close(d.s);
}

TEST(nobody_approves_what_they_reported_nor_what_is_their_own_office)
{
    autoarena *a = arena_new("test", 0);
    struct district d;
    struct err e;
    struct figures none = { 0 };
    district_open(&d, a, "d.db");
    open_april(&d, &none);
    int64_t id = filing_of(&d, "329901001").id;
    struct filing_act both = act_of("全", FILING_FILLER | FILING_APPROVER, "329901", may(6), ""),
                      own = act_of("镇审", FILING_APPROVER, "329901001", may(6), ""),
                      upper = act_of("县审", FILING_APPROVER, "329901", may(6), ""), reason = upper;
    const char *const words[] = { "新增就业", "0.3", "", "其中困难人员", "1", "", "登记失业率", "3", "" };
    CHECK_OK(fill_cells(&d, &both, id, words, 3, &e), e); /* a county may fill for a town */
    CHECK_OK(move_on(&d, &both, id, FILING_REPORT, &e), e);
    CHECK_ERR(move_on(&d, &both, id, FILING_APPROVE, &e), e, DENIED);
    CHECK_ERR(move_on(&d, &own, id, FILING_APPROVE, &e), e, DENIED);
    CHECK_ERR(move_on(&d, &upper, id, FILING_GIVE_BACK, &e), e, INVALID);
    reason.reason = STR("登记失业率怎么算的");
    CHECK_OK(move_on(&d, &reason, id, FILING_GIVE_BACK, &e), e);
    CHECK_INT(filing_of(&d, "329901001").state, FILING_RETURNED);
    CHECK_OK(fill_cells(&d, &both, id, words, 3, &e), e);
    CHECK_OK(move_on(&d, &both, id, FILING_REPORT, &e), e);
    CHECK_OK(move_on(&d, &upper, id, FILING_APPROVE, &e), e);
    CHECK_ERR(move_on(&d, &upper, id, FILING_LOCK, &e), e, DENIED); /* the top locks */
    store_close(d.s);
}

TEST(locking_the_top_locks_what_is_approved_below_and_a_correction_is_a_new_version)
{
    autoarena *a = arena_new("test", 0);
    struct district d;
    struct err e;
    struct figures none = { 0 };
    enum status status = STATUS_FLASH;
    int64_t fresh = 0;
    district_open(&d, a, "d.db");
    open_april(&d, &none);
    all_come_in(&d);
    struct filing_act lock = act_of("市审", FILING_APPROVER, "329900", may(14), "");
    CHECK_OK(move_on(&d, &lock, filing_of(&d, "329900").id, FILING_LOCK, &e), e);
    CHECK(logged(&d, "新增就业", "329900", &status) == tenths(6));
    CHECK_INT(status, STATUS_FINAL);
    CHECK_INT(filing_of(&d, "329902100").state, FILING_LOCKED);
    struct filing old = filing_of(&d, "329902100");
    struct filing_act fill = act_of("镇", FILING_FILLER, "329902100", may(20), ""), said = fill,
                      approve = act_of("县审", FILING_APPROVER, "329902", may(21), "");
    CHECK_ERR(filing_correct(d.s, &fill, d.p, old.id, a, &fresh, &e), e, INVALID);
    said.reason = STR("漏了一家企业");
    e = (struct err){ 0 };
    CHECK_OK(filing_correct(d.s, &said, d.p, old.id, a, &fresh, &e), e);
    CHECK_ERR(filing_correct(d.s, &said, d.p, old.id, a, &fresh, &e), e, CONFLICT);
    const char *const more[] = { "新增就业", "0.2", "" };
    CHECK_OK(fill_cells(&d, &fill, fresh, more, 1, &e), e);
    CHECK_OK(move_on(&d, &fill, fresh, FILING_REPORT, &e), e);
    CHECK(logged(&d, "新增就业", "329902100", &status) == tenths(1)); /* not before it is approved */
    CHECK_OK(move_on(&d, &approve, fresh, FILING_APPROVE, &e), e);
    CHECK(logged(&d, "新增就业", "329902100", &status) == tenths(2));
    CHECK_INT(status, STATUS_REVISED);
    struct figures before = { 0 };
    CHECK_OK(watch_read(d.s, a, may(19), &before, &e), e); /* what was known then can still be asked */
    VEC_EACH (const struct observation, o, &before.list) {
        if (str_eq(o->indicator, STR("新增就业")) && str_eq(o->area, STR("329902100"))) CHECK(o->value == tenths(1));
    }
    store_close(d.s);
}

TEST(who_was_late_is_counted_by_area)
{
    autoarena *a = arena_new("test", 0);
    struct district d;
    struct err e = { 0 };
    struct figures none = { 0 };
    filing_records rows = { 0 };
    district_open(&d, a, "d.db");
    open_april(&d, &none);
    town_comes_in(&d, "329901001", "329901", "0.3", "100"); /* on the sixth, its day */
    CHECK_OK(filing_timeliness(d.s, d.form->name, may(10), a, &rows, &e), e);
    size_t due = 0, on_time = 0, open = 0;
    VEC_EACH (const struct filing_record, r, &rows) due += r->due, on_time += r->on_time, open += r->open;
    CHECK_INT((int64_t)due, 5); /* three towns, two counties; the city has until today */
    CHECK_INT((int64_t)on_time, 1);
    CHECK_INT((int64_t)open, 4);
    struct filing x = filing_of(&d, "329901002");
    CHECK_STR(filing_light_zh(&x, may(10), a), "逾期4天");
    CHECK_INT(filing_light_of(&x, may(6)), FILING_YELLOW);
    store_close(d.s);
}

TEST(a_task_that_is_counted_is_a_cell_and_a_form_may_end_where_it_begins)
{
    autoarena *a = arena_new("test", 0);
    struct district d;
    struct err e = { 0 };
    struct figures none = { 0 };
    struct filing_opened r;
    struct filing x;
    enum status status = STATUS_FLASH;
    district_open(&d, a, "d.db");
    const struct return_ *form = program_return(d.p, STR("季报"));
    struct interval quarter = filing_period_before(form, may(1));
    struct filing_act city = act_of("市", FILING_FILLER, "329900", may(1), ""),
                      fill = act_of("县", FILING_FILLER, "329901", may(6), ""),
                      approve = act_of("县审", FILING_APPROVER, "329901", may(7), "");
    CHECK_OK(filing_open(d.s, &city, d.p, form, quarter, &none, a, &r, &e), e);
    CHECK_INT((int64_t)r.made, 2); /* the counties: each is a top */
    CHECK_OK(filing_find_one(d.s, form->name, STR("329901"), quarter, a, &x, &e), e);
    CHECK(!x.has_due); /* no limit is written */
    const char *const words[] = { "登记失业率", "3", "", "走访企业", "25", "", "新增就业", "0.1", "" };
    CHECK_OK(fill_cells(&d, &fill, x.id, words, 3, &e), e);
    CHECK_OK(move_on(&d, &fill, x.id, FILING_REPORT, &e), e);
    CHECK_OK(move_on(&d, &approve, x.id, FILING_APPROVE, &e), e);
    CHECK_OK(move_on(&d, &approve, x.id, FILING_LOCK, &e), e);
    CHECK(logged(&d, "走访企业", "329901", &status) == tenths(250));
    CHECK_INT(status, STATUS_FINAL);
    store_close(d.s);
}

TEST(a_period_of_another_length_is_refused)
{
    autoarena *a = arena_new("test", 0);
    struct district d;
    struct err e = { 0 };
    struct interval p;
    district_open(&d, a, "d.db");
    const struct return_ *quarter = program_return(d.p, STR("季报"));
    CHECK_ERR(filing_period_read(d.form, STR("2024Q1"), &p, &e), e, INVALID);
    e = (struct err){ 0 };
    CHECK_ERR(filing_period_read(quarter, STR("2024-02~04"), &p, &e), e, INVALID);
    e = (struct err){ 0 };
    CHECK_OK(filing_period_read(quarter, STR("2024年二季度"), &p, &e), e);
    CHECK_INT(filing_period_before(quarter, may(1)).to.index, 2024 * 12 + 2);
    store_close(d.s);
}

TEST(a_failing_disk_leaves_nothing_half_done)
{
    autoarena *a = arena_new("test", 0);
    struct district d;
    struct err e;
    struct figures none = { 0 };
    district_open(&d, a, "d.db");
    open_april(&d, &none);
    int64_t id = filing_of(&d, "329901001").id;
    struct filing_act fill = act_of("镇", FILING_FILLER, "329901001", may(6), "");
    const char *const words[] = { "新增就业", "0.3", "", "其中困难人员", "1", "", "登记失业率", "3", "" };
    size_t filled = 0;
    EVERY_FAULT (FAULT_WRITE) {
        filing_steps steps = { 0 };
        struct err quiet = { 0 };
        bool ok = fill_cells(&d, &fill, id, words, 3, &e);
        CHECK(ok || t_fault_hit());
        filled += ok;
        CHECK_OK(filing_steps_of(d.s, id, a, &steps, &quiet), quiet);
        CHECK_INT((int64_t)steps.len, 1 + (int64_t)filled);
        CHECK_INT(filing_of(&d, "329901001").state, filled > 0 ? FILING_FILLED : FILING_NEW);
    }
    store_close(d.s);
}
