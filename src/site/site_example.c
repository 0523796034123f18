/* site_example: the examples of the packs as tables: what is known, what must come out. Every one is run while the site
 * is written, and the page says whether it came out so. The first that qualifies also fills the steps of the amount
 * with numbers. Facts are read from what the author wrote, with the same words as formulas. */
#include "lang/example.h"
#include "site/site_priv.h"

#include <string.h>

enum { EXAMPLES_OPEN = 12 };

/* ---- running them ---- */

static date day_for(const struct site *s)
{
    return s->o->has_day ? s->o->day : s->has_last_day ? s->last_day : date_of(2024, 1, 1);
}

/* Of the lowest pack. An example of an upper pack holds where what that pack left open is still open. */
static bool is_own(const struct site *s, uint32_t i) { return s->p->examples.at[i].pack + 1u == s->p->packs.len; }

/* An example of an upper pack that gives something else here is not shown: it would only mislead. */
static bool is_shown(const struct site *s, uint32_t i)
{
    return s->results[i].example == NULL || s->results[i].passed || is_own(s, i);
}

void examples_run(struct site *s)
{
    size_t n = s->p->examples.len;
    s->results = ARENA_ARRAY(s->a, struct example_result, n + 1);
    for (size_t i = 0; i < n && s->o->mistakes == 0; i++) {
        struct arena_mark m = arena_mark(s->scratch);
        s->results[i] = example_run(s->p, &s->p->examples.at[i], day_for(s), s->scratch, s->a, NULL);
        s->examples_failed += !s->results[i].passed && is_own(s, (uint32_t)i);
        s->examples_shown += is_shown(s, (uint32_t)i);
        arena_rewind(s->scratch, m);
    }
}

const struct value *worked_steps(struct site *s, uint32_t policy, str *title)
{
    if (s->o->mistakes > 0) return NULL;
    const struct page *g = &s->pages.at[s->of_policy[policy]];
    VEC_EACH (const uint32_t, i, &g->examples) {
        const struct example *x = &s->p->examples.at[*i];
        struct diags d;
        diags_init(&d, s->scratch);
        struct example_case c;
        if (!s->results[*i].passed || !example_facts(s->p, x, s->scratch, &d, NULL, &c)) continue;
        if (c.expect->word != WORD_QUALIFIED || c.expect->expr == NULL) continue;
        struct evaluator ev = { 0 };
        date day = c.has_today ? c.today : day_for(s);
        eval_start(&ev, s->p, s->scratch, day, c.has_rule_day ? c.rule_day : day);
        struct verdict v = eval_policy(&ev, c.facts.subject, x->target);
        if (v.kind != VERDICT_QUALIFIED || v.policy->id != policy || v.amount.state != VALUE_KNOWN) continue;
        *title = x->title;
        return v.steps;
    }
    return NULL;
}

/* ---- facts ---- */

struct reader {
    struct site *s;
    uint16_t entity; /* whose fields the names are */
};

static str text_of(const struct site *s, struct loc l) { return source_text(&s->p->sources.at[l.source], l); }

static void write_value(struct reader *r, const struct expr *x);

static const struct slot *slot_of(const struct site *s, uint16_t entity, str name)
{
    int i = entity_slot(&s->p->entities.at[entity], name);
    return i < 0 ? NULL : &s->p->entities.at[entity].slots.at[i];
}

/* Writes the name of a slot with its link; *entity becomes the one its fields belong to. */
static void write_slot(struct reader *r, uint16_t *entity, str name)
{
    struct site *s = r->s;
    const struct slot *slot = slot_of(s, *entity, name);
    if (slot == NULL) {
        html_text(s->h, name);
        return;
    }
    bool own = slot->kind == SLOT_SPELLS || slot->kind == SLOT_HISTORY;
    uint32_t page = slot->kind == SLOT_FUNC ? s->of_func[slot->func] : s->of_entity[own ? slot->type.ref : *entity];
    if (page == SITE_NO_PAGE)
        html_text(s->h, name);
    else
        html_link(s->h,
                  slot->kind == SLOT_FUNC || own || slot->field == NULL ? page_url(s, page)
                                                                        : page_place(s, page, slot->name),
                  NULL, name);
    if (slot->type.kind == TYPE_RECORD || slot->type.kind == TYPE_GROUP || slot->type.kind == TYPE_HISTORY)
        *entity = slot->type.ref;
}

