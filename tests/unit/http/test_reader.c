/* The reader: what is read, what is refused. Each request is also cut at every place, and given byte by byte. */
#include "http/http.h"
#include "support/t.h"

#include <string.h>

#define NEXT   "GET /next HTTP/1.1\r\nHost: a\r\n\r\n"
#define POST   "POST /p HTTP/1.1\r\nHost: a\r\n"
#define CHUNKS POST "Transfer-Encoding: chunked\r\n\r\n"

static const struct {
    const char *what, *bytes;
    unsigned status; /* 200: read whole */
} requests[] = {
    { "a body of the length that is said", POST "Content-Length: 3\r\n\r\nabc" NEXT, 200 },
    { "a body in chunks", CHUNKS "3\r\nabc\r\n0\r\n\r\n" NEXT, 200 },
    { "an empty line before it", "\r\nGET /p HTTP/1.1\r\nHost: a\r\n\r\n" NEXT, 200 },
    { "two one after the other", "GET /p HTTP/1.1\r\nHost: a\r\n\r\n" NEXT, 200 },
    { "HTTP/1.0 without a host", "GET /p HTTP/1.0\r\n\r\n", 200 },
    { "a length and chunks", POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" NEXT, 400 },
    { "two different lengths", POST "Content-Length: 3\r\nContent-Length: 60\r\n\r\nabc" NEXT, 400 },
    { "the same length twice", POST "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc" NEXT, 400 },
    { "a list of lengths", POST "Content-Length: 3, 3\r\n\r\nabc" NEXT, 400 },
    { "a length with a plus", POST "Content-Length: +3\r\n\r\nabc" NEXT, 400 },
    { "a length below zero", POST "Content-Length: -1\r\n\r\nabc" NEXT, 400 },
    { "a length with a letter", POST "Content-Length: 3x\r\n\r\nabc" NEXT, 400 },
    { "a length that is empty", POST "Content-Length:\r\n\r\nabc" NEXT, 400 },
    { "a length beyond all numbers", POST "Content-Length: 99999999999999999999999\r\n\r\nabc" NEXT, 413 },
    { "an unknown coding", POST "Transfer-Encoding: xchunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" NEXT, 501 },
    { "a coding before chunks", POST "Transfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" NEXT, 501 },
    { "a coding behind chunks", POST "Transfer-Encoding: chunked, identity\r\n\r\n3\r\nabc\r\n0\r\n\r\n" NEXT, 501 },
    { "two codings", POST "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" NEXT, 400 },
    { "a control character before chunked",
      POST "Transfer-Encoding: \x0b"
           "chunked\r\n\r\n0\r\n\r\n" NEXT,
      400 },
    { "a blank before the colon", POST "Content-Length : 3\r\n\r\nabc" NEXT, 400 },
    { "a folded line", POST "X: b\r\n Content-Length: 3\r\n\r\n" NEXT, 400 },
    { "bare line feeds", "POST /p HTTP/1.1\nHost: a\nContent-Length: 3\n\nabc" NEXT, 400 },
    { "a bare return in a value", POST "X: a\rContent-Length: 3\r\n\r\n" NEXT, 400 },
    { "a hexadecimal prefix of a chunk", CHUNKS "0x3\r\nabc\r\n0\r\n\r\n" NEXT, 400 },
    { "a chunk below zero", CHUNKS "-1\r\nabc\r\n0\r\n\r\n" NEXT, 400 },
    { "a chunk without a size", CHUNKS "\r\nabc\r\n0\r\n\r\n" NEXT, 400 },
    { "an extension of a chunk with a line feed", CHUNKS "3;\nab\r\nabc\r\n0\r\n\r\n" NEXT, 400 },
    { "an extension of a chunk", CHUNKS "3;a=b\r\nabc\r\n0\r\n\r\n" NEXT, 400 },
    { "a chunk beyond all numbers", CHUNKS "10000000000000003\r\nabc\r\n0\r\n\r\n" NEXT, 400 },
    { "a chunk that goes on", CHUNKS "3\r\nabcXX0\r\n\r\n" NEXT, 400 },
    { "a trailer", CHUNKS "3\r\nabc\r\n0\r\nContent-Length: 9\r\n\r\n" NEXT, 400 },
    { "chunks of HTTP/1.0", "POST /p HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" NEXT, 400 },
    { "no host", "GET /p HTTP/1.1\r\n\r\n" NEXT, 400 },
    { "two hosts", "GET /p HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" NEXT, 400 },
    { "a host with a path", "GET /p HTTP/1.1\r\nHost: a/b\r\n\r\n" NEXT, 400 },
    { "a method with a bracket", "GE(T /p HTTP/1.1\r\nHost: a\r\n\r\n" NEXT, 400 },
    { "a method nobody knows", "BREW /p HTTP/1.1\r\nHost: a\r\n\r\n" NEXT, 501 },
    { "a blank in the target", "GET /p q HTTP/1.1\r\nHost: a\r\n\r\n" NEXT, 400 },
    { "a version that is to come", "GET /p HTTP/3.7\r\nHost: a\r\n\r\n" NEXT, 505 },
    { "the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505 },
    { "a target with a host",
      "GET http:"
      "//a/p HTTP/1.1\r\nHost: a\r\n\r\n" NEXT,
      400 },
    { "a step upwards", "GET /a/../p HTTP/1.1\r\nHost: a\r\n\r\n" NEXT, 400 },
    { "a step upwards in disguise", "GET /a/%2e%2E/p HTTP/1.1\r\nHost: a\r\n\r\n" NEXT, 400 },
    { "a NUL in the target", "GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n" NEXT, 400 },
    { "half an escape", "GET /a%4 HTTP/1.1\r\nHost: a\r\n\r\n" NEXT, 400 },
    { "no UTF-8", "GET /a%FF HTTP/1.1\r\nHost: a\r\n\r\n" NEXT, 400 },
    { "two empty lines before it", "\r\n\r\nGET /p HTTP/1.1\r\nHost: a\r\n\r\n" NEXT, 400 },
    { "a wish nobody can grant", POST "Expect: tea\r\nContent-Length: 3\r\n\r\nabc" NEXT, 417 },
    { "bytes of TLS", "\x16\x03\x01\x02\x01\x01", 0 },
};
enum { REQUESTS = sizeof requests / sizeof *requests };

static unsigned read_in_pieces(str s, size_t piece, size_t *used)
{
    autoarena *a = arena_new("reader", 0);
    struct http_reader r;
    struct http_limits usual = { 0 };
    http_reader_start(&r, a, &usual);
    *used = 0;
    while (*used < s.len && r.state < HTTP_WHOLE) *used += http_reader_feed(&r, str_slice(s, *used, *used + piece));
    return r.state == HTTP_WHOLE ? 200 : r.state == HTTP_REFUSED ? r.status : 0;
}

TEST(each_request_is_read_or_refused_as_it_should_be)
{
    unsigned refused = 0;
    for (size_t i = 0; i < REQUESTS; i++) {
        size_t used;
        NOTE("%s", requests[i].what);
        CHECK_INT(read_in_pieces(str_of(requests[i].bytes), SIZE_MAX / 2, &used), requests[i].status);
        refused += requests[i].status >= 400;
    }
    CHECK_INT(refused, 43);
}

TEST(a_NUL_is_refused_wherever_it_stands_in_a_head)
{
    static const char whole[] = "GET /p HTTP/1.1\r\nHost: a\r\nX: ab\r\n\r\n";
    for (size_t at = 0; at < sizeof whole - 1; at++) {
        char bytes[sizeof whole];
        size_t used;
        memcpy(bytes, whole, sizeof whole);
        bytes[at] = '\0';
        NOTE("at %zu", at);
        CHECK_INT(read_in_pieces((str){ bytes, sizeof whole - 1 }, SIZE_MAX / 2, &used), 400);
    }
}

TEST(how_the_bytes_arrive_makes_no_difference)
{
    for (size_t i = 0; i < REQUESTS; i++) {
        str s = str_of(requests[i].bytes);
        size_t whole, used;
        unsigned status = read_in_pieces(s, SIZE_MAX / 2, &whole);
        for (size_t piece = 1; piece < s.len; piece = piece < 8 ? piece + 1 : piece * 2) {
            NOTE("%s, in pieces of %zu", requests[i].what, piece);
            CHECK_INT(read_in_pieces(s, piece, &used), status);
            if (status == 200) CHECK(used == whole);
        }
    }
}

TEST(a_request_that_is_cut_off_is_never_whole)
{
    for (size_t i = 0; i < REQUESTS; i++) {
        str s = str_of(requests[i].bytes);
        size_t whole, used;
        if (read_in_pieces(s, SIZE_MAX / 2, &whole) != 200) continue;
        for (size_t cut = 0; cut < whole; cut++) {
            NOTE("%s, cut at %zu", requests[i].what, cut);
            CHECK_INT(read_in_pieces(str_slice(s, 0, cut), SIZE_MAX / 2, &used), 0);
        }
    }
}

static unsigned read_large(const char *start, const char *repeat, size_t times, const char *end)
{
    autoarena *a = arena_new("large", 0);
    struct text t;
    size_t used;
    text_init(&t, a, 8 << 20);
    text_addz(&t, start);
    for (size_t i = 0; i < times; i++) text_addz(&t, repeat);
    text_addz(&t, end);
    return read_in_pieces(text_str(&t), SIZE_MAX / 2, &used);
}

TEST(what_is_too_large_is_refused_before_it_is_there)
{
    CHECK_INT(read_large("GET /", "a", 8200, " HTTP/1.1\r\nHost: a\r\n\r\n"), 414);
    CHECK_INT(read_large("GET /", "a", 8200, ""), 414); /* the line does not even end */
    CHECK_INT(read_large("GET /p HTTP/1.1\r\nHost: a\r\nX: ", "a", 65000, "\r\n\r\n"), 431);
    CHECK_INT(read_large("GET /p HTTP/1.1\r\nHost: a\r\n", "X: y\r\n", 500, "\r\n"), 431);
    CHECK_INT(read_large("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 2097152\r\n\r\n", "x", 0, ""), 413);
    CHECK_INT(read_large(CHUNKS "200000\r\n", "x", 0, ""), 413);
    CHECK_INT(read_large(CHUNKS, "1\r\nx\r\n", 250000, ""), 413); /* six bytes for one */
    CHECK_INT(read_large("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\n", "x", 1048576, ""), 200);
    CHECK_INT(read_large(CHUNKS "80000\r\n", "x", 0x80000, "\r\n0\r\n\r\n"), 200);
}

static void read_one(struct http_reader *r, struct arena *a, const char *bytes)
{
    struct http_limits usual = { 0 };
    http_reader_start(r, a, &usual);
    CHECK(http_reader_feed(r, str_of(bytes)) == strlen(bytes));
    CHECK_INT(r->state, HTTP_WHOLE);
}

TEST(a_request_is_taken_apart)
{
    autoarena *a = arena_new("parts", 0);
    struct http_reader r;
    read_one(&r, a,
             "POST /%E6%94%BF%E7%AD%96/x%20y?q=%E5%A4%B1%E4%B8%9A+1&q=2&r HTTP/1.1\r\nHOST: a.b:80\r\n"
             "Cookie: a=1; sid=xyz\r\nX-Same: 1\r\nx-same:  2 \t\r\nConnection: Keep-Alive, Close\r\n"
             "Content-Length: 5\r\n\r\nhello");
    CHECK_INT(r.q.method, HTTP_POST);
    CHECK_STR(r.q.path, "/政策/x y");
    CHECK_STR(r.q.body, "hello");
    CHECK_STR(http_field(&r.q, "host"), "a.b:80");
    CHECK_STR(http_field(&r.q, "x-same"), "1, 2");
    CHECK(http_field(&r.q, "none").p == NULL);
    CHECK_STR(http_cookie(&r.q, "sid"), "xyz");
    CHECK(http_cookie(&r.q, "si").p == NULL);
    CHECK(r.close);
    http_form f;
    CHECK(http_form_read(a, r.q.query, &f));
    CHECK(f.len == 3);
    CHECK_STR(http_form_get(&f, STR("q")), "失业 1");
    CHECK_STR(http_form_get(&f, STR("r")), "");
    CHECK(http_form_get(&f, STR("s")).p == NULL);
}

TEST(a_form_that_is_no_form_is_refused)
{
    autoarena *a = arena_new("form", 0);
    http_form f;
    static const char *const bad[] = { "a=%", "a=%4", "a=%zz", "%00=1", "a=%FF", "a=%C0%80" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        NOTE("%s", bad[i]);
        CHECK(!http_form_read(a, str_of(bad[i]), &f));
    }
    struct text t;
    text_init(&t, a, 1 << 16);
    for (int i = 0; i <= HTTP_FORM_MAX; i++) text_addz(&t, "a=b&");
    CHECK(!http_form_read(a, text_str(&t), &f));
}

TEST(what_is_encoded_is_read_back_the_same)
{
    for (int round = 0; round < 2000; round++) {
        autoarena *a = arena_new("encode", 0);
        static const char *const parts[] = { "a", "政", "&", "=", "+", " ", "%", "/", "?", "\n", "~", "'", "\"", "<" };
        struct text plain, encoded;
        text_init(&plain, a, 1000);
        text_init(&encoded, a, 4000);
        for (uint64_t n = t_random_below(12); n > 0; n--)
            text_addz(&plain, parts[t_random_below(sizeof parts / sizeof *parts)]);
        text_addz(&encoded, "k=");
        http_encode(&encoded, text_str(&plain));
        http_form f;
        CHECK(http_form_read(a, text_str(&encoded), &f));
        CHECK(f.len == 1);
        CHECK_STR(f.at[0].value, text_str(&plain));
    }
}
