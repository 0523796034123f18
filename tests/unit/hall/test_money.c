/* The desk of money through its pages: a payment to Li and one to somebody the register does not know; who sees how
 * much of them, who may do what, and what a file does that comes twice. */
#include "fund/fund.h"
#include "hall/hall_priv.h"
#include "helpers.h"

#define STRANGER "32990119880312001X"
#define FUND     "%E8%B5%84%E9%87%91" /* 资金 */

static const struct ledger_act accountant = { .who = { "王芳", 6 }, .roles = LEDGER_ACCOUNTANT, .day = { 19876 } };
static const struct ledger_act reviewer = { .who = { "张敏", 6 }, .roles = LEDGER_REVIEWER, .day = { 19876 } };
static const struct ledger_act cashier = { .who = { "李明", 6 }, .roles = LEDGER_CASHIER, .day = { 19876 } };

struct two {
    size_t at;
};

static bool next(void *context, struct ledger_payable *out, bool *more, struct err *e)
{
    struct two *t = context;
    (void)e;
    *more = t->at < 2;
    *out = (struct ledger_payable){ .subject = t->at == 0 ? STR(ID_LI) : STR(STRANGER),
                                    .name = t->at == 0 ? STR("李试验") : STR("陌生人"),
                                    .account = STR(BANK),
                                    .policy = STR("培训补贴"),
                                    .period = STR("一次性"),
                                    .amount_fen = 50000,
                                    .commitment = STR("C") };
    t->at++;
    return true;
}

static bool into_text(void *context, str piece, struct err *e)
{
    (void)e;
    text_add(context, piece);
    return true;
}

/* A fund with one batch of two payments, prepared. */
static void fund_with_a_batch(struct world *w, bool sent, struct text *file)
{
    struct err e = { 0 };
    int64_t line;
    struct two t = { 0 };
    struct ledger_prepared made = { 0 };
    struct ledger_line l = { STR("资金"), STR("市级"), STR("培训补贴"), 2024 };
    CHECK_OK(ledger_line_open(w->s, &accountant, &l, &line, &e), e);
    CHECK_OK(ledger_budget(w->s, &accountant, line, 1000000, STR("文"), &e), e);
    CHECK_OK(ledger_deposit(w->s, &accountant, STR("资金"), 1000000, STR("拨款"), &e), e);
    CHECK_OK(ledger_commit(w->s, &accountant, line, STR("C"), 1000000, &e), e);
    CHECK_OK(ledger_prepare(w->s, &accountant, line, STR("一批"), next, &t, w->a, &made, &e), e);
    CHECK_INT(made.count, 2);
    if (!sent) return;
    CHECK_OK(ledger_approve(w->s, &reviewer, 1, &e), e);
    CHECK_OK(ledger_send(w->s, &cashier, 1, into_text, file, &e), e);
}

static const char *token(struct world *w, const char *name, enum access_role role, const char *regions)
{
    account(w, name, role, regions);
    return token_of(w, name);
}

