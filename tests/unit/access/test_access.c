/* Accounts, sessions, tokens, looks: what gets in, what does not, and what is left behind. */
#include "access/access.h"
#include "base/file.h"
#include "journal/journal.h"
#include "support/postgres.h"
#include "support/t.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

enum { NOW = 1717400000 };

static const char *where; /* the database */

static struct store *opened(void)
{
    struct store *s;
    struct err e = { 0 };
    where = t_database("a.db");
    CHECK_OK(store_open(&s, str_of(where), STORE_CREATE, &e), e);
    CHECK_OK(access_migrate(s, &e), e);
    return s;
}

static int64_t made(struct store *s, const char *name, uint32_t roles)
{
    struct err e = { 0 };
    int64_t id;
    struct access_account n = { .name = str_of(name),
                                .display = STR("王小梅"),
                                .roles = roles,
                                .regions = STR("320602 320613"),
                                .entity = STR("人员"),
                                .subject = 7 };
    CHECK_OK(access_account_make(s, &n, STR("correct horse"), NOW, &id, &e), e);
    return id;
}

static bool signs_in(struct store *s, const char *name, const char *password, int64_t now, char *token)
{
    struct err e = { 0 };
    bool in = access_sign_in(s, str_of(name), str_of(password), STR(""), NULL, now, token, &e);
    CHECK(in || e.code == ERR_DENIED);
    return in;
}

TEST(an_account_signs_in_and_out)
{
    autoarena *a = arena_new("access", 0);
    struct store *s = opened();
    struct err e = { 0 };
    struct access_reader r;
    char token[CRYPTO_TOKEN + 1], fresh[CRYPTO_TOKEN + 1];
    bool found;
    int64_t id = made(s, "wang", ROLE_BIT(WORKER) | ROLE_BIT(COUNTER));
    CHECK(!signs_in(s, "wang", "wrong password", NOW, token));
    CHECK(!signs_in(s, "nobody", "correct horse", NOW, token));
    CHECK(signs_in(s, "wang", "correct horse", NOW, token));
    CHECK_OK(access_session(s, str_of(token), NOW + 60, a, &r, &found, &e), e);
    CHECK(found && r.account == id && r.role == ROLE_WORKER && r.subject == 7 && r.region_count == 2);
    CHECK_STR(r.display, "王小梅");
    CHECK_INT((int64_t)r.csrf.len, CRYPTO_TOKEN);
    CHECK_OK(access_session_role(s, str_of(token), ROLE_COUNTER, NOW + 70, fresh, &e), e);
    CHECK_OK(access_session(s, str_of(token), NOW + 80, a, &r, &found, &e), e);
    CHECK(!found); /* the old one is worth nothing any more */
    CHECK_OK(access_session(s, str_of(fresh), NOW + 80, a, &r, &found, &e), e);
    CHECK(found && r.role == ROLE_COUNTER);
    CHECK_ERR(access_session_role(s, str_of(fresh), ROLE_AUDITOR, NOW + 90, token, &e), e, DENIED);
    e = (struct err){ 0 };
    CHECK_OK(access_sign_out(s, str_of(fresh), &e), e);
    CHECK_OK(access_session(s, str_of(fresh), NOW + 90, a, &r, &found, &e), e);
    CHECK(!found && r.account == 0);
    store_close(s);
}

TEST(sessions_end_by_themselves)
{
    autoarena *a = arena_new("access", 0);
    struct store *s = opened();
    struct err e = { 0 };
    struct access_reader r;
    char token[CRYPTO_TOKEN + 1];
    bool found;
    made(s, "wang", ROLE_BIT(WORKER));
    CHECK(signs_in(s, "wang", "correct horse", NOW, token));
    int64_t now = NOW;
    for (; now < NOW + ACCESS_SESSION_SECONDS; now += ACCESS_IDLE_SECONDS - 1) {
        CHECK_OK(access_session(s, str_of(token), now, a, &r, &found, &e), e);
        CHECK(found);
    }
    CHECK_OK(access_session(s, str_of(token), now, a, &r, &found, &e), e);
    CHECK(!found); /* half a day is over, however busy it was */
    CHECK(signs_in(s, "wang", "correct horse", NOW, token));
    CHECK_OK(access_session(s, str_of(token), NOW + ACCESS_IDLE_SECONDS, a, &r, &found, &e), e);
    CHECK(!found);
    CHECK(signs_in(s, "wang", "correct horse", NOW, token));
    CHECK_OK(access_account_disable(s, STR("wang"), true, &e), e);
    CHECK_OK(access_session(s, str_of(token), NOW, a, &r, &found, &e), e);
    CHECK(!found);
    CHECK(!signs_in(s, "wang", "correct horse", NOW, token));
    store_close(s);
}

