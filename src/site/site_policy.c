/* site_policy: the page of a policy. First the sentence, then who, what excludes, how much, how it is paid; then the
 * proof: examples, what it rests on, the data that decide, the text. Versions follow one another, newest first. */
#include "site/site_priv.h"

enum { SENTENCE_CRITERIA = 5 };

/* ---- who and how much, in a sentence ---- */

static str frequency_of(const struct decl *d)
{
    const struct ast_field *f = decl_field(d, FIELD_POLICY_FREQUENCY);
    return f == NULL || f->names.len == 0 ? STR("") : f->names.at[0].text;
}

static size_t count_criteria(const struct policy *q, bool exclusions)
{
    size_t n = 0;
    VEC_EACH (const struct criterion, c, &q->criteria) n += c->is_exclusion == exclusions;
    return n;
}

str head_sentence(struct site *s, const struct page *g)
{
    str note = note_of(s, g->decl);
    if (note.len > 0) {
        str first = note;
        str_split(&note, '\n', &first);
        return first;
    }
    if (g->kind != KIND_POLICY) return STR("");
    const struct policy *q = &s->p->policies.at[g->index];
    str entity = s->p->entities.at[q->entity].name, often = frequency_of(q->decl);
    const char *who = subject_zh(entity);
    struct text t;
    text_init(&t, s->a, 4096);
    if (who != NULL)
        text_addz(&t, who);
    else
        text_addf(&t, "给%.*s", STR_ARG(entity));
    if (q->steps.len == 0)
        text_addz(&t, "的资格");
    else if (often.len > 0)
        text_addf(&t, "，%.*s发", STR_ARG(often));
    text_addz(&t, "。要符合：");
    size_t n = 0;
    VEC_EACH (const struct criterion, c, &q->criteria) {
        if (c->is_exclusion) continue;
        if (n < SENTENCE_CRITERIA) text_addf(&t, "%s%.*s", n > 0 ? "、" : "", STR_ARG(c->name));
        n++;
    }
    if (n > SENTENCE_CRITERIA) text_addf(&t, " 等 %zu 条", n);
    return text_str(&t);
}

/* ---- conditions ---- */

/* When a criterion that a lower pack added is looked at, if not always. */
static const struct ast_field *period_of(const struct site *s, const struct criterion *c)
{
    VEC_EACH (struct decl *const, pd, &s->p->decls) {
        if ((*pd)->kind != KIND_NARROW || (*pd)->pack != c->pack) continue;
        VEC_EACH (const struct ast_field, f, &(*pd)->fields) {
            if (f == c->field) return decl_field(*pd, FIELD_NARROW_PERIOD);
        }
    }
    return NULL;
}

/* What qualifies is said in the sentence for people. Of an exclusion the name says what must not be; the sentence
 * beside it often says the contrary ("has not …"), so it comes second. */
static void write_criterion(struct site *s, const struct policy *q, const struct criterion *c)
{
    struct html *h = s->h;
    const struct ast_field *note = sub_named(c->field, "note");
    bool say_note = note != NULL && !c->is_exclusion;
    html_open(h, HTML_LI, "criterion");
    html_open(h, HTML_P, "say");
    html_text(h, say_note ? note->text : c->name);
    if (c->pack != q->decl->pack) badge_pack(s, c->pack);
    badge_trust(s, trust_of_field(s, c->field, q->decl));
    html_close(h, HTML_P);
    formula_block(s, c->field->expr);
    if (note != NULL) {
        html_open(h, HTML_P, "small muted");
        html_z(h, c->is_exclusion ? "说明：" : "条件：");
        html_text(h, c->is_exclusion ? note->text : c->name);
        html_close(h, HTML_P);
    }
    const struct ast_field *period = c->pack != q->decl->pack ? period_of(s, c) : NULL;
    if (period != NULL) {
        html_open(h, HTML_P, "small muted");
        html_z(h, "只在这段时间看这一条：");
        write_period(s, period->has_from, period->from, period->has_to, period->to);
        html_close(h, HTML_P);
    }
    cites_of(s, c->field);
    html_close(h, HTML_LI);
}

