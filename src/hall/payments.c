/* payments: single payments: lists of them masked, one of them as its reader may see it, repairs, bounces, claims; what
 * one person or one case got. Looking at one person's payment is a look at that person and is logged. */
#include "hall/hall_priv.h"

#include "base/utf8.h"
#include "fund/fund.h"

enum { SHOWN_MAX = 100, PURPOSE_MIN = 4 };

struct shown {
    struct call *c;
    struct json *list;
    int64_t count, fen[PAYMENT_CANCELLED + 1];
};

static bool show(void *context, const struct ledger_payment_row *row, struct err *e)
{
    struct shown *s = context;
    (void)e;
    if (s->count++ < SHOWN_MAX) money_payment_doc(s->c, row, s->list);
    s->fen[row->state] += row->amount_fen;
    return true;
}

static void add_shown(struct call *c, const struct shown *s)
{
    *doc_add(c->a, c->doc, "payments") = *s->list;
    doc_str(c->a, c->doc, "count", words_count(c->a, (uint64_t)s->count));
    doc_bool(c->a, c->doc, "more", s->count > SHOWN_MAX);
    money_doc(c, c->doc, "paidSum", s->fen[PAYMENT_PAID]);
    money_doc(c, c->doc, "waitingSum", s->fen[PAYMENT_LISTED]);
    money_doc(c, c->doc, "failedSum", s->fen[PAYMENT_FAILED] + s->fen[PAYMENT_REPAIRED]);
}

bool hall_payments(struct call *c, struct err *e)
{
    int64_t state = PAYMENT_FAILED;
    if (!str_to_i64(desk_asked(c, "state"), &state) || state > PAYMENT_CANCELLED) state = PAYMENT_FAILED;
    struct ledger_wanted w = { .state = (enum ledger_payment_state)state };
    struct shown s = { .c = c, .list = &(struct json){ .kind = JSON_ARRAY } };
    money_tabs(c);
    desk_done(c);
    if (!ledger_payments(c->desk->store, &w, show, &s, e)) return false;
    add_shown(c, &s);
    desk_states(c, &ledger_payment_machine, "/money/payments", STR(""), state);
    doc_z(c->a, c->doc, "state", ledger_payment_machine.states[state].name);
    /* lines with repaired payments can be paid again at once */
    doc_bool(c->a, c->doc, "mayAgain", state == PAYMENT_REPAIRED && s.count > 0 && desk_is(c, ROLE_BIT(ACCOUNTANT)));
    struct json *lines = doc_array(c->a, c->doc, "lines");
    ledger_line_rows rows = { 0 };
    if (!ledger_lines(c->desk->store, STR(""), c->a, &rows, e)) return false;
    VEC_EACH (const struct ledger_line_row, r, &rows) {
        if (r->is.item.len == 0 || r->balance_fen[LEDGER_RETURNED] == 0) continue;
        struct json *o = doc_object(c->a, lines, NULL);
        doc_int(c->a, o, "line", r->line);
        doc_fmt(c->a, o, "text", "%lld　%.*s　%.*s", (long long)r->line, STR_ARG(r->is.fund), STR_ARG(r->is.item));
    }
    return true;
}

/* All repaired payments of a line, as a batch. */
static bool again(struct call *c, struct err *e)
{
    struct ledger_act act;
    struct ledger_prepared p;
    int64_t line;
    str title = desk_field(c, "title");
    if (title.len == 0) return fail(e, INVALID, "请写批次的标题，例如 二月再付");
    act = money_act(c);
    if (!desk_number(c, desk_field(c, "line"), "预算行", &line, e)) return false;
    if (!ledger_prepare_again(c->desk->store, &act, line, title, &p, e)) return false;
    desk_back(c, str_fmt(c->a, "/money/batches/%lld", (long long)p.batch), "prepared");
    return true;
}

bool hall_payments_again(struct call *c, struct err *e)
{
    struct err why = { 0 };
    return again(c, &why) || (desk_again(c, &why, e) && hall_payments(c, e));
}

/* ---- one payment ---- */

struct one {
    struct call *c;
    struct ledger_payment_row row;
    bool found;
};

static bool keep(void *context, const struct ledger_payment_row *r, struct err *e)
{
    struct one *o = context;
    struct arena *a = o->c->a;
    (void)e;
    o->row = *r;
    o->found = true;
    o->row.dossier = str_dup(a, r->dossier), o->row.subject = str_dup(a, r->subject);
    o->row.policy = str_dup(a, r->policy), o->row.period = str_dup(a, r->period);
    o->row.name = str_dup(a, r->name), o->row.account = str_dup(a, r->account), o->row.reason = str_dup(a, r->reason);
    return true;
}

/* Whom the ledger's text means: the subject of the case, or whom the register has under that key. Not there is an
 * answer: lists may pay people the register does not know. */
