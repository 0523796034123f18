/* service: criteria first, as for a policy; then what is asked for.
 *
 * A field of the subject is asked for when nobody knows it. A field of a spell that is to be registered is always asked
 * for: the spell does not exist yet. A material is asked for unless its condition is false or it is waived. */
#include "lang/service.h"

#include <string.h>

bool criterion_fails(const struct criterion *c, struct value v)
{
    if (v.state == VALUE_NONE) return !c->is_exclusion;
    return v.state == VALUE_KNOWN && v.boolean == c->is_exclusion;
}

str form_item_name(const struct program *p, const struct service *s, const struct form_item *i, struct arena *a)
{
    const struct entity *e = &p->entities.at[i->entity];
    str slot = e->slots.at[i->slot].name;
    return i->entity == s->entity ? slot : str_fmt(a, "%.*s.%.*s", STR_ARG(e->name), STR_ARG(slot));
}

/* Unknown counts as `otherwise`; so does a condition that went wrong. */
static bool holds(struct evaluator *ev, struct record *r, node_id id, bool otherwise)
{
    struct frame f = { .elements = { r } };
    struct value v = eval_node(ev, &f, id);
    return v.state == VALUE_KNOWN ? v.boolean : v.state == VALUE_NONE ? false : otherwise;
}

static void ask_for(struct evaluator *ev, struct record *r, const struct service *s, struct service_answer *out)
{
    VEC_EACH (const struct form_item, i, &s->form) {
        bool own = i->entity == s->entity, asked = false;
        if (own && r->slots[i->slot].given && r->slots[i->slot].v.state != VALUE_UNKNOWN) continue;
        if (i->when != 0 && !holds(ev, r, i->when, true)) continue;
        VEC_EACH (const struct form_item *, x, &out->ask) asked |= (*x)->entity == i->entity && (*x)->slot == i->slot;
        if (!asked) *vec_push(ev->a, &out->ask) = i;
    }
    VEC_EACH (const struct material, m, &s->materials) {
        bool asked = false;
        if (m->when != 0 && !holds(ev, r, m->when, true)) continue;
        if (m->waive != 0 && holds(ev, r, m->waive, false)) continue;
        VEC_EACH (const struct material *, x, &out->materials) asked |= str_eq((*x)->name, m->name);
        if (!asked) *vec_push(ev->a, &out->materials) = m;
    }
}

/* Several verdicts of which one is enough. */
struct any_of {
    unsigned qualified, pending, error, all;
    bool assumed;
};

static void add_verdict(struct any_of *n, enum verdict_kind kind, bool assumed)
{
    n->all++;
    n->qualified += kind == VERDICT_QUALIFIED;
    n->pending += kind == VERDICT_PENDING;
    n->error += kind == VERDICT_ERROR;
    n->assumed |= assumed;
}

static enum verdict_kind verdict_of(const struct any_of *n)
{
    if (n->all == 0) return VERDICT_QUALIFIED;
    if (n->error > 0) return VERDICT_ERROR;
    if (n->pending > 0) return VERDICT_PENDING;
    return n->qualified > 0 ? VERDICT_QUALIFIED : VERDICT_REFUSED;
}

/* Two verdicts that must both hold. */
static enum verdict_kind both(enum verdict_kind a, enum verdict_kind b)
{
    if (a == VERDICT_REFUSED || b == VERDICT_REFUSED) return VERDICT_REFUSED;
    if (a == VERDICT_ERROR || b == VERDICT_ERROR) return VERDICT_ERROR;
    return a == VERDICT_PENDING || b == VERDICT_PENDING ? VERDICT_PENDING : VERDICT_QUALIFIED;
}

static enum verdict_kind own_criteria(struct evaluator *ev, struct record *r, struct service_answer *out)
{
    const struct service *s = out->service;
    struct frame f = { .elements = { r } };
    enum verdict_kind kind = VERDICT_QUALIFIED;
    for (size_t i = 0; i < s->criteria.len; i++) {
        struct value v = eval_node(ev, &f, s->criteria.at[i].node);
        out->criteria[i] = v;
        kind = both(kind, criterion_fails(&s->criteria.at[i], v) ? VERDICT_REFUSED
                          : v.state == VALUE_ERROR               ? VERDICT_ERROR
                          : v.state == VALUE_UNKNOWN             ? VERDICT_PENDING
                                                                 : VERDICT_QUALIFIED);
        out->assumed |= v.assumed;
    }
    return kind;
}

/* ---- packages ---- */

/* A spell that begins on the judgement day and is registered by an item of a package is what its form will say: to be
 * seen by the items behind that one, when it can be granted, and by no other. */
