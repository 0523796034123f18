/* notice: told once, found in the inbox, delivered with patience. */
#include "notice/notice.h"
#include "store/short.h"
#include "store/store.h"
#include "support/postgres.h"
#include "support/t.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

/* 2026-11-27 10:00 in China. */
static const int64_t MORNING = 1795744800000;
enum { MINUTE = 60000, HOUR = 60 * MINUTE };

static struct store *open(void)
{
    struct err e = { 0 };
    struct store *s;
    CHECK_OK(store_open(&s, str_of(t_database("a.db")), STORE_CREATE, &e), e);
    CHECK_OK(notice_migrate(s, &e), e);
    return s;
}

static struct notice_draft draft(const char *key)
{
    return (struct notice_draft){
        STR("人员 12"), STR("您的申请已经受理"), STR("请在 12 月 8 日以前等候结果。"), STR("D-7"), str_of(key), false
    };
}

static bool put(struct store *s, struct notice_draft n, int64_t now)
{
    struct err e = { 0 };
    bool again = false;
    CHECK_OK(notice_put(s, &n, now, &again, NULL, &e), e);
    return again;
}

/* A sender that answers as it is told and remembers. */
struct post {
    int fail_times;
    bool refuse;
    int64_t seen[64];
    size_t count;
    str last_title, last_address;
    char kept[200];
};
static bool send(void *context, const struct notice_letter *l, bool *refused, struct err *e)
{
    struct post *p = context;
    p->seen[p->count++] = l->delivery;
    snprintf(p->kept, sizeof p->kept, "%.*s", STR_ARG(l->address));
    p->last_address = str_of(p->kept);
    if (p->refuse) {
        *refused = true;
        return fail(e, IO, "没有这个人");
    }
    if (p->fail_times > 0) {
        p->fail_times--;
        return fail(e, IO, "线路忙");
    }
    return true;
}

static struct notice_delivered deliver(struct store *s, struct post *p, int64_t now)
{
    struct err e = { 0 };
    struct notice_delivered d;
    struct notice_way ways[NOTICE_CHANNELS] = { [NOTICE_MAIL] = { .send = send, .context = p } };
    CHECK_OK(notice_deliver(s, ways, now, 100, &d, &e), e);
    return d;
}

TEST(what_is_told_stands_in_the_inbox_of_its_recipient_alone)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 }, f = { 0 };
    struct store *s = open();
    notices mine = { 0 }, others = { 0 };
    int64_t unread;
    CHECK(!put(s, draft("受理 D-7"), MORNING));
    CHECK_OK(notice_inbox(s, STR("人员 12"), 0, 10, a, &mine, &e), e);
    CHECK_INT((int64_t)mine.len, 1);
    CHECK_STR(mine.at[0].title, "您的申请已经受理");
    CHECK_STR(mine.at[0].dossier, "D-7");
    CHECK(!mine.at[0].is_read);
    CHECK_OK(notice_inbox(s, STR("人员 13"), 0, 10, a, &others, &e), e);
    CHECK_INT((int64_t)others.len, 0);
    CHECK_ERR(notice_read(s, STR("人员 13"), mine.at[0].id, MORNING, &f), f, NOT_FOUND);
    CHECK_OK(notice_unread(s, STR("人员 12"), &unread, &e), e);
    CHECK_INT(unread, 1);
    CHECK_OK(notice_read(s, STR("人员 12"), mine.at[0].id, MORNING, &e), e);
    CHECK_OK(notice_unread(s, STR("人员 12"), &unread, &e), e);
    CHECK_INT(unread, 0);
    store_close(s);
}

TEST(the_same_key_tells_nothing_new)
{
    struct store *s = open();
    CHECK(!put(s, draft("受理 D-7"), MORNING));
    CHECK(put(s, draft("受理 D-7"), MORNING + HOUR));
    CHECK(!put(s, draft(""), MORNING));
    CHECK(!put(s, draft(""), MORNING));
    store_close(s);
}

