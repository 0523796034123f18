/* money: the accountant's first pages: all funds at a glance; one fund with its lines, months and report. What may be
 * booked by whom is the ledger's to say; here is what was typed, and what is to be done next. */
#include "hall/hall_priv.h"

#include "fund/fund.h"

enum { MONTHS_SHOWN = 12 };

struct ledger_act money_act(struct call *c)
{
    static const uint32_t roles[ROLES] = { [ROLE_ACCOUNTANT] = LEDGER_ACCOUNTANT,
                                           [ROLE_REVIEWER] = LEDGER_REVIEWER,
                                           [ROLE_CASHIER] = LEDGER_CASHIER,
                                           [ROLE_CHIEF] = LEDGER_CHIEF };
    return (struct ledger_act){ .who = c->who.name,
                                .roles = roles[c->who.role],
                                .reason = desk_field(c, "reason"),
                                .day = c->today,
                                .clock_ms = c->now * 1000 };
}

bool money_act_on(struct call *c, struct ledger_act *out, struct err *e)
{
    char day[DATE_TEXT];
    *out = money_act(c);
    if (!desk_day(c, "day", c->today, &out->day, e)) return false;
    if (out->day.days <= c->today.days) return true;
    date_text(out->day, day);
    return fail(e, INVALID, "%s 还没有到，不能先记账；请核对日期", day);
}

bool money_typed(struct call *c, const char *name, int64_t *fen, struct err *e)
{
    str text = desk_field(c, name);
    return (fund_yuan_read(text, fen) && *fen > 0) ||
           fail(e, INVALID, "金额写元，最多两位小数，例如 1234.50，不是“%.*s”", STR_ARG(text));
}

void money_doc(struct call *c, struct json *o, const char *key, int64_t fen)
{
    doc_str(c->a, o, key, fen == 0 ? STR("–") : fund_yuan(c->a, fen));
    doc_str(c->a, o, str_fmt(c->a, "%sYuan", key).p, fund_yuan(c->a, fen));
    doc_int(c->a, o, str_fmt(c->a, "%sFen", key).p, fen);
}

void money_tabs(struct call *c)
{
    static const struct tab tabs[] = { { "/money", "资金", MONEY_LOOKS },
                                       { "/money/batches", "批次", MONEY_LOOKS },
                                       { "/money/returns", "回盘", MONEY },
                                       { "/money/payments", "付款", MONEY_LOOKS },
                                       { "/money/claims", "追回", MONEY_LOOKS },
                                       { "/money/reconcile", "对账", MONEY },
                                       { "/money/statement", "查一个人、一件事", MONEY_LOOKS } };
    desk_tabs(c, tabs, sizeof tabs / sizeof *tabs);
}

/* ---- all funds ---- */

static void add_line(struct call *c, const struct ledger_line_row *r, struct json *list)
{
    static const struct {
        const char *key;
        enum ledger_account account;
    } shown[] = { { "budget", LEDGER_APPROPRIATED }, { "available", LEDGER_AVAILABLE },
                  { "committed", LEDGER_COMMITTED }, { "payable", LEDGER_PAYABLE },
                  { "transit", LEDGER_TRANSIT },     { "returned", LEDGER_RETURNED },
                  { "paid", LEDGER_PAID },           { "receivable", LEDGER_RECEIVABLE } };
    struct json *o = doc_object(c->a, list, NULL);
    int64_t budget = r->balance_fen[LEDGER_APPROPRIATED], left = r->balance_fen[LEDGER_AVAILABLE];
    doc_int(c->a, o, "line", r->line);
    doc_str(c->a, o, "level", r->is.level);
    doc_fmt(c->a, o, "year", "%d", (int)r->is.year);
    doc_str(c->a, o, "item", r->is.item);
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        money_doc(c, o, shown[i].key, r->balance_fen[shown[i].account]);
    doc_int(c->a, o, "used", budget > 0 ? (budget - left) * 100 / budget : 0);
}

