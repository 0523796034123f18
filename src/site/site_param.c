/* site_param: the page of a parameter: every value it ever had, from which day, on what authority and how well known.
 */
#include "site/site_priv.h"

enum { FEW = 2 }; /* columns of values that fit a phone beside the day; what they rest on goes below them */

static void row_cell(struct site *s, const struct param *q, uint32_t item, date day)
{
    struct html *h = s->h;
    html_open(h, HTML_TD, "r");
    for (uint32_t i = q->first_of_item[item]; i < q->first_of_item[item + 1]; i++) {
        const struct param_row *r = &q->rows.at[i];
        if (r->from.days != day.days) continue;
        if (r->ended)
            html_elz(h, HTML_SPAN, "muted", "废止");
        else
            value_write(s, &q->decl->type, q->type, r->value);
    }
    html_close(h, HTML_TD);
}

static void add_field(const struct ast_field **found, size_t *n, size_t max, const struct ast_field *f)
{
    for (size_t i = 0; i < *n; i++) {
        if (found[i] == f) return;
    }
    if (*n < max) found[(*n)++] = f;
}

/* 依据, 可信 and who said so, of all values that begin on one day. */
static void row_authority(struct site *s, const struct param *q, date day)
{
    struct html *h = s->h;
    const struct ast_field *rows[16];
    size_t n = 0;
    enum trust trust = TRUST_ORIGINAL;
    unsigned pack = 0;
    VEC_EACH (const struct param_row, r, &q->rows) {
        if (r->from.days != day.days) continue;
        add_field(rows, &n, sizeof rows / sizeof *rows, r->row);
        if (trust_of_row(s, q, r) > trust) trust = trust_of_row(s, q, r);
        pack = r->pack;
    }
    html_open(h, HTML_TD, "why");
    enum trust told = TRUST_ORIGINAL; /* by the citation itself */
    for (size_t i = 0; i < n; i++) {
        if (rows[i]->cite == NULL) continue;
        cite_one(s, rows[i]->cite);
        uint32_t source = page_of_source(s, rows[i]->cite->name.text);
        if (source != SITE_NO_PAGE && s->pages.at[source].trust > told) told = s->pages.at[source].trust;
    }
    if (trust == TRUST_ORIGINAL)
        html_elz(h, HTML_SPAN, "tag", "原文");
    else if (trust != told)
        badge_trust(s, trust);
    html_close(h, HTML_TD);
    html_open(h, HTML_TD, NULL);
    link_page(s, s->of_pack[pack], NULL);
    html_close(h, HTML_TD);
}

static bool item_used(const struct param *q, uint32_t item)
{
    return q->first_of_item[item + 1] > q->first_of_item[item];
}

static void write_history(struct site *s, const struct param *q)
{
    struct html *h = s->h;
    day_list days = { 0 };
    param_days(s, q, &days);
    size_t shown = q->key == 0;
    for (uint32_t i = 0; q->key != 0 && i < q->item_count; i++) shown += item_used(q, i);
    table_open(s, shown <= FEW ? "history few" : "history", "历次的值");
    html_open(h, HTML_THEAD, NULL);
    html_open(h, HTML_TR, NULL);
    th(s, "从哪天起", NULL);
    if (q->key == 0) th(s, "值", "r");
    for (uint32_t i = 0; q->key != 0 && i < q->item_count; i++) {
        if (!item_used(q, i)) continue;
        html_open(h, HTML_TH, "r");
        html_attrz(h, ATTR_SCOPE, "col");
        html_text(h, s->p->codes.at[q->key - 1].items.at[i].name);
        html_close(h, HTML_TH);
    }
    th(s, "依据，可信", "why");
    th(s, "哪一级", NULL);
    html_close(h, HTML_TR);
    html_close(h, HTML_THEAD);
    html_open(h, HTML_TBODY, NULL);
    for (size_t d = days.len; d-- > 0;) { /* the newest is what one looks for */
        bool last = d + 1 == days.len;
        date until = last ? days.at[d] : days.at[d + 1];
        const char *class_ = when_class(s, true, days.at[d], !last, until);
        html_open(h, HTML_TR, class_);
        when_attrs(s, true, days.at[d], !last, until);
        html_open(h, HTML_TH, NULL);
        html_attrz(h, ATTR_SCOPE, "row");
        write_day_text(s, days.at[d]);
        html_z(h, " ");
        when_word(s, class_);
        html_close(h, HTML_TH);
        for (uint32_t i = 0; i < q->item_count; i++) {
            if (q->key == 0 || item_used(q, i)) row_cell(s, q, i, days.at[d]);
        }
        row_authority(s, q, days.at[d]);
        html_close(h, HTML_TR);
    }
    html_close(h, HTML_TBODY);
    table_close(s);
}

