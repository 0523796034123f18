/* fund, inside: columns by the names people give them. */
#ifndef FUND_FUND_PRIV_H
#define FUND_FUND_PRIV_H
#include "fund/fund.h"
#include "sheet/sheet.h"

struct fund_heading {
    const char *name;
    const char *others; /* names also in use, '|' between them */
};
enum { FUND_HEADINGS_MIN = 3 }; /* a row with so many of them is the row of headings */

/* at[i]: the column of heading i, -1 when there is none. How many there are. */
size_t fund_headings(const struct sheet_row *row, const struct fund_heading *h, size_t count, int *at);

/* What stands in a column, trimmed; empty when there is no such column. */
str fund_in_column(const struct sheet_row *row, int at);
/* Reads the bank's statement into bank, the newest last, and follows its balance. */
bool fund_bank_lines(str path, struct arena *a, struct fund_matched *out, struct err *e);

#endif
