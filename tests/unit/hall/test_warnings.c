/* A warning from the figure to its release, through the pages alone; and who may not. */
#include "hall/board.h"
#include "helpers.h"

static void observe(struct world *w, int year, int value)
{
    struct figures f = { 0 };
    struct watch_result r;
    struct err e = { 0 };
    *vec_push(w->a, &f.list) = (struct observation){ .indicator = STR("新增就业人数"),
                                                     .area = STR("329901"),
                                                     .period = { { year * 12 }, { year * 12 + 11 } },
                                                     .value = value * num_pow10(MEASURE_SCALE),
                                                     .status = STATUS_FINAL,
                                                     .known = date_of(2024, 1, 20),
                                                     .source = STR("年报") };
    CHECK_OK(watch_take(w->s, &f, date_of(2024, 1, 20), &r, &e), e);
}

static struct asked press(struct world *w, const char *cookie, const char *at, const char *form)
{
    struct asked page = get(w, at, cookie);
    NOTE("%s %u", at, page.status);
    CHECK_INT(page.status, 200);
    struct asked k = post(w, at, cookie, str_fmt(w->a, "csrf=%s&%s", csrf_of(w, page.body), form).p);
    NOTE("%s: %u %.*s", form, k.status, STR_ARG(k.body));
    return k;
}

static void people(struct world *w)
{
    account(w, "duty", ROLE_DUTY, "329901");
    account(w, "hand", ROLE_HANDLER, "329901");
    account(w, "chief", ROLE_CHIEF, "329900");
    account(w, "west", ROLE_DUTY, "329902");
    account(w, "nowhere", ROLE_DUTY, "");
    account(w, "leader", ROLE_LEADER, "");
}

TEST(a_warning_goes_from_the_figure_to_its_release)
{
    struct world w;
    world_open(&w);
    people(&w);
    observe(&w, 2022, 250), observe(&w, 2023, 90);
    const char *duty = signed_in(&w, "duty"), *hand = signed_in(&w, "hand"), *chief = signed_in(&w, "chief");
    CHECK(has(get(&w, "/warnings", duty).body, "没有要办的警情"));
    struct asked k = press(&w, duty, "/warnings", "");
    CHECK(k.status == 303 && has(get(&w, str_dup(w.a, k.location).p, duty).body, "新警情 1 件"));
    k = press(&w, duty, "/warnings", "");
    CHECK(has(get(&w, str_dup(w.a, k.location).p, duty).body, "新警情 0 件")); /* the second time finds nothing */
    k = get(&w, "/warnings", duty);
    CHECK(has(k.body, "就业减少") && has(k.body, "90人") && has(k.body, "待签收") && has(k.body, "东区"));
    k = get(&w, "/warnings/1", duty);
    CHECK(has(k.body, "<polyline") && has(k.body, "线 100") && has(k.body, "&lt;script&gt;") &&
          !has(k.body, "<script>alert"));
    CHECK(!has(get(&w, "/warnings/1", hand).body, "value=\"receive\""));
    k = press(&w, duty, "/warnings/1", "act=receive");
    CHECK_INT(k.status, 303);
    k = press(&w, duty, "/warnings/1", "act=assign&to=");
    CHECK(k.status == 422 && has(k.body, "要写分派给谁"));
    CHECK_INT(press(&w, duty, "/warnings/1", "act=assign&to=hand").status, 303);
    k = press(&w, hand, "/warnings/1", "act=finish&reason=done");
    CHECK(k.status == 422 && has(k.body, "还有 1 项没有结果"));
    k = press(&w, hand, "/warnings/1", "act=fulfil&action=1&reason=");
    CHECK(k.status == 422);
    CHECK_INT(press(&w, hand, "/warnings/1", "act=fulfil&action=1&reason=twelve+firms").status, 303);
    CHECK(has(get(&w, "/warnings/1", hand).body, "twelve firms"));
    CHECK_INT(press(&w, hand, "/warnings/1", "act=finish&reason=minutes").status, 303);
    CHECK_INT(press(&w, chief, "/warnings/1", "act=release&reason=seen").status, 303);
    CHECK(has(get(&w, "/warnings?all=1", chief).body, "已解除"));
    CHECK(!has(get(&w, "/warnings", chief).body, "/warnings/1\""));
    CHECK(has(get(&w, "/warnings/1", chief).body, "已经了结"));
    world_close(&w);
}

TEST(whose_region_it_is_not_sees_and_does_nothing)
{
    struct world w;
    world_open(&w);
    people(&w);
    observe(&w, 2023, 90);
    press(&w, signed_in(&w, "duty"), "/warnings", "");
    const char *west = signed_in(&w, "west"), *nowhere = signed_in(&w, "nowhere"), *leader = signed_in(&w, "leader");
    CHECK(!has(get(&w, "/warnings", west).body, "/warnings/1\""));
    CHECK_INT(get(&w, "/warnings/1", west).status, 403);
    CHECK_INT(get(&w, "/warnings/2", leader).status, 404);
    CHECK_INT(get(&w, "/warnings/x", leader).status, 404);
    CHECK_INT(get(&w, "/warnings?level=9", leader).status, 400);
    CHECK(has(get(&w, "/warnings/1", leader).body, "现在轮不到您办"));
    const char *csrf = csrf_of(&w, get(&w, "/warnings/1", nowhere).body);
    struct asked k = post(&w, "/warnings/1", nowhere, str_fmt(w.a, "csrf=%s&act=receive", csrf).p);
    CHECK(k.status == 403 && has(k.body, "没有写管哪个地区"));
    csrf = csrf_of(&w, get(&w, "/warnings/1", leader).body); /* of the menu: her role has no moves */
    CHECK_INT(post(&w, "/warnings/1", leader, str_fmt(w.a, "csrf=%s&act=receive", csrf).p).status, 403);
    const char *duty = signed_in(&w, "duty");
    k = press(&w, duty, "/warnings/1", "act=sing");
    CHECK(k.status == 400 && has(k.body, "没有“sing”这个动作"));
    k = press(&w, duty, "/warnings/1", "act=release&reason=x"); /* not yet, and not theirs */
    CHECK(k.status == 422 && has(k.body, "不能“解除”"));
    world_close(&w);
}
