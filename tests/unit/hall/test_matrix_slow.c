/* Role × region × field, on every address: Li lives in the east and Wang in the west, both have a case, a payment, a
 * claim, a lead, a place in a sample. Whoever works for the east asks for all of it, with every number there is, as a
 * page, as a document and with a form that is wrong; what comes back holds of each of the two no more than the table of
 * roles says. What is allowed is read from the table (access), what is asked from the table of addresses (routes.def).
 */
#include "fund/fund.h"
#include "hall/hall_priv.h"
#include "helpers.h"

#define EVERYBODY "%E5%90%84%E5%B2%97%E7%9A%84%E4%BA%8B" /* 各岗的事 */
#define FUND      "%E8%B5%84%E9%87%91"                   /* 资金 */

enum { LI, WANG, TWO };

static const struct {
    const char *class_, *value[TWO];
} secrets[] = {
    { "姓名", { "李试验", "王试验" } },
    { "证件号", { ID_LI, ID_WANG } },
    { "电话", { PHONE, "15487654321" } },
    { "电话", { "13911112222", "13933334444" } }, /* answered in the application */
    { "账号", { BANK, "6222999911112222" } },
    { "地址", { "1号3幢", "试验市西区某路" } },
};
enum { SECRETS = sizeof secrets / sizeof *secrets };

struct place {
    struct world w;
    int64_t wang;
    const char *numbers[6]; /* of cases, payments, batches and all that is counted from 1 */
    const char *names[6];
};

static const struct ledger_act accountant = { .who = { "王芳", 6 }, .roles = LEDGER_ACCOUNTANT, .day = { 19876 } };
static const struct ledger_act reviewer = { .who = { "张敏", 6 }, .roles = LEDGER_REVIEWER, .day = { 19876 } };
static const struct ledger_act cashier = { .who = { "李明", 6 }, .roles = LEDGER_CASHIER, .day = { 19876 } };

struct both {
    int at;
};

static bool next(void *context, struct ledger_payable *out, bool *more, struct err *e)
{
    struct both *b = context;
    (void)e;
    *more = b->at < TWO;
    if (!*more) return true;
    *out = (struct ledger_payable){ .subject = str_of(secrets[1].value[b->at]),
                                    .name = str_of(secrets[0].value[b->at]),
                                    .account = str_of(secrets[4].value[b->at]),
                                    .policy = STR("培训补贴"),
                                    .period = STR("一次性"),
                                    .amount_fen = 50000,
                                    .commitment = STR("C") };
    b->at++;
    return true;
}

static bool into_text(void *context, str piece, struct err *e)
{
    (void)e;
    text_add(context, piece);
    return true;
}

/* Both were paid, and something is claimed back from both. */
static void pay_both(struct world *w)
{
    struct err e = { 0 };
    int64_t line, claim;
    struct both b = { 0 };
    struct ledger_prepared made = { 0 };
    struct ledger_returned returned;
    struct fund_bank_sums sums;
    struct text file, back;
    struct ledger_line l = { STR("资金"), STR("市级"), STR("培训补贴"), 2024 };
    struct fund_bank bank = { .seed = 1, .first_permille = 1000, .reference = STR("BK1") };
    struct ledger_act why = accountant;
    why.reason = STR("多付了");
    text_init(&file, w->a, 1 << 16), text_init(&back, w->a, 1 << 16);
    CHECK_OK(ledger_line_open(w->s, &accountant, &l, &line, &e), e);
    CHECK_OK(ledger_budget(w->s, &accountant, line, 1000000, STR("文"), &e), e);
    CHECK_OK(ledger_deposit(w->s, &accountant, STR("资金"), 1000000, STR("拨款"), &e), e);
    CHECK_OK(ledger_commit(w->s, &accountant, line, STR("C"), 1000000, &e), e);
    CHECK_OK(ledger_prepare(w->s, &accountant, line, STR("一批"), next, &b, w->a, &made, &e), e);
    CHECK_OK(ledger_approve(w->s, &reviewer, 1, &e), e);
    CHECK_OK(ledger_send(w->s, &cashier, 1, into_text, &file, &e), e);
    CHECK_OK(fund_bank_answer(text_str(&file), &bank, &back, &sums, &e), e);
    CHECK_OK(ledger_receive(w->s, &cashier, text_str(&back), &returned, &e), e);
    CHECK_INT(returned.paid_count, TWO);
    for (int64_t n = 1; n <= TWO; n++) CHECK_OK(ledger_claim(w->s, &why, n, 100, STR(""), &claim, &e), e);
}

