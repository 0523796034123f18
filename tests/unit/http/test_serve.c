/* The server, met as strangers meet it: through a socket. */
#include "base/file.h"
#include "http/http.h"
#include "support/t.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LARGE = 24 << 20, PAGE = 100 << 10 };
static _Atomic unsigned handled;

static void handle(void *ctx, unsigned thread, const struct http_request *q, struct http_answer *r)
{
    (void)ctx, (void)thread;
    atomic_fetch_add(&handled, 1);
    r->type = STR("text/plain; charset=utf-8");
    if (str_eq(q->path, STR("/large"))) text_repeat(&r->body, 'x', LARGE);
    if (str_eq(q->path, STR("/page"))) text_repeat(&r->body, 'x', PAGE);
    if (str_eq(q->path, STR("/slow"))) usleep(300000);
    if (str_eq(q->path, STR("/split"))) http_answer_field(r, "X-Bad", STR("a\r\nSet-Cookie: b"));
    text_addf(&r->body, "%.*s|%.*s|", STR_ARG(q->path), STR_ARG(q->body));
}

static void refuse(void *ctx, unsigned status, const char *why, const struct http_request *q, struct http_answer *r)
{
    (void)ctx;
    str accepts = q != NULL ? http_field(q, "accept") : STR("unheard");
    text_addf(&r->body, "%u %s|%.*s|", status, why, STR_ARG(accepts));
}

static struct http_server *started_with(struct http_limits l, unsigned threads, struct http_counts *counts)
{
    struct http_options o = { .address = STR("127.0.0.1"),
                              .threads = threads,
                              .answer_bytes = 2 * LARGE,
                              .limits = l,
                              .handler = handle,
                              .refusal = refuse,
                              .counts = counts };
    struct http_server *s = NULL;
    struct err e = { 0 };
    CHECK_OK(http_start(&s, &o, &e), e);
    return s;
}

static struct http_server *started(struct http_limits l) { return started_with(l, 2, NULL); }

static int dial(const struct http_server *s)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(http_port(s)) };
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0);
    return fd;
}

static void say(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t k = send(fd, p, n, MSG_NOSIGNAL);
        if (k <= 0) return; /* the other side has heard enough */
        p += k;
        n -= (size_t)k;
    }
}

static void sayz(int fd, const char *z) { say(fd, z, strlen(z)); }

/* Everything until the other side closes, or for so many milliseconds; *closed says which. */
static str hear(struct arena *a, int fd, int ms, bool *closed)
{
    struct text t;
    char piece[65536];
    text_init(&t, a, 32 << 20);
    *closed = false;
    struct pollfd p = { .fd = fd, .events = POLLIN };
    while (poll(&p, 1, ms) == 1) {
        ssize_t k = recv(fd, piece, sizeof piece, 0);
        *closed = k <= 0;
        if (k <= 0) break;
        text_add(&t, (str){ piece, (size_t)k });
    }
    return text_str(&t);
}

