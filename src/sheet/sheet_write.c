/* sheet_write: the writer of both kinds, and of CSV itself. The file gets its name in sheet_finish and not before. */
#include "base/utf8.h"
#include "sheet/sheet_priv.h"
#include "sheet/write_priv.h"

#include <assert.h>
#include <string.h>

/* [+-]digits[.digits], with a percent sign perhaps. */
static bool plain_number(str s)
{
    size_t at = s.len > 0 && (s.p[0] == '+' || s.p[0] == '-') ? 1 : 0, digits = 0, points = 0;
    if (s.len > 0 && s.p[s.len - 1] == '%') s.len--;
    for (; at < s.len; at++) {
        if (s.p[at] == '.' && digits > 0 && points == 0)
            points++;
        else if (s.p[at] >= '0' && s.p[at] <= '9')
            digits++;
        else
            return false;
    }
    return digits > 0;
}

bool guard_wanted(str cell)
{
    static const str starts[] = {
        { "=", 1 },  { "+", 1 },  { "-", 1 },  { "@", 1 },  { "\t", 1 },
        { "\r", 1 }, { "＝", 3 }, { "＋", 3 }, { "－", 3 }, { "＠", 3 },
    };
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        if (str_starts(cell, starts[i])) return !plain_number(cell);
    }
    return false;
}

static bool needs_guard(str cell)
{
    size_t at = 0;
    while (at < cell.len && cell.p[at] == '\'') at++;
    return guard_wanted(str_slice(cell, at, cell.len));
}

/* All that any reader might take for a separator, so that the first line is never misread; and what would make the file
 * look like a web page. */
static bool needs_quotes(str cell)
{
    if (str_starts(str_trim(cell), STR("<"))) return true;
    for (size_t at = 0; at < cell.len; at++) {
        char c = cell.p[at];
        if (c == '"' || c == ',' || c == ';' || c == '\t' || c == '\n' || c == '\r') return true;
    }
    return false;
}

static void csv_cell(struct sheet_writer *w, str cell)
{
    bool quotes = needs_quotes(cell);
    if (quotes) text_addc(&w->pending, '"');
    if (!w->layout.unguarded && needs_guard(cell)) text_addc(&w->pending, '\'');
    size_t from = 0, n;
    for (size_t at = 0; at < cell.len; at += n) {
        uint32_t cp = utf8_at(cell, at, &n);
        bool bad = cp == 0 || (cp == 0xFFFD && n == 1);
        if (!bad && cp != '"') continue;
        text_add(&w->pending, str_slice(cell, from, at));
        text_addz(&w->pending, bad ? "\xEF\xBF\xBD" : "\"\"");
        from = at + n;
    }
    text_add(&w->pending, str_slice(cell, from, cell.len));
    if (quotes) text_addc(&w->pending, '"');
}

static void csv_row(struct sheet_writer *w, const str *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0) text_addc(&w->pending, ',');
        csv_cell(w, cells[i]);
    }
    text_addz(&w->pending, "\r\n");
}

static bool flush(struct sheet_writer *w, struct err *e)
{
    str data = text_str(&w->pending);
    bool ok = w->zip != NULL ? zip_add(w->zip, data, e) : file_append(&w->file, data, e);
    w->pending.len = 0;
    return ok;
}

static bool copy_layout(struct sheet_writer *w, const struct sheet_layout *layout, struct err *e)
{
    if (layout == NULL) return true;
    w->layout = *layout;
    w->layout.sheet_name = str_dup(w->arena, layout->sheet_name);
    if (layout->width_count > SHEET_COLUMNS) return fail(e, LIMIT, "列太多，最多 %d 列", SHEET_COLUMNS);
    unsigned *widths = ARENA_ARRAY(w->arena, unsigned, layout->width_count);
    if (layout->width_count > 0) memcpy(widths, layout->widths, layout->width_count * sizeof *widths);
    w->layout.widths = widths;
    str *further = ARENA_ARRAY(w->arena, str, layout->further_count + 1);
    for (size_t i = 0; i < layout->further_count; i++) further[i] = str_dup(w->arena, layout->further[i]);
    w->layout.further = further;
    return true;
}

