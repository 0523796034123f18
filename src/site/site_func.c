/* site_func: pages of definitions and decision tables. A definition is its ordinary case and its exceptions; when it
 * was left open, what a lower pack filled in is what holds, and both are told. A decision table is shown as the table
 * it is. */
#include "site/site_priv.h"

#include <string.h>

static void write_params(struct site *s, const struct func *f)
{
    struct html *h = s->h;
    if (f->params.len == 0) return;
    term_open(s, "要给它");
    for (size_t i = 0; i < f->params.len; i++) {
        if (i > 0) html_z(h, "、");
        html_text(h, f->decl->params.at[i].name.text);
        html_z(h, "（");
        write_type(s, &f->decl->params.at[i].type, f->params.at[i]);
        html_z(h, "）");
    }
    term_close(s);
}

static void write_open(struct site *s, const struct page *g, const struct func *f)
{
    struct html *h = s->h;
    if (!f->open) return;
    term_open(s, "谁来定");
    html_z(h, "留给");
    link_page(s, s->of_pack[f->decl->pack], NULL);
    html_z(h, "以下的包填写；");
    if (f->filled_by != NULL) {
        link_page(s, s->of_pack[f->filled_by->pack], NULL);
        html_z(h, "已经填写");
    } else {
        html_elz(h, HTML_SPAN, g->unset ? "tag ask" : NULL, g->unset ? "还没有人填写" : "没有人另外填写，用这里写的");
    }
    term_close(s);
}

static void write_facts(struct site *s, const struct page *g, const struct func *f)
{
    struct html *h = s->h;
    html_open(h, HTML_DL, "facts");
    term_open(s, "对谁定义");
    if (s->of_entity[f->entity] != SITE_NO_PAGE) link_page(s, s->of_entity[f->entity], NULL);
    term_close(s);
    term_open(s, "得出什么");
    write_type(s, &f->decl->type, f->type);
    term_close(s);
    write_params(s, f);
    write_open(s, g, f);
    if (f->has_from || f->has_to) {
        term_open(s, "施行");
        write_period(s, f->has_from, f->from, f->has_to, f->to);
        term_close(s);
    }
    term_open(s, "哪一级");
    link_page(s, s->of_pack[f->decl->pack], NULL);
    term_close(s);
    term_open(s, "依据");
    html_open(h, HTML_UL, "plain");
    VEC_EACH (const struct decl *, pd, &g->decls) {
        VEC_EACH (const struct ast_field, x, &(*pd)->fields) {
            if (x->def->shape != SHAPE_CITE) continue;
            html_open(h, HTML_LI, NULL);
            cite_one(s, x);
            html_close(h, HTML_LI);
        }
    }
    html_close(h, HTML_UL);
    term_close(s);
    html_close(h, HTML_DL);
}

/* ---- definitions ---- */

static const struct ast_field *base_of(const struct decl *d)
{
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (f->def->shape == SHAPE_EXPR && strcmp(f->def->en, "base") == 0) return f;
    }
    return NULL;
}

static void write_exception(struct site *s, const struct ast_field *x, const struct decl *d)
{
    struct html *h = s->h;
    const struct ast_field *note = sub_named(x, "note");
    html_open(h, HTML_LI, "criterion");
    html_open(h, HTML_P, "say");
    if (note != NULL)
        html_text(h, note->text);
    else if (x->name.text.len > 0)
        html_text(h, x->name.text);
    else
        html_z(h, "例外");
    if (x->rank != 0) html_elf(h, HTML_SPAN, "tag", "优先 %lld", (long long)x->rank);
    badge_trust(s, trust_of_field(s, x, d));
    html_close(h, HTML_P);
    html_open(h, HTML_DIV, "when-then");
    html_elz(h, HTML_B, "join", "当");
    formula_block(s, x->expr);
    html_elz(h, HTML_B, "join", "则为");
    formula_block(s, x->value);
    html_close(h, HTML_DIV);
    cites_of(s, x);
    html_close(h, HTML_LI);
}

static void write_rules(struct site *s, const struct decl *d)
{
    struct html *h = s->h;
    const struct ast_field *base = base_of(d);
    size_t exceptions = 0;
    VEC_EACH (const struct ast_field, f, &d->fields)
        exceptions += f->def->shape == SHAPE_EXCEPTION && f->expr != NULL && f->value != NULL;
    if (base != NULL && base->expr != NULL) {
        if (exceptions > 0) html_elz(h, HTML_P, "lead", "一般情况：");
        html_open(h, HTML_DIV, "base");
        formula_block(s, base->expr);
        html_close(h, HTML_DIV);
        cites_of(s, base);
    }
    if (exceptions == 0) return;
    html_elz(h, HTML_P, "lead", base != NULL ? "有下面的情形，不按一般情况：" : "按下面的情形：");
    html_open(h, HTML_OL, "criteria");
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (f->def->shape == SHAPE_EXCEPTION && f->expr != NULL && f->value != NULL) write_exception(s, f, d);
    }
    html_close(h, HTML_OL);
}

/* ---- decision tables ---- */

