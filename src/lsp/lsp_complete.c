/* lsp_complete: what may be written at the cursor. First: where it is. Indentation tells the declaration and the field;
 * the table of kinds tells what a field holds; what an expression may hold is lsp_complete_expr's.
 *
 * The text is read as it stands, with an invented name at the cursor and without the rest of that line. No program is
 * loaded for this: names come from the newest load and from the last good one, so that typing never waits. */
#include "lsp/lsp_complete_priv.h"

#include "base/utf8.h"

#include <string.h>

static const struct type BAD = { .kind = TYPE_BAD };

/* ---- offering ---- */

static void write_edit(struct offer *o, const struct item *i)
{
    struct json_writer *w = &o->r->w;
    str after = str_of(i->after);
    bool call = str_eq(after, STR("("));
    str rest = str_slice(o->text, o->to, o->text.len);
    bool has = call && (str_starts(rest, STR("(")) || str_starts(rest, STR("（")));
    bool snippet = call && !has && o->s->client.snippets;
    if (has) after = STR("");
    str text = snippet ? str_fmt(o->a, "%.*s($1)", STR_ARG(i->label))
                       : str_fmt(o->a, "%.*s%.*s", STR_ARG(i->label), STR_ARG(after));
    if (snippet) json_key(w, "insertTextFormat"), json_int(w, 2);
    json_key(w, "textEdit");
    json_object(w);
    json_key(w, "range"), write_range(&o->places, o->text, o->from, o->to);
    json_key(w, "newText"), json_str(w, text);
    json_object_end(w);
}

void offer_item(struct offer *o, struct item i)
{
    struct json_writer *w = &o->r->w;
    if (i.label.len == 0 || !map_put(&o->seen, i.label, o)) return;
    if (o->count == LSP_ITEMS_MAX) {
        o->more = true;
        return;
    }
    json_object(w);
    json_key(w, "label"), json_str(w, i.label);
    json_key(w, "kind"), json_int(w, i.kind);
    if (i.detail.len > 0) json_key(w, "detail"), json_str(w, i.detail);
    if (i.help.len > 0) json_key(w, "documentation"), json_str(w, i.help);
    json_key(w, "sortText"), json_str(w, str_fmt(o->a, "%c%04zu", i.rank, o->count++));
    write_edit(o, &i);
    json_object_end(w);
}

void offer_words(struct offer *o, const char *words, enum item_kind kind, char rank)
{
    str rest = str_of(words), piece;
    while (str_split(&rest, '|', &piece)) offer_item(o, (struct item){ .label = piece, .kind = kind, .rank = rank });
}

void offer_word(struct offer *o, enum word w, char rank)
{
    offer_item(o,
               (struct item){
                   .label = str_of(word_zh(w)), .kind = ITEM_KEYWORD, .detail = str_of(word_help(w)), .rank = rank });
}

static void offer_kinds(struct offer *o)
{
    for (int k = 0; k < KIND_COUNT; k++) {
        offer_item(o, (struct item){ .label = str_of(kind_defs[k].zh),
                                     .kind = ITEM_KEYWORD,
                                     .detail = str_of(kind_defs[k].help),
                                     .after = " ",
                                     .rank = '0' });
    }
}

static bool has_field(const field_list *fields, const struct field_def *def)
{
    VEC_EACH (const struct ast_field, f, fields) {
        if (f->def == def) return true;
    }
    return false;
}

/* What an example says of a service is no use in one of a definition. */
static bool is_out_of_place(const struct field_def *f, const struct decl *d)
{
    bool service = f->id == FIELD_EXAMPLE_CASE_FORM || f->id == FIELD_EXAMPLE_CASE_MATERIAL;
    return service && d != NULL && d->about != KIND_SERVICE;
}

/* Fields that may still be written, the required ones first. */
static void offer_fields(struct offer *o, const struct decl *d, enum kind k, int parent, const field_list *written)
{
    for (unsigned i = 0; i < field_count(k); i++) {
        const struct field_def *f = &field_defs[kind_defs[k].first + i];
        bool done = (f->flags & FIELD_MANY) == 0 && written != NULL && has_field(written, f);
        bool missing = (f->flags & FIELD_REQ) != 0 && (written == NULL || !has_field(written, f));
        if (f->parent != parent || f->zh[0] == 0 || done || is_out_of_place(f, d)) continue;
        offer_item(o, (struct item){ .label = str_of(f->zh),
                                     .kind = ITEM_KEYWORD,
                                     .detail = str_of(shape_help(f->shape)),
                                     .help = str_of(f->help),
                                     .after = f->shape == SHAPE_FLAG || f->shape == SHAPE_STEPS ? NULL : " ",
                                     .rank = missing ? '0' : '1' });
    }
}

