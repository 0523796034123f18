/* need: one walk over the graph. A node that yields a record (or a group, or a history) yields the places in the tree
 * where that record stands; a field read from it makes a branch there. Definitions are walked once per place they are
 * asked at, so the walk ends: the graph has no cycles, and a place is only ever reached by a longer path of names. */
#include "lang/need.h"
#include "lang/limits.h"

struct places {
    VEC(struct need *) list; /* an 若 may yield one record or another */
};

struct around {
    struct places elements[LIMIT_LEVELS + 1];
};

struct walk {
    const struct program *p;
    struct arena *a;
    VEC(uint64_t) done; /* pairs of function and place, sorted as they came: few */
    VEC(const struct need *) done_at;
};

static struct places look(struct walk *w, const struct around *f, node_id id);

static struct need *need_new(struct walk *w, uint16_t entity, const struct need *up, uint32_t slot)
{
    struct need *n = ARENA_NEW(w->a, struct need);
    *n = (struct need){ .entity = entity, .up = up, .slot = slot };
    n->slots = ARENA_ARRAY(w->a, struct need *, w->p->entities.at[entity].slots.len + 1);
    return n;
}

static void add_place(struct walk *w, struct places *to, struct need *n)
{
    VEC_EACH (struct need *, have, &to->list) {
        if (*have == n) return;
    }
    *vec_push(w->a, &to->list) = n;
}

static void add_places(struct walk *w, struct places *to, const struct places *more)
{
    VEC_EACH (struct need *, n, &more->list) add_place(w, to, *n);
}

/* The branch for a slot, at every place; what stands behind it. */
static struct places branch(struct walk *w, const struct places *at, uint32_t slot)
{
    struct places out = { 0 };
    VEC_EACH (struct need *, n, &at->list) {
        const struct entity *e = &w->p->entities.at[(*n)->entity];
        if (slot >= e->slots.len) continue;
        struct need **b = &(*n)->slots[slot];
        struct type t = e->slots.at[slot].type;
        bool leads_on = t.kind == TYPE_RECORD || t.kind == TYPE_GROUP || t.kind == TYPE_HISTORY;
        if (*b == NULL) *b = need_new(w, leads_on ? t.ref : (*n)->entity, *n, slot);
        if (leads_on) add_place(w, &out, *b);
    }
    return out;
}

/* A definition may itself yield a record: the places of all its values. */
static struct places look_func(struct walk *w, const struct around *f, const struct func *d)
{
    struct places out = { 0 };
    if (d->base != 0) out = look(w, f, d->base);
    VEC_EACH (const struct exception, x, &d->exceptions) {
        look(w, f, x->condition);
        struct places value = look(w, f, x->value);
        add_places(w, &out, &value);
    }
    VEC_EACH (const node_id, n, &d->inputs) look(w, f, *n);
    VEC_EACH (const struct table_row, r, &d->rows) {
        VEC_EACH (const node_id, n, &r->tests) {
            if (*n != 0) look(w, f, *n);
        }
        look(w, f, r->result);
    }
    return out;
}

/* True the first time a function is asked for at a place. */
static bool first_time(struct walk *w, uint64_t what, const struct need *at)
{
    for (size_t i = 0; i < w->done.len; i++) {
        if (w->done.at[i] == what && w->done_at.at[i] == at) return false;
    }
    *vec_push(w->a, &w->done) = what;
    *vec_push(w->a, &w->done_at) = at;
    return true;
}

static struct places call(struct walk *w, const struct places *at, uint32_t func)
{
    struct places out = { 0 };
    const struct func *newest = &w->p->funcs.at[func];
    VEC_EACH (struct need *, n, &at->list) {
        const struct entity *e = &w->p->entities.at[(*n)->entity];
        int slot = entity_slot(e, newest->name);
        struct places one = { 0 };
        add_place(w, &one, *n);
        if (slot >= 0 && newest->params.len == 0) { /* it may be given as a fact */
            struct places behind = branch(w, &one, (uint32_t)slot);
            add_places(w, &out, &behind);
        }
        if (!first_time(w, func, *n) && newest->type.kind != TYPE_RECORD) continue;
        struct around f = { .elements = { one } };
        for (uint32_t v = func + 1; v != 0; v = w->p->funcs.at[v - 1].older) {
            struct places value = look_func(w, &f, &w->p->funcs.at[v - 1]);
            if (newest->type.kind == TYPE_RECORD) add_places(w, &out, &value);
        }
    }
    return out;
}

