/* picture 图片: a drawing as PNG, for documents that cannot hold SVG: rectangles, lines, dots and words on white.
 * Colours are 0xRRGGBB, lengths are pixels of the drawing; it is rendered three times as fine, so that it can be
 * printed. The same input gives the same bytes on the same machine. One picture belongs to one thread. */
#ifndef PAPER_PICTURE_H
#define PAPER_PICTURE_H
#include "base/err.h"
#include "base/text.h"

enum { PICTURE_SIDE_MAX = 4000, PICTURE_FINE = 3, PICTURE_BYTES_MAX = 64 << 20 };

struct picture;
/* NOT_FOUND: a library or the fonts are not installed; LIMIT: too large. */
bool picture_new(struct picture **out, struct arena *a, int width, int height, struct err *e);
void picture_rect(struct picture *p, uint32_t colour, int x, int y, int width, int height);
void picture_line(struct picture *p, uint32_t colour, bool dashed, int x1, int y1, int x2, int y2);
/* The next point of an outline, or the first of one; what was outlined since the last fill is filled, and its edge
 * drawn: what lies in two outlines is a hole. */
void picture_outline(struct picture *p, bool first, int x, int y);
void picture_fill(struct picture *p, uint32_t colour, uint32_t edge);
void picture_dot(struct picture *p, uint32_t colour, int x, int y);
enum picture_anchor { PICTURE_START, PICTURE_MIDDLE, PICTURE_END };
/* y is the line the words stand on. What is no UTF-8 is left out. */
void picture_text(struct picture *p, uint32_t colour, enum picture_anchor anchor, int x, int y, str words);
struct paper;
/* Puts what is drawn so far on a paper, below what is there: as wide as the page lets it be, and no larger than it is.
 */
void picture_on_paper(const struct picture *p, struct paper *on);
/* Ends it; *png lives in the arena. */
bool picture_end(struct picture *p, str *png, struct err *e);

#endif