static enum item_kind kind_icon(enum kind k)
{
    switch ((int)k) {
    case KIND_ENTITY: return ITEM_CLASS;
    case KIND_SPELL: return ITEM_STRUCT;
    case KIND_CODES: return ITEM_ENUM;
    case KIND_PARAM: return ITEM_CONSTANT;
    case KIND_DEFINITION:
    case KIND_TABLE: return ITEM_FUNCTION;
    case KIND_POLICY: return ITEM_INTERFACE;
    default: return ITEM_REFERENCE;
    }
}

void complete_kind(struct offer *o, enum kind k)
{
    for (unsigned i = 0; i < o->program_count; i++) {
        VEC_EACH (struct decl *const, pd, &o->programs[i]->decls) {
            const struct decl *d = *pd;
            const struct ast_field *title = d->kind == KIND_SOURCE ? decl_field(d, FIELD_SOURCE_TITLE) : NULL;
            if (d->kind != k || str_eq(d->name.text, STR(NAMES_MARKER))) continue;
            offer_item(o, (struct item){ .label = d->name.text,
                                         .kind = kind_icon(k),
                                         .detail = title != NULL ? title->text : str_of(kind_defs[k].zh),
                                         .rank = '0' });
        }
    }
}

static void complete_named_kinds(struct offer *o, const char *words)
{
    static const char *const enums[KIND_COUNT] = {
#define KIND(name, zh, en, help) [KIND_##name] = #name,
#define FIELD(...)
#define SUBFIELD(...)
#include "lang/kinds.def"
#undef KIND
#undef FIELD
#undef SUBFIELD
    };
    for (int k = 0; k < KIND_COUNT; k++) {
        if (words_contain(words, str_of(enums[k]))) complete_kind(o, (enum kind)k);
    }
}

static void complete_type(struct offer *o)
{
    offer_words(o, "真假|日期|月份|文本|数|元|元/月|月|日|岁|人|次|工作日|个|户|家|%", ITEM_UNIT, '0');
    complete_kind(o, KIND_CODES);
    complete_kind(o, KIND_ENTITY);
}

/* ---- tokens before the cursor ---- */

const struct token *site_token(const struct site *t, size_t back)
{
    return back < t->tokens.len ? &t->tokens.at[t->tokens.len - 1 - back] : NULL;
}

bool site_op(const struct site *t, size_t back, const char *op)
{
    const struct token *k = site_token(t, back);
    return k != NULL && k->kind == TOKEN_OP && str_eq(k->text, str_of(op));
}

bool site_word(const struct site *t, size_t back, enum word w)
{
    const struct token *k = site_token(t, back);
    return k != NULL && k->kind == TOKEN_IDENT && k->word == w;
}

/* False when the cursor is inside a text in quotes or in prose. */
static bool read_tokens(struct offer *o, struct site *t, str content)
{
    struct diags d;
    diags_init(&d, o->a);
    d.muted = true;
    t->content = content;
    source_init(&t->src, o->a, STR(""), content);
    t->content = t->src.text;
    lex(&t->src, 0, (uint32_t)t->src.text.len, o->a, &d, &t->tokens);
    const struct token *last = site_token(t, 0);
    return last != NULL && last->kind == TOKEN_IDENT && str_eq(last->text, STR(NAMES_MARKER));
}

/* ---- heads ---- */

static void complete_fillable(struct offer *o)
{
    for (unsigned i = 0; i < o->program_count; i++) {
        const struct program *p = o->programs[i];
        VEC_EACH (const struct param, q, &p->params) {
            if (q->open)
                offer_item(o, (struct item){
                                  .label = q->name, .kind = ITEM_CONSTANT, .detail = STR("开放的参数"), .rank = '0' });
        }
        VEC_EACH (const struct func, f, &p->funcs) {
            if (f->open)
                offer_item(o, (struct item){
                                  .label = f->name, .kind = ITEM_FUNCTION, .detail = STR("开放的定义"), .rank = '0' });
        }
    }
}

