# 010  The table of allowed includes holds, and the check that says so can fail.
. "${LEYE_SRC:?is set by the test runner}/tests/support/story.sh"
check() { sh "$LEYE_SRC/tools/check-layers" "$@"; }

step "the includes of src obey src/layers"
run check
expect_exit 0
expect_no_out

# A small tree with two modules, in which all is well. Each step below plants one mistake.
mkdir -p src/base src/lang
small_tree() {
    rm -rf src/* && mkdir -p src/base src/lang
    printf 'base:\nlang: base\n' >src/layers
    echo '#include <stdio.h>' >src/base/str.h
    echo '#include "base/str.h"' >src/lang/lex.c
    : >src/lang/lex_priv.h
    echo '#include "lang/lex.h"' >src/main.c
}

step "a tree without mistakes is accepted"
small_tree
run check .
expect_exit 0
expect_no_out

step "an include against the flow is refused"
echo '#include "lang/lex.h"' >>src/base/str.h
run check .
expect_exit 1
expect_out "src/base/str.h:2: base may not include lang"

step "a module that is not listed is refused"
small_tree
mkdir src/hall
: >src/hall/page.c
run check .
expect_exit 1
expect_out "src/hall/page.c: its module is not listed"

step "including a module that is not listed is refused"
small_tree
echo '# include "hall/page.h"' >>src/lang/lex.c
run check .
expect_exit 1
expect_out 'src/lang/lex.c:2: "hall/page.h" does not begin with a listed module'

step "an include that does not name its module is refused"
small_tree
echo '#include "lex.h"' >>src/lang/lex.c
run check .
expect_exit 1
expect_out '"lex.h" does not begin'

step "the private header of another module is refused, one's own is not"
small_tree
echo '#include "lang/lex_priv.h"' >>src/lang/lex.c
run check .
expect_exit 0
: >src/base/str_priv.h
echo '#include "base/str_priv.h"' >>src/lang/lex.c
run check .
expect_exit 1
expect_out 'src/lang/lex.c:3: "base/str_priv.h" is private to base'

step "a circle in the table is refused"
small_tree
printf 'base: lang\nlang: base\n' >src/layers
run check .
expect_exit 1
expect_out "circle"

step "siblings in a folder of modules are apart"
small_tree
printf 'domain/training: base\ndomain/labour: base\n' >>src/layers
mkdir -p src/domain/training src/domain/labour
echo '#include "base/str.h"' >src/domain/training/course.c
run check .
expect_exit 0
echo '#include "domain/labour/dispute.h"' >>src/domain/training/course.c
run check .
expect_exit 1
expect_out "domain/training may not include domain/labour"
