/* A case from the worker's first click to the reviewer's signature, through the pages alone. */
#include "archive/certificate.h"
#include "hall/hall_priv.h"
#include "helpers.h"

#define SERVICE   "%E5%9F%B9%E8%AE%AD%E8%A1%A5%E8%B4%B4%E7%94%B3%E9%A2%86" /* 培训补贴申领 */
#define BANK_NAME "%E5%BC%80%E6%88%B7%E9%93%B6%E8%A1%8C"                   /* 开户银行 */

static const char *hidden(struct world *w, str page, const char *name)
{
    str mark = str_fmt(w->a, "name=\"%s\" value=\"", name);
    size_t at = str_find(page, mark);
    if (at == SIZE_MAX) FAIL("no %s: %.*s", name, STR_ARG(page));
    str rest = str_slice(page, at + mark.len, page.len);
    return str_dup(w->a, str_slice(rest, 0, str_find(rest, STR("\"")))).p;
}

/* Applies as Li; gives the address of the case. */
static const char *applied(struct world *w, const char *cookie)
{
    struct asked k = get(w, "/me/apply/" SERVICE, cookie);
    CHECK(has(k.body, "只问 1 样") && has(k.body, "培训证书") && has(k.body, "10 日"));
    const char *csrf = csrf_of(w, k.body);
    k = post(w, "/me/apply/" SERVICE, cookie, str_fmt(w->a, "csrf=%s&answers=%%7B%%7D", csrf).p);
    CHECK(has(k.body, "开户的是哪家银行"));
    k = post(w, "/me/apply/" SERVICE, cookie,
             str_fmt(w->a, "csrf=%s&answers=%%7B%%7D&path=%s&answer=Leye+Bank", csrf, BANK_NAME).p);
    CHECK(has(k.body, "核对一下") && has(k.body, "<dd>Leye Bank</dd>"));
    const char *key = hidden(w, k.body, "key");
    struct asked before = post(
        w, "/me/apply/" SERVICE, cookie,
        str_fmt(w->a, "csrf=%s&answers=%%7B%%22%s%%22%%3A%%22Leye+Bank%%22%%7D&change=%s", csrf, BANK_NAME, BANK_NAME)
            .p);
    CHECK(has(before.body, "开户的是哪家银行") && has(before.body, "value=\"Leye Bank\"")); /* as it was said before */
    const char *body =
        str_fmt(w->a, "csrf=%s&answers=%%7B%%22%s%%22%%3A%%22Leye+Bank%%22%%7D&key=%s&submit=1", csrf, BANK_NAME, key)
            .p;
    k = post(w, "/me/apply/" SERVICE, cookie, body);
    NOTE("%u %.*s", k.status, STR_ARG(k.body));
    CHECK_INT(k.status, 303);
    struct asked again = post(w, "/me/apply/" SERVICE, cookie, body); /* sent twice: one case */
    CHECK_STR(again.location, k.location);
    return str_dup(w->a, str_slice(k.location, 0, str_find(k.location, STR("?")))).p;
}

/* One button on the page of a case. */
static struct asked press(struct world *w, const char *cookie, const char *at, const char *act, const char *reason)
{
    struct asked page = get(w, at, cookie);
    NOTE("%s %u %.*s", at, page.status, STR_ARG(page.body));
    CHECK_INT(page.status, 200);
    const char *revision = has(page.body, "name=\"revision\"") ? hidden(w, page.body, "revision") : "0";
    struct asked k =
        post(w, at, cookie,
             str_fmt(w->a, "csrf=%s&revision=%s&act=%s&reason=%s", csrf_of(w, page.body), revision, act, reason).p);
    NOTE("%s: %u %.*s", act, k.status, STR_ARG(k.body));
    return k;
}