static bool ends_in(str path, str lower)
{
    if (path.len < lower.len) return false;
    for (size_t i = 0; i < lower.len; i++) {
        char c = path.p[path.len - lower.len + i];
        if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != lower.p[i]) return false;
    }
    return true;
}

bool sheet_create(struct sheet_writer **out, str path, const struct sheet_layout *layout, struct err *e)
{
    bool xlsx = ends_in(path, STR(".xlsx"));
    if (!xlsx && !ends_in(path, STR(".csv"))) {
        return fail(e, INVALID, "“%.*s”不知道写成哪种表格，文件名请以 .xlsx 或 .csv 结尾", STR_ARG(path));
    }
    struct arena *a = arena_new("sheet writer", 0);
    struct sheet_writer *w = ARENA_NEW(a, struct sheet_writer);
    w->arena = a;
    text_init(&w->pending, a, PENDING_BYTES);
    bool one_table = layout == NULL || layout->further_count == 0;
    if (!xlsx && !one_table) {
        arena_free(a);
        return fail(e, INVALID, "一个 .csv 文件只能有一张表，请写成 .xlsx");
    }
    if (!copy_layout(w, layout, e) || !file_create(&w->file, path, e)) {
        arena_free(a);
        return false;
    }
    bool ok = true;
    if (xlsx)
        ok = zip_new(&w->zip, a, &w->file, e) && xlsx_begin(w, e);
    else
        text_addz(&w->pending, "\xEF\xBB\xBF");
    if (ok && arena_over(a)) ok = fail(e, MEMORY, "写表格时内存不够，请关掉别的程序后再试");
    if (!ok) {
        sheet_discard(w);
        return false;
    }
    *out = w;
    return true;
}

bool sheet_write_row(struct sheet_writer *w, const str *cells, size_t count, struct err *e)
{
    bool ok = true;
    if (w->broken) return fail(e, CONFLICT, "表格已经写坏了，请放弃后重写");
    w->rows++;
    if (count > SHEET_COLUMNS) ok = fail(e, LIMIT, "列太多，最多 %d 列", SHEET_COLUMNS);
    if (ok && w->zip != NULL)
        ok = xlsx_row(w, cells, count, e);
    else if (ok)
        csv_row(w, cells, count);
    if (ok && w->pending.over) ok = fail(e, LIMIT, "第 %llu 行太长，请缩短", (unsigned long long)w->rows);
    if (ok && arena_over(w->arena)) ok = fail(e, MEMORY, "写表格时内存不够，请关掉别的程序后再试");
    if (ok && w->pending.len >= FLUSH_BYTES) ok = flush(w, e);
    w->broken = !ok;
    return ok;
}

bool sheet_next_table(struct sheet_writer *w, struct err *e)
{
    if (w->broken) return fail(e, CONFLICT, "表格已经写坏了，请放弃后重写");
    bool ok = (w->zip != NULL && w->table < w->layout.further_count) || fail(e, INVALID, "没有说过还有一张表");
    ok = ok && xlsx_next_table(w, e);
    w->broken = !ok;
    return ok;
}

bool sheet_finish(struct sheet_writer *w, struct err *e)
{
    bool ok = !w->broken || fail(e, CONFLICT, "表格已经写坏了，请放弃后重写");
    if (ok && w->zip != NULL) ok = xlsx_end(w, e);
    if (ok && w->zip == NULL) ok = flush(w, e);
    if (ok && arena_over(w->arena)) ok = fail(e, MEMORY, "写表格时内存不够，请关掉别的程序后再试");
    if (!ok) {
        sheet_discard(w);
        return false;
    }
    ok = file_commit(&w->file, e);
    arena_free(w->arena);
    return ok;
}

void sheet_discard(struct sheet_writer *w)
{
    if (w == NULL) return;
    file_discard(&w->file);
    arena_free(w->arena);
}
