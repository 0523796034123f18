# 025  Banned functions are compile errors that say what to use instead.
. "${LEYE_SRC:?is set by the test runner}/tests/support/story.sh"

compile() { # body of a function
    printf '#include <stdlib.h>\n#include <stdio.h>\n#include <string.h>\n#include <time.h>\nvoid f(char *p);\nvoid f(char *p)\n{\n    (void)p;\n    %s\n}\n' "$1" >x.c
    shift
    run "$compiler" -std=c17 -D_GNU_SOURCE -Wall -Werror -fsyntax-only -I "$LEYE_SRC/src" -include base/banned.h "$@" x.c
}

for compiler in gcc clang; do
    command -v $compiler >/dev/null || continue

    step "$compiler: ordinary code compiles"
    compile 'memcpy(p, "x", 2);'
    expect_exit 0

    step "$compiler: strcpy is refused, and the error says what to use"
    compile 'strcpy(p, "x");'
    expect_exit 1
    expect_err "banned, use str_dup or text_add"

    step "$compiler: taking the address is refused too"
    compile 'int (*run)(const char *) = system; (void)run;'
    expect_exit 1
    expect_err "banned, use posix_spawn"

    step "$compiler: gets is refused"
    compile 'gets(p);'
    expect_exit 1

    step "$compiler: malloc is refused outside base only"
    compile 'p = malloc(1); free(p);'
    expect_exit 1
    expect_err "banned, use arena_alloc"
    compile 'p = malloc(1); free(p);' -DBANNED_IN_BASE
    expect_exit 0
done