TEST(lists_of_payments_show_nobody_and_one_payment_what_the_table_of_roles_says)
{
    struct world w;
    struct text file;
    world_open(&w);
    text_init(&file, w.a, 1 << 16);
    fund_with_a_batch(&w, true, &file);
    static const struct {
        const char *name, *regions;
        enum access_role role;
        unsigned status;
    } readers[] = { { "acc-east", "329901", ROLE_ACCOUNTANT, 200 }, { "acc-west", "329902", ROLE_ACCOUNTANT, 403 },
                    { "cash", "329900", ROLE_CASHIER, 200 },        { "chief", "329901", ROLE_CHIEF, 200 },
                    { "rev", "329901", ROLE_REVIEWER, 200 },        { "aud", "", ROLE_AUDITOR, 200 } };
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        const char *t = token(&w, readers[i].name, readers[i].role, readers[i].regions);
        NOTE("%s", readers[i].name);
        struct asked list = get(&w, "/money/batches/1", t), paid = get(&w, "/money/payments?state=0", t);
        CHECK(has(list.body, "一批") && has(paid.body, "培训补贴"));
        CHECK(!has(list.body, "李试验") && !has(list.body, ID_LI) && !has(list.body, BANK));
        CHECK(!has(paid.body, "李试验") && !has(paid.body, STRANGER) && !has(paid.body, BANK));
        struct asked one = get(&w, "/money/payments/2", t);
        CHECK_INT(one.status, readers[i].status);
        struct access_reader r = { .account = 1, .role = readers[i].role };
        bool seen = one.status == 200;
        NOTE("%.*s", STR_ARG(one.body));
        CHECK(has(one.body, "李试验") == (seen && access_sight(&r, STR("姓名")) == SIGHT_PLAIN));
        CHECK(has(one.body, ID_LI) == (seen && access_sight(&r, STR("证件号")) == SIGHT_PLAIN));
        CHECK(has(one.body, BANK) == (seen && access_sight(&r, STR("账号")) == SIGHT_PLAIN));
        struct asked stranger = get(&w, "/money/payments/1", t); /* of no region: nobody sees more than the mask */
        CHECK_INT(stranger.status, 200);
        CHECK(!has(stranger.body, "陌生人") && !has(stranger.body, STRANGER) && !has(stranger.body, BANK));
    }
    access_looks looks = { 0 };
    struct err e = { 0 };
    CHECK_OK(access_looks_at(w.s, STR("人员"), w.li, 100, w.a, &looks, &e), e);
    CHECK_INT((int64_t)looks.len, 5); /* everybody who got to see it, and nobody else */
    world_close(&w);
}

TEST(auditors_change_nothing_and_nobody_does_what_is_not_theirs)
{
    struct world w;
    world_open(&w);
    fund_with_a_batch(&w, false, NULL);
    const char *aud = token(&w, "aud", ROLE_AUDITOR, ""), *acc = token(&w, "acc", ROLE_ACCOUNTANT, "329900");
    const char *rev = token(&w, "rev", ROLE_REVIEWER, "329900"), *cash = token(&w, "cash", ROLE_CASHIER, "329900");
    CHECK_INT(post(&w, "/money/batches/1", aud, "act=approve").status, 403);
    CHECK_INT(post(&w, "/money/batches/1", acc, "act=approve").status, 403);
    CHECK_INT(post(&w, "/money/batches/1", cash, "act=send").status, 409); /* not approved yet */
    CHECK_INT(get(&w, "/money/batches/1/file", cash).status, 409);
    CHECK(has(get(&w, "/money/batches/1", cash).body, "等复核或者主管批准"));
    CHECK_INT(post(&w, "/money/batches/1", rev, "act=approve").status, 200);
    CHECK(has(get(&w, "/money/batches/1", acc).body, "等出纳送银行") &&
          has(get(&w, "/money/batches/1", cash).body, "\"waits\":\"\""));
    CHECK_INT(post(&w, "/money/batches/1", rev, "act=approve").status, 409); /* twice */
    CHECK_INT(post(&w, "/money/batches/1", rev, "act=send").status, 403);
    CHECK_INT(post(&w, "/money/batches/1", cash, "act=dance").status, 400);
    CHECK_INT(post(&w, "/money/batches/1", cash, "act=send").status, 200);
    struct asked file = get(&w, "/money/batches/1/file", cash), twice = get(&w, "/money/batches/1/file", cash);
    CHECK_INT(file.status, 200);
    CHECK(has(file.body, "乐业付款文件|1|1|资金"));
    CHECK_STR(twice.body, file.body);
    CHECK_INT(get(&w, "/money/batches/1/file", acc).status, 403); /* whole account numbers go to the bank only */
    CHECK_INT(post(&w, "/money/funds/" FUND, acc, "act=reopen&month=2024-06&reason=x").status, 403);
    CHECK_INT(get(&w, "/money/funds/%E6%B2%A1%E6%9C%89", acc).status, 404);
    struct asked table = get(&w, "/money/batches/1/table?kind=csv", aud);
    CHECK(table.status == 200 && has(table.body, "付款号") && !has(table.body, ID_LI) && !has(table.body, BANK));
    str mark = mark_of(&w, "第1批.csv", "aud");
    CHECK(mark.len > 0 && has(table.body, mark.p)); /* who took it out, and where that is noted */
    world_close(&w);
}

