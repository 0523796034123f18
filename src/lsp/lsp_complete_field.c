/* lsp_complete_field: what may stand in the head of a declaration or behind the keyword of a field, by its shape. */
#include "lsp/lsp_complete_priv.h"

static const struct type BAD = { .kind = TYPE_BAD };

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
bool site_read(struct offer *o, struct site *t, str content)
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

void complete_head(struct offer *o, const struct site *t)
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

void complete_field(struct offer *o, const struct site *t)
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
