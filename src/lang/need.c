/* need: one walk over the graph, without values. A node that yields a record (or a group, or a history) yields the
 * places in the tree where that record may stand; a slot read from it makes a branch there. Parameters, steps of a
 * policy and inputs of a table stand for the places of what they were given. Definitions cannot recurse, so there are
 * finitely many places; a definition asked again at the same place has nothing new to say, unless it is given records.
 */
#include "lang/need.h"
#include "lang/limits.h"

enum {
    PLACES_MAX = 1 << 19, /* of one tree; the shipped packs have a few thousand, the deepest program allowed 740² / 2 */
    STEPS_MAX = 20000000, /* nodes looked at: definitions that are given records are walked for every call */
};

/* Where a record may stand: an 若 may yield one or another. */
typedef VEC(struct need *) place_set;

struct around {
    place_set elements[LIMIT_LEVELS + 1];
    const place_set *locals;
};

struct visit { /* a definition, or a policy's criteria, at a place */
    uint64_t what;
    const struct need *at;
    place_set result;
};

struct walk {
    const struct program *p;
    struct arena *a;
    struct need *root;
    struct need **nothing; /* the slots of a place from where nothing leads on */
    VEC(struct visit *) visits;
    uint32_t *slots; /* hash of visits: 0 empty, else 1 + index */
    size_t slot_count;
    uint32_t places, steps;
};

static place_set look(struct walk *w, const struct around *f, node_id id);

/* ---- places ---- */

static struct need *need_new(struct walk *w, uint16_t entity, const struct need *up, uint32_t slot, bool leads_on)
{
    struct need *n = ARENA_NEW(w->a, struct need);
    *n = (struct need){ .entity = entity, .up = up, .slot = slot, .slots = w->nothing };
    if (leads_on) n->slots = ARENA_ARRAY(w->a, struct need *, w->p->entities.at[entity].slots.len + 1);
    if (++w->places > PLACES_MAX) w->root->too_many = true;
    return n;
}

static void add_place(struct walk *w, place_set *to, struct need *n)
{
    VEC_EACH (struct need *, have, to) {
        if (*have == n) return;
    }
    *vec_push(w->a, to) = n;
}

static void add_places(struct walk *w, place_set *to, place_set more)
{
    VEC_EACH (struct need *, n, &more) add_place(w, to, *n);
}

static place_set only(struct walk *w, struct need *n)
{
    place_set s = { 0 };
    add_place(w, &s, n);
    return s;
}

/* The branch for a slot, at every place; what stands behind it. */
static place_set branch(struct walk *w, place_set at, uint32_t slot)
{
    place_set out = { 0 };
    VEC_EACH (struct need *, n, &at) {
        const struct entity *e = &w->p->entities.at[(*n)->entity];
        struct need **b = &(*n)->slots[slot];
        struct type t = e->slots.at[slot].type;
        bool leads_on = t.kind == TYPE_RECORD || t.kind == TYPE_GROUP || t.kind == TYPE_HISTORY;
        if (*b == NULL) *b = need_new(w, leads_on ? t.ref : (*n)->entity, *n, slot, leads_on);
        if (leads_on) add_place(w, &out, *b);
    }
    return out;
}

/* ---- definitions ---- */

static size_t visit_slot(const struct walk *w, uint64_t what, const struct need *at)
{
    uint64_t h = (what ^ (uint64_t)(uintptr_t)at) * UINT64_C(0x9E3779B97F4A7C15);
    size_t i = (size_t)(h >> 32) & (w->slot_count - 1);
    for (; w->slots[i] != 0; i = (i + 1) & (w->slot_count - 1)) {
        const struct visit *x = w->visits.at[w->slots[i] - 1];
        if (x->what == what && x->at == at) break;
    }
    return i;
}

static struct visit *visit_at(struct walk *w, uint64_t what, const struct need *at, bool *is_new)
{
    if (w->visits.len + 1 > w->slot_count / 2) {
        w->slot_count = w->slot_count == 0 ? 1024 : w->slot_count * 2;
        w->slots = ARENA_ARRAY(w->a, uint32_t, w->slot_count);
        for (size_t i = 0; i < w->visits.len; i++)
            w->slots[visit_slot(w, w->visits.at[i]->what, w->visits.at[i]->at)] = (uint32_t)i + 1;
    }
    size_t i = visit_slot(w, what, at);
    *is_new = w->slots[i] == 0;
    if (!*is_new) return w->visits.at[w->slots[i] - 1];
    struct visit *x = ARENA_NEW(w->a, struct visit);
    x->what = what;
    x->at = at;
    *vec_push(w->a, &w->visits) = x;
    w->slots[i] = (uint32_t)w->visits.len;
    return x;
}

