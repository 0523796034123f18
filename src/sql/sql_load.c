/* sql_load: records as rows, for tests and for trying rules on examples in a database. */
#include "sql/sql_priv.h"

#include <stdio.h>

struct place {
    const struct record *r;
    int64_t id;
    bool written; /* a month that stands in the run of another */
};

struct loader {
    const struct program *p;
    struct store *s;
    struct arena *a;
    VEC(struct place) * found; /* by entity, in the order they were found */
    struct found_slot {
        const struct record *r;
        uint32_t at; /* 1 + place */
    } * slots;
    size_t cap, count;
    VEC(const struct record *) open; /* found, not looked into */
    int64_t base;                    /* numbers given before */
};

static size_t hash_of(const struct record *r) { return (size_t)((uintptr_t)r >> 4) * 0x9e3779b97f4a7c15u; }

static struct found_slot *look_up(struct loader *l, const struct record *r)
{
    size_t at = hash_of(r) & (l->cap - 1);
    while (l->slots[at].r != NULL && l->slots[at].r != r) at = (at + 1) & (l->cap - 1);
    return &l->slots[at];
}

static void grow(struct loader *l)
{
    struct found_slot *old = l->slots;
    size_t n = l->cap;
    l->cap = n == 0 ? 1024 : n * 2;
    l->slots = ARENA_ARRAY(l->a, struct found_slot, l->cap);
    for (size_t i = 0; i < n; i++)
        if (old[i].r != NULL) *look_up(l, old[i].r) = old[i];
}

static struct place *placed(struct loader *l, const struct record *r)
{
    return &l->found[r->entity].at[look_up(l, r)->at - 1];
}

static void find(struct loader *l, const struct record *r)
{
    if (l->count * 2 >= l->cap) grow(l);
    struct found_slot *f = look_up(l, r);
    if (f->r != NULL) return;
    l->count++;
    *vec_push(l->a, &l->found[r->entity]) = (struct place){ .r = r };
    *f = (struct found_slot){ r, (uint32_t)l->found[r->entity].len };
    l->found[r->entity].at[f->at - 1].id = l->base + (int64_t)f->at;
    *vec_push(l->a, &l->open) = r;
}

static uint32_t keys_of(const struct program *p, const struct slot *s)
{
    const struct entity *m = &p->entities.at[s->type.ref];
    return m->key ? (uint32_t)p->codes.at[m->key - 1].items.len : 1;
}

static void look_into(struct loader *l, const struct record *r)
{
    if (r->owner != NULL) find(l, r->owner);
    const struct entity *e = &l->p->entities.at[r->entity];
    for (uint32_t i = 0; i < e->slots.len; i++) {
        const struct slot *s = &e->slots.at[i];
        const struct slot_value *v = &r->slots[i];
        if (s->kind == SLOT_HISTORY) {
            for (uint32_t k = 0; r->histories[i] != NULL && k < keys_of(l->p, s); k++)
                for (uint32_t m = 0; m < r->histories[i][k].count; m++) find(l, r->histories[i][k].records[m]);
        } else if (!v->given || v->v.state != VALUE_KNOWN) {
            continue;
        } else if (s->kind == SLOT_GROUP || s->kind == SLOT_SPELLS) {
            for (uint32_t m = 0; m < v->v.group->count; m++) find(l, v->v.group->at[m]);
        } else if (s->type.kind == TYPE_RECORD) {
            find(l, v->v.record);
        }
    }
}

/* Whose spell it is: known from the list it stands in, or said by itself. */
static const struct record *owner_of(const struct loader *l, const struct record *r)
{
    if (r->owner != NULL) return r->owner;
    const struct entity *e = &l->p->entities.at[r->entity];
    uint32_t slot = e->is_monthly ? (uint32_t)SLOT_MONTH_OWNER : (uint32_t)SLOT_OWNER;
    const struct slot_value *v = &r->slots[slot];
    return e->is_spell && v->given && v->v.state == VALUE_KNOWN ? v->v.record : NULL;
}

/* ---- cells ---- */

static bool bind_value(struct loader *l, struct store_stmt *q, uint32_t at, struct type t, struct value v,
                       struct err *e)
{
    bool text = sql_is_text(t);
    if (v.state == VALUE_ERROR) return fail(e, INVALID, "资料本身有错，存不进表");
    if (v.state == VALUE_UNKNOWN) {
        store_bind_null(q, at);
    } else if (v.state == VALUE_NONE) {
        if (text)
            store_bind_str(q, at, STR(""));
        else
            store_bind_int(q, at, VOCAB_NONE);
    } else {
        switch (t.kind) {
        case TYPE_BOOL: store_bind_int(q, at, v.boolean); break;
        case TYPE_NUM:
            if (v.number > INT64_MAX || v.number < INT64_MIN + CODES) return fail(e, INVALID, "数太大，存不进表");
            store_bind_int(q, at, (int64_t)v.number);
            break;
        case TYPE_DATE: store_bind_int(q, at, v.day.days); break;
        case TYPE_MONTH: store_bind_int(q, at, v.month_.index); break;
        case TYPE_TEXT: store_bind_str(q, at, v.text); break;
        case TYPE_CODE: store_bind_str(q, at, l->p->codes.at[t.ref].items.at[v.code].code); break;
        case TYPE_RECORD: store_bind_int(q, at, placed(l, v.record)->id); break;
        case TYPE_GROUP:
        case TYPE_HISTORY:
        case TYPE_NONE:
        case TYPE_BAD: return fail(e, INTERNAL, "这样的值没有列");
        }
    }
    return true;
}

