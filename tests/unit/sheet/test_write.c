/* Tables out: what is written is read back cell by cell, formulas are guarded, and a file is whole or not there. */
#include "unit/sheet/helpers.h"

#include <sys/stat.h>
#include <unistd.h>

#define ROW(w, ...)                                                                                                    \
    CHECK_OK(sheet_write_row(w, (const str[]){ __VA_ARGS__ }, sizeof((const str[]){ __VA_ARGS__ }) / sizeof(str), &e), \
             e)

static str bytes_of(struct arena *a, str path)
{
    str out = { 0 };
    struct err e = { 0 };
    CHECK_OK(file_read(a, path, 1 << 24, &out, &e), e);
    return out;
}

static struct sheet_writer *create(str path, const struct sheet_layout *layout)
{
    struct err e = { 0 };
    struct sheet_writer *w = NULL;
    CHECK_OK(sheet_create(&w, path, layout, &e), e);
    return w;
}

TEST(plain_numbers_are_numbers_to_excel_where_the_layout_says_so)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    str path = str_of(t_path("n.xlsx")), part = str_of(t_path("sheet1.xml"));
    struct sheet_writer *w = create(path, &(struct sheet_layout){ .numbers_from = 1 });
    ROW(w, STR("321002"), STR("2024"));
    ROW(w, STR("321002"), STR("177"), STR("-0.25"), STR("007"), STR("1e5"), STR("1234567890123456"), STR("1."),
        STR("-"));
    CHECK_OK(sheet_finish(w, &e), e);
    CHECK_STR(table_text(a, path, NULL), "1 321002|2024\n2 321002|177|-0.25|007|1e5|1234567890123456|1.|-\n");
    CHECK_INT(system(str_fmt(a, "unzip -p %.*s xl/worksheets/sheet1.xml >%.*s", STR_ARG(path), STR_ARG(part)).p), 0);
    str xml = bytes_of(a, part);
    CHECK(str_find(xml, STR("<c r=\"B2\"><v>177</v></c><c r=\"C2\"><v>-0.25</v></c>")) != SIZE_MAX);
    CHECK(str_find(xml, STR("<c r=\"D2\" s=\"1\" t=\"inlineStr\">")) != SIZE_MAX);
    CHECK(str_find(xml, STR("<v>2024")) == SIZE_MAX && str_find(xml, STR("<v>321002")) == SIZE_MAX);
}

TEST(a_csv_has_a_mark_and_line_ends_that_excel_opens_rightly)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    str path = str_of(t_path("t.csv"));
    struct sheet_writer *w = create(path, NULL);
    ROW(w, STR("姓名"), STR("备注"));
    ROW(w, STR("张三"), STR("说\"好\",\n走"));
    ROW(w, STR(""), STR("a;b"));
    CHECK_OK(sheet_finish(w, &e), e);
    CHECK_STR(bytes_of(a, path), "\xEF\xBB\xBF姓名,备注\r\n张三,\"说\"\"好\"\",\n走\"\r\n,\"a;b\"\r\n");
    CHECK_STR(table_text(a, path, NULL), "1 姓名|备注\n2 张三|说\"好\",\n走\n3 |a;b\n");
}

