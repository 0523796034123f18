/* cmd_audit_priv: the verbs of `leye audit`, by file. */
#ifndef CLI_CMD_AUDIT_PRIV_H
#define CLI_CMD_AUDIT_PRIV_H
#include "audit/audit.h"
#include "cli/cli.h"
#include "cli/table.h"

struct audit_call {
    const struct cli_args *a;
    struct arena *arena;
    struct store *s; /* NULL: the verb opens what it needs */
    struct audit_act act;
    const str *args; /* behind the verb */
    size_t count;
    struct text out;
};

struct audit_verb {
    const char *name, *args, *help;
    const char *options; /* of this verb, blanks between them, beside db, as and date */
    size_t args_min, args_max;
    bool place; /* works with the rules and everybody: opens them itself */
    int (*run)(struct audit_call *c);
};

extern const struct audit_verb audit_lead_verbs[], audit_sample_verbs[], audit_find_verbs[];

/* cmd_audit_leads.c: the frame of all of them. -1: no such verb. */
int audit_run_verb(const struct cli_args *a);
void audit_print_verbs(const struct cli_args *a);

bool audit_arg_number(struct audit_call *c, size_t at, const char *what, int64_t *out);
str audit_yuan(struct audit_call *c, int64_t fen);

#endif
