/* site_data: what rules are about and where they come from: code lists, entities and spells with their fields, sources
 * with every place they are cited at, packs with what each adds. */
#include "site/site_priv.h"

#include <stdlib.h>

static void lead_open(struct site *s, const struct page *g, const char *kind)
{
    html_open(s->h, HTML_HEADER, "lead");
    html_elz(s->h, HTML_P, "kind", kind);
    html_el(s->h, HTML_H1, NULL, g->name);
    prose(s, "sentence", note_of(s, g->decl));
}

static void lead_close(struct site *s, const struct page *g)
{
    html_open(s->h, HTML_P, "tags");
    if (g->decl != NULL) badge_pack(s, g->decl->pack);
    badge_trust(s, g->trust);
    html_close(s->h, HTML_P);
    html_close(s->h, HTML_HEADER);
}

/* ---- code lists ---- */

void page_codes(struct site *s, uint32_t page)
{
    const struct page *g = &s->pages.at[page];
    const struct code_list *list = &s->p->codes.at[g->index];
    struct html *h = s->h;
    bool layered = false;
    VEC_EACH (const struct code_item, item, &list->items) layered = layered || item->upper != 0;
    page_begin(s, g->path, g->name, head_sentence(s, g), NULL);
    lead_open(s, g, "代码表");
    lead_close(s, g);
    section_open(s, "items", "能取的值");
    table_open(s, "codes", "代码表");
    html_open(h, HTML_THEAD, NULL);
    html_open(h, HTML_TR, NULL);
    th(s, "名字", NULL);
    th(s, "代码", NULL);
    if (layered) th(s, "属于", NULL);
    th(s, "说明", NULL);
    html_close(h, HTML_TR);
    html_close(h, HTML_THEAD);
    html_open(h, HTML_TBODY, NULL);
    VEC_EACH (const struct code_item, item, &list->items) {
        html_open(h, HTML_TR, NULL);
        html_attr(h, ATTR_ID, item->name);
        html_open(h, HTML_TH, NULL);
        html_attrz(h, ATTR_SCOPE, "row");
        html_text(h, item->name);
        html_close(h, HTML_TH);
        html_open(h, HTML_TD, NULL);
        html_el(h, HTML_CODE, NULL, item->code);
        html_close(h, HTML_TD);
        if (layered) {
            html_open(h, HTML_TD, NULL);
            if (item->upper != 0)
                html_link(h, (struct url){ STR(""), list->items.at[item->upper - 1].name }, NULL,
                          list->items.at[item->upper - 1].name);
            html_close(h, HTML_TD);
        }
        html_el(h, HTML_TD, NULL, item->text);
        html_close(h, HTML_TR);
    }
    html_close(h, HTML_TBODY);
    table_close(s);
    cites_of_decl(s, g->decl);
    section_close(s);
    users_section(s, g, "谁用到它");
    source_text_section(s, g);
    page_end(s);
}

/* ---- entities and spells ---- */

/* Masking classes in words: who may see it how is decided elsewhere, here only what kind of secret it is. */
static void slot_row(struct site *s, uint16_t entity, uint32_t index)
{
    struct html *h = s->h;
    const struct slot *slot = &s->p->entities.at[entity].slots.at[index];
    const index_list *users = &s->slot_users[entity][index];
    bool own = slot->kind == SLOT_SPELLS || slot->kind == SLOT_HISTORY;
    html_open(h, HTML_TR, NULL);
    html_attr(h, ATTR_ID, slot->name);
    html_open(h, HTML_TH, NULL);
    html_attrz(h, ATTR_SCOPE, "row");
    if (own && s->of_entity[slot->type.ref] != SITE_NO_PAGE)
        link_page(s, s->of_entity[slot->type.ref], NULL);
    else
        html_text(h, slot->name);
    html_close(h, HTML_TH);
    html_open(h, HTML_TD, NULL);
    if (slot->kind == SLOT_SPELLS)
        html_z(h, "经历");
    else if (slot->kind == SLOT_HISTORY)
        html_z(h, "逐月的经历");
    else
        write_type(s, slot->field != NULL ? &slot->field->type : NULL, slot->type);
    if (slot->optional) html_elz(h, HTML_SPAN, "muted", "，可以没有");
    html_close(h, HTML_TD);
    html_open(h, HTML_TD, NULL);
    if (slot->code.len > 0) html_el(h, HTML_CODE, NULL, slot->code);
    html_close(h, HTML_TD);
    html_open(h, HTML_TD, NULL);
    if (slot->class_.len > 0) html_el(h, HTML_SPAN, "tag", slot->class_);
    html_close(h, HTML_TD);
    html_open(h, HTML_TD, NULL);
    if (users->len > 0) {
        html_open(h, HTML_DETAILS, NULL);
        html_elf(h, HTML_SUMMARY, NULL, "%zu 条规则", users->len);
        html_open(h, HTML_UL, "names");
        VEC_EACH (const uint32_t, u, users) {
            html_open(h, HTML_LI, NULL);
            link_page(s, *u, NULL);
            html_close(h, HTML_LI);
        }
        html_close(h, HTML_UL);
        html_close(h, HTML_DETAILS);
    }
    html_close(h, HTML_TD);
    html_close(h, HTML_TR);
}

