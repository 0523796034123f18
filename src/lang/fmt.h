/* fmt: the canonical layout of a pack file: indentation, blanks, punctuation, columns of rows, blank lines. Line
 * breaks, comments, prose and the spelling of keywords stay the author's.
 *
 * It never damages a file: text with mistakes is refused, and what came out is parsed again and compared with what went
 * in, letter by letter and field by field, before it is handed over. A second run changes nothing. */
#ifndef LANG_FMT_H
#define LANG_FMT_H
#include "base/err.h"
#include "lang/diag.h"

struct fmt {
    struct source source; /* the text as given, tabs and carriage returns made blanks; diags point into it */
    struct diags diags;
    str text;
};

/* Lays out `text`. When it has mistakes they are in f->diags, f->text is empty and the call fails. A field that is
 * missing altogether (DIAG_missing_field) is no obstacle. */
bool fmt_run(struct fmt *f, struct arena *a, str path, str text, struct err *e);

#endif
