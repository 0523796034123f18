/* ledger_schema: the tables. The rules that matter most stand here as constraints, so that no code can forget them. */
#include "ledger/ledger_priv.h"

/* Numbers of rows are SQLite's own row numbers; PostgreSQL calls the type differently. */
#define ACCOUNTS(KEY)                                                                                               \
    "CREATE TABLE ledger_counter (name text PRIMARY KEY, value bigint NOT NULL);"                                   \
    "INSERT INTO ledger_counter (name, value) VALUES ('lock', 0), ('fund', 0), ('line', 0), ('entry', 0),"          \
    " ('commitment', 0), ('batch', 0), ('payment', 0), ('return', 0), ('claim', 0), ('reconciliation', 0);"         \
    "CREATE TABLE ledger_fund (id " KEY " PRIMARY KEY, name text NOT NULL UNIQUE, cash bigint NOT NULL);"           \
    "CREATE TABLE ledger_line (id " KEY " PRIMARY KEY, fund bigint NOT NULL, level text NOT NULL,"                  \
    " year bigint NOT NULL, item text NOT NULL, UNIQUE (fund, level, year, item));" /* accounts 0, 7, 10 and 11 are \
                                                                                       the sources the others come  \
                                                                                       from: account.def */         \
    "CREATE TABLE ledger_account (line bigint NOT NULL, kind bigint NOT NULL, balance bigint NOT NULL,"             \
    " PRIMARY KEY (line, kind),"                                                                                    \
    " CHECK (CASE WHEN kind IN (0, 7, 10, 11) THEN balance <= 0 ELSE balance >= 0 END));"                           \
    "CREATE TABLE ledger_entry (id " KEY " PRIMARY KEY, kind text NOT NULL, fund bigint NOT NULL,"                  \
    " day bigint NOT NULL, month bigint NOT NULL, event bigint NOT NULL);"                                          \
    "CREATE INDEX ledger_entry_month ON ledger_entry (fund, month);"                                                \
    "CREATE TABLE ledger_posting (entry bigint NOT NULL, line bigint NOT NULL, account bigint NOT NULL,"            \
    " amount bigint NOT NULL CHECK (amount <> 0), PRIMARY KEY (entry, line, account));"                             \
    "CREATE TABLE ledger_deposit (fund bigint NOT NULL, reference text NOT NULL, amount bigint NOT NULL,"           \
    " day bigint NOT NULL, PRIMARY KEY (fund, reference));"                                                         \
    "CREATE TABLE ledger_commitment (id " KEY " PRIMARY KEY, line bigint NOT NULL, ref text NOT NULL,"              \
    " amount bigint NOT NULL, used bigint NOT NULL CHECK (used >= 0 AND used <= amount), UNIQUE (line, ref));"

