/* lsp_names_decl: the names of declarations: heads, fields, citations, rows, and the facts and results of examples.
 * What a field holds is told by its shape, as in the parser; what its names refer to, by the table of kinds. */
#include "lsp/lsp_names_priv.h"

#include "lang/builtin.h"

#include <stdlib.h>
#include <string.h>

#define INDEX_OF(ptr) ((size_t)(uintptr_t)(ptr)-1)

static const struct type BAD = { .kind = TYPE_BAD };

/* What the walk through one declaration needs to know of it. */
struct body {
    const struct decl *d;
    uint32_t index;   /* of the declaration */
    int subject;      /* entity, -1 none */
    int policy;       /* whose criteria are meant, -1 none */
    struct type type; /* of the values: of a definition, table, parameter */
    const struct param *param;
    const struct ast_field *header; /* first row of a table of examples */
    struct type *inputs;            /* of a table */
    size_t input_count;
};

/* ---- who is meant ---- */

const struct param *names_filled_param(const struct program *p, const struct decl *d)
{
    return d->kind == KIND_FILL || d->kind == KIND_PARAM ? program_param(p, d->name.text) : NULL;
}

/* As the checker chooses: the first definition of that name, but an open one before one that is not. */
const struct func *names_filled_func(const struct program *p, const struct decl *d)
{
    const struct func *found = NULL;
    if (d->kind != KIND_FILL) return NULL;
    VEC_EACH (const struct func, f, &p->funcs) {
        if (f->is_table || !str_eq(f->name, d->name.text)) continue;
        if (found == NULL || (f->open && !found->open)) found = f;
    }
    return found;
}

/* The definition or table an example is about: the newest version, of the first entity that has one of that name. */
static const struct func *example_func(const struct program *p, const struct decl *d)
{
    if (d->kind != KIND_EXAMPLE || d->about == KIND_POLICY) return NULL;
    VEC_EACH (const struct entity, e, &p->entities) {
        const struct func *f = program_func(p, e->id, d->name.text);
        if (f != NULL && f->is_table == (d->about == KIND_TABLE)) return f;
    }
    return NULL;
}

static const struct ast_field *field_on(const struct decl *d)
{
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (str_eq(str_of(f->def->en), STR("on")) && f->names.len > 0) return f;
    }
    return NULL;
}

static int policy_index(const struct program *p, str name)
{
    void *found = map_get(&p->policy_by_name, name);
    return found == NULL ? -1 : (int)INDEX_OF(found);
}

int names_subject(const struct program *p, const struct decl *d)
{
    if (d->kind == KIND_NARROW || (d->kind == KIND_EXAMPLE && d->about == KIND_POLICY)) {
        int q = policy_index(p, d->name.text);
        return q < 0 ? -1 : p->policies.at[q].entity;
    }
    const struct func *f = d->kind == KIND_FILL ? names_filled_func(p, d) : example_func(p, d);
    if (f != NULL) return f->entity;
    const struct ast_field *on = field_on(d);
    const struct entity *e = on == NULL ? NULL : program_entity(p, on->names.at[0].text);
    return e == NULL ? -1 : e->id;
}

int names_words_subject(const struct program *p, const struct decl *d, const struct field_def *def)
{
    const struct entity *e = NULL;
    switch ((int)def->id) {
    case FIELD_SERVICE_FORM:
    case FIELD_REGISTER_SLOTS:
    case FIELD_INDICATOR_DIMENSION: return names_subject(p, d);
    case FIELD_ENTITY_KEY:
    case FIELD_SPELL_KEY: e = program_entity(p, d->name.text); break;
    case FIELD_IMPORT_COLUMN:
    case FIELD_IMPORT_TRANSLATE:
    case FIELD_IMPORT_FIXED:
    case FIELD_IMPORT_OTHERS: {
        const struct ast_field *into = decl_field(d, FIELD_IMPORT_INTO);
        if (into != NULL && into->names.len > 0) e = program_entity(p, into->names.at[0].text);
        break;
    }
    default: break;
    }
    return e == NULL ? -1 : e->id;
}

static void add_local(struct names *n, str name, struct type t)
{
    if (n->scope.local_count >= LIMIT_LOCALS || name.len == 0) return;
    n->scope.locals[n->scope.local_count++] = (struct scope_local){ .name = name, .type = t };
}

