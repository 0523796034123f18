/* check_service: what a 事项 says, settled once: whom it is for, what decides it, what it asks for, how long each step
 * may take, and what it changes in the register of record.
 *
 * A service touches only what its subject owns: its fields, its spells, the registers it can stand in. Everything else
 * that is named here is a mistake with a place, because it would otherwise be noticed by the person at the counter. */
#include "lang/check_priv.h"

/* ---- look-ups ---- */

const struct service *program_service(const struct program *p, str name)
{
    void *found = map_get(&p->service_by_name, name);
    if (found != NULL) return &p->services.at[INDEX_OF(found)];
    VEC_EACH (const struct service, s, &p->services) {
        if (s->alias.len > 0 && str_eq(s->alias, name)) return s;
    }
    return NULL;
}

const struct service *service_on(const struct program *p, uint32_t service, date day)
{
    for (uint32_t v = service + 1; v != 0; v = p->services.at[v - 1].older) {
        const struct service *s = &p->services.at[v - 1];
        if ((!s->has_from || s->from.days <= day.days) && (!s->has_to || day.days <= s->to.days)) return s;
    }
    return NULL;
}

/* ---- names ---- */

static str first_word(const struct ast_field *f)
{
    return f != NULL && f->names.len > 0 ? f->names.at[0].text : STR("");
}

static void suggest_near(struct checker *c, struct diag *g, const struct nearest *near)
{
    if (g != NULL && near->best.len > 0) diag_suggest(c->d, g, "是不是“%.*s”？", STR_ARG(near->best));
}

static bool is_listed(const number_list *list, uint32_t x)
{
    VEC_EACH (const uint32_t, y, list) {
        if (*y == x) return true;
    }
    return false;
}

void say_twice(struct checker *c, const struct ast_name *n)
{
    struct diag *g = diag_add(c->d, DIAG_duplicate, n->loc, "“%.*s”写了两次", STR_ARG(n->text));
    diag_suggest(c->d, g, "留一个");
}

void say_other_subject(struct checker *c, const struct ast_name *n, const char *kind_zh, uint16_t theirs, uint16_t ours,
                       const struct decl *d)
{
    const struct entity *a = &c->p->entities.at[theirs], *b = &c->p->entities.at[ours];
    struct diag *g = diag_add(c->d, DIAG_wrong_kind, n->loc, "%s“%.*s”的对象是“%.*s”，这里的对象是“%.*s”", kind_zh,
                              STR_ARG(n->text), STR_ARG(a->name), STR_ARG(b->name));
    diag_other(g, d->name.loc);
    diag_suggest(c->d, g, "对象要一样；单位替职工申请的，对象写“%.*s”，申请人写“单位”", STR_ARG(a->name));
}

void check_named_policies(struct checker *c, const struct ast_field *f, uint16_t entity, number_list *out)
{
    if (f == NULL) return;
    VEC_EACH (const struct ast_name, n, &f->names) {
        void *found = map_get(&c->p->policy_by_name, n->text);
        if (found == NULL) continue; /* said where references are checked */
        uint32_t id = (uint32_t)INDEX_OF(found);
        const struct policy *q = &c->p->policies.at[id];
        if (is_listed(out, id))
            say_twice(c, n);
        else if (q->entity != entity)
            say_other_subject(c, n, "政策", q->entity, entity, q->decl);
        else
            *vec_push(c->a, out) = id;
    }
}

void check_clause(struct checker *c, const struct ast_field *f, bool exclusion, uint16_t pack, criterion_list *out)
{
    if (f->expr == NULL) return;
    VEC_EACH (const struct criterion, before, out) {
        if (!str_eq(before->name, f->name.text)) continue;
        diag_other(diag_add(c->d, DIAG_duplicate, f->name.loc, "“%.*s”写了两次", STR_ARG(f->name.text)),
                   before->field->name.loc);
        return;
    }
    node_id id = check_bool(c, f->expr);
    if (id == 0) return;
    const struct node *n = node_at(c->p, id);
    if (n->op == OP_CONST) {
        bool v = c->p->consts.at[n->k].boolean;
        diag_add(c->d, DIAG_constant, f->expr->loc, "“%.*s”总是%s", STR_ARG(f->name.text), v ? "真" : "假");
    }
    *vec_push(c->a, out) =
        (struct criterion){ .name = f->name.text, .node = id, .is_exclusion = exclusion, .field = f, .pack = pack };
}

