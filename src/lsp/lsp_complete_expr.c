/* lsp_complete_expr: what may stand at the cursor in an expression, a fact, a cell.
 *
 * The text up to the cursor is given an invented name where the cursor is, and whatever closes what is still open:
 * brackets, 则 and 否则, 满足. Then the ordinary parser reads it, and the checker, looking (lang/look.h), meets the
 * invented name knowing which names are visible there and which type is wanted. */
#include "lsp/lsp_complete_priv.h"

#include "lang/builtin.h"

#include <string.h>

static const struct type BAD = { .kind = TYPE_BAD };

/* ---- closing what is open ---- */

enum open_thing { OPEN_PAREN, OPEN_IF, OPEN_THEN, OPEN_GROUP };

/* What must follow the marker so that the expression is whole. Tokens from `first` on. */
static str expression_closers(struct arena *a, const struct site *t, size_t first)
{
    enum { DEPTH_MAX = LIMIT_NESTING * 2 };
    enum open_thing stack[DEPTH_MAX];
    unsigned n = 0;
    for (size_t i = first; i < t->tokens.len && n < DEPTH_MAX; i++) {
        const struct token *k = &t->tokens.at[i];
        bool op = k->kind == TOKEN_OP;
        if (op && str_eq(k->text, STR("("))) stack[n++] = OPEN_PAREN;
        if (op && str_eq(k->text, STR(")"))) {
            while (n > 0 && stack[n - 1] != OPEN_PAREN) n--;
            if (n > 0) n--;
        }
        if (k->word == WORD_IF) stack[n++] = OPEN_IF;
        if (k->word == WORD_THEN && n > 0 && stack[n - 1] == OPEN_IF) stack[n - 1] = OPEN_THEN;
        if (k->word == WORD_ELSE && n > 0 && stack[n - 1] == OPEN_THEN) n--;
        if (k->word == WORD_ANY || k->word == WORD_ALL) stack[n++] = OPEN_GROUP;
        if (k->word == WORD_WHERE && n > 0 && stack[n - 1] == OPEN_GROUP) n--;
    }
    struct text out;
    text_init(&out, a, 4096);
    if (site_word(t, 1, WORD_IN)) text_addz(&out, ")"); /* its opening is put before the marker */
    while (n > 0) {
        switch (stack[--n]) {
        case OPEN_PAREN: text_addz(&out, ")"); break;
        case OPEN_IF: text_addz(&out, " 则 无 否则 无"); break;
        case OPEN_THEN: text_addz(&out, " 否则 无"); break;
        case OPEN_GROUP: text_addz(&out, " 满足 真"); break;
        }
    }
    return text_str(&out);
}

static const struct expr *parse_closed(struct offer *o, const struct site *t, size_t first)
{
    struct text whole;
    struct diags d;
    struct source *src = ARENA_NEW(o->a, struct source);
    size_t from = first < t->tokens.len ? t->tokens.at[first].loc.from : 0;
    size_t marker = site_token(t, 0)->loc.from;
    text_init(&whole, o->a, LIMIT_FILE_BYTES);
    text_add(&whole, str_slice(t->content, from, marker));
    if (site_word(t, 1, WORD_IN)) text_addz(&whole, "(");
    text_addz(&whole, NAMES_MARKER);
    text_add(&whole, expression_closers(o->a, t, first));
    diags_init(&d, o->a);
    d.muted = true;
    source_init(src, o->a, STR(""), text_str(&whole));
    return parse_expression(src, 0, (uint32_t)src->text.len, o->a, &d);
}

/* ---- what is offered ---- */

static str note_of(const struct decl *d)
{
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (f->def->shape == SHAPE_TEXT && str_eq(str_of(f->def->en), STR("note"))) return f->text;
    }
    return STR("");
}

static void offer_slot(struct offer *o, const struct slot *s, char rank)
{
    struct item i = { .label = s->name, .kind = ITEM_FIELD, .rank = rank };
    i.detail = program_type_name(o->p, o->a, s->type);
    if (s->kind == SLOT_FUNC) {
        const struct func *f = &o->p->funcs.at[s->func];
        i.kind = ITEM_FUNCTION;
        i.help = note_of(f->decl);
        if (f->params.len > 0) i.after = "(";
    }
    if (s->kind == SLOT_SPELLS || s->kind == SLOT_HISTORY) i.kind = ITEM_STRUCT;
    offer_item(o, i);
}

