/* site_parts: what several kinds of page show: where a rule is taken from, who uses it, what it rests on, which data
 * decide, what is still open or not the original's wording, and the text itself. */
#include "site/site_priv.h"

enum {
    TREE_DEPTH = 12, /* definitions on definitions; deeper ones are on the pages of these */
    TREE_OPEN = 24,  /* longer outlines are folded */
};

/* ---- citations ---- */

bool has_cites(const struct ast_field *f)
{
    if (f->cite != NULL) return true;
    VEC_EACH (const struct ast_field, g, &f->subs) {
        if (g->def->shape == SHAPE_CITE) return true;
    }
    return false;
}

void cite_one(struct site *s, const struct ast_field *cite)
{
    uint32_t page = page_of_source(s, cite->name.text);
    html_open(s->h, HTML_SPAN, "cite");
    if (page != SITE_NO_PAGE)
        html_link(s->h, page_url(s, page), NULL, cite->name.text);
    else
        html_text(s->h, cite->name.text);
    if (cite->text.len > 0) {
        html_z(s->h, " ");
        html_text(s->h, cite->text);
    }
    if (page != SITE_NO_PAGE) badge_trust(s, s->pages.at[page].trust);
    html_close(s->h, HTML_SPAN);
}

static void cite_lead(struct site *s, bool *any)
{
    if (*any)
        html_z(s->h, "；");
    else
        html_z(s->h, "依据：");
    *any = true;
}

void cites_of(struct site *s, const struct ast_field *f)
{
    if (!has_cites(f)) return;
    bool any = false;
    html_open(s->h, HTML_P, "basis");
    if (f->cite != NULL) {
        cite_lead(s, &any);
        cite_one(s, f->cite);
    }
    VEC_EACH (const struct ast_field, g, &f->subs) {
        if (g->def->shape != SHAPE_CITE) continue;
        cite_lead(s, &any);
        cite_one(s, g);
    }
    html_close(s->h, HTML_P);
}

void cites_of_decl(struct site *s, const struct decl *d)
{
    bool any = false;
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (f->def->shape != SHAPE_CITE) continue;
        if (!any) html_open(s->h, HTML_P, "basis");
        cite_lead(s, &any);
        cite_one(s, f);
    }
    if (any) html_close(s->h, HTML_P);
}

/* ---- who uses it, what it rests on ---- */

void users_section(struct site *s, const struct page *g, const char *title)
{
    if (g->users.len == 0) return;
    section_open(s, "users", title);
    html_open(s->h, HTML_DL, "lists");
    for (int k = 0; k < KIND_COUNT; k++) {
        bool any = false;
        VEC_EACH (const uint32_t, u, &g->users) {
            if (s->pages.at[*u].kind != (enum kind)k) continue;
            if (!any) {
                term_open(s, kind_defs[k].zh);
                html_open(s->h, HTML_UL, "names");
            }
            any = true;
            html_open(s->h, HTML_LI, NULL);
            link_page(s, *u, NULL);
            html_close(s->h, HTML_LI);
        }
        if (!any) continue;
        html_close(s->h, HTML_UL);
        term_close(s);
    }
    html_close(s->h, HTML_DL);
    section_close(s);
}

struct tree {
    bool *seen;
    unsigned depth;
};

static void tree_what(struct site *s, const struct page *g)
{
    html_z(s->h, " ");
    if (g->kind == KIND_PARAM) {
        param_glance(s, &s->p->params.at[g->index]);
    } else if (g->unset) {
        html_elz(s->h, HTML_SPAN, "tag ask", "还没有定");
    } else if (g->kind == KIND_POLICY) {
        html_elz(s->h, HTML_SPAN, "muted", "政策");
    }
    if (g->kind == KIND_TABLE) html_elz(s->h, HTML_SPAN, "muted", "表");
    badge_trust(s, g->trust);
}