/* ---- what is asked for ---- */

static const struct entity *entity_of(struct checker *c, uint16_t id) { return &c->p->entities.at[id]; }

const struct entity *own_spell(struct checker *c, const struct entity *subject, const struct ast_name *n, bool or_field)
{
    int i = entity_slot(subject, n->text);
    if (i >= 0) {
        const struct slot *s = &subject->slots.at[i];
        if (s->kind == SLOT_SPELLS || s->kind == SLOT_HISTORY) {
            note_use(c, n->loc, s->loc, USE_SLOT, subject->id, (uint32_t)i);
            return entity_of(c, s->type.ref);
        }
    }
    struct diag *g;
    const struct entity *e = program_entity(c->p, n->text);
    if (e != NULL && e->is_spell) {
        g = diag_add(c->d, DIAG_wrong_kind, n->loc, "“%.*s”是“%.*s”的经历，“%.*s”没有", STR_ARG(e->name),
                     STR_ARG(entity_of(c, e->owner)->name), STR_ARG(subject->name));
    } else if (i >= 0 || e != NULL) {
        g = diag_add(c->d, DIAG_wrong_kind, n->loc, "“%.*s”不是经历", STR_ARG(n->text));
    } else {
        g = diag_add(c->d, DIAG_unknown_name, n->loc, "“%.*s”没有%s“%.*s”", STR_ARG(subject->name),
                     or_field ? "经历或字段" : "经历", STR_ARG(n->text));
    }
    struct nearest near;
    nearest_start(&near, n->text);
    VEC_EACH (const struct slot, s, &subject->slots) {
        bool field = or_field && s->kind == SLOT_FIELD;
        if (field || s->kind == SLOT_SPELLS || s->kind == SLOT_HISTORY) nearest_offer(&near, s->name);
    }
    suggest_near(c, g, &near);
    return NULL;
}

int plain_field(struct checker *c, const struct entity *e, str name, struct loc loc)
{
    int i = entity_slot(e, name);
    const struct slot *s = i >= 0 ? &e->slots.at[i] : NULL;
    bool owner = s != NULL && e->is_spell && s->field == NULL && s->type.kind == TYPE_RECORD;
    if (s != NULL && s->kind == SLOT_FIELD && !owner) return i;
    struct diag *g;
    if (s != NULL && (s->kind == SLOT_SPELLS || s->kind == SLOT_HISTORY)) {
        const struct entity *spell = entity_of(c, s->type.ref);
        g = diag_add(c->d, DIAG_wrong_kind, loc, "“%.*s”是经历，要写它的哪一个字段", STR_ARG(name));
        VEC_EACH (const struct slot, x, &spell->slots) {
            if (x->field == NULL) continue;
            diag_suggest(c->d, g, "例如：%.*s.%.*s", STR_ARG(name), STR_ARG(x->name));
            break;
        }
        return -1;
    }
    if (s != NULL) {
        g = diag_add(c->d, DIAG_wrong_kind, loc, "“%.*s”%s，不能填", STR_ARG(name),
                     s->kind == SLOT_FUNC ? "是由定义算出来的" : "不是字段");
        if (s->kind == SLOT_FUNC) diag_suggest(c->d, g, "写算它要用的字段");
        return -1;
    }
    struct nearest near;
    nearest_start(&near, name);
    g = diag_add(c->d, DIAG_unknown_name, loc, "“%.*s”没有字段“%.*s”", STR_ARG(e->name), STR_ARG(name));
    VEC_EACH (const struct slot, x, &e->slots) {
        if (x->kind == SLOT_FIELD) nearest_offer(&near, x->name);
    }
    suggest_near(c, g, &near);
    return -1;
}

