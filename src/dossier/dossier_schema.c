/* dossier_schema: the tables. Short rows: a case of a year ago costs what is kept of it, its moves are events of the
 * journal. What must never be twice is a unique index. */
#include "archive/archive.h"
#include "dossier/dossier_priv.h"
#include "notice/notice.h"

#define CASES(KEY, BYTES)                                                                                            \
    "CREATE TABLE dossier_rules (hash text PRIMARY KEY, day bigint NOT NULL, text " BYTES " NOT NULL);"              \
    "CREATE TABLE dossier_version (id " KEY " PRIMARY KEY, name text NOT NULL, rules text NOT NULL,"                 \
    " UNIQUE (rules, name));"                                                                                        \
    "CREATE TABLE dossier (id " KEY " PRIMARY KEY, revision bigint NOT NULL, version bigint NOT NULL,"               \
    " entity text NOT NULL, subject bigint NOT NULL, applicant text NOT NULL, channel bigint NOT NULL,"              \
    " entered_by text NOT NULL, holder text NOT NULL, office text NOT NULL, state bigint NOT NULL,"                  \
    " flags bigint NOT NULL, step bigint NOT NULL, opened bigint NOT NULL, accepted bigint, decided bigint,"         \
    " key text, note text NOT NULL, answers text NOT NULL, package bigint NOT NULL);"                                \
    "CREATE UNIQUE INDEX dossier_key ON dossier (key) WHERE key IS NOT NULL;"                                        \
    "CREATE INDEX dossier_subject ON dossier (subject, version);"                                                    \
    "CREATE INDEX dossier_open ON dossier (state, id) WHERE state IN (0, 1, 2, 3, 4, 5, 7);"                         \
    "CREATE TABLE dossier_clock (dossier bigint NOT NULL, kind bigint NOT NULL, unit bigint NOT NULL,"               \
    " count bigint NOT NULL, used bigint NOT NULL, since bigint NOT NULL, due bigint NOT NULL,"                      \
    " state bigint NOT NULL, told bigint NOT NULL, PRIMARY KEY (dossier, kind));"                                    \
    "CREATE INDEX dossier_clock_due ON dossier_clock (due) WHERE state = 0;" /* round 0: a signature of a review; 1: \
                                                                                who accepted it */                   \
    "CREATE TABLE dossier_sign (dossier bigint NOT NULL, round bigint NOT NULL, step bigint NOT NULL,"               \
    " who text NOT NULL, day bigint NOT NULL, PRIMARY KEY (dossier, round, step, who));"                             \
    "CREATE TABLE dossier_verdict (id " KEY " PRIMARY KEY, dossier bigint NOT NULL, about text NOT NULL,"            \
    " day bigint NOT NULL, kind bigint NOT NULL, assumed bigint NOT NULL, unset bigint NOT NULL, amount bigint,"     \
    " receipt " BYTES " NOT NULL);"                                                                                  \
    "CREATE INDEX dossier_verdict_of ON dossier_verdict (dossier);"                                                  \
    "CREATE TABLE dossier_effect (dossier bigint NOT NULL, drop_ bigint NOT NULL, day bigint NOT NULL,"              \
    " taken_back bigint NOT NULL, PRIMARY KEY (dossier, drop_));"                                                    \
    "CREATE TABLE dossier_day (name text PRIMARY KEY, day bigint NOT NULL);"

