/* One value against one goal. The table holds the printed results of the plans' own tables and of the reference. */
#include "plan/plan.h"
#include "support/t.h"

#include <stdio.h>

static num n(const char *z)
{
    num v = 0;
    unsigned scale = 0;
    CHECK(num_parse(str_of(z), &v, &scale));
    CHECK(num_widen(v, scale, MEASURE_SCALE, &v));
    return v;
}

struct row {
    const char *name;
    enum measure_kind kind;
    enum goal_relation relation;
    const char *base, *target, *actual, *elapsed;
    enum bound bound;
    const char *ratio, *increment, *margin; /* as printed, six digits of shares; "" none */
    bool met;
    enum verdict_code verdict;
    unsigned flags;
    enum direction direction;
};

static const struct row rows[] = {
    { "江苏十三五 城镇新增就业", MEASURE_SUM, RELATION_GE, "", "500", "725.9", "1", BOUND_EXACT, "1.451800", "", "",
      true, VERDICT_DONE, 0, DIRECTION_UP },
    { "江苏十三五 毕业生就业率", MEASURE_RATE, RELATION_GE, "", "90", "93.1", "1", BOUND_EXACT, "", "", "3.1", true,
      VERDICT_MET, 0, DIRECTION_UP },
    { "江苏十三五 自主创业", MEASURE_SUM, RELATION_GE, "", "50", "149.6", "1", BOUND_EXACT, "2.992000", "", "", true,
      VERDICT_DONE, 0, DIRECTION_UP },
    { "江苏十三五 受教育年限", MEASURE_STOCK, RELATION_GE, "", "12.2", "12", "1", BOUND_OVER, "", "", "", false,
      VERDICT_ASK, FLAG_BOUND, DIRECTION_UP },
    { "江苏十三五 每万名高技能人才", MEASURE_STOCK, RELATION_GE, "", "700", "930", "1", BOUND_ABOUT, "1.328571", "", "",
      true, VERDICT_DONE, FLAG_BOUND, DIRECTION_UP },
    { "江苏十三五 调解成功率", MEASURE_RATE, RELATION_GE, "", "70", "80.4", "1", BOUND_EXACT, "", "", "10.4", true,
      VERDICT_MET, 0, DIRECTION_UP },
    { "江苏十三五 按期结案率", MEASURE_RATE, RELATION_GE, "", "100", "100", "1", BOUND_EXACT, "", "", "0", true,
      VERDICT_MET, 0, DIRECTION_UP },
    { "南通十三五 城镇新增就业", MEASURE_SUM, RELATION_GE, "", "40", "50.7", "1", BOUND_EXACT, "1.267500", "", "", true,
      VERDICT_DONE, 0, DIRECTION_UP },
    { "南通十三五 毕业生就业率", MEASURE_RATE, RELATION_GT, "", "94", "95", "1", BOUND_EXACT, "", "", "1", true,
      VERDICT_MET, 0, DIRECTION_UP },
    { "南通十三五 自主创业", MEASURE_SUM, RELATION_GE, "", "6", "9.04", "1", BOUND_EXACT, "1.506667", "", "", true,
      VERDICT_DONE, 0, DIRECTION_UP },
    { "南通十三五 养老参保率", MEASURE_RATE, RELATION_GE, "", "98", "98.17", "1", BOUND_EXACT, "", "", "0.17", true,
      VERDICT_MET, 0, DIRECTION_UP },
    { "南通十三五 工伤参保", MEASURE_STOCK, RELATION_GE, "", "135", "143.5", "1", BOUND_EXACT, "1.062963", "", "", true,
      VERDICT_DONE, 0, DIRECTION_UP },
    { "南通十三五 集体合同签订率", MEASURE_RATE, RELATION_GT, "", "95", "98.5", "1", BOUND_EXACT, "", "", "3.5", true,
      VERDICT_MET, 0, DIRECTION_UP },
    { "南通十三五 社保卡", MEASURE_STOCK, RELATION_GE, "", "620", "800.4", "1", BOUND_EXACT, "1.290968", "", "", true,
      VERDICT_DONE, 0, DIRECTION_UP },
    { "江苏十四五 2023年末 城镇新增就业", MEASURE_SUM, RELATION_GE, "", "500", "410.11", "0.6", BOUND_EXACT, "0.820220",
      "", "", false, VERDICT_AHEAD, 0, DIRECTION_UP },
    { "江苏十四五 2025年末 调查失业率", MEASURE_RATE, RELATION_ABOUT, "", "5", "4.6", "1", BOUND_EXACT, "", "", "0.4",
      true, VERDICT_MET, FLAG_NO_TOLERANCE, DIRECTION_DOWN },
    { "江苏十四五 基期 调解成功率", MEASURE_RATE, RELATION_GE, "80.4", "60", "80.4", "0", BOUND_EXACT, "", "", "20.4",
      true, VERDICT_MET, FLAG_FLOOR, DIRECTION_UP },
    { "南通十四五 2022 企业养老参保（假设值）", MEASURE_STOCK, RELATION_GE, "173.7", "200", "183.7", "0.4", BOUND_EXACT,
      "0.918500", "0.380228", "", false, VERDICT_ON_COURSE, 0, DIRECTION_UP },
};

