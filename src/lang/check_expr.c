/* check_expr: gives each expression its type and its node.
 *
 * Units and decimals are settled here, once: both sides of + - and comparisons are brought to the same number of
 * decimals by explicit RESCALE nodes, so that no evaluator ever looks at a scale to align. Names are looked up from the
 * inside out: locals (parameters of a definition, steps of an amount), the element at hand, parameters, and where the
 * other side of a comparison is a code, the items of its list. After the first mistake in an expression its node is 0
 * and nothing that follows from it is reported. */
#include "lang/check_priv.h"
#include "lang/facts.h"

#include <string.h>

#define INDEX_OF(ptr) ((size_t)(uintptr_t)(ptr)-1)

static const struct type BOOL = { .kind = TYPE_BOOL };
static const struct type DATE = { .kind = TYPE_DATE };
static const struct type MONTH = { .kind = TYPE_MONTH };

const char *op_name(enum op op)
{
    static const char *const names[] = {
        "BAD",
#define OP(name) #name,
#include "lang/ops.def"
#undef OP
    };
    return names[op];
}

/* ---- making nodes ---- */

node_id make_node(struct checker *c, enum op op, struct type t, struct loc loc, const node_id *kids, unsigned n)
{
    struct node *x = vec_push(c->a, &c->p->nodes);
    *x = (struct node){
        .op = (uint8_t)op, .type = t, .loc = loc, .kids = (uint32_t)c->p->kids.len, .kid_count = (uint16_t)n
    };
    for (unsigned i = 0; i < n; i++) *vec_push(c->a, &c->p->kids) = kids[i];
    return (node_id)(c->p->nodes.len - 1);
}

node_id make_const(struct checker *c, struct type t, struct value v, struct loc loc)
{
    *vec_push(c->a, &c->p->consts) = v;
    node_id id = make_node(c, OP_CONST, t, loc, NULL, 0);
    c->p->nodes.at[id].k = (uint32_t)(c->p->consts.len - 1);
    return id;
}

static node_id make1(struct checker *c, enum op op, struct type t, struct loc loc, node_id a)
{
    return make_node(c, op, t, loc, &a, 1);
}

static node_id make2(struct checker *c, enum op op, struct type t, struct loc loc, node_id a, node_id b)
{
    return make_node(c, op, t, loc, (node_id[]){ a, b }, 2);
}

static struct node *at(struct checker *c, node_id id) { return &c->p->nodes.at[id]; }

node_id make_widened(struct checker *c, node_id id, unsigned scale)
{
    struct node n = *at(c, id);
    if (n.type.kind != TYPE_NUM || n.type.scale >= scale || n.type.quotient) return id;
    struct type t = n.type;
    t.scale = (uint8_t)scale;
    if (n.op == OP_CONST && c->p->consts.at[n.k].state == VALUE_KNOWN) {
        struct value v = c->p->consts.at[n.k];
        if (num_widen(v.number, n.type.scale, scale, &v.number)) return make_const(c, t, v, n.loc);
    }
    return make1(c, OP_RESCALE, t, n.loc, id);
}

/* ---- messages ---- */

str type_name(struct checker *c, struct type t) { return program_type_name(c->p, c->a, t); }

static void mismatch(struct checker *c, struct loc loc, struct type got, struct type want, const char *what)
{
    if (got.kind == TYPE_BAD || want.kind == TYPE_BAD) return;
    str g = type_name(c, got), w = type_name(c, want);
    if (got.kind == TYPE_NUM && want.kind == TYPE_NUM) {
        struct diag *d =
            diag_add(c->d, DIAG_unit_mismatch, loc, "%s要的是“%.*s”，这里是“%.*s”", what, STR_ARG(w), STR_ARG(g));
        if (unit_eq(got.unit, UNIT_NONE))
            diag_suggest(c->d, d, "数后面写上单位，例如 100%.*s", STR_ARG(w));
        else
            diag_suggest(c->d, d, "检查是不是漏乘、多乘了一个量；要去掉单位写 数值(x)");
    } else {
        struct diag *d =
            diag_add(c->d, DIAG_type_mismatch, loc, "%s要的是“%.*s”，这里是“%.*s”", what, STR_ARG(w), STR_ARG(g));
        if (got.kind == TYPE_HISTORY && want.kind == TYPE_BOOL)
            diag_suggest(c->d, d, "要问某个月有没有，写上月份，例如 (…, 本月)");
        if (got.kind == TYPE_GROUP && want.kind == TYPE_BOOL)
            diag_suggest(c->d, d, "写 有效(…)、有(…)，或 任一 … 满足 …");
    }
}

/* ---- scope ---- */

void scope_start(struct checker *c, uint16_t entity)
{
    c->level = 0;
    c->level_entity[0] = entity;
    c->has_subject = true;
    c->local_count = 0;
}

bool add_local(struct checker *c, str name, struct type t, struct loc loc)
{
    for (unsigned i = 0; i < c->local_count; i++) {
        if (str_eq(c->locals[i].name, name)) {
            diag_add(c->d, DIAG_duplicate, loc, "“%.*s”在这里已经用过", STR_ARG(name));
            return false;
        }
    }
    if (c->local_count >= LIMIT_LOCALS) {
        diag_add(c->d, DIAG_too_big, loc, "这里最多 %d 个名字", LIMIT_LOCALS);
        return false;
    }
    c->locals[c->local_count++] = (struct local){ .name = name, .type = t, .loc = loc };
    return true;
}

static node_id element(struct checker *c, unsigned level, struct loc loc)
{
    node_id id =
        make_node(c, OP_ELEMENT, (struct type){ .kind = TYPE_RECORD, .ref = c->level_entity[level] }, loc, NULL, 0);
    at(c, id)->level = (uint8_t)level;
    return id;
}

static void offer_scope(struct checker *c, struct nearest *n, uint16_t entity, bool globals)
{
    const struct entity *e = &c->p->entities.at[entity];
    VEC_EACH (const struct slot, s, &e->slots) nearest_offer(n, s->name);
    if (!globals) return;
    for (unsigned i = 0; i < c->local_count; i++) nearest_offer(n, c->locals[i].name);
    VEC_EACH (const struct param, q, &c->p->params) nearest_offer(n, q->name);
}

/* A name as it is written that means something here: a part of what was glued together. */
static bool means_something(struct checker *c, str name, uint16_t entity)
{
    for (unsigned i = 0; i < c->local_count; i++) {
        if (str_eq(c->locals[i].name, name)) return true;
    }
    return word_find(name) != WORD_NOT_ONE || entity_slot(&c->p->entities.at[entity], name) >= 0 ||
           map_get(&c->p->param_by_name, name) != NULL;
}

/* 残疾且低保: two names and an operator without blanks. */
static bool suggest_blanks(struct checker *c, struct diag *g, str name, uint16_t entity)
{
    enum word w;
    str left, right;
    if (!word_glued(name, &w, &left, &right)) return false;
    return (means_something(c, left, entity) || means_something(c, right, entity)) &&
           word_suggest_blanks(name, c->d, g);
}

static void unknown_name(struct checker *c, str name, struct loc loc, uint16_t entity, bool globals,
                         const struct type *hint)
{
    const struct entity *e = &c->p->entities.at[entity];
    struct diag *g;
    if (hint != NULL && hint->kind == TYPE_CODE) {
        const struct code_list *list = &c->p->codes.at[hint->ref];
        g = diag_add(c->d, DIAG_unknown_name, loc, "代码表“%.*s”里没有“%.*s”，“%.*s”也没有这个字段",
                     STR_ARG(list->name), STR_ARG(name), STR_ARG(e->name));
    } else {
        g = diag_add(c->d, DIAG_unknown_name, loc, "“%.*s”没有“%.*s”", STR_ARG(e->name), STR_ARG(name));
    }
    if (g == NULL) return; /* enough were said; looking for likenesses is what takes time */
    if (str_eq(name, STR("是")) || str_eq(name, STR("否"))) {
        diag_suggest(c->d, g, "是写 真，否写 假");
        return;
    }
    if (globals && suggest_blanks(c, g, name, entity)) return;
    struct nearest n;
    nearest_start(&n, name);
    offer_scope(c, &n, entity, globals);
    if (hint != NULL && hint->kind == TYPE_CODE) {
        VEC_EACH (const struct code_item, item, &c->p->codes.at[hint->ref].items) nearest_offer(&n, item->name);
    }
    if (c->level > 0 && globals && entity_slot(&c->p->entities.at[c->level_entity[0]], name) >= 0) {
        diag_suggest(c->d, g, "“满足”后面是成员的名字；要说当事人本人的，写 主体.%.*s", STR_ARG(name));
    } else if (n.best.len > 0) {
        diag_suggest(c->d, g, "是不是“%.*s”？", STR_ARG(n.best));
    } else {
        VEC_EACH (const struct entity, other, &c->p->entities) {
            if (entity_slot(other, name) >= 0) {
                diag_suggest(c->d, g, "“%.*s”有“%.*s”：先取到它，再写“.%.*s”", STR_ARG(other->name), STR_ARG(name),
                             STR_ARG(name));
                return;
            }
        }
    }
}

