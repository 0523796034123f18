/* cmd_watch_priv: leye watch count, which needs the pool. */
#ifndef CLI_CMD_WATCH_PRIV_H
#define CLI_CMD_WATCH_PRIV_H
#include "cli/cli.h"

int watch_count(const struct cli_args *a);
int watch_list(const struct cli_args *a);

#endif
