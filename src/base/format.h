/* format: printf for the conversions nearly all of our texts are made of, without what makes printf slow (locales,
 * streams, two passes). Explanations and pages are thousands of small pieces, and this is where their time went. */
#ifndef BASE_FORMAT_H
#define BASE_FORMAT_H
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* Writes at most cap bytes, no NUL, and their number. Knows %s %.*s %c %d %u %lld %zu %% without flags and widths.
 * False, with nothing promised about out, when fmt asks for anything else or the text does not fit: then vsnprintf has
 * to do it with a copy of the arguments. */
bool format_plain(char *out, size_t cap, size_t *len, const char *fmt, va_list args);

#endif
