/* The reader of pages and the checks of a whole site, with tests that they find what is wrong. */
#include "unit/site/helpers.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* Fails with the page named. */
#define WRONG(r, fmt, ...) FAIL("%.*s: " fmt, STR_ARG((r)->where), __VA_ARGS__)

static bool is_void(str tag)
{
    static const char *const names[] = { "meta", "link", "input", "br" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (str_eq(tag, str_of(names[i]))) return true;
    }
    return false;
}

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

static str take_name(struct reader *r)
{
    size_t from = r->at;
    while (r->at < r->page.len && is_name(r->page.p[r->at])) r->at++;
    if (r->at == from) WRONG(r, "a name is missing at byte %zu: %.60s", from, r->page.p + from);
    return str_slice(r->page, from, r->at);
}

static void take_attrs(struct reader *r)
{
    r->attr_count = 0;
    while (r->at < r->page.len && r->page.p[r->at] == ' ') {
        r->at++;
        if (r->attr_count == READER_ATTRS) WRONG(r, "%s", "too many attributes");
        struct reader_attr *x = &r->attrs[r->attr_count++];
        *x = (struct reader_attr){ .name = take_name(r), .value = STR("") };
        for (struct reader_attr *y = r->attrs; y < x; y++) {
            if (str_eq(x->name, y->name)) WRONG(r, "attribute twice: %.*s", STR_ARG(x->name));
        }
        if (r->page.p[r->at] != '=') continue;
        if (r->page.p[r->at + 1] != '"') WRONG(r, "%s", "an attribute without quotes");
        size_t from = r->at += 2;
        while (r->at < r->page.len && r->page.p[r->at] != '"') {
            if (r->page.p[r->at] == '<' || r->page.p[r->at] == '>') WRONG(r, "%s", "< or > inside an attribute");
            r->at++;
        }
        x->value = str_slice(r->page, from, r->at++);
    }
    if (r->at >= r->page.len || r->page.p[r->at] != '>')
        WRONG(r, "a tag does not end: %.80s", r->page.p + (r->at > 40 ? r->at - 40 : 0));
    r->at++;
}

