/* apply: applying for something, and putting right what was returned. What the registry knows is not asked; what is
 * asked comes one thing a page, and travels in the form until it is submitted. */
#include "hall/hall_priv.h"

enum { ANSWERS_MAX = 60 << 10 };

/* ---- what there is ---- */

void apply_service(struct call *c, const struct service *s, struct json *list)
{
    if (program_service(c->h->p, s->name) != s || service_on(c->h->p, s->id, c->rule_day) == NULL) return;
    bool firm = c->who.account != 0 && me_is_firm(c);
    const char *base = me_apply_base(c, s);
    if (base[0] == '\0' && firm) return; /* a firm sees what a firm does */
    struct json *o = doc_object(c->a, list, NULL);
    str subject = c->h->p->entities.at[s->entity].name;
    bool theirs = s->applicants == SERVICE_APPLIES_SELF && !str_eq(subject, STR("人员"));
    doc_str(c->a, o, "name", s->name);
    doc_str(c->a, o, "href", base[0] != '\0' ? words_href(c->a, base, s->name, "") : STR(""));
    doc_str(c->a, o, "subject", subject);
    doc_str(c->a, o, "limit", words_limit(c, s->limit));
    doc_str(c->a, o, "applicants", theirs ? subject : dossier_applicants(s, c->a)); /* 本人 of a firm is the firm */
    doc_bool(c->a, o, "forStaff", str_eq(str_of(base), STR("/me/bulk/")));
    doc_bool(c->a, o, "byFirm", firm);
}

bool hall_services(struct call *c, struct err *e)
{
    (void)e;
    struct json *list = doc_array(c->a, c->doc, "services");
    VEC_EACH (const struct service, s, &c->h->p->services) apply_service(c, s, list);
    return true;
}

/* ---- applying ---- */

/* What decides, each sentence once. An item asks its own conditions and its policies: "符合" of the one beside "不符合"
 * of the other would be read as both; and of two that decide each says what it is about. */
static void add_summaries(struct call *c, const struct dossier_guide *g)
{
    struct json *list = doc_array(c->a, c->doc, "summaries");
    bool good = g->outlook == VERDICT_QUALIFIED;
    VEC(const struct explanation *) decide = { 0 };
    VEC_EACH (const struct explanation, x, &g->verdicts) {
        bool plain = good ? x->amount.len == 0 && !x->verdict.assumed : x->verdict.kind == VERDICT_QUALIFIED;
        if (!plain) *vec_push(c->a, &decide) = x;
    }
    if (decide.len == 0 && g->verdicts.len > 0) *vec_push(c->a, &decide) = &g->verdicts.at[0];
    VEC_EACH (const struct explanation *, x, &decide) {
        str name = decide.len > 1 ? (*x)->policy->name : STR("");
        doc_str(c->a, list, NULL,
                str_fmt(c->a, "%.*s%s%.*s", STR_ARG(name), name.len > 0 ? "：" : "", STR_ARG((*x)->summary)));
    }
}

/* Whom an application is about: whoever is signed in; when a case was returned, whom that case is about; at the counter
 * whoever stands there. */
struct applying {
    int64_t subject, id; /* id: of the case, 0 a new one */
    bool own;            /* what rules say is for who reads it: not for a firm that looks at somebody's case */
    bool staff;          /* at the counter */
    str service;
    str answers, applicant; /* of the case */
    str office;             /* staff: where they stand */
    uint16_t entity;        /* of who may apply for it themselves */
};

str apply_for_href(struct call *c, const struct service *v, const struct subject *s)
{
    bool may = desk_is(c, APPLIES_FOR) && dossier_applies_self(c->h->p, v, s->entity);
    return may ? words_href(c->a, str_fmt(c->a, "/people/%lld/apply/", (long long)s->id).p, v->name, "") : STR("");
}

