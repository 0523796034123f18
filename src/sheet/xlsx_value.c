/* xlsx_value: numbers, days and escapes as XLSX stores them, to text as a person sees it. All in whole numbers: what
 * was a binary fraction in the spreadsheet comes with 17 digits, and is rounded to the 15 that it would show. */
#include "base/date.h"
#include "base/num.h"
#include "base/utf8.h"
#include "sheet/xlsx_priv.h"

#include <stdio.h>
#include <string.h>

/* 0.DIGITS times ten to the power of `point`. The first digit is not 0; no digits at all: zero. */
struct decimal {
    bool negative;
    char digits[NUMBER_DIGITS + 1];
    unsigned count;
    int64_t point;
    bool round_up;
};

enum { EXPONENT_MAX = 308 };

static bool add_digit(struct decimal *d, char c, bool *first_dropped)
{
    if (d->count == 0 && c == '0') return false;
    if (d->count < NUMBER_DIGITS) {
        d->digits[d->count++] = c;
    } else if (!*first_dropped) {
        *first_dropped = true;
        d->round_up = c >= '5';
    }
    return true;
}

static bool read_exponent(str s, int64_t *out)
{
    bool negative = s.len > 0 && s.p[0] == '-';
    if (s.len > 0 && (s.p[0] == '-' || s.p[0] == '+')) s = str_slice(s, 1, s.len);
    if (s.len == 0 || s.len > 4 || !str_to_i64(s, out)) return false;
    if (negative) *out = -*out;
    return *out >= -EXPONENT_MAX - 20 && *out <= EXPONENT_MAX;
}

static bool read_decimal(str s, struct decimal *d)
{
    bool point = false, dropped = false;
    size_t at = 0, seen = 0;
    *d = (struct decimal){ 0 };
    if (at < s.len && (s.p[at] == '-' || s.p[at] == '+')) d->negative = s.p[at++] == '-';
    for (; at < s.len; at++) {
        char c = s.p[at];
        if (c == '.' && !point) {
            point = true;
        } else if (c >= '0' && c <= '9') {
            seen++;
            bool counts = add_digit(d, c, &dropped);
            if (!point && counts) d->point++;
            if (point && !counts) d->point--;
        } else {
            break;
        }
    }
    if (seen == 0 || seen > NUMBER_TEXT / 2) return false;
    if (at == s.len) return true;
    int64_t exponent;
    if ((s.p[at] != 'e' && s.p[at] != 'E') || !read_exponent(str_slice(s, at + 1, s.len), &exponent)) return false;
    d->point += exponent;
    return true;
}

static void round_decimal(struct decimal *d)
{
    unsigned i = d->count;
    if (d->round_up) {
        while (i > 0 && d->digits[i - 1] == '9') i--;
        d->count = i;
        if (i > 0) {
            d->digits[i - 1]++;
        } else { /* 9.99… became 10 */
            d->digits[d->count++] = '1';
            d->point++;
        }
    }
    while (d->count > 0 && d->digits[d->count - 1] == '0') d->count--;
}

unsigned number_plain(str s, char out[NUMBER_TEXT], size_t *len)
{
    struct decimal d;
    if (!read_decimal(s, &d)) return 0;
    round_decimal(&d);
    if (d.count == 0) {
        out[0] = '0';
        *len = 1;
        return 1;
    }
    size_t n = 0;
    if (d.point > EXPONENT_MAX + 1 || d.point < -EXPONENT_MAX - 20) return 0;
    if (d.negative) out[n++] = '-';
    if (d.point <= 0) out[n++] = '0';
    for (int64_t i = 0; i < d.point && i < (int64_t)d.count; i++) out[n++] = d.digits[i];
    for (int64_t i = d.count; i < d.point; i++) out[n++] = '0';
    if ((int64_t)d.count > d.point) out[n++] = '.';
    for (int64_t i = d.point; i < 0; i++) out[n++] = '0';
    for (int64_t i = d.point > 0 ? d.point : 0; i < (int64_t)d.count; i++) out[n++] = d.digits[i];
    *len = n;
    return d.point <= 0 ? 1 : (unsigned)d.point;
}

/* ---- days ---- */

enum { DAY_SECONDS = 86400, DAYS_MAX = 2958466, FALSE_LEAP_DAY = 60 };

/* 1900-02-29 never was, but has a number: what spreadsheets took over from Lotus. */
static bool day_of(int64_t day, bool base_1904, date *out)
{
    if (day < 0 || day > DAYS_MAX) return false;
    if (base_1904) {
        *out = date_add_days(date_of(1904, 1, 1), day);
        return true;
    }
    if (day == 0 || day == FALSE_LEAP_DAY) return false;
    *out = date_add_days(date_of(1899, 12, day < FALSE_LEAP_DAY ? 31 : 30), day);
    return true;
}

