/* effect: what a granted case changes in the register of record, as claims of the feed 办件, and how it is taken back.
 * Entry into and exit from a 名录 are rows of their own: who stands in it, since when, by which case. */
#include "dossier/pay_priv.h"

struct changing {
    struct dossier_desk *d;
    const struct dossier_act *act;
    const struct dossier *c;
    struct dossier_facts *x;
    struct evaluator ev;
    struct arena *a;
    struct value locals[EFFECT_LOCALS];
    month named; /* what the last effect says of 月份; index 0: nothing */
    VEC(struct registry_change_of) changes;
};

typedef VEC(uint16_t) slot_list;
typedef VEC(struct value) value_list;
typedef VEC(int64_t) ref_list;

static int64_t ref_of(const struct entity *en, uint16_t slot, struct value v)
{
    bool reference = en->slots.at[slot].type.kind == TYPE_RECORD && v.state == VALUE_KNOWN;
    return reference ? v.record->number : 0;
}

/* The form items of an entity that were answered, then what the effect sets, which goes first. */
static bool values_of(struct changing *g, const struct effect *f, slot_list *slots, value_list *values, ref_list *refs,
                      struct err *e)
{
    struct frame frame = { .elements = { g->x->subject }, .locals = g->locals };
    const struct entity *en = &g->d->p->entities.at[f->entity];
    VEC_EACH (const struct effect_set, v, &f->sets) {
        struct value value = eval_node(&g->ev, &frame, v->value);
        if (value.state == VALUE_ERROR && value.error == VERR_UNSET)
            return fail(e, UNSET, "办结时要登记“%.*s”的“%.*s”，规则里还没有人定；请有权的部门定下来", STR_ARG(en->name),
                        STR_ARG(en->slots.at[v->slot].name));
        if (value.state != VALUE_KNOWN && value.state != VALUE_NONE)
            return fail(e, CONFLICT, "办结时要登记“%.*s”的“%.*s”，可是算不出来；请先补上资料", STR_ARG(en->name),
                        STR_ARG(en->slots.at[v->slot].name));
        if (en->is_monthly && v->slot == SLOT_MONTH) { /* rows of months are given from one to another */
            if (value.state == VALUE_KNOWN) g->named = value.month_;
            continue;
        }
        *vec_push(g->a, slots) = v->slot;
        *vec_push(g->a, values) = value;
        *vec_push(g->a, refs) = ref_of(en, v->slot, value);
    }
    VEC_EACH (const struct form_item, i, &g->x->service->form) {
        bool set = false;
        if (i->entity != f->entity) continue;
        VEC_EACH (const struct effect_set, v, &f->sets) set = set || v->slot == i->slot;
        const struct record *r = i->entity == g->x->service->entity ? g->x->subject : NULL;
        VEC_EACH (const struct dossier_spell, s, &g->x->spells) {
            if (s->entity == i->entity) r = s->r;
        }
        if (set || r == NULL || !r->slots[i->slot].given) continue;
        bool declared = r->slots[i->slot].v.assumed || r != g->x->subject;
        if (!declared) continue; /* of the registry already */
        *vec_push(g->a, slots) = i->slot;
        *vec_push(g->a, values) = r->slots[i->slot].v;
        *vec_push(g->a, refs) = ref_of(en, i->slot, r->slots[i->slot].v);
    }
    return true;
}

static bool add_change(struct changing *g, const struct effect *f, enum registry_act act, struct err *e)
{
    slot_list slots = { 0 };
    value_list values = { 0 };
    ref_list refs = { 0 };
    if (!values_of(g, f, &slots, &values, &refs, e)) return false;
    if (act == REGISTRY_SET && slots.len == 0) return true;
    *vec_push(g->a, &g->changes) = (struct registry_change_of){ .act = act,
                                                                .entity = f->entity,
                                                                .subject = g->c->subject,
                                                                .count = slots.len,
                                                                .slots = slots.at,
                                                                .values = values.at,
                                                                .refs = refs.at };
    return true;
}

static bool gather(struct changing *g, struct err *e)
{
    VEC_EACH (const struct effect, f, &g->x->service->effects) {
        bool ok = true;
        switch ((enum effect_kind)f->kind) {
        case EFFECT_OPEN:
            if (g->d->p->entities.at[f->entity].is_monthly) break; /* rows for what is paid: effect_paid */
            ok = add_change(g, f, REGISTRY_OPEN, e);
            break;
        case EFFECT_CLOSE: ok = add_change(g, f, REGISTRY_CLOSE, e); break;
        case EFFECT_SET: ok = add_change(g, f, REGISTRY_SET, e); break;
        case EFFECT_ENTER:
        case EFFECT_LEAVE: break; /* afterwards: they look at what is registered here */
        }
        if (!ok) return false;
    }
    return true;
}

static bool registers(struct changing *g, struct err *e)
{
    VEC_EACH (const struct effect, f, &g->x->service->effects) {
        if (f->kind == EFFECT_ENTER && !register_enter(g->d, g->act, g->c, f->register_, g->a, e)) return false;
        if (f->kind == EFFECT_LEAVE && !register_leave(g->d, g->act, g->c, f->register_, e)) return false;
    }
    return true;
}

