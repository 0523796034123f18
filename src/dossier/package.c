/* package: 一件事. Several services applied for as one: asked once, one number for the applicant, and behind it a case
 * of its own for each item, with its own office and clock. The items are submitted in the order of the declaration; one
 * that cannot work before an earlier one is decided (the benefit before the registration) waits for it as a draft and
 * goes on by itself. What cannot work at all ends without stopping the others. The package is over when its items are.
 *
 * Before anything is registered the guide looks at later items as if the earlier ones had been granted: what the form
 * says of a new spell counts as begun today. So people are told at once what the whole will come to. What was answered
 * so is kept for an item that waits: its deadline is kept by the day the package was applied for (timely.c). */
#include "dossier/dossier_priv.h"

/* ---- the items ---- */

static const struct service *item_on(struct dossier_desk *d, uint32_t service, date day)
{
    return service_on(d->p, service, day);
}

static bool asks(const struct program *p, const struct service *s, str name, struct arena *a)
{
    VEC_EACH (const struct form_item, i, &s->form) {
        if (str_eq(facts_item_name(p, s, i, a), name)) return true;
    }
    return false;
}

/* Those of the answers that are of this item. */
static bool answers_for(const struct program *p, const struct service *s, str answers, struct arena *a, str *out,
                        struct err *e)
{
    const struct json *j;
    struct text *t = ARENA_NEW(a, struct text);
    struct json_writer w;
    *out = STR("");
    if (answers.len == 0) return true;
    if (!json_read(a, answers, &j, e)) return fail_up(e, "填的内容看不懂");
    if (j->kind != JSON_OBJECT) return fail(e, INVALID, "填的内容要是 {\"名称\": \"内容\", …} 的样子");
    text_init(t, a, DOSSIER_FACTS_MAX);
    json_begin(&w, t, false);
    json_object(&w);
    for (size_t i = 0; i < j->count; i++) {
        if (!asks(p, s, j->keys[i], a)) continue;
        json_key_str(&w, j->keys[i]);
        judge_write_value(&w, &j->items[i]);
    }
    json_object_end(&w);
    *out = text_str(t);
    return true;
}

/* Every answer must be of some item. */
static bool all_asked(struct dossier_desk *d, const struct service *s, str answers, date day, struct arena *a,
                      struct err *e)
{
    const struct json *j;
    if (answers.len == 0) return true;
    if (!json_read(a, answers, &j, e)) return fail_up(e, "填的内容看不懂");
    for (size_t i = 0; j->kind == JSON_OBJECT && i < j->count; i++) {
        bool found = false;
        VEC_EACH (const uint32_t, n, &s->includes) {
            const struct service *item = item_on(d, *n, day);
            found = found || (item != NULL && asks(d->p, item, j->keys[i], a));
        }
        str key = j->keys[i];
        if (!found) return fail(e, INVALID, "“%.*s”不是这件事要填的", STR_ARG(key));
    }
    return true;
}

/* ---- the guide ---- */

struct begun { /* a spell that an earlier item would begin */
    uint16_t entity;
    const struct record *r;
};
typedef VEC(struct begun) begun_list;

static void note_begun(struct dossier_facts *x, struct arena *a, begun_list *begun)
{
    VEC_EACH (const struct effect, f, &x->service->effects) {
        if (f->kind != EFFECT_OPEN || x->f.p->entities.at[f->entity].is_monthly) continue;
        *vec_push(a, begun) = (struct begun){ f->entity, facts_begun_by(x, f) };
    }
}

struct outlook {
    size_t items, refused, pending;
};

