/* A firm in the hall: the same pages as a person's, staff without their records, agents, lists of people. */
#include "hall/hall_priv.h"
#include "helpers.h"

#define RECORD "%E7%94%A8%E5%B7%A5%E7%99%BB%E8%AE%B0" /* 用工登记 */
#define FILING "%E5%8D%95%E4%BD%8D%E5%A4%87%E6%A1%88" /* 单位备案 */

static void firm_and_people(struct world *w)
{
    struct err e = { 0 };
    int64_t id;
    account(w, "employer", ROLE_EMPLOYER, "");
    struct access_account agent = { .name = STR("agent"),
                                    .display = STR("王试验"),
                                    .roles = ROLE_BIT(WORKER),
                                    .entity = STR("人员"),
                                    .subject = w->li + 1 };
    CHECK_OK(access_account_make(w->s, &agent, STR("long password"), 0, &id, &e), e);
}

static const char *between(struct world *w, str page, const char *before, const char *after)
{
    size_t at = str_find(page, str_of(before));
    if (at == SIZE_MAX) FAIL("no %s: %.*s", before, STR_ARG(page));
    str rest = str_slice(page, at + strlen(before), page.len);
    return str_dup(w->a, str_slice(rest, 0, str_find(rest, str_of(after)))).p;
}

static struct asked upload(struct world *w, const char *target, const char *cookie, const char *act, const char *csv)
{
    const char *csrf = csrf_of(w, get(w, "/policies", cookie).body);
    const char *body = str_fmt(w->a,
                               "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n%s\r\n"
                               "--b\r\nContent-Disposition: form-data; name=\"act\"\r\n\r\n%s\r\n"
                               "--b\r\nContent-Disposition: form-data; name=\"list\"; filename=\"a.csv\"\r\n\r\n%s\r\n"
                               "--b--\r\n",
                               csrf, act, csv)
                           .p;
    return send_to(w, str_fmt(w->a,
                              "POST %s HTTP/1.1\r\nHost: hall\r\n%sContent-Type: multipart/form-data; boundary=b\r\n"
                              "Content-Length: %zu\r\n\r\n%s",
                              target, cookie, strlen(body), body)
                          .p);
}

TEST(a_firm_has_the_pages_a_person_has)
{
    struct world w;
    world_open(&w);
    firm_and_people(&w);
    const char *cookie = signed_in(&w, "employer");
    struct asked k = get(&w, "/me/record", cookie);
    CHECK(has(k.body, "东区试验厂") && has(k.body, FIRM) && has(k.body, "15411112222"));
    k = get(&w, "/services", cookie);
    CHECK(has(k.body, "/me/apply/" FILING) && has(k.body, "/me/bulk/" RECORD) && !has(k.body, "培训补贴申领"));
    k = get(&w, "/me/apply/" FILING, cookie);
    const char *csrf = csrf_of(&w, k.body);
    k = post(&w, "/me/apply/" FILING, cookie, str_fmt(w.a, "csrf=%s&answers=%%7B%%7D&submit=1&key=a", csrf).p);
    NOTE("%u %.*s", k.status, STR_ARG(k.body));
    CHECK_INT(k.status, 303);
    const char *mine = str_dup(w.a, str_slice(k.location, 0, str_find(k.location, STR("?")))).p;
    k = get(&w, mine, cookie);
    CHECK(has(k.body, "待受理") && has(k.body, "单位账户 employer") && has(k.body, "撤回这件"));
    CHECK_INT(get(&w, mine, signed_in(&w, "agent")).status, 404);
    k = post(&w, mine, cookie, str_fmt(w.a, "csrf=%s&act=withdraw", csrf).p);
    CHECK_INT(k.status, 303);
    CHECK(has(get(&w, mine, cookie).body, "撤回") && has(get(&w, "/me/notices", cookie).body, "已撤回"));
    k = get(&w, "/me/apply/" RECORD, cookie); /* not about a firm */
    CHECK_INT(k.status, 403);
    CHECK(has(k.body, "要说明给哪一位办"));
    account(&w, "worker", ROLE_WORKER, "");
    const char *worker = signed_in(&w, "worker");
    CHECK_INT(get(&w, "/me/bulk/" RECORD, worker).status, 403);
    k = get(&w, "/me/apply/" RECORD, worker);
    CHECK_INT(k.status, 403);
    CHECK(has(k.body, "“用工登记”由单位申请，自己不能申请；请找单位来办"));
    csrf = csrf_of(&w, get(&w, "/me", worker).body);
    k = post(&w, "/me/apply/" RECORD, str_fmt(w.a, "%sAccept: application/json\r\n", worker).p,
             str_fmt(w.a, "csrf=%s&answers=%%7B%%7D&submit=1&key=w", csrf).p);
    CHECK_INT(k.status, 403);
    CHECK(has(k.body, "由单位申请"));
    CHECK(has(get(&w, "/me/apply/" FILING, worker).body, "“单位备案”是单位的事，不是人员的"));
    CHECK(has(get(&w, "/me/money", cookie).body, "还没有发过钱"));
    world_close(&w);
}

