/* lsp_names: which name stands where. Walks the syntax tree with the tables of a checked program and says for every
 * name what it stands for; the same walk gives completion the scope at the cursor.
 *
 * The checker resolves names too, but keeps only nodes, and none for what it could not understand. An editor needs
 * names of broken texts, of examples, of citations. So the rules of look-up stand here a second time, in the order of
 * check_expr.c: locals, items of the code list wanted, slots of the element at hand, parameters. tests/unit/lsp holds
 * the two against each other on every node of the shipped packs.
 *
 * Nothing is reported: a name that means nothing is left out, and its type is TYPE_BAD. */
#include "lsp/lsp_names_priv.h"

#include "lang/builtin.h"

#include <stdlib.h>
#include <string.h>

#define INDEX_OF(ptr) ((size_t)(uintptr_t)(ptr)-1)

enum { DEPTH_MAX = 8 * LIMIT_NESTING };

static const struct type BAD = { .kind = TYPE_BAD };

static struct type of_kind(enum type_kind k) { return (struct type){ .kind = k }; }
static struct type of_ref(enum type_kind k, uint16_t ref) { return (struct type){ .kind = k, .ref = ref }; }
static bool is_marker(str name) { return str_eq(name, STR(NAMES_MARKER)); }

/* ---- saying what a name is ---- */

void names_say(struct names *n, struct loc loc, enum symbol_kind kind, uint32_t owner, str name, bool declares)
{
    if (n->out == NULL || loc.to <= loc.from || name.len == 0) return;
    *vec_push(n->a, n->out) =
        (struct mention){ .loc = loc, .symbol = { .kind = kind, .owner = owner, .name = name }, .declares = declares };
}

void names_say_entity(struct names *n, struct loc loc, uint16_t entity, bool declares)
{
    names_say(n, loc, SYMBOL_ENTITY, entity, n->p->entities.at[entity].name, declares);
}

/* A slot under its name. Spells are slots of their owner and one thing with it; the slot by which a spell knows its
 * owner bears the owner's name. */
void names_say_slot(struct names *n, struct loc loc, uint16_t entity, const struct slot *s)
{
    switch (s->kind) {
    case SLOT_FIELD:
        if (s->field == NULL && s->type.kind == TYPE_RECORD)
            names_say_entity(n, loc, s->type.ref, false);
        else
            names_say(n, loc, SYMBOL_SLOT, entity, s->name, false);
        return;
    case SLOT_GROUP: names_say(n, loc, SYMBOL_SLOT, entity, s->name, false); return;
    case SLOT_SPELLS:
    case SLOT_HISTORY: names_say_entity(n, loc, s->type.ref, false); return;
    case SLOT_FUNC: names_say(n, loc, SYMBOL_FUNC, entity, s->name, false); return;
    }
}

void names_say_item(struct names *n, struct loc loc, uint16_t list, str name)
{
    const struct code_item *item = map_get(&n->p->codes.at[list].by_name, name);
    if (item != NULL) names_say(n, loc, SYMBOL_ITEM, list, item->name, false);
}

void names_say_named(struct names *n, struct loc loc, enum kind k, str name)
{
    const struct program *p = n->p;
    void *found = k == KIND_ENTITY || k == KIND_SPELL ? map_get(&p->entity_by_name, name)
                  : k == KIND_POLICY                  ? map_get(&p->policy_by_name, name)
                  : k == KIND_CODES                   ? map_get(&p->code_by_name, name)
                  : k == KIND_PARAM                   ? map_get(&p->param_by_name, name)
                                                      : map_get(&p->named[k], name);
    if (found == NULL) return;
    switch ((int)k) {
    case KIND_ENTITY:
    case KIND_SPELL: names_say_entity(n, loc, (uint16_t)INDEX_OF(found), false); return;
    case KIND_POLICY: names_say(n, loc, SYMBOL_POLICY, (uint32_t)INDEX_OF(found), name, false); return;
    case KIND_CODES: names_say(n, loc, SYMBOL_CODES, (uint32_t)INDEX_OF(found), name, false); return;
    case KIND_PARAM: names_say(n, loc, SYMBOL_PARAM, (uint32_t)INDEX_OF(found), name, false); return;
    default: names_say(n, loc, SYMBOL_DECL, k, name, false); return;
    }
}

