/* me: the pages of whoever is signed in as themselves: a person, or a firm, by its own account or by an agent. One set
 * of pages for both; what differs is how they are spoken to, and that a firm has staff. */
#include "hall/hall_priv.h"

enum { LOOKS_MAX = 200, PAYS_MAX = 200 };

/* ---- who acts ---- */

bool me_is_firm(const struct call *c) { return c->who.role == ROLE_EMPLOYER; }
static const char *you(const struct call *c) { return me_is_firm(c) ? "贵单位" : "您"; }

/* Of a person nobody else: their account is theirs. Of a firm whoever was at the keys. */
static str me_by(struct call *c)
{
    if (!me_is_firm(c)) return STR("");
    if (c->who.is_token)
        return str_fmt(c->a, "单位账户 %.*s 的程序（%.*s）", STR_ARG(c->who.name), STR_ARG(c->who.purpose));
    if (c->who.agent == 0) return str_fmt(c->a, "单位账户 %.*s", STR_ARG(c->who.name));
    return str_fmt(c->a, "经办人 %.*s（账户 %.*s）", STR_ARG(c->who.display), STR_ARG(c->who.name));
}

str me_number(struct call *c) { return str_fmt(c->a, "%lld", (long long)c->who.subject); }

struct dossier_act me_act(struct call *c)
{
    return (struct dossier_act){ .who = me_number(c),
                                 .role = DOSSIER_ROLE_SELF,
                                 .office = STR(""),
                                 .day = c->today,
                                 .reason = desk_field(c, "reason"),
                                 .clock_ms = c->now * 1000,
                                 .by = me_by(c),
                                 .account = c->who.name };
}

/* At the counter a case was written down under the number on the card, here under the lasting one. */
bool me_applied(struct call *c, const struct dossier *d)
{
    uint16_t entity;
    int64_t id;
    struct err none = { 0 };
    if (c->who.subject == 0) return false;
    if (str_eq(d->applicant, me_number(c))) return true;
    return registry_find(c->desk->registry, c->who.entity, d->applicant, &entity, &id, &none) && id == c->who.subject;
}

const char *me_apply_base(struct call *c, const struct service *s)
{
    const struct entity *en = program_entity(c->h->p, c->who.entity);
    bool self = access_scope(c->who.role) == SCOPE_SELF && en != NULL && c->who.account != 0;
    if (self && dossier_applies_self(c->h->p, s, en->id)) return "/me/apply/";
    if (self) return me_is_firm(c) && dossier_applies_for(c->h->p, s, en->id) ? "/me/bulk/" : "";
    if (c->who.account != 0) return ""; /* for whom, is said first: apply_for_href */
    if ((s->applicants & SERVICE_APPLIES_SELF) != 0) return "/me/apply/";
    return (s->applicants & SERVICE_APPLIES_EMPLOYER) != 0 ? "/me/bulk/" : "";
}

/* ---- what there is ---- */

/* The answer first: what there is to get, what there is to do; what is under way already is neither. */
static str headline(struct call *c)
{
    long long fresh = json_member(c->doc, STR("freshCount"))->integer,
              paid = json_member(c->doc, STR("paidCount"))->integer,
              running = json_member(c->doc, STR("runningCount"))->integer,
              pending = json_member(c->doc, STR("pendingCount"))->integer;
    if (paid > 0 && fresh > paid)
        return str_fmt(c->a, "%s有 %lld 笔钱可以领，%lld 件事可以办", you(c), paid, fresh - paid);
    if (paid > 0) return str_fmt(c->a, "%s有 %lld 笔钱可以领", you(c), paid);
    if (fresh > 0) return str_fmt(c->a, "%s有 %lld 件事可以办", you(c), fresh);
    if (running > 0) return str_fmt(c->a, "%s有 %lld 件正在办", you(c), running);
    if (pending > 0) return str_fmt(c->a, "再补充一点，可能有 %lld 项", pending);
    return STR("现在没有可以享受的");
}