void complete_slots(struct offer *o, uint16_t entity, char rank)
{
    VEC_EACH (const struct slot, s, &o->p->entities.at[entity].slots) offer_slot(o, s, rank);
}

static void offer_codes(struct offer *o, uint16_t list, char rank)
{
    const struct code_list *l = &o->p->codes.at[list];
    VEC_EACH (const struct code_item, i, &l->items) {
        offer_item(o,
                   (struct item){
                       .label = i->name, .kind = ITEM_ENUM_MEMBER, .detail = l->name, .help = i->text, .rank = rank });
    }
}

static void offer_params(struct offer *o)
{
    VEC_EACH (const struct param, q, &o->p->params) {
        struct item i = { .label = q->name, .kind = ITEM_CONSTANT, .help = note_of(q->decl), .rank = '3' };
        i.detail = str_fmt(o->a, "参数 %.*s", STR_ARG(q->decl->type.text));
        if (q->key != 0) i.after = "(";
        offer_item(o, i);
    }
}

static void offer_builtins(struct offer *o)
{
    for (int b = BUILTIN_NOT_ONE + 1; b < BUILTIN_COUNT_; b++) {
        const struct builtin_def *def = builtin_at((enum builtin)b);
        offer_item(o, (struct item){ .label = str_of(def->zh),
                                     .kind = ITEM_FUNCTION,
                                     .detail = str_of(def->signature),
                                     .help = str_of(def->help),
                                     .after = "(",
                                     .rank = '4' });
    }
}

static void offer_values(struct offer *o)
{
    static const enum word words[] = { WORD_TODAY, WORD_THIS_MONTH, WORD_RULE_DAY, WORD_SUBJECT, WORD_TRUE, WORD_FALSE,
                                       WORD_NONE,  WORD_NOT,        WORD_ANY,      WORD_ALL,     WORD_IF };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) offer_word(o, words[i], '5');
}

static void offer_look(struct offer *o, const struct look *c)
{
    switch (c->kind) {
    case LOOK_NOTHING: return;
    case LOOK_NAME:
        if (c->wanted.kind == TYPE_CODE) offer_codes(o, c->wanted.ref, '0');
        for (unsigned i = 0; i < c->local_count; i++) {
            offer_item(o, (struct item){ .label = c->locals[i].name,
                                         .kind = ITEM_VARIABLE,
                                         .detail = program_type_name(o->p, o->a, c->locals[i].type),
                                         .rank = '1' });
        }
        if (c->has_subject) complete_slots(o, c->entity, '2');
        offer_params(o);
        offer_builtins(o);
        offer_values(o);
        return;
    case LOOK_MEMBER:
    case LOOK_FACT: complete_slots(o, c->entity, '1'); return;
    case LOOK_VALUE: complete_value(o, c->wanted); return;
    case LOOK_POLICY:
        VEC_EACH (const struct policy, q, &o->p->policies) {
            if (q->entity == c->entity)
                offer_item(o, (struct item){
                                  .label = q->name, .kind = ITEM_INTERFACE, .help = note_of(q->decl), .rank = '1' });
        }
        return;
    }
}

static bool takes_group(str name)
{
    enum builtin b = builtin_find(name);
    return b == BUILTIN_COUNT || b == BUILTIN_OCCURRENCES || b == BUILTIN_SUM || b == BUILTIN_MAX || b == BUILTIN_MIN;
}

/* Behind a value: what may join it to the next. */
static void offer_operators(struct offer *o, const struct site *t)
{
    static const enum word words[] = { WORD_AND, WORD_OR, WORD_IN, WORD_AT };
    const struct token *before = site_token(t, 1);
    bool value = before != NULL && (before->kind != TOKEN_OP || str_eq(before->text, STR(")"))) &&
                 !word_is_reserved(before->word);
    bool word_value = before != NULL && before->word >= WORD_TRUE && before->word <= WORD_SUBJECT;
    if (!value && !word_value) return;
    if (str_starts(before->text, STR("舍入到"))) {
        offer_word(o, WORD_HALF_UP, '0');
        offer_word(o, WORD_ROUND_UP, '0');
        offer_word(o, WORD_ROUND_DOWN, '0');
        return;
    }
    bool has_if = false, has_group = false;
    VEC_EACH (const struct token, k, &t->tokens) {
        has_if = has_if || k->word == WORD_IF;
        has_group =
            has_group || k->word == WORD_ANY || k->word == WORD_ALL || (k->kind == TOKEN_IDENT && takes_group(k->text));
    }
    if (has_group) offer_word(o, WORD_WHERE, '0');
    if (has_if || t->def->shape == SHAPE_EXCEPTION) offer_word(o, WORD_THEN, '0');
    if (has_if) offer_word(o, WORD_ELSE, '0');
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) offer_word(o, words[i], '1');
    offer_words(o, "舍入到分|舍入到角|舍入到元|舍入到整数", ITEM_KEYWORD, '2');
    offer_word(o, WORD_MONTH_END, '3');
    offer_word(o, WORD_MONTH_ROLL, '3');
    offer_word(o, WORD_CITE, '4');
}

