/* Facts written back as JSON, the way a person would: what facts_json reads must be the same facts again. */
#ifndef UNIT_POLICY_FACTS_OUT_H
#define UNIT_POLICY_FACTS_OUT_H
#include "unit/policy/helpers.h"

struct facts_out {
    const struct program *p;
    struct arena *a;
    struct json_writer w;
    const struct record *subject;
};

static inline void put_scalar(struct facts_out *o, struct type t, struct value v)
{
    if (v.state == VALUE_KNOWN && t.kind == TYPE_BOOL) {
        json_bool(&o->w, v.boolean);
    } else if (v.state == VALUE_KNOWN && t.kind == TYPE_TEXT) {
        json_str(&o->w, v.text);
    } else {
        struct text s;
        text_init(&s, o->a, 1 << 16);
        value_text(o->p, t, v, &s);
        json_str(&o->w, text_str(&s));
    }
}

static inline void put_record(struct facts_out *o, const struct record *r, const struct record *parent);

static inline void put_months(struct facts_out *o, const struct history *h)
{
    char text[MONTH_TEXT];
    json_array(&o->w);
    for (uint32_t i = 0; i < h->count + (h->count == 0); i++) {
        json_object(&o->w);
        json_key(&o->w, "月份");
        if (h->count == 0) {
            json_z(&o->w, "无");
        } else {
            month_text(h->records[i]->slots[SLOT_MONTH].v.month_, text);
            json_z(&o->w, text);
        }
        if (h->has_until && i == 0) {
            month_text(h->until, text);
            json_key(&o->w, "已知至"), json_z(&o->w, text);
        }
        const struct entity *e = h->count > 0 ? &o->p->entities.at[h->records[i]->entity] : NULL;
        for (uint32_t k = 0; e != NULL && k < e->slots.len; k++) {
            const struct slot_value *v = &h->records[i]->slots[k];
            if (!v->given || e->slots.at[k].field == NULL) continue;
            json_key_str(&o->w, e->slots.at[k].name);
            if (v->v.state == VALUE_KNOWN && e->slots.at[k].type.kind == TYPE_RECORD)
                put_record(o, v->v.record, h->records[i]);
            else
                put_scalar(o, e->slots.at[k].type, v->v);
        }
        json_object_end(&o->w);
    }
    json_array_end(&o->w);
}

static inline void put_history(struct facts_out *o, const struct slot *s, const struct history *h)
{
    const struct entity *e = &o->p->entities.at[s->type.ref];
    size_t keys = e->key > 0 ? o->p->codes.at[e->key - 1].items.len : 1;
    bool any = false;
    for (size_t k = 0; k < keys; k++) any = any || h[k].known;
    if (!any) return;
    json_key_str(&o->w, s->name);
    if (e->key > 0) json_object(&o->w);
    for (size_t k = 0; k < keys; k++) {
        if (!h[k].known) continue;
        if (e->key > 0) json_key_str(&o->w, o->p->codes.at[e->key - 1].items.at[k].name);
        if (h[k].assumed) {
            json_object(&o->w);
            json_key(&o->w, "来源"), json_z(&o->w, "申报");
            json_key(&o->w, "值");
        }
        if (h[k].count == 0 && !h[k].has_until)
            json_z(&o->w, "无");
        else
            put_months(o, &h[k]);
        if (h[k].assumed) json_object_end(&o->w);
    }
    if (e->key > 0) json_object_end(&o->w);
}

static inline void put_slot(struct facts_out *o, const struct slot *s, const struct record *r,
                            const struct record *parent, struct value v)
{
    bool wrap = v.assumed && v.state != VALUE_UNKNOWN && s->type.kind != TYPE_GROUP && s->type.kind != TYPE_RECORD;
    json_key_str(&o->w, s->name);
    if (wrap) {
        json_object(&o->w);
        json_key(&o->w, "值");
    }
    if (v.state != VALUE_KNOWN) {
        json_z(&o->w, v.state == VALUE_NONE ? "无" : "未知");
    } else if (s->type.kind == TYPE_RECORD) {
        if (v.record == o->subject)
            json_z(&o->w, "本人");
        else
            put_record(o, v.record, r);
    } else if (s->type.kind == TYPE_GROUP) {
        json_array(&o->w);
        for (uint32_t i = 0; i < v.group->count; i++) {
            if (v.group->at[i] == o->subject)
                json_z(&o->w, "本人");
            else
                put_record(o, v.group->at[i], r);
        }
        json_array_end(&o->w);
    } else {
        put_scalar(o, s->type, v);
    }
    if (wrap) {
        json_key(&o->w, "来源"), json_z(&o->w, "申报");
        json_object_end(&o->w);
    }
    (void)parent;
}

static inline void put_record(struct facts_out *o, const struct record *r, const struct record *parent)
{
    const struct entity *e = &o->p->entities.at[r->entity];
    bool spell = e->is_spell && !e->is_monthly;
    json_object(&o->w);
    for (uint32_t i = 0; i < e->slots.len; i++) {
        const struct slot *s = &e->slots.at[i];
        const struct slot_value *v = &r->slots[i];
        if (s->kind == SLOT_HISTORY) {
            if (r->histories[i] != NULL) put_history(o, s, r->histories[i]);
            continue;
        }
        bool back = s->type.kind == TYPE_RECORD && v->given && v->v.state == VALUE_KNOWN &&
                    (v->v.record == parent || v->v.record == r->owner);
        bool goes_on = spell && i == SLOT_TO && v->v.state == VALUE_NONE; /* a start by itself says so */
        bool open_end = spell && i == SLOT_TO && r->slots[SLOT_FROM].given && v->v.state == VALUE_UNKNOWN;
        if ((!v->given && !open_end) || back || goes_on) continue;
        put_slot(o, s, r, parent, v->v);
    }
    VEC_EACH (const struct judgement, j, &r->judgements) {
        json_key_str(&o->w, str_fmt(o->a, "人工判断(“%.*s”)", STR_ARG(j->question)));
        json_bool(&o->w, j->answer);
    }
    json_object_end(&o->w);
}

static inline str facts_as_json(const struct program *p, const struct record *subject, struct arena *a)
{
    struct text out;
    text_init(&out, a, TEXT_MAX);
    struct facts_out o = { .p = p, .a = a, .subject = subject };
    json_begin(&o.w, &out, false);
    put_record(&o, subject, NULL);
    CHECK(!out.over);
    return text_str(&out);
}

#endif
