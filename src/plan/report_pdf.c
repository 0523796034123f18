/* report_pdf: the report on paper, which lies on its side as the Word document does: its tables have many columns.
 * Those that say nothing in any row are left out, the others share the page by how much they say. */
#include "paper/paper.h"
#include "plan/plan_priv.h"

/* In half characters: a digit is half as wide as a Chinese character. The air beside a cell is as wide in a narrow
 * column as in a wide one; without it "没有数据" and "2024年" break in the middle. A line of the page holds PAGE of
 * them. */
enum { SHARE_AIR = 2, SHARE_LEAST = 4, SHARE_MOST = 50, PAGE = 110 };

static unsigned width_of(str s)
{
    unsigned width = 0;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char byte = (unsigned char)s.p[i];
        if (byte < 0x80) width += 1; /* the bytes after the first of a longer one begin with 10 */
        if (byte >= 0xc0) width += 2;
    }
    return width;
}

/* The longest cell of a column, within reason. */
static unsigned share_of(const struct block *b, size_t column)
{
    unsigned most = SHARE_LEAST;
    VEC_EACH (const struct table_line, l, &b->lines) {
        unsigned width = column < l->cells.len ? width_of(l->cells.at[column]) : 0;
        if (width > most) most = width;
    }
    return (most > SHARE_MOST ? SHARE_MOST : most) + SHARE_AIR;
}

/* When there is not room for all, the widest give way, all to the same width: a sentence can break anywhere, a number
 * or a verdict should not. */
static void make_room(struct paper_column *columns, size_t count)
{
    unsigned most = SHARE_MOST + SHARE_AIR, sum = PAGE + 1;
    for (; sum > PAGE && most > SHARE_LEAST; most--) {
        sum = 0;
        for (size_t i = 0; i < count; i++) sum += columns[i].share < most ? columns[i].share : most;
    }
    for (size_t i = 0; i < count; i++) {
        if (columns[i].share > most + 1) columns[i].share = most + 1;
    }
}

static str cell_of(const struct table_line *l, size_t column)
{
    return column < l->cells.len ? l->cells.at[column] : STR("");
}

static bool says_something(const struct block *b, size_t column)
{
    for (size_t r = 1; r < b->lines.len; r++) {
        str s = cell_of(&b->lines.at[r], column);
        if (s.len > 0 && !str_eq(s, STR("—"))) return true;
    }
    return false;
}

static void add_table(struct arena *a, struct paper *p, const struct block *b)
{
    struct paper_column columns[PAPER_COLUMNS_MAX] = { 0 };
    size_t from[PAPER_COLUMNS_MAX], count = 0, n = 0;
    if (b->lines.len < 2) return;
    for (size_t i = 0; i < b->lines.at[0].cells.len && count < PAPER_COLUMNS_MAX; i++) {
        if (!says_something(b, i)) continue;
        columns[count] = (struct paper_column){ b->lines.at[0].cells.at[i], share_of(b, i), false };
        from[count++] = i;
    }
    if (count == 0) return;
    make_room(columns, count);
    str *cells = ARENA_ARRAY(a, str, count * b->lines.len);
    for (size_t r = 1; r < b->lines.len; r++) {
        for (size_t i = 0; i < count; i++) cells[n++] = cell_of(&b->lines.at[r], from[i]);
    }
    paper_table(p, b->text, columns, count, cells, b->lines.len - 1);
}

bool evaluation_pdf(struct arena *a, const struct evaluation *v, str *pdf, struct err *e)
{
    block_list blocks = { 0 };
    struct block bars;
    struct paper *p;
    report_blocks(a, v, &blocks);
    struct paper_about about = { .title = blocks.at[0].text, .author = v->plan->name, .day = v->day };
    if (!paper_new(&p, a, &about, e)) return false;
    paper_lay(p);
    VEC_EACH (const struct block, b, &blocks) {
        switch (b->kind) {
        case BLOCK_TITLE: paper_title(p, b->text); break;
        case BLOCK_HEADING: paper_heading(p, b->text); break;
        case BLOCK_PARAGRAPH:
        case BLOCK_ITEM: paper_text(p, b->text); break;
        case BLOCK_TABLE: add_table(a, p, b); break;
        case BLOCK_CHART:
            if (chart_table(a, v, &bars)) add_table(a, p, &bars);
            break;
        }
    }
    return paper_end(p, pdf, e);
}