static int builtin_taken_args(const struct expr *x) { return x->kind == EXPR_CALL ? (int)x->kid_count - 1 : 0; }

/* A slot of a record, called or not: field, group, spells, history, definition. */
static node_id use_slot(struct checker *c, node_id record, uint16_t entity, uint32_t index, const struct expr *x,
                        bool as_record)
{
    const struct slot s = c->p->entities.at[entity].slots.at[index];
    note_use(c, x->name, s.loc, USE_SLOT, entity, index);
    int args = builtin_taken_args(x);
    struct expr *const *arg = args > 0 ? x->kids + 1 : NULL;
    node_id id;
    switch (s.kind) {
    case SLOT_FIELD:
        if (x->kind == EXPR_CALL) {
            diag_add(c->d, DIAG_wrong_kind, x->name, "“%.*s”是字段，后面不写括号", STR_ARG(s.name));
            return 0;
        }
        id = make1(c, OP_FIELD, s.type, x->loc, record);
        at(c, id)->k = index;
        return s.type.kind == TYPE_BAD ? 0 : id;
    case SLOT_GROUP:
    case SLOT_SPELLS:
        if (x->kind == EXPR_CALL) {
            diag_add(c->d, DIAG_wrong_kind, x->name, "“%.*s”是一组，后面不写括号", STR_ARG(s.name));
            return 0;
        }
        id = make1(c, OP_GROUP, s.type, x->loc, record);
        at(c, id)->k = index;
        return id;
    case SLOT_FUNC: {
        const struct func f = c->p->funcs.at[s.func];
        for (int i = 0; c->look != NULL && (size_t)args < f.params.len && i < args; i++)
            check_as(c, arg[i], f.params.at[i], "参数"); /* they are still being written */
        if ((size_t)args != f.params.len) {
            diag_add(c->d, DIAG_arg_count, x->name, "“%.*s”要 %zu 个参数，这里写了 %d 个", STR_ARG(f.name),
                     f.params.len, args);
            return 0;
        }
        node_id kids[LIMIT_ARGS + 1] = { record };
        for (int i = 0; i < args; i++) {
            kids[i + 1] = check_as(c, arg[i], f.params.at[i], "参数");
            if (kids[i + 1] == 0) return 0;
        }
        id = make_node(c, OP_CALL, f.type, x->loc, kids, (unsigned)args + 1);
        at(c, id)->k = s.func;
        return f.type.kind == TYPE_BAD ? 0 : id;
    }
    case SLOT_HISTORY: {
        const struct entity *h = &c->p->entities.at[s.type.ref];
        int key_args = h->key ? 1 : 0;
        if (args > key_args + 1 || (args > 0 && args < key_args)) {
            diag_add(c->d, DIAG_arg_count, x->name, "“%.*s”后面写(%s[月份])", STR_ARG(s.name), h->key ? "类别, " : "");
            return 0;
        }
        node_id kids[2] = { record };
        unsigned n = 1;
        if (key_args > 0 && args > 0) {
            struct type kt = { .kind = TYPE_CODE, .ref = (uint16_t)(h->key - 1) };
            kids[n] = check_as(c, arg[0], kt, "类别");
            if (kids[n++] == 0) return 0;
        }
        node_id hist = make_node(c, OP_HISTORY, s.type, x->loc, kids, n);
        at(c, hist)->k = index;
        if (args == key_args) {
            if (!as_record) return hist;
            struct diag *g = diag_add(c->d, DIAG_type_mismatch, x->loc, "逐月的历史要先说是哪个月，才有“.字段”");
            diag_suggest(c->d, g, "例如 %.*s(…, 本月).字段", STR_ARG(s.name));
            return 0;
        }
        if (args == 0) return hist;
        node_id m = check_as(c, arg[args - 1], MONTH, "月份");
        if (m == 0) return 0;
        struct type t = as_record ? (struct type){ .kind = TYPE_RECORD, .ref = s.type.ref } : BOOL;
        return make2(c, as_record ? OP_MONTH_RECORD : OP_MONTH_HAS, t, x->loc, hist, m);
    }
    }
    return 0;
}

static node_id use_param(struct checker *c, uint32_t index, const struct expr *x, node_id on_day)
{
    const struct param q = c->p->params.at[index];
    note_use(c, x->name, q.decl->name.loc, USE_PARAM, index, 0);
    int args = builtin_taken_args(x);
    int want = q.key ? 1 : 0;
    if (args != want) {
        struct diag *g =
            diag_add(c->d, DIAG_arg_count, x->name,
                     want ? "参数“%.*s”按“%.*s”分，要写是哪一项" : "参数“%.*s”后面不写括号", STR_ARG(q.name),
                     want ? (int)c->p->codes.at[q.key - 1].name.len : 0, want ? c->p->codes.at[q.key - 1].name.p : "");
        if (want && c->p->codes.at[q.key - 1].items.len > 0) {
            diag_suggest(c->d, g, "例如 %.*s(%.*s)", STR_ARG(q.name),
                         STR_ARG(c->p->codes.at[q.key - 1].items.at[0].name));
        }
        return 0;
    }
    node_id kids[2];
    unsigned n = 0;
    if (want) {
        struct type kt = { .kind = TYPE_CODE, .ref = (uint16_t)(q.key - 1) };
        kids[n] = check_as(c, x->kids[1], kt, "参数的类别");
        if (kids[n++] == 0) return 0;
    }
    if (on_day != 0) kids[n++] = on_day;
    node_id id = make_node(c, OP_PARAM, q.type, x->loc, kids, n);
    at(c, id)->k = index;
    at(c, id)->level = (uint8_t)((want ? 1 : 0) | (on_day ? 2 : 0));
    return q.type.kind == TYPE_BAD ? 0 : id;
}

static node_id code_const(struct checker *c, uint16_t list, str name, struct loc loc, struct loc name_loc)
{
    const struct code_list *l = &c->p->codes.at[list];
    const struct code_item *item = map_get(&l->by_name, name);
    if (item == NULL) return 0;
    note_use(c, name_loc, item->loc, USE_ITEM, list, (uint32_t)(item - l->items.at));
    struct value v = { .state = VALUE_KNOWN, .code = (uint32_t)(item - l->items.at) };
    return make_const(c, (struct type){ .kind = TYPE_CODE, .ref = list }, v, loc);
}

