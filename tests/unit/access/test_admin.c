/* What an administrator does: it is done whole or not at all, it is written down, and somebody is always left. */
#include "access/admin.h"
#include "journal/journal.h"
#include "support/postgres.h"
#include "support/t.h"

#include <string.h>

enum { NOW = 1717400000 };

static const char *where;

static struct store *opened(void)
{
    struct store *s;
    struct err e = { 0 };
    where = t_database("a.db");
    CHECK_OK(store_open(&s, str_of(where), STORE_CREATE, &e), e);
    CHECK_OK(access_migrate(s, &e), e);
    return s;
}

static struct access_by by(const char *who, const char *reason)
{
    return (struct access_by){ str_of(who), STR("管理"), str_of(reason), NOW };
}

static void made(struct store *s, const char *name, uint32_t roles)
{
    struct err e = { 0 };
    struct access_by who = by("setup", "");
    struct access_account n = { .name = str_of(name), .roles = roles, .regions = STR("320602") };
    int64_t id;
    CHECK_OK(access_admin_make(s, &who, &n, STR("correct horse"), &id, &e), e);
}

static struct access_account account_of(struct store *s, struct arena *a, const char *name)
{
    access_accounts all = { 0 };
    struct err e = { 0 };
    CHECK_OK(access_account_list(s, 0, a, &all, &e), e);
    VEC_EACH (const struct access_account, n, &all) {
        if (str_eq(n->name, str_of(name))) return *n;
    }
    FAIL("no account %s", name);
    return (struct access_account){ 0 };
}

static size_t changes_of(struct store *s, struct arena *a, const char *name, struct access_change *newest)
{
    access_changes all = { 0 };
    struct err e = { 0 };
    CHECK_OK(access_change_list(s, str_of(name), 100, a, &all, &e), e);
    if (all.len > 0) *newest = all.at[0];
    return all.len;
}

static void sound(struct store *s, int64_t events)
{
    struct journal_check how = { 0 };
    struct journal_report r;
    struct err e = { 0 };
    store_close(s);
    CHECK_OK(journal_verify(str_of(where), &how, &r, &e), e);
    NOTE("%s", r.what);
    CHECK(r.sound);
    CHECK_INT(r.events, events);
}

