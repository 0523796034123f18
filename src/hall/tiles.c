/* tiles: reading map.csv. Names stand in it for whoever reads the file, and are held against the list of codes. */
#include "hall/tiles.h"
#include "base/file.h"
#include "sheet/sheet.h"

enum column { AREA, NAME, COLUMN, ROW, COLUMNS };
static const char *const headings[COLUMNS] = { "地区", "名称", "列", "行" };

struct reading {
    struct arena *a;
    const struct code_list *list;
    str path;
    tile_list *out;
    int at[COLUMNS];
};

static str cell(const struct reading *r, const struct sheet_row *row, enum column c)
{
    return (size_t)r->at[c] < row->count ? str_trim(row->cells[r->at[c]]) : STR("");
}

static bool read_headings(struct reading *r, const struct sheet_row *row, struct err *e)
{
    for (int c = 0; c < COLUMNS; c++) {
        r->at[c] = -1;
        for (size_t i = 0; i < row->count; i++) {
            if (str_eq(str_trim(row->cells[i]), str_of(headings[c]))) r->at[c] = (int)i;
        }
        if (r->at[c] < 0) return fail(e, INVALID, "%.*s 没有“%s”这一栏", STR_ARG(r->path), headings[c]);
    }
    return true;
}

static bool read_place(const struct reading *r, const struct sheet_row *row, enum column c, int *out)
{
    int64_t n;
    if (!str_to_i64(cell(r, row, c), &n) || n < 1 || n > TILES_SIDE_MAX) return false;
    *out = (int)n;
    return true;
}

static bool read_row(struct reading *r, const struct sheet_row *row, struct err *e)
{
    unsigned long long line = row->number;
    struct tile t = { .code = str_dup(r->a, cell(r, row, AREA)) };
    str name = cell(r, row, NAME);
    const struct code_item *i = code_item_of(r->list, t.code);
    if (i == NULL)
        return fail(e, INVALID, "%.*s 第 %llu 行：行政区划里没有 %.*s", STR_ARG(r->path), line, STR_ARG(t.code));
    if (!str_eq(i->name, name))
        return fail(e, INVALID, "%.*s 第 %llu 行：%.*s 是%.*s，不是“%.*s”", STR_ARG(r->path), line, STR_ARG(t.code),
                    STR_ARG(i->name), STR_ARG(name));
    if (!read_place(r, row, COLUMN, &t.column) || !read_place(r, row, ROW, &t.row))
        return fail(e, INVALID, "%.*s 第 %llu 行：列和行写 1 到 %d", STR_ARG(r->path), line, TILES_SIDE_MAX);
    t.name = i->name;
    t.upper = i->upper > 0 ? r->list->items.at[i->upper - 1].code : STR("");
    VEC_EACH (const struct tile, k, r->out) {
        bool taken = str_eq(k->upper, t.upper) && k->column == t.column && k->row == t.row;
        if (taken || str_eq(k->code, t.code))
            return fail(e, INVALID, "%.*s 第 %llu 行：%.*s和%.*s%s", STR_ARG(r->path), line, STR_ARG(t.name),
                        STR_ARG(k->name), taken ? "在同一格" : "重复");
    }
    *vec_push(r->a, r->out) = t;
    return true;
}

static bool read_file(struct reading *r, struct err *e)
{
    struct sheet_reader *sheet;
    struct sheet_row row;
    if (!sheet_open(&sheet, r->path, NULL, e)) return false;
    int got = sheet_next(sheet, &row, e);
    bool ok = got == 1 && read_headings(r, &row, e);
    if (got == 0) fail(e, INVALID, "%.*s 是空的", STR_ARG(r->path));
    while (ok && (got = sheet_next(sheet, &row, e)) == 1) ok = read_row(r, &row, e);
    sheet_close(sheet);
    return ok && got == 0;
}

/* The areas right below one item, row by row, about as wide as high. */
static void lay_out(struct arena *a, const struct code_list *l, uint32_t upper, tile_list *out)
{
    int count = 0, side = 1, n = 0;
    VEC_EACH (const struct code_item, i, &l->items) count += i->upper == upper;
    while (side * side < count) side++;
    if (side > TILES_SIDE_MAX) return;
    VEC_EACH (const struct code_item, i, &l->items) {
        if (i->upper != upper) continue;
        *vec_push(a, out) = (struct tile){ .code = i->code,
                                           .name = i->name,
                                           .upper = l->items.at[upper - 1].code,
                                           .column = 1 + n % side,
                                           .row = 1 + n / side,
                                           .laid_out = true };
        n++;
    }
}

static void lay_out_rest(struct arena *a, const struct code_list *l, tile_list *out)
{
    struct map done; /* regions that have their places */
    map_init(&done, a);
    VEC_EACH (const struct tile, t, out) map_put(&done, t->upper, a);
    VEC_EACH (const struct code_item, i, &l->items) {
        if (i->upper != 0 && map_put(&done, l->items.at[i->upper - 1].code, a)) lay_out(a, l, i->upper, out);
    }
}

bool tiles_read(const struct program *p, struct arena *a, tile_list *out, struct err *e)
{
    const struct code_list *areas = program_codes(p, STR("行政区划"));
    if (areas == NULL) return true;
    struct reading r = { .a = a, .list = areas, .out = out };
    VEC_EACH (const struct pack_info, k, &p->packs) {
        r.path = file_join(a, k->path, STR("map.csv"));
        if (file_exists(r.path) && !read_file(&r, e)) return false;
    }
    lay_out_rest(a, r.list, out);
    return true;
}
