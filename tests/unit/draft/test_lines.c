/* Differences by line, and merging: known cases, and properties on random texts. */
#include "base/text.h"
#include "draft/lines.h"
#include "support/t.h"

#include <string.h>

/* "=a-b+c": the lines with their kinds. */
static str told(struct arena *a, str before, str after)
{
    line_list list = { 0 };
    struct text t;
    text_init(&t, a, 1 << 16);
    text_addz(&t, "");
    lines_diff(before, after, a, &list);
    VEC_EACH (const struct text_line, l, &list) {
        text_addc(&t, "=-+"[l->kind]);
        text_add(&t, l->text);
    }
    return text_str(&t);
}

TEST(a_difference_names_the_lines_that_went_and_came)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(told(a, STR("a\nb\nc\n"), STR("a\nx\nc\n")), "=a-b+x=c");
    CHECK_STR(told(a, STR("a\nb\nc\n"), STR("a\nb\nc\n")), "=a=b=c");
    CHECK_STR(told(a, STR(""), STR("a\nb\n")), "+a+b");
    CHECK_STR(told(a, STR("a\nb\n"), STR("")), "-a-b");
    CHECK_STR(told(a, STR("a\nb\nc\nd\n"), STR("b\nc\nx\nd\n")), "-a=b=c+x=d");
    CHECK_STR(told(a, STR("a"), STR("a\n")), "=a"); /* a last line without an end is a line */
    CHECK_STR(told(a, STR("\n"), STR("\n\n")), "=+");
}

TEST(two_people_in_different_places_are_put_together_and_in_one_place_are_not)
{
    autoarena *a = arena_new("test", 0);
    str base = STR("a\nb\nc\nd\ne\n"), out = STR("untouched");
    CHECK(lines_merge(base, STR("A\nb\nc\nd\ne\n"), STR("a\nb\nc\nd\nE\nf\n"), a, &out));
    CHECK_STR(out, "A\nb\nc\nd\nE\nf\n");
    CHECK(lines_merge(base, STR("a\nb\nX\nd\ne\n"), STR("a\nb\nX\nd\ne\n"), a, &out)); /* both the same */
    CHECK_STR(out, "a\nb\nX\nd\ne\n");
    CHECK(lines_merge(base, STR("a\nd\ne\n"), STR("a\nb\nc\nd\ne\nf\n"), a, &out));
    CHECK_STR(out, "a\nd\ne\nf\n");
    out = STR("untouched");
    CHECK(!lines_merge(base, STR("a\nb\nX\nd\ne\n"), STR("a\nb\nY\nd\ne\n"), a, &out));
    CHECK(
        !lines_merge(base, STR("a\nb\nX\nd\ne\n"), STR("a\nb\nd\ne\n"), a, &out)); /* changed here, taken away there */
    CHECK_STR(out, "untouched");
}

static str random_text(struct arena *a, unsigned words)
{
    struct text t;
    text_init(&t, a, 1 << 16);
    text_addz(&t, "");
    for (uint64_t n = t_random() % 12; n > 0; n--) {
        text_addc(&t, (char)('a' + (int)(t_random() % words)));
        text_addc(&t, '\n');
    }
    return text_str(&t);
}

/* The lines of one kind of side, put together again. */
static str side(struct arena *a, const line_list *list, enum line_kind without)
{
    struct text t;
    unsigned number = 0;
    text_init(&t, a, 1 << 16);
    text_addz(&t, "");
    VEC_EACH (const struct text_line, l, list) {
        if (l->kind == without) continue;
        CHECK_INT(without == LINE_NEW ? l->before : l->after, ++number);
        text_add(&t, l->text);
        text_addc(&t, '\n');
    }
    return text_str(&t);
}

TEST(a_difference_of_random_texts_has_both_texts_in_it)
{
    for (int i = 0; i < 3000; i++) {
        autoarena *a = arena_new("test", 0);
        str x = random_text(a, 4), y = random_text(a, 4);
        line_list list = { 0 };
        lines_diff(x, y, a, &list);
        NOTE("%s against %s", x.p, y.p);
        CHECK(str_eq(side(a, &list, LINE_NEW), x));
        CHECK(str_eq(side(a, &list, LINE_GONE), y));
    }
}

TEST(merging_random_texts_with_one_that_was_left_alone_gives_the_other)
{
    for (int i = 0; i < 3000; i++) {
        autoarena *a = arena_new("test", 0);
        str base = random_text(a, 4), mine = random_text(a, 4), theirs = random_text(a, 4), out, turned;
        NOTE("%s / %s / %s", base.p, mine.p, theirs.p);
        CHECK(lines_merge(base, mine, base, a, &out) && str_eq(out, mine));
        CHECK(lines_merge(base, base, mine, a, &out) && str_eq(out, mine));
        CHECK(lines_merge(base, mine, mine, a, &out) && str_eq(out, mine));
        bool one = lines_merge(base, mine, theirs, a, &out), other = lines_merge(base, theirs, mine, a, &turned);
        CHECK(one == other && (!one || str_eq(out, turned)));
    }
}

TEST(texts_without_a_common_line_are_told_apart_as_a_whole_and_quickly)
{
    autoarena *a = arena_new("test", 0);
    struct text x, y;
    line_list list = { 0 };
    text_init(&x, a, 1 << 20);
    text_init(&y, a, 1 << 20);
    for (int i = 0; i < 5000; i++) {
        text_addf(&x, "x%d\n", i);
        text_addf(&y, "y%d\n", i);
    }
    lines_diff(text_str(&x), text_str(&y), a, &list);
    CHECK_INT((int64_t)list.len, 10000);
    CHECK(list.at[0].kind == LINE_GONE && list.at[9999].kind == LINE_NEW);
}
