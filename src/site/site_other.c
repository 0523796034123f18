/* site_other: pages of the kinds that no code here knows in particular: services, registers, indicators, plans,
 * targets, tasks, warnings, returns, calendars, funds, and whatever is added to kinds.def. A field's title is its
 * keyword, its content is rendered by its shape. */
#include "site/site_priv.h"

#include <string.h>

static str text_of(const struct site *s, struct loc l) { return source_text(&s->p->sources.at[l.source], l); }

/* ---- one field ---- */

static void write_relation(struct site *s, const struct ast_field *f)
{
    static const struct {
        const char *op, *words;
    } ops[] = { { ">=", "不少于 " }, { "<=", "不超过 " }, { ">", "超过 " }, { "<", "低于 " } };
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        if (str_eq(f->op, str_of(ops[i].op))) html_z(s->h, ops[i].words);
    }
}

static void write_compare(struct site *s, const struct ast_field *f)
{
    struct html *h = s->h;
    if (f->strives) html_z(h, "力争 ");
    write_relation(s, f);
    if (f->expr != NULL) html_el(h, HTML_SPAN, "num", text_of(s, f->expr->loc));
    if (f->word == WORD_ABOUT) html_z(h, " 左右");
    if (f->word == WORD_WITHIN) html_z(h, " 以内");
    if (f->value == NULL) return;
    html_z(h, f->word == WORD_ABOUT ? "，上下 " : " 至 ");
    html_el(h, HTML_SPAN, "num", text_of(s, f->value->loc));
}

static void write_content(struct site *s, const struct ast_field *f)
{
    struct html *h = s->h;
    switch (f->def->shape) {
    case SHAPE_TEXT: prose(s, NULL, f->text); return;
    case SHAPE_CITE: cite_one(s, f); return;
    case SHAPE_CHOICE:
    case SHAPE_WORDS:
    case SHAPE_NAME:
    case SHAPE_NAMES:
    case SHAPE_EFFECT: link_names(s, f); return;
    case SHAPE_COMPARED:
        link_names(s, f);
        if (f->days != 0) html_f(h, "（%lld 日内的数据）", (long long)f->days);
        return;
    case SHAPE_LINE:
    case SHAPE_TIME:
        if (f->op.len > 0) write_relation(s, f);
        if (f->names.len > 0) link_names(s, f);
        if (f->expr != NULL) html_el(h, HTML_SPAN, "num", text_of(s, f->expr->loc));
        return;
    case SHAPE_SET:
        html_el(h, HTML_B, NULL, f->name.text);
        if (f->expr != NULL) formula_block(s, f->expr);
        return;
    case SHAPE_FLAG: html_z(h, "是"); return;
    case SHAPE_DATE: write_date(s, f->from); return;
    case SHAPE_PERIOD: write_period(s, f->has_from, f->from, f->has_to, f->to); return;
    case SHAPE_COMPARE: write_compare(s, f); return;
    case SHAPE_YEAR_VALUE:
        html_f(h, "%lld 年：", (long long)f->year);
        write_compare(s, f);
        return;
    case SHAPE_QUANTITY:
        if (f->expr != NULL) html_el(h, HTML_SPAN, "num", text_of(s, f->expr->loc));
        return;
    case SHAPE_EXPR:
        if (f->expr != NULL) formula_block(s, f->expr);
        return;
    case SHAPE_NAMED:
        html_el(h, HTML_B, NULL, f->name.text);
        if (f->expr != NULL) formula_block(s, f->expr);
        return;
    case SHAPE_TITLED:
        html_el(h, HTML_B, NULL, f->name.text);
        if (f->text.len > 0) {
            html_z(h, "：");
            html_text(h, f->text);
        }
        return;
    case SHAPE_DAY_ROW:
        write_day_text(s, f->from);
        html_f(h, " %s ", f->word == WORD_WORK ? "上班" : "休息");
        html_text(h, f->text);
        return;
    case SHAPE_MEMBER:
    case SHAPE_ITEM:
    case SHAPE_EXCEPTION:
    case SHAPE_STEPS:
    case SHAPE_FACTS:
    case SHAPE_EXPECT:
    case SHAPE_CASE:
    case SHAPE_PARAM_ROW:
    case SHAPE_TABLE_ROW: html_text(h, text_of(s, f->loc)); return;
    }
}

