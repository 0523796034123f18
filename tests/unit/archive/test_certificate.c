/* certificate: issued, shown, checked by anybody, revoked, forged. */
#include "archive/certificate.h"
#include "store/short.h"
#include "store/store.h"
#include "support/postgres.h"
#include "support/t.h"

#include <stdio.h>
#include <string.h>

static struct certificate_act act;
static struct journal_signer signer;

static struct store *open(struct arena *a)
{
    struct err e = { 0 };
    struct store *s;
    struct sm2_key *key;
    CHECK_OK(store_open(&s, str_of(t_database("a.db")), STORE_CREATE, &e), e);
    CHECK_OK(archive_migrate(s, &e), e);
    CHECK_OK(sm2_key_make(a, &key, &e), e);
    signer = (struct journal_signer){ key, STR("示范市人社局") };
    act = (struct certificate_act){ STR("7"), STR("复核"), date_of(2026, 11, 27), 0 };
    return s;
}

static struct certificate draft(struct arena *a)
{
    struct certificate c = { .kind = STR("失业登记证明"),
                             .holder = STR("人员 12"),
                             .dossier = STR("D-1"),
                             .office = STR("示范市人力资源和社会保障局"),
                             .issued = date_of(2026, 11, 27),
                             .has_until = true,
                             .until = date_of(2027, 5, 26) };
    *vec_push(a, &c.facts) = (struct certificate_fact){ STR("姓名"), STR("王小梅"), STR("姓名") };
    *vec_push(a, &c.facts) = (struct certificate_fact){ STR("登记日期"), STR("2026年11月27日"), STR("") };
    return c;
}

static struct certificate issue(struct store *s, struct arena *a)
{
    struct err e = { 0 };
    struct certificate c = draft(a);
    CHECK_OK(store_begin(s, &e), e);
    CHECK_OK(certificate_issue(s, &act, STR("SF"), &c, &signer, a, &e), e);
    CHECK_OK(store_commit(s, &e), e);
    return c;
}

TEST(a_certificate_can_be_checked_by_its_code_as_people_type_it)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct store *s = open(a);
    struct certificate c = issue(s, a), found;
    enum certificate_state state;
    CHECK_STR(c.number, "SF-2026-000001");
    CHECK_INT((int64_t)strlen(c.code), 19);
    char typed[40] = " ";
    for (size_t i = 0; i < 19; i++)
        typed[i + 1] = c.code[i] == '-' ? ' ' : (char)(c.code[i] >= 'A' ? c.code[i] + 32 : c.code[i]);
    CHECK_OK(certificate_check(s, str_of(typed), date_of(2027, 5, 26), &signer, a, &found, &state, &e), e);
    CHECK_INT(state, CERTIFICATE_VALID);
    CHECK_STR(found.number, "SF-2026-000001");
    CHECK_STR(found.facts.at[0].value, "王**");
    CHECK_STR(found.facts.at[1].value, "2026年11月27日");
    CHECK_INT((int64_t)found.holder.len, 0);
    CHECK_OK(certificate_check(s, str_of(c.code), date_of(2027, 5, 27), &signer, a, &found, &state, &e), e);
    CHECK_INT(state, CERTIFICATE_EXPIRED);
    store_close(s);
}

TEST(its_number_does_not_open_it_and_neither_does_a_guess)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 }, f = { 0 };
    struct store *s = open(a);
    struct certificate c = issue(s, a), other = issue(s, a), found;
    enum certificate_state state;
    CHECK_STR(other.number, "SF-2026-000002");
    CHECK(strcmp(c.code, other.code) != 0);
    CHECK_ERR(certificate_check(s, c.number, act.day, &signer, a, &found, &state, &e), e, NOT_FOUND);
    CHECK_ERR(certificate_check(s, STR("AAAA-AAAA-AAAA-AAAA"), act.day, &signer, a, &found, &state, &f), f, NOT_FOUND);
    store_close(s);
}

TEST(a_revoked_one_says_so_and_is_revoked_once)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 }, f = { 0 };
    struct store *s = open(a);
    struct certificate c = issue(s, a), found;
    enum certificate_state state;
    CHECK_OK(store_begin(s, &e), e);
    CHECK_ERR(certificate_revoke(s, &act, c.number, STR("  "), &f), f, INVALID);
    CHECK_OK(certificate_revoke(s, &act, c.number, STR("已经就业"), &e), e);
    CHECK_OK(store_commit(s, &e), e);
    CHECK_OK(certificate_check(s, str_of(c.code), act.day, &signer, a, &found, &state, &e), e);
    CHECK_INT(state, CERTIFICATE_REVOKED);
    CHECK_STR(found.reason, "已经就业");
    struct err g = { 0 };
    CHECK_OK(store_begin(s, &e), e);
    CHECK_ERR(certificate_revoke(s, &act, c.number, STR("又一次"), &g), g, CONFLICT);
    store_rollback(s);
    store_close(s);
}

