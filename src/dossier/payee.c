/* payee: whom the money of a case goes to. Most is for whoever the case is about; where a policy says otherwise
 * (收款), for a firm or an institution that is found along the facts. It is settled when the case is granted, and kept:
 * whoever comes into the same place later has applied for nothing. Name and account are those of today. */
#include "dossier/pay_priv.h"

/* Found, whoever it is; 0: nobody knows, or there is none. */
static int64_t found(const struct dossier_desk *d, struct dossier_facts *x, const struct policy *q, date day,
                     struct arena *a)
{
    struct evaluator ev = { 0 };
    struct frame f = { .elements = { x->subject } };
    eval_start(&ev, d->p, a, day, day);
    struct value v = eval_node(&ev, &f, q->payee);
    return v.state == VALUE_KNOWN ? v.record->number : 0;
}

static uint16_t entity_of(const struct dossier_desk *d, const struct policy *q)
{
    return node_at(d->p, q->payee)->type.ref;
}

static bool payee_read(struct dossier_desk *d, uint16_t entity, int64_t id, struct arena *a, struct payee *out,
                       struct err *e)
{
    struct dossier_facts x = { .set = d->set };
    const struct need *need = need_of_nodes(d->p, entity, NULL, 0, a);
    diags_init(&x.diags, a);
    facts_start(&x.f, d->p, a, &x.diags, entity);
    if (!registry_record(d->r, entity, id, &need, 1, &x.f, e)) return false;
    x.subject = x.f.subject;
    *out = (struct payee){ entity, id, facts_name(&x, a), facts_account(&x, a) };
    return true;
}

bool payee_of(struct dossier_desk *d, struct dossier_facts *x, const struct dossier *c, str policy, date day,
              struct arena *a, struct payee *out, struct err *e)
{
    const struct policy *q = program_policy(d->p, policy);
    if (q == NULL || q->payee == 0) {
        *out = (struct payee){ x->subject->entity, c->subject, facts_name(x, a), facts_account(x, a) };
        return true;
    }
    *out = (struct payee){ .entity = entity_of(d, q) };
    int64_t id = found(d, x, q, day, a);
    return id == 0 || payee_read(d, out->entity, id, a, out, e);
}

bool payee_known(struct dossier_desk *d, const struct payee *to, str policy, struct err *e)
{
    str kind = d->p->entities.at[to->entity].name;
    return to->id != 0 || fail(e, INVALID, "“%.*s”的钱发给%.*s，可是登记库里查不到是哪一家；先补上这项资料",
                               STR_ARG(policy), STR_ARG(kind));
}

bool payee_is_firm(struct dossier_desk *d, struct dossier_facts *x, const struct service *s, const struct behalf *firm,
                   date day, struct arena *a, bool *paid, struct err *e)
{
    *paid = false;
    VEC_EACH (const uint32_t, id, &s->policies) {
        const struct policy *q = program_policy(d->p, d->p->policies.at[*id].name);
        struct payee to;
        if (q == NULL || q->payee == 0 || entity_of(d, q) != firm->entity) continue;
        int64_t number = found(d, x, q, day, a);
        *paid = *paid || number == firm->id;
        if (number == 0 || number == firm->id) continue;
        if (!payee_read(d, firm->entity, number, a, &to, e)) return false;
        return fail(e, DENIED, "“%.*s”的钱发给%.*s，只能由它来申请", STR_ARG(q->name), STR_ARG(to.name));
    }
    return true;
}

bool payee_keep(struct dossier_desk *d, const struct dossier *c, str policy, const struct payee *to, struct err *e)
{
    if (!store_do(d->s, NULL, e, "DELETE FROM dossier_payee WHERE dossier = $1 AND policy = $2", "is", c->id, policy))
        return false;
    return to->id == c->subject ||
           store_do(d->s, NULL, e,
                    "INSERT INTO dossier_payee (dossier, policy, payee, entity, name) VALUES ($1, $2, $3, $4, $5)",
                    "isiss", c->id, policy, to->id, d->p->entities.at[to->entity].name, to->name);
}