TEST(what_was_returned_is_put_right_in_the_hall)
{
    struct world w;
    world_open(&w);
    firm_and_people(&w);
    account(&w, "operator", ROLE_OPERATOR, "329901");
    const char *cookie = signed_in(&w, "employer"), *operator= signed_in(&w, "operator");
    const char *csrf = csrf_of(&w, get(&w, "/policies", cookie).body);
    struct asked k =
        post(&w, "/me/apply/" FILING, cookie, str_fmt(w.a, "csrf=%s&answers=%%7B%%7D&submit=1&key=b", csrf).p);
    const char *number = str_dup(w.a, str_slice(k.location, 10, 22)).p;
    const char *theirs = str_fmt(w.a, "/cases/%s", number).p;
    k = get(&w, theirs, operator);
    k = post(&w, theirs, operator, str_fmt(w.a, "csrf=%s&revision=%s&act=return&reason=gong%%20zhang",
                                           csrf_of(&w, k.body), between(&w, k.body, "name=\"revision\" value=\"", "\""))
                                       .p);
    NOTE("%u %.*s", k.status, STR_ARG(k.body));
    CHECK_INT(k.status, 303);
    k = get(&w, str_fmt(w.a, "/me/cases/%s", number).p, cookie);
    CHECK(has(k.body, "补正") && has(k.body, "gong zhang"));
    k = get(&w, str_fmt(w.a, "/me/apply/%s?case=%s", FILING, number).p, cookie);
    NOTE("%.*s", STR_ARG(k.body));
    CHECK(has(k.body, "gong zhang") && has(k.body, "name=\"case\""));
    const char *body = str_fmt(w.a, "csrf=%s&case=%s&answers=%%7B%%7D&submit=1", csrf, number).p;
    k = post(&w, "/me/apply/" FILING, cookie, body);
    NOTE("%u %.*s", k.status, STR_ARG(k.body));
    CHECK_INT(k.status, 303);
    CHECK(has(get(&w, str_fmt(w.a, "/me/cases/%s", number).p, cookie).body, "待受理"));
    CHECK_INT(post(&w, "/me/apply/" FILING, cookie, body).status, 409); /* once */
    world_close(&w);
}

TEST(staff_are_listed_and_their_records_stay_closed)
{
    struct world w;
    world_open(&w);
    firm_and_people(&w);
    account(&w, "worker", ROLE_WORKER, "");
    const char *cookie = signed_in(&w, "employer");
    struct asked k = get(&w, "/me/staff?month=2024-05", cookie);
    CHECK(has(k.body, "李试验") && !has(k.body, ID_LI) && !has(k.body, PHONE) && !has(k.body, "王试验"));
    CHECK(!has(get(&w, "/me/staff?month=2022-05", cookie).body, "李试验")); /* before the contract */
    CHECK_INT(get(&w, str_fmt(w.a, "/people/%lld", (long long)w.li).p, cookie).status, 403);
    k = get(&w, "/me/record", signed_in(&w, "worker"));
    CHECK(has(k.body, "单位看自己的职工名单"));
    world_close(&w);
}