TEST(formulas_in_a_csv_are_guarded_and_the_guard_goes_when_it_is_read)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    str path = str_of(t_path("t.csv"));
    str cells[] = { STR("=1+1"),    STR("+cmd|' /C calc'!A0"),
                    STR("-2+3"),    STR("@SUM(A1)"),
                    STR("-12.5"),   STR("+86"),
                    STR("-5%"),     STR("'=1"),
                    STR("''=1"),    STR("'abc"),
                    STR("＝1"),     STR("\tx"),
                    STR("-"),       STR("'"),
                    STR("=\"a\",b") };
    size_t count = sizeof cells / sizeof *cells;
    struct sheet_writer *w = create(path, NULL);
    CHECK_OK(sheet_write_row(w, cells, count, &e) && sheet_finish(w, &e), e);
    CHECK_STR(bytes_of(a, path),
              "\xEF\xBB\xBF'=1+1,'+cmd|' /C calc'!A0,'-2+3,'@SUM(A1),-12.5,+86,-5%,''=1,'''=1,'abc,'＝1,"
              "\"'\tx\",'-,',\"'=\"\"a\"\",b\"\r\n");
    struct sheet_reader *r;
    struct sheet_row row;
    CHECK_OK(sheet_open(&r, path, NULL, &e), e);
    CHECK_INT(sheet_next(r, &row, &e), 1);
    CHECK_INT((int64_t)row.count, (int64_t)count);
    for (size_t i = 0; i < count; i++) CHECK_STR(row.cells[i], cells[i]);
    sheet_close(r);
    w = create(path, &(struct sheet_layout){ .unguarded = true });
    ROW(w, STR("=1+1"));
    CHECK_OK(sheet_finish(w, &e), e);
    CHECK_STR(bytes_of(a, path), "\xEF\xBB\xBF=1+1\r\n");
}

TEST(a_workbook_is_read_back_as_it_was_written)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    str path = str_of(t_path("t.XLSX"));
    unsigned widths[] = { 10, 22 };
    struct sheet_writer *w =
        create(path, &(struct sheet_layout){ .sheet_name = STR("名单&甲"), .widths = widths, .width_count = 2 });
    ROW(w, STR("姓名"), STR("身份证号"), STR("备注"));
    ROW(w, STR("张<三>"), STR("320102199001011234"), STR(" =1+1 "));
    ROW(w, STR(""), STR(""), STR("a\r\nb\tc\x01_x0041_ 𠮷"));
    CHECK_OK(sheet_finish(w, &e), e);
    CHECK_STR(table_text(a, path, &(struct sheet_options){ .sheet_name = STR("名单&甲") }),
              "1 姓名|身份证号|备注\n2 张<三>|320102199001011234| =1+1 \n3 ||a\r\nb\tc\x01_x0041_ 𠮷\n");
}

TEST(malformed_bytes_and_nuls_become_replacement_characters)
{
    autoarena *a = arena_new("test", 0);
    static const char *const names[] = { "t.csv", "t.xlsx" };
    for (size_t i = 0; i < 2; i++) {
        struct err e = { 0 };
        str path = str_of(t_path(names[i]));
        struct sheet_writer *w = create(path, NULL);
        ROW(w,
            STR("a\xFF"
                "b\0c"),
            STR("\xEF\xBF\xBD"));
        CHECK_OK(sheet_finish(w, &e), e);
        CHECK_STR(table_text(a, path, NULL), "1 a\xEF\xBF\xBD"
                                             "b\xEF\xBF\xBD"
                                             "c|\xEF\xBF\xBD\n");
    }
}

