/* cmd_warn_priv: the verbs of `leye warn`, by file. */
#ifndef CLI_CMD_WARN_PRIV_H
#define CLI_CMD_WARN_PRIV_H
#include "alarm/alarm.h"
#include "cli/cli.h"
#include "cli/table.h"

struct warn_call {
    const struct cli_args *a;
    struct arena *arena;
    const struct program *p;
    struct store *s;
    struct alarm_act act;
    const str *args; /* behind the verb */
    size_t count;
    struct text out;
};

enum warn_who {
    WARN_DOES,    /* --as with a role that may */
    WARN_LOOKS,   /* the same, or an auditor */
    WARN_ANYBODY, /* needs no --as */
};

struct warn_verb {
    const char *name, *args, *help;
    const char *options; /* of this verb, blanks between them, beside db, packs, as and date */
    size_t args_min, args_max;
    enum warn_who who;
    int (*run)(struct warn_call *c);
};

extern const struct warn_verb warn_rule_verbs[], warn_case_verbs[];

/* What was known on the day of the call. */
bool warn_figures(struct warn_call *c, struct figures *out, struct err *e);

#endif
