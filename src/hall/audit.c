/* audit: the auditor's pages: rules with how right they were, leads and one lead with its evidence, the journal.
 * Nothing is changed here but leads and samples; every look is an event of the journal. */
#include "audit/audit.h"
#include "hall/hall_priv.h"

#include "base/mask.h"

#include <stdlib.h>
#include <string.h>

enum { LEADS_SHOWN = 200, VERIFIED_SHOWN = 20 };

bool audit_desk(struct call *c, struct audit_act *out, struct err *e)
{
    (void)e;
    static const uint32_t roles[ROLES] = { [ROLE_AUDITOR] = AUDIT_AUDITOR,
                                           [ROLE_AUDIT_HEAD] = AUDIT_HEAD,
                                           [ROLE_CHECKER] = AUDIT_CHECKER,
                                           [ROLE_CHIEF] = AUDIT_CHECKED };
    *out = (struct audit_act){ .who = c->who.name,
                               .roles = roles[c->who.role],
                               .day = c->today,
                               .reason = desk_field(c, "reason"),
                               .clock_ms = c->now * 1000 };
    return true;
}

void audit_tabs(struct call *c)
{
    static const struct tab tabs[] = { { "/audit", "规则", CHECKS },
                                       { "/audit/leads", "疑点", CHECKS },
                                       { "/audit/samples", "抽样", CHECKS | ROLE_BIT(CHIEF) },
                                       { "/audit/journal", "留痕", AUDITS },
                                       { "/money", "资金账", CHECKS } };
    desk_tabs(c, tabs, sizeof tabs / sizeof *tabs);
}

static const char *lead_mark(enum audit_lead_state s)
{
    switch (s) {
    case LEAD_NEW:
    case LEAD_ASSIGNED:
    case LEAD_CHECKING: return "ask";
    case LEAD_TRUE:
    case LEAD_CLAIMED:
    case LEAD_MENDED: return "late";
    case LEAD_UNTRUE:
    case LEAD_UNKNOWN:
    case LEAD_CLOSED: return "no";
    }
    return "no";
}

/* ---- rules ---- */

static const struct audit_rule_row *row_of(const audit_rule_rows *rows, str rule)
{
    VEC_EACH (const struct audit_rule_row, r, rows) {
        if (str_eq(r->rule, rule)) return r;
    }
    return NULL;
}

static void rule_doc(struct call *c, str name, const struct audit_rule *r, const struct audit_rule_row *row,
                     struct json *list)
{
    static const struct audit_rule_row none;
    const struct audit_rule_row *k = row != NULL ? row : &none;
    struct json *o = doc_object(c->a, list, NULL);
    doc_str(c->a, o, "rule", name);
    doc_str(c->a, o, "href", words_href(c->a, "/audit/leads?rule=", name, ""));
    doc_str(c->a, o, "text", r != NULL ? r->text : STR("这条规则已经不在包里了"));
    doc_str(c->a, o, "remedy", r != NULL ? r->remedy : STR(""));
    doc_bool(c->a, o, "mayFind", r != NULL && desk_is(c, AUDITS));
    doc_str(c->a, o, "leads", k->leads > 0 ? words_count(c->a, (uint64_t)k->leads) : STR("–"));
    doc_str(c->a, o, "open", k->open > 0 ? words_count(c->a, (uint64_t)k->open) : STR("–"));
    doc_str(c->a, o, "right", k->right > 0 ? words_count(c->a, (uint64_t)k->right) : STR("–"));
    doc_str(c->a, o, "wrong", k->wrong > 0 ? words_count(c->a, (uint64_t)k->wrong) : STR("–"));
    doc_str(c->a, o, "unknown", k->unknown > 0 ? words_count(c->a, (uint64_t)k->unknown) : STR("–"));
    doc_str(c->a, o, "precision", audit_share(c->a, k->right, k->right + k->wrong));
    money_doc(c, o, "paid", k->paid_fen);
    money_doc(c, o, "claimed", k->claimed_fen);
    money_doc(c, o, "recovered", k->recovered_fen);
}

