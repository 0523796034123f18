/* XLSX in: values of all types, places, sheets, what is damaged or hostile. Workbooks are made by hand here, part by
 * part; those of other programs lie in tests/unit/sheet/files. */
#include "unit/sheet/helpers.h"

#define ROWS(text) rows_text(a, text)
#define SHARED(text)                                                                                  \
    {                                                                                                 \
        "xl/sharedStrings.xml",                                                                       \
            "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">" text "</sst>" \
    }
#define SHEET(rows)                                                                          \
    {                                                                                        \
        "xl/worksheets/sheet1.xml", "<worksheet><sheetData>" rows "</sheetData></worksheet>" \
    }
#define TABLE(...)                                                                                     \
    table_text(a,                                                                                      \
               put_xlsx("t.xlsx", (const struct part_text[]){ __VA_ARGS__ },                           \
                        sizeof((const struct part_text[]){ __VA_ARGS__ }) / sizeof(struct part_text)), \
               NULL)

TEST(shared_and_inline_texts_are_read)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(
        TABLE(
            SHARED(
                "<si><t>姓名</t></si><si><r><t>张</t></r><r><rPr><b/></rPr><t xml:space=\"preserve\"> 三</t></r></si>"),
            SHEET(
                "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"inlineStr\"><is><t>李&amp;四</t></is></c>"
                "<c r=\"C1\" t=\"inlineStr\"><is><r><t>王</t></r><r><t>五</t></r></is></c></row>"
                "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>1</v></c><c r=\"B2\" t=\"str\"><f>A1</f><v>甲</v></c></row>")),
        "1 姓名|李&四|王五\n2 张 三|甲\n");
}

TEST(reading_aids_are_no_part_of_a_text)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(
        TABLE(
            SHARED("<si><t>東京</t><rPh sb=\"0\" eb=\"2\"><t>トウキョウ</t></rPh><phoneticPr fontId=\"1\"/></si>"),
            SHEET("<row><c t=\"s\"><v>0</v></c><c t=\"inlineStr\"><is><t>大</t><rPh sb=\"0\" eb=\"1\"><t>オオ</t></rPh>"
                  "<t>阪</t></is></c></row>")),
        "1 東京|大阪\n");
}

TEST(cells_stand_where_their_names_say)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(ROWS("<row r=\"3\"><c r=\"B3\"><v>1</v></c><c r=\"D3\"><v>2</v></c><c><v>3</v></c></row>"
                   "<row r=\"7\"><c r=\"AA7\"><v>4</v></c></row><row><c><v>5</v></c></row>"),
              "3 |1||2|3\n7 ||||||||||||||||||||||||||4\n8 5\n");
}

TEST(blank_cells_and_rows_with_nothing_but_formats_are_passed_over)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(ROWS("<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"XFD1\" s=\"1\"/></row><row r=\"2\" s=\"4\"/>"
                   "<row r=\"3\"><c r=\"A3\"/></row><row r=\"9\"><c r=\"A9\" t=\"inlineStr\"><is><t></t></is></c>"
                   "<c r=\"B9\"><v>2</v></c></row>"),
              "1 1\n9 |2\n");
}

TEST(numbers_are_given_as_a_spreadsheet_shows_them)
{
    autoarena *a = arena_new("test", 0);
    static const char *const pairs[][2] = {
        { "0", "0" },
        { "-0", "0" },
        { "42", "42" },
        { "007", "7" },
        { "-1.50", "-1.5" },
        { "0.30000000000000004", "0.3" },
        { "1.1000000000000001", "1.1" },
        { "4.4999999999999998E-2", "0.045" },
        { "1E3", "1000" },
        { "1.5e+3", "1500" },
        { "1.23E+5", "123000" },
        { "1E-7", "0.0000001" },
        { "999999999999999", "999999999999999" },
        { "99999999999999.98", "100000000000000" }, /* sixteen digits */
        { "0.99999999999999989", "1" },
        { "9.9999999999999999E2", "1000" },
        { " 12 ", "12" },
        { "123456789.12345678", "123456789.123457" },
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        NOTE("%s", pairs[i][0]);
        str out = rows_text(a, str_fmt(a, "<row><c><v>%s</v></c></row>", pairs[i][0]).p);
        CHECK_STR(out, str_fmt(a, "1 %s\n", pairs[i][1]));
    }
}