static void write_subs(struct site *s, const struct ast_field *f)
{
    if (f->subs.len == 0) return;
    html_open(s->h, HTML_DL, "subs");
    VEC_EACH (const struct ast_field, g, &f->subs) {
        term_open(s, g->def->zh);
        write_content(s, g);
        term_close(s);
    }
    html_close(s->h, HTML_DL);
}

/* ---- all fields of a declaration ---- */

static size_t count_of(const struct decl *d, const struct field_def *def)
{
    size_t n = 0;
    VEC_EACH (const struct ast_field, f, &d->fields) n += f->def == def;
    return n;
}

/* Fields of the same keyword stand together under one title. */
static void write_together(struct site *s, const struct decl *d, const struct field_def *def)
{
    struct html *h = s->h;
    size_t n = count_of(d, def);
    term_open(s, def->zh);
    if (n > 1) html_open(h, def->shape == SHAPE_TITLED || def->shape == SHAPE_NAMED ? HTML_OL : HTML_UL, "plain");
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (f->def != def) continue;
        if (n > 1) html_open(h, HTML_LI, NULL);
        write_content(s, f);
        write_subs(s, f);
        if (f->cite != NULL) cites_of(s, f);
        if (n > 1) html_close(h, HTML_LI);
    }
    if (n > 1) html_close(h, def->shape == SHAPE_TITLED || def->shape == SHAPE_NAMED ? HTML_OL : HTML_UL);
    term_close(s);
}

void fields_generic(struct site *s, const struct decl *d)
{
    html_open(s->h, HTML_DL, "fields");
    if (d->type.text.len > 0) {
        term_open(s, "单位");
        html_text(s->h, d->type.text);
        term_close(s);
    }
    for (unsigned i = 0; i < field_count(d->kind); i++) {
        const struct field_def *def = &field_defs[kind_defs[d->kind].first + i];
        bool row = def->shape == SHAPE_DAY_ROW;
        if (def->parent >= 0 || row || count_of(d, def) == 0 || strcmp(def->en, "note") == 0 ||
            strcmp(def->en, "alias") == 0)
            continue;
        write_together(s, d, def);
    }
    html_close(s->h, HTML_DL);
}

/* ---- calendars: a table per year ---- */

static int year_of(date d)
{
    int y, m, day;
    date_parts(d, &y, &m, &day);
    return y;
}

static void write_calendar(struct site *s, const struct decl *d)
{
    static const char *const titles[] = { "日子", "休还是班", "名称" };
    static const char *const weekdays[] = { "", "一", "二", "三", "四", "五", "六", "日" };
    struct html *h = s->h;
    int open_year = 0;
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (f->def->shape != SHAPE_DAY_ROW || !f->has_from) continue;
        if (year_of(f->from) != open_year) {
            if (open_year != 0) {
                html_close(h, HTML_TBODY);
                table_close(s);
            }
            open_year = year_of(f->from);
            html_elf(h, HTML_H3, NULL, "%d 年", open_year);
            table_open(s, "days", "放假和补班的日子");
            table_head(s, titles, 3);
            html_open(h, HTML_TBODY, NULL);
        }
        html_open(h, HTML_TR, NULL);
        html_open(h, HTML_TH, NULL);
        html_attrz(h, ATTR_SCOPE, "row");
        write_day_text(s, f->from);
        html_f(h, " 星期%s", weekdays[date_weekday(f->from)]);
        html_close(h, HTML_TH);
        html_open(h, HTML_TD, NULL);
        html_elz(h, HTML_SPAN, f->word == WORD_WORK ? "tag ask" : "tag yes", f->word == WORD_WORK ? "上班" : "休息");
        html_close(h, HTML_TD);
        html_el(h, HTML_TD, NULL, f->text);
        html_close(h, HTML_TR);
    }
    if (open_year == 0) return;
    html_close(h, HTML_TBODY);
    table_close(s);
}

/* ---- a plan: its targets and tasks side by side ---- */

static void cell_fields(struct site *s, const struct decl *d, enum field_id id)
{
    bool any = false;
    html_open(s->h, HTML_TD, NULL);
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (f->def->id != id) continue;
        if (any) html_open(s->h, HTML_BR, NULL);
        any = true;
        write_content(s, f);
    }
    html_close(s->h, HTML_TD);
}

