/* facts: what a case is decided on. The registry's record of the subject, along what the service reads, and on top of
 * it the answers of the form: they count as declared and not compared, so no machine decides on them alone.
 *
 * A spell the form asks about (就业登记.形式) is not among the subject's spells yet: it begins when the case is
 * granted. But conditions of the service that read what is answered of it (裁员.裁减人数) are about that spell: for
 * them it counts as begun. */
#include "dossier/dossier_priv.h"
#include "lang/facts_write.h"

#include <string.h>

/* ---- what a service reads ---- */

static void add_node(struct arena *a, node_list *to, node_id n)
{
    if (n != 0) *vec_push(a, to) = n;
}

static struct need *own_need(const struct program *p, const struct service *s, struct arena *a)
{
    node_list nodes = { 0 };
    VEC_EACH (const struct criterion, c, &s->criteria) add_node(a, &nodes, c->node);
    return need_of_nodes(p, s->entity, nodes.at, nodes.len, a);
}

/* What the form, the materials, the ends of a benefit, the effects and the payees of the policies look at. */
static struct need *other_need(const struct program *p, const struct service *s, struct arena *a)
{
    node_list nodes = { 0 };
    VEC_EACH (const struct criterion, c, &s->stops) add_node(a, &nodes, c->node);
    VEC_EACH (const struct form_item, i, &s->form) add_node(a, &nodes, i->when);
    VEC_EACH (const struct material, m, &s->materials) {
        add_node(a, &nodes, m->when);
        add_node(a, &nodes, m->waive);
    }
    VEC_EACH (const struct effect, x, &s->effects) {
        VEC_EACH (const struct effect_set, v, &x->sets) add_node(a, &nodes, v->value);
    }
    VEC_EACH (const uint32_t, q, &s->policies) {
        const struct policy *newest = program_policy(p, p->policies.at[*q].name);
        if (newest != NULL) add_node(a, &nodes, newest->payee);
    }
    return need_of_nodes(p, s->entity, nodes.at, nodes.len, a);
}

const struct dossier_needs *facts_needs(struct dossier_desk *d, const struct service *s)
{
    if (d->needs == NULL) d->needs = ARENA_ARRAY(d->a, struct dossier_needs *, d->p->services.len + 1);
    if (d->needs[s->id] != NULL) return d->needs[s->id];
    struct dossier_needs *n = ARENA_NEW(d->a, struct dossier_needs);
    n->count = s->policies.len + 2;
    n->list = ARENA_ARRAY(d->a, const struct need *, n->count);
    n->list[0] = own_need(d->p, s, d->a);
    n->list[1] = other_need(d->p, s, d->a);
    for (size_t i = 0; i < s->policies.len; i++) n->list[i + 2] = need_of_policy(d->p, s->policies.at[i], d->a);
    d->needs[s->id] = n;
    return n;
}

/* ---- answers ---- */

str facts_item_name(const struct program *p, const struct service *s, const struct form_item *i, struct arena *a)
{
    const struct entity *en = &p->entities.at[i->entity];
    str field = en->slots.at[i->slot].name;
    if (i->entity == s->entity) return field;
    return str_fmt(a, "%.*s.%.*s", STR_ARG(en->name), STR_ARG(field));
}

static const struct form_item *item_named(const struct dossier_facts *x, str name, struct arena *a)
{
    VEC_EACH (const struct form_item, i, &x->service->form) {
        if (str_eq(facts_item_name(x->f.p, x->service, i, a), name)) return i;
    }
    return NULL;
}

static bool no_such_item(const struct dossier_facts *x, str name, struct arena *a, struct err *e)
{
    struct text t;
    text_init(&t, a, 4096);
    VEC_EACH (const struct form_item, i, &x->service->form) {
        str item = facts_item_name(x->f.p, x->service, i, a);
        text_addf(&t, "%s%.*s", t.len > 0 ? "、" : "", STR_ARG(item));
    }
    if (t.len == 0) return fail(e, INVALID, "“%.*s”不用填：这个事项什么都不用填", STR_ARG(name));
    return fail(e, INVALID, "“%.*s”不是这个事项要填的；要填的是：%s", STR_ARG(name), t.p);
}

static struct record *spell_of(struct dossier_facts *x, uint16_t entity)
{
    VEC_EACH (const struct dossier_spell, s, &x->spells) {
        if (s->entity == entity) return s->r;
    }
    struct record *r = facts_record(&x->f, entity);
    r->owner = x->subject;
    *vec_push(x->f.a, &x->spells) = (struct dossier_spell){ entity, r };
    return r;
}