bool hall_audit(struct call *c, struct err *e)
{
    audit_rules rules = { 0 };
    audit_rule_rows rows = { 0 };
    audit_tabs(c);
    desk_done(c);
    audit_rules_of(c->h->p, c->a, &rules);
    if (!audit_precision(c->desk->store, c->a, &rows, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "rules");
    int64_t open = 0;
    VEC_EACH (const struct audit_rule, r, &rules) rule_doc(c, r->name, r, row_of(&rows, r->name), list);
    VEC_EACH (const struct audit_rule_row, k, &rows) {
        bool there = false;
        VEC_EACH (const struct audit_rule, r, &rules) there = there || str_eq(r->name, k->rule);
        if (!there) rule_doc(c, k->rule, NULL, k, list);
        open += k->open;
    }
    doc_str(c->a, c->doc, "openCount", open > 0 ? words_count(c->a, (uint64_t)open) : STR(""));
    doc_str(c->a, c->doc, "day", words_day(c->a, c->today, (date){ 0 }));
    return true;
}

/* One rule asked of everybody: what leye audit find does of it. */
static bool find(struct call *c, struct err *e)
{
    struct audit_act act;
    audit_rules rules = { 0 };
    const struct audit_rule *rule = NULL;
    struct audit_caught caught;
    struct audit_opened made;
    str name = desk_field(c, "rule");
    audit_rules_of(c->h->p, c->a, &rules);
    VEC_EACH (const struct audit_rule, r, &rules) {
        if (str_eq(r->name, name)) rule = r;
    }
    if (rule == NULL) return fail(e, NOT_FOUND, "包里没有疑点规则“%.*s”", STR_ARG(name));
    if (!audit_desk(c, &act, e) ||
        !audit_ask(c->h->o.vocab, c->h->o.pool, c->today, c->rule_day, rule, c->a, &caught, e) ||
        !audit_open(c->desk->store, &act, c->h->p, rule, &caught, &made, e))
        return false;
    struct json *o = doc_object(c->a, c->doc, "asked");
    doc_str(c->a, o, "rule", rule->name);
    doc_str(c->a, o, "href", words_href(c->a, "/audit/leads?rule=", rule->name, ""));
    doc_str(c->a, o, "caught", words_count(c->a, (uint64_t)made.caught));
    doc_str(c->a, o, "unpaid", words_count(c->a, (uint64_t)made.unpaid));
    doc_str(c->a, o, "opened", words_count(c->a, (uint64_t)made.opened));
    doc_str(c->a, o, "again", words_count(c->a, (uint64_t)made.again));
    doc_str(c->a, o, "quiet", words_count(c->a, (uint64_t)made.quiet));
    doc_str(c->a, o, "unclear", caught.unknown > 0 ? words_count(c->a, caught.unknown) : STR(""));
    money_doc(c, o, "paid", made.paid_fen);
    return true;
}

bool hall_audit_find(struct call *c, struct err *e)
{
    struct err why = { 0 };
    return (find(c, &why) || desk_again(c, &why, e)) && hall_audit(c, e);
}

/* ---- leads ---- */

static bool wanted(struct call *c, struct audit_wanted *w)
{
    int64_t state = -1;
    if (!str_to_i64(desk_asked(c, "state"), &state) || state > LEAD_CLOSED) state = -1;
    *w = (struct audit_wanted){ .rule = desk_asked(c, "rule"),
                                .any_state = state < 0,
                                .state = state < 0 ? LEAD_NEW : (enum audit_lead_state)state };
    if (desk_is(c, ROLE_BIT(CHECKER))) w->assigned = c->who.name; /* what is theirs to check */
    return true;
}

static void lead_doc(struct call *c, const struct audit_lead *l, struct json *o)
{
    doc_int(c->a, o, "lead", l->lead);
    doc_fmt(c->a, o, "href", "/audit/leads/%lld", (long long)l->lead);
    doc_str(c->a, o, "rule", l->rule);
    doc_str(c->a, o, "entity", l->entity);
    doc_str(c->a, o, "key",
            l->key.len > 0 ? mask(c->a, STR("证件号"), l->key) : str_fmt(c->a, "编号 %lld", (long long)l->subject));
    doc_str(c->a, o, "found", words_day(c->a, l->found, c->today));
    doc_z(c->a, o, "state", audit_lead_machine.states[l->state].name);
    doc_z(c->a, o, "mark", lead_mark(l->state));
    doc_z(c->a, o, "outcome", l->outcome == LEAD_NEW ? "" : audit_lead_machine.states[l->outcome].name);
    doc_bool(c->a, o, "outcomeAlso", l->outcome != LEAD_NEW && l->outcome != l->state); /* not the same word twice */
    doc_str(c->a, o, "assigned", desk_person(c, l->assigned));
    money_doc(c, o, "paid", l->paid_fen);
    desk_int(c, o, "claim", l->claim);
    money_doc(c, o, "recovered", l->recovered_fen);
}

static void add_filters(struct call *c, const struct audit_wanted *w)
{
    str rule = words_href(c->a, "&rule=", w->rule, "");
    desk_states(c, &audit_lead_machine, "/audit/leads", w->rule.len > 0 ? rule : STR(""),
                w->any_state ? -1 : (int64_t)w->state);
    doc_bool(c->a, c->doc, "all", w->any_state);
    doc_str(c->a, c->doc, "rule", w->rule);
    doc_str(c->a, c->doc, "allHref",
            w->rule.len > 0 ? words_href(c->a, "/audit/leads?rule=", w->rule, "") : STR("/audit/leads"));
    str query = c->q->query.len > 0 ? str_fmt(c->a, "%.*s&", STR_ARG(c->q->query)) : STR("");
    doc_str(c->a, c->doc, "exportHref", str_fmt(c->a, "/audit/export?%.*skind=", STR_ARG(query)));
    doc_bool(c->a, c->doc, "mayExport", desk_is(c, AUDITS));
}

bool hall_audit_leads(struct call *c, struct err *e)
{
    struct audit_act act;
    struct audit_wanted w;
    audit_leads leads = { 0 };
    audit_tabs(c);
    desk_done(c);
    if (!wanted(c, &w) || !audit_desk(c, &act, e) || !audit_lead_list(c->desk->store, &act, &w, c->a, &leads, e))
        return false;
    struct json *list = doc_array(c->a, c->doc, "leads");
    for (size_t i = 0; i < leads.len && i < LEADS_SHOWN; i++) lead_doc(c, &leads.at[i], doc_object(c->a, list, NULL));
    doc_str(c->a, c->doc, "count", words_count(c->a, leads.len));
    doc_bool(c->a, c->doc, "more", leads.len > LEADS_SHOWN);
    doc_bool(c->a, c->doc, "mine", desk_is(c, ROLE_BIT(CHECKER)));
    add_filters(c, &w);
    return true;
}

bool hall_audit_export(struct call *c, struct err *e)
{
    struct audit_act act;
    struct audit_wanted w;
    int64_t rows;
    str ending = attachment_ending(c), path = attachment_out(c, str_fmt(c->a, "leads%.*s", STR_ARG(ending)).p);
    return wanted(c, &w) && audit_desk(c, &act, e) &&
           audit_export_leads(c->desk->store, &act, &w, path, c->a, &rows, e) &&
           attachment_send(c, path, str_fmt(c->a, "疑点%.*s", STR_ARG(ending)), e);
}

/* ---- one lead ---- */

void audit_moves(struct call *c, const struct machine *m, uint8_t state, uint32_t roles, struct json *o)
{
    struct json *list = doc_array(c->a, o, "moves");
    bool reason = false;
    for (size_t i = 0; i < m->move_count; i++) {
        if (m->moves[i].from != state || (m->moves[i].roles & roles) == 0) continue;
        struct json *k = doc_object(c->a, list, NULL);
        doc_z(c->a, k, "move", m->moves[i].name);
        doc_bool(c->a, k, "needsReason", m->moves[i].needs_reason);
        reason = reason || m->moves[i].needs_reason;
    }
    doc_bool(c->a, o, "asksReason", reason);
    doc_bool(c->a, o, "mayMove", list->count > 0);
}

static bool checks(const struct access_account *n) { return (n->roles & ROLE_BIT(CHECKER)) != 0 && !n->disabled; }

/* In the form that was refused. */
static bool was_chosen(const struct call *c, str checker)
{
    VEC_EACH (const struct http_field, f, &c->form) {
        if (str_eq(f->name, STR("checker")) && str_eq(str_trim(f->value), checker)) return true;
    }
    return false;
}

bool audit_checkers(struct call *c, struct err *e)
{
    access_accounts all = { 0 };
    if (!access_account_list(c->desk->store, 0, c->a, &all, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "checkers");
    VEC_EACH (const struct access_account, n, &all) {
        if (!checks(n)) continue;
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "name", n->name);
        doc_str(c->a, o, "display", n->display);
        doc_bool(c->a, o, "chosen", c->problem.len > 0 && was_chosen(c, n->name));
    }
    return true;
}

static bool add_evidence(struct call *c, const struct audit_lead *l, struct err *e)
{
    audit_rules rules = { 0 };
    audit_payments paid = { 0 };
    audit_steps steps = { 0 };
    if (!audit_lead_payments(c->desk->store, l->lead, c->a, &paid, e) ||
        !audit_lead_steps(c->desk->store, l->lead, c->a, &steps, e))
        return false;
    audit_rules_of(c->h->p, c->a, &rules);
    str text = STR(""), remedy = STR("");
    VEC_EACH (const struct audit_rule, r, &rules) {
        if (str_eq(r->name, l->rule)) text = r->text, remedy = r->remedy;
    }
    doc_str(c->a, c->doc, "text", text);
    doc_str(c->a, c->doc, "remedy", remedy);
    struct json *list = doc_array(c->a, c->doc, "payments");
    VEC_EACH (const struct audit_payment, p, &paid) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_int(c->a, o, "payment", p->payment);
        doc_fmt(c->a, o, "href", "/money/payments/%lld", (long long)p->payment);
        doc_str(c->a, o, "policy", p->policy);
        doc_str(c->a, o, "period", p->period);
        money_doc(c, o, "amount", p->amount_fen);
    }
    list = doc_array(c->a, c->doc, "steps");
    VEC_EACH (const struct audit_step, s, &steps) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "day", words_day(c->a, s->day, c->today));
        doc_str(c->a, o, "who", desk_person(c, s->who));
        doc_str(c->a, o, "move", s->move);
        doc_str(c->a, o, "reason", s->reason);
    }
    return true;
}