TEST(a_case_goes_from_the_worker_to_the_reviewer_and_back)
{
    struct world w;
    world_open(&w);
    account(&w, "worker", ROLE_WORKER, "");
    account(&w, "operator", ROLE_OPERATOR, "329901");
    account(&w, "reviewer", ROLE_REVIEWER, "329900");
    account(&w, "stranger", ROLE_REVIEWER, "329902");
    const char *worker = signed_in(&w, "worker"), *operator= signed_in(&w, "operator"),
               *reviewer = signed_in(&w, "reviewer");
    CHECK(has(get(&w, "/me", worker).body, "/me/apply/" SERVICE));
    CHECK(has(get(&w, "/me/policies/%E5%9F%B9%E8%AE%AD%E8%A1%A5%E8%B4%B4", worker).body,
              "class=\"btn\" href=\"/me/apply/" SERVICE));
    const char *mine = applied(&w, worker);
    const char *theirs = str_fmt(w.a, "/cases/%s", mine + strlen("/me/cases/")).p;
    CHECK(has(get(&w, mine, worker).body, "待受理") && has(get(&w, "/me/cases", worker).body, "培训补贴申领"));
    CHECK(has(get(&w, "/queue", operator).body, theirs) &&
          !has(get(&w, "/queue", signed_in(&w, "stranger")).body, theirs));
    CHECK_INT(get(&w, theirs, signed_in(&w, "stranger")).status, 403);
    CHECK_INT(press(&w, operator, theirs, "accept", "").status, 303);
    CHECK(!has(get(&w, theirs, operator).body, "value=\"approve\"")); /* the reviewer's turn */
    struct asked k = get(&w, theirs, reviewer);
    CHECK(has(k.body, "Leye Bank") && has(k.body, "培训补贴") && has(k.body, "500.00 元") && !has(k.body, BANK));
    CHECK(has(k.body, " in.csv 第 ") && !has(k.body, "/in.csv")); /* its name, not where it lay */
    CHECK_INT(press(&w, reviewer, theirs, "approve", "").status, 303);
    k = get(&w, mine, worker);
    CHECK(has(k.body, "准予") && has(k.body, "非常满意"));
    CHECK_INT(press(&w, worker, mine, "5", "").status, 303);
    CHECK(has(get(&w, "/me/record", worker).body, "办理 培训补贴申领")); /* who looked, for which case */
    world_close(&w);
}

TEST(what_waits_for_the_worker_is_said_first_and_a_slip_leaves_them_on_their_page)
{
    struct world w;
    world_open(&w);
    account(&w, "worker", ROLE_WORKER, "");
    account(&w, "operator", ROLE_OPERATOR, "329901");
    account(&w, "reviewer", ROLE_REVIEWER, "329900");
    const char *worker = signed_in(&w, "worker"), *operator= signed_in(&w, "operator"),
               *reviewer = signed_in(&w, "reviewer");
    CHECK(!has(get(&w, "/me", worker).body, "等您办的"));
    const char *mine = applied(&w, worker);
    const char *theirs = str_fmt(w.a, "/cases/%s", mine + strlen("/me/cases/")).p;
    CHECK_INT(press(&w, operator, theirs, "accept", "").status, 303);
    CHECK_INT(press(&w, reviewer, theirs, "refuse", "no+course").status, 303);
    struct asked k = press(&w, worker, mine, "object", "");
    CHECK_INT(k.status, 422);
    CHECK(has(k.body, "异议要写明理由") && has(k.body, "value=\"object\""));
    k = press(&w, worker, mine, "object", "I+was+there");
    CHECK_INT(k.status, 303);
    CHECK(has(get(&w, k.location.p, worker).body, "异议收到了"));
    mine = applied(&w, worker);
    theirs = str_fmt(w.a, "/cases/%s", mine + strlen("/me/cases/")).p;
    CHECK_INT(press(&w, operator, theirs, "return", "page+two").status, 303);
    k = get(&w, "/me", worker);
    CHECK(has(k.body, "等您办的") && has(k.body, "page two") && has(k.body, mine));
    CHECK(has(get(&w, mine, worker).body, "先在“加材料”里放进来"));
    world_close(&w);
}