static void add_guide(struct call *c, const struct dossier_guide *g, const struct applying *t)
{
    bool own = t->own;
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
            doc_bool(c->a, o, "exclusion", k->is_exclusion);
            doc_str(c->a, o, "sentence", k->sentence);
        }
    }
    if (own)
        add_summaries(c, g);
    else
        doc_array(c->a, c->doc, "summaries");
    doc_bool(c->a, c->doc, "refused", own && g->outlook == VERDICT_REFUSED);
    /* Other pages show what was found when the hall was opened. */
    doc_str(c->a, c->doc, "foundAsOf", words_day(c->a, c->h->o.found->today, (date){ 0 }));
    doc_str(c->a, c->doc, "limit", words_limit(c, g->service->limit));
    doc_str(c->a, c->doc, "name", g->service->name);
    const char *base = t->staff ? str_fmt(c->a, "/people/%lld/apply/", (long long)t->subject).p : "/me/apply/";
    doc_str(c->a, c->doc, "action", words_href(c->a, base, g->service->name, ""));
    doc_bool(c->a, c->doc, "staff", t->staff);
    doc_str(c->a, c->doc, "backHref",
            t->staff ? str_fmt(c->a, "/people/%lld", (long long)t->subject) : STR("/services"));
    doc_z(c->a, c->doc, "backText", t->staff ? "档案" : "办事");
    doc_str(c->a, c->doc, "reason", desk_field(c, "reason"));
    desk_int(c, c->doc, "questionCount", (int64_t)g->questions.len);
    doc_int(c->a, c->doc, "materialCount", (int64_t)g->materials.len);
    char number[DOSSIER_NUMBER_TEXT];
    dossier_number(g->open_id, number);
    doc_str(c->a, c->doc, "openHref",
            g->open_already ? str_fmt(c->a, "%s/cases/%s", t->staff ? "" : "/me", number) : STR(""));
}

static str plain_answers(struct call *c, str answers);

static bool applying_of(struct call *c, str number, struct applying *out, struct err *e)
{
    struct subject s;
    struct dossier d;
    *out = (struct applying){ 0 };
    doc_str(c->a, c->doc, "case", number);
    out->staff = desk_is(c, APPLIES_FOR);
    out->service = c->args[out->staff ? 1 : 0];
    str what = str_fmt(c->a, "代办：%.*s", STR_ARG(out->service));
    bool goes_on = c->q->method == HTTP_POST && !c->who.is_token; /* noted once, however it was begun */
    if (out->staff ? !counter_opened(c, &s, what.p, goes_on, e) : !subject_myself(c, &s, e)) return false;
    out->subject = s.id, out->entity = s.entity, out->own = true;
    if (out->staff) {
        subject_head(c, &s, c->doc);
        out->office = case_office(c, &s);
        return true;
    }
    if (number.len == 0) return true;
    if (!case_mine(c, number, &d, e)) return false;
    if (d.state != DOSSIER_CORRECTING || !str_eq(d.name, out->service) || !me_applied(c, &d))
        return fail(e, CONFLICT, "这件现在不用补正");
    *out = (struct applying){ .subject = d.subject,
                              .id = d.id,
                              .own = d.subject == c->who.subject,
                              .service = out->service,
                              .answers = plain_answers(c, d.answers),
                              .applicant = d.applicant };
    doc_str(c->a, c->doc, "defects", d.note);
    return true;
}

static bool guide_of(struct call *c, const struct applying *t, str answers, struct dossier_guide *g, struct err *e)
{
    const struct service *v = program_service(c->h->p, t->service);
    if (v == NULL) return fail(e, NOT_FOUND, "没有“%.*s”这件事可以办", STR_ARG(t->service));
    if (t->id == 0 && !dossier_may_apply(c->h->p, v, t->entity, e)) return false;
    c->title = v->name;
    return dossier_guide(c->desk->dossiers, v->name, t->subject, answers, c->today, c->a, g, e);
}
static str answers_text(struct call *c, const struct json *all)
{
    struct text t;
    struct json_writer w;
    text_init(&t, c->a, ANSWERS_MAX);
    json_begin(&w, &t, false);
    doc_write(&w, all);
    return text_str(&t);
}

/* Without what reviewers concluded, which is theirs to say again. */
static str plain_answers(struct call *c, str answers)
{
    const struct json *j;
    struct err e = { 0 };
    struct json *all = doc_new(c->a);
    if (answers.len == 0 || !json_read(c->a, answers, &j, &e)) return STR("{}");
    for (size_t i = 0; j->kind == JSON_OBJECT && i < j->count; i++) {
        if (!str_starts(j->keys[i], STR("人工判断("))) *doc_add(c->a, all, str_dup(c->a, j->keys[i]).p) = j->items[i];
    }
    return answers_text(c, all);
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
    if (http_form_get(&c->form, STR("keep")).p != NULL) path = STR(""); /* what is registered stays */
    if (path.len > 0 && !skip && answer.len > 0) question_fact(c->a, all, path, answer);
    if (path.len > 0 && skip) doc_z(c->a, all, str_dup(c->a, path).p, "无");
    *out = answers_text(c, all);
    return true;
}

