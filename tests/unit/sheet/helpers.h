/* What the tests of sheet share: files of given bytes, workbooks of given parts, and a table written out as text. */
#ifndef UNIT_SHEET_HELPERS_H
#define UNIT_SHEET_HELPERS_H
#include "base/file.h"
#include "base/text.h"
#include "base/utf8.h"
#include "sheet/sheet.h"
#include "sheet/zip_write.h"
#include "support/t.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline str put_file(const char *name, str data)
{
    struct err e = { 0 };
    str path = str_of(t_path(name));
    CHECK_OK(file_write(path, data, &e), e);
    return path;
}

/* A table as text, one line per row: "NUMBER cell|cell|cell" and, when there is one, " !! problem"; an error at the end
 * as "ERROR sentence". That all is valid UTF-8 without NUL is checked for every cell. */
static inline str table_text(struct arena *a, str path, const struct sheet_options *o)
{
    struct text t;
    struct err e = { 0 };
    struct sheet_reader *r;
    struct sheet_row row;
    int status;
    text_init(&t, a, 1 << 24);
    if (!sheet_open(&r, path, o, &e)) return str_fmt(a, "ERROR %s", err_cause(&e));
    while ((status = sheet_next(r, &row, &e)) > 0) {
        text_addf(&t, "%llu ", (unsigned long long)row.number);
        for (size_t i = 0; i < row.count; i++) {
            CHECK(utf8_valid(row.cells[i], NULL));
            CHECK(row.cells[i].len == 0 || memchr(row.cells[i].p, 0, row.cells[i].len) == NULL);
            if (i > 0) text_addc(&t, '|');
            text_add(&t, row.cells[i]);
        }
        CHECK(utf8_valid(row.problem, NULL));
        if (row.problem.len > 0) text_addf(&t, " !! %.*s", STR_ARG(row.problem));
        text_addc(&t, '\n');
    }
    if (status < 0) text_addf(&t, "ERROR %s\n", err_cause(&e));
    sheet_close(r);
    return text_str(&t);
}

/* What a CSV of these bytes is read as. */
static inline str csv_text(struct arena *a, str bytes) { return table_text(a, put_file("t.csv", bytes), NULL); }

struct part_text {
    const char *name, *text;
};

#define RELS_HEAD "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
#define DOC_REL   "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

/* A workbook with one sheet; parts given here replace or join the usual ones. */
static inline str put_xlsx(const char *name, const struct part_text *parts, size_t count)
{
    static const struct part_text usual[] = {
        { "_rels/.rels", RELS_HEAD "<Relationship Id=\"r1\" Type=\"" DOC_REL
                                   "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>" },
        { "xl/workbook.xml", "<workbook xmlns:r=\"" DOC_REL
                             "\"><sheets><sheet name=\"名单\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>" },
        { "xl/_rels/workbook.xml.rels",
          RELS_HEAD "<Relationship Id=\"r1\" Type=\"" DOC_REL "/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
                    "<Relationship Id=\"r2\" Type=\"" DOC_REL "/styles\" Target=\"styles.xml\"/>"
                    "<Relationship Id=\"r3\" Type=\"" DOC_REL "/sharedStrings\" Target=\"/xl/sharedStrings.xml\"/>"
                    "</Relationships>" },
        { "xl/styles.xml", "<styleSheet/>" },
        { "xl/sharedStrings.xml", "<sst/>" },
        { "xl/worksheets/sheet1.xml", "<worksheet><sheetData/></worksheet>" },
    };
    autoarena *a = arena_new("xlsx", 0);
    struct err e = { 0 };
    struct file_out f;
    struct zip_out *z = NULL;
    str path = str_of(t_path(name));
    CHECK_OK(file_create(&f, path, &e) && zip_new(&z, a, &f, &e), e);
    bool done[16] = { false };
    CHECK(count <= sizeof done);
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        const char *text = usual[i].text;
        for (size_t k = 0; k < count; k++) {
            if (strcmp(parts[k].name, usual[i].name) != 0) continue;
            text = parts[k].text;
            done[k] = true;
        }
        if (text == NULL) continue; /* left out on purpose */
        CHECK_OK(zip_begin(z, usual[i].name, &e) && zip_add(z, str_of(text), &e) && zip_end(z, &e), e);
    }
    for (size_t k = 0; k < count; k++) {
        if (done[k]) continue;
        CHECK_OK(zip_begin(z, parts[k].name, &e) && zip_add(z, str_of(parts[k].text), &e) && zip_end(z, &e), e);
    }
    CHECK_OK(zip_finish(z, &e) && file_commit(&f, &e), e);
    return path;
}

/* A workbook whose sheet has these rows. */
static inline str put_rows(struct arena *a, const char *rows)
{
    str sheet = str_fmt(a, "<worksheet><sheetData>%s</sheetData></worksheet>", rows);
    struct part_text part = { "xl/worksheets/sheet1.xml", sheet.p };
    return put_xlsx("t.xlsx", &part, 1);
}

static inline str rows_text(struct arena *a, const char *rows) { return table_text(a, put_rows(a, rows), NULL); }

/* How many entries the test's folder has, hidden ones too. */
static inline size_t entries(void)
{
    char command[600];
    size_t count = 0;
    snprintf(command, sizeof command, "ls -A '%s' | wc -l", t_dir());
    FILE *f = popen(command, "r");
    CHECK(f != NULL && fscanf(f, "%zu", &count) == 1);
    pclose(f);
    return count;
}

#endif