static unsigned count(str s, const char *what)
{
    unsigned n = 0;
    for (size_t at; (at = str_find(s, str_of(what))) != SIZE_MAX; n++) s = str_slice(s, at + 1, s.len);
    return n;
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

TEST(requests_of_a_connection_are_answered_in_order)
{
    autoarena *a = arena_new("serve", 0);
    struct http_server *s = started((struct http_limits){ 0 });
    bool closed;
    int fd = dial(s);
    sayz(fd, "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
             "GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /4 HTTP/1.1\r\nHost: a\r\n\r\n");
    str answer = hear(a, fd, 5000, &closed);
    CHECK(closed);
    CHECK_INT(count(answer, "HTTP/1.1 200 OK\r\n"), 3);
    size_t one = str_find(answer, STR("/1||")), two = str_find(answer, STR("/2|abc|")),
           three = str_find(answer, STR("/3||"));
    CHECK(one < two && two < three && three != SIZE_MAX);
    CHECK_INT(count(answer, "/4"), 0);
    CHECK_INT(count(answer, "Date: "), 3);
    close(fd);
    http_stop(s);
}

TEST(a_refused_request_is_answered_once_and_ends_the_connection)
{
    autoarena *a = arena_new("serve", 0);
    struct http_server *s = started((struct http_limits){ 0 });
    bool closed;
    int fd = dial(s);
    sayz(fd, "GET /good HTTP/1.1\r\nHost: a\r\n\r\nGET /p HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\nGET /bad "
             "HTTP/1.1\r\nHost: a\r\n\r\n");
    str answer = hear(a, fd, 5000, &closed);
    CHECK(closed);
    CHECK_INT(count(answer, "HTTP/1.1 "), 2);
    CHECK(str_find(answer, STR("/good||")) < str_find(answer, STR("HTTP/1.1 400 ")));
    CHECK_INT(count(answer, "/bad"), 0);
    close(fd);
    /* a body that is too large is refused while it is still being sent, and the refusal is heard */
    fd = dial(s);
    sayz(fd, "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 2097152\r\n\r\n");
    static char body[2097152];
    say(fd, body, sizeof body);
    answer = hear(a, fd, 5000, &closed);
    CHECK_INT(count(answer, "HTTP/1.1 413 "), 1);
    close(fd);
    http_stop(s);
}

TEST(head_has_the_length_and_no_body)
{
    autoarena *a = arena_new("serve", 0);
    struct http_server *s = started((struct http_limits){ 0 });
    bool closed;
    int fd = dial(s);
    sayz(fd, "HEAD /abc HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    str answer = hear(a, fd, 5000, &closed);
    CHECK(str_find(answer, STR("Content-Length: 6\r\n")) != SIZE_MAX);
    CHECK(str_ends(answer, STR("\r\n\r\n")));
    close(fd);
    fd = dial(s);
    sayz(fd, "GET /split HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    answer = hear(a, fd, 5000, &closed);
    CHECK_INT(count(answer, "Set-Cookie"), 0);
    close(fd);
    fd = dial(s); /* who waits for permission gets it */
    sayz(fd, "POST /p HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\nConnection: close\r\n\r\n");
    char interim[25];
    CHECK_INT(recv(fd, interim, sizeof interim, MSG_WAITALL), 25);
    CHECK_STR(((str){ interim, 25 }), "HTTP/1.1 100 Continue\r\n\r\n");
    sayz(fd, "abc");
    answer = hear(a, fd, 5000, &closed);
    CHECK(str_find(answer, STR("/p|abc|")) != SIZE_MAX);
    close(fd);
    http_stop(s);
}

/* Sends `bytes` one every 50 ms and says how long the server bore it. */
static int64_t trickle(const struct http_server *s, const char *start, str *answer, struct arena *a)
{
    int fd = dial(s);
    int64_t began = now_ms();
    bool closed = false;
    struct text all;
    text_init(&all, a, 1 << 20);
    sayz(fd, start);
    for (int i = 0; i < 200 && !closed; i++) {
        say(fd, "a", 1);
        text_add(&all, hear(a, fd, 50, &closed));
    }
    close(fd);
    *answer = text_str(&all);
    return closed ? now_ms() - began : INT64_MAX;
}

TEST(a_byte_now_and_then_holds_nothing)
{
    autoarena *a = arena_new("serve", 0);
    struct http_server *s = started((struct http_limits){ .head_ms = 400, .body_ms = 400, .idle_ms = 400 });
    str answer;
    CHECK(trickle(s, "GET /", &answer, a) < 4000);
    CHECK_INT(count(answer, "HTTP/1.1 408 "), 1);
    CHECK(trickle(s, "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n", &answer, a) < 4000);
    CHECK_INT(count(answer, "HTTP/1.1 408 "), 1);
    bool closed; /* who says nothing at all is shown out without a word */
    int fd = dial(s);
    CHECK_STR(hear(a, fd, 4000, &closed), "");
    CHECK(closed);
    close(fd);
    http_stop(s);
}

TEST(who_does_not_take_the_answer_is_left)
{
    autoarena *a = arena_new("serve", 0);
    struct http_server *s = started((struct http_limits){ .write_ms = 400 });
    int fd = dial(s), small = 4096;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    sayz(fd, "GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    usleep(1500000);
    bool closed;
    str answer = hear(a, fd, 2000, &closed);
    CHECK(closed);
    CHECK(answer.len < LARGE / 2); /* what was in the buffers, not all of it */
    close(fd);
    http_stop(s);
}

TEST(one_address_has_only_so_many_connections_and_is_told_so)
{
    autoarena *a = arena_new("serve", 0);
    struct http_server *s = started((struct http_limits){ .per_address = 5 });
    int fds[8];
    unsigned shown_out = 0, told = 0;
    for (int i = 0; i < 8; i++) {
        fds[i] = dial(s);
        if (i >= 5) sayz(fds[i], "GET /more HTTP/1.1\r\nHost: a\r\n\r\n");
        usleep(30000);
    }
    for (int i = 0; i < 8; i++) {
        bool closed;
        str answer = hear(a, fds[i], 100, &closed);
        shown_out += closed;
        told += count(answer, "HTTP/1.1 429 ") == 1 && count(answer, "Retry-After: ") == 1;
    }
    CHECK_INT(shown_out, 3);
    CHECK_INT(told, 3);
    for (int i = 0; i < 8; i++) close(fds[i]);
    usleep(200000);
    bool closed; /* places are given back */
    int fd = dial(s);
    sayz(fd, "GET /again HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    CHECK_INT(count(hear(a, fd, 5000, &closed), "/again||"), 1);
    close(fd);
    http_stop(s);
}

/* So many that every thread has all it may have, each in the middle of a request. */
static void fill(const struct http_server *s, int *fds, int n, const char *half)
{
    for (int i = 0; i < n; i++) {
        fds[i] = dial(s);
        sayz(fds[i], half);
    }
}

TEST(when_all_places_are_taken_one_more_is_told_to_come_back)
{
    autoarena *a = arena_new("serve", 0);
    struct http_counts counts = { 0 };
    struct http_server *s = started_with((struct http_limits){ .connections = 4 }, 1, &counts);
    int fds[4];
    bool closed;
    fill(s, fds, 4, "GET /half HTTP/1.1\r\nHo");
    int fd = dial(s);
    sayz(fd, "GET /more HTTP/1.1\r\nHost: a\r\n\r\n");
    str answer = hear(a, fd, 5000, &closed);
    CHECK(closed);
    CHECK_INT(count(answer, "HTTP/1.1 503 "), 1);
    CHECK_INT(count(answer, "Retry-After: 2\r\n"), 1);
    CHECK_INT(count(answer, "/more"), 0);
    close(fd);
    sayz(fds[0], "st: a\r\nConnection: close\r\n\r\n"); /* who was let in is answered as ever */
    CHECK_INT(count(hear(a, fds[0], 5000, &closed), "/half||"), 1);
    fd = dial(s);
    sayz(fd, "GET /now HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    CHECK_INT(count(hear(a, fd, 5000, &closed), "/now||"), 1);
    close(fd);
    for (int i = 0; i < 4; i++) close(fds[i]);
    CHECK_INT((int64_t)atomic_load(&counts.turned_away), 1);
    CHECK_INT((int64_t)atomic_load(&counts.requests), 2);
    http_stop(s);
    CHECK_INT(atomic_load(&counts.connections), 0);
}

TEST(who_is_turned_away_is_told_in_the_form_they_asked_for)
{
    autoarena *a = arena_new("serve", 0);
    struct http_server *s = started_with((struct http_limits){ .connections = 2 }, 1, NULL);
    int fds[2];
    bool closed;
    fill(s, fds, 2, "GET /half HTTP/1.1\r\nHo");
    int fd = dial(s);
    sayz(fd, "GET /more HTTP/1.1\r\nHost: a\r\nAcc"); /* the head comes in pieces */
    usleep(50000);
    sayz(fd, "ept: text/html\r\n\r\n");
    CHECK_INT(count(hear(a, fd, 5000, &closed), "|text/html|"), 1);
    close(fd);
    fd = dial(s);
    sayz(fd, "POST /more HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\nContent-Length: 9999999\r\n\r\nabc");
    str answer = hear(a, fd, 5000, &closed);
    CHECK_INT(count(answer, "HTTP/1.1 503 "), 1); /* not 413: that may be well another time */
    CHECK_INT(count(answer, "|application/json|"), 1);
    close(fd);
    for (int i = 0; i < 2; i++) close(fds[i]);
    http_stop(s);
}

TEST(who_is_turned_away_and_says_nothing_holds_a_place_for_a_second_only)
{
    autoarena *a = arena_new("serve", 0);
    struct http_server *s = started_with((struct http_limits){ .connections = 2 }, 1, NULL);
    int fds[2];
    bool closed;
    fill(s, fds, 2, "GET /half HTTP/1.1\r\nHo");
    int silent = dial(s), slow = dial(s);
    sayz(slow, "GET /half HTTP/1.1\r\nHo");
    int64_t began = now_ms();
    CHECK_INT(count(hear(a, silent, 5000, &closed), "|unheard|"), 1);
    CHECK_INT(count(hear(a, slow, 5000, &closed), "HTTP/1.1 503 "), 1);
    CHECK(now_ms() - began < 4500);
    close(silent), close(slow);
    for (int i = 0; i < 2; i++) close(fds[i]);
    http_stop(s);
}

TEST(who_sits_idle_makes_room_for_who_comes)
{
    autoarena *a = arena_new("serve", 0);
    struct http_server *s = started_with((struct http_limits){ .connections = 3 }, 1, NULL);
    bool closed;
    int idle[3];
    fill(s, idle, 3, "GET /idle HTTP/1.1\r\nHost: a\r\n\r\n"); /* answered, and the connections stay open */
    for (int i = 0; i < 3; i++) CHECK_INT(count(hear(a, idle[i], 200, &closed), "/idle||"), 1);
    int fd = dial(s);
    sayz(fd, "GET /new HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    CHECK_INT(count(hear(a, fd, 5000, &closed), "/new||"), 1);
    close(fd);
    CHECK_STR(hear(a, idle[0], 2000, &closed), ""); /* the one that waited longest went, without a word */
    CHECK(closed);
    sayz(idle[2], "GET /still HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    CHECK_INT(count(hear(a, idle[2], 5000, &closed), "/still||"), 1);
    for (int i = 0; i < 3; i++) close(idle[i]);
    http_stop(s);
}

/* Slow heads, slow bodies and deaf readers at once hold no place longer than their phase, and others are served between
 * them all the while. */
TEST(a_crowd_of_slow_ones_keeps_nobody_waiting)
{
    enum { CROWD = 60 };
    static const char *const starts[] = { "GET /", "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n",
                                          "GET /large HTTP/1.1\r\nHost: a\r\n\r\n" };
    autoarena *a = arena_new("serve", 0);
    struct http_server *s = started((struct http_limits){ .head_ms = 500, .body_ms = 500, .write_ms = 500 });
    int fds[CROWD], small = 4096;
    bool closed;
    for (int i = 0; i < CROWD; i++) {
        fds[i] = dial(s);
        if (i % 3 == 2 && i < 12) setsockopt(fds[i], SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
        sayz(fds[i], starts[i % 3 == 2 && i >= 12 ? 0 : i % 3]);
    }
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < CROWD; i++) {
            if (i % 3 != 2) say(fds[i], "a", 1);
        }
        int fd = dial(s);
        sayz(fd, "GET /quick HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        /* one after the other the slow ones would take ten seconds and more */
        CHECK_INT(count(hear(a, fd, 5000, &closed), "/quick||"), 1);
        close(fd);
        usleep(100000);
    }
    for (int i = 0; i < CROWD; i++) { /* by now each was shown out */
        hear(a, fds[i], 3000, &closed);
        NOTE("%d", i);
        CHECK(closed);
        close(fds[i]);
    }
    http_stop(s);
}

TEST(who_closes_the_sending_half_still_gets_the_answer)
{
    autoarena *a = arena_new("serve", 0);
    struct http_server *s = started((struct http_limits){ 0 });
    bool closed;
    int fd = dial(s);
    sayz(fd, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    shutdown(fd, SHUT_WR);
    CHECK_INT(count(hear(a, fd, 5000, &closed), "/slow||"), 1);
    CHECK(closed);
    close(fd);
    fd = dial(s);
    sayz(fd, "GET /half HTTP/1.1\r\nHo");
    shutdown(fd, SHUT_WR);
    CHECK_STR(hear(a, fd, 5000, &closed), "");
    CHECK(closed);
    close(fd);
    http_stop(s);
}

static void *stop(void *ctx)
{
    http_stop(ctx);
    return NULL;
}

TEST(stopping_finishes_what_is_under_way)
{
    autoarena *a = arena_new("serve", 0);
    struct http_server *s = started((struct http_limits){ .stop_ms = 3000 });
    bool closed;
    int idle = dial(s), busy = dial(s), half = dial(s);
    sayz(half, "GET /half HTTP/1.1\r\nHo");
    usleep(100000); /* so that its thread has read this before it may be busy */
    sayz(busy, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    usleep(100000);
    pthread_t t;
    int64_t began = now_ms();
    CHECK_INT(pthread_create(&t, NULL, stop, s), 0);
    CHECK_INT(count(hear(a, busy, 5000, &closed), "/slow||"), 1);
    CHECK(closed);
    close(busy);
    sayz(half, "st: a\r\n\r\n");
    str answer = hear(a, half, 5000, &closed);
    CHECK_INT(count(answer, "/half||"), 1);
    CHECK_INT(count(answer, "Connection: close"), 1);
    close(half);
    CHECK_STR(hear(a, idle, 5000, &closed), "");
    CHECK(closed);
    close(idle);
    pthread_join(t, NULL);
    CHECK(now_ms() - began < 5000);
}

TEST(a_port_in_use_is_an_error_with_advice)
{
    struct http_server *s = started((struct http_limits){ 0 }), *second = NULL;
    struct http_options o = { .address = STR("127.0.0.1"), .port = http_port(s), .threads = 1, .handler = handle };
    struct err e = { 0 };
    CHECK_ERR(http_start(&second, &o, &e), e, CONFLICT);
    o.address = STR("hall");
    e = (struct err){ 0 };
    CHECK_ERR(http_start(&second, &o, &e), e, INVALID);
    http_stop(s);
}

TEST(both_threads_take_connections)
{
    autoarena *a = arena_new("serve", 0);
    struct http_server *s = started((struct http_limits){ 0 });
    CHECK_INT(http_threads(s), 2);
    atomic_store(&handled, 0);
    for (int i = 0; i < 40; i++) {
        bool closed;
        int fd = dial(s);
        sayz(fd, "GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        CHECK_INT(count(hear(a, fd, 5000, &closed), "/x||"), 1);
        close(fd);
    }
    CHECK_INT(atomic_load(&handled), 40);
    http_stop(s);
}

static int64_t resident_kib(void)
{
    autoarena *a = arena_new("statm", 0);
    struct err e = { 0 };
    str text, whole, resident;
    int64_t pages = 0;
    CHECK_OK(file_read(a, STR("/proc/self/statm"), 4096, &text, &e), e);
    CHECK(str_split(&text, ' ', &whole) && str_split(&text, ' ', &resident) && str_to_i64(resident, &pages));
    return pages * sysconf(_SC_PAGESIZE) / 1024;
}

TEST_WITHIN(what_a_crowd_needed_goes_back_when_it_has_gone, 60)
{
    enum { CROWD = 400 };
#if defined(__SANITIZE_ADDRESS__)
    SKIP("sanitizers keep freed memory aside on purpose");
#endif
    struct http_counts counts = { 0 };
    struct http_server *s = started_with((struct http_limits){ .per_address = 1000 }, 1, &counts);
    int fds[CROWD];
    int64_t before = resident_kib();
    for (int i = 0; i < CROWD; i++) {
        fds[i] = dial(s);
        sayz(fds[i], "GET /page HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    for (int i = 0; i < 10000 && atomic_load(&counts.requests) < CROWD; i++) usleep(1000);
    CHECK_INT((int64_t)atomic_load(&counts.requests), CROWD);
    for (int i = 0; i < CROWD; i++) close(fds[i]);
    for (int i = 0; i < 10000 && atomic_load(&counts.connections) > 0; i++) usleep(1000);
    CHECK_INT(atomic_load(&counts.connections), 0);
    /* some stays for the next; the last ones are counted before what they had is given back */
    int64_t most = before + CROWD * (int64_t)PAGE / 1024 / 2;
    for (int i = 0; i < 5000 && resident_kib() >= most; i++) usleep(1000);
    CHECK(resident_kib() < most);
    CHECK(http_stop(s));
}
