/* cases: following a case, as whoever it is about or who applied for it; and a case with its evidence, as staff. */
#include "base/file.h"
#include "base/mask.h"
#include "hall/hall_priv.h"

#include <stdlib.h>

enum { CASES_SHOWN = 100 };

/* ---- following ---- */

str case_state(enum dossier_state s) { return str_of(dossier_machine.states[s].name); }

static const char *mark_of(enum dossier_state s)
{
    if (s == DOSSIER_GRANTED || s == DOSSIER_PAYING) return "yes";
    if (s == DOSSIER_CORRECTING || s == DOSSIER_OFFERED || s == DOSSIER_DRAFT) return "ask";
    if (s == DOSSIER_REFUSED || s == DOSSIER_REVOKED) return "late";
    return "no";
}

/* Which of them has a case is for colleagues. */
static str held_by(struct call *c, str holder)
{
    return access_scope(c->who.role) != SCOPE_SELF ? desk_person(c, holder) : STR("");
}

struct json *case_line(struct call *c, const struct dossier_line *l, const char *base, struct json *list)
{
    char number[DOSSIER_NUMBER_TEXT];
    struct json *o = doc_object(c->a, list, NULL);
    static const char *const lights[] = { "yes", "ask", "late" }, *const words[] = { "正常", "将到期", "已超期" };
    dossier_number(l->c.id, number);
    doc_str(c->a, o, "number", str_dup(c->a, str_of(number)));
    doc_str(c->a, o, "href", str_fmt(c->a, "%s%s", base, number));
    doc_str(c->a, o, "name", l->c.name);
    doc_str(c->a, o, "state", case_state(l->c.state));
    doc_z(c->a, o, "mark", mark_of(l->c.state));
    doc_str(c->a, o, "step", str_eq(l->step, case_state(l->c.state)) ? STR("") : l->step);
    doc_str(c->a, o, "opened", words_day(c->a, l->c.opened, c->today));
    doc_str(c->a, o, "due", l->has_due ? words_day(c->a, l->due, c->today) : STR(""));
    doc_z(c->a, o, "light", lights[l->light]);
    doc_z(c->a, o, "lightWord", words[l->light]);
    doc_str(c->a, o, "holder", l->c.holder);
    doc_str(c->a, o, "held", held_by(c, l->c.holder));
    doc_str(c->a, o, "note", l->c.note);
    return o;
}

/* What waits for the applicant, then the newest. */
static int by_need(const void *a, const void *b)
{
    const struct dossier_line *x = a, *y = b;
    bool p = x->c.state == DOSSIER_CORRECTING || x->c.state == DOSSIER_OFFERED,
         q = y->c.state == DOSSIER_CORRECTING || y->c.state == DOSSIER_OFFERED;
    if (p != q) return p ? -1 : 1;
    return x->c.id > y->c.id ? -1 : x->c.id < y->c.id;
}

/* Of somebody it was applied for: a masked name, to tell one from another. */
static bool add_whose(struct call *c, const struct dossier *d, struct json *o, struct err *e)
{
    str name = STR(""), number;
    if (d->subject != c->who.subject && d->entity != UINT16_MAX &&
        !registry_label(c->desk->registry, d->entity, d->subject, c->a, &name, &number, e))
        return false;
    doc_str(c->a, o, "whose", mask(c->a, STR("姓名"), name));
    return true;
}

bool hall_cases(struct call *c, struct err *e)
{
    struct subject s;
    dossier_lines lines = { 0 };
    int64_t from = 0;
    if (!subject_myself(c, &s, e)) return false;
    struct dossier_query q = { .subject = me_number(c), .applied = true, .states = UINT32_MAX, .day = c->today };
    if (!dossier_queue(c->desk->dossiers, &q, c->a, &lines, e)) return false;
    if (lines.len > 1) qsort(lines.at, lines.len, sizeof *lines.at, by_need);
    if (!str_to_i64(desk_asked(c, "from"), &from) || from < 0) from = 0;
    struct json *list = doc_array(c->a, c->doc, "cases");
    size_t at = (size_t)from;
    for (; at < lines.len && at < (size_t)from + CASES_SHOWN; at++) {
        const struct dossier_line *l = &lines.at[at];
        if (!add_whose(c, &l->c, case_line(c, l, "/me/cases/", list), e)) return false;
    }
    doc_str(c->a, c->doc, "nextHref", at < lines.len ? str_fmt(c->a, "/me/cases?from=%zu", at) : STR(""));
    doc_str(c->a, c->doc, "count", lines.len > CASES_SHOWN ? words_count(c->a, lines.len) : STR(""));
    return true;
}

