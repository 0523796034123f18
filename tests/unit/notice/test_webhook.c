/* webhook: which addresses may be told, whose they are, what waits for them, when they are dead. */
#include "notice/curl.h"
#include "notice/webhook.h"
#include "store/short.h"
#include "support/postgres.h"
#include "support/t.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { NOW = 1717400000 };
static const int64_t NOW_MS = (int64_t)NOW * 1000;

static struct store *opened(void)
{
    struct store *s;
    struct err e = { 0 };
    CHECK_OK(store_open(&s, str_of(t_database("w.db")), STORE_CREATE, &e), e);
    CHECK_OK(webhook_migrate(s, &e), e);
    return s;
}

static int64_t added(struct store *s, const char *owner)
{
    struct err e = { 0 };
    int64_t id = 0;
    struct webhook w = { .owner = str_of(owner), .url = STR("https://example.com/leye"), .events = STR("case") };
    CHECK_OK(webhook_add(s, &w, false, NOW_MS, &id, &e), e);
    return id;
}

TEST(only_what_is_safe_is_told)
{
    static const struct {
        const char *url;
        bool good, inside;
    } all[] = {
        { "https://example.com/x", true, true },
        { "https://example.com:8443/x?a=1", true, true },
        { "http://127.0.0.1:900/x", false, true },
        { "http://localhost/x", false, true },
        { "http://[::1]:900/x", false, true },
        { "https://127.0.0.1/x", false, true },
        { "https://127.8.9.1/x", false, true },
        { "https://localhost/x", false, true },
        { "https://[::1]/x", false, true },
        { "https://[::7f00:1]/x", false, true },
        { "https://[64:ff9b::a00:1]/x", false, true },
        { "https://[2002:c0a8:101::1]/x", false, true },
        { "https://[64:ff9b:1::808:808]/x", false, true },
        { "https://[64:ff9b:2::808:808]/x", true, true },
        { "https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/x", false, true },
        { "https://[2001:db8::1]/x", true, true },
        { "https://[2002:0808:0808::1]/x", true, true },
        { "http://example.com/x", false, false },
        { "https://10.0.0.1/x", false, true },
        { "https://192.168.3.4/", false, true },
        { "https://172.16.0.9", false, true },
        { "https://172.32.0.9", true, true },
        { "https://169.254.169.254/", false, true },
        { "https://100.64.0.1/", false, true },
        { "https://[fd00::1]/", false, true },
        { "https://[fe80::1]/", false, true },
        { "https://[::ffff:10.0.0.1]/", false, true },
        { "https://0.0.0.0/", false, true },
        { "https://224.0.0.1/", false, true },
        { "https://user@example.com/", false, false },
        { "https://127.0.0.1@evil.com/", false, false },
        { "http://127.0.0.1.evil.com/", false, false },
        { "ftp://example.com/", false, false },
        { "https:///x", false, false },
        { "https://exa mple.com/", false, false },
        { "", false, false },
        { "https://a/\r\nX: y", false, false },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct err e = { 0 }, f = { 0 };
        NOTE("%s", all[i].url);
        CHECK(webhook_url_good(str_of(all[i].url), false, &e) == all[i].good);
        CHECK(webhook_url_good(str_of(all[i].url), true, &f) == all[i].inside);
    }
}

TEST(a_webhook_is_its_owner_s)
{
    autoarena *a = arena_new("webhook", 0);
    struct store *s = opened();
    struct err e = { 0 };
    struct webhook w;
    webhooks mine = { 0 }, all = { 0 };
    int64_t one = added(s, "A"), two = added(s, "B");
    CHECK_OK(webhook_list(s, STR("A"), a, &mine, &e), e);
    CHECK_OK(webhook_list(s, STR(""), a, &all, &e), e);
    CHECK_INT((int64_t)mine.len, 1);
    CHECK_INT((int64_t)all.len, 2);
    CHECK_OK(webhook_get(s, one, STR("A"), a, &w, &e), e);
    CHECK_ERR(webhook_get(s, two, STR("A"), a, &w, &e), e, NOT_FOUND);
    for (int i = 0; i < WEBHOOK_OF_ONE_MAX - 1; i++) added(s, "A");
    e = (struct err){ 0 };
    w = (struct webhook){ .owner = STR("A"), .url = STR("https://example.com/"), .events = STR("case") };
    CHECK_ERR(webhook_add(s, &w, false, NOW_MS, &one, &e), e, LIMIT);
    store_close(s);
}

