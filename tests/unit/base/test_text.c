/* A text grows, and stops whole at its maximum. */
#include "base/text.h"

#include "unit/base/helpers.h"

#include <stdio.h>
#include <string.h>

TEST(what_is_added_stands_there_in_order)
{
    autoarena *a = arena_new("test", 0);
    struct text t;
    text_init(&t, a, 1000);
    CHECK_STR(text_str(&t), "");
    text_add(&t, STR("第"));
    text_addf(&t, "%d%s", 12, "行");
    text_addc(&t, ':');
    text_repeat(&t, '^', 3);
    text_addz(&t, NULL);
    text_addz(&t, "完");
    CHECK_STR(text_str(&t), "第12行:^^^完");
    CHECK(t.p[t.len] == '\0' && !t.over);
}

TEST(past_the_maximum_an_addition_is_dropped_whole)
{
    autoarena *a = arena_new("test", 0);
    struct text t;
    text_init(&t, a, 10);
    text_addz(&t, "12345678");
    text_addz(&t, "字"); /* three bytes */
    CHECK(t.over);
    CHECK_STR(text_str(&t), "12345678");
    text_addc(&t, '9'); /* would fit, but then the text would not be a prefix of what was meant */
    CHECK_STR(text_str(&t), "12345678");
}

TEST(exactly_the_maximum_fits)
{
    autoarena *a = arena_new("test", 0);
    struct text t;
    text_init(&t, a, 5);
    text_addf(&t, "%05d", 7);
    CHECK(!t.over);
    CHECK_STR(text_str(&t), "00007");
    text_addz(&t, "");
    CHECK(!t.over);
    text_addc(&t, 'x');
    CHECK(t.over);
}

TEST(a_text_grows_over_many_additions)
{
    autoarena *a = arena_new("test", 0);
    struct text t;
    text_init(&t, a, 1 << 20);
    for (int i = 0; i < 10000; i++) text_addf(&t, "%06d\n", i);
    CHECK_SIZE(t.len, 70000);
    for (int i = 0; i < 10000; i++) {
        char line[16];
        snprintf(line, sizeof line, "%06d\n", i);
        CHECK(memcmp(t.p + i * 7, line, 7) == 0);
    }
    CHECK(arena_used(a) < 4 * 70000); /* doubling, not one block an addition */
}
