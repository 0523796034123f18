/* paths: what expressions read, and from where. Every policy and definition is run once without values: an expression
 * that stands for a record, a group or a history yields the paths it may lead to, and whatever looks at a slot notes it
 * at those paths. Definitions cannot recurse, so there are finitely many paths; a definition asked again at the same
 * path has nothing new to say. */
#include "lang/limits.h"
#include "vocab/vocab_priv.h"

enum {
    PATHS_MAX = 1 << 18,  /* of all policies together; the shipped packs have a few thousand */
    STEPS_MAX = 20000000, /* nodes looked at: definitions with records as parameters are walked for every call */
};

/* Paths an expression may lead to. */
typedef VEC(uint32_t) path_set;

struct visit { /* a definition at a path */
    uint32_t func, path;
    path_set result;
};

struct walk {
    struct vocab *v;
    struct arena *a;
    VEC(struct vocab_path) paths;
    VEC(struct visit *) visits;
    uint32_t *slots; /* hash of visits: 0 empty, else 1 + index */
    size_t slot_count;
    uint32_t steps;
    bool too_many;
};

struct scope {
    path_set elements[LIMIT_LEVELS + 1];
    path_set *locals;
};

static path_set walk_node(struct walk *w, struct scope *s, node_id id);

static void set_add(struct walk *w, path_set *s, uint32_t path)
{
    for (size_t i = 0; i < s->len; i++) {
        if (s->at[i] == path) return;
    }
    *vec_push(w->a, s) = path;
}

static void set_join(struct walk *w, path_set *s, path_set more)
{
    VEC_EACH (const uint32_t, path, &more) set_add(w, s, *path);
}

static path_set set_of(struct walk *w, uint32_t path)
{
    path_set s = { 0 };
    set_add(w, &s, path);
    return s;
}

/* ---- paths ---- */

static uint32_t new_path(struct walk *w, uint32_t parent, uint16_t slot, uint16_t entity)
{
    if (w->paths.len >= PATHS_MAX) {
        w->too_many = true;
        return 0;
    }
    uint32_t id = (uint32_t)w->paths.len, columns = w->v->schema.tables[entity].column_count;
    *vec_push(w->a, &w->paths) = (struct vocab_path){
        .parent = parent, .slot = slot, .entity = entity, .reads = ARENA_ARRAY(w->a, uint64_t, columns / 64 + 1)
    };
    if (parent != 0) {
        w->paths.at[id].next = w->paths.at[parent].first_child;
        w->paths.at[parent].first_child = id;
    }
    return id;
}

static void note(struct walk *w, uint32_t path, uint32_t column)
{
    const struct vocab_path *p = &w->paths.at[path];
    p->reads[column / 64] |= UINT64_C(1) << column % 64;
    w->v->used[p->entity][column] = true;
}

static uint32_t step(struct walk *w, uint32_t path, uint16_t slot)
{
    for (uint32_t c = w->paths.at[path].first_child; c != 0; c = w->paths.at[c].next) {
        if (w->paths.at[c].slot == slot) return c;
    }
    return new_path(w, path, slot, vocab_slot(w->v, w->paths.at[path].entity, slot)->type.ref);
}

/* Reads slot of each path in s; those of records, groups and histories lead on. */
static path_set look(struct walk *w, path_set s, uint32_t slot)
{
    path_set out = { 0 };
    VEC_EACH (const uint32_t, path, &s) {
        uint16_t entity = w->paths.at[*path].entity;
        const struct slot *d = vocab_slot(w->v, entity, slot);
        note(w, *path, slot);
        bool leads = d->type.kind == TYPE_RECORD || d->type.kind == TYPE_GROUP || d->type.kind == TYPE_HISTORY;
        uint32_t to = leads ? step(w, *path, (uint16_t)slot) : 0;
        if (to == 0) continue;
        set_add(w, &out, to);
        const struct entity *e = vocab_entity(w->v, d->type.ref);
        if (d->type.kind != TYPE_RECORD && e->is_spell) { /* where it begins decides whether it is seen */
            note(w, to, SLOT_FROM);
            if (!e->is_monthly) note(w, to, SLOT_TO);
        }
        int via = d->kind == SLOT_GROUP ? entity_slot(e, d->via) : -1;
        if (via >= 0) w->v->used[e->id][via] = true; /* lists are made from it */
    }
    return out;
}