static const struct slot_value unknown_slot;

static const struct slot_value *slot_of(const struct record *r, uint32_t i)
{
    return r->slots[i].given ? &r->slots[i] : &unknown_slot;
}

/* Two months that may stand in one run. */
static bool same_fields(const struct program *p, const struct record *a, const struct record *b)
{
    const struct entity *e = &p->entities.at[a->entity];
    for (uint32_t i = 0; i < e->slots.len; i++)
        if (sql_has_column(e, i) && !value_same(e->slots.at[i].type, slot_of(a, i)->v, slot_of(b, i)->v)) return false;
    return true;
}

struct run {
    const struct record *owner;
    str key;
    bool has_months;
    int32_t from, to;
};

static bool put_row(struct loader *l, struct store_stmt *q, const struct place *at, const struct run *run,
                    struct err *e)
{
    const struct record *r = at->r;
    const struct entity *x = &l->p->entities.at[r->entity];
    uint32_t c = 1;
    store_bind_int(q, c++, at->id);
    if (x->is_spell) {
        const struct record *owner = run != NULL ? run->owner : owner_of(l, r);
        if (owner != NULL)
            store_bind_int(q, c++, placed(l, owner)->id);
        else
            store_bind_null(q, c++);
    }
    if (x->is_monthly) {
        store_bind_str(q, c++, run->key);
        for (int i = 0; i < 2; i++) {
            if (run->has_months)
                store_bind_int(q, c++, i == 0 ? run->from : run->to);
            else
                store_bind_null(q, c++);
        }
    }
    for (uint32_t i = 0; i < x->slots.len; i++) {
        if (!sql_has_column(x, i)) continue;
        if (!bind_value(l, q, c++, x->slots.at[i].type, slot_of(r, i)->v, e)) return false;
    }
    return store_bulk_row(q, e);
}

/* The runs of one history, each written as the row of its first month. */
static bool put_runs(struct loader *l, struct store_stmt *q, const struct record *owner, const struct history *h,
                     str key, struct err *e)
{
    for (uint32_t i = 0; i < h->count;) {
        uint32_t end = i + 1;
        int32_t first = h->records[i]->slots[SLOT_MONTH].v.month_.index;
        while (end < h->count && h->records[end]->slots[SLOT_MONTH].v.month_.index == first + (int32_t)(end - i) &&
               same_fields(l->p, h->records[i], h->records[end]))
            end++;
        for (uint32_t k = i; k < end; k++) placed(l, h->records[k])->written = true;
        struct run run = { owner, key, true, first, first + (int32_t)(end - i) - 1 };
        if (!put_row(l, q, placed(l, h->records[i]), &run, e)) return false;
        i = end;
    }
    return true;
}

static bool put_histories(struct loader *l, struct store_stmt *q, uint16_t entity, struct err *e)
{
    const struct entity *x = &l->p->entities.at[entity], *oe = &l->p->entities.at[x->owner];
    for (uint32_t i = 0; i < oe->slots.len; i++) {
        const struct slot *s = &oe->slots.at[i];
        if (s->kind != SLOT_HISTORY || s->type.ref != entity) continue;
        VEC_EACH (const struct place, at, &l->found[x->owner]) {
            for (uint32_t k = 0; at->r->histories[i] != NULL && k < keys_of(l->p, s); k++) {
                str key = x->key ? l->p->codes.at[x->key - 1].items.at[k].code : STR("");
                if (!put_runs(l, q, at->r, &at->r->histories[i][k], key, e)) return false;
            }
        }
    }
    return true;
}