/* 银行账号 | 就业登记.形式 */
static bool form_slot(struct checker *c, const struct entity *subject, const struct ast_name *n, struct form_item *out)
{
    size_t dot = str_find(n->text, STR("."));
    const struct entity *e = subject;
    struct loc field_loc = n->loc;
    str field = n->text;
    if (dot != SIZE_MAX) {
        struct ast_name first = { .text = str_slice(n->text, 0, dot), .loc = n->loc };
        first.loc.to = first.loc.from + (uint32_t)dot;
        field = str_slice(n->text, dot + 1, n->text.len);
        field_loc.from = first.loc.to + 1;
        int i = entity_slot(subject, first.text);
        if (i >= 0 && subject->slots.at[i].kind == SLOT_FIELD && subject->slots.at[i].type.kind == TYPE_RECORD) {
            const struct entity *other = entity_of(c, subject->slots.at[i].type.ref);
            struct diag *g = diag_add(c->d, DIAG_wrong_kind, n->loc, "“%.*s”是另一个“%.*s”的，这里只能填“%.*s”自己的",
                                      STR_ARG(field), STR_ARG(other->name), STR_ARG(subject->name));
            diag_suggest(c->d, g, "另写一个对象是“%.*s”的事项", STR_ARG(other->name));
            return false;
        }
        e = own_spell(c, subject, &first, false);
        if (e == NULL) return false;
        if (e->is_monthly) {
            struct diag *g =
                diag_add(c->d, DIAG_wrong_kind, first.loc, "“%.*s”是逐月的历史，不能填报", STR_ARG(e->name));
            diag_suggest(c->d, g, "逐月的历史由别的系统的数据来，写“比对 %.*s”", STR_ARG(e->name));
            return false;
        }
    }
    int slot = plain_field(c, e, field, field_loc);
    if (slot < 0) return false;
    out->entity = e->id;
    out->slot = (uint16_t)slot;
    return true;
}

static node_id sub_condition(struct checker *c, const struct ast_field *f, enum field_id id)
{
    const struct ast_field *sub = field_sub(f, id);
    return sub == NULL || sub->expr == NULL ? 0 : check_bool(c, sub->expr);
}

static void check_form(struct checker *c, struct service *s, const struct ast_field *f)
{
    struct form_item common = { .field = f,
                                .when = sub_condition(c, f, FIELD_SERVICE_FORM_WHEN),
                                .optional = field_sub(f, FIELD_SERVICE_FORM_OPTIONAL) != NULL };
    const struct ast_field *ask = field_sub(f, FIELD_SERVICE_FORM_ASK);
    if (ask != NULL) common.ask = ask->text;
    if (ask != NULL && f->names.len > 1) {
        struct diag *g =
            diag_add(c->d, DIAG_syntax, ask->keyword, "一句“问”只能问一件事，这一行有 %zu 件", f->names.len);
        diag_suggest(c->d, g, "一件一行：每行“填报”下面写自己的“问”");
    }
    VEC_EACH (const struct ast_name, n, &f->names) {
        struct form_item item = common;
        bool twice = false;
        if (!form_slot(c, entity_of(c, s->entity), n, &item)) continue;
        VEC_EACH (const struct form_item, x, &s->form) twice |= x->entity == item.entity && x->slot == item.slot;
        if (twice)
            say_twice(c, n);
        else
            *vec_push(c->a, &s->form) = item;
    }
}

static void check_compare(struct checker *c, struct service *s, const struct ast_field *f)
{
    const struct entity *subject = entity_of(c, s->entity);
    VEC_EACH (const struct ast_name, n, &f->names) {
        struct compare_item item = { .entity = s->entity, .max_age_days = (uint16_t)f->days, .field = f };
        int i = entity_slot(subject, n->text);
        bool field = i >= 0 && subject->slots.at[i].kind == SLOT_FIELD;
        if (field) {
            item.slot = (uint16_t)(i + 1);
            note_use(c, n->loc, subject->slots.at[i].loc, USE_SLOT, subject->id, (uint32_t)i);
        } else if (!str_eq(n->text, subject->name)) {
            const struct entity *spell = own_spell(c, subject, n, true);
            if (spell == NULL) continue;
            item.entity = spell->id;
        }
        bool twice = false;
        VEC_EACH (const struct compare_item, x, &s->compares) twice |= x->entity == item.entity && x->slot == item.slot;
        if (twice)
            say_twice(c, n);
        else
            *vec_push(c->a, &s->compares) = item;
    }
}

