/* site_service: the page of a service as a guide for those who have it done: can I, what will I be asked, what must I
 * bring, who does what and how long may it take, what do I get, when does it stop. Of registers and leads the fields
 * are shown as they are written (site_other). */
#include "site/site_priv.h"

static const char *unit_zh(const struct service_time *t)
{
    static const char *const zh[] = {
        [SERVICE_WORKDAYS] = "个工作日", [SERVICE_DAYS] = "日", [SERVICE_MONTHS] = "个月", [SERVICE_HOURS] = "小时"
    };
    return zh[t->unit];
}

/* A parameter has a page with all its values; what is written here holds by its newest one. */
static void write_time(struct site *s, const struct service_time *t)
{
    if (t->count > 0) html_elf(s->h, HTML_SPAN, "num", "%u %s", t->count, unit_zh(t));
    if (t->param == 0) return;
    html_z(s->h, t->count > 0 ? "（" : "由下级定：");
    link_page(s, s->of_param[t->param - 1], NULL);
    if (t->count > 0) html_z(s->h, "）");
}

static bool is_given(const struct service_time *t) { return t->count > 0 || t->param != 0; }

/* ---- who ---- */

static void write_clause(struct site *s, const struct service *v, const struct criterion *c, bool name_first)
{
    struct html *h = s->h;
    const struct ast_field *note = sub_named(c->field, "note");
    html_open(h, HTML_LI, "criterion");
    html_open(h, HTML_P, "say");
    html_text(h, note != NULL && !name_first ? note->text : c->name);
    badge_trust(s, trust_of_field(s, c->field, v->decl));
    html_close(h, HTML_P);
    formula_block(s, c->field->expr);
    cites_of(s, c->field);
    html_close(h, HTML_LI);
}

static void write_clauses(struct site *s, const struct service *v, const criterion_list *list, bool exclusions,
                          const char *lead)
{
    size_t n = 0;
    VEC_EACH (const struct criterion, c, list) n += c->is_exclusion == exclusions;
    if (n == 0) return;
    html_elz(s->h, HTML_P, "lead", lead);
    html_open(s->h, HTML_OL, exclusions ? "criteria no" : "criteria");
    VEC_EACH (const struct criterion, c, list) {
        if (c->is_exclusion == exclusions) write_clause(s, v, c, exclusions);
    }
    html_close(s->h, HTML_OL);
}

static void write_links(struct site *s, const struct decl *d, enum field_id id, const char *title)
{
    const struct ast_field *f = decl_field(d, id);
    if (f == NULL) return;
    html_open(s->h, HTML_P, NULL);
    html_z(s->h, title);
    link_names(s, f);
    html_close(s->h, HTML_P);
}

static void write_who(struct site *s, const struct service *v)
{
    static const char *const applicants[] = { "本人申请。", "由单位申请。", "由学校申请。", "由机构申请。",
                                              "不用申请，由经办机构办。" };
    section_open(s, "who", "谁可以办");
    for (unsigned i = 0; i < sizeof applicants / sizeof *applicants; i++) {
        if ((v->applicants >> i & 1) != 0) html_elz(s->h, HTML_P, NULL, applicants[i]);
    }
    if (v->offer == SERVICE_OFFER_CONFIRM)
        html_elz(s->h, HTML_P, "sentence", "免申即享：符合的会收到通知，确认以后就发。");
    if (v->offer == SERVICE_OFFER_NOTICE)
        html_elz(s->h, HTML_P, "sentence", "免申即享：符合的会收到通知，到期没有谢绝就发。");
    write_links(s, v->decl, FIELD_SERVICE_POLICIES, "资格和金额看政策（有一项符合就能办）：");
    write_links(s, v->decl, FIELD_SERVICE_PACKAGE, "一次申请，一起办：");
    write_clauses(s, v, &v->criteria, false, "下面每一条都要符合：");
    write_clauses(s, v, &v->criteria, true, "有下面任何一种情形就不能办：");
    section_close(s);
}

/* ---- what is asked for ---- */

static void write_condition(struct site *s, const struct ast_field *f, const char *en, const char *title)
{
    const struct ast_field *sub = sub_named(f, en);
    if (sub == NULL || sub->expr == NULL) return;
    html_open(s->h, HTML_P, "small muted");
    html_z(s->h, title);
    html_close(s->h, HTML_P);
    formula_block(s, sub->expr);
}

static void write_form(struct site *s, const struct service *v)
{
    static const char *const titles[] = { "填什么", "会这样问", "什么时候问" };
    struct html *h = s->h;
    if (v->form.len == 0) return;
    section_open(s, "form", "要填什么");
    html_elz(h, HTML_P, "muted", "系统里已经有的不用填；登记的事情每次都要问。");
    table_open(s, "list", "要填的");
    table_head(s, titles, 3);
    html_open(h, HTML_TBODY, NULL);
    VEC_EACH (const struct form_item, i, &v->form) {
        const struct entity *e = &s->p->entities.at[i->entity];
        html_open(h, HTML_TR, NULL);
        html_open(h, HTML_TH, NULL);
        html_attrz(h, ATTR_SCOPE, "row");
        if (i->entity != v->entity) {
            link_page(s, s->of_entity[i->entity], NULL);
            html_z(h, "：");
        }
        html_text(h, e->slots.at[i->slot].name);
        html_close(h, HTML_TH);
        html_el(h, HTML_TD, NULL, i->ask);
        html_open(h, HTML_TD, NULL);
        html_z(h, i->optional ? "可以不填" : i->entity == v->entity ? "系统里没有时" : "每次");
        write_condition(s, i->field, "when", "只在这种情形：");
        html_close(h, HTML_TD);
        html_close(h, HTML_TR);
    }
    html_close(h, HTML_TBODY);
    table_close(s);
    section_close(s);
}