static void complete_narrowable(struct offer *o)
{
    for (unsigned i = 0; i < o->program_count; i++) {
        VEC_EACH (const struct policy, q, &o->programs[i]->policies) {
            if (decl_field(q->decl, FIELD_POLICY_OPEN) == NULL) continue;
            offer_item(o, (struct item){
                              .label = q->name, .kind = ITEM_INTERFACE, .detail = STR("开放条件的政策"), .rank = '0' });
        }
    }
}

static void complete_example_head(struct offer *o, const struct site *t)
{
    const struct kind_def *about = t->tokens.len == 2 ? kind_find(t->tokens.at[0].text) : NULL;
    if (t->tokens.len == 1)
        offer_words(o, "政策|定义|表|事项|疑点", ITEM_KEYWORD, '0');
    else if (about != NULL)
        complete_kind(o, about->kind);
}

static void complete_head(struct offer *o, const struct site *t)
{
    bool first = t->tokens.len == 1;
    if (t->kind == KIND_EXAMPLE)
        complete_example_head(o, t);
    else if (t->kind == KIND_FILL && first)
        complete_fillable(o);
    else if (t->kind == KIND_NARROW && first)
        complete_narrowable(o);
    else if (site_op(t, 1, ":") && t->kind == KIND_SPELL)
        complete_kind(o, KIND_ENTITY);
    else if (site_op(t, 1, ":"))
        complete_type(o);
    else if (site_word(t, 1, WORD_BY) || site_word(t, 1, WORD_SPLIT))
        complete_kind(o, KIND_CODES);
    else if (site_op(t, 2, ":") && t->kind == KIND_SPELL)
        offer_word(o, WORD_MONTHLY, '0');
    else if (site_word(t, 1, WORD_MONTHLY))
        offer_word(o, WORD_SPLIT, '0');
    else if (t->kind == KIND_PARAM && t->tokens.len > 3)
        offer_word(o, WORD_BY, '0');
}

/* ---- fields ---- */

static void complete_member(struct offer *o, const struct site *t)
{
    if (site_op(t, 1, ":")) {
        if (t->def->id == FIELD_ENTITY_GROUP) {
            complete_kind(o, KIND_ENTITY);
            complete_kind(o, KIND_SPELL);
        } else {
            complete_type(o);
        }
        return;
    }
    if (site_word(t, 1, WORD_VIA)) {
        struct type type = BAD;
        o->p = o->programs[0];
        const struct token *k = t->tokens.len > 2 ? &t->tokens.at[2] : NULL; /* name : type */
        if (k == NULL || !look_type(o->p, o->a, k->text, &type) || type.kind != TYPE_RECORD) return;
        VEC_EACH (const struct slot, s, &o->p->entities.at[type.ref].slots) {
            if (s->kind == SLOT_FIELD && s->type.kind == TYPE_RECORD) {
                offer_item(o, (struct item){ .label = s->name, .kind = ITEM_FIELD, .rank = '0' });
            }
        }
        return;
    }
    if (t->tokens.len < 4 || site_word(t, 1, WORD_CODE) || site_word(t, 1, WORD_CLASS)) return;
    offer_word(o, WORD_OPTIONAL, '0');
    offer_word(o, WORD_CODE, '0');
    offer_word(o, WORD_CLASS, '0');
    offer_word(o, WORD_VIA, '0');
}

/* What the values of a parameter are told apart by, NULL nothing; and their type. From the head as it is written, or,
 * for a parameter that is filled in, from where it is declared. */
static const struct code_list *row_key(struct offer *o, const struct site *t, struct type *type)
{
    o->p = o->programs[0];
    const struct param *q = t->d == NULL ? NULL : look_param(o->p, t->d);
    const struct decl *d = q != NULL ? q->decl : t->d;
    struct type key = BAD;
    if (d == NULL) return NULL;
    look_type(o->p, o->a, d->type.text, type);
    return look_type(o->p, o->a, d->key.text, &key) && key.kind == TYPE_CODE ? &o->p->codes.at[key.ref] : NULL;
}

