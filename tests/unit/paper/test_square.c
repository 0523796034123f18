/* square: modules as readers expect them, and a path that covers the dark ones and nothing else. */
#include "paper/square.h"
#include "support/t.h"

#include <stdio.h>

static struct square made(struct arena *a, str payload)
{
    struct err e = { 0 };
    struct square q;
    CHECK_OK(square_new(&q, a, payload, &e), e);
    return q;
}

/* The seven by seven eye in a corner, by which readers find a code. */
static bool eye(const struct square *q, unsigned left, unsigned top)
{
    for (unsigned y = 0; y < 7; y++)
        for (unsigned x = 0; x < 7; x++) {
            bool rim = x == 0 || x == 6 || y == 0 || y == 6, pupil = x >= 2 && x <= 4 && y >= 2 && y <= 4;
            if (q->dark[(top + y) * q->side + left + x] != (rim || pupil)) return false;
        }
    return true;
}

TEST(a_code_has_its_eyes_and_stripes_and_is_the_same_each_time)
{
    autoarena *a = arena_new("square", 0);
    str payload = STR("otpauth://totp/leye:wang?secret=JBSWY3DPEHPK3PXP&issuer=leye");
    struct square q = made(a, payload), again = made(a, payload), other = made(a, STR("otpauth://totp/leye:wanh"));
    CHECK(q.side >= 21 && q.side % 4 == 1);
    CHECK(eye(&q, 0, 0) && eye(&q, q.side - 7, 0) && eye(&q, 0, q.side - 7));
    for (unsigned i = 8; i < q.side - 8; i++) CHECK(q.dark[6 * q.side + i] == (i % 2 == 0));
    CHECK(str_eq(square_path(&q, a), square_path(&again, a)));
    CHECK(!str_eq(square_path(&q, a), square_path(&other, a)));
    CHECK(made(a, str_dup(a, (str){ square_path(&q, a).p, SQUARE_PAYLOAD_MAX })).side > q.side);
}

TEST(the_path_covers_the_dark_modules_and_nothing_else)
{
    autoarena *a = arena_new("square", 0);
    struct square q = made(a, STR("12333"));
    unsigned drawn = 0, x, y, wide, back;
    int read = 0;
    for (const char *p = square_path(&q, a).p; *p != '\0'; p += read) {
        CHECK_INT(sscanf(p, "M%u %uh%uv1h-%uz%n", &x, &y, &wide, &back, &read), 4);
        CHECK(wide == back && x >= SQUARE_QUIET && y >= SQUARE_QUIET && y - SQUARE_QUIET < q.side);
        CHECK(x - SQUARE_QUIET + wide <= q.side);
        for (unsigned i = 0; i < wide; i++, drawn++)
            CHECK_INT(q.dark[(y - SQUARE_QUIET) * q.side + x - SQUARE_QUIET + i], 1);
    }
    for (unsigned i = 0; i < q.side * q.side; i++) drawn -= q.dark[i];
    CHECK_INT(drawn, 0);
}