/* How many steps of the amount stand before the one being written. */
static size_t steps_before(const struct site *t)
{
    const struct ast_field *amount = t->d != NULL ? decl_field(t->d, FIELD_POLICY_AMOUNT) : NULL;
    size_t n = 0;
    while (amount != NULL && n < amount->subs.len) {
        const struct ast_field *step = &amount->subs.at[n];
        if (step->loc.from <= t->at && t->at <= step->loc.to) break;
        n++;
    }
    return n;
}

static void walk(struct offer *o, const struct site *t, const struct expr *x, struct type hint, bool in_steps)
{
    struct look look = { .marker = STR(NAMES_MARKER) };
    look_expr(o->p, o->a, t->d, in_steps ? steps_before(t) : 0, x, hint, &look);
    offer_look(o, &look);
}

static void complete_walk(struct offer *o, const struct site *t, size_t first, struct type hint, bool in_steps)
{
    if (site_token(t, 1) != NULL && site_token(t, 1)->kind == TOKEN_NUMBER &&
        site_token(t, 1)->loc.to == site_token(t, 0)->loc.from) {
        offer_words(o, "元|元/月|月|年|日|岁|人|次|工作日|小时|课时|个|户|家|万元", ITEM_UNIT, '0');
        return;
    }
    const struct expr *x = parse_closed(o, t, first);
    if (x == NULL) {
        offer_operators(o, t);
        return;
    }
    for (unsigned i = 0; i < o->program_count; i++) {
        o->p = o->programs[i];
        walk(o, t, x, i == 0 ? hint : BAD, in_steps); /* a type of one program means nothing in the other */
    }
}

void complete_expression(struct offer *o, const struct site *t, size_t first_token, struct type hint)
{
    complete_walk(o, t, first_token, hint, false);
}

void complete_step(struct offer *o, const struct site *t)
{
    if (t->tokens.len < 3 || t->tokens.at[0].kind != TOKEN_IDENT || t->tokens.at[1].kind != TOKEN_OP)
        return; /* name = */
    complete_walk(o, t, 2, BAD, true);
}

/* ---- facts ---- */

void complete_value(struct offer *o, struct type t)
{
    if (t.kind == TYPE_CODE) offer_codes(o, t.ref, '0');
    if (t.kind == TYPE_BOOL) {
        offer_word(o, WORD_TRUE, '0');
        offer_word(o, WORD_FALSE, '0');
    }
    if (t.kind == TYPE_RECORD || t.kind == TYPE_GROUP) offer_word(o, WORD_SELF, '1');
    offer_word(o, WORD_UNKNOWN, '2');
    offer_word(o, WORD_NONE, '2');
}

struct bracket {
    char closes;
    bool value; /* inside { }: the = has been read */
};

static char closer_of(char open)
{
    if (open == '{') return '}';
    if (open == '[') return ']';
    return open == '(' ? ')' : 0;
}