bool names_scope(struct names *n, const struct decl *d, uint32_t index)
{
    int subject = names_subject(n->p, d);
    n->scope = (struct scope){ .has_subject = subject >= 0, .owner = index };
    if (subject >= 0) n->scope.entity[0] = (uint16_t)subject;
    const struct func *f = d->kind == KIND_EXAMPLE ? example_func(n->p, d) : names_filled_func(n->p, d);
    const struct decl *head = f != NULL ? f->decl : d; /* what is filled in keeps the open one's parameters */
    for (uint32_t i = 0; f != NULL && i < n->p->decls.len; i++) {
        if (n->p->decls.at[i] == head) n->scope.owner = i;
    }
    VEC_EACH (const struct ast_field, prm, &head->params) {
        struct type t = BAD;
        names_type(n->p, prm->type.text, &t);
        add_local(n, prm->name.text, t);
    }
    return subject >= 0;
}

/* ---- examples: facts ---- */

static void fact_value(struct names *n, struct type t, const struct expr *x);

/* In examples of a definition with parameters these are given like facts: 已知 某日 = 2023-01-01. Not in a record. */
static bool argument(struct names *n, const struct expr *x, struct type *out)
{
    for (unsigned i = 0; i < n->scope.local_count && n->in_record == 0; i++) {
        if (!str_eq(n->scope.locals[i].name, x->text)) continue;
        names_say(n, x->name, SYMBOL_LOCAL, n->scope.owner, n->scope.locals[i].name, false);
        *out = n->scope.locals[i].type;
        return true;
    }
    return false;
}

static struct type fact_path(struct names *n, uint16_t entity, const struct expr *x)
{
    struct type t;
    switch ((int)x->kind) {
    case EXPR_NAME: break;
    case EXPR_PATH:
        t = fact_path(n, entity, x->kids[0]);
        if (t.kind != TYPE_RECORD && t.kind != TYPE_GROUP && t.kind != TYPE_HISTORY) return BAD;
        entity = t.ref;
        break;
    case EXPR_INDEX: return fact_path(n, entity, x->kids[0]);
    case EXPR_CALL: {
        const struct expr *callee = x->kids[0];
        bool judged = callee->kind == EXPR_NAME && builtin_find(callee->text) == BUILTIN_JUDGE;
        if (judged)
            names_say(n, callee->name, SYMBOL_BUILTIN, BUILTIN_JUDGE, str_of(builtin_at(BUILTIN_JUDGE)->zh), false);
        if (judged) return (struct type){ .kind = TYPE_BOOL };
        t = fact_path(n, entity, callee);
        uint16_t key = t.kind == TYPE_HISTORY ? n->p->entities.at[t.ref].key : 0;
        if (key != 0 && x->kid_count > 1)
            fact_value(n, (struct type){ .kind = TYPE_CODE, .ref = (uint16_t)(key - 1) }, x->kids[1]);
        return t;
    }
    default: return BAD;
    }
    if (str_eq(x->text, STR(NAMES_MARKER))) names_capture(n, CAPTURE_FACT, entity, NULL);
    if (x->kind == EXPR_NAME && argument(n, x, &t)) return t;
    int i = entity_slot(&n->p->entities.at[entity], x->text);
    if (i < 0) return BAD;
    const struct slot *s = &n->p->entities.at[entity].slots.at[i];
    names_say_slot(n, x->name, entity, s);
    return s->type;
}

static void fact_value(struct names *n, struct type t, const struct expr *x)
{
    bool records = t.kind == TYPE_RECORD || t.kind == TYPE_GROUP || t.kind == TYPE_HISTORY;
    if (x == NULL || n->depth >= LIMIT_NESTING * 2) return;
    n->depth++;
    if (x->kind == EXPR_RECORD && records) {
        n->in_record++;
        names_facts(n, t.ref, x);
        n->in_record--;
    }
    if (x->kind == EXPR_LIST) {
        for (uint32_t i = 0; i < x->kid_count; i++) fact_value(n, t, x->kids[i]);
    }
    if (x->kind == EXPR_WITH) {
        fact_value(n, t, x->kids[0]);
        fact_value(n, t, x->kids[1]);
    }
    if (x->kind == EXPR_NAME) {
        if (str_eq(x->text, STR(NAMES_MARKER))) names_capture(n, CAPTURE_VALUE, 0, &t);
        if (t.kind == TYPE_CODE) names_say_item(n, x->name, t.ref, x->text);
    }
    n->depth--;
}

