/* What the two halves of paper share: the state of a page and how text is put on it. */
#ifndef PAPER_PAPER_PRIV_H
#define PAPER_PAPER_PRIV_H
#include "base/text.h"
#include "paper/drawing.h"
#include "paper/paper.h"

enum paper_face { FACE_TITLE, FACE_HEADING, FACE_TEXT, FACE_NOTE, FACE_LABEL, FACE_CELL, FACES };

struct paper {
    struct arena *arena;
    struct paper_about about;
    cairo_surface_t *surface;
    cairo_t *cairo;
    PangoFontMap *fonts;
    PangoContext *context;
    PangoFontDescription *faces[FACES];
    struct text bytes;
    double width, bottom; /* of what is written on, of the page that stands or lies */
    double y;             /* where the next thing begins, in points from the top */
    unsigned pages;
    enum err_code wrong; /* the first mistake; ERR_NONE */
    const char *wrong_what;
};

/* In points. */
static const double PAPER_SHORT = 595.28, PAPER_LONG = 841.89, PAPER_LEFT = 62, PAPER_TOP = 62;

enum paper_ink { INK_TEXT, INK_GREY, INK_LINE };
void paper_ink(struct paper *p, enum paper_ink ink);
/* A piece of text set to a width; the caller unrefs it. NULL: p->wrong is set. */
PangoLayout *paper_set(struct paper *p, enum paper_face face, str text, double width);
double paper_height(PangoLayout *layout);
/* Draws all lines with the upper left corner at (x, y), on this page. */
void paper_draw(struct paper *p, PangoLayout *layout, double x, double y);
/* So many points stay together: a new page when they do not fit. */
void paper_room(struct paper *p, double height);
void paper_rule(struct paper *p, double y);

#endif