static void write_path(struct reader *r, const struct expr *x, uint16_t *entity)
{
    struct html *h = r->s->h;
    switch ((int)x->kind) {
    case EXPR_NAME: write_slot(r, entity, x->text); return;
    case EXPR_PATH:
        write_path(r, x->kids[0], entity);
        html_z(h, "的");
        write_slot(r, entity, x->text);
        return;
    case EXPR_INDEX:
        write_path(r, x->kids[0], entity);
        html_f(h, "第 %lld 个", (long long)x->number);
        return;
    case EXPR_CALL:
        write_path(r, x->kids[0], entity);
        html_z(h, "（");
        for (uint32_t i = 1; i < x->kid_count; i++) {
            if (i > 1) html_z(h, "、");
            write_value(r, x->kids[i]);
        }
        html_z(h, "）");
        return;
    default: html_text(h, text_of(r->s, x->loc)); return;
    }
}

static void write_assignment(struct reader *r, const struct expr *a, uint16_t entity)
{
    if (a->kind != EXPR_ASSIGN || a->kid_count < 2) return;
    struct reader inner = { .s = r->s, .entity = entity };
    uint16_t at = entity;
    write_path(&inner, a->kids[0], &at);
    html_z(r->s->h, "：");
    inner.entity = at;
    write_value(&inner, a->kids[1]);
}

static void write_record(struct reader *r, const struct expr *record, uint16_t entity)
{
    for (uint32_t i = 0; record != NULL && i < record->kid_count; i++) {
        if (i > 0) html_z(r->s->h, "，");
        write_assignment(r, record->kids[i], entity);
    }
}

static void write_range(struct reader *r, const struct expr *x)
{
    bool months = x->kids[0] != NULL && x->kids[0]->kind == EXPR_MONTH;
    write_value(r, x->kids[0]);
    if (x->kids[1] == NULL) {
        html_z(r->s->h, " 至今");
        return;
    }
    html_z(r->s->h, months ? " 至 " : " 到 ");
    write_value(r, x->kids[1]);
}

static void write_list(struct reader *r, const struct expr *x)
{
    bool bracketed = x->word == WORD_ALL;
    if (bracketed && x->kid_count == 0) html_z(r->s->h, "一个也没有");
    for (uint32_t i = 0; i < x->kid_count; i++) {
        if (bracketed)
            html_f(r->s->h, "%s第 %u 个（", i > 0 ? "，" : "", i + 1);
        else if (i > 0)
            html_z(r->s->h, "、");
        write_value(r, x->kids[i]);
        if (bracketed) html_z(r->s->h, "）");
    }
}

static void write_value(struct reader *r, const struct expr *x)
{
    struct html *h = r->s->h;
    if (x == NULL) return;
    switch ((int)x->kind) {
    case EXPR_WORD:
        html_z(h, x->word == WORD_TRUE    ? "是"
                  : x->word == WORD_FALSE ? "否"
                  : x->word == WORD_NONE  ? "没有"
                                          : word_zh(x->word));
        return;
    case EXPR_RANGE: write_range(r, x); return;
    case EXPR_LIST: write_list(r, x); return;
    case EXPR_RECORD: write_record(r, x, r->entity); return;
    case EXPR_WITH:
        write_value(r, x->kids[0]);
        if (x->kids[1] != NULL) {
            html_z(h, "（");
            write_record(r, x->kids[1], r->entity);
            html_z(h, "）");
        }
        if (x->percent) {
            char until[MONTH_TEXT];
            month_text(x->month_, until);
            html_f(h, "（资料只到 %s）", until);
        }
        return;
    case EXPR_STRING:
        html_z(h, "“");
        html_text(h, x->text);
        html_z(h, "”");
        return;
    case EXPR_NUMBER:
    case EXPR_DATE:
    case EXPR_MONTH: html_el(h, HTML_SPAN, "num", text_of(r->s, x->loc)); return;
    default: html_text(h, text_of(r->s, x->loc)); return;
    }
}