bool cases_waiting(struct call *c, struct err *e)
{
    dossier_lines lines = { 0 };
    struct dossier_query q = { .subject = me_number(c),
                               .applied = true,
                               .states = 1u << DOSSIER_CORRECTING | 1u << DOSSIER_OFFERED,
                               .day = c->today };
    if (!dossier_queue(c->desk->dossiers, &q, c->a, &lines, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "waiting");
    VEC_EACH (const struct dossier_line, l, &lines) case_line(c, l, "/me/cases/", list);
    doc_bool(c->a, c->doc, "waitingAny", lines.len > 0);
    return true;
}

static bool add_money(struct call *c, int64_t id, struct err *e)
{
    dossier_pays pays = { 0 };
    if (!dossier_pays_of(c->desk->dossiers, id, c->a, &pays, e)) return false;
    doc_bool(c->a, c->doc, "hasPays", pays.len > 0);
    struct json *list = doc_array(c->a, c->doc, "pays");
    VEC_EACH (const struct dossier_pay, p, &pays) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "period", p->period);
        doc_str(c->a, o, "policy", p->policy);
        doc_str(c->a, o, "amount", words_sum(c->a, p->amount_fen, 2, STR("元")));
        doc_z(c->a, o, "state", dossier_pay_zh(p->state));
        doc_str(c->a, o, "payee", p->payee);
    }
    return true;
}

bool case_times(struct call *c, int64_t id, struct err *e)
{
    dossier_clocks clocks = { 0 };
    dossier_events events = { 0 };
    static const char *const lights[] = { "yes", "ask", "late" };
    if (!dossier_clocks_of(c->desk->dossiers, id, c->today, c->a, &clocks, e) ||
        !dossier_history(c->desk->dossiers, id, c->a, &events, e))
        return false;
    struct json *list = doc_array(c->a, c->doc, "clocks");
    VEC_EACH (const struct dossier_clock, k, &clocks) {
        if (k->ended) continue;
        struct json *o = doc_object(c->a, list, NULL);
        doc_z(c->a, o, "name", dossier_clock_zh(k->kind));
        doc_str(c->a, o, "due", words_day(c->a, k->due, c->today));
        doc_fmt(c->a, o, "left", "%lld %s", (long long)k->left_days, words_unit(k->limit.unit));
        doc_bool(c->a, o, "suspended", k->suspended);
        doc_z(c->a, o, "light", lights[k->light]);
    }
    list = doc_array(c->a, c->doc, "events");
    VEC_EACH (const struct dossier_event, v, &events) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "time", words_time(c->a, v->time_ms / 1000));
        doc_str(c->a, o, "what", dossier_event_zh(v, c->a));
        doc_str(c->a, o, "role", v->role);
        doc_str(c->a, o, "by", dossier_event_by(v, c->a));
    }
    return true;
}

static bool get_case(struct call *c, str number, struct dossier *d, struct err *e)
{
    int64_t id;
    return dossier_number_read(number, &id, e) && dossier_get(c->desk->dossiers, id, c->a, d, e);
}

bool case_about(struct call *c, const struct dossier *d)
{
    return d->entity != UINT16_MAX && str_eq(c->h->p->entities.at[d->entity].name, c->who.entity) &&
           d->subject == c->who.subject;
}

