/* square 二维码: bytes as a square code (QR) that a camera reads, as modules or as the path of an SVG. Errors up to a
 * seventh of it are mended by the reader. The same bytes give the same code. */
#ifndef PAPER_SQUARE_H
#define PAPER_SQUARE_H
#include "base/err.h"
#include "base/text.h"

enum {
    SQUARE_PAYLOAD_MAX = 1024, /* bytes */
    SQUARE_QUIET = 4,          /* modules of white around it, which readers need */
};

struct square {
    unsigned side;             /* modules, without the white around */
    const unsigned char *dark; /* of each module, row by row: 1 dark, 0 light; lives in the arena */
};
/* payload: 1 to SQUARE_PAYLOAD_MAX bytes (asserted). NOT_FOUND: the library is not installed; MEMORY. */
bool square_new(struct square *out, struct arena *a, str payload, struct err *e);
/* The dark ones as the d of a <path> in a drawing of side + 2 * SQUARE_QUIET modules each way. */
str square_path(const struct square *q, struct arena *a);

#endif