TEST(a_notice_of_a_change_that_was_undone_is_not_there)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct store *s = open();
    notices mine = { 0 };
    CHECK_OK(store_begin(s, &e), e);
    put(s, draft("受理 D-7"), MORNING);
    store_rollback(s);
    CHECK_OK(notice_inbox(s, STR("人员 12"), 0, 10, a, &mine, &e), e);
    CHECK_INT((int64_t)mine.len, 0);
    store_close(s);
}

TEST(a_delivery_is_made_once_and_goes_to_the_address_of_its_day)
{
    struct err e = { 0 };
    struct store *s = open();
    struct post p = { 0 };
    put(s, draft("a"), MORNING); /* no address yet: inbox only */
    CHECK_OK(notice_address(s, STR("人员 12"), NOTICE_MAIL, STR("wang@example.com"), &e), e);
    put(s, draft("b"), MORNING);
    CHECK_OK(notice_address(s, STR("人员 12"), NOTICE_MAIL, STR("other@example.com"), &e), e);
    CHECK_INT(deliver(s, &p, MORNING).sent, 1);
    CHECK_STR(p.last_address, "wang@example.com");
    CHECK_INT(deliver(s, &p, MORNING + 100 * HOUR).sent, 0);
    CHECK_OK(notice_address(s, STR("人员 12"), NOTICE_MAIL, STR(""), &e), e);
    put(s, draft("c"), MORNING);
    CHECK_INT(deliver(s, &p, MORNING).sent, 0);
    store_close(s);
}

TEST(what_fails_is_tried_again_with_the_same_number_and_more_and_more_patience)
{
    struct err e = { 0 };
    struct store *s = open();
    struct post p = { .fail_times = 2 };
    CHECK_OK(notice_address(s, STR("人员 12"), NOTICE_MAIL, STR("wang@example.com"), &e), e);
    put(s, draft("a"), MORNING);
    CHECK_INT(deliver(s, &p, MORNING).postponed, 1);
    CHECK_INT(deliver(s, &p, MORNING + MINUTE - 1).postponed, 0);
    CHECK_INT(deliver(s, &p, MORNING + MINUTE).postponed, 1);
    CHECK_INT(deliver(s, &p, MORNING + 5 * MINUTE).sent, 0);
    CHECK_INT(deliver(s, &p, MORNING + 6 * MINUTE).sent, 1);
    CHECK_INT((int64_t)p.count, 3);
    CHECK_INT(p.seen[0], p.seen[2]);
    store_close(s);
}

TEST(what_can_never_arrive_is_given_up_and_shown_to_a_person)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct store *s = open();
    struct post refuses = { .refuse = true }, dead = { .fail_times = 1000 };
    notice_failures list = { 0 };
    CHECK_OK(notice_address(s, STR("人员 12"), NOTICE_MAIL, STR("wang@example.com"), &e), e);
    put(s, draft("a"), MORNING);
    CHECK_INT(deliver(s, &refuses, MORNING).given_up, 1);
    put(s, draft("b"), MORNING);
    int64_t tries = 0, now = MORNING, given_up = 0;
    for (int hours = 0; hours < 24 * 10 && given_up == 0; hours++, now += HOUR) {
        struct notice_delivered d = deliver(s, &dead, now);
        tries += d.postponed + d.given_up;
        given_up += d.given_up;
    }
    CHECK_INT(given_up, 1);
    CHECK_INT(tries, NOTICE_ATTEMPTS);
    CHECK_OK(notice_given_up(s, 10, a, &list, &e), e);
    CHECK_INT((int64_t)list.len, 2);
    CHECK_STR(list.at[0].error, "线路忙");
    CHECK_STR(list.at[1].error, "没有这个人");
    CHECK_STR(list.at[1].to, "人员 12");
    store_close(s);
}

static bool cannot_try(void *context, const struct notice_letter *l, bool *refused, struct err *e)
{
    (void)l, (void)refused;
    ++*(int *)context;
    return fail(e, LIMIT, "这次没有让送到那里");
}

