/* csv: records cut out of a buffer and split in place.
 *
 *   buf  [ done | start … the current record … next | … end ]   refill moves the rest to the front and reads behind it
 *
 * Three steps for each record: find where it ends (quotes may hold line ends), make it UTF-8, split it. The first and
 * the last look at quotes by the same rule: one opens a cell only as its very first character; anywhere else it is a
 * character like others. UTF-16 is made UTF-8 when it is read, so that all steps see bytes.
 *
 * Stray quotes. An opening quote that finds no partner would swallow what follows. So a record is not believed when its
 * quote stays open up to the end or the limit, or is closed on a later line with text behind it: then the first line is
 * a row by itself, with a problem, and reading goes on behind it. Scanning twice is bounded: for a quote to stay open,
 * the lines after it must hold pairs of quotes only, and those never open anything that stays open. */
#include "base/utf8.h"
#include "sheet/encoding.h"
#include "sheet/sheet_priv.h"

#include <assert.h>
#include <string.h>
#ifdef __SSE2__
#    include <emmintrin.h>
#endif

enum {
    PIECE = 256 * 1024,
    HEADING_LINES = 20, /* in which a separator must show */
};

struct csv {
    char *buf;
    size_t cap, start, end;
    size_t piece; /* how much is read at once; even */
    bool eof;
    uint64_t offset; /* in the file, of what is read next */
    char *raw;       /* a piece of UTF-16 */
    char *out;       /* a record made UTF-8 */
    enum encoding encoding;
    struct utf16 utf16;
    iconv_t gb18030;
    char separator;
    uint64_t records, lines; /* that are behind us */
};

struct record {
    size_t len, next; /* without the line end; where the next one begins */
    uint64_t lines;
};

enum found { FOUND, UNFINISHED, STRAY };

/* The first quote or line end, or `end`. Most bytes are neither, so sixteen are looked at together. */
static const char *find_mark(const char *p, const char *end)
{
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"'), lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8('\r');
    for (; end - p >= 16; p += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
        __m128i hit =
            _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, lf)), _mm_cmpeq_epi8(v, cr));
        unsigned mask = (unsigned)_mm_movemask_epi8(hit);
        if (mask != 0) return p + __builtin_ctz(mask);
    }
#endif
    while (p < end && *p != '"' && *p != '\n' && *p != '\r') p++;
    return p;
}

static const char *find(const char *p, const char *end, char c)
{
    return p == end ? NULL : memchr(p, c, (size_t)(end - p));
}

/* From behind an opening quote to its partner, NULL when there is none. Two in a row are a character of the cell. */
static const char *partner(const char *p, const char *end)
{
    for (;;) {
        p = find(p, end, '"');
        if (p == NULL || p + 1 == end || p[1] != '"') return p;
        p += 2;
    }
}

static uint64_t count_lines(const char *p, const char *end)
{
    uint64_t n = 0;
    while ((p = find(p, end, '\n')) != NULL) {
        n++;
        p++;
    }
    return n;
}

/* A line end at p: LF, CR LF, or CR alone. False when it cannot be told yet whether an LF follows. */
static bool line_ends(const char *base, const char *p, const char *end, bool eof, struct record *out)
{
    size_t bytes = 1;
    if (p < end && *p == '\r') {
        if (p + 1 == end && !eof) return false;
        if (p + 1 < end && p[1] == '\n') bytes = 2;
    }
    out->len = (size_t)(p - base);
    out->next = p == end ? out->len : out->len + bytes;
    out->lines++;
    return true;
}