/* ---- one example ---- */

static void write_expect(struct site *s, const struct ast_field *expect, uint16_t entity)
{
    struct html *h = s->h;
    struct reader r = { .s = s, .entity = entity };
    if (expect == NULL) return;
    switch ((int)expect->word) {
    case WORD_QUALIFIED:
        html_elz(h, HTML_SPAN, "tag yes", "符合");
        if (expect->expr != NULL) {
            html_z(h, " ");
            write_value(&r, expect->expr);
        } else if (expect->op.len > 0) {
            html_z(h, " 金额还没有定");
        }
        return;
    case WORD_REFUSED: html_elz(h, HTML_SPAN, "tag no", "不符合"); break;
    case WORD_DECLINED: html_elz(h, HTML_SPAN, "tag no", "不予受理"); break;
    case WORD_ACCEPTED: html_elz(h, HTML_SPAN, "tag yes", "受理"); return;
    case WORD_ALONE: html_elz(h, HTML_SPAN, "tag yes", "当场办好"); return;
    case WORD_TO_STAFF: html_elz(h, HTML_SPAN, "tag ask", "转人工"); return;
    case WORD_PENDING: html_elz(h, HTML_SPAN, "tag ask", "待核"); break;
    case WORD_UNKNOWN: html_elz(h, HTML_SPAN, "tag ask", "未知"); break;
    case WORD_ERROR: html_elz(h, HTML_SPAN, "tag late", "出错"); return;
    default: write_value(&r, expect->expr); return;
    }
    if (expect->cells.len == 0) return;
    bool reasons = expect->word == WORD_REFUSED || expect->word == WORD_DECLINED;
    html_z(h, reasons ? " 因为：" : " 缺：");
    for (size_t i = 0; i < expect->cells.len; i++) {
        if (i > 0) html_z(h, "、");
        uint16_t at = entity;
        if (reasons)
            html_text(h, text_of(s, expect->cells.at[i]->loc));
        else
            write_path(&r, expect->cells.at[i], &at);
    }
}

/* What a service must ask for in this example. */
static void write_asked(struct site *s, const struct ast_field *x)
{
    static const enum field_id asked[] = { FIELD_EXAMPLE_CASE_FORM, FIELD_EXAMPLE_CASE_MATERIAL };
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        const struct ast_field *f = field_sub(x, asked[i]);
        if (f == NULL) continue;
        html_open(s->h, HTML_P, "small muted");
        html_z(s->h, i == 0 ? "要填：" : "要带：");
        link_names(s, f);
        html_close(s->h, HTML_P);
    }
}

static void write_result(struct site *s, uint32_t index)
{
    const struct example_result *r = &s->results[index];
    if (r->example == NULL || r->passed) return;
    html_open(s->h, HTML_P, "late small");
    html_z(s->h, "算出来不是这样：");
    html_text(s->h, r->said);
    html_close(s->h, HTML_P);
}

/* Facts, each on a line of its own, the days first. */
static void write_facts(struct site *s, const field_list *fields, uint16_t entity)
{
    struct html *h = s->h;
    struct reader r = { .s = s, .entity = entity };
    html_open(h, HTML_UL, "plain");
    VEC_EACH (const struct ast_field, f, fields) {
        if (f->def->shape != SHAPE_DATE || !f->has_from) continue;
        html_open(h, HTML_LI, NULL);
        html_z(h, f->def->zh);
        html_z(h, "：");
        write_day_text(s, f->from);
        html_close(h, HTML_LI);
    }
    VEC_EACH (const struct ast_field, f, fields) {
        for (uint32_t i = 0; f->def->shape == SHAPE_FACTS && f->expr != NULL && i < f->expr->kid_count; i++) {
            html_open(h, HTML_LI, NULL);
            write_assignment(&r, f->expr->kids[i], entity);
            html_close(h, HTML_LI);
        }
    }
    html_close(h, HTML_UL);
}

