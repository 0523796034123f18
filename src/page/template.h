/* template: Mustache (comments, interpolation, sections, inverted sections, partials, changed delimiters) over a JSON
 * document. What {{name}} puts in is escaped for HTML text and quoted attributes; {{{name}}} and {{&name}} put it in as
 * it is, and have no place in a page: tests/house refuses them there.
 *
 * False are null, false, an empty array, an empty text and what is not there. Numbers are whole. Names may be paths
 * (a.b.c): the first is looked for outwards, the others only in what it is. */
#ifndef PAGE_TEMPLATE_H
#define PAGE_TEMPLATE_H
#include "base/json.h"

struct template;

/* Text is borrowed and must live as long as the template. INVALID with the line: a tag or section that is not closed,
 * closed by another name, delimiters that are none. */
bool template_compile(struct arena *a, str text, struct template **out, struct err *e);

/* Templates by name, for {{>name}}. NULL: there is none, and nothing is put in. */
typedef const struct template *(*template_find)(void *ctx, str name);

/* Adds to out. LIMIT: partials nested deeper than TEMPLATE_DEPTH_MAX (they include each other), or out is full. */
enum { TEMPLATE_DEPTH_MAX = 32 };
bool template_render(const struct template *t, const struct json *data, template_find find, void *ctx, struct text *out,
                     struct err *e);

/* HTML escaping, as {{name}} does it. */
void template_escape(struct text *out, str s);

#endif
