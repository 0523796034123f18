/* lsp_text: places as editors count them, and addresses of files.
 *
 * We count bytes of UTF-8. Editors count lines, and within a line UTF-16 units (or bytes, when both sides agreed on
 * that). Editors end a line also at a lone CR, the rule language does not: so lines are found here anew. */
#include "lsp/lsp_priv.h"

#include "base/utf8.h"

#include <string.h>

void lines_of(struct lines *l, struct arena *a, str text)
{
    uint32_t n = 1;
    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1) l->at = ARENA_ARRAY(a, uint32_t, n);
        n = 1;
        for (size_t i = 0; i < text.len; i++) {
            bool ends = text.p[i] == '\n' || (text.p[i] == '\r' && (i + 1 == text.len || text.p[i + 1] != '\n'));
            if (!ends) continue;
            if (pass == 1) l->at[n] = (uint32_t)i + 1;
            n++;
        }
    }
    l->text = text;
    l->count = n;
}

struct position lines_position(const struct lines *l, size_t offset, bool utf8)
{
    if (offset > l->text.len) offset = l->text.len;
    uint32_t lo = 0, hi = l->count;
    while (hi - lo > 1) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (l->at[mid] <= offset)
            lo = mid;
        else
            hi = mid;
    }
    str before = str_slice(l->text, l->at[lo], offset);
    return (struct position){ lo, (uint32_t)(utf8 ? before.len : utf8_utf16_count(before)) };
}

size_t lines_offset(const struct lines *l, struct position p, bool utf8)
{
    if (p.line >= l->count) return l->text.len;
    size_t at = l->at[p.line], end = p.line + 1 < l->count ? l->at[p.line + 1] : l->text.len;
    while (end > at && (l->text.p[end - 1] == '\n' || l->text.p[end - 1] == '\r')) end--;
    size_t units = 0, len;
    while (at < end) {
        uint32_t cp = utf8_at(l->text, at, &len);
        units += utf8 ? len : cp > 0xFFFF ? 2 : 1;
        if (units > p.character) break;
        at += len;
    }
    return at;
}

/* ---- addresses ---- */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Appends a segment to a path, undoing one for "..". */
static void add_segment(struct text *t, str segment)
{
    if (segment.len == 0 || str_eq(segment, STR("."))) return;
    if (!str_eq(segment, STR(".."))) {
        text_addc(t, '/');
        text_add(t, segment);
        return;
    }
    while (t->len > 0 && t->p[t->len - 1] != '/') t->len--;
    if (t->len > 0) t->len--;
}

bool uri_path(struct arena *a, str uri, str *path)
{
    if (!str_starts(uri, STR("file://"))) return false;
    str rest = str_slice(uri, strlen("file://"), uri.len);
    if (str_starts(rest, STR("localhost/"))) rest = str_slice(rest, strlen("localhost"), rest.len);
    if (!str_starts(rest, STR("/"))) return false;
    struct text plain, out;
    text_init(&plain, a, uri.len);
    for (size_t i = 0; i < rest.len; i++) {
        char c = rest.p[i];
        if (c == '?' || c == '#') break;
        if (c == '%') {
            int hi = i + 2 < rest.len ? hex_digit(rest.p[i + 1]) : -1;
            int lo = hi >= 0 ? hex_digit(rest.p[i + 2]) : -1;
            if (lo < 0) return false;
            c = (char)(hi * 16 + lo);
            i += 2;
        }
        if (c == '\0') return false;
        text_addc(&plain, c);
    }
    text_init(&out, a, uri.len);
    str all = text_str(&plain), segment;
    if (!utf8_valid(all, NULL)) return false;
    while (str_split(&all, '/', &segment)) add_segment(&out, segment);
    *path = text_str(&out);
    return path->len > 0;
}

str uri_of(struct arena *a, str path)
{
    static const char hex[] = "0123456789ABCDEF";
    struct text t;
    text_init(&t, a, 3 * path.len + 16);
    text_addz(&t, "file://");
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.p[i];
        bool plain = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
                     (c < 0x80 && c != 0 && strchr("/-_.~", c) != NULL);
        if (plain) {
            text_addc(&t, (char)c);
        } else {
            text_addc(&t, '%');
            text_addc(&t, hex[c >> 4]);
            text_addc(&t, hex[c & 15]);
        }
    }
    return text_str(&t);
}

/* ---- members of requests ---- */

const struct json *json_get(const struct json *j, const char *path)
{
    str rest = str_of(path), name;
    while (j != NULL && str_split(&rest, '.', &name)) j = json_member(j, name);
    return j;
}

str json_text(const struct json *j, const char *path)
{
    const struct json *m = json_get(j, path);
    if (m == NULL || m->kind != JSON_STRING) return (str){ 0 };
    return m->string.len == 0 ? STR("") : m->string;
}

bool json_true(const struct json *j, const char *path)
{
    const struct json *m = json_get(j, path);
    return m != NULL && m->kind == JSON_BOOL && m->boolean;
}

bool json_has_text(const struct json *j, const char *path, str value)
{
    const struct json *m = json_get(j, path);
    if (m == NULL || m->kind != JSON_ARRAY) return false;
    for (size_t i = 0; i < m->count; i++) {
        if (m->items[i].kind == JSON_STRING && str_eq(m->items[i].string, value)) return true;
    }
    return false;
}

static bool small_number(const struct json *j, uint32_t *out)
{
    if (j == NULL || j->kind != JSON_INT || j->integer < 0) return false;
    *out = j->integer > INT32_MAX ? INT32_MAX : (uint32_t)j->integer;
    return true;
}

bool json_position(const struct json *j, struct position *out)
{
    return small_number(json_get(j, "line"), &out->line) && small_number(json_get(j, "character"), &out->character);
}
