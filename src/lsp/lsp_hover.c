/* lsp_hover: words about the name under the pointer. For a parameter the values in force today, with where they come
 * from; for a definition its text and sources; for a field its ministry code and masking class; for words of the
 * language what the tables say.
 *
 * While a text has mistakes, what a name means is told from the last program without any, and that is said: a row that
 * cannot be read at the moment must not make an older value look like today's. */
#include "lsp/lsp_priv.h"

#include "lang/builtin.h"
#include "lang/eval.h"

#include <string.h>

enum { ROWS_SHOWN = 12, FORMULA_BYTES = 1500 };

struct card {
    const struct program *p;
    struct arena *a;
    struct text *t;
    bool markdown;
};

/* ---- pieces ---- */

/* Prose. In markdown the signs that mean something there are escaped. */
static void prose(struct card *c, str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (c->markdown && strchr("\\`*_{}[]<>#|", s.p[i]) != NULL && s.p[i] != '\0') text_addc(c->t, '\\');
        text_addc(c->t, s.p[i]);
    }
}

static void title(struct card *c, const char *kind, str name)
{
    text_addz(c->t, c->markdown ? "**" : "");
    text_addf(c->t, "%s ", kind);
    prose(c, name);
    text_addz(c->t, c->markdown ? "**" : "");
}

static void paragraph(struct card *c) { text_addz(c->t, c->markdown ? "\n\n" : "\n"); }

static void line(struct card *c, const char *label, str s)
{
    if (s.len == 0) return;
    text_addz(c->t, c->markdown ? "\n- " : "\n");
    text_addf(c->t, "%s：", label);
    prose(c, s);
}

static void formula(struct card *c, str s)
{
    if (s.len > FORMULA_BYTES) s = STR("");
    if (s.len == 0) return;
    text_addz(c->t, c->markdown ? "\n\n```leye\n" : "\n");
    text_add(c->t, s);
    if (c->markdown) text_addz(c->t, "\n```");
}

static void type_of(struct card *c, struct type t)
{
    if (t.kind == TYPE_BAD) return;
    text_addz(c->t, " : ");
    prose(c, program_type_name(c->p, c->a, t));
}

static str source_of(struct card *c, struct loc l) { return source_text(&c->p->sources.at[l.source], l); }

static void days(struct card *c, const char *label, bool has_from, date from, bool has_to, date to)
{
    char a[DATE_TEXT], b[DATE_TEXT];
    if (!has_from && !has_to) return;
    date_text(from, a);
    date_text(to, b);
    line(c, label,
         str_fmt(c->a, "%s%s%s%s", has_from ? a : "", has_from ? " 起" : "",
                 has_from && has_to ? " 至 "
                 : has_to           ? "至 "
                                    : "",
                 has_to ? b : ""));
}

static str cite_text(struct card *c, const struct ast_field *f)
{
    return str_fmt(c->a, "%.*s%s%.*s", STR_ARG(f->name.text), f->text.len > 0 ? " " : "", STR_ARG(f->text));
}

/* Notes, sources, period and trust, which many kinds have under the same names. */
static void common_fields(struct card *c, const field_list *fields)
{
    VEC_EACH (const struct ast_field, f, fields) {
        str en = str_of(f->def->en);
        if (f->def->shape == SHAPE_CITE) line(c, "依据", cite_text(c, f));
        if (f->def->shape == SHAPE_PERIOD) days(c, f->def->zh, f->has_from, f->from, f->has_to, f->to);
        if (str_eq(en, STR("trust")) && f->names.len > 0) line(c, "可信", f->names.at[0].text);
        if (str_eq(en, STR("alias")) && f->names.len > 0) line(c, "别名", f->names.at[0].text);
    }
}

static void notes(struct card *c, const field_list *fields)
{
    VEC_EACH (const struct ast_field, f, fields) {
        if (f->def->shape != SHAPE_TEXT || !str_eq(str_of(f->def->en), STR("note"))) continue;
        paragraph(c);
        prose(c, f->text);
    }
}

/* ---- kinds of names ---- */

static void items(struct card *c, const struct code_list *list)
{
    struct text t;
    text_init(&t, c->a, 4096);
    for (size_t i = 0; i < list->items.len && i < ROWS_SHOWN; i++) {
        text_addf(&t, "%s%.*s", i > 0 ? "、" : "", STR_ARG(list->items.at[i].name));
    }
    if (list->items.len > ROWS_SHOWN) text_addf(&t, "……共 %zu 项", list->items.len);
    line(c, "可以是", text_str(&t));
}

