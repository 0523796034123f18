/* What stands on what: a sum and the sheets it was made of, a reason and the difference it was written for, a quarter
 * and its months; and many sheets at once. */
#include "store/short.h"
#include "unit/filing/district.h"

#include <string.h>

static struct filing_act reviewer(const char *where, const char *reason)
{
    return act_of("上级审", FILING_APPROVER, where, may(15), reason);
}

static const struct filing_value *value_of(struct district *d, const char *area, size_t cell)
{
    struct err e = { 0 };
    struct filing_sheet *s = ARENA_NEW(d->a, struct filing_sheet);
    struct filing x = filing_of(d, area);
    struct figures log = log_of(d);
    CHECK_OK(filing_open_sheet(d->s, d->p, &d->areas, &x, &log, d->a, s, &e), e);
    return &s->values.at[cell];
}

TEST(a_sheet_that_was_counted_in_above_is_not_taken_out_from_under_the_sum)
{
    autoarena *a = arena_new("test", 0);
    struct district d;
    struct err e;
    struct figures none = { 0 };
    district_open(&d, a, "d.db");
    open_april(&d, &none);
    all_come_in(&d);
    struct filing_act county = reviewer("329901", "有一家企业重复"), city = reviewer("329900", "有一家企业重复");
    int64_t town = filing_of(&d, "329901001").id;
    CHECK_ERR(move_on(&d, &county, town, FILING_GIVE_BACK, &e), e, CONFLICT);
    CHECK(strstr(err_cause(&e), "试验市（已审）、东区（已审）") != NULL);
    CHECK_INT(filing_of(&d, "329901001").state, FILING_APPROVED);
    /* the city may give back all of them: it does so, from the top */
    struct filing_moved moved;
    struct figures log = log_of(&d);
    e = (struct err){ 0 };
    CHECK_OK(filing_move(d.s, &city, d.p, town, FILING_GIVE_BACK, &log, a, &moved, &e), e);
    CHECK_INT((int64_t)moved.reopened.len, 2);
    CHECK_STR(moved.reopened.at[0], "试验市");
    CHECK_STR(moved.reopened.at[1], "东区");
    CHECK_INT(filing_of(&d, "329901").state, FILING_RETURNED);
    CHECK_INT(filing_of(&d, "329900").state, FILING_RETURNED);
    CHECK_INT(filing_of(&d, "329902").state, FILING_APPROVED);
    filing_steps steps = { 0 };
    CHECK_OK(filing_steps_of(d.s, filing_of(&d, "329901").id, a, &steps, &e), e);
    CHECK_STR(steps.at[steps.len - 1].text, "下面东一街道的表退回：有一家企业重复");
    /* now that they are back here, a town is the county's affair again */
    CHECK_OK(move_on(&d, &county, filing_of(&d, "329901002").id, FILING_GIVE_BACK, &e), e);
    store_close(d.s);
}

TEST(what_a_locked_sum_was_made_of_is_not_given_back)
{
    autoarena *a = arena_new("test", 0);
    struct district d;
    struct err e;
    struct figures none = { 0 };
    district_open(&d, a, "d.db");
    open_april(&d, &none);
    all_come_in(&d);
    struct filing_act city = reviewer("329900", "");
    CHECK_OK(move_on(&d, &city, filing_of(&d, "329900").id, FILING_LOCK, &e), e);
    city.reason = STR("数不对");
    CHECK(!move_on(&d, &city, filing_of(&d, "329901001").id, FILING_GIVE_BACK, &e));
    CHECK_INT(filing_of(&d, "329901001").state, FILING_LOCKED);
    store_close(d.s);
}

