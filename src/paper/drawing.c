/* drawing: the functions, looked up when the first paper is made. */
#include "paper/drawing.h"
#include "base/library.h"

struct drawing draw;

enum { CAIRO, PANGO, PANGOCAIRO, GOBJECT, QR };

bool drawing_load(struct err *e)
{
    static const struct library_symbol symbols[] = {
#define DRAWING(from, name) { #name, offsetof(struct drawing, name), from },
#include "paper/drawing.def"
#undef DRAWING
    };
    static struct library library = {
        .purpose = "生成 PDF 和图片",
        .files = { [CAIRO] = { "libcairo.so.2", "libcairo2" },
                   [PANGO] = { "libpango-1.0.so.0", "libpango-1.0-0" },
                   [PANGOCAIRO] = { "libpangocairo-1.0.so.0", "libpangocairo-1.0-0" },
                   [GOBJECT] = { "libgobject-2.0.so.0", "libglib2.0-0" },
                   [QR] = { "libqrencode.so.4", "libqrencode4" } },
        .symbols = symbols,
        .count = sizeof symbols / sizeof *symbols,
        .functions = &draw,
        .size_bytes = sizeof draw,
    };
    return library_load(&library, e);
}