bool hall_me(struct call *c, struct err *e)
{
    struct subject s;
    access_looks looks = { 0 };
    if (!subject_myself(c, &s, e) || !access_looks_at(c->desk->store, c->who.entity, s.id, 3, c->a, &looks, e))
        return false;
    doc_str(c->a, c->doc, "name", c->who.agent != 0 ? c->who.firm : c->who.display);
    doc_str(c->a, c->doc, "asOf", words_day(c->a, c->h->o.found->today, (date){ 0 }));
    if (!subject_entitlements(c, &s, "/me/policies/", c->doc, e)) return false;
    doc_str(c->a, c->doc, "headline", headline(c));
    subject_looks(c, &looks, c->doc);
    return cases_waiting(c, e);
}

bool hall_my_policy(struct call *c, struct err *e)
{
    struct subject s;
    doc_z(c->a, c->doc, "backHref", "/me");
    doc_z(c->a, c->doc, "backText", me_is_firm(c) ? "可以享受的" : "我的待遇");
    c->title = c->args[0];
    return subject_myself(c, &s, e) && subject_why(c, &s, c->args[0], c->doc, e);
}

/* Where what is registered can be put right: services whose 结果 is 更正. */
static void add_corrections(struct call *c)
{
    struct json *list = doc_array(c->a, c->doc, "corrections");
    VEC_EACH (const struct service, v, &c->h->p->services) {
        const char *base = me_apply_base(c, v);
        if (!str_eq(v->result, STR("更正")) || base[0] == '\0' || program_service(c->h->p, v->name) != v ||
            service_on(c->h->p, v->id, c->rule_day) == NULL)
            continue;
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "name", v->name);
        doc_str(c->a, o, "href", words_href(c->a, base, v->name, ""));
    }
}

bool hall_my_record(struct call *c, struct err *e)
{
    struct subject s;
    access_looks looks = { 0 };
    if (!subject_myself(c, &s, e) || !subject_load(c, s.entity, s.id, &s, e) ||
        !access_looks_at(c->desk->store, c->who.entity, s.id, LOOKS_MAX, c->a, &looks, e))
        return false;
    subject_head(c, &s, c->doc);
    subject_record(c, &s, c->doc);
    subject_looks(c, &looks, c->doc);
    add_corrections(c);
    return true;
}

/* ---- money ---- */

static const char *mark_of(enum dossier_pay_state s)
{
    switch (s) {
    case DOSSIER_PAID: return "yes";
    case DOSSIER_BOUNCED: return "late";
    case DOSSIER_DUE:
    case DOSSIER_LISTED: return "ask";
    case DOSSIER_NOT_PAID: break;
    }
    return "no";
}

bool hall_my_money(struct call *c, struct err *e)
{
    struct subject s;
    dossier_pays pays = { 0 };
    num paid = 0, coming = 0;
    if (!subject_myself(c, &s, e) || !dossier_pays_to(c->desk->dossiers, s.id, PAYS_MAX, c->a, &pays, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "pays");
    VEC_EACH (const struct dossier_pay, p, &pays) {
        char number[DOSSIER_NUMBER_TEXT];
        struct json *o = doc_object(c->a, list, NULL);
        dossier_number(p->dossier, number);
        doc_str(c->a, o, "policy", p->policy);
        doc_str(c->a, o, "period", p->period);
        doc_str(c->a, o, "amount", words_sum(c->a, p->amount_fen, 2, STR("元")));
        doc_z(c->a, o, "state", dossier_pay_zh(p->state));
        doc_z(c->a, o, "mark", mark_of(p->state));
        doc_str(c->a, o, "note", p->note);
        doc_str(c->a, o, "href", str_fmt(c->a, "/me/cases/%s", number));
        doc_str(c->a, o, "number", str_dup(c->a, str_of(number)));
        paid += p->state == DOSSIER_PAID ? p->amount_fen : 0;
        coming += p->state == DOSSIER_DUE || p->state == DOSSIER_LISTED ? p->amount_fen : 0;
    }
    doc_str(c->a, c->doc, "paid", paid > 0 ? words_sum(c->a, paid, 2, STR("元")) : STR(""));
    doc_str(c->a, c->doc, "coming", coming > 0 ? words_sum(c->a, coming, 2, STR("元")) : STR(""));
    doc_bool(c->a, c->doc, "any", pays.len > 0);
    doc_bool(c->a, c->doc, "more", pays.len == PAYS_MAX);
    return true;
}