void names_facts(struct names *n, uint16_t entity, const struct expr *record)
{
    for (uint32_t i = 0; record != NULL && i < record->kid_count; i++) {
        const struct expr *x = record->kids[i];
        if (x->kind == EXPR_ASSIGN) fact_value(n, fact_path(n, entity, x->kids[0]), x->kids[1]);
    }
}

/* ---- examples: what should come out ---- */

static const struct expr *first_name(const struct expr *x)
{
    for (;;) {
        bool builtin = x->kind == EXPR_CALL && x->kid_count > 1 && x->kids[0]->kind == EXPR_NAME &&
                       builtin_find(x->kids[0]->text) != BUILTIN_NOT_ONE;
        if (builtin)
            x = x->kids[1];
        else if (x->kind == EXPR_PATH || x->kind == EXPR_CALL)
            x = x->kids[0];
        else
            return x;
    }
}

/* A missing fact is named as seen from the record that lacks it, which may be a member of the household or a spell: the
 * nearest entity, counted in references, that has such a name. */
static int entity_with(const struct program *p, uint16_t start, str name)
{
    enum { SEEN_MAX = 64 };
    uint16_t queue[SEEN_MAX] = { start };
    unsigned head = 0, tail = 1;
    while (head < tail) {
        const struct entity *e = &p->entities.at[queue[head++]];
        if (entity_slot(e, name) >= 0) return e->id;
        VEC_EACH (const struct slot, s, &e->slots) {
            bool leads = s->type.kind == TYPE_RECORD || s->type.kind == TYPE_GROUP || s->type.kind == TYPE_HISTORY;
            for (unsigned i = 0; leads && i < tail; i++) leads = queue[i] != s->type.ref;
            if (leads && tail < SEEN_MAX) queue[tail++] = s->type.ref;
        }
    }
    return -1;
}

static void missing_fact(struct names *n, uint16_t subject, const struct expr *x)
{
    const struct expr *first = first_name(x);
    int entity = first->kind == EXPR_NAME ? entity_with(n->p, subject, first->text) : -1;
    if (entity >= 0) n->scope.entity[0] = (uint16_t)entity;
    names_expr(n, x, NULL);
    n->scope.entity[0] = subject;
}

static void expectation(struct names *n, const struct body *b, const struct ast_field *f)
{
    if (f->expr != NULL) fact_value(n, b->type, f->expr);
    VEC_EACH (struct expr *const, px, &f->cells) {
        const struct expr *x = *px;
        if (x == NULL) continue;
        if (f->word != WORD_REFUSED) {
            if (b->subject >= 0) missing_fact(n, (uint16_t)b->subject, x);
        } else if (x->kind == EXPR_NAME && b->policy >= 0) {
            names_say(n, x->name, SYMBOL_CRITERION, (uint32_t)b->policy, x->text, false);
        }
    }
}

static void example_row(struct names *n, struct body *b, const struct ast_field *f)
{
    bool is_header = b->header == NULL;
    if (is_header) b->header = f;
    for (size_t i = 0; i < f->cells.len && i < b->header->cells.len && b->subject >= 0; i++) {
        const struct expr *name = b->header->cells.at[i];
        mention_list *out = n->out;
        if (name == NULL) continue;
        if (!is_header) n->out = NULL; /* the names of the header were said when it was read */
        struct type t = fact_path(n, (uint16_t)b->subject, name);
        n->out = out;
        if (!is_header) fact_value(n, t, f->cells.at[i]);
    }
    VEC_EACH (const struct ast_field, expect, &f->subs) expectation(n, b, expect);
}

/* ---- fields ---- */

static const struct decl *cited(const struct program *p, str name)
{
    const struct decl *by_title = NULL;
    VEC_EACH (struct decl *const, pd, &p->decls) {
        if ((*pd)->kind != KIND_SOURCE) continue;
        if (str_eq((*pd)->name.text, name)) return *pd;
        const struct ast_field *title = decl_field(*pd, FIELD_SOURCE_TITLE);
        if (by_title == NULL && title != NULL && str_eq(title->text, name)) by_title = *pd;
    }
    return by_title;
}