/* The newest month in which anything was booked. */
static void add_month(struct call *c, const ledger_month_rows *months, struct json *o)
{
    const struct ledger_month_row *last = months->len > 0 ? &months->at[months->len - 1] : NULL;
    char text[MONTH_TEXT] = "";
    if (last != NULL) month_text(last->month, text);
    doc_str(c->a, o, "month", str_dup(c->a, str_of(text)));
    doc_z(c->a, o, "monthState", last == NULL ? "还没有记过账" : last->closed ? "已结账" : "没有结账");
    doc_z(c->a, o, "monthMark", last != NULL && last->closed ? "yes" : "no");
}

static bool add_funds(struct call *c, const ledger_line_rows *rows, str only, struct err *e)
{
    struct json *funds = doc_array(c->a, c->doc, "funds");
    VEC_EACH (const struct ledger_line_row, bank, rows) { /* each fund has one line for its bank account */
        if (bank->is.item.len > 0 || (only.len > 0 && !str_eq(only, bank->is.fund))) continue;
        ledger_month_rows months = { 0 };
        if (!ledger_months(c->desk->store, bank->is.fund, c->a, &months, e)) return false;
        struct json *o = doc_object(c->a, funds, NULL);
        doc_str(c->a, o, "fund", bank->is.fund);
        doc_str(c->a, o, "href", words_href(c->a, "/money/funds/", bank->is.fund, ""));
        money_doc(c, o, "bank", bank->balance_fen[LEDGER_BANK]);
        add_month(c, &months, o);
        struct json *list = doc_array(c->a, o, "lines");
        VEC_EACH (const struct ledger_line_row, r, rows) {
            if (r->is.item.len > 0 && str_eq(r->is.fund, bank->is.fund)) add_line(c, r, list);
        }
    }
    return true;
}

static void add_todo(struct call *c, struct json *list, str count, const char *what, const char *href)
{
    if (str_eq(count, STR("0")) || count.len == 0) return;
    struct json *o = doc_object(c->a, list, NULL);
    doc_fmt(c->a, o, "text", "%.*s %s", STR_ARG(count), what);
    doc_str(c->a, o, "count", count);
    doc_z(c->a, o, "href", href);
}

static str counted(struct call *c, int64_t n) { return words_count(c->a, (uint64_t)n); }

static bool add_todos(struct call *c, const ledger_line_rows *lines, struct err *e)
{
    ledger_batch_rows batches = { 0 };
    ledger_claim_rows overdue = { 0 };
    dossier_owed_list owed = { 0 };
    int64_t in[BATCH_CANCELLED + 1] = { 0 }, returned = 0, waiting = 0;
    if (!ledger_batches(c->desk->store, STR(""), c->a, &batches, e) ||
        !ledger_claims(c->desk->store, c->today, true, c->a, &overdue, e) ||
        !dossier_owed_of(c->desk->dossiers, c->a, &owed, e))
        return false;
    VEC_EACH (const struct ledger_batch_row, b, &batches) in[b->is.state]++;
    VEC_EACH (const struct dossier_owed, o, &owed) waiting += o->count;
    VEC_EACH (const struct ledger_line_row, l, lines) returned += l->balance_fen[LEDGER_RETURNED];
    struct json *list = doc_array(c->a, c->doc, "todos");
    add_todo(c, list, counted(c, waiting), "笔应发，等编批", "/money/batches");
    add_todo(c, list, counted(c, in[BATCH_PREPARED]), "批等复核", "/money/batches?state=0");
    add_todo(c, list, counted(c, in[BATCH_APPROVED]), "批等送银行", "/money/batches?state=1");
    add_todo(c, list, counted(c, in[BATCH_SENT]), "批等回盘", "/money/batches?state=2");
    add_todo(c, list, returned > 0 ? fund_yuan(c->a, returned) : STR(""), "元退回，等改账户再付",
             "/money/payments?state=2");
    add_todo(c, list, counted(c, (int64_t)overdue.len), "笔追回逾期", "/money/claims?overdue=1");
    return true;
}