TEST(an_agent_acts_for_a_firm_until_it_says_no)
{
    struct world w;
    world_open(&w);
    firm_and_people(&w);
    const char *firm = signed_in(&w, "employer"), *agent = signed_in(&w, "agent");
    const char *csrf = csrf_of(&w, get(&w, "/policies", firm).body),
               *theirs = csrf_of(&w, get(&w, "/policies", agent).body);
    char until[DATE_TEXT];
    date_text(date_add_days(date_today(), 30), until); /* sessions go by the clock of the machine */
    const char *give =
        str_fmt(w.a, "csrf=%s&act=give&name=%%E7%%8E%%8B%%E8%%AF%%95%%E9%%AA%%8C&until=%s", csrf, until).p;
    struct asked k = post(&w, "/me/agents", firm, give);
    const char *code = between(&w, k.body, "授权码 <span class=\"num\">", "<");
    k = post(&w, "/acting", agent, str_fmt(w.a, "csrf=%s&act=accept&code=%s", theirs, code).p);
    CHECK_INT(k.status, 303);
    CHECK_INT(post(&w, "/acting", agent, str_fmt(w.a, "csrf=%s&act=accept&code=%s", theirs, code).p).status, 422);
    const char *id = between(&w, get(&w, "/acting", agent).body, "name=\"agent\" value=\"", "\"");
    k = post(&w, "/acting", agent, str_fmt(w.a, "csrf=%s&act=act&agent=%s", theirs, id).p);
    CHECK_INT(k.status, 303);
    const char *acts = str_fmt(w.a, "Cookie: %.*s\r\n", (int)str_find(k.cookie, STR(";")), k.cookie.p).p;
    CHECK(has(get(&w, "/me", acts).body, "替 employer 办事"));
    CHECK_INT(get(&w, "/me/record", agent).status, 303); /* the old token of the session is worth nothing */
    k = post(&w, "/me/agents", acts, str_fmt(w.a, "csrf=%s&act=give&name=X&until=%s", theirs, until).p);
    CHECK_INT(k.status, 403); /* a form of before they acted for the firm */
    const char *firms = csrf_of(&w, get(&w, "/policies", acts).body);
    k = post(&w, "/me/agents", acts, str_fmt(w.a, "csrf=%s&act=give&name=X&until=%s", firms, until).p);
    CHECK_INT(k.status, 422);
    k = upload(&w, "/me/bulk/" RECORD, acts, "enter", "身份证号,姓名\n" ID_LI ",李试验\n" ID_WANG ",写错\n");
    NOTE("%.*s", STR_ARG(k.body));
    CHECK(has(k.body, "办了 1 件，没有办成 1 行") && has(k.body, "对不上") && !has(k.body, ID_LI));
    k = upload(&w, "/me/bulk/" RECORD, acts, "enter", "身份证号,姓名\n" ID_LI ",李试验\n" ID_WANG ",写错\n");
    CHECK(has(k.body, "1 行以前交过"));
    k = upload(&w, "/me/bulk/" RECORD, acts, "look", "身份证号,姓名\n" ID_LI ",李试验\n");
    CHECK(has(k.body, "已在办"));
    const char *mine = between(&w, get(&w, "/me/cases", acts).body, "href=\"/me/cases/", "\"");
    k = get(&w, str_fmt(w.a, "/me/cases/%s", mine).p, acts);
    CHECK(has(k.body, "经办人 王试验（账户 agent）") && has(k.body, "李试验"));
    k = post(&w, "/me/agents", firm, str_fmt(w.a, "csrf=%s&act=revoke&agent=%s", csrf, id).p);
    CHECK_INT(k.status, 303);
    CHECK_INT(get(&w, "/me", acts).status, 303); /* to the door */
    CHECK(has(get(&w, "/me/agents", firm).body, "已收回"));
    world_close(&w);
}

TEST(a_list_that_is_none_says_so)
{
    struct world w;
    world_open(&w);
    firm_and_people(&w);
    const char *cookie = signed_in(&w, "employer");
    CHECK(has(upload(&w, "/me/bulk/" RECORD, cookie, "look", "身份证号\n" ID_LI "\n").body, "一栏“姓名”"));
    CHECK(has(upload(&w, "/me/bulk/" RECORD, cookie, "look", "").body, "请选一个文件"));
    CHECK(has(upload(&w, "/me/bulk/" RECORD, cookie, "look", "身份证号,姓名\n").body, "名单里还没有人"));
    CHECK(has(upload(&w, "/me/bulk/" RECORD, cookie, "look", "身份证号,姓名\n1234,没有\n,空的\n").body, "2 行不行"));
    struct text many;
    text_init(&many, w.a, 1 << 20);
    text_addz(&many, "身份证号,姓名\n");
    for (int i = 0; i < 1100; i++) text_addf(&many, "%d,甲\n", i);
    CHECK_INT(upload(&w, "/me/bulk/" RECORD, cookie, "look", many.p).status, 422);
    CHECK_INT(get(&w, "/me/files/0123", cookie).status, 404);
    struct asked k = get(&w, "/me/bulk/" RECORD "/template", cookie);
    CHECK(k.status == 200 && str_starts(k.body, STR("PK")));
    world_close(&w);
}
