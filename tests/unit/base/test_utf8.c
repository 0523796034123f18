/* Decoding over all code points and malformed bytes; NFC against the library; names, widths, distance. */
#include "base/utf8.h"

#include "unit/base/helpers.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static bool is_scalar(uint32_t cp) { return cp <= 0x10FFFF && !(cp >= 0xD800 && cp <= 0xDFFF); }

TEST(every_code_point_survives_writing_and_reading)
{
    for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
        char bytes[4];
        size_t n = utf8_put(cp, bytes), len;
        uint32_t back = utf8_at((str){ bytes, n }, 0, &len);
        CHECK(back == (is_scalar(cp) ? cp : 0xFFFD) && len == n);
    }
}

TEST(what_is_no_code_point_is_written_as_the_replacement_character)
{
    char bytes[4];
    CHECK_SIZE(utf8_put(0x110000, bytes), 3);
    CHECK(memcmp(bytes, "\xEF\xBF\xBD", 3) == 0);
}

TEST(malformed_bytes_are_skipped_one_by_one)
{
    static const char *const bad[] = {
        "\x80",             /* a continuation with no start */
        "\xC0\xAF",         /* '/' in two bytes */
        "\xC1\xBF",         /* overlong */
        "\xE0\x80\xAF",     /* '/' in three bytes */
        "\xE0\x9F\xBF",     /* overlong */
        "\xF0\x80\x80\xAF", /* '/' in four bytes */
        "\xF0\x8F\xBF\xBF", /* overlong */
        "\xED\xA0\x80",     /* a surrogate */
        "\xED\xBF\xBF",     /* a surrogate */
        "\xF4\x90\x80\x80", /* above U+10FFFF */
        "\xF5\x80\x80\x80",
        "\xF8\x88\x80\x80\x80",
        "\xFE",
        "\xFF",
        "\xE4\xB8",     /* ends early */
        "\xF0\x9F\x98", /* ends early */
        "\xE4x",        /* another character where a continuation should be */
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        NOTE("case %zu", i);
        str s = str_of(bad[i]);
        size_t len, at = 99;
        CHECK_INT(utf8_at(s, 0, &len), 0xFFFD);
        CHECK_SIZE(len, 1);
        CHECK(!utf8_valid(s, &at));
        CHECK_SIZE(at, 0);
        CHECK(!utf8_valid(s, NULL));
    }
}

TEST(reading_never_goes_past_the_end)
{
    static const char whole[] = "\xF0\x9F\x98\x80";
    for (size_t n = 1; n <= 4; n++) {
        char *exact = malloc(n);
        memcpy(exact, whole, n);
        size_t len;
        CHECK(utf8_at((str){ exact, n }, 0, &len) == (n == 4 ? 0x1F600u : 0xFFFDu));
        free(exact);
    }
}

TEST(the_end_of_the_text_is_zero_of_no_length)
{
    size_t len = 9;
    CHECK_INT(utf8_at(STR("a"), 1, &len), 0);
    CHECK_SIZE(len, 0);
    CHECK_INT(utf8_at((str){ "", 1 }, 0, &len), 0); /* a NUL inside is a character */
    CHECK_SIZE(len, 1);
}

/* Counted from the standard's table of well-formed sequences: 30 × 64, and 15 × 64 × 64 + 32 × 64 less 32 × 64 of
 * surrogates, which is all of 0x800 … 0xFFFF without them. */
TEST(just_the_well_formed_sequences_are_valid)
{
    int two = 0, three = 0;
    for (unsigned b0 = 0xC0; b0 < 0x100; b0++) {
        for (unsigned b1 = 0; b1 < 0x100; b1++) {
            char s[3] = { (char)b0, (char)b1, 0 };
            two += utf8_valid((str){ s, 2 }, NULL);
            for (unsigned b2 = 0; b2 < 0x100; b2++) {
                s[2] = (char)b2;
                size_t len;
                utf8_at((str){ s, 3 }, 0, &len);
                three += len == 3;
            }
        }
    }
    CHECK_INT(two, 0x800 - 0x80);
    CHECK_INT(three, 0x10000 - 0x800 - 0x800);
}

