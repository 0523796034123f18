/* apply: what is asked of somebody, and how an application comes in. Asked is only what the registry does not know;
 * said early is whether it can work; and the same submission twice is the same dossier. */
#include "dossier/dossier_priv.h"

/* ---- the service ---- */

static bool service_named(struct dossier_desk *d, str name, date day, const struct service **out, struct err *e)
{
    const struct service *s = program_service(d->p, name);
    if (s == NULL) {
        autoarena *a = arena_new("names", 0);
        struct text t;
        text_init(&t, a, 2048);
        VEC_EACH (const struct service, other, &d->p->services) {
            if (str_find(other->name, name) == SIZE_MAX || t.len > 300) continue;
            text_addf(&t, "%s“%.*s”", t.len > 0 ? "、" : "，是不是", STR_ARG(other->name));
        }
        return fail(e, NOT_FOUND, "没有事项“%.*s”%s；名字要和办事目录里的一样", STR_ARG(name), t.len > 0 ? t.p : "");
    }
    *out = service_on(d->p, s->id, day);
    char text[DATE_TEXT];
    date_text(day, text);
    return *out != NULL || fail(e, CONFLICT, "事项“%.*s”在 %s 没有施行", STR_ARG(s->name), text);
}

bool apply_open_case(struct dossier_desk *d, str service, int64_t subject, int64_t but, bool *there, int64_t *id,
                     struct err *e)
{
    return store_get(d->s, there, id, 1, e,
                     "SELECT d.id FROM dossier d JOIN dossier_version v ON v.id = d.version WHERE d.subject = $1 AND"
                     " v.name = $2 AND d.state IN (1, 2, 3, 4, 5, 7) AND d.id <> $3 ORDER BY d.id LIMIT 1",
                     "isi", subject, service, but);
}

bool apply_only_one(struct dossier_desk *d, str service, int64_t subject, int64_t but, struct err *e)
{
    bool open = false;
    int64_t other = 0;
    char number[DOSSIER_NUMBER_TEXT];
    if (!apply_open_case(d, service, subject, but, &open, &other, e)) return false;
    if (!open) return true;
    dossier_number(other, number);
    return fail(e, CONFLICT, "“%.*s”已经有一件在办：%s；用这个编号看进度", STR_ARG(service), number);
}

/* ---- the guide ---- */

static bool truth_unless_false(struct evaluator *ev, struct record *r, node_id n)
{
    struct frame f = { .elements = { r } };
    if (n == 0) return true;
    struct value v = eval_node(ev, &f, n);
    return v.state != VALUE_KNOWN || v.boolean;
}

/* Known from somewhere else than this form. */
static bool known_already(const struct dossier_facts *x, const struct form_item *i)
{
    if (i->entity != x->service->entity) return false; /* of a spell that begins now */
    const struct slot_value *v = &x->subject->slots[i->slot];
    return v->given && !v->v.assumed;
}

static bool answered(const struct dossier_facts *x, const struct form_item *i, struct value *out)
{
    const struct record *r = i->entity == x->service->entity ? x->subject : NULL;
    VEC_EACH (const struct dossier_spell, s, &x->spells) {
        if (s->entity == i->entity) r = s->r;
    }
    if (r == NULL || !r->slots[i->slot].given) return false;
    *out = r->slots[i->slot].v;
    return true;
}

static str question_text(const struct program *p, const struct form_item *i, struct arena *a)
{
    if (i->ask.len > 0) return i->ask;
    str name = p->entities.at[i->entity].slots.at[i->slot].name;
    return str_fmt(a, "%.*s？", STR_ARG(name));
}

