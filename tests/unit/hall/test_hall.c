/* The hall without its socket: every address for every role, what each sees of a person, and what must never come out.
 */
#include "hall/hall_priv.h"
#include "helpers.h"
#include "lang/kinds.h"

static const struct {
    const char *name, *regions;
    enum access_role role;
} people[] = {
    { "worker", "", ROLE_WORKER },
    { "counter", "329901", ROLE_COUNTER },
    { "reviewer", "329900", ROLE_REVIEWER },
    { "operator", "329900", ROLE_OPERATOR },
    { "accountant", "329900", ROLE_ACCOUNTANT },
    { "auditor", "", ROLE_AUDITOR },
    { "analyst", "329900", ROLE_ANALYST },
    { "author", "", ROLE_AUTHOR },
    { "admin", "", ROLE_ADMIN },
    { "cashier", "329900", ROLE_CASHIER },
    { "head", "", ROLE_AUDIT_HEAD },
    { "checker", "", ROLE_CHECKER },
    { "leader", "", ROLE_LEADER },
    { "duty", "329900", ROLE_DUTY },
    { "handler", "329900", ROLE_HANDLER },
    { "chief", "329900", ROLE_CHIEF },
    { "employer", "", ROLE_EMPLOYER },
    { "hotline", "329901", ROLE_HOTLINE },
    { "approver", "329900", ROLE_APPROVER },
    { "inspector", "329900", ROLE_INSPECTOR },
    { "arbitrator", "329900", ROLE_ARBITRATOR },
    { "mediator", "329900", ROLE_MEDIATOR },
    { "community", "329901", ROLE_COMMUNITY },
    { "finance", "329900", ROLE_FINANCE },
};
enum { PEOPLE = sizeof people / sizeof *people };
_Static_assert((int)PEOPLE == (int)ROLES, "one account for every role");

static void accounts(struct world *w)
{
    for (size_t i = 0; i < PEOPLE; i++) account(w, people[i].name, people[i].role, people[i].regions);
}

/* What packs may write: words of the language, so no pack can name a role that nobody can have. */
TEST(every_role_a_step_can_name_is_one_that_accounts_can_have_and_that_handles_cases)
{
    str words = str_of(field_defs[FIELD_SERVICE_STEP_ROLE].words), word;
    size_t count = 0;
    for (; str_split(&words, '|', &word); count++) {
        enum access_role r;
        NOTE("%.*s", STR_ARG(word));
        CHECK(access_role_named(word, &r) && (HANDLES >> r & 1) != 0);
    }
    CHECK_INT((int64_t)count, __builtin_popcount(SIGNS | ROLE_BIT(OPERATOR)));
    CHECK(
        str_eq(str_of(field_defs[FIELD_SERVICE_STEP_ROLE].words), str_of(field_defs[FIELD_REGISTER_STAGE_ROLE].words)));
}

/* One step without a role would wait for nobody. */
TEST(every_step_of_the_packs_says_whose_it_is)
{
    static const char *const packs[] = { "packs/demo", "packs/demo-jiangxi", "packs/demo-nantong",
                                         "packs/demo-yangzhou" };
    for (size_t i = 0; i < sizeof packs / sizeof *packs; i++) {
        autoarena *a = arena_new("packs", 0);
        struct pack_set set;
        struct err e = { 0 };
        size_t steps = 0;
        CHECK_OK(pack_load(&set, a, str_of(t_source(packs[i])), NULL, 0, &e), e);
        VEC_EACH (const struct service, v, &set.program->services) {
            VEC_EACH (const struct service_step, s, &v->steps) {
                enum access_role r;
                NOTE("%.*s: %.*s", STR_ARG(v->name), STR_ARG(s->name));
                CHECK(access_role_named(s->role, &r) && (HANDLES >> r & 1) != 0);
                steps++;
            }
        }
        CHECK(steps > 0);
    }
}

/* A target that a route's pattern takes: Li, and a policy there is. */
static const char *target_of(struct world *w, const char *pattern)
{
    struct text t;
    text_init(&t, w->a, 1000);
    for (const char *p = pattern; *p != '\0'; p++) {
        if (*p != '{') {
            text_addc(&t, *p);
            continue;
        }
        if (strncmp(p, "{id}", 4) == 0)
            text_addf(&t, "%lld", (long long)w->li);
        else if (strncmp(p, "{number}", 8) == 0)
            text_addz(&t, "0");
        else
            http_encode(&t, STR("培训补贴"));
        p = strchr(p, '}');
    }
    return text_str(&t).p;
}