bool case_mine(struct call *c, str number, struct dossier *d, struct err *e)
{
    if (!get_case(c, number, d, e)) return false;
    return case_about(c, d) || me_applied(c, d) || fail(e, NOT_FOUND, "没有这件办件");
}

bool case_load(struct call *c, struct dossier *d, struct err *e)
{
    char number[DOSSIER_NUMBER_TEXT];
    bool self = access_scope(c->who.role) == SCOPE_SELF;
    if (self ? !case_mine(c, c->args[0], d, e) : !get_case(c, c->args[0], d, e)) return false;
    if (desk_is(c, SIGNS) && !dossier_concerns(d, case_role(c)))
        return fail(e, DENIED, "这件办件没有“%s”的环节，不给您看；要问的，请问办这件的同事",
                    access_role_zh(c->who.role));
    dossier_number(d->id, number);
    doc_str(c->a, c->doc, "number", str_dup(c->a, str_of(number)));
    doc_str(c->a, c->doc, "name", d->name);
    doc_str(c->a, c->doc, "state", case_state(d->state));
    doc_z(c->a, c->doc, "mark", mark_of(d->state));
    doc_str(c->a, c->doc, "note", d->note);
    doc_str(c->a, c->doc, "holder", d->holder);
    doc_str(c->a, c->doc, "held", held_by(c, d->holder));
    doc_int(c->a, c->doc, "revision", d->revision);
    doc_str(c->a, c->doc, "opened", words_day(c->a, d->opened, c->today));
    c->title = str_fmt(c->a, "%.*s %s", STR_ARG(d->name), number);
    return true;
}

bool case_looked(struct call *c, const struct dossier *d, const char *doing, str what, struct err *e)
{
    str entity = c->h->p->entities.at[d->entity].name;
    if (!c->who.is_token) c->who.purpose = str_fmt(c->a, "%s %.*s %.*s", doing, STR_ARG(d->name), STR_ARG(c->args[0]));
    return access_look(c->desk->store, &c->who, entity, d->subject, what, c->now, e);
}

/* What this person may do now, as the table of the life cycle says. */
static bool may(const struct dossier *d, const char *move)
{
    return machine_find(&dossier_machine, (uint8_t)d->state, str_of(move)) != NULL;
}

/* Whom it is about, when somebody else applied; who looks is noted with them. */
static bool add_person(struct call *c, const struct dossier *d, struct err *e)
{
    str name = STR(""), number = STR("");
    bool other = !case_about(c, d) && d->entity != UINT16_MAX;
    if (other) {
        if (!c->who.is_token) c->who.purpose = str_fmt(c->a, "单位看自己申请的办件：%.*s", STR_ARG(d->name));
        if (!registry_label(c->desk->registry, d->entity, d->subject, c->a, &name, &number, e) ||
            !access_look(c->desk->store, &c->who, c->h->p->entities.at[d->entity].name, d->subject, STR("办件"), c->now,
                         e))
            return false;
    }
    doc_str(c->a, c->doc, "whose", access_show(&c->who, STR("姓名"), name, c->a));
    doc_str(c->a, c->doc, "whoseNumber", access_show(&c->who, STR("证件号"), number, c->a));
    return true;
}