/* A bare name, called or not. */
static node_id check_name(struct checker *c, const struct expr *x, const struct expr *callee, const struct type *hint,
                          bool as_record)
{
    str name = callee->text;
    if (is_marker(c, name)) {
        look_met(c, LOOK_NAME, c->level_entity[c->level], hint);
        return 0;
    }
    for (unsigned i = c->local_count; i-- > 0;) {
        if (!str_eq(c->locals[i].name, name)) continue;
        if (x->kind == EXPR_CALL) {
            diag_add(c->d, DIAG_wrong_kind, callee->loc, "“%.*s”后面不写括号", STR_ARG(name));
            return 0;
        }
        bool declared = c->locals[i].loc.to > 0; /* 核定金额 is declared nowhere */
        if (declared) note_use(c, callee->name, c->locals[i].loc, USE_LOCAL, i, 0);
        node_id id = make_node(c, OP_LOCAL, c->locals[i].type, x->loc, NULL, 0);
        at(c, id)->k = i;
        return c->locals[i].type.kind == TYPE_BAD ? 0 : id;
    }
    if (hint != NULL && hint->kind == TYPE_CODE && x->kind == EXPR_NAME) {
        node_id id = code_const(c, hint->ref, name, x->loc, x->name);
        if (id != 0) return id;
    }
    uint16_t entity = c->level_entity[c->level];
    if (c->has_subject) {
        int slot = entity_slot(&c->p->entities.at[entity], name);
        if (slot >= 0) return use_slot(c, element(c, c->level, callee->loc), entity, (uint32_t)slot, x, as_record);
    }
    void *param = map_get(&c->p->param_by_name, name);
    if (param != NULL) return use_param(c, (uint32_t)INDEX_OF(param), x, 0);
    if (map_get(&c->p->policy_by_name, name) != NULL) {
        struct diag *g = diag_add(c->d, DIAG_wrong_kind, callee->loc, "“%.*s”是政策", STR_ARG(name));
        diag_suggest(c->d, g, "问是不是符合它，写 符合(%.*s)", STR_ARG(name));
        return 0;
    }
    if (!c->has_subject) {
        diag_add(c->d, DIAG_unknown_name, callee->loc, "没有“%.*s”", STR_ARG(name));
        return 0;
    }
    unknown_name(c, name, callee->loc, entity, true, hint);
    return 0;
}

static node_id check_path(struct checker *c, const struct expr *x, const struct expr *path, bool as_record);

/* An expression that stands before a dot: it must yield a record. */
static node_id check_record(struct checker *c, const struct expr *x)
{
    node_id id;
    if (x->kind == EXPR_NAME)
        id = check_name(c, x, x, NULL, true);
    else if (x->kind == EXPR_PATH)
        id = check_path(c, x, x, true);
    else if (x->kind == EXPR_CALL && x->kids[0]->kind == EXPR_NAME &&
             builtin_find(x->kids[0]->text) == BUILTIN_NOT_ONE) {
        id = check_name(c, x, x->kids[0], NULL, true);
    } else if (x->kind == EXPR_CALL && x->kids[0]->kind == EXPR_PATH)
        id = check_path(c, x, x->kids[0], true);
    else
        id = check_expr(c, x, NULL);
    if (id == 0) return 0;
    struct type t = at(c, id)->type;
    if (t.kind == TYPE_RECORD) return id;
    struct diag *g =
        diag_add(c->d, DIAG_type_mismatch, x->loc, "“.”前面要是一条记录，这里是“%.*s”", STR_ARG(type_name(c, t)));
    if (t.kind == TYPE_GROUP) diag_suggest(c->d, g, "一组里有许多条：写 最近(…).字段、当前(…).字段，或 任一 … 满足 …");
    return 0;
}

static node_id check_path(struct checker *c, const struct expr *x, const struct expr *path, bool as_record)
{
    node_id record = check_record(c, path->kids[0]);
    if (record == 0) return 0;
    uint16_t entity = at(c, record)->type.ref;
    if (is_marker(c, path->text)) {
        look_met(c, LOOK_MEMBER, entity, NULL);
        return 0;
    }
    int slot = entity_slot(&c->p->entities.at[entity], path->text);
    if (slot < 0) {
        unknown_name(c, path->text, path->name, entity, false, NULL);
        return 0;
    }
    return use_slot(c, record, entity, (uint32_t)slot, x, as_record);
}

/* ---- literals ---- */

static node_id check_number(struct checker *c, const struct expr *x, const struct type *hint)
{
    struct unit u = UNIT_NONE;
    int64_t factor = 1;
    if (x->unit.len > 0 && !unit_parse(x->unit, &u, &factor)) {
        struct diag *g = diag_add(c->d, DIAG_no_unit, x->unit_loc, "没有“%.*s”这个单位", STR_ARG(x->unit));
        str near = unit_near(x->unit);
        if (word_suggest_blanks(x->unit, c->d, g)) return 0;
        if (near.len > 0)
            diag_suggest(c->d, g, "是不是“%.*s”？", STR_ARG(near));
        else
            diag_suggest(c->d, g,
                         "单位有 "
                         "元、月、年、日、岁、人、次、工作日、小时、课时、个、户、家，可以用“/"
                         "”组合；后面若是另一个词，中间要有运算词");
        return 0;
    }
    if (x->unit.len == 0 && c->lenient_units && hint != NULL && hint->kind == TYPE_NUM) u = hint->unit;
    num n = x->number;
    unsigned scale = x->scale + (x->percent ? 2u : 0u);
    if (!num_mul(n, factor, &n) || scale > NUM_SCALE_MAX) {
        diag_add(c->d, DIAG_bad_number, x->loc, "这个数太大");
        return 0;
    }
    while (scale > 0 && n % 10 == 0) n /= 10, scale--;
    return make_const(c, type_num(u, scale), value_num(n), x->loc);
}

static node_id check_word(struct checker *c, const struct expr *x)
{
    switch ((int)x->word) {
    case WORD_TRUE: return make_const(c, BOOL, value_bool(true), x->loc);
    case WORD_FALSE: return make_const(c, BOOL, value_bool(false), x->loc);
    case WORD_NONE: return make_const(c, type_of_kind(TYPE_NONE), value_none(), x->loc);
    case WORD_TODAY: return make_node(c, OP_TODAY, DATE, x->loc, NULL, 0);
    case WORD_RULE_DAY: return make_node(c, OP_RULE_DAY, DATE, x->loc, NULL, 0);
    case WORD_THIS_MONTH: return make1(c, OP_MONTH_OF, MONTH, x->loc, make_node(c, OP_TODAY, DATE, x->loc, NULL, 0));
    case WORD_SUBJECT:
        if (!c->has_subject) break;
        return element(c, 0, x->loc);
    default: break;
    }
    diag_add(c->d, DIAG_syntax, x->loc, "“%s”不能用在这里", word_zh(x->word));
    return 0;
}

/* ---- operators ---- */

static node_id check_chain(struct checker *c, const struct expr *x, enum op op)
{
    VEC(node_id) kids = { 0 };
    bool ok = true;
    for (uint32_t i = 0; i < x->kid_count; i++) {
        node_id id = check_bool(c, x->kids[i]);
        ok = ok && id != 0;
        *vec_push(c->a, &kids) = id;
    }
    if (!ok) return 0;
    if (kids.len > UINT16_MAX) {
        diag_add(c->d, DIAG_too_big, x->loc, "条件太长");
        return 0;
    }
    return make_node(c, op, BOOL, x->loc, kids.at, (unsigned)kids.len);
}

static bool resolves(struct checker *c, const struct expr *x)
{
    if (x->kind != EXPR_NAME) return true;
    for (unsigned i = 0; i < c->local_count; i++) {
        if (str_eq(c->locals[i].name, x->text)) return true;
    }
    return (c->has_subject && entity_slot(&c->p->entities.at[c->level_entity[c->level]], x->text) >= 0) ||
           map_get(&c->p->param_by_name, x->text) != NULL;
}

/* The two sides of a comparison, a bare code name on either side resolved by the other: 男 = 性别. */
static bool two_sides(struct checker *c, const struct expr *a, const struct expr *b, node_id *ia, node_id *ib)
{
    bool a_bare = !resolves(c, a) && resolves(c, b);
    if (a_bare) {
        *ib = check_expr(c, b, NULL);
        if (*ib == 0) return false;
        struct type tb = *node_type(c, *ib);
        *ia = check_expr(c, a, &tb);
    } else {
        *ia = check_expr(c, a, NULL);
        if (*ia == 0) return false;
        struct type ta = *node_type(c, *ia);
        *ib = check_expr(c, b, &ta);
    }
    return *ia != 0 && *ib != 0;
}

/* Brings two numbers to one scale. A quotient keeps its own. */
static void align(struct checker *c, node_id *a, node_id *b)
{
    unsigned sa = at(c, *a)->type.scale, sb = at(c, *b)->type.scale;
    if (sa < sb) *a = make_widened(c, *a, sb);
    if (sb < sa) *b = make_widened(c, *b, sa);
}

