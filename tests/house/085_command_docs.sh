# 085  The manual page and the completion know every command and every option that `leye help` knows, and no others.
. "${LEYE_SRC:?is set by the test runner}/tests/support/story.sh"
mkdir bin && ln -s "$LEYE" bin/leye
PATH=$PWD/bin:$PATH
export PATH
page=$LEYE_SRC/man/leye.1

# What the program says, asked once.
leye help >help.txt
mkdir help
commands() { sed -n 's/^  \([a-z][a-z]*\)  *.*/\1/p' help.txt; }
for name in $(commands); do leye help "$name" | sed -n 's/^  --\([a-z-]*\).*/\1/p' >"help/$name"; done
options() { cat "help/$1"; }

# Lines "replay" and "replay --packs": what the program has, and what the page $1 describes: its .SS headings and the tagged
# lines below each.
said() {
    { commands && printf 'help\nversion\n'; }
    (cd help && awk '{ print FILENAME " --" $0 }' *)
}
described() {
    sed 's/\\-/-/g' "$1" | awk '
    /^\.S[SH]/ { command = "" }
    /^\.SS leye / { print command = $3 }
    command && tagged && match($0, /--[a-z-]+/) { print command " " substr($0, RSTART, RLENGTH) }
    { tagged = ($0 ~ /^\.TP/) }'
}

# Prints one line for each difference between the page and the program.
compare_page() {
    said | sort >said
    described "$1" | sort | diff said - | sed -n 's/^< /the page lacks: /p; s/^> /the page has what is not there: /p'
}

# What bash offers after the words given; the last one is what has been typed so far.
offer() {
    bash -c '
    source "$LEYE_SRC/tools/leye.bash" || exit 1
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    compopt() { :; }
    _leye leye
    printf "%s\n" "${COMPREPLY[@]}"' bash "$@"
}
# The same after "leye NAME --", for each name in one bash: lines "NAME --option".
offer_options() {
    bash -c '
    source "$LEYE_SRC/tools/leye.bash" || exit 1
    compopt() { :; }
    for name; do
        COMP_WORDS=(leye "$name" --) COMP_CWORD=2
        _leye leye
        printf "$name %s\n" "${COMPREPLY[@]}"
    done' bash "$@"
}
export LEYE_SRC

step "the manual page has every command and option, and no others"
run compare_page "$page"
expect_no_out

step "the manual page is of this version"
version=$(leye --version)
expect "$version in its heading" grep -q "^\.TH LEYE 1 .*\"$version\"" "$page"

step "the manual page renders without a warning"
if command -v groff >/dev/null; then
    run groff -ww -Kutf8 -man -Tutf8 "$page"
    expect_no_err
    expect_out "--receipt"
fi

step "a command or option missing from the page is found"
grep -v -e '--receipt' -e '^\.SS leye replay' "$page" | sed '/receipt/d' >short.1
run compare_page short.1
expect_out "the page lacks: replay"
expect_out "the page lacks: explain --receipt"

step "an option of the page that does not exist is found"
sed 's/\\-\\-quiet/\\-\\-silent/' "$page" >other.1
run compare_page other.1
expect_out "the page has what is not there: check --silent"

step "completion offers every command"
run offer leye ""
for name in $(commands) help version --help --version; do expect_out "$name"; done
run offer leye ex
expect_out "explain"
expect_not_out "check"

step "completion offers every option of every command"
run offer_options $(commands)
for name in $(commands); do
    for option in $(options "$name"); do expect_out "$name --$option"; done
done
run offer leye explain --re
expect_out "--receipt"
expect_not_out "--json"

step "completion offers packs, and walks to them"
copy_packs
mkdir empty
run offer leye check p
expect_out "packs"
run offer leye check packs/na
expect_out "packs/national"
run offer leye check packs/demo
expect_not_out "packs/national"
run offer leye check e
expect_out "empty" # no pack begins so: any folder

step "completion offers policies of the pack in use, by name and by alias"
run offer leye explain --packs packs/national 失业保
expect_out "失业保险金"
run offer leye explain --packs packs/national unemployment-b
expect_out "unemployment-benefit"
expect_not_out "失业"

step "completion offers what an option wants"
touch facts.json
run offer leye explain --facts fa
expect_out "facts.json"
run offer leye explain --packs packs/ji
expect_out "packs/jiangsu"
run offer leye help re
expect_out "replay"