static const struct dossier_question *next_question(const struct dossier_guide *g, str asked_again)
{
    VEC_EACH (const struct dossier_question, q, &g->known) {
        if (str_eq(q->name, asked_again)) return q;
    }
    VEC_EACH (const struct dossier_question, q, &g->questions) {
        if (asked_again.len > 0 ? str_eq(q->name, asked_again) : !q->answered) return q;
    }
    return NULL;
}

/* What was typed: of text a rule's value has marks around it. */
static str typed_before(struct call *c, str answers, str name)
{
    const struct json *j, *answer;
    struct err none = { 0 };
    if (!json_read(c->a, answers, &j, &none) || j->kind != JSON_OBJECT) return STR("");
    answer = json_member(j, name);
    return answer != NULL && answer->kind == JSON_STRING ? answer->string : STR("");
}

/* As people say it: rules write 真 and 假. */
static str as_said(const struct dossier_question *q)
{
    if (q->type.kind != TYPE_BOOL) return q->value;
    return str_eq(q->value, STR("真")) ? STR("是") : str_eq(q->value, STR("假")) ? STR("否") : q->value;
}

static str said(struct call *c, str answers, const struct dossier_question *q)
{
    return q->type.kind == TYPE_TEXT ? typed_before(c, answers, q->name) : as_said(q);
}

/* What the registry has already, as this reader may see it: whoever finds it wrong says it anew. */
static void add_known(struct call *c, const struct dossier_guide *g, const struct applying *t)
{
    struct json *list = doc_array(c->a, c->doc, "known");
    const struct entity *en = &c->h->p->entities.at[g->service->entity];
    bool theirs = t->staff || (t->own && str_eq(c->who.entity, en->name)); /* numbers are of one kind of subject each */
    VEC_EACH (const struct dossier_question, q, &g->known) {
        int slot = entity_slot(en, q->name);
        if (!theirs || q->type.kind == TYPE_RECORD || slot < 0) continue;
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "name", q->name);
        bool none = str_eq(q->value, STR("无")); /* nothing to mask */
        doc_str(c->a, o, "value", none ? q->value : access_show(&c->who, en->slots.at[slot].class_, as_said(q), c->a));
    }
    doc_bool(c->a, c->doc, "knownAny", list->count > 0);
}

static void add_check(struct call *c, const struct dossier_guide *g, const struct applying *t, str answers)
{
    char key[CRYPTO_TOKEN + 1];
    struct err e = { 0 };
    struct json *list = doc_array(c->a, c->doc, "given");
    const struct entity *self = program_entity(c->h->p, c->who.entity);
    VEC_EACH (const struct dossier_question, q, &g->questions) {
        if (me_is_firm(c) && q->type.kind == TYPE_RECORD && self != NULL && q->type.ref == self->id) continue;
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "name", q->name);
        doc_str(c->a, o, "ask", q->ask);
        doc_str(c->a, o, "value", said(c, answers, q));
    }
    add_known(c, g, t);
    doc_bool(c->a, c->doc, "check", true);
    doc_str(c->a, c->doc, "key", crypto_token(key, &e) ? str_dup(c->a, str_of(key)) : STR(""));
}

/* A new application begins with what it takes; one that was returned, with what was said, to be changed. */
bool hall_apply(struct call *c, struct err *e)
{
    struct applying t;
    struct dossier_guide g = { 0 };
    if (!applying_of(c, desk_asked(c, "case"), &t, e) || !guide_of(c, &t, t.id != 0 ? t.answers : STR(""), &g, e))
        return false;
    add_guide(c, &g, &t);
    doc_str(c->a, c->doc, "answers", t.id != 0 ? t.answers : STR("{}"));
    if (t.id != 0)
        add_check(c, &g, &t, t.answers);
    else
        doc_bool(c->a, c->doc, "begin", true);
    return true;
}