/* 25 where 25人 is meant: the form has the unit beside the field. */
static str with_unit(struct dossier_facts *x, struct type type, str s)
{
    struct text t;
    if (s.len == 0) return s;
    for (size_t i = 0; i < s.len; i++) {
        if ((s.p[i] < '0' || s.p[i] > '9') && s.p[i] != '.') return s;
    }
    text_init(&t, x->f.a, 256);
    text_add(&t, s);
    unit_text(type.unit, &t);
    return text_str(&t);
}

/* {"字段": value} as facts read it; 是 and 否 and plain numbers are what people write. */
static bool one_fact(struct dossier_facts *x, const struct form_item *i, const struct json *value, struct record *to,
                     struct err *e)
{
    struct arena *a = x->f.a;
    const struct slot *s = &x->f.p->entities.at[i->entity].slots.at[i->slot];
    struct json *v = ARENA_NEW(a, struct json), *o = ARENA_NEW(a, struct json);
    str *key = ARENA_NEW(a, str);
    *v = *value;
    if (s->type.kind == TYPE_BOOL && v->kind == JSON_STRING &&
        (str_eq(v->string, STR("是")) || str_eq(v->string, STR("否"))))
        *v = (struct json){ .kind = JSON_BOOL, .boolean = str_eq(value->string, STR("是")) };
    if (s->type.kind == TYPE_NUM && v->kind == JSON_INT)
        *v = (struct json){ .kind = JSON_STRING, .string = str_fmt(a, "%lld", (long long)value->integer) };
    if (s->type.kind == TYPE_NUM && v->kind == JSON_STRING) v->string = with_unit(x, s->type, str_trim(v->string));
    *key = s->name;
    *o = (struct json){ .kind = JSON_OBJECT, .count = 1, .items = v, .keys = key };
    struct record *fresh = facts_record(&x->f, i->entity);
    if (!facts_json(&x->f, fresh, o, e)) return fail_up(e, "“%.*s”填得不对", STR_ARG(s->name));
    to->slots[i->slot] = fresh->slots[i->slot];
    return true;
}

/* A reference is answered with a number of whom it means: a credit code, an identity number. */
static bool one_reference(struct dossier_desk *d, struct dossier_facts *x, const struct form_item *i,
                          const struct json *value, struct record *to, struct err *e)
{
    const struct slot *s = &x->f.p->entities.at[i->entity].slots.at[i->slot];
    uint16_t entity;
    int64_t id;
    str key = value->kind == JSON_STRING ? str_trim(value->string) : STR("");
    if (key.len == 0 || str_eq(key, STR("无"))) {
        to->slots[i->slot] = (struct slot_value){ .v = value_none(), .given = true };
        return true;
    }
    if (!registry_find(d->r, x->f.p->entities.at[s->type.ref].name, key, &entity, &id, e))
        return fail_up(e, "“%.*s”要填%.*s的号码，库里没有“%.*s”", STR_ARG(s->name),
                       STR_ARG(x->f.p->entities.at[s->type.ref].name), STR_ARG(key));
    struct value v = { .state = VALUE_KNOWN, .assumed = true, .record = facts_record(&x->f, s->type.ref) };
    v.record->number = id;
    to->slots[i->slot] = (struct slot_value){ .v = v, .given = true };
    *vec_push(x->f.a, &x->refs) = (struct dossier_reference){ to, i->slot, id };
    return true;
}

static bool apply_answers(struct dossier_desk *d, struct dossier_facts *x, str answers, struct arena *a, struct err *e)
{
    const struct json *j;
    if (answers.len == 0) return true;
    if (answers.len > DOSSIER_FACTS_MAX) return fail(e, LIMIT, "填的内容太多，最多 %d 字节", DOSSIER_FACTS_MAX);
    if (!json_read(a, answers, &j, e)) return fail_up(e, "填的内容看不懂");
    if (j->kind != JSON_OBJECT) return fail(e, INVALID, "填的内容要是 {\"名称\": \"内容\", …} 的样子");
    for (size_t k = 0; k < j->count; k++) {
        x->f.assumed = !judge_is_key(j->keys[k]); /* what a reviewer concluded is not declared by anybody */
        if (!x->f.assumed) {
            const struct json one = { .kind = JSON_OBJECT, .count = 1, .items = &j->items[k], .keys = &j->keys[k] };
            if (!facts_json(&x->f, x->subject, &one, e)) return false;
            continue;
        }
        const struct form_item *i = item_named(x, j->keys[k], a);
        if (i == NULL) return no_such_item(x, j->keys[k], a, e);
        struct record *to = i->entity == x->service->entity ? x->subject : spell_of(x, i->entity);
        bool empty = j->items[k].kind == JSON_STRING && str_trim(j->items[k].string).len == 0;
        bool reference = x->f.p->entities.at[i->entity].slots.at[i->slot].type.kind == TYPE_RECORD;
        if (empty || j->items[k].kind == JSON_NULL) continue; /* not answered */
        if (reference ? !one_reference(d, x, i, &j->items[k], to, e) : !one_fact(x, i, &j->items[k], to, e))
            return false;
    }
    x->f.assumed = false;
    return true;
}