bool payee_into(struct dossier_desk *d, int64_t row, const struct payee *to, struct err *e)
{
    return store_do(d->s, NULL, e,
                    "UPDATE dossier_pay SET payee = $2, payee_entity = $3, payee_name = $4 WHERE id = $1", "iiss", row,
                    to->id, d->p->entities.at[to->entity].name, to->name);
}

static bool entity_named(const struct dossier_desk *d, str name, uint16_t *out, struct err *e)
{
    const struct entity *en = program_entity(d->p, name);
    if (en == NULL) return fail(e, CONFLICT, "现在的包里没有实体“%.*s”了，不知道钱发给谁", STR_ARG(name));
    *out = en->id;
    return true;
}

bool payee_kept(struct dossier_desk *d, const struct dossier *c, str policy, struct arena *a, bool *there,
                struct payee *out, struct err *e)
{
    struct store_stmt *q;
    str entity = STR("");
    *there = false;
    if (!store_ask(d->s, &q, e, "SELECT payee, entity, name FROM dossier_payee WHERE dossier = $1 AND policy = $2",
                   "is", c->id, policy))
        return false;
    bool ok = store_step(q, there, e);
    if (ok && *there) {
        *out = (struct payee){ .id = store_number(q, 0), .name = str_dup(a, store_str(q, 2)) };
        entity = str_dup(a, store_str(q, 1));
    }
    store_done(q);
    return ok && (!*there || entity_named(d, entity, &out->entity, e));
}

bool payee_today(struct dossier_desk *d, struct dossier_facts *x, const struct dossier *c, const struct pay_row *r,
                 struct arena *a, struct payee *out, struct err *e)
{
    uint16_t entity = 0;
    if (r->payee != 0)
        return entity_named(d, r->payee_entity, &entity, e) && payee_read(d, entity, r->payee, a, out, e);
    /* the subject's; or granted before its policy said 收款: as of the day it was */
    if (!payee_of(d, x, c, r->policy, c->has_decided ? c->decided : c->opened, a, out, e) ||
        !payee_known(d, out, r->policy, e))
        return false;
    return out->id == c->subject || (payee_keep(d, c, r->policy, out, e) && payee_into(d, r->id, out, e));
}

bool dossier_paid_as(struct registry *r, str number, struct arena *a, str *own, struct ledger_names *out, struct err *e)
{
    struct err none = { 0 };
    struct registry_names names;
    uint16_t entity;
    int64_t id;
    *own = registry_key(number, a);
    if (!registry_find_booked(r, number, &entity, &id, &none)) {
        str *only = ARENA_NEW(a, str);
        *only = *own;
        *out = (struct ledger_names){ 1, only };
        return none.code == ERR_NOT_FOUND || (*e = none, false);
    }
    if (!registry_names(r, entity, id, a, &names, e)) return false;
    str key = *own;
    *own = names.at[0];
    for (size_t i = 0; i < names.count; i++)
        if (str_eq(names.at[i], key)) *own = names.at[names.whose[i]];
    *out = (struct ledger_names){ names.count, names.at };
    return true;
}

/* The service a policy is applied for with says how often it is paid; NULL: lists alone pay it. */
static const struct service *service_for(const struct program *p, const struct policy *q)
{
    VEC_EACH (const struct service, s, &p->services) {
        VEC_EACH (const uint32_t, x, &s->policies)
            if (&p->policies.at[*x] == q && program_service(p, s->name) == s) return s;
    }
    return NULL;
}

bool dossier_payable(void *payer, struct ledger_payable *p, struct arena *a, struct err *e)
{
    const struct dossier_payer *x = payer;
    const struct policy *q = program_policy(x->program, p->policy);
    if (q != NULL) p->policy = q->name; /* a list may write its alias */
    if (q != NULL) pay_exclusions(x->program, service_for(x->program, q), q, a, p);
    return dossier_paid_as(x->registry, p->subject, a, &p->subject, &p->names, e);
}
