/* The writer of pages: what goes in as text stays text. */
#include "site/html_priv.h"
#include "unit/site/helpers.h"

static str finish(struct html *h)
{
    bool over = false;
    str page = html_end(h, &over);
    CHECK(!over);
    CHECK(str_starts(page, STR("<!DOCTYPE html>\n")));
    return str_slice(page, sizeof "<!DOCTYPE html>\n" - 1, page.len);
}

TEST(text_and_attributes_are_escaped)
{
    autoarena *a = arena_new("test", 0);
    struct html *h = html_new(a, 1 << 16);
    html_begin(h, 0);
    html_open(h, HTML_SPAN, "a");
    html_attrz(h, ATTR_TITLE, "\"><script>alert('x')</script>");
    html_z(h, "<b>&amp;</b> \"'");
    html_f(h, " %d < %d", 1, 2);
    html_close(h, HTML_SPAN);
    CHECK_STR(finish(h), "<span class=\"a\" title=\"&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;\">"
                         "&lt;b&gt;&amp;amp;&lt;/b&gt; &quot;&#39; 1 &lt; 2</span>");
}

TEST(what_could_deceive_a_reader_is_replaced)
{
    autoarena *a = arena_new("test", 0);
    struct html *h = html_new(a, 1 << 16);
    html_begin(h, 0);
    html_text(h, STR("a\0b\x1b[31m\x7f"));
    html_z(h, "\xE2\x80\xAE元001\xE2\x81\xA6x\xEF\xBB\xBF");
    html_text(h, STR("\xFF\xC3"));
    html_z(h, "tab\tline\n");
    CHECK_STR(finish(h), "a\uFFFDb\uFFFD[31m\uFFFD\uFFFD元001\uFFFDx\uFFFD\uFFFD\uFFFDtab\tline\n");
}

TEST(links_go_to_places_of_this_site_only)
{
    autoarena *a = arena_new("test", 0);
    struct html *h = html_new(a, 1 << 16);
    html_begin(h, 1);
    html_link(h, (struct url){ STR("policy/甲.html"), STR("乙 丙") }, NULL, STR("x"));
    html_link(h, (struct url){ STR("javascript:alert(1)"), STR("") }, NULL, STR("y"));
    html_link(h, (struct url){ STR("//example.org/\"'<>?&"), STR("") }, NULL, STR("z"));
    html_link(h, (struct url){ STR(""), STR("main") }, NULL, STR("w"));
    CHECK_STR(finish(h), "<a href=\"../policy/%E7%94%B2.html#%E4%B9%99%20%E4%B8%99\">x</a>"
                         "<a href=\"../javascript%3Aalert%281%29\">y</a>"
                         "<a href=\"..///example.org/%22%27%3C%3E%3F%26\">z</a>"
                         "<a href=\"#main\">w</a>");
}

TEST(void_elements_and_flags)
{
    autoarena *a = arena_new("test", 0);
    struct html *h = html_new(a, 1 << 16);
    html_begin(h, 0);
    html_open(h, HTML_DETAILS, NULL);
    html_flag(h, ATTR_OPEN);
    html_open(h, HTML_INPUT, NULL);
    html_attrz(h, ATTR_NAME, "q");
    html_open(h, HTML_BR, NULL);
    html_close(h, HTML_DETAILS);
    CHECK_STR(finish(h), "<details open><input name=\"q\"><br></details>\n");
}

TEST(a_page_that_does_not_fit_is_told)
{
    autoarena *a = arena_new("test", 0);
    struct html *h = html_new(a, 64);
    bool over = false;
    html_begin(h, 0);
    for (int i = 0; i < 100; i++) html_z(h, "x");
    html_end(h, &over);
    CHECK(over);
    over = false;
    html_begin(h, 0); /* the next page starts anew */
    html_z(h, "x");
    html_end(h, &over);
    CHECK(!over);
}

TEST(random_bytes_never_become_markup)
{
    autoarena *a = arena_new("test", 0);
    struct html *h = html_new(a, 1 << 20);
    static const char alphabet[] = "<>&\"'/= \n\t\0a\xE4\xBD\xA0\xFF-!";
    for (int round = 0; round < 2000; round++) {
        char bytes[40];
        size_t n = (size_t)t_random_below(sizeof bytes);
        for (size_t i = 0; i < n; i++) bytes[i] = alphabet[t_random_below(sizeof alphabet)];
        html_begin(h, 0);
        html_open(h, HTML_P, NULL);
        html_attr(h, ATTR_TITLE, (str){ bytes, n });
        html_text(h, (str){ bytes, n });
        html_link(h, (struct url){ { bytes, n }, { bytes, n } }, NULL, (str){ bytes, n });
        html_close(h, HTML_P);
        bool over = false;
        struct reader r = { .page = html_end(h, &over) };
        size_t tags = 0;
        while (reader_next(&r)) tags += r.tag.len > 0;
        CHECK_INT((int64_t)tags, 4);
    }
}