static void check_material(struct checker *c, struct service *s, const struct ast_field *f)
{
    VEC_EACH (const struct material, m, &s->materials) {
        if (str_eq(m->name, f->name.text)) {
            say_twice(c, &f->name);
            return;
        }
    }
    *vec_push(c->a, &s->materials) = (struct material){ .name = f->name.text,
                                                        .text = f->text,
                                                        .when = sub_condition(c, f, FIELD_SERVICE_MAT_WHEN),
                                                        .waive = sub_condition(c, f, FIELD_SERVICE_MAT_WAIVE),
                                                        .field = f };
}

/* ---- steps ---- */

enum { SIGNATURES_MAX = 15 };

static void check_step(struct checker *c, struct service *s, const struct ast_field *f)
{
    struct service_step step = { .name = f->name.text,
                                 .text = f->text,
                                 .role = first_word(field_sub(f, FIELD_SERVICE_STEP_ROLE)),
                                 .level = first_word(field_sub(f, FIELD_SERVICE_STEP_LEVEL)),
                                 .limit = check_time(c, field_sub(f, FIELD_SERVICE_STEP_LIMIT)),
                                 .signatures = 1,
                                 .field = f };
    const struct ast_field *sign = field_sub(f, FIELD_SERVICE_STEP_SIGN);
    if (sign != NULL && sign->expr != NULL && sign->expr->kind == EXPR_NUMBER) {
        num n = sign->expr->number;
        if (sign->expr->scale != 0 || n < 1 || n > SIGNATURES_MAX)
            diag_add(c->d, DIAG_bad_number, sign->expr->loc, "会签的人数是 1 到 %d", SIGNATURES_MAX);
        else
            step.signatures = (uint8_t)n;
    }
    VEC_EACH (const struct service_step, x, &s->steps) {
        if (str_eq(x->name, step.name)) {
            say_twice(c, &f->name);
            return;
        }
    }
    *vec_push(c->a, &s->steps) = step;
}

/* The steps of one unit may not take longer than the whole. */
static void check_sum(struct checker *c, const struct service *s)
{
    uint32_t sum = 0;
    if (s->limit.count == 0 || s->limit.param != 0) return;
    VEC_EACH (const struct service_step, x, &s->steps) {
        if (x->limit.param == 0 && x->limit.unit == s->limit.unit) sum += x->limit.count;
    }
    if (sum <= s->limit.count) return;
    const struct ast_field *limit = decl_field(s->decl, FIELD_SERVICE_LIMIT);
    const char *unit = time_unit_zh((enum service_unit)s->limit.unit);
    struct diag *g = diag_add(c->d, DIAG_rows_order, limit->loc, "各环节的时限加起来是 %u%s，比总时限 %u%s 还长", sum,
                              unit, s->limit.count, unit);
    diag_suggest(c->d, g, "改短环节的时限，或改长总时限");
}

/* ---- the whole ---- */

static void add_version(struct checker *c, struct service s, struct decl *d)
{
    struct program *p = c->p;
    void *before = map_get(&p->service_by_name, s.name);
    uint32_t newest = before != NULL ? (uint32_t)INDEX_OF(before) : 0, later = UINT32_MAX;
    for (uint32_t v = before != NULL ? newest + 1 : 0; v != 0; v = p->services.at[v - 1].older) {
        const struct service *o = &p->services.at[v - 1];
        if (periods_meet(o->has_from, o->from, o->has_to, o->to, s.has_from, s.from, s.has_to, s.to)) {
            say_clash(c, d, o->decl);
            return;
        }
        if (o->has_from && (!s.has_from || s.from.days < o->from.days)) later = v - 1;
    }
    if (later == UINT32_MAX) {
        s.older = before != NULL ? newest + 1 : 0;
        map_put(&p->service_by_name, s.name, INDEX_PLUS_1(p->services.len));
    } else {
        s.older = p->services.at[later].older;
        p->services.at[later].older = s.id + 1;
    }
    *vec_push(c->a, &p->services) = s;
    map_put(&p->named[KIND_SERVICE], s.name, d);
}

