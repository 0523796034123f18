/* A form that comes too late: the session ended while it was being filled in, or somebody else sits there by now. */
#include "helpers.h"

#include <time.h>

#define BANK_NAME  "%E5%BC%80%E6%88%B7%E9%93%B6%E8%A1%8C"
#define APPLY      "/me/apply/%E5%9F%B9%E8%AE%AD%E8%A1%A5%E8%B4%B4%E7%94%B3%E9%A2%86"
#define FIRM_APPLY "/me/apply/%E5%8D%95%E4%BD%8D%E5%A4%87%E6%A1%88"
#define REVIEWS    "%E5%A4%8D%E6%A0%B8"

/* Half an hour without a request, for everybody. */
static void nobody_moves(struct world *w)
{
    struct err e = { 0 };
    CHECK_OK(store_do(w->s, NULL, &e, "UPDATE access_session SET seen_at = seen_at - 1800", ""), e);
}

/* The hidden fields of the form on this page, as its browser sends them. */
static const char *hidden(struct world *w, str page)
{
    static const char name[] = "<input type=\"hidden\" name=\"", value[] = "\" value=\"";
    struct text t;
    size_t at;
    text_init(&t, w->a, 1 << 16);
    text_addz(&t, "");
    page = str_slice(page, str_find(page, STR("<main")), page.len);
    while ((at = str_find(page, STR(name))) != SIZE_MAX) {
        page = str_slice(page, at + sizeof name - 1, page.len);
        size_t end = str_find(page, STR(value));
        str called = str_slice(page, 0, end);
        page = str_slice(page, end + sizeof value - 1, page.len);
        str is = str_slice(page, 0, str_find(page, STR("\"")));
        text_addf(&t, "%.*s=", STR_ARG(called));
        for (size_t i = 0; i < is.len; i++) {
            if (str_starts(str_slice(is, i, is.len), STR("&quot;"))) {
                text_addz(&t, "%22"), i += strlen("&quot;") - 1;
            } else {
                text_addf(&t, "%%%02X", (unsigned char)is.p[i]);
            }
        }
        text_addz(&t, "&");
    }
    return text_str(&t).p;
}

static const char *cookie_of(struct world *w, struct asked k)
{
    CHECK(str_starts(k.cookie, STR("sid=")));
    return str_fmt(w->a, "Cookie: %.*s\r\n", (int)str_find(k.cookie, STR(";")), k.cookie.p).p;
}

static const char *answering(struct world *w, const char *csrf)
{
    return str_fmt(w->a, "csrf=%s&answers=%%7B%%7D&path=%s&answer=Leye+Bank", csrf, BANK_NAME).p;
}

static struct asked enters(struct world *w, str page, const char *name, const char *password)
{
    return post(w, "/sign-in", "", str_fmt(w->a, "%sname=%s&password=%s", hidden(w, page), name, password).p);
}

TEST(who_was_away_for_too_long_signs_in_and_goes_on_with_what_was_typed)
{
    struct world w;
    world_open(&w);
    account(&w, "worker", ROLE_WORKER, "");
    const char *worker = signed_in(&w, "worker");
    const char *csrf = csrf_of(&w, get(&w, APPLY, worker).body);
    nobody_moves(&w);
    struct asked k = post(&w, APPLY, worker, answering(&w, csrf));
    CHECK_INT(k.status, 401);
    CHECK(has(k.body, "太久没有动") && has(k.body, "登录以后接着办") && !has(k.body, "李试验"));
    k = enters(&w, k.body, "worker", "wrong+password");
    CHECK(k.status == 403 && has(k.body, "密码不对") && has(k.body, "登录以后接着办"));
    k = enters(&w, k.body, "worker", "long+password");
    CHECK_INT(k.status, 200);
    CHECK(has(k.body, "接着办") && has(k.body, "action=\"" APPLY "\""));
    worker = cookie_of(&w, k);
    k = post(&w, APPLY, worker, hidden(&w, k.body));
    CHECK(k.status == 200 && has(k.body, "核对一下") && has(k.body, "Leye Bank"));
    world_close(&w);
}

TEST(what_somebody_typed_is_not_sent_by_the_next_one_at_the_same_screen)
{
    struct world w;
    world_open(&w);
    account(&w, "worker", ROLE_WORKER, "");
    account(&w, "factory", ROLE_EMPLOYER, "");
    const char *worker = signed_in(&w, "worker");
    const char *csrf = csrf_of(&w, get(&w, APPLY, worker).body);
    nobody_moves(&w);
    struct asked k = post(&w, APPLY, worker, answering(&w, csrf));
    k = enters(&w, k.body, "factory", "long+password");
    CHECK(k.status == 303 && !has(k.body, "Leye Bank"));
    CHECK_STR(k.location, "/me");
    k = post(&w, APPLY, cookie_of(&w, k), answering(&w, csrf)); /* nor by going back */
    CHECK(k.status == 403 && !has(k.body, "Leye Bank"));
    world_close(&w);
}

