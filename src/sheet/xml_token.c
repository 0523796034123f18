/* xml_token: one token of XML 1.0 after the other, as the standard writes them. A tag is first found whole and then
 * taken apart in place: its names and values get a zero behind them where '=' and quotes stood. Texts are handed on as
 * they come, as long as nothing in them may still turn out to be something else: "]]" at the end of a piece, half a
 * character, half an entity wait for more. */
#include "base/utf8.h"
#include "sheet/xml_priv.h"

#include <string.h>

/* What a byte may be in a text. */
enum kind { PLAIN, LESS, AMPERSAND, RETURN, BRACKET, HIGH, CONTROL, BLANK /* only in values: becomes a space */ };
#define ROW16(k) k, k, k, k, k, k, k, k, k, k, k, k, k, k, k, k
#define HIGH128  ROW16(HIGH), ROW16(HIGH), ROW16(HIGH), ROW16(HIGH), ROW16(HIGH), ROW16(HIGH), ROW16(HIGH), ROW16(HIGH)
static const uint8_t in_text[256] = { CONTROL,         CONTROL,        CONTROL,           CONTROL,      CONTROL,
                                      CONTROL,         CONTROL,        CONTROL,           CONTROL,      PLAIN,
                                      PLAIN,           CONTROL,        CONTROL,           RETURN,       CONTROL,
                                      CONTROL,         ROW16(CONTROL), ['&'] = AMPERSAND, ['<'] = LESS, [']'] = BRACKET,
                                      [0x80] = HIGH128 };
static const uint8_t in_value[256] = { CONTROL, CONTROL,        CONTROL,           CONTROL,      CONTROL,
                                       CONTROL, CONTROL,        CONTROL,           CONTROL,      BLANK,
                                       BLANK,   CONTROL,        CONTROL,           RETURN,       CONTROL,
                                       CONTROL, ROW16(CONTROL), ['&'] = AMPERSAND, ['<'] = LESS, [0x80] = HIGH128 };

/* What a byte may be in a name, and what ends a tag or hides its end. */
enum { NAME_FIRST = 1, NAME_REST = 2, TAG_MARK = 4 };
#define LETTER (NAME_FIRST | NAME_REST)
static const uint8_t in_tag[256] = { ['a'] = LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     ['A'] = LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     LETTER,
                                     ['_'] = LETTER,
                                     [':'] = LETTER,
                                     ['-'] = NAME_REST,
                                     ['.'] = NAME_REST,
                                     ['0'] = NAME_REST,
                                     NAME_REST,
                                     NAME_REST,
                                     NAME_REST,
                                     NAME_REST,
                                     NAME_REST,
                                     NAME_REST,
                                     NAME_REST,
                                     NAME_REST,
                                     NAME_REST,
                                     ['<'] = TAG_MARK,
                                     ['>'] = TAG_MARK,
                                     ['"'] = TAG_MARK,
                                     ['\''] = TAG_MARK };

static uint8_t byte(const char *p) { return (uint8_t)*p; }
static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static enum xml_step broken(struct xml *x, const char *why)
{
    x->broken = why;
    return XML_BROKEN;
}

/* The token is not whole: wait, unless nothing will come. */
static enum xml_step more(struct xml *x, const char *why) { return x->eof ? broken(x, why) : XML_MORE; }

static void send_text(struct xml *x, const char *p, const char *end)
{
    if (p < end && x->events.text != NULL && x->refused == NULL) x->events.text(x->ptr, p, (size_t)(end - p));
}

/* ---- characters ---- */

/* Bytes of the character at p; 0: none that XML has; -1: it is cut off at the end. */
static int high(const char *p, const char *end)
{
    uint8_t c = byte(p);
    size_t left = (size_t)(end - p), len;
    if (c >= 0xE1 && c <= 0xEC && left >= 3) /* nearly all Chinese */
        return (byte(p + 1) & 0xC0) == 0x80 && (byte(p + 2) & 0xC0) == 0x80 ? 3 : 0;
    size_t wants = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
    if (left < wants) {
        for (size_t i = 1; i < left; i++) {
            if ((byte(p + i) & 0xC0) != 0x80) return 0;
        }
        return -1;
    }
    uint32_t cp = utf8_at((str){ p, left }, 0, &len);
    return len == 1 || cp == 0xFFFE || cp == 0xFFFF ? 0 : (int)len;
}

