# 098  What may stand behind the question mark of an address is described: every name a handler asks the query for has a row
# in src/hall/openapi.def, and every row there names a route.
. "${LEYE_SRC:?is set by the test runner}/tests/support/story.sh"

# Names that are asked for in the tree $1. Not a program's: where a form leads back to, what it did, the size of letters.
asked() {
    grep -rhoE 'desk_asked\(c, "[a-z]+"|&c->query, STR\("[a-z]+"\)' --include='*.c' "$1/src/hall" | sed 's/.*"\([a-z]*\)".*/\1/' |
        sort -u | grep -vxE 'done|back|to'
}
described() { sed -n 's/^ASKS([a-z_]*, "\([a-z]*\)".*/\1/p' "$1/src/hall/openapi.def" | sort -u; }
missing() { asked "$1" >asked && described "$1" >described && comm -23 asked described; }
strangers() {
    sed -n 's/^[A-Z]*(\([a-z_]*\),.*/\1/p' "$1/src/hall/openapi.def" | sort -u |
        while read -r handler; do grep -q "^ROUTE($handler," "$1/src/hall/routes.def" || echo "$handler"; done
}

step "every question is described, every row has its route"
run missing "$LEYE_SRC"
expect_no_out
run strangers "$LEYE_SRC"
expect_no_out
expect "there are questions" test "$(asked "$LEYE_SRC" | wc -l)" -ge 20

step "what is missing is found"
mkdir -p small/src/hall
echo 'str x = desk_asked(c, "since"), y = http_form_get(&c->query, STR("mark"));' >small/src/hall/x.c
echo 'ASKS(nowhere, "mark", "x")' >small/src/hall/openapi.def
echo 'ROUTE(entities, GET, "/entities/{name}", FINDS, entities, "x")' >small/src/hall/routes.def
run missing small
expect_out "since"
expect_not_out "mark"
run strangers small
expect_out "nowhere"