TEST(an_objection_and_a_bad_rating_are_answered_on_the_page_by_who_had_no_hand_in_it)
{
    struct world w;
    world_open(&w);
    account(&w, "worker", ROLE_WORKER, "");
    account(&w, "operator", ROLE_OPERATOR, "329901");
    account(&w, "reviewer", ROLE_REVIEWER, "329900");
    account(&w, "colleague", ROLE_REVIEWER, "329900");
    const char *worker = signed_in(&w, "worker"), *reviewer = signed_in(&w, "reviewer"),
               *colleague = signed_in(&w, "colleague");
    const char *mine = applied(&w, worker);
    const char *theirs = str_fmt(w.a, "/cases/%s", mine + strlen("/me/cases/")).p;
    CHECK_INT(press(&w, signed_in(&w, "operator"), theirs, "accept", "").status, 303);
    CHECK_INT(press(&w, reviewer, theirs, "refuse", "no+course").status, 303);
    CHECK_INT(press(&w, worker, mine, "object", "I+was+there").status, 303);
    CHECK_INT(press(&w, worker, mine, "2", "").status, 303);
    struct asked k = get(&w, mine, worker); /* once each */
    CHECK(!has(k.body, "value=\"object\"") && has(k.body, "您的评价：不满意") && !has(k.body, "非常满意"));
    k = get(&w, theirs, reviewer);
    CHECK(has(k.body, "I was there") && has(k.body, "由没有经手的人来办") && !has(k.body, "value=\"answer\""));
    k = get(&w, theirs, colleague);
    CHECK(has(k.body, "value=\"answer\"") && has(k.body, "value=\"settle\"") && !has(k.body, "现在轮不到您办"));
    CHECK(!has(k.body, "value=\"approve\""));
    CHECK_INT(press(&w, colleague, theirs, "answer", "seen").status, 422); /* neither this nor that */
    CHECK_INT(press(&w, colleague, theirs, "settle", "").status, 422);
    CHECK_INT(press(&w, colleague, theirs, "settle", "rang+them").status, 303);
    const char *objection = hidden(&w, k.body, "objection");
    CHECK(!has(k.body, "value=\"yes\" required") && has(k.body, "请主管在“在办”里答复"));
    account(&w, "chief", ROLE_CHIEF, "329900");
    const char *chief = signed_in(&w, "chief"), *held = str_fmt(w.a, "/held/%s", mine + strlen("/me/cases/")).p;
    CHECK(has(get(&w, "/held", chief).body, held));
    k = press(&w, chief, held, "answer", str_fmt(w.a, "they+were&upheld=yes&objection=%s", objection).p);
    CHECK_INT(k.status, 303);
    CHECK(has(get(&w, k.location.p, chief).body, "异议答复好了") &&
          !has(get(&w, "/held", chief).body, "有异议，等答复"));
    CHECK(has(get(&w, mine, worker).body, "审核中"));
    k = get(&w, theirs, colleague);
    CHECK(has(k.body, "成立：they were") && !has(k.body, "value=\"answer\"") && !has(k.body, "value=\"settle\""));
    world_close(&w);
}

#define EVERYBODY "%E5%90%84%E5%B2%97%E7%9A%84%E4%BA%8B" /* 各岗的事 */

TEST(who_signs_a_step_sees_of_the_person_what_the_table_says_and_of_other_services_nothing)
{
    static const struct {
        const char *class_, *value;
    } secrets[] = {
        { "姓名", "李试验" }, { "证件号", ID_LI },  { "电话", PHONE },
        { "账号", BANK },     { "地址", "1号3幢" }, { "电话", "13911112222" } /* answered now, of a spell */
    };
    struct world w;
    world_open(&w);
    account(&w, "worker", ROLE_WORKER, "");
    const char *worker = signed_in(&w, "worker");
    const char *other = applied(&w, worker);
    const char *csrf = csrf_of(&w, get(&w, "/me/apply/" EVERYBODY, worker).body);
    static const char phone[] = "{\"申诉.申诉电话\":\"13911112222\"}";
    struct asked k = post(&w, "/me/apply/" EVERYBODY, worker, str_fmt(w.a, "csrf=%s&answers=%s", csrf, phone).p);
    k = post(&w, "/me/apply/" EVERYBODY, worker,
             str_fmt(w.a, "csrf=%s&answers=%s&key=%s&submit=1", csrf, phone, hidden(&w, k.body, "key")).p);
    CHECK_INT(k.status, 303);
    str number = str_slice(k.location, strlen("/me/cases/"), str_find(k.location, STR("?")));
    const char *theirs = str_fmt(w.a, "/cases/%.*s", STR_ARG(number)).p;
    for (unsigned i = 0; i < ROLES; i++) {
        enum access_role role = (enum access_role)i;
        struct access_reader r = { .account = 1, .role = role };
        const char *name = str_fmt(w.a, "signs%u", i).p;
        if ((SIGNS >> i & 1) == 0) continue;
        account(&w, name, role, "329901");
        const char *cookie = signed_in(&w, name);
        str page = get(&w, theirs, cookie).body;
        for (size_t n = 0; n < sizeof secrets / sizeof *secrets; n++) {
            NOTE("%s %s", access_role_zh(role), secrets[n].class_);
            CHECK(has(page, secrets[n].value) == (access_sight(&r, str_of(secrets[n].class_)) == SIGHT_PLAIN));
        }
        k = get(&w, str_fmt(w.a, "/cases/%s", other + strlen("/me/cases/")).p,
                cookie); /* 复核 alone has a step there */
        CHECK_INT(k.status, role == ROLE_REVIEWER ? 200 : 403);
        CHECK(role == ROLE_REVIEWER || !has(k.body, "Leye Bank"));
        account(&w, str_fmt(w.a, "far%u", i).p, role, "329902");
        CHECK_INT(get(&w, theirs, signed_in(&w, str_fmt(w.a, "far%u", i).p)).status, 403);
    }
    world_close(&w);
}