static bool is_char(uint32_t cp)
{
    if (cp < 0x20) return cp == '\t' || cp == '\n' || cp == '\r';
    return cp <= 0x10FFFF && !(cp >= 0xD800 && cp <= 0xDFFF) && cp != 0xFFFE && cp != 0xFFFF;
}

/* Only characters of XML, as in comments. */
static bool all_chars(const char *p, const char *end)
{
    while (p < end) {
        enum kind k = (enum kind)in_text[byte(p)];
        int len = k == HIGH ? high(p, end) : k == CONTROL ? 0 : 1;
        if (len <= 0) return false;
        p += len;
    }
    return true;
}

/* "#x4E1A" and "#19994". */
static bool number_of(str s, uint32_t *out)
{
    bool hex = s.len > 1 && s.p[1] == 'x';
    size_t at = hex ? 2 : 1;
    uint32_t n = 0;
    if (at == s.len) return false;
    for (; at < s.len; at++) {
        char c = s.p[at];
        uint32_t digit = c >= '0' && c <= '9'          ? (uint32_t)(c - '0')
                         : hex && c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
                         : hex && c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
                                                       : 99;
        if (digit == 99) return false;
        n = n * (hex ? 16 : 10) + digit;
        if (n > 0x10FFFF) return false;
    }
    *out = n;
    return is_char(n);
}

enum { REFERENCE_BYTES = 16 }; /* between & and ; */

/* What stands at '&': its bytes in `out`, and where it ends. NULL: not known, or (*cut) not whole. */
static const char *reference(const char *p, const char *end, char out[4], size_t *len, bool *cut)
{
    static const struct {
        str name;
        char means;
    } names[] = { { { "lt", 2 }, '<' },
                  { { "gt", 2 }, '>' },
                  { { "amp", 3 }, '&' },
                  { { "quot", 4 }, '"' },
                  { { "apos", 4 }, '\'' } };
    size_t left = (size_t)(end - p) - 1, room = left < REFERENCE_BYTES ? left : REFERENCE_BYTES;
    const char *stop = memchr(p + 1, ';', room);
    *cut = stop == NULL && room < REFERENCE_BYTES;
    if (stop == NULL) return NULL;
    str s = { p + 1, (size_t)(stop - p) - 1 };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!str_eq(s, names[i].name)) continue;
        out[0] = names[i].means;
        *len = 1;
        return stop + 1;
    }
    uint32_t cp;
    if (s.len == 0 || s.p[0] != '#' || !number_of(s, &cp)) return NULL;
    *len = utf8_put(cp, out);
    return stop + 1;
}

/* ---- texts ---- */

static const char *const NO_CHAR = "有不能用的字节";
static const char line_end[] = "\n"; /* what every line end is read as */

static enum xml_step wait_at(struct xml *x, const char *from, const char *p)
{
    send_text(x, from, p);
    x->start = (size_t)(p - x->buf);
    return XML_MORE;
}

static enum xml_step text(struct xml *x)
{
    const char *p = x->buf + x->start, *from = p, *end = x->buf + x->end, *next;
    char bytes[4];
    size_t len;
    bool cut;
    for (;;) {
        while (p < end && in_text[byte(p)] == PLAIN) p++;
        if (p == end) return wait_at(x, from, p);
        switch ((enum kind)in_text[byte(p)]) {
        case LESS:
            send_text(x, from, p);
            x->start = (size_t)(p - x->buf);
            return XML_ON;
        case AMPERSAND:
            next = reference(p, end, bytes, &len, &cut);
            if (next == NULL && cut && !x->eof) return wait_at(x, from, p);
            if (next == NULL) return broken(x, "有不认识的 & 引用");
            send_text(x, from, p);
            send_text(x, bytes, bytes + len);
            from = p = next;
            break;
        case RETURN: /* every line end is one LF */
            if (p + 1 == end && !x->eof) return wait_at(x, from, p);
            send_text(x, from, p);
            from = ++p;
            if (p == end || *p != '\n') send_text(x, line_end, line_end + 1);
            break;
        case BRACKET:
            if (end - p >= 3 && p[1] == ']' && p[2] == '>') return broken(x, "文字里有 ]]>");
            if (end - p < 3 && !x->eof) return wait_at(x, from, p);
            p++;
            break;
        case HIGH: {
            int n = high(p, end);
            if (n < 0 && !x->eof) return wait_at(x, from, p);
            if (n <= 0) return broken(x, NO_CHAR);
            p += n;
            break;
        }
        case PLAIN:
        case BLANK:
        case CONTROL: return broken(x, NO_CHAR);
        }
    }
}

