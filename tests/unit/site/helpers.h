/* What the tests of the site share: a site in memory, and a reader of pages that knows only the syntax of HTML, so that
 * it sees what a browser would see and not what the writer meant. */
#ifndef UNIT_SITE_HELPERS_H
#define UNIT_SITE_HELPERS_H
#include "pack/pack.h"
#include "site/site.h"
#include "support/t.h"

#include <string.h>

/* ---- a site in memory ---- */

struct built {
    struct arena *a;
    struct map files; /* path to str * */
    struct site_totals totals;
};

static inline bool keep_file(void *to, str path, str bytes, struct err *e)
{
    struct built *b = to;
    str *kept = ARENA_NEW(b->a, str);
    (void)e;
    *kept = str_dup(b->a, bytes);
    if (!map_put(&b->files, str_dup(b->a, path), kept)) FAIL("written twice: %.*s", STR_ARG(path));
    return true;
}

static inline void build(struct built *b, struct arena *a, const struct program *p, struct site_options o)
{
    struct err e = { 0 };
    *b = (struct built){ .a = a };
    map_init(&b->files, a);
    CHECK_OK(site_build(p, &o, keep_file, b, &b->totals, &e), e);
}

/* From the text of one pack; mistakes in it fail the test unless they are meant. */
static inline void build_text(struct built *b, struct arena *a, str text)
{
    struct pack_set set;
    pack_load_text(&set, a, STR("试"), text);
    if (set.diags.errors > 0) {
        struct text said;
        text_init(&said, a, 1 << 20);
        diags_print_errors(&set.diags, set.program->sources.at, &said);
        FAIL("the pack has mistakes:\n%s", said.p);
    }
    build(b, a, set.program, (struct site_options){ 0 });
}

static inline str page_of(const struct built *b, const char *path)
{
    const str *found = map_get(&b->files, str_of(path));
    if (found == NULL) FAIL("there is no %s", path);
    return *found;
}

static inline bool has(str page, const char *text) { return str_find(page, str_of(text)) != SIZE_MAX; }

#define CHECK_HAS(page, text)    (has(page, text) ? (void)0 : FAIL("the page has no: %s\n%.*s", text, STR_ARG(page)))
#define CHECK_HAS_NO(page, text) (has(page, text) ? FAIL("the page has: %s", text) : (void)0)

/* ---- a reader of pages ---- */

enum { READER_DEPTH = 256, READER_ATTRS = 24 };

struct reader_attr {
    str name, value; /* value with its character references */
};

struct reader {
    str page, where; /* where: its path, for messages */
    size_t at;
    str tag; /* name; text outside tags when .tag.len is 0 */
    str text;
    bool closes;
    struct reader_attr attrs[READER_ATTRS];
    size_t attr_count;
    str stack[READER_DEPTH];
    size_t depth;
};

/* The next tag or run of text; false at the end. Anything that is no well-formed, properly nested HTML fails the test.
 */
bool reader_next(struct reader *r);
str reader_attr(const struct reader *r, const char *name); /* .p NULL when it is not there */
/* Character references and percent signs undone. */
str unescape(struct arena *a, str s);
str unpercent(struct arena *a, str s);
/* What is read of a page: its text without tags, from the element with this id to its end; the whole body for "". */
str reading_of_page(struct arena *a, str page, const char *id);

/* Every link of every page leads to a page and a place that are there; nothing is fetched from elsewhere; ids are
 * single; no script or style stands inside a page; each has a language, a title, one h1, one main. */
void check_site(const struct built *b);

#endif
