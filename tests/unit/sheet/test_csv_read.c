/* CSV in: cells, quotes, line ends, separators; stray quotes; what is refused. */
#include "unit/sheet/helpers.h"

#define CSV(text) csv_text(a, STR(text))

TEST(cells_are_read_as_they_stand)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(CSV("姓名,性别,年龄\n张三,男,35\n李四,,\n"), "1 姓名|性别|年龄\n2 张三|男|35\n3 李四||\n");
    CHECK_STR(CSV("a, b ,c"), "1 a| b |c\n");
    CHECK_STR(CSV("a,b,"), "1 a|b|\n");
    CHECK_STR(CSV(""), "");
    CHECK_STR(CSV("a"), "1 a\n");
}

TEST(line_ends_of_all_systems_are_read)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(CSV("a,b\r\nc,d\r\n"), "1 a|b\n2 c|d\n");
    CHECK_STR(CSV("a,b\rc,d\r"), "1 a|b\n2 c|d\n");
    CHECK_STR(CSV("a,b\nc,d\r\ne,f"), "1 a|b\n2 c|d\n3 e|f\n");
}

TEST(blank_rows_are_passed_over_and_counted)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(CSV("a,b\n\n\r\n,\nc,d\n\n"), "1 a|b\n5 c|d\n");
}

TEST(quotes_hold_separators_line_ends_and_doubled_quotes)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(CSV("a,\"b,c\",d\n"), "1 a|b,c|d\n");
    CHECK_STR(CSV("a,\"他说\"\"好\"\"\",d\n"), "1 a|他说\"好\"|d\n");
    CHECK_STR(CSV("\"\",\"\"\"\",\"\"\"\"\"\"\n"), "1 |\"|\"\"\n");
    CHECK_STR(CSV("a,\"b\nc\r\nd\",e\nf,g\n"), "1 a|b\nc\r\nd|e\n2 f|g\n");
    CHECK_STR(CSV("a,\"b\"\r\n\"c\",\"d\""), "1 a|b\n2 c|d\n");
}

TEST(a_quote_inside_a_cell_is_a_character)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(CSV("14\" 屏,a\"b\"c\n"), "1 14\" 屏|a\"b\"c\n");
}

TEST(the_row_number_and_the_line_number_differ_after_a_line_end_in_a_cell)
{
    struct err e = { 0 };
    struct sheet_reader *r;
    struct sheet_row row;
    CHECK_OK(sheet_open(&r, put_file("t.csv", STR("a,b\n\"c\nd\ne\",f\ng,h\n")), NULL, &e), e);
    static const uint64_t lines[] = { 1, 2, 5 };
    for (uint64_t i = 0; i < 3; i++) {
        CHECK_INT(sheet_next(r, &row, &e), 1);
        CHECK_INT((int64_t)row.number, (int64_t)i + 1);
        CHECK_INT((int64_t)row.line, (int64_t)lines[i]);
    }
    CHECK_INT(sheet_next(r, &row, &e), 0);
    CHECK_INT(sheet_next(r, &row, &e), 0);
    sheet_close(r);
}

TEST(the_separator_is_found_from_the_first_line_that_has_one)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(CSV("a;b;c\nd,x;e;f\n"), "1 a|b|c\n2 d,x|e|f\n");
    CHECK_STR(CSV("a\tb\tc\nd,x\te\tf\n"), "1 a|b|c\n2 d,x|e|f\n");
    CHECK_STR(CSV("花名册\na\tb\nc\td\n"), "1 花名册\n2 a|b\n3 c|d\n");
    CHECK_STR(CSV("\"a,b,c\";d\ne;f\n"), "1 a,b,c|d\n2 e|f\n");
}

TEST(a_stray_quote_costs_its_own_row_and_no_other)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(CSV("a,b\nc,\"d\ne,f\ng,h\n"),
              "1 a|b\n2 c|\"d !! 引号没有配对，这一行按原样读出，请核对\n3 e|f\n4 g|h\n");
    CHECK_STR(CSV("a,b\nc,\"d\ne,f\ng,\"h\"\ni,j"),
              "1 a|b\n2 c|\"d !! 引号没有配对，这一行按原样读出，请核对\n3 e|f\n4 g|h\n5 i|j\n");
    CHECK_STR(CSV("a,\"b"), "1 a|\"b !! 引号没有配对，这一行按原样读出，请核对\n");
}