TEST(a_long_number_has_lost_digits_and_is_told)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(ROWS("<row><c><v>张</v></c></row>"), "1 张 !! A 列的“张”应当是数字，请核对\n");
    CHECK_STR(ROWS("<row><c><v>1</v></c><c><v>3.20102199001011E+17</v></c></row>"),
              "1 1|320102199001011000 !! B 列：身份证号存成了数字，末几位已丢失，请把这一列设为文本\n");
    CHECK_STR(ROWS("<row><c><v>320102199001011234</v></c></row>"),
              "1 320102199001011000 !! A 列：身份证号存成了数字，末几位已丢失，请把这一列设为文本\n");
    CHECK_STR(ROWS("<row><c><v>6222021234567890</v></c></row>"),
              "1 6222021234567890 !! A 列：长号码存成了数字，末几位已丢失，请把这一列设为文本\n");
    CHECK_STR(ROWS("<row><c t=\"inlineStr\"><is><t>320102199001011234</t></is></c></row>"), "1 320102199001011234\n");
}

#define STYLES(formats, xfs)                                                                               \
    {                                                                                                      \
        "xl/styles.xml",                                                                                   \
            "<styleSheet><numFmts>" formats "</numFmts><cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>" \
            "<cellXfs><xf numFmtId=\"0\"/>" xfs "</cellXfs></styleSheet>"                                  \
    }

TEST(days_and_times_are_given_in_the_iso_form)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(
        TABLE(
            STYLES("<numFmt numFmtId=\"176\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;\"/>"
                   "<numFmt numFmtId=\"177\" formatCode=\"[Red]0.00_);(0.00)\"/>"
                   "<numFmt numFmtId=\"178\" formatCode=\"[$-804]yyyy-mm-dd hh:mm\"/>"
                   "<numFmt numFmtId=\"179\" formatCode=\"[h]:mm\"/><numFmt numFmtId=\"180\" "
                   "formatCode=\"&quot;day&quot;0\"/>",
                   "<xf numFmtId=\"14\"/><xf numFmtId=\"176\"/><xf numFmtId=\"22\"/><xf numFmtId=\"20\"/>"
                   "<xf numFmtId=\"177\"/><xf numFmtId=\"178\"/><xf numFmtId=\"57\"/><xf numFmtId=\"31\"/>"
                   "<xf numFmtId=\"180\"/><xf numFmtId=\"179\"/>"),
            SHEET(
                "<row><c s=\"1\"><v>45231</v></c><c s=\"2\"><v>45231</v></c><c s=\"3\"><v>45231.354166666664</v></c>"
                "<c s=\"4\"><v>0.35416666666666669</v></c><c s=\"5\"><v>45231</v></c><c s=\"6\"><v>45231.999999</v></c>"
                "<c s=\"7\"><v>45231</v></c><c s=\"8\"><v>45231.7</v></c><c s=\"9\"><v>45231</v></c>"
                "<c s=\"10\"><v>0.5</v></c><c s=\"99\"><v>45231</v></c></row>"
                "<row><c s=\"1\"><v>1</v></c><c s=\"1\"><v>59</v></c><c s=\"1\"><v>61</v></c><c s=\"1\" "
                "t=\"n\"><v>2958465</v></c></row>"
                "<row><c t=\"d\"><v>2024-05-01T00:00:00</v></c><c t=\"d\"><v>2024-05-01T08:30:00.000</v></c></row>")),
        "1 2023-11-01|2023-11-01|2023-11-01 08:30:00|08:30:00|45231|2023-11-02 "
        "00:00:00|2023-11-01|2023-11-01|45231|12:00:00|45231\n"
        "2 1900-01-01|1900-02-28|1900-03-01|9999-12-31\n"
        "3 2024-05-01|2024-05-01 08:30:00\n");
}

