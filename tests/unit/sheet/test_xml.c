/* The reader of XML against expat: what ours accepts, expat accepts with the same events; what is sound and is refused
 * all the same is a short list. However a text is cut into pieces, the events are the same. */
#include "support/t.h"
#include "unit/sheet/xml_oracle.h"

static bool ours(struct arena *a, str s, size_t piece, struct xml *x, str *log)
{
    struct xml_log l = { 0 };
    text_init(&l.t, a, 1 << 22);
    char *buf = arena_alloc(a, s.len + 1);
    if (s.len > 0) memcpy(buf, s.p, s.len);
    bool ok = ours_says(x, buf, s.len, piece, &l);
    *log = text_str(&l.t);
    return ok;
}

static bool theirs(struct arena *a, str s, str *log)
{
    struct xml_log l = { 0 };
    text_init(&l.t, a, 1 << 22);
    bool ok = expat_says(s, &l);
    *log = text_str(&l.t);
    return ok;
}

/* The same answer and events as expat, in whatever pieces. */
static bool agree(str s)
{
    autoarena *a = arena_new("xml", 0);
    struct xml *x = ARENA_NEW(a, struct xml);
    str one, other;
    bool ok = ours(a, s, s.len, x, &one);
    NOTE("%.*s: %s", STR_ARG(s), x->refused != NULL ? x->refused : x->broken != NULL ? x->broken : "");
    for (size_t piece = 1; piece < s.len && piece < 40; piece++) {
        CHECK(ours(a, s, piece, x, &other) == ok);
        if (ok) CHECK_STR(other, one);
    }
    bool sound = theirs(a, s, &other);
    if (ok) CHECK(sound);
    if (ok) CHECK_STR(one, other);
    return ok == sound;
}

TEST(sound_texts_are_read_as_expat_reads_them)
{
    static const char *const texts[] = {
        "<a/>",
        "<a></a>",
        " \n<a>\t</a >\r\n ",
        "\xEF\xBB\xBF<a>甲</a>",
        "<?xml version=\"1.0\"?><a/>",
        "<?xml version='1.0' encoding='utf-8' standalone = 'yes' ?>\n<a/>",
        "<a b='1' c=\"2\"/>",
        "<a b = '1'\n\tc='x\ty\r\nz\rw'/>",
        "<x:a x:b='1'><x:c/></x:a>",
        "<a>1&lt;2 &amp;&#x4E1A;&#19994; ]] ]>&quot;&apos;&gt;</a>",
        "<a b='&lt;&#10;&#x9;&amp;&quot;'/>",
        "<a>\r1\r\n2\n3\r\r\n</a>",
        "<a><!-- b - c --><b/><!----></a><!-- end -->",
        "<?p?><a><?p q?></a><?p  x? ?>",
        "<a><![CDATA[<b>&amp;]] ]]></a>",
        "<a><![CDATA[]]>1<![CDATA[\r\n\r]]></a>",
        "<a>\xF0\xA0\xAE\xB7\xE4\xB8\x9A\xC2\xA0\xED\x9F\xBF\xEF\xBF\xBD</a>",
        "<a.b-c_1/>",
        "<a b='>'>></a>",
        "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t xml:space=\"preserve\"> 张三 </t></is></c></row>"
    };
    autoarena *a = arena_new("xml", 0);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        str ignored;
        CHECK(agree(str_of(texts[i])));
        CHECK(theirs(a, str_of(texts[i]), &ignored));
    }
}

