/* check_rule: definitions, tables and policies: their names and versions, their bodies, and what lower packs fill and
 * narrow. */
#include "lang/check_priv.h"

/* ---- names of definitions, tables and policies; their versions ---- */

/* None is like it: which there are, those that are somebody or something first, not what happened to them. */
static void suggest_entities(struct checker *c, struct diag *g)
{
    enum { NAMED_MAX = 6 };
    struct text t;
    unsigned n = 0;
    text_init(&t, c->a, 512);
    VEC_EACH (const struct entity, e, &c->p->entities) {
        if (e->is_spell || n++ >= NAMED_MAX) continue;
        text_addf(&t, "%s%.*s", t.len > 0 ? "、" : "", STR_ARG(e->name));
    }
    if (n > 0)
        diag_suggest(c->d, g, "有的是：%.*s%s", STR_ARG(text_str(&t)), n > NAMED_MAX ? "……" : "");
    else
        diag_suggest(c->d, g, "这里还没有实体；上级包里的才用得到，在 pack.leye 里写 上级 national，或所在的省");
}

bool find_entity(struct checker *c, const struct ast_field *on, uint16_t *out)
{
    if (on == NULL || on->names.len == 0) return false;
    const struct ast_name *n = &on->names.at[0];
    void *found = map_get(&c->p->entity_by_name, n->text);
    if (found != NULL) {
        *out = (uint16_t)INDEX_OF(found);
        note_decl(c, n->loc, c->p->entities.at[*out].decl);
        return true;
    }
    struct diag *g = diag_add(c->d, DIAG_unknown_name, n->loc, "没有实体“%.*s”", STR_ARG(n->text));
    if (g == NULL) return false;
    struct nearest near;
    nearest_start(&near, n->text);
    VEC_EACH (const struct entity, e, &c->p->entities) nearest_offer(&near, e->name);
    if (near.best.len > 0)
        diag_suggest(c->d, g, "是不是“%.*s”？", STR_ARG(near.best));
    else
        suggest_entities(c, g);
    return false;
}

bool periods_meet(bool af, date a1, bool at, date a2, bool bf, date b1, bool bt, date b2)
{
    int32_t from_a = af ? a1.days : INT32_MIN, to_a = at ? a2.days : INT32_MAX;
    int32_t from_b = bf ? b1.days : INT32_MIN, to_b = bt ? b2.days : INT32_MAX;
    return from_a <= to_b && from_b <= to_a;
}

void say_clash(struct checker *c, const struct decl *d, const struct decl *before)
{
    struct diag *g = diag_add(c->d, DIAG_period_overlap, d->name.loc, "“%.*s”已经声明过，两个版本的施行期间重叠",
                              STR_ARG(d->name.text));
    diag_other(g, before->name.loc);
    diag_suggest(c->d, g,
                 before->pack < d->pack ? "上级包已有：用“填写”或“收窄”，或换一个名字"
                                        : "给两个版本写不重叠的“施行”，或换一个名字");
}

