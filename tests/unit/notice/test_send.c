/* send: what really goes over the line, read by a small server of this test on 127.0.0.1. */
#include "base/file.h"
#include "notice/send.h"
#include "support/t.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A server for one connection: says hello, then for each line (or head and body) the next answer. */
struct server {
    int listener;
    unsigned port;
    bool mail;
    const char *answer; /* HTTP: the status line; mail: the answer to RCPT */
    char heard[1 << 14];
    size_t len;
    pthread_t thread;
};

static void say(int fd, const char *text) { CHECK_INT(write(fd, text, strlen(text)), (int64_t)strlen(text)); }

static bool hear(struct server *s, int fd)
{
    ssize_t n = read(fd, s->heard + s->len, sizeof s->heard - 1 - s->len);
    if (n <= 0) return false;
    s->len += (size_t)n;
    s->heard[s->len] = '\0';
    return true;
}

static void talk_mail(struct server *s, int fd)
{
    size_t at = 0;
    bool data = false;
    say(fd, "220 test\r\n");
    while (hear(s, fd)) {
        for (char *end; (end = strstr(s->heard + at, "\r\n")) != NULL;) {
            const char *line = s->heard + at;
            at = (size_t)(end - s->heard) + 2;
            if (data) {
                if (strncmp(line, ".\r\n", 3) != 0) continue;
                data = false;
                say(fd, "250 taken\r\n");
            } else if (strncmp(line, "DATA", 4) == 0) {
                data = true;
                say(fd, "354 go on\r\n");
            } else if (strncmp(line, "QUIT", 4) == 0) {
                say(fd, "221 bye\r\n");
                return;
            } else if (strncmp(line, "RCPT", 4) == 0) {
                say(fd, s->answer);
            } else {
                say(fd, "250 ok\r\n");
            }
        }
    }
}

static void talk_web(struct server *s, int fd)
{
    while (hear(s, fd)) {
        const char *body = strstr(s->heard, "\r\n\r\n"), *length = strstr(s->heard, "Content-Length: ");
        if (body == NULL || length == NULL) continue;
        int64_t want = 0;
        str digits = { length + 16, strspn(length + 16, "0123456789") };
        CHECK(str_to_i64(digits, &want));
        if ((int64_t)strlen(body + 4) < want) continue;
        say(fd, s->answer);
        say(fd, "Content-Length: 0\r\nConnection: close\r\n\r\n");
        return;
    }
}

static void *serve(void *context)
{
    struct server *s = context;
    int fd = accept(s->listener, NULL, NULL);
    CHECK(fd >= 0);
    if (s->mail)
        talk_mail(s, fd);
    else
        talk_web(s, fd);
    close(fd);
    return NULL;
}

static void start(struct server *s, bool mail, const char *answer)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof at;
    *s = (struct server){ .mail = mail, .answer = answer, .listener = socket(AF_INET, SOCK_STREAM, 0) };
    CHECK(s->listener >= 0);
    CHECK_INT(bind(s->listener, (struct sockaddr *)&at, size), 0);
    CHECK_INT(listen(s->listener, 1), 0);
    CHECK_INT(getsockname(s->listener, (struct sockaddr *)&at, &size), 0);
    s->port = ntohs(at.sin_port);
    CHECK_INT(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void stop(struct server *s)
{
    pthread_join(s->thread, NULL);
    close(s->listener);
}

#define LIT(z)           \
    {                    \
        z, sizeof(z) - 1 \
    } /* a str where STR would be no constant */
static const struct notice_letter letter = { 41,
                                             7,
                                             1795744800000,
                                             LIT("wang@example.com"),
                                             LIT("您的灵活就业社会保险补贴已经发放，请查收社会保障卡"),
                                             LIT("金额 512.40 元。\n.\n不明白的请打 12333。"),
                                             LIT("000000001724") };

TEST(a_mail_carries_its_text_and_a_title_in_pieces_that_readers_understand)
{
    struct server s;
    struct err e = { 0 };
    bool refused = false;
    autoarena *a = arena_new("test", 0);
    start(&s, true, "250 ok\r\n");
    struct notice_mail m = { str_fmt(a, "smtp://127.0.0.1:%u", s.port), STR("leye@example.gov.cn"), { 0 }, { 0 } };
    CHECK_OK(notice_send_mail(&m, &letter, &refused, &e), e);
    stop(&s);
    static const char *const said[] = {
        "MAIL FROM:<leye@example.gov.cn>",
        "RCPT TO:<wang@example.com>",
        "Subject: =?UTF-8?B?5oKo55qE54G15rS75bCx5Lia56S+5Lya5L+d6Zmp6KGl6LS05bey57uP?=\r\n =?UTF-8?B?",
        "Message-ID: <notice-41@example.gov.cn>",
        "Date: Fri, 27 Nov 2026 10:00:00 +0800",
        "6YeR6aKdIDUxMi40MCDlhYPjgIIKLg"
    };
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        NOTE("looking for %s in\n%s", said[i], s.heard);
        CHECK(strstr(s.heard, said[i]) != NULL);
    }
}