static bool comparable(struct checker *c, struct type a, struct type b, struct loc loc, bool order)
{
    if (a.kind == TYPE_NONE || b.kind == TYPE_NONE) {
        struct diag *g = diag_add(c->d, DIAG_type_mismatch, loc, "与“无”比较总是假");
        diag_suggest(c->d, g, "写 有(x) 或 无(x)");
        return false;
    }
    if (!type_fits(a, b)) {
        mismatch(c, loc, b, a, "比较的右边");
        return false;
    }
    bool ordered = a.kind == TYPE_NUM || a.kind == TYPE_DATE || a.kind == TYPE_MONTH;
    bool equals = ordered || a.kind == TYPE_CODE || a.kind == TYPE_TEXT || a.kind == TYPE_BOOL || a.kind == TYPE_RECORD;
    if (order ? ordered : equals) return true;
    diag_add(c->d, DIAG_type_mismatch, loc, "“%.*s”不能%s", STR_ARG(type_name(c, a)), order ? "比大小" : "比较");
    return false;
}

static node_id check_compare(struct checker *c, const struct expr *x)
{
    static const struct {
        const char *text;
        enum op op;
    } ops[] = { { "=", OP_EQ }, { "!=", OP_NE }, { "<", OP_LT }, { "<=", OP_LE }, { ">", OP_GT }, { ">=", OP_GE } };
    enum op op = OP_BAD;
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        if (str_eq(x->text, str_of(ops[i].text))) op = ops[i].op;
    }
    node_id a, b;
    if (!two_sides(c, x->kids[0], x->kids[1], &a, &b)) return 0;
    struct type ta = at(c, a)->type, tb = at(c, b)->type;
    if (!comparable(c, ta, tb, x->kids[1]->loc, op != OP_EQ && op != OP_NE)) return 0;
    if (ta.kind == TYPE_NUM && !ta.quotient && !tb.quotient) align(c, &a, &b);
    return make2(c, op, BOOL, x->loc, a, b);
}

static node_id no_quotient(struct checker *c, node_id id)
{
    if (id == 0 || !at(c, id)->type.quotient) return id;
    struct diag *g = diag_add(c->d, DIAG_division, at(c, id)->loc, "除法的结果要马上舍入或比较");
    diag_suggest(c->d, g, "把除法放在最后，例如 (甲 * 乙) / 丙 舍入到分 四舍五入");
    return 0;
}

static bool is_num(struct checker *c, node_id id, const struct expr *x)
{
    if (at(c, id)->type.kind == TYPE_NUM) return true;
    diag_add(c->d, DIAG_type_mismatch, x->loc, "这里要的是数，不是“%.*s”", STR_ARG(type_name(c, at(c, id)->type)));
    return false;
}

static node_id check_date_sum(struct checker *c, const struct expr *x, node_id a, node_id b, bool minus)
{
    struct type ta = at(c, a)->type, tb = at(c, b)->type;
    if (tb.kind != TYPE_NUM) {
        struct diag *g = diag_add(c->d, DIAG_type_mismatch, x->kids[1]->loc,
                                  "日期只能加减 日、月、工作日，不能加减“%.*s”", STR_ARG(type_name(c, tb)));
        if (tb.kind == TYPE_DATE) diag_suggest(c->d, g, "两个日期相差几天，写 天数(从, 到)");
        return 0;
    }
    bool counts = unit_eq(tb.unit, UNIT_MONTH) ||
                  (ta.kind == TYPE_DATE && (unit_eq(tb.unit, UNIT_DAY) || unit_eq(tb.unit, UNIT_WORKDAY)));
    if (counts && tb.scale > 0) {
        diag_add(c->d, DIAG_round_needed, x->kids[1]->loc, "加到日期上的数要是整数，先舍入到整数");
        return 0;
    }
    if (minus) b = make1(c, OP_NEG, tb, x->kids[1]->loc, b);
    bool months = unit_eq(tb.unit, UNIT_MONTH);
    if (ta.kind == TYPE_MONTH) {
        if (months) return make2(c, OP_MONTH_MONTHS, MONTH, x->loc, a, b);
        mismatch(c, x->kids[1]->loc, tb, type_num(UNIT_MONTH, 0), "月份加减");
        return 0;
    }
    if (unit_eq(tb.unit, UNIT_DAY)) return make2(c, OP_DATE_DAYS, DATE, x->loc, a, b);
    if (unit_eq(tb.unit, UNIT_WORKDAY)) return make2(c, OP_DATE_WORKDAYS, DATE, x->loc, a, b);
    if (!months) {
        mismatch(c, x->kids[1]->loc, tb, type_num(UNIT_DAY, 0), "日期加减");
        return 0;
    }
    if (x->mode == 0) {
        struct diag *g =
            diag_add(c->d, DIAG_month_mode, x->loc, "没有对应日（例如 1 月 31 日加一个月）时怎么办，要写明");
        diag_suggest(c->d, g, "后面加“取月末”或“顺延”");
        return 0;
    }
    node_id id = make2(c, OP_DATE_MONTHS, DATE, x->loc, a, b);
    at(c, id)->level = (uint8_t)(x->mode - 1);
    return id;
}

static node_id check_binary(struct checker *c, const struct expr *x, const struct type *hint)
{
    char op = x->text.p[0];
    if (op == '=' || op == '!' || op == '<' || op == '>') return check_compare(c, x);
    const struct type *inner = (op == '+' || op == '-') ? hint : NULL;
    node_id a = no_quotient(c, check_expr(c, x->kids[0], inner));
    if (a == 0) return 0;
    struct type ta = at(c, a)->type;
    node_id b = no_quotient(c, check_expr(c, x->kids[1], NULL));
    if (b == 0) return 0;
    if ((op == '+' || op == '-') && (ta.kind == TYPE_DATE || ta.kind == TYPE_MONTH))
        return check_date_sum(c, x, a, b, op == '-');
    if (x->mode != 0) {
        diag_add(c->d, DIAG_syntax, x->loc, "“取月末”“顺延”只用于日期加月");
        return 0;
    }
    if (!is_num(c, a, x->kids[0]) || !is_num(c, b, x->kids[1])) return 0;
    struct type tb = at(c, b)->type;
    if (op == '+' || op == '-') {
        if (!unit_eq(ta.unit, tb.unit)) {
            mismatch(c, x->kids[1]->loc, tb, ta, op == '+' ? "加号右边" : "减号右边");
            return 0;
        }
        align(c, &a, &b);
        return make2(c, op == '+' ? OP_ADD : OP_SUB, at(c, a)->type, x->loc, a, b);
    }
    struct type t = { .kind = TYPE_NUM };
    if (!unit_mul(ta.unit, tb.unit, op == '*' ? 1 : -1, &t.unit)) {
        diag_add(c->d, DIAG_unit_mismatch, x->loc, "单位的次方太高");
        return 0;
    }
    if (op == '/') {
        align(c, &a, &b);
        t.quotient = true;
        return make2(c, OP_DIV, t, x->loc, a, b);
    }
    unsigned scale = (unsigned)ta.scale + tb.scale;
    if (scale > NUM_SCALE_MAX) {
        struct diag *g =
            diag_add(c->d, DIAG_round_needed, x->loc, "乘积有 %u 位小数，超过 %d 位", scale, NUM_SCALE_MAX);
        diag_suggest(c->d, g, "先把其中一边舍入");
        return 0;
    }
    t.scale = (uint8_t)scale;
    return make2(c, OP_MUL, t, x->loc, a, b);
}

static node_id check_round(struct checker *c, const struct expr *x)
{
    node_id a = check_expr(c, x->kids[0], NULL);
    if (a == 0 || !is_num(c, a, x->kids[0])) return 0;
    if (x->mode == ROUND_NO_DIRECTION) {
        struct diag *g = diag_add(c->d, DIAG_syntax, x->name, "舍入要写方向");
        diag_suggest(c->d, g, "后面加“四舍五入”“进一”或“舍去”");
        return 0;
    }
    struct type t = at(c, a)->type;
    if (x->digits_money && !unit_is_money(t.unit)) {
        mismatch(c, x->kids[0]->loc, t, type_num(UNIT_YUAN, 2), "舍入到分、角、元");
        return 0;
    }
    t.quotient = false;
    t.scale = (uint8_t)(x->digits > 0 ? x->digits : 0);
    node_id id = make1(c, OP_ROUND, t, x->loc, a);
    at(c, id)->k = (uint32_t)(x->digits + 32);
    at(c, id)->level = (uint8_t)x->mode;
    return id;
}

