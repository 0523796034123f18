/* multipart: forms with files (RFC 7578), as browsers send them. Parts are cut out of the body, nothing is copied. */
#include "base/utf8.h"
#include "http/http_priv.h"

enum { BOUNDARY_MAX = 70 }; /* RFC 2046 */

static bool same_letters(str s, const char *small)
{
    str want = str_of(small);
    if (s.len != want.len) return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        if (c != want.p[i]) return false;
    }
    return true;
}

/* name="value" or name=value among what stands behind semicolons. */
static bool parameter(str field, const char *name, str *out)
{
    str rest = field;
    size_t at = str_find(rest, STR(";"));
    while (at != SIZE_MAX) {
        rest = str_trim(str_slice(rest, at + 1, rest.len));
        size_t is = str_find(rest, STR("="));
        if (is == SIZE_MAX) return false;
        str key = str_trim(str_slice(rest, 0, is)), value = str_slice(rest, is + 1, rest.len);
        bool quoted = value.len > 0 && value.p[0] == '"';
        if (quoted) value = str_slice(value, 1, value.len);
        size_t end = str_find(value, quoted ? STR("\"") : STR(";"));
        if (quoted && end == SIZE_MAX) return false;
        str whole = value;
        if (end != SIZE_MAX) value = str_slice(value, 0, end);
        if (same_letters(key, name)) {
            *out = quoted ? value : str_trim(value);
            return true;
        }
        rest = end == SIZE_MAX ? STR("") : str_slice(whole, quoted ? end + 1 : end, whole.len);
        at = str_find(rest, STR(";"));
    }
    return false;
}

static bool read_boundary(struct arena *a, str type, str *out)
{
    str b;
    if (!same_letters(str_slice(type, 0, 19), "multipart/form-data") || !parameter(type, "boundary", &b)) return false;
    if (b.len == 0 || b.len > BOUNDARY_MAX) return false;
    for (size_t i = 0; i < b.len; i++) {
        if (b.p[i] <= ' ' || b.p[i] == 0x7F) return false;
    }
    *out = str_fmt(a, "\r\n--%.*s", STR_ARG(b));
    return true;
}

static bool is_text(str s) { return utf8_valid(s, NULL) && str_find(s, (str){ "", 1 }) == SIZE_MAX; }

/* The fields of a part, up to its empty line; *data is what is behind. */
static bool read_part(str part, struct http_part *out)
{
    bool named = false;
    for (;;) {
        size_t end = str_find(part, STR("\r\n"));
        if (end == SIZE_MAX) return false;
        str line = str_slice(part, 0, end);
        part = str_slice(part, end + 2, part.len);
        if (line.len == 0) break;
        size_t colon = str_find(line, STR(":"));
        if (colon == SIZE_MAX) return false;
        if (!same_letters(str_slice(line, 0, colon), "content-disposition")) continue;
        str value = str_trim(str_slice(line, colon + 1, line.len));
        if (named || !same_letters(str_slice(value, 0, 9), "form-data") || !parameter(value, "name", &out->name))
            return false;
        out->file = parameter(value, "filename", &out->file_name);
        named = true;
    }
    out->data = part;
    return named && is_text(out->name) && (out->file || is_text(out->data));
}

bool http_multipart_read(struct arena *a, str content_type, str body, http_parts *out)
{
    str mark;
    http_parts parts = { 0 };
    if (!read_boundary(a, content_type, &mark)) return false;
    str first = str_slice(mark, 2, mark.len); /* at the very beginning without an end of line before it */
    if (!str_starts(body, first)) return false;
    body = str_slice(body, first.len, body.len);
    while (!str_starts(body, STR("--"))) {
        struct http_part p = { 0 };
        if (!str_starts(body, STR("\r\n"))) return false;
        body = str_slice(body, 2, body.len);
        size_t end = str_find(body, mark);
        if (end == SIZE_MAX || parts.len == HTTP_PARTS_MAX || !read_part(str_slice(body, 0, end), &p)) return false;
        *vec_push(a, &parts) = p;
        body = str_slice(body, end + mark.len, body.len);
    }
    *out = parts;
    return true;
}
