/* vocab: the pool's schema from a program. Entities are tables, slots are columns, in the program's own numbers, so
 * that nothing has to be looked up to go from one to the other. */
#include "vocab/vocab_priv.h"

#include <assert.h>

enum pool_kind vocab_kind(struct type t)
{
    switch (t.kind) {
    case TYPE_NUM: return POOL_INT;
    case TYPE_DATE: return POOL_DATE;
    case TYPE_MONTH: return POOL_MONTH;
    case TYPE_TEXT: return POOL_TEXT;
    case TYPE_CODE: return POOL_CODE;
    case TYPE_RECORD: return POOL_REF;
    case TYPE_BAD:
    case TYPE_BOOL:
    case TYPE_GROUP:
    case TYPE_HISTORY:
    case TYPE_NONE: break;
    }
    return POOL_BOOL;
}

bool vocab_is_cell(const struct program *p, const struct slot *s)
{
    if (s->type.kind == TYPE_GROUP || s->type.kind == TYPE_HISTORY) return false;
    return s->kind == SLOT_FIELD || (s->kind == SLOT_FUNC && p->funcs.at[s->func].params.len == 0);
}

uint16_t vocab_keys(const struct program *p, const struct slot *s)
{
    uint16_t key = s->kind == SLOT_HISTORY ? p->entities.at[s->type.ref].key : 0;
    return key == 0 ? 1 : (uint16_t)p->codes.at[key - 1].items.len;
}

static uint16_t extra_columns(const struct vocab *v, uint16_t e) { return vocab_entity(v, e)->is_monthly ? 2 : 0; }

static uint16_t own_columns(const struct vocab *v, uint16_t e)
{
    return (uint16_t)(vocab_entity(v, e)->slots.len + v->judgement_count[e]);
}

uint16_t vocab_last_month(const struct vocab *v, uint16_t entity)
{
    assert(vocab_entity(v, entity)->is_monthly);
    return own_columns(v, entity);
}

uint16_t vocab_key(const struct vocab *v, uint16_t entity) { return (uint16_t)(vocab_last_month(v, entity) + 1); }

int vocab_judgement(const struct vocab *v, uint16_t entity, uint32_t k)
{
    str question = v->p->consts.at[k].text;
    for (uint16_t i = 0; i < v->judgement_count[entity]; i++) {
        if (str_eq(v->p->consts.at[v->judged[entity][i]].text, question))
            return (int)(vocab_entity(v, entity)->slots.len + i);
    }
    return -1;
}

/* Whom a question is about. */
static uint16_t asked_entity(const struct program *p, const struct node *n)
{
    return node_at(p, node_kid(p, n, 0))->type.ref;
}

static void find_judgements(struct vocab *v, struct arena *a)
{
    const struct program *p = v->p;
    size_t asked = 0;
    VEC_EACH (const struct node, n, &p->nodes) asked += n->op == OP_JUDGE;
    for (size_t e = 0; e < p->entities.len; e++) v->judged[e] = ARENA_ARRAY(a, uint32_t, asked + 1);
    VEC_EACH (const struct node, n, &p->nodes) {
        if (n->op != OP_JUDGE) continue;
        uint16_t e = asked_entity(p, n);
        if (vocab_judgement(v, e, n->k) < 0) v->judged[e][v->judgement_count[e]++] = n->k;
    }
}

static struct pool_group_def group_def(const struct vocab *v, const struct slot *s)
{
    bool is_group = s->kind == SLOT_GROUP || s->kind == SLOT_SPELLS || s->kind == SLOT_HISTORY;
    if (!is_group) return (struct pool_group_def){ .name = s->name, .table = VOCAB_NO_TABLE };
    bool keyed = s->kind == SLOT_HISTORY;
    return (struct pool_group_def){ .name = s->name,
                                    .table = s->type.ref,
                                    .child = s->kind != SLOT_GROUP,
                                    .key_count = vocab_keys(v->p, s),
                                    .key_column = keyed ? vocab_key(v, s->type.ref) : UINT16_MAX };
}

