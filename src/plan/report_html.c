/* report_html: the report as a page by itself, with its chart. No script, no other file. */
#include "plan/plan_priv.h"

static const char style[] =
    "body{font:16px/1.7 'Source Han Sans SC','Noto Sans CJK SC',sans-serif;max-width:64rem;margin:2rem auto;padding:0 "
    "1rem;"
    "color:#1d2429}h1{font-size:1.6rem;text-align:center}h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:"
    "collapse;width:100%;font-size:.85rem}caption{text-align:left;font-weight:600;padding:.5rem 0}th,td{border:1px "
    "solid "
    "#c9d1d6;padding:.35rem .5rem;text-align:left;vertical-align:top}thead th{background:#eef2f4}.good "
    "td:last-child,.good "
    ".v{color:#1b6e3c}.bad td{background:#fdf1ef}.open td{color:#5b666d}svg{width:100%;height:auto;margin:1rem "
    "0}@media "
    "print{body{margin:0;max-width:none}h2{break-after:avoid}tr{break-inside:avoid}}";

static void add_table(const struct block *b, struct text *out)
{
    text_addz(out, "<table><caption>");
    markup_add(out, b->text);
    text_addz(out, "</caption>\n");
    VEC_EACH (const struct table_line, l, &b->lines) {
        bool first = l == b->lines.at;
        text_addz(out, first ? "<thead>" : "");
        text_addf(out, l->mark != NULL ? "<tr class=\"%s\">" : "<tr>", l->mark != NULL ? l->mark : "");
        VEC_EACH (const str, c, &l->cells) {
            text_addz(out, first ? "<th scope=\"col\">" : "<td>");
            markup_add(out, *c);
            text_addz(out, first ? "</th>" : "</td>");
        }
        text_addz(out, first ? "</tr></thead>\n<tbody>\n" : "</tr>\n");
    }
    text_addz(out, "</tbody></table>\n");
}

static void add_element(struct text *out, const char *name, str s)
{
    text_addf(out, "<%s>", name);
    markup_add(out, s);
    text_addf(out, "</%s>\n", name);
}

static void add_item(struct text *out, const struct block *b)
{
    if (b->link.len == 0) {
        add_element(out, "li", b->text);
        return;
    }
    text_addz(out, "<li><a href=\"");
    markup_add(out, b->link);
    text_addz(out, "\">");
    markup_add(out, b->name);
    text_addz(out, "</a></li>\n");
}

void evaluation_html(struct arena *a, const struct evaluation *v, struct text *out)
{
    block_list blocks = { 0 };
    report_blocks(a, v, &blocks);
    text_addz(out, "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                   "content=\"width=device-width\"><title>");
    markup_add(out, blocks.at[0].text);
    text_addf(out, "</title><style>%s</style></head><body>\n", style);
    bool listing = false;
    VEC_EACH (const struct block, b, &blocks) {
        if (listing != (b->kind == BLOCK_ITEM)) text_addz(out, listing ? "</ul>\n" : "<ul>\n");
        listing = b->kind == BLOCK_ITEM;
        switch (b->kind) {
        case BLOCK_TITLE: add_element(out, "h1", b->text); break;
        case BLOCK_HEADING: add_element(out, "h2", b->text); break;
        case BLOCK_PARAGRAPH: add_element(out, "p", b->text); break;
        case BLOCK_ITEM: add_item(out, b); break;
        case BLOCK_TABLE: add_table(b, out); break;
        case BLOCK_CHART: chart_svg(a, v, out); break;
        }
    }
    if (listing) text_addz(out, "</ul>\n");
    text_addz(out, "</body></html>\n");
}