static void table_titles(struct site *s, const struct decl *d)
{
    struct html *h = s->h;
    html_open(h, HTML_THEAD, NULL);
    html_open(h, HTML_TR, NULL);
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (f->def->id != FIELD_TABLE_INPUT) continue;
        html_open(h, HTML_TH, NULL);
        html_attrz(h, ATTR_SCOPE, "col");
        if (f->expr != NULL) formula_inline(s, f->expr);
        html_close(h, HTML_TH);
    }
    html_open(h, HTML_TH, "result");
    html_attrz(h, ATTR_SCOPE, "col");
    html_text(h, d->name.text);
    html_close(h, HTML_TH);
    html_close(h, HTML_TR);
    html_close(h, HTML_THEAD);
}

static void write_table(struct site *s, const struct func *f)
{
    struct html *h = s->h;
    const struct decl *d = f->decl;
    table_open(s, "decision", "决策表");
    table_titles(s, d);
    html_open(h, HTML_TBODY, NULL);
    VEC_EACH (const struct ast_field, row, &d->fields) {
        if (row->def->id != FIELD_TABLE_ROW) continue;
        html_open(h, HTML_TR, NULL);
        for (size_t i = 0; i < row->cells.len; i++) {
            bool last = i + 1 == row->cells.len;
            html_open(h, HTML_TD, last ? "result" : NULL);
            if (last && row->cells.at[i] != NULL)
                formula_inline(s, row->cells.at[i]);
            else
                formula_cell(s, row->cells.at[i]);
            html_close(h, HTML_TD);
        }
        html_close(h, HTML_TR);
    }
    html_close(h, HTML_TBODY);
    table_close(s);
    html_elz(h, HTML_P, "small muted", f->first_hit ? "从上往下，取第一行符合的。" : "至多有一行符合。");
}

/* ---- the page ---- */

static void write_version(struct site *s, const struct func *f)
{
    if (f->is_table) {
        write_table(s, f);
    } else if (f->filled_by != NULL) {
        html_open(s->h, HTML_P, "lead");
        link_page(s, s->of_pack[f->filled_by->pack], NULL);
        html_z(s->h, "这样填写：");
        badge_trust(s, trust_of_decl(s, f->filled_by));
        html_close(s->h, HTML_P);
        prose(s, NULL, note_of(s, f->filled_by));
        write_rules(s, f->filled_by);
    } else {
        write_rules(s, f->decl);
    }
    if (f->filled_by != NULL && base_of(f->decl) != NULL) {
        html_elz(s->h, HTML_P, "lead", "上级原来写的是（已被下级的填写代替）：");
        write_rules(s, f->decl);
    }
}

static void write_versions(struct site *s, const struct func *newest)
{
    if (newest->older == 0) return;
    section_open(s, "versions", "以前的版本");
    for (uint32_t v = newest->older; v != 0; v = s->p->funcs.at[v - 1].older) {
        const struct func *f = &s->p->funcs.at[v - 1];
        html_open(s->h, HTML_DETAILS, "fold");
        html_open(s->h, HTML_SUMMARY, NULL);
        when_attrs(s, f->has_from, f->from, f->has_to, date_add_days(f->to, 1));
        write_period(s, f->has_from, f->from, f->has_to, f->to);
        html_z(s->h, " ");
        when_word(s, when_class(s, f->has_from, f->from, f->has_to, date_add_days(f->to, 1)));
        html_close(s->h, HTML_SUMMARY);
        write_version(s, f);
        html_close(s->h, HTML_DETAILS);
    }
    section_close(s);
}

void page_func(struct site *s, uint32_t page)
{
    const struct page *g = &s->pages.at[page];
    const struct func *f = &s->p->funcs.at[g->index];
    struct html *h = s->h;
    str note = note_of(s, g->decl);
    page_begin(s, g->path, g->name, head_sentence(s, g), f->is_table ? "表" : "定义");
    html_open(h, HTML_HEADER, "lead");
    html_elz(h, HTML_P, "kind", f->is_table ? "表" : "定义");
    html_el(h, HTML_H1, NULL, g->name);
    prose(s, "sentence", note);
    html_open(h, HTML_P, "tags");
    badge_pack(s, g->decl->pack);
    badge_trust(s, g->rests);
    html_close(h, HTML_P);
    html_close(h, HTML_HEADER);
    notice_waits(s, g);
    notice_trust(s, g);
    html_open(h, HTML_DIV, "two");
    html_open(h, HTML_ASIDE, "card");
    html_attrz(h, ATTR_ARIA_LABEL, "一览");
    write_facts(s, g, f);
    html_close(h, HTML_ASIDE);
    html_open(h, HTML_DIV, "body");
    if (!g->unset) {
        section_open(s, "how", "怎样得出");
        write_version(s, f);
        section_close(s);
    }
    write_versions(s, f);
    examples_section(s, g);
    users_section(s, g, "谁用到它");
    rests_section(s, page);
    facts_section(s, page);
    source_text_section(s, g);
    html_close(h, HTML_DIV);
    html_close(h, HTML_DIV);
    page_end(s);
}
