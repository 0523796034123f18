/* Positions and addresses. */
#include "unit/lsp/session.h"

static str place(struct arena *a, const struct lines *l, size_t offset, bool utf8)
{
    struct position p = lines_position(l, offset, utf8);
    return str_fmt(a, "%u:%u", p.line, p.character);
}

TEST(characters_count_as_utf_16_units_or_as_bytes)
{
    autoarena *a = arena_new("test", 0);
    struct lines l;
    lines_of(&l, a, STR("定义 a\n𠮷年\r\n末"));
    CHECK_INT(l.count, 3);
    CHECK_STR(place(a, &l, 0, false), "0:0");
    CHECK_STR(place(a, &l, 7, false), "0:3");
    CHECK_STR(place(a, &l, 7, true), "0:7");
    CHECK_STR(place(a, &l, 9, false), "1:0");
    CHECK_STR(place(a, &l, 13, false), "1:2"); /* outside the basic plane: two units */
    CHECK_STR(place(a, &l, 13, true), "1:4");
    CHECK_STR(place(a, &l, 18, false), "2:0");
    CHECK_STR(place(a, &l, 99, false), "2:1");
}

TEST(a_place_outside_the_text_is_moved_into_it)
{
    autoarena *a = arena_new("test", 0);
    struct lines l;
    lines_of(&l, a, STR("𠮷年\r\n末"));
    CHECK_INT((int64_t)lines_offset(&l, (struct position){ 0, 1 }, false), 0); /* inside a pair: its start */
    CHECK_INT((int64_t)lines_offset(&l, (struct position){ 0, 2 }, false), 4);
    CHECK_INT((int64_t)lines_offset(&l, (struct position){ 0, 99 }, false), 7); /* before the line end */
    CHECK_INT((int64_t)lines_offset(&l, (struct position){ 0, 5 }, true), 4);
    CHECK_INT((int64_t)lines_offset(&l, (struct position){ 1, 0 }, false), 9);
    CHECK_INT((int64_t)lines_offset(&l, (struct position){ 7, 0 }, false), 12);
}

TEST(lines_end_at_lf_cr_lf_and_cr)
{
    autoarena *a = arena_new("test", 0);
    struct lines l;
    lines_of(&l, a, STR("a\rb\r\nc\n\n"));
    CHECK_INT(l.count, 5);
    CHECK_STR(place(a, &l, 2, false), "1:0");
    CHECK_STR(place(a, &l, 5, false), "2:0");
    CHECK_STR(place(a, &l, 8, false), "4:0");
    lines_of(&l, a, STR(""));
    CHECK_INT(l.count, 1);
    CHECK_INT((int64_t)lines_offset(&l, (struct position){ 3, 3 }, false), 0);
}

TEST(places_and_offsets_are_inverse)
{
    autoarena *a = arena_new("test", 0);
    static const char *const pieces[] = { "a", "年", "𠮷", "\n", "\r\n", "\r", " ", "é" };
    for (int round = 0; round < 200; round++) {
        struct text t;
        struct lines l;
        text_init(&t, a, 4096);
        for (uint64_t n = t_random_below(40); n > 0; n--) text_addz(&t, pieces[t_random_below(8)]);
        str s = text_str(&t);
        lines_of(&l, a, s);
        size_t len;
        for (size_t at = 0; at <= s.len; at += len) {
            bool in_line_end = at < s.len && s.p[at] == '\n' && at > 0 && s.p[at - 1] == '\r';
            if (!in_line_end) {
                CHECK_INT((int64_t)lines_offset(&l, lines_position(&l, at, false), false), (int64_t)at);
                CHECK_INT((int64_t)lines_offset(&l, lines_position(&l, at, true), true), (int64_t)at);
            }
            utf8_at(s, at, &len);
            if (len == 0) break;
        }
    }
}

static str path_of(struct arena *a, const char *uri)
{
    str path;
    return uri_path(a, str_of(uri), &path) ? path : STR("none");
}

TEST(an_address_becomes_a_path)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(path_of(a, "file:///a/%E5%9B%BD/x%20y.leye"), "/a/国/x y.leye");
    CHECK_STR(path_of(a, "file:///a/国/x.leye"), "/a/国/x.leye");
    CHECK_STR(path_of(a, "file://localhost/a/b"), "/a/b");
    CHECK_STR(path_of(a, "file:///a//b/./c/../d"), "/a/b/d");
    CHECK_STR(path_of(a, "file:///../../x"), "/x");
    CHECK_STR(path_of(a, "file:///a%2Fb"), "/a/b");
    CHECK_STR(path_of(a, "file:///a?q#f"), "/a");
}

TEST(an_address_that_is_no_file_is_none)
{
    autoarena *a = arena_new("test", 0);
    static const char *const wrong[] = {
        "",           "untitled:Untitled-1", "http://a/b", "file://elsewhere/a", "file://",     "file:///",
        "file:///..", "file:///a%0",         "file:///a%", "file:///a%zz",       "file:///%00", "file:///%FF"
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        NOTE("%s", wrong[i]);
        CHECK_STR(path_of(a, wrong[i]), "none");
    }
}

TEST(a_path_becomes_an_address_and_comes_back)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(uri_of(a, STR("/a/国 x/%.leye")), "file:///a/%E5%9B%BD%20x/%25.leye");
    CHECK_STR(path_of(a, uri_of(a, STR("/a/国 x/%+&?#.leye")).p), "/a/国 x/%+&?#.leye");
}