TEST(the_last_administrator_can_be_neither_locked_nor_made_something_else)
{
    autoarena *a = arena_new("admin", 0);
    struct store *s = opened();
    struct err e = { 0 };
    struct access_by root = by("root", "试一试");
    made(s, "root", ROLE_BIT(ADMIN) | ROLE_BIT(AUTHOR));
    CHECK_ERR(access_admin_lock(s, &root, STR("root"), true, &e), e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_ERR(access_admin_roles(s, &root, STR("root"), ROLE_BIT(AUTHOR), STR(""), &e), e, CONFLICT);
    CHECK(!account_of(s, a, "root").disabled);
    CHECK_INT(account_of(s, a, "root").roles, ROLE_BIT(ADMIN) | ROLE_BIT(AUTHOR));
    made(s, "second", ROLE_BIT(ADMIN));
    e = (struct err){ 0 };
    CHECK_OK(access_admin_lock(s, &root, STR("second"), true, &e), e);
    CHECK_ERR(access_admin_lock(s, &root, STR("root"), true, &e), e, CONFLICT); /* who is locked does not count */
    e = (struct err){ 0 };
    CHECK_OK(access_admin_lock(s, &root, STR("second"), false, &e), e);
    struct access_by second = by("second", "轮岗");
    CHECK_OK(access_admin_lock(s, &second, STR("root"), true, &e), e);
    CHECK(account_of(s, a, "root").disabled);
    sound(s, 5); /* what was refused is in no journal */
}

TEST(a_role_for_oneself_needs_a_reason_and_is_seen)
{
    autoarena *a = arena_new("admin", 0);
    struct store *s = opened();
    struct err e = { 0 };
    struct access_change last = { 0 };
    made(s, "root", ROLE_BIT(ADMIN));
    struct access_by silent = by("root", ""), open = by("root", "会计病假，代一周");
    uint32_t both = ROLE_BIT(ADMIN) | ROLE_BIT(ACCOUNTANT);
    CHECK_ERR(access_admin_roles(s, &silent, STR("root"), both, STR("320602"), &e), e, INVALID);
    CHECK_INT(account_of(s, a, "root").roles, ROLE_BIT(ADMIN));
    e = (struct err){ 0 };
    CHECK_OK(access_admin_roles(s, &open, STR("root"), both, STR("320602"), &e), e);
    CHECK_INT((int64_t)changes_of(s, a, "root", &last), 2);
    CHECK_STR(last.who, "root");
    CHECK_STR(last.account, "root");
    CHECK(str_find(last.what, STR("会计")) != SIZE_MAX);
    CHECK_STR(last.reason, "会计病假，代一周");
    CHECK_ERR(access_admin_roles(s, &open, STR("root"), both | ROLE_BIT(WORKER), STR(""), &e), e, INVALID);
    e = (struct err){ 0 };
    CHECK_ERR(access_admin_roles(s, &open, STR("nobody"), both, STR(""), &e), e, NOT_FOUND);
    sound(s, 2);
}

/* The same however an account comes to its roles: made with them, or given them later. */
TEST(a_person_is_no_firm_and_a_firm_is_nobody)
{
    static const struct {
        const char *entity;
        int64_t subject;
        uint32_t roles;
        bool fits;
    } cases[] = { { "人员", 7, ROLE_BIT(WORKER), true },
                  { "人员", 7, ROLE_BIT(WORKER) | ROLE_BIT(COUNTER), true },
                  { "人员", 7, ROLE_BIT(EMPLOYER), false },
                  { "人员", 7, ROLE_BIT(WORKER) | ROLE_BIT(EMPLOYER), false },
                  { "单位", 70, ROLE_BIT(EMPLOYER), true },
                  { "单位", 70, ROLE_BIT(WORKER), false },
                  { "单位", 70, ROLE_BIT(WORKER) | ROLE_BIT(EMPLOYER), false },
                  { "", 0, ROLE_BIT(COUNTER), true },
                  { "", 0, ROLE_BIT(WORKER), false },
                  { "", 0, ROLE_BIT(EMPLOYER), false },
                  { "", 0, 0, false } };
    autoarena *a = arena_new("admin", 0);
    struct store *s = opened();
    struct access_by root = by("root", "试一试");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e = { 0 }, late = { 0 };
        int64_t id;
        struct access_account n = { .name = str_fmt(a, "new%zu", i),
                                    .roles = cases[i].roles,
                                    .entity = str_of(cases[i].entity),
                                    .subject = cases[i].subject };
        NOTE("case %zu", i);
        CHECK(access_admin_make(s, &root, &n, STR("correct horse"), &id, &e) == cases[i].fits);
        CHECK(cases[i].fits || e.code == ERR_INVALID);
        n.name = str_fmt(a, "old%zu", i), n.roles = ROLE_BIT(ANALYST), e = (struct err){ 0 };
        CHECK_OK(access_admin_make(s, &root, &n, STR("correct horse"), &id, &e), e);
        CHECK(access_admin_roles(s, &root, n.name, cases[i].roles, STR(""), &late) == cases[i].fits);
        CHECK(cases[i].fits || late.code == ERR_INVALID);
    }
    store_close(s);
}

TEST(roles_that_are_taken_end_the_sessions_that_act_in_them)
{
    autoarena *a = arena_new("admin", 0);
    struct store *s = opened();
    struct err e = { 0 };
    struct access_reader r;
    struct access_by root = by("root", "");
    char token[CRYPTO_TOKEN + 1];
    bool found;
    made(s, "wang", ROLE_BIT(COUNTER) | ROLE_BIT(REVIEWER));
    CHECK_INT(account_of(s, a, "wang").signed_in, 0);
    CHECK_OK(access_sign_in(s, STR("wang"), STR("correct horse"), STR(""), NULL, NOW + 5, token, &e), e);
    CHECK_INT(account_of(s, a, "wang").signed_in, NOW + 5);
    CHECK_OK(access_admin_roles(s, &root, STR("wang"), ROLE_BIT(REVIEWER), STR(""), &e), e);
    CHECK_OK(access_session(s, str_of(token), NOW + 6, a, &r, &found, &e), e);
    CHECK(!found);
    str made_now;
    CHECK_OK(access_admin_password(s, &root, STR("wang"), a, &made_now, &e), e);
    CHECK_ERR(access_sign_in(s, STR("wang"), STR("correct horse"), STR(""), NULL, NOW + 7, token, &e), e, DENIED);
    e = (struct err){ 0 };
    CHECK_OK(access_sign_in(s, STR("wang"), made_now, STR(""), NULL, NOW + 8, token, &e), e);
    struct access_change last = { 0 };
    changes_of(s, a, "wang", &last);
    CHECK(str_find(last.what, made_now) == SIZE_MAX); /* never the password */
    store_close(s);
}

