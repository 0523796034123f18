/* facts_write: a walk over the records, one JSON object each. The subject met again is "本人"; the way back to the
 * record one came from is left out, since reading sets it. Months that follow one another and say the same are one
 * stretch.
 *
 * What is needed of a record that is written once and met again (本人 among the members of the family, the family of a
 * member) is everything that is needed of it wherever it is met: it is gathered before anything is written. */
#include "lang/facts_write.h"
#include "lang/eval.h"

/* A place where a record is written, or the months of a history (r NULL), and all that is needed there. */
struct spot {
    const struct record *r;
    struct spot *up, *first, *next;
    uint32_t slot;
    VEC(const struct need *) needs;
};

struct writing {
    const struct program *p;
    struct arena *a;
    struct json_writer *w;
    const struct record *subject;
    struct spot *root; /* NULL: everything is written */
};

/* at NULL: everything is. */
static bool is_wanted(const struct spot *at, uint32_t slot)
{
    if (at == NULL) return true;
    VEC_EACH (const struct need *, n, &at->needs) {
        if ((*n)->slots[slot] != NULL) return true;
    }
    return false;
}

static struct spot *spot_below(struct writing *o, struct spot *at, uint32_t slot, const struct record *r)
{
    if (at == NULL) return NULL;
    for (struct spot *c = at->first; c != NULL; c = c->next) {
        if (c->slot == slot && c->r == r) return c;
    }
    struct spot *c = ARENA_NEW(o->a, struct spot);
    *c = (struct spot){ .r = r, .up = at, .next = at->first, .slot = slot };
    at->first = c;
    return c;
}

static bool is_back(const struct record *r, const struct record *parent, const struct record *to)
{
    return to == parent || to == r->owner;
}

static void gather(struct writing *o, struct spot *at, const struct need *need);

static void gather_reference(struct writing *o, struct spot *at, uint32_t slot, const struct record *to,
                             const struct need *need)
{
    struct spot *back = at->up;
    while (back != NULL && back->r != to) back = back->up;
    if (to == o->subject)
        gather(o, o->root, need);
    else if (at->r != NULL && is_back(at->r, at->up == NULL ? NULL : at->up->r, to)) {
        if (back != NULL) gather(o, back, need);
    } else
        gather(o, spot_below(o, at, slot, to), need);
}

static void gather_history(struct writing *o, struct spot *at, uint32_t slot, const struct history *h,
                           const struct need *need)
{
    const struct entity *owner = &o->p->entities.at[at->r->entity],
                        *e = &o->p->entities.at[owner->slots.at[slot].type.ref];
    struct spot *months = spot_below(o, at, slot, NULL);
    *vec_push(o->a, &months->needs) = need;
    size_t keys = e->key > 0 ? o->p->codes.at[e->key - 1].items.len : 1;
    for (uint32_t k = 0; k < e->slots.len; k++) {
        if (need->slots[k] == NULL || e->slots.at[k].field == NULL || e->slots.at[k].type.kind != TYPE_RECORD) continue;
        for (size_t key = 0; key < keys; key++) {
            for (uint32_t i = 0; i < h[key].count; i++) {
                struct value v = h[key].records[i]->slots[k].v;
                if (v.state == VALUE_KNOWN) gather(o, spot_below(o, months, k, v.record), need->slots[k]);
            }
        }
    }
}

/* Goes down the needs, which end somewhere, along the records. */
static void gather(struct writing *o, struct spot *at, const struct need *need)
{
    VEC_EACH (const struct need *, n, &at->needs) {
        if (*n == need) return;
    }
    *vec_push(o->a, &at->needs) = need;
    const struct entity *e = &o->p->entities.at[at->r->entity];
    for (uint32_t i = 0; i < e->slots.len; i++) {
        const struct slot *s = &e->slots.at[i];
        const struct slot_value *v = &at->r->slots[i];
        if (need->slots[i] == NULL) continue;
        if (s->kind == SLOT_HISTORY) {
            if (at->r->histories != NULL && at->r->histories[i] != NULL)
                gather_history(o, at, i, at->r->histories[i], need->slots[i]);
        } else if (v->given && v->v.state == VALUE_KNOWN && s->type.kind == TYPE_RECORD) {
            gather_reference(o, at, i, v->v.record, need->slots[i]);
        } else if (v->given && v->v.state == VALUE_KNOWN && s->type.kind == TYPE_GROUP) {
            for (uint32_t k = 0; k < v->v.group->count; k++) {
                const struct record *m = v->v.group->at[k];
                gather(o, m == o->subject ? o->root : spot_below(o, at, i, m), need->slots[i]);
            }
        }
    }
}

