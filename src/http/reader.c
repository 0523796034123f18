/* reader: one request out of bytes that may come one at a time. The head is gathered until its empty line, and taken
 * apart then; bytes that can be in no head are refused at once. Where RFC 9112 lets a server choose between mending and
 * refusing, this one refuses: two readers that mend differently are how requests are smuggled.
 *
 * Accepted: one empty line before a request, either Content-Length once or Transfer-Encoding "chunked" once, chunks
 * without extensions and trailers. */
#include "base/utf8.h"
#include "http/http_priv.h"

#include <string.h>

const struct http_limits http_usual = {
    .line_bytes = 8192,
    .head_bytes = 16 << 10,
    .fields = 64,
    .body_bytes = 1 << 20,
    .head_ms = 10000,
    .body_ms = 30000,
    .idle_ms = 60000,
    .write_ms = 30000,
    .per_address = 256,
    .connections = 4096,
    .requests = 100000,
    .stop_ms = 5000,
    .siding_stop_ms = 10000,
};

enum { CHUNK_SIZE, CHUNK_SIZE_LF, CHUNK_DATA, CHUNK_DATA_CR, CHUNK_DATA_LF, CHUNK_LAST_CR, CHUNK_LAST_LF };
enum { CHUNK_DIGITS_MAX = 8, BLANK_LINES_MAX = 1 };

struct http_limits http_limits_of(const struct http_limits *l)
{
    struct http_limits r = *l;
    const uint32_t *usual = (const uint32_t *)&http_usual;
    uint32_t *mine = (uint32_t *)&r;
    for (size_t i = 0; i < sizeof r / sizeof *mine; i++) {
        if (mine[i] == 0) mine[i] = usual[i];
    }
    return r;
}

static bool refuse(struct http_reader *r, unsigned status, const char *why)
{
    r->state = HTTP_REFUSED;
    r->status = status;
    r->why = why;
    return false;
}

void http_reader_start(struct http_reader *r, struct arena *a, const struct http_limits *l)
{
    *r = (struct http_reader){ .limits = http_limits_of(l) };
    r->q.a = a;
    text_init(&r->head, a, (size_t)r->limits.head_bytes + 1);
    text_init(&r->body, a, (size_t)r->limits.body_bytes);
}

/* ---- characters ---- */

static bool is_token_char(char c)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
    return c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL;
}

static bool is_token(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!is_token_char(s.p[i])) return false;
    }
    return s.len > 0;
}

static int hex_of(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static bool same_word(str s, const char *small)
{
    if (s.len != strlen(small)) return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        if (c != small[i]) return false;
    }
    return true;
}

bool http_decode(struct arena *a, str s, bool plus_is_blank, str *out)
{
    char *p = ARENA_ARRAY(a, char, s.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        if (c == '%') {
            int high = i + 2 < s.len ? hex_of(s.p[i + 1]) : -1, low = i + 2 < s.len ? hex_of(s.p[i + 2]) : -1;
            if (high < 0 || low < 0) return false;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus_is_blank) {
            c = ' ';
        }
        if (c == '\0') return false;
        p[n++] = c;
    }
    *out = (str){ p, n };
    return utf8_valid(*out, NULL);
}

/* ---- the head ---- */

static bool read_method(str s, enum http_method *out)
{
    static const char *const names[] = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!str_eq(s, str_of(names[i]))) continue;
        *out = (enum http_method)i;
        return true;
    }
    return false;
}

/* No step up and no step in place: what a path says is where it leads. */
static bool is_straight(str path)
{
    str rest = path, piece;
    while (str_split(&rest, '/', &piece)) {
        if (str_eq(piece, STR(".")) || str_eq(piece, STR(".."))) return false;
    }
    for (size_t i = 0; i < path.len; i++) {
        if ((unsigned char)path.p[i] < 0x20 || path.p[i] == 0x7F || path.p[i] == '\\') return false;
    }
    return true;
}

static bool read_target(struct http_reader *r, str target)
{
    struct http_request *q = &r->q;
    for (size_t i = 0; i < target.len; i++) {
        unsigned char c = (unsigned char)target.p[i];
        if (c <= 0x20 || c >= 0x7F || strchr("\"<>\\^`{|}#", (char)c) != NULL)
            return refuse(r, 400, "网址里有不该有的字符");
    }
    if (target.len == 0 || target.p[0] != '/') return refuse(r, 400, "网址要以斜线开头");
    const char *mark = memchr(target.p, '?', target.len);
    size_t end = mark != NULL ? (size_t)(mark - target.p) : target.len;
    q->target = target;
    q->query = mark != NULL ? str_slice(target, end + 1, target.len) : STR("");
    if (!http_decode(q->a, str_slice(target, 0, end), false, &q->path) || !is_straight(q->path))
        return refuse(r, 400, "网址写得不对");
    return true;
}

