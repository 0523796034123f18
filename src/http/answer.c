/* answer: the words of answers: status, head, date. */
#include "base/date.h"
#include "http/http_priv.h"

#include <time.h>

const char *http_status_text(unsigned status)
{
    static const struct {
        unsigned status;
        const char *text;
    } texts[] = { { 200, "OK" },
                  { 201, "Created" },
                  { 202, "Accepted" },
                  { 204, "No Content" },
                  { 303, "See Other" },
                  { 304, "Not Modified" },
                  { 308, "Permanent Redirect" },
                  { 400, "Bad Request" },
                  { 401, "Unauthorized" },
                  { 403, "Forbidden" },
                  { 404, "Not Found" },
                  { 405, "Method Not Allowed" },
                  { 406, "Not Acceptable" },
                  { 408, "Request Timeout" },
                  { 409, "Conflict" },
                  { 413, "Content Too Large" },
                  { 414, "URI Too Long" },
                  { 415, "Unsupported Media Type" },
                  { 417, "Expectation Failed" },
                  { 422, "Unprocessable Content" },
                  { 429, "Too Many Requests" },
                  { 431, "Request Header Fields Too Large" },
                  { 500, "Internal Server Error" },
                  { 501, "Not Implemented" },
                  { 503, "Service Unavailable" },
                  { 505, "HTTP Version Not Supported" } };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (texts[i].status == status) return texts[i].text;
    }
    return "";
}

static bool is_clean(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7F) return false;
    }
    return true;
}

void http_answer_field(struct http_answer *r, const char *name, str value)
{
    if (is_clean(value)) *vec_push(r->a, &r->fields) = (struct http_field){ str_of(name), value };
}

static void add_date(struct text *t)
{
    static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    int64_t now = (int64_t)time(NULL);
    date d = { (int32_t)(now / 86400) };
    int year, mon, day, second = (int)(now % 86400);
    date_parts(d, &year, &mon, &day);
    text_addf(t, "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n", days[date_weekday(d) - 1], day, months[mon - 1], year,
              second / 3600, second / 60 % 60, second % 60);
}

void answer_head(const struct http_answer *r, bool close, struct text *out)
{
    text_addf(out, "HTTP/1.1 %u %s\r\n", r->status, http_status_text(r->status));
    add_date(out);
    if (r->type.len > 0) text_addf(out, "Content-Type: %.*s\r\n", STR_ARG(r->type));
    VEC_EACH (const struct http_field, f, &r->fields)
        text_addf(out, "%.*s: %.*s\r\n", STR_ARG(f->name), STR_ARG(f->value));
    if (r->status != 204 && r->status != 304) text_addf(out, "Content-Length: %zu\r\n", r->body.len);
    if (close) text_addz(out, "Connection: close\r\n");
    text_addz(out, "\r\n");
}