static bool has_facts(const field_list *fields)
{
    VEC_EACH (const struct ast_field, f, fields) {
        if (f->def->shape == SHAPE_FACTS || f->def->shape == SHAPE_DATE) return true;
    }
    return false;
}

/* ---- a group of examples: one declaration ---- */

static bool is_case_table(const struct decl *d)
{
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (f->def->id == FIELD_EXAMPLE_ROW) return true;
    }
    return false;
}

static void common_facts(struct site *s, const struct decl *d, uint16_t entity)
{
    if (!has_facts(&d->fields)) return;
    html_open(s->h, HTML_DIV, "common");
    html_elz(s->h, HTML_B, NULL, "下面各例都知道");
    write_facts(s, &d->fields, entity);
    html_close(s->h, HTML_DIV);
}

static void write_cases(struct site *s, const struct page *g, const struct decl *d, uint16_t entity)
{
    static const char *const titles[] = { "情形", "知道什么", "应得" };
    common_facts(s, d, entity);
    table_open(s, "cases", "例子");
    table_head(s, titles, 3);
    html_open(s->h, HTML_TBODY, NULL);
    VEC_EACH (const uint32_t, i, &g->examples) {
        const struct example *x = &s->p->examples.at[*i];
        if (x->decl != d || x->field->def->shape != SHAPE_CASE || !is_shown(s, *i)) continue;
        html_open(s->h, HTML_TR, NULL);
        html_open(s->h, HTML_TH, NULL);
        html_attrz(s->h, ATTR_SCOPE, "row");
        html_text(s->h, x->title);
        html_close(s->h, HTML_TH);
        html_open(s->h, HTML_TD, NULL);
        if (has_facts(&x->field->subs))
            write_facts(s, &x->field->subs, entity);
        else
            html_elz(s->h, HTML_SPAN, "muted", "不再知道什么");
        html_close(s->h, HTML_TD);
        html_open(s->h, HTML_TD, NULL);
        write_expect(s, field_sub(x->field, FIELD_EXAMPLE_CASE_EXPECT), entity);
        write_asked(s, x->field);
        write_result(s, *i);
        html_close(s->h, HTML_TD);
        html_close(s->h, HTML_TR);
    }
    html_close(s->h, HTML_TBODY);
    table_close(s);
}

static const struct ast_field *header_of(const struct decl *d)
{
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (f->def->id == FIELD_EXAMPLE_ROW) return f;
    }
    return NULL;
}

static void row_cells(struct site *s, const struct ast_field *header, const struct ast_field *row, uint16_t entity,
                      uint32_t index)
{
    struct reader r = { .s = s };
    size_t expects = 0;
    for (size_t c = 0; c < row->cells.len; c++) {
        html_open(s->h, HTML_TD, NULL);
        const struct expr *cell = row->cells.at[c];
        if (cell != NULL && c < header->cells.len) {
            r.entity = entity;
            if (header->cells.at[c]->kind ==
                EXPR_NAME) { /* records in the cell have the fields of what the column names */
                const struct slot *slot = slot_of(s, entity, header->cells.at[c]->text);
                if (slot != NULL && (slot->type.kind == TYPE_GROUP || slot->type.kind == TYPE_HISTORY ||
                                     slot->type.kind == TYPE_RECORD)) {
                    r.entity = slot->type.ref;
                }
            }
            write_value(&r, cell);
        } else if (expects < row->subs.len && c < header->cells.len && header->cells.at[c] != NULL &&
                   header->cells.at[c]->kind == EXPR_NAME && str_eq(header->cells.at[c]->text, STR("应得"))) {
            write_expect(s, &row->subs.at[expects++], entity);
            write_result(s, index);
        } else {
            html_elz(s->h, HTML_SPAN, "muted", "—");
        }
        html_close(s->h, HTML_TD);
    }
}

