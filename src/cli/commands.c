/* commands: the list of them. */
#include "cli/cli.h"

#define COMMAND(name) extern const struct cli_command cmd_##name;
#include "cli/commands.def"
#undef COMMAND

#define COMMAND(name) &cmd_##name,
const struct cli_command *const cli_commands[] = {
#include "cli/commands.def"
    NULL,
};
#undef COMMAND
