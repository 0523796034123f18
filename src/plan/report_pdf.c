/* report_pdf: the report on paper. Wide tables keep their words: what a row says is more than a line can hold, so the
 * columns share the page by how much they say. */
#include "paper/paper.h"
#include "plan/plan_priv.h"

enum { SHARE_LEAST = 6, SHARE_MOST = 30 };

/* The longest cell of a column, within reason: bytes of UTF-8, so that a Chinese character counts three. */
static unsigned share_of(const struct block *b, size_t column)
{
    size_t most = SHARE_LEAST * 3;
    VEC_EACH (const struct table_line, l, &b->lines) {
        if (column < l->cells.len && l->cells.at[column].len > most) most = l->cells.at[column].len;
    }
    return most / 3 > SHARE_MOST ? SHARE_MOST : (unsigned)(most / 3);
}

static void add_table(struct arena *a, struct paper *p, const struct block *b)
{
    struct paper_column columns[PAPER_COLUMNS_MAX] = { 0 };
    size_t count = b->lines.len > 0 ? b->lines.at[0].cells.len : 0, n = 0;
    if (count == 0 || count > PAPER_COLUMNS_MAX || b->lines.len < 2) return;
    for (size_t i = 0; i < count; i++)
        columns[i] = (struct paper_column){ b->lines.at[0].cells.at[i], share_of(b, i), false };
    str *cells = ARENA_ARRAY(a, str, count * b->lines.len);
    for (size_t r = 1; r < b->lines.len; r++) {
        for (size_t i = 0; i < count; i++)
            cells[n++] = i < b->lines.at[r].cells.len ? b->lines.at[r].cells.at[i] : STR("");
    }
    paper_note(p, b->text);
    paper_table(p, columns, count, cells, b->lines.len - 1);
}

bool evaluation_pdf(struct arena *a, const struct evaluation *v, str *pdf, struct err *e)
{
    block_list blocks = { 0 };
    struct block bars;
    struct paper *p;
    report_blocks(a, v, &blocks);
    struct paper_about about = { .title = blocks.at[0].text, .author = v->plan->name, .day = v->day };
    if (!paper_new(&p, a, &about, e)) return false;
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