static node_id check_in(struct checker *c, const struct expr *x)
{
    node_id first = check_expr(c, x->kids[0], NULL);
    if (first == 0) return 0;
    struct type t = at(c, first)->type;
    if (x->kid_count == 2 && x->kids[1]->kind == EXPR_RANGE) {
        node_id lo = check_expr(c, x->kids[1]->kids[0], &t), hi = lo ? check_expr(c, x->kids[1]->kids[1], &t) : 0;
        if (lo == 0 || hi == 0) return 0;
        if (!comparable(c, t, at(c, lo)->type, x->kids[1]->kids[0]->loc, true) ||
            !comparable(c, t, at(c, hi)->type, x->kids[1]->kids[1]->loc, true)) {
            return 0;
        }
        if (t.kind == TYPE_NUM && !t.quotient) {
            unsigned s = t.scale;
            if (at(c, lo)->type.scale > s) s = at(c, lo)->type.scale;
            if (at(c, hi)->type.scale > s) s = at(c, hi)->type.scale;
            first = make_widened(c, first, s), lo = make_widened(c, lo, s), hi = make_widened(c, hi, s);
        }
        return make_node(c, OP_BETWEEN, BOOL, x->loc, (node_id[]){ first, lo, hi }, 3);
    }
    VEC(node_id) kids = { 0 };
    unsigned scale = t.scale;
    *vec_push(c->a, &kids) = first;
    for (uint32_t i = 1; i < x->kid_count; i++) {
        node_id k = check_expr(c, x->kids[i], &t);
        if (k == 0 || !comparable(c, t, at(c, k)->type, x->kids[i]->loc, false)) return 0;
        if (at(c, k)->type.scale > scale) scale = at(c, k)->type.scale;
        *vec_push(c->a, &kids) = k;
    }
    VEC_EACH (node_id, k, &kids) *k = make_widened(c, *k, scale);
    if (kids.len > UINT16_MAX) return 0;
    return make_node(c, OP_IN, BOOL, x->loc, kids.at, (unsigned)kids.len);
}

/* Values that are alternatives of one another (若, 较大, 最大 …): one type, one scale. */
static bool unify(struct checker *c, node_id *ids, const struct loc *locs, unsigned n, struct type *out)
{
    struct type t = { .kind = TYPE_NONE };
    unsigned scale = 0;
    for (unsigned i = 0; i < n; i++) {
        struct type k = at(c, ids[i])->type;
        if (no_quotient(c, ids[i]) == 0) return false;
        if (k.kind == TYPE_NONE) continue;
        if (t.kind == TYPE_NONE)
            t = k;
        else if (!type_fits(t, k)) {
            mismatch(c, locs[i], k, t, "这里");
            return false;
        }
        if (k.kind == TYPE_NUM && k.scale > scale) scale = k.scale;
    }
    for (unsigned i = 0; i < n && t.kind == TYPE_NUM; i++) ids[i] = make_widened(c, ids[i], scale);
    t.scale = (uint8_t)scale;
    *out = t;
    return true;
}

static node_id check_if(struct checker *c, const struct expr *x, const struct type *hint)
{
    node_id cond = check_bool(c, x->kids[0]);
    node_id k[3] = { cond, check_expr(c, x->kids[1], hint), 0 };
    if (k[1] == 0) return 0;
    struct type t1 = at(c, k[1])->type;
    k[2] = check_expr(c, x->kids[2], t1.kind == TYPE_NONE ? hint : &t1);
    if (cond == 0 || k[2] == 0) return 0;
    struct type t;
    if (!unify(c, k + 1, (struct loc[]){ x->kids[1]->loc, x->kids[2]->loc }, 2, &t)) return 0;
    return make_node(c, OP_IF, t, x->loc, k, 3);
}

/* ---- groups ---- */

static node_id check_group(struct checker *c, const struct expr *x)
{
    node_id id = check_expr(c, x, NULL);
    if (id == 0) return 0;
    struct type t = at(c, id)->type;
    if (t.kind == TYPE_GROUP || t.kind == TYPE_HISTORY) return id;
    struct diag *g = diag_add(c->d, DIAG_type_mismatch, x->loc, "这里要的是一组（成员、经历），不是“%.*s”",
                              STR_ARG(type_name(c, t)));
    diag_suggest(c->d, g, "例如 家庭.成员、就业登记、参保缴费(养老)");
    return 0;
}

static bool enter_element(struct checker *c, node_id group, struct loc loc)
{
    if (c->level + 1 >= LIMIT_LEVELS) {
        diag_add(c->d, DIAG_too_big, loc, "“满足”最多套 %d 层", LIMIT_LEVELS - 1);
        return false;
    }
    c->level_entity[++c->level] = at(c, group)->type.ref;
    return true;
}

static node_id check_quant(struct checker *c, const struct expr *x)
{
    node_id group = check_group(c, x->kids[0]);
    if (group == 0 || !enter_element(c, group, x->loc)) return 0;
    node_id cond = check_bool(c, x->kids[1]);
    c->level--;
    if (cond == 0) return 0;
    node_id id = make2(c, x->word == WORD_ANY ? OP_ANY : OP_ALL, BOOL, x->loc, group, cond);
    at(c, id)->level = (uint8_t)(c->level + 1);
    return id;
}

/* 人数(组 满足 条件), 合计(组 满足 条件, 值) and the like. */
static node_id check_aggregate(struct checker *c, const struct expr *x, enum builtin b)
{
    const struct expr *arg = x->kids[1];
    const struct expr *group_x = arg->kind == EXPR_FILTER ? arg->kids[0] : arg;
    node_id group = check_group(c, group_x);
    if (group == 0) return 0;
    bool members = at(c, group)->type.kind == TYPE_GROUP && !c->p->entities.at[at(c, group)->type.ref].is_spell;
    if (b == BUILTIN_COUNT && !members) {
        struct diag *g = diag_add(c->d, DIAG_type_mismatch, group_x->loc, "人数数的是人、单位，这里是经历");
        diag_suggest(c->d, g, "数经历写 次数(…)；数月份写 累计月数(…)");
        return 0;
    }
    if (!enter_element(c, group, x->loc)) return 0;
    node_id cond =
        arg->kind == EXPR_FILTER ? check_bool(c, arg->kids[1]) : make_const(c, BOOL, value_bool(true), arg->loc);
    node_id value = 0;
    bool sums = b == BUILTIN_SUM || b == BUILTIN_MAX || b == BUILTIN_MIN;
    if (cond != 0 && sums) value = no_quotient(c, check_expr(c, x->kids[2], NULL));
    c->level--;
    if (cond == 0 || (sums && value == 0)) return 0;
    node_id id;
    if (!sums) {
        struct type t = type_num(b == BUILTIN_COUNT ? UNIT_PERSON : UNIT_TIME, 0);
        id = make2(c, OP_COUNT, t, x->loc, group, cond);
    } else {
        struct type t = at(c, value)->type;
        bool ok = t.kind == TYPE_NUM || (b != BUILTIN_SUM && (t.kind == TYPE_DATE || t.kind == TYPE_MONTH));
        if (!ok) {
            diag_add(c->d, DIAG_type_mismatch, x->kids[2]->loc, "这里要的是数，不是“%.*s”", STR_ARG(type_name(c, t)));
            return 0;
        }
        enum op op = b == BUILTIN_SUM ? OP_SUM : b == BUILTIN_MAX ? OP_MAX : OP_MIN;
        id = make_node(c, op, t, x->loc, (node_id[]){ group, cond, value }, 3);
    }
    at(c, id)->level = (uint8_t)(c->level + 1);
    return id;
}

/* ---- functions ---- */

