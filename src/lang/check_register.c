/* check_register: 名录 and 疑点: lists people and firms stand on, and the rules by which an auditor looks for those who
 * were paid what was not due. Both are conditions over one subject. */
#include "lang/check_priv.h"

const struct register_ *program_register(const struct program *p, str name)
{
    void *found = map_get(&p->register_by_name, name);
    if (found != NULL) return &p->registers.at[INDEX_OF(found)];
    VEC_EACH (const struct register_, r, &p->registers) {
        if (r->alias.len > 0 && str_eq(r->alias, name)) return r;
    }
    return NULL;
}

const struct lead *program_lead(const struct program *p, str name)
{
    void *found = map_get(&p->lead_by_name, name);
    if (found != NULL) return &p->leads.at[INDEX_OF(found)];
    VEC_EACH (const struct lead, x, &p->leads) {
        if (x->alias.len > 0 && str_eq(x->alias, name)) return x;
    }
    return NULL;
}

static str first_word(const struct ast_field *f)
{
    return f != NULL && f->names.len > 0 ? f->names.at[0].text : STR("");
}

/* ---- 名录 ---- */

static void check_columns(struct checker *c, struct register_ *r, const struct ast_field *f)
{
    const struct entity *e = &c->p->entities.at[r->entity];
    VEC_EACH (const struct ast_name, n, &f->names) {
        int i = entity_slot(e, n->text);
        if (i >= 0) {
            bool twice = false;
            VEC_EACH (const uint16_t, s, &r->slots) twice |= *s == (uint16_t)i;
            if (twice)
                say_twice(c, n);
            else
                *vec_push(c->a, &r->slots) = (uint16_t)i;
            continue;
        }
        struct diag *g =
            diag_add(c->d, DIAG_unknown_name, n->loc, "“%.*s”没有“%.*s”", STR_ARG(e->name), STR_ARG(n->text));
        struct nearest near;
        nearest_start(&near, n->text);
        VEC_EACH (const struct slot, s, &e->slots) nearest_offer(&near, s->name);
        if (g != NULL && near.best.len > 0) diag_suggest(c->d, g, "是不是“%.*s”？", STR_ARG(near.best));
    }
}

static void check_stage(struct checker *c, struct register_ *r, const struct ast_field *f)
{
    static const char *const stages[] = {
        [STAGE_NOTICE] = "告知",      [STAGE_DEFENCE] = "申辩", [STAGE_DECISION] = "决定",
        [STAGE_PUBLICATION] = "公布", [STAGE_REPAIR] = "修复",  [STAGE_REMOVAL] = "移出"
    };
    struct register_stage s = { .kind = UINT8_MAX,
                                .name = f->name.text,
                                .text = f->text,
                                .role = first_word(field_sub(f, FIELD_REGISTER_STAGE_ROLE)),
                                .limit = check_time(c, field_sub(f, FIELD_REGISTER_STAGE_LIMIT)),
                                .field = f };
    for (unsigned i = 0; i < sizeof stages / sizeof *stages; i++) {
        if (str_eq(s.name, str_of(stages[i]))) s.kind = (uint8_t)i;
    }
    if (s.kind == UINT8_MAX) {
        struct diag *g = diag_add(c->d, DIAG_bad_word, f->name.loc, "“程序”不能是“%.*s”", STR_ARG(s.name));
        diag_suggest(c->d, g, "写其中之一：告知、申辩、决定、公布、修复、移出；别的话写在冒号后面");
        return;
    }
    VEC_EACH (const struct register_stage, x, &r->stages) {
        if (x->kind < s.kind) continue;
        struct diag *g = diag_add(c->d, x->kind == s.kind ? DIAG_duplicate : DIAG_rows_order, f->name.loc,
                                  x->kind == s.kind ? "“%.*s”写了两次" : "“%.*s”写得太晚了", STR_ARG(s.name));
        diag_other(g, x->field->name.loc);
        diag_suggest(c->d, g, "次序是：告知、申辩、决定、公布、修复、移出，可以少几步");
        return;
    }
    *vec_push(c->a, &r->stages) = s;
}