bool facts_of(struct dossier_desk *d, const struct service *s, int64_t subject, str answers, struct arena *a,
              struct dossier_facts *out, struct err *e)
{
    const struct service *here = program_service(d->p, s->name);
    if (here == NULL)
        return fail(e, CONFLICT, "现在的包里没有事项“%.*s”了，要办完它，请换回有它的包", STR_ARG(s->name));
    *out = (struct dossier_facts){ .set = d->set, .service = here };
    diags_init(&out->diags, a);
    facts_start(&out->f, d->p, a, &out->diags, here->entity);
    const struct dossier_needs *n = facts_needs(d, here);
    if (!registry_record(d->r, here->entity, subject, n->list, n->count, &out->f, e)) return false;
    out->subject = out->f.subject;
    return apply_answers(d, out, answers, a, e);
}

/* ---- spells of the form ---- */

const struct record *facts_begun_by(struct dossier_facts *x, const struct effect *f)
{
    VEC_EACH (const struct dossier_spell, s, &x->spells) {
        if (s->entity == f->entity) return s->r;
    }
    return facts_record(&x->f, f->entity);
}

static struct slot_value *spells_of(struct dossier_facts *x, uint16_t entity)
{
    const struct entity *en = &x->f.p->entities.at[x->subject->entity];
    for (size_t i = 0; i < en->slots.len; i++) {
        if (en->slots.at[i].kind == SLOT_SPELLS && en->slots.at[i].type.ref == entity) return &x->subject->slots[i];
    }
    return NULL;
}

void facts_begin(struct dossier_facts *x, uint16_t entity, const struct record *spell, date day)
{
    struct slot_value *v = spells_of(x, entity);
    if (v == NULL || !v->given || v->v.state != VALUE_KNOWN) return; /* nobody knows of any: nothing can be said */
    const struct group *old = v->v.group;
    struct group *g = ARENA_NEW(x->f.a, struct group);
    g->at = ARENA_ARRAY(x->f.a, struct record *, old->count + 1);
    if (old->count > 0) memcpy(g->at, old->at, old->count * sizeof *g->at);
    struct record *r = facts_record(&x->f, entity);
    memcpy(r->slots, spell->slots, x->f.p->entities.at[entity].slots.len * sizeof *r->slots);
    r->owner = x->subject;
    r->index = old->count + 1;
    struct value from = value_date(day);
    from.assumed = true;
    if (!r->slots[SLOT_FROM].given) r->slots[SLOT_FROM] = (struct slot_value){ .v = from, .given = true };
    if (!r->slots[SLOT_TO].given) r->slots[SLOT_TO] = (struct slot_value){ .v = value_none(), .given = true };
    g->at[old->count] = r;
    g->count = old->count + 1;
    v->v.group = g;
}

bool facts_without(struct dossier_desk *d, const struct dossier *c, struct arena *a, struct dossier_facts *out,
                   struct err *e)
{
    effect_drops drops = { 0 };
    if (!effect_drops_of(d, c->id, a, &drops, e)) return false;
    if (drops.len == 0) return facts_of(d, c->service, c->subject, c->answers, a, out, e);
    if (!store_begin(d->s, e)) return false;
    bool ok = true;
    VEC_EACH (const int64_t, drop, &drops) ok = ok && registry_forget(d->r, *drop, e);
    ok = ok && facts_of(d, c->service, c->subject, c->answers, a, out, e);
    store_rollback(d->s);
    return ok;
}

/* Whether the conditions read an answer of the form about a spell that this effect begins. */
static bool read_of_form(const struct dossier_facts *x, const struct effect *f, const struct need *own)
{
    const struct entity *en = &x->f.p->entities.at[x->subject->entity];
    if (f->kind != EFFECT_OPEN || x->f.p->entities.at[f->entity].is_monthly) return false;
    for (size_t i = 0; i < en->slots.len; i++) {
        bool here = en->slots.at[i].kind == SLOT_SPELLS && en->slots.at[i].type.ref == f->entity;
        if (!here || own->slots[i] == NULL) continue;
        VEC_EACH (const struct form_item, item, &x->service->form) {
            if (item->entity == f->entity && own->slots[i]->slots[item->slot] != NULL) return true;
        }
    }
    return false;
}