static bool whom(struct call *c, const struct ledger_payment_row *r, bool *known, struct subject *s, struct err *e)
{
    struct err absent = { 0 };
    struct dossier d;
    int64_t id, payee;
    uint16_t entity;
    *known = false;
    if (r->dossier.len > 0 && dossier_number_read(r->dossier, &id, &absent) &&
        dossier_get(c->desk->dossiers, id, c->a, &d, &absent) && str_to_i64(r->subject, &payee) && payee == d.subject) {
        entity = d.entity, id = d.subject;
    } else {
        if (absent.code != ERR_NONE && absent.code != ERR_NOT_FOUND && absent.code != ERR_INVALID)
            return *e = absent, false;
        absent = (struct err){ 0 };
        if (!registry_find_booked(c->desk->registry, r->subject, &entity, &id, &absent))
            return absent.code == ERR_NOT_FOUND || absent.code == ERR_INVALID || (*e = absent, false);
    }
    struct err why = { 0 };
    *known = subject_load(c, entity, id, s, &why);
    /* of no region: as if the register did not know them, else nobody of a region could put their account right */
    return *known || (why.code == ERR_DENIED && s->place_count == 0) || (*e = why, false);
}

bool money_in_reach(struct call *c, int64_t payment, struct err *e)
{
    struct one o = { .c = c };
    struct ledger_wanted w = { .any_state = true, .number = payment };
    struct subject s;
    bool known;
    return ledger_payments(c->desk->store, &w, keep, &o, e) && (!o.found || whom(c, &o.row, &known, &s, e));
}

static bool load_payment(struct call *c, struct ledger_payment_row *row, struct err *e)
{
    struct one o = { .c = c };
    struct ledger_wanted w = { .any_state = true };
    struct subject s;
    bool known;
    if (!fund_payment_read(c->args[0], &w.number)) return fail(e, NOT_FOUND, "没有这笔付款；请核对号码");
    if (!ledger_payments(c->desk->store, &w, keep, &o, e)) return false;
    if (!o.found) return fail(e, NOT_FOUND, "没有这笔付款；请核对号码");
    *row = o.row;
    if (!whom(c, row, &known, &s, e)) return false;
    struct json *list = &(struct json){ .kind = JSON_ARRAY };
    money_payment_doc(c, row, list);
    struct json *p = doc_add(c->a, c->doc, "paid");
    *p = list->items[0];
    doc_bool(c->a, c->doc, "known", known);
    if (!known) return true;
    c->who.purpose = str_fmt(c->a, "办理第 %lld 号付款", (long long)row->number);
    str entity = c->h->p->entities.at[s.entity].name;
    if (!access_look(c->desk->store, &c->who, entity, s.id, STR("一笔付款"), c->now, e)) return false;
    struct json *o2 = doc_object(c->a, c->doc, "owner");
    doc_str(c->a, o2, "name", access_show(&c->who, STR("姓名"), row->name, c->a));
    doc_str(c->a, o2, "account", access_show(&c->who, STR("账号"), row->account, c->a));
    str number = subject_value(&s, "身份证号");
    doc_str(c->a, o2, "idNumber", access_show(&c->who, STR("证件号"), number, c->a));
    return true;
}