void declare_func(struct checker *c, const struct decl *d)
{
    bool table = d->kind == KIND_TABLE;
    struct func f = { .decl = d, .name = d->name.text, .id = (uint32_t)c->p->funcs.len, .is_table = table };
    if (!find_entity(c, decl_field(d, table ? FIELD_TABLE_ON : FIELD_DEFINITION_ON), &f.entity)) return;
    if (!resolve_type(c, &d->type, true, &f.type)) f.type = type_of_kind(TYPE_BAD);
    const struct ast_field *period = decl_field(d, table ? FIELD_TABLE_PERIOD : FIELD_DEFINITION_PERIOD);
    if (period != NULL)
        f.has_from = period->has_from, f.from = period->from, f.has_to = period->has_to, f.to = period->to;
    f.open = !table && decl_field(d, FIELD_DEFINITION_OPEN) != NULL;
    VEC_EACH (const struct ast_field, prm, &d->params) {
        struct type t;
        if (!resolve_type(c, &prm->type, true, &t)) t = type_of_kind(TYPE_BAD);
        if (f.params.len < LIMIT_ARGS) *vec_push(c->a, &f.params) = t;
    }
    const struct ast_field *hit = table ? decl_field(d, FIELD_TABLE_HIT) : NULL;
    f.first_hit = hit != NULL && hit->names.len > 0 && str_eq(hit->names.at[0].text, STR("首行"));

    struct entity *e = &c->p->entities.at[f.entity];
    int slot = entity_slot(e, f.name);
    if (slot >= 0 && e->slots.at[slot].kind == SLOT_FUNC) { /* perhaps another version */
        const struct func *g = &c->p->funcs.at[e->slots.at[slot].func];
        bool same = type_fits(g->type, f.type) && g->type.scale == f.type.scale && g->params.len == f.params.len;
        for (size_t i = 0; same && i < f.params.len; i++) {
            same = type_fits(g->params.at[i], f.params.at[i]) && g->params.at[i].scale == f.params.at[i].scale;
        }
        if (!same) {
            diag_other(diag_add(c->d, DIAG_duplicate, d->name.loc, "“%.*s”的两个版本类型不同", STR_ARG(f.name)),
                       g->decl->name.loc);
            return;
        }
        for (const struct func *v = g;; v = &c->p->funcs.at[v->older - 1]) {
            if (periods_meet(v->has_from, v->from, v->has_to, v->to, f.has_from, f.from, f.has_to, f.to)) {
                say_clash(c, d, v->decl);
                return;
            }
            if (v->older == 0) break;
        }
        f.slot = (uint32_t)slot;
        *vec_push(c->a, &c->p->funcs) = f;
        /* insert into the chain, newest first */
        uint32_t *link = &e->slots.at[slot].func;
        bool first = true;
        uint32_t at = *link;
        uint32_t prev = 0;
        while (true) {
            const struct func *v = &c->p->funcs.at[at];
            if (!v->has_from || (f.has_from && f.from.days > v->from.days)) break;
            prev = at, first = false;
            if (v->older == 0) {
                at = UINT32_MAX;
                break;
            }
            at = v->older - 1;
        }
        c->p->funcs.at[f.id].older = at == UINT32_MAX ? 0 : at + 1;
        if (first)
            *link = f.id;
        else
            c->p->funcs.at[prev].older = f.id + 1;
        return;
    }
    if (slot >= 0) {
        struct diag *g =
            diag_add(c->d, DIAG_duplicate, d->name.loc, "“%.*s”已经有“%.*s”", STR_ARG(e->name), STR_ARG(f.name));
        diag_other(g, e->slots.at[slot].loc);
        return;
    }
    if (e->slots.len >= LIMIT_ENTITY_SLOTS) {
        diag_add(c->d, DIAG_too_big, d->name.loc, "“%.*s”最多 %d 个字段和定义", STR_ARG(e->name), LIMIT_ENTITY_SLOTS);
        return;
    }
    map_put(&e->by_name, f.name, INDEX_PLUS_1(e->slots.len));
    f.slot = (uint32_t)e->slots.len;
    *vec_push(c->a, &e->slots) = (struct slot){
        .kind = SLOT_FUNC, .name = f.name, .type = f.type, .func = f.id, .optional = true, .loc = d->name.loc
    };
    *vec_push(c->a, &c->p->funcs) = f;
}

void declare_policy(struct checker *c, struct decl *d)
{
    struct policy q = { .decl = d, .name = d->name.text, .id = (uint32_t)c->p->policies.len };
    if (!find_entity(c, decl_field(d, FIELD_POLICY_ON), &q.entity)) {
        map_put(&c->broken, q.name, d);
        return;
    }
    const struct ast_field *period = decl_field(d, FIELD_POLICY_PERIOD);
    if (period != NULL)
        q.has_from = period->has_from, q.from = period->from, q.has_to = period->has_to, q.to = period->to;
    const struct ast_field *alias = decl_field(d, FIELD_POLICY_ALIAS);
    if (alias != NULL && alias->names.len > 0) q.alias = alias->names.at[0].text;
    void *before = map_get(&c->p->policy_by_name, q.name);
    if (before != NULL) {
        uint32_t at = (uint32_t)INDEX_OF(before), prev = UINT32_MAX;
        for (uint32_t v = at + 1; v != 0; v = c->p->policies.at[v - 1].older) {
            const struct policy *o = &c->p->policies.at[v - 1];
            if (periods_meet(o->has_from, o->from, o->has_to, o->to, q.has_from, q.from, q.has_to, q.to)) {
                say_clash(c, d, o->decl);
                return;
            }
            if (o->has_from && (!q.has_from || q.from.days < o->from.days)) prev = v - 1;
        }
        if (prev == UINT32_MAX) {
            q.older = at + 1;
            map_put(&c->p->policy_by_name, q.name, INDEX_PLUS_1(c->p->policies.len));
        } else {
            q.older = c->p->policies.at[prev].older;
            c->p->policies.at[prev].older = q.id + 1;
        }
    } else {
        map_put(&c->p->policy_by_name, q.name, INDEX_PLUS_1(c->p->policies.len));
    }
    *vec_push(c->a, &c->p->policies) = q;
    map_put(&c->p->named[KIND_POLICY], q.name, d);
}