static void put_record(struct writing *o, const struct record *r, const struct record *parent, struct spot *at);

void facts_write_value(struct json_writer *w, const struct program *p, struct type t, struct value v,
                       struct arena *scratch)
{
    if (v.state == VALUE_KNOWN && t.kind == TYPE_BOOL) {
        json_bool(w, v.boolean);
    } else if (v.state == VALUE_KNOWN && t.kind == TYPE_TEXT) {
        json_str(w, v.text);
    } else {
        struct text s;
        text_init(&s, scratch, 1 << 16);
        value_text(p, t, v, &s);
        json_str(w, text_str(&s));
    }
}

static void put_scalar(struct writing *o, struct type t, struct value v) { facts_write_value(o->w, o->p, t, v, o->a); }

/* ---- histories ---- */

static bool same_month(const struct entity *e, const struct record *a, const struct record *b)
{
    if (b->slots[SLOT_MONTH].v.month_.index != a->slots[SLOT_MONTH].v.month_.index + 1) return false;
    for (uint32_t k = 0; k < e->slots.len; k++) {
        const struct slot_value *x = &a->slots[k], *y = &b->slots[k];
        if (k == SLOT_MONTH || e->slots.at[k].field == NULL) continue;
        if (x->given != y->given) return false;
        if (x->given && (!value_same(e->slots.at[k].type, x->v, y->v) || x->v.assumed != y->v.assumed)) return false;
    }
    return true;
}

static void put_stretch(struct writing *o, const struct history *h, uint32_t from, uint32_t to, struct spot *months)
{
    const struct record *r = h->records[from];
    const struct entity *e = &o->p->entities.at[r->entity];
    char text[2 * MONTH_TEXT + 2], last[MONTH_TEXT];
    month_text(r->slots[SLOT_MONTH].v.month_, text);
    month_text(h->records[to]->slots[SLOT_MONTH].v.month_, last);
    json_key(o->w, "月份");
    json_str(o->w, from == to ? str_of(text) : str_fmt(o->a, "%s..%s", text, last));
    for (uint32_t k = 0; k < e->slots.len; k++) {
        const struct slot_value *v = &r->slots[k];
        if (!v->given || !is_wanted(months, k) || e->slots.at[k].field == NULL) continue;
        json_key_str(o->w, e->slots.at[k].name);
        if (v->v.state == VALUE_KNOWN && e->slots.at[k].type.kind == TYPE_RECORD)
            put_record(o, v->v.record, r, spot_below(o, months, k, v->v.record));
        else
            put_scalar(o, e->slots.at[k].type, v->v);
    }
}

/* From what month on nothing is known: said once, with the first stretch. */
static void put_until(struct writing *o, const struct history *h)
{
    char text[MONTH_TEXT];
    if (!h->has_until) return;
    month_text(h->until, text);
    json_key(o->w, "已知至"), json_z(o->w, text);
}

static void put_months(struct writing *o, const struct history *h, struct spot *months)
{
    if (h->count == 0) { /* no month up to then */
        json_object(o->w);
        json_key(o->w, "月份"), json_z(o->w, "无");
        put_until(o, h);
        json_object_end(o->w);
        return;
    }
    const struct entity *e = &o->p->entities.at[h->records[0]->entity];
    json_array(o->w);
    for (uint32_t i = 0; i < h->count;) {
        uint32_t to = i;
        while (to + 1 < h->count && same_month(e, h->records[to], h->records[to + 1])) to++;
        json_object(o->w);
        put_stretch(o, h, i, to, months);
        if (i == 0) put_until(o, h);
        json_object_end(o->w);
        i = to + 1;
    }
    json_array_end(o->w);
}

