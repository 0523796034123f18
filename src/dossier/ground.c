/* ground: beside each criterion what it rests on: the field, its value, the system, file and row that said it, the day
 * it tells of, and whether that is older than the service allows (比对 … 日内). What the form gave is said to be
 * declared. A criterion about spells shows the newest rows of them; about months, or where nobody has a row, the newest
 * batch that would have told. */
#include "dossier/dossier_priv.h"

enum { ROWS_SHOWN = 3 };

struct looking {
    struct dossier_desk *d;
    struct dossier_facts *x;
    int64_t subject;
    date day;
    struct arena *a;
    value_lines own; /* what the registry knows of the subject itself, read once */
    dossier_grounds *out;
};

/* Days a service allows for the data of an entity or a field; 0: it says nothing. */
static uint16_t max_age(const struct looking *l, uint16_t entity, int slot)
{
    VEC_EACH (const struct compare_item, c, &l->x->service->compares) {
        if (c->entity == entity && (c->slot == 0 || (int)c->slot - 1 == slot)) return c->max_age_days;
    }
    return 0;
}

static void add(struct looking *l, struct dossier_ground *to, struct dossier_source s, uint16_t max_age_days)
{
    s.max_age_days = max_age_days;
    s.stale = s.has_as_of && max_age_days > 0 && l->day.days - s.as_of.days > max_age_days;
    *vec_push(l->a, &to->sources) = s;
}

static struct dossier_source source_of_line(const struct value_line *v)
{
    return (struct dossier_source){ .field = v->field,
                                    .value = v->value,
                                    .origin = v->origin,
                                    .file = v->file,
                                    .row = v->row,
                                    .has_as_of = true,
                                    .as_of = v->as_of };
}

static bool newest(struct looking *l, struct dossier_ground *to, uint16_t entity, str name, str value, struct err *e)
{
    struct dossier_source s = { .field = name, .value = value, .origin = STR("各批数据") };
    if (!registry_newest(l->d->r, entity, &s.has_as_of, &s.as_of, e)) return false;
    if (!s.has_as_of) s.origin = STR("没有来过数据");
    add(l, to, s, max_age(l, entity, -1));
    return true;
}

static void field(struct looking *l, struct dossier_ground *to, uint16_t slot)
{
    const struct entity *en = &l->x->f.p->entities.at[l->x->subject->entity];
    const struct slot_value *v = &l->x->subject->slots[slot];
    struct dossier_source s = { .field = en->slots.at[slot].name, .value = STR("不知道"), .origin = STR("没有来源") };
    if (v->given && v->v.assumed) {
        struct text t;
        text_init(&t, l->a, DOSSIER_TEXT_MAX);
        value_text(l->x->f.p, en->slots.at[slot].type, v->v, &t);
        s.value = text_str(&t), s.origin = STR("本人申报，没有比对"), s.declared = true;
        add(l, to, s, 0);
        return;
    }
    VEC_EACH (const struct value_line, w, &l->own) {
        if (w->current && str_eq(w->field, s.field)) s = source_of_line(w);
    }
    add(l, to, s, max_age(l, en->id, (int)slot));
}

typedef VEC(int64_t) row_list;

static bool rows_of(struct looking *l, const struct entity *en, row_list *out, struct err *e)
{
    struct text t;
    struct store_stmt *q;
    bool row, ok;
    int64_t id;
    text_init(&t, l->a, 4096);
    text_addz(&t, "SELECT \"_id\" FROM ");
    store_quote(&t, en->name);
    text_addf(&t, " WHERE \"_owner\" = $1 ORDER BY \"开始\" DESC, \"_id\" DESC LIMIT %d", ROWS_SHOWN);
    if (!store_prepare(l->d->s, text_str(&t), &q, e)) return false;
    store_bind_int(q, 1, l->subject);
    while ((ok = store_step(q, &row, e)) && row) {
        if (store_int(q, 0, &id)) *vec_push(l->a, out) = id;
    }
    store_done(q);
    return ok;
}