/* ---- bodies ---- */

bool has_own_cite(const struct ast_field *f)
{
    if (f->cite != NULL) return true;
    VEC_EACH (const struct ast_field, s, &f->subs) {
        if (s->def->shape == SHAPE_CITE) return true;
    }
    return false;
}

bool decl_has_cite(const struct decl *d)
{
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (f->def->shape == SHAPE_CITE) return true;
    }
    return false;
}

static void check_exception_list(struct checker *c, struct func *f, const struct decl *d)
{
    VEC_EACH (const struct ast_field, x, &d->fields) {
        if (x->def->shape == SHAPE_EXPR && str_eq(str_of(x->def->en), STR("base"))) {
            c->has_cite = decl_has_cite(d);
            f->base = check_as(c, x->expr, f->type, "基本");
        }
        if (x->def->shape != SHAPE_EXCEPTION) continue;
        c->has_cite = has_own_cite(x) || decl_has_cite(d);
        struct exception e = { .field = x, .rank = x->rank };
        e.condition = check_bool(c, x->expr);
        e.value = check_as(c, x->value, f->type, "例外的值");
        if (e.condition != 0 && e.value != 0) *vec_push(c->a, &f->exceptions) = e;
    }
}

static void start_func(struct checker *c, const struct func *f, const struct decl *d)
{
    scope_start(c, f->entity);
    for (size_t i = 0; i < f->params.len; i++) {
        add_local(c, f->decl->params.at[i].name.text, f->params.at[i], f->decl->params.at[i].name.loc);
    }
    c->has_cite = decl_has_cite(d);
}

void check_definition(struct checker *c, uint32_t id)
{
    struct func f = c->p->funcs.at[id];
    start_func(c, &f, f.decl);
    check_exception_list(c, &f, f.decl);
    bool has_base = decl_field(f.decl, FIELD_DEFINITION_BASE) != NULL;
    if (!has_base && !f.open) {
        struct diag *g = diag_add(c->d, DIAG_missing_field, f.decl->name.loc, "定义“%.*s”没有“基本”", STR_ARG(f.name));
        diag_suggest(c->d, g, "写一行“基本 表达式”；由下级来定的写“开放”");
    }
    if (!decl_has_cite(f.decl)) diag_add(c->d, DIAG_no_source, f.decl->name.loc, "定义“%.*s”没有依据", STR_ARG(f.name));
    c->p->funcs.at[id] = f;
}

void check_table_body(struct checker *c, uint32_t id)
{
    struct func f = c->p->funcs.at[id];
    start_func(c, &f, f.decl);
    VEC(struct type) inputs = { 0 };
    bool ok = true;
    VEC_EACH (const struct ast_field, x, &f.decl->fields) {
        if (x->def->id != FIELD_TABLE_INPUT) continue;
        node_id in = check_expr(c, x->expr, NULL);
        if (in != 0 && node_type(c, in)->quotient) {
            diag_add(c->d, DIAG_division, x->loc, "输入里的除法要先舍入");
            in = 0;
        }
        ok = ok && in != 0;
        *vec_push(c->a, &f.inputs) = in;
        *vec_push(c->a, &inputs) = in ? *node_type(c, in) : type_of_kind(TYPE_BAD);
    }
    if (f.inputs.len > LIMIT_ARGS) {
        diag_add(c->d, DIAG_too_big, f.decl->name.loc, "表最多 %d 个输入", LIMIT_ARGS);
        ok = false;
    }
    c->lenient_units = true;
    VEC_EACH (const struct ast_field, x, &f.decl->fields) {
        if (x->def->id != FIELD_TABLE_ROW) continue;
        if (x->cells.len == 0) continue;
        if (x->cells.len != f.inputs.len + 1) {
            struct diag *g =
                diag_add(c->d, DIAG_syntax, x->loc, "这一行有 %zu 格，应有 %zu 格", x->cells.len, f.inputs.len + 1);
            diag_suggest(c->d, g, "每个输入一格，最后一格是结果；任意写“-”");
            ok = false;
            continue;
        }
        if (f.rows.len >= LIMIT_TABLE_ROWS) {
            diag_add(c->d, DIAG_too_big, x->loc, "表最多 %d 行", LIMIT_TABLE_ROWS);
            ok = false;
            break;
        }
        struct table_row row = { .field = x };
        for (size_t i = 0; i < inputs.len; i++) { /* as many as f.inputs */
            bool any = false;
            node_id test =
                inputs.at[i].kind == TYPE_BAD ? 0 : check_cell(c, x->cells.at[i], (uint32_t)i, inputs.at[i], &any);
            ok = ok && (test != 0 || any);
            *vec_push(c->a, &row.tests) = test;
        }
        row.result = check_as(c, x->cells.at[f.inputs.len], f.type, "结果");
        ok = ok && row.result != 0;
        *vec_push(c->a, &f.rows) = row;
    }
    c->lenient_units = false;
    if (!decl_has_cite(f.decl)) diag_add(c->d, DIAG_no_source, f.decl->name.loc, "表“%.*s”没有依据", STR_ARG(f.name));
    c->p->funcs.at[id] = f;
    if (ok && f.decl->pack >= c->p->analyse_from) check_table_cover(c, &c->p->funcs.at[id]);
}