#define AFTERWARDS(KEY)                                                                                                \
    "CREATE TABLE dossier_benefit (dossier bigint NOT NULL, policy text NOT NULL, months bigint NOT NULL,"             \
    " next bigint NOT NULL, ended bigint NOT NULL, paid_months bigint NOT NULL, PRIMARY KEY (dossier, policy));"       \
    "CREATE INDEX dossier_benefit_next ON dossier_benefit (next) WHERE ended = 0;"                                     \
    "CREATE TABLE dossier_pay (id " KEY " PRIMARY KEY, dossier bigint NOT NULL, subject bigint NOT NULL,"              \
    " policy text NOT NULL, period text NOT NULL, amount bigint NOT NULL CHECK (amount > 0), state bigint NOT NULL,"   \
    " day bigint NOT NULL, line bigint NOT NULL, batch bigint NOT NULL, payment bigint NOT NULL, note text NOT NULL);" \
    "CREATE UNIQUE INDEX dossier_pay_once ON dossier_pay (subject, policy, period) WHERE state <> 4;"                  \
    "CREATE INDEX dossier_pay_of ON dossier_pay (dossier);"                                                            \
    "CREATE INDEX dossier_pay_open ON dossier_pay (state, id) WHERE state IN (0, 1, 3);"                               \
    "CREATE TABLE dossier_public (dossier bigint NOT NULL, round bigint NOT NULL, line text NOT NULL,"                 \
    " day bigint NOT NULL, until bigint NOT NULL, PRIMARY KEY (dossier, round));"                                      \
    "CREATE INDEX dossier_public_until ON dossier_public (until);"                                                     \
    "CREATE TABLE dossier_objection (id " KEY " PRIMARY KEY, dossier bigint NOT NULL, who text NOT NULL,"              \
    " day bigint NOT NULL, text text NOT NULL, state bigint NOT NULL, answered_by text NOT NULL,"                      \
    " answer text NOT NULL);"                                                                                          \
    "CREATE INDEX dossier_objection_of ON dossier_objection (dossier);"                                                \
    "CREATE TABLE dossier_rating (dossier bigint NOT NULL PRIMARY KEY, level bigint NOT NULL, day bigint NOT NULL,"    \
    " text text NOT NULL, settled bigint NOT NULL);"                                                                   \
    "CREATE TABLE dossier_register (register text NOT NULL, subject bigint NOT NULL, since bigint NOT NULL,"           \
    " until bigint, dossier bigint NOT NULL, PRIMARY KEY (register, subject, since));"

/* What the queue is sorted and searched by, beside each case: whose turn it is (state and role of the step), the first
 * due day of its running clocks, the first day one of them is yellow. */
#define QUEUE                                                                                                         \
    "ALTER TABLE dossier ADD COLUMN waits text NOT NULL DEFAULT '';"                                                  \
    "ALTER TABLE dossier ADD COLUMN due bigint; ALTER TABLE dossier ADD COLUMN soon bigint;"                          \
    "UPDATE dossier SET waits = CAST(state AS text), due = (SELECT min(due) FROM dossier_clock c WHERE c.dossier ="   \
    " dossier.id AND c.state = 0), soon = (SELECT min(due - CASE WHEN due - since >= 10 THEN (due - since) / 5 ELSE " \
    "1 END) FROM dossier_clock c WHERE c.dossier = dossier.id AND c.state = 0) WHERE state IN (1, 2, 3, 4, 5);"       \
    "CREATE INDEX dossier_queue ON dossier (waits, due, id, soon, office, holder, version, flags) WHERE waits <> ''"

#define PAPERS                                                                                              \
    "CREATE TABLE dossier_certificate (dossier bigint NOT NULL, round bigint NOT NULL, kind text NOT NULL," \
    " number text NOT NULL, day bigint NOT NULL, state bigint NOT NULL, PRIMARY KEY (dossier, round));"     \
    "CREATE INDEX dossier_certificate_waits ON dossier_certificate (dossier) WHERE state = 0;"              \
    "CREATE TABLE dossier_file (dossier bigint PRIMARY KEY, day bigint NOT NULL, name text NOT NULL,"       \
    " sm3 text NOT NULL)"

/* What was answered on the day they applied, by question. */
#define ASKED(BYTES)                                                                                        \
    "CREATE TABLE dossier_asked (dossier bigint NOT NULL, about text NOT NULL, receipt " BYTES " NOT NULL," \
    " PRIMARY KEY (dossier, about))"

/* Whom the money of a policy goes to when it is not the subject, as it was granted. */
#define PAYEE                                                                                           \
    "CREATE TABLE dossier_payee (dossier bigint NOT NULL, policy text NOT NULL, payee bigint NOT NULL," \
    " entity text NOT NULL, name text NOT NULL, PRIMARY KEY (dossier, policy));"                        \
    "CREATE INDEX dossier_payee_of ON dossier_payee (payee)"

/* The same of each amount: a decision made anew may name another one, what was paid stays whose it was. */
#define PAYEE_OF_EACH                                                                                           \
    "ALTER TABLE dossier_pay ADD COLUMN payee bigint; ALTER TABLE dossier_pay ADD COLUMN payee_entity text;"    \
    "ALTER TABLE dossier_pay ADD COLUMN payee_name text;"                                                       \
    "UPDATE dossier_pay SET payee = y.payee, payee_entity = y.entity, payee_name = y.name FROM dossier_payee y" \
    " WHERE y.dossier = dossier_pay.dossier AND y.policy = dossier_pay.policy;"                                 \
    "CREATE INDEX dossier_pay_payee ON dossier_pay (payee) WHERE payee IS NOT NULL; DROP INDEX dossier_payee_of"