TEST(every_address_lets_in_whom_its_row_names_and_nobody_else)
{
    struct world w;
    world_open(&w);
    accounts(&w);
    for (size_t i = 0; i < PEOPLE; i++) {
        const char *token = token_of(&w, people[i].name);
        for (size_t k = 0; k < hall_route_count; k++) {
            const struct route *r = &hall_routes[k];
            const char *target = target_of(&w, r->path);
            struct asked answer = r->method == HTTP_GET ? get(&w, target, token)
                                                        : post(&w, target, token, "key=" ID_LI "&purpose=matrix");
            bool may = r->roles == 0 || (r->roles >> people[i].role & 1) != 0;
            NOTE("%s %s: %u %.*s", people[i].name, target, answer.status, STR_ARG(answer.body));
            if (may)
                CHECK(answer.status < 500 && answer.status != 401);
            else
                CHECK(answer.status == 403);
            CHECK(answer.status < 400 || has(answer.type, "problem+json"));
            if (r->roles == 0) continue;
            struct asked nobody = r->method == HTTP_GET
                                      ? get(&w, target, "Accept: application/json\r\n")
                                      : post(&w, target, "Accept: application/json\r\n", "key=" ID_LI);
            CHECK_INT(nobody.status, 401);
        }
    }
    world_close(&w);
}

#define PROGRESS "%E6%9F%A5%E8%BF%9B%E5%BA%A6" /* 查进度 */

/* Looks Li up as a clerk does, and gives every page there is about her. */
static str everything_about_li(struct world *w, const char *name, struct text *all)
{
    const char *cookie = signed_in(w, name);
    struct asked form = get(w, "/counter", cookie);
    if (form.status == 200) {
        struct asked open =
            post(w, "/counter", cookie,
                 str_fmt(w->a, "csrf=%s&key=" ID_LI "&purpose=%%E5%%A4%%B1%%E4%%B8%%9A%%E7%%99%%BB%%E8%%AE%%B0<script>",
                         csrf_of(w, form.body))
                     .p);
        text_add(all, open.body);
        text_add(all, open.location);
    }
    struct asked calls = get(w, "/calls", cookie);
    if (calls.status == 200) {
        const char *csrf = csrf_of(w, calls.body);
        struct asked call =
            post(w, "/calls", cookie, str_fmt(w->a, "csrf=%s&key=" ID_LI "&purpose=%s", csrf, PROGRESS).p);
        text_add(all, get(w, call.location.p, cookie).body);
        post(w, call.location.p, cookie, str_fmt(w->a, "csrf=%s&act=check&answer1=5678&answer2=2222", csrf).p);
        text_add(all, get(w, call.location.p, cookie).body);
    }
    for (size_t k = 0; k < hall_route_count; k++) {
        if (hall_routes[k].method != HTTP_GET) continue;
        const char *target = target_of(w, hall_routes[k].path);
        text_add(all, get(w, target, cookie).body);
        text_add(all, get(w, target, str_fmt(w->a, "%sAccept: application/json\r\n", cookie).p).body);
    }
    return text_str(all);
}

TEST(no_path_shows_a_role_more_than_the_table_allows)
{
    struct world w;
    world_open(&w);
    accounts(&w);
    static const struct {
        const char *class_, *value;
    } secrets[] = {
        { "姓名", "李试验" }, { "证件号", ID_LI }, { "电话", PHONE }, { "账号", BANK }, { "地址", "1号3幢" }
    };
    for (size_t i = 0; i < PEOPLE; i++) {
        struct text all;
        text_init(&all, w.a, 8 << 20);
        str pages = everything_about_li(&w, people[i].name, &all);
        struct access_reader r = { .account = 1, .role = people[i].role };
        enum access_scope scope = access_scope(people[i].role);
        /* looking somebody up shows the number that was typed; only who may look up types it */
        for (size_t k = 0; k < sizeof secrets / sizeof *secrets; k++) {
            bool plain = access_sight(&r, str_of(secrets[k].class_)) == SIGHT_PLAIN && scope != SCOPE_NOBODY;
            /* the desks of money and audit reach a person through a payment or a lead: test_money.c has one */
            /* a firm sees the names of its staff, and of that only: test_employer.c */
            bool staff = people[i].role == ROLE_EMPLOYER && k > 0;
            /* who signs steps reaches them through a case: test_cases.c has one */
            uint32_t desks = MONEY | ROLE_BIT(AUDIT_HEAD) | ROLE_BIT(CHECKER) | (SIGNS & ~(uint32_t)FINDS) |
                             (staff ? ROLE_BIT(EMPLOYER) : 0);
            bool reaches = (desks >> people[i].role & 1) == 0;
            NOTE("%s %s", people[i].name, secrets[k].class_);
            CHECK(has(pages, secrets[k].value) == (plain && reaches));
        }
        CHECK(!has(pages, "王试验") && !has(pages, ID_WANG)); /* nobody asked for her */
    }
    world_close(&w);
}

