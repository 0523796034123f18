/* A form that books is booked once: sent twice, sent with other words, sent again after it was refused; with a key of a
 * program and with the key of a page. */
#include "hall/hall_priv.h"
#include "helpers.h"
#include "ledger/ledger.h"
#include "store/short.h"

#define FUND "/money/funds/%E8%B5%84%E9%87%91" /* 资金 */

static const struct ledger_act accountant = { .who = { "王芳", 6 }, .roles = LEDGER_ACCOUNTANT, .day = { 19876 } };

static int64_t a_line(struct world *w)
{
    struct err e = { 0 };
    int64_t line;
    struct ledger_line l = { STR("资金"), STR("市级"), STR("培训补贴"), 2024 };
    CHECK_OK(ledger_line_open(w->s, &accountant, &l, &line, &e), e);
    return line;
}

static int64_t budget_of(struct world *w, int64_t line)
{
    struct err e = { 0 };
    int64_t fen = 0;
    CHECK_OK(ledger_balance(w->s, line, LEDGER_APPROPRIATED, &fen, &e), e);
    return -fen; /* it stands on the other side of the books */
}

/* The hidden field of the first form of a page that books. */
static const char *once_of(struct world *w, str page)
{
    static const char mark[] = "name=\"once\" value=\"";
    size_t at = str_find(page, STR(mark));
    if (at == SIZE_MAX) FAIL("no form that books: %.*s", STR_ARG(page));
    return str_dup(w->a, str_slice(page, at + sizeof mark - 1, at + sizeof mark - 1 + CRYPTO_TOKEN)).p;
}

TEST(a_form_sent_twice_is_booked_once_and_leads_to_the_same_page)
{
    struct world w;
    world_open(&w);
    int64_t line = a_line(&w);
    account(&w, "acc", ROLE_ACCOUNTANT, "329900");
    const char *cookie = signed_in(&w, "acc");
    str page = get(&w, FUND, cookie).body;
    const char *csrf = csrf_of(&w, page), *once = once_of(&w, page);
    CHECK(strcmp(once, once_of(&w, get(&w, FUND, cookie).body)) != 0); /* made anew with every page */
    const char *form =
        str_fmt(w.a, "csrf=%s&once=%s&act=budget&line=%lld&amount=100&ref=w", csrf, once, (long long)line).p;
    struct asked first = post(&w, FUND, cookie, form), second = post(&w, FUND, cookie, form);
    CHECK_INT(first.status, 303);
    CHECK_INT(second.status, 303);
    CHECK_STR(second.location, first.location);
    CHECK_INT(budget_of(&w, line), 10000);
    /* other words under the same key are not taken for the first ones */
    const char *other =
        str_fmt(w.a, "csrf=%s&once=%s&act=budget&line=%lld&amount=200&ref=w", csrf, once, (long long)line).p;
    struct asked refused = post(&w, FUND, cookie, other);
    CHECK_INT(refused.status, 409);
    CHECK(has(refused.body, "已经交过一次"));
    CHECK_INT(budget_of(&w, line), 10000);
    world_close(&w);
}

/* Waits the ten seconds that SQLite waits for another writer. */
TEST_WITHIN(while_another_one_writes_a_form_is_not_booked_and_may_be_sent_again, 60)
{
    struct world w;
    struct err e = { 0 };
    world_open(&w);
    int64_t line = a_line(&w);
    account(&w, "acc", ROLE_ACCOUNTANT, "329900");
    const char *cookie = signed_in(&w, "acc");
    str page = get(&w, FUND, cookie).body;
    const char *form = str_fmt(w.a, "csrf=%s&once=%s&act=budget&line=%lld&amount=100&ref=w", csrf_of(&w, page),
                               once_of(&w, page), (long long)line)
                           .p;
    CHECK_OK(store_begin(w.s, &e), e);
    struct asked busy = post(&w, FUND, cookie, form);
    store_rollback(w.s);
    CHECK_INT(busy.status, 503);
    CHECK_STR(busy.later, "5");
    CHECK(has(busy.body, "刚才交的表再交一次") && !has(busy.body, ".db"));
    CHECK_INT(budget_of(&w, line), 0);
    CHECK_INT(post(&w, FUND, cookie, form).status, 303);
    CHECK_INT(budget_of(&w, line), 10000);
    world_close(&w);
}

