/* Encrypted connections: certificates that are no good, who speaks plainly, who says nothing, another certificate while
 * connections are open. Certificates are made here, by the openssl command. */
#include "base/file.h"
#include "http/http.h"
#include "support/t.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGE = 3 << 20 };

static void handle(void *ctx, unsigned thread, const struct http_request *q, struct http_answer *r)
{
    (void)ctx, (void)thread;
    r->type = STR("text/plain; charset=utf-8");
    if (str_eq(q->path, STR("/large"))) text_repeat(&r->body, 'x', LARGE);
    text_addf(&r->body, "%.*s|%zu|", STR_ARG(q->path), q->body.len);
}

static void refuse(void *ctx, unsigned status, const char *why, const struct http_request *q, struct http_answer *r)
{
    (void)ctx, (void)q;
    text_addf(&r->body, "%u %s", status, why);
}

static void run(struct arena *a, const char *command)
{
    str z = str_fmt(a, "cd '%s' && { %s; } >made 2>&1", t_dir(), command);
    NOTE("%s", command);
    CHECK_INT(system(z.p), 0);
}

static str file_here(struct arena *a, const char *name) { return str_fmt(a, "%s/%s", t_dir(), name); }

/* NAME.crt and NAME.key, for so many days from now. */
static void certificate(struct arena *a, const char *name, const char *algorithm, int days)
{
    run(a, str_fmt(a,
                   "openssl req -x509 -newkey %s -nodes -subj /CN=%s -days %d -keyout %s.key -out %s.crt && "
                   "chmod 600 %s.key",
                   algorithm, name, days, name, name, name)
               .p);
}

#define CURVE "ec -pkeyopt ec_paramgen_curve:prime256v1"

static bool start(struct arena *a, const char *cert, const char *key, struct http_limits l, struct http_server **out,
                  struct err *e)
{
    struct http_options o = { .address = STR("127.0.0.1"),
                              .threads = 2,
                              .limits = l,
                              .handler = handle,
                              .refusal = refuse,
                              .tls_cert = file_here(a, cert),
                              .tls_key = file_here(a, key) };
    *e = (struct err){ 0 };
    return http_start(out, &o, e);
}

static int dial(const struct http_server *s)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(http_port(s)) };
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0);
    return fd;
}

/* One who speaks TLS, of `version` or any (0). ssl NULL: no keys were agreed on. */
struct client {
    int fd;
    SSL_CTX *ctx;
    SSL *ssl;
};

static struct client meet(const struct http_server *s, int version)
{
    struct client c = { .fd = dial(s), .ctx = SSL_CTX_new(TLS_client_method()) };
    if (version != 0) {
        SSL_CTX_set_security_level(c.ctx, 0);
        SSL_CTX_set_min_proto_version(c.ctx, version);
        SSL_CTX_set_max_proto_version(c.ctx, version);
    }
    c.ssl = SSL_new(c.ctx);
    SSL_set_fd(c.ssl, c.fd);
    if (SSL_connect(c.ssl) != 1) {
        SSL_free(c.ssl);
        c.ssl = NULL;
    }
    return c;
}

static void part(struct client *c)
{
    SSL_free(c->ssl);
    SSL_CTX_free(c->ctx);
    close(c->fd);
}

/* Sends it and hears everything up to a proper end: nobody may have cut it off. */
static str ask(struct arena *a, struct client *c, const char *request)
{
    struct text t;
    static char piece[1 << 14];
    int n;
    text_init(&t, a, 8 << 20);
    CHECK_INT(SSL_write(c->ssl, request, (int)strlen(request)), (int)strlen(request));
    while ((n = SSL_read(c->ssl, piece, sizeof piece)) > 0) text_add(&t, (str){ piece, (size_t)n });
    CHECK_INT(SSL_get_error(c->ssl, n), SSL_ERROR_ZERO_RETURN);
    return text_str(&t);
}

static const char *common_name(struct client *c, char out[64])
{
    X509 *x = SSL_get1_peer_certificate(c->ssl);
    X509_NAME_get_text_by_NID(X509_get_subject_name(x), NID_commonName, out, 64);
    X509_free(x);
    return out;
}

#define CLOSING "Host: a\r\nConnection: close\r\n\r\n"