static bool read_line(struct http_reader *r, str line)
{
    size_t first = str_find(line, STR(" "));
    if (first == SIZE_MAX) return refuse(r, 400, "请求的第一行不完整");
    str method = str_slice(line, 0, first), rest = str_slice(line, first + 1, line.len);
    size_t second = str_find(rest, STR(" "));
    if (!is_token(method) || second == SIZE_MAX) return refuse(r, 400, "请求的第一行不对");
    str version = str_slice(rest, second + 1, rest.len);
    bool form = version.len == 8 && str_starts(version, STR("HTTP/")) && version.p[6] == '.' && version.p[5] >= '0' &&
                version.p[5] <= '9' && version.p[7] >= '0' && version.p[7] <= '9';
    if (!form) return refuse(r, 400, "请求的第一行不对");
    if (version.p[5] != '1') return refuse(r, 505, "只支持 HTTP/1.1");
    r->old = version.p[7] == '0';
    r->close = r->old;
    if (!read_target(r, str_slice(rest, 0, second))) return false;
    if (!read_method(method, &r->q.method)) return refuse(r, 501, "不支持这种请求方法");
    return true;
}

static bool read_field(struct http_reader *r, str line)
{
    struct http_request *q = &r->q;
    size_t colon = str_find(line, STR(":"));
    if (colon == SIZE_MAX || !is_token(str_slice(line, 0, colon))) return refuse(r, 400, "请求头有一行写得不对");
    if (q->fields.len == r->limits.fields) return refuse(r, 431, "请求头的行数太多");
    str value = str_slice(line, colon + 1, line.len);
    while (value.len > 0 && (value.p[0] == ' ' || value.p[0] == '\t')) value.p++, value.len--;
    while (value.len > 0 && (value.p[value.len - 1] == ' ' || value.p[value.len - 1] == '\t')) value.len--;
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.p[i];
        if ((c < 0x20 && c != '\t') || c == 0x7F) return refuse(r, 400, "请求头里有控制字符");
    }
    char *name = ARENA_ARRAY(q->a, char, colon + 1);
    for (size_t i = 0; i < colon; i++) {
        char c = line.p[i];
        name[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    *vec_push(q->a, &q->fields) = (struct http_field){ { name, colon }, value };
    return true;
}

/* How often a field is there; *value is that of the last. */
static unsigned count_field(const struct http_request *q, const char *name, str *value)
{
    unsigned n = 0;
    VEC_EACH (const struct http_field, f, &q->fields) {
        if (!str_eq(f->name, str_of(name))) continue;
        n++;
        *value = f->value;
    }
    return n;
}

static bool is_host(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!plain && (c == '\0' || strchr(".-_:[]", c) == NULL)) return false;
    }
    return s.len > 0 && s.len <= 255;
}

static bool read_length(struct http_reader *r, str length)
{
    uint64_t n = 0;
    if (length.len == 0) return refuse(r, 400, "请求体的长度没有写");
    for (size_t i = 0; i < length.len; i++) {
        if (length.p[i] < '0' || length.p[i] > '9') return refuse(r, 400, "请求体的长度写得不对");
        if (n <= UINT32_MAX) n = n * 10 + (uint64_t)(length.p[i] - '0');
    }
    if (n > r->limits.body_bytes) return refuse(r, 413, "送来的内容太大，请分成小一些的几份再送");
    r->left = n;
    return true;
}

static bool read_framing(struct http_reader *r)
{
    str host = { 0 }, length = { 0 }, coding = { 0 }, value = { 0 };
    unsigned hosts = count_field(&r->q, "host", &host), lengths = count_field(&r->q, "content-length", &length);
    unsigned codings = count_field(&r->q, "transfer-encoding", &coding);
    if (hosts > 1 || (hosts == 0 && !r->old) || (hosts == 1 && !is_host(host)))
        return refuse(r, 400, "请求里的主机名不对");
    if (lengths > 1 || codings > 1 || (lengths > 0 && codings > 0)) return refuse(r, 400, "请求体的长度写了不止一次");
    if (codings == 1) {
        if (r->old) return refuse(r, 400, "HTTP/1.0 的请求不能分块");
        if (!same_word(coding, "chunked")) return refuse(r, 501, "不支持这种传输编码");
        r->chunked = true;
        r->part = CHUNK_SIZE;
    }
    if (r->most != NULL && (lengths == 1 || r->chunked)) {
        r->limits.body_bytes = r->most(r->most_ctx, &r->q);
        text_init(&r->body, r->q.a, (size_t)r->limits.body_bytes);
    }
    if (lengths == 1 && !read_length(r, length)) return false;
    if (count_field(&r->q, "expect", &value) > 0) {
        if (!same_word(value, "100-continue")) return refuse(r, 417, "不支持这种期待");
        r->expects = !r->old && (r->chunked || r->left > 0);
    }
    str wish = http_field(&r->q, "connection"), word;
    while (str_split(&wish, ',', &word)) r->close = r->close || same_word(str_trim(word), "close");
    return true;
}