TEST(guessing_locks_the_account_for_a_while)
{
    struct store *s = opened();
    char token[CRYPTO_TOKEN + 1];
    made(s, "wang", ROLE_BIT(WORKER));
    for (int i = 0; i < ACCESS_FAILURES_MAX; i++) CHECK(!signs_in(s, "wang", "wrong password", NOW, token));
    CHECK(!signs_in(s, "wang", "correct horse", NOW, token));
    CHECK(!signs_in(s, "wang", "correct horse", NOW + ACCESS_LOCKED_SECONDS - 1, token));
    CHECK(signs_in(s, "wang", "correct horse", NOW + ACCESS_LOCKED_SECONDS, token));
    store_close(s);
}

TEST(what_is_no_account_is_refused)
{
    struct store *s = opened();
    int64_t id;
    const struct {
        const char *name, *password;
        uint32_t roles;
        int64_t subject;
        enum err_code code;
    } bad[] = { { "a", "correct horse", ROLE_BIT(COUNTER), 0, ERR_INVALID },
                { "a b", "correct horse", ROLE_BIT(COUNTER), 0, ERR_INVALID },
                { "zhang", "short", ROLE_BIT(COUNTER), 0, ERR_INVALID },
                { "zhang", "correct horse", 0, 0, ERR_INVALID },
                { "zhang", "correct horse", ROLE_BIT(WORKER), 0, ERR_INVALID },
                { "wang", "correct horse", ROLE_BIT(COUNTER), 0, ERR_CONFLICT } };
    made(s, "wang", ROLE_BIT(WORKER));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct access_account n = { .name = str_of(bad[i].name), .roles = bad[i].roles, .subject = bad[i].subject };
        struct err e = { 0 };
        NOTE("row %zu", i);
        CHECK(!access_account_make(s, &n, str_of(bad[i].password), NOW, &id, &e) && e.code == bad[i].code);
    }
    struct err e = { 0 };
    CHECK_ERR(access_account_password(s, STR("li"), STR("correct horse"), &e), e, NOT_FOUND);
    store_close(s);
}

static uint32_t number_of(const char *base32, char *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    uint32_t bits = 0, have = 0, n = 0;
    for (; *base32 != '\0'; base32++) {
        bits = bits << 5 | (uint32_t)(strchr(digits, *base32) - digits);
        have += 5;
        if (have < 8) continue;
        have -= 8;
        out[n++] = (char)(bits >> have & 255);
    }
    return n;
}

TEST(one_time_digits_are_asked_for_and_work_once)
{
    autoarena *a = arena_new("access", 0);
    struct store *s = opened();
    struct err e = { 0 };
    struct vault_key k;
    char token[CRYPTO_TOKEN + 1], digits[TOTP_DIGITS + 1], secret[64];
    str text;
    CHECK_OK(vault_key_make(str_of(t_path("key")), &e), e);
    CHECK_OK(vault_key_read(&k, str_of(t_path("key")), &e), e);
    made(s, "wang", ROLE_BIT(WORKER));
    CHECK_OK(access_account_totp(s, STR("wang"), &k, a, &text, &e), e);
    CHECK_INT(number_of(str_dup(a, text).p, secret), TOTP_SECRET);
    CHECK_OK(totp_digits((str){ secret, TOTP_SECRET }, NOW / TOTP_SECONDS, digits, &e), e);
    CHECK_ERR(access_sign_in(s, STR("wang"), STR("correct horse"), STR(""), &k, NOW, token, &e), e, DENIED);
    e = (struct err){ 0 };
    CHECK_OK(access_sign_in(s, STR("wang"), STR("correct horse"), str_of(digits), &k, NOW, token, &e), e);
    CHECK_ERR(access_sign_in(s, STR("wang"), STR("correct horse"), str_of(digits), &k, NOW, token, &e), e, DENIED);
    store_close(s);
    str file; /* neither the secret nor a session can be read out of the file */
    e = (struct err){ 0 };
    CHECK_OK(file_read(a, str_of(t_path("a.db")), 16 << 20, &file, &e), e);
    CHECK(str_find(file, (str){ secret, TOTP_SECRET }) == SIZE_MAX);
    CHECK(str_find(file, str_of(token)) == SIZE_MAX && str_find(file, STR("correct horse")) == SIZE_MAX);
}