TEST(a_number_that_is_no_day_is_told)
{
    autoarena *a = arena_new("test", 0);
    static const char *const wrong[] = { "60", "0", "-1", "2958467", "1E300" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        str sheet =
            str_fmt(a, "<worksheet><sheetData><row><c s=\"1\"><v>%s</v></c></row></sheetData></worksheet>", wrong[i]);
        str out = TABLE(STYLES("", "<xf numFmtId=\"14\"/>"), { "xl/worksheets/sheet1.xml", sheet.p });
        NOTE("%s", wrong[i]);
        CHECK(str_find(out, STR("设成了日期，但")) != SIZE_MAX);
    }
}

TEST(days_of_workbooks_that_count_from_1904_are_right)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(
        TABLE({ "xl/workbook.xml", "<x:workbook xmlns:x=\"m\" xmlns:r=\"q\"><x:workbookPr date1904=\"1\"/><x:sheets>"
                                   "<x:sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/></x:sheets></x:workbook>" },
              STYLES("", "<xf numFmtId=\"14\"/>"),
              { "xl/worksheets/sheet1.xml",
                "<x:worksheet xmlns:x=\"m\"><x:sheetData><x:row r=\"1\"><x:c r=\"A1\" s=\"1\">"
                "<x:v>43769</x:v></x:c><x:c r=\"B1\" s=\"1\"><x:v>0</x:v></x:c></x:row>"
                "</x:sheetData></x:worksheet>" }),
        "1 2023-11-01|1904-01-01\n");
}

TEST(truth_values_errors_and_formulas_without_results)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(ROWS("<row><c t=\"b\"><v>1</v></c><c t=\"b\"><v>0</v></c></row>"), "1 TRUE|FALSE\n");
    CHECK_STR(ROWS("<row><c t=\"e\"><f>VLOOKUP(1,A:B,2)</f><v>#N/A</v></c></row>"),
              "1 #N/A !! A 列是错误值 #N/A，请改正公式\n");
    CHECK_STR(ROWS("<row><c><v>1</v></c><c><f>A1+1</f></c></row>"),
              "1 1 !! B 列的公式没有结果，请用 Excel 打开、保存一次\n");
    CHECK_STR(ROWS("<row><c><v>1</v></c><c><f>A1+1</f><v/></c></row>"),
              "1 1 !! B 列的公式没有结果，请用 Excel 打开、保存一次\n");
    CHECK_STR(ROWS("<row><c><f>1+1</f><v>2</v></c><c t=\"str\"><f>\"\"</f><v></v></c><c><v>3</v></c></row>"),
              "1 2||3\n");
}

TEST(escaped_characters_become_themselves)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(TABLE(SHARED("<si><t>a_x000D_b_x005F_x0041_ _x4E00_ _xZZZZ_ _x0000_</t></si>"),
                    SHEET("<row><c t=\"s\"><v>0</v></c><c t=\"inlineStr\"><is><t>_x0009_|</t></is></c></row>")),
              "1 a\rb_x0041_ 一 _xZZZZ_ \xEF\xBF\xBD|\t|\n");
}

static const char two_sheets[] =
    "<workbook xmlns:r=\"q\"><sheets><sheet name=\"字典\" sheetId=\"1\" state=\"hidden\" r:id=\"r1\"/>"
    "<sheet name=\"图\" sheetId=\"2\" r:id=\"r3\"/><sheet name=\"名单\" sheetId=\"3\" "
    "r:id=\"r2\"/></sheets></workbook>";
static const char two_sheets_rels[] =
    RELS_HEAD "<Relationship Id=\"r1\" Type=\"" DOC_REL "/worksheet\" Target=\"./worksheets/sheet1.xml\"/>"
              "<Relationship Id=\"r2\" Type=\"http://purl.oclc.org/ooxml/officeDocument/relationships/worksheet\" "
              "Target=\"../other/Two.xml\"/><Relationship Id=\"r3\" Type=\"" DOC_REL
              "/chartsheet\" Target=\"c.xml\"/></Relationships>";

