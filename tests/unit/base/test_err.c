/* Frames of an error: order, number, length, printing, and the list of codes. */
#include "base/err.h"

#include "base/utf8.h"
#include "unit/base/helpers.h"

static bool open_pack(struct err *e) { return fail(e, NOT_FOUND, "没有“%s”", "pack.leye"); }

static bool load_pack(struct err *e)
{
    if (!open_pack(e)) return fail_up(e, "读包“%s”时", "national");
    return true;
}

TEST(the_cause_comes_first_and_the_code_is_the_causes)
{
    struct err e = { 0 };
    CHECK_ERR(load_pack(&e), e, NOT_FOUND);
    CHECK_INT(e.depth, 2);
    CHECK_STR(err_cause(&e), "没有“pack.leye”");
    CHECK_STR(e.frames[1].text, "读包“national”时");
    CHECK(str_ends(str_of(e.frames[0].file), STR("test_err.c")) && e.frames[0].line > 0);
}

TEST(without_an_error_there_is_no_cause)
{
    struct err e = { 0 };
    CHECK_STR(err_cause(&e), "");
}

TEST(a_seventh_frame_is_left_out)
{
    struct err e = { 0 };
    fail(&e, INVALID, "1");
    for (int i = 2; i <= 9; i++) CHECK(!fail_up(&e, "%d", i));
    CHECK_INT(e.depth, ERR_FRAMES);
    CHECK_STR(err_cause(&e), "1");
    CHECK_STR(e.frames[ERR_FRAMES - 1].text, "6");
}

TEST(a_sentence_too_long_is_cut_between_characters)
{
    for (size_t shift = 0; shift < 4; shift++) {
        struct err e = { 0 };
        char sentence[3 * ERR_TEXT] = "xxx";
        size_t len = shift;
        for (; len + 3 < sizeof sentence; len += 3) memcpy(sentence + len, "长", 3);
        sentence[len] = '\0';
        fail(&e, INVALID, "%s", sentence);
        str text = str_of(err_cause(&e));
        CHECK(utf8_valid(text, NULL));
        CHECK(str_ends(text, STR("长…")));
        CHECK(text.len >= ERR_TEXT - 4 && text.len < ERR_TEXT);
    }
}

TEST(a_sentence_that_just_fits_is_kept_whole)
{
    struct err e = { 0 };
    char sentence[ERR_TEXT];
    memset(sentence, 'x', sizeof sentence - 1);
    sentence[sizeof sentence - 1] = '\0';
    fail(&e, INVALID, "%s", sentence);
    CHECK_STR(err_cause(&e), sentence);
}

static void fail_again(void *e) { fail((struct err *)e, IO, "second"); }
static void add_to_nothing(void *e) { fail_up((struct err *)e, "for whom"); }

TEST(an_error_never_overwrites_an_error)
{
    struct err e = { 0 };
    CHECK(aborts(add_to_nothing, &e));
    fail(&e, INVALID, "first");
    CHECK(aborts(fail_again, &e));
}

TEST(printing_goes_from_the_outside_to_the_cause)
{
    struct err e = { 0 };
    load_pack(&e);
    char *out = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&out, &len);
    err_print(&e, f);
    fclose(f);
    str s = { out, len };
    CHECK(str_starts(s, STR("没有找到\n  读包“national”时  [")));
    CHECK(str_find(s, STR("读包")) < str_find(s, STR("没有“pack.leye”")));
    CHECK(str_ends(s, STR("]\n")));
    free(out);
}

TEST(every_code_has_a_name_and_a_sentence)
{
    int count = 0;
#define ERR(name, http, text_zh)                 \
    CHECK_STR(err_name(ERR_##name), #name);      \
    CHECK_STR(err_text_zh(ERR_##name), text_zh); \
    CHECK((http) >= 400 && (http) < 600);        \
    count++;
#include "base/err.def"
#undef ERR
    CHECK(count >= 9);
    CHECK_STR(err_name(ERR_NONE), "NONE");
}