static void cite(struct names *n, const struct ast_field *f)
{
    const struct decl *source = f == NULL ? NULL : cited(n->p, f->name.text);
    if (source != NULL) names_say(n, f->name.loc, SYMBOL_DECL, KIND_SOURCE, source->name.text, false);
}

static void references(struct names *n, const struct ast_field *f)
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
    VEC_EACH (const struct ast_name, name, &f->names) {
        size_t before = n->out == NULL ? 0 : n->out->len;
        for (int k = 0; k < KIND_COUNT; k++) {
            if (!words_contain(f->def->words, str_of(enums[k]))) continue;
            names_say_named(n, name->loc, (enum kind)k, name->text);
            if (n->out != NULL && n->out->len > before) break;
        }
    }
}

/* Words that are names of facts, though the checker leaves them alone: what a service asks for, columns, dimensions.
 * Dots lead on: 家庭.低保. */
static void soft_names(struct names *n, const struct body *b, const struct ast_field *f)
{
    int subject = names_words_subject(n->p, b->d, f->def);
    if (subject < 0) return;
    VEC_EACH (const struct ast_name, name, &f->names) {
        bool first = name == f->names.at, last = name + 1 == f->names.at + f->names.len;
        bool word = (f->def->id == FIELD_IMPORT_COLUMN && !last) ||
                    (f->def->kind == KIND_IMPORT && f->def->id != FIELD_IMPORT_COLUMN && !first);
        if (word) continue; /* a heading, a word of the file */
        uint16_t entity = (uint16_t)subject;
        str rest = name->text, piece;
        while (str_split(&rest, '.', &piece)) {
            int i = entity_slot(&n->p->entities.at[entity], piece);
            if (i < 0) break;
            const struct slot *s = &n->p->entities.at[entity].slots.at[i];
            uint32_t from = name->loc.from + (uint32_t)(piece.p - name->text.p);
            struct loc loc = { .from = from, .to = from + (uint32_t)piece.len, .source = name->loc.source };
            names_say_slot(n, loc, entity, s);
            if (s->type.kind != TYPE_RECORD) break;
            entity = s->type.ref;
        }
    }
}

static void member(struct names *n, const struct body *b, const struct ast_field *f)
{
    const struct entity *e = program_entity(n->p, b->d->name.text);
    if (e != NULL) names_say(n, f->name.loc, SYMBOL_SLOT, e->id, f->name.text, true);
    struct type t = names_type_written(n, &f->type);
    int via = t.kind == TYPE_RECORD && f->via.text.len > 0 ? entity_slot(&n->p->entities.at[t.ref], f->via.text) : -1;
    if (via >= 0) names_say_slot(n, f->via.loc, t.ref, &n->p->entities.at[t.ref].slots.at[via]);
}

static void param_row(struct names *n, const struct body *b, const struct ast_field *f)
{
    if (b->param != NULL && b->param->key != 0) {
        VEC_EACH (const struct ast_name, item, &f->items) {
            names_say_item(n, item->loc, (uint16_t)(b->param->key - 1), item->text);
        }
    }
    VEC_EACH (struct expr *const, x, &f->cells) fact_value(n, b->type, *x);
}

static void table_row(struct names *n, const struct body *b, const struct ast_field *f)
{
    for (size_t i = 0; i < f->cells.len; i++) {
        struct type t = i + 1 == f->cells.len ? b->type : i < b->input_count ? b->inputs[i] : BAD;
        names_expr_or(n, f->cells.at[i], t);
    }
}

static void steps(struct names *n, const struct body *b, const struct ast_field *f)
{
    n->scope.local_count = 0;
    VEC_EACH (const struct ast_field, s, &f->subs) {
        names_say(n, s->name.loc, SYMBOL_LOCAL, b->index, s->name.text, true);
        if (s->expr == NULL) continue;
        struct type t = names_expr(n, s->expr, NULL);
        cite(n, s->cite);
        add_local(n, s->name.text, t);
    }
    n->scope.local_count = 0;
}

