/* site_index: the pages that lead to the others: the front page, a list per kind, and what is still open. The front
 * page has every name once, so that finding one needs nothing but the page. */
#include "site/site_priv.h"

#include <string.h>

static size_t count_kind(const struct site *s, enum kind k)
{
    size_t n = 0;
    VEC_EACH (const struct page, g, &s->pages) n += g->kind == k;
    return n;
}

/* ---- front page: policies by subject and fund ---- */

static str fund_of(const struct site *s, const struct page *g)
{
    const struct ast_field *f = decl_field(g->decl, FIELD_POLICY_FUND);
    if (f != NULL && f->names.len > 0) return f->names.at[0].text;
    return s->p->policies.at[g->index].steps.len > 0 ? STR("没有写明资金") : STR("资格和认定，不发钱");
}

static void policy_item(struct site *s, uint32_t page)
{
    struct html *h = s->h;
    const struct page *g = &s->pages.at[page];
    const struct policy *q = &s->p->policies.at[g->index];
    const struct ast_field *often = decl_field(q->decl, FIELD_POLICY_FREQUENCY);
    html_open(h, HTML_LI, "offer");
    html_attr(h, ATTR_DATA_FIND, q->alias);
    html_open(h, HTML_DIV, NULL);
    when_attrs(s, q->has_from, q->from, q->has_to, date_add_days(q->to, 1));
    link_page(s, page, "name");
    html_el(h, HTML_P, "why", head_sentence(s, g));
    html_close(h, HTML_DIV);
    html_open(h, HTML_P, "tags");
    if (often != NULL && often->names.len > 0) html_el(h, HTML_SPAN, "tag", often->names.at[0].text);
    badge_pack(s, q->decl->pack);
    if (g->waits.len > 0) html_elz(h, HTML_SPAN, "tag ask", "有没定的");
    badge_trust(s, g->rests);
    html_close(h, HTML_P);
    html_close(h, HTML_LI);
}

/* One subject: its funds in the order in which they first come. */
static void subject_section(struct site *s, uint16_t entity)
{
    struct html *h = s->h;
    str name = s->p->entities.at[entity].name;
    struct map funds;
    map_init(&funds, s->scratch);
    size_t n = 0;
    VEC_EACH (const struct page, g, &s->pages) {
        if (g->kind != KIND_POLICY || s->p->policies.at[g->index].entity != entity) continue;
        map_put(&funds, fund_of(s, g), &funds);
        n++;
    }
    if (n == 0) return;
    const char *zh = subject_zh(name);
    html_open(h, HTML_SECTION, "subject");
    html_open(h, HTML_H2, NULL);
    if (zh != NULL)
        html_z(h, zh);
    else
        html_f(h, "给%.*s", STR_ARG(name));
    html_elf(h, HTML_SPAN, "count", " %zu 项", n);
    html_close(h, HTML_H2);
    for (size_t f = 0; f < funds.len; f++) {
        uint32_t fund = page_of_name(s, KIND_FUND, funds.entries[f].key);
        html_open(h, HTML_DIV, "group");
        html_open(h, HTML_H3, NULL);
        if (fund != SITE_NO_PAGE)
            link_page(s, fund, NULL);
        else
            html_text(h, funds.entries[f].key);
        html_close(h, HTML_H3);
        html_open(h, HTML_UL, "offers");
        for (uint32_t i = 0; i < s->pages.len; i++) {
            const struct page *g = &s->pages.at[i];
            bool mine = g->kind == KIND_POLICY && s->p->policies.at[g->index].entity == entity;
            if (mine && str_eq(fund_of(s, g), funds.entries[f].key)) policy_item(s, i);
        }
        html_close(h, HTML_UL);
        html_close(h, HTML_DIV);
    }
    html_close(h, HTML_SECTION);
}

static size_t count_unset(const struct site *s)
{
    size_t n = 0;
    VEC_EACH (const struct page, g, &s->pages) n += g->unset;
    return n;
}

static void count_card(struct site *s, size_t n, const char *what, struct url to)
{
    if (n == 0) return;
    html_open(s->h, HTML_LI, NULL);
    html_open(s->h, HTML_A, NULL);
    html_href(s->h, to);
    html_elf(s->h, HTML_B, "num", "%zu", n);
    html_z(s->h, " ");
    html_z(s->h, what);
    html_close(s->h, HTML_A);
    html_close(s->h, HTML_LI);
}

