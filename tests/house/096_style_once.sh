# 096  A class of the style is said once: a second rule for the same class, made for another page, changes the first page too.
. "${LEYE_SRC:?is set by the test runner}/tests/support/story.sh"

# Rules for one class alone, outside of @media, that are there twice.
twice() {
    awk '/^\.[a-z-]+ \{/ { if (seen[$1]++) print FILENAME ":" FNR ": " $1 }' "$1"
}

step "no class is said twice"
run twice "$LEYE_SRC/src/hall/assets/style.css"
expect_no_out

step "a second rule is found; one for a narrow window is not"
cp "$LEYE_SRC/src/hall/assets/style.css" style.css
printf '@media print {\n  .ways { display: none; }\n}\n.ways { display: flex; }\n' >>style.css
run twice style.css
expect_out ".ways"
expect_exit 0
[ "$(twice style.css | wc -l)" = 1 ] || story_complain "found more than what was planted"