static void about_slot(struct card *c, struct symbol s)
{
    const struct slot *slot = symbol_slot(c->p, s);
    const struct entity *e = &c->p->entities.at[s.owner];
    title(c, symbol_kind_zh(c->p, s), s.name);
    if (slot == NULL) return;
    type_of(c, slot->type);
    line(c, "属于", e->name);
    line(c, "部颁代码", slot->code);
    line(c, "密级", slot->class_);
    if (slot->optional) line(c, "可无", STR("可以是“无”"));
    line(c, "经", slot->via);
    if (slot->field == NULL) line(c, "自带", STR("每段经历都有"));
    if (slot->type.kind == TYPE_CODE) items(c, &c->p->codes.at[slot->type.ref]);
}

static void about_item(struct card *c, struct symbol s)
{
    const struct code_item *item = symbol_item(c->p, s);
    title(c, "代码项", s.name);
    line(c, "代码表", c->p->codes.at[s.owner].name);
    if (item == NULL) return;
    line(c, "代码", item->code);
    line(c, "说明", item->text);
}

static void about_codes(struct card *c, struct symbol s)
{
    const struct code_list *list = &c->p->codes.at[s.owner];
    title(c, "代码", s.name);
    notes(c, &list->decl->fields);
    items(c, list);
    common_fields(c, &list->decl->fields);
}

static void about_entity(struct card *c, struct symbol s)
{
    const struct entity *e = &c->p->entities.at[s.owner];
    struct text t;
    text_init(&t, c->a, 8192);
    title(c, e->is_spell ? "经历" : "实体", s.name);
    notes(c, &e->decl->fields);
    if (e->is_spell) line(c, "属于", c->p->entities.at[e->owner].name);
    if (e->is_spell) line(c, "记法", e->is_monthly ? STR("逐月的历史") : STR("一段一段的区间 [开始, 结束)"));
    if (e->key != 0) line(c, "分", c->p->codes.at[e->key - 1].name);
    VEC_EACH (const struct slot, slot, &e->slots) {
        if (slot->field == NULL) continue;
        text_addf(&t, "%s%.*s", t.len > 0 ? "、" : "", STR_ARG(slot->name));
    }
    line(c, "字段", text_str(&t));
    common_fields(c, &e->decl->fields);
}

/* Where a row's value comes from: its own source and trust, else the parameter's. */
static void row_source(struct card *c, const struct param *q, const struct param_row *row)
{
    const struct ast_field *cite = row->row->cite;
    const struct decl *d = q->filled_by != NULL ? q->filled_by : q->decl;
    str trust = row->row->trust;
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (cite == NULL && f->def->shape == SHAPE_CITE) cite = f;
        if (trust.len == 0 && str_eq(str_of(f->def->en), STR("trust")) && f->names.len > 0) trust = f->names.at[0].text;
    }
    if (cite != NULL) {
        text_addz(c->t, "，依据 ");
        prose(c, cite_text(c, cite));
    }
    if (trust.len > 0) text_addf(c->t, "，可信 %.*s", STR_ARG(trust));
}

static void value_today(struct card *c, const struct param *q, uint32_t item, date today)
{
    const struct param_row *row = param_row_on(q, item, today);
    char from[DATE_TEXT];
    text_addz(c->t, c->markdown ? "\n- " : "\n");
    if (q->key != 0) text_addf(c->t, "%.*s ", STR_ARG(c->p->codes.at[q->key - 1].items.at[item].name));
    if (row == NULL || row->ended) {
        text_addz(c->t, row == NULL ? "没有值" : "已废止");
        return;
    }
    date_text(row->from, from);
    value_text(c->p, q->type, row->value, c->t);
    text_addf(c->t, "（%s 起", from);
    row_source(c, q, row);
    text_addz(c->t, "）");
}

static void about_param(struct card *c, struct symbol s)
{
    const struct param *q = &c->p->params.at[s.owner];
    date today = date_today();
    char day[DATE_TEXT];
    title(c, "参数", s.name);
    type_of(c, q->type);
    if (q->key != 0) text_addf(c->t, "，按 %.*s", STR_ARG(c->p->codes.at[q->key - 1].name));
    notes(c, &q->decl->fields);
    if (q->open) {
        const struct decl *by = q->filled_by;
        line(c, "开放",
             by == NULL ? STR("还没有人填写，用到它的政策不付钱")
                        : str_fmt(c->a, "由“%.*s”填写", STR_ARG(c->p->packs.at[by->pack].name)));
    }
    if (q->rows.len == 0) return;
    date_text(today, day);
    paragraph(c);
    text_addf(c->t, "今日（%s）的值", day);
    for (uint32_t i = 0; i < q->item_count && i < ROWS_SHOWN; i++) value_today(c, q, i, today);
    if (q->item_count > ROWS_SHOWN) text_addf(c->t, "%s……共 %u 项", c->markdown ? "\n- " : "\n", q->item_count);
}

