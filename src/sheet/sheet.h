/* sheet: tables of text in and out, CSV and XLSX alike. Reading is row by row in bounded memory; writing is all or
 * nothing. Cells are UTF-8 text as a person sees it: a date is "2023-11-01", a number is plain digits. What a cell
 * means is the caller's business. Messages and problems are Chinese sentences.
 *
 * A bad row is that row's problem and not the end of the file; the end is only what makes all that follows
 * doubtful: a file that is cut off, damaged, no table at all, or past a limit. */
#ifndef SHEET_SHEET_H
#define SHEET_SHEET_H
#include "base/err.h"

/* The limits where the options say nothing. */
enum {
    SHEET_ROW_BYTES = 1 << 20,      /* one row; an open quote must not swallow a file */
    SHEET_CELL_BYTES = 128 << 10,   /* one cell: Excel's 32,767 characters at four bytes */
    SHEET_COLUMNS = 2048,           /* of a row; beyond it, it is no list of people or firms */
    SHEET_ROWS = 100000000,         /* a country's people in several files, not in one */
    SHEET_SHARED_BYTES = 256 << 20, /* the table of texts of an XLSX, the one part that must be held whole */
};
/* 16 GiB: of a CSV as it lies there, of an XLSX unzipped, so that a zip bomb ends. */
#define SHEET_BYTES UINT64_C(0x400000000)

struct sheet_reader;

struct sheet_options {
    str sheet_name;     /* of an XLSX; empty: its first sheet that is not hidden */
    uint64_t max_bytes; /* zero here and below: the limit above */
    uint64_t max_rows;  /* blank ones included */
    size_t max_row_bytes;
    size_t max_columns;
};

struct sheet_row {
    uint64_t number;  /* from 1, heading and blank rows counted: of an XLSX the row number on the screen */
    uint64_t line;    /* the first line of the row in the file; of an XLSX the same as number */
    const str *cells; /* count of them, valid UTF-8 without NUL */
    size_t count;
    str problem; /* a sentence, or empty. Cells are then what could be read, and must not be believed unseen */
};

/* What the file is, is told from its content and not from its name. *out is the caller's to close. */
bool sheet_open(struct sheet_reader **out, str path, const struct sheet_options *o, struct err *e);
/* 1: the next row; 0: the end; -1: an error, after which only closing makes sense. Rows without any text are passed
 * over, their numbers with them. All of *row is borrowed until the next call. CSV: the separator , ; or TAB is found
 * from the first line that has any; cells are not trimmed; the apostrophe with which the writer guards is taken away
 * again. A line with an opening quote that never finds its end is a row by itself with a problem. XLSX: cells after the
 * last one with a value are not counted. Of merged cells only the first has the value. */
int sheet_next(struct sheet_reader *r, struct sheet_row *row, struct err *e);
/* "UTF-8", "UTF-16LE", "UTF-16BE", "GB18030"; an XLSX is "XLSX". As long as a CSV had nothing but ASCII it is UTF-8. */
str sheet_encoding(const struct sheet_reader *r);
/* How far it has read, in bytes of an unsaid kind: only for the ratio. */
void sheet_progress(const struct sheet_reader *r, uint64_t *done, uint64_t *total);
void sheet_close(struct sheet_reader *r); /* NULL is fine */

struct sheet_writer;

struct sheet_layout {
    str sheet_name;         /* of an XLSX; empty: Sheet1. At most 31 characters, none of []:*?/\ */
    const unsigned *widths; /* of the columns in characters, width_count of them; 0 or not given: 12. Only XLSX */
    size_t width_count;
    const str *further; /* names of more tables in the same workbook, which follow by sheet_next_table. Only XLSX */
    size_t further_count;
    size_t numbers_from; /* from this column on, counted from 0, cells below the heading that are plain numbers of at
                          * most 15 digits are numbers to Excel and can be added up; 0: all is text. Only XLSX */
    bool plain;          /* the first row is no heading: not bold, not kept in view. Only XLSX */
    bool unguarded;      /* CSV cells that a spreadsheet would run as a formula stay as they are, for other programs */
};

/* The ending of path decides: .csv (UTF-8 with mark, commas, CRLF: what Excel opens rightly) or .xlsx (cells are text,
 * see numbers_from). Nothing stands under path before sheet_finish. layout NULL is one of zeros. *out is ended by
 * finish or discard. */
bool sheet_create(struct sheet_writer **out, str path, const struct sheet_layout *layout, struct err *e);
/* False: the table cannot be finished any more (a full disk, or more than Excel can hold); then discard it. Malformed
 * bytes are written as U+FFFD, NUL as well. */
bool sheet_write_row(struct sheet_writer *w, const str *cells, size_t count, struct err *e);
/* The rows that follow are of the next table of the workbook, with the same layout. */
bool sheet_next_table(struct sheet_writer *w, struct err *e);
/* Writes what is left, syncs, gives the file its name and frees w, whatever comes out; on failure nothing is left, nor
 * is an older file of that name touched (but see file_commit). */
bool sheet_finish(struct sheet_writer *w, struct err *e);
void sheet_discard(struct sheet_writer *w); /* no file; NULL is fine */

#endif