bool effect_enter(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, str period,
                  const struct registry_change_of *changes, size_t count, struct err *e)
{
    char number[DOSSIER_NUMBER_TEXT];
    int64_t drop;
    dossier_number(c->id, number);
    struct registry_entry n = { DOSSIER_ORIGIN, str_of(number), act->who, DOSSIER_RANK, act->day, count, changes };
    return registry_enter(d->r, &n, &drop, e) &&
           store_do(d->s, NULL, e,
                    "INSERT INTO dossier_effect (dossier, drop_, day, taken_back, period) VALUES ($1, $2, $3, 0, $4)",
                    "iiis", c->id, drop, (int64_t)act->day.days, period);
}

static struct value amount_value(const struct dossier_facts *x, const struct dossier_verdicts *v)
{
    const struct service *s = x->service;
    if (!s->has_amount || v->total_fen == 0) return value_unknown();
    num n = v->total_fen;
    if (s->amount_type.scale > 2) num_widen(n, 2, s->amount_type.scale, &n);
    if (s->amount_type.scale < 2) n /= num_pow10(2u - s->amount_type.scale);
    return value_num(n);
}

bool effect_do(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, struct dossier_facts *x,
               const struct dossier_verdicts *v, struct arena *a, struct err *e)
{
    struct changing g = {
        .d = d, .act = act, .c = c, .x = x, .a = a, .locals = { value_date(c->opened), amount_value(x, v) }
    };
    if (x->service->effects.len == 0) return true;
    eval_start(&g.ev, d->p, a, act->day, act->day);
    return gather(&g, e) && (g.changes.len == 0 || effect_enter(d, act, c, STR(""), g.changes.at, g.changes.len, e)) &&
           registers(&g, e);
}

bool effect_paid(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, int64_t amount_fen,
                 str period, struct arena *a, struct err *e)
{
    struct dossier_facts x;
    struct dossier_verdicts paid = { .total_fen = amount_fen };
    month from = { 0 }, to = { 0 };
    bool months = ledger_period_months(period, &from, &to);
    if (c->service == NULL || !facts_of(d, c->service, c->subject, c->answers, a, &x, e)) return c->service == NULL;
    struct changing g = {
        .d = d, .act = act, .c = c, .x = &x, .a = a, .locals = { value_date(c->opened), amount_value(&x, &paid) }
    };
    eval_start(&g.ev, d->p, a, months ? month_last(to) : act->day, act->day);
    VEC_EACH (const struct effect, f, &x.service->effects) {
        if (f->kind != EFFECT_OPEN || !d->p->entities.at[f->entity].is_monthly) continue;
        g.named = (month){ 0 };
        if (!add_change(&g, f, REGISTRY_OPEN, e)) return false;
        struct registry_change_of *made = &g.changes.at[g.changes.len - 1];
        made->from = months ? from : g.named, made->to = months ? to : g.named, made->item = f->item;
        if (made->from.index == 0) g.changes.len--; /* paid once, and it says nothing of a month */
    }
    return g.changes.len == 0 || effect_enter(d, act, c, period, g.changes.at, g.changes.len, e);
}

static bool read_drops(struct store_stmt *q, struct arena *a, effect_drops *out, struct err *e)
{
    bool row, ok;
    int64_t drop;
    while ((ok = store_step(q, &row, e)) && row) {
        if (store_int(q, 0, &drop)) *vec_push(a, out) = drop;
    }
    store_done(q);
    return ok;
}

#define DROPS "SELECT drop_ FROM dossier_effect WHERE dossier = $1 AND taken_back = 0"

bool effect_drops_of(struct dossier_desk *d, int64_t id, struct arena *a, effect_drops *out, struct err *e)
{
    struct store_stmt *q;
    return store_ask(d->s, &q, e, DROPS " ORDER BY drop_ DESC", "i", id) && read_drops(q, a, out, e);
}

bool effect_drops_for(struct dossier_desk *d, int64_t id, str period, struct arena *a, effect_drops *out, struct err *e)
{
    struct store_stmt *q;
    return store_ask(d->s, &q, e, DROPS " AND period = $2 ORDER BY drop_ DESC", "is", id, period) &&
           read_drops(q, a, out, e);
}

bool effect_undo(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, struct err *e)
{
    autoarena *a = arena_new("effects", 0);
    effect_drops drops = { 0 };
    bool ok = effect_drops_of(d, c->id, a, &drops, e);
    VEC_EACH (const int64_t, drop, &drops) ok = ok && registry_take_back(d->r, *drop, act->who, e);
    return ok && store_do(d->s, NULL, e, "UPDATE dossier_effect SET taken_back = 1 WHERE dossier = $1", "i", c->id) &&
           store_do(d->s, NULL, e, "UPDATE dossier_register SET until = $2 WHERE dossier = $1 AND until IS NULL", "ii",
                    c->id, (int64_t)act->day.days);
}