static void add_questions(struct dossier_facts *x, struct evaluator *ev, struct arena *a, struct dossier_guide *out)
{
    VEC_EACH (const struct form_item, i, &x->service->form) {
        struct value v;
        if (!truth_unless_false(ev, x->subject, i->when)) continue;
        bool known = known_already(x, i);
        struct type t = x->f.p->entities.at[i->entity].slots.at[i->slot].type;
        struct dossier_question q = { .name = facts_item_name(x->f.p, x->service, i, a),
                                      .ask = question_text(x->f.p, i, a),
                                      .type = t,
                                      .optional = i->optional,
                                      .answered = answered(x, i, &v) && !known };
        if ((q.answered || known) && t.kind != TYPE_RECORD) {
            struct text s;
            text_init(&s, a, DOSSIER_TEXT_MAX);
            value_text(x->f.p, t, v, &s);
            q.value = known && t.kind == TYPE_TEXT && v.state == VALUE_KNOWN ? v.text : text_str(&s);
        }
        bool twice = false;
        VEC_EACH (const struct dossier_question, o, &out->questions) twice = twice || str_eq(o->name, q.name);
        VEC_EACH (const struct dossier_question, o, &out->known) twice = twice || str_eq(o->name, q.name);
        if (twice) continue;
        if (known)
            *vec_push(a, &out->known) = q;
        else
            *vec_push(a, &out->questions) = q;
    }
}

static void add_time(const struct program *p, struct arena *a, str name, str role, struct service_time t, date day,
                     struct dossier_guide *out)
{
    t = service_time_on(p, t, day);
    if (t.count > 0 || role.len > 0) *vec_push(a, &out->times) = (struct dossier_time){ name, role, t };
}

static void add_times(const struct program *p, struct arena *a, const struct service *s, date day,
                      struct dossier_guide *out)
{
    VEC_EACH (const struct service_step, t, &s->steps) add_time(p, a, t->name, t->role, t->limit, day, out);
    add_time(p, a, STR("公示"), STR(""), s->publicity, day, out);
    add_time(p, a, STR("办理时限"), STR(""), s->limit, day, out);
}

static void add_materials(struct dossier_facts *x, struct evaluator *ev, struct arena *a, struct dossier_guide *out)
{
    VEC_EACH (const struct material, m, &x->service->materials) {
        bool twice = false;
        VEC_EACH (const struct dossier_material, o, &out->materials) twice = twice || str_eq(o->name, m->name);
        if (!twice && verdict_material_needed(ev, x, m))
            *vec_push(a, &out->materials) = (struct dossier_material){ m->name, m->text };
    }
}

void apply_ask(struct dossier_desk *d, struct dossier_facts *x, date day, struct arena *a, struct dossier_guide *out)
{
    struct evaluator ev = { 0 };
    eval_start(&ev, d->p, a, day, day);
    add_questions(x, &ev, a, out);
    add_materials(x, &ev, a, out);
    if (out->service == x->service)
        add_times(d->p, a, x->service, day, out);
    else /* an item of a package: how long it takes as a whole */
        add_time(d->p, a, x->service->name, STR(""), x->service->limit, day, out);
}

/* c: the case it is submitted as; NULL: somebody only asks. */
static bool look(struct dossier_desk *d, const struct pack_set *rules, const struct service *s, int64_t subject,
                 str answers, const struct dossier *c, date day, struct arena *a, struct dossier_facts *x,
                 struct dossier_verdicts *v, struct dossier_guide *out, struct err *e)
{
    if (s->includes.len > 0)
        return package_guide(d, rules, s, subject, answers, day, a, v, out, e) &&
               apply_open_case(d, s->name, subject, 0, &out->open_already, &out->open_id, e);
    if (!facts_of(d, s, subject, answers, a, x, e) ||
        !(c != NULL ? timely_ask(d, c, x, rules, day, a, v, e) : verdict_ask(d, x, rules, day, a, v, e)))
        return false;
    s = x->service; /* the same in the rules of today: questions and times are of today */
    *out = (struct dossier_guide){ .service = s };
    apply_ask(d, x, day, a, out);
    VEC_EACH (const struct dossier_verdict, w, &v->list) *vec_push(a, &out->verdicts) = w->x;
    out->outlook = v->list.len > 0 ? v->all : VERDICT_QUALIFIED;
    return apply_open_case(d, s->name, subject, 0, &out->open_already, &out->open_id, e);
}