TEST(what_cannot_even_be_tried_waits_a_week_and_then_comes_to_an_end)
{
    enum { HOURS = 24 * 30 };
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct store *s = open();
    notice_failures lost = { 0 };
    int64_t ended = 0;
    int calls = 0;
    CHECK_OK(notice_address(s, STR("人员 12"), NOTICE_MAIL, STR("wang@example.com"), &e), e);
    CHECK(!put(s, draft("受理 D-7"), MORNING));
    struct notice_way ways[NOTICE_CHANNELS] = { [NOTICE_MAIL] = { .send = cannot_try, .context = &calls } };
    for (int64_t hour = 0; hour < HOURS; hour++) {
        struct notice_delivered d;
        CHECK_OK(notice_deliver(s, ways, MORNING + hour * HOUR, 100, &d, &e), e);
        if (d.given_up > 0) ended = hour;
    }
    CHECK(ended > 7 * 24 && ended < 14 * 24);
    CHECK(calls >= 7 * 24 + NOTICE_ATTEMPTS);
    CHECK_OK(notice_given_up(s, 10, a, &lost, &e), e);
    CHECK_INT((int64_t)lost.len, 1);
    CHECK_STR(lost.at[0].error, "这次没有让送到那里");
    store_close(s);
}

TEST(one_that_was_cut_off_while_sending_is_sent_again_after_a_while)
{
    struct err e = { 0 };
    struct store *s = open();
    struct post p = { 0 };
    CHECK_OK(notice_address(s, STR("人员 12"), NOTICE_MAIL, STR("wang@example.com"), &e), e);
    put(s, draft("a"), MORNING);
    /* as a process leaves it that died after claiming it */
    CHECK_OK(store_do(s, NULL, &e, "UPDATE notice_delivery SET attempts = 1, next_ms = $1", "i", MORNING + 5 * MINUTE),
             e);
    CHECK_INT(deliver(s, &p, MORNING + MINUTE).sent, 0);
    CHECK_INT(deliver(s, &p, MORNING + 5 * MINUTE).sent, 1);
    store_close(s);
}

/* Two processes deliver what is due at the same time. */
enum { PEOPLE = 150 };
struct office {
    str db;
    bool several;
    atomic_int *sent; /* by number of delivery */
    pthread_t thread;
};

static bool hands_over(void *context, const struct notice_letter *l, bool *refused, struct err *e)
{
    const struct office *o = context;
    (void)refused, (void)e;
    atomic_fetch_add(&o->sent[l->delivery], 1);
    return true;
}

static void hands_over_several(void *context, const struct notice_letter *letters, size_t count,
                               struct notice_result *results)
{
    for (size_t i = 0; i < count; i++) {
        results[i] = (struct notice_result){ 0 };
        results[i].sent = hands_over(context, &letters[i], NULL, NULL);
    }
}

static void *delivers(void *context)
{
    struct office *o = context;
    struct err e = { 0 };
    struct store *s;
    struct notice_delivered d;
    struct notice_way way = { .send = o->several ? NULL : hands_over, .context = o };
    if (o->several) way.post = hands_over_several;
    struct notice_way ways[NOTICE_CHANNELS] = { [NOTICE_MAIL] = way };
    CHECK_OK(store_open(&s, o->db, STORE_WRITE, &e), e);
    CHECK_OK(notice_deliver(s, ways, MORNING, 2 * PEOPLE, &d, &e), e);
    store_close(s);
    return NULL;
}

static void two_deliver(bool several)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct store *s;
    atomic_int sent[PEOPLE + 1];
    struct office offices[2];
    str db = str_dup(a, str_of(t_database("two.db")));
    CHECK_OK(store_open(&s, db, STORE_CREATE, &e), e);
    CHECK_OK(notice_migrate(s, &e), e);
    for (int i = 0; i < PEOPLE; i++) {
        struct notice_draft n = draft("");
        n.to = str_fmt(a, "人员 %d", i);
        CHECK_OK(notice_address(s, n.to, NOTICE_MAIL, str_fmt(a, "p%d@example.com", i), &e), e);
        put(s, n, MORNING);
    }
    for (int i = 0; i <= PEOPLE; i++) atomic_init(&sent[i], 0);
    for (int i = 0; i < 2; i++) {
        offices[i] = (struct office){ .db = db, .several = several, .sent = sent };
        CHECK_INT(pthread_create(&offices[i].thread, NULL, delivers, &offices[i]), 0);
    }
    for (int i = 0; i < 2; i++) pthread_join(offices[i].thread, NULL);
    for (int i = 1; i <= PEOPLE; i++) CHECK_INT(atomic_load(&sent[i]), 1);
    store_close(s);
}