static enum found record_end(const char *base, const char *end, bool eof, char separator, struct record *out)
{
    const char *p = base;
    for (;;) {
        p = find_mark(p, end);
        if (p == end && !eof) return UNFINISHED;
        if (p == end || *p != '"') return line_ends(base, p, end, eof, out) ? FOUND : UNFINISHED;
        if (p != base && p[-1] != separator) { /* a character like others */
            p++;
            continue;
        }
        const char *close = partner(p + 1, end);
        if (!eof && (close == NULL || close + 1 == end)) return UNFINISHED;
        if (close == NULL) return STRAY;
        uint64_t lines = count_lines(p, close);
        p = close + 1;
        bool text_behind = p < end && *p != separator && *p != '\n' && *p != '\r';
        if (text_behind && lines > 0) return STRAY;
        out->lines += lines;
    }
}

/* The first line alone, whatever its quotes are. */
static enum found first_line(const char *base, const char *end, bool eof, struct record *out)
{
    const char *p = base;
    *out = (struct record){ 0 };
    while ((p = find_mark(p, end)) < end && *p == '"') p++;
    if (p == end && !eof) return UNFINISHED;
    return line_ends(base, p, end, eof, out) ? FOUND : UNFINISHED;
}

/* Reads on. Only called while the buffer holds less than a whole record, so there is room for a piece. */
static bool refill(struct sheet_reader *r, struct err *e)
{
    struct csv *c = r->csv;
    bool wide = c->encoding == ENCODING_UTF16LE || c->encoding == ENCODING_UTF16BE;
    size_t len;
    if (c->start > 0) memmove(c->buf, c->buf + c->start, c->end - c->start);
    c->end -= c->start;
    c->start = 0;
    char *to = c->buf + c->end;
    if (!file_read_at(&r->file, c->offset, wide ? c->raw : to, wide ? c->piece / 2 : c->piece, &len, e)) return false;
    c->offset += len;
    c->eof = len == 0;
    c->end += wide ? utf16_piece(&c->utf16, c->raw, len, c->eof, to) : len;
    assert(c->end <= c->cap);
    return true;
}

/* The next record in the buffer: 1, 0 at the end, -1. */
static int next_record(struct sheet_reader *r, struct record *out, struct err *e)
{
    struct csv *c = r->csv;
    size_t max = r->limits.max_row_bytes;
    for (;;) {
        if (c->eof && c->start == c->end) return 0;
        const char *base = c->buf + c->start, *end = c->buf + c->end;
        *out = (struct record){ 0 };
        enum found found = record_end(base, end, c->eof, c->separator, out);
        bool full = c->end - c->start > max;
        if (found == STRAY || (found == UNFINISHED && full) || out->len > max) {
            found = first_line(base, end, c->eof, out);
        }
        if (found == FOUND && out->len <= max) return 1;
        if (full || found == FOUND) {
            fail(e, LIMIT, "第 %llu 行太长，最多 %zu 字节，可能不是表格，请检查文件", (unsigned long long)c->lines + 1,
                 max);
            return -1;
        }
        if (!refill(r, e)) return -1;
    }
}

/* ---- one record ---- */

static bool has_nul(str s) { return s.len > 0 && memchr(s.p, '\0', s.len) != NULL; }

/* NULs, which no text has, become FF, which no encoding has: they are reported and mended with other malformed bytes.
 */
static void spoil_nuls(struct sheet_reader *r, char *p, size_t len)
{
    if (!has_nul((str){ p, len })) return;
    for (size_t i = 0; i < len; i++) {
        if (p[i] == '\0') p[i] = '\xFF';
    }
    row_problem(r, "这一行有零字节，不是文字，请在原文件里改正");
}

static const char MALFORMED[] = "这一行有读不出的字，写成了 \xEF\xBF\xBD，请在原文件里改正";