static bool look_at_item(struct dossier_desk *d, const struct service *item, int64_t subject, str answers, date day,
                         begun_list *begun, struct outlook *sum, struct arena *a, struct dossier_guide *out,
                         struct err *e)
{
    struct dossier_facts *x = ARENA_NEW(a, struct dossier_facts);
    struct dossier_verdicts v;
    str mine;
    if (!answers_for(d->p, item, answers, a, &mine, e) || !facts_of(d, item, subject, mine, a, x, e)) return false;
    VEC_EACH (const struct begun, b, begun) facts_begin(x, b->entity, b->r, day);
    if (!verdict_ask(d, x, d->set, day, a, &v, e)) return false;
    enum verdict_kind k = v.list.len > 0 ? v.all : VERDICT_QUALIFIED;
    sum->items++;
    sum->refused += k == VERDICT_REFUSED;
    sum->pending += k == VERDICT_PENDING;
    VEC_EACH (const struct dossier_verdict, w, &v.list) *vec_push(a, &out->verdicts) = w->x;
    *vec_push(a, &out->items) = (struct dossier_item){ item->name, k, verdict_reasons(&v, a) };
    if (k == VERDICT_REFUSED) return true; /* nothing to ask for it */
    apply_ask(d, x, day, a, out);
    note_begun(x, a, begun);
    return true;
}

bool package_guide(struct dossier_desk *d, const struct pack_set *rules, const struct service *s, int64_t subject,
                   str answers, date day, struct arena *a, struct dossier_verdicts *own, struct dossier_guide *out,
                   struct err *e)
{
    struct dossier_facts *x = ARENA_NEW(a, struct dossier_facts);
    begun_list begun = { 0 };
    struct outlook sum = { 0 };
    if (!all_asked(d, s, answers, day, a, e) || !facts_of(d, s, subject, STR(""), a, x, e) ||
        !verdict_ask(d, x, rules, day, a, own, e))
        return false;
    *out = (struct dossier_guide){ .service = x->service };
    VEC_EACH (const struct dossier_verdict, w, &own->list) *vec_push(a, &out->verdicts) = w->x;
    VEC_EACH (const uint32_t, n, &x->service->includes) {
        const struct service *item = item_on(d, *n, day);
        if (item == NULL) continue;
        if (!look_at_item(d, item, subject, answers, day, &begun, &sum, a, out, e)) return false;
    }
    apply_ask(d, x, day, a, out);
    bool none = sum.items > 0 && sum.refused == sum.items;
    out->outlook = (own->list.len > 0 && own->all == VERDICT_REFUSED) || none ? VERDICT_REFUSED
                   : sum.pending > 0                                          ? VERDICT_PENDING
                                                                              : VERDICT_QUALIFIED;
    return true;
}

/* Why the whole cannot work, item by item. */
str package_reasons(const struct dossier_guide *g, const struct dossier_verdicts *own, struct arena *a)
{
    struct text t;
    text_init(&t, a, DOSSIER_TEXT_MAX);
    if (own->list.len > 0 && own->all == VERDICT_REFUSED) text_add(&t, verdict_reasons(own, a));
    VEC_EACH (const struct dossier_item, i, &g->items) {
        if (i->outlook == VERDICT_REFUSED)
            text_addf(&t, "%s%.*s：%.*s", t.len > 0 ? "；" : "", STR_ARG(i->name), STR_ARG(i->why));
    }
    return text_str(&t);
}

/* ---- its items as cases ---- */

typedef VEC(struct dossier) part_list;

static bool parts_of(struct dossier_desk *d, int64_t package, struct arena *a, part_list *out, struct err *e)
{
    struct store_stmt *q;
    VEC(int64_t) ids = { 0 };
    bool row, ok;
    int64_t id;
    out->len = 0;
    if (!store_ask(d->s, &q, e, "SELECT id FROM dossier WHERE package = $1 AND package <> 0 ORDER BY id", "i", package))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        if (store_int(q, 0, &id)) *vec_push(a, &ids) = id;
    }
    store_done(q);
    VEC_EACH (const int64_t, i, &ids)
        ok = ok && dossier_row_get(d, (struct dossier_ref){ .id = *i }, a, vec_push(a, out), e);
    return ok;
}