/* Every & in text must begin one of the five references the writer uses. */
static void check_references(const struct reader *r, str s)
{
    static const char *const references[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&#39;" };
    for (size_t i = 0; i < s.len; i++) {
        bool known = s.p[i] != '&';
        for (size_t k = 0; k < 5 && !known; k++) known = str_starts(str_slice(s, i, s.len), str_of(references[k]));
        if (!known) WRONG(r, "a bare &: %.40s", s.p + i);
    }
}

bool reader_next(struct reader *r)
{
    if (r->at == 0 && str_starts(r->page, STR("<!DOCTYPE html>\n"))) r->at = sizeof "<!DOCTYPE html>\n" - 1;
    if (r->at >= r->page.len) {
        if (r->depth > 0) WRONG(r, "not closed: %.*s", STR_ARG(r->stack[r->depth - 1]));
        return false;
    }
    r->tag = r->text = STR("");
    r->closes = false;
    if (r->page.p[r->at] != '<') {
        size_t from = r->at;
        while (r->at < r->page.len && r->page.p[r->at] != '<') {
            if (r->page.p[r->at] == '>') WRONG(r, "%s", "a bare > in text");
            r->at++;
        }
        r->text = str_slice(r->page, from, r->at);
        check_references(r, r->text);
        return true;
    }
    r->at++;
    r->closes = r->page.p[r->at] == '/';
    r->at += r->closes;
    r->tag = take_name(r);
    take_attrs(r);
    for (size_t i = 0; i < r->attr_count; i++) check_references(r, r->attrs[i].value);
    if (r->closes) {
        if (r->depth == 0 || !str_eq(r->stack[r->depth - 1], r->tag))
            WRONG(r, "</%.*s> closes something else", STR_ARG(r->tag));
        r->depth--;
    } else if (!is_void(r->tag)) {
        if (r->depth == READER_DEPTH) WRONG(r, "%s", "too deep");
        r->stack[r->depth++] = r->tag;
    }
    return true;
}

str reader_attr(const struct reader *r, const char *name)
{
    for (size_t i = 0; i < r->attr_count && !r->closes && r->tag.len > 0; i++) {
        if (str_eq(r->attrs[i].name, str_of(name))) return r->attrs[i].value;
    }
    return (str){ 0 };
}

str unescape(struct arena *a, str s)
{
    static const struct {
        const char *from, *to;
    } references[] = { { "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" }, { "&quot;", "\"" }, { "&#39;", "'" } };
    struct text t;
    text_init(&t, a, 1 << 24);
    for (size_t i = 0; i < s.len;) {
        size_t skip = 0;
        for (size_t k = 0; k < 5 && skip == 0; k++) {
            if (!str_starts(str_slice(s, i, s.len), str_of(references[k].from))) continue;
            text_addz(&t, references[k].to);
            skip = strlen(references[k].from);
        }
        if (skip == 0) text_addc(&t, s.p[i]);
        i += skip > 0 ? skip : 1;
    }
    return text_str(&t);
}

static int hex(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; }

str unpercent(struct arena *a, str s)
{
    struct text t;
    text_init(&t, a, 1 << 20);
    for (size_t i = 0; i < s.len; i++) {
        bool coded = s.p[i] == '%' && i + 2 < s.len + 0 && hex(s.p[i + 1]) >= 0 && hex(s.p[i + 2]) >= 0;
        if (!coded) {
            text_addc(&t, s.p[i]);
            continue;
        }
        text_addc(&t, (char)(hex(s.p[i + 1]) * 16 + hex(s.p[i + 2])));
        i += 2;
    }
    return text_str(&t);
}

str reading_of_page(struct arena *a, str page, const char *id)
{
    struct reader r = { .page = page };
    struct text t;
    size_t inside = 0; /* 1 + depth of the element, 0 outside */
    text_init(&t, a, 1 << 24);
    while (reader_next(&r)) {
        if (inside == 0 && r.tag.len > 0 && !r.closes) {
            bool wanted = id[0] == '\0' ? str_eq(r.tag, STR("body")) : str_eq(reader_attr(&r, "id"), str_of(id));
            if (wanted) inside = r.depth;
        } else if (inside > 0 && r.depth < inside) {
            break;
        }
        if (inside > 0) text_add(&t, unescape(a, r.text));
    }
    return text_str(&t);
}

/* ---- a whole site ---- */

static void collect_ids(const struct built *b, struct map *pages)
{
    for (size_t i = 0; i < b->files.len; i++) {
        str path = b->files.entries[i].key, page = *(const str *)b->files.entries[i].value;
        if (!str_ends(path, STR(".html"))) continue;
        struct map *ids = ARENA_NEW(b->a, struct map);
        map_init(ids, b->a);
        struct reader r = { .page = page, .where = path };
        while (reader_next(&r)) {
            str id = reader_attr(&r, "id");
            if (id.p != NULL && !map_put(ids, unescape(b->a, id), ids)) WRONG(&r, "id twice: %.*s", STR_ARG(id));
        }
        map_put(pages, path, ids);
    }
}

/* a/b.html and ../c/d.html -> c/d.html */
static str resolve(struct arena *a, str from, str to)
{
    size_t slash = SIZE_MAX;
    for (size_t i = 0; i < from.len; i++) {
        if (from.p[i] == '/') slash = i;
    }
    str folder = slash == SIZE_MAX ? STR("") : str_slice(from, 0, slash + 1);
    while (str_starts(to, STR("../"))) {
        to = str_slice(to, 3, to.len);
        if (folder.len == 0) FAIL("a link leads out of the site");
        folder = STR(""); /* folders are one deep */
    }
    return str_fmt(a, "%.*s%.*s", STR_ARG(folder), STR_ARG(to));
}

static void check_link(const struct built *b, const struct map *pages, const struct reader *r, str link)
{
    str from = r->where;
    for (size_t i = 0; i < link.len; i++) {
        char c = link.p[i];
        bool plain = is_name(c) || c == '.' || c == '_' || c == '/' || c == '%' || c == '#';
        if (!plain) WRONG(r, "a link may have no scheme, host or query: %.*s", STR_ARG(link));
    }
    if (str_starts(link, STR("/"))) WRONG(r, "an absolute link: %.*s", STR_ARG(link));
    size_t hash = str_find(link, STR("#"));
    str path = unpercent(b->a, str_slice(link, 0, hash)),
        place = hash == SIZE_MAX ? STR("") : unpercent(b->a, str_slice(link, hash + 1, link.len));
    str target = path.len == 0 ? from : resolve(b->a, from, path);
    if (map_get(&b->files, target) == NULL) WRONG(r, "links to %.*s, which is not there", STR_ARG(target));
    if (place.len == 0) return;
    const struct map *ids = map_get(pages, target);
    if (ids == NULL || map_get(ids, place) == NULL)
        WRONG(r, "links to %.*s, which has no place %.*s", STR_ARG(target), STR_ARG(place));
}

struct seen {
    size_t h1, main, title;
    bool lang;
};

static void check_element(const struct built *b, const struct map *pages, const struct reader *r, struct seen *seen)
{
    static const char *const links[] = { "href", "src", "action" };
    for (size_t i = 0; i < r->attr_count; i++) {
        if (str_starts(r->attrs[i].name, STR("on")) || str_eq(r->attrs[i].name, STR("style")))
            WRONG(r, "%s", "script or style in an attribute");
    }
    for (size_t i = 0; i < 3; i++) {
        str link = reader_attr(r, links[i]);
        if (link.p != NULL) check_link(b, pages, r, link);
    }
    if (str_eq(r->tag, STR("style")) || str_eq(r->tag, STR("iframe")) || str_eq(r->tag, STR("base")))
        WRONG(r, "<%.*s> in a page", STR_ARG(r->tag));
    if (str_eq(r->tag, STR("script")) && reader_attr(r, "src").p == NULL) WRONG(r, "%s", "a script inside a page");
    seen->h1 += str_eq(r->tag, STR("h1"));
    seen->main += str_eq(r->tag, STR("main"));
    seen->title += str_eq(r->tag, STR("title")) && r->depth == 3;
    if (str_eq(r->tag, STR("html"))) seen->lang = str_eq(reader_attr(r, "lang"), STR("zh-CN"));
}

void check_site(const struct built *b)
{
    struct map pages;
    map_init(&pages, b->a);
    collect_ids(b, &pages);
    for (size_t i = 0; i < pages.len; i++) {
        str path = pages.entries[i].key;
        struct reader r = { .page = *(const str *)map_get(&b->files, path), .where = path };
        struct seen seen = { 0 };
        bool in_script = false;
        while (reader_next(&r)) {
            if (r.tag.len > 0 && !r.closes) check_element(b, &pages, &r, &seen);
            if (in_script && r.text.len > 0) WRONG(&r, "%s", "a script inside");
            in_script = str_eq(r.tag, STR("script")) && !r.closes;
        }
        if (seen.h1 != 1 || seen.main != 1 || seen.title != 1 || !seen.lang) {
            WRONG(&r, "%zu h1, %zu main, %zu title, %s", seen.h1, seen.main, seen.title,
                  seen.lang ? "a language" : "no language");
        }
    }
}

/* ---- the checks find what is wrong ---- */

static const char good_page[] = "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><title>x</title></head><body><main><h1 "
                                "id=\"a\">x</h1>%s</main></body></html>";

/* Whether a site of one page with this in it passes: asked in a child, since a failed check ends the test. */
static bool passes(const char *inside)
{
    pid_t child = fork();
    if (child == 0) {
        struct arena *a = arena_new("child", 0);
        struct built b = { .a = a };
        struct err e = { 0 };
        map_init(&b.files, a);
        keep_file(&b, STR("x/y.html"), str_fmt(a, good_page, inside), &e);
        keep_file(&b, STR("index.html"), str_fmt(a, good_page, ""), &e);
        close(1);
        close(2);
        check_site(&b);
        _exit(0);
    }
    int status = 0;
    CHECK_INT(waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(the_checks_of_a_site_find_each_mistake)
{
    CHECK(passes("<p>fine <a href=\"../index.html\">a</a> <a href=\"y.html#a\">b</a> <a href=\"#a\">c</a></p>"));
    static const char *const wrong[] = {
        "<a href=\"z.html\">no such page</a>",
        "<a href=\"y.html#b\">no such place</a>",
        "<a href=\"/index.html\">absolute</a>",
        "<a href=\"../../index.html\">out of the site</a>",
        "<a href=\"https:%2F%2Fexample.org\">another host</a>",
        "<a href=\"javascript:1\">script</a>",
        "<p onclick=\"x\">handler</p>",
        "<p style=\"color: red\">style</p>",
        "<script>1</script>",
        "<h1>twice</h1>",
        "<p id=\"a\">id twice</p>",
        "<p><b>crossed</p></b>",
        "a & b",
        "a > b",
        "<p>not closed",
        "<p title=x>no quotes</p>",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        NOTE("%s", wrong[i]);
        CHECK(!passes(wrong[i]));
    }
}

TEST(a_page_is_read_without_its_tags)
{
    autoarena *a = arena_new("test", 0);
    str page = str_fmt(a, good_page, "<p id=\"p\">甲<b>乙 &lt; 丙</b></p><p>丁</p>");
    CHECK_STR(reading_of_page(a, page, "p"), "甲乙 < 丙");
    CHECK_STR(reading_of_page(a, page, ""), "x甲乙 < 丙丁");
    CHECK_STR(unpercent(a, STR("%E7%94%B2-a%2")), "甲-a%2");
}
