/* Characters: standard forms, readings, and what looks alike. */
#include "base/hanzi.h"
#include "base/utf8.h"
#include "support/t.h"

#include <pthread.h>

static uint32_t c(const char *z)
{
    size_t len;
    return utf8_at(str_of(z), 0, &len);
}

static str reading(const char *z) { return hanzi_reading_text(hanzi_reading(c(z))); }
static str surname(const char *z) { return hanzi_reading_text(hanzi_surname_reading(c(z))); }

TEST(traditional_and_variant_characters_have_their_standard_form)
{
    CHECK_INT(hanzi_standard(c("張")), c("张"));
    CHECK_INT(hanzi_standard(c("劉")), c("刘"));
    CHECK_INT(hanzi_standard(c("峯")), c("峰"));
    CHECK_INT(hanzi_standard(c("鍾")), c("钟"));
    CHECK_INT(hanzi_standard(c("锺")), c("钟"));
    CHECK_INT(hanzi_standard(c("昇")), c("升"));
    CHECK_INT(hanzi_standard(c("乾")), c("乾")); /* a standard character of its own in names */
    CHECK_INT(hanzi_standard('a'), 'a');
    CHECK_INT(hanzi_standard(0), 0);
    CHECK_INT(hanzi_standard(0x10FFFF), 0x10FFFF);
}

TEST(a_standard_form_is_its_own_standard_form)
{
    for (uint32_t cp = 0; cp < 0x30000; cp++)
        if (hanzi_standard(hanzi_standard(cp)) != hanzi_standard(cp)) FAIL("U+%04X goes two steps", cp);
}

TEST(readings_are_those_of_names)
{
    CHECK_STR(reading("张"), "zhang");
    CHECK_STR(reading("張"), "zhang");
    CHECK_STR(reading("吕"), "lv");
    CHECK_STR(reading("晟"), "sheng");
    CHECK_STR(reading("喆"), "zhe");
    CHECK_STR(reading("a"), "");
    CHECK_STR(hanzi_reading_text(HANZI_READINGS_MAX), "");
}

TEST(surnames_have_readings_of_their_own)
{
    static const char *const rows[][2] = { { "曾", "zeng" }, { "单", "shan" }, { "解", "xie" },  { "仇", "qiu" },
                                           { "查", "zha" },  { "区", "ou" },   { "朴", "piao" }, { "盖", "ge" },
                                           { "翟", "zhai" }, { "覃", "qin" },  { "员", "yun" },  { "單", "shan" },
                                           { "王", "wang" } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        NOTE("%s", rows[i][0]);
        CHECK_STR(surname(rows[i][0]), rows[i][1]);
    }
    CHECK_STR(reading("单"), "dan");
}

TEST(every_ideograph_of_the_main_block_has_a_reading_but_few)
{
    int without = 0;
    for (uint32_t cp = 0x4E00; cp <= 0x9FA5; cp++) without += hanzi_reading(cp) == 0;
    CHECK(without <= 10);
}

TEST(characters_sound_the_same_by_any_of_their_readings)
{
    CHECK(hanzi_same_sound(c("炜"), c("伟")));
    CHECK(hanzi_same_sound(c("單"), c("丹"))); /* dan */
    CHECK(hanzi_same_sound(c("单"), c("善"))); /* shan */
    CHECK(hanzi_same_sound(c("乐"), c("月"))); /* yue */
    CHECK(!hanzi_same_sound(c("张"), c("王")));
    CHECK(!hanzi_same_sound('a', 'a')); /* without a reading there is no sound to share */
}

TEST(characters_that_look_alike_are_known_in_both_directions)
{
    CHECK(hanzi_alike(c("己"), c("巳")) && hanzi_alike(c("巳"), c("已")));
    CHECK(hanzi_alike(c("戊"), c("戌")));
    CHECK(!hanzi_alike(c("张"), c("王")));
    for (uint32_t cp = 0x4E00; cp <= 0x9FFF; cp++)
        if (hanzi_alike(cp, cp)) FAIL("U+%04X is like itself", cp);
}

static void *ask(void *at)
{
    *(uint32_t *)at = hanzi_standard(0x5F35);
    return NULL;
}

TEST(threads_may_ask_first_at_the_same_time)
{
    pthread_t threads[4];
    uint32_t answers[4] = { 0 };
    for (int i = 0; i < 4; i++) CHECK(pthread_create(&threads[i], NULL, ask, &answers[i]) == 0);
    for (int i = 0; i < 4; i++) CHECK(pthread_join(threads[i], NULL) == 0);
    for (int i = 0; i < 4; i++) CHECK_INT(answers[i], 0x5F20);
}
