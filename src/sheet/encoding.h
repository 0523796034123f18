/* encoding: which one a CSV is written in, and its records turned into UTF-8. Files of offices come from many hands:
 * one encoding per file is the rule, and a row that breaks it is told, never guessed away in silence. */
#ifndef SHEET_ENCODING_H
#define SHEET_ENCODING_H
#include "base/str.h"

#include <iconv.h>

enum encoding {
    ENCODING_UNKNOWN, /* nothing but ASCII so far */
    ENCODING_UTF8,
    ENCODING_GB18030,
    ENCODING_UTF16LE,
    ENCODING_UTF16BE,
};

str encoding_name(enum encoding n);
/* By the mark at the start; *len gets its bytes. ENCODING_UNKNOWN when there is none. */
enum encoding encoding_mark(str head, size_t *len);
/* By the lines of a sample, each with one vote; UNKNOWN when all is ASCII. Unless it is `whole`, the sample may end
 * inside a character. */
enum encoding encoding_guess(str sample, bool whole, iconv_t gb18030);
bool encoding_ascii(str s);
/* Whether s is valid UTF-8 and is so hardly by accident: Chinese characters that would be rare ones, or none, in
 * GB18030. For one line of a file that is GB18030 otherwise. */
bool encoding_surely_utf8(str s);

/* GB18030 to UTF-8. `out` must have room for encoding_room(s.len). False at the first malformed byte unless `lossy`,
 * which makes it U+FFFD. */
bool encoding_from_gb18030(iconv_t gb18030, str s, bool lossy, char *out, size_t *len);
/* UTF-8 to UTF-8, malformed bytes made U+FFFD. */
void encoding_mend_utf8(str s, char *out, size_t *len);
static inline size_t encoding_room(size_t len) { return len * 3 + 4; }

/* UTF-16 in pieces: what a piece left over is kept for the next. A half surrogate becomes the byte FF, which no UTF-8
 * has, so that the row it is in is told as malformed. */
struct utf16 {
    bool big_endian;
    bool odd; /* one byte is left */
    uint8_t byte;
    uint16_t high; /* a high surrogate that waits for its low one; else 0 */
};
/* `out` must have room for 3 bytes for each 2, and 6 more. Returns bytes written. */
size_t utf16_piece(struct utf16 *u, const char *p, size_t len, bool last, char *out);

#endif
