#!/bin/sh
# follow.sh: keeps a copy of a list of the hall, page by page, then only what changed. Needs curl.
#
#     LEYE_TOKEN=… sh follow.sh http://127.0.0.1:8080 人员 FOLDER
#
# FOLDER gets page files (JSON, up to a hundred subjects each) and `mark`: how far the copy reaches. Run it again, every
# night or every minute: with a mark it asks for the changes since then. A run that breaks off leaves the old mark, and the
# next one fetches the same again; subjects have numbers, so nothing is doubled.
set -eu
hall=$1 list=$2 folder=$3
: "${LEYE_TOKEN:?a token of the hall}"
mkdir -p "$folder"
encoded=$(printf '%s' "$list" | od -An -v -tx1 | tr -d '\n' | tr ' ' '%')
run=$(date +%Y%m%d%H%M%S)-$$

page() { # address, file; waits when the hall says it is asked too often
    while :; do
        code=$(curl -sS -o "$2" -D "$2.head" -w '%{http_code}' -H "Authorization: Bearer $LEYE_TOKEN" "$hall$1")
        [ "$code" = 429 ] || break
        sleep "$(sed -n 's/^[Rr]etry-[Aa]fter: *\([0-9]*\).*/\1/p' "$2.head")"
    done
    rm -f "$2.head"
    [ "$code" = 200 ] && return
    cat "$2" >&2 && rm -f "$2"
    exit 1
}
word() { sed -n "s/.*\"$2\":\"\([^\"]*\)\".*/\1/p" "$1" | head -n 1; }

all_pages() { # first address
    at=$1 n=0
    while [ -n "$at" ]; do
        n=$((n + 1))
        page "$at" "$folder/$run-$n.json"
        at=$(word "$folder/$run-$n.json" next)
    done
}

begin=/entities/$encoded
if [ -s "$folder/mark" ]; then
    all_pages "$begin/changes?since=$(cat "$folder/mark")"
    if grep -q '"anew":true' "$folder/$run-1.json"; then # a whole list was taken in, or this is another database
        rm -f "$folder"/*.json
        all_pages "$begin"
    fi
else
    all_pages "$begin"
fi
mark=$(word "$folder/$run-$n.json" mark)
printf '%s' "$mark" >"$folder/mark.new" && mv "$folder/mark.new" "$folder/mark"
echo "$list：$(cat "$folder/$run"-*.json | grep -o '"gone":' | wc -l) 个，到 $mark"