/* The record of whom it is about, as this reader may see it; the look is theirs to see. */
static bool add_subject(struct call *c, const struct audit_lead *l, struct err *e)
{
    const struct entity *en = program_entity(c->h->p, l->entity);
    struct subject s;
    doc_bool(c->a, c->doc, "hasRecord", en != NULL);
    if (en == NULL) return true;
    c->who.purpose = str_fmt(c->a, "核查第 %lld 号疑点：%.*s", (long long)l->lead, STR_ARG(l->rule));
    if (!subject_load(c, en->id, l->subject, &s, e) ||
        !access_look(c->desk->store, &c->who, en->name, l->subject, STR("疑点"), c->now, e))
        return false;
    subject_head(c, &s, c->doc);
    subject_record(c, &s, c->doc);
    return true;
}

static bool lead_of(struct call *c, struct audit_act *act, audit_leads *leads, struct err *e)
{
    struct audit_wanted w = { .any_state = true };
    if (desk_is(c, ROLE_BIT(CHECKER))) w.assigned = c->who.name; /* what is theirs to check */
    if (!desk_number(c, c->args[0], "疑点", &w.lead, e) || !audit_desk(c, act, e) ||
        !audit_lead_list(c->desk->store, act, &w, c->a, leads, e))
        return false;
    return leads->len > 0 || fail(e, NOT_FOUND, "没有第 %lld 号疑点；请核对编号", (long long)w.lead);
}