TEST(a_secret_is_of_one_webhook_and_one_rotation)
{
    struct vault_key k = { .mac = { 7 } }, other = { .mac = { 8 } };
    char x[4][WEBHOOK_SECRET + 1];
    struct err e = { 0 };
    CHECK_OK(webhook_secret(&k, 1, 1, x[0], &e), e);
    CHECK_OK(webhook_secret(&k, 1, 2, x[1], &e), e);
    CHECK_OK(webhook_secret(&k, 2, 1, x[2], &e), e);
    CHECK_OK(webhook_secret(&other, 1, 1, x[3], &e), e);
    for (int i = 0; i < 4; i++) {
        CHECK_INT((int64_t)strlen(x[i]), WEBHOOK_SECRET);
        for (int j = 0; j < i; j++) CHECK(strcmp(x[i], x[j]) != 0);
    }
}

/* A sender that never gets through. */
static bool never(void *context, const struct notice_letter *l, bool *refused, struct err *e)
{
    (void)l, (void)refused;
    ++*(int *)context;
    return fail(e, IO, "对方回答了 500");
}

static struct notice_delivered deliver(struct store *s, int64_t now_ms, int *calls)
{
    struct err e = { 0 };
    struct notice_delivered d = { 0 };
    struct notice_way ways[NOTICE_CHANNELS] = { [NOTICE_PROGRAM] = { .send = never, .context = calls } };
    CHECK_OK(notice_deliver(s, ways, now_ms, 10, &d, &e), e);
    return d;
}

TEST(what_is_told_once_waits_is_given_up_and_the_address_is_dead_until_woken)
{
    enum { HOUR = 3600000 };
    autoarena *a = arena_new("webhook", 0);
    struct store *s = opened();
    struct err e = { 0 };
    struct webhook w;
    webhook_deliveries sent = { 0 };
    int64_t id = added(s, "A"), dead = 0, night = NOW_MS - NOW_MS % (24 * HOUR) + 18 * HOUR; /* two at night in China */
    struct webhook_event v = { STR("case"), STR("000000000292"), STR("/cases/000000000292"), STR("event-1"), NOW_MS };
    int calls = 0;
    CHECK_OK(webhook_put(s, id, &v, night, &e), e);
    CHECK_OK(webhook_put(s, id, &v, night, &e), e);    /* told before */
    CHECK_INT(deliver(s, night, &calls).postponed, 1); /* programs do not sleep */
    CHECK_INT(deliver(s, night + 30000, &calls).postponed, 0);
    CHECK_OK(webhook_bury(s, &dead, &e), e);
    CHECK_INT(dead, 0);
    for (int i = 1; i < NOTICE_ATTEMPTS; i++) deliver(s, night + i * INT64_C(25) * HOUR, &calls);
    CHECK_INT(calls, NOTICE_ATTEMPTS);
    CHECK_OK(webhook_bury(s, &dead, &e), e);
    CHECK_INT(dead, 1);
    CHECK_OK(webhook_get(s, id, STR(""), a, &w, &e), e);
    CHECK(w.state == WEBHOOK_DEAD);
    CHECK_STR(w.why, "对方回答了 500");
    CHECK_OK(webhook_deliveries_of(s, id, 10, a, &sent, &e), e);
    CHECK_INT((int64_t)sent.len, 1);
    CHECK(sent.at[0].state == WEBHOOK_GIVEN_UP && sent.at[0].attempts == NOTICE_ATTEMPTS);
    CHECK_STR(sent.at[0].number, "000000000292");
    CHECK_OK(webhook_wake(s, id, &e), e);
    CHECK_INT(deliver(s, night + INT64_C(2000) * HOUR, &calls).postponed, 1);
    CHECK_OK(webhook_remove(s, id, &e), e);
    CHECK_INT(deliver(s, night + INT64_C(4000) * HOUR, &calls).postponed, 0);
    CHECK_ERR(webhook_get(s, id, STR(""), a, &w, &e), e, NOT_FOUND);
    store_close(s);
}

TEST(a_letter_does_not_leave_for_an_address_that_is_not_allowed)
{
    autoarena *a = arena_new("webhook", 0);
    struct store *s = opened();
    struct err e = { 0 };
    struct vault_key k = { .mac = { 7 } };
    int64_t id = 0;
    struct webhook w = { .owner = STR("A"), .url = STR("https://10.1.1.1/x"), .events = STR("case") };
    CHECK_OK(webhook_add(s, &w, true, NOW_MS, &id, &e), e); /* while it was allowed */
    struct webhook_post p = { .s = s, .key = &k };
    struct notice_letter l = {
        .delivery = 1, .address = str_fmt(a, "%lld", (long long)id), .title = STR("case"), .text = STR("{}")
    };
    struct notice_result r;
    webhook_send(&p, &l, 1, &r);
    CHECK(!r.sent && !r.refused &&
          r.why.code == ERR_LIMIT); /* who runs this may have forgotten --inside: the letter waits */
    l.address = STR("77");
    webhook_send(&p, &l, 1, &r);
    CHECK(!r.sent && r.refused && r.why.code == ERR_NOT_FOUND);
    store_close(s);
}