void declare_services(struct checker *c)
{
    VEC_EACH (struct decl *, pd, &c->p->decls) {
        struct decl *d = *pd;
        if (d->kind != KIND_SERVICE) continue;
        struct service s = { .decl = d, .name = d->name.text, .id = (uint32_t)c->p->services.len };
        if (!find_entity(c, decl_field(d, FIELD_SERVICE_ON), &s.entity)) {
            map_put(&c->p->named[KIND_SERVICE], s.name, d); /* it is there, even if it is wrong */
            continue;
        }
        const struct ast_field *period = decl_field(d, FIELD_SERVICE_PERIOD);
        if (period != NULL)
            s.has_from = period->has_from, s.from = period->from, s.has_to = period->has_to, s.to = period->to;
        s.alias = first_word(decl_field(d, FIELD_SERVICE_ALIAS));
        add_version(c, s, d);
    }
}

static void read_includes(struct checker *c, struct service *s)
{
    const struct ast_field *f = decl_field(s->decl, FIELD_SERVICE_PACKAGE);
    if (f == NULL) return;
    VEC_EACH (const struct ast_name, n, &f->names) {
        void *found = map_get(&c->p->service_by_name, n->text);
        if (found == NULL) continue; /* said where references are checked */
        uint32_t id = (uint32_t)INDEX_OF(found);
        const struct service *o = &c->p->services.at[id];
        if (is_listed(&s->includes, id))
            say_twice(c, n);
        else if (o->entity != s->entity)
            say_other_subject(c, n, "事项", o->entity, s->entity, o->decl);
        else
            *vec_push(c->a, &s->includes) = id;
    }
}

static void read_registers(struct checker *c, struct service *s)
{
    const struct ast_field *f = decl_field(s->decl, FIELD_SERVICE_REGISTER);
    if (f == NULL) return;
    VEC_EACH (const struct ast_name, n, &f->names) {
        void *found = map_get(&c->p->register_by_name, n->text);
        if (found == NULL) continue; /* said where references are checked */
        uint32_t id = (uint32_t)INDEX_OF(found);
        const struct register_ *r = &c->p->registers.at[id];
        if (is_listed(&s->registers, id))
            say_twice(c, n);
        else if (r->entity != s->entity)
            say_other_subject(c, n, "名录", r->entity, s->entity, r->decl);
        else
            *vec_push(c->a, &s->registers) = id;
    }
}

/* 核定金额: the amounts of the policies have one type, or there is no such name. */
static void read_amount(struct checker *c, struct service *s)
{
    bool same = true;
    VEC_EACH (const uint32_t, id, &s->policies) {
        const struct policy *q = &c->p->policies.at[*id];
        if (q->steps.len == 0 || q->steps.at[q->steps.len - 1].node == 0) continue;
        struct type t = *node_type(c, q->steps.at[q->steps.len - 1].node);
        same = same && t.kind == TYPE_NUM &&
               (!s->has_amount || (unit_eq(t.unit, s->amount_type.unit) && t.scale == s->amount_type.scale));
        s->has_amount = true;
        s->amount_type = t;
    }
    s->has_amount = s->has_amount && same;
}

static void read_choices(struct service *s)
{
    static const char *const applicants[] = { "本人", "单位", "学校", "机构", "经办机构" };
    const struct decl *d = s->decl;
    str offer = first_word(decl_field(d, FIELD_SERVICE_OFFER));
    s->decide = str_eq(first_word(decl_field(d, FIELD_SERVICE_DECIDE)), STR("秒批")) ? SERVICE_ALONE : SERVICE_BY_STAFF;
    s->offer = str_eq(offer, STR("确认"))   ? SERVICE_OFFER_CONFIRM
               : str_eq(offer, STR("告知")) ? SERVICE_OFFER_NOTICE
                                            : SERVICE_NO_OFFER;
    VEC_EACH (const struct ast_field, w, &d->fields) {
        for (unsigned i = 0; w->def->id == FIELD_SERVICE_APPLICANT && i < sizeof applicants / sizeof *applicants; i++) {
            if (str_eq(first_word(w), str_of(applicants[i]))) s->applicants |= (uint8_t)(1u << i);
        }
    }
    if (s->applicants == 0) s->applicants = SERVICE_APPLIES_SELF;
    const struct ast_field *f = decl_field(d, FIELD_SERVICE_RESULT);
    if (f != NULL) s->result = f->text;
    f = decl_field(d, FIELD_SERVICE_CERTIFICATE);
    if (f != NULL) s->certificate = f->text;
    s->rated = decl_field(d, FIELD_SERVICE_RATING) != NULL;
}

