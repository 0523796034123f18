/* xlsx_write: the smallest workbook that Excel, WPS and LibreOffice open without a word. Cells are inline strings in
 * a text format: nothing is ever run as a formula, no number loses digits, and rows can be written as they come. Only
 * where the layout says so a plain number is one: codes and identity numbers are digits too and must stay as they are.
 */
#include "base/utf8.h"
#include "sheet/sheet_priv.h"
#include "sheet/write_priv.h"

#include <stdio.h>
#include <string.h>

enum {
    EXCEL_ROWS = 1048576,
    EXCEL_CHARACTERS = 32767, /* UTF-16 units in one cell; with more, Excel calls the file damaged */
    NAME_CHARACTERS = 31,
    EXCEL_DIGITS = 15, /* a number with more would be rounded */
    WIDTH = 12,        /* an ID number needs 20, a name 10 */
    WIDTH_MAX = 255,
};

static const char DECLARATION[] = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
#define MAIN     "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define RELATION "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE  "http://schemas.openxmlformats.org/package/2006/"
#define CONTENT  "application/vnd.openxmlformats-officedocument.spreadsheetml."

static const struct {
    const char *name, *text;
} fixed_parts[] = {
    { "_rels/.rels", "<Relationships xmlns=\"" PACKAGE "relationships\"><Relationship Id=\"rId1\" Type=\"" RELATION
                     "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>" },
    /* Style 1 is text (format 49), style 2 the same in bold. */
    { "xl/styles.xml",
      "<styleSheet xmlns=\"" MAIN "\"><fonts count=\"2\"><font><sz val=\"11\"/><name val=\"等线\"/></font>"
      "<font><b/><sz val=\"11\"/><name val=\"等线\"/></font></fonts>"
      "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>"
      "<fill><patternFill patternType=\"gray125\"/></fill></fills>"
      "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
      "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>"
      "<cellXfs count=\"3\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>"
      "<xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>"
      "<xf numFmtId=\"49\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" "
      "applyFont=\"1\"/></cellXfs>"
      "<cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>" },
};

/* "_x0041_" in a cell means "A" to a spreadsheet, so its underscore is written in that way itself. */
static bool looks_escaped(str s, size_t at)
{
    if (s.len - at < 7 || s.p[at + 1] != 'x' || s.p[at + 6] != '_') return false;
    for (size_t i = at + 2; i < at + 6; i++) {
        char c = s.p[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))) return false;
    }
    return true;
}

/* What stands for a character in XML; NULL: itself. */
static const char *escape(str s, size_t at, uint32_t cp, size_t n, char small[16])
{
    switch (cp) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '_': return looks_escaped(s, at) ? "_x005F_" : NULL;
    case '\t':
    case '\n': return NULL;
    case 0:
    case 0xFFFE:
    case 0xFFFF: return "\xEF\xBF\xBD";
    case 0xFFFD: return n == 1 ? "\xEF\xBF\xBD" : NULL;
    default: break;
    }
    if (cp >= 0x20) return NULL;
    snprintf(small, 16, "_x%04X_", (unsigned)cp); /* XML has no other way to say it */
    return small;
}

static void add_escaped(struct text *t, str s)
{
    size_t from = 0, n = 0;
    char small[16];
    for (size_t at = 0; at < s.len; at += n) {
        uint32_t cp = utf8_at(s, at, &n);
        const char *other = escape(s, at, cp, n, small);
        if (other == NULL) continue;
        text_add(t, str_slice(s, from, at));
        text_addz(t, other);
        from = at + n;
    }
    text_add(t, str_slice(s, from, s.len));
}

static bool check_name(str name, struct err *e)
{
    bool bad = utf8_utf16_count(name) > NAME_CHARACTERS || !utf8_valid(name, NULL);
    for (size_t i = 0; i < name.len; i++)
        bad = bad || (uint8_t)name.p[i] < 0x20 || strchr("[]:*?/\\", name.p[i]) != NULL;
    if (!bad) return true;
    return fail(e, INVALID, "工作表名“%.*s”不行：最多 %d 字，不能有 [ ] : * ? / \\", STR_ARG(name), NAME_CHARACTERS);
}