/* Argument i as a list of spells (intervals). */
static node_id spells_arg(struct checker *c, const struct expr *x)
{
    node_id id = check_expr(c, x, NULL);
    if (id == 0) return 0;
    struct type t = at(c, id)->type;
    if (t.kind == TYPE_GROUP && c->p->entities.at[t.ref].is_spell) return id;
    struct diag *g = diag_add(c->d, DIAG_type_mismatch, x->loc, "这里要的是经历，不是“%.*s”", STR_ARG(type_name(c, t)));
    if (t.kind == TYPE_HISTORY) diag_suggest(c->d, g, "按月的经历用 累计月数、连续月数、近月数");
    return 0;
}

static node_id history_arg(struct checker *c, const struct expr *x)
{
    node_id id = check_expr(c, x, NULL);
    if (id == 0) return 0;
    struct node n = *at(c, id);
    if (n.type.kind != TYPE_HISTORY) {
        struct diag *g = diag_add(c->d, DIAG_type_mismatch, x->loc, "这里要的是按月的经历，不是“%.*s”",
                                  STR_ARG(type_name(c, n.type)));
        if (n.type.kind == TYPE_GROUP)
            diag_suggest(c->d, g, "区间的经历用 合计天数、段数，或 足月(当前(…).开始, 今日)");
        return 0;
    }
    if (c->p->entities.at[n.type.ref].key != 0 && n.kid_count == 1) {
        struct diag *g = diag_add(c->d, DIAG_arg_count, x->loc, "“%.*s”分类别，要写是哪一类",
                                  STR_ARG(c->p->entities.at[n.type.ref].name));
        diag_suggest(c->d, g, "例如 参保缴费(养老)");
        return 0;
    }
    return id;
}

static node_id optional_month(struct checker *c, const struct expr *x, uint32_t i)
{
    if (x->kid_count > i) return check_as(c, x->kids[i], MONTH, "月份");
    return make1(c, OP_MONTH_OF, MONTH, x->loc, make_node(c, OP_TODAY, DATE, x->loc, NULL, 0));
}

static node_id date_or_month(struct checker *c, const struct expr *x)
{
    node_id id = check_expr(c, x, NULL);
    if (id == 0) return 0;
    struct type t = at(c, id)->type;
    if (t.kind == TYPE_MONTH) return id;
    if (t.kind == TYPE_DATE) return make1(c, OP_MONTH_OF, MONTH, x->loc, id);
    mismatch(c, x->loc, t, MONTH, "这里");
    return 0;
}

static node_id check_expiry(struct checker *c, const struct expr *x)
{
    node_id d = check_as(c, x->kids[1], DATE, "届满的起算日");
    node_id n = d ? no_quotient(c, check_expr(c, x->kids[2], NULL)) : 0;
    if (n == 0 || !is_num(c, n, x->kids[2])) return 0;
    struct type t = at(c, n)->type;
    if (t.scale > 0) {
        diag_add(c->d, DIAG_round_needed, x->kids[2]->loc, "期间要是整数");
        return 0;
    }
    if (unit_eq(t.unit, UNIT_MONTH)) return make2(c, OP_EXPIRY_MONTHS, DATE, x->loc, d, n);
    if (unit_eq(t.unit, UNIT_DAY)) return make2(c, OP_EXPIRY_DAYS, DATE, x->loc, d, n);
    if (unit_eq(t.unit, UNIT_WORKDAY)) return make2(c, OP_DATE_WORKDAYS, DATE, x->loc, d, n);
    mismatch(c, x->kids[2]->loc, t, type_num(UNIT_MONTH, 0), "期间");
    return 0;
}

static node_id check_extremes(struct checker *c, const struct expr *x, bool smallest)
{
    node_id ids[LIMIT_ARGS];
    struct loc locs[LIMIT_ARGS];
    unsigned n = x->kid_count - 1;
    for (unsigned i = 0; i < n; i++) {
        struct type prev = i > 0 ? at(c, ids[0])->type : BOOL;
        ids[i] = check_expr(c, x->kids[i + 1], i > 0 ? &prev : NULL);
        if (ids[i] == 0) return 0;
        locs[i] = x->kids[i + 1]->loc;
    }
    struct type t;
    if (!unify(c, ids, locs, n, &t)) return 0;
    if (t.kind != TYPE_NUM && t.kind != TYPE_DATE && t.kind != TYPE_MONTH) {
        diag_add(c->d, DIAG_type_mismatch, x->loc, "“%.*s”不能比大小", STR_ARG(type_name(c, t)));
        return 0;
    }
    return make_node(c, smallest ? OP_SMALLEST : OP_LARGEST, t, x->loc, ids, n);
}

static node_id check_default(struct checker *c, const struct expr *x)
{
    node_id ids[2];
    ids[0] = check_expr(c, x->kids[1], NULL);
    if (ids[0] == 0) return 0;
    struct type t = at(c, ids[0])->type;
    ids[1] = check_expr(c, x->kids[2], &t);
    if (ids[1] == 0 || !unify(c, ids, (struct loc[]){ x->kids[1]->loc, x->kids[2]->loc }, 2, &t)) return 0;
    if (!c->has_cite) {
        struct diag *g = diag_add(c->d, DIAG_no_source, x->loc, "把未知当作某个值，是法律判断，这一条要有自己的依据");
        diag_suggest(c->d, g, "在这一条下面写“依据 …”");
    }
    return make_node(c, OP_DEFAULT, t, x->loc, ids, 2);
}

static node_id check_qualifies(struct checker *c, const struct expr *x)
{
    const struct expr *arg = x->kids[1];
    if (arg->kind == EXPR_NAME && is_marker(c, arg->text)) {
        look_met(c, LOOK_POLICY, c->level_entity[c->level], NULL);
        return 0;
    }
    void *found = arg->kind == EXPR_NAME ? map_get(&c->p->policy_by_name, arg->text) : NULL;
    if (found == NULL) {
        struct diag *g = diag_add(c->d, DIAG_unknown_name, arg->loc, "没有这个政策");
        if (g == NULL) return 0;
        if (arg->kind != EXPR_NAME) return 0;
        struct nearest n;
        nearest_start(&n, arg->text);
        VEC_EACH (const struct policy, q, &c->p->policies) nearest_offer(&n, q->name);
        if (n.best.len > 0) diag_suggest(c->d, g, "是不是“%.*s”？", STR_ARG(n.best));
        return 0;
    }
    const struct policy *q = &c->p->policies.at[INDEX_OF(found)];
    if (!c->has_subject || c->level_entity[c->level] != q->entity) {
        diag_add(c->d, DIAG_type_mismatch, arg->loc, "政策“%.*s”的对象是“%.*s”，不是这里的对象", STR_ARG(q->name),
                 STR_ARG(c->p->entities.at[q->entity].name));
        return 0;
    }
    note_use(c, arg->name, q->decl->name.loc, USE_POLICY, q->id, 0);
    node_id id = make1(c, OP_QUALIFIES, BOOL, x->loc, element(c, c->level, x->loc));
    at(c, id)->k = (uint32_t)INDEX_OF(found);
    return id;
}

/* A call that is still being written, with 无 for the arguments that are to come. */
static const struct expr *with_all_args(struct checker *c, const struct expr *x, uint32_t args)
{
    struct expr *none = ARENA_NEW(c->a, struct expr), *whole = ARENA_NEW(c->a, struct expr);
    *none = (struct expr){ .kind = EXPR_WORD, .word = WORD_NONE, .loc = x->loc, .name = x->loc };
    *whole = *x;
    whole->kids = ARENA_ARRAY(c->a, struct expr *, args + 1);
    whole->kid_count = args + 1;
    for (uint32_t i = 0; i <= args; i++) whole->kids[i] = i < x->kid_count ? x->kids[i] : none;
    return whole;
}

