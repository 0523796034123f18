/* subject: a person (household, firm) as handlers need them: what is known, what they are entitled to, who looked. What
 * is shown goes through access_show, field by field; whether anything is shown, through access_may_see. */
#include "hall/hall_priv.h"

enum { LOOKS_SHOWN = 50 };

str subject_value(const struct subject *s, const char *field)
{
    VEC_EACH (const struct value_line, v, &s->values) {
        if (v->current && str_eq(v->field, str_of(field))) return v->value;
    }
    return STR("");
}

/* The codes of a place and of what it lies in. */
static void add_places(const struct program *p, str name, struct subject *s)
{
    const struct code_list *l = program_codes(p, STR("行政区划"));
    if (l == NULL || name.len == 0) return;
    const struct code_item *i = map_get(&l->by_name, name);
    while (i != NULL && s->place_count < sizeof s->places / sizeof *s->places) {
        s->places[s->place_count++] = i->code;
        i = i->upper > 0 ? &l->items.at[i->upper - 1] : NULL;
    }
}

bool subject_load(struct call *c, uint16_t entity, int64_t id, struct subject *out, struct err *e)
{
    static const char *const places[] = { "常住地", "住所地", "所在地", "单位参保地" };
    *out = (struct subject){ .entity = entity, .id = id };
    out->in_pool = pool_row_of(c->h->o.pool, entity, (uint64_t)id, &out->row);
    if (!registry_values(c->desk->registry, entity, id, c->a, &out->values, e)) return false;
    for (size_t i = 0; i < sizeof places / sizeof *places && out->place_count == 0; i++)
        add_places(c->h->p, subject_value(out, places[i]), out);
    const struct entity *en = &c->h->p->entities.at[entity];
    if (!access_may_see(&c->who, en->name, id, out->places, out->place_count))
        return fail(e, DENIED, "这个人不在您负责的地区，看不到档案");
    return true;
}

/* What the home page needs stands in the pool and the findings. */
bool subject_myself(struct call *c, struct subject *out, struct err *e)
{
    const struct entity *en = program_entity(c->h->p, c->who.entity);
    if (en == NULL || c->who.subject == 0) return fail(e, NOT_FOUND, "这个账户还没有和登记库里的人对上，请到窗口办理");
    *out = (struct subject){ .entity = en->id, .id = c->who.subject };
    out->in_pool = pool_row_of(c->h->o.pool, en->id, (uint64_t)out->id, &out->row);
    return true;
}

static str class_of(const struct entity *en, str field)
{
    int slot = entity_slot(en, field);
    return slot >= 0 ? en->slots.at[slot].class_ : STR("");
}

static str shown(struct call *c, const struct subject *s, const char *field)
{
    const struct entity *en = &c->h->p->entities.at[s->entity];
    return access_show(&c->who, class_of(en, str_of(field)), subject_value(s, field), c->a);
}

/* The same of a person, a firm, an institution. */
static str first_shown(struct call *c, const struct subject *s, const char *const names[3])
{
    str value = STR("");
    for (size_t i = 0; i < 3 && value.len == 0; i++) value = shown(c, s, names[i]);
    return value;
}

void subject_head(struct call *c, const struct subject *s, struct json *doc)
{
    struct json *o = doc_object(c->a, doc, "person");
    date birth;
    doc_int(c->a, o, "id", s->id);
    doc_str(c->a, o, "name", first_shown(c, s, (const char *const[]){ "姓名", "单位名称", "机构名称" }));
    doc_str(c->a, o, "idNumber", first_shown(c, s, (const char *const[]){ "身份证号", "信用代码", "机构代码" }));
    doc_str(c->a, o, "sex", shown(c, s, "性别"));
    doc_str(c->a, o, "home", first_shown(c, s, (const char *const[]){ "常住地", "所在地", "机构所在地" }));
    if (date_parse(shown(c, s, "出生日期"), &birth)) /* who may not see the day does not see the age */
        doc_fmt(c->a, o, "age", "%lld 岁", (long long)date_age_years(birth, c->today));
}