TEST(at_the_counter_somebody_present_is_applied_for_on_the_same_pages)
{
    struct world w;
    world_open(&w);
    account(&w, "worker", ROLE_WORKER, "");
    account(&w, "counter", ROLE_COUNTER, "329901");
    account(&w, "west", ROLE_COUNTER, "329902");
    account(&w, "reviewer", ROLE_REVIEWER, "329900");
    const char *desk = signed_in(&w, "counter"),
               *to = str_fmt(w.a, "/people/%lld/apply/%s", (long long)w.li, SERVICE).p;
    CHECK_INT(get(&w, to, desk).status, 403); /* why first */
    struct asked k = get(&w, "/counter", desk);
    const char *csrf = csrf_of(&w, k.body), *why = "%E6%9C%AC%E4%BA%BA%E6%9D%A5%E5%8A%9E"; /* 本人来办 */
    CHECK_INT(post(&w, "/counter", desk, str_fmt(w.a, "csrf=%s&key=" ID_LI "&purpose=%s", csrf, why).p).status, 303);
    CHECK(has(get(&w, str_fmt(w.a, "/people/%lld", (long long)w.li).p, desk).body, to));
    CHECK(has(get(&w, to, desk).body, "只问 1 样"));
    const char *said = str_fmt(w.a, "csrf=%s&answers=%%7B%%22%s%%22%%3A%%22Leye+Bank%%22%%7D", csrf, BANK_NAME).p;
    k = post(&w, to, desk, said);
    CHECK(has(k.body, "核对一下") && has(k.body, "本人在场，还是受谁委托") && has(k.body, "李试验"));
    const char *key = hidden(&w, k.body, "key");
    k = post(&w, to, desk, str_fmt(w.a, "%s&key=%s&submit=1", said, key).p);
    CHECK(k.status == 422 && has(k.body, "请写本人在场，还是受谁委托") && has(k.body, "Leye Bank"));
    k = post(&w, to, desk, str_fmt(w.a, "%s&key=%s&submit=1&reason=%s", said, key, why).p);
    CHECK_INT(k.status, 303);
    CHECK(str_starts(k.location, STR("/cases/")));
    const char *worker = signed_in(&w, "worker");
    CHECK(has(get(&w, "/me/cases", worker).body, "培训补贴申领"));
    str record = get(&w, "/me/record", worker).body;
    size_t at = str_find(record, STR("代办：培训补贴申领")); /* begun once, answered three times: one look */
    CHECK(at != SIZE_MAX && !has(str_slice(record, at + 1, record.len), "代办：培训补贴申领"));
    CHECK_INT(get(&w, to, signed_in(&w, "reviewer")).status, 403);
    CHECK_INT(get(&w, to, signed_in(&w, "west")).status, 403);
    world_close(&w);
}

