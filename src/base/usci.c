/* usci: two check characters with the same idea, weights from powers of 3: modulo 31 over the whole, modulo 11 over the
 * organisation code inside (GB 11714), whose letters count 10 to 35. */
#include "base/usci.h"

#include "base/utf8.h"

#include <string.h>

static const char characters[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

static int value_of(char c)
{
    const char *p = c == '\0' ? NULL : strchr(characters, c);
    return p == NULL ? -1 : (int)(p - characters);
}

static size_t fold(str s, char out[USCI_LEN + 1])
{
    s = str_trim(s);
    size_t n = 0, len = 0;
    for (size_t at = 0; at < s.len; at += len, n++) {
        uint32_t c = utf8_at(s, at, &len);
        if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
        if (c >= 'a' && c <= 'z') c -= 'a' - 'A';
        if (n == USCI_LEN) return n + 1;
        out[n] = (char)(c > 0 && c < 0x80 ? c : '?');
    }
    out[n] = '\0';
    return n;
}

char usci_check_char(const char *seventeen)
{
    int sum = 0, weight = 1;
    for (int i = 0; i < USCI_LEN - 1; i++, weight = weight * 3 % 31) sum += value_of(seventeen[i]) * weight;
    return characters[(31 - sum % 31) % 31];
}

static char organisation_check_char(const char *eight)
{
    static const int weights[] = { 3, 7, 9, 10, 5, 8, 4, 2 };
    int sum = 0;
    for (int i = 0; i < 8; i++) sum += (eight[i] <= '9' ? eight[i] - '0' : eight[i] - 'A' + 10) * weights[i];
    return "0123456789X0"[(11 - sum % 11) % 11];
}

enum usci_fault usci_read(str s, struct usci *out)
{
    char t[USCI_LEN + 1];
    if (fold(s, t) != USCI_LEN) return USCI_LENGTH;
    for (int i = 0; i < USCI_LEN; i++)
        if (value_of(t[i]) < 0) return USCI_CHAR;
    for (int i = 2; i < 8; i++)
        if (t[i] > '9') return USCI_REGION;
    if (out != NULL) memcpy(out->text, t, sizeof t);
    if (usci_check_char(t) != t[USCI_LEN - 1]) return USCI_CHECK;
    return organisation_check_char(t + 8) == t[16] ? USCI_OK : USCI_ORGANISATION;
}

const char *usci_fault_text(enum usci_fault f)
{
    static const char *const texts[] = {
#define X(name, text_zh) text_zh,
        USCI_FAULTS(X)
#undef X
    };
    return texts[f];
}
