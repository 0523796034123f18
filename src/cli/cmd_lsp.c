/* leye lsp: the language server, for editors. */
#include "cli/cli.h"
#include "lsp/lsp.h"

#include <unistd.h>

static int run(const struct cli_args *a)
{
    (void)a;
    return lsp_serve(STDIN_FILENO, STDOUT_FILENO);
}

const struct cli_command cmd_lsp = {
    .name = "lsp",
    .args = "",
    .help = "语言服务器：编辑器里边写边查、悬停说明、跳转、改名、补全\n\n"
            "由编辑器启动，从标准输入读、往标准输出写（LSP 3.17）。怎样在各种编辑器里用，见 docs/editors.md。",
    .options = { { "stdio", NULL, "从标准输入输出通信（总是如此；有的编辑器会加上它）" } },
    .args_min = 0,
    .args_max = 0,
    .run = run,
};
