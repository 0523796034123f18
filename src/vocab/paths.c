/* paths: what policies read (lang/need.h) as paths from their subjects, numbered, each with the columns read at it. */
#include "lang/need.h"
#include "vocab/vocab_priv.h"

enum { PATHS_MAX = 1 << 18 }; /* of all policies together; the shipped packs have a few thousand */

struct numbering {
    struct vocab *v;
    struct arena *a;
    VEC(struct vocab_path) paths;
};

static void note(struct numbering *w, uint32_t path, uint32_t column)
{
    const struct vocab_path *p = &w->paths.at[path];
    p->reads[column / 64] |= UINT64_C(1) << column % 64;
    w->v->used[p->entity][column] = true;
}

static uint32_t new_path(struct numbering *w, uint32_t parent, uint16_t slot, uint16_t entity)
{
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

static void add_below(struct numbering *w, const struct need *n, uint32_t path);

/* A slot that is read at a path; one of records, a group or a history leads on. */
static void add_slot(struct numbering *w, const struct need *below, uint32_t path, uint16_t slot)
{
    struct vocab *v = w->v;
    const struct slot *d = vocab_slot(v, w->paths.at[path].entity, slot);
    note(w, path, slot);
    if (d->type.kind != TYPE_RECORD && d->type.kind != TYPE_GROUP && d->type.kind != TYPE_HISTORY) return;
    uint32_t to = new_path(w, path, slot, d->type.ref);
    const struct entity *e = vocab_entity(v, d->type.ref);
    if (d->type.kind != TYPE_RECORD && e->is_spell) { /* where it begins decides whether it is seen */
        note(w, to, SLOT_FROM);
        if (!e->is_monthly) note(w, to, SLOT_TO);
    }
    int via = d->kind == SLOT_GROUP ? entity_slot(e, d->via) : -1;
    if (via >= 0) v->used[e->id][via] = true; /* lists are made from it */
    add_below(w, below, to);
}

/* No deeper than expressions are (lang/limits.h). */
static void add_below(struct numbering *w, const struct need *n, uint32_t path)
{
    const struct entity *e = vocab_entity(w->v, n->entity);
    VEC_EACH (const uint32_t, q, &n->judged) {
        int column = vocab_judgement(w->v, n->entity, *q);
        if (column >= 0) note(w, path, (uint32_t)column);
    }
    for (uint16_t s = 0; s < e->slots.len && w->paths.len < PATHS_MAX; s++) {
        if (n->slots[s] != NULL) add_slot(w, n->slots[s], path, s);
    }
}

static uint32_t add_tree(struct numbering *w, const struct need *n)
{
    uint32_t root = new_path(w, 0, 0, n->entity);
    add_below(w, n, root);
    w->v->too_many = w->v->too_many || n->too_many || w->paths.len >= PATHS_MAX;
    return root;
}

/* Expressions that belong to no policy, no definition and no indicator (registers, services): where they begin is not
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

/* What is counted is counted by a code of one's own, an area for example: which one is only said when it is counted. */
static void note_codes(const struct vocab *v)
{
    for (uint16_t e = 0; e < v->p->entities.len; e++) {
        const struct vocab_path *root = &v->paths[v->counted_root[e]];
        for (uint32_t s = 0; v->counted_root[e] != 0 && s < vocab_entity(v, e)->slots.len; s++) {
            const struct slot *d = vocab_slot(v, e, s);
            if (d->kind == SLOT_FIELD && d->type.kind == TYPE_CODE && v->used[e][s])
                root->reads[s / 64] |= UINT64_C(1) << s % 64;
        }
    }
}

void vocab_find_paths(struct vocab *v, struct arena *a)
{
    const struct program *p = v->p;
    struct numbering w = { .v = v, .a = a };
    *vec_push(a, &w.paths) = (struct vocab_path){ 0 }; /* 0 is no path */
    v->policy_root = ARENA_ARRAY(a, uint32_t, p->policies.len + 1);
    v->entity_root = ARENA_ARRAY(a, uint32_t, p->entities.len + 1);
    v->counted_root = ARENA_ARRAY(a, uint32_t, p->entities.len + 1);
    for (uint32_t i = 0; i < p->policies.len && !v->too_many; i++) {
        autoarena *tree = arena_new("needs", 0);
        v->policy_root[i] = add_tree(&w, need_of_policy(p, i, tree));
    }
    for (uint16_t e = 0; e < p->entities.len && !v->too_many; e++) {
        autoarena *tree = arena_new("needs", 0);
        v->entity_root[e] = add_tree(&w, need_of_entity(p, e, tree));
    }
    for (uint16_t e = 0; e < p->entities.len && !v->too_many; e++) {
        autoarena *tree = arena_new("needs", 0);
        v->counted_root[e] = add_tree(&w, need_of_indicators(p, e, tree));
    }
    v->paths = w.paths.at;
    v->path_count = (uint32_t)w.paths.len;
    note_all_nodes(v);
    mark_extra_columns(v);
    note_codes(v);
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