static void check_body(struct checker *c, struct service *s)
{
    const struct decl *d = s->decl;
    scope_start(c, s->entity);
    bool cited = decl_has_cite(d);
    VEC_EACH (const struct ast_field, f, &d->fields) {
        bool exclusion = f->def->id == FIELD_SERVICE_EXCLUSION, stop = f->def->id == FIELD_SERVICE_STOP;
        c->has_cite = cited || has_own_cite(f);
        if (exclusion || f->def->id == FIELD_SERVICE_CRITERION) check_clause(c, f, exclusion, d->pack, &s->criteria);
        if (stop) check_clause(c, f, false, d->pack, &s->stops);
        if (f->def->id == FIELD_SERVICE_FORM) check_form(c, s, f);
        if (f->def->id == FIELD_SERVICE_COMPARE) check_compare(c, s, f);
        if (f->def->id == FIELD_SERVICE_MATERIAL) check_material(c, s, f);
        if (f->def->id == FIELD_SERVICE_STEP) check_step(c, s, f);
        if (f->def->id == FIELD_SERVICE_CHANNEL) {
            VEC_EACH (const struct ast_name, n, &f->names) *vec_push(c->a, &s->channels) = n->text;
        }
    }
    check_effects(c, s);
}

/* The words for an account of whoever the policy is about. */
static bool paid_to_subject(const struct program *p, const struct policy *q)
{
    const struct ast_field *f = decl_field(q->decl, FIELD_POLICY_PAY);
    const str own[] = { STR("社会保障卡"), STR("本人"), p->entities.at[q->entity].name };
    bool is_own = f == NULL;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) is_own = is_own || str_starts(f->text, own[i]);
    return is_own;
}

/* Money must not go to whoever the policy is about because nobody said to whom else. */
static void check_payees(struct checker *c, const struct service *s)
{
    VEC_EACH (const uint32_t, id, &s->policies) {
        for (uint32_t v = *id + 1; v != 0; v = c->p->policies.at[v - 1].older) {
            const struct policy *q = &c->p->policies.at[v - 1];
            if (q->steps.len == 0 || decl_field(q->decl, FIELD_POLICY_PAYEE) != NULL || paid_to_subject(c->p, q))
                continue;
            const struct ast_field *pay = decl_field(q->decl, FIELD_POLICY_PAY);
            struct diag *g = diag_add(c->d, DIAG_no_payee, pay->loc, "事项“%.*s”要发这笔钱，“%.*s”没有说是哪一家",
                                      STR_ARG(s->name), STR_ARG(pay->text));
            diag_other(g, s->decl->name.loc);
            diag_suggest(c->d, g,
                         "加一行：收款 当前(劳动合同).合同单位，或别的写到那一家的路；发给本人的写“发放 社会保障卡”");
        }
    }
}