/* Any cells at all: what comes out is what went in, and both kinds agree. */
TEST(random_tables_survive_writing_and_reading)
{
    static const char *const pieces[] = { "",  "a",       "张", "\"", "'", "=", ",",  ";", "\t", "\n",   "\r",
                                          " ", "_x0041_", "_",  "x",  "&", "<", "𠮷", "-", "1",  "\x02", "é" };
    static const char *const names[] = { "t.csv", "t.xlsx" };
    for (int round = 0; round < 200; round++) {
        autoarena *a = arena_new("test", 0);
        size_t rows = 1 + t_random_below(6), columns = 1 + t_random_below(6);
        str *cells = ARENA_ARRAY(a, str, rows * columns);
        for (size_t i = 0; i < rows * columns; i++) {
            struct text t;
            text_init(&t, a, 1000);
            text_addz(&t, i % columns == columns - 1 ? "end" : ""); /* the last of a row is never blank */
            for (uint64_t n = t_random_below(6); n > 0; n--) {
                text_addz(&t, pieces[t_random_below(sizeof pieces / sizeof *pieces)]);
            }
            cells[i] = text_str(&t);
        }
        for (size_t kind = 0; kind < 2; kind++) {
            struct err e = { 0 };
            str path = str_of(t_path(names[kind]));
            struct sheet_writer *w = create(path, NULL);
            for (size_t i = 0; i < rows; i++) CHECK_OK(sheet_write_row(w, cells + i * columns, columns, &e), e);
            CHECK_OK(sheet_finish(w, &e), e);
            struct sheet_reader *r;
            struct sheet_row row;
            CHECK_OK(sheet_open(&r, path, NULL, &e), e);
            for (size_t i = 0; i < rows; i++) {
                CHECK_INT(sheet_next(r, &row, &e), 1);
                CHECK_INT((int64_t)row.number, (int64_t)i + 1);
                CHECK_STR(row.problem, "");
                CHECK_INT((int64_t)row.count, (int64_t)columns);
                for (size_t k = 0; k < columns; k++) CHECK_STR(row.cells[k], cells[i * columns + k]);
            }
            CHECK_INT(sheet_next(r, &row, &e), 0);
            sheet_close(r);
        }
    }
}

TEST(the_same_table_makes_the_same_bytes)
{
    autoarena *a = arena_new("test", 0);
    str bytes[2];
    for (size_t i = 0; i < 2; i++) {
        struct err e = { 0 };
        str path = str_of(t_path("t.xlsx"));
        struct sheet_writer *w = create(path, NULL);
        ROW(w, STR("姓名"), STR("张三"));
        CHECK_OK(sheet_finish(w, &e), e);
        bytes[i] = str_dup(a, bytes_of(a, path));
    }
    CHECK(str_eq(bytes[0], bytes[1]));
}

TEST(an_empty_table_is_a_file_too)
{
    autoarena *a = arena_new("test", 0);
    static const char *const names[] = { "t.csv", "t.xlsx" };
    for (size_t i = 0; i < 2; i++) {
        struct err e = { 0 };
        str path = str_of(t_path(names[i]));
        CHECK_OK(sheet_finish(create(path, NULL), &e), e);
        CHECK_STR(table_text(a, path, NULL), "");
    }
}

TEST(what_excel_cannot_hold_is_refused)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct sheet_writer *w;
    CHECK_ERR(sheet_create(&w, str_of(t_path("t.ods")), NULL, &e), e, INVALID);
    e = (struct err){ 0 };
    CHECK_ERR(sheet_create(&w, str_of(t_path("t.xlsx")), &(struct sheet_layout){ .sheet_name = STR("a/b") }, &e), e,
              INVALID);
    CHECK_INT((int64_t)entries(), 0);
    struct text t;
    text_init(&t, a, 1 << 20);
    for (int i = 0; i < 32768; i++) text_addz(&t, "字");
    str cell = text_str(&t);
    w = create(str_of(t_path("t.xlsx")), NULL);
    str fits = str_slice(cell, 0, 3 * 32767);
    CHECK_OK(sheet_write_row(w, &fits, 1, &e), e);
    e = (struct err){ 0 };
    CHECK_ERR(sheet_write_row(w, &cell, 1, &e), e, LIMIT);
    e = (struct err){ 0 };
    CHECK_ERR(sheet_write_row(w, &fits, 1, &e), e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_ERR(sheet_finish(w, &e), e, CONFLICT);
    CHECK_INT((int64_t)entries(), 0);
}

TEST(what_is_discarded_leaves_nothing_and_the_old_file_as_it_was)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    str path = put_file("t.csv", STR("old"));
    struct sheet_writer *w = create(path, NULL);
    ROW(w, STR("new"));
    CHECK_INT((int64_t)entries(), 2); /* the one on the way has a name of its own */
    sheet_discard(w);
    sheet_discard(NULL);
    CHECK_INT((int64_t)entries(), 1);
    CHECK_STR(bytes_of(a, path), "old");
}

