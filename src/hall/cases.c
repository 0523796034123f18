/* cases: applying for something and following it, as the person it is about. What the registry knows is not asked; what
 * is asked comes one thing a page, and travels in the form until it is submitted. */
#include "hall/hall_priv.h"

enum { ANSWERS_MAX = 60 << 10 };

static struct dossier_act as_self(struct call *c)
{
    return (struct dossier_act){ .who = str_fmt(c->a, "%lld", (long long)c->who.subject),
                                 .role = DOSSIER_ROLE_SELF,
                                 .office = STR(""),
                                 .day = c->today,
                                 .reason = str_trim(http_form_get(&c->form, STR("reason"))),
                                 .clock_ms = c->now * 1000 };
}

static const char *unit_zh(uint8_t unit)
{
    switch ((enum service_unit)unit) {
    case SERVICE_WORKDAYS: return "个工作日";
    case SERVICE_DAYS: return "日";
    case SERVICE_MONTHS: return "个月";
    case SERVICE_HOURS: return "小时";
    }
    return "";
}

static str time_text(struct call *c, struct service_time t)
{
    t = service_time_on(c->h->p, t, c->today);
    return t.count == 0 ? STR("") : str_fmt(c->a, "%u %s", (unsigned)t.count, unit_zh(t.unit));
}

bool hall_services(struct call *c, struct err *e)
{
    (void)e;
    struct json *list = doc_array(c->a, c->doc, "services");
    VEC_EACH (const struct service, s, &c->h->p->services) {
        if (program_service(c->h->p, s->name) != s || service_on(c->h->p, s->id, c->rule_day) == NULL) continue;
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "name", s->name);
        doc_str(c->a, o, "href", words_href(c->a, "/me/apply/", s->name, ""));
        doc_str(c->a, o, "subject", c->h->p->entities.at[s->entity].name);
        doc_str(c->a, o, "limit", time_text(c, s->limit));
    }
    return true;
}

/* ---- applying ---- */

static void add_guide(struct call *c, const struct dossier_guide *g)
{
    struct json *list = doc_array(c->a, c->doc, "materials");
    VEC_EACH (const struct dossier_material, m, &g->materials) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "name", m->name);
        doc_str(c->a, o, "text", m->text);
    }
    list = doc_array(c->a, c->doc, "reasons");
    VEC_EACH (const struct explanation, x, &g->verdicts) {
        VEC_EACH (const struct explained_criterion, k, &x->criteria) {
            if (k->met || k->outcome == OUTCOME_UNKNOWN) continue;
            struct json *o = doc_object(c->a, list, NULL);
            doc_str(c->a, o, "name", k->name);
            doc_str(c->a, o, "sentence", k->sentence);
        }
    }
    list = doc_array(c->a, c->doc, "summaries");
    VEC_EACH (const struct explanation, x, &g->verdicts) doc_str(c->a, list, NULL, x->summary);
    doc_bool(c->a, c->doc, "refused", g->outlook == VERDICT_REFUSED);
    doc_str(c->a, c->doc, "limit", time_text(c, g->service->limit));
    doc_str(c->a, c->doc, "name", g->service->name);
    doc_str(c->a, c->doc, "action", words_href(c->a, "/me/apply/", g->service->name, ""));
    doc_int(c->a, c->doc, "questionCount", (int64_t)g->questions.len);
    doc_int(c->a, c->doc, "materialCount", (int64_t)g->materials.len);
    char number[DOSSIER_NUMBER_TEXT];
    dossier_number(g->open_id, number);
    doc_str(c->a, c->doc, "openHref", g->open_already ? str_fmt(c->a, "/me/cases/%s", number) : STR(""));
}

static bool guide_of(struct call *c, const struct subject *s, str answers, struct dossier_guide *g, struct err *e)
{
    const struct service *v = program_service(c->h->p, c->args[0]);
    if (v == NULL || v->entity != s->entity) return fail(e, NOT_FOUND, "没有“%.*s”这件事可以办", STR_ARG(c->args[0]));
    c->title = v->name;
    return dossier_guide(c->desk->dossiers, v->name, s->id, answers, c->today, c->a, g, e);
}

bool hall_apply(struct call *c, struct err *e)
{
    struct subject s;
    struct dossier_guide g = { 0 };
    if (!subject_myself(c, &s, e) || !guide_of(c, &s, STR(""), &g, e)) return false;
    doc_bool(c->a, c->doc, "begin", true);
    add_guide(c, &g);
    doc_z(c->a, c->doc, "answers", "{}");
    return true;
}

