/* lsp_rpc: the bytes on the wire. A message is header lines, an empty line, and as many bytes as Content-Length says.
 *
 * The reader is a state machine over pieces of any size. It keeps one header of bounded size and one body, and takes
 * memory for the body only as bytes of it arrive, so that a length alone costs nothing. A body that is too big is
 * skipped and reported; a header that cannot be understood leaves no way to find the next message, and is the end. */
#include "lsp/lsp_priv.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { BODY_FIRST = 64 << 10 };

static bool letters_eq(str a, const char *lower)
{
    size_t n = strlen(lower);
    if (a.len != n) return false;
    for (size_t i = 0; i < n; i++) {
        int c = a.p[i] >= 'A' && a.p[i] <= 'Z' ? a.p[i] - 'A' + 'a' : a.p[i];
        if (c != lower[i]) return false;
    }
    return true;
}

/* The length named in a whole header; false when there is none or it is no number. */
static bool header_length(str header, uint64_t *out)
{
    bool found = false;
    str line;
    while (str_split(&header, '\n', &line)) {
        line = str_trim(line);
        if (line.len == 0) continue;
        size_t colon = str_find(line, STR(":"));
        if (colon == SIZE_MAX) return false;
        if (!letters_eq(str_trim(str_slice(line, 0, colon)), "content-length")) continue;
        int64_t n = 0;
        if (!str_to_i64(str_trim(str_slice(line, colon + 1, line.len)), &n) || n < 0) return false;
        *out = (uint64_t)n;
        found = true;
    }
    return found;
}

/* True when the header's empty line has just been read: LF LF, or LF CR LF. */
static bool header_ends(const struct reader *r)
{
    size_t n = r->header_len;
    const char *h = r->header;
    if (n == 0 || h[n - 1] != '\n') return false;
    if (n == 1 || (n == 2 && h[0] == '\r')) return true;
    return h[n - 2] == '\n' || (n >= 3 && h[n - 2] == '\r' && h[n - 3] == '\n');
}

static void start_body(struct reader *r)
{
    arena_free(r->arena);
    r->arena = arena_new("message", 0);
    r->in_body = true;
    r->body = NULL;
    r->cap = 0;
    r->got = 0;
}

static enum reader_event take_header(struct reader *r, str *bytes)
{
    size_t i = 0;
    while (i < bytes->len) {
        if (r->header_len == LSP_HEADER_MAX) return READER_BROKEN;
        r->header[r->header_len++] = bytes->p[i++];
        if (!header_ends(r)) continue;
        *bytes = str_slice(*bytes, i, bytes->len);
        bool ok = header_length((str){ r->header, r->header_len }, &r->want);
        r->header_len = 0;
        if (!ok) return READER_BROKEN;
        start_body(r);
        return r->want > LSP_MESSAGE_MAX ? READER_TOO_BIG : READER_MORE;
    }
    *bytes = (str){ bytes->p + bytes->len, 0 };
    return READER_MORE;
}

static void keep(struct reader *r, const char *p, size_t n)
{
    size_t got = (size_t)r->got;
    if (got + n > r->cap) {
        size_t cap = r->cap == 0 ? BODY_FIRST : r->cap * 2;
        while (cap < got + n) cap *= 2;
        if (cap > r->want) cap = (size_t)r->want;
        char *larger = arena_alloc(r->arena, cap);
        if (got > 0) memcpy(larger, r->body, got);
        r->body = larger;
        r->cap = cap;
    }
    memcpy(r->body + got, p, n);
}

enum reader_event reader_take(struct reader *r, str *bytes, str *message)
{
    for (;;) {
        if (!r->in_body) {
            enum reader_event e = take_header(r, bytes);
            if (e != READER_MORE || !r->in_body) return e;
        }
        uint64_t left = r->want - r->got;
        size_t n = bytes->len < left ? bytes->len : (size_t)left;
        if (n > 0 && r->want <= LSP_MESSAGE_MAX) keep(r, bytes->p, n);
        r->got += n;
        *bytes = str_slice(*bytes, n, bytes->len);
        if (r->got < r->want) return READER_MORE;
        r->in_body = false;
        if (r->want > LSP_MESSAGE_MAX) continue; /* reported when its header was read */
        *message = r->want == 0 ? STR("") : (str){ r->body, (size_t)r->want };
        return READER_MESSAGE;
    }
}

void reader_deinit(struct reader *r)
{
    arena_free(r->arena);
    *r = (struct reader){ 0 };
}

bool reply_fail(struct reply *r, int code, const char *fmt, ...)
{
    char buf[ERR_TEXT];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(buf, sizeof buf, fmt, ap);
    va_end(ap);
    size_t len = n < 0 ? 0 : (size_t)n;
    if (len >= sizeof buf) {
        len = sizeof buf - 1;
        while (len > 0 && ((unsigned char)buf[len] & 0xC0) == 0x80) len--; /* not in mid-character */
    }
    r->code = code;
    r->message = str_dup(r->a, (str){ buf, len });
    return false;
}