/* Applies as one of the two; the number of the case. */
static const char *applied(struct place *p, const char *name, int64_t subject, const char *phone)
{
    struct world *w = &p->w;
    struct err e = { 0 };
    int64_t id;
    struct access_account n = { .name = str_of(name),
                                .display = str_of(name),
                                .roles = ROLE_BIT(WORKER),
                                .entity = STR("人员"),
                                .subject = subject };
    CHECK_OK(access_account_make(w->s, &n, STR("long password"), 0, &id, &e), e);
    const char *cookie = signed_in(w, name), *at = "/me/apply/" EVERYBODY;
    const char *csrf = csrf_of(w, get(w, at, cookie).body);
    const char *said = str_fmt(w->a, "csrf=%s&answers={\"申诉.申诉电话\":\"%s\"}", csrf, phone).p;
    static const char mark[] = "name=\"key\" value=\"";
    str page = post(w, at, cookie, said).body;
    size_t key = str_find(page, STR(mark));
    CHECK(key != SIZE_MAX);
    page = str_slice(page, key + sizeof mark - 1, page.len);
    struct asked k =
        post(w, at, cookie, str_fmt(w->a, "%s&key=%.*s&submit=1", said, (int)str_find(page, STR("\"")), page.p).p);
    CHECK_INT(k.status, 303);
    return str_dup(w->a, str_slice(k.location, strlen("/me/cases/"), str_find(k.location, STR("?")))).p;
}

static void place_open(struct place *p)
{
    struct world *w = &p->w;
    struct registry *r;
    struct err e = { 0 };
    uint16_t entity;
    world_open(w);
    CHECK_OK(registry_open(&r, w->set.program, w->db, STORE_WRITE, &e), e);
    CHECK_OK(registry_find(r, STR("人员"), STR(ID_WANG), &entity, &p->wang, &e), e);
    registry_close(r);
    pay_both(w);
    const char *li = applied(p, "li", w->li, "13911112222"), *wang = applied(p, "wang", p->wang, "13933334444");
    account(w, "head", ROLE_AUDIT_HEAD, ""), account(w, "checker", ROLE_CHECKER, "");
    const char *head = token_of(w, "head");
    struct asked k = post(w, "/audit", head, "rule=%E6%9C%89%E6%94%B6%E5%85%A5"); /* 有收入 */
    NOTE("%u %.*s", k.status, STR_ARG(k.body));
    CHECK(k.status == 200 && has(k.body, "\"opened\":\"2\""));
    k = post(w, "/audit/samples", head,
             "title=x&fund=" FUND "&from=2024-01-01&until=2024-12-31&size=2&seed=7&checker=checker");
    CHECK_INT(k.status, 200);
    *p = (struct place){ *w, p->wang, { li, wang, "1", "2" }, { "%E8%B5%84%E9%87%91" } };
    p->numbers[4] = str_fmt(w->a, "%lld", (long long)w->li).p;
    p->numbers[5] = str_fmt(w->a, "%lld", (long long)p->wang).p;
    static const char *const names[] = { FUND,
                                         EVERYBODY,
                                         "%E4%BA%BA%E5%91%98" /* 人员 */,
                                         "%E5%9F%B9%E8%AE%AD%E8%A1%A5%E8%B4%B4" /* 培训补贴 */,
                                         "%E7%99%BB%E8%AE%B0%E7%9A%84%E4%BA%BA" /* 登记的人 */,
                                         "li" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) p->names[i] = names[i];
}

/* The address with the `at`-th of what may stand at each of its places; NULL: there is no such. */
static const char *target_of(struct place *p, const char *pattern, size_t at)
{
    struct text t;
    size_t places = 0;
    text_init(&t, p->w.a, 1000);
    for (const char *c = pattern; *c != '\0'; c++) {
        if (*c != '{') {
            text_addc(&t, *c);
            continue;
        }
        bool name = strncmp(c, "{name}", 6) == 0;
        text_addz(&t, places++ > 0 && !name ? "1" : name ? p->names[at] : p->numbers[at]);
        c = strchr(c, '}');
    }
    return places == 0 && at > 0 ? NULL : text_str(&t).p;
}

static bool may_see(enum access_role role, size_t class_, int who)
{
    struct access_reader r = { .account = 1, .role = role };
    if (access_sight(&r, str_of(secrets[class_].class_)) != SIGHT_PLAIN) return false;
    switch (access_scope(role)) {
    case SCOPE_ALL: return true;
    case SCOPE_REGION: /* accounts here are of the east */
    case SCOPE_SELF: return who == LI;
    case SCOPE_NOBODY: return false;
    }
    return false;
}

