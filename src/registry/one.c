/* one: the record of one subject as the tables say now, read inside the caller's transaction: what a case is decided
 * on. Whose list and which reference is followed tells a tree of needs, so that a firm with many people is not read
 * whole for a question about its tax number. Every row on the way is read with all its fields. */
#include "registry/registry_priv.h"
#include "store/short.h"

#include <assert.h>

enum { COVER_STATE = 3, COVER_ASSUMED = 4 }; /* as the pool keeps them */

struct one_reference {
    uint64_t to;
    uint16_t slot;
    bool assumed;
};
typedef VEC(struct one_reference) one_references;

struct one_row { /* a row and its record; what it refers to is followed when a need leads there */
    struct record *r;
    uint64_t id;
    one_references refs;
};
typedef VEC(struct one_row *) one_rows;

struct one_cover { /* what is known of a list, or of some kinds of a history */
    uint16_t entity, slot, key_from, key_to;
    uint8_t state;
    bool has_until;
    int32_t until;
};
typedef VEC(struct one_cover) one_covers;
typedef VEC(uint64_t) id_list;

struct one {
    struct registry *r;
    struct facts *f;
    struct err *e;
    struct id_map subjects;   /* number to 1 + place in rows */
    one_rows rows, by_record; /* the second by record.id; holes are NULL */
    one_covers all;
};

static bool follow(struct one *o, struct one_row *w, const struct need *need);
static bool subject_row(struct one *o, uint16_t entity, uint64_t id, struct one_row **out);

/* ---- values ---- */

static bool marked(str names, str name)
{
    for (size_t at = 0; at + name.len + 2 <= names.len; at++) {
        if (names.p[at] == '|' && names.p[at + name.len + 1] == '|' &&
            str_eq(str_slice(names, at + 1, at + 1 + name.len), name))
            return true;
    }
    return false;
}

static struct value number_value(struct type t, int64_t n)
{
    struct value v = { .state = VALUE_KNOWN };
    switch (t.kind) {
    case TYPE_BOOL: v.boolean = n != 0; break;
    case TYPE_NUM: v.number = n; break;
    case TYPE_DATE: v.day = (date){ (int32_t)n }; break;
    case TYPE_MONTH: v.month_ = (month){ (int32_t)n }; break;
    case TYPE_CODE:
    case TYPE_TEXT:
    case TYPE_RECORD:
    case TYPE_BAD:
    case TYPE_GROUP:
    case TYPE_HISTORY:
    case TYPE_NONE: v.state = VALUE_UNKNOWN; break;
    }
    return v;
}

/* A column as a value; of a reference *to gets the other's number and the value stays unknown. */
static struct value column_value(const struct one *o, struct type t, const struct store_stmt *q, uint32_t column,
                                 uint64_t *to)
{
    int64_t n;
    *to = 0;
    if (store_is_null(q, column)) return value_unknown();
    if (t.kind == TYPE_TEXT || t.kind == TYPE_CODE) {
        str text = store_str(q, column);
        if (text.len == 0) return value_none();
        struct value v = { .state = VALUE_KNOWN };
        if (t.kind == TYPE_TEXT) {
            v.text = str_dup(o->f->a, text);
            return v;
        }
        int code = registry_code(o->r, t.ref, text);
        v.code = (uint32_t)code;
        return code < 0 ? value_unknown() : v; /* of an older list */
    }
    if (!store_int(q, column, &n)) return value_unknown();
    if (n == VOCAB_NONE) return value_none();
    if (t.kind == TYPE_RECORD) *to = (uint64_t)n;
    return number_value(t, n);
}

/* ---- rows of a table ---- */

struct one_layout { /* the columns of a query in order: the fixed ones, then slots */
    const struct entity *en;
    uint32_t fixed;
};

static str select_rows(struct one *o, const struct entity *en, const char *where, struct one_layout *out)
{
    struct text t;
    text_init(&t, o->f->a, 1 << 16);
    *out = (struct one_layout){ en, 2 };
    text_addz(&t, "SELECT \"_id\", \"_declared\"");
    if (en->is_monthly) text_addz(&t, ", \"_key\", \"_from\", \"_to\""), out->fixed = 5;
    for (uint16_t i = 0; i < en->slots.len; i++) {
        if (!slot_is_column(en, i)) continue;
        text_addz(&t, ", ");
        schema_column(&t, en, i);
    }
    text_addz(&t, " FROM ");
    store_quote(&t, en->name);
    text_addf(&t, " WHERE %s = $1 ORDER BY %s", where, en->is_monthly ? "\"_key\", \"_from\"" : "\"_id\"");
    return text_str(&t);
}