bool number_date(str plain, unsigned shows, bool base_1904, char out[NUMBER_TEXT], size_t *len)
{
    num n;
    unsigned scale;
    date d = { 0 };
    char text[DATE_TEXT];
    if (plain.len > 20 || !num_parse(plain, &n, &scale) || n < 0) return false;
    if (n / num_pow10(scale) > DAYS_MAX) return false;
    int64_t seconds = (int64_t)num_div_round(n * DAY_SECONDS, num_pow10(scale), NUM_HALF_UP);
    int64_t day = seconds / DAY_SECONDS, rest = seconds % DAY_SECONDS;
    if ((shows & SHOWS_TIME) == 0) {
        day = (int64_t)(n / num_pow10(scale));
        rest = 0;
    }
    bool time_alone = (shows & SHOWS_DATE) == 0 && day == 0;
    if (!time_alone && !day_of(day, base_1904, &d)) return false;
    int h = (int)(rest / 3600), m = (int)(rest / 60 % 60), s = (int)(rest % 60);
    date_text(d, text);
    int written;
    if (time_alone)
        written = snprintf(out, NUMBER_TEXT, "%02d:%02d:%02d", h, m, s);
    else if ((shows & SHOWS_TIME) == 0)
        written = snprintf(out, NUMBER_TEXT, "%s", text);
    else
        written = snprintf(out, NUMBER_TEXT, "%s %02d:%02d:%02d", text, h, m, s);
    *len = (size_t)written;
    return true;
}

/* ECMA-376 part 1, 18.8.30, with the numbers of the Chinese edition. */
unsigned format_shows_builtin(unsigned id)
{
    if (id == 22) return SHOWS_DATE | SHOWS_TIME;
    if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47) || id == 55 || id == 56) {
        return SHOWS_TIME;
    }
    if ((id >= 14 && id <= 17) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58)) return SHOWS_DATE;
    return 0;
}

/* The letters y m d h s of a format code, where they are no literal; in brackets only those of elapsed time. */
unsigned format_shows(str code)
{
    unsigned shows = 0;
    bool letter_m = false;
    for (size_t at = 0; at < code.len && code.p[at] != ';'; at++) {
        char c = code.p[at];
        const char *stop = NULL;
        if (c == '"') {
            stop = at + 1 < code.len ? memchr(code.p + at + 1, '"', code.len - at - 1) : NULL;
            at = stop == NULL ? code.len : (size_t)(stop - code.p);
        } else if (c == '[') {
            str inside = str_slice(code, at + 1, at + 3);
            if (inside.len == 2 && strchr("hHmMsS", inside.p[0]) != NULL && inside.p[0] != '\0' &&
                (inside.p[1] == ']' || inside.p[1] == inside.p[0])) {
                shows |= SHOWS_TIME;
            }
            stop = memchr(code.p + at, ']', code.len - at);
            at = stop == NULL ? code.len : (size_t)(stop - code.p);
        } else if (c == '\\' || c == '_' || c == '*') {
            at++;
        } else if (c == 'y' || c == 'Y' || c == 'd' || c == 'D') {
            shows |= SHOWS_DATE;
        } else if (c == 'h' || c == 'H' || c == 's' || c == 'S') {
            shows |= SHOWS_TIME;
        } else if (c == 'm' || c == 'M') {
            letter_m = true;
        }
    }
    return shows == 0 && letter_m ? SHOWS_DATE : shows;
}

/* ---- escapes ---- */

static bool hex4(const char *p, uint32_t *out)
{
    uint32_t n = 0;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
                                                : 16;
        if (digit == 16) return false;
        n = n << 4 | digit;
    }
    *out = n;
    return true;
}

size_t text_unescape(char *p, size_t len)
{
    const char *first = len == 0 ? NULL : memchr(p, '_', len);
    if (first == NULL) return len;
    size_t to = (size_t)(first - p);
    for (size_t at = to; at < len;) {
        uint32_t cp;
        if (p[at] == '_' && len - at >= 7 && p[at + 1] == 'x' && p[at + 6] == '_' && hex4(p + at + 2, &cp)) {
            char bytes[4];
            size_t n = utf8_put(cp == 0 ? 0xFFFD : cp, bytes);
            memcpy(p + to, bytes, n);
            to += n;
            at += 7;
        } else {
            p[to++] = p[at++];
        }
    }
    return to;
}
