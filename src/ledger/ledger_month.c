/* ledger_month: closing months, comparing with the bank, statements. */
#include "ledger/ledger_priv.h"

#include <string.h>

enum { MONTH_OPEN, MONTH_CLOSED, REPORT_MAX = 1 << 16 };

static bool note_month(struct store *s, const struct ledger_act *act, str fund, month m, const char *kind,
                       struct err *e)
{
    autoarena *a = arena_new("note", 0);
    struct ledger_note n;
    char text[MONTH_TEXT];
    month_text(m, text);
    ledger_note_init(&n, a);
    ledger_note_str(&n, "month", str_of(text));
    return ledger_note_end(&n, s, act, kind, fund, STR(""), NULL, e);
}

static bool month_state(struct store *s, int64_t fund, month m, int64_t *state, struct err *e)
{
    bool there;
    *state = MONTH_OPEN;
    return store_get(s, &there, state, 1, e, "SELECT state FROM ledger_month WHERE fund = $1 AND month = $2", "ii",
                     fund, (int64_t)m.index);
}

static bool close_month(struct store *s, const struct ledger_act *act, str fund, month m, struct err *e)
{
    int64_t id = 0, cash = 0, state = 0, earlier[1] = { 0 };
    char text[MONTH_TEXT], day[DATE_TEXT];
    if (!ledger_fund_find(s, fund, &id, &cash, e) || !month_state(s, id, m, &state, e)) return false;
    month_text(m, text);
    if (state == MONTH_CLOSED) return fail(e, CONFLICT, "“%.*s”的 %s 已经结账", STR_ARG(fund), text);
    if (act->day.days < month_last(m).days) { /* what is booked until it ends would be refused */
        date_text(month_last(m), day);
        return fail(e, CONFLICT, "%s 还没有过完；从 %s 起可以结账", text, day);
    }
    if (!store_get(s, NULL, earlier, 1, e,
                   "SELECT min(n.month) FROM ledger_entry n WHERE n.fund = $1 AND n.month < $2 AND NOT EXISTS"
                   " (SELECT 1 FROM ledger_month m WHERE m.fund = n.fund AND m.month = n.month AND m.state = 1)",
                   "ii", id, (int64_t)m.index))
        return false;
    if (earlier[0] != 0) {
        month_text((month){ (int32_t)earlier[0] }, text);
        return fail(e, CONFLICT, "前面的 %s 还没有结账；请先结那个月", text);
    }
    autoarena *a = arena_new("check", 0);
    struct text report;
    bool sound = false;
    text_init(&report, a, REPORT_MAX);
    if (!ledger_check(s, &sound, &report, e)) return false;
    if (!sound) return fail(e, MISMATCH, "账对不上，不能结账：%s", report.p);
    return store_do(s, NULL, e,
                    "INSERT INTO ledger_month (fund, month, state) VALUES ($1, $2, 1)"
                    " ON CONFLICT (fund, month) DO UPDATE SET state = 1",
                    "ii", id, (int64_t)m.index) &&
           note_month(s, act, fund, m, "ledger.close", e);
}

bool ledger_close(struct store *s, const struct ledger_act *act, str fund, month m, struct err *e)
{
    return ledger_may(act, LEDGER_ACCOUNTANT | LEDGER_CHIEF, "结账", e) && ledger_begin(s, act, e) &&
           store_end(s, close_month(s, act, fund, m, e), e);
}

static bool reopen(struct store *s, const struct ledger_act *act, str fund, month m, struct err *e)
{
    int64_t id = 0, cash = 0, state = 0, later[1] = { 0 };
    char text[MONTH_TEXT];
    if (!ledger_fund_find(s, fund, &id, &cash, e) || !month_state(s, id, m, &state, e)) return false;
    month_text(m, text);
    if (state != MONTH_CLOSED) return fail(e, CONFLICT, "“%.*s”的 %s 没有结账，不用重开", STR_ARG(fund), text);
    if (!store_get(s, NULL, later, 1, e,
                   "SELECT max(month) FROM ledger_month WHERE fund = $1 AND month > $2 AND state = 1", "ii", id,
                   (int64_t)m.index))
        return false;
    if (later[0] != 0) {
        month_text((month){ (int32_t)later[0] }, text);
        return fail(e, CONFLICT, "后面的 %s 已经结账；请从最后一个月起依次重开", text);
    }
    return store_do(s, NULL, e, "UPDATE ledger_month SET state = 0 WHERE fund = $1 AND month = $2", "ii", id,
                    (int64_t)m.index) &&
           note_month(s, act, fund, m, "ledger.reopen", e);
}

bool ledger_reopen(struct store *s, const struct ledger_act *act, str fund, month m, struct err *e)
{
    if (str_trim(act->reason).len == 0) return fail(e, INVALID, "重开已结账的月份要写明理由；请补上再提交");
    return ledger_may(act, LEDGER_CHIEF, "重开已结账的月份", e) && ledger_begin(s, act, e) &&
           store_end(s, reopen(s, act, fund, m, e), e);
}

/* ---- the bank ---- */