static void write_slots(struct site *s, const struct entity *e)
{
    static const char *const titles[] = { "字段", "类型", "部颁编码", "密级", "谁用到" };
    table_open(s, "slots", "字段");
    table_head(s, titles, 5);
    html_open(s->h, HTML_TBODY, NULL);
    for (uint32_t i = 0; i < e->slots.len; i++) {
        if (e->slots.at[i].kind != SLOT_FUNC) slot_row(s, e->id, i);
    }
    html_close(s->h, HTML_TBODY);
    table_close(s);
}

static void write_derived(struct site *s, const struct entity *e)
{
    bool any = false;
    VEC_EACH (const struct slot, slot, &e->slots) {
        if (slot->kind != SLOT_FUNC || s->of_func[slot->func] == SITE_NO_PAGE) continue;
        if (!any) {
            section_open(s, "derived", "由这些资料推出来的");
            html_open(s->h, HTML_UL, "names");
        }
        any = true;
        html_open(s->h, HTML_LI, NULL);
        link_page(s, s->of_func[slot->func], NULL);
        html_close(s->h, HTML_LI);
    }
    if (!any) return;
    html_close(s->h, HTML_UL);
    section_close(s);
}

void page_entity(struct site *s, uint32_t page)
{
    const struct page *g = &s->pages.at[page];
    const struct entity *e = &s->p->entities.at[g->index];
    struct html *h = s->h;
    page_begin(s, g->path, g->name, head_sentence(s, g), NULL);
    lead_open(s, g, e->is_spell ? "经历" : "实体");
    if (e->is_spell) {
        html_open(h, HTML_P, NULL);
        if (s->of_entity[e->owner] != SITE_NO_PAGE) link_page(s, s->of_entity[e->owner], NULL);
        html_z(h, e->is_monthly ? "的经历，一个月一条" : "的经历，一段一段，从开始日到结束日（结束那天不算）");
        if (e->key != 0 && s->of_codes[e->key - 1] != SITE_NO_PAGE) {
            html_z(h, "，按");
            link_page(s, s->of_codes[e->key - 1], NULL);
            html_z(h, "分");
        }
        html_z(h, "。");
        html_close(h, HTML_P);
    }
    lead_close(s, g);
    section_open(s, "fields", "字段");
    write_slots(s, e);
    section_close(s);
    write_derived(s, e);
    users_section(s, g, "谁用到它");
    source_text_section(s, g);
    page_end(s);
}

/* ---- sources ---- */

static void term_text(struct site *s, const char *title, const struct ast_field *f)
{
    if (f == NULL) return;
    term_open(s, title);
    html_text(s->h, f->text);
    term_close(s);
}

static void write_source_facts(struct site *s, const struct decl *d)
{
    struct html *h = s->h;
    const struct ast_field *day = decl_field(d, FIELD_SOURCE_DAY), *period = decl_field(d, FIELD_SOURCE_PERIOD);
    html_open(h, HTML_DL, "facts");
    term_text(s, "名称", decl_field(d, FIELD_SOURCE_TITLE));
    term_text(s, "机关", decl_field(d, FIELD_SOURCE_ISSUER));
    if (day != NULL && day->has_from) {
        term_open(s, "日期");
        write_date(s, day->from);
        term_close(s);
    }
    if (period != NULL) {
        term_open(s, "施行");
        write_period(s, period->has_from, period->from, period->has_to, period->to);
        term_close(s);
    }
    term_open(s, "可信");
    if (trust_of_decl(s, d) == TRUST_ORIGINAL) html_z(h, "读过原文");
    badge_trust(s, trust_of_decl(s, d));
    term_close(s);
    term_open(s, "哪一级引用");
    link_page(s, s->of_pack[d->pack], NULL);
    term_close(s);
    html_close(h, HTML_DL);
}