TEST(the_first_sheet_that_can_be_seen_is_read_or_the_one_that_is_named)
{
    autoarena *a = arena_new("test", 0);
    struct part_text parts[] = {
        { "xl/workbook.xml", two_sheets },
        { "xl/_rels/workbook.xml.rels", two_sheets_rels },
        SHEET("<row><c><v>1</v></c></row>"),
        { "other/two.xml", "<worksheet><sheetData><row><c><v>2</v></c></row></sheetData></worksheet>" },
    };
    str path = put_xlsx("t.xlsx", parts, 4);
    CHECK_STR(table_text(a, path, NULL), "1 2\n");
    CHECK_STR(table_text(a, path, &(struct sheet_options){ .sheet_name = STR("字典") }), "1 1\n");
    CHECK_STR(table_text(a, path, &(struct sheet_options){ .sheet_name = STR("别的") }),
              "ERROR 文件里没有工作表“别的”，有的是：字典、图、名单");
    CHECK_STR(table_text(a, path, &(struct sheet_options){ .sheet_name = STR("图") }),
              "ERROR 文件里没有工作表“图”，有的是：字典、图、名单");
}

TEST(document_types_and_entities_are_refused)
{
    autoarena *a = arena_new("test", 0);
    str out = TABLE({ "xl/sharedStrings.xml", "<!DOCTYPE sst [<!ENTITY a \"aaaa\">]><sst><si><t>&a;</t></si></sst>" });
    CHECK(str_find(out, STR("文档类型声明")) != SIZE_MAX);
    out = TABLE({ "xl/worksheets/sheet1.xml", "<!DOCTYPE w SYSTEM \"file:///etc/passwd\"><worksheet/>" });
    CHECK(str_find(out, STR("文档类型声明")) != SIZE_MAX);
    out = TABLE(SHEET("<row><c t=\"inlineStr\"><is><t>&b;</t></is></c></row>"));
    CHECK(str_find(out, STR("已损坏")) != SIZE_MAX);
}

TEST(deep_nesting_and_endless_tags_are_refused)
{
    autoarena *a = arena_new("test", 0);
    struct text t;
    text_init(&t, a, 8 << 20);
    text_addz(&t, "<worksheet>");
    for (int i = 0; i < 100; i++) text_addz(&t, "<a>");
    CHECK(str_find(TABLE({ "xl/worksheets/sheet1.xml", t.p }), STR("套得太深")) != SIZE_MAX);
    t.len = 0;
    text_addz(&t, "<worksheet a=\"");
    text_repeat(&t, 'x', 3 << 20);
    text_addz(&t, "\"/>");
    CHECK(str_find(TABLE({ "xl/worksheets/sheet1.xml", t.p }), STR("没有尽头")) != SIZE_MAX);
}

TEST(a_zip_bomb_ends_at_its_limit)
{
    autoarena *a = arena_new("test", 0);
    struct text t;
    text_init(&t, a, 80 << 20);
    text_addz(&t, "<worksheet><sheetData><row><c t=\"inlineStr\"><is><t>");
    text_repeat(&t, 'x', 70 << 20);
    text_addz(&t, "</t></is></c></row></sheetData></worksheet>");
    struct part_text part = { "xl/worksheets/sheet1.xml", t.p };
    str path = put_xlsx("bomb.xlsx", &part, 1);
    str out = table_text(a, path, NULL);
    NOTE("%.*s", (int)(out.len > 300 ? 300 : out.len), out.p);
    CHECK(str_find(out, STR("压缩炸弹")) != SIZE_MAX);
    CHECK(str_find(table_text(a, path, &(struct sheet_options){ .max_bytes = 1 << 20 }), STR("展开后太大")) !=
          SIZE_MAX);
}

