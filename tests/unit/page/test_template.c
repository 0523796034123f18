/* Mustache as its specification requires it, in cases of our own: interpolation, sections, inverted sections, comments,
 * delimiters, partials, and what standalone lines leave behind. */
#include "page/template.h"
#include "support/t.h"

#include <string.h>

struct partials {
    struct arena *a;
    const char *name, *text;
};

static const struct template *find(void *ctx, str name)
{
    struct partials *p = ctx;
    struct template *t = NULL;
    struct err e = { 0 };
    if (p->name == NULL || !str_eq(name, str_of(p->name))) return NULL;
    CHECK_OK(template_compile(p->a, str_of(p->text), &t, &e), e);
    return t;
}

static str render_with(struct arena *a, const char *template, const char *data, const char *name, const char *text)
{
    const struct json *j;
    struct template *t;
    struct err e = { 0 };
    struct text out;
    struct partials p = { a, name, text };
    text_init(&out, a, 1 << 20);
    text_addz(&out, "");
    CHECK_OK(json_read(a, str_of(data), &j, &e), e);
    CHECK_OK(template_compile(a, str_of(template), &t, &e), e);
    CHECK_OK(template_render(t, j, find, &p, &out, &e), e);
    return out.len == 0 ? STR("") : text_str(&out);
}

struct example {
    const char *what, *template, *data, *want;
};

static void check_all(const struct example *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        autoarena *a = arena_new("template", 0);
        NOTE("%s", x[i].what);
        CHECK_STR(render_with(a, x[i].template, x[i].data, NULL, NULL), x[i].want);
    }
}
#define CHECK_ALL(list) check_all(list, sizeof list / sizeof *list)

TEST(values_are_put_in)
{
    static const struct example list[] = {
        { "no tags", "你好，{世界}\n", "{}", "你好，{世界}\n" },
        { "a value", "你好，{{谁}}！", "{\"谁\":\"乐业\"}", "你好，乐业！" },
        { "nothing is put in again", "{{a}}", "{\"a\":\"{{b}}\",\"b\":1}", "{{b}}" },
        { "escaped", "{{x}}", "{\"x\":\"& \\\" < > '\"}", "&amp; &quot; &lt; &gt; &#39;" },
        { "as it is, three braces", "{{{x}}}", "{\"x\":\"& \\\" < >\"}", "& \" < >" },
        { "as it is, ampersand", "{{& x }}", "{\"x\":\"& \\\" < >\"}", "& \" < >" },
        { "a number", "{{n}} {{{n}}} {{&n}}", "{\"n\":85}", "85 85 85" },
        { "null is nothing", "({{n}})({{{n}}})({{&n}})", "{\"n\":null}", "()()()" },
        { "missing is nothing", "({{n}})({{{n}}})({{&n}})", "{}", "()()()" },
        { "a path", "{{a.b.c}} {{#a}}{{b.c}}{{/a}}", "{\"a\":{\"b\":{\"c\":\"x\"}}}", "x x" },
        { "a path that breaks", "({{a.b.c}})", "{\"a\":{}}", "()" },
        { "a path is not looked for outwards", "({{#a}}{{b.c}}{{/a}})", "{\"a\":{\"b\":{}},\"b\":{\"c\":\"wrong\"}}",
          "()" },
        { "the first of a path is looked for outwards", "{{#a}}{{b.c}}{{/a}}",
          "{\"a\":{\"x\":1},\"b\":{\"c\":\"right\"}}", "right" },
        { "what is around stays", "| {{s}} |\n  {{s}}\n", "{\"s\":\"-\"}", "| - |\n  -\n" },
        { "blanks within", "|{{ s }}|{{{  s }}}|", "{\"s\":\"-\"}", "|-|-|" },
        { "itself", "{{#a}}{{.}},{{/a}}{{#b}}{{.}}{{/b}}", "{\"a\":[\"x\",2,\"<\"],\"b\":\"y\"}", "x,2,&lt;,y" },
    };
    CHECK_ALL(list);
}

