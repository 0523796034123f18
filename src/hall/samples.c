/* samples: payments drawn by a seed anybody can draw again, checked one by one, objected to and decided; and what the
 * sample says of all payments. Long samples have pages; a checker may look at what waits for them alone. */
#include "audit/audit.h"
#include "hall/hall_priv.h"

#include "base/mask.h"
#include "fund/fund.h"

#include <stdlib.h>

enum { CHECKERS_MAX = 50, ITEMS_SHOWN = 100, SIZE_MOST = 100000 };

static void campaign_doc(struct call *c, const struct audit_campaign *k, struct json *o)
{
    doc_int(c->a, o, "campaign", k->campaign);
    doc_fmt(c->a, o, "href", "/audit/samples/%lld", (long long)k->campaign);
    doc_str(c->a, o, "title", k->title);
    doc_str(c->a, o, "fund", k->fund);
    doc_str(c->a, o, "from", words_day(c->a, k->from, (date){ 0 }));
    doc_str(c->a, o, "to", words_day(c->a, k->to, (date){ 0 }));
    doc_str(c->a, o, "frame", words_count(c->a, (uint64_t)k->frame_count));
    money_doc(c, o, "frameMoney", k->frame_fen);
    doc_str(c->a, o, "size", words_count(c->a, (uint64_t)k->sample_count));
    doc_int(c->a, o, "waiting", k->waiting);
    doc_int(c->a, o, "objected", k->objected);
    doc_fmt(c->a, o, "seed", "%llu", (unsigned long long)k->seed);
    doc_bool(c->a, o, "closed", k->closed);
    doc_z(c->a, o, "state", k->closed ? "已结束" : "在查");
    doc_z(c->a, o, "mark", k->closed ? "no" : "ask");
    doc_str(c->a, o, "by", desk_person(c, k->by));
}

bool hall_samples(struct call *c, struct err *e)
{
    audit_campaigns all = { 0 };
    ledger_line_rows lines = { 0 };
    audit_tabs(c);
    desk_done(c);
    if (!audit_sample_list(c->desk->store, c->a, &all, e) || !ledger_lines(c->desk->store, STR(""), c->a, &lines, e) ||
        !audit_checkers(c, e))
        return false;
    struct json *list = doc_array(c->a, c->doc, "campaigns");
    for (size_t i = all.len; i > 0; i--) campaign_doc(c, &all.at[i - 1], doc_object(c->a, list, NULL));
    list = doc_array(c->a, c->doc, "funds");
    VEC_EACH (const struct ledger_line_row, r, &lines) {
        if (r->is.item.len == 0) doc_str(c->a, list, NULL, r->is.fund);
    }
    doc_bool(c->a, c->doc, "mayDraw", desk_is(c, ROLE_BIT(AUDIT_HEAD)));
    return true;
}

static bool draw(struct call *c, struct err *e)
{
    struct audit_act act;
    struct audit_plan plan = { .title = desk_field(c, "title"), .fund = desk_field(c, "fund") };
    int64_t seed = 0, campaign = 0;
    str checkers[CHECKERS_MAX], by = desk_field(c, "by");
    if (!audit_desk(c, &act, e)) return false;
    if (!date_parse(desk_field(c, "from"), &plan.from) || !date_parse(desk_field(c, "until"), &plan.to))
        return fail(e, INVALID, "请写从哪天、到哪天付讫的");
    if (!str_to_i64(desk_field(c, "size"), &plan.size) || plan.size > SIZE_MOST)
        return fail(e, INVALID, "请写抽多少笔");
    if (!str_to_i64(desk_field(c, "seed"), &seed))
        return fail(e, INVALID, "请写种子（整数；当众定下，谁都可以照样再抽一遍）");
    VEC_EACH (const struct http_field, f, &c->form) { /* a box for each checker */
        if (str_eq(f->name, STR("checker")) && plan.checker_count < CHECKERS_MAX)
            checkers[plan.checker_count++] = str_trim(f->value);
    }
    if (plan.checker_count == 0) return fail(e, INVALID, "请选由谁来查");
    plan.strata = str_eq(by, STR("期间")) ? STRATA_PERIOD : str_eq(by, STR("科目")) ? STRATA_LINE : STRATA_POLICY;
    plan.checkers = checkers;
    plan.seed = (uint64_t)seed;
    if (!audit_sample(c->desk->store, &act, &plan, &campaign, e)) return false;
    desk_back(c, str_fmt(c->a, "/audit/samples/%lld", (long long)campaign), "drawn");
    return true;
}