/* What the citation is of: 条件“…”, 例外“…”, the value from a day, or the whole. */
static void write_cited_part(struct site *s, const struct cited *c)
{
    struct html *h = s->h;
    const struct ast_field *f = c->in;
    if (f == c->cite || f->def->shape == SHAPE_CITE) return;
    html_z(h, " ");
    html_open(h, HTML_SPAN, "muted");
    if (f->def->shape == SHAPE_PARAM_ROW) {
        write_day_text(s, f->from);
        html_z(h, " 起的值");
    } else {
        html_z(h, f->def->zh);
        if (f->name.text.len > 0) html_f(h, "“%.*s”", STR_ARG(f->name.text));
    }
    html_close(h, HTML_SPAN);
}

/* 第四十六条 -> 46; 0 when a place does not begin with the number of an article. */
static unsigned article_of(str place)
{
    static const char digits[] = "零一二三四五六七八九";
    unsigned total = 0, digit = 0;
    if (!str_starts(place, STR("第"))) return 0;
    for (size_t i = 3; i < place.len && total < 10000;) {
        str rest = str_slice(place, i, place.len);
        if (str_starts(rest, STR("条"))) return total + digit;
        unsigned unit = str_starts(rest, STR("十"))   ? 10
                        : str_starts(rest, STR("百")) ? 100
                        : str_starts(rest, STR("千")) ? 1000
                                                      : 0;
        size_t found = rest.len >= 3 ? str_find(STR(digits), str_slice(rest, 0, 3)) : SIZE_MAX;
        if (unit > 0)
            total += (digit > 0 ? digit : 1) * unit, digit = 0, i += 3;
        else if (found != SIZE_MAX && found % 3 == 0)
            digit = (unsigned)(found / 3), i += 3;
        else if (place.p[i] >= '0' && place.p[i] <= '9')
            digit = digit * 10 + (unsigned)(place.p[i] - '0'), i++;
        else
            return 0;
    }
    return 0;
}

struct place {
    str text;
    unsigned article, order;
};

/* By article; what has no number comes last, in the order of the packs. */
static int by_article(const void *pa, const void *pb)
{
    const struct place *a = pa, *b = pb;
    if ((a->article == 0) != (b->article == 0)) return a->article == 0 ? 1 : -1;
    if (a->article != b->article) return a->article > b->article ? 1 : -1;
    return (a->order > b->order) - (a->order < b->order);
}

static str place_text(const struct cited *c) { return c->cite->text.len > 0 ? c->cite->text : STR("（没有写条款）"); }

typedef VEC(struct place) place_list;

static void places_of(struct site *s, const struct page *g, place_list *out)
{
    struct map seen;
    map_init(&seen, s->scratch);
    VEC_EACH (const struct cited, c, &g->cited) {
        str text = place_text(c);
        if (!map_put(&seen, text, &seen)) continue;
        *vec_push(s->scratch, out) =
            (struct place){ .text = text, .article = article_of(text), .order = (unsigned)out->len };
    }
    if (out->len > 0) qsort(out->at, out->len, sizeof *out->at, by_article);
}

static void write_cited(struct site *s, const struct page *g)
{
    static const char *const titles[] = { "条款", "用在哪里" };
    struct html *h = s->h;
    place_list places = { 0 };
    places_of(s, g, &places);
    table_open(s, "cited", "引用");
    table_head(s, titles, 2);
    html_open(h, HTML_TBODY, NULL);
    VEC_EACH (const struct place, p, &places) {
        html_open(h, HTML_TR, NULL);
        html_open(h, HTML_TH, NULL);
        html_attrz(h, ATTR_SCOPE, "row");
        html_text(h, p->text);
        html_close(h, HTML_TH);
        html_open(h, HTML_TD, NULL);
        html_open(h, HTML_UL, "plain");
        VEC_EACH (const struct cited, c, &g->cited) {
            if (!str_eq(place_text(c), p->text)) continue;
            html_open(h, HTML_LI, NULL);
            html_elz(h, HTML_SPAN, "muted small", kind_defs[s->pages.at[c->page].kind].zh);
            html_z(h, " ");
            link_page(s, c->page, NULL);
            write_cited_part(s, c);
            html_close(h, HTML_LI);
        }
        html_close(h, HTML_UL);
        html_close(h, HTML_TD);
        html_close(h, HTML_TR);
    }
    html_close(h, HTML_TBODY);
    table_close(s);
}

