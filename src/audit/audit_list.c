/* audit_list: looking at leads, which leaves a trace, and what came of them. */
#include "audit/audit_priv.h"

#include <inttypes.h>

static bool read_leads(struct store *s, const struct audit_wanted *w, struct arena *a, audit_leads *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok;
    str none = STR("");
    if (!store_ask(s, &q, e,
                   "SELECT l.id, l.rule, l.entity, l.subject, l.key, l.found, l.state, l.outcome, l.assigned, l.paid,"
                   " l.claim, coalesce(c.recovered, 0) FROM audit_lead l LEFT JOIN ledger_claim c ON c.id = l.claim"
                   " WHERE ($1 = 0 OR l.id = $1) AND ($2 = '' OR l.rule = $2) AND ($3 = '' OR l.key = $3)"
                   " AND ($4 = '' OR l.assigned = $4) AND ($5 < 0 OR l.state = $5) ORDER BY l.id",
                   "isSsi", w->lead, w->rule.p != NULL ? w->rule : none, w->key.p != NULL ? w->key : none,
                   w->assigned.p != NULL ? w->assigned : none, w->any_state ? (int64_t)-1 : (int64_t)w->state))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        int64_t state = store_number(q, 6), outcome = store_number(q, 7);
        if (state < 0 || state > LEAD_CLOSED || outcome < 0 || outcome > LEAD_CLOSED) {
            ok = fail(e, INTERNAL, "第 %" PRId64 " 号疑点的状态本程序不认识；请用写它的那个版本打开",
                      store_number(q, 0));
            break;
        }
        *vec_push(a, out) = (struct audit_lead){ .lead = store_number(q, 0),
                                                 .rule = store_word(q, 1, a),
                                                 .entity = store_word(q, 2, a),
                                                 .subject = store_number(q, 3),
                                                 .key = store_word(q, 4, a),
                                                 .found = { (int32_t)store_number(q, 5) },
                                                 .state = (enum audit_lead_state)state,
                                                 .outcome = (enum audit_lead_state)outcome,
                                                 .assigned = store_word(q, 8, a),
                                                 .paid_fen = store_number(q, 9),
                                                 .claim = store_number(q, 10),
                                                 .recovered_fen = store_number(q, 11) };
    }
    store_done(q);
    return ok;
}

static bool look(struct store *s, const struct audit_act *act, const struct audit_wanted *w, struct arena *a,
                 audit_leads *out, struct err *e)
{
    str what = w->lead > 0 ? str_fmt(a, "lead %" PRId64, w->lead) : STR("leads");
    return read_leads(s, w, a, out, e) &&
           audit_note(s, act, "audit.view", what, e, "rows", str_fmt(a, "%zu", out->len), (const char *)NULL);
}

bool audit_lead_list(struct store *s, const struct audit_act *act, const struct audit_wanted *w, struct arena *a,
                     audit_leads *out, struct err *e)
{
    return audit_may(act, AUDIT_AUDITOR | AUDIT_HEAD | AUDIT_CHECKER, "看疑点", e) && audit_begin(s, act, e) &&
           store_end(s, look(s, act, w, a, out, e), e);
}

bool audit_lead_steps(struct store *s, int64_t lead, struct arena *a, audit_steps *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok;
    if (!store_ask(s, &q, e, "SELECT day, who, move, reason FROM audit_step WHERE lead = $1 ORDER BY step", "i", lead))
        return false;
    while ((ok = store_step(q, &row, e)) && row)
        *vec_push(a, out) = (struct audit_step){
            { (int32_t)store_number(q, 0) }, store_word(q, 1, a), store_word(q, 2, a), store_word(q, 3, a)
        };
    store_done(q);
    return ok;
}

bool audit_lead_payments(struct store *s, int64_t lead, struct arena *a, audit_payments *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok;
    if (!store_ask(s, &q, e,
                   "SELECT p.number, p.amount, p.policy, p.period FROM audit_lead_payment x"
                   " JOIN ledger_payment p ON p.number = x.payment WHERE x.lead = $1 ORDER BY p.number",
                   "i", lead))
        return false;
    while ((ok = store_step(q, &row, e)) && row)
        *vec_push(a, out) =
            (struct audit_payment){ store_number(q, 0), store_number(q, 1), store_word(q, 2, a), store_word(q, 3, a) };
    store_done(q);
    return ok;
}

bool audit_precision(struct store *s, struct arena *a, audit_rule_rows *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok;
    if (!store_ask(s, &q, e,
                   "SELECT l.rule, count(*), sum(CASE WHEN l.outcome = 0 THEN 1 ELSE 0 END),"
                   " sum(CASE WHEN l.outcome = 3 THEN 1 ELSE 0 END),"
                   " sum(CASE WHEN l.outcome = 4 THEN 1 ELSE 0 END),"
                   " sum(CASE WHEN l.outcome = 5 THEN 1 ELSE 0 END), sum(l.paid), sum(coalesce(c.amount, 0)),"
                   " sum(coalesce(c.recovered, 0)) FROM audit_lead l LEFT JOIN ledger_claim c ON c.id = l.claim"
                   " GROUP BY l.rule ORDER BY l.rule",
                   ""))
        return false;
    while ((ok = store_step(q, &row, e)) && row)
        *vec_push(a, out) = (struct audit_rule_row){ .rule = store_word(q, 0, a),
                                                     .leads = store_number(q, 1),
                                                     .open = store_number(q, 2),
                                                     .right = store_number(q, 3),
                                                     .wrong = store_number(q, 4),
                                                     .unknown = store_number(q, 5),
                                                     .paid_fen = store_number(q, 6),
                                                     .claimed_fen = store_number(q, 7),
                                                     .recovered_fen = store_number(q, 8) };
    store_done(q);
    return ok;
}

str audit_share(struct arena *a, int64_t part, int64_t of)
{
    if (of == 0) return STR("–");
    int64_t tenths = (part * 1000 + of / 2) / of;
    return str_fmt(a, "%" PRId64 ".%" PRId64 "%%", tenths / 10, tenths % 10);
}
