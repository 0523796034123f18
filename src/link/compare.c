/* compare: two forms side by side. Levels first, then weights, then the rules that stand above the sum (link.h).
 * Numbers carry birth date and sex, so what agrees there is not counted a second time. */
#include "base/hanzi.h"
#include "link/link_priv.h"

#include <math.h>
#include <string.h>

/* Whether b is a with one character changed, added, left out, or two neighbours swapped. */
static bool one_slip(const char *a, size_t n, const char *b, size_t m)
{
    if (n > m) return one_slip(b, m, a, n);
    if (m - n > 1) return false;
    size_t i = 0;
    while (i < n && a[i] == b[i]) i++;
    if (m > n) return memcmp(a + i, b + i + 1, n - i) == 0;
    if (i == n) return false;
    if (memcmp(a + i + 1, b + i + 1, n - i - 1) == 0) return true;
    return i + 1 < n && a[i] == b[i + 1] && a[i + 1] == b[i] && memcmp(a + i + 2, b + i + 2, n - i - 2) == 0;
}

static size_t id_length(const struct form *f)
{
    size_t n = 0;
    while (n < ID_TEXT && f->id[n] != 0) n++;
    return n;
}

static int id_level(const struct form *a, const struct form *b)
{
    if (a->id_kind == ID_MISSING || b->id_kind == ID_MISSING) return LINK_ID_MISSING;
    if (memcmp(a->id, b->id, ID_TEXT) == 0)
        return (a->id_kind == ID_SHORT) == (b->id_kind == ID_SHORT) ? LINK_ID_EQUAL : LINK_ID_SHORT;
    size_t n = id_length(a), m = id_length(b);
    if (one_slip(a->id, n, b->id, m)) return LINK_ID_EDIT;
    if (n == IDCARD_LEN && m == n && memcmp(a->id + 6, b->id + 6, 8) == 0 && (a->id[16] & 1) == (b->id[16] & 1))
        return LINK_ID_PART;
    return LINK_ID_DIFFERENT;
}

bool compare_two_numbers(const struct form *a, const struct form *b)
{
    return a->id_kind >= ID_GOOD && b->id_kind >= ID_GOOD && memcmp(a->id, b->id, ID_TEXT) != 0;
}

bool compare_surely_distinct(const struct form *a, const struct form *b)
{
    return compare_two_numbers(a, b) && (a->phone == 0 || a->phone != b->phone || a->birth_ymd != b->birth_ymd);
}

/* One pass over names of equal length: how many characters differ, and whether those that do sound or look the same. */
static int same_length_level(const struct name *a, const struct name *b)
{
    size_t differ = 0, sound = 0, alike = 0;
    for (size_t i = 0; i < a->len; i++) {
        if (a->chars[i] == b->chars[i]) continue;
        differ++;
        bool same = hanzi_same_sound(a->chars[i], b->chars[i]);
        sound += same;
        alike += !same && hanzi_alike(a->chars[i], b->chars[i]);
    }
    if (differ == sound) return LINK_NAME_SOUND;
    if (differ == sound + alike) return LINK_NAME_ALIKE;
    if (a->sound == b->sound) return LINK_NAME_ORDER;
    return differ == 1 && a->len >= 3 && a->chars[0] == b->chars[0] ? LINK_NAME_ONE : LINK_NAME_DIFFERENT;
}

enum { PART_MIN = 2, WHOLE_MIN = 4 };

static int name_level(const struct sight *a, const struct sight *b)
{
    if (a->form->name == 0 || b->form->name == 0) return LINK_NAME_MISSING;
    if (a->form->name == b->form->name) return LINK_NAME_EQUAL;
    const struct name *x = a->name, *y = b->name;
    if (x->len == y->len) return x->standard == y->standard ? LINK_NAME_VARIANT : same_length_level(x, y);
    if (x->len > y->len) {
        x = b->name;
        y = a->name;
    }
    size_t head = 0, tail = 0;
    while (head < x->len && x->chars[head] == y->chars[head]) head++;
    while (tail < x->len && x->chars[x->len - 1 - tail] == y->chars[y->len - 1 - tail]) tail++;
    if (y->len >= WHOLE_MIN && x->len >= PART_MIN && head == x->len) return LINK_NAME_PART;
    return y->len == x->len + 1 && head >= 1 && head + tail >= x->len ? LINK_NAME_PART : LINK_NAME_DIFFERENT;
}

static int birth_level(uint32_t a, uint32_t b)
{
    if (a == 0 || b == 0) return LINK_BIRTH_MISSING;
    uint32_t year_a = a / 10000, month_a = a / 100 % 100, day_a = a % 100;
    uint32_t year_b = b / 10000, month_b = b / 100 % 100, day_b = b % 100;
    if (day_a == 0 || day_b == 0) return year_a == year_b ? LINK_BIRTH_YEAR : LINK_BIRTH_DIFFERENT;
    if (a == b) return LINK_BIRTH_EQUAL;
    if (year_a == year_b && month_a == day_b && day_a == month_b) return LINK_BIRTH_SWAP;
    int differ = 0;
    for (uint32_t x = a, y = b; x != 0 || y != 0; x /= 10, y /= 10) differ += x % 10 != y % 10;
    if (differ == 1) return LINK_BIRTH_DIGIT;
    return year_a == year_b ? LINK_BIRTH_YEAR : LINK_BIRTH_DIFFERENT;
}

