/* download: a table as a spreadsheet. */
#include "hall/board.h"
#include "sheet/sheet.h"

bool download_table(struct call *c, const struct download_table *t, str name, struct err *e)
{
    return download_numbers(c, t, 0, name, e);
}

bool download_numbers(struct call *c, const struct download_table *t, size_t from, str name, struct err *e)
{
    struct sheet_writer *w;
    bool csv = str_ends(name, STR(".csv"));
    str path = attachment_out(c, csv ? "table.csv" : "table.xlsx");
    if (!sheet_create(&w, path, &(struct sheet_layout){ .numbers_from = from }, e)) return false;
    bool ok = true;
    for (size_t i = 0; ok && i < t->rows; i++) ok = sheet_write_row(w, t->cells + i * t->columns, t->columns, e);
    if (ok) return sheet_finish(w, e) && attachment_send(c, path, name, e);
    sheet_discard(w);
    return false;
}