/* A definition may itself yield a record: the places of all its values. */
static place_set look_body(struct walk *w, struct around *f, const struct func *d)
{
    place_set out = { 0 };
    if (d->base != 0) add_places(w, &out, look(w, f, d->base));
    VEC_EACH (const struct exception, x, &d->exceptions) {
        look(w, f, x->condition);
        add_places(w, &out, look(w, f, x->value));
    }
    if (d->inputs.len == 0) return out;
    place_set *inputs = ARENA_ARRAY(w->a, place_set, d->inputs.len);
    for (size_t i = 0; i < d->inputs.len; i++) inputs[i] = look(w, f, d->inputs.at[i]);
    f->locals = inputs;
    VEC_EACH (const struct table_row, r, &d->rows) {
        VEC_EACH (const node_id, n, &r->tests) {
            if (*n != 0) look(w, f, *n);
        }
        if (r->result != 0) add_places(w, &out, look(w, f, r->result));
    }
    return out;
}

/* All versions at one place. */
static place_set look_func(struct walk *w, uint32_t func, struct need *at, const place_set *args)
{
    const struct func *newest = &w->p->funcs.at[func];
    bool given_records = false, is_new;
    VEC_EACH (const struct type, t, &newest->params) given_records = given_records || t->kind == TYPE_RECORD;
    struct visit *x = visit_at(w, func, at, &is_new);
    if (!is_new && !given_records) return x->result;
    for (uint32_t v = func + 1; v != 0 && !w->root->too_many; v = w->p->funcs.at[v - 1].older) {
        struct around inner = { .locals = args };
        inner.elements[0] = only(w, at);
        add_places(w, &x->result, look_body(w, &inner, &w->p->funcs.at[v - 1]));
    }
    return x->result;
}

static place_set call(struct walk *w, place_set whose, uint32_t func, const place_set *args)
{
    place_set out = { 0 };
    const struct func *newest = &w->p->funcs.at[func];
    VEC_EACH (struct need *, n, &whose) {
        int slot = entity_slot(&w->p->entities.at[(*n)->entity], newest->name);
        add_places(w, &out, look_func(w, func, *n, args));
        if (slot >= 0 && newest->params.len == 0) /* it may be given as a fact */
            add_places(w, &out, branch(w, only(w, *n), (uint32_t)slot));
    }
    return out;
}

static void look_policy(struct walk *w, struct need *at, uint32_t policy, bool amount)
{
    for (uint32_t v = policy + 1; v != 0 && !w->root->too_many; v = w->p->policies.at[v - 1].older) {
        const struct policy *q = &w->p->policies.at[v - 1];
        struct around f = { 0 };
        f.elements[0] = only(w, at);
        VEC_EACH (const struct criterion, c, &q->criteria) look(w, &f, c->node);
        if (!amount) continue;
        place_set *steps = ARENA_ARRAY(w->a, place_set, q->steps.len + 1);
        f.locals = steps;
        for (size_t i = 0; i < q->steps.len; i++) steps[i] = look(w, &f, q->steps.at[i].node);
    }
}

/* ---- expressions ---- */

static void judge(struct walk *w, place_set at, uint32_t k)
{
    VEC_EACH (struct need *, n, &at) {
        bool have = false;
        VEC_EACH (const uint32_t, q, &(*n)->judged) have = have || *q == k;
        if (!have) *vec_push(w->a, &(*n)->judged) = k;
    }
}

static void qualifies(struct walk *w, place_set at, uint32_t policy)
{
    VEC_EACH (struct need *, n, &at) {
        bool is_new;
        visit_at(w, (uint64_t)1 << 32 | policy, *n, &is_new);
        if (is_new) look_policy(w, *n, policy, false);
    }
}

/* The group first, then what is asked of each of its elements. */
static place_set over_elements(struct walk *w, const struct around *f, const struct node *n)
{
    place_set out = { 0 };
    struct around inner = *f;
    inner.elements[n->level] = look(w, f, node_kid(w->p, n, 0));
    for (unsigned i = 1; i < n->kid_count; i++) add_places(w, &out, look(w, &inner, node_kid(w->p, n, i)));
    return out;
}