TEST(requests_are_answered_through_tls_1_2_and_1_3_and_nothing_older)
{
    autoarena *a = arena_new("tls", 0);
    struct http_server *s;
    struct err e;
    certificate(a, "hall", CURVE, 90);
    CHECK_OK(start(a, "hall.crt", "hall.key", (struct http_limits){ 0 }, &s, &e), e);
    int left;
    CHECK(http_tls_until(s, &left).days > 0);
    CHECK(left >= 89 && left <= 91);
    static const int versions[] = { TLS1_2_VERSION, TLS1_3_VERSION };
    for (size_t i = 0; i < 2; i++) {
        struct client c = meet(s, versions[i]);
        CHECK(c.ssl != NULL);
        str answer = ask(a, &c, "GET /one HTTP/1.1\r\nHost: a\r\n\r\nGET /two HTTP/1.1\r\n" CLOSING);
        size_t one = str_find(answer, STR("/one|0|")), two = str_find(answer, STR("/two|0|"));
        CHECK(one < two && two != SIZE_MAX);
        part(&c);
    }
    struct client old = meet(s, TLS1_1_VERSION);
    CHECK(old.ssl == NULL);
    part(&old);
    /* large answers and large bodies go through whole, in pieces as they fit */
    struct client c = meet(s, 0);
    str answer = ask(a, &c, "GET /large HTTP/1.1\r\n" CLOSING);
    CHECK(answer.len > LARGE && str_ends(answer, STR("x/large|0|")));
    part(&c);
    c = meet(s, 0);
    struct text body;
    text_init(&body, a, 2 << 20);
    text_addf(&body, "POST /p HTTP/1.1\r\nContent-Length: 900000\r\n" CLOSING);
    text_repeat(&body, 'b', 900000);
    text_addc(&body, '\0');
    CHECK(str_ends(ask(a, &c, body.p), STR("/p|900000|")));
    part(&c);
    http_stop(s);
}

TEST(who_speaks_plainly_is_told_so_and_who_says_nothing_is_left)
{
    autoarena *a = arena_new("tls", 0);
    struct http_server *s;
    struct err e;
    char heard[2000];
    certificate(a, "hall", CURVE, 90);
    CHECK_OK(start(a, "hall.crt", "hall.key", (struct http_limits){ .head_ms = 500, .per_address = 3 }, &s, &e), e);
    static const char plain[] = "GET /plain HTTP/1.1\r\nHost: a\r\n\r\n";
    int fd = dial(s);
    CHECK_INT(send(fd, plain, sizeof plain - 1, 0), sizeof plain - 1);
    struct text t;
    text_init(&t, a, 1 << 16);
    ssize_t n;
    while ((n = recv(fd, heard, sizeof heard, 0)) > 0) text_add(&t, (str){ heard, (size_t)n });
    CHECK(str_starts(text_str(&t), STR("HTTP/1.1 400 Bad Request\r\n")));
    CHECK(str_find(text_str(&t), STR("https://")) != SIZE_MAX);
    CHECK(str_find(text_str(&t), STR("/plain")) == SIZE_MAX);
    close(fd);
    usleep(100000);
    int silent[3]; /* nothing, half a greeting, nonsense: each holds its place no longer than the time for keys */
    for (int i = 0; i < 3; i++) silent[i] = dial(s);
    CHECK_INT(send(silent[1], "\x16\x03\x01\x02\x00\x01", 6, 0), 6);
    CHECK_INT(send(silent[2], "\x01\x02\x03\x04\x05\x06\x07\x08", 8, 0), 8);
    for (int i = 0; i < 3; i++) {
        struct pollfd p = { .fd = silent[i], .events = POLLIN };
        bool closed = false;
        while (!closed && poll(&p, 1, 5000) == 1) closed = recv(silent[i], heard, sizeof heard, 0) <= 0;
        NOTE("%d", i);
        CHECK(closed);
        close(silent[i]);
    }
    struct client c = meet(s, 0); /* places are given back */
    CHECK(c.ssl != NULL);
    CHECK(str_ends(ask(a, &c, "GET /now HTTP/1.1\r\n" CLOSING), STR("/now|0|")));
    part(&c);
    http_stop(s);
}