void subject_record(struct call *c, const struct subject *s, struct json *doc)
{
    const struct entity *en = &c->h->p->entities.at[s->entity];
    struct json fields = { .kind = JSON_ARRAY }, absent = fields;
    VEC_EACH (const struct value_line, v, &s->values) {
        str class_ = class_of(en, v->field), value = access_show(&c->who, class_, v->value, c->a);
        if (!v->current || access_sight(&c->who, class_) == SIGHT_HIDDEN || str_starts(v->value, STR("主体 ")))
            continue;
        bool none = str_eq(v->value, STR("假")) || str_eq(v->value, STR("无"));
        struct json *o = doc_object(c->a, none ? &absent : &fields, NULL);
        doc_str(c->a, o, "field", v->field);
        doc_str(c->a, o, "value",
                str_eq(v->value, STR("真"))   ? STR("是")
                : str_eq(v->value, STR("假")) ? STR("否")
                                              : value);
        doc_bool(c->a, o, "masked", !str_eq(value, v->value));
        doc_str(c->a, o, "origin", v->origin);
        doc_str(c->a, o, "asOf", words_day(c->a, v->as_of, c->today));
    }
    *doc_add(c->a, doc, "fields") = fields;
    *doc_add(c->a, doc, "absent") = absent;
    doc_int(c->a, doc, "absentCount", (int64_t)absent.count);
}

void subject_looks(struct call *c, const access_looks *looks, struct json *doc)
{
    struct json *list = doc_array(c->a, doc, "looks");
    for (size_t i = 0; i < looks->len && i < LOOKS_SHOWN; i++) {
        const struct access_look *k = &looks->at[i];
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "time", words_time(c->a, k->at));
        doc_str(c->a, o, "who", k->display);
        doc_str(c->a, o, "role", k->role);
        doc_str(c->a, o, "purpose", k->purpose);
        doc_str(c->a, o, "what", k->what);
    }
    doc_int(c->a, doc, "lookCount", (int64_t)looks->len);
}

/* ---- what they are entitled to ---- */

static str amount_of(struct call *c, const struct found_policy *p, uint32_t row)
{
    size_t low = 0, high = p->paid_count;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (p->paid_row[mid] < row)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == p->paid_count || p->paid_row[low] != row) return STR("");
    return words_sum(c->a, p->paid[low], p->scale, p->unit);
}

/* ---- how one comes to it ---- */

/* What handles a policy, and where whoever looks applies for it, for themselves or for them: "" when that is somebody
 * else's to do. NULL: no service of these packs. */
static const struct service *service_of(struct call *c, uint32_t policy, const struct subject *subject, str *href)
{
    bool self = access_scope(c->who.role) == SCOPE_SELF;
    const struct policy *newest = program_policy(c->h->p, c->h->p->policies.at[policy].name);
    const struct service *found = NULL;
    *href = STR("");
    VEC_EACH (const struct service, s, &c->h->p->services) {
        if (program_service(c->h->p, s->name) != s || service_on(c->h->p, s->id, c->rule_day) == NULL) continue;
        VEC_EACH (const uint32_t, q, &s->policies) {
            if (*q != newest->id || href->len > 0) continue;
            const char *base = me_apply_base(c, s);
            if (!self)
                *href = apply_for_href(c, s, subject);
            else if (base[0] != '\0')
                *href = words_href(c->a, base, s->name, "");
            if (found == NULL || href->len > 0) found = s;
        }
    }
    return found;
}

/* The first condition of the service itself that is certainly not met. */
static str not_now(struct call *c, const struct dossier_guide *g)
{
    VEC_EACH (const struct explanation, x, &g->verdicts) {
        VEC_EACH (const struct explained_criterion, k, &x->criteria) {
            if (k->met || k->outcome == OUTCOME_UNKNOWN) continue;
            return str_fmt(c->a, "还不符合申请的条件：%s“%.*s”%s", k->is_exclusion ? "有" : "没有达到",
                           STR_ARG(k->name), k->is_exclusion ? "的情形" : "");
        }
    }
    return STR("");
}