/* What was handed in. bytes and file are empty once it was taken back, and of an original that was only seen. */
#define ENCLOSURES(KEY, BYTES)                                                                                 \
    "CREATE TABLE dossier_enclosure (id " KEY " PRIMARY KEY, dossier bigint NOT NULL, material text NOT NULL," \
    " kind bigint NOT NULL, file text NOT NULL, size bigint NOT NULL, sm3 text NOT NULL, who text NOT NULL,"   \
    " day bigint NOT NULL, gone bigint NOT NULL, bytes " BYTES " NOT NULL);"                                   \
    "CREATE UNIQUE INDEX dossier_enclosure_once ON dossier_enclosure (dossier, material, sm3) WHERE gone = 0;" \
    "CREATE INDEX dossier_enclosure_of ON dossier_enclosure (dossier)"

static const struct store_step steps[] = {
    { 1, "办件、时限、签批、结论、登记的变更", CASES("integer", "blob"),
      "DROP TABLE dossier_day; DROP TABLE dossier_effect; DROP TABLE dossier_verdict; DROP TABLE dossier_sign;"
      "DROP TABLE dossier_clock; DROP TABLE dossier; DROP TABLE dossier_version; DROP TABLE dossier_rules",
      CASES("bigint", "bytea") },
    { 2, "发放、公示、异议、评价、名录", AFTERWARDS("integer"),
      "DROP TABLE dossier_register; DROP TABLE dossier_rating; DROP TABLE dossier_objection; DROP TABLE dossier_public;"
      "DROP TABLE dossier_pay; DROP TABLE dossier_benefit",
      AFTERWARDS("bigint") },
    { 3, "队列的次序", QUEUE,
      "DROP INDEX dossier_queue; ALTER TABLE dossier DROP COLUMN waits; ALTER TABLE dossier DROP COLUMN due;"
      "ALTER TABLE dossier DROP COLUMN soon",
      NULL },
    { 4, "证照、案卷", PAPERS, "DROP TABLE dossier_file; DROP TABLE dossier_certificate", NULL },
    { 5, "一件事的各项", "CREATE INDEX dossier_package ON dossier (package) WHERE package <> 0",
      "DROP INDEX dossier_package", NULL },
    { 6, "名录的期限",
      "ALTER TABLE dossier_register ADD COLUMN ends bigint; ALTER TABLE dossier_register ADD COLUMN reason text NOT "
      "NULL"
      " DEFAULT ''",
      "ALTER TABLE dossier_register DROP COLUMN ends; ALTER TABLE dossier_register DROP COLUMN reason", NULL },
    { 7, "发放前拿掉的，按批次找",
      "CREATE INDEX dossier_pay_taken ON dossier_pay (batch) WHERE state = 4 AND payment = 0",
      "DROP INDEX dossier_pay_taken", NULL },
    { 8, "申请那天的回答", ASKED("blob"), "DROP TABLE dossier_asked", ASKED("bytea") },
    { 9, "谁替别人申请的", "CREATE INDEX dossier_applicant ON dossier (applicant)", "DROP INDEX dossier_applicant",
      NULL },
    { 10, "钱发给谁", PAYEE, "DROP TABLE dossier_payee", NULL },
    { 11, "每一笔钱发给谁", PAYEE_OF_EACH,
      "CREATE INDEX dossier_payee_of ON dossier_payee (payee); DROP INDEX dossier_pay_payee;"
      "ALTER TABLE dossier_pay DROP COLUMN payee; ALTER TABLE dossier_pay DROP COLUMN"
      " payee_entity; ALTER TABLE dossier_pay DROP COLUMN payee_name",
      NULL },
    { 12, "材料附件", ENCLOSURES("integer", "blob"), "DROP TABLE dossier_enclosure", ENCLOSURES("bigint", "bytea") },
    /* months before it are made up for: an objection was upheld */
    { 13, "异议成立以后补发到哪个月", "ALTER TABLE dossier_benefit ADD COLUMN back bigint NOT NULL DEFAULT 0",
      "ALTER TABLE dossier_benefit DROP COLUMN back", NULL },
    { 14, "登记的领取是哪一期的", "ALTER TABLE dossier_effect ADD COLUMN period text NOT NULL DEFAULT ''",
      "ALTER TABLE dossier_effect DROP COLUMN period", NULL },
};

bool dossier_migrate(struct store *s, struct err *e)
{
    enum { COUNT = sizeof steps / sizeof *steps };
    return ledger_migrate(s, e) && notice_migrate(s, e) && archive_migrate(s, e) &&
           store_migrate(s, STR("dossier"), steps, COUNT, COUNT, e);
}