bool hall_my_case(struct call *c, struct err *e)
{
    struct dossier d;
    if (!case_load(c, &d, e) || !case_times(c, d.id, e) || !add_money(c, d.id, e) || !add_person(c, &d, e))
        return false;
    bool mine = me_applied(c, &d);
    struct dossier_act act = me_act(c);
    if (mine) act.who = d.applicant; /* the number it was written down under */
    if (!enclosures_doc(c, &act, &d, "/me/cases/", mine, e) || !certificates_doc(c, &d, "/me/cases/", e)) return false;
    desk_done(c);
    char number[DOSSIER_NUMBER_TEXT];
    dossier_number(d.id, number);
    doc_bool(c->a, c->doc, "isNew", http_form_get(&c->query, STR("new")).p != NULL);
    doc_bool(c->a, c->doc, "isOver", d.state == DOSSIER_GRANTED || d.state == DOSSIER_PAYING);
    struct service_time limit = { 0 }; /* before it is accepted no clock runs */
    if (d.state == DOSSIER_SUBMITTED && d.service != NULL)
        limit = service_time_on(d.program, d.service->limit, c->today), limit.param = 0;
    doc_str(c->a, c->doc, "limit", words_limit(c, limit));
    doc_bool(c->a, c->doc, "mayWithdraw", mine && may(&d, "撤回"));
    struct dossier_tasks told;
    if (!dossier_tasks_of(c->desk->dossiers, &act, &d, &told, e)) return false;
    bool against = d.state == DOSSIER_REFUSED || d.state == DOSSIER_STOPPED;
    doc_bool(c->a, c->doc, "mayObject", mine && against && (d.flags & DOSSIER_OBJECTED) == 0);
    doc_bool(c->a, c->doc, "mayRate",
             mine && d.has_decided && d.service != NULL && d.service->rated && told.rating == 0);
    doc_z(c->a, c->doc, "rating", told.rating > 0 ? dossier_rating_zh(told.rating) : "");
    doc_bool(c->a, c->doc, "mayConfirm", mine && d.state == DOSSIER_OFFERED);
    bool correct = mine && d.state == DOSSIER_CORRECTING;
    doc_str(c->a, c->doc, "correctHref",
            correct ? words_href(c->a, "/me/apply/", d.name, str_fmt(c->a, "?case=%s", number).p) : STR(""));
    doc_bool(c->a, c->doc, "byOther", !mine);
    return true;
}

static bool act_on_mine(struct call *c, const struct dossier *d, const char **done, struct err *e)
{
    struct dossier_act act = me_act(c);
    struct dossier_result result;
    int64_t level, objection;
    if (me_applied(c, d)) act.who = d->applicant; /* the number it was written down under */
    struct dossier_ref ref = { .id = d->id };
    struct dossier_desk *k = c->desk->dossiers;
    str what = http_form_get(&c->form, STR("act"));
    if (str_eq(what, STR("withdraw"))) return *done = "mine-withdrawn", dossier_withdraw(k, &act, ref, e);
    if (str_eq(what, STR("object"))) return *done = "mine-objected", dossier_object(k, &act, ref, &objection, e);
    if (str_eq(what, STR("confirm")) || str_eq(what, STR("decline"))) {
        bool yes = str_eq(what, STR("confirm"));
        *done = yes ? "mine-confirmed" : "mine-declined";
        return dossier_confirm(k, &act, ref, yes, STR(""), c->a, &result, e);
    }
    if (str_to_i64(what, &level) && level >= 1 && level <= 5)
        return *done = "mine-rated", dossier_rate(k, &act, ref, (int)level, e);
    return fail(e, INVALID, "请选要做什么");
}

/* What was not in order is said where it was pressed, beside what was typed. */
bool hall_my_case_act(struct call *c, struct err *e)
{
    struct dossier d;
    struct err why = { 0 };
    const char *done = ""; /* gcc does not see that it is set whenever act_on_mine is true */
    if (!case_load(c, &d, e)) return false;
    if (!act_on_mine(c, &d, &done, &why)) return desk_again(c, &why, e) && hall_my_case(c, e);
    desk_back(c, str_fmt(c->a, "/me/cases/%.*s", STR_ARG(c->args[0])), done);
    return true;
}

/* ---- staff ---- */