void names_capture(struct names *n, enum capture_kind kind, uint16_t entity, const struct type *hint)
{
    if (n->capture == NULL || n->capture->kind != CAPTURE_NONE) return;
    *n->capture = (struct capture){ .kind = kind, .scope = n->scope, .entity = entity, .hint = hint ? *hint : BAD };
}

/* ---- types as written ---- */

bool names_type(const struct program *p, str text, struct type *out)
{
    static const struct {
        const char *zh, *en;
        enum type_kind kind;
    } plain[] = { { "真假", "boolean", TYPE_BOOL },
                  { "日期", "date", TYPE_DATE },
                  { "月份", "month", TYPE_MONTH },
                  { "文本", "text", TYPE_TEXT } };
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        if (!str_eq(text, str_of(plain[i].zh)) && !str_eq(text, str_of(plain[i].en))) continue;
        *out = of_kind(plain[i].kind);
        return true;
    }
    void *codes = map_get(&p->code_by_name, text), *entity = map_get(&p->entity_by_name, text);
    if (codes != NULL)
        *out = of_ref(TYPE_CODE, (uint16_t)INDEX_OF(codes));
    else if (entity != NULL)
        *out = of_ref(TYPE_RECORD, (uint16_t)INDEX_OF(entity));
    if (codes != NULL || entity != NULL) return true;
    struct unit u = UNIT_NONE;
    int64_t factor;
    bool number = str_eq(text, STR("数")) || str_eq(text, STR("number")) || str_eq(text, STR("%"));
    if (!number && !unit_parse(text, &u, &factor)) return false;
    *out = type_num(u, unit_scale(u));
    return true;
}

struct type names_type_written(struct names *n, const struct ast_type *t)
{
    struct type out = BAD;
    if (t->text.len == 0 || !names_type(n->p, t->text, &out)) return BAD;
    struct loc name = t->loc; /* without the (2位) of a number */
    if (name.to > name.from + t->text.len) name.to = name.from + (uint32_t)t->text.len;
    if (out.kind == TYPE_CODE) names_say(n, name, SYMBOL_CODES, out.ref, n->p->codes.at[out.ref].name, false);
    if (out.kind == TYPE_RECORD) names_say_entity(n, name, out.ref, false);
    return out;
}

/* ---- expressions ---- */

static struct type record_of(struct names *n, const struct expr *x);

struct type names_expr_or(struct names *n, const struct expr *x, struct type hint)
{
    return names_expr(n, x, hint.kind == TYPE_BAD ? NULL : &hint);
}

static void each_arg(struct names *n, const struct expr *x)
{
    for (uint32_t i = 1; x->kind == EXPR_CALL && i < x->kid_count; i++) names_expr(n, x->kids[i], NULL);
}

/* A use of a slot, with its arguments. as_record: a dot follows, so that a month of a history is a record. */
static struct type use_slot(struct names *n, uint16_t entity, uint32_t index, const struct expr *x, struct loc name,
                            bool as_record)
{
    const struct program *p = n->p;
    const struct slot *s = &p->entities.at[entity].slots.at[index];
    names_say_slot(n, name, entity, s);
    uint32_t args = x->kind == EXPR_CALL ? x->kid_count - 1 : 0;
    if (s->kind == SLOT_FUNC) {
        const struct func *f = &p->funcs.at[s->func];
        for (uint32_t i = 0; i < args; i++) names_expr_or(n, x->kids[i + 1], i < f->params.len ? f->params.at[i] : BAD);
        return f->type;
    }
    if (s->kind != SLOT_HISTORY) {
        each_arg(n, x);
        return s->type;
    }
    uint16_t key = p->entities.at[s->type.ref].key;
    for (uint32_t i = 0; i < args; i++) {
        names_expr_or(n, x->kids[i + 1],
                      i == 0 && key != 0 ? of_ref(TYPE_CODE, (uint16_t)(key - 1)) : of_kind(TYPE_MONTH));
    }
    if (args <= (key != 0)) return s->type;
    return as_record ? of_ref(TYPE_RECORD, s->type.ref) : of_kind(TYPE_BOOL);
}

