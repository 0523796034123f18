/* encoding: votes, conversion and mending.
 *
 * That records can be cut before they are converted rests on one fact: in GB18030 the bytes " , ; TAB CR LF never are
 * part of a longer character (its trailing bytes begin at 0x30 and have no 0x3B). */
#include "sheet/encoding.h"

#include "base/utf8.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

enum { VOTE_BYTES = 4096 }; /* of a line; what it is written in shows long before */

static const uint32_t REPLACEMENT = 0xFFFD;

str encoding_name(enum encoding n)
{
    switch (n) {
    case ENCODING_UNKNOWN:
    case ENCODING_UTF8: return STR("UTF-8");
    case ENCODING_GB18030: return STR("GB18030");
    case ENCODING_UTF16LE: return STR("UTF-16LE");
    case ENCODING_UTF16BE: return STR("UTF-16BE");
    }
    return STR("");
}

enum encoding encoding_mark(str head, size_t *len)
{
    static const struct {
        str mark;
        enum encoding encoding;
    } marks[] = {
        { { "\xEF\xBB\xBF", 3 }, ENCODING_UTF8 },
        { { "\xFF\xFE", 2 }, ENCODING_UTF16LE },
        { { "\xFE\xFF", 2 }, ENCODING_UTF16BE },
        { { "\x84\x31\x95\x33", 4 }, ENCODING_GB18030 },
    };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (!str_starts(head, marks[i].mark)) continue;
        *len = marks[i].mark.len;
        return marks[i].encoding;
    }
    *len = 0;
    return ENCODING_UNKNOWN;
}

bool encoding_ascii(str s)
{
    const uint64_t high = UINT64_C(0x8080808080808080);
    size_t at = 0;
    uint64_t all = 0, eight;
    for (; at + 8 <= s.len; at += 8) {
        memcpy(&eight, s.p + at, 8);
        all |= eight;
    }
    for (; at < s.len; at++) all |= (uint8_t)s.p[at];
    return (all & high) == 0;
}

/* Whether bytes are of GB2312's symbols and its two levels of characters, or ASCII: what nearly all text is made of. */
static bool common_gb(str s)
{
    for (size_t at = 0; at < s.len; at++) {
        uint8_t lead = (uint8_t)s.p[at];
        if (lead < 0x80) continue;
        if (++at == s.len || (uint8_t)s.p[at] < 0xA1 || (uint8_t)s.p[at] == 0xFF) return false;
        if (!((lead >= 0xA1 && lead <= 0xA9) || (lead >= 0xB0 && lead <= 0xF7))) return false;
    }
    return true;
}

bool encoding_surely_utf8(str s)
{
    size_t n;
    bool chinese = false;
    for (size_t at = 0; at < s.len; at += n) {
        uint32_t cp = utf8_at(s, at, &n);
        if (cp == 0xFFFD && n == 1) return false;
        if (cp < 0x80) continue;
        bool usual = (cp >= 0x2010 && cp <= 0x2027) || (cp >= 0x3000 && cp <= 0x9FFF) || (cp >= 0xFF01 && cp <= 0xFF5E);
        if (!usual) return false;
        chinese = true;
    }
    return chinese && !common_gb(s);
}

/* Back to the last byte that ends a character in every encoding: blanks, commas, quotes. */
static str cut_cleanly(str line)
{
    while (line.len > 0 && (uint8_t)line.p[line.len - 1] >= 0x30) line.len--;
    return line;
}

enum encoding encoding_guess(str sample, bool whole, iconv_t gb18030)
{
    size_t utf8 = 0, gb = 0;
    char out[3 * VOTE_BYTES + 4];
    str rest = sample, line;
    while (str_split(&rest, '\n', &line)) {
        size_t len;
        bool last = line.p + line.len == sample.p + sample.len;
        if (line.len > VOTE_BYTES || (last && !whole)) line = cut_cleanly(str_slice(line, 0, VOTE_BYTES));
        if (encoding_ascii(line)) continue;
        if (utf8_valid(line, NULL))
            utf8++;
        else if (encoding_from_gb18030(gb18030, line, false, out, &len))
            gb++;
    }
    if (utf8 == 0 && gb == 0) return encoding_ascii(sample) ? ENCODING_UNKNOWN : ENCODING_UTF8;
    return gb > utf8 ? ENCODING_GB18030 : ENCODING_UTF8;
}

bool encoding_from_gb18030(iconv_t gb18030, str s, bool lossy, char *out, size_t *len)
{
    char *in = (char *)(uintptr_t)s.p, *start = out; /* iconv does not write there, its type is older than const */
    size_t left = s.len, room = encoding_room(s.len);
    iconv(gb18030, NULL, NULL, NULL, NULL);
    while (left > 0 && iconv(gb18030, &in, &left, &out, &room) == (size_t)-1) {
        assert(errno != E2BIG); /* two bytes become at most three, four at most four */
        if (!lossy) return false;
        size_t n = utf8_put(REPLACEMENT, out);
        out += n, room -= n;
        in++, left--;
    }
    *len = (size_t)(out - start);
    return true;
}

void encoding_mend_utf8(str s, char *out, size_t *len)
{
    char *start = out;
    size_t n;
    for (size_t at = 0; at < s.len; at += n) out += utf8_put(utf8_at(s, at, &n), out); /* malformed is FFFD already */
    *len = (size_t)(out - start);
}

static char *utf16_unit(struct utf16 *u, uint16_t unit, char *out)
{
    uint16_t high = u->high;
    u->high = 0;
    if (unit >= 0xDC00 && unit <= 0xDFFF && high != 0) {
        return out + utf8_put(0x10000 + ((uint32_t)(high - 0xD800) << 10) + (unit - 0xDC00U), out);
    }
    if (high != 0) *out++ = '\xFF';
    if (unit >= 0xD800 && unit <= 0xDBFF) {
        u->high = unit;
    } else if (unit >= 0xDC00 && unit <= 0xDFFF) {
        *out++ = '\xFF';
    } else {
        out += utf8_put(unit, out);
    }
    return out;
}

size_t utf16_piece(struct utf16 *u, const char *p, size_t len, bool last, char *out)
{
    char *start = out;
    for (size_t i = 0; i < len; i++) {
        uint8_t byte = (uint8_t)p[i];
        if (!u->odd) {
            u->byte = byte;
        } else {
            unsigned unit = u->big_endian ? (unsigned)u->byte << 8 | byte : (unsigned)byte << 8 | u->byte;
            out = utf16_unit(u, (uint16_t)unit, out);
        }
        u->odd = !u->odd;
    }
    if (last && u->high != 0) *out++ = '\xFF';
    if (last && u->odd) *out++ = '\xFF';
    return (size_t)(out - start);
}