/* Outside the outermost element. */
static enum xml_step blanks(struct xml *x)
{
    while (x->start < x->end && is_blank(x->buf[x->start])) x->start++;
    if (x->start == x->end) return XML_MORE;
    return x->buf[x->start] == '<' ? XML_ON : broken(x, "标记外面有文字");
}

/* ---- tags ---- */

/* Where the tag that begins at p ends: at its '>'. NULL with *step. */
static char *tag_end(struct xml *x, char *p, enum xml_step *step)
{
    char *end = x->buf + x->end;
    for (; p < end; p++) {
        if ((in_tag[byte(p)] & TAG_MARK) == 0) continue;
        if (*p == '>') return p;
        if (*p == '<') {
            *step = broken(x, "标记里面又有 <");
            return NULL;
        }
        p = memchr(p + 1, *p, (size_t)(end - p) - 1);
        if (p == NULL) break;
    }
    *step = more(x, "标记没有写完");
    return NULL;
}

/* A name at p, ending before `end`; NULL: there is none. */
static char *name_end(char *p, const char *end)
{
    char *from = p;
    if (p == end || (in_tag[byte(p)] & NAME_FIRST) == 0) return NULL;
    while (p < end && (in_tag[byte(p)] & NAME_REST) != 0) p++;
    return p - from < XML_NAME_BYTES ? p : NULL;
}

static char *skip_blanks(char *p, const char *end)
{
    while (p < end && is_blank(*p)) p++;
    return p;
}

/* The value between its quotes, made what it means, in place; its new end. NULL: it is none. */
static char *value_end(char *p, const char *end)
{
    while (p < end && in_value[byte(p)] == PLAIN) p++;
    char *to = p;
    while (p < end) {
        char bytes[4];
        const char *next;
        size_t len;
        bool cut;
        int n;
        switch ((enum kind)in_value[byte(p)]) {
        case PLAIN: *to++ = *p++; break;
        case BLANK:
            *to++ = ' ';
            p++;
            break;
        case RETURN:
            *to++ = ' ';
            p += p + 1 < end && p[1] == '\n' ? 2 : 1;
            break;
        case AMPERSAND:
            next = reference(p, end, bytes, &len, &cut);
            if (next == NULL) return NULL;
            p += next - p;
            memcpy(to, bytes, len);
            to += len;
            break;
        case HIGH:
            n = high(p, end);
            if (n <= 0) return NULL;
            memmove(to, p, (size_t)n);
            to += n;
            p += n;
            break;
        case LESS:
        case BRACKET:
        case CONTROL: return NULL;
        }
    }
    return to;
}

/* Attributes from p to the end of the tag. NULL: well taken; else what is wrong. */
static const char *attributes(struct xml *x, char *p, const char *end)
{
    static const char *const odd = "属性写得不对";
    size_t n = 0;
    for (;;) {
        char *after = skip_blanks(p, end);
        if (after == end) break;
        if (after == p) return odd; /* a blank must be between */
        char *name = after, *name_stop = name_end(name, end);
        if (name_stop == NULL) return odd;
        p = skip_blanks(name_stop, end);
        if (p == end || *p != '=') return odd;
        p = skip_blanks(p + 1, end);
        if (p == end || (*p != '"' && *p != '\'')) return odd;
        char *value = p + 1, *quote = memchr(value, *p, (size_t)(end - value));
        char *value_stop = quote == NULL ? NULL : value_end(value, quote);
        if (value_stop == NULL) return odd;
        *name_stop = *value_stop = '\0';
        p = quote + 1;
        for (size_t i = 0; i < n; i++) {
            if (x->attributes[2 * i][0] == name[0] && strcmp(x->attributes[2 * i], name) == 0)
                return "同一个属性写了两遍";
        }
        if (n == XML_ATTRIBUTES) {
            x->refused = "有一个标记的属性太多";
            return NULL;
        }
        x->attributes[2 * n] = name;
        x->attributes[2 * n + 1] = value;
        n++;
    }
    x->attributes[2 * n] = NULL;
    return NULL;
}

