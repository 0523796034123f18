/* reconcile: the bank's balance against the ledger's, with what stands on one side only (余额调节表). */
#include "fund/fund_priv.h"

const char *fund_cash_zh(str kind)
{
    static const struct {
        const char *kind, *zh;
    } names[] = { { "deposit", "拨入" }, { "return", "发放" }, { "bounce", "退票" }, { "recover", "收回" } };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_eq(kind, str_of(names[i].kind))) return names[i].zh;
    return "其他";
}

static void count(struct fund_reconciled *r)
{
    VEC_EACH (const struct fund_bank_line, l, &r->matched.bank) {
        r->pairs += l->match != MATCH_NONE && l->match != MATCH_DIFFERS;
        r->nearby += l->match == MATCH_NEARBY, r->parts += l->match == MATCH_PARTS;
    }
}

bool fund_reconcile(struct store *s, const struct ledger_act *act, str fund, str statement, const int64_t *balance_fen,
                    struct arena *a, struct fund_reconciled *out, struct err *e)
{
    struct fund_reconciled r = { .has_statement = statement.len > 0, .day = act->day };
    struct ledger_act by = *act;
    if (!r.has_statement && balance_fen == NULL) return fail(e, INVALID, "请给出银行的对账单文件，或者写银行余额");
    if (r.has_statement && !fund_match(s, fund, statement, act->day, a, &r.matched, e)) return false;
    if (r.has_statement && balance_fen == NULL && !r.matched.has_balance)
        return fail(e, INVALID, "对账单里没有“余额”这一栏；请另外写银行余额");
    r.bank_fen = balance_fen != NULL ? *balance_fen : r.matched.balance_fen;
    if (r.has_statement) by.day = r.day = r.matched.to;
    if (!ledger_reconcile(s, &by, fund, r.bank_fen, &r.is, e)) return false;
    if (r.has_statement) count(&r);
    r.adjusted_bank_fen = r.bank_fen + r.matched.book_in_fen - r.matched.book_out_fen;
    r.adjusted_book_fen = r.is.ledger_fen + r.matched.bank_in_fen - r.matched.bank_out_fen;
    r.clean = r.is.agrees && r.matched.differences.len == 0 && r.matched.broken_row == 0;
    *out = r;
    return true;
}
