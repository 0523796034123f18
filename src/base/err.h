/* err: what went wrong, on the caller's stack: a code from err.def and up to six frames, cause first (a seventh
 * is left out, a sentence too long is cut between characters).
 * `return fail(e, INVALID, "…")` starts it, `return fail_up(e, "…")` adds where and for whom; both yield false.
 * Messages that reach users are Chinese sentences: what happened, and what to do. Pack mistakes are diags, not errs. */
#ifndef BASE_ERR_H
#define BASE_ERR_H
#include "base/str.h"

enum err_code {
    ERR_NONE = 0,
#define ERR(name, http, text_zh) ERR_##name,
#include "base/err.def"
#undef ERR
};

enum { ERR_FRAMES = 6, ERR_TEXT = 600 };

struct err_frame {
    const char *file;
    int line;
    char text[ERR_TEXT];
};

struct err {
    enum err_code code;
    int depth;
    struct err_frame frames[ERR_FRAMES];
};

#define fail(e, code_, ...) err_start((e), ERR_##code_, __FILE__, __LINE__, __VA_ARGS__)
#define fail_up(e, ...)     err_add((e), __FILE__, __LINE__, __VA_ARGS__)

bool err_start(struct err *e, enum err_code code, const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
bool err_add(struct err *e, const char *file, int line, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
const char *err_name(enum err_code code);
const char *err_text_zh(enum err_code code);
/* The first (deepest) frame's sentence, or "" when there is none. */
const char *err_cause(const struct err *e);
/* Prints outermost first, one line each, for an operator on a terminal. */
void err_print(const struct err *e, void *file /* FILE* */);

#ifdef __clang_analyzer__ /* it does not look into err.c, and would follow a failure as if it were a success */
#    undef fail
#    undef fail_up
#    define fail(e, code_, ...) (err_start((e), ERR_##code_, __FILE__, __LINE__, __VA_ARGS__) && false)
#    define fail_up(e, ...)     (err_add((e), __FILE__, __LINE__, __VA_ARGS__) && false)
#endif

#endif