static struct type use_param(struct names *n, uint32_t index, const struct expr *x, struct loc name)
{
    const struct param *q = &n->p->params.at[index];
    names_say(n, name, SYMBOL_PARAM, index, q->name, false);
    for (uint32_t i = 1; x->kind == EXPR_CALL && i < x->kid_count; i++) {
        names_expr_or(n, x->kids[i], q->key ? of_ref(TYPE_CODE, (uint16_t)(q->key - 1)) : BAD);
    }
    return q->type;
}

/* A bare name, called or not; callee is the name itself. */
static struct type name_of(struct names *n, const struct expr *x, const struct expr *callee, const struct type *hint,
                           bool as_record)
{
    const struct program *p = n->p;
    if (is_marker(callee->text)) names_capture(n, CAPTURE_NAME, 0, hint);
    for (unsigned i = n->scope.local_count; i-- > 0;) {
        if (!str_eq(n->scope.locals[i].name, callee->text)) continue;
        names_say(n, callee->name, SYMBOL_LOCAL, n->scope.owner, n->scope.locals[i].name, false);
        return n->scope.locals[i].type;
    }
    if (hint != NULL && hint->kind == TYPE_CODE && x->kind == EXPR_NAME &&
        map_get(&p->codes.at[hint->ref].by_name, callee->text) != NULL) {
        names_say_item(n, callee->name, hint->ref, callee->text);
        return *hint;
    }
    uint16_t entity = n->scope.entity[n->scope.level];
    int slot = n->scope.has_subject ? entity_slot(&p->entities.at[entity], callee->text) : -1;
    if (slot >= 0) return use_slot(n, entity, (uint32_t)slot, x, callee->name, as_record);
    void *param = map_get(&p->param_by_name, callee->text);
    if (param != NULL) return use_param(n, (uint32_t)INDEX_OF(param), x, callee->name);
    names_say_named(n, callee->name, KIND_POLICY, callee->text); /* a mistake, but one can go there */
    each_arg(n, x);
    return BAD;
}

static struct type path_of(struct names *n, const struct expr *x, const struct expr *path, bool as_record)
{
    struct type t = record_of(n, path->kids[0]);
    if (t.kind == TYPE_RECORD) {
        if (is_marker(path->text)) names_capture(n, CAPTURE_MEMBER, t.ref, NULL);
        int slot = entity_slot(&n->p->entities.at[t.ref], path->text);
        if (slot >= 0) return use_slot(n, t.ref, (uint32_t)slot, x, path->name, as_record);
    }
    each_arg(n, x);
    return BAD;
}

static bool names_slot(const struct names *n, str name)
{
    return n->scope.has_subject && entity_slot(&n->p->entities.at[n->scope.entity[n->scope.level]], name) >= 0;
}

static struct type builtin_of(struct names *n, const struct expr *x, enum builtin b, const struct type *hint);

static struct type call_of(struct names *n, const struct expr *x, const struct type *hint, bool as_record)
{
    const struct expr *callee = x->kids[0];
    if (callee->kind == EXPR_PATH) return path_of(n, x, callee, as_record);
    enum builtin b = builtin_find(callee->text);
    if (b == BUILTIN_NOT_ONE || names_slot(n, callee->text)) return name_of(n, x, callee, NULL, as_record);
    names_say(n, callee->name, SYMBOL_BUILTIN, b, str_of(builtin_at(b)->zh), false);
    return builtin_of(n, x, b, hint);
}

