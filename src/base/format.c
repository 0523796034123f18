/* format: one pass over the format; every piece is copied where it belongs. */
#include "base/format.h"

#include <stdint.h>
#include <string.h>

enum { DIGITS_MAX = 20 }; /* of 64 bits */

struct out {
    char *p;
    size_t len, cap;
    bool ok;
};

static void put(struct out *o, const char *p, size_t n)
{
    if (!o->ok || n > o->cap - o->len) {
        o->ok = false;
        return;
    }
    memcpy(o->p + o->len, p, n);
    o->len += n;
}

static void put_number(struct out *o, uint64_t v, bool minus)
{
    char digits[DIGITS_MAX + 1];
    size_t at = sizeof digits;
    do digits[--at] = (char)('0' + v % 10);
    while ((v /= 10) > 0);
    if (minus) digits[--at] = '-';
    put(o, digits + at, sizeof digits - at);
}

static void put_text(struct out *o, const char *p, size_t max)
{
    if (p == NULL && max > 0)
        o->ok = false; /* as printf sees fit */
    else
        put(o, p == NULL ? "" : p, p == NULL ? 0 : strnlen(p, max)); /* a text ends at its NUL, as for printf */
}

bool format_plain(char *out, size_t cap, size_t *len, const char *fmt, va_list args)
{
    struct out o = { .p = out, .cap = cap, .ok = true };
    while (o.ok) {
        const char *percent = strchr(fmt, '%');
        put(&o, fmt, percent == NULL ? strlen(fmt) : (size_t)(percent - fmt));
        if (percent == NULL || !o.ok) break; /* what comes may set ok by what it finds in the format alone */
        fmt = percent + 2;
        switch (percent[1]) {
        case '%': put(&o, "%", 1); break;
        case 's': put_text(&o, va_arg(args, const char *), SIZE_MAX); break;
        case 'c': put(&o, (char[]){ (char)va_arg(args, int) }, 1); break;
        case 'u': put_number(&o, va_arg(args, unsigned), false); break;
        case 'd': {
            int64_t v = va_arg(args, int);
            put_number(&o, (uint64_t)(v < 0 ? -v : v), v < 0);
            break;
        }
        case 'l':
            o.ok = fmt[0] == 'l' && fmt[1] == 'd';
            fmt += 2;
            if (o.ok) {
                long long v = va_arg(args, long long);
                put_number(&o, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, v < 0);
            }
            break;
        case 'z':
            o.ok = *fmt++ == 'u';
            if (o.ok) put_number(&o, va_arg(args, size_t), false);
            break;
        case '.': {
            o.ok = fmt[0] == '*' && fmt[1] == 's';
            int n = o.ok ? va_arg(args, int) : 0;
            if (o.ok) put_text(&o, va_arg(args, const char *), n < 0 ? SIZE_MAX : (size_t)n);
            fmt += 2;
            break;
        }
        default: return false;
        }
    }
    *len = o.len;
    return o.ok;
}