bool hall_samples_draw(struct call *c, struct err *e)
{
    struct err why = { 0 };
    return draw(c, &why) || (desk_again(c, &why, e) && hall_samples(c, e));
}

/* ---- one sample ---- */

static void item_doc(struct call *c, const struct audit_item *i, const struct audit_act *act, bool open,
                     struct json *list)
{
    static const char *const marks[] = { "ask", "yes", "late", "no", "ask", "late" };
    struct json *o = doc_object(c->a, list, NULL);
    doc_int(c->a, o, "item", i->item);
    doc_str(c->a, o, "stratum", i->stratum);
    doc_int(c->a, o, "payment", i->payment);
    doc_fmt(c->a, o, "href", "/money/payments/%lld", (long long)i->payment); /* who it is, and where they got it */
    doc_str(c->a, o, "name", mask(c->a, STR("姓名"), i->name));
    doc_str(c->a, o, "idNumber", i->subject.len >= 15 ? mask(c->a, STR("证件号"), i->subject) : STR("–"));
    doc_str(c->a, o, "policy", i->policy);
    doc_str(c->a, o, "period", i->period);
    money_doc(c, o, "amount", i->amount_fen);
    doc_str(c->a, o, "checker", desk_person(c, i->checker));
    doc_z(c->a, o, "state", audit_item_machine.states[i->state].name);
    doc_z(c->a, o, "mark", marks[i->state]);
    money_doc(c, o, "error", i->error_fen);
    doc_str(c->a, o, "note", i->note);
    bool theirs = i->state != ITEM_WAITING || str_eq(i->checker, c->who.name);
    audit_moves(c, &audit_item_machine, (uint8_t)i->state, open && theirs ? act->roles : 0, o);
    doc_bool(c->a, o, "asksMoney", i->state == ITEM_WAITING);
    bool again = c->problem.len > 0 && str_eq(desk_field(c, "item"), str_fmt(c->a, "%lld", (long long)i->item));
    doc_bool(c->a, o, "again", again); /* its form was refused: open, with what was typed */
    doc_str(c->a, o, "typedError", again ? desk_field(c, "error") : STR(""));
    doc_str(c->a, o, "typedReason", again ? desk_field(c, "reason") : STR(""));
}

/* What is shown of a sample: which page of it, and whether only what waits for whoever looks. Both stand in the
 * address, so a form leads back to where it was. */
struct sample_view {
    int64_t page; /* from 1 */
    bool mine;
};

static struct sample_view view_of(struct call *c)
{
    struct sample_view v = { 1, str_eq(desk_asked(c, "only"), STR("mine")) };
    if (!str_to_i64(desk_asked(c, "page"), &v.page) || v.page < 1 || v.page > SIZE_MOST) v.page = 1;
    return v;
}

static str view_href(struct call *c, struct sample_view v, int64_t page)
{
    return str_fmt(c->a, "%.*s?page=%lld%s", STR_ARG(c->q->path), (long long)page, v.mine ? "&only=mine" : "");
}

static bool waits_for(const struct call *c, const struct audit_item *i)
{
    return i->state == ITEM_WAITING && str_eq(i->checker, c->who.name);
}

static void add_items(struct call *c, const audit_items *items, const struct audit_act *act, bool open)
{
    struct sample_view v = view_of(c);
    int64_t n = 0, waiting = 0;
    VEC_EACH (const struct audit_item, i, items) {
        n += !v.mine || waits_for(c, i);
        waiting += waits_for(c, i);
    }
    int64_t pages = n > 0 ? (n + ITEMS_SHOWN - 1) / ITEMS_SHOWN : 1, at = 0;
    if (v.page > pages) v.page = pages; /* the last one of a page was dealt with */
    struct json *list = doc_array(c->a, c->doc, "items");
    VEC_EACH (const struct audit_item, i, items) {
        if (v.mine && !waits_for(c, i)) continue;
        if (at / ITEMS_SHOWN + 1 == v.page) item_doc(c, i, act, open, list);
        at++;
    }
    doc_int(c->a, c->doc, "page", v.page);
    doc_int(c->a, c->doc, "pages", pages);
    doc_bool(c->a, c->doc, "manyPages", pages > 1);
    doc_str(c->a, c->doc, "before", v.page > 1 ? view_href(c, v, v.page - 1) : STR(""));
    doc_str(c->a, c->doc, "after", v.page < pages ? view_href(c, v, v.page + 1) : STR(""));
    doc_bool(c->a, c->doc, "mine", v.mine);
    desk_int(c, c->doc, "waitingMine", waiting);
}