TEST(a_sum_that_is_another_by_now_is_neither_approved_nor_locked_without_a_word)
{
    autoarena *a = arena_new("test", 0);
    struct district d;
    struct err e;
    struct figures none = { 0 };
    district_open(&d, a, "d.db");
    open_april(&d, &none);
    town_comes_in(&d, "329901001", "329901", "0.3", "100");
    struct filing_act fill = act_of("县", FILING_FILLER, "329901", may(8), ""), city = reviewer("329900", "");
    const char *const rate[] = { "登记失业率", "3", "" };
    int64_t county = filing_of(&d, "329901").id;
    CHECK_OK(fill_cells(&d, &fill, county, rate, 1, &e), e);
    fill.reason = STR("东二街道的人病了");
    CHECK_OK(move_on(&d, &fill, county, FILING_REPORT, &e), e);
    CHECK(!value_of(&d, "329901", 0)->moved);
    town_comes_in(&d, "329901002", "329901", "0.2", "50");
    const struct filing_value *v = value_of(&d, "329901", 0);
    CHECK(v->moved && v->sum == tenths(5) && v->value == tenths(3));
    CHECK_ERR(move_on(&d, &city, county, FILING_APPROVE, &e), e, CONFLICT);
    CHECK(strstr(err_cause(&e), "东区报的“新增就业”是 0.3万人，下级审过的表现在相加是 0.5万人") != NULL);
    /* the late town was not counted in: it may still be given back without the county's sheet */
    struct filing_act above = reviewer("329901", "重报");
    CHECK_OK(move_on(&d, &above, filing_of(&d, "329901002").id, FILING_GIVE_BACK, &e), e);
    CHECK_INT(filing_of(&d, "329901").state, FILING_REPORTED);
    CHECK(!value_of(&d, "329901", 0)->moved);
    town_comes_in(&d, "329901002", "329901", "0.2", "50");
    city.reason = STR("省里今天要，东二街道的下月并入");
    CHECK_OK(move_on(&d, &city, county, FILING_APPROVE, &e), e);
    store_close(d.s);
}

TEST(what_a_sum_was_reported_without_the_second_time_is_counted_in_no_longer)
{
    autoarena *a = arena_new("test", 0);
    struct district d;
    struct err e;
    struct figures none = { 0 };
    district_open(&d, a, "d.db");
    open_april(&d, &none);
    town_comes_in(&d, "329901001", "329901", "0.3", "100");
    town_comes_in(&d, "329901002", "329901", "0.2", "50");
    struct filing_act fill = act_of("县", FILING_FILLER, "329901", may(8), ""), city = reviewer("329900", "重报");
    const char *const cells[] = { "登记失业率", "3", "" }, *const again[] = { "新增就业",   "0.3", "",
                                                                              "登记失业率", "3",   "" };
    int64_t county = filing_of(&d, "329901").id, town = filing_of(&d, "329901002").id;
    CHECK_OK(fill_cells(&d, &fill, county, cells, 1, &e), e);
    CHECK_OK(move_on(&d, &fill, county, FILING_REPORT, &e), e);
    CHECK_OK(move_on(&d, &city, town, FILING_GIVE_BACK, &e), e); /* and the county's with it */
    CHECK_INT(filing_of(&d, "329901").state, FILING_RETURNED);
    CHECK_OK(fill_cells(&d, &fill, county, again, 2, &e), e);
    fill.reason = STR("东二街道的人病了");
    CHECK_OK(move_on(&d, &fill, county, FILING_REPORT, &e), e);
    town_comes_in(&d, "329901002", "329901", "0.2", "50");
    struct filing_act above = reviewer("329901", "重报");
    CHECK_OK(move_on(&d, &above, town, FILING_GIVE_BACK, &e), e); /* alone: it is in no sum */
    CHECK_INT(filing_of(&d, "329901").state, FILING_REPORTED);
    store_close(d.s);
}

TEST(locking_the_top_looks_at_the_sums_of_all_below)
{
    autoarena *a = arena_new("test", 0);
    struct district d;
    struct err e;
    struct figures none = { 0 };
    district_open(&d, a, "d.db");
    open_april(&d, &none);
    all_come_in(&d);
    /* a program of before let a town be given back under its county */
    CHECK_OK(store_do(d.s, NULL, &e, "UPDATE filing SET state = 4 WHERE area = '329901002'", ""), e);
    struct filing_act city = reviewer("329900", "");
    CHECK_ERR(move_on(&d, &city, filing_of(&d, "329900").id, FILING_LOCK, &e), e, CONFLICT);
    CHECK(strstr(err_cause(&e), "东区报的“新增就业”是 0.5万人，下级审过的表现在相加是 0.3万人") != NULL);
    CHECK_INT(filing_of(&d, "329900").state, FILING_APPROVED);
    store_close(d.s);
}