/* What must go together. */
static void check_together(struct checker *c, const struct service *s)
{
    const struct decl *d = s->decl;
    const struct ast_field *stop = decl_field(d, FIELD_SERVICE_STOP), *offer = decl_field(d, FIELD_SERVICE_OFFER);
    bool named = decl_field(d, FIELD_SERVICE_POLICIES) != NULL; /* what is wrong with them was said */
    if (stop != NULL && !s->continues && (!named || s->policies.len > 0)) {
        struct diag *g = diag_add(c->d, DIAG_wrong_kind, stop->keyword, "“停发”只用于按月、按季、按年发的；这里%s",
                                  named ? "的政策是一次性的" : "没有政策");
        diag_suggest(c->d, g, named ? "删去“停发”，或给政策写“频次 按月”" : "写“政策 …”，它的频次是按月、按季或按年");
    }
    if (offer != NULL && !named) {
        struct diag *g =
            diag_add(c->d, DIAG_missing_field, offer->keyword, "“主动”是把找到的人该得的送上门，这里没有政策");
        diag_suggest(c->d, g, "加一行：政策 名字");
    }
    bool limited = s->limit.count > 0 || s->limit.param != 0;
    if (offer != NULL && s->offer == SERVICE_OFFER_NOTICE && !limited) {
        struct diag *g = diag_add(c->d, DIAG_missing_field, offer->keyword, "“主动 告知”要写多久不谢绝就发");
        diag_suggest(c->d, g, "加一行：时限 5工作日");
    } else if (decl_field(d, FIELD_SERVICE_LIMIT) == NULL) {
        struct diag *g =
            diag_add(c->d, DIAG_no_limit, d->name.loc, "事项“%.*s”没有时限，谁也不知道多久该办完", STR_ARG(s->name));
        diag_suggest(c->d, g,
                     "写“时限 10工作日”；由下级定的，声明参数“%.*s时限 : 工作日”并写“开放”，这里写“时限 %.*s时限”",
                     STR_ARG(s->name), STR_ARG(s->name));
    }
    check_sum(c, s);
    check_payees(c, s);
}

/* No package may contain itself. Depth first, with as many levels as there are services. */
static void check_circles(struct checker *c)
{
    struct program *p = c->p;
    size_t n = p->services.len;
    uint8_t *state = ARENA_ARRAY(c->a, uint8_t, n + 1); /* 0 new, 1 on the stack, 2 done */
    uint32_t *stack = ARENA_ARRAY(c->a, uint32_t, n + 1), *at = ARENA_ARRAY(c->a, uint32_t, n + 1);
    for (uint32_t start = 0; start < n; start++) {
        uint32_t depth = 0;
        if (state[start] != 0) continue;
        stack[depth++] = start;
        state[start] = 1;
        while (depth > 0) {
            struct service *s = &p->services.at[stack[depth - 1]];
            if (at[s->id] == s->includes.len) {
                state[s->id] = 2;
                depth--;
                continue;
            }
            uint32_t next = s->includes.at[at[s->id]++];
            if (state[next] == 0) {
                state[next] = 1;
                stack[depth++] = next;
            } else if (state[next] == 1) {
                const struct ast_field *f = decl_field(s->decl, FIELD_SERVICE_PACKAGE);
                struct diag *g = diag_add(c->d, DIAG_cycle, f->loc, "“%.*s”包含“%.*s”，兜了一圈又包含自己",
                                          STR_ARG(s->name), STR_ARG(p->services.at[next].name));
                diag_other(g, p->services.at[next].decl->name.loc);
                diag_suggest(c->d, g, "从“包含”里去掉一个");
                s->includes.at[--at[s->id]] = s->includes.at[s->includes.len - 1]; /* so that nobody runs in it */
                s->includes.len--;
            }
        }
    }
}

void check_services(struct checker *c)
{
    for (uint32_t i = 0; i < c->p->services.len; i++) {
        struct service s = c->p->services.at[i];
        const struct decl *d = s.decl;
        check_named_policies(c, decl_field(d, FIELD_SERVICE_POLICIES), s.entity, &s.policies);
        VEC_EACH (const uint32_t, q, &s.policies) /* the newest version of each */
            s.continues |= service_pays(&s, &c->p->policies.at[*q]).kind == PAID_ON_AND_ON;
        read_includes(c, &s);
        read_registers(c, &s);
        read_amount(c, &s);
        read_choices(&s);
        s.limit = check_time(c, decl_field(d, FIELD_SERVICE_LIMIT));
        s.publicity = check_time(c, decl_field(d, FIELD_SERVICE_PUBLICITY));
        s.review = check_time(c, decl_field(d, FIELD_SERVICE_REVIEW));
        s.callback = check_time(c, decl_field(d, FIELD_SERVICE_CALLBACK));
        s.objection = check_time(c, decl_field(d, FIELD_SERVICE_OBJECTION));
        check_body(c, &s);
        check_together(c, &s);
        c->p->services.at[i] = s;
    }
    check_circles(c);
}