static bool sample_page(struct call *c, struct err *e)
{
    struct audit_act act;
    audit_campaigns all = { 0 };
    audit_items items = { 0 };
    struct audit_estimate x;
    int64_t id;
    const struct audit_campaign *k = NULL;
    if (!desk_number(c, c->args[0], "抽样", &id, e) || !audit_desk(c, &act, e) ||
        !audit_sample_list(c->desk->store, c->a, &all, e))
        return false;
    VEC_EACH (const struct audit_campaign, one, &all) {
        if (one->campaign == id) k = one;
    }
    if (k == NULL) return fail(e, NOT_FOUND, "没有第 %lld 号抽样", (long long)id);
    if (!audit_sample_items(c->desk->store, &act, id, c->a, &items, e) || !audit_estimate(c->desk->store, id, &x, e))
        return false;
    audit_tabs(c);
    desk_done(c);
    c->title = str_fmt(c->a, "第 %lld 号抽样", (long long)id);
    campaign_doc(c, k, c->doc);
    add_items(c, &items, &act, !k->closed);
    doc_int(c->a, c->doc, "checked", x.checked);
    doc_int(c->a, c->doc, "wrong", x.wrong);
    desk_int(c, c->doc, "unknown", x.unknown);
    money_doc(c, c->doc, "error", x.error_fen);
    doc_str(c->a, c->doc, "estimate", audit_estimate_words(&x, c->a));
    doc_bool(c->a, c->doc, "mayClose", !k->closed && desk_is(c, ROLE_BIT(AUDIT_HEAD)));
    doc_bool(c->a, c->doc, "mayExport", desk_is(c, AUDITS));
    return true;
}

bool hall_sample(struct call *c, struct err *e) { return sample_page(c, e); }

static bool act_on_sample(struct call *c, struct err *e)
{
    struct audit_act act;
    int64_t id, item, fen = 0;
    enum audit_item_state state;
    str what = desk_field(c, "act"), money = desk_field(c, "error");
    if (!desk_number(c, c->args[0], "抽样", &id, e) || !audit_desk(c, &act, e)) return false;
    bool close = str_eq(what, STR("close"));
    if (close) {
        if (!audit_sample_close(c->desk->store, &act, id, e)) return false;
    } else {
        if (money.len > 0 && !fund_yuan_read(money, &fen)) return fail(e, INVALID, "多付的金额写元，最多两位小数");
        if (!desk_number(c, desk_field(c, "item"), "第几笔", &item, e) ||
            !audit_item_move(c->desk->store, &act, id, item, what, fen, &state, e))
            return false;
    }
    struct sample_view v = view_of(c);
    desk_back(c, view_href(c, v, v.page), close ? "ended" : "moved");
    return true;
}

bool hall_sample_act(struct call *c, struct err *e)
{
    struct err why = { 0 };
    return act_on_sample(c, &why) || (desk_again(c, &why, e) && sample_page(c, e));
}

bool hall_sample_export(struct call *c, struct err *e)
{
    struct audit_act act;
    int64_t id, rows;
    str ending = attachment_ending(c), path = attachment_out(c, str_fmt(c->a, "sample%.*s", STR_ARG(ending)).p);
    return desk_number(c, c->args[0], "抽样", &id, e) && audit_desk(c, &act, e) &&
           audit_export_sample(c->desk->store, &act, id, path, c->a, &rows, e) &&
           attachment_send(c, path, str_fmt(c->a, "第%lld号抽样%.*s", (long long)id, STR_ARG(ending)), e);
}