static void tree_below(struct site *s, uint32_t page, struct tree *t)
{
    const struct page *g = &s->pages.at[page];
    bool any = false;
    t->depth++;
    VEC_EACH (const uint32_t, to, &g->needs) {
        if (!any) html_open(s->h, HTML_UL, t->depth == 1 ? "tree" : NULL);
        any = true;
        html_open(s->h, HTML_LI, NULL);
        link_page(s, *to, NULL);
        tree_what(s, &s->pages.at[*to]);
        bool again = t->seen[*to];
        t->seen[*to] = true;
        if (again && s->pages.at[*to].needs.len > 0) html_elz(s->h, HTML_SPAN, "muted small", " 见上");
        if (!again && t->depth < TREE_DEPTH) tree_below(s, *to, t);
        html_close(s->h, HTML_LI);
    }
    if (any) html_close(s->h, HTML_UL);
    t->depth--;
}

void rests_section(struct site *s, uint32_t page)
{
    index_list all = { 0 };
    model_rests(s, page, &all);
    if (all.len < 2) return;
    struct tree t = { .seen = ARENA_ARRAY(s->scratch, bool, s->pages.len + 1) };
    section_open(s, "rests", "它靠什么算出来");
    html_open(s->h, HTML_DETAILS, "fold");
    if (all.len <= TREE_OPEN) html_flag(s->h, ATTR_OPEN);
    html_elf(s->h, HTML_SUMMARY, NULL, "一共 %zu 个参数、定义和表，逐层列出", all.len - 1);
    t.seen[page] = true;
    tree_below(s, page, &t);
    html_close(s->h, HTML_DETAILS);
    section_close(s);
}

static void fact_link(struct site *s, uint16_t entity, const struct slot *slot)
{
    bool own = slot->kind == SLOT_SPELLS || slot->kind == SLOT_HISTORY;
    uint32_t page = s->of_entity[own ? slot->type.ref : entity];
    html_open(s->h, HTML_LI, NULL);
    if (page == SITE_NO_PAGE)
        html_text(s->h, slot->name);
    else
        html_link(s->h, own ? page_url(s, page) : page_place(s, page, slot->name), NULL, slot->name);
    if (slot->code.len > 0) html_el(s->h, HTML_CODE, "code", slot->code);
    html_close(s->h, HTML_LI);
}

/* The data that decide: fields and spells of everything the rule rests on, by whom they belong to. */
void facts_section(struct site *s, uint32_t page)
{
    const struct program *p = s->p;
    index_list all = { 0 };
    model_rests(s, page, &all);
    bool any = false;
    for (uint16_t e = 0; e < p->entities.len; e++) {
        bool *used = ARENA_ARRAY(s->scratch, bool, p->entities.at[e].slots.len + 1);
        bool mine = false;
        VEC_EACH (const uint32_t, i, &all) {
            VEC_EACH (const struct slot_use, u, &s->pages.at[*i].facts) {
                if (u->entity == e) mine = used[u->slot] = true;
            }
        }
        if (!mine) continue;
        if (!any) {
            section_open(s, "facts", "要看哪些资料");
            html_open(s->h, HTML_DL, "lists");
        }
        any = true;
        html_open(s->h, HTML_DIV, NULL);
        html_el(s->h, HTML_DT, NULL, p->entities.at[e].name);
        html_open(s->h, HTML_DD, NULL);
        html_open(s->h, HTML_UL, "names");
        for (uint32_t i = 0; i < p->entities.at[e].slots.len; i++) {
            if (used[i]) fact_link(s, e, &p->entities.at[e].slots.at[i]);
        }
        html_close(s->h, HTML_UL);
        html_close(s->h, HTML_DD);
        html_close(s->h, HTML_DIV);
    }
    if (!any) return;
    html_close(s->h, HTML_DL);
    section_close(s);
}

/* ---- notices ---- */