static void read_register(struct checker *c, const struct decl *d)
{
    struct register_ r = { .decl = d, .name = d->name.text, .id = (uint32_t)c->p->registers.len };
    if (!find_entity(c, decl_field(d, FIELD_REGISTER_ON), &r.entity)) return;
    r.alias = first_word(decl_field(d, FIELD_REGISTER_ALIAS));
    str shown = first_word(decl_field(d, FIELD_REGISTER_PUBLIC));
    r.public_ = str_eq(shown, STR("公开"))       ? REGISTER_OPEN
                : str_eq(shown, STR("遮盖公开")) ? REGISTER_MASKED
                                                 : REGISTER_HIDDEN;
    r.review = check_time(c, decl_field(d, FIELD_REGISTER_REVIEW));
    r.lasts = check_time(c, decl_field(d, FIELD_REGISTER_LASTS));
    scope_start(c, r.entity);
    VEC_EACH (const struct ast_field, f, &d->fields) {
        c->has_cite = true;
        if (f->def->id == FIELD_REGISTER_ENTRY) check_clause(c, f, false, d->pack, &r.entry);
        if (f->def->id == FIELD_REGISTER_EXIT) check_clause(c, f, false, d->pack, &r.exit);
        if (f->def->id == FIELD_REGISTER_SLOTS) check_columns(c, &r, f);
        if (f->def->id == FIELD_REGISTER_STAGE) check_stage(c, &r, f);
    }
    map_put(&c->p->register_by_name, r.name, INDEX_PLUS_1(r.id));
    *vec_push(c->a, &c->p->registers) = r;
}

void check_registers(struct checker *c)
{
    VEC_EACH (struct decl *, pd, &c->p->decls) {
        bool first = (*pd)->kind == KIND_REGISTER && map_get(&c->p->named[KIND_REGISTER], (*pd)->name.text) == *pd;
        if (first) read_register(c, *pd);
    }
}

/* ---- 疑点 ---- */

/* 同值 and 至少 come together. */
static void check_group(struct checker *c, const struct decl *d, struct lead *x)
{
    static const struct type text = { .kind = TYPE_TEXT };
    const struct type persons = { .kind = TYPE_NUM, .unit = UNIT_PERSON };
    const struct ast_field *same = decl_field(d, FIELD_LEAD_SAME), *least = decl_field(d, FIELD_LEAD_LEAST);
    if (same == NULL && least == NULL) return;
    if (same == NULL || least == NULL) {
        diag_add(c->d, DIAG_missing_field, same != NULL ? same->loc : least->loc, "疑点“%.*s”缺“%s”：%s",
                 STR_ARG(x->name), same != NULL ? "至少" : "同值", "“同值”和“至少”要一起写");
        return;
    }
    if (same->expr == NULL || least->expr == NULL) return; /* said by the parser */
    x->same = check_as(c, same->expr, text, "同值");
    x->least = check_as(c, least->expr, persons, "至少");
}

static void read_lead(struct checker *c, const struct decl *d)
{
    struct lead x = { .decl = d, .name = d->name.text, .id = (uint32_t)c->p->leads.len };
    const struct ast_field *condition = decl_field(d, FIELD_LEAD_CONDITION);
    if (!find_entity(c, decl_field(d, FIELD_LEAD_ON), &x.entity)) return;
    x.alias = first_word(decl_field(d, FIELD_LEAD_ALIAS));
    check_named_policies(c, decl_field(d, FIELD_LEAD_POLICIES), x.entity, &x.policies);
    scope_start(c, x.entity);
    c->has_cite = true;
    if (condition == NULL || condition->expr == NULL) return; /* said by the parser */
    x.condition = check_bool(c, condition->expr);
    const struct node *n = node_at(c->p, x.condition); /* after a mistake node 0, which is none */
    if (n->op == OP_CONST)
        diag_add(c->d, DIAG_constant, condition->expr->loc, "疑点“%.*s”的条件总是%s", STR_ARG(x.name),
                 c->p->consts.at[n->k].boolean ? "真" : "假");
    check_group(c, d, &x);
    map_put(&c->p->lead_by_name, x.name, INDEX_PLUS_1(x.id));
    *vec_push(c->a, &c->p->leads) = x;
}

void check_leads(struct checker *c)
{
    VEC_EACH (struct decl *, pd, &c->p->decls) {
        if ((*pd)->kind == KIND_LEAD && map_get(&c->p->named[KIND_LEAD], (*pd)->name.text) == *pd) read_lead(c, *pd);
    }
}
