/* interval: the periods of statistics, as people write them. */
#include "watch/watch.h"

#include <stdlib.h>

static bool digits(str s, int *out)
{
    if (s.len == 0 || s.len > 4) return false;
    int n = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
        n = n * 10 + (s.p[i] - '0');
    }
    *out = n;
    return true;
}

static bool year(str s, int *out) { return s.len == 4 && digits(s, out) && *out >= 1900 && *out <= 2999; }

static month month_of(int y, int m) { return (month){ y * 12 + m - 1 }; }

static bool months(int y, int from, int to, struct interval *out)
{
    if (from < 1 || to < from || to > 12) return false;
    *out = (struct interval){ month_of(y, from), month_of(y, to) };
    return true;
}

static str without(str s, const char *ending)
{
    str e = str_of(ending);
    return str_ends(s, e) ? str_slice(s, 0, s.len - e.len) : s;
}

/* "01~09", "1-9", "5" with or without 月. */
static bool read_months(str s, int y, struct interval *out)
{
    static const char *const dashes[] = { "~", "-", "—", "–", "至", "～" };
    s = without(s, "月");
    int from, to;
    for (size_t i = 0; i < sizeof dashes / sizeof *dashes; i++) {
        size_t at = str_find(s, str_of(dashes[i]));
        if (at == SIZE_MAX) continue;
        return digits(without(str_slice(s, 0, at), "月"), &from) &&
               digits(str_slice(s, at + str_of(dashes[i]).len, s.len), &to) && months(y, from, to, out);
    }
    return digits(s, &from) && s.len <= 2 && months(y, from, from, out);
}

static bool read_part(str s, int y, struct interval *out)
{
    static const struct {
        const char *word;
        int from, to;
    } words[] = { { "", 1, 12 },        { "Q1", 1, 3 },     { "Q2", 4, 6 },     { "Q3", 7, 9 },
                  { "Q4", 10, 12 },     { "一季度", 1, 3 }, { "二季度", 4, 6 }, { "三季度", 7, 9 },
                  { "四季度", 10, 12 }, { "上半年", 1, 6 }, { "下半年", 7, 12 } };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (str_eq(s, str_of(words[i].word))) return months(y, words[i].from, words[i].to, out);
    }
    return false;
}

bool interval_parse(str s, struct interval *out)
{
    int y, y2;
    s = str_trim(s);
    if (s.len < 4 || !year(str_slice(s, 0, 4), &y)) return false;
    str rest = str_slice(s, 4, s.len);
    str plain = str_starts(rest, STR("年")) ? str_slice(rest, 3, rest.len) : rest;
    if (read_part(plain, y, out)) return true;
    static const char *const dashes[] = { "-", "—", "–", "~" };
    for (size_t i = 0; i < sizeof dashes / sizeof *dashes; i++) {
        str d = str_of(dashes[i]);
        if (!str_starts(rest, d)) continue;
        str behind = str_slice(rest, d.len, rest.len);
        if (year(without(behind, "年"), &y2) && y2 > y) {
            *out = (struct interval){ month_of(y, 1), month_of(y2, 12) };
            return true;
        }
        return read_months(behind, y, out);
    }
    return plain.len < rest.len && read_months(plain, y, out);
}

str interval_text(struct arena *a, struct interval p)
{
    static const char *const quarters[] = { "一", "二", "三", "四" };
    int y = p.from.index / 12, m = p.from.index % 12 + 1, y2 = p.to.index / 12, m2 = p.to.index % 12 + 1;
    if (y != y2) {
        if (m == 1 && m2 == 12) return str_fmt(a, "%d—%d年", y, y2);
        return str_fmt(a, "%d年%d月—%d年%d月", y, m, y2, m2);
    }
    if (m == 1 && m2 == 12) return str_fmt(a, "%d年", y);
    if (m == m2) return str_fmt(a, "%d年%d月", y, m);
    if (m % 3 == 1 && m2 == m + 2) return str_fmt(a, "%d年%s季度", y, quarters[m / 3]);
    return str_fmt(a, "%d年%d—%d月", y, m, m2);
}