static place_set look(struct walk *w, const struct around *f, node_id id)
{
    const struct node *n = node_at(w->p, id);
    place_set none = { 0 }, all = { 0 };
    if (++w->steps > STEPS_MAX) w->root->too_many = true;
    if (w->root->too_many) return none;
    switch ((int)n->op) {
    case OP_ELEMENT: return f->elements[n->level];
    case OP_LOCAL: return f->locals == NULL ? none : f->locals[n->k];
    case OP_ANY:
    case OP_ALL:
    case OP_COUNT:
    case OP_SUM:
    case OP_MAX:
    case OP_MIN: return over_elements(w, f, n);
    default: break;
    }
    place_set *kids = ARENA_ARRAY(w->a, place_set, n->kid_count + 1u);
    for (unsigned i = 0; i < n->kid_count; i++) kids[i] = look(w, f, node_kid(w->p, n, i));
    switch ((int)n->op) {
    case OP_FIELD:
    case OP_GROUP:
    case OP_HISTORY: return branch(w, kids[0], n->k);
    case OP_CALL: return call(w, kids[0], n->k, kids + 1);
    case OP_QUALIFIES: qualifies(w, kids[0], n->k); return none;
    case OP_JUDGE: judge(w, kids[0], n->k); return none;
    default: /* 若, 缺省, 最近 … hand on what their parts lead to */
        for (unsigned i = 0; i < n->kid_count; i++) add_places(w, &all, kids[i]);
        return all;
    }
}

/* ---- trees ---- */

static struct need *start(struct walk *w, const struct program *p, uint16_t entity, struct arena *a)
{
    size_t most = 0;
    VEC_EACH (const struct entity, e, &p->entities) most = e->slots.len > most ? e->slots.len : most;
    *w = (struct walk){ .p = p, .a = a, .nothing = ARENA_ARRAY(a, struct need *, most + 1) };
    w->root = ARENA_NEW(a, struct need);
    *w->root = (struct need){ .entity = entity };
    w->root->slots = ARENA_ARRAY(a, struct need *, p->entities.at[entity].slots.len + 1);
    return w->root;
}

static void look_indicators(struct walk *w, const struct around *f, uint16_t entity)
{
    VEC_EACH (const struct indicator, x, &w->p->indicators) {
        if (x->entity != entity + 1u) continue;
        if (x->scope != 0) look(w, f, x->scope);
        if (x->sum != 0) look(w, f, x->sum);
    }
}

struct need *need_of_indicators(const struct program *p, uint16_t entity, struct arena *a)
{
    struct walk w;
    struct need *root = start(&w, p, entity, a);
    struct around f = { 0 };
    f.elements[0] = only(&w, root);
    look_indicators(&w, &f, entity);
    return root;
}

struct need *need_of_policy(const struct program *p, uint32_t policy, struct arena *a)
{
    struct walk w;
    struct need *root = start(&w, p, p->policies.at[policy].entity, a);
    look_policy(&w, root, policy, true);
    return root;
}

struct need *need_of_func(const struct program *p, uint32_t func, struct arena *a)
{
    struct walk w;
    struct need *root = start(&w, p, p->funcs.at[func].entity, a);
    place_set *args = ARENA_ARRAY(a, place_set, p->funcs.at[func].params.len + 1);
    call(&w, only(&w, root), func, args);
    return root;
}

struct need *need_of_nodes(const struct program *p, uint16_t entity, const node_id *nodes, size_t count,
                           struct arena *a)
{
    struct walk w;
    struct need *root = start(&w, p, entity, a);
    struct around f = { 0 };
    f.elements[0] = only(&w, root);
    for (size_t i = 0; i < count; i++) {
        if (nodes[i] != 0) look(&w, &f, nodes[i]);
    }
    return root;
}

struct need *need_of_entity(const struct program *p, uint16_t entity, struct arena *a)
{
    struct walk w;
    struct need *root = start(&w, p, entity, a);
    struct around f = { 0 };
    f.elements[0] = only(&w, root);
    for (uint32_t i = 0; i < p->policies.len; i++) {
        if (p->policies.at[i].entity == entity) look_policy(&w, root, i, true);
    }
    for (uint32_t i = 0; i < p->funcs.len; i++) {
        if (p->funcs.at[i].entity != entity) continue;
        place_set *args = ARENA_ARRAY(a, place_set, p->funcs.at[i].params.len + 1);
        look_func(&w, i, root, args);
    }
    VEC_EACH (const struct lead, l, &p->leads) {
        if (l->entity != entity) continue;
        look(&w, &f, l->condition);
        if (l->same != 0) look(&w, &f, l->same);
        if (l->least != 0) look(&w, &f, l->least);
    }
    look_indicators(&w, &f, entity);
    return root;
}