/* The fields of a row; references are noted, to be followed when the statement is free again. */
static struct one_row *read_fields(struct one *o, const struct one_layout *l, const struct store_stmt *q)
{
    struct one_row *w = ARENA_NEW(o->f->a, struct one_row);
    int64_t id = 0;
    str marks = str_dup(o->f->a, store_str(q, 1));
    uint32_t column = l->fixed;
    w->r = facts_record(o->f, l->en->id);
    w->id = store_int(q, 0, &id) ? (uint64_t)id : 0;
    w->r->number = (int64_t)w->id;
    for (uint16_t i = 0; i < l->en->slots.len; i++) {
        if (!slot_is_column(l->en, i)) continue;
        uint64_t to;
        const struct slot *s = &l->en->slots.at[i];
        struct value v = column_value(o, s->type, q, column++, &to);
        v.assumed = marked(marks, s->name);
        if (to != 0) *vec_push(o->f->a, &w->refs) = (struct one_reference){ to, i, v.assumed };
        w->r->slots[i] = (struct slot_value){ .v = v, .given = v.state != VALUE_UNKNOWN };
    }
    while (o->by_record.len <= w->r->id) *vec_push(o->f->a, &o->by_record) = NULL;
    o->by_record.at[w->r->id] = w;
    return w;
}

static bool follow_references(struct one *o, const struct one_row *w, const struct need *need)
{
    const struct entity *en = &o->f->p->entities.at[w->r->entity];
    VEC_EACH (const struct one_reference, x, &w->refs) {
        const struct need *below = need->slots[x->slot];
        bool owner = en->is_spell && x->slot == (en->is_monthly ? SLOT_MONTH_OWNER : SLOT_OWNER);
        struct one_row *other;
        if (owner || below == NULL) continue;
        if (!subject_row(o, en->slots.at[x->slot].type.ref, x->to, &other)) return false;
        if (other == NULL) continue;
        struct value v = { .state = VALUE_KNOWN, .record = other->r, .assumed = x->assumed };
        w->r->slots[x->slot] = (struct slot_value){ .v = v, .given = true };
        if (!follow(o, other, below)) return false;
    }
    return true;
}

/* ---- what is known of lists ---- */

static bool read_cover(struct one *o, const struct store_stmt *q, uint32_t first, struct one_cover *out)
{
    const struct program *p = o->f->p;
    const struct entity *en = program_entity(p, store_str(q, first));
    int slot = en == NULL ? -1 : entity_slot(en, store_str(q, first + 1));
    int64_t state, until;
    if (slot < 0 || !store_int(q, first + 3, &state)) return false;
    const struct slot *s = &en->slots.at[slot];
    if (s->kind == SLOT_FIELD || s->kind == SLOT_FUNC) return false;
    const struct entity *of = &p->entities.at[s->type.ref];
    bool keyed = s->kind == SLOT_HISTORY && of->key != 0;
    *out = (struct one_cover){ .entity = en->id, .slot = (uint16_t)slot, .state = (uint8_t)state };
    out->has_until = s->kind == SLOT_HISTORY && store_int(q, first + 4, &until);
    if (out->has_until) out->until = (int32_t)until;
    str key = store_str(q, first + 2);
    out->key_to = keyed ? (uint16_t)p->codes.at[of->key - 1].items.len : 1;
    if (key.len == 0 || !keyed) return true;
    int code = registry_code(o->r, (uint16_t)(of->key - 1), key);
    out->key_from = (uint16_t)code;
    out->key_to = (uint16_t)(code + 1);
    return code >= 0;
}

static bool load_cover(struct one *o)
{
    struct store_stmt *q;
    bool row, ok;
    if (!store_ask(o->r->s, &q, o->e, "SELECT \"entity\", \"slot\", \"key\", \"state\", \"until\" FROM \"_cover\"", ""))
        return false;
    while ((ok = store_step(q, &row, o->e)) && row) {
        struct one_cover c;
        if (read_cover(o, q, 0, &c)) *vec_push(o->f->a, &o->all) = c;
    }
    store_done(q);
    return ok;
}

