/* xml: the door to expat. Events of one part of an archive, with what no table needs refused: document types, entities
 * of one's own, deep nesting, endless tags. */
#ifndef SHEET_XML_H
#define SHEET_XML_H
#include "sheet/zip_read.h"

struct xml;

enum {
    XML_DEPTH = 64,            /* a sheet needs 7 */
    XML_TOKEN_BYTES = 1 << 20, /* one tag with its attributes */
};

/* Names come without their prefix ("row" for "x:row"). attributes: name, value, name, value …, NULL. Any may be NULL.
 */
struct xml_events {
    void (*start)(void *ptr, const char *name, const char **attributes);
    void (*end)(void *ptr, const char *name);
    void (*text)(void *ptr, const char *p, int len);
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