static bool only_a(void *ctx, str owner, bool *lives, struct err *e)
{
    (void)ctx, (void)e;
    *lives = str_eq(owner, STR("A"));
    return true;
}

TEST(a_letter_does_not_leave_for_who_may_know_nothing_any_more)
{
    autoarena *a = arena_new("webhook", 0);
    struct store *s = opened();
    struct err e = { 0 };
    struct vault_key k = { .mac = { 7 } };
    struct webhook w;
    int64_t good = added(s, "A"), revoked = added(s, "B"), dead = 0;
    struct notice_delivered d = { 0 };
    struct webhook_event v = { STR("case"), STR("1"), STR("/cases/1"), STR("event-1"), NOW_MS };
    struct webhook_post p = { .s = s, .key = &k, .owner_lives = only_a, .a = a };
    struct notice_way ways[NOTICE_CHANNELS] = { [NOTICE_PROGRAM] = { .post = webhook_send, .context = &p } };
    CHECK_OK(webhook_put(s, revoked, &v, NOW_MS, &e), e);
    CHECK_OK(notice_deliver(s, ways, NOW_MS, 10, &d, &e), e);
    CHECK_INT(d.given_up, 1);
    CHECK_OK(webhook_bury(s, &dead, &e), e);
    CHECK_INT(dead, 1);
    CHECK_OK(webhook_get(s, revoked, STR(""), a, &w, &e), e);
    CHECK(w.state == WEBHOOK_DEAD && str_find(w.why, STR("令牌收回了")) != SIZE_MAX);
    CHECK_OK(webhook_get(s, good, STR(""), a, &w, &e), e);
    CHECK(w.state == WEBHOOK_ON);
    /* what still waited for one that is dead meanwhile is not sent either, and comes back when it is woken */
    p.owner_lives = NULL;
    v.key = STR("event-2");
    CHECK_OK(webhook_put(s, revoked, &v, NOW_MS, &e), e);
    CHECK_OK(notice_deliver(s, ways, NOW_MS, 10, &d, &e), e);
    CHECK_INT(d.given_up, 1);
    CHECK_INT((int64_t)p.spent.len, 0); /* nobody was even called */
    store_close(s);
}

TEST(who_cannot_be_reached_is_tried_once_a_round_and_others_get_theirs)
{
    autoarena *a = arena_new("webhook", 0);
    struct store *s = opened();
    struct err e = { 0 };
    struct vault_key k = { .mac = { 7 } };
    struct notice_delivered d = { 0 };
    webhook_deliveries sent = { 0 };
    int64_t ids[2];
    for (int i = 0; i < 2; i++) { /* nobody listens there */
        struct webhook w = { .owner = STR("A"), .url = STR("http://127.0.0.1:1/x"), .events = STR("case") };
        CHECK_OK(webhook_add(s, &w, true, NOW_MS, &ids[i], &e), e);
        for (int n = 0; n < 5; n++) {
            struct webhook_event v = { STR("case"), STR("1"), STR("/cases/1"), str_fmt(a, "event-%d", n), NOW_MS };
            CHECK_OK(webhook_put(s, ids[i], &v, NOW_MS, &e), e);
        }
    }
    struct webhook_post p = { .s = s, .key = &k, .inside = true, .now_ms = NOW_MS, .a = a };
    struct notice_way ways[NOTICE_CHANNELS] = { [NOTICE_PROGRAM] = { .post = webhook_send, .context = &p } };
    CHECK_OK(notice_deliver(s, ways, NOW_MS, 100, &d, &e), e);
    CHECK_INT(d.postponed, 10);
    CHECK_INT((int64_t)p.spent.len, 2);
    for (int i = 0; i < 2; i++) {
        int64_t tries = 0;
        sent = (webhook_deliveries){ 0 };
        CHECK_OK(webhook_deliveries_of(s, ids[i], 10, a, &sent, &e), e);
        VEC_EACH (const struct webhook_delivery, x, &sent) tries += x->attempts;
        CHECK_INT(tries, 1); /* of five letters; the others were not tried, which does not count */
    }
    struct webhook_post next = { .s = s, .key = &k, .inside = true, .now_ms = NOW_MS, .a = a };
    ways[NOTICE_PROGRAM].context = &next;
    CHECK_OK(notice_deliver(s, ways, NOW_MS + 61000, 100, &d, &e), e);
    CHECK_INT(d.postponed, 10);
    CHECK_INT((int64_t)next.spent.len, 2);
    store_close(s);
}