static void complete_param_row(struct offer *o, const struct site *t)
{
    struct type type = BAD;
    const struct code_list *key = row_key(o, t, &type);
    if (site_word(t, 1, WORD_TRUST)) {
        offer_words(o, field_find(KIND_PARAM, -1, STR("可信"))->words, ITEM_ENUM_MEMBER, '0');
        return;
    }
    if (key != NULL) {
        VEC_EACH (const struct code_item, i, &key->items) {
            bool used = false;
            VEC_EACH (const struct token, k, &t->tokens) used = used || str_eq(k->text, i->name);
            if (!used)
                offer_item(o, (struct item){ .label = i->name, .kind = ITEM_ENUM_MEMBER, .after = " ", .rank = '0' });
        }
    } else if (t->tokens.len == 2 && (type.kind == TYPE_CODE || type.kind == TYPE_BOOL)) {
        complete_value(o, type);
    }
    if (t->tokens.len == 2) offer_word(o, WORD_ENDED, '5');
    if (t->tokens.len > 2) {
        offer_word(o, WORD_CITE, '5');
        offer_word(o, WORD_TRUST, '5');
    }
}

static void complete_quantity(struct offer *o, const struct site *t, const char *units)
{
    const struct token *before = site_token(t, 1);
    if (before != NULL && before->kind == TOKEN_NUMBER)
        offer_words(o, units[0] != 0 ? units : "人|元|万元|亿元|个|户|家|人次|%", ITEM_UNIT, '0');
}

static void complete_compare(struct offer *o, const struct site *t)
{
    complete_quantity(o, t, t->def->words);
    if (t->tokens.len == 1) offer_word(o, WORD_STRIVE, '0');
    if (t->tokens.len > 2) {
        offer_word(o, WORD_ABOUT, '1');
        offer_word(o, WORD_WITHIN, '1');
    }
}

/* The expression of a field that has a name before a colon, and of an exception its second one behind 则. */
static void complete_named(struct offer *o, const struct site *t, struct type value)
{
    size_t first = 0, open_ifs = 0;
    bool is_value = false;
    for (size_t i = 0; i + 1 < t->tokens.len; i++) {
        const struct token *k = &t->tokens.at[i];
        if (i == 1 && k->kind == TOKEN_OP && str_eq(k->text, STR(":"))) first = 2;
        if (k->word == WORD_IF) open_ifs++;
        if (k->word != WORD_THEN || t->def->shape != SHAPE_EXCEPTION) continue;
        if (open_ifs > 0)
            open_ifs--;
        else
            first = i + 1, is_value = true;
    }
    if (t->def->shape == SHAPE_NAMED && first == 0) return; /* the name is being written */
    complete_expression(o, t, first, is_value ? value : BAD);
}

/* The type a definition or table has, in the newest program. */
static struct type value_type(struct offer *o, const struct site *t)
{
    struct type type = BAD;
    o->p = o->programs[0];
    const struct func *f = t->d == NULL ? NULL : look_func(o->p, t->d);
    if (f != NULL) return f->type;
    if (t->d != NULL) look_type(o->p, o->a, t->d->type.text, &type);
    return type;
}

static void complete_words(struct offer *o, const struct site *t)
{
    bool facts = t->def->id == FIELD_SERVICE_FORM || t->def->id == FIELD_REGISTER_SLOTS ||
                 t->def->id == FIELD_INDICATOR_DIMENSION;
    if (!facts || t->d == NULL) return;
    o->p = o->programs[0];
    uint16_t subject;
    if (look_subject(o->p, t->d, &subject)) complete_slots(o, subject, '0');
}

/* Parameters that are a time. */
static void complete_times(struct offer *o)
{
    static const char units[] = "工作日|日|月|小时";
    for (unsigned i = 0; i < o->program_count; i++) {
        VEC_EACH (const struct param, q, &o->programs[i]->params) {
            if (words_contain(units, q->decl->type.text))
                offer_item(
                    o, (struct item){ .label = q->name, .kind = ITEM_CONSTANT, .detail = STR("参数"), .rank = '0' });
        }
    }
}