static bool any_has(const struct site *s, const struct page *g, enum kind k, enum field_id id)
{
    VEC_EACH (const uint32_t, u, &g->users) {
        if (s->pages.at[*u].kind == k && decl_field(s->pages.at[*u].decl, id) != NULL) return true;
    }
    return false;
}

/* The targets or tasks of a plan, one a row; columns nobody fills are left out. */
static void write_members(struct site *s, const struct page *g, enum kind k, const enum field_id *wanted, size_t n)
{
    struct html *h = s->h;
    enum field_id columns[8];
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        if (any_has(s, g, k, wanted[i])) columns[count++] = wanted[i];
    }
    bool any = false;
    VEC_EACH (const uint32_t, u, &g->users) {
        const struct page *m = &s->pages.at[*u];
        if (m->kind != k) continue;
        if (!any) {
            section_open(s, kind_defs[k].en, kind_defs[k].zh);
            table_open(s, "list", kind_defs[k].zh);
            html_open(h, HTML_THEAD, NULL);
            html_open(h, HTML_TR, NULL);
            th(s, kind_defs[k].zh, NULL);
            for (size_t i = 0; i < count; i++) th(s, field_defs[columns[i]].zh, NULL);
            html_close(h, HTML_TR);
            html_close(h, HTML_THEAD);
            html_open(h, HTML_TBODY, NULL);
        }
        any = true;
        html_open(h, HTML_TR, NULL);
        html_open(h, HTML_TH, NULL);
        html_attrz(h, ATTR_SCOPE, "row");
        link_page(s, *u, NULL);
        html_close(h, HTML_TH);
        for (size_t i = 0; i < count; i++) cell_fields(s, m->decl, columns[i]);
        html_close(h, HTML_TR);
    }
    if (!any) return;
    html_close(h, HTML_TBODY);
    table_close(s);
    section_close(s);
}

static void write_plan(struct site *s, const struct page *g)
{
    static const enum field_id targets[] = { FIELD_TARGET_GOAL,     FIELD_TARGET_YEARLY, FIELD_TARGET_BASELINE,
                                             FIELD_TARGET_COUNTING, FIELD_TARGET_NATURE, FIELD_TARGET_OWNER };
    static const enum field_id tasks[] = { FIELD_TASK_GOAL, FIELD_TASK_YEARLY, FIELD_TASK_DUE, FIELD_TASK_OWNER,
                                           FIELD_TASK_HELPERS };
    write_members(s, g, KIND_TARGET, targets, sizeof targets / sizeof *targets);
    write_members(s, g, KIND_TASK, tasks, sizeof tasks / sizeof *tasks);
}

/* ---- the page ---- */

/* Which part of the site the kind is shown under. */
static const char *part_of(enum kind k)
{
    if (k == KIND_SERVICE) return "事项";
    return k == KIND_PLAN || k == KIND_TARGET || k == KIND_TASK || k == KIND_INDICATOR ? "规划" : NULL;
}

void page_other(struct site *s, uint32_t page)
{
    const struct page *g = &s->pages.at[page];
    struct html *h = s->h;
    page_begin(s, g->path, g->name, head_sentence(s, g),
               s->by_name[KIND_PLAN].len > 0 || g->kind == KIND_SERVICE ? part_of(g->kind) : NULL);
    html_open(h, HTML_HEADER, "lead");
    html_elz(h, HTML_P, "kind", kind_defs[g->kind].zh);
    html_el(h, HTML_H1, NULL, g->name);
    prose(s, "sentence", note_of(s, g->decl));
    html_open(h, HTML_P, "tags");
    badge_pack(s, g->decl->pack);
    badge_trust(s, g->trust);
    html_close(h, HTML_P);
    html_close(h, HTML_HEADER);
    section_open(s, "content", "内容");
    fields_generic(s, g->decl);
    if (g->kind == KIND_CALENDAR) write_calendar(s, g->decl);
    section_close(s);
    if (g->kind == KIND_PLAN)
        write_plan(s, g);
    else
        users_section(s, g, "谁提到它");
    if (g->examples.len > 0) examples_section(s, g);
    source_text_section(s, g);
    page_end(s);
}