static void hide_begun(const struct evaluator *ev, struct record *r, const struct service *item)
{
    const struct entity *en = &ev->p->entities.at[r->entity];
    VEC_EACH (const struct effect, f, &item->effects) {
        for (size_t i = 0; f->kind == EFFECT_OPEN && i < en->slots.len; i++) {
            struct slot_value *v = &r->slots[i];
            if (en->slots.at[i].kind != SLOT_SPELLS || en->slots.at[i].type.ref != f->entity) continue;
            if (!v->given || v->v.state != VALUE_KNOWN) continue;
            const struct group *all = v->v.group;
            struct group *left = ARENA_NEW(ev->a, struct group);
            left->at = ARENA_ARRAY(ev->a, struct record *, all->count + 1);
            for (uint32_t k = 0; k < all->count; k++) {
                struct value from = all->at[k]->slots[SLOT_FROM].v;
                bool begun = from.state == VALUE_KNOWN && from.day.days == ev->today.days;
                if (!begun) left->at[left->count++] = all->at[k];
            }
            v->v.group = left;
        }
    }
}

static void show_begun(const struct evaluator *ev, struct record *r, const struct service *item,
                       const struct slot_value *all)
{
    const struct entity *en = &ev->p->entities.at[r->entity];
    VEC_EACH (const struct effect, f, &item->effects) {
        for (size_t i = 0; f->kind == EFFECT_OPEN && i < en->slots.len; i++) {
            if (en->slots.at[i].kind == SLOT_SPELLS && en->slots.at[i].type.ref == f->entity) r->slots[i].v = all[i].v;
        }
    }
}

static struct service_answer answer(struct evaluator *ev, struct record *r, uint32_t service, unsigned depth);

static void ask_parts(struct evaluator *ev, struct record *r, unsigned depth, struct service_answer *out)
{
    const struct service *s = out->service;
    size_t slots = ev->p->entities.at[r->entity].slots.len;
    struct slot_value *all = ARENA_ARRAY(ev->a, struct slot_value, slots);
    struct any_of n = { 0 };
    memcpy(all, r->slots, slots * sizeof *all);
    VEC_EACH (const uint32_t, id, &s->includes) hide_begun(ev, r, &ev->p->services.at[*id]);
    for (size_t i = 0; i < s->includes.len && depth < LIMIT_LEVELS; i++) {
        struct service_answer *part = &out->parts[i];
        eval_start(ev, ev->p, ev->a, ev->today, ev->rule_day); /* definitions see the facts of this item */
        *part = answer(ev, r, s->includes.at[i], depth + 1);
        add_verdict(&n, part->kind, part->assumed);
        if (part->kind == VERDICT_REFUSED || part->kind == VERDICT_NOT_IN_FORCE) continue; /* nothing to ask for it */
        ask_for(ev, r, part->service, out);
        show_begun(ev, r, part->service, all);
    }
    for (size_t i = 0; i < slots; i++) r->slots[i].v = all[i].v;
    if (s->includes.len > 0) eval_start(ev, ev->p, ev->a, ev->today, ev->rule_day);
    out->kind = both(out->kind, verdict_of(&n));
    out->assumed |= n.assumed;
}

static struct service_answer answer(struct evaluator *ev, struct record *r, uint32_t service, unsigned depth)
{
    struct service_answer out = { .service = &ev->p->services.at[service], .kind = VERDICT_NOT_IN_FORCE };
    const struct service *s = service_on(ev->p, service, ev->rule_day);
    if (s != NULL) out.service = s;
    out.criteria = ARENA_ARRAY(ev->a, struct value, out.service->criteria.len + 1);
    out.policies = ARENA_ARRAY(ev->a, struct verdict, out.service->policies.len + 1);
    out.parts = ARENA_ARRAY(ev->a, struct service_answer, out.service->includes.len + 1);
    if (s == NULL) return out;
    out.kind = own_criteria(ev, r, &out);
    struct any_of n = { 0 };
    for (size_t i = 0; i < s->policies.len; i++) {
        out.policies[i] = eval_policy(ev, r, s->policies.at[i]);
        add_verdict(&n, out.policies[i].kind, out.policies[i].assumed);
    }
    out.kind = both(out.kind, verdict_of(&n));
    out.assumed |= n.assumed;
    ask_for(ev, r, s, &out);
    ask_parts(ev, r, depth, &out);
    out.alone = s->decide == SERVICE_ALONE && out.kind == VERDICT_QUALIFIED && !out.assumed;
    return out;
}

struct service_answer eval_service(struct evaluator *ev, struct record *r, uint32_t service)
{
    return answer(ev, r, service, 0);
}
