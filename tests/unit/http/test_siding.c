/* Sidings: what takes long goes on beside the loops. Nothing here waits for a clock: the slow request ends when the
 * test says so. */
#include "http/http.h"
#include "support/t.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static _Atomic bool may_end;
static _Atomic unsigned begun, ended;
static _Atomic unsigned siding_thread;

static void handle(void *ctx, unsigned thread, const struct http_request *q, struct http_answer *r)
{
    (void)ctx;
    if (q->no_room) {
        r->status = 503;
        text_addf(&r->body, "full|");
        return;
    }
    if (str_starts(q->path, STR("/long"))) {
        atomic_store(&siding_thread, thread);
        atomic_fetch_add(&begun, 1);
        while (!atomic_load(&may_end)) usleep(1000);
        atomic_fetch_add(&ended, 1);
    }
    text_addf(&r->body, "%.*s|", STR_ARG(q->path));
}

static unsigned siding(void *ctx, const struct http_request *q)
{
    (void)ctx;
    return str_starts(q->path, STR("/long")) ? 1 : 0;
}

static struct http_server *started_with(uint32_t waits, uint32_t stop_ms, uint32_t siding_stop_ms)
{
    struct http_options o = { .address = STR("127.0.0.1"),
                              .threads = 1,
                              .handler = handle,
                              .siding = siding,
                              .sidings = 1,
                              .siding_waits = { waits },
                              .limits = { .stop_ms = stop_ms, .siding_stop_ms = siding_stop_ms } };
    struct http_server *s = NULL;
    struct err e = { 0 };
    atomic_store(&may_end, false);
    atomic_store(&begun, 0);
    atomic_store(&ended, 0);
    CHECK_OK(http_start(&s, &o, &e), e);
    return s;
}

static struct http_server *started(uint32_t waits, uint32_t stop_ms) { return started_with(waits, stop_ms, 10000); }

static int ask_from(const struct http_server *s, const char *address, const char *path)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(http_port(s)) };
    struct sockaddr_in from = { .sin_family = AF_INET };
    char request[200];
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    inet_pton(AF_INET, address, &from.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(fd >= 0 && bind(fd, (struct sockaddr *)&from, sizeof from) == 0);
    CHECK(connect(fd, (struct sockaddr *)&to, sizeof to) == 0);
    int n = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", path);
    CHECK_INT(send(fd, request, (size_t)n, MSG_NOSIGNAL), n);
    return fd;
}

static int ask(const struct http_server *s, const char *path) { return ask_from(s, "127.0.0.1", path); }

static bool answered(int fd, const char *word)
{
    char heard[2000];
    size_t len = 0;
    struct pollfd p = { .fd = fd, .events = POLLIN };
    while (len < sizeof heard && poll(&p, 1, 10000) == 1) {
        ssize_t n = recv(fd, heard + len, sizeof heard - len, 0);
        if (n <= 0) break;
        len += (size_t)n;
    }
    close(fd);
    return str_find((str){ heard, len }, str_of(word)) != SIZE_MAX;
}

static void wait_until(_Atomic unsigned *n, unsigned wanted)
{
    for (int i = 0; i < 10000 && atomic_load(n) < wanted; i++) usleep(1000);
    CHECK_INT(atomic_load(n), wanted);
}

TEST(while_one_takes_long_others_of_its_loop_are_answered)
{
    struct http_server *s = started(4, 5000);
    int slow = ask(s, "/long"), behind = ask(s, "/long/2");
    wait_until(&begun, 1);
    for (int i = 0; i < 50; i++) CHECK(answered(ask(s, "/quick"), "/quick|")); /* the one loop there is goes on */
    CHECK_INT(atomic_load(&ended), 0);
    CHECK_INT(atomic_load(&begun), 1); /* the second waits for the first */
    CHECK_INT(atomic_load(&siding_thread), 1);
    atomic_store(&may_end, true);
    CHECK(answered(slow, "/long|"));
    CHECK(answered(behind, "/long/2|"));
    http_stop(s);
}

TEST(a_full_siding_says_so_and_takes_again_when_it_has_room)
{
    struct http_server *s = started(2, 5000);
    int slow = ask(s, "/long");
    wait_until(&begun, 1);
    int second = ask(s, "/long"), third = ask(s, "/long");
    CHECK(answered(ask(s, "/quick"), "/quick|")); /* both were taken in before this one was answered */
    CHECK(answered(ask(s, "/long"), "full|"));
    atomic_store(&may_end, true);
    CHECK(answered(slow, "/long|"));
    CHECK(answered(second, "/long|"));
    CHECK(answered(third, "/long|"));
    CHECK(answered(ask(s, "/long"), "/long|"));
    http_stop(s);
}