/* One address that cannot be reached, all others take what they get. */
struct receivers {
    int64_t dead, calls;
};
static void one_is_dead(void *context, const struct notice_letter *letters, size_t count, struct notice_result *results)
{
    struct receivers *r = context;
    for (size_t i = 0; i < count; i++) {
        int64_t id = 0;
        results[i] = (struct notice_result){ 0 };
        CHECK(str_to_i64(letters[i].address, &id));
        results[i].sent = id != r->dead;
        if (id != r->dead) continue;
        if (r->calls++ == 0)
            fail(&results[i].why, IO, "没有人接");
        else
            fail(&results[i].why, LIMIT, "这一轮给它的时间用完了");
    }
}

TEST_WITHIN(thousands_of_letters_for_a_dead_webhook_do_not_hide_the_one_for_another, 60)
{
    enum { LETTERS = 3000 };
    autoarena *a = arena_new("webhook", 0);
    struct store *s = opened();
    struct err e = { 0 };
    struct receivers r = { .dead = added(s, "A") };
    int64_t living = added(s, "B"), late = 0, tries = 0;
    struct notice_delivered d = { 0 };
    CHECK_OK(store_begin(s, &e), e);
    for (int n = 0; n <= LETTERS; n++) {
        struct webhook_event v = { STR("case"), STR("1"), STR("/cases/1"), str_fmt(a, "event-%d", n), NOW_MS };
        CHECK_OK(webhook_put(s, n < LETTERS ? r.dead : living, &v, NOW_MS - LETTERS + n, &e), e);
    }
    CHECK_OK(store_commit(s, &e), e);
    struct notice_way ways[NOTICE_CHANNELS] = { [NOTICE_PROGRAM] = { .post = one_is_dead, .context = &r } };
    CHECK_OK(notice_deliver(s, ways, NOW_MS, 100, &d, &e), e);
    CHECK_INT(d.sent, 1);
    CHECK_INT(d.postponed, LETTERS);
    CHECK_INT(r.calls, 2); /* once in vain; then all the others are put back together */
    CHECK_OK(store_get(s, NULL, &late, 1, &e, "SELECT count(*) FROM notice_delivery WHERE state = 0 AND next_ms > $1",
                       "i", NOW_MS),
             e);
    CHECK_INT(late, LETTERS);
    CHECK_OK(store_get(s, NULL, &tries, 1, &e, "SELECT sum(attempts) FROM notice_delivery WHERE state = 0", ""), e);
    CHECK_INT(tries, 1);
    store_close(s);
}

static CURLMcode takes_in_nothing(CURLM *all, CURL *one)
{
    (void)all, (void)one;
    return CURLM_OUT_OF_MEMORY;
}

TEST(a_letter_that_could_not_even_be_handed_to_the_library_says_so)
{
    autoarena *a = arena_new("webhook", 0);
    struct store *s = opened();
    struct err e = { 0 };
    struct vault_key k = { .mac = { 7 } };
    struct notice_delivered d = { 0 };
    webhook_deliveries sent = { 0 };
    struct webhook_event v = { STR("case"), STR("1"), STR("/cases/1"), STR("event-1"), NOW_MS };
    int64_t id = added(s, "A");
    CHECK_OK(webhook_put(s, id, &v, NOW_MS, &e), e);
    CHECK_OK(curl_load(&e), e);
    curl.multi_add_handle = takes_in_nothing;
    struct webhook_post p = { .s = s, .key = &k, .now_ms = NOW_MS, .a = a };
    struct notice_way ways[NOTICE_CHANNELS] = { [NOTICE_PROGRAM] = { .post = webhook_send, .context = &p } };
    CHECK_OK(notice_deliver(s, ways, NOW_MS, 10, &d, &e), e);
    CHECK_INT(d.postponed, 1);
    CHECK_OK(webhook_deliveries_of(s, id, 10, a, &sent, &e), e);
    CHECK(str_find(sent.at[0].answer, STR("回调没有发出去")) != SIZE_MAX);
    store_close(s);
}

/* A server that answers nobody before all have called. */
enum { CALLERS = 6 };
static void *answer_when_all_are_there(void *ctx)
{
    static const char yes[] = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
    int listener = *(int *)ctx, fds[CALLERS];
    char heard[4096];
    for (int i = 0; i < CALLERS; i++) {
        fds[i] = accept(listener, NULL, NULL);
        CHECK(fds[i] >= 0 && read(fds[i], heard, sizeof heard) > 0);
    }
    for (int i = 0; i < CALLERS; i++) {
        CHECK_INT(write(fds[i], yes, sizeof yes - 1), sizeof yes - 1);
        while (read(fds[i], heard, sizeof heard) > 0) {
        }
        close(fds[i]);
    }
    return NULL;
}