TEST(who_was_locked_out_may_be_let_in_again_at_once)
{
    autoarena *a = arena_new("admin", 0);
    struct store *s = opened();
    struct err e = { 0 };
    struct access_by root = by("root", "");
    char token[CRYPTO_TOKEN + 1];
    made(s, "wang", ROLE_BIT(COUNTER));
    for (int i = 0; i < ACCESS_FAILURES_MAX; i++) {
        e = (struct err){ 0 };
        CHECK(!access_sign_in(s, STR("wang"), STR("wrong"), STR(""), NULL, NOW, token, &e));
    }
    e = (struct err){ 0 };
    CHECK(!access_sign_in(s, STR("wang"), STR("correct horse"), STR(""), NULL, NOW, token, &e));
    e = (struct err){ 0 };
    CHECK_OK(access_admin_forgive(s, &root, STR("wang"), &e), e);
    CHECK_OK(access_sign_in(s, STR("wang"), STR("correct horse"), STR(""), NULL, NOW, token, &e), e);
    CHECK_INT(account_of(s, a, "wang").locked_until, 0);
    store_close(s);
}

TEST(a_token_that_was_taken_back_opens_nothing)
{
    autoarena *a = arena_new("admin", 0);
    struct store *s = opened();
    struct err e = { 0 };
    struct access_reader r;
    struct access_by root = by("root", "");
    char one[CRYPTO_TOKEN + 1], two[CRYPTO_TOKEN + 1];
    bool found;
    made(s, "wang", ROLE_BIT(COUNTER));
    struct access_grant g = { .account = STR("wang"), .purpose = STR("比对"), .expires = NOW + 1000 };
    CHECK_OK(access_admin_token(s, &root, &g, one, &e), e);
    CHECK_OK(access_admin_token(s, &root, &g, two, &e), e);
    access_token_rows rows = { 0 };
    CHECK_OK(access_token_list(s, a, &rows, &e), e);
    CHECK_INT((int64_t)rows.len, 2);
    char hash[SM3_HEX + 1];
    CHECK_OK(crypto_sm3_hex(str_of(one), hash, &e), e);
    str number = { hash, ACCESS_TOKEN_NUMBER };
    CHECK_OK(access_admin_revoke(s, &root, number, &e), e);
    CHECK_OK(access_token(s, str_of(one), NOW + 1, a, &r, &found, &e), e);
    CHECK(!found);
    CHECK_OK(access_token(s, str_of(two), NOW + 1, a, &r, &found, &e), e);
    CHECK(found);
    CHECK_ERR(access_admin_revoke(s, &root, number, &e), e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_ERR(access_admin_revoke(s, &root, STR("%"), &e), e, NOT_FOUND);
    e = (struct err){ 0 };
    CHECK_ERR(access_admin_token(s, &root, &(struct access_grant){ .account = STR("wang") }, one, &e), e, INVALID);
    sound(s, 4);
}

TEST(an_act_that_could_not_be_written_down_did_not_happen)
{
    autoarena *a = arena_new("admin", 0);
    struct store *s = opened();
    struct err e = { 0 };
    char reason[ACCESS_REASON_MAX + 2];
    made(s, "root", ROLE_BIT(ADMIN));
    made(s, "wang", ROLE_BIT(COUNTER));
    memset(reason, 'a', sizeof reason - 1);
    reason[sizeof reason - 1] = '\0';
    struct access_by root = by("root", reason);
    CHECK_ERR(access_admin_lock(s, &root, STR("wang"), true, &e), e, INVALID);
    CHECK(!account_of(s, a, "wang").disabled);
    sound(s, 2);
}
