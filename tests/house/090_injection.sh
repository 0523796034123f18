# 090  What people type cannot become markup, script or SQL: the templates escape everything, and no statement is put together
# from values.
. "${LEYE_SRC:?is set by the test runner}/tests/support/story.sh"

# One line for each place in the tree $1 that is not safe.
templates() {
    in_html() { what=$1 && shift && grep -rn --include='*.html' -E "$@" | sed "s|^|$what: |"; }
    in_html "not escaped" '\{\{\{|\{\{ *&|\{\{=' "$1/src"
    in_html "no quotes around a value" ' [a-z-]+=\{\{' "$1/src"
    in_html "single quotes" "='[^']*\{\{" "$1/src"
    in_html "script or style in a tag" -i '<[^>]* on[a-z]+=|<[^>]* style=|javascript:' "$1/src"
    in_html "inline script or style" -i '<script[^>]*>[^<]|<style' "$1/src" | grep -vF '<style nonce="{{nonce}}">'
    in_html "another host" -i '(href|src|action)="(https?:|//)|<(base|iframe|object|embed|meta http-equiv)' "$1/src" |
        grep -vF '<meta http-equiv="refresh" content="{{idle}};url=/">'
}
# A conversion between quotes inside SQL is a value put into a statement, also on a line that has none of its words; and a
# text without quotes may hold anything. Modules whose work is to make statements name tables and columns of packs so; what
# four statements elsewhere put together is pieces that stand in the source beside them.
statements() {
    words='\b(SELECT|INSERT|UPDATE|DELETE|WHERE|VALUES|AND|OR|SET|LIKE|IN|ORDER BY|LIMIT)\b' text='%[.*0-9]*s'
    grep -rnE "\"[^\"]*(SELECT|INSERT|UPDATE|DELETE|WHERE|VALUES)[^\"]*'%[.*]*[sdlu]" --include='*.c' "$1/src" | sed 's|^|a value in a statement: |'
    grep -rnE "\"[^\"]*(=|<|>|,|\(|\b(LIKE|IN)) *'[^'\"]*%[.*0-9]*[sdluz]" --include='*.c' "$1/src" | sed 's|^|a value between quotes: |'
    grep -rnE "\"[^\"]*$words[^\"]*$text" --include='*.c' "$1/src" | grep -vE '/src/(sql|store|registry)/' |
        grep -vE '/dossier/pay\.c:[0-9]+: *" WHERE %s"$|/dossier/queue\.c:.*"( AND d\.id > \$1%s ORDER BY d\.id"|SELECT " LINE_COLUMNS .*\$3%\.\*s%s")' |
        grep -vE '/audit/audit_sample\.c:.*"SELECT %s, p\.number' | sed 's|^|a text in a statement: |'
}

step "the tree is safe"
run templates "$LEYE_SRC"
expect_no_out
run statements "$LEYE_SRC"
expect_no_out
expect "there are templates to look at" test "$(find "$LEYE_SRC/src" -path '*/assets/*.html' | wc -l)" -ge 20

step "each planted mistake is found"
mkdir -p small/src/hall/assets small/src/x
plant() { printf '%s\n' "$1" >small/src/hall/assets/x.html; }
for bad in '<p>{{{name}}}</p>' '<p>{{&name}}</p>' '<a href={{to}}>x</a>' "<a title='{{to}}'>x</a>" '<a onclick="go()">x</a>' \
    '<p style="color:red">x</p>' '<script>go()</script>' '<style>p { color: red }</style>' '<img src="http:''//a/x.png">' \
    '<p>{{ & name}}</p>' '{{=<% %>=}}' '<img src="//a/x.png">' '<iframe srcdoc="{{name}}"></iframe>' '<base href="/x">'; do
    plant "$bad"
    run templates small
    expect_out "x.html:1:"
done
plant '<style nonce="{{nonce}}"></style><a href="{{to}}">{{name}}</a><script src="/script.js?v={{version}}" defer></script>'
run templates small
expect_no_out
planted() { printf '%s\n' "$1" >small/src/x/x.c; }
for bad in "str_fmt(a, \"SELECT x FROM t WHERE name = '%s'\", z);" "    \" AND name = '%.*s'\"," "text_addf(t, \"x LIKE '%%%s%%'\", z);" \
    "text_addf(t, \" IN ('%s')\", z);" "str_fmt(a, \"SELECT x FROM t WHERE id = %s\", z);" "text_addf(t, \" ORDER BY %.*s\", z);"; do
    planted "$bad"
    run statements small
    expect_out "small/src/x/x.c:1:"
done
planted 'store_get(s, NULL, &n, 1, e, "SELECT x FROM t WHERE name = $1 AND d = 0", "s", name); fail(e, INVALID, "没有“%.*s”", STR_ARG(name));'
run statements small
expect_no_out