static void write_case_table(struct site *s, const struct page *g, const struct decl *d, uint16_t entity)
{
    const struct ast_field *header = header_of(d);
    struct reader r = { .s = s, .entity = entity };
    common_facts(s, d, entity);
    table_open(s, "cases rows", "例子");
    html_open(s->h, HTML_THEAD, NULL);
    html_open(s->h, HTML_TR, NULL);
    for (size_t c = 0; header != NULL && c < header->cells.len; c++) {
        uint16_t at = entity;
        html_open(s->h, HTML_TH, NULL);
        html_attrz(s->h, ATTR_SCOPE, "col");
        if (header->cells.at[c] != NULL) write_path(&r, header->cells.at[c], &at);
        html_close(s->h, HTML_TH);
    }
    html_close(s->h, HTML_TR);
    html_close(s->h, HTML_THEAD);
    html_open(s->h, HTML_TBODY, NULL);
    VEC_EACH (const uint32_t, i, &g->examples) {
        const struct example *x = &s->p->examples.at[*i];
        if (x->decl != d || x->field->def->id != FIELD_EXAMPLE_ROW || !is_shown(s, *i)) continue;
        html_open(s->h, HTML_TR, NULL);
        row_cells(s, header, x->field, entity, *i);
        html_close(s->h, HTML_TR);
    }
    html_close(s->h, HTML_TBODY);
    table_close(s);
}

static uint16_t entity_of(const struct site *s, const struct page *g)
{
    const struct example *x = &s->p->examples.at[g->examples.at[0]]; /* asked only of pages that have some */
    if (g->kind == KIND_SERVICE) return s->p->services.at[x->target].entity;
    if (g->kind == KIND_LEAD) return s->p->leads.at[x->target].entity;
    return g->kind == KIND_POLICY ? s->p->policies.at[g->index].entity : s->p->funcs.at[g->index].entity;
}

struct tally {
    size_t shown, failed, elsewhere;
};

static struct tally tally_of(const struct site *s, const struct page *g)
{
    struct tally t = { 0 };
    VEC_EACH (const uint32_t, i, &g->examples) {
        bool shown = is_shown(s, *i);
        t.shown += shown;
        t.elsewhere += !shown;
        t.failed += shown && s->results[*i].example != NULL && !s->results[*i].passed;
    }
    return t;
}

static void write_group(struct site *s, const struct page *g, const struct decl *d)
{
    uint16_t entity = entity_of(s, g);
    bool cases = false;
    VEC_EACH (const struct ast_field, f, &d->fields) cases = cases || f->def->shape == SHAPE_CASE;
    if (is_case_table(d)) write_case_table(s, g, d, entity);
    if (cases) write_cases(s, g, d, entity);
}

void examples_section(struct site *s, const struct page *g)
{
    struct html *h = s->h;
    struct tally t = tally_of(s, g);
    section_open(s, "examples", "例子");
    if (t.shown == 0)
        html_elz(h, HTML_P, "muted", "还没有例子。");
    else {
        html_open(h, HTML_DETAILS, "fold");
        if (t.shown <= EXAMPLES_OPEN || t.failed > 0) html_flag(h, ATTR_OPEN);
        html_open(h, HTML_SUMMARY, NULL);
        html_f(h, "%zu 个例子", t.shown);
        if (s->o->mistakes > 0)
            html_z(h, "，规则有错误，没有算");
        else if (t.failed == 0)
            html_z(h, "，都算过，结果一致");
        else
            html_elf(h, HTML_SPAN, "tag late", "%zu 个算出来不一致", t.failed);
        html_close(h, HTML_SUMMARY);
        const struct decl *before = NULL;
        VEC_EACH (const uint32_t, i, &g->examples) {
            const struct decl *d = s->p->examples.at[*i].decl;
            if (d == before || !is_shown(s, *i)) continue;
            before = d;
            write_group(s, g, d);
        }
        html_close(h, HTML_DETAILS);
    }
    if (t.elsewhere > 0)
        html_elf(h, HTML_P, "small muted", "上级包另有 %zu 个例子，说的是这里还没有填写时的情形，没有列出。",
                 t.elsewhere);
    section_close(s);
}
