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

str fund_period(struct arena *a, str s)
{
    int64_t year = 0, m = 0;
    s = str_trim(s);
    if (s.len < 6 || !str_to_i64(str_slice(s, 0, 4), &year) || year < 1980 || year > 2999) return s;
    str rest = str_slice(s, 4, s.len);
    if (str_starts(rest, STR("年")) && str_ends(rest, STR("月")))
        rest = str_slice(rest, 3, rest.len - 3);
    else if (rest.p[0] == '-' || rest.p[0] == '/' || rest.p[0] == '.')
        rest = str_slice(rest, 1, rest.len);
    else if (rest.len != 2)
        return s;
    if (rest.len == 0 || rest.len > 2 || !str_to_i64(rest, &m) || m < 1 || m > 12) return s;
    return str_fmt(a, "%04d-%02d", (int)year, (int)m);
}

bool fund_payment_read(str s, int64_t *payment)
{
    int64_t attempt;
    s = str_trim(s);
    if (s.len == LEDGER_NUMBER_TEXT - 1) return ledger_number_read(s, payment, &attempt);
    return s.len > 0 && s.len <= 12 && str_to_i64(s, payment) && *payment > 0;
}
