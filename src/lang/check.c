/* check: the checker's main line. Declares everything, then checks bodies, then looks for what spans declarations:
 * cycles, periods that overlap, gaps, open places nobody filled, policies nobody tests. */
#include "lang/check_priv.h"
#include "lang/facts.h"

/* ---- references in fields of every kind ---- */

static enum kind kind_by_enum(str name)
{
    static const char *const names[KIND_COUNT] = {
#define KIND(name, zh, en, help) [KIND_##name] = #name,
#define FIELD(...)
#define SUBFIELD(...)
#include "lang/kinds.def"
#undef KIND
#undef FIELD
#undef SUBFIELD
    };
    for (int k = 0; k < KIND_COUNT; k++) {
        if (str_eq(name, str_of(names[k]))) return (enum kind)k;
    }
    return KIND_COUNT;
}

static void check_reference(struct checker *c, const struct ast_field *f, const struct ast_name *n)
{
    str rest = str_of(f->def->words), piece;
    struct text kinds;
    text_init(&kinds, c->a, 1 << 8);
    while (str_split(&rest, '|', &piece)) {
        enum kind k = kind_by_enum(piece);
        if (k == KIND_COUNT) return;
        const struct decl *found = map_get(&c->p->named[k], n->text);
        if (found != NULL) {
            note_decl(c, n->loc, found);
            return;
        }
        text_addf(&kinds, "%s%s", kinds.len > 0 ? "或" : "", kind_defs[k].zh);
    }
    struct diag *g =
        diag_add(c->d, DIAG_unknown_name, n->loc, "没有%.*s“%.*s”", STR_ARG(text_str(&kinds)), STR_ARG(n->text));
    if (g == NULL) return;
    struct nearest near;
    nearest_start(&near, n->text);
    rest = str_of(f->def->words);
    while (str_split(&rest, '|', &piece)) {
        const struct map *named = &c->p->named[kind_by_enum(piece)];
        for (size_t i = 0; i < named->len; i++) nearest_offer(&near, named->entries[i].key);
    }
    if (near.best.len > 0) diag_suggest(c->d, g, "是不是“%.*s”？", STR_ARG(near.best));
}

/* Expressions of kinds that are not evaluated yet are still typed: a name that is wrong today is wrong tomorrow. */
static void check_other_expr(struct checker *c, const struct decl *d, const struct ast_field *f)
{
    const struct ast_field *on = NULL;
    VEC_EACH (const struct ast_field, x, &d->fields) {
        if (str_eq(str_of(x->def->en), STR("on"))) on = x;
    }
    uint16_t entity = 0;
    void *found = on != NULL && on->names.len > 0 ? map_get(&c->p->entity_by_name, on->names.at[0].text) : NULL;
    if (found == NULL) return;
    entity = (uint16_t)INDEX_OF(found);
    scope_start(c, entity);
    c->has_cite = true;
    node_id id = 0;
    if (d->kind == KIND_INDICATOR) return; /* check_indicator.c */
    id = check_bool(c, f->expr);
    if (f->def->id == FIELD_VALIDATION_RULE && id != 0) {
        *vec_push(c->a, &c->p->validations) = (struct validation){
            .decl = d, .entity = entity, .node = id, .warns = decl_field(d, FIELD_VALIDATION_WARNS) != NULL
        };
    }
}

static bool is_rule(enum kind k)
{
    return k == KIND_DEFINITION || k == KIND_TABLE || k == KIND_POLICY || k == KIND_FILL || k == KIND_NARROW ||
           k == KIND_EXAMPLE || k == KIND_PARAM;
}

/* Kinds whose expressions are checked where they are read. */
static bool is_handled(enum kind k)
{
    return is_rule(k) || k == KIND_SERVICE || k == KIND_REGISTER || k == KIND_LEAD || k == KIND_RETURN;
}

static void check_fields(struct checker *c, const struct decl *d, const field_list *fields)
{
    VEC_EACH (const struct ast_field, f, fields) {
        switch ((int)f->def->shape) {
        case SHAPE_CITE: check_cite(c, f); break;
        case SHAPE_NAME:
        case SHAPE_NAMES:
            if (str_eq(str_of(f->def->en), STR("on"))) {
                if (!is_handled(d->kind)) {
                    uint16_t entity;
                    find_entity(c, f, &entity);
                }
                break;
            }
            VEC_EACH (const struct ast_name, n, &f->names) check_reference(c, f, n);
            break;
        case SHAPE_WORDS: note_paths(c, d, f); break;
        case SHAPE_EXPR:
        case SHAPE_NAMED:
            if (!is_handled(d->kind)) check_other_expr(c, d, f);
            break;
        default: break;
        }
        if (f->cite != NULL && f->def->shape != SHAPE_PARAM_ROW && f->def->shape != SHAPE_STEPS) check_cite(c, f->cite);
        if (f->def->shape != SHAPE_STEPS) check_fields(c, d, &f->subs);
    }
}

/* ---- across declarations ---- */

