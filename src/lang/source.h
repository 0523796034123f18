/* source: the text of one pack file, and places in it. A loc is all that is kept of a place; line and column are worked
 * out only when something is printed. */
#ifndef LANG_SOURCE_H
#define LANG_SOURCE_H
#include "base/arena.h"

struct source {
    str path;
    str text;          /* valid UTF-8, a byte order mark removed */
    uint32_t *line_at; /* byte offset of each line */
    uint32_t line_count;
    uint16_t pack; /* which pack of the chain it belongs to, 0 = the uppermost */
    uint16_t id;   /* its place in the program's list of sources */
};

/* Bytes [from, to) of a source. */
struct loc {
    uint32_t from, to;
    uint16_t source;
};

/* Copies path and text into the arena and indexes the lines. */
void source_init(struct source *s, struct arena *a, str path, str text);
/* 1-based line and column (in characters) of a byte offset. */
void source_place(const struct source *s, uint32_t at, unsigned *line, unsigned *column);
str source_line(const struct source *s, unsigned line); /* without its line end */
str source_text(const struct source *s, struct loc l);

#endif