/* ---- definitions ---- */

static struct visit *visit_at(struct walk *w, uint32_t func, uint32_t path, bool *is_new)
{
    if (w->visits.len + 1 > w->slot_count / 2) {
        w->slot_count = w->slot_count == 0 ? 1024 : w->slot_count * 2;
        w->slots = ARENA_ARRAY(w->a, uint32_t, w->slot_count);
        for (size_t i = 0; i < w->visits.len; i++) {
            uint64_t h = ((uint64_t)w->visits.at[i]->func << 32 | w->visits.at[i]->path) * UINT64_C(0x9E3779B97F4A7C15);
            size_t at = (size_t)(h >> 32) & (w->slot_count - 1);
            while (w->slots[at] != 0) at = (at + 1) & (w->slot_count - 1);
            w->slots[at] = (uint32_t)i + 1;
        }
    }
    uint64_t h = ((uint64_t)func << 32 | path) * UINT64_C(0x9E3779B97F4A7C15);
    size_t at = (size_t)(h >> 32) & (w->slot_count - 1);
    for (; w->slots[at] != 0; at = (at + 1) & (w->slot_count - 1)) {
        struct visit *x = w->visits.at[w->slots[at] - 1];
        *is_new = false;
        if (x->func == func && x->path == path) return x;
    }
    struct visit *x = ARENA_NEW(w->a, struct visit);
    x->func = func;
    x->path = path;
    *vec_push(w->a, &w->visits) = x;
    w->slots[at] = (uint32_t)w->visits.len;
    *is_new = true;
    return x;
}

static path_set walk_body(struct walk *w, struct scope *s, const struct func *d)
{
    path_set out = { 0 };
    if (d->base != 0) set_join(w, &out, walk_node(w, s, d->base));
    VEC_EACH (const struct exception, x, &d->exceptions) {
        walk_node(w, s, x->condition);
        set_join(w, &out, walk_node(w, s, x->value));
    }
    if (d->inputs.len == 0) return out;
    path_set *inputs = ARENA_ARRAY(w->a, path_set, d->inputs.len);
    for (size_t i = 0; i < d->inputs.len; i++) inputs[i] = walk_node(w, s, d->inputs.at[i]);
    s->locals = inputs;
    VEC_EACH (const struct table_row, row, &d->rows) {
        VEC_EACH (const node_id, test, &row->tests) {
            if (*test != 0) walk_node(w, s, *test);
        }
        if (row->result != 0) set_join(w, &out, walk_node(w, s, row->result));
    }
    return out;
}

/* All versions. A definition whose parameters are records is walked again for every call: what it reads depends on
 * them. */
static path_set walk_func(struct walk *w, uint32_t func, uint32_t path, path_set *args)
{
    const struct program *p = w->v->p;
    bool by_record = false, is_new = true;
    VEC_EACH (const struct type, t, &p->funcs.at[func].params) by_record = by_record || t->kind == TYPE_RECORD;
    struct visit *x = visit_at(w, func, path, &is_new);
    if (!is_new && !by_record) return x->result;
    path_set out = { 0 };
    for (uint32_t i = func + 1; i != 0 && !w->too_many; i = p->funcs.at[i - 1].older) {
        struct scope inner = { .locals = args };
        inner.elements[0] = set_of(w, path);
        set_join(w, &out, walk_body(w, &inner, &p->funcs.at[i - 1]));
    }
    set_join(w, &x->result, out);
    return x->result;
}

static path_set walk_call(struct walk *w, struct scope *s, const struct node *n)
{
    const struct program *p = w->v->p;
    path_set whose = walk_node(w, s, node_kid(p, n, 0)), out = { 0 };
    path_set *args = ARENA_ARRAY(w->a, path_set, n->kid_count);
    for (unsigned i = 1; i < n->kid_count; i++) args[i - 1] = walk_node(w, s, node_kid(p, n, i));
    VEC_EACH (const uint32_t, path, &whose) {
        set_join(w, &out, walk_func(w, n->k, *path, args));
        int slot = entity_slot(vocab_entity(w->v, w->paths.at[*path].entity), p->funcs.at[n->k].name);
        if (slot >= 0 && n->kid_count == 1) set_join(w, &out, look(w, set_of(w, *path), (uint32_t)slot));
    }
    return out;
}