/* 比对, 变更 and 赋值: spells and fields of the one it is about. */
static void complete_service(struct offer *o, const struct site *t)
{
    uint16_t subject;
    o->p = o->programs[0];
    bool known = t->d != NULL && look_subject(o->p, t->d, &subject);
    if (t->def->shape == SHAPE_EFFECT && t->tokens.len == 1) {
        offer_words(o, t->def->words, ITEM_KEYWORD, '0');
    } else if (t->def->shape == SHAPE_EFFECT) {
        str word = t->tokens.at[0].text;
        if (str_eq(word, STR("入册")) || str_eq(word, STR("出册")))
            complete_named_kinds(o, "REGISTER");
        else if (known)
            complete_slots(o, subject, '0');
    } else if (t->def->shape == SHAPE_SET && t->tokens.len > 2) {
        complete_expression(o, t, 2, BAD);
    } else if (known) {
        complete_slots(o, subject, '0');
    }
}

static void complete_field(struct offer *o, const struct site *t)
{
    switch (t->def->shape) {
    case SHAPE_CHOICE:
        if (t->tokens.len == 1) offer_words(o, t->def->words, ITEM_ENUM_MEMBER, '0');
        return;
    case SHAPE_WORDS: complete_words(o, t); return;
    case SHAPE_NAME:
    case SHAPE_NAMES: complete_named_kinds(o, t->def->words); return;
    case SHAPE_PERIOD: offer_word(o, t->tokens.len == 2 ? WORD_SINCE : WORD_UNTIL, '0'); return;
    case SHAPE_QUANTITY:
    case SHAPE_YEAR_VALUE: complete_quantity(o, t, t->def->words); return;
    case SHAPE_TIME:
        complete_quantity(o, t, t->def->words);
        if (t->tokens.len == 1) complete_times(o);
        return;
    case SHAPE_COMPARED:
    case SHAPE_EFFECT:
    case SHAPE_SET: complete_service(o, t); return;
    case SHAPE_LINE: complete_quantity(o, t, t->def->words); return;
    case SHAPE_COMPARE: complete_compare(o, t); return;
    case SHAPE_EXPR:
        complete_expression(o, t, 0, str_eq(str_of(t->def->en), STR("base")) ? value_type(o, t) : BAD);
        return;
    case SHAPE_NAMED:
    case SHAPE_EXCEPTION: complete_named(o, t, value_type(o, t)); return;
    case SHAPE_STEPS: complete_step(o, t); return;
    case SHAPE_MEMBER: complete_member(o, t); return;
    case SHAPE_FACTS: complete_facts(o, t); return;
    case SHAPE_EXPECT: complete_expect(o, t); return;
    case SHAPE_PARAM_ROW: complete_param_row(o, t); return;
    case SHAPE_TABLE_ROW:
        if (t->def->id == FIELD_EXAMPLE_ROW)
            complete_example_row(o, t);
        else
            complete_table_row(o, t);
        return;
    case SHAPE_DAY_ROW:
        if (t->tokens.len == 2) offer_words(o, "休|班", ITEM_KEYWORD, '0');
        return;
    case SHAPE_TEXT:
    case SHAPE_CITE:
    case SHAPE_FLAG:
    case SHAPE_DATE:
    case SHAPE_TITLED:
    case SHAPE_ITEM:
    case SHAPE_CASE: return;
    }
}

/* ---- where the cursor is ---- */

struct cursor {
    const struct source *src; /* with the marker */
    uint32_t at;              /* of the marker */
    bool cite;                /* right behind 依据 */
    const struct line *path[LIMIT_INDENT + 2];
    unsigned depth;
};

/* Lines from the head of the declaration down to the one with the marker. */
static bool find_lines(struct cursor *c, const struct line *l)
{
    for (; l != NULL && c->depth < LIMIT_INDENT + 2; l = l->next) {
        c->path[c->depth++] = l;
        if (l->loc.from <= c->at && c->at < l->loc.to) return true;
        if (find_lines(c, l->child)) return true;
        c->depth--;
    }
    return false;
}

static const struct field_def *row_def(const struct cursor *c, enum kind k, int parent, const struct line *l)
{
    char first = c->src->text.p[l->loc.from];
    str text = source_text(c->src, l->loc);
    if (first == '|' || str_starts(text, STR("｜"))) return field_of_shape(k, parent, SHAPE_TABLE_ROW);
    if (first == '"' || str_starts(text, STR("“"))) return field_of_shape(k, parent, SHAPE_CASE);
    if (first < '0' || first > '9') return NULL;
    const struct field_def *f = field_of_shape(k, parent, SHAPE_PARAM_ROW);
    return f != NULL ? f : field_of_shape(k, parent, SHAPE_DAY_ROW);
}