/* Before the decision: what the rules say of it now, each condition with its outcome. */
static bool add_outlook(struct call *c, const struct dossier *d, struct err *e)
{
    struct dossier_guide g = { 0 };
    if (!dossier_guide(c->desk->dossiers, d->name, d->subject, d->answers, c->today, c->a, &g, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "evidence");
    VEC_EACH (const struct explanation, x, &g.verdicts) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "about", x->policy != NULL ? x->policy->name : d->name);
        doc_z(c->a, o, "verdict", verdict_zh(x->verdict.kind));
        doc_z(c->a, o, "mark",
              x->verdict.kind == VERDICT_QUALIFIED ? "yes"
              : x->verdict.kind == VERDICT_PENDING ? "ask"
                                                   : "no");
        doc_bool(c->a, o, "assumed", x->verdict.assumed);
        doc_str(c->a, o, "amount", x->policy != NULL ? explanation_amount(c, x) : x->amount);
        doc_str(c->a, o, "day", words_day(c->a, x->today, c->today));
        struct json *rows = doc_array(c->a, o, "conditions");
        VEC_EACH (const struct explained_criterion, k, &x->criteria) {
            struct json *row = doc_object(c->a, rows, NULL);
            doc_str(c->a, row, "name", k->name);
            doc_bool(c->a, row, "met", k->met);
            doc_bool(c->a, row, "exclusion", k->is_exclusion);
            doc_str(c->a, row, "sentence", k->sentence);
            doc_str(c->a, row, "source", k->source);
        }
    }
    return true;
}

static bool add_evidence(struct call *c, const struct dossier *d, struct err *e)
{
    dossier_evidences all = { 0 };
    if (!dossier_evidence_of(c->desk->dossiers, d->id, c->a, &all, e)) return false;
    if (all.len == 0) return add_outlook(c, d, e);
    struct json *list = doc_array(c->a, c->doc, "evidence");
    VEC_EACH (const struct dossier_evidence, v, &all) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "about", v->about);
        doc_z(c->a, o, "verdict", verdict_zh(v->verdict));
        doc_z(c->a, o, "mark", v->verdict == VERDICT_QUALIFIED ? "yes" : v->verdict == VERDICT_PENDING ? "ask" : "no");
        doc_bool(c->a, o, "assumed", v->assumed);
        doc_str(c->a, o, "amount", v->has_amount ? words_sum(c->a, v->amount_fen, 2, STR("元")) : STR(""));
        doc_str(c->a, o, "day", words_day(c->a, v->day, c->today));
    }
    return true;
}

/* Beside each criterion where what it rests on comes from; the values themselves stand in the record, as this reader
 * may see them. */
static bool add_grounds(struct call *c, const struct dossier *d, struct err *e)
{
    dossier_grounds all = { 0 };
    if (!dossier_grounds_of(c->desk->dossiers, d->id, c->today, c->a, &all, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "grounds");
    VEC_EACH (const struct dossier_ground, g, &all) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "about", g->about);
        doc_str(c->a, o, "name", g->name);
        doc_str(c->a, o, "sentence", g->sentence);
        doc_z(c->a, o, "mark", g->met ? "yes" : g->known ? "no" : "ask");
        doc_str(c->a, o, "asked", g->asked.days != c->today.days ? words_day(c->a, g->asked, c->today) : STR(""));
        struct json *sources = doc_array(c->a, o, "sources");
        VEC_EACH (const struct dossier_source, s, &g->sources) {
            struct json *row = doc_object(c->a, sources, NULL);
            doc_str(c->a, row, "field", s->field);
            doc_str(c->a, row, "origin", s->origin);
            doc_str(c->a, row, "file", file_base(s->file)); /* not where it lay */
            doc_str(c->a, row, "row", s->row > 0 ? words_count(c->a, s->row) : STR(""));
            doc_bool(c->a, row, "declared", s->declared);
            doc_str(c->a, row, "asOf", s->has_as_of ? words_day(c->a, s->as_of, c->today) : STR(""));
            doc_bool(c->a, row, "stale", s->stale);
        }
    }
    return true;
}

/* The field an answer is for: of the subject, or behind a point of one of its spells; NULL: the rules have it no more.
 */
static const struct slot *answered(const struct program *p, const struct entity *en, str key)
{
    size_t point = str_find(key, STR("."));
    if (point != SIZE_MAX) en = program_entity(p, str_slice(key, 0, point));
    int slot = en == NULL ? -1 : entity_slot(en, point == SIZE_MAX ? key : str_slice(key, point + 1, key.len));
    return slot < 0 ? NULL : &en->slots.at[slot];
}