TEST(a_reason_belongs_to_the_difference_it_was_written_for)
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
    struct filing_act fill = act_of("镇", FILING_FILLER, "329901001", may(6), "");
    const char *const said[] = { "登记失业率", "3.2", "两人重复登记" }, *const same[] = { "登记失业率", "3.2", NULL },
                      *const more[] = { "登记失业率", "9.9", NULL }, *const right[] = { "登记失业率", "3.1", NULL };
    CHECK_OK(fill_cells(&d, &fill, id, said, 1, &e), e);
    CHECK_OK(fill_cells(&d, &fill, id, same, 1, &e), e); /* the same difference: said already */
    CHECK_STR(value_of(&d, "329901001", 2)->reason, "两人重复登记");
    CHECK_ERR(fill_cells(&d, &fill, id, more, 1, &e), e, INVALID);
    CHECK(strstr(err_cause(&e), "原来的原因“两人重复登记”是对别的数写的") != NULL);
    CHECK_OK(fill_cells(&d, &fill, id, right, 1, &e), e);
    CHECK_ERR(fill_cells(&d, &fill, id, same, 1, &e), e, INVALID); /* and gone once there was no difference */
    store_close(d.s);
}

TEST(a_reason_for_a_sum_does_not_excuse_another_sum)
{
    autoarena *a = arena_new("test", 0);
    struct district d;
    struct err e;
    struct figures none = { 0 };
    district_open(&d, a, "d.db");
    open_april(&d, &none);
    town_comes_in(&d, "329901001", "329901", "0.3", "100");
    struct filing_act fill = act_of("县", FILING_FILLER, "329901", may(8), "东二街道的人病了");
    const char *const less[] = { "新增就业", "0.29", "重复 100 人", "登记失业率", "3", NULL }, *const keep[] = {
        "登记失业率", "3", NULL
    };
    int64_t county = filing_of(&d, "329901").id;
    CHECK_OK(fill_cells(&d, &fill, county, less, 2, &e), e);
    town_comes_in(&d, "329901002", "329901", "0.9", "50");
    CHECK_STR(value_of(&d, "329901", 0)->old_reason, "重复 100 人");
    CHECK_STR(value_of(&d, "329901", 0)->reason, "");
    CHECK_ERR(move_on(&d, &fill, county, FILING_REPORT, &e), e, CONFLICT);
    CHECK_ERR(fill_cells(&d, &fill, county, keep, 1, &e), e, INVALID);
    store_close(d.s);
}

TEST(an_excuse_belongs_to_the_numbers_it_was_given_for)
{
    autoarena *a = arena_new("test", 0);
    struct district d;
    struct err e;
    struct figures none = { 0 }, march = { 0 };
    struct watch_result r;
    district_open(&d, a, "d.db");
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
    const char *const words[] = { "新增就业",   "1.9", NULL, "其中困难人员", "1", NULL,
                                  "登记失业率", "3",   NULL, "累计没有变少", "",  "撤并了一家企业" };
    const char *const worse[] = { "新增就业", "0.1", NULL };
    CHECK_OK(fill_cells(&d, &fill, id, words, 4, &e), e);
    CHECK_OK(fill_cells(&d, &fill, id, worse, 1, &e), e);
    CHECK_ERR(move_on(&d, &fill, id, FILING_REPORT, &e), e, INVALID);
    CHECK_OK(fill_cells(&d, &fill, id, words, 3, &e), e); /* back to what it was given for */
    CHECK_OK(move_on(&d, &fill, id, FILING_REPORT, &e), e);
    store_close(d.s);
}

static void month_is(struct district *d, struct figures *f, const char *name, int month_, int64_t v)
{
    *vec_push(d->a, &f->list) =
        (struct observation){ .indicator = str_of(name),
                              .area = STR("329901"),
                              .period = { { 2024 * 12 + month_ - 1 }, { 2024 * 12 + month_ - 1 } },
                              .value = tenths(v),
                              .source = STR("月报") };
}