/* typed: whose number stands in what was sent, which may come back in a sentence; TWO: nobody's. */
static void check_answer(const struct asked *k, enum access_role role, int typed)
{
    for (size_t n = 0; n < SECRETS; n++) {
        for (int who = LI; who < TWO; who++) {
            bool echo = who == typed && strcmp(secrets[n].class_, "证件号") == 0;
            NOTE("%s of %s: %u %.*s", secrets[n].class_, who == LI ? "Li" : "Wang", k->status, STR_ARG(k->body));
            if (!echo && !may_see(role, n, who))
                CHECK(!has(k->body, secrets[n].value[who]) && !has(k->location, secrets[n].value[who]));
        }
    }
}

/* What a program is given is of a type the description of the address names. */
static bool is_described(const struct json *paths, const struct route *r, str type)
{
    const struct json *way = json_member(paths, str_of(r->path));
    static const char *const steps[] = { "responses", "200", "content" };
    way = json_member(way, r->method == HTTP_GET ? STR("get") : STR("post"));
    for (size_t i = 0; way != NULL && i < 3; i++) way = json_member(way, str_of(steps[i]));
    return way != NULL && json_member(way, str_slice(type, 0, str_find(type, STR(";")))) != NULL;
}

static void ask_everything(struct place *p, enum access_role role, const char *token, const char *cookie)
{
    struct world *w = &p->w;
    const struct json *description;
    struct err e = { 0 };
    CHECK_OK(json_read(w->a, get(w, "/openapi.json", "").body, &description, &e), e);
    const struct json *paths = json_member(description, STR("paths"));
    for (size_t i = 0; i < hall_route_count; i++) {
        const struct route *r = &hall_routes[i];
        /* what the bank is sent has whole accounts: that is what it is for (src/hall/README.md) */
        if (r->run == hall_batch_file) continue;
        for (size_t at = 0; at < 6; at++) {
            const char *target = target_of(p, r->path, at);
            if (target == NULL) break;
            NOTE("%s %s", access_role_zh(role), target);
            if (r->method == HTTP_GET) {
                struct asked k = get(w, target, token);
                check_answer(&k, role, TWO);
                CHECK(k.status != 200 || is_described(paths, r, k.type));
                k = get(w, target, cookie);
                check_answer(&k, role, TWO);
                k = get(w, str_fmt(w->a, "%s?kind=csv", target).p, token);
                check_answer(&k, role, TWO);
                CHECK(k.status != 200 || is_described(paths, r, k.type));
            } else {
                const char *form = "act=x&key=" ID_WANG "&purpose=%E6%9F%A5%E8%BF%9B%E5%BA%A6&reason=because";
                struct asked k = post(w, target, token, form);
                check_answer(&k, role, WANG);
            }
        }
    }
}

TEST_WITHIN(no_address_tells_who_works_for_the_east_more_of_anybody_than_the_table_of_roles_says, 240)
{
    for (unsigned i = 0; i < ROLES; i++) {
        struct place p;
        enum access_role role = (enum access_role)i;
        place_open(&p);
        account(&p.w, "reader", role, access_scope(role) == SCOPE_REGION ? "329901" : "");
        ask_everything(&p, role, token_of(&p.w, "reader"), signed_in(&p.w, "reader"));
        world_close(&p.w);
    }
}

/* What the test above looks for is there to be found: each of the two, by somebody. */
TEST(those_who_may_see_somebody_do_see_them)
{
    struct place p;
    place_open(&p);
    struct world *w = &p.w;
    account(w, "far", ROLE_ACCOUNTANT, "329902"), account(w, "near", ROLE_ACCOUNTANT, "329901");
    account(w, "visits", ROLE_COMMUNITY, "329902"), account(w, "auditor", ROLE_AUDITOR, "");
    struct asked k = get(w, "/money/payments/1", token_of(w, "far")); /* in the order of their numbers: Wang's */
    CHECK(has(k.body, "王试验") && has(k.body, "6222999911112222"));
    CHECK_INT(get(w, "/money/payments/1", token_of(w, "near")).status, 403);
    CHECK_INT(get(w, "/money/claims/1", token_of(w, "near")).status, 403);
    k = get(w, str_fmt(w->a, "/cases/%s", p.numbers[1]).p, token_of(w, "visits"));
    CHECK(has(k.body, "王试验") && has(k.body, "13933334444"));
    k = get(w, "/audit/leads/1", token_of(w, "auditor"));
    CHECK(k.status == 200 && (has(k.body, ID_LI) || has(k.body, ID_WANG)) && !has(k.body, PHONE));
    world_close(w);
}
