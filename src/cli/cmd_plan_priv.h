/* cmd_plan_priv: leye plan split. */
#ifndef CLI_CMD_PLAN_PRIV_H
#define CLI_CMD_PLAN_PRIV_H
#include "cli/cli.h"
#include "lang/program.h"

bool plan_split_command(const struct cli_args *a, const struct program *p, struct text *out, struct err *e);

#endif