/* Adds the lines below l as far as the marker; lines that are fields of their own are not part of the text. */
static bool add_below(struct offer *o, const struct cursor *c, const struct field_def *def, const struct line *l,
                      struct text *out)
{
    for (const struct line *k = l->child; k != NULL; k = k->next) {
        if (def != NULL && field_find(def->kind, (int)def->id, line_word(c->src, k)) != NULL) continue;
        if (k->loc.from > c->at) return true;
        text_addc(out, ' ');
        text_add(out, source_text(c->src, k->loc));
        if (c->at < k->loc.to || add_below(o, c, NULL, k, out)) return true;
    }
    return false;
}

static str content_of(struct offer *o, const struct cursor *c, const struct field_def *def, const struct line *l,
                      uint32_t from)
{
    struct text t;
    text_init(&t, o->a, LIMIT_FILE_BYTES);
    text_add(&t, str_slice(c->src->text, from, l->loc.to));
    if (c->at >= l->loc.to) add_below(o, c, def, l, &t);
    return text_str(&t);
}

static const field_list *written_below(const struct site *t, const struct cursor *c, int parent)
{
    if (t->d == NULL || parent < 0) return t->d == NULL ? NULL : &t->d->fields;
    VEC_EACH (const struct ast_field, f, &t->d->fields) {
        if ((int)f->def->id == parent && f->loc.from <= c->at && c->at <= f->loc.to) return &f->subs;
    }
    return NULL;
}

static bool starts_with_marker(const struct cursor *c, const struct line *l)
{
    return str_eq(line_word(c->src, l), STR(NAMES_MARKER)) && l->loc.from == c->at;
}

static void complete_content(struct offer *o, struct site *t, const struct cursor *c, const struct line *l,
                             uint32_t from)
{
    enum shape shape = t->def->shape;
    bool prose = shape == SHAPE_TEXT || shape == SHAPE_ITEM || shape == SHAPE_DAY_ROW || shape == SHAPE_TITLED;
    if (c->cite && !prose) {
        complete_kind(o, KIND_SOURCE);
        return;
    }
    if (shape == SHAPE_STEPS) l = c->path[c->depth - 1], from = l->loc.from; /* the step's own line */
    if (read_tokens(o, t, content_of(o, c, t->def, l, from))) complete_field(o, t);
}

/* Down the lines: each is a field of what stands above it, or goes on with its text. */
static void complete_body(struct offer *o, struct site *t, const struct cursor *c)
{
    int parent = -1;
    const struct line *field_line = NULL;
    uint32_t from = 0;
    for (unsigned i = 1; i < c->depth; i++) {
        const struct line *l = c->path[i];
        str word = line_word(c->src, l);
        bool last = i + 1 == c->depth, marker = last && starts_with_marker(c, l);
        bool steps = t->def != NULL && t->def->shape == SHAPE_STEPS;
        if (marker && !steps) offer_fields(o, t->d, t->kind, parent, written_below(t, c, parent));
        const struct field_def *def = field_find(t->kind, parent, word);
        if (def == NULL) def = row_def(c, t->kind, parent, l);
        if (def == NULL) break; /* goes on with the text of the field above, or is a step of an amount */
        t->def = def;
        parent = (int)def->id;
        field_line = l;
        from = l->loc.from + (def->zh[0] != 0 ? (uint32_t)word.len : 0);
    }
    if (field_line != NULL) complete_content(o, t, c, field_line, from);
}

static void complete_at(struct offer *o, struct cursor *c, const decl_list *decls)
{
    const struct line *head = c->path[0];
    str word = line_word(c->src, head);
    const struct kind_def *k = kind_find(word);
    struct site t = { .d = decl_covering(decls, c->src->id, c->at), .at = c->at };
    if (c->depth == 1 && starts_with_marker(c, head)) {
        offer_kinds(o);
        return;
    }
    if (k == NULL) return;
    t.kind = k->kind;
    if (c->depth > 1) {
        complete_body(o, &t, c);
    } else if (t.kind != KIND_SOURCE &&
               read_tokens(o, &t, str_slice(c->src->text, head->loc.from + word.len, head->loc.to))) {
        complete_head(o, &t);
    }
}