/* The answers of the form, as this reader may see them: by the class of the field each is for. */
static bool add_answers(struct call *c, const struct dossier *d, struct err *e)
{
    const struct json *j;
    struct json *list = doc_array(c->a, c->doc, "given");
    if (d->answers.len == 0) return true;
    if (!json_read(c->a, d->answers, &j, e)) return false;
    for (size_t i = 0; j->kind == JSON_OBJECT && i < j->count; i++) {
        const struct slot *field = answered(c->h->p, &c->h->p->entities.at[d->entity], j->keys[i]);
        const struct json *v = &j->items[i];
        str value = v->kind == JSON_STRING ? v->string
                    : v->kind == JSON_BOOL ? (v->boolean ? STR("是") : STR("否"))
                                           : STR("");
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "name", j->keys[i]);
        doc_str(c->a, o, "label", field != NULL ? field->name : j->keys[i]);
        doc_str(c->a, o, "value", access_show(&c->who, field != NULL ? field->class_ : STR(""), value, c->a));
    }
    return true;
}

/* What the rules leave to whoever reviews, to be answered before signing. */
static bool add_judgements(struct call *c, const struct dossier *d, struct err *e)
{
    dossier_judgements all = { 0 };
    struct json *list = doc_array(c->a, c->doc, "judgements");
    if (!dossier_judgements_of(c->desk->dossiers, d->id, c->a, &all, e)) return false;
    VEC_EACH (const struct dossier_judgement, j, &all) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "question", j->question);
        doc_z(c->a, o, "mark", !j->given ? "ask" : j->holds ? "yes" : "no");
        doc_z(c->a, o, "answer", !j->given ? "还没有判断" : j->holds ? "是" : "否");
    }
    return true;
}

bool hall_case_(struct call *c, struct err *e)
{
    struct dossier d;
    struct subject s;
    if (!case_load(c, &d, e)) return false;
    const struct entity *en = &c->h->p->entities.at[d.entity];
    c->who.purpose = str_fmt(c->a, "办理 %.*s %.*s", STR_ARG(d.name), STR_ARG(c->args[0]));
    if (!subject_load(c, d.entity, d.subject, &s, e) ||
        !access_look(c->desk->store, &c->who, en->name, d.subject, STR("办件"), c->now, e) || !case_times(c, d.id, e) ||
        !add_money(c, d.id, e) || !add_evidence(c, &d, e) || !add_grounds(c, &d, e) || !add_answers(c, &d, e) ||
        !add_judgements(c, &d, e))
        return false;
    subject_head(c, &s, c->doc);
    subject_record(c, &s, c->doc);
    /* Buttons for what this role can do now; whether it may, dossier decides again. */
    bool desk = desk_is(c, ROLE_BIT(COUNTER) | ROLE_BIT(OPERATOR));
    const char *why = NULL; /* not they */
    struct dossier_whom me = { c->who.name, c->who.subject };
    if (!dossier_may_sign(c->desk->dossiers, &d, me, &why, e)) return false;
    bool turn = dossier_reviews(&d, case_role(c)), decides = turn && why == NULL,
         accepts = dossier_accepts(&d, case_role(c));
    bool hands_on = (decides || accepts) && (d.holder.len == 0 || str_eq(d.holder, c->who.name));
    if (hands_on && !handing_doc(c, &d, &s, e)) return false;
    struct dossier_act act = case_staff(c);
    bool asked = false;
    act.office = case_office(c, &s);
    if (!tasks_doc(c, &act, &d, &asked, e)) return false;
    bool step = decides || accepts, mine = str_eq(d.holder, c->who.name);
    doc_bool(c->a, c->doc, "mayTake", d.holder.len == 0 && step);
    doc_bool(c->a, c->doc, "mayRelease", mine);
    doc_bool(c->a, c->doc, "mayAccept", accepts);
    doc_bool(c->a, c->doc, "mayReturn", (decides || accepts) && (d.flags & DOSSIER_CORRECTED) == 0);
    doc_bool(c->a, c->doc, "mayDecide", decides);
    doc_bool(c->a, c->doc, "mayTransfer", hands_on && json_member(c->doc, STR("colleagues"))->count > 0);
    doc_z(c->a, c->doc, "notBy", turn && why != NULL ? why : "");
    doc_bool(c->a, c->doc, "mayNothing", !step && !asked);
    doc_bool(c->a, c->doc, "mayStep", step);
    doc_bool(c->a, c->doc, "handled", step || mine || !asked); /* else the card of its steps would be empty */
    desk_done(c);
    return enclosures_doc(c, &act, &d, "/cases/", desk || turn || d.state != DOSSIER_REVIEW, e) &&
           certificates_doc(c, &d, "/cases/", e);
}