TEST(a_quarter_is_the_sum_of_what_happened_in_its_months_and_the_end_of_what_stands)
{
    autoarena *a = arena_new("test", 0);
    struct district d;
    struct err e = { 0 };
    struct filing_opened r;
    struct filing_sheet s;
    struct filing x;
    struct figures known = { 0 };
    district_open(&d, a, "d.db");
    const struct return_ *form = program_return(d.p, STR("季报"));
    struct filing_act city = act_of("市", FILING_FILLER, "329900", may(1), "");
    for (int m = 1; m <= 3; m++) {
        month_is(&d, &known, "登记失业率", m, 30 + m);
        month_is(&d, &known, "走访企业", m, 100 * m);
        if (m != 2) month_is(&d, &known, "新增就业", m, m); /* February lacks */
    }
    struct interval quarter = filing_period_before(form, may(1));
    CHECK_OK(filing_open(d.s, &city, d.p, form, quarter, &known, a, &r, &e), e);
    CHECK_INT((int64_t)r.known, 2);
    CHECK_OK(filing_find_one(d.s, form->name, STR("329901"), quarter, a, &x, &e), e);
    CHECK_OK(filing_open_sheet(d.s, d.p, &d.areas, &x, &known, a, &s, &e), e);
    CHECK(s.values.at[0].known == tenths(33));  /* how it stood at the end of March */
    CHECK(s.values.at[1].known == tenths(600)); /* what was done in three months */
    CHECK_STR(s.values.at[1].origin, "3个月相加，月报");
    CHECK(!s.values.at[2].has_known);
    store_close(d.s);
}

TEST(an_area_the_packs_have_dropped_is_no_top_of_its_own)
{
    autoarena *a = arena_new("test", 0);
    struct district d;
    struct err e = { 0 };
    struct figures none = { 0 };
    district_open(&d, a, "d.db");
    open_april(&d, &none);
    CHECK_OK(store_do(d.s, NULL, &e,
                      "UPDATE filing SET area = '329901009', state = 2, filler = '镇' WHERE area = '329901001'", ""),
             e);
    int64_t id = filing_of(&d, "329901009").id;
    struct filing_act own = act_of("镇审", FILING_APPROVER, "329901009", may(6), ""), county = reviewer("329901", "");
    struct filing x = filing_of(&d, "329901009");
    CHECK(!filing_may(&d.areas, d.form, &x, FILING_APPROVE, &own));
    CHECK_ERR(move_on(&d, &own, id, FILING_APPROVE, &e), e, DENIED);
    CHECK_OK(move_on(&d, &county, id, FILING_APPROVE, &e), e);
    CHECK_ERR(move_on(&d, &county, id, FILING_LOCK, &e), e, DENIED);
    store_close(d.s);
}

TEST(all_sheets_of_a_period_are_read_at_once)
{
    autoarena *a = arena_new("test", 0);
    struct district d;
    struct err e = { 0 };
    struct figures none = { 0 };
    filing_list list = { 0 };
    struct filing_grid g;
    filing_periods periods = { 0 };
    district_open(&d, a, "d.db");
    open_april(&d, &none);
    town_comes_in(&d, "329901001", "329901", "0.3", "100");
    struct filing_wanted w = { .form = d.form->name, .has_period = true, .period = d.april, .latest = true };
    CHECK_OK(filing_find(d.s, &w, a, &list, &e), e);
    CHECK_OK(filing_grid_of(d.s, d.form, d.april, &list, a, &g, &e), e);
    size_t filled = 0;
    for (size_t i = 0; i < list.len * g.columns; i++) filled += g.has[i];
    CHECK_INT((int64_t)filled, 3);
    for (size_t i = 0; i < list.len; i++) {
        if (str_eq(list.at[i].area, STR("329901001"))) CHECK(g.has[i * 3] && g.values[i * 3] == tenths(3));
    }
    CHECK_OK(filing_periods_of(d.s, d.form->name, 10, a, &periods, &e), e);
    CHECK_INT((int64_t)periods.len, 1);
    CHECK(interval_eq(periods.at[0], d.april));
    /* counted by area: the city has all six, the east three of them */
    struct filing_count *n = filing_count_areas(&d.areas, &list, may(8), a);
    CHECK_INT((int64_t)n[0].sheets, 6);
    CHECK_INT((int64_t)n[0].done, 1);
    CHECK_INT((int64_t)n[0].late, 2); /* the other two towns; the counties have until today */
    for (size_t i = 0; i < d.areas.list.len; i++) {
        if (str_eq(d.areas.list.at[i].code, STR("329901"))) CHECK_INT((int64_t)n[i].sheets, 3);
    }
    store_close(d.s);
}
