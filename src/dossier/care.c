/* care: what must hold between the tables, asked in SQL so that it does not share a mistake with the code that fills
 * them; and the past decided again under other rules. */
#include "dossier/dossier_priv.h"

/* ---- contradictions ---- */

/* $1 is the day. Each yields the numbers of cases that contradict the sentence. */
static const struct {
    const char *sentence, *sql;
} rules[] = {
    { "自己录入或者申请的，自己签批了", "SELECT DISTINCT d.id FROM dossier d JOIN dossier_sign s ON s.dossier = d.id "
                                        "WHERE s.round = 0 AND (s.who = d.entered_by OR s.who"
                                        " = d.applicant) AND $1 >= 0" },
    { "一个人签了两个环节",
      "SELECT DISTINCT a.dossier FROM dossier_sign a JOIN dossier_sign b ON a.dossier = b.dossier AND a.who = b.who AND"
      " a.step < b.step WHERE $1 >= 0" },
    { "准予、发放了，却没有留下结论和回执",
      "SELECT d.id FROM dossier d JOIN dossier_version v ON v.id = d.version WHERE d.state IN (6, 7) AND $1 >= 0 AND"
      " EXISTS (SELECT 1 FROM dossier_pay p WHERE p.dossier = d.id) AND NOT EXISTS (SELECT 1 FROM dossier_verdict r"
      " WHERE r.dossier = d.id AND r.kind = 0)" },
    { "准予了钱，却没有记下要发",
      "SELECT d.id FROM dossier d WHERE d.state IN (6, 7) AND $1 >= 0 AND EXISTS (SELECT 1 FROM dossier_verdict r WHERE"
      " r.dossier = d.id AND r.kind = 0 AND r.amount > 0) AND NOT EXISTS (SELECT 1 FROM dossier_pay p WHERE p.dossier ="
      " d.id) AND NOT EXISTS (SELECT 1 FROM dossier_benefit b WHERE b.dossier = d.id)" },
    { "期限过了，没有报警", "SELECT dossier FROM dossier_clock WHERE state = 0 AND due < $1 AND told <> 3" },
    { "公示期满，例行办理过了，还挂在公示中", /* an objection may have been answered since the last night */
      "SELECT d.id FROM dossier d JOIN dossier_clock c ON c.dossier = d.id WHERE d.state = 5 AND c.kind = 3 AND"
      " c.state = 0 AND c.due + 1 < $1 AND c.due < (SELECT day FROM dossier_day WHERE name = 'night') AND NOT EXISTS"
      " (SELECT 1 FROM dossier_objection o WHERE o.dossier = d.id)" },
    { "欠的钱属于没有准予的办件",
      "SELECT p.dossier FROM dossier_pay p JOIN dossier d ON d.id = p.dossier WHERE p.state = 0 AND d.state NOT IN (6,"
      " 7, 8, 13) AND $1 >= 0" },
    { "办件说已发，资金账说没有", /* what bounced since is seen by the next night */
      "SELECT p.dossier FROM dossier_pay p WHERE p.state = 2 AND $1 >= 0 AND NOT EXISTS (SELECT 1 FROM ledger_payment l"
      " WHERE l.number = p.payment AND l.amount = p.amount AND (l.state = 1 OR EXISTS (SELECT 1 FROM ledger_bounce b"
      " WHERE b.payment = l.number)))" },
    { "编进了批次，资金账里没有这笔",
      "SELECT p.dossier FROM dossier_pay p WHERE p.state = 1 AND $1 >= 0 AND NOT EXISTS (SELECT 1 FROM ledger_payment l"
      " WHERE (l.number = p.payment OR (p.payment = 0 AND l.batch = p.batch)) AND l.subject = CAST(p.subject AS text)"
      " AND l.policy = p.policy AND l.period = p.period)" },
    { "结束了的办件还有时限在走", "SELECT c.dossier FROM dossier_clock c JOIN dossier d ON d.id = c.dossier WHERE "
                                  "c.state <> 2 AND c.kind NOT IN (6, 7) AND d.state IN (9,"
                                  " 10, 11, 12) AND $1 >= 0" },
    { "队列里的期限和正在走的时限不一样",
      "SELECT d.id FROM dossier d WHERE $1 >= 0 AND coalesce(d.due, -1) <> coalesce((SELECT min(c.due) FROM"
      " dossier_clock c WHERE c.dossier = d.id AND c.state = 0), -1)" },
    { "决定不算数了，证照还有效",
      "SELECT p.dossier FROM dossier_certificate p JOIN dossier d ON d.id = p.dossier WHERE p.state = 1 AND d.state IN"
      " (8, 12) AND $1 >= 0" },
    { "归档了，没有记下案卷",
      "SELECT d.id FROM dossier d WHERE d.state = 13 AND $1 >= 0 AND NOT EXISTS (SELECT 1 FROM dossier_file f WHERE"
      " f.dossier = d.id)" },
    { "同一事项同一个人有两件在办",
      "SELECT min(d.id) FROM dossier d JOIN dossier_version v ON v.id = d.version WHERE d.state IN (1, 2, 3, 4, 5, 7)"
      " AND $1 >= 0 GROUP BY d.subject, v.name HAVING count(*) > 1" },
    { "已撤销的办件，登记没有撤回", "SELECT e.dossier FROM dossier_effect e JOIN dossier d ON d.id = e.dossier WHERE "
                                    "d.state = 12 AND e.taken_back = 0"
                                    " AND $1 >= 0" },
};