static bool covers_of(struct one *o, const struct entity *en, uint64_t id, one_covers *out)
{
    struct store_stmt *q;
    bool row, ok;
    VEC_EACH (const struct one_cover, c, &o->all) {
        if (c->entity == en->id) *vec_push(o->f->a, out) = *c;
    }
    if (!store_ask(
            o->r->s, &q, o->e,
            "SELECT \"entity\", \"slot\", \"key\", \"state\", \"until\" FROM \"_covered\" WHERE \"_id\" = $1 AND "
            "\"entity\" = $2",
            "is", (int64_t)id, en->name))
        return false;
    while ((ok = store_step(q, &row, o->e)) && row) { /* what is said of one goes before what is said of all */
        struct one_cover c;
        if (read_cover(o, q, 0, &c)) *vec_push(o->f->a, out) = c;
    }
    store_done(q);
    return ok;
}

static struct one_cover cover_at(const one_covers *covers, uint16_t slot, uint16_t key)
{
    struct one_cover out = { 0 };
    VEC_EACH (const struct one_cover, c, covers) {
        if (c->slot == slot && key >= c->key_from && key < c->key_to) out = *c;
    }
    return out;
}

static struct value cover_value(struct one_cover c)
{
    struct value v = { .assumed = (c.state & COVER_ASSUMED) != 0 };
    if ((c.state & COVER_STATE) == 1) v.state = VALUE_KNOWN;
    if ((c.state & COVER_STATE) == 2) v.state = VALUE_NONE;
    return v;
}

/* ---- lists ---- */

static bool rows_where(struct one *o, const struct entity *en, const char *where, uint64_t id, one_rows *out)
{
    struct one_layout l;
    struct store_stmt *q;
    bool row, ok;
    if (!store_prepare(o->r->s, select_rows(o, en, where, &l), &q, o->e)) return false;
    store_bind_int(q, 1, (int64_t)id);
    while ((ok = store_step(q, &row, o->e)) && row) *vec_push(o->f->a, out) = read_fields(o, &l, q);
    store_done(q);
    return ok;
}

static bool member_ids(struct one *o, const struct entity *of, str via, uint64_t id, id_list *out)
{
    struct text t;
    struct store_stmt *q;
    bool row, ok;
    int64_t one;
    text_init(&t, o->f->a, 4096);
    text_addz(&t, "SELECT \"_id\" FROM ");
    store_quote(&t, of->name);
    text_addz(&t, " WHERE ");
    store_quote(&t, via);
    text_addz(&t, " = $1 ORDER BY \"_id\"");
    if (!store_prepare(o->r->s, text_str(&t), &q, o->e)) return false;
    store_bind_int(q, 1, (int64_t)id);
    while ((ok = store_step(q, &row, o->e)) && row) {
        if (store_int(q, 0, &one)) *vec_push(o->f->a, out) = (uint64_t)one;
    }
    store_done(q);
    return ok;
}

/* The members of a list as rows: spells of their own, or others who refer to this one. */
static bool members(struct one *o, const struct one_row *w, const struct slot *s, one_rows *out)
{
    const struct entity *of = &o->f->p->entities.at[s->type.ref];
    id_list ids = { 0 };
    if (s->kind == SLOT_SPELLS) {
        if (!rows_where(o, of, "\"_owner\"", w->id, out)) return false;
        for (size_t i = 0; i < out->len; i++) out->at[i]->r->owner = w->r, out->at[i]->r->index = (uint32_t)i + 1;
        return true;
    }
    if (!member_ids(o, of, s->via, w->id, &ids)) return false;
    for (size_t i = 0; i < ids.len; i++) {
        struct one_row *m;
        if (!subject_row(o, s->type.ref, ids.at[i], &m)) return false;
        if (m == NULL) continue;
        if (m->r->index == 0 && m->r != o->f->subject) m->r->index = (uint32_t)i + 1;
        *vec_push(o->f->a, out) = m;
    }
    return true;
}