/* What stands before a dot. */
static struct type record_of(struct names *n, const struct expr *x)
{
    if (x->kind == EXPR_NAME) return name_of(n, x, x, NULL, true);
    if (x->kind == EXPR_PATH) return path_of(n, x, x, true);
    if (x->kind == EXPR_CALL) return call_of(n, x, NULL, true);
    return names_expr(n, x, NULL);
}

static bool enter(struct names *n, struct type group)
{
    bool elements = group.kind == TYPE_GROUP || group.kind == TYPE_HISTORY;
    if (!elements || n->scope.level + 1 >= LIMIT_LEVELS) return false;
    n->scope.entity[++n->scope.level] = group.ref;
    return true;
}

/* Conditions about the members of a group; without a group their names cannot be known. */
static void among(struct names *n, struct type group, const struct expr *condition, const struct expr *value,
                  struct type *out)
{
    if (!enter(n, group)) return;
    if (condition != NULL) names_expr(n, condition, NULL);
    if (value != NULL) *out = names_expr(n, value, NULL);
    n->scope.level--;
}

static struct type aggregate(struct names *n, const struct expr *x, struct type counted)
{
    const struct expr *arg = x->kids[1];
    bool filter = arg->kind == EXPR_FILTER;
    struct type group = names_expr(n, filter ? arg->kids[0] : arg, NULL), value = BAD;
    among(n, group, filter ? arg->kids[1] : NULL, x->kid_count > 2 ? x->kids[2] : NULL, &value);
    return x->kid_count > 2 ? value : counted;
}

static struct type qualifies(struct names *n, const struct expr *x)
{
    const struct expr *arg = x->kids[1];
    if (arg->kind != EXPR_NAME) return of_kind(TYPE_BOOL);
    if (is_marker(arg->text)) names_capture(n, CAPTURE_POLICY, n->scope.entity[n->scope.level], NULL);
    names_say_named(n, arg->name, KIND_POLICY, arg->text);
    return of_kind(TYPE_BOOL);
}

/* The first argument gives the type; the others are wanted to be of it. */
static struct type alike(struct names *n, const struct expr *x, uint32_t first, const struct type *hint)
{
    struct type t = BAD;
    for (uint32_t i = first; i < x->kid_count; i++) {
        struct type k = i == first ? names_expr(n, x->kids[i], hint) : names_expr_or(n, x->kids[i], t);
        if (t.kind == TYPE_BAD || t.kind == TYPE_NONE) t = k;
    }
    return t;
}