/* Nobody keeps a list of what people only now declare: that there is no other is no news then. */
static void begin_declared(struct dossier_facts *x, const struct effect *f, date day)
{
    struct slot_value *v = spells_of(x, f->entity);
    if (v != NULL && (!v->given || v->v.state == VALUE_UNKNOWN)) {
        struct value none = { .state = VALUE_KNOWN, .assumed = true, .group = ARENA_NEW(x->f.a, struct group) };
        *v = (struct slot_value){ .v = none, .given = true };
    }
    facts_begin(x, f->entity, facts_begun_by(x, f), day);
}

bool facts_json_of(struct dossier_desk *d, struct dossier_facts *x, uint32_t policy, date day, struct arena *a,
                   const struct json **out, bool *declared, struct err *e)
{
    const struct dossier_needs *n = facts_needs(d, x->service);
    const struct entity *en = &x->f.p->entities.at[x->subject->entity];
    const struct need *need = n->list[0];
    struct slot_value *was = ARENA_ARRAY(a, struct slot_value, en->slots.len);
    *declared = false;
    for (size_t i = 0; i < x->service->policies.len; i++) {
        if (x->service->policies.at[i] == policy) need = n->list[i + 2];
    }
    memcpy(was, x->subject->slots, en->slots.len * sizeof *was);
    VEC_EACH (const struct effect, f, &x->service->effects) {
        if (policy != UINT32_MAX || !read_of_form(x, f, need)) continue;
        begin_declared(x, f, day);
        *declared = true;
    }
    struct text t;
    struct json_writer w;
    text_init(&t, a, RECEIPT_MAX);
    json_begin(&w, &t, false);
    facts_write(&w, x->f.p, x->subject, need, a);
    memcpy(x->subject->slots, was, en->slots.len * sizeof *was);
    if (t.over) return fail(e, LIMIT, "和这件事有关的资料太多（例如一家很大的单位），写不成回执");
    return json_read(a, text_str(&t), out, e);
}

/* ---- single fields, for people and for money ---- */

static str slot_text(const struct dossier_facts *x, size_t slot, struct arena *a)
{
    const struct slot *s = &x->f.p->entities.at[x->subject->entity].slots.at[slot];
    struct value v = x->subject->slots[slot].v;
    if (v.state != VALUE_KNOWN) return STR("");
    if (s->type.kind == TYPE_TEXT) return v.text;
    if (s->type.kind == TYPE_CODE) return x->f.p->codes.at[s->type.ref].items.at[v.code].code;
    struct text t;
    text_init(&t, a, DOSSIER_TEXT_MAX);
    value_text(x->f.p, s->type, v, &t);
    return text_str(&t);
}

str facts_field(const struct dossier_facts *x, const char *code, struct arena *a)
{
    const struct entity *en = &x->f.p->entities.at[x->subject->entity];
    for (size_t i = 0; i < en->slots.len; i++) {
        if (str_eq(en->slots.at[i].code, str_of(code)) && en->slots.at[i].kind == SLOT_FIELD) return slot_text(x, i, a);
    }
    return STR("");
}

/* Where the subject is at home: of a firm its seat, of a person where they live. */
str facts_office(const struct dossier_facts *x, struct arena *a)
{
    str seat = facts_field(x, "AAB301", a);
    if (seat.len > 0) return seat;
    int live = entity_slot(&x->f.p->entities.at[x->subject->entity], STR("常住地"));
    if (live >= 0 && slot_text(x, (size_t)live, a).len > 0) return slot_text(x, (size_t)live, a);
    return facts_field(x, "AAB299", a);
}

str facts_name(const struct dossier_facts *x, struct arena *a)
{
    str person = facts_field(x, "AAC003", a);
    return person.len > 0 ? person : facts_field(x, "AAB004", a);
}

str facts_number(const struct dossier_facts *x, struct arena *a)
{
    const struct entity *en = &x->f.p->entities.at[x->subject->entity];
    VEC_EACH (const uint16_t, k, &en->keys) {
        str key = slot_text(x, *k, a);
        if (key.len > 0) return key;
    }
    return STR("");
}

str facts_account(const struct dossier_facts *x, struct arena *a) { return facts_field(x, "AAE010", a); }