TEST(an_application_for_somebody_that_begins_in_the_middle_is_noted_too)
{
    struct world w;
    world_open(&w);
    account(&w, "worker", ROLE_WORKER, "");
    account(&w, "counter", ROLE_COUNTER, "329901");
    const char *desk = signed_in(&w, "counter"),
               *to = str_fmt(w.a, "/people/%lld/apply/%s", (long long)w.li, SERVICE).p;
    const char *csrf = csrf_of(&w, get(&w, "/counter", desk).body), *why = "%E6%9C%AC%E4%BA%BA%E6%9D%A5%E5%8A%9E";
    CHECK_INT(post(&w, "/counter", desk, str_fmt(w.a, "csrf=%s&key=" ID_LI "&purpose=%s", csrf, why).p).status, 303);
    CHECK_INT(post(&w, to, desk, str_fmt(w.a, "csrf=%s&answers=%%7B%%7D", csrf).p).status, 200);
    CHECK(has(get(&w, "/me/record", signed_in(&w, "worker")).body, "代办：培训补贴申领"));
    world_close(&w);
}

TEST(who_fills_in_a_form_for_longer_than_the_record_stays_open_says_why_again_and_goes_on)
{
    struct world w;
    struct err e = { 0 };
    world_open(&w);
    account(&w, "counter", ROLE_COUNTER, "329901");
    const char *desk = signed_in(&w, "counter"),
               *to = str_fmt(w.a, "/people/%lld/apply/%s", (long long)w.li, SERVICE).p;
    const char *csrf = csrf_of(&w, get(&w, "/counter", desk).body), *why = "%E6%9C%AC%E4%BA%BA%E6%9D%A5%E5%8A%9E";
    const char *said =
        str_fmt(w.a, "csrf=%s&answers=%%7B%%22%s%%22%%3A%%22Leye+Bank%%22%%7D&purpose=%s", csrf, BANK_NAME, why).p;
    struct asked k = post(&w, to, desk, said); /* never opened: a reason alone opens nothing */
    CHECK(k.status == 403 && has(k.body, "href=\"/counter\">找人"));
    CHECK_INT(post(&w, "/counter", desk, str_fmt(w.a, "csrf=%s&key=" ID_LI "&purpose=%s", csrf, why).p).status, 303);
    CHECK_OK(store_do(w.s, NULL, &e, "UPDATE access_look SET at = at - 1800", ""), e);
    k = get(&w, to, desk);
    CHECK(k.status == 403 && has(k.body, "半小时了") && has(k.body, "href=\"/counter\">找人"));
    k = post(&w, to, desk, str_fmt(w.a, "csrf=%s&answers=%%7B%%7D&path=%s&answer=Leye+Bank", csrf, BANK_NAME).p);
    CHECK(k.status == 422 && has(k.body, "请再写一次为什么要看") && has(k.body, "name=\"answer\" value=\"Leye Bank\""));
    CHECK(has(k.body, "name=\"purpose\"") && !has(k.body, "李试验"));
    CHECK_INT(post(&w, to, desk, str_fmt(w.a, "csrf=%s&answers=%%7B%%7D&purpose=x", csrf).p).status, 422);
    k = post(&w, to, desk, said);
    CHECK(k.status == 200 && has(k.body, "核对一下") && has(k.body, "Leye Bank"));
    CHECK_INT(get(&w, to, desk).status, 200); /* opened once more */
    world_close(&w);
}

/* The same session in another role, with the cookie that came for it. */
static const char *in_role(struct world *w, const char *cookie, const char *role)
{
    struct asked page = get(w, "/me", cookie);
    struct asked k = post(w, "/role", cookie, str_fmt(w->a, "csrf=%s&role=%s", csrf_of(w, page.body), role).p);
    CHECK_INT(k.status, 303);
    return str_fmt(w->a, "Cookie: %.*s\r\n", (int)str_find(k.cookie, STR(";")), k.cookie.p).p;
}

