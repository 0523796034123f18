/* xml: events of one part of an archive, from a strict reader of XML that knows what workbooks need and no more: UTF-8,
 * no document types, no entities of one's own, ASCII names, limits on nesting, tags and attributes. What it accepts,
 * expat accepts with the same events (tests/fuzz/fuzz_xml.c); what it refuses besides is listed in decision 0130. */
#ifndef SHEET_XML_H
#define SHEET_XML_H
#include "sheet/zip_read.h"

struct xml;

enum {
    XML_DEPTH = 64,            /* a sheet needs 7 */
    XML_TOKEN_BYTES = 1 << 20, /* one tag with its attributes, one comment, one CDATA section */
    XML_ATTRIBUTES = 128,      /* of a tag; the first one of a sheet names thirty namespaces at most */
    XML_NAME_BYTES = 128,
};

/* Names come without their prefix ("row" for "x:row"). attributes: name, value, name, value …, NULL, as they are
 * written. A text may come in pieces. Any may be NULL. */
struct xml_events {
    void (*start)(void *ptr, const char *name, const char **attributes);
    void (*end)(void *ptr, const char *name);
    void (*text)(void *ptr, const char *p, size_t len);
};

/* *out is set also when it fails, and always to be closed. */
bool xml_open(struct xml **out, struct arena *a, struct zip_in *zip, str part, const struct xml_events *events,
              void *ptr, struct err *e);
/* Sends events until one calls xml_pause (1) or the part is at its end (0); -1: it is no good. */
int xml_run(struct xml *x, struct err *e);
void xml_pause(struct xml *x);
/* From a handler: this part will not be read on, because it "…" (a Chinese half sentence, a literal). */
void xml_refuse(struct xml *x, const char *why);
/* How far it is, in unpacked bytes. */
void xml_progress(const struct xml *x, uint64_t *done, uint64_t *total);
void xml_close(struct xml *x); /* NULL is fine */
/* The value of an attribute by its name without prefix, NULL when absent. */
const char *xml_attribute(const char **attributes, const char *name);

#endif
