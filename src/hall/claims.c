/* claims: money claimed back, with its instalments; and the bank's statement against the ledger, to the fen. */
#include "hall/hall_priv.h"

#include "base/mask.h"
#include "fund/fund.h"

enum { LINES_SHOWN = 200 };

static void claim_doc(struct call *c, const struct ledger_claim_row *r, struct json *o)
{
    doc_int(c->a, o, "claim", r->claim);
    doc_fmt(c->a, o, "href", "/money/claims/%lld", (long long)r->claim);
    doc_int(c->a, o, "payment", r->payment);
    doc_str(c->a, o, "name", mask(c->a, STR("姓名"), r->name));
    doc_str(c->a, o, "policy", r->policy);
    doc_str(c->a, o, "period", r->period);
    money_doc(c, o, "amount", r->amount_fen);
    money_doc(c, o, "recovered", r->recovered_fen);
    money_doc(c, o, "rest", r->open ? r->amount_fen - r->recovered_fen : 0);
    money_doc(c, o, "overdue", r->overdue_fen);
    doc_bool(c->a, o, "late", r->overdue_fen > 0);
    doc_str(c->a, o, "next", r->has_next ? words_day(c->a, r->next, c->today) : STR(""));
    doc_z(c->a, o, "state", r->open ? "追回中" : r->written_off ? "已核销" : "已追回");
    doc_z(c->a, o, "mark", r->overdue_fen > 0 ? "late" : r->open ? "ask" : r->written_off ? "no" : "yes");
}

bool hall_claims(struct call *c, struct err *e)
{
    ledger_claim_rows rows = { 0 };
    bool overdue = desk_asked(c, "overdue").len > 0;
    money_tabs(c);
    desk_done(c);
    if (!ledger_claims(c->desk->store, c->today, overdue, c->a, &rows, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "claims");
    VEC_EACH (const struct ledger_claim_row, r, &rows) claim_doc(c, r, doc_object(c->a, list, NULL));
    doc_bool(c->a, c->doc, "overdueOnly", overdue);
    return true;
}

/* ---- one claim ---- */

static bool claim_of(struct call *c, struct ledger_claim_row *out, struct err *e)
{
    int64_t id;
    ledger_claim_rows rows = { 0 };
    if (!desk_number(c, c->args[0], "追回", &id, e) || !ledger_claims(c->desk->store, c->today, false, c->a, &rows, e))
        return false;
    VEC_EACH (const struct ledger_claim_row, r, &rows) {
        if (r->claim != id) continue;
        *out = *r;
        return money_in_reach(c, r->payment, e);
    }
    return fail(e, NOT_FOUND, "没有第 %lld 号追回", (long long)id);
}

static bool claim_page(struct call *c, struct err *e)
{
    ledger_parts parts = { 0 };
    struct ledger_claim_row found;
    if (!claim_of(c, &found, e)) return false;
    int64_t id = found.claim;
    if (!ledger_parts_of(c->desk->store, id, c->a, &parts, e)) return false;
    money_tabs(c);
    desk_done(c);
    c->title = str_fmt(c->a, "第 %lld 号追回", (long long)id);
    claim_doc(c, &found, c->doc);
    doc_str(c->a, c->doc, "dossier", found.dossier);
    struct json *list = doc_array(c->a, c->doc, "parts");
    for (size_t i = 0; i < parts.len; i++) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_int(c->a, o, "number", (int64_t)i + 1);
        doc_str(c->a, o, "day", words_day(c->a, parts.at[i].day, (date){ 0 }));
        money_doc(c, o, "amount", parts.at[i].amount_fen);
        money_doc(c, o, "missing", parts.at[i].missing_fen);
        bool late = parts.at[i].missing_fen > 0 && parts.at[i].day.days < c->today.days;
        doc_z(c->a, o, "mark", late ? "late" : parts.at[i].missing_fen > 0 ? "ask" : "yes");
        doc_z(c->a, o, "state", late ? "逾期" : parts.at[i].missing_fen > 0 ? "没有到" : "收到了");
    }
    doc_bool(c->a, c->doc, "mayPlan", found.open && desk_is(c, ROLE_BIT(ACCOUNTANT) | ROLE_BIT(CHIEF)));
    doc_bool(c->a, c->doc, "mayRecover", found.open && desk_is(c, ROLE_BIT(ACCOUNTANT) | ROLE_BIT(CASHIER)));
    doc_bool(c->a, c->doc, "mayWriteOff", found.open && desk_is(c, ROLE_BIT(CHIEF)));
    return true;
}