/* A condition that was added from one day, or up to one: 若 规则日 is in the period 则 it 否则 what changes nothing. */
static node_id only_in_period(struct checker *c, node_id condition, bool otherwise, const struct ast_field *period)
{
    const struct type day = { .kind = TYPE_DATE }, truth = { .kind = TYPE_BOOL };
    struct loc loc = period->loc, whole = node_at(c->p, condition)->loc;
    if (!period->has_from && !period->has_to) return condition;
    node_id sides[3] = { make_node(c, OP_RULE_DAY, day, loc, NULL, 0) };
    unsigned n = 1;
    if (period->has_from) sides[n++] = make_const(c, day, value_date(period->from), loc);
    if (period->has_to) sides[n++] = make_const(c, day, value_date((date){ period->to.days + 1 }), loc);
    node_id in = make_node(c, n == 3 ? OP_BETWEEN : period->has_from ? OP_GE : OP_LT, truth, loc, sides, n);
    node_id kids[3] = { in, condition, make_const(c, truth, value_bool(otherwise), whole) };
    return make_node(c, OP_IF, truth, whole, kids, 3);
}

static void check_criteria(struct checker *c, struct policy *q, const struct decl *d)
{
    const struct ast_field *period = decl_field(d, FIELD_NARROW_PERIOD);
    struct map before;
    map_init(&before, c->a);
    for (size_t i = 0; i < q->criteria.len; i++) map_put(&before, q->criteria.at[i].name, INDEX_PLUS_1(i));
    VEC_EACH (const struct ast_field, f, &d->fields) {
        bool criterion = f->def->id == FIELD_POLICY_CRITERION || f->def->id == FIELD_NARROW_CRITERION;
        bool exclusion = f->def->id == FIELD_POLICY_EXCLUSION || f->def->id == FIELD_NARROW_EXCLUSION;
        if ((!criterion && !exclusion) || f->expr == NULL) continue;
        void *same = map_get(&before, f->name.text);
        if (same != NULL) {
            diag_other(diag_add(c->d, DIAG_duplicate, f->name.loc, "“%.*s”写了两次", STR_ARG(f->name.text)),
                       q->criteria.at[INDEX_OF(same)].field->name.loc);
        }
        c->has_cite = has_own_cite(f);
        node_id id = check_bool(c, f->expr);
        if (id == 0) continue;
        const struct node *n = node_at(c->p, id);
        if (n->op == OP_CONST) {
            bool v = c->p->consts.at[n->k].boolean;
            diag_add(c->d, DIAG_constant, f->expr->loc, "条件“%.*s”总是%s", STR_ARG(f->name.text), v ? "真" : "假");
        }
        if (period != NULL) id = only_in_period(c, id, criterion, period);
        map_put(&before, f->name.text, INDEX_PLUS_1(q->criteria.len));
        *vec_push(c->a, &q->criteria) = (struct criterion){
            .name = f->name.text, .node = id, .is_exclusion = exclusion, .field = f, .pack = d->pack
        };
    }
}