/* How who qualifies comes to it: where to apply; or the case that is under way; or in words why there is nothing to
 * press. Whom the service would refuse may have a person look. fresh: it is for who looks to have, and they do not
 * have it yet. */
struct way_to {
    str apply, anyway, running, state, how;
    bool fresh;
};

static bool way_to(struct call *c, uint32_t policy, const struct subject *s, struct way_to *out, struct err *e)
{
    bool self = access_scope(c->who.role) == SCOPE_SELF;
    str href;
    const struct service *v = service_of(c, policy, s, &href);
    *out = (struct way_to){ .apply = href, .fresh = true };
    if (v == NULL) {
        out->how = self ? STR("不在网上申请：怎样办，到窗口或者打 12333 问") : STR("没有办它的事项");
    } else if (v->applicants == SERVICE_APPLIES_OFFICE) {
        out->how = dossier_applicants(v, c->a);
    } else if (href.len == 0) {
        str by = dossier_applicants(v, c->a);
        out->how = str_fmt(c->a, "由%.*s申请", STR_ARG(by));
        out->fresh = false;
    } else if (v->entity == s->entity && service_on(c->h->p, v->id, c->today) != NULL) {
        struct dossier_guide g;
        struct dossier d;
        char number[DOSSIER_NUMBER_TEXT];
        if (!dossier_guide(c->desk->dossiers, v->name, s->id, STR(""), c->today, c->a, &g, e)) return false;
        if (g.open_already && !dossier_get(c->desk->dossiers, g.open_id, c->a, &d, e)) return false;
        out->fresh = !g.open_already && g.outlook != VERDICT_REFUSED;
        if (!out->fresh) out->apply = STR("");
        if (g.open_already) {
            dossier_number(g.open_id, number);
            out->running = str_fmt(c->a, "%s/cases/%s", self ? "/me" : "", number);
            out->state = case_state(d.state);
        } else if (!out->fresh) {
            out->how = not_now(c, &g);
            out->anyway = href;
        }
    }
    return true;
}

static void add_way(struct call *c, const struct way_to *w, struct json *o)
{
    doc_str(c->a, o, "applyHref", w->apply);
    doc_str(c->a, o, "caseHref", w->running);
    doc_str(c->a, o, "caseState", w->state);
    doc_str(c->a, o, "how", w->how);
}

struct lists {
    struct json *yes, *maybe, *no;
    int64_t fresh, paid; /* of yes: what they do not have yet; of those, what is money */
    int64_t running;     /* of yes: a case is under way */
};

static bool add_entitlement(struct call *c, const struct found_policy *p, const struct subject *s, const char *base,
                            struct lists *l, struct err *e)
{
    uint32_t row = s->row;
    enum verdict_kind kind = (enum verdict_kind)(*found_byte(p->kinds, row) & FOUND_KIND);
    const struct policy *q = program_policy(c->h->p, p->name);
    if (kind == VERDICT_NOT_IN_FORCE || q == NULL) return true;
    q = policy_on(c->h->p, q->id, c->rule_day);
    uint8_t stop = p->stops.at != NULL ? *found_byte(p->stops, row) & STOP_MAX : 0;
    const struct criterion *k = stop > 0 && stop <= q->criteria.len ? &q->criteria.at[stop - 1] : NULL;
    const struct ast_field *said =
        k != NULL ? field_sub(k->field, FIELD_POLICY_CRI_NOTE) : decl_field(q->decl, FIELD_POLICY_NOTE);
    bool sure = kind == VERDICT_QUALIFIED, refused = kind == VERDICT_REFUSED;
    struct way_to way = { 0 };
    if (sure && !way_to(c, q->id, s, &way, e)) return false;
    l->fresh += way.fresh;
    l->paid += way.fresh && p->unit.len > 0;
    l->running += way.running.len > 0;
    struct json *o = doc_object(c->a, sure ? l->yes : refused ? l->no : l->maybe, NULL);
    doc_str(c->a, o, "policy", p->name);
    doc_str(c->a, o, "href", words_href(c->a, base, p->name, ""));
    doc_z(c->a, o, "mark", sure ? "yes" : refused ? "no" : "ask");
    doc_z(c->a, o, "word", sure ? "符合" : refused ? "不符合" : "待补充");
    doc_str(c->a, o, "amount", sure ? amount_of(c, p, row) : STR(""));
    add_way(c, &way, o);
    doc_bool(c->a, o, "assumed", (*found_byte(p->kinds, row) & FOUND_ASSUMED) != 0);
    doc_bool(c->a, o, "unset", (*found_byte(p->kinds, row) & FOUND_UNSET) != 0);
    doc_str(c->a, o, "criterion", k != NULL ? k->name : STR(""));
    doc_bool(c->a, o, "exclusion", k != NULL && k->is_exclusion);
    doc_str(c->a, o, "sentence", said != NULL ? said->text : STR(""));
    return true;
}

