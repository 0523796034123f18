/* markup: text on its way into HTML, SVG and XML. */
#ifndef BASE_MARKUP_H
#define BASE_MARKUP_H
#include "base/text.h"

/* Adds s with & < > " escaped: right between tags and inside attributes in double quotes. */
void markup_add(struct text *out, str s);

#endif
