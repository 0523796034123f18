/* A screen of an office that one person leaves and the next one finds. */
#include "hall/hall_priv.h"
#include "helpers.h"

#define APPLY  "/me/apply/%E5%9F%B9%E8%AE%AD%E8%A1%A5%E8%B4%B4%E7%94%B3%E9%A2%86"
#define SCREEN "Cookie: screen=kiosk\r\n"

/* The cookie of a worker who signed in at a kiosk. */
static const char *at_the_kiosk(struct world *w, const char *name)
{
    struct asked k = post(w, "/sign-in", SCREEN, str_fmt(w->a, "name=%s&password=long+password", name).p);
    CHECK_INT(k.status, 303);
    return str_fmt(w->a, "Cookie: screen=kiosk; %.*s\r\n", (int)str_find(k.cookie, STR(";")), k.cookie.p).p;
}

static void pass_seconds(struct world *w, int64_t seconds)
{
    struct err e = { 0 };
    CHECK_OK(store_do(w->s, NULL, &e, "UPDATE access_session SET seen_at = seen_at - $1", "i", seconds), e);
}

TEST(a_machine_becomes_a_kiosk_and_an_ordinary_one_again_by_a_button)
{
    struct world w;
    world_open(&w);
    struct asked k = get(&w, "/kiosk", "");
    CHECK(k.status == 200 && has(k.body, "设成自助机") && !has(k.body, "data-idle"));
    k = post(&w, "/kiosk", "", "act=on");
    CHECK(k.status == 303 && str_starts(k.cookie, STR("screen=kiosk;")));
    k = get(&w, "/kiosk", SCREEN);
    CHECK(has(k.body, "改回普通的机器") && has(k.body, "data-idle=\"120\"") && has(k.body, "data-size=\"large\""));
    CHECK(!has(get(&w, "/", "Cookie: screen=kiosk; size=usual\r\n").body, "data-size"));
    k = post(&w, "/kiosk", SCREEN, "act=off");
    CHECK(k.status == 303 && str_starts(k.cookie, STR("screen=;")));
    CHECK_INT(post(&w, "/kiosk", SCREEN, "act=other").status, 400);
    CHECK_INT(post(&w, "/kiosk", "Sec-Fetch-Site: cross-site\r\n", "act=on").status, 403); /* not by a link elsewhere */
    world_close(&w);
}

TEST(at_a_kiosk_a_session_ends_soon_and_the_next_one_begins_at_the_first_page)
{
    struct world w;
    world_open(&w);
    account(&w, "worker", ROLE_WORKER, "");
    const char *there = at_the_kiosk(&w, "worker");
    CHECK(has(get(&w, "/me", there).body, "办完了，退出"));
    pass_seconds(&w, KIOSK_SESSION_SECONDS - 20);
    CHECK_INT(get(&w, "/kiosk/here", there).status, 200); /* who types a long text is there */
    pass_seconds(&w, KIOSK_SESSION_SECONDS - 20);
    CHECK_INT(get(&w, "/me", there).status, 200);
    const char *csrf = csrf_of(&w, get(&w, APPLY, there).body);
    pass_seconds(&w, KIOSK_SESSION_SECONDS);
    struct asked k = get(&w, "/me/record", there);
    CHECK(k.status == 303 && str_starts(k.cookie, STR("sid=;")));
    CHECK_STR(k.location, "/");
    k = post(&w, APPLY, there, str_fmt(w.a, "csrf=%s&answers=%%7B%%7D", csrf).p); /* nothing typed is shown again */
    CHECK_INT(k.status, 303);
    CHECK_STR(k.location, "/");
    CHECK_STR(get(&w, "/me", SCREEN).location, "/sign-in?to=%2Fme"); /* the next one signs in as everywhere */
    world_close(&w);
}

TEST(who_signs_in_elsewhere_is_not_hurried)
{
    struct world w;
    world_open(&w);
    account(&w, "worker", ROLE_WORKER, "");
    const char *home = signed_in(&w, "worker");
    pass_seconds(&w, ACCESS_IDLE_SECONDS - 20);
    struct asked k = get(&w, "/me", home);
    CHECK(k.status == 200 && !has(k.body, "办完了，退出") && !has(k.body, "data-idle"));
    world_close(&w);
}

TEST(the_size_of_text_that_one_chose_at_a_kiosk_is_not_the_next_ones)
{
    struct world w;
    world_open(&w);
    account(&w, "worker", ROLE_WORKER, "");
    const char *there = at_the_kiosk(&w, "worker");
    const char *csrf = csrf_of(&w, get(&w, "/me", there).body);
    struct asked k = post(&w, "/sign-out", there, str_fmt(w.a, "csrf=%s", csrf).p);
    CHECK(k.status == 303 && str_starts(k.cookie, STR("size=;")));
    world_close(&w);
}

TEST(what_was_applied_for_at_a_kiosk_says_so)
{
    struct world w;
    struct err e = { 0 };
    int64_t channel = 0;
    world_open(&w);
    account(&w, "worker", ROLE_WORKER, "");
    const char *there = at_the_kiosk(&w, "worker"), *csrf = csrf_of(&w, get(&w, APPLY, there).body);
    const char *said = "answers=%7B%22%E5%BC%80%E6%88%B7%E9%93%B6%E8%A1%8C%22%3A%22Leye+Bank%22%7D";
    struct asked k = post(&w, APPLY, there, str_fmt(w.a, "csrf=%s&%s", csrf, said).p);
    size_t at = str_find(k.body, STR("name=\"key\" value=\"")) + strlen("name=\"key\" value=\"");
    str key = str_slice(k.body, at, at + str_find(str_slice(k.body, at, k.body.len), STR("\"")));
    k = post(&w, APPLY, there, str_fmt(w.a, "csrf=%s&%s&key=%.*s&submit=1", csrf, said, STR_ARG(key)).p);
    CHECK_INT(k.status, 303);
    CHECK_OK(store_get(w.s, NULL, &channel, 1, &e, "SELECT channel FROM dossier", ""), e);
    CHECK_INT(channel, DOSSIER_AT_KIOSK);
    world_close(&w);
}
