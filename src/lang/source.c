/* source: line index and look-ups. Lines end in LF; a CR before it belongs to the line end. */
#include "lang/source.h"
#include "base/utf8.h"

#include <assert.h>
#include <string.h>

void source_init(struct source *s, struct arena *a, str path, str text)
{
    if (str_starts(text, STR("\xEF\xBB\xBF"))) text = str_slice(text, 3, text.len);
    s->path = str_dup(a, path);
    s->text = str_dup(a, text);
    s->line_count = 1;
    for (size_t i = 0; i < text.len; i++) s->line_count += text.p[i] == '\n';
    s->line_at = ARENA_ARRAY(a, uint32_t, s->line_count);
    const char *end = s->text.p + s->text.len, *at = s->text.p;
    for (uint32_t line = 1; line < s->line_count; line++) {
        at = (const char *)memchr(at, '\n', (size_t)(end - at)) + 1;
        s->line_at[line] = (uint32_t)(at - s->text.p);
    }
}

void source_place(const struct source *s, uint32_t at, unsigned *line, unsigned *column)
{
    assert(s->line_count > 0);
    uint32_t lo = 0, hi = s->line_count;
    while (hi - lo > 1) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (s->line_at[mid] <= at)
            lo = mid;
        else
            hi = mid;
    }
    *line = lo + 1;
    *column = (unsigned)utf8_count(str_slice(s->text, s->line_at[lo], at)) + 1;
}

str source_line(const struct source *s, unsigned line)
{
    if (line == 0 || line > s->line_count) return STR("");
    uint32_t from = s->line_at[line - 1];
    size_t to = line < s->line_count ? s->line_at[line] - 1u : s->text.len;
    str l = str_slice(s->text, from, to);
    if (l.len > 0 && l.p[l.len - 1] == '\r') l.len--;
    return l;
}

str source_text(const struct source *s, struct loc l) { return str_slice(s->text, l.from, l.to); }