TEST(a_district_is_closed_to_the_clerk_of_another)
{
    struct world w;
    world_open(&w);
    accounts(&w);
    const char *cookie = signed_in(&w, "counter"); /* of the east */
    const char *csrf = csrf_of(&w, get(&w, "/counter", cookie).body);
    struct asked k =
        post(&w, "/counter", cookie, str_fmt(w.a, "csrf=%s&key=" ID_WANG "&purpose=xiangkan123456", csrf).p);
    CHECK_INT(k.status, 403);
    CHECK(has(k.body, "不在您负责的地区") && !has(k.body, "王试验"));
    k = get(&w, str_fmt(w.a, "/people/%lld", (long long)w.li).p, cookie); /* without having said why */
    CHECK_INT(k.status, 403);
    k = post(&w, "/counter", cookie, str_fmt(w.a, "csrf=%s&key=" ID_LI "&purpose=", csrf).p);
    CHECK_INT(k.status, 422);
    k = post(&w, "/counter", cookie, str_fmt(w.a, "csrf=%s&key=" ID_LI "&purpose=shiyedengjihe", csrf).p);
    CHECK_INT(k.status, 303);
    k = get(&w, str_fmt(w.a, "/people/%lld", (long long)w.li).p, cookie);
    CHECK_INT(k.status, 200);
    CHECK(has(k.body, "李试验") && has(k.body, "3299**********0012"));
    k = get(&w, "/me/record", signed_in(&w, "worker")); /* and she sees who looked */
    CHECK(has(k.body, "shiyedengjihe") && has(k.body, "窗口"));
    world_close(&w);
}

TEST(what_data_and_rules_say_is_never_markup)
{
    struct world w;
    world_open(&w);
    accounts(&w);
    for (size_t i = 0; i < PEOPLE; i++) {
        struct text all;
        text_init(&all, w.a, 8 << 20);
        str pages = everything_about_li(&w, people[i].name, &all);
        CHECK(!has(pages, "<script>alert") && !has(pages, "<b>槐树") && !has(pages, "<script>\"") &&
              !has(pages, "<script>,"));
    }
    struct asked k = get(&w, "/policies?q=%3Cscript%3E%22%27", "");
    CHECK(has(k.body, "&lt;script&gt;&quot;&#39;") && !has(k.body, "<script>\""));
    k = get(&w, "/sign-in?to=//elsewhere", "");
    CHECK(!has(k.body, "//elsewhere"));
    k = get(&w, "/text-size?to=large&back=//elsewhere", "");
    CHECK_STR(k.location, "/");
    k = get(&w, "/text-size?to=large&back=/a%0D%0ASet-Cookie:%20x", "");
    CHECK(!has(k.location, "\n"));
    world_close(&w);
}

TEST(a_form_from_elsewhere_is_refused)
{
    struct world w;
    world_open(&w);
    accounts(&w);
    const char *cookie = signed_in(&w, "counter");
    const char *csrf = csrf_of(&w, get(&w, "/counter", cookie).body);
    const char *body = str_fmt(w.a, "csrf=%s&key=" ID_LI "&purpose=shiyedengji", csrf).p;
    CHECK_INT(post(&w, "/counter", cookie, "key=" ID_LI "&purpose=shiyedengji").status, 403);
    CHECK_INT(post(&w, "/counter",
                   str_fmt(w.a,
                           "%sOrigin: http:"
                           "//evil\r\n",
                           cookie)
                       .p,
                   body)
                  .status,
              403);
    CHECK_INT(post(&w, "/counter", str_fmt(w.a, "%sSec-Fetch-Site: cross-site\r\n", cookie).p, body).status, 403);
    CHECK_INT(post(&w, "/sign-in", "Sec-Fetch-Site: cross-site\r\n", "name=counter&password=long+password").status,
              403);
    CHECK_INT(post(&w, "/counter",
                   str_fmt(w.a,
                           "%sOrigin: http:"
                           "//hall\r\nSec-Fetch-Site: same-origin\r\n",
                           cookie)
                       .p,
                   body)
                  .status,
              303);
    CHECK_INT(post(&w, "/sign-out", cookie, str_fmt(w.a, "csrf=%s", csrf).p).status, 303);
    CHECK_INT(get(&w, "/counter", cookie).status, 303); /* to the door */
    world_close(&w);
}

