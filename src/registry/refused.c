/* refused: the file of refused rows: as they were, and behind each which column, what is wrong, what to do. All of
 * them, however many, written as they come. Put right, the same file is taken in again: its four columns more are known
 * and passed over. */
#include "registry/import_priv.h"

struct refused {
    struct sheet_writer *w;
    str path;
};

bool refused_open(struct import *im, struct err *e)
{
    (void)e;
    im->refused = ARENA_NEW(im->a, struct refused);
    struct refused *f = im->refused;
    if (im->o->errors.len > 0) {
        f->path = im->o->errors;
    } else {
        str dir = file_dir(im->o->path), stem = plan_file_stem(im->o->path);
        f->path = file_join(im->a, dir, str_fmt(im->a, "%.*s-错误.csv", STR_ARG(stem)));
    }
    return true;
}

static bool is_error_heading(str s)
{
    for (int k = 0; k < PLAN_ERROR_COLUMNS; k++) {
        if (str_eq(s, str_of(plan_error_headings[k]))) return true;
    }
    return false;
}

static bool start(struct import *im, struct err *e)
{
    struct refused *f = im->refused;
    if (!sheet_create(&f->w, f->path, NULL, e)) return false;
    str *cells = ARENA_ARRAY(im->scratch, str, im->plan.columns.len + PLAN_ERROR_COLUMNS);
    size_t n = 0;
    VEC_EACH (const struct plan_column, c, &im->plan.columns) {
        if (!is_error_heading(c->heading)) cells[n++] = c->heading;
    }
    for (int k = 0; k < PLAN_ERROR_COLUMNS; k++) cells[n++] = str_of(plan_error_headings[k]);
    return sheet_write_row(f->w, cells, n, e);
}

static void add_part(struct text *t, str s)
{
    if (t->len > 0) text_addz(t, "；");
    text_add(t, s);
}

bool refused_add(struct import *im, const struct row *w, struct err *e)
{
    struct refused *f = im->refused;
    if (im->preview && im->o->errors.len == 0) return true; /* nothing is changed, not even a file beside */
    if (f->w == NULL && !start(im, e)) return fail_up(e, "错误文件 %.*s 写不出", STR_ARG(f->path));
    str *cells = ARENA_ARRAY(im->scratch, str, im->plan.columns.len + w->count + PLAN_ERROR_COLUMNS);
    size_t n = 0;
    str number = str_fmt(im->scratch, "%llu", (unsigned long long)w->number);
    for (size_t i = 0; i < im->plan.columns.len; i++) {
        const struct plan_column *c = &im->plan.columns.at[i];
        str cell = i < w->count ? w->cells[i] : STR("");
        if (!is_error_heading(c->heading))
            cells[n++] = cell;
        else if (str_eq(c->heading, str_of(plan_error_headings[PLAN_ERROR_COLUMNS - 1])) && cell.len > 0)
            number = cell; /* of the first file */
    }
    struct text where, what, how;
    text_init(&where, im->scratch, 1 << 14);
    text_init(&what, im->scratch, 1 << 14);
    text_init(&how, im->scratch, 1 << 14);
    VEC_EACH (const struct complaint, c, &w->complaints) {
        if (c->warning) continue;
        add_part(&where, c->column < 0 ? STR("整行") : im->plan.columns.at[c->column].heading);
        add_part(&what, c->text);
        add_part(&how, c->remedy);
    }
    cells[n++] = text_str(&where);
    cells[n++] = text_str(&what);
    cells[n++] = text_str(&how);
    cells[n++] = number;
    return sheet_write_row(f->w, cells, n, e) || fail_up(e, "错误文件 %.*s 写不下去", STR_ARG(f->path));
}

bool refused_close(struct import *im, struct err *e)
{
    struct refused *f = im->refused;
    if (f == NULL || f->w == NULL) return true;
    struct sheet_writer *w = f->w;
    f->w = NULL;
    if (!sheet_finish(w, e)) return fail_up(e, "错误文件 %.*s 写不出", STR_ARG(f->path));
    im->out->errors = f->path;
    return true;
}

void refused_discard(struct import *im)
{
    if (im->refused == NULL || im->refused->w == NULL) return;
    sheet_discard(im->refused->w);
    im->refused->w = NULL;
}