TEST(another_certificate_takes_its_place_while_connections_are_open)
{
    autoarena *a = arena_new("tls", 0);
    struct http_server *s;
    struct err e = { 0 };
    char name[64];
    certificate(a, "first", CURVE, 90);
    certificate(a, "second", "rsa:2048", 200);
    run(a, "cp first.crt hall.crt && cp -p first.key hall.key");
    CHECK_OK(start(a, "hall.crt", "hall.key", (struct http_limits){ 0 }, &s, &e), e);
    struct client before = meet(s, 0);
    CHECK_STR(str_of(common_name(&before, name)), "first");
    run(a, "cp second.crt hall.crt"); /* half of it: the old one stays */
    CHECK_ERR(http_renew_tls(s, &e), e, INVALID);
    struct client still = meet(s, 0);
    CHECK_STR(str_of(common_name(&still, name)), "first");
    part(&still);
    run(a, "cp second.key hall.key");
    e = (struct err){ 0 };
    CHECK_OK(http_renew_tls(s, &e), e);
    int left;
    http_tls_until(s, &left);
    CHECK(left > 150);
    struct client after = meet(s, 0);
    CHECK_STR(str_of(common_name(&after, name)), "second");
    CHECK(str_ends(ask(a, &before, "GET /old HTTP/1.1\r\n" CLOSING), STR("/old|0|")));
    CHECK(str_ends(ask(a, &after, "GET /new HTTP/1.1\r\n" CLOSING), STR("/new|0|")));
    part(&before);
    part(&after);
    http_stop(s);
}

static void refused(struct arena *a, const char *cert, const char *key, enum err_code code, const char *word)
{
    struct http_server *s = NULL;
    struct err e;
    NOTE("%s %s", cert, key);
    CHECK(!start(a, cert, key, (struct http_limits){ 0 }, &s, &e));
    NOTE("%s", err_cause(&e));
    CHECK_INT(e.code, code);
    CHECK(str_find(str_of(err_cause(&e)), str_of(word)) != SIZE_MAX);
}

TEST(a_certificate_that_is_no_good_is_told_at_the_start)
{
    autoarena *a = arena_new("tls", 0);
    certificate(a, "one", CURVE, 90);
    certificate(a, "two", CURVE, 90);
    certificate(a, "rsa", "rsa:2048", 90);
    run(a, "echo words > words.crt && cp words.crt words.key && chmod 600 words.key");
    run(a, "sed s/MII/AAA/ one.crt > broken.crt");
    run(a, "cp one.key open.key && chmod 644 open.key");
    run(a, "openssl pkey -in one.key -aes256 -passout pass:secret -out locked.key && chmod 600 locked.key");
    /* one that ran out: asked for by one, signed by the authority for yesterday */
    run(a, "mkdir ca && touch ca/index && echo 01 > ca/serial && "
           "printf '[ca]\\ndefault_ca=c\\n[c]\\ndatabase=ca/index\\nserial=ca/serial\\nnew_certs_dir=ca\\n"
           "default_md=sha256\\npolicy=p\\n[p]\\ncommonName=supplied\\n' > ca/conf && "
           "openssl req -new -key one.key -subj /CN=one -out one.csr && "
           "openssl ca -batch -config ca/conf -keyfile two.key -cert two.crt -in one.csr -out past.crt "
           "-startdate 20200101000000Z -enddate 20200301000000Z -notext && "
           "openssl ca -batch -config ca/conf -keyfile two.key -cert two.crt -in one.csr -out future.crt "
           "-startdate 20900101000000Z -enddate 20910301000000Z -notext -subj /CN=future");
    refused(a, "none.crt", "one.key", ERR_NOT_FOUND, "none.crt");
    refused(a, "one.crt", "none.key", ERR_NOT_FOUND, "none.key");
    refused(a, "one.crt", "two.key", ERR_INVALID, "不是一对");
    refused(a, "one.crt", "rsa.key", ERR_INVALID, "不是一对");
    refused(a, "words.crt", "one.key", ERR_INVALID, "不是 PEM 格式的证书");
    refused(a, "broken.crt", "one.key", ERR_INVALID, "用不了");
    refused(a, "one.crt", "words.key", ERR_INVALID, "不是 PEM 格式的私钥");
    refused(a, "one.crt", "open.key", ERR_DENIED, "chmod");
    refused(a, "one.crt", "locked.key", ERR_INVALID, "口令");
    refused(a, "past.crt", "one.key", ERR_INVALID, "2020-03-01 到期");
    refused(a, "future.crt", "one.key", ERR_INVALID, "2090-01-01 起才有效");
}