static bool write_part(struct sheet_writer *w, const char *name, str text, struct err *e)
{
    return zip_begin(w->zip, name, e) && zip_add(w->zip, str_of(DECLARATION), e) && zip_add(w->zip, text, e) &&
           zip_end(w->zip, e);
}

static size_t tables_of(const struct sheet_writer *w) { return 1 + w->layout.further_count; }

static str table_name(const struct sheet_writer *w, size_t i)
{
    if (i > 0) return w->layout.further[i - 1];
    return w->layout.sheet_name.len > 0 ? w->layout.sheet_name : STR("Sheet1");
}

static bool write_pending(struct sheet_writer *w, const char *name, struct err *e)
{
    bool ok = write_part(w, name, text_str(&w->pending), e);
    w->pending.len = 0;
    return ok;
}

/* The parts that name the tables: what there is of which kind, who points to whom, their order and titles. */
static bool write_contents(struct sheet_writer *w, struct err *e)
{
    struct text *t = &w->pending;
    text_addz(t,
              "<Types xmlns=\"" PACKAGE "content-types\">"
              "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
              "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
              "<Override PartName=\"/xl/workbook.xml\" ContentType=\"" CONTENT "sheet.main+xml\"/>"
              "<Override PartName=\"/xl/styles.xml\" ContentType=\"" CONTENT "styles+xml\"/>");
    for (size_t i = 1; i <= tables_of(w); i++)
        text_addf(t, "<Override PartName=\"/xl/worksheets/sheet%zu.xml\" ContentType=\"" CONTENT "worksheet+xml\"/>",
                  i);
    text_addz(t, "</Types>");
    return write_pending(w, "[Content_Types].xml", e);
}

static bool write_book(struct sheet_writer *w, struct err *e)
{
    struct text *t = &w->pending;
    text_addz(t, "<Relationships xmlns=\"" PACKAGE "relationships\">");
    for (size_t i = 1; i <= tables_of(w); i++)
        text_addf(t, "<Relationship Id=\"rId%zu\" Type=\"" RELATION "/worksheet\" Target=\"worksheets/sheet%zu.xml\"/>",
                  i, i);
    text_addf(t, "<Relationship Id=\"rId%zu\" Type=\"" RELATION "/styles\" Target=\"styles.xml\"/></Relationships>",
              tables_of(w) + 1);
    if (!write_pending(w, "xl/_rels/workbook.xml.rels", e)) return false;
    text_addz(t, "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" RELATION "\"><sheets>");
    for (size_t i = 1; i <= tables_of(w); i++) {
        text_addz(t, "<sheet name=\"");
        add_escaped(t, table_name(w, i - 1));
        text_addf(t, "\" sheetId=\"%zu\" r:id=\"rId%zu\"/>", i, i);
    }
    text_addz(t, "</sheets></workbook>");
    return write_pending(w, "xl/workbook.xml", e);
}

static bool begin_table(struct sheet_writer *w, struct err *e)
{
    struct text *t = &w->pending;
    const char *name = str_fmt(w->arena, "xl/worksheets/sheet%zu.xml", w->table + 1).p; /* kept until the end */
    if (!zip_begin(w->zip, name, e)) return false;
    text_addz(t, DECLARATION);
    text_addz(t, "<worksheet xmlns=\"" MAIN "\">");
    if (!w->layout.plain) {
        text_addz(t, "<sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" "
                     "activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>");
    }
    return true;
}

bool xlsx_begin(struct sheet_writer *w, struct err *e)
{
    for (size_t i = 0; i < tables_of(w); i++) {
        if (!check_name(table_name(w, i), e)) return false;
    }
    if (!write_contents(w, e)) return false;
    for (size_t i = 0; i < sizeof fixed_parts / sizeof *fixed_parts; i++) {
        if (!write_part(w, fixed_parts[i].name, str_of(fixed_parts[i].text), e)) return false;
    }
    return write_book(w, e) && begin_table(w, e);
}