TEST(text_behind_a_closing_quote_is_kept_and_told)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(CSV("a,\"b\"c,d\ne,f\n"), "1 a|bc|d !! 引号后面还有文字，请核对这一行\n2 e|f\n");
    CHECK_STR(CSV("a,\"他说\"好\"的\",d\n"), "1 a|他说好\"的\"|d !! 引号后面还有文字，请核对这一行\n");
}

TEST(many_stray_quotes_are_read_in_time_that_grows_with_the_file_only)
{
    autoarena *a = arena_new("test", 0);
    struct text t;
    text_init(&t, a, 64 << 20);
    for (int i = 0; i < 200000; i++) text_addz(&t, i % 2 == 0 ? "a,\"b\n" : "\"\"\"\",\"\"\"\"\n");
    struct sheet_reader *r;
    struct sheet_row row;
    struct err e = { 0 };
    int64_t rows = 0, problems = 0;
    CHECK_OK(sheet_open(&r, put_file("t.csv", text_str(&t)), NULL, &e), e);
    while (sheet_next(r, &row, &e) > 0) {
        rows++;
        problems += row.problem.len > 0;
    }
    CHECK_INT(rows, 200000);
    CHECK_INT(problems, 100000);
    sheet_close(r);
}

TEST(nul_bytes_are_refused_at_the_start_and_told_later)
{
    autoarena *a = arena_new("test", 0);
    CHECK(str_find(csv_text(a, STR("a,b\0\nc")), STR("零字节")) != SIZE_MAX);
    struct text t;
    text_init(&t, a, 1 << 22);
    text_repeat(&t, 'x', 100);
    for (int i = 0; i < 6000; i++) text_addz(&t, "\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,b");
    text_addc(&t, '\n');
    text_add(&t, STR("c\0d,e\nf,g\n"));
    str out = csv_text(a, text_str(&t));
    CHECK(str_find(out, STR("6002 c\xEF\xBF\xBD"
                            "d|e !! 这一行有零字节")) != SIZE_MAX);
    CHECK(str_ends(out, STR("6003 f|g\n")));
}

TEST(what_is_no_table_is_told_with_what_to_do)
{
    autoarena *a = arena_new("test", 0);
    CHECK(str_find(csv_text(a, STR("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")), STR("旧版 Excel")) != SIZE_MAX);
    CHECK(str_find(csv_text(a, STR("%PDF-1.4\n")), STR("PDF")) != SIZE_MAX);
    CHECK(str_find(csv_text(a, STR("<html><table>")), STR("网页")) != SIZE_MAX);
    CHECK(str_find(csv_text(a, STR("Rar!\x1A\x07")), STR("压缩包")) != SIZE_MAX);
    CHECK(str_find(csv_text(a, STR("\x89PNG\r\n\x1A\n\0\0\0\rIHDR")), STR("是图片")) != SIZE_MAX);
    struct err e = { 0 };
    struct sheet_reader *r;
    CHECK_ERR(sheet_open(&r, str_of(t_path("nothing.csv")), NULL, &e), e, NOT_FOUND);
    e = (struct err){ 0 };
    CHECK_ERR(sheet_open(&r, str_of(t_dir()), NULL, &e), e, IO);
}

