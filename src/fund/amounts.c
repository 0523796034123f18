/* amounts: money, months and payments as people write them. */
#include "fund/fund.h"

#include <string.h>

enum { YUAN_TEXT = 32 };

bool fund_yuan_read(str s, int64_t *fen)
{
    char digits[YUAN_TEXT];
    size_t n = 0, decimals = 0;
    bool point = false;
    s = str_trim(s);
    if (str_starts(s, STR("¥"))) s = str_trim(str_slice(s, sizeof "¥" - 1, s.len));
    if (str_starts(s, STR("￥"))) s = str_trim(str_slice(s, sizeof "￥" - 1, s.len));
    if (str_ends(s, STR("元"))) s = str_trim(str_slice(s, 0, s.len - (sizeof "元" - 1)));
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        if (c == ',' && !point && i > 0 && i + 3 < s.len) continue;
        if (c == '.' && !point && i > 0) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9' || n + 3 > YUAN_TEXT) return false;
        if (point && decimals == 2) {
            if (c != '0') return false; /* parts of a fen are not money; zeros behind are a spreadsheet's habit */
            continue;
        }
        decimals += point;
        digits[n++] = c;
    }
    if (n == 0 || (point && decimals == 0)) return false;
    for (; decimals < 2; decimals++) digits[n++] = '0';
    return str_to_i64((str){ digits, n }, fen) && *fen <= LEDGER_FEN_MAX;
}

str fund_yuan(struct arena *a, int64_t fen)
{
    uint64_t n = fen < 0 ? (uint64_t)-fen : (uint64_t)fen;
    str digits = str_fmt(a, "%llu", (unsigned long long)(n / 100));
    struct text t;
    text_init(&t, a, 2 * YUAN_TEXT);
    if (fen < 0) text_addc(&t, '-');
    for (size_t i = 0; i < digits.len; i++) {
        if (i > 0 && (digits.len - i) % 3 == 0) text_addc(&t, ',');
        text_addc(&t, digits.p[i]);
    }
    text_addf(&t, ".%02u", (unsigned)(n % 100));
    return text_str(&t);
}

/* One or two digits at the start of *rest; it goes behind them. */
static bool take_number(str *rest, int64_t *out)
{
    size_t n = 0;
    while (n < rest->len && n < 2 && rest->p[n] >= '0' && rest->p[n] <= '9') n++;
    if (n == 0 || !str_to_i64(str_slice(*rest, 0, n), out)) return false;
    *rest = str_slice(*rest, n, rest->len);
    return true;
}

static bool take_word(str *rest, str word)
{
    if (!str_starts(*rest, word)) return false;
    *rest = str_slice(*rest, word.len, rest->len);
    return true;
}

/* 2026, and what stands between it and the month: 年, a dash, a slash, a point, nothing before two digits. */
static bool take_year(str *rest, int64_t *year)
{
    if (rest->len < 6 || !str_to_i64(str_slice(*rest, 0, 4), year) || *year < 1980 || *year > 2999) return false;
    *rest = str_slice(*rest, 4, rest->len);
    return take_word(rest, STR("年")) || take_word(rest, STR("-")) || take_word(rest, STR("/")) ||
           take_word(rest, STR(".")) || (rest->p[0] >= '0' && rest->p[0] <= '9');
}

static bool take_quarter(str *rest, int64_t *quarter)
{
    static const char *const digits[] = { "一", "二", "三", "四" };
    take_word(rest, STR("第"));
    bool there = false;
    for (int64_t i = 0; i < 4 && !there; i++)
        if ((there = take_word(rest, str_of(digits[i])))) *quarter = i + 1;
    return (there || (take_number(rest, quarter) && *quarter >= 1 && *quarter <= 4)) && take_word(rest, STR("季度"));
}

static bool take_to(str *rest)
{
    static const char *const words[] = { "至", "到", "~", "～", "—", "－", "-" };
    bool there = false;
    *rest = str_trim(*rest);
    for (size_t i = 0; i < sizeof words / sizeof *words && !there; i++) there = take_word(rest, str_of(words[i]));
    *rest = str_trim(*rest);
    return there;
}

/* A month of a year, its own or, *year not being 0, that one. */
static bool take_month(str *rest, int64_t *year, int64_t *m)
{
    int64_t own = 0;
    str at = *rest;
    if (!take_year(&at, &own)) at = *rest, own = *year;
    if (own == 0) return false;
    if (!take_number(&at, m) || *m < 1 || *m > 12) return false;
    take_word(&at, STR("月"));
    *year = own, *rest = at;
    return true;
}

static str months_of(struct arena *a, int64_t year, int64_t from, int64_t until, int64_t to)
{
    month first = { (int32_t)(year * 12 + from - 1) }, last = { (int32_t)(until * 12 + to - 1) };
    return ledger_period_text(first, last, a);
}

str fund_period(struct arena *a, str s)
{
    int64_t year = 0, from = 0, until = 0, to = 0, quarter = 0;
    s = str_trim(s);
    str rest = s;
    if (take_year(&rest, &year) && take_quarter(&rest, &quarter) && rest.len == 0)
        return months_of(a, year, quarter * 3 - 2, year, quarter * 3);
    rest = s, year = 0;
    if (!take_month(&rest, &year, &from)) return s;
    if (rest.len == 0) return months_of(a, year, from, year, from);
    if (!take_to(&rest)) return s;
    bool own = take_month(&rest, &until, &to);
    if (!own) until = year;
    if ((!own && !take_month(&rest, &until, &to)) || rest.len > 0) return s;
    if (!own && str_find(s, STR("月")) == SIZE_MAX) return s; /* 2026-04-05 is a day */
    return until * 12 + to < year * 12 + from ? s : months_of(a, year, from, until, to);
}

bool fund_payment_read(str s, int64_t *payment)
{
    int64_t attempt;
    s = str_trim(s);
    if (s.len == LEDGER_NUMBER_TEXT - 1) return ledger_number_read(s, payment, &attempt);
    return s.len > 0 && s.len <= 12 && str_to_i64(s, payment) && *payment > 0;
}