TEST(a_form_that_was_wrong_stays_open_with_what_was_typed_and_the_others_do_not)
{
    struct world w;
    world_open(&w);
    fund_with_a_batch(&w, false, NULL);
    account(&w, "acc", ROLE_ACCOUNTANT, "329900");
    const char *acc = signed_in(&w, "acc");
    struct asked k = get(&w, "/money/funds/" FUND, acc);
    CHECK(has(k.body, "<summary>记拨入的资金") && !has(k.body, " open><summary>"));
    k = post(&w, "/money/funds/" FUND, acc,
             str_fmt(w.a, "csrf=%s&act=deposit&amount=abc&ref=R77", csrf_of(&w, k.body)).p);
    CHECK_INT(k.status, 422);
    CHECK(has(k.body, " open><summary>记拨入的资金") && !has(k.body, " open><summary>下达"));
    CHECK(has(k.body, "id=\"dr\" name=\"ref\" value=\"R77\"") && has(k.body, "id=\"br\" name=\"ref\" value=\"\""));
    k = get(&w, "/money", acc);
    k = post(&w, "/money", acc, str_fmt(w.a, "csrf=%s&fund=F&level=L&item=I&year=20x4", csrf_of(&w, k.body)).p);
    CHECK(k.status == 422 && has(k.body, "年度写成 2024 这样") && has(k.body, " open><summary>建立预算行"));
    world_close(&w);
}

/* A form with a day and one file, as a browser sends it. */
static struct asked send_form(struct world *w, const char *target, const char *fields, const char *day,
                              const char *field, str data, const char *more)
{
    static const char edge[] = "----edge42";
    str body = str_fmt(w->a,
                       "--%s\r\nContent-Disposition: form-data; name=\"day\"\r\n\r\n%s\r\n%s--%s\r\n"
                       "Content-Disposition: form-data; name=\"%s\"; filename=\"a.txt\"\r\n"
                       "Content-Type: text/plain\r\n\r\n%.*s\r\n--%s--\r\n",
                       edge, day, more, edge, field, STR_ARG(data), edge);
    return send_to(w, str_fmt(w->a,
                              "POST %s HTTP/1.1\r\nHost: hall\r\n%sContent-Type: multipart/form-data; boundary=%s\r\n"
                              "Content-Length: %zu\r\n\r\n%.*s",
                              target, fields, edge, body.len, STR_ARG(body))
                          .p);
}

static struct asked send_file(struct world *w, const char *target, const char *fields, const char *field, str data,
                              const char *more)
{
    return send_form(w, target, fields, "2024-06-03", field, data, more);
}

TEST(a_return_file_is_booked_once_and_what_is_wrong_in_it_is_told)
{
    struct world w;
    struct text file, first, rest;
    struct fund_bank_sums sums;
    struct err e = { 0 };
    world_open(&w);
    text_init(&file, w.a, 1 << 16), text_init(&first, w.a, 1 << 16), text_init(&rest, w.a, 1 << 16);
    fund_with_a_batch(&w, true, &file);
    const char *cash = token(&w, "cash", ROLE_CASHIER, "329900"), *acc = token(&w, "acc", ROLE_ACCOUNTANT, "329900");
    struct fund_bank b = { .seed = 1, .first_permille = 1000, .reference = STR("BK1") };
    CHECK_OK(fund_bank_answer(text_str(&file), &b, &first, &sums, &e), e);
    str good = text_str(&first);
    str wrong_sum = str_fmt(w.a, "%.*s9\n", (int)(good.len - 1), good.p);
    CHECK_INT(send_file(&w, "/money/returns", cash, "file", wrong_sum, "").status, 400);
    CHECK_INT(send_file(&w, "/money/returns", cash, "file", STR(""), "").status, 400);
    CHECK_INT(send_file(&w, "/money/returns", acc, "file", good, "").status, 403);
    struct asked k = send_file(&w, "/money/returns", cash, "file", good, "");
    NOTE("%u %.*s", k.status, STR_ARG(k.body));
    CHECK(k.status == 200 && has(k.body, "\"replayed\":false") && has(k.body, "\"settled\":true"));
    k = send_file(&w, "/money/returns", cash, "file", good, "");
    CHECK(k.status == 200 && has(k.body, "\"replayed\":true"));
    int64_t bank = 0;
    CHECK_OK(ledger_balance(w.s, 1, LEDGER_BANK, &bank, &e), e);
    CHECK_INT(bank, 1000000 - 100000);
    k = send_file(&w, "/money/reconcile", acc, "nothing", STR("x"),
                  "------edge42\r\nContent-Disposition: form-data; name=\"fund\"\r\n\r\n资金\r\n"
                  "------edge42\r\nContent-Disposition: form-data; name=\"balance\"\r\n\r\n9000.00\r\n");
    CHECK(k.status == 200 && has(k.body, "\"clean\":true"));
    world_close(&w);
}