static struct url list_url(struct site *s, enum kind k)
{
    return (struct url){ str_fmt(s->scratch, "%s/index.html", kind_defs[k].en), STR("") };
}

static void counts(struct site *s)
{
    html_open(s->h, HTML_UL, "counts");
    count_card(s, count_kind(s, KIND_POLICY), "项政策", list_url(s, KIND_POLICY));
    count_card(s, count_kind(s, KIND_DEFINITION), "个定义", list_url(s, KIND_DEFINITION));
    count_card(s, count_kind(s, KIND_TABLE), "张表", list_url(s, KIND_TABLE));
    count_card(s, count_kind(s, KIND_PARAM), "个参数", list_url(s, KIND_PARAM));
    count_card(s, count_kind(s, KIND_SOURCE), "份来源", list_url(s, KIND_SOURCE));
    count_card(s, count_unset(s), "处还没有定", (struct url){ STR("open.html"), STR("") });
    html_close(s->h, HTML_UL);
    if (s->examples_shown == 0) return;
    html_open(s->h, HTML_P, "small muted");
    html_f(s->h, "规则带着 %zu 个例子，生成本站时全部重新算过，", s->examples_shown);
    if (s->examples_failed == 0)
        html_z(s->h, "结果都一致。");
    else
        html_f(s->h, "其中 %zu 个不一致，在它们的页上标出。", s->examples_failed);
    html_close(s->h, HTML_P);
}

/* ---- front page: the packs and what each adds ---- */

static size_t count_in_pack(const struct site *s, uint32_t pack, enum kind k)
{
    size_t n = 0;
    VEC_EACH (struct decl *, pd, &s->p->decls) n += (*pd)->kind == k && (*pd)->pack == pack;
    return n;
}

static void chain_section(struct site *s)
{
    static const char *const titles[] = { "规则包", "级别",     "政策",         "定义和表",
                                          "参数",   "填写上级", "给上级加条件", "例子" };
    struct html *h = s->h;
    section_open(s, "chain", "由哪几级写成");
    html_elz(h, HTML_P, NULL, "上级写大家都一样的，把各地自己定的留给下级填写；下级不能改上级写定的。");
    table_open(s, "chain", "规则包");
    table_head(s, titles, sizeof titles / sizeof *titles);
    html_open(h, HTML_TBODY, NULL);
    for (uint32_t i = 0; i < s->p->packs.len; i++) {
        const struct ast_field *level = decl_field_named(s->p->packs.at[i].decl, "level");
        size_t examples = 0;
        VEC_EACH (const struct example, x, &s->p->examples) examples += x->pack == i;
        html_open(h, HTML_TR, NULL);
        html_open(h, HTML_TH, NULL);
        html_attrz(h, ATTR_SCOPE, "row");
        link_page(s, s->of_pack[i], NULL);
        html_close(h, HTML_TH);
        html_el(h, HTML_TD, NULL, level != NULL && level->names.len > 0 ? level->names.at[0].text : STR(""));
        html_elf(h, HTML_TD, "num", "%zu", count_in_pack(s, i, KIND_POLICY));
        html_elf(h, HTML_TD, "num", "%zu", count_in_pack(s, i, KIND_DEFINITION) + count_in_pack(s, i, KIND_TABLE));
        html_elf(h, HTML_TD, "num", "%zu", count_in_pack(s, i, KIND_PARAM));
        html_elf(h, HTML_TD, "num", "%zu", count_in_pack(s, i, KIND_FILL));
        html_elf(h, HTML_TD, "num", "%zu", count_in_pack(s, i, KIND_NARROW));
        html_elf(h, HTML_TD, "num", "%zu", examples);
        html_close(h, HTML_TR);
    }
    html_close(h, HTML_TBODY);
    table_close(s);
    section_close(s);
}

/* ---- front page: every name ---- */

