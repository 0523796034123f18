/* alike: nodes are numbered anew in one forward walk. Kids stand before their parents, so two nodes are the same when
 * operation, type and what else they carry agree and their kids have the same numbers. */
#include "lang/alike.h"

#include <string.h>

struct walk {
    const struct program *p;
    node_id *first;  /* result */
    node_id *places; /* open addressing; 0 empty */
    size_t mask;
};

static bool same_value(const struct value *a, const struct value *b, enum type_kind kind)
{
    if (a->state != b->state || a->assumed != b->assumed || a->error != b->error) return false;
    if (a->state != VALUE_KNOWN) return true;
    switch (kind) {
    case TYPE_BOOL: return a->boolean == b->boolean;
    case TYPE_NUM: return a->number == b->number;
    case TYPE_DATE: return a->day.days == b->day.days;
    case TYPE_MONTH: return a->month_.index == b->month_.index;
    case TYPE_CODE: return a->code == b->code;
    case TYPE_TEXT: return str_eq(a->text, b->text);
    case TYPE_BAD:
    case TYPE_RECORD:
    case TYPE_GROUP:
    case TYPE_HISTORY:
    case TYPE_NONE: break;
    }
    return false;
}

static bool same_type(const struct type *a, const struct type *b)
{
    return a->kind == b->kind && a->scale == b->scale && a->quotient == b->quotient && a->ref == b->ref &&
           unit_eq(a->unit, b->unit);
}

static bool same_node(const struct walk *w, const struct node *a, const struct node *b)
{
    if (a->op != b->op || a->level != b->level || a->kid_count != b->kid_count || !same_type(&a->type, &b->type))
        return false;
    for (unsigned i = 0; i < a->kid_count; i++) {
        if (w->first[node_kid(w->p, a, i)] != w->first[node_kid(w->p, b, i)]) return false;
    }
    if (a->k == b->k) return true;
    return a->op == OP_CONST && same_value(&w->p->consts.at[a->k], &w->p->consts.at[b->k], a->type.kind);
}

static uint64_t mixed(uint64_t h, uint64_t x) { return (h ^ x) * UINT64_C(0x9e3779b97f4a7c15) ^ h >> 29; }

/* The constants that are equal fall on one number: how they are written says nothing. */
static uint64_t hash(const struct walk *w, const struct node *n)
{
    uint64_t h = mixed(n->op, (uint64_t)n->level << 32 | n->kid_count);
    h = mixed(h, (uint64_t)n->type.kind << 32 | n->type.ref);
    for (unsigned i = 0; i < n->kid_count; i++) h = mixed(h, w->first[node_kid(w->p, n, i)]);
    if (n->op != OP_CONST) return mixed(h, n->k);
    const struct value *v = &w->p->consts.at[n->k];
    if (v->state != VALUE_KNOWN || n->type.kind == TYPE_TEXT) return h;
    return mixed(h, n->type.kind == TYPE_NUM    ? (uint64_t)v->number
                    : n->type.kind == TYPE_BOOL ? v->boolean
                    : n->type.kind == TYPE_CODE ? v->code
                                                : (uint64_t)(uint32_t)v->day.days);
}

const node_id *program_alike(const struct program *p, struct arena *a)
{
    struct walk w = { .p = p, .first = ARENA_ARRAY(a, node_id, p->nodes.len + 1) };
    size_t room = 16;
    while (room < p->nodes.len * 2) room *= 2;
    w.places = ARENA_ARRAY(a, node_id, room);
    w.mask = room - 1;
    for (node_id id = 1; id < p->nodes.len; id++) {
        const struct node *n = node_at(p, id);
        size_t at = (size_t)(hash(&w, n) >> 20) & w.mask;
        while (w.places[at] != 0 && !same_node(&w, node_at(p, w.places[at]), n)) at = (at + 1) & w.mask;
        if (w.places[at] == 0) w.places[at] = id;
        w.first[id] = w.places[at];
    }
    return w.first;
}
