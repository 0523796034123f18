/* drawing: cairo and pango, which set text and draw, and libqrencode, loaded when the first paper is made. They bring
 * forty libraries along, which would cost every start of the program several milliseconds. */
#ifndef PAPER_DRAWING_H
#define PAPER_DRAWING_H
#include "base/err.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <qrencode.h>

struct drawing {
#define DRAWING(library, name) __typeof__(&name) name;
#include "paper/drawing.def"
#undef DRAWING
};
/* The functions; false with what to install when a library is not there. Loaded once, never unloaded. */
extern struct drawing draw;
bool drawing_load(struct err *e);

#endif