TEST(a_mailbox_that_does_not_exist_is_not_tried_again_and_a_full_one_is)
{
    autoarena *a = arena_new("test", 0);
    static const struct {
        const char *answer;
        bool refused;
    } cases[] = { { "550 no such user\r\n", true }, { "452 full\r\n", false } };
    for (size_t i = 0; i < 2; i++) {
        struct server s;
        struct err e = { 0 };
        bool refused = false;
        start(&s, true, cases[i].answer);
        struct notice_mail m = { str_fmt(a, "smtp://127.0.0.1:%u", s.port), STR("leye@example.gov.cn"), { 0 }, { 0 } };
        CHECK_ERR(notice_send_mail(&m, &letter, &refused, &e), e, IO);
        CHECK_INT(refused, cases[i].refused);
        stop(&s);
    }
}

TEST(a_hook_gets_json_with_a_number_and_a_signature_that_holds)
{
    autoarena *a = arena_new("test", 0);
    struct server s;
    struct err e = { 0 };
    bool refused = false, good = false;
    struct sm2_key *key;
    CHECK_OK(sm2_key_make(a, &key, &e), e);
    start(&s, false, "HTTP/1.1 202 Accepted\r\n");
    struct notice_hook h = { str_fmt(a, "http://127.0.0.1:%u/notices", s.port), key, STR("示范市") };
    CHECK_OK(notice_send_hook(&h, &letter, &refused, &e), e);
    stop(&s);
    CHECK(strstr(s.heard, "POST /notices HTTP/1.1") != NULL);
    CHECK(strstr(s.heard, "Idempotency-Key: notice-41") != NULL);
    str body = str_of(strstr(s.heard, "\r\n\r\n") + 4);
    CHECK(str_find(body, STR("\"id\":41")) != SIZE_MAX && str_find(body, STR("512.40 元")) != SIZE_MAX);
    const char *hex = strstr(s.heard, "X-Leye-Signature: ") + 18;
    str signature = { arena_alloc(a, 200), strspn(hex, "0123456789abcdef") / 2 };
    for (size_t i = 0; i < signature.len; i++) {
        unsigned byte;
        char pair[3] = { hex[2 * i], hex[2 * i + 1], '\0' };
        CHECK_INT(sscanf(pair, "%2x", &byte), 1);
        ((char *)(uintptr_t)signature.p)[i] = (char)byte;
    }
    CHECK_OK(sm2_verify(key, STR("示范市"), body, signature, &good, &e), e);
    CHECK(good);
}

TEST(a_hook_that_is_busy_is_tried_again_and_one_that_says_no_is_not)
{
    autoarena *a = arena_new("test", 0);
    static const struct {
        const char *answer;
        bool refused;
    } cases[] = { { "HTTP/1.1 503 Busy\r\n", false },
                  { "HTTP/1.1 429 Slow down\r\n", false },
                  { "HTTP/1.1 410 Gone\r\n", true },
                  { "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n", true } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct server s;
        struct err e = { 0 };
        bool refused = false;
        NOTE("%s", cases[i].answer);
        start(&s, false, cases[i].answer);
        struct notice_hook h = { str_fmt(a, "http://127.0.0.1:%u/", s.port), NULL, { 0 } };
        CHECK_ERR(notice_send_hook(&h, &letter, &refused, &e), e, IO);
        CHECK_INT(refused, cases[i].refused);
        stop(&s);
    }
}

TEST(where_nobody_listens_it_is_tried_again)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    bool refused = false;
    struct notice_hook h = { STR("http://127.0.0.1:1/"), NULL, { 0 } };
    CHECK_ERR(notice_send_hook(&h, &letter, &refused, &e), e, IO);
    CHECK(!refused);
    (void)a;
}

TEST(personal_letters_do_not_cross_a_network_in_the_clear)
{
    static const char *const bad[] = { "http://example.gov.cn/", "ftp://x/", "http://127.0.0.1.example.com/",
                                       "file:///etc/passwd", "" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err e = { 0 };
        CHECK_ERR(notice_hook_good(str_of(bad[i]), &e), e, INVALID);
    }
    struct err e = { 0 };
    CHECK_OK(notice_hook_good(STR("https://sms.example.gov.cn/in"), &e), e);
}