static void clause_name(struct names *n, const struct body *b, const struct ast_field *f)
{
    bool criterion = f->def->id == FIELD_POLICY_CRITERION || f->def->id == FIELD_POLICY_EXCLUSION ||
                     f->def->id == FIELD_NARROW_CRITERION || f->def->id == FIELD_NARROW_EXCLUSION;
    if (criterion && b->policy >= 0)
        names_say(n, f->name.loc, SYMBOL_CRITERION, (uint32_t)b->policy, f->name.text, true);
    else if (!criterion)
        names_say(n, f->name.loc, SYMBOL_CLAUSE, b->index, f->name.text, true);
}

static void item(struct names *n, const struct body *b, const struct ast_field *f)
{
    void *list = map_get(&n->p->code_by_name, b->d->name.text);
    if (list == NULL) return;
    names_say(n, f->name.loc, SYMBOL_ITEM, (uint32_t)INDEX_OF(list), f->name.text, true);
    if (f->via.text.len > 0) names_say_item(n, f->via.loc, (uint16_t)INDEX_OF(list), f->via.text);
}

static void fields(struct names *n, struct body *b, const field_list *list);

static void field(struct names *n, struct body *b, const struct ast_field *f)
{
    switch (f->def->shape) {
    case SHAPE_CITE: cite(n, f); break;
    case SHAPE_NAME:
    case SHAPE_NAMES: references(n, f); break;
    case SHAPE_WORDS:
        if (f->def->id == FIELD_PACK_UPPER && f->names.len > 0) {
            names_say(n, f->names.at[0].loc, SYMBOL_UPPER, 0, f->names.at[0].text, false);
        }
        soft_names(n, b, f);
        break;
    case SHAPE_EXPR: names_expr_or(n, f->expr, str_eq(str_of(f->def->en), STR("base")) ? b->type : BAD); break;
    case SHAPE_NAMED:
        clause_name(n, b, f);
        names_expr(n, f->expr, NULL);
        break;
    case SHAPE_EXCEPTION:
        clause_name(n, b, f);
        names_expr(n, f->expr, NULL);
        names_expr_or(n, f->value, b->type);
        break;
    case SHAPE_TITLED: clause_name(n, b, f); break;
    case SHAPE_STEPS: steps(n, b, f); return;
    case SHAPE_MEMBER: member(n, b, f); break;
    case SHAPE_ITEM: item(n, b, f); break;
    case SHAPE_FACTS:
        if (b->subject >= 0) names_facts(n, (uint16_t)b->subject, f->expr);
        break;
    case SHAPE_EXPECT: expectation(n, b, f); break;
    case SHAPE_PARAM_ROW: param_row(n, b, f); break;
    case SHAPE_TABLE_ROW:
        if (f->def->id == FIELD_EXAMPLE_ROW)
            example_row(n, b, f);
        else
            table_row(n, b, f);
        break;
    case SHAPE_TEXT:
    case SHAPE_CHOICE:
    case SHAPE_FLAG:
    case SHAPE_DATE:
    case SHAPE_PERIOD:
    case SHAPE_QUANTITY:
    case SHAPE_COMPARE:
    case SHAPE_YEAR_VALUE:
    case SHAPE_CASE:
    case SHAPE_DAY_ROW: break;
    }
    cite(n, f->cite);
    if (f->def->id != FIELD_EXAMPLE_ROW) fields(n, b, &f->subs);
}

static void fields(struct names *n, struct body *b, const field_list *list)
{
    VEC_EACH (const struct ast_field, f, list) field(n, b, f);
}

/* ---- heads ---- */

