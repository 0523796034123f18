/* Appending: canonical bodies, numbers, times that never go back. */
#include "helpers.h"
#include "support/postgres.h"

static void canonical(const char *in, const char *out)
{
    autoarena *a = arena_new("json", 0);
    struct err e = { 0 };
    str got;
    CHECK_OK(journal_canonical(a, str_of(in), &got, &e), e);
    CHECK_STR(got, out);
}

TEST(one_meaning_has_one_text)
{
    canonical("{ \"b\" : 1, \"a\" : [ true, null , \"甲\" ] }", "{\"a\":[true,null,\"甲\"],\"b\":1}");
    canonical("{\"z\":{\"y\":{},\"x\":-5},\"a\":\"\\u7532\"}", "{\"a\":\"甲\",\"z\":{\"x\":-5,\"y\":{}}}");
    canonical("{}", "{}");
}

TEST(fractions_and_what_is_no_object_are_refused)
{
    autoarena *a = arena_new("json", 0);
    str got;
    static const char *const bad[] = { "{\"a\":1.5}", "[1]", "1", "{\"a\":1,\"a\":2}", "{", "" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err e = { 0 };
        NOTE("%s", bad[i]);
        CHECK_ERR(journal_canonical(a, str_of(bad[i]), &got, &e), e, INVALID);
    }
}

TEST(numbers_follow_one_another_and_the_chain_verifies)
{
    struct store *s = opened(t_path("j.db"));
    append(s, 10, noon);
    append(s, 1, noon + DAY);
    CHECK_INT(number(s, "SELECT max(number) FROM journal"), 11);
    CHECK_INT(number(s, "SELECT number FROM journal_head"), 11);
    struct journal_report r = verified(t_path("j.db"), NULL);
    CHECK(r.sound);
    CHECK_INT(r.events, 11);
    CHECK_INT(r.good.number, 11);
    store_close(s);
}

TEST(what_is_rolled_back_leaves_no_trace)
{
    struct store *s = opened(t_path("j.db"));
    struct err e = { 0 };
    append(s, 3, noon);
    CHECK_OK(store_begin(s, &e), e);
    struct journal_event v = { .actor = STR("u"), .kind = STR("k") };
    int64_t last = 0;
    CHECK_OK(journal_append(s, &v, 1, &last, &e), e);
    CHECK_INT(last, 4);
    store_rollback(s);
    append(s, 1, noon + DAY);
    CHECK_INT(number(s, "SELECT max(number) FROM journal"), 4);
    CHECK(verified(t_path("j.db"), NULL).sound);
    store_close(s);
}

TEST(a_clock_that_jumps_back_does_not_turn_time_and_is_recorded)
{
    struct store *s = opened(t_path("j.db"));
    struct err e = { 0 };
    CHECK_OK(append_one(s, noon, "{}", &e), e);
    CHECK_OK(append_one(s, noon - 5000, "{}", &e), e);
    CHECK_OK(append_one(s, noon + 1, "{}", &e), e);
    CHECK_INT(number(s, "SELECT time FROM journal WHERE number = 2"), noon);
    CHECK_INT(number(s, "SELECT behind FROM journal WHERE number = 2"), 5000);
    CHECK_INT(number(s, "SELECT behind FROM journal WHERE number = 3"), 0);
    CHECK(verified(t_path("j.db"), NULL).sound);
    store_close(s);
}

TEST(an_event_says_who_and_what_in_good_text)
{
    struct store *s = opened(t_path("j.db"));
    static const struct journal_event bad[] = {
        { .kind = { "k", 1 } },
        { .actor = { "u", 1 } },
        { .actor = { "u", 1 }, .kind = { "\xff", 1 } },
        { .actor = { "u\0v", 3 }, .kind = { "k", 1 } },
        { .actor = { "u", 1 }, .kind = { "k", 1 }, .body = { "[]", 2 } },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err e = { 0 };
        CHECK_OK(store_begin(s, &e), e);
        CHECK_ERR(journal_append(s, &bad[i], 1, NULL, &e), e, INVALID);
        store_rollback(s);
    }
    CHECK_INT(number(s, "SELECT count(*) FROM journal"), 0);
    store_close(s);
}

TEST(events_of_a_kind_are_found_from_a_day_on_sealed_or_not)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct store *s = opened(t_path("k.db"));
    journal_lines all = { 0 };
    uint32_t sealed;
    CHECK_OK(append_one(s, noon, "{\"n\":1}", &e), e);
    CHECK_OK(append_one(s, noon + DAY, "{\"n\":2}", &e), e);
    date second = { 20606 };
    for (int round = 0; round < 2; round++) {
        CHECK_OK(journal_of_kind(s, STR("test.move"), second, 0, 9, a, &all, &e), e);
        CHECK_INT((int64_t)all.len, 1);
        CHECK_STR(all.at[0].v.body, STR("{\"n\":2}"));
        CHECK_OK(journal_of_kind(s, STR("test.move"), date_add_days(second, -1), 0, 1, a, &all, &e), e);
        CHECK_INT((int64_t)all.len, 1); /* the newest */
        CHECK_STR(all.at[0].v.body, STR("{\"n\":2}"));
        CHECK_OK(journal_of_kind(s, STR("test.move"), date_add_days(second, -1), 2, 9, a, &all, &e), e);
        CHECK_INT((int64_t)all.len, 1); /* before the second */
        CHECK_STR(all.at[0].v.body, STR("{\"n\":1}"));
        CHECK_OK(journal_of_kind(s, STR("test.other"), date_add_days(second, -1), 0, 9, a, &all, &e), e);
        CHECK_INT((int64_t)all.len, 0);
        CHECK_OK(journal_seal(s, DATE_MAX, NULL, noon + 2 * (int64_t)DAY, &sealed, &e), e);
    }
    CHECK_INT((int64_t)sealed, 0); /* both days were sealed after the first round */
    store_close(s);
}

TEST_WITHIN(the_chain_holds_on_postgresql_too, 60)
{
    const char *address = t_postgres();
    struct store *s = opened(address);
    struct err e = { 0 };
    append(s, 300, noon);
    uint32_t sealed = 0;
    CHECK_OK(journal_seal(s, DATE_MAX, NULL, noon + 2 * (int64_t)DAY, &sealed, &e), e);
    CHECK_INT(sealed, 1);
    CHECK(verified(address, NULL).sound);
    done(s, "UPDATE journal SET body = '{}' WHERE number = 77");
    struct journal_report r = verified(address, NULL);
    CHECK(!r.sound);
    CHECK_INT(r.first_bad, 77);
    store_close(s);
}