/* The answers so far with the new one; what is asked again replaces what was said. */
static bool join_answers(struct call *c, str *out, struct err *e)
{
    const struct json *j = NULL;
    str so_far = http_form_get(&c->form, STR("answers")), path = http_form_get(&c->form, STR("path"));
    str answer = question_answer(c, &c->form);
    if (so_far.len > ANSWERS_MAX) return fail(e, LIMIT, "填的内容太多");
    if (!json_read(c->a, so_far.len > 0 ? so_far : STR("{}"), &j, e) || j->kind != JSON_OBJECT)
        return fail(e, INVALID, "这张表不完整，请从头再来");
    struct json *all = doc_new(c->a);
    for (size_t i = 0; i < j->count; i++) {
        if (!str_eq(j->keys[i], path)) *doc_add(c->a, all, str_dup(c->a, j->keys[i]).p) = j->items[i];
    }
    bool skip = http_form_get(&c->form, STR("skip")).p != NULL;
    if (path.len > 0 && !skip && answer.len > 0) question_fact(c->a, all, path, answer);
    if (path.len > 0 && skip) doc_z(c->a, all, str_dup(c->a, path).p, "无");
    struct text t;
    struct json_writer w;
    text_init(&t, c->a, ANSWERS_MAX);
    json_begin(&w, &t, false);
    doc_write(&w, all);
    *out = text_str(&t);
    return true;
}

static const struct dossier_question *next_question(const struct dossier_guide *g, str asked_again)
{
    VEC_EACH (const struct dossier_question, q, &g->questions) {
        if (asked_again.len > 0 ? str_eq(q->name, asked_again) : !q->answered) return q;
    }
    return NULL;
}

static void add_check(struct call *c, const struct dossier_guide *g)
{
    char key[CRYPTO_TOKEN + 1];
    struct err e = { 0 };
    struct json *list = doc_array(c->a, c->doc, "given");
    VEC_EACH (const struct dossier_question, q, &g->questions) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "name", q->name);
        doc_str(c->a, o, "ask", q->ask);
        doc_str(c->a, o, "value", q->value);
    }
    doc_bool(c->a, c->doc, "check", true);
    doc_str(c->a, c->doc, "key", crypto_token(key, &e) ? str_dup(c->a, str_of(key)) : STR(""));
}

static bool submit(struct call *c, const struct subject *s, str answers, struct err *e)
{
    struct dossier_act act = as_self(c);
    struct dossier_result done;
    struct dossier_request q = { .service = c->args[0],
                                 .subject = s->id,
                                 .channel = DOSSIER_ONLINE,
                                 .answers = answers,
                                 .key = http_form_get(&c->form, STR("key")),
                                 .anyway = http_form_get(&c->form, STR("anyway")).p != NULL };
    char number[DOSSIER_NUMBER_TEXT];
    if (!dossier_apply(c->desk->dossiers, &act, &q, c->a, &done, e)) return false;
    dossier_number(done.id, number);
    c->redirect = str_fmt(c->a, "/me/cases/%s?new=1", number);
    doc_str(c->a, c->doc, "number", str_dup(c->a, str_of(number)));
    doc_str(c->a, c->doc, "due", done.has_due ? words_day(c->a, done.due, c->today) : STR(""));
    return true;
}

bool hall_apply_step(struct call *c, struct err *e)
{
    struct subject s;
    struct dossier_guide g = { 0 };
    struct err wrong = { 0 };
    str answers, before = http_form_get(&c->form, STR("answers"));
    str again = http_form_get(&c->form, STR("change"));
    if (!subject_myself(c, &s, e) || !join_answers(c, &answers, e)) return false;
    if (http_form_get(&c->form, STR("submit")).p != NULL) return submit(c, &s, answers, e);
    if (!guide_of(c, &s, answers, &g, &wrong)) {
        if (wrong.code != ERR_INVALID || before.len == 0) return *e = wrong, false;
        c->problem = str_dup(c->a, str_of(err_cause(&wrong))); /* the new answer cannot be used: asked again */
        answers = before;
        again = http_form_get(&c->form, STR("path"));
        if (!guide_of(c, &s, answers, &g, e)) return false;
    }
    bool unanswered = http_form_get(&c->form, STR("path")).len > 0 && http_form_get(&c->form, STR("skip")).p == NULL &&
                      question_answer(c, &c->form).len == 0;
    if (unanswered && c->problem.len == 0) {
        c->problem = STR("请先回答这一样");
        again = http_form_get(&c->form, STR("path"));
    }
    const struct dossier_question *q = next_question(&g, again);
    add_guide(c, &g);
    doc_str(c->a, c->doc, "answers", answers);
    if (q == NULL) {
        add_check(c, &g);
        return true;
    }
    question_doc(c, q->type, q->optional, q->ask, q->name, c->doc);
    doc_bool(c->a, c->doc, "optional", q->optional);
    return true;
}