TEST(sections_show_what_is_there)
{
    static const struct example list[] = {
        { "true", "\"{{#b}}x{{/b}}\"", "{\"b\":true}", "\"x\"" },
        { "false", "\"{{#b}}x{{/b}}\"", "{\"b\":false}", "\"\"" },
        { "null", "\"{{#b}}x{{/b}}\"", "{\"b\":null}", "\"\"" },
        { "missing", "[{{#b}}x{{/b}}]", "{}", "[]" },
        { "an object", "{{#o}}嗨 {{n}}。{{/o}}", "{\"o\":{\"n\":\"乔\"}}", "嗨 乔。" },
        { "outwards", "{{#s}}{{a}},{{b}},{{c.d}}{{/s}}",
          "{\"a\":\"foo\",\"b\":\"wrong\",\"s\":{\"b\":\"bar\"},\"c\":{\"d\":\"baz\"}}", "foo,bar,baz" },
        { "a variable tested in its own section", "{{#foo}}{{.}} is {{foo}}{{/foo}}", "{\"foo\":\"bar\"}",
          "bar is bar" },
        { "a list of objects", "{{#l}}{{i}}{{/l}}", "{\"l\":[{\"i\":1},{\"i\":2},{\"i\":3}]}", "123" },
        { "an empty list", "[{{#l}}x{{/l}}]", "{\"l\":[]}", "[]" },
        { "twice and between", "{{#b}}1{{/b}} 2 {{#b}}3{{/b}}", "{\"b\":true}", "1 2 3" },
        { "nested", "|{{#b}}B{{#b}}C{{/b}}D{{/b}}|{{#n}}{{#n}}x{{/n}}{{/n}}|", "{\"b\":true,\"n\":false}", "|BCD||" },
        { "lists in lists", "{{#l}}({{#.}}{{.}}{{/.}}){{/l}}", "{\"l\":[[1,2],[\"a\"]]}", "(12)(a)" },
        { "deep outwards", "{{#a}}{{one}}{{#b}}{{one}}{{two}}{{#c}}{{one}}{{two}}{{three}}{{/c}}{{/b}}{{/a}}",
          "{\"a\":{\"one\":1},\"b\":{\"two\":2},\"c\":{\"three\":3}}", "112123" },
        { "a path", "{{#a.b}}yes{{/a.b}}{{#a.c}}no{{/a.c}}", "{\"a\":{\"b\":true}}", "yes" },
        { "blanks around stay", " | {{#b}}\t|\t{{/b}} | \n", "{\"b\":true}", " | \t|\t | \n" },
        { "two indented", " {{#b}}YES{{/b}}\n {{#b}}GOOD{{/b}}\n", "{\"b\":true}", " YES\n GOOD\n" },
        { "standalone lines go", "| This\n{{#b}}\n|\n{{/b}}\n| Is\n", "{\"b\":true}", "| This\n|\n| Is\n" },
        { "indented standalone lines go", "| This\n  {{#b}}\n|\n  {{/b}}\n| Is", "{\"b\":true}", "| This\n|\n| Is" },
        { "with returns", "|\r\n{{#b}}\r\n{{/b}}\r\n|", "{\"b\":true}", "|\r\n|" },
        { "at the beginning", "  {{#b}}\n#{{/b}}\n/", "{\"b\":true}", "#\n/" },
        { "at the end", "#{{#b}}\n/\n  {{/b}}", "{\"b\":true}", "#\n/\n" },
        { "an empty text is nothing", "{{#s}}x{{/s}}{{^s}}y{{/s}}", "{\"s\":\"\"}", "y" },
    };
    CHECK_ALL(list);
}

TEST(inverted_sections_show_what_is_not_there)
{
    static const struct example list[] = {
        { "false", "{{^b}}x{{/b}}", "{\"b\":false}", "x" },
        { "true", "[{{^b}}x{{/b}}]", "{\"b\":true}", "[]" },
        { "null and missing", "{{^n}}x{{/n}}{{^m}}y{{/m}}", "{\"n\":null}", "xy" },
        { "an object", "[{{^o}}x{{/o}}]", "{\"o\":{\"n\":1}}", "[]" },
        { "a list", "[{{^l}}x{{/l}}]", "{\"l\":[{\"n\":1}]}", "[]" },
        { "an empty list", "{{^l}}x{{/l}}", "{\"l\":[]}", "x" },
        { "a path that breaks", "{{^a.b.c}}x{{/a.b.c}}", "{\"a\":{}}", "x" },
        { "nested", "|{{^f}}B{{^f}}C{{/f}}D{{/f}}|", "{\"f\":false}", "|BCD|" },
        { "standalone lines go", "| This\n{{^b}}\n|\n{{/b}}\n| Is\n", "{}", "| This\n|\n| Is\n" },
    };
    CHECK_ALL(list);
}

TEST(comments_and_delimiters_leave_no_trace)
{
    static const struct example list[] = {
        { "a comment", "12{{! 说明 }}34", "{}", "1234" },
        { "of several lines", "12{{!\n  a\n  b\n}}34\n", "{}", "1234\n" },
        { "standalone", "甲\n{{! 说明 }}\n乙\n", "{}", "甲\n乙\n" },
        { "standalone, indented, with returns", "|\r\n  {{! x }}\r\n|", "{}", "|\r\n|" },
        { "standalone, several lines", "甲\n  {{!\n  x\n  }}\n乙\n", "{}", "甲\n乙\n" },
        { "not alone", "  12 {{! 34 }}\n", "{}", "  12 \n" },
        { "a name that is a value too", "({{! n }}){{n}}", "{\"n\":1}", "()1" },
        { "other delimiters", "{{=<% %>=}}(<%t%>)", "{\"t\":\"嗨\"}", "(嗨)" },
        { "delimiters of one character", "({{=[ ]=}}[t])", "{\"t\":\"嗨\"}", "(嗨)" },
        { "in sections", "{{#s}}{{t}}|t|{{/s}}{{= | | =}}|#s|{{t}}|t||/s|", "{\"s\":true,\"t\":\"x\"}", "x|t|{{t}}x" },
        { "standalone", "开始。\n{{=@ @=}}\n结束。\n", "{}", "开始。\n结束。\n" },
        { "blanks within", "|{{= @   @ =}}|", "{}", "||" },
        { "around stays", "| {{=@ @=}} |", "{}", "|  |" },
    };
    CHECK_ALL(list);
}

