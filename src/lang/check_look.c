/* check_look: the checker for those who ask about single names: completion at a place, and names that make no nodes,
 * which stand in the results of examples and in plain fields.
 *
 * To look, a checker is made over a view of the program: the same declarations and tables, but nodes of its own, so
 * that the program stays as it is. */
#include "lang/check_priv.h"
#include "lang/facts.h"
#include "lang/look.h"

static const struct type BAD = { .kind = TYPE_BAD };

/* ---- what a declaration is about ---- */

static const struct func *filled_func(const struct program *p, str name)
{
    const struct func *found = NULL;
    VEC_EACH (const struct func, f, &p->funcs) {
        if (f->is_table || !str_eq(f->name, name)) continue;
        if (found == NULL || (f->open && !found->open)) found = f;
    }
    return found;
}

static const struct func *tested_func(const struct program *p, const struct decl *d)
{
    VEC_EACH (const struct entity, e, &p->entities) {
        const struct func *f = program_func(p, e->id, d->name.text);
        if (f != NULL && f->is_table == (d->about == KIND_TABLE)) return f;
    }
    return NULL;
}

const struct func *look_func(const struct program *p, const struct decl *d)
{
    if (d->kind == KIND_FILL) return filled_func(p, d->name.text);
    bool func = d->about == KIND_DEFINITION || d->about == KIND_TABLE;
    return d->kind == KIND_EXAMPLE && func ? tested_func(p, d) : NULL;
}

const struct param *look_param(const struct program *p, const struct decl *d)
{
    return d->kind == KIND_FILL || d->kind == KIND_PARAM ? program_param(p, d->name.text) : NULL;
}

bool look_subject(const struct program *p, const struct decl *d, uint16_t *entity)
{
    if (d->kind == KIND_NARROW || (d->kind == KIND_EXAMPLE && d->about == KIND_POLICY)) {
        void *found = map_get(&p->policy_by_name, d->name.text);
        if (found != NULL) *entity = p->policies.at[INDEX_OF(found)].entity;
        return found != NULL;
    }
    if (d->kind == KIND_EXAMPLE && (d->about == KIND_SERVICE || d->about == KIND_LEAD)) {
        bool service = d->about == KIND_SERVICE;
        void *found = map_get(service ? &p->service_by_name : &p->lead_by_name, d->name.text);
        if (found == NULL) return false;
        *entity = service ? p->services.at[INDEX_OF(found)].entity : p->leads.at[INDEX_OF(found)].entity;
        return true;
    }
    const struct func *f = look_func(p, d);
    const struct entity *e = NULL;
    VEC_EACH (const struct ast_field, on, &d->fields) {
        if (str_eq(str_of(on->def->en), STR("on")) && on->names.len > 0) e = program_entity(p, on->names.at[0].text);
    }
    if (f != NULL || e != NULL) *entity = f != NULL ? f->entity : e->id;
    return f != NULL || e != NULL;
}

/* ---- looking ---- */

static struct checker *view_of(const struct program *p, struct arena *a, struct look *look)
{
    struct checker *c = ARENA_NEW(a, struct checker);
    c->p = ARENA_NEW(a, struct program);
    *c->p = *p;
    c->p->arena = a;
    c->p->nodes.at = NULL, c->p->nodes.len = c->p->nodes.cap = 0;
    c->p->kids.at = NULL, c->p->kids.len = c->p->kids.cap = 0;
    c->p->consts.at = NULL, c->p->consts.len = c->p->consts.cap = 0;
    c->p->uses.at = NULL, c->p->uses.len = c->p->uses.cap = 0;
    vec_push(a, &c->p->nodes); /* node 0 is no node */
    c->d = ARENA_NEW(a, struct diags);
    diags_init(c->d, a);
    c->d->muted = true;
    c->a = a;
    c->has_cite = true;
    c->look = look;
    return c;
}

/* Subject and parameters; what is filled in keeps the parameters of the open definition. */
static void enter_decl(struct checker *c, const struct decl *d)
{
    uint16_t entity = 0;
    if (d == NULL) return;
    bool has = look_subject(c->p, d, &entity);
    scope_start(c, entity);
    c->has_subject = has;
    const struct func *f = look_func(c->p, d);
    VEC_EACH (const struct ast_field, prm, &(f != NULL ? f->decl : d)->params) {
        struct type t;
        if (!resolve_type(c, &prm->type, true, &t)) t = BAD;
        add_local(c, prm->name.text, t, prm->name.loc);
    }
}