static void look_policy(struct walk *w, const struct around *f, uint32_t policy, bool amount)
{
    for (uint32_t v = policy + 1; v != 0; v = w->p->policies.at[v - 1].older) {
        const struct policy *q = &w->p->policies.at[v - 1];
        VEC_EACH (const struct criterion, c, &q->criteria) look(w, f, c->node);
        if (!amount) continue;
        VEC_EACH (const struct step, s, &q->steps) look(w, f, s->node);
    }
}

static void judge(struct walk *w, const struct places *at, uint32_t k)
{
    VEC_EACH (struct need *, n, &at->list) {
        bool have = false;
        VEC_EACH (const uint32_t, q, &(*n)->judged) have = have || *q == k;
        if (!have) *vec_push(w->a, &(*n)->judged) = k;
    }
}

/* The group first, then what is asked of each of its elements. */
static struct places over_elements(struct walk *w, const struct around *f, const struct node *n)
{
    struct around inner = *f;
    inner.elements[n->level] = look(w, f, node_kid(w->p, n, 0));
    for (unsigned i = 1; i < n->kid_count; i++) look(w, &inner, node_kid(w->p, n, i));
    return (struct places){ 0 };
}

static struct places look(struct walk *w, const struct around *f, node_id id)
{
    const struct node *n = node_at(w->p, id);
    struct places out = { 0 };
    switch ((int)n->op) {
    case OP_ELEMENT: return f->elements[n->level];
    case OP_ANY:
    case OP_ALL:
    case OP_COUNT:
    case OP_SUM:
    case OP_MAX:
    case OP_MIN: return over_elements(w, f, n);
    default: break;
    }
    struct places first = { 0 };
    for (unsigned i = 0; i < n->kid_count; i++) {
        struct places kid = look(w, f, node_kid(w->p, n, i));
        if (i == 0) first = kid;
        if (n->op == OP_IF || n->op == OP_DEFAULT) add_places(w, &out, &kid);
    }
    switch ((int)n->op) {
    case OP_FIELD:
    case OP_GROUP:
    case OP_HISTORY: return branch(w, &first, n->k);
    case OP_CALL: return call(w, &first, n->k);
    case OP_QUALIFIES:
        VEC_EACH (struct need *, at, &first.list) {
            if (!first_time(w, (uint64_t)1 << 32 | n->k, *at)) continue;
            struct around inner = { 0 };
            add_place(w, &inner.elements[0], *at);
            look_policy(w, &inner, n->k, false);
        }
        return out;
    case OP_JUDGE: judge(w, &first, n->k); return out;
    case OP_LATEST:
    case OP_CURRENT:
    case OP_FIRST:
    case OP_MONTH_RECORD: return first; /* one of the group: read like any of them */
    default: return out;
    }
}

static struct need *need_start(struct walk *w, struct around *f, const struct program *p, uint16_t entity,
                               struct arena *a)
{
    *w = (struct walk){ .p = p, .a = a };
    *f = (struct around){ 0 };
    struct need *root = need_new(w, entity, NULL, 0);
    add_place(w, &f->elements[0], root);
    return root;
}

struct need *need_of_policy(const struct program *p, uint32_t policy, struct arena *a)
{
    struct walk w;
    struct around f;
    struct need *root = need_start(&w, &f, p, p->policies.at[policy].entity, a);
    look_policy(&w, &f, policy, true);
    return root;
}

struct need *need_of_func(const struct program *p, uint32_t func, struct arena *a)
{
    struct walk w;
    struct around f;
    struct need *root = need_start(&w, &f, p, p->funcs.at[func].entity, a);
    call(&w, &f.elements[0], func);
    return root;
}

struct need *need_of_nodes(const struct program *p, uint16_t entity, const node_id *nodes, size_t count,
                           struct arena *a)
{
    struct walk w;
    struct around f;
    struct need *root = need_start(&w, &f, p, entity, a);
    for (size_t i = 0; i < count; i++) {
        if (nodes[i] != 0) look(&w, &f, nodes[i]);
    }
    return root;
}