TEST(the_home_page_says_what_there_is_and_why)
{
    struct world w;
    world_open(&w);
    accounts(&w);
    const char *cookie = signed_in(&w, "worker");
    struct asked k = get(&w, "/me", cookie);
    CHECK(has(k.body, "您有 1 笔钱可以领") && has(k.body, "500.00 元") && has(k.body, "收入高"));
    k = get(&w, target_of(&w, "/me/policies/{name}"), cookie);
    CHECK(has(k.body, "月收入 = 2000.00元/月") || has(k.body, "月收入 = 2000元/月"));
    k = get(&w, "/me", str_fmt(w.a, "%sAccept: application/json\r\n", cookie).p);
    const struct json *j;
    struct err e = { 0 };
    CHECK_OK(json_read(w.a, k.body, &j, &e), e);
    CHECK_INT(json_member(j, STR("foundCount"))->integer, 1);
    CHECK_INT(json_member(j, STR("refusedCount"))->integer, 1);
    world_close(&w);
}

TEST(a_policy_is_tried_without_an_account)
{
    struct world w;
    world_open(&w);
    const char *at = target_of(&w, "/try/{name}");
    struct asked k = get(&w, at, "");
    CHECK(has(k.body, "月收入：多少元/月？"));
    k = get(
        &w,
        str_fmt(w.a, "%s?path=%%E6%%9C%%88%%E6%%94%%B6%%E5%%85%%A5&answer=abc&unit=%%E5%%85%%83/%%E6%%9C%%88", at).p,
        "");
    CHECK(k.status == 200 && has(k.body, "请先改一处") && has(k.body, "月收入：多少元/月？"));
    k = get(
        &w,
        str_fmt(w.a, "%s?path=%%E6%%9C%%88%%E6%%94%%B6%%E5%%85%%A5&answer=2000&unit=%%E5%%85%%83/%%E6%%9C%%88", at).p,
        "");
    CHECK(has(k.body, "参加培训") && has(k.body, "value=\"月收入=2000元/月\""));
    k = get(&w,
            str_fmt(w.a,
                    "%s?f=%%E6%%9C%%88%%E6%%94%%B6%%E5%%85%%A5%%3D2000%%E5%%85%%83/"
                    "%%E6%%9C%%88&path=%%E5%%8F%%82%%E5%%8A%%A0%%E5%%9F%%B9%%E8%%AE%%AD&answer=%%E6%%98%%AF",
                    at)
                .p,
            "");
    CHECK(has(k.body, "500.00 元") && has(k.body, "tag yes"));
    k = get(
        &w,
        str_fmt(w.a, "%s?path=%%E6%%9C%%88%%E6%%94%%B6%%E5%%85%%A5&answer=9000&unit=%%E5%%85%%83/%%E6%%9C%%88", at).p,
        "");
    CHECK(has(k.body, "不符合")); /* certain already: nothing more is asked */
    world_close(&w);
}

TEST(the_same_call_with_the_same_key_is_made_once)
{
    struct world w;
    world_open(&w);
    accounts(&w);
    const char *token = token_of(&w, "operator");
    const char *once = str_fmt(w.a, "%sIdempotency-Key: 42\r\n", token).p;
    access_looks looks = { 0 };
    struct err e = { 0 };
    struct asked first = post(&w, "/counter", once, "key=" ID_LI "&purpose=shiyedengji");
    struct asked again = post(&w, "/counter", once, "key=" ID_LI "&purpose=shiyedengji");
    CHECK_INT(first.status, 200);
    CHECK_INT(again.status, 200);
    CHECK_STR(again.body, first.body);
    CHECK_OK(access_looks_at(w.s, STR("人员"), w.li, 10, w.a, &looks, &e), e);
    CHECK_INT((int64_t)looks.len, 1);
    CHECK_INT(post(&w, "/counter", once, "key=" ID_LI "&purpose=other+purpose").status, 409);
    world_close(&w);
}