TEST(what_was_changed_behind_the_programs_back_is_not_passed_off_as_real)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct store *s = open(a);
    struct certificate c = issue(s, a), found;
    enum certificate_state state;
    CHECK_OK(store_do(s, NULL, &e, "UPDATE archive_certificate SET body = replace(body, '王小梅', '李大强')", ""), e);
    CHECK_OK(certificate_check(s, str_of(c.code), act.day, &signer, a, &found, &state, &e), e);
    CHECK_INT(state, CERTIFICATE_FORGED);
    CHECK_OK(store_do(s, NULL, &e, "UPDATE archive_certificate SET signature = 'zz'", ""), e);
    CHECK_OK(certificate_check(s, str_of(c.code), act.day, &signer, a, &found, &state, &e), e);
    CHECK_INT(state, CERTIFICATE_FORGED);
    store_close(s);
}

TEST(one_that_says_nothing_about_its_holder_is_refused)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct store *s = open(a);
    struct certificate c = draft(a);
    CHECK_OK(store_begin(s, &e), e);
    struct err errors[4] = { 0 };
    CHECK_ERR(certificate_issue(s, &act, STR("苏"), &c, &signer, a, &errors[0]), errors[0], INVALID);
    c.until = date_of(2026, 1, 1);
    CHECK_ERR(certificate_issue(s, &act, STR("SF"), &c, &signer, a, &errors[1]), errors[1], INVALID);
    c = draft(a);
    c.holder = (str){ 0 };
    CHECK_ERR(certificate_issue(s, &act, STR("SF"), &c, &signer, a, &errors[2]), errors[2], INVALID);
    c = draft(a);
    const struct certificate_fact one = c.facts.at[1];
    for (int i = 0; i < CERTIFICATE_FACTS_MAX; i++) *vec_push(a, &c.facts) = one;
    CHECK_ERR(certificate_issue(s, &act, STR("SF"), &c, &signer, a, &errors[3]), errors[3], LIMIT);
    store_rollback(s);
    store_close(s);
}

TEST(a_certificate_is_a_paper_of_one_page)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct store *s = open(a);
    struct certificate c = issue(s, a), found;
    str pdf;
    CHECK_OK(certificate_get(s, c.number, a, &found, &e), e);
    CHECK_STR(found.facts.at[0].value, "王小梅");
    CHECK_OK(certificate_paper(&found, a, &pdf, &e), e);
    CHECK(str_starts(pdf, STR("%PDF-1.")));
    CHECK(str_find(pdf, STR("/Count 1")) != SIZE_MAX);
    store_close(s);
}

TEST(under_every_fault_a_certificate_is_there_whole_or_not_at_all)
{
    EVERY_FAULT (FAULT_WRITE) {
        autoarena *a = arena_new("test", 0);
        struct err e = { 0 }, open_error = { 0 };
        struct store *s;
        struct sm2_key *key;
        CHECK_OK(sm2_key_make(a, &key, &e), e);
        signer = (struct journal_signer){ key, STR("局") };
        act = (struct certificate_act){ STR("7"), STR("复核"), date_of(2026, 11, 27), 0 };
        const char *path = t_path("fault.db");
        remove(path);
        if (!store_open(&s, str_of(path), STORE_CREATE, &open_error)) {
            CHECK(t_fault_hit());
            continue;
        }
        struct certificate c = draft(a);
        bool done = archive_migrate(s, &e) && store_begin(s, &e);
        if (done) {
            done = certificate_issue(s, &act, STR("SF"), &c, &signer, a, &e);
            if (!done)
                store_rollback(s);
            else
                done = store_commit(s, &e);
        }
        CHECK(done || t_fault_hit());
        store_close(s);
    }
}

TEST_WITHIN(the_same_holds_on_postgresql, 120)
{
    t_on_postgres();
    a_certificate_can_be_checked_by_its_code_as_people_type_it();
    its_number_does_not_open_it_and_neither_does_a_guess();
    a_revoked_one_says_so_and_is_revoked_once();
    what_was_changed_behind_the_programs_back_is_not_passed_off_as_real();
    one_that_says_nothing_about_its_holder_is_refused();
}
