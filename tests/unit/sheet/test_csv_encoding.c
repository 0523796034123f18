/* Encodings of CSV: told from the bytes, and rows that are in another one. */
#include "unit/sheet/helpers.h"

/* 姓名,性别 / 张三,男 / 李四,女 in GB18030. */
#define GB_HEAD  "\xD0\xD5\xC3\xFB,\xD0\xD4\xB1\xF0\n"
#define GB_ZHANG "\xD5\xC5\xC8\xFD,\xC4\xD0\n"
#define GB_LI    "\xC0\xEE\xCB\xC4,\xC5\xAE\n"

static str encoding_of(str bytes)
{
    struct sheet_reader *r;
    struct sheet_row row;
    struct err e = { 0 };
    CHECK_OK(sheet_open(&r, put_file("t.csv", bytes), NULL, &e), e);
    while (sheet_next(r, &row, &e) > 0) continue;
    str name = sheet_encoding(r); /* a literal */
    sheet_close(r);
    return name;
}

TEST(utf8_with_and_without_mark_and_gb18030_are_told_apart)
{
    autoarena *a = arena_new("test", 0);
    const char *want = "1 姓名|性别\n2 张三|男\n3 李四|女\n";
    str utf8 = STR("姓名,性别\n张三,男\n李四,女\n"), marked = STR("\xEF\xBB\xBF姓名,性别\n张三,男\n李四,女\n");
    str gb = STR(GB_HEAD GB_ZHANG GB_LI);
    CHECK_STR(csv_text(a, utf8), want);
    CHECK_STR(csv_text(a, marked), want);
    CHECK_STR(csv_text(a, gb), want);
    CHECK_STR(encoding_of(utf8), "UTF-8");
    CHECK_STR(encoding_of(marked), "UTF-8");
    CHECK_STR(encoding_of(gb), "GB18030");
    CHECK_STR(encoding_of(STR("a,b\n")), "UTF-8");
}

TEST(utf16_with_either_mark_is_read)
{
    autoarena *a = arena_new("test", 0);
    const char *want = "1 姓|a\n2 𠮷|b\n";
    str le = STR("\xFF\xFE\xD3\x59,\0a\0\n\0\x42\xD8\xB7\xDF,\0b\0\n\0");
    str be = STR("\xFE\xFF\x59\xD3\0,\0a\0\n\xD8\x42\xDF\xB7\0,\0b\0\n");
    CHECK_STR(csv_text(a, le), want);
    CHECK_STR(csv_text(a, be), want);
    CHECK_STR(encoding_of(le), "UTF-16LE");
    CHECK_STR(encoding_of(be), "UTF-16BE");
}

TEST(half_characters_of_utf16_are_told)
{
    autoarena *a = arena_new("test", 0);
    const char *problem = "这一行有读不出的字";
    str lone_low = STR("\xFF\xFE\x00\xDC,\0a\0\n\0b\0\n\0"), lone_high = STR("\xFF\xFE\x42\xD8,\0a\0\n\0b\0\n\0");
    str cut = STR("\xFF\xFE"
                  "a\0\n\0b");
    CHECK(str_find(csv_text(a, lone_low), str_of(problem)) != SIZE_MAX);
    CHECK(str_find(csv_text(a, lone_high), str_of(problem)) != SIZE_MAX);
    CHECK(str_ends(csv_text(a, lone_high), STR("\n2 b\n")));
    CHECK(str_find(csv_text(a, cut), str_of(problem)) != SIZE_MAX);
}

TEST(four_byte_characters_of_gb18030_are_read)
{
    autoarena *a = arena_new("test", 0);
    /* 㐀 is not in GBK */
    CHECK_STR(csv_text(a, STR(GB_HEAD "\x81\x39\xEE\x39\xD5\xC5,\xC4\xD0\n")), "1 姓名|性别\n2 㐀张|男\n");
}

TEST(a_row_in_another_encoding_is_read_and_told)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(csv_text(a, STR("姓名,性别\n张三,男\n" GB_LI "王五,男\n")),
              "1 姓名|性别\n2 张三|男\n3 李四|女 !! 这一行像是 GB18030，文件别处是 UTF-8，已按 GB18030 读出，请核对\n4 "
              "王五|男\n");
    CHECK_STR(csv_text(a, STR(GB_HEAD GB_ZHANG "李四,女\n" GB_LI)),
              "1 姓名|性别\n2 张三|男\n3 李四|女 !! 这一行是 UTF-8，文件别处是 GB18030，已按 UTF-8 读出，请核对\n4 "
              "李四|女\n");
}

TEST(bytes_of_no_encoding_are_told_and_shown_as_such)
{
    autoarena *a = arena_new("test", 0);
    str out = csv_text(a, STR("姓名,性别\n张\xFF三,男\n李四,女\n"));
    CHECK_STR(
        out,
        "1 姓名|性别\n2 张\xEF\xBF\xBD三|男 !! 这一行有读不出的字，写成了 \xEF\xBF\xBD，请在原文件里改正\n3 李四|女\n");
    out = csv_text(a, STR(GB_HEAD GB_ZHANG "\xFF\xC0\xEE,\xC5\xAE\n"));
    CHECK(str_find(out, STR("3 \xEF\xBF\xBD李|女 !! 这一行有读不出的字")) != SIZE_MAX);
}

/* "女" in GB18030 is valid UTF-8 by accident; it must not be taken for a row in another encoding. */
TEST(a_row_that_is_valid_in_both_encodings_follows_the_file)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(csv_text(a, STR(GB_HEAD GB_ZHANG "x,\xC5\xAE\ny,\xC1\xAA\xCD\xA8\n")),
              "1 姓名|性别\n2 张三|男\n3 x|女\n4 y|联通\n");
}

TEST(an_encoding_that_shows_late_is_still_found)
{
    autoarena *a = arena_new("test", 0);
    struct text t;
    text_init(&t, a, 4 << 20);
    for (int i = 0; i < 100000; i++) text_addz(&t, "abcd,efgh\n");
    text_addz(&t, GB_ZHANG GB_LI);
    CHECK(str_ends(csv_text(a, text_str(&t)), STR("100001 张三|男\n100002 李四|女\n")));
    CHECK_STR(encoding_of(text_str(&t)), "GB18030");
}

TEST(a_sample_that_ends_inside_a_character_is_still_understood)
{
    autoarena *a = arena_new("test", 0);
    for (size_t shift = 0; shift < 6; shift++) {
        struct text t;
        text_init(&t, a, 4 << 20);
        text_repeat(&t, 'x', shift);
        text_addz(&t, ",");
        while (t.len < 300000) text_addz(&t, t.len % 100 < 3 ? "好,\n" : "好");
        str out = csv_text(a, text_str(&t));
        CHECK(str_find(out, STR("!!")) == SIZE_MAX);
        CHECK_STR(encoding_of(text_str(&t)), "UTF-8");
    }
}