TEST(programs_have_tokens_with_an_end_and_a_purpose)
{
    autoarena *a = arena_new("access", 0);
    struct store *s = opened();
    struct err e = { 0 };
    struct access_reader r;
    char token[CRYPTO_TOKEN + 1];
    bool found;
    made(s, "gateway", ROLE_BIT(OPERATOR));
    CHECK_ERR(
        access_token_make(s, &(struct access_grant){ .account = STR("gateway"), .expires = NOW + 100 }, NOW, token, &e),
        e, INVALID);
    e = (struct err){ 0 };
    CHECK_ERR(
        access_token_make(s, &(struct access_grant){ .account = STR("none"), .purpose = STR("比对") }, NOW, token, &e),
        e, NOT_FOUND);
    e = (struct err){ 0 };
    struct access_grant g = {
        .account = STR("gateway"), .purpose = STR("比对"), .scopes = STR("cases money:read"), .expires = NOW + 100
    };
    CHECK_OK(access_token_make(s, &g, NOW, token, &e), e);
    CHECK_OK(access_token(s, str_of(token), NOW, a, &r, &found, &e), e);
    CHECK(found && str_eq(r.scopes, g.scopes) && r.per_minute == ACCESS_PER_MINUTE && r.is_token &&
          r.role == ROLE_OPERATOR);
    CHECK_STR(r.purpose, "比对");
    CHECK_OK(access_token(s, str_of(token), NOW + 100, a, &r, &found, &e), e);
    CHECK(!found);
    CHECK_OK(access_token(s, STR("x"), NOW, a, &r, &found, &e), e);
    CHECK(!found);
    store_close(s);
}

TEST(a_look_at_somebody_is_written_down_with_its_purpose)
{
    autoarena *a = arena_new("access", 0);
    struct store *s = opened();
    struct err e = { 0 };
    access_looks looks = { 0 };
    struct access_reader clerk = {
        .account = 3, .name = STR("li"), .display = STR("李窗口"), .role = ROLE_COUNTER, .purpose = STR("")
    };
    CHECK_ERR(access_look(s, &clerk, STR("人员"), 7, STR("档案"), NOW, &e), e, DENIED);
    clerk.purpose = STR("失业登记核实");
    e = (struct err){ 0 };
    CHECK_OK(access_look(s, &clerk, STR("人员"), 7, STR("档案"), NOW, &e), e);
    struct access_reader self = { .account = 4, .name = STR("wang"), .entity = STR("人员"), .subject = 7 };
    CHECK_OK(access_look(s, &self, STR("人员"), 7, STR("档案"), NOW, &e), e); /* nothing to log */
    CHECK_OK(access_looks_at(s, STR("人员"), 7, 10, a, &looks, &e), e);
    CHECK_INT((int64_t)looks.len, 1);
    CHECK_STR(looks.at[0].purpose, "失业登记核实");
    CHECK_STR(looks.at[0].role, "窗口");
    store_close(s);
    struct journal_check how = { 0 };
    struct journal_report report;
    CHECK_OK(journal_verify(str_of(where), &how, &report, &e), e);
    CHECK(report.sound && report.events == 1);
}

