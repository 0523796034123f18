/* diag: mistakes in packs, many at once. Each has a code from diag.def, a place, a sentence in Chinese, and where there
 * is one a suggestion and a second place. Printed with the source line and a caret, or as JSON for editors and CI. */
#ifndef LANG_DIAG_H
#define LANG_DIAG_H
#include "base/json.h"
#include "base/vec.h"
#include "lang/source.h"

enum diag_level { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE };

enum diag_code {
#define DIAG(name, level, title_zh) DIAG_##name,
#include "lang/diag.def"
#undef DIAG
    DIAG_CODE_COUNT
};

struct diag {
    enum diag_code code;
    struct loc loc;
    str text;       /* what is wrong */
    str suggestion; /* what to do; may be empty */
    bool has_other;
    struct loc other; /* the other place it clashes with */
};

struct diags {
    struct arena *arena;
    VEC(struct diag) list;
    size_t dropped; /* beyond LIMIT_DIAGS */
    size_t errors, warnings, notes;
    bool muted; /* while something is only tried */
};

void diags_init(struct diags *d, struct arena *a);
/* Adds one; returns it so that a suggestion or another place can be set, or NULL when it was dropped. */
struct diag *diag_add(struct diags *d, enum diag_code code, struct loc loc, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void diag_suggest(struct diags *d, struct diag *g, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void diag_other(struct diag *g, struct loc other);

enum diag_level diag_level(enum diag_code code);
const char *diag_name(enum diag_code code);
const char *diag_title(enum diag_code code);
/* Adds copies of another list's mistakes; their texts are shared. */
void diags_append(struct diags *d, const struct diags *more);
/* Sorts by file and place, drops exact repetitions. */
void diags_sort(struct diags *d, const struct source *sources, size_t source_count);
void diag_print(const struct diag *g, const struct source *sources, struct text *out);
/* The errors alone: what keeps a command from going on. Warnings are the matter of `leye check`. */
void diags_print_errors(const struct diags *d, const struct source *sources, struct text *out);
void diags_json(const struct diags *d, const struct source *sources, struct json_writer *w);

#endif