#define PAYMENTS(KEY)                                                                                                 \
    "CREATE TABLE ledger_batch (id " KEY " PRIMARY KEY, line bigint NOT NULL, state bigint NOT NULL,"                 \
    " again bigint NOT NULL, title text NOT NULL, day bigint NOT NULL, count bigint NOT NULL,"                        \
    " total bigint NOT NULL, paid_count bigint NOT NULL, paid bigint NOT NULL, failed_count bigint NOT NULL,"         \
    " failed bigint NOT NULL, prepared_by text NOT NULL, approved_by text CHECK (approved_by <> prepared_by),"        \
    " lines_hash text NOT NULL, file_hash text, sent_day bigint,"                                                     \
    " CHECK (paid_count + failed_count <= count AND paid + failed <= total),"                                         \
    " CHECK (state NOT IN (1, 2, 3) OR approved_by IS NOT NULL));"                                                    \
    "CREATE TABLE ledger_payment (number " KEY " PRIMARY KEY, batch bigint NOT NULL, attempt bigint NOT NULL,"        \
    " state bigint NOT NULL, cancelled bigint NOT NULL, amount bigint NOT NULL CHECK (amount > 0),"                   \
    " line bigint NOT NULL,"                                                                                          \
    " commitment bigint NOT NULL, answer bigint, dossier text NOT NULL, subject text NOT NULL,"                       \
    " policy text NOT NULL, period text NOT NULL, name text NOT NULL, account text NOT NULL,"                         \
    " CHECK (cancelled = CASE WHEN state = 4 THEN 1 ELSE 0 END));"                                                    \
    "CREATE UNIQUE INDEX ledger_payment_once ON ledger_payment (subject, policy, period)" /* not by state: then an    \
                                                                                             answer from the bank     \
                                                                                             would touch the index of \
                                                                                             every payment */         \
    " WHERE cancelled = 0;"                                                                                           \
    "CREATE INDEX ledger_payment_batch ON ledger_payment (batch, number);"                                            \
    "CREATE INDEX ledger_payment_open ON ledger_payment (line, state) WHERE state IN (2, 3);"                         \
    "CREATE TABLE ledger_exclusion (name text NOT NULL, subject text NOT NULL, period text NOT NULL,"                 \
    " payment bigint NOT NULL, PRIMARY KEY (subject, name, period));"                                                 \
    "CREATE INDEX ledger_exclusion_payment ON ledger_exclusion (payment);"                                            \
    "CREATE TABLE ledger_failure (payment bigint NOT NULL, attempt bigint NOT NULL, batch bigint NOT NULL,"           \
    " name text NOT NULL, account text NOT NULL, reason text NOT NULL, day bigint NOT NULL,"                          \
    " PRIMARY KEY (payment, attempt));"                                                                               \
    "CREATE INDEX ledger_failure_batch ON ledger_failure (batch, payment);"                                           \
    "CREATE TABLE ledger_return (id " KEY " PRIMARY KEY, batch bigint NOT NULL, hash text NOT NULL UNIQUE,"           \
    " reference text NOT NULL, day bigint NOT NULL, rows bigint NOT NULL, errors bigint NOT NULL);"                   \
    "CREATE TABLE ledger_return_error (file bigint NOT NULL, line bigint NOT NULL, kind bigint NOT NULL,"             \
    " content text NOT NULL, PRIMARY KEY (file, line));"                                                              \
    "CREATE TABLE ledger_claim (id " KEY " PRIMARY KEY, payment bigint NOT NULL, line bigint NOT NULL,"               \
    " state bigint NOT NULL, dossier text NOT NULL, amount bigint NOT NULL CHECK (amount > 0),"                       \
    " recovered bigint NOT NULL CHECK (recovered >= 0 AND recovered <= amount));"                                     \
    "CREATE INDEX ledger_claim_payment ON ledger_claim (payment);"                                                    \
    "CREATE TABLE ledger_instalment (claim bigint NOT NULL, reference text NOT NULL, amount bigint NOT NULL,"         \
    " restores bigint NOT NULL, day bigint NOT NULL, PRIMARY KEY (claim, reference));"                                \
    "CREATE TABLE ledger_month (fund bigint NOT NULL, month bigint NOT NULL, state bigint NOT NULL,"                  \
    " PRIMARY KEY (fund, month));"                                                                                    \
    "CREATE TABLE ledger_reconciliation (id " KEY " PRIMARY KEY, fund bigint NOT NULL, day bigint NOT NULL,"          \
    " bank bigint NOT NULL, ledger bigint NOT NULL, transit bigint NOT NULL);"

/* Bounced payments, plans of instalments, and under which number the bank has an entry: for its statement. */
#define BOUNCES                                                                                              \
    "ALTER TABLE ledger_entry ADD COLUMN reference text NOT NULL DEFAULT '';"                                \
    "CREATE TABLE ledger_bounce (payment bigint NOT NULL, attempt bigint NOT NULL, reference text NOT NULL," \
    " day bigint NOT NULL, PRIMARY KEY (payment, attempt));"                                                 \
    "CREATE TABLE ledger_due (claim bigint NOT NULL, part bigint NOT NULL, day bigint NOT NULL,"             \
    " amount bigint NOT NULL CHECK (amount > 0), until bigint NOT NULL, PRIMARY KEY (claim, part),"          \
    " UNIQUE (claim, day));"                                                                                 \
    "CREATE INDEX ledger_commitment_ref ON ledger_commitment (ref)"

/* Payments that must not go out any more. */
#define STOPS \
    "CREATE TABLE ledger_stop (payment bigint NOT NULL PRIMARY KEY, reason text NOT NULL, day bigint NOT NULL)"