TEST(a_form_that_another_site_made_up_is_carried_by_nobody)
{
    struct world w;
    world_open(&w);
    account(&w, "worker", ROLE_WORKER, "");
    const char *worker = signed_in(&w, "worker");
    const char *csrf = csrf_of(&w, get(&w, APPLY, worker).body);
    nobody_moves(&w);
    const char *from_elsewhere = str_fmt(w.a, "%sSec-Fetch-Site: cross-site\r\n", worker).p;
    struct asked k = post(&w, APPLY, from_elsewhere, answering(&w, csrf));
    CHECK(k.status == 303 && str_starts(k.location, STR("/sign-in?to=")));
    k = post(&w, APPLY, "", "answers=%7B%7D");
    CHECK(k.status == 303 && str_starts(k.location, STR("/sign-in?to=")));
    k = post(&w, APPLY, "", answering(&w, "0123456789012345678901234567890123456789012"));
    k = enters(&w, k.body, "worker", "long+password"); /* with a mark they made up */
    CHECK_INT(k.status, 303);
    CHECK_STR(k.location, "/me");
    world_close(&w);
}

TEST(a_session_that_was_signed_out_leaves_no_form_behind)
{
    struct world w;
    world_open(&w);
    account(&w, "worker", ROLE_WORKER, "");
    const char *worker = signed_in(&w, "worker");
    const char *csrf = csrf_of(&w, get(&w, APPLY, worker).body);
    CHECK_INT(post(&w, "/sign-out", worker, str_fmt(w.a, "csrf=%s", csrf).p).status, 303);
    struct asked k = enters(&w, post(&w, APPLY, worker, answering(&w, csrf)).body, "worker", "long+password");
    CHECK_INT(k.status, 303);
    world_close(&w);
}

TEST(a_form_of_before_in_another_window_goes_on_with_one_press_once_somebody_signed_in_again)
{
    struct world w;
    struct err e = { 0 };
    world_open(&w);
    account(&w, "worker", ROLE_WORKER, "");
    const char *worker = signed_in(&w, "worker");
    const char *csrf = csrf_of(&w, get(&w, APPLY, worker).body);
    nobody_moves(&w);
    worker = signed_in(&w, "worker");
    struct asked k = post(&w, APPLY, worker, answering(&w, csrf));
    CHECK(k.status == 200 && has(k.body, "接着办"));
    k = post(&w, APPLY, worker, hidden(&w, k.body));
    CHECK(k.status == 200 && has(k.body, "核对一下") && has(k.body, "Leye Bank"));
    const char *elsewhere = str_fmt(w.a, "%sOrigin: http://elsewhere\r\n", worker).p;
    CHECK_INT(post(&w, APPLY, elsewhere, answering(&w, csrf)).status, 403);
    CHECK_OK(store_do(w.s, NULL, &e, "UPDATE access_session SET made_at = made_at - 43200 WHERE csrf = $1", "s",
                      str_of(csrf)),
             e);
    CHECK_INT(post(&w, APPLY, worker, answering(&w, csrf)).status, 403); /* of yesterday */
    world_close(&w);
}

TEST(who_worked_in_another_role_goes_on_in_it)
{
    struct world w;
    struct err e = { 0 };
    int64_t id;
    world_open(&w);
    struct access_account n = { .name = STR("both"),
                                .display = STR("both"),
                                .roles = ROLE_BIT(COUNTER) | ROLE_BIT(REVIEWER),
                                .regions = STR("329900") };
    CHECK_OK(access_account_make(w.s, &n, STR("long password"), 0, &id, &e), e);
    const char *both = signed_in(&w, "both");
    const char *csrf = csrf_of(&w, get(&w, "/queue", both).body);
    struct asked k = post(&w, "/role", both, str_fmt(w.a, "csrf=%s&role=%s", csrf, REVIEWS).p);
    both = cookie_of(&w, k);
    csrf = csrf_of(&w, get(&w, "/queue", both).body);
    nobody_moves(&w);
    k = post(&w, "/counter", both, str_fmt(w.a, "csrf=%s&key=" ID_LI "&purpose=%s", csrf, "a+reason").p);
    CHECK_INT(k.status, 401);
    k = enters(&w, k.body, "both", "long+password");
    CHECK(k.status == 200 && has(k.body, "<small>复核</small>"));
    both = cookie_of(&w, k);
    k = post(&w, "/counter", both, hidden(&w, k.body));
    CHECK_INT(k.status, 303);
    world_close(&w);
}