static void enter_steps(struct checker *c, const struct decl *d, size_t steps)
{
    const struct ast_field *amount = d != NULL ? decl_field(d, FIELD_POLICY_AMOUNT) : NULL;
    for (size_t i = 0; amount != NULL && i < steps && i < amount->subs.len; i++) {
        const struct ast_field *step = &amount->subs.at[i];
        node_id id = check_expr(c, step->expr, NULL);
        add_local(c, step->name.text, id != 0 ? *node_type(c, id) : BAD, step->name.loc);
    }
}

static void take_locals(const struct checker *c, struct look *out)
{
    out->local_count = c->local_count;
    for (unsigned i = 0; i < c->local_count; i++)
        out->locals[i] = (struct look_local){ c->locals[i].name, c->locals[i].type };
}

void look_met(struct checker *c, enum look_kind kind, uint16_t entity, const struct type *wanted)
{
    struct look *look = c->look;
    if (look->kind != LOOK_NOTHING) return;
    look->kind = kind;
    look->has_subject = c->has_subject;
    look->entity = entity;
    look->wanted = wanted != NULL ? *wanted : BAD;
    take_locals(c, look);
}

static bool has_name(const struct expr *x, str name)
{
    if (x == NULL) return false;
    if (x->kind == EXPR_NAME && str_eq(x->text, name)) return true;
    for (uint32_t i = 0; i < x->kid_count; i++) {
        if (has_name(x->kids[i], name)) return true;
    }
    return false;
}

struct type look_expr(const struct program *p, struct arena *a, const struct decl *d, size_t steps,
                      const struct expr *x, struct type wanted, struct look *out)
{
    struct checker *c = view_of(p, a, NULL);
    enter_decl(c, d);
    enter_steps(c, d, steps);
    c->look = out;
    node_id id = check_expr(c, x, wanted.kind == TYPE_BAD ? NULL : &wanted);
    /* A mistake stands before it, so the checker did not come that far: what can stand anywhere can stand there. */
    if (id == 0 && out != NULL && has_name(x, out->marker)) look_met(c, LOOK_NAME, c->level_entity[0], &wanted);
    return id != 0 ? *node_type(c, id) : BAD;
}

void look_facts(const struct program *p, struct arena *a, const struct decl *d, const struct expr *record,
                struct look *out)
{
    uint16_t entity;
    struct facts f;
    struct diags unheard;
    const struct func *func = look_func(p, d);
    if (!look_subject(p, d, &entity)) return;
    struct checker *c = view_of(p, a, out);
    enter_decl(c, d);
    take_locals(c, out);
    diags_init(&unheard, a);
    unheard.muted = true;
    facts_start(&f, p, a, &unheard, entity);
    f.look = out;
    if (func != NULL && func->params.len > 0) {
        f.func = func;
        f.args = ARENA_ARRAY(a, struct value, func->params.len);
    }
    facts_apply(&f, f.subject, record);
}

bool look_type(const struct program *p, struct arena *a, str text, struct type *out)
{
    struct checker *c = view_of(p, a, NULL);
    return resolve_type(c, &(struct ast_type){ .text = text, .digits = -1 }, true, out);
}

/* ---- names in the results of examples ---- */

static const struct expr *first_name(const struct expr *x)
{
    for (;;) {
        bool function = x->kind == EXPR_CALL && x->kid_count > 1 && x->kids[0]->kind == EXPR_NAME &&
                        builtin_find(x->kids[0]->text) != BUILTIN_NOT_ONE;
        if (function)
            x = x->kids[1];
        else if (x->kind == EXPR_PATH || x->kind == EXPR_CALL)
            x = x->kids[0];
        else
            return x;
    }
}

/* A missing fact is named as seen from the record that lacks it, which may be a member of the household or a spell: the
 * nearest entity, counted in references, that has such a name. */