/* Known with the first row only: as many columns as it has, all of text, so that what is typed there stays text. */
static void begin_rows(struct sheet_writer *w, size_t count)
{
    size_t columns = count > w->layout.width_count ? count : w->layout.width_count;
    if (columns > 0) text_addz(&w->pending, "<cols>");
    for (size_t i = 0; i < columns; i++) {
        unsigned width = i < w->layout.width_count ? w->layout.widths[i] : 0;
        if (width == 0) width = WIDTH;
        if (width > WIDTH_MAX) width = WIDTH_MAX;
        text_addf(&w->pending, "<col min=\"%zu\" max=\"%zu\" width=\"%u\" style=\"1\" customWidth=\"1\"/>", i + 1,
                  i + 1, width);
    }
    if (columns > 0) text_addz(&w->pending, "</cols>");
    text_addz(&w->pending, "<sheetData>");
}

/* Spreadsheets drop them unless told not to. */
static bool has_outer_blanks(str s) { return s.len > 0 && ((uint8_t)s.p[0] <= ' ' || (uint8_t)s.p[s.len - 1] <= ' '); }

/* -12, 0.5, 177; not 007, 1e5, 1,206. */
static bool is_number(str s)
{
    size_t at = s.len > 0 && s.p[0] == '-', first = at, digits = 0, points = 0;
    for (; at < s.len; at++) {
        bool digit = s.p[at] >= '0' && s.p[at] <= '9';
        digits += digit, points += s.p[at] == '.';
        if (!digit && (s.p[at] != '.' || digits == 0 || at + 1 == s.len)) return false;
    }
    if (digits == 0 || digits > EXCEL_DIGITS || points > 1) return false;
    return s.p[first] != '0' || first + 1 == s.len || s.p[first + 1] == '.';
}

bool xlsx_row(struct sheet_writer *w, const str *cells, size_t count, struct err *e)
{
    struct text *t = &w->pending;
    char name[COLUMN_NAME];
    if (w->rows > EXCEL_ROWS) return fail(e, LIMIT, "Excel 最多 %d 行，请写成 .csv 或分几个文件", EXCEL_ROWS);
    if (w->rows == 1) begin_rows(w, count);
    char digits[24];
    str row = { digits, (size_t)snprintf(digits, sizeof digits, "%llu", (unsigned long long)w->rows) };
    const char *style =
        w->rows == 1 && !w->layout.plain ? "\" s=\"2\" t=\"inlineStr\"><is>" : "\" s=\"1\" t=\"inlineStr\"><is>";
    text_addz(t, "<row r=\"");
    text_add(t, row);
    text_addz(t, "\">");
    for (size_t i = 0; i < count; i++) {
        if (cells[i].len == 0) continue;
        if (cells[i].len > EXCEL_CHARACTERS && utf8_utf16_count(cells[i]) > EXCEL_CHARACTERS) {
            return fail(e, LIMIT, "第 %llu 行 %s 列太长，Excel 一格最多 %d 字，请缩短或写成 .csv",
                        (unsigned long long)w->rows, column_name(i, name), EXCEL_CHARACTERS);
        }
        text_addz(t, "<c r=\"");
        text_addz(t, column_name(i, name));
        text_add(t, row);
        bool may = w->layout.numbers_from > 0 && i >= w->layout.numbers_from && (w->rows > 1 || w->layout.plain);
        if (may && is_number(cells[i])) {
            text_addz(t, "\"><v>");
            text_add(t, cells[i]);
            text_addz(t, "</v></c>");
            continue;
        }
        text_addz(t, style);
        text_addz(t, has_outer_blanks(cells[i]) ? "<t xml:space=\"preserve\">" : "<t>");
        add_escaped(t, cells[i]);
        text_addz(t, "</t></is></c>");
    }
    text_addz(t, "</row>");
    return true;
}

static bool end_table(struct sheet_writer *w, struct err *e)
{
    if (w->rows == 0) begin_rows(w, 0);
    text_addz(&w->pending, "</sheetData></worksheet>");
    bool ok = zip_add(w->zip, text_str(&w->pending), e) && zip_end(w->zip, e);
    w->pending.len = 0;
    return ok;
}

bool xlsx_next_table(struct sheet_writer *w, struct err *e)
{
    if (!end_table(w, e)) return false;
    w->table++;
    w->rows = 0;
    return begin_table(w, e);
}

bool xlsx_end(struct sheet_writer *w, struct err *e)
{
    while (w->table < w->layout.further_count) { /* a table that was promised is there, if empty */
        if (!xlsx_next_table(w, e)) return false;
    }
    return end_table(w, e) && zip_finish(w->zip, e);
}