TEST(nobody_reviews_what_is_about_them_or_what_they_sent)
{
    struct world w;
    struct err e = { 0 };
    int64_t id;
    world_open(&w);
    struct access_account n = { .name = STR("both"),
                                .display = STR("both"),
                                .roles = ROLE_BIT(WORKER) | ROLE_BIT(REVIEWER),
                                .regions = STR("329900"),
                                .entity = STR("人员"),
                                .subject = w.li };
    CHECK_OK(access_account_make(w.s, &n, STR("long password"), 0, &id, &e), e);
    account(&w, "operator", ROLE_OPERATOR, "329901");
    account(&w, "worker", ROLE_WORKER, "");
    const char *both = signed_in(&w, "both"), *operator= signed_in(&w, "operator");
    const char *mine = applied(&w, both);
    const char *theirs = str_fmt(w.a, "/cases/%s", mine + strlen("/me/cases/")).p;
    CHECK_INT(press(&w, operator, theirs, "accept", "").status, 303);
    const char *reviewer = in_role(&w, both, "%E5%A4%8D%E6%A0%B8");
    struct asked k = press(&w, reviewer, theirs, "approve", "");
    CHECK_INT(k.status, 422); /* the page again, with why not */
    CHECK(has(k.body, "您本人的"));
    /* nor by the account that sent it, when it is about somebody else */
    CHECK_OK(store_exec(w.s, STR("UPDATE access_account SET subject = 0, entity = '' WHERE name = 'both'"), &e), e);
    k = press(&w, reviewer, theirs, "approve", "");
    CHECK_INT(k.status, 422);
    CHECK(has(k.body, "您自己录入的"));
    CHECK(has(get(&w, mine, signed_in(&w, "worker")).body, "审核中"));
    world_close(&w);
}

TEST(a_case_of_somebody_else_is_not_there)
{
    struct world w;
    world_open(&w);
    account(&w, "worker", ROLE_WORKER, "");
    struct err e = { 0 };
    int64_t id;
    struct access_account other = { .name = STR("other"),
                                    .display = STR("other"),
                                    .roles = ROLE_BIT(WORKER),
                                    .entity = STR("人员"),
                                    .subject = w.li + 1 };
    CHECK_OK(access_account_make(w.s, &other, STR("long password"), 0, &id, &e), e);
    const char *mine = applied(&w, signed_in(&w, "worker"));
    CHECK_INT(get(&w, mine, signed_in(&w, "other")).status, 404);
    CHECK_INT(get(&w, "/me/cases/000000009999", signed_in(&w, "worker")).status / 100, 4);
    world_close(&w);
}

/* What stands in the boxes of a lane: number and revision. */
static const char *picks(struct world *w, str page)
{
    static const char mark[] = "name=\"pick\" value=\"";
    struct text t;
    text_init(&t, w->a, 4000);
    for (size_t at; (at = str_find(page, STR(mark))) != SIZE_MAX;) {
        page = str_slice(page, at + sizeof mark - 1, page.len);
        text_addz(&t, "&pick=");
        http_encode(&t, str_slice(page, 0, str_find(page, STR("\""))));
    }
    return t.len > 0 ? text_str(&t).p : "";
}

TEST(a_lane_decides_many_each_with_its_own_result)
{
    struct world w;
    world_open(&w);
    account(&w, "worker", ROLE_WORKER, "");
    account(&w, "operator", ROLE_OPERATOR, "329901");
    account(&w, "reviewer", ROLE_REVIEWER, "329900 329901"); /* one region lies in the other */
    account(&w, "stranger", ROLE_REVIEWER, "329902");
    const char *operator= signed_in(&w, "operator"), *reviewer = signed_in(&w, "reviewer");
    applied(&w, signed_in(&w, "worker"));
    struct asked k = get(&w, "/queue?service=" SERVICE, operator);
    CHECK(has(k.body, "1 件") && has(k.body, "培训补贴申领"));
    k = get(&w, "/queue/lane?service=" SERVICE, operator);
    const char *pick = picks(&w, k.body);
    CHECK(has(str_of(pick), "%3A") && has(k.body, "受理") &&
          !has(k.body, "李试验")); /* whose it is stands in the case */
    const char *form = str_fmt(w.a, "csrf=%s&service=%s", csrf_of(&w, k.body), SERVICE).p;
    CHECK_INT(post(&w, "/queue/lane", operator, form).status, 422); /* nothing picked */
    CHECK_INT(post(&w, "/queue/lane", operator, str_fmt(w.a, "%s&pick=nonsense", form).p).status, 422);
    k = post(&w, "/queue/lane", operator, str_fmt(w.a, "%s%s&pick=000000000101%%3A1", form, pick).p);
    NOTE("%u %.*s", k.status, STR_ARG(k.body));
    CHECK(k.status == 200 && has(k.body, "办好 1 件，没有办成 1 件"));
    k = post(&w, "/queue/lane", operator, str_fmt(w.a, "%s%s", form, pick).p); /* sent once more */
    CHECK(has(k.body, "办好 0 件，没有办成 1 件"));
    const char *stranger = signed_in(&w, "stranger");
    k = get(&w, "/queue/lane?service=" SERVICE, stranger);
    CHECK(has(k.body, "现在没有轮到您办的"));
    struct asked theirs = get(&w, "/queue/lane?service=" SERVICE, reviewer);
    pick = picks(&w, theirs.body);
    k = post(&w, "/queue/lane", stranger,
             str_fmt(w.a, "csrf=%s&service=%s%s", csrf_of(&w, k.body), SERVICE, pick).p); /* guessed */
    CHECK(has(k.body, "没有办成 1 件") && has(k.body, "不在您负责的地区"));
    k = post(&w, "/queue/lane", reviewer,
             str_fmt(w.a, "csrf=%s&service=%s%s", csrf_of(&w, theirs.body), SERVICE, pick).p);
    CHECK(has(k.body, "办好 1 件") && has(k.body, "准予"));
    world_close(&w);
}