static void write_criteria(struct site *s, const struct policy *q, bool exclusions)
{
    if (count_criteria(q, exclusions) == 0) return;
    html_elz(s->h, HTML_P, "lead", exclusions ? "有下面任何一种情形就不符合：" : "下面每一条都要符合：");
    html_open(s->h, HTML_OL, exclusions ? "criteria no" : "criteria");
    VEC_EACH (const struct criterion, c, &q->criteria) {
        if (c->is_exclusion == exclusions) write_criterion(s, q, c);
    }
    html_close(s->h, HTML_OL);
}

/* ---- amount ---- */

static void write_steps(struct site *s, const struct policy *q)
{
    struct html *h = s->h;
    str title = STR("");
    const struct value *worked = worked_steps(s, q->id, &title);
    table_open(s, "steps", "金额的步骤");
    html_open(h, HTML_THEAD, NULL);
    html_open(h, HTML_TR, NULL);
    th(s, "步骤", NULL);
    th(s, "怎样算", NULL);
    if (worked != NULL) th(s, "举例", "r");
    html_close(h, HTML_TR);
    html_close(h, HTML_THEAD);
    html_open(h, HTML_TBODY, NULL);
    for (size_t i = 0; i < q->steps.len; i++) {
        const struct step *x = &q->steps.at[i];
        html_open(h, HTML_TR, i + 1 == q->steps.len ? "result" : NULL);
        html_open(h, HTML_TH, NULL);
        html_attrz(h, ATTR_SCOPE, "row");
        html_text(h, x->name);
        html_close(h, HTML_TH);
        html_open(h, HTML_TD, NULL);
        if (x->field->expr != NULL) formula_block(s, x->field->expr);
        cites_of(s, x->field);
        html_close(h, HTML_TD);
        if (worked != NULL) {
            html_open(h, HTML_TD, "r");
            value_write(s, NULL, node_at(s->p, x->node)->type, worked[i]);
            html_close(h, HTML_TD);
        }
        html_close(h, HTML_TR);
    }
    html_close(h, HTML_TBODY);
    table_close(s);
    if (worked == NULL) return;
    html_open(h, HTML_P, "small muted");
    html_z(h, "“举例”一栏是下面例子“");
    html_text(h, title);
    html_z(h, "”一步一步算出来的数。");
    html_close(h, HTML_P);
}

/* ---- paying ---- */

static void write_exclusive(struct site *s, const struct page *g)
{
    index_list others = { 0 };
    const struct policy *q = &s->p->policies.at[g->index];
    VEC_EACH (const uint32_t, id, &q->exclusive) *vec_push(s->scratch, &others) = s->of_policy[*id];
    VEC_EACH (const struct policy, o, &s->p->policies) { /* said by the other one */
        VEC_EACH (const uint32_t, id, &o->exclusive) {
            bool listed = false;
            VEC_EACH (const uint32_t, x, &others) listed = listed || *x == s->of_policy[o->id];
            if (s->of_policy[*id] == s->of_policy[q->id] && !listed)
                *vec_push(s->scratch, &others) = s->of_policy[o->id];
        }
    }
    if (others.len == 0) return;
    term_open(s, "不能同时享受");
    VEC_EACH (const uint32_t, x, &others) {
        if (x > others.at) html_z(s->h, "、");
        link_page(s, *x, NULL);
    }
    term_close(s);
}

static void write_facts_list(struct site *s, const struct page *g)
{
    struct html *h = s->h;
    const struct policy *q = &s->p->policies.at[g->index];
    const struct decl *d = q->decl;
    html_open(h, HTML_DL, "facts");
    term_open(s, "给谁");
    if (s->of_entity[q->entity] != SITE_NO_PAGE) link_page(s, s->of_entity[q->entity], NULL);
    term_close(s);
    if (frequency_of(d).len > 0) {
        term_open(s, "多久一次");
        html_text(h, frequency_of(d));
        term_close(s);
    }
    const struct ast_field *fund = decl_field(d, FIELD_POLICY_FUND), *pay = decl_field(d, FIELD_POLICY_PAY);
    if (fund != NULL) {
        term_open(s, "钱从哪里出");
        link_names(s, fund);
        term_close(s);
    }
    if (pay != NULL) {
        term_open(s, "发到哪里");
        html_text(h, pay->text);
        term_close(s);
    }
    if (q->payee != 0) {
        term_open(s, "谁收款");
        formula_inline(s, decl_field(d, FIELD_POLICY_PAYEE)->expr);
        term_close(s);
    }
    write_exclusive(s, g);
    term_open(s, "施行");
    when_attrs(s, q->has_from, q->from, q->has_to, date_add_days(q->to, 1));
    write_period(s, q->has_from, q->from, q->has_to, q->to);
    html_z(h, " ");
    when_word(s, when_class(s, q->has_from, q->from, q->has_to, date_add_days(q->to, 1)));
    term_close(s);
    term_open(s, "哪一级");
    link_page(s, s->of_pack[d->pack], NULL);
    if (decl_field(d, FIELD_POLICY_OPEN) != NULL) html_z(h, "；下级可以再加条件");
    term_close(s);
    term_open(s, "依据");
    html_open(h, HTML_UL, "plain");
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (f->def->id != FIELD_POLICY_CITE) continue;
        html_open(h, HTML_LI, NULL);
        cite_one(s, f);
        html_close(h, HTML_LI);
    }
    html_close(h, HTML_UL);
    term_close(s);
    html_close(h, HTML_DL);
}