static void check_open(struct checker *c)
{
    bool leaf = false;
    size_t last = c->p->packs.len - 1;
    if (c->p->packs.len > 0) {
        const struct decl *d = c->p->packs.at[c->p->packs.len - 1].decl;
        const struct ast_field *level = d ? decl_field(d, FIELD_PACK_LEVEL) : NULL;
        str l = level && level->names.len > 0 ? level->names.at[0].text : STR("");
        leaf = str_eq(l, STR("市")) || str_eq(l, STR("县"));
    }
    enum diag_code code = leaf ? DIAG_open_unset : DIAG_open_left;
    VEC_EACH (const struct param, q, &c->p->params) {
        if (!q->open || q->rows.len > 0 || (!leaf && q->decl->pack < last)) continue; /* told where it is opened */
        struct diag *g = diag_add(c->d, code, q->decl->name.loc, "开放的参数“%.*s”还没有人填写，用到它的政策不付钱",
                                  STR_ARG(q->name));
        diag_suggest(c->d, g, "在下级包里写：填写 %.*s", STR_ARG(q->name));
    }
    VEC_EACH (const struct func, f, &c->p->funcs) {
        if (!f->open || f->base != 0 || f->filled_by != NULL || (!leaf && f->decl->pack < last)) continue;
        struct diag *g = diag_add(c->d, code, f->decl->name.loc, "开放的定义“%.*s”还没有人填写", STR_ARG(f->name));
        diag_suggest(c->d, g, "在下级包里写：填写 %.*s", STR_ARG(f->name));
    }
}

/* The examples of one declaration: its cases, and the rows below the head of its table. What they have in common is
 * found once, since there may be thousands. */
static void add_examples(struct checker *c, const struct decl *d, uint32_t target)
{
    const struct ast_field *head = NULL;
    VEC(const struct ast_field *) common = { 0 }, own = { 0 };
    VEC_EACH (const struct ast_field, f, &d->fields) {
        bool row = f->def->id == FIELD_EXAMPLE_ROW;
        if (f->def->shape == SHAPE_CASE || (row && head != NULL))
            *vec_push(c->a, &own) = f;
        else
            *vec_push(c->a, &common) = f;
        if (row && head == NULL) head = f;
    }
    for (size_t i = 0; i < own.len; i++) {
        const struct ast_field *f = own.at[i];
        str title = f->def->shape == SHAPE_CASE ? f->name.text : source_text(&c->p->sources.at[f->loc.source], f->loc);
        *vec_push(c->a, &c->p->examples) = (struct example){ .decl = d,
                                                             .field = f,
                                                             .common = common.at,
                                                             .common_count = (uint32_t)common.len,
                                                             .title = title,
                                                             .about = d->about,
                                                             .target = target,
                                                             .loc = f->loc,
                                                             .pack = d->pack };
    }
}

/* What an example is about: the newest version of the policy, definition or table; UINT32_MAX when there is none. */
static uint32_t example_target(struct checker *c, const struct decl *d)
{
    const struct map *names = d->about == KIND_POLICY    ? &c->p->policy_by_name
                              : d->about == KIND_SERVICE ? &c->p->service_by_name
                              : d->about == KIND_LEAD    ? &c->p->lead_by_name
                                                         : NULL;
    if (names != NULL) {
        void *found = map_get(names, d->name.text);
        return found == NULL ? UINT32_MAX : (uint32_t)INDEX_OF(found);
    }
    const struct func *f = map_get(&c->p->named[d->about], d->name.text) != NULL ? look_func(c->p, d) : NULL;
    return f != NULL ? f->id : UINT32_MAX;
}

static const struct decl *target_decl(const struct program *p, enum kind about, uint32_t target)
{
    if (about == KIND_POLICY) return p->policies.at[target].decl;
    if (about == KIND_SERVICE) return p->services.at[target].decl;
    return about == KIND_LEAD ? p->leads.at[target].decl : p->funcs.at[target].decl;
}

static void unknown_target(struct checker *c, const struct decl *d)
{
    if (d->about == KIND_POLICY && map_get(&c->broken, d->name.text) != NULL) return;
    struct diag *g =
        diag_add(c->d, DIAG_unknown_name, d->name.loc, "没有%s“%.*s”", kind_defs[d->about].zh, STR_ARG(d->name.text));
    if (g == NULL) return;
    struct nearest near;
    nearest_start(&near, d->name.text);
    for (size_t i = 0; i < c->p->named[d->about].len; i++) nearest_offer(&near, c->p->named[d->about].entries[i].key);
    if (near.best.len > 0) diag_suggest(c->d, g, "是不是“%.*s”？", STR_ARG(near.best));
}

