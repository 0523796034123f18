/* Any bytes as requests, whole and in pieces: both ways must end the same, nothing may be read past a refusal, and what
 * is whole must keep what the reader promises. */
#include "base/utf8.h"
#include "http/http.h"

#include <stdlib.h>
#include <string.h>

static void check(bool ok)
{
    if (!ok) abort();
}

static void check_request(const struct http_reader *r)
{
    const struct http_request *q = &r->q;
    check(q->path.len > 0 && q->path.p[0] == '/' && utf8_valid(q->path, NULL));
    check(memchr(q->path.p, 0, q->path.len) == NULL && str_find(q->path, STR("/../")) == SIZE_MAX);
    check(q->body.len <= r->limits.body_bytes && q->fields.len <= r->limits.fields);
    http_form f;
    if (http_form_read(q->a, q->query, &f)) check(f.len <= HTTP_FORM_MAX);
    (void)http_cookie(q, "sid");
    VEC_EACH (const struct http_field, h, &q->fields) {
        for (size_t i = 0; i < h->value.len; i++) check((unsigned char)h->value.p[i] >= 0x20 || h->value.p[i] == '\t');
    }
}

struct end {
    unsigned whole, status;
    size_t used;
};

static struct end read_all(str s, size_t piece)
{
    static const struct http_limits small = { .line_bytes = 200, .head_bytes = 600, .fields = 8, .body_bytes = 300 };
    struct end end = { 0 };
    while (end.used < s.len && end.status == 0) {
        autoarena *a = arena_new("fuzz", 0);
        struct http_reader r;
        http_reader_start(&r, a, &small);
        while (end.used < s.len && r.state < HTTP_WHOLE) {
            size_t n = http_reader_feed(&r, str_slice(s, end.used, end.used + piece));
            check(n > 0);
            end.used += n;
        }
        end.whole += r.state == HTTP_WHOLE;
        if (r.state == HTTP_WHOLE) check_request(&r);
        if (r.state == HTTP_REFUSED) end.status = r.status;
    }
    return end;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str s = { (const char *)data, size };
    struct end whole = read_all(s, SIZE_MAX / 2), one = read_all(s, 1), some = read_all(s, 7);
    check(memcmp(&whole, &one, sizeof whole) == 0 && memcmp(&whole, &some, sizeof whole) == 0);
    return 0;
}