/* ---- versions ---- */

static void write_amount(struct site *s, const struct policy *q)
{
    if (q->steps.len > 0)
        write_steps(s, q);
    else
        html_elz(s->h, HTML_P, NULL, "这是资格，不发钱。");
}

static void write_old(struct site *s, const struct policy *q)
{
    write_criteria(s, q, false);
    if (count_criteria(q, true) > 0) html_elz(s->h, HTML_H3, NULL, "哪些情形不给");
    write_criteria(s, q, true);
    html_elz(s->h, HTML_H3, NULL, "给多少");
    write_amount(s, q);
}

static void write_versions(struct site *s, const struct policy *newest)
{
    if (newest->older == 0) return;
    section_open(s, "versions", "以前的版本");
    for (uint32_t v = newest->older; v != 0; v = s->p->policies.at[v - 1].older) {
        const struct policy *q = &s->p->policies.at[v - 1];
        html_open(s->h, HTML_DETAILS, "fold");
        html_open(s->h, HTML_SUMMARY, NULL);
        when_attrs(s, q->has_from, q->from, q->has_to, date_add_days(q->to, 1));
        write_period(s, q->has_from, q->from, q->has_to, q->to);
        html_z(s->h, " ");
        when_word(s, when_class(s, q->has_from, q->from, q->has_to, date_add_days(q->to, 1)));
        html_close(s->h, HTML_SUMMARY);
        write_old(s, q);
        html_close(s->h, HTML_DETAILS);
    }
    section_close(s);
}

/* ---- the page ---- */

static void write_newest(struct site *s, const struct policy *q)
{
    section_open(s, "who", "谁可以享受");
    write_criteria(s, q, false);
    section_close(s);
    if (count_criteria(q, true) > 0) {
        section_open(s, "not", "哪些情形不给");
        write_criteria(s, q, true);
        section_close(s);
    }
    section_open(s, "amount", "给多少");
    write_amount(s, q);
    section_close(s);
}

void page_policy(struct site *s, uint32_t page)
{
    const struct page *g = &s->pages.at[page];
    const struct policy *q = &s->p->policies.at[g->index];
    struct html *h = s->h;
    str sentence = head_sentence(s, g);
    page_begin(s, g->path, g->name, sentence, "政策");
    html_open(h, HTML_HEADER, "lead");
    html_elz(h, HTML_P, "kind", "政策");
    html_el(h, HTML_H1, NULL, g->name);
    html_el(h, HTML_P, "sentence", sentence);
    html_open(h, HTML_P, "tags");
    badge_pack(s, q->decl->pack);
    badge_trust(s, g->rests);
    html_close(h, HTML_P);
    html_close(h, HTML_HEADER);
    notice_waits(s, g);
    notice_trust(s, g);
    html_open(h, HTML_DIV, "two");
    html_open(h, HTML_ASIDE, "card");
    html_attrz(h, ATTR_ARIA_LABEL, "一览");
    write_facts_list(s, g);
    html_close(h, HTML_ASIDE);
    html_open(h, HTML_DIV, "body");
    write_newest(s, q);
    examples_section(s, g);
    rests_section(s, page);
    facts_section(s, page);
    write_versions(s, q);
    users_section(s, g, "谁提到它");
    source_text_section(s, g);
    html_close(h, HTML_DIV);
    html_close(h, HTML_DIV);
    page_end(s);
}
