/* check_name: what a name in an expression means, and what is meant by one that means nothing. */
#include "lang/check_expr_priv.h"

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

node_id make_element(struct checker *c, unsigned level, struct loc loc)
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
        if (args <= 0) return hist;
        node_id m = check_as(c, arg[args - 1], MONTH, "月份");
        if (m == 0) return 0;
        struct type t = as_record ? (struct type){ .kind = TYPE_RECORD, .ref = s.type.ref } : BOOL;
        return make2(c, as_record ? OP_MONTH_RECORD : OP_MONTH_HAS, t, x->loc, hist, m);
    }
    }
    return 0;
}

node_id check_param(struct checker *c, uint32_t index, const struct expr *x, node_id on_day)
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
node_id check_name(struct checker *c, const struct expr *x, const struct expr *callee, const struct type *hint,
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
        bool declared = c->locals[i].loc.to > 0; /* 申请日 and 核定金额 are declared nowhere */
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
        if (slot >= 0) return use_slot(c, make_element(c, c->level, callee->loc), entity, (uint32_t)slot, x, as_record);
    }
    void *param = map_get(&c->p->param_by_name, name);
    if (param != NULL) return check_param(c, (uint32_t)INDEX_OF(param), x, 0);
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

node_id check_path(struct checker *c, const struct expr *x, const struct expr *path, bool as_record)
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