TEST(two_who_deliver_at_the_same_time_send_each_letter_once)
{
    two_deliver(false);
    remove(t_path("two.db"));
    two_deliver(true);
}

TEST(nobody_is_woken_but_for_what_is_urgent)
{
    struct err e = { 0 };
    struct store *s = open();
    struct post p = { 0 };
    const int64_t night = MORNING + 13 * HOUR; /* 23:00 */
    struct notice_draft urgent = draft("b");
    urgent.urgent = true;
    CHECK_OK(notice_address(s, STR("人员 12"), NOTICE_MAIL, STR("wang@example.com"), &e), e);
    put(s, draft("a"), night);
    put(s, urgent, night);
    CHECK_INT(deliver(s, &p, night).sent, 1);
    CHECK_INT(deliver(s, &p, night + 9 * HOUR - 1).sent, 0);
    CHECK_INT(deliver(s, &p, night + 9 * HOUR).sent, 1);
    CHECK_INT(notice_not_at_night(MORNING), MORNING);
    CHECK_INT(notice_not_at_night(MORNING - 3 * HOUR), MORNING - 2 * HOUR); /* 7:00 */
    store_close(s);
}

TEST(what_could_smuggle_something_into_a_header_is_refused)
{
    struct store *s = open();
    static const char *const bad[] = { "wang",
                                       "@example.com",
                                       "wang@",
                                       "a@b@c",
                                       "wang@example.com\r\nBcc: x@y.z",
                                       "王@example.com",
                                       "<wang@example.com>",
                                       "wang @example.com",
                                       "wang@.com",
                                       "wang@example.com." };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err e = { 0 };
        NOTE("%s", bad[i]);
        CHECK_ERR(notice_address(s, STR("人员 12"), NOTICE_MAIL, str_of(bad[i]), &e), e, INVALID);
    }
    struct notice_draft n = draft("");
    struct err e = { 0 };
    bool again;
    n.title = STR("您好\r\nBcc: x@y.z");
    CHECK_ERR(notice_put(s, &n, MORNING, &again, NULL, &e), e, INVALID);
    store_close(s);
}

TEST(under_every_fault_a_notice_is_there_whole_or_not_at_all)
{
    EVERY_FAULT (FAULT_WRITE) {
        struct err e = { 0 };
        struct store *s;
        bool again = false;
        const char *path = t_path("fault.db");
        remove(path);
        bool ready = store_open(&s, str_of(path), STORE_CREATE, &e);
        if (!ready) {
            CHECK(t_fault_hit());
            continue;
        }
        struct notice_draft n = draft("a");
        bool told = notice_migrate(s, &e) && notice_address(s, n.to, NOTICE_MAIL, STR("wang@example.com"), &e) &&
                    notice_put(s, &n, MORNING, &again, NULL, &e);
        CHECK(told || t_fault_hit());
        t_fault_over();
        struct err f = { 0 };
        int64_t count = 0, deliveries = 0;
        if (notice_migrate(s, &f) && store_get(s, NULL, &count, 1, &f, "SELECT count(*) FROM notice", "") &&
            store_get(s, NULL, &deliveries, 1, &f, "SELECT count(*) FROM notice_delivery", "")) {
            CHECK_INT(deliveries, count);
            CHECK(!told || count == 1);
        }
        store_close(s);
    }
}

TEST_WITHIN(the_same_holds_on_postgresql, 120)
{
    t_on_postgres();
    what_is_told_stands_in_the_inbox_of_its_recipient_alone();
    the_same_key_tells_nothing_new();
    a_notice_of_a_change_that_was_undone_is_not_there();
    a_delivery_is_made_once_and_goes_to_the_address_of_its_day();
    what_fails_is_tried_again_with_the_same_number_and_more_and_more_patience();
    what_can_never_arrive_is_given_up_and_shown_to_a_person();
    one_that_was_cut_off_while_sending_is_sent_again_after_a_while();
    two_who_deliver_at_the_same_time_send_each_letter_once();
    nobody_is_woken_but_for_what_is_urgent();
}
