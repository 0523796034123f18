/* xml_priv: a part on its way through the buffer (xml.c), token by token (xml_token.c).
 *
 *   buf  [ done | start … the current token … | … end ]   a token is taken when it is whole; texts go in pieces */
#ifndef SHEET_XML_PRIV_H
#define SHEET_XML_PRIV_H
#include "sheet/xml.h"

struct xml {
    struct zip_entry *part; /* NULL: bytes are put into the buffer by somebody else */
    str name;
    struct xml_events events;
    void *ptr;
    char *buf;
    size_t cap, start, end;
    bool eof, paused;
    bool begun, root_done; /* something came before; the outermost element has ended */
    uint64_t fed, total;
    uint64_t lines, column; /* of what went through the buffer before */
    unsigned depth;
    char open[XML_DEPTH][XML_NAME_BYTES]; /* names of the elements we are in */
    size_t open_len[XML_DEPTH];
    const char *attributes[2 * XML_ATTRIBUTES + 1];
    const char *refused; /* why it is read no further, though it may be sound */
    const char *broken;  /* what is not well formed */
};

/* A name without its prefix. Names are a letter or two in a sheet, so a loop is quicker than a call. */
static inline const char *xml_local(const char *name)
{
    for (const char *p = name; *p != '\0'; p++) {
        if (*p == ':') return p + 1;
    }
    return name;
}

enum xml_step { XML_ON, XML_MORE, XML_BROKEN };
/* Takes the token at `start`, or as much of a text as is there. XML_MORE: it is not whole yet (never at the end of the
 * part). There is at least one byte. */
enum xml_step xml_token(struct xml *x);
/* A part from memory, for tests: everything is in the buffer, which is written to. */
void xml_init(struct xml *x, char *buf, size_t len, const struct xml_events *events, void *ptr);

#endif