bool dossier_guide(struct dossier_desk *d, str service, int64_t subject, str answers, date day, struct arena *a,
                   struct dossier_guide *out, struct err *e)
{
    struct dossier_facts *x = ARENA_NEW(a, struct dossier_facts);
    struct dossier_verdicts v;
    const struct service *s;
    return service_named(d, service, day, &s, e) && look(d, d->set, s, subject, answers, NULL, day, a, x, &v, out, e);
}

/* ---- submitting ---- */

bool apply_all_answered(const struct dossier_guide *g, struct arena *a, struct err *e)
{
    struct text t;
    text_init(&t, a, DOSSIER_TEXT_MAX);
    VEC_EACH (const struct dossier_question, q, &g->questions) {
        if (q->optional || q->answered) continue;
        text_addf(&t, "%s%.*s（%.*s）", t.len > 0 ? "；" : "", STR_ARG(q->ask), STR_ARG(q->name));
    }
    return t.len == 0 || fail(e, INVALID, "还没有填完：%s", t.p);
}

/* A case that certainly cannot work is not taken in unless they insist. own: not a firm that applies for somebody,
 * which is told the condition but not what the registry knows of the person. */
static bool can_work(struct dossier_desk *d, struct dossier_facts *x, const struct dossier *c, date day,
                     const struct dossier_guide *g, const struct dossier_verdicts *v, bool anyway, bool own,
                     struct arena *a, struct err *e)
{
    if (g->outlook != VERDICT_REFUSED || anyway) return true;
    bool package = g->items.len > 0;
    str why = package ? package_reasons(g, v, a) : verdict_reasons(v, a), rests = STR("");
    if (!package && own && !ground_in_the_way(d, x, c->subject, v, day, a, &rests, e)) return false;
    return fail(
        e, CONFLICT,
        "按现在的资料办不成。资料不对的，可以带材料到窗口更正；要书面决定的，可以仍旧申请。没有达到：%.*s%s%.*s",
        STR_ARG(why), rests.len > 0 ? "。查到的是：" : "", STR_ARG(rests));
}

bool apply_submit(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, bool anyway,
                  struct arena *a, struct dossier_result *out, struct err *e)
{
    struct dossier_facts x = { 0 };
    struct dossier_verdicts v;
    struct dossier_guide g;
    struct behalf firm;
    const struct service *s = c->service;
    const struct pack_set *rules;
    if (s == NULL) return fail(e, CONFLICT, "这件办件的事项“%.*s”在它的规则里找不到了", STR_ARG(c->name));
    if (!apply_only_one(d, c->name, c->subject, c->id, e) || !desk_rules(d, c->rules, &rules, e) ||
        !look(d, rules, s, c->subject, c->answers, c, act->day, a, &x, &v, &g, e) ||
        !behalf_of(d, act, c->subject, &firm, e) || !behalf_may(d, s, c->subject, &x, &firm, act->day, a, e) ||
        !apply_all_answered(&g, a, e) || !can_work(d, &x, c, act->day, &g, &v, anyway, firm.id == 0, a, e) ||
        (!anyway && !register_can_work(d, c, e)))
        return false;
    if (s->includes.len > 0) return package_submit(d, act, c, a, out, e);
    /* A draft is no application yet. An item of a package waits for those before it: it was applied for with them. */
    if (c->state == DOSSIER_DRAFT && c->package == 0) c->opened = act->day;
    bool back_to_review = c->state == DOSSIER_CORRECTING && c->has_accepted;
    const char *move = c->state == DOSSIER_DRAFT     ? "提交"
                       : c->state == DOSSIER_OFFERED ? "确认"
                       : back_to_review              ? "补齐"
                                                     : "补正";
    c->note = STR("");
    /* the clocks first: the notice of the move names the day */
    if (!clock_end(d, c->id, DOSSIER_CLOCK_CORRECT, e) || !clock_end(d, c->id, DOSSIER_CLOCK_OFFER, e) ||
        (back_to_review && !clock_resume(d, c->id, act->day, e)) || !dossier_row_move(d, act, c, move, NULL, e))
        return false;
    if (back_to_review) return true;
    const struct service_step *first = s->steps.len > 0 ? &s->steps.at[0] : NULL;
    if (first != NULL && decide_first_review(s) == 1 &&
        !clock_start(d, c->id, DOSSIER_CLOCK_STEP, decide_time(c, first->limit, act->day), act->day, NULL, e))
        return false;
    if (s->decide == SERVICE_ALONE || (c->flags & DOSSIER_FOUND) != 0) {
        if (!decide_try_alone(d, act, c, a, out, e)) return false;
        if (out->alone) return true;
    }
    if (!timely_keep(d, c->id, &v, a, e)) return false;
    if (c->channel == DOSSIER_AT_COUNTER && (desk_roles(act, c) & ROLE_DESK) != 0)
        return decide_accepted(d, act, c, a, out, e);
    struct tell t = { .what = "收到" };
    return clock_due(d, c->id, DOSSIER_CLOCK_STEP, &t.has_due, &t.due, e) && tell_applicant(d, act, c, &t, e);
}

