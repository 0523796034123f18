# 095  Whoever is at a page has no terminal: what pages say names no `leye …` command and no option of one. Allowed are places whose
#      sentences come to no page, each with who reads them.
. "${LEYE_SRC:?is set by the test runner}/tests/support/story.sh"

# file (below src): whoever reads it
ALLOWED='
journal/journal_verify.c: the auditor, about lists of seals
journal/journal_seal.c: leye day and leye audit seal
dossier/certify.c: leye day
dossier/close.c: leye case close
http/serve.c: leye serve while it opens
registry/whole.c: leye import
tally/tally_list.c: leye tally; the page behind.c asks for an area only where there are some
fund/bank.c: leye fund bank
policy/findings.c: leye find, leye serve while it opens
policy/receipt.c: leye replay
alarm/alarm_run.c: leye warn run
registry/whose.c: leye import
registry/import.c: leye import
registry/registry.c: whoever opens a database
registry/links.c: leye merge
dossier/night.c: leye day
alarm/alarm_list.c: leye warn test
site/site_page.c: about who makes the pages
site/site_language.c: about who makes the pages
lang/line.c: authors of packs
'

# Modules whose sentences can come to a page; commands, editors and what makes cities are not among them.
said() {
    find "$1/src" -path '*/assets/*.html' -exec grep -HnE '\bleye [a-z]' {} +
    find "$1/src" -name '*.c' -not -path '*/src/cli/*' -not -path '*/src/lsp/*' -not -path '*/src/city/*' -exec \
        grep -HnE '"[^"]*\bleye [a-z]+[^"]*"|"[^"]*[ （，；：]--[a-z]' {} +
}
# What stands where nobody keeps a machine.
wrong() {
    said "$1" | sed "s|^$1/src/||" | while IFS=: read -r file line text; do
        printf '%s\n' "$ALLOWED" | grep -q "^$file: " || echo "$file:$line: $text"
    done
}

step "no page sends anybody to a terminal"
run wrong "$LEYE_SRC"
expect_no_out

step "what is allowed is still there"
gone() { printf '%s\n' "$ALLOWED" | sed -n 's/: .*//p' | while read -r file; do said "$LEYE_SRC" | grep -q "/src/$file:" || echo "$file"; done; }
run gone
expect_no_out

step "no page of src/hall is among the allowed"
run sh -c "printf '%s' '$ALLOWED' | grep '^hall/'"
expect_no_out

step "planted ones are found, comments are not"
mkdir -p small/src/hall/assets small/src/dossier
echo '<p>请运行 leye day。</p>' >small/src/hall/assets/me.html
echo 'fail(e, NOT_FOUND, "没有这件；leye case list 列出有哪些");' >small/src/dossier/apply.c
echo 'fail(e, INVALID, "要看一个地区，先用 --by 说明");' >small/src/dossier/move.c
echo 'fail(e, INVALID, "要写明理由（--reason）");' >small/src/dossier/judge.c
echo '/* as `leye day` does */ int leye; /* --by */' >small/src/dossier/day.c
run wrong small
expect_out "hall/assets/me.html:1"
expect_out "dossier/apply.c:1"
expect_out "dossier/move.c:1"
expect_out "dossier/judge.c:1"
expect_not_out "day.c"