static const char *version_today(bool has_from, date from, bool has_to, date to)
{
    date today = date_today();
    if (has_from && today.days < from.days) return "今日还没有施行";
    if (has_to && today.days > to.days) return "今日已不施行";
    return "";
}

/* What the formula is written in: 基本, 例外, inputs and rows. */
static void definition_text(struct card *c, const struct decl *d)
{
    size_t rows = 0;
    VEC_EACH (const struct ast_field, f, &d->fields) {
        bool row = f->def->shape == SHAPE_TABLE_ROW;
        if (f->def->shape != SHAPE_EXPR && f->def->shape != SHAPE_EXCEPTION && !row) continue;
        if (row && ++rows > ROWS_SHOWN) continue;
        formula(c, source_of(c, f->loc));
    }
}

static void about_func(struct card *c, struct symbol s)
{
    const struct slot *slot = symbol_slot(c->p, s);
    if (slot == NULL || slot->kind != SLOT_FUNC) return;
    const struct func *f = func_on(c->p, slot->func, date_today());
    if (f == NULL) f = &c->p->funcs.at[slot->func];
    title(c, f->is_table ? "表" : "定义", s.name);
    if (f->decl->params.len > 0) {
        text_addz(c->t, "(");
        VEC_EACH (const struct ast_field, prm, &f->decl->params) {
            if (prm != f->decl->params.at) text_addz(c->t, ", ");
            prose(c, prm->name.text);
        }
        text_addz(c->t, ")");
    }
    type_of(c, f->type);
    notes(c, &f->decl->fields);
    line(c, "对象", c->p->entities.at[f->entity].name);
    const struct decl *body = f->filled_by != NULL ? f->filled_by : f->decl;
    if (f->open) {
        line(c, "开放",
             f->filled_by == NULL ? STR("还没有人填写")
                                  : str_fmt(c->a, "由“%.*s”填写", STR_ARG(c->p->packs.at[body->pack].name)));
    }
    common_fields(c, &f->decl->fields);
    if (body != f->decl) common_fields(c, &body->fields);
    line(c, "施行情况", str_of(version_today(f->has_from, f->from, f->has_to, f->to)));
    definition_text(c, body);
}

static void about_policy(struct card *c, struct symbol s)
{
    const struct policy *q = policy_on(c->p, s.owner, date_today());
    if (q == NULL) q = &c->p->policies.at[s.owner];
    struct text names;
    text_init(&names, c->a, 4096);
    title(c, "政策", s.name);
    notes(c, &q->decl->fields);
    line(c, "对象", c->p->entities.at[q->entity].name);
    common_fields(c, &q->decl->fields);
    line(c, "施行情况", str_of(version_today(q->has_from, q->from, q->has_to, q->to)));
    VEC_EACH (const struct criterion, k, &q->criteria) {
        text_addf(&names, "%s%s%.*s", names.len > 0 ? "、" : "", k->is_exclusion ? "非" : "", STR_ARG(k->name));
    }
    line(c, "条件", text_str(&names));
}

static const struct ast_field *named_field(const field_list *fields, str name)
{
    VEC_EACH (const struct ast_field, f, fields) {
        bool named = f->def->shape == SHAPE_NAMED || f->def->shape == SHAPE_EXCEPTION || f->def->shape == SHAPE_TITLED;
        if (named && str_eq(f->name.text, name)) return f;
    }
    return NULL;
}

static void about_clause(struct card *c, struct symbol s)
{
    const struct ast_field *f = NULL;
    if (s.kind == SYMBOL_CRITERION) {
        VEC_EACH (const struct criterion, k, &c->p->policies.at[s.owner].criteria) {
            if (str_eq(k->name, s.name)) f = k->field;
        }
    } else {
        const struct decl *d = symbol_decl(c->p, s);
        f = d == NULL ? NULL : named_field(&d->fields, s.name);
    }
    title(c, f != NULL ? f->def->zh : symbol_kind_zh(c->p, s), s.name);
    const struct decl *d = symbol_decl(c->p, s);
    if (d != NULL) line(c, kind_defs[d->kind].zh, d->name.text);
    if (f == NULL) return;
    notes(c, &f->subs);
    common_fields(c, &f->subs);
    if (f->def->shape == SHAPE_TITLED) line(c, "说明", f->text);
    if (f->expr != NULL) formula(c, source_of(c, f->expr->loc));
}

