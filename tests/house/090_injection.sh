# 090  What people type cannot become markup, script or SQL: the templates escape everything, and no statement is put together
# from values.
. "${LEYE_SRC:?is set by the test runner}/tests/support/story.sh"

# One line for each place in the tree $1 that is not safe.
templates() {
    in_html() { what=$1 && shift && grep -rn --include='*.html' -E "$@" | sed "s|^|$what: |"; }
    in_html "not escaped" '\{\{\{|\{\{&' "$1/src"
    in_html "no quotes around a value" ' [a-z-]+=\{\{' "$1/src"
    in_html "single quotes" "='[^']*\{\{" "$1/src"
    in_html "script or style in a tag" -i '<[^>]* on[a-z]+=|<[^>]* style=|javascript:' "$1/src"
    in_html "inline script or style" -i '<script[^>]*>[^<]|<style' "$1/src" | grep -vF '<style nonce="{{nonce}}">'
    in_html "another host" -i '(href|src|action)="https?:' "$1/src"
}
# A conversion between quotes inside SQL is a value put into a statement.
statements() {
    grep -rnE "\"[^\"]*(SELECT|INSERT|UPDATE|DELETE|WHERE|VALUES)[^\"]*'%[.*]*[sdlu]" --include='*.c' "$1/src" | sed 's|^|a value in a statement: |'
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
    '<p style="color:red">x</p>' '<script>go()</script>' '<style>p { color: red }</style>' '<img src="http:''//a/x.png">'; do
    plant "$bad"
    run templates small
    expect_out "x.html:1:"
done
plant '<style nonce="{{nonce}}"></style><a href="{{to}}">{{name}}</a><script src="/script.js?v={{version}}" defer></script>'
run templates small
expect_no_out
printf '%s\n' "str_fmt(a, \"SELECT x FROM t WHERE name = '%s'\", z);" >small/src/x/x.c
run statements small
expect_out "a value in a statement"