/* The worker acts for the firm from now on; gives the line with the cookie. */
static const char *for_the_firm(struct world *w, const char *worker, int64_t *agent)
{
    struct err e = { 0 };
    struct access_reader firm, who;
    bool found;
    access_agents acts = { 0 };
    char code[ACCESS_CODE + 1], fresh[CRYPTO_TOKEN + 1];
    int64_t now = (int64_t)time(NULL);
    str at = str_of(worker + strlen("Cookie: sid=")), token = str_slice(at, 0, CRYPTO_TOKEN);
    str office = str_of(signed_in(w, "factory") + strlen("Cookie: sid="));
    CHECK_OK(access_session(w->s, str_slice(office, 0, CRYPTO_TOKEN), now, w->a, &firm, &found, &e), e);
    CHECK_OK(access_session(w->s, token, now, w->a, &who, &found, &e), e);
    CHECK_OK(access_agent_offer(w->s, &firm, STR("worker"), now + 86400, now, code, &e), e);
    CHECK_OK(access_agent_accept(w->s, &who, str_of(code), now, &e), e);
    CHECK_OK(access_agent_firms(w->s, who.account, now, w->a, &acts, &e), e);
    *agent = acts.at[0].id;
    CHECK_OK(access_session_agent(w->s, token, *agent, now, fresh, &e), e);
    return str_fmt(w->a, "Cookie: sid=%s\r\n", fresh).p;
}

TEST(who_acted_for_a_firm_goes_on_for_it_unless_it_said_no)
{
    struct world w;
    struct err e = { 0 };
    int64_t agent;
    world_open(&w);
    account(&w, "worker", ROLE_WORKER, "");
    account(&w, "factory", ROLE_EMPLOYER, "");
    const char *acts = for_the_firm(&w, signed_in(&w, "worker"), &agent);
    const char *form = str_fmt(w.a, "csrf=%s&answers=%%7B%%7D", csrf_of(&w, get(&w, "/me", acts).body)).p;
    nobody_moves(&w);
    struct asked late = post(&w, FIRM_APPLY, acts, form), k = enters(&w, late.body, "worker", "long+password");
    CHECK(k.status == 200 && has(k.body, "接着办") && has(k.body, "替 factory 办事"));
    CHECK_INT(post(&w, FIRM_APPLY, cookie_of(&w, k), hidden(&w, k.body)).status, 200);
    CHECK_OK(store_do(w.s, NULL, &e, "UPDATE access_agent SET until = 1 WHERE id = $1", "i", agent), e);
    k = enters(&w, late.body, "worker", "long+password");
    CHECK_INT(k.status, 303);
    CHECK_STR(k.location, "/me");
    world_close(&w);
}

TEST(a_password_is_carried_nowhere)
{
    struct world w;
    world_open(&w);
    account(&w, "worker", ROLE_WORKER, "");
    const char *worker = signed_in(&w, "worker");
    const char *csrf = csrf_of(&w, get(&w, APPLY, worker).body);
    nobody_moves(&w);
    struct asked k =
        post(&w, "/own", worker, str_fmt(w.a, "csrf=%s&act=password&password=long+password&next=x&again=x", csrf).p);
    CHECK(k.status == 303 && str_starts(k.location, STR("/sign-in?to=")));
    world_close(&w);
}

TEST(a_file_is_not_carried_and_the_page_says_so)
{
    struct world w;
    world_open(&w);
    account(&w, "accountant", ROLE_ACCOUNTANT, "329900");
    const char *accountant = signed_in(&w, "accountant");
    const char *csrf = csrf_of(&w, get(&w, "/money", accountant).body);
    nobody_moves(&w);
    const char *parts = str_fmt(w.a,
                                "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n%s\r\n"
                                "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n"
                                "Content-Type: text/csv\r\n\r\nabc\r\n--b--\r\n",
                                csrf)
                            .p;
    struct asked k = send_to(&w, str_fmt(w.a,
                                         "POST /returns HTTP/1.1\r\nHost: hall\r\n%sContent-Type: multipart/form-data; "
                                         "boundary=b\r\nContent-Length: %zu\r\n\r\n%s",
                                         accountant, strlen(parts), parts)
                                     .p);
    k = enters(&w, k.body, "accountant", "long+password");
    CHECK(k.status == 200 && has(k.body, "再选一次"));
    world_close(&w);
}