static bool submit(struct call *c, const struct applying *t, str answers, struct err *e)
{
    struct dossier_act act = t->staff ? case_staff(c) : me_act(c);
    struct dossier_result done;
    struct dossier_request q = { .service = t->service,
                                 .subject = t->subject,
                                 .channel = t->staff      ? DOSSIER_AT_COUNTER
                                            : kiosk_is(c) ? DOSSIER_AT_KIOSK
                                                          : DOSSIER_ONLINE,
                                 .answers = answers,
                                 .key = desk_field(c, "key"),
                                 .anyway = desk_field(c, "anyway").len > 0 };
    char number[DOSSIER_NUMBER_TEXT];
    struct dossier_desk *k = c->desk->dossiers;
    if (t->staff) act.office = t->office;
    if (t->id != 0) act.who = t->applicant; /* the number it was written down under */
    if (t->id != 0 ? !dossier_submit(k, &act, t->id, answers, c->a, &done, e)
                   : !dossier_apply(k, &act, &q, c->a, &done, e))
        return false;
    dossier_number(done.id, number);
    c->redirect = t->staff ? str_fmt(c->a, "/cases/%s", number)
                           : str_fmt(c->a, "/me/cases/%s%s", number, t->id != 0 ? "" : "?new=1");
    doc_str(c->a, c->doc, "number", str_dup(c->a, str_of(number)));
    doc_str(c->a, c->doc, "due", done.has_due ? words_day(c->a, done.due, c->today) : STR(""));
    return true;
}

bool hall_apply_step(struct call *c, struct err *e)
{
    struct applying t;
    struct dossier_guide g = { 0 };
    struct err wrong = { 0 };
    str answers, before = http_form_get(&c->form, STR("answers"));
    str again = http_form_get(&c->form, STR("change"));
    if (!applying_of(c, desk_field(c, "case"), &t, e)) return c->lapsed && !c->wants_json && again_why(c);
    if (!join_answers(c, &answers, e)) return false;
    bool submits = http_form_get(&c->form, STR("submit")).p != NULL;
    bool unsaid = submits && t.staff && desk_field(c, "reason").len == 0;
    if (submits && !unsaid) return submit(c, &t, answers, e);
    if (unsaid) c->problem = STR("请写本人在场，还是受谁委托"), c->status = 422;
    if (!guide_of(c, &t, answers, &g, &wrong)) {
        if (wrong.code != ERR_INVALID || before.len == 0) return *e = wrong, false;
        c->problem = str_dup(c->a, str_of(err_cause(&wrong))); /* the new answer cannot be used: asked again */
        answers = before;
        again = http_form_get(&c->form, STR("path"));
        if (!guide_of(c, &t, answers, &g, e)) return false;
    }
    bool unanswered = http_form_get(&c->form, STR("path")).len > 0 && http_form_get(&c->form, STR("skip")).p == NULL &&
                      http_form_get(&c->form, STR("keep")).p == NULL && again.len == 0 &&
                      question_answer(c, &c->form).len == 0;
    if (unanswered && c->problem.len == 0) {
        c->problem = STR("请先回答这一样");
        again = http_form_get(&c->form, STR("path"));
    }
    const struct dossier_question *q = next_question(&g, again); /* NULL: everything was answered */
    add_guide(c, &g, &t);
    doc_str(c->a, c->doc, "answers", answers);
    if (q == NULL) {
        add_check(c, &g, &t, answers);
        return true;
    }
    str typed = c->problem.len > 0 ? http_form_get(&c->form, STR("answer")) : typed_before(c, answers, q->name);
    question_doc(c, q->type, q->optional, q->ask, q->name, typed, c->doc);
    bool first = q == g.questions.at, anew = q >= g.known.at && q < g.known.at + g.known.len;
    doc_str(c->a, c->doc, "before", anew || first ? STR("") : q[-1].name);
    doc_bool(c->a, c->doc, "optional", q->optional && !anew);
    doc_bool(c->a, c->doc, "anew", anew);
    return true;
}

/* At the counter: the same pages, in the name of whoever's record is open. */
bool hall_apply_for(struct call *c, struct err *e) { return hall_apply(c, e); }
bool hall_apply_for_step(struct call *c, struct err *e) { return hall_apply_step(c, e); }
