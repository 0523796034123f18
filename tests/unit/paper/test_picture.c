/* picture: a drawing as PNG: the size that was asked for, the same each time, ink where it was put. */
#include "paper/picture.h"
#include "support/t.h"

static str drawn(struct arena *a, bool bar)
{
    struct err e = { 0 };
    struct picture *p;
    str png;
    CHECK_OK(picture_new(&p, a, 200, 100, &e), e);
    if (bar) picture_rect(p, 0x2f6f8f, 10, 10, 100, 20);
    picture_line(p, 0x000000, true, 0, 50, 200, 50);
    picture_dot(p, 0xb4432f, 50, 50);
    picture_text(p, 0x1d2429, PICTURE_MIDDLE, 100, 80, STR("城镇新增就业 145%"));
    picture_text(p, 0x1d2429, PICTURE_END, 100, 95, STR("\xff"));
    CHECK_OK(picture_end(p, &png, &e), e);
    return png;
}

static unsigned side(str png, size_t at)
{
    const unsigned char *b = (const unsigned char *)png.p + at;
    return (unsigned)b[0] << 24 | (unsigned)b[1] << 16 | (unsigned)b[2] << 8 | b[3];
}

TEST(a_picture_is_a_png_three_times_as_fine_and_the_same_each_time)
{
    autoarena *a = arena_new("test", 0);
    str one = drawn(a, true), again = drawn(a, true), other = drawn(a, false);
    CHECK(str_starts(one, STR("\x89PNG\r\n")));
    CHECK_INT(side(one, 16), 200 * PICTURE_FINE);
    CHECK_INT(side(one, 20), 100 * PICTURE_FINE);
    CHECK(str_eq(one, again));
    CHECK(!str_eq(one, other));
}

TEST(a_picture_too_large_is_refused)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct picture *p;
    CHECK_ERR(picture_new(&p, a, PICTURE_SIDE_MAX + 1, 10, &e), e, LIMIT);
}