static void add_may(struct call *c)
{
    doc_bool(c->a, c->doc, "mayBook", desk_is(c, ROLE_BIT(ACCOUNTANT) | ROLE_BIT(CHIEF)));
    doc_bool(c->a, c->doc, "mayDeposit", desk_is(c, ROLE_BIT(ACCOUNTANT) | ROLE_BIT(CASHIER)));
    doc_bool(c->a, c->doc, "mayCommit", desk_is(c, ROLE_BIT(ACCOUNTANT)));
    doc_bool(c->a, c->doc, "mayReopen", desk_is(c, ROLE_BIT(CHIEF)));
}

bool hall_money(struct call *c, struct err *e)
{
    ledger_line_rows rows = { 0 };
    money_tabs(c);
    desk_done(c);
    add_may(c);
    return ledger_lines(c->desk->store, STR(""), c->a, &rows, e) && add_funds(c, &rows, STR(""), e) &&
           add_todos(c, &rows, e);
}

/* A line of a fund, which may be the first: then the fund begins with it. */
static bool open_line(struct call *c, struct err *e)
{
    struct ledger_act act;
    int64_t year = 0, id = 0;
    act = money_act(c);
    if (!str_to_i64(desk_field(c, "year"), &year) || year <= 0)
        return fail(e, INVALID, "年度写成 2024 这样，不是“%.*s”", STR_ARG(desk_field(c, "year")));
    struct ledger_line l = { desk_field(c, "fund"), desk_field(c, "level"), desk_field(c, "item"),
                             year > 9999 ? 0 : (int32_t)year };
    if (l.item.len == 0) return fail(e, INVALID, "请写预算科目，例如 社会保险补贴");
    if (!ledger_line_open(c->desk->store, &act, &l, &id, e)) return false;
    doc_int(c->a, c->doc, "line", id);
    desk_back(c, words_href(c->a, "/money/funds/", l.fund, ""), "line");
    return true;
}

bool hall_money_line(struct call *c, struct err *e)
{
    struct err why = { 0 };
    return open_line(c, &why) || (desk_again(c, &why, e) && hall_money(c, e));
}

/* ---- one fund ---- */

static void add_months(struct call *c, const ledger_month_rows *months)
{
    struct json *list = doc_array(c->a, c->doc, "months");
    size_t from = months->len > MONTHS_SHOWN ? months->len - MONTHS_SHOWN : 0;
    for (size_t i = months->len; i > from; i--) {
        const struct ledger_month_row *m = &months->at[i - 1];
        char text[MONTH_TEXT];
        month_text(m->month, text);
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "month", str_dup(c->a, str_of(text)));
        doc_int(c->a, o, "entries", m->entries);
        doc_bool(c->a, o, "closed", m->closed);
        doc_z(c->a, o, "state", m->closed ? "已结账" : "没有结账");
        doc_z(c->a, o, "mark", m->closed ? "yes" : "no");
    }
}

static bool add_commitments(struct call *c, const ledger_line_rows *rows, struct err *e)
{
    struct json *list = doc_array(c->a, c->doc, "commitments");
    VEC_EACH (const struct ledger_line_row, r, rows) {
        ledger_commitment_rows all = { 0 };
        if (r->is.item.len == 0) continue;
        if (!ledger_commitments(c->desk->store, r->line, c->a, &all, e)) return false;
        VEC_EACH (const struct ledger_commitment_row, k, &all) {
            if (k->amount_fen == k->used_fen) continue; /* used up: the batches tell of it */
            struct json *o = doc_object(c->a, list, NULL);
            doc_int(c->a, o, "line", r->line);
            doc_str(c->a, o, "ref", k->ref);
            money_doc(c, o, "amount", k->amount_fen);
            money_doc(c, o, "rest", k->amount_fen - k->used_fen);
        }
    }
    return true;
}