/* A spell in one line: 2020-01-01 至 2024-03-31，形式 灵活就业. */
static bool spell(struct looking *l, struct dossier_ground *to, const struct entity *en, const struct need *read,
                  int64_t id, struct err *e)
{
    value_lines values = { 0 };
    struct text t;
    struct dossier_source s = { 0 };
    if (!registry_values(l->d->r, en->id, id, l->a, &values, e)) return false;
    text_init(&t, l->a, DOSSIER_TEXT_MAX);
    VEC_EACH (const struct value_line, v, &values) {
        int slot = entity_slot(en, v->field);
        bool edge = slot == SLOT_FROM || slot == SLOT_TO;
        if (!v->current || slot < 0 || slot == SLOT_OWNER || (!edge && read->slots[slot] == NULL)) continue;
        str name = v->field, value = v->value;
        text_addf(&t, "%s%.*s %.*s", t.len > 0 ? "，" : "", STR_ARG(name), STR_ARG(value));
        if (s.field.len == 0 || v->as_of.days > s.as_of.days) s = source_of_line(v);
    }
    s.field = en->name;
    s.value = text_str(&t);
    s.spell = true;
    add(l, to, s, max_age(l, en->id, -1));
    return true;
}

static bool spells(struct looking *l, struct dossier_ground *to, uint16_t slot, const struct need *read, struct err *e)
{
    const struct entity *en =
        &l->x->f.p->entities.at[l->x->f.p->entities.at[l->x->subject->entity].slots.at[slot].type.ref];
    row_list rows = { 0 };
    VEC_EACH (const struct dossier_spell, s, &l->x->spells) {
        if (s->entity == en->id)
            add(l, to,
                (struct dossier_source){ .field = en->name,
                                         .value = STR("这次填的"),
                                         .origin = STR("本人申报，没有比对"),
                                         .declared = true },
                0);
    }
    if (!rows_of(l, en, &rows, e)) return false;
    if (rows.len == 0) return newest(l, to, en->id, en->name, STR("没有记录"), e);
    VEC_EACH (const int64_t, id, &rows) {
        if (!spell(l, to, en, read, *id, e)) return false;
    }
    return true;
}

static bool criterion(struct looking *l, struct dossier_ground *to, node_id node, struct err *e)
{
    const struct program *p = l->x->f.p;
    const struct entity *en = &p->entities.at[l->x->subject->entity];
    const struct need *need = need_of_nodes(p, en->id, &node, 1, l->a);
    for (uint16_t i = 0; i < en->slots.len; i++) {
        const struct slot *s = &en->slots.at[i];
        if (need->slots[i] == NULL) continue;
        bool ok = true;
        switch (s->kind) {
        case SLOT_FIELD:
            if (s->type.kind == TYPE_RECORD)
                ok = newest(l, to, s->type.ref, s->name, STR("见它的档案"), e);
            else
                field(l, to, i);
            break;
        case SLOT_SPELLS: ok = spells(l, to, i, need->slots[i], e); break;
        case SLOT_HISTORY: ok = newest(l, to, s->type.ref, s->name, STR("逐月记录"), e); break;
        case SLOT_GROUP: ok = newest(l, to, s->type.ref, s->name, STR("见各人的档案"), e); break;
        case SLOT_FUNC: break; /* what it reads is here as well */
        }
        if (!ok) return false;
    }
    return true;
}

/* What the explained criterion of that name rests on. */
static bool criterion_named(struct looking *l, struct dossier_ground *to, const struct dossier_verdict *w,
                            const struct explained_criterion *k, struct err *e)
{
    const criterion_list *all =
        w->policy == UINT32_MAX ? &l->x->service->criteria : &l->d->p->policies.at[w->policy].criteria;
    VEC_EACH (const struct criterion, n, all) {
        if (str_eq(n->name, k->name) && n->is_exclusion == k->is_exclusion && !criterion(l, to, n->node, e))
            return false;
    }
    return true;
}

