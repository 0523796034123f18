/* cmd_plan_priv: leye plan split and score. */
#ifndef CLI_CMD_PLAN_PRIV_H
#define CLI_CMD_PLAN_PRIV_H
#include "cli/cli.h"
#include "lang/program.h"
#include "watch/watch.h"

bool plan_split_command(const struct cli_args *a, const struct program *p, struct text *out, struct err *e);

/* cmd_plan_score.c */
bool plan_score_command(const struct cli_args *a, const struct program *p, const struct plan_head *plan,
                        const struct figures *f, date day, struct text *out, struct err *e);

#endif