/* Facts are  path = value, …  in nested { } and [ ]; the cursor may be in a path or in a value. */
static str fact_closers(struct arena *a, const struct site *t)
{
    enum { DEPTH_MAX = LIMIT_NESTING };
    struct bracket stack[DEPTH_MAX + 1] = { { '}', false } };
    unsigned n = 1;
    for (size_t i = 0; i < t->tokens.len && n < DEPTH_MAX; i++) {
        const struct token *k = &t->tokens.at[i];
        if (k->kind != TOKEN_OP) continue;
        char c = k->text.p[0];
        enum token_kind next = i + 1 < t->tokens.len ? t->tokens.at[i + 1].kind : TOKEN_END;
        bool span_goes_on = next == TOKEN_DATE || next == TOKEN_MONTH;
        if (closer_of(c) != 0) stack[n++] = (struct bracket){ closer_of(c), false };
        if ((c == '}' || c == ']' || c == ')') && n > 1) n--;
        if (c == '=') stack[n - 1].value = true;
        if ((c == ',' || c == ';') && !span_goes_on) stack[n - 1].value = false;
    }
    struct text out;
    text_init(&out, a, 4096);
    while (n-- > 0) {
        if (stack[n].closes == '}' && !stack[n].value) text_addz(&out, " = 无");
        text_addc(&out, stack[n].closes);
    }
    return text_str(&out);
}

static const struct expr *parse_facts(struct offer *o, const struct site *t)
{
    struct text whole;
    struct diags d;
    struct source *src = ARENA_NEW(o->a, struct source);
    text_init(&whole, o->a, LIMIT_FILE_BYTES);
    text_addz(&whole, "{");
    text_add(&whole, t->content);
    text_add(&whole, fact_closers(o->a, t));
    diags_init(&d, o->a);
    d.muted = true;
    source_init(src, o->a, STR(""), text_str(&whole));
    return parse_value(src, 0, (uint32_t)src->text.len, o->a, &d);
}

void complete_facts(struct offer *o, const struct site *t)
{
    const struct expr *x = parse_facts(o, t);
    if (x == NULL || x->kind != EXPR_RECORD) return;
    for (unsigned i = 0; i < o->program_count && t->d != NULL; i++) {
        struct look c = { .marker = STR(NAMES_MARKER) };
        uint16_t subject;
        o->p = o->programs[i];
        if (!look_subject(o->p, t->d, &subject)) continue;
        look_facts(o->p, o->a, t->d, x, &c);
        bool argument = c.kind == LOOK_FACT && c.entity == subject && site_token(t, 1) == NULL;
        for (unsigned k = 0; argument && k < c.local_count; k++) {
            offer_item(o, (struct item){ .label = c.locals[k].name, .kind = ITEM_VARIABLE, .rank = '0' });
        }
        offer_look(o, &c);
    }
}

/* ---- results of examples ---- */

static void offer_clauses(struct offer *o, const criterion_list *list)
{
    VEC_EACH (const struct criterion, k, list) {
        offer_item(o, (struct item){ .label = k->name,
                                     .kind = ITEM_FIELD,
                                     .detail = k->is_exclusion ? STR("排除") : STR("条件"),
                                     .rank = '0' });
    }
}

static void offer_criteria(struct offer *o, const struct policy *q)
{
    if (q == NULL) return;
    offer_clauses(o, &q->criteria);
    offer_words(o, "未施行", ITEM_KEYWORD, '1');
}

/* Why a service may be declined: its own criteria and those of its policies. */
static void offer_reasons(struct offer *o, const struct decl *d)
{
    const struct service *s = program_service(o->p, d->name.text);
    if (s == NULL) return;
    offer_clauses(o, &s->criteria);
    VEC_EACH (const uint32_t, id, &s->policies) offer_criteria(o, &o->p->policies.at[*id]);
}

static void offer_verdicts(struct offer *o, const struct decl *d)
{
    if (d->about == KIND_POLICY) {
        offer_word(o, WORD_QUALIFIED, '0');
        offer_word(o, WORD_REFUSED, '0');
        offer_word(o, WORD_PENDING, '0');
    } else if (d->about == KIND_SERVICE) {
        offer_word(o, WORD_ACCEPTED, '0');
        offer_word(o, WORD_ALONE, '0');
        offer_word(o, WORD_TO_STAFF, '0');
        offer_word(o, WORD_DECLINED, '0');
    } else if (d->about == KIND_LEAD) {
        complete_value(o, type_of_kind(TYPE_BOOL));
    } else {
        VEC_EACH (const struct func, f, &o->p->funcs) {
            if (str_eq(f->name, d->name.text)) complete_value(o, f->type);
        }
    }
    offer_word(o, WORD_ERROR, '3');
}

