# 020  Each check of tidy can fail. (Whether the real tree is tidy is a test of its own.)
. "${LEYE_SRC:?is set by the test runner}/tests/support/story.sh"

# A small tree in which all is well. Each step below plants one mistake and expects tidy to name it.
small_tree() {
    rm -rf src tests && mkdir -p src/base src/lang src/web tests/fuzz/corpus/json
    printf 'base:\nlang: base\n' >src/layers
    echo 'What base is for.' | tee src/base/README.md >src/lang/README.md
    printf '/* strings; malloc( in a comment is fine */\n#include <stddef.h>\nsize_t str_len(void);\n' >src/base/str.h
    printf '/* memory */\n#include "base/str.h"\nconst char *p = "system(x)";\nint f(void)\n{\n    return 0;\n}\n' \
        >src/base/arena.c
    echo '/* harness */' >tests/fuzz/fuzz_json.c
    echo '{}' >tests/fuzz/corpus/json/empty
    echo '<svg xmlns="http://www.w3.org/2000/svg"/>' >src/web/icon.svg
}

step "a tree without mistakes is accepted"
small_tree
run "$LEYE_TIDY" .
expect_exit 0
expect_not_out "not ok"

step "the longest functions and files are shown"
expect_out "3  f  src/base/arena.c:5"
expect_out "7  src/base/arena.c"

refused() { # what tidy must say
    run "$LEYE_TIDY" .
    expect_exit 1
    expect_out "not ok"
    expect_out "$1"
}

step "a banned function is refused, with what to use instead"
echo 'int g(void) { return system("ls"); }' >>src/base/arena.c
refused "src/base/arena.c:8: system is banned; use posix_spawn"

step "raw memory is refused outside base, and allowed in it"
small_tree
echo 'void *g(void) { return malloc(1); }' >>src/base/arena.c
run "$LEYE_TIDY" .
expect_exit 0
printf '/* lexer */\nvoid *(*get)(unsigned long) = malloc;\n' >src/lang/lex.c
refused "src/lang/lex.c:2: malloc is banned"

step "floating point is refused"
small_tree
printf '/* amounts */\ndouble yuan;\n' >src/lang/amount.c
refused "double is banned"

step "a header that needs another one first is refused"
small_tree
printf '/* spans */\nsize_t span_len(void);\n' >src/base/span.h
refused "src/base/span.h: does not compile alone"

step "a module without a README is refused"
small_tree
rm src/lang/README.md
echo '/* lexer */' >src/lang/lex.c
refused "src/lang/README.md: is missing"

step "a fuzz harness without a corpus is refused"
small_tree
rm tests/fuzz/corpus/json/empty
refused "tests/fuzz/fuzz_json.c: has no corpus"

step "a page that loads from another host is refused"
small_tree
echo '@import url(https://example.org/font.css);' >src/web/page.css
refused "src/web/page.css:1: loads from another host: example.org"
rm src/web/page.css
echo '<script src="//example.org/x.js"></script>' >src/web/page.html
refused "src/web/page.html:1: loads from another host"

step "the name of a package registry is refused anywhere"
small_tree
echo "see https://""registry.example.org/" >src/base/README.md
refused "src/base/README.md:1: names a package registry"

step "a file that does not end in a newline is refused"
small_tree
printf 'cut' >src/base/README.md
refused "src/base/README.md:1: does not end in a newline"

step "blanks at the end of a line, carriage returns and tabs are refused"
small_tree
printf 'a \n' >src/base/README.md
refused "src/base/README.md:1: ends in blanks"
printf 'a\r\n' >src/base/README.md
refused "carriage return"
small_tree
printf '/* tabs */\n\tint x;\n' >src/base/tab.c
refused "src/base/tab.c:2: has a tab"

step "a C file that does not say what it is for is refused"
small_tree
echo 'int x;' >src/base/x.c
refused "src/base/x.c:1: does not open with a comment"

step "unfinished business in a comment is refused"
small_tree
echo '/* TO''DO: later */' >src/base/x.c
refused "file an issue"
