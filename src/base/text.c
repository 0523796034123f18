/* text: bytes collected for output. An addition either fits whole or is dropped whole, so a cut never splits a
 * character; after the first drop everything is dropped, so what is there is always a prefix of what was meant. */
#include "base/text.h"
#include "base/format.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { CAP_MIN = 64 };

void text_init(struct text *t, struct arena *a, size_t max_bytes)
{
    assert(max_bytes < SIZE_MAX / 4);
    *t = (struct text){ .arena = a, .max = max_bytes };
}

/* Room for `more` bytes and a NUL; false, and the mark set, when the maximum does not allow them. */
static bool room_for(struct text *t, size_t more)
{
    if (t->over || more > t->max - t->len) {
        t->over = true;
        return false;
    }
    size_t need = t->len + more + 1;
    if (need <= t->cap) return true;
    size_t cap = t->cap == 0 ? CAP_MIN : t->cap * 2;
    if (cap < need) cap = need;
    if (t->cap > 0 && arena_extend(t->arena, t->p, t->cap, cap)) {
        t->cap = cap;
        return true;
    }
    char *p = arena_alloc(t->arena, cap);
    if (t->len > 0) memcpy(p, t->p, t->len);
    t->p = p;
    t->cap = cap;
    return true;
}

void text_add(struct text *t, str s)
{
    if (!room_for(t, s.len)) return;
    if (s.len > 0) memcpy(t->p + t->len, s.p, s.len);
    t->len += s.len;
    t->p[t->len] = '\0';
}

void text_addz(struct text *t, const char *z) { text_add(t, str_of(z)); }

void text_addc(struct text *t, char c) { text_add(t, (str){ &c, 1 }); }

void text_addf(struct text *t, const char *fmt, ...)
{
    char short_text[512];
    size_t short_len = 0;
    va_list args, again;
    va_start(args, fmt);
    bool plain = format_plain(short_text, sizeof short_text, &short_len, fmt, args);
    va_end(args);
    if (plain) {
        text_add(t, (str){ short_text, short_len });
        return;
    }
    va_start(args, fmt);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    assert(len >= 0);
    if (room_for(t, (size_t)len)) {
        vsnprintf(t->p + t->len, (size_t)len + 1, fmt, again);
        t->len += (size_t)len;
    }
    va_end(again);
}

void text_repeat(struct text *t, char c, size_t n)
{
    if (!room_for(t, n)) return;
    memset(t->p + t->len, c, n);
    t->len += n;
    t->p[t->len] = '\0';
}

void text_cut(struct text *t, size_t len)
{
    assert(len <= t->len);
    t->len = len;
    if (t->cap > 0) t->p[len] = '\0';
}

str text_str(const struct text *t) { return t->len == 0 ? STR("") : (str){ t->p, t->len }; }