/* A record of a file in one encoding that may be in the other. */
static str make_utf8(struct sheet_reader *r, str s)
{
    struct csv *c = r->csv;
    size_t len = 0;
    if (encoding_ascii(s)) return s;
    if (c->encoding == ENCODING_UNKNOWN) {
        c->encoding = encoding_guess((str){ s.p, (size_t)(c->buf + c->end - s.p) }, c->eof, c->gb18030);
    }
    if (c->encoding == ENCODING_GB18030) {
        if (encoding_surely_utf8(s)) {
            row_problem(r, "这一行是 UTF-8，文件别处是 GB18030，已按 UTF-8 读出，请核对");
            return s;
        }
        if (encoding_from_gb18030(c->gb18030, s, false, c->out, &len)) return (str){ c->out, len };
        row_problem(r, MALFORMED);
        encoding_from_gb18030(c->gb18030, s, true, c->out, &len);
        return (str){ c->out, len };
    }
    if (utf8_valid(s, NULL)) return s;
    if (encoding_from_gb18030(c->gb18030, s, false, c->out, &len)) {
        str name = encoding_name(c->encoding);
        row_problem(r, "这一行像是 GB18030，文件别处是 %.*s，已按 GB18030 读出，请核对", STR_ARG(name));
        return (str){ c->out, len };
    }
    row_problem(r, MALFORMED);
    encoding_mend_utf8(s, c->out, &len);
    return (str){ c->out, len };
}

/* The writer puts an apostrophe before what a spreadsheet would run as a formula, and before apostrophes that stand so
 * already; here it goes again. */
static str unguard(str cell)
{
    if (cell.len < 2 || cell.p[0] != '\'') return cell;
    size_t at = 1;
    while (at < cell.len && cell.p[at] == '\'') at++;
    return guard_wanted(str_slice(cell, at, cell.len)) ? str_slice(cell, 1, cell.len) : cell;
}

static void add_cell(struct sheet_reader *r, size_t column, str cell)
{
    char name[COLUMN_NAME];
    if (cell.len > SHEET_CELL_BYTES) {
        row_problem(r, "%s 列太长，最多 %d 字节，后面的没有读", column_name(column, name), SHEET_CELL_BYTES);
        cell.len = SHEET_CELL_BYTES;
        while (cell.len > 0 && ((uint8_t)cell.p[cell.len] & 0xC0) == 0x80) cell.len--;
    }
    if (column < r->limits.max_columns) r->cells[r->count++] = unguard(cell);
}

/* A quoted cell at p, which is moved together over its doubled quotes. Returns where the cell ends: at the separator or
 * the end. Without partner the quote is a character like others. */
static char *quoted_cell(struct sheet_reader *r, char *p, char *end, char separator, str *cell)
{
    char *close = (char *)(uintptr_t)partner(p + 1, end), *to = p;
    if (close == NULL) {
        char *stop = (char *)(uintptr_t)find(p, end, separator);
        stop = stop == NULL ? end : stop;
        row_problem(r, "引号没有配对，这一行按原样读出，请核对");
        *cell = (str){ p, (size_t)(stop - p) };
        return stop;
    }
    for (char *q = p + 1; q < close; q++) {
        *to++ = *q;
        if (*q == '"') q++; /* inside, quotes come in pairs */
    }
    char *rest = close + 1, *stop = (char *)(uintptr_t)find(rest, end, separator);
    stop = stop == NULL ? end : stop;
    if (stop > rest) {
        row_problem(r, "引号后面还有文字，请核对这一行");
        memmove(to, rest, (size_t)(stop - rest));
        to += stop - rest;
    }
    *cell = (str){ p, (size_t)(to - p) };
    return stop;
}

static void split(struct sheet_reader *r, str record)
{
    char *p = (char *)(uintptr_t)record.p, *end = p + record.len; /* it lies in buf or out, both ours */
    char separator = r->csv->separator;
    size_t columns = 0;
    for (;; p++) {
        str cell;
        if (p < end && *p == '"') {
            p = quoted_cell(r, p, end, separator, &cell);
        } else {
            char *stop = (char *)(uintptr_t)find(p, end, separator);
            stop = stop == NULL ? end : stop;
            cell = (str){ p, (size_t)(stop - p) };
            p = stop;
        }
        add_cell(r, columns++, cell);
        if (p == end) break;
    }
    if (columns > r->limits.max_columns) {
        row_problem(r, "这一行有 %zu 列，最多 %zu 列，多出的没有读", columns, r->limits.max_columns);
    }
}