static struct type builtin_of(struct names *n, const struct expr *x, enum builtin b, const struct type *hint)
{
    const struct type months = type_num(UNIT_MONTH, 0), days = type_num(UNIT_DAY, 0);
    if (x->kid_count < 2) return BAD;
    switch (b) {
    case BUILTIN_NOT_ONE:
    case BUILTIN_COUNT_: return BAD;
    case BUILTIN_AT_MOST:
    case BUILTIN_AT_LEAST:
    case BUILTIN_LARGER:
    case BUILTIN_SMALLER:
    case BUILTIN_DEFAULT: return alike(n, x, 1, NULL);
    case BUILTIN_QUALIFIES: return qualifies(n, x);
    case BUILTIN_COUNT: return aggregate(n, x, type_num(UNIT_PERSON, 0));
    case BUILTIN_OCCURRENCES: return aggregate(n, x, type_num(UNIT_TIME, 0));
    case BUILTIN_SUM:
    case BUILTIN_MAX:
    case BUILTIN_MIN: return aggregate(n, x, BAD);
    case BUILTIN_PLAIN: names_expr(n, x->kids[1], hint); return type_num(UNIT_NONE, 0);
    case BUILTIN_LATEST:
    case BUILTIN_CURRENT:
    case BUILTIN_FIRST: {
        struct type t = names_expr(n, x->kids[1], NULL);
        return t.kind == TYPE_GROUP ? of_ref(TYPE_RECORD, t.ref) : BAD;
    }
    case BUILTIN_BELONGS: alike(n, x, 1, NULL); return of_kind(TYPE_BOOL);
    case BUILTIN_HAS:
    case BUILTIN_LACKS:
    case BUILTIN_JUDGE:
    case BUILTIN_ACTIVE: each_arg(n, x); return of_kind(TYPE_BOOL);
    case BUILTIN_FULL_MONTHS:
    case BUILTIN_CALENDAR_MONTHS:
    case BUILTIN_MONTHS_TOTAL:
    case BUILTIN_MONTHS_RUN:
    case BUILTIN_MONTHS_WINDOW: each_arg(n, x); return months;
    case BUILTIN_AGE: each_arg(n, x); return type_num(UNIT_AGE, 0);
    case BUILTIN_DAYS:
    case BUILTIN_TOTAL_DAYS:
    case BUILTIN_LONGEST_DAYS:
    case BUILTIN_GAP_DAYS: each_arg(n, x); return days;
    case BUILTIN_SEGMENTS: each_arg(n, x); return type_num(UNIT_TIME, 0);
    case BUILTIN_YEAR: each_arg(n, x); return type_num(UNIT_NONE, 0);
    case BUILTIN_MONTH_OF:
    case BUILTIN_MONTHS_FIRST:
    case BUILTIN_MONTHS_LAST: each_arg(n, x); return of_kind(TYPE_MONTH);
    case BUILTIN_FIRST_DAY:
    case BUILTIN_LAST_DAY:
    case BUILTIN_EXPIRY: each_arg(n, x); return of_kind(TYPE_DATE);
    }
    return BAD;
}

static bool resolves(const struct names *n, const struct expr *x)
{
    if (x->kind != EXPR_NAME || names_slot(n, x->text)) return true;
    for (unsigned i = 0; i < n->scope.local_count; i++) {
        if (str_eq(n->scope.locals[i].name, x->text)) return true;
    }
    return map_get(&n->p->param_by_name, x->text) != NULL;
}

/* A bare code name on either side is told by the other: 性别 = 女, 女 = 性别. */
static void compare(struct names *n, const struct expr *a, const struct expr *b)
{
    bool swap = !resolves(n, a) && resolves(n, b);
    struct type first = names_expr(n, swap ? b : a, NULL);
    names_expr_or(n, swap ? a : b, first);
}

static struct type number_type(const struct expr *x)
{
    struct unit u = UNIT_NONE;
    int64_t factor;
    if (x->unit.len > 0 && !unit_parse(x->unit, &u, &factor)) return BAD;
    return type_num(u, unit_scale(u));
}

static struct type binary(struct names *n, const struct expr *x, const struct type *hint)
{
    char op = x->text.p[0];
    if (op == '=' || op == '!' || op == '<' || op == '>') {
        compare(n, x->kids[0], x->kids[1]);
        return of_kind(TYPE_BOOL);
    }
    bool sum = op == '+' || op == '-';
    struct type a = names_expr(n, x->kids[0], sum ? hint : NULL), b = names_expr(n, x->kids[1], NULL);
    if (sum || a.kind != TYPE_NUM || b.kind != TYPE_NUM) return sum ? a : BAD;
    struct type t = type_num(UNIT_NONE, 0);
    if (!unit_mul(a.unit, b.unit, op == '*' ? 1 : -1, &t.unit)) return BAD;
    return t;
}