/* The head without its empty line. */
static void read_head(struct http_reader *r)
{
    str rest = str_slice(text_str(&r->head), 0, r->head.len - 2);
    bool first = true;
    while (rest.len > 0) {
        size_t end = str_find(rest, STR("\r\n"));
        str line = str_slice(rest, 0, end);
        rest = str_slice(rest, end + 2, rest.len);
        if (!(first ? read_line(r, line) : read_field(r, line))) return;
        first = false;
    }
    if (!read_framing(r)) return;
    r->state = r->chunked || r->left > 0 ? HTTP_IN_BODY : HTTP_WHOLE;
}

static void end_line(struct http_reader *r)
{
    bool empty = r->head.len == r->line_start + 2;
    r->line_start = (uint32_t)r->head.len;
    if (!empty) return;
    if (r->head.len > 2) {
        read_head(r);
    } else if (r->blank_lines++ == BLANK_LINES_MAX) {
        refuse(r, 400, "请求前面有空行");
    } else {
        r->head.len = 0;
        r->line_start = 0;
    }
}

static void feed_head(struct http_reader *r, char c)
{
    struct text *t = &r->head;
    bool after_return = t->len > 0 && t->p[t->len - 1] == '\r';
    if (c == '\0') {
        refuse(r, 400, "请求头里有空字符");
    } else if ((c == '\n') != after_return) {
        refuse(r, 400, "请求头的换行不对");
    } else if (r->line_start == 0 && t->len > r->limits.line_bytes) {
        refuse(r, 414, "网址太长");
    } else if (t->len >= r->limits.head_bytes) {
        refuse(r, 431, "请求头太大");
    } else {
        text_addc(t, c);
        if (c == '\n') end_line(r);
    }
}

/* ---- the body ---- */

static void end_body(struct http_reader *r)
{
    r->q.body = text_str(&r->body);
    r->state = HTTP_WHOLE;
}

static size_t take_data(struct http_reader *r, str s)
{
    size_t n = s.len < r->left ? s.len : (size_t)r->left;
    text_add(&r->body, str_slice(s, 0, n));
    r->left -= n;
    return n;
}

static void feed_size(struct http_reader *r, char c)
{
    int digit = hex_of(c);
    if (digit >= 0 && r->digits < CHUNK_DIGITS_MAX) {
        r->left = r->left * 16 + (uint64_t)digit;
        r->digits++;
        return;
    }
    if (c != '\r' || r->digits == 0) {
        refuse(r, 400, "分块的大小写得不对");
        return;
    }
    if (r->left + r->body.len > r->limits.body_bytes) {
        refuse(r, 413, "送来的内容太大，请分成小一些的几份再送");
        return;
    }
    r->digits = 0;
    r->part = CHUNK_SIZE_LF;
}

static void feed_chunk(struct http_reader *r, char c)
{
    static const char wanted[] = { [CHUNK_SIZE_LF] = '\n',
                                   [CHUNK_DATA_CR] = '\r',
                                   [CHUNK_DATA_LF] = '\n',
                                   [CHUNK_LAST_CR] = '\r',
                                   [CHUNK_LAST_LF] = '\n' };
    if (++r->framing > r->limits.body_bytes) {
        refuse(r, 413, "分块太碎");
    } else if (r->part == CHUNK_SIZE) {
        feed_size(r, c);
    } else if (c != wanted[r->part]) {
        refuse(r, 400, "分块的结尾不对");
    } else if (r->part == CHUNK_LAST_LF) {
        end_body(r);
    } else if (r->part == CHUNK_SIZE_LF) {
        r->part = r->left == 0 ? CHUNK_LAST_CR : CHUNK_DATA;
    } else {
        r->part = r->part == CHUNK_DATA_LF ? CHUNK_SIZE : (uint8_t)(r->part + 1);
    }
}

static size_t feed_body(struct http_reader *r, str s)
{
    if (!r->chunked) {
        size_t n = take_data(r, s);
        if (r->left == 0) end_body(r);
        return n;
    }
    if (r->part != CHUNK_DATA) return feed_chunk(r, s.p[0]), 1;
    size_t n = take_data(r, s);
    if (r->left == 0) r->part = CHUNK_DATA_CR;
    return n;
}

size_t http_reader_feed(struct http_reader *r, str bytes)
{
    size_t at = 0;
    if (bytes.len > 0 && r->state == HTTP_WAITS) r->state = HTTP_IN_HEAD;
    while (at < bytes.len && r->state == HTTP_IN_HEAD) feed_head(r, bytes.p[at++]);
    while (at < bytes.len && r->state == HTTP_IN_BODY) at += feed_body(r, str_slice(bytes, at, bytes.len));
    return at;
}