static node_id check_builtin(struct checker *c, const struct expr *x, enum builtin b, const struct type *hint)
{
    const struct builtin_def *def = builtin_at(b);
    if (c->look != NULL && x->kid_count > 1 && x->kid_count - 1 < def->args_min) x = with_all_args(c, x, def->args_min);
    uint32_t n = x->kid_count - 1;
    if (n < def->args_min || n > def->args_max) {
        struct diag *g = diag_add(c->d, DIAG_arg_count, x->name, "“%s”的参数个数不对", def->zh);
        diag_suggest(c->d, g, "写成 %s：%s", def->signature, def->help);
        return 0;
    }
    bool filtered =
        b == BUILTIN_COUNT || b == BUILTIN_OCCURRENCES || b == BUILTIN_SUM || b == BUILTIN_MAX || b == BUILTIN_MIN;
    for (uint32_t i = 1; i < x->kid_count; i++) {
        if (x->kids[i]->kind == EXPR_FILTER && !(filtered && i == 1)) {
            diag_add(c->d, DIAG_syntax, x->kids[i]->loc, "“%s”里不能写“满足”", def->zh);
            return 0;
        }
    }
    const struct type months = type_num(UNIT_MONTH, 0), days = type_num(UNIT_DAY, 0);
    struct expr *const *a = x->kids + 1;
    node_id k[3] = { 0 };
    switch (b) {
    case BUILTIN_NOT_ONE:
    case BUILTIN_COUNT_: break;
    case BUILTIN_AT_MOST:
    case BUILTIN_SMALLER: return check_extremes(c, x, true);
    case BUILTIN_AT_LEAST:
    case BUILTIN_LARGER: return check_extremes(c, x, false);
    case BUILTIN_PLAIN: {
        k[0] = no_quotient(c, check_expr(c, a[0], hint));
        if (k[0] == 0 || !is_num(c, k[0], a[0])) return 0;
        return make1(c, OP_RESCALE, type_num(UNIT_NONE, at(c, k[0])->type.scale), x->loc, k[0]);
    }
    case BUILTIN_HAS:
    case BUILTIN_LACKS:
        k[0] = no_quotient(c, check_expr(c, a[0], NULL));
        return k[0] ? make1(c, b == BUILTIN_HAS ? OP_HAS : OP_LACKS, BOOL, x->loc, k[0]) : 0;
    case BUILTIN_DEFAULT: return check_default(c, x);
    case BUILTIN_QUALIFIES: return check_qualifies(c, x);
    case BUILTIN_BELONGS: {
        k[0] = check_expr(c, a[0], NULL);
        if (k[0] == 0) return 0;
        struct type t = at(c, k[0])->type;
        if (t.kind != TYPE_CODE) {
            diag_add(c->d, DIAG_type_mismatch, a[0]->loc, "“属于”问的是代码，不是“%.*s”", STR_ARG(type_name(c, t)));
            return 0;
        }
        k[1] = check_as(c, a[1], t, "上一级");
        return k[1] ? make2(c, OP_BELONGS, BOOL, x->loc, k[0], k[1]) : 0;
    }
    case BUILTIN_JUDGE: {
        if (a[0]->kind != EXPR_STRING || !c->has_subject) {
            diag_add(c->d, DIAG_syntax, a[0]->loc, "写成 人工判断(“要判断什么”)");
            return 0;
        }
        *vec_push(c->a, &c->p->consts) = (struct value){ .state = VALUE_KNOWN, .text = a[0]->text };
        uint32_t question = (uint32_t)(c->p->consts.len - 1);
        node_id id = make1(c, OP_JUDGE, BOOL, x->loc, element(c, c->level, x->loc));
        at(c, id)->k = question;
        return id;
    }
    case BUILTIN_FULL_MONTHS:
    case BUILTIN_AGE:
    case BUILTIN_DAYS: {
        k[0] = check_as(c, a[0], DATE, "从哪天");
        k[1] = k[0] ? check_as(c, a[1], DATE, "到哪天") : 0;
        if (k[1] == 0) return 0;
        if (b == BUILTIN_FULL_MONTHS) return make2(c, OP_FULL_MONTHS, months, x->loc, k[0], k[1]);
        if (b == BUILTIN_AGE) return make2(c, OP_AGE, type_num(UNIT_AGE, 0), x->loc, k[0], k[1]);
        return make2(c, OP_DAYS, days, x->loc, k[0], k[1]);
    }
    case BUILTIN_CALENDAR_MONTHS:
        k[0] = date_or_month(c, a[0]);
        k[1] = k[0] ? date_or_month(c, a[1]) : 0;
        return k[1] ? make2(c, OP_CALENDAR_MONTHS, months, x->loc, k[0], k[1]) : 0;
    case BUILTIN_YEAR:
        k[0] = date_or_month(c, a[0]);
        return k[0] ? make1(c, OP_YEAR, type_num(UNIT_NONE, 0), x->loc, k[0]) : 0;
    case BUILTIN_MONTH_OF: return date_or_month(c, a[0]);
    case BUILTIN_FIRST_DAY:
    case BUILTIN_LAST_DAY:
        k[0] = date_or_month(c, a[0]);
        return k[0] ? make1(c, b == BUILTIN_FIRST_DAY ? OP_FIRST_DAY : OP_LAST_DAY, DATE, x->loc, k[0]) : 0;
    case BUILTIN_EXPIRY: return check_expiry(c, x);
    case BUILTIN_ACTIVE:
        k[0] = spells_arg(c, a[0]);
        if (k[0] == 0) return 0;
        k[1] = n > 1 ? check_as(c, a[1], DATE, "日期") : make_node(c, OP_TODAY, DATE, x->loc, NULL, 0);
        return k[1] ? make2(c, OP_ACTIVE, BOOL, x->loc, k[0], k[1]) : 0;
    case BUILTIN_LATEST:
    case BUILTIN_CURRENT:
    case BUILTIN_FIRST: {
        k[0] = spells_arg(c, a[0]);
        if (k[0] == 0) return 0;
        enum op op = b == BUILTIN_LATEST ? OP_LATEST : b == BUILTIN_CURRENT ? OP_CURRENT : OP_FIRST;
        return make1(c, op, (struct type){ .kind = TYPE_RECORD, .ref = at(c, k[0])->type.ref }, x->loc, k[0]);
    }
    case BUILTIN_TOTAL_DAYS:
    case BUILTIN_LONGEST_DAYS:
    case BUILTIN_GAP_DAYS: {
        k[0] = spells_arg(c, a[0]);
        enum op op = b == BUILTIN_TOTAL_DAYS     ? OP_TOTAL_DAYS
                     : b == BUILTIN_LONGEST_DAYS ? OP_LONGEST_DAYS
                                                 : OP_GAP_DAYS;
        return k[0] ? make1(c, op, days, x->loc, k[0]) : 0;
    }
    case BUILTIN_SEGMENTS:
        k[0] = spells_arg(c, a[0]);
        if (k[0] == 0) return 0;
        if (n == 1) return make1(c, OP_SEGMENTS, type_num(UNIT_TIME, 0), x->loc, k[0]);
        k[1] = check_as(c, a[1], days, "间隔");
        return k[1] ? make2(c, OP_SEGMENTS, type_num(UNIT_TIME, 0), x->loc, k[0], k[1]) : 0;
    case BUILTIN_MONTHS_TOTAL:
    case BUILTIN_MONTHS_RUN:
        k[0] = history_arg(c, a[0]);
        k[1] = k[0] ? optional_month(c, x, 2) : 0;
        return k[1] ? make2(c, b == BUILTIN_MONTHS_TOTAL ? OP_MONTHS_TOTAL : OP_MONTHS_RUN, months, x->loc, k[0], k[1])
                    : 0;
    case BUILTIN_MONTHS_WINDOW:
        k[0] = history_arg(c, a[0]);
        k[1] = k[0] ? check_as(c, a[1], months, "几个月") : 0;
        k[2] = k[1] ? optional_month(c, x, 3) : 0;
        return k[2] ? make_node(c, OP_MONTHS_WINDOW, months, x->loc, k, 3) : 0;
    case BUILTIN_MONTHS_FIRST:
    case BUILTIN_MONTHS_LAST:
        k[0] = history_arg(c, a[0]);
        return k[0] ? make1(c, b == BUILTIN_MONTHS_FIRST ? OP_MONTHS_FIRST : OP_MONTHS_LAST, MONTH, x->loc, k[0]) : 0;
    case BUILTIN_COUNT:
    case BUILTIN_OCCURRENCES:
    case BUILTIN_SUM:
    case BUILTIN_MAX:
    case BUILTIN_MIN: return check_aggregate(c, x, b);
    }
    return 0;
}