TEST(what_a_person_was_told_is_theirs_and_can_be_ticked_off)
{
    struct world w;
    world_open(&w);
    account(&w, "worker", ROLE_WORKER, "");
    account(&w, "operator", ROLE_OPERATOR, "329901");
    const char *worker = signed_in(&w, "worker"), *mine = applied(&w, worker);
    const char *theirs = str_fmt(w.a, "/cases/%s", mine + strlen("/me/cases/")).p;
    CHECK_INT(press(&w, signed_in(&w, "operator"), theirs, "accept", "").status, 303);
    struct asked k = get(&w, "/me/notices", worker);
    NOTE("%.*s", STR_ARG(k.body));
    CHECK(has(k.body, "没有看过") && has(k.body, "培训补贴申领"));
    const char *id = hidden(&w, k.body, "notice");
    const char *csrf = csrf_of(&w, k.body);
    CHECK_INT(post(&w, "/me/notices", worker, str_fmt(w.a, "csrf=%s&notice=9999", csrf).p).status, 404);
    CHECK_INT(post(&w, "/me/notices", worker, str_fmt(w.a, "csrf=%s&notice=%s", csrf, id).p).status, 303);
    CHECK(!has(get(&w, "/me/notices", worker).body, str_fmt(w.a, "value=\"%s\"", id).p));
    world_close(&w);
}

TEST(anybody_with_the_code_learns_whether_a_certificate_is_real)
{
    struct world w;
    struct err e = { 0 };
    world_open(&w);
    struct certificate_fact facts[] = { { STR("姓名"), STR("李试验"), STR("姓名") },
                                        { STR("等级"), STR("五级"), STR("") } };
    struct certificate k = { .kind = STR("培训证明"),
                             .holder = STR("1"),
                             .office = STR("试验局"),
                             .issued = date_of(2024, 6, 1),
                             .facts = { facts, 2, 2 } };
    struct certificate_act act = { STR("系统"), STR("系统"), date_of(2024, 6, 1), 0 };
    CHECK_OK(store_begin(w.s, &e), e);
    CHECK_OK(certificate_issue(w.s, &act, STR("SY"), &k, &w.signer, w.a, &e), e);
    CHECK_OK(store_commit(w.s, &e), e);
    struct asked k1 = get(&w, str_fmt(w.a, "/verify?code=%s", k.code).p, "");
    CHECK(has(k1.body, "有效") && has(k1.body, "五级") && !has(k1.body, "李试验") && has(k1.body, "李**"));
    CHECK_INT(get(&w, "/verify?code=AAAA-AAAA-AAAA-AAAA", "").status, 422);
    CHECK(has(get(&w, "/verify?code=%3Cscript%3E", "").body, "&lt;script&gt;"));
    CHECK_OK(store_begin(w.s, &e), e);
    CHECK_OK(certificate_revoke(w.s, &act, k.number, STR("发错了"), &e), e);
    CHECK_OK(store_commit(w.s, &e), e);
    CHECK(has(get(&w, str_fmt(w.a, "/verify?code=%s", k.code).p, "").body, "注销"));
    CHECK_INT(get(&w, "/publicity", "").status, 200);
    CHECK_INT(get(&w, "/publicity/%E6%B2%A1%E6%9C%89", "").status, 404);
    world_close(&w);
}
