# 010  The pages of `leye doc` in a browser: nothing is wider than its window, from a small phone at four times zoom to a desk;
# finding names and choosing a day work. With no browser (tools/setup --pages) there is nothing to tell.
. "$LEYE_SRC/tests/support/story.sh"
browser=$(command -v chromium || command -v chromium-browser) || skip_all "no browser; tools/setup --pages installs one"
flags="--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir=$story_folder/browser"
export HOME="$story_folder"

# What the page has become when its scripts are done.
rendered() { # shellcheck disable=SC2086
    timeout 120 "$browser" $flags --allow-file-access-from-files --virtual-time-budget=90000 --dump-dom "file://$PWD/$1" 2>/dev/null
}
encoded() { printf '%s' "$1" | od -An -v -tx1 | tr -d '\n' | tr ' ' '%' | tr a-f A-F; }

step "the site of the demo packs is written"
run leye doc "$PACKS/demo" --out site
expect_exit 0
expect_out "index.html"

# One page of each kind, and the largest of all.
for folder in policy definition table parameter source codes entity spell fund service register indicator plan target task calendar pack; do
    [ -d "site/$folder" ] || continue
    ls -S "site/$folder"/*.html | head -n 2
done | sed 's|^site/||' >list
printf '%s\n' index.html open.html timeline.html reading.html >>list
parameter=$(grep -l 'class="history"' site/parameter/*.html | xargs grep -c '<tr' | sort -t: -k2 -n | tail -n 1 | cut -d: -f1)
{
    printf 'const pages = ['
    while read -r page; do printf "'%s'," "$(encoded "$page" | sed 's/%2F/\//g; s/%2E/./g')"; done <list
    printf '];\nconst parameter = "%s";\n' "$(encoded "${parameter#site/}" | sed 's/%2F/\//g')"
} >list.js
cp "$LEYE_SRC/tests/web/measure.html" .

step "no page is wider than its window; finding names and choosing a day work"
run rendered measure.html
expect_out '<pre id="result">all is well</pre>'

step "a page that is too wide is found"
sed 's|<main |<svg width="2000" height="9"></svg><main |' site/reading.html >site/planted.html
printf 'const pages = ["planted.html"];\nconst parameter = "planted.html";\n' >planted.js
sed 's/list\.js/planted.js/' measure.html >planted.html
run rendered planted.html
expect_not_out "all is well</pre>"

step "a page without its script still shows every value"
sed 's|<script src="[^"]*" defer></script>||' "$parameter" >"${parameter%.html}-plain.html"
run rendered "${parameter%.html}-plain.html"
expect_out 'class="history"'
expect_out 'class="day" hidden'
