# 060  A story that goes wrong is reported as wrong, at its step.
. "${LEYE_SRC:?is set by the test runner}/tests/support/story.sh"
export LEYE_SRC LEYE

tell() { # the story's text
    { printf '. "$LEYE_SRC/tests/support/story.sh"\n' && cat; } >story.sh
    run sh story.sh
}

step "a story that goes as told passes"
tell <<'STORY'
step "one"
run echo "hello there"
expect_exit 0
expect_out "hello"
expect_not_out "bye"
expect_no_err
step "two"
run_with "typed" cat
expect_out "typed"
STORY
expect_exit 0
expect_out "ok 1 - one
ok 2 - two
1..2"

step "each expectation can fail, and the next step still runs"
for wrong in "expect_exit 1" "expect_out absent" "expect_not_out hello" "expect_no_out" "expect_err hello" \
    "expect 'no such file' test -e nothing" "expect_out_is tests/house/none.expected"; do
    tell <<STORY
step "one"
run echo hello
$wrong
step "two"
STORY
    expect_exit 1
    expect_out "not ok 1 - one"
    expect_out "ok 2 - two"
done

step "standard error that should be empty"
tell <<'STORY'
step "one"
run sh -c 'echo oops >&2'
expect_no_err
STORY
expect_exit 1
expect_out "standard error is not empty"

step "a story that breaks off is a failure, not a short success"
tell <<'STORY'
step "one"
run true
step "two"
echo "$not_set"
STORY
expect_exit 1
expect_out "ok 1 - one"
expect_out "not ok 2 - two"

step "a story is skipped as a whole"
tell <<'STORY'
skip_all "not on this machine"
STORY
expect_exit 0
expect_out "1..0 # SKIP not on this machine"

step "each story starts in an empty folder, which is gone afterwards"
tell <<'STORY'
pwd >&2
step "one"
expect "empty" test -z "$(ls)"
STORY
expect_exit 0
expect "it is gone" test ! -e "$(cat "$story_folder/err")"
