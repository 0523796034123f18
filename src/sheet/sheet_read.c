/* sheet_read: opens a table of either kind and hands out its rows. The first bytes say what a file is; for what is no
 * table but often called one there is a sentence that says what to do with it. */
#include "sheet/sheet_priv.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { HEAD_BYTES = 64, PROBLEM_BYTES = 600, QUOTE_BYTES = 40 };

#define WEB                                                                                                   \
    "是网页或 XML，不是表格，请用 Excel 打开后另存为 .xlsx 或 CSV" /* systems give such files the ending .xls \
                                                                    */

#define PICTURE "是图片，不是表格，请要来 .xlsx 或 CSV"

static const struct {
    str magic;
    const char *advice;
} strangers[] = {
    { { "\xD0\xCF\x11\xE0", 4 }, "是旧版 Excel（.xls）或加了密码的文件，请用 Excel 去掉密码，另存为 .xlsx 或 CSV" },
    { { "%PDF", 4 }, "是 PDF，不是表格，请要来 .xlsx 或 CSV" },
    { { "\x89PNG", 4 }, PICTURE },
    { { "\xFF\xD8\xFF", 3 }, PICTURE },
    { { "<?", 2 }, WEB },
    { { "<!", 2 }, WEB },
    { { "<html", 5 }, WEB },
    { { "<HTML", 5 }, WEB },
    { { "<table", 6 }, WEB },
    { { "<meta", 5 }, WEB },
    { { "Rar!", 4 }, "是压缩包，请先解压" },
    { { "7z\xBC\xAF", 4 }, "是压缩包，请先解压" },
    { { "\x1F\x8B", 2 }, "是压缩包，请先解压" },
};

void row_problem(struct sheet_reader *r, const char *fmt, ...)
{
    char one[PROBLEM_BYTES];
    va_list args;
    va_start(args, fmt);
    vsnprintf(one, sizeof one, fmt, args);
    va_end(args);
    size_t separator = strlen("；");
    if (r->problem.len > 0 && r->problem.len + separator + strlen(one) <= PROBLEM_BYTES) text_addz(&r->problem, "；");
    text_addz(&r->problem, one); /* whole or not at all */
}

str quotable(str s)
{
    if (s.len <= QUOTE_BYTES) return s;
    size_t len = QUOTE_BYTES;
    while (len > 0 && ((uint8_t)s.p[len] & 0xC0) == 0x80) len--;
    return str_slice(s, 0, len);
}

const char *column_name(size_t column, char out[COLUMN_NAME])
{
    char *p = out + COLUMN_NAME - 1;
    *p = '\0';
    for (size_t n = column + 1; n > 0 && p > out; n = (n - 1) / 26) *--p = (char)('A' + (n - 1) % 26);
    return p;
}

static void set_limits(struct sheet_reader *r, const struct sheet_options *o)
{
    if (o != NULL) r->limits = *o;
    r->limits.sheet_name = str_dup(r->arena, r->limits.sheet_name);
    if (r->limits.max_bytes == 0) r->limits.max_bytes = SHEET_BYTES;
    if (r->limits.max_rows == 0) r->limits.max_rows = SHEET_ROWS;
    if (r->limits.max_row_bytes == 0) r->limits.max_row_bytes = SHEET_ROW_BYTES;
    if (r->limits.max_columns == 0) r->limits.max_columns = SHEET_COLUMNS;
}

static bool open_kind(struct sheet_reader *r, struct err *e)
{
    char bytes[HEAD_BYTES];
    size_t len = 0;
    if (!file_read_at(&r->file, 0, bytes, sizeof bytes, &len, e)) return false;
    str head = { bytes, len }, text = str_trim(head);
    bool marked = str_starts(text, STR("\xEF\xBB\xBF")); /* then it is text, if perhaps that of a web page */
    if (marked) text = str_trim(str_slice(text, 3, text.len));
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
        if (marked && strangers[i].magic.p[0] != '<') continue;
        if (str_starts(text, strangers[i].magic)) return fail(e, INVALID, "这个文件%s", strangers[i].advice);
    }
    if (str_starts(head, STR("PK\3\4")) || str_starts(head, STR("PK\5\6"))) return xlsx_open(r, e);
    if (r->file.size_bytes > r->limits.max_bytes) {
        return fail(e, LIMIT, "文件太大，最多 %llu 字节，请拆分", (unsigned long long)r->limits.max_bytes);
    }
    return csv_open(r, head, e);
}

bool sheet_open(struct sheet_reader **out, str path, const struct sheet_options *o, struct err *e)
{
    struct arena *a = arena_new("sheet", 0);
    struct sheet_reader *r = ARENA_NEW(a, struct sheet_reader);
    r->arena = a;
    r->file.fd = -1;
    set_limits(r, o);
    r->cells = ARENA_ARRAY(a, str, r->limits.max_columns);
    text_init(&r->problem, a, PROBLEM_BYTES);
    bool ok = file_open(&r->file, path, e);
    if (ok) ok = open_kind(r, e) || fail_up(e, "打不开表格“%.*s”", STR_ARG(path));
    if (ok && arena_over(a)) ok = fail(e, MEMORY, "打开表格时内存不够，请关掉别的程序后再试");
    if (!ok) {
        sheet_close(r);
        return false;
    }
    *out = r;
    return true;
}

/* Whether the row has any text at all. */
static bool has_text(const struct sheet_reader *r)
{
    for (size_t i = 0; i < r->count; i++) {
        if (r->cells[i].len > 0) return true;
    }
    return false;
}

int sheet_next(struct sheet_reader *r, struct sheet_row *row, struct err *e)
{
    do {
        r->count = 0;
        r->problem.len = 0;
        r->problem.over = false;
        int found = r->csv != NULL ? csv_next(r, e) : xlsx_next(r, e);
        if (found <= 0) return found;
        if (r->number > r->limits.max_rows) {
            fail(e, LIMIT, "行太多，最多 %llu 行，请拆分", (unsigned long long)r->limits.max_rows);
            return -1;
        }
    } while (!has_text(r) && r->problem.len == 0);
    if (arena_over(r->arena)) {
        fail(e, MEMORY, "读表格时内存不够，请关掉别的程序后再试");
        return -1;
    }
    *row = (struct sheet_row){ r->number, r->line, r->cells, r->count, text_str(&r->problem) };
    return 1;
}

str sheet_encoding(const struct sheet_reader *r) { return r->csv != NULL ? csv_encoding(r->csv) : STR("XLSX"); }

void sheet_progress(const struct sheet_reader *r, uint64_t *done, uint64_t *total)
{
    if (r->csv != NULL) {
        *done = csv_done(r->csv);
        *total = r->file.size_bytes;
    } else {
        xlsx_progress(r->xlsx, done, total);
    }
    if (*done > *total) *done = *total;
}

void sheet_close(struct sheet_reader *r)
{
    if (r == NULL) return;
    csv_close(r->csv);
    xlsx_close(r->xlsx);
    file_close(&r->file);
    arena_free(r->arena);
}