static void ended(struct xml *x)
{
    x->depth--;
    x->root_done = x->depth == 0;
    if (x->events.end != NULL && x->refused == NULL) x->events.end(x->ptr, xml_local(x->open[x->depth]));
}

static enum xml_step start_tag(struct xml *x, char *p)
{
    enum xml_step step;
    char *end = tag_end(x, p + 1, &step);
    if (end == NULL) return step;
    x->start = (size_t)(end + 1 - x->buf);
    if (x->root_done) return broken(x, "结尾后面还有内容");
    bool empty = end[-1] == '/';
    char *name = p + 1, *stop = name_end(name, end);
    if (empty) end--;
    if (stop == NULL || stop > end) return broken(x, "标记的名字不对");
    if (x->depth == XML_DEPTH) {
        x->refused = "套得太深";
        return XML_ON;
    }
    const char *wrong = attributes(x, stop, end);
    if (wrong != NULL) return broken(x, wrong);
    x->open_len[x->depth] = (size_t)(stop - name);
    char *open = x->open[x->depth++];
    memcpy(open, name, (size_t)(stop - name));
    open[stop - name] = '\0';
    if (x->events.start != NULL && x->refused == NULL) x->events.start(x->ptr, xml_local(open), x->attributes);
    if (empty) ended(x);
    return XML_ON;
}

static enum xml_step end_tag(struct xml *x, char *p)
{
    enum xml_step step;
    char *end = tag_end(x, p + 2, &step);
    if (end == NULL) return step;
    if (x->depth == 0) return broken(x, "开始和结束的标记不成对");
    size_t len = x->open_len[x->depth - 1];
    if ((size_t)(end - p) - 2 < len || memcmp(p + 2, x->open[x->depth - 1], len) != 0 ||
        skip_blanks(p + 2 + len, end) != end)
        return broken(x, "开始和结束的标记不成对");
    x->start = (size_t)(end + 1 - x->buf);
    ended(x);
    return XML_ON;
}

/* ---- what else there is ---- */

/* The rest of s behind blanks. */
static str behind_blanks(str s)
{
    size_t at = 0;
    while (at < s.len && is_blank(s.p[at])) at++;
    return str_slice(s, at, s.len);
}

/* ' version="1.0"' and the like, moved over. */
static bool pseudo_attribute(str *s, str name, str *value)
{
    str t = behind_blanks(*s);
    if (t.len == s->len || !str_starts(t, name)) return false;
    t = behind_blanks(str_slice(t, name.len, t.len));
    if (t.len == 0 || t.p[0] != '=') return false;
    t = behind_blanks(str_slice(t, 1, t.len));
    if (t.len == 0 || (t.p[0] != '"' && t.p[0] != '\'')) return false;
    const char *stop = memchr(t.p + 1, t.p[0], t.len - 1);
    if (stop == NULL) return false;
    *value = (str){ t.p + 1, (size_t)(stop - t.p) - 1 };
    *s = (str){ stop + 1, (size_t)(t.p + t.len - stop) - 1 };
    return true;
}

static bool is_utf8(str s)
{
    static const char utf8[] = "utf-8";
    if (s.len != 5) return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + 32) : s.p[i];
        if (c != utf8[i]) return false;
    }
    return true;
}

static enum xml_step declaration(struct xml *x, str s)
{
    static const char *const odd = "开头的声明写得不对";
    str value;
    if (!pseudo_attribute(&s, STR("version"), &value) || !str_eq(value, STR("1.0"))) return broken(x, odd);
    if (pseudo_attribute(&s, STR("encoding"), &value) && !is_utf8(value)) {
        x->refused = "不是 UTF-8 编码，请用 Excel 打开后另存";
        return XML_ON;
    }
    if (pseudo_attribute(&s, STR("standalone"), &value) && !str_eq(value, STR("yes")) && !str_eq(value, STR("no")))
        return broken(x, odd);
    return behind_blanks(s).len == 0 ? XML_ON : broken(x, odd);
}