/* ---- following ---- */

str case_state(enum dossier_state s) { return str_of(dossier_machine.states[s].name); }

static const char *mark_of(enum dossier_state s)
{
    if (s == DOSSIER_GRANTED || s == DOSSIER_PAYING) return "yes";
    if (s == DOSSIER_CORRECTING || s == DOSSIER_OFFERED || s == DOSSIER_DRAFT) return "ask";
    if (s == DOSSIER_REFUSED || s == DOSSIER_REVOKED) return "late";
    return "no";
}

void case_line(struct call *c, const struct dossier_line *l, const char *base, struct json *list)
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
    doc_str(c->a, o, "note", l->c.note);
}

bool hall_cases(struct call *c, struct err *e)
{
    struct subject s;
    dossier_lines lines = { 0 };
    if (!subject_myself(c, &s, e)) return false;
    struct dossier_query q = {
        .subject = str_fmt(c->a, "%lld", (long long)s.id), .states = UINT32_MAX, .day = c->today, .max = 100
    };
    if (!dossier_queue(c->desk->dossiers, &q, c->a, &lines, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "cases");
    VEC_EACH (const struct dossier_line, l, &lines) case_line(c, l, "/me/cases/", list);
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
    }
    return true;
}

static bool add_times(struct call *c, int64_t id, struct err *e)
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
        doc_fmt(c->a, o, "left", "%lld %s", (long long)k->left_days, unit_zh(k->limit.unit));
        doc_bool(c->a, o, "suspended", k->suspended);
        doc_z(c->a, o, "light", lights[k->light]);
    }
    list = doc_array(c->a, c->doc, "events");
    VEC_EACH (const struct dossier_event, v, &events) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "time", words_time(c->a, v->time_ms / 1000));
        doc_str(c->a, o, "what", dossier_event_zh(v, c->a));
        doc_str(c->a, o, "role", v->role);
    }
    return true;
}

/* The case of a number, as who may see it sees it. */
static bool load_case(struct call *c, struct dossier *d, struct err *e)
{
    int64_t id;
    char number[DOSSIER_NUMBER_TEXT];
    if (!dossier_number_read(c->args[0], &id, e) || !dossier_get(c->desk->dossiers, id, c->a, d, e)) return false;
    bool mine = str_eq(c->h->p->entities.at[d->entity].name, c->who.entity) && d->subject == c->who.subject;
    if (c->who.role == ROLE_WORKER && !mine) return fail(e, NOT_FOUND, "没有这件办件");
    dossier_number(id, number);
    doc_str(c->a, c->doc, "number", str_dup(c->a, str_of(number)));
    doc_str(c->a, c->doc, "name", d->name);
    doc_str(c->a, c->doc, "state", case_state(d->state));
    doc_z(c->a, c->doc, "mark", mark_of(d->state));
    doc_str(c->a, c->doc, "note", d->note);
    doc_str(c->a, c->doc, "holder", d->holder);
    doc_int(c->a, c->doc, "revision", d->revision);
    doc_str(c->a, c->doc, "opened", words_day(c->a, d->opened, c->today));
    c->title = str_fmt(c->a, "%.*s %s", STR_ARG(d->name), number);
    return true;
}

/* What this person may do now, as the table of the life cycle says. */
static bool may(const struct dossier *d, const char *move)
{
    return machine_find(&dossier_machine, (uint8_t)d->state, str_of(move)) != NULL;
}

bool hall_my_case(struct call *c, struct err *e)
{
    struct dossier d;
    if (!load_case(c, &d, e) || !add_times(c, d.id, e) || !add_money(c, d.id, e)) return false;
    doc_bool(c->a, c->doc, "isNew", http_form_get(&c->query, STR("new")).p != NULL);
    doc_bool(c->a, c->doc, "mayWithdraw", may(&d, "撤回"));
    doc_bool(c->a, c->doc, "mayObject", d.state == DOSSIER_REFUSED);
    doc_bool(c->a, c->doc, "mayRate", d.has_decided && d.service->rated);
    doc_bool(c->a, c->doc, "mayConfirm", d.state == DOSSIER_OFFERED);
    return true;
}

