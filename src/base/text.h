/* text: a growing buffer of bytes for output, always with a maximum. Past it `over` is set and additions are
 * dropped: the one that does not fit, whole, and all after it, so that the text is a prefix of what was meant. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H
#include "base/arena.h"

struct text {
    struct arena *arena;
    char *p; /* always NUL-terminated once something was added */
    size_t len, cap, max;
    bool over;
};

void text_init(struct text *t, struct arena *a, size_t max_bytes);
void text_add(struct text *t, str s);
void text_addz(struct text *t, const char *z);
void text_addc(struct text *t, char c);
void text_addf(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void text_repeat(struct text *t, char c, size_t n);
/* Takes back what came after the first `len` bytes. */
void text_cut(struct text *t, size_t len);
str text_str(const struct text *t); /* borrowed; valid until the next addition */

#endif