static bool finish(struct dossier_desk *d, const struct dossier *c, struct dossier_result *out, struct err *e)
{
    out->id = c->id;
    out->state = c->state;
    return out->has_due || clock_due(d, c->id, DOSSIER_CLOCK_LIMIT, &out->has_due, &out->due, e);
}

/* ---- a new case ---- */

bool apply_same_key(struct dossier_desk *d, const struct dossier_request *q, bool *there, struct dossier_result *out,
                    struct err *e)
{
    int64_t v[3] = { 0 };
    *there = false;
    if (q->key.len == 0) return true;
    if (q->key.len > DOSSIER_WORD_MAX) return fail(e, LIMIT, "提交的编号太长，最多 %d 字节", DOSSIER_WORD_MAX);
    if (!store_get(d->s, there, v, 3, e, "SELECT id, state, subject FROM dossier WHERE key = $1", "s", q->key))
        return false;
    if (*there && v[2] != q->subject)
        return fail(e, CONFLICT, "提交的编号“%.*s”已经是别人的一件办件，请换一个", STR_ARG(q->key));
    if (*there) *out = (struct dossier_result){ .id = v[0], .state = (enum dossier_state)v[1], .again = true };
    return true;
}

static bool make(struct dossier_desk *d, const struct dossier_act *act, const struct dossier_request *q,
                 const struct service *s, struct arena *a, struct dossier *c, struct err *e)
{
    struct dossier_facts x;
    struct behalf firm;
    int64_t version;
    str answers = q->answers;
    bool self = str_eq(act->role, DOSSIER_ROLE_SELF);
    if (q->channel == DOSSIER_AT_COUNTER && str_trim(act->reason).len == 0)
        return fail(e, INVALID, "在窗口代办，要写明本人在场还是受谁委托");
    bool package = s->includes.len > 0; /* its answers are those of its items */
    if (!behalf_of(d, act, q->subject, &firm, e) ||
        (self && firm.id == 0 && !dossier_may_apply(d->p, s, s->entity, e)) ||
        (firm.id != 0 && !behalf_answers(d, s, &firm, q->answers, a, &answers, e)) ||
        !facts_of(d, s, q->subject, package ? STR("") : answers, a, &x, e) || !desk_version(d, s, &version, e))
        return false;
    *c = (struct dossier){ .subject = q->subject,
                           .service = s,
                           .program = d->p,
                           .name = s->name,
                           .rules = d->p->hash,
                           .entity = s->entity,
                           .entered_by = self ? act->account : act->who,
                           .key = q->key,
                           .answers = answers,
                           .channel = q->channel,
                           .state = q->channel == DOSSIER_BY_OFFER ? DOSSIER_OFFERED : DOSSIER_DRAFT,
                           .opened = act->day };
    c->office = facts_office(&x, a);
    c->applicant = self ? act->who : q->applicant.len > 0 ? q->applicant : facts_number(&x, a);
    if (package) c->flags |= DOSSIER_PACKAGE;
    if (q->channel == DOSSIER_AT_COUNTER) c->flags |= DOSSIER_BEHALF;
    if (q->channel == DOSSIER_BY_OFFER) c->flags |= DOSSIER_FOUND, c->entered_by = STR("");
    struct dossier_note n;
    note_start(&n, a);
    note_str(&n, "service", s->name);
    note_str(&n, "applicant", row_who(c->applicant, a));
    note_int(&n, "channel", q->channel);
    return dossier_row_insert(d, c, version, e) && dossier_row_event(d, act, c, "dossier.open", &n, e);
}

