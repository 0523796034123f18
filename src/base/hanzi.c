/* hanzi: the text of assets/hanzi.txt becomes arrays by code point. Nearly all characters of names lie in one range of
 * 16-bit code points, which the arrays cover; the few hundred standard ones elsewhere stand in a small sorted list. The
 * text is ours: what does not fit is a mistake of the build, asserted. */
#include "base/hanzi.h"

#include "base/utf8.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

extern const str base_hanzi_txt;

enum { FROM = 0x3400, TO = 0xA000, FAR_MAX = 512, ALIKE_MAX = 1024 };

struct character {
    uint16_t usual, other, surname;
    uint32_t standard; /* 0: itself */
};

struct far {
    uint32_t cp;
    struct character c;
};

static struct {
    struct character near[TO - FROM];
    struct far far[FAR_MAX];
    size_t far_count;
    str texts[HANZI_READINGS_MAX];
    uint16_t text_count;
    uint64_t alike[ALIKE_MAX]; /* both code points, the smaller one first, sorted */
    size_t alike_count;
} table;

static const char *const alike_groups[] = {
#define ALIKE(group) group,
#include "base/hanzi.def"
#undef ALIKE
};

static struct character *add(uint32_t cp)
{
    if (cp >= FROM && cp < TO) return &table.near[cp - FROM];
    for (size_t i = 0; i < table.far_count; i++)
        if (table.far[i].cp == cp) return &table.far[i].c;
    assert(table.far_count < FAR_MAX);
    table.far[table.far_count].cp = cp;
    return &table.far[table.far_count++].c;
}

static uint16_t reading_number(str text)
{
    for (uint16_t i = 1; i <= table.text_count; i++)
        if (str_eq(table.texts[i], text)) return i;
    assert(table.text_count + 1 < HANZI_READINGS_MAX);
    table.texts[++table.text_count] = text;
    return table.text_count;
}

static void add_readings(str word, str line)
{
    str text, chars;
    bool two = str_split(&line, ' ', &text) && str_split(&line, ' ', &chars);
    assert(two);
    uint16_t reading = reading_number(text);
    size_t len = 0;
    for (size_t at = 0; at < chars.len; at += len) {
        struct character *c = add(utf8_at(chars, at, &len));
        if (str_eq(word, STR("读"))) c->usual = reading;
        if (str_eq(word, STR("又"))) c->other = reading;
        if (str_eq(word, STR("姓"))) c->surname = reading;
    }
}

static void add_variants(str pairs)
{
    size_t len = 0;
    for (size_t at = 0; at < pairs.len; at += len) {
        struct character *c = add(utf8_at(pairs, at, &len));
        at += len;
        c->standard = utf8_at(pairs, at, &len);
    }
}

static int by_pair(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static int by_code_point(const void *a, const void *b)
{
    uint32_t x = ((const struct far *)a)->cp, y = ((const struct far *)b)->cp;
    return (x > y) - (x < y);
}

static uint64_t pair_of(uint32_t a, uint32_t b) { return a < b ? (uint64_t)a << 32 | b : (uint64_t)b << 32 | a; }

static void add_alike(str group)
{
    size_t n = 0, m = 0;
    for (size_t i = 0; i < group.len; i += n) {
        uint32_t a = utf8_at(group, i, &n);
        for (size_t k = i + n; k < group.len; k += m) {
            assert(table.alike_count < ALIKE_MAX);
            table.alike[table.alike_count++] = pair_of(a, utf8_at(group, k, &m));
        }
    }
}

static void read_table(void)
{
    str rest = base_hanzi_txt, line, word;
    while (str_split(&rest, '\n', &line)) {
        if (line.len == 0 || line.p[0] == '#' || !str_split(&line, ' ', &word)) continue;
        if (str_eq(word, STR("同")))
            add_variants(line);
        else
            add_readings(word, line);
    }
    qsort(table.far, table.far_count, sizeof *table.far, by_code_point);
    for (size_t i = 0; i < sizeof alike_groups / sizeof *alike_groups; i++) add_alike(str_of(alike_groups[i]));
    qsort(table.alike, table.alike_count, sizeof *table.alike, by_pair);
}

static const struct character *find(uint32_t cp)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    static const struct character unknown;
    pthread_once(&once, read_table);
    if (cp >= FROM && cp < TO) return &table.near[cp - FROM];
    if (cp < FROM) return &unknown;
    const struct far *f =
        bsearch(&(struct far){ .cp = cp }, table.far, table.far_count, sizeof *table.far, by_code_point);
    return f != NULL ? &f->c : &unknown;
}

uint32_t hanzi_standard(uint32_t cp)
{
    const struct character *c = find(cp);
    return c->standard != 0 ? c->standard : cp;
}

uint16_t hanzi_reading(uint32_t cp) { return find(hanzi_standard(cp))->usual; }

uint16_t hanzi_surname_reading(uint32_t cp)
{
    const struct character *c = find(hanzi_standard(cp));
    return c->surname != 0 ? c->surname : c->usual;
}

str hanzi_reading_text(uint16_t reading)
{
    find(0);
    return reading <= table.text_count ? table.texts[reading] : (str){ 0 };
}

bool hanzi_same_sound(uint32_t a, uint32_t b)
{
    const struct character *x = find(hanzi_standard(a)), *y = find(hanzi_standard(b));
    const uint16_t of_a[] = { x->usual, x->other, x->surname }, of_b[] = { y->usual, y->other, y->surname };
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 3; k++)
            if (of_a[i] != 0 && of_a[i] == of_b[k]) return true;
    return false;
}

bool hanzi_alike(uint32_t a, uint32_t b)
{
    uint64_t pair = pair_of(hanzi_standard(a), hanzi_standard(b));
    find(0);
    return bsearch(&pair, table.alike, table.alike_count, sizeof pair, by_pair) != NULL;
}