void complete_expect(struct offer *o, const struct site *t)
{
    if (t->d == NULL) return;
    enum word first = t->tokens.len > 1 ? t->tokens.at[0].word : WORD_NOT_ONE;
    for (unsigned i = 0; i < o->program_count; i++) {
        o->p = o->programs[i];
        uint16_t subject;
        bool known = look_subject(o->p, t->d, &subject);
        if (t->tokens.len == 1)
            offer_verdicts(o, t->d);
        else if (first == WORD_REFUSED)
            offer_criteria(o, program_policy(o->p, t->d->name.text));
        else if (first == WORD_DECLINED)
            offer_reasons(o, t->d);
        else if (first == WORD_QUALIFIED)
            offer_word(o, site_word(t, 1, WORD_AMOUNT) ? WORD_UNSET : WORD_AMOUNT, '0');
        else if ((first == WORD_PENDING || first == WORD_UNKNOWN) && known)
            complete_slots(o, subject, '0');
    }
}

/* ---- rows ---- */

/* In which cell of a row the cursor is, from 0, and the first token of that cell. */
static size_t cell_of(const struct site *t, size_t *first)
{
    size_t bars = 0;
    *first = 0;
    for (size_t i = 0; i + 1 < t->tokens.len; i++) {
        if (t->tokens.at[i].kind != TOKEN_OP || !str_eq(t->tokens.at[i].text, STR("|"))) continue;
        bars++;
        *first = i + 1;
    }
    return bars == 0 ? 0 : bars - 1;
}

static struct type column_type(struct offer *o, const struct decl *d, size_t column, size_t *columns)
{
    struct type found = BAD;
    *columns = 0;
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (f->def->id != FIELD_TABLE_INPUT) continue;
        if ((*columns)++ == column) found = look_expr(o->p, o->a, d, 0, f->expr, BAD, NULL);
    }
    if (column == *columns) look_type(o->p, o->a, d->type.text, &found);
    return found;
}

void complete_table_row(struct offer *o, const struct site *t)
{
    size_t first, columns, column = cell_of(t, &first);
    if (t->d == NULL) return;
    for (size_t i = first; i + 1 < t->tokens.len; i++) { /* < 12月, 甲, 乙: the last of them */
        const struct token *k = &t->tokens.at[i];
        bool starts = k->kind == TOKEN_OP && k->text.len > 0 && strchr("<>=!,", k->text.p[0]) != NULL;
        if (starts) first = i + 1;
    }
    o->p = o->programs[0];
    struct type type = column_type(o, t->d, column, &columns);
    if (type.kind == TYPE_CODE) offer_codes(o, type.ref, '0');
    complete_expression(o, t, first, type);
}

/* The row of names above a row of an example; NULL when this is it. */
static const struct ast_field *header_of(const struct decl *d)
{
    const struct ast_field *f = decl_field(d, FIELD_EXAMPLE_ROW);
    for (size_t i = 0; f != NULL && i < f->cells.len; i++) {
        const struct expr *x = f->cells.at[i];
        if (x != NULL && x->kind == EXPR_NAME && str_eq(x->text, STR(NAMES_MARKER))) return NULL;
    }
    return f;
}

static void complete_header(struct offer *o, const struct decl *d)
{
    offer_words(o, "应得|今日|规则日", ITEM_KEYWORD, '0');
    uint16_t subject;
    if (look_subject(o->p, d, &subject)) complete_slots(o, subject, '1');
}

void complete_example_row(struct offer *o, const struct site *t)
{
    size_t first, column = cell_of(t, &first);
    if (t->d == NULL) return;
    const struct ast_field *header = header_of(t->d);
    o->p = o->programs[0];
    if (header == NULL) {
        complete_header(o, t->d);
        return;
    }
    const struct expr *name = column < header->cells.len ? header->cells.at[column] : NULL;
    if (name == NULL) return;
    const struct field_def *expect = &field_defs[FIELD_EXAMPLE_CASE_EXPECT];
    if (name->kind == EXPR_NAME && (str_eq(name->text, str_of(expect->zh)) || str_eq(name->text, str_of(expect->en)))) {
        offer_verdicts(o, t->d);
        return;
    }
    uint16_t subject;
    const struct entity *e = look_subject(o->p, t->d, &subject) ? &o->p->entities.at[subject] : NULL;
    int slot = e == NULL || name->kind != EXPR_NAME ? -1 : entity_slot(e, name->text);
    complete_value(o, slot < 0 ? BAD : e->slots.at[slot].type);
}