TEST(what_is_not_there_says_so_and_what_is_wrong_is_refused)
{
    struct world w;
    world_open(&w);
    CHECK_INT(get(&w, "/nothing", "").status, 404);
    CHECK_INT(get(&w, "/policies/%E6%B2%A1%E6%9C%89", "").status, 404);
    struct asked way = get(&w, "/sign-out", "");
    CHECK(way.status == 405 && has(way.body, "只能用 POST"));
    CHECK_STR(way.allow, "POST");
    way = send_to(&w, "DELETE /webhooks HTTP/1.1\r\nHost: hall\r\nAuthorization: Bearer x\r\n\r\n");
    CHECK_STR(way.allow, "GET, POST");
    way = send_to(&w, "POST /sign-in HTTP/1.1\r\nHost: hall\r\nContent-Type: text/xml\r\nContent-Length: 1\r\n\r\nx");
    CHECK(way.status == 415 && has(way.body, "multipart/form-data"));
    CHECK_INT(get(&w, "/policies?q=%FF", "").status, 400);
    CHECK_INT(get(&w, "/me", "").status, 303);
    CHECK_STR(get(&w, "/me", "").location, "/sign-in?to=%2Fme");
    CHECK_INT(get(&w, "/me", "Authorization: Bearer nonsense\r\n").status, 401);
    CHECK_INT(get(&w, "/health", "").status, 200);
    struct asked k = get(&w, "/openapi.json", "");
    const struct json *j;
    struct err e = { 0 };
    CHECK_OK(json_read(w.a, k.body, &j, &e), e);
    CHECK(json_member(json_member(j, STR("paths")), STR("/people/{id}/policies/{name}")) != NULL);
    for (size_t i = 0; i < hall_route_count; i++)
        CHECK(json_member(json_member(j, STR("paths")), str_of(hall_routes[i].path)) != NULL);
    world_close(&w);
}

static const struct json *at(const struct json *j, const char *const *way)
{
    static const struct json nothing = { .kind = JSON_NULL };
    for (; j != NULL && *way != NULL; way++) j = json_member(j, str_of(*way));
    return j != NULL ? j : &nothing;
}
#define AT(j, ...) at(j, (const char *const[]){ __VA_ARGS__, NULL })

/* Every reference leads somewhere. */
static void check_references(const struct json *whole, const struct json *j)
{
    for (size_t i = 0; i < j->count; i++) {
        const struct json *x = &j->items[i];
        bool ref = j->kind == JSON_OBJECT && str_eq(j->keys[i], STR("$ref"));
        if (x->kind == JSON_ARRAY || x->kind == JSON_OBJECT) check_references(whole, x);
        if (!ref) continue;
        NOTE("%.*s", STR_ARG(x->string));
        str start = STR("#/components/schemas/");
        CHECK(str_starts(x->string, start));
        const struct json *schemas = AT(whole, "components", "schemas");
        CHECK(json_member(schemas, str_slice(x->string, start.len, x->string.len)) != NULL);
    }
}

TEST(the_description_of_addresses_tells_files_and_questions_and_what_the_packs_name)
{
    struct world w;
    const struct json *j;
    struct err e = { 0 };
    world_open(&w);
    CHECK_OK(json_read(w.a, get(&w, "/openapi.json", "").body, &j, &e), e);
    check_references(j, j);
    const struct json *lists = AT(j, "components", "schemas", "listName", "enum");
    CHECK(lists->count == 2 && str_eq(lists->items[0].string, STR("人员")));
    const struct json *changes = AT(j, "paths", "/entities/{name}/changes", "get");
    CHECK_STR(AT(changes, "responses", "200", "content", "application/json", "schema", "$ref")->string,
              "#/components/schemas/subjects");
    const struct json *asked = AT(changes, "parameters");
    CHECK(asked->count == 4 && str_eq(AT(&asked->items[1], "name")->string, STR("since")));
    CHECK(
        AT(j, "paths", "/cases/{number}/certificate", "get", "responses", "200", "content", "application/pdf")->kind ==
        JSON_OBJECT);
    CHECK(AT(j, "paths", "/money/returns", "post", "requestBody", "content", "multipart/form-data", "schema",
             "properties", "file")
              ->kind == JSON_OBJECT);
    world_close(&w);
}

static unsigned siding_of(struct world *w, const char *request, const char *fields)
{
    struct http_reader r;
    struct http_limits usual = { 0 };
    http_reader_start(&r, w->a, &usual);
    http_reader_feed(&r, str_of(str_fmt(w->a, "%s HTTP/1.1\r\nHost: hall\r\n%s\r\n", request, fields).p));
    CHECK_INT(r.state, HTTP_WHOLE);
    return hall_siding(NULL, &r.q);
}

