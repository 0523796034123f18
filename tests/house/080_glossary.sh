# 080  The glossary is true: what it says exists, exists; what it says is planned, is not there yet; no word stands twice.
. "${LEYE_SRC:?is set by the test runner}/tests/support/story.sh"

# The rows of a glossary as "mark identifier term"; $1 is the folder of the project.
rows() {
    sed -n 's/^| \([^|]*\) | `\([^`]*\)` | \(码\|包\|拟\) |.*/\3 \2 \1/p' "$1/GLOSSARY.md"
}

# Prints one line for each row that is not true.
check() {
    rows "$1" | while read -r mark name term; do
        case $mark in
        码)
            grep -rqw --include='*.c' --include='*.h' --include='*.def' -e "$name" "$1/src" ||
                echo "$term: $name is marked 码, but nothing in src is called so"
            ;;
        包)
            grep -rqx --include='*.leye' -e "  别名 $name" "$1/packs" ||
                echo "$term: $name is marked 包, but no pack has this 别名"
            ;;
        拟)
            if [ -d "$1/src/$name" ] || [ -d "$1/src/domain/$name" ]; then
                echo "$term: $name is marked 拟, but src has this module now; mark it 码"
            fi
            ;;
        esac
    done
    rows "$1" | awk '{ name = $2; $1 = $2 = ""; if (said[name]++) print name ": stands for two terms"; if (had[$0]++) print $0 ": has two rows" }'
}

step "every row of GLOSSARY.md is true"
run check "$LEYE_SRC"
expect_no_out

step "and there are enough of them"
expect "120 rows" test "$(rows "$LEYE_SRC" | wc -l)" -ge 120
expect "no row was overlooked" test "$(rows "$LEYE_SRC" | wc -l)" = "$(grep -c '^| [^|]* | `' "$LEYE_SRC/GLOSSARY.md")"

# A small project with one row of each kind, all true. Each step below plants one mistake.
small() {
    rm -rf small && mkdir -p small/src/lang small/packs/city
    echo 'struct pack { int n; };' >small/src/lang/pack.h
    printf '政策 见习\n  别名 internship\n' >small/packs/city/a.leye
    cat >small/GLOSSARY.md <<'ROWS'
| 包 | `pack` | 码 | a folder | here |
| 见习 | `internship` | 包 | a policy | here |
| 办件 | `dossier` | 拟 | a case | here |
ROWS
}

step "a glossary without mistakes is accepted"
small
run check small
expect_no_out

step "a word that code does not use is found, also when it is part of another"
small
echo 'int packs;' >small/src/lang/pack.h
run check small
expect_out "包: pack is marked 码"

step "a policy without that alias is found"
small
echo '  别名 internship-2' >small/packs/city/a.leye
run check small
expect_out "见习: internship is marked 包"

step "a planned module that has come is found"
small
mkdir small/src/dossier
run check small
expect_out "办件: dossier is marked 拟"

step "one identifier for two terms is found, and one term twice"
small
echo '| 包裹 | `pack` | 码 | a parcel | here |' >>small/GLOSSARY.md
run check small
expect_out "pack: stands for two terms"
small
echo '| 办件 | `matter` | 拟 | a case | here |' >>small/GLOSSARY.md
run check small
expect_out "办件: has two rows"