static bool entity_with(const struct program *p, uint16_t start, str name, uint16_t *out)
{
    enum { SEEN_MAX = 64 };
    uint16_t queue[SEEN_MAX] = { start };
    unsigned head = 0, tail = 1;
    while (head < tail) {
        const struct entity *e = &p->entities.at[queue[head++]];
        *out = e->id;
        if (entity_slot(e, name) >= 0) return true;
        VEC_EACH (const struct slot, s, &e->slots) {
            bool leads = s->type.kind == TYPE_RECORD || s->type.kind == TYPE_GROUP || s->type.kind == TYPE_HISTORY;
            for (unsigned i = 0; leads && i < tail; i++) leads = queue[i] != s->type.ref;
            if (leads && tail < SEEN_MAX) queue[tail++] = s->type.ref;
        }
    }
    return false;
}

static void expect_fact(struct checker *c, const struct decl *d, uint16_t subject, const struct expr *x)
{
    if (c->names == NULL) c->names = view_of(c->p, c->a, NULL);
    struct checker *view = c->names;
    uint16_t entity = subject;
    const struct expr *first = first_name(x);
    enter_decl(view, d);
    if (first->kind == EXPR_NAME && entity_with(c->p, subject, first->text, &entity)) view->level_entity[0] = entity;
    check_expr(view, x, NULL);
    VEC_EACH (const struct use, u, &view->p->uses) *vec_push(c->a, &c->p->uses) = *u;
    view->p->uses.len = view->p->kids.len = view->p->consts.len = 0;
    view->p->nodes.len = 1;
}

/* The criterion or exclusion of that name among the fields of a policy or a 收窄, as it is written. */
static const struct ast_field *criterion_of(const struct decl *d, str name, struct nearest *near)
{
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (f->def->shape != SHAPE_NAMED) continue;
        nearest_offer(near, f->name.text);
        if (str_eq(f->name.text, name)) return f;
    }
    return NULL;
}

/* A criterion of any version of the policy, or that a lower pack added. */
static const struct ast_field *policy_criterion(const struct program *p, uint32_t newest, str name,
                                                struct nearest *near)
{
    const struct ast_field *found = NULL;
    for (uint32_t v = newest + 1; v != 0 && found == NULL; v = p->policies.at[v - 1].older)
        found = criterion_of(p->policies.at[v - 1].decl, name, near);
    VEC_EACH (struct decl *const, pd, &p->decls) {
        if (found != NULL) break;
        if ((*pd)->kind == KIND_NARROW && str_eq((*pd)->name.text, p->policies.at[newest].name))
            found = criterion_of(*pd, name, near);
    }
    return found;
}

/* A criterion of the service, of its policies, or of the services a package includes. */
static bool service_criterion(struct checker *c, const struct service *s, const struct expr *x, unsigned depth,
                              struct nearest *near)
{
    VEC_EACH (const struct criterion, q, &s->criteria) {
        nearest_offer(near, q->name);
        if (!str_eq(q->name, x->text)) continue;
        note_use(c, x->name, q->field->name.loc, USE_CLAUSE, s->id, 0);
        return true;
    }
    VEC_EACH (const uint32_t, id, &s->policies) {
        const struct ast_field *found = policy_criterion(c->p, *id, x->text, near);
        if (found == NULL) continue;
        note_use(c, x->name, found->name.loc, USE_CRITERION, *id, 0);
        return true;
    }
    VEC_EACH (const uint32_t, id, &s->includes) {
        if (depth < LIMIT_LEVELS && service_criterion(c, &c->p->services.at[*id], x, depth + 1, near)) return true;
    }
    return false;
}

/* 不予受理 甲, 乙 */
static void expect_service(struct checker *c, uint32_t newest, const struct expr *x)
{
    const struct service *s = &c->p->services.at[newest];
    struct nearest near;
    if (x->kind != EXPR_NAME || str_eq(x->text, STR("未施行"))) return;
    nearest_start(&near, x->text);
    for (uint32_t v = newest + 1; v != 0; v = c->p->services.at[v - 1].older) {
        if (service_criterion(c, &c->p->services.at[v - 1], x, 0, &near)) return;
    }
    struct diag *g =
        diag_add(c->d, DIAG_unknown_name, x->loc, "事项“%.*s”没有条件“%.*s”", STR_ARG(s->name), STR_ARG(x->text));
    if (g != NULL && near.best.len > 0) diag_suggest(c->d, g, "是不是“%.*s”？", STR_ARG(near.best));
}