/* ---- the word being written ---- */

static size_t step_back(str text, size_t at)
{
    do at--;
    while (at > 0 && ((unsigned char)text.p[at] & 0xC0) == 0x80);
    return at;
}

/* Start of the name before the cursor; the digits of 36月 do not belong to it. */
static size_t name_start(str text, size_t at)
{
    size_t start = at, len;
    while (start > 0) {
        size_t before = step_back(text, start);
        if (!utf8_is_ident(utf8_at(text, before, &len))) break;
        start = before;
    }
    while (start < at && text.p[start] >= '0' && text.p[start] <= '9') start++;
    return start;
}

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

/* Behind 依据 and blanks: the whole run up to the cursor is the source's name, whatever signs are in it. */
static bool cite_start(str line, size_t *start)
{
    size_t run = line.len;
    while (run > 0 && !is_blank(line.p[run - 1])) run--;
    str before = str_trim(str_slice(line, 0, run));
    bool keyword = str_ends(before, STR("依据")) || str_ends(before, STR("basis"));
    size_t len = str_ends(before, STR("依据")) ? strlen("依据") : strlen("basis");
    if (run == 0 || !keyword || (before.len > len && !is_blank(before.p[before.len - len - 1]))) return false;
    *start = run;
    return true;
}

static void place_marker(struct offer *o, struct cursor *c, size_t at)
{
    size_t line = at, end = at;
    while (line > 0 && o->text.p[line - 1] != '\n') line--;
    while (end < o->text.len && o->text.p[end] != '\n') end++;
    size_t run = 0;
    c->cite = cite_start(str_slice(o->text, line, at), &run);
    o->from = c->cite ? line + run : name_start(o->text, at);
    o->to = at;
    c->at = (uint32_t)o->from;
    struct text t;
    struct source *src = ARENA_NEW(o->a, struct source);
    text_init(&t, o->a, LIMIT_FILE_BYTES + 64);
    text_add(&t, str_slice(o->text, 0, o->from));
    text_addz(&t, NAMES_MARKER);
    text_add(&t, str_slice(o->text, end, o->text.len));
    source_init(src, o->a, STR(""), text_str(&t));
    c->src = src;
}

static void complete(struct offer *o, size_t at)
{
    struct cursor c = { 0 };
    struct diags d;
    decl_list decls = { 0 };
    place_marker(o, &c, at);
    diags_init(&d, o->a);
    d.muted = true;
    parse_file(c.src, o->a, &d, &decls);
    if (find_lines(&c, line_tree(c.src, o->a, &d))) complete_at(o, &c, &decls);
}

bool feature_completion(struct lsp *s, const struct json *params, struct reply *r)
{
    struct position p;
    const struct doc *doc = doc_find(s, json_text(params, "textDocument.uri"));
    if (!json_position(json_get(params, "position"), &p)) return reply_fail(r, RPC_INVALID_PARAMS, "缺少 position");
    if (doc == NULL) return reply_fail(r, RPC_INVALID_PARAMS, "没有打开这个文件");
    struct chain *chain = chain_of(s, doc);
    if (chain == NULL) {
        chains_refresh(s);
        chain = chain_of(s, doc);
    }
    struct offer o = { .s = s, .r = r, .a = r->a, .places = { .s = s, .a = r->a, .json = &r->w }, .text = doc->text };
    struct load *loads[] = { chain == NULL ? NULL : chain->now, chain == NULL ? NULL : chain->good };
    for (size_t i = 0; i < 2; i++) {
        bool again = i == 1 && loads[1] == loads[0];
        if (loads[i] != NULL && !again && loads[i]->set.program != NULL)
            o.programs[o.program_count++] = loads[i]->set.program;
    }
    map_init(&o.seen, r->a);
    json_object(&r->w);
    json_key(&r->w, "items");
    json_array(&r->w);
    if (o.program_count > 0) {
        struct lines l;
        lines_of(&l, r->a, doc->text);
        complete(&o, lines_offset(&l, p, s->client.utf8));
    }
    json_array_end(&r->w);
    json_key(&r->w, "isIncomplete"), json_bool(&r->w, o.more);
    json_object_end(&r->w);
    return true;
}
