/* html: the one writer of pages. Elements and attributes are words of html.def, text is always escaped, and a link can
 * only go to a place of this site: there is no function that takes ready-made HTML, so what a pack says cannot become
 * markup, script or an address of another host. What is opened must be closed in order (asserted). */
#ifndef SITE_HTML_PRIV_H
#define SITE_HTML_PRIV_H
#include "base/text.h"

enum html_tag {
    HTML_NONE,
#define TAG(name, text, flags) HTML_##name,
#define ATTR(name, text)
#include "site/html.def"
#undef TAG
#undef ATTR
    HTML_COUNT_
};

enum html_attr {
#define TAG(name, text, flags)
#define ATTR(name, text) ATTR_##name,
#include "site/html.def"
#undef TAG
#undef ATTR
    ATTR_COUNT_
};

/* A page of this site, as it is called from the root (policy/x.html), and a place on it (may be empty). Written with
 * every byte but letters, digits and - . _ / escaped, so no address has a scheme or a host. */
struct url {
    str path, place;
};

struct html;

struct html *html_new(struct arena *a, size_t max_bytes);
/* An empty page in a folder `depth` levels below the root. */
void html_begin(struct html *h, unsigned depth);
/* The page, once all is closed; borrowed until the next html_begin. *over is set when it did not fit. */
str html_end(struct html *h, bool *over);

/* class_ may be NULL. Void elements (meta, input, br) need no close. */
void html_open(struct html *h, enum html_tag tag, const char *class_);
void html_close(struct html *h, enum html_tag tag);
/* Attributes follow html_open, before anything else. */
void html_attr(struct html *h, enum html_attr name, str value);
void html_attrz(struct html *h, enum html_attr name, const char *value);
void html_attrf(struct html *h, enum html_attr name, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void html_flag(struct html *h, enum html_attr name); /* hidden, open, defer */
void html_href(struct html *h, struct url to);
void html_src(struct html *h, struct url to);
void html_action(struct html *h, struct url to);

void html_text(struct html *h, str s);
void html_z(struct html *h, const char *z);
void html_f(struct html *h, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* An element with text only. */
void html_el(struct html *h, enum html_tag tag, const char *class_, str s);
void html_elz(struct html *h, enum html_tag tag, const char *class_, const char *z);
void html_elf(struct html *h, enum html_tag tag, const char *class_, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void html_link(struct html *h, struct url to, const char *class_, str s);

#endif