TEST(damage_is_told_wherever_it_is)
{
    autoarena *a = arena_new("test", 0);
    CHECK(str_find(ROWS("<row><c><v>1</v></row>"), STR("sheet1.xml 第 1 行第")) != SIZE_MAX);
    CHECK(str_find(TABLE(SHEET("<row><c t=\"s\"><v>7</v></c></row>")), STR("A 列指向没有的文字")) != SIZE_MAX);
    CHECK(str_find(ROWS("<row r=\"5\"><c><v>1</v></c></row><row r=\"5\"><c><v>2</v></c></row>"),
                   STR("6 2 !! 行号“5”不对")) != SIZE_MAX);
    CHECK(str_find(ROWS("<row r=\"x\"><c r=\"11\"><v>1</v></c></row>"), STR("行号“x”不对")) != SIZE_MAX);
    CHECK(str_find(ROWS("<row><c r=\"AAAA1\"><v>1</v></c></row>"), STR("位置不对")) != SIZE_MAX);
    CHECK(str_find(TABLE({ "xl/worksheets/sheet1.xml", NULL }), STR("没有 xl/worksheets/sheet1.xml")) != SIZE_MAX);
    CHECK(str_find(TABLE({ "_rels/.rels", NULL }), STR("不是 .xlsx 表格")) != SIZE_MAX);
    CHECK(str_find(TABLE({ "_rels/.rels",
                           RELS_HEAD "<Relationship Id=\"r\" Type=\"x/officeDocument\" Target=\"word/document.xml\"/>"
                                     "</Relationships>" }),
                   STR("Word")) != SIZE_MAX);
}

TEST(problems_quote_whole_characters_only)
{
    autoarena *a = arena_new("test", 0);
    str out =
        ROWS("<row><c><v>一二三四五六七八九十一二三四五六</v></c></row>"); /* table_text checks that it is UTF-8 */
    CHECK(str_find(out, STR("“一二三四五六七八九十一二三”应当是数字")) != SIZE_MAX);
}

TEST(a_row_inside_a_row_is_no_row_of_its_own)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(ROWS("<row r=\"1\"><c><v>1</v></c><row r=\"1\"><c><v>2</v></c></row></row><c><v>3</v></c>"
                   "<row r=\"2\"><c><v>4</v></c></row>"),
              "1 1|2\n2 4\n");
}

TEST(what_follows_a_cut_is_not_read_either)
{
    autoarena *a = arena_new("test", 0);
    str path = put_rows(a, "<row><c t=\"inlineStr\"><is><t>1234567&amp;8901234&amp;5</t></is></c></row>");
    CHECK_STR(table_text(a, path, &(struct sheet_options){ .max_row_bytes = 10 }),
              "1 1234567& !! 这一行太长，最多 10 字节，后面的没有读\n");
}

/* Whatever is cut off the end or turned around in the middle: an error or a problem, or the very same text. */
TEST(a_file_that_is_cut_off_anywhere_says_so)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    str path = put_rows(a, "<row><c t=\"inlineStr\"><is><t>张三</t></is></c></row>"), bytes;
    str whole = table_text(a, path, NULL);
    CHECK_STR(whole, "1 张三\n");
    CHECK_OK(file_read(a, path, 1 << 20, &bytes, &e), e);
    bytes = str_dup(a, bytes); /* table_text writes other files */
    for (size_t len = 4; len < bytes.len; len += len < 100 || len + 100 > bytes.len ? 1 : 7) {
        struct arena_mark m = arena_mark(a);
        str out = table_text(a, put_file("cut.xlsx", str_slice(bytes, 0, len)), NULL);
        NOTE("%zu of %zu bytes: %.*s", len, bytes.len, STR_ARG(out));
        CHECK(str_starts(out, STR("ERROR ")));
        arena_rewind(a, m);
    }
}

TEST(a_file_with_any_byte_changed_is_never_read_as_something_else)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    str path = put_rows(a, "<row><c t=\"inlineStr\"><is><t>张三</t></is></c></row>"), bytes;
    CHECK_OK(file_read(a, path, 1 << 20, &bytes, &e), e);
    char *copy = (char *)(uintptr_t)str_dup(a, bytes).p;
    for (int i = 0; i < 400; i++) {
        struct arena_mark m = arena_mark(a);
        size_t at = t_random_below(bytes.len);
        char before = copy[at];
        copy[at] = (char)(copy[at] ^ (1 << t_random_below(8)));
        str out = table_text(a, put_file("bad.xlsx", (str){ copy, bytes.len }), NULL);
        NOTE("byte %zu: %.*s", at, STR_ARG(out));
        CHECK(str_eq(out, STR("1 张三\n")) || str_find(out, STR("ERROR ")) != SIZE_MAX);
        copy[at] = before;
        arena_rewind(a, m);
    }
}

