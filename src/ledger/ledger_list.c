/* ledger_list: looking without changing anything: lines, batches, payments, commitments, months, money at the bank. */
#include "ledger/ledger_priv.h"

bool ledger_lines(struct store *s, str fund, struct arena *a, ledger_line_rows *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok;
    if (!store_ask(s, &q, e,
                   "SELECT l.id, f.name, l.level, l.year, l.item, a.kind, a.balance FROM ledger_line l"
                   " JOIN ledger_fund f ON f.id = l.fund JOIN ledger_account a ON a.line = l.id"
                   " WHERE $1 = '' OR f.name = $1 ORDER BY f.name, l.year, l.id, a.kind",
                   "s", fund))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        int64_t id = store_number(q, 0), kind = store_number(q, 5);
        if (out->len == 0 || out->at[out->len - 1].line != id) {
            *vec_push(a, out) =
                (struct ledger_line_row){ .line = id,
                                          .is = { str_dup(a, store_str(q, 1)), str_dup(a, store_str(q, 2)),
                                                  str_dup(a, store_str(q, 4)), (int32_t)store_number(q, 3) } };
        }
        if (kind >= 0 && kind < LEDGER_ACCOUNTS)
            out->at[out->len - 1].balance_fen[kind] =
                store_number(q, 6) < 0 ? -store_number(q, 6) : store_number(q, 6); /* in natural signs */
    }
    store_done(q);
    return ok;
}

bool ledger_batches(struct store *s, str fund, struct arena *a, ledger_batch_rows *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok;
    if (!store_ask(s, &q, e,
                   "SELECT b.id, b.line, b.count, b.total, b.paid_count, b.paid, b.failed_count, b.failed, b.state,"
                   " b.again, b.day, b.title, f.name, b.prepared_by, b.approved_by FROM ledger_batch b"
                   " JOIN ledger_line l ON l.id = b.line JOIN ledger_fund f ON f.id = l.fund"
                   " WHERE $1 = '' OR f.name = $1 ORDER BY b.id",
                   "s", fund))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        int64_t state = store_number(q, 8);
        if (state < 0 || state > BATCH_CANCELLED) {
            ok = fail(e, INTERNAL, "第 %lld 批的状态本程序不认识；请用写它的那个版本打开",
                      (long long)store_number(q, 0));
            break;
        }
        *vec_push(a, out) =
            (struct ledger_batch_row){ .is = { store_number(q, 0), store_number(q, 1), store_number(q, 2),
                                               store_number(q, 3), store_number(q, 4), store_number(q, 5),
                                               store_number(q, 6), store_number(q, 7), (enum ledger_batch_state)state,
                                               store_number(q, 9) != 0 },
                                       .day = { (int32_t)store_number(q, 10) },
                                       .title = str_dup(a, store_str(q, 11)),
                                       .fund = str_dup(a, store_str(q, 12)),
                                       .prepared_by = str_dup(a, store_str(q, 13)),
                                       .approved_by = str_dup(a, store_str(q, 14)) };
    }
    store_done(q);
    return ok;
}

static bool payments_of(struct store *s, const struct ledger_wanted *w, str subject, ledger_payment_rows *row_fn,
                        void *context, struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok;
    if (!store_scan(s,
                    STR("SELECT p.number, p.attempt, p.batch, p.line, p.amount, p.state, p.dossier, p.subject,"
                        " p.policy, p.period, p.name, p.account, (SELECT f.reason FROM ledger_failure f"
                        " WHERE f.payment = p.number ORDER BY f.attempt DESC LIMIT 1) FROM ledger_payment p"
                        " WHERE ($1 = 0 OR p.batch = $1) AND ($2 = 0 OR p.line = $2) AND ($3 < 0 OR p.state = $3)"
                        " AND ($4 = '' OR p.subject = $4) AND ($5 = 0 OR p.number = $5)"
                        " AND ($6 = '' OR p.dossier = $6) ORDER BY p.number"),
                    &q, e))
        return false;
    store_bind_int(q, 1, w->batch);
    store_bind_int(q, 2, w->line);
    store_bind_int(q, 3, w->any_state ? -1 : (int64_t)w->state);
    ledger_bind_subject(q, 4, subject);
    store_bind_int(q, 5, w->number);
    store_bind_str(q, 6, w->dossier.p != NULL ? w->dossier : STR(""));
    while ((ok = store_step(q, &row, e)) && row) {
        int64_t state = store_number(q, 5);
        if (state < 0 || state > PAYMENT_CANCELLED) {
            ok = fail(e, INTERNAL, "第 %lld 号付款的状态本程序不认识；请用写它的那个版本打开",
                      (long long)store_number(q, 0));
            break;
        }
        struct ledger_payment_row p = { .number = store_number(q, 0),
                                        .attempt = store_number(q, 1),
                                        .batch = store_number(q, 2),
                                        .line = store_number(q, 3),
                                        .amount_fen = store_number(q, 4),
                                        .state = (enum ledger_payment_state)state,
                                        .dossier = store_str(q, 6),
                                        .subject = store_str(q, 7),
                                        .policy = store_str(q, 8),
                                        .period = store_str(q, 9),
                                        .name = store_str(q, 10),
                                        .account = store_str(q, 11),
                                        .reason = store_is_null(q, 12) ? STR("") : store_str(q, 12) };
        if (!(ok = row_fn(context, &p, e))) break;
    }
    store_done(q);
    return ok;
}