static void names_section(struct site *s)
{
    struct html *h = s->h;
    section_open(s, "names", "全部名字");
    for (int k = 0; k < KIND_COUNT; k++) {
        size_t n = count_kind(s, (enum kind)k);
        if (n == 0 || k == KIND_PACK) continue;
        html_open(h, HTML_DETAILS, "fold");
        html_elf(h, HTML_SUMMARY, NULL, "%s（%zu）", kind_defs[k].zh, n);
        html_open(h, HTML_UL, "names");
        for (uint32_t i = 0; i < s->pages.len; i++) {
            const struct page *g = &s->pages.at[i];
            if (g->kind != (enum kind)k) continue;
            const struct ast_field *title = g->kind == KIND_SOURCE ? decl_field(g->decl, FIELD_SOURCE_TITLE) : NULL;
            const struct ast_field *alias = decl_field_named(g->decl, "alias");
            html_open(h, HTML_LI, NULL);
            html_attr(h, ATTR_DATA_FIND,
                      title != NULL                           ? title->text
                      : alias != NULL && alias->names.len > 0 ? alias->names.at[0].text
                                                              : STR(""));
            link_page(s, i, NULL);
            html_close(h, HTML_LI);
        }
        html_close(h, HTML_UL);
        html_close(h, HTML_DETAILS);
    }
    section_close(s);
}

void site_index(struct site *s)
{
    struct html *h = s->h;
    str leaf = s->p->packs.len > 0 ? s->pages.at[s->of_pack[s->p->packs.len - 1]].name : STR("");
    str title = str_fmt(s->scratch, "%.*s的就业政策规则", STR_ARG(leaf));
    page_begin(s, STR("index.html"), title, STR("政策、条件、金额、参数和出处，逐条可查"), NULL);
    html_open(h, HTML_HEADER, "lead front");
    html_el(h, HTML_H1, NULL, title);
    html_elz(h, HTML_P, "sentence", "谁可以享受、给多少、依据哪一条，都在这里；资格和金额就按这些规则计算。");
    if (s->p->packs.len > 0) prose(s, "muted", note_of(s, s->p->packs.at[s->p->packs.len - 1].decl));
    search_form(s, "find large");
    counts(s);
    html_close(h, HTML_HEADER);
    html_open(h, HTML_P, "found");
    html_attrz(h, ATTR_ROLE, "status");
    html_flag(h, ATTR_HIDDEN);
    html_close(h, HTML_P);
    static const char *const first[] = { "人员", "单位", "家庭" };
    for (size_t k = 0; k < sizeof first / sizeof *first; k++) {
        const struct entity *x = program_entity(s->p, str_of(first[k]));
        if (x != NULL) subject_section(s, x->id);
    }
    for (uint16_t i = 0; i < s->p->entities.len; i++) {
        if (subject_zh(s->p->entities.at[i].name) == NULL) subject_section(s, i);
    }
    chain_section(s);
    names_section(s);
    page_end(s);
    emit(s, STR("index.html"), html_end(h, &s->over));
}

/* ---- a list per kind ---- */

static void list_extra(struct site *s, const struct page *g)
{
    struct html *h = s->h;
    if (g->kind == KIND_PARAM)
        param_glance(s, &s->p->params.at[g->index]);
    else if (g->kind == KIND_SOURCE)
        html_elf(h, HTML_SPAN, "num", "%zu 处引用", g->cited.len);
    else if (g->unset)
        html_elz(h, HTML_SPAN, "tag ask", "还没有定");
    else if (g->waits.len > 0)
        html_elz(h, HTML_SPAN, "tag ask", "有没定的");
    badge_trust(s, is_rule(g->kind) ? g->rests : g->trust);
}

static void list_row(struct site *s, uint32_t i)
{
    struct html *h = s->h;
    const struct page *g = &s->pages.at[i];
    const struct ast_field *title = g->kind == KIND_SOURCE ? decl_field(g->decl, FIELD_SOURCE_TITLE) : NULL;
    html_open(h, HTML_TR, NULL);
    html_open(h, HTML_TH, NULL);
    html_attrz(h, ATTR_SCOPE, "row");
    link_page(s, i, NULL);
    html_close(h, HTML_TH);
    html_el(h, HTML_TD, NULL, title != NULL ? title->text : head_sentence(s, g));
    html_open(h, HTML_TD, NULL);
    list_extra(s, g);
    html_close(h, HTML_TD);
    html_open(h, HTML_TD, NULL);
    if (g->decl != NULL) badge_pack(s, g->decl->pack);
    html_close(h, HTML_TD);
    html_close(h, HTML_TR);
}

