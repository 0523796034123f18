# 090  What people type cannot become markup, script or SQL: the templates escape everything, and no statement is put together
# from values.
. "${LEYE_SRC:?is set by the test runner}/tests/support/story.sh"

# One line for each place in the tree $1 that is not safe.
templates() {
    find "$1/src" -path '*/assets/*.html' | while read -r f; do
        grep -nE '\{\{\{|\{\{&' "$f" | sed "s|^|$f: not escaped: |"
        grep -nE ' [a-z-]+=\{\{' "$f" | sed "s|^|$f: no quotes around a value: |"
        grep -nE "='[^']*\{\{" "$f" | sed "s|^|$f: single quotes: |"
        grep -niE '<[^>]* on[a-z]+=|<[^>]* style=|javascript:' "$f" | sed "s|^|$f: script or style in a tag: |"
        grep -niE '<script[^>]*>[^<]|<style' "$f" | grep -vF '<style nonce="{{nonce}}">' | sed "s|^|$f: inline script or style: |"
        grep -niE '(href|src|action)="https?:' "$f" | sed "s|^|$f: another host: |"
    done
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
    expect_out "x.html: "
done
plant '<style nonce="{{nonce}}"></style><a href="{{to}}">{{name}}</a><script src="/script.js?v={{version}}" defer></script>'
run templates small
expect_no_out
printf '%s\n' "str_fmt(a, \"SELECT x FROM t WHERE name = '%s'\", z);" >small/src/x/x.c
run statements small
expect_out "a value in a statement"
