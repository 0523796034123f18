/* facts_write: facts back as JSON, the way a person would write them: facts_json reads the same facts from it. */
#ifndef LANG_FACTS_WRITE_H
#define LANG_FACTS_WRITE_H
#include "base/json.h"
#include "lang/facts.h"
#include "lang/need.h"

/* Writes what is given of `subject`, and of all records reachable from it. need: only what it names (whoever decides
 * for one policy keeps what that policy reads, not all that is known of a person); NULL: everything. */
void facts_write(struct json_writer *w, const struct program *p, const struct record *subject, const struct need *need,
                 struct arena *scratch);
/* One value that is no record or group, as text with its unit, or true and false. */
void facts_write_value(struct json_writer *w, const struct program *p, struct type t, struct value v,
                       struct arena *scratch);

#endif