TEST(every_failure_while_writing_leaves_the_old_file_and_nothing_else)
{
    autoarena *a = arena_new("test", 0);
    static const char *const names[] = { "t.csv", "t.xlsx" };
    char random[4000];
    for (size_t i = 0; i < 2; i++) {
        str path = str_dup(a, put_file(names[i], STR("old")));
        enum fault_kind kinds[] = { FAULT_MEMORY, FAULT_WRITE, FAULT_SYNC };
        for (size_t k = 0; k < 3; k++) {
            EVERY_FAULT (kinds[k]) {
                struct err e = { 0 };
                struct sheet_writer *w;
                bool ok = sheet_create(&w, path, NULL, &e);
                bool created = ok;
                for (int n = 0; ok && n < 40; n++) {
                    for (size_t at = 0; at < sizeof random; at++) random[at] = (char)('a' + t_random_below(26));
                    ok = sheet_write_row(w, &(str){ random, sizeof random }, 1, &e);
                }
                if (created && !ok) sheet_discard(w);
                if (ok) ok = sheet_finish(w, &e);
                CHECK(ok ? e.code == ERR_NONE : t_fault_hit() && err_cause(&e)[0] != '\0');
                CHECK_INT((int64_t)entries(), 1);
                struct arena_mark m = arena_mark(a);
                str now = bytes_of(a, path);
                /* when only the folder's sync failed the new file is there, whole */
                CHECK(str_eq(now, STR("old")) || (ok || kinds[k] == FAULT_SYNC));
                if (kinds[k] != FAULT_MEMORY) /* reading takes memory too */
                    CHECK(str_eq(now, STR("old")) || str_find(table_text(a, path, NULL), STR("ERROR")) == SIZE_MAX);
                arena_rewind(a, m);
                FILE *f = fopen(path.p, "w"); /* below all fault points */
                CHECK(f != NULL && fputs("old", f) >= 0 && fclose(f) == 0);
            }
        }
        unlink(path.p);
    }
}

TEST(a_workbook_has_further_tables_when_they_were_promised)
{
    autoarena *a = arena_new("test", 0);
    static const str further[] = { { "two", 3 }, { "three", 5 } };
    struct sheet_layout l = { .sheet_name = STR("one"), .further = further, .further_count = 2 };
    struct sheet_writer *w;
    struct err e = { 0 };
    str path = str_dup(a, str_of(t_path("more.xlsx")));
    CHECK_OK(sheet_create(&w, path, &l, &e), e);
    CHECK_OK(sheet_write_row(w, (str[]){ STR("a") }, 1, &e), e);
    CHECK_OK(sheet_next_table(w, &e), e);
    CHECK_OK(sheet_write_row(w, (str[]){ STR("b"), STR("c") }, 2, &e), e);
    CHECK_OK(sheet_finish(w, &e), e); /* the third is there, and empty */
    static const struct {
        const char *name, *text;
        int rows;
    } all[] = { { "", "a", 1 }, { "two", "b", 1 }, { "three", "", 0 } };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct sheet_options o = { .sheet_name = str_of(all[i].name) };
        struct sheet_reader *r;
        struct sheet_row row;
        CHECK_OK(sheet_open(&r, path, &o, &e), e);
        CHECK_INT(sheet_next(r, &row, &e), all[i].rows);
        if (all[i].rows > 0) CHECK_STR(row.cells[0], all[i].text);
        sheet_close(r);
    }
    CHECK_ERR(sheet_create(&w, STR("t.csv"), &l, &e), e, INVALID);
    e = (struct err){ 0 };
    CHECK_OK(sheet_create(&w, path, NULL, &e), e);
    CHECK_ERR(sheet_next_table(w, &e), e, INVALID);
    sheet_discard(w);
}
