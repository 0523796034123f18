/* utf8: decoding, normalisation (NFC, through utf8proc) and what a terminal makes of it. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H
#include "base/arena.h"

/* Decodes one code point at s.p[at]; *len gets its bytes. Malformed bytes yield 0xFFFD with *len = 1,
 * the end of s yields 0 with *len = 0. */
uint32_t utf8_at(str s, size_t at, size_t *len);
size_t utf8_put(uint32_t cp, char out[4]); /* bytes written; what is no code point becomes 0xFFFD */
bool utf8_valid(str s, size_t *bad_at);
/* NFC form: s itself when it is already normal, else a copy in the arena. s must be valid. */
str utf8_nfc(struct arena *a, str s);
bool utf8_is_ident_start(uint32_t cp); /* letters, ideographs, underscore */
bool utf8_is_ident(uint32_t cp);       /* and digits, marks */
size_t utf8_width(str s);              /* terminal columns; wide characters count two */
size_t utf8_count(str s);              /* code points */
size_t utf8_utf16_count(str s);        /* UTF-16 code units, for LSP positions */
/* Damerau-Levenshtein distance in code points (a swap of neighbours is one step, nothing is changed twice), at most
 * `max` + 1: it stops early. Both at most 64 code points long, else max + 1. */
unsigned utf8_distance(str a, str b, unsigned max);

#endif