static bool lead_page(struct call *c, struct err *e)
{
    struct audit_act act;
    audit_leads leads = { 0 };
    if (!lead_of(c, &act, &leads, e)) return false;
    const struct audit_lead *l = &leads.at[0];
    audit_tabs(c);
    desk_done(c);
    c->title = str_fmt(c->a, "第 %lld 号疑点", (long long)l->lead);
    lead_doc(c, l, c->doc);
    audit_moves(c, &audit_lead_machine, (uint8_t)l->state, act.roles, c->doc);
    const struct machine_move *assign = machine_find(&audit_lead_machine, (uint8_t)l->state, STR("分派"));
    if (assign == NULL) assign = machine_find(&audit_lead_machine, (uint8_t)l->state, STR("改派"));
    doc_bool(c->a, c->doc, "asksTo", assign != NULL && (assign->roles & act.roles) != 0);
    doc_bool(c->a, c->doc, "asksClaim", l->state == LEAD_TRUE && desk_is(c, AUDITS));
    return audit_checkers(c, e) && add_evidence(c, l, e) && add_subject(c, l, e);
}

bool hall_lead(struct call *c, struct err *e) { return lead_page(c, e); }

/* A lead given to nobody's account would wait for nobody. */
static bool is_checker(struct call *c, str name, struct err *e)
{
    access_accounts all = { 0 };
    if (!access_account_list(c->desk->store, 0, c->a, &all, e)) return false;
    VEC_EACH (const struct access_account, n, &all) {
        if (checks(n) && str_eq(n->name, name)) return true;
    }
    return fail(e, INVALID, "请从名单里选分派给谁%s%.*s", name.len > 0 ? "；没有这个“核查”账户：" : "", STR_ARG(name));
}

