/* commands: the list of them, in the order of help. */
#include "cli/cli.h"

extern const struct cli_command cmd_check, cmd_doc, cmd_test, cmd_explain, cmd_replay, cmd_diff, cmd_fmt, cmd_audit,
    cmd_lsp;

const struct cli_command *const cli_commands[] = {
    &cmd_check, &cmd_doc, &cmd_test, &cmd_explain, &cmd_replay, &cmd_fmt, &cmd_diff, &cmd_audit, &cmd_lsp, NULL,
};