bool subject_entitlements(struct call *c, const struct subject *s, const char *base, struct json *doc, struct err *e)
{
    const struct findings *f = c->h->o.found;
    str entity = c->h->p->entities.at[s->entity].name;
    struct json yes = { .kind = JSON_ARRAY }, maybe = yes, no = yes;
    struct lists l = { .yes = &yes, .maybe = &maybe, .no = &no };
    VEC_EACH (const struct found_policy, p, &f->policies) {
        const struct found_subjects *of = &f->subjects.at[p->subjects];
        if (s->in_pool && str_eq(of->entity, entity) && s->row < of->count && !add_entitlement(c, p, s, base, &l, e))
            return false;
    }
    *doc_add(c->a, doc, "found") = yes;
    *doc_add(c->a, doc, "pending") = maybe;
    *doc_add(c->a, doc, "refused") = no;
    doc_int(c->a, doc, "foundCount", (int64_t)yes.count);
    doc_int(c->a, doc, "freshCount", l.fresh);
    doc_int(c->a, doc, "paidCount", l.paid);
    doc_int(c->a, doc, "runningCount", l.running);
    doc_int(c->a, doc, "pendingCount", (int64_t)maybe.count);
    doc_int(c->a, doc, "refusedCount", (int64_t)no.count);
    doc_int(c->a, doc, "policyCount", (int64_t)(yes.count + maybe.count + no.count));
    doc_bool(c->a, doc, "known", s->in_pool);
    return true;
}

/* Who qualifies may apply. Whom it is about may have a person look: who applies all the same gets a decision from one
 * (docs/decisions/0054). */
static bool add_next(struct call *c, const struct policy *q, const struct subject *s, enum verdict_kind kind,
                     struct json *doc, struct err *e)
{
    bool yes = kind == VERDICT_QUALIFIED;
    struct way_to way = { 0 };
    if (yes && !way_to(c, q->id, s, &way, e)) return false;
    if (!yes && kind != VERDICT_NOT_IN_FORCE) service_of(c, q->id, s, &way.anyway);
    add_way(c, &way, doc);
    bool own = access_scope(c->who.role) == SCOPE_SELF && kind != VERDICT_NOT_IN_FORCE;
    doc_bool(c->a, doc, "mayAskReview", own && (!yes || way.anyway.len > 0));
    doc_str(c->a, doc, "reviewHref", own ? way.anyway : STR(""));
    doc_bool(c->a, doc, "reviewAny", own && way.anyway.len > 0);
    return true;
}

bool subject_why(struct call *c, const struct subject *s, str name, struct json *doc, struct err *e)
{
    const struct policy *q = program_policy(c->h->p, name);
    struct question ask = { .policy = name, .today = c->today, .rule_day = c->rule_day };
    struct explanation x;
    if (q == NULL || q->entity != s->entity) return fail(e, NOT_FOUND, "没有政策“%.*s”", STR_ARG(name));
    if (!s->in_pool) return fail(e, NOT_FOUND, "登记库里还没有这份资料");
    if (!question_facts(c->h->o.vocab, c->h->o.pool, q, s->row, c->a, &ask.facts, e) ||
        !answer(&x, c->h->o.set, &ask, c->a, e))
        return false;
    explanation_doc(c, &x, doc);
    return add_next(c, q, s, x.verdict.kind, doc, e);
}