TEST(what_was_refused_may_be_sent_again_under_the_same_key)
{
    struct world w;
    world_open(&w);
    int64_t line = a_line(&w);
    account(&w, "acc", ROLE_ACCOUNTANT, "329900");
    const char *token = str_fmt(w.a, "%sIdempotency-Key: k1\r\n", token_of(&w, "acc")).p;
    const char *wrong = str_fmt(w.a, "act=budget&line=%lld&amount=much&ref=w", (long long)line).p;
    const char *right = str_fmt(w.a, "act=budget&line=%lld&amount=1&ref=w", (long long)line).p;
    CHECK_INT(post(&w, FUND, token, wrong).status, 400);
    CHECK_INT(post(&w, FUND, token, right).status, 200);
    struct asked again = post(&w, FUND, token, right);
    CHECK_INT(again.status, 200);
    CHECK(has(again.body, "\"href\":"));
    CHECK_INT(budget_of(&w, line), 100);
    CHECK_INT(post(&w, FUND, token, wrong).status, 409);
    const char *large = str_fmt(w.a, "%sIdempotency-Key: %0300d\r\n", token_of(&w, "acc"), 7).p;
    CHECK_INT(post(&w, FUND, large, right).status, 400);
    CHECK_INT(budget_of(&w, line), 100);
    world_close(&w);
}

TEST(a_key_is_of_one_account)
{
    struct world w;
    world_open(&w);
    int64_t line = a_line(&w);
    account(&w, "acc", ROLE_ACCOUNTANT, "329900");
    account(&w, "two", ROLE_ACCOUNTANT, "329900");
    const char *form = str_fmt(w.a, "act=budget&line=%lld&amount=1&ref=w", (long long)line).p;
    CHECK_INT(post(&w, FUND, str_fmt(w.a, "%sIdempotency-Key: k\r\n", token_of(&w, "acc")).p, form).status, 200);
    CHECK_INT(post(&w, FUND, str_fmt(w.a, "%sIdempotency-Key: k\r\n", token_of(&w, "two")).p, form).status, 200);
    CHECK_INT(budget_of(&w, line), 200);
    world_close(&w);
}

/* The disk fails at each place in turn. Whatever was answered, each form sent again under its key is booked once in the
 * end: an answer is kept exactly when what it tells of is. */
TEST(when_the_disk_fails_a_form_sent_again_is_still_booked_once)
{
    enum { FORMS_MAX = 4000 };
    struct world w;
    int64_t sent = 0, answered = 0;
    world_open(&w);
    int64_t line = a_line(&w);
    account(&w, "acc", ROLE_ACCOUNTANT, "329900");
    const char *token = token_of(&w, "acc"),
               *form = str_fmt(w.a, "act=budget&line=%lld&amount=1&ref=w", (long long)line).p;
    EVERY_FAULT (FAULT_SYNC) {
        const char *fields = str_fmt(w.a, "%sIdempotency-Key: k%lld\r\n", token, (long long)sent++).p;
        struct asked k = post(&w, FUND, fields, form);
        CHECK(k.status == 200 || t_fault_hit());
        answered += k.status == 200;
    }
    CHECK(sent < FORMS_MAX);
    CHECK(sent == 1 ? answered == 1 : answered < sent); /* some did fail, where faults are built in */
    CHECK(budget_of(&w, line) >= answered * 100);
    for (int64_t i = 0; i < sent; i++)
        CHECK_INT(post(&w, FUND, str_fmt(w.a, "%sIdempotency-Key: k%lld\r\n", token, (long long)i).p, form).status,
                  200);
    CHECK_INT(budget_of(&w, line), sent * 100);
    world_close(&w);
}