static struct plan_question of_row(const struct row *r)
{
    struct plan_question q = { .kind = r->kind,
                               .goal = { .relation = r->relation, .value = n(r->target) },
                               .direction = r->direction,
                               .has_actual = true,
                               .actual = n(r->actual),
                               .bound = r->bound,
                               .elapsed = n(r->elapsed),
                               .pace = n("5") };
    if (r->base[0] != 0) q.has_base = true, q.base = n(r->base);
    return q;
}

TEST(the_cases_of_the_reference_come_out_to_the_printed_digits)
{
    autoarena *a = arena_new("test", 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *r = &rows[i];
        struct plan_question q = of_row(r);
        struct ruling j;
        plan_judge(&q, &j);
        NOTE("%s", r->name);
        CHECK_INT(j.has_ratio, r->ratio[0] != 0);
        if (j.has_ratio) CHECK_STR(measure_rounded(a, j.ratio, 6), r->ratio);
        CHECK_INT(j.has_increment, r->increment[0] != 0);
        if (j.has_increment) CHECK_STR(measure_rounded(a, j.increment, 6), r->increment);
        CHECK_INT(j.has_margin, r->margin[0] != 0);
        if (j.has_margin) CHECK_STR(measure_text(a, j.margin, 0), r->margin);
        CHECK_INT(j.knows_met && j.met, r->met);
        CHECK_STR(plan_verdict_zh(j.verdict), plan_verdict_zh(r->verdict));
        CHECK_INT(j.flags, r->flags);
    }
}

static const char *says(struct arena *a, struct plan_question q, const char *unit)
{
    struct ruling j;
    plan_judge(&q, &j);
    return plan_completion(a, &q, &j, str_of(unit)).p;
}

TEST(the_column_of_completion_reads_as_the_documents_print_it)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(says(a, of_row(&rows[0]), "万人"), "145%");
    CHECK_STR(says(a, of_row(&rows[1]), "%"), "高3.1个百分点");
    CHECK_STR(says(a, of_row(&rows[3]), "年"), "＞12");
    CHECK_STR(says(a, of_row(&rows[6]), "%"), "达到目标要求");
    struct plan_question q = of_row(&rows[1]);
    q.goal.relation = RELATION_LE, q.goal.value = n("4"), q.actual = n("3.2"), q.direction = DIRECTION_DOWN;
    CHECK_STR(says(a, q, "%"), "控制在目标内");
    q.actual = n("4.5");
    CHECK_STR(says(a, q, "%"), "高0.5个百分点");
    q.changed = true;
    CHECK_STR(says(a, q, "%"), "——");
    q.has_actual = false;
    CHECK_STR(says(a, q, "%"), "没有数");
}

