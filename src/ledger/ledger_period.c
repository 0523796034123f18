/* ledger_period: periods that have months in common. The unique key of payments compares the texts of periods, so it
 * sees neither that May lies in a quarter nor that two quarters share a month; this does. */
#include "ledger/ledger_priv.h"

#include <string.h>

bool ledger_period_months(str period, month *from, month *to)
{
    size_t between = str_find(period, STR("至"));
    bool one = between == SIZE_MAX;
    return month_parse(one ? period : str_slice(period, 0, between), from) &&
           month_parse(one ? period : str_slice(period, between + strlen("至"), period.len), to) &&
           from->index <= to->index;
}

str ledger_period_text(month from, month to, struct arena *a)
{
    char first[MONTH_TEXT], last[MONTH_TEXT];
    month_text(from, first);
    month_text(to, last);
    return from.index == to.index ? str_fmt(a, "%s", first) : str_fmt(a, "%s至%s", first, last);
}

bool ledger_periods_meet(str a, str b)
{
    month a_from, a_to, b_from, b_to;
    if (!ledger_period_months(a, &a_from, &a_to) || !ledger_period_months(b, &b_from, &b_to)) return str_eq(a, b);
    return a_from.index <= b_to.index && b_from.index <= a_to.index;
}

/* In SQL a month of a period is text that is compared as such. Few periods are longer than a month; they have an index
 * of their own (ledger_payment_long), so that who is paid by the month costs one look into it. */
#define LONG(x)   "substr(" x ".period, 8, 1) = '至'"
#define FIRST(x)  "substr(" x ".period, 1, 7)"
#define LAST(x)   "substr(" x ".period, length(" x ".period) - 6)"
#define MONTHS(x) "substr(" x ".period, 5, 1) = '-' AND length(" x ".period) IN (7, 15)"
#define THEIRS                                                                                   \
    "o.subject = n.subject AND o.policy = n.policy AND o.cancelled = 0 AND o.period <> n.period" \
    " AND " MONTHS("o") " AND " MONTHS("n")
/* o: a payment that is not cancelled; n: something with subject, policy and period. SQLite would not use two indexes
 * for one condition with OR. */
#define IN_LONG     THEIRS " AND " LONG("o") " AND " FIRST("o") " <= " LAST("n") " AND " LAST("o") " >= " FIRST("n")
#define MONTH_OF_IT THEIRS " AND o.period >= " FIRST("n") " AND o.period <= " LAST("n")

#define COVERS      "CASE WHEN " FIRST("o") " <= " FIRST("n") " AND " LAST("o") " >= " LAST("n") " THEN 1 ELSE 0 END"

bool ledger_met_by(struct store *s, str subject, str policy, str period, int64_t *number, bool *covers, struct err *e)
{
    int64_t found[2] = { 0 };
    bool there;
    month from, to;
#define ONE "(SELECT $1 AS subject, $2 AS policy, $3 AS period) n"
    bool ok = !ledger_period_months(period, &from, &to) ||
              store_get(s, &there, found, 2, e,
                        "SELECT o.number, " COVERS " AS covers FROM ledger_payment o JOIN " ONE " ON " IN_LONG
                        " UNION ALL SELECT o.number, 0 FROM ledger_payment o JOIN " ONE
                        " ON " LONG("n") " AND " MONTH_OF_IT " ORDER BY covers DESC, number LIMIT 1",
                        LEDGER_SUBJECT_KIND(subject, "ss"), subject, policy, period);
#undef ONE
    *number = found[0], *covers = found[1] == 1;
    return ok;
}

bool ledger_take_out_met(struct store *s, int64_t base, struct err *e)
{
    int64_t met = 0, any = 0;
    bool there = false;
    if (!store_get(s, &there, &any, 1, e,
                   "SELECT number FROM ledger_payment o WHERE " LONG("o") " AND o.cancelled = 0 LIMIT 1", ""))
        return false;
    if (!there) return true; /* those of this batch are among them */
#define MET(how)                                                                        \
    " SELECT n.line, n.rank, o.number AS other, " COVERS                                \
    " AS covers FROM ledger_sorted n JOIN ledger_payment me ON me.number = n.rank + $1" \
    " JOIN ledger_payment o ON " how " AND o.number < me.number"
    return store_do(
               s, &met, e,
               "INSERT INTO ledger_met (line, rank, other, covers) SELECT line, rank, coalesce(min(CASE WHEN covers = 1"
               " THEN other END), min(other)), max(covers) FROM (" MET(IN_LONG) " UNION ALL" MET(
                   LONG("n") " AND " MONTH_OF_IT) ") t GROUP BY line, rank",
               "i", base) &&
           (met == 0 ||
            store_do(s, NULL, e, "DELETE FROM ledger_payment WHERE number IN (SELECT rank + $1 FROM ledger_met)", "i",
                     base));
#undef MET
}
