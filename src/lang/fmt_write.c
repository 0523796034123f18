/* fmt_write: rows to lines. What a row looks like depends on its neighbours in three ways: blank lines between
 * declarations, comments that stand as deep as what they speak of, and columns. */
#include "base/utf8.h"
#include "lang/fmt_priv.h"

#include <stdlib.h>

enum { COLUMN_MAX = 60 }; /* a wider cell does not widen its column: one long cell must not blow up a table */

static int by_place(const void *pa, const void *pb)
{
    const struct fmt_row *a = pa, *b = pb;
    return (a->at > b->at) - (a->at < b->at);
}

/* A comment stands as deep as what follows it, unless that is less deep than where the author put it: then it closes
 * what came before. */
static void settle_comments(struct fmt_rows *rows)
{
    bool follows = false;
    unsigned depth = 0;
    for (size_t i = rows->len; i-- > 0;) {
        struct fmt_row *r = &rows->at[i];
        if (!r->is_comment) {
            follows = true;
            depth = r->depth;
        } else if (follows && depth > r->depth) {
            r->depth = depth;
        }
    }
}

/* Declarations stand apart by one blank line; comments at the margin go with what follows them. */
static void settle_blanks(struct fmt_rows *rows, const struct source *s)
{
    unsigned line_before = 0;
    for (size_t i = 0; i < rows->len; i++) {
        struct fmt_row *r = &rows->at[i];
        unsigned line, column;
        source_place(s, r->at, &line, &column);
        if (i > 0) {
            const struct fmt_row *before = r - 1;
            bool opens = r->depth == 0 && !(before->is_comment && before->depth == 0);
            r->blank = opens || line > line_before + 1;
        }
        line_before = line;
    }
}

/* Whether a row in columns and a later one, with nothing else between them, share the columns. */
static bool same_block(const struct fmt_row *a, const struct fmt_row *b)
{
    if (b->blank) return false;
    if (b->is_comment) return true;
    return b->columns == a->columns && b->depth == a->depth && b->owner == a->owner;
}

/* Columns of parameters line up only with rows of as many cells: 废止 stands in for all of them. */
static size_t group_of(const struct fmt_row *r) { return r->columns == FMT_COLUMNS_PARAM ? r->cells.len : 0; }

static void write_cells(const struct fmt_row *r, const size_t *widths, struct text *out)
{
    bool table = r->columns == FMT_COLUMNS_TABLE;
    if (table) text_addz(out, r->cells.len > 0 ? "| " : "|");
    for (size_t i = 0; i < r->cells.len; i++) {
        if (i > 0) text_addz(out, table ? " | " : r->columns == FMT_COLUMNS_PARAM ? "  " : " ");
        text_add(out, r->cells.at[i]);
        size_t width = utf8_width(r->cells.at[i]);
        if ((table || i + 1 < r->cells.len) && width < widths[i]) text_repeat(out, ' ', widths[i] - width);
    }
    if (table && r->cells.len > 0) text_addz(out, " |");
}

static void write_row(const struct fmt_row *r, const size_t *widths, struct text *out)
{
    if (r->blank) text_addc(out, '\n');
    text_repeat(out, ' ', (size_t)r->depth * 2);
    if (widths != NULL)
        write_cells(r, widths, out);
    else
        text_add(out, r->text);
    if (r->comment.len > 0) {
        if (!r->is_comment) text_addz(out, "  ");
        text_add(out, r->comment);
    }
    text_addc(out, '\n');
}

/* The widths of columns, by group. */
static size_t **widths_of(const struct fmt_row *rows, size_t n, struct arena *a)
{
    size_t columns = 0;
    for (size_t i = 0; i < n; i++) columns = rows[i].cells.len > columns ? rows[i].cells.len : columns;
    size_t **widths = ARENA_ARRAY(a, size_t *, columns + 1);
    for (size_t i = 0; i < n; i++) {
        if (rows[i].is_comment) continue;
        size_t **w = &widths[group_of(&rows[i])];
        if (*w == NULL) *w = ARENA_ARRAY(a, size_t, columns + 1);
        for (size_t k = 0; k < rows[i].cells.len; k++) {
            size_t width = utf8_width(rows[i].cells.at[k]);
            if (width > (*w)[k] && width <= COLUMN_MAX) (*w)[k] = width;
        }
    }
    return widths;
}

void fmt_write(struct fmt_rows *rows, const struct source *s, struct arena *a, struct text *out)
{
    if (rows->len > 1) qsort(rows->at, rows->len, sizeof rows->at[0], by_place);
    settle_comments(rows);
    settle_blanks(rows, s);
    for (size_t i = 0; i < rows->len;) {
        const struct fmt_row *r = &rows->at[i];
        if (r->columns == FMT_COLUMNS_NONE) {
            write_row(r, NULL, out);
            i++;
            continue;
        }
        size_t n = 1;
        while (i + n < rows->len && same_block(r, &rows->at[i + n])) n++;
        size_t **widths = widths_of(r, n, a);
        for (size_t k = 0; k < n; k++) write_row(&r[k], r[k].is_comment ? NULL : widths[group_of(&r[k])], out);
        i += n;
    }
}
