/* facts_write: a walk over the records, one JSON object each. The subject met again is "本人"; the way back to the
 * record one came from is left out, since reading sets it. Months that follow one another and say the same are one
 * stretch. */
#include "lang/facts_write.h"
#include "lang/eval.h"

struct writing {
    const struct program *p;
    struct arena *a;
    struct json_writer *w;
    const struct record *subject;
};

/* What is needed of the record behind a slot; *skip when nothing is. */
static const struct need *below(const struct need *need, uint32_t slot, bool *skip)
{
    *skip = need != NULL && need->slots[slot] == NULL;
    return need != NULL ? need->slots[slot] : NULL;
}

static void put_record(struct writing *o, const struct record *r, const struct record *parent, const struct need *need);

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

static void put_stretch(struct writing *o, const struct history *h, uint32_t from, uint32_t to, const struct need *need)
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
        bool skip;
        const struct need *n = below(need, k, &skip);
        if (!v->given || skip || e->slots.at[k].field == NULL) continue;
        json_key_str(o->w, e->slots.at[k].name);
        if (v->v.state == VALUE_KNOWN && e->slots.at[k].type.kind == TYPE_RECORD)
            put_record(o, v->v.record, r, n);
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

static void put_months(struct writing *o, const struct history *h, const struct need *need)
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
        put_stretch(o, h, i, to, need);
        if (i == 0) put_until(o, h);
        json_object_end(o->w);
        i = to + 1;
    }
    json_array_end(o->w);
}

static void put_history(struct writing *o, const struct slot *s, const struct history *h, const struct need *need)
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
            put_months(o, &h[k], need);
        if (h[k].assumed) json_object_end(o->w);
    }
    if (e->key > 0) json_object_end(o->w);
}

/* ---- records ---- */

static void put_known(struct writing *o, const struct slot *s, const struct record *r, struct value v,
                      const struct need *need)
{
    if (s->type.kind == TYPE_RECORD && v.record == o->subject) {
        json_z(o->w, "本人");
    } else if (s->type.kind == TYPE_RECORD) {
        put_record(o, v.record, r, need);
    } else if (s->type.kind == TYPE_GROUP) {
        json_array(o->w);
        for (uint32_t i = 0; i < v.group->count; i++) {
            if (v.group->at[i] == o->subject)
                json_z(o->w, "本人");
            else
                put_record(o, v.group->at[i], r, need);
        }
        json_array_end(o->w);
    } else {
        put_scalar(o, s->type, v);
    }
}

static void put_slot(struct writing *o, const struct slot *s, const struct record *r, struct value v,
                     const struct need *need)
{
    bool wrap = v.assumed && v.state != VALUE_UNKNOWN && s->type.kind != TYPE_GROUP && s->type.kind != TYPE_RECORD;
    json_key_str(o->w, s->name);
    if (wrap) {
        json_object(o->w);
        json_key(o->w, "值");
    }
    if (v.state == VALUE_KNOWN)
        put_known(o, s, r, v, need);
    else
        json_z(o->w, v.state == VALUE_NONE ? "无" : "未知");
    if (wrap) {
        json_key(o->w, "来源"), json_z(o->w, "申报");
        json_object_end(o->w);
    }
}

static void put_record(struct writing *o, const struct record *r, const struct record *parent, const struct need *need)
{
    const struct entity *e = &o->p->entities.at[r->entity];
    bool spell = e->is_spell && !e->is_monthly;
    json_object(o->w);
    for (uint32_t i = 0; i < e->slots.len; i++) {
        const struct slot *s = &e->slots.at[i];
        const struct slot_value *v = &r->slots[i];
        bool skip;
        const struct need *n = below(need, i, &skip);
        bool bound = spell && (i == SLOT_FROM || i == SLOT_TO); /* a spell is its stretch of time, asked for or not */
        if (skip && !bound) continue;
        if (s->kind == SLOT_HISTORY) {
            if (r->histories != NULL && r->histories[i] != NULL) put_history(o, s, r->histories[i], n);
            continue;
        }
        bool back = s->type.kind == TYPE_RECORD && v->given && v->v.state == VALUE_KNOWN &&
                    (v->v.record == parent || v->v.record == r->owner);
        bool goes_on = spell && i == SLOT_TO && v->v.state == VALUE_NONE; /* a start by itself says so */
        bool open_end = spell && i == SLOT_TO && r->slots[SLOT_FROM].given && v->v.state == VALUE_UNKNOWN;
        if ((!v->given && !open_end) || back || goes_on) continue;
        put_slot(o, s, r, v->v, n);
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
    put_record(&o, subject, NULL, need);
}
