/* Every way to falsify the journal is found, and the first wrong event is named. */
#include "helpers.h"

enum { EVENTS = 40 };

/* A journal of 40 events over two days (the first is sealed), falsified by `sql`. */
static struct journal_report after(const char *sql)
{
    static int n;
    char name[20];
    snprintf(name, sizeof name, "v%d.db", n++);
    struct store *s = opened(t_path(name));
    struct err e = { 0 };
    uint32_t sealed = 0;
    append(s, EVENTS / 2, noon);
    append(s, EVENTS / 2, noon + DAY);
    CHECK_OK(journal_seal(s, DATE_MAX, NULL, noon + DAY, &sealed, &e), e);
    CHECK_INT(sealed, 1);
    done(s, sql);
    store_close(s);
    return verified(t_path(name), NULL);
}

static void bad(const char *sql, int64_t first, const char *what)
{
    NOTE("%s", sql);
    struct journal_report r = after(sql);
    NOTE("%s", r.what);
    CHECK(!r.sound);
    CHECK_INT(r.first_bad, first);
    CHECK(str_find(str_of(r.what), str_of(what)) != SIZE_MAX);
}

TEST(an_untouched_journal_is_sound)
{
    struct journal_report r = after("SELECT 1");
    CHECK(r.sound);
    CHECK_INT(r.events, EVENTS);
    CHECK_INT(r.seals, 1);
    CHECK_STR(r.what, "");
}

TEST(a_change_of_any_column_is_found)
{
    bad("UPDATE journal SET body = '{}' WHERE number = 7", 7, "改过");
    bad("UPDATE journal SET actor = 'u2' WHERE number = 30", 30, "改过");
    bad("UPDATE journal SET role = '' WHERE number = 1", 1, "改过");
    bad("UPDATE journal SET kind = 'x' WHERE number = 40", 40, "改过");
    bad("UPDATE journal SET subject = 'x' WHERE number = 3", 3, "改过");
    bad("UPDATE journal SET dossier = 'D9' WHERE number = 3", 3, "改过");
    bad("UPDATE journal SET time = time + 1 WHERE number = 3", 3, "改过");
    bad("UPDATE journal SET behind = 1 WHERE number = 3", 3, "改过");
    bad("UPDATE journal SET prev = hash WHERE number = 3", 3, "改过");
    bad("UPDATE journal SET hash = prev WHERE number = 3", 3, "改过");
    bad("UPDATE journal SET hash = x'00' WHERE number = 3", 3, "坏了");
    bad("UPDATE journal SET time = 'x' WHERE number = 3", 3, "坏了");
    /* text moved between columns: the lengths are hashed too */
    bad("UPDATE journal SET actor = 'u', role = '1' || role WHERE number = 3", 3, "改过");
}

TEST(removal_insertion_and_order_are_found)
{
    bad("DELETE FROM journal WHERE number = 7", 7, "不见了");
    bad("DELETE FROM journal WHERE number = 1", 1, "不见了");
    bad("DELETE FROM journal WHERE number BETWEEN 5 AND 9", 5, "不见了");
    bad("DELETE FROM journal WHERE number = 40", 40, "不见了");
    bad("INSERT INTO journal SELECT 41, time, behind, actor, role, kind, subject, dossier, body, prev, hash"
        " FROM journal WHERE number = 40",
        41, "另外加进来");
    bad("INSERT INTO journal SELECT 0, time, behind, actor, role, kind, subject, dossier, body, prev, hash"
        " FROM journal WHERE number = 40",
        0, "另外加进来");
    bad("UPDATE journal SET number = -7 WHERE number = 7; UPDATE journal SET number = 7 WHERE number = 8;"
        "UPDATE journal SET number = 8 WHERE number = -7",
        7, "改过");
    bad("DELETE FROM journal", 1, "不见了");
    bad("DELETE FROM journal WHERE number > 35", 36, "不见了");
}

TEST(a_tail_cut_off_with_its_head_is_found_by_the_seal)
{
    bad("DELETE FROM journal WHERE number > 15; UPDATE journal_head SET number = 15,"
        " hash = (SELECT hash FROM journal WHERE number = 15)",
        16, "截断");
}

