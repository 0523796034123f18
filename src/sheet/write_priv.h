/* write_priv: what the writers of both kinds share: a file not yet under its name, and text on the way to it. */
#ifndef SHEET_WRITE_PRIV_H
#define SHEET_WRITE_PRIV_H
#include "base/file.h"
#include "base/text.h"
#include "sheet/sheet.h"
#include "sheet/zip_write.h"

/* Rows are collected up to FLUSH_BYTES; a single row may be as large as what the readers accept, escapes included. */
enum { FLUSH_BYTES = 64 * 1024, PENDING_BYTES = 16 << 20 };

struct sheet_writer {
    struct arena *arena;
    struct file_out file;
    struct sheet_layout layout; /* copied */
    struct text pending;
    struct zip_out *zip; /* NULL: CSV */
    uint64_t rows;
    size_t table; /* of those of the workbook, from 0 */
    bool broken;  /* a row could not be written, so the table cannot be finished */
};

bool xlsx_begin(struct sheet_writer *w, struct err *e);
bool xlsx_row(struct sheet_writer *w, const str *cells, size_t count, struct err *e);
bool xlsx_next_table(struct sheet_writer *w, struct err *e);
bool xlsx_end(struct sheet_writer *w, struct err *e);

#endif