bool apply_new(struct dossier_desk *d, const struct dossier_act *act, const struct dossier_request *q, struct arena *a,
               struct dossier *c, struct err *e)
{
    const struct service *s;
    if (!service_named(d, q->service, act->day, &s, e) || !apply_only_one(d, s->name, q->subject, 0, e)) return false;
    return make(d, act, q, s, a, c, e);
}

bool dossier_apply(struct dossier_desk *d, const struct dossier_act *act, const struct dossier_request *q,
                   struct arena *a, struct dossier_result *out, struct err *e)
{
    struct dossier c;
    bool there = false;
    *out = (struct dossier_result){ 0 };
    if (!desk_begin(d, act, e)) return false;
    bool ok = judge_none(q->answers, a, e) && apply_same_key(d, q, &there, out, e);
    if (ok && !there)
        ok = apply_new(d, act, q, a, &c, e) && (q->as_draft || apply_submit(d, act, &c, q->anyway, a, out, e)) &&
             finish(d, &c, out, e);
    return desk_end(d, ok, e);
}

bool dossier_submit(struct dossier_desk *d, const struct dossier_act *act, int64_t id, str answers, struct arena *a,
                    struct dossier_result *out, struct err *e)
{
    struct dossier c;
    *out = (struct dossier_result){ 0 };
    if (!desk_begin(d, act, e)) return false;
    bool ok = judge_none(answers, a, e) && dossier_row_get(d, (struct dossier_ref){ .id = id }, a, &c, e);
    if (ok && answers.len > 0) c.answers = answers;
    ok = ok && apply_submit(d, act, &c, true, a, out, e) && package_follow(d, act, c.package, a, e) &&
         finish(d, &c, out, e);
    return desk_end(d, ok, e);
}

bool dossier_confirm(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref ref, bool wanted,
                     str answers, struct arena *a, struct dossier_result *out, struct err *e)
{
    struct dossier c;
    *out = (struct dossier_result){ .id = ref.id };
    if (!desk_begin(d, act, e)) return false;
    bool ok = dossier_row_get(d, ref, a, &c, e);
    if (ok && c.state != DOSSIER_OFFERED)
        ok = fail(e, CONFLICT, "这件不是等待确认的，现在是“%s”", dossier_machine.states[c.state].name);
    ok = ok && judge_none(answers, a, e);
    if (ok && answers.len > 0) c.answers = answers;
    if (ok && wanted)
        ok = apply_submit(d, act, &c, true, a, out, e) && finish(d, &c, out, e);
    else if (ok)
        ok = dossier_row_move(d, act, &c, "谢绝", NULL, e) && clock_end_all(d, c.id, e);
    out->state = c.state;
    return desk_end(d, ok, e);
}