TEST(what_takes_long_has_a_siding_and_says_when_it_is_full)
{
    struct world w;
    world_open(&w);
    CHECK_INT(siding_of(&w, "GET /studio/drafts/7/edit", "Cookie: sid=1\r\n"), HALL_SIDING_DRAFTS);
    CHECK_INT(siding_of(&w, "POST /studio/drafts/7/check", "Cookie: sid=1\r\n"), HALL_SIDING_DRAFTS);
    CHECK_INT(siding_of(&w, "POST /studio/drafts/7/check", ""), 0); /* who did not sign in takes nobody's place */
    CHECK_INT(siding_of(&w, "GET /studio/drafts/7/trial", "Cookie: sid=1\r\n"), 0); /* only how far it is */
    CHECK_INT(siding_of(&w, "POST /sign-in", "Cookie: sid=1\r\n"), HALL_SIDING_PASSWORDS);
    CHECK_INT(siding_of(&w, "GET /sign-in", "Cookie: sid=1\r\n"), 0);
    CHECK_INT(siding_of(&w, "POST /accounts/wang", "Cookie: sid=1\r\n"), HALL_SIDING_PASSWORDS);
    CHECK_INT(siding_of(&w, "GET /me", "Cookie: sid=1\r\n"), 0);
    CHECK_INT(siding_of(&w, "GET /nowhere", "Cookie: sid=1\r\n"), 0);
    w.no_room = true;
    struct asked full = post(&w, "/sign-in", "", "name=nobody&password=wrong");
    CHECK_INT(full.status, 503);
    CHECK(has(full.body, "现在登录、办账户的人太多"));
    CHECK_STR(full.later, "30");
    full = post(&w, "/studio/drafts/1/check", "Accept: application/json\r\nCookie: sid=1\r\n", "text=x");
    CHECK_INT(full.status, 503);
    CHECK(has(full.body, "现在检查草稿的人太多"));
    CHECK(has(full.type, "problem+json"));
    world_close(&w);
}

static struct http_answer refused(struct world *w, const char *accept, unsigned status)
{
    struct http_answer r = { .a = w->a };
    struct http_request q = { .a = w->a };
    text_init(&r.body, w->a, 1 << 16);
    *vec_push(w->a, &q.fields) = (struct http_field){ STR("accept"), str_of(accept) };
    hall_refuse(w->hall, status, "现在来办事的人太多，请过几秒再来", &q, &r);
    return r;
}

static str field_of(const struct http_answer *r, const char *name)
{
    VEC_EACH (const struct http_field, f, &r->fields) {
        if (str_eq(f->name, str_of(name))) return f->value;
    }
    return STR("");
}

TEST(who_finds_no_room_gets_a_page_that_stands_alone_or_a_document)
{
    struct world w;
    world_open(&w);
    struct http_answer page = refused(&w, "text/html,application/xhtml+xml,*/*;q=0.8", 503);
    str body = text_str(&page.body), policy = field_of(&page, "Content-Security-Policy");
    CHECK_STR(page.type, "text/html; charset=utf-8");
    CHECK(has(body, "现在来办事的人太多") && has(body, "再交一次也只算一件") && has(body, "</html>"));
    CHECK(!has(body, "src=") && !has(body, "<link")); /* nothing is asked of who has no room */
    size_t at = str_find(policy, STR("style-src 'nonce-"));
    CHECK(at != SIZE_MAX);
    CHECK(has(body, str_fmt(w.a, "<style nonce=\"%.*s\">", CRYPTO_TOKEN, policy.p + at + 17).p));
    struct http_answer large = refused(&w, "text/html", 413);
    CHECK(has(text_str(&large.body), "回到上一页"));
    struct http_answer ours = refused(&w, "text/html", 500); /* a handler ran: what it was to do may be done */
    CHECK(has(text_str(&ours.body), "可能已经办好了") && !has(text_str(&ours.body), "什么都没有办"));
    struct http_answer document = refused(&w, "application/json", 503);
    CHECK_STR(document.type, "application/problem+json; charset=utf-8");
    CHECK(has(text_str(&document.body), "\"status\":503"));
    CHECK(has(refused(&w, "*/*", 503).type, "problem+json"));
    world_close(&w);
}