TEST(seals_that_were_changed_are_found)
{
    bad("UPDATE journal_seal SET last = 19", 19, "封存");
    bad("UPDATE journal_seal SET count = 19", 20, "封存");
    bad("UPDATE journal_seal SET last_hash = prev", 20, "封存");
    bad("UPDATE journal_seal SET prev = last_hash", 1, "封存");
    bad("UPDATE journal_seal SET hash = x'00'", 1, "封存");
    bad("UPDATE journal_head SET hash = x'00'", 40, "链头");
    bad("DELETE FROM journal_head", 1, "链头不见了");
}

TEST(a_sealed_day_takes_no_more_events_whatever_the_clock_says)
{
    struct store *s = opened(t_path("j.db"));
    struct err e = { 0 };
    uint32_t sealed = 0;
    append(s, 3, noon);
    CHECK_OK(journal_seal(s, DATE_MAX, NULL, noon, &sealed, &e), e);
    CHECK_INT(sealed, 0); /* the day is not over */
    CHECK_OK(journal_seal(s, DATE_MAX, NULL, noon + DAY, &sealed, &e), e);
    CHECK_INT(sealed, 1);
    CHECK_OK(journal_seal(s, DATE_MAX, NULL, noon + DAY, &sealed, &e), e);
    CHECK_INT(sealed, 0);
    CHECK_OK(append_one(s, noon + 1000, "{}", &e), e); /* the clock was set back */
    CHECK_INT(number(s, "SELECT (time + 28800000) / 86400000 FROM journal WHERE number = 4"), noon / DAY + 1);
    CHECK(number(s, "SELECT behind FROM journal WHERE number = 4") > 0);
    CHECK(verified(t_path("j.db"), NULL).sound);
    store_close(s);
}

TEST(lines_of_seals_kept_elsewhere_tell_of_a_journal_that_was_rewritten)
{
    autoarena *a = arena_new("lines", 0);
    struct text lines;
    struct err e = { 0 };
    uint32_t sealed = 0;
    text_init(&lines, a, 1 << 16);
    struct store *s = opened(t_path("old.db"));
    append(s, 20, noon);
    append(s, 20, noon + DAY);
    CHECK_OK(journal_seal(s, DATE_MAX, NULL, noon + 2 * (int64_t)DAY, &sealed, &e), e);
    CHECK_INT(sealed, 2);
    CHECK_OK(journal_seal_lines(s, DATE_MIN, &lines, &e), e);
    store_close(s);
    struct journal_check how = { .seal_lines = text_str(&lines) };
    CHECK(verified(t_path("old.db"), &how).sound);

    s = opened(t_path("new.db")); /* one event fewer, sealed all the same: sound by itself */
    append(s, 19, noon);
    append(s, 20, noon + DAY);
    CHECK_OK(journal_seal(s, DATE_MAX, NULL, noon + 2 * (int64_t)DAY, &sealed, &e), e);
    store_close(s);
    CHECK(verified(t_path("new.db"), NULL).sound);
    struct journal_report r = verified(t_path("new.db"), &how);
    CHECK(!r.sound);
    CHECK_INT(r.first_bad, 20);
    s = opened(t_path("new.db"));
    done(s, "DELETE FROM journal_seal WHERE day = (SELECT max(day) FROM journal_seal)");
    store_close(s);
    CHECK(verified(t_path("new.db"), NULL).sound);
    CHECK(!verified(t_path("new.db"), &how).sound);
    how.seal_lines = STR("what is this\n");
    CHECK_ERR(journal_verify(str_of(t_path("old.db")), &how, &r, &e), e, INVALID);
}