bool hall_fund(struct call *c, struct err *e)
{
    ledger_line_rows rows = { 0 };
    ledger_month_rows months = { 0 };
    str fund = c->args[0];
    if (!ledger_lines(c->desk->store, fund, c->a, &rows, e) || !ledger_months(c->desk->store, fund, c->a, &months, e))
        return false;
    if (rows.len == 0) return fail(e, NOT_FOUND, "资金账里没有“%.*s”", STR_ARG(fund));
    money_tabs(c);
    desk_done(c);
    add_may(c);
    c->title = fund;
    doc_str(c->a, c->doc, "name", fund);
    doc_str(c->a, c->doc, "action", words_href(c->a, "/money/funds/", fund, ""));
    doc_str(c->a, c->doc, "reportHref", words_href(c->a, "/money/funds/", fund, "/report"));
    char year[DATE_TEXT], month_[MONTH_TEXT];
    date_text(c->today, year);
    month_text(date_month(c->today), month_);
    doc_fmt(c->a, c->doc, "yearStart", "%.4s-01", year);
    doc_str(c->a, c->doc, "thisMonth", str_dup(c->a, str_of(month_)));
    add_months(c, &months);
    return add_funds(c, &rows, fund, e) && add_commitments(c, &rows, e);
}

static bool typed_month(struct call *c, month *out, struct err *e)
{
    return month_parse(desk_field(c, "month"), out) || fail(e, INVALID, "月份写成 2026-03 这样");
}

static bool act_on_fund(struct call *c, struct err *e)
{
    struct store *s = c->desk->store;
    struct ledger_act act;
    int64_t line = 0, fen = 0;
    month m;
    str what = desk_field(c, "act"), ref = desk_field(c, "ref"), fund = c->args[0];
    bool cut = str_eq(what, STR("cut")), budget = cut || str_eq(what, STR("budget"));
    bool commit = str_eq(what, STR("commit"));
    const char *word = "budget";
    act = money_act(c);
    if (str_eq(what, STR("close")) || str_eq(what, STR("reopen"))) {
        bool close = str_eq(what, STR("close"));
        word = close ? "closed" : "reopened";
        if (!typed_month(c, &m, e) || !(close ? ledger_close(s, &act, fund, m, e) : ledger_reopen(s, &act, fund, m, e)))
            return false;
    } else if (str_eq(what, STR("deposit"))) {
        word = "deposit";
        if (ref.len == 0) return fail(e, INVALID, "请写凭证号");
        if (!money_act_on(c, &act, e) || !money_typed(c, "amount", &fen, e) ||
            !ledger_deposit(s, &act, fund, fen, ref, e))
            return false;
    } else if (budget || commit || str_eq(what, STR("release"))) {
        if (ref.len == 0) return fail(e, INVALID, budget ? "请写预算的文号" : "请写是为哪份名单、哪件办件承诺的");
        if (!desk_number(c, desk_field(c, "line"), "预算行", &line, e) || !money_typed(c, "amount", &fen, e))
            return false;
        if (!budget) word = commit ? "commit" : "release";
        if (!(budget   ? ledger_budget(s, &act, line, cut ? -fen : fen, ref, e)
              : commit ? ledger_commit(s, &act, line, ref, fen, e)
                       : ledger_release(s, &act, line, ref, fen, e)))
            return false;
    } else {
        return fail(e, INVALID, "请选要做什么");
    }
    desk_back(c, words_href(c->a, "/money/funds/", fund, ""), word);
    return true;
}

bool hall_fund_act(struct call *c, struct err *e)
{
    struct err why = { 0 };
    return act_on_fund(c, &why) || (desk_again(c, &why, e) && hall_fund(c, e));
}

bool hall_fund_report(struct call *c, struct err *e)
{
    month to = date_month(c->today), from = { to.index / 12 * 12 };
    str a = desk_asked(c, "from"), b = desk_asked(c, "to"), ending = attachment_ending(c);
    if ((a.len > 0 && !month_parse(a, &from)) || (b.len > 0 && !month_parse(b, &to)))
        return fail(e, INVALID, "月份写成 2026-03 这样");
    str path = attachment_out(c, str_fmt(c->a, "report%.*s", STR_ARG(ending)).p);
    return fund_report(c->desk->store, c->args[0], from, to, path, c->a, e) &&
           attachment_send(c, path, str_fmt(c->a, "%.*s报表%.*s", STR_ARG(c->args[0]), STR_ARG(ending)), e);
}
