/* Any bytes as a CSV. Every cell must be UTF-8 without NUL, rows must count upwards and stay in their limits; and what
 * was read, written again and read again, must be the same table. Small limits, so that they are met. */
#include "base/utf8.h"
#include "sheet/sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { COLUMNS = 20, ROW_BYTES = 4096 };

static const struct sheet_options small = { .max_columns = COLUMNS, .max_row_bytes = ROW_BYTES };

static void check(bool ok)
{
    if (!ok) abort();
}

static void check_row(const struct sheet_row *row, uint64_t number, uint64_t line)
{
    check(row->number > number && row->line > line && row->line >= row->number && row->count <= COLUMNS);
    check(utf8_valid(row->problem, NULL));
    for (size_t i = 0; i < row->count; i++) {
        check(row->cells[i].len <= 3 * ROW_BYTES && utf8_valid(row->cells[i], NULL));
        check(row->cells[i].len == 0 || memchr(row->cells[i].p, 0, row->cells[i].len) == NULL);
    }
}

static bool blank(const struct sheet_row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        if (row->cells[i].len > 0) return false;
    }
    return true;
}

/* Reads all; with a writer, writes each row to it. Returns the number of rows, and a sum over their cells. */
static uint64_t read_all(str path, struct sheet_writer *w, uint64_t *sum)
{
    struct sheet_reader *r;
    struct sheet_row row;
    struct err e = { 0 };
    uint64_t rows = 0, number = 0, line = 0, done, total;
    int status;
    *sum = 14695981039346656037U;
    if (!sheet_open(&r, path, &small, &e)) {
        check(e.code != ERR_NONE && err_cause(&e)[0] != '\0');
        return 0;
    }
    while ((status = sheet_next(r, &row, &e)) > 0) {
        check_row(&row, number, line);
        number = row.number;
        line = row.line;
        if (blank(&row)) continue; /* its problem was all it had: the second time it is passed over */
        rows++;
        sheet_progress(r, &done, &total);
        check(done <= total);
        for (size_t i = 0; i < row.count; i++) {
            for (size_t at = 0; at < row.cells[i].len; at++)
                *sum = (*sum ^ (uint8_t)row.cells[i].p[at]) * 1099511628211U;
            *sum = (*sum ^ 0x100) * 1099511628211U;
        }
        *sum = (*sum ^ 0x200) * 1099511628211U;
        if (w != NULL) check(sheet_write_row(w, row.cells, row.count, &e));
    }
    check((status < 0) == (e.code != ERR_NONE));
    sheet_close(r);
    return rows;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char in[64], out[64];
    struct err e = { 0 };
    int fd = memfd_create("fuzz", 0);
    check(fd >= 0 && (size == 0 || write(fd, data, size) == (ssize_t)size));
    snprintf(in, sizeof in, "/proc/self/fd/%d", fd);
    snprintf(out, sizeof out, "/dev/shm/fuzz-csv-%ld.csv", (long)getpid());
    struct sheet_writer *w;
    uint64_t first, second;
    check(sheet_create(&w, str_of(out), NULL, &e));
    uint64_t rows = read_all(str_of(in), w, &first);
    check(sheet_finish(w, &e));
    close(fd);
    if (rows > 0) {
        /* quotes and marks make rows longer: such a table may be refused, but never be another one */
        uint64_t again = read_all(str_of(out), NULL, &second);
        check(again <= rows && (again < rows || first == second || size > ROW_BYTES / 4));
        check(again == rows || size > ROW_BYTES / 4);
    }
    unlink(out);
    return 0;
}