TEST(limits_of_columns_rows_and_cells_are_told)
{
    autoarena *a = arena_new("test", 0);
    str path =
        put_rows(a, "<row><c r=\"A1\"><v>1</v></c><c r=\"D1\"><v>2</v></c></row><row r=\"5\"><c><v>3</v></c></row>");
    CHECK_STR(table_text(a, path, &(struct sheet_options){ .max_columns = 3 }),
              "1 1 !! D 列超出了最多 3 列，没有读\n5 3\n");
    CHECK_STR(table_text(a, path, &(struct sheet_options){ .max_rows = 4 }),
              "1 1|||2\nERROR 行太多，最多 4 行，请拆分\n");
    struct text t;
    text_init(&t, a, 8 << 20);
    text_addz(&t, "<row><c t=\"inlineStr\"><is><t>");
    text_repeat(&t, 'x', SHEET_CELL_BYTES + 1);
    text_addz(&t, "</t></is></c><c><v>5</v></c></row>");
    str out = rows_text(a, t.p);
    CHECK(str_find(out, STR("x|5 !! A 列太长")) != SIZE_MAX);
    path = put_rows(a, "<row><c t=\"inlineStr\"><is><t>12345678901</t></is></c></row><row><c><v>1</v></c></row>");
    CHECK_STR(table_text(a, path, &(struct sheet_options){ .max_row_bytes = 10 }),
              "1  !! 这一行太长，最多 10 字节，后面的没有读\n2 1\n");
}

TEST(every_failure_while_reading_a_workbook_is_an_error_and_nothing_else)
{
    autoarena *a = arena_new("test", 0);
    struct text t;
    text_init(&t, a, 1 << 22);
    for (int i = 1; i <= 3000; i++)
        text_addf(&t, "<row r=\"%d\"><c t=\"inlineStr\"><is><t>%d张三</t></is></c></row>", i, i * 7919);
    str path = put_rows(a, t.p);
    for (enum fault_kind kind = FAULT_MEMORY; kind <= FAULT_READ; kind++) {
        EVERY_FAULT (kind) {
            struct sheet_reader *r;
            struct sheet_row row;
            struct err e = { 0 };
            int status = 0;
            int64_t rows = 0;
            bool open = sheet_open(&r, path, NULL, &e);
            while (open && (status = sheet_next(r, &row, &e)) > 0) rows++;
            if (open) sheet_close(r);
            bool whole = open && status == 0;
            CHECK(whole ? rows == 3000 && e.code == ERR_NONE : t_fault_hit() && err_cause(&e)[0] != '\0');
        }
    }
}

TEST(workbooks_of_other_programs_are_read)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(table_text(a, str_of(t_source("tests/unit/sheet/files/openpyxl.xlsx")), NULL),
              "1 姓名|身份证号|出生|参保|比例|金额|时间\n"
              "2 张三|320102199001011234|1990-01-01|TRUE|0.3|1234567.89|2023-11-01 08:30:00\n"
              "3 李四|320102199001011000|1900-03-01|FALSE|0.0000001|-5|08:30:00 !! "
              "B 列：身份证号存成了数字，末几位已丢失，请把这一列设为文本\n"
              "4  !! F 列的公式没有结果，请用 Excel 打开、保存一次\n"
              "5 合计|||#N/A !! D 列是错误值 #N/A，请改正公式\n");
    CHECK_STR(table_text(a, str_of(t_source("tests/unit/sheet/files/libxlsxwriter.xlsx")), NULL),
              "1 姓名| 前后有空格 |A\b控制\n"
              "3 2023-11-01 08:30:15||1.1|TRUE|0.333333333333333\n"
              "4 6222021234567890000 !! A 列：长号码存成了数字，末几位已丢失，请把这一列设为文本\n");
}