static void make_table(struct vocab *v, uint16_t i, struct pool_table_def *t, struct arena *a)
{
    const struct entity *e = vocab_entity(v, i);
    uint16_t slots = (uint16_t)e->slots.len, own = own_columns(v, i);
    struct pool_column_def *columns = ARENA_ARRAY(a, struct pool_column_def, own + 2u);
    struct pool_group_def *groups = ARENA_ARRAY(a, struct pool_group_def, slots + 1u);
    for (uint16_t s = 0; s < slots; s++) {
        const struct slot *slot = &e->slots.at[s];
        columns[s] = (struct pool_column_def){ .name = slot->name,
                                               .kind = vocab_kind(slot->type),
                                               .table = slot->type.ref,
                                               .absent = slot->kind == SLOT_FUNC };
        groups[s] = group_def(v, slot);
    }
    for (uint16_t k = 0; k < v->judgement_count[i]; k++) {
        columns[slots + k] =
            (struct pool_column_def){ .name = v->p->consts.at[v->judged[i][k]].text, .kind = POOL_BOOL };
    }
    if (e->is_monthly) {
        columns[own] = (struct pool_column_def){ .name = STR("末月"), .kind = POOL_MONTH };
        columns[own + 1] = (struct pool_column_def){ .name = STR("类别"), .kind = POOL_CODE };
    }
    *t = (struct pool_table_def){ .name = e->name,
                                  .owner = e->is_spell ? e->owner : VOCAB_NO_TABLE,
                                  .columns = columns,
                                  .column_count = (uint16_t)(own + extra_columns(v, i)),
                                  .groups = groups,
                                  .group_count = slots };
}

const struct vocab *vocab_of(const struct program *p, bool all, struct arena *a)
{
    struct vocab *v = ARENA_NEW(a, struct vocab);
    size_t n = p->entities.len;
    v->p = p;
    v->used = ARENA_ARRAY(a, bool *, n + 1);
    v->judged = ARENA_ARRAY(a, uint32_t *, n + 1);
    v->judgement_count = ARENA_ARRAY(a, uint16_t, n + 1);
    find_judgements(v, a);
    struct pool_table_def *tables = ARENA_ARRAY(a, struct pool_table_def, n + 1);
    for (size_t e = 0; e < n; e++) {
        make_table(v, (uint16_t)e, &tables[e], a);
        v->used[e] = ARENA_ARRAY(a, bool, tables[e].column_count + 1u);
    }
    v->schema = (struct pool_schema){ .tables = tables, .table_count = (uint16_t)n };
    vocab_find_paths(v, a);
    for (uint16_t e = 0; all && e < n; e++) {
        for (uint16_t c = 0; c < tables[e].column_count; c++) v->used[e][c] = true;
    }
    return v;
}

/* ---- values ---- */

static bool fits(struct value v) { return v.number >= INT64_MIN && v.number <= INT64_MAX; }

uint8_t vocab_state(struct value v)
{
    static const uint8_t states[] = {
        [VALUE_UNKNOWN] = POOL_UNKNOWN, [VALUE_KNOWN] = POOL_KNOWN, [VALUE_NONE] = POOL_NONE, [VALUE_ERROR] = POOL_BAD
    };
    return (uint8_t)(states[v.state] | (v.assumed ? POOL_ASSUMED : 0));
}

int64_t vocab_cell(struct type t, struct value v)
{
    if (v.state != VALUE_KNOWN) return 0;
    switch (t.kind) {
    case TYPE_BOOL: return v.boolean;
    case TYPE_NUM: return fits(v) ? (int64_t)v.number : 0;
    case TYPE_DATE: return v.day.days;
    case TYPE_MONTH: return v.month_.index;
    case TYPE_CODE: return v.code;
    case TYPE_TEXT:
    case TYPE_RECORD:
    case TYPE_BAD:
    case TYPE_GROUP:
    case TYPE_HISTORY:
    case TYPE_NONE: break;
    }
    return 0;
}

struct value vocab_value(const struct pool *p, struct type t, uint8_t state, int64_t cell)
{
    struct value v = { .assumed = (state & POOL_ASSUMED) != 0 };
    if (state & POOL_ABSENT) return v;
    switch (state & POOL_STATE) {
    case POOL_KNOWN: v.state = VALUE_KNOWN; break;
    case POOL_NONE: v.state = VALUE_NONE; return v;
    case POOL_BAD:
        v.state = VALUE_ERROR;
        v.error = VERR_DATA;
        return v;
    default: return v;
    }
    switch (t.kind) {
    case TYPE_BOOL: v.boolean = cell != 0; break;
    case TYPE_NUM: v.number = cell; break;
    case TYPE_DATE: v.day = (date){ (int32_t)cell }; break;
    case TYPE_MONTH: v.month_ = (month){ (int32_t)cell }; break;
    case TYPE_CODE: v.code = (uint32_t)cell; break;
    case TYPE_TEXT: v.text = pool_text(p, cell); break;
    case TYPE_RECORD:
    case TYPE_BAD:
    case TYPE_GROUP:
    case TYPE_HISTORY:
    case TYPE_NONE: v.state = VALUE_UNKNOWN; break;
    }
    return v;
}
