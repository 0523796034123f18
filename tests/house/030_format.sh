# 030  C is formatted, and the check that says so can fail.
. "${LEYE_SRC:?is set by the test runner}/tests/support/story.sh"
command -v clang-format >/dev/null || skip_all "clang-format is not installed; tools/setup installs it"

step "the C of this tree is formatted (make fmt does it)"
run "$LEYE_SRC/tools/fmt" --check
expect_exit 0
cut -d: -f1 "$story_folder/err" | grep '\.[ch]$' | sort | uniq -c | sed 's/^/# /'

step "a file that is not formatted is refused, and then formatted"
cp "$LEYE_SRC/.clang-format" .
printf 'int f( void ){return 0 ;}\n' >wild.c
run "$LEYE_SRC/tools/fmt" --check "$PWD/wild.c"
expect_exit 1
expect_err "wild.c:1"
run "$LEYE_SRC/tools/fmt" "$PWD/wild.c"
expect_exit 0
run "$LEYE_SRC/tools/fmt" --check "$PWD/wild.c"
expect_exit 0