static void check_amount(struct checker *c, struct policy *q)
{
    const struct ast_field *amount = decl_field(q->decl, FIELD_POLICY_AMOUNT);
    if (amount == NULL) return;
    c->local_count = 0;
    c->has_cite = decl_has_cite(q->decl);
    bool ok = true;
    VEC_EACH (const struct ast_field, s, &amount->subs) {
        if (s->expr == NULL) continue;
        if (s->cite != NULL) check_cite(c, s->cite);
        node_id id = check_expr(c, s->expr, NULL);
        struct type t = id ? *node_type(c, id) : type_of_kind(TYPE_BAD);
        if (id != 0 && t.quotient) {
            struct diag *g = diag_add(c->d, DIAG_division, s->expr->loc, "除法的结果要马上舍入");
            diag_suggest(c->d, g, "后面写“舍入到分 四舍五入”");
            t = type_of_kind(TYPE_BAD);
        } else if (id != 0 && t.kind != TYPE_NUM && t.kind != TYPE_BOOL && t.kind != TYPE_DATE &&
                   t.kind != TYPE_MONTH) {
            diag_add(c->d, DIAG_type_mismatch, s->expr->loc, "金额的步骤要算出数，不是“%.*s”",
                     STR_ARG(type_name(c, t)));
            t = type_of_kind(TYPE_BAD);
        }
        ok = ok && t.kind != TYPE_BAD;
        if (!add_local(c, s->name.text, t, s->name.loc)) ok = false;
        *vec_push(c->a, &q->steps) = (struct step){ .name = s->name.text, .node = id, .field = s };
    }
    if (!ok || q->steps.len == 0) return;
    struct step *last = &q->steps.at[q->steps.len - 1];
    struct type t = *node_type(c, last->node);
    if (t.kind != TYPE_NUM) {
        diag_add(c->d, DIAG_type_mismatch, last->field->loc, "最后一步要是金额");
    } else if (unit_eq(t.unit, UNIT_NONE)) { /* 补贴 = 500: of what? */
        struct diag *g = diag_add(c->d, DIAG_no_unit, last->field->expr->loc, "最后的金额没有单位，不知道是元还是别的");
        diag_suggest(c->d, g, "数后面写上单位，例如 500元，按月发的写 500元/月");
    } else if (unit_is_money(t.unit) && t.scale > 2) {
        struct diag *g =
            diag_add(c->d, DIAG_round_needed, last->field->expr->loc, "最后的金额要是整分，这里有 %u 位小数", t.scale);
        diag_suggest(c->d, g, "后面写“舍入到分 四舍五入”（或角、元；进一、舍去）");
    } else if (unit_is_money(t.unit)) {
        last->node = make_widened(c, last->node, 2);
    }
}

/* An account can be kept of it: a field of the masking class 账号. */
static bool has_account(const struct entity *e)
{
    VEC_EACH (const struct slot, s, &e->slots) {
        if (s->kind == SLOT_FIELD && str_eq(s->class_, STR("账号"))) return true;
    }
    return false;
}

/* 收款: a record that has an account. */
static void check_payee(struct checker *c, struct policy *q)
{
    const struct ast_field *f = decl_field(q->decl, FIELD_POLICY_PAYEE);
    if (f == NULL || f->expr == NULL) return;
    c->local_count = 0;
    c->has_cite = decl_has_cite(q->decl);
    node_id id = check_expr(c, f->expr, NULL);
    if (id == 0) return;
    struct type t = *node_type(c, id);
    if (t.kind != TYPE_RECORD) {
        struct diag *g = diag_add(c->d, DIAG_type_mismatch, f->expr->loc, "“收款”要写发给谁，这里是“%.*s”",
                                  STR_ARG(type_name(c, t)));
        diag_suggest(c->d, g, "写到一家单位、一家机构为止，例如 当前(劳动合同).合同单位");
    } else if (!has_account(&c->p->entities.at[t.ref])) {
        struct diag *g = diag_add(c->d, DIAG_wrong_kind, f->expr->loc, "“%.*s”没有账号，钱发不过去",
                                  STR_ARG(c->p->entities.at[t.ref].name));
        diag_suggest(c->d, g, "给实体加一个“密级 账号”的字段");
    } else {
        q->payee = id;
    }
}