static node_id check_call(struct checker *c, const struct expr *x, const struct type *hint)
{
    const struct expr *callee = x->kids[0];
    if (callee->kind == EXPR_PATH) return check_path(c, x, callee, false);
    enum builtin b = builtin_find(callee->text);
    bool own = c->has_subject && entity_slot(&c->p->entities.at[c->level_entity[c->level]], callee->text) >= 0;
    if (b != BUILTIN_NOT_ONE && !own) {
        note_use(c, callee->name, (struct loc){ 0 }, USE_BUILTIN, b, 0);
        return check_builtin(c, x, b, hint);
    }
    return check_name(c, x, callee, NULL, false);
}

static node_id check_at(struct checker *c, const struct expr *x)
{
    const struct expr *what = x->kids[0];
    const struct expr *callee = what->kind == EXPR_CALL ? what->kids[0] : what;
    void *param = callee->kind == EXPR_NAME ? map_get(&c->p->param_by_name, callee->text) : NULL;
    if (param == NULL) {
        diag_add(c->d, DIAG_wrong_kind, what->loc, "“于”前面要是参数");
        return 0;
    }
    node_id day = check_as(c, x->kids[1], DATE, "“于”后面");
    return day ? use_param(c, (uint32_t)INDEX_OF(param), what, day) : 0;
}

static node_id check_inner(struct checker *c, const struct expr *x, const struct type *hint)
{
    struct value v = { .state = VALUE_KNOWN };
    switch (x->kind) {
    case EXPR_BAD: return 0;
    case EXPR_NUMBER: return check_number(c, x, hint);
    case EXPR_DATE: v.day = x->day; return make_const(c, DATE, v, x->loc);
    case EXPR_MONTH: v.month_ = x->month_; return make_const(c, MONTH, v, x->loc);
    case EXPR_STRING: v.text = x->text; return make_const(c, type_of_kind(TYPE_TEXT), v, x->loc);
    case EXPR_WORD: return check_word(c, x);
    case EXPR_NAME: return check_name(c, x, x, hint, false);
    case EXPR_PATH: return check_path(c, x, x, false);
    case EXPR_CALL: return check_call(c, x, hint);
    case EXPR_UNARY: {
        if (x->word == WORD_NOT) {
            node_id id = check_bool(c, x->kids[0]);
            return id ? make1(c, OP_NOT, BOOL, x->loc, id) : 0;
        }
        node_id id = no_quotient(c, check_expr(c, x->kids[0], hint));
        return id && is_num(c, id, x->kids[0]) ? make1(c, OP_NEG, at(c, id)->type, x->loc, id) : 0;
    }
    case EXPR_BINARY: return check_binary(c, x, hint);
    case EXPR_AND: return check_chain(c, x, OP_AND);
    case EXPR_OR: return check_chain(c, x, OP_OR);
    case EXPR_IF: return check_if(c, x, hint);
    case EXPR_IN: return check_in(c, x);
    case EXPR_ROUND: return check_round(c, x);
    case EXPR_QUANT: return check_quant(c, x);
    case EXPR_AT: return check_at(c, x);
    case EXPR_INDEX:
    case EXPR_RANGE:
    case EXPR_FILTER:
    case EXPR_RECORD:
    case EXPR_ASSIGN:
    case EXPR_LIST:
    case EXPR_WITH:
    case EXPR_COMPARE: diag_add(c->d, DIAG_syntax, x->loc, "这种写法不能用在这里"); return 0;
    }
    return 0;
}

node_id check_expr(struct checker *c, const struct expr *x, const struct type *hint)
{
    if (x == NULL) return 0;
    if (c->depth >= 4 * LIMIT_NESTING) {
        diag_add(c->d, DIAG_too_big, x->loc, "嵌套太深");
        return 0;
    }
    c->depth++;
    node_id id = check_inner(c, x, hint);
    c->depth--;
    return id;
}

node_id check_bool(struct checker *c, const struct expr *x)
{
    node_id id = check_expr(c, x, NULL);
    if (id == 0) return 0;
    struct type t = at(c, id)->type;
    if (t.kind == TYPE_BOOL) return id;
    mismatch(c, x->loc, t, BOOL, "条件");
    return 0;
}

node_id check_as(struct checker *c, const struct expr *x, struct type t, const char *what)
{
    if (x == NULL || t.kind == TYPE_BAD) return 0;
    node_id id = no_quotient(c, check_expr(c, x, &t));
    if (id == 0) return 0;
    struct type got = at(c, id)->type;
    if (got.kind == TYPE_NONE) {
        struct type keep = t;
        at(c, id)->type = keep;
        return id;
    }
    if (!type_fits(got, t)) {
        mismatch(c, x->loc, got, t, what);
        return 0;
    }
    if (t.kind != TYPE_NUM) return id;
    if (got.scale > t.scale) {
        struct diag *g =
            diag_add(c->d, DIAG_round_needed, x->loc, "%s只有 %u 位小数，这里有 %u 位", what, t.scale, got.scale);
        diag_suggest(c->d, g,
                     unit_is_money(t.unit) ? "后面写“舍入到分 四舍五入”（或角、元；进一、舍去）"
                                           : "后面写“舍入到整数 四舍五入”（或 N位；进一、舍去）");
        return 0;
    }
    return make_widened(c, id, t.scale);
}

bool check_const(struct checker *c, const struct expr *x, struct type t, struct value *out)
{
    return literal_value(c->p, c->a, x, t, c->lenient_units, out, c->d);
}

/* ---- table cells ---- */

static node_id local_ref(struct checker *c, uint32_t local, struct type t, struct loc loc)
{
    node_id id = make_node(c, OP_LOCAL, t, loc, NULL, 0);
    at(c, id)->k = local;
    return id;
}

static node_id cell_compare(struct checker *c, enum op op, uint32_t local, struct type t, const struct expr *x)
{
    node_id v = check_expr(c, x, &t);
    if (v == 0 || !comparable(c, t, at(c, v)->type, x->loc, op != OP_EQ && op != OP_NE)) return 0;
    node_id l = local_ref(c, local, t, x->loc);
    if (t.kind == TYPE_NUM) align(c, &l, &v);
    return make2(c, op, BOOL, x->loc, l, v);
}

node_id check_cell(struct checker *c, const struct expr *cell, uint32_t local, struct type t, bool *any)
{
    *any = false;
    if (cell == NULL) return 0;
    if (cell->kind == EXPR_WORD && cell->word == WORD_NOT_ONE) {
        *any = true;
        return 0;
    }
    if (cell->kind == EXPR_WORD && cell->word == WORD_NONE) {
        return make1(c, OP_LACKS, BOOL, cell->loc, local_ref(c, local, t, cell->loc));
    }
    if (cell->kind == EXPR_COMPARE) {
        char o = cell->text.p[0];
        bool eq = cell->text.len == 2;
        enum op op = o == '<' ? (eq ? OP_LE : OP_LT) : o == '>' ? (eq ? OP_GE : OP_GT) : o == '!' ? OP_NE : OP_EQ;
        return cell_compare(c, op, local, t, cell->kids[0]);
    }
    if (cell->kind == EXPR_RANGE) {
        node_id lo = cell_compare(c, OP_GE, local, t, cell->kids[0]);
        node_id hi = lo ? cell_compare(c, OP_LT, local, t, cell->kids[1]) : 0;
        return hi ? make2(c, OP_AND, BOOL, cell->loc, lo, hi) : 0;
    }
    if (cell->kind == EXPR_LIST) {
        VEC(node_id) kids = { 0 };
        for (uint32_t i = 0; i < cell->kid_count; i++) {
            node_id k = cell_compare(c, OP_EQ, local, t, cell->kids[i]);
            if (k == 0) return 0;
            *vec_push(c->a, &kids) = k;
        }
        return make_node(c, OP_OR, BOOL, cell->loc, kids.at, (unsigned)kids.len);
    }
    return cell_compare(c, OP_EQ, local, t, cell);
}