bool dossier_parts(struct dossier_desk *d, int64_t package, struct arena *a, dossier_lines *out, struct err *e)
{
    part_list parts = { 0 };
    out->len = 0;
    if (!parts_of(d, package, a, &parts, e)) return false;
    VEC_EACH (const struct dossier, c, &parts) {
        struct dossier_line l = { .c = *c };
        const struct service_step *s = c->state == DOSSIER_REVIEW ? decide_step(c) : NULL;
        l.step = s != NULL ? s->name : str_of(dossier_machine.states[c->state].name);
        if (!clock_due(d, c->id, DOSSIER_CLOCK_LIMIT, &l.has_due, &l.due, e)) return false;
        *vec_push(a, out) = l;
    }
    return true;
}

static bool make_parts(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, struct arena *a,
                       struct err *e)
{
    VEC_EACH (const uint32_t, n, &c->service->includes) {
        const struct service *item = service_on(c->program, *n, act->day);
        const struct service *now = item != NULL ? program_service(d->p, item->name) : NULL;
        struct dossier_note note;
        struct err taken = { 0 };
        str answers;
        int64_t version;
        if (now == NULL) continue;
        if (!apply_only_one(d, now->name, c->subject, 0, &taken)) {
            if (taken.code != ERR_CONFLICT) return *e = taken, false;
            continue; /* it is under way on its own: that one goes on */
        }
        if (!answers_for(d->p, now, c->answers, a, &answers, e) || !desk_version(d, now, &version, e)) return false;
        struct dossier part = *c;
        part.package = c->id, part.service = now, part.program = d->p, part.name = now->name, part.rules = d->p->hash;
        part.key = STR(""), part.answers = answers, part.note = STR(""), part.state = DOSSIER_DRAFT;
        part.flags = c->flags & DOSSIER_BEHALF, part.step = 0, part.has_accepted = false;
        part.entity = now->entity;
        note_start(&note, a);
        note_str(&note, "service", now->name);
        note_str(&note, "applicant", row_who(c->applicant, a));
        note_int(&note, "package", c->id);
        if (!dossier_row_insert(d, &part, version, e) || !dossier_row_event(d, act, &part, "dossier.open", &note, e))
            return false;
    }
    return true;
}

static bool is_open(enum dossier_state s)
{
    return s == DOSSIER_OFFERED || s == DOSSIER_SUBMITTED || s == DOSSIER_CORRECTING || s == DOSSIER_REVIEW ||
           s == DOSSIER_PUBLIC;
}

static bool is_granted(enum dossier_state s)
{
    return s == DOSSIER_GRANTED || s == DOSSIER_PAYING || s == DOSSIER_STOPPED || s == DOSSIER_CLOSED;
}

/* ---- an item on the day its package was applied for ---- */

/* The newest spell of this entity, if it began after the day: it counts from that day on. */
static void counts_since(struct dossier_facts *x, uint16_t entity, date day)
{
    const struct entity *en = &x->f.p->entities.at[x->subject->entity];
    struct slot_value *newest = NULL;
    for (size_t i = 0; i < en->slots.len; i++) {
        const struct value *v = &x->subject->slots[i].v;
        bool here = en->slots.at[i].kind == SLOT_SPELLS && en->slots.at[i].type.ref == entity;
        for (size_t k = 0; here && v->state == VALUE_KNOWN && k < v->group->count; k++) {
            struct slot_value *from = &v->group->at[k]->slots[SLOT_FROM];
            if (from->v.state != VALUE_KNOWN || from->v.day.days <= day.days) continue;
            if (newest == NULL || newest->v.day.days < from->v.day.days) newest = from;
        }
    }
    if (newest != NULL) newest->v.day = day;
}

