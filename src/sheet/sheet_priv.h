/* sheet_priv: what the readers of both kinds share: the row being built, and where to complain about it. */
#ifndef SHEET_SHEET_PRIV_H
#define SHEET_SHEET_PRIV_H
#include "base/file.h"
#include "base/text.h"
#include "sheet/sheet.h"

struct csv;
struct xlsx;

struct sheet_reader {
    struct arena *arena; /* all of the reader; nothing is taken from it per row */
    struct file_in file;
    struct sheet_options limits; /* no zeros left */
    struct csv *csv;             /* one of the two */
    struct xlsx *xlsx;
    str *cells; /* of the current row; limits.max_columns of them */
    size_t count;
    uint64_t number, line;
    struct text problem;
};

/* Both open on a file that is open already, and take from the arena what they will ever need. */
bool csv_open(struct sheet_reader *r, str head, struct err *e);
int csv_next(struct sheet_reader *r, struct err *e);
void csv_close(struct csv *c);
str csv_encoding(const struct csv *c);
uint64_t csv_done(const struct csv *c);

bool xlsx_open(struct sheet_reader *r, struct err *e);
int xlsx_next(struct sheet_reader *r, struct err *e);
void xlsx_close(struct xlsx *x);
void xlsx_progress(const struct xlsx *x, uint64_t *done, uint64_t *total);

/* Whether a spreadsheet would take a CSV cell for a formula: it begins like one and is no plain number. */
bool guard_wanted(str cell);

/* Adds a sentence to the current row's problem; beyond a few they are left out. */
void row_problem(struct sheet_reader *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The beginning of a text, as much of it as a problem may quote; whole characters only. */
str quotable(str s);
/* "A", "AB": how a column is called on the screen. */
enum { COLUMN_NAME = 8 };
const char *column_name(size_t column, char out[COLUMN_NAME]);

#endif
