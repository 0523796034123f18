/* xlsx_priv: a workbook around the sheet that is read: where its parts are, what its texts and styles are. */
#ifndef SHEET_XLSX_PRIV_H
#define SHEET_XLSX_PRIV_H
#include "base/vec.h"
#include "sheet/sheet_priv.h"
#include "sheet/xml.h"

/* What a number format shows: neither, either or both. */
enum { SHOWS_DATE = 1, SHOWS_TIME = 2 };

struct book {
    struct zip_in *zip;
    bool base_1904; /* days count from 1904-01-01 and not from 1900-01-01 */
    str sheet_part;
    VEC(uint8_t) styles; /* SHOWS_… by the number a cell names */
    VEC(str) shared;
};

enum {
    BOOK_ENTRIES = 10000,   /* sheets, relations, formats of one's own: people have tens */
    BOOK_NAME_BYTES = 1024, /* names of parts, formats */
    BOOK_STYLES = 65536,    /* Excel's own limit is 64,000 */
};

/* Reads all but the sheet: its place by name ("" the first that is not hidden), styles, texts. */
bool book_read(struct book *b, struct arena *a, str sheet_name, struct err *e);

/* A number as a cell has it ("-1.5E-3") to plain digits, at most 15 of them significant, as a spreadsheet shows it.
 * Returns the digits before the point, 0 when it is no number; then out is untouched. */
enum { NUMBER_TEXT = 400, NUMBER_DIGITS = 15 };
unsigned number_plain(str s, char out[NUMBER_TEXT], size_t *len);
/* A day number to "2023-11-01", "2023-11-01 08:30:00" or "08:30:00", as `shows` says. False: there is no such day. */
bool number_date(str plain, unsigned shows, bool base_1904, char out[NUMBER_TEXT], size_t *len);
unsigned format_shows_builtin(unsigned id);
unsigned format_shows(str code);
/* Makes "_x000D_" the character it stands for, in place; returns the new length. */
size_t text_unescape(char *p, size_t len);

#endif
