/* diff: what changed between two versions of packs, in words. Compares what is said, not how it is laid out: comments,
 * blanks, line breaks, needless parentheses, the spelling of keywords, the order of files and declarations are no
 * change. Whether a change matters is for people to say: a sentence to the public that reads differently is one. */
#ifndef PACK_DIFF_H
#define PACK_DIFF_H
#include "base/json.h"
#include "lang/program.h"

enum diff_change { DIFF_ADDED, DIFF_REMOVED, DIFF_CHANGED, DIFF_RENAMED };

/* One field of a changed declaration: was, is; one of them empty when it was added or taken away. */
struct diff_field {
    enum diff_change change;
    str name; /* 条件 大龄; 2024-01-01 起 一类 */
    str was, is;
    str source; /* of a dated value: what it rests on now */
};

struct diff_decl {
    enum diff_change change;
    enum kind kind;
    str name;
    str old_name; /* of a renamed one */
    str version;  /* of a version that came to, or left, a name that stays: 2025-01-01 起. fields: came to be different
                     from the version before it */
    bool version_left;
    VEC(struct diff_field) fields;                    /* of a changed one */
    size_t cases_added, cases_removed, cases_changed; /* of examples */
    size_t order;
};
typedef VEC(struct diff_decl) diff_list;

/* Most consequential kinds first: policies, definitions and tables, parameters, the rest; examples last. own: only the
 * lowest pack of each chain. The programs need no check, only to be read without mistakes. */
void diff_programs(const struct program *was, const struct program *is, bool own, struct arena *a, diff_list *out);
void diff_text(const diff_list *list, struct text *out);
void diff_json(const diff_list *list, struct json_writer *w);

#endif