static void about_local(struct card *c, struct symbol s)
{
    const struct decl *d = symbol_decl(c->p, s);
    title(c, symbol_kind_zh(c->p, s), s.name);
    if (d == NULL) return;
    VEC_EACH (const struct ast_field, prm, &d->params) {
        if (str_eq(prm->name.text, s.name)) text_addf(c->t, " : %.*s", STR_ARG(prm->type.text));
    }
    VEC_EACH (const struct policy, q, &c->p->policies) {
        VEC_EACH (const struct step, k, &q->steps) {
            if (q->decl == d && k->node != 0 && str_eq(k->name, s.name)) type_of(c, node_at(c->p, k->node)->type);
        }
    }
    line(c, kind_defs[d->kind].zh, d->name.text);
    const struct ast_field *amount = d->kind == KIND_POLICY ? decl_field(d, FIELD_POLICY_AMOUNT) : NULL;
    if (amount == NULL) return;
    VEC_EACH (const struct ast_field, step, &amount->subs) {
        if (str_eq(step->name.text, s.name) && step->expr != NULL) formula(c, source_of(c, step->expr->loc));
    }
}

static void about_source(struct card *c, const struct decl *d)
{
    VEC_EACH (const struct ast_field, f, &d->fields) {
        char day[DATE_TEXT];
        if (f->def->shape == SHAPE_TEXT) line(c, f->def->zh, f->text);
        if (f->def->shape == SHAPE_DATE && f->has_from) date_text(f->from, day), line(c, f->def->zh, str_of(day));
    }
}

static void about_decl(struct card *c, struct symbol s)
{
    const struct decl *d = symbol_decl(c->p, s);
    title(c, symbol_kind_zh(c->p, s), s.name);
    if (d == NULL) return;
    if (d->type.text.len > 0) text_addf(c->t, " : %.*s", STR_ARG(d->type.text));
    if (d->kind == KIND_SOURCE)
        about_source(c, d);
    else
        notes(c, &d->fields);
    common_fields(c, &d->fields);
}

static void about_builtin(struct card *c, struct symbol s)
{
    const struct builtin_def *b = builtin_at((enum builtin)s.owner);
    title(c, "函数", str_of(b->signature));
    paragraph(c);
    prose(c, str_of(b->help));
    line(c, "英文写法", str_of(b->en));
}

static void about(struct card *c, struct symbol s)
{
    switch (s.kind) {
    case SYMBOL_NONE: return;
    case SYMBOL_DECL: about_decl(c, s); return;
    case SYMBOL_CODES: about_codes(c, s); return;
    case SYMBOL_ENTITY: about_entity(c, s); return;
    case SYMBOL_PARAM: about_param(c, s); return;
    case SYMBOL_POLICY: about_policy(c, s); return;
    case SYMBOL_SLOT: about_slot(c, s); return;
    case SYMBOL_FUNC: about_func(c, s); return;
    case SYMBOL_ITEM: about_item(c, s); return;
    case SYMBOL_CRITERION:
    case SYMBOL_CLAUSE: about_clause(c, s); return;
    case SYMBOL_LOCAL: about_local(c, s); return;
    case SYMBOL_BUILTIN: about_builtin(c, s); return;
    case SYMBOL_UPPER: title(c, "上级包", s.name); return;
    }
}

/* ---- words of the language ---- */

static const struct ast_field *field_covering(const field_list *fields, uint32_t offset)
{
    VEC_EACH (const struct ast_field, f, fields) {
        if (f->keyword.from <= offset && offset <= f->keyword.to) return f;
        const struct ast_field *sub = f->def->shape == SHAPE_STEPS ? NULL : field_covering(&f->subs, offset);
        if (sub != NULL) return sub;
    }
    return NULL;
}

static void about_field(struct card *c, const struct field_def *f)
{
    title(c, kind_defs[f->kind].zh, str_fmt(c->a, "的栏 %s", f->zh));
    paragraph(c);
    prose(c, str_of(f->help));
    line(c, "写法", str_of(shape_help(f->shape)));
    if (f->words[0] != 0 && (f->shape == SHAPE_CHOICE || f->shape == SHAPE_QUANTITY))
        line(c, "可以是", str_of(f->words));
    if ((f->flags & FIELD_REQ) != 0) line(c, "必填", STR("不能少"));
    line(c, "英文写法", str_of(f->en));
}