static struct type word_type(const struct names *n, enum word w)
{
    switch ((int)w) {
    case WORD_TRUE:
    case WORD_FALSE: return of_kind(TYPE_BOOL);
    case WORD_NONE: return of_kind(TYPE_NONE);
    case WORD_TODAY:
    case WORD_RULE_DAY: return of_kind(TYPE_DATE);
    case WORD_THIS_MONTH: return of_kind(TYPE_MONTH);
    case WORD_SUBJECT: return n->scope.has_subject ? of_ref(TYPE_RECORD, n->scope.entity[0]) : BAD;
    default: return BAD;
    }
}

/* 参数 于 日期: before 于 a name can only be a parameter. */
static struct type param_at(struct names *n, const struct expr *x)
{
    const struct expr *what = x->kids[0], *callee = what->kind == EXPR_CALL ? what->kids[0] : what;
    void *param = callee->kind == EXPR_NAME ? map_get(&n->p->param_by_name, callee->text) : NULL;
    struct type t =
        param != NULL ? use_param(n, (uint32_t)INDEX_OF(param), what, callee->name) : names_expr(n, what, NULL);
    names_expr(n, x->kids[1], NULL);
    return t;
}

static void all_kids(struct names *n, const struct expr *x)
{
    for (uint32_t i = 0; i < x->kid_count; i++) {
        if (x->kids[i] != NULL) names_expr(n, x->kids[i], NULL);
    }
}

static struct type inner(struct names *n, const struct expr *x, const struct type *hint)
{
    struct type t;
    switch (x->kind) {
    case EXPR_NUMBER: return number_type(x);
    case EXPR_DATE: return of_kind(TYPE_DATE);
    case EXPR_MONTH: return of_kind(TYPE_MONTH);
    case EXPR_STRING: return of_kind(TYPE_TEXT);
    case EXPR_WORD: return word_type(n, x->word);
    case EXPR_NAME: return name_of(n, x, x, hint, false);
    case EXPR_PATH: return path_of(n, x, x, false);
    case EXPR_CALL: return call_of(n, x, hint, false);
    case EXPR_UNARY:
        t = names_expr(n, x->kids[0], x->word == WORD_NOT ? NULL : hint);
        return x->word == WORD_NOT ? of_kind(TYPE_BOOL) : t;
    case EXPR_BINARY: return binary(n, x, hint);
    case EXPR_IF:
        names_expr(n, x->kids[0], NULL);
        t = names_expr(n, x->kids[1], hint);
        if (t.kind == TYPE_NONE || t.kind == TYPE_BAD) return names_expr(n, x->kids[2], hint);
        names_expr(n, x->kids[2], &t);
        return t;
    case EXPR_IN: alike(n, x, 0, NULL); return of_kind(TYPE_BOOL);
    case EXPR_RANGE:
    case EXPR_LIST:
    case EXPR_COMPARE: /* bounds of 在, cells of tables: each as the whole is wanted */
        for (uint32_t i = 0; i < x->kid_count; i++) {
            if (x->kids[i] != NULL) names_expr(n, x->kids[i], hint);
        }
        return hint != NULL ? *hint : BAD;
    case EXPR_ROUND: return names_expr(n, x->kids[0], NULL);
    case EXPR_AT: return param_at(n, x);
    case EXPR_QUANT: among(n, names_expr(n, x->kids[0], NULL), x->kids[1], NULL, NULL); return of_kind(TYPE_BOOL);
    case EXPR_FILTER: among(n, names_expr(n, x->kids[0], NULL), x->kids[1], NULL, NULL); return BAD;
    case EXPR_AND:
    case EXPR_OR: all_kids(n, x); return of_kind(TYPE_BOOL);
    case EXPR_BAD:
    case EXPR_INDEX:
    case EXPR_RECORD:
    case EXPR_ASSIGN:
    case EXPR_WITH: return BAD;
    }
    return BAD;
}

struct type names_expr(struct names *n, const struct expr *x, const struct type *hint)
{
    if (x == NULL || n->depth >= DEPTH_MAX) return BAD;
    n->depth++;
    struct type t = inner(n, x, hint);
    n->depth--;
    return t;
}