static void collect_examples(struct checker *c)
{
    bool *tested = ARENA_ARRAY(c->a, bool, c->p->policies.len + 1);
    VEC_EACH (struct decl *, pd, &c->p->decls) {
        const struct decl *d = *pd;
        if (d->kind != KIND_EXAMPLE) continue;
        uint32_t target = example_target(c, d);
        if (target == UINT32_MAX) {
            unknown_target(c, d);
            continue;
        }
        if (d->about == KIND_POLICY) tested[target] = true;
        note_decl(c, d->name.loc, target_decl(c->p, d->about, target));
        add_examples(c, d, target);
        check_expected(c, d, target);
    }
    VEC_EACH (const struct policy, q, &c->p->policies) {
        uint32_t newest = (uint32_t)INDEX_OF(map_get(&c->p->policy_by_name, q->name));
        if (tested[newest] || newest != q->id) continue;
        struct diag *g =
            diag_add(c->d, DIAG_untested, q->decl->name.loc, "政策“%.*s”没有例，谁也不知道它对不对", STR_ARG(q->name));
        diag_suggest(c->d, g, "写：例 政策 %.*s，符合、不符合、待核各一个", STR_ARG(q->name));
    }
}

static void unused_sources(struct checker *c)
{
    VEC_EACH (struct decl *, pd, &c->p->decls) {
        const struct decl *d = *pd;
        if (d->kind == KIND_SOURCE && map_get(&c->source_used, d->name.text) == NULL &&
            (size_t)d->pack + 1 == c->p->packs.len) {
            diag_add(c->d, DIAG_unused_source, d->name.loc, "来源“%.*s”没有被引用", STR_ARG(d->name.text));
        }
    }
}

void program_check(struct program *p, struct diags *d)
{
    struct checker *c = ARENA_NEW(p->arena, struct checker);
    c->p = p, c->d = d, c->a = p->arena;
    for (int k = 0; k < KIND_COUNT; k++) map_init(&p->named[k], p->arena);
    map_init(&p->code_by_name, p->arena);
    map_init(&p->entity_by_name, p->arena);
    map_init(&p->param_by_name, p->arena);
    map_init(&p->policy_by_name, p->arena);
    map_init(&p->service_by_name, p->arena);
    map_init(&p->register_by_name, p->arena);
    map_init(&p->lead_by_name, p->arena);
    map_init(&p->indicator_by_name, p->arena);
    map_init(&p->plan_by_name, p->arena);
    map_init(&p->task_by_name, p->arena);
    map_init(&p->warning_by_name, p->arena);
    map_init(&p->return_by_name, p->arena);
    vec_push(c->a, &p->nodes); /* node 0 is no node */

    check_model(c);
    check_params(c);
    check_fills(c);
    VEC_EACH (struct decl *, pd, &p->decls) {
        if ((*pd)->kind == KIND_DEFINITION || (*pd)->kind == KIND_TABLE) {
            declare_func(c, *pd);
            map_put(&p->named[(*pd)->kind], (*pd)->name.text, *pd);
        }
    }
    VEC_EACH (struct decl *, pd, &p->decls) {
        if ((*pd)->kind == KIND_POLICY) declare_policy(c, *pd);
    }
    declare_services(c);
    run_list runs = { 0 };
    uint32_t funcs = (uint32_t)p->funcs.len;
#define RUN(vertex_, ...)                                                                   \
    do {                                                                                    \
        uint32_t before = (uint32_t)p->nodes.len;                                           \
        __VA_ARGS__;                                                                        \
        *vec_push(c->a, &runs) = (struct run){ (vertex_), before, (uint32_t)p->nodes.len }; \
    } while (0)
    for (uint32_t i = 0; i < funcs; i++) {
        if (p->funcs.at[i].is_table)
            RUN(i, check_table_body(c, i));
        else
            RUN(i, check_definition(c, i));
    }
    for (uint32_t i = 0; i < p->policies.len; i++) RUN(funcs + i, check_policy(c, i));
    VEC_EACH (struct decl *, pd, &p->decls) {
        uint32_t target = 0;
        if ((*pd)->kind == KIND_FILL) RUN(target, target = check_fill_def(c, *pd));
        const struct policy *narrowed = (*pd)->kind == KIND_NARROW ? check_narrowed(c, *pd) : NULL;
        for (uint32_t v = narrowed != NULL ? narrowed->id + 1 : 0; v != 0; v = p->policies.at[v - 1].older) {
            /* every version that is open: what a lower pack added holds for the old ones, too */
            if (policy_may_narrow(&p->policies.at[v - 1], *pd)) RUN(funcs + v - 1, check_narrow(c, *pd, v - 1));
        }
    }
#undef RUN
    VEC_EACH (struct decl *, pd, &p->decls) {
        if ((*pd)->pack >= p->analyse_from) check_fields(c, *pd, &(*pd)->fields);
    }
    for (uint32_t i = 0; i < p->funcs.len; i++) {
        const struct func *f = &p->funcs.at[i];
        uint16_t pack = f->filled_by ? f->filled_by->pack : f->decl->pack;
        if (!f->is_table && pack >= p->analyse_from) check_exceptions(c, f);
    }
    if (d->errors == 0) check_cycles(c, &runs);
    check_imports(c);
    check_registers(c);
    check_services(c);
    check_leads(c);
    check_indicators(c);
    check_plans(c);
    check_warnings(c);
    check_returns(c);
    check_crosswalks(c);
    check_open(c);
    if (!p->rules_only) collect_examples(c);
    facts_check_examples(p, d);
    unused_sources(c);
}
