/* ledger_check: everything computed a second way. Each rule is a query whose rows are contradictions; a sound ledger
 * yields none. */
#include "ledger/ledger_priv.h"

enum { LINES_SHOWN = 20 };

/* Which side an account is on, by its number in account.def. */
#define SIDE "CASE WHEN p.account <= 6 THEN 0 WHEN p.account <= 10 THEN 1 ELSE 2 END"

/* Each yields: what it is about (a number), what stands there, what should. */
static const struct rule {
    const char *what, *sql;
} rules[] = {
    { "分录不平（分录号，合计，应为）",
      "SELECT p.entry, sum(p.amount), 0 FROM ledger_posting p GROUP BY p.entry, " SIDE " HAVING sum(p.amount) <> 0" },
    { "试算不平（方，合计，应为）",
      "SELECT " SIDE ", sum(p.balance), 0 FROM (SELECT kind AS account, balance FROM ledger_account) p GROUP BY " SIDE
      " HAVING sum(p.balance) <> 0" },
    { "科目余额与分录不符（预算行，余额，分录合计）",
      "SELECT a.line, a.balance, coalesce(t.total, 0) FROM ledger_account a LEFT JOIN (SELECT line, account,"
      " sum(amount) AS total FROM ledger_posting GROUP BY line, account) t ON t.line = a.line AND t.account = a.kind"
      " WHERE a.balance <> coalesce(t.total, 0)" },
    { "分录记在没有的科目上（预算行，金额，应为）",
      "SELECT p.line, sum(p.amount), 0 FROM ledger_posting p LEFT JOIN ledger_account a ON a.line = p.line"
      " AND a.kind = p.account WHERE a.line IS NULL GROUP BY p.line" },
    { "科目余额方向不对（预算行，余额，应为）",
      "SELECT line, balance, 0 FROM ledger_account WHERE CASE WHEN kind IN (0, 7, 10, 11) THEN balance > 0"
      " ELSE balance < 0 END" },
    { "“应付”与付款不符（预算行，余额，付款合计）",
      "SELECT a.line, a.balance, coalesce(t.total, 0) FROM ledger_account a LEFT JOIN (SELECT p.line,"
      " sum(p.amount) AS total FROM ledger_payment p JOIN ledger_batch b ON b.id = p.batch WHERE p.state = 0"
      " AND b.state IN (0, 1) GROUP BY p.line) t ON t.line = a.line WHERE a.kind = 3 AND"
      " a.balance <> coalesce(t.total, 0)" },
    { "“在途”与付款不符（预算行，余额，付款合计）",
      "SELECT a.line, a.balance, coalesce(t.total, 0) FROM ledger_account a LEFT JOIN (SELECT p.line,"
      " sum(p.amount) AS total FROM ledger_payment p JOIN ledger_batch b ON b.id = p.batch WHERE p.state = 0"
      " AND b.state = 2 GROUP BY p.line) t ON t.line = a.line WHERE a.kind = 4 AND a.balance <> coalesce(t.total, 0)" },
    { "“退回待处理”与付款不符（预算行，余额，付款合计）",
      "SELECT a.line, a.balance, coalesce(t.total, 0) FROM ledger_account a LEFT JOIN (SELECT line,"
      " sum(amount) AS total FROM ledger_payment WHERE state IN (2, 3) GROUP BY line) t ON t.line = a.line"
      " WHERE a.kind = 5 AND a.balance <> coalesce(t.total, 0)" },
    { "“资金支出”与付款不符（预算行，余额，付款合计）",
      "SELECT a.line, a.balance, coalesce(t.total, 0) FROM ledger_account a LEFT JOIN (SELECT line,"
      " sum(amount) AS total FROM ledger_payment WHERE state = 1 GROUP BY line) t ON t.line = a.line"
      " WHERE a.kind = 9 AND a.balance <> coalesce(t.total, 0)" },
    { "“已支付”不等于支出减去恢复预算的收回（预算行，余额，应为）",
      "SELECT a.line, a.balance, x.balance - coalesce(t.total, 0) FROM ledger_account a JOIN ledger_account x"
      " ON x.line = a.line AND x.kind = 9 LEFT JOIN (SELECT c.line, sum(i.amount) AS total FROM ledger_instalment i"
      " JOIN ledger_claim c ON c.id = i.claim WHERE i.restores = 1 GROUP BY c.line) t ON t.line = a.line"
      " WHERE a.kind = 6 AND a.balance <> x.balance - coalesce(t.total, 0)" },
    { "“已承诺”与承诺的余额不符（预算行，余额，应为）",
      "SELECT a.line, a.balance, coalesce(t.total, 0) FROM ledger_account a LEFT JOIN (SELECT line,"
      " sum(amount - used) AS total FROM ledger_commitment GROUP BY line) t ON t.line = a.line WHERE a.kind = 2"
      " AND a.balance <> coalesce(t.total, 0)" },
    { "承诺的使用与付款不符（承诺号，已用，付款合计）",
      "SELECT c.id, c.used, coalesce(t.total, 0) FROM ledger_commitment c LEFT JOIN (SELECT commitment,"
      " sum(amount) AS total FROM ledger_payment WHERE state <> 4 GROUP BY commitment) t ON t.commitment = c.id"
      " WHERE c.used <> coalesce(t.total, 0)" },
    { "“应收追回”与追回不符（预算行，余额，应为）",
      "SELECT a.line, a.balance, coalesce(t.total, 0) FROM ledger_account a LEFT JOIN (SELECT line,"
      " sum(amount - recovered) AS total FROM ledger_claim WHERE state <> 2 GROUP BY line) t ON t.line = a.line"
      " WHERE a.kind = 12 AND a.balance <> coalesce(t.total, 0)" },
    { "追回的金额与各期不符（追回号，已收，各期合计）",
      "SELECT c.id, c.recovered, coalesce(t.total, 0) FROM ledger_claim c LEFT JOIN (SELECT claim,"
      " sum(amount) AS total FROM ledger_instalment GROUP BY claim) t ON t.claim = c.id WHERE c.recovered <>"
      " coalesce(t.total, 0)" },
    { "分期与追回不符（追回号，最后一期为止，应为）",
      "SELECT c.id, t.last, c.amount FROM ledger_claim c JOIN (SELECT claim, max(until) AS last, count(*) AS parts,"
      " max(part) AS top FROM ledger_due GROUP BY claim) t ON t.claim = c.id WHERE t.last <> c.amount"
      " OR t.parts <> t.top" },
    { "退票没有对应的退回记录（付款号，第几次，应为）",
      "SELECT b.payment, b.attempt, 0 FROM ledger_bounce b LEFT JOIN ledger_failure f ON f.payment = b.payment"
      " AND f.attempt = b.attempt LEFT JOIN ledger_payment p ON p.number = b.payment WHERE f.payment IS NULL"
      " OR p.number IS NULL OR (p.attempt = b.attempt AND p.state = 1)" },
    { "决定不再付以后又送了银行（付款号，送出日，决定日）",
      "SELECT x.payment, b.sent_day, x.day FROM ledger_stop x JOIN ledger_payment p ON p.number = x.payment"
      " JOIN ledger_batch b ON b.id = p.batch WHERE b.sent_day > x.day" },
    { "银行存款少于在途资金（资金号，存款，在途）",
      "SELECT f.id, b.balance, t.total FROM ledger_fund f JOIN ledger_account b ON b.line = f.cash AND b.kind = 8"
      " JOIN (SELECT l.fund, sum(a.balance) AS total FROM ledger_account a JOIN ledger_line l ON l.id = a.line"
      " WHERE a.kind = 4 GROUP BY l.fund) t ON t.fund = f.id WHERE b.balance < t.total" },
    { "批次的已付和退回与付款不符（批次，批次合计，付款合计）",
      "SELECT b.id, b.paid + b.failed, coalesce(t.total, 0) + coalesce(g.total, 0) FROM ledger_batch b LEFT JOIN"
      " (SELECT batch, sum(amount) AS total FROM ledger_payment WHERE state = 1 GROUP BY batch) t ON t.batch = b.id"
      " LEFT JOIN (SELECT f.batch, sum(p.amount) AS total FROM ledger_failure f JOIN ledger_payment p"
      " ON p.number = f.payment GROUP BY f.batch) g ON g.batch = b.id"
      " WHERE b.paid + b.failed <> coalesce(t.total, 0) + coalesce(g.total, 0)" },
    { "批准人就是编制人，或者没有批准就送了银行（批次，状态，应为）",
      "SELECT id, state, 0 FROM ledger_batch WHERE approved_by = prepared_by OR (state IN (1, 2, 3)"
      " AND approved_by IS NULL)" },
    { "同一人同一政策同一期间付了两次（付款号，另一笔，应为）",
      "SELECT min(number), max(number), 0 FROM ledger_payment WHERE state <> 4 GROUP BY subject, policy, period"
      " HAVING count(*) > 1" },
    { "同一人同一政策同一个月付了两次（付款号，另一笔，应为）",
      "SELECT o.number, n.number, 0 FROM ledger_payment o JOIN ledger_payment n ON n.subject = o.subject"
      " AND n.policy = o.policy AND n.number <> o.number AND n.state <> 4"
      " AND substr(n.period, 1, 7) <= substr(o.period, 9) AND substr(n.period, length(n.period) - 6)"
      " >= substr(o.period, 1, 7) AND length(n.period) IN (7, 15) AND substr(n.period, 5, 1) = '-'"
      " WHERE substr(o.period, 8, 1) = '至' AND length(o.period) = 15 AND o.state <> 4" },
};

static bool check_rule(struct store *s, const struct rule *r, struct text *report, struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok;
    int shown = 0;
    if (!store_prepare(s, str_of(r->sql), &q, e)) return false;
    while ((ok = store_step(q, &row, e)) && row) {
        int64_t v[3] = { 0 };
        for (uint32_t i = 0; i < 3; i++) store_int(q, i, &v[i]);
        if (shown++ < LINES_SHOWN)
            text_addf(report, "%s：%lld，%lld，%lld\n", r->what, (long long)v[0], (long long)v[1], (long long)v[2]);
    }
    store_done(q);
    return ok;
}

bool ledger_check(struct store *s, bool *sound, struct text *report, struct err *e)
{
    size_t before = report->len;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (!check_rule(s, &rules[i], report, e)) return false;
    *sound = report->len == before && !report->over;
    return true;
}