/* What was done, as the queue says it afterwards; after anything else one stays with the case. */
static const struct {
    const char *act, *done;
} acts[] = { { "accept", "case-accepted" }, { "approve", "case-approved" }, { "refuse", "case-refused" },
             { "return", "case-returned" }, { "release", "case-released" }, { "transfer", "case-transferred" },
             { "answer", "case-answered" }, { "settle", "case-settled" },   { "recheck", "case-rechecked" },
             { "stop", "case-stopped" } };

const char *case_done(str act)
{
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        if (str_eq(act, str_of(acts[i].act))) return acts[i].done;
    }
    return NULL;
}

static bool act_on(struct call *c, const struct dossier *d, const struct subject *s, str what, struct err *e)
{
    struct dossier_act act = case_staff(c);
    act.office = case_office(c, s);
    struct dossier_desk *k = c->desk->dossiers;
    struct dossier_result done;
    struct dossier_ref ref = { .id = d->id };
    str defects[DOSSIER_DEFECTS_MAX], rest = act.reason, line;
    size_t n = 0;
    if (!str_to_i64(http_form_get(&c->form, STR("revision")), &ref.revision))
        return fail(e, INVALID, "这张表不完整，请刷新再来");
    if (str_eq(what, STR("take"))) return dossier_take(k, &act, ref, e);
    if (str_eq(what, STR("release"))) return dossier_release(k, &act, ref, e);
    if (str_eq(what, STR("accept"))) return dossier_accept(k, &act, ref, c->a, &done, e);
    if (str_eq(what, STR("approve"))) return dossier_approve(k, &act, ref, c->a, &done, e);
    if (str_eq(what, STR("refuse"))) return dossier_refuse(k, &act, ref, e);
    if (str_eq(what, STR("transfer"))) return handing_do(c, &act, ref, d, s, e);
    if (str_eq(what, STR("judge"))) {
        str holds = http_form_get(&c->form, STR("holds"));
        if (!str_eq(holds, STR("yes")) && !str_eq(holds, STR("no"))) return fail(e, INVALID, "请选“是”或者“否”");
        return dossier_judge(k, &act, ref, http_form_get(&c->form, STR("question")), str_eq(holds, STR("yes")), e);
    }
    bool task, ok = tasks_do(c, &act, ref, what, &task, e);
    if (task) return ok;
    if (!str_eq(what, STR("return"))) return fail(e, INVALID, "请选要做什么");
    while (n < DOSSIER_DEFECTS_MAX && str_split(&rest, '\n', &line)) {
        line = str_trim(line);
        if (line.len > 0) defects[n++] = line;
    }
    return dossier_return(k, &act, ref, defects, n, false, (date){ 0 }, e);
}

bool hall_case_act(struct call *c, struct err *e)
{
    struct dossier d;
    struct subject s;
    struct err why = { 0 };
    str what = http_form_get(&c->form, STR("act"));
    if (!case_load(c, &d, e) || !subject_load(c, d.entity, d.subject, &s, e)) return false;
    if (!act_on(c, &d, &s, what, &why)) return desk_again(c, &why, e) && hall_case_(c, e);
    c->redirect = str_fmt(c->a, "/cases/%.*s", STR_ARG(c->args[0]));
    const char *done = case_done(what);
    if (done != NULL) desk_back(c, STR("/queue"), done);
    return true;
}
