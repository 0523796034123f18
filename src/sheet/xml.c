/* xml: pieces of a part go through one buffer; a handler that has what it wants pauses, and the next run goes on there.
 */
#include "sheet/xml_priv.h"

#include <string.h>

enum { PIECE = 64 * 1024 };

const char *xml_attribute(const char **attributes, const char *name)
{
    for (; *attributes != NULL; attributes += 2) {
        if (strcmp(xml_local(attributes[0]), name) == 0) return attributes[1];
    }
    return NULL;
}

void xml_refuse(struct xml *x, const char *why) { x->refused = why; }
void xml_pause(struct xml *x) { x->paused = true; }

bool xml_open(struct xml **out, struct arena *a, struct zip_in *zip, str part, const struct xml_events *events,
              void *ptr, struct err *e)
{
    struct xml *x = ARENA_NEW(a, struct xml);
    *out = x;
    x->events = *events;
    x->ptr = ptr;
    x->name = str_dup(a, part);
    if (!zip_entry_open(&x->part, zip, part, &x->total, e)) return false;
    x->cap = (x->total < XML_TOKEN_BYTES ? (size_t)x->total : XML_TOKEN_BYTES) + PIECE;
    x->buf = arena_alloc(a, x->cap);
    return true;
}

void xml_init(struct xml *x, char *buf, size_t len, const struct xml_events *events, void *ptr)
{
    *x = (struct xml){ .buf = buf, .cap = len, .end = len, .eof = true, .events = *events, .ptr = ptr };
    x->name = STR("");
    x->fed = x->total = len;
}

/* What is before start is done with: only where it ended is kept, for the message. */
static void pass_over(struct xml *x)
{
    const char *p = x->buf, *end = p + x->start, *line;
    while (p < end && (line = memchr(p, '\n', (size_t)(end - p))) != NULL) {
        x->lines++;
        x->column = 0;
        p = line + 1;
    }
    x->column += (uint64_t)(end - p);
    memmove(x->buf, x->buf + x->start, x->end - x->start);
    x->end -= x->start;
    x->start = 0;
}

static bool fail_xml(struct xml *x, struct err *e)
{
    if (x->refused != NULL) return fail(e, INVALID, "%.*s %s，没有读下去", STR_ARG(x->name), x->refused);
    pass_over(x);
    return fail(e, INVALID, "%.*s 第 %llu 行第 %llu 字节处已损坏（%s），请用 Excel 打开后另存", STR_ARG(x->name),
                (unsigned long long)x->lines + 1, (unsigned long long)x->column + 1, x->broken);
}

static bool refill(struct xml *x, struct err *e)
{
    size_t len = 0;
    pass_over(x);
    size_t room = x->cap - x->end;
    if (room == 0 || x->end > XML_TOKEN_BYTES) {
        x->refused = "有一个标记长得没有尽头";
        return fail_xml(x, e);
    }
    if (!zip_entry_read(x->part, x->buf + x->end, room < PIECE ? room : PIECE, &len, e)) return false;
    x->fed += len;
    x->end += len;
    x->eof = len == 0;
    return true;
}

/* At the end of the part: whether it was whole. */
static bool whole(struct xml *x)
{
    if (x->broken == NULL && x->start < x->end) x->broken = "标记没有写完";
    if (x->broken == NULL && x->depth > 0) x->broken = "没有写完就断了";
    if (x->broken == NULL && !x->root_done) x->broken = "没有内容";
    return x->broken == NULL;
}

int xml_run(struct xml *x, struct err *e)
{
    while (!x->paused) {
        enum xml_step step = x->start < x->end ? xml_token(x) : XML_MORE;
        if (x->refused == NULL && step == XML_MORE && x->eof && whole(x)) return 0;
        if (x->refused != NULL || x->broken != NULL) {
            fail_xml(x, e);
            return -1;
        }
        if (step == XML_MORE && !refill(x, e)) return -1;
    }
    x->paused = false;
    return 1;
}

void xml_progress(const struct xml *x, uint64_t *done, uint64_t *total)
{
    *done = x->fed;
    *total = x->total;
}

void xml_close(struct xml *x)
{
    if (x != NULL) zip_entry_close(x->part);
}