bool hall_claim(struct call *c, struct err *e) { return claim_page(c, e); }

/* A line is "2026-03-20 200" or "2026-03-20=200". */
static bool read_parts(struct call *c, struct ledger_part *parts, size_t *count, struct err *e)
{
    str rest = desk_field(c, "parts"), line;
    *count = 0;
    while (rest.len > 0 && str_split(&rest, '\n', &line)) {
        line = str_trim(line);
        if (line.len == 0) continue;
        if (*count == LEDGER_PARTS_MAX) return fail(e, LIMIT, "分期最多 %d 期", LEDGER_PARTS_MAX);
        struct ledger_part *p = &parts[*count];
        size_t cut = str_find(line, STR("="));
        if (cut == SIZE_MAX) cut = str_find(line, STR(" "));
        if (!date_parse(str_slice(line, 0, cut), &p->day) || cut == SIZE_MAX ||
            !fund_yuan_read(str_trim(str_slice(line, cut + 1, line.len)), &p->amount_fen))
            return fail(e, INVALID, "每一期写一行：日期、空格、金额，例如 2026-04-10 500，不是“%.*s”", STR_ARG(line));
        ++*count;
    }
    return *count > 0 || fail(e, INVALID, "请写各期哪天还、还多少，每一期一行");
}

static bool act_on_claim(struct call *c, struct err *e)
{
    struct store *s = c->desk->store;
    struct ledger_act act;
    struct ledger_claim_row found;
    int64_t fen;
    size_t count;
    str what = desk_field(c, "act"), ref = desk_field(c, "ref");
    const char *word;
    bool ok;
    if (!claim_of(c, &found, e)) return false;
    act = money_act(c);
    int64_t id = found.claim;
    if (str_eq(what, STR("plan"))) {
        struct ledger_part *parts = ARENA_ARRAY(c->a, struct ledger_part, LEDGER_PARTS_MAX);
        word = "planned";
        ok = read_parts(c, parts, &count, e) && ledger_plan(s, &act, id, parts, count, e);
    } else if (str_eq(what, STR("recover"))) {
        bool restores = http_form_get(&c->form, STR("restore")).p != NULL;
        word = "recovered";
        ok = (ref.len > 0 || fail(e, INVALID, "请写银行的回单号")) && money_typed(c, "amount", &fen, e) &&
             ledger_recover(s, &act, id, fen, ref, restores, e);
    } else if (str_eq(what, STR("write-off"))) {
        word = "written-off", ok = ledger_write_off(s, &act, id, e);
    } else {
        return fail(e, INVALID, "请选要做什么");
    }
    desk_back(c, c->q->path, word);
    return ok;
}

bool hall_claim_act(struct call *c, struct err *e)
{
    struct err why = { 0 };
    return act_on_claim(c, &why) || (desk_again(c, &why, e) && claim_page(c, e));
}

/* ---- the bank's statement ---- */

bool hall_reconcile_page(struct call *c, struct err *e)
{
    ledger_line_rows rows = { 0 };
    money_tabs(c);
    desk_done(c);
    if (!ledger_lines(c->desk->store, STR(""), c->a, &rows, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "funds");
    VEC_EACH (const struct ledger_line_row, r, &rows) {
        if (r->is.item.len > 0) continue;
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "fund", r->is.fund);
        doc_bool(c->a, o, "chosen", str_eq(r->is.fund, desk_field(c, "fund")));
        money_doc(c, o, "bank", r->balance_fen[LEDGER_BANK]);
    }
    doc_bool(c->a, c->doc, "mayReconcile", desk_is(c, ROLE_BIT(ACCOUNTANT) | ROLE_BIT(CASHIER)));
    return true;
}

