# 040  The test harness reports what goes wrong. $LEYE_SELFTEST holds tests that fail on purpose.
. "${LEYE_SRC:?is set by the test runner}/tests/support/story.sh"
export LEYE_SRC LEYE_SELFTEST

only() { run env "$LEYE_SELFTEST" "$@"; }

step "a good test passes, and what it prints is not taken for a result"
run env T_SEED=1 "$LEYE_SELFTEST" a_good_test # a seed drawn at random is printed, and may have a 99 in it
expect_exit 0
expect_out "1..1"
expect_out "ok 1 - selftest: a good test"
expect_not_out "99"

step "a false condition fails, with place, note and seed, and ends the test"
only a_false_condition
expect_exit 1
expect_out "not ok 1 - selftest: a false condition"
expect_out "#   the round was 7"
expect_out "not true: 1 + 1 == 3"
expect_out "T_SEED="
expect_not_out "never reached"

step "a wrong number shows both"
only a_wrong_number
expect_out "6 * 7 is 42, not 41"

step "a wrong text shows the first line that differs"
only a_wrong_text
expect_exit 1
expect_out "line 2 got   : second"
expect_out "line 2 wanted: other"

step "a crash is one failed test, and the next one still runs"
only a_crash another_error
expect_exit 1
expect_out "not ok 1 - selftest: a crash"
expect_out "not ok 2 - selftest: another error"

step "a hang is ended"
only a_hang
expect_exit 1
expect_out "not finished after 1 seconds"

step "leaving through exit is a failure"
only an_early_exit
expect_exit 1
expect_out "not ok"

# Only the sanitizers see leaks and what C does not define; in other builds these steps say nothing.
if grep -q __lsan_do_leak_check "$LEYE_SELFTEST"; then
    step "a leak is a failure"
    only a_leak
    expect_exit 1
    expect_out "detected memory leaks"

    step "undefined behaviour is a failure, shown with its line"
    only an_overflow
    expect_exit 1
    expect_out "not ok 1 - selftest: an overflow"
    expect_out "in an_overflow"
    expect_out "selftest.c:$(($(grep -n '^TEST(an_overflow)' "$LEYE_SRC/tests/support/selftest.c" | cut -d: -f1) + 3))"
fi

step "a skipped test says why and is not a failure"
only a_skip
expect_exit 0
expect_out "ok 1 - selftest: a skip # SKIP for a reason"

step "errors are compared by code, and their sentences shown"
only the_expected_error
expect_exit 0
only another_error
expect_exit 1
expect_out "failed with INVALID; wanted NOT_FOUND"
expect_out "the year is wrong"
only an_unexpected_error
expect_exit 1
expect_out "the year is wrong"

step "an expected text is missing, is written, is equal, differs"
mkdir tree
golden() { run env "LEYE_SRC=$PWD/tree" "$@" "$LEYE_SELFTEST" an_expected_text; }
golden env -u T_UPDATE
expect_exit 1
expect_out "golden.txt does not exist"
golden env T_UPDATE=1
expect_exit 0
golden env -u T_UPDATE
expect_exit 0
echo three >>tree/golden.txt
golden env -u T_UPDATE
expect_exit 1
expect_out "line 3 wanted: three"

step "each test has an empty folder, which is gone afterwards"
mkdir here
run env "TMPDIR=$PWD/here" "$LEYE_SELFTEST" a_folder_of_its_own
expect_exit 1
expect_out "$PWD/here/leye-test-"
expect "nothing is left" rmdir here

step "the seed can be repeated"
run env T_SEED=5 "$LEYE_SELFTEST" a_random_number
cp "$story_folder/out" first
run env T_SEED=5 "$LEYE_SELFTEST" a_random_number
expect "the same number came" cmp "$story_folder/out" first
run env T_SEED=6 "$LEYE_SELFTEST" a_random_number
expect "another seed gives another number" test "$(grep -c random "$story_folder/out")" = 2
expect "which differs" sh -c '! cmp -s "$1" first' sh "$story_folder/out"

step "no test of that name: a skip, not a success"
only no_such_test
expect_exit 0
expect_out "1..0 # SKIP"