static bool add_claims(struct call *c, int64_t payment, struct err *e)
{
    ledger_claim_rows rows = { 0 };
    if (!ledger_claims(c->desk->store, c->today, false, c->a, &rows, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "claims");
    VEC_EACH (const struct ledger_claim_row, r, &rows) {
        if (r->payment != payment) continue;
        struct json *o = doc_object(c->a, list, NULL);
        doc_int(c->a, o, "claim", r->claim);
        doc_fmt(c->a, o, "href", "/money/claims/%lld", (long long)r->claim);
        money_doc(c, o, "amount", r->amount_fen);
    }
    return true;
}

static bool payment_page(struct call *c, const struct ledger_payment_row *row, struct err *e)
{
    money_tabs(c);
    desk_done(c);
    bool came_back = row->state == PAYMENT_FAILED || row->state == PAYMENT_REPAIRED, paid = row->state == PAYMENT_PAID;
    c->title = str_fmt(c->a, "第 %lld 号付款", (long long)row->number);
    doc_str(c->a, c->doc, "dossier", row->dossier);
    doc_bool(c->a, c->doc, "mayRepair", came_back && desk_is(c, ROLE_BIT(ACCOUNTANT)));
    doc_bool(c->a, c->doc, "mayGiveUp", came_back && desk_is(c, ROLE_BIT(CHIEF)));
    doc_bool(c->a, c->doc, "mayBounce", paid && desk_is(c, ROLE_BIT(ACCOUNTANT) | ROLE_BIT(CASHIER)));
    doc_bool(c->a, c->doc, "mayClaim", paid && desk_is(c, ROLE_BIT(ACCOUNTANT) | ROLE_BIT(CHIEF)));
    doc_bool(c->a, c->doc, "isRepaired", row->state == PAYMENT_REPAIRED);
    return add_claims(c, row->number, e);
}

bool hall_payment(struct call *c, struct err *e)
{
    struct ledger_payment_row row;
    return load_payment(c, &row, e) && payment_page(c, &row, e);
}

static bool act_on_payment(struct call *c, const struct ledger_payment_row *row, struct err *e)
{
    struct store *s = c->desk->store;
    struct ledger_act act;
    int64_t fen, claim = 0;
    str what = desk_field(c, "act"), ref = desk_field(c, "ref"), back = str_fmt(c->a, "%.*s", STR_ARG(c->q->path));
    const char *word;
    bool ok;
    act = money_act(c);
    if (str_eq(what, STR("repair"))) {
        word = "repaired";
        ok = ledger_repair(s, &act, row->number, desk_field(c, "name"), desk_field(c, "account"), e);
    } else if (str_eq(what, STR("give-up"))) {
        word = "given-up", ok = ledger_give_up(s, &act, row->number, e);
    } else if (str_eq(what, STR("bounce"))) {
        word = "bounced";
        ok = (ref.len > 0 || fail(e, INVALID, "请写银行的退票编号")) && ledger_bounce(s, &act, row->number, ref, e);
    } else if (str_eq(what, STR("claim"))) {
        word = "claimed";
        ok = money_typed(c, "amount", &fen, e) && ledger_claim(s, &act, row->number, fen, ref, &claim, e);
        back = str_fmt(c->a, "/money/claims/%lld", (long long)claim);
    } else {
        return fail(e, INVALID, "请选要做什么");
    }
    desk_back(c, back, word);
    return ok;
}

bool hall_payment_act(struct call *c, struct err *e)
{
    struct ledger_payment_row row;
    struct err why = { 0 };
    if (!load_payment(c, &row, e)) return false;
    return act_on_payment(c, &row, &why) || (desk_again(c, &why, e) && payment_page(c, &row, e));
}

/* ---- what one person, one case got ---- */

bool hall_statement(struct call *c, struct err *e)
{
    (void)e;
    money_tabs(c);
    desk_done(c);
    return true;
}

static bool of_case(struct call *c, str number, struct shown *s, struct err *e)
{
    int64_t id;
    struct dossier d;
    struct subject who;
    char text[DOSSIER_NUMBER_TEXT];
    if (!dossier_number_read(number, &id, e) || !dossier_get(c->desk->dossiers, id, c->a, &d, e) ||
        !subject_load(c, d.entity, d.subject, &who, e))
        return false;
    dossier_number(id, text);
    c->who.purpose = str_fmt(c->a, "办件 %s 的付款", text);
    struct ledger_wanted w = { .any_state = true, .dossier = str_dup(c->a, str_of(text)) };
    doc_fmt(c->a, c->doc, "about", "办件 %s　%.*s", text, STR_ARG(d.name));
    return access_look(c->desk->store, &c->who, c->h->p->entities.at[d.entity].name, d.subject, STR("付款"), c->now,
                       e) &&
           ledger_payments(c->desk->store, &w, show, s, e);
}

/* Payments of cases name the lasting number, those of lists what stood in the list when the register did not know it.
 */
static bool of_person(struct call *c, str key, struct shown *s, struct err *e)
{
    uint16_t entity;
    int64_t id;
    struct subject who;
    str purpose = desk_field(c, "purpose");
    if (utf8_count(purpose) < PURPOSE_MIN) return fail(e, INVALID, "请写清楚为什么要看，例如：本人来问补贴到没到");
    if (!registry_find(c->desk->registry, STR(""), key, &entity, &id, e) || !subject_load(c, entity, id, &who, e))
        return false;
    c->who.purpose = purpose;
    struct registry_names names;
    if (!registry_names(c->desk->registry, entity, id, c->a, &names, e)) return false;
    struct ledger_wanted w = { .any_state = true, .names = { names.count, names.at } };
    subject_head(c, &who, c->doc);
    doc_z(c->a, c->doc, "about", "这个人、这家单位的付款");
    return access_look(c->desk->store, &c->who, c->h->p->entities.at[entity].name, id, STR("付款"), c->now, e) &&
           ledger_payments(c->desk->store, &w, show, s, e);
}

static bool ask_statement(struct call *c, struct err *e)
{
    struct shown s = { .c = c, .list = &(struct json){ .kind = JSON_ARRAY } };
    str number = desk_field(c, "number"), key = desk_field(c, "key");
    if ((number.len > 0) == (key.len > 0)) return fail(e, INVALID, "请写一个：办件号，或者身份证号、信用代码");
    if (!(number.len > 0 ? of_case(c, number, &s, e) : of_person(c, key, &s, e))) return false;
    add_shown(c, &s);
    doc_bool(c->a, c->doc, "answered", true);
    return true;
}

bool hall_statement_ask(struct call *c, struct err *e)
{
    struct err why = { 0 };
    return (ask_statement(c, &why) || desk_again(c, &why, e)) && hall_statement(c, e);
}