static bool look(struct dossier_desk *d, size_t i, date day, struct text *report, struct err *e)
{
    enum { NAMED = 5 };
    struct store_stmt *q;
    bool row, ok;
    int64_t id, n = 0;
    char number[DOSSIER_NUMBER_TEXT];
    if (!store_ask(d->s, &q, e, rules[i].sql, "i", (int64_t)day.days)) return false;
    while ((ok = store_step(q, &row, e)) && row) {
        if (!store_int(q, 0, &id) || n++ >= NAMED) continue;
        dossier_number(id, number);
        text_addf(report, "%s%s", n == 1 ? rules[i].sentence : "", n == 1 ? "：" : "、");
        text_addz(report, number);
    }
    store_done(q);
    if (n > NAMED) text_addf(report, " 等 %lld 件", (long long)n);
    if (n > 0) text_addc(report, '\n');
    return ok;
}

bool dossier_check(struct dossier_desk *d, date day, bool *sound, struct text *report, struct err *e)
{
    size_t before = report->len;
    bool ledger = false;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (!look(d, i, day, report, e)) return false;
    }
    if (!ledger_check(d->s, &ledger, report, e)) return false;
    *sound = ledger && report->len == before;
    return true;
}

/* ---- the past under other rules ---- */

bool dossier_replay_past(struct store *s, const struct pack_set *other, bool (*go_on)(void *ctx, int64_t looked),
                         void *ctx, struct arena *a, int64_t *looked, dossier_flips *out, struct err *e)
{
    struct store_stmt *q;
    bool row, ok;
    out->len = 0;
    *looked = 0;
    if (!store_ask(s, &q, e, "SELECT dossier, about, receipt FROM dossier_verdict ORDER BY id", "")) return false;
    while ((ok = store_step(q, &row, e)) && row) {
        autoarena *one = arena_new("receipt", 0);
        struct receipt_outcome was, is;
        struct err own = { 0 };
        struct dossier_flip f = { 0 };
        if (go_on != NULL && !go_on(ctx, *looked)) break;
        if (!store_int(q, 0, &f.id)) continue;
        str receipt = str_dup(one, store_bytes(q, 2)), about = str_dup(one, store_str(q, 1));
        ++*looked;
        bool answered = receipt_retry(receipt, other, one, &was, &is, &own);
        if (answered && str_eq(was.verdict, is.verdict) && str_eq(was.amount, is.amount)) continue;
        f.about = str_dup(a, about);
        f.was = answered ? str_fmt(a, "%.*s %.*s", STR_ARG(was.verdict), STR_ARG(was.amount)) : STR("");
        f.is = answered ? str_fmt(a, "%.*s %.*s", STR_ARG(is.verdict), STR_ARG(is.amount))
                        : str_fmt(a, "答不出：%s", err_cause(&own));
        *vec_push(a, out) = f;
    }
    store_done(q);
    return ok;
}
