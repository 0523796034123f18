/* paper 纸面: what is printed or kept as PDF (A4): certificates, decisions, reports, lists of files. Text is set in
 * Chinese with line breaking, tables go over pages with their heads repeated, a square code can be scanned. The same
 * input gives the same bytes on the same machine, so that a paper can be made again instead of kept.
 *
 * One paper belongs to one thread. It knows nothing of what it prints. Fonts: Noto CJK (Debian: fonts-noto-cjk). */
#ifndef PAPER_PAPER_H
#define PAPER_PAPER_H
#include "base/date.h"
#include "base/err.h"

enum {
    PAPER_BYTES_MAX = 64 << 20, /* of a PDF */
    PAPER_PAGES_MAX = 2000,
    PAPER_TEXT_MAX = 64 << 10, /* bytes of one paragraph or cell */
    PAPER_COLUMNS_MAX = 16,
};

struct paper;

struct paper_about {
    str title, author; /* in the file's properties; the title also at the foot of each page */
    date day;          /* of the document, also its date of creation: never the clock's */
};
/* Begins; it lives in `a`, as does the PDF. NOT_FOUND: a library or the fonts are not installed. */
bool paper_new(struct paper **out, struct arena *a, const struct paper_about *about, struct err *e);

/* The pages lie on their long side: for tables of many columns. Before anything is put on it. */
void paper_lay(struct paper *p);

/* What follows is put below what is there; a page that is full is followed by a new one. Mistakes (no UTF-8, too long,
 * too many pages) are kept and told by paper_end. */
void paper_title(struct paper *p, str text); /* large, in the middle */
void paper_heading(struct paper *p, str text);
void paper_text(struct paper *p, str text);  /* a paragraph, indented by two characters */
void paper_note(struct paper *p, str text);  /* small and grey */
void paper_right(struct paper *p, str text); /* at the right: who issued it, when */

struct paper_fact {
    str label, value;
};
/* Label and value in a row, with a hairline below each. */
void paper_facts(struct paper *p, const struct paper_fact *facts, size_t count);

struct paper_column {
    str heading;
    unsigned share; /* of the width, beside those of the others; at least 1 */
    bool right;     /* numbers */
};
/* caption: a line above it, empty: none. cells: row after row. Rows are not broken over pages; caption, heads and the
 * first row stay together. */
void paper_table(struct paper *p, str caption, const struct paper_column *columns, size_t column_count,
                 const str *cells, size_t row_count);

/* A square code (square.h) of these bytes at the left, the text beside it. */
void paper_code(struct paper *p, str payload, str text);

/* Ends it; *pdf lives in the arena. */
bool paper_end(struct paper *p, str *pdf, struct err *e);

#endif
