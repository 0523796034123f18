/* err: the frames are filled in place, on the caller's stack, because the failure may be that memory ran out.
 * A sentence too long for its frame is cut between characters and ends in "…". When more than six callers add frames
 * the later ones are left out: the cause and its nearest circumstances are worth most. */
#include "base/err.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char ellipsis[] = "…";

static void cut_between_characters(char text[ERR_TEXT])
{
    size_t at = ERR_TEXT - sizeof ellipsis;
    while (at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80) at--;
    memcpy(text + at, ellipsis, sizeof ellipsis);
}

__attribute__((format(printf, 4, 0))) static void add_frame(struct err *e, const char *file, int line, const char *fmt,
                                                            va_list args)
{
    if (e->depth == ERR_FRAMES) return;
    struct err_frame *f = &e->frames[e->depth++];
    f->file = file;
    f->line = line;
    int len = vsnprintf(f->text, sizeof f->text, fmt, args);
    if (len >= ERR_TEXT) cut_between_characters(f->text);
}

bool err_start(struct err *e, enum err_code code, const char *file, int line, const char *fmt, ...)
{
    assert(code != ERR_NONE);
    assert(e->code == ERR_NONE); /* an error never overwrites an error */
    e->code = code;
    e->depth = 0;
    va_list args;
    va_start(args, fmt);
    add_frame(e, file, line, fmt, args);
    va_end(args);
    return false;
}

bool err_add(struct err *e, const char *file, int line, const char *fmt, ...)
{
    assert(e->code != ERR_NONE); /* there must be something to add to */
    va_list args;
    va_start(args, fmt);
    add_frame(e, file, line, fmt, args);
    va_end(args);
    return false;
}

const char *err_name(enum err_code code)
{
    switch (code) {
    case ERR_NONE: return "NONE";
#define ERR(name, http, text_zh) \
    case ERR_##name:             \
        return #name;
#include "base/err.def"
#undef ERR
    }
    return "?";
}

const char *err_text_zh(enum err_code code)
{
    switch (code) {
    case ERR_NONE: return "没有错误";
#define ERR(name, http, text_zh) \
    case ERR_##name:             \
        return text_zh;
#include "base/err.def"
#undef ERR
    }
    return "?";
}

const char *err_cause(const struct err *e) { return e->depth == 0 ? "" : e->frames[0].text; }

void err_print(const struct err *e, void *file)
{
    FILE *f = file;
    fprintf(f, "%s\n", err_text_zh(e->code));
    for (int i = e->depth - 1; i >= 0; i--) {
        fprintf(f, "  %s  [%s:%d]\n", e->frames[i].text, e->frames[i].file, e->frames[i].line);
    }
}