static void add_difference(struct call *c, struct json *list, const struct fund_difference *d)
{
    if (list->count == LINES_SHOWN) return;
    struct json *o = doc_object(c->a, list, NULL);
    doc_z(c->a, o, "what", d->where);
    doc_str(c->a, o, "day", words_day(c->a, d->day, c->today));
    doc_str(c->a, o, "reference", d->reference.len > 0 ? d->reference : STR("–"));
    money_doc(c, o, "bank", d->bank_fen);
    money_doc(c, o, "book", d->book_fen);
    doc_str(c->a, o, "remark", d->what);
}

static void reconciled_doc(struct call *c, const struct fund_reconciled *r, struct json *o)
{
    const struct fund_matched *m = &r->matched;
    doc_str(c->a, o, "day", words_day(c->a, r->day, c->today));
    doc_bool(c->a, o, "clean", r->clean);
    doc_bool(c->a, o, "agrees", r->is.agrees);
    doc_bool(c->a, o, "statement", r->has_statement);
    doc_int(c->a, o, "lines", (int64_t)m->bank.len);
    doc_int(c->a, o, "pairs", (int64_t)r->pairs);
    desk_int(c, o, "nearby", (int64_t)r->nearby);
    desk_int(c, o, "parts", (int64_t)r->parts);
    desk_int(c, o, "differenceCount", (int64_t)m->differences.len);
    desk_int(c, o, "brokenRow", (int64_t)m->broken_row);
    money_doc(c, o, "bank", r->bank_fen);
    money_doc(c, o, "book", r->is.ledger_fen);
    money_doc(c, o, "transit", r->is.transit_fen);
    money_doc(c, o, "difference", r->is.difference_fen);
    doc_bool(c->a, o, "bankHasLess", r->is.difference_fen < 0);
    money_doc(c, o, "apart", r->is.difference_fen < 0 ? -r->is.difference_fen : r->is.difference_fen);
    money_doc(c, o, "bookIn", m->book_in_fen);
    money_doc(c, o, "bookOut", m->book_out_fen);
    money_doc(c, o, "bankIn", m->bank_in_fen);
    money_doc(c, o, "bankOut", m->bank_out_fen);
    money_doc(c, o, "adjustedBank", r->adjusted_bank_fen);
    money_doc(c, o, "adjustedBook", r->adjusted_book_fen);
    doc_bool(c->a, o, "adjusts", r->has_statement && !r->is.agrees);
    doc_bool(c->a, o, "settled", r->adjusted_bank_fen == r->adjusted_book_fen);
    struct json *list = doc_array(c->a, o, "differences");
    VEC_EACH (const struct fund_difference, d, &m->differences) add_difference(c, list, d);
}

static bool reconcile(struct call *c, struct err *e)
{
    struct ledger_act act;
    struct fund_reconciled r;
    int64_t fen = 0;
    str path = STR(""), balance = desk_field(c, "balance"), fund = desk_field(c, "fund");
    if (fund.len == 0) return fail(e, INVALID, "请选是哪项资金");
    if (!money_act_on(c, &act, e)) return false;
    if (balance.len > 0 && !fund_yuan_read(balance, &fen))
        return fail(e, INVALID, "银行余额写元，最多两位小数，例如 1234.50");
    if (attachment_text(c, "statement").len > 0 && !attachment_in(c, "statement", &path, e)) return false;
    if (!fund_reconcile(c->desk->store, &act, fund, path, balance.len > 0 ? &fen : NULL, c->a, &r, e)) return false;
    struct json *o = doc_object(c->a, c->doc, "result");
    doc_str(c->a, o, "fund", fund);
    reconciled_doc(c, &r, o);
    return true;
}

bool hall_reconcile(struct call *c, struct err *e)
{
    struct err why = { 0 };
    return (reconcile(c, &why) || desk_again(c, &why, e)) && hall_reconcile_page(c, e);
}