void check_policy(struct checker *c, uint32_t id)
{
    struct policy q = c->p->policies.at[id];
    scope_start(c, q.entity);
    check_criteria(c, &q, q.decl);
    check_amount(c, &q);
    check_payee(c, &q);
    if (q.criteria.len == 0 && c->d->errors == 0) {
        diag_add(c->d, DIAG_missing_field, q.decl->name.loc, "政策“%.*s”没有条件", STR_ARG(q.name));
    }
    VEC_EACH (const struct ast_field, f, &q.decl->fields) {
        if (f->def->id != FIELD_POLICY_EXCLUSIVE) continue;
        VEC_EACH (const struct ast_name, n, &f->names) {
            void *other = map_get(&c->p->policy_by_name, n->text);
            if (other != NULL) *vec_push(c->a, &q.exclusive) = (uint32_t)INDEX_OF(other);
        }
    }
    c->p->policies.at[id] = q;
}

/* ---- what lower packs fill and narrow ---- */

/* The number of the definition that was filled, 0 after a diag. */
uint32_t check_fill_def(struct checker *c, const struct decl *d)
{
    if (map_get(&c->p->param_by_name, d->name.text) != NULL) return 0; /* done in check_fills */
    const struct func *filled = look_func(c->p, d);
    if (filled == NULL) {
        struct diag *g = diag_add(c->d, DIAG_unknown_name, d->name.loc, "没有可以填写的“%.*s”", STR_ARG(d->name.text));
        if (g == NULL) return 0;
        struct nearest n;
        nearest_start(&n, d->name.text);
        VEC_EACH (const struct param, q, &c->p->params) {
            if (q->open) nearest_offer(&n, q->name);
        }
        if (n.best.len > 0) diag_suggest(c->d, g, "是不是“%.*s”？", STR_ARG(n.best));
        return 0;
    }
    struct func f = *filled;
    if (!f.open || f.decl->pack >= d->pack) {
        diag_other(diag_add(c->d, DIAG_not_open, d->name.loc, "定义“%.*s”没有开放给下级填写", STR_ARG(f.name)),
                   f.decl->name.loc);
        return 0;
    }
    if (f.filled_by != NULL) {
        diag_other(diag_add(c->d, DIAG_duplicate, d->name.loc, "定义“%.*s”已经填写过", STR_ARG(f.name)),
                   f.filled_by->name.loc);
        return 0;
    }
    note_decl(c, d->name.loc, f.decl);
    start_func(c, &f, d);
    f.filled_by = d;
    f.exceptions.len = 0;
    f.base = 0;
    check_exception_list(c, &f, d);
    c->p->funcs.at[f.id] = f;
    return f.id;
}

bool policy_may_narrow(const struct policy *q, const struct decl *narrow)
{
    return decl_field(q->decl, FIELD_POLICY_OPEN) != NULL && q->decl->pack < narrow->pack;
}

/* The newest version of the policy a 收窄 is about; NULL after a diag when it may not be narrowed from here. */
const struct policy *check_narrowed(struct checker *c, const struct decl *d)
{
    void *found = map_get(&c->p->policy_by_name, d->name.text);
    if (found == NULL) {
        struct diag *g = diag_add(c->d, DIAG_unknown_name, d->name.loc, "没有政策“%.*s”", STR_ARG(d->name.text));
        if (g == NULL) return NULL;
        struct nearest n;
        nearest_start(&n, d->name.text);
        VEC_EACH (const struct policy, q, &c->p->policies) nearest_offer(&n, q->name);
        if (n.best.len > 0) diag_suggest(c->d, g, "是不是“%.*s”？", STR_ARG(n.best));
        return NULL;
    }
    const struct policy *newest = &c->p->policies.at[INDEX_OF(found)];
    note_use(c, d->name.loc, newest->decl->name.loc, USE_POLICY, newest->id, 0);
    for (uint32_t v = newest->id + 1; v != 0; v = c->p->policies.at[v - 1].older) {
        if (policy_may_narrow(&c->p->policies.at[v - 1], d)) return newest;
    }
    diag_other(diag_add(c->d, DIAG_not_open, d->name.loc, "政策“%.*s”没有开放条件给下级收窄", STR_ARG(newest->name)),
               newest->decl->name.loc);
    return NULL;
}

void check_narrow(struct checker *c, const struct decl *d, uint32_t id)
{
    struct policy q = c->p->policies.at[id];
    scope_start(c, q.entity);
    check_criteria(c, &q, d);
    c->p->policies.at[id] = q;
}