TEST(signatures_of_seals_hold_for_their_key_and_office_only)
{
    autoarena *a = arena_new("keys", 0);
    struct err e = { 0 };
    struct sm2_key *mine, *other;
    CHECK_OK(sm2_key_make(a, &mine, &e), e);
    CHECK_OK(sm2_key_make(a, &other, &e), e);
    struct journal_signer signer = { mine, STR("通州区就业中心") }, stranger = { other, signer.id },
                          elsewhere = { mine, STR("海门区就业中心") };
    struct store *s = opened(t_path("j.db"));
    uint32_t sealed = 0;
    append(s, 5, noon);
    CHECK_OK(journal_seal(s, DATE_MAX, &signer, noon + DAY, &sealed, &e), e);
    struct journal_check how = { .signer = &signer };
    struct journal_report r = verified(t_path("j.db"), &how);
    CHECK(r.sound);
    CHECK_INT(r.signed_seals, 1);
    how.signer = &stranger;
    CHECK(!verified(t_path("j.db"), &how).sound);
    how.signer = &elsewhere;
    CHECK(!verified(t_path("j.db"), &how).sound);
    done(s, "UPDATE journal_seal SET signature = NULL");
    CHECK(verified(t_path("j.db"), NULL).sound);
    how.signer = &signer;
    CHECK(!verified(t_path("j.db"), &how).sound);
    store_close(s);
}

TEST(verification_goes_on_where_it_stopped)
{
    autoarena *a = arena_new("mark", 0);
    struct text line;
    text_init(&line, a, 1 << 12);
    struct store *s = opened(t_path("j.db"));
    append(s, 30, noon);
    struct journal_report r = verified(t_path("j.db"), NULL);
    journal_mark_text(&r.good, &line);
    struct journal_check how = { 0 };
    CHECK(journal_mark_read(text_str(&line), &how.from));
    CHECK(!journal_mark_read(STR("30 abc"), &how.from));
    append(s, 12, noon + DAY);
    r = verified(t_path("j.db"), &how);
    CHECK(r.sound);
    CHECK_INT(r.events, 12);
    CHECK_INT(r.good.number, 42);
    done(s, "UPDATE journal SET hash = prev WHERE number = 30"); /* the very event the mark is on */
    CHECK_INT(verified(t_path("j.db"), &how).first_bad, 30);
    done(s, "DELETE FROM journal WHERE number >= 25");
    CHECK(!verified(t_path("j.db"), &how).sound);
    store_close(s);
}

static bool stop_at_once(void *context, int64_t seen)
{
    ++*(int *)context;
    return seen == 0;
}

/* More than a few portions: two threads, borders between portions, progress. */
TEST(two_threads_agree_with_one_about_the_first_wrong_event)
{
    enum { MANY = 5 * JOURNAL_PORTION + 77 };
    struct store *s = opened(t_path("j.db"));
    append(s, MANY, noon);
    struct journal_check one = { .single = true }, two = { 0 };
    CHECK(verified(t_path("j.db"), &one).sound);
    struct journal_report r = verified(t_path("j.db"), &two);
    CHECK(r.sound);
    CHECK_INT(r.events, MANY);
    int calls = 0;
    struct journal_check stopping = { .progress = stop_at_once, .context = &calls };
    r = verified(t_path("j.db"), &stopping);
    CHECK(r.stopped && !r.sound && calls == 1);
    static const int64_t places[] = { 1, JOURNAL_PORTION, JOURNAL_PORTION + 1, 2 * JOURNAL_PORTION + 5, MANY };
    for (size_t i = sizeof places / sizeof *places; i-- > 0;) { /* each before the last one: it is the first wrong */
        char sql[100];
        snprintf(sql, sizeof sql, "%s WHERE number = %lld",
                 i % 2 == 0 ? "UPDATE journal SET body = '{\"n\":0}'" : "DELETE FROM journal", (long long)places[i]);
        done(s, sql);
        CHECK_INT(verified(t_path("j.db"), &two).first_bad, places[i]);
        CHECK_INT(verified(t_path("j.db"), &one).first_bad, places[i]);
    }
    store_close(s);
}

TEST(a_random_falsification_is_always_found)
{
    for (int i = 0; i < 40; i++) {
        static const char *const columns[] = { "actor", "role", "kind", "subject", "dossier", "body" };
        char sql[200];
        int64_t at = t_random_between(1, EVENTS);
        snprintf(sql, sizeof sql, "UPDATE journal SET %s = %s || 'x' WHERE number = %lld", columns[t_random_below(6)],
                 columns[t_random_below(6)], (long long)at);
        NOTE("%s", sql);
        struct journal_report r = after(sql);
        CHECK(!r.sound);
        CHECK_INT(r.first_bad, at);
    }
}