TEST(about_is_decided_by_its_tolerance_and_without_one_only_when_better)
{
    struct plan_question q = { .kind = MEASURE_RATE,
                               .goal = { .relation = RELATION_ABOUT, .value = n("5") },
                               .direction = DIRECTION_DOWN,
                               .has_actual = true,
                               .actual = n("5.3"),
                               .elapsed = n("1") };
    struct ruling j;
    plan_judge(&q, &j);
    CHECK(!j.knows_met);
    CHECK_INT(j.verdict, VERDICT_WITHHELD);
    q.goal.has_tolerance = true, q.goal.tolerance = n("0.5");
    plan_judge(&q, &j);
    CHECK_INT(j.verdict, VERDICT_MET);
    q.actual = n("5.6");
    plan_judge(&q, &j);
    CHECK_INT(j.verdict, VERDICT_UNMET);
    q.direction = DIRECTION_UNSAID, q.goal.has_tolerance = false, q.actual = n("4");
    plan_judge(&q, &j);
    CHECK_INT(j.verdict, VERDICT_WITHHELD);
}

TEST(a_bound_decides_only_when_every_value_it_allows_does)
{
    struct plan_question q = { .kind = MEASURE_RATE,
                               .goal = { .relation = RELATION_GE, .value = n("98") },
                               .direction = DIRECTION_UP,
                               .has_actual = true,
                               .actual = n("98"),
                               .bound = BOUND_ABOVE,
                               .elapsed = n("1") };
    struct ruling j;
    plan_judge(&q, &j);
    CHECK_INT(j.verdict, VERDICT_MET);
    q.actual = n("97");
    plan_judge(&q, &j);
    CHECK_INT(j.verdict, VERDICT_ASK);
    q.bound = BOUND_BELOW;
    plan_judge(&q, &j);
    CHECK_INT(j.verdict, VERDICT_UNMET);
    q.goal.relation = RELATION_GT, q.goal.value = q.actual = n("12"), q.bound = BOUND_OVER;
    plan_judge(&q, &j);
    CHECK_INT(j.verdict, VERDICT_MET);
}

TEST(pace_is_as_wide_as_the_plan_says)
{
    struct plan_question q = { .kind = MEASURE_SUM,
                               .goal = { .relation = RELATION_GE, .value = n("100") },
                               .direction = DIRECTION_UP,
                               .has_actual = true,
                               .actual = n("65"),
                               .elapsed = n("0.6"),
                               .pace = n("5") };
    struct ruling j;
    plan_judge(&q, &j);
    CHECK_INT(j.verdict, VERDICT_AHEAD); /* five points and more */
    q.actual = n("64.9");
    plan_judge(&q, &j);
    CHECK_INT(j.verdict, VERDICT_ON_COURSE);
    q.actual = n("55");
    plan_judge(&q, &j);
    CHECK_INT(j.verdict, VERDICT_BEHIND);
    q.partial = true;
    plan_judge(&q, &j);
    CHECK_INT(j.verdict, VERDICT_WITHHELD);
    q.actual = n("100");
    plan_judge(&q, &j);
    CHECK_INT(j.verdict, VERDICT_EARLY); /* what is known already suffices, though years are missing */
}

TEST(a_ceiling_is_kept_to_and_not_used_up)
{
    autoarena *a = arena_new("test", 0);
    struct plan_question q = { .kind = MEASURE_STOCK,
                               .goal = { .relation = RELATION_LE, .value = n("5000") },
                               .direction = DIRECTION_DOWN,
                               .has_actual = true,
                               .actual = n("13"),
                               .elapsed = n("0.4") };
    struct ruling j;
    plan_judge(&q, &j);
    CHECK_INT(j.verdict, VERDICT_MET);
    CHECK(!j.has_ratio);
    CHECK_STR(plan_completion(a, &q, &j, STR("人")), "控制在目标内");
    q.actual = n("5001");
    plan_judge(&q, &j);
    CHECK_INT(j.verdict, VERDICT_UNMET);
    CHECK_STR(plan_completion(a, &q, &j, STR("人")), "高1人");
    q.goal.value = q.actual = 0; /* 动态清零 */
    plan_judge(&q, &j);
    CHECK_INT(j.verdict, VERDICT_MET);
}

