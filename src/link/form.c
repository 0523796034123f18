/* form: a record made ready for comparing, once, so that a comparison touches numbers only. What people write in a
 * field that has no value ("无", 000…, 111…) is the same as nothing. Also the keys that bring records into one block.
 */
#include "base/hanzi.h"
#include "base/utf8.h"
#include "link/link_priv.h"

#include <string.h>

/* One code point in its narrow, capital form. */
static uint32_t fold(uint32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
    if (c >= 'a' && c <= 'z') c -= 'a' - 'A';
    return c;
}

/* ---- Numbers ---- */

enum { ODD_DIGITS_MIN = 8 };

static void make_id(str s, struct form *f)
{
    struct idcard card;
    if (s.len == 0) return;
    if (idcard_read(s, &card) == IDCARD_OK) {
        memcpy(f->id, card.text, IDCARD_LEN);
        f->id_kind = card.was_short ? ID_SHORT : ID_GOOD;
        int y, m, d;
        date_parts(card.birth, &y, &m, &d);
        f->birth_ymd = (uint32_t)(y * 10000 + m * 100 + d);
        f->sex = card.male ? 1 : 2;
        return;
    }
    size_t n = 0, digits = 0, len = 0, same = 0;
    for (size_t at = 0; at < s.len && n < ID_TEXT; at += len) {
        uint32_t c = fold(utf8_at(s, at, &len));
        if (!(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z')) continue;
        f->id[n++] = (char)c;
        digits += c <= '9';
        same += f->id[n - 1] == f->id[0];
    }
    if (digits >= ODD_DIGITS_MIN && same < n)
        f->id_kind = ID_ODD;
    else
        memset(f->id, 0, sizeof f->id);
}

enum { PHONE_DIGITS_MIN = 7, PHONE_DIGITS_MAX = 15, MOBILE_DIGITS = 11 };

/* 86 before a mobile number goes; a leading zero of an area code stays. */
static uint64_t make_phone(str s)
{
    char digits[PHONE_DIGITS_MAX + 2];
    size_t n = 0, len = 0, same = 0;
    for (size_t at = 0; at < s.len && n <= PHONE_DIGITS_MAX; at += len) {
        uint32_t c = fold(utf8_at(s, at, &len));
        if (c >= '0' && c <= '9') digits[n++] = (char)c;
    }
    const char *p = digits;
    if (n >= MOBILE_DIGITS + 2 && n <= MOBILE_DIGITS + 4 && p[n - MOBILE_DIGITS] == '1' &&
        p[n - MOBILE_DIGITS - 2] == '8' && p[n - MOBILE_DIGITS - 1] == '6') {
        p += n - MOBILE_DIGITS;
        n = MOBILE_DIGITS;
    }
    if (n < PHONE_DIGITS_MIN || n > PHONE_DIGITS_MAX) return 0;
    uint64_t v = 1;
    for (size_t i = 0; i < n; i++) {
        v = v * 10 + (uint64_t)(p[i] - '0');
        same += p[i] == p[n - 1];
    }
    return same + 2 > n ? 0 : v; /* 13000000000 has ten… a number of zeros is nobody's */
}

/* ---- Addresses ---- */

enum { PLACE_MAX = 96 };

static bool any_of(uint32_t c, str set)
{
    size_t len = 0;
    for (size_t at = 0; at < set.len; at += len)
        if (utf8_at(set, at, &len) == c) return true;
    return false;
}

/* Where the districts before the street end: the last 省, 市, 区 … that leaves two characters or more of street. */
static size_t districts_end(const uint32_t *c, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        if (i + 2 > n || !any_of(c[i - 1], STR("省市区县旗镇乡道"))) continue;
        if (any_of(c[i - 1], STR("道")) && !any_of(c[i - 2], STR("街"))) continue; /* 街道, but not 大道 */
        if (any_of(c[i - 1], STR("区")) && any_of(c[i - 2], STR("小社园厂"))) continue;
        return i;
    }
    return 0;
}

/* Districts are often left out, and 12号3幢 is 12-3: what follows the first digit is digits and what lies between. */
static void make_place(str s, struct form *f)
{
    uint32_t c[PLACE_MAX];
    size_t n = 0, street = SIZE_MAX, len = 0;
    bool between = false;
    for (size_t at = 0; at < s.len && n < PLACE_MAX; at += len) {
        uint32_t cp = hanzi_standard(fold(utf8_at(s, at, &len)));
        bool digit = cp >= '0' && cp <= '9', letter = cp >= 'A' && cp <= 'Z';
        if (!digit && street != SIZE_MAX && !letter) {
            between = true;
            continue;
        }
        if (!digit && !letter && !utf8_is_ident(cp)) continue; /* blanks and signs */
        if (digit && street == SIZE_MAX) street = n;
        if (between) c[n++] = '-';
        between = false;
        if (n < PLACE_MAX) c[n++] = cp;
    }
    if (street == SIZE_MAX) street = n;
    size_t from = districts_end(c, street);
    if (n < from + 2) return;
    uint64_t h = 1;
    for (size_t i = from; i < n; i++) {
        if (i == street) f->street = (uint32_t)(h >> 32) | 1;
        h = mix2(h, c[i]);
    }
    if (street == n) f->street = (uint32_t)(h >> 32) | 1;
    f->place = h | 1;
}

/* ---- Names ---- */

static bool separates(uint32_t c)
{
    return c == ' ' || c == 0x3000 || c == 0xA0 || c == '.' || c == 0xB7 || c == 0x2022 || c == 0x2027 || c == 0x30FB ||
           c == 0x2219 || c == 0x22C5 || c == 0x3002 || c == '\t';
}

static uint64_t make_name(str s, struct name *n, struct arena *scratch)
{
    if (s.len == 0) return 0;
    if (utf8_valid(s, NULL)) s = utf8_nfc(scratch, s); /* compatibility ideographs become ordinary ones */
    uint64_t written = 7;
    size_t len = 0;
    n->standard = 7;
    for (size_t at = 0; at < s.len && n->len < NAME_MAX_CHARS; at += len) {
        uint32_t c = fold(utf8_at(s, at, &len));
        if (separates(c)) continue;
        written = mix2(written, c);
        c = hanzi_standard(c);
        uint16_t sound = hanzi_reading(c);
        if (n->len == 0) {
            n->surname_sound = hanzi_surname_reading(c);
            sound = n->surname_sound;
        }
        n->chars[n->len] = c;
        n->sounds[n->len++] = sound;
        n->standard = mix2(n->standard, c);
        n->sound += mix(sound != 0 ? sound : c + HANZI_READINGS_MAX);
    }
    if (n->len < 2) { /* a single character or letter names nobody */
        *n = (struct name){ 0 };
        return 0;
    }
    return written;
}

uint64_t form_make(const struct link_record *r, struct form *f, struct name *n, struct arena *scratch)
{
    *f = (struct form){ .birth_ymd = r->birth_ymd, .region = r->region, .source = r->source, .sex = r->sex };
    *n = (struct name){ 0 };
    make_id(r->id_number, f);
    f->phone = make_phone(r->phone);
    make_place(r->address, f);
    return make_name(r->name, n, scratch);
}

/* ---- Keys ---- */

static uint64_t text_hash(const char *p, size_t n)
{
    uint64_t h = n;
    for (size_t i = 0; i < n; i++) h = mix2(h, (unsigned char)p[i]);
    return h;
}

/* Block and finer part; never 0. */
static uint64_t key_of(int pass, uint64_t block, uint64_t finer)
{
    uint64_t high = mix2(block, (uint64_t)pass) >> (64 - KEY_BITS) << (64 - KEY_BITS);
    return (high | mix(finer) >> KEY_BITS) | 1;
}

void form_keys(const struct form *f, const struct name *n, uint64_t keys[PASSES])
{
    memset(keys, 0, PASSES * sizeof *keys);
    uint64_t year = f->birth_ymd / 10000;
    bool day = f->birth_ymd % 100 != 0;
    uint64_t surname = n->len == 0 ? 0 : n->surname_sound != 0 ? n->surname_sound : n->chars[0];
    uint64_t place = f->place != 0 ? f->place : f->phone;
    if (f->id_kind != ID_MISSING) {
        keys[PASS_ID] = key_of(PASS_ID, text_hash(f->id, ID_TEXT), n->sound);
        if (f->id[16] != 0)
            keys[PASS_ID_PART] =
                key_of(PASS_ID_PART, mix2(text_hash(f->id, 14), (unsigned char)f->id[16] & 1), n->sound);
    }
    if (f->phone != 0) keys[PASS_PHONE] = key_of(PASS_PHONE, f->phone, surname);
    if (n->len == 0) return;
    if (day) keys[PASS_SOUND_BIRTH] = key_of(PASS_SOUND_BIRTH, mix2(n->sound, f->birth_ymd), place);
    if (f->place != 0) keys[PASS_SOUND_PLACE] = key_of(PASS_SOUND_PLACE, mix2(n->sound, f->place), f->birth_ymd);
    if (day) keys[PASS_BIRTH] = key_of(PASS_BIRTH, mix2(surname, f->birth_ymd), n->sounds[n->len - 1]);
    if (f->place != 0 && day) keys[PASS_PLACE_BIRTH] = key_of(PASS_PLACE_BIRTH, mix2(f->place, f->birth_ymd), n->sound);
    if (year != 0) keys[PASS_SOUND_YEAR] = key_of(PASS_SOUND_YEAR, mix2(n->sound, year), place);
}