bool ledger_payments(struct store *s, const struct ledger_wanted *w, ledger_payment_rows *row, void *context,
                     struct err *e)
{
    if (w->names.count == 0) return payments_of(s, w, STR(""), row, context, e);
    for (size_t i = 0; i < w->names.count; i++)
        if (!payments_of(s, w, w->names.at[i], row, context, e)) return false;
    return true;
}

bool ledger_commitments(struct store *s, int64_t line, struct arena *a, ledger_commitment_rows *out, struct err *e)
{
    struct store_stmt *q;
    struct ledger_line_facts facts;
    bool row = false, ok;
    if (!ledger_line_facts(s, line, &facts, e) ||
        !store_ask(s, &q, e, "SELECT ref, amount, used FROM ledger_commitment WHERE line = $1 ORDER BY id", "i", line))
        return false;
    while ((ok = store_step(q, &row, e)) && row)
        *vec_push(a, out) =
            (struct ledger_commitment_row){ str_dup(a, store_str(q, 0)), store_number(q, 1), store_number(q, 2) };
    store_done(q);
    return ok;
}

bool ledger_months(struct store *s, str fund, struct arena *a, ledger_month_rows *out, struct err *e)
{
    struct store_stmt *q;
    int64_t id = 0, cash = 0;
    bool row = false, ok;
    if (!ledger_fund_find(s, fund, &id, &cash, e) ||
        !store_ask(s, &q, e,
                   "SELECT n.month, count(*), coalesce(min(m.state), 0) FROM ledger_entry n LEFT JOIN ledger_month m"
                   " ON m.fund = n.fund AND m.month = n.month WHERE n.fund = $1 GROUP BY n.month ORDER BY n.month",
                   "i", id))
        return false;
    while ((ok = store_step(q, &row, e)) && row)
        *vec_push(a, out) =
            (struct ledger_month_row){ { (int32_t)store_number(q, 0) }, store_number(q, 1), store_number(q, 2) == 1 };
    store_done(q);
    return ok;
}

bool ledger_cash(struct store *s, str fund, date from, date to, struct arena *a, ledger_cash_rows *out, struct err *e)
{
    struct store_stmt *q;
    int64_t id = 0, cash = 0;
    bool row = false, ok;
    if (!ledger_fund_find(s, fund, &id, &cash, e) ||
        !store_ask(s, &q, e,
                   "SELECT n.id, n.day, p.amount, n.kind, n.reference FROM ledger_entry n JOIN ledger_posting p"
                   " ON p.entry = n.id WHERE n.fund = $1 AND p.account = $2 AND n.day >= $3 AND n.day <= $4"
                   " ORDER BY n.day, n.id",
                   "iiii", id, (int64_t)LEDGER_BANK, (int64_t)from.days, (int64_t)to.days))
        return false;
    while ((ok = store_step(q, &row, e)) && row)
        *vec_push(a, out) = (struct ledger_cash_row){ .entry = store_number(q, 0),
                                                      .day = { (int32_t)store_number(q, 1) },
                                                      .amount_fen = store_number(q, 2),
                                                      .kind = str_dup(a, store_str(q, 3)),
                                                      .reference = str_dup(a, store_str(q, 4)) };
    store_done(q);
    return ok;
}