static void write_materials(struct site *s, const struct service *v)
{
    struct html *h = s->h;
    section_open(s, "materials", "要带什么");
    if (v->materials.len == 0) html_elz(h, HTML_P, NULL, "什么都不用带。");
    if (v->materials.len > 0) html_open(h, HTML_UL, "plain");
    VEC_EACH (const struct material, m, &v->materials) {
        html_open(h, HTML_LI, NULL);
        html_el(h, HTML_B, NULL, m->name);
        if (m->text.len > 0) {
            html_z(h, "：");
            html_text(h, m->text);
        }
        write_condition(s, m->field, "when", "只在这种情形要：");
        write_condition(s, m->field, "waive", "这种情形不用交：");
        html_close(h, HTML_LI);
    }
    if (v->materials.len > 0) html_close(h, HTML_UL);
    section_close(s);
}

/* ---- how ---- */

static void write_steps(struct site *s, const struct service *v)
{
    struct html *h = s->h;
    section_open(s, "steps", "怎么办");
    if (v->decide == SERVICE_ALONE)
        html_elz(h, HTML_P, "sentence", "条件都能比对核实的，当场办好；有核实不了的，转给工作人员。");
    if (v->steps.len > 0) html_open(h, HTML_OL, "plain");
    VEC_EACH (const struct service_step, x, &v->steps) {
        html_open(h, HTML_LI, NULL);
        html_el(h, HTML_B, NULL, x->name);
        if (x->text.len > 0) {
            html_z(h, "：");
            html_text(h, x->text);
        }
        html_open(h, HTML_SPAN, "small muted");
        html_text(h, x->role);
        if (x->level.len > 0) {
            html_z(h, " ");
            html_text(h, x->level);
            html_z(h, "级");
        }
        if (x->signatures > 1) html_f(h, " 要 %u 个人签", x->signatures);
        if (is_given(&x->limit)) {
            html_z(h, " ");
            write_time(s, &x->limit);
        }
        html_close(h, HTML_SPAN);
        html_close(h, HTML_LI);
    }
    if (v->steps.len > 0) html_close(h, HTML_OL);
    section_close(s);
}

static void write_stops(struct site *s, const struct service *v)
{
    if (v->stops.len == 0) return;
    section_open(s, "stops", "什么时候停发");
    write_clauses(s, v, &v->stops, false, "有下面任何一种情形，就不再发：");
    section_close(s);
}

/* ---- the card ---- */

static void card_time(struct site *s, const char *title, const struct service_time *t)
{
    if (!is_given(t)) return;
    term_open(s, title);
    write_time(s, t);
    term_close(s);
}

static void card_text(struct site *s, const char *title, str text)
{
    if (text.len == 0) return;
    term_open(s, title);
    html_text(s->h, text);
    term_close(s);
}

static void write_card(struct site *s, const struct service *v)
{
    struct html *h = s->h;
    html_open(h, HTML_ASIDE, "card");
    html_attrz(h, ATTR_ARIA_LABEL, "一览");
    html_open(h, HTML_DL, NULL);
    card_time(s, "多久办完", &v->limit);
    card_time(s, "公示", &v->publicity);
    card_time(s, "多久复核一次", &v->review);
    card_time(s, "异议多久答复", &v->objection);
    card_time(s, "差评多久回访", &v->callback);
    if (v->channels.len > 0) {
        term_open(s, "在哪里办");
        VEC_EACH (const str, c, &v->channels) {
            if (c > v->channels.at) html_z(h, "、");
            html_text(h, *c);
        }
        term_close(s);
    }
    card_text(s, "办成什么", v->result);
    card_text(s, "发什么证", v->certificate);
    term_open(s, "哪一级");
    link_page(s, s->of_pack[v->decl->pack], NULL);
    term_close(s);
    term_open(s, "依据");
    html_open(h, HTML_UL, "plain");
    VEC_EACH (const struct ast_field, f, &v->decl->fields) {
        if (f->def->id != FIELD_SERVICE_CITE) continue;
        html_open(h, HTML_LI, NULL);
        cite_one(s, f);
        html_close(h, HTML_LI);
    }
    html_close(h, HTML_UL);
    term_close(s);
    html_close(h, HTML_DL);
    html_close(h, HTML_ASIDE);
}

void page_service(struct site *s, uint32_t page)
{
    const struct page *g = &s->pages.at[page];
    const struct service *v = program_service(s->p, g->name);
    struct html *h = s->h;
    if (v == NULL) { /* a draft whose 对象 is wrong: what is written is all there is */
        page_other(s, page);
        return;
    }
    page_begin(s, g->path, g->name, head_sentence(s, g), "事项");
    html_open(h, HTML_HEADER, "lead");
    html_elz(h, HTML_P, "kind", v->includes.len > 0 ? "一件事" : "事项");
    html_el(h, HTML_H1, NULL, g->name);
    prose(s, "sentence", note_of(s, v->decl));
    html_open(h, HTML_P, "tags");
    badge_pack(s, v->decl->pack);
    badge_trust(s, g->trust);
    html_close(h, HTML_P);
    html_close(h, HTML_HEADER);
    html_open(h, HTML_DIV, "two");
    write_card(s, v);
    html_open(h, HTML_DIV, "body");
    write_who(s, v);
    write_form(s, v);
    write_materials(s, v);
    write_steps(s, v);
    write_stops(s, v);
    if (g->examples.len > 0) examples_section(s, g);
    users_section(s, g, "谁提到它");
    source_text_section(s, g);
    html_close(h, HTML_DIV);
    html_close(h, HTML_DIV);
    page_end(s);
}