/* Moved from and to one account of a fund's lines up to a day. */
static bool sum_until(struct store *s, int64_t fund, enum ledger_account account, date day, int64_t *out, struct err *e)
{
    return store_get(s, NULL, out, 1, e,
                     "SELECT sum(p.amount) FROM ledger_entry n JOIN ledger_posting p ON p.entry = n.id"
                     " WHERE n.fund = $1 AND n.day <= $2 AND p.account = $3",
                     "iii", fund, (int64_t)day.days, (int64_t)account);
}

static bool reconcile(struct store *s, const struct ledger_act *act, str fund, int64_t bank_fen,
                      struct ledger_reconciled *out, struct err *e)
{
    int64_t id = 0, cash = 0, number = 0;
    if (!ledger_fund_find(s, fund, &id, &cash, e) || !sum_until(s, id, LEDGER_BANK, act->day, &out->ledger_fen, e) ||
        !sum_until(s, id, LEDGER_TRANSIT, act->day, &out->transit_fen, e) ||
        !ledger_next(s, "reconciliation", 1, &number, e))
        return false;
    out->difference_fen = bank_fen - out->ledger_fen;
    out->agrees = out->difference_fen == 0;
    autoarena *a = arena_new("note", 0);
    struct ledger_note n;
    ledger_note_init(&n, a);
    ledger_note_int(&n, "bank_fen", bank_fen);
    ledger_note_int(&n, "ledger_fen", out->ledger_fen);
    ledger_note_int(&n, "transit_fen", out->transit_fen);
    return store_do(s, NULL, e,
                    "INSERT INTO ledger_reconciliation (id, fund, day, bank, ledger, transit)"
                    " VALUES ($1, $2, $3, $4, $5, $6)",
                    "iiiiii", number, id, (int64_t)act->day.days, bank_fen, out->ledger_fen, out->transit_fen) &&
           ledger_note_end(&n, s, act, "ledger.reconcile", fund, STR(""), NULL, e);
}

bool ledger_reconcile(struct store *s, const struct ledger_act *act, str fund, int64_t bank_fen,
                      struct ledger_reconciled *out, struct err *e)
{
    struct ledger_reconciled r = { 0 };
    if (bank_fen < -LEDGER_FEN_MAX || bank_fen > LEDGER_FEN_MAX) return fail(e, INVALID, "银行余额不对；请核对");
    if (!ledger_may(act, LEDGER_ACCOUNTANT | LEDGER_CASHIER, "与银行对账", e) || !ledger_begin(s, act, e) ||
        !store_end(s, reconcile(s, act, fund, bank_fen, &r, e), e))
        return false;
    *out = r;
    return true;
}

/* ---- statements ---- */

static const int8_t signs[] = {
#define ACCOUNT(name, side, sign, zh) sign,
#include "ledger/account.def"
#undef ACCOUNT
};

static bool fund_id(struct store *s, str fund, int64_t *id, struct err *e)
{
    int64_t cash;
    return ledger_fund_find(s, fund, id, &cash, e);
}

/* Rows come by line and month; those before `from` only carry the balance forward. */
bool ledger_statement(struct store *s, str fund, month from, month to, struct arena *a, ledger_statement_rows *out,
                      struct err *e)
{
    struct store_stmt *q;
    int64_t id = 0;
    bool row = false, ok;
    if (!fund_id(s, fund, &id, e) ||
        !store_ask(s, &q, e,
                   "SELECT l.id, n.month, p.account, sum(p.amount), l.level, l.item, l.year FROM ledger_entry n"
                   " JOIN ledger_posting p ON p.entry = n.id JOIN ledger_line l ON l.id = p.line"
                   " WHERE n.fund = $1 AND n.month <= $2"
                   " GROUP BY l.id, n.month, p.account, l.level, l.item, l.year ORDER BY l.id, n.month, p.account",
                   "ii", id, (int64_t)to.index))
        return false;
    struct ledger_statement_row at = { .line = 0 };
    while ((ok = store_step(q, &row, e)) && row) {
        int64_t line = 0, m = 0, account = 0, amount = 0, year = 0;
        store_int(q, 0, &line);
        store_int(q, 1, &m);
        if (!store_int(q, 2, &account) || account < 0 || account >= LEDGER_ACCOUNTS || !store_int(q, 3, &amount)) {
            ok = fail(e, MISMATCH, "资金账里有一个科目本程序不认识；请停止办理，先核对数据库");
            break;
        }
        bool same_line = at.line == line, same_row = same_line && at.month.index == m;
        if (!same_row && at.line != 0 && at.month.index >= from.index) *vec_push(a, out) = at;
        if (!same_line) {
            store_int(q, 6, &year);
            at = (struct ledger_statement_row){ .line = line,
                                                .level = str_dup(a, store_str(q, 4)),
                                                .item = str_dup(a, store_str(q, 5)),
                                                .year = (int32_t)year };
        }
        if (!same_row) memset(at.moved_fen, 0, sizeof at.moved_fen);
        at.month = (month){ (int32_t)m };
        at.moved_fen[account] = amount * signs[account];
        at.end_fen[account] += amount * signs[account];
    }
    store_done(q);
    if (ok && at.line != 0 && at.month.index >= from.index) *vec_push(a, out) = at;
    return ok;
}