static bool follow_list(struct one *o, const struct one_row *w, uint16_t slot, const struct need *below,
                        struct one_cover c)
{
    const struct slot *s = &o->f->p->entities.at[w->r->entity].slots.at[slot];
    struct slot_value *at = &w->r->slots[slot];
    if (!at->given) {
        struct value v = cover_value(c);
        if (v.state == VALUE_KNOWN) {
            one_rows rows = { 0 };
            struct group *g = ARENA_NEW(o->f->a, struct group);
            if (!members(o, w, s, &rows)) return false;
            g->at = ARENA_ARRAY(o->f->a, struct record *, rows.len + 1);
            for (size_t i = 0; i < rows.len; i++) g->at[g->count++] = rows.at[i]->r;
            v.group = g;
        }
        *at = (struct slot_value){ .v = v, .given = v.state != VALUE_UNKNOWN };
    }
    for (uint32_t i = 0; at->v.state == VALUE_KNOWN && i < at->v.group->count; i++) {
        if (!follow(o, o->by_record.at[at->v.group->at[i]->id], below)) return false;
    }
    return true;
}

/* ---- months ---- */

static void add_month(struct one *o, struct history *h, const struct record *run, month m)
{
    struct record *e = facts_record(o->f, run->entity);
    size_t slots = o->f->p->entities.at[run->entity].slots.len;
    for (size_t i = 0; i < slots; i++) e->slots[i] = run->slots[i];
    struct value v = { .state = VALUE_KNOWN, .month_ = m };
    e->slots[SLOT_MONTH] = (struct slot_value){ .v = v, .given = true };
    e->owner = run->owner;
    uint32_t i = h->count++;
    for (; i > 0 && h->records[i - 1]->slots[SLOT_MONTH].v.month_.index > m.index; i--)
        h->records[i] = h->records[i - 1];
    h->records[i] = e;
    months_set(&h->months, m);
}

struct one_run {
    struct record *r;
    int64_t from, to;
    int key;
};
typedef VEC(struct one_run) one_runs;

static bool read_runs(struct one *o, const struct entity *of, const struct one_row *w, const struct need *below,
                      one_runs *out)
{
    struct one_layout l;
    struct store_stmt *q;
    bool row, ok;
    one_rows rows = { 0 };
    if (!store_prepare(o->r->s, select_rows(o, of, "\"_owner\"", &l), &q, o->e)) return false;
    store_bind_int(q, 1, (int64_t)w->id);
    while ((ok = store_step(q, &row, o->e)) && row) {
        struct one_run x = { 0 };
        x.key = of->key == 0 ? 0 : registry_code(o->r, (uint16_t)(of->key - 1), store_str(q, 2));
        if (x.key < 0 || !store_int(q, 3, &x.from) || !store_int(q, 4, &x.to)) continue;
        struct one_row *run = read_fields(o, &l, q);
        run->r->owner = w->r;
        x.r = run->r;
        *vec_push(o->f->a, &rows) = run;
        *vec_push(o->f->a, out) = x;
    }
    store_done(q);
    for (size_t i = 0; ok && i < rows.len; i++) ok = follow_references(o, rows.at[i], below); /* before months copy */
    return ok;
}

static bool follow_history(struct one *o, const struct one_row *w, uint16_t slot, const struct need *below,
                           const one_covers *covers)
{
    const struct entity *of = &o->f->p->entities.at[o->f->p->entities.at[w->r->entity].slots.at[slot].type.ref];
    uint16_t keys = of->key != 0 ? (uint16_t)o->f->p->codes.at[of->key - 1].items.len : 1;
    struct history *h = ARENA_ARRAY(o->f->a, struct history, keys + 1u);
    bool any = false;
    for (uint16_t k = 0; k < keys; k++) {
        struct one_cover c = cover_at(covers, slot, k);
        h[k] = (struct history){ .known = (c.state & COVER_STATE) == 1,
                                 .has_until = c.has_until,
                                 .assumed = (c.state & COVER_ASSUMED) != 0,
                                 .until = { c.until } };
        if (h[k].known) h[k].records = ARENA_ARRAY(o->f->a, struct record *, MONTHS_COUNT);
        any = any || h[k].known || h[k].has_until || h[k].assumed;
    }
    if (!any) return true;
    one_runs runs = { 0 };
    if (!read_runs(o, of, w, below, &runs)) return false;
    VEC_EACH (struct one_run, x, &runs) {
        struct history *to = &h[x->key];
        if (to->has_until && x->to > to->until.index) x->to = to->until.index;
        for (int64_t m = x->from; to->known && m <= x->to && m < MONTHS_FIRST + MONTHS_COUNT; m++) {
            month month_ = { (int32_t)m };
            if (months_ok(month_) && !months_has(&to->months, month_)) add_month(o, to, x->r, month_);
        }
    }
    w->r->histories[slot] = h;
    w->r->slots[slot].given = true;
    return true;
}