static void head_name(struct names *n, const struct decl *d, const struct body *b)
{
    const struct program *p = n->p;
    struct loc loc = d->name.loc;
    void *codes = map_get(&p->code_by_name, d->name.text), *entity = map_get(&p->entity_by_name, d->name.text);
    const struct func *f = names_filled_func(p, d);
    switch ((int)d->kind) {
    case KIND_CODES:
        if (codes != NULL) names_say(n, loc, SYMBOL_CODES, (uint32_t)INDEX_OF(codes), d->name.text, true);
        return;
    case KIND_ENTITY:
    case KIND_SPELL:
        if (entity != NULL) names_say_entity(n, loc, (uint16_t)INDEX_OF(entity), true);
        return;
    case KIND_DEFINITION:
    case KIND_TABLE:
        if (b->subject >= 0) names_say(n, loc, SYMBOL_FUNC, (uint32_t)b->subject, d->name.text, true);
        return;
    case KIND_PARAM:
        if (b->param != NULL) names_say(n, loc, SYMBOL_PARAM, (uint32_t)(b->param - p->params.at), d->name.text, true);
        return;
    case KIND_POLICY:
    case KIND_NARROW:
        if (b->policy >= 0) names_say(n, loc, SYMBOL_POLICY, (uint32_t)b->policy, d->name.text, d->kind == KIND_POLICY);
        return;
    case KIND_FILL:
        if (b->param != NULL)
            names_say_named(n, loc, KIND_PARAM, d->name.text);
        else if (f != NULL)
            names_say(n, loc, SYMBOL_FUNC, f->entity, f->name, false);
        return;
    case KIND_EXAMPLE:
        if (d->about == KIND_POLICY)
            names_say_named(n, loc, KIND_POLICY, d->name.text);
        else if (b->subject >= 0)
            names_say(n, loc, SYMBOL_FUNC, (uint32_t)b->subject, d->name.text, false);
        return;
    default: names_say(n, loc, SYMBOL_DECL, d->kind, d->name.text, true); return;
    }
}

static void head(struct names *n, const struct decl *d, struct body *b)
{
    head_name(n, d, b);
    if (d->kind != KIND_EXAMPLE && d->type.text.len > 0) b->type = names_type_written(n, &d->type);
    if (d->key.text.len > 0) names_say_named(n, d->key.loc, KIND_CODES, d->key.text);
    VEC_EACH (const struct ast_field, prm, &d->params) {
        names_say(n, prm->name.loc, SYMBOL_LOCAL, b->index, prm->name.text, true);
        names_type_written(n, &prm->type);
    }
}

static struct body body_of(struct names *n, const struct decl *d, uint32_t index)
{
    const struct program *p = n->p;
    struct body b = { .d = d, .index = index, .subject = names_subject(p, d), .policy = -1, .type = BAD };
    b.param = names_filled_param(p, d);
    const struct func *f = d->kind == KIND_EXAMPLE ? example_func(p, d) : names_filled_func(p, d);
    bool of_policy =
        d->kind == KIND_POLICY || d->kind == KIND_NARROW || (d->kind == KIND_EXAMPLE && d->about == KIND_POLICY);
    if (of_policy) b.policy = policy_index(p, d->name.text);
    if (b.param != NULL)
        b.type = b.param->type;
    else if (f != NULL)
        b.type = f->type;
    return b;
}

static void inputs_of(struct names *n, struct body *b)
{
    mention_list *out = n->out;
    struct capture *capture = n->capture;
    n->out = NULL; /* only types; the fields themselves come later */
    n->capture = NULL;
    b->inputs = ARENA_ARRAY(n->a, struct type, b->d->fields.len + 1);
    VEC_EACH (const struct ast_field, f, &b->d->fields) {
        if (f->def->id == FIELD_TABLE_INPUT) b->inputs[b->input_count++] = names_expr(n, f->expr, NULL);
    }
    n->out = out;
    n->capture = capture;
}

static void declaration(struct names *n, const struct decl *d, uint32_t index)
{
    struct body b = body_of(n, d, index);
    names_scope(n, d, index);
    head(n, d, &b);
    if (d->kind == KIND_TABLE) inputs_of(n, &b);
    fields(n, &b, &d->fields);
}

static int by_place(const void *pa, const void *pb)
{
    const struct mention *a = pa, *b = pb;
    if (a->loc.source != b->loc.source) return a->loc.source < b->loc.source ? -1 : 1;
    if (a->loc.from != b->loc.from) return a->loc.from < b->loc.from ? -1 : 1;
    return 0;
}

void names_of_decl(const struct program *p, struct arena *a, const struct decl *d, uint32_t index, mention_list *out)
{
    struct names n = { .p = p, .a = a, .out = out };
    declaration(&n, d, index);
    if (out->len > 1) qsort(out->at, out->len, sizeof out->at[0], by_place);
}

void names_collect(const struct program *p, struct arena *a, mention_list *out)
{
    struct names n = { .p = p, .a = a, .out = out };
    for (uint32_t i = 0; i < p->decls.len; i++) declaration(&n, p->decls.at[i], i);
    if (out->len > 1) qsort(out->at, out->len, sizeof out->at[0], by_place);
}
