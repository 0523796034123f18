/* bench_sheet: how fast tables are read and written, and in how much memory.
 *
 * Each figure is the median of several runs with least and most, in seconds of processor time: rows per second and
 * core, whatever else the machine is doing. What a disk adds when it syncs is not in it. Peak memory is that of a
 * process of its own for each row, so that it is the reader's and not that of whatever ran before; that the CSV is 100
 * times larger than what is held shows that nothing holds it whole. Nothing is asserted about time: machines differ;
 * what is asserted is that the work measured was really done. */
#include "base/text.h"
#include "sheet/sheet.h"
#include "support/t.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

enum { RUNS = 5, CSV_ROWS = 1000000, XLSX_ROWS = 200000, COLUMNS = 12 };

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void row(const char *what, const char *bar, int rows, double *s)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    qsort(s, RUNS, sizeof *s, by_size);
    NOTE("| %s: %.0f k rows/s per core | %s | %.0f ms | %.0f–%.0f ms | %ld MiB |", what, rows / s[RUNS / 2] / 1e3, bar,
         s[RUNS / 2] * 1e3, s[0] * 1e3, s[RUNS - 1] * 1e3, u.ru_maxrss / 1024);
}

/* A person of a daily drop. */
static void person(int i, char text[COLUMNS][64], str cells[COLUMNS])
{
    static const char *const surnames[] = { "张", "王", "李", "赵", "陈", "欧阳" };
    snprintf(text[0], 64, "3209990%011d", i);
    snprintf(text[1], 64, "%s%s", surnames[i % 6], i % 2 == 0 ? "建国" : "芳");
    snprintf(text[2], 64, "%s", i % 2 == 0 ? "男" : "女");
    snprintf(text[3], 64, "19%02d-%02d-%02d", 50 + i % 50, 1 + i % 12, 1 + i % 28);
    snprintf(text[4], 64, "138%08d", i);
    snprintf(text[5], 64, "江苏省某市某区人民路%d号%d室", i % 500, i % 30 + 101);
    snprintf(text[6], 64, "320999");
    snprintf(text[7], 64, "%d", i % 7);
    snprintf(text[8], 64, "%d.%02d", 2000 + i % 9000, i % 100);
    snprintf(text[9], 64, "2023-%02d-01", 1 + i % 12);
    snprintf(text[10], 64, "某某市第%d实业有限公司", i % 3000);
    text[11][0] = '\0';
    for (int k = 0; k < COLUMNS; k++) cells[k] = str_of(text[k]);
}

static void write_table(const char *path, int rows)
{
    struct err e = { 0 };
    struct sheet_writer *w;
    char text[COLUMNS][64];
    str cells[COLUMNS];
    CHECK_OK(sheet_create(&w, str_of(path), NULL, &e), e);
    for (int i = 0; i < rows; i++) {
        person(i, text, cells);
        CHECK_OK(sheet_write_row(w, cells, COLUMNS, &e), e);
    }
    CHECK_OK(sheet_finish(w, &e), e);
}

static void read_table(const char *path, int rows, const char *what, const char *bar)
{
    double s[RUNS];
    for (int i = 0; i < RUNS; i++) {
        struct err e = { 0 };
        struct sheet_reader *r;
        struct sheet_row row;
        int64_t n = 0, bytes = 0, problems = 0;
        double start = cpu_s();
        CHECK_OK(sheet_open(&r, str_of(path), NULL, &e), e);
        while (sheet_next(r, &row, &e) > 0) {
            n++;
            problems += row.problem.len > 0;
            for (size_t k = 0; k < row.count; k++) bytes += (int64_t)row.cells[k].len;
        }
        sheet_close(r);
        s[i] = cpu_s() - start;
        CHECK_INT(e.code, ERR_NONE);
        CHECK_INT(n, rows);
        CHECK_INT(problems, 0);
        CHECK(bytes > 100 * (int64_t)rows);
    }
    row(what, bar, rows, s);
}

TEST_WITHIN(reading_a_csv_in_utf8, 300)
{
    write_table(t_path("p.csv"), CSV_ROWS);
    read_table(t_path("p.csv"), CSV_ROWS, "read 1,000,000 rows × 12 of CSV, UTF-8", "≥ 1,000 k rows/s");
}

TEST_WITHIN(reading_a_csv_in_gb18030, 300)
{
    write_table(t_path("p.csv"), CSV_ROWS);
    char command[1000];
    snprintf(command, sizeof command, "tail -c +4 '%s' | iconv -f UTF-8 -t GB18030 >'%s'", t_path("p.csv"),
             t_path("g.csv"));
    CHECK_INT(system(command), 0);
    read_table(t_path("g.csv"), CSV_ROWS, "read 1,000,000 rows × 12 of CSV, GB18030", "");
}

TEST_WITHIN(reading_a_workbook, 300)
{
    write_table(t_path("p.xlsx"), XLSX_ROWS);
    read_table(t_path("p.xlsx"), XLSX_ROWS, "read 200,000 rows × 12 of XLSX, inline texts", "≥ 200 k rows/s");
}

static void writing(const char *name, int rows, const char *what)
{
    double s[RUNS];
    for (int i = 0; i < RUNS; i++) {
        double start = cpu_s();
        write_table(t_path(name), rows);
        s[i] = cpu_s() - start;
    }
    row(what, "", rows, s);
}

TEST_WITHIN(writing_a_csv, 300) { writing("w.csv", CSV_ROWS, "write 1,000,000 rows × 12 of CSV"); }
TEST_WITHIN(writing_a_workbook, 300) { writing("w.xlsx", XLSX_ROWS, "write 200,000 rows × 12 of XLSX"); }