TEST(a_list_is_tried_first_and_its_bad_rows_come_back_as_a_file)
{
    struct world w;
    world_open(&w);
    fund_with_a_batch(&w, false, NULL);
    const char *acc = token(&w, "acc", ROLE_ACCOUNTANT, "329900");
    str list = STR("姓名,身份证号,账号,金额\n王小明," STRANGER
                   ",6228480012345678,512.40\n李芳,329901198803120012,6228480012345678,1\n");
    static const char fields[] = "------edge42\r\nContent-Disposition: form-data; name=\"line\"\r\n\r\n2\r\n"
                                 "------edge42\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n二批\r\n"
                                 "------edge42\r\nContent-Disposition: form-data; name=\"policy\"\r\n\r\n社保补贴\r\n"
                                 "------edge42\r\nContent-Disposition: form-data; name=\"period\"\r\n\r\n2024-05\r\n"
                                 "------edge42\r\nContent-Disposition: form-data; name=\"commitment\"\r\n\r\nC\r\n";
    static const char preview[] = "------edge42\r\nContent-Disposition: form-data; name=\"preview\"\r\n\r\n1\r\n";
    const char *tried = str_fmt(w.a, "%s%s", fields, preview).p;
    struct asked k = send_file(&w, "/money/prepare", acc, "list", list, tried);
    NOTE("%u %.*s", k.status, STR_ARG(k.body));
    CHECK(k.status == 200 && has(k.body, "\"tried\":true") && has(k.body, "\"errorCount\":1"));
    CHECK(!has(get(&w, "/money/batches", acc).body, "二批"));
    const char *cookie = signed_in(&w, "acc"); /* on the page only the file is chosen once more */
    const char *csrf = str_fmt(w.a, "%s------edge42\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n%s\r\n",
                               tried, csrf_of(&w, get(&w, "/money/prepare", cookie).body))
                           .p;
    k = send_file(&w, "/money/prepare", cookie, "list", list, csrf);
    CHECK(k.status == 200 && has(k.body, "试编：可以付 1 笔") && has(k.body, "name=\"title\" value=\"二批\"") &&
          has(k.body, "name=\"policy\" value=\"社保补贴\"") && has(k.body, "name=\"commitment\" value=\"C\""));
    k = send_file(&w, "/money/prepare", acc, "list", list, fields);
    CHECK(k.status == 200 && has(k.body, "\"made\":true"));
    CHECK(has(get(&w, "/money/batches", acc).body, "二批"));
    size_t at = str_find(k.body, STR("/money/attachments/"));
    CHECK(at != SIZE_MAX);
    str href = str_slice(k.body, at, at + 19 + CRYPTO_TOKEN);
    struct asked bad = get(&w, str_dup(w.a, href).p, acc);
    CHECK(bad.status == 200 && has(bad.body, "李芳") && !has(bad.body, "王小明"));
    CHECK_INT(get(&w, "/money/attachments/0123456789abcdef0123456789abcdef0123456789abcdef", acc).status, 404);
    world_close(&w);
}