bool package_facts(struct dossier_desk *d, const struct dossier *c, date day, struct arena *a,
                   struct dossier_facts *out, struct err *e)
{
    part_list parts = { 0 };
    if (!facts_of(d, c->service, c->subject, c->answers, a, out, e) || !parts_of(d, c->package, a, &parts, e))
        return false;
    VEC_EACH (const struct dossier, p, &parts) {
        struct dossier_facts *before = ARENA_NEW(a, struct dossier_facts);
        bool granted = is_granted(p->state), waits = is_open(p->state) || p->state == DOSSIER_DRAFT;
        if (p->id >= c->id || !(granted || waits) || p->service == NULL) continue;
        if (!facts_of(d, p->service, p->subject, p->answers, a, before, e)) return false;
        VEC_EACH (const struct effect, f, &before->service->effects) {
            if (f->kind != EFFECT_OPEN || d->p->entities.at[f->entity].is_monthly) continue;
            if (granted)
                counts_since(out, f->entity, day);
            else
                facts_begin(out, f->entity, facts_begun_by(before, f), day);
        }
    }
    return true;
}

/* What would be answered today if those before it were granted: it waits for them, and its day is this one. */
static bool keep_day(struct dossier_desk *d, const struct dossier *c, const struct pack_set *rules, struct arena *a,
                     struct err *e)
{
    struct dossier_facts *x = ARENA_NEW(a, struct dossier_facts);
    struct dossier_verdicts v;
    return package_facts(d, c, c->opened, a, x, e) && verdict_ask(d, x, rules, c->opened, a, &v, e) &&
           timely_keep(d, c->id, &v, a, e);
}

/* The person goes on with the item, whoever's hand moved the one before. */
static struct dossier_act as_applicant(const struct dossier_act *act, const struct dossier *c)
{
    if ((desk_roles(act, c) & (ROLE_SELF | ROLE_DESK)) != 0) return *act;
    struct dossier_act self = *act;
    self.who = c->applicant, self.role = DOSSIER_ROLE_SELF, self.office = STR("");
    self.reason = STR("一件事里前面的一项办好了，接着办");
    return self;
}

static bool lapse(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, str why, struct arena *a,
                  struct err *e)
{
    struct dossier_act sys = desk_system(act, str_fmt(a, "按现在的资料办不成：%.*s", STR_ARG(why)));
    c->note = sys.reason;
    return dossier_row_move(d, &sys, c, "放弃", NULL, e) &&
           tell_applicant(d, &sys, c, &(struct tell){ .what = "一项不办", .reason = why }, e);
}

/* Something of it is missing: the person is asked, once. */
static bool ask_more(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, str why, struct err *e)
{
    if (str_eq(c->note, why)) return true;
    c->note = why;
    return dossier_row_put(d, c, e) && tell_applicant(d, act, c, &(struct tell){ .what = "补填", .reason = why }, e);
}

/* One item that is still a draft. waits: an earlier one is not decided yet. */
static bool go_on_with(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, bool waits,
                       struct arena *a, bool *moved, struct err *e)
{
    struct dossier_facts x;
    struct dossier_verdicts v;
    struct dossier_result r = { 0 };
    const struct pack_set *rules;
    struct err own = { 0 };
    if (!desk_rules(d, c->rules, &rules, e) || !facts_of(d, c->service, c->subject, c->answers, a, &x, e) ||
        !timely_ask(d, c, &x, rules, act->day, a, &v, e))
        return false;
    bool refused = v.list.len > 0 && v.all == VERDICT_REFUSED;
    if (refused && waits) return act->day.days != c->opened.days || keep_day(d, c, rules, a, e);
    if (refused) return *moved = true, lapse(d, act, c, verdict_reasons(&v, a), a, e);
    struct dossier before = *c;
    struct dossier_act self = as_applicant(act, c);
    if (!store_begin(d->s, e)) return false;
    if (apply_submit(d, &self, c, false, a, &r, &own)) return *moved = true, store_commit(d->s, e);
    store_rollback(d->s);
    if (desk_machine_failed(&own)) return *e = own, false;
    *c = before;
    return ask_more(d, act, c, str_fmt(a, "%s", err_cause(&own)), e);
}