bool hall_my_case_act(struct call *c, struct err *e)
{
    struct dossier d;
    struct dossier_act act = as_self(c);
    struct dossier_result done;
    int64_t level, objection;
    if (!load_case(c, &d, e)) return false;
    struct dossier_ref ref = { .id = d.id };
    struct dossier_desk *k = c->desk->dossiers;
    str what = http_form_get(&c->form, STR("act"));
    bool ok;
    if (str_eq(what, STR("withdraw")))
        ok = dossier_withdraw(k, &act, ref, e);
    else if (str_eq(what, STR("object")))
        ok = dossier_object(k, &act, ref, &objection, e);
    else if (str_eq(what, STR("confirm")) || str_eq(what, STR("decline")))
        ok = dossier_confirm(k, &act, ref, str_eq(what, STR("confirm")), STR(""), c->a, &done, e);
    else if (str_to_i64(what, &level) && level >= 1 && level <= 5)
        ok = dossier_rate(k, &act, ref, (int)level, e);
    else
        ok = fail(e, INVALID, "请选要做什么");
    c->redirect = str_fmt(c->a, "/me/cases/%.*s", STR_ARG(c->args[0]));
    return ok;
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
            doc_str(c->a, row, "file", s->file);
            doc_int(c->a, row, "row", (int64_t)s->row);
            doc_bool(c->a, row, "declared", s->declared);
            doc_str(c->a, row, "asOf", s->has_as_of ? words_day(c->a, s->as_of, c->today) : STR(""));
            doc_bool(c->a, row, "stale", s->stale);
        }
    }
    return true;
}

/* The answers of the form, as this reader may see them: by the class of the field each is for. */
static bool add_answers(struct call *c, const struct dossier *d, struct err *e)
{
    const struct json *j;
    struct json *list = doc_array(c->a, c->doc, "given");
    if (d->answers.len == 0) return true;
    if (!json_read(c->a, d->answers, &j, e)) return false;
    for (size_t i = 0; j->kind == JSON_OBJECT && i < j->count; i++) {
        int slot = entity_slot(&c->h->p->entities.at[d->entity], j->keys[i]);
        str class_ = slot >= 0 ? c->h->p->entities.at[d->entity].slots.at[slot].class_ : STR("");
        const struct json *v = &j->items[i];
        str value = v->kind == JSON_STRING ? v->string
                    : v->kind == JSON_BOOL ? (v->boolean ? STR("是") : STR("否"))
                                           : STR("");
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "name", j->keys[i]);
        doc_str(c->a, o, "value", access_show(&c->who, class_, value, c->a));
    }
    return true;
}

bool hall_case_(struct call *c, struct err *e)
{
    struct dossier d;
    struct subject s;
    if (!load_case(c, &d, e)) return false;
    const struct entity *en = &c->h->p->entities.at[d.entity];
    c->who.purpose = str_fmt(c->a, "办理 %.*s %.*s", STR_ARG(d.name), STR_ARG(c->args[0]));
    if (!subject_load(c, d.entity, d.subject, &s, e) ||
        !access_look(c->desk->store, &c->who, en->name, d.subject, STR("办件"), c->now, e) || !add_times(c, d.id, e) ||
        !add_money(c, d.id, e) || !add_evidence(c, &d, e) || !add_grounds(c, &d, e) || !add_answers(c, &d, e))
        return false;
    subject_head(c, &s, c->doc);
    subject_record(c, &s, c->doc);
    /* Buttons for what this role can do now; whether it may, dossier decides again. */
    bool desk = c->who.role == ROLE_COUNTER || c->who.role == ROLE_OPERATOR;
    bool mine =
        d.step < d.service->steps.len && str_eq(d.service->steps.at[d.step].role, str_of(access_role_zh(c->who.role)));
    bool decides = d.state == DOSSIER_REVIEW && mine, accepts = d.state == DOSSIER_SUBMITTED && desk;
    doc_bool(c->a, c->doc, "mayTake", d.holder.len == 0 && (decides || accepts));
    doc_bool(c->a, c->doc, "mayRelease", str_eq(d.holder, c->who.name));
    doc_bool(c->a, c->doc, "mayAccept", accepts);
    doc_bool(c->a, c->doc, "mayReturn", (decides || accepts) && (d.flags & DOSSIER_CORRECTED) == 0);
    doc_bool(c->a, c->doc, "mayDecide", decides);
    doc_bool(c->a, c->doc, "mayNothing", !decides && !accepts);
    return true;
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
    if (!load_case(c, &d, e) || !subject_load(c, d.entity, d.subject, &s, e) ||
        !act_on(c, &d, &s, http_form_get(&c->form, STR("act")), e))
        return false;
    bool done = !str_eq(http_form_get(&c->form, STR("act")), STR("take"));
    c->redirect = done ? STR("/queue") : str_fmt(c->a, "/cases/%.*s", STR_ARG(c->args[0]));
    return true;
}
