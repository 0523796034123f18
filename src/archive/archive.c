/* archive: its tables. */
#include "archive/archive.h"

/* body: the facts in canonical JSON, which is what is signed, with number, kind, holder, office and dates in it. */
#define CERTIFICATES                                                                                              \
    "CREATE TABLE archive_counter (name text PRIMARY KEY, value bigint NOT NULL);"                                \
    "CREATE TABLE archive_certificate (number text PRIMARY KEY, code text NOT NULL UNIQUE, holder text NOT NULL," \
    " dossier text NOT NULL, body text NOT NULL, signature text NOT NULL, until_day bigint,"                      \
    " revoked_day bigint, reason text, CHECK ((revoked_day IS NULL) = (reason IS NULL)));"                        \
    "CREATE INDEX archive_certificate_holder ON archive_certificate (holder);"                                    \
    "CREATE INDEX archive_certificate_dossier ON archive_certificate (dossier)"

static const struct store_step steps[] = {
    { 1, "证照", CERTIFICATES, "DROP TABLE archive_certificate; DROP TABLE archive_counter", NULL },
};

bool archive_migrate(struct store *s, struct err *e)
{
    enum { STEPS = sizeof steps / sizeof *steps };
    return journal_migrate(s, e) && store_migrate(s, STR("archive"), steps, STEPS, STEPS, e);
}

const store_secrets archive_secrets = {
    .at = (struct store_secret[]){ { .table = "archive_certificate", .column = "body" } },
    .len = 1,
};
