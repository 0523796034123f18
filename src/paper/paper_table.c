/* paper: what stands in rows: facts, tables, a code with its text. */
#include "paper/paper.h"
#include "paper/paper_priv.h"
#include "paper/square.h"

#include <assert.h>

static const double CELL = 5; /* around the text of a cell */

void paper_facts(struct paper *p, const struct paper_fact *facts, size_t count)
{
    static const double LABEL = 110;
    for (size_t i = 0; i < count; i++) {
        PangoLayout *label = paper_set(p, FACE_LABEL, facts[i].label, LABEL - 2 * CELL);
        PangoLayout *value = paper_set(p, FACE_TEXT, facts[i].value, p->width - LABEL);
        double height = paper_height(value), low = paper_height(label);
        if (low > height) height = low;
        paper_room(p, height + 2 * CELL);
        paper_ink(p, INK_GREY);
        paper_draw(p, label, PAPER_LEFT, p->y + CELL + 1.5);
        paper_ink(p, INK_TEXT);
        paper_draw(p, value, PAPER_LEFT + LABEL, p->y + CELL);
        p->y += height + 2 * CELL;
        paper_rule(p, p->y);
        draw.g_object_unref(label);
        draw.g_object_unref(value);
    }
    p->y += 2 * CELL;
}

static double shares(const struct paper_column *columns, size_t count)
{
    double sum = 0;
    for (size_t c = 0; c < count; c++) sum += columns[c].share;
    return sum;
}

/* The cells of one row, set to the widths of their columns; how high the highest is. Cells that would be taller than a
 * page are cut with an ellipsis. */
static double set_row(struct paper *p, const struct paper_column *columns, size_t count, const str *cells, bool head,
                      PangoLayout *set[PAPER_COLUMNS_MAX])
{
    double all = shares(columns, count), height = 0;
    for (size_t c = 0; c < count; c++) {
        double width = p->width * columns[c].share / all - 2 * CELL;
        set[c] = paper_set(p, head ? FACE_LABEL : FACE_CELL, head ? columns[c].heading : cells[c], width);
        draw.pango_layout_set_height(set[c], (int)((p->bottom - PAPER_TOP) / 2) * PANGO_SCALE);
        draw.pango_layout_set_ellipsize(set[c], PANGO_ELLIPSIZE_END);
        if (columns[c].right) draw.pango_layout_set_alignment(set[c], PANGO_ALIGN_RIGHT);
        double tall = paper_height(set[c]);
        if (tall > height) height = tall;
    }
    return height + 2 * CELL;
}

static double row_height(struct paper *p, const struct paper_column *columns, size_t count, const str *cells, bool head)
{
    PangoLayout *set[PAPER_COLUMNS_MAX];
    double height = set_row(p, columns, count, cells, head, set);
    for (size_t c = 0; c < count; c++) draw.g_object_unref(set[c]);
    return height;
}

static void row(struct paper *p, const struct paper_column *columns, size_t count, const str *cells, bool head)
{
    PangoLayout *set[PAPER_COLUMNS_MAX];
    double all = shares(columns, count), height = set_row(p, columns, count, cells, head, set), before = p->y;
    paper_room(p, height);
    if (!head && p->y < before) row(p, columns, count, NULL, true); /* a new page: the heads again */
    double x = PAPER_LEFT;
    for (size_t c = 0; c < count; c++) {
        paper_ink(p, head ? INK_GREY : INK_TEXT);
        paper_draw(p, set[c], x + CELL, p->y + CELL);
        x += p->width * columns[c].share / all;
        draw.g_object_unref(set[c]);
    }
    p->y += height;
    paper_rule(p, p->y);
}

static double caption_height(struct paper *p, str caption)
{
    static const double AFTER = 12;
    PangoLayout *set = paper_set(p, FACE_NOTE, caption, p->width);
    double height = paper_height(set);
    draw.g_object_unref(set);
    return height + AFTER;
}

void paper_table(struct paper *p, str caption, const struct paper_column *columns, size_t column_count,
                 const str *cells, size_t row_count)
{
    assert(column_count > 0 && column_count <= PAPER_COLUMNS_MAX);
    double together = row_height(p, columns, column_count, NULL, true);
    if (row_count > 0) together += row_height(p, columns, column_count, cells, false);
    if (caption.len > 0) together += caption_height(p, caption);
    paper_room(p, together);
    if (caption.len > 0) paper_note(p, caption);
    row(p, columns, column_count, NULL, true);
    for (size_t r = 0; r < row_count; r++) row(p, columns, column_count, cells + r * column_count, false);
    p->y += 2 * CELL;
}

void paper_code(struct paper *p, str payload, str text)
{
    static const double SIZE = 84;
    assert(payload.len > 0 && payload.len <= SQUARE_PAYLOAD_MAX);
    paper_room(p, SIZE + 2 * CELL);
    struct square q;
    struct err why = { 0 };
    if (!square_new(&q, p->arena, payload, &why)) {
        p->wrong = why.code;
        p->wrong_what = "内存不够，画不出二维码";
        return;
    }
    double module = SIZE / q.side;
    paper_ink(p, INK_TEXT);
    for (unsigned y = 0; y < q.side; y++)
        for (unsigned x = 0; x < q.side; x++)
            if (q.dark[y * q.side + x])
                draw.cairo_rectangle(p->cairo, PAPER_LEFT + x * module, p->y + CELL + y * module, module, module);
    draw.cairo_fill(p->cairo);
    PangoLayout *beside = paper_set(p, FACE_LABEL, text, p->width - SIZE - 3 * CELL);
    paper_ink(p, INK_GREY);
    paper_draw(p, beside, PAPER_LEFT + SIZE + 3 * CELL, p->y + CELL);
    double tall = paper_height(beside);
    draw.g_object_unref(beside);
    p->y += (tall > SIZE ? tall : SIZE) + 3 * CELL;
}