TEST(what_is_not_well_formed_is_broken_for_both)
{
    static const char *const texts[] = { "",
                                         " ",
                                         "a",
                                         "<",
                                         "<a",
                                         "<a>",
                                         "</a>",
                                         "<a></b>",
                                         "<a></ab>",
                                         "<ab></a>",
                                         "<a/><b/>",
                                         "<a/>x",
                                         "x<a/>",
                                         "<a/",
                                         "<a / >",
                                         "< a/>",
                                         "<a></ a>",
                                         "<1/>",
                                         "<a b/>",
                                         "<a b=1/>",
                                         "<a b='1' b='2'/>",
                                         "<a b='1'c='2'/>",
                                         "<a b='<'/>",
                                         "<a b='&x;'/>",
                                         "<a>&x;</a>",
                                         "<a>& </a>",
                                         "<a>&#0;</a>",
                                         "<a>&#xD800;</a>",
                                         "<a>&#xFFFF;</a>",
                                         "<a>&#x110000;</a>",
                                         "<a>&#;</a>",
                                         "<a>&#x;</a>",
                                         "<a>&;</a>",
                                         "<a>]]></a>",
                                         "<a>\x01</a>",
                                         "<a b='\x01'/>",
                                         "<a>\xFF</a>",
                                         "<a>\xC0\x80</a>",
                                         "<a>\xED\xA0\x80</a>",
                                         "<a>\xEF\xBF\xBE</a>",
                                         "<a>\xE4\xB8</a>",
                                         "<a><!-- -- --></a>",
                                         "<a><!-- ---></a>",
                                         "<a><!-- \x01 --></a>",
                                         "<!-",
                                         "<!--",
                                         "<a><!x></a>",
                                         "<!x><a/>",
                                         "<![CDATA[x]]><a/>",
                                         "<a/><![CDATA[x]]>",
                                         "<a><![CDATA[x]]</a>",
                                         "<a><![CDATA[\x02]]></a>",
                                         "<?",
                                         "<?p",
                                         "<?\?>",
                                         "<?p",
                                         "<? p?><a/>",
                                         "<?1?><a/>",
                                         " <?xml version='1.0'?><a/>",
                                         "<a/><?xml version='1.0'?>",
                                         "<?XML ?><a/>",
                                         "<?xml?><a/>",
                                         "<?xml encoding='UTF-8'?><a/>",
                                         "<?xml version='1.0'encoding='UTF-8'?><a/>",
                                         "<?xml version='1.0' standalone='maybe'?><a/>",
                                         "<?xml version='1.0' x='1'?><a/>",
                                         "<?xml version='1.0'\xE3\x80\x80?><a/>",
                                         "<a <b/>",
                                         "<a b='1' <c='2'/>",
                                         "<a><b></a></b>",
                                         "<a>\xEF\xBB</a>" };
    autoarena *a = arena_new("xml", 0);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        str ignored;
        CHECK(agree(str_of(texts[i])));
        CHECK(!theirs(a, str_of(texts[i]), &ignored));
    }
}

/* Sound, and refused: no workbook has them. */
TEST(what_no_workbook_needs_is_refused)
{
    static const struct {
        const char *text, *refused, *broken;
    } cases[] = {
        { "<!DOCTYPE a><a/>", "有文档类型声明（DTD），表格里不该有", NULL },
        { "<?xml version='1.0' encoding='ISO-8859-1'?><a/>", "不是 UTF-8 编码，请用 Excel 打开后另存", NULL },
        { "\xFF\xFE<\0a\0/\0>\0", "不是 UTF-8 编码，请用 Excel 打开后另存", NULL },
        { "<甲/>", NULL, "标记的名字不对" },
        { "<a 甲='1'/>", NULL, "属性写得不对" },
        { "<a>&#00000000000000000065;</a>", NULL, "有不认识的 & 引用" },
    };
    autoarena *a = arena_new("xml", 0);
    struct xml *x = ARENA_NEW(a, struct xml);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        str s = str_of(cases[i].text), log;
        if (s.p[0] == '\xFF') s.len = 10;
        CHECK(theirs(a, s, &log));
        CHECK(!ours(a, s, s.len, x, &log));
        if (cases[i].refused != NULL) CHECK_STR(str_of(x->refused), cases[i].refused);
        if (cases[i].broken != NULL) CHECK_STR(str_of(x->broken), cases[i].broken);
    }
}

/* Pieces of XML thrown together: most are broken, and both must know. */
TEST(random_texts_are_judged_as_expat_judges_them)
{
    static const char *const parts[] = { "<a>", "</a>",      "<b c='1'>", "</b>", "<a/>",     "甲",   "&amp;", "&#65;",
                                         "]",   "]]",        ">",         "<",    "\r",       "\n",   " ",     "<!--",
                                         "-->", "<![CDATA[", "]]>",       "<?p ", "?>",       "x='",  "'",     "\"",
                                         "=",   "&",         ";",         "\xE4", "\xB8\x9A", "\x01", "/",     "-" };
    size_t sound = 0;
    for (int i = 0; i < 20000; i++) {
        autoarena *a = arena_new("xml", 0);
        struct text s;
        size_t n = 1 + t_random_below(12);
        text_init(&s, a, 400);
        text_addz(&s, "<a>");
        for (size_t k = 0; k < n; k++) text_addz(&s, parts[t_random_below(sizeof parts / sizeof *parts)]);
        if (t_random_below(4) != 0) text_addz(&s, "</a>");
        struct xml *x = ARENA_NEW(a, struct xml);
        str one, other, piece, in = text_str(&s);
        bool ok = ours(a, in, in.len, x, &one), theirs_ok = theirs(a, in, &other);
        if (ok != theirs_ok) NOTE("%.*s: %s", STR_ARG(in), x->broken != NULL ? x->broken : "");
        CHECK(ok == theirs_ok);
        if (ok) CHECK_STR(one, other);
        CHECK(ours(a, in, 1 + t_random_below(5), x, &piece) == ok);
        if (ok) CHECK_STR(piece, one);
        sound += ok;
    }
    CHECK(sound > 100);
}
