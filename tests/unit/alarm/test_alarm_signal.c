/* What fires, and when: duration, release, gaps, lines nobody has set; and that no reading looks ahead. */
#include "unit/alarm/town.h"

#include <math.h>

enum { JAN = 2020 * 12 };

static void fires_are(const struct alarm_reading *r, size_t n, const char *want)
{
    char got[200] = { 0 };
    for (size_t t = 0; t < n; t++) got[t] = r->fires[t] ? '!' : '.';
    CHECK_STR(got, want);
}

TEST(a_line_must_be_crossed_for_as_long_as_the_rule_says_and_is_left_as_slowly)
{
    autoarena *a = arena_new("test", 0);
    const struct program *p = town_program(a);
    struct figures f = { 0 };
    struct alarm_series s;
    static const int rate[] = { 540, 550, 540, 560, 570, 520, 490, 510, 490, 480, 600 };
    town_add(a, &f, "失业率", "320600", (month){ JAN }, rate, sizeof rate / sizeof *rate);
    struct alarm_reading r = town_read(a, p, "持续高", &f, &s);
    CHECK_INT(r.sight, ALARM_SEEN);
    fires_are(&r, s.n, "....!!!!!..");
    CHECK_INT((int64_t)alarm_since(&r, 4), 3);
    CHECK_INT((int64_t)alarm_since(&r, 7), 3);
}

TEST(more_than_nought_is_not_nought)
{
    autoarena *a = arena_new("test", 0);
    const struct program *p = town_program(a);
    struct figures f = { 0 };
    struct alarm_series s;
    static const int people[] = { 0, 1, 0, 0 }, others[] = { 201, 200, 199, 300 };
    town_add(a, &f, "登记人数", "320602", (month){ JAN }, people, 4);
    town_add(a, &f, "登记人数", "320611", (month){ JAN }, others, 4);
    struct alarm_reading r = town_read(a, p, "有一点就报", &f, &s);
    fires_are(&r, s.n, ".!..");
    r = town_read(a, p, "太低", &f, &s);
    fires_are(&r, s.n, ".!!.");
}

TEST(a_month_that_is_missing_neither_raises_nor_ends_an_alarm)
{
    autoarena *a = arena_new("test", 0);
    const struct program *p = town_program(a);
    struct figures f = { 0 };
    struct alarm_series s;
    static const int rate[] = { 560, -1, 560, -1, -1, 490, -1, 490 };
    town_add(a, &f, "失业率", "320600", (month){ JAN }, rate, sizeof rate / sizeof *rate);
    struct alarm_reading r = town_read(a, p, "持续高", &f, &s);
    CHECK_INT(s.missing, 4);
    fires_are(&r, s.n, "..!!!!!.");
}

TEST(a_line_nobody_has_set_is_said_and_fires_nothing)
{
    autoarena *a = arena_new("test", 0);
    const struct program *p = town_program(a);
    struct figures f = { 0 };
    struct alarm_series s;
    static const int rate[] = { 990, 990 };
    town_add(a, &f, "失业率", "320600", (month){ JAN }, rate, 2);
    struct alarm_reading r = town_read(a, p, "线没定", &f, &s);
    CHECK_INT(r.sight, ALARM_NO_LINE);
    CHECK_STR(r.why, "没定的线");
    fires_are(&r, s.n, "..");
    CHECK(str_find(alarm_rule_text(p, program_warning(p, STR("线没定")), date_of(2024, 6, 3), a), STR("还没有定")) !=
          SIZE_MAX);
}

TEST(a_series_too_short_for_its_signal_is_said)
{
    autoarena *a = arena_new("test", 0);
    const struct program *p = town_program(a);
    struct figures f = { 0 };
    struct alarm_series s;
    static const int rate[] = { 500, 501, 502 };
    town_add(a, &f, "失业率", "320600", (month){ JAN }, rate, 3);
    CHECK_INT(town_read(a, p, "累积偏离", &f, &s).sight, ALARM_TOO_SHORT);
    CHECK_INT(town_read(a, p, "比最好时候差", &f, &s).sight, ALARM_SEEN);
}

TEST(of_two_sources_the_one_published_later_counts_and_the_quarrel_is_known)
{
    autoarena *a = arena_new("test", 0);
    const struct program *p = town_program(a);
    struct figures f = { 0 };
    struct alarm_series s;
    static const int rate[] = { 560, 560 }, other[] = { 480, 560 };
    town_add(a, &f, "失业率", "320600", (month){ JAN }, rate, 2);
    town_add(a, &f, "失业率", "320600", (month){ JAN }, other, 2);
    f.list.at[2].known = date_of(2021, 1, 1);
    f.list.at[1].bound = BOUND_ABOUT;
    town_read(a, p, "持续高", &f, &s);
    CHECK_INT(s.disputed, 1);
    CHECK_INT(s.bounds, 1);
    CHECK_STR(measure_text(a, s.values[0], 0), "4.8");
}

/* A year of figures with a season and a little noise, in hundredths. */
static void season(int *out, size_t n)
{
    static const int months[] = { 40, 60, 20, 0, -10, -30, -20, -10, 0, 10, 20, 30 };
    for (size_t i = 0; i < n; i++) out[i] = 500 + (int)i + months[i % 12] + (int)t_random_between(-4, 4);
}