/* 不符合 甲, 乙 */
static void expect_criterion(struct checker *c, uint32_t newest, const struct expr *x)
{
    const struct policy *q = &c->p->policies.at[newest];
    struct nearest near;
    if (x->kind != EXPR_NAME || str_eq(x->text, STR("未施行"))) return;
    nearest_start(&near, x->text);
    const struct ast_field *found = policy_criterion(c->p, newest, x->text, &near);
    if (found != NULL) {
        note_use(c, x->name, found->name.loc, USE_CRITERION, newest, 0);
        return;
    }
    struct diag *g =
        diag_add(c->d, DIAG_unknown_name, x->loc, "政策“%.*s”没有条件“%.*s”", STR_ARG(q->name), STR_ARG(x->text));
    if (near.best.len > 0) diag_suggest(c->d, g, "是不是“%.*s”？", STR_ARG(near.best));
}

static void expect_fields(struct checker *c, const struct decl *d, uint32_t target, const field_list *fields)
{
    const struct program *p = c->p;
    bool policy = d->about == KIND_POLICY, func = d->about == KIND_DEFINITION || d->about == KIND_TABLE;
    uint16_t subject = policy                     ? p->policies.at[target].entity
                       : func                     ? p->funcs.at[target].entity
                       : d->about == KIND_SERVICE ? p->services.at[target].entity
                                                  : p->leads.at[target].entity;
    VEC_EACH (const struct ast_field, f, fields) {
        if (f->def->shape != SHAPE_EXPECT) {
            expect_fields(c, d, target, &f->subs);
            continue;
        }
        if (func && f->expr != NULL && f->expr->kind == EXPR_NAME) note_item(c, p->funcs.at[target].type, f->expr);
        VEC_EACH (struct expr *const, x, &f->cells) {
            if (*x == NULL) continue;
            if (d->about == KIND_SERVICE)
                expect_service(c, target, *x);
            else if (f->word != WORD_REFUSED && f->word != WORD_DECLINED)
                expect_fact(c, d, subject, *x);
            else if (policy)
                expect_criterion(c, target, *x);
        }
    }
}

void check_expected(struct checker *c, const struct decl *d, uint32_t target)
{
    if (d->pack < c->p->analyse_from) return;
    expect_fields(c, d, target, &d->fields);
}

/* ---- names in plain fields ---- */

void note_item(struct checker *c, struct type t, const struct expr *x)
{
    if (t.kind != TYPE_CODE) return;
    const struct code_list *list = &c->p->codes.at[t.ref];
    const struct code_item *item = map_get(&list->by_name, x->text);
    if (item != NULL) note_use(c, x->name, item->loc, USE_ITEM, t.ref, (uint32_t)(item - list->items.at));
}

/* What a service asks for, columns, dimensions: paths to facts, written as words. */
void note_paths(struct checker *c, const struct decl *d, const struct ast_field *f)
{
    bool paths = f->def->id == FIELD_SERVICE_FORM || f->def->id == FIELD_REGISTER_SLOTS ||
                 f->def->id == FIELD_INDICATOR_DIMENSION;
    uint16_t subject;
    if (!paths || !look_subject(c->p, d, &subject)) return;
    VEC_EACH (const struct ast_name, name, &f->names) {
        uint16_t entity = subject;
        str rest = name->text, piece;
        while (str_split(&rest, '.', &piece)) {
            int i = entity_slot(&c->p->entities.at[entity], piece);
            if (i < 0) break;
            const struct slot *s = &c->p->entities.at[entity].slots.at[i];
            uint32_t from = name->loc.from + (uint32_t)(piece.p - name->text.p);
            struct loc loc = { .from = from, .to = from + (uint32_t)piece.len, .source = name->loc.source };
            note_use(c, loc, s->loc, USE_SLOT, entity, (uint32_t)i);
            if (s->type.kind != TYPE_RECORD) break;
            entity = s->type.ref;
        }
    }
}
