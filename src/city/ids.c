/* ids: identity numbers are unique because (county, last digits, day) of person n are found from n alone: 500 numbers
 * of each sex, then 8,514 counties that do not exist, then 28 days. */
#include "city/ids.h"

#include <assert.h>
#include <string.h>

enum { SEQUENCES = 500, COUNTIES = 86 * 99, DAYS = 28, CITY_LAST = 99, CITY_FIRST = 14 };

static void digits(char *out, uint64_t n, int count)
{
    for (int i = count; i-- > 0; n /= 10) out[i] = (char)('0' + n % 10);
}

uint64_t id_free_days(void) { return (uint64_t)SEQUENCES * COUNTIES; }
int id_day(uint64_t number) { return 1 + (int)(number / id_free_days() % DAYS); }

char id_check(const char *first17)
{
    static const int weight[17] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
    int sum = 0;
    for (int i = 0; i < 17; i++) sum += (first17[i] - '0') * weight[i];
    return "10X98765432"[sum % 11];
}

void id_number(uint64_t number, date birth, bool male, char out[ID_TEXT])
{
    /* 277 and 500 have no common divisor: neighbours do not have neighbouring numbers. */
    uint64_t sequence = number * 277 % SEQUENCES, county = number / SEQUENCES % COUNTIES;
    int y, m, d;
    date_parts(birth, &y, &m, &d);
    digits(out, 32, 2);
    digits(out + 2, CITY_LAST - county / 99, 2);
    digits(out + 4, 1 + county % 99, 2);
    digits(out + 6, (uint64_t)y, 4);
    digits(out + 10, (uint64_t)m, 2);
    digits(out + 12, (uint64_t)d, 2);
    digits(out + 14, sequence * 2 + male, 3);
    out[17] = id_check(out);
    out[18] = 0;
    assert(county / 99 <= CITY_LAST - CITY_FIRST);
}

void id_fifteen(const char *id18, char out[ID_TEXT])
{
    memcpy(out, id18, 6);
    memcpy(out + 6, id18 + 8, 9);
    out[15] = 0;
}

static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY"; /* GB 32100: without I O S V Z */

static int position(char c)
{
    const char *p = strchr(alphabet, c);
    assert(p != NULL && c != 0);
    return (int)(p - alphabet);
}

char credit_check(const char *first17)
{
    int sum = 0, weight = 1;
    for (int i = 0; i < 17; i++) {
        sum += position(first17[i]) * weight;
        weight = weight * 3 % 31;
    }
    return alphabet[(31 - sum % 31) % 31];
}

/* Of an organisation code (GB 11714). */
static char organisation_check(const char *first8)
{
    static const int weight[8] = { 3, 7, 9, 10, 5, 8, 4, 2 };
    int sum = 0;
    for (int i = 0; i < 8; i++) sum += (first8[i] - '0') * weight[i];
    return "0X987654321"[sum % 11];
}

void credit_code(const char *kind, uint64_t number, char out[ID_TEXT])
{
    memcpy(out, kind, 2);
    digits(out + 2, 329900, 6);
    digits(out + 8, number, 8);
    out[16] = organisation_check(out + 8);
    out[17] = credit_check(out);
    out[18] = 0;
}

void phone_number(uint64_t number, char out[PHONE_TEXT])
{
    digits(out, 154, 3);
    digits(out + 3, number * 7919 % 100000000, 8);
    out[11] = 0;
}

void bank_account(uint64_t number, char out[ACCOUNT_TEXT])
{
    int sum = 0;
    digits(out, number, 18);
    for (int i = 17, odd = 1; i >= 0; i--, odd = !odd) {
        int d = out[i] - '0';
        if (odd) d = d * 2 > 9 ? d * 2 - 9 : d * 2;
        sum += d;
    }
    out[18] = (char)('0' + (10 - sum % 10) % 10);
    out[19] = 0;
}