static bool put_entity(struct loader *l, uint16_t entity, struct err *e)
{
    const struct entity *x = &l->p->entities.at[entity];
    if (l->found[entity].len == 0) return true;
    VEC(str) columns = { 0 };
    *vec_push(l->a, &columns) = STR("_id");
    if (x->is_spell) *vec_push(l->a, &columns) = STR("_owner");
    if (x->is_monthly) {
        *vec_push(l->a, &columns) = STR("_key");
        *vec_push(l->a, &columns) = STR("_from");
        *vec_push(l->a, &columns) = STR("_to");
    }
    for (uint32_t i = 0; i < x->slots.len; i++)
        if (sql_has_column(x, i)) *vec_push(l->a, &columns) = x->slots.at[i].name;
    struct store_stmt *q;
    if (!store_bulk(l->s, x->name, columns.at, (uint32_t)columns.len, &q, e)) return false;
    bool ok = !x->is_monthly || put_histories(l, q, entity, e);
    VEC_EACH (const struct place, at, &l->found[entity]) {
        if (!ok || at->written) continue;
        const struct value *m = x->is_monthly ? &slot_of(at->r, SLOT_MONTH)->v : NULL;
        struct run run = { owner_of(l, at->r), STR(""), m != NULL && m->state == VALUE_KNOWN, 0, 0 };
        if (run.has_months) run.from = run.to = m->month_.index;
        ok = put_row(l, q, at, &run, e);
    }
    return store_bulk_end(q, e) && ok;
}

/* ---- what is known ---- */

static void bind_place(struct store_stmt *q, const struct entity *x, const struct place *at, str slot)
{
    store_bind_int(q, 1, at->id);
    store_bind_str(q, 2, x->name);
    store_bind_str(q, 3, slot);
}

static bool put_cover(struct store_stmt *q, const struct entity *x, const struct place *at, str slot, str key,
                      uint8_t state, const month *until, struct err *e)
{
    bind_place(q, x, at, slot);
    store_bind_str(q, 4, key);
    store_bind_int(q, 5, state);
    if (until != NULL) store_bind_int(q, 6, until->index);
    return store_bulk_row(q, e);
}

static bool put_covers(struct loader *l, struct store_stmt *q, const struct entity *x, const struct place *at,
                       struct err *e)
{
    for (uint32_t i = 0; i < x->slots.len; i++) {
        const struct slot *s = &x->slots.at[i];
        if (s->kind == SLOT_HISTORY && at->r->histories[i] != NULL) {
            const struct entity *m = &l->p->entities.at[s->type.ref];
            for (uint32_t k = 0; k < keys_of(l->p, s); k++) {
                const struct history *h = &at->r->histories[i][k];
                str key = m->key ? l->p->codes.at[m->key - 1].items.at[k].code : STR("");
                if (h->known && !put_cover(q, x, at, s->name, key, VALUE_KNOWN, h->has_until ? &h->until : NULL, e))
                    return false;
            }
        } else if ((s->kind == SLOT_GROUP || s->kind == SLOT_SPELLS) && at->r->slots[i].given) {
            if (!put_cover(q, x, at, s->name, STR(""), at->r->slots[i].v.state, NULL, e)) return false;
        }
    }
    return true;
}

static bool put_given(struct loader *l, struct store_stmt *q, const struct entity *x, const struct place *at,
                      struct err *e)
{
    for (uint32_t i = 0; i < x->slots.len; i++) {
        const struct slot *s = &x->slots.at[i];
        if (s->kind != SLOT_FUNC || !at->r->slots[i].given) continue;
        struct value v = at->r->slots[i].v;
        str text = { 0 };
        num n = 0;
        if (v.state == VALUE_ERROR) return fail(e, INVALID, "资料本身有错，存不进表");
        if (v.state == VALUE_KNOWN) {
            switch (s->type.kind) {
            case TYPE_BOOL: n = v.boolean; break;
            case TYPE_NUM: n = v.number; break;
            case TYPE_DATE: n = v.day.days; break;
            case TYPE_MONTH: n = v.month_.index; break;
            case TYPE_TEXT: text = v.text; break;
            case TYPE_CODE: text = l->p->codes.at[s->type.ref].items.at[v.code].code; break;
            case TYPE_RECORD: n = placed(l, v.record)->id; break;
            case TYPE_GROUP:
            case TYPE_HISTORY:
            case TYPE_NONE:
            case TYPE_BAD: break;
            }
            if (n > INT64_MAX || n < INT64_MIN + CODES) return fail(e, INVALID, "数太大，存不进表");
            if (text.p == NULL) text = str_fmt(l->a, "%lld", (long long)n);
        }
        bind_place(q, x, at, s->name);
        store_bind_int(q, 4, v.state);
        if (v.state == VALUE_KNOWN) store_bind_str(q, 5, text);
        if (!store_bulk_row(q, e)) return false;
    }
    for (size_t i = 0; i < at->r->judgements.len; i++) {
        const struct judgement *j = &at->r->judgements.at[i];
        bool repeated = false;
        for (size_t k = 0; k < i; k++) repeated = repeated || str_eq(at->r->judgements.at[k].question, j->question);
        if (repeated) continue;
        bind_place(q, x, at, j->question);
        store_bind_int(q, 4, VALUE_KNOWN);
        store_bind_str(q, 5, j->answer ? STR("1") : STR("0"));
        if (!store_bulk_row(q, e)) return false;
    }
    return true;
}

