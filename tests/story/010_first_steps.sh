# 010  A clerk starts the program for the first time.
. "$LEYE_SRC/tests/support/story.sh"

# She types only its name. She is told how to use it, and that this was not yet a request.
step "只输入 leye：给出用法，退出码 2"
run leye
expect_exit 2
expect_no_out
expect_err "用法"

# She asks for help. That is a request, so the answer goes where it can be piped and counted as done.
step "输入 leye --help：给出用法，退出码 0"
run leye --help
expect_exit 0
expect_out "用法"
expect_no_err

# The operator wants to know which version is installed.
step "输入 leye --version：给出版本"
run leye --version
expect_exit 0
expect_out "leye "