static bool move_lead(struct call *c, struct err *e)
{
    struct audit_act act;
    audit_leads leads = { 0 };
    int64_t claim = 0;
    enum audit_lead_state state;
    str number = desk_field(c, "claim"), what = desk_field(c, "act"), to = desk_field(c, "to");
    bool assigns = str_eq(what, STR("分派")) || str_eq(what, STR("改派"));
    if (!lead_of(c, &act, &leads, e) || (assigns && !is_checker(c, to, e)) ||
        (number.len > 0 && !desk_number(c, number, "追回", &claim, e)) ||
        !audit_lead_move(c->desk->store, &act, leads.at[0].lead, what, to, claim, &state, e))
        return false;
    doc_z(c->a, c->doc, "state", audit_lead_machine.states[state].name);
    desk_back(c, c->q->path, "moved");
    return true;
}

bool hall_lead_act(struct call *c, struct err *e)
{
    struct err why = { 0 };
    return move_lead(c, &why) || (desk_again(c, &why, e) && lead_page(c, e));
}

/* ---- the journal ---- */

bool hall_journal(struct call *c, struct err *e)
{
    audit_verified_list all = { 0 };
    audit_tabs(c);
    desk_done(c);
    if (!audit_verified_list_of(c->desk->store, VERIFIED_SHOWN, c->a, &all, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "verified");
    VEC_EACH (const struct audit_verified, v, &all) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "time", words_time(c->a, v->at));
        doc_str(c->a, o, "who", desk_person(c, v->who));
        doc_str(c->a, o, "first", words_count(c->a, (uint64_t)v->first + 1));
        doc_str(c->a, o, "last", words_count(c->a, (uint64_t)v->last));
        doc_str(c->a, o, "events", words_count(c->a, (uint64_t)v->events));
        doc_bool(c->a, o, "sound", v->sound);
        doc_z(c->a, o, "mark", v->sound ? "yes" : "late");
        doc_z(c->a, o, "word", v->sound ? "完好" : "有问题");
        doc_str(c->a, o, "what", v->what);
    }
    doc_bool(c->a, c->doc, "never", all.len == 0);
    if (all.len == 0) return true;
    const struct audit_verified *last = &all.at[0];
    struct json *o = doc_object(c->a, c->doc, "newest");
    doc_bool(c->a, o, "sound", last->sound);
    doc_str(c->a, o, "time", words_time(c->a, last->at));
    doc_str(c->a, o, "who", desk_person(c, last->who));
    doc_str(c->a, o, "last", words_count(c->a, (uint64_t)last->last));
    doc_str(c->a, o, "what", last->what);
    return true;
}

static bool verify(struct call *c, struct err *e)
{
    struct audit_act act;
    struct journal_report r;
    bool onward = !str_eq(desk_field(c, "act"), STR("whole"));
    if (!audit_desk(c, &act, e) || !audit_verify(c->desk->store, c->h->o.db, &act, onward, &r, e)) return false;
    doc_bool(c->a, c->doc, "sound", r.sound);
    c->redirect = STR("/audit/journal");
    return true;
}

bool hall_journal_verify(struct call *c, struct err *e)
{
    struct err why = { 0 };
    return verify(c, &why) || (desk_again(c, &why, e) && hall_journal(c, e));
}