TEST(what_was_committed_and_not_used_is_given_back_on_the_page_of_its_fund)
{
    struct world w;
    struct err e = { 0 };
    int64_t left = 0;
    world_open(&w);
    fund_with_a_batch(&w, false, NULL);
    const char *acc = token(&w, "acc", ROLE_ACCOUNTANT, "329900"), *chief = token(&w, "boss", ROLE_CHIEF, "329900");
    const char *release = "act=release&line=2&ref=C&amount=1000";
    CHECK(has(get(&w, "/money/funds/" FUND, signed_in(&w, "acc")).body, "value=\"release\""));
    CHECK_INT(post(&w, "/money/funds/" FUND, chief, release).status, 403);
    CHECK_INT(post(&w, "/money/funds/" FUND, acc, "act=release&line=2&ref=C&amount=9000.01").status, 409);
    CHECK_INT(post(&w, "/money/funds/" FUND, acc, release).status, 200);
    CHECK_OK(ledger_balance(w.s, 2, LEDGER_COMMITTED, &left, &e), e);
    CHECK_INT(left, 800000);
    world_close(&w);
}

TEST(who_cannot_begin_a_fund_is_told_who_does)
{
    struct world w;
    world_open(&w);
    account(&w, "acc", ROLE_ACCOUNTANT, "329900"), account(&w, "cash", ROLE_CASHIER, "329900");
    CHECK(has(get(&w, "/money", signed_in(&w, "acc")).body, "先建立第一行预算"));
    struct asked k = get(&w, "/money", signed_in(&w, "cash"));
    CHECK(has(k.body, "由会计或者主管建立") && !has(k.body, "先建立第一行预算"));
    world_close(&w);
}

/* A year typed wrongly would put money at the bank that nobody has, and pay from it. */
TEST(nothing_is_booked_on_a_day_that_has_not_come)
{
    struct world w;
    struct text file, back;
    struct fund_bank_sums sums;
    struct err e = { 0 };
    world_open(&w);
    text_init(&file, w.a, 1 << 16), text_init(&back, w.a, 1 << 16);
    fund_with_a_batch(&w, true, &file);
    const char *cash = token(&w, "cash", ROLE_CASHIER, "329900");
    struct asked k = post(&w, "/money/funds/" FUND, cash, "act=deposit&amount=100&ref=R1&day=2024-06-04");
    CHECK(k.status == 400 && has(k.body, "2024-06-04 还没有到"));
    CHECK_INT(post(&w, "/money/funds/" FUND, cash, "act=deposit&amount=100&ref=R1&day=2024-06-03").status, 200);
    struct fund_bank b = { .seed = 1, .first_permille = 1000, .reference = STR("BK1") };
    CHECK_OK(fund_bank_answer(text_str(&file), &b, &back, &sums, &e), e);
    k = send_form(&w, "/money/returns", cash, "2025-06-03", "file", text_str(&back), "");
    CHECK(k.status == 400 && has(k.body, "2025-06-03 还没有到"));
    CHECK_INT(send_file(&w, "/money/returns", cash, "file", text_str(&back), "").status, 200);
    world_close(&w);
}

TEST(a_token_calls_what_its_scopes_say_and_not_too_often)
{
    struct world w;
    struct err e = { 0 };
    char t[CRYPTO_TOKEN + 1];
    world_open(&w);
    fund_with_a_batch(&w, false, NULL);
    account(&w, "acc", ROLE_ACCOUNTANT, "329900");
    int64_t now = (int64_t)date_of(2030, 1, 1).days * 86400;
    struct access_grant g = { .account = STR("acc"),
                              .purpose = STR("对账"),
                              .scopes = STR("money:read policies"),
                              .per_minute = 5,
                              .expires = now * 2 };
    CHECK_OK(access_token_make(w.s, &g, now, t, &e), e);
    const char *fields = str_fmt(w.a, "Authorization: Bearer %s\r\n", t).p;
    CHECK_INT(get(&w, "/money", fields).status, 200);
    struct asked k = post(&w, "/money/batches", fields, "");
    CHECK(k.status == 403 && has(k.body, "令牌的范围里没有“money”"));
    unsigned refused = 0;
    for (int i = 0; i < 12; i++) { /* a minute may end in between */
        k = get(&w, "/money", fields);
        refused += k.status == 429;
        CHECK(k.status == 200 || (k.status == 429 && has(k.type, "problem+json") && has(k.body, "一分钟最多用 5 次")));
    }
    CHECK(refused >= 2);
    CHECK(hall_scope_known(STR("money")) && hall_scope_known(STR("money:read")) && !hall_scope_known(STR("mon")));
    CHECK(!hall_scope_known(STR("")) && !hall_scope_known(STR("health")));
    world_close(&w);
}