TEST(a_stock_without_a_baseline_has_no_pace)
{
    struct plan_question q = { .kind = MEASURE_STOCK,
                               .goal = { .relation = RELATION_GE, .value = n("200") },
                               .direction = DIRECTION_UP,
                               .has_actual = true,
                               .actual = n("199"),
                               .elapsed = n("0.6"),
                               .pace = n("5") };
    struct ruling j;
    plan_judge(&q, &j);
    CHECK_INT(j.verdict, VERDICT_WITHHELD);
    CHECK(j.flags & FLAG_NO_BASE);
}

TEST(a_forecast_says_nothing_where_its_interval_lies_across_the_goal)
{
    autoarena *a = arena_new("test", 0);
    struct plan_question q = { .kind = MEASURE_SUM,
                               .goal = { .relation = RELATION_GE, .value = n("500") },
                               .direction = DIRECTION_UP,
                               .has_actual = true,
                               .actual = n("410.11"),
                               .elapsed = n("0.6"),
                               .pace = n("5") };
    num steps[3] = { n("140.21"), n("131.6"), n("138.3") };
    struct forecast f;
    plan_forecast(&q, q.actual, steps, 3, 2, &f);
    CHECK(f.known && !f.straddles && f.reaches);
    CHECK_STR(measure_rounded(a, f.value, 4), "683.5167");
    /* half width: 1.8856 * 4.5216 * sqrt(2 + 4/3), computed by hand */
    CHECK_STR(measure_rounded(a, f.value - f.lo, 2), "15.57");
    q.goal.value = n("690");
    plan_forecast(&q, q.actual, steps, 3, 2, &f);
    CHECK(f.straddles && !f.reaches);
    q.goal.value = n("800");
    plan_forecast(&q, q.actual, steps, 3, 2, &f);
    CHECK(!f.straddles && !f.reaches);
    plan_forecast(&q, q.actual, steps, 1, 2, &f);
    CHECK(!f.known);
}

TEST(parts_of_a_whole_add_up_to_it_whatever_the_weights)
{
    num weights[9], parts[9];
    for (int round = 0; round < 500; round++) {
        size_t count = 1 + (size_t)t_random_below(9);
        num whole = (num)t_random_below(100000000) * num_pow10(MEASURE_SCALE - 2), sum = 0, all = 0;
        for (size_t i = 0; i < count; i++) {
            weights[i] = (num)t_random_below(1000);
            all += weights[i];
        }
        if (all == 0) {
            CHECK(!plan_split(whole, weights, count, 2, parts));
            continue;
        }
        CHECK(plan_split(whole, weights, count, 2, parts));
        for (size_t i = 0; i < count; i++) {
            sum += parts[i];
            CHECK(weights[i] > 0 || parts[i] == 0);
            num exact = whole * weights[i] / all, off = parts[i] > exact ? parts[i] - exact : exact - parts[i];
            CHECK(off <= num_pow10(MEASURE_SCALE - 2)); /* never more than one last digit from its share */
        }
        CHECK(sum == whole);
    }
    weights[0] = -1, weights[1] = 2;
    CHECK(!plan_split(n("1"), weights, 2, 2, parts));
    weights[0] = 1;
    CHECK(!plan_split(n("0.001"), weights, 2, 2, parts));
}

TEST(points_are_capped_give_a_bonus_or_veto)
{
    autoarena *a = arena_new("test", 0);
    const struct score_item items[3] = { { n("40"), 0, SCORE_CAPPED },
                                         { n("40"), n("5"), SCORE_BONUS },
                                         { n("20"), 0, SCORE_VETO } };
    num shares[3] = { n("1.2"), n("1.5"), n("1") }, points;
    bool vetoed;
    CHECK(plan_score(items, shares, 3, &points, &vetoed));
    CHECK_STR(measure_text(a, points, 0), "105");
    CHECK(!vetoed);
    shares[2] = n("0.9"), shares[0] = n("-1");
    CHECK(plan_score(items, shares, 3, &points, &vetoed));
    CHECK_STR(measure_text(a, points, 0), "63");
    CHECK(vetoed);
}
