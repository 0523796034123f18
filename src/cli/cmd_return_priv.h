/* cmd_return_priv: the verbs of `leye return`, by file. */
#ifndef CLI_CMD_RETURN_PRIV_H
#define CLI_CMD_RETURN_PRIV_H
#include "cli/cli.h"
#include "cli/table.h"
#include "filing/filing.h"

struct return_call {
    const struct cli_args *a;
    struct arena *arena;
    const struct program *p;
    struct store *s;
    struct filing_act act;
    const str *args; /* behind the verb */
    size_t count;
    struct text out;
};

enum return_who {
    RETURN_DOES,    /* --as with a role that may */
    RETURN_LOOKS,   /* the same, or an auditor */
    RETURN_ANYBODY, /* needs no --as */
};

struct return_verb {
    const char *name, *args, *help;
    const char *options; /* of this verb, blanks between them, beside db, packs, as and date */
    size_t args_min, args_max;
    enum return_who who;
    bool bare;   /* needs no database */
    bool begins; /* may make the database */
    int (*run)(struct return_call *c);
};

extern const struct return_verb return_form_verbs[], return_sheet_verbs[];

/* The form named by the first word behind the verb; NULL after the sentence was printed. */
const struct return_ *return_form(struct return_call *c);
bool return_log(struct return_call *c, struct figures *out, struct err *e); /* what was known on the day of the call */

#endif
