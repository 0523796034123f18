/* Any bytes as a workbook. An archive that libzip opens is rare among random bytes, and checksums make it rarer, so
 * there are two ways in: bytes that begin with PK are a file as they stand; others are a sheet, its texts and its
 * styles, divided by form feeds, packed here into a workbook. */
#include "base/utf8.h"
#include "sheet/sheet.h"
#include "sheet/zip_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { COLUMNS = 20, ROW_BYTES = 4096 };

static void check(bool ok)
{
    if (!ok) abort();
}

static void read_all(str path)
{
    static const struct sheet_options small = {
        .max_columns = COLUMNS, .max_row_bytes = ROW_BYTES, .max_bytes = 16 << 20, .max_rows = 100000
    };
    struct sheet_reader *r;
    struct sheet_row row;
    struct err e = { 0 };
    uint64_t number = 0, done, total;
    int status;
    if (!sheet_open(&r, path, &small, &e)) {
        check(e.code != ERR_NONE && err_cause(&e)[0] != '\0');
        return;
    }
    while ((status = sheet_next(r, &row, &e)) > 0) {
        check(row.number > number && row.count <= COLUMNS && utf8_valid(row.problem, NULL));
        number = row.number;
        for (size_t i = 0; i < row.count; i++) {
            check(row.cells[i].len <= SHEET_CELL_BYTES && utf8_valid(row.cells[i], NULL));
            check(row.cells[i].len == 0 || memchr(row.cells[i].p, 0, row.cells[i].len) == NULL);
        }
        sheet_progress(r, &done, &total);
        check(done <= total);
    }
    check((status < 0) == (e.code != ERR_NONE));
    sheet_close(r);
}

#define REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

static void pack(str path, str bytes)
{
    static const char *const names[] = { "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml",       "xl/styles.xml",
                                         "xl/workbook.xml",          "xl/_rels/workbook.xml.rels", "_rels/.rels" };
    static const char *const usual[] = {
        "<worksheet/>",
        "<sst/>",
        "<styleSheet/>",
        "<workbook xmlns:r=\"r\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>",
        "<Relationships><Relationship Id=\"r1\" Type=\"" REL "/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
        "<Relationship Id=\"r2\" Type=\"" REL "/styles\" Target=\"styles.xml\"/>"
        "<Relationship Id=\"r3\" Type=\"" REL "/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>",
        "<Relationships><Relationship Id=\"r1\" Type=\"" REL
        "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
    };
    autoarena *a = arena_new("fuzz", 0);
    struct err e = { 0 };
    struct file_out f;
    struct zip_out *z;
    check(file_create(&f, path, &e) && zip_new(&z, a, &f, &e));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        str part;
        if (!str_split(&bytes, '\f', &part)) part = str_of(usual[i]);
        check(zip_begin(z, names[i], &e) && zip_add(z, part, &e) && zip_end(z, &e));
    }
    check(zip_finish(z, &e) && file_commit(&f, &e));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    str bytes = { (const char *)data, size };
    if (str_starts(bytes, STR("PK"))) {
        int fd = memfd_create("fuzz", 0);
        check(fd >= 0 && write(fd, data, size) == (ssize_t)size);
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        read_all(str_of(path));
        close(fd);
    } else {
        snprintf(path, sizeof path, "/dev/shm/fuzz-xlsx-%ld", (long)getpid());
        pack(str_of(path), bytes);
        read_all(str_of(path));
        unlink(path);
    }
    return 0;
}