TEST(a_jump_beyond_season_and_trend_is_noticed_and_the_season_itself_is_not)
{
    autoarena *a = arena_new("test", 0);
    const struct program *p = town_program(a);
    struct figures f = { 0 };
    struct alarm_series s;
    int people[72];
    season(people, 72);
    people[70] += 200;
    town_add(a, &f, "登记人数", "320600", (month){ JAN }, people, 72);
    struct alarm_reading r = town_read(a, p, "偏离季节", &f, &s);
    CHECK_INT(r.sight, ALARM_SEEN);
    for (size_t t = 0; t < 70; t++) CHECK(!r.fires[t]);
    CHECK(r.fires[70]);
}

TEST(no_reading_looks_ahead)
{
    autoarena *a = arena_new("test", 0);
    const struct program *p = town_program(a);
    static const char *const rules[] = { "持续高", "比最好时候差", "累积偏离", "平均偏离", "偏离季节" };
    int values[60];
    season(values, 60);
    for (size_t i = 40; i < 60; i++) values[i] += (int)t_random_below(200);
    values[31] = -1;
    for (size_t k = 0; k < sizeof rules / sizeof *rules; k++) {
        const struct warning *w = program_warning(p, str_of(rules[k]));
        const char *name = str_starts(p->indicators.at[w->indicator].name, STR("登记")) ? "登记人数" : "失业率";
        struct figures whole = { 0 };
        struct alarm_series s, part_s;
        NOTE("%s", rules[k]);
        town_add(a, &whole, name, "320600", (month){ JAN }, values, 60);
        struct alarm_reading r = town_read(a, p, rules[k], &whole, &s);
        for (size_t n = 45; n < 60; n += 4) {
            struct figures f = { 0 };
            town_add(a, &f, name, "320600", (month){ JAN }, values, n);
            struct alarm_reading part = town_read(a, p, rules[k], &f, &part_s);
            for (size_t t = 0; t < n; t++) {
                CHECK_INT(part.fires[t], r.fires[t]);
                CHECK(isnan(part.statistic[t]) == isnan(r.statistic[t]));
                if (!isnan(r.statistic[t])) CHECK(fabs(part.statistic[t] - r.statistic[t]) < 1e-9);
            }
        }
    }
}

TEST(a_rule_tried_on_the_past_is_counted_by_what_happened)
{
    autoarena *a = arena_new("test", 0);
    const struct program *p = town_program(a);
    struct figures f = { 0 };
    alarm_events events = { 0 };
    struct alarm_test t;
    /*                        fires          !    !    !    ends …                           !    !  */
    static const int rate[] = {
        500, 560, 560, 560, 480, 480, 480, 480, 480, 480, 480, 560, 560, 560, 480, 480, 480, 480
    };
    town_add(a, &f, "失业率", "320600", (month){ JAN }, rate, sizeof rate / sizeof *rate);
    *vec_push(a, &events) = (struct alarm_event){ .when = { JAN + 4 }, .what = STR("大厂关门") };
    *vec_push(a, &events) = (struct alarm_event){ .when = { JAN + 9 }, .what = STR("没有料到的") };
    *vec_push(a, &events) = (struct alarm_event){ .area = STR("999999"), .when = { JAN + 4 }, .what = STR("别处的") };
    *vec_push(a, &events) = (struct alarm_event){ .when = { JAN - 4 }, .what = STR("以前的") };
    alarm_try(p, program_warning(p, STR("持续高")), &f, &events, 3, date_of(2024, 6, 3), a, &t);
    CHECK_INT((int64_t)t.events, 2);
    CHECK_INT((int64_t)t.found, 1);
    CHECK(fabs(t.lead_months - 2) < 1e-9);
    CHECK_INT((int64_t)t.missed.len, 1);
    CHECK(str_find(t.missed.at[0], STR("没有料到的")) != SIZE_MAX);
    CHECK_INT((int64_t)t.alarms, 2);
    CHECK_INT((int64_t)t.right, 1);
    CHECK_INT((int64_t)t.wrong.len, 1);
    CHECK(str_find(t.wrong.at[0], STR("2021年1月")) != SIZE_MAX);
}

TEST(a_picture_says_in_words_what_it_shows)
{
    autoarena *a = arena_new("test", 0);
    const struct program *p = town_program(a);
    struct figures f = { 0 };
    struct alarm_series s;
    struct text out;
    static const int rate[] = { 500, 560, -1, 570 };
    town_add(a, &f, "失业率", "320600", (month){ JAN }, rate, 4);
    struct alarm_reading r = town_read(a, p, "持续高", &f, &s);
    text_init(&out, a, 1 << 16);
    alarm_picture(p, program_warning(p, STR("持续高")), &s, &r, &out);
    CHECK(str_find(text_str(&out), STR("最低5%，最高5.7%")) != SIZE_MAX);
    CHECK(str_find(text_str(&out), STR("线 5.5%")) != SIZE_MAX);
    CHECK(str_find(text_str(&out), STR(">预警<")) != SIZE_MAX);
    CHECK_STR(alarm_sparkline(&s, 10, a), "▁▇·█");
}

TEST(areas_lie_in_one_another_by_their_codes)
{
    autoarena *a = arena_new("test", 0);
    CHECK(alarm_area_in(STR("320602"), STR("320600")));
    CHECK(alarm_area_in(STR("320602"), STR("320000")));
    CHECK(alarm_area_in(STR("320602"), STR("")));
    CHECK(!alarm_area_in(STR("320600"), STR("320602")));
    CHECK(!alarm_area_in(STR("321002"), STR("320600")));
    CHECK(!alarm_area_in(STR(""), STR("320600")));
    CHECK_STR(alarm_area_upper(STR("320602"), a), "320600");
    CHECK_STR(alarm_area_upper(STR("320600"), a), "320000");
    CHECK_STR(alarm_area_upper(STR("320000"), a), "");
    CHECK_STR(alarm_area_upper(STR(""), a), "");
}
