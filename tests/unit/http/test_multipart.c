/* Forms with files, cut out of a body as it came. */
#include "support/t.h"
#include "http/http.h"

static const char type[] = "multipart/form-data; boundary=----x7";

static bool read(struct arena *a, const char *content_type, const char *body, http_parts *out)
{
    return http_multipart_read(a, str_of(content_type), str_of(body), out);
}

TEST(a_form_with_a_file_gives_its_parts_in_order)
{
    autoarena *a = arena_new("test", 0);
    http_parts p = { 0 };
    CHECK(read(a, type,
               "------x7\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n五月; a=\"b\"\r\n"
               "------x7\r\ncontent-disposition: form-data; filename=\"a;b.csv\"; name=file\r\n"
               "Content-Type: text/csv\r\n\r\n1,2\r\n--\r\n\r\n------x7\r\n"
               "Content-Disposition: form-data; name=\"none\"; filename=\"\"\r\n\r\n\r\n------x7--\r\n",
               &p));
    CHECK_INT((int64_t)p.len, 3);
    CHECK_STR(p.at[0].name, "title");
    CHECK_STR(p.at[0].data, "五月; a=\"b\"");
    CHECK(!p.at[0].file && p.at[1].file && p.at[2].file);
    CHECK_STR(p.at[1].name, "file");
    CHECK_STR(p.at[1].file_name, "a;b.csv");
    CHECK_STR(p.at[1].data, "1,2\r\n--\r\n");
    CHECK_INT((int64_t)p.at[2].data.len, 0);
    CHECK(read(a, "multipart/form-data; boundary=\"a b\"", "", &p) == false); /* a blank is none of ours */
    CHECK(read(a, "Multipart/Form-Data; charset=utf-8; boundary=\"ab\"", "--ab--", &p));
    CHECK_INT((int64_t)p.len, 0);
}

TEST(what_is_not_whole_is_no_form)
{
    autoarena *a = arena_new("test", 0);
    http_parts p = { 0 };
    static const char *const bad[] = {
        "",
        "------x7",
        "------x7\r\n",
        "junk\r\n------x7--\r\n",
        "------x7\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nvalue",
        "------x7\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nvalue\r\n------x7",
        "------x7\r\nContent-Disposition: form-data; name=\"a\r\n\r\nvalue\r\n------x7--",
        "------x7\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nvalue\r\n------x7--",
        "------x7\r\nContent-Disposition: form-data\r\n\r\nvalue\r\n------x7--",
        "------x7\r\nContent-Type: text/plain\r\n\r\nvalue\r\n------x7--",
        "------x7\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\nvalue\r\n------x7--",
        "------x7\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\xff\r\n------x7--",
        "------x7\r\nno colon\r\n\r\nvalue\r\n------x7--",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        NOTE("%zu", i);
        CHECK(!read(a, type, bad[i], &p));
    }
    CHECK(!read(a, "multipart/form-data", "--", &p));
    CHECK(!read(a, "multipart/form-data; boundary=", "--", &p));
    CHECK(!read(a, "multipart/mixed; boundary=a", "--a--", &p));
    struct text many;
    text_init(&many, a, 1 << 20);
    for (int i = 0; i <= HTTP_PARTS_MAX; i++)
        text_addz(&many, "------x7\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nv\r\n");
    text_addz(&many, "------x7--");
    CHECK(!http_multipart_read(a, str_of(type), text_str(&many), &p));
}

/* Whoever knows more of a request than the reader says how large its body may be. */
static uint32_t most(void *ctx, const struct http_request *q)
{
    (void)ctx;
    return str_eq(q->path, STR("/files")) ? 100 : 10;
}

static unsigned status_of(struct arena *a, const char *bytes)
{
    struct http_reader r;
    struct http_limits small = { .body_bytes = 50 };
    http_reader_start(&r, a, &small);
    r.most = most;
    http_reader_feed(&r, str_of(bytes));
    return r.state == HTTP_REFUSED ? r.status : 0;
}

TEST(how_large_a_body_may_be_is_told_from_its_head)
{
    autoarena *a = arena_new("test", 0);
    CHECK_INT(status_of(a, "POST /files HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n"), 0);
    CHECK_INT(status_of(a, "POST /files HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n"), 413);
    CHECK_INT(status_of(a, "POST /other HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n"), 413);
    CHECK_INT(status_of(a, "POST /other HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n"), 413);
    CHECK_INT(status_of(a, "POST /other HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n"), 0);
}