static void walk_criteria(struct walk *w, uint32_t policy, uint32_t path, bool steps)
{
    const struct program *p = w->v->p;
    for (uint32_t i = policy + 1; i != 0 && !w->too_many; i = p->policies.at[i - 1].older) {
        const struct policy *q = &p->policies.at[i - 1];
        struct scope s = { 0 };
        s.elements[0] = set_of(w, path);
        VEC_EACH (const struct criterion, c, &q->criteria) walk_node(w, &s, c->node);
        s.locals = ARENA_ARRAY(w->a, path_set, q->steps.len + 1);
        for (size_t k = 0; steps && k < q->steps.len; k++) s.locals[k] = walk_node(w, &s, q->steps.at[k].node);
    }
}

/* ---- expressions ---- */

static path_set walk_kids(struct walk *w, struct scope *s, const struct node *n)
{
    path_set out = { 0 };
    for (unsigned i = 0; i < n->kid_count; i++) set_join(w, &out, walk_node(w, s, node_kid(w->v->p, n, i)));
    return out;
}

static void walk_judge(struct walk *w, path_set whose, const struct node *n)
{
    VEC_EACH (const uint32_t, path, &whose) {
        int column = vocab_judgement(w->v, w->paths.at[*path].entity, n->k);
        if (column >= 0) note(w, *path, (uint32_t)column);
    }
}

static path_set walk_over(struct walk *w, struct scope *s, const struct node *n)
{
    path_set outer = s->elements[n->level], out = { 0 };
    s->elements[n->level] = walk_node(w, s, node_kid(w->v->p, n, 0));
    for (unsigned i = 1; i < n->kid_count; i++) set_join(w, &out, walk_node(w, s, node_kid(w->v->p, n, i)));
    s->elements[n->level] = outer;
    return out;
}

static path_set walk_node(struct walk *w, struct scope *s, node_id id)
{
    const struct program *p = w->v->p;
    const struct node *n = node_at(p, id);
    path_set none = { 0 };
    w->too_many = w->too_many || ++w->steps > STEPS_MAX;
    if (w->too_many) return none;
    switch ((int)n->op) {
    case OP_ELEMENT: return s->elements[n->level];
    case OP_LOCAL: return s->locals == NULL ? none : s->locals[n->k];
    case OP_FIELD:
    case OP_GROUP: return look(w, walk_node(w, s, node_kid(p, n, 0)), n->k);
    case OP_HISTORY: {
        path_set whose = walk_node(w, s, node_kid(p, n, 0));
        if (n->kid_count > 1) walk_node(w, s, node_kid(p, n, 1));
        return look(w, whose, n->k);
    }
    case OP_CALL: return walk_call(w, s, n);
    case OP_JUDGE: walk_judge(w, walk_node(w, s, node_kid(p, n, 0)), n); return none;
    case OP_QUALIFIES: {
        path_set whose = walk_node(w, s, node_kid(p, n, 0));
        VEC_EACH (const uint32_t, path, &whose) walk_criteria(w, n->k, *path, false);
        return none;
    }
    case OP_ANY:
    case OP_ALL:
    case OP_COUNT:
    case OP_SUM:
    case OP_MAX:
    case OP_MIN: return walk_over(w, s, n);
    default: return walk_kids(w, s, n); /* 若, 缺省, 最近 … hand on what their parts lead to */
    }
}

/* A new beginning: what was visited belongs to other paths. */
static uint32_t root(struct walk *w, uint16_t entity) { return new_path(w, 0, 0, entity); }

/* Expressions that belong to no policy and no definition (indicators, registers, services): where they begin is not
 * recorded, which slots they read is. */