/* Periods of several months: for finding those that share one (ledger_period.c). Exclusions of such are kept for each
 * of their months, those that were kept before as well. */
#define LONG_PERIODS                                                                                          \
    "CREATE INDEX ledger_payment_long ON ledger_payment (subject, policy) WHERE substr(period, 8, 1) = '至'" \
    " AND cancelled = 0;"                                                                                     \
    "INSERT INTO ledger_exclusion (name, subject, period, payment)"                                           \
    " WITH RECURSIVE part (name, subject, payment, y, m, last) AS (SELECT name, subject, payment,"            \
    " CAST(substr(period, 1, 4) AS integer), CAST(substr(period, 6, 2) AS integer), substr(period, 9, 7)"     \
    " FROM ledger_exclusion WHERE substr(period, 8, 1) = '至' AND length(period) = 15"                       \
    " UNION ALL SELECT name, subject, payment, CASE WHEN m = 12 THEN y + 1 ELSE y END,"                       \
    " CASE WHEN m = 12 THEN 1 ELSE m + 1 END, last FROM part WHERE " MONTH_OF_PART " < last)"                 \
    " SELECT name, subject, " MONTH_OF_PART ", payment FROM part WHERE true ON CONFLICT DO NOTHING"
#define MONTH_OF_PART "CAST(y AS text) || CASE WHEN m < 10 THEN '-0' ELSE '-' END || CAST(m AS text)"

static const struct store_step steps[] = {
    { 1, "预算行、科目、分录、承诺", ACCOUNTS("integer"),
      "DROP TABLE ledger_commitment; DROP TABLE ledger_deposit; DROP TABLE ledger_posting; DROP TABLE ledger_entry;"
      "DROP TABLE ledger_account; DROP TABLE ledger_line; DROP TABLE ledger_fund; DROP TABLE ledger_counter",
      ACCOUNTS("bigint") },
    { 2, "批次、付款、回盘、追回、月份、对账", PAYMENTS("integer"),
      "DROP TABLE ledger_reconciliation; DROP TABLE ledger_month; DROP TABLE ledger_instalment;"
      "DROP TABLE ledger_claim; DROP TABLE ledger_return_error; DROP TABLE ledger_return; DROP TABLE ledger_failure;"
      "DROP TABLE ledger_exclusion; DROP TABLE ledger_payment; DROP TABLE ledger_batch",
      PAYMENTS("bigint") },
    { 3, "退票、分期计划、银行编号", BOUNCES,
      "DROP INDEX ledger_commitment_ref; DROP TABLE ledger_due; DROP TABLE ledger_bounce;"
      "ALTER TABLE ledger_entry DROP COLUMN reference",
      NULL },
    { 4, "不再付", STOPS, "DROP TABLE ledger_stop", NULL },
    { 5, "有共同月份的期间", LONG_PERIODS, "DROP INDEX ledger_payment_long", NULL },
};

bool ledger_migrate(struct store *s, struct err *e)
{
    enum { COUNT = sizeof steps / sizeof *steps };
    return journal_migrate(s, e) && store_migrate(s, STR("ledger"), steps, COUNT, COUNT, e);
}

void ledger_bind_subject(struct store_stmt *q, uint32_t at, str subject)
{
    if (lasting_number(subject))
        store_bind_str(q, at, subject);
    else
        store_bind_secret(q, at, subject);
}

/* Those that are no lasting numbers, in SQL that both databases take: without its digits nothing is left of one. */
#define LESS(text, digit) "replace(" text ", '" digit "', '')"
#define SUBJECTS                                                                                                      \
    "(length(subject) > 10 OR " LESS(                                                                                 \
        LESS(LESS(LESS(LESS(LESS(LESS(LESS(LESS(LESS("subject", "0"), "1"), "2"), "3"), "4"), "5"), "6"), "7"), "8"), \
        "9") " <> '')"

const store_secrets ledger_secrets = {
    .at =
        (struct store_secret[]){
            { .table = "ledger_payment", .column = "subject", .where = SUBJECTS },
            { .table = "ledger_exclusion", .column = "subject", .where = SUBJECTS },
            { .table = "ledger_payment", .column = "account" },
            { .table = "ledger_failure", .column = "account" },
            { .table = "ledger_return_error", .column = "content" },
        },
    .len = 5,
};