static void write_who_fills(struct site *s, const struct param *q)
{
    struct html *h = s->h;
    term_open(s, "谁来定");
    if (!q->open) {
        link_page(s, s->of_pack[q->decl->pack], NULL);
        html_z(h, "定，下级不能改");
    } else {
        html_z(h, "留给");
        link_page(s, s->of_pack[q->decl->pack], NULL);
        html_z(h, "以下的包填写；");
        if (q->filled_by != NULL) {
            link_page(s, s->of_pack[q->filled_by->pack], NULL);
            html_z(h, "已经填写");
        } else {
            html_elz(h, HTML_SPAN, q->rows.len == 0 ? "tag ask" : NULL,
                     q->rows.len == 0 ? "还没有人填写" : "没有人另外填写，用这里的值");
        }
    }
    term_close(s);
}

static void write_facts(struct site *s, const struct page *g, const struct param *q)
{
    struct html *h = s->h;
    html_open(h, HTML_DL, "facts");
    term_open(s, "单位");
    write_type(s, &q->decl->type, q->type);
    term_close(s);
    if (q->key != 0) {
        term_open(s, "按什么分");
        if (s->of_codes[q->key - 1] != SITE_NO_PAGE) link_page(s, s->of_codes[q->key - 1], NULL);
        term_close(s);
    }
    write_who_fills(s, q);
    bool any = false;
    VEC_EACH (const struct decl *, pd, &g->decls) {
        VEC_EACH (const struct ast_field, f, &(*pd)->fields) {
            if (f->def->shape != SHAPE_CITE) continue;
            if (!any) {
                term_open(s, "依据");
                html_open(h, HTML_UL, "plain");
            }
            any = true;
            html_open(h, HTML_LI, NULL);
            cite_one(s, f);
            html_close(h, HTML_LI);
        }
    }
    if (any) {
        html_close(h, HTML_UL);
        term_close(s);
    }
    html_close(h, HTML_DL);
}

void page_param(struct site *s, uint32_t page)
{
    const struct page *g = &s->pages.at[page];
    const struct param *q = &s->p->params.at[g->index];
    struct html *h = s->h;
    page_begin(s, g->path, g->name, head_sentence(s, g), "参数");
    html_open(h, HTML_HEADER, "lead");
    html_elz(h, HTML_P, "kind", "参数");
    html_el(h, HTML_H1, NULL, g->name);
    prose(s, "sentence", note_of(s, g->decl));
    html_open(h, HTML_P, "big");
    param_glance(s, q);
    badge_trust(s, g->trust);
    html_close(h, HTML_P);
    html_open(h, HTML_P, "tags");
    badge_pack(s, g->decl->pack);
    html_close(h, HTML_P);
    html_close(h, HTML_HEADER);
    notice_waits(s, g);
    notice_trust(s, g);
    html_open(h, HTML_DIV, "two");
    html_open(h, HTML_ASIDE, "card");
    html_attrz(h, ATTR_ARIA_LABEL, "一览");
    write_facts(s, g, q);
    html_close(h, HTML_ASIDE);
    html_open(h, HTML_DIV, "body");
    if (q->rows.len > 0) {
        section_open(s, "values", "历次的值");
        if (q->filled_by != NULL) prose(s, NULL, note_of(s, q->filled_by));
        chart_steps(s, q);
        write_history(s, q);
        section_close(s);
    }
    users_section(s, g, "谁用到它");
    source_text_section(s, g);
    html_close(h, HTML_DIV);
    html_close(h, HTML_DIV);
    page_end(s);
}
