/* plan_priv: the report as blocks, written once as text from the figures and printed as text, HTML or DOCX. */
#ifndef PLAN_PLAN_PRIV_H
#define PLAN_PLAN_PRIV_H
#include "base/markup.h"
#include "plan/plan.h"

enum block_kind { BLOCK_TITLE, BLOCK_HEADING, BLOCK_PARAGRAPH, BLOCK_ITEM, BLOCK_TABLE, BLOCK_CHART };

struct table_line {
    VEC(str) cells;
    const char *mark; /* class of the line in HTML: good, bad, open; NULL */
};

struct block {
    enum block_kind kind;
    str text;                     /* of a table and a chart: the caption */
    VEC(struct table_line) lines; /* BLOCK_TABLE: the first is the head */
    str name, link;               /* BLOCK_ITEM: where a click can lead somewhere, this name stands for text */
};
typedef VEC(struct block) block_list;

void report_blocks(struct arena *a, const struct evaluation *v, block_list *out);
/* 至2023年12月31日 and the like. */
str day_text(struct arena *a, date d);
str bound_words(struct arena *a, const struct plan_question *q, str unit); /* 690万人以上, ＞12年, 930人左右 */
/* The same bars where nothing can be drawn: a table with bars of blocks, time first. False: nothing to show. */
bool chart_table(struct arena *a, const struct evaluation *v, struct block *out);
/* Bars of progress against time, as SVG. */
void chart_svg(struct arena *a, const struct evaluation *v, struct text *out);
/* The same as PNG; png empty: nothing to show. False: it cannot be drawn on this machine. */
struct chart_picture {
    str png;
    int width, height; /* of the drawing */
};
bool chart_png(struct arena *a, const struct evaluation *v, struct chart_picture *out, struct err *e);

#endif