TEST(the_first_bad_byte_is_named)
{
    size_t at;
    CHECK(!utf8_valid(STR("就业\xFF"), &at));
    CHECK_SIZE(at, 6);
    CHECK(utf8_valid(STR("就业😀"), &at));
    CHECK(utf8_valid((str){ 0 }, NULL));
}

static void check_nfc(struct arena *a, str s)
{
    const utf8proc_option_t how = (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    utf8proc_uint8_t *want = NULL;
    struct arena_mark m = arena_mark(a);
    utf8proc_ssize_t len = utf8proc_map((const utf8proc_uint8_t *)s.p, (utf8proc_ssize_t)s.len, &want, how);
    CHECK(len >= 0);
    CHECK_STR(utf8_nfc(a, s), ((str){ (const char *)want, (size_t)len }));
    free(want);
    arena_rewind(a, m);
}

TEST(composition_makes_one_form_of_two)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(utf8_nfc(a, STR("e\xCC\x81")), "\xC3\xA9"); /* e + acute */
    CHECK_STR(utf8_nfc(a, STR("か\xE3\x82\x99")), "が");
    CHECK_STR(utf8_nfc(a, STR("\xE2\x84\xAB")), "\xC3\x85");     /* the ångström sign */
    CHECK_STR(utf8_nfc(a, STR("\xEF\xA4\x80")), "\xE8\xB1\x88"); /* a compatibility ideograph, 豈 */
    CHECK_STR(utf8_nfc(a, (str){ 0 }), "");
    CHECK_STR(utf8_nfc(a, STR("Ａ，（）")), "Ａ，（）"); /* full width is another matter */
}

TEST(normal_text_is_not_copied)
{
    autoarena *a = arena_new("test", 0);
    str s[] = { STR("就业困难人员，第3条（一）“灵活就业”"), STR("résumé"), STR("한국 ελληνικά"), STR("𠮷野") };
    for (size_t i = 0; i < sizeof s / sizeof *s; i++) CHECK(utf8_nfc(a, s[i]).p == s[i].p);
    CHECK_SIZE(arena_used(a), 0);
}

/* The short way round for Chinese text must never differ from the library. Every code point stands behind each of some
 * starters that compose with much. */
TEST(every_code_point_normalises_as_the_library_says)
{
    static const uint32_t starters[] = { 'a', 'E', 0x304B, 0x1100, 0xAC00, 0x09C7, 0x4E00, 0x0308 };
    autoarena *a = arena_new("test", 0);
    for (uint32_t cp = 1; cp <= 0x2FFFF; cp++) {
        if (!is_scalar(cp)) continue;
        char s[8];
        size_t n = utf8_put(starters[cp % 8], s);
        n += utf8_put(cp, s + n);
        check_nfc(a, (str){ s, n });
        if (cp < 0x300 || (cp >= 0x2010 && cp < 0x3100) || cp >= 0xFF00) {
            for (size_t i = 0; i < 8; i++) {
                n = utf8_put(starters[i], s);
                n += utf8_put(cp, s + n);
                check_nfc(a, (str){ s, n });
            }
        }
    }
}

TEST(random_texts_normalise_as_the_library_says)
{
    static const uint32_t interesting[] = { 'a',    'e',    0x301,  0x308,  0x323,  0xC5,   0x212B,
                                            0x1100, 0x1161, 0x11A8, 0xAC00, 0x304B, 0x3099, 0x4E00,
                                            0xFF21, 0xF900, 0x2126, 0x344,  0x20BB7 };
    autoarena *a = arena_new("test", 0);
    for (int round = 0; round < 20000; round++) {
        char s[64];
        size_t n = 0;
        for (uint64_t i = t_random_below(12); i > 0; i--) n += utf8_put(interesting[t_random_below(19)], s + n);
        check_nfc(a, (str){ s, n });
    }
}

