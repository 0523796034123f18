# The words stories are written in. A story is a file tests/story/NNN_what_happens.sh that begins with
#
#     . "$LEYE_SRC/tests/support/story.sh"
#
# and then tells, step by step, what somebody does and what they must see:
#
#     step "职员看帮助"                     begins a step; every step is one line of the test's result
#     run leye help                         does something, and keeps what it prints and its exit code
#     run_with "some text" leye check -     the same, with that text as standard input
#     expect_exit 0                         the exit code
#     expect_out "用法"                     standard output has this text somewhere
#     expect_no_out                         standard output is empty
#     expect_not_out "错误"                 standard output has it nowhere
#     expect_out_is tests/story/x.expected  standard output is exactly this file (T_UPDATE=1 writes it anew)
#     expect_err "请先…", expect_no_err     the same two for standard error
#     expect "what is true" test -s a.txt   any command that must succeed
#     skip_all "why"                        ends the story: it cannot be told here
#     today 2024-03-01                      what day it is (2024-06-03 unless the story says otherwise)
#     plain                                 databases of this story are not sealed
#     copy_packs                            a copy of the packs in ./packs, to change at will
#
# Each story has an empty folder to itself and starts there. `leye` is the program under test. A step that fails does
# not end the story: its other steps still run.

set -u
LEYE_TODAY=2024-06-03
export LEYE_TODAY
PACKS=$LEYE_SRC/packs

story_folder=$(mktemp -d "${TMPDIR:-/tmp}/leye-story-XXXXXX") || exit 1
story_steps=0 story_failed=0 story_read= story_title= story_wrong= story_finished=no
mkdir "$story_folder/here" && cd "$story_folder/here" || exit 1
: >"$story_folder/out"
: >"$story_folder/err"

leye() { "$LEYE" "$@"; }
# Databases of stories are sealed, as they should be where people live; unit tests have plain ones.
LEYE_KEY=$story_folder/key
export LEYE_KEY
leye key make "$LEYE_KEY" >/dev/null
story_plain=
plain() { story_plain=yes && unset LEYE_KEY; }
today() { LEYE_TODAY=$1; }
copy_packs() { cp -R "$PACKS" packs && chmod -R u+w packs; }

step() {
    story_close_step
    story_title=$1
    story_wrong=
}

run() { run_with "" "$@"; }

run_with() {
    story_input=$1
    shift
    story_command="$*"
    story_exit=0 story_read=
    printf '%s' "$story_input" | "$@" >"$story_folder/out" 2>"$story_folder/err" || story_exit=$?
}

expect_exit() { [ "$story_exit" = "$1" ] || story_complain "exit code $story_exit, not $1"; }
expect_out() { story_has out "$1" || story_complain "standard output has no: $1"; }
expect_err() { story_has err "$1" || story_complain "standard error has no: $1"; }
expect_not_out() { ! story_has out "$1" || story_complain "standard output has: $1"; }
expect_no_out() { [ ! -s "$story_folder/out" ] || story_complain "standard output is not empty"; }
expect_no_err() { [ ! -s "$story_folder/err" ] || story_complain "standard error is not empty"; }

expect_out_is() {
    cmp -s "$story_folder/out" "$LEYE_SRC/$1" && return
    if [ -n "${T_UPDATE-}" ]; then
        cp "$story_folder/out" "$LEYE_SRC/$1"
        echo "# wrote $1"
    else
        diff -u "$LEYE_SRC/$1" "$story_folder/out" 2>&1 | head -40 | sed 's/^/#     /'
        story_complain "standard output is not that of $1; T_UPDATE=1 writes it anew, then read the diff"
    fi
}

expect() {
    story_what=$1
    shift
    "$@" >/dev/null 2>&1 || story_complain "not so: $story_what"
}

skip_all() {
    story_title= story_finished=yes
    echo "1..0 # SKIP $1"
    exit 0
}

# ---- below: how it works ----

# The whole text must stand there, line breaks included. What is read stays until something else is run: most runs are
# asked for many texts, and a process for each is most of a step's time.
story_has() { # out|err, text
    if [ "$story_read" != "$1" ]; then
        story_text=$(cat "$story_folder/$1")
        story_read=$1
    fi
    case $story_text in
    *"$2"*) return 0 ;;
    esac
    return 1
}

story_complain() {
    [ -n "$story_title" ] || story_title="(before the first step)"
    if [ -z "$story_wrong" ]; then
        story_wrong=yes
        {
            echo "after: ${story_command-}"
            sed 's/^/out: /' "$story_folder/out" | head -40
            sed 's/^/err: /' "$story_folder/err" | head -40
        } | sed 's/^/#     /'
    fi
    echo "#   $1"
}

story_close_step() {
    [ -n "$story_title" ] || return 0
    story_steps=$((story_steps + 1))
    if [ -n "$story_wrong" ]; then
        story_failed=$((story_failed + 1))
        echo "not ok $story_steps - $story_title"
    else
        echo "ok $story_steps - $story_title"
    fi
    story_title=
}

# Nobody reads in the file of a database what is sealed there: identity cards, phones and accounts of the made-up city.
story_read_in_a_file() {
    [ -z "$story_plain" ] || return 0
    find "$story_folder" -path '*/day1/*.csv' | while read -r f; do
        awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i ~ /^"?(AAC002|AAE005|AAE010)"?$/) c[i] = 1; next }
                 { for (i in c) if (length($i) >= 11) print $i }' "$f"
    done | sort -u >"$story_folder/secrets"
    [ -s "$story_folder/secrets" ] || return 0
    for f in $(find "$story_folder" -name '*.db' -o -name '*.db-wal' -o -name '*.pool'); do
        story_seen=$(LC_ALL=C grep -aoFf "$story_folder/secrets" "$f" | sort | uniq -c | head -3)
        [ -n "$story_seen" ] || continue
        echo "# can be read in ${f##*/}: $story_seen"
        story_failed=$((story_failed + 1))
    done
}

# However the story ends, the step it was in is closed and the plan is printed. A script that broke off (set -u, a
# signal, exit 1) must not look like one that is finished.
story_end() {
    story_code=$?
    if [ $story_finished = no ]; then
        [ $story_code = 0 ] || story_complain "the story broke off with exit code $story_code"
        story_close_step
        echo "1..$story_steps"
    fi
    cd / && chmod -R u+w "$story_folder"
    story_read_in_a_file
    if [ -n "${STORY_KEEP-}" ]; then mv "$story_folder" "$STORY_KEEP"; else rm -rf "$story_folder"; fi
    [ $story_failed = 0 ] || exit 1
    exit 0
}
trap story_end EXIT
trap 'exit 130' INT TERM HUP
