/* xlsx_read: a sheet, row by row. The parser is paused at the end of each row that has a value, so only one row is ever
 * held; texts of cells stand in one buffer, shared ones stay where they are. */
#include "sheet/xlsx_priv.h"

#include <string.h>

enum { EXCEL_ROWS = 1048576, EXCEL_COLUMNS = 16384 };

enum cell_type { CELL_NUMBER, CELL_SHARED, CELL_TEXT, CELL_BOOL, CELL_ERROR, CELL_DATE };

struct xlsx {
    struct sheet_reader *reader;
    struct book book;
    struct xml *xml;
    char *text; /* of the row's cells; max_row_bytes and a number */
    size_t used, room;
    bool in_row, row_too_long;
    /* the cell we are in */
    size_t column, from;
    enum cell_type type;
    unsigned style;
    bool collecting, has_value, has_formula, too_long;
    int phonetic;
};

static enum cell_type type_of(const char *t)
{
    if (t == NULL || t[0] == 'n') return CELL_NUMBER;
    switch (t[0]) {
    case 's': return t[1] == '\0' ? CELL_SHARED : CELL_TEXT; /* "str" */
    case 'b': return CELL_BOOL;
    case 'e': return CELL_ERROR;
    case 'd': return CELL_DATE;
    default: return CELL_TEXT; /* "inlineStr" */
    }
}

/* "AB12" to 27. */
static bool column_of(const char *r, size_t *out)
{
    size_t n = 0;
    for (; (*r >= 'A' && *r <= 'Z') || (*r >= 'a' && *r <= 'z'); r++) {
        n = n * 26 + (size_t)((*r | 0x20) - 'a' + 1);
        if (n > EXCEL_COLUMNS) return false;
    }
    if (n == 0 || *r < '0' || *r > '9') return false;
    *out = n - 1;
    return true;
}

static void start_row(struct xlsx *x, const char **attributes)
{
    struct sheet_reader *r = x->reader;
    int64_t number = (int64_t)r->number + 1;
    const char *z = xml_attribute(attributes, "r");
    if (z != NULL && (!str_to_i64(str_of(z), &number) || number <= (int64_t)r->number || number > EXCEL_ROWS)) {
        str shown = quotable(str_of(z));
        row_problem(r, "行号“%.*s”不对，可能已损坏，请用 Excel 打开后另存", STR_ARG(shown));
        number = (int64_t)r->number + 1;
    }
    r->number = r->line = (uint64_t)number;
    r->count = 0;
    x->used = 0;
    x->in_row = true;
    x->row_too_long = false;
    x->column = SIZE_MAX; /* the next one is 0 */
}

static void start_cell(struct xlsx *x, const char **attributes)
{
    const char *place = NULL, *type = NULL;
    int64_t style = 0;
    for (; *attributes != NULL; attributes += 2) { /* one walk, for this is done for every cell */
        const char *name = attributes[0];
        if (name[0] == '\0' || name[1] != '\0') continue;
        if (name[0] == 'r') place = attributes[1];
        if (name[0] == 't') type = attributes[1];
        if (name[0] == 's' && !str_to_i64(str_of(attributes[1]), &style)) style = 0;
    }
    x->column++;
    if (place != NULL && !column_of(place, &x->column)) {
        str shown = quotable(str_of(place));
        row_problem(x->reader, "格子“%.*s”的位置不对，可能已损坏，请用 Excel 打开后另存", STR_ARG(shown));
    }
    x->type = type_of(type);
    x->style = style >= 0 && (uint64_t)style < x->book.styles.len ? x->book.styles.at[style] : 0;
    x->from = x->used;
    x->has_value = x->has_formula = x->too_long = false;
    x->phonetic = 0;
}

static void on_start(void *ptr, const char *name, const char **attributes)
{
    struct xlsx *x = ptr;
    x->collecting = false;
    if (name[0] != '\0' && name[1] == '\0') { /* nearly always */
        if (name[0] == 'c') start_cell(x, attributes);
        if (name[0] == 'v') x->collecting = x->has_value = true;
        if (name[0] == 't' && x->phonetic == 0) x->collecting = x->has_value = true;
        if (name[0] == 'f') x->has_formula = true;
    } else if (name[0] == 'r' && strcmp(name, "rPh") == 0) {
        x->phonetic++;
    } else if (name[0] == 'r' && strcmp(name, "row") == 0 && !x->in_row) {
        start_row(x, attributes);
    }
}

static void on_text(void *ptr, const char *p, size_t n)
{
    struct xlsx *x = ptr;
    if (!x->collecting) return;
    if (x->row_too_long || x->too_long) return; /* what follows a gap would be another text */
    if (n > x->room - x->used) {
        x->row_too_long = true;
    } else if (x->used - x->from + n > SHEET_CELL_BYTES) {
        x->too_long = true;
    } else {
        memcpy(x->text + x->used, p, n);
        x->used += n;
    }
}

/* Columns between are empty; cells past the widest that is read are told. */
static void put_cell(struct xlsx *x, str cell)
{
    struct sheet_reader *r = x->reader;
    char name[COLUMN_NAME];
    if (cell.len == 0) return;
    if (x->column >= r->limits.max_columns) {
        row_problem(r, "%s 列超出了最多 %zu 列，没有读", column_name(x->column, name), r->limits.max_columns);
        return;
    }
    while (r->count <= x->column) r->cells[r->count++] = (str){ 0 };
    r->cells[x->column] = cell;
}

/* Replaces the cell's text in the buffer. There is room: NUMBER_TEXT is kept free. */
static str replace(struct xlsx *x, const char *p, size_t len)
{
    memcpy(x->text + x->from, p, len);
    x->used = x->from + len;
    return (str){ x->text + x->from, len };
}

