/* counter: finding a person by what stands on their card, and their record. Why it is looked at is asked first, kept
 * with the look, and shown to the person; it holds for half an hour. */
#include "base/idcard.h"
#include "base/utf8.h"
#include "hall/hall_priv.h"

enum { PURPOSE_SECONDS = 1800, LOOKS_MAX = 20, PURPOSE_MIN = 4 /* characters */ };

bool hall_counter(struct call *c, struct err *e)
{
    (void)e;
    doc_str(c->a, c->doc, "key", http_form_get(&c->query, STR("key")));
    return true;
}

static bool again(struct call *c, const char *problem, struct err *e)
{
    if (c->wants_json) return fail(e, INVALID, "%s", problem);
    c->problem = str_of(problem);
    c->status = 422;
    doc_str(c->a, c->doc, "key", http_form_get(&c->form, STR("key")));
    doc_str(c->a, c->doc, "purpose", http_form_get(&c->form, STR("purpose")));
    return true;
}

bool hall_counter_open(struct call *c, struct err *e)
{
    str key = str_trim(http_form_get(&c->form, STR("key"))),
        purpose = str_trim(http_form_get(&c->form, STR("purpose")));
    struct idcard card;
    enum idcard_fault fault = idcard_read(key, &card);
    uint16_t entity;
    int64_t id;
    struct err unknown = { 0 };
    struct subject s;
    if (fault != IDCARD_OK) return again(c, idcard_fault_text(fault), e);
    if (utf8_count(purpose) < PURPOSE_MIN) return again(c, "请写清楚为什么要看，例如：失业登记核实", e);
    if (!registry_find(c->desk->registry, STR("人员"), str_of(card.text), &entity, &id, &unknown)) {
        if (unknown.code != ERR_NOT_FOUND) return *e = unknown, false;
        return again(c, "登记库里没有这个号码；请对照证件再看一遍，也可能这个人还没有登记过", e);
    }
    if (!subject_load(c, entity, id, &s, e)) return false;
    c->who.purpose = purpose;
    if (!access_look(c->desk->store, &c->who, STR("人员"), id, STR("按证件号找人"), c->now, e)) return false;
    c->redirect = str_fmt(c->a, "/people/%lld", (long long)id);
    doc_str(c->a, c->doc, "href", c->redirect);
    return true;
}

/* Why it is looked at, said again with a form that was being filled when its half hour ran out. */
static str said_again(const struct call *c)
{
    str purpose = desk_field(c, "purpose");
    return utf8_count(purpose) >= PURPOSE_MIN ? purpose : STR("");
}

bool counter_opened(struct call *c, struct subject *s, const char *what, bool once, struct err *e)
{
    bool looked = false, before = false;
    const struct entity *en = program_entity(c->h->p, STR("人员"));
    int64_t id;
    access_looks looks = { 0 };
    if (en == NULL || !str_to_i64(c->args[0], &id)) return fail(e, NOT_FOUND, "没有这个人");
    if (!access_looks_at(c->desk->store, en->name, id, LOOKS_MAX, c->a, &looks, e)) return false;
    VEC_EACH (const struct access_look, k, &looks) {
        bool mine = k->account == c->who.account && c->now - k->at < ACCESS_SESSION_SECONDS;
        bool now = mine && c->now - k->at < PURPOSE_SECONDS;
        if (now && c->who.purpose.len == 0) c->who.purpose = k->purpose;
        looked |= now && str_eq(k->what, str_of(what));
        before |= mine;
    }
    if (c->who.purpose.len == 0 && before) c->who.purpose = said_again(c);
    if (c->who.purpose.len == 0) {
        c->lapsed = before;
        c->way = (struct way){ "/counter", "找人" };
        return before ? fail(e, DENIED, "打开这份档案半小时了，请在“找人”里再写一次为什么要看")
                      : fail(e, DENIED, "请先在“找人”里写明为什么要看这份档案");
    }
    if (!subject_load(c, en->id, id, s, e)) return false;
    return (once && looked) || access_look(c->desk->store, &c->who, en->name, id, str_of(what), c->now, e);
}

/* What can be applied for in their name, whatever was found. */
static void add_services(struct call *c, const struct subject *s)
{
    struct json *list = doc_array(c->a, c->doc, "services");
    VEC_EACH (const struct service, v, &c->h->p->services) {
        str href = apply_for_href(c, v, s);
        if (href.len == 0 || program_service(c->h->p, v->name) != v || service_on(c->h->p, v->id, c->rule_day) == NULL)
            continue;
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "name", v->name);
        doc_str(c->a, o, "href", href);
    }
    doc_bool(c->a, c->doc, "mayApply", list->count > 0);
}

bool hall_person(struct call *c, struct err *e)
{
    struct subject s;
    access_looks looks = { 0 };
    if (!counter_opened(c, &s, "档案和待遇", false, e) ||
        !access_looks_at(c->desk->store, STR("人员"), s.id, LOOKS_MAX, c->a, &looks, e))
        return false;
    subject_head(c, &s, c->doc);
    doc_str(c->a, c->doc, "purpose", c->who.purpose);
    subject_record(c, &s, c->doc);
    const char *why = str_fmt(c->a, "/people/%lld/policies/", (long long)s.id).p;
    if (!subject_entitlements(c, &s, why, c->doc, e)) return false;
    subject_looks(c, &looks, c->doc);
    add_services(c, &s);
    return !desk_is(c, APPLIES_FOR) || hotline_standing(c, &s, "/cases/", e);
}

bool hall_person_policy(struct call *c, struct err *e)
{
    struct subject s;
    if (!counter_opened(c, &s, str_fmt(c->a, "为什么：%.*s", STR_ARG(c->args[1])).p, false, e)) return false;
    subject_head(c, &s, c->doc);
    doc_str(c->a, c->doc, "backHref", str_fmt(c->a, "/people/%lld", (long long)s.id));
    doc_z(c->a, c->doc, "backText", "档案");
    c->title = c->args[1];
    return subject_why(c, &s, c->args[1], c->doc, e);
}