void page_source(struct site *s, uint32_t page)
{
    const struct page *g = &s->pages.at[page];
    struct html *h = s->h;
    const struct ast_field *title = decl_field(g->decl, FIELD_SOURCE_TITLE);
    page_begin(s, g->path, g->name, title != NULL ? title->text : g->name, "来源");
    lead_open(s, g, "来源");
    lead_close(s, g);
    html_open(h, HTML_DIV, "two");
    html_open(h, HTML_ASIDE, "card");
    html_attrz(h, ATTR_ARIA_LABEL, "一览");
    write_source_facts(s, g->decl);
    html_close(h, HTML_ASIDE);
    html_open(h, HTML_DIV, "body");
    section_open(s, "cited", "哪里引用了它");
    if (g->cited.len > 0)
        write_cited(s, g);
    else
        html_elz(h, HTML_P, "muted", "没有规则引用它。");
    section_close(s);
    source_text_section(s, g);
    html_close(h, HTML_DIV);
    html_close(h, HTML_DIV);
    page_end(s);
}

/* ---- packs ---- */

static const struct ast_field *level_of(const struct decl *d) { return decl_field_named(d, "level"); }

static void write_pack_facts(struct site *s, const struct pack_info *k, uint32_t number)
{
    struct html *h = s->h;
    const struct ast_field *level = level_of(k->decl), *region = decl_field_named(k->decl, "region"),
                           *version = decl_field_named(k->decl, "version");
    html_open(h, HTML_DL, "facts");
    if (level != NULL && level->names.len > 0) {
        term_open(s, "级别");
        html_text(h, level->names.at[0].text);
        term_close(s);
    }
    if (region != NULL && region->names.len > 0) {
        term_open(s, "地区代码");
        html_text(h, region->names.at[0].text);
        term_close(s);
    }
    if (number > 0) {
        term_open(s, "上级");
        link_page(s, s->of_pack[number - 1], NULL);
        term_close(s);
    }
    term_text(s, "版本", version);
    term_open(s, "指纹 SM3");
    html_el(h, HTML_CODE, "hash", k->hash);
    term_close(s);
    html_close(h, HTML_DL);
}

static void list_of(struct site *s, uint32_t pack, enum kind k, const char *title)
{
    struct html *h = s->h;
    bool any = false;
    VEC_EACH (struct decl *, pd, &s->p->decls) {
        const struct decl *d = *pd;
        uint32_t page = page_of_decl(s, d);
        if (d->pack != pack || d->kind != k || page == SITE_NO_PAGE) continue;
        if (!any) {
            term_open(s, title);
            html_open(h, HTML_UL, "names");
        }
        any = true;
        html_open(h, HTML_LI, NULL);
        link_page(s, page, NULL);
        html_close(h, HTML_LI);
    }
    if (!any) return;
    html_close(h, HTML_UL);
    term_close(s);
}

void page_pack(struct site *s, uint32_t page)
{
    const struct page *g = &s->pages.at[page];
    struct html *h = s->h;
    page_begin(s, g->path, g->name, note_of(s, g->decl), NULL);
    lead_open(s, g, "规则包");
    lead_close(s, g);
    html_open(h, HTML_DIV, "two");
    html_open(h, HTML_ASIDE, "card");
    html_attrz(h, ATTR_ARIA_LABEL, "一览");
    write_pack_facts(s, &s->p->packs.at[g->index], g->index);
    html_close(h, HTML_ASIDE);
    html_open(h, HTML_DIV, "body");
    section_open(s, "adds", "这个包写了什么");
    html_open(h, HTML_DL, "lists");
    list_of(s, g->index, KIND_FILL, "填写了上级的");
    list_of(s, g->index, KIND_NARROW, "给上级的政策加了条件");
    for (int k = 0; k < KIND_COUNT; k++) {
        if (k != KIND_PACK && k != KIND_FILL && k != KIND_NARROW && k != KIND_EXAMPLE)
            list_of(s, g->index, (enum kind)k, kind_defs[k].zh);
    }
    html_close(h, HTML_DL);
    section_close(s);
    html_close(h, HTML_DIV);
    html_close(h, HTML_DIV);
    page_end(s);
}