static bool short_number(str s)
{
    if (s.len == 0 || s.len > NUMBER_DIGITS || (s.p[0] == '0' && s.len > 1)) return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
    }
    return true;
}

static str number_cell(struct xlsx *x, str raw)
{
    char plain[NUMBER_TEXT], out[NUMBER_TEXT], name[COLUMN_NAME];
    size_t len;
    if (raw.len == 0 || (x->style == 0 && short_number(raw))) return raw;
    str shown = quotable(raw);
    unsigned digits = number_plain(raw, plain, &len);
    if (digits == 0) {
        row_problem(x->reader, "%s 列的“%.*s”应当是数字，请核对", column_name(x->column, name), STR_ARG(shown));
        return raw;
    }
    str s = { plain, len };
    shown = quotable(s);
    if (x->style != 0) {
        size_t date_len;
        if (number_date(s, x->style, x->book.base_1904, out, &date_len)) return replace(x, out, date_len);
        row_problem(x->reader, "%s 列设成了日期，但“%.*s”不是哪一天，请核对", column_name(x->column, name),
                    STR_ARG(shown));
    } else if (digits > NUMBER_DIGITS) {
        const char *what = digits == 17 || digits == 18 ? "身份证号" : "长号码";
        row_problem(x->reader, "%s 列：%s存成了数字，末几位已丢失，请把这一列设为文本", column_name(x->column, name),
                    what);
    }
    return replace(x, plain, len);
}

static str shared_cell(struct xlsx *x, str raw)
{
    int64_t index;
    char name[COLUMN_NAME];
    if (str_to_i64(raw, &index) && (uint64_t)index < x->book.shared.len) {
        x->used = x->from; /* only the index stood there */
        return x->book.shared.at[index];
    }
    row_problem(x->reader, "%s 列指向没有的文字，可能已损坏，请用 Excel 打开后另存", column_name(x->column, name));
    return (str){ 0 };
}

/* "2024-05-01T00:00:00" as other dates are given. */
static str date_cell(struct xlsx *x, str raw)
{
    if (raw.len < 19 || raw.p[10] != 'T') return raw;
    if (str_eq(str_slice(raw, 11, 19), STR("00:00:00"))) return str_slice(raw, 0, 10);
    x->text[x->from + (size_t)(raw.p - (x->text + x->from)) + 10] = ' ';
    return str_slice(raw, 0, 19);
}

static void end_cell(struct xlsx *x)
{
    struct sheet_reader *r = x->reader;
    char name[COLUMN_NAME];
    str raw = { x->text + x->from, x->used - x->from }, shown;
    if (x->type != CELL_TEXT) raw = str_trim(raw);
    if (x->too_long) {
        row_problem(r, "%s 列太长，最多 %d 字节，后面的没有读", column_name(x->column, name), SHEET_CELL_BYTES);
    }
    if (x->has_formula && raw.len == 0 && x->type != CELL_TEXT) {
        row_problem(r, "%s 列的公式没有结果，请用 Excel 打开、保存一次", column_name(x->column, name));
    }
    if (!x->has_value) return;
    switch (x->type) {
    case CELL_NUMBER: raw = number_cell(x, raw); break;
    case CELL_SHARED: raw = shared_cell(x, raw); break;
    case CELL_TEXT: raw.len = text_unescape(x->text + x->from, raw.len); break;
    case CELL_BOOL: raw = str_eq(raw, STR("1")) ? STR("TRUE") : str_eq(raw, STR("0")) ? STR("FALSE") : raw; break;
    case CELL_ERROR:
        shown = quotable(raw);
        row_problem(r, "%s 列是错误值 %.*s，请改正公式", column_name(x->column, name), STR_ARG(shown));
        break;
    case CELL_DATE: raw = date_cell(x, raw); break;
    }
    put_cell(x, raw);
}

static void on_end(void *ptr, const char *name)
{
    struct xlsx *x = ptr;
    x->collecting = false;
    if (name[0] == 'c' && name[1] == '\0') {
        if (x->in_row) end_cell(x);
    } else if (name[0] != 'r') {
        return;
    } else if (strcmp(name, "rPh") == 0) {
        x->phonetic--;
    } else if (strcmp(name, "row") == 0 && x->in_row) { /* a row inside a row is no row */
        x->in_row = false;
        if (x->row_too_long) {
            row_problem(x->reader, "这一行太长，最多 %zu 字节，后面的没有读", x->reader->limits.max_row_bytes);
        }
        if (x->reader->count > 0 || x->reader->problem.len > 0) xml_pause(x->xml);
    }
}

int xlsx_next(struct sheet_reader *r, struct err *e)
{
    int status = xml_run(r->xlsx->xml, e);
    if (status < 0) fail_up(e, "第 %llu 行以后读不下去", (unsigned long long)r->number);
    return status;
}

bool xlsx_open(struct sheet_reader *r, struct err *e)
{
    static const struct xml_events events = { on_start, on_end, on_text };
    struct xlsx *x = ARENA_NEW(r->arena, struct xlsx);
    r->xlsx = x;
    x->reader = r;
    x->room = r->limits.max_row_bytes;
    x->text = arena_alloc(r->arena, x->room + NUMBER_TEXT);
    return zip_in_open(&x->book.zip, r->arena, &r->file, r->limits.max_bytes, e) &&
           book_read(&x->book, r->arena, r->limits.sheet_name, e) &&
           xml_open(&x->xml, r->arena, x->book.zip, x->book.sheet_part, &events, x, e);
}

void xlsx_close(struct xlsx *x)
{
    if (x == NULL) return;
    xml_close(x->xml);
    zip_in_close(x->book.zip);
}

void xlsx_progress(const struct xlsx *x, uint64_t *done, uint64_t *total) { xml_progress(x->xml, done, total); }
