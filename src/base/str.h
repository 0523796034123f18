/* str: a borrowed run of UTF-8 bytes, pointer and length. Never owns, never promises a final NUL. */
#ifndef BASE_STR_H
#define BASE_STR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *p;
    size_t len;
} str;

/* A str of a string literal. */
#define STR(lit) ((str){ (lit), sizeof(lit) - 1 })
/* For printf: "%.*s" with STR_ARG(s). s is evaluated twice: give it a variable. */
#define STR_ARG(s) (int)(s).len, (s).p

str str_of(const char *z); /* z may be NULL: the empty str */
bool str_eq(str a, str b);
int str_cmp(str a, str b); /* bytewise, <0 0 >0 */
bool str_starts(str s, str prefix);
bool str_ends(str s, str suffix);
str str_slice(str s, size_t from, size_t to); /* both clamped to s.len */
str str_trim(str s);                          /* ASCII blanks, CR, LF, TAB and U+3000 */
size_t str_find(str s, str needle);           /* byte offset, or SIZE_MAX when absent */
uint64_t str_hash(str s);                     /* seeded per process: never stored, never printed */
/* Splits the next piece up to `sep` off *rest; false when *rest is exhausted. "a," has two pieces and "" has one,
 * empty; the str without a pointer has none. */
bool str_split(str *rest, char sep, str *piece);
/* Decimal digits only, whole string; false on anything else or on overflow. */
bool str_to_i64(str s, int64_t *out);

#endif
