/* xml: pieces of a part go into expat; a handler that has what it wants pauses, and the next run goes on there. */
#include "sheet/xml.h"

#include "base/fault.h"

#include <expat.h>
#include <string.h>

enum { PIECE = 64 * 1024 };

struct xml {
    XML_Parser parser;
    struct zip_entry *part;
    str name;
    struct xml_events events;
    void *ptr;
    uint64_t fed, total;
    uint64_t event_at; /* what was fed when the last event came */
    int depth;
    bool paused, last;
    const char *refused; /* why the parser was stopped by us */
};

/* Names are a letter or two in a sheet, so a loop is quicker than a call. */
static const char *local(const char *name)
{
    for (const char *p = name; *p != '\0'; p++) {
        if (*p == ':') return p + 1;
    }
    return name;
}

const char *xml_attribute(const char **attributes, const char *name)
{
    for (; *attributes != NULL; attributes += 2) {
        if (strcmp(local(attributes[0]), name) == 0) return attributes[1];
    }
    return NULL;
}

void xml_refuse(struct xml *x, const char *why)
{
    x->refused = why;
    XML_StopParser(x->parser, XML_FALSE);
}

static void on_start(void *user, const XML_Char *name, const XML_Char **attributes)
{
    struct xml *x = user;
    x->event_at = x->fed;
    if (++x->depth > XML_DEPTH) {
        xml_refuse(x, "套得太深");
        return;
    }
    if (x->events.start != NULL && x->refused == NULL) x->events.start(x->ptr, local(name), (const char **)attributes);
}

static void on_end(void *user, const XML_Char *name)
{
    struct xml *x = user;
    x->event_at = x->fed;
    x->depth--;
    if (x->events.end != NULL && x->refused == NULL) x->events.end(x->ptr, local(name));
}

static void on_text(void *user, const XML_Char *p, int len)
{
    struct xml *x = user;
    x->event_at = x->fed;
    if (x->events.text != NULL && x->refused == NULL) x->events.text(x->ptr, p, len);
}

static void on_doctype(void *user, const XML_Char *name, const XML_Char *system_id, const XML_Char *public_id,
                       int internal)
{
    (void)name, (void)system_id, (void)public_id, (void)internal;
    xml_refuse(user, "有文档类型声明（DTD），表格里不该有");
}

bool xml_open(struct xml **out, struct arena *a, struct zip_in *zip, str part, const struct xml_events *events,
              void *ptr, struct err *e)
{
    struct xml *x = ARENA_NEW(a, struct xml);
    *out = x;
    x->events = *events;
    x->ptr = ptr;
    x->name = str_dup(a, part);
    if (!zip_entry_open(&x->part, zip, part, &x->total, e)) return false;
    x->parser = fault_point(FAULT_MEMORY) ? NULL : XML_ParserCreate(NULL);
    if (x->parser == NULL) return fail(e, MEMORY, "读表格时内存不够，请关掉别的程序后再试");
    XML_SetUserData(x->parser, x);
    XML_SetElementHandler(x->parser, on_start, on_end);
    XML_SetCharacterDataHandler(x->parser, on_text);
    XML_SetStartDoctypeDeclHandler(x->parser, on_doctype);
    return true;
}

void xml_pause(struct xml *x)
{
    x->paused = true;
    XML_StopParser(x->parser, XML_TRUE);
}

static bool fail_xml(struct xml *x, struct err *e)
{
    if (x->refused != NULL) return fail(e, INVALID, "%.*s %s，没有读下去", STR_ARG(x->name), x->refused);
    enum XML_Error error = XML_GetErrorCode(x->parser);
    if (error == XML_ERROR_NO_MEMORY) return fail(e, MEMORY, "读表格时内存不够，请关掉别的程序后再试");
    return fail(e, INVALID, "%.*s 第 %llu 行第 %llu 字处已损坏（%s），请用 Excel 打开后另存", STR_ARG(x->name),
                (unsigned long long)XML_GetCurrentLineNumber(x->parser),
                (unsigned long long)XML_GetCurrentColumnNumber(x->parser) + 1, XML_ErrorString(error));
}

/* Gives expat the next piece. */
static enum XML_Status feed(struct xml *x, bool *read, struct err *e)
{
    size_t len = 0;
    *read = true;
    void *p = fault_point(FAULT_MEMORY) ? NULL : XML_GetBuffer(x->parser, PIECE);
    if (p == NULL) {
        *read = fail(e, MEMORY, "读表格时内存不够，请关掉别的程序后再试");
        return XML_STATUS_ERROR;
    }
    *read = zip_entry_read(x->part, p, PIECE, &len, e);
    if (!*read) return XML_STATUS_ERROR;
    x->fed += len;
    x->last = len == 0;
    /* expat keeps a tag, and asks for more memory, until it is whole */
    if (x->fed - x->event_at > XML_TOKEN_BYTES) x->refused = "有一个标记长得没有尽头";
    if (x->refused != NULL) return XML_STATUS_ERROR;
    return XML_ParseBuffer(x->parser, (int)len, x->last);
}

int xml_run(struct xml *x, struct err *e)
{
    bool read = true;
    enum XML_Status status;
    if (x->paused) {
        x->paused = false;
        status = XML_ResumeParser(x->parser);
    } else {
        status = feed(x, &read, e);
    }
    for (;;) {
        if (status == XML_STATUS_ERROR) {
            if (read) fail_xml(x, e);
            return -1;
        }
        if (status == XML_STATUS_SUSPENDED) return 1;
        if (x->last) return 0;
        status = feed(x, &read, e);
    }
}

void xml_progress(const struct xml *x, uint64_t *done, uint64_t *total)
{
    *done = x->fed;
    *total = x->total;
}

void xml_close(struct xml *x)
{
    if (x == NULL) return;
    if (x->parser != NULL) XML_ParserFree(x->parser);
    zip_entry_close(x->part);
}