static const char *part_title(enum kind k)
{
    static const struct {
        enum kind k;
        const char *title;
    } parts[] = { { KIND_POLICY, "政策" }, { KIND_DEFINITION, "定义" }, { KIND_TABLE, "表" }, { KIND_PARAM, "参数" },
                  { KIND_SOURCE, "来源" }, { KIND_SERVICE, "事项" },    { KIND_PLAN, "规划" } };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].k == k) return parts[i].title;
    }
    return NULL;
}

void site_lists(struct site *s)
{
    static const char *const titles[] = { "名字", "是什么", "", "哪一级" };
    struct html *h = s->h;
    for (int k = 0; k < KIND_COUNT; k++) {
        size_t n = count_kind(s, (enum kind)k);
        if (n == 0) continue;
        struct url to = list_url(s, (enum kind)k);
        page_begin(s, to.path, str_of(kind_defs[k].zh), str_of(kind_defs[k].help), part_title((enum kind)k));
        html_open(h, HTML_HEADER, "lead");
        html_el(h, HTML_H1, NULL, str_of(kind_defs[k].zh));
        html_elf(h, HTML_P, "sentence", "%s。共 %zu 个。", kind_defs[k].help, n);
        html_close(h, HTML_HEADER);
        table_open(s, "list", kind_defs[k].zh);
        table_head(s, titles, 4);
        html_open(h, HTML_TBODY, NULL);
        for (uint32_t i = 0; i < s->pages.len; i++) {
            if (s->pages.at[i].kind == (enum kind)k) list_row(s, i);
        }
        html_close(h, HTML_TBODY);
        table_close(s);
        page_end(s);
        emit(s, to.path, html_end(h, &s->over));
    }
}

/* ---- what is still open ---- */

static void open_row(struct site *s, uint32_t i)
{
    struct html *h = s->h;
    const struct page *g = &s->pages.at[i];
    html_open(h, HTML_TR, NULL);
    html_open(h, HTML_TH, NULL);
    html_attrz(h, ATTR_SCOPE, "row");
    link_page(s, i, NULL);
    html_close(h, HTML_TH);
    html_el(h, HTML_TD, NULL, head_sentence(s, g));
    html_open(h, HTML_TD, NULL);
    html_open(h, HTML_UL, "names");
    VEC_EACH (const struct page, w, &s->pages) {
        if (w->kind != KIND_POLICY) continue;
        VEC_EACH (const uint32_t, u, &w->waits) {
            if (*u != i) continue;
            html_open(h, HTML_LI, NULL);
            link_page(s, (uint32_t)(w - s->pages.at), NULL);
            html_close(h, HTML_LI);
        }
    }
    html_close(h, HTML_UL);
    html_close(h, HTML_TD);
    html_open(h, HTML_TD, NULL);
    badge_pack(s, g->decl->pack);
    html_close(h, HTML_TD);
    html_close(h, HTML_TR);
}

void site_open(struct site *s)
{
    static const char *const titles[] = { "名字", "是什么", "哪些政策在等它", "谁留下的" };
    struct html *h = s->h;
    size_t n = count_unset(s);
    page_begin(s, STR("open.html"), STR("还没有定的"), STR("上级留给下级、还没有人填写的参数和定义"), NULL);
    html_open(h, HTML_HEADER, "lead");
    html_elz(h, HTML_H1, NULL, "还没有定的");
    if (n > 0)
        html_elf(h, HTML_P, "sentence",
                 "有 %zu 处由上级留给下级，还没有人填写。用到它们的政策只能说符不符合，不会付钱。", n);
    else
        html_elz(h, HTML_P, "sentence", "没有。上级留下的都有人填写了。");
    html_close(h, HTML_HEADER);
    if (n > 0) {
        table_open(s, "list", "还没有定的");
        table_head(s, titles, 4);
        html_open(h, HTML_TBODY, NULL);
        for (uint32_t i = 0; i < s->pages.len; i++) {
            if (s->pages.at[i].unset) open_row(s, i);
        }
        html_close(h, HTML_TBODY);
        table_close(s);
    }
    page_end(s);
    emit(s, STR("open.html"), html_end(h, &s->over));
}