TEST_WITHIN(a_slow_receiver_does_not_make_others_wait, 60)
{
    autoarena *a = arena_new("webhook", 0);
    struct store *s = opened();
    struct err e = { 0 };
    struct vault_key k = { .mac = { 7 } };
    struct notice_delivered d = { 0 };
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof at;
    pthread_t t;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(listener >= 0 && bind(listener, (struct sockaddr *)&at, size) == 0 && listen(listener, CALLERS) == 0);
    CHECK_INT(getsockname(listener, (struct sockaddr *)&at, &size), 0);
    for (int i = 0; i < CALLERS; i++) {
        int64_t id = 0;
        struct webhook w = { .owner = str_fmt(a, "%d", i),
                             .url = str_fmt(a, "http://127.0.0.1:%u/%d", ntohs(at.sin_port), i),
                             .events = STR("case") };
        struct webhook_event v = { STR("case"), STR("1"), STR("/cases/1"), STR("event-1"), NOW_MS };
        CHECK_OK(webhook_add(s, &w, true, NOW_MS, &id, &e), e);
        CHECK_OK(webhook_put(s, id, &v, NOW_MS, &e), e);
    }
    CHECK_INT(pthread_create(&t, NULL, answer_when_all_are_there, &listener), 0);
    struct webhook_post p = { .s = s, .key = &k, .inside = true, .now_ms = NOW_MS, .a = a };
    struct notice_way ways[NOTICE_CHANNELS] = { [NOTICE_PROGRAM] = { .post = webhook_send, .context = &p } };
    CHECK_OK(notice_deliver(s, ways, NOW_MS, 100, &d, &e), e);
    CHECK_INT(d.sent, CALLERS);
    pthread_join(t, NULL);
    close(listener);
    store_close(s);
}

TEST_WITHIN(who_never_takes_anything_is_dead_within_days_however_much_waits, 120)
{
    enum { LETTERS = 40, MINUTES = 10 };
    autoarena *a = arena_new("webhook", 0);
    struct store *s = opened();
    struct err e = { 0 };
    struct vault_key k = { .mac = { 7 } };
    int64_t id = 0, dead = 0, round = 0;
    struct webhook w = { .owner = STR("A"), .url = STR("http://127.0.0.1:1/x"), .events = STR("case") };
    CHECK_OK(webhook_add(s, &w, true, NOW_MS, &id, &e), e);
    for (int n = 0; n < LETTERS; n++) {
        struct webhook_event v = { STR("case"), STR("1"), STR("/cases/1"), str_fmt(a, "event-%d", n), NOW_MS };
        CHECK_OK(webhook_put(s, id, &v, NOW_MS, &e), e);
    }
    for (; dead == 0 && round < 1000; round++) {
        autoarena *of_round = arena_new("round", 0);
        struct notice_delivered d = { 0 };
        int64_t now = NOW_MS + round * MINUTES * 60000;
        struct webhook_post p = { .s = s, .key = &k, .inside = true, .now_ms = now, .a = of_round };
        struct notice_way ways[NOTICE_CHANNELS] = { [NOTICE_PROGRAM] = { .post = webhook_send, .context = &p } };
        CHECK_OK(notice_deliver(s, ways, now, 100, &d, &e), e);
        CHECK_OK(webhook_bury(s, &dead, &e), e);
    }
    CHECK_INT(dead, 1);
    CHECK(round * MINUTES <= 5 * 24 * 60);
    store_close(s);
}

TEST(registering_survives_every_fault)
{
    struct err e = { 0 };
    EVERY_FAULT (FAULT_WRITE) {
        struct store *s;
        e = (struct err){ 0 };
        if (!store_open(&s, str_of(t_path("f.db")), STORE_CREATE, &e)) continue;
        int64_t id = 0;
        struct webhook w = { .owner = STR("A"), .url = STR("https://example.com/"), .events = STR("case") };
        bool ok = webhook_migrate(s, &e) && webhook_add(s, &w, false, NOW_MS, &id, &e);
        CHECK(ok || e.code != ERR_NONE);
        store_close(s);
    }
}

TEST_WITHIN(the_same_holds_on_postgresql, 60)
{
    t_on_postgres();
    a_webhook_is_its_owner_s();
    what_is_told_once_waits_is_given_up_and_the_address_is_dead_until_woken();
}