static void notice_names(struct site *s, const index_list *pages)
{
    VEC_EACH (const uint32_t, i, pages) {
        if (i > pages->at) html_z(s->h, "、");
        link_page(s, *i, NULL);
    }
}

void notice_waits(struct site *s, const struct page *g)
{
    if (g->waits.len == 0) return;
    html_open(s->h, HTML_DIV, "notice ask");
    html_open(s->h, HTML_P, NULL);
    if (g->unset) {
        html_elz(s->h, HTML_B, NULL, "还没有定。");
        html_z(s->h, "上级把它留给下级来定，这里还没有人填写。用到它的政策只能说符不符合，不会付钱。");
    } else {
        html_elf(s->h, HTML_B, NULL, "还有 %zu 处没有定：", g->waits.len);
        notice_names(s, &g->waits);
        html_z(s->h, "。定下来以前，用到它的地方算不出结果，也不会付钱。");
    }
    html_close(s->h, HTML_P);
    html_close(s->h, HTML_DIV);
}

static void trust_notice(struct site *s, const struct page *g, enum trust t, const char *class_, const char *lead,
                         const char *rest)
{
    index_list all = { 0 }, found = { 0 };
    if (is_rule(g->kind)) model_rests(s, (uint32_t)(g - s->pages.at), &all);
    VEC_EACH (const uint32_t, i, &all) {
        enum trust own = s->pages.at[*i].trust;
        if (&s->pages.at[*i] != g && (t == TRUST_FICTION ? own == t : own == TRUST_HIGH || own == TRUST_MEDIUM))
            *vec_push(s->scratch, &found) = *i;
    }
    bool own = t == TRUST_FICTION ? g->trust == t : g->trust == TRUST_HIGH || g->trust == TRUST_MEDIUM;
    if (!own && found.len == 0) return;
    html_open(s->h, HTML_DIV, class_);
    html_open(s->h, HTML_P, NULL);
    html_elz(s->h, HTML_B, NULL, lead);
    if (found.len > 0) {
        html_z(s->h, own ? "这一条本身，和它用到的" : "它用到的");
        notice_names(s, &found);
        html_z(s->h, "，");
    } else {
        html_z(s->h, "这一条");
    }
    html_z(s->h, rest);
    html_close(s->h, HTML_P);
    html_close(s->h, HTML_DIV);
}

void notice_trust(struct site *s, const struct page *g)
{
    trust_notice(s, g, TRUST_FICTION, "notice fiction", "虚构，仅供演示。", "是编造的，不能当作任何地方的标准。");
    trust_notice(s, g, TRUST_MEDIUM, "notice told", "有转述。", "没有读到原文，数和条件以原文为准。");
}

/* ---- the text of the rule ---- */

static void place_of(struct site *s, const struct decl *d)
{
    const struct source *text = &s->p->sources.at[d->loc.source];
    const struct pack_info *pack = &s->p->packs.at[text->pack];
    unsigned line, column;
    source_place(text, d->loc.from, &line, &column);
    str file = pack->path.len > 0 && str_starts(text->path, pack->path)
                   ? str_slice(text->path, pack->path.len + 1, text->path.len)
                   : STR("");
    html_open(s->h, HTML_P, "muted small");
    html_text(s->h, pack->name);
    if (file.len > 0) html_f(s->h, "/%.*s", STR_ARG(file));
    html_f(s->h, " 第 %u 行", line);
    html_close(s->h, HTML_P);
}

void source_text_section(struct site *s, const struct page *g)
{
    section_open(s, "text", "规则原文");
    html_open(s->h, HTML_DETAILS, "fold");
    html_elz(s->h, HTML_SUMMARY, NULL, "机器照这几行计算");
    VEC_EACH (const struct decl *, pd, &g->decls) {
        place_of(s, *pd);
        formula_source(s, *pd);
    }
    html_close(s->h, HTML_DETAILS);
    section_close(s);
}