static int phone_level(uint64_t a, uint64_t b)
{
    if (a == 0 || b == 0) return LINK_PHONE_MISSING;
    if (a == b) return LINK_PHONE_EQUAL;
    char x[20], y[20];
    size_t n = 0, m = 0;
    for (; a > 0; a /= 10) x[n++] = (char)('0' + a % 10);
    for (; b > 0; b /= 10) y[m++] = (char)('0' + b % 10);
    return one_slip(x, n, y, m) ? LINK_PHONE_EDIT : LINK_PHONE_DIFFERENT;
}

static int address_level(const struct form *a, const struct form *b)
{
    if (a->place == 0 || b->place == 0) return LINK_ADDRESS_MISSING;
    if (a->place == b->place) return LINK_ADDRESS_EQUAL;
    return a->street != 0 && a->street == b->street ? LINK_ADDRESS_STREET : LINK_ADDRESS_DIFFERENT;
}

uint32_t compare_levels(const struct sight *a, const struct sight *b)
{
    int id = id_level(a->form, b->form);
    bool implied = id <= LINK_ID_PART;
    int sex = implied                                  ? LINK_SEX_IMPLIED
              : a->form->sex == 0 || b->form->sex == 0 ? LINK_SEX_MISSING
              : a->form->sex == b->form->sex           ? LINK_SEX_EQUAL
                                                       : LINK_SEX_DIFFERENT;
    int birth = implied ? LINK_BIRTH_IMPLIED : birth_level(a->form->birth_ymd, b->form->birth_ymd);
    return (uint32_t)name_level(a, b) << (4 * LINK_NAME) | (uint32_t)id << (4 * LINK_ID) |
           (uint32_t)birth << (4 * LINK_BIRTH) | (uint32_t)sex << (4 * LINK_SEX) |
           (uint32_t)phone_level(a->form->phone, b->form->phone) << (4 * LINK_PHONE) |
           (uint32_t)address_level(a->form, b->form) << (4 * LINK_ADDRESS);
}

/* ---- Weights ---- */

static int32_t hundredths(double bits) { return (int32_t)lround(bits * 100); }

void weights_make(const struct link_model *m, struct weights *w)
{
    for (int f = 0; f < LINK_FIELDS; f++)
        for (int l = 0; l < LINK_LEVELS; l++) {
            bool used = m->m[f][l] > 0 && m->u[f][l] > 0;
            w->log_m[f][l] = used ? log2(m->m[f][l]) : 0;
            w->level[f][l] = used ? hundredths(log2(m->m[f][l] / m->u[f][l])) : 0;
        }
}

/* How often another person has the value: those who have it less the records this person is expected to have, and half
 * a record, because none seen does not mean none. Mixed with the usual frequency as if so many records had been seen
 * before: few records prove little about how rare a value is. */
enum { SEEN_BEFORE = 20000 };

int32_t weights_of(const struct link_model *m, const struct weights *w, enum link_field f, int level, uint32_t seen,
                   uint32_t total)
{
    if (seen < 2) return w->level[f][level];
    double others = seen - 1 - m->duplicates;
    double u = ((others > 0 ? others : 0) + 0.5 + SEEN_BEFORE * m->u[f][level]) / ((double)total + SEEN_BEFORE);
    return hundredths(w->log_m[f][level] - log2(u));
}

int32_t prior_of(const struct link_model *m, uint32_t total)
{
    return hundredths(log2(m->duplicates / (total > 1 ? (double)total : 1)));
}

/* ---- Rules ---- */

enum link_band compare_band(const struct link_model *m, const struct form *a, const struct form *b, uint32_t levels,
                            int32_t score)
{
    int name = link_level(levels, LINK_NAME), id = link_level(levels, LINK_ID), birth = link_level(levels, LINK_BIRTH);
    bool name_agrees = name <= LINK_NAME_PART, number_agrees = id <= LINK_ID_EDIT;
    enum link_band band = score >= m->automatic ? LINK_AUTO : score >= m->clerical ? LINK_CLERICAL : LINK_DISTINCT;
    if (compare_two_numbers(a, b)) {
        bool all_else = name <= LINK_NAME_VARIANT && link_level(levels, LINK_PHONE) == LINK_PHONE_EQUAL &&
                        a->birth_ymd == b->birth_ymd;
        return all_else ? LINK_CLERICAL : LINK_DISTINCT;
    }
    if (id <= LINK_ID_SHORT && a->id_kind >= ID_GOOD) {
        if (name <= LINK_NAME_ONE) return LINK_AUTO;
        return name == LINK_NAME_MISSING && band == LINK_AUTO ? LINK_AUTO : LINK_CLERICAL;
    }
    if (band == LINK_AUTO && !number_agrees &&
        (!name_agrees || birth == LINK_BIRTH_DIFFERENT || link_level(levels, LINK_SEX) == LINK_SEX_DIFFERENT))
        return LINK_CLERICAL;
    if (band == LINK_AUTO && name == LINK_NAME_DIFFERENT) return LINK_CLERICAL;
    return band;
}