/* ---- definitions and judgements given as facts ---- */

static bool read_given(struct one *o, struct record *r, uint64_t id)
{
    const struct entity *en = &o->f->p->entities.at[r->entity];
    struct store_stmt *q;
    bool row, ok;
    if (!store_ask(o->r->s, &q, o->e,
                   "SELECT \"slot\", \"state\", \"value\" FROM \"_given\" WHERE \"entity\" = $1 AND \"_id\" = $2", "si",
                   en->name, (int64_t)id))
        return false;
    while ((ok = store_step(q, &row, o->e)) && row) {
        int64_t state, n = 0;
        str name = str_dup(o->f->a, store_str(q, 0));
        int slot = entity_slot(en, name);
        if (!store_int(q, 1, &state)) continue;
        if (!store_int(q, 2, &n)) n = 0;
        if (slot < 0) {
            if ((state & COVER_STATE) == 1)
                *vec_push(o->f->a, &r->judgements) = (struct judgement){ .question = name, .answer = n != 0 };
            continue;
        }
        struct value v = (state & COVER_STATE) == 2 ? value_none() : number_value(en->slots.at[slot].type, n);
        if (en->slots.at[slot].type.kind == TYPE_CODE) v = (struct value){ .state = VALUE_KNOWN, .code = (uint32_t)n };
        if ((state & COVER_STATE) == 0) continue;
        v.assumed = (state & COVER_ASSUMED) != 0;
        r->slots[slot] = (struct slot_value){ .v = v, .given = v.state != VALUE_UNKNOWN };
    }
    store_done(q);
    return ok;
}

/* ---- a subject's row, and on from it ---- */

static bool subject_row(struct one *o, uint16_t entity, uint64_t id, struct one_row **out)
{
    uint64_t known = id_map_get(&o->subjects, id);
    assert(known == 0 || (o->rows.at != NULL && known <= o->rows.len));
    *out = known != 0 ? o->rows.at[known - 1] : NULL;
    if (known != 0) return true;
    one_rows rows = { 0 };
    if (!rows_where(o, &o->f->p->entities.at[entity], "\"_id\"", id, &rows)) return false;
    if (rows.len == 0) return true;
    *vec_push(o->f->a, &o->rows) = *out = rows.at[0];
    id_map_put(&o->subjects, id, o->rows.len);
    return read_given(o, (*out)->r, id);
}

/* Fills in what the need leads to. A row that is met again by another way is followed again: that way may need more. */
static bool follow(struct one *o, struct one_row *w, const struct need *need)
{
    const struct entity *en = &o->f->p->entities.at[w->r->entity];
    one_covers covers = { 0 };
    bool lists = false;
    if (!follow_references(o, w, need)) return false;
    for (uint16_t i = 0; i < en->slots.len; i++) {
        enum slot_kind k = en->slots.at[i].kind;
        lists = lists || (need->slots[i] != NULL && k != SLOT_FIELD && k != SLOT_FUNC);
    }
    if (lists && !covers_of(o, en, w->id, &covers)) return false;
    for (uint16_t i = 0; lists && i < en->slots.len; i++) {
        enum slot_kind k = en->slots.at[i].kind;
        if (need->slots[i] == NULL) continue;
        if (k == SLOT_HISTORY && w->r->histories[i] == NULL && !follow_history(o, w, i, need->slots[i], &covers))
            return false;
        if ((k == SLOT_SPELLS || k == SLOT_GROUP) && !follow_list(o, w, i, need->slots[i], cover_at(&covers, i, 0)))
            return false;
    }
    return true;
}

bool registry_record(struct registry *r, uint16_t entity, int64_t id, const struct need *const *needs, size_t count,
                     struct facts *f, struct err *e)
{
    struct one o = { .r = r, .f = f, .e = e, .subjects = { .a = f->a } };
    struct one_row *w;
    if (!load_cover(&o) || !subject_row(&o, entity, registry_kept(r, (uint64_t)id), &w)) return false;
    if (w == NULL)
        return fail(e, NOT_FOUND, "库里没有编号 %lld 的%.*s，先查一下号码对不对", (long long)id,
                    STR_ARG(f->p->entities.at[entity].name));
    f->subject = w->r;
    for (size_t i = 0; i < count; i++) {
        if (!follow(&o, w, needs[i])) return false;
    }
    return true;
}
