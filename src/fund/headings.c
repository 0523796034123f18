/* headings: which column is which. Offices name theirs as they like; blanks inside (姓 名) do not matter. */
#include "fund/fund_priv.h"

enum { NAME_BYTES = 120 };

static str without_blanks(str s, char out[NAME_BYTES])
{
    size_t n = 0;
    for (size_t i = 0; i < s.len && n < NAME_BYTES; i++) {
        if (i + 2 < s.len && str_starts(str_slice(s, i, s.len), STR("　"))) {
            i += 2;
            continue;
        }
        if (s.p[i] != ' ' && s.p[i] != '\n' && s.p[i] != '*') out[n++] = s.p[i];
    }
    return (str){ out, n };
}

static bool called(const struct fund_heading *h, str name)
{
    str rest = str_of(h->others), other;
    if (str_eq(name, str_of(h->name))) return true;
    while (str_split(&rest, '|', &other))
        if (str_eq(name, other)) return true;
    return false;
}

size_t fund_headings(const struct sheet_row *row, const struct fund_heading *h, size_t count, int *at)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) at[i] = -1;
    for (size_t c = 0; c < row->count; c++) {
        char bytes[NAME_BYTES];
        str name = without_blanks(row->cells[c], bytes);
        for (size_t i = 0; i < count && name.len > 0; i++) {
            if (at[i] >= 0 || !called(&h[i], name)) continue;
            at[i] = (int)c;
            found++;
            break;
        }
    }
    return found;
}

str fund_in_column(const struct sheet_row *row, int at)
{
    return at < 0 || (size_t)at >= row->count ? STR("") : str_trim(row->cells[at]);
}