TEST(limits_are_told_by_row_or_end_the_file)
{
    autoarena *a = arena_new("test", 0);
    struct sheet_options o = { .max_columns = 3, .max_row_bytes = 20 };
    str path = put_file("t.csv", STR("a,b,c\nd,e,f,g\nh,i\n"));
    CHECK_STR(table_text(a, path, &o), "1 a|b|c\n2 d|e|f !! 这一行有 4 列，最多 3 列，多出的没有读\n3 h|i\n");
    path = put_file("t.csv", STR("a,b\nc,dddddddddddddddddddddddd\ne,f\n"));
    CHECK_STR(table_text(a, path, &o), "1 a|b\nERROR 第 2 行太长，最多 20 字节，可能不是表格，请检查文件\n");
    path = put_file("t.csv", STR("a,b\nc,\"ddd\nddddd\nddddd\nddddd\ndddd\"\ne,f\n"));
    str out = table_text(a, path, &o);
    CHECK(str_starts(out, STR("1 a|b\n2 c|\"ddd !! 引号没有配对")));
    o = (struct sheet_options){ .max_rows = 2 };
    path = put_file("t.csv", STR("a\nb\nc\n"));
    CHECK_STR(table_text(a, path, &o), "1 a\n2 b\nERROR 行太多，最多 2 行，请拆分\n");
    o = (struct sheet_options){ .max_bytes = 5 };
    CHECK_STR(table_text(a, path, &o), "ERROR 文件太大，最多 5 字节，请拆分");
    o.max_bytes = 6;
    CHECK_STR(table_text(a, path, &o), "1 a\n2 b\n3 c\n");
}

TEST(a_cell_that_is_too_long_is_cut_between_characters_and_told)
{
    autoarena *a = arena_new("test", 0);
    struct text t;
    text_init(&t, a, 1 << 20);
    text_addz(&t, "a,");
    for (int i = 0; i < SHEET_CELL_BYTES / 3 + 5; i++) text_addz(&t, "字");
    text_addz(&t, ",b\nc,d\n");
    str out = csv_text(a, text_str(&t));
    CHECK(str_find(out, STR("字|b !! B 列太长")) != SIZE_MAX);
    CHECK(str_ends(out, STR("\n2 c|d\n")));
}

/* A record may lie anywhere on the border of two pieces that are read. */
TEST(rows_across_the_pieces_of_a_large_file_are_whole)
{
    autoarena *a = arena_new("test", 0);
    struct text t;
    text_init(&t, a, 8 << 20);
    uint64_t sum = 0;
    int64_t written = 0;
    while (t.len < 3 << 20) {
        uint64_t n = t_random_below(1000);
        text_addf(&t, "%llu,\"%s\",x", (unsigned long long)n, t_random_below(8) == 0 ? "一\r\n\"\"二\"\"" : "三");
        text_repeat(&t, 'y', t_random_below(t_random_below(50) == 0 ? 5000 : 40));
        text_addz(&t, t_random_below(2) == 0 ? "\r\n" : "\n");
        sum += n;
        written++;
    }
    struct sheet_reader *r;
    struct sheet_row row;
    struct err e = { 0 };
    int status;
    CHECK_OK(sheet_open(&r, put_file("t.csv", text_str(&t)), NULL, &e), e);
    uint64_t done = 0, total = 0, before = 0;
    while ((status = sheet_next(r, &row, &e)) > 0) {
        int64_t n;
        CHECK_INT((int64_t)row.count, 3);
        CHECK_STR(row.problem, "");
        CHECK(str_to_i64(row.cells[0], &n));
        CHECK(str_eq(row.cells[1], STR("三")) || str_eq(row.cells[1], STR("一\r\n\"二\"")));
        CHECK(row.cells[2].p[0] == 'x');
        sum -= (uint64_t)n;
        written--;
        sheet_progress(r, &done, &total);
        CHECK(done >= before && done <= total);
        before = done;
    }
    CHECK_INT(status, 0);
    CHECK_INT((int64_t)sum, 0);
    CHECK_INT(written, 0);
    CHECK_INT((int64_t)done, (int64_t)total);
    CHECK_INT((int64_t)total, (int64_t)t.len);
    sheet_close(r);
}

TEST(every_failure_while_reading_is_an_error_and_nothing_else)
{
    struct text t;
    autoarena *a = arena_new("test", 0);
    text_init(&t, a, 1 << 22);
    for (int i = 0; i < 20000; i++) text_addf(&t, "%d,张三,\"a\nb\"\n", i);
    str path = put_file("t.csv", text_str(&t));
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
            CHECK(whole ? rows == 20000 && e.code == ERR_NONE : t_fault_hit() && err_cause(&e)[0] != '\0');
        }
    }
}