static void about_word(struct card *c, str s)
{
    struct unit u;
    int64_t factor;
    enum word w = word_find(s);
    if (w != WORD_NOT_ONE) {
        title(c, "词", str_of(word_zh(w)));
        paragraph(c);
        prose(c, str_of(word_help(w)));
        line(c, "英文写法", str_of(word_en(w)));
    } else if (unit_parse(s, &u, &factor)) {
        struct text t;
        text_init(&t, c->a, 256);
        unit_text(u, &t);
        title(c, "单位", s);
        if (factor != 1) line(c, "就是", str_fmt(c->a, "%lld%.*s", (long long)factor, STR_ARG(text_str(&t))));
    } else if (str_starts(s, STR("舍入到"))) {
        title(c, "词", s);
        paragraph(c);
        prose(c, STR("舍入左边的加减乘除式：后面写 四舍五入、进一 或 舍去"));
    }
}

/* The token at an offset of a line that is not prose. */
static bool token_at(struct card *c, const struct source *src, uint32_t offset, struct token *out)
{
    unsigned line_no, column;
    source_place(src, offset, &line_no, &column);
    str text = source_line(src, line_no);
    uint32_t from = src->line_at[line_no - 1];
    struct diags d;
    diags_init(&d, c->a);
    d.muted = true;
    token_list tokens = { 0 };
    lex(src, from, from + (uint32_t)text.len, c->a, &d, &tokens);
    VEC_EACH (const struct token, t, &tokens) {
        if (t->kind != TOKEN_IDENT || t->loc.from > offset || offset > t->loc.to) continue;
        *out = *t;
        return true;
    }
    return false;
}

static void about_keyword(struct card *c, const struct spot *at, struct loc *where)
{
    const struct decl *d = decl_covering(&c->p->decls, at->source->id, at->offset);
    struct token t;
    if (d == NULL) return;
    const struct ast_field *f = field_covering(&d->fields, at->offset);
    if (at->offset <= d->keyword.to) {
        *where = d->keyword;
        title(c, "声明", str_of(kind_defs[d->kind].zh));
        paragraph(c);
        prose(c, str_of(kind_defs[d->kind].help));
        line(c, "英文写法", str_of(kind_defs[d->kind].en));
    } else if (f != NULL && f->def->zh[0] != 0) {
        *where = f->keyword;
        about_field(c, f->def);
    } else if (token_at(c, at->source, at->offset, &t)) {
        *where = t.loc;
        about_word(c, t.text);
    }
}

/* ---- the request ---- */

/* From which program to tell, and a remark when it is not the newest or the newest is not sound. */
static const char *choose(const struct spot *at, struct load *in, struct symbol *s, const struct program **p)
{
    struct load *good = at->chain->good;
    *p = in->set.program;
    if (load_clean(at->load)) return "";
    if (in != at->load) return "现在的内容有错误；以上按最近一次没有错误的内容。";
    if (good == NULL || !symbol_in(*p, *s, good->set.program, s)) return "现在的内容有错误，以上可能不全。";
    *p = good->set.program;
    return "现在的内容有错误；以上按最近一次没有错误的内容。";
}

static void write_card(struct lsp *s, struct reply *r, const struct spot *at, struct loc where, str text)
{
    struct writer w = { .s = s, .a = r->a, .json = &r->w };
    json_object(&r->w);
    json_key(&r->w, "contents");
    json_object(&r->w);
    json_key(&r->w, "kind"), json_z(&r->w, s->client.markdown ? "markdown" : "plaintext");
    json_key(&r->w, "value"), json_str(&r->w, text);
    json_object_end(&r->w);
    json_key(&r->w, "range"), write_range(&w, at->source->text, where.from, where.to);
    json_object_end(&r->w);
}

bool feature_hover(struct lsp *s, const struct json *params, struct reply *r)
{
    struct spot at;
    enum spot_found found = spot_of(s, params, r, &at);
    if (found == SPOT_BAD) return false;
    if (found == SPOT_NOTHING) {
        json_null(&r->w);
        return true;
    }
    struct text t;
    text_init(&t, r->a, 1 << 16);
    struct card c = { .p = at.load->set.program, .a = r->a, .t = &t, .markdown = s->client.markdown };
    struct load *in;
    struct loc where = { 0 };
    const struct mention *m = spot_mention(&at, r->a, &in);
    if (m == NULL) {
        about_keyword(&c, &at, &where);
    } else {
        struct symbol symbol = m->symbol;
        where = m->loc;
        const char *remark = choose(&at, in, &symbol, &c.p);
        about(&c, symbol);
        if (remark[0] != 0 && t.len > 0) {
            paragraph(&c);
            prose(&c, str_of(remark));
        }
    }
    if (t.len > 0)
        write_card(s, r, &at, where, text_str(&t));
    else
        json_null(&r->w);
    return true;
}