TEST(the_same_key_gets_the_same_answer)
{
    autoarena *a = arena_new("access", 0);
    struct store *s = opened();
    struct err e = { 0 };
    bool known;
    int64_t status = 0;
    str body = { 0 };
    CHECK_OK(access_once(s, 1, STR("k"), STR("h"), a, &known, &status, &body, &e), e);
    CHECK(!known);
    CHECK_OK(access_once_keep(s, 1, STR("k"), STR("h"), 201, STR("{}"), NOW, &e), e);
    CHECK_OK(access_once(s, 1, STR("k"), STR("h"), a, &known, &status, &body, &e), e);
    CHECK(known && status == 201);
    CHECK_STR(body, "{}");
    CHECK_ERR(access_once(s, 1, STR("k"), STR("other"), a, &known, &status, &body, &e), e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_OK(access_once(s, 2, STR("k"), STR("other"), a, &known, &status, &body, &e), e);
    CHECK(!known);
    store_close(s);
}

/* The second of two that send the same form at one moment. */
struct second {
    _Atomic bool begun, answered;
    bool known;
    int64_t status;
};

static void *send_second(void *ctx)
{
    struct second *x = ctx;
    autoarena *a = arena_new("second", 0);
    struct store *s;
    struct err e = { 0 };
    str body;
    CHECK_OK(store_open(&s, str_of(where), STORE_WRITE, &e), e);
    atomic_store(&x->begun, true);
    CHECK_OK(store_begin(s, &e), e);
    CHECK_OK(access_once_take(s, 1, STR("k"), STR("h"), NOW, a, &x->known, &x->status, &body, &e), e);
    atomic_store(&x->answered, true);
    store_rollback(s);
    store_close(s);
    return NULL;
}

/* The first goes through, or takes everything back. */
static void both_at_once(bool through)
{
    autoarena *a = arena_new("first", 0);
    struct store *s = opened();
    struct err e = { 0 };
    struct second x = { 0 };
    pthread_t t;
    bool known;
    int64_t status;
    str body;
    CHECK_OK(store_begin(s, &e), e);
    CHECK_OK(access_once_take(s, 1, STR("k"), STR("h"), NOW, a, &known, &status, &body, &e), e);
    CHECK(!known);
    CHECK_INT(pthread_create(&t, NULL, send_second, &x), 0);
    while (!atomic_load(&x.begun)) usleep(1000);
    usleep(200000);
    CHECK(!atomic_load(&x.answered)); /* it waits */
    if (through) {
        CHECK_OK(access_once_keep(s, 1, STR("k"), STR("h"), 201, STR("{}"), NOW, &e), e);
        CHECK_OK(store_commit(s, &e), e);
    } else {
        store_rollback(s);
    }
    pthread_join(t, NULL);
    CHECK(x.known == through);
    if (through) CHECK_INT(x.status, 201);
    store_close(s);
}

TEST(of_two_with_one_key_the_second_waits_for_the_answer_of_the_first)
{
    both_at_once(false); /* leaves nothing */
    both_at_once(true);
}

TEST(the_table_of_roles_holds_for_every_role_and_class)
{
    autoarena *a = arena_new("access", 0);
    static const char *const classes[] = { "姓名", "证件号", "电话", "账号", "地址", "", "unknown" };
    str in[] = { STR("320602001"), STR("320602") }, out_of[] = { STR("320981") };
    for (unsigned role = 0; role < ROLES; role++) {
        struct access_reader r = { .account = 1,
                                   .role = (enum access_role)role,
                                   .entity = STR("人员"),
                                   .subject = 7,
                                   .regions = { STR("320602") },
                                   .region_count = 1 };
        enum access_scope scope = access_scope(r.role);
        NOTE("%s", access_role_zh(r.role));
        CHECK(access_may_see(&r, STR("人员"), 8, in, 2) == (scope >= SCOPE_REGION));
        CHECK(access_may_see(&r, STR("人员"), 8, out_of, 1) == (scope == SCOPE_ALL));
        CHECK(access_may_see(&r, STR("人员"), 8, NULL, 0) == (scope == SCOPE_ALL));
        CHECK(access_may_see(&r, STR("人员"), 7, out_of, 1) == (scope == SCOPE_SELF || scope == SCOPE_ALL));
        CHECK(access_may_see(&r, STR("家庭"), 7, out_of, 1) == (scope == SCOPE_ALL));
        for (size_t c = 0; c < sizeof classes / sizeof *classes; c++) {
            str value = STR("32068219820615102X"), seen = access_show(&r, str_of(classes[c]), value, a);
            enum access_sight sight = access_sight(&r, str_of(classes[c]));
            CHECK(sight != SIGHT_HIDDEN || seen.len == 0);
            CHECK(str_eq(seen, value) == (sight == SIGHT_PLAIN) || classes[c][0] == '\0');
            if (scope == SCOPE_NOBODY) CHECK(sight == SIGHT_HIDDEN);
            if (strcmp(classes[c], "unknown") == 0) CHECK(sight != SIGHT_PLAIN);
        }
        r.account = 0; /* nobody sees nothing, whatever else is said of them */
        CHECK(!access_may_see(&r, STR("人员"), 7, in, 2) && access_sight(&r, STR("姓名")) == SIGHT_HIDDEN);
    }
}

TEST_WITHIN(the_same_holds_on_postgresql, 120)
{
    t_on_postgres();
    an_account_signs_in_and_out();
    sessions_end_by_themselves();
    guessing_locks_the_account_for_a_while();
    programs_have_tokens_with_an_end_and_a_purpose();
    a_look_at_somebody_is_written_down_with_its_purpose();
    the_same_key_gets_the_same_answer();
    of_two_with_one_key_the_second_waits_for_the_answer_of_the_first();
}
