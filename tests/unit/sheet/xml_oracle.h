/* xml_oracle: the events of a text as our reader gives them and as expat does, written down to be compared. */
#ifndef UNIT_SHEET_XML_ORACLE_H
#define UNIT_SHEET_XML_ORACLE_H
#include "base/text.h"
#include "sheet/xml_priv.h"

#include <expat.h>
#include <string.h>

struct xml_log {
    struct text t;
    bool in_text, over; /* over: a document type, where both end */
};

static inline void log_mark(struct xml_log *l, char c)
{
    text_addc(&l->t, '\n');
    text_addc(&l->t, c);
    l->in_text = c == 'T';
}

static inline void log_start(void *ptr, const char *name, const char **attributes)
{
    struct xml_log *l = ptr;
    log_mark(l, 'S');
    text_addz(&l->t, xml_local(name));
    for (; *attributes != NULL; attributes++) text_addf(&l->t, " [%s]", *attributes);
}

static inline void log_end(void *ptr, const char *name)
{
    struct xml_log *l = ptr;
    log_mark(l, 'E');
    text_addz(&l->t, xml_local(name));
}

static inline void log_text(void *ptr, const char *p, size_t len)
{
    struct xml_log *l = ptr;
    if (!l->in_text) log_mark(l, 'T');
    text_add(&l->t, (str){ p, len });
}

static inline void log_text_expat(void *ptr, const char *p, int len) { log_text(ptr, p, (size_t)len); }

static inline void log_doctype(void *ptr, const char *a, const char *b, const char *c, int d)
{
    (void)a, (void)b, (void)c, (void)d;
    ((struct xml_log *)ptr)->over = true;
}

/* What expat says. False: not well formed. */
static inline bool expat_says(str s, struct xml_log *l)
{
    XML_Parser p = XML_ParserCreate(NULL);
    XML_SetUserData(p, l);
    XML_SetElementHandler(p, log_start, log_end);
    XML_SetCharacterDataHandler(p, log_text_expat);
    XML_SetStartDoctypeDeclHandler(p, log_doctype);
    bool ok = XML_Parse(p, s.p, (int)s.len, 1) == XML_STATUS_OK;
    XML_ParserFree(p);
    return ok;
}

/* What ours says, given `piece` bytes more whenever it asks. buf holds len bytes and is written to. */
static inline bool ours_says(struct xml *x, char *buf, size_t len, size_t piece, struct xml_log *l)
{
    static const struct xml_events events = { log_start, log_end, log_text };
    xml_init(x, buf, len, &events, l);
    x->end = piece < len ? piece : len;
    x->eof = x->end == len;
    for (;;) {
        enum xml_step step = x->start < x->end ? xml_token(x) : XML_MORE;
        if (x->refused != NULL || step == XML_BROKEN) return false;
        if (step == XML_ON) continue;
        if (x->eof) return x->depth == 0 && x->root_done && x->start == x->end;
        x->end = x->end + piece < len ? x->end + piece : len;
        x->eof = x->end == len;
    }
}

#endif