static void put_history(struct writing *o, const struct slot *s, const struct history *h, struct spot *months)
{
    const struct entity *e = &o->p->entities.at[s->type.ref];
    size_t keys = e->key > 0 ? o->p->codes.at[e->key - 1].items.len : 1;
    bool any = false;
    for (size_t k = 0; k < keys; k++) any = any || h[k].known;
    if (!any) return;
    json_key_str(o->w, s->name);
    if (e->key > 0) json_object(o->w);
    for (size_t k = 0; k < keys; k++) {
        if (!h[k].known) continue;
        if (e->key > 0) json_key_str(o->w, o->p->codes.at[e->key - 1].items.at[k].name);
        if (h[k].assumed) {
            json_object(o->w);
            json_key(o->w, "来源"), json_z(o->w, "申报");
            json_key(o->w, "值");
        }
        if (h[k].count == 0 && !h[k].has_until)
            json_z(o->w, "无");
        else
            put_months(o, &h[k], months);
        if (h[k].assumed) json_object_end(o->w);
    }
    if (e->key > 0) json_object_end(o->w);
}

/* ---- records ---- */

static void put_known(struct writing *o, const struct slot *s, uint32_t slot, const struct record *r, struct value v,
                      struct spot *at)
{
    if (s->type.kind == TYPE_RECORD && v.record == o->subject) {
        json_z(o->w, "本人");
    } else if (s->type.kind == TYPE_RECORD) {
        put_record(o, v.record, r, spot_below(o, at, slot, v.record));
    } else if (s->type.kind == TYPE_GROUP) {
        json_array(o->w);
        for (uint32_t i = 0; i < v.group->count; i++) {
            if (v.group->at[i] == o->subject)
                json_z(o->w, "本人");
            else
                put_record(o, v.group->at[i], r, spot_below(o, at, slot, v.group->at[i]));
        }
        json_array_end(o->w);
    } else {
        put_scalar(o, s->type, v);
    }
}

static void put_slot(struct writing *o, const struct slot *s, uint32_t slot, const struct record *r, struct value v,
                     struct spot *at)
{
    bool wrap = v.assumed && v.state != VALUE_UNKNOWN && s->type.kind != TYPE_GROUP && s->type.kind != TYPE_RECORD;
    json_key_str(o->w, s->name);
    if (wrap) {
        json_object(o->w);
        json_key(o->w, "值");
    }
    if (v.state == VALUE_KNOWN)
        put_known(o, s, slot, r, v, at);
    else
        json_z(o->w, v.state == VALUE_NONE ? "无" : "未知");
    if (wrap) {
        json_key(o->w, "来源"), json_z(o->w, "申报");
        json_object_end(o->w);
    }
}

static void put_record(struct writing *o, const struct record *r, const struct record *parent, struct spot *at)
{
    const struct entity *e = &o->p->entities.at[r->entity];
    bool spell = e->is_spell && !e->is_monthly;
    json_object(o->w);
    for (uint32_t i = 0; i < e->slots.len; i++) {
        const struct slot *s = &e->slots.at[i];
        const struct slot_value *v = &r->slots[i];
        bool bound = spell && (i == SLOT_FROM || i == SLOT_TO); /* a spell is its stretch of time, asked for or not */
        if (!bound && !is_wanted(at, i)) continue;
        if (s->kind == SLOT_HISTORY) {
            if (r->histories != NULL && r->histories[i] != NULL)
                put_history(o, s, r->histories[i], spot_below(o, at, i, NULL));
            continue;
        }
        bool back =
            s->type.kind == TYPE_RECORD && v->given && v->v.state == VALUE_KNOWN && is_back(r, parent, v->v.record);
        bool goes_on = spell && i == SLOT_TO && v->v.state == VALUE_NONE; /* a start by itself says so */
        bool open_end = spell && i == SLOT_TO && r->slots[SLOT_FROM].given && v->v.state == VALUE_UNKNOWN;
        if ((!v->given && !open_end) || back || goes_on) continue;
        put_slot(o, s, i, r, v->v, at);
    }
    VEC_EACH (const struct judgement, j, &r->judgements) {
        json_key_str(o->w, str_fmt(o->a, "人工判断(“%.*s”)", STR_ARG(j->question)));
        json_bool(o->w, j->answer);
    }
    json_object_end(o->w);
}

void facts_write(struct json_writer *w, const struct program *p, const struct record *subject, const struct need *need,
                 struct arena *scratch)
{
    struct writing o = { .p = p, .a = scratch, .w = w, .subject = subject };
    if (need != NULL) {
        o.root = ARENA_NEW(scratch, struct spot);
        o.root->r = subject;
        gather(&o, o.root, need);
    }
    put_record(&o, subject, NULL, o.root);
}