TEST(names_are_made_of_letters_ideographs_digits_and_marks)
{
    static const uint32_t start[] = { 'a', 'Z', '_', 0x4E1A /* 业 */, 0x3007 /* 〇 */, 0x20BB7 /* 𠮷 */, 0xE9, 0x3042 };
    static const uint32_t inside[] = { '0', '9', 0x0301, 0xFF11 /* １ */ };
    static const uint32_t never[] = { ' ',
                                      '-',
                                      '.',
                                      '@',
                                      '[',
                                      '`',
                                      '{',
                                      0xFF08 /* （ */,
                                      0x3001 /* 、 */,
                                      0x3014 /* 〔 */,
                                      0x00B7 /* · */,
                                      0x3000,
                                      0xFFFD,
                                      0,
                                      0x110000,
                                      0xFFFFFFFF,
                                      0x1F600,
                                      0xE000 };
    for (size_t i = 0; i < sizeof start / sizeof *start; i++) {
        CHECK(utf8_is_ident_start(start[i]) && utf8_is_ident(start[i]));
    }
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++) {
        CHECK(!utf8_is_ident_start(inside[i]) && utf8_is_ident(inside[i]));
    }
    for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
        CHECK(!utf8_is_ident_start(never[i]) && !utf8_is_ident(never[i]));
    }
}

TEST(a_terminal_gives_wide_characters_two_columns)
{
    CHECK_SIZE(utf8_width(STR("abc")), 3);
    CHECK_SIZE(utf8_width(STR("失业，")), 6);
    CHECK_SIZE(utf8_width(STR("e\xCC\x81")), 1);
    CHECK_SIZE(utf8_width(STR("\n\x1b")), 0);
    CHECK_SIZE(utf8_width((str){ 0 }), 0);
}

TEST(characters_are_counted_as_code_points_and_as_utf16)
{
    CHECK_SIZE(utf8_count(STR("a业𠮷")), 3);
    CHECK_SIZE(utf8_utf16_count(STR("a业𠮷")), 4);
    CHECK_SIZE(utf8_count(STR("\xFF\xFF")), 2);
    CHECK_SIZE(utf8_utf16_count((str){ 0 }), 0);
}

TEST(one_slip_is_one_step)
{
    CHECK_INT(utf8_distance(STR("失业登记"), STR("失业登记"), 3), 0);
    CHECK_INT(utf8_distance(STR("失业登记"), STR("失业登计"), 3), 1);
    CHECK_INT(utf8_distance(STR("失业登记"), STR("业失登记"), 3), 1);
    CHECK_INT(utf8_distance(STR("失业登记"), STR("失业记"), 3), 1);
    CHECK_INT(utf8_distance(STR(""), STR("失业"), 3), 2);
    CHECK_INT(utf8_distance(STR("失业"), STR("毕业日期"), 1), 2); /* max + 1: too far */
}

TEST(names_over_64_characters_are_too_far_apart)
{
    char x[200];
    memset(x, 'x', sizeof x);
    CHECK_INT(utf8_distance((str){ x, 64 }, (str){ x, 64 }, 2), 0);
    CHECK_INT(utf8_distance((str){ x, 65 }, (str){ x, 65 }, 2), 3);
    CHECK_INT(utf8_distance((str){ x, 64 }, STR(""), UINT32_MAX), 64);
}

/* The slow way: try everything. */
static unsigned slow_distance(const char *x, size_t nx, const char *y, size_t ny)
{
    if (nx == 0 || ny == 0) return (unsigned)(nx + ny);
    unsigned best = slow_distance(x, nx - 1, y, ny - 1) + (x[nx - 1] != y[ny - 1]);
    unsigned drop = slow_distance(x, nx - 1, y, ny) + 1, add = slow_distance(x, nx, y, ny - 1) + 1;
    if (drop < best) best = drop;
    if (add < best) best = add;
    if (nx > 1 && ny > 1 && x[nx - 1] == y[ny - 2] && x[nx - 2] == y[ny - 1]) {
        unsigned swap = slow_distance(x, nx - 2, y, ny - 2) + 1;
        if (swap < best) best = swap;
    }
    return best;
}

TEST(distance_agrees_with_trying_everything)
{
    for (int round = 0; round < 1000; round++) {
        char x[6], y[6];
        size_t nx = (size_t)t_random_below(7), ny = (size_t)t_random_below(7);
        for (size_t i = 0; i < 6; i++) {
            x[i] = (char)('a' + t_random_below(3));
            y[i] = (char)('a' + t_random_below(3));
        }
        unsigned want = slow_distance(x, nx, y, ny);
        for (unsigned max = 0; max < 8; max++) {
            CHECK_INT(utf8_distance((str){ x, nx }, (str){ y, ny }, max), want <= max ? want : max + 1);
        }
    }
}
