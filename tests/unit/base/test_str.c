/* Slices, trimming, searching, splitting, digits, and the hash. */
#include "base/str.h"

#include "support/t.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TEST(slices_are_clamped_to_the_text)
{
    CHECK_STR(str_slice(STR("失业登记"), 6, 12), "登记");
    CHECK_STR(str_slice(STR("abc"), 1, 99), "bc");
    CHECK_STR(str_slice(STR("abc"), 7, 9), "");
    CHECK_STR(str_slice(STR("abc"), 2, 1), "");
    CHECK_STR(str_slice((str){ 0 }, 0, 5), "");
}

TEST(the_empty_str_equals_itself_and_begins_and_ends_everything)
{
    CHECK(str_eq((str){ 0 }, STR("")));
    CHECK(str_eq(str_of(NULL), STR("")));
    CHECK(str_starts(STR("abc"), STR("")) && str_ends(STR("abc"), STR("")));
    CHECK(str_starts((str){ 0 }, (str){ 0 }));
    CHECK(!str_starts(STR(""), STR("a")));
    CHECK(!str_ends(STR("a"), STR("ba")));
}

TEST(order_is_bytewise_and_a_prefix_comes_first)
{
    CHECK(str_cmp(STR("a"), STR("ab")) < 0);
    CHECK(str_cmp(STR("ab"), STR("a")) > 0);
    CHECK(str_cmp(STR("\x7f"), STR("\x80")) < 0);
    CHECK_INT(str_cmp(STR("同"), STR("同")), 0);
    CHECK_INT(str_cmp((str){ 0 }, STR("")), 0);
}

TEST(trimming_knows_ascii_blanks_and_the_wide_space)
{
    CHECK_STR(str_trim(STR(" \t\r\n　张三　 \n")), "张三");
    CHECK_STR(str_trim(STR("　 　")), "");
    CHECK_STR(str_trim(STR("a b")), "a b");
    CHECK_STR(str_trim((str){ 0 }), "");
    /* 、 ends in the byte 0x81 and 　 in 0x80: only the whole sequence is a space */
    CHECK_STR(str_trim(STR("、")), "、");
}

TEST(finding_gives_the_first_offset_or_says_absent)
{
    CHECK(str_find(STR("abcabc"), STR("ca")) == 2);
    CHECK(str_find(STR("abc"), STR("")) == 0);
    CHECK(str_find(STR("abc"), STR("abcd")) == SIZE_MAX);
    CHECK(str_find(STR("abc"), STR("x")) == SIZE_MAX);
    CHECK(str_find((str){ 0 }, STR("x")) == SIZE_MAX);
}

TEST(splitting_keeps_empty_pieces_and_ends)
{
    static const char *const want[] = { "", "a", "", "b", "" };
    str rest = STR(",a,,b,"), piece;
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        CHECK(str_split(&rest, ',', &piece));
        CHECK_STR(piece, want[i]);
    }
    CHECK(!str_split(&rest, ',', &piece));
    CHECK(!str_split(&rest, ',', &piece));
}

TEST(splitting_the_empty_text_gives_one_empty_piece)
{
    str rest = STR(""), piece = STR("x");
    CHECK(str_split(&rest, ',', &piece));
    CHECK_STR(piece, "");
    CHECK(!str_split(&rest, ',', &piece));
}

TEST(numbers_are_decimal_digits_and_nothing_else)
{
    int64_t n = -7;
    static const char *const bad[] = {
        "", " 1", "1 ", "+1", "-1", "1.0", "0x1", "１", "9223372036854775808", "99999999999999999999"
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        NOTE("%s", bad[i]);
        CHECK(!str_to_i64(str_of(bad[i]), &n));
    }
    CHECK_INT(n, -7); /* untouched */
    CHECK(str_to_i64(STR("9223372036854775807"), &n) && n == INT64_MAX);
    CHECK(str_to_i64(STR("007"), &n) && n == 7);
}

TEST(equal_texts_have_equal_hashes_wherever_they_stand)
{
    char buffer[128];
    for (size_t len = 0; len < 60; len++) {
        for (size_t at = 0; at < 9; at++) {
            memset(buffer, 'x', sizeof buffer);
            for (size_t i = 0; i < len; i++) buffer[at + i] = (char)('a' + i % 26);
            char *exact = malloc(len + 1); /* so that ASan sees a read past the end */
            memcpy(exact, buffer + at, len);
            exact = realloc(exact, len == 0 ? 1 : len);
            CHECK(str_hash((str){ buffer + at, len }) == str_hash((str){ exact, len }));
            free(exact);
        }
    }
}

TEST(every_byte_and_the_length_change_the_hash)
{
    char zeros[64] = { 0 };
    for (size_t len = 0; len < 64; len++) {
        uint64_t h = str_hash((str){ zeros, len });
        for (size_t i = 0; i < len; i++) {
            zeros[i] = 1;
            CHECK(str_hash((str){ zeros, len }) != h);
            zeros[i] = 0;
        }
        for (size_t other = 0; other < len; other++) CHECK(str_hash((str){ zeros, other }) != h);
    }
}

/* Names that differ in a digit must spread over the low bits, which is what a map looks at. With 64 expected per bucket
 * and a deviation of 8, a bucket above 128 would be eight deviations off. */
TEST(numbered_names_spread_evenly)
{
    enum { BUCKETS = 1024, NAMES = 65536 };
    static int count[BUCKETS];
    for (int i = 0; i < NAMES; i++) {
        char name[32];
        int len = snprintf(name, sizeof name, "人员%05d", i);
        count[str_hash((str){ name, (size_t)len }) % BUCKETS]++;
    }
    for (int i = 0; i < BUCKETS; i++) CHECK(count[i] > 10 && count[i] < 128);
}