/* What is told once is told once: under its key the program is led on, and the database holds nothing to tell again. */
static void is_kept_nowhere(struct world *w, const char *secret)
{
    struct err e = { 0 };
    int64_t kept = 0, with = 0;
    CHECK_OK(store_get(w->s, NULL, &kept, 1, &e, "SELECT count(*) FROM access_once", ""), e);
    CHECK(kept > 0);
    CHECK_OK(store_get(w->s, NULL, &with, 1, &e, "SELECT count(*) FROM access_once WHERE body LIKE $1", "s",
                       str_fmt(w->a, "%%%s%%", secret)),
             e);
    CHECK_INT(with, 0);
}

/* What stands between a mark and the next quotation mark or angle. */
static const char *after(struct world *w, str page, const char *mark)
{
    size_t at = str_find(page, str_of(mark)), end;
    if (at == SIZE_MAX) FAIL("no %s: %.*s", mark, STR_ARG(page));
    for (end = at += strlen(mark); end < page.len && page.p[end] != '"' && page.p[end] != '<'; end++) {
    }
    CHECK(end > at);
    return str_dup(w->a, str_slice(page, at, end)).p;
}

TEST(a_secret_that_is_told_is_kept_under_no_key)
{
    struct world w;
    struct vault_key key = { 0 };
    world_open(&w);
    w.hall->o.vault = &key, w.hall->o.inside = true;
    account(&w, "firm", ROLE_EMPLOYER, "");
    account(&w, "reviewer", ROLE_REVIEWER, "329900");
    char until[DATE_TEXT];
    date_text(date_add_days(date_today(), 30), until);
    const char *session = signed_in(&w, "firm");
    const char *firm = str_fmt(w.a, "%sIdempotency-Key: g\r\nAccept: application/json\r\n", session).p;
    const char *form =
        str_fmt(w.a, "csrf=%s&name=%%E6%%9D%%8E&until=%s", csrf_of(&w, get(&w, "/me/agents", session).body), until).p;
    struct asked k = post(&w, "/me/agents", firm, form);
    CHECK_INT(k.status, 200);
    const char *code = after(&w, k.body, "\"code\":\"");
    is_kept_nowhere(&w, code);
    k = post(&w, "/me/agents", firm, form);
    CHECK(k.status == 200 && !has(k.body, code));
    const char *token = token_of(&w, "reviewer"), *hook = "url=http://127.0.0.1:9/x&events=case";
    for (int i = 0; i < 2; i++) { /* the first secret, and a new one */
        const char *target = i == 0 ? "/webhooks" : "/webhooks/1", *what = i == 0 ? hook : "act=rotate",
                   *fields = str_fmt(w.a, "%sIdempotency-Key: h%d\r\n", token, i).p;
        k = post(&w, target, fields, what);
        CHECK_INT(k.status, 200);
        const char *secret = after(&w, k.body, "\"secret\":\"");
        is_kept_nowhere(&w, secret);
        k = post(&w, target, fields, what);
        CHECK(k.status == 200 && !has(k.body, secret));
    }
    world_close(&w);
}

/* Every form of the desks of money and of cases brings a key; those that only look need none. */
TEST(every_form_that_books_carries_a_key)
{
    autoarena *a = arena_new("forms", 0);
    static const char *const books[] = { "money",    "fund",    "batches", "batch",   "prepare", "returns", "payments",
                                         "payment",  "claim",   "case_",   "my_case", "lane",    "samples", "reconcile",
                                         "accounts", "account", "tokens",  "backups", "own" };
    for (size_t i = 0; i < sizeof books / sizeof *books; i++) {
        str text, path = str_of(t_source(str_fmt(a, "src/hall/assets/%s.html", books[i]).p));
        struct err e = { 0 };
        CHECK_OK(file_read(a, path, 1 << 20, &text, &e), e);
        size_t forms = 0, keys = 0;
        for (size_t at; (at = str_find(text, STR("method=\"post\""))) != SIZE_MAX; forms++)
            text = str_slice(text, at + 1, text.len);
        CHECK_OK(file_read(a, path, 1 << 20, &text, &e), e);
        for (size_t at; (at = str_find(text, STR("name=\"once\" value=\"{{once}}\""))) != SIZE_MAX; keys++)
            text = str_slice(text, at + 1, text.len);
        NOTE("%s.html", books[i]);
        CHECK(forms > 0);
        CHECK_INT((int64_t)keys, (int64_t)forms);
    }
}
