/* archive 归档: what is kept or given out as proof when something is done: certificates (certificate.h) and the file of
 * a case (case_file.h). This header has what both stand on. */
#ifndef ARCHIVE_ARCHIVE_H
#define ARCHIVE_ARCHIVE_H
#include "base/vec.h"
#include "journal/journal.h"
#include "store/store.h"

/* Makes or updates the tables (and the journal's); part "archive" of the schema. */
bool archive_migrate(struct store *s, struct err *e);

extern const store_secrets archive_secrets; /* columns that are bound as secrets */

#endif
