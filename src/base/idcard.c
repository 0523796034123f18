/* idcard: characters are folded into a small buffer first, so that everything after works on plain ASCII. */
#include "base/idcard.h"

#include "base/utf8.h"

#include <string.h>

enum { SHORT_LEN = 15, DIGITS = 17, BIRTH_AT = 6 };

/* Copies s without the blanks around, full-width forms made narrow, x made large. Returns the number of characters, or
 * more than IDCARD_LEN when there are too many. */
static size_t fold(str s, char out[IDCARD_LEN + 1])
{
    s = str_trim(s);
    size_t n = 0, len = 0;
    for (size_t at = 0; at < s.len; at += len, n++) {
        uint32_t c = utf8_at(s, at, &len);
        if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
        if (c == 'x') c = 'X';
        if (n == IDCARD_LEN) return n + 1;
        out[n] = (char)(c < 0x80 ? c : '?');
    }
    out[n] = '\0';
    return n;
}

static bool all_digits(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] < '0' || p[i] > '9') return false;
    return true;
}

static int number(const char *p, size_t n)
{
    int v = 0;
    for (size_t i = 0; i < n; i++) v = v * 10 + (p[i] - '0');
    return v;
}

char idcard_check_char(const char *seventeen_digits)
{
    /* ISO 7064 MOD 11-2 */
    unsigned p = 0;
    for (size_t i = 0; i < DIGITS; i++) p = (p + (unsigned)(seventeen_digits[i] - '0')) * 2 % 11;
    return "0123456789X"[(12 - p) % 11];
}

/* Codes of provinces, and the 81 to 83 and 9… of residence permits. The region prefixes that nobody was given (such as
 * 99 in made-up numbers) pass: 9 is the first digit of foreigners' cards, whose second is not fixed here. */
static bool region_exists(int two_digits)
{
    int tens = two_digits / 10, ones = two_digits % 10;
    static const int last[] = { 0, 5, 3, 7, 6, 4, 5, 1, 3, 9 };
    return tens > 0 && ((ones >= 1 && ones <= last[tens]) || tens == 9);
}

enum idcard_fault idcard_read(str s, struct idcard *out)
{
    char t[IDCARD_LEN + 1];
    size_t n = fold(s, t);
    if (n != IDCARD_LEN && n != SHORT_LEN) return IDCARD_LENGTH;
    if (n == SHORT_LEN) {
        if (!all_digits(t, n)) return IDCARD_CHAR;
        memmove(t + BIRTH_AT + 2, t + BIRTH_AT, SHORT_LEN - BIRTH_AT);
        memcpy(t + BIRTH_AT, "19", 2);
        t[DIGITS] = idcard_check_char(t);
        t[IDCARD_LEN] = '\0';
    }
    if (!all_digits(t, DIGITS) || (t[DIGITS] != 'X' && !all_digits(t + DIGITS, 1))) return IDCARD_CHAR;
    if (!region_exists(number(t, 2))) return IDCARD_REGION;
    int y = number(t + BIRTH_AT, 4), m = number(t + BIRTH_AT + 4, 2), d = number(t + BIRTH_AT + 6, 2);
    if (!date_valid(y, m, d) || !date_ok(date_of(y, m, d))) return IDCARD_DATE;
    if (idcard_check_char(t) != t[DIGITS]) return IDCARD_CHECK;
    if (out != NULL) {
        *out = (struct idcard){ .region = (uint32_t)number(t, 6),
                                .birth = date_of(y, m, d),
                                .male = (t[DIGITS - 1] - '0') % 2 == 1,
                                .was_short = n == SHORT_LEN };
        memcpy(out->text, t, sizeof t);
    }
    return IDCARD_OK;
}

const char *idcard_fault_text(enum idcard_fault f)
{
    static const char *const texts[] = {
#define X(name, text_zh) text_zh,
        IDCARD_FAULTS(X)
#undef X
    };
    return texts[f];
}
