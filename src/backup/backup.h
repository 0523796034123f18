/* backup 备份: a copy of a whole database made while it is in use, looked at before it is called one, and put back
 * under a new name. Beside the copy stands its hash (SM3) in a line that other tools read as well: "<hash>  <name>".
 *
 * A copy is one moment of the database: what was committed before it began is in it, half of nothing is. A copy is
 * whole or not there: it takes its name when it has been checked and synced. Nothing is put back over a database.
 *
 * What is not in a database is not in its copy: packs, keys, lists of seals kept elsewhere. */
#ifndef BACKUP_BACKUP_H
#define BACKUP_BACKUP_H
#include "base/crypto.h"
#include "base/vec.h"
#include "store/store.h"

struct backup_seen {
    bool sound;
    bool had_hash;          /* a hash stood beside it; it is compared before anything else is read */
    char hash[SM3_HEX + 1]; /* of the file as it is */
    uint64_t bytes;
    int64_t events, seals; /* of the journal */
    bool has_ledger;
};

/* Copies the SQLite database at `address` to `path`, which must not exist, and looks at the copy. `report` gets a line
 * for each thing that is wrong with it; then nothing is left at `path` and out->sound is false. CONFLICT: `path` is
 * there; INVALID: a PostgreSQL database; errors of store_open. */
bool backup_make(str address, str path, struct backup_seen *out, struct text *report, struct err *e);

/* Looks at a copy: its hash, every page and foreign key, the chain of the journal, the ledger computed again. Changes
 * nothing. False only when it could not look. */
bool backup_look(str path, struct backup_seen *out, struct text *report, struct err *e);

/* Looks at a copy and, when it is sound, makes the database `to` of it, which must not exist. CONFLICT: `to` is there,
 * or the log of another database that stood there. */
bool backup_restore(str path, str to, struct backup_seen *out, struct text *report, struct err *e);

/* ---- which copies there were ---- */

/* Made, or looked at again. In the database that was copied, so a copy does not know of itself. */
struct backup_row {
    int64_t at;            /* seconds since 1970 */
    str name, who, what;   /* what: what was wrong, a sentence; empty when sound */
    bool again, sound;     /* again: only looked at */
    int64_t bytes, events; /* of the file; of the journal */
};
typedef VEC(struct backup_row) backup_rows;

bool backup_migrate(struct store *s, struct err *e); /* part "backup" of the schema, and the journal */
/* In a transaction of its own, with an event of the journal. */
bool backup_note(struct store *s, const struct backup_row *r, struct err *e);
bool backup_list(struct store *s, size_t max, struct arena *a, backup_rows *out, struct err *e); /* the newest first */

#endif