static enum xml_step instruction(struct xml *x, char *p, bool first)
{
    char *end = x->buf + x->end, *stop = memmem(p + 2, (size_t)(end - p) - 2, "?>", 2);
    if (stop == NULL) return more(x, "标记没有写完");
    char *name = p + 2, *name_stop = name_end(name, stop);
    x->start = (size_t)(stop + 2 - x->buf);
    if (name_stop == NULL || (name_stop < stop && !is_blank(*name_stop)) || !all_chars(name_stop, stop))
        return broken(x, "<? 写得不对");
    bool xml = name_stop - name == 3 && (name[0] | 0x20) == 'x' && (name[1] | 0x20) == 'm' && (name[2] | 0x20) == 'l';
    if (!xml) return XML_ON;
    if (!first || memcmp(name, "xml", 3) != 0) return broken(x, "声明不在开头");
    return declaration(x, (str){ name_stop, (size_t)(stop - name_stop) });
}

static enum xml_step comment(struct xml *x, char *p)
{
    char *end = x->buf + x->end, *from = p + 4, *stop = memmem(from, (size_t)(end - from), "--", 2);
    if (stop == NULL || stop + 2 == end) return more(x, "注释没有写完");
    if (stop[2] != '>' || !all_chars(from, stop)) return broken(x, "注释写得不对");
    x->start = (size_t)(stop + 3 - x->buf);
    return XML_ON;
}

static enum xml_step verbatim(struct xml *x, char *p)
{
    char *end = x->buf + x->end, *from = p + 9, *stop = memmem(from, (size_t)(end - from), "]]>", 3);
    if (stop == NULL) return more(x, "CDATA 没有写完");
    if (x->depth == 0 || !all_chars(from, stop)) return broken(x, "CDATA 写得不对");
    x->start = (size_t)(stop + 3 - x->buf);
    for (char *line; (line = memchr(from, '\r', (size_t)(stop - from))) != NULL;) {
        send_text(x, from, line);
        from = line + 1;
        if (from == stop || *from != '\n') send_text(x, line_end, line_end + 1);
    }
    send_text(x, from, stop);
    return XML_ON;
}

static enum xml_step marked(struct xml *x, char *p)
{
    static const str doctype = { "<!DOCTYPE", 9 }, cdata = { "<![CDATA[", 9 }, dashes = { "<!--", 4 };
    str s = { p, x->end - x->start };
    if (str_starts(s, dashes)) return comment(x, p);
    if (str_starts(s, cdata)) return verbatim(x, p);
    if (str_starts(s, doctype)) {
        x->refused = "有文档类型声明（DTD），表格里不该有";
        return XML_ON;
    }
    bool may = str_starts(dashes, s) || str_starts(cdata, s) || str_starts(doctype, s);
    return may ? more(x, "标记没有写完") : broken(x, "<! 写得不对");
}

/* The mark of UTF-8 is passed over; other encodings are told from the first bytes. */
static enum xml_step beginning(struct xml *x)
{
    str s = { x->buf, x->end };
    if (s.len < 3 && !x->eof) return XML_MORE;
    if (str_starts(s, STR("\xFE\xFF")) || str_starts(s, STR("\xFF\xFE")) ||
        (s.len > 1 && (s.p[0] == '\0' || s.p[1] == '\0'))) {
        x->refused = "不是 UTF-8 编码，请用 Excel 打开后另存";
        return XML_ON;
    }
    x->begun = true;
    if (str_starts(s, STR("\xEF\xBB\xBF"))) x->start = 3;
    s = str_slice(s, x->start, s.len);
    if (s.len < 2 && !x->eof) { /* come again when there is more */
        x->begun = false;
        x->start = 0;
        return XML_MORE;
    }
    return str_starts(s, STR("<?")) ? instruction(x, x->buf + x->start, true) : XML_ON;
}

enum xml_step xml_token(struct xml *x)
{
    if (!x->begun) {
        enum xml_step step = beginning(x);
        if (step == XML_MORE) x->begun = false, x->start = 0;
        return step;
    }
    char *p = x->buf + x->start;
    if (*p != '<') return x->depth == 0 ? blanks(x) : text(x);
    if (x->end - x->start < 2) return more(x, "标记没有写完");
    switch (p[1]) {
    case '/': return end_tag(x, p);
    case '?': return instruction(x, p, false);
    case '!': return marked(x, p);
    default: return start_tag(x, p);
    }
}