static void note_all_nodes(struct vocab *v)
{
    const struct program *p = v->p;
    for (size_t i = 1; i < p->nodes.len; i++) {
        const struct node *n = &p->nodes.at[i];
        if (n->op != OP_FIELD && n->op != OP_GROUP && n->op != OP_HISTORY) continue;
        uint16_t entity = node_at(p, node_kid(p, n, 0))->type.ref;
        const struct slot *s = vocab_slot(v, entity, n->k);
        v->used[entity][n->k] = true;
        if (s->kind != SLOT_GROUP && s->kind != SLOT_SPELLS && s->kind != SLOT_HISTORY) continue;
        const struct entity *e = vocab_entity(v, s->type.ref);
        if (e->is_spell) v->used[e->id][SLOT_FROM] = v->used[e->id][SLOT_TO] = true;
        int via = s->kind == SLOT_GROUP ? entity_slot(e, s->via) : -1;
        if (via >= 0) v->used[e->id][via] = true;
    }
}

static void mark_extra_columns(struct vocab *v)
{
    for (uint16_t e = 0; e < v->schema.table_count; e++) {
        uint32_t slots = (uint32_t)vocab_entity(v, e)->slots.len;
        for (uint32_t c = slots; c < v->schema.tables[e].column_count; c++) v->used[e][c] = true;
    }
}

void vocab_find_paths(struct vocab *v, struct arena *a)
{
    const struct program *p = v->p;
    struct walk w = { .v = v, .a = a };
    *vec_push(a, &w.paths) = (struct vocab_path){ 0 }; /* 0 is no path */
    v->policy_root = ARENA_ARRAY(a, uint32_t, p->policies.len + 1);
    v->entity_root = ARENA_ARRAY(a, uint32_t, p->entities.len + 1);
    for (uint32_t i = 0; i < p->policies.len && !w.too_many; i++) {
        v->policy_root[i] = root(&w, p->policies.at[i].entity);
        if (v->policy_root[i] != 0) walk_criteria(&w, i, v->policy_root[i], true);
    }
    for (uint16_t e = 0; e < p->entities.len && !w.too_many; e++) {
        v->entity_root[e] = root(&w, e);
        for (uint32_t i = 0; i < p->policies.len && v->entity_root[e] != 0; i++) {
            if (p->policies.at[i].entity == e) walk_criteria(&w, i, v->entity_root[e], true);
        }
        for (uint32_t i = 0; i < p->funcs.len && v->entity_root[e] != 0; i++) {
            if (p->funcs.at[i].entity != e) continue;
            path_set *args = ARENA_ARRAY(a, path_set, p->funcs.at[i].params.len + 1);
            walk_func(&w, i, v->entity_root[e], args);
        }
        for (uint32_t i = 0; i < p->leads.len && v->entity_root[e] != 0; i++) {
            struct scope s = { 0 };
            if (p->leads.at[i].entity != e) continue;
            s.elements[0] = set_of(&w, v->entity_root[e]);
            walk_node(&w, &s, p->leads.at[i].condition);
            if (p->leads.at[i].same != 0) walk_node(&w, &s, p->leads.at[i].same);
            if (p->leads.at[i].least != 0) walk_node(&w, &s, p->leads.at[i].least);
        }
    }
    v->paths = w.paths.at;
    v->path_count = (uint32_t)w.paths.len;
    v->too_many = w.too_many;
    note_all_nodes(v);
    mark_extra_columns(v);
}

uint32_t vocab_step(const struct vocab *v, uint32_t path, uint16_t slot)
{
    for (uint32_t c = path == 0 ? 0 : v->paths[path].first_child; c != 0; c = v->paths[c].next) {
        if (v->paths[c].slot == slot) return c;
    }
    return 0;
}

static bool reads_below(const struct vocab *v, uint32_t path, uint16_t entity, uint16_t column)
{
    if (v->paths[path].entity == entity && vocab_bit(v->paths[path].reads, column)) return true;
    for (uint32_t c = v->paths[path].first_child; c != 0; c = v->paths[c].next) {
        if (reads_below(v, c, entity, column)) return true;
    }
    return false;
}

bool vocab_reads(const struct vocab *v, uint32_t policy, uint16_t entity, uint16_t column)
{
    return v->too_many || (v->policy_root[policy] != 0 && reads_below(v, v->policy_root[policy], entity, column));
}