static bool put_known(struct loader *l, struct err *e)
{
    str cover[] = { STR("_id"), STR("entity"), STR("slot"), STR("key"), STR("state"), STR("until") };
    str given[] = { STR("_id"), STR("entity"), STR("slot"), STR("state"), STR("value") };
    struct store_stmt *q, *r;
    if (!store_bulk(l->s, STR("_covered"), cover, 6, &q, e)) return false;
    if (!store_bulk(l->s, STR("_given"), given, 5, &r, e)) return false;
    bool ok = true;
    VEC_EACH (const struct entity, x, &l->p->entities) {
        VEC_EACH (const struct place, at, &l->found[x->id])
            ok = ok && put_covers(l, q, x, at, e) && put_given(l, r, x, at, e);
    }
    ok = store_bulk_end(q, e) && ok;
    return store_bulk_end(r, e) && ok;
}

/* ---- lists of members must be those that refer back ---- */

static bool lists_agree(struct loader *l, const struct entity *x, uint32_t slot, struct err *e)
{
    const struct slot *s = &x->slots.at[slot];
    int via = entity_slot(&l->p->entities.at[s->type.ref], s->via);
    uint32_t *back = ARENA_ARRAY(l->a, uint32_t, l->found[x->id].len + 1);
    uint32_t *seen = ARENA_ARRAY(l->a, uint32_t, l->found[s->type.ref].len + 1);
    VEC_EACH (const struct place, m, &l->found[s->type.ref]) {
        const struct slot_value *v = &m->r->slots[via];
        if (v->given && v->v.state == VALUE_KNOWN) back[look_up(l, v->v.record)->at - 1]++;
    }
    VEC_EACH (const struct place, at, &l->found[x->id]) {
        const struct slot_value *v = &at->r->slots[slot];
        if (!v->given || v->v.state != VALUE_KNOWN) continue;
        bool ok = v->v.group->count == back[at - l->found[x->id].at];
        for (uint32_t i = 0; ok && i < v->v.group->count; i++) {
            const struct record *m = v->v.group->at[i];
            uint32_t *mark = &seen[look_up(l, m)->at - 1], now = (uint32_t)(at - l->found[x->id].at) + 1;
            ok = m->slots[via].given && m->slots[via].v.state == VALUE_KNOWN && m->slots[via].v.record == at->r &&
                 *mark != now;
            *mark = now;
        }
        if (!ok)
            return fail(e, INVALID, "“%.*s.%.*s”与成员自己说的“%.*s”不一致，存不进表", STR_ARG(x->name),
                        STR_ARG(s->name), STR_ARG(s->via));
    }
    return true;
}

static bool highest(struct store *s, const struct program *p, int64_t *out, struct err *e)
{
    autoarena *a = arena_new("numbers", 0);
    *out = 0;
    VEC_EACH (const struct entity, x, &p->entities) {
        struct text t;
        text_init(&t, a, 1024);
        text_addz(&t, "SELECT coalesce(max(\"_id\"), 0) FROM ");
        store_quote(&t, x->name);
        struct store_stmt *q;
        bool row = false;
        int64_t n = 0;
        if (!store_prepare(s, text_str(&t), &q, e)) return false;
        bool ok = store_step(q, &row, e);
        if (ok && row) store_int(q, 0, &n);
        store_done(q);
        if (!ok) return false;
        if (n > *out) *out = n;
    }
    return true;
}

static bool put_all(struct loader *l, struct err *e)
{
    VEC_EACH (const struct entity, x, &l->p->entities) {
        for (uint32_t i = 0; i < x->slots.len; i++)
            if (x->slots.at[i].kind == SLOT_GROUP && !lists_agree(l, x, i, e)) return false;
    }
    VEC_EACH (const struct entity, x, &l->p->entities)
        if (!put_entity(l, x->id, e)) return false;
    return put_known(l, e);
}

bool sql_load_records(const struct program *p, struct store *s, struct record *const *subjects, size_t n, int64_t *ids,
                      struct err *e)
{
    autoarena *a = arena_new("load", 0);
    struct loader l = { .p = p, .s = s, .a = a };
    l.found = arena_alloc_array(a, p->entities.len + 1, sizeof *l.found);
    grow(&l);
    if (!store_begin(s, e)) return false;
    bool ok = highest(s, p, &l.base, e);
    for (size_t i = 0; ok && i < n; i++) find(&l, subjects[i]);
    while (l.open.len > 0) look_into(&l, l.open.at[--l.open.len]);
    for (size_t i = 0; ok && i < n; i++) ids[i] = placed(&l, subjects[i])->id;
    if (ok && put_all(&l, e)) return store_commit(s, e);
    store_rollback(s);
    return false;
}