TEST(who_hangs_up_while_a_siding_works_takes_nobody_along)
{
    struct http_server *s = started(4, 5000);
    struct linger at_once = { .l_onoff = 1 };
    int slow = ask(s, "/long"), behind = ask(s, "/long"), half = ask(s, "/long/half");
    wait_until(&begun, 1);
    setsockopt(slow, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    setsockopt(behind, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(slow);
    close(behind);
    shutdown(half, SHUT_WR); /* only the sending half: they still listen */
    CHECK(answered(ask(s, "/quick"), "/quick|"));
    atomic_store(&may_end, true);
    CHECK(answered(half, "/long/half|"));
    wait_until(&ended, 3);
    CHECK(answered(ask(s, "/quick"), "/quick|"));
    http_stop(s);
}

static void *stop(void *s) { return http_stop(s) ? s : NULL; }

TEST(a_siding_that_does_not_end_is_not_waited_for_without_end)
{
    struct http_server *s = started_with(4, 100, 200);
    int slow = ask(s, "/long"), behind = ask(s, "/long");
    wait_until(&begun, 1);
    CHECK(answered(ask(s, "/quick"), "/quick|"));
    CHECK(!http_stop(s)); /* comes back, and nothing that the siding stands on is gone: */
    CHECK_INT(atomic_load(&ended), 0);
    atomic_store(&may_end, true);
    wait_until(&ended, 1);
    CHECK_INT(atomic_load(&begun), 1); /* of what waited nothing is begun any more */
    close(slow), close(behind);
    _exit(0); /* as who is told so must do: memory is with the threads */
}

/* Which requests were asked, in order. */
static char asked[200];

static void note_order(void *ctx, unsigned thread, const struct http_request *q, struct http_answer *r)
{
    if (q->no_room || str_starts(q->path, STR("/long/"))) {
        size_t len = strlen(asked);
        snprintf(asked + len, sizeof asked - len, "%s%.*s ", q->no_room ? "!" : "", STR_ARG(q->path));
    }
    handle(ctx, thread, q, r);
}

TEST(a_crowd_behind_one_address_stands_behind_itself)
{
    struct http_options o = { .address = STR("127.0.0.1"),
                              .threads = 1,
                              .handler = note_order,
                              .siding = siding,
                              .sidings = 1,
                              .siding_waits = { 4 },
                              .limits = { .stop_ms = 5000 } };
    struct http_server *s = NULL;
    struct err e = { 0 };
    int crowd[4];
    asked[0] = '\0';
    atomic_store(&may_end, false);
    atomic_store(&begun, 0);
    CHECK_OK(http_start(&s, &o, &e), e);
    int first = ask(s, "/long");
    wait_until(&begun, 1);
    for (int i = 0; i < 4; i++) {
        char path[32];
        snprintf(path, sizeof path, "/long/%d", i);
        crowd[i] = ask(s, path);
        CHECK(answered(ask(s, "/quick"), "/quick|")); /* one after the other */
    }
    /* The queue is full of one address. Whoever comes from another has the turn after the first of them, and the last
     * of the crowd is told that there is no room. */
    int other = ask_from(s, "127.0.0.2", "/long/other");
    CHECK(answered(crowd[3], "full|"));
    CHECK(answered(ask(s, "/long/one-more"), "full|"));
    atomic_store(&may_end, true);
    CHECK(answered(first, "/long|"));
    CHECK(answered(other, "/long/other|"));
    for (int i = 0; i < 3; i++) CHECK(answered(crowd[i], "/long/"));
    CHECK_STR(str_of(asked), "!/long/3 !/long/one-more /long/0 /long/other /long/1 /long/2 ");
    CHECK(http_stop(s));
}

TEST(stopping_waits_for_what_a_siding_has_begun)
{
    struct http_server *s = started(4, 60000);
    pthread_t t;
    int slow = ask(s, "/long"), behind = ask(s, "/long/2");
    wait_until(&begun, 1);
    CHECK(answered(ask(s, "/quick"), "/quick|"));
    CHECK_INT(pthread_create(&t, NULL, stop, s), 0);
    usleep(100000);
    CHECK_INT(atomic_load(&ended), 0);
    atomic_store(&may_end, true); /* within the time both are finished */
    CHECK(answered(slow, "/long|"));
    CHECK(answered(behind, "/long/2|"));
    pthread_join(t, NULL);
    /* after the time only the one under way is waited for, and nobody is answered */
    s = started(4, 100);
    slow = ask(s, "/long"), behind = ask(s, "/long/2");
    wait_until(&begun, 1);
    CHECK(answered(ask(s, "/quick"), "/quick|"));
    CHECK_INT(pthread_create(&t, NULL, stop, s), 0);
    usleep(500000);
    atomic_store(&may_end, true);
    pthread_join(t, NULL);
    CHECK_INT(atomic_load(&begun), 1);
    CHECK_INT(atomic_load(&ended), 1);
    CHECK(!answered(slow, "/long|"));
    CHECK(!answered(behind, "/long"));
}
