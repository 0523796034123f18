# 050  Nothing that fails is lost on the way to "N passed, N failed, N skipped".
. "${LEYE_SRC:?is set by the test runner}/tests/support/story.sh"
tap() { "$LEYE_SRC/tools/tap" log; }

program() { # name, result, output: one program in the form of Meson's log
    printf '=== 1/1 ===\ntest:         leye:unit / %s\nresult:       %s\n--- stdout ---\n%s\n=====\n' "$1" "$2" "$3"
}

step "passed, failed and skipped are added up over programs"
{
    program one "exit status 0" "1..3
ok 1 - a
ok 2 - b # SKIP why
ok 3 - c"
    program two "exit status 1" "1..2
ok 1 - a
not ok 2 - b
#   b.c:7: not true"
} >log
run tap
expect_out "3 1 1"
expect_err "two: not ok 2 - b"
expect_err "b.c:7: not true"

step "a program that crashes between tests is a failure"
program one "killed by signal 6 SIGABRT" "1..1
ok 1 - a" >log
run tap
expect_out "1 1 0"
expect_err "SIGABRT"

step "a program that stops before its plan is done is a failure"
program one "exit status 0" "1..3
ok 1 - a" >log
run tap
expect_out "1 1 0"
expect_err "planned 3 tests, ran 1"

step "a program that says nothing at all is a failure"
program one "exit status 0" "" >log
run tap
expect_out "0 1 0"

step "a program that skips as a whole is one skipped test"
program one "exit status 0" "1..0 # SKIP not here" >log
run tap
expect_out "0 0 1"