int csv_next(struct sheet_reader *r, struct err *e)
{
    struct csv *c = r->csv;
    struct record record;
    int found = next_record(r, &record, e);
    if (found <= 0) return found;
    char *p = c->buf + c->start;
    r->number = ++c->records;
    r->line = c->lines + 1;
    spoil_nuls(r, p, record.len);
    split(r, make_utf8(r, (str){ p, record.len }));
    c->start += record.next;
    c->lines += record.lines;
    return 1;
}

/* ---- opening ---- */

static const char candidates[] = { ',', '\t', ';' };

/* The commonest candidate of a line outside quotes, 0 when it has none. *quoted is whether the line began inside, and
 * then, whether it ended so. */
static char commonest(str line, bool *quoted)
{
    size_t counts[sizeof candidates] = { 0 }, best = 0;
    for (size_t at = 0; at < line.len; at++) {
        *quoted ^= line.p[at] == '"';
        for (size_t k = 0; k < sizeof candidates; k++) counts[k] += line.p[at] == candidates[k] && !*quoted;
    }
    for (size_t k = 1; k < sizeof candidates; k++) {
        if (counts[k] > counts[best]) best = k;
    }
    if (counts[best] == 0) return '\0';
    return candidates[best];
}

/* From the first line that has a candidate: titles above the heading often have none. Quotes may go over lines; when
 * that leads nowhere because one is astray, each line is looked at by itself. */
static char guess_separator(str sample)
{
    for (int by_line = 0; by_line < 2; by_line++) {
        bool quoted = false;
        str rest = sample, line;
        for (int i = 0; i < HEADING_LINES && str_split(&rest, '\n', &line); i++) {
            char separator = commonest(line, &quoted);
            if (separator != '\0') return separator;
            if (by_line != 0) quoted = false;
        }
        if (!quoted) break;
    }
    return ',';
}

bool csv_open(struct sheet_reader *r, str head, struct err *e)
{
    struct csv *c = ARENA_NEW(r->arena, struct csv);
    size_t mark, max = r->limits.max_row_bytes;
    c->gb18030 = (iconv_t)-1;
    r->csv = c;
    c->encoding = encoding_mark(head, &mark);
    c->offset = mark;
    c->utf16.big_endian = c->encoding == ENCODING_UTF16BE;
    c->piece = r->file.size_bytes < PIECE ? (size_t)r->file.size_bytes / 2 * 2 + 64 : PIECE;
    c->cap = max + 2 * c->piece; /* memory that is never touched costs nothing */
    c->buf = arena_alloc(r->arena, c->cap);
    c->raw = arena_alloc(r->arena, c->piece / 2);
    c->out = arena_alloc(r->arena, encoding_room(max));
    c->gb18030 = iconv_open("UTF-8", "GB18030");
    if (c->gb18030 == (iconv_t)-1) {
        return fail(e, IO, "系统缺少 GB18030 编码表，请安装完整的 libc-bin（gconv）");
    }
    if (!refill(r, e)) return false;
    str sample = { c->buf, c->end };
    if (has_nul(sample)) {
        return fail(e, INVALID, "文件里有零字节，不是文字；如果是没有标记的 UTF-16，请另存为 UTF-8 或 .xlsx");
    }
    c->separator = guess_separator(sample);
    if (c->encoding == ENCODING_UNKNOWN) c->encoding = encoding_guess(sample, c->end < c->piece, c->gb18030);
    return true;
}

void csv_close(struct csv *c)
{
    if (c != NULL && c->gb18030 != (iconv_t)-1) iconv_close(c->gb18030);
}

str csv_encoding(const struct csv *c) { return encoding_name(c->encoding); }

uint64_t csv_done(const struct csv *c) { return c->offset - (c->encoding < ENCODING_UTF16LE ? c->end - c->start : 0); }