bool dossier_grounds_of(struct dossier_desk *d, int64_t id, date day, struct arena *a, dossier_grounds *out,
                        struct err *e)
{
    struct dossier c;
    struct dossier_facts x;
    struct dossier_verdicts v;
    const struct pack_set *rules;
    struct looking l = { .d = d, .x = &x, .day = day, .a = a, .out = out };
    out->len = 0;
    if (!dossier_row_get(d, (struct dossier_ref){ .id = id }, a, &c, e)) return false;
    if ((c.flags & DOSSIER_PACKAGE) != 0) return true; /* its items have theirs */
    l.subject = c.subject;
    if (c.service == NULL || !desk_rules(d, c.rules, &rules, e) ||
        !facts_of(d, c.service, c.subject, c.answers, a, &x, e) ||
        !(c.has_decided ? verdict_ask(d, &x, rules, day, a, &v, e) : timely_ask(d, &c, &x, rules, day, a, &v, e)) ||
        !registry_values(d->r, x.service->entity, c.subject, a, &l.own, e))
        return c.service == NULL;
    VEC_EACH (const struct dossier_verdict, w, &v.list) {
        VEC_EACH (const struct explained_criterion, k, &w->x.criteria) {
            struct dossier_ground *g = vec_push(a, out);
            *g = (struct dossier_ground){ .about = w->question.policy,
                                          .name = k->name,
                                          .sentence = k->sentence,
                                          .met = k->met,
                                          .asked = w->question.today,
                                          .known = k->outcome != OUTCOME_UNKNOWN && k->outcome != OUTCOME_ERROR };
            if (!criterion_named(&l, g, w, k, e)) return false;
        }
    }
    return true;
}

/* ---- why it cannot work ---- */

/* A spell of the registry as its owner knows it: 失业登记 开始 2024-05-31（办件 000000000195）. */
static void add_spell(const struct dossier_source *s, struct text *t)
{
    char day[DATE_TEXT];
    date_text(s->as_of, day);
    text_addf(t, "%s%.*s %.*s", t->len > 0 ? "；" : "", STR_ARG(s->field), STR_ARG(s->value));
    if (str_eq(s->origin, DOSSIER_ORIGIN))
        text_addf(t, "（办件 %.*s）", STR_ARG(s->file));
    else
        text_addf(t, "（%.*s的资料，截至 %s）", STR_ARG(s->origin), day);
}

/* Each spell once, as whoever reads the most of it sees it. */
static void tell_once(const struct dossier_source *s, struct arena *a, dossier_sources *told)
{
    VEC_EACH (struct dossier_source, o, told) {
        if (o->row != s->row || !str_eq(o->field, s->field) || !str_eq(o->file, s->file)) continue;
        if (s->value.len > o->value.len) *o = *s;
        return;
    }
    *vec_push(a, told) = *s;
}

bool ground_in_the_way(struct dossier_desk *d, struct dossier_facts *x, int64_t subject,
                       const struct dossier_verdicts *v, date day, struct arena *a, str *out, struct err *e)
{
    struct looking l = { .d = d, .x = x, .subject = subject, .day = day, .a = a };
    dossier_sources told = { 0 };
    struct text t;
    text_init(&t, a, DOSSIER_TEXT_MAX);
    VEC_EACH (const struct dossier_verdict, w, &v->list) {
        VEC_EACH (const struct explained_criterion, k, &w->x.criteria) {
            struct dossier_ground g = { 0 };
            if (k->met || k->outcome == OUTCOME_UNKNOWN || k->outcome == OUTCOME_ERROR) continue;
            if (!criterion_named(&l, &g, w, k, e)) return false;
            const struct dossier_source *newest_spell = NULL;
            VEC_EACH (const struct dossier_source, s, &g.sources) {
                if (s->spell && newest_spell == NULL) newest_spell = s;
            }
            if (newest_spell != NULL) tell_once(newest_spell, a, &told);
        }
    }
    VEC_EACH (const struct dossier_source, s, &told) add_spell(s, &t);
    *out = text_str(&t);
    return true;
}