static bool finish(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, const part_list *parts,
                   struct arena *a, struct err *e)
{
    struct text t;
    bool granted = false;
    text_init(&t, a, DOSSIER_TEXT_MAX);
    VEC_EACH (const struct dossier, p, parts) {
        granted = granted || is_granted(p->state);
        text_addf(&t, "%s%.*s：%s", t.len > 0 ? "；" : "", STR_ARG(p->name), dossier_machine.states[p->state].name);
    }
    struct dossier_act sys = desk_system(act, text_str(&t));
    c->has_decided = true;
    c->decided = act->day;
    c->note = text_str(&t);
    return dossier_row_move(d, &sys, c, granted ? "准予" : "没有办成", NULL, e) && clock_end_all(d, c->id, e) &&
           tell_applicant(d, &sys, c, &(struct tell){ .what = "一件事办完", .reason = c->note }, e);
}

bool package_follow(struct dossier_desk *d, const struct dossier_act *act, int64_t package, struct arena *a,
                    struct err *e)
{
    struct dossier c;
    part_list parts = { 0 };
    bool moved = true, ok = true, over = false;
    if (package == 0 || d->following) return true;
    d->following = true; /* what an item moves by itself comes back here: it is seen by the next round */
    while (ok && moved) {
        bool waits = false;
        moved = false, over = true;
        ok = parts_of(d, package, a, &parts, e);
        for (size_t i = 0; ok && i < parts.len && !moved; i++) {
            struct dossier *p = &parts.at[i];
            if (p->state == DOSSIER_DRAFT) ok = go_on_with(d, act, p, waits, a, &moved, e);
            waits = waits || is_open(p->state);
            over = over && !is_open(p->state) && p->state != DOSSIER_DRAFT;
        }
    }
    d->following = false;
    ok = ok && dossier_row_get(d, (struct dossier_ref){ .id = package }, a, &c, e);
    return ok && (!over || c.state != DOSSIER_REVIEW || finish(d, act, &c, &parts, a, e));
}

bool package_submit(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, struct arena *a,
                    struct dossier_result *out, struct err *e)
{
    struct dossier_act sys = desk_system(act, STR("各项分开办，进度在这一个编号里看"));
    struct tell t = { .what = "一件事收到" };
    c->note = STR("");
    c->has_accepted = true;
    c->accepted = act->day;
    if (!dossier_row_move(d, act, c, "提交", NULL, e) || !dossier_row_move(d, &sys, c, "受理", NULL, e) ||
        !clock_start(d, c->id, DOSSIER_CLOCK_LIMIT, decide_time(c, c->service->limit, act->day), act->day, NULL, e) ||
        !clock_due(d, c->id, DOSSIER_CLOCK_LIMIT, &out->has_due, &out->due, e))
        return false;
    t.has_due = out->has_due, t.due = out->due;
    return tell_applicant(d, act, c, &t, e) && make_parts(d, act, c, a, e) && package_follow(d, act, c->id, a, e) &&
           dossier_row_get(d, (struct dossier_ref){ .id = c->id }, a, c, e);
}

/* Every item that can still be withdrawn is. */
bool package_withdraw(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, struct arena *a,
                      struct err *e)
{
    part_list parts = { 0 };
    if (!parts_of(d, c->id, a, &parts, e)) return false;
    for (size_t i = 0; i < parts.len; i++) {
        struct dossier *p = &parts.at[i];
        const char *move = p->state == DOSSIER_DRAFT ? "放弃" : "撤回";
        if (machine_find(&dossier_machine, (uint8_t)p->state, str_of(move)) == NULL) continue;
        p->has_decided = true;
        p->decided = act->day;
        if (!dossier_row_move(d, act, p, move, NULL, e) || !clock_end_all(d, p->id, e)) return false;
    }
    return true;
}