TEST(partials_are_put_in)
{
    autoarena *a = arena_new("template", 0);
    CHECK_STR(render_with(a, "[{{>p}}]", "{\"x\":\"<\"}", "p", "*{{x}}*"), "[*&lt;*]");
    CHECK_STR(render_with(a, "[{{>other}}]", "{}", "p", "x"), "[]");
    CHECK_STR(render_with(a, "{{>n}}", "{\"c\":\"X\",\"nodes\":[{\"c\":\"Y\",\"nodes\":[]}]}", "n",
                          "{{c}}<{{#nodes}}{{>n}}{{/nodes}}>"),
              "X<Y<>>");
    CHECK_STR(render_with(a, "| {{>p}} |", "{}", "p", "\t|\t"), "| \t|\t |");
    CHECK_STR(render_with(a, "  {{d}}  {{> p}}\n", "{\"d\":\"|\"}", "p", ">\n>"), "  |  >\n>\n");
    CHECK_STR(render_with(a, "|\r\n{{>p}}\r\n|", "{}", "p", ">"), "|\r\n>|");
    CHECK_STR(render_with(a, "  {{>p}}\n>", "{}", "p", ">\n>"), "  >\n  >>");
    CHECK_STR(render_with(a, ">\n  {{>p}}", "{}", "p", ">\n>"), ">\n  >\n  >");
    CHECK_STR(render_with(a, "\\\n {{>p}}\n/\n", "{\"c\":\"<\\n->\"}", "p", "|\n{{{c}}}\n|\n"),
              "\\\n |\n <\n->\n |\n/\n");
    CHECK_STR(render_with(a, "{{= | | =}}|>p||x|", "{\"x\":1}", "p", "{{x}}|x|"), "1|x|1"); /* its own delimiters */
}

TEST(what_is_no_template_is_refused_with_its_line)
{
    static const char *const bad[] = { "a\n{{x",  "{{#a}}", "{{/a}}",     "{{#a}}{{#b}}{{/a}}{{/b}}",
                                       "{{=x=}}", "{{{x}}", "{{=a b c=}}" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        autoarena *a = arena_new("template", 0);
        struct template *t;
        struct err e = { 0 };
        NOTE("%s", bad[i]);
        CHECK_ERR(template_compile(a, str_of(bad[i]), &t, &e), e, INVALID);
    }
    autoarena *a = arena_new("template", 0);
    struct template *t;
    struct err e = { 0 };
    CHECK_ERR(template_compile(a, STR("a\n{{x"), &t, &e), e, INVALID);
    CHECK(strstr(err_cause(&e), "第 2 行") != NULL);
}

TEST(partials_without_end_are_an_error)
{
    autoarena *a = arena_new("template", 0);
    struct partials p = { a, "p", "x{{>p}}" };
    struct template *t;
    struct err e = { 0 };
    struct text out;
    struct json nothing = { 0 };
    text_init(&out, a, 1000);
    CHECK_OK(template_compile(a, STR("{{>p}}"), &t, &e), e);
    CHECK_ERR(template_render(t, &nothing, find, &p, &out, &e), e, LIMIT);
    e = (struct err){ 0 };
    text_init(&out, a, 10);
    CHECK_OK(template_compile(a, STR("01234567890123"), &t, &e), e);
    CHECK_ERR(template_render(t, &nothing, find, &p, &out, &e), e, LIMIT);
}

TEST(no_text_is_markup_after_escaping)
{
    for (int round = 0; round < 2000; round++) {
        autoarena *a = arena_new("escape", 0);
        static const char *const parts[] = {
            "<", ">", "\"", "'", "&", "script", "政", "{{", "}}", "=", " ", "/", "amp;"
        };
        struct text s, out;
        text_init(&s, a, 1000);
        text_init(&out, a, 8000);
        for (uint64_t n = t_random_below(20) + 1; n > 0; n--)
            text_addz(&s, parts[t_random_below(sizeof parts / sizeof *parts)]);
        template_escape(&out, text_str(&s));
        CHECK(memchr(out.p, '<', out.len) == NULL && memchr(out.p, '>', out.len) == NULL);
        CHECK(memchr(out.p, '"', out.len) == NULL && memchr(out.p, '\'', out.len) == NULL);
    }
}
